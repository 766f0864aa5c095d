"""A border community: its ties, its soil, and its part in the borderland."""

from functools import cached_property
from typing import Any

import numpy as np

from sim.agents.base import CrisisAgent
from sim.rules.choice import choose
from sim.settings import Settings
from sim.worlds import Array, Flags, Whole, among, total

ORDINARY = {"supply": 1.0, "smuggled": 0.0, "food": 1.0, "income": 1.0, "food_price": 1.0, "fuel_price": 1.0}
"""What is the same in all worlds in which markets are as ever."""


class Row:
    """An attribute of a community that the borderland keeps for all of them; shape (points, replicates)."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, home: Any, owner: type | None = None) -> Array:
        return self if home is None else home.borderland.row(self._name, home.number)  # type: ignore[return-value]

    def __set__(self, home: Any, value: Any) -> None:
        if self._name in ORDINARY:
            raise AttributeError(f"{self._name} follows from what crossings let through")
        home.borderland.put(self._name, home.number, value)


class Community(CrisisAgent):
    """A district or county: people with stocks, incomes, ties, kin and fears. It lives its days in the borderland."""

    supply, smuggled, food = Row(), Row(), Row()
    income, food_price, fuel_price = Row(), Row(), Row()
    food_stock, fuel_stock = Row(), Row()
    loss, hardship, fear, displaced = Row(), Row(), Row(), Row()
    person_days, lost_income = Row(), Row()

    def __init__(self, model: Any, name: str, settings: Settings) -> None:
        super().__init__(model, name, settings)
        self.state = settings.state
        self.borderland: Any = None
        self.serving: list[tuple[Any, Any]] = []
        self.neighbours: list[tuple[Any, Any]] = []
        self.number = 0
        self.distances = np.empty(0)

    @property
    def would_join(self) -> Any:
        """People who would join an armed group at all, up to a common factor."""
        return self.settings.people * self.settings.sympathy

    @cached_property
    def weight_of_serving(self) -> Any:
        """Weights of all that serves it."""
        return total(weight for _, weight in self.serving)

    @cached_property
    def weight_of_neighbours(self) -> Any:
        """Weights of all its neighbours."""
        return total(weight for _, weight in self.neighbours)

    @property
    def stocks_not_full(self) -> Flags:
        """Where its stocks are not exactly full: less, or more than fits since room for them was made smaller."""
        return (self.food_stock != self.settings.food_stock) | (self.fuel_stock != self.settings.fuel_stock)


class Soil:
    """A state's soil: which of its communities a strike or attack hits."""

    def __init__(self, homes: list[tuple[int, Community]]) -> None:
        self._homes = homes

    def place(self, u: Any, cells: Whole, shape: tuple[int, ...]) -> Any:
        """Number of the community hit in some worlds, shape (1, count), drawn by exposure; -1 where the state has no communities.

        `cells` are places in an array of `shape` (points, replicates) read row by row; `u` is uniform.
        """
        if not self._homes:
            return np.full((1, cells.size), -1)
        numbers = np.array([number for number, _ in self._homes])
        chosen = choose([among(home.settings.exposure, cells, shape) for _, home in self._homes], None, among(u, cells, shape))
        return numbers[np.minimum(chosen, len(numbers) - 1)]
