"""Ensembles of walkers: several independent ones, all walkers of each in one array run.

emcee's ensembles (Foreman-Mackey et al. 2013) with moves by differences (ter Braak 2006; ter Braak & Vrugt 2008).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import emcee
import numpy as np

from sim.execute import over_jobs
from sim.experiments.likelihood import Evidence
from sim.experiments.rates import Rates
from sim.experiments.vectors import Space, log_prior
from sim.worlds import Array

FEWEST_ENSEMBLES = 4
"""Independent ensembles from which R-hat across them means something."""
MOVES = ((emcee.moves.DEMove, 0.8), (emcee.moves.DESnookerMove, 0.2))
"""Moves, and how often each is made (emcee's documentation recommends this mixture; measured: it forgets about twice as fast as stretching alone)."""
BURN_IN = 1 / 3
"""Share of the steps that is thrown away: the walkers' way from the prior."""


@dataclass(frozen=True)
class Density:
    """The log posterior of vectors (but for a constant): the prior, the records of crises, the rates with their weight."""

    space: Space
    crises: tuple[Evidence, ...]
    rates: Rates | None

    def __call__(self, vectors: Array) -> Array:
        """Shape (points, 3): log posterior, log likelihood of the records, log density of the rates before their weight."""
        records, rates = self.records(vectors), np.zeros(len(vectors)) if self.rates is None else self.rates.log_density(vectors)
        weight = 0.0 if self.rates is None else self.rates.weight
        return np.stack([log_prior(vectors) + records + weight * rates, records, rates], axis=1)

    def records(self, vectors: Array) -> Array:
        """Log likelihood of all records, shape (points,)."""
        values = self.space.values(vectors)
        return np.asarray(sum((crisis.log_likelihood(values) for crisis in self.crises), np.zeros(len(vectors))))


LogDensity = Callable[[Array], Array]
"""Vectors (points, parameters) to (points, 1 or more): the log posterior, and what is to be kept beside it."""


@dataclass(frozen=True)
class Chains:
    """What the ensembles saw: vectors (ensembles, steps, walkers, parameters), and in the same order what the density gave beside (…, parts)."""

    vectors: Array
    parts: Array

    def after_burn_in(self) -> "Chains":
        """Without the walkers' way from the prior."""
        first = round(BURN_IN * self.vectors.shape[1])
        return Chains(self.vectors[:, first:], self.parts[:, first:])

    def flat(self) -> tuple[Array, Array]:
        """All vectors and parts in a row each."""
        return self.vectors.reshape(-1, self.vectors.shape[-1]), self.parts.reshape(-1, self.parts.shape[-1])


@dataclass(frozen=True)
class _Job:
    """One ensemble."""

    density: LogDensity
    start: Array
    steps: int
    seed: int


def ensembles(density: LogDensity, starts: Sequence[Array], steps: int, seed: int, *, workers: int = 1) -> Chains:
    """Run one ensemble from every start (walkers, parameters); the same seed gives the same chains, however many workers there are."""
    jobs = [_Job(density, start, steps, seed + number) for number, start in enumerate(starts)]
    found = list(over_jobs(_run, jobs, workers))
    return Chains(np.array([vectors for vectors, _ in found]), np.array([parts for _, parts in found]))


def _run(job: _Job) -> tuple[Array, Array]:
    walkers, parameters = job.start.shape
    moves = [(move(), share) for move, share in MOVES]
    sampler = emcee.EnsembleSampler(walkers, parameters, job.density, moves=moves, vectorize=True)
    sampler.random_state = np.random.RandomState(job.seed % 2**32).get_state()
    sampler.run_mcmc(job.start, job.steps)
    parts = sampler.get_blobs()
    return sampler.get_chain(), np.asarray(parts, dtype=np.float64).reshape(job.steps, walkers, -1)
