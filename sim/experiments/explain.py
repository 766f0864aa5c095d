"""Explain: why a government did what it did on a day, as far as the model can say.

The record is followed to the day before; on that morning the very function that decides gives the terms of every act.
Over many worlds they are weighted by how likely each world made the record; of one world they are exact.
"""

import datetime
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.branches import read
from sim.chronicle import Chronicle
from sim.design import Mode, Point, Set, point_in
from sim.experiments.branch import CAVEAT, FITTED_CAVEAT, SCHEMA_VERSION, parting_day
from sim.model import Crisis
from sim.rules.choice import weights_of
from sim.scenario.branches import find_branch, load_branch
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.ladder import acts_of
from sim.scenario.paths import Leaf, leaves
from sim.scenario.priors import applicable, load_priors
from sim.scenario.schema import Scenario
from sim.simulate import Table
from sim.store import Study, identity, now, scenario_hash
from sim.summary import effective_worlds, quantiles
from sim.worlds import total

LEVELS = 7
"""Values of each parameter that are tried across its range, on either side of its own."""
FLIP_WORLDS = 40
"""Worlds in which a flip is looked for, where no single world is asked for."""
WIDE = 20.0
"""A positive range whose ends are further apart than this ratio is walked through in equal ratios."""
HALVINGS = 6
BAND = (0.05, 0.95)

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Morning:
    """One state on the morning of a day, in worlds: terms by track, act and name; chance to sit; routine; weights of worlds."""

    terms: dict[str, dict[str, dict[str, NDArray[Any]]]]
    sits: NDArray[Any]
    routine: dict[str, NDArray[Any]]
    weights: NDArray[Any]

    @property
    def sitting(self) -> NDArray[Any]:
        """Weight of each world given that the council sits; where it cannot sit in any, that of all worlds."""
        weights = self.weights * self.sits
        return weights / weights.sum() if weights.sum() > 0.0 else self.weights

    def if_sitting(self, track: str) -> NDArray[Any]:
        """Probability of every act of a track if the council sits, shape (acts, worlds)."""
        weights = np.array([np.broadcast_to(one, self.sits.shape) for one in weights_of([total(act.values()) for act in self.terms[track].values()])])
        return np.asarray(weights / total(weights))

    def today(self, track: str) -> NDArray[Any]:
        """Probability of every act of a track that day, over sitting and not sitting, shape (acts, worlds)."""
        routine = np.array([self.routine[track] == number for number in range(len(self.terms[track]))])
        return np.asarray(self.sits * self.if_sitting(track) + (1.0 - self.sits) * routine)


def explain(
    scenario: Scenario,
    *,
    at: datetime.date | str,
    actor: str,
    world: int | None = None,
    worlds: int = 500,
    seed: int = 1,
    mode: Mode = "forced",
    start: datetime.date | str | None = None,
    parameters: str = "point",
    flips: bool = True,
) -> Study:
    """Why a government did what it did on a day; raises ScenarioError for what cannot be asked.

    Follows the record to the day before `at` (FORCED), or, with another mode, to the day before `start`. With `world`, in
    that one world of a run; else over `worlds` worlds, weighted. Tables: terms [logits], acts (probabilities), flips.
    """
    started, day = now(), day_of(scenario, at, "--at")
    if actor not in scenario.states:
        raise refuse("", one_of(scenario.states), field="--actor", value=actor, nearest=nearest(actor, scenario.states))
    first, count = _slice(world, worlds)
    table = Table(scenario, (_point(scenario, mode, start, day),), seed, load_priors() if parameters == "prior" else {})
    morning = mornings(table, day, actor, first, count)[0]
    found = {"terms": terms_table(morning), "acts": acts_table(scenario, morning, day, actor)}
    found["flips"] = _flips(table, day, actor, first, min(count, FLIP_WORLDS), found["acts"]) if flips else pd.DataFrame()
    asked = {
        "command": "explain",
        "scenario": scenario.name,
        "subject": f"{actor}_{scenario.date_of(day).isoformat()}",
        "scenario_hash": scenario_hash(scenario),
        "at": scenario.date_of(day).isoformat(),
        "actor": actor,
        "world": world,
        "worlds": count,
        "seed": seed,
        "mode": mode,
        "from": None if start is None else str(start),
        "parameters": parameters,
    }
    manifest = identity(asked, started) | {
        "schema_version": SCHEMA_VERSION,
        "caveat": f"{CAVEAT.split('. ')[0]}. {FITTED_CAVEAT}" if scenario.fitted else f"{CAVEAT.split('. ')[0]}.",
        "mode": mode,
        "sits": float((morning.sits * morning.weights).sum()),
        "effective_worlds": effective_worlds(morning.weights),
    }
    return Study(manifest, found)


def day_of(scenario: Scenario, said: datetime.date | str, flag: str) -> int:
    """A day of the run from a date; raises ScenarioError."""
    try:
        day = scenario.day_of(said if isinstance(said, datetime.date) else datetime.date.fromisoformat(said))
    except ValueError:
        raise refuse("", "must be a date that exists, as year-month-day", field=flag, value=str(said)) from None
    if not 0 <= day < scenario.days:
        raise refuse("", f"must be a day of the run, {scenario.start} to {scenario.end}", field=flag, value=str(said))
    return day


def _slice(world: int | None, worlds: int) -> tuple[int, int]:
    if world is not None and world < 0:
        raise refuse("", "must be a whole number, 0 or more", field="--world", value=world)
    if worlds < 1:
        raise refuse("", "must be a whole number above 0", field="--worlds", value=worlds)
    return (0, worlds) if world is None else (world, 1)


def _point(scenario: Scenario, mode: Mode, start: datetime.date | str | None, day: int) -> Point:
    """The record is followed up to the day that is explained, or up to the first day on which governments choose."""
    if mode == "forced":
        return point_in("assisted", day, name="record to the day before")
    return point_in(mode, 0 if start is None else day_of(scenario, start, "--from"), name=mode)


def mornings(table: Table, day: int, actor: str, first: int, count: int) -> list[Morning]:
    """A state on the morning of a day, in every point of a table."""
    crisis = table.crisis(first, count)
    if crisis.worlds.shape != (1, 1):  # a single world's data collector reads its series
        crisis.record.keep_only(())
    while crisis.day < day:
        crisis.step()
    crisis.dawn()
    return mornings_of(crisis, actor)


def mornings_of(crisis: Crisis, actor: str) -> list[Morning]:
    """A state of a model that stands before its decisions, point by point."""
    state = next(one for one in crisis.states if one.name == actor)
    shape = crisis.worlds.shape

    def whole(value: Any) -> NDArray[Any]:
        return np.asarray(np.broadcast_to(value, shape))

    terms = {
        track: {act: {name: whole(term) for name, term in named.items()} for act, named in acts.items()}
        for track, acts in ((track, state.terms(state.situation(), track)) for track in crisis.tracks)
    }
    routine = {track: whole(state.policy if track == "border" else 0) for track in crisis.tracks}
    sits, weight = whole(state.chance_to_sit()), whole(crisis.log_weight)
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    return [
        Morning(
            {track: {act: {name: term[number] for name, term in named.items()} for act, named in acts.items()} for track, acts in terms.items()},
            sits[number],
            {track: value[number] for track, value in routine.items()},
            weight[number] / weight[number].sum(),
        )
        for number in range(shape[0])
    ]


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


# What would flip it


def _flips(table: Table, day: int, actor: str, first: int, count: int, acts: pd.DataFrame) -> pd.DataFrame:
    """For every track the parameters of the state or the dyad of which a change alone makes another act the likeliest, smallest change first."""
    tried = [(path, leaf, level) for path, leaf in _parameters(table, actor).items() for level in _levels(leaf)]
    found = _likeliest(table, day, actor, first, count, [(path, level) for path, _, level in tried])
    now_likeliest = _likeliest(table, day, actor, first, count, [])[0]
    nearest_flip: dict[tuple[str, str], tuple[float, float, str]] = {}
    for (path, leaf, level), likeliest in zip(tried, found, strict=True):
        for track, act in likeliest.items():
            size = _share(leaf, level)
            if act != now_likeliest[track] and size < nearest_flip.get((track, path), (np.inf, 0.0, ""))[0]:
                nearest_flip[track, path] = (size, level, act)
    refined = _refine(table, day, actor, first, count, nearest_flip, now_likeliest)
    known = leaves(table.scenario)
    rows = [
        {
            "track": track,
            "parameter": path,
            "unit": known[path].unit,
            "meaning": known[path].meaning,
            "from": float(known[path].value),  # type: ignore[arg-type]
            "to": to,
            "share_of_range": _share(known[path], to),
            "likeliest": now_likeliest[track],
            "instead": act,
        }
        for (track, path), (to, act) in refined.items()
    ]
    columns = ["track", "parameter", "unit", "meaning", "from", "to", "share_of_range", "likeliest", "instead"]
    return pd.DataFrame(rows, columns=columns).sort_values(["track", "share_of_range"], kind="stable", ignore_index=True)


def _parameters(table: Table, actor: str) -> dict[str, Leaf]:
    """Numbers of the state and of the dyad that have a range; those drawn anew in each world have no one value to start from."""
    drawn = applicable(table.priors, table.scenario)
    beginnings = (f"states.{actor}.", "dyad.")
    return {
        path: leaf
        for path, leaf in leaves(table.scenario).items()
        if path.startswith(beginnings) and path not in drawn and leaf.kind == "number" and leaf.low is not None and leaf.high is not None
    }


def _levels(leaf: Leaf) -> list[float]:
    """Values across a parameter's range."""
    low, high = _ends(leaf)
    if _in_ratios(leaf):
        return [float(value) for value in np.geomspace(low, high, 2 * LEVELS)]
    return [float(value) for value in np.linspace(low, high, 2 * LEVELS)]


def _ends(leaf: Leaf) -> tuple[float, float]:
    """Lowest and highest value; a range that begins above nought begins at a thousandth of its end, or at the value itself."""
    low, high, value = float(leaf.low or 0.0), float(leaf.high or 0.0), float(leaf.value)  # type: ignore[arg-type]
    return (min(high / 1000.0, value) if low == 0.0 and value > 0 else low), high


def _in_ratios(leaf: Leaf) -> bool:
    low, high = _ends(leaf)
    return low > 0 and high / low > WIDE


def _share(leaf: Leaf, level: float) -> float:
    """How far a value is from the parameter's own, as a share of its range; in ratios where the range is wide."""
    low, high = _ends(leaf)
    value = float(leaf.value)  # type: ignore[arg-type]
    if _in_ratios(leaf) and value > 0 and level > 0:
        return float(abs(np.log(level / value)) / np.log(high / low))
    return abs(level - value) / (high - low)


def _likeliest(table: Table, day: int, actor: str, first: int, count: int, sets: list[tuple[str, float]]) -> list[dict[str, str]]:
    """The likeliest act of every track if the council sits, with each parameter changed by itself throughout the run."""
    base = table.points[0]
    points = tuple(replace(base, name=f"{path}={level:g}", sets=(Set(path, level),)) for path, level in sets) or (base,)
    found = mornings(replace(table, points=points), day, actor, first, count)
    return [{track: acts_of(track)[int(np.argmax((one.if_sitting(track) * one.sitting).sum(axis=1)))] for track in one.terms} for one in found]


def _refine(
    table: Table,
    day: int,
    actor: str,
    first: int,
    count: int,
    flips: dict[tuple[str, str], tuple[float, float, str]],
    before: dict[str, str],
) -> dict[tuple[str, str], tuple[float, str]]:
    """Halve the way from a parameter's own value to the one that flips, all at once."""
    known = leaves(table.scenario)
    near = {key: float(known[key[1]].value) for key in flips}  # type: ignore[arg-type]
    far = {key: (level, act) for key, (_, level, act) in flips.items()}
    for _ in range(HALVINGS if flips else 0):
        middle = {key: 0.5 * (near[key] + far[key][0]) for key in flips}
        found = _likeliest(table, day, actor, first, count, [(key[1], middle[key]) for key in flips])
        for key, likeliest in zip(flips, found, strict=True):
            if likeliest[key[0]] == before[key[0]]:
                near[key] = middle[key]
            else:
                far[key] = (middle[key], likeliest[key[0]])
    return far


# Where a branch leaves its parent


def parting(
    scenario: Scenario, what: str, world: int, *, mode: Mode = "assisted", seed: int = 1, at: datetime.date | str | None = None
) -> dict[str, Any]:
    """The first day on which a world of a branch leaves its parent's, what differs then, and the terms of the first decision that does.

    Gives day, differs (series that differ), and decisions: per state and track on which the acts differ, both acts and terms.
    """
    day = None if at is None else day_of(scenario, at, "--at")
    one = read(scenario, find_branch(what).stem, load_branch(what), {}, day)
    parent = point_in(mode, parting_day(scenario, one, day), name="as it was")
    child = replace(parent, name=one.name, sets=one.sets, pins=one.pins, injects=one.injects)
    crisis = Table(scenario, (parent, child), seed).crisis(world, 1)
    while crisis.running:
        today = crisis.day
        crisis.dawn()
        before = {state.name: mornings_of(crisis, state.name) for state in crisis.states}
        crisis.dusk()
        differs = [name for name, values in crisis.record.series.items() if values[today, 0, 0] != values[today, 1, 0]]
        if differs:
            return {"date": scenario.date_of(today).isoformat(), "differs": differs, "decisions": _decisions(crisis, before)}
    return {"date": None, "differs": [], "decisions": []}


def _decisions(crisis: Crisis, before: dict[str, list[Morning]]) -> Rows:
    rows: Rows = []
    for state in crisis.states:
        for track, chosen in state.acts.items():
            acts = [acts_of(track)[int(chosen[number, 0])] for number in (0, 1)]
            if acts[0] != acts[1]:
                terms = [
                    {act: {name: float(value[0]) for name, value in named.items()} for act, named in one.terms[track].items()}
                    for one in before[state.name]
                ]
                rows.append(
                    {"actor": state.name, "track": track, "parent": acts[0], "branch": acts[1], "terms_parent": terms[0], "terms_branch": terms[1]}
                )
    return rows
