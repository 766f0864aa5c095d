"""A sweep's run folder in the format that sweeps write, made from a real run of a few set-ups of the made-up crisis."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.design import Set, point_in
from sim.experiments.kept import quantiles_by_day
from sim.outcomes import definitions
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, simulate
from sim.store import identity, now, scenario_hash, write_parquet
from sim.summary import effective_worlds, summary
from tests.conftest import EXCHANGE, LIVELY, made_up

RESOLVE, LEAKAGE = "states.north.resolve.median", "crossings.*.leakage"
LEVELS = {RESOLVE: (0.1, 0.9), LEAKAGE: (0.0, 0.3, 0.6)}
SERIES = ("tension",)


def lively() -> Scenario:
    """The made-up crisis in which everything happens within weeks."""
    return made_up(30, EXCHANGE, changes=LIVELY)


def write_sweep(folder: Path, *, seed: int = 1, worlds: int = 60, levels: dict[str, tuple[float, ...]] | None = None, finished: bool = True) -> Path:
    """Run a grid and write what a sweep writes; unfinished, it lacks its manifest and its last part."""
    levels = levels or LEVELS
    scenario, started = lively(), now()
    rows = [dict(zip(levels, values, strict=True)) for values in itertools.product(*levels.values())]
    points = [point_in("assisted", 5, sets=tuple(Set(path, value) for path, value in row.items())) for row in rows]
    results = simulate(scenario, points, worlds, seed)
    asked = {
        "command": "sweep", "scenario": scenario.name, "subject": "vary", "scenario_hash": scenario_hash(scenario), "seed": seed, "worlds": worlds,
        "parameters": "point", "mode": "assisted", "from": scenario.date_of(5).isoformat(), "luck": "shared", "changes": {},
        "design": {"kind": "grid", "factors": {name: list(values) for name, values in levels.items()}},
    }  # fmt: skip
    folder.mkdir(parents=True)
    (folder / "asked.json").write_text(json.dumps(asked | {"parts": 2, "command_line": "python run.py sweep --vary x=1,2"}))
    halves = np.array_split(np.arange(len(rows)), 2)
    for number, half in enumerate(halves if finished else halves[:1]):
        _write_part(folder, number, [(int(point), rows[point], results[point]) for point in half])
    if finished:
        _write_whole(folder, identity(asked, started), scenario, rows, results)
    return folder


def _write_part(folder: Path, number: int, chosen: list[tuple[int, dict[str, float], PointResult]]) -> None:
    for name, frames in (("outcomes", [_outcomes(*one) for one in chosen]), ("daily", [_daily(*one) for one in chosen])):
        (folder / name).mkdir(exist_ok=True)
        write_parquet(pd.concat(frames, ignore_index=True), folder / name / f"part-{number:06d}.parquet")
    with (folder / "parts.jsonl").open("a") as parts:
        parts.write(json.dumps({"part": number}) + "\n")


def _outcomes(point: int, row: dict[str, float], result: PointResult) -> pd.DataFrame:
    frame = result.outcomes()
    head = {"point": point, "world": np.arange(result.worlds), **row}
    return pd.concat([pd.DataFrame(head, index=frame.index), frame], axis=1)


def _daily(point: int, row: dict[str, float], result: PointResult) -> pd.DataFrame:
    frames = [quantiles_by_day(result.scenario, result.series[name], result.weights, {"series": name}) for name in SERIES]
    frame = pd.concat(frames, ignore_index=True)
    frame.insert(0, "point", point)
    return frame.assign(worlds=result.worlds)


def _summary(scenario: Scenario, point: int, row: dict[str, float], result: PointResult) -> list[dict[str, Any]]:
    frame, rows = result.outcomes(), []
    for outcome in definitions(scenario):
        if outcome.kind == "class" or outcome.name == "log_weight":
            continue
        entry = summary(outcome, frame[outcome.name], result.weights, pd.NA)
        defined = frame[outcome.name].notna().to_numpy()
        worth = effective_worlds(result.weights[defined]) if defined.any() else None
        numbers = {name: entry[name] for name in ("worlds", "mean", "low", "high", "q05", "q95")}
        rows.append({"point": point, **row, "outcome": outcome.name, "effective_worlds": worth, **numbers, "q50": entry["median"]})
    return rows


def _write_whole(folder: Path, head: dict[str, Any], scenario: Scenario, rows: list[dict[str, float]], results: list[PointResult]) -> None:
    points = pd.DataFrame([{"point": number, **row} for number, row in enumerate(rows)]).assign(failed=pd.array([pd.NA] * len(rows), dtype="string"))
    write_parquet(points, folder / "points.parquet")
    summaries = [entry for number, row in enumerate(rows) for entry in _summary(scenario, number, row, results[number])]
    write_parquet(pd.DataFrame(summaries), folder / "summary.parquet")
    kept = {
        outcome.name: {"label": outcome.label, "meaning": outcome.meaning, "kind": outcome.kind, "unit": outcome.unit, "given": outcome.given or None}
        for outcome in definitions(scenario)
    }
    factors = [
        {
            "name": name,
            "label": f"{name} in words",
            "unit": "one",
            "kind": "number",
            "levels": sorted({row[name] for row in rows}),
            "source": "made up",
        }
        for name in rows[0]
    ]
    sweep = {"title": "A grid", "design": "grid", "points": len(rows), "total_worlds": len(rows) * results[0].worlds, "luck": "shared"}
    manifest = head | {
        "schema_version": 1, "caveat": "A model, not a forecast.", "mode": "assisted", "finding": "What a grid found.",
        "command": "python run.py sweep --vary x=1,2", "sweep": sweep | {"factors": factors}, "outcomes": kept, "history": {},
    }  # fmt: skip
    columns = [{"name": name, "type": "DOUBLE", **words} for name, words in kept.items()]
    (folder / "outcomes.schema.json").write_text(json.dumps({"columns": columns}))
    (folder / "index.html").write_text("a page")
    (folder / "manifest.json").write_text(json.dumps(manifest))
