"""An outcome over two factors of a sweep: cells with contours, one map or one for each level of a third: frames and words."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.plots import sweep_notes as notes
from sim.plots import sweep_words as say
from sim.plots.frame import Words, records, sentence_case
from sim.plots.sweep import Factor, Measure, Sweep
from sim.plots.sweep_line import shown_levels
from sim.plots.sweep_plan import Plan

HARMS = (
    "struck", "answered", "strikes", "rounds", "second_round", "expanded_strikes", "war", "recurrence", "killed", "closed", "lost_income", "hardship",
    "displaced", "recruits", "attacks", "peak",
)  # fmt: skip
"""Beginnings of the names of outcomes of which more is harm: they get the colours of harm."""


@dataclass(frozen=True)
class Heat:
    """A row a cell and panel; `reference`: the levels, by factor, of the set-up that is the scenario's own or nearest to it, if there is one."""

    words: Words
    manifest: dict[str, Any]
    measure: Measure
    x: Factor
    y: Factor
    facet: Factor | None
    levels: list[Any]
    rows: pd.DataFrame
    reference: dict[str, Any] | None
    enough: str

    @property
    def harm(self) -> bool:
        """Whether more of the outcome is harm."""
        return self.measure.name.startswith(HARMS)

    def panel(self, number: int) -> pd.DataFrame:
        """The cells of a panel."""
        return self.rows[self.rows["panel"] == number]


def heat(sweep: Sweep, measure: Measure, plan: Plan, name: str) -> Heat:
    """Frame and words."""
    x, y, facet = plan.x, plan.y, plan.columns
    assert x is not None and y is not None  # the plan of a heat map names both
    levels = shown_levels(facet) or [None]
    shown = [one for one in (x, y, facet) if one is not None]
    reference = _reference(shown)
    rows = _cells(sweep, measure, (x, y), facet, levels, reference)
    title = _title(measure, rows, x, y, told=_told_apart(sweep, measure, rows, (x, y, facet)), several=facet is not None)
    around = "" if facet is None else f"one map a level of {facet.label}"
    own = _reference_words(shown, reference)
    how = ("" if measure.share else "mean over worlds", f"hatched: cannot be told from {own} (dashed)" if own else "")
    words = Words(
        name, title, say.subtitle(sweep, measure, *how, "hollow: few worlds" if rows["few"].any() else "", around, say.averaged(plan.averaged)),
        notes.alt(
            sweep, name, "Heat maps" if facet else "Heat map", title, f"{x.axis} against {y.axis}: {measure.label}", _told(measure, rows, x, y)
        ),
        notes.caption(
            sweep, measure, shown, "Cells: set-ups, at equal distances whatever their levels. Contours: drawn between the cells' middles.",
            f"Hatched: the cell cannot be told, world by world, from {own} (95 %), which is framed." if own else "",
            f"Hollow: fewer than {say.FEW} equally weighted worlds, or none, behind the cell.",
            f"Maps: {len(levels)} of {len(facet.levels)} levels of {facet.label}." if facet is not None and len(levels) < len(facet.levels) else "",
            "Heavy contour, or diamond on the scale: the record." if measure.history is not None else "",
        ),
        say.axis_unit(measure), say.mode_box(sweep),
    )  # fmt: skip
    return Heat(words, sweep.manifest, measure, x, y, facet, levels, rows, reference, notes.enough(sweep, measure, rows))


def _reference(factors: list[Factor]) -> dict[str, Any] | None:
    """The levels that are the scenario's own or nearest to it, where every factor has one."""
    levels = {one.name: one.level for one in factors}
    return None if any(level is None for level in levels.values()) else levels


def _reference_words(factors: list[Factor], reference: dict[str, Any] | None) -> str:
    if reference is None:
        return ""
    exact = all(one.kind == "word" or one.place(one.own[0]) == one.place(reference[one.name]) for one in factors)
    return "the scenario's own set-up" if exact else "the set-up nearest to the scenario's own"


def _cells(
    sweep: Sweep, measure: Measure, axes: tuple[Factor, Factor], facet: Factor | None, levels: list[Any], reference: dict[str, Any] | None
) -> pd.DataFrame:
    points, (x, y) = sweep.points, axes
    names = [one.name for one in (x, y, facet) if one is not None]
    groups = {key if isinstance(key, tuple) else (key,): rows["point"].tolist() for key, rows in points.groupby(names)}
    own = groups.get(tuple(reference[name] for name in names), []) if reference else []
    rows = []
    for number, level in enumerate(levels):
        for across, first in enumerate(x.levels):
            for up, second in enumerate(y.levels):
                here = groups.get((first, second) if facet is None else (first, second, level), [])
                found, is_own = sweep.estimate(measure, here), bool(own) and here == own
                told = is_own or not own or sweep.sample(measure).told(here, own)
                rows.append({
                    "panel": number, "facet": level, "x": first, "y": second, "across": across, "up": up, **found,
                    "own": is_own, "told": told, "few": found["effective_worlds"] < say.FEW,
                })  # fmt: skip
    return pd.DataFrame(rows)


def _told_apart(sweep: Sweep, measure: Measure, rows: pd.DataFrame, factors: tuple[Factor | None, ...]) -> bool:
    """Whether the highest and the lowest cell can be told apart, world by world."""
    there, ends = records(rows.dropna(subset=["mean"]).sort_values("mean", kind="stable")), []
    for cell in (there[0], there[-1]) if there else ():
        points = sweep.points
        for factor, column in zip(factors, ("x", "y", "facet"), strict=True):
            points = points if factor is None else points[points[factor.name] == cell[column]]
        ends.append(points["point"].tolist())
    return bool(ends) and sweep.sample(measure).told(*ends)


def _title(measure: Measure, cells: pd.DataFrame, x: Factor, y: Factor, *, told: bool, several: bool) -> str:
    """Between which values the outcome lies where the extremes can be told apart even as the extremes of many; that nothing can where it is so."""
    there, name = cells.dropna(subset=["mean"]), sentence_case(measure.label)
    otherwise = say.topic(measure, x, y)
    if len(there) < 2:
        return otherwise
    rows = records(there.sort_values("mean", kind="stable"))
    low, high = rows[0], rows[-1]
    if not told:
        return say.first_that_fits(f"{name} cannot be told apart between set-ups", otherwise)
    wider = say.widening(len(there))
    if low["mean"] + wider * (low["high"] - low["mean"]) >= high["mean"] - wider * (high["mean"] - high["low"]):
        return otherwise
    least, most = say.number(measure, low["mean"]), say.quantity(measure, high["mean"])
    mean = "" if measure.share else "mean "
    spread = f"{name}: {mean}{least} to {most}"
    where = "" if several else f", most at {x.label} {x.words(high['x'])}, {y.label} {y.words(high['y'])}"
    return say.first_that_fits(f"{spread}{where}" if where else "", f"{spread} over {x.label} and {y.label}", f"{spread} over the sweep", otherwise)


def _told(measure: Measure, rows: pd.DataFrame, x: Factor, y: Factor) -> list[str]:
    """The highest and the lowest cell in words."""
    there = records(rows.dropna(subset=["mean"]).sort_values("mean", kind="stable"))
    ends = {"Highest": there[-1], "Lowest": there[0]} if there else {}
    return [f"{word}: {say.quantity(measure, cell['mean'])} at {x.words(cell['x'])} and {y.words(cell['y'])}" for word, cell in ends.items()]


def data(frame: Heat) -> pd.DataFrame:
    """The plotted numbers, a row a cell."""
    named = {"x": frame.x.name, "y": frame.y.name} | ({"facet": frame.facet.name} if frame.facet else {})
    unused = ["panel", "across", "up"] + ([] if frame.facet else ["facet"])
    return frame.rows.drop(columns=unused).rename(columns=named).assign(outcome=frame.measure.name, unit=frame.words.units)
