"""Fields of what lies between the two states: agreement, envoys, war, tension, truce, joint security work."""

from pydantic import Field

from sim.scenario.fields import SEARCHED, TRIAL, Section, number, part, whole


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

    relations: bool = Field(
        True,
        description="whether the two keep envoys in each other's capital; without, there is nothing to downgrade or restore",
        json_schema_extra={"unit": "yes or no", "source": "structure"},
    )
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
