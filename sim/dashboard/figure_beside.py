"""Tension of two set-ups side by side on one scale, each as it was and with its what-if."""

from typing import Any

import pandas as pd
from bokeh.models import ColumnDataSource, Range1d

from sim.dashboard.answer import Answer
from sim.dashboard.figure_timeline import BANDS, COURSES, QUANTILES, stamp
from sim.dashboard.ink import DASHES, Ink, empty, write_days
from sim.experiments.kept import quantiles_by_day

NAMES = ("above", "beside it")


class Fan:
    """One set-up's tension."""

    def __init__(self, ink: Ink, x: Range1d, y: Range1d, name: str) -> None:
        self.name = name
        self.plot = ink.plot(170, f"Tension day by day, {name}", x_axis_type="datetime", x_range=x, y_range=y)
        write_days(self.plot.xaxis)
        self.courses = {course: ColumnDataSource(empty("x", *QUANTILES)) for course in COURSES}
        for course, source in self.courses.items():
            for low, high, alpha in BANDS:
                ink.of(self.plot.varea("x", low, high, source=source, fill_alpha=alpha).glyph, fill_color=course)
        ink.of(self.plot.line("x", "q50", source=self.courses["parent"], line_width=2, line_dash=DASHES).glyph, line_color="parent")
        ink.of(self.plot.line("x", "q50", source=self.courses["branch"], line_width=2.2).glyph, line_color="branch")

    def show(self, found: Answer) -> float:
        """Show a set-up; gives the highest value that is drawn."""
        top = 1.0
        for course, lived in (("parent", found.parent), ("branch", found.child)):
            rows = pd.DataFrame() if lived is None else quantiles_by_day(found.scenario, lived.result.series["tension"], lived.result.weights, {})
            self.courses[course].data = (
                empty("x", *QUANTILES)
                if rows.empty
                else {"x": [stamp(date) for date in rows["date"]], **{name: rows[name].to_numpy(dtype=float) for name in QUANTILES}}
            )
            top = max(top, 0.0 if rows.empty else float(rows["q95"].max()))
        what = found.branch.title if found.branch is not None else "as it was"
        self.plot.title.text = f"tension, {self.name}: {what}"
        return top


class BesideFigure:
    """Both, on one scale."""

    def __init__(self, ink: Ink, x: Range1d) -> None:
        self.y = Range1d(0, 1)
        self.fans = [Fan(ink, x, self.y, name) for name in NAMES]
        self.roots: dict[str, Any] = {"beside_above": self.fans[0].plot, "beside_it": self.fans[1].plot}

    def show(self, above: Answer, beside: Answer) -> None:
        """Show two set-ups."""
        self.y.end = 1.1 * max(fan.show(found) for fan, found in zip(self.fans, (above, beside), strict=True))
