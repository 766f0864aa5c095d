"""How large a sweep is, said before it starts: worlds, parts, time, memory, room on disk."""

import time
from dataclasses import dataclass

import numpy as np

from sim.design import Point
from sim.experiments.sweep_plan import Plan
from sim.model import Crisis
from sim.parts import run_part

PROBED = 1024
"""Worlds that are run to see how fast this machine is."""
PART_SECONDS = 0.25
"""What a part costs however few its worlds (measured: about what a world costs that is run alone)."""
PROCESS_BYTES = 180e6
"""Memory of a process before any world (measured)."""
ARRAYS = 400
"""Arrays with a number a world that stand in memory at once besides what is remembered (measured)."""


@dataclass(frozen=True)
class Size:
    """How large a sweep is. Seconds and bytes are estimates; memory is that of one process."""

    setups: int
    worlds: int
    parts: int
    workers: int
    seconds: float
    memory: float
    disk: float


def size(plan: Plan, workers: int) -> Size:
    """Estimate time and room on disk from some worlds of the first part, memory from what is remembered of the largest."""
    first, largest = plan.parts[0], max(part.worlds for part in plan.parts)
    points = min(first.points[1] - first.points[0], PROBED)
    probe = first._replace(points=(first.points[0], first.points[0] + points), worlds_each=min(first.worlds_each, max(PROBED // points, 1)))
    before = time.perf_counter()
    made = run_part(plan.case, plan.of(probe), probe)
    spent = time.perf_counter() - before
    fixed = min(PART_SECONDS, 0.8 * spent)
    seconds = (plan.worlds * (spent - fixed) / probe.worlds + fixed * len(plan.parts)) / workers
    kinds = Crisis(plan.case.scenario, points=[Point()]).record.kinds
    remembered = sum(np.dtype(kinds[name]).itemsize for name in plan.case.series) * plan.case.scenario.days
    disk = sum(map(len, made.files.values())) / probe.worlds * plan.worlds
    return Size(len(plan.rows), plan.worlds, len(plan.parts), workers, seconds, PROCESS_BYTES + largest * (remembered + 8.0 * ARRAYS), disk)
