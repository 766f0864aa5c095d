"""What figures of sweeps say: titles whose rule must hold, subtitles, captions, and whether there are enough worlds."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import pandas as pd

from sim.plots.frame import EFFECTIVE, LONGEST_TITLE, mode_words, sentence_case, sentences, who_decides
from sim.plots.study import CLOSURE_CAVEAT
from sim.plots.sweep import Factor, Measure, Sweep
from sim.scenario.branches import load_branch
from sim.scenario.errors import ScenarioError
from sim.summary import NORMAL_95
from sim.words import CAVEAT, CHANGE_CAVEAT, amount, day_words

GIVEN_WORDS = {"struck": "with a strike", "answered": "with an answer", "answered and agreed": "with an answer and agreement after it"}
"""Conditions of outcomes, said of worlds."""
LARGE = 0.25
"""Simulation error from this share of the range shown on is large against it."""
WANTED = 2.0
"""Simulation error, in worlds of 100, that is small enough."""
FEW = 30
"""Under this many equally weighted worlds a mark is drawn hollow."""
DISPUTED = "The sign of this link is disputed; its prior includes none and the opposite: {label}."
JOINING = ("recruits", "attacks", "attacks_expected", "killed_in_attacks")
"""Outcomes on the way from hardship by joining to attacks."""


# Numbers


def number(measure: Measure, value: float) -> str:
    """A value of an outcome as words hold it: whole worlds in 100; <1 and >99 where it is not quite none or all."""
    if not measure.share:
        return amount(float(f"{value:.3g}"))
    return "<1" if 0 < value < 0.5 else ">99" if 99.5 < value < 100 else f"{value:.0f}"


def quantity(measure: Measure, value: float) -> str:
    """With its unit."""
    return f"{number(measure, value)} {unit(measure)}".strip()


def unit(measure: Measure) -> str:
    """The unit of an outcome in figures."""
    return "in 100 worlds" if measure.share else measure.unit


def axis_unit(measure: Measure) -> str:
    """The unit as an axis names it."""
    return "worlds in 100" if measure.share else measure.unit


# Titles


def widening(number: int) -> float:
    """How much wider the two intervals must be if the extremes are picked from so many (Bonferroni)."""
    return NormalDist().inv_cdf(1 - 0.025 / max(number, 1)) / NORMAL_95


def first_that_fits(*findings: str) -> str:
    """The first title that is short enough; else the last, which is the topic."""
    return next((one for one in findings[:-1] if one and len(one) <= LONGEST_TITLE), findings[-1])


def topic(measure: Measure, *factors: Factor) -> str:
    """What is drawn against what."""
    name = sentence_case(measure.label)
    labels = " and ".join(factor.label for factor in factors)
    return first_that_fits(f"{name} against {labels}", f"{name} over the sweep", f"{name[:60]}…", "An outcome over the sweep")


def along(measure: Measure, factor: Factor, rows: pd.DataFrame, told: bool) -> str:
    """How an outcome goes along a factor: from end to end, a highest or lowest in between, or that it cannot be told from flat.

    `told`: whether the highest and the lowest can be told apart, world by world; intervals that overlap do not yet make a line flat.
    """
    rows = rows.dropna(subset=["mean"])
    name, what, otherwise = sentence_case(measure.label), factor.label, topic(measure, factor)
    if len(rows) < 2:
        return otherwise
    first, last = rows.iloc[0], rows.iloc[-1]
    if rows["low"].max() <= rows["high"].min():
        if told:
            return otherwise
        return first_that_fits(f"{name} cannot be told from flat as {what} {_rises(factor)}", f"{name} cannot be told from flat", otherwise)
    between = rows.iloc[1:-1]
    wider = widening(len(rows))
    highest = len(between) and (between["mean"] - wider * (between["mean"] - between["low"])).max() > max(first["high"], last["high"])
    lowest = len(between) and (between["mean"] + wider * (between["high"] - between["mean"])).min() < min(first["low"], last["low"])
    if highest and lowest:
        return otherwise
    if highest or lowest:
        row = between.loc[between["mean"].idxmax() if highest else between["mean"].idxmin()]
        at = f"{what} {factor.in_full(row['level'])}" if factor.kind == "number" else factor.in_full(row["level"])
        word = "highest" if highest else "lowest"
        return first_that_fits(f"{name}: {word} at {at}, {_mean(measure)}{quantity(measure, row['mean'])}", f"{name}: {word} at {at}", otherwise)
    if first["low"] <= last["high"] and last["low"] <= first["high"]:
        return otherwise
    low, high = number(measure, first["mean"]), number(measure, last["mean"])
    ways, rises = f"{factor.in_full(first['level'])} to {factor.in_full(last['level'])}", _rises(factor)
    return first_that_fits(
        f"{name}: {_mean(measure)}from {low} to {high} {unit(measure)} as {what} goes from {ways}",
        f"{name}: {_mean(measure)}from {low} to {high} {unit(measure)} as {what} {rises}",
        f"{name}: {_mean(measure)}{low} to {high} {unit(measure)} as {what} {rises}",
        f"{name}: {_mean(measure)}{low} to {high} as {what} {rises}",
        f"{name} {'rises' if last['mean'] > first['mean'] else 'falls'} with {what}" if measure.share else "",
        otherwise,
    )


def _rises(factor: Factor) -> str:
    return "is later" if factor.kind == "date" else "rises"


def _mean(measure: Measure) -> str:
    return "" if measure.share else "mean "


# Subtitles


def subtitle(sweep: Sweep, measure: Measure, shown: str, *more: str) -> str:
    """Quantity, unit, of which worlds, until when, who decides, what marks stand for."""
    manifest = sweep.manifest
    named = axis_unit(measure)
    head = f"{sentence_case(measure.label)}{'' if measure.label.startswith(named) else f', {named}'}{given(measure)}, to {day_words(sweep.scenario.end)}"
    return "; ".join(part for part in (head, who_decides(_dated(sweep), manifest["mode"]), shown, *more) if part)


def given(measure: Measure) -> str:
    """On which worlds an outcome is counted."""
    if not measure.given:
        return ""
    return f", of worlds {GIVEN_WORDS.get(measure.given, f'in which it is defined ({measure.given})')}"


def averaged(factors: Sequence[Factor]) -> str:
    """Factors over whose levels a figure averages."""
    return f"averaged over the levels of {' and '.join(factor.label for factor in factors)}" if factors else ""


def mode_box(sweep: Sweep) -> str:
    """FORCED; ASSISTED or FREE from a day on."""
    return mode_words(_dated(sweep), sweep.manifest["mode"])


def _dated(sweep: Sweep) -> dict[str, Any]:
    """The manifest with the first day on which somebody decides: that of the run where none is named."""
    return {"asked": {"from": sweep.manifest["asked"].get("from") or sweep.scenario.start.isoformat()}}


# Captions


def caption(sweep: Sweep, measure: Measure, *parts: str) -> str:
    """What marks mean, and after it what every figure of a sweep must say."""
    manifest, table = sweep.manifest, sweep.study.tables["points"]
    fewest, worlds = manifest["sweep"]["fewest_effective_worlds"], manifest["asked"]["worlds"]
    failed = table[table["failed"].notna()]
    own = [one for one in sweep.factors if one.own and one.kind == "number"]
    changes = any(one.name == "branch" or one.name.startswith("dose.") for one in sweep.factors)
    disputed = [one.label for one in sweep.factors if one.contested]
    disputed += [measure.label] if measure.name in JOINING else []
    return sentences(
        *parts,
        f"The scenario's own: {'; '.join(f'{one.label} {own_words(one)}' for one in own)}." if own else "",
        "All set-ups share the same luck, so that differences between them are surer than their bars suggest."
        if manifest["sweep"]["luck"] == "shared" else "Every set-up has luck of its own.",
        f"{len(failed)} of {len(table)} set-ups failed and are left out ({failed['failed'].iloc[0]})." if len(failed) else "",
        f"Worlds are weighted by how likely they made the record before that day; those of a set-up are worth {fewest:,.0f} equal ones or more."
        if fewest < EFFECTIVE * worlds and not measure.given else "",
        DISPUTED.format(label="; ".join(disputed)) if disputed else "",
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
    asked = sweep.manifest["asked"]
    named = {level for one in sweep.factors if one.name == "branch" for level in one.levels}
    for holder in (asked, asked.get("design") or {}):
        said = holder.get("branch") or holder.get("branches") or ()
        named |= {said} if isinstance(said, str) else set(said)
    return any(_closing(str(name)) for name in named)


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
