"""sweep: every set-up of a design in many worlds."""

import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import OUR_ERROR, STOPPED, Json, Out, Quiet, Steps, Workers, Yes, fail, note, scenario_named

if TYPE_CHECKING:
    from sim.experiments.sweep_plan import Plan
    from sim.experiments.sweep_size import Size
    from sim.scenario.parts.sweep import SweepFile
    from sim.scenario.schema import Scenario
    from sim.store import Study

LARGE_SECONDS, SMALL_WORLDS = 1800.0, 20_000
"""From how long on a sweep is asked about; up to how many worlds nobody need estimate how long it takes."""
Many = list[str] | None


def sweep(
    what: Annotated[
        str | None,
        typer.Argument(metavar="[SWEEP|SCENARIO]", help="A sweep of the library, its file, or a crisis to sweep.", show_default="the default crisis"),
    ] = None,
    vary: Annotated[Many, typer.Option("--vary", metavar="PATH=LEVELS", help="a,b,c · low:high:steps · low:high · prior. Repeatable.")] = None,
    design: Annotated[str | None, typer.Option(help="grid, latin_hypercube, sobol, morris or random.", show_default="grid")] = None,
    points: Annotated[int | None, typer.Option(help="Set-ups of a sampled design; trajectories of Morris.")] = None,
    branch: Annotated[
        str | None, typer.Option("--what", metavar="NAME", help="A branch, or A+B, that all set-ups have; its doses: dose.NAME.")
    ] = None,
    mode: Annotated[str | None, typer.Option(help="forced, assisted or free.", show_default="assisted")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day on which governments, or all, choose.")] = None,
    luck: Annotated[str | None, typer.Option(help="shared (set-ups have the same worlds) or independent.")] = None,
    outcomes: Annotated[Many, typer.Option("--outcome", metavar="NAME", help="Outcomes to keep and tell. Repeatable.", show_default="all")] = None,
    series: Annotated[Many, typer.Option("--series", metavar="NAME", help="Daily series of which to keep quantiles. Repeatable.")] = None,
    worlds: Annotated[int | None, typer.Option(help="Worlds per set-up.", show_default="200")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all chance draws.", show_default="1")] = None,
    parameters: Annotated[str | None, typer.Option(help="point, or drawn for each world: prior, posterior.", show_default="point")] = None,
    workers: Workers = None,
    cluster: Annotated[str | None, typer.Option("--cluster", metavar="ADDRESS", help="Scheduler of a Dask cluster, such as tcp://HOST:8786.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how large it is, and stop.")] = False,
    yes: Yes = False,
    keep_as: Annotated[str | None, typer.Option("--save", metavar="NAME", help="Keep the sweep as a file, NAME.yaml.")] = None,
    show_list: Annotated[bool, typer.Option("--list", help="Show the library and stop.")] = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Many set-ups, each in many worlds: what varies with what. Killed at any moment, the same command goes on."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    # What a scheduler sends before it takes the machine away is as good as Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    flags: dict[str, Any] = {
        "design": design,
        "points": points,
        "branch": branch,
        "mode": mode,
        "from": start,
        "luck": luck,
        "worlds": worlds,
        "seed": seed,
    }
    flags |= {"parameters": parameters, "outcomes": tuple(outcomes or ()), "series": tuple(series or ())}
    folder: Path | None = None
    try:
        if show_list:
            _print_library(as_json)
            return
        thought, asked = _plan(what, vary or [], flags)
        if keep_as:
            _save(keep_as, asked)
        folder = out or Path("results") / thought.folder
        steps.done("Loaded the scenario and laid out the design")
        _say_size(thought, workers, dry_run, yes, as_json, quiet, folder)
        if dry_run:
            return
        study = _run(thought, folder, workers, cluster, steps)
        steps.done(f"Ran {thought.worlds:,} worlds")
        _keep(study, thought.case.scenario, folder, named=out is not None)
        steps.done("Wrote figures and tables")
    except ScenarioError as error:
        fail(error, as_json)
    except KeyboardInterrupt:
        kept = "Nothing was run yet; begin" if folder is None else f"What was done is kept in {folder}; go on"
        note(f"\nStopped. {kept} with the same command:\n      {_command_line()}", quiet=False)
        raise typer.Exit(STOPPED) from None
    except RuntimeError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(OUR_ERROR) from None
    if as_json:
        print(json.dumps(_json(study, folder), ensure_ascii=False))
    else:
        from sim.report.sweep import print_sweep

        print_sweep(study, folder, quiet)


def _command_line() -> str:
    """What was typed, as it can be typed again."""
    import shlex

    return "python run.py " + shlex.join(sys.argv[1:])


def _plan(what: str | None, vary: list[str], flags: dict[str, Any]) -> "tuple[Plan, SweepFile]":
    """The sweep that the argument and the flags make together, and its plan."""
    from sim.experiments.sweep_plan import plan
    from sim.scenario.errors import refuse
    from sim.scenario.sweeps import find_sweep, read_rows, read_sweep
    from sim.sweep_flags import sweep_of

    file = find_sweep(what) if what else None
    read = read_sweep(file) if file else None
    if file is None and not vary and flags["design"] != "random":
        raise refuse("", "name a sweep (`sweep --list` shows them), or what to vary: --vary 'states.*.resolve.median=0.1:1:10'", field="sweep")
    asked = sweep_of(read, vary, flags)
    crisis = scenario_named(asked.scenario or (what if file is None else None))
    columns = read_rows(asked, file.parent) if file and asked.rows else None
    return plan(crisis, asked, subject=file.stem if file else crisis.name, columns=columns), asked


def _save(name: str, asked: "SweepFile") -> None:
    from sim.scenario.sweeps import write_sweep

    print(f"Kept the sweep: {write_sweep(name, asked)}", file=sys.stderr)


# ── Its size ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _say_size(thought: "Plan", workers: int | None, dry_run: bool, yes: bool, as_json: bool, quiet: bool, folder: Path) -> None:
    """Say how large it is; ask first where it is very large, or the disk has no room for it."""
    from sim.experiments.sweep import workers_for
    from sim.experiments.sweep_size import size

    counted = f"{len(thought.rows):,} set-ups × {thought.case.sweep.worlds:,} worlds = {thought.worlds:,} worlds"
    if thought.worlds <= SMALL_WORLDS and not dry_run:
        note(counted, quiet or as_json)
        return
    found = size(thought, workers_for(thought, workers))
    parts = f"{found.parts:,} {'part' if found.parts == 1 else 'parts'}"
    words = f"{counted} in {parts}; about {_time(found.seconds)} with {counted_processes(found.workers)}"
    words += f", {found.memory / 1e6:,.0f} MB of memory each, {found.disk / 1e6:,.1f} MB on disk"
    if dry_run and as_json:
        print(json.dumps({"schema_version": 1, "command": "sweep --dry-run", "run": str(folder), **vars(found)}))
    elif dry_run:
        print(words)
        print(thought.rows.head(8).to_string())
    else:
        note(words, quiet or as_json)
        _agreed(found, folder, yes)


def counted_processes(number: int) -> str:
    """one process; 2 processes."""
    return "one process" if number == 1 else f"{number} processes"


def _agreed(found: "Size", folder: Path, yes: bool) -> None:
    """Go on only if somebody wants to, where it takes long or the disk is too small."""
    from sim.scenario.errors import refuse

    place = next(parent for parent in [folder, *folder.absolute().parents] if parent.is_dir())
    free = shutil.disk_usage(place).free
    why = f"takes about {_time(found.seconds)}" if found.seconds > LARGE_SECONDS else ""
    why = f"needs about {found.disk / 1e9:,.1f} GB, and {free / 1e9:,.1f} GB are free" if found.disk > free else why
    if not why or yes:
        return
    if not sys.stdin.isatty() or not typer.confirm(f"This {why}. Go on?", err=True):
        raise refuse("", f"is needed: this {why}", field="--yes")


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


# ── Running and keeping ───────────────────────────────────────────────────────────────────────────────────────────


def _run(thought: "Plan", folder: Path, workers: int | None, cluster: str | None, steps: Steps) -> "Study":
    from sim.experiments.sweep import run

    with _bar(thought.worlds, steps) as (resumed, progress):
        return run(thought, folder, workers=workers, address=cluster, command_line=_command_line(), resumed=resumed, progress=progress)


@contextmanager
def _bar(total: int, steps: Steps) -> Iterator[tuple[Callable[[int, int], None], Callable[[int, int], None]]]:
    """A bar with worlds done, worlds a second and time left, on a terminal; elsewhere only a word on going on with an earlier run."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    shown = not steps.quiet and sys.stderr.isatty()
    columns = (BarColumn(), TextColumn("{task.completed:,.0f} of {task.total:,.0f} worlds · {task.fields[rate]} · left:"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown, transient=True) as bar:
        task = bar.add_task("worlds", total=total, rate="")

        def resumed(done: int, whole: int) -> None:
            note(f"{done:,} of {whole:,} worlds are there already; going on", steps.quiet)
            # The bar's clock begins here: what an earlier run did says nothing of how fast this one is.
            bar.reset(task, total=total, completed=done, rate="")

        def progress(done: int, whole: int) -> None:
            del whole
            speed = bar.tasks[0].speed
            bar.update(task, completed=done, rate=f"{speed:,.0f} worlds/s" if speed else "")

        yield resumed, progress


def _keep(study: "Study", crisis: "Scenario", folder: Path, *, named: bool) -> None:
    """Write figures and pages; a sweep that was finished before has them already."""
    from sim.plots import sweep_album
    from sim.report import page
    from sim.report.sweep import write_page

    if not (folder / "index.html").is_file():
        write_page(study, crisis, folder, sweep_album.write(study, crisis, folder, study.manifest["asked"]["outcomes"]))
    if not named:
        page.write_index(folder.parent)


def _json(study: "Study", folder: Path) -> dict[str, Any]:
    manifest = study.manifest
    asked = {key: manifest["asked"][key] for key in ("scenario", "mode", "from", "luck", "worlds", "seed", "parameters")}
    head = {"schema_version": manifest["schema_version"], "command": "sweep", "run": str(folder)}
    fields = ("caveat", "finding", "sweep", "outcomes", "history", "spans", "failures")
    rows = json.loads(study.tables["summary"].to_json(orient="records"))
    return head | asked | {name: manifest[name] for name in fields} | {"summary": rows}


def _print_library(as_json: bool) -> None:
    from sim.report.terminal import print_table
    from sim.scenario.find import bundle
    from sim.scenario.sweeps import FOLDER, read_sweep, sweep_names

    sweeps = {name: read_sweep(bundle() / FOLDER / f"{name}.yaml") for name in sweep_names()}
    if as_json:
        listed = [{"name": name, "title": one.title, "question": one.question, "source": one.source} for name, one in sweeps.items()]
        print(json.dumps({"schema_version": 1, "command": "sweep --list", "sweeps": listed}, ensure_ascii=False))
        return
    print_table(f"{len(sweeps)} sweeps", ["name", "what varies", "question"], [[name, one.title, one.question] for name, one in sweeps.items()])
