"""How set-ups are laid over factors: a grid, samples that fill space (SciPy), Morris's trajectories (SALib), priors, or given rows.

A design is a table with a row a set-up and a column a factor; the same seed gives the same table.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from sim.factors import Factor
from sim.scenario.errors import refuse
from sim.scenario.parts.sweep import DesignName
from sim.worlds import Array

LARGEST = 10_000_000
"""Most set-ups of a design."""
MORRIS_LEVELS = 4
"""Levels of the grid on which Morris's trajectories run (Morris 1991; the usual choice)."""
DEFAULT_POINTS = {"latin_hypercube": 256, "sobol": 256, "morris": 16, "random": 1000}
"""Set-ups where nobody says how many; trajectories for Morris."""


def design(kind: DesignName, factors: Sequence[Factor], points: int | None, seed: int, columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """The table of set-ups; `columns`: the values of design `rows`. Raises ScenarioError for what no design can be made of."""
    if kind == "rows":
        return pd.DataFrame({factor.name: list(columns[factor.name]) for factor in factors})
    if kind == "grid":
        return _grid(factors)
    shares = _shares(kind, len(factors), points or DEFAULT_POINTS[kind], seed)
    return pd.DataFrame({factor.name: factor.at(shares[:, number]) for number, factor in enumerate(factors)})


def _grid(factors: Sequence[Factor]) -> pd.DataFrame:
    """Every combination of levels; the last factor runs fastest."""
    for factor in factors:
        if factor.levels is None:
            raise refuse("vary", "needs `levels`, or `low`, `high` and `steps`, in a grid (low:high:steps)", field=factor.name)
    levels = [factor.levels or () for factor in factors]
    if math.prod(map(len, levels)) > LARGEST:
        raise refuse(
            "vary", f"make more than {LARGEST:,} set-ups; take fewer levels or a sampled design", field=", ".join(one.name for one in factors)
        )
    return pd.DataFrame(list(itertools.product(*levels)), columns=[factor.name for factor in factors])


def _shares(kind: DesignName, factors: int, points: int, seed: int) -> Array:
    """A row a set-up, a column a factor, each number a share of the factor's range [0 to 1]."""
    if kind == "latin_hypercube":
        return np.asarray(qmc.LatinHypercube(factors, rng=seed).random(points))
    if kind == "sobol":
        # Sobol' points are balanced only in powers of two (Owen 1998).
        return np.asarray(qmc.Sobol(factors, scramble=True, rng=seed).random_base2(max(math.ceil(math.log2(points)), 0)))
    if kind == "morris":
        from SALib.sample import morris

        problem = {"num_vars": factors, "names": [str(number) for number in range(factors)], "bounds": [[0.0, 1.0]] * factors}
        return np.asarray(morris.sample(problem, points, num_levels=MORRIS_LEVELS, seed=seed % 2**32))
    return np.random.Generator(np.random.Philox(seed)).random((points, factors))
