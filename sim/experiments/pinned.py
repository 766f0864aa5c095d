"""A crisis along its record: every act is pinned, and each decision is weighed at every node of resolve instead of drawn.

What does not hang on resolve has shape (points, chance draws), as in any run; what does has an axis of nodes between.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.special import logsumexp, roots_hermitenorm

from sim.agents.state import TRACK_DRAWS, State
from sim.design import point_in
from sim.model import Crisis
from sim.rules.choice import SMALLEST_PROBABILITY, chance_if_sitting, choose, weights_of
from sim.scenario.ladder import acts_of, index_of
from sim.scenario.schema import Scenario
from sim.settings import Settings
from sim.worlds import Array, Whole, total

EVEN_SHARE = 0.1
"""Share with which an open day's act is drawn evenly from those allowed: none that other parameters make likely is left out."""
BLOCK = 16384
"""Numbers in the arrays of a utility (measured): more, and they fall out of the cache."""
FLUSH = 8
"""Days whose probabilities are multiplied before their logarithm is taken."""
IDLE = ("open_or_close", "recruit")
"""Rules on which no recorded decision hangs."""

OpenDay = tuple[int, str, str]
Acts = dict[str, int | Whole]
"""What a state does on each track: a number, or one for each chance draw, shape (chance draws,)."""


@dataclass(frozen=True)
class Luck:
    """What all parameter vectors share: acts on open days (chance draws,), log of how likely they were drawn, unrest (days, chance draws) by state."""

    acts: dict[OpenDay, Whole]
    log_drawn: Array
    unrest: dict[str, Array]


class Pinned(Crisis):
    """Both governments do what the record says, in every point and chance draw."""

    def __init__(self, scenario: Scenario, seed: int, draws: int, known: dict[str, Any], luck: Luck | None = None, *, nodes: int) -> None:
        """`known`: a column of values, a row a point, by path; `luck`: None where open days are to be drawn."""
        points = max((len(column.values) for column in known.values()), default=1)
        self._luck = luck
        super().__init__(scenario, seed, replicates=draws, points=[point_in("forced")] * points, priors=known)
        self._drawn: dict[OpenDay, Whole] = {}
        self._log_drawn = np.zeros(draws) if luck is None else luck.log_drawn
        self._unrest: dict[str, list[Array]] = {state.name: [] for state in self.states}
        place, weight = roots_hermitenorm(nodes)
        self._node = place[np.newaxis, :, np.newaxis]
        self._log_node_weight = np.log(weight / weight.sum())[np.newaxis, :, np.newaxis]
        self._log_p = {state.name: np.zeros((points, nodes, draws)) for state in self.states}
        self._product = {state.name: np.ones((points, nodes, draws)) for state in self.states}
        self._log_p_together = self.worlds.zeros()
        self._settings = {state.name: lifted(state.settings) for state in self.states}
        if luck is not None:
            self.dyad.unrest_of = self._unrest_known  # type: ignore[method-assign]

    def _unrest_known(self, state_name: str) -> Any:
        assert self._luck is not None
        return self._luck.unrest[state_name][self.day][np.newaxis]

    def run_to_end(self) -> Array:
        """Log probability of the record given each chance draw, shape (points, chance draws)."""
        while self.day < self.case.days:
            self.step()
            if self.day % FLUSH == 0:
                self._flush()
        self._flush()
        of_states = total(logsumexp(self._log_node_weight + log_p, axis=1) for log_p in self._log_p.values())
        return np.asarray(of_states + self._log_p_together - self._log_drawn)

    def drawn_luck(self) -> Luck:
        """What the run drew and met on its way, for later runs that leave the rest of the model out."""
        return Luck(self._drawn, self._log_drawn, {name: np.concatenate(days) for name, days in self._unrest.items()})

    def _flush(self) -> None:
        """Take the logarithm of the last days' product, before it becomes too small to hold."""
        for name, product in self._product.items():
            self._log_p[name] += np.log(product)
            product.fill(1.0)

    # What the day consists of

    def _each(self, agents: list[Any], rule: str) -> None:  # type: ignore[override]
        if rule == "decide":
            self._decide()
        elif self._luck is None or rule not in IDLE:
            super()._each(agents, rule)

    def _remember(self) -> None:
        self._log_p_together = self._log_p_together + total(self.dyad.log_p.values())

    def _decide(self) -> None:
        """Both states' recorded acts, and how likely each was: both are weighed before either acts."""
        done = {state.name: self._weigh(state) for state in self.states}
        for state in self.states:
            state.acts = {track: np.zeros(self.worlds.shape, dtype=np.int64) + act for track, act in done[state.name].items()}

    # How likely

    def _weigh(self, state: State) -> Acts:
        """Multiply in how likely a state's recorded day is at every node; gives its acts."""
        situation = vars(state.situation())
        if self._luck is None:
            self._unrest[state.name].append(np.zeros((1, self.worlds.replicates)) + situation["unrest"])
        situation |= {"sits": state.chance_to_sit()}
        narrow = {name: narrowed(value) for name, value in situation.items()}
        acts = self._acts(state)
        points, nodes, _ = self._product[state.name].shape
        wide = max(value.shape[2] for value in narrow.values() if isinstance(value, np.ndarray))
        step = max(1, BLOCK // (nodes * wide))
        for first in range(0, points, step):
            block = slice(first, first + step)
            here = SimpleNamespace(**{name: rows(value, block) for name, value in narrow.items()})
            settings = rows_of(self._settings[state.name], block)
            resolve = settings.resolve.median * np.exp(settings.resolve.spread * self._node)
            here.stakes = resolve * here.audience
            weights = {track: self._weights(state, here, track, settings) for track in self.tracks}
            acts = acts | self._draw(state, here, weights)
            self._product[state.name][block] *= np.maximum(likely(here, weights, acts), SMALLEST_PROBABILITY)
        return acts

    @staticmethod
    def _weights(state: State, here: Any, track: str, settings: Settings) -> list[Any]:
        return weights_of([in_order(terms.values()) for terms in state.terms(here, track, settings).values()])

    def _acts(self, state: State) -> Acts:
        """What the record, or on open days the luck, says of each track; tracks still to be drawn are left out."""
        acts: Acts = {}
        for track in self.tracks:
            known = self.hand.chronicle.acts(self.day, state.name, track)
            if len(known) == 1:
                acts[track] = index_of(track, known[0])
            elif self._luck is not None:
                acts[track] = self._luck.acts[self.day, state.name, track]
        return acts

    def _draw(self, state: State, here: Any, weights: dict[str, list[Any]]) -> Acts:
        """Acts of the tracks that are still open, each drawn as likely as the nodes that fit the record so far make it."""
        if self._luck is not None:
            return {}
        drawn: Acts = {}
        for track in self.tracks:
            known = self.hand.chronicle.acts(self.day, state.name, track)
            if len(known) > 1:
                drawn[track] = self._draw_one(state, here, weights[track], track, known)
        return drawn

    def _draw_one(self, state: State, here: Any, weights: list[Any], track: str, known: tuple[str, ...]) -> Whole:
        log_fit = self._log_node_weight + self._log_p[state.name] + np.log(self._product[state.name])
        fit = np.exp(log_fit - logsumexp(log_fit, axis=1, keepdims=True))
        routine = here.policy if track == "border" else 0
        chances = []
        for number, act in enumerate(acts_of(track)):
            may = act in known
            one = here.sits * (weights[number] / total(weights)) + (1.0 - here.sits) * (routine == number)
            chances.append((fit * one).sum(axis=1) * may)
        whole = total(chances)
        even = EVEN_SHARE / len(known)
        chances = [(1.0 - EVEN_SHARE) * chance / whole + even * (act in known) for chance, act in zip(chances, acts_of(track), strict=True)]
        chosen = choose(chances, None, state.uniform(TRACK_DRAWS[track]))[0]
        self._drawn[self.day, state.name, track] = chosen
        self._log_drawn = self._log_drawn + np.log(np.choose(chosen, [chance[0] for chance in chances]))
        return chosen


def likely(here: Any, weights: dict[str, list[Any]], acts: Acts) -> Array:
    """Probability of a day's acts, over "sat" and "did not sit" (docs/model.md, section 7.2), shape (points, nodes, chance draws) or narrower."""
    if_sitting, with_nodes, if_not = here.sits, [], 1.0 - here.sits
    for track, act in acts.items():
        routine = here.policy if track == "border" else 0
        if isinstance(act, int):
            chance = weights[track][act] / total(weights[track])
        else:
            chance = chance_if_sitting(weights[track], [act == number for number in range(len(weights[track]))])
        if_not = if_not * (act == routine)
        # What does not hang on resolve first: its arrays are smaller by the number of nodes.
        if chance.shape[1] > 1:
            with_nodes.append(chance)
        else:
            if_sitting = if_sitting * chance
    for chance in with_nodes:
        if_sitting = if_sitting * chance
    return np.asarray(if_sitting + if_not)


# Shapes


def lifted(settings: Settings) -> Settings:
    """A section with an axis of nodes in all its numbers: (points, 1, replicates)."""
    result = Settings()
    for name, value in vars(settings).items():
        setattr(result, name, lifted(value) if isinstance(value, Settings) else value[:, np.newaxis] if isinstance(value, np.ndarray) else value)
    return result


def narrowed(value: Any) -> Any:
    """A quantity with an axis of nodes; where all chance draws agree, one stands for all."""
    if not isinstance(value, np.ndarray):
        return value
    if value.shape[1] > 1 and (value == value[:, :1]).all():
        value = value[:, :1]
    return value[:, np.newaxis]


def rows(value: Any, block: slice) -> Any:
    """Some points of a quantity."""
    return value[block] if isinstance(value, np.ndarray) and len(value) > 1 else value


def rows_of(settings: Settings, block: slice) -> Settings:
    """Some points of a section."""
    result = Settings()
    for name, value in vars(settings).items():
        setattr(result, name, rows_of(value, block) if isinstance(value, Settings) else rows(value, block))
    return result


def in_order(terms: Any) -> Any:
    """Sum of the terms of a utility, those without nodes first: their arrays are smaller."""
    return total(sorted(terms, key=lambda term: term.size if isinstance(term, np.ndarray) else 0))
