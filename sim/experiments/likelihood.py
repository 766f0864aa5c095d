"""How likely a crisis' record is under the model, for many parameter vectors at once.

With every act pinned, the two governments hang together through the record alone: given a world's luck, how likely one
of them did what it did says nothing about the other's resolve. So each state's resolve is integrated out by itself
(Gauss-Hermite nodes), over chance draws that all parameter vectors share. Where the record leaves a day open, each
chance draw carries one act that it allows, drawn once at the reference values; it is scored as any other act and divided
by the probability with which it was drawn. So the likelihood is a smooth function of the parameters, and unbiased over
chance draws. docs/model.md, section 12.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logsumexp

from sim.chronicle import Chronicle
from sim.experiments.pinned import Luck, Pinned
from sim.parameters import ByPoint
from sim.scenario.schema import Scenario
from sim.worlds import Array

NODES = 16
"""Values of resolve tried for each state."""
CHANCE_DRAWS = 64
"""Worlds whose luck all parameter vectors share."""
POINTS = 32
"""Parameter vectors in one array run (measured): fewer, and the time between operations counts; more, and arrays fall out of the cache."""


@dataclass(frozen=True)
class Evidence:
    """A crisis as evidence: what is left of the scenario where all acts are pinned, and the luck that all parameter vectors share."""

    scenario: Scenario
    seed: int
    draws: int
    nodes: int
    luck: Luck

    def log_likelihood(self, values: dict[str, Array]) -> Array:
        """Log probability of the record [nats], shape (points,); `values`: a column (points,) for each path."""
        count = len(next(iter(values.values()))) if values else 1
        parts = [slice(first, first + POINTS) for first in range(0, count, POINTS)]
        return np.concatenate([log_mean(self.by_draw({path: column[part] for path, column in values.items()})) for part in parts])

    def by_draw(self, values: dict[str, Array]) -> Array:
        """Log probability of the record given each chance draw, shape (points, chance draws); its mean is what counts."""
        return Pinned(self.scenario, self.seed, self.draws, columns_of(values), self.luck, nodes=self.nodes).run_to_end()


def evidence(
    scenario: Scenario, reference: dict[str, float], *, seed: int = 1, draws: int = CHANCE_DRAWS, nodes: int = NODES
) -> Evidence:
    """Prepare a crisis: one run of the whole model along the record, at the reference values, draws what the record leaves open."""
    values = {path: np.array([value]) for path, value in reference.items()}
    whole = Pinned(scenario, seed, draws, columns_of(values), nodes=nodes)
    whole.run_to_end()
    return Evidence(bare(scenario), seed, draws, nodes, whole.drawn_luck())


def bare(scenario: Scenario) -> Scenario:
    """The scenario without what no recorded decision hangs on: communities (their unrest is kept apart) and the background of attacks."""
    calm = scenario.override({"groups.*.tempo.rate": 0.0}) if scenario.groups else scenario
    return calm.model_copy(update={"communities": {}, "ties": ()})


def columns_of(values: dict[str, Array]) -> dict[str, Any]:
    """Values by path as what a run draws its numbers from."""
    return {path: ByPoint(np.asarray(column, dtype=np.float64)[:, np.newaxis]) for path, column in values.items()}


def log_mean(by_draw: Array) -> Array:
    """Log of the mean over chance draws, shape (points,)."""
    return np.asarray(logsumexp(by_draw, axis=1) - np.log(by_draw.shape[1]))


def worth(by_draw: Array) -> Array:
    """How many equally weighted chance draws these are worth, shape (points,)."""
    weights = np.exp(by_draw - by_draw.max(axis=1, keepdims=True))
    return np.asarray(weights.sum(axis=1) ** 2 / (weights**2).sum(axis=1))


def open_days(scenario: Scenario) -> int:
    """Track-days that the record leaves open."""
    chronicle = Chronicle(scenario)
    return sum(
        len(chronicle.acts(day, state, track)) > 1 for day in range(scenario.days) for state in scenario.states for track in scenario.tracks
    )
