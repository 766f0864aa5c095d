"""An outcome along one factor, drawn: marks with bars for shares; median, bands and mean for numbers; the record; the scenario's own value."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots import study as about
from sim.plots import sweep_axes as common
from sim.plots.frame import records
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import COLUMN_WIDTH, HISTORY_WIDTH, PAGE_WIDTH, SMALL, Theme, house, shortened, width_of, wrapped
from sim.plots.sweep_line import Line, Panel
from sim.plots.sweep_notes import own_words
from sim.plots.sweep_words import axis_unit

HEIGHT, SMALL_HEIGHT = 2.9, 1.4
"""Height of a plot alone, and of one among several, in inches."""
HEAD, AXIS, GAP = 0.24, 0.46, 0.24
"""What stands above a panel, below it, and between two, in inches."""
NAME = 0.2
"""Above all panels: the factor of their columns."""
MOST_ACROSS = 4
DOTTED = (0, (1, 1.6))
BANDS = (("q05", "q95", 0.18), ("q25", "q75", 0.35))


def draw(frame: Line, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    alone = len(frame.panels) == 1
    width = (COLUMN_WIDTH if alone else PAGE_WIDTH) * scale
    note = common.note_lines(frame.enough, width)
    named = bool(frame.heads[1])
    columns = len({panel.column for panel in frame.panels}) if named else min(len(frame.panels), MOST_ACROSS)
    down = math.ceil(len(frame.panels) / columns)
    left = MARGIN + 0.78
    right = MARGIN + (1.45 if alone or not named else 1.6)
    inches = (width - left - right - GAP * (columns - 1)) / columns
    height = (HEIGHT if alone else SMALL_HEIGHT) * scale
    above, each = HEAD + (0.0 if alone else NAME), height + (0.16 if named else HEAD + 0.06)
    room = above + each * (down - 1) + height + AXIS
    with house(theme):
        page = Page(theme, width, room + common.note_height(note), frame.words, frame.manifest)
        for number, panel in enumerate(frame.panels):
            across, line = number % columns, number // columns
            last = number + columns >= len(frame.panels)
            place = (left + (inches + GAP) * across, above + each * line, inches, height)
            axes = _panel(page, frame, panel, place, (across == 0, last))
            _heads(page, frame, panel, place, (line == 0, across == columns - 1))
            if number == len(frame.panels) - 1 or (across == columns - 1 and line == 0):
                _beside(page, axes, frame, panel, place, first=line == 0, alone=alone, named=named)
        if not alone:
            words = shortened(frame.factor.axis, width - left - right, SMALL)
            page.text(left + (width - left - right) / 2, room - 0.1, words, SMALL, color=theme.muted, ha="center")
            page.text(left, NAME / 2, shortened(f"{frame.heads[0]}:", width - left - right, SMALL), SMALL, color=theme.muted)
        common.draw_note(page, note, room)
    return page.figure


def _panel(page: Page, frame: Line, panel: Panel, place: tuple[float, float, float, float], outer: tuple[bool, bool]) -> Axes:
    theme, measure = page.theme, frame.measure
    left, top, inches, height = place
    axes = page.axes(left, top, inches, height)
    _scales(page, axes, frame, (inches, height), outer)
    rows = panel.rows.dropna(subset=["mean"])
    x = rows["place"].to_numpy(dtype=float)
    common.draw_own(axes, theme, frame.factor)
    middle = "mean" if measure.share else "q50"
    if not measure.share:
        for below, above, alpha in BANDS:
            axes.fill_between(x, rows[below], rows[above], color=theme.branch, alpha=alpha, lw=0, zorder=2)
        axes.plot(x, rows["mean"], color=theme.ink, ls=DOTTED, lw=1.2, zorder=3)
    bars = theme.branch if measure.share else theme.ink
    reach = [(rows["mean"] - rows["low"]).clip(lower=0.0), (rows["high"] - rows["mean"]).clip(lower=0.0)]
    axes.errorbar(x, rows["mean"], reach, fmt="none", ecolor=bars, elinewidth=1.0, capsize=3, capthick=1.0, zorder=4)
    axes.plot(x, rows[middle], color=theme.branch, lw=1.8, zorder=4)
    for row in records(rows):
        fill = theme.ground if row["few"] else theme.branch
        axes.scatter(row["place"], row[middle], s=34 if height > 2 else 18, fc=fill, ec=theme.branch, lw=1.4, zorder=5, clip_on=False)
    _record(axes, frame, theme)
    return axes


def _record(axes: Axes, frame: Line, theme: Theme) -> None:
    """The record: a heavy line where it lies within the axis; for a yes or no, a diamond at its end."""
    history = frame.measure.history
    if history is None:
        return
    low, high = axes.get_ylim()
    if not frame.measure.share and low <= history <= high:
        axes.axhline(history, color=theme.history, lw=HISTORY_WIDTH, zorder=2.5)
    elif frame.measure.share and low <= 100 * history <= high:
        y, ink = (100 * history - low) / (high - low), theme.history
        axes.scatter(1, y, transform=axes.transAxes, marker="D", s=38, color=ink, ec=theme.ground, lw=0.6, zorder=6, clip_on=False)


def _scales(page: Page, axes: Axes, frame: Line, size: tuple[float, float], outer: tuple[bool, bool]) -> None:
    (inches, height), (first, last) = size, outer
    table, places = frame.table.dropna(subset=["mean"]), sorted(set(frame.table["place"]))
    if frame.log:
        axes.set_xscale("log")
        span = math.log10(places[-1] / places[0])
        axes.set_xlim(places[0] / 10 ** (0.04 * span), places[-1] * 10 ** (0.04 * span))
    else:
        span = max(places[-1] - places[0], 1e-9)
        axes.set_xlim(places[0] - 0.04 * span, places[-1] + 0.04 * span)
    low, high = _ends(frame)
    axes.set_ylim(low, high)
    box = axes.get_position().width * page.width
    across = axes.transData + axes.transAxes.inverted()
    shown = common.level_ticks(frame.factor, places, lambda place: box * across.transform((place, low))[0])
    axes.set_xticks(places, [shown.get(place, "") if last else "" for place in places], size=SMALL)
    axes.minorticks_off()
    largest = float(table[["low", "high"]].abs().to_numpy().max()) if len(table) else 1.0
    up = about.ticks(low, high, height * 1.3, common.tick_words(frame.measure, largest))
    axes.set_yticks(list(up), list(up.values()) if first else [""] * len(up), size=SMALL)
    if len(frame.panels) == 1:
        common.named_axis(axes, page, frame.factor.axis, inches)
    if first:
        common.named_axis(axes, page, common.unit_words(frame.measure, axis_unit(frame.measure), largest), height, upright=True)


def _ends(frame: Line) -> tuple[float, float]:
    """Ends of the outcome's axis, the same in every panel; the record is on it where that does not squeeze the rest."""
    table, measure = frame.table.dropna(subset=["mean"]), frame.measure
    if table.empty:
        return 0.0, 1.0
    lows, highs = (["low"], ["high"]) if measure.share else (["low", "q05"], ["high", "q95"])
    low, high = float(table[lows].min().min()), float(table[highs].max().max())
    if measure.history is not None and not measure.share and low - (high - low) <= measure.history <= high + (high - low):
        low, high = min(low, measure.history), max(high, measure.history)
    return common.limits(measure, low, high)


def _heads(page: Page, frame: Line, panel: Panel, place: tuple[float, float, float, float], outer: tuple[bool, bool]) -> None:
    """Above a panel its level; right of a row its own; above a plot alone the scenario's own value."""
    (left, top, inches, height), (first, last) = place, outer
    if len(frame.panels) == 1:
        words = f"dashed: the scenario's own, {own_words(frame.factor)}" if frame.factor.own else ""
        page.text(left, top - 0.12, shortened(words, inches, SMALL), SMALL, color=page.theme.muted)
        return
    if not panel.row or first:
        page.text(left, top - 0.1, shortened(panel.column, inches, SMALL, bold=True), SMALL, weight="bold")
    if panel.row and last:
        lines = [*wrapped(f"{frame.heads[1]}:", 1.5, SMALL)[:3], shortened(panel.row, 1.5, SMALL, bold=True)]
        for number, words in enumerate(lines):
            y, bold = top + height / 2 + LINE[SMALL] * (number - (len(lines) - 1) / 2), number == len(lines) - 1
            page.text(left + inches + 0.14, y, words, SMALL, weight="bold" if bold else "normal", color=page.theme.ink if bold else page.theme.muted)


def _beside(page: Page, axes: Axes, frame: Line, panel: Panel, place: tuple[float, ...], *, first: bool, alone: bool, named: bool) -> None:
    """At the right: what the marks are, each at its height."""
    if named or not (alone or first):
        return
    left, top, inches, height = place
    theme, measure, (low, high) = page.theme, frame.measure, axes.get_ylim()
    rows = panel.rows.dropna(subset=["mean"])
    labels: list[tuple[float, str, str]] = []

    def at(value: float) -> float:
        return top + height * (1 - (min(max(value, low), high) - low) / (high - low))

    if measure.history is not None:
        value = measure.scale * measure.history
        away = "" if low <= value <= high else " ↑" if value > high else " ↓"
        labels.append((at(value), common.history_words(measure) + away, theme.history))
    if len(rows) and not measure.share:
        end = records(rows)[-1]
        named_at = (("q50", "median world", theme.branch), ("mean", "mean (dotted)", theme.ink), ("q95", "90 of 100 worlds", theme.muted),
                    ("q75", "50 of 100 worlds", theme.muted))  # fmt: skip
        labels += [(at(end[key]), words, colour) for key, words, colour in named_at]
    common.label_beside(page, left + inches + 0.12, labels, top, top + height, max(page.width - left - inches - 0.12 - MARGIN, width_of("…", SMALL)))
