"""The model a second time, written from docs/model.md alone: plain Python, one world, one number at a time.

It shares nothing with the program and imports none of it, so where the two agree, the page says what the program does.
`Twin` takes a case as nested mappings (what `model_dump` of a scenario gives), a point (section 6), a seed and a world.
The order of the day stands in `Twin.step`; below it there is one function for each rule, with its section.
"""

import csv
import math
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from statistics import NormalDist
from typing import Any

TRACKS = {
    "military": ("stand_by", "alert", "limited_strike", "expanded_strike"),
    "public": ("nothing", "protest", "threaten", "downgrade"),
    "border": ("open", "restrict", "close"),
    "talks": ("nothing", "seek_talks"),
}
HOSTILITY = {"military": (0.0, 7.2, 10.0, 10.0), "public": (0.0, 2.0, 7.0, 4.0), "border": (0.0, 5.0, 9.5), "talks": (0.0, -4.0)}
RUNGS = {"military": (0, 5, 6, 7), "public": (0, 1, 4, 2), "border": (0, 3, 4), "talks": (0, -1)}
ALERT, LIMITED, EXPANDED = 1, 2, 3
PROTEST, THREATEN, DOWNGRADE = 1, 2, 3
OPEN, RESTRICTED, CLOSED = 0, 1, 2
SEEK_TALKS = 1
AWAY_RUNG, WAR_RUNG = 2, 8
STAGES = ("silent", "call", "offer", "mediate")
SILENT, CALLED, OFFERED, MEDIATING = 0, 1, 2, 3
STRIKES = ("limited_strike", "expanded_strike")
NOWHERE = -1

STRIKE = 10.0
RETURN_OF_ENVOYS = 3.5
IMPOSSIBLE = -1e9
LEAST = 1e-300
LEAST_LIKELY = 1e-12
EARTH = 6371.0

SITES = {
    "RESOLVE": 2, "PERCEPTION": 3, "COUNCIL": 4, "military": 5, "public": 6, "border": 7, "talks": 8, "STRIKE_KILLED": 9, "STRIKE_PLACE": 10,
    "AGREEMENT": 11, "RESTORATION": 12, "THIRD_PARTY": 13, "BLAME": 14, "SALIENT": 15, "SALIENT_KILLED": 16, "SALIENT_PLACE": 17, "TEMPO": 18,
    "TEMPO_KILLED": 19,
}  # fmt: skip

FREQUENCIES = Path(__file__).resolve().parents[1] / "scenarios" / "act_frequencies.csv"
LONG_AGO = -(10**9)

PARTS = ("states", "dyad", "mediation", "third_parties", "groups", "livelihoods", "communities", "crossings")
Terms = dict[str, float]
ABSENT = {"leverage": 0.0, "urges": 1.0, "bias": 0.0}


# ── Small functions (the beginning of the page) ───────────────────────────────────────────────────────────────────


def kept(half_life: float) -> float:
    return 2.0 ** (-1.0 / half_life)


def logistic(x: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * x))


def positive(x: float) -> float:
    return max(x, 0.0)


def power(base: float, exponent: float) -> float:
    return math.exp(exponent * math.log(base))


def notice(killed: float) -> float:
    return math.sqrt(killed / 10.0)


def total(terms: Iterable[float]) -> float:
    result = 0.0
    for term in terms:
        result = result + term
    return result


# ── Randomness (section 5) ────────────────────────────────────────────────────────────────────────────────────────

WORD = (1 << 64) - 1


def philox(counter: list[int], key: list[int]) -> list[int]:
    """Four 64-bit numbers: Philox 4x64, ten rounds."""
    c, k = counter, key
    for _ in range(10):
        first, second = 0xD2E7470EE14C6C93 * c[0], 0xCA5A826395121157 * c[2]
        c = [(second >> 64) ^ c[1] ^ k[0], second & WORD, (first >> 64) ^ c[3] ^ k[1], first & WORD]
        k = [(k[0] + 0x9E3779B97F4A7C15) & WORD, (k[1] + 0xBB67AE8584CAA73B) & WORD]
    return c


@cache
def actor_number(luck: str) -> int:
    return int.from_bytes(blake2b(luck.encode(), digest_size=8).digest(), "little")


def uniform(seed: int, site: str, luck: str, day: int, world: int) -> float:
    numbers = philox([world // 4 + 1, day, actor_number(luck), 0], [seed, SITES[site]])
    return max((numbers[world % 4] >> 11) * 2.0**-53, 2.0**-54)


def choose(weights: list[float], allowed: list[bool] | None, u: float) -> int:
    """Number of the act chosen among those allowed (4.5)."""
    if allowed is not None:
        weights = [weight * may for weight, may in zip(weights, allowed, strict=True)]
        if total(weights) <= 0.0:
            weights = [float(may) for may in allowed]
    target, chosen, so_far = u * total(weights), 0, weights[0]
    for weight in weights[1:]:
        chosen += target > so_far
        so_far = so_far + weight
    return chosen


# ── Parameters, and sets on them (section 6) ──────────────────────────────────────────────────────────────────────


class Part(dict[str, Any]):
    """A mapping whose entries can be read as attributes."""

    __getattr__ = dict.__getitem__


def part(node: Any) -> Any:
    """A copy of a piece of the case, its mappings readable by attribute."""
    return Part({name: part(below) for name, below in node.items()}) if isinstance(node, dict) else node


def complete(case: dict[str, Any]) -> dict[str, Any]:
    """The numbers of a case, with what the absence of an entry by state means written out (4.7)."""
    numbers = {name: deepcopy(case[name]) for name in PARTS}
    for outsider in numbers["third_parties"].values():
        for name, otherwise in ABSENT.items():
            outsider[name] = {**dict.fromkeys(case["states"], otherwise), **outsider[name]}
    return numbers


def put(node: dict[str, Any], words: list[str], value: float) -> None:
    """Sets every number for which a path stands; a mapping by state stands for all its entries."""
    first, *rest = words
    for name in list(node) if first == "*" else [first]:
        if rest or isinstance(node[name], dict):
            put(node[name], rest or ["*"], value)
        else:
            node[name] = value


def standing(numbers: dict[str, Any], sets: Iterable[Any], day: int) -> Any:
    """The numbers of a case as they stand on a day."""
    today = part(numbers)
    for change in sets:
        if change.start <= day < change.until:
            put(today, change.path.split("."), change.value)
    return today


# ── The record (section 7.1) ──────────────────────────────────────────────────────────────────────────────────────


class Chronicle:
    """The rows of the record, by day."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.acts: dict[tuple[int, str, str], list[str]] = {}
        self.policies: dict[str, list[tuple[int, str]]] = {state: [] for state in case["states"]}
        self.strikes: dict[tuple[int, str], Any] = {}
        self.given: set[tuple[int, str, str]] = set()
        self.joint: set[tuple[int, str]] = set()
        self.stages: dict[tuple[int, str], int] = {}
        self.attacks: list[tuple[int, Any]] = []
        self.shocks: list[tuple[int, Any]] = []
        for row in sorted(case["history"], key=lambda row: (row["date"], row["order"], row["actor"], row["track"], row["act"])):
            first, last = ((date - case["start"]).days for date in (row["date"], row["until"] or row["date"]))
            for day in range(first, last + 1):
                self.note(day, part(row))

    def note(self, day: int, row: Any) -> None:
        if row.track == "attack":
            self.attacks.append((day, row))
        elif row.track == "shock":
            self.shocks.append((day, row))
        elif row.track == "third_party":
            self.stages[day, row.actor] = STAGES.index(row.act)
        elif row.actor == "both":
            self.joint.add((day, row.act))
        elif row.track in TRACKS:
            self.note_act(day, row)

    def note_act(self, day: int, row: Any) -> None:
        acts = [act for act in TRACKS[row.track] if act not in STRIKES] if row.act == "unknown" else row.act.split("|")
        self.acts[day, row.actor, row.track] = acts
        if row.given:
            self.given.add((day, row.actor, row.track))
        if row.track == "border" and len(acts) == 1:
            self.policies[row.actor].append((day, acts[0]))
        if acts[0] in STRIKES:
            self.strikes[day, row.actor] = row

    def allowed(self, day: int, state: str, track: str) -> list[str]:
        """What the record leaves possible; a day without a row is one of routine."""
        routine = TRACKS[track][0]
        if track == "border":
            routine = next((policy for since, policy in reversed(self.policies[state]) if since < day), "open")
        return self.acts.get((day, state, track), [routine])


# ── Who there is (section 2) ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(eq=False)
class Agent:
    name: str
    own: Any

    @property
    def luck(self) -> str:
        return self.own.luck or self.name


@dataclass(eq=False)
class State(Agent):
    """Its numbers before the first day."""

    votes: list[int]
    type: float
    attention: float = 0.0
    debt: float = 0.0
    militant_debt: float = 0.0
    ledger: float = 0.0
    mood: float = 0.0
    commitment: float = 0.0
    just_protested: float = 0.0
    just_threatened: float = 0.0
    readiness: float = 0.0
    belief_log_odds: float = 0.0
    days_waiting: float = 0.0
    envoys: bool = True
    killed_elsewhere: float = 0.0
    information: float = 0.0
    pressure: float = 0.0
    cover: float = 0.0
    felt: float = 0.0
    audience: float = 0.0
    acts: dict[str, int] = field(default_factory=dict)
    sits: bool = False
    struck: bool = False
    has_struck: bool = False
    harm: float = 0.0
    killed: float = 0.0
    place: int = NOWHERE
    hostility: float = 0.0
    words: float = 0.0
    policy: int = OPEN
    strike_days: list[int] = field(default_factory=list)
    last_strike: int = LONG_AGO

    @property
    def stakes(self) -> float:
        return self.own.resolve.median * math.exp(self.own.resolve.spread * self.type) * self.audience

    @property
    def need(self) -> float:
        cap = self.own.debt.cap
        return cap * (1.0 - math.exp(-(positive(self.debt) + self.militant_debt) / cap))

    @property
    def belief(self) -> float:
        return logistic(self.belief_log_odds)

    def closeness(self, day: int, scale: float) -> float:
        """How close the nearest vote is (4.4)."""
        to_go = [vote + self.own.vote_shift - day for vote in self.votes]
        return max([0.0, *(math.exp(-days / scale) for days in to_go if days >= 0.0)])


@dataclass(eq=False)
class ThirdParty(Agent):
    attention: float = 0.0
    stage: int = SILENT
    help: float = 0.0
    word: float = 0.0

    def help_to(self, state: str, channel: str) -> float:
        return (1.0 + self.own.bias[state]) * self.own.channels[channel] * self.help

    def pressure_on(self, state: str) -> float:
        return self.own.leverage[state] * self.own.urges[state] * self.own.channels.manipulation * self.word


@dataclass(eq=False)
class Group(Agent):
    fighters: float
    joined: float = 0.0
    expected: float = 0.0
    attacks: float = 0.0
    killed: float = 0.0
    killed_salient: float = 0.0
    notice: float = 0.0
    struck: bool = False
    blamed: bool = False
    place: int = NOWHERE
    hits: list[tuple[int, float]] = field(default_factory=list)
    trust_left: float = 1.0


@dataclass(eq=False)
class Crossing(Agent):
    formal: float = 1.0
    supply: float = 1.0
    food: float = 1.0
    habit: float = 0.0
    smuggled: float = 0.0
    cut: int = 0

    @property
    def closed(self) -> bool:
        return self.formal <= 0.0


@dataclass(eq=False)
class Community(Agent):
    food_stock: float
    fuel_stock: float
    serving: list[tuple[Crossing, float]] = field(default_factory=list)
    neighbours: list[tuple["Community", float]] = field(default_factory=list)
    supply: float = 1.0
    smuggled: float = 0.0
    food: float = 1.0
    told: float = 0.0
    missing_food: float = 0.0
    missing_fuel: float = 0.0
    income: float = 1.0
    food_price: float = 1.0
    fuel_price: float = 1.0
    hardship: float = 0.0
    fear: float = 0.0
    loss: float = 0.0
    displaced: float = 0.0
    person_days: float = 0.0
    lost_income: float = 0.0


@dataclass(eq=False)
class Both:
    """What lies between the two states; it draws under the name `both`."""

    coordination: float
    luck: str = "both"
    tension: float = 0.0
    intensity: float = 0.0
    truce: float = 0.0
    war: bool = False
    agreed: bool = False
    restored: bool = False


def distance(one: Any, other: Any) -> float:
    """Great-circle distance between two places [km] (2.3)."""
    lat1, lat2 = math.radians(one.latitude), math.radians(other.latitude)
    east = math.radians(other.longitude - one.longitude)
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(east / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


class Twin:
    """One world of a crisis, day by day."""

    def __init__(self, case: dict[str, Any], point: Any, seed: int = 1, world: int = 0) -> None:
        self.point, self.seed, self.world, self.day = point, seed, world, 0
        self.numbers, self.record = complete(case), Chronicle(case)
        self.case = standing(self.numbers, point.sets, 0)
        self.tracks = [track for track in TRACKS if track != "border" or self.case.crossings]
        self.states = [self.state(name, case) for name in self.case.states]
        self.both = Both(self.case.dyad.coordination_initial)
        self.third_parties = [ThirdParty(name, own) for name, own in sorted(self.case.third_parties.items())]
        self.groups = [Group(name, own, own.fighters) for name, own in sorted(self.case.groups.items())]
        self.crossings = [Crossing(name, own) for name, own in sorted(self.case.crossings.items())]
        self.communities = [Community(name, own, own.food_stock, own.fuel_stock) for name, own in sorted(self.case.communities.items())]
        self.tie(case["ties"])
        self.frequencies = frequencies_of_others(case)
        self.log_weight = 0.0
        self.listen()

    def state(self, name: str, case: dict[str, Any]) -> State:
        own = self.case.states[name]
        votes = [(vote["date"] - case["start"]).days for vote in case["states"][name]["elections"].values()]
        state = State(name, own, votes, type=0.0, acts=dict.fromkeys(self.tracks, 0))
        state.type = self.normal("RESOLVE", state)
        state.attention, state.readiness = own.attention.initial, own.military.readiness_initial
        state.belief_log_odds = math.log(own.belief.initial / (1.0 - own.belief.initial))
        state.audience = own.audience.base
        return state

    def tie(self, ties: Iterable[dict[str, Any]]) -> None:
        """Who is served by what, who tells whom, and how far apart communities are (2.3, 4.10)."""
        places: dict[str, Any] = {agent.name: agent for agent in (*self.crossings, *self.communities)}
        for tie in sorted(ties, key=lambda tie: (tie["first"], tie["second"], tie["kind"])):
            first, second = places[tie["first"]], places[tie["second"]]
            if tie["kind"] == "serves":
                second.serving.append((first, tie["weight"]))
            else:
                first.neighbours.append((second, tie["weight"]))
                second.neighbours.append((first, tie["weight"]))
        self.distances = [[distance(one.own, other.own) for other in self.communities] for one in self.communities]

    # The order of a day (section 3)

    def step(self) -> None:
        """A day."""
        self.turn_the_calendar()
        for group in self.groups:
            self.attack(group)
        self.pass_a_day()
        for state in self.states:
            self.perceive(state, self.rival(state))
        for state in self.states:
            self.decide(state)
        for state in self.states:
            self.act(state)
        self.feel_acts()
        self.agree()
        self.restore()
        for outsider in self.third_parties:
            self.attend(outsider)
        self.listen()
        for crossing in self.crossings:
            self.open_or_close(crossing)
        for home in self.communities:
            self.hear(home)
        blows = self.blows()
        for number, home in enumerate(self.communities):
            self.supply(home)
            self.suffer(home, number, blows)
            self.move(home)
        for group in self.groups:
            self.recruit(group)
        self.day += 1

    # What several rules use

    def uniform(self, site: str, agent: Any) -> float:
        return uniform(self.seed, site, agent.luck, self.day, self.world)

    def normal(self, site: str, agent: Any) -> float:
        return NormalDist().inv_cdf(self.uniform(site, agent))

    def rival(self, state: State) -> State:
        first, second = self.states
        return second if state is first else first

    def homes(self, state: str) -> list[Community]:
        return [home for home in self.communities if home.own.state == state]

    def number_of(self, place: str) -> int:
        """Number of a community by name, on whosever soil (4.10)."""
        return next((number for number, home in enumerate(self.communities) if home.name == place), NOWHERE)

    def drawn_place(self, soil: str, u: float) -> int:
        """A community on a state's soil, by exposure (4.10)."""
        homes = self.homes(soil)
        if not homes:
            return NOWHERE
        return self.communities.index(homes[choose([home.own.exposure for home in homes], None, u)])

    @property
    def states_follow(self) -> bool:
        return self.day < self.point.states_until

    @property
    def attacks_follow(self) -> bool:
        return self.day < self.point.attacks_until

    def pin(self, actor: str, track: str) -> Any:
        """The acts to which a track is held today, if it is."""
        open_today = [pin.acts for pin in self.point.pins if (pin.actor, pin.track) == (actor, track) and pin.start <= self.day < pin.until]
        return open_today[-1] if open_today else None

    def injected(self, kind: str, actor: str) -> list[float]:
        """Sizes of what is injected today."""
        return [inject.size for inject in self.point.injects if (inject.kind, inject.actor, inject.day) == (kind, actor, self.day)]

    # 1 calendar

    def turn_the_calendar(self) -> None:
        """Numbers take the values that stand today (section 6)."""
        if not any(self.day in (change.start, change.until) for change in self.point.sets):
            return
        self.case = standing(self.numbers, self.point.sets, self.day)
        sections = ("states", "third_parties", "groups", "crossings", "communities")
        for section in sections:
            for agent in getattr(self, section):
                agent.own = self.case[section][agent.name]

    # 2 attacks (4.12), truce and joint security work (4.6)

    def attack(self, group: Group) -> None:
        strength = self.strength(group)
        self.background(group, strength)
        group.killed_salient, group.notice, group.place = 0.0, 0.0, NOWHERE
        attacks = self.salient_attacks(group, strength)
        for killed, place, blamed in attacks:
            group.killed_salient = group.killed_salient + killed
            group.notice = group.notice + (notice(killed) if blamed else 0.0)
            group.place = group.place if place == NOWHERE else place
        group.hits = [(place, killed) for killed, place, _ in attacks]
        group.struck = bool(attacks)
        group.blamed = any(blamed for _, _, blamed in attacks)
        group.trust_left = 1.0 - group.own.preventable * group.blamed
        group.attacks = group.attacks + group.struck
        group.killed = group.killed + group.killed_salient

    def grounds(self, group: Group) -> list[Community]:
        return [home for home in self.communities if home.own.recruits_for == group.name]

    def strength(self, group: Group) -> float:
        tempo, grounds = group.own.tempo, self.grounds(group)
        supply = total(home.supply for home in grounds) / len(grounds) if grounds else 1.0
        return power(group.fighters / group.own.fighters, tempo.fighters) * (1.0 - tempo.fuel_income * (1.0 - supply))

    def background(self, group: Group, strength: float) -> None:
        tempo, both = group.own.tempo, self.both
        victim = next(state for state in self.states if state.name == group.own.target)
        vote = victim.closeness(self.day, tempo.election_days)
        conditions = math.exp(
            tempo.talks * both.truce + tempo.election * vote - tempo.coordination * both.coordination - tempo.readiness * victim.readiness
        )
        rate = tempo.rate * strength * conditions
        group.expected = group.expected + rate
        share = rate / (1.0 + rate)
        group.attacks = float(math.floor(math.log(self.uniform("TEMPO", group)) / math.log(share if share > 0.0 else 1e-300)))
        group.killed = float(math.floor(group.attacks * tempo.killed + self.uniform("TEMPO_KILLED", group)))

    def salient_attacks(self, group: Group, strength: float) -> list[tuple[float, int, bool]]:
        """Today's salient attacks: people killed, community hit, whether the neighbour is blamed."""
        own = group.own
        blamed = self.uniform("BLAME", group) < own.blame * (1.0 - own.coordination_weight * self.both.coordination)
        place = self.drawn_place(own.target, self.uniform("SALIENT_PLACE", group))
        attacks = []
        if not self.attacks_follow and self.uniform("SALIENT", group) < 1.0 - math.exp(-self.hazard(group, strength)):
            killed = people_killed(own.salient.killed, own.salient.killed_spread, self.normal("SALIENT_KILLED", group))
            attacks.append((killed, place, blamed))
        if self.attacks_follow:
            for row in (row for day, row in self.record.attacks if day == self.day and row.actor == group.name):
                blames = row.blamed == "yes" if row.blamed and self.states_follow else blamed
                attacks.append((float(row.killed or 0), self.number_of(row.place), blames))
        return attacks + [(killed, place, blamed) for killed in self.injected("attack", group.name)]

    def hazard(self, group: Group, strength: float) -> float:
        return group.own.salient.rate * strength * math.exp(group.own.salient.talks * self.both.truce)

    def pass_a_day(self) -> None:
        both, dyad = self.both, self.case.dyad
        both.truce = both.truce * kept(dyad.truce_half_life)
        for group in self.groups:
            both.truce = both.truce * group.trust_left
        usual = dyad.coordination_initial
        both.coordination = usual + (both.coordination - usual) * kept(dyad.coordination_half_life)

    # 3 perception (4.1 to 4.5)

    def perceive(self, state: State, rival: State) -> None:
        state.felt = self.blow(state, rival)
        attackers = [group for group in self.groups if group.own.target == state.name]
        blamed = total(group.notice for group in attackers)
        shock, shock_dead = self.shocks(state)
        own_dead = total(group.killed_salient for group in attackers) + shock_dead + rival.killed
        keep_account(state, rival, blamed)
        draw_attention(state, rival, blamed, shock)
        mood = state.own.audience
        state.mood = kept(mood.mood_half_life) * state.mood + mood.mood_gain * notice(own_dead)
        learn(state, rival)
        fade(state)
        self.feel_audience(state)

    def blow(self, state: State, rival: State) -> float:
        """Yesterday's strike as its victim feels it (4.2)."""
        if not rival.struck:
            return 0.0
        perception = state.own.perception
        spread = perception.noise * math.sqrt(1.0 - state.information)
        error = math.exp(spread * self.normal("PERCEPTION", state) - 0.5 * spread * spread)
        return rival.harm * perception.gap * rival.own.strikes.ambiguity * error

    def shocks(self, state: State) -> tuple[float, float]:
        """Attention that today's shocks draw, and people that they kill (4.1)."""
        rows = [row for day, row in self.record.shocks if day == self.day and row.target == state.name] if self.attacks_follow else []
        attention = total([*(row.attention or 0.0 for row in rows), *self.injected("shock", state.name)])
        return attention, total(float(row.killed or 0) for row in rows)

    def feel_audience(self, state: State) -> None:
        home = state.own.audience
        vote = 1.0 + home.election_effect * state.closeness(self.day, home.election_days)
        state.audience = positive(home.base * vote * (1.0 + state.mood) * (1.0 - state.cover))

    # 4 decision (4.5 to 4.8, 7.2)

    def decide(self, state: State) -> None:
        attention = state.own.attention
        chance = 0.0 if self.both.war else 1.0 - math.exp(-attention.agenda * (state.attention + attention.routine))
        if state.own.policy == "markov_chain":
            chance = 0.0 if self.both.war else 1.0
        weights = {track: weights_of(self.utilities(state, track)) for track in self.tracks}
        allowed = {track: self.allowed(state, track) for track in self.tracks}
        for track in self.tracks:
            given = (self.day, state.name, track) in self.record.given
            if self.states_follow and self.pin(state.name, track) is None and not given:
                chance = self.observe(chance, weights[track], allowed[track], routine_of(state, track))
        state.sits = self.uniform("COUNCIL", state) < chance
        state.acts = {track: self.act_on(state, track, weights[track], allowed[track]) for track in self.tracks}

    def utilities(self, state: State, track: str) -> list[float]:
        """The utility of every act of a track, by the state's own rule (4.15)."""
        policy, rival = state.own.policy, self.rival(state)
        if policy == "tit_for_tat":
            return self.with_envoys(tit_for_tat(state, rival, self.both, track), state, track)
        if policy == "markov_chain":
            return self.with_envoys(base_rates(state, rival, self.day, track, self.frequencies.get(track, {})), state, track)
        if policy == "look_ahead" and track == "military":
            return look_ahead(state, rival, self.both)
        belief = state.belief
        if policy == "prospect_theory":
            belief = decision_weight(belief, state.own.policies.prospect_theory.probability_weight)
        terms = self.terms(state, track, belief)
        if policy == "prospect_theory":
            terms = [framed(terms[0], named, state.own.policies.prospect_theory) for named in terms]
        return [total(named.values()) for named in terms]

    def with_envoys(self, utilities: list[float], state: State, track: str) -> list[float]:
        gone = envoys_gone(state, self.case.dyad.relations)
        return [*utilities[:DOWNGRADE], utilities[DOWNGRADE] + gone] if track == "public" else utilities

    def terms(self, state: State, track: str, belief: float) -> list[Terms]:
        """The terms of every act of a track (4.5 to 4.8)."""
        if track == "military":
            return military(state, self.both, belief)
        if track == "public":
            return public(state, self.case.dyad.relations)
        if track == "border":
            return border(state, self.unrest(state))
        return talks(state, self.both.tension / STRIKE)

    def unrest(self, state: State) -> float:
        homes = self.homes(state.name)
        if not homes:
            return 0.0
        return total(home.own.people * home.hardship for home in homes) / total(home.own.people for home in homes)

    def follows(self, state: State, track: str) -> bool:
        """What is given is followed for as long as attacks are (7.1)."""
        return self.states_follow or (self.attacks_follow and (self.day, state.name, track) in self.record.given)

    def allowed(self, state: State, track: str) -> list[bool] | None:
        """Which acts may be chosen; None where nothing is fixed."""
        acts = self.pin(state.name, track)
        if acts is None and self.follows(state, track):
            acts = self.record.allowed(self.day, state.name, track)
        return None if acts is None else [act in acts for act in TRACKS[track]]

    def observe(self, chance: float, weights: list[float], allowed: list[bool], routine: int) -> float:
        """Scores what the record shows of a track; how likely it is, given that, that the council sat."""
        if_sitting = total(weight * may for weight, may in zip(weights, allowed, strict=True)) / total(weights)
        seen = chance * if_sitting + (1.0 - chance) * allowed[routine]
        self.score(seen)
        return chance * if_sitting / seen if seen > 0.0 else 1.0

    def score(self, probability: float) -> None:
        self.log_weight = self.log_weight + math.log(max(probability, LEAST_LIKELY))

    def act_on(self, state: State, track: str, weights: list[float], allowed: list[bool] | None) -> int:
        routine = routine_of(state, track)
        if not state.sits and (allowed is None or allowed[routine]):
            return routine
        return choose(weights, allowed, self.uniform(track, state))

    # 5 effect (3.1), tension and war (3.2, 4.13)

    def act(self, state: State) -> None:
        military_act, public_act = state.acts["military"], state.acts["public"]
        state.struck = military_act >= LIMITED
        state.has_struck = state.has_struck or state.struck
        self.strike(state, military_act == EXPANDED)
        state.hostility = total(hostility(state, track) for track in self.tracks)
        state.words = positive(0.0 if state.struck else state.hostility) / STRIKE
        if military_act >= ALERT:
            state.readiness = 1.0
        if public_act == THREATEN:
            state.commitment = state.just_threatened = 1.0
        if public_act == PROTEST:
            state.just_protested = 1.0
        if public_act == DOWNGRADE:
            state.envoys = False
        state.policy = state.acts.get("border", state.policy)

    def strike(self, state: State, expanded: bool) -> None:
        """People killed, place and harm of today's strike (4.2)."""
        state.killed, state.place, state.harm, state.killed_elsewhere = 0.0, NOWHERE, 0.0, 0.0
        if not state.struck:
            return
        strikes = state.own.strikes
        usual = strikes.expanded_killed if expanded else strikes.limited_killed
        size = strikes.expanded_harm if expanded else 1.0
        state.killed = people_killed(usual, strikes.killed_spread, self.normal("STRIKE_KILLED", state))
        state.place = self.drawn_place(self.rival(state).name, self.uniform("STRIKE_PLACE", state))
        row = self.record.strikes.get((self.day, state.name)) if self.follows(state, "military") else None
        if row is not None:
            state.killed = state.killed if row.killed is None else float(row.killed)
            state.place = self.number_of(row.place)
        for killed in self.injected("casualties", state.name):
            state.killed = killed
        if row is not None and row.soil == "elsewhere":
            state.killed_elsewhere = state.killed
        state.harm = size * power((state.killed + 1.0) / (usual + 1.0), strikes.casualty_weight)
        state.strike_days.append(self.day)
        state.last_strike = self.day

    def feel_acts(self) -> None:
        first, second = self.states
        both, dyad = self.both, self.case.dyad
        both.tension = positive(kept(dyad.tension_half_life) * both.tension + (first.hostility + second.hostility))
        both.intensity = kept(dyad.intensity_half_life) * both.intensity + (first.harm + second.harm)
        if first.struck or second.struck:
            both.truce = dyad.breach * both.truce
        recent = [sum(day > self.day - dyad.war.days for day in state.strike_days) for state in self.states]
        both.war = both.war or min(recent) >= dyad.war.strikes

    # 6 agreement and restoration (4.6)

    def together(self, act: str, chance: float, site: str) -> bool:
        """Whether a joint act happens; what the record shows of it is scored."""
        pin = self.pin("both", act)
        if pin is not None:
            happens = "yes" in pin
        elif self.states_follow:
            happens = (self.day, act) in self.record.joint
            self.score(chance if happens else 1.0 - chance)
        else:
            happens = self.uniform(site, self.both) < chance
        return happens and not self.both.war

    def agree(self) -> None:
        first, second = self.states
        both, dyad = self.both, self.case.dyad
        both_seek = all(state.acts["talks"] == SEEK_TALKS for state in self.states)
        information = 0.5 * (first.information + second.information)
        through = dyad.agreement.reach + (1.0 - dyad.agreement.reach) * information
        both.agreed = self.together("agree", both_seek * (through * logistic(dyad.agreement.ease + self.formulation)), "AGREEMENT")
        if not both.agreed:
            return
        both.tension, both.truce = dyad.agreement.tension_kept * both.tension, 1.0
        both.coordination = min(both.coordination + dyad.coordination_gain, 1.0)
        for state in self.states:
            settle(state, dyad.agreement)

    def restore(self) -> None:
        both, dyad = self.both, self.case.dyad
        away = not all(state.envoys for state in self.states)
        footing = max(both.truce, dyad.envoys.faded * dyad.calm / (dyad.calm + both.tension / STRIKE))
        both.restored = self.together("restore", away * (1.0 - math.exp(-dyad.envoys.return_rate * footing)), "RESTORATION")
        if both.restored:
            both.tension = positive(both.tension - RETURN_OF_ENVOYS)
            for state in self.states:
                state.envoys = True

    # 7 outsiders (4.7)

    def attend(self, outsider: ThirdParty) -> None:
        first, second = self.states
        own, mediation = outsider.own, self.case.mediation
        outsider.attention = kept(own.attention_half_life) * outsider.attention + own.interest * (first.harm + second.harm)
        self.advance(outsider)
        heed, stage = min(outsider.attention, 1.0), outsider.stage
        outsider.help = heed * {OFFERED: mediation.offer_weight, MEDIATING: 1.0}.get(stage, 0.0)
        offer = max(mediation.call_weight, mediation.offer_weight)
        outsider.word = heed * {SILENT: 0.0, CALLED: mediation.call_weight, OFFERED: offer, MEDIATING: 1.0}[stage]

    def advance(self, outsider: ThirdParty) -> None:
        """Its stage: free, as the record shows it, or between the stages to which it is pinned."""
        pin = self.pin(outsider.name, "third_party")
        if pin is None and self.states_follow:
            outsider.stage = max(outsider.stage, self.record.stages.get((self.day, outsider.name), SILENT))
            return
        own = outsider.own
        unripe = own.behaviour == "when_ripe" and outsider.stage == OFFERED and not all(state.has_struck for state in self.states)
        rate = {SILENT: own.call_rate, CALLED: own.offer_rate, OFFERED: own.mediation_rate, MEDIATING: 0.0}[outsider.stage]
        if self.uniform("THIRD_PARTY", outsider) < 1.0 - math.exp(-rate * outsider.attention) and not self.both.war and not unripe:
            outsider.stage += 1
        if pin is not None:
            stages = [STAGES.index(stage) for stage in pin]
            outsider.stage = min(max(outsider.stage, min(stages)), max(stages))

    def listen(self) -> None:
        first, second = (state.name for state in self.states)
        mediation, outsiders = self.case.mediation, self.third_parties
        proposals = [min(outsider.help_to(first, "formulation"), outsider.help_to(second, "formulation")) for outsider in outsiders]
        self.formulation = mediation.formulation * max([0.0, *proposals])
        for state in self.states:
            information = state.own.perception.information
            facilitation = max([0.0, *(outsider.help_to(state.name, "facilitation") for outsider in outsiders)])
            state.pressure = total(outsider.pressure_on(state.name) for outsider in outsiders)
            state.information = information + (1.0 - information) * mediation.information * facilitation
            state.cover = mediation.cover * max([0.0, *(outsider.help_to(state.name, "cover") for outsider in outsiders)])

    # 8 crossings (4.9)

    def open_or_close(self, crossing: Crossing) -> None:
        own, common = crossing.own, self.case.livelihoods
        flow = {OPEN: 1.0, RESTRICTED: common.restricted_flow, CLOSED: 0.0}
        crossing.formal = min([*(flow[state.policy] for state in self.states), own.limit])
        cut, pace = crossing.formal < 1.0, math.exp(-1.0 / own.leakage_days)
        crossing.habit = 1.0 - (1.0 - crossing.habit) * pace if cut else crossing.habit * pace
        crossing.smuggled = own.leakage * (1.0 - crossing.formal) * crossing.habit
        crossing.supply = crossing.formal + crossing.smuggled
        crossing.cut = crossing.cut + 1 if cut else 0
        crossing.food = max(crossing.supply, common.food_flow) if crossing.cut >= common.food_after else crossing.supply

    # 9 communities (4.10)

    def hear(self, home: Community) -> None:
        if home.serving:
            weights = total(weight for _, weight in home.serving)
            home.supply = total(crossing.supply * weight for crossing, weight in home.serving) / weights
            home.smuggled = total(crossing.smuggled * weight for crossing, weight in home.serving) / weights
            home.food = total(crossing.food * weight for crossing, weight in home.serving) / weights
        if home.neighbours:
            home.told = total(other.fear * weight for other, weight in home.neighbours) / total(weight for _, weight in home.neighbours)

    def blows(self) -> list[tuple[int, float, float]]:
        """Today's strikes and salient attacks that hit a community: which one, people killed, weight in fear."""
        strikes = [(state.place, state.killed, 1.0) for state in self.states]
        attacks = [(place, killed, self.case.livelihoods.attack_fear) for group in self.groups for place, killed in group.hits]
        return [blow for blow in strikes + attacks if blow[0] != NOWHERE]

    def supply(self, home: Community) -> None:
        """Stocks, prices and income; what is missing of a day's food and fuel."""
        own, common = home.own, self.case.livelihoods
        food_cut, fuel_cut = own.food_imports * (1.0 - home.food), own.fuel_imports * (1.0 - home.supply)
        home.food_stock = stock(home.food_stock, food_cut, own.relief, home.food, own.food_stock, common.refill_days)
        home.fuel_stock = stock(home.fuel_stock, fuel_cut, 0.0, home.supply, own.fuel_stock, common.refill_days)
        home.missing_food = positive(food_cut - own.relief) * (1.0 - home.food_stock / own.food_stock)
        home.missing_fuel = positive(fuel_cut) * (1.0 - home.fuel_stock / own.fuel_stock)
        home.food_price = 1.0 + common.price_food * home.missing_food
        home.fuel_price = 1.0 + common.price_fuel * home.missing_fuel
        home.income = 1.0 - own.dependence * (1.0 - home.supply)
        home.lost_income = home.lost_income + own.people * (1.0 - home.income)

    def suffer(self, home: Community, number: int, blows: list[tuple[int, float, float]]) -> None:
        """Loss, hardship and fear."""
        common, food = self.case.livelihoods, self.case.livelihoods.food_weight
        killed_here = total(killed for place, killed, _ in blows if place == number)
        home.loss = kept(common.kin_half_life) * home.loss + 1000.0 * killed_here / home.own.people
        shortage = food * home.missing_food + (1.0 - food) * home.missing_fuel
        dearness = food * home.food_price + (1.0 - food) * home.fuel_price - 1.0
        cause = common.income_weight * (1.0 - home.income) + common.shortage_weight * shortage
        cause = cause + common.price_weight * dearness + common.kin_weight * min(home.loss, 1.0)
        home.hardship = (1.0 - common.adjustment) * home.hardship + common.adjustment * min(cause, 1.0)
        calm = 1.0
        for place, _, weight in blows:
            calm = calm * (1.0 - weight * math.exp(-self.distances[number][place] / common.fear_distance))
        left, danger = kept(common.fear_half_life), common.smuggling_danger * home.smuggled
        heard = home.fear + common.fear_spread * positive(home.told - home.fear)
        home.fear = 1.0 - (1.0 - left * heard) * calm * (1.0 - (1.0 - left) * danger)
        home.person_days = home.person_days + home.own.people * home.hardship

    def move(self, home: Community) -> None:
        """Leaving and returning."""
        common, worst = self.case.livelihoods, max(home.hardship, home.fear)
        push = positive(worst - common.leave_threshold) / max(1.0 - common.leave_threshold, 1e-9)
        leaving, returning = common.leave_rate * push * (1.0 - home.displaced), common.return_rate * (1.0 - worst) * home.displaced
        home.displaced = home.displaced + leaving - returning

    # 10 recruitment (4.11)

    def recruit(self, group: Group) -> None:
        own, terms, grounds = group.own, group.own.recruitment, self.grounds(group)
        if not grounds:
            return
        crowd = total(home.own.people * home.own.sympathy for home in grounds)
        growth = group.fighters / own.fighters - 1.0
        risk = self.both.coordination - self.case.dyad.coordination_initial
        joined = 0.0
        for home in grounds:
            push = terms.hardship * home.hardship + terms.harm * home.loss + terms.peers * growth - terms.risk * risk
            readiness = logistic(terms.base + push) / logistic(terms.base)
            joined = joined + own.fighters * terms.turnover * (home.own.people * home.own.sympathy / crowd) * readiness
        group.joined = group.joined + joined
        group.fighters = group.fighters * (1.0 - terms.turnover) + joined

    # 11 what is remembered

    def rung(self, state: State) -> int:
        """How far up the ladder a state stands (8.1)."""
        if self.both.war:
            return WAR_RUNG
        return max([0 if state.envoys else AWAY_RUNG, 0, *(RUNGS[track][act] for track, act in state.acts.items())])

    def series(self) -> dict[str, float]:
        """Today's numbers, under the names of the daily series."""
        both, numbers = self.both, {}
        for name, value in {"agreement": both.agreed, "restoration": both.restored, "war": both.war}.items():
            numbers[name] = value
        for name in ("tension", "truce", "coordination"):
            numbers[name] = getattr(both, name)
        for state in self.states:
            for name in ("sits", "envoys", "place", "policy", "debt", "militant_debt", "attention", "audience", "belief", "readiness"):
                numbers[f"{state.name}.{name}"] = getattr(state, name)
            for name in ("pressure", "felt", "harm", "killed"):
                numbers[f"{state.name}.{name}"] = getattr(state, name)
            numbers |= {f"{state.name}.{track}": act for track, act in state.acts.items()}
            numbers[f"{state.name}.rung"] = self.rung(state)
            if any(row.soil == "elsewhere" for row in self.record.strikes.values()):
                numbers[f"{state.name}.killed_elsewhere"] = state.killed_elsewhere
        numbers |= {f"{outsider.name}.stage": outsider.stage for outsider in self.third_parties}
        for group in self.groups:
            for name in ("attacks", "killed", "fighters", "struck", "blamed", "place"):
                numbers[f"{group.name}.{name}"] = getattr(group, name)
            numbers[f"{group.name}.salient"] = group.killed_salient
        return numbers | self.at_the_border() | self.of_people()

    def at_the_border(self) -> dict[str, float]:
        if not self.crossings:
            return {}
        return {
            "crossings_closed": sum(crossing.closed for crossing in self.crossings),
            "people_cut_off": total(self.people_served(crossing) for crossing in self.crossings if crossing.closed),
            "trade": total(crossing.supply for crossing in self.crossings) / len(self.crossings),
        }

    def people_served(self, crossing: Crossing) -> float:
        shares = [
            home.own.people * weight / total(each for _, each in home.serving)
            for home in self.communities
            for other, weight in home.serving
            if other is crossing
        ]
        return total(shares)

    def of_people(self) -> dict[str, float]:
        if not self.communities:
            return {}
        people = total(home.own.people for home in self.communities)
        return {
            "hardship": total(home.own.people * home.hardship for home in self.communities) / people,
            "displaced": total(home.displaced * home.own.people for home in self.communities),
        }

    def totals(self) -> dict[str, float]:
        """Sums over the run so far."""
        return {
            "recruits": total(group.joined for group in self.groups),
            "attacks_expected": total(group.expected for group in self.groups),
            **{f"{home.name}.person_days": home.person_days for home in self.communities},
            **{f"{home.name}.lost_income_person_days": home.lost_income for home in self.communities},
        }


# ── Rules that need nothing but the agents they are about ─────────────────────────────────────────────────────────


def people_killed(usual: float, spread: float, z: float) -> float:
    """4.2, 4.12."""
    return max(float(math.floor((usual + 1.0) * math.exp(spread * z) - 0.5)), 0.0)


def keep_account(state: State, rival: State, blamed: float) -> None:
    """4.3."""
    terms = state.own.debt
    state.ledger = kept(terms.half_life) * state.ledger + rival.harm - state.harm
    state.debt = kept(terms.half_life) * state.debt + state.felt - state.harm
    left = kept(terms.militant_half_life) * state.militant_debt * (1.0 - terms.discharge * state.struck)
    state.militant_debt = left + terms.militant_weight * blamed


def draw_attention(state: State, rival: State, blamed: float, shock: float) -> None:
    """4.1."""
    terms = state.own.attention
    closure = {OPEN: 0.0, RESTRICTED: state.own.border.restriction, CLOSED: 1.0}[state.policy]
    fresh = state.felt + terms.words_weight * rival.words + terms.attack_weight * blamed + shock + terms.border_weight * closure
    state.attention = kept(terms.half_life) * state.attention + fresh


def learn(state: State, rival: State) -> None:
    """4.4."""
    waiting = state.days_waiting > 0.0
    answered = rival.struck and waiting
    if answered:
        state.belief_log_odds = state.belief_log_odds + math.log(state.own.belief.answer_factor)
    elif waiting:
        state.belief_log_odds = state.belief_log_odds - state.own.belief.fade
    if state.struck:
        state.days_waiting = 1.0
    elif waiting and not answered and state.days_waiting < state.own.belief.patience:
        state.days_waiting = state.days_waiting + 1.0
    else:
        state.days_waiting = 0.0


def fade(state: State) -> None:
    """4.5."""
    state.readiness = state.readiness * kept(state.own.military.readiness_half_life)
    state.commitment = 0.0 if state.struck else state.commitment * kept(state.own.public.commitment_half_life)
    left = kept(state.own.public.repeat_half_life)
    state.just_protested, state.just_threatened = state.just_protested * left, state.just_threatened * left


def routine_of(state: State, track: str) -> int:
    """What a state does when its council does not sit (4.5)."""
    return state.policy if track == "border" else 0


def weights_of(utilities: list[float]) -> list[float]:
    """4.5."""
    highest = max(utilities)
    return [math.exp(utility - highest) for utility in utilities]


def strike_terms(place: Any, settings: Any, size: float) -> Terms:
    """4.5."""
    short, over = positive(place.need - size), positive(size - place.need)
    return {
        "unanswered": -place.stakes * short * short,
        "overshoot": -settings.overshoot * over * over,
        "cost": -settings.cost * (1.0 + settings.brink * place.intensity) * size * (1.0 + place.belief * size),
        "pressure": -settings.pressure * place.pressure * size,
        "honour": -settings.honour * place.truce * size,
        "haste": -settings.haste * (1.0 - place.readiness) * size,
    }


def stand_by_terms(place: Any, settings: Any) -> Terms:
    """4.5."""
    return {
        "unanswered": -place.stakes * place.need * place.need,
        "inconsistency": -settings.inconsistency * place.audience * place.commitment,
    }


def with_alert(stand_by: Terms, limited: Terms, expanded: Terms, readiness: float, settings: Any) -> list[Terms]:
    """4.5: all four acts."""
    advantage = positive(max(total(limited.values()), total(expanded.values())) - total(stand_by.values()))
    alert = {**stand_by, "alert_cost": -settings.alert_cost, "option_value": settings.option_value * (1.0 - readiness) * advantage}
    return [stand_by, alert, limited, expanded]


def own_place(state: State, both: Both, belief: float) -> Part:
    """What a state weighs on the military track (4.5)."""
    names = ("stakes", "need", "audience", "commitment", "readiness", "pressure")
    return Part({name: getattr(state, name) for name in names}, belief=belief, intensity=both.intensity, truce=both.truce)


def military(state: State, both: Both, belief: float) -> list[Terms]:
    """4.5."""
    place, settings = own_place(state, both, belief), state.own.military
    limited, expanded = (strike_terms(place, settings, size) for size in (1.0, state.own.strikes.expanded_harm))
    return with_alert(stand_by_terms(place, settings), limited, expanded, state.readiness, settings)


def public(state: State, relations: bool) -> list[Terms]:
    """4.6."""
    terms, grievance = state.own.public, positive(state.debt)
    before_audience = state.audience * grievance
    return [
        {},
        {
            "grievance": terms.weight * grievance,
            "routine": -terms.protest_constant,
            "repetition": -terms.repeat_cost * state.just_protested,
        },
        {
            "grievance": terms.weight * before_audience,
            "routine": -terms.threat_constant,
            "repetition": -terms.repeat_cost * state.just_threatened,
        },
        {
            "grievance": terms.downgrade_gain * before_audience,
            "routine": -terms.downgrade_constant,
            "envoys_gone": envoys_gone(state, relations),
        },
    ]


def envoys_gone(state: State, relations: bool) -> float:
    return 0.0 if state.envoys and relations else IMPOSSIBLE


def border(state: State, unrest: float) -> list[Terms]:
    """4.8."""
    terms = state.own.border
    return [
        {
            "coercion": terms.coercion * positive(state.debt) * level,
            "stake": -terms.stake * level,
            "pressure": -terms.pressure * state.pressure * level,
            "unrest": -terms.unrest * unrest * level,
            "routine": 0.0 if state.policy >= number else -terms.constant,
        }
        for number, level in enumerate((0.0, terms.restriction, 1.0))
    ]


def talks(state: State, tension: float) -> list[Terms]:
    """4.6; tension in strike units."""
    terms, grievance = state.own.talks, positive(state.debt)
    even = math.exp(-(abs(state.ledger) + grievance) / terms.evenness)
    urgency = 2.0 * tension / (1.0 + tension)
    seek = {
        "gain": terms.gain * even * urgency,
        "pressure": terms.pressure * state.pressure,
        "face": -terms.face * state.stakes * grievance,
        "routine": -terms.constant,
    }
    return [{}, seek]


# ── Other rules of decision (4.15) ────────────────────────────────────────────────────────────────────────────────


def look_ahead(state: State, rival: State, both: Both) -> list[float]:
    """The military track, one step ahead."""
    own, harms = state.own, (1.0, state.own.strikes.expanded_harm)

    def replies(size: float) -> list[float]:
        owed, cap = own.perception.gap * own.strikes.ambiguity * size - state.ledger, own.debt.cap
        place = Part(
            stakes=own.resolve.median * math.exp(state.belief_log_odds) * own.audience.base,
            need=cap * (1.0 - math.exp(-positive(owed) / cap)),
            audience=own.audience.base,
            commitment=rival.commitment,
            belief=own.belief.initial,
            readiness=rival.readiness,
            pressure=state.pressure,
            intensity=both.intensity + size,
            truce=0.0 if size > 0.0 else both.truce,
        )
        acts = [stand_by_terms(place, own.military), *(strike_terms(place, own.military, harm) for harm in harms)]
        _, *weights = shares(weights_of([total(act.values()) for act in acts]))
        return weights

    def reply(size: float, chances: list[float]) -> float:
        left = state.need - size
        unanswered = positive(left) * positive(left)
        worse = [p * (positive(left + own.perception.gap * h) ** 2 - unanswered) for p, h in zip(chances, harms, strict=True)]
        return -own.policies.look_ahead.foresight * state.stakes * total(worse)

    def act(size: float) -> Terms:
        chances = replies(size)
        place = own_place(state, both, total(chances))
        now = strike_terms(place, own.military, size) if size else stand_by_terms(place, own.military)
        return {**now, "reply": reply(size, chances)}

    acts = with_alert(act(0.0), act(harms[0]), act(harms[1]), state.readiness, own.military)
    return [total(named.values()) for named in acts]


def shares(weights: list[float]) -> list[float]:
    return [weight / total(weights) for weight in weights]


def decision_weight(p: float, exponent: float) -> float:
    for_it, against_it = (power(max(chance, LEAST), exponent) for chance in (p, 1.0 - p))
    return for_it / power(for_it + against_it, 1.0 / exponent)


def framed(first: Terms, named: Terms, settings: Any) -> Terms:
    """Prospect theory: each term as a gain or loss."""

    def value(x: float) -> float:
        size = power(max(abs(x), LEAST), settings.curvature)
        return settings.sensitivity * (size if x >= 0.0 else -settings.loss_aversion * size)

    names = dict.fromkeys([*named, *first])
    return {name: value(named.get(name, 0.0) - settings.adaptation * first.get(name, 0.0)) for name in names}


def tit_for_tat(state: State, rival: State, both: Both, track: str) -> list[float]:
    """The logarithm of each act's probability."""
    own = state.own.policies.tit_for_tat
    due, spared = due_on(state, rival, both.tension / STRIKE, track)
    count = len(TRACKS[track])
    utilities = []
    for number in range(count):
        in_kind = (1.0 - own.generosity) * (number == due) + own.generosity * (number == spared)
        utilities.append(math.log((1.0 - own.noise) * in_kind + own.noise / count))
    return utilities


def due_on(state: State, rival: State, tension: float, track: str) -> tuple[int, int]:
    """The act that tit-for-tat does on a track, and the one where it lets go."""
    own = state.own.policies.tit_for_tat
    owed = state.ledger + state.militant_debt
    provoked = owed >= own.provocation
    if track == "military":
        if provoked:
            return (LIMITED if owed < 0.5 * (1.0 + state.own.strikes.expanded_harm) else EXPANDED), 0
        return (ALERT if rival.readiness >= 0.5 > state.readiness else 0), 0
    if track == "public":
        if state.envoys and not rival.envoys:
            return DOWNGRADE, 0
        if rival.just_threatened >= 0.5 > state.just_threatened:
            return THREATEN, 0
        return (PROTEST if (provoked or rival.just_protested >= 0.5) and state.just_protested < 0.5 else 0), 0
    if track == "border":
        return rival.policy, OPEN
    tense = SEEK_TALKS if tension >= own.provocation else 0
    return (0 if provoked else tense), tense


def base_rates(state: State, rival: State, day: int, track: str, counts: dict[str, dict[str, int]]) -> list[float]:
    """The logarithm of how often each act followed where things stand."""
    own, acts = state.own.policies.markov_chain, TRACKS[track]
    since_own, since_other = day - state.last_strike, day - rival.last_strike
    stands = "struck" if since_other <= min(7, since_own) else "struck_back" if since_own <= 7 else "quiet"
    stands = TRACKS["border"][state.policy] if track == "border" else stands
    if stands not in counts:
        return [0.0 if number == routine_of(state, track) else IMPOSSIBLE for number in range(len(acts))]
    there, days = counts[stands], sum(sum(done.values()) for done in counts.values())
    utilities = []
    for act in acts:
        overall = (sum(done[act] for done in counts.values()) + own.pseudo_count) / (days + len(acts) * own.pseudo_count)
        utilities.append(math.log((there[act] + own.shrinkage * overall) / (sum(there.values()) + own.shrinkage)))
    return utilities


def frequencies_of_others(case: dict[str, Any]) -> dict[str, dict[str, dict[str, int]]]:
    """By track, where things stood and act: days in crises that are not this one."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    with FREQUENCIES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            overlaps = row["start"] <= case["end"].isoformat() and row["end"] >= case["start"].isoformat()
            if {row["first"], row["second"]} == set(case["states"]) and overlaps:
                continue
            done = found.setdefault(row["track"], {}).setdefault(row["after"], {})
            done[row["act"]] = done.get(row["act"], 0) + int(row["days"])
    return found


def hostility(state: State, track: str) -> float:
    """What today's act adds to tension; a border policy only as it becomes harder (3.1)."""
    act = state.acts[track]
    if track == "border" and act <= state.policy:
        return 0.0
    return HOSTILITY[track][act]


def settle(state: State, agreement: Any) -> None:
    """4.6."""
    state.debt, state.ledger = agreement.debt_kept * state.debt, agreement.debt_kept * state.ledger
    state.militant_debt = agreement.debt_kept * state.militant_debt
    state.attention = agreement.attention_kept * state.attention
    state.commitment = 0.0
    state.days_waiting = 0.0


def stock(before: float, cut: float, relief: float, passing: float, capacity: float, refill_days: float) -> float:
    """Days of stock left (4.10)."""
    return min(max(before - cut + relief + passing * (capacity - before) / refill_days, 0.0), capacity)
