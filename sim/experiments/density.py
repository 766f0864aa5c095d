"""The log posterior of parameter vectors, taken apart: what the prior, the rates of past crises, and each crisis' record say."""

from dataclasses import dataclass

import numpy as np

from sim.experiments.likelihood import Evidence
from sim.experiments.rates import Rates
from sim.experiments.vectors import Space, log_prior
from sim.worlds import Array

PRIOR, RATES, FIRST_CRISIS = 0, 1, 2
"""Columns of the parts: one for each crisis from the last on."""


@dataclass(frozen=True)
class Density:
    """The prior, the records of crises, the rates with their weight."""

    space: Space
    crises: tuple[Evidence, ...]
    rates: Rates | None

    def parts(self, vectors: Array) -> Array:
        """What each part says of vectors [nats, but for a constant], shape (points, 2 + crises); the rates before their weight."""
        values = self.space.values(vectors)
        rates = np.zeros(len(vectors)) if self.rates is None else self.rates.log_density(vectors)
        return np.stack([log_prior(vectors), rates, *(crisis.log_likelihood(values) for crisis in self.crises)], axis=1)

    @property
    def counts(self) -> Array:
        """How much each part counts in the log posterior."""
        return np.array([1.0, 0.0 if self.rates is None else self.rates.weight, *(1.0 for _ in self.crises)])

    def without(self, crisis: int) -> Array:
        """How much each part counts where one crisis is left out."""
        counts = self.counts
        counts[FIRST_CRISIS + crisis] = 0.0
        return counts

    def __call__(self, vectors: Array) -> Array:
        """Log posterior [nats, but for a constant], shape (points,)."""
        return np.asarray(self.parts(vectors) @ self.counts)
