"""Patterns: what past crises and the case did, beside what the model does.

Each pattern of scenarios/patterns.yaml has a target range with its source. It is measured on one of three kinds of
runs: two states drawn at random after one limited strike (base rates), the same two without one (quiet), and the case.
Several sets of weights can be measured at once: they are points of the same tables.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sim.design import Inject, Point, Set, point_in
from sim.scenario.errors import refuse
from sim.scenario.files import YAML_BYTES, read_text
from sim.scenario.find import bundle
from sim.scenario.load import load
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.scenario.yaml_text import read_yaml
from sim.simulate import PointResult, simulate

LARGE_ATTACK, SMALL_ATTACK = 10.0, 1.0
"""People killed in the attack that opens a quiet run: of the larger and of the smaller kind that crossed a border without an answer."""


@dataclass(frozen=True)
class Pattern:
    """A pattern: what it says, the range in which the model's figure is a hit, and where the range comes from."""

    name: str
    label: str
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Targets:
    """All patterns, the crises that they are measured on, and what the measures need to know of the case."""

    patterns: tuple[Pattern, ...]
    case: Scenario
    base_rates: Scenario
    first_strike: tuple[int, int]
    spoiler: datetime.date


@dataclass(frozen=True)
class Figure:
    """The model's figure with its 95 % simulation error."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Finding:
    """A pattern with the model's figure."""

    pattern: Pattern
    figure: Figure

    @property
    def hit(self) -> bool:
        """Whether the figure lies in the target range."""
        return self.pattern.low <= self.figure.value <= self.pattern.high


def load_targets() -> Targets:
    """The patterns that come with the program; raises ScenarioError where the file is not right."""
    path = bundle() / "patterns.yaml"
    document, _ = read_yaml(read_text(path, YAML_BYTES), path.name, [])
    data: Any = document
    try:
        patterns = tuple(Pattern(name, row["label"], float(row["low"]), float(row["high"]), row["source"]) for name, row in data["patterns"].items())
        first_strike = (int(data["first_strike_from"]), int(data["first_strike_until"]))
        return Targets(patterns, load(data["case"]), load(data["base_rates"]), first_strike, datetime.date.fromisoformat(str(data["spoiler"])))
    except (KeyError, TypeError, ValueError) as error:
        raise refuse(path.name, f"lacks or misspells something that the measures need: {error}") from None


# The runs


@dataclass(frozen=True)
class Runs:
    """Everything that the measures read, for one set of weights."""

    targets: Targets
    base: PointResult
    quiet: PointResult
    small: PointResult
    large: PointResult
    free: PointResult
    answer: PointResult
    spoiler: PointResult
    forced: PointResult


def run_all(targets: Targets, candidates: Sequence[tuple[Set, ...]], worlds: int, seed: int) -> list[Runs]:
    """The runs of every set of weights, two tables in all: base rates and quiet years, and the case."""
    priors = load_priors(bundle() / targets.base_rates.name / "priors.yaml")
    drawn, case = base_points(targets.base_rates), _case_points(targets)
    results = [
        _by_candidate(simulate(scenario, [_changed(point, sets) for sets in candidates for point in points], worlds, seed, use), len(points))
        for scenario, points, use in ((targets.base_rates, drawn, priors), (targets.case, case, {}))
    ]
    return [Runs(targets, *base, *of_case) for base, of_case in zip(*results, strict=True)]


def _by_candidate(results: list[PointResult], each: int) -> list[list[PointResult]]:
    return [results[first : first + each] for first in range(0, len(results), each)]


def _changed(point: Point, sets: tuple[Set, ...]) -> Point:
    """A point with other weights; what the point itself sets comes last and counts."""
    return replace(point, sets=(*sets, *point.sets))


def base_points(scenario: Scenario) -> list[Point]:
    """After the recorded strike all are free; in quiet years nothing happens, or one attack on the first day."""
    (group,) = scenario.groups
    calm = (Set("states.*.attention.initial", 0.0), Set(f"groups.{group}.salient.rate", 0.0), Set(f"groups.{group}.blame", 1.0))
    quiet = Point(name="quiet", sets=calm)
    attacks = [replace(quiet, injects=(Inject("attack", group, 0, size),)) for size in (SMALL_ATTACK, LARGE_ATTACK)]
    return [point_in("free", 1), quiet, *attacks]


def _case_points(targets: Targets) -> list[Point]:
    """The case: governments free from the first day, from the day after the first strike, from the spoiler's day; as recorded."""
    case = targets.case
    first = min(event.date for event in case.history if event.is_strike)
    days = (0, case.day_of(first) + 1, case.day_of(targets.spoiler))
    return [*(point_in("assisted", day) for day in days), point_in("forced")]
