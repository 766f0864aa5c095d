"""Armed groups: the background tempo of attacks, salient attacks, and whom they are blamed on.

Tempo follows strength, truce, votes, joint security work and means; counts are geometric, as over-dispersed as the
monthly counts outside election campaigns (docs/model.md, section 4.12). An attack during a truce costs trust only as far
as the partner is thought able to have stopped it (Kydd & Walter 2002).
"""

from typing import Any

import numpy as np

from sim.worlds import power


def strength(fighters: Any, fighters_first: Any, settings: Any) -> Any:
    """Factor by which a group's size moves its tempo."""
    return power(fighters / fighters_first, settings.fighters)


def conditions(truce: Any, vote: Any, coordination: Any, readiness: Any, settings: Any) -> Any:
    """Factor by which circumstances move a group's tempo."""
    return np.exp(settings.talks * truce + settings.election * vote - settings.coordination * coordination - settings.readiness * readiness)


def means(supply: Any, settings: Any) -> Any:
    """Factor by which the loss of trade across the border cuts a group's means; supply is the share of trade that passes."""
    return 1.0 - settings.fuel_income * (1.0 - supply)


def count(rate: Any, u: Any) -> Any:
    """A day's attacks: geometric with mean `rate`, variance rate + rate²."""
    share = rate / (1.0 + rate)
    return np.floor(np.log(u) / np.log(np.where(share > 0.0, share, 1e-300)))


def whole_people(expected: Any, u: Any) -> Any:
    """Whole people with mean `expected`: rounded down or up by chance."""
    return np.floor(expected + u)


def chance_of_blame(prior: Any, weight: Any, coordination: Any) -> Any:
    """Probability that an attack is blamed on the state of the group's haven: joint security work makes common enemies."""
    return prior * (1.0 - weight * coordination)


def trust_left(preventable: Any, blamed: Any) -> Any:
    """Share of a truce that an attack leaves."""
    return 1.0 - preventable * blamed
