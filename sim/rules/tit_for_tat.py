"""Generous and contrite tit-for-tat: answer in kind what the other did, now and then let it go, never begin.

It answers only what is owed: harm received beyond harm inflicted, so that it accepts an answer to its own blow (contrite),
and now and then lets go even that (generous), since with noise plain tit-for-tat echoes for ever (Axelrod 1984; Wu &
Axelrod 1995; on crises Leng 1993). What is done is a probability for each act, so its terms are logarithms of
probabilities. docs/model.md, section 4.15.
"""

from typing import Any

import numpy as np

from sim.rules.public import IMPOSSIBLE
from sim.scenario.ladder import acts_of, index_of

LATELY = 0.5
"""A word counts as just said until what is left of it has halved: `public.repeat_half_life`; an alert likewise."""

ALERT, LIMITED, EXPANDED = (index_of("military", act) for act in ("alert", "limited_strike", "expanded_strike"))
PROTEST, THREATEN, DOWNGRADE = (index_of("public", act) for act in ("protest", "threaten", "downgrade"))
SEEK_TALKS = index_of("talks", "seek_talks")


def terms(situation: Any, track: str, settings: Any) -> dict[str, dict[str, Any]]:
    """Named terms of every act of a track [logits]: what reciprocity says, and what generosity takes from it."""
    own = settings.policies.tit_for_tat
    due, spared = TRACKS[track](situation, settings)
    acts = acts_of(track)
    anything = own.noise / len(acts)
    named: dict[str, dict[str, Any]] = {}
    for number, act in enumerate(acts):
        plain = (1.0 - own.noise) * (due == number) + anything
        generous = (1.0 - own.noise) * ((1.0 - own.generosity) * (due == number) + own.generosity * (spared == number)) + anything
        named[act] = {"reciprocity": np.log(plain), "generosity": np.log(generous) - np.log(plain)}
    if track == "public":
        named["downgrade"]["envoys_gone"] = np.where(situation.envoys, 0.0, IMPOSSIBLE)
    return named


def owed(situation: Any) -> Any:
    """Harm received beyond harm inflicted, and what attacks blamed on the other side left [strike units]."""
    return situation.ledger + situation.militant_debt


def provoked(situation: Any, settings: Any) -> Any:
    """Where enough is owed to be answered."""
    return owed(situation) >= settings.policies.tit_for_tat.provocation


def by_force(situation: Any, settings: Any) -> tuple[Any, Any]:
    """A strike for a strike, of the size nearer to what is owed; an alert for an alert."""
    strike = np.where(owed(situation) < 0.5 * (1.0 + settings.strikes.expanded_harm), LIMITED, EXPANDED)
    alerted = (situation.rival_readiness >= LATELY) & (situation.readiness < LATELY)
    return np.where(provoked(situation, settings), strike, np.where(alerted, ALERT, 0)), np.zeros_like(strike)


def in_public(situation: Any, settings: Any) -> tuple[Any, Any]:
    """Relations downgraded for the same, a threat for a threat, a protest for a protest or for a blow; nothing said twice at once."""
    recalled = situation.envoys & ~situation.rival_envoys
    threatened = (situation.rival_threatened >= LATELY) & (situation.just_threatened < LATELY)
    protested = provoked(situation, settings) | (situation.rival_protested >= LATELY)
    protests = protested & (situation.just_protested < LATELY)
    due = np.where(recalled, DOWNGRADE, np.where(threatened, THREATEN, np.where(protests, PROTEST, 0)))
    return due, np.zeros_like(due)


def at_the_border(situation: Any, settings: Any) -> tuple[Any, Any]:
    """The other side's policy, hardened or eased as it was; generous, it opens."""
    return situation.rival_policy, np.zeros_like(situation.rival_policy)


def in_talks(situation: Any, settings: Any) -> tuple[Any, Any]:
    """It offers talks where there is something to talk about and nothing owed; generous, where something is owed, too."""
    tense = np.where(situation.tension >= settings.policies.tit_for_tat.provocation, SEEK_TALKS, 0)
    return np.where(provoked(situation, settings), 0, tense), tense


TRACKS = {"military": by_force, "public": in_public, "border": at_the_border, "talks": in_talks}
"""What is due on each track, and what is done where that is let go: numbers of acts."""
