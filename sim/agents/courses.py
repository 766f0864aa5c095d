"""Courses: worlds of a point in which the same has happened so far share one column of numbers.

At the border most worlds differ in nothing for weeks. Until something is cut, hit or set otherwise there than in the
other worlds of the point, one column stands for all of them; a world that parts has a column of its own from then on.
"""

from typing import Any

import numpy as np

from sim.settings import Settings
from sim.worlds import Array, Flags, Whole, Worlds, among

SPARE = 16
"""Columns are made ready for a sixteenth of all worlds at a time, so that what is carried need not be copied every day."""
WORTH_SHARING = 0.75
"""Share of worlds with a column of their own above which all get one: reading through shared columns would cost more than they save (assumed)."""


class Courses:
    """Which column each world has: those that points share come first, and the last ones may be spare (they follow the first)."""

    def __init__(self, worlds: Worlds) -> None:
        self._shape, self._everywhere = worlds.shape, worlds.points * worlds.replicates
        self._used = worlds.points
        self._column: Whole = np.repeat(np.arange(worlds.points), worlds.replicates)
        self.shared = worlds.points if worlds.replicates > 1 else 0
        self.cells: Whole = np.arange(worlds.points) * worlds.replicates
        """A world of each column that is used, as a place in an array (points, replicates) read row by row."""

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.cells)

    def columns_of(self, cells: Whole) -> Whole:
        """Columns of some worlds, given as places in an array (points, replicates) read row by row."""
        return self._column[cells]

    def are_alike(self, *numbers: Any) -> bool:
        """Whether numbers are the same in all worlds of a point, so that worlds that share a column need not be told apart."""
        return all(np.shape(number)[-1:] <= (1,) for number in numbers)

    def agree(self, *numbers: Array) -> bool:
        """Whether worlds that share a column do not differ in numbers of shape (points, replicates)."""
        return all(np.array_equal(self.spread(self.by_column(number)), number) for number in numbers)

    def by_column(self, value: Any) -> Any:
        """A number of worlds, shape (points, replicates) or what broadcasts to it, by column, shape (1, columns); or a section of such numbers."""
        return value.among(self.cells, self._shape) if isinstance(value, Settings) else among(value, self.cells, self._shape)

    def spread(self, numbers: Array) -> Array:
        """Numbers by column, shape (1, columns), as worlds have them, shape (points, replicates); where columns are shared, to be read only."""
        if not self.shared:
            return numbers.reshape(self._shape)
        everywhere = numbers[0].take(self._column).reshape(self._shape)
        everywhere.flags.writeable = False
        return everywhere

    def part(self, where: Flags, carried: list[Array]) -> list[Array]:
        """Give worlds that share a column one of their own, in which what they carry goes on; `carried`: arrays of shape (…, columns)."""
        parting = np.flatnonzero(where.ravel() & (self._column < self.shared))
        last = self._used + parting.size
        if last - self.shared > WORTH_SHARING * self._everywhere:
            return self.part_all(carried)
        if last > self.width:
            carried = self._make_room(last + self._everywhere // SPARE, carried)
        for one in carried:
            one[..., self._used : last] = one.take(self._column[parting], axis=-1)
        self._column[parting], self.cells[self._used : last] = np.arange(self._used, last), parting
        self._used = last
        self._represent()
        return carried

    def _represent(self) -> None:
        """Let each shared column stand for a world that still shares it."""
        first = self.cells[: self.shared]
        if (self._column[first] >= self.shared).any():
            shares = self._column.reshape(self._shape) == np.arange(self.shared)[:, np.newaxis]
            first[:] = np.arange(self.shared) * self._shape[1] + shares.argmax(axis=1)

    def are_to_part(self, where: Flags) -> bool:
        """Whether some of these worlds share a column."""
        return bool(self.shared) and bool((self._column[np.flatnonzero(where)] < self.shared).any())

    def part_all(self, carried: list[Array]) -> list[Array]:
        """Give every world a column of its own, in the order of worlds."""
        if not self.shared:
            return carried
        before, self._column = self._column, np.arange(self._everywhere)
        self.shared, self.cells = 0, self._column
        return [one.take(before, axis=-1) for one in carried]

    def _make_room(self, width: int, carried: list[Array]) -> list[Array]:
        """Spare columns, of the first one's course."""
        follow = np.arange(width) * (np.arange(width) < self.width)
        self.cells = self.cells.take(follow)
        return [one.take(follow, axis=-1) for one in carried]
