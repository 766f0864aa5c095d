"""What a change does: paired differences, world by world, and how sure one can be of their mean.

Worlds come in draws of the parameters: worlds of a draw differ by chance alone. The mean difference of a draw is its
effect and some noise; the noise is taken off by a one-way random-effects step (DerSimonian & Laird 1986), and what is left
between draws is what we do not know. Where parameters are fixed, there is nothing but simulation error.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr, ndtri, stdtrit

from sim.summary import NORMAL_95

Numbers = NDArray[np.float64]
TAIL = 0.025
"""Share left out on either side of an interval that holds 95 in 100."""
REACH = 8.0
"""Standard deviations beyond which nothing is looked for."""
SMALLEST_FREEDOM = 0.1
"""Where worlds are worth hardly more than one, the interval is as good as endless."""
HALVINGS = 60
"""Halvings of an interval, after which it is as narrow as numbers allow."""


@dataclass(frozen=True)
class Draws:
    """What is known of the effects of parameter draws, each as a normal distribution: centre, spread and weight have shape (draws,).

    `mean` is the mean effect over draws, `error` its standard error, `between` the variance of effects between draws.
    """

    centre: Numbers
    spread: Numbers
    weight: Numbers
    mean: float
    error: float
    between: float

    def below(self, x: float) -> float:
        """Probability that the effect of a draw lies below x."""
        certain = 0.5 * (1.0 + np.sign(x - self.centre))
        z = (x - self.centre) / np.where(self.spread > 0, self.spread, 1.0)
        return float((self.weight * np.where(self.spread > 0, ndtr(z), certain)).sum())

    def quantile(self, at: float) -> float:
        """The value below which a draw's effect lies with probability `at`."""
        low = float((self.centre - REACH * self.spread).min())
        high = float((self.centre + REACH * self.spread).max())
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self.below(middle) < at else (low, middle)
        return 0.5 * (low + high)


def over_draws(difference: Numbers, weight: Numbers, draw: NDArray[Any]) -> Draws:
    """Effects of parameter draws from paired differences; all arguments have shape (worlds,), the weights need not add up to 1.

    Noise within draws is taken as equal in all draws, per effective world; each draw's mean is drawn towards the mean of
    all as far as it is noise (empirical Bayes). Where nothing is left between draws, the error of the mean is all there is.
    """
    number = np.unique(draw, return_inverse=True)[1]
    heavy = np.bincount(number, weight)
    found = np.bincount(number, weight * difference) / heavy
    worlds_worth = heavy**2 / np.bincount(number, weight**2)
    share = heavy / heavy.sum()
    mean, concentration = float((share * found).sum()), float((share**2).sum())
    free = float((share * (1.0 - 1.0 / worlds_worth)).sum())
    within = float((weight * (difference - found[number]) ** 2).sum() / heavy.sum()) / free if free > 0 else 0.0
    noise = within / worlds_worth
    between = 0.0
    if len(share) > 1:
        seen = float((share * (found - mean) ** 2).sum()) / (1.0 - concentration)
        chance = float((share * (1.0 - share) * noise).sum()) / (1.0 - concentration)
        between = above_zero(seen - chance, max(seen, chance) * np.sqrt(2.0 * concentration)) if chance > 0 else seen
    error = float(np.sqrt((share**2 * (between + noise)).sum()))
    signal = between / np.where(between + noise > 0, between + noise, 1.0)
    spread = np.sqrt(between * (1.0 - signal) + error**2)
    return Draws(mean + signal * (found - mean), spread, share, mean, error, between)


def above_zero(estimate: float, error: float) -> float:
    """Mean of what a variance can be, given an estimate with a normal error and that it is not below zero.

    Where noise hides the variance, taking the estimate itself, or zero, would make intervals too narrow half of the time.
    """
    if error <= 0:
        return max(estimate, 0.0)
    z = estimate / error
    return float(estimate + error * np.exp(-0.5 * z * z - log_ndtr(z)) / np.sqrt(2.0 * np.pi))


def effect(before: Numbers, after: Numbers, weight: Numbers, draw: NDArray[Any] | None) -> dict[str, Any]:
    """The effect on one outcome, in the worlds in which it is defined with and without the change.

    before, after: means on either side; difference: mean paired difference; low, high: 95 % interval over parameter
    draws, or (without `draw`) simulation error; p_positive: probability over draws that the mean effect is above zero;
    error: standard error; lower, same, higher: shares of worlds; worlds: in how many it is defined on both sides.
    """
    defined = ~(np.isnan(before) | np.isnan(after)) & (weight > 0)
    entry: dict[str, Any] = {"worlds": int(defined.sum())}
    if not defined.any():
        return entry | dict.fromkeys(("before", "after", "difference", "low", "high", "error", "lower", "same", "higher"))
    difference, weight = (after - before)[defined], weight[defined]
    share = weight / weight.sum()
    entry |= {
        "before": float((share * before[defined]).sum()),
        "after": float((share * after[defined]).sum()),
        "lower": float(share[difference < 0].sum()),
        "same": float(share[difference == 0].sum()),
        "higher": float(share[difference > 0].sum()),
    }
    if draw is None:
        return entry | effect_in_clusters(before[defined], after[defined], weight, np.arange(len(weight)))
    draws = over_draws(difference, weight, draw[defined])
    return entry | {
        "difference": draws.mean,
        "low": draws.quantile(TAIL),
        "high": draws.quantile(1.0 - TAIL),
        "p_positive": min(max(1.0 - draws.below(0.0), 0.0), 1.0),
        "error": draws.error,
    }


def effect_in_clusters(before: Numbers, after: Numbers, weight: Numbers, cluster: NDArray[Any]) -> dict[str, Any]:
    """The effect on an outcome with simulation error alone, where worlds of a cluster are alike: few draws, or a world each.

    The standard error is that between clusters (Liang & Zeger 1986), drawn out by Student's t with as many degrees of
    freedom as equally heavy clusters would have, less one.
    """
    share, difference = weight / weight.sum(), after - before
    number = np.unique(cluster, return_inverse=True)[1]
    heavy = np.bincount(number, share)
    mean, worth = float((share * difference).sum()), float(1.0 / (heavy**2).sum())
    off = np.bincount(number, share * (difference - mean))
    freedom = max(worth - 1.0, SMALLEST_FREEDOM)
    error = float(np.sqrt(worth / freedom * (off**2).sum()))
    reach = float(stdtrit(freedom, 1.0 - TAIL)) * error
    sides = {"lower": float(share[difference < 0].sum()), "same": float(share[difference == 0].sum()), "higher": float(share[difference > 0].sum())}
    return {"worlds": len(share), **sides, "difference": mean, "low": mean - reach, "high": mean + reach, "error": error}


def effects(before: pd.DataFrame, after: pd.DataFrame, weight: Numbers, draw: NDArray[Any] | None) -> dict[str, dict[str, Any]]:
    """The effect on every outcome that both sides have."""
    names = [name for name in before.columns if name in after.columns]
    return {name: effect(before[name].to_numpy(), after[name].to_numpy(), weight, draw) for name in names}


def widening(shown: int) -> float:
    """By how much wider than one interval of 95 in 100 each of several must be, so that all hold at once 95 times in 100."""
    one_of_many = 1.0 - (1.0 - 2.0 * TAIL) ** (1.0 / max(shown, 1))
    return float(ndtri(1.0 - one_of_many / 2.0)) / NORMAL_95


def widen_together(entries: list[dict[str, Any]]) -> None:
    """Adds `low_together` and `high_together`: intervals that all hold at once 95 times in 100, however many are shown (Šidák 1967).

    Each interval is widened by the ratio of the normal quantiles for one and for as many as there are.
    """
    shown = [entry for entry in entries if entry["difference"] is not None and (entry["lower"] or entry["higher"])]
    wider = widening(len(shown))
    for entry in entries:
        for side in ("low", "high"):
            middle = entry["difference"]
            entry[f"{side}_together"] = None if middle is None else middle + wider * (entry[side] - middle)


def told_from_none(entry: dict[str, Any], together: bool = False) -> bool:
    """Whether the interval leaves zero out."""
    if entry["difference"] is None:
        return False
    low, high = (entry[f"{side}_together" if together else side] for side in ("low", "high"))
    return bool(low > 0 or high < 0)
