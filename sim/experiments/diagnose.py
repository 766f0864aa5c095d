"""What a calibration came to, and how far it can be trusted: shrinkage, agreement of walkers, errors of what was estimated.

`vectors` are draws of the posterior, a row each, that count alike and are in no order.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from sim.experiments.agreement import autocorrelation, effective_draws, r_hat
from sim.experiments.chance_draws import worth
from sim.experiments.density import RATES
from sim.experiments.ensembles import Chains
from sim.experiments.importance import Weighed, worth_of
from sim.experiments.likelihood import evidence, log_mean
from sim.experiments.patterns import Targets
from sim.experiments.pilot import Pilot, reference_of
from sim.experiments.rates import DURATIONS, Rates, simulated
from sim.experiments.vectors import Space
from sim.parameters import quantile
from sim.scenario.parts.priors import Prior
from sim.scenario.schema import Scenario
from sim.worlds import Array

TOLD, HINTED = 0.5, 0.2
"""Contraction (1 - posterior variance / prior variance, on the prior's scale) from which a parameter counts as told, or as hinted at."""
MOVED = 0.5
"""Standard deviations of the prior by which the middle must have moved to count as a hint where the width is as it was."""
ENDS = (0.025, 0.5, 0.975)
REPEATS, TRIED = 4, 32
"""Other sets of chance draws, and vectors at which they are tried."""
RATES_TRIED = 48
"""Vectors of the posterior at which rates are simulated again."""
STRONG = 0.5
"""Correlation from which two parameters are said to stand for each other."""
OTHER_WEIGHTS = (0.0, 0.25, 0.5, 1.0)
OTHER_SEEDS = 1_000
"""Distance of the seeds of other chance draws from that of the calibration."""


def by_parameter(space: Space, vectors: Array, walked: Chains) -> pd.DataFrame:
    """A row a parameter: before and after, how much narrower and how far moved [prior standard deviations], whether walkers agree."""
    tau, hat = autocorrelation(walked.vectors), r_hat(walked.vectors)
    apart = (walked.flat().mean(axis=0) - vectors.mean(axis=0)) / vectors.std(axis=0)
    values, rows = space.values(vectors), []
    for number, (path, prior) in enumerate(space.priors.items()):
        before = quantile(prior, np.array(ENDS))
        after = np.quantile(values[path], ENDS)
        contraction, shift = 1.0 - float(vectors[:, number].var()), float(vectors[:, number].mean())
        ends = named("prior", before) | named("posterior", after)
        rows.append(
            {
                "parameter": path,
                "unit": prior.unit,
                **ends,
                **named("z", np.quantile(vectors[:, number], ENDS)),
                **dict(zip(("z_lower_quarter", "z_upper_quarter"), map(float, np.quantile(vectors[:, number], (0.25, 0.75))), strict=True)),
                "z_of_zero": z_of_zero(prior) if prior.contested else np.nan,
                "contraction": contraction,
                "shift": shift,
                "verdict": verdict(contraction, shift),
                "p_positive": float((values[path] > 0).mean()) if prior.contested else np.nan,
                "prior_p_positive": float((quantile(prior, (np.arange(1000) + 0.5) / 1000) > 0).mean()) if prior.contested else np.nan,
                "r_hat": hat[number],
                "autocorrelation": tau[number],
                "walkers_apart": apart[number],
            }
        )
    return pd.DataFrame(rows).astype(dict.fromkeys(("p_positive", "prior_p_positive", "z_of_zero"), "Float64"))


def agreement(table: pd.DataFrame, walked: Chains, weights: Array, k_hat: float) -> dict[str, float]:
    """What the weighted draws are worth, and whether walkers that set out from wider places come to the same.

    `walkers_apart`: the largest distance of their mean from the draws' [posterior standard deviations]; `walkers_worth`:
    independent draws that they are worth themselves, by how far the ensembles lie apart.
    """
    ensembles, steps = walked.vectors.shape[:2]
    return {
        "vectors": float(len(weights)),
        "effective_draws": worth_of(weights),
        "k_hat": k_hat,
        "r_hat": float(table["r_hat"].max()),
        "walkers_apart": float(table["walkers_apart"].abs().max()),
        "walkers_worth": min(effective_draws(table["r_hat"].to_numpy(dtype=np.float64), ensembles), float(np.prod(walked.vectors.shape[:3]))),
        "autocorrelation": float(table["autocorrelation"].max()),
        "steps_kept": float(steps),
    }


def z_of_zero(prior: Prior) -> float:
    """Where zero lies on the prior's scale [standard deviations]."""
    places = np.linspace(-4.0, 4.0, 801)
    return float(np.interp(0.0, quantile(prior, ndtr(places)), places))


def named(when: str, ends: Array) -> dict[str, float]:
    """The ends of an interval and its middle as columns."""
    return {f"{when}_{name}": float(at) for name, at in zip(("low", "median", "high"), ends, strict=True)}


def verdict(contraction: float, shift: float) -> str:
    """Whether the evidence tells a parameter."""
    if contraction >= TOLD:
        return "told"
    return "hinted at" if contraction >= HINTED or abs(shift) >= MOVED else "not identified"


def by_rate(rates: Rates, vectors: Array, seed: int) -> pd.DataFrame:
    """A row a rate: its target, and the model's before and after, as fitted [share or days]."""
    prior = np.random.default_rng(seed).standard_normal((4000, vectors.shape[1]))
    rows = []
    for rate in rates.rates:
        ends = named("target", rate.target + rate.spread * ndtri(np.array(ENDS)))
        ends |= named("prior", np.quantile(rate.at(prior), ENDS)) | named("posterior", np.quantile(rate.at(vectors), ENDS))
        shown = {name: unscaled(rate.name, at) for name, at in ends.items()}
        rows.append({"rate": rate.name, "label": rate.label, **shown, "error": rate.error, "spread": rate.spread})
    return pd.DataFrame(rows)


def unscaled(name: str, value: float) -> float:
    """From the scale on which a rate is fitted back to a share, or days."""
    return float(np.exp(value)) if name in DURATIONS else float(1.0 / (1.0 + np.exp(-value)))


def by_crisis(scenarios: Sequence[Scenario], found: Pilot, space: Space, vectors: Array) -> pd.DataFrame:
    """A row a crisis: log likelihood of its record at the prior's middle and over the posterior [nats], what its chance draws are worth."""
    tried, rows = vectors[:TRIED], []
    for scenario, crisis in zip(scenarios, found.crises, strict=True):
        by_draw = crisis.by_draw(space.values(tried))
        after = log_mean(by_draw)
        rows.append(
            {
                "crisis": scenario.name,
                "at_prior_middle": float(crisis.log_likelihood(space.values(np.zeros((1, tried.shape[1]))))[0]),
                "posterior_mean": float(after.mean()),
                "posterior_sd": float(after.std()),
                "chance_draws_worth": float(np.median(worth(by_draw))),
            }
        )
    return pd.DataFrame(rows)


def chance_error(scenarios: Sequence[Scenario], space: Space, vectors: Array, draws: int, seed: int) -> dict[str, float]:
    """How far the log likelihood scatters over other sets of chance draws [nats], and what that does to the posterior.

    `differences`: between vectors, which is all that the walkers see. `moved`: by how much the mean of any parameter would
    move under other chance draws [prior standard deviations], the largest, root mean square over sets.
    """
    tried, found = vectors[:TRIED], []
    around = reference_of(space, vectors)
    for number in range(REPEATS):
        crises = [evidence(scenario, around, seed=seed + OTHER_SEEDS + number, draws=draws) for scenario in scenarios]
        values = space.values(tried)
        found.append(sum((crisis.log_likelihood(values) for crisis in crises), np.zeros(len(tried))))
    scores = np.array(found)
    apart = scores - scores.mean(axis=1, keepdims=True)
    return {
        "sets": float(REPEATS),
        "vectors": float(len(tried)),
        "sd": float(np.sqrt(scores.var(axis=0, ddof=1).mean())),
        "differences": float(np.sqrt(apart.var(axis=0, ddof=1).mean())),
        "moved": _moved(tried, apart),
    }


def _moved(tried: Array, apart: Array) -> float:
    """Root mean square over sets of chance draws of the largest shift of a mean, each set's differences taken as weights."""
    shifts = []
    for row in apart - apart.mean(axis=0):
        weight = np.exp(row) / np.exp(row).sum()
        shifts.append(float(np.abs((weight[:, np.newaxis] * tried).sum(axis=0) - tried.mean(axis=0)).max()))
    return float(np.sqrt(np.mean(np.square(shifts))))


def rates_error(rates: Rates | None, space: Space, targets: Targets, vectors: Array, seed: int, *, workers: int = 1) -> dict[str, float] | None:
    """How far the fitted rates' term is from the simulated one at vectors of the posterior [nats, with its weight]; None without rates."""
    if rates is None:
        return None
    tried = vectors[:RATES_TRIED]
    seen = simulated(space, targets, tried, seed + OTHER_SEEDS, workers=workers)
    misses = [(seen[rate.name] - rate.target) ** 2 / (rate.spread**2 + rate.error**2) for rate in rates.rates]
    off = rates.weight * (-0.5 * np.sum(misses, axis=0) - rates.log_density(tried))
    return {"vectors": float(len(tried)), "mean": float(off.mean()), "sd": float(off.std(ddof=1)), "weight": rates.weight}


def other_weights(seen: Weighed, counts: Array, mean: Array) -> list[dict[str, float]]:
    """What other weights of the rates would do, the same vectors weighed anew: how many draws that is worth, and the largest shift of a mean."""
    rows = []
    for other in OTHER_WEIGHTS if counts[RATES] else ():
        if other != counts[RATES]:
            weights, k_hat = seen.weights(np.where(np.arange(len(counts)) == RATES, other, counts))
            moved = float(np.abs(weights @ seen.vectors - mean).max())
            rows.append({"weight": other, "effective_draws": worth_of(weights), "k_hat": k_hat, "largest_shift": moved})
    return rows


def together(space: Space, vectors: Array) -> list[dict[str, Any]]:
    """Pairs of parameters that stand for each other in the posterior, the closest first."""
    matrix: Array = np.asarray(np.corrcoef(vectors.T), dtype=np.float64).reshape(vectors.shape[1], vectors.shape[1])
    first, second = np.triu_indices(len(matrix), 1)
    pairs = sorted(zip(first, second, strict=True), key=lambda pair: -abs(matrix[pair]))
    return [
        {"parameters": [space.paths[one], space.paths[other]], "correlation": float(matrix[one, other])}
        for one, other in pairs
        if abs(matrix[one, other]) >= STRONG
    ]
