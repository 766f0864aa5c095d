"""Talks: whether to seek them, and whether they end in agreement.

Talks are worth most when the account is even and tension high; they cost face while harm is unanswered (Schelling
1960; O'Neill 1999). Outsiders help by carrying messages and by proposing terms (Beardsley, Quinn, Biswas & Wilkenfeld
2006). docs/model.md, section 4.6.
"""

from typing import Any

import numpy as np

from sim.worlds import logistic, positive


def evenness(ledger: Any, debt: Any, scale: Any) -> Any:
    """How even the account looks: 1 when nothing is owed either way."""
    return np.exp(-(np.abs(ledger) + positive(debt)) / scale)


def terms(situation: Any, settings: Any) -> dict[str, dict[str, Any]]:
    """Named utility terms of seeking talks [logits]; tension in strike units."""
    urgency = 2.0 * situation.tension / (1.0 + situation.tension)
    return {
        "nothing": {},
        "seek_talks": {
            "gain": settings.gain * evenness(situation.ledger, situation.debt, settings.evenness) * urgency,
            "pressure": settings.pressure * situation.pressure,
            "face": -settings.face * situation.stakes * positive(situation.debt),
            "routine": -settings.constant,
        },
    }


def chance_of_agreement(information: Any, formulation: Any, settings: Any) -> Any:
    """Probability that two sides that both seek talks agree today."""
    reach = settings.reach + (1.0 - settings.reach) * information
    return reach * logistic(settings.ease + formulation)


def chance_of_return(truce: Any, tension: Any, calm: Any, settings: Any) -> Any:
    """Probability that envoys return today: under a truce, or slowly as tension fades below `calm` [both in strike units]."""
    footing = np.maximum(truce, settings.faded * calm / (calm + tension))
    return 1.0 - np.exp(-settings.return_rate * footing)
