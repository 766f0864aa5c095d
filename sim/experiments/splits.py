"""Which parameter parts the draws in which something happens from those in which it does not: one threshold each.

A regression tree's first split (Breiman et al. 1984), for each parameter apart. How good the best split would be if
parameters had nothing to do with it is found by shuffling the draws.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.effects import Numbers
from sim.experiments.asking import WORLDS_PER_DRAW
from sim.parameters import Known, alone, draw_all
from sim.scenario.paths import match
from sim.scenario.priors import applicable
from sim.scenario.schema import Scenario
from sim.worlds import Worlds

TOLD = 3
"""Parameters that are named."""
LEAST = 0.1
"""Least share of draws on either side of a threshold."""
SHUFFLES = 200


def parameters_of(scenario: Scenario, priors: Mapping[str, Known], seed: int, worlds: int, held: Collection[str] = ()) -> dict[str, Numbers]:
    """A value per draw for every parameter with a prior; those with a common draw once, by their pattern; none that is held at a value."""
    drawn = draw_all(scenario, priors, Worlds(seed, replicates=worlds), WORLDS_PER_DRAW)
    fixed = {path for pattern in held for path in match(scenario, pattern)}
    values: dict[str, Numbers] = {}
    for leaf, (pattern, prior) in applicable(priors, scenario).items():
        path = tuple(leaf.split("."))
        if path not in fixed:
            values[leaf if alone(prior) else pattern] = drawn[path][0, ::WORLDS_PER_DRAW]
    return values


def splits(values: dict[str, Numbers], chance: Numbers, weight: Numbers, words: dict[str, str]) -> list[dict[str, Any]]:
    """The parameters that part the draws best, the best first.

    `chance`: whether it happens in each draw, 0 or 1 (or how likely); each entry: the threshold, the shares of draws above and below it
    in which it happens, the numbers of draws there, `gain` (share of the variance of `chance` that the split explains),
    and `by_chance`: in what share of shuffles some parameter parts the draws as well.
    """
    share = weight / weight.sum()
    spread = float((share * (chance - (share * chance).sum()) ** 2).sum())
    if spread < 1e-12 or not values:
        return []
    order = np.array([np.argsort(one, kind="stable") for one in values.values()])
    sorted_values = np.take_along_axis(np.array(list(values.values())), order, axis=1)
    usable = np.diff(sorted_values, axis=1) > 0
    gains = _gains(chance, share, order, usable) / spread
    luck = np.random.Generator(np.random.Philox(0))
    shuffled = []
    for _ in range(SHUFFLES):
        other = luck.permutation(len(chance))
        # Whether it happens stays with the draw's weight: only whose parameters they are is shuffled.
        shuffled.append(float(_gains(chance[other], share[other], order, usable).max()) / spread)
    found = []
    for number in np.argsort(-gains.max(axis=1), kind="stable")[:TOLD]:
        at, gain = int(gains[number].argmax()), float(gains[number].max())
        if gain <= 0:
            continue
        below, above = order[number][: at + 1], order[number][at + 1 :]
        name = list(values)[number]
        found.append(
            {
                "parameter": name,
                "words": words.get(name, name),
                "threshold": float(sorted_values[number][at : at + 2].mean()),
                "above": _mean(chance, share, above),
                "below": _mean(chance, share, below),
                "draws_above": len(above),
                "draws_below": len(below),
                "gain": gain,
                "by_chance": float(np.mean([one >= gain for one in shuffled])),
            }
        )
    return found


def _mean(chance: Numbers, share: Numbers, which: NDArray[Any]) -> float:
    return float((share[which] * chance[which]).sum() / share[which].sum())


def _gains(chance: Numbers, share: Numbers, order: NDArray[Any], usable: NDArray[np.bool_]) -> Numbers:
    """Variance between the two sides of every threshold of every parameter, shape (parameters, draws - 1); 0 where a side is too small."""
    heavy = np.cumsum(share[order], axis=1)[:, :-1]
    sums = np.cumsum((share * chance)[order], axis=1)[:, :-1]
    total = float((share * chance).sum())
    fine = usable & (heavy >= LEAST) & (heavy <= 1.0 - LEAST)
    below = sums / np.where(heavy > 0, heavy, 1.0)
    above = (total - sums) / np.where(heavy < 1, 1.0 - heavy, 1.0)
    return np.asarray(np.where(fine, heavy * (1.0 - heavy) * (below - above) ** 2, 0.0))
