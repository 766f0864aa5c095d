"""What all agents share: settings as arrays, a name for their dice, and one value per world in every attribute."""

from typing import Any

import mesa
import numpy as np

from sim.settings import Settings
from sim.worlds import Array, Draw, Flags, Whole, Worlds, actor_number


def spread(worlds: Worlds, cells: Whole, values: Any, elsewhere: float = 0.0) -> Array:
    """A number in all worlds that is only worked out in some, shape (points, replicates); the inverse of `sim.worlds.among`."""
    everywhere = worlds.full(elsewhere) if elsewhere else worlds.zeros()
    np.put(everywhere, cells, values)
    return everywhere


class CrisisAgent(mesa.Agent[Any]):
    """An agent that lives in many parallel worlds at once; its changing attributes have shape (points, replicates)."""

    def __init__(self, model: Any, name: str, settings: Settings) -> None:
        super().__init__(model)
        self.name, self.settings = name, settings
        self.label: str = getattr(settings, "label", name)
        self.worlds: Worlds = model.worlds
        self._actor = actor_number(getattr(settings, "luck", None) or name)

    @property
    def day(self) -> int:
        """The day of the run; 0 is the first."""
        return int(self.model.day)

    def uniform(self, site: Draw) -> Array:
        """Today's uniform number of this agent at a draw site, in the shape of a draw."""
        return self.worlds.uniform(site, self._actor, self.day)

    def normal(self, site: Draw, where: Flags | None = None) -> Array:
        """Today's standard normal number of this agent at a draw site, in the shape of a draw; 0 where nobody wants it."""
        return self.worlds.normal(site, self._actor, self.day, where)
