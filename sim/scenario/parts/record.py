"""Fields of the record: who did what, where, to whom, and how we know."""

import datetime
from typing import Literal

from pydantic import Field

from sim.scenario.fields import Section, text, whole

Track = Literal["military", "public", "border", "talks", "third_party", "attack", "shock", "context"]


ELSEWHERE = "elsewhere"
"""The soil of neither of the two states."""
STRIKES = ("limited_strike", "expanded_strike")


class Event(Section):
    """A row of the record: who did what, where, to whom, and how we know.

    `act` may name alternatives (`stand_by|alert`) where the record leaves it open, or `unknown` for any act short of a strike; such days are
    not scored beyond what they exclude. A step whose causes lie before the first day can be `given`. Rows of the track `context` are shown and
    not modelled.
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
    soil: str = text("", "state on whose soil they were killed, or `elsewhere` where it is neither's")
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
    given: Literal["", "yes"] = Field(
        "",
        description="`yes` where the run takes the step as given: it is followed as attacks are, but neither scored nor evidence",
        json_schema_extra={"unit": "word", "source": "record"},
    )
    words: str = text("", "what happened, in a sentence")
    source: str = text("", "sources, by their names in sources.csv")
    confidence: Literal["", "H", "M", "L"] = Field(
        "", description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "record"}
    )

    @property
    def is_strike(self) -> bool:
        """Whether the row is a state's strike; a raid of the track `context` is none."""
        return self.track == "military" and self.act in STRIKES


class Reference(Section):
    """A source that rows point to."""

    name: str = text(None, "its name in the rows")
    reference: str = text(None, "where to find it")
