"""Design to record to outcomes: runs a table of points, chunk by chunk of worlds.

A chunk is a pure function of (scenario, points, priors, seed, first world, count); cutting the worlds into other chunks
changes no bit. Chunks are sized so that a day's arrays stay in the processor's cache.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.design import Point
from sim.model import Crisis
from sim.outcomes import Course, outcomes
from sim.record import Record
from sim.scenario.parts.priors import Prior
from sim.scenario.schema import Scenario
from sim.worlds import NUMBERS_PER_COUNT

CELLS = 4096
"""Points times worlds in a chunk: at 8 bytes, an array of a quarter of a usual 128 kB share of level-2 cache."""

Scored = dict[tuple[int, str, str], NDArray[Any]]


@dataclass(frozen=True)
class PointResult:
    """One point's worlds: daily series (days, worlds), sums over the run (worlds,), log probabilities of what was fixed."""

    scenario: Scenario
    point: Point
    series: dict[str, NDArray[Any]]
    totals: dict[str, NDArray[Any]]
    scored: Scored
    log_weight: NDArray[np.float64]

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return len(self.log_weight)

    @property
    def weights(self) -> NDArray[np.float64]:
        """Weight of each world, given the record that its governments followed; they add up to 1."""
        weights = np.exp(self.log_weight - self.log_weight.max())
        return weights / weights.sum()

    def course(self) -> Course:
        """The point's series as a story."""
        return Course(self.scenario, self.series, self.totals, self.log_weight)

    def outcomes(self) -> pd.DataFrame:
        """A row per world."""
        return outcomes(self.course())


def memory_needed(scenario: Scenario, points: int, worlds: int) -> float:
    """Bytes that a run's series take at its peak, while chunks and the whole are both held; from one world's record."""
    record = Crisis(scenario, points=[Point()]).record
    each = sum(series.nbytes for series in record.series.values()) + 8 * scenario.days * (2 * len(scenario.tracks) + 2)
    return 2.0 * each * points * worlds


def machine_memory() -> float:
    """Bytes of memory that this machine has."""
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def simulate(
    scenario: Scenario, points: Sequence[Point], worlds: int, seed: int, priors: dict[str, Prior] | None = None, *, first: int = 0
) -> list[PointResult]:
    """Run every point in `worlds` worlds from world `first` on, with the same luck; one result a point."""
    sizes = list(_chunks(worlds, len(points)))
    starts = [first + sum(sizes[:number]) for number in range(len(sizes))]
    records = [
        Crisis(scenario, seed, world=start, replicates=size, points=points, priors=priors).run() for start, size in zip(starts, sizes, strict=True)
    ]
    return [_of_point(scenario, points, number, records) for number in range(len(points))]


def _chunks(worlds: int, points: int) -> Iterator[int]:
    """Sizes of the chunks: whole counts of the generator, so that few numbers are drawn in vain."""
    size = max(CELLS // points, NUMBERS_PER_COUNT)
    size -= size % NUMBERS_PER_COUNT
    while worlds > 0:
        yield min(size, worlds)
        worlds -= size


def _of_point(scenario: Scenario, points: Sequence[Point], number: int, records: list[Record]) -> PointResult:
    return PointResult(
        scenario=scenario,
        point=points[number],
        series={name: np.concatenate([record.series[name][:, number] for record in records], axis=1) for name in records[0].series},
        totals={name: np.concatenate([record.totals[name][number] for record in records]) for name in records[0].totals},
        scored=_scored(points, number, records),
        log_weight=np.concatenate([record.log_weight[number] for record in records]),
    )


def _scored(points: Sequence[Point], number: int, records: list[Record]) -> Scored:
    """Log probabilities of what the record fixed in one point; a record keeps only the rows of points that followed it that day."""
    scored: Scored = {}
    for key in records[0].scored:
        following = [other for other, point in enumerate(points) if point.states_until > key[0]]
        if number in following:
            scored[key] = np.concatenate([record.scored[key][following.index(number)] for record in records])
    return scored
