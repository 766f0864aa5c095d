"""Shrinkage drawn: a row a parameter, the prior as a grey rail, the posterior as bars on it."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots.page import LINE, MARGIN, Page, save
from sim.plots.shrinkage import PRIOR_END, Row, Shrinkage, data, shrinkage
from sim.plots.style import PAGE_WIDTH, SMALL, THEMES, Theme, house, width_of
from sim.store import Study

ROW, AXIS = 0.3, 0.6
"""Heights in inches: a parameter; ticks and what the axis is."""
REACH = 3.2
"""Prior standard deviations shown on either side."""
TICKS = (-3, -2, -1, 0, 1, 2, 3)


def write(study: Study, folder: Path) -> list[dict[str, str]]:
    """Write the figure in both themes, with its numbers; gives the entries of figures.json."""
    frame = shrinkage(study)
    for theme in THEMES:
        save(draw(frame, theme), folder, frame.words.name, theme, study.manifest)
    data(frame).to_csv(folder / f"{frame.words.name}.csv", index=False)
    return [frame.words.entry()]


def draw(frame: Shrinkage, theme: Theme) -> Figure:
    """The figure as a Matplotlib figure."""
    left = MARGIN + max(width_of(row.label) for row in frame.rows) + 0.14
    right = PAGE_WIDTH - MARGIN - max(width_of(row.value, SMALL) for row in frame.rows) - 0.16
    height = ROW * len(frame.rows)
    with house(theme):
        page = Page(theme, PAGE_WIDTH, height + AXIS, frame.words, frame.manifest)
        axes = page.axes(left, 0.0, right - left, height)
        axes.set(xlim=(-REACH, REACH), ylim=(len(frame.rows) - 0.5, -0.5), yticks=[])
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.set_xticks([])
        axes.axvline(0.0, color=theme.rule, lw=1.0, zorder=0)
        for number, row in enumerate(frame.rows):
            y = ROW * (number + 0.5)
            page.text(left - 0.12, y, row.label, ha="right")
            page.text(right + 0.12, y, row.value, SMALL, color=theme.ink if row.told else theme.muted)
            _bars(axes, number, row, theme)
        _axis(page, left, right, height)
    return page.figure


def _bars(axes: Axes, number: int, row: Row, theme: Theme) -> None:
    look: Any = {"solid_capstyle": "butt"}
    axes.plot((-PRIOR_END, PRIOR_END), (number, number), color=theme.rule, lw=9.0, zorder=1, **look)
    low, high = (min(max(end, -REACH), REACH) for end in row.ends)
    axes.plot((low, high), (number, number), color=theme.branch, lw=1.4, zorder=3, **look)
    axes.plot(row.quarters, (number, number), color=theme.branch, lw=4.0, zorder=3, **look)
    face = theme.branch if row.told else theme.ground
    axes.plot(row.middle, number, "o", ms=6.5, mfc=face, mec=theme.branch, mew=1.4, zorder=4)
    if row.zero is not None and abs(row.zero) <= REACH:
        axes.plot((row.zero, row.zero), (number - 0.36, number + 0.36), color=theme.history, lw=1.6, zorder=5, **look)


def _axis(page: Page, left: float, right: float, top: float) -> None:
    """Ticks, and what they count."""
    theme, sheet = page.theme, page.blank()
    sheet.hlines(top + 0.06, left, right, color=theme.muted, lw=0.8)
    for tick in TICKS:
        x = left + (right - left) * (tick + REACH) / (2 * REACH)
        sheet.vlines(x, top + 0.06, top + 0.11, color=theme.muted, lw=0.8)
        page.text(x, top + 0.21, f"{tick:+d}".replace("-", "−") if tick else "0", SMALL, ha="center", color=theme.muted)
    words = "standard deviations of the prior from its median"
    page.text((left + right) / 2, top + 0.21 + LINE[SMALL] + 0.03, words, SMALL, ha="center", color=theme.muted)
