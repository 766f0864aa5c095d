"""Sweep: every set-up of a design in many worlds, kept part by part.

The same question finds its folder again and goes on with what is missing. Parts are run wherever there is room, and kept
as they come.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sim import __version__
from sim.execute import available_workers, cluster, in_any_order, local
from sim.experiments.sweep_finish import as_json, finish, opened
from sim.experiments.sweep_plan import Plan
from sim.fingerprint import code, numerics
from sim.ledger import LIST, Ledger, write
from sim.parts import Made, run_part
from sim.scenario.errors import refuse
from sim.store import Study, asked_hash, is_run, now

WORTH_WORKERS = 2
"""Parts from which several processes pay."""
Progress = Callable[[int, int], None]
"""Is told of worlds done and worlds in all."""


def workers_for(plan: Plan, asked: int | None) -> int:
    """Processes that a sweep is worth."""
    return min(asked or (available_workers() if len(plan.parts) >= WORTH_WORKERS else 1), len(plan.parts))


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
