"""A government: it feels what was done to it, weighs its public and its neighbours, and acts on four tracks."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.agents.base import CrisisAgent, spread
from sim.rules import attention, audience, debt, harm, policies
from sim.rules.choice import SMALLEST_PROBABILITY, chance_if_not, chance_if_sitting, choose, observe, weights_of
from sim.rules.tension import STRIKE
from sim.scenario.ladder import TRACKS, index_of
from sim.settings import Settings
from sim.worlds import NEVER, Array, Draw, Flags, Whole, among, kept, logistic, positive, total

TRACK_DRAWS = {"military": Draw.MILITARY, "public": Draw.PUBLIC, "border": Draw.BORDER, "talks": Draw.TALKS}
ALERT, LIMITED, EXPANDED = (index_of("military", act) for act in ("alert", "limited_strike", "expanded_strike"))
PROTEST, THREATEN, DOWNGRADE = (index_of("public", act) for act in ("protest", "threaten", "downgrade"))
RESTRICTED, CLOSED = (index_of("border", act) for act in ("restrict", "close"))
HOSTILITY = {track: np.array([act.hostility for act in acts]) for track, acts in TRACKS.items()}
NOWHERE = -1


class State(CrisisAgent):
    """A government. Its council sits when something has caught its attention; a sitting council chooses on each track."""

    def __init__(self, model: Any, name: str, settings: Settings, vote_days: list[int]) -> None:
        super().__init__(model, name, settings)
        self.vote_days = vote_days
        self._begin_memory()
        self._begin_acts()

    def _begin_memory(self) -> None:
        worlds, settings = self.worlds, self.settings
        self._type = worlds.normal(Draw.RESOLVE, self._actor, 0)
        self.attention = worlds.full(settings.attention.initial)
        self.debt, self.militant_debt, self.ledger = worlds.zeros(), worlds.zeros(), worlds.zeros()
        self.mood, self.commitment = worlds.zeros(), worlds.zeros()
        self.just_protested, self.just_threatened = worlds.zeros(), worlds.zeros()
        self.readiness = worlds.full(settings.military.readiness_initial)
        self.belief_log_odds = worlds.full(np.log(settings.belief.initial / (1.0 - settings.belief.initial)))
        self.days_waiting, self.envoys = worlds.zeros(), worlds.flags(True)
        self.information = worlds.full(settings.perception.information)
        self.pressure, self.cover = worlds.zeros(), worlds.zeros()
        self.felt, self.audience = worlds.zeros(), worlds.full(settings.audience.base)
        self._strikes_by_day: list[Flags] = []
        self.recent_strikes = np.zeros(worlds.shape, dtype=np.int64)

    def _begin_acts(self) -> None:
        worlds = self.worlds
        self.acts: dict[str, Whole] = {track: np.zeros(worlds.shape, dtype=np.int64) for track in self.model.tracks}
        self.log_p: dict[str, Array] = {}
        self._deciding: Whole = np.arange(0)
        """Where something is decided today: everywhere else routine runs on. Places in an array (points, replicates) read row by row."""
        self.sits, self.struck, self.has_struck = worlds.flags(), worlds.flags(), worlds.flags()
        self.harm, self.killed, self.killed_elsewhere = worlds.zeros(), worlds.zeros(), worlds.zeros()
        self.hostility, self.words = worlds.zeros(), worlds.zeros()
        self.place, self.last_strike = np.full(worlds.shape, NOWHERE), np.full(worlds.shape, -NEVER)
        self.policy = np.zeros(worlds.shape, dtype=np.int64)

    # What it is at any moment

    @property
    def rival(self) -> "State":
        """The other state."""
        first, second = self.model.states
        return second if self is first else first

    @property
    def resolve(self) -> Array:
        """How much it cares about answering harm: log-normal over worlds, the same throughout a world."""
        return self.settings.resolve.median * np.exp(self.settings.resolve.spread * self._type)

    @property
    def need(self) -> Array:
        """The urge to answer [strike units]."""
        return debt.need(self.debt, self.militant_debt, self.settings.debt)

    @property
    def belief(self) -> Array:
        """Probability that the other side answers a strike, as it believes."""
        return logistic(self.belief_log_odds)

    @property
    def seeks_talks(self) -> Flags:
        """Where it sits and seeks talks."""
        return self.acts["talks"] == index_of("talks", "seek_talks")

    def closeness(self, scale: Any) -> Any:
        """How close its next vote is, on a scale of days."""
        nearest: Any = np.zeros_like(scale)
        for vote in self.vote_days:
            nearest = np.maximum(nearest, audience.closeness(vote + self.settings.vote_shift - self.day, scale))
        return nearest

    # Phase 3: it feels what the other state did yesterday

    def perceive(self) -> None:
        """Feel yesterday's blow through the fog; keep account; notice attacks and shocks; sense the home audience."""
        settings, rival = self.settings, self.rival
        self.felt = self._blow(rival)
        notice, shock, dead_at_home = self._news()
        dead_at_home = dead_at_home + rival.killed
        self.ledger = kept(settings.debt.half_life) * self.ledger + rival.harm - self.harm
        self.debt = debt.debt(self.debt, self.felt, self.harm, settings.debt)
        self.militant_debt = debt.militant_debt(self.militant_debt, notice, self.struck, settings.debt)
        closure = np.where(self.policy == RESTRICTED, settings.border.restriction, np.where(self.policy == CLOSED, 1.0, 0.0))
        self.attention = attention.attention(self.attention, self.felt, rival.words, notice, shock, closure, settings.attention)
        self.mood = audience.mood(self.mood, attention.drawn_by_attacks(dead_at_home), settings.audience)
        self._learn(rival)
        self._fade()
        close = self.closeness(settings.audience.election_days)
        self.audience = audience.audience(close, self.mood, self.cover, settings.audience)

    def _blow(self, rival: "State") -> Array:
        if not rival.struck.any():
            return self.worlds.zeros()
        spread = harm.fog(self.settings.perception.noise, self.information)
        z = self.normal(Draw.PERCEPTION, rival.struck)
        return harm.felt(rival.harm, self.settings.perception.gap, rival.settings.strikes.ambiguity, spread, z)

    def _news(self) -> tuple[Any, Any, Any]:
        """Notice drawn by attacks blamed on the neighbour, attention drawn by shocks, and people killed at home by attacks."""
        attackers = [group for group in self.model.groups if group.target == self.name]
        notice = total(group.notice for group in attackers)
        shock, killed = self.model.hand.shock(self.day, self.name)
        return notice, shock, total(group.killed_salient for group in attackers) + killed

    def _learn(self, rival: "State") -> None:
        """An answer is waited for from the day after one's strike, for as long as patience lasts, or until an agreement."""
        waiting = self.days_waiting > 0.0
        answered = rival.struck & waiting
        self.belief_log_odds = audience.belief_log_odds(self.belief_log_odds, answered, waiting, self.settings.belief)
        goes_on = waiting & ~answered & (self.days_waiting < self.settings.belief.patience)
        self.days_waiting = np.where(self.struck, 1.0, np.where(goes_on, self.days_waiting + 1.0, 0.0))

    def _fade(self) -> None:
        settings = self.settings
        self.readiness = self.readiness * kept(settings.military.readiness_half_life)
        self.commitment = np.where(self.struck, 0.0, self.commitment * kept(settings.public.commitment_half_life))
        repeat = kept(settings.public.repeat_half_life)
        self.just_protested, self.just_threatened = self.just_protested * repeat, self.just_threatened * repeat

    # Phase 4: its council sits or not, and decides

    def situation(self) -> SimpleNamespace:
        """Everything that a decision weighs, as it stands today."""
        dyad = self.model.dyad
        seen = SimpleNamespace(
            stakes=self.resolve * self.audience,
            need=self.need,
            debt=self.debt,
            ledger=self.ledger,
            audience=self.audience,
            commitment=self.commitment,
            belief=self.belief,
            readiness=self.readiness,
            pressure=self.pressure,
            envoys=self.envoys & dyad.settings.relations,
            just_protested=self.just_protested,
            just_threatened=self.just_threatened,
            policy=self.policy,
            unrest=dyad.unrest_of(self.name),
            intensity=dyad.intensity,
            truce=dyad.truce,
            tension=dyad.tension / STRIKE,
        )
        if self.settings.policy != policies.DEFAULT:
            vars(seen).update(self._what_rival_rules_weigh())
        return seen

    def _what_rival_rules_weigh(self) -> dict[str, Any]:
        """What rules other than the default weigh besides: the other side's last acts and words, and how often things are done."""
        rival = self.rival
        return {
            "militant_debt": self.militant_debt,
            "belief_log_odds": self.belief_log_odds,
            "rival_readiness": rival.readiness,
            "rival_commitment": rival.commitment,
            "rival_protested": rival.just_protested,
            "rival_threatened": rival.just_threatened,
            "rival_envoys": rival.envoys,
            "rival_policy": rival.policy,
            "since_strike": self.day - self.last_strike,
            "since_rival_strike": self.day - rival.last_strike,
            "frequencies": self.model.frequencies,
        }

    def terms(self, situation: Any, track: str, settings: Settings | None = None) -> dict[str, dict[str, Any]]:
        """Named utility terms of every act of a track [logits]."""
        return policies.terms(situation, track, settings or self.settings)

    def chance_to_sit(self) -> Array:
        """Probability that the council sits today; never in a war, which lies beyond the model's range."""
        return policies.chance_to_sit(self.attention, self.settings) * ~self.model.dyad.war

    def decide(self) -> None:
        """The council sits or not, and chooses."""
        sits = self.chance_to_sit()
        allowed = {track: self.model.hand.acts(self.day, self.name, track) for track in self.model.tracks}
        if all(may.acts is None for may in allowed.values()):
            self._decide_freely(sits)
        else:
            self._decide_within(allowed, sits)

    def take(self, acts: dict[str, Whole]) -> None:
        """Do what somebody else has decided, by track, in every world."""
        self.acts, self._deciding = acts, np.arange(self.sits.size)

    def _decide_freely(self, sits: Array) -> None:
        """Nothing is fixed, so only where the council sits need anything be weighed."""
        self.log_p = {}
        self.sits = self.uniform(Draw.COUNCIL) < sits
        self.acts = {track: self._routine(track).copy() for track in self.model.tracks}
        here, shape = np.flatnonzero(self.sits), self.worlds.shape
        self._deciding = here
        if not here.size:
            return
        situation = SimpleNamespace(**{name: among(value, here, shape) for name, value in vars(self.situation()).items()})
        settings = self.settings.among(here, shape)
        for track, acts in self.acts.items():
            weights = self._weights(situation, track, settings)
            np.put(acts, here, choose(weights, None, among(self.uniform(TRACK_DRAWS[track]), here, shape)))

    def _routine(self, track: str) -> Whole:
        """What it does on a track when its council does not sit."""
        return self.policy if track == "border" else np.zeros(self.worlds.shape, dtype=np.int64)

    def _weights(self, situation: Any, track: str, settings: Settings) -> list[Any]:
        return weights_of([total(terms.values()) for terms in self.terms(situation, track, settings).values()])

    def _decide_within(self, fixed: dict[str, Any], sits: Array) -> None:
        """What the record shows of its tracks is evidence of whether the council sat, and is scored."""
        situation, self._deciding = self.situation(), np.arange(self.sits.size)
        choices = {track: (self._weights(situation, track, self.settings), self._routine(track), allowed) for track, allowed in fixed.items()}
        for track, (weights, routine, allowed) in choices.items():
            if allowed.acts is not None:
                seen, informed = observe(sits, chance_if_sitting(weights, allowed.acts), chance_if_not(routine, allowed.acts))
                sits = np.where(allowed.recorded, informed, sits)
                self.log_p[track] = np.where(allowed.recorded, np.log(np.maximum(seen, SMALLEST_PROBABILITY)), 0.0)
            else:
                self.log_p.pop(track, None)
        self.sits = self.uniform(Draw.COUNCIL) < sits
        for track, choice in choices.items():
            self.acts[track] = self._choose(track, *choice)

    def _choose(self, track: str, weights: Any, routine: Any, allowed: Any) -> Whole:
        chosen = choose(weights, allowed.acts, self.uniform(TRACK_DRAWS[track]))
        if allowed.acts is None:
            return np.where(self.sits, chosen, routine)
        return np.where(self.sits | (chance_if_not(routine, allowed.acts) == 0.0), chosen, routine)

    # Phase 5: its acts take effect

    def act(self) -> None:
        """Strikes hit, words are out, policies stand."""
        here, shape = self._deciding, self.worlds.shape
        military_act, public_act = (among(self.acts[track], here, shape) for track in ("military", "public"))
        self.struck = self._where(military_act >= LIMITED)
        self._strike()
        hostility = total(self._hostility(track) for track in self.model.tracks)
        words = positive(np.where(military_act >= LIMITED, 0.0, hostility)) / STRIKE
        self.hostility, self.words = spread(self.worlds, here, hostility), spread(self.worlds, here, words)
        self.readiness = np.where(self._where(military_act >= ALERT), 1.0, self.readiness)
        self.commitment = np.where(self._where(public_act == THREATEN), 1.0, self.commitment)
        self.just_protested = np.where(self._where(public_act == PROTEST), 1.0, self.just_protested)
        self.just_threatened = np.where(self._where(public_act == THREATEN), 1.0, self.just_threatened)
        self.envoys = self.envoys & ~self._where(public_act == DOWNGRADE)
        self.policy = self.acts.get("border", self.policy)
        self._count_strikes()

    def _where(self, among_deciding: Flags) -> Flags:
        """What is true in some of the worlds in which something is decided, in all worlds."""
        flags = self.worlds.flags()
        np.put(flags, self._deciding, among_deciding)
        return flags

    def _strike(self) -> None:
        if not self.struck.any():
            self.harm, self.killed, self.killed_elsewhere = self.worlds.zeros(), self.worlds.zeros(), self.worlds.zeros()
            self.place = np.full(self.worlds.shape, NOWHERE)
            return
        self.last_strike = np.where(self.struck, self.day, self.last_strike)
        here, shape = np.flatnonzero(self.struck), self.worlds.shape
        settings, expanded = self.settings.strikes.among(here, shape), among(self.acts["military"], here, shape) == EXPANDED
        usual = np.where(expanded, settings.expanded_killed, settings.limited_killed)
        size = np.where(expanded, settings.expanded_harm, 1.0)
        killed, elsewhere, place = self._casualties(usual, settings.killed_spread, here)
        self.harm = spread(self.worlds, here, harm.harm(size, killed, usual, settings.casualty_weight))
        self.killed, self.killed_elsewhere = spread(self.worlds, here, killed), spread(self.worlds, here, elsewhere)
        self.place = np.full(shape, NOWHERE)
        np.put(self.place, here, place)

    def _casualties(self, usual: Array, killed_spread: Array, here: Whole) -> tuple[Array, Array, Whole]:
        """People killed, those of them elsewhere, and the community hit: as recorded where the record is followed, else drawn."""
        shape = self.worlds.shape
        killed = harm.people_killed(usual, killed_spread, among(self.normal(Draw.STRIKE_KILLED, self.struck), here, shape))
        place = self.rival_soil.place(self.uniform(Draw.STRIKE_PLACE), here, shape)
        in_record, recorded, injected = self.model.hand.strike(self.day, self.name)
        in_record, injected = among(in_record, here, shape), among(injected, here, shape)
        if recorded is not None:
            killed = killed if recorded.killed is None else np.where(in_record, recorded.killed, killed)
            place = np.where(in_record, self.model.number_of(recorded.place), place)
        killed = np.where(np.isnan(injected), killed, injected)
        return killed, killed * (in_record & (recorded is not None and recorded.elsewhere)), place

    @property
    def rival_soil(self) -> Any:
        """The other state's soil, where its strikes fall."""
        return self.model.soils[self.rival.name]

    def _hostility(self, track: str) -> Array:
        """What today's decision on a track adds to tension [Goldstein units]; a border policy only on the day on which it becomes harder."""
        chosen, policy = (among(acts, self._deciding, self.worlds.shape) for acts in (self.acts[track], self.policy))
        weight = np.take(HOSTILITY[track], chosen)
        return weight * (chosen > policy) if track == "border" else weight

    def _count_strikes(self) -> None:
        self.has_struck = self.has_struck | self.struck
        self._strikes_by_day.append(self.struck)
        self.recent_strikes = self.recent_strikes + self.struck
        if len(self._strikes_by_day) > self.model.dyad.settings.war.days:
            self.recent_strikes = self.recent_strikes - self._strikes_by_day.pop(0)

    # Phases 6 and 7: agreement settles accounts; outsiders are heard

    def settle(self, agreed: Flags, agreement: Settings) -> None:
        """An agreement settles most of what is owed, calms the council and releases from threats."""
        debts = np.where(agreed, agreement.debt_kept, 1.0)
        self.debt, self.ledger = debts * self.debt, debts * self.ledger
        self.militant_debt = debts * self.militant_debt
        self.attention = np.where(agreed, agreement.attention_kept, 1.0) * self.attention
        self.commitment = np.where(agreed, 0.0, self.commitment)
        self.days_waiting = np.where(agreed, 0.0, self.days_waiting)

    def listen(self) -> None:
        """Outside pressure, cover and information for tomorrow's decisions: the strongest single help counts."""
        mediation, standing, here = self.model.mediation, self.settings.perception.information, self.model.heeded
        self.pressure = spread(self.worlds, here, total(outsider.pressure_on(self.name) for outsider in self.model.third_parties))
        facilitation, cover = np.zeros((1, here.size)), np.zeros((1, here.size))
        for outsider in self.model.third_parties:
            facilitation = np.maximum(facilitation, outsider.help_to(self.name, "facilitation"))
            cover = np.maximum(cover, outsider.help_to(self.name, "cover"))
        self.information = standing + (1.0 - standing) * mediation.information * spread(self.worlds, here, facilitation)
        self.cover = mediation.cover * spread(self.worlds, here, cover)
