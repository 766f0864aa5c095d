"""Whence an outcome's variance comes: chance, parameters, or structure.

A nested design: structures (the rules by which governments decide, each with its own numbers), draws of the parameters,
worlds that share a draw; all structures share draws and luck. Structures count alike, and so do draws: what the record
before the first day says about parameters is left to calibration. What finite worlds and draws add to the parts above
them is subtracted (analysis of variance with random effects; Searle, Casella & McCulloch 1992).
"""

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.design import Point
from sim.execute import over_jobs
from sim.experiments.setup_runs import LOG_WEIGHT
from sim.outcomes import definitions, needs
from sim.parameters import Known
from sim.scenario.parts.policies import Policy
from sim.scenario.schema import Scenario
from sim.setup_summary import weights_of
from sim.simulate import CELLS, Table
from sim.worlds import NUMBERS_PER_COUNT, Array

DRAWS, WORLDS = 200, 20
"""Draws of the parameters, and worlds that share one (figures of effects have as many)."""
FEWEST_DRAWS = 20
RESAMPLED = 1000
PARTS = ("chance", "parameters", "structure")
STRUCTURES: tuple[str, ...] = typing.get_args(Policy)
"""Rules of decision for both states: what the model offers by a switch."""
ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Nested:
    """Means and variances of an outcome over the worlds of every structure and draw, and what those worlds are worth; shape (structures, draws)."""

    mean: Array
    within: Array
    worth: Array

    def take(self, draws: Any) -> "Nested":
        """Some draws, of every structure alike."""
        return Nested(self.mean[:, draws], self.within[:, draws], self.worth[:, draws])

    def parts(self) -> Array:
        """Variance by chance, parameters, structure, shape (3,)."""
        draws = self.mean.shape[1]
        chance = self.within.mean()
        noise = (self.within / self.worth).mean()
        parameters = max(float(self.mean.var(axis=1, ddof=1).mean() - noise), 0.0)
        apart = self.mean - self.mean.mean(axis=0)
        by_structure = apart.mean(axis=1)
        structure = max(float((by_structure**2).mean() - apart.var(axis=1, ddof=1).mean() / draws), 0.0)
        return np.array([float(chance), parameters, structure])


def shares(nested: Nested, seed: int) -> dict[str, float]:
    """Share of each part in the whole, with a 95 % interval by resampling draws."""
    dice = np.random.default_rng(seed)
    draws = nested.mean.shape[1]
    again = np.array([_normalised(nested.take(dice.integers(draws, size=draws)).parts()) for _ in range(RESAMPLED)])
    low, high = np.quantile(again, ENDS, axis=0)
    found = _normalised(nested.parts())
    return {
        f"{part}{end}": float(values[number]) for number, part in enumerate(PARTS) for end, values in (("", found), ("_low", low), ("_high", high))
    }


def _normalised(parts: Array) -> Array:
    whole = parts.sum()
    return parts / whole if whole > 0 else np.full(3, np.nan)


def split(
    scenario: Scenario,
    point: Point,
    known: Mapping[str, Known],
    outcomes: tuple[str, ...],
    *,
    draws: int = DRAWS,
    worlds: int = WORLDS,
    seed: int = 1,
    workers: int = 1,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row an outcome: shares of its variance; and a row an outcome and structure: its mean. What does not happen counts as nought."""
    room = max(CELLS // worlds, 1) * worlds
    room -= room % (worlds * NUMBERS_PER_COUNT)
    firsts = range(0, draws * worlds, room)
    jobs = [
        _Job(scenario.override({"states.*.policy": rule}), point, dict(known), outcomes, first, min(room, draws * worlds - first), worlds, seed)
        for rule in STRUCTURES
        for first in firsts
    ]
    found = list(over_jobs(_run, jobs, workers))
    rows, means = [], []
    for name in outcomes:
        by_rule = [
            [np.concatenate(parts) for parts in zip(*(one[name] for one in found[at : at + len(firsts)]), strict=True)]
            for at in range(0, len(found), len(firsts))
        ]
        nested = Nested(*(np.stack(parts) for parts in zip(*by_rule, strict=True)))
        variance = nested.parts().sum()
        rows.append({"outcome": name, "variance": variance, **shares(nested, seed)})
        means += [{"outcome": name, "structure": rule, "mean": float(one[0].mean())} for rule, one in zip(STRUCTURES, by_rule, strict=True)]
    return pd.DataFrame(rows), pd.DataFrame(means)


@dataclass(frozen=True)
class _Job:
    scenario: Scenario
    point: Point
    known: Mapping[str, Known]
    outcomes: tuple[str, ...]
    first: int
    count: int
    per_draw: int
    seed: int


def _run(job: _Job) -> dict[str, tuple[Array, Array, Array]]:
    """By outcome: mean, variance within, and worth of the worlds of every draw, each of shape (draws,)."""
    kept = [one for one in definitions(job.scenario) if one.name in (*job.outcomes, LOG_WEIGHT)]
    names = tuple(sorted(needs(job.scenario, kept)))
    course = Table(job.scenario, (job.point,), job.seed, job.known, job.per_draw, names).course(job.first, job.count)
    values = {one.name: np.nan_to_num(np.broadcast_to(np.asarray(one.read(course), dtype=np.float64), job.count)) for one in kept}
    raw = values.pop(LOG_WEIGHT).reshape(-1, job.per_draw)
    weight = weights_of(raw)
    return {name: _by_draw(each.reshape(weight.shape), weight) for name, each in values.items()}


def _by_draw(values: Array, weight: Array) -> tuple[Array, Array, Array]:
    share = weight / weight.sum(axis=1, keepdims=True)
    mean = (share * values).sum(axis=1)
    squares = (share**2).sum(axis=1)
    within = (share * (values - mean[:, np.newaxis]) ** 2).sum(axis=1) / np.maximum(1.0 - squares, 1.0 / values.shape[1])
    return mean, within, 1.0 / squares
