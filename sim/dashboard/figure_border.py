"""F7 on the page: the map says where on the day that is shown, the ranking below it how sure."""

import math
from typing import Any

import numpy as np
import pandas as pd
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, HoverTool, Range1d

from sim.dashboard.ink import FONT, SMALL, Ink, empty, label_rows
from sim.plots.border_change import colour as colour_of_change
from sim.plots.border_map import BREAKS
from sim.plots.frame import records
from sim.plots.map_draw import colour
from sim.plots.map_view import view
from sim.scenario.schema import Scenario

WIDE, HIGH = 8.0, 5.2
"""The map's proportions."""
ABOVE = 0.25
"""Room above the map for names, in its own measure."""
LARGEST = 34.0
"""Diameter of the largest circle [pixels]; area is people."""
MARKERS = ("circle", "square")
GATES = {"open": "square", "restricted": "square_dot", "closed": "square_x"}
OFFSETS = {
    "right": ("left", "middle", 1, 0),
    "left": ("right", "middle", -1, 0),
    "above": ("center", "bottom", 0, 1),
    "below": ("center", "top", 0, -1),
}
ROW = 19
"""Height of a row of the ranking [pixels]."""
MOST = 24
HOME = ("x", "y", "size", "colour", "hatch", "label", "state", "people", "median", "q05", "q95")
RANKED = ("y", "x", "low", "high", "was", "colour", "marker", "face")


class BorderFigure:
    """Map and ranking, and how they are filled."""

    def __init__(self, ink: Ink, scenario: Scenario, outlines: dict[str, Any] | None) -> None:
        self.ink = ink
        homes = [(one.longitude, one.latitude) for one in scenario.communities.values()]
        self.seen = view([*homes, *((one.longitude, one.latitude) for one in scenario.crossings.values())], WIDE, HIGH)
        self.map = ink.plot(330, "Map of the border", x_range=Range1d(0, WIDE), y_range=Range1d(-HIGH, ABOVE))
        self.map.height, self.map.aspect_ratio = None, WIDE / (HIGH + ABOVE)
        self.map.axis.visible = False
        self._draw_ground(outlines)
        self._begin_map()
        rows = min(len(scenario.communities), MOST)
        self.ranking = ink.plot(ROW * rows + 44, "Communities ranked by hardship", y_range=Range1d(rows - 0.5, -0.5), x_range=Range1d(0, 1))
        self.ranking.min_border_left = 118
        self._begin_ranking()

    def _draw_ground(self, outlines: dict[str, Any] | None) -> None:
        if outlines is None:
            return

        def placed(lines: list[Any]) -> dict[str, list[list[float]]]:
            at = [[self.seen.place(*point) for point in line] for line in lines]
            return {"xs": [[x for x, _ in line] for line in at], "ys": [[-y for _, y in line] for line in at]}

        land = self.map.patches("xs", "ys", source=ColumnDataSource(placed(outlines["land"])), line_color=None)
        self.ink.of(land.glyph, fill_color="land")
        for name, role in (("coasts", "muted"), ("borders", "ink")):
            line = self.map.multi_line("xs", "ys", source=ColumnDataSource(placed(outlines[name])), line_width=1)
            self.ink.of(line.glyph, line_color=role)

    def _begin_map(self) -> None:
        self.homes = ColumnDataSource(empty(*HOME))
        circles = self.map.scatter("x", "y", size="size", fill_color="colour", hatch_pattern="hatch", source=self.homes)
        self.ink.of(circles.glyph, line_color="outline", hatch_color="ink")
        self.map.add_tools(
            HoverTool(
                renderers=[circles], tooltips=[("", "@label, @state"), ("people", "@people{0,0}"), ("hardship", "@median (90 of 100: @q05 to @q95)")]
            )
        )
        self.gates = ColumnDataSource(empty("x", "y", "marker", "label", "policy"))
        squares = self.map.scatter("x", "y", size=9, marker="marker", source=self.gates)
        self.ink.of(squares.glyph, fill_color="ground", line_color="ink")
        self.map.add_tools(HoverTool(renderers=[squares], tooltips=[("crossing", "@label: @policy")]))
        self.strikes = ColumnDataSource(empty("x", "y", "number"))
        stars = self.map.scatter("x", "y", size=14, marker="star", source=self.strikes, line_color=None)
        self.ink.of(stars.glyph, fill_color="history")
        self.names = {side: ColumnDataSource(empty("x", "y", "label")) for side in OFFSETS}
        for side, (align, baseline, _, _) in OFFSETS.items():
            how = {"text_align": align, "text_baseline": baseline, "text_font": value(FONT), "text_font_size": value(SMALL), "text_outline_width": 0}
            self.ink.of(self.map.text("x", "y", "label", source=self.names[side], **how).glyph, text_color="ink")
        numbers = self.map.text("x", "y", "number", source=self.strikes, x_offset=8, y_offset=6, text_font=value(FONT), text_font_size=value(SMALL))
        self.ink.of(numbers.glyph, text_color="ink")

    def _begin_ranking(self) -> None:
        self.rows = ColumnDataSource(empty(*RANKED))
        self.ranking.segment("low", "y", "high", "y", line_color="colour", line_width=2.5, source=self.rows)
        was = self.ranking.scatter("was", "y", marker="dash", angle=math.pi / 2, size=12, line_width=2, source=self.rows)
        self.ink.of(was.glyph, line_color="parent")
        self.ranking.scatter("x", "y", marker="marker", size=8, fill_color="face", line_color="colour", line_width=1.5, source=self.rows)
        self.ranking.yaxis.axis_line_color = self.ranking.yaxis.major_tick_line_color = None
        self.ranking.xaxis.axis_label_standoff = 2
        label_rows(self.ranking.yaxis[0], [])

    # Filling

    def show(self, rows: pd.DataFrame, gates: pd.DataFrame, strikes: list[tuple[str, int]], change: bool) -> None:
        """Show communities on a day: columns as in F7, `was` (the parent's median), and with `change` differences and whether they are told."""
        self._filled = (rows, gates, strikes, change)
        found = records(rows)
        sizes = LARGEST * np.sqrt(rows["people"].to_numpy() / rows["people"].max())
        at = [self.seen.place(row["longitude"], row["latitude"]) for row in found]
        order = np.argsort(-sizes)
        made = [self._home(found[place], at[place], float(sizes[place]), change) for place in order]
        self.homes.data = {name: [row[name] for row in made] for name in HOME}
        self._show_names(found, at, sizes)
        placed = [self.seen.place(row["longitude"], row["latitude"]) for row in records(gates)]
        self.gates.data = {
            "x": [x for x, _ in placed], "y": [-y for _, y in placed], "marker": [GATES[policy] for policy in gates["policy"]],
            "label": list(gates["label"]), "policy": list(gates["policy"]),
        }  # fmt: skip
        self._show_strikes(found, at, sizes, strikes)
        self._show_ranking(found[:MOST], change)

    def paint(self) -> None:
        """Colours that stand in the data follow the theme."""
        if hasattr(self, "_filled"):
            self.show(*self._filled)

    def _home(self, row: dict[str, Any], at: tuple[float, float], size: float, change: bool) -> dict[str, Any]:
        x, y = at
        fill = colour_of_change(row["median"]) if change else colour(row["median"])
        words = {name: f"{row[name]:+.2f}" if change else f"{row[name]:.2f}" for name in ("median", "q05", "q95")}
        hatch = "/" if change and not row["told"] else " "
        plain = {"label": row["label"], "state": row["state_label"], "people": row["people"]}
        return {"x": x, "y": -y, "size": max(size, 7), "colour": fill, "hatch": hatch, **plain, **words}

    def _show_names(self, rows: list[dict[str, Any]], at: list[tuple[float, float]], sizes: Any) -> None:
        per_pixel = WIDE / 450
        for side, (_, _, right, up) in OFFSETS.items():
            here = [place for place, row in enumerate(rows) if row["label_side"] == side]
            away = [(float(sizes[place]) / 2 + 4) * per_pixel for place in here]
            self.names[side].data = {
                "x": [at[place][0] + right * far for place, far in zip(here, away, strict=True)],
                "y": [-at[place][1] + up * far for place, far in zip(here, away, strict=True)],
                "label": [rows[place]["label"] for place in here],
            }

    def _show_strikes(self, rows: list[dict[str, Any]], at: list[tuple[float, float]], sizes: Any, strikes: list[tuple[str, int]]) -> None:
        places = {row["community"]: place for place, row in enumerate(rows)}
        stars = {place: " ".join(str(number) for other, number in strikes if other == place) for place, _ in strikes if place in places}
        off = [0.7 * float(sizes[places[name]]) / 2 * WIDE / 450 for name in stars]
        self.strikes.data = {
            "x": [at[places[name]][0] + far for name, far in zip(stars, off, strict=True)],
            "y": [-at[places[name]][1] - far for name, far in zip(stars, off, strict=True)],
            "number": list(stars.values()),
        }

    def _show_ranking(self, rows: list[dict[str, Any]], change: bool) -> None:
        theme = self.ink.theme
        inks = [theme.states[row["side"]] for row in rows]
        told = [not change or bool(row["told"]) for row in rows]
        self.rows.data = {
            "y": list(range(len(rows))), "x": [row["median"] for row in rows],
            "low": [row["q05"] for row in rows], "high": [row["q95"] for row in rows],
            "was": [row["was"] for row in rows], "colour": inks, "marker": [MARKERS[row["side"]] for row in rows],
            "face": [ink if sure else theme.ground for ink, sure in zip(inks, told, strict=True)],
        }  # fmt: skip
        label_rows(self.ranking.yaxis[0], [row["label"] for row in rows])
        high = max(row["q95"] for row in rows)
        if change:
            reach = max(abs(min(row["q05"] for row in rows)), abs(high), 0.02) * 1.08
            self.ranking.x_range.start, self.ranking.x_range.end = -reach, reach
            self.ranking.xaxis.axis_label = "difference in hardship: mean, and 95 in 100"
        else:
            self.ranking.x_range.start, self.ranking.x_range.end = 0, max(BREAKS[1], min(1.0, 1.08 * high))
            self.ranking.xaxis.axis_label = "hardship: median, and 90 of 100 worlds"
