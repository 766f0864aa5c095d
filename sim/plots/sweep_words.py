"""What stands above figures of sweeps: titles whose rule must hold, subtitles, the mode; numbers in words."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import pandas as pd

from sim.plots.frame import LONGEST_TITLE, mode_words, records, sentence_case, who_decides
from sim.plots.sweep import Factor, Measure, Sweep
from sim.summary import NORMAL_95
from sim.words import amount, day_words

GIVEN_WORDS = {"struck": "with a strike", "answered": "with an answer", "answered and agreed": "with an answer and agreement after it"}
"""Conditions of outcomes, said of worlds."""
FEW = 30
"""Under this many equally weighted worlds a mark is drawn hollow."""


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
    rows = rows.dropna(subset=["mean"]).reset_index(drop=True)
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
        row = records(between.sort_values("mean", kind="stable"))[-1 if highest else 0]
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
    quantity_named = sentence_case(measure.label) + ("" if measure.label.startswith(named) else f", {named}")
    head = f"{quantity_named}{given(measure)}, to {day_words(sweep.scenario.end)}"
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
