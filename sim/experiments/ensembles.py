"""Ensembles of walkers: several independent ones, all walkers of each in one array run.

emcee's ensembles (Foreman-Mackey et al. 2013) with moves by differences (ter Braak 2006; ter Braak & Vrugt 2008).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import emcee
import numpy as np

from sim.execute import over_jobs
from sim.worlds import Array

FEWEST_ENSEMBLES = 4
"""Independent ensembles from which R-hat across them means something."""
MOVES = ((emcee.moves.DEMove, 0.8), (emcee.moves.DESnookerMove, 0.2))
"""Moves, and how often each is made (emcee's documentation recommends this mixture; measured: it forgets about twice as fast as stretching alone)."""
BURN_IN = 1 / 3
"""Share of the steps that is thrown away: the walkers' way from where they begin."""


LogDensity = Callable[[Array], Array]
"""Vectors (points, parameters) to their log posterior (points,) [nats, but for a constant]."""


@dataclass(frozen=True)
class Chains:
    """Where the walkers were: vectors (ensembles, steps, walkers, parameters)."""

    vectors: Array

    def after_burn_in(self) -> "Chains":
        """Without the walkers' way from where they began."""
        return Chains(self.vectors[:, round(BURN_IN * self.vectors.shape[1]) :])

    def flat(self) -> Array:
        """All vectors in a row."""
        return self.vectors.reshape(-1, self.vectors.shape[-1])


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
    return Chains(np.array(list(over_jobs(_run, jobs, workers))))


def _run(job: _Job) -> Array:
    walkers, parameters = job.start.shape
    moves = [(move(), share) for move, share in MOVES]
    sampler = emcee.EnsembleSampler(walkers, parameters, job.density, moves=moves, vectorize=True)
    sampler.random_state = np.random.RandomState(job.seed % 2**32).get_state()
    sampler.run_mcmc(job.start, job.steps)
    return np.asarray(sampler.get_chain())
