"""Sensitivity: which numbers an outcome's variance hangs on, if each may be what its prior or range allows.

Morris's screening turns every number; the ten that move an outcome most are then told apart by Sobol' indices, the
others together as one. All set-ups share their luck, so that what differs between them is their numbers. An outcome that does
not happen counts as nought: indices are of all worlds.
"""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.course import Course
from sim.design import Mode, point_in
from sim.execute import available_workers
from sim.experiments.asking import SCHEMA_VERSION, check_outcomes, check_seed, check_worlds, crisis_of, day_of, mode_of
from sim.experiments.indices import OTHERS, Sobol, moments, screen
from sim.experiments.knobs import Knob, knobs
from sim.experiments.setup_runs import Ran, run
from sim.history import series
from sim.outcomes import definitions
from sim.parameters import ByPoint
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.store import Study, identity, now, scenario_hash
from sim.words import CHANGE_CAVEAT, caveat
from sim.worlds import Array

METHODS = ("sobol", "morris", "delta")
MODES: tuple[Mode, ...] = ("assisted", "free")
BASE, TRAJECTORIES, WORLDS = 256, 10, 60
FEWEST_BASE, FEWEST_TRAJECTORIES, FEWEST_WORLDS = 32, 4, 10
MOST = 10
"""Numbers that are told apart by Sobol' indices, of each outcome."""
DEFAULT = ("answered", "second_round", "agreement", "killed", "hardship_person_days")
"""Outcomes that are looked at where nobody names others."""
SAMPLE = 4
"""Set-ups of the sample for delta, as a multiple of the base."""
MEASURES = {"sobol": "total index", "morris": "mean absolute effect of its whole range", "delta": "delta"}
SOME = 1e-12
"""Variance under which an outcome is said not to move."""
ASSUMED, SOURCED = "assumed", "sourced"
CAVEAT = (
    "Shares of variance hang on the ranges: priors where there are any, half to twice the value elsewhere, which is assumed. Numbers that are "
    "nought, and what is structure (names, dates, rules), are not turned."
)


@dataclass(frozen=True)
class Request:
    """What is asked of a sensitivity analysis; `start` is a day of the run."""

    scenario: Scenario
    knobs: tuple[Knob, ...]
    outcomes: tuple[str, ...]
    method: str
    mode: Mode
    start: int
    base: int = BASE
    trajectories: int = TRAJECTORIES
    worlds: int = WORLDS
    seed: int = 1
    vary: tuple[str, ...] = ()
    workers: int = 1

    def asked(self) -> dict[str, Any]:
        """What was asked, as plain values: equal for equal runs."""
        return {
            "command": "sensitivity",
            "scenario": self.scenario.name,
            "subject": f"{self.scenario.name}_{self.method}",
            "scenario_hash": scenario_hash(self.scenario),
            "method": self.method,
            "mode": self.mode,
            "from": self.scenario.date_of(self.start).isoformat(),
            "outcomes": list(self.outcomes),
            "vary": list(self.vary),
            "points": self.base,
            "trajectories": self.trajectories,
            "worlds": self.worlds,
            "seed": self.seed,
            "parameters": "prior",
            "changes": {},
        }

    @property
    def setups(self) -> int:
        """Set-ups in all, at most."""
        screened = self.trajectories * (len(self.knobs) + 1) if self.method == "morris" or self.screens else 0
        blocks = min(len(self.knobs), MOST * len(self.outcomes)) + len(self.outcomes) + 2
        return screened + {"morris": 0, "delta": SAMPLE * self.base, "sobol": (2 + blocks) * self.base}[self.method]

    @property
    def screens(self) -> bool:
        """Whether there are too many numbers to tell all of them apart at once."""
        return self.method == "sobol" and len(self.knobs) > MOST


def request(
    scenario: Scenario,
    *,
    method: str = "sobol",
    outcomes: Sequence[str] = (),
    vary: Sequence[str] = (),
    mode: str = "assisted",
    start: datetime.date | str | None = None,
    points: int = BASE,
    trajectories: int = TRAJECTORIES,
    worlds: int = WORLDS,
    seed: int = 1,
    workers: int | None = None,
) -> Request:
    """Think an analysis through without running it; raises ScenarioError for what cannot be asked."""
    if method not in METHODS:
        raise refuse("", one_of(METHODS), field="--method", value=method, nearest=nearest(method, METHODS))
    check_outcomes(scenario, outcomes)
    check_seed(seed)
    check_worlds(worlds)
    for flag, value, fewest in (
        ("--points", points, FEWEST_BASE),
        ("--trajectories", trajectories, FEWEST_TRAJECTORIES),
        ("--worlds", worlds, FEWEST_WORLDS),
    ):
        if value < fewest:
            raise refuse("", f"must be a whole number, {fewest} or more", field=flag, value=value)
    if points & (points - 1):
        raise refuse("", "must be a power of two: Sobol' points are balanced only then", field="--points", value=points)
    chosen = tuple(knobs(scenario, load_priors(), vary))
    if len(chosen) < 2:
        raise refuse("", "must name two numbers or more: shares of one are no shares", field="--vary", value=", ".join(vary))
    first = first_choice(scenario) if start is None else day_of(scenario, start, "--from")
    wanted = tuple(outcomes) or tuple(name for name in DEFAULT if name in {one.name for one in definitions(scenario)})
    count = available_workers() if workers is None else workers
    return Request(scenario, chosen, wanted, method, mode_of(mode, MODES), first, points, trajectories, worlds, seed, tuple(vary), count)


def first_choice(scenario: Scenario) -> int:
    """The day after the first strike of the record; the first day where it has none, or ends with it."""
    struck = Course(scenario, series(scenario), {}, None).first_strike[0] if scenario.history else np.nan
    return 0 if np.isnan(struck) or struck + 1 >= scenario.days else int(struck) + 1


def sensitivity(scenario: Scenario | str | Path, **how: Any) -> Study:
    """What an outcome's variance hangs on; raises ScenarioError for what cannot be asked.

    `method`: `sobol` (screening, then total and first-order indices of the twelve numbers that matter most), `morris` (screening
    alone) or `delta` (moment-independent, from a Latin hypercube); `outcomes`: by default the headline ones; `vary`: paths of
    the numbers that are turned (default: all); `mode`, `start`: who decides, from which day (default: the day after the first
    strike); `points`: rows of Sobol's matrices, a power of two; `trajectories` of the screening; `worlds` per set-up. Tables:
    `indices`, `screening`, `assumed`, `outcomes`.
    """
    return analyse(request(crisis_of(scenario), **how))


def analyse(asked: Request) -> Study:
    """Run what is asked."""
    started = now()
    runner = _Runner(asked)
    found = _METHODS[asked.method](runner)
    tables = {name: table for name, table in found.items() if not table.empty}
    return Study(identity(asked.asked(), started) | _report(asked, tables) | {"setups": sum(len(ran.weight) for ran in runner.seen)}, tables)


@dataclass
class _Runner:
    """Runs set-ups of an analysis and remembers how well their means are known."""

    asked: Request
    seen: list[Ran] = field(default_factory=list)

    def __call__(self, shares: Array) -> dict[str, Array]:
        """Means of every outcome, shape (set-ups,), at shares of the knobs' ranges (set-ups, knobs)."""
        asked, numbers = self.asked, dict[str, ByPoint]()
        for number, knob in enumerate(asked.knobs):
            numbers |= knob.columns(shares[:, number])
        point = point_in(asked.mode, asked.start)
        ran = run(asked.scenario, point, numbers, asked.outcomes, asked.worlds, asked.seed, workers=asked.workers)
        self.seen.append(ran)
        return {name: ran.means(name) for name in asked.outcomes}

    def outcomes(self) -> pd.DataFrame:
        """A row an outcome: mean and variance over the last set-ups, and how much of that is at most simulation error."""
        ran = self.seen[-1]
        rows = []
        for name in self.asked.outcomes:
            means = ran.means(name)
            rows.append({"outcome": name, "mean": means.mean(), "sd": means.std(), "error_variance": ran.error_variance(name).mean()})
        table = pd.DataFrame(rows)
        return table.assign(error_share=table["error_variance"] / (table["sd"] ** 2).clip(lower=SOME), effective_worlds=float(np.median(ran.worth())))


Tables = dict[str, pd.DataFrame]


def _morris(runner: _Runner) -> Tables:
    table = screen(runner, [knob.path for knob in runner.asked.knobs], runner.asked.trajectories, runner.asked.seed)
    return {"screening": _named(table, runner.asked.knobs), "outcomes": runner.outcomes()}


def _sobol(runner: _Runner) -> Tables:
    asked = runner.asked
    screening = screen(runner, [knob.path for knob in asked.knobs], asked.trajectories, asked.seed) if asked.screens else pd.DataFrame()
    picked = {name: _picked(screening, asked.knobs, name) for name in asked.outcomes}
    everything = range(len(asked.knobs))
    blocks = {asked.knobs[number].path: [number] for number in everything if any(number in some for some in picked.values())}
    blocks |= {_rest(name): [number for number in everything if number not in some] for name, some in picked.items() if len(some) < len(everything)}
    by_source = {name: [number for number, knob in enumerate(asked.knobs) if knob.assumed == (name == ASSUMED)] for name in (ASSUMED, SOURCED)}
    halves = [name for name in by_source if by_source[name]]
    design = Sobol([knob.path for knob in asked.knobs], blocks | {name: by_source[name] for name in halves}, asked.base, asked.seed)
    y = runner(design.shares())
    moved = [name for name in asked.outcomes if y[name].var() > SOME]
    if not moved:
        raise refuse("", "moves in no set-up, whatever the numbers are", field="--outcome", value=", ".join(asked.outcomes))
    tables = []
    for name in moved:
        signs = dict(zip(design.names, design.signs(y[name]), strict=True))
        alone = [asked.knobs[number].path for number in picked[name]] + ([_rest(name)] if _rest(name) in blocks else [])
        one = design.indices(y[name], alone).rename(columns={"block": "parameter"}).replace({"parameter": {_rest(name): OTHERS}})
        tables.append(_named(one.assign(outcome=name, method="sobol", sign=[signs.get(path, np.nan) for path in one["parameter"]]), asked.knobs))
    assumed = _assumed(design, y, moved, halves)
    indices = pd.concat(tables, ignore_index=True)
    return {"indices": indices, "screening": _named(screening, asked.knobs), "assumed": assumed, "outcomes": runner.outcomes()}


def _rest(outcome: str) -> str:
    """The block of all numbers that are not told apart for an outcome."""
    return f"{OTHERS}: {outcome}"


def _picked(screening: pd.DataFrame, turned: Sequence[Knob], outcome: str) -> list[int]:
    """Numbers of the knobs that are told apart for an outcome: those with the largest elementary effects."""
    if screening.empty:
        return list(range(len(turned)))
    rows = screening[screening["outcome"] == outcome].sort_values("mu_star", ascending=False, kind="stable")
    order = {knob.path: number for number, knob in enumerate(turned)}
    return sorted(order[str(path)] for path in rows["parameter"].iloc[:MOST])


def _assumed(design: Sobol, y: dict[str, Array], moved: Sequence[str], halves: Sequence[str]) -> pd.DataFrame:
    """A row an outcome: the share of variance that would be left if every sourced number were known, and that of sourced numbers alone."""
    if len(halves) < 2:
        share = 1.0 if ASSUMED in halves else 0.0
        return pd.DataFrame([{"outcome": name, "share": share, "low": share, "high": share, "sourced_alone": 1.0 - share} for name in moved])
    rows = []
    for name in moved:
        by_block = design.indices(y[name], list(halves)).set_index("block")
        total, low, high = by_block.loc[ASSUMED, ["total", "total_low", "total_high"]].astype(float)
        rows.append({"outcome": name, "share": total, "low": low, "high": high, "sourced_alone": float(by_block["first"][SOURCED])})
    return pd.DataFrame(rows)


def _delta(runner: _Runner) -> Tables:
    from scipy.stats import qmc

    asked = runner.asked
    x = np.asarray(qmc.LatinHypercube(len(asked.knobs), rng=asked.seed).random(SAMPLE * asked.base))
    y = runner(x)
    names = [knob.path for knob in asked.knobs]
    moved = [name for name in asked.outcomes if y[name].var() > SOME]
    if not moved:
        raise refuse("", "moves in no set-up, whatever the numbers are", field="--outcome", value=", ".join(asked.outcomes))
    tables = [moments(x, y[name], names, asked.seed).assign(outcome=name, method="delta") for name in moved]
    return {"indices": _named(pd.concat(tables, ignore_index=True), asked.knobs), "outcomes": runner.outcomes()}


_METHODS = {"sobol": _sobol, "morris": _morris, "delta": _delta}


def _named(table: pd.DataFrame, turned: Sequence[Knob]) -> pd.DataFrame:
    """With words, unit, source and range of every number."""
    if table.empty:
        return table
    by_path = {knob.path: knob for knob in turned}
    told = set(table["parameter"])
    rest = f"{len(turned) - len(told - {OTHERS}):,} others together"

    def about(path: str) -> dict[str, Any]:
        knob = by_path.get(path)
        if knob is None:
            return {"label": rest, "unit": "", "source": "", "assumed": None, "range": ""}
        return {"label": knob.label, "unit": knob.unit, "source": knob.source, "assumed": knob.assumed, "range": knob.range_words}

    words = pd.DataFrame([about(str(path)) for path in table["parameter"]], index=table.index).astype({"assumed": "boolean"})
    return pd.concat([table[["parameter"]], words, table.drop(columns="parameter")], axis=1)


def _report(asked: Request, found: Tables) -> dict[str, Any]:
    known = {one.name: one for one in definitions(asked.scenario)}
    return {
        "schema_version": SCHEMA_VERSION,
        "mode": asked.mode,
        "modes": [asked.mode],
        "caveat": caveat(asked.scenario, CHANGE_CAVEAT, CAVEAT),
        "turned": len(asked.knobs),
        "with_prior": sum(knob.prior is not None for knob in asked.knobs),
        "marked_assumed": sum(knob.assumed for knob in asked.knobs),
        "outcomes": {name: {key: getattr(known[name], key) for key in ("label", "kind", "unit")} for name in asked.outcomes},
        "measure": MEASURES[asked.method],
        "told": _told(found),
        "assumed": _by_outcome(found.get("assumed")),
        "by_outcome": _by_outcome(found["outcomes"]),
    }


def _by_outcome(table: pd.DataFrame | None) -> dict[str, dict[str, Any]]:
    rows = [] if table is None else table.to_dict("records")
    return {str(row["outcome"]): {str(key): value for key, value in row.items() if key != "outcome"} for row in rows}


def _told(found: Tables) -> dict[str, list[dict[str, Any]]]:
    """By outcome, what every number has to do with it, the largest first; of screening its effects over the largest's."""
    if "indices" in found:
        table = found["indices"]
    else:
        table = found["screening"].rename(columns={"mu_star": "total", "mu": "sign"})
        table = table.assign(total_low=table["total"] - table["mu_star_conf"], total_high=table["total"] + table["mu_star_conf"], first=np.nan)
    names = ["parameter", "label", "unit", "assumed", "total", "total_low", "total_high", "first", "sign"]
    ranked = table.sort_values("total", ascending=False, kind="stable")
    there = [name for name in found["outcomes"]["outcome"] if (ranked["outcome"] == name).any()]
    return {name: json.loads(ranked.loc[ranked["outcome"] == name, names].to_json(orient="records")) for name in there}
