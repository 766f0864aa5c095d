"""What all figures share: two themes safe for the colour-blind, sizes of type, and how wide words are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib.colors import to_hex, to_rgb
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

PAGE_WIDTH, COLUMN_WIDTH = 10.0, 8.0
"""Widths in inches."""
TITLE, BODY, SMALL, LEAST = 12.5, 9.0, 7.5, 7.0
"""Sizes of type in points; nothing smaller than the last."""
HISTORY_WIDTH = 2.2
"""Width of history's line in points."""
DASHES = (0, (4, 2))
"""Course of the unchanged scenario: dashed, in its own colour."""
STATE_MARKERS = ("o", "s")
"""First and second state, for grey prints."""
HINTING = 1.03
"""How much wider letters may become where they are fitted to pixels."""
MIXES = (0.0, 0.12, 0.3, 0.6, 1.0)
"""How much of a state's colour each shade of its share of worlds holds."""
HARM = ("#FFFFD4", "#FED98E", "#FE9929", "#D95F0E", "#993404")
"""Harm, light to dark (ColorBrewer YlOrBr); its steps stay apart in grey."""
DIFFERENCE = ("#542788", "#998EC3", "#D8DAEB", "#F7F7F7", "#FEE0B6", "#F1A340", "#B35806")
"""Differences, from less to more (ColorBrewer PuOr)."""
HATCH = "////"
"""Backs up a fill that must survive a photocopier, and marks what cannot be told from none."""

STRENGTH = ("#DADAEB", "#BCBDDC", "#9E9AC8", "#6A51A3")
"""How strong a lever is, light to dark (ColorBrewer Purples); none is the ground."""


@dataclass(frozen=True)
class Theme:
    """The colours of a figure, by role."""

    name: str
    ground: str
    ink: str
    muted: str
    rule: str
    history: str
    parent: str
    land: str
    states: tuple[str, str]
    outline: str
    branch: str

    def shades(self, number: int) -> list[str]:
        """Shades of a state's colour for shares of worlds, from the ground up."""
        return [mixed(self.states[number], self.ground, share) for share in MIXES]


LIGHT = Theme(
    "light", "#FFFFFF", "#1F2328", "#57606A", "#E5E7EB", "#111111", "#6B7280", "#F3F4F6", ("#0072B2", "#B45309"), "#1F2328", "#7A00CC"
)  # fmt: skip
DARK = Theme(
    "dark", "#14181D", "#E6EDF3", "#9DA7B3", "#30363D", "#FFFFFF", "#9CA3AF", "#1E242B", ("#56B4E9", "#E69F00"), "#9DA7B3", "#B84DFF"
)  # fmt: skip
THEMES = (LIGHT, DARK)


def mixed(colour: str, ground: str, share: float) -> str:
    """A colour laid over a ground."""
    red, green, blue = (share * one + (1 - share) * other for one, other in zip(to_rgb(colour), to_rgb(ground), strict=True))
    return to_hex((red, green, blue))


def luminance(colour: str) -> float:
    """Relative luminance, 0 black to 1 white (WCAG 2.2)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def text_on(fill: str) -> str:
    """Black or white, whichever is easier to read on a fill."""
    return max((LIGHT.history, LIGHT.ground), key=lambda ink: contrast(ink, fill))


@contextmanager
def house(theme: Theme) -> Iterator[None]:
    """Matplotlib's settings while a figure is drawn or written; they are what they were afterwards."""
    settings: Any = {
        "font.family": "DejaVu Sans",
        "font.size": BODY,
        "figure.facecolor": theme.ground,
        "axes.facecolor": theme.ground,
        "savefig.facecolor": theme.ground,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": theme.muted,
        "axes.labelcolor": theme.ink,
        "axes.titlesize": BODY,
        "text.color": theme.ink,
        "xtick.color": theme.muted,
        "ytick.color": theme.muted,
        "hatch.linewidth": 0.6,
        "svg.hashsalt": "taftan",
        "svg.fonttype": "path",
    }
    with mpl.rc_context(settings):
        yield


@lru_cache(maxsize=4096)
def width_of(text: str, size: float = BODY, bold: bool = False) -> float:
    """How wide a line of text is, in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return HINTING * float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]) / 72


def wrapped(text: str, inches: float, size: float = BODY, bold: bool = False) -> list[str]:
    """Text in lines no wider than that; a single word that is wider is cut short."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold) <= inches:
            lines[-1] = longer
        else:
            lines.append(shortened(word, inches, size, bold))
    return lines


def shortened(text: str, inches: float, size: float = BODY, bold: bool = False) -> str:
    """Text cut to a width, with … where something is missing."""
    if width_of(text, size, bold) <= inches:
        return text
    while text and width_of(f"{text}…", size, bold) > inches:
        text = text[:-1].rstrip()
    return f"{text}…"
