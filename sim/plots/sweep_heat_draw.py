"""Heat maps drawn: cells with numbers or labelled contours, hatched where nothing can be told, hollow where worlds are few; one scale for all."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from sim.plots import sweep_axes as common
from sim.plots.frame import records
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import (
    DASHES,
    HATCH,
    HISTORY_WIDTH,
    LEAST,
    LIGHT,
    PAGE_WIDTH,
    SMALL,
    Theme,
    house,
    shortened,
    text_on,
    width_of,
    wrapped,
)
from sim.plots.sweep_heat import Heat
from sim.plots.sweep_scale import ON_FILL, Colours, draw_scale
from sim.plots.sweep_words import number

CELL, MOST_HIGH, LEAST_HIGH = 0.42, 3.4, 1.3
"""Height of a cell, and of a map, at most and at least, in inches."""
SCALE, GAP, HEAD, AXIS = 0.95, 0.22, 0.24, 0.5
"""Room of the colour scale, between maps, above and below each, in inches."""
NAMES = 0.24
"""Most that names of levels at the left may take, as a share of the width."""
MOST_ACROSS = 3


def draw(frame: Heat, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    width, several = PAGE_WIDTH * scale, len(frame.levels) > 1
    note = common.note_lines(frame.enough, width)
    names = min(max(width_of(frame.y.words(level), SMALL) for level in frame.y.levels), NAMES * width)
    across = min(len(frame.levels), MOST_ACROSS)
    down = math.ceil(len(frame.levels) / across)
    high = max(min(CELL * len(frame.y.levels), MOST_HIGH / (1.5 if several else 1)), LEAST_HIGH) * scale
    upright = wrapped(frame.y.axis, (high + 0.1) * (2 if down > 1 else 1), SMALL)[:3]
    left = MARGIN + 0.14 + LINE[SMALL] * len(upright) + names + 0.12
    inches = (width - left - SCALE - MARGIN - GAP * (across - 1)) / across
    above = HEAD if several else 0.06
    room = (above + high) * down + 0.14 * (down - 1) + AXIS + (0.2 if several else 0.0)
    with house(theme):
        page = Page(theme, width, room + common.note_height(note), frame.words, frame.manifest)
        colours = Colours(frame)
        start = 0.2 if several else 0.0
        if several and frame.facet is not None:
            page.text(left, 0.08, shortened(f"{frame.facet.axis}:", width - left - SCALE, SMALL), SMALL, color=theme.muted)
        for place in range(len(frame.levels)):
            column, line = place % across, place // across
            at = (left + (inches + GAP) * column, start + above + (above + high + 0.14) * line, inches, high)
            if several and frame.facet is not None:
                words = shortened(frame.facet.words(frame.levels[place]), inches, SMALL, bold=True)
                page.text(at[0], at[1] - 0.1, words, SMALL, weight="bold")
            axes = _map(page, frame, colours, place, at)
            _ticks(page, axes, frame, at, (column == 0, place + across >= len(frame.levels)), names)
        middle, bottom = left + (width - left - SCALE - MARGIN) / 2, room - 0.12
        page.text(middle, bottom, shortened(frame.x.axis, width - left - SCALE, SMALL), SMALL, color=theme.muted, ha="center")
        turned = {"rotation": 90, "ha": "center", "color": theme.muted}
        for count, words in enumerate(upright):
            page.text(MARGIN + 0.07 + LINE[SMALL] * count, start + above + ((above + high + 0.14) * down - above - 0.14) / 2, words, SMALL, **turned)
        draw_scale(page, frame, colours, (width - MARGIN - SCALE + 0.22, start + above, 0.16, min(high, 2.6)))
        common.draw_note(page, note, room)
    return page.figure


def _grid(frame: Heat, place: int) -> NDArray[np.float64]:
    """Means of a map for its contours, (levels of y, levels of x); where worlds are few there is none."""
    values = np.full((len(frame.y.levels), len(frame.x.levels)), np.nan)
    cells = frame.panel(place)
    cells = cells[~cells["few"]]
    values[cells["up"].to_numpy(dtype=int), cells["across"].to_numpy(dtype=int)] = cells["mean"].to_numpy(dtype=float)
    return values


def _map(page: Page, frame: Heat, colours: Colours, place: int, at: tuple[float, float, float, float]) -> Axes:
    left, top, inches, high = at
    axes = page.axes(left, top, inches, high)
    columns, lines = len(frame.x.levels), len(frame.y.levels)
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(-0.5, lines - 0.5))
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    wide, tall = inches / columns, high / lines
    numbered = wide >= 0.34 and tall >= 0.2 and columns * lines <= 120
    for cell in records(frame.panel(place)):
        _cell(page, axes, frame, colours, cell, (left + wide * (cell["across"] + 0.5), top + tall * (lines - cell["up"] - 0.5), wide, numbered))
    _contours(page, axes, frame, colours, _grid(frame, place), labelled=not numbered)
    for cell in records(frame.panel(place)):
        if cell["own"]:
            corner = (cell["across"] - 0.5, cell["up"] - 0.5)
            axes.add_patch(Rectangle(corner, 1, 1, fc="none", ec=LIGHT.parent, lw=2.0, ls=DASHES, zorder=6, clip_on=False))
    return axes


def _cell(page: Page, axes: Axes, frame: Heat, colours: Colours, cell: dict[str, Any], where: tuple[float, float, float, bool]) -> None:
    theme, (x, y, wide, numbered) = page.theme, where
    corner, undefined = (cell["across"] - 0.5, cell["up"] - 0.5), math.isnan(cell["mean"])
    colour = theme.ground if undefined else colours.fill(cell["mean"])
    fill = theme.ground if cell["few"] else colour
    axes.add_patch(Rectangle(corner, 1, 1, fc=colour, ec=theme.ground if numbered else colour, lw=0.6, zorder=1))
    if cell["few"] and not undefined:
        axes.add_patch(Rectangle((corner[0] + 0.06, corner[1] + 0.12), 0.88, 0.76, fc=fill, lw=0, zorder=1))
    if undefined:
        axes.add_patch(Rectangle(corner, 1, 1, fc="none", ec=theme.rule, lw=0.6, zorder=1))
    if not cell["told"] and not cell["few"]:
        axes.add_patch(Rectangle(corner, 1, 1, fc="none", ec=text_on(fill), lw=0, hatch=HATCH, alpha=0.35, zorder=2))
    if numbered:
        words = "–" if undefined else number(frame.measure, cell["mean"])
        size = SMALL if width_of(words, SMALL) <= wide - 0.08 else LEAST
        if width_of(words, size) <= wide - 0.04:
            back = {"boxstyle": "square,pad=0.15", "fc": fill, "ec": "none"}
            page.text(x, y, words, size, ha="center", color=theme.muted if cell["few"] else text_on(fill), bbox=back)


def _contours(page: Page, axes: Axes, frame: Heat, colours: Colours, values: NDArray[np.float64], *, labelled: bool) -> None:
    """Lines of equal value between numbers; labelled where the cells hold none; the record's own line heavy."""
    numbers = frame.x.kind != "word" and frame.y.kind != "word"
    if min(values.shape) < 3 or not numbers:
        return
    masked = np.ma.masked_invalid(values)
    if not masked.count():
        return
    least, most = float(masked.min()), float(masked.max())
    levels = [one for one in colours.levels if least < one < most]
    if levels:
        lines = axes.contour(masked, levels=levels, colors=[ON_FILL], linewidths=0.9, alpha=0.75, zorder=3)
        if labelled:
            _apart(axes, axes.clabel(lines, fmt=lambda value: f"{value:,.3g}" if abs(value) < 100 else number(frame.measure, value), fontsize=SMALL))
    history = frame.measure.history
    if history is not None and not frame.measure.share and least < history < most:
        axes.contour(masked, levels=[history], colors=[LIGHT.history], linewidths=HISTORY_WIDTH, zorder=4)


def _apart(axes: Axes, labels: Iterable[Any]) -> None:
    """Of labels on contours only those that touch no other and no edge."""
    frame, kept = axes.get_window_extent(), list[Any]()
    for label in list(labels):
        box = label.get_window_extent().padded(3)
        if box.x0 < frame.x0 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1 or box.count_overlaps(kept):
            label.remove()
        else:
            kept.append(box)


def _ticks(page: Page, axes: Axes, frame: Heat, at: tuple[float, float, float, float], outer: tuple[bool, bool], names: float) -> None:
    """Levels at the left and below; the scenario's own values as marks between them."""
    (first, last), (left, top, inches, high) = outer, at
    columns, lines = len(frame.x.levels), len(frame.y.levels)
    axes.set_xticks([])
    axes.set_yticks([])
    taken = -1.0
    for number_of, level in enumerate(frame.x.levels):
        words = shortened(frame.x.words(level), max(inches / columns - 0.06, 0.3), SMALL)
        x, half = left + inches * (number_of + 0.5) / columns, width_of(words, SMALL) / 2
        if last and x - half >= taken:
            page.text(x, top + high + 0.14, words, SMALL, color=page.theme.muted, ha="center")
            taken = x + half + common.ROOM
    every = max(1, math.ceil(0.15 / (high / lines)))
    for number_of, level in enumerate(frame.y.levels):
        if first and number_of % every == 0:
            y = top + high * (lines - number_of - 0.5) / lines
            page.text(left - 0.1, y, shortened(frame.y.words(level), names, SMALL), SMALL, color=page.theme.muted, ha="right")
