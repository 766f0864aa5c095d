"""A link of a chain measured: what it moves, for each unit of the measure before it, and in how many parameter draws as claimed."""

from typing import Any

import numpy as np
import pandas as pd

from sim.effects import Numbers, effect, over_draws
from sim.scenario.parts.chain import Link


def effect_on(name: str, before: pd.DataFrame, after: pd.DataFrame, weight: Numbers, draw: Any) -> dict[str, Any]:
    """The effect on one measure."""
    return effect(before[name].to_numpy(), after[name].to_numpy(), weight, draw)


def link_entry(link: Link, before: pd.DataFrame, after: pd.DataFrame, weight: Numbers, draw: Any) -> dict[str, Any]:
    """The effect on what a link is said to move, and in how many parameter draws it has the claimed sign.

    share: probability over draws that the effect on `to`, against that on `from`, has the claimed sign; counted: in how
    many of `moved` draws the draw's own mean has it; per_unit: change of `to` for each unit of `from`, over all draws.
    """
    entry = effect_on(link.to, before, after, weight, draw)
    cause = after[link.cause].to_numpy() - before[link.cause].to_numpy()
    moved = after[link.to].to_numpy() - before[link.to].to_numpy()
    entry |= {"from_difference": float((weight * cause).sum() / weight.sum()), "per_unit": None, "share": None, "counted": None, "moved": None}
    if draw is None:
        return entry
    means, effects = draw_means(cause, weight, draw), draw_means(moved, weight, draw)
    total = np.bincount(draw, weight)
    known = (means != 0) & (total > 0)
    squares = float((total * means**2)[known].sum())
    entry["moved"] = int(known.sum())
    if not known.any() or not moved.any():
        return entry | {"share": 0.0, "counted": 0}
    way = np.sign(means) * (1.0 if link.claimed == "+" else -1.0)
    used = known[draw] & (weight > 0)
    found = over_draws((moved * way[draw])[used], weight[used], draw[used])
    return entry | {
        "share": min(max(1.0 - found.below(0.0), 0.0), 1.0),
        "counted": int((effects * way > 0)[known].sum()),
        "per_unit": float((total * means * effects)[known].sum()) / squares,
    }


def draw_means(values: Numbers, weight: Numbers, draw: Any) -> Numbers:
    """Mean of each draw's worlds."""
    heavy = np.bincount(draw, weight)
    return np.asarray(np.bincount(draw, weight * values) / np.where(heavy > 0, heavy, 1.0))
