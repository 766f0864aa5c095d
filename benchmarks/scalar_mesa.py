"""The same rules as ordinary Mesa agents: one world a model, plain floats, for `mesa.batch_run`.

Written to be fast, as a peer: what does not change is worked out once, nothing is drawn or weighed where nothing can
come of it, agents are visited through lists, and `math` does the arithmetic. It knows one set-up, that of the
benchmark: governments and outsiders are free from the first day, attacks and shocks are those of the record (ASSISTED).
The sections are those of docs/model.md.
"""

from functools import cache
from math import asin, cos, exp, floor, log, radians, sin, sqrt, tanh
from statistics import NormalDist
from typing import Any

import mesa

from sim.chronicle import Chronicle
from sim.rules.public import IMPOSSIBLE
from sim.rules.tension import STRIKE
from sim.scenario.ladder import JOINT_ACTS, TRACKS
from sim.scenario.load import load
from sim.worlds import Draw, Worlds, actor_number

HOSTILITY = {track: [act.hostility for act in acts] for track, acts in TRACKS.items()}
RETURN = JOINT_ACTS["restore"].hostility
ALERT, LIMITED, EXPANDED = 1, 2, 3
PROTEST, THREATEN, DOWNGRADE = 1, 2, 3
NOWHERE = -1
BOTH = actor_number("both")

normal = NormalDist().inv_cdf


def kept(half_life: float) -> float:
    return 2.0 ** (-1.0 / half_life)


def logistic(x: float) -> float:
    return 0.5 * (1.0 + tanh(0.5 * x))


def choose(weights: list[float], u: float) -> int:
    """Number of the act chosen by the uniform `u`."""
    target = u * sum(weights)
    for number, weight in enumerate(weights):
        target -= weight
        if target <= 0.0:
            return number
    return len(weights) - 1


def chosen_of(utilities: list[float], u: float) -> int:
    highest = max(utilities)
    return choose([exp(utility - highest) for utility in utilities], u)


def distance(one: Any, other: Any) -> float:
    """Great-circle distance [km] (2.3)."""
    south, north = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))


def luck_of(own: Any, name: str) -> int:
    return actor_number(own.luck or name)


class Outsider(mesa.Agent):
    """A third party (4.7)."""

    def __init__(self, model: "ScalarCrisis", name: str, own: Any, states: list[str]) -> None:
        super().__init__(model)
        mediation = model.case.mediation
        self.actor, self.interest, self.left = luck_of(own, name), own.interest, kept(own.attention_half_life)
        self.rates = [own.call_rate, own.offer_rate, own.mediation_rate, 0.0]
        self.words = [0.0, mediation.call_weight, max(mediation.call_weight, mediation.offer_weight), 1.0]
        self.helps = [0.0, 0.0, mediation.offer_weight, 1.0]
        heard = [1.0 + own.bias.get(state, 0.0) for state in states]
        self.pull = [own.leverage.get(state, 0.0) * own.urges.get(state, 1.0) * own.channels.manipulation for state in states]
        self.clears = [share * own.channels.facilitation for share in heard]
        self.covers = [share * own.channels.cover for share in heard]
        self.proposes = min(heard) * own.channels.formulation
        self.attention, self.stage, self.help, self.word = 0.0, 0, 0.0, 0.0

    def notice(self, harm: float) -> None:
        self.attention = attention = self.left * self.attention + self.interest * harm
        if attention == 0.0:
            return
        model, rate = self.model, self.rates[self.stage]
        if rate and not model.war and model.uniform(Draw.THIRD_PARTY, self.actor) < 1.0 - exp(-rate * attention):
            self.stage += 1
        heed = attention if attention < 1.0 else 1.0
        self.help, self.word = heed * self.helps[self.stage], heed * self.words[self.stage]


class Group(mesa.Agent):
    """An armed group (4.11, 4.12)."""

    def __init__(self, model: "ScalarCrisis", name: str, own: Any, homes: list["Home"], attacks: list[list[Any]]) -> None:
        super().__init__(model)
        self.name, self.own, self.actor, self.recorded = name, own, luck_of(own, name), attacks
        self.grounds = [home for home in homes if home.own.recruits_for == name]
        self.first, self.tempo, self.terms = own.fighters, own.tempo, own.recruitment
        crowd = sum(home.own.people * home.own.sympathy for home in self.grounds) or 1.0
        scale = self.first * self.terms.turnover / logistic(self.terms.base)
        self.shares = [(home, scale * (home.own.people * home.own.sympathy / crowd)) for home in self.grounds]
        self.fighters, self.joined_in_all = own.fighters, 0.0
        self.attacks = self.killed = self.killed_salient = self.notice = 0.0
        self.hits: list[tuple[int, float]] = []
        self.blamed = False

    def attack(self) -> None:
        self.attacks = self.killed = 0.0
        if self.tempo.rate:
            self._background()
        recorded = self.recorded[self.model.day]
        if self.hits or recorded:
            self.hits, self.killed_salient, self.notice, self.blamed = [], 0.0, 0.0, False
        if recorded:
            self._strike(recorded)

    def _background(self) -> None:
        tempo, model, victim = self.tempo, self.model, self.victim
        supply = sum(home.supply for home in self.grounds) / len(self.grounds) if self.grounds else 1.0
        strength = (self.fighters / self.first) ** tempo.fighters * (1.0 - tempo.fuel_income * (1.0 - supply))
        vote = victim.closeness(tempo.election_days)
        moved = tempo.talks * model.truce + tempo.election * vote - tempo.coordination * model.coordination - tempo.readiness * victim.readiness
        rate = tempo.rate * strength * exp(moved)
        if rate > 0.0:
            self.attacks = float(floor(log(model.uniform(Draw.TEMPO, self.actor)) / log(rate / (1.0 + rate))))
        self.killed = float(floor(self.attacks * tempo.killed + model.uniform(Draw.TEMPO_KILLED, self.actor)))

    def _strike(self, recorded: list[Any]) -> None:
        own, model = self.own, self.model
        self.blamed = model.uniform(Draw.BLAME, self.actor) < own.blame * (1.0 - own.coordination_weight * model.coordination)
        for killed, place in recorded:
            self.hits.append((place, killed))
            self.killed_salient += killed
            self.notice += sqrt(killed / 10.0) if self.blamed else 0.0
        self.attacks += 1.0
        self.killed += self.killed_salient

    def recruit(self) -> None:
        if not self.shares:
            return
        terms, model = self.terms, self.model
        growth = self.fighters / self.first - 1.0
        base = terms.base + terms.peers * growth - terms.risk * (model.coordination - model.case.dyad.coordination_initial)
        by_hardship, by_harm, joined = terms.hardship, terms.harm, 0.0
        for home, scale in self.shares:
            joined += scale * (0.5 * (1.0 + tanh(0.5 * (base + by_hardship * home.hardship + by_harm * home.loss))))
        self.joined_in_all += joined
        self.fighters = self.fighters * (1.0 - terms.turnover) + joined


class Crossing(mesa.Agent):
    """A crossing (4.9)."""

    def __init__(self, model: "ScalarCrisis", own: Any) -> None:
        super().__init__(model)
        self.limit, self.leakage, self.pace = own.limit, own.leakage, exp(-1.0 / own.leakage_days)
        self.formal = self.supply = self.food = 1.0
        self.habit, self.smuggled, self.days_cut = 0.0, 0.0, 0

    def open_or_close(self, flow: float) -> None:
        self.formal = formal = min(flow, self.limit)
        if formal < 1.0:
            self.habit = 1.0 - (1.0 - self.habit) * self.pace
            self.smuggled = self.leakage * (1.0 - formal) * self.habit
            self.days_cut += 1
            self.supply = self.food = formal + self.smuggled
            common = self.model.case.livelihoods
            if self.days_cut >= common.food_after and self.food < common.food_flow:
                self.food = common.food_flow
        else:
            self.supply, self.food, self.smuggled, self.days_cut = 1.0, 1.0, 0.0, 0
            self.habit *= self.pace


class Home(mesa.Agent):
    """A community (4.10)."""

    def __init__(self, model: "ScalarCrisis", own: Any) -> None:
        super().__init__(model)
        self.own, self.common, self.people, self.relief = own, model.case.livelihoods, own.people, own.relief
        self.serving: list[tuple[Crossing, float]] = []
        self.neighbours: list[tuple[Home, float]] = []
        self.closeness: list[float] = []
        self.supply = self.food = 1.0
        self.food_stock, self.fuel_stock = own.food_stock, own.fuel_stock
        self.smuggled = self.told = self.hardship = self.fear = self.loss = self.displaced = self.person_days = 0.0
        common = self.common
        self.kin_left, self.fear_left = kept(common.kin_half_life), kept(common.fear_half_life)
        self.calming = (1.0 - self.fear_left) * common.smuggling_danger
        self.room = max(1.0 - common.leave_threshold, 1e-9)

    def settle(self) -> None:
        """Weights of crossings and neighbours become shares."""
        for ties in (self.serving, self.neighbours):
            whole = sum(weight for _, weight in ties)
            ties[:] = [(other, weight / whole) for other, weight in ties]

    def hear(self, cut: bool) -> None:
        if cut and self.serving:
            self.supply = self.food = self.smuggled = 0.0
            for crossing, share in self.serving:
                self.supply += crossing.supply * share
                self.food += crossing.food * share
                self.smuggled += crossing.smuggled * share
        else:
            self.supply, self.food, self.smuggled = 1.0, 1.0, 0.0
        told = 0.0
        for other, share in self.neighbours:
            told += other.fear * share
        self.told = told

    def live(self, cut: bool, blows: list[tuple[int, float, float]], number: int) -> None:
        common, calm = self.common, 1.0
        self.loss *= self.kin_left
        for place, killed, weight in blows:
            calm *= 1.0 - weight * self.closeness[place]
            if place == number:
                self.loss += 1000.0 * killed / self.people
        cause = common.kin_weight * (self.loss if self.loss < 1.0 else 1.0)
        if cut:
            cause += self._shortage()
        self.hardship += common.adjustment * ((cause if cause < 1.0 else 1.0) - self.hardship)
        fear = self.fear
        if self.told > fear:
            fear += common.fear_spread * (self.told - fear)
        self.fear = 1.0 - (1.0 - self.fear_left * fear) * calm * (1.0 - self.calming * self.smuggled)
        self._move()
        self.person_days += self.people * self.hardship

    def _shortage(self) -> float:
        """What lost income, missing goods and dear goods add to hardship."""
        own, common = self.own, self.common
        food_cut, fuel_cut = own.food_imports * (1.0 - self.food), own.fuel_imports * (1.0 - self.supply)
        food = self.food_stock - food_cut + self.relief + self.food * (own.food_stock - self.food_stock) / common.refill_days
        fuel = self.fuel_stock - fuel_cut + self.supply * (own.fuel_stock - self.fuel_stock) / common.refill_days
        self.food_stock, self.fuel_stock = min(max(food, 0.0), own.food_stock), min(max(fuel, 0.0), own.fuel_stock)
        missing_food = max(food_cut - self.relief, 0.0) * (1.0 - self.food_stock / own.food_stock)
        missing_fuel = fuel_cut * (1.0 - self.fuel_stock / own.fuel_stock)
        weight = common.food_weight
        shortage = weight * missing_food + (1.0 - weight) * missing_fuel
        dearness = weight * common.price_food * missing_food + (1.0 - weight) * common.price_fuel * missing_fuel
        lost_income = own.dependence * (1.0 - self.supply)
        return common.income_weight * lost_income + common.shortage_weight * shortage + common.price_weight * dearness

    def _move(self) -> None:
        common, displaced = self.common, self.displaced
        worst = self.hardship if self.hardship > self.fear else self.fear
        if worst > common.leave_threshold:
            self.displaced += common.leave_rate * ((worst - common.leave_threshold) / self.room) * (1.0 - displaced)
        self.displaced -= common.return_rate * (1.0 - worst) * displaced


class State(mesa.Agent):
    """A government (4.1 to 4.8)."""

    def __init__(self, model: "ScalarCrisis", name: str, own: Any, number: int) -> None:
        super().__init__(model)
        self.name, self.own, self.number, self.actor = name, own, number, luck_of(own, name)
        self.votes = [model.case.day_of(vote.date) + own.vote_shift for vote in own.elections.values()]
        self.resolve = own.resolve.median * exp(own.resolve.spread * normal(model.uniform(Draw.RESOLVE, self.actor)))
        self.attention, self.readiness = own.attention.initial, own.military.readiness_initial
        self.belief = log(own.belief.initial / (1.0 - own.belief.initial))
        self.debt = self.militant_debt = self.ledger = self.mood = self.commitment = 0.0
        self.just_protested = self.just_threatened = self.pressure = self.cover = self.felt = self.words = self.hostility = 0.0
        self.harm = self.killed = 0.0
        self.audience, self.information = own.audience.base, own.perception.information
        self.days_waiting, self.struck, self.sits, self.envoys = 0, False, False, True
        self.place, self.policy = NOWHERE, 0
        self.acts = [0, 0, 0, 0]
        self.strike_days: list[int] = []
        self._work_out()

    def _work_out(self) -> None:
        """What does not change."""
        own = self.own
        self.kept_attention, self.kept_debt, self.kept_militant = (
            kept(own.attention.half_life), kept(own.debt.half_life), kept(own.debt.militant_half_life)
        )  # fmt: skip
        self.kept_mood, self.kept_readiness = kept(own.audience.mood_half_life), kept(own.military.readiness_half_life)
        self.kept_commitment, self.kept_repeat = kept(own.public.commitment_half_life), kept(own.public.repeat_half_life)
        self.closures = [0.0, own.border.restriction, 1.0]
        self.flows = [1.0, self.model.case.livelihoods.restricted_flow, 0.0]

    def closeness(self, scale: float) -> float:
        """How close its next vote is."""
        nearest, day = 0.0, self.model.day
        for vote in self.votes:
            if vote >= day:
                nearest = max(nearest, exp(-(vote - day) / scale))
        return nearest

    def perceive(self) -> None:
        rival, own, model = self.rival, self.own, self.model
        notice = dead = 0.0
        for group in self.attackers:
            notice += group.notice
            dead += group.killed_salient
        shock, shock_dead = self.shocks[model.day]
        dead += shock_dead + rival.killed
        self.felt = self._blow() if rival.struck else 0.0
        debt = own.debt
        self.ledger = self.kept_debt * self.ledger + rival.harm - self.harm
        self.debt = self.kept_debt * self.debt + self.felt - self.harm
        left = 1.0 - debt.discharge if self.struck else 1.0
        self.militant_debt = self.kept_militant * self.militant_debt * left + debt.militant_weight * notice
        terms = own.attention
        fresh = self.felt + terms.words_weight * rival.words + terms.attack_weight * notice + shock
        self.attention = self.kept_attention * self.attention + fresh + terms.border_weight * self.closures[self.policy]
        self.mood = self.kept_mood * self.mood + own.audience.mood_gain * sqrt(dead / 10.0)
        self._learn()
        self.readiness *= self.kept_readiness
        self.commitment = 0.0 if self.struck else self.commitment * self.kept_commitment
        self.just_protested *= self.kept_repeat
        self.just_threatened *= self.kept_repeat
        home = own.audience
        size = home.base * (1.0 + home.election_effect * self.closeness(home.election_days)) * (1.0 + self.mood) * (1.0 - self.cover)
        self.audience = max(size, 0.0)

    def _blow(self) -> float:
        perception, rival = self.own.perception, self.rival
        spread = perception.noise * sqrt(1.0 - self.information)
        z = normal(self.model.uniform(Draw.PERCEPTION, self.actor))
        return rival.harm * perception.gap * rival.own.strikes.ambiguity * exp(spread * z - 0.5 * spread * spread)

    def _learn(self) -> None:
        if self.days_waiting:
            terms = self.own.belief
            if self.rival.struck:
                self.belief += log(terms.answer_factor)
                self.days_waiting = 0
            else:
                self.belief -= terms.fade
                self.days_waiting = self.days_waiting + 1 if self.days_waiting < terms.patience else 0
        if self.struck:
            self.days_waiting = 1

    def decide(self) -> None:
        model, terms = self.model, self.own.attention
        chance = 1.0 - exp(-terms.agenda * (self.attention + terms.routine))
        self.sits = not model.war and model.uniform(Draw.COUNCIL, self.actor) < chance
        self.acts = [0, 0, self.policy, 0]
        if self.sits:
            tracks = ((Draw.MILITARY, self._military), (Draw.PUBLIC, self._public), (Draw.BORDER, self._border), (Draw.TALKS, self._talks))
            self.acts = [chosen_of(utilities(), model.uniform(site, self.actor)) for site, utilities in tracks]

    def _military(self) -> list[float]:
        terms, model, cap = self.own.military, self.model, self.own.debt.cap
        need = cap * (1.0 - exp(-(max(self.debt, 0.0) + self.militant_debt) / cap))
        stakes, belief = self.resolve * self.audience, logistic(self.belief)

        def striking(size: float) -> float:
            short, over = max(need - size, 0.0), max(size - need, 0.0)
            cost = terms.cost * (1.0 + terms.brink * model.intensity) * (1.0 + belief * size)
            per_size = cost + terms.pressure * self.pressure + terms.honour * model.truce + terms.haste * (1.0 - self.readiness)
            return -stakes * short * short - terms.overshoot * over * over - per_size * size

        stand_by = -stakes * need * need - terms.inconsistency * self.audience * self.commitment
        limited, expanded = striking(1.0), striking(self.own.strikes.expanded_harm)
        option = terms.option_value * (1.0 - self.readiness) * max(max(limited, expanded) - stand_by, 0.0)
        return [stand_by, stand_by - terms.alert_cost + option, limited, expanded]

    def _public(self) -> list[float]:
        terms, grievance = self.own.public, max(self.debt, 0.0)
        before_audience = self.audience * grievance
        return [
            0.0,
            terms.weight * grievance - terms.protest_constant - terms.repeat_cost * self.just_protested,
            terms.weight * before_audience - terms.threat_constant - terms.repeat_cost * self.just_threatened,
            terms.downgrade_gain * before_audience - terms.downgrade_constant + (0.0 if self.envoys else IMPOSSIBLE),
        ]

    def _border(self) -> list[float]:
        terms = self.own.border
        slope = terms.coercion * max(self.debt, 0.0) - terms.stake - terms.pressure * self.pressure - terms.unrest * self._unrest()
        return [slope * level - (0.0 if self.policy >= number else terms.constant) for number, level in enumerate(self.closures)]

    def _unrest(self) -> float:
        return sum(home.people * home.hardship for home in self.homes) / self.people if self.homes else 0.0

    def _talks(self) -> list[float]:
        terms, grievance, tension = self.own.talks, max(self.debt, 0.0), self.model.tension / STRIKE
        even = exp(-(abs(self.ledger) + grievance) / terms.evenness)
        gain = terms.gain * even * (2.0 * tension / (1.0 + tension))
        return [0.0, gain + terms.pressure * self.pressure - terms.face * self.resolve * self.audience * grievance - terms.constant]

    def act(self) -> None:
        military, public, border, talks = self.acts
        self.struck = military >= LIMITED
        self.harm, self.killed, self.place = 0.0, 0.0, NOWHERE
        if self.struck:
            self._strike(military == EXPANDED)
        hostility = HOSTILITY["military"][military] + HOSTILITY["public"][public] + HOSTILITY["talks"][talks]
        if border > self.policy:
            hostility += HOSTILITY["border"][border]
        self.hostility, self.policy = hostility, border
        self.words = 0.0 if self.struck else max(hostility, 0.0) / STRIKE
        if military >= ALERT:
            self.readiness = 1.0
        if public == PROTEST:
            self.just_protested = 1.0
        elif public == THREATEN:
            self.commitment = self.just_threatened = 1.0
        elif public == DOWNGRADE:
            self.envoys = False

    def _strike(self, expanded: bool) -> None:
        strikes, model = self.own.strikes, self.model
        usual = strikes.expanded_killed if expanded else strikes.limited_killed
        z = normal(model.uniform(Draw.STRIKE_KILLED, self.actor))
        self.killed = max(float(floor((usual + 1.0) * exp(strikes.killed_spread * z) - 0.5)), 0.0)
        self.harm = (strikes.expanded_harm if expanded else 1.0) * ((self.killed + 1.0) / (usual + 1.0)) ** strikes.casualty_weight
        homes = self.rival.homes
        if homes:
            self.place = homes[choose([home.own.exposure for home in homes], model.uniform(Draw.STRIKE_PLACE, self.actor))].number
        self.strike_days.append(model.day)

    def listen(self, outsiders: list[Outsider]) -> None:
        mediation, number, standing = self.model.case.mediation, self.number, self.own.perception.information
        pressure = facilitation = cover = 0.0
        for outsider in outsiders:
            pressure += outsider.pull[number] * outsider.word
            if outsider.help:
                facilitation = max(facilitation, outsider.clears[number] * outsider.help)
                cover = max(cover, outsider.covers[number] * outsider.help)
        self.pressure, self.cover = pressure, mediation.cover * cover
        self.information = standing + (1.0 - standing) * mediation.information * facilitation


@cache
def facts(name: str) -> tuple[Any, Any, list[list[float]]]:
    """A scenario, its record and the distances between its communities: read once, shared by all models."""
    case = load(name)
    homes = [case.communities[key] for key in sorted(case.communities)]
    return case, Chronicle(case), [[distance(one, other) for other in homes] for one in homes]


class ScalarCrisis(mesa.Model):
    """One world of a crisis. Its dice: Mesa's own, or, with `exact`, those of world `world` of `sim.model.Crisis`."""

    def __init__(self, name: str = "january_2024", world: int = 0, exact: bool = False, rng: int | None = None) -> None:
        super().__init__(rng=rng)
        self.case, record, distances = facts(name)
        self.day, self.truce, self.tension, self.intensity, self.formulation = 0, 0.0, 0.0, 0.0, 0.0
        self.coordination = self.case.dyad.coordination_initial
        self.war = self.agreed = self.restored = self.was_cut = False
        draw = self.random.random
        self.uniform = (lambda site, actor: float(worlds.uniform(site, actor, self.day)[0, 0])) if exact else (lambda site, actor: draw())
        worlds = Worlds(rng or 1, first=world)
        self._people_the_border(distances)
        self._people_the_capitals(record)
        dyad = self.case.dyad
        self.kept_truce, self.kept_coordination = kept(dyad.truce_half_life), kept(dyad.coordination_half_life)
        self.kept_tension, self.kept_intensity = kept(dyad.tension_half_life), kept(dyad.intensity_half_life)
        self.datacollector = mesa.DataCollector({"tension": "tension", "hardship": ScalarCrisis.hardship, "war": "war"})

    def _people_the_border(self, distances: list[list[float]]) -> None:
        case = self.case
        crossings = {name: Crossing(self, case.crossings[name]) for name in sorted(case.crossings)}
        homes = {name: Home(self, case.communities[name]) for name in sorted(case.communities)}
        self.crossings, self.homes = list(crossings.values()), list(homes.values())
        for number, home in enumerate(self.homes):
            home.number, home.closeness = number, [exp(-far / case.livelihoods.fear_distance) for far in distances[number]]
        for tie in case.ties:
            if tie.kind == "serves":
                homes[tie.second].serving.append((crossings[tie.first], tie.weight))
            else:
                homes[tie.first].neighbours.append((homes[tie.second], tie.weight))
                homes[tie.second].neighbours.append((homes[tie.first], tie.weight))
        for home in self.homes:
            home.settle()
        self.people = sum(home.people for home in self.homes) or 1.0
        self.numbers = {name: home.number for name, home in homes.items()}

    def _people_the_capitals(self, record: Any) -> None:
        case = self.case
        self.states = [State(self, name, own, number) for number, (name, own) in enumerate(case.states.items())]
        names = [state.name for state in self.states]
        self.outsiders = [Outsider(self, name, case.third_parties[name], names) for name in sorted(case.third_parties)]
        self.groups = [Group(self, name, case.groups[name], self.homes, self._attacks(record, name)) for name in sorted(case.groups)]
        for state, rival in zip(self.states, reversed(self.states), strict=True):
            state.rival, state.homes = rival, [home for home in self.homes if home.own.state == state.name]
            state.people = sum(home.people for home in state.homes)
            state.attackers = [group for group in self.groups if group.own.target == state.name]
            shocks = [[event for event in record.shocks.get(day, []) if event.target == state.name] for day in range(case.days)]
            state.shocks = [(sum(event.attention for event in today), sum(event.killed for event in today)) for today in shocks]
        for group in self.groups:
            group.victim = next(state for state in self.states if state.name == group.own.target)

    def _attacks(self, record: Any, group: str) -> list[list[tuple[float, int]]]:
        """People killed and community hit, by day."""
        days = range(self.case.days)
        return [[(row.killed, self.numbers.get(row.place, NOWHERE)) for row in record.attacks.get(day, []) if row.group == group] for day in days]

    def step(self) -> None:
        """A day."""
        for group in self.groups:
            group.attack()
        self._pass_a_day()
        for state in self.states:
            state.perceive()
        for state in self.states:
            state.decide()
        for state in self.states:
            state.act()
        self._feel_acts()
        self._agree()
        self._restore()
        self._hear_the_world()
        self._live_at_the_border()
        for group in self.groups:
            group.recruit()
        self.day += 1
        if self.day == self.case.days:
            self.running = False
            self.datacollector.collect(self)

    def _pass_a_day(self) -> None:
        self.truce *= self.kept_truce
        for group in self.groups:
            if group.blamed:
                self.truce *= 1.0 - group.own.preventable
        usual = self.case.dyad.coordination_initial
        self.coordination = usual + (self.coordination - usual) * self.kept_coordination

    def _feel_acts(self) -> None:
        first, second = self.states
        dyad = self.case.dyad
        self.tension = max(self.kept_tension * self.tension + (first.hostility + second.hostility), 0.0)
        self.intensity = self.kept_intensity * self.intensity + (first.harm + second.harm)
        if first.struck or second.struck:
            self.truce *= dyad.breach
            since = self.day - dyad.war.days
            self.war = self.war or all(sum(day > since for day in state.strike_days) >= dyad.war.strikes for state in self.states)

    def _agree(self) -> None:
        first, second = self.states
        self.agreed = False
        if not (first.acts[3] and second.acts[3]) or self.war:
            return
        terms = self.case.dyad.agreement
        reach = terms.reach + (1.0 - terms.reach) * (0.5 * (first.information + second.information))
        self.agreed = self.uniform(Draw.AGREEMENT, BOTH) < reach * logistic(terms.ease + self.formulation)
        if self.agreed:
            self.tension, self.truce = terms.tension_kept * self.tension, 1.0
            self.coordination = min(self.coordination + self.case.dyad.coordination_gain, 1.0)
            for state in self.states:
                state.debt, state.ledger = terms.debt_kept * state.debt, terms.debt_kept * state.ledger
                state.militant_debt, state.attention = terms.debt_kept * state.militant_debt, terms.attention_kept * state.attention
                state.commitment, state.days_waiting = 0.0, 0

    def _restore(self) -> None:
        first, second = self.states
        self.restored = False
        if (first.envoys and second.envoys) or self.war:
            return
        dyad = self.case.dyad
        footing = max(self.truce, dyad.envoys.faded * dyad.calm / (dyad.calm + self.tension / STRIKE))
        self.restored = self.uniform(Draw.RESTORATION, BOTH) < 1.0 - exp(-dyad.envoys.return_rate * footing)
        if self.restored:
            first.envoys = second.envoys = True
            self.tension = max(self.tension + RETURN, 0.0)

    def _hear_the_world(self) -> None:
        first, second = self.states
        harm, best = first.harm + second.harm, 0.0
        for outsider in self.outsiders:
            outsider.notice(harm)
            best = max(best, outsider.proposes * outsider.help)
        self.formulation = self.case.mediation.formulation * best
        first.listen(self.outsiders)
        second.listen(self.outsiders)

    def _live_at_the_border(self) -> None:
        first, second = self.states
        flow, cut = min(first.flows[first.policy], second.flows[second.policy]), self.was_cut
        for crossing in self.crossings:
            crossing.open_or_close(flow)
            cut = cut or crossing.formal < 1.0
        self.was_cut = cut  # from then on stocks fill up again
        blows = [(state.place, state.killed, 1.0) for state in self.states if state.place != NOWHERE]
        weight = self.case.livelihoods.attack_fear
        blows += [(place, killed, weight) for group in self.groups for place, killed in group.hits if place != NOWHERE]
        for home in self.homes:
            home.hear(cut)
        for number, home in enumerate(self.homes):
            home.live(cut, blows, number)

    def hardship(self) -> float:
        """Mean hardship, weighted by people."""
        return sum(home.people * home.hardship for home in self.homes) / self.people
