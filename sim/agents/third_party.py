"""A third party: an outsider that notices harm, and calls for restraint, offers help, mediates."""

from typing import Any

import numpy as np

from sim.agents.base import CrisisAgent
from sim.rules import outsiders
from sim.settings import Settings
from sim.worlds import Array, Draw, kept


class ThirdParty(CrisisAgent):
    """An outsider. Calls come fast, offers follow, mediation proper is rare; what it says may count with one side only."""

    def __init__(self, model: Any, name: str, settings: Settings) -> None:
        super().__init__(model, name, settings)
        self.attention = self.worlds.zeros()
        self.stage = self.worlds.zeros()
        self._help, self._pressure = self.worlds.zeros(), self.worlds.zeros()

    def notice(self) -> None:
        """Harm draws attention; attention carries it from stage to stage, unless an outside hand holds it."""
        first, second = self.model.states
        settings, mediation = self.settings, self.model.mediation
        self.attention = kept(settings.attention_half_life) * self.attention + settings.interest * (first.harm + second.harm)
        self._advance()
        self._help = outsiders.help_given(self.stage, self.attention, mediation)
        self._pressure = outsiders.pressure(self.stage, self.attention, mediation)

    def _advance(self) -> None:
        lowest, highest = self.model.hand.stages(self.day, self.name)
        if not (lowest.any() or self.attention.any() or self.stage.any()):
            return
        chance = outsiders.chance_to_advance(self.stage, self.attention, self.settings)
        steps = (self.uniform(Draw.THIRD_PARTY) < chance) & (highest >= 0.0) & ~self.model.dyad.war
        ceiling = np.where(highest >= 0.0, highest, float(outsiders.MEDIATING))
        self.stage = np.minimum(np.maximum(self.stage + steps, lowest), ceiling)

    def pressure_on(self, state: str) -> Array:
        """How dear it makes force for a state; below zero where it condones force."""
        settings = self.settings
        return settings.leverage.of(state, 0.0) * settings.urges.of(state, 1.0) * settings.channels.manipulation * self._pressure

    def help_to(self, state: str, channel: str) -> Array:
        """What its help is worth to a state through a channel [0 to 1]."""
        return outsiders.credibility(self.settings.bias.of(state, 0.0)) * getattr(self.settings.channels, channel) * self._help

    def proposal(self) -> Array:
        """What its proposals are worth between the two: they must count with both sides."""
        first, second = self.model.states
        return np.minimum(self.help_to(first.name, "formulation"), self.help_to(second.name, "formulation"))
