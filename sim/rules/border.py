"""The border track: open, restrict, close.

Closing hurts the other side and one's own border people alike; routine keeps it rare. A closed border stays closed until
a council sits again, and keeps itself on the agenda. docs/model.md, section 4.8.
"""

from typing import Any

import numpy as np

from sim.worlds import positive


def terms(situation: Any, settings: Any) -> dict[str, dict[str, Any]]:
    """Named utility terms of every border policy [logits]; going beyond the present policy costs the routine constant."""
    levels = {"open": 0.0, "restrict": settings.restriction, "close": 1.0}
    return {act: _policy(level, number, situation, settings) for number, (act, level) in enumerate(levels.items())}


def _policy(level: Any, number: int, situation: Any, settings: Any) -> dict[str, Any]:
    return {
        "coercion": settings.coercion * positive(situation.debt) * level,
        "stake": -settings.stake * level,
        "pressure": -settings.pressure * situation.pressure * level,
        "unrest": -settings.unrest * situation.unrest * level,
        "routine": np.where(situation.policy >= number, 0.0, -settings.constant),
    }
