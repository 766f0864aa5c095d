"""Set-ups drawn against factors, in panels that share the outcome's axis, each with its running mean."""

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.plots import study as about
from sim.plots import sweep_axes as common
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import DASHES, HISTORY_WIDTH, PAGE_WIDTH, SMALL, Theme, house, shortened, width_of
from sim.plots.sweep import Factor
from sim.plots.sweep_labels import number_words
from sim.plots.sweep_scatter import Panel, Scatter
from sim.plots.sweep_words import axis_unit

HIGH, ALONE = 1.75, 2.9
"""Height of a panel among several, and alone, in inches."""
HEAD, AXIS, GAP, ACROSS = 0.42, 0.46, 0.3, 3


def draw(frame: Scatter, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    width, number = PAGE_WIDTH * scale, len(frame.panels)
    note = common.note_lines(frame.enough, width)
    across = min(number, ACROSS)
    down = math.ceil(number / across)
    left = MARGIN + 0.72
    inches = (width - left - MARGIN - 0.05 - GAP * (across - 1)) / across
    high = (ALONE if number == 1 else HIGH) * scale
    each = HEAD + high + AXIS
    with house(theme):
        page = Page(theme, width, each * down + common.note_height(note), frame.words, frame.manifest)
        for place, panel in enumerate(frame.panels):
            at = (left + (inches + GAP) * (place % across), each * (place // across) + HEAD, inches, high)
            _panel(page, frame, panel, at, first=place % across == 0)
        common.draw_note(page, note, each * down)
    return page.figure


def _panel(page: Page, frame: Scatter, panel: Panel, at: tuple[float, float, float, float], *, first: bool) -> None:
    theme, (left, top, inches, high) = page.theme, at
    page.text(left, top - 0.28, shortened(panel.factor.label, inches, SMALL, bold=True), SMALL, weight="bold")
    share = f"{100 * panel.share:.0f} in 100 of the variance ({100 * panel.low:.0f} to {100 * panel.high:.0f})"
    page.text(left, top - 0.28 + LINE[SMALL], shortened(share, inches, SMALL), SMALL, color=theme.muted)
    axes = page.axes(left, top, inches, high)
    low, high_end = _ends(frame)
    axes.set_ylim(low, high_end)
    _across(page, axes, panel.factor, panel, inches)
    for own in panel.factor.own if panel.factor.kind == "number" else ():
        if axes.get_xlim()[0] <= own <= axes.get_xlim()[1]:
            axes.axvline(own, color=theme.parent, ls=DASHES, lw=1.2, zorder=1)
    history = frame.measure.history
    if history is not None and not frame.measure.share and low <= history <= high_end:
        axes.axhline(history, color=theme.history, lw=HISTORY_WIDTH, zorder=1.5)
    crowded = len(panel.rows) > 200
    looks: tuple[dict[str, Any], ...] = ({"color": theme.parent, "lw": 0}, {"fc": "none", "ec": theme.parent, "lw": 0.6})
    for few, how in zip((False, True), looks, strict=True):
        here = panel.rows[panel.rows["few"] == few]
        axes.scatter(here["place"], here["mean"], s=6 if crowded else 14, alpha=0.35 if crowded else 0.6, zorder=2, **how)
    smooth = panel.smooth
    axes.fill_between(smooth["place"], smooth["low"], smooth["high"], color=theme.branch, alpha=0.25, lw=0, zorder=3)
    axes.plot(smooth["place"], smooth["mean"], color=theme.branch, lw=2.0, zorder=4)
    largest = max(abs(low), abs(high_end))
    up = about.ticks(low, high_end, high, common.tick_words(frame.measure, largest))
    axes.set_yticks(list(up), list(up.values()) if first else [""] * len(up), size=SMALL)
    if first:
        common.named_axis(axes, page, common.unit_words(frame.measure, axis_unit(frame.measure), largest), high, upright=True)


def _ends(frame: Scatter) -> tuple[float, float]:
    """Ends of the outcome's axis, the same in every panel."""
    means = [value for panel in frame.panels for value in panel.rows["mean"]]
    low, high = (min(means), max(means)) if means else (0.0, 1.0)
    history = frame.measure.history
    if history is not None and not frame.measure.share and low - 0.5 * (high - low) <= history <= high + 0.5 * (high - low):
        low, high = min(low, history), max(high, history)
    return common.limits(frame.measure, low, high)


def _across(page: Page, axes: Axes, factor: Factor, panel: Panel, inches: float) -> None:
    """The factor's axis: round numbers, or its levels where it has words or dates."""
    low, high = (float(panel.rows["place"].min()), float(panel.rows["place"].max())) if len(panel.rows) else (0.0, 1.0)
    span = max(high - low, 1e-9)
    low, high = low - 0.04 * span, high + 0.04 * span
    if factor.kind == "word":
        low, high = low - 0.3, high + 0.3
    axes.set_xlim(low, high)
    if factor.kind == "number":
        ticks = [float(one) for one in MaxNLocator(max(2, int(inches / 0.6))).tick_values(low, high) if low <= one <= high]
        shown = {one: number_words(one) for one in ticks}
    else:
        per = inches / (high - low)
        shown = common.level_ticks(factor, [factor.place(level) for level in factor.levels], lambda place: per * (place - low))
        if factor.kind == "word":
            shown = {place: shortened(words, inches / len(factor.levels) - 0.06, SMALL) for place, words in
                     ((factor.place(level), factor.words(level)) for level in factor.levels)}  # fmt: skip
    ends = {place: words for place, words in shown.items() if _inside(place, words, low, high, inches)}
    axes.set_xticks(list(ends), list(ends.values()), size=SMALL)
    if factor.unit and factor.kind == "number":
        common.named_axis(axes, page, factor.unit, inches)


def _inside(place: float, words: str, low: float, high: float, inches: float) -> bool:
    """Whether a tick's words stay within the room beside their panel."""
    x, half = (place - low) / (high - low) * inches, width_of(words, SMALL) / 2
    return x - half > -GAP / 2 + 0.04 and x + half < inches + GAP / 2 - 0.04
