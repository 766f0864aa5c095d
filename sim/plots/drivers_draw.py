"""F6 drawn: a row a number, its index as a dot with a bar, what it does alone as a tick, which way it works in words."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.plots.drivers import Drivers, Row, data, drivers
from sim.plots.page import LINE, MARGIN, Page, save
from sim.plots.style import PAGE_WIDTH, SMALL, THEMES, Theme, house, width_of, wrapped
from sim.store import Study

ROW, AXIS = 0.3, 0.6
"""Heights in inches: a number; ticks and what the axis is."""
WIDEST = 3.4
"""Inches that a label may take; a longer one is cut into lines."""
MOST_OF_IT = 1.2
"""Where the axis of shares ends: a bar beyond is cut off, its number stands beside."""


def write(study: Study, folder: Path) -> list[dict[str, str]]:
    """Write a figure for every outcome in both themes, with its numbers; gives the entries of figures.json."""
    entries = []
    for name in study.manifest["told"]:
        frame = drivers(study, name)
        for theme in THEMES:
            save(draw(frame, theme), folder, frame.words.name, theme, study.manifest)
        data(frame).to_csv(folder / f"{frame.words.name}.csv", index=False)
        entries.append(frame.words.entry())
    return entries


def draw(frame: Drivers, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    width = PAGE_WIDTH * scale
    labels = [wrapped(row.label, WIDEST * scale, SMALL) for row in frame.rows]
    left = MARGIN + max(width_of(line, SMALL) for lines in labels for line in lines) + 0.14
    ways, values = max(width_of(row.way, SMALL) for row in frame.rows), max(width_of(row.value, SMALL) for row in frame.rows)
    right = width - MARGIN - ways - values - 0.4
    height = ROW * len(frame.rows)
    with house(theme):
        page = Page(theme, width, height + AXIS, frame.words, frame.manifest)
        axes = page.axes(left, 0.0, right - left, height)
        high = max(row.high for row in frame.rows)
        high = min(high, MOST_OF_IT) if frame.words.units in ("share of variance", "delta") else high
        axes.set(xlim=(min(0.0, *(row.total for row in frame.rows)) - 0.02 * high, 1.03 * high), ylim=(len(frame.rows) - 0.5, -0.5), yticks=[])
        axes.spines[["left"]].set_visible(False)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xticks([tick for tick in axes.get_xticks() if axes.get_xlim()[0] <= tick <= axes.get_xlim()[1]])
        axes.tick_params(labelsize=SMALL)
        axes.axvline(0.0, color=theme.rule, lw=1.0, zorder=0)
        for number, (row, lines) in enumerate(zip(frame.rows, labels, strict=True)):
            y = ROW * (number + 0.5)
            for line, words in enumerate(lines):
                page.text(left - 0.12, y + LINE[SMALL] * (line - (len(lines) - 1) / 2), words, SMALL, ha="right")
            page.text(right + 0.14, y, row.value, SMALL)
            page.text(width - MARGIN - ways, y, row.way, SMALL, color=theme.muted)
            _bar(axes, number, row, theme)
        page.text((left + right) / 2, height + 0.3 + LINE[SMALL], frame.axis, SMALL, ha="center", color=theme.muted)
    return page.figure


def _bar(axes: Axes, number: int, row: Row, theme: Theme) -> None:
    look: Any = {"solid_capstyle": "butt"}
    axes.plot((row.low, row.high), (number, number), color=theme.branch, lw=1.6, zorder=2, **look)
    if row.first is not None:
        axes.plot((row.first, row.first), (number - 0.3, number + 0.3), color=theme.history, lw=1.8, zorder=3, **look)
    face = theme.parent if row.assumed is None else theme.ground if row.assumed else theme.branch
    edge = theme.parent if row.assumed is None else theme.branch
    axes.plot(row.total, number, "s" if row.assumed is None else "o", ms=6.5, mfc=face, mec=edge, mew=1.4, zorder=4)
