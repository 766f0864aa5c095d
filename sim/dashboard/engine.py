"""Runs the worlds that a page shows: parent and branch with the same luck, a few at once and then all, kept for whoever asks again.

A result is a pure function of its set-up, so users share what was run and nothing else. Who no longer wants a result says
so between two days, and the run ends there.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
OF_HOMES = ("hardship", "food_stock")
"""What is kept of every community, day by day."""

Wanted = Callable[[], bool]


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


class Engine:
    """Runs set-ups and keeps the latest."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Lived] = OrderedDict()
        self._most, self._lock = most, threading.Lock()

    def kept(self, asked: Asked) -> Lived | None:
        """A result that is there already."""
        with self._lock:
            found = self._kept.get(asked.key())
            if found is not None:
                self._kept.move_to_end(asked.key())
            return found

    def run(self, wanted: Sequence[Asked], still: Wanted = lambda: True) -> list[Lived]:
        """Results of set-ups that differ in their point alone; those that are missing are run at once. Raises UnwantedError."""
        found = {asked.key(): lived for asked in wanted if (lived := self.kept(asked)) is not None}
        missing = list({asked.key(): asked for asked in wanted if asked.key() not in found}.values())
        if missing:
            made = live(missing[0], [asked.point for asked in missing], still)
            with self._lock:
                for asked, lived in zip(missing, made, strict=True):
                    found[asked.key()] = self._kept[asked.key()] = lived
                self._make_room()
        return [found[asked.key()] for asked in wanted]

    def _make_room(self) -> None:
        """Forget what was asked for longest ago."""
        while len(self._kept) > 1 and sum(lived.result.worlds for lived in self._kept.values()) > self._most:
            self._kept.popitem(last=False)


def live(asked: Asked, points: Sequence[Point], still: Wanted) -> list[Lived]:
    """Run points day by day, noting communities every evening; raises UnwantedError when nobody wants it any more."""
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
    return [_of_point(asked.scenario, crisis, number, point, homes) for number, point in enumerate(points)]


def _note(crisis: Crisis, day: int, homes: dict[str, NDArray[np.float32]]) -> None:
    for number, home in enumerate(crisis.communities):
        for name, kept in homes.items():
            kept[:, day, number] = getattr(home, name)


def _of_point(scenario: Scenario, crisis: Crisis, number: int, point: Point, homes: dict[str, NDArray[np.float32]]) -> Lived:
    record = crisis.record
    result = PointResult(
        scenario=scenario,
        point=point,
        series={name: whole[:, number] for name, whole in record.series.items()},
        totals={name: np.broadcast_to(values, crisis.worlds.shape)[number] for name, values in record.totals.items()},
        scored={},
        log_weight=np.broadcast_to(record.log_weight, crisis.worlds.shape)[number],
    )
    return Lived(result, {name: whole[number] for name, whole in homes.items()})
