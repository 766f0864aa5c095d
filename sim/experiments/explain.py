"""Explain: why a government did what it did on a day, as far as the model can say.

The record is followed to the day before; on that morning the very function that decides gives the terms of every act.
Over many worlds they are weighted by how likely each world made the record; of one world they are exact.
"""

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.chronicle import Chronicle
from sim.design import MODES, Point, point_in
from sim.experiments.asking import (
    SCHEMA_VERSION,
    check_parameters,
    check_seed,
    check_world,
    check_worlds,
    crisis_of,
    day_of,
    mode_of,
    parameters_asked,
    priors_of,
)
from sim.experiments.council import Morning, mornings
from sim.experiments.flips import Council, flips_of
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.schema import Scenario
from sim.simulate import Table
from sim.store import Study, identity, now, scenario_hash
from sim.summary import effective_worlds, quantiles
from sim.words import caveat
from sim.worlds import total

BAND = (0.05, 0.95)

Rows = list[dict[str, Any]]


def explain(
    scenario: Scenario | str | Path,
    *,
    at: datetime.date | str,
    actor: str,
    world: int | None = None,
    worlds: int = 500,
    seed: int = 1,
    mode: str = "forced",
    start: datetime.date | str | None = None,
    changes: dict[str, Any] | None = None,
    parameters: str = "point",
    flips: bool = True,
) -> Study:
    """Why a government did what it did on a day; raises ScenarioError for what cannot be asked.

    Follows the record to the day before `at` (FORCED), or, with another mode, to the day before `start`. With `world`, in
    that one world of a run; else over `worlds` worlds, weighted. `changes`: dotted paths
    and values that differ. Tables: terms [logits], acts (probabilities), flips.
    """
    scenario = crisis_of(scenario)
    started, day = now(), day_of(scenario, at, "--at")
    if actor not in scenario.states:
        raise refuse("", one_of(scenario.states), field="--actor", value=actor, nearest=nearest(actor, scenario.states))
    check_parameters(parameters)
    check_seed(seed)
    unchanged, scenario = scenario_hash(scenario), scenario.override(changes or {})
    first, count = _slice(world, worlds)
    table = Table(scenario, (_point(scenario, mode, start, day),), seed, priors_of(parameters))
    morning = mornings(table, day, actor, first, count)[0]
    found = {"terms": terms_table(morning), "acts": acts_table(scenario, morning, day, actor)}
    found["flips"] = flips_of(Council(table, day, actor, first, count)) if flips else pd.DataFrame()
    asked = {
        "command": "explain",
        "scenario": scenario.name,
        "subject": f"{actor}_{scenario.date_of(day).isoformat()}",
        "scenario_hash": unchanged,
        "at": scenario.date_of(day).isoformat(),
        "actor": actor,
        "world": world,
        "worlds": count,
        "seed": seed,
        "mode": mode,
        "from": None if start is None else str(start),
        "changes": {path: str(value) for path, value in sorted((changes or {}).items())},
        **parameters_asked(parameters),
    }
    manifest = identity(asked, started) | {
        "schema_version": SCHEMA_VERSION,
        "caveat": caveat(scenario),
        "mode": mode,
        "sits": float((morning.sits * morning.weights).sum()),
        "effective_worlds": effective_worlds(morning.weights),
    }
    return Study(manifest, found)


def _slice(world: int | None, worlds: int) -> tuple[int, int]:
    if world is not None:
        check_world(world)
    check_worlds(worlds)
    return (0, worlds) if world is None else (world, 1)


def _point(scenario: Scenario, mode: str, start: datetime.date | str | None, day: int) -> Point:
    """The record is followed up to the day that is explained, or up to the first day on which governments choose."""
    if mode == "forced":
        return point_in("assisted", day, name="record to the day before")
    return point_in(mode_of(mode, MODES), 0 if start is None else day_of(scenario, start, "--from"), name=mode)


def terms_table(morning: Morning) -> pd.DataFrame:
    """A row per track, act and term [logits]: weighted mean, and what holds 90 of 100 worlds; `utility` is their sum."""
    rows: Rows = []
    for track, acts in morning.terms.items():
        for act, named in acts.items():
            for name, values in {**named, "utility": total(named.values())}.items():
                values = np.broadcast_to(values, morning.sits.shape)
                low, high = quantiles(values, morning.weights, BAND)
                rows.append({"track": track, "act": act, "term": name, "mean": float((values * morning.weights).sum()), "q05": low, "q95": high})
    return pd.DataFrame(rows).astype({"track": "string", "act": "string", "term": "string"})


def acts_table(scenario: Scenario, morning: Morning, day: int, actor: str) -> pd.DataFrame:
    """A row per track and act: probability if the council sits, and that day; what the record shows."""
    recorded, rows = Chronicle(scenario), list[dict[str, Any]]()
    for track, acts in morning.terms.items():
        # Worlds in which the council hardly sits say little about what it does when it sits.
        if_sitting = (morning.if_sitting(track) * morning.sitting).sum(axis=1)
        today = (morning.today(track) * morning.weights).sum(axis=1)
        shown = recorded.acts(day, actor, track)
        rows += [
            {"track": track, "act": act, "if_sitting": float(if_sitting[number]), "today": float(today[number]), "recorded": shown == (act,)}
            for number, act in enumerate(acts)
        ]
    return pd.DataFrame(rows).astype({"track": "string", "act": "string"})
