"""The dyad: tension, truce, joint security work, and what only both states together can do."""

from typing import Any

import numpy as np

from sim.agents.base import CrisisAgent
from sim.rules import crossings, talks
from sim.rules.choice import SMALLEST_PROBABILITY
from sim.rules.tension import STRIKE, tension
from sim.scenario.ladder import JOINT_ACTS
from sim.settings import Settings
from sim.worlds import Draw, Flags, kept, total


class Dyad(CrisisAgent):
    """What lies between two states: it remembers blows and words, and mends when both sit down and both seek it."""

    def __init__(self, model: Any, settings: Settings) -> None:
        super().__init__(model, "both", settings)
        worlds = self.worlds
        self.tension, self.intensity, self.truce = worlds.zeros(), worlds.zeros(), worlds.zeros()
        self.coordination = worlds.full(settings.coordination_initial)
        self.war = worlds.flags()
        self.agreed, self.restored = worlds.flags(), worlds.flags()
        self.flow = worlds.full(1.0)
        self.log_p: dict[str, Any] = {}

    def pass_a_day(self) -> None:
        """The truce fades, joint security work lapses to what it was; an attack blamed on the neighbour costs trust (Kydd & Walter 2002)."""
        settings = self.settings
        left = self.truce * kept(settings.truce_half_life)
        for group in self.model.groups:
            left = left * group.trust_left
        self.truce = left
        standing = settings.coordination_initial
        self.coordination = standing + (self.coordination - standing) * kept(settings.coordination_half_life)

    def feel_acts(self) -> None:
        """Tension, intensity and truce after today's acts; where the states' strikes have become a war, the model's range ends."""
        first, second = self.model.states
        settings = self.settings
        self.tension = tension(self.tension, first.hostility + second.hostility, settings.tension_half_life)
        self.intensity = kept(settings.intensity_half_life) * self.intensity + (first.harm + second.harm)
        self.truce = np.where(first.struck | second.struck, settings.breach, 1.0) * self.truce
        enough = settings.war.strikes
        self.war = self.war | ((first.recent_strikes >= enough) & (second.recent_strikes >= enough))
        restricted = self.model.livelihoods.restricted_flow
        self.flow = np.minimum(crossings.policy_flow(first.policy, restricted), crossings.policy_flow(second.policy, restricted))

    def talk(self) -> None:
        """Where both sit and seek talks they may agree; envoys may return."""
        self._agree()
        self._restore()

    def _agree(self) -> None:
        first, second = self.model.states
        both_seek = first.seeks_talks & second.seeks_talks
        information = 0.5 * (first.information + second.information)
        chance = both_seek * talks.chance_of_agreement(information, self.model.formulation, self.settings.agreement)
        self.agreed = self._together("agree", chance, Draw.AGREEMENT)
        if self.agreed.any():
            self._settle()

    def _settle(self) -> None:
        settings, agreed = self.settings, self.agreed
        self.tension = np.where(agreed, settings.agreement.tension_kept, 1.0) * self.tension
        self.truce = np.where(agreed, 1.0, self.truce)
        self.coordination = np.minimum(self.coordination + agreed * settings.coordination_gain, 1.0)
        for state in self.model.states:
            state.settle(agreed, settings.agreement)

    def _restore(self) -> None:
        first, second = self.model.states
        away = ~(first.envoys & second.envoys)
        chance = away * talks.chance_of_return(self.truce, self.tension / STRIKE, self.settings.calm, self.settings.envoys)
        self.restored = self._together("restore", chance, Draw.RESTORATION)
        for state in self.model.states:
            state.envoys = state.envoys | self.restored
        self.tension = np.maximum(self.tension + self.restored * JOINT_ACTS["restore"].hostility, 0.0)

    def _together(self, act: str, chance: Any, site: Draw) -> Flags:
        """Where a joint act happens; what the record fixes is scored by its probability."""
        yes, no, recorded = self.model.hand.joint(self.day, act)
        if self.model.hand.follows(self.day).any():
            seen = np.where(yes, chance, 1.0 - chance)
            self.log_p[act] = np.where(recorded, np.log(np.maximum(seen, SMALLEST_PROBABILITY)), 0.0)
        else:
            self.log_p.pop(act, None)
        if not (yes.any() or chance.any()):
            return self.worlds.flags()
        return (yes | (self.uniform(site) < chance)) & ~no & ~self.war

    def unrest_of(self, state_name: str) -> Any:
        """Mean hardship of a state's border communities, weighted by people [0 to 1]."""
        homes = [community for community in self.model.communities if community.state == state_name]
        if not homes:
            return 0.0
        return self.model.borderland.people("hardship", homes) / total(home.settings.people for home in homes)
