"""Fields of armed groups: tempo, salient attacks, recruitment."""

from pydantic import Field

from sim.scenario.fields import Section, name_of, number, part, text
from sim.scenario.parts.kinds import Name


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
    fuel_income: float = number(
        0.1, "share of its means that comes from trade across the border (contested: below zero where closure pays it, by smuggling)", "share", -1, 1
    )


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
    """An armed group: it has a haven in one state, or a patron, and attacks the other."""

    label: str = text(None, "name as printed")
    luck: str | None = Field(
        None, description="name of its chance draws (default: its own name)", json_schema_extra={"unit": "name", "source": "structure"}
    )
    haven: Name = name_of("state on whose soil it shelters, or that is held to stand behind it")
    target: Name = name_of("state that it attacks")
    fighters: float = number(None, "fighters on the first day", "people", 1, 1e6)
    blame: float = number(0.5, "probability that its attack is blamed on the state of its haven, without joint security work", "probability", 0, 1)
    coordination_weight: float = number(0.6, "share of that probability removed by full joint security work", "share", 0, 1)
    preventable: float = number(0.3, "how far the state of its haven is thought able to have stopped an attack (Kydd & Walter 2002)", "share", 0, 1)
    tempo: Tempo = part(Tempo, "background tempo")
    salient: Salient = part(Salient, "attacks that can be blamed on the neighbour")
    recruitment: Recruitment = part(Recruitment, "recruitment")
