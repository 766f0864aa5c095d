"""A sweep as its figures see it: factors with human names and the scenario's own values, outcomes, set-ups, worlds."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sim.factors import BRANCH, DOSE, NONE
from sim.plots.sweep_labels import factor_label, level_in_full, level_words
from sim.plots.sweep_worlds import Sample, sample
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.paths import Leaf, leaves, match
from sim.scenario.schema import Scenario
from sim.store import Study

CONTINUOUS = ("latin_hypercube", "sobol", "random")
"""Designs whose set-ups share no levels."""
CLASS = ": "
"""Between an outcome with classes and one of them."""


@dataclass(frozen=True)
class Factor:
    """What a sweep varies; `own`: the scenario's own values of it, several where a pattern stands for several parties."""

    name: str
    label: str
    unit: str
    kind: str
    levels: tuple[Any, ...]
    low: float | None
    high: float | None
    own: tuple[Any, ...]
    scenario: Scenario
    contested: bool = False

    def place(self, level: Any) -> float:
        """Where a level stands on an axis: numbers as they are, dates by their days, words in their order."""
        if self.kind == "number":
            return float(level)
        return float(datetime.date.fromisoformat(str(level)).toordinal() if self.kind == "date" else self.levels.index(level))

    def words(self, level: Any) -> str:
        """A level as an axis shows it."""
        return level_words(self.scenario, self.kind, level)

    def in_full(self, level: Any) -> str:
        """A level as a sentence names it."""
        return level_in_full(self.scenario, self.kind, level)

    @property
    def axis(self) -> str:
        """Label and unit."""
        return f"{self.label} ({self.unit})" if self.unit and self.kind == "number" else self.label

    @property
    def level(self) -> Any:
        """The level that is the scenario's own, or the nearest to it within the range; None where there is none."""
        if self.kind == "word":
            return NONE if NONE in self.levels else None
        if len(self.own) != 1 or not self.levels:
            return None
        places, own = [self.place(level) for level in self.levels], self.place(self.own[0])
        inside = min(places) <= own <= max(places)
        return min(self.levels, key=lambda level: abs(self.place(level) - own)) if inside else None


@dataclass(frozen=True)
class Measure:
    """An outcome as figures show it: shares as worlds in 100, the rest in its unit; `word`: the class whose share is meant."""

    name: str
    label: str
    kind: str
    unit: str
    given: str
    history: float | None
    word: str | None = None

    @property
    def share(self) -> bool:
        """Whether it is a share of worlds."""
        return self.kind == "yes or no"

    @property
    def scale(self) -> float:
        """What numbers are multiplied by to be shown."""
        return 100.0 if self.share else 1.0

    @property
    def column(self) -> str:
        """Its column in a table of worlds."""
        return self.name.split(CLASS)[0] if self.word is not None else self.name

    @property
    def slug(self) -> str:
        """Its part of a file's name."""
        return "".join(letter if letter.isalnum() else "_" for letter in self.name.lower()).replace("__", "_")


@dataclass(frozen=True)
class Sweep:
    """Everything that a figure of a sweep is made from."""

    study: Study
    scenario: Scenario
    factors: tuple[Factor, ...]
    _samples: dict[str, Sample] = field(default_factory=dict)

    @property
    def manifest(self) -> dict[str, Any]:
        """The run's manifest."""
        return self.study.manifest

    @property
    def design(self) -> str:
        """Name of the design."""
        return str(self.manifest["sweep"]["design"])

    @property
    def continuous(self) -> bool:
        """Whether set-ups share no levels."""
        return self.design in CONTINUOUS

    @property
    def points(self) -> pd.DataFrame:
        """Set-ups that did not fail."""
        table = self.study.tables["points"]
        return table[table["failed"].isna()].sort_values("point").reset_index(drop=True)

    def varied(self) -> list[Factor]:
        """Factors with more than one level."""
        return [factor for factor in self.factors if self.points[factor.name].nunique() > 1]

    def factor(self, said: str, flag: str) -> Factor:
        """A factor by its name, the end of it, or its label; raises ScenarioError."""
        exact = [one for one in self.factors if said.casefold() in (one.name.casefold(), one.label.casefold())]
        ending = [one for one in self.factors if one.name.endswith(f".{said}") or one.name.startswith(f"{said}.")]
        found = exact or ending
        if len(found) == 1:
            return found[0]
        names = [one.name for one in self.factors]
        raise refuse("", one_of([one.name for one in found] or names), field=flag, value=said, nearest=nearest(said, names))

    def measure(self, name: str) -> Measure:
        """An outcome by its name; raises ScenarioError where the sweep kept none of that name."""
        shown = self.shown()
        if name not in shown:
            raise refuse("", one_of(shown), field="--outcome", value=name, nearest=nearest(name, shown))
        base, _, word = name.partition(CLASS)
        entry, record = self.manifest["outcomes"][base], self.manifest["history"].get(base)
        if word:
            happened = None if record is None else float(record == word)
            return Measure(name, f"{entry['label']}: {word}", "yes or no", "", entry["given"] or "", happened, word)
        happened = None if record is None else float(record)
        return Measure(name, entry["label"], entry["kind"], entry["unit"], entry["given"] or "", happened)

    def shown(self) -> list[str]:
        """Outcomes that can be drawn: every one with a number in some set-up."""
        there = self.study.tables["summary"].dropna(subset="mean")["outcome"]
        return [name for name in dict.fromkeys(there) if name != "log_weight" and name.split(CLASS)[0] in self.manifest["outcomes"]]

    def means(self, measure: Measure) -> pd.DataFrame:
        """The summary of an outcome, a row a set-up that did not fail, with its factors; numbers as they are shown."""
        rows = self.study.tables["summary"]
        numbers = ["mean", "low", "high", "q05", "q25", "q50", "q75", "q95"]
        rows = rows[rows["outcome"] == measure.name][["point", "worlds", "effective_worlds", *numbers]].copy()
        rows[numbers] = rows[numbers].astype(float) * measure.scale
        return self.points.drop(columns="failed").merge(rows, on="point", how="left").assign(worlds=lambda table: table["worlds"].fillna(0))

    def sample(self, measure: Measure) -> Sample:
        """The worlds of an outcome."""
        if measure.name not in self._samples:
            self._samples[measure.name] = sample(
                self.study.worlds("point", "world", "log_weight", measure.column), measure.column, measure.word, measure.share
            )
        return self._samples[measure.name]

    def estimate(self, measure: Measure, points: Sequence[int]) -> dict[str, Any]:
        """Mean, error and quantiles over some set-ups, as they are shown."""
        found = self.sample(measure).estimate(points)
        counted = ("setups", "worlds", "effective_worlds")
        return {name: value if name in counted else value * measure.scale for name, value in found.items()}


def opened(study: Study, scenario: Scenario) -> Sweep:
    """A sweep for its figures."""
    points = study.tables["points"]
    points, known = points[points["failed"].isna()], leaves(scenario)
    factors = (_factor(scenario, known, study.manifest, points, entry) for entry in study.manifest["sweep"]["factors"])
    return Sweep(study, scenario, tuple(factors))


def _factor(scenario: Scenario, known: dict[str, Leaf], manifest: dict[str, Any], points: pd.DataFrame, entry: dict[str, Any]) -> Factor:
    name, kind = entry["name"], entry["kind"]
    found = [one.item() if hasattr(one, "item") else one for one in points[name].dropna().unique()]
    continuous = manifest["sweep"]["design"] in CONTINUOUS and kind == "number"
    order = entry["levels"] or sorted(found)
    levels = [one for one in order if one in found] if kind == "word" else sorted(found)
    own, contested = _own(scenario, known, name)
    return Factor(
        name, factor_label(scenario, name, entry["label"]), entry.get("unit") or "", kind, () if continuous else tuple(levels),
        entry["low"], entry["high"], own, scenario, contested,
    )  # fmt: skip


def _own(scenario: Scenario, known: dict[str, Leaf], name: str) -> tuple[tuple[Any, ...], bool]:
    """The scenario's own values of a factor, and whether its sign is disputed; a branch's own is that nothing is changed."""
    if name == BRANCH:
        return (NONE,), False
    found = [known[".".join(path)] for path in match(scenario, name)] if "." in name and not name.startswith(DOSE) else []
    values = {str(leaf.value) if isinstance(leaf.value, datetime.date) else leaf.value for leaf in found}
    own = sorted(float(value) if isinstance(value, int | float) else str(value) for value in values if value is not None)
    return tuple(own), any("contested" in leaf.meaning for leaf in found)
