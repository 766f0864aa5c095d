"""What is kept of a branch study, as tables: a row per set-up and world, day, or community."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.effects import effects
from sim.experiments.kept import people_of, quantiles_by_day
from sim.experiments.reading import Kept, draws_of
from sim.scenario.schema import Scenario
from sim.simulate import Table


def tables(scenario: Scenario, table: Table, compared: Sequence[int], kept: Sequence[Kept]) -> dict[str, pd.DataFrame]:
    """outcomes: a row per set-up and world; daily: quantiles; communities: mean hardship beside the parent's."""
    names = [point.name for point in table.points]
    parents = [names[parent] for parent in compared]
    draw = draws_of(table, kept[0].worlds)
    rows = []
    for name, parent, one in zip(names, parents, kept, strict=True):
        frame = one.values.astype("Float64").mask(one.values.isna())
        frame.insert(0, "setup", name)
        frame.insert(1, "parent", parent)
        frame.insert(2, "world", np.arange(one.worlds))
        frame["course"], frame["altered"], frame["weight"] = one.course, one.altered, one.weights
        frame["draw"] = pd.array(draw if draw is not None else [pd.NA] * one.worlds, dtype="Int64")
        rows.append(frame.astype({"setup": "string", "parent": "string", "course": "string"}))
    return {
        "outcomes": pd.concat(rows, ignore_index=True),
        "daily": pd.concat([_daily(scenario, name, one) for name, one in zip(names, kept, strict=True)], ignore_index=True),
        "communities": _communities(scenario, table, names, compared, kept),
    }


def _daily(scenario: Scenario, name: str, one: Kept) -> pd.DataFrame:
    frames = [quantiles_by_day(scenario, values, one.weights, {"setup": name, "series": series}) for series, values in one.series.items()]
    return pd.concat(frames, ignore_index=True)


def _communities(scenario: Scenario, table: Table, names: Sequence[str], compared: Sequence[int], kept: Sequence[Kept]) -> pd.DataFrame:
    """Mean hardship over the run [0 to 1] by community, and how it differs from the parent's, with its interval."""
    draw, rows = draws_of(table, kept[0].worlds), []
    for number, (name, one) in enumerate(zip(names, kept, strict=True)):
        parent = kept[compared[number]]
        people = {home: people_of(scenario, table.points[number], home) for home in one.hardship}
        share = {home: 1.0 / (people[home] * scenario.days) for home in people}
        found = effects(
            pd.DataFrame({home: parent.hardship[home] * share[home] for home in share}),
            pd.DataFrame({home: one.hardship[home] * share[home] for home in share}),
            parent.weights,
            draw,
        )
        for home, entry in found.items():
            state, mean = scenario.communities[home].state, float((one.hardship[home] * share[home] * one.weights).sum())
            rows.append((name, home, state, people[home], mean, entry["difference"], entry["low"], entry["high"]))
    columns = ["setup", "community", "state", "people", "mean", "difference", "low", "high"]
    words = ["setup", "community", "state"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(words, "string") | dict.fromkeys(columns[3:], "Float64"))
