"""Harm and perception: one's own wounds weigh more, and are seen through a fog.

The victim's error has mean one, so misperception never ratchets up by itself (Jervis 1976; on the magnitude gap
Shergill et al. 2003). Harm is in strike units: 1 is a limited strike with the usual number of dead.
docs/model.md, section 4.2.
"""

from typing import Any

import numpy as np

from sim.worlds import power


def people_killed(median: Any, spread: Any, z: Any) -> Any:
    """People killed by a strike or attack, whole: people plus one are log-normal about the median plus one."""
    return np.maximum(np.floor((median + 1.0) * np.exp(spread * z) - 0.5), 0.0)


def harm(size: Any, killed: Any, usual: Any, weight: Any) -> Any:
    """Harm of a strike [strike units]: its size, scaled by the dead against the usual number."""
    return size * power((killed + 1.0) / (usual + 1.0), weight)


def fog(noise: Any, information: Any) -> Any:
    """Standard deviation of the log error with which harm is seen."""
    return noise * np.sqrt(1.0 - information)


def felt(true_harm: Any, gap: Any, ambiguity: Any, spread: Any, z: Any) -> Any:
    """Harm as its victim feels it [strike units]; the error exp(spread z - spread²/2) has mean one."""
    return true_harm * gap * ambiguity * np.exp(spread * z - 0.5 * spread * spread)
