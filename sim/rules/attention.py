"""Attention: governments do not decide on war every day.

A council sits when something has caught its attention; otherwise routine runs on (Jones & Baumgartner 2005; the
"bureaucratic routine" of Goldstein & Freeman 1991). docs/model.md, section 4.1.
"""

from typing import Any

import numpy as np

from sim.worlds import kept


def drawn_by_attacks(killed: Any) -> Any:
    """How much notice an attack draws [1 = ten dead]: it grows with the square root of the dead."""
    return np.sqrt(killed / 10.0)


def attention(before: Any, felt: Any, words: Any, notice: Any, shock: Any, closure: Any, settings: Any) -> Any:
    """Attention after a day [attention units].

    What is left, harm felt, the other side's hostile words [strike units], attacks blamed on it, outside shocks, and
    one's own border policy [0 open, 1 closed].
    """
    fresh = felt + settings.words_weight * words + settings.attack_weight * notice + shock + settings.border_weight * closure
    return kept(settings.half_life) * before + fresh


def chance_to_sit(attention_now: Any, settings: Any) -> Any:
    """Probability that the council sits today."""
    return 1.0 - np.exp(-settings.agenda * (attention_now + settings.routine))
