"""Stocks: days of food left in the communities that come closest to none, day by day, as it was and with the what-if."""

from typing import Any

import numpy as np
import pandas as pd
from bokeh.layouts import grid
from bokeh.models import ColumnDataSource, Range1d
from numpy.typing import NDArray

from sim.dashboard.answer import Answer
from sim.dashboard.figure_timeline import stamp
from sim.dashboard.ink import DASHES, Ink, empty, write_days
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments, Look, data_part, date_of
from sim.plots.frame import sentence_case
from sim.scenario.schema import Scenario
from sim.summary import QUANTILES, quantiles
from sim.words import number_words

SHOWN, COLUMNS = 6, 3
"""Communities that are shown, and how many stand side by side."""
NAMES = ("q05", "q25", "q50", "q75", "q95")
BANDS = (("q05", "q95", 0.18), ("q25", "q75", 0.35))
FULL_ENOUGH = 0.98
"""Share of the fullest stock above which nothing has run down."""


class Panel:
    """A community's fan."""

    def __init__(self, ink: Ink, x: Range1d) -> None:
        self.plot = ink.plot(118, "Days of food left", x_axis_type="datetime", x_range=x, y_range=Range1d(0, 1))
        write_days(self.plot.xaxis)
        self.plot.xaxis.ticker.desired_num_ticks = 2
        self.plot.yaxis.ticker.desired_num_ticks = 3
        self.sources = {course: ColumnDataSource(empty("x", *NAMES)) for course in ("parent", "branch")}
        for low, high, alpha in BANDS:
            for course, source in self.sources.items():
                ink.of(self.plot.varea("x", low, high, source=source, fill_alpha=alpha).glyph, fill_color=course)
        ink.of(self.plot.line("x", "q50", source=self.sources["parent"], line_width=1.6, line_dash=DASHES).glyph, line_color="parent")
        ink.of(self.plot.line("x", "q50", source=self.sources["branch"], line_width=2).glyph, line_color="branch")
        self.cursor = ink.cursor(self.plot)


class StocksPart:
    """F12 on the page: small multiples."""

    def __init__(self, look: Look, scenario: Scenario, x: Range1d) -> None:
        self.roots: dict[str, Any] = {}
        self.panels: list[Panel] = []
        if scenario.communities:
            count = min(SHOWN, len(scenario.communities))
            self.panels = [Panel(look.ink, x) for _ in range(count)]
            rows = [[one.plot for one in self.panels[start : start + COLUMNS]] for start in range(0, count, COLUMNS)]
            self.roots["stocks"] = grid(rows, sizing_mode="stretch_width")

    def show(self, answer: Answer, look: Look) -> Fragments:
        """The communities whose median stock falls lowest, for how much of it there is when full."""
        if not self.roots or not answer.shown.homes:
            return {}
        homes, names = answer.scenario.communities, answer.shown.names
        full = np.array([float(homes[name].food_stock) for name in names])
        fans = {"parent": quantiles(answer.parent.homes["food_stock"].astype(float), answer.parent.result.weights, QUANTILES)}
        if answer.child is not None:
            fans["branch"] = quantiles(answer.child.homes["food_stock"].astype(float), answer.child.result.weights, QUANTILES)
        lowest = (fans["branch" if "branch" in fans else "parent"][0] / full).min(axis=0)
        order = np.argsort(lowest, kind="stable")[: len(self.panels)]
        dates = [stamp(answer.scenario.date_of(day)) for day in range(answer.scenario.days)]
        for panel, place in zip(self.panels, order, strict=True):
            self._show_panel(panel, homes[names[place]].label, float(full[place]), fans, int(place), dates)
        return self.day(answer, look) | self._words(answer, look, fans, [int(place) for place in order], full)

    def _show_panel(self, panel: Panel, label: str, full: float, fans: dict[str, NDArray[Any]], place: int, dates: list[float]) -> None:
        for course, source in panel.sources.items():
            columns = {name: fans[course][number][:, place] for number, name in enumerate(NAMES)} if course in fans else empty(*NAMES)
            source.data = {"x": dates if course in fans else [], **columns}
        panel.plot.title.text = label
        panel.plot.y_range.end = 1.08 * full

    def day(self, answer: Answer, look: Look) -> Fragments:
        """Move the lines."""
        for panel in self.panels:
            panel.cursor.location = stamp(date_of(answer, look))
        return {}

    def paint(self) -> None:
        """All colours are roles."""

    def _words(self, answer: Answer, look: Look, fans: dict[str, NDArray[Any]], order: list[int], full: NDArray[Any]) -> Fragments:
        shown, names = fans.get("branch", fans["parent"]), answer.shown.names
        medians = (shown[2] / full).min(axis=0)
        empty_homes = int((shown[2].min(axis=0) <= 0).sum())
        course = "With the what-if" if answer.child is not None else "As it was"
        heading = f"{course} food runs down in no community's median world"
        if medians.min() < FULL_ENOUGH:
            low = names[int(medians.argmin())]
            left = float(shown[2].min(axis=0)[int(medians.argmin())])
            heading = f"Food runs lowest in {answer.scenario.communities[low].label}: {left:.0f} days left in the median world"
        if empty_homes:
            many = f"{sentence_case(number_words(empty_homes))} {'community runs' if empty_homes == 1 else 'communities run'}"
            heading = f"{many} out of food in the median world"
        for panel in self.panels:
            panel.plot.html_attributes = {**panel.plot.html_attributes, "aria-label": f"Days of food left in {panel.plot.title.text}. {heading}."}
        table = pd.DataFrame(_rows(answer, fans, order), columns=["date", "community", "course", *NAMES])
        sub = "Days of food left, the communities that come closest to none; bands hold 50 and 90 of 100 worlds"
        return {
            "stocks-head": part("head", id="stocks", title=heading, sub=sub, figure="stocks", open="stocks" in look.tables, buttons=[]),
            "stocks-data": data_part(look, "stocks", "Days of food left", table),
        }


def _rows(answer: Answer, fans: dict[str, NDArray[Any]], order: list[int]) -> list[tuple[Any, ...]]:
    names = {"parent": "as it was", "branch": "what if"}
    labels = [answer.scenario.communities[name].label for name in answer.shown.names]
    return [
        (answer.scenario.date_of(day).isoformat(), labels[place], names[course], *(float(fan[number][day, place]) for number in range(len(NAMES))))
        for place in order
        for course, fan in fans.items()
        for day in range(0, answer.scenario.days, 7)
    ]
