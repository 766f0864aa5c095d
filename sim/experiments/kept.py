"""What is kept of a replay, as tables: a row per world, day, rung, community or event."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.design import Mode, Point
from sim.history import series
from sim.scenario.paths import covers
from sim.scenario.schema import Scenario
from sim.simulate import PointResult
from sim.story import named_worlds, of_history, of_world, table
from sim.summary import QUANTILES, quantiles
from sim.worlds import NEVER

UNCHANGED, CHANGED = "unchanged", "changed"
STORY_MODES: tuple[Mode, ...] = ("assisted", "free", "forced")
"""Modes in the order in which they are preferred for telling single worlds."""

Results = dict[tuple[Mode, str], PointResult]
"""What was run: mode, and unchanged or changed."""


def outcomes(results: Results) -> pd.DataFrame:
    """A row per mode, set-up and world."""
    frames = []
    for (mode, setup), result in results.items():
        frame = result.outcomes()
        frame.insert(0, "mode", mode)
        frame.insert(1, "setup", setup)
        frame.insert(2, "world", np.arange(result.worlds))
        frame["weight"] = result.weights
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).astype({"mode": "string", "setup": "string", "world": "Int64", "weight": "Float64"})


def daily(results: Results) -> pd.DataFrame:
    """Weighted quantiles of every daily series: a row per mode, set-up, series and day."""
    return pd.concat(
        [
            quantiles_by_day(result.scenario, values, result.weights, {"mode": mode, "setup": setup, "series": name})
            for (mode, setup), result in results.items()
            for name, values in result.series.items()
        ],
        ignore_index=True,
    )


def quantiles_by_day(scenario: Scenario, values: NDArray[Any], weights: NDArray[Any], names: dict[str, str]) -> pd.DataFrame:
    """Weighted mean and quantiles of one daily series, shape (days, worlds): a row a day, `names` standing in every one."""
    numbers = values.astype(np.float64)
    at = quantiles(numbers, weights)
    columns = {f"q{round(100 * share):02d}": row for share, row in zip(QUANTILES, at, strict=True)}
    dates = [scenario.date_of(day).isoformat() for day in range(scenario.days)]
    table = pd.DataFrame({**names, "date": dates, "mean": (numbers * weights).sum(axis=1), **columns})
    return table.astype(dict.fromkeys([*names, "date"], "string"))


def rungs(results: Results) -> pd.DataFrame:
    """Share of worlds on every rung: a row per mode, set-up, state, day and rung."""
    rows = []
    for (mode, setup), result in results.items():
        for state in result.scenario.states:
            rung = result.series[f"{state}.rung"]
            for level in np.unique(rung):
                share = ((rung == level) * result.weights).sum(axis=1)
                rows += [
                    (mode, setup, state, result.scenario.date_of(int(day)).isoformat(), int(level), float(share[day]))
                    for day in np.flatnonzero(share)
                ]
    return pd.DataFrame(rows, columns=["mode", "setup", "state", "date", "rung", "share"])


def events(scenario: Scenario, results: Results) -> pd.DataFrame:
    """What happened in the record and in three named worlds of the mode that leaves governments most of the choice."""
    mode = next(mode for mode in STORY_MODES if (mode, UNCHANGED) in results)
    result = results[mode, UNCHANGED]
    rows = of_history(scenario)
    for name, world in named_worlds(result, series(scenario)["tension"]).items():
        rows += of_world(result, world, f"{mode}, world {world}: {name}")
    return table(rows)


def record_by_day(scenario: Scenario) -> pd.DataFrame:
    """The record's own daily tension and rungs, by the model's formulas."""
    made = series(scenario)
    columns = {"tension": made["tension"][:, 0]} | {f"{state}.rung": made[f"{state}.rung"][:, 0] for state in scenario.states}
    return pd.DataFrame({"date": [scenario.date_of(day).isoformat() for day in range(scenario.days)], **columns})


def people_of(scenario: Scenario, point: Point, community: str) -> float:
    """People of a community as a set-up has them throughout; a number that it sets for some days only is not looked at."""
    path = ("communities", community, "people")
    said = [one.value for one in point.sets if one.start == 0 and one.until == NEVER and covers(tuple(one.path.split(".")), path)]
    return float(said[-1]) if said else float(scenario.communities[community].people)


def communities(results: Results) -> pd.DataFrame:
    """Each community's mean hardship over the run [0 to 1], quantiles over worlds: a row per mode, set-up and community."""
    rows = []
    for (mode, setup), result in results.items():
        for name, home in result.scenario.communities.items():
            people = people_of(result.scenario, result.point, name)
            mean = result.totals[f"{name}.person_days"] / (people * result.scenario.days)
            q05, median, q95 = map(float, quantiles(mean, result.weights, (0.05, 0.5, 0.95)))
            rows.append((mode, setup, name, home.state, people, float((mean * result.weights).sum()), median, q05, q95))
    words, numbers = ["mode", "setup", "community", "state"], ["people", "mean", "median", "q05", "q95"]
    return pd.DataFrame(rows, columns=words + numbers).astype(dict.fromkeys(words, "string") | dict.fromkeys(numbers, "Float64"))
