"""A crisis along its record: every act is pinned, and each decision is weighed at every node of resolve instead of drawn.

What does not hang on resolve has shape (points, chance draws), as in any run; what does has an axis of nodes between.
"""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from scipy.special import logsumexp, roots_hermitenorm

from sim.agents.state import TRACK_DRAWS, State
from sim.chronicle import Chronicle
from sim.design import point_in
from sim.experiments.nodes import Kind, lifted, narrowed, rows, rows_of, small_first, with_nodes
from sim.model import Crisis
from sim.parameters import ByPoint
from sim.rules.choice import SMALLEST_PROBABILITY, chance_if_sitting, choose, weights_of
from sim.scenario.ladder import acts_of, index_of
from sim.scenario.schema import Scenario
from sim.settings import Settings
from sim.worlds import Array, Draw, Whole, Worlds, total

EVEN_DAYS = 0.5
"""Open days of a whole record on which the act is drawn evenly from those allowed, in the mean: none that other parameters make likely is left out.
(A share of each day would leave hardly a long record without some unlikely act: measured, one chance draw in a thousand then counted.)"""
BLOCK = 16384
"""Numbers in the arrays of a utility (measured): more, and they fall out of the cache."""
FLUSH = 8
"""Days whose probabilities are multiplied before their logarithm is taken."""
IDLE = ("open_or_close", "recruit")
"""Rules on which no recorded decision hangs."""

OpenDay = tuple[int, str, str]
Numbers = dict[tuple[Draw, int, int], Array]
"""Draws by site, actor and day, shape (1, chance draws)."""
Acts = dict[str, int | Whole]
"""What a state does on each track: a number, or one for each chance draw, shape (chance draws,)."""


@dataclass(frozen=True)
class Luck:
    """What all parameter vectors share of a crisis.

    `worlds` (days, chance draws): from which world of the seed each takes its luck that day; `acts`: on open days, shape
    (chance draws,); `log_drawn`: log of how likely each chance draw was to be drawn, against all alike; `unrest` (days,
    chance draws) by state; `numbers`: what was drawn so far by site, actor and day, so that it is drawn once.
    """

    worlds: Whole
    acts: dict[OpenDay, Whole]
    log_drawn: Array
    unrest: dict[str, Array]
    numbers: Numbers = field(default_factory=dict)

    def take(self, which: Whole, log_chosen: Array) -> "Luck":
        """Some of the chance draws, `log_chosen` being the log of how likely each was to be chosen, against all alike."""
        acts = {day: acts[which] for day, acts in self.acts.items()}
        unrest = {name: days[:, which] for name, days in self.unrest.items()}
        return Luck(self.worlds[:, which], acts, self.log_drawn[which] + log_chosen, unrest)


class SplicedWorlds(Worlds):
    """Worlds whose luck is put together: that of each day is the luck of some world of the seed, to the bit."""

    def __init__(self, seed: int, points: int, which: Whole, numbers: Numbers) -> None:
        """`which`: numbers of worlds, shape (days, replicates)."""
        super().__init__(seed, points, which.shape[1])
        self._all, self._which, self._numbers = Worlds(seed, points, int(which.max()) + 1), which, numbers

    def numbers(self) -> Whole:
        """The number of the world with which each begins, shape (1, replicates)."""
        return self._which[:1]

    def uniform(self, site: Draw, actor: int, day: int) -> Array:
        """One number in (0, 1) per world, shape (1, replicates)."""
        name = (site, actor, day)
        if name not in self._numbers:
            self._numbers[name] = self._all.uniform(*name)[:, self._which[day]]
        return self._numbers[name]


def open_days(scenario: Scenario) -> int:
    """Track-days that the record leaves open."""
    known, days = Chronicle(scenario), range(scenario.days)
    return sum(len(known.acts(day, state, track)) > 1 for day in days for state in scenario.states for track in scenario.tracks)


class Pinned(Crisis):
    """Both governments do what the record says, in every point and chance draw."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        known: dict[str, ByPoint],
        *,
        nodes: int,
        worlds: Whole | None = None,
        luck: Luck | None = None,
        kind: Kind = np.float32,
    ) -> None:
        """`known`: a column of values, a row a point, by path; either `luck`, or `worlds` (days, chance draws) for which open days are drawn."""
        points = max((len(column.values) for column in known.values()), default=1)
        which = worlds if luck is None else luck.worlds
        assert which is not None, "either luck or worlds"
        self._luck, self._which = luck, which
        draws = which.shape[1]
        self.log_fit: list[Array] = []
        """Log probability of the record to the end of each day, without luck that is known, shape (chance draws,)."""
        super().__init__(scenario, seed, replicates=draws, points=[point_in("forced")] * points, priors=known)
        self._drawn: dict[OpenDay, Whole] = {}
        self._log_drawn = np.zeros(draws) if luck is None else luck.log_drawn
        self._unrest: dict[str, list[Array]] = {state.name: [] for state in self.states}
        place, weight = roots_hermitenorm(nodes)
        self._node = place[np.newaxis, :, np.newaxis].astype(kind)
        self._log_node_weight = np.log(weight / weight.sum())[np.newaxis, :, np.newaxis]
        self._log_p = {state.name: np.zeros((points, nodes, draws)) for state in self.states}
        self._product = {state.name: np.ones((points, nodes, draws)) for state in self.states}
        self._log_p_together = self.worlds.zeros()
        self._kind, self._even = kind, EVEN_DAYS / max(1, open_days(scenario))
        self._settings = {state.name: lifted(state.settings, kind) for state in self.states}
        if luck is not None:
            self.dyad.unrest_of = self._unrest_known  # type: ignore[method-assign]

    def _furnish(self, *what: Any) -> None:
        numbers: Numbers = {} if self._luck is None else self._luck.numbers
        self.worlds = SplicedWorlds(self.worlds.seed, self.worlds.points, self._which, numbers)
        super()._furnish(*what)

    def _unrest_known(self, state_name: str) -> Any:
        assert self._luck is not None
        return self._luck.unrest[state_name][self.day][np.newaxis]

    def run_to_end(self) -> Array:
        """Log probability of the record given each chance draw, shape (points, chance draws)."""
        while self.day < self.case.days:
            self.step()
            if self.day % FLUSH == 0:
                self._flush()
            if self._luck is None:
                self.log_fit.append(self._log_fit()[0])
        self._flush()
        return self._log_fit()

    def _log_fit(self) -> Array:
        """Log probability of the record so far given each chance draw, shape (points, chance draws)."""
        of_states = total(logsumexp(self._log_node_weight + self._log_p_of(state), axis=1) for state in self._log_p)
        return np.asarray(of_states + self._log_p_together - self._log_drawn)

    def _log_p_of(self, state_name: str) -> Array:
        return self._log_p[state_name] + np.log(self._product[state_name])

    def drawn_luck(self, log_made: Array) -> Luck:
        """What the run drew and met on its way, for later runs that leave the rest of the model out.

        `log_made`: log of how much likelier than others each chance draw was made beforehand.
        """
        unrest = {name: np.concatenate(days) for name, days in self._unrest.items()}
        return Luck(self._which, self._drawn, self._log_drawn + log_made, unrest)

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
            state.take({track: np.zeros(self.worlds.shape, dtype=np.int64) + act for track, act in done[state.name].items()})

    # How likely

    def _weigh(self, state: State) -> Acts:
        """Multiply in how likely a state's recorded day is at every node; gives its acts."""
        now = {**vars(state.situation()), "sits": state.chance_to_sit()}
        if self._luck is None:
            self._unrest[state.name].append(np.zeros((1, self.worlds.replicates)) + now["unrest"])
        del now["stakes"]
        narrow = {name: with_nodes(narrowed(value), self._kind) for name, value in now.items()}
        acts, product = self._acts(state), self._product[state.name]
        wide = max(value.shape[2] for value in narrow.values() if isinstance(value, np.ndarray))
        step = max(1, BLOCK // (product.shape[1] * wide))
        for first in range(0, len(product), step):
            block = slice(first, first + step)
            here = SimpleNamespace(**{name: rows(value, block) for name, value in narrow.items()})
            settings = self._settings[state.name] if step >= len(product) else rows_of(self._settings[state.name], block)
            here.stakes = settings.resolve.median * np.exp(settings.resolve.spread * self._node) * here.audience
            weights = {track: self._weights(state, here, track, settings) for track in self.tracks}
            acts = acts | self._draw(state, here, weights)
            scored = {track: act for track, act in acts.items() if not self._given(state, track)}
            product[block] *= np.maximum(likely(here, weights, scored), SMALLEST_PROBABILITY)
        return acts

    def _given(self, state: State, track: str) -> bool:
        """Whether the record marks an act as given: it is followed as attacks are, but is evidence of nothing."""
        return self.hand.chronicle.is_given(self.day, state.name, track)

    @staticmethod
    def _weights(state: State, here: Any, track: str, settings: Settings) -> list[Any]:
        return weights_of([small_first(terms.values()) for terms in state.terms(here, track, settings).values()])

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
        chronicle = self.hand.chronicle
        known = {track: chronicle.acts(self.day, state.name, track) for track in self.tracks}
        return {track: self._draw_one(state, here, weights[track], track, acts) for track, acts in known.items() if len(acts) > 1}

    def _draw_one(self, state: State, here: Any, weights: list[Any], track: str, known: tuple[str, ...]) -> Whole:
        log_fit = self._log_node_weight + self._log_p_of(state.name)
        fit = np.exp(log_fit - logsumexp(log_fit, axis=1, keepdims=True))
        routine = here.policy if track == "border" else 0
        may = np.array([act in known for act in acts_of(track)])
        by_act = [here.sits * weight / total(weights) + (1.0 - here.sits) * (routine == number) for number, weight in enumerate(weights)]
        chances = np.array([(fit * one).sum(axis=1)[0] for one in by_act]) * may[:, np.newaxis]
        chances = (1.0 - self._even) * chances / chances.sum(axis=0) + self._even * may[:, np.newaxis] / may.sum()
        chosen = choose(list(chances), None, state.uniform(TRACK_DRAWS[track])[0])
        self._drawn[self.day, state.name, track] = chosen
        self._log_drawn = self._log_drawn + np.log(np.choose(chosen, chances))
        return chosen


def likely(here: Any, weights: dict[str, list[Any]], acts: Acts) -> Array:
    """Probability of a day's acts, over "sat" and "did not sit" (docs/model.md, section 7.2), shape (points, nodes, chance draws) or narrower."""
    if_sitting, on_nodes, if_not = here.sits, [], 1.0 - here.sits
    for track, act in acts.items():
        routine = here.policy if track == "border" else 0
        if isinstance(act, int):
            chance = weights[track][act] / total(weights[track])
        else:
            chance = chance_if_sitting(weights[track], [act == number for number in range(len(weights[track]))])
        if_not = if_not * (act == routine)
        # What does not hang on resolve first: its arrays are smaller by the number of nodes.
        if chance.shape[1] > 1:
            on_nodes.append(chance)
        else:
            if_sitting = if_sitting * chance
    for chance in on_nodes:
        if_sitting = if_sitting * chance
    return np.asarray(if_sitting + if_not)
