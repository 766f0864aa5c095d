"""Elementary effects drawn: a ranking with intervals at the left; the mean absolute effect against its spread at the right."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots import study as about
from sim.plots import sweep_axes as common
from sim.plots.effects_draw import draw_name
from sim.plots.frame import records
from sim.plots.page import MARGIN, Page
from sim.plots.style import LEAST, PAGE_WIDTH, SMALL, Theme, house, width_of
from sim.plots.sweep_morris import MOST_ROWS, Morris
from sim.plots.sweep_words import axis_unit

ROW, HEAD, AXIS, GAP = 0.29, 0.1, 0.44, 0.75
NAMES = 0.29
LEAST_HIGH = 2.3
Spot = tuple[float, float]
"""Inches from the left and from above."""


def draw(frame: Morris, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    width, rows = PAGE_WIDTH * scale, frame.rows.head(MOST_ROWS)
    note = common.note_lines(frame.enough, width)
    numbers = width_of("00", SMALL) + 0.1
    names = min(max(map(width_of, rows["label"])), NAMES * width)
    left, high = MARGIN + names + numbers + 0.12, max(ROW * len(rows), LEAST_HIGH)
    square = min(high, 0.34 * width)
    inches = width - left - GAP - square - MARGIN - 0.1
    unit = axis_unit(frame.measure)
    with house(theme):
        page = Page(theme, width, HEAD + high + AXIS + common.note_height(note), frame.words, frame.manifest)
        axes = page.axes(left, HEAD, inches, high)
        largest = float((rows["mu_star"] + rows["mu_star_conf"]).max()) or 1.0
        axes.set(xlim=(0, 1.06 * largest), ylim=(len(rows) - 0.5, -0.5), yticks=[])
        axes.spines["left"].set_visible(False)
        _ticks(axes, frame, 1.06 * largest, 0.8 * inches)
        for place, row in enumerate(records(rows)):
            y = HEAD + high * (place + 0.5) / len(rows)
            draw_name(page, row["label"], MARGIN + names, y, names)
            page.text(left - 0.13, y, str(place + 1), SMALL, color=theme.muted, ha="right")
            low = max(row["mu_star"] - row["mu_star_conf"], 0.0)
            axes.hlines(place, low, row["mu_star"] + row["mu_star_conf"], color=theme.branch, lw=1.2, zorder=2)
            axes.scatter(row["mu_star"], place, s=46, fc=theme.branch if low > 0 else theme.ground, ec=theme.branch, lw=1.5, zorder=3, clip_on=False)
        common.named_axis(axes, page, f"mean absolute effect, {common.unit_words(frame.measure, unit, largest)}", inches)
        _spread(page, frame, (width - MARGIN - 0.1 - square, HEAD, square, high))
        common.draw_note(page, note, HEAD + high + AXIS)
    return page.figure


def _ticks(axes: Axes, frame: Morris, end: float, inches: float, *, upright: bool = False) -> None:
    shown = about.ticks(0.0, end, inches, common.tick_words(frame.measure, end))
    (axes.set_yticks if upright else axes.set_xticks)(list(shown), list(shown.values()), size=SMALL)


def _spread(page: Page, frame: Morris, at: tuple[float, float, float, float]) -> None:
    """Mean absolute effect against spread, numbered as in the ranking where there is room."""
    theme, rows, (left, top, inches, high) = page.theme, frame.rows.head(MOST_ROWS), at
    axes = page.axes(left, top, inches, high)
    right, above = 1.12 * (float(rows["mu_star"].max()) or 1.0), 1.12 * (float(rows["sigma"].max()) or 1.0)
    axes.set(xlim=(0, right), ylim=(0, above))
    axes.axline((0, 0), slope=1.0, color=theme.parent, lw=0.9, ls=(0, (1, 1.6)), zorder=1)
    axes.scatter(rows["mu_star"], rows["sigma"], s=34, color=theme.branch, lw=0, zorder=3, clip_on=False)
    taken: list[Spot] = []
    dots = [(left + inches * row["mu_star"] / right, top + high * (1 - row["sigma"] / above)) for row in records(rows)]
    for place, (x, y) in enumerate(dots):
        spot = next((one for one in ((x + 0.13, y - 0.07), (x - 0.13, y - 0.07), (x + 0.13, y + 0.09)) if _free(one, taken, dots, at)), None)
        if spot is not None:
            page.text(*spot, str(place + 1), LEAST, ha="center", color=theme.ink)
            taken.append(spot)
    _ticks(axes, frame, right, 0.8 * inches)
    _ticks(axes, frame, above, high, upright=True)
    common.named_axis(axes, page, "mean absolute effect", inches)
    common.named_axis(axes, page, "spread of the effects", high, upright=True)


def _free(spot: Spot, taken: list[Spot], dots: list[Spot], at: tuple[float, float, float, float]) -> bool:
    """Whether a number at a place touches no other, no dot and no edge."""
    x, y = spot
    left, top, inches, high = at
    inside = left + 0.08 < x < left + inches and top < y < top + high - 0.08
    apart = all(abs(x - other) > 0.2 or abs(y - up) > 0.14 for other, up in taken)
    return inside and apart and all(abs(x - other) > 0.1 or abs(y - up) > 0.08 for other, up in dots)
