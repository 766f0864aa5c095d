"""Quantal response, the default rule: on every track the terms of sections 4.5 to 4.8, one step at a time.

The likelier the better, never sure: acts are chosen by the logit of what they are worth now (McKelvey & Palfrey 1995;
estimated on crises by Signorino 1999). docs/model.md, sections 4.5 to 4.8.
"""

from typing import Any

from sim.rules import border, military, public, talks


def terms(situation: Any, track: str, settings: Any) -> dict[str, dict[str, Any]]:
    """Named utility terms of every act of a track [logits]."""
    if track == "military":
        return military.terms(situation, settings.military, settings.strikes.expanded_harm)
    theory = {"public": public, "border": border, "talks": talks}[track]
    return theory.terms(situation, getattr(settings, track))
