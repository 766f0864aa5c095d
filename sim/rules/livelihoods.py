"""Livelihoods: how closure, shortage, loss and fear reach people, and when they leave.

Set by hand on the first days of earlier closures (scenarios/closures.yaml). Hardship runs from 0 (living as before)
to 1 (nothing left to live on).
"""

from typing import Any

import numpy as np

from sim.worlds import kept


def stock(before: Any, cut: Any, relief: Any, passing: Any, capacity: Any, refill_days: Any) -> Any:
    """Days of stock left: `cut` is the share of a day's use that no longer comes; what passes also fills stocks up again."""
    refill = passing * (capacity - before) / refill_days
    return np.minimum(np.maximum(before - cut + relief + refill, 0.0), capacity)


def shortage(cut: Any, relief: Any, stock_left: Any, capacity: Any) -> Any:
    """Share of a day's use that people go without: what is cut and not relieved, as far as stocks have run down."""
    return np.maximum(cut - relief, 0.0) * (1.0 - stock_left / capacity)


def price(shortage_now: Any, elasticity: Any) -> Any:
    """Price against ordinary times: it rises with shortage."""
    return 1.0 + elasticity * shortage_now


def hardship(before: Any, lost_income: Any, shortage_now: Any, dearness: Any, lost_kin: Any, settings: Any) -> Any:
    """Hardship after a day: part of the way towards what income, shortage, prices and loss amount to."""
    cause = (
        settings.income_weight * lost_income
        + settings.shortage_weight * shortage_now
        + settings.price_weight * dearness
        + settings.kin_weight * lost_kin
    )
    return (1.0 - settings.adjustment) * before + settings.adjustment * np.minimum(cause, 1.0)


def loss(before: Any, killed: Any, people: Any, settings: Any) -> Any:
    """People killed per thousand, fading as kin go on living."""
    return kept(settings.kin_half_life) * before + 1000.0 * killed / people


def fear(before: Any, neighbours: Any, danger: Any, strikes: Any, settings: Any) -> Any:
    """Fear after a day [0 to 1]: what is left, what neighbours tell, smuggling's danger, strikes near by."""
    told = before + settings.fear_spread * np.maximum(neighbours - before, 0.0)
    calm = kept(settings.fear_half_life) * told
    return 1.0 - (1.0 - calm) * (1.0 - strikes) * (1.0 - (1.0 - kept(settings.fear_half_life)) * danger)


def displaced(before: Any, hardship_now: Any, fear_now: Any, settings: Any) -> Any:
    """Share of people displaced after a day: driven by the worse of fear and hardship beyond a threshold."""
    worst = np.maximum(hardship_now, fear_now)
    push = np.maximum(worst - settings.leave_threshold, 0.0) / np.maximum(1.0 - settings.leave_threshold, 1e-9)
    return before + settings.leave_rate * push * (1.0 - before) - settings.return_rate * (1.0 - worst) * before
