"""Small sweeps of January 2024, run as a sweep is run, in a folder that is gone afterwards."""

import datetime
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from conftest import until

from sim.experiments.sweep import run
from sim.experiments.sweep_plan import plan
from sim.scenario.parts.sweep import FactorSpec, SweepFile
from sim.scenario.schema import Scenario
from sim.store import Study

KEPT = ("struck", "answered", "second_round", "killed", "answer_lag", "agreement", "hardship_person_days", "course")
LAST = datetime.date(2024, 2, 12)


def shortened(january: Scenario) -> Scenario:
    """Two months of it: the same record, half the days."""
    return until(january, LAST)


def sweep(
    scenario: Scenario,
    vary: Mapping[str, Sequence[float | str]],
    *,
    rows: Mapping[str, list[float | str]] | None = None,
    design: str = "grid",
    failed: Sequence[int] = (),
    **more: Any,
) -> Study:
    """A sweep over levels, or over ranges in a design without them; `rows`: columns of a table; `failed`: set-ups taken as failed."""
    specs = {name: _spec(values, counted=design == "grid") for name, values in vary.items()}
    asked: dict[str, Any] = {"title": "Made up", "question": "What if?", "source": "made up", "worlds": 60, "outcomes": KEPT, **more}
    thought = plan(scenario, SweepFile.model_validate({**asked, "design": design, "vary": specs}), columns=rows)
    with tempfile.TemporaryDirectory() as folder:
        study = run(thought, Path(folder) / "sweep", workers=1)
        return without(Study(study.manifest, dict(study.tables)), failed)


def _spec(values: Sequence[Any], *, counted: bool) -> FactorSpec:
    return FactorSpec(levels=tuple(values)) if counted else FactorSpec(low=values[0], high=values[1])


def without(study: Study, failed: Sequence[int]) -> Study:
    """The same sweep as if some set-ups had failed."""
    tables = {name: table[~table["point"].isin(failed)].reset_index(drop=True) for name, table in study.tables.items() if name != "points"}
    points = study.tables["points"].copy()
    points["failed"] = pd.array(["not finite" if point in failed else None for point in points["point"]], dtype="string")
    return Study(study.manifest, tables | {"points": points})
