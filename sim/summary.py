"""What many worlds amount to: weighted quantiles, shares with intervals, and history's place among them.

Intervals here are simulation error: they shrink with more worlds. What is not known about the parameters does not, and
is shown apart.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.course import COURSES
from sim.scenario.additions import Outcome

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
NORMAL_95 = 1.959964
"""Standard normal quantile of a two-sided 95 % interval."""


def quantiles(values: NDArray[Any], weights: NDArray[Any], at: tuple[float, ...] = QUANTILES) -> NDArray[Any]:
    """Weighted quantiles along the last axis: the smallest value that at least that share of the weight does not exceed.

    `values` has shape (…, worlds), `weights` (worlds,); the result (quantiles, …).
    """
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    so_far = np.cumsum(weights[order], axis=-1)
    so_far = so_far / so_far[..., -1:]
    places = [np.argmax(so_far >= share - 1e-12, axis=-1) for share in at]
    return np.array([np.take_along_axis(ordered, place[..., np.newaxis], axis=-1)[..., 0] for place in places])


def effective_worlds(weights: NDArray[Any]) -> float:
    """How many equally weighted worlds these weights are worth."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def share_interval(share: float, worlds: float) -> tuple[float, float]:
    """95 % interval of a share seen in a number of worlds (Wilson 1927)."""
    low, high = share_intervals(share, worlds)
    return float(low), float(high)


def share_intervals(share: Any, worlds: Any) -> tuple[Any, Any]:
    """95 % intervals of shares, each seen in a number of worlds; arrays of one shape, or single numbers (Wilson 1927)."""
    spread = NORMAL_95**2 / worlds
    centre = (share + spread / 2) / (1 + spread)
    half = NORMAL_95 * np.sqrt(share * (1 - share) / worlds + spread / (4 * worlds)) / (1 + spread)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def mean_interval(values: NDArray[Any], weights: NDArray[Any]) -> tuple[float, float, float]:
    """Weighted mean and its 95 % interval."""
    weights = weights / weights.sum()
    mean = float((weights * values).sum())
    error = float(np.sqrt((weights**2 * (values - mean) ** 2).sum()))
    return mean, mean - NORMAL_95 * error, mean + NORMAL_95 * error


def quantile_interval(values: NDArray[Any], weights: NDArray[Any], at: float) -> tuple[float, float, float]:
    """A weighted quantile and its 95 % interval, from how many worlds can fall below it by chance."""
    half = NORMAL_95 * np.sqrt(at * (1.0 - at) / effective_worlds(weights))
    value, low, high = quantiles(values, weights, (at, max(at - half, 0.0), min(at + half, 1.0)))
    return float(value), float(low), float(high)


def summary(outcome: Outcome, column: pd.Series, weights: NDArray[Any], history: Any) -> dict[str, Any]:
    """An outcome over worlds: on what it is conditional, in how many worlds it is defined, mean with interval, quantiles, history."""
    defined = column.notna().to_numpy()
    entry: dict[str, Any] = {
        "label": outcome.label,
        "meaning": outcome.meaning,
        "kind": outcome.kind,
        "unit": outcome.unit,
        "given": outcome.given or None,
        "worlds": int(defined.sum()),
        "never": int((~defined).sum()),
        "share_defined": float(weights[defined].sum() / weights.sum()),
        "history": None if pd.isna(history) else history if isinstance(history, str) else float(history),
    }
    if outcome.kind == "class":
        return entry | _of_class(column, weights)
    entry |= dict.fromkeys(("mean", "low", "high", "median", "q05", "q95", "place"))
    return entry | _of_number(outcome, column[defined].to_numpy(dtype=float), weights[defined], entry["history"]) if defined.any() else entry


def _of_class(column: pd.Series, weights: NDArray[Any]) -> dict[str, Any]:
    words = column.to_numpy(dtype=object)
    shares = {course: float(weights[words == course].sum() / weights.sum()) for course in COURSES}
    return {"mean": None, "median": None, "q05": None, "q95": None, "shares": shares}


def _of_number(outcome: Outcome, values: NDArray[Any], weights: NDArray[Any], history: float | None) -> dict[str, Any]:
    mean, low, high = mean_interval(values, weights)
    if outcome.kind == "yes or no":
        low, high = share_interval(mean, effective_worlds(weights))
    q05, median, q95 = quantiles(values, weights, (0.05, 0.5, 0.95))
    place = None if history is None else _place(values, weights, history)
    return {"mean": mean, "low": low, "high": high, "median": float(median), "q05": float(q05), "q95": float(q95), "place": place}


def _place(values: NDArray[Any], weights: NDArray[Any], history: float) -> float:
    """Share of worlds below history's value, ties counted half."""
    return float((weights[values < history].sum() + 0.5 * weights[values == history].sum()) / weights.sum())
