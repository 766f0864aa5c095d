"""Tipping: on which days each lever still prevents an outcome.

For every day and lever, governments follow the record to the day before, then decide; the lever is pulled that day in
one set-up and not in its parent. All set-ups share their luck, and a world counts by how likely it made the record so
far. An outcome that is defined only given another counts as not happening where it is not defined, on both sides: all
numbers are of all worlds.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.branches import check_fits, library, read
from sim.course import Course
from sim.design import Point, point_in
from sim.effects import effect, effect_in_clusters, told_from_none
from sim.execute import available_workers, over_chunks
from sim.experiments.asking import (
    FEWEST_DRAWS,
    SCHEMA_VERSION,
    WORLDS_PER_DRAW,
    check_parameters,
    check_seed,
    crisis_of,
    day_of,
    fitted_to,
    parameters_asked,
    priors_of,
)
from sim.experiments.reading import counted_once, draws_of
from sim.experiments.settled import Flags, happens_in, settled
from sim.history import series as recorded
from sim.history import window
from sim.outcomes import definitions, needs
from sim.scenario.additions import Outcome
from sim.scenario.branches import LEVERS, find_branch, load_branch
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.parts.branch import BranchFile
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, Table
from sim.store import Study, identity, now, scenario_hash
from sim.words import CHANGE_CAVEAT, caveat

OUTCOME = "second_round"
THRESHOLD = 0.5
WORTH_WORKERS = 30_000
"""Worlds times points from which several processes pay: nothing but an outcome travels between them."""

NUMBERS = ("prevented", "low", "high", "prevented_worlds", "brought_worlds", "as_it_was", "effective_worlds")
TYPES = {"date": "string", "lever": "string", **dict.fromkeys(NUMBERS, "Float64"), "worlds": "Int64", "told": "boolean", "settled": "boolean"}
COLUMNS = [
    "date",
    "lever",
    "prevented",
    "low",
    "high",
    "told",
    "prevented_worlds",
    "brought_worlds",
    "as_it_was",
    "worlds",
    "effective_worlds",
    "settled",
]

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Request:
    """What is asked of a tipping study; days are days of the run."""

    scenario: Scenario
    levers: Mapping[str, BranchFile]
    days: tuple[int, ...]
    outcome: str = OUTCOME
    threshold: float = THRESHOLD
    worlds: int = 500
    seed: int = 1
    parameters: str = "posterior"
    workers: int | None = None

    def asked(self) -> dict[str, Any]:
        """What was asked, as plain values: equal for equal runs."""
        dates = [self.scenario.date_of(day).isoformat() for day in self.days]
        return {
            "command": "tipping",
            "scenario": self.scenario.name,
            "subject": f"{self.scenario.name}_{self.outcome}",
            "scenario_hash": scenario_hash(self.scenario),
            "levers": {name: lever.model_dump(mode="json", exclude_unset=True, by_alias=True) for name, lever in self.levers.items()},
            "outcome": self.outcome,
            "threshold": self.threshold,
            "from": dates[0],
            "until": dates[-1],
            "every": self.days[1] - self.days[0] if len(self.days) > 1 else 1,
            "worlds": self.worlds,
            "seed": self.seed,
            **parameters_asked(self.parameters),
            "changes": {},
        }


def tipping(
    scenario: Scenario | str | Path,
    levers: Sequence[str] | Mapping[str, BranchFile] = (),
    *,
    outcome: str = OUTCOME,
    threshold: float = THRESHOLD,
    start: datetime.date | str | None = None,
    until: datetime.date | str | None = None,
    every: int = 1,
    worlds: int = 500,
    seed: int = 1,
    parameters: str = "posterior",
    workers: int | None = None,
) -> Study:
    """In how many worlds of 100 each lever, pulled on each day, prevents an outcome; raises ScenarioError for what cannot be asked.

    `levers`: names of the library or paths of files (default: all that fit the crisis), or branches made in code by name;
    `start`, `until`: first and last day on which a lever is pulled (default: the days around the crisis), in steps of
    `every`. `worlds` are worlds per set-up; with `parameters="prior"` or `"posterior"` every 20 of them share a parameter draw. The
    study's table is a row a day and lever.
    """
    scenario = crisis_of(scenario)
    _check(scenario, outcome, threshold, every, worlds, seed, parameters)
    days = _days(scenario, start, until, every)
    return run(Request(scenario, _levers(scenario, levers), days, outcome, threshold, worlds, seed, parameters, workers))


# What is asked


def _check(scenario: Scenario, outcome: str, threshold: float, every: int, worlds: int, seed: int, parameters: str) -> None:
    known = [one.name for one in definitions(scenario) if one.kind == "yes or no"]
    if outcome not in known:
        raise refuse("", f"{one_of(known)}: what happens or does not", field="--outcome", value=outcome, nearest=nearest(outcome, known))
    if not 0 < threshold <= 1:
        raise refuse("", "must be above 0 and at most 1: a share of a lever's best effect", field="--threshold", value=threshold)
    if every < 1:
        raise refuse("", "must be a whole number of days, 1 or more", field="--every", value=every)
    check_parameters(parameters)
    check_seed(seed)
    fewest = 2 if parameters == "point" else 2 * WORLDS_PER_DRAW
    if worlds < fewest:
        why = f" (two parameter draws of {WORLDS_PER_DRAW} worlds)" if parameters != "point" else ""
        raise refuse("", f"must be at least {fewest}{why}", field="--worlds", value=worlds)


def _days(scenario: Scenario, start: datetime.date | str | None, until: datetime.date | str | None, every: int) -> tuple[int, ...]:
    first, last = window(scenario)
    begin = day_of(scenario, first if start is None else start, "--from")
    end = day_of(scenario, last if until is None else until, "--until")
    if end < begin:
        allowed = f"must not be before the first day, {scenario.date_of(begin)}"
        raise refuse("", allowed, field="--until", value=scenario.date_of(end).isoformat())
    return tuple(range(begin, end + 1, every))


def _levers(scenario: Scenario, said: Sequence[str] | Mapping[str, BranchFile]) -> dict[str, BranchFile]:
    if isinstance(said, Mapping):
        found = dict(said)
    else:
        names = [said] if isinstance(said, str) else said or list(library(scenario, LEVERS))
        found = {find_branch(name, LEVERS).stem: load_branch(name, LEVERS) for name in names}
    if not found:
        raise refuse("", f"must name a lever: the library has none for {scenario.name}", field="--levers")
    for name, lever in found.items():
        _check_lever(scenario, name, lever)
    return found


def _check_lever(scenario: Scenario, name: str, lever: BranchFile) -> None:
    """A lever begins on the day on which it is pulled, whichever that is."""
    check_fits(scenario, name, lever, LEVERS.flag)
    dated = lever.at or next((date for change in lever.changes for date in (change.start, change.until, change.on) if date), None)
    if dated:
        allowed = f"must name no date, so that it begins on the day on which it is pulled; this one names {dated} (say how long with `days`)"
        raise refuse("", allowed, field="--levers", value=name)


# The run


def run(request: Request) -> Study:
    """Simulate every day's parent and levers, and put together what they come to."""
    started = now()
    scenario = request.scenario
    asked = next(one for one in definitions(scenario) if one.name == request.outcome)
    names = needs(scenario, [asked])
    record = recorded(scenario)
    open_days = tuple(day for day in request.days if not settled(scenario, asked, names, record, day))
    points = tuple(point for day in open_days for point in _points(request, day))
    table = Table(scenario, points, request.seed, priors_of(request.parameters), WORLDS_PER_DRAW, names=names)
    happens, log_weight = _run(request, table) if points else (np.zeros((0, request.worlds), dtype=bool), np.zeros((0, request.worlds)))
    happens = happens.reshape(len(open_days), len(request.levers) + 1, request.worlds)
    draw = draws_of(table, request.worlds)
    if draw is not None and fitted_to(scenario, request.parameters):
        log_weight = counted_once(log_weight, draw)
    cells = pd.concat([_cells(request, open_days, happens, log_weight, draw), _settled_cells(request, asked, open_days)])
    cells = cells.sort_values("date", kind="stable", ignore_index=True)
    manifest = identity(request.asked(), started) | _report(request, asked, cells, draw)
    return Study(manifest, {"tipping": cells})


def _run(request: Request, table: Table) -> tuple[Flags, Numbers]:
    """Whether the outcome happens, shape (points, worlds), and log weights, shape (days, worlds)."""
    workers = request.workers
    if workers is None:
        workers = available_workers() if len(table.points) * request.worlds >= WORTH_WORKERS else 1
    chunks = list(over_chunks(table, request.worlds, partial(_read, outcome=request.outcome, step=len(request.levers) + 1), workers=workers))
    return np.concatenate([flags for flags, _ in chunks], axis=1), np.concatenate([weights for _, weights in chunks], axis=1)


def _points(request: Request, day: int) -> list[Point]:
    """The parent of a day, then each lever pulled on it."""
    date = request.scenario.date_of(day)
    parent = point_in("assisted", day, name=f"as it was, from {date}")
    found = [read(request.scenario, name, lever, {}, day) for name, lever in request.levers.items()]
    return [parent, *(one.beside(parent, f"{one.name} on {date}") for one in found)]


def _read(results: list[PointResult], first: int, *, outcome: str, step: int) -> tuple[Flags, Numbers]:
    """Whether the outcome happens, a row a point, and log weights, a row a day: lever and parent follow the same record."""
    del first
    asked = next(one for one in definitions(results[0].scenario) if one.name == outcome)
    happens = np.array([happens_in(asked, result.course()) for result in results])
    return happens, np.array([result.log_weight for result in results[::step]])


# What it comes to


def _settled_cells(request: Request, outcome: Outcome, open_days: Sequence[int]) -> pd.DataFrame:
    """Rows of the days on which the record has settled the outcome: nothing was run, no lever can change it."""
    came = 100.0 * happens_in(outcome, Course(request.scenario, recorded(request.scenario), {}, None)).item()
    days = [day for day in request.days if day not in open_days]
    none = dict.fromkeys(("prevented", "low", "high", "prevented_worlds", "brought_worlds"), 0.0)
    rows = [
        {"date": request.scenario.date_of(day).isoformat(), "lever": name, **none, "told": False, "as_it_was": came, "worlds": 0, "settled": True}
        for day in days
        for name in request.levers
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype(TYPES)


def _cells(request: Request, days: Sequence[int], happens: Flags, log_weight: Numbers, draw: NDArray[Any] | None) -> pd.DataFrame:
    """A row a day and lever: worlds in 100, with interval; `prevented` is parent less lever, above 0 where the lever helps."""
    rows = []
    for number, day in enumerate(days):
        weight = np.exp(log_weight[number] - log_weight[number].max())
        weight /= weight.sum()
        worth, parent = float(1.0 / (weight**2).sum()), happens[number, 0].astype(np.float64)
        for place, name in enumerate(request.levers, start=1):
            entry = _effect(parent, happens[number, place].astype(np.float64), weight, draw)
            difference, low, high = (100.0 * min(max(entry[key], -1.0), 1.0) for key in ("difference", "low", "high"))
            rows.append(
                {
                    "date": request.scenario.date_of(day).isoformat(),
                    "lever": name,
                    "prevented": 0.0 - difference,
                    "low": 0.0 - high,
                    "high": 0.0 - low,
                    "told": told_from_none(entry),
                    "prevented_worlds": 100.0 * entry["lower"],
                    "brought_worlds": 100.0 * entry["higher"],
                    "as_it_was": 100.0 * float((weight * parent).sum()),
                    "worlds": request.worlds,
                    "effective_worlds": worth,
                    "settled": False,
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS).astype(TYPES)


def _effect(before: Numbers, after: Numbers, weight: Numbers, draw: NDArray[Any] | None) -> dict[str, Any]:
    """Over parameter draws where they are many enough; else simulation error, worlds of a draw taken together."""
    if draw is not None and int(draw[-1]) + 1 >= FEWEST_DRAWS:
        return effect(before, after, weight, draw)
    return effect_in_clusters(before, after, weight, np.arange(len(before)) if draw is None else draw)


def closing(prevented: Sequence[float], told: Sequence[bool], threshold: float) -> tuple[int, int] | None:
    """Number of the best day, and of the last one with at least `threshold` of its effect; None where no day is told from none.

    Only days on which the lever prevents something and its interval leaves 0 out count.
    """
    counted = [number for number, (effect_then, sure) in enumerate(zip(prevented, told, strict=True)) if sure and effect_then > 0]
    if not counted:
        return None
    best = max(counted, key=lambda number: (prevented[number], -number))
    return best, max(number for number in counted if prevented[number] >= threshold * prevented[best])


def _report(request: Request, outcome: Outcome, cells: pd.DataFrame, draw: NDArray[Any] | None) -> dict[str, Any]:
    scenario = request.scenario
    draws = None if draw is None else int(draw[-1]) + 1
    parents = cells.drop_duplicates("date")
    open_rows = parents[~parents["settled"]]
    levers = {name: _of_lever(request, name, cells[cells["lever"] == name].reset_index(drop=True)) for name in request.levers}
    order = sorted(levers, key=lambda name: -(levers[name]["best"] or {"prevented": 0.0})["prevented"])
    return {
        "schema_version": SCHEMA_VERSION,
        "caveat": caveat(scenario, CHANGE_CAVEAT),
        "mode": "assisted",
        "outcome": {"name": outcome.name, "label": outcome.label, "meaning": outcome.meaning, "given": outcome.given or None},
        "draws": draws,
        "interval": "parameters" if draws and draws >= FEWEST_DRAWS else "simulation",
        "days": len(request.days),
        "as_it_was": {"least": float(parents["as_it_was"].min()), "most": float(parents["as_it_was"].max())},
        "fewest_effective_worlds": float(parents["effective_worlds"].min()) if len(open_rows) else None,
        "settled_from": _settled_from(parents),
        "levers": {name: levers[name] for name in order},
    }


def _settled_from(parents: pd.DataFrame) -> str | None:
    """The first day from which on the record has settled the outcome."""
    still_open = parents.loc[~parents["settled"], "date"]
    after = parents["date"] if still_open.empty else parents.loc[parents["date"] > still_open.max(), "date"]
    return None if after.empty else str(after.iloc[0])


def _of_lever(request: Request, name: str, rows: pd.DataFrame) -> dict[str, Any]:
    one = read(request.scenario, name, request.levers[name], {}, request.days[0])
    prevented, told = rows["prevented"].tolist(), rows["told"].tolist()
    found = closing(prevented, told, request.threshold)
    worse = [number for number in range(len(rows)) if told[number] and prevented[number] < 0]
    entry: dict[str, Any] = {"title": one.title, "question": one.question, "source": one.source, "best": None, "last": None, "gone_by": None}
    entry |= {"moves": bool((rows["prevented_worlds"] + rows["brought_worlds"]).any()), "worse_days": len(worse), "worst": None}
    if worse:
        entry["worst"] = _cell(rows, min(worse, key=lambda number: prevented[number]))
    if found:
        best, last = found
        entry |= {"best": _cell(rows, best), "last": str(rows["date"][last])}
        entry["gone_by"] = str(rows["date"][last + 1]) if last + 1 < len(rows) else None
    return entry


def _cell(rows: pd.DataFrame, number: int) -> dict[str, Any]:
    row = rows.iloc[number]
    return {"date": str(row["date"]), **{key: float(row[key]) for key in ("prevented", "low", "high")}}
