"""Choice: a council sits or not; if it sits, each track is a logit choice among its acts.

The record, or an outside hand, may fix an act or exclude some: `allowed`. The probability of what the record allows is
that of the day as a whole, over "sat" and "did not sit": working through the tracks in order, each act is evidence
about whether the council sat. docs/model.md, sections 4.5 and 7.
"""

from typing import Any, NamedTuple

import numpy as np

from sim.worlds import Array, Flags, Whole, total

SMALLEST_PROBABILITY = 1e-12
"""What the record shows but a world thinks impossible counts as this unlikely."""


class TrackChoice(NamedTuple):
    """A track on a day: weight of each act if the council sits, and what happens if it does not."""

    weights: list[Any]
    routine: Any


def weights_of(utilities: list[Any]) -> list[Any]:
    """exp(U - max U) for each act [1]."""
    highest = utilities[0]
    for utility in utilities[1:]:
        highest = np.maximum(highest, utility)
    return [np.exp(utility - highest) for utility in utilities]


def chance_if_sitting(weights: list[Any], allowed: list[Flags]) -> Array:
    """Probability that a sitting council does something allowed."""
    return total(weight * may for weight, may in zip(weights, allowed, strict=True)) / total(weights)


def chance_if_not(routine: Any, allowed: list[Flags]) -> Array:
    """1 where routine (the number of an act) is allowed, else 0."""
    return total((routine == number) * may for number, may in enumerate(allowed))


def observe(sits: Any, if_sitting: Any, if_not: Any) -> tuple[Array, Array]:
    """Probability of what was seen on a track, and of having sat given that it was seen."""
    seen = sits * if_sitting + (1.0 - sits) * if_not
    return seen, np.where(seen > 0.0, sits * if_sitting / np.where(seen > 0.0, seen, 1.0), 1.0)


def choose(weights: list[Any], allowed: list[Flags] | None, u: Any) -> Whole:
    """Number of the act chosen among those allowed, by the uniform `u`."""
    if allowed is not None:
        weights = [weight * may for weight, may in zip(weights, allowed, strict=True)]
        nothing_left = total(weights) <= 0.0
        weights = [np.where(nothing_left, may, weight) for weight, may in zip(weights, allowed, strict=True)]
    target = u * total(weights)
    chosen, so_far = np.zeros(np.shape(target), dtype=np.int64), weights[0]
    for weight in weights[1:]:
        chosen += target > so_far
        so_far = so_far + weight
    return chosen
