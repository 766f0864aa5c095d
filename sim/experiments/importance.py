"""Posteriors by weighted draws: one set of vectors, weighed anew for every subset of the evidence.

Rounds of vectors are drawn from distributions fitted to what was found so far, and all are weighed against the mixture of
all rounds (adaptive multiple importance sampling; Cornuet, Marin, Mira & Robert 2012), the largest weights smoothed
(Vehtari et al. 2024). What each part of the evidence says is kept apart, so that leaving one out costs no likelihood
but for the rounds that look where its absence moves the posterior.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from arviz_stats.base.array import BaseArray
from scipy.special import logsumexp
from scipy.stats import multivariate_t

from sim.execute import over_jobs
from sim.experiments.chance_draws import resampled
from sim.worlds import Array

TAILS = 10
"""Degrees of freedom of the proposals: wider than normal ones, so that no weight runs away."""
WIDER = 1.2
"""What the variance of what was found is multiplied by: a proposal must cover its target."""
RIDGE = 0.05
"""Share of the prior's variance mixed into that of a proposal, where few draws count."""
LEAST = 6
"""Draws for every parameter that those a proposal is fitted to must be worth."""
POWERS = np.linspace(1.0, 0.0, 100, endpoint=False)
BLOCK = 64
"""Vectors of one job."""

Parts = Callable[[Array], Array]
"""Vectors (points, parameters) to what each part of the evidence says of them (points, parts) [nats]."""


@dataclass(frozen=True)
class Weighed:
    """Vectors of all rounds (vectors, parameters), what the parts say of them (vectors, parts), how likely each was drawn (vectors,) [nats]."""

    vectors: Array
    parts: Array
    log_proposal: Array

    def log_weights(self, counts: Array) -> Array:
        """Log weights where the parts count so much, shape (vectors,), not normalised."""
        return np.asarray(self.parts @ counts - self.log_proposal)

    def weights(self, counts: Array) -> tuple[Array, float]:
        """Weights that add up to 1, the largest smoothed, and k-hat of their tail: above .7 they are not to be trusted."""
        raw = self.log_weights(counts)
        possible, smooth = np.isfinite(raw), np.full(len(raw), -np.inf)
        pareto: Any = BaseArray()
        # The library takes log likelihoods that are left out: the negative of log weights.
        smooth[possible], k_hat = pareto.psislw(-raw[possible])
        return np.exp(smooth - logsumexp(smooth)), float(k_hat)

    def draws(self, weights: Array, count: int, seed: int) -> Array:
        """Rows of vectors that count alike, in no order (systematic resampling)."""
        dice = np.random.default_rng(seed)
        return dice.permutation(resampled(weights, count, dice.random()))


def worth_of(weights: Array) -> float:
    """How many draws that count alike these weights are worth (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def flattened(log_weights: Array, least: float) -> Array:
    """Weights, raised to the highest power up to 1 at which they are worth so much: nothing is fitted to a handful of vectors."""
    for power in POWERS:
        raised = np.exp(power * (log_weights - log_weights.max()))
        if worth_of(raised) >= least:
            break
    return np.asarray(raised / raised.sum())


def weighed(parts: Parts, start: Array, targets: Sequence[Array], *, size: int, seed: int, workers: int = 1) -> Weighed:
    """A round of `size` vectors for every target: how much each part counts in it.

    `start`: vectors roughly where the first target is, to which the first proposal is fitted. The same seed gives the same
    vectors, however many workers there are.
    """
    dice = np.random.default_rng(seed)
    parameters = start.shape[1]
    proposals = [_Proposal.of(start, np.full(len(start), 1.0 / len(start)))]
    seen = Weighed(np.empty((0, parameters)), np.empty((0, len(targets[0]))), np.empty(0))
    for counts in targets:
        if len(seen.vectors):
            proposals.append(_Proposal.of(seen.vectors, flattened(seen.log_weights(counts), LEAST * parameters)))
        drawn = proposals[-1].draw(size, dice)
        jobs = [_Job(parts, drawn[first : first + BLOCK]) for first in range(0, size, BLOCK)]
        told = np.concatenate(list(over_jobs(_run, jobs, workers)))
        vectors = np.concatenate([seen.vectors, drawn])
        seen = Weighed(vectors, np.concatenate([seen.parts, told]), _mixture(proposals, vectors))
    return seen


@dataclass(frozen=True)
class _Proposal:
    """A multivariate t distribution."""

    mean: Array
    shape: Array

    @classmethod
    def of(cls, vectors: Array, weights: Array) -> "_Proposal":
        """Somewhat wider than weighted vectors lie."""
        mean = weights @ vectors
        apart = vectors - mean
        variance = (weights[:, np.newaxis] * apart).T @ apart
        return cls(mean, WIDER * ((1.0 - RIDGE) * variance + RIDGE * np.eye(len(mean))))

    def log_density(self, vectors: Array) -> Array:
        return np.atleast_1d(multivariate_t(self.mean, self.shape, df=TAILS).logpdf(vectors))

    def draw(self, count: int, dice: np.random.Generator) -> Array:
        return np.asarray(multivariate_t(self.mean, self.shape, df=TAILS, seed=dice).rvs(count)).reshape(count, -1)


def _mixture(proposals: Sequence[_Proposal], vectors: Array) -> Array:
    return np.asarray(logsumexp([proposal.log_density(vectors) for proposal in proposals], axis=0) - np.log(len(proposals)))


@dataclass(frozen=True)
class _Job:
    parts: Parts
    vectors: Array


def _run(job: _Job) -> Array:
    return job.parts(job.vectors)
