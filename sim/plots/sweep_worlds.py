"""Worlds behind a figure of a sweep: means with simulation error, over one set-up or several, and what can be told apart.

The error of a mean over set-ups, and of a difference between them, follows from what each world adds to each mean
(linearised ratio estimates), so that worlds which share their luck count as the pairs that they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.summary import NORMAL_95, QUANTILES, quantiles, share_interval

QUANTILE_NAMES = ("q05", "q25", "q50", "q75", "q95")
UNDEFINED: dict[str, Any] = dict.fromkeys(("mean", "low", "high", *QUANTILE_NAMES), np.nan)


@dataclass(frozen=True)
class Sample:
    """An outcome by set-up and world, both of shape (set-ups, worlds): values, NaN where undefined; weights, adding up to 1 in every set-up.

    `paired`: whether a column is one world in all set-ups; else each set-up has worlds of its own.
    """

    points: dict[int, int]
    values: NDArray[np.float64]
    weights: NDArray[np.float64]
    share: bool
    paired: bool = True

    @property
    def means(self) -> NDArray[np.float64]:
        """Of every set-up; NaN where no world is defined."""
        means = np.nansum(self.weights * self.values, axis=1)
        return np.where(self.weights.any(axis=1), means, np.nan)

    def rows(self, points: Sequence[int]) -> list[int]:
        """Places of the set-ups in which the outcome is defined in some world."""
        return [self.points[point] for point in points if point in self.points and self.weights[self.points[point]].any()]

    def added(self, rows: Sequence[int]) -> NDArray[np.float64]:
        """What each world adds to the mean over some set-ups: (worlds,), or (set-ups × worlds,) where each set-up has its own."""
        picked = list(rows)
        spread = np.nan_to_num(self.weights[picked] * (self.values[picked] - self.means[picked, np.newaxis])) / len(picked)
        return spread.sum(axis=0) if self.paired else spread.ravel()

    def worth(self, rows: Sequence[int]) -> float:
        """Equally weighted worlds that the set-up with the fewest is worth."""
        return float(min(1.0 / (self.weights[row] ** 2).sum() for row in rows))

    def estimate(self, points: Sequence[int]) -> dict[str, Any]:
        """Mean over set-ups with its 95 % simulation error, quantiles over all their worlds, and how many worlds stand behind."""
        rows = self.rows(points)
        if not rows:
            return {"setups": 0, "worlds": 0, "effective_worlds": 0.0, **UNDEFINED}
        mean, error = float(self.means[rows].mean()), float(np.sqrt((self.added(rows) ** 2).sum()))
        low, high = mean - NORMAL_95 * error, mean + NORMAL_95 * error
        if self.share:
            # A weighted share of one can come out a last bit above it.
            mean = min(max(mean, 0.0), 1.0)
            several = len(rows) > 1 and error > 0
            low, high = share_interval(mean, mean * (1 - mean) / error**2 if several else self.worth(rows))
        there = self.weights[rows] > 0
        middle = quantiles(self.values[rows][there], self.weights[rows][there], QUANTILES)
        found = {"setups": len(rows), "worlds": int(there.sum()), "effective_worlds": self.worth(rows), "mean": mean, "low": low, "high": high}
        return found | {name: float(value) for name, value in zip(QUANTILE_NAMES, middle, strict=True)}

    def told(self, one: Sequence[int], other: Sequence[int]) -> bool:
        """Whether the means over two groups of set-ups can be told apart, world by world, by more than simulation error."""
        first, second = self.rows(one), self.rows(other)
        if not first or not second:
            return False
        difference = float(self.means[first].mean() - self.means[second].mean())
        one_adds, other_adds = self.added(first), self.added(second)
        together = ((one_adds - other_adds) ** 2).sum() if self.paired else (one_adds**2).sum() + (other_adds**2).sum()
        variance = float(together)
        if self.share:
            # As if one world more differed in each direction (Agresti & Min 2005), so that a handful of worlds is no finding.
            variance += 1.0 / min(self.worth(first), self.worth(second)) ** 2
        return abs(difference) > NORMAL_95 * float(np.sqrt(variance)) and difference != 0


def sample(outcomes: pd.DataFrame, column: str, word: str | None, share: bool) -> Sample:
    """The worlds of an outcome; `word`: the class whose share is meant."""
    point, world = outcomes["point"].to_numpy(dtype=int), outcomes["world"].to_numpy(dtype=int)
    numbers, worlds = {int(one): place for place, one in enumerate(np.unique(point))}, np.unique(world)
    most = int(np.bincount(np.searchsorted(np.array(list(numbers)), point)).max())
    paired = len(worlds) == most
    columns = np.searchsorted(worlds, world) if paired else outcomes.groupby("point").cumcount().to_numpy()
    at = np.searchsorted(np.array(list(numbers)), point), columns
    raw = outcomes[column]
    read = raw.to_numpy(dtype=float, na_value=np.nan) if word is None else (raw == word).to_numpy(dtype=float, na_value=0.0)
    values, logs = np.full((len(numbers), most), np.nan), np.full((len(numbers), most), -np.inf)
    values[at], logs[at] = read, outcomes["log_weight"].to_numpy(dtype=float)
    weights = np.where(np.isnan(values), 0.0, np.exp(logs - logs.max(axis=1, keepdims=True)))
    totals = weights.sum(axis=1, keepdims=True)
    return Sample(numbers, values, np.divide(weights, totals, out=np.zeros_like(weights), where=totals > 0), share, paired)


def influence(points: pd.DataFrame, means: pd.Series, names: Sequence[str], bins: int = 0) -> dict[str, float]:
    """Share of the variance over set-ups that each factor explains alone, by its levels or `bins` of them; most first.

    Corrected for the number of levels (epsilon squared), so that chance alone explains nothing on average.
    """
    values = means.to_numpy(dtype=float, na_value=np.nan)
    found = {name: _explained(_codes(points[name], bins), values) for name in names}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def influence_interval(points: pd.DataFrame, means: pd.Series, name: str, bins: int, draws: int) -> tuple[float, float]:
    """95 % interval of that share over resampled set-ups."""
    there = means.notna().to_numpy()
    codes, values = _codes(points[name], bins)[there], means.to_numpy(dtype=float, na_value=np.nan)[there]
    if len(values) < 3:
        return 0.0, 1.0
    picked = np.random.default_rng(0).integers(0, len(values), (draws, len(values)))
    low, high = np.quantile([_explained(codes[row], values[row]) for row in picked], (0.025, 0.975))
    return float(low), float(high)


def _codes(column: pd.Series, bins: int) -> NDArray[np.int64]:
    """Numbers of the levels, or of the bins with as many set-ups each, that set-ups are in."""
    if not bins or not pd.api.types.is_numeric_dtype(column):
        return np.unique(column.astype(str).to_numpy(dtype=str), return_inverse=True)[1]
    return np.argsort(np.argsort(column.to_numpy(dtype=float), kind="stable"), kind="stable") * min(bins, len(column)) // len(column)


def _explained(codes: NDArray[np.int64], values: NDArray[np.float64]) -> float:
    there = ~np.isnan(values)
    codes, values = codes[there], values[there]
    counts = np.bincount(codes)
    number, groups = len(values), int((counts > 0).sum())
    total = float(((values - values.mean()) ** 2).sum()) if number else 0.0
    if total <= 0 or number <= groups:
        return 0.0
    means = np.bincount(codes, weights=values) / np.maximum(counts, 1)
    within = float(((values - means[codes]) ** 2).sum())
    return max(1.0 - within / (number - groups) / (total / (number - 1)), 0.0)
