"""The pictures after a game, drawn."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.plots import dots, dots_draw, map_draw
from sim.plots.page import LINE, MARGIN, Page, save
from sim.plots.seat import Belief, Choices, belief, border, choices, course
from sim.plots.style import PAGE_WIDTH, SMALL, THEMES, Theme, house, width_of
from sim.scenario.schema import Scenario
from sim.store import Run, Study
from sim.words import day_short

PANEL, GAP, AXIS, LEFT, ROW = 1.35, 0.32, 0.34, 0.75, 0.27
"""Inches: a panel's height; between panels; under the last; room for numbers at the left; a decision."""


def write(study: Study, run: Run, scenario: Scenario, folder: Path) -> list[dict[str, str]]:
    """Write all pictures in both themes, with their numbers; gives the entries of figures.json."""
    tables = {"seat_belief": "other_side", "seat_choices": "choices", "seat_border": "communities"}
    entries = []
    for frame, draw in pictures(study, run, scenario):
        for theme in THEMES:
            save(draw(frame, theme), folder, frame.words.name, theme, study.manifest)
        numbers = dots.data(frame) if isinstance(frame, dots.Dots) else study.tables[tables[frame.words.name]]
        numbers.to_csv(folder / f"{frame.words.name}.csv", index=False)
        entries.append(frame.words.entry())
    return entries


def pictures(study: Study, run: Run, scenario: Scenario) -> list[tuple[Any, Callable[..., Figure]]]:
    """Frames and their renderers; those for which a game lacks the data are left out."""
    made: list[tuple[Any, Callable[..., Figure]]] = [
        (belief(study), draw_belief),
        (choices(study), draw_choices),
        (course(run, scenario, study.manifest), dots_draw.draw),
        (border(run, scenario, study.manifest), map_draw.draw),
    ]
    return [(frame, draw) for frame, draw in made if frame is not None]


def draw_belief(frame: Belief, theme: Theme, scale: float = 1.0) -> Figure:
    """What the other side believed, and wanted to answer."""
    width, rows = PAGE_WIDTH * scale, frame.rows
    with house(theme):
        page = Page(theme, width, 2 * PANEL + GAP + AXIS, frame.words, frame.manifest)
        for number, (column, factor, label) in enumerate((("belief", 100.0, "of 100"), ("debt", 1.0, "limited strikes"))):
            top = number * (PANEL + GAP)
            axes = page.axes(LEFT, top, width - LEFT - MARGIN, PANEL)
            values = factor * rows[column].to_numpy()
            axes.step(range(len(rows)), values, where="mid", color=theme.branch, lw=1.8)
            low, high = (0.0, 100.0) if number == 0 else (min(0.0, values.min()), max(0.5, values.max()))
            axes.set(xlim=(-0.5, len(rows) - 0.5), ylim=(low, high + 0.12 * (high - low)))
            ends = MaxNLocator(4).tick_values(low, high)
            axes.set_yticks([tick for tick in ends if low <= tick <= high])
            axes.tick_params(labelsize=SMALL)
            for name, marker in (("strikes", "s"), ("struck_by_you", "o")):
                days = [day for day, flag in enumerate(rows[name]) if flag]
                axes.scatter(days, [high + 0.06 * (high - low)] * len(days), marker=marker, s=30, fc=theme.ground, ec=theme.history, lw=1.3, zorder=4)
            ticks = list(range(0, len(rows), max(1, len(rows) // 8)))
            axes.set_xticks(ticks, labels=[day_short(rows["date"].iloc[day]) for day in ticks] if number else [""] * len(ticks))
            page.text(LEFT - 0.5, top + PANEL / 2, label, SMALL, ha="center", color=theme.muted, rotation=90)
    return page.figure


def draw_choices(frame: Choices, theme: Theme, scale: float = 1.0) -> Figure:
    """How likely the model thought each decision."""
    width = PAGE_WIDTH * scale
    left = MARGIN + max(width_of(row["label"], SMALL) for row in frame.rows) + 0.14
    right = width - MARGIN - max(width_of(row["chance"], SMALL) for row in frame.rows) - 0.16
    height = ROW * len(frame.rows)
    with house(theme):
        page = Page(theme, width, height + AXIS + LINE[SMALL], frame.words, frame.manifest)
        axes = page.axes(left, 0.0, right - left, height)
        axes.set(xlim=(-2, 102), ylim=(len(frame.rows) - 0.5, -0.5), yticks=[])
        axes.set_xticks([0, 25, 50, 75, 100])
        axes.tick_params(labelsize=SMALL)
        axes.spines[["left"]].set_visible(False)
        for number, row in enumerate(frame.rows):
            page.text(left - 0.12, ROW * (number + 0.5), row["label"], SMALL, ha="right")
            page.text(right + 0.14, ROW * (number + 0.5), row["chance"], SMALL, color=theme.muted)
            axes.plot((0, 100 * row["probability"]), (number, number), color=theme.rule, lw=1.2, zorder=1)
            axes.plot(100 * row["probability"], number, "o", ms=6.5, mfc=theme.branch if row["same"] else theme.ground, mec=theme.branch, mew=1.4)
        page.text((left + right) / 2, height + AXIS, "probability in the model, of 100", SMALL, ha="center", color=theme.muted)
    return page.figure
