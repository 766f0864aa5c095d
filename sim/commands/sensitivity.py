"""sensitivity: which numbers an outcome hangs on, and whence the doubt comes."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Out, Quiet, ScenarioName, Seed, Steps, Workers, Yes, fail, scenario_named

if TYPE_CHECKING:
    from sim.experiments.sensitivity import Request
    from sim.scenario.schema import Scenario
    from sim.store import Study

MANY = 3_000_000
"""Worlds from which it asks before it begins."""


def sensitivity(
    scenario: ScenarioName = None,
    method: Annotated[str, typer.Option(help="sobol (screening, then total indices), morris (screening alone) or delta.")] = "sobol",
    outcomes: Annotated[list[str] | None, typer.Option("--outcome", metavar="NAME", help="Repeatable.", show_default="five headlines")] = None,
    vary: Annotated[list[str] | None, typer.Option("--vary", metavar="PATH", help="A number to turn. Repeatable.", show_default="all")] = None,
    split: Annotated[bool, typer.Option("--split", help="How much of the doubt is chance, parameters, structure.")] = False,
    parameters: Annotated[str, typer.Option(help="With --split: prior or posterior.")] = "posterior",
    draws: Annotated[int, typer.Option(help="With --split: draws of the parameters.")] = 200,
    mode: Annotated[str, typer.Option(help="assisted or free: who decides.")] = "assisted",
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day on which they choose.", show_default="the day after the first strike")
    ] = None,
    points: Annotated[int, typer.Option(help="Rows of Sobol's matrices, a power of two; a quarter of delta's sample.")] = 256,
    trajectories: Annotated[int, typer.Option(help="Trajectories of the screening.")] = 10,
    worlds: Annotated[int, typer.Option(help="Worlds per set-up.")] = 60,
    seed: Seed = 1,
    workers: Workers = None,
    keep: Annotated[bool, typer.Option("--store", help="Store the indices with the scenarios, for the evidence ledger.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be run, and stop.")] = False,
    yes: Yes = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Which numbers of the model an outcome hangs on; with --split, how much of its doubt is chance."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    try:
        crisis = scenario_named(scenario)
        from sim.experiments.sensitivity import analyse, request
        from sim.store import check_place

        asked = request(
            crisis,
            method=method,
            outcomes=outcomes or (),
            vary=vary or (),
            mode=mode,
            start=start,
            points=points,
            trajectories=trajectories,
            worlds=worlds,
            seed=seed,
            workers=workers,
        )
        if out:
            check_place(out)
        if not split:
            _say_size(asked, yes or dry_run or quiet or as_json)
        if dry_run:
            if as_json:
                plan = {"knobs": len(asked.knobs), "setups": asked.setups, "worlds": asked.worlds, "total_worlds": asked.setups * asked.worlds}
                print(json.dumps({"schema_version": 1, "command": "sensitivity", "dry_run": True, **plan}))
            return
        study = _split(asked, parameters, draws) if split else analyse(asked)
        steps.done("Ran the set-ups")
        folder = _keep(study, crisis, out)
        if keep:
            _store(study)
        steps.done("Wrote figures and tables")
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(study, folder), ensure_ascii=False))
    else:
        from sim.report.sensitivity import print_sensitivity

        print_sensitivity(study, folder, quiet)


def _say_size(asked: "Request", go: bool) -> None:
    """How much it is; very much is asked for twice."""
    total = asked.setups * asked.worlds
    print(f"{len(asked.knobs)} numbers, up to {asked.setups:,} set-ups of {asked.worlds:,} worlds: {total:,} worlds", file=sys.stderr)
    if total > MANY and not go and not typer.confirm("Run them?", err=True):
        raise typer.Exit(0)


def _split(asked: "Request", parameters: str, draws: int) -> "Study":
    from sim.experiments.doubt import Asked, doubt

    return doubt(Asked(asked, parameters, draws))


def _keep(study: "Study", crisis: "Scenario", out: Path | None) -> Path:
    from sim.plots import doubt_draw, drivers_draw
    from sim.report import page
    from sim.report.sensitivity import findings, write_page
    from sim.store import folder_name, save

    study.manifest["finding"] = findings(study.manifest)[0]
    folder = save(study, out or Path("results") / folder_name(study.manifest))
    for name, table in study.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    drawn = doubt_draw.write(study, folder) if "split" in study.manifest else drivers_draw.write(study, folder)
    write_page(study, crisis, folder, drawn)
    if out is None:
        page.write_index(folder.parent)
    return folder


def _store(study: "Study") -> None:
    from sim.experiments.stored_sensitivity import store

    store(study)


def _json(study: "Study", folder: Path) -> dict[str, Any]:
    manifest = study.manifest
    head = {"schema_version": manifest["schema_version"], "command": "sensitivity", "run": str(folder)}
    asked = {name: manifest["asked"][name] for name in ("scenario", "mode", "from", "outcomes", "worlds", "seed", "parameters")}
    fields = {name: manifest[name] for name in ("caveat", "finding", "measure", "turned", "setups", "structures") if name in manifest}
    tables = {name: json.loads(table.to_json(orient="records")) for name, table in study.tables.items()}
    return head | asked | fields | tables
