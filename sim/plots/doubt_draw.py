"""F8 drawn: a bar to 100 an outcome, in three parts; shares inside, names above."""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.plots.doubt import Doubt, Row, data, doubt
from sim.plots.page import MARGIN, Page, save
from sim.plots.style import HATCH, PAGE_WIDTH, SMALL, STRENGTH, THEMES, Theme, house, text_on, width_of
from sim.sensitivity_words import DOUBT
from sim.store import Study
from sim.words import per_100

KEY, ROW, BAR = 0.3, 0.36, 0.22
"""Heights in inches: the key; an outcome; its bar."""
FILLS = (STRENGTH[0], STRENGTH[2], None)
"""Light, middle, and hatched on the ground."""
INSIDE = 0.3
"""Inches from which on a part holds its number."""


def write(study: Study, folder: Path) -> list[dict[str, str]]:
    """Write the figure in both themes, with its numbers; gives the entries of figures.json."""
    frame = doubt(study)
    for theme in THEMES:
        save(draw(frame, theme), folder, frame.words.name, theme, study.manifest)
    data(frame).to_csv(folder / f"{frame.words.name}.csv", index=False)
    return [frame.words.entry()]


def draw(frame: Doubt, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    width = PAGE_WIDTH * scale
    left = MARGIN + max(width_of(row.label) for row in frame.rows) + 0.14
    columns = [max(width_of(row.numbers[part], SMALL) for row in frame.rows) + 0.14 for part in range(len(DOUBT))]
    right = width - MARGIN - sum(columns)
    with house(theme):
        page = Page(theme, width, KEY + ROW * len(frame.rows) + 0.06, frame.words, frame.manifest)
        _key(page, left, theme)
        for number, row in enumerate(frame.rows):
            y = KEY + ROW * (number + 0.5)
            page.text(left - 0.14, y, row.label, ha="right")
            _bar(page, row, left, right, y, theme)
            at = right + 0.14
            for words, column in zip(row.numbers, columns, strict=True):
                page.text(at, y, words, SMALL, color=theme.muted)
                at += column
    return page.figure


def _key(page: Page, left: float, theme: Theme) -> None:
    sheet, at = page.blank(), left
    for fill, words in zip(FILLS, DOUBT.values(), strict=True):
        _piece(sheet, at, 0.06, 0.26, 0.13, fill, theme)
        page.text(at + 0.34, 0.125, words, SMALL)
        at += 0.34 + width_of(words, SMALL) + 0.3


def _bar(page: Page, row: Row, left: float, right: float, y: float, theme: Theme) -> None:
    sheet, at = page.blank(), left
    for share, fill in zip(row.shares, FILLS, strict=True):
        wide = (right - left) * share
        _piece(sheet, at, y - BAR / 2, wide, BAR, fill, theme)
        if wide >= INSIDE:
            box = {"boxstyle": "round,pad=0.12", "fc": theme.ground, "ec": "none"} if fill is None else None
            page.text(at + wide / 2, y, per_100(share), SMALL, ha="center", color=theme.ink if fill is None else text_on(fill), bbox=box)
        at += wide


def _piece(sheet: Axes, left: float, top: float, width: float, height: float, fill: str | None, theme: Theme) -> None:
    look: Any = {"fc": theme.ground, "hatch": HATCH, "ec": theme.branch} if fill is None else {"fc": fill, "ec": theme.outline}
    sheet.add_patch(Rectangle((left, top), width, height, lw=0.7, **look))
