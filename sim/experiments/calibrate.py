"""Calibrate: what the records of crises, and the rates of past ones, say about the parameters that are not known.

Prior times the likelihood of the records times the rates to a stated power, explored by independent ensembles of walkers.
What came of it is a table with a row a parameter: before, after, how much narrower; parameters that the evidence does
not tell are named.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.execute import available_workers
from sim.experiments.asking import SCHEMA_VERSION, check_seed
from sim.experiments.diagnose import agreement, by_crisis, by_parameter, by_rate, chance_error, other_weights, rates_error, together
from sim.experiments.ensembles import FEWEST_ENSEMBLES, Chains, Density, ensembles
from sim.experiments.freshness import of_code, of_patterns, of_priors, of_scenario
from sim.experiments.likelihood import CHANCE_DRAWS, NODES
from sim.experiments.patterns import load_targets
from sim.experiments.pilot import Pilot, pilot
from sim.experiments.pinned import open_days
from sim.experiments.posterior import DRAWS, PARTS, Posterior
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

WALKERS, STEPS, ENSEMBLES = 64, 100, 4
FEWEST_STEPS = 30
CALIBRATION_CAVEAT = (
    "Fitted: parameters that make these records likely under this model, no proof that the model is right. All these crises saw force, "
    "so nothing is learnt of crises that did not."
)


@dataclass(frozen=True)
class Request:
    """What is asked of a calibration."""

    scenarios: tuple[Scenario, ...]
    space: Space
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
    steps: int = STEPS,
    walkers: int = WALKERS,
    ensembles: int = ENSEMBLES,
    draws: int = CHANCE_DRAWS,
    rates_weight: float = WEIGHT,
    seed: int = 1,
    workers: int | None = None,
) -> Study:
    """Fit the parameters marked as calibrated to the records of crises (default: all that have one); raises ScenarioError for what cannot be asked.

    `steps` of `walkers` in each of so many independent `ensembles`; `draws`: chance draws over which each record's
    likelihood is taken; `rates_weight`: weight of the rates of past crises (0: without). Tables: `posterior` (a row a
    draw), `parameters`, `rates`, `crises`.
    """
    chosen = tuple(scenarios) or with_record()
    space = fitted(load_priors())
    _check(chosen, space, steps, walkers, ensembles, draws, rates_weight, seed)
    count = min(available_workers(), ensembles) if workers is None else workers
    return run(Request(chosen, space, steps, walkers, ensembles, draws, rates_weight, seed, count))


def with_record() -> tuple[Scenario, ...]:
    """The crises that come with the program and have a record of their own: all but the base rates."""
    rates = load_targets().base_rates.name
    found = [load(name) for name in names() if name != rates]
    return tuple(scenario for scenario in found if scenario.history)


def _check(scenarios: Sequence[Scenario], space: Space, steps: int, walkers: int, ensembles: int, draws: int, weight: float, seed: int) -> None:
    check_seed(seed)
    for scenario in scenarios:
        if not scenario.history:
            raise refuse("", "must have a record (history.csv) to be calibrated on", value=scenario.name)
    if len({scenario.name for scenario in scenarios}) < len(scenarios):
        raise refuse("", "must name each crisis once: a record counted twice is no more evidence", field="SCENARIO")
    least = 2 * len(space.paths)
    for flag, value, fewest in (
        ("--steps", steps, FEWEST_STEPS),
        ("--walkers", walkers, least),
        ("--ensembles", ensembles, FEWEST_ENSEMBLES),
        ("--chance-draws", draws, CHANCE_DRAWS),
    ):
        if value < fewest:
            raise refuse("", f"must be a whole number, {fewest} or more", field=flag, value=value)
    if not 0 <= weight <= 1:
        raise refuse("", "must be from 0 (without the rates) to 1", field="--rates-weight", value=weight)


def run(request: Request) -> Study:
    """Look roughly, let the ensembles walk, and put together what they found."""
    started, hashes = now(), hashes_of(request)
    targets = load_targets()
    found = pilot(request.space, request.scenarios, targets, request.weight, request.seed, draws=request.draws, workers=request.workers)
    density = Density(request.space, found.crises, found.rates)
    chains = ensembles(density, found.starts(request.ensembles, request.walkers), request.steps, request.seed, workers=request.workers)
    kept = chains.after_burn_in()
    rows = _rows(request, kept)
    tables = {
        "posterior": rows,
        "parameters": by_parameter(request.space, kept),
        "crises": by_crisis(request.scenarios, found, request.space, kept),
    }
    if found.rates is not None:
        tables["rates"] = by_rate(found.rates, kept, request.seed)
    return Study(identity(request.asked(), started) | _report(request, found, kept, tables) | {"hashes": hashes}, tables)


def hashes_of(request: Request) -> dict[str, str]:
    """What the posterior hangs on beside the crises, as it is when the run begins."""
    targets = load_targets()
    return {
        "code": of_code(),
        "priors": of_priors(request.space.priors),
        "patterns": of_patterns(targets.patterns, RATES),
        "base_rates": of_scenario(targets.base_rates),
    }


def _rows(request: Request, kept: Chains) -> pd.DataFrame:
    """Draws spread evenly over the chains, in no order: the first hundred are as good a sample as any."""
    vectors, parts = kept.flat()
    every = np.linspace(0, len(vectors) - 1, DRAWS).round().astype(np.int64)
    order = np.random.default_rng(request.seed).permutation(every)
    values = request.space.values(vectors[order])
    return pd.DataFrame({**values, **{name: parts[order, number] for number, name in enumerate(PARTS)}})


def _report(request: Request, found: Pilot, kept: Chains, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    targets = load_targets()
    table = tables["parameters"]
    return {
        "schema_version": SCHEMA_VERSION,
        "caveat": f"{CAVEAT} {CALIBRATION_CAVEAT}",
        "mode": "forced",
        "nodes": NODES,
        "likelihoods": request.steps * request.walkers * request.ensembles,
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
        "rates": len(found.rates.rates) if found.rates else 0,
        "verdicts": dict(zip(table["parameter"], table["verdict"], strict=True)),
        "diagnostics": {
            **agreement(table, request.ensembles, int(np.prod(kept.vectors.shape[:3])), kept.vectors.shape[1]),
            "chance": chance_error(request.scenarios, request.space, kept, request.draws, request.seed),
            "rates": rates_error(found.rates, request.space, targets, kept, request.seed, workers=request.workers),
            "other_weights": other_weights(kept, request.weight),
            "together": together(request.space, kept),
        },
    }


TABLES = ("parameters", "rates", "crises")
"""Tables of a calibration beside its draws; rates only where they enter."""
KEPT = ("asked", "hash", "version", "numerics", "crises", "hashes", "likelihoods", "rates", "verdicts", "diagnostics", "caveat", "finding")
"""What is stored of a calibration's manifest: nothing that differs when the same is asked again."""


def posterior_of(study: Study) -> Posterior:
    """The posterior of a calibration, as it is stored, its tables with it."""
    tables = {name: json.loads(study.tables[name].to_json(orient="records")) for name in TABLES if name in study.tables}
    return Posterior(study.tables["posterior"], {name: study.manifest[name] for name in KEPT} | {"tables": tables})
