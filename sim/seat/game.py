"""A game: one world of the model in which a person decides for one government, day by day.

The record is followed to the day before the start; from then on the person decides for one side, or leaves a day to its
council, and the model plays everybody else. It is the model itself that runs: a person who chooses what the model would
have chosen lives in the same world, to the bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.chronicle import Chronicle
from sim.design import Inject, Mode, Point, point_in
from sim.experiments.tell import hour_of
from sim.model import Crisis
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.ladder import acts_of, index_of
from sim.scenario.schema import Scenario
from sim.simulate import PointResult
from sim.telling import Hour, World, events

MODES: tuple[Mode, ...] = ("assisted", "free")
Acts = Mapping[str, str]
"""An act by track."""


@dataclass(frozen=True)
class Setup:
    """What a game begins with; `start` is the first day on which the person decides. The same setup and choices give the same game."""

    scenario: Scenario
    seat: str
    start: int
    mode: Mode = "assisted"
    seed: int = 1
    world: int = 0
    injects: tuple[Inject, ...] = ()

    @property
    def rival(self) -> str:
        """The other government."""
        return next(name for name in self.scenario.states if name != self.seat)

    @property
    def point(self) -> Point:
        """The set-up that runs."""
        return replace(point_in(self.mode, self.start), injects=self.injects)


def setup(
    scenario: Scenario,
    seat: str,
    start: int,
    *,
    mode: str = "assisted",
    seed: int = 1,
    world: int = 0,
    injects: Sequence[Inject] = (),
) -> Setup:
    """A setup that can be played; raises ScenarioError for a government or mode that there is not."""
    if seat not in scenario.states:
        raise refuse("", one_of(scenario.states), field="--as", value=seat, nearest=nearest(seat, scenario.states))
    chosen = next((one for one in MODES if one == mode), None)
    if chosen is None:
        raise refuse("", one_of(MODES), field="--mode", value=mode, nearest=nearest(mode, MODES))
    return Setup(scenario, seat, start, chosen, seed, world, tuple(injects))


class Game:
    """A game under way. `choices` holds what was done on every day decided so far: acts by track, or None where the council decided."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.crisis = Crisis(setup.scenario, setup.seed, world=setup.world, points=[setup.point])
        self.choices: list[Acts | None] = []
        self.advised: list[dict[str, str]] = []
        """What the model's council would have done on each day decided."""
        self.hours: dict[tuple[int, str], Hour] = {}
        while self.crisis.day < setup.start:
            self._dawn()
            self.crisis.dusk()
        self._dawn()

    @property
    def state(self) -> Any:
        """The government that is played."""
        return next(state for state in self.crisis.states if state.name == self.setup.seat)

    @property
    def day(self) -> int:
        """The day to be decided; the number of days where it is over."""
        return self.crisis.day

    @property
    def over(self) -> bool:
        """Whether nothing is left to decide: the run has ended, or it is war, which lies beyond the model's range."""
        return not self.crisis.running or bool(self.crisis.dyad.war.any())

    def options(self) -> dict[str, tuple[str, ...]]:
        """What can be done today, by track; one act alone where the record gives it."""
        found = {}
        for track in self.crisis.tracks:
            allowed = self.crisis.hand.acts(self.day, self.setup.seat, track).acts
            acts = acts_of(track)
            found[track] = acts if allowed is None else tuple(act for act, may in zip(acts, allowed, strict=True) if may.any())
        return found

    def standing(self) -> dict[str, str]:
        """What goes on by itself: nothing, and at the border the policy that stands."""
        return {track: acts_of(track)[int(self.state.policy.item()) if track == "border" else 0] for track in self.crisis.tracks}

    def decide(self, acts: Acts | None) -> None:
        """End the day: do this (tracks that are left out go on as they stand), or, with None, leave it to the council. Raises ScenarioError."""
        chosen = None if acts is None else self._checked(acts)
        state = self.state
        own = state.decide

        def decided() -> None:
            own()
            self.advised.append({track: acts_of(track)[int(number.item())] for track, number in state.acts.items()})
            if chosen not in (None, self.advised[-1]):
                state.log_p = {}
                state.sits = self.crisis.worlds.flags(True)
                state.take({track: np.full(self.crisis.worlds.shape, index_of(track, act)) for track, act in chosen.items()})

        state.decide = decided
        try:
            self.crisis.dusk()
        finally:
            del state.decide
        self.choices.append(chosen)
        if self.crisis.running:
            self._dawn()

    def finish(self) -> None:
        """After a war nobody decides any more; the days that are left pass in the model all the same."""
        while self.crisis.running:
            self.crisis.dusk()
            if self.crisis.running:
                self._dawn()

    def _checked(self, acts: Acts) -> dict[str, str]:
        options, chosen = self.options(), self.standing()
        for track, act in acts.items():
            if track not in options:
                raise refuse("", one_of(options), field="track", value=track, nearest=nearest(track, options))
            if act not in options[track]:
                raise refuse("", one_of(options[track]), field=track, value=act, nearest=nearest(act, options[track]))
            chosen[track] = act
        return {track: act if act in options[track] else options[track][0] for track, act in chosen.items()}

    def _dawn(self) -> None:
        self.crisis.dawn()
        self.hours |= {(self.crisis.day, state.name): hour_of(self.crisis, state) for state in self.crisis.states}

    def result(self) -> PointResult:
        """What has happened so far, as a run of one world; days to come are nought."""
        record = self.crisis.record
        series = {name: values[:, 0, :] for name, values in record.series.items()}
        totals = {name: values[0] for name, values in record.totals.items()}
        return PointResult(self.setup.scenario, self.setup.point, series, totals, {}, record.log_weight[0])

    def events(self) -> list[dict[str, Any]]:
        """Everything that has happened so far, day by day, without how likely it was."""
        told = events(World(self.setup.world, self.result(), {}))
        today = self.setup.scenario.date_of(min(self.day, self.setup.scenario.days - 1)).isoformat()
        return [event for event in told if event["date"] < today or not self.crisis.running]

    def recorded(self) -> Chronicle:
        """The record, day by day."""
        return self.crisis.hand.chronicle


def played(setup: Setup, choices: Sequence[Acts | None]) -> Game:
    """A game with these choices made, as if they were made one by one."""
    game = Game(setup)
    for acts in choices:
        if game.over:
            break
        game.decide(acts)
    return game


def with_inject(game: Game, inject: Inject) -> Game:
    """The same game with something more that will happen; raises ScenarioError where its day has passed."""
    if not isinstance(inject.day, int) or inject.day < game.day:
        raise refuse("", "must be today or a day to come", field="inject", value=str(inject.day))
    return played(replace(game.setup, injects=(*game.setup.injects, inject)), game.choices)
