"""A border community: what reaches it, what it lives on, what it fears, who leaves."""

from functools import cached_property
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from sim.agents.base import CrisisAgent
from sim.rules import livelihoods
from sim.rules.choice import choose
from sim.settings import Settings
from sim.worlds import Array, Flags, Whole, among, total


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


class Community(CrisisAgent):
    """A district or county: people with stocks, incomes, ties, kin and fears."""

    def __init__(self, model: Any, name: str, settings: Settings) -> None:
        super().__init__(model, name, settings)
        self.state = settings.state
        self.serving: list[tuple[Any, Any]] = []
        self.neighbours: list[tuple[Any, Any]] = []
        self.number = 0
        self.distances = np.empty(0)
        worlds = self.worlds
        self.supply, self.smuggled, self.food = worlds.full(1.0), worlds.zeros(), worlds.full(1.0)
        self.food_stock, self.fuel_stock = worlds.full(settings.food_stock), worlds.full(settings.fuel_stock)
        self.income, self.food_price, self.fuel_price = worlds.full(1.0), worlds.full(1.0), worlds.full(1.0)
        self.hardship, self.fear, self.loss = worlds.zeros(), worlds.zeros(), worlds.zeros()
        self.displaced, self.person_days, self.lost_income = worlds.zeros(), worlds.zeros(), worlds.zeros()
        self._told: Any = 0.0

    @property
    def would_join(self) -> Any:
        """People who would join an armed group at all, up to a common factor."""
        return self.settings.people * self.settings.sympathy

    @cached_property
    def _ties(self) -> tuple[Any, Any]:
        """Weights of all that serves it, and of all its neighbours."""
        return total(weight for _, weight in self.serving), total(weight for _, weight in self.neighbours)

    @property
    def stocks_not_full(self) -> Flags:
        """Where its stocks are not exactly full: less, or more than fits since room for them was made smaller."""
        return (self.food_stock != self.settings.food_stock) | (self.fuel_stock != self.settings.fuel_stock)

    def hear(self) -> None:
        """What reaches it over its crossings, and what its neighbours tell."""
        of_serving, of_neighbours = self._ties
        self.supply, self.smuggled, self.food = self.worlds.full(1.0), self.worlds.zeros(), self.worlds.full(1.0)
        cells, shape = self.model.unsettled, self.worlds.shape
        if self.serving and cells.size:
            for name in ("supply", "smuggled", "food"):
                passing = total(among(getattr(crossing, name), cells, shape) * weight for crossing, weight in self.serving)
                np.put(getattr(self, name), cells, passing / of_serving)
        if self.neighbours:
            self._told = total(other.fear * weight for other, weight in self.neighbours) / of_neighbours

    def live(self) -> None:
        """A day: stocks, income and prices, hardship, fear, leaving and returning.

        It is worked out for all worlds as if markets were as ever, and then again for the few in which they are not.
        """
        common, before = self.model.livelihoods, SimpleNamespace(hardship=self.hardship, fear=self.fear)
        self.loss = livelihoods.loss(self.loss, self._killed_here(), self.settings.people, common)
        lost_kin, strikes = np.minimum(self.loss, 1.0), self._strikes_near()
        self.hardship = livelihoods.hardship(before.hardship, 0.0, 0.0, _dearness(1.0, 1.0, common), lost_kin, common)
        self.fear = livelihoods.fear(before.fear, self._told, 0.0, strikes, common)
        self.income, self.food_price, self.fuel_price = self.worlds.full(1.0), self.worlds.full(1.0), self.worlds.full(1.0)
        if self.model.unsettled.size:
            self._live_unsettled(self.model.unsettled, before.hardship, before.fear, lost_kin, strikes)
        self.displaced = livelihoods.displaced(self.displaced, self.hardship, self.fear, common)
        self.person_days = self.person_days + self.settings.people * self.hardship

    def _live_unsettled(self, cells: Whole, *dense: Any) -> None:
        """Stocks, income, prices, hardship and fear in the worlds in which something is cut, or stocks may be less than full."""
        shape = self.worlds.shape
        own, common = self.settings.among(cells, shape), self.model.livelihoods.among(cells, shape)
        hardship, fear, lost_kin, strikes, told, supply, food, smuggled, food_stock, fuel_stock = (
            among(one, cells, shape) for one in (*dense, self._told, self.supply, self.food, self.smuggled, self.food_stock, self.fuel_stock)
        )
        food_cut, fuel_cut = own.food_imports * (1.0 - food), own.fuel_imports * (1.0 - supply)
        food_stock = livelihoods.stock(food_stock, food_cut, own.relief, food, own.food_stock, common.refill_days)
        fuel_stock = livelihoods.stock(fuel_stock, fuel_cut, 0.0, supply, own.fuel_stock, common.refill_days)
        no_food = livelihoods.shortage(food_cut, own.relief, food_stock, own.food_stock)
        no_fuel = livelihoods.shortage(fuel_cut, 0.0, fuel_stock, own.fuel_stock)
        food_price, fuel_price = livelihoods.price(no_food, common.price_food), livelihoods.price(no_fuel, common.price_fuel)
        income = 1.0 - own.dependence * (1.0 - supply)
        shortage, dearness = _mean(no_food, no_fuel, common), _dearness(food_price, fuel_price, common)
        found = {
            "food_stock": food_stock,
            "fuel_stock": fuel_stock,
            "food_price": food_price,
            "fuel_price": fuel_price,
            "income": income,
            "lost_income": among(self.lost_income, cells, shape) + own.people * (1.0 - income),
            "hardship": livelihoods.hardship(hardship, 1.0 - income, shortage, dearness, lost_kin, common),
            "fear": livelihoods.fear(fear, told, common.smuggling_danger * smuggled, strikes, common),
        }
        for name, value in found.items():
            np.put(getattr(self, name), cells, value)

    def _killed_here(self) -> Any:
        """People killed here today by a state's strike or a salient attack."""
        if not self.model.blows:
            return 0.0
        killed = self.worlds.zeros()
        for blow in self.model.blows:
            np.put(killed, blow.cells, among(killed, blow.cells, killed.shape) + (blow.place == self.number) * blow.killed)
        return killed

    def _strikes_near(self) -> Any:
        """Fear that today's strikes and salient attacks raise here [0 to 1]: it falls off with distance."""
        if not self.model.blows:
            return 0.0
        calm = self.worlds.full(1.0)
        for blow in self.model.blows:
            np.put(calm, blow.cells, among(calm, blow.cells, calm.shape) * (1.0 - blow.weight * np.exp(-self.distances[blow.place] / blow.reach)))
        return 1.0 - calm


def _mean(food: Any, fuel: Any, common: Any) -> Any:
    return common.food_weight * food + (1.0 - common.food_weight) * fuel


def _dearness(food_price: Any, fuel_price: Any, common: Any) -> Any:
    """By how much prices are above those of ordinary times."""
    return _mean(food_price, fuel_price, common) - 1.0


class Soil:
    """A state's soil: which of its communities a strike or attack hits."""

    def __init__(self, homes: list[tuple[int, Community]]) -> None:
        self._homes = homes

    def place(self, u: Any) -> Any:
        """Number of the community hit, drawn by exposure; -1 where the state has no communities."""
        if not self._homes:
            return np.full(np.shape(u), -1)
        numbers = np.array([number for number, _ in self._homes])
        chosen = choose([home.settings.exposure for _, home in self._homes], None, u)
        return numbers[np.minimum(chosen, len(numbers) - 1)]
