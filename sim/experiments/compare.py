"""Two runs side by side, outcome by outcome: means, their difference, and how sure the number of worlds lets one be.

The intervals are simulation error: what more worlds would make smaller. Where both runs have the same luck, a world
stands beside itself and much of the error cancels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.data_dictionary import Manifest, Meaning
from sim.effects import told_from_none, widening
from sim.experiments.mean_differences import Estimate, difference, estimate
from sim.experiments.set_ups import Kept, SetUp, chosen, comparable_outcomes, measures, read_set_ups
from sim.run_names import manifest_of
from sim.scenario.errors import refuse

MACHINE = ("version", "commit", "numerics", "python")


@dataclass(frozen=True)
class Comparison:
    """Two runs compared: a row for every set-up and outcome, what they do not share, and what was asked differently.

    `pairing`: why worlds are paired, or why not; `worth`: words on the worlds of each matched set-up, by its label.
    """

    first: Kept
    second: Kept
    rows: list[dict[str, Any]]
    paired: bool
    pairing: str
    worth: dict[str, tuple[tuple[int, float], tuple[int, float]]]
    only_first: list[str]
    only_second: list[str]
    asked: list[dict[str, Any]]


def compare(first: Path, second: Path, outcomes: Sequence[str] = ()) -> Comparison:
    """Compare two runs that were kept; raises ScenarioError where they cannot be compared.

    Set-ups are matched by mode and set-up (replay), by name (branch), or by equal values of their factors (sweep).
    """
    manifests = [manifest_of(folder) for folder in (first, second)]
    commands = [manifest["asked"]["command"] for manifest in manifests]
    there = [comparable_outcomes(folder, manifest) for folder, manifest in zip((first, second), manifests, strict=True)]
    if commands[0] != commands[1]:
        raise refuse("", f"must be two runs of one command, not {commands[0]} and {commands[1]}", field="RUN", value=second.name)
    names = chosen(outcomes, [name for name in there[0] if name in there[1]])
    _check_factors(manifests, second)
    runs = [read_set_ups(folder, manifest, names) for folder, manifest in zip((first, second), manifests, strict=True)]
    return _side_by_side(runs[0], runs[1])


def _check_factors(manifests: Sequence[Manifest], second: Path) -> None:
    """Refuse sweeps of different factors: none of their set-ups is the same."""
    factors = [[one["name"] for one in manifest.get("sweep", {}).get("factors", [])] for manifest in manifests]
    if set(factors[0]) != set(factors[1]):
        words = " and ".join(", ".join(names) or "none" for names in factors)
        raise refuse("", f"has other factors, so no set-up of one is in the other: {words}", field="RUN", value=second.name)


def _side_by_side(first: Kept, second: Kept) -> Comparison:
    shared = [key for key in first.set_ups if key in second.set_ups]
    if not shared:
        listed = ["; ".join(one.label for one in list(run.set_ups.values())[:4]) for run in (first, second)]
        raise refuse("", f"has no set-up in common with the first run: {listed[1]}, not {listed[0]}", field="RUN", value=second.name)
    may_pair, pairing = pairs(first.manifest, second.manifest)
    rows: list[dict[str, Any]] = []
    paired = False
    for key in shared:
        before, after = first.set_ups[key], second.set_ups[key]
        together = may_pair and same_luck(first.manifest, before, after) and bool(np.intersect1d(before.world, after.world).size)
        paired |= together
        rows += [{"set_up": after.label, **row} for row in _compare_set_up(before, after, measures(second.outcomes), together)]
    add_together(rows)
    return Comparison(
        first,
        second,
        rows,
        paired,
        pairing if paired or not may_pair else "no world of one has the number of a world of the other",
        {second.set_ups[key].label: (_worth(first.set_ups[key]), _worth(second.set_ups[key])) for key in shared},
        [one.label for key, one in first.set_ups.items() if key not in second.set_ups],
        [one.label for key, one in second.set_ups.items() if key not in first.set_ups],
        differences_asked(first.manifest, second.manifest),
    )


def _worth(one: SetUp) -> tuple[int, float]:
    return len(one.world), one.effective_worlds


# Luck


def pairs(first: Manifest, second: Manifest) -> tuple[bool, str]:
    """Whether worlds of the same number have the same luck, and why; the draws of a world are named by seed, actor, day and its number."""
    one, other = first["asked"], second["asked"]
    if one["scenario"] != other["scenario"]:
        return False, f"they are of two scenarios, {one['scenario']} and {other['scenario']}"
    if one["seed"] != other["seed"]:
        return False, f"their seeds are {one['seed']} and {other['seed']}"
    if one.get("luck") != other.get("luck"):
        return False, f"the luck of their set-ups is {one.get('luck')} and {other.get('luck')}"
    return True, "same scenario, same seed"


def same_luck(manifest: Manifest, before: SetUp, after: SetUp) -> bool:
    """Where every set-up of a sweep has luck of its own, only set-ups of the same number have the same."""
    return manifest["asked"].get("luck") != "independent" or (before.point == after.point and len(before.world) == len(after.world))


# Means and differences


def _compare_set_up(before: SetUp, after: SetUp, outcomes: dict[str, Meaning], paired: bool) -> list[dict[str, Any]]:
    clusters = _clusters(before, after)
    rows = []
    for name, meaning in outcomes.items():
        one, other = (estimate(side.values[name], side.weight, ids, meaning.kind) for side, ids in zip((before, after), clusters, strict=True))
        entry = {"outcome": name, **{key: getattr(meaning, key) or None for key in ("label", "kind", "unit", "given")}}
        sides = {"first": _as_entry(one), "second": _as_entry(other)}
        rows.append(entry | sides | difference(one, other, paired) | world_by_world(before, after, name, paired))
        if rows[-1].pop("identical"):
            rows[-1] |= {"difference": 0.0, "low": 0.0, "high": 0.0}
    return rows


def _clusters(before: SetUp, after: SetUp) -> list[NDArray[np.int64]]:
    """A number for every world of either set-up, the same for worlds that are alike: worlds of one parameter draw, else each world by itself."""
    labels = [_labels(before, after), _labels(after, before)]
    found = np.unique(np.concatenate(labels), return_inverse=True)[1]
    return [found[: len(before.world)], found[len(before.world) :]]


def _labels(one: SetUp, other: SetUp) -> NDArray[np.int64]:
    """Draw of every world, as this set-up or else the other knows it; worlds that neither gives a draw stand by themselves, below zero."""
    if one.draw is not None:
        return one.draw
    alone = -1 - one.world
    if other.draw is None:
        return alone
    order = np.argsort(other.world)
    place = np.minimum(np.searchsorted(other.world[order], one.world), len(order) - 1)
    return np.where(other.world[order][place] == one.world, other.draw[order][place], alone)


def world_by_world(before: SetUp, after: SetUp, name: str, paired: bool) -> dict[str, Any]:
    """Of paired worlds: in how many it is defined on both sides, shares of them lower, same and higher, and whether the runs are alike in it.

    Shares are by the weights of the first run.
    """
    if not paired:
        return {"paired": False, "worlds": None, "lower": None, "same": None, "higher": None, "identical": False}
    _, left, right = np.intersect1d(before.world, after.world, return_indices=True)
    one, other = before.values[name][left], after.values[name][right]
    both = ~(np.isnan(one) | np.isnan(other)) & (before.weight[left] > 0)
    moved, weight = (other - one)[both], before.weight[left][both]
    alike = len(left) == len(before.world) == len(after.world) and np.array_equal(one, other, equal_nan=True)
    alike = alike and np.allclose(before.weight[left] / before.weight.sum(), after.weight[right] / after.weight.sum())
    entry: dict[str, Any] = {"paired": True, "worlds": int(both.sum()), "identical": bool(alike and both.any())}
    shares = {"lower": moved < 0, "same": moved == 0, "higher": moved > 0}
    return entry | {side: float(weight[flags].sum() / weight.sum()) if both.any() else None for side, flags in shares.items()}


def _as_entry(one: Estimate | None) -> dict[str, Any]:
    if one is None:
        return {"mean": None, "low": None, "high": None, "worlds": 0, "effective_worlds": None}
    return {"mean": one.mean, "low": one.low, "high": one.high, "worlds": one.worlds, "effective_worlds": one.effective}


def add_together(rows: list[dict[str, Any]]) -> None:
    """Adds whether a difference is told from none, and whether it still is where all intervals are to hold at once (Šidák 1967)."""
    wider = widening(sum(row["difference"] is not None and row["low"] < row["high"] for row in rows))
    for row in rows:
        row["told"], row["told_together"] = told_from_none(row), False
        if row["told"]:
            near = row["low"] if row["difference"] > 0 else row["high"]
            row["told_together"] = wider * abs(near - row["difference"]) < abs(row["difference"])


# What was asked


def differences_asked(first: Manifest, second: Manifest) -> list[dict[str, Any]]:
    """What was asked differently, and what else made the runs: name, first, second; None where one does not have it."""
    one, other = (_flat(manifest["asked"]) | {name: manifest.get(name) for name in MACHINE} for manifest in (first, second))
    names = [*one, *(name for name in other if name not in one)]
    return [{"what": name, "first": one.get(name), "second": other.get(name)} for name in names if one.get(name) != other.get(name)]


def _flat(asked: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Nested entries by dotted names."""
    found: dict[str, Any] = {}
    for name, value in asked.items():
        found |= _flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return found
