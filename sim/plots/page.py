"""The sheet that a figure is drawn on: title, subtitle, footer with the boxed mode, and room in inches between them.

Type keeps its size on a smaller or larger sheet; lines that no longer fit are wrapped and the sheet grows. How a sheet
is written to files, the same bytes every time, is here too.
"""

from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim import __version__
from sim.plots.frame import Words, footer_words
from sim.plots.style import BODY, DARK, LIGHT, SMALL, TITLE, Theme, house, width_of, wrapped

MARGIN = 0.2
"""Inches left free on every side."""
LINE = {TITLE: 0.22, BODY: 0.165, SMALL: 0.145}
"""Height of a line of each size of type, in inches."""
PIXELS_PER_INCH = 150


class Page:
    """A figure's sheet. Places are inches from the upper left corner of the room between subtitle and footer."""

    def __init__(self, theme: Theme, width: float, height: float, words: Words, manifest: dict[str, Any]) -> None:
        self.theme, self.width, self.height = theme, width, height
        inner = width - 2 * MARGIN
        title, subtitle = wrapped(words.title, inner, TITLE, bold=True), wrapped(words.subtitle, inner)
        self._mode_width = width_of(words.mode, SMALL, bold=True) + 0.2
        foot = filled(footer_words(manifest), inner - self._mode_width)
        self._above = 0.1 + LINE[TITLE] * len(title) + 0.04 + LINE[BODY] * len(subtitle) + 0.1
        self._sheet = self._above + height + 0.16 + LINE[SMALL] * len(foot) + 0.1
        self.figure = Figure(figsize=(width, self._sheet), dpi=PIXELS_PER_INCH)
        self._head(title, subtitle)
        self._foot(words.mode, foot)

    def _head(self, title: list[str], subtitle: list[str]) -> None:
        top = 0.1 - self._above
        for number, line in enumerate(title):
            self.text(MARGIN, top + LINE[TITLE] * (number + 0.5), line, TITLE, weight="bold")
        top += LINE[TITLE] * len(title) + 0.04
        for number, line in enumerate(subtitle):
            self.text(MARGIN, top + LINE[BODY] * (number + 0.5), line, color=self.theme.muted)

    def _foot(self, mode: str, lines: list[str]) -> None:
        y = self.height + 0.16 + LINE[SMALL] / 2
        box = {"boxstyle": "round,pad=0.3", "fc": "none", "ec": self.theme.ink, "lw": 0.9}
        self.text(MARGIN + 0.03, y, mode, SMALL, weight="bold", bbox=box)
        for number, line in enumerate(lines):
            self.text(MARGIN + self._mode_width, y + LINE[SMALL] * number, line, SMALL, color=self.theme.muted)

    def x(self, inches: float) -> float:
        """A place from the left as a share of the sheet."""
        return inches / self.width

    def y(self, inches: float) -> float:
        """A place from the top of the room as a share of the sheet."""
        return 1 - (inches + self._above) / self._sheet

    def text(self, x: float, y: float, words: str, size: float = BODY, **how: Any) -> None:
        """Words at a place, centred on it vertically."""
        self.figure.text(self.x(x), self.y(y), words, size=size, **{"va": "center", **how})

    def axes(self, left: float, top: float, width: float, height: float, **how: Any) -> Axes:
        """Axes with their upper left corner at a place."""
        return self.figure.add_axes((self.x(left), self.y(top + height), width / self.width, height / self._sheet), **how)

    def blank(self, left: float = 0.0, top: float = 0.0, width: float | None = None, height: float | None = None) -> Axes:
        """Axes without frame or ticks whose data are inches, downwards: a piece of the sheet to draw on."""
        width, height = self.width if width is None else width, self.height if height is None else height
        axes = self.axes(left, top, width, height)
        axes.set_axis_off()
        axes.set(xlim=(0, width), ylim=(height, 0))
        return axes


def filled(parts: list[str], inches: float) -> list[str]:
    """The parts of the footer, joined by dots, in as few lines as they need."""
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]} · {part}"
        if width_of(longer, SMALL) <= inches:
            lines[-1] = longer
        else:
            lines += wrapped(part, inches, SMALL)
    return lines


def save(figure: Figure, folder: Path, name: str, theme: Theme, manifest: dict[str, Any]) -> None:
    """Write a figure, reproducible to the byte, with the run's identity in it: PNG and SVG; PDF of the light one."""
    about = f"run {manifest['hash']}, seed {manifest['asked']['seed']}, taftan {__version__}, commit {manifest['commit']}"
    stem = name if theme is LIGHT else f"{name}_{theme.name}"
    with house(theme):
        figure.savefig(folder / f"{stem}.png", metadata={"Software": "taftan", "Description": about})
        figure.savefig(folder / f"{stem}.svg", metadata={"Date": None, "Creator": "taftan", "Description": about})
        if theme is not DARK:
            undated = {"CreationDate": None, "Creator": "taftan", "Producer": "taftan", "Subject": about}
            figure.savefig(folder / f"{stem}.pdf", metadata=undated)
