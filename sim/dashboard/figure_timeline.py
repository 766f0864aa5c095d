"""F1 on the page: lanes of recorded steps, tension without and with the what-if, a strip of rungs a state; one line for the day."""

import datetime
from typing import Any

import numpy as np
import pandas as pd
from bokeh.core.properties import value
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, Range1d

from sim.dashboard.ink import DASHES, FONT, Ink, empty, label_rows, write_days
from sim.plots.frame import records
from sim.plots.style import Theme, mixed
from sim.plots.timeline import BINS, MARKERS, RUNG_NAMES, Mark, Timeline
from sim.plots.timeline_draw import spread, stretches
from sim.words import label_of

DAY = 86_400_000.0
"""Milliseconds, in which the axis counts."""
SHAPES = {"s": "square", "8": "octagon", "v": "inverted_triangle", "D": "diamond", "^": "triangle", "h": "hex", "o": "circle", "p": "star"}
SMALL = 6
"""Size of a mark without a number, in pixels."""
SIZES = {"inverted_triangle": 23, "triangle": 23, "diamond": 25, "hex": 19, "star": 25}
IN_MARK = "10px"
"""Size of the number in a mark."""
SQUARE = 17
"""Size of the other marks [pixels]."""
MARK, WIDTH = 20, 640
"""Room that a mark takes in its lane, and a lane's usual width [pixels]."""
RUNG = 14
"""Height of a rung in a state's strip [pixels]."""
LEFT = 108
"""Room for names at the left [pixels]."""
BANDS = (("q05", "q95", 0.18), ("q25", "q75", 0.35))
COURSES = ("parent", "branch")
QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def stamp(date: datetime.date | str) -> float:
    """A day as the axis counts it."""
    date = datetime.date.fromisoformat(date) if isinstance(date, str) else date
    return datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC).timestamp() * 1000


def shape(mark: Mark) -> str:
    """The marker of a recorded step; Bokeh has no octagon, so an alert is a square with a cross."""
    found = SHAPES[MARKERS[mark.act]]
    return "square_cross" if found == "octagon" else found


class TimelineFigure:
    """The four rows, and how they are filled."""

    def __init__(self, ink: Ink, states: list[str]) -> None:
        self.ink, self.states = ink, states
        self.x = Range1d(0, 1)
        self.lanes = self._row(96, "Recorded steps, by who took them, day by day")
        self.tension = self._row(150, "Tension day by day")
        self.strips = [self._row(104, "Rungs of a state day by day") for _ in states]
        for row in (self.lanes, self.tension, *self.strips[:-1]):
            row.xaxis.major_label_text_font_size = "0px"
            row.xaxis.major_label_standoff = 0
        self.cursors = [ink.cursor(row) for row in (self.lanes, self.tension, *self.strips)]
        self._begin_lanes()
        self._begin_tension()
        self.cells = [self._begin_strip(strip) for strip in self.strips]
        for row in (self.lanes, *self.strips):
            label_rows(row.yaxis[0], [])
        self.layout = column(self.lanes, self.tension, *self.strips, sizing_mode="stretch_width", spacing=2)
        self.frame: Timeline | None = None

    def _row(self, height: int, alt: str) -> Any:
        row = self.ink.plot(height, alt, x_axis_type="datetime", x_range=self.x)
        row.min_border_left, row.min_border_right = LEFT, 12
        write_days(row.xaxis)
        return row

    def _begin_lanes(self) -> None:
        self.marks = ColumnDataSource(empty("x", "y", "shape", "size", "label", "colour", "ground"))
        self.rules = ColumnDataSource({"x0": [], "x1": [], "y": []})
        rule = self.lanes.segment("x0", "y", "x1", "y", source=self.rules)
        self.ink.of(rule.glyph, line_color="rule")
        self.lanes.scatter("x", "y", marker="shape", size="size", color="colour", source=self.marks)
        how = {
            "text_font": value(FONT),
            "text_font_size": value(IN_MARK),
            "text_font_style": "bold",
            "text_align": "center",
            "text_baseline": "middle",
        }
        self.lanes.text("x", "y", "label", text_color="ground", source=self.marks, **how)
        self.lanes.xaxis.visible = False
        self.lanes.yaxis.axis_line_color = self.lanes.yaxis.major_tick_line_color = None

    def _begin_tension(self) -> None:
        self.tension.title.text = "tension (Goldstein units)"
        self.courses = {name: ColumnDataSource(empty("x", *QUANTILES)) for name in COURSES}
        self.record = ColumnDataSource(empty("x", "record"))
        for name in COURSES:
            for low, high, alpha in BANDS:
                self.ink.of(self.tension.varea("x", low, high, source=self.courses[name], fill_alpha=alpha).glyph, fill_color=name)
        dashed = self.tension.line("x", "q50", source=self.courses["parent"], line_width=2, line_dash=DASHES)
        solid = self.tension.line("x", "q50", source=self.courses["branch"], line_width=2.2)
        self.ink.of(dashed.glyph, line_color="parent")
        self.ink.of(solid.glyph, line_color="branch")
        self.ink.of(self.tension.line("x", "record", source=self.record, line_width=2.6).glyph, line_color="history")

    def _begin_strip(self, strip: Any) -> tuple[ColumnDataSource, ColumnDataSource]:
        cells = ColumnDataSource({"x": [], "width": [], "y": [], "colour": []})
        line = ColumnDataSource({"x": [], "y": []})
        strip.rect("x", "y", "width", 1, fill_color="colour", line_color=None, source=cells)
        for width, role in ((5.0, "ground"), (2.2, "history")):
            self.ink.of(strip.step("x", "y", source=line, mode="center", line_width=width).glyph, line_color=role)
        return cells, line

    # Filling

    def show(self, frame: Timeline, child: pd.DataFrame | None, words: str) -> None:
        """Show a timeline; `child`: quantiles of tension with the what-if, and `words` say whose the rungs are."""
        self.frame, self._words = frame, words
        self.x.start, self.x.end = stamp(frame.first) - DAY / 2, stamp(frame.last) + DAY / 2
        self._show_lanes(frame)
        self._show_tension(frame, child)
        for number, state in enumerate(self.states):
            self._show_strip(frame, number, state)

    def paint(self) -> None:
        """Colours that stand in the data follow the theme, too."""
        if self.frame is not None:
            self._show_lanes(self.frame)
            for number, state in enumerate(self.states):
                self._show_strip(self.frame, number, state)

    def name(self, alt: str) -> None:
        """Say for who cannot see it what the figure shows."""
        self.lanes.html_attributes = {**self.lanes.html_attributes, "aria-label": alt}

    def day(self, date: datetime.date) -> None:
        """Move the line to a day."""
        for cursor in self.cursors:
            cursor.location = stamp(date)

    def _show_lanes(self, frame: Timeline) -> None:
        lanes, days = frame.lanes[::-1], (frame.last - frame.first).days + 1
        gap, ends = MARK * days * DAY / WIDTH, (float(self.x.start), float(self.x.end))
        rows: list[dict[str, Any]] = []
        for y, lane in enumerate(lanes):
            here = [(number, mark) for number, mark in enumerate(frame.marks, start=1) if lane in mark.lanes]
            places = spread([stamp(mark.date) for _, mark in here], gap, *ends)
            rows += [self._mark(frame, lane, y, 0, mark, stamp(mark.date)) for mark in frame.left_out if lane in mark.lanes]
            rows += [self._mark(frame, lane, y, number, mark, x) for (number, mark), x in zip(here, places, strict=True)]
        columns = ("x", "y", "shape", "size", "label", "colour", "ground")
        self.marks.data = {name: [row[name] for row in rows] for name in columns}
        self.rules.data = {"x0": [ends[0]] * len(lanes), "x1": [ends[1]] * len(lanes), "y": list(range(len(lanes)))}
        label_rows(self.lanes.yaxis[0], [label_of(frame.scenario, lane) for lane in lanes])
        self.lanes.y_range.start, self.lanes.y_range.end = -0.7, len(lanes) - 0.3

    def _mark(self, frame: Timeline, lane: str, y: int, number: int, mark: Mark, x: float) -> dict[str, Any]:
        """A mark with its number; a small one without (0) for what the key has no room for."""
        marker, theme = shape(mark), self.ink.theme
        colour = lane_colour(list(frame.scenario.states), theme, lane)
        size, label = (SIZES.get(marker, SQUARE), str(number)) if number else (SMALL, "")
        return {"x": x, "y": y, "shape": marker, "size": size, "label": label, "colour": colour, "ground": theme.ground}

    def _show_tension(self, frame: Timeline, child: pd.DataFrame | None) -> None:
        for name, rows in (("parent", frame.tension), ("branch", child)):
            if rows is None:
                self.courses[name].data = empty("x", *QUANTILES)
                continue
            self.courses[name].data = {"x": [stamp(date) for date in rows["date"]], **{key: rows[key].to_numpy(dtype=float) for key in QUANTILES}}
        self.record.data = {"x": [stamp(date) for date in frame.tension["date"]], "record": frame.tension["record"].to_numpy(dtype=float)}
        tops = [frame.tension["q95"].max(), frame.tension["record"].max(), 0.0 if child is None else child["q95"].max(), 1.0]
        self.tension.y_range.start, self.tension.y_range.end = 0, 1.1 * float(max(tops))

    def _show_strip(self, frame: Timeline, number: int, state: str) -> None:
        cells, line = self.cells[number]
        levels, shares, record = strip_of(frame, state)
        shades, rows = self.ink.theme.shades(number), list[tuple[float, float, int, str]]()
        for level, shown in enumerate(shares):
            for start, length, shade in stretches(np.digitize(shown, BINS[1:-1], right=False)):
                if shade:
                    rows.append((stamp(frame.first) + (start + (length - 1) / 2) * DAY, length * DAY, level, shades[shade]))
        cells.data = {name: [row[place] for row in rows] for place, name in enumerate(("x", "width", "y", "colour"))}
        line.data = {"x": [stamp(date) for date in frame.record["date"]], "y": [levels.index(rung) for rung in record]}
        strip = self.strips[number]
        strip.title.text = f"{label_of(frame.scenario, state)}: rung, {self._words}"
        label_rows(strip.yaxis[0], [RUNG_NAMES[level] for level in levels])
        strip.y_range.start, strip.y_range.end = -0.5, len(levels) - 0.5
        strip.height = RUNG * len(levels) + (50 if number == len(self.states) - 1 else 28)


def strip_of(frame: Timeline, state: str) -> tuple[list[int], Any, list[int]]:
    """Rungs that occur; the share of worlds on each, shape (rungs, days); the record's rung day by day."""
    rows, record = frame.rungs[frame.rungs["state"] == state], frame.record[f"{state}.rung"].to_numpy(dtype=int).tolist()
    levels = sorted({*(int(row["rung"]) for row in records(rows)), *record, 0, 6})
    days = [day.date().isoformat() for day in pd.date_range(frame.first, frame.last)]
    shares = rows.pivot_table(index="rung", columns="date", values="share", aggfunc="sum").reindex(index=levels, columns=days).fillna(0.0)
    return levels, shares.to_numpy(dtype=float), record


def lane_colour(states: list[str], theme: Theme, lane: str) -> str:
    """A state's own colour; outsiders muted, armed groups in ink."""
    return theme.states[states.index(lane)] if lane in states else theme.muted if lane == "third parties" else mixed(theme.ink, theme.ground, 0.9)
