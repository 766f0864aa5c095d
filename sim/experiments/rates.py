"""The rates of past crises as a term of the posterior: how near the model comes to them, as a function of the parameters.

To simulate two states drawn at random for two years at every parameter vector would cost more than all records, and
would put noise where the likelihood has hardly any. So a few hundred vectors that fill the prior are simulated once, and
each rate is fitted by a quadratic function of the parameters; how far the fit is off on vectors that it has not seen is
added to what is not known of the rate. docs/model.md, section 12.
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.design import Point
from sim.execute import over_jobs
from sim.experiments.measures import MEASURES, YEAR
from sim.experiments.patterns import Pattern, Targets, base_points
from sim.experiments.vectors import Space
from sim.parameters import ByPoint, Known
from sim.scenario.find import bundle
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, Table
from sim.worlds import Array

WORLDS = 256
"""Worlds of each parameter vector that is simulated."""
BATCH = 16
"""Vectors that share their luck."""
FAR_WEIGHT = 0.2
"""What a vector far from the posterior counts in a fit."""
FOLDS = 5
"""Parts into which they are divided to measure how far the fit is off."""
WEIGHT = 0.5
"""Weight of the term in the log posterior (assumed): rates overlap (lags within 1, 3 and 7 days; answers and wars), and the priors' medians
were searched with them in view."""
INTERVAL = 2 * 1.96
"""Standard deviations between the ends of a target range, read as a 95 % interval."""

SHARES = ("answered", "answer_within_1_day", "answer_within_3_days", "answer_within_7_days", "second_round", "war", "recurrence", "agreement")
DURATIONS = ("duration_quarter", "duration_median", "duration_three_quarters")
AFTER_ATTACK = ("quiet_strike_after_attack",)
RATES = (*SHARES, *DURATIONS, *AFTER_ATTACK)
"""Patterns that enter: rates of past crises that the fitted parameters can move. Those of the case would count its record twice."""


@dataclass(frozen=True)
class Rate:
    """A rate on the scale on which it is fitted: what is known of it, the coefficients of its quadratic, and how far that is off."""

    name: str
    label: str
    target: float
    spread: float
    coefficients: Array
    error: float

    def at(self, vectors: Array) -> Array:
        """The fitted rate on its scale, shape (points,)."""
        return terms(vectors) @ self.coefficients


@dataclass(frozen=True)
class Rates:
    """All rates as one term, with its weight."""

    rates: tuple[Rate, ...]
    weight: float

    def log_density(self, vectors: Array) -> Array:
        """Log of how well the rates are met [nats, before the weight], shape (points,)."""
        misses = [(rate.at(vectors) - rate.target) ** 2 / (rate.spread**2 + rate.error**2) for rate in self.rates]
        return -0.5 * np.sum(misses, axis=0) if misses else np.zeros(len(vectors))


def fit(patterns: Sequence[Pattern], vectors: Array, seen: Mapping[str, Array], near: NDArray[np.bool_], weight: float) -> Rates:
    """Fit every rate to what was simulated at some vectors; `near`: where the posterior is, as far as is known. The fit's error is measured there."""
    by_name = {pattern.name: pattern for pattern in patterns}
    return Rates(tuple(_rate(by_name[name], vectors, seen[name], near) for name in RATES), weight)


def simulated(space: Space, targets: Targets, vectors: Array, seed: int, *, worlds: int = WORLDS, workers: int = 1) -> dict[str, Array]:
    """Every rate as simulated at some vectors, on the scale on which it is fitted, shape (points,)."""
    batches = [_Batch(space, targets, vectors[first : first + BATCH], seed + first // BATCH, worlds) for first in range(0, len(vectors), BATCH)]
    found = list(over_jobs(_simulate, batches, workers))
    return {name: np.concatenate([batch[name] for batch in found]) for name in RATES}


# The runs


@dataclass(frozen=True)
class _Batch:
    """Vectors that share their luck."""

    space: Space
    targets: Targets
    vectors: Array
    seed: int
    worlds: int


def _simulate(batch: _Batch) -> dict[str, Array]:
    """Two years after a first strike, and a year that begins with a large attack."""
    scenario = batch.targets.base_rates
    after_strike, *quiet = base_points(scenario)
    year = scenario.model_copy(update={"end": scenario.start + datetime.timedelta(days=YEAR)})
    base, large = _run(batch, scenario, after_strike), _run(batch, year, quiet[-1])
    found: dict[str, list[float]] = {name: [] for name in RATES}
    for one, other in zip(base, large, strict=True):
        runs: Any = SimpleNamespace(targets=batch.targets, base=one, large=other)
        for name in RATES:
            found[name].append(scaled(name, MEASURES[name](runs).value, batch.worlds))
    return {name: np.array(values) for name, values in found.items()}


def _run(batch: _Batch, scenario: Scenario, point: Point) -> list[PointResult]:
    known: dict[str, Known] = dict(load_priors(bundle() / batch.targets.base_rates.name / "priors.yaml"))
    known |= {path: ByPoint(column[:, np.newaxis]) for path, column in batch.space.values(batch.vectors).items()}
    tracks = [f"{state}.{track}" for state in scenario.states for track in ("military", "public")]
    names = ("agreement", "tension", "war", *tracks, *(f"{name}.stage" for name in scenario.third_parties))
    table = Table(scenario, (point,) * len(batch.vectors), batch.seed, known, names=names)
    return table.chunk(0, batch.worlds)


# Scales and fits


def scaled(name: str, value: float, worlds: float = np.inf) -> float:
    """A rate on the scale on which it is fitted: log odds of shares, the logarithm of days; half a world is kept from none and from all."""
    if name in DURATIONS:
        return float(np.log(max(value, 1.0)))
    half = 0.5 / worlds
    share = float(np.clip(np.nan_to_num(value), half, 1.0 - half)) if half else value
    return float(np.log(share / (1.0 - share)))


def terms(vectors: Array) -> Array:
    """Terms of a quadratic, shape (points, terms): 1, each parameter, each product of two."""
    first, second = np.triu_indices(vectors.shape[1])
    return np.concatenate([np.ones((len(vectors), 1)), vectors, vectors[:, first] * vectors[:, second]], axis=1)


def quadratic(vectors: Array, seen: Array, weight: Array) -> Array:
    """Coefficients of the quadratic that comes nearest to what was seen, by weighted least squares, shape (terms,)."""
    root = np.sqrt(weight)
    return np.asarray(np.linalg.lstsq(terms(vectors) * root[:, np.newaxis], seen * root, rcond=None)[0])


def _rate(pattern: Pattern, vectors: Array, seen: Array, near: NDArray[np.bool_]) -> Rate:
    low, high = scaled(pattern.name, pattern.low), scaled(pattern.name, pattern.high)
    weight = np.where(near, 1.0, FAR_WEIGHT)
    error = _error(vectors, seen, weight, near)
    return Rate(pattern.name, pattern.label, (low + high) / 2, (high - low) / INTERVAL, quadratic(vectors, seen, weight), error)


def _error(vectors: Array, seen: Array, weight: Array, near: NDArray[np.bool_]) -> float:
    """Root mean square of how far the fit is off on near vectors left out of it; what chance in the simulation adds is not taken off."""
    misses, part = [], np.arange(len(vectors)) % FOLDS
    for fold in range(FOLDS):
        out = part == fold
        coefficients = quadratic(vectors[~out], seen[~out], weight[~out])
        misses.append((seen - terms(vectors) @ coefficients)[out & near])
    return float(np.sqrt(np.mean(np.concatenate(misses) ** 2)))
