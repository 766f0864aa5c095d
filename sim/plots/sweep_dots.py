"""Set-ups as rows: the levels of a factor in words, the rows of a table, or the set-ups that come nearest to the record: frames and words."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.plots import sweep_notes as notes
from sim.plots import sweep_words as say
from sim.plots.frame import Words, sentence_case
from sim.plots.sweep import Factor, Measure, Sweep
from sim.plots.sweep_plan import Plan
from sim.plots.sweep_worlds import influence
from sim.scenario.errors import one_of, refuse

MOST_ROWS = 20
SHOWN_FACTORS = 3
"""Factors whose levels name a set-up."""


@dataclass(frozen=True)
class Dots:
    """A row a dot, the first above: label, mean with error, quantiles; `own` marks the unchanged scenario; `reference`: the record is drawn."""

    words: Words
    manifest: dict[str, Any]
    measure: Measure
    rows: pd.DataFrame
    head: str
    enough: str
    rest: str = ""


def by_words(sweep: Sweep, measure: Measure, plan: Plan, name: str) -> Dots:
    """A row for each level of a factor in words, highest first; with another factor, for each pair."""
    factor, beside = plan.x, plan.columns
    assert factor is not None  # the plan names it
    rows = []
    for other in beside.levels if beside else (None,):
        points = sweep.points if beside is None else sweep.points[sweep.points[beside.name] == other]
        for level in factor.levels:
            here = points.loc[points[factor.name] == level, "point"].tolist()
            label = sentence_case(factor.words(level)) + (f"; {beside.words(other)}" if beside else "")
            rows.append({factor.name: level, "label": label, **sweep.estimate(measure, here), "own": level == factor.level, "points": here})
    table = _finished(pd.DataFrame(rows).sort_values("mean", ascending=False, kind="stable", na_position="last"))
    told = len(table) > 1 and sweep.sample(measure).told(table.iloc[0]["points"], table.iloc[1]["points"])
    title = _title_of_words(sweep, measure, factor, table, told)
    table, note = table.drop(columns="points"), "Sorted by the mean; dashed upright: as it was." if factor.level else "Sorted by the mean."
    return _dots(sweep, measure, name, title, table, f"{factor.label} against {measure.label}", "", say.averaged(plan.averaged), note)


def _title_of_words(sweep: Sweep, measure: Measure, factor: Factor, table: pd.DataFrame, told: bool) -> str:
    """Which level has most, where it can be told from the next; that none can be told from another, where it is so; else the topic."""
    there, name, otherwise = table.dropna(subset=["mean"]), say.in_title(measure), say.topic(measure, factor)
    if len(there) < 2:
        return otherwise
    sample, first, last = sweep.sample(measure), there.iloc[0], there.iloc[-1]
    if not sample.told(first["points"], last["points"]) and there["low"].max() <= there["high"].min():
        return say.first_that_fits(f"{name} cannot be told apart between {len(there)} changes", otherwise)
    if told and first["low"] > there.iloc[1]["high"]:
        most = f"{name}: most with “{first['label']}”"
        return say.first_that_fits(f"{most}, {'' if measure.share else 'mean '}{say.quantity(measure, first['mean'])}", most, otherwise)
    return otherwise


def by_rows(sweep: Sweep, measure: Measure, name: str) -> Dots:
    """A row for each set-up, in the order of the sweep; where there are too many, the highest and the lowest."""
    table = _labelled(sweep, measure, _estimates(sweep, measure))
    rest = ""
    if len(table) > MOST_ROWS:
        order = table["mean"].rank(method="first", ascending=False)
        kept = (order <= MOST_ROWS // 2) | (order > order.max() - MOST_ROWS // 2)
        rest = f"shown: the {MOST_ROWS // 2} highest and the {MOST_ROWS // 2} lowest of {len(table):,} set-ups"
        table = table[kept].sort_values("mean", ascending=False, kind="stable")
    title = say.first_that_fits(f"{say.in_title(measure)}, set-up by set-up", "An outcome, set-up by set-up")
    note = "Rows: set-ups by the mean." if rest else "Rows: set-ups in the sweep's order."
    return _dots(sweep, measure, name, title, _finished(table), f"Set-ups against {measure.label}", _head(sweep, measure), rest, note)


def history(sweep: Sweep, measure: Measure, name: str) -> Dots:
    """The set-ups that come nearest to the record, nearest first; raises ScenarioError where the record does not count the outcome."""
    record = measure.history
    if record is None:
        counted = [one for one in sweep.shown() if sweep.measure(one).history is not None]
        raise refuse("", f"{one_of(counted)}: the record does not count this one", field="--outcome", value=measure.name)
    table = _estimates(sweep, measure).dropna(subset=["mean"])
    value, middle = record * measure.scale, "mean" if measure.share else "q50"
    table["away"] = (table[middle] - value).abs()
    table["within"] = (table["q05"] <= value) & (value <= table["q95"])
    table["apart"] = (table["mean"] - value).abs()
    table = table.sort_values(["away", "apart", "point"], kind="stable")
    rest = f"shown: the nearest {MOST_ROWS} of {len(table):,} set-ups" if len(table) > MOST_ROWS else ""
    hold = int(table["within"].sum())
    title = _title_of_history(sweep, measure, table, hold)
    near = _labelled(sweep, measure, table.head(MOST_ROWS))
    order = "the share of worlds comes to the record" if measure.share else "the median world comes to the record, then the mean"
    remarks = (f"Sorted by how near {order}.", "One record cannot decide between set-ups: it is one world.")
    return _dots(
        sweep, measure, name, title, _finished(near), f"Set-ups against {measure.label} and the record", _head(sweep, measure), rest, *remarks
    )


def _title_of_history(sweep: Sweep, measure: Measure, table: pd.DataFrame, hold: int) -> str:
    """For numbers: in how many set-ups the record lies within what holds 90 of 100 worlds; for shares: the set-up that makes it likeliest."""
    name, number = say.in_title(measure), len(table)
    otherwise = say.first_that_fits(f"{name}: how near the set-ups come to the record", "How near the set-ups come to the record")
    if measure.share or not number:
        return otherwise
    many = "all" if hold == number else "none" if not hold else f"{hold:,}"
    finding = f"the record lies within 90 of 100 worlds in {many} of {number:,} set-ups"
    return say.first_that_fits(f"{name}: {finding}", sentence_case(finding), otherwise)


def _estimates(sweep: Sweep, measure: Measure) -> pd.DataFrame:
    return sweep.means(measure).assign(setups=1)


def _main(sweep: Sweep, measure: Measure) -> list[Factor]:
    """The factors that name a set-up: those that matter most, in the sweep's order."""
    means, varied = sweep.means(measure)["mean"], sweep.varied()
    weights = influence(sweep.points, means, [one.name for one in varied], 8 if sweep.continuous or sweep.design == "rows" else 0)
    kept = list(weights)[:SHOWN_FACTORS]
    return [one for one in varied if one.name in kept]


def _head(sweep: Sweep, measure: Measure) -> str:
    """What the labels of set-ups give."""
    named = _main(sweep, measure)
    more = len(sweep.varied()) - len(named)
    return "; ".join(one.label for one in named) + (f"; and {more} more that differ" if more else "")


def _labelled(sweep: Sweep, measure: Measure, table: pd.DataFrame) -> pd.DataFrame:
    named = _main(sweep, measure)
    labels = [f"{int(row['point'])}:  " + "; ".join(one.words(row[one.name]) for one in named) for row in table.to_dict("records")]
    return table.assign(label=labels, own=False)


def _finished(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(few=table["effective_worlds"].astype(float).fillna(0) < say.FEW).reset_index(drop=True)


def _dots(sweep: Sweep, measure: Measure, name: str, title: str, rows: pd.DataFrame, axes: str, head: str, rest: str, *remarks: str) -> Dots:
    shown = "bars: simulation error" if measure.share else "dot: the median world; bars: 50 and 90 of 100 worlds; stroke: the mean"
    record = "" if measure.history is None else "heavy line: history" if not measure.share else "diamond: history"
    told = [f"{row['label']}, {'' if measure.share else 'mean '}{say.quantity(measure, row['mean'])}" for row in
            rows.dropna(subset=["mean"]).head(3).to_dict("records")]  # fmt: skip
    shown_factors = _main(sweep, measure) if head else sweep.varied()
    words = Words(
        name, title, say.subtitle(sweep, measure, shown, record, rest), notes.alt(sweep, name, "Dots with intervals", title, axes, told),
        notes.caption(
            sweep, measure, shown_factors, *remarks,
            f"Hollow: fewer than {say.FEW} equally weighted worlds behind the dot.",
            "Bars: 95 % simulation error, which shrinks with more worlds; what is not known of the world does not." if measure.share else
            "Thick and thin bars: what holds 50 and 90 of 100 worlds. Upright stroke: the mean.",
        ),
        say.axis_unit(measure), say.mode_box(sweep),
    )  # fmt: skip
    return Dots(words, sweep.manifest, measure, rows, head, notes.enough(sweep, measure, rows), rest)


def data(frame: Dots) -> pd.DataFrame:
    """The plotted numbers, a row a dot."""
    return frame.rows.assign(outcome=frame.measure.name, unit=frame.words.units)
