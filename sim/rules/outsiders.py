"""Third parties: they notice, speak, offer, mediate; and four things that this may change.

Calls come fast, offers follow, mediation proper is slow and rare. Facilitation clears the view, formulation eases
agreement, manipulation makes force dearer, cover lowers the cost of stopping (Beardsley, Quinn, Biswas & Wilkenfeld
2006; Beardsley 2011). A message counts only with a side that does not think the messenger hostile (Kydd 2003), and an
outsider may also condone force. docs/model.md, section 4.7.
"""

from typing import Any

import numpy as np

SILENT, CALLED, OFFERED, MEDIATING = 0, 1, 2, 3


def chance_to_advance(stage: Any, attention: Any, settings: Any) -> Any:
    """Probability that an outsider goes on to its next stage today."""
    rate = np.where(stage == SILENT, settings.call_rate, np.where(stage == CALLED, settings.offer_rate, settings.mediation_rate))
    return np.where(stage == MEDIATING, 0.0, 1.0 - np.exp(-rate * attention))


def heed(attention: Any) -> Any:
    """How far an outsider is still at it: its attention, at most 1."""
    return np.minimum(attention, 1.0)


def help_given(stage: Any, attention: Any, mediation: Any) -> Any:
    """Weight of its help (facilitation, formulation, cover): an offer counts in part, mediation in full."""
    return heed(attention) * np.where(stage == MEDIATING, 1.0, np.where(stage == OFFERED, mediation.offer_weight, 0.0))


def pressure(stage: Any, attention: Any, mediation: Any) -> Any:
    """Weight of its pressure: a call counts in part, an offer at least as much, mediation in full."""
    word = np.where(stage == MEDIATING, 1.0, np.where(stage == SILENT, 0.0, mediation.call_weight))
    return heed(attention) * np.where(stage == OFFERED, np.maximum(mediation.call_weight, mediation.offer_weight), word)


def credibility(bias: Any) -> Any:
    """How far its messages count with a state: fully if neutral or friendly (0), not at all if thought hostile (-1)."""
    return 1.0 + bias
