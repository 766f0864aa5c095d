"""What renderers of sweeps share: scales, ticks at levels, labels beside marks that do not touch, the note on worlds."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from sim.plots import study as about
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import SMALL, shortened, width_of, wrapped
from sim.plots.sweep import Factor, Measure
from sim.plots.sweep_words import number
from sim.plots.timeline_draw import spread

NEAR_ALL = 60.0
"""Worlds in 100 from which on an axis goes on to 100, where the record is."""
ROOM = 0.08
"""Room between two labels side by side, in inches."""


def tick_words(measure: Measure, largest: float) -> Any:
    """How ticks of an outcome's axis read: no sign, millions where numbers are that large."""

    def words(value: float) -> str:
        scaled = value / about.MILLION if largest >= about.MILLION else value
        return f"{scaled:,.6g}".replace("-", "−")

    return words


def unit_words(measure: Measure, unit: str, largest: float) -> str:
    """The unit as the axis shows it."""
    return f"million {unit}" if largest >= about.MILLION and not measure.share else unit


def limits(measure: Measure, low: float, high: float) -> tuple[float, float]:
    """Ends of an axis that holds all marks, with 0 where it is near, within 0 and 100 for shares."""
    span = max(high - low, 0.02 * max(abs(low), abs(high)), 1e-9 if not measure.share else 2.0)
    if measure.share and measure.history == 1 and high >= NEAR_ALL:
        high = 100.0
    bottom, top = low - 0.08 * span, high + 0.08 * span
    if 0 <= low < 0.6 * high:
        bottom = 0.0
    if measure.share:
        bottom, top = max(bottom, 0.0), min(max(top, bottom + 4.0), 100.0)
        bottom = min(bottom, top - 4.0)
    return (bottom, top) if top > bottom else (bottom - 0.5, bottom + 0.5)


def level_ticks(factor: Factor, places: Sequence[float], inches: Any) -> dict[float, str]:
    """Levels with room for their words; `inches`: from a place to inches from the left."""
    shown: dict[float, str] = {}
    levels = {factor.place(level): factor.words(level) for level in factor.levels}
    ends = [place for place in (min(places), max(places)) if place in levels]
    for place in [*ends, *(one for one in places if one not in ends)]:
        middle, half = inches(place), width_of(levels[place], SMALL) / 2
        taken = [(inches(other), width_of(words, SMALL) / 2) for other, words in shown.items()]
        if all(abs(middle - there) >= half + wide + ROOM for there, wide in taken):
            shown[place] = levels[place]
    return shown


def label_beside(page: Page, x: float, labels: Sequence[tuple[float, str, str]], top: float, bottom: float, inches: float) -> None:
    """Words at the right of a plot, each as near as can be to its height; (height in inches from above, words, colour)."""
    if not labels:
        return
    ordered = sorted(labels)
    places = spread([height for height, _, _ in ordered], LINE[SMALL] + 0.01, top, bottom)
    for place, (_, words, colour) in zip(places, ordered, strict=True):
        page.text(x, place, shortened(words, inches, SMALL), SMALL, color=colour)


def note_lines(words: str, width: float) -> list[str]:
    """The note on simulation error, in lines."""
    return wrapped(words, width - 2 * MARGIN, SMALL)


def note_height(lines: Sequence[str]) -> float:
    """Its height in inches."""
    return LINE[SMALL] * len(lines) + 0.06


def draw_note(page: Page, lines: Sequence[str], top: float) -> None:
    """The note under a figure."""
    for count, line in enumerate(lines):
        page.text(MARGIN, top + 0.04 + LINE[SMALL] * (count + 0.5), line, SMALL, color=page.theme.ink)


def named_axis(axes: Axes, page: Page, words: str, inches: float, *, upright: bool = False) -> None:
    """The name of an axis, cut to its length."""
    name = axes.set_ylabel if upright else axes.set_xlabel
    name(shortened(words, inches, SMALL), size=SMALL, color=page.theme.muted, labelpad=3)


def history_words(measure: Measure) -> str:
    """What the record says, beside its mark."""
    if measure.history is None:
        return ""
    return f"history: {'yes' if measure.history else 'no'}" if measure.share else f"history: {number(measure, measure.history)}"
