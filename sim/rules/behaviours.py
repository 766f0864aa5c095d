"""The ways in which an outsider may come to call, to offer, to mediate. Each gives the chance of its next stage today.

As a rule attention alone carries it. Ripeness has it that mediation proper waits until both sides have been hurt: before
that each still hopes to win alone (Zartman 1989; 2000). docs/model.md, section 4.7.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.rules import outsiders
from sim.scenario.extensions import BEHAVIOUR, added

AT_ONCE = "at_once"
"""As fast as its attention carries it: what outsiders do unless a scenario says otherwise."""


def when_ripe(stage: Any, attention: Any, settings: Any, seen: Any) -> Any:
    """Calls and offers as ever; mediation only where both states have struck."""
    chance = outsiders.chance_to_advance(stage, attention, settings)
    return np.where((stage == outsiders.OFFERED) & ~(seen.first_has_struck & seen.second_has_struck), 0.0, chance)


OTHERS = {**{name: behaviour.chance_to_advance for name, behaviour in added(BEHAVIOUR).items()}, "when_ripe": when_ripe}


def chance_to_advance(stage: Any, attention: Any, settings: Any, seen: Callable[[], Any]) -> Any:
    """Probability that an outsider goes on to its next stage today, by its own behaviour [0 to 1]; `seen` looks at the states."""
    if settings.behaviour == AT_ONCE:
        return outsiders.chance_to_advance(stage, attention, settings)
    chance = OTHERS[settings.behaviour](stage, attention, settings, seen())
    return np.where(stage == outsiders.MEDIATING, 0.0, np.clip(chance, 0.0, 1.0))
