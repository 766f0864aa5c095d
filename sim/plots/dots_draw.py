"""F3b drawn: five quantile dot plots, and rails from 0 to 100."""

import math
from collections import Counter

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.plots.dots import Dots, Panel, Rail
from sim.plots.frame import sentence_case
from sim.plots.page import LINE, Page
from sim.plots.style import BODY, COLUMN_WIDTH, PAGE_WIDTH, SMALL, Theme, house, width_of, wrapped
from sim.words import per_100

COLUMNS, GAP, SIDE = 3, 0.4, 0.3
"""Panels in a row, room between and beside them in inches."""
PLOT, UNDER = 1.25, 0.52
"""Height of a panel's dots, and of axis and unit below, in inches."""
NEVER = 0.62
"""Width of the place for worlds in which it never happens, in inches."""
SIZES = [size / 1000 for size in range(90, 14, -5)]
"""Diameters of dots that are tried, in inches."""
LINES = 2
"""Lines of words beside a rail."""


def draw(frame: Dots, theme: Theme, scale: float = 1.0) -> Figure:
    """F3b as a Matplotlib figure."""
    number = len(frame.panels) + bool(frame.rails)
    across = min(number, COLUMNS)
    width = (PAGE_WIDTH if across == COLUMNS else COLUMN_WIDTH) * scale
    room = (width - 2 * SIDE - GAP * (across - 1)) / across
    heads = [wrapped(sentence_case(panel.label), room, BODY, bold=True) for panel in frame.panels]
    heads += [wrapped("Yes or no, in worlds of 100", room, BODY, bold=True)] if frame.rails else []
    notes = [wrapped(panel.note, room, SMALL) for panel in frame.panels]
    notes += [wrapped("wide bar: past crises", room, SMALL)] if frame.rails else []
    head = LINE[BODY] * max(map(len, heads)) + LINE[SMALL] * max(map(len, notes)) + 0.08
    each = head + PLOT * scale + UNDER
    with house(theme):
        page = Page(theme, width, math.ceil(number / across) * each, frame.words, frame.manifest)
        for place, (title, note) in enumerate(zip(heads, notes, strict=True)):
            left, top = SIDE + (room + GAP) * (place % across), each * (place // across)
            for line, words in enumerate(title):
                page.text(left, top + LINE[BODY] * (line + 0.5), words, weight="bold")
            for line, words in enumerate(note):
                page.text(left, top + LINE[BODY] * len(title) + LINE[SMALL] * (line + 0.5), words, SMALL, color=theme.muted)
            if place < len(frame.panels):
                _draw_panel(page, frame.panels[place], left, top + head, room, PLOT * scale)
            else:
                _draw_rails(page, frame.rails, left, top + head, room, PLOT * scale)
    return page.figure


def _draw_panel(page: Page, panel: Panel, left: float, top: float, width: float, height: float) -> None:
    theme = page.theme
    if not panel.dots and not panel.never:
        page.text(left, top + height / 2, "no such world", color=theme.muted)
        return
    inner = width - (NEVER if panel.never else 0.0)
    axes = page.axes(left, top, inner, height)
    ends = [*panel.dots, panel.history if panel.history is not None else 0.0]
    low, high = min(0.0, *ends), max(*ends, 5.0 * panel.step)
    axes.set(xlim=(low - panel.step, high + panel.step), ylim=(0, height))
    bin_width = inner * panel.step / (high - low + 2 * panel.step)
    size = _diameter(Counter(panel.dots), bin_width, panel.never, height)
    for value, count in Counter(panel.dots).items():
        _stack(axes, value, count, size, inner / bin_width * panel.step / inner, height, theme.parent, hollow=False)
    _frame(axes, page, panel.unit)
    if panel.history is not None:
        axes.scatter(panel.history, 0, marker="D", s=42, color=theme.history, ec=theme.ground, lw=0.6, zorder=5, clip_on=False)
    if panel.beyond:
        words = f"{len(panel.beyond)} more, {'to' if len(panel.beyond) > 1 else 'at'} {max(panel.beyond):,.0f}"
        page.text(left + inner, top + height - 0.2, words, SMALL, color=theme.muted, ha="right")
    if panel.never:
        beside = page.blank(left + inner, top, NEVER, height)
        beside.set_ylim(0, height)
        _stack(beside, NEVER / 2 + 0.06, panel.never, size, 1.0, height, theme.parent, hollow=True)
        page.text(left + inner + NEVER / 2 + 0.06, top + height + 0.13, f"never {panel.never}", SMALL, color=theme.muted, ha="center")


def _diameter(bins: Counter[float], width: float, never: int, height: float) -> float:
    """The largest dots with which every stack stays within its bin, several side by side where it is too high."""
    for size in SIZES:
        rows = int(height / size)
        widest = max((math.ceil(count / rows) for count in bins.values()), default=0)
        if widest * size <= 0.8 * width and math.ceil(never / rows) * size <= 0.8 * NEVER:
            return size
    return SIZES[-1]


def _stack(axes: Axes, value: float, count: int, size: float, per_inch: float, height: float, colour: str, *, hollow: bool) -> None:
    """Dots above a value, in columns side by side; `per_inch`: units of the axis in an inch."""
    rows = max(int(height / size), 1)
    columns = math.ceil(count / rows)
    rows = math.ceil(count / columns)
    places = [divmod(number, rows) for number in range(count)]
    x = [value + per_inch * size * (column - (columns - 1) / 2) for column, _ in places]
    y = [size * (row + 0.6) for _, row in places]
    faces = "none" if hollow else colour
    axes.scatter(x, y, s=(72 * size * 0.82) ** 2, fc=faces, ec=colour, lw=0.7 if hollow else 0, clip_on=False, zorder=3)


def _frame(axes: Axes, page: Page, unit: str) -> None:
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.tick_params(axis="x", labelsize=SMALL, length=3)
    low, high = axes.get_xlim()
    per_inch = (high - low) / (axes.get_position().width * page.width)
    ticks = [float(tick) for tick in axes.get_xticks() if max(low, 0) <= tick <= high]
    axes.set_xticks([tick for tick in ticks if tick + per_inch * width_of(f"{tick:,.0f}", SMALL) / 2 <= high])
    axes.set_xlabel(unit, size=SMALL, color=page.theme.muted, labelpad=2)


def _draw_rails(page: Page, rails: list[Rail], left: float, top: float, width: float, height: float) -> None:
    theme, names = page.theme, 0.46 * width
    axes = page.axes(left + names, top, width - names - 0.12, height)
    step = height / len(rails)
    axes.set(xlim=(-10, 110), ylim=(height, 0))
    for number, rail in enumerate(rails):
        y = step * (number + 0.62)
        axes.hlines(y, 0, 100, color=theme.rule, lw=5, zorder=1)
        if rail.past:
            axes.hlines(y, 100 * rail.past[0], 100 * rail.past[1], color=theme.parent, alpha=0.5, lw=9, zorder=2)
        _draw_rail(axes, page, rail, y, left + names, top, (width - names - 0.12) / 120)
        label = wrapped(rail.label, names - 0.08, SMALL)[:2]
        # Of which worlds it is a share stands under its name, where there is room.
        of = wrapped(rail.note, names - 0.08, SMALL)
        note = of if len(label) + len(of) <= LINES else []
        for line, words in enumerate([*label, *note]):
            page.text(left, top + y - 0.06 + LINE[SMALL] * (line - 0.5), words, SMALL, color=theme.ink if line < len(label) else theme.muted)
    _frame(axes, page, "worlds of 100")
    axes.set_xticks([0, 50, 100])


def _draw_rail(axes: Axes, page: Page, rail: Rail, y: float, left: float, top: float, inches: float) -> None:
    """One rail: the share with its simulation error and number, and the record at one of the ends."""
    theme = page.theme
    if rail.share is not None:
        axes.hlines(y, 100 * rail.low, 100 * rail.high, color=theme.ink, lw=1.2, zorder=3)
        axes.scatter(100 * rail.share, y, s=38, color=theme.parent, ec=theme.ink, lw=0.8, zorder=4)
        page.text(left + inches * (10 + 100 * rail.share), top + y - 0.14, per_100(rail.share), SMALL, ha="center")
    if rail.history is not None:
        axes.scatter(106 if rail.history else -6, y, marker="D", s=34, color=theme.history, ec=theme.ground, lw=0.6, zorder=5, clip_on=False)
