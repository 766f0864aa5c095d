"""The set-ups of a run that was kept, with their worlds as numbers that can be compared."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.data_dictionary import Manifest, Meaning, factor_meanings, outcome_meanings
from sim.effects import Numbers
from sim.experiments.mean_differences import YES
from sim.run_tables import identifier, tables_of, telling_errors, views
from sim.scenario.errors import nearest, one_of, refuse, shown_path
from sim.summary import effective_worlds

GROUPS = {"replay": ("mode", "setup"), "branch": ("setup",)}
"""Columns that tell the set-ups of a run apart; those of a sweep are its factors."""
CLASS = "class"
DIGITS = 12
"""Values of a factor are the same where they agree to so many digits."""


@dataclass(frozen=True)
class SetUp:
    """One set-up: what it is called, its number in a sweep, and its worlds; arrays have shape (worlds,), NaN where an outcome is not defined.

    `draw`: the parameter draw of each world, None where the run does not say.
    """

    label: str
    point: int | None
    world: NDArray[np.int64]
    weight: Numbers
    draw: NDArray[np.int64] | None
    values: dict[str, Numbers]

    @property
    def effective_worlds(self) -> float:
        """How many equally weighted worlds its worlds are worth."""
        return effective_worlds(self.weight)


@dataclass(frozen=True)
class Kept:
    """A run that was kept: its folder and manifest, its set-ups by what they are, the outcomes that it has."""

    folder: Path
    manifest: Manifest
    set_ups: dict[tuple[Any, ...], SetUp]
    outcomes: dict[str, Meaning]

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.resolve().name


def comparable_outcomes(folder: Path, manifest: Manifest) -> dict[str, Meaning]:
    """Outcomes that a run keeps for each world; raises ScenarioError where it keeps none."""
    command = manifest["asked"]["command"]
    if command not in (*GROUPS, "sweep"):
        raise refuse(shown_path(folder), f"keeps no worlds to compare ({command}); {one_of([*GROUPS, 'sweep'])}")
    with tables_of(folder) as connection:
        columns = {column.name for column in views(connection).get("outcomes", [])}
    return {name: meaning for name, meaning in outcome_meanings(manifest).items() if name in columns and name != "log_weight"}


def chosen(names: Sequence[str], both: Sequence[str]) -> list[str]:
    """The outcomes asked for, or all that both runs have; raises ScenarioError for an unknown one."""
    for name in names:
        if name not in both:
            raise refuse("", f"is no outcome of both runs; {one_of(both)}", field="--outcome", value=name, nearest=nearest(name, both))
    return list(names or both)


def read_set_ups(folder: Path, manifest: Manifest, names: Sequence[str]) -> Kept:
    """A run's set-ups with the outcomes named; raises ScenarioError where its tables cannot be read."""
    outcomes = {name: meaning for name, meaning in outcome_meanings(manifest).items() if name in names}
    groups = list(GROUPS.get(manifest["asked"]["command"], ())) or [one["name"] for one in manifest["sweep"]["factors"]]
    with tables_of(folder) as connection, telling_errors():
        there = {column.name for column in views(connection)["outcomes"]}
        extra = [name for name in ("point", "draw") if name in there]
        read = [name if outcomes[name].kind == CLASS else f"CAST({identifier(name)} AS DOUBLE) AS {identifier(name)}" for name in outcomes]
        columns = ", ".join([*map(identifier, groups), "world", "weight", *extra, *read])
        rows = connection.execute(f"SELECT {columns} FROM outcomes ORDER BY {', '.join([*extra[:1], 'world'])}").df()
    found: dict[tuple[Any, ...], SetUp] = {}
    seen: Counter[tuple[Any, ...]] = Counter()
    for _, part in rows.groupby(["point"] if "point" in extra else groups, sort=False):
        values = tuple(_value(part[name].iloc[0]) for name in groups)
        found[*values, seen[values]] = _set_up(part, outcomes, _label(manifest, groups, values))
        seen[values] += 1
    return Kept(folder, manifest, found, outcomes)


def _value(value: Any) -> Any:
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float | np.floating) else value


def _label(manifest: Manifest, groups: Sequence[str], values: tuple[Any, ...]) -> str:
    """Words for a set-up: its mode and name, or its factors with their values."""
    if manifest["asked"]["command"] != "sweep":
        return ", ".join(str(value) for value in values)
    words = factor_meanings(manifest)
    shown = [f"{value:g}" if isinstance(value, float) else str(value) for value in values]
    return ", ".join(f"{words[name].label} = {value}" for name, value in zip(groups, shown, strict=True))


def _set_up(rows: pd.DataFrame, outcomes: dict[str, Meaning], label: str) -> SetUp:
    values: dict[str, Numbers] = {}
    for name, meaning in outcomes.items():
        if meaning.kind == CLASS:
            for word in classes(meaning):
                values[f"{name}: {word}"] = np.asarray(rows[name] == word, dtype=np.float64)
        else:
            values[name] = rows[name].to_numpy(dtype=np.float64)
    has_draws = "draw" in rows and rows["draw"].notna().all()
    return SetUp(
        label=label,
        point=int(rows["point"].iloc[0]) if "point" in rows else None,
        world=rows["world"].to_numpy(dtype=np.int64),
        weight=rows["weight"].to_numpy(dtype=np.float64),
        draw=rows["draw"].to_numpy(dtype=np.int64) if has_draws else None,
        values=values,
    )


def classes(meaning: Meaning) -> list[str]:
    """The words of a class, which its meaning lists."""
    return meaning.meaning.split(" · ")


def measures(outcomes: dict[str, Meaning]) -> dict[str, Meaning]:
    """What is compared: every outcome, and each word of a class as a yes or no."""
    found: dict[str, Meaning] = {}
    for name, meaning in outcomes.items():
        if meaning.kind == CLASS:
            found |= {f"{name}: {word}": Meaning(f"{meaning.label}: {word}", kind=YES) for word in classes(meaning)}
        else:
            found[name] = meaning
    return found
