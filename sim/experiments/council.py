"""A council on the morning of a day: what it weighs, how likely it sits, and what it then does, by the function that decides."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.model import Crisis
from sim.rules.choice import weights_of
from sim.scenario.ladder import acts_of
from sim.simulate import Table
from sim.worlds import total


@dataclass(frozen=True)
class Morning:
    """One state on the morning of a day, in worlds: terms by track, act and name; chance to sit; routine; weights of worlds."""

    terms: dict[str, dict[str, dict[str, NDArray[Any]]]]
    sits: NDArray[Any]
    routine: dict[str, NDArray[Any]]
    weights: NDArray[Any]

    @property
    def sitting(self) -> NDArray[Any]:
        """Weight of each world given that the council sits; where it cannot sit in any, that of all worlds."""
        weights = self.weights * self.sits
        return weights / weights.sum() if weights.sum() > 0.0 else self.weights

    def if_sitting(self, track: str) -> NDArray[Any]:
        """Probability of every act of a track if the council sits, shape (acts, worlds)."""
        weights = np.array([np.broadcast_to(one, self.sits.shape) for one in weights_of([total(act.values()) for act in self.terms[track].values()])])
        return np.asarray(weights / total(weights))

    def likeliest(self) -> dict[str, str]:
        """The likeliest act of every track if the council sits."""
        return {track: acts_of(track)[int(np.argmax((self.if_sitting(track) * self.sitting).sum(axis=1)))] for track in self.terms}

    def today(self, track: str) -> NDArray[Any]:
        """Probability of every act of a track that day, over sitting and not sitting, shape (acts, worlds)."""
        routine = np.array([self.routine[track] == number for number in range(len(self.terms[track]))])
        return np.asarray(self.sits * self.if_sitting(track) + (1.0 - self.sits) * routine)


def mornings(table: Table, day: int, actor: str, first: int, count: int) -> list[Morning]:
    """A state on the morning of a day, in every point of a table."""
    crisis = table.crisis(first, count)
    if crisis.worlds.shape != (1, 1):  # a single world's data collector reads its series
        crisis.record.keep_only(())
    while crisis.day < day:
        crisis.step()
    crisis.dawn()
    return mornings_of(crisis, actor)


def mornings_of(crisis: Crisis, actor: str) -> list[Morning]:
    """A state of a model that stands before its decisions, point by point."""
    state = next(one for one in crisis.states if one.name == actor)
    shape = crisis.worlds.shape

    def whole(value: Any) -> NDArray[Any]:
        return np.asarray(np.broadcast_to(value, shape))

    terms = {
        track: {act: {name: whole(term) for name, term in named.items()} for act, named in acts.items()}
        for track, acts in ((track, state.terms(state.situation(), track)) for track in crisis.tracks)
    }
    routine = {track: whole(state.policy if track == "border" else 0) for track in crisis.tracks}
    sits, weight = whole(state.chance_to_sit()), whole(crisis.log_weight)
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    return [
        Morning(
            {track: {act: {name: term[number] for name, term in named.items()} for act, named in acts.items()} for track, acts in terms.items()},
            sits[number],
            {track: value[number] for track, value in routine.items()},
            weight[number] / weight[number].sum(),
        )
        for number in range(shape[0])
    ]
