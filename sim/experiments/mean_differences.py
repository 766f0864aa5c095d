"""Two weighted means and their difference, with intervals of 95 in 100 from the number of worlds.

The interval of a difference is put together from those of the two means and from how far their errors go together
(MOVER: Newcombe 1998 for shares, Zou & Donner 2008).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.effects import Numbers
from sim.summary import NORMAL_95, effective_worlds, share_interval

YES = "yes or no"
"""The kind of an outcome whose mean is a share."""


@dataclass(frozen=True)
class Estimate:
    """A weighted mean with its 95 % interval, the worlds in which it is defined, and the error that every cluster of worlds brings."""

    mean: float
    low: float
    high: float
    worlds: int
    effective: float
    errors: Numbers


def estimate(values: Numbers, weight: Numbers, cluster: NDArray[np.int64], kind: str) -> Estimate | None:
    """A mean over the worlds in which it is defined, with its interval; None where it is defined in none. Arrays have shape (worlds,).

    The error of a mean is the sum over clusters of what their worlds add to it (Liang & Zeger 1986); a share has the
    interval of Wilson (1927) with as many worlds as these are worth.
    """
    defined = ~np.isnan(values) & (weight > 0)
    if not defined.any():
        return None
    share, known = weight[defined] / weight[defined].sum(), values[defined]
    # Where every world has the same value, rounding must not make an error, or a difference, of it.
    mean = float(known[0]) if (known == known[0]).all() else float((share * known).sum())
    errors = np.bincount(cluster[defined], share * (known - mean), minlength=int(cluster.max()) + 1)
    variance, worth = float((errors**2).sum()), effective_worlds(share)
    if kind == YES:
        alike = min(mean * (1.0 - mean) / variance, worth) if variance > 0 else worth
        low, high = share_interval(mean, alike)
    else:
        low, high = mean - NORMAL_95 * math.sqrt(variance), mean + NORMAL_95 * math.sqrt(variance)
    return Estimate(mean, low, high, int(defined.sum()), worth, errors)


def difference(first: Estimate | None, second: Estimate | None, paired: bool) -> dict[str, Any]:
    """Second less first with its 95 % interval; nothing where either is undefined."""
    if first is None or second is None:
        return dict.fromkeys(("difference", "low", "high"))
    together = _going_together(first.errors, second.errors) if paired else 0.0
    middle = second.mean - first.mean
    below, above = (second.mean - second.low, first.high - first.mean), (second.high - second.mean, first.mean - first.low)
    reach = [math.sqrt(max(a * a + b * b - 2.0 * together * a * b, 0.0)) for a, b in (below, above)]
    return {"difference": middle, "low": middle - reach[0], "high": middle + reach[1]}


def _going_together(first: Numbers, second: Numbers) -> float:
    """Correlation of the errors of two means over the same clusters."""
    size = max(len(first), len(second))
    one, other = (np.pad(errors, (0, size - len(errors))) for errors in (first, second))
    spread = math.sqrt(float((one**2).sum() * (other**2).sum()))
    return float((one * other).sum()) / spread if spread > 0 else 0.0
