"""Fields of a branch: a what-if as data, with its question, its source, and the changes that it stands for."""

from typing import Any

from pydantic import Field

from sim.scenario.fields import Section, text

DOSED = "a number, or the name of one of the branch's doses"


def _free(meaning: str, kind: str = "structure") -> Any:
    return Field(None, description=meaning, json_schema_extra={"unit": "text", "source": kind})


class Dose(Section):
    """A number that a branch leaves open: how long, how much."""

    default: float = Field(description="its value where none is asked for", json_schema_extra={"unit": "that of the change", "source": "assumed"})
    levels: tuple[float, ...] = Field((), description="values worth comparing", json_schema_extra={"unit": "that of the change", "source": "assumed"})
    unit: str = text("", "what it is counted in")


class Change(Section):
    """One change: `pin` an actor's act, `set` a value, `inject` an event, or `use` what an installed package adds; that says what else it needs."""

    pin: str | None = _free("the actor whose act is fixed: a state, a third party, or both")
    set: str | None = _free("the dotted path of the value that is set")
    inject: str | None = _free("what happens: attack, shock, casualties or relief")
    use: str | None = _free("the name of an intervention that an installed package adds")
    numbers: dict[str, float | str] | None = Field(
        None, alias="with", description=f"with use: its numbers by name; {DOSED}", json_schema_extra={"unit": "text", "source": "structure"}
    )
    track: str | None = _free("with pin: the track; a third party has but one")
    act: str | tuple[str, ...] | None = _free("with pin: the act, several acts of which one is chosen, or `not` an act")
    value: float | str | None = _free(f"with set: {DOSED}, or a date")
    actor: str | None = _free("with inject: the group that attacks, the state concerned, or who gets relief")
    size: float | str | None = _free(f"with inject: people killed, units of attention, or days of food a day; {DOSED}")
    on: str | None = _free("with inject: the day")
    start: str | None = Field(
        None, alias="from", description="first day of a pin or set, or of relief", json_schema_extra={"unit": "text", "source": "structure"}
    )
    until: str | None = _free("the day after the last one")
    days: float | str | None = _free(f"how many days, instead of `until`: {DOSED}")
    during: str | None = Field(
        None,
        alias="while",
        description="a condition, looked at on the eve of each day, under which alone it is at work",
        json_schema_extra={"unit": "text", "source": "structure"},
    )


class BranchFile(Section):
    """A what-if: what is asked, where the idea comes from, for which crisis it is written, and the changes."""

    title: str = text(None, "what is different, in a few words")
    question: str = text(None, "the question, in one sentence")
    source: str = text(None, "where the idea comes from")
    scenario: str = text("", "the crisis for which it is written")
    card: bool = Field(False, description="whether it stands among the first on offer", json_schema_extra={"unit": "yes or no", "source": "metadata"})
    at: str | None = _free("the day on which parent and branch part; by default the first day of the changes")
    doses: dict[str, Dose] = Field({}, description="numbers that are left open, by name")
    changes: tuple[Change, ...] = Field(description="the changes, in order; of several on one number the last one counts")
