"""A third party: an outsider that notices harm, and calls for restraint, offers help, mediates."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.agents.base import CrisisAgent, spread
from sim.rules import behaviours, outsiders
from sim.rules.tension import STRIKE
from sim.settings import Settings
from sim.worlds import Array, Draw, among, kept


class ThirdParty(CrisisAgent):
    """An outsider. Calls come fast, offers follow, mediation proper is rare; what it says may count with one side only.

    What it gives is worked out in the worlds that outsiders heed, `model.heeded`, and has shape (1, count); elsewhere it is nought.
    """

    def __init__(self, model: Any, name: str, settings: Settings) -> None:
        super().__init__(model, name, settings)
        self.attention = self.worlds.zeros()
        self.stage = self.worlds.zeros()
        self._help, self._pressure = np.zeros((1, 0)), np.zeros((1, 0))
        self._here = settings.among(np.arange(0), self.worlds.shape)

    def notice(self) -> None:
        """Harm draws attention; attention carries it from stage to stage, unless an outside hand holds it."""
        here, shape = self.model.heeded, self.worlds.shape
        if not here.size:
            return
        self._here, mediation = self.settings.among(here, shape), self.model.mediation.among(here, shape)
        attention = kept(self._here.attention_half_life) * among(self.attention, here, shape) + self._here.interest * self.model.harm_heeded
        stage = self._advance(among(self.stage, here, shape), attention)
        self.attention, self.stage = spread(self.worlds, here, attention), spread(self.worlds, here, stage)
        self._help = outsiders.help_given(stage, attention, mediation)
        self._pressure = outsiders.pressure(stage, attention, mediation)

    def _advance(self, stage: Array, attention: Array) -> Array:
        here, shape = self.model.heeded, self.worlds.shape
        lowest, highest = (among(column, here, shape) for column in self.model.hand.stages(self.day, self.name))
        chance = behaviours.chance_to_advance(stage, attention, self._here, self._seen)
        steps = (among(self.uniform(Draw.THIRD_PARTY), here, shape) < chance) & (highest >= 0.0) & ~among(self.model.dyad.war, here, shape)
        ceiling = np.where(highest >= 0.0, highest, float(outsiders.MEDIATING))
        return np.asarray(np.minimum(np.maximum(stage + steps, lowest), ceiling))

    def _seen(self) -> SimpleNamespace:
        """What happened between the states, for a behaviour to weigh, in the worlds that outsiders heed."""
        (first, second), dyad = self.model.states, self.model.dyad
        seen = {
            "first_has_struck": first.has_struck,
            "second_has_struck": second.has_struck,
            "tension": dyad.tension / STRIKE,
            "truce": dyad.truce,
        }
        here = {name: among(value, self.model.heeded, self.worlds.shape) for name, value in seen.items()}
        return SimpleNamespace(**here, harm=self.model.harm_heeded)

    def pressure_on(self, state: str) -> Array:
        """How dear it makes force for a state; below zero where it condones force."""
        settings = self._here
        return settings.leverage.of(state, 0.0) * settings.urges.of(state, 1.0) * settings.channels.manipulation * self._pressure

    def help_to(self, state: str, channel: str) -> Array:
        """What its help is worth to a state through a channel [0 to 1]."""
        return outsiders.credibility(self._here.bias.of(state, 0.0)) * getattr(self._here.channels, channel) * self._help

    def proposal(self) -> Array:
        """What its proposals are worth between the two: they must count with both sides."""
        first, second = self.model.states
        return np.minimum(self.help_to(first.name, "formulation"), self.help_to(second.name, "formulation"))
