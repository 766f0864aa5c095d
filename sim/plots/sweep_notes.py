"""What stands below figures of sweeps: captions with their caveats, words for those who cannot see, and whether there are enough worlds."""

from collections.abc import Sequence

import pandas as pd

from sim.factors import BRANCH, DOSE, NONE
from sim.plots.frame import EFFECTIVE, sentences
from sim.plots.sweep import Factor, Measure, Sweep
from sim.plots.sweep_words import axis_unit, mode_box
from sim.scenario.branches import load_branch
from sim.scenario.errors import ScenarioError
from sim.sweep_words import recorded_words
from sim.words import CAVEAT, CHANGE_CAVEAT, CLOSURE_CAVEAT, amount

LARGE = 0.25
"""Simulation error from this share of the range shown on is large against it."""
WANTED = 2.0
"""Simulation error, in worlds of 100, that is small enough."""
DISPUTED = "The sign of this link is disputed; its prior includes none and the opposite: {label}."
JOINING = ("recruits", "attacks", "attacks_expected", "killed_in_attacks")
"""Outcomes on the way from hardship by joining to attacks."""


# Captions


def caption(sweep: Sweep, measure: Measure, shown: Sequence[Factor], *parts: str) -> str:
    """What marks mean, and after it what every figure of a sweep must say."""
    manifest, table = sweep.manifest, sweep.study.tables["points"]
    fewest, worlds = manifest["sweep"]["fewest_effective_worlds"], manifest["asked"]["worlds"]
    failed = table[table["failed"].notna()]
    own = [one for one in shown if one.own and one.kind != "word"]
    changes = any(one.name == BRANCH or one.name.startswith(DOSE) for one in sweep.factors)
    disputed = [one.label for one in shown if one.contested]
    disputed += [measure.label] if measure.name in JOINING else []
    return sentences(
        *parts,
        f"The scenario's own: {'; '.join(f'{one.label} {own_words(one)}' for one in own)}." if own else "",
        "All set-ups share the same luck, so that differences between them are surer than their bars suggest."
        if manifest["sweep"]["luck"] == "shared" else "Every set-up has luck of its own.",
        f"{len(failed)} of {len(table)} set-ups failed and are left out ({failed['failed'].iloc[0]})." if len(failed) else "",
        f"Worlds are weighted by how likely they made the record before that day; those of a set-up are worth {fewest:,.0f} equal ones or more."
        if fewest is not None and fewest < EFFECTIVE * worlds else "",
        DISPUTED.format(label="; ".join(disputed)) if disputed else "",
        recorded_words(manifest) if measure.name.startswith("killed") else "",
        CLOSURE_CAVEAT if closes(sweep) else "",
        CHANGE_CAVEAT if changes else "",
        CAVEAT,
    )  # fmt: skip


def own_words(factor: Factor) -> str:
    """The scenario's own value or values."""
    if len(factor.own) > 2:
        return f"{factor.words(factor.own[0])} to {factor.words(factor.own[-1])}"
    return " and ".join(factor.words(one) for one in factor.own)


def closes(sweep: Sweep) -> bool:
    """Whether a set-up closes a border that the record never closed."""
    if any(event.track == "border" and event.act == "close" for event in sweep.scenario.history):
        return False
    named = [str(level) for one in sweep.factors if one.name == BRANCH for level in one.levels]
    named.append(sweep.manifest["asked"]["sweep"]["branch"] or NONE)
    return any(_closing(name) for names in named for name in names.split("+"))


def _closing(name: str) -> bool:
    try:
        changes = load_branch(name).changes
    except ScenarioError:
        return False
    return any(change.track == "border" and "close" in (change.act or ()) for change in changes)


# Alt text


def alt(sweep: Sweep, name: str, figure: str, title: str, axes: str, values: Sequence[str]) -> str:
    """The figure in words."""
    told = f" {'; '.join(values)}." if values else ""
    return f"{figure}. {title}. {axes}, {mode_box(sweep)}.{told} Data: {name}.csv."


# Enough worlds?


def enough(sweep: Sweep, measure: Measure, rows: pd.DataFrame) -> str:
    """The largest simulation error in the figure, whether it is large against the range shown, and how many worlds would make it small."""
    rows = rows.dropna(subset=["mean"])
    if rows.empty:
        return "Enough worlds? No set-up has a world in which this is defined."
    half = float((rows["high"] - rows["low"]).max() / 2)
    span, worlds = float(rows["mean"].max() - rows["mean"].min()), int(sweep.manifest["asked"]["worlds"])
    of = axis_unit(measure).replace("worlds in 100", "in 100")
    head = f"Enough worlds? Largest simulation error{'' if measure.share else ' of a mean'}: ±{_small(half)} {of}"
    if half <= LARGE * span:
        return f"{head}, small against the range shown ({_small(span)})."
    wish = f"{4 * worlds:,} worlds a set-up would halve it"
    if measure.share and half > WANTED:
        wish += f", about {round(worlds * (half / WANTED) ** 2, -2):,.0f} would bring it to ±{WANTED:.0f}"
    return f"{head}, large against the range shown ({_small(span)}); {wish}."


def _small(value: float) -> str:
    return amount(float(f"{value:.2g}"))
