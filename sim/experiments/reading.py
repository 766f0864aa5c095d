"""What a study keeps of every chunk: outcomes as numbers, how each world ends, a few daily series, hardship by community."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logsumexp

from sim.execute import over_chunks
from sim.outcomes import comparable, definitions
from sim.parameters import draw_of
from sim.simulate import PointResult, Table
from sim.summary import effective_worlds

SERIES = ("tension", "hardship", "trade")
"""Daily series that a study keeps, where the scenario has them."""


@dataclass(frozen=True)
class Kept:
    """One point's worlds: outcomes (a row a world), courses, series (days, worlds), person-days of hardship by community (worlds,).

    `altered`: where any daily series differs from that of the point's parent; `parted`: the first day on which one does.
    """

    values: pd.DataFrame
    course: NDArray[Any]
    series: dict[str, NDArray[np.float32]]
    hardship: dict[str, NDArray[np.float64]]
    log_weight: NDArray[np.float64]
    altered: NDArray[np.bool_]
    parted: NDArray[np.float64]

    @property
    def worlds(self) -> int:
        """Number of worlds."""
        return len(self.log_weight)

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Weight of each world, given the record that it followed; they add up to 1."""
        weights = np.exp(self.log_weight - self.log_weight.max())
        return np.asarray(weights / weights.sum())

    @property
    def effective_worlds(self) -> float:
        """How many equally weighted worlds these are worth."""
        return effective_worlds(self.weights)


def study(
    table: Table, parents: Sequence[int], worlds: int, *, first: int = 0, workers: int | None = None, series: Sequence[str] = SERIES
) -> list[Kept]:
    """Run a table and keep what a study needs; `parents` names for each point the point that it is compared with (itself, for a parent)."""
    read = partial(_read, parents=tuple(parents), series=tuple(series))
    chunks = list(over_chunks(table, worlds, read, first=first, workers=workers))
    return [join([chunk[number] for chunk in chunks]) for number in range(len(table.points))]


def _read(results: list[PointResult], first: int, *, parents: tuple[int, ...], series: tuple[str, ...]) -> list[Kept]:
    return [of_point(result, results[parent], series) for result, parent in zip(results, parents, strict=True)]


def of_point(result: PointResult, parent: PointResult, series: Sequence[str] = SERIES) -> Kept:
    """What a study keeps of one point's worlds, beside its parent's (itself, for a parent)."""
    course = result.course()
    how_it_ends = next(outcome for outcome in definitions(result.scenario) if outcome.kind == "class")
    parted = parting(parent, result) if parent is not result else np.full(result.worlds, np.inf)
    return Kept(
        values=comparable(course),
        course=how_it_ends.read(course),
        series={name: result.series[name].copy() for name in series if name in result.series},
        hardship={name: result.totals[f"{name}.person_days"] for name in result.scenario.communities},
        log_weight=result.log_weight,
        altered=np.isfinite(parted),
        parted=parted,
    )


def parting(before: PointResult, after: PointResult) -> NDArray[np.float64]:
    """First day on which any daily series differs, per world; infinite where none does."""
    differs = np.zeros((before.scenario.days, before.worlds), dtype=bool)
    for name in before.series.keys() & after.series.keys():
        differs |= before.series[name] != after.series[name]
    return np.where(differs.any(axis=0), differs.argmax(axis=0), np.inf)


def join(parts: list[Kept]) -> Kept:
    """Chunks of one point as one."""

    def joined(name: str) -> Any:
        return np.concatenate([getattr(part, name) for part in parts])

    first = parts[0]
    return Kept(
        values=pd.concat([part.values for part in parts], ignore_index=True),
        course=joined("course"),
        series={name: np.concatenate([part.series[name] for part in parts], axis=1) for name in first.series},
        hardship={name: np.concatenate([part.hardship[name] for part in parts]) for name in first.hardship},
        log_weight=joined("log_weight"),
        altered=joined("altered"),
        parted=joined("parted"),
    )


def counted_once(log_weight: NDArray[np.float64], draw: NDArray[Any]) -> NDArray[np.float64]:
    """Log weights under which draws count alike, and worlds of a draw as they did; shape (…, worlds).

    A record to which the parameters were fitted has said what it says about them: worlds are still weighted by how likely
    their luck made it, draws no more.
    """
    found = np.array(log_weight, dtype=np.float64)
    for rows in np.split(np.arange(len(draw)), np.flatnonzero(np.diff(draw)) + 1):
        found[..., rows] -= logsumexp(found[..., rows], axis=-1, keepdims=True)
    return found


def draws_of(table: Table, worlds: int, first: int = 0) -> NDArray[Any] | None:
    """The parameter draw of every world; None where parameters are fixed."""
    return draw_of(np.arange(first, first + worlds), table.worlds_per_draw) if table.priors else None
