"""What a sweep varies: each factor with its values, unit and words, and the set-ups that rows of values stand for."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from sim.branches import Branch, check_fits, read
from sim.design import Point, Set, point_in
from sim.parameters import quantile
from sim.scenario.branches import load_branch
from sim.scenario.errors import ScenarioError, nearest, one_of, refuse
from sim.scenario.parts.branch import BranchFile
from sim.scenario.parts.priors import Prior
from sim.scenario.parts.sweep import FactorSpec, SweepFile
from sim.scenario.paths import Leaf, leaves, match, nearest_path, override
from sim.scenario.priors import applicable
from sim.scenario.schema import Scenario
from sim.worlds import Array

BRANCH, DOSE, NONE = "branch", "dose.", "none"
"""Names of factors that are no paths, and of no branch."""


@dataclass(frozen=True)
class Factor:
    """One thing that varies. `levels`: its values in order, where they are counted; `low` to `high` else, or its prior.

    `kind`: `number`, `word` or `date`; `structural`: part of what a run is built from, so that no column can hold it.
    """

    name: str
    label: str
    unit: str
    kind: str
    source: str
    structural: bool = False
    levels: tuple[Any, ...] | None = None
    low: float | None = None
    high: float | None = None
    scale: str = "linear"
    step: float | None = None
    prior: Prior | None = None

    def at(self, share: Array) -> Any:
        """Values at shares of its range, 0 to 1, any shape; of levels the one in whose stretch a share falls."""
        if self.levels is not None:
            return np.array(self.levels)[np.minimum((share * len(self.levels)).astype(int), len(self.levels) - 1)]
        if self.prior is not None:
            return self._rounded(quantile(self.prior, np.clip(share, 1e-9, 1.0 - 1e-9)))
        low, high = float(self.low or 0.0), float(self.high or 0.0)
        return self._rounded(low + share * (high - low) if self.scale == "linear" else low * np.exp(share * np.log(high / low)))

    def _rounded(self, values: Array) -> Array:
        return values if self.step is None else np.round(values / self.step) * self.step

    def entry(self) -> dict[str, Any]:
        """What a manifest says of it."""
        levels = None if self.levels is None else list(self.levels)
        known = {key: getattr(self, key) for key in ("name", "label", "unit", "kind", "scale", "source")}
        return known | {"levels": levels, "low": self.low, "high": self.high, "prior": None if self.prior is None else self.prior.distribution}


# ── From what is written to factors ───────────────────────────────────────────────────────────────────────────────


def factors_of(scenario: Scenario, sweep: SweepFile, priors: Mapping[str, Prior], columns: Mapping[str, Sequence[Any]]) -> list[Factor]:
    """Every factor of a sweep; `columns`: what a CSV holds. Raises ScenarioError that names the factor."""
    specs = dict(sweep.vary) or (
        {path: FactorSpec.model_validate({"prior": True}) for path in _free(scenario, priors)} if sweep.design == "random" else {}
    )
    specs |= {name: FactorSpec.model_validate({"levels": tuple(dict.fromkeys(values))}) for name, values in columns.items()}
    if not specs:
        raise refuse("", "must name at least one factor, such as --vary 'states.*.resolve.median=0.1:1:10'", field="vary")
    known = leaves(scenario)
    return [_factor(scenario, sweep, name, spec, priors, known) for name, spec in specs.items()]


def _free(scenario: Scenario, priors: Mapping[str, Prior]) -> list[str]:
    """Every parameter with a prior, by the pattern of its prior where all that it matches shares a draw."""
    return list(dict.fromkeys(pattern if prior.shared else leaf for leaf, (pattern, prior) in applicable(dict(priors), scenario).items()))


def _factor(scenario: Scenario, sweep: SweepFile, name: str, spec: FactorSpec, priors: Mapping[str, Prior], known: Mapping[str, Leaf]) -> Factor:
    if name == BRANCH:
        return _of_branches(scenario, name, spec)
    factor = _of_dose(sweep, name) if name.startswith(DOSE) else _of_path(scenario, name, known)
    if spec.prior:
        return replace(factor, prior=_prior_of(scenario, name, priors), step=spec.step)
    return _checked(scenario, _with_values(factor, spec))


def _of_branches(scenario: Scenario, name: str, spec: FactorSpec) -> Factor:
    for level in spec.levels or ():
        if level != NONE:
            branch_file(scenario, str(level))
    if not spec.levels:
        raise refuse("vary", "needs `levels`: names of branches, and `none` for as it was", field=name)
    return Factor(name, "what is different", "", "word", "structure", levels=tuple(str(level) for level in spec.levels))


def _of_dose(sweep: SweepFile, name: str) -> Factor:
    if not sweep.branch:
        raise refuse("vary", "needs a branch that every set-up has (`branch: NAME`, or --what NAME)", field=name)
    doses = {f"{DOSE}{dose}": entry for one in sweep.branch.split("+") for dose, entry in load_branch(one).doses.items()}
    if name not in doses:
        raise refuse("vary", one_of(doses), field=name, nearest=nearest(name, doses))
    return Factor(name, name.removeprefix(DOSE), doses[name].unit, "number", sweep.branch)


def _of_path(scenario: Scenario, name: str, known: Mapping[str, Leaf]) -> Factor:
    found = [known[".".join(path)] for path in match(scenario, name)]
    if not found:
        raise refuse("vary", "is no path of this scenario", field=name, nearest=nearest_path(scenario, name.split(".")))
    first = found[0]
    if first.kind == "metadata":
        raise refuse("vary", "changes nothing in a run: it only tells people something", field=name)
    kind = "date" if isinstance(first.value, datetime.date) else "number" if isinstance(first.value, int | float) else "word"
    return Factor(name, label(scenario, name), first.unit if first.unit != "none" else "", kind, first.source, first.kind != "number")


def label(scenario: Scenario, path: str) -> str:
    """A dotted path in words: what it is, then whose."""
    section, *rest = path.split(".")
    parts = getattr(scenario, section, None)
    if not isinstance(parts, Mapping) or not rest:
        return " ".join([section, *rest]).replace("_", " ")
    whose = f"all {section.replace('_', ' ')}" if rest[0] == "*" else getattr(parts.get(rest[0]), "label", rest[0])
    words = [getattr(scenario.states.get(word), "label", word.replace("_", " ")) for word in rest[1:]]
    return f"{' '.join(words)}, {whose}"


def _prior_of(scenario: Scenario, name: str, priors: Mapping[str, Prior]) -> Prior:
    found = {id(prior): prior for leaf, (_, prior) in applicable(dict(priors), scenario).items() if tuple(leaf.split(".")) in match(scenario, name)}
    if len(found) != 1:
        raise refuse("vary", "has no prior of its own: give `levels`, or `low` and `high`", field=name, nearest=nearest(name, priors))
    return next(iter(found.values()))


def _with_values(factor: Factor, spec: FactorSpec) -> Factor:
    """A factor with levels or a range; raises ScenarioError where a spec says neither, both, or nonsense."""
    name, where = factor.name, "vary"
    if spec.levels is not None:
        if spec.low is not None or spec.high is not None or not spec.levels:
            raise refuse(where, "must have either `levels`, at least one, or `low` and `high`", field=name)
        return replace(factor, levels=tuple(_level(factor, value) for value in spec.levels))
    if spec.low is None or spec.high is None or factor.kind != "number":
        raise refuse(
            where, "must have `levels`, or `low` and `high`" if factor.kind == "number" else f"is a {factor.kind}: give `levels`", field=name
        )
    if spec.low >= spec.high or (spec.scale == "log" and spec.low <= 0):
        raise refuse(
            where,
            f"must lie below high, {spec.high:g}" if spec.low >= spec.high else "must be above 0 on a log scale",
            field=f"{name}.low",
            value=spec.low,
        )
    ranged = replace(factor, low=spec.low, high=spec.high, scale=spec.scale, step=spec.step)
    if spec.steps is None:
        return ranged
    return replace(ranged, levels=tuple(dict.fromkeys(np.round(ranged.at(np.linspace(0.0, 1.0, spec.steps)), 12).tolist())))


def _level(factor: Factor, value: Any) -> Any:
    if factor.kind != "number":
        return str(value)
    if isinstance(value, str):
        raise refuse("vary", "must be a number", field=factor.name, value=value)
    return float(value)


def _checked(scenario: Scenario, factor: Factor) -> Factor:
    """A factor all of whose values its field can take."""
    if factor.name.startswith(DOSE):
        return factor
    values: tuple[Any, ...] = factor.levels if factor.levels is not None else (factor.low, factor.high)
    for value in values if factor.structural else (min(values), max(values)):
        override(scenario, {factor.name: structural_value(factor, value)}, where="vary")
    return factor


def structural_value(factor: Factor, value: Any) -> Any:
    """A level as the scenario's field wants it: dates as dates, whole numbers as whole ones."""
    if factor.kind == "date":
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            raise refuse("vary", "must be a date that exists, as year-month-day", field=factor.name, value=value) from None
    return int(value) if factor.structural and factor.kind == "number" and float(value).is_integer() else value


# ── From rows of values to set-ups ────────────────────────────────────────────────────────────────────────────────


@cache
def _entry(name: str) -> BranchFile:
    return load_branch(name)


def branch_file(scenario: Scenario, name: str) -> BranchFile:
    """A branch by its name, that fits the crisis; raises ScenarioError."""
    entry = _entry(name)
    check_fits(scenario, name, entry, BRANCH)
    return entry


def branch_named(scenario: Scenario, names: str, doses: Mapping[str, float], at: int | None) -> Branch:
    """A branch, or A+B, with its doses filled in."""
    made: Branch | None = None
    for name in names.split("+"):
        entry = branch_file(scenario, name)
        one = read(scenario, name, entry, {dose: value for dose, value in doses.items() if dose in entry.doses}, at)
        made = one if made is None else made + one
    assert made is not None
    return made


def built(scenario: Scenario, factors: Sequence[Factor], row: Mapping[str, Any]) -> Scenario:
    """The scenario that the structural values of a row make."""
    changes = {factor.name: structural_value(factor, row[factor.name]) for factor in factors if factor.structural}
    return override(scenario, changes, where="vary") if changes else scenario


def setups(scenario: Scenario, factors: Sequence[Factor], sweep: SweepFile, start: int, rows: pd.DataFrame) -> list[Point]:
    """A point a row: values set from the first day on, then the branch with its doses."""
    base = point_in(sweep.mode, start)
    paths = [factor.name for factor in factors if not factor.structural and factor.name != BRANCH and not factor.name.startswith(DOSE)]
    doses = [factor.name for factor in factors if factor.name.startswith(DOSE)]
    columns = {name: rows[name].tolist() for name in [*paths, *doses, *([BRANCH] if BRANCH in rows else [])]}
    found: dict[tuple[Any, ...], Branch | None] = {}
    points = []
    for number in range(len(rows)):
        point = replace(base, sets=tuple(Set(path, columns[path][number]) for path in paths))
        key = (columns[BRANCH][number] if BRANCH in columns else NONE, *(columns[dose][number] for dose in doses))
        if key not in found:
            found[key] = _branch(scenario, sweep, str(key[0]), dict(zip(doses, key[1:], strict=True)), start)
        branch = found[key]
        points.append(branch.beside(point) if branch else point)
    return points


def _branch(scenario: Scenario, sweep: SweepFile, level: str, doses: dict[str, float], start: int) -> Branch | None:
    names = "+".join(name for name in (sweep.branch, level) if name and name != NONE)
    return branch_named(scenario, names, {name.removeprefix(DOSE): value for name, value in doses.items()}, start) if names else None


def first_day(scenario: Scenario, factors: Sequence[Factor], sweep: SweepFile) -> int:
    """The first day on which a branch of the sweep differs; the run's first day where there is none. Raises ScenarioError where nobody can know."""
    named = [sweep.branch] if sweep.branch else []
    named += [level for factor in factors if factor.name == BRANCH for level in factor.levels or () if level != NONE]
    days: list[int] = []
    for name in named:
        try:
            first = branch_named(scenario, name, {}, None).first
        except ScenarioError:
            first = None
        if first is None:
            raise refuse("", "is required: each world finds the day of the branch for itself", field="from (--from)")
        days.append(first)
    return min(days, default=0)
