"""How likely a crisis' record is under the model, for many parameter vectors at once.

With every act pinned, the two governments hang together through the record alone: given a world's luck, how likely one
of them did what it did says nothing about the other's resolve. So each state's resolve is integrated out by itself
(Gauss-Hermite nodes), over chance draws that all parameter vectors share. Where the record leaves a day open, each
chance draw carries one act that it allows, drawn once at the reference values; it is scored as any other act and divided
by the probability with which it was drawn. The chance draws are chosen from many candidates, those in which the record
is likely at the reference values more often, and are divided by that too. So the likelihood is a smooth function of the
parameters and unbiased over chance draws. docs/model.md, section 12.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from sim.experiments.chance_draws import found, resampled
from sim.experiments.nodes import Kind
from sim.experiments.pinned import Luck, Pinned
from sim.parameters import ByPoint
from sim.scenario.schema import Scenario
from sim.worlds import Array, Whole

NODES = 16
"""Values of resolve tried for each state."""
CHANCE_DRAWS = 64
"""Worlds whose luck all parameter vectors share."""
CANDIDATES = 2048
"""Worlds from which they are chosen."""
ANY_SHARE = 0.2
"""Share with which a chance draw is chosen evenly: none that other parameters make likely is left out."""
POINTS = 64
"""Parameter vectors in one array run (measured): fewer, and the time between operations counts; more, and arrays fall out of the cache."""

Values = dict[str, Array]
"""A column of values (points,) by path."""


@dataclass(frozen=True)
class Evidence:
    """A crisis as evidence: what is left of it where all acts are pinned, and the luck that all parameter vectors share."""

    scenario: Scenario
    seed: int
    nodes: int
    luck: Luck
    kind: Kind = np.float32

    def log_likelihood(self, values: Values) -> Array:
        """Log probability of the record [nats], shape (points,)."""
        return log_mean(self.by_draw(values))

    def by_draw(self, values: Values) -> Array:
        """Log probability of the record given each chance draw, shape (points, chance draws); its mean is what counts."""
        count = len(next(iter(values.values())))
        parts = [slice(first, first + POINTS) for first in range(0, count, POINTS)]
        return np.concatenate([self._run({path: column[part] for path, column in values.items()}) for part in parts])

    def _run(self, values: Values) -> Array:
        return Pinned(self.scenario, self.seed, columns_of(values), nodes=self.nodes, luck=self.luck, kind=self.kind).run_to_end()


def evidence(
    scenario: Scenario, reference: Values, *, seed: int = 1, draws: int = CHANCE_DRAWS, candidates: int = CANDIDATES, nodes: int = NODES
) -> Evidence:
    """Prepare a crisis. One run of the whole model along the record draws what the record leaves open, at the first reference point.

    The chance draws are chosen from the candidates by how likely they make the record, on average over the reference points.
    """
    first = columns_of({path: column[:1] for path, column in reference.items()})
    every = Evidence(bare(scenario), seed, nodes, found(scenario, seed, first, nodes=nodes, candidates=candidates))
    which, log_chosen = chosen(every.by_draw(reference), draws, seed)
    return Evidence(every.scenario, seed, nodes, every.luck.take(which, log_chosen))


def chosen(by_draw: Array, draws: int, seed: int) -> tuple[Whole, Array]:
    """Numbers of the candidates chosen (systematic resampling; some more than once), and the log of how likely each was against all alike."""
    candidates = by_draw.shape[1]
    fit = np.exp(by_draw - logsumexp(by_draw, axis=1, keepdims=True)).mean(axis=0)
    chance = (1.0 - ANY_SHARE) * fit + ANY_SHARE / candidates
    which = resampled(chance, draws, np.random.default_rng(seed).random())
    return which, np.log(chance[which] * candidates)


def bare(scenario: Scenario) -> Scenario:
    """The scenario without what no recorded decision hangs on: communities (their unrest is kept apart) and the background of attacks."""
    calm = scenario.override({"groups.*.tempo.rate": 0.0}) if scenario.groups else scenario
    return calm.model_copy(update={"communities": {}, "ties": ()})


def columns_of(values: Values) -> dict[str, ByPoint]:
    """Values by path as what a run takes its numbers from."""
    return {path: ByPoint(np.asarray(column, dtype=np.float64)[:, np.newaxis]) for path, column in values.items()}


def log_mean(by_draw: Array) -> Array:
    """Log of the mean over chance draws, shape (points,)."""
    return np.asarray(logsumexp(by_draw, axis=1) - np.log(by_draw.shape[1]))
