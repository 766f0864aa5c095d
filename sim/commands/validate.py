"""validate: the model against what is known, one kind of evidence or all kinds that there are."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from sim.commands.common import Json, Quiet, Seed, Steps, fail

if TYPE_CHECKING:
    from sim.experiments.validate import Found
    from sim.report.tables import Block

SCHEMA_VERSION = 1


class Kind(NamedTuple):
    """A kind of evidence: what it is, how the model is measured against it (worlds, seed), and its tables in words."""

    about: str
    measure: Callable[[int, int], "Found"]
    blocks: Callable[["Found"], Sequence["Block"]]
    draw: Callable[["Found", dict[str, Any], Path], list[dict[str, str]]] = lambda _found, _manifest, _folder: []


def _patterns(worlds: int, seed: int) -> "Found":
    from sim.experiments.validate import validate_patterns

    return validate_patterns(worlds, seed)


def _pattern_blocks(found: "Found") -> Sequence["Block"]:
    from sim.report.validation import pattern_blocks

    return pattern_blocks(found)


def _closures(worlds: int, seed: int) -> "Found":
    from sim.experiments.closures import validate_closures

    return validate_closures(worlds, seed)


def _closure_blocks(found: "Found") -> Sequence["Block"]:
    from sim.report.validation import closure_blocks

    return closure_blocks(found)


def _rules(worlds: int, seed: int) -> "Found":
    from sim.experiments.crises import recorded_crises
    from sim.experiments.rival_rules import compare_rules

    return compare_rules(recorded_crises(), worlds, seed)


def _rule_blocks(found: "Found") -> Sequence["Block"]:
    from sim.report.rival_rules import blocks

    return blocks(found)


def _crises(worlds: int, seed: int) -> "Found":
    from sim.experiments.crises import recorded_crises
    from sim.experiments.left_out import score_crises
    from sim.experiments.posterior import note_on, stored

    posterior = stored()
    if note := note_on(posterior):
        print(note, file=sys.stderr)
    return score_crises(recorded_crises(), posterior.without(), worlds, seed)


def _crisis_blocks(found: "Found") -> Sequence["Block"]:
    from sim.report.left_out import blocks

    return blocks(found)


def _scoreboard(found: Any, manifest: dict[str, Any], folder: Path) -> list[dict[str, str]]:
    from sim.plots import scoreboard_draw
    from sim.plots.scoreboard import scoreboard

    return scoreboard_draw.write(scoreboard(found, manifest), folder)


KINDS = {
    "patterns": Kind("what past crises and the case did", _patterns, _pattern_blocks),
    "closures": Kind("what earlier closures of the border did to prices, stocks and people", _closures, _closure_blocks),
    "crises": Kind("each crisis under parameters fitted to the others, beside simple rules", _crises, _crisis_blocks, _scoreboard),
    "rules": Kind("other rules of decision, and simple rules, on every crisis with a record", _rules, _rule_blocks),
}
"""Another kind of evidence is one entry here."""
PARAMETERS = {"crises": "left_out"}
"""What parameters are drawn from, where they are not single values."""

ABOUT = "; ".join(f"{name}: {kind.about}" for name, kind in KINDS.items())


def validate(
    against: Annotated[str | None, typer.Option(metavar="KIND", help=f"{ABOUT}.", show_default="all kinds")] = None,
    worlds: Annotated[int, typer.Option(help="Worlds of every run; of closures, draws of the parameters.")] = 2000,
    seed: Seed = 1,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to put the tables.", show_default="results/validate_KIND")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The model against what is known: what is known with its source, the model's figure, hit or miss."""
    from sim.experiments.asking import check_seed, check_worlds
    from sim.scenario.errors import ScenarioError

    steps, results = Steps(quiet or as_json), dict[str, tuple[Any, list[Path]]]()
    try:
        check_worlds(worlds)
        check_seed(seed)
        for name in _wanted(against):
            found = KINDS[name].measure(worlds, seed)
            steps.done(f"Measured the model against {name} in {worlds:,} worlds")
            results[name] = (found, _keep(name, found, worlds, seed, _folder(out, name, against)))
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_as_object({name: _with_run(found, files) for name, (found, files) in results.items()}, against), ensure_ascii=False))
        return
    _print(results)
    if not quiet:
        print("Next: python run.py validate --json for the figures as one object, or another --seed to see how much is chance", file=sys.stderr)


def _wanted(against: str | None) -> list[str]:
    """The kinds that are asked for; raises ScenarioError for one that there is not."""
    from sim.scenario.errors import nearest, one_of, refuse

    if against is not None and against not in KINDS:
        raise refuse("", one_of(KINDS), field="--against", value=against, nearest=nearest(against, KINDS))
    return list(KINDS) if against is None else [against]


def _folder(out: Path | None, name: str, against: str | None) -> Path:
    """A folder a kind: the one that is named, or one within it where there are several."""
    if out is None:
        return Path("results") / f"validate_{name}"
    return out if against else out / name


def _keep(name: str, found: "Found", worlds: int, seed: int, folder: Path) -> list[Path]:
    """Write tables, figures and the page of a kind; gives the tables' files."""
    from sim.report.page import render
    from sim.scenario.errors import refuse
    from sim.store import check_place, identity, now

    check_place(folder)
    tables = found.tables()
    files = [folder / f"{table}.csv" for table in tables]
    asked = {"command": "validate", "scenario": f"against {name}", "worlds": worlds, "seed": seed, "parameters": PARAMETERS.get(name, "point")}
    command = f"python run.py validate --against {name} --worlds {worlds} --seed {seed}"
    manifest = identity(asked, now()) | {"schema_version": SCHEMA_VERSION, "caveat": found.caveat, "finding": found.sentences[0], "command": command}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, table in zip(files, tables.values(), strict=True):
            table.to_csv(file, index=False)
        render(
            folder,
            _Titled(f"Against {name}"),
            manifest,
            question=f"The model against {KINDS[name].about}.",
            findings=found.sentences,
            figures=KINDS[name].draw(found, manifest, folder),
            blocks=KINDS[name].blocks(found),
            command=command,
        )
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise refuse("", f"a folder that can be written ({error.strerror})", field="--out", value=str(folder)) from None
    return files


class _Titled(NamedTuple):
    """What a page is about, where it is not one crisis."""

    title: str


def _with_run(found: Any, files: list[Path]) -> dict[str, Any]:
    """What a kind prints as JSON, with the folder in which its tables lie."""
    return {**found.as_json(), "run": str(files[0].parent)}


def _as_object(objects: dict[str, dict[str, Any]], against: str | None) -> dict[str, Any]:
    """One object: that of the kind asked for, or one that holds those of all kinds."""
    if against is not None:
        return objects[against]
    caveats = {name: one["caveat"] for name, one in objects.items()}
    return {"schema_version": SCHEMA_VERSION, "command": "validate", "against": list(objects), "caveat": caveats, "results": objects}


def _print(results: dict[str, tuple[Any, list[Path]]]) -> None:
    """Every kind: findings, tables, the caveat, where the tables lie."""
    from sim.report.terminal import print_table

    for name, (found, files) in results.items():
        if len(results) > 1:
            print(f"\nAgainst {name}: {KINDS[name].about}")
        print("\n".join(found.sentences))
        for block in KINDS[name].blocks(found):
            print_table(block.title, block.header, block.rows)
            if block.note:
                print(block.note)
        print(found.caveat)
        print(f"Saved: {files[0].parent / 'index.html'} and {', '.join(file.name for file in files)}")
