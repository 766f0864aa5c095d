"""The scoreboard drawn: a row a crisis, a dot with its interval, the line where model and simple rule tell the same."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.plots.page import LINE, MARGIN, Page, save
from sim.plots.scoreboard import Row, Scoreboard, data
from sim.plots.style import LIGHT, PAGE_WIDTH, SMALL, THEMES, Theme, house, width_of

HEAD, ROW, AXIS = 0.3, 0.32, 0.62
"""Heights in inches: which side is which; a crisis; ticks and what the axis is."""
BREADTH = 0.06
"""Room beyond the longest bar, as a share of what is shown."""


def write(frame: Scoreboard, folder: Path) -> list[dict[str, str]]:
    """Write the figure in both themes, with its numbers; gives the entries of figures.json."""
    for theme in THEMES:
        save(draw(frame, theme), folder, frame.words.name, theme, frame.manifest)
    data(frame).to_csv(folder / f"{frame.words.name}_figure.csv", index=False)
    return [frame.words.entry()]


def write_light(frame: Scoreboard, folder: Path) -> None:
    """Write the light figure alone, for a document."""
    with house(LIGHT):
        draw(frame, LIGHT).savefig(folder / f"{frame.words.name}.png", metadata={"Software": "taftan"})


def draw(frame: Scoreboard, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    width = PAGE_WIDTH * scale
    left = MARGIN + max(width_of(row.label, bold=row.whole) for row in frame.rows) + 0.16
    right = width - MARGIN - max(width_of(row.value, SMALL) for row in frame.rows) - 0.16
    height = ROW * len(frame.rows)
    with house(theme):
        page = Page(theme, width, HEAD + height + AXIS, frame.words, frame.manifest)
        axes = page.axes(left, HEAD, right - left, height)
        low, high = min(0.0, *(row.low for row in frame.rows)), max(0.0, *(row.high for row in frame.rows))
        room = BREADTH * (high - low)
        axes.set(xlim=(low - room, high + room), ylim=(len(frame.rows) - 0.5, -0.5), yticks=[])
        axes.spines[["left"]].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.tick_params(labelsize=SMALL)
        axes.axvline(0.0, color=theme.history, lw=1.2, zorder=1)
        for number, row in enumerate(frame.rows):
            page.text(left - 0.14, HEAD + ROW * (number + 0.5), row.label, ha="right", weight="bold" if row.whole else "normal")
            page.text(right + 0.14, HEAD + ROW * (number + 0.5), row.value, SMALL, color=theme.ink if row.told else theme.muted)
            _bar(axes, number, row, theme)
        _sides(page, left, right, axes)
        page.text((left + right) / 2, HEAD + height + 0.3 + LINE[SMALL], "nats per decision", SMALL, ha="center", color=theme.muted)
    return page.figure


def _bar(axes: Axes, number: int, row: Row, theme: Theme) -> None:
    look: Any = {"solid_capstyle": "butt"}
    axes.plot((row.low, row.high), (number, number), color=theme.branch, lw=1.8, zorder=3, **look)
    face = theme.branch if row.told else theme.ground
    axes.plot(row.difference, number, "D" if row.whole else "o", ms=7, mfc=face, mec=theme.branch, mew=1.4, zorder=4)


def _sides(page: Page, left: float, right: float, axes: Axes) -> None:
    """Which side of the line is which, each where there is room for it."""
    low, high = axes.get_xlim()
    zero = left + (right - left) * (0.0 - low) / (high - low)
    sides = ((zero - 0.08, "right", "← worse than the best simple rule"), (zero + 0.08, "left", "better →"))
    if zero - left < right - zero:
        sides = ((zero - 0.08, "right", "← worse"), (zero + 0.08, "left", "better than the best simple rule →"))
    for x, side, words in sides:
        page.text(x, HEAD / 2, words, SMALL, ha=side, color=page.theme.muted)
