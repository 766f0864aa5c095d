"""Sweep: every set-up of a design in many worlds, kept part by part.

The same question finds its folder again and goes on with what is missing. Parts are run wherever there is room, and kept
as they come.
"""

import datetime
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sim import __version__
from sim.execute import available_workers, cluster, in_any_order, local
from sim.experiments.asking import crisis_of
from sim.experiments.sweep_finish import as_json, finish, opened
from sim.experiments.sweep_plan import Plan, plan
from sim.fingerprint import code, numerics
from sim.ledger import LIST, Ledger, write
from sim.parts import Made, run_part
from sim.scenario.errors import refuse
from sim.scenario.load import default_name
from sim.scenario.schema import Scenario
from sim.scenario.sweeps import find_sweep, read_rows, read_sweep
from sim.store import Study, asked_hash, is_run, now
from sim.sweep_flags import sweep_of

WORTH_WORKERS = 2
"""Parts from which several processes pay."""
Progress = Callable[[int, int], None]
"""Is told of worlds done and worlds in all."""


def workers_for(plan: Plan, asked: int | None) -> int:
    """Processes that a sweep is worth."""
    return min(asked or (available_workers() if len(plan.parts) >= WORTH_WORKERS else 1), len(plan.parts))


def sweep(
    scenario: Scenario | str | Path | None = None,
    vary: Mapping[str, Any] | str | Path = "",
    folder: Path | str | None = None,
    *,
    workers: int | None = None,
    address: str | None = None,
    **how: Any,
) -> Study:
    """Run a sweep and give its tables: `points`, `summary`, `outcomes` (a row a world), `daily`; raises ScenarioError for what cannot be asked.

    `vary`: factors by path, each a sequence of levels or a mapping as in a sweep's file (`{"low": 0.1, "high": 1, "steps": 10}`); or the
    name or file of a sweep. `how`: the other keys of a sweep's file (`design`, `worlds`, `start`, `outcomes`, …). `folder` is where it
    is kept, and found again (default: results/, by what is asked); `workers` are processes, `address` the scheduler of a Dask cluster.
    """
    file = None if isinstance(vary, Mapping) else find_sweep(str(vary))
    levels = {} if file else {name: taken if isinstance(taken, Mapping) else {"levels": _levels(taken)} for name, taken in dict(vary).items()}  # type: ignore[arg-type]
    asked = sweep_of(read_sweep(file) if file else None, (), {"from" if key == "start" else key: _plain(value) for key, value in how.items()}, levels)
    crisis = crisis_of(scenario or asked.scenario or default_name())
    columns = read_rows(asked, file.parent) if file and asked.rows else None
    thought = plan(crisis, asked, subject=file.stem if file else "", columns=columns)
    return run(thought, Path(folder) if folder else Path("results") / thought.folder, workers=workers, address=address)


def _levels(values: Any) -> tuple[float | str, ...]:
    return tuple(value if isinstance(value, str) else float(value) for value in values)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value.isoformat() if isinstance(value, datetime.date) else value


def run(
    plan: Plan,
    folder: Path,
    *,
    workers: int | None = None,
    address: str | None = None,
    command_line: str = "",
    resumed: Callable[[int, int], None] | None = None,
    progress: Progress | None = None,
) -> Study:
    """Run what is missing of a sweep in its folder, and finish it; a finished one is read.

    `address`: scheduler of a Dask cluster. `resumed` is told of worlds already there; `progress` of worlds done. Raises
    ScenarioError where the folder is of something else, is in use, or was altered. What was done is kept, whatever happens.
    """
    started = now()
    if folder.is_dir() and any(folder.iterdir()) and not (folder / LIST).exists():
        raise refuse("", "a new or empty folder, or that of this sweep", field="--out", value=str(folder))
    head = {"asked": asked_hash(plan.asked), "version": __version__, "code": code(), "numerics": numerics(), "parts": len(plan.parts)}
    with Ledger(folder, head) as ledger:
        ledger.verify()
        if is_run(folder):
            return opened(folder)
        write(folder / "asked.json", as_json({**plan.asked, "command_line": command_line, "parts": len(plan.parts)}))
        _run_missing(plan, ledger, workers_for(plan, workers), address, resumed, progress)
        return finish(plan, ledger, started, command_line)


def _run_missing(
    plan: Plan, ledger: Ledger, workers: int, address: str | None, resumed: Callable[[int, int], None] | None, progress: Progress | None
) -> None:
    missing = [part for part in plan.parts if part.number not in ledger.done]
    done = plan.worlds - sum(part.worlds for part in missing)
    if done and resumed:
        resumed(done, plan.worlds)
    tasks = ((plan.case, plan.of(part), part) for part in missing)
    worlds = {part.number: part.worlds for part in missing}
    with ExitStack() as stack:
        pool = None
        if address and missing:
            pool, workers = stack.enter_context(cluster(address))
        elif workers > 1 and len(missing) > 1:
            pool = stack.enter_context(local(workers))
        for made in in_any_order(pool, workers, run_part, tasks):
            _keep(ledger, made)
            done += worlds[made.part]
            if progress:
                progress(done, plan.worlds)


def _keep(ledger: Ledger, made: Made) -> None:
    """Enter a part; one from a machine that computes otherwise is refused by name."""
    if made.numerics != ledger.head["numerics"]:
        allowed = f"must compute as this process does ({ledger.head['numerics']}), or bits would differ from part to part; leave that worker out"
        raise refuse(f"worker {made.where}", allowed, field="numerics", value=made.numerics)
    ledger.add(made.part, made.files, {"failed": made.failed})
