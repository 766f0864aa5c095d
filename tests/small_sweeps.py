"""Sweeps made in memory, in the form in which a sweep's folder is read: real worlds of January 2024, few of them."""

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sim.branches import read
from sim.design import Point, Set, point_in
from sim.history import history
from sim.outcomes import definitions, typed
from sim.scenario.branches import LEVERS, load_branch
from sim.scenario.paths import leaves, match
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, Table
from sim.store import Study, identity, now, scenario_hash
from sim.summary import QUANTILES, effective_worlds, mean_interval, quantiles, share_interval

KEPT = ("struck", "answered", "second_round", "killed", "answer_lag", "agreement", "hardship_person_days", "course")
FIXED = "iran_closes_border"
"""The branch of a sweep whose doses are swept."""
LEVER = "struck_state_waits"
"""The lever of a sweep over days."""


@dataclass(frozen=True)
class Vary:
    """A factor: its name, its levels where it has a few, else its ends."""

    name: str
    levels: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def kind(self) -> str:
        if all(isinstance(level, int | float) for level in self.levels):
            return "number"
        return "date" if all(str(level)[:4].isdigit() for level in self.levels) else "word"

    def entry(self, scenario: Scenario) -> dict[str, Any]:
        """As the manifest names it."""
        numbers = self.levels if self.kind == "number" and self.levels else (self.low, self.high)
        unit = "" if self.name == "branch" or self.kind == "date" else "days"
        if self.kind == "number" and not self.name.startswith("dose."):
            unit = leaves(scenario)[".".join(match(scenario, self.name)[0])].unit
        ends = (None, None) if self.kind != "number" else (min(numbers), max(numbers))  # type: ignore[type-var]
        return {
            "name": self.name, "label": self.name, "unit": unit, "kind": self.kind, "levels": list(self.levels) or None,
            "low": ends[0], "high": ends[1], "source": "assumed",
        }  # fmt: skip


def grid(factors: Sequence[Vary]) -> list[dict[str, Any]]:
    """Every combination of levels."""
    return [dict(zip([one.name for one in factors], row, strict=True)) for row in itertools.product(*(one.levels for one in factors))]


def sweep(
    scenario: Scenario,
    factors: Sequence[Vary],
    *,
    rows: Sequence[dict[str, Any]] | None = None,
    design: str = "grid",
    worlds: int = 60,
    mode: str = "assisted",
    start: int = 0,
    failed: Sequence[int] = (),
    more: dict[str, Any] | None = None,
) -> Study:
    """A sweep of some factors; `rows`: the set-ups of a design that is no grid."""
    began, rows = now(), list(rows if rows is not None else grid(factors))
    parent = point_in(mode, start)  # type: ignore[arg-type]
    points = [_point(scenario, parent, number, row) for number, row in enumerate(rows)]
    results = Table(scenario, tuple(points), seed=1).chunk(0, worlds)
    kept = [number for number in range(len(rows)) if number not in failed]
    about = {one.name: one for one in definitions(scenario) if one.name in KEPT}
    outcomes = pd.concat([_worlds(results[number], number, rows[number]) for number in kept], ignore_index=True)
    summary = pd.DataFrame([line for number in kept for line in _summary(outcomes[outcomes["point"] == number], number, rows[number], about)])
    table = pd.DataFrame([{"point": number, **row, "failed": "overflow" if number in failed else None} for number, row in enumerate(rows)])
    asked = {
        "command": "sweep", "scenario": scenario.name, "subject": "made_up", "scenario_hash": scenario_hash(scenario), "seed": 1, "worlds": worlds,
        "parameters": "point", "mode": mode, "from": scenario.date_of(start).isoformat(), "luck": "shared", "changes": {},
        "design": {"kind": design, **(more or {})},
    }  # fmt: skip
    record = history(scenario)
    manifest = identity(asked, began) | {
        "schema_version": 1, "caveat": "A model, not a forecast.", "mode": mode, "finding": "", "command": "python run.py sweep made_up",
        "sweep": {
            "title": "Made up", "question": "What if?", "source": "made up", "design": design, "points": len(rows), "luck": "shared",
            "total_worlds": len(rows) * worlds, "factors": [one.entry(scenario) for one in factors],
            "fewest_effective_worlds": min(effective_worlds(results[number].weights) for number in kept),
        },
        "outcomes": {
            name: {"label": one.label, "meaning": one.meaning, "kind": one.kind, "unit": one.unit, "given": one.given} for name, one in about.items()
        },
        "history": {name: _plain(record[name], one.kind) for name, one in about.items()},
    }  # fmt: skip
    return Study(manifest, {"points": table, "summary": summary, "daily": pd.DataFrame(), "outcomes": outcomes})


def _plain(value: Any, kind: str) -> Any:
    return None if pd.isna(value) else str(value) if kind == "class" else float(value)


def _point(scenario: Scenario, parent: Point, number: int, row: dict[str, Any]) -> Point:
    """The set-up of a row."""
    sets = tuple(Set(name, float(value)) for name, value in row.items() if "." in name and not name.startswith("dose."))
    doses = {name.removeprefix("dose."): float(value) for name, value in row.items() if name.startswith("dose.")}
    point = replace(parent, name=str(number), sets=sets)
    branch = FIXED if doses else row.get("branch", "none")
    if "date" in row:
        day = scenario.day_of(datetime.date.fromisoformat(row["date"]))
        return read(scenario, LEVER, load_branch(LEVER, LEVERS), {}, day).beside(point, str(number))
    return point if branch == "none" else read(scenario, branch, load_branch(branch), doses).beside(point, str(number))


def _worlds(result: PointResult, number: int, row: dict[str, Any]) -> pd.DataFrame:
    course = result.course()
    kept = [one for one in definitions(result.scenario) if one.name in KEPT]
    table = pd.DataFrame({one.name: typed(one, one.read(course), result.worlds) for one in kept})
    head = {"point": number, "world": range(result.worlds), **{name: [value] * result.worlds for name, value in row.items()}}
    return pd.concat([pd.DataFrame(head), table], axis=1).assign(log_weight=result.log_weight)


def _summary(rows: pd.DataFrame, number: int, factors: dict[str, Any], about: dict[str, Any]) -> list[dict[str, Any]]:
    weights = np.exp(rows["log_weight"].to_numpy() - rows["log_weight"].max())
    made = []
    for name, one in about.items():
        if one.kind == "class":
            for word in sorted(set(rows[name])):
                made.append({"outcome": f"{name}: {word}", **_numbers((rows[name] == word).to_numpy(dtype=float), weights, share=True)})
            continue
        values = rows[name].to_numpy(dtype=float, na_value=np.nan)
        made.append({"outcome": name, **_numbers(values, weights, share=one.kind == "yes or no")})
    return [{"point": number, **factors, **line} for line in made]


def _numbers(values: Any, weights: Any, *, share: bool) -> dict[str, Any]:
    there = ~np.isnan(values)
    if not there.any():
        return {"worlds": 0, "effective_worlds": 0.0, **dict.fromkeys(("mean", "low", "high", "q05", "q25", "q50", "q75", "q95"))}
    values, weights = values[there], weights[there]
    mean, low, high = mean_interval(values, weights)
    worth = effective_worlds(weights)
    if share:
        low, high = share_interval(mean, worth)
    at = dict(zip(("q05", "q25", "q50", "q75", "q95"), (float(one) for one in quantiles(values, weights, QUANTILES)), strict=True))
    return {"worlds": int(there.sum()), "effective_worlds": worth, "mean": mean, "low": low, "high": high, **at}
