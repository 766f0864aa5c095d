"""The borderland: all communities at once, so that one operation serves many of them.

What communities carry from day to day lies in arrays of shape (communities, 1, columns): worlds that share a course share a
column (sim/agents/courses.py), and each community sees its own row as worlds have it. Most days are ordinary in most
worlds: a day is worked out as if nothing had happened anywhere, and then again for the few in which something has.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from sim.agents.base import spread
from sim.agents.community import ORDINARY, Community
from sim.agents.courses import Courses
from sim.rules import livelihoods
from sim.settings import Settings
from sim.worlds import Array, Flags, Whole, among, total

IN_CACHE = 16384
"""Numbers in the arrays that a rule works on (measured): fewer, and the time between operations counts; more, and they fall out of the cache."""

CARRIED = ("food_stock", "fuel_stock", "loss", "hardship", "fear")
"""What a day makes out of the day before."""
SUMS = ("displaced", "person_days", "lost_income")
REACHING = ("supply", "smuggled", "food")
OWN = ("people", "dependence", "food_imports", "fuel_imports", "food_stock", "fuel_stock", "relief")
"""Numbers of a community's own that its days hang on."""
OF_CUTS = {"food_after", "food_flow", "restricted_flow", "smuggling_danger", "refill_days"} | {
    *("income_weight", "shortage_weight", "price_food", "price_fuel"),
}
"""Numbers of all communities that move nothing as long as all trade passes and stocks are full."""


class Blow(NamedTuple):
    """A strike or salient attack, in the columns in which it hits a community: which one, people killed, weight in fear and its reach."""

    columns: Whole
    place: Whole
    killed: Array
    weight: Array
    reach: Array


class Borderland:
    """All communities of a crisis; what they carry has shape (communities, 1, columns), and is made anew every day."""

    food_stock: Array
    fuel_stock: Array
    loss: Array
    hardship: Array
    fear: Array
    displaced: Array
    person_days: Array
    lost_income: Array

    def __init__(self, model: Any, homes: list[Community]) -> None:
        self.model, self.homes, self.worlds = model, homes, model.worlds
        self.courses = Courses(self.worlds)
        shape = (len(homes), 1, self.courses.width)
        for name in (*CARRIED, *SUMS):
            setattr(self, name, np.zeros(shape))
        self._nothing = np.zeros((len(homes), 1, 1))
        self.cells, self.columns = np.arange(0), np.arange(0)
        self.apart: dict[str, Array] = {name: np.empty((len(homes), 1, 0)) for name in ORDINARY}
        self.read_settings()
        self.food_stock, self.fuel_stock = self.food_stock + self.own.food_stock, self.fuel_stock + self.own.fuel_stock
        for home in homes:
            home.borderland = self

    def read_settings(self) -> None:
        """Lay the communities' own numbers side by side: to be called whenever some have been rewritten."""
        own = {name: [getattr(home.settings, name) for home in self.homes] for name in OWN}
        self._own = {name: np.stack(np.broadcast_arrays(*values)) if values else np.empty((0, 1, 1)) for name, values in own.items()}
        common = [number for name, number in vars(self.model.livelihoods).items() if name not in OF_CUTS]
        if not self.courses.are_alike(*self._own.values(), *common):
            self._part()  # numbers that differ between worlds leave no course to share
        self._lay_out()

    def _part(self, where: Flags | None = None) -> None:
        """Give worlds, or all, a column of their own; what they carry goes on in it."""
        names = (*CARRIED, *SUMS)
        carried = [getattr(self, name) for name in names]
        carried = self.courses.part_all(carried) if where is None else self.courses.part(where, carried)
        for name, value in zip(names, carried, strict=True):
            setattr(self, name, value)

    def _lay_out(self) -> None:
        """The numbers in force, by column."""
        shape, cells = self.worlds.shape, self.courses.cells
        self.own, self.common = Settings(), self.courses.by_column(self.model.livelihoods)
        for name, value in self._own.items():
            everywhere = np.broadcast_to(value, (len(value), *shape)).reshape(len(value), 1, -1) if value.size > len(value) else value
            setattr(self.own, name, everywhere.take(cells, axis=2) if value.size > len(value) else value)

    def row(self, name: str, number: int) -> Array:
        """What a community carries, shape (points, replicates)."""
        return self._spread(name, self.apart[name][number]) if name in ORDINARY else self.courses.spread(getattr(self, name)[number])

    def by_column(self, name: str, number: int) -> Array:
        """What a community carries, shape (1, columns)."""
        return np.asarray(getattr(self, name)[number])

    def put(self, name: str, number: int, value: Any) -> None:
        """Set what a community carries."""
        self._part()
        self._lay_out()
        self.row(name, number)[...] = value

    def supply_of(self, homes: list[Community]) -> Array:
        """Share of ordinary trade that reaches some communities, on average."""
        return self._spread("supply", total(self.apart["supply"][home.number] for home in homes) / len(homes))

    def people(self, name: str, homes: list[Community]) -> Array:
        """People of whom something is true in some communities: those who live there, times what they carry under a name."""
        found = np.zeros((1, self.courses.width))
        for home in homes:
            found += self.own.people[home.number] * getattr(self, name)[home.number]
        return self.courses.spread(found)

    def _spread(self, name: str, apart: Array) -> Array:
        """A number in all worlds that is only known apart, where the day is not as ever."""
        return spread(self.worlds, self.cells, apart, ORDINARY[name])

    def hear(self) -> None:
        """What reaches people over crossings, and what neighbours tell; worlds in which something happens part from the others."""
        happening = self._happening()
        if self.courses.are_to_part(happening):
            self._part(happening)
            self._lay_out()
        self.cells = np.flatnonzero(self.model.unsettled)
        self.columns = self.courses.columns_of(self.cells)
        self.apart = {name: np.empty((len(self.homes), 1, self.cells.size)) for name in ORDINARY}
        if self.cells.size:
            self._let_through()
        self._told = np.zeros(self.fear.shape)
        for home, told in zip(self.homes, self._told, strict=True):
            for other, weight in home.neighbours:
                told += self.fear[other.number] * weight
            if home.neighbours:
                told /= home.weight_of_neighbours

    def _happening(self) -> Flags:
        """Where something is cut, agreed, or hit by a blow that does not fall on all worlds of a point alike."""
        where: Flags = self.model.unsettled | self.model.dyad.agreed
        for place, *what in self.model.blows:
            if not self.courses.are_alike(place, *what):
                where = where | (place >= 0)
        return where

    def _let_through(self) -> None:
        """What reaches each community of all that passes the crossings that serve it."""
        for name in REACHING:
            passing = {crossing.name: among(getattr(crossing, name), self.cells, self.worlds.shape) for crossing in self.model.crossings}
            for home, reaching in zip(self.homes, self.apart[name], strict=True):
                reaching[:] = ORDINARY[name]
                if home.serving:
                    reaching[:] = total(passing[crossing.name] * weight for crossing, weight in home.serving) / home.weight_of_serving

    def live(self) -> None:
        """A day: stocks, income and prices, hardship, fear, leaving and returning."""
        before = SimpleNamespace(**{name: getattr(self, name) for name in CARRIED})
        for name in CARRIED:
            setattr(self, name, np.empty_like(getattr(before, name)))
        self.displaced, self.lost_income = self.displaced.copy(), self.lost_income.copy()
        blows = [self._by_column(*what) for what in self.model.blows]
        killed, strikes = self._killed(blows), self._strikes_near(blows)
        width = self.courses.width
        for homes in self._batches(width if self.cells.size < width else 0):
            self._live_as_ever(homes, before, killed[homes], strikes[homes])
        for homes in self._batches(self.cells.size):
            self._live_unsettled(homes, before, self._among(killed[homes]), self._among(strikes[homes]))
        for homes in self._batches(width):
            self._leave(homes)
        self.person_days = self.person_days + self.own.people * self.hardship

    def _by_column(self, *what: Any) -> Blow:
        """A blow as columns feel it: `what` falls on all worlds of a point alike, or only on worlds that do not share a column."""
        shape, cells = self.worlds.shape, self.courses.cells
        columns = np.flatnonzero(np.broadcast_to(what[0], shape).take(cells) >= 0)
        return Blow(columns, *(among(number, cells[columns], shape) for number in what))

    def _batches(self, cells: int) -> Iterator[slice]:
        """As many communities at a time as stay in the cache."""
        size = max(IN_CACHE // max(cells, 1), 1)
        return (slice(first, first + size) for first in range(0, len(self.homes) if cells else 0, size))

    def _live_as_ever(self, homes: slice, before: Any, killed: Array, strikes: Array) -> None:
        """A day on which all trade passes and stocks are full."""
        common = self.common
        self.food_stock[homes], self.fuel_stock[homes] = before.food_stock[homes], before.fuel_stock[homes]
        self.loss[homes] = loss = livelihoods.loss(before.loss[homes], killed, self.own.people[homes], common)
        self.hardship[homes] = livelihoods.hardship(before.hardship[homes], 0.0, 0.0, _dearness(1.0, 1.0, common), np.minimum(loss, 1.0), common)
        self.fear[homes] = livelihoods.fear(before.fear[homes], self._told[homes], 0.0, strikes, common)

    def _live_unsettled(self, homes: slice, before: Any, killed: Array, strikes: Array) -> None:
        """The day in the worlds in which something is cut, or stocks may be less than full."""
        own, old = self._some(self.own, homes), self._some(before, homes)
        common = self.common.among(self.columns, (1, self.courses.width))
        supply, smuggled, food = (self.apart[name][homes] for name in REACHING)
        food_cut, fuel_cut = own.food_imports * (1.0 - food), own.fuel_imports * (1.0 - supply)
        food_stock = livelihoods.stock(old.food_stock, food_cut, own.relief, food, own.food_stock, common.refill_days)
        fuel_stock = livelihoods.stock(old.fuel_stock, fuel_cut, 0.0, supply, own.fuel_stock, common.refill_days)
        no_food = livelihoods.shortage(food_cut, own.relief, food_stock, own.food_stock)
        no_fuel = livelihoods.shortage(fuel_cut, 0.0, fuel_stock, own.fuel_stock)
        food_price, fuel_price = livelihoods.price(no_food, common.price_food), livelihoods.price(no_fuel, common.price_fuel)
        income = 1.0 - own.dependence * (1.0 - supply)
        shortage, dearness = _mean(no_food, no_fuel, common), _dearness(food_price, fuel_price, common)
        loss = livelihoods.loss(old.loss, killed, own.people, common)
        hardship = livelihoods.hardship(old.hardship, 1.0 - income, shortage, dearness, np.minimum(loss, 1.0), common)
        danger, told = common.smuggling_danger * smuggled, self._among(self._told[homes])
        fear = livelihoods.fear(old.fear, told, danger, strikes, common)
        for name, value in {"income": income, "food_price": food_price, "fuel_price": fuel_price}.items():
            self.apart[name][homes] = value
        lost = self.lost_income[homes]
        lost[:, 0, self.columns] += (own.people * (1.0 - income))[:, 0]
        for name, value in zip(CARRIED, (food_stock, fuel_stock, loss, hardship, fear), strict=True):
            rows = getattr(self, name)[homes]
            rows[:, 0, self.columns] = value[:, 0]

    def _leave(self, homes: slice) -> None:
        """People leave and return; nothing moves where nobody has left and nobody has reason to."""
        displaced, hardship, fear, common = self.displaced[homes], self.hardship[homes], self.fear[homes], self.common
        moving = np.flatnonzero((displaced > 0.0) | (np.maximum(hardship, fear) > common.leave_threshold))
        if moving.size:
            here = common.among(moving % self.courses.width, (1, self.courses.width))
            left, worst = displaced.take(moving)[np.newaxis], (hardship.take(moving)[np.newaxis], fear.take(moving)[np.newaxis])
            np.put(displaced, moving, livelihoods.displaced(left, *worst, here))

    def _some(self, section: Any, homes: slice) -> SimpleNamespace:
        """Some rows of all that is in a section, in the worlds in which the day is not as ever."""
        return SimpleNamespace(**{name: self._among(value[homes]) for name, value in vars(section).items()})

    def _among(self, rows: Array) -> Array:
        """Rows in the worlds in which the day is not as ever, shape (communities, 1, count); what is the same everywhere stays as it is."""
        return rows if rows.shape[2] in (1, self.columns.size) else rows.take(self.columns, axis=2)

    def _killed(self, blows: list[Blow]) -> Array:
        """People killed in communities today by a state's strike or a salient attack."""
        if not blows:
            return self._nothing
        killed = np.zeros(self.hardship.shape)
        numbers, rows = np.arange(len(self.homes))[:, np.newaxis], killed.reshape(len(self.homes), -1)
        for blow in blows:
            rows[:, blow.columns] += (blow.place == numbers) * blow.killed
        return killed

    def _strikes_near(self, blows: list[Blow]) -> Array:
        """Fear that today's strikes and salient attacks raise in communities [0 to 1]: it falls off with distance."""
        if not blows:
            return self._nothing
        calm = np.ones(self.hardship.shape)
        distances, rows = np.stack([home.distances for home in self.homes]), calm.reshape(len(self.homes), -1)
        for blow in blows:
            rows[:, blow.columns] *= 1.0 - blow.weight * np.exp(-distances[:, np.ravel(blow.place)] / blow.reach)
        return np.subtract(1.0, calm, out=calm)


def _mean(food: Any, fuel: Any, common: Any) -> Any:
    return common.food_weight * food + (1.0 - common.food_weight) * fuel


def _dearness(food_price: Any, fuel_price: Any, common: Any) -> Any:
    """By how much prices are above those of ordinary times."""
    return _mean(food_price, fuel_price, common) - 1.0
