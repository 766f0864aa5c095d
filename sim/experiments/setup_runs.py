"""Set-ups run at once: outcomes of every world of many set-ups, each with numbers of its own, in blocks that fit the cache."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.design import Point
from sim.execute import over_jobs
from sim.outcomes import definitions, needs
from sim.parameters import ByPoint, Known
from sim.scenario.schema import Scenario
from sim.setup_summary import weights_of
from sim.simulate import CELLS, Table
from sim.worlds import Array, Luck

LOG_WEIGHT = "log_weight"


@dataclass(frozen=True)
class Ran:
    """Outcomes by name, and how much each world counts within its set-up, all of shape (set-ups, worlds)."""

    values: dict[str, Array]
    weight: Array

    def means(self, outcome: str) -> Array:
        """Mean over worlds, shape (set-ups,)."""
        return np.asarray((self.weight * self.values[outcome]).sum(axis=1) / self.weight.sum(axis=1))

    def variance_within(self, outcome: str) -> Array:
        """Variance over the worlds of each set-up, shape (set-ups,)."""
        share = self.weight / self.weight.sum(axis=1, keepdims=True)
        apart = self.values[outcome] - self.means(outcome)[:, np.newaxis]
        return np.asarray((share * apart**2).sum(axis=1) / np.maximum(1.0 - (share**2).sum(axis=1), 1e-12))

    def worth(self) -> Array:
        """How many worlds that count alike each set-up's worlds are worth, shape (set-ups,)."""
        return np.asarray(self.weight.sum(axis=1) ** 2 / (self.weight**2).sum(axis=1))

    def error_variance(self, outcome: str) -> Array:
        """Variance of each mean by simulation error, shape (set-ups,)."""
        return self.variance_within(outcome) / self.worth()


def run(
    scenario: Scenario,
    point: Point,
    numbers: Mapping[str, ByPoint],
    outcomes: Sequence[str],
    worlds: int,
    seed: int,
    *,
    luck: Luck = "shared",
    rest: Mapping[str, Known] | None = None,
    workers: int = 1,
) -> Ran:
    """Run `worlds` worlds of every set-up, a row of `numbers` each. What does not happen counts as nought, so that outcomes are of all worlds.

    `rest`: what the other numbers are drawn from, world by world. Luck is shared by all set-ups, or each block's own.
    """
    count = len(next(iter(numbers.values())).values)
    room = max(CELLS // worlds, 1)
    jobs = [
        _Job(scenario, point, {path: ByPoint(column.values[first : first + room]) for path, column in numbers.items()}, tuple(outcomes), worlds, seed,
             luck, first * worlds if luck == "independent" else 0, dict(rest or {}))
        for first in range(0, count, room)
    ]  # fmt: skip
    found = list(over_jobs(_run, jobs, workers))
    values = {name: np.concatenate([one[name] for one in found]) for name in outcomes}
    return Ran(values, weights_of(np.concatenate([one[LOG_WEIGHT] for one in found])))


@dataclass(frozen=True)
class _Job:
    scenario: Scenario
    point: Point
    numbers: Mapping[str, ByPoint]
    outcomes: tuple[str, ...]
    worlds: int
    seed: int
    luck: Luck
    first: int
    rest: Mapping[str, Known]


def _run(job: _Job) -> dict[str, Array]:
    known = [one for one in definitions(job.scenario) if one.name in (*job.outcomes, LOG_WEIGHT)]
    count = len(next(iter(job.numbers.values())).values)
    names = tuple(sorted(needs(job.scenario, known)))
    table = Table(job.scenario, (job.point,) * count, job.seed, {**job.rest, **job.numbers}, names=names, luck=job.luck)
    course = table.course(job.first, job.worlds)
    return {one.name: _of_all(one.read(course), (count, job.worlds)) for one in known}


def _of_all(values: NDArray[np.float64], shape: tuple[int, int]) -> Array:
    """Shape (set-ups, worlds); nought where an outcome is not defined."""
    return np.nan_to_num(np.broadcast_to(np.asarray(values, dtype=np.float64), shape[0] * shape[1])).reshape(shape)
