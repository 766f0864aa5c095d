"""Indices of sensitivity, by SALib: what each knob, or group of knobs, has to do with the variance of an outcome.

A model is here a function from shares of the knobs' ranges, shape (set-ups, knobs), to outcomes, shape (set-ups,) by name.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import delta as salib_delta
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from scipy.stats import qmc, rankdata

from sim.sampling import MORRIS_LEVELS
from sim.worlds import Array

RESAMPLED = 500
"""Bootstrap samples for intervals."""
RESAMPLED_DELTA = 20
"""The same for delta, which is dear."""
DELTA_COLUMNS = {"total": "delta_raw", "half": "delta_raw_conf", "first": "S1", "first_half": "S1_conf"}
OTHERS = "others"

Model = Callable[[Array], Mapping[str, Array]]


def problem(names: Sequence[str], groups: Sequence[str] | None = None) -> dict[str, Any]:
    """What SALib calls a problem: knobs on shares of their ranges."""
    found: dict[str, Any] = {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
    return found | ({"groups": list(groups)} if groups is not None else {})


def screen(model: Model, names: Sequence[str], trajectories: int, seed: int) -> pd.DataFrame:
    """Elementary effects (Morris 1991; Campolongo et al. 2007): a row a knob and outcome, per whole range."""
    from SALib.sample import morris

    x = np.asarray(morris.sample(problem(names), trajectories, num_levels=MORRIS_LEVELS, seed=seed % 2**32))
    tables = []
    for outcome, y in model(x).items():
        found = salib_morris.analyze(problem(names), x, y, num_levels=MORRIS_LEVELS, num_resamples=RESAMPLED, seed=seed % 2**32)
        numbers = {name: np.asarray(found[name], dtype=float) for name in ("mu_star", "mu_star_conf", "mu", "sigma")}
        tables.append(pd.DataFrame({"parameter": list(names), "outcome": outcome, **numbers}))
    return pd.concat(tables, ignore_index=True)


class Sobol:
    """A design of Sobol' indices: two matrices A and B filled evenly, and A with the knobs of each block taken from B (Saltelli et al. 2010)."""

    def __init__(self, names: Sequence[str], blocks: Mapping[str, Sequence[int]], base: int, seed: int) -> None:
        """`blocks`: by name, the numbers of the knobs that are taken together; `base`: rows of each matrix, a power of two."""
        self.names, self.blocks, self.base, self.seed = list(names), {name: list(columns) for name, columns in blocks.items()}, base, seed
        both = qmc.Sobol(2 * len(self.names), scramble=True, rng=seed).random(base)
        self.a, self.b = both[:, : len(self.names)], both[:, len(self.names) :]

    def shares(self) -> Array:
        """All set-ups: A, B, then each block's."""
        mixed = []
        for columns in self.blocks.values():
            block = self.a.copy()
            block[:, columns] = self.b[:, columns]
            mixed.append(block)
        return np.concatenate([self.a, self.b, *mixed])

    def indices(self, y: Array, partition: Sequence[str]) -> pd.DataFrame:
        """Total and first-order index of blocks that together hold every knob once, with 95 % intervals, from the outcome of all set-ups."""
        rows = y.reshape(-1, self.base)
        by_block = dict(zip(self.blocks, rows[2:], strict=True))
        group = {column: name for name in partition for column in self.blocks[name]}
        asked = problem(self.names, [group[number] for number in range(len(self.names))])
        order = list(dict.fromkeys(asked["groups"]))
        # SALib wants, row by row of the matrices: A, every block in the order of the groups, B.
        laid_out = np.stack([rows[0], *(by_block[name] for name in order), rows[1]], axis=1).ravel()
        found: Any = salib_sobol.analyze(asked, laid_out, calc_second_order=False, num_resamples=RESAMPLED, seed=self.seed % 2**32)
        table = pd.DataFrame({"block": order, "total": found["ST"], "half": found["ST_conf"], "first": found["S1"], "first_half": found["S1_conf"]})
        table = table.astype(dict.fromkeys(("total", "half", "first", "first_half"), float))
        table["total_low"], table["total_high"] = table["total"] - table["half"], table["total"] + table["half"]
        return table.drop(columns="half").set_index("block").loc[list(partition)].reset_index()

    def signs(self, y: Array) -> Array:
        """Rank correlation of each knob with the outcome over A and B, shape (knobs,)."""
        return rank_correlation(np.concatenate([self.a, self.b]), y[: 2 * self.base])


def moments(x: Array, y: Array, names: Sequence[str], seed: int) -> pd.DataFrame:
    """Moment-independent delta and first-order index from any sample (Borgonovo 2007; Plischke et al. 2013), a row a knob."""
    found = salib_delta.analyze(problem(names), x, y, num_resamples=RESAMPLED_DELTA, seed=seed % 2**32, method="all")
    numbers = {name: np.asarray(found[key], dtype=float) for name, key in DELTA_COLUMNS.items()}
    table = pd.DataFrame({"parameter": list(names), "total": numbers["total"], "first": numbers["first"]})
    ends = {"total_low": numbers["total"] - numbers["half"], "total_high": numbers["total"] + numbers["half"]}
    return table.assign(**ends, first_half=numbers["first_half"], sign=rank_correlation(x, y))


def rank_correlation(x: Array, y: Array) -> Array:
    """Spearman's correlation of each column with y, shape (columns,)."""
    ranks, of_y = rankdata(x, axis=0), rankdata(y)
    ranks, of_y = ranks - ranks.mean(axis=0), of_y - of_y.mean()
    scale = np.sqrt((ranks**2).sum(axis=0) * (of_y**2).sum())
    return np.asarray((ranks * of_y[:, np.newaxis]).sum(axis=0) / np.where(scale > 0, scale, 1.0))
