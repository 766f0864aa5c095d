"""What commands share: scenario by name, errors that people can mend, one line a step."""

import datetime
import json
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

USER_ERROR, OUR_ERROR, STOPPED = 2, 1, 130

ScenarioName = Annotated[
    str | None, typer.Argument(metavar="[SCENARIO]", help="A crisis by name, or the path of its folder.", show_default="the default crisis")
]
Worlds = Annotated[int, typer.Option(help="Worlds per set-up.")]
Seed = Annotated[int, typer.Option(help="Seed of all chance draws.")]
Parameters = Annotated[str, typer.Option(help="point (single values), prior (drawn before fitting) or posterior (fitted to the records of crises).")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes.", show_default="as the size of the run asks")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Folder of the run.", show_default="results/COMMAND_SUBJECT_HASH")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress, no hints.")]
RunName = Annotated[str, typer.Argument(metavar="RUN", help="A run: path, unique beginning of its name, latest, or latest:COMMAND.")]
ToFile = Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Write to a file: .csv, .parquet or .json.")]
Yes = Annotated[bool, typer.Option("--yes", help="Go ahead without asking; replace a file that is there.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def fail(error: Exception, as_json: bool = False) -> NoReturn:
    """Say what the user can mend, and exit with 2."""
    if as_json:
        print(json.dumps({"schema_version": 1, "error": str(error).splitlines()}, ensure_ascii=False), file=sys.stderr)
    else:
        print(error, file=sys.stderr)
    raise typer.Exit(USER_ERROR)


def note(words: str, quiet: bool) -> None:
    """Say something that is no result, to those who want to hear it."""
    if not quiet:
        print(words, file=sys.stderr)


def run_words(folder: Path) -> str:
    """A run as its reader would name it."""
    return folder.name if folder.parent == Path("results") else str(folder)


def scenario_named(name: str | None) -> "Scenario":
    """A crisis by name or path, or the default one."""
    from sim.scenario.load import default_name, load

    return load(name or default_name())


def date_of(text: str | None, flag: str) -> datetime.date | None:
    """An ISO date from a flag."""
    from sim.scenario.errors import refuse

    try:
        return None if text is None else datetime.date.fromisoformat(text)
    except ValueError:
        raise refuse("", "must be a date that exists, as year-month-day", field=flag, value=text) from None


class Steps:
    """One line a step with its seconds, on stderr; silent when asked to be."""

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.since = quiet, time.perf_counter()

    def done(self, words: str) -> None:
        """Say that a step is done, and how long it took."""
        now = time.perf_counter()
        if not self.quiet:
            print(f"{words} ({now - self.since:.1f} s)", file=sys.stderr)
        self.since = now


def assignments(pairs: Sequence[str] | None) -> dict[str, Any]:
    """Paths and values of `--set PATH=VALUE`; raises ScenarioError where one is no assignment."""
    from sim.scenario.errors import refuse
    from sim.scenario.paths import parse_assignment

    found: dict[str, object] = {}
    for pair in pairs or []:
        path, value = parse_assignment(pair)
        if path in found:
            raise refuse("", "is given twice; which value is meant?", field="--set", value=path)
        found[path] = value
    return found


def as_command(name: str, scenario: str, flags: dict[str, Any]) -> str:
    """The command that asks the same again: flags without a value are left out, lists stand one by one."""
    words = [name, scenario]
    for flag, value in flags.items():
        for one in value if isinstance(value, list) else [value]:
            if one is not None:
                words += [f"--{flag}", str(one)]
    return "python run.py " + shlex.join(words)
