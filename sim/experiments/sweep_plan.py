"""A sweep thought through before anything is run: its factors, its design, its parts, and what was asked as plain values.

A design is a table of set-ups; its worlds are cut into parts, each a pure function of what is asked.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.design import Point
from sim.experiments.asking import check_outcomes, check_parameters, check_seed, day_of, parameters_asked, priors_of
from sim.factors import built, factors_of, first_day, setups
from sim.model import Crisis
from sim.parts import Case, Part, parts_of
from sim.sampling import design
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.parts.sweep import Level, SweepFile
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.store import asked_hash, folder_name, scenario_hash


@dataclass(frozen=True)
class Plan:
    """A sweep thought through: what every part depends on, the design (a row a set-up), the parts, and what was asked."""

    case: Case
    rows: pd.DataFrame
    parts: tuple[Part, ...]
    asked: dict[str, Any]

    @property
    def worlds(self) -> int:
        """Worlds in all."""
        return len(self.rows) * self.case.sweep.worlds

    def of(self, part: Part) -> pd.DataFrame:
        """The rows of the design that a part runs."""
        return self.rows.iloc[part.points[0] : part.points[1]].reset_index(drop=True)

    @property
    def folder(self) -> str:
        """The name of its folder: command, subject, hash of what was asked."""
        return folder_name({"asked": self.asked, "hash": asked_hash(self.asked)})


Columns = Mapping[str, list[Level]]
"""The values of design `rows`, by factor."""


def plan(scenario: Scenario, sweep: SweepFile, *, subject: str = "", columns: Columns | None = None) -> Plan:
    """Think a sweep through without running it; raises ScenarioError for what cannot be asked. `columns`: the values of design `rows`."""
    columns = columns or {}
    _check(scenario, sweep, columns)
    factors = tuple(factors_of(scenario, sweep, load_priors(), columns))
    rows = design(sweep.design, factors, sweep.points, sweep.seed, columns)
    # Set-ups of one structure stand together: they run in one array.
    structural = [factor.name for factor in factors if factor.structural]
    rows = rows.sort_values(structural, kind="stable", ignore_index=True) if structural else rows
    groups = rows.groupby(structural, sort=False).size().tolist() if structural else [len(rows)]
    start = first_day(scenario, factors, sweep) if sweep.start is None else day_of(scenario, sweep.start, "from")
    luck = sweep.luck or ("independent" if sweep.design == "random" else "shared")
    case = Case(scenario, sweep, factors, start, luck, priors_of(sweep.parameters))
    for row in (rows.iloc[[0]], rows.iloc[[-1]]):
        mine = built(scenario, factors, _row(row))
        setups(mine, factors, sweep, case.first_day(mine), row)
    return Plan(case, rows, tuple(parts_of(groups, sweep.worlds)), _asked(case, rows, subject))


def _row(rows: pd.DataFrame) -> dict[str, Any]:
    """The first row by the names of its factors."""
    return {str(name): value for name, value in rows.iloc[0].items()}


def _check(scenario: Scenario, sweep: SweepFile, columns: Columns) -> None:
    if sweep.scenario not in ("", scenario.name):
        raise refuse("", f"is written for {sweep.scenario}", field="scenario", value=scenario.name)
    if (sweep.design == "rows") != bool(columns):
        raise refuse("", "must be rows where a CSV is given" if columns else "needs `rows`: a CSV with a column a factor", field="design")
    if columns and sweep.vary:
        raise refuse("", "goes without `rows`: the CSV names the factors", field="vary")
    if sweep.design in ("grid", "rows") and sweep.points is not None:
        raise refuse(
            "", f"goes with a sampled design; one of design {sweep.design} has as many set-ups as it has", field="points", value=sweep.points
        )
    check_parameters(sweep.parameters)
    check_seed(sweep.seed)
    check_outcomes(scenario, [name for name in sweep.outcomes if name != "course"])
    known = Crisis(scenario, points=[Point()]).record.names
    for name in sweep.series:
        if name not in known:
            raise refuse("", one_of(known), field="series", value=name, nearest=nearest(name, known))


def _asked(case: Case, rows: pd.DataFrame, subject: str) -> dict[str, Any]:
    """What was asked, as plain values: equal for equal sweeps."""
    sweep, scenario = case.sweep, case.scenario
    return {
        "command": "sweep",
        "scenario": scenario.name,
        "subject": subject or scenario.name,
        "scenario_hash": scenario_hash(scenario),
        "sweep": sweep.model_dump(mode="json", exclude={"title", "question", "source"}, by_alias=True),
        "design_hash": hashlib.sha256(rows.to_json(orient="split", double_precision=15).encode()).hexdigest()[:16],
        "mode": sweep.mode,
        "from": scenario.date_of(case.start).isoformat(),
        "luck": case.luck,
        "worlds": sweep.worlds,
        "seed": sweep.seed,
        **parameters_asked(sweep.parameters),
        "outcomes": list(sweep.outcomes),
        "changes": {},
    }
