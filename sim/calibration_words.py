"""A calibration in sentences: what it was fitted to, which parameters that tells, which it does not, and how far to trust it."""

from typing import Any

from sim.effect_words import rounded
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
