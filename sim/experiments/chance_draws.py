"""Chance draws: worlds' luck under which a record is likely, found day by day.

Few worlds have the luck that makes a whole record likely, and on days that the record leaves open few draw the acts that
lead on to it. So luck is put together: candidates follow the record, and as soon as it has become likely in few of
them, those few take the place of the others, each with fresh luck from the next day on (sequential Monte Carlo;
Gordon, Salmond & Smith 1993; Doucet & Johansen 2009). How much likelier each was made is kept and divided by, so the
mean over chance draws estimates the likelihood without bias.
"""

import numpy as np
from scipy.special import logsumexp

from sim.experiments.pinned import Luck, Pinned
from sim.parameters import ByPoint
from sim.scenario.schema import Scenario
from sim.worlds import Array, Whole

TEMPER = 0.8
"""What the record counts for while candidates are kept: less than whole, so that luck that suits other parameters stays among them (measured)."""
FEW = 0.5
"""Share of the candidates that must be left in worth, or others take their places (Doucet & Johansen 2009)."""


def found(scenario: Scenario, seed: int, values: dict[str, ByPoint], *, nodes: int, candidates: int) -> Luck:
    """Luck of as many candidates; the record is likely under it at the values (a row a point), as far as it can be at all."""
    dice = np.random.default_rng(seed)
    worlds, log_made = np.tile(np.arange(candidates), (scenario.days, 1)), np.zeros(candidates)
    last, fresh = -1, candidates
    while True:
        run = Pinned(scenario, seed, values, nodes=nodes, worlds=worlds)
        run.run_to_end()
        log_fit = TEMPER * np.array(run.log_fit)
        day = first_day_of_few(log_fit - log_made, last + 1)
        if day is None:
            return run.drawn_luck(log_made)
        weight = log_fit[day] - log_made
        kept = resampled(np.exp(weight - logsumexp(weight)), candidates, dice.random())
        log_made = log_fit[day, kept] - logsumexp(weight) + np.log(candidates)
        worlds = np.concatenate([worlds[: day + 1, kept], np.tile(fresh + np.arange(candidates), (scenario.days - day - 1, 1))])
        last, fresh = day, fresh + candidates


def first_day_of_few(weights: Array, since: int) -> int | None:
    """The first day at whose end the candidates are worth too few; None where there is none. Weights are logs, shape (days, candidates)."""
    enough = FEW * weights.shape[1]
    return next((day for day in range(since, len(weights) - 1) if worth(weights[day : day + 1])[0] < enough), None)


def resampled(chances: Array, count: int, start: float) -> Whole:
    """Numbers drawn with these chances by even steps from a random start (systematic resampling; some more than once)."""
    steps = (np.arange(count) + start) / count
    return np.minimum(np.searchsorted(np.cumsum(chances), steps), len(chances) - 1)


def worth(by_draw: Array) -> Array:
    """How many equally weighted chance draws these are worth, shape (points,); their logs are of shape (points, chance draws)."""
    weights = np.exp(by_draw - by_draw.max(axis=1, keepdims=True))
    return np.asarray(weights.sum(axis=1) ** 2 / (weights**2).sum(axis=1))
