"""What the worlds of many set-ups amount to at once: means with simulation error and quantiles, a row a set-up and outcome.

Sums run one world after another, so that no bit depends on which set-ups stand together.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.course import COURSES
from sim.scenario.additions import Outcome
from sim.summary import NORMAL_95, QUANTILES, share_intervals

Numbers = NDArray[np.float64]
QUANTILE_NAMES = tuple(f"q{round(100 * share):02d}" for share in QUANTILES)
COLUMNS = ("outcome", "worlds", "effective_worlds", "mean", "low", "high", *QUANTILE_NAMES)


def weights_of(log_weight: Numbers) -> Numbers:
    """Weight of each world within its set-up, the largest 1; shape (set-ups, worlds)."""
    return np.asarray(np.exp(log_weight - log_weight.max(axis=1, keepdims=True)))


def summarize(outcome: Outcome, values: NDArray[Any], weight: Numbers) -> list[pd.DataFrame]:
    """Summaries of an outcome, a row a set-up in each table; of a class one table a word, as the share of worlds with it.

    `values` and `weight` have shape (set-ups, worlds); NaN is undefined.
    """
    if outcome.kind == "class":
        return [_rows(f"{outcome.name}: {word}", _means((values == word).astype(np.float64), weight, shares=True)) for word in COURSES]
    found = _means(values, weight, shares=outcome.kind == "yes or no")
    return [_rows(outcome.name, found if outcome.kind == "yes or no" else found | _quantiles(values, weight))]


def _rows(name: str, columns: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame({"outcome": name, **{column: columns.get(column, np.nan) for column in COLUMNS[1:]}})
    numbers = dict.fromkeys(COLUMNS[2:], "Float64")
    # NaN, which stands for undefined here, must reach Parquet as NULL.
    typed = {column: pd.array(np.nan_to_num(table[column].to_numpy(dtype=float)), dtype="Float64") for column in numbers}
    for column, array in typed.items():
        array[np.isnan(table[column].to_numpy(dtype=float))] = pd.NA
    return table.assign(**typed).astype({"outcome": "string", "worlds": "Int64"})


def _means(values: Numbers, weight: Numbers, *, shares: bool) -> dict[str, Numbers]:
    """Worlds in which it is defined, and what they are worth; the weighted mean, and its 95 % interval by simulation error."""
    defined = ~np.isnan(values)
    weight, values = np.where(defined, weight, 0.0), np.where(defined, values, 0.0)
    whole, squares = _sum(weight), _sum(weight * weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        worth, mean = whole * whole / squares, _sum(weight * values) / whole
        error = np.sqrt(_sum((weight * (values - mean[:, np.newaxis])) ** 2)) / whole
        low, high = share_intervals(mean, worth) if shares else (mean - NORMAL_95 * error, mean + NORMAL_95 * error)
    return {"worlds": defined.sum(axis=1), "effective_worlds": worth, "mean": mean, "low": low, "high": high}


def _sum(values: Numbers) -> Numbers:
    """Sum over worlds, one after another; shape (set-ups,)."""
    return np.asarray(np.cumsum(values, axis=1)[:, -1])


def _quantiles(values: Numbers, weight: Numbers) -> dict[str, Numbers]:
    """The smallest values that at least a share of the defined worlds' weight does not exceed; NaN where none is defined."""
    defined = ~np.isnan(values)
    order = np.argsort(np.where(defined, values, np.inf), axis=1, kind="stable")
    so_far = np.cumsum(np.take_along_axis(np.where(defined, weight, 0.0), order, axis=1), axis=1)
    found = {}
    for name, share in zip(QUANTILE_NAMES, QUANTILES, strict=True):
        place = (so_far >= (share - 1e-12) * so_far[:, -1:]).argmax(axis=1)[:, np.newaxis]
        found[name] = np.take_along_axis(values, np.take_along_axis(order, place, axis=1), axis=1)[:, 0]
    return found
