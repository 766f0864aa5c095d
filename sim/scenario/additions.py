"""What a package of one's own can add, as this program takes it. docs/extending.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sim.scenario.fields import Section


@dataclass(frozen=True)
class Rule:
    """A rule by which a government may decide.

    `terms(situation, track, settings)` gives for every act of a track named terms [logits], each an array over worlds or a
    number. `label` is what the rule is called; `numbers` a section of fields, found at `settings.policies.NAME`;
    `term_words` what its terms stand for. A rule that `decides_daily` says what is done on any day, and not what a council
    does when it sits.
    """

    terms: Callable[[Any, str, Any], dict[str, dict[str, Any]]]
    label: str
    numbers: type[Section] | None = None
    term_words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decides_daily: bool = False


@dataclass(frozen=True)
class Behaviour:
    """How an outsider goes from silence to a call, an offer, mediation.

    `chance_to_advance(stage, attention, settings, seen)` gives the probability that it goes on to its next stage today, an
    array over worlds in [0, 1]; `seen` holds what happened between the states. `label` is what the behaviour is called.
    """

    chance_to_advance: Callable[[Any, Any, Any, Any], Any]
    label: str


@dataclass(frozen=True)
class Intervention:
    """A change under a name of its own: `changes(scenario, **numbers)` gives changes as a branch file writes them.

    `numbers` are its arguments with their defaults. `label` is what it is called.
    """

    changes: Callable[..., list[dict[str, Any]]]
    label: str
    numbers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Outcome:
    """An outcome: its name, the label that people read, what it means, its kind and unit, on what it is conditional.

    `kind`: "yes or no", "count", "days", "number" or "class". `read(course)` gives a value per world, NaN where there is none.
    """

    name: str
    label: str
    meaning: str
    kind: str
    unit: str
    read: Callable[[Any], Any]
    given: str = ""
    counted_from: Callable[[Any], Any] | None = None
    """For a lag: the day from which it is counted."""
