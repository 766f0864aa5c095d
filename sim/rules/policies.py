"""The rules by which a government may decide. Each gives named terms of every act, in logits, and the rest of the model is the same.

They stand beside one another because nobody knows which of them governments follow. docs/model.md, section 4.15.
"""

from typing import Any

import numpy as np

from sim.rules import attention, look_ahead, markov_chain, prospect_theory, quantal_response, tit_for_tat
from sim.scenario.extensions import RULE, added

DEFAULT = "quantal_response"
ADDED = added(RULE)
RULES: dict[str, Any] = {
    **{name: rule.terms for name, rule in ADDED.items()},
    "quantal_response": quantal_response.terms,
    "look_ahead": look_ahead.terms,
    "prospect_theory": prospect_theory.terms,
    "tit_for_tat": tit_for_tat.terms,
    "markov_chain": markov_chain.terms,
}
WITHOUT_COUNCIL = {"markov_chain"} | {name for name, rule in ADDED.items() if rule.decides_daily}
"""Rules that say what is done on any day, and not what a council does when it sits."""


def terms(situation: Any, track: str, settings: Any) -> dict[str, dict[str, Any]]:
    """Named utility terms of every act of a track [logits], by a state's own rule."""
    return RULES[settings.policy](situation, track, settings)


def chance_to_sit(attention_now: Any, settings: Any) -> Any:
    """Probability that something is decided today, by a state's own rule."""
    if settings.policy in WITHOUT_COUNCIL:
        return np.ones_like(attention_now)
    return attention.chance_to_sit(attention_now, settings.attention)
