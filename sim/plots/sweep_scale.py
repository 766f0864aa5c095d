"""The scale of colours that all maps of a figure share, and how it is drawn beside them."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, Normalize, to_hex
from matplotlib.ticker import MaxNLocator

from sim.plots import sweep_axes as common
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import HARM, LIGHT, SMALL, STRENGTH, shortened
from sim.plots.sweep_heat import Heat
from sim.plots.sweep_words import axis_unit

CONTOURS = 6
LEAST_SPAN = 0.02
"""A scale covers at least this share of its values: what differs by less has one colour."""
ON_FILL = LIGHT.ink
"""Lines on cells: the fills are the same in both themes."""


class Colours:
    """The scale of colours that all maps of a figure share, with round numbers for contours."""

    def __init__(self, frame: Heat) -> None:
        values = frame.rows["mean"].to_numpy(dtype=float)
        there = values[~np.isnan(values)]
        low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 1.0)
        if low > 0 and low < 0.35 * high:
            low = 0.0
        least = LEAST_SPAN * max(abs(low), abs(high)) or 1.0
        self.low, self.high = (low, high) if high - low >= least else (low, low + least)
        ends = HARM if frame.harm else STRENGTH
        self.map = LinearSegmentedColormap.from_list("sweep", ends)
        self.norm = Normalize(self.low, self.high)
        self.levels = [float(one) for one in MaxNLocator(CONTOURS).tick_values(self.low, self.high) if self.low < one < self.high]

    def fill(self, value: float) -> str:
        """The colour of a value."""
        return to_hex(self.map(self.norm(value)))


def draw_scale(page: Page, frame: Heat, colours: Colours, at: tuple[float, float, float, float]) -> None:
    """The colour scale with its unit, contours and the record's place."""
    theme, (left, top, wide, high) = page.theme, at
    axes = page.axes(left, top, wide, high)
    axes.imshow(np.linspace(0, 1, 256)[:, np.newaxis], aspect="auto", origin="lower", cmap=colours.map, extent=(0, 1, colours.low, colours.high))
    axes.set_xticks([])
    axes.yaxis.tick_right()
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    largest = max(abs(colours.low), abs(colours.high))
    words = common.tick_words(frame.measure, largest)
    ticks = [one for one in colours.levels if LINE[SMALL] / 2 < (one - colours.low) / (colours.high - colours.low) * high < high - LINE[SMALL] / 2]
    axes.set_yticks(ticks, [words(one) for one in ticks], size=SMALL)
    for level in colours.levels:
        axes.axhline(level, color=ON_FILL, lw=0.8, alpha=0.75)
    unit = common.unit_words(frame.measure, axis_unit(frame.measure), largest)
    turned = {"rotation": 90, "ha": "center", "color": theme.muted}
    page.text(page.width - MARGIN - 0.02, top + high / 2, shortened(unit, high, SMALL), SMALL, **turned)
    history = frame.measure.history
    if history is not None and colours.low <= history * frame.measure.scale <= colours.high:
        y = top + high * (1 - (history * frame.measure.scale - colours.low) / (colours.high - colours.low))
        sheet = page.blank()
        sheet.scatter(left - 0.1, y, marker="D", s=30, color=theme.history, ec=theme.ground, lw=0.6, zorder=5)
