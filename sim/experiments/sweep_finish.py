"""What a sweep comes to when its last part is in: summaries in one table, set-ups, data dictionary, manifest."""

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.data_dictionary import columns_of_worlds
from sim.design import point_in
from sim.effects import widening
from sim.experiments.asking import SCHEMA_VERSION
from sim.experiments.sweep_plan import Plan
from sim.factors import BRANCH, DOSE, Factor, setups
from sim.history import history, recorded_dead
from sim.ledger import Ledger, write
from sim.parts import LOG_WEIGHT, OUTCOMES, SUMMARY, as_parquet, summary_of
from sim.scenario.additions import Outcome
from sim.scenario.paths import leaves, match
from sim.scenario.schema import Scenario
from sim.store import Study, identity, open_run
from sim.sweep_words import span_sentences, spans
from sim.words import CHANGE_CAVEAT, CLOSURE_CAVEAT, caveat


def finish(plan: Plan, ledger: Ledger, started: datetime.datetime, command_line: str) -> Study:
    """Write what all parts come to; the manifest comes last, and only then is the sweep a run."""
    folder = ledger.folder
    failed = {int(point): str(reason) for entry in ledger.entries for point, reason in entry["failed"].items()}
    if len(failed) == len(plan.rows):
        raise RuntimeError(f"every set-up failed; the first: {next(iter(failed.values()))}")
    points = plan.rows.copy()
    points.insert(0, "point", np.arange(len(points)))
    points["failed"] = pd.array([failed.get(number) for number in range(len(points))], dtype="string")
    summary = _summaries(plan, folder, failed)
    manifest = identity(plan.asked, started) | _report(plan, summary, failed) | {"command": command_line}
    manifest["finding"] = (span_sentences(manifest) or [plan.case.sweep.title])[0]
    write(folder / "points.parquet", as_parquet(points))
    write(folder / "summary.parquet", as_parquet(summary))
    write(folder / "outcomes.schema.json", as_json(columns_of_worlds(manifest)))
    write(folder / "manifest.json", as_json(manifest))
    return opened(folder)


def opened(folder: Path) -> Study:
    """A finished sweep."""
    study = open_run(folder)
    assert isinstance(study, Study)
    return study


def as_json(data: Any) -> bytes:
    """Plain values as people can read them."""
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


# ── Summaries ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _summaries(plan: Plan, folder: Path, failed: Mapping[int, str]) -> pd.DataFrame:
    """The summaries of all set-ups in order: those that came with their parts, or those of set-ups cut into several."""
    if plan.parts[0].worlds_each < plan.case.sweep.worlds:
        sound = [number for number in range(len(plan.rows)) if number not in failed]
        return pd.concat([_of_cut(plan, folder, number) for number in sound], ignore_index=True)
    files = [str(file) for file in sorted((folder / SUMMARY).glob("*.parquet"))]
    with duckdb.connect(config={"threads": 1}) as connection:
        return connection.execute("SELECT * FROM read_parquet(?)", [files]).df().astype({"worlds": "Int64", "outcome": "string"})


def _of_cut(plan: Plan, folder: Path, number: int) -> pd.DataFrame:
    """The summary of a set-up whose worlds lie in several parts; read outcome by outcome, so that memory stays flat."""
    files = [str(folder / OUTCOMES / f"part-{part.number:06d}.parquet") for part in plan.parts if part.points[0] == number]
    rows = plan.rows.iloc[[number]].reset_index(drop=True)
    kept = plan.case.kept
    log_weight = _column(files, kept[-1])
    tables = [
        summary_of([one], rows, np.array([number]), {one.name: _column(files, one), LOG_WEIGHT: log_weight}) for one in kept if one.name != LOG_WEIGHT
    ]
    return pd.concat(tables, ignore_index=True)


def _column(files: list[str], outcome: Outcome) -> NDArray[Any]:
    """An outcome of a set-up's worlds in their order, shape (1, worlds); NaN where it is not defined."""
    kind = "VARCHAR" if outcome.kind == "class" else "DOUBLE"
    with duckdb.connect() as connection:
        rows = connection.execute(f'SELECT CAST("{outcome.name}" AS {kind}) AS value FROM read_parquet(?) ORDER BY world', [files]).df()
    if outcome.kind == "class":
        return rows["value"].to_numpy(dtype=object)[np.newaxis]
    return rows["value"].to_numpy(dtype=np.float64, na_value=np.nan)[np.newaxis]


# ── What is reported ──────────────────────────────────────────────────────────────────────────────────────────────


def _report(plan: Plan, summary: pd.DataFrame, failed: Mapping[int, str]) -> dict[str, Any]:
    case, sweep = plan.case, plan.case.sweep
    record = history(case.scenario)
    kept = [one for one in case.kept if one.name != LOG_WEIGHT]
    worth = summary.loc[summary["worlds"] == sweep.worlds, "effective_worlds"]
    return {
        "schema_version": SCHEMA_VERSION,
        "caveat": caveat(case.scenario, CHANGE_CAVEAT, *([CLOSURE_CAVEAT] if _closes(plan) else [])),
        "mode": sweep.mode,
        "sweep": {
            **{key: getattr(sweep, key) for key in ("title", "question", "source", "design")},
            "points": len(plan.rows),
            "total_worlds": plan.worlds,
            "luck": case.luck,
            "recorded_dead": recorded_dead(case.scenario, point_in(sweep.mode, case.start)),
            "fewest_effective_worlds": float(worth.min()) if len(worth) else None,
            "factors": [factor.entry() | {"now": current(case.scenario, factor)} for factor in case.factors],
        },
        "outcomes": {
            one.name: {key: getattr(one, key) for key in ("label", "meaning", "kind", "unit")} | {"given": one.given or None} for one in kept
        },
        "history": {one.name: _plain(record[one.name]) for one in kept},
        "spans": spans(summary, [factor.name for factor in case.factors], widening(len(plan.rows))),
        "failures": [{"point": number, "reason": reason} for number, reason in sorted(failed.items())],
    }


def _closes(plan: Plan) -> bool:
    """Whether a set-up closes a border that the record never closed."""
    case = plan.case
    if any(event.track == "border" and event.act == "close" for event in case.scenario.history):
        return False
    kinds = plan.rows.drop_duplicates(BRANCH) if BRANCH in plan.rows else plan.rows.head(1)
    points = setups(case.scenario, case.factors, case.sweep, case.start, kinds)
    return any(pin.track == "border" and "close" in pin.acts for point in points for pin in point.pins)


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value if isinstance(value, str) else float(value)


def current(scenario: Scenario, factor: Factor) -> Any:
    """The value that a factor has in the scenario as it is; None where it has none there, or several."""
    if factor.name == BRANCH or factor.name.startswith(DOSE):
        return None
    known = leaves(scenario)
    values = {known[".".join(path)].value for path in match(scenario, factor.name)}
    value = values.pop() if len(values) == 1 else None
    return value if value is None or isinstance(value, int | float | str) else str(value)
