"""Set-ups drawn as rows: a dot with its interval, the record as a heavy line or diamond, the unchanged scenario dashed."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.plots import study as about
from sim.plots import sweep_axes as common
from sim.plots.effects_draw import draw_name
from sim.plots.frame import records
from sim.plots.page import MARGIN, Page
from sim.plots.style import DASHES, HISTORY_WIDTH, PAGE_WIDTH, SMALL, Theme, house, shortened, width_of
from sim.plots.sweep_dots import Dots
from sim.plots.sweep_words import axis_unit, number

ROW, AXIS, HEAD = 0.3, 0.44, 0.24
NAMES = 0.36
"""Most that labels may take, as a share of the width."""


def draw(frame: Dots, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure as a Matplotlib figure."""
    width, rows, measure = PAGE_WIDTH * scale, frame.rows, frame.measure
    note = common.note_lines(frame.enough, width)
    names = min(max(map(width_of, rows["label"]), default=1.0), NAMES * width)
    keys = ("mean",) if measure.share else ("q50", "mean")
    values = ["–" if row["mean"] != row["mean"] else " · ".join(number(measure, row[key]) for key in keys) for row in records(rows)]
    column = "in 100" if measure.share else "median · mean"
    margin = max([*map(width_of, values), width_of(column, SMALL)]) + 0.3
    left = MARGIN + names + 0.16
    inches, high = width - left - margin - MARGIN, max(ROW * len(rows), 0.9)
    with house(theme):
        page = Page(theme, width, HEAD + high + AXIS + common.note_height(note), frame.words, frame.manifest)
        axes = page.axes(left, HEAD, inches, high)
        _axis(page, axes, frame, inches)
        if frame.head:
            page.text(MARGIN, HEAD - 0.13, shortened(f"set-up:  {frame.head}", width - margin - 2 * MARGIN, SMALL), SMALL, color=theme.muted)
        page.text(width - MARGIN, HEAD - 0.13, column, SMALL, color=theme.muted, ha="right")
        for place, row in enumerate(records(rows)):
            y = HEAD + high * (place + 0.5) / len(rows)
            draw_name(page, row["label"], MARGIN + names, y, names)
            page.text(width - MARGIN, y, values[place], ha="right")
            if row["mean"] == row["mean"]:
                _row(axes, theme, frame, place, row)
        common.draw_note(page, note, HEAD + high + AXIS)
    return page.figure


def _axis(page: Page, axes: Axes, frame: Dots, inches: float) -> None:
    theme, measure, rows = page.theme, frame.measure, frame.rows.dropna(subset=["mean"])
    lows, highs = (["low"], ["high"]) if measure.share else (["low", "q05"], ["high", "q95"])
    low, high = (float(rows[lows].min().min()), float(rows[highs].max().max())) if len(rows) else (0.0, 1.0)
    history = None if measure.history is None else measure.history * measure.scale
    if history is not None and low - 2 * (high - low) <= history <= high + 2 * (high - low):
        low, high = min(low, history), max(high, history)
    low, high = common.limits(measure, low, high)
    axes.set(xlim=(low, high), ylim=(len(frame.rows) - 0.5, -0.5), yticks=[])
    axes.spines["left"].set_visible(False)
    largest = max(abs(low), abs(high))
    shown = about.ticks(low, high, 0.7 * inches, common.tick_words(measure, largest))
    axes.set_xticks(list(shown), list(shown.values()), size=SMALL)
    common.named_axis(axes, page, common.unit_words(measure, axis_unit(measure), largest), inches)
    own = rows[rows["own"].astype(bool)]
    if len(own) == 1:
        axes.axvline(float(own.iloc[0]["mean" if measure.share else "q50"]), color=theme.parent, ls=DASHES, lw=1.2, zorder=1)
    if history is not None and low <= history <= high:
        if measure.share:
            axes.scatter(history, 1.0, transform=axes.get_xaxis_transform(), marker="D", s=40, color=theme.history, ec=theme.ground, lw=0.6,
                         zorder=6, clip_on=False)  # fmt: skip
        else:
            axes.axvline(history, color=theme.history, lw=HISTORY_WIDTH, zorder=1.5)


def _row(axes: Axes, theme: Theme, frame: Dots, place: int, row: dict[str, float]) -> None:
    """A dot with its interval: simulation error for shares; 50 and 90 of 100 worlds for numbers, with the mean as a stroke."""
    colour = theme.parent if row["own"] else theme.branch
    middle = "mean" if frame.measure.share else "q50"
    if frame.measure.share:
        axes.hlines(place, row["low"], row["high"], color=colour, lw=1.2, zorder=2)
        axes.vlines([row["low"], row["high"]], place - 0.12, place + 0.12, color=colour, lw=1.2, zorder=2)
    else:
        axes.hlines(place, row["q05"], row["q95"], color=colour, lw=1.2, zorder=2)
        axes.hlines(place, row["q25"], row["q75"], color=colour, lw=4.2, alpha=0.5, zorder=2)
        axes.vlines(row["mean"], place - 0.22, place + 0.22, color=theme.ink, lw=1.4, zorder=3)
    axes.scatter(row[middle], place, s=44, fc=theme.ground if row["few"] else colour, ec=colour, lw=1.5, zorder=4, clip_on=False)
