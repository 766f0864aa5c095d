"""Fields of a government: type, council, perception, debts, audience, beliefs, and the weights of its four tracks."""

import datetime

from pydantic import Field

from sim.scenario.fields import SEARCHED, TRIAL, Section, number, part, text
from sim.scenario.parts.kinds import Name
from sim.scenario.parts.policies import Policies, Policy


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
        None, description="name of its chance draws (default: its own name)", json_schema_extra={"unit": "name", "source": "structure"}
    )
    elections: dict[Name, Election] = Field(default_factory=dict, description="votes in or after the run")
    policy: Policy = Field("quantal_response", description="rule by which it decides", json_schema_extra={"unit": "word", "source": "structure"})
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
    policies: Policies = part(Policies, "numbers of the rules by which it may decide")
