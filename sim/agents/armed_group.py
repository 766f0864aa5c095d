"""An armed group: it attacks one state from a haven in the other, and grows or shrinks with who joins."""

from functools import cached_property
from typing import Any

import numpy as np

from sim.agents.base import CrisisAgent
from sim.rules import attention, harm, recruitment, violence
from sim.settings import Settings
from sim.worlds import Array, Draw, Flags, total


class ArmedGroup(CrisisAgent):
    """An armed group. Its daily tempo is background; a salient attack can be blamed on the state of its haven."""

    def __init__(self, model: Any, name: str, settings: Settings) -> None:
        super().__init__(model, name, settings)
        self.haven, self.target = settings.haven, settings.target
        worlds = self.worlds
        self.fighters = worlds.full(settings.fighters)
        self.joined, self.joined_in_all = worlds.zeros(), worlds.zeros()
        self.attacks, self.killed, self.expected_in_all = worlds.zeros(), worlds.zeros(), worlds.zeros()
        self.killed_salient, self.notice = worlds.zeros(), worlds.zeros()
        self.struck, self.blamed = worlds.flags(), worlds.flags()
        self.place = np.full(worlds.shape, -1)
        self.trust_left = worlds.full(1.0)
        self.hits: list[tuple[Any, Any]] = []

    @cached_property
    def victim(self) -> Any:
        """The state that it attacks."""
        return next(state for state in self.model.states if state.name == self.target)

    def attack(self) -> None:
        """Today's background attacks, and salient ones: those of the record or an inject, else (in FREE) a slow hazard."""
        strength = violence.strength(self.fighters, self.settings.fighters, self.settings.tempo)
        strength = strength * violence.means(self._supply(), self.settings.tempo)
        self._background(strength)
        self._salient(strength)
        self.attacks = self.attacks + self.struck
        self.killed = self.killed + self.killed_salient

    def _background(self, strength: Array) -> None:
        if not self.settings.tempo.rate.any():
            self.attacks, self.killed = self.worlds.zeros(), self.worlds.zeros()
            return
        tempo, dyad = self.settings.tempo, self.model.dyad
        vote = self.victim.closeness(tempo.election_days)
        conditions = violence.conditions(dyad.truce, vote, dyad.coordination, self.victim.readiness, tempo)
        rate = tempo.rate * strength * conditions
        self.expected_in_all = self.expected_in_all + rate
        self.attacks = violence.count(rate, self.uniform(Draw.TEMPO))
        self.killed = violence.whole_people(self.attacks * tempo.killed, self.uniform(Draw.TEMPO_KILLED))

    def _salient(self, strength: Array) -> None:
        settings, hand = self.settings.salient, self.model.hand
        free, fixed = self._unrecorded(strength), hand.attacks(self.day, self.name)
        self.struck = free | self.worlds.flags()
        self.killed_salient, self.place = self.worlds.zeros(), np.full(self.worlds.shape, -1)
        self.notice, self.blamed = self.worlds.zeros(), self.worlds.flags()
        self.hits = []
        if free.any():
            killed = harm.people_killed(settings.killed, settings.killed_spread, self.normal(Draw.SALIENT_KILLED, free))
            self._strike(free, killed, self._drawn_place(free), None)
        for where, attack in fixed:
            place = self._drawn_place(where) if attack.drawn else self.model.number_of(attack.place)
            self._strike(where, attack.killed, place, attack.blamed)
        self.trust_left = violence.trust_left(self.settings.preventable, self.blamed)

    def _unrecorded(self, strength: Array) -> Flags:
        """Where a salient attack comes that nobody has fixed."""
        free = ~self.model.hand.attacks_follow(self.day) & ~self.model.hand.attacks_barred(self.day, self.name)
        if not free.any():
            return free
        settings = self.settings.salient
        hazard = settings.rate * strength * np.exp(settings.talks * self.model.dyad.truce)
        return free & (self.uniform(Draw.SALIENT) < 1.0 - np.exp(-hazard))

    def _drawn_place(self, where: Flags) -> Any:
        here, place = np.flatnonzero(where | self.worlds.flags()), np.full(self.worlds.shape, -1)
        np.put(place, here, self.model.soils[self.target].place(self.uniform(Draw.SALIENT_PLACE), here, self.worlds.shape))
        return place

    def _strike(self, where: Flags, killed: Any, place: Any, blamed: bool | None) -> None:
        """One attack, where it happens: people killed, the community hit, and whether the neighbour is blamed."""
        chance = violence.chance_of_blame(self.settings.blame, self.settings.coordination_weight, self.model.dyad.coordination)
        blames = self.uniform(Draw.BLAME) < chance
        if blamed is not None:
            blames = np.where(self.model.hand.follows(self.day), blamed, blames)
        self.struck = self.struck | where
        self.killed_salient = self.killed_salient + where * killed
        self.notice = self.notice + (where & blames) * attention.drawn_by_attacks(killed)
        self.blamed = self.blamed | (where & blames)
        self.hits.append((np.where(where, place, -1), where * killed))
        self.place = np.where(where & (np.asarray(place) >= 0), place, self.place)

    def _supply(self) -> Any:
        """Share of its recruiting grounds' trade across the border that passes."""
        return self.model.borderland.supply_of(self.grounds) if self.grounds else 1.0

    @cached_property
    def grounds(self) -> list[Any]:
        """The communities in which it recruits."""
        return [home for home in self.model.communities if home.settings.recruits_for == self.name]

    def recruit(self) -> None:
        """People join, community by community; some of its fighters leave."""
        self.joined = self._joining() if self.grounds else self.worlds.zeros()
        self.joined_in_all = self.joined_in_all + self.joined
        if self.grounds:
            self.fighters = recruitment.fighters(self.fighters, self.joined, self.settings.recruitment)

    def _joining(self) -> Array:
        """People who join today, worked out once for worlds that share a course at the border, if nothing else tells them apart."""
        borderland, settings, first = self.model.borderland, self.settings.recruitment, self.settings.fighters
        crowd = total(home.would_join for home in self.grounds)
        growth = self.fighters / first - 1.0
        risk = self.model.dyad.coordination - self.model.dyad.settings.coordination_initial
        shares = [home.would_join / crowd for home in self.grounds]
        alike = (
            borderland.courses.shared
            and borderland.courses.are_alike(first, *shares, *vars(settings).values())
            and borderland.courses.agree(growth, risk)
        )
        read = borderland.courses.by_column if alike else lambda value: value
        carried = borderland.by_column if alike else borderland.row
        first, growth, risk, settings = read(first), read(growth), read(risk), read(settings)
        joined = self.worlds.zeros() if not alike else np.zeros((1, borderland.courses.width))
        for home, share in zip(self.grounds, shares, strict=True):
            hardship, loss = carried("hardship", home.number), carried("loss", home.number)
            joined += recruitment.joins(first, read(share), recruitment.readiness_to_join(hardship, loss, growth, risk, settings), settings)
        return borderland.courses.spread(joined) if alike else joined
