"""The parameters that calibration fits, as vectors: each is measured on the scale of its prior, on which it is standard normal."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from sim.parameters import quantile
from sim.scenario.errors import refuse
from sim.scenario.parts.priors import Prior
from sim.worlds import Array

BEARING = ("states", "dyad", "mediation", "third_parties")
"""Parts of a scenario on whose numbers recorded decisions hang while all acts are pinned."""
FIXED_BY_RECORD = ("strikes",)
"""Sections of a state that only bear on what the record fixes."""
WIDE = 8.0
"""Standard deviations of the prior beyond which nothing is looked for: normal numbers of that size are not told from 0 or 1 as shares."""


@dataclass(frozen=True)
class Space:
    """Paths of the fitted parameters with their priors, in the order of the priors file."""

    priors: Mapping[str, Prior]

    @property
    def paths(self) -> list[str]:
        """Paths of the fitted parameters."""
        return list(self.priors)

    def values(self, vectors: Array) -> dict[str, Array]:
        """What vectors of shape (points, parameters) stand for: a column (points,) by path."""
        return {path: quantile(prior, ndtr(vectors[:, number])) for number, (path, prior) in enumerate(self.priors.items())}

    def spread_out(self, points: int, seed: int) -> Array:
        """Vectors that fill the prior evenly, shape (points, parameters): a Latin hypercube (McKay, Beckman & Conover 1979)."""
        return np.asarray(ndtri(qmc.LatinHypercube(len(self.priors), rng=seed).random(points)))


def log_prior(vectors: Array) -> Array:
    """Log density of vectors under the prior [nats, but for a constant], shape (points,)."""
    return np.where((np.abs(vectors) < WIDE).all(axis=1), -0.5 * (vectors**2).sum(axis=1), -np.inf)


def fitted(priors: Mapping[str, Prior]) -> Space:
    """The priors marked as calibrated; raises ScenarioError where one cannot be fitted to recorded decisions."""
    chosen = {path: prior for path, prior in priors.items() if prior.calibrated}
    for path in chosen:
        words = path.split(".")
        if words[0] not in BEARING or (words[0] == "states" and words[2] in FIXED_BY_RECORD):
            raise refuse("priors", "bears on no recorded decision while acts are pinned, so it cannot be calibrated", field=path)
    if not chosen:
        raise refuse("priors", "must mark at least one parameter as calibrated")
    return Space(chosen)
