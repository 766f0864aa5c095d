"""The borderland: all communities at once, so that one operation serves many of them.

What communities carry from day to day lies in arrays of shape (communities, points, replicates); each community sees its
own row. Most days are ordinary in most worlds: a day is worked out as if nothing had happened anywhere, and then again
for the few worlds in which something has.
"""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from sim.agents.community import ORDINARY, Community
from sim.rules import livelihoods
from sim.settings import Settings
from sim.worlds import Array, Whole, among, total

IN_CACHE = 16384
"""Numbers in the arrays that a rule works on (measured): fewer, and the time between operations counts; more, and they fall out of the cache."""

CARRIED = ("food_stock", "fuel_stock", "loss", "hardship", "fear")
"""What a day makes out of the day before."""
REACHING = ("supply", "smuggled", "food")
OWN = ("people", "dependence", "food_imports", "fuel_imports", "food_stock", "fuel_stock", "relief")
"""Numbers of a community's own that its days hang on."""


class Blow(NamedTuple):
    """A strike or salient attack, in the few worlds in which it hits a community: which one, people killed, weight in fear and its reach."""

    cells: Whole
    place: Whole
    killed: Array
    weight: Array
    reach: Array


def blow(shape: tuple[int, ...], place: Any, *columns: Any) -> Blow:
    """What happens at `place` (-1: at no community here); all arrays broadcast to `shape`."""
    cells = np.flatnonzero(np.broadcast_to(place, shape) >= 0)
    return Blow(cells, *(among(column, cells, shape) for column in (place, *columns)))


class Borderland:
    """All communities of a crisis; what they carry has shape (communities, points, replicates), and is made anew every day."""

    def __init__(self, model: Any, homes: list[Community]) -> None:
        self.model, self.homes, self.worlds = model, homes, model.worlds
        self._everywhere = self.worlds.points * self.worlds.replicates
        self.own = Settings()
        self.read_settings()
        shape = (len(homes), *self.worlds.shape)
        self.food_stock, self.fuel_stock = np.zeros(shape) + self.own.food_stock, np.zeros(shape) + self.own.fuel_stock
        self.loss, self.hardship, self.fear = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self.displaced, self.person_days, self.lost_income = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        self._told, self._nothing = np.zeros(shape), np.zeros((len(homes), 1, 1))
        self.cells: Whole = np.arange(0)
        self.apart: dict[str, Array] = {name: np.empty((len(homes), 1, 0)) for name in ORDINARY}
        for home in homes:
            home.borderland = self

    def read_settings(self) -> None:
        """Lay the communities' own numbers side by side: to be called whenever some have been rewritten."""
        for name in OWN:
            values = [getattr(home.settings, name) for home in self.homes]
            setattr(self.own, name, np.stack(np.broadcast_arrays(*values)) if values else np.empty((0, 1, 1)))

    def row(self, name: str, number: int) -> Array:
        """What a community carries, shape (points, replicates)."""
        return self._spread(name, self.apart[name][number]) if name in ORDINARY else getattr(self, name)[number]

    def supply_of(self, homes: list[Community]) -> Array:
        """Share of ordinary trade that reaches some communities, on average."""
        return self._spread("supply", total(self.apart["supply"][home.number] for home in homes) / len(homes))

    def people(self, name: str, homes: list[Community]) -> Array:
        """People of whom something is true in some communities: those who live there, times what they carry under a name."""
        found = self.worlds.zeros()
        for home in homes:
            found += self.own.people[home.number] * getattr(self, name)[home.number]
        return found

    def _spread(self, name: str, apart: Array) -> Array:
        """A number in all worlds that is only known apart, where the day is not as ever."""
        everywhere = self.worlds.full(ORDINARY[name])
        np.put(everywhere, self.cells, apart)
        return everywhere

    def hear(self) -> None:
        """What reaches people over crossings, and what neighbours tell."""
        self.cells = np.flatnonzero(self.model.unsettled)
        self.apart = {name: np.empty((len(self.homes), 1, self.cells.size)) for name in ORDINARY}
        if self.cells.size:
            self._let_through()
        for home, told in zip(self.homes, self._told, strict=True):
            told.fill(0.0)
            for other, weight in home.neighbours:
                told += self.fear[other.number] * weight
            if home.neighbours:
                told /= home.weight_of_neighbours

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
        killed, strikes = self._killed(), self._strikes_near()
        for homes in self._batches(self._everywhere if self.cells.size < self._everywhere else 0):
            self._live_as_ever(homes, before, killed[homes], strikes[homes])
        for homes in self._batches(self.cells.size):
            self._live_unsettled(homes, before, self._among(killed[homes]), self._among(strikes[homes]))
        for homes in self._batches(self._everywhere):
            self._leave(homes)
        self.person_days = self.person_days + self.own.people * self.hardship

    def _batches(self, cells: int) -> Iterator[slice]:
        """As many communities at a time as stay in the cache."""
        size = max(IN_CACHE // max(cells, 1), 1)
        return (slice(first, first + size) for first in range(0, len(self.homes) if cells else 0, size))

    def _live_as_ever(self, homes: slice, before: Any, killed: Array, strikes: Array) -> None:
        """A day on which all trade passes and stocks are full."""
        common = self.model.livelihoods
        self.food_stock[homes], self.fuel_stock[homes] = before.food_stock[homes], before.fuel_stock[homes]
        self.loss[homes] = loss = livelihoods.loss(before.loss[homes], killed, self.own.people[homes], common)
        self.hardship[homes] = livelihoods.hardship(before.hardship[homes], 0.0, 0.0, _dearness(1.0, 1.0, common), np.minimum(loss, 1.0), common)
        self.fear[homes] = livelihoods.fear(before.fear[homes], self._told[homes], 0.0, strikes, common)

    def _live_unsettled(self, homes: slice, before: Any, killed: Array, strikes: Array) -> None:
        """The day in the worlds in which something is cut, or stocks may be less than full."""
        own, old = self._some(self.own, homes), self._some(before, homes)
        common = self.model.livelihoods.among(self.cells, self.worlds.shape)
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
        lost.reshape(len(lost), -1)[:, self.cells] += (own.people * (1.0 - income))[:, 0]
        for name, value in zip(CARRIED, (food_stock, fuel_stock, loss, hardship, fear), strict=True):
            rows = getattr(self, name)[homes]
            rows.reshape(len(rows), -1)[:, self.cells] = value[:, 0]

    def _leave(self, homes: slice) -> None:
        """People leave and return; nothing moves where nobody has left and nobody has reason to."""
        displaced, hardship, fear, common = self.displaced[homes], self.hardship[homes], self.fear[homes], self.model.livelihoods
        moving = np.flatnonzero((displaced > 0.0) | (np.maximum(hardship, fear) > common.leave_threshold))
        if moving.size:
            here = common.among(moving % self._everywhere, self.worlds.shape)
            left, worst = displaced.take(moving)[np.newaxis], (hardship.take(moving)[np.newaxis], fear.take(moving)[np.newaxis])
            np.put(displaced, moving, livelihoods.displaced(left, *worst, here))

    def _some(self, section: Any, homes: slice) -> SimpleNamespace:
        """Some rows of all that is in a section, in the worlds in which the day is not as ever."""
        return SimpleNamespace(**{name: self._among(value[homes]) for name, value in vars(section).items()})

    def _among(self, stacked: Array) -> Array:
        """Rows in the worlds in which the day is not as ever, shape (communities, 1, count); what is the same everywhere stays as it is."""
        if stacked.shape[1:] == (1, 1):
            return stacked
        rows = np.broadcast_to(stacked, (len(stacked), *self.worlds.shape)).reshape(len(stacked), 1, -1)
        return rows if rows.shape[2] == self.cells.size else rows.take(self.cells, axis=2)

    def _killed(self) -> Array:
        """People killed in communities today by a state's strike or a salient attack."""
        if not self.model.blows:
            return self._nothing
        killed = np.zeros(self.hardship.shape)
        numbers, rows = np.arange(len(self.homes))[:, np.newaxis], killed.reshape(len(self.homes), -1)
        for blow in self.model.blows:
            rows[:, blow.cells] += (blow.place == numbers) * blow.killed
        return killed

    def _strikes_near(self) -> Array:
        """Fear that today's strikes and salient attacks raise in communities [0 to 1]: it falls off with distance."""
        if not self.model.blows:
            return self._nothing
        calm = np.ones(self.hardship.shape)
        distances, rows = np.stack([home.distances for home in self.homes]), calm.reshape(len(self.homes), -1)
        for blow in self.model.blows:
            rows[:, blow.cells] *= 1.0 - blow.weight * np.exp(-distances[:, np.ravel(blow.place)] / blow.reach)
        return np.subtract(1.0, calm, out=calm)


def _mean(food: Any, fuel: Any, common: Any) -> Any:
    return common.food_weight * food + (1.0 - common.food_weight) * fuel


def _dearness(food_price: Any, fuel_price: Any, common: Any) -> Any:
    """By how much prices are above those of ordinary times."""
    return _mean(food_price, fuel_price, common) - 1.0
