"""A border community: what reaches it, what it lives on, what it fears, who leaves."""

from typing import Any

import numpy as np

from sim.agents.base import CrisisAgent
from sim.rules import livelihoods
from sim.rules.choice import choose
from sim.settings import Settings
from sim.worlds import Array, total


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
        self.displaced, self.person_days = worlds.zeros(), worlds.zeros()
        self._told: Any = 0.0

    @property
    def would_join(self) -> Any:
        """People who would join an armed group at all, up to a common factor."""
        return self.settings.people * self.settings.sympathy

    def hear(self) -> None:
        """What reaches it over its crossings, and what its neighbours tell."""
        if self.serving:
            weights = total(weight for _, weight in self.serving)
            self.supply = total(crossing.supply * weight for crossing, weight in self.serving) / weights
            self.smuggled = total(crossing.smuggled * weight for crossing, weight in self.serving) / weights
            self.food = total(crossing.food * weight for crossing, weight in self.serving) / weights
        if self.neighbours:
            weights = total(weight for _, weight in self.neighbours)
            self._told = total(other.fear * weight for other, weight in self.neighbours) / weights

    def live(self) -> None:
        """A day: stocks, income and prices, hardship, fear, leaving and returning."""
        common, own = self.model.livelihoods, self.settings
        food_cut, fuel_cut = own.food_imports * (1.0 - self.food), own.fuel_imports * (1.0 - self.supply)
        self.food_stock = livelihoods.stock(self.food_stock, food_cut, own.relief, self.food, own.food_stock, common.refill_days)
        self.fuel_stock = livelihoods.stock(self.fuel_stock, fuel_cut, 0.0, self.supply, own.fuel_stock, common.refill_days)
        no_food = livelihoods.shortage(food_cut, own.relief, self.food_stock, own.food_stock)
        no_fuel = livelihoods.shortage(fuel_cut, 0.0, self.fuel_stock, own.fuel_stock)
        self.food_price = livelihoods.price(no_food, common.price_food)
        self.fuel_price = livelihoods.price(no_fuel, common.price_fuel)
        self.income = 1.0 - own.dependence * (1.0 - self.supply)
        self._suffer(self._mean(no_food, no_fuel), self._mean(self.food_price, self.fuel_price) - 1.0)

    def _mean(self, food: Any, fuel: Any) -> Any:
        weight = self.model.livelihoods.food_weight
        return weight * food + (1.0 - weight) * fuel

    def _suffer(self, shortage: Array, dearness: Array) -> None:
        common, people = self.model.livelihoods, self.settings.people
        self.loss = livelihoods.loss(self.loss, self._killed_here(), people, common)
        lost_kin = np.minimum(self.loss, 1.0)
        self.hardship = livelihoods.hardship(self.hardship, 1.0 - self.income, shortage, dearness, lost_kin, common)
        self.fear = livelihoods.fear(self.fear, self._told, common.smuggling_danger * self.smuggled, self._strikes_near(), common)
        self.displaced = livelihoods.displaced(self.displaced, self.hardship, self.fear, common)
        self.person_days = self.person_days + people * self.hardship

    def _killed_here(self) -> Any:
        """People killed here today by a state's strike or a salient attack."""
        return total((place == self.number) * killed for place, killed, _ in self.model.blows)

    def _strikes_near(self) -> Any:
        """Fear that today's strikes and salient attacks raise here [0 to 1]: it falls off with distance."""
        scale = self.model.livelihoods.fear_distance
        calm: Any = 1.0
        for place, _, weight in self.model.blows:
            calm = calm * (1.0 - weight * np.exp(-self.distances[place] / scale))
        return 1.0 - calm


class Soil:
    """A state's soil: which of its communities a strike or attack hits."""

    def __init__(self, homes: list[tuple[int, Community]]) -> None:
        self._homes = homes

    def place(self, u: Any) -> Any:
        """Number of the community hit, drawn by exposure; -1 where the state has no communities."""
        if not self._homes:
            return np.full(np.shape(u), -1)
        numbers = np.array([number for number, _ in self._homes])
        chosen = choose([home.settings.exposure * np.ones_like(u) for _, home in self._homes], None, u)
        return numbers[np.minimum(chosen, len(numbers) - 1)]
