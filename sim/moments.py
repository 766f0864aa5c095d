"""When things first happened in each world, and what held on the eve of a day: dates that each world finds for itself.

"Two days after the first strike" is another day in every world, and none where nobody strikes; "while the border is
closed" opens and closes with what governments do. Both are known in the morning: they look at days that are over.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sim.design import After, Pin, Point, Set, When
from sim.worlds import Array, Flags, Worlds

Reader = Callable[[Any], Any]


def _both_away(crisis: Any) -> Any:
    return ~(crisis.states[0].envoys & crisis.states[1].envoys)


EVENTS: dict[str, Reader] = {
    "first strike": lambda crisis: crisis.states[0].struck | crisis.states[1].struck,
    "answer": lambda crisis: crisis.states[0].has_struck & crisis.states[1].has_struck,
    "agreement": lambda crisis: crisis.dyad.agreed,
    "downgrade": _both_away,
    "return of envoys": lambda crisis: crisis.dyad.restored,
    "closure": lambda crisis: crisis.dyad.flow <= 0.0,
}
"""What a date can be counted from: the day on which it first happens. An answer is the first strike of the other state."""

CONDITIONS: dict[str, Reader] = {
    "the border is closed": lambda crisis: crisis.dyad.flow <= 0.0,
    "the border is not open": lambda crisis: crisis.dyad.flow < 1.0,
    "envoys are away": _both_away,
    "no strike has come": lambda crisis: ~(crisis.states[0].has_struck | crisis.states[1].has_struck),
}
"""What a window can wait for: open on days on whose eve it held."""

Change = Set | Pin


class Moments:
    """For the events and conditions that a design speaks of: the day of each, in each world."""

    def __init__(self, worlds: Worlds, points: Sequence[Point]) -> None:
        changes: list[Change] = [change for point in points for change in point.sets] + [pin for point in points for pin in point.pins]
        times = [time for change in changes for time in (change.start, change.until)]
        times += [inject.day for point in points for inject in point.injects]
        self.nowhere = worlds.flags()
        self._first: dict[str, Array] = {time.event: worlds.full(np.inf) for time in times if isinstance(time, After)}
        self._held: dict[str, Flags] = {change.during: worlds.flags() for change in changes if change.during}

    def note(self, crisis: Any) -> None:
        """Look at the day that is over."""
        for event, first in self._first.items():
            self._first[event] = np.where(EVENTS[event](crisis), np.minimum(first, crisis.day), first)
        self.hold(crisis)

    def hold(self, crisis: Any) -> None:
        """Look at what holds as the day ends."""
        for condition in self._held:
            self._held[condition] = self.nowhere | CONDITIONS[condition](crisis)

    def day_of(self, when: When, number: int) -> Any:
        """A day, or the days that the worlds of a point have found, shape (replicates,)."""
        return self._first[when.event][number] + when.days if isinstance(when, After) else when

    def is_day(self, when: When, day: int, number: int) -> Any:
        """Whether it is the day, in the worlds of a point."""
        return self.day_of(when, number) == day

    def within(self, change: Change, day: int, number: int) -> Any:
        """Whether a change is at work on `day`, in the worlds of a point."""
        at_work = (self.day_of(change.start, number) <= day) & (day < self.day_of(change.until, number))
        return at_work & self._held[change.during][number] if change.during else at_work
