"""Replay: what happened, how likely the model thought each step was, and what else might have been.

FORCED follows the record and scores it; ASSISTED lets governments decide from a date on, with attacks and outside
shocks as recorded; FREE leaves everybody free from that date on. Changes are run beside the unchanged scenario with the
same luck.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.design import MODES, Mode, Set, point_in
from sim.experiments import kept
from sim.experiments.asking import (
    SCHEMA_VERSION,
    check_parameters,
    check_seed,
    check_worlds,
    crisis_of,
    day_of,
    mode_of,
    parameters_asked,
    priors_of,
)
from sim.experiments.kept import CHANGED, UNCHANGED, Results
from sim.history import history, recorded_dead
from sim.outcomes import definitions
from sim.scenario.errors import refuse
from sim.scenario.paths import leaves, match, override
from sim.scenario.schema import Scenario
from sim.score import Decision, baselines, frequencies, log_score, predict
from sim.simulate import PointResult, machine_memory, memory_needed, simulate
from sim.store import Run, identity, now, scenario_hash
from sim.summary import effective_worlds, summary
from sim.words import caveat

USABLE_MEMORY = 0.8
"""Share of the machine's memory that a run may take."""


@dataclass(frozen=True)
class Request:
    """What is asked of a replay."""

    scenario: Scenario
    modes: tuple[Mode, ...] = MODES
    start: int = 0
    worlds: int = 1000
    seed: int = 1
    changes: tuple[tuple[str, Any], ...] = ()
    parameters: str = "point"

    def asked(self) -> dict[str, Any]:
        """What was asked, as plain values: equal for equal runs."""
        return {
            "command": "replay",
            "scenario": self.scenario.name,
            "scenario_hash": scenario_hash(self.scenario),
            "modes": list(self.modes),
            "from": self.scenario.date_of(self.start).isoformat(),
            "worlds": self.worlds,
            "seed": self.seed,
            "changes": {path: str(value) for path, value in self.changes},
            **parameters_asked(self.parameters),
        }


def replay(
    scenario: Scenario | str | Path,
    mode: str | None = None,
    *,
    start: datetime.date | str | None = None,
    worlds: int = 1000,
    seed: int = 1,
    changes: dict[str, Any] | None = None,
    parameters: str = "point",
) -> Run:
    """Replay a crisis in one mode, or in all three; raises ScenarioError for what cannot be asked.

    `start` is the first day on which governments (assisted) or all (free) choose, default the first day of the run;
    `changes` are dotted paths and values, run beside the unchanged scenario; `parameters` is `point`, `prior` or `posterior`.
    """
    scenario = crisis_of(scenario)
    check(scenario, mode, start, worlds, seed, parameters)
    _check_changes(changes or {})
    first = 0 if start is None else day_of(scenario, start, "--from")
    modes = MODES if mode is None else (mode_of(mode, MODES),)
    _check_memory(scenario, len(modes) * (2 if changes else 1), worlds)
    return run(Request(scenario, modes, first, worlds, seed, tuple(sorted((changes or {}).items())), parameters))


def check(scenario: Scenario, mode: str | None, start: datetime.date | str | None, worlds: int, seed: int, parameters: str) -> None:
    """Refuse what no run can be asked for; raises ScenarioError."""
    check_parameters(parameters)
    check_worlds(worlds)
    check_seed(seed)
    if mode == "forced" and start is not None:
        raise refuse("", "goes with assisted or free; forced follows the record throughout", field="--from", value=str(start))
    if start is not None:
        day_of(scenario, start, "--from")


def _check_changes(changes: dict[str, Any]) -> None:
    """Refuse changes that cannot stand beside the unchanged scenario in one figure, or that are no single value."""
    for path, value in changes.items():
        if path in ("start", "end"):
            raise refuse(
                "", "cannot be changed beside the unchanged run: its days would not match; write a scenario that extends this one", field=path
            )
        if isinstance(value, dict | list):
            raise refuse("", "must be one value; name each number by its own path", field=path, value=str(value)[:60])


def _check_memory(scenario: Scenario, points: int, worlds: int) -> None:
    needed, there = memory_needed(scenario, points, worlds) / 1e9, machine_memory() / 1e9
    if needed > USABLE_MEMORY * there:
        raise refuse("", f"needs about {needed:,.0f} GB of memory, and this machine has {there:,.0f}", field="--worlds", value=worlds)


def run(request: Request) -> Run:
    """Simulate what is asked and put together what is kept of it."""
    started = now()
    results = _simulate(request)
    record = history(request.scenario)
    return Run(
        manifest=identity(request.asked(), started) | _report(request, results, record),
        outcomes=kept.outcomes(results),
        daily_table=kept.daily(results),
        rungs=kept.rungs(results),
        events=kept.events(request.scenario, results),
        record=kept.record_by_day(request.scenario),
        communities=kept.communities(results),
    )


def _simulate(request: Request) -> Results:
    """Every mode, unchanged and (if anything is changed) changed; changes of structure are a run of their own."""
    scenario, priors = request.scenario, priors_of(request.parameters)
    changed = override(scenario, dict(request.changes)) if request.changes else scenario
    sets = tuple(Set(path, float(value)) for path, value in request.changes if _is_number(scenario, path))
    same_structure = len(sets) == len(request.changes)
    base = [point_in(mode, request.start, name=f"{mode} {UNCHANGED}") for mode in request.modes]
    other = [point_in(mode, request.start, name=f"{mode} {CHANGED}", sets=sets) for mode in request.modes] if request.changes else []
    if same_structure:
        results = simulate(scenario, base + other, request.worlds, request.seed, priors)
    else:
        results = simulate(scenario, base, request.worlds, request.seed, priors) + simulate(changed, other, request.worlds, request.seed, priors)
    names = [(mode, UNCHANGED) for mode in request.modes] + [(mode, CHANGED) for mode in request.modes]
    return dict(zip(names, results, strict=False))


def _is_number(scenario: Scenario, path: str) -> bool:
    """Whether a path names numbers that can vary within one array run."""
    known = leaves(scenario)
    return all(known[".".join(leaf)].kind == "number" for leaf in match(scenario, path))


# What is reported


def _report(request: Request, results: Results, record: pd.Series) -> dict[str, Any]:
    modes: dict[str, Any] = {}
    for (mode, setup), result in results.items():
        entry = (_score(result) if mode == "forced" else {}) | summaries(result, record, mode)
        if setup == UNCHANGED:
            modes[mode] = entry
        else:
            modes[mode][CHANGED] = entry | {"altered": _altered(results[mode, UNCHANGED], result)}
    return {"schema_version": SCHEMA_VERSION, "caveat": caveat(request.scenario), "history": plain(record), "modes": modes}


def _altered(before: PointResult, after: PointResult) -> int:
    """In how many worlds any daily series differs."""
    differs = np.zeros(before.worlds, dtype=bool)
    for name in before.series.keys() & after.series.keys():
        differs |= (before.series[name] != after.series[name]).any(axis=0)
    return int(differs.sum())


def plain(record: pd.Series) -> dict[str, Any]:
    """The record's outcomes as plain values."""
    return {str(name): None if pd.isna(value) else getattr(value, "item", lambda v=value: v)() for name, value in record.items()}


def summaries(result: PointResult, record: pd.Series, mode: Mode) -> dict[str, Any]:
    """Every outcome over worlds beside the record's, with what of it is the record's own."""
    frame, weights, recorded = result.outcomes(), result.weights, recorded_dead(result.scenario, result.point)
    entries = {}
    for outcome in definitions(result.scenario):
        entry = summary(outcome, frame[outcome.name], weights, record[outcome.name])
        fixed = mode == "forced" or (outcome.name == "struck" and recorded["strike_before"])
        entries[outcome.name] = entry | {"fixed": bool(fixed and entry["history"] is not None), "recorded_part": recorded.get(outcome.name, 0.0)}
    return {"outcomes": entries, "worlds": result.worlds, "effective_worlds": effective_worlds(weights)}


def _score(result: PointResult) -> dict[str, Any]:
    predicted = predict(result)
    decided = [item.decision for item in predicted]
    quiet = [item.surprise for item in predicted if not item.decision.is_act]
    share = frequencies(decided)
    return {
        "events": [_event(result.scenario, item.decision, item.probability, item.surprise, share) for item in predicted if item.decision.is_act],
        "quiet": {"decisions": len(quiet), "surprise": sum(quiet), "probability": float(np.exp(-np.mean(quiet))) if quiet else None},
        "log_score": log_score(predicted),
        "decisions": len(predicted),
        "baselines": baselines(decided),
    }


def _event(scenario: Scenario, item: Decision, probability: float, surprise: float, share: dict[tuple[str, str], float]) -> dict[str, Any]:
    return {
        "date": scenario.date_of(item.day).isoformat(),
        "actor": item.actor,
        "track": item.track,
        "act": item.act,
        "probability": probability,
        "surprise": surprise,
        "even_odds": 1.0 / item.choices,
        "frequency": share[item.track, item.act],
    }
