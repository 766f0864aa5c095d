"""Calibrate: what the records of crises, and the rates of past ones, say about the parameters that are not known.

Prior times the likelihood of the records times the rates to a stated power, explored by weighted draws; ensembles of
walkers that set out from wider places must come to the same. What came of it is a table with a row a parameter: before,
after, how much narrower; parameters that the evidence does not tell are named. The same draws, weighed anew, are the
posterior without each crisis.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.execute import available_workers
from sim.experiments.asking import SCHEMA_VERSION, check_seed
from sim.experiments.density import FIRST_CRISIS, Density
from sim.experiments.density import RATES as RATES_PART
from sim.experiments.diagnose import agreement, by_crisis, by_parameter, by_rate, chance_error, other_weights, rates_error, together
from sim.experiments.ensembles import FEWEST_ENSEMBLES, Chains, ensembles
from sim.experiments.freshness import of_code, of_patterns, of_priors, of_scenario
from sim.experiments.importance import Weighed, flattened, weighed, worth_of
from sim.experiments.likelihood import CHANCE_DRAWS, NODES
from sim.experiments.patterns import load_targets
from sim.experiments.pilot import Pilot, pilot
from sim.experiments.pinned import open_days
from sim.experiments.posterior import DRAWS, DRAWS_WITHOUT, Posterior
from sim.experiments.rates import RATES, WEIGHT
from sim.experiments.vectors import Space, fitted
from sim.scenario.errors import refuse
from sim.scenario.find import names
from sim.scenario.load import load
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.score import decisions
from sim.store import Study, identity, now
from sim.words import CAVEAT
from sim.worlds import Array

DRAWN, WALKERS, STEPS, ENSEMBLES = 6144, 64, 40, 4
FEWEST_STEPS = 30
ROUNDS, ROUNDS_WITHOUT = 12, 2
"""Rounds in which vectors are drawn; rounds for each crisis left out, of the same size."""
FEWEST_CRISES = 3
"""Crises from which leaving one out leaves something to learn from."""
FEWEST_A_ROUND = 64
MANY = 4000
"""Draws from which tables are made."""
SPREAD_OUT = 0.5
"""Power to which weights are raised where walkers set out: twice as wide as the posterior in variance, if that is normal."""
CALIBRATION_CAVEAT = (
    "Fitted: parameters that make these records likely under this model, no proof that the model is right. All these crises saw force, "
    "so nothing is learnt of crises that did not."
)


@dataclass(frozen=True)
class Request:
    """What is asked of a calibration."""

    scenarios: tuple[Scenario, ...]
    space: Space
    drawn: int = DRAWN
    steps: int = STEPS
    walkers: int = WALKERS
    ensembles: int = ENSEMBLES
    draws: int = CHANCE_DRAWS
    weight: float = WEIGHT
    seed: int = 1
    workers: int = 1

    def asked(self) -> dict[str, Any]:
        """What was asked, as plain values: equal for equal runs."""
        crises = {scenario.name: of_scenario(scenario) for scenario in self.scenarios}
        return {
            "command": "calibrate",
            "scenario": ", ".join(crises),
            "subject": f"{len(crises)}_crises",
            "scenario_hash": "-".join(crises.values()),
            "crises": crises,
            "priors": of_priors(self.space.priors),
            "drawn": self.drawn,
            "steps": self.steps,
            "walkers": self.walkers,
            "ensembles": self.ensembles,
            "chance_draws": self.draws,
            "rates_weight": self.weight,
            "seed": self.seed,
            "parameters": "prior",
            "changes": {},
        }


def calibrate(
    scenarios: Sequence[Scenario] = (),
    *,
    drawn: int = DRAWN,
    steps: int = STEPS,
    walkers: int = WALKERS,
    ensembles: int = ENSEMBLES,
    draws: int = CHANCE_DRAWS,
    rates_weight: float = WEIGHT,
    seed: int = 1,
    workers: int | None = None,
) -> Study:
    """Fit the parameters marked as calibrated to the records of crises (default: all that have one); raises ScenarioError for what cannot be asked.

    `drawn`: vectors drawn and weighed; `steps` of `walkers` in each of so many independent `ensembles`, which check them;
    `draws`: chance draws over which each record's likelihood is taken; `rates_weight`: weight of the rates of past crises
    (0: without). Tables: `posterior` (a row a draw), `left_out` (the same without each crisis, where there are three or
    more), `parameters`, `rates`, `crises`.
    """
    chosen = tuple(scenarios) or with_record()
    space = fitted(load_priors())
    request = Request(chosen, space, drawn, steps, walkers, ensembles, draws, rates_weight, seed, available_workers() if workers is None else workers)
    _check(request)
    return run(request)


def with_record() -> tuple[Scenario, ...]:
    """The crises that come with the program and have a record of their own: all but the base rates."""
    rates = load_targets().base_rates.name
    found = [load(name) for name in names() if name != rates]
    return tuple(scenario for scenario in found if scenario.history)


def _check(request: Request) -> None:
    check_seed(request.seed)
    for scenario in request.scenarios:
        if not scenario.history:
            raise refuse("", "must have a record (history.csv) to be calibrated on", value=scenario.name)
    if len({scenario.name for scenario in request.scenarios}) < len(request.scenarios):
        raise refuse("", "must name each crisis once: a record counted twice is no more evidence", field="SCENARIO")
    for flag, value, fewest in (
        ("--drawn", request.drawn, ROUNDS * FEWEST_A_ROUND),
        ("--steps", request.steps, FEWEST_STEPS),
        ("--walkers", request.walkers, 2 * len(request.space.paths)),
        ("--ensembles", request.ensembles, FEWEST_ENSEMBLES),
        ("--chance-draws", request.draws, CHANCE_DRAWS),
    ):
        if value < fewest:
            raise refuse("", f"must be a whole number, {fewest} or more", field=flag, value=value)
    if not 0 <= request.weight <= 1:
        raise refuse("", "must be from 0 (without the rates) to 1", field="--rates-weight", value=request.weight)


@dataclass(frozen=True)
class Found:
    """All that a calibration saw: the pilot, the density, vectors drawn and weighed, the walkers' chains."""

    pilot: Pilot
    density: Density
    seen: Weighed
    walked: Chains

    @cached_property
    def weights(self) -> tuple[Array, float]:
        """Weights of all the evidence, and their k-hat."""
        return self.seen.weights(self.density.counts)

    @property
    def likelihoods(self) -> int:
        """Likelihoods of all records that were taken."""
        return len(self.seen.vectors) + int(np.prod(self.walked.vectors.shape[:3]))


def run(request: Request) -> Study:
    """Look roughly, draw and weigh, let walkers check, and put together what they found."""
    started, hashes = now(), hashes_of(request)
    found = search(request)
    posterior = _rows(request, found)
    walked = replace(found, walked=found.walked.after_burn_in())
    tables = {"posterior": posterior, **_left_out(request, found), **_tables(request, walked)}
    return Study(identity(request.asked(), started) | _report(request, walked, tables) | {"hashes": hashes, "likelihoods": found.likelihoods}, tables)


def search(request: Request) -> Found:
    """Vectors of the posterior, with and without each crisis, and walkers that check the first."""
    workers, seed = request.workers, request.seed
    rough = pilot(request.space, request.scenarios, load_targets(), request.weight, seed, draws=request.draws, workers=workers)
    density = Density(request.space, rough.crises, rough.rates)
    targets = [density.counts] * ROUNDS + [density.without(number) for number in _left(request)] * ROUNDS_WITHOUT
    seen = weighed(density.parts, rough.vectors, targets, size=request.drawn // ROUNDS, seed=seed, workers=workers)
    wide = flattened(SPREAD_OUT * seen.log_weights(density.counts), 0.0)
    starts = seen.vectors[seen.draws(wide, request.ensembles * request.walkers, seed)].reshape(request.ensembles, request.walkers, -1)
    return Found(rough, density, seen, ensembles(density, list(starts), request.steps, seed, workers=workers))


def _left(request: Request) -> range:
    """Numbers of the crises that are left out one at a time."""
    return range(len(request.scenarios)) if len(request.scenarios) >= FEWEST_CRISES else range(0)


def _tables(request: Request, found: Found) -> dict[str, pd.DataFrame]:
    """What is told of each parameter, crisis and rate."""
    vectors = _many(request, found)
    tables = {
        "parameters": by_parameter(request.space, vectors, found.walked),
        "crises": by_crisis(request.scenarios, found.pilot, request.space, vectors),
    }
    return tables if found.pilot.rates is None else tables | {"rates": by_rate(found.pilot.rates, vectors, request.seed)}


def _many(request: Request, found: Found) -> Array:
    """Draws of the posterior from which tables are made, shape (draws, parameters)."""
    return found.seen.vectors[found.seen.draws(found.weights[0], MANY, request.seed)]


def hashes_of(request: Request) -> dict[str, str]:
    """What the posterior hangs on beside the crises, as it is when the run begins."""
    targets = load_targets()
    return {
        "code": of_code(),
        "priors": of_priors(request.space.priors),
        "patterns": of_patterns(targets.patterns, RATES),
        "base_rates": of_scenario(targets.base_rates),
    }


def _rows(request: Request, found: Found) -> pd.DataFrame:
    """The draws that are stored, in no order: the first hundred are as good a sample as any."""
    rows = found.seen.draws(found.weights[0], DRAWS, request.seed)
    parts = found.seen.parts[rows]
    said = {"records": parts[:, FIRST_CRISIS:].sum(axis=1), "rates": parts[:, RATES_PART]}
    return pd.DataFrame({**request.space.values(found.seen.vectors[rows]), **said})


def _left_out(request: Request, found: Found) -> dict[str, pd.DataFrame]:
    """The draws without each crisis, with what they are worth; empty where too few crises were fitted."""
    frames = []
    for number in _left(request):
        weights, k_hat = found.seen.weights(found.density.without(number))
        rows = found.seen.draws(weights, DRAWS_WITHOUT, request.seed)
        frame = pd.DataFrame(request.space.values(found.seen.vectors[rows]))
        frames.append(frame.assign(left_out=request.scenarios[number].name, effective_draws=worth_of(weights), k_hat=k_hat))
    return {"left_out": pd.concat(frames, ignore_index=True)} if frames else {}


def _report(request: Request, found: Found, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    table, vectors, rates = tables["parameters"], _many(request, found), found.pilot.rates
    weights, k_hat = found.weights
    return {
        "schema_version": SCHEMA_VERSION,
        "caveat": f"{CAVEAT} {CALIBRATION_CAVEAT}",
        "mode": "forced",
        "nodes": NODES,
        "crises": {
            scenario.name: {
                "hash": of_scenario(scenario),
                "title": scenario.title,
                "decisions": len(decisions(scenario)),
                "open": open_days(scenario),
                "days": scenario.days,
            }
            for scenario in request.scenarios
        },
        "draws": DRAWS,
        "rates": len(rates.rates) if rates else 0,
        "verdicts": dict(zip(table["parameter"], table["verdict"], strict=True)),
        "without": _without(tables),
        "diagnostics": {
            **agreement(table, found.walked, weights, k_hat),
            "chance": chance_error(request.scenarios, request.space, vectors, request.draws, request.seed),
            "rates": rates_error(rates, request.space, load_targets(), vectors, request.seed, workers=request.workers),
            "other_weights": other_weights(found.seen, found.density.counts, weights @ found.seen.vectors),
            "together": together(request.space, vectors),
        },
    }


def _without(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, float]]:
    """What the draws without each crisis are worth."""
    if "left_out" not in tables:
        return {}
    firsts = tables["left_out"].groupby("left_out", sort=False)[["effective_draws", "k_hat"]].first()
    return {str(name): {str(key): float(value) for key, value in row.items()} for name, row in firsts.iterrows()}


TABLES = ("parameters", "rates", "crises")
"""Tables of a calibration beside its draws; rates only where they enter."""
KEPT = ("asked", "hash", "version", "numerics", "crises", "hashes", "likelihoods", "rates", "verdicts", "without", "diagnostics", "caveat", "finding")
"""What is stored of a calibration's manifest: nothing that differs when the same is asked again."""


def posterior_of(study: Study) -> Posterior:
    """The posterior of a calibration, as it is stored, its tables with it."""
    tables = {name: json.loads(study.tables[name].to_json(orient="records")) for name in TABLES if name in study.tables}
    kept = {name: study.manifest[name] for name in KEPT} | {"tables": tables}
    return Posterior(study.tables["posterior"], kept, study.tables.get("left_out"))
