"""Runs the worlds that a page shows: parent and branch with the same luck, a few at once and then all, kept for whoever asks again.

A result is a pure function of its set-up, so users share what was run and nothing else. Worlds are run in processes of
their own, so that pages stay quick; who no longer wants a result says so, and the run ends that day.
"""

import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.design import Point
from sim.experiments.asking import priors_of
from sim.model import Crisis
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, Table

MOST_KEPT = 8000
"""Worlds that are kept, of all set-ups together (about 45 kB each, with two states and 14 communities)."""
PROCESSES = 2
"""Processes that run worlds: one for the first few of a set-up, one for all of them."""
OF_HOMES = ("hardship", "food_stock")
"""What is kept of every community, day by day."""
SEATS = 256
"""Pages that can call off what they asked for; what further ones ask for is run to its end."""

Wanted = Callable[[], bool]
Arrays = dict[str, NDArray[Any]]


class UnwantedError(Exception):
    """Somebody asked for something newer."""


@dataclass(frozen=True)
class Lived:
    """One set-up's worlds: series, sums and weights, and by community daily hardship and food stocks [days], shape (days, communities, worlds)."""

    result: PointResult
    homes: dict[str, NDArray[np.float32]]

    @property
    def names(self) -> list[str]:
        """Communities in the order of `homes`."""
        return sorted(self.result.scenario.communities)


@dataclass(frozen=True)
class Asked:
    """What is run: a set-up of a scenario in so many worlds."""

    scenario: Scenario
    hash: str
    point: Point
    worlds: int
    seed: int
    parameters: str
    worlds_per_draw: int = 1
    homes: bool = True
    """Whether communities are noted, too; without them a run is quicker."""

    def key(self) -> tuple[Any, ...]:
        """Equal for equal results."""
        return self.hash, self.point, self.worlds, self.seed, self.parameters, self.worlds_per_draw, self.homes


@dataclass(frozen=True)
class Ticket:
    """Whose request it is, and the how manieth; it is good until the same page draws another."""

    seat: int = -1
    number: int = 0


class Engine:
    """Runs set-ups in a pool's processes (None: in the thread that asks), and keeps the latest."""

    def __init__(self, pool: Executor | None = None, most: int = MOST_KEPT) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Lived] = OrderedDict()
        self._most, self._lock = most, threading.Lock()
        self._pool, self._free = pool, list(range(SEATS))
        with tempfile.NamedTemporaryFile(prefix="taftan_", delete=False) as file:
            file.write(bytes(8 * SEATS))
        self._file = Path(file.name)
        self._numbers = numbers_in(file.name)

    # Tickets

    def seat(self) -> int:
        """A seat for a page; -1 where all are taken."""
        with self._lock:
            return self._free.pop() if self._free else -1

    def leave(self, seat: int) -> None:
        """The page is closed: what it asked for is called off."""
        if seat >= 0:
            with self._lock:
                self._numbers[seat] += 1
                self._free.insert(0, seat)

    def ticket(self, seat: int) -> Ticket:
        """A new ticket; earlier ones of this seat are no good any more."""
        if seat < 0:
            return Ticket()
        with self._lock:
            self._numbers[seat] += 1
            return Ticket(seat, int(self._numbers[seat]))

    # Running

    def kept(self, asked: Asked) -> Lived | None:
        """A result that is there already."""
        with self._lock:
            found = self._kept.get(asked.key())
            if found is not None:
                self._kept.move_to_end(asked.key())
            return found

    def run(self, wanted: Sequence[Asked], ticket: Ticket, *, here: bool = False) -> list[Lived]:
        """Results of set-ups that differ in their point alone; those that are missing are run at once. Raises UnwantedError.

        `here`: run them in this process, whatever others there are.
        """
        found = {asked.key(): lived for asked in wanted if (lived := self.kept(asked)) is not None}
        missing = list({asked.key(): asked for asked in wanted if asked.key() not in found}.values())
        if missing:
            points = [asked.point for asked in missing]
            if self._pool is None or here:
                made = live(missing[0], points, lambda: good(self._numbers, ticket))
            else:
                try:
                    made = self._pool.submit(_live_there, missing[0], points, ticket, str(self._file)).result()
                except BrokenProcessPool:
                    # A process was ended from outside, as for want of memory: from now on all is run in this one.
                    print("A process of the dashboard was ended; worlds are run in the one that is left.", file=sys.stderr)
                    self._pool = None
                    made = live(missing[0], points, lambda: good(self._numbers, ticket))
            with self._lock:
                for asked, arrays in zip(missing, made, strict=True):
                    found[asked.key()] = self._kept[asked.key()] = _lived(asked, *arrays)
                self._make_room()
        return [found[asked.key()] for asked in wanted]

    def _make_room(self) -> None:
        """Forget what was asked for longest ago."""
        while len(self._kept) > 1 and sum(lived.result.worlds for lived in self._kept.values()) > self._most:
            self._kept.popitem(last=False)

    def end(self) -> None:
        """Nothing more is asked."""
        self._file.unlink(missing_ok=True)


@lru_cache(maxsize=4)
def numbers_in(file: str) -> NDArray[np.int64]:
    """The newest ticket of every seat, in a file that all processes see."""
    return np.memmap(file, dtype=np.int64, mode="r+", shape=(SEATS,))


def good(numbers: NDArray[np.int64], ticket: Ticket) -> bool:
    """Whether a ticket is the newest of its seat."""
    return ticket.seat < 0 or int(numbers[ticket.seat]) == ticket.number


# In a process of its own


def _live_there(asked: Asked, points: Sequence[Point], ticket: Ticket, file: str) -> list[tuple[Arrays, Arrays, Any, Arrays]]:
    return live(asked, points, lambda: good(numbers_in(file), ticket))


def live(asked: Asked, points: Sequence[Point], still: Wanted) -> list[tuple[Arrays, Arrays, Any, Arrays]]:
    """Run points day by day, noting communities every evening; raises UnwantedError when nobody wants it any more.

    By point: series (days, worlds), sums (worlds,), log weights (worlds,), communities (days, communities, worlds).
    """
    table = Table(asked.scenario, tuple(points), asked.seed, priors_of(asked.parameters), asked.worlds_per_draw)
    crisis = table.crisis(0, asked.worlds)
    shape = (len(points), asked.scenario.days, len(crisis.communities), asked.worlds)
    homes = {name: np.empty(shape, dtype=np.float32) for name in OF_HOMES if asked.homes}
    while crisis.running:
        if not still():
            raise UnwantedError
        day = crisis.day
        crisis.step()
        _note(crisis, day, homes)
    return [_of_point(crisis, number, homes) for number in range(len(points))]


def _note(crisis: Crisis, day: int, homes: dict[str, NDArray[np.float32]]) -> None:
    for number, home in enumerate(crisis.communities):
        for name, kept in homes.items():
            kept[:, day, number] = getattr(home, name)


def _of_point(crisis: Crisis, number: int, homes: dict[str, NDArray[np.float32]]) -> tuple[Arrays, Arrays, Any, Arrays]:
    record, shape = crisis.record, crisis.worlds.shape
    series = {name: whole[:, number] for name, whole in record.series.items()}
    totals = {name: np.broadcast_to(values, shape)[number] for name, values in record.totals.items()}
    return series, totals, np.broadcast_to(record.log_weight, shape)[number], {name: whole[number] for name, whole in homes.items()}


def _lived(asked: Asked, series: Arrays, totals: Arrays, log_weight: Any, homes: Arrays) -> Lived:
    return Lived(PointResult(asked.scenario, asked.point, series, totals, {}, log_weight), homes)
