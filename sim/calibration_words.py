"""A calibration in sentences: what it was fitted to, which parameters that tells, which it does not, and how far to trust it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sim.effect_words import rounded
from sim.scenario.parts.priors import Prior
from sim.words import NUMBER_WORDS

AGREE = 1.05
"""R-hat across ensembles of walkers up to which they are said to agree (1.01 is the usual wish; these chains are short, and only a check)."""
FEW_DRAWS = 400
"""Independent draws under which intervals are said to be rough (Vehtari et al. 2021)."""
TAIL = 0.7
"""k-hat from which weights are not to be trusted (Vehtari et al. 2024)."""
APART = 0.25
"""Posterior standard deviations by which the walkers' means may lie apart from the draws'."""
MUCH_MOVED = 0.25
"""Prior standard deviations by which a mean may hang on chance draws before it is said."""
EDGE, MANY_AT_EDGE = 0.1, 0.05
"""Within a tenth of a bound of its prior a draw is at the edge; a share of draws there that is said."""
SIDES = ("states", "*")


def label(path: str) -> str:
    """A parameter's path as a reader says it: `states.*.perception.gap` is perception: gap."""
    words = [word.replace("_", " ") for word in path.split(".") if word not in SIDES]
    return ": ".join([" ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def interval(middle: float, low: float, high: float) -> str:
    """A median with its interval: 1.2 (0.93 to 1.7)."""
    shown = [str(rounded(value)).removesuffix(".0") for value in (middle, low, high)]
    return f"{shown[0]} ({shown[1]} to {shown[2]})".replace("-", "−")


def listed(names: list[str]) -> str:
    """One, two and three."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "none"


def number(count: int) -> str:
    """Small whole numbers in words."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else f"{count:,}"


def calibration_findings(manifest: dict[str, Any]) -> list[str]:
    """What was fitted to what, what is told, and whether it can be trusted."""
    verdicts = manifest["verdicts"]
    groups = {name: [label(path) for path, one in verdicts.items() if one == name] for name in ("told", "hinted at", "not identified")}
    crises = list(manifest["crises"].values())
    decisions = sum(one["decisions"] for one in crises)
    rates = f" and {manifest['rates']} rates of past ones" if manifest["rates"] else ""
    lines = [
        f"Fitted to the records of {number(len(crises))} {'crisis' if len(crises) == 1 else 'crises'} ({decisions:,} decisions){rates}, "
        f"{len(verdicts)} parameters: {number(len(groups['told']))} told, {number(len(groups['hinted at']))} hinted at, "
        f"{number(len(groups['not identified']))} not identified.",
        f"Told: {listed(groups['told'])}. Hinted at: {listed(groups['hinted at'])}. Not identified (the posterior is the prior): "
        f"{listed(groups['not identified'])}.",
    ]
    return [*lines, trust(manifest["diagnostics"])]


def trust(found: dict[str, Any]) -> str:
    """What the draws are worth, whether walkers come to the same, and what hangs on chance."""
    rough = "" if found["effective_draws"] >= FEW_DRAWS and found["k_hat"] < TAIL else ", so intervals are rough"
    agree = found["r_hat"] <= AGREE and found["walkers_apart"] <= APART
    apart = f"(R-hat {found['r_hat']:.2f}, means within {found['walkers_apart']:.2f} standard deviations)"
    chance = found["chance"]
    by = f"; other chance draws would move a parameter's mean by up to {chance['moved']:.1f} of its prior's spread"
    moved = by if chance["moved"] >= MUCH_MOVED else ""
    return (
        f"The weighted draws are worth about {found['effective_draws']:,.0f} independent ones{rough}; walkers from wider places "
        f"{'come to the same' if agree else 'have not come to the same yet'} {apart}. Chance draws leave differences of the log likelihood uncertain "
        f"by {chance['differences']:.2f}{moved}."
    )


def strains(
    parameters: pd.DataFrame, rates: pd.DataFrame, draws: pd.DataFrame, priors: Mapping[str, Prior], defaults: Mapping[str, float]
) -> list[str]:
    """Where records, rates, priors and defaults pull apart: rates missed, draws heaped at a prior's edge, defaults that the fit holds unlikely."""
    missed = [
        f"{row['label']} ({interval(row['posterior_median'], row['posterior_low'], row['posterior_high'])} against "
        f"{rounded(row['target_low'])} to {rounded(row['target_high'])})"
        for row in rates.to_dict("records")
        if not row["target_low"] <= row["posterior_median"] <= row["target_high"]
    ]
    cut = [
        f"{label(path)} ({100 * share:.0f} of 100 draws at its {side} bound)"
        for path in parameters["parameter"]
        for side, share in at_edges(draws[path], priors[path])
        if share >= MANY_AT_EDGE
    ]
    outside = [
        f"{label(row['parameter'])} ({rounded(defaults[row['parameter']])}; "
        f"{interval(row['posterior_median'], row['posterior_low'], row['posterior_high'])})"
        for row in parameters.to_dict("records")
        if not row["posterior_low"] <= defaults[row["parameter"]] <= row["posterior_high"]
    ]
    return [
        f"Rates whose middle lies outside their target after fitting, {len(missed)} of {len(rates)}: {strung(missed)}."
        + (" The records pull them there, and the rates count with less than their full weight." if missed else ""),
        f"Cut off by the bounds of their priors: {strung(cut)}."
        + (" Part of how narrow these are told is the bound, not the records." if cut else ""),
        f"Defaults, with which runs at single values work, outside the 95 % interval of the fit: {strung(outside)}.",
    ]


def strung(names: list[str]) -> str:
    """What has commas in it, one after another."""
    return "; ".join(names) or "none"


def at_edges(draws: pd.Series, prior: Prior) -> list[tuple[str, float]]:
    """The share of draws within a tenth of each bound of a prior."""
    values, ratio = draws.to_numpy(), prior.low > 0.0
    low = prior.low * (1.0 + EDGE) if ratio else prior.low + EDGE * (prior.high - prior.low)
    high = prior.high / (1.0 + EDGE) if ratio else prior.high - EDGE * (prior.high - prior.low)
    return [("lower", float(np.mean(values <= low))), ("upper", float(np.mean(values >= high)))]
