"""The same rules as a loop over worlds, compiled by numba: about as fast as one core can run them, one world after another.

It draws the same numbers as the model, by Philox, and only where something can come of them; rules are skipped where
nothing can happen, as in `benchmarks/scalar_mesa.py`. It knows the set-up of the benchmark alone: governments and
outsiders free from the first day, attacks and shocks as recorded (ASSISTED). The sections are those of docs/model.md.
"""

from functools import cache
from math import exp, floor, log, sqrt
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from benchmarks.scalar_mesa import ScalarCrisis, kept
from sim.rules.public import IMPOSSIBLE
from sim.worlds import Draw, actor_number

KEPT = (
    *("tension", "first.debt", "second.debt", "first.militant_debt", "second.militant_debt"),
    *(f"{state}.{track}" for state in ("first", "second") for track in ("military", "public", "border", "talks")),
)
"""What is remembered of every day."""

COUNCIL, MILITARY, PUBLIC, BORDER, TALKS = (np.uint64(site) for site in (Draw.COUNCIL, Draw.MILITARY, Draw.PUBLIC, Draw.BORDER, Draw.TALKS))
RESOLVE, PERCEPTION, STRIKE_KILLED, STRIKE_PLACE = (
    np.uint64(site) for site in (Draw.RESOLVE, Draw.PERCEPTION, Draw.STRIKE_KILLED, Draw.STRIKE_PLACE)
)
AGREEMENT, RESTORATION, THIRD_PARTY, BLAME = (np.uint64(site) for site in (Draw.AGREEMENT, Draw.RESTORATION, Draw.THIRD_PARTY, Draw.BLAME))
TEMPO, TEMPO_KILLED = np.uint64(Draw.TEMPO), np.uint64(Draw.TEMPO_KILLED)
BOTH = np.uint64(actor_number("both"))


# ── Numbers as records ────────────────────────────────────────────────────────────────────────────────────────────


def flat(section: Any, before: str = "") -> dict[str, float]:
    """A section's numbers by name; of a half-life, the share kept after a day."""
    numbers: dict[str, float] = {}
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, float | int) and not isinstance(value, bool):
            numbers[(before + name).replace("half_life", "kept")] = kept(value) if name.endswith("half_life") else float(value)
        elif hasattr(type(value), "model_fields"):
            numbers |= flat(value, f"{before}{name}_")
    return numbers


def table(rows: list[dict[str, Any]]) -> Any:
    """Rows as an array of records: 64-bit floats, but for numbers and names of dice."""
    kinds = {"actor": np.uint64, "target": np.int64}
    kind = np.dtype([(name, kinds.get(name, np.float64)) for name in rows[0]])
    return np.array([tuple(row.values()) for row in rows], dtype=kind)


def record_of(floats: str, wholes: str = "") -> Any:
    """A kind of record: names of 64-bit floats, and of whole numbers and flags."""
    return np.dtype([*((name, np.float64) for name in floats.split()), *((name, np.int64) for name in wholes.split())])


STATE = record_of(
    "resolve attention debt militant_debt ledger mood commitment just_protested just_threatened readiness belief information pressure cover felt"
    " audience harm killed hostility words",
    "days_waiting envoys sits struck policy place military public border talks",
)
GROUP = record_of("fighters killed_salient notice blamed")
OUTSIDER = record_of("attention help word", "stage")
CROSSING = record_of("formal habit smuggled supply food days_cut")
HOME = record_of("supply food smuggled food_stock fuel_stock hardship fear told loss displaced person_days")
DYAD = record_of("tension intensity truce coordination formulation", "war was_cut")


class Facts(NamedTuple):
    """What stands: a record for each agent, ties and distances, attacks and shocks of the record, votes.

    Home i is told by the homes `told_by[told_from[i]:told_from[i + 1]]`, with the weights `told`.
    """

    states: Any
    groups: Any
    outsiders: Any
    crossings: Any
    homes: Any
    common: Any
    served: Any
    told_from: Any
    told_by: Any
    told: Any
    shares: Any
    near: Any
    attacks: Any
    shocks: Any
    votes: Any


class Memory(NamedTuple):
    """What changes: a record for each agent."""

    states: Any
    groups: Any
    outsiders: Any
    crossings: Any
    homes: Any
    dyad: Any


@cache
def facts(name: str) -> tuple[Facts, Memory]:
    """A scenario, and its agents on the day before the first; both are read off the scalar model."""
    model = ScalarCrisis(name)
    case, days = model.case, range(model.case.days)
    attacks = [(day, number, *row) for day in days for number, group in enumerate(model.groups) for row in group.recorded[day]]
    numbers = Facts(
        states=table([flat(one.own) | {"actor": one.actor, "people": one.people} for one in model.states]),
        groups=table([flat(one.own) | {"actor": one.actor, "grounds": len(one.grounds), "target": one.victim.number} for one in model.groups]),
        outsiders=table([of_outsider(one) for one in model.outsiders]),
        crossings=table([{"limit": one.limit, "leakage": one.leakage, "pace": one.pace} for one in model.crossings]),
        homes=table([flat(one.own) | {"country": list(case.states).index(one.own.state)} for one in model.homes]),
        common=table([flat(case.dyad) | {f"m_{key}": value for key, value in flat(case.mediation).items()} | flat(case.livelihoods)])[0],
        served=ties(model.homes, model.crossings, "serving"),
        told_from=np.cumsum([0, *(len(home.neighbours) for home in model.homes)]),
        told_by=np.array([other.number for home in model.homes for other, _ in home.neighbours]),
        told=np.array([share for home in model.homes for _, share in home.neighbours]),
        shares=ties(model.groups, model.homes, "shares"),
        near=np.array([home.closeness for home in model.homes]),
        attacks=np.array(attacks)[:, [0, 1, 2, 3]],
        shocks=np.array([state.shocks for state in model.states], dtype=np.float64),
        votes=np.array([(state.votes * 2 or [-1.0, -1.0])[:2] for state in model.states], dtype=np.float64),
    )
    return numbers, beginning(model)


def of_outsider(one: Any) -> dict[str, Any]:
    rates = {f"rate{stage}": rate for stage, rate in enumerate(one.rates)}
    by_state = {f"{what}{number}": getattr(one, what)[number] for what in ("pull", "clears", "covers") for number in (0, 1)}
    return {"actor": one.actor, "interest": one.interest, "kept": one.left, "proposes": one.proposes, **rates, **by_state}


def ties(agents: list[Any], others: list[Any], kind: str) -> Any:
    """Weights of agents' ties to others, as a table."""
    weights = np.zeros((len(agents), len(others)))
    for row, agent in zip(weights, agents, strict=True):
        for other, weight in getattr(agent, kind):
            row[others.index(other)] += weight
    return weights


def beginning(model: ScalarCrisis) -> Memory:
    """Every agent's changing numbers on the day before the first."""
    parts = {"states": STATE, "groups": GROUP, "outsiders": OUTSIDER, "crossings": CROSSING, "homes": HOME}
    agents = {part: (kind, getattr(model, part)) for part, kind in parts.items()} | {"dyad": (DYAD, [model])}
    return Memory(
        **{part: np.array([tuple(getattr(one, name, 0) for name in kind.names) for one in some], kind) for part, (kind, some) in agents.items()}
    )


compiled = njit(cache=True, error_model="numpy", fastmath={"nsz", "arcp", "contract", "afn"})
inlined = njit(cache=True, inline="always", error_model="numpy", fastmath={"nsz", "arcp", "contract", "afn"})
"""No check for division by zero, and sums may be contracted; infinities still count."""

# ── Dice ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@intrinsic
def high_half(typing: Any, a: Any, b: Any) -> Any:
    """The upper 64 bits of a product of two 64-bit numbers."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(arguments[0], wide), builder.zext(arguments[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), code


M0, M1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
W0, W1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)


@compiled
def uniform(seed, world, day, site, actor):
    """The model's uniform number of this name: Philox 4x64, ten rounds (section 5)."""
    c0, c1, c2, c3 = np.uint64(world // 4 + 1), np.uint64(day), actor, np.uint64(0)
    k0, k1 = np.uint64(seed), site
    for _ in range(10):
        high, low = high_half(M0, c0), M0 * c0
        other_high, other_low = high_half(M1, c2), M1 * c2
        c0, c1, c2, c3 = other_high ^ c1 ^ k0, other_low, high ^ c3 ^ k1, low
        k0, k1 = k0 + W0, k1 + W1
    place = world % 4
    word = c0 if place == 0 else c1 if place == 1 else c2 if place == 2 else c3
    return max((word >> np.uint64(11)) * 2.0**-53, 2.0**-54)


@compiled
def normal(u):
    """The normal number below which a share `u` lies (Wichura 1988, AS 241)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = ((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r + 45921.953931549871457) * r
            + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608  # fmt: skip
        bottom = ((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867) * r
            + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1.0  # fmt: skip
        return q * top / bottom
    r = sqrt(-log(min(u, 1.0 - u)))
    if r <= 5.0:
        r -= 1.6
        top = ((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r
            + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734  # fmt: skip
        bottom = ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
            + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0  # fmt: skip
    else:
        r -= 5.0
        top = ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
            + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772  # fmt: skip
        bottom = ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
            + 0.0148753612908506148525) * r + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0  # fmt: skip
    return top / bottom if q > 0.0 else -top / bottom


@compiled
def chosen_of(utilities, u):
    """Logit choice (4.5)."""
    highest, whole = utilities.max(), 0.0
    for number in range(len(utilities)):
        utilities[number] = exp(utilities[number] - highest)
        whole += utilities[number]
    target, so_far = u * whole, 0.0
    for number in range(len(utilities)):
        so_far += utilities[number]
        if target <= so_far:
            return number
    return len(utilities) - 1


@compiled
def logistic(x):
    return 1.0 / (1.0 + exp(-x))


# ── A day ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@compiled
def closeness(votes, day, scale):
    nearest = 0.0
    for vote in votes:
        if vote >= day:
            nearest = max(nearest, exp(-(vote - day) / scale))
    return nearest


@inlined
def attack(me, own, number, victim, both, homes, shares, votes, recorded, seed, world, day):
    """Background attacks and those of the record (4.12)."""
    if own.tempo_rate > 0.0:
        supply = 1.0
        if own.grounds > 0.0:
            supply = 0.0
            for home in range(len(homes)):
                if shares[home] > 0.0:
                    supply += homes[home].supply
            supply /= own.grounds
        vote = closeness(votes, day, own.tempo_election_days)
        moved = own.tempo_talks * both.truce + own.tempo_election * vote - own.tempo_coordination * both.coordination
        strength = exp(own.tempo_fighters * log(me.fighters / own.fighters)) * (1.0 - own.tempo_fuel_income * (1.0 - supply))
        rate = own.tempo_rate * strength * exp(moved - own.tempo_readiness * victim.readiness)
        if rate > 0.0:
            attacks = floor(log(uniform(seed, world, day, TEMPO, own.actor)) / log(rate / (1.0 + rate)))
            floor(attacks * own.tempo_killed + uniform(seed, world, day, TEMPO_KILLED, own.actor))
    me.killed_salient, me.notice, me.blamed = 0.0, 0.0, 0.0
    for row in range(len(recorded)):
        if recorded[row, 0] == day and recorded[row, 1] == number:
            chance = own.blame * (1.0 - own.coordination_weight * both.coordination)
            me.blamed = 1.0 if uniform(seed, world, day, BLAME, own.actor) < chance else 0.0
            me.killed_salient += recorded[row, 2]
            me.notice += me.blamed * sqrt(recorded[row, 2] / 10.0)


@inlined
def perceive(me, rival, own, rival_ambiguity, notice, dead, shock, vote, seed, world, day):
    """What the other side did yesterday (4.1 to 4.5)."""
    me.felt = 0.0
    if rival.struck:
        spread = own.perception_noise * sqrt(1.0 - me.information)
        error = exp(spread * normal(uniform(seed, world, day, PERCEPTION, own.actor)) - 0.5 * spread * spread)
        me.felt = rival.harm * own.perception_gap * rival_ambiguity * error
    me.ledger = own.debt_kept * me.ledger + rival.harm - me.harm
    me.debt = own.debt_kept * me.debt + me.felt - me.harm
    me.militant_debt = own.debt_militant_kept * me.militant_debt * (1.0 - own.debt_discharge * me.struck) + own.debt_militant_weight * notice
    closure = 1.0 if me.policy == 2 else own.border_restriction if me.policy == 1 else 0.0
    fresh = me.felt + own.attention_words_weight * rival.words + own.attention_attack_weight * notice + shock
    me.attention = own.attention_kept * me.attention + fresh + own.attention_border_weight * closure
    me.mood = own.audience_mood_kept * me.mood + own.audience_mood_gain * sqrt((dead + rival.killed) / 10.0)
    if me.days_waiting > 0:
        me.belief += log(own.belief_answer_factor) if rival.struck else -own.belief_fade
        me.days_waiting = 0 if rival.struck or me.days_waiting >= own.belief_patience else me.days_waiting + 1
    if me.struck:
        me.days_waiting = 1
    me.readiness *= own.military_readiness_kept
    me.commitment = 0.0 if me.struck else me.commitment * own.public_commitment_kept
    me.just_protested *= own.public_repeat_kept
    me.just_threatened *= own.public_repeat_kept
    me.audience = max(own.audience_base * (1.0 + own.audience_election_effect * vote) * (1.0 + me.mood) * (1.0 - me.cover), 0.0)


@compiled
def striking(size, need, stakes, belief, me, own, both):
    short, over = max(need - size, 0.0), max(size - need, 0.0)
    cost = own.military_cost * (1.0 + own.military_brink * both.intensity) * (1.0 + belief * size)
    cost += own.military_pressure * me.pressure + own.military_honour * both.truce + own.military_haste * (1.0 - me.readiness)
    return -stakes * short * short - own.military_overshoot * over * over - cost * size


@inlined
def unrest(homes, own, country, people):
    """Mean hardship of a state's communities, weighted by people."""
    suffered = 0.0
    for number in range(len(homes)):
        if own[number].country == country:
            suffered += own[number].people * homes[number].hardship
    return suffered / people if people > 0.0 else 0.0


@inlined
def decide(me, own, both, homes, homes_own, number, seed, world, day, utilities):
    """The council sits or not, and chooses on every track (4.5 to 4.8)."""
    chance = 1.0 - exp(-own.attention_agenda * (me.attention + own.attention_routine))
    me.sits = not both.war and uniform(seed, world, day, COUNCIL, own.actor) < chance
    me.military, me.public, me.border, me.talks = 0, 0, me.policy, 0
    if not me.sits:
        return
    grievance, stakes, cap = max(me.debt, 0.0), me.resolve * me.audience, own.debt_cap
    need = cap * (1.0 - exp(-(grievance + me.militant_debt) / cap))
    belief = logistic(me.belief)
    stand_by = -stakes * need * need - own.military_inconsistency * me.audience * me.commitment
    limited = striking(1.0, need, stakes, belief, me, own, both)
    expanded = striking(own.strikes_expanded_harm, need, stakes, belief, me, own, both)
    option = own.military_option_value * (1.0 - me.readiness) * max(max(limited, expanded) - stand_by, 0.0)
    utilities[:] = (stand_by, stand_by - own.military_alert_cost + option, limited, expanded)
    me.military = chosen_of(utilities, uniform(seed, world, day, MILITARY, own.actor))
    protest = own.public_weight * grievance - own.public_protest_constant - own.public_repeat_cost * me.just_protested
    threat = own.public_weight * me.audience * grievance - own.public_threat_constant - own.public_repeat_cost * me.just_threatened
    downgrade = own.public_downgrade_gain * me.audience * grievance - own.public_downgrade_constant
    utilities[:] = (0.0, protest, threat, downgrade if me.envoys else IMPOSSIBLE)
    me.public = chosen_of(utilities, uniform(seed, world, day, PUBLIC, own.actor))
    slope = own.border_coercion * grievance - own.border_stake - own.border_pressure * me.pressure
    slope -= own.border_unrest * unrest(homes, homes_own, number, own.people)
    beyond = own.border_constant
    levels = utilities[:3]
    levels[:] = (0.0, slope * own.border_restriction - (0.0 if me.policy >= 1 else beyond), slope - (0.0 if me.policy >= 2 else beyond))
    me.border = chosen_of(levels, uniform(seed, world, day, BORDER, own.actor))
    tension = both.tension / 10.0
    gain = own.talks_gain * exp(-(abs(me.ledger) + grievance) / own.talks_evenness) * (2.0 * tension / (1.0 + tension))
    levels = utilities[:2]
    levels[:] = (0.0, gain + own.talks_pressure * me.pressure - own.talks_face * stakes * grievance - own.talks_constant)
    me.talks = chosen_of(levels, uniform(seed, world, day, TALKS, own.actor))


@inlined
def act(me, own, rival_number, homes, seed, world, day):
    """Strikes hit, words are out, policies stand (3.1)."""
    me.struck = me.military >= 2
    me.harm, me.killed, me.place = 0.0, 0.0, -1
    if me.struck:
        usual = own.strikes_expanded_killed if me.military == 3 else own.strikes_limited_killed
        z = normal(uniform(seed, world, day, STRIKE_KILLED, own.actor))
        me.killed = max(floor((usual + 1.0) * exp(own.strikes_killed_spread * z) - 0.5), 0.0)
        size = own.strikes_expanded_harm if me.military == 3 else 1.0
        me.harm = size * exp(own.strikes_casualty_weight * log((me.killed + 1.0) / (usual + 1.0)))
        me.place = place_hit(homes, rival_number, uniform(seed, world, day, STRIKE_PLACE, own.actor))
    hostility = 10.0 if me.military >= 2 else 7.2 if me.military == 1 else 0.0
    hostility += 2.0 if me.public == 1 else 7.0 if me.public == 2 else 4.0 if me.public == 3 else 0.0
    if me.border > me.policy:
        hostility += 5.0 if me.border == 1 else 9.5
    me.hostility = hostility - (4.0 if me.talks == 1 else 0.0)
    me.words = 0.0 if me.struck else max(me.hostility, 0.0) / 10.0
    if me.military >= 1:
        me.readiness = 1.0
    if me.public == 1:
        me.just_protested = 1.0
    elif me.public == 2:
        me.commitment, me.just_threatened = 1.0, 1.0
    elif me.public == 3:
        me.envoys = False
    me.policy = me.border


@compiled
def place_hit(homes, country, u):
    """A community on a state's soil, by exposure."""
    whole, last, so_far = 0.0, -1, 0.0
    for number in range(len(homes)):
        if homes[number].country == country:
            whole, last = whole + homes[number].exposure, number
    for number in range(len(homes)):
        if homes[number].country == country:
            so_far += homes[number].exposure
            if u * whole <= so_far:
                return number
    return last


@inlined
def talk(first, second, both, common, seed, world, day):
    """Agreement and restoration (4.6)."""
    if both.war:
        return
    if first.talks and second.talks:
        reach = common.agreement_reach + (1.0 - common.agreement_reach) * (0.5 * (first.information + second.information))
        if uniform(seed, world, day, AGREEMENT, BOTH) < reach * logistic(common.agreement_ease + both.formulation):
            both.tension, both.truce = common.agreement_tension_kept * both.tension, 1.0
            both.coordination = min(both.coordination + common.coordination_gain, 1.0)
            for state in (first, second):
                state.debt, state.ledger = common.agreement_debt_kept * state.debt, common.agreement_debt_kept * state.ledger
                state.militant_debt = common.agreement_debt_kept * state.militant_debt
                state.attention, state.commitment = common.agreement_attention_kept * state.attention, 0.0
                state.days_waiting = 0
    if not (first.envoys and second.envoys):
        footing = max(both.truce, common.envoys_faded * common.calm / (common.calm + both.tension / 10.0))
        if uniform(seed, world, day, RESTORATION, BOTH) < 1.0 - exp(-common.envoys_return_rate * footing):
            first.envoys, second.envoys = True, True
            both.tension = max(both.tension - 3.5, 0.0)


@inlined
def hear_the_world(first, second, both, outsiders, own, common, standing, seed, world, day):
    """Outsiders notice, speak, offer, mediate; the states listen (4.7)."""
    best, harm = 0.0, first.harm + second.harm
    pressure0, pressure1, clear0, clear1, cover0, cover1 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for number in range(len(outsiders)):
        me, it = outsiders[number], own[number]
        me.attention = it.kept * me.attention + it.interest * harm
        if me.attention == 0.0:
            continue
        rate = it.rate0 if me.stage == 0 else it.rate1 if me.stage == 1 else it.rate2 if me.stage == 2 else 0.0
        if rate > 0.0 and not both.war and uniform(seed, world, day, THIRD_PARTY, it.actor) < 1.0 - exp(-rate * me.attention):
            me.stage += 1
        heed = min(me.attention, 1.0)
        me.help = heed * (1.0 if me.stage == 3 else common.m_offer_weight if me.stage == 2 else 0.0)
        offer = max(common.m_call_weight, common.m_offer_weight)
        me.word = heed * (1.0 if me.stage == 3 else offer if me.stage == 2 else common.m_call_weight if me.stage == 1 else 0.0)
        best = max(best, it.proposes * me.help)
        pressure0, pressure1 = pressure0 + it.pull0 * me.word, pressure1 + it.pull1 * me.word
        clear0, clear1 = max(clear0, it.clears0 * me.help), max(clear1, it.clears1 * me.help)
        cover0, cover1 = max(cover0, it.covers0 * me.help), max(cover1, it.covers1 * me.help)
    both.formulation = common.m_formulation * best
    first.pressure, first.cover = pressure0, common.m_cover * cover0
    second.pressure, second.cover = pressure1, common.m_cover * cover1
    first.information = standing[0] + (1.0 - standing[0]) * common.m_information * clear0
    second.information = standing[1] + (1.0 - standing[1]) * common.m_information * clear1


@inlined
def open_or_close(crossings, own, flow, common):
    """What passes (4.9); whether anything is cut anywhere."""
    cut = False
    for number in range(len(crossings)):
        me, it = crossings[number], own[number]
        me.formal = min(flow, it.limit)
        if me.formal < 1.0:
            cut = True
            me.habit, me.days_cut = 1.0 - (1.0 - me.habit) * it.pace, me.days_cut + 1.0
        else:
            me.habit, me.days_cut = me.habit * it.pace, 0.0
        me.smuggled = it.leakage * (1.0 - me.formal) * me.habit
        me.supply = me.formal + me.smuggled
        me.food = max(me.supply, common.food_flow) if me.days_cut >= common.food_after else me.supply
    return cut


@inlined
def hear(homes, crossings, served, told_from, told_by, told, cut):
    """What reaches people, and what they are told (4.10)."""
    for number in range(len(homes)):
        me = homes[number]
        if cut:
            me.supply, me.food, me.smuggled = 0.0, 0.0, 0.0
            for crossing in range(len(crossings)):
                share = served[number, crossing]
                me.supply += crossings[crossing].supply * share
                me.food += crossings[crossing].food * share
                me.smuggled += crossings[crossing].smuggled * share
        else:
            me.supply, me.food, me.smuggled = 1.0, 1.0, 0.0
        me.told = 0.0
        for row in range(told_from[number], told_from[number + 1]):
            me.told += homes[told_by[row]].fear * told[row]


@compiled
def shortage(me, own, common):
    """What lost income, missing goods and dear goods add to hardship."""
    food_cut, fuel_cut = own.food_imports * (1.0 - me.food), own.fuel_imports * (1.0 - me.supply)
    food = me.food_stock - food_cut + own.relief + me.food * (own.food_stock - me.food_stock) / common.refill_days
    fuel = me.fuel_stock - fuel_cut + me.supply * (own.fuel_stock - me.fuel_stock) / common.refill_days
    me.food_stock, me.fuel_stock = min(max(food, 0.0), own.food_stock), min(max(fuel, 0.0), own.fuel_stock)
    no_food = max(food_cut - own.relief, 0.0) * (1.0 - me.food_stock / own.food_stock)
    no_fuel = fuel_cut * (1.0 - me.fuel_stock / own.fuel_stock)
    missing = common.food_weight * no_food + (1.0 - common.food_weight) * no_fuel
    dear = common.food_weight * common.price_food * no_food + (1.0 - common.food_weight) * common.price_fuel * no_fuel
    return common.income_weight * own.dependence * (1.0 - me.supply) + common.shortage_weight * missing + common.price_weight * dear


@inlined
def live(homes, own, common, cut, hits, count, near):
    """Stocks, hardship, fear, leaving and returning (4.10)."""
    left = common.fear_kept
    for number in range(len(homes)):
        me, calm = homes[number], 1.0
        me.loss *= common.kin_kept
        for blow in range(count):
            place = int(hits[blow, 0])
            calm *= 1.0 - hits[blow, 2] * near[number, place]
            if place == number:
                me.loss += 1000.0 * hits[blow, 1] / own[number].people
        cause = common.kin_weight * min(me.loss, 1.0)
        if cut:
            cause += shortage(me, own[number], common)
        me.hardship += common.adjustment * (min(cause, 1.0) - me.hardship)
        fear = left * (me.fear + common.fear_spread * max(me.told - me.fear, 0.0))
        me.fear = 1.0 - (1.0 - fear) * calm * (1.0 - (1.0 - left) * common.smuggling_danger * me.smuggled)
        worst = max(me.hardship, me.fear)
        push = max(worst - common.leave_threshold, 0.0) / max(1.0 - common.leave_threshold, 1e-9)
        me.displaced += common.leave_rate * push * (1.0 - me.displaced) - common.return_rate * (1.0 - worst) * me.displaced
        me.person_days += own[number].people * me.hardship


@inlined
def recruit(me, own, both, homes, shares, usual):
    """Who joins (4.11)."""
    if own.grounds == 0.0:
        return
    base = own.recruitment_base + own.recruitment_peers * (me.fighters / own.fighters - 1.0)
    base -= own.recruitment_risk * (both.coordination - usual)
    joined = 0.0
    for number in range(len(homes)):
        if shares[number] > 0.0:
            push = own.recruitment_hardship * homes[number].hardship + own.recruitment_harm * homes[number].loss
            joined += shares[number] * logistic(base + push)
    me.fighters = me.fighters * (1.0 - own.recruitment_turnover) + joined


@compiled
def recent(strikes, day, days):
    count = 0
    for past in range(max(0, day - days + 1), day + 1):
        count += strikes[past]
    return count


# ── Worlds ────────────────────────────────────────────────────────────────────────────────────────────────────────


@inlined
def keep(today, states, both):
    """Remember the day, in the order of KEPT."""
    today[0] = both.tension
    for number in range(2):
        me, at = states[number], 5 + 4 * number
        today[1 + number], today[3 + number] = me.debt, me.militant_debt
        today[at], today[at + 1], today[at + 2], today[at + 3] = me.military, me.public, me.border, me.talks


@inlined
def attacks_and_truce(memory, facts, seed, world, day):
    """Phase 2: attacks, truce, joint security work."""
    states, groups, homes, both, common = memory.states, memory.groups, memory.homes, memory.dyad[0], facts.common
    for number in range(len(groups)):
        own = facts.groups[number]
        shares, votes = facts.shares[number], facts.votes[own.target]
        attack(groups[number], own, number, states[own.target], both, homes, shares, votes, facts.attacks, seed, world, day)
    both.truce *= common.truce_kept
    for number in range(len(groups)):
        both.truce *= 1.0 - facts.groups[number].preventable * groups[number].blamed
    both.coordination = common.coordination_initial + (both.coordination - common.coordination_initial) * common.coordination_kept


@inlined
def perceive_all(memory, facts, seed, world, day):
    """Phase 3."""
    states, groups = memory.states, memory.groups
    for number in range(2):
        own, rival = facts.states[number], facts.states[1 - number]
        notice, dead = 0.0, facts.shocks[number, day, 1]
        for group in range(len(groups)):
            if facts.groups[group].target == number:
                notice, dead = notice + groups[group].notice, dead + groups[group].killed_salient
        vote = closeness(facts.votes[number], day, own.audience_election_days)
        shock = facts.shocks[number, day, 0]
        perceive(states[number], states[1 - number], own, rival.strikes_ambiguity, notice, dead, shock, vote, seed, world, day)


@inlined
def decide_and_act(memory, facts, seed, world, day, utilities, strikes):
    """Phases 4 and 5."""
    states, both, common = memory.states, memory.dyad[0], facts.common
    for number in range(2):
        decide(states[number], facts.states[number], both, memory.homes, facts.homes, number, seed, world, day, utilities)
    for number in range(2):
        act(states[number], facts.states[number], 1 - number, facts.homes, seed, world, day)
        strikes[number, day] = states[number].struck
    first, second = states[0], states[1]
    both.tension = max(common.tension_kept * both.tension + (first.hostility + second.hostility), 0.0)
    both.intensity = common.intensity_kept * both.intensity + (first.harm + second.harm)
    if first.struck or second.struck:
        both.truce *= common.breach
        since = max(0, day + 1 - int(common.war_days))
        if min(strikes[0, since : day + 1].sum(), strikes[1, since : day + 1].sum()) >= common.war_strikes:
            both.war = 1


@inlined
def live_at_the_border(memory, facts, day, hits):
    """Phases 8 and 9."""
    states, common, count = memory.states, facts.common, 0
    flow = 1.0
    for number in range(2):
        me = states[number]
        flow = min(flow, 0.0 if me.policy == 2 else common.restricted_flow if me.policy == 1 else 1.0)
        if me.place >= 0:
            hits[count, 0], hits[count, 1], hits[count, 2] = me.place, me.killed, 1.0
            count += 1
    for row in range(len(facts.attacks)):
        if facts.attacks[row, 0] == day and facts.attacks[row, 3] >= 0:
            hits[count, 0], hits[count, 1], hits[count, 2] = facts.attacks[row, 3], facts.attacks[row, 2], common.attack_fear
            count += 1
    if open_or_close(memory.crossings, facts.crossings, flow, common):
        memory.dyad[0].was_cut = 1  # from then on stocks fill up again
    cut = memory.dyad[0].was_cut
    hear(memory.homes, memory.crossings, facts.served, facts.told_from, facts.told_by, facts.told, cut)
    live(memory.homes, facts.homes, common, cut, hits, count, facts.near)


@inlined
def begin(memory, start, facts, seed, world):
    """The day before the first."""
    for number in range(2):
        own = facts.states[number]
        memory.states[number] = start.states[number]
        memory.states[number].resolve = own.resolve_median * exp(own.resolve_spread * normal(uniform(seed, world, 0, RESOLVE, own.actor)))
    for number in range(len(memory.groups)):
        memory.groups[number] = start.groups[number]
    for number in range(len(memory.outsiders)):
        memory.outsiders[number] = start.outsiders[number]
    for number in range(len(memory.crossings)):
        memory.crossings[number] = start.crossings[number]
    for number in range(len(memory.homes)):
        memory.homes[number] = start.homes[number]
    memory.dyad[0] = start.dyad[0]


@compiled
def run_worlds(facts, memory, start, seed, first_world, kept_days):
    """Run worlds one after another; `kept_days` has a number for each world, day, and entry of KEPT."""
    days = kept_days.shape[1]
    hits, utilities, strikes = np.zeros((2 + len(facts.attacks), 3)), np.zeros(4), np.zeros((2, days), np.int64)
    standing = (facts.states[0].perception_information, facts.states[1].perception_information)
    states, both, common = memory.states, memory.dyad[0], facts.common
    for index in range(len(kept_days)):
        world = first_world + index
        strikes[:] = 0
        begin(memory, start, facts, seed, world)
        for day in range(days):
            attacks_and_truce(memory, facts, seed, world, day)
            perceive_all(memory, facts, seed, world, day)
            decide_and_act(memory, facts, seed, world, day, utilities, strikes)
            talk(states[0], states[1], both, common, seed, world, day)
            hear_the_world(states[0], states[1], both, memory.outsiders, facts.outsiders, common, standing, seed, world, day)
            live_at_the_border(memory, facts, day, hits)
            for number in range(len(memory.groups)):
                recruit(memory.groups[number], facts.groups[number], both, memory.homes, facts.shares[number], common.coordination_initial)
            keep(kept_days[index, day], states, both)


def run(name: str, worlds: int, seed: int = 1, first: int = 0) -> dict[str, Any]:
    """Daily series of KEPT, each (days, worlds)."""
    numbers, start = facts(name)
    memory = Memory(*(part.copy() for part in start))
    kept_days = np.zeros((worlds, numbers.shocks.shape[1], len(KEPT)))
    run_worlds(numbers, memory, start, seed, first, kept_days)
    return {series: kept_days[:, :, number].T for number, series in enumerate(KEPT)}
