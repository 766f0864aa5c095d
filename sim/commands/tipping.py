"""tipping: until when each lever still matters."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Out, Parameters, Quiet, ScenarioName, Seed, Steps, Workers, Worlds, fail, scenario_named

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.store import Study


def tipping(
    scenario: ScenarioName = None,
    levers: Annotated[
        list[str] | None,
        typer.Option("--levers", metavar="NAME|FILE", help="A lever of the library or a file. Repeatable.", show_default="all that fit the crisis"),
    ] = None,
    outcome: Annotated[str, typer.Option("--outcome", metavar="NAME", help="What is to be prevented.")] = "second_round",
    threshold: Annotated[float, typer.Option(help="A lever's window closes when it has less than this share of its best effect left.")] = 0.5,
    start: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day on which a lever is pulled.", show_default="six days before the first strike"),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Last day.", show_default="seven days after the last step of restoration")
    ] = None,
    every: Annotated[int, typer.Option(metavar="DAYS", help="Only every so many days.")] = 1,
    worlds: Worlds = 500,
    seed: Seed = 1,
    parameters: Parameters = "posterior",
    workers: Workers = None,
    show_list: Annotated[bool, typer.Option("--list", help="Show the levers and stop.")] = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """When it was too late in the model: on which days each lever still prevents an outcome."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    try:
        crisis = scenario_named(scenario)
        if show_list:
            _print_library(crisis, as_json)
            return
        from sim.experiments.tipping import tipping as simulate
        from sim.store import check_place

        if out:
            check_place(out)
        steps.done("Loaded the scenario and the model")
        study = simulate(
            crisis,
            levers or (),
            outcome=outcome,
            threshold=threshold,
            start=start,
            until=until,
            every=every,
            worlds=worlds,
            seed=seed,
            parameters=parameters,
            workers=workers,
        )
        found = study.manifest
        steps.done(f"Ran {worlds:,} worlds with {len(found['levers'])} levers on each of {found['days']} days")
        folder = _keep(study, crisis, out)
        steps.done("Wrote the figure and tables")
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(study, folder), ensure_ascii=False))
    else:
        from sim.report.tipping import print_tipping

        print_tipping(study.manifest, folder, quiet)


def _print_library(crisis: "Scenario", as_json: bool) -> None:
    from sim.branches import library
    from sim.report.terminal import print_table
    from sim.scenario.branches import LEVERS

    levers = library(crisis, LEVERS)
    if as_json:
        listed = [{"name": name, "title": one.title, "question": one.question, "source": one.source} for name, one in levers.items()]
        print(json.dumps({"schema_version": 1, "command": "tipping --list", "levers": listed}, ensure_ascii=False))
        return
    rows = [[name, one.title, one.question] for name, one in levers.items()]
    print_table(f"{len(rows)} levers of {crisis.name}", ["name", "lever", "question"], rows)


def _keep(study: "Study", crisis: "Scenario", out: Path | None) -> Path:
    from sim.plots import tipping_draw
    from sim.report import page
    from sim.report.tipping import write_page
    from sim.store import folder_name, save
    from sim.tipping_words import tipping_findings

    study.manifest["finding"] = tipping_findings(study.manifest)[0]
    folder = save(study, out or Path("results") / folder_name(study.manifest))
    write_page(study, crisis, folder, tipping_draw.write(study, crisis, folder))
    if out is None:
        page.write_index(folder.parent)
    return folder


def _json(study: "Study", folder: Path) -> dict[str, Any]:
    manifest = study.manifest
    asked = {name: manifest["asked"][name] for name in ("scenario", "seed", "worlds", "parameters", "threshold", "from", "until", "every")}
    fields = ("mode", "caveat", "finding", "outcome", "interval", "draws", "settled_from", "as_it_was", "levers")
    head = {"schema_version": manifest["schema_version"], "command": "tipping", "run": str(folder)}
    cells = json.loads(study.table().to_json(orient="records"))
    return head | asked | {name: manifest[name] for name in fields} | {"days": cells}
