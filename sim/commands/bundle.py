"""bundle: a run as one zip that a stranger can verify and repeat; and what `check` says of one."""

import json
import shlex
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Quiet, RunName, Yes, fail, note

if TYPE_CHECKING:
    from sim.bundle import Verified

PREFIX = ["python", "run.py"]
SUFFIXES = (".yaml", ".yml", ".csv")
"""Files that a command can name."""


def bundle(
    run: RunName = "latest",
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.zip", help="Name of the zip.", show_default="NAME.zip, here")] = None,
    scenario: Annotated[
        Path | None,
        typer.Option("--scenario", metavar="DIR", help="The folder of the run's crisis, where it does not come with the program."),
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """A run, its inputs and checksums as one zip that a stranger can verify, and run again to the bit."""
    from sim.bundle import make
    from sim.run_names import find_run, manifest_of
    from sim.scenario.errors import ScenarioError, refuse

    try:
        folder = find_run(run)
        manifest = manifest_of(folder)
        target = to or Path(f"{folder.resolve().name}.zip")
        if target.exists() and not yes:
            raise refuse("", "is there already; --yes replaces it", field="--to", value=str(target))
        arguments, files = _inputs(folder, manifest, scenario)
        count = make(folder, manifest, arguments, files, target)
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        told = {"schema_version": 1, "command": "bundle", "run": str(folder), "bundle": str(target), "files": count, "arguments": arguments}
        print(json.dumps(told | {"caveat": manifest["caveat"]}, ensure_ascii=False))
        return
    print(
        f"{folder.name}: {count:,} files, {target.stat().st_size / 1e6:.1f} MB." + ("" if arguments else " Asked in Python: it cannot be run again.")
    )
    print(f"Saved: {target}")
    note(f"Next: whoever gets it verifies it with\n      python run.py check {target}{' --rerun' if arguments else ''}", quiet)


def _inputs(folder: Path, manifest: dict[str, Any], scenario: Path | None) -> tuple[list[str], dict[str, Path]]:
    """What was asked on the command line, and the files that this names, both as they will stand in the bundle."""
    from sim.repeat import inward

    words = shlex.split(_command(folder, manifest))
    arguments, files = inward(words[2:]) if words[:2] == PREFIX else [], dict[str, Path]()
    at = _crisis(manifest, scenario, files)
    return [at if word == manifest["asked"]["scenario"] else _file(word, files) for word in arguments], files


def _command(folder: Path, manifest: dict[str, Any]) -> str:
    """The command of a run: its manifest's, or its page's."""
    from sim.report.page import PAGE_WORDS

    if manifest.get("command"):
        return str(manifest["command"])
    page = folder / PAGE_WORDS
    return str(json.loads(page.read_text(encoding="utf-8")).get("command", "")) if page.is_file() else ""


def _crisis(manifest: dict[str, Any], scenario: Path | None, files: dict[str, Path]) -> str:
    """How the crisis is named in the bundle; raises ScenarioError where it is not what the run found."""
    from sim.bundle import FILES
    from sim.scenario.errors import refuse
    from sim.scenario.find import find
    from sim.scenario.load import load, names
    from sim.store import scenario_hash

    asked = manifest["asked"]
    if asked["command"] == "validate":
        return str(asked["scenario"])
    name, known = str(asked["scenario"]), asked.get("scenario_hash")
    if scenario is None and (known is None or name in names()):
        if known not in (None, scenario_hash(load(name))):
            raise refuse("", f"has changed since this run; --scenario names a folder with {name} as it was", field="scenario", value=name)
        return name
    if scenario is None:
        raise refuse("", "is none of those that come with the program; --scenario names its folder", field="scenario", value=name)
    if scenario_hash(load(scenario)) != known:
        raise refuse("", f"must be {name} as the run found it; it has changed since", field="--scenario", value=str(scenario))
    place = find(scenario)
    files |= {f"{name}/{file.relative_to(place).as_posix()}": file for file in place.rglob("*") if file.is_file() and not file.is_symlink()}
    return f"{FILES}/{name}"


def _file(word: str, files: dict[str, Path]) -> str:
    """A word of the command; where it names a file, that is taken along and named as it lies in the bundle."""
    from sim.bundle import FILES
    from sim.scenario.errors import refuse

    path = Path(word)
    if path.suffix not in SUFFIXES or "=" in word:
        return word
    if not path.is_file():
        raise refuse("", "is named by the run's command and is not here; bundle it from the folder in which it was run", field="file", value=word)
    if files.get(path.name, path) != path:
        raise refuse("", "is the name of two files of the run's command", field="file", value=path.name)
    files[path.name] = path
    files |= {
        beside.name: beside
        for beside in sorted(path.parent.glob("*.csv"))
        if path.suffix != ".csv" and beside.name in path.read_text(encoding="utf-8")
    }
    return f"{FILES}/{path.name}"


# What `check` says of one


def is_bundle(path: Path) -> bool:
    """Whether a file looks like a bundle: a zip by its name or its first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return path.suffix == ".zip" or file.read(4) == b"PK\x03\x04"


def check_bundle(path: Path, rerun: bool) -> str:
    """What is to be said of a bundle that was found whole, and of its run where that was made again; raises ScenarioError."""
    from sim import __version__
    from sim.bundle import verify
    from sim.scenario.extensions import stamp

    with tempfile.TemporaryDirectory(prefix="taftan-") as place:
        found = verify(path, Path(place))
        told = [f"{path} is whole: {found.name}, {found.files:,} files as they were when taftan {found.about.get('version')} bundled them."]
        if found.about.get("version") != __version__:
            told.append(f"This is taftan {__version__}.")
        if (found.about.get("extensions") or []) != list(stamp()):
            told.append("Other packages add to the program here than there: see bundle.json.")
        return "\n".join([*told, *([_rerun(found, Path(place) / "again")] if rerun else [])])


def _rerun(found: "Verified", into: Path) -> str:
    from sim.fingerprint import numerics
    from sim.repeat import CLOSE, again, compare

    print("Running it again, from its own inputs.", file=sys.stderr)
    exactly = found.about.get("numerics") == numerics()
    result = compare(found, again(found, into), exactly)
    counted = f"{result.tables} tables with {result.rows:,} rows"
    if exactly:
        return f"Run again: {counted}, every number the same to the bit."
    return (
        f"Run again with another numerics fingerprint ({numerics()} here, {found.about.get('numerics')} there): {counted}, words and whole numbers "
        f"equal, real numbers apart by at most {result.difference:.1g} (allowed: {CLOSE:g})."
    )
