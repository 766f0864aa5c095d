"""explain: why a government did what it did; one world told day by day; where a branch leaves its parent."""

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Out, Parameters, Quiet, ScenarioName, Seed, Steps, assignments, fail, scenario_named

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.store import Study


def explain(
    scenario: ScenarioName = None,
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", help="The day of the decision.")] = None,
    actor: Annotated[str | None, typer.Option("--actor", metavar="STATE", help="The government that decides.")] = None,
    world: Annotated[int | None, typer.Option("--world", metavar="N", help="One world; without --at it is told day by day.")] = None,
    what: Annotated[
        str | None, typer.Option("--what", metavar="NAME|FILE", help="A branch: where world N of it leaves its parent's, and by which terms.")
    ] = None,
    mode: Annotated[
        str | None, typer.Option(help="forced, assisted or free.", show_default="forced to the day before; a world is told in assisted")
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day on which governments, or all, choose.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario, and explain that. Repeatable.")
    ] = None,
    worlds: Annotated[int, typer.Option(help="Worlds, where no single one is asked for.")] = 500,
    seed: Seed = 1,
    parameters: Parameters = "point",
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Why a government did what it did on a day, and what would have made it do something else."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    try:
        crisis, changes = scenario_named(scenario), assignments(set_)
        if what is not None:
            _where_it_parts(crisis.override(changes), what, world, at, mode, seed, as_json)
        elif at is None:
            tell(crisis, world, mode, start, seed, as_json, changes=changes, parameters=parameters)
        else:
            _one_day(crisis, changes, steps, at, actor, world, mode, start, worlds, seed, parameters, out, as_json, quiet)
    except ScenarioError as error:
        fail(error, as_json)


def _one_day(
    crisis: "Scenario",
    changes: dict[str, Any],
    steps: Steps,
    at: str,
    actor: str | None,
    world: int | None,
    mode: str | None,
    start: str | None,
    worlds: int,
    seed: int,
    parameters: str,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    from sim.experiments.explain import explain as run
    from sim.report.explain import print_explanation
    from sim.scenario.errors import one_of, refuse

    if actor is None:
        raise refuse("", f"is required: {one_of(crisis.states)}", field="--actor")
    steps.done("Loaded the scenario and the model")
    study = run(
        crisis,
        at=at,
        actor=actor,
        world=world,
        worlds=worlds,
        seed=seed,
        mode=mode or "forced",
        start=start,
        changes=changes,
        parameters=parameters,
    )
    steps.done("Weighed every act, and looked for what would flip it")
    folder = _keep(study, crisis, out)
    if as_json:
        print(json.dumps(_json(study, folder), ensure_ascii=False))
    else:
        print_explanation(crisis, study, folder, quiet)


def _keep(study: "Study", crisis: "Scenario", out: Path | None) -> Path:
    from sim.plots.album import write_explanation
    from sim.report import page
    from sim.report.explain import blocks, findings
    from sim.store import folder_name, save

    told = findings(crisis, study)
    study.manifest["finding"] = told[0]
    asked = study.manifest["asked"]
    folder = save(study, out or Path("results") / folder_name(study.manifest))
    question = f"Why did {crisis.states[asked['actor']].label} do what it did on {asked['at']}?"
    words = ["python run.py explain", asked["scenario"], f"--at {asked['at']} --actor {asked['actor']}", f"--seed {asked['seed']}"]
    words += [f"--world {asked['world']}"] if asked["world"] is not None else [f"--worlds {asked['worlds']}"]
    words += [f"--mode {asked['mode']}"] if asked["mode"] != "forced" else []
    words += [f"--from {asked['from']}"] if asked["from"] else []
    words += [f"--set {shlex.quote(f'{path}={value}')}" for path, value in asked["changes"].items()]
    command = " ".join([*words, f"--parameters {asked['parameters']}"])
    figures = write_explanation(study, crisis, folder)
    page.render(folder, crisis, study.manifest, question=question, findings=told, figures=figures, blocks=blocks(study), command=command)
    if out is None:
        page.write_index(folder.parent)
    return folder


def _json(study: "Study", folder: Path) -> dict[str, Any]:
    asked = study.manifest["asked"]
    head = {"schema_version": 1, "command": "explain", "run": str(folder), "mode": study.manifest["mode"], "caveat": study.manifest["caveat"]}
    head |= {name: asked[name] for name in ("scenario", "at", "actor", "world", "worlds", "seed", "changes", "parameters")}
    head |= {"sits": study.manifest["sits"], "effective_worlds": study.manifest["effective_worlds"]}
    return head | {name: json.loads(table.to_json(orient="records")) for name, table in study.tables.items()}


def tell(
    crisis: "Scenario",
    world: int | None,
    mode: str | None,
    start: str | None,
    seed: int,
    as_json: bool,
    *,
    changes: dict[str, Any] | None = None,
    parameters: str = "point",
) -> None:
    """Print one world day by day, or its events as JSON."""
    from sim.experiments.tell import tell_world
    from sim.narration import days
    from sim.scenario.errors import refuse

    if world is None:
        raise refuse("", "is required, with --actor; or --world to be told one world", field="--at")
    opening, events = tell_world(crisis, world, mode or "assisted", start, seed, changes=changes, parameters=parameters)
    if as_json:
        head = {"schema_version": 1, "command": "explain", "mode": mode or "assisted", "caveat": "A model, not a forecast."}
        said = {"scenario": crisis.name, "world": world, "seed": seed, "opening": opening, "events": events}
        print(json.dumps(head | said, ensure_ascii=False))
        return
    print("\n".join(opening))
    for date, lines in days(events):
        print(f"\n{date}")
        print("\n".join(f"  {'record' if recorded else 'model '}  {words}" for recorded, words in lines))
    if not events:
        print("Nothing beyond routine happens in it.")
    print("\nOne possible course among many. A model, not a forecast.")


def _where_it_parts(crisis: "Scenario", what: str, world: int | None, at: str | None, mode: str | None, seed: int, as_json: bool) -> None:
    from sim.experiments.parting import parting
    from sim.report.explain import parting_words
    from sim.scenario.errors import refuse

    if world is None:
        raise refuse("", "is required with --what: a whole number, 0 or more", field="--world")
    found = parting(crisis, what, world, mode=mode or "assisted", seed=seed, at=at)
    if as_json:
        print(json.dumps({"schema_version": 1, "command": "explain", "branch": what, "world": world, **found}, ensure_ascii=False))
        return
    for line in parting_words(crisis, what, world, found):
        print(line)
    print("A model, not a forecast.")
