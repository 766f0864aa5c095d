"""The command line: each command imports what it needs when it runs, so that help comes at once."""

import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim import __version__
from sim.commands.branch import branch
from sim.commands.bundle import bundle
from sim.commands.calibrate import calibrate
from sim.commands.common import Json, Out, Parameters, Quiet, ScenarioName, Seed, Steps, Worlds, assignments, date_of, fail, scenario_named
from sim.commands.compare import compare
from sim.commands.dashboard import dashboard
from sim.commands.discover import discover
from sim.commands.explain import explain, tell
from sim.commands.play import play
from sim.commands.plot import plot
from sim.commands.query import query
from sim.commands.report import report
from sim.commands.runs import runs
from sim.commands.sensitivity import sensitivity
from sim.commands.sweep import sweep
from sim.commands.tipping import tipping
from sim.commands.validate import validate

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.store import Run

app = typer.Typer(
    help="Taftan: a crisis laboratory. A model, not a forecast.",
    epilog="Start with: replay · show · replay --set 'states.*.resolve.median=0.2'",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def main(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    # A reader that has seen enough (`| head`) closes the pipe: that ends the command and is no error.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if version:
        print(__version__)
        raise typer.Exit


@app.command(rich_help_panel="Ask")
def replay(
    scenario: ScenarioName = None,
    mode: Annotated[
        str | None, typer.Option(help="forced (as recorded), assisted (governments decide) or free (nothing scripted).", show_default="all three")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day on which governments, or all, choose.", show_default="first day")
    ] = None,
    worlds: Worlds = 1000,
    seed: Seed = 1,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value; shown beside the unchanged scenario. Repeatable.")
    ] = None,
    parameters: Parameters = "point",
    world: Annotated[int | None, typer.Option("--world", metavar="N", help="Tell one world day by day, and stop.")] = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """What happened, how likely the model thought each step, and what else might have been."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    try:
        crisis = scenario_named(scenario)
        if world is not None:
            tell(crisis, world, mode, start, seed, as_json, changes=assignments(changes), parameters=parameters)
            return
        asked = assignments(changes)
        from sim.experiments.replay import replay as simulate
        from sim.store import check_place

        if out:
            check_place(out)
        steps.done("Loaded the scenario and the model")
        run = simulate(crisis, mode, start=date_of(start, "--from"), worlds=worlds, seed=seed, changes=asked, parameters=parameters)
        steps.done(f"Ran {worlds:,} worlds of {', '.join(run.manifest['modes'])}")
        folder = _keep(run, crisis, out)
        steps.done("Wrote figures and tables")
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_replay_json(run.manifest, folder), ensure_ascii=False))
    else:
        from sim.report.terminal import print_replay

        print_replay(crisis, run.manifest, folder, quiet)


app.command(rich_help_panel="Ask")(branch)
app.command(rich_help_panel="Ask")(sweep)
app.command(rich_help_panel="Understand")(explain)
app.command(rich_help_panel="Understand")(sensitivity)
app.command(rich_help_panel="Understand")(discover)
app.command(rich_help_panel="Ask")(tipping)
app.command(rich_help_panel="Ask")(play)
app.command(rich_help_panel="Results")(query)
app.command(rich_help_panel="Results")(runs)
app.command(rich_help_panel="Results")(compare)
app.command(rich_help_panel="Results")(plot)
app.command(rich_help_panel="Results")(report)
app.command(rich_help_panel="Results")(bundle)
app.command(rich_help_panel="Trust")(validate)
app.command(rich_help_panel="Trust")(calibrate)
app.command(rich_help_panel="Look")(dashboard)


def _keep(run: "Run", crisis: "Scenario", out: Path | None) -> Path:
    """Write the run's folder, its figures and pages."""
    from sim import interchange
    from sim.findings import findings
    from sim.plots import album
    from sim.report import page
    from sim.store import folder_name, save

    run.manifest["finding"] = findings(crisis, run.manifest)[-1]
    folder = save(run, out or Path("results") / folder_name(run.manifest))
    interchange.write(folder, run.events, crisis)
    page.write_run(folder, crisis, run.manifest, album.write(run, crisis, folder))
    if out is None:
        page.write_index(folder.parent)
    return folder


def _replay_json(manifest: dict[str, Any], folder: Path) -> dict[str, Any]:
    asked = manifest["asked"]
    return {
        "schema_version": manifest["schema_version"],
        "command": asked["command"],
        "run": str(folder),
        "caveat": manifest["caveat"],
        "scenario": asked["scenario"],
        "seed": asked["seed"],
        "worlds": asked["worlds"],
        "from": asked["from"],
        "changes": asked["changes"],
        "parameters": asked["parameters"],
        "modes": manifest["modes"],
    }


@app.command(rich_help_panel="Scenarios")
def show(
    scenario: ScenarioName = None,
    sources: Annotated[bool, typer.Option("--sources", help="Where every number comes from.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="The JSON Schema of scenario.yaml, for editors.")] = False,
    extensions: Annotated[bool, typer.Option("--extensions", help="What installed packages add, and what of it cannot be used.")] = False,
) -> None:
    """Every value of a crisis with unit, range and source."""
    from sim.scenario.describe import schema_text, table
    from sim.scenario.errors import ScenarioError

    if schema:
        print(schema_text())
        return
    if extensions:
        from sim.report.extensions import print_extensions

        print_extensions()
        return
    try:
        crisis = scenario_named(scenario)
    except ScenarioError as error:
        fail(error)
    print(f"{crisis.title}\n{crisis.question}\n{crisis.start} to {crisis.end}, {crisis.days} days; {len(crisis.history)} recorded events")
    header, *rows = table(crisis, sources=sources)
    from sim.report.terminal import print_table

    print_table("", [str(cell) for cell in header], [[str(cell) for cell in row] for row in rows])


@app.command(rich_help_panel="Scenarios")
def check(
    path: Annotated[str, typer.Argument(metavar="PATH", help="A crisis by name or folder; a branch, sweep, chain or priors file; a bundle.")],
    rerun: Annotated[bool, typer.Option("--rerun", help="Run a bundle again from its own inputs, and compare.")] = False,
) -> None:
    """Whether a scenario, a file of yours or a bundle is right; if not, every mistake with its place and what is allowed."""
    from sim.commands.bundle import check_bundle, is_bundle
    from sim.commands.fit import check_fit
    from sim.scenario.check import check as examine
    from sim.scenario.errors import ScenarioError, refuse

    try:
        if is_bundle(Path(path)):
            print(check_bundle(Path(path), rerun))
        elif rerun:
            raise refuse("", "goes with a bundle", field="--rerun", value=path)
        else:
            said = examine(path)
            check_fit(Path(path))
            print(said)
    except ScenarioError as error:
        fail(error)


@app.command(rich_help_panel="Scenarios")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new crisis.")],
    like: Annotated[str, typer.Option(metavar="SCENARIO", help="The crisis to start from.")] = "",
    folder: Annotated[Path, typer.Option(metavar="DIR", help="Where to put its folder.")] = Path("scenarios"),
) -> None:
    """A commented crisis folder to write your own in."""
    from sim.scenario.errors import ScenarioError
    from sim.scenario.load import default_name
    from sim.scenario.new import new as write

    try:
        made = write(name, like or default_name(), folder)
    except ScenarioError as error:
        fail(error)
    print(f"Saved: {made}")
    print(f"Next: edit {made / 'scenario.yaml'}, then python run.py check {made} and python run.py replay {made}", file=sys.stderr)


if __name__ == "__main__":
    app()
