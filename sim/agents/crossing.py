"""A border crossing: it lets through what two policies allow, and something more."""

from typing import Any

import numpy as np

from sim.agents.base import CrisisAgent
from sim.rules import crossings
from sim.settings import Settings
from sim.worlds import Flags, total


class Crossing(CrisisAgent):
    """A crossing. Formal trade is the lower of the two states' policies; smuggling grows into the gap."""

    def __init__(self, model: Any, name: str, settings: Settings) -> None:
        super().__init__(model, name, settings)
        self.served: list[tuple[Any, Any]] = []
        worlds = self.worlds
        self.formal, self.supply, self.food = worlds.full(1.0), worlds.full(1.0), worlds.full(1.0)
        self.habit, self.smuggled, self.days_cut = worlds.zeros(), worlds.zeros(), worlds.zeros()

    @property
    def closed(self) -> Flags:
        """Where nothing passes formally."""
        return self.formal <= 0.0

    @property
    def people_served(self) -> Any:
        """People who depend on it, each counted by its share of what serves them."""
        return total(home.settings.people * weight / home.weight_of_serving for home, weight in self.served)

    def open_or_close(self) -> None:
        """What passes today: formal trade, smuggling, food."""
        common, settings = self.model.livelihoods, self.settings
        self.formal = np.minimum(self.model.dyad.flow, settings.limit)
        self.habit = crossings.habit(self.habit, self.formal, settings.leakage_days)
        self.smuggled = crossings.leaked(self.formal, self.habit, settings.leakage)
        self.supply = self.formal + self.smuggled
        self.days_cut = np.where(self.formal < 1.0, self.days_cut + 1.0, 0.0)
        self.food = crossings.food_supply(self.supply, self.days_cut, common)
