"""The military track: stand by, alert, strike.

A strike answers what is needed, no less and preferably no more; it is dear by itself, under outside pressure, against
a truce and when unready. Standing by leaves the need unanswered (docs/model.md, section 4.5). Choice is logit quantal
response (McKelvey & Palfrey 1995; Signorino 1999): each act's utility is a sum of named terms, in logits.
"""

from typing import Any

import numpy as np

from sim.worlds import positive, total

Terms = dict[str, dict[str, Any]]


def standing_by(situation: Any, settings: Any) -> dict[str, Any]:
    """Terms of doing nothing: unanswered need before the home audience, and a threat not kept."""
    return {
        "unanswered": -situation.stakes * situation.need * situation.need,
        "inconsistency": -settings.inconsistency * situation.audience * situation.commitment,
    }


def striking(size: Any, situation: Any, settings: Any) -> dict[str, Any]:
    """Terms of a strike of `size` [strike units]."""
    short, over = positive(situation.need - size), positive(size - situation.need)
    fear = 1.0 + settings.brink * situation.intensity
    return {
        "unanswered": -situation.stakes * short * short,
        "overshoot": -settings.overshoot * over * over,
        "cost": -settings.cost * fear * size * (1.0 + situation.belief * size),
        "pressure": -settings.pressure * situation.pressure * size,
        "honour": -settings.honour * situation.truce * size,
        "haste": -settings.haste * (1.0 - situation.readiness) * size,
    }


def terms(situation: Any, settings: Any, expanded_harm: Any) -> Terms:
    """Named utility terms of every act of the military track [logits]."""
    stand_by = standing_by(situation, settings)
    limited = striking(1.0, situation, settings)
    expanded = striking(expanded_harm, situation, settings)
    return {
        "stand_by": stand_by,
        "alert": alert(stand_by, limited, expanded, situation, settings),
        "limited_strike": limited,
        "expanded_strike": expanded,
    }


def alert(stand_by: dict[str, Any], limited: dict[str, Any], expanded: dict[str, Any], situation: Any, settings: Any) -> dict[str, Any]:
    """Terms of an alert: those of standing by, its cost, and what it keeps open of the better strike's advantage."""
    advantage = np.maximum(total(limited.values()), total(expanded.values())) - total(stand_by.values())
    option = settings.option_value * (1.0 - situation.readiness) * positive(advantage)
    return {**stand_by, "alert_cost": -settings.alert_cost, "option_value": option}
