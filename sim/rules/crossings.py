"""Crossings: what two policies let through, what passes all the same, and when food passes again.

Formal trade is the lower of the two policies; smuggling grows into the gap. Closed crossings have been opened for
food after two to six weeks. docs/model.md, section 4.9.
"""

from typing import Any

import numpy as np


def policy_flow(policy: Any, restricted_flow: Any) -> Any:
    """Share of trade that one state's policy (0 open, 1 restricted, 2 closed) lets through."""
    return np.where(policy == 0, 1.0, np.where(policy == 1, restricted_flow, 0.0))


def habit(before: Any, formal: Any, days: Any) -> Any:
    """How far smuggling has found its way [0 to 1]: it grows while formal trade is cut, and lapses when it is not."""
    pace = np.exp(-1.0 / days)
    return np.where(formal < 1.0, 1.0 - (1.0 - before) * pace, before * pace)


def leaked(formal: Any, habit_now: Any, leakage: Any) -> Any:
    """Share of a crossing's trade that is smuggled past its closure."""
    return leakage * (1.0 - formal) * habit_now


def food_supply(supply: Any, days_cut: Any, settings: Any) -> Any:
    """Share of food trade that passes: at least `food_flow` once trade has been cut for `food_after` days."""
    return np.where(days_cut >= settings.food_after, np.maximum(supply, settings.food_flow), supply)
