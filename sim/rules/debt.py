"""Score debt: what one side still has to answer.

A blow is felt, remembered, and either answered or forgotten. When both sides have answered, both debts are near zero
and the way out is open (Schelling 1960; O'Neill 1999; Carson 2018). docs/model.md, section 4.3.
"""

from typing import Any

import numpy as np

from sim.worlds import kept, positive


def debt(before: Any, felt: Any, inflicted: Any, settings: Any) -> Any:
    """Unanswered harm after a day [strike units]: harm felt adds, harm inflicted settles; below zero one is ahead."""
    return kept(settings.half_life) * before + felt - inflicted


def militant_debt(before: Any, notice: Any, struck: Any, settings: Any) -> Any:
    """What attacks blamed on the neighbour leave to answer [strike units]; one's own strike settles most of it."""
    left = kept(settings.militant_half_life) * before * (1.0 - settings.discharge * struck)
    return left + settings.militant_weight * notice


def need(debt_now: Any, militant: Any, settings: Any) -> Any:
    """The urge to answer [strike units], saturating at `cap`."""
    return settings.cap * (1.0 - np.exp(-(positive(debt_now) + militant) / settings.cap))
