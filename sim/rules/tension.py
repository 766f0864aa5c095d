"""Tension: recent hostile and friendly acts between the two states, summed and fading.

Reported in the Goldstein units of CAMEO event data, hostile positive, never below zero (Goldstein 1992).
docs/model.md, section 4.13.
"""

from typing import Any

import numpy as np

from sim.worlds import kept

STRIKE = 10.0
"""Goldstein units of a strike: tension in strike units is tension over this."""


def tension(before: Any, hostility: Any, half_life: Any) -> Any:
    """Tension after a day [Goldstein units]."""
    return np.maximum(kept(half_life) * before + hostility, 0.0)
