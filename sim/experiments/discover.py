"""Discovery: in which corner of what was varied a condition on outcomes mostly holds.

PRIM (Friedman & Fisher 1999; Bryant & Lempert 2010; EMA workbench) peels a box off half of the set-ups; the other half,
which it has not seen, says what the box is worth. A shallow tree on the same half is a second opinion. Worlds of a set-up
hang together, so whatever is resampled is set-ups.
"""

import json
import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.experiments.asking import SCHEMA_VERSION
from sim.run_names import find_run, manifest_of
from sim.run_tables import ANSWER, ask, identifier, tables_of, telling_errors
from sim.scenario.errors import needs, refuse
from sim.store import Study, identity, now
from sim.worlds import Flags

MOST_RESTRICTIONS = 4
"""Restrictions of a box: more cannot be kept in mind."""
FEWEST_SETUPS, FEWEST_HAPPENED, MOST_ROWS = 50, 20, 60_000
PEEL, MASS = 0.05, 0.05
"""Share peeled off at a step, and share of worlds at which peeling ends (the usual values)."""
RESAMPLED = 1000
TOLD = 2.0
"""Standard errors by which a restriction must raise the density on the half that it was found on, or it is dropped."""
DEPTH, LEAF = 3, 0.05
"""Depth of the tree, and share of worlds that a leaf must hold."""
ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Sample:
    """Worlds of a sweep that count alike: what was varied (a row a world), the set-up of each, whether the condition held."""

    x: pd.DataFrame
    point: NDArray[np.int64]
    held: Flags

    def half(self, first: bool, seed: int) -> "Sample":
        """The worlds of one half of the set-ups."""
        points = np.unique(self.point)
        chosen = np.random.default_rng(seed).permutation(points)[: len(points) // 2]
        inside = np.isin(self.point, chosen) == first
        return Sample(self.x[inside].reset_index(drop=True), self.point[inside], self.held[inside])


Box = dict[str, tuple[float, float]]
"""Restrictions by factor: lowest and highest value; an end without limit is infinite."""


def discover(run: str | Path, when: str, *, seed: int = 1) -> Study:
    """In which box of what a sweep varied a condition mostly holds; raises ScenarioError for what cannot be asked.

    `run`: a sweep by path or reference; `when`: a condition in SQL over its outcomes, such as `war` or `killed > 20`. Tables:
    `box` (a row a restriction), `tradeoff` (a row a step of peeling), `tree` (a row a leaf).
    """
    if find_spec("ema_workbench") is None:
        raise needs("analysis", "ema_workbench", "discover")
    folder = find_run(str(run))
    manifest = manifest_of(folder)
    factors = _factors(manifest)
    sample = read(folder, list(factors), when, seed)
    started = now()
    found = search(sample, seed)
    label = {name: factor["label"] for name, factor in factors.items()}
    found.box.insert(1, "label", found.box["parameter"].map(label))
    found.tree["box"] = [json.dumps(box) for box in found.tree["box"]]
    asked = {
        "command": "discover",
        "scenario": manifest["asked"]["scenario"],
        "subject": folder.name,
        "run": folder.name,
        "run_hash": manifest["hash"],
        "when": when,
        "worlds": len(sample.held),
        "seed": seed,
        "parameters": manifest["asked"]["parameters"],
        "mode": manifest["asked"]["mode"],
        "from": manifest["asked"]["from"],
        "changes": {},
    }
    report = {
        "schema_version": SCHEMA_VERSION,
        "mode": manifest["asked"]["mode"],
        "modes": [manifest["asked"]["mode"]],
        "caveat": manifest["caveat"],
        "of_setups": len(np.unique(sample.point)),
        "factors": factors,
        "left_aside": _left_aside(manifest),
        **found.summary,
    }
    return Study(identity(asked, started) | report, {"box": found.box, "tradeoff": found.tradeoff, "tree": found.tree})


def _factors(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The numbers that the run varied, by path; raises ScenarioError where it varied none."""
    if "sweep" not in manifest:
        why = "must be a sweep that varies numbers; make one with: python run.py sweep --design random --worlds 20 --yes"
        raise refuse("", why, field="RUN", value=f"a run of {manifest['asked']['command']}")
    found = {factor["name"]: factor for factor in manifest["sweep"]["factors"] if factor["kind"] == "number"}
    if not found:
        raise refuse("", "must vary at least one number", field="RUN", value=manifest["asked"]["subject"])
    return found


def _left_aside(manifest: Mapping[str, Any]) -> list[str]:
    return [factor["label"] for factor in manifest["sweep"]["factors"] if factor["kind"] != "number"]


def read(folder: Path, factors: list[str], when: str, seed: int) -> Sample:
    """The worlds of a sweep, resampled within each set-up to count alike; raises ScenarioError for a condition that cannot be looked for."""
    columns = ", ".join(identifier(name) for name in factors)
    with tables_of(folder) as connection:
        ask(connection, f"SELECT point, world, log_weight, {columns}, CAST(({when}) AS BOOLEAN) AS held FROM outcomes")
        with telling_errors():
            table = connection.execute(f"SELECT * FROM {ANSWER} ORDER BY point, world").df()
    held = table["held"].fillna(False).to_numpy(dtype=bool)
    rows = _alike(table["point"].to_numpy(), table["log_weight"].to_numpy(dtype=float), seed)
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
    sample = Sample(table.loc[rows, factors].astype(float).reset_index(drop=True), table["point"].to_numpy(dtype=np.int64)[rows], held[rows])
    count, happened = len(np.unique(sample.point)), int(sample.held.sum())
    if count < FEWEST_SETUPS:
        raise refuse(
            "", f"must have {FEWEST_SETUPS} set-ups or more: a box is found on half of them and tried on the others", field="RUN", value=count
        )
    if not FEWEST_HAPPENED <= happened <= len(sample.held) - FEWEST_HAPPENED:
        where = "everywhere" if happened == len(sample.held) else "nowhere" if not happened else f"in {happened:,} of {len(sample.held):,} worlds"
        raise refuse("", f"must hold in some worlds and not in others ({FEWEST_HAPPENED} or more of each)", field="--when", value=f"{when}: {where}")
    return sample


def _alike(point: NDArray[Any], log_weight: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    """Rows so that within a set-up each world stands as often as it counts (systematic resampling)."""
    order = np.arange(len(point))
    if np.ptp(log_weight) == 0.0:
        return order
    dice, picked = np.random.default_rng(seed), []
    for rows in np.split(order, np.flatnonzero(np.diff(point)) + 1):
        weight = np.exp(log_weight[rows] - log_weight[rows].max())
        steps = (np.arange(len(rows)) + dice.random()) / len(rows)
        picked.append(rows[np.minimum(np.searchsorted(np.cumsum(weight) / weight.sum(), steps), len(rows) - 1)])
    return np.concatenate(picked)


@dataclass(frozen=True)
class Found:
    """A box with its summary, the way to it, and the tree."""

    box: pd.DataFrame
    tradeoff: pd.DataFrame
    tree: pd.DataFrame
    summary: dict[str, Any]


def search(sample: Sample, seed: int) -> Found:
    """Peel on one half of the set-ups, try on the other."""
    seen, unseen = sample.half(True, seed), sample.half(False, seed)
    trajectory, boxes = _peel(seen)
    chosen = _chosen(trajectory)
    box = _without_idle(boxes[chosen], seen, seed)
    summary: dict[str, Any] = {
        "base_rate": float(unseen.held.mean()),
        "seen": measures(box, seen),
        "unseen": measures(box, unseen) | _intervals(box, unseen, seed),
        "setups_seen": len(np.unique(seen.point)),
        "setups_unseen": len(np.unique(unseen.point)),
    }
    summary["told"] = bool(box) and summary["unseen"]["density_low"] > summary["base_rate"]
    rows = [_restriction(name, box, seen, unseen, seed) for name in box]
    steps = trajectory.assign(chosen=np.arange(len(trajectory)) == chosen)
    steps[["unseen_coverage", "unseen_density"]] = [[measures(one, unseen)[key] for key in ("coverage", "density")] for one in boxes]
    columns = ["parameter", "low", "high", "lowest", "highest", "density_without", "raises_density", "raises_low", "raises_high"]
    return Found(pd.DataFrame(rows, columns=columns), steps, _tree(seen, unseen, seed), summary)


def _peel(seen: Sample) -> tuple[pd.DataFrame, list[Box]]:
    """The peeling trajectory, and the box of every step."""
    with warnings.catch_warnings():
        # The workbench says on import that it finds no parallel IPython, which is not used.
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim

        logging.getLogger("EMA").setLevel(logging.ERROR)
        box = prim.Prim(seen.x, seen.held, peel_alpha=PEEL, mass_min=MASS).find_box()
    if box is None:
        return pd.DataFrame({"coverage": [1.0], "density": [float(seen.held.mean())], "mass": [1.0], "restrictions": [0]}), [{}]
    trajectory: Any = box.peeling_trajectory
    steps = trajectory[["coverage", "density", "mass", "res_dim"]].rename(columns={"res_dim": "restrictions"}).astype(float)
    limits: list[pd.DataFrame] = list(box.box_lims)
    return steps.reset_index(drop=True), [_box(one, limits[0]) for one in limits]


def _box(limits: pd.DataFrame, whole: pd.DataFrame) -> Box:
    """Restrictions alone; an end at the end of the sample is none."""
    found: Box = {}
    for name in limits.columns:
        low, high = (float(limits[name].iloc[end]) for end in (0, 1))
        first, last = (float(whole[name].iloc[end]) for end in (0, 1))
        if (low, high) != (first, last):
            found[str(name)] = (low if low > first else -np.inf, high if high < last else np.inf)
    return found


def _chosen(trajectory: pd.DataFrame) -> int:
    """The step with the best balance (harmonic mean) of coverage and density among boxes that can be kept in mind."""
    balance = 2 * trajectory["coverage"] * trajectory["density"] / (trajectory["coverage"] + trajectory["density"]).clip(lower=1e-12)
    return int(balance.where(trajectory["restrictions"] <= MOST_RESTRICTIONS, -1.0).argmax())


def inside(box: Box, x: pd.DataFrame) -> Flags:
    """Which worlds lie in the box."""
    flags = np.ones(len(x), dtype=bool)
    for name, (low, high) in box.items():
        flags &= ((x[name] >= low) & (x[name] <= high)).to_numpy()
    return flags


def measures(box: Box, sample: Sample) -> dict[str, float]:
    """Density: share of the worlds in the box in which the condition holds; coverage: share of those in which it holds that lie in the box."""
    flags = inside(box, sample.x)
    hits = float((flags & sample.held).sum())
    return {
        "density": hits / max(float(flags.sum()), 1.0),
        "coverage": hits / max(float(sample.held.sum()), 1.0),
        "mass": float(flags.mean()),
    }


def _sums(box: Box, sample: Sample) -> NDArray[np.float64]:
    """By set-up: worlds in the box, worlds in it in which the condition holds, worlds in which it holds; shape (3, set-ups)."""
    flags, (_, number) = inside(box, sample.x), np.unique(sample.point, return_inverse=True)
    return np.array([np.bincount(number, weights=values) for values in (flags, flags & sample.held, sample.held)], dtype=float)


def _resampled(sums: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Totals over set-ups drawn again with replacement, shape (3, repetitions)."""
    dice = np.random.default_rng(seed)
    counts = dice.multinomial(sums.shape[1], np.full(sums.shape[1], 1.0 / sums.shape[1]), size=RESAMPLED)
    return np.asarray(sums @ counts.T)


def _intervals(box: Box, sample: Sample, seed: int) -> dict[str, float]:
    within, hits, held = _resampled(_sums(box, sample), seed)
    density, coverage = hits / np.maximum(within, 1.0), hits / np.maximum(held, 1.0)
    low, high = np.quantile(np.stack([density, coverage]), ENDS, axis=1)
    return {"density_low": float(low[0]), "density_high": float(high[0]), "coverage_low": float(low[1]), "coverage_high": float(high[1])}


def _raises(name: str, box: Box, sample: Sample, seed: int) -> tuple[float, NDArray[np.float64]]:
    """By how much a restriction raises the density, and the same over resampled set-ups."""
    rest = {other: ends for other, ends in box.items() if other != name}
    gains = []
    for one in (box, rest):
        within, hits, _ = _resampled(_sums(one, sample), seed)
        gains.append(hits / np.maximum(within, 1.0))
    return measures(box, sample)["density"] - measures(rest, sample)["density"], gains[0] - gains[1]


def _without_idle(box: Box, seen: Sample, seed: int) -> Box:
    """Without restrictions that hardly raise the density, the idlest first."""
    while box:
        told = {name: (gain / max(float(again.std()), 1e-12)) for name in box for gain, again in [_raises(name, box, seen, seed)]}
        idlest = min(told, key=lambda name: told[name])
        if told[idlest] >= TOLD:
            break
        box = {name: ends for name, ends in box.items() if name != idlest}
    return box


def _restriction(name: str, box: Box, seen: Sample, unseen: Sample, seed: int) -> dict[str, Any]:
    gain, again = _raises(name, box, unseen, seed)
    low, high = np.quantile(again, ENDS)
    rest = {other: ends for other, ends in box.items() if other != name}
    ends = {"low": box[name][0], "high": box[name][1], "lowest": float(seen.x[name].min()), "highest": float(seen.x[name].max())}
    without = {"density_without": measures(rest, unseen)["density"]}
    return {"parameter": name, **ends, **without, "raises_density": gain, "raises_low": float(low), "raises_high": float(high)}


def _tree(seen: Sample, unseen: Sample, seed: int) -> pd.DataFrame:
    """A row a leaf of a shallow classification tree (Breiman et al. 1984), the densest first: its restrictions, and what it is worth unseen."""
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=LEAF, random_state=seed).fit(seen.x.to_numpy(), seen.held)
    names, found = list(seen.x.columns), []

    def walk(node: int, box: Box) -> None:
        left, right = int(tree.tree_.children_left[node]), int(tree.tree_.children_right[node])
        if left == right:
            found.append({"box": box, **measures(box, unseen), "density_seen": measures(box, seen)["density"]})
            return
        name, cut = names[int(tree.tree_.feature[node])], float(tree.tree_.threshold[node])
        low, high = box.get(name, (-np.inf, np.inf))
        walk(left, {**box, name: (low, min(high, cut))})
        walk(right, {**box, name: (max(low, np.nextafter(cut, np.inf)), high)})

    walk(0, {})
    return pd.DataFrame(found).sort_values("density", ascending=False, kind="stable", ignore_index=True)
