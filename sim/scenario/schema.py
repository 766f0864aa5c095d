"""A scenario: a crisis as one typed object, made of the parts in sim/scenario/parts.

A number that a run can vary is made by `number`; it becomes an array over worlds. Names, dates, coordinates and whole
numbers are structure: a design that varies them runs one array per structure.
"""

import datetime

from pydantic import Field

from sim.scenario.fields import NAME_PATTERN, Section, part, text
from sim.scenario.parts.border import Community, Crossing, Livelihoods, Tie
from sim.scenario.parts.dyad import Dyad
from sim.scenario.parts.groups import ArmedGroup
from sim.scenario.parts.kinds import Name
from sim.scenario.parts.record import Event, Reference
from sim.scenario.parts.states import State
from sim.scenario.parts.third_parties import Mediation, ThirdParty


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
