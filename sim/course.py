"""The story of a run: first strike, answer, rounds, agreement, end, read off its daily series."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.rules.tension import STRIKE
from sim.scenario.ladder import index_of
from sim.scenario.parts.record import STRIKES
from sim.scenario.schema import Scenario

ANSWER_WINDOW = 30
"""Days within which a strike counts as an answer, and a further strike as a second round (docs/model.md, section 8)."""
CALM_DAYS = 7
"""Days in a row with tension under the calm level that end a crisis."""
RECURRENCE_WINDOW = 365
"""Days after the end in which a recurrence is looked for."""
EXPANDED = index_of("military", "expanded_strike")
ALERT = index_of("military", "alert")
THREATEN = index_of("public", "threaten")
LIMITED = index_of("military", STRIKES[0])

COURSES = ("no strike", "strike not answered", "one round, then agreement", "one round, fades", "two rounds or more", "war")
"""How a crisis ends, in order of severity."""

Series = Mapping[str, NDArray[Any]]


def first_day(happens: NDArray[np.bool_]) -> NDArray[np.float64]:
    """First day on which something happens, per world; NaN where it never does. `happens` has shape (days, worlds)."""
    return np.where(happens.any(axis=0), happens.argmax(axis=0), np.nan)


class Course:
    """The daily series of one point, shape (days, worlds), seen as a story: first strike, answer, agreement, end."""

    def __init__(self, scenario: Scenario, series: Series, totals: Mapping[str, NDArray[Any]], log_weight: NDArray[Any] | None) -> None:
        self.scenario, self.series, self.totals, self.log_weight = scenario, series, totals, log_weight
        self.states = tuple(scenario.states)
        self.calendar = np.arange(scenario.days)[:, np.newaxis]

    def strikes_by(self, state: str) -> NDArray[np.bool_]:
        """Days on which a state strikes."""
        return self.series[f"{state}.military"] >= LIMITED

    @cached_property
    def first_strikes(self) -> NDArray[np.float64]:
        """Day of each state's first strike, shape (2, worlds)."""
        return np.array([first_day(self.strikes_by(state)) for state in self.states])

    @cached_property
    def first_strike(self) -> NDArray[np.float64]:
        """Day of the first strike."""
        return np.fmin(*self.first_strikes)

    @cached_property
    def opener(self) -> NDArray[np.bool_]:
        """Whether a state struck first (or on the same day), shape (2, worlds)."""
        return self.first_strikes == self.first_strike

    def _by(self, who: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return (self.strikes_by(self.states[0]) & who[0]) | (self.strikes_by(self.states[1]) & who[1])

    @cached_property
    def answer(self) -> NDArray[np.float64]:
        """Day on which the other state first strikes, within the window after the first strike."""
        both_at_once = self.opener.all(axis=0)
        window = (self.calendar >= self.first_strike) & (self.calendar <= self.first_strike + ANSWER_WINDOW)
        return np.where(both_at_once, self.first_strike, first_day(self._by(~self.opener) & window))

    @cached_property
    def second(self) -> NDArray[np.bool_]:
        """Whether the opener strikes again within the window after the answer."""
        window = (self.calendar > self.answer) & (self.calendar <= self.answer + ANSWER_WINDOW)
        return (self._by(self.opener) & window).any(axis=0)

    @cached_property
    def rounds(self) -> NDArray[np.int64]:
        """Strikes of the side with fewer."""
        return np.minimum(*(self.strikes_by(state).sum(axis=0) for state in self.states))

    @cached_property
    def war(self) -> NDArray[np.bool_]:
        """Whether it came to war."""
        return self.series["war"].any(axis=0)

    def agreement_from(self, day: NDArray[np.float64]) -> NDArray[np.float64]:
        """Day of the first agreement on or after a day."""
        return first_day((self.series["agreement"] > 0) & (self.calendar >= day))

    @cached_property
    def end(self) -> NDArray[np.float64]:
        """End of the crisis: first of seven days in a row, after the first strike, with tension under the calm level."""
        calm = self.series["tension"] < self.scenario.dyad.calm * STRIKE
        row = calm.copy()
        for later in range(1, CALM_DAYS):
            row[:-later] &= calm[later:]
        row[max(len(row) - CALM_DAYS + 1, 0) :] = False
        return first_day(row & (self.calendar > self.first_strike))

    @cached_property
    def hostile_again(self) -> NDArray[np.float64]:
        """First alert, threat or strike after the end of the crisis, within the window."""
        window = (self.calendar > self.end) & (self.calendar <= self.end + RECURRENCE_WINDOW)
        acts = np.zeros_like(window)
        for state in self.states:
            acts |= (self.series[f"{state}.military"] >= ALERT) | (self.series[f"{state}.public"] == THREATEN)
        return first_day(acts & window)
