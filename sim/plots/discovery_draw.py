"""The box drawn: a bar a restriction on the rail of what was varied; beside it coverage against density, step by step."""

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from sim.plots.discovery import Discovery, data, discovery
from sim.plots.page import LINE, MARGIN, Page, save
from sim.plots.style import PAGE_WIDTH, SMALL, THEMES, Theme, house, wrapped
from sim.store import Study

ROW, PLOT, AXIS, BESIDE = 0.62, 2.5, 0.62, 3.3
"""Inches: a restriction; height of the scatter; ticks and what the axis is; width of the scatter."""


def write(study: Study, folder: Path) -> list[dict[str, str]]:
    """Write the figure in both themes, with its numbers; gives the entries of figures.json."""
    frame = discovery(study)
    for theme in THEMES:
        save(draw(frame, theme), folder, frame.words.name, theme, study.manifest)
    data(frame).to_csv(folder / f"{frame.words.name}.csv", index=False)
    return [frame.words.entry()]


def draw(frame: Discovery, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    width = PAGE_WIDTH * scale
    height = max(ROW * len(frame.rows), PLOT * scale)
    with house(theme):
        page = Page(theme, width, height + AXIS, frame.words, frame.manifest)
        _box(page, frame, MARGIN, width - MARGIN - BESIDE * scale - 0.9, theme)
        _steps(page, frame, width - MARGIN - BESIDE * scale, BESIDE * scale, height, theme)
    return page.figure


def _box(page: Page, frame: Discovery, left: float, right: float, theme: Theme) -> None:
    if not frame.rows:
        page.text(left, 0.3, "no restriction raises the density, as far as can be told", color=theme.muted)
        return
    sheet = page.blank()
    for number, row in enumerate(frame.rows):
        top, look = ROW * number, dict[str, Any](solid_capstyle="butt", lw=8.0)
        label = wrapped(row.label, right - left - 1.8, SMALL)[0]
        page.text(left, top + 0.14, label, SMALL)
        page.text(right, top + 0.14, row.value, SMALL, ha="right", color=theme.muted)
        sheet.plot((left, right), (top + 0.36, top + 0.36), color=theme.rule, **look)
        ends = [left + (right - left) * end for end in (row.low, row.high)]
        sheet.plot(ends, (top + 0.36, top + 0.36), color=theme.branch, **look)


def _steps(page: Page, frame: Discovery, left: float, width: float, height: float, theme: Theme) -> None:
    axes, steps = page.axes(left, 0.0, width, height), frame.steps
    axes.set(xlim=(-0.03, 1.03), ylim=(0.0, 1.05))
    axes.set_xticks([0.0, 0.25, 0.5, 0.75, 1.0], labels=["0", "25", "50", "75", "100"])
    axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0], labels=["0", "25", "50", "75", "100"])
    axes.tick_params(labelsize=SMALL)
    axes.axhline(frame.manifest["base_rate"], color=theme.rule, lw=1.0, zorder=0)
    axes.scatter(steps["coverage"], steps["density"], s=14, color=theme.branch, zorder=2)
    axes.scatter(steps["unseen_coverage"], steps["unseen_density"], s=18, fc=theme.ground, ec=theme.parent, lw=1.0, zorder=3)
    chosen = steps[steps["chosen"]]
    axes.scatter(chosen["unseen_coverage"], chosen["unseen_density"], marker="D", s=52, fc=theme.ground, ec=theme.history, lw=1.6, zorder=5)
    axes.scatter(chosen["coverage"], chosen["density"], marker="D", s=52, fc=theme.branch, ec=theme.history, lw=1.2, zorder=4)
    page.text(left + width / 2, height + 0.3 + LINE[SMALL], "coverage: of 100 worlds in which it holds", SMALL, ha="center", color=theme.muted)
    page.text(left - 0.46, height / 2, "density: of 100 worlds in the box", SMALL, ha="center", color=theme.muted, rotation=90)
