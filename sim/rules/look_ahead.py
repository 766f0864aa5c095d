"""One step ahead: an act is worth what is left of it after the other side's reply.

A government puts itself in the other's place: it takes the other to weigh things as it does itself, with a resolve that it
can only guess from what it has seen, and judges force by the reply that is then likely (strategic quantal response:
Signorino 1999; backward induction with error: McKelvey & Palfrey 1998). Words, talks and the border are weighed as ever.
docs/model.md, section 4.15.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.rules import debt, military, quantal_response
from sim.rules.choice import weights_of
from sim.worlds import positive, total

Terms = dict[str, dict[str, Any]]


def terms(situation: Any, track: str, settings: Any) -> Terms:
    """Named utility terms of every act of a track [logits]."""
    if track != "military":
        return quantal_response.terms(situation, track, settings)
    reply = worth_of_replies(0.0, replies(0.0, situation, settings), situation, settings)
    stand_by = {**military.standing_by(situation, settings.military), "reply": reply}
    limited, expanded = (striking(size, situation, settings) for size in (1.0, settings.strikes.expanded_harm))
    alert = military.alert(stand_by, limited, expanded, situation, settings.military)
    return {"stand_by": stand_by, "alert": alert, "limited_strike": limited, "expanded_strike": expanded}


def striking(size: Any, situation: Any, settings: Any) -> dict[str, Any]:
    """Terms of a strike of `size` [strike units]; what it costs hangs on the reply that is likely, and not on belief."""
    chances = replies(size, situation, settings)
    answered = SimpleNamespace(**{**vars(situation), "belief": total(chances)})
    return {**military.striking(size, answered, settings.military), "reply": worth_of_replies(size, chances, situation, settings)}


def worth_of_replies(size: Any, chances: tuple[Any, Any], situation: Any, settings: Any) -> Any:
    """What the other side's reply is expected to add to what is left unanswered [logits]."""
    left = situation.need - size
    unanswered = square(positive(left))
    harms = (1.0, settings.strikes.expanded_harm)
    worse = [chance * (square(positive(left + settings.perception.gap * harm)) - unanswered) for chance, harm in zip(chances, harms, strict=True)]
    return -settings.policies.look_ahead.foresight * situation.stakes * total(worse)


def square(x: Any) -> Any:
    """x times itself."""
    return x * x


def replies(size: Any, situation: Any, settings: Any) -> tuple[Any, Any]:
    """Probabilities that the other side replies to harm of `size` with a limited and with an expanded strike."""
    place = in_the_others_place(size, situation, settings)
    utilities = [total(military.standing_by(place, settings.military).values())]
    utilities += [total(military.striking(harm, place, settings.military).values()) for harm in (1.0, settings.strikes.expanded_harm)]
    weights = weights_of(utilities)
    return weights[1] / total(weights), weights[2] / total(weights)


def in_the_others_place(size: Any, situation: Any, settings: Any) -> SimpleNamespace:
    """The other side's situation after harm of `size`, as one who weighs things alike would see it.

    What it is owed is one's own ledger turned round and the new harm as felt; its resolve is guessed from the belief that
    it answers; a strike frees it from the truce.
    """
    owed = settings.perception.gap * settings.strikes.ambiguity * size - situation.ledger
    return SimpleNamespace(
        stakes=settings.resolve.median * np.exp(situation.belief_log_odds) * settings.audience.base,
        need=debt.need(owed, 0.0, settings.debt),
        audience=settings.audience.base,
        commitment=situation.rival_commitment,
        belief=settings.belief.initial,
        readiness=situation.rival_readiness,
        pressure=situation.pressure,
        intensity=situation.intensity + size,
        truce=situation.truce * (size <= 0.0),
    )
