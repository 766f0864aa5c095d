"""plot: the figures of a run, chosen by themselves or as asked."""

import json
import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Quiet, RunName, Steps, fail, note, run_words

if TYPE_CHECKING:
    from sim.plots.sweep_plan import Asked
    from sim.scenario.schema import Scenario
    from sim.store import Run, Study

LIST = "figures.json"


def plot(
    run: RunName,
    x: Annotated[str | None, typer.Option("--x", metavar="FACTOR", help="Factor on the axis below (sweeps).")] = None,
    y: Annotated[str | None, typer.Option("--y", metavar="FACTOR", help="Factor on the upright axis of a heat map (sweeps).")] = None,
    outcome: Annotated[list[str] | None, typer.Option("--outcome", metavar="NAME", help="An outcome to draw. Repeatable.")] = None,
    facet: Annotated[str | None, typer.Option("--facet", metavar="FACTOR", help="Factor that makes small multiples (sweeps).")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="line, heat, multiples, scatter or history (sweeps).", show_default="as the design asks")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to put the figures.", show_default="the run's folder")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Figures of a run, in a light and a dark version, as PNG, SVG and PDF, with the plotted numbers as CSV."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    try:
        from sim.plots.sweep_plan import Asked
        from sim.run_names import find_run

        folder = find_run(run)
        study, crisis = opened(folder, quiet or as_json)
        steps.done("Read the run")
        place = target(folder, out)
        entries = draw(study, crisis, place, tuple(outcome or ()), Asked(kind, x, y, facet))
        keep_list(place, entries)
        steps.done(f"Drew {len(entries)} figure{'' if len(entries) == 1 else 's'}")
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(study, folder, place, entries), ensure_ascii=False))
    else:
        _print(study, folder, place, entries, quiet)


def opened(folder: Path, quiet: bool) -> "tuple[Run | Study, Scenario]":
    """A run and its crisis, with what a sweep changed in all its set-ups; raises ScenarioError where the crisis cannot be found."""
    from sim.scenario.load import load
    from sim.scenario.paths import override, parse_assignment
    from sim.store import open_run, scenario_hash

    study = open_run(folder)
    asked = study.manifest["asked"]
    crisis = load(asked["scenario"])
    if asked.get("scenario_hash") not in (None, scenario_hash(crisis)):
        note("The crisis has been changed since this run; names and the scenario's own values are those of today.", quiet)
    if asked["command"] == "sweep" and asked.get("changes"):
        crisis = override(crisis, dict(parse_assignment(f"{path}={value}") for path, value in asked["changes"].items()))
    return study, crisis


def target(folder: Path, out: Path | None) -> Path:
    """Where figures go; raises ScenarioError where nothing can be written."""
    from sim.scenario.errors import refuse

    place = out or folder
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse("", f"a folder that can be written ({error.strerror})", field="--out", value=str(place)) from None
    return place


def draw(study: "Run | Study", crisis: "Scenario", place: Path, outcomes: Sequence[str], asked: "Asked") -> list[dict[str, str]]:
    """Write the figures of a run; a sweep's as asked, any other's as they were, or of the outcomes named."""
    from sim.plots import sweep_album
    from sim.scenario.errors import refuse
    from sim.store import Run

    command = study.manifest["asked"]["command"]
    if command == "sweep" and not isinstance(study, Run):
        return sweep_album.write(study, crisis, place, outcomes, asked)
    flags = {"--x": asked.x, "--y": asked.y, "--facet": asked.facet, "--kind": asked.kind}
    for flag, value in flags.items():
        if value is not None:
            raise refuse("", f"goes with a sweep; a {command} draws its own figures" + _instead(command), field=flag, value=value)
    return _of_others(study, crisis, place, outcomes, command)


def _instead(command: str) -> str:
    return ", or those of an --outcome" if command in ("replay", "branch") else ""


def _of_others(study: "Run | Study", crisis: "Scenario", place: Path, outcomes: Sequence[str], command: str) -> list[dict[str, str]]:
    from sim.experiments.asking import check_outcomes
    from sim.plots import album, tipping_draw
    from sim.scenario.errors import refuse
    from sim.store import Run

    if isinstance(study, Run):
        return album.write_outcomes(study, crisis, place, outcomes) if outcomes else album.write(study, crisis, place)
    if outcomes and command != "branch":
        raise refuse("", f"goes with a sweep, a replay or a branch; a {command} has one question and draws its own figures", field="--outcome",
                     value=outcomes[0])  # fmt: skip
    if command == "branch":
        check_outcomes(crisis, outcomes)
        if not outcomes:
            return album.write_branch(study, crisis, place)
        asked = study.manifest["asked"] | {"outcomes": list(outcomes)}
        entries = album.write_branch(replace(study, manifest=study.manifest | {"asked": asked}), crisis, place)
        if not any(name in entry["name"] for entry in entries for name in outcomes):
            raise refuse("", "differs in no world of any branch: there is nothing to draw", field="--outcome", value=outcomes[0])
        return entries
    writers = {
        "tipping": lambda: tipping_draw.write(study, crisis, place),
        "explain": lambda: album.write_explanation(study, crisis, place),
        "chain": lambda: album.write_chain(study, place),
    }
    if command not in writers:
        raise refuse("", f"is a {command}, which has no figures; {', '.join(['sweep', 'replay', 'branch', *writers])} have", field="RUN")
    return writers[command]()


def keep_list(place: Path, entries: Sequence[dict[str, str]]) -> None:
    """Put the figures into the folder's list; one of the same name is replaced."""
    file = place / LIST
    known: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    new = {entry["name"]: entry for entry in entries}
    merged = [new.pop(entry["name"], entry) for entry in known]
    file.write_text(json.dumps([*merged, *new.values()], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _json(study: "Run | Study", folder: Path, place: Path, entries: Sequence[dict[str, str]]) -> dict[str, Any]:
    manifest = study.manifest
    mode = manifest.get("mode") or manifest["asked"].get("mode") or manifest["asked"].get("modes")
    head = {"schema_version": manifest["schema_version"], "command": "plot", "run": str(folder), "mode": mode, "caveat": manifest["caveat"]}
    figures = [{**entry, "files": _files(place, entry["name"])} for entry in entries]
    return head | {"of": manifest["asked"]["command"], "folder": str(place), "figures": figures}


def _files(place: Path, name: str) -> list[str]:
    """The files of a figure that were written."""
    endings = (".png", ".svg", ".pdf", "_dark.png", "_dark.svg", ".csv")
    return [str(place / f"{name}{ending}") for ending in endings if (place / f"{name}{ending}").is_file()]


def _print(study: "Run | Study", folder: Path, place: Path, entries: Sequence[dict[str, str]], quiet: bool) -> None:
    """Titles, the table of figures, where they are, and what to draw next."""
    from sim.report.terminal import print_table

    print(". ".join(entry["title"] for entry in entries[:3]) + ".")
    print_table(f"{len(entries)} figures", ["figure", "title", "unit"], [[entry["name"], entry["title"], entry["units"]] for entry in entries])
    print(study.manifest["caveat"])
    print(f"Saved: {place / (entries[0]['name'] + '.png')}{f', and {len(entries) - 1} more with it' if len(entries) > 1 else ''}")
    if not quiet:
        command = study.manifest["asked"]["command"]
        more = ["--kind", "history"] if command == "sweep" else ["--outcome", "killed"] if command in ("replay", "branch") else ["--json"]
        print(f"Next: draw it otherwise:\n      python run.py {shlex.join(['plot', run_words(folder), *more])}", file=sys.stderr)
