"""The story of one world, event by event: what happened, what each side felt, whom it blamed."""

from typing import Any

import numpy as np
import pandas as pd

from sim.scenario.ladder import THIRD_PARTY_ACTS, acts_of
from sim.scenario.parts.record import STRIKES, Event
from sim.scenario.schema import Scenario
from sim.simulate import PointResult

COLUMNS = ("world", "date", "actor", "track", "act", "target", "place", "killed", "felt", "blamed", "words", "source")


def of_history(scenario: Scenario) -> list[dict[str, Any]]:
    """The record's rows, in the same columns as a world's."""
    return [_recorded(event) for event in sorted(scenario.history, key=lambda row: (row.date, row.order))]


def _recorded(event: Event) -> dict[str, Any]:
    row = {name: getattr(event, name, None) for name in COLUMNS}
    return row | {"world": "record", "date": event.date.isoformat(), "felt": None}


def of_world(result: PointResult, world: int, name: str) -> list[dict[str, Any]]:
    """Everything that happens in one world, day by day."""
    rows = [row for day in range(result.scenario.days) for row in _day(result, world, day)]
    return [dict.fromkeys(COLUMNS) | row | {"world": name} for row in rows]


def _day(result: PointResult, world: int, day: int) -> list[dict[str, Any]]:
    scenario = result.scenario
    rows = [row for group in sorted(scenario.groups) for row in _attack(result, world, day, group)]
    for state in scenario.states:
        rows += [row for track in scenario.tracks for row in _act(result, world, day, state, track)]
    for act, series in (("agree", "agreement"), ("restore", "restoration")):
        if result.series[series][day, world]:
            rows.append({"actor": "both", "track": "talks", "act": act})
    rows += [row for outsider in sorted(scenario.third_parties) for row in _stage(result, world, day, outsider)]
    date = scenario.date_of(day).isoformat()
    return [{"date": date} | row for row in rows]


def _attack(result: PointResult, world: int, day: int, group: str) -> list[dict[str, Any]]:
    series = result.series
    if not series[f"{group}.struck"][day, world]:
        return []
    blamed = "yes" if series[f"{group}.blamed"][day, world] else "no"
    place = _place(result, int(series[f"{group}.place"][day, world]))
    killed = int(series[f"{group}.salient"][day, world])
    return [
        {
            "actor": group,
            "track": "attack",
            "act": "attack",
            "target": result.scenario.groups[group].target,
            "place": place,
            "killed": killed,
            "blamed": blamed,
        }
    ]


def _act(result: PointResult, world: int, day: int, state: str, track: str) -> list[dict[str, Any]]:
    number = int(result.series[f"{state}.{track}"][day, world])
    before = int(result.series[f"{state}.border"][day - 1, world]) if track == "border" and day else 0
    if number == before:
        return []
    act = acts_of(track)[number]
    rival = next(other for other in result.scenario.states if other != state)
    row = {"actor": state, "track": track, "act": act, "target": rival}
    return [row | _strike(result, world, day, state, rival)] if act in STRIKES else [row]


def _strike(result: PointResult, world: int, day: int, state: str, rival: str) -> dict[str, Any]:
    """People killed, where, and the harm as the other side feels it the next day [strike units]."""
    series = result.series
    felt = float(series[f"{rival}.felt"][day + 1, world]) if day + 1 < result.scenario.days else None
    place = _place(result, int(series[f"{state}.place"][day, world]))
    return {"place": place, "killed": int(series[f"{state}.killed"][day, world]), "felt": None if felt is None else round(felt, 3)}


def _stage(result: PointResult, world: int, day: int, outsider: str) -> list[dict[str, Any]]:
    stages = result.series[f"{outsider}.stage"][:, world]
    now, before = int(stages[day]), int(stages[day - 1]) if day else 0
    return [{"actor": outsider, "track": "third_party", "act": list(THIRD_PARTY_ACTS)[now - 1]}] if now > before else []


def _place(result: PointResult, number: int) -> str | None:
    return sorted(result.scenario.communities)[number] if number >= 0 else None


def named_worlds(result: PointResult, record_tension: Any) -> dict[str, int]:
    """Three worlds worth telling: nearest to the record's tension, the middle of the likeliest course, the highest tension."""
    tension = result.series["tension"].astype(float)
    peaks = tension.max(axis=0)
    course = result.outcomes()["course"].to_numpy(dtype=object)
    weights = pd.Series(result.weights).groupby(course).sum()
    likeliest = np.flatnonzero(course == weights.idxmax())
    middle = likeliest[np.argsort(peaks[likeliest], kind="stable")[len(likeliest) // 2]]
    return {
        "nearest to the record": int(np.abs(tension - record_tension).sum(axis=0).argmin()),
        "middle of the likeliest course": int(middle),
        "highest tension": int(peaks.argmax()),
    }


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Events as a table with whole numbers of people."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"killed": "Int64", "felt": "Float64"})
