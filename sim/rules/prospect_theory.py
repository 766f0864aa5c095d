"""Prospect theory: gains and losses against a reference point, losses weighing more.

Each consideration counts as a gain or a loss against how things were before the crisis, less and less the larger it is;
a loss weighs more than an equal gain; a small chance that the other side answers counts for more than it is, a large one
for less (Kahneman & Tversky 1979; the functions and numbers of Tversky & Kahneman 1992; by consideration as in Tversky &
Kahneman 1991; on reference points in crises Levy 1997). docs/model.md, section 4.15.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.rules import quantal_response
from sim.worlds import power

LEAST = 1e-300
"""Smaller amounts count as this much, so that no logarithm meets 0."""


def terms(situation: Any, track: str, settings: Any) -> dict[str, dict[str, Any]]:
    """Named values of every act of a track [logits]: the terms of the default rule against the reference point."""
    own = settings.policies.prospect_theory
    seen = SimpleNamespace(**{**vars(situation), "belief": decision_weight(situation.belief, own.probability_weight)})
    plain = quantal_response.terms(seen, track, settings)
    present = next(iter(plain.values()))
    return {act: against(present, named, own) for act, named in plain.items()}


def against(present: dict[str, Any], named: dict[str, Any], settings: Any) -> dict[str, Any]:
    """Each term of an act as a gain or loss; the reference point has moved some way to the terms of the track's first act."""
    names = dict.fromkeys([*named, *present])
    return {name: value(named.get(name, 0.0) - settings.adaptation * present.get(name, 0.0), settings) for name in names}


def value(amount: Any, settings: Any) -> Any:
    """What a gain (above zero) or loss (below) of an amount is worth [logits]."""
    size = power(np.maximum(np.abs(amount), LEAST), settings.curvature)
    return settings.sensitivity * np.where(amount >= 0.0, size, -settings.loss_aversion * size)


def decision_weight(probability: Any, exponent: Any) -> Any:
    """The weight of a probability in a decision."""
    for_it, against_it = (power(np.maximum(chance, LEAST), exponent) for chance in (probability, 1.0 - probability))
    return for_it / power(for_it + against_it, 1.0 / exponent)
