"""An outcome along one factor of a sweep, in one panel or in rows and columns of them: frames and words."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.plots import sweep_notes as notes
from sim.plots import sweep_words as say
from sim.plots.frame import Words, records
from sim.plots.sweep import Factor, Measure, Sweep
from sim.plots.sweep_plan import MOST_PANELS, Plan

LOG_FROM = 20.0
"""Largest over smallest level from which on an axis may be logarithmic."""


@dataclass(frozen=True)
class Panel:
    """A panel: the levels of its column and row in words (empty: none), and a row a level of the factor."""

    column: str
    row: str
    rows: pd.DataFrame


@dataclass(frozen=True)
class Line:
    """Panels that share their axes; `enough`: the note on simulation error."""

    words: Words
    manifest: dict[str, Any]
    measure: Measure
    factor: Factor
    panels: list[Panel]
    heads: tuple[str, str]
    enough: str
    log: bool

    @property
    def table(self) -> pd.DataFrame:
        """All rows."""
        return pd.concat([panel.rows for panel in self.panels], ignore_index=True)


def line(sweep: Sweep, measure: Measure, plan: Plan, name: str) -> Line:
    """Frame and words."""
    factor = plan.x
    assert factor is not None  # the plan of a line names its factor
    panels = [
        Panel(column, row, estimates(sweep, measure, factor, where)) for row, beside in _levels(plan.rows) for column, where in _crossed(plan, beside)
    ]
    table = pd.concat([panel.rows for panel in panels], ignore_index=True)
    split = [one for one in (plan.columns, plan.rows) if one is not None]
    title = say.topic(measure, factor, *split) if split else say.along(measure, factor, table, told(sweep, measure, factor, table))
    shown = "bars: simulation error" if measure.share else "line: the median world; bands: 50 and 90 of 100 worlds; dotted: the mean with its error"
    record = "heavy line: history" if split and not measure.share and measure.history is not None else ""
    words = Words(
        name, title,
        say.subtitle(sweep, measure, shown, record, say.averaged(plan.averaged)),
        notes.alt(sweep, name, "Small multiples of lines" if split else "Line with bars" if measure.share else "Line with bands", title,
                f"{factor.axis} against {measure.label}", _told(measure, factor, table)),
        notes.caption(
            sweep, measure, [factor, *split],
            "Marks: levels that were computed; the line between them is drawn straight. "
            f"Hollow: fewer than {say.FEW} equally weighted worlds behind the mark.",
            "Bars: 95 % simulation error, which shrinks with more worlds; what is not known of the world does not."
            if measure.share else
            "Bands: what holds 50 and 90 of 100 worlds. Dotted: the mean with its 95 % simulation error, which alone shrinks with more worlds.",
            "Dashed upright: the scenario's own value." if factor.own else "",
            "Heavy line or diamond: the record." if measure.history is not None else "",
            _thinned(plan),
        ),
        say.axis_unit(measure), say.mode_box(sweep),
    )  # fmt: skip
    heads = (plan.columns.label if plan.columns else "", plan.rows.label if plan.rows else "")
    return Line(words, sweep.manifest, measure, factor, panels, heads, notes.enough(sweep, measure, table), logarithmic(factor))


def estimates(sweep: Sweep, measure: Measure, factor: Factor, where: dict[str, Any]) -> pd.DataFrame:
    """A row a level of a factor: its place, mean with error, quantiles; over the set-ups in which other factors are at given levels."""
    points = sweep.points
    for name, level in where.items():
        points = points[points[name] == level]
    rows = []
    for level in factor.levels:
        found = sweep.estimate(measure, points.loc[points[factor.name] == level, "point"].tolist())
        rows.append({**where, "level": level, "place": factor.place(level), **found, "few": found["effective_worlds"] < say.FEW})
    return pd.DataFrame(rows)


def told(sweep: Sweep, measure: Measure, factor: Factor, rows: pd.DataFrame) -> bool:
    """Whether the highest and the lowest mean can be told apart, world by world."""
    there, points = records(rows.dropna(subset=["mean"]).sort_values("mean", kind="stable")), sweep.points
    ends = [points.loc[points[factor.name] == row["level"], "point"].tolist() for row in (there[0], there[-1])] if there else []
    return bool(ends) and sweep.sample(measure).told(*ends)


def shown_levels(factor: Factor | None, most: int = MOST_PANELS) -> list[Any]:
    """Levels that get panels: all, or as many as fit, evenly spread with both ends."""
    if factor is None:
        return []
    levels = list(factor.levels)
    if len(levels) <= most:
        return levels
    return [levels[round(number * (len(levels) - 1) / (most - 1))] for number in range(most)]


def _levels(factor: Factor | None) -> list[tuple[str, dict[str, Any]]]:
    if factor is None:
        return [("", {})]
    return [(factor.words(level), {factor.name: level}) for level in shown_levels(factor)]


def _crossed(plan: Plan, beside: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(words, {**beside, **where}) for words, where in _levels(plan.columns)]


def _thinned(plan: Plan) -> str:
    cut = [one for one in (plan.columns, plan.rows) if one is not None and len(one.levels) > MOST_PANELS]
    return f"Panels: {MOST_PANELS} of {len(cut[0].levels)} levels of {cut[0].label}." if cut else ""


def logarithmic(factor: Factor) -> bool:
    """Whether levels are spread evenly in ratios rather than in steps."""
    if factor.kind != "number" or len(factor.levels) < 3 or min(factor.levels) <= 0 or max(factor.levels) / min(factor.levels) < LOG_FROM:
        return False
    steps = [later - sooner for sooner, later in zip(factor.levels[:-1], factor.levels[1:], strict=True)]
    return max(steps) / min(steps) > 4


def _told(measure: Measure, factor: Factor, table: pd.DataFrame) -> list[str]:
    """The ends in words."""
    ends = table.dropna(subset=["mean"])
    picked = ends.iloc[[0, -1]] if len(ends) > 1 else ends
    return [
        f"{factor.in_full(row['level'])}: {'' if measure.share else 'mean '}{say.quantity(measure, row['mean'])}" for row in picked.to_dict("records")
    ]


def data(frame: Line) -> pd.DataFrame:
    """The plotted numbers, a row a mark."""
    return frame.table.drop(columns="place").rename(columns={"level": frame.factor.name}).assign(outcome=frame.measure.name, unit=frame.words.units)
