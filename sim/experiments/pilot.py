"""A rough posterior: where the search begins, which chance draws all vectors share, where rates are fitted.

What the records say is fitted by a quadratic at vectors that fill the prior. Nothing of it enters the posterior itself but
where it begins to look.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import emcee
import numpy as np

from sim.experiments.ensembles import MOVES
from sim.experiments.likelihood import CHANCE_DRAWS, Evidence, Values, evidence
from sim.experiments.patterns import Targets
from sim.experiments.rates import Rates, fit, quadratic, simulated, terms
from sim.experiments.vectors import Space, log_prior
from sim.scenario.schema import Scenario
from sim.worlds import Array

VECTORS = 400
"""Vectors that fill the prior, and as many that fill the rough posterior."""
WARMTH = 2.0
"""What the rough log posterior is divided by, so that starts are spread wider than the posterior."""
WALKERS, STEPS, KEPT_EVERY = 64, 1500, 50
REFERENCES = 8
"""Vectors beside the middle at which chance draws are tried."""
NEAR_PRIOR = 0.7
"""Standard deviations of the prior at which the first chance draws are tried."""


@dataclass(frozen=True)
class Pilot:
    """Vectors drawn from the rough posterior, shape (vectors, parameters), in no order; the crises with chance draws chosen there; the rates."""

    vectors: Array
    crises: tuple[Evidence, ...]
    rates: Rates | None


@dataclass(frozen=True)
class _Rough:
    """The log posterior, roughly."""

    records: Array
    most: float
    rates: Rates | None
    warmth: float

    def __call__(self, vectors: Array) -> Array:
        """Log posterior over its warmth, shape (points,). The quadratic is held where nothing better was seen."""
        found = log_prior(vectors) + np.minimum(terms(vectors) @ self.records, self.most)
        if self.rates is not None:
            found = found + self.rates.weight * self.rates.log_density(vectors)
        return np.asarray(found / self.warmth)


def pilot(
    space: Space, scenarios: Sequence[Scenario], targets: Targets, weight: float, seed: int, *, draws: int, vectors: int = VECTORS, workers: int = 1
) -> Pilot:
    """Look where the posterior is. `weight`: of the rates (0: without them); `draws`: chance draws of every crisis."""
    wide = space.spread_out(vectors, seed)
    rates_seen = simulated(space, targets, wide, seed, workers=workers) if weight else {}
    rates = fit(targets.patterns, wide, rates_seen, np.ones(vectors, dtype=bool), weight) if weight else None
    pool = rough_vectors(space, scenarios, rates, seed, draws=draws, vectors=vectors)
    if weight:
        near = pool[:vectors]
        again = simulated(space, targets, near, seed + vectors, workers=workers)
        both = {name: np.concatenate([rates_seen[name], again[name]]) for name in again}
        rates = fit(targets.patterns, np.concatenate([wide, near]), both, np.arange(len(wide) + len(near)) >= len(wide), weight)
    at = reference_of(space, pool)
    return Pilot(pool, tuple(evidence(scenario, at, seed=seed, draws=draws) for scenario in scenarios), rates)


def rough_vectors(
    space: Space, scenarios: Sequence[Scenario], rates: Rates | None, seed: int, *, draws: int = CHANCE_DRAWS, vectors: int = VECTORS
) -> Array:
    """Vectors of the rough posterior, in no order, shape (vectors, parameters)."""
    wide = space.spread_out(vectors, seed)
    first = [evidence(scenario, reference(space, NEAR_PRIOR * wide[:REFERENCES]), seed=seed, draws=draws) for scenario in scenarios]
    values = space.values(wide)
    seen = np.asarray(sum((crisis.log_likelihood(values) for crisis in first), np.zeros(vectors)))
    return _drawn(_Rough(quadratic(wide, seen, np.ones(vectors)), float(seen.max()), rates, WARMTH), len(space.paths), seed)


def reference_of(space: Space, vectors: Array) -> Values:
    """The values at which chance draws are tried: the middle of some vectors, and a few of them."""
    middle = vectors.mean(axis=0)
    return reference(space, vectors[-REFERENCES:] - middle, middle=middle)


def reference(space: Space, around: Array, middle: Array | None = None) -> Values:
    """The values of a middle (default: that of the prior), and of vectors around it."""
    centre = np.zeros(around.shape[1]) if middle is None else middle
    return space.values(centre + np.concatenate([np.zeros((1, around.shape[1])), around]))


def _drawn(rough: _Rough, parameters: int, seed: int) -> Array:
    """Vectors of the rough posterior, in no order."""
    dice = np.random.default_rng(seed)
    walkers = max(WALKERS, 2 * parameters + 2)
    sampler = emcee.EnsembleSampler(walkers, parameters, rough, moves=[(move(), share) for move, share in MOVES], vectorize=True)
    sampler.random_state = np.random.RandomState(seed % 2**32).get_state()
    sampler.run_mcmc(dice.standard_normal((walkers, parameters)), STEPS)
    return np.asarray(dice.permutation(sampler.get_chain(discard=STEPS // 3, thin=KEPT_EVERY, flat=True)))
