"""What a scenario holds: every field with meaning, unit, range, default and source.

A number that a run can vary is made by `number`; it becomes an array over worlds. Names, dates and whole numbers
are structure: a design that varies them runs one array per structure.
"""

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sim.scenario.fields import NAME_PATTERN, SEARCHED, TRIAL, Section, coordinate, name_of, number, part, text, whole

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Share = Annotated[float, Field(ge=0, le=1)]
Signed = Annotated[float, Field(ge=-1, le=1)]
Distrust = Annotated[float, Field(ge=-1, le=0)]


# ── States ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Resolve(Section):
    """How much a government cares about answering harm; nobody knows it, so each world draws its own."""

    median: float = number(1.06, "median over worlds", "logits per squared strike unit", 0, 50, SEARCHED, above=True)
    spread: float = number(1.0, "standard deviation of its logarithm over worlds", "log units", 0, 3, TRIAL)


class Attention(Section):
    """What brings a council together (Jones & Baumgartner 2005)."""

    half_life: float = number(3.6, "days until attention has halved", "days", 0.1, 90, TRIAL)
    agenda: float = number(
        1.22,
        "how readily attention makes the council sit",
        "per unit of attention and day",
        0,
        20,
        SEARCHED,
    )
    attack_weight: float = number(0.13, "attention drawn by an attack blamed on the neighbour with ten dead", "attention units", 0, 5, TRIAL)
    words_weight: float = number(
        0.1, "attention drawn by the other side's hostile words, alerts and closures", "attention units per strike unit", 0, 5
    )
    routine: float = number(0.0002, "attention that the neighbour has anyway: no act is quite impossible", "attention units", 0, 1)
    border_weight: float = number(0.01, "attention kept by one's own closed border", "attention units per day", 0, 5)
    initial: float = number(0.0, "attention on the first day", "attention units", 0, 10)


class Perception(Section):
    """How harm is seen by its victim (Jervis 1976; Shergill et al. 2003)."""

    noise: float = number(0.5, "standard deviation of the logarithm of perceived over true harm, without information", "log units", 0, 2, TRIAL)
    gap: float = number(1.81, "weight of one's own wounds against wounds inflicted", "ratio", 0.2, 5, SEARCHED)
    information: float = number(0.0, "standing channels to the other side (hotline, liaison): share of the noise's variance removed", "share", 0, 1)


class Debt(Section):
    """What is left to answer (Schelling 1960; O'Neill 1999; Carson 2018)."""

    half_life: float = number(13.2, "days until an unanswered harm has half faded", "days", 0.5, 1000, SEARCHED)
    militant_half_life: float = number(71.0, "days until an attack blamed on the neighbour has half faded", "days", 0.5, 2000, TRIAL)
    militant_weight: float = number(0.36, "debt left by an attack blamed on the neighbour with ten dead", "strike units", 0, 5, TRIAL)
    discharge: float = number(0.8, "share of the militant debt that one's own strike settles", "share", 0, 1)
    cap: float = number(3.0, "level at which need saturates", "strike units", 0.5, 50)


class Audience(Section):
    """What backing down costs at home (Fearon 1994; Tomz 2007; Kertzer & Brutger 2016)."""

    base: float = number(1.0, "home audience in ordinary times", "ratio", 0, 5)
    election_effect: float = number(
        1.71, "growth of the home audience on the eve of a vote (contested: may be zero or negative)", "share", -0.9, 5, SEARCHED
    )
    election_days: float = number(30.0, "days before the vote at which that effect is down to 37 in 100", "days", 1, 365, TRIAL)
    mood_gain: float = number(
        0.1, "growth of the home audience for ten of one's own people killed (contested: may be zero or negative)", "share", -1, 3
    )
    mood_half_life: float = number(10.0, "days until that mood has halved", "days", 0.5, 365)


class Belief(Section):
    """What a government thinks of the other side's readiness to answer."""

    initial: float = number(0.5, "probability that the other side answers a strike, as believed on the first day", "probability", 0.01, 0.99)
    answer_factor: float = number(3.0, "factor on the odds when the other side did answer", "ratio", 1, 20)
    fade: float = number(0.03, "daily fall of the log odds while it does not", "log units per day", 0, 1)
    patience: float = number(30.0, "days after which a strike counts as not answered, and belief rests", "days", 1, 365)


class Military(Section):
    """Weights of the military track [logits]; docs/model.md, section 4.5."""

    overshoot: float = number(1.81, "cost of hitting harder than what was suffered", "logits per squared strike unit", 0, 50, SEARCHED)
    cost: float = number(1.28, "cost of force as such", "logits per strike unit", 0, 20, SEARCHED)
    brink: float = number(0.581, "growth of that cost with recent harm: the fear of losing control", "per strike unit", 0, 10, SEARCHED)
    pressure: float = number(1.27, "cost of force under outside pressure", "logits per strike unit and unit of pressure", 0, 20, TRIAL)
    honour: float = number(1.55, "cost of breaking a truce", "logits per strike unit", 0, 20, SEARCHED)
    haste: float = number(0.199, "cost of striking unready", "logits per strike unit", 0, 20, SEARCHED)
    alert_cost: float = number(0.598, "cost of an alert", "logits", 0, 10, SEARCHED)
    option_value: float = number(0.7, "share of a strike's advantage that an alert keeps open", "share", 0, 1)
    inconsistency: float = number(0.5, "cost of standing by after a public threat", "logits", 0, 10)
    readiness_half_life: float = number(10.0, "days until readiness has halved", "days", 0.5, 365)
    readiness_initial: float = number(0.0, "readiness on the first day", "share", 0, 1)


class Strikes(Section):
    """What a strike does when the record does not say."""

    expanded_harm: float = number(2.5, "harm of an expanded strike", "strike units", 1, 10, TRIAL)
    ambiguity: float = number(
        1.0, "share of its harm that counts as done to the other state (below 1 where it says that it aimed at armed groups)", "share", 0, 1
    )
    limited_killed: float = number(4.0, "people killed by a limited strike, median", "people", 0, 1000)
    expanded_killed: float = number(12.0, "people killed by an expanded strike, median", "people", 0, 10000)
    killed_spread: float = number(1.0, "standard deviation of the logarithm of people killed plus one", "log units", 0, 3)
    casualty_weight: float = number(0.3, "exponent by which people killed scale harm", "exponent", 0, 2, TRIAL)


class Public(Section):
    """Weights of the public track [logits]; its constants are the track's routine."""

    weight: float = number(1.38, "protest and threat per unit of debt", "logits per strike unit", 0, 20, TRIAL)
    protest_constant: float = number(0.75, "reluctance to protest", "logits", -5, 20, TRIAL)
    threat_constant: float = number(2.45, "reluctance to threaten", "logits", -5, 20, TRIAL)
    downgrade_gain: float = number(5.77, "downgrading of relations per unit of debt", "logits per strike unit", 0, 20, SEARCHED)
    downgrade_constant: float = number(5.47, "reluctance to downgrade relations", "logits", -5, 20, SEARCHED)
    repeat_cost: float = number(2.5, "reluctance to say again what was just said", "logits", 0, 20, TRIAL)
    repeat_half_life: float = number(3.0, "days until that reluctance has halved", "days", 0.1, 90)
    commitment_half_life: float = number(10.0, "days until a threat's commitment has halved", "days", 0.1, 365)


class Talks(Section):
    """Weights of the choice to seek talks [logits]."""

    gain: float = number(2.41, "what talks offer when the account is even and tension high", "logits", 0, 20, SEARCHED)
    constant: float = number(0.672, "reluctance to seek talks", "logits", -10, 20, SEARCHED)
    face: float = number(0.295, "loss of face in talking while harm is unanswered", "per strike unit", 0, 20, SEARCHED)
    pressure: float = number(1.0, "pull of outside pressure towards talks", "logits per unit of pressure", 0, 20)
    evenness: float = number(1.11, "unevenness of the account at which that gain is down to 37 in 100", "strike units", 0.05, 20, TRIAL)


class BorderPolicy(Section):
    """Weights of the border track [logits]; acts are rare by its constant."""

    coercion: float = number(1.0, "coercive value of a closed border per unit of debt", "logits per strike unit", 0, 20)
    stake: float = number(1.0, "own trade lost by a closed border", "logits", 0, 20)
    pressure: float = number(0.5, "outside pressure against closing", "logits per unit of pressure", 0, 20)
    unrest: float = number(2.0, "unrest of own border communities against closing, at full hardship", "logits", 0, 20)
    constant: float = number(5.0, "routine: an open border stays open", "logits", -5, 20)
    restriction: float = number(0.5, "weight of a restriction against a closure", "share", 0, 1)


class Election(Section):
    """A vote on a known day."""

    date: datetime.date = Field(description="day of the vote", json_schema_extra={"unit": "date", "source": "structure"})
    label: str = text("", "what is voted on")


class State(Section):
    """A government: it feels what was done to it, weighs its public and its neighbours, and acts on four tracks."""

    label: str = text(None, "name as printed")
    luck: str | None = Field(
        None, description="name under which its dice are drawn (default: its own name)", json_schema_extra={"unit": "name", "source": "structure"}
    )
    elections: dict[Name, Election] = Field(default_factory=dict, description="votes in or after the run")
    vote_shift: float = number(0.0, "days by which its votes come later than their dates", "days", -2000, 2000)
    resolve: Resolve = part(Resolve, "type")
    attention: Attention = part(Attention, "council")
    perception: Perception = part(Perception, "perception")
    debt: Debt = part(Debt, "score debt")
    audience: Audience = part(Audience, "home audience")
    belief: Belief = part(Belief, "belief about the other side")
    military: Military = part(Military, "military track")
    strikes: Strikes = part(Strikes, "what its strikes do")
    public: Public = part(Public, "public track")
    talks: Talks = part(Talks, "talks")
    border: BorderPolicy = part(BorderPolicy, "border track")


# ── Between the states ────────────────────────────────────────────────────────────────────────────────────────────


class Agreement(Section):
    """When both sit and seek talks, and what an agreement settles."""

    reach: float = number(
        0.767, "probability that two willing sides get through to each other in a day, without information", "probability", 0, 1, SEARCHED
    )
    ease: float = number(0.488, "how readily talks end in agreement", "logits", -10, 10, SEARCHED)
    tension_kept: float = number(0.4, "share of tension left by an agreement", "share", 0, 1, TRIAL)
    debt_kept: float = number(0.3, "share of debts and ledger left by an agreement", "share", 0, 1, TRIAL)
    attention_kept: float = number(0.4, "share of attention left by an agreement", "share", 0, 1, TRIAL)


class Envoys(Section):
    """How relations are restored."""

    return_rate: float = number(0.0611, "hazard that envoys return under a full truce", "per day", 0, 5, SEARCHED)
    faded: float = number(0.1, "share of that hazard when tension has merely faded (half of it at the calm level)", "share", 0, 1, TRIAL)


class War(Section):
    """Where the model's range ends."""

    strikes: int = whole(5, "strikes by each side that count as war", "strikes", 1, 100)
    days: int = whole(30, "days within which they must fall", "days", 1, 365)


class Dyad(Section):
    """What lies between the two states: ledger, intensity, tension, truce, joint security work."""

    tension_half_life: float = number(14.0, "days until tension has halved", "days", 0.5, 1000, TRIAL)
    intensity_half_life: float = number(7.0, "days until recent harm has halved", "days", 0.5, 365, TRIAL)
    truce_half_life: float = number(90.0, "days until a truce has half faded", "days", 1, 2000, TRIAL)
    breach: float = number(0.3, "share of a truce that a strike leaves", "share", 0, 1, TRIAL)
    calm: float = number(0.25, "tension under which a crisis counts as over", "strike units", 0.01, 5)
    coordination_initial: float = number(0.1, "joint security work on the first day, and in ordinary times", "share", 0, 1)
    coordination_gain: float = number(0.5, "joint security work added by an agreement", "share", 0, 1, TRIAL)
    coordination_half_life: float = number(180.0, "days until joint security work has half lapsed to that of the first day", "days", 1, 5000)
    agreement: Agreement = part(Agreement, "agreement")
    envoys: Envoys = part(Envoys, "envoys")
    war: War = part(War, "war")


# ── Third parties ─────────────────────────────────────────────────────────────────────────────────────────────────


class Mediation(Section):
    """What outsiders can do, by channel (Beardsley, Quinn, Biswas & Wilkenfeld 2006)."""

    information: float = number(0.4, "facilitation: share of remaining misperception removed by full mediation", "share", 0, 1, TRIAL)
    formulation: float = number(
        1.35, "formulation: ease of agreement added by full mediation (contested: may be zero or negative)", "logits", -5, 10, TRIAL
    )
    cover: float = number(0.4, "cover: share of the home audience's cost of stopping removed by full mediation", "share", 0, 1, TRIAL)
    call_weight: float = number(0.3, "pressure of a call for restraint, against mediation", "share", 0, 1)
    offer_weight: float = number(0.3, "weight of an offer, against mediation", "share", 0, 1, TRIAL)


class Channels(Section):
    """Which of the four channels an outsider can use; 0 switches one off."""

    facilitation: float = number(1.0, "carrying messages", "share", 0, 1)
    formulation: float = number(1.0, "proposing terms", "share", 0, 1)
    manipulation: float = number(1.0, "applying pressure", "share", 0, 1)
    cover: float = number(1.0, "giving political cover", "share", 0, 1)


class ThirdParty(Section):
    """An outsider: it notices harm, and may call for restraint, offer help, mediate."""

    label: str = text(None, "name as printed")
    luck: str | None = Field(
        None, description="name under which its dice are drawn (default: its own name)", json_schema_extra={"unit": "name", "source": "structure"}
    )
    interest: float = number(1.0, "attention drawn by one strike unit of harm", "attention units", 0, 10)
    attention_half_life: float = number(10.0, "days until its attention has halved", "days", 0.5, 365)
    call_rate: float = number(1.2, "hazard of a call for restraint (or another public word)", "per day and unit of attention", 0, 20, TRIAL)
    offer_rate: float = number(0.4, "hazard of an offer of good offices after a call", "per day and unit of attention", 0, 20, TRIAL)
    mediation_rate: float = number(0.004, "hazard of mediation proper after an offer", "per day and unit of attention", 0, 5, TRIAL)
    leverage: dict[Name, Share] = Field(
        default_factory=dict,
        description="how dear it can make escalation, by state (0: not at all; absent: 0)",
        json_schema_extra={"unit": "share", "source": "assumed", "absent": 0.0},
    )
    urges: dict[Name, Signed] = Field(
        default_factory=dict,
        description="what its word asks of each state: 1 hold back, 0 nothing, -1 condones force (absent: 1)",
        json_schema_extra={"unit": "share", "source": "assumed", "absent": 1.0},
    )
    bias: dict[Name, Distrust] = Field(
        default_factory=dict,
        description="how far a state thinks it is on the other side: -1 wholly (its messages do not count there), 0 not at all (absent: 0)",
        json_schema_extra={"unit": "share", "source": "assumed", "absent": 0.0},
    )
    channels: Channels = part(Channels, "channels")


# ── Armed groups ──────────────────────────────────────────────────────────────────────────────────────────────────


class Tempo(Section):
    """The background tempo of attacks: a daily count, never fixed by the record."""

    rate: float = number(0.1, "attacks a day at the first day's strength, in quiet times", "attacks per day", 0, 50)
    killed: float = number(1.1, "people killed in an attack, mean", "people", 0, 100)
    fighters: float = number(0.5, "exponent of strength", "exponent", 0, 3)
    talks: float = number(0.0, "log change while a truce holds (contested: spoilers raise it, restraint lowers it)", "log units", -3, 3)
    election: float = number(0.0, "log change on the eve of a vote in the target state", "log units", -3, 6)
    election_days: float = number(8.0, "days before the vote at which that change is down to 37 in 100", "days", 1, 365)
    coordination: float = number(0.3, "log fall under full joint security work", "log units", -3, 3)
    readiness: float = number(0.0, "log fall while the target's forces are on alert", "log units", -3, 3)
    fuel_income: float = number(0.1, "share of its means that comes from trade across the border", "share", 0, 1)


class Salient(Section):
    """Attacks with many dead that can be blamed on the neighbour: from the record, or (in FREE) a slow hazard."""

    rate: float = number(0.02, "attacks a day", "attacks per day", 0, 5)
    killed: float = number(4.0, "people killed, median", "people", 0, 1000)
    killed_spread: float = number(0.8, "standard deviation of the logarithm of people killed plus one", "log units", 0, 3)
    talks: float = number(0.0, "log change while a truce holds (Kydd & Walter 2002: spoilers; contested)", "log units", -3, 3)


class Recruitment(Section):
    """Who joins (Epstein 2002; Dube & Vargas 2013; against it Berman et al. 2011). The signs of hardship and harm are contested."""

    turnover: float = number(0.0008, "share of fighters replaced a day in quiet times", "per day", 0, 0.1)
    base: float = number(-6.0, "log odds of joining in quiet times, against those who would join at all", "logits", -15, 0)
    hardship: float = number(0.5, "effect of full hardship (contested: may be zero or negative)", "logits", -5, 5)
    harm: float = number(
        0.3, "effect of one in a thousand killed in a community, by strikes or salient attacks (contested: may be zero or negative)", "logits", -5, 5
    )
    peers: float = number(0.2, "effect of the group's growth since the first day", "logits", -5, 5)
    risk: float = number(0.5, "deterrence by joint security work beyond that of the first day, when full", "logits", -5, 5)


class ArmedGroup(Section):
    """An armed group: it has a haven in one state and attacks the other."""

    label: str = text(None, "name as printed")
    luck: str | None = Field(
        None, description="name under which its dice are drawn (default: its own name)", json_schema_extra={"unit": "name", "source": "structure"}
    )
    haven: Name = name_of("state on whose soil it shelters")
    target: Name = name_of("state that it attacks")
    fighters: float = number(None, "fighters on the first day", "people", 1, 1e6)
    blame: float = number(0.5, "probability that its attack is blamed on the state of its haven, without joint security work", "probability", 0, 1)
    coordination_weight: float = number(0.6, "share of that probability removed by full joint security work", "share", 0, 1)
    preventable: float = number(0.3, "how far the state of its haven is thought able to have stopped an attack (Kydd & Walter 2002)", "share", 0, 1)
    tempo: Tempo = part(Tempo, "background tempo")
    salient: Salient = part(Salient, "attacks that can be blamed on the neighbour")
    recruitment: Recruitment = part(Recruitment, "recruitment")


# ── The border ────────────────────────────────────────────────────────────────────────────────────────────────────


class Livelihoods(Section):
    """How a closed border reaches households, and how fear does."""

    restricted_flow: float = number(
        0.4,
        "share of trade that a restriction lets through",
        "share",
        0,
        1,
        "docs/model.md, section 4.10: earlier closures, permits cut to a fifth of vehicles, or 4 days a week",
    )
    food_after: float = number(
        28.0,
        "days after which a closed crossing opens for food",
        "days",
        0,
        1000,
        "docs/model.md, section 4.10: earlier closures, food after 2 to 6 weeks",
    )
    food_flow: float = number(
        0.5, "share of food trade let through then", "share", 0, 1, "docs/model.md, section 4.10: earlier closures, 3 days a week of 8 hours"
    )
    food_weight: float = number(0.7, "weight of food against fuel in shortage", "share", 0, 1)
    price_food: float = number(
        5.0, "rise of food prices at full shortage", "share", 0, 20, "docs/model.md, section 4.10: earlier closures, flour +120 in 100 in two weeks"
    )
    price_fuel: float = number(
        0.5, "rise of fuel prices at full shortage", "share", 0, 20,
        "docs/model.md, section 4.10: earlier closures, LPG +38 in 100 in four days, petrol +9 to +51",
    )  # fmt: skip
    refill_days: float = number(14.0, "days in which stocks fill up by 63 in 100 when all trade passes", "days", 1, 365)
    adjustment: float = number(0.1, "share of the way that hardship moves towards its cause in a day", "per day", 0.001, 1)
    income_weight: float = number(0.5, "hardship at full loss of income", "share", 0, 1)
    shortage_weight: float = number(0.7, "hardship when food and fuel are gone", "share", 0, 1)
    price_weight: float = number(0.1, "hardship at doubled prices", "share", 0, 1)
    kin_weight: float = number(0.15, "hardship where one in a thousand was killed (assumed: some 150 kin and neighbours each)", "share", 0, 1)
    kin_half_life: float = number(60.0, "days until that loss weighs half", "days", 1, 2000)
    fear_half_life: float = number(7.0, "days until fear has halved", "days", 0.5, 365)
    fear_distance: float = number(60.0, "distance from a strike at which fear is down to 37 in 100", "km", 1, 2000)
    attack_fear: float = number(0.3, "fear raised by an armed group's attack, against a state's strike", "ratio", 0, 1)
    fear_spread: float = number(0.05, "share of neighbours' fear taken over in a day along kin and trade ties", "per day", 0, 1)
    smuggling_danger: float = number(0.1, "fear where all trade runs past a closed crossing", "share", 0, 1)
    leave_rate: float = number(0.002, "share of people who leave in a day at full fear or hardship", "per day", 0, 1)
    leave_threshold: float = number(0.5, "fear or hardship under which nobody leaves", "share", 0, 1)
    return_rate: float = number(0.05, "share of the displaced who return in a day when it is calm", "per day", 0, 1)


class Community(Section):
    """A border community: a district or county, its people and what they live on."""

    label: str = text(None, "name as printed")
    state: Name = name_of("state to which it belongs")
    latitude: float = coordinate("latitude of its main town", "degrees north", 90)
    longitude: float = coordinate("longitude of its main town", "degrees east", 180)
    people: float = number(None, "people", "people", 1, 1e9)
    dependence: float = number(0.5, "share of income that comes from trade across the border", "share", 0, 1)
    food_imports: float = number(0.5, "share of food that comes across the border", "share", 0, 1)
    fuel_imports: float = number(0.5, "share of fuel that comes across the border", "share", 0, 1)
    food_stock: float = number(21.0, "stock of food when full", "days", 0.1, 365)
    fuel_stock: float = number(
        2.0,
        "stock of fuel when full",
        "days",
        0.1,
        365,
        "docs/model.md, section 4.10: earlier closures, 60 to 70 in 100 petrol stations shut in about two days",
    )
    relief: float = number(0.0, "relief brought in", "days of food per day", 0, 2)
    exposure: float = number(1.0, "how likely a strike or attack on its state's soil falls here, against the others", "weight", 0, 1000)
    recruits_for: Name | None = Field(None, description="armed group that recruits here", json_schema_extra={"unit": "name", "source": "structure"})
    sympathy: float = number(1.0, "how many of its people would join at all, against the others", "weight", 0, 1000)
    label_side: Literal["right", "left", "above", "below"] = Field(
        "right", description="where a map puts its name", json_schema_extra={"unit": "side", "source": "metadata"}
    )
    source: str = text("", "where its numbers come from")
    confidence: Literal["", "H", "M", "L"] = Field(
        "", description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "metadata"}
    )
    note: str = text("", "what a reader should know")


class Crossing(Section):
    """A border crossing: what the two states' policies let through, and what passes all the same."""

    label: str = text(None, "name as printed")
    latitude: float = coordinate("latitude", "degrees north", 90)
    longitude: float = coordinate("longitude", "degrees east", 180)
    limit: float = number(1.0, "share of its trade let through at most, whatever the policies", "share", 0, 1)
    leakage: float = number(0.3, "share of a closed crossing's trade that passes all the same, in the end", "share", 0, 1)
    leakage_days: float = number(14.0, "days until smuggling has reached 63 in 100 of that", "days", 0.1, 365)
    source: str = text("", "where its numbers come from")
    confidence: Literal["", "H", "M", "L"] = Field(
        "", description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "metadata"}
    )
    note: str = text("", "what a reader should know")


class Tie(Section):
    """A tie: a crossing that serves a community, or kin or trade between two communities."""

    first: Name = name_of("crossing (if it serves) or community")
    second: Name = name_of("community")
    kind: Literal["serves", "kin", "trade"] = Field(description="what ties them", json_schema_extra={"unit": "kind", "source": "structure"})
    weight: float = number(1.0, "strength; what serves a community is shared out by it", "weight", 0, 1000)
    source: str = text("", "where it comes from")
    confidence: Literal["", "H", "M", "L"] = Field(
        "", description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "metadata"}
    )


# ── The record ────────────────────────────────────────────────────────────────────────────────────────────────────

Track = Literal["military", "public", "border", "talks", "third_party", "attack", "shock", "context"]


class Event(Section):
    """A row of the record: who did what, where, to whom, and how we know.

    `act` may name alternatives (`stand_by|alert`) where the record leaves it open, or `unknown` for any act short of a strike; such days are
    not scored beyond what they exclude. Rows of the track `context` are shown and not modelled.
    """

    date: datetime.date = Field(description="day (local)", json_schema_extra={"unit": "date", "source": "record"})
    until: datetime.date | None = Field(
        None, description="last day, where a row stands for several", json_schema_extra={"unit": "date", "source": "record"}
    )
    order: int = whole(1, "occasion within the day", "ordinal", 1, 99, "record")
    actor: str = text(None, "state, third party, armed group, `both` (the two states together) or `outside`")
    track: Track = Field(description="what kind of step it is", json_schema_extra={"unit": "track", "source": "record"})
    act: str = text(None, "what was done: an act of the track")
    target: str = text("", "to whom")
    place: str = text("", "community in which it happened, where it is one of the scenario's")
    killed: int | None = Field(None, ge=0, le=1_000_000, description="people killed", json_schema_extra={"unit": "people", "source": "record"})
    injured: int | None = Field(None, ge=0, le=1_000_000, description="people injured", json_schema_extra={"unit": "people", "source": "record"})
    soil: str = text("", "state on whose soil they were killed")
    nationality: str = text("", "nationality of those killed")
    intercepted: Literal["", "yes", "no", "part"] = Field(
        "", description="whether a strike was intercepted", json_schema_extra={"unit": "word", "source": "record"}
    )
    attention: float | None = Field(
        None,
        ge=0,
        le=10,
        description="attention that an outside shock draws in its target",
        json_schema_extra={"unit": "attention units", "source": "assumed"},
    )
    blamed: Literal["", "yes", "no"] = Field(
        "", description="whether the target blamed the state of the group's haven", json_schema_extra={"unit": "word", "source": "record"}
    )
    inferred: Literal["", "yes"] = Field(
        "", description="`yes` where the step is not recorded but follows", json_schema_extra={"unit": "word", "source": "record"}
    )
    words: str = text("", "what happened, in a sentence")
    source: str = text("", "sources, by their names in sources.csv")
    confidence: Literal["", "H", "M", "L"] = Field(
        "", description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "record"}
    )


class Reference(Section):
    """A source that rows point to."""

    name: str = text(None, "its name in the rows")
    reference: str = text(None, "where to find it")


class Scenario(Section):
    """A crisis: two states, what lies between them, who meddles, who lives there, and what happened."""

    name: str = text(None, "name of its folder", pattern=NAME_PATTERN)
    title: str = text(None, "title as printed")
    question: str = text("", "what it asks, in one sentence")
    fitted: bool = Field(
        False,
        description="whether the default weights were chosen with this crisis in view",
        json_schema_extra={"unit": "yes or no", "source": "metadata"},
    )
    start: datetime.date = Field(description="first day", json_schema_extra={"unit": "date", "source": "structure"})
    end: datetime.date = Field(description="last day", json_schema_extra={"unit": "date", "source": "structure"})
    states: dict[Name, State] = Field(min_length=2, max_length=2, description="the two states, in the order in which they are shown")
    dyad: Dyad = part(Dyad, "between the states")
    mediation: Mediation = part(Mediation, "what outsiders can do")
    third_parties: dict[Name, ThirdParty] = Field(default_factory=dict, description="outsiders")
    groups: dict[Name, ArmedGroup] = Field(default_factory=dict, description="armed groups")
    livelihoods: Livelihoods = part(Livelihoods, "how closure and fear reach people")
    communities: dict[Name, Community] = Field(default_factory=dict, description="border communities (communities.csv)")
    crossings: dict[Name, Crossing] = Field(default_factory=dict, description="border crossings (crossings.csv)")
    ties: tuple[Tie, ...] = Field((), description="ties (ties.csv)")
    history: tuple[Event, ...] = Field((), description="the record (history.csv)")
    references: tuple[Reference, ...] = Field((), description="sources (sources.csv)")
    sources: dict[str, str] = Field(
        default_factory=dict,
        description="source of single values, by dotted path (wildcards allowed)",
        json_schema_extra={"unit": "text", "source": "metadata"},
    )

    @property
    def days(self) -> int:
        """Days in the run, first and last included."""
        return (self.end - self.start).days + 1

    @property
    def tracks(self) -> tuple[str, ...]:
        """The tracks on which governments decide here: without crossings there is no border track."""
        return ("military", "public", "border", "talks") if self.crossings else ("military", "public", "talks")

    def day_of(self, date: datetime.date) -> int:
        """Number of a date in the run; the first day is 0."""
        return (date - self.start).days

    def date_of(self, day: int) -> datetime.date:
        """Date of a day of the run; day 0 is the first."""
        return self.start + datetime.timedelta(days=day)

    def override(self, changes: dict[str, object]) -> "Scenario":
        """The scenario with values changed by dotted path, wildcards allowed; raises ScenarioError as a file would."""
        from sim.scenario.paths import override

        return override(self, changes)


# ── Priors ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Prior(Section):
    """What is known of a parameter before any fitting: a distribution cut off at `low` and `high`.

    `normal`: median and standard deviation; `lognormal`: median and standard deviation of the logarithm; `uniform`: low to high.
    """

    distribution: Literal["uniform", "normal", "lognormal"] = Field(description="shape", json_schema_extra={"unit": "word", "source": "structure"})
    low: float = Field(description="lowest value possible", json_schema_extra={"unit": "that of the field", "source": "assumed"})
    high: float = Field(description="highest value possible", json_schema_extra={"unit": "that of the field", "source": "assumed"})
    median: float | None = Field(None, description="median before cutting off", json_schema_extra={"unit": "that of the field", "source": "assumed"})
    spread: float | None = Field(
        None,
        ge=0,
        description="standard deviation (of the logarithm where lognormal)",
        json_schema_extra={"unit": "that of the field", "source": "assumed"},
    )
    shared: bool = Field(
        True, description="whether all fields that the path matches share one draw", json_schema_extra={"unit": "yes or no", "source": "structure"}
    )
    contested: bool = Field(
        False,
        description="whether the sign of the effect is disputed; the range then includes zero and both signs",
        json_schema_extra={"unit": "yes or no", "source": "metadata"},
    )
    unit: str = text("", "unit, as the field has it")
    source: str = text(None, "where the distribution comes from, or the word assumed")
