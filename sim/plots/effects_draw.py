"""F4 drawn: dots with intervals at the left, worlds with fewer, the same and more at the right."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.plots import study as about
from sim.plots.effects import Effects
from sim.plots.frame import records
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import BODY, HATCH, PAGE_WIDTH, SMALL, Theme, house, mixed, shortened, text_on, width_of, wrapped
from sim.words import per_100

ROW, HEAD, AXIS = 0.33, 0.36, 0.46
"""Heights of a row, of what stands above the rows and of the axes below them, in inches."""
NAMES, BARS = 0.29, 0.24
"""Widths of the names, at most, and of the bars of worlds, as shares of the sheet's."""
BAR = 0.2
"""Height of a bar of worlds, in inches."""
ROOM = 0.62
"""Room on either side of no difference, in inches, so that both ways can be named."""


def draw(frame: Effects, theme: Theme, scale: float = 1.0) -> Figure:
    """F4 as a Matplotlib figure."""
    width, rows = PAGE_WIDTH * scale, frame.rows
    names = min(max(map(width_of, rows["label"])), NAMES * width)
    values = [about.difference(value) for value in rows["difference"]]
    margin = max(map(width_of, values)) + 0.2
    left, bars = MARGIN + names + 0.15, BARS * width
    inches = width - left - margin - bars - 0.2 - MARGIN
    with house(theme):
        page = Page(theme, width, HEAD + ROW * len(rows) + AXIS, frame.words, frame.manifest)
        axes = page.axes(left, HEAD, inches, ROW * len(rows))
        _axis(axes, page, frame, inches)
        _ways(page, axes, frame, left, inches)
        right = page.axes(width - MARGIN - bars, HEAD, bars, ROW * len(rows))
        _bar_axis(right, page, frame)
        for number, row in enumerate(records(rows)):
            y = HEAD + ROW * (number + 0.5)
            draw_name(page, row["label"], MARGIN + names, y, names)
            _draw_row(axes, theme, number, row, frame.simulation_only)
            page.text(width - MARGIN - bars - 0.2, y, values[number], ha="right", weight="bold" if row["told"] else "normal")
            _draw_bar(page, right, number, row, width - MARGIN - bars, y, bars)
    return page.figure


def draw_name(page: Page, label: str, x: float, y: float, inches: float) -> None:
    """A name that ends at x: in one line, or in two smaller ones; cut short where even those are too narrow."""
    if width_of(label) <= inches:
        page.text(x, y, label, BODY, ha="right")
        return
    first, *rest = wrapped(label, inches, SMALL)
    second = shortened(" ".join(rest), inches, SMALL)
    for line, words in enumerate([first, second] if rest else [first]):
        page.text(x, y + LINE[SMALL] * (line - 0.5 * bool(rest)), words, SMALL, ha="right")


def _axis(axes: Axes, page: Page, frame: Effects, inches: float) -> None:
    low, high = limits(float(frame.rows["low"].min()), float(frame.rows["high"].max()), inches)
    axes.set(xlim=(low, high), ylim=(len(frame.rows) - 0.5, -0.5))
    shown = about.ticks(low, high, inches, lambda value: about.plain(value, frame.largest))
    axes.set_xticks(list(shown), list(shown.values()), size=SMALL)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=page.theme.parent, lw=1.1, zorder=1)
    unit = f"million {frame.unit}" if frame.largest >= about.MILLION else frame.unit
    axes.set_xlabel(shortened(f"difference, {unit}", inches, SMALL), size=SMALL, color=page.theme.muted, labelpad=2)


def limits(low: float, high: float, inches: float, room: float = ROOM) -> tuple[float, float]:
    """The ends of an axis of differences: with zero, and room on either side of it."""
    low, high = min(low, 0.0), max(high, 0.0)
    per_inch = max(high - low, 1e-9) / max(inches - 2 * room, 0.5)
    return min(low - 0.12 * per_inch, -room * per_inch), max(high + 0.12 * per_inch, room * per_inch)


def _ways(page: Page, axes: Axes, frame: Effects, left: float, inches: float) -> None:
    """Above zero: which way is less, which is more."""
    low, high = axes.get_xlim()
    zero, (less, more) = left - low / (high - low) * inches, frame.ways
    page.text(zero - 0.07, HEAD - 0.12, f"← {less}", SMALL, color=page.theme.muted, ha="right")
    page.text(zero + 0.07, HEAD - 0.12, f"{more} →", SMALL, color=page.theme.muted)


def _draw_row(axes: Axes, theme: Theme, number: int, row: dict[str, Any], thin: bool) -> None:
    """The mean difference with its interval; hollow where it cannot be told from none, thin with caps where it is simulation error alone."""
    ink = theme.branch
    axes.hlines(number, row["low"], row["high"], color=ink, lw=1.0 if thin else 2.4, zorder=2)
    if thin:
        axes.vlines([row["low"], row["high"]], number - 0.14, number + 0.14, color=ink, lw=1.0, zorder=2)
    axes.scatter(row["difference"], number, s=50, fc=ink if row["told"] else theme.ground, ec=ink, lw=1.6, zorder=3, clip_on=False)


def _bar_axis(axes: Axes, page: Page, frame: Effects) -> None:
    axes.set(xlim=(0, 100), ylim=(len(frame.rows) - 0.5, -0.5), yticks=[])
    axes.set_xticks([0, 50, 100], ["0", "50", "100"], size=SMALL)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("worlds of 100", size=SMALL, color=page.theme.muted, labelpad=2)
    _key(page, frame.ways, page.width - MARGIN - BARS * page.width)


def fills(theme: Theme) -> dict[str, dict[str, Any]]:
    """Fewer hatched, the same light, more dark: apart in colour and in grey."""
    return {
        "lower": {"fc": theme.ground, "ec": theme.branch, "hatch": HATCH, "lw": 0.7},
        "same": {"fc": mixed(theme.parent, theme.ground, 0.22), "ec": theme.muted, "lw": 0.5},
        "higher": {"fc": theme.branch, "ec": theme.branch, "lw": 0.7},
    }


def _key(page: Page, ways: tuple[str, str], left: float) -> None:
    """Above the bars: what each fill is."""
    axes, x = page.blank(height=HEAD), left
    for words, how in zip((ways[0], "same", ways[1]), fills(page.theme).values(), strict=True):
        axes.add_patch(Rectangle((x, HEAD - 0.18), 0.16, 0.12, **how))
        page.text(x + 0.21, HEAD - 0.12, words, SMALL, color=page.theme.muted)
        x += 0.21 + width_of(words, SMALL) + 0.14


def _draw_bar(page: Page, axes: Axes, number: int, row: dict[str, Any], left: float, y: float, inches: float) -> None:
    """Worlds of 100; a number in every part that has room for it."""
    start, total = 0.0, row["lower"] + row["same"] + row["higher"]
    for side, how in fills(page.theme).items():
        size = 100 * row[side] / total
        axes.add_patch(Rectangle((start, number - BAR / ROW / 2), size, BAR / ROW, **how))
        words = per_100(row[side] / 100)
        if size / 100 * inches > width_of(words, SMALL) + 0.14:
            box = {"boxstyle": "round,pad=0.12", "fc": page.theme.ground, "ec": "none"} if side == "lower" else None
            ink = page.theme.ink if side == "lower" else text_on(how["fc"])
            page.text(left + (start + size / 2) / 100 * inches, y, words, SMALL, ha="center", color=ink, bbox=box)
        start += size
