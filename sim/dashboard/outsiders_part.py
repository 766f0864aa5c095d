"""Third parties: in how many worlds each has spoken, and in how many it offers help or mediates, day by day beside the record."""

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, Range1d
from numpy.typing import NDArray

from sim.chronicle import Chronicle
from sim.dashboard.answer import Answer
from sim.dashboard.figure_timeline import DAY, stamp
from sim.dashboard.ink import Ink, empty, label_rows, write_days
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments, Look, data_part, date_of
from sim.history import window
from sim.plots.style import MIXES, Theme, mixed
from sim.plots.timeline import BINS
from sim.plots.timeline_draw import stretches
from sim.scenario.schema import Scenario
from sim.words import label_of, per_100

LANE = 30
"""Height of a third party's lane [pixels]."""
CALLS, HELPS = 1, 2
"""Stages from which on an outsider has spoken, and helps."""
HALVES = (("calls or more", CALLS, 0.2), ("offers help or mediates", HELPS, -0.2))

FAINT = 0.6
"""Strength of the darkest shade: the record's line must stand out from it."""
CLEAR = 0.05
"""By how much the first must lead the next to be named."""


class OutsidersPart:
    """A lane for each third party: upper half what it says, lower half what it does."""

    def __init__(self, look: Look, scenario: Scenario, x: Range1d) -> None:
        self.ink, self.names = look.ink, list(scenario.third_parties)
        self.roots: dict[str, Any] = {}
        self.shares: dict[str, dict[str, NDArray[Any]]] = {}
        if self.names:
            self._begin(look.ink, scenario, x)

    def _begin(self, ink: Ink, scenario: Scenario, x: Range1d) -> None:
        count = len(self.names)
        self.plot = ink.plot(LANE * count + 34, "Third parties day by day", x_axis_type="datetime", x_range=x, y_range=Range1d(count - 0.4, -0.6))
        self.plot.min_border_left, self.plot.min_border_right = 118, 12
        write_days(self.plot.xaxis)
        self.cells, self.record = ColumnDataSource(empty("x", "width", "y", "colour")), ColumnDataSource(empty("x0", "x1", "y"))
        self.plot.rect("x", "y", "width", 0.38, fill_color="colour", line_color=None, source=self.cells)
        line = self.plot.segment("x0", "y", "x1", "y", source=self.record, line_width=2.4)
        ink.of(line.glyph, line_color="history")
        label_rows(self.plot.yaxis[0], [label_of(scenario, name) for name in self.names])
        self.plot.yaxis.axis_line_color = self.plot.yaxis.major_tick_line_color = None
        self.cursor = ink.cursor(self.plot)
        self.roots = {"outsiders": self.plot}

    def show(self, answer: Answer, look: Look) -> Fragments:
        """Shares of worlds on every day."""
        if not self.roots:
            return {}
        result = answer.shown.result
        stages = {name: result.series[f"{name}.stage"] for name in self.names}
        self.shares = {name: {words: ((stage >= least) * result.weights).sum(axis=1) for words, least, _ in HALVES} for name, stage in stages.items()}
        self._start = stamp(answer.scenario.start)
        self._fill()
        self._show_record(answer.scenario)
        return self.day(answer, look) | self._words(answer, look)

    def day(self, answer: Answer, look: Look) -> Fragments:
        """Move the line."""
        if self.roots:
            self.cursor.location = stamp(date_of(answer, look))
        return {}

    def paint(self) -> None:
        """Cells have their colours in their data."""
        if self.shares:
            self._fill()

    def _fill(self) -> None:
        rows, shades = list[tuple[float, float, float, str]](), lane_shades(self.ink.theme)
        for lane, name in enumerate(self.names):
            for words, _, up in HALVES:
                for start, length, shade in stretches(np.digitize(self.shares[name][words], BINS[1:-1], right=False)):
                    if shade:
                        rows.append((self._start + (start + (length - 1) / 2) * DAY, length * DAY, lane - up, shades[shade]))
        self.cells.data = {name: [row[place] for row in rows] for place, name in enumerate(("x", "width", "y", "colour"))}

    def _show_record(self, scenario: Scenario) -> None:
        """Where the record shows a stage, a line in its half."""
        chronicle, rows = Chronicle(scenario), list[tuple[float, float, float]]()
        for lane, name in enumerate(self.names):
            stages = np.array([chronicle.stage(day, name) or 0 for day in range(scenario.days)])
            for _, least, up in HALVES:
                rows += [
                    (self._start + (start - 0.5) * DAY, self._start + (start + length - 0.5) * DAY, lane - up)
                    for start, length, held in stretches((stages >= least).astype(np.int64))
                    if held
                ]
        self.record.data = {name: [row[place] for row in rows] for place, name in enumerate(("x0", "x1", "y"))}

    def _words(self, answer: Answer, look: Look) -> Fragments:
        ends = {name: float(self.shares[name][HALVES[1][0]].max()) for name in self.names}
        most, *rest = sorted(ends, key=lambda name: -ends[name])
        heading = "Third parties, day by day"
        if ends[most] > max((ends[name] for name in rest), default=0.0) + CLEAR:
            heading = f"{label_of(answer.scenario, most)} offers help or mediates in {per_100(ends[most])} of 100 worlds, more than any other"
        self.plot.html_attributes = {**self.plot.html_attributes, "aria-label": f"Third parties day by day. {heading}."}
        sub = "Upper half: calls for restraint or more; lower half: offers help or mediates. Shade: worlds in 100 (1, 5, 20, 50). Line: the record"
        first, last = window(answer.scenario)
        days = range(answer.scenario.days) if look.whole_run else range(answer.scenario.day_of(first), answer.scenario.day_of(last) + 1)
        table = pd.DataFrame(
            [
                (answer.scenario.date_of(day).isoformat(), label_of(answer.scenario, name), words, round(100 * float(shares[day])))
                for day in days
                for name, halves in self.shares.items()
                for words, shares in halves.items()
            ],
            columns=["date", "third party", "what", "worlds in 100"],
        )
        return {
            "outsiders-head": part("head", id="outsiders", title=heading, sub=sub, figure="outsiders", open="outsiders" in look.tables, buttons=[]),
            "outsiders-data": data_part(look, "outsiders", "Third parties", table),
        }


def lane_shades(theme: Theme) -> list[str]:
    """Shades of the colour for outsiders, for shares of worlds, from the ground up."""
    return [mixed(theme.muted, theme.ground, FAINT * share) for share in MIXES]
