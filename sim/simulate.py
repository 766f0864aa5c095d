"""Design to record to outcomes: runs a table of points, chunk by chunk of worlds.

A chunk is a pure function of (scenario, points, priors, seed, first world, count); cutting the worlds into other chunks
changes no bit. Chunks are sized so that the arrays of a rule stay in the processor's cache.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.course import Course
from sim.design import Point
from sim.model import Crisis
from sim.outcomes import outcomes
from sim.parameters import Known
from sim.record import Record, Series, room
from sim.scenario.schema import Scenario
from sim.worlds import NUMBERS_PER_COUNT, Luck

CELLS = 16384
"""Points times worlds in a chunk (measured): fewer, and the time between operations counts; more, and arrays fall out of the cache."""

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


@dataclass(frozen=True)
class Table:
    """What to run: a scenario, the table of points, the seed, priors with worlds per draw; `names`: the daily series that are wanted (None: all).

    Where luck is independent, the worlds of a chunk are those of its first point; the other points have the next ones.
    A chunk is a pure function of it and a slice of worlds.
    """

    scenario: Scenario
    points: tuple[Point, ...]
    seed: int = 1
    priors: Mapping[str, Known] = field(default_factory=dict)
    worlds_per_draw: int = 1
    names: tuple[str, ...] | None = None
    luck: Luck = "shared"

    def crisis(self, first: int, count: int) -> Crisis:
        """The model of `count` worlds from world `first` on."""
        return Crisis(
            self.scenario,
            self.seed,
            world=first,
            replicates=count,
            points=self.points,
            priors=self.priors,
            worlds_per_draw=self.worlds_per_draw,
            luck=self.luck,
        )

    def chunk(self, first: int, count: int) -> list[PointResult]:
        """Run some worlds; one result a point. Scores of single acts are not kept: of many points they would be the most of it."""
        record = self._record(first, count)
        return [
            PointResult(
                scenario=self.scenario,
                point=point,
                series={name: whole[:, number] for name, whole in record.series.items()},
                totals={name: values[number] for name, values in record.totals.items()},
                scored={},
                log_weight=record.log_weight[number],
            )
            for number, point in enumerate(self.points)
        ]

    def course(self, first: int, count: int) -> Course:
        """Run some worlds; all points' worlds in a row, point after point, as one story: what many points cost least to read off."""
        record, cells = self._record(first, count), (len(self.points), count)
        series = {name: whole.reshape(self.scenario.days, -1) for name, whole in record.series.items()}
        totals = {name: np.broadcast_to(values, cells).ravel() for name, values in record.totals.items()}
        return Course(self.scenario, series, totals, record.log_weight.ravel())

    def _record(self, first: int, count: int) -> Record:
        crisis = self.crisis(first, count)
        if self.names is not None:
            crisis.record.keep_only(self.names)
        return crisis.run()

    def chunks(self, worlds: int, first: int = 0) -> Iterator[tuple[int, int]]:
        """First world and number of worlds of every chunk."""
        for size in _chunks(worlds, len(self.points)):
            yield first, size
            first += size


def memory_needed(scenario: Scenario, points: int, worlds: int) -> float:
    """Bytes that a run's series and log probabilities take at its peak; the latter stand in memory twice while chunks are joined."""
    kinds = Crisis(scenario, points=[Point()]).record.kinds.values()
    each = scenario.days * sum(np.dtype(kind).itemsize for kind in kinds) + 2 * 8 * scenario.days * (2 * len(scenario.tracks) + 2)
    return float(each * points * worlds)


def machine_memory() -> float:
    """Bytes of memory that this machine has."""
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))


def simulate(
    scenario: Scenario, points: Sequence[Point], worlds: int, seed: int, priors: Mapping[str, Known] | None = None, *, first: int = 0
) -> list[PointResult]:
    """Run every point in `worlds` worlds from world `first` on, with the same luck; one result a point."""
    table = Table(scenario, tuple(points), seed, priors or {})
    series: Series = {}
    records: list[Record] = []
    done = 0
    for start, size in table.chunks(worlds, first):
        chunk = table.crisis(start, size)
        series = series or room(chunk.record.kinds, (len(points), scenario.days, worlds))
        # Written chunk by chunk: joined afterwards, the series would stand in memory twice.
        chunk.record.keep_in({name: whole.transpose(1, 0, 2)[:, :, done : done + size] for name, whole in series.items()})
        records.append(chunk.run())
        done += size
        # Agents refer to one another, so Python frees a model late; the series must not wait for that.
        del chunk.record
    return [_of_point(scenario, points, number, series, records) for number in range(len(points))]


def _chunks(worlds: int, points: int) -> Iterator[int]:
    """Sizes of the chunks: whole counts of the generator, so that few numbers are drawn in vain."""
    size = max(CELLS // points, NUMBERS_PER_COUNT)
    size -= size % NUMBERS_PER_COUNT
    while worlds > 0:
        yield min(size, worlds)
        worlds -= size


def _of_point(scenario: Scenario, points: Sequence[Point], number: int, series: Series, records: list[Record]) -> PointResult:
    return PointResult(
        scenario=scenario,
        point=points[number],
        series={name: whole[number] for name, whole in series.items()},
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
