"""F1 drawn: lanes of numbered marks, the tension's bands, a strip of rungs for each state, and the key at the right."""

import datetime
from itertools import groupby

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import DASHES, HISTORY_WIDTH, LEAST, PAGE_WIDTH, SMALL, Theme, house, shortened, wrapped
from sim.plots.timeline import BINS, MARKERS, RUNG_NAMES, Timeline
from sim.words import day_short, label_of, number_words

HEIGHT = 5.55
ROWS, BETWEEN = (1.15, 1.2, 0.85, 0.85), 0.27
"""Heights of the rows in proportion, and room between them in inches."""
NAMES, PLOTS = 1.25, 0.69
"""Room for names at the left in inches; right end of the rows as a share of the width."""
FAR, FOOT = 0.3, 0.46
"""Share of the room of a mark by which it must be moved to get a line to its day; how far below the lane that line ends."""
MARK = 0.205
"""Room for a numbered mark in its lane, in inches."""
AREAS = {"^": 310, "v": 310, "D": 105, "h": 150, "8": 135}
"""Areas of marks that need more or less than others to hold two digits, in square points."""
TEXT_SHIFT = {"^": -0.05, "v": 0.042}
"""How far a number is moved to sit in the middle of its mark's area, in inches upwards."""


def draw(frame: Timeline, theme: Theme, scale: float = 1.0) -> Figure:
    """F1 as a Matplotlib figure."""
    width = PAGE_WIDTH * scale
    key = [wrapped(mark.words, width * (1 - PLOTS) - 1.0, SMALL) + mark.deaths for mark in frame.marks]
    height = max(HEIGHT * scale, sum(len(lines) + 0.5 for lines in key) * LINE[SMALL] + 1.5)
    with house(theme):
        page = Page(theme, width, height, frame.words, frame.manifest)
        rows = _rows(page)
        _draw_lanes(page, rows[0], frame)
        _draw_tension(rows[1], frame, theme)
        for number, state in enumerate(frame.scenario.states):
            _draw_rungs(page, rows[2 + number], frame, state, number)
        _dates(rows, frame)
        _draw_key(page, frame, key)
        _draw_scale(page)
    return page.figure


def _rows(page: Page) -> list[Axes]:
    """The four rows, from above."""
    room = page.height - 0.1 - BETWEEN * 3 - 0.25
    heights = [room * share / sum(ROWS) for share in ROWS]
    tops = [0.1 + sum(heights[:number]) + BETWEEN * number for number in range(4)]
    return [page.axes(NAMES, top, page.width * PLOTS - NAMES, height) for top, height in zip(tops, heights, strict=True)]


def _colour(frame: Timeline, theme: Theme, lane: str) -> str:
    states = list(frame.scenario.states)
    return theme.states[states.index(lane)] if lane in states else theme.muted if lane == "third parties" else theme.ink


def _draw_lanes(page: Page, axes: Axes, frame: Timeline) -> None:
    theme, lanes = page.theme, frame.lanes
    inches = axes.get_position().height * page.figure.get_size_inches()[1] / len(lanes)
    span = (frame.last - frame.first).days + 1
    gap = MARK * span / (page.width * PLOTS - NAMES)
    for y, lane in enumerate(reversed(lanes)):
        colour = _colour(frame, theme, lane)
        for mark in (mark for mark in frame.left_out if lane in mark.lanes):
            axes.scatter(_day(mark.date), y, s=16, marker=MARKERS[mark.act], color=colour, zorder=2, linewidths=0)
        here = [(number, mark) for number, mark in enumerate(frame.marks, start=1) if lane in mark.lanes]
        places = spread([_day(mark.date) for _, mark in here], gap, *_limits(frame))
        for (number, mark), x in zip(here, places, strict=True):
            shape = MARKERS[mark.act]
            if abs(x - _day(mark.date)) > gap * FAR:
                axes.plot((x, _day(mark.date)), (y, y - FOOT), color=colour, lw=0.9, zorder=1.5, solid_capstyle="butt")
            axes.scatter(x, y, s=AREAS.get(shape, 118), marker=shape, color=colour, zorder=3, linewidths=0, clip_on=False)
            shift = TEXT_SHIFT.get(shape, -0.008) / inches
            axes.text(x, y + shift, str(number), color=theme.ground, size=LEAST, weight="bold", ha="center", va="center", zorder=4)
    axes.set_yticks(range(len(lanes)), [shortened(label_of(frame.scenario, lane), NAMES - 0.3) for lane in reversed(lanes)])
    axes.set_ylim(-0.7, len(lanes) - 0.4)
    axes.hlines(range(len(lanes)), *_limits(frame), color=theme.rule, lw=1, zorder=1)
    axes.tick_params(axis="y", length=0, labelcolor=theme.ink)
    axes.spines[["left", "bottom"]].set_visible(False)


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Places in order, at least `gap` apart and as near as can be to those wanted; within the ends where there is room."""
    blocks: list[tuple[float, int]] = []
    for number, place in enumerate(wanted):
        blocks.append((place - number * gap, 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (one, many), (other, few) = blocks[-2:]
            blocks[-2:] = [((one * many + other * few) / (many + few), many + few)]
    starts = [start for start, count in blocks for _ in range(count)]
    last = high - gap / 2 - (len(wanted) - 1) * gap
    return [max(min(start, last), low + gap / 2) + number * gap for number, start in enumerate(starts)]


def _day(date: datetime.date) -> float:
    return float(mdates.date2num(date))


def _limits(frame: Timeline) -> tuple[float, float]:
    return _day(frame.first) - 0.5, _day(frame.last) + 0.5


def _draw_tension(axes: Axes, frame: Timeline, theme: Theme) -> None:
    rows = frame.tension
    days = mdates.date2num(pd.to_datetime(rows["date"]))
    columns = {name: rows[name].to_numpy(dtype=float) for name in ("q05", "q25", "q50", "q75", "q95", "record")}
    axes.fill_between(days, columns["q05"], columns["q95"], color=theme.parent, alpha=0.18, lw=0)
    axes.fill_between(days, columns["q25"], columns["q75"], color=theme.parent, alpha=0.35, lw=0)
    axes.plot(days, columns["q50"], color=theme.parent, lw=1.4, ls=DASHES)
    axes.plot(days, columns["record"], color=theme.history, lw=HISTORY_WIDTH)
    top = max(float(columns["q95"].max()), float(columns["record"].max()), 1.0) * 1.2
    axes.set_ylim(0, top)
    axes.set_yticks([tick for tick in MaxNLocator(nbins=4).tick_values(0, top) if tick <= top])
    axes.set_title("tension (Goldstein units)", loc="left", pad=3)


def _draw_rungs(page: Page, axes: Axes, frame: Timeline, state: str, number: int) -> None:
    """Shade by share of worlds, a bar for each stretch of equal shade; the record as a line."""
    theme, rows = page.theme, frame.rungs[frame.rungs["state"] == state]
    record = frame.record[f"{state}.rung"].to_numpy(dtype=int)
    levels = sorted({*rows["rung"].astype(int), *record, 0, 6})
    days = [day.date().isoformat() for day in pd.date_range(frame.first, frame.last)]
    shares = rows.pivot_table(index="rung", columns="date", values="share", aggfunc="sum").reindex(index=levels, columns=days).fillna(0.0)
    shades, first = theme.shades(number), _day(frame.first) - 0.5
    for level, line in enumerate(shares.to_numpy(dtype=float)):
        for start, length, shade in stretches(np.digitize(line, BINS[1:-1], right=False)):
            if shade:
                axes.broken_barh([(first + start, length)], (level - 0.5, 1), facecolors=shades[shade], lw=0, antialiased=False)
    x, halo = mdates.date2num(pd.date_range(frame.first, frame.last)), withStroke(linewidth=3.4, foreground=theme.ground)
    axes.step(x, [levels.index(rung) for rung in record], where="mid", color=theme.history, lw=1.8, path_effects=[halo])
    axes.set_yticks(range(len(levels)), [RUNG_NAMES[level] for level in levels], size=LEAST)
    axes.set_ylim(-0.5, len(levels) - 0.5)
    axes.tick_params(axis="y", length=2)
    room = page.width * PLOTS - NAMES
    axes.set_title(shortened(f"{label_of(frame.scenario, state)}: rung", room), loc="left", pad=3)


def stretches(line: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Start, length and value of each run of equal values."""
    found, start = [], 0
    for value, run in groupby(line.tolist()):
        length = len(list(run))
        found.append((start, length, value))
        start += length
    return found


def _dates(rows: list[Axes], frame: Timeline) -> None:
    span = (frame.last - frame.first).days
    every = max(1, round(span / 6))
    ticks = [frame.first + datetime.timedelta(days=day) for day in range(every // 2, span + 1, every)]
    for axes in rows:
        axes.set_xlim(*_limits(frame))
        axes.set_xticks([_day(tick) for tick in ticks], [day_short(tick) for tick in ticks])
        axes.tick_params(axis="x", length=3, labelbottom=axes is rows[-1], labelcolor=rows[0].xaxis.label.get_color())
    rows[0].tick_params(axis="x", length=0)


def _draw_key(page: Page, frame: Timeline, key: list[list[str]]) -> None:
    """The key at the right: number, day, words, people reported killed."""
    theme, left, y = page.theme, page.width * PLOTS + 0.3, 0.12
    for number, (mark, lines) in enumerate(zip(frame.marks, key, strict=True), start=1):
        colour = theme.ink if len(mark.lanes) > 1 else _colour(frame, theme, mark.lanes[0])
        page.text(left, y, str(number), SMALL, weight="bold", color=colour, ha="right")
        page.text(left + 0.07, y, day_short(mark.date), SMALL, color=theme.muted)
        for line, words in enumerate(lines):
            page.text(left + 0.55, y + LINE[SMALL] * line, words, SMALL)
        y += LINE[SMALL] * (len(lines) + 0.5)
    if frame.left_out:
        page.text(left + 0.07, y, f"small: {number_words(len(frame.left_out))} more, in events.csv", SMALL, color=theme.muted)


def _draw_scale(page: Page) -> None:
    """What the lines are, and the scale of shades in both states' colours."""
    theme, left = page.theme, page.width * PLOTS + 0.35
    room = page.width - left - MARGIN
    notes = wrapped("thick line: the record · dashed: median world · bands: 50 and 90 of 100 worlds", room, LEAST)
    top = page.height - 0.62
    for number, line in enumerate(notes):
        page.text(left, top - LINE[SMALL] * (len(notes) - number) - 0.05, line, LEAST, color=theme.muted)
    page.text(left, top + 0.03, "worlds in 100 on that rung", SMALL)
    axes, shades = page.axes(left, top + 0.13, min(2.0, room - 0.15), 0.2), np.arange(len(BINS) - 1)
    for row in range(2):
        axes.bar(shades + 0.5, 0.5, width=1, bottom=0.5 * (1 - row), color=theme.shades(row), edgecolor=theme.muted, linewidth=0.4)
    axes.set(xlim=(0, len(shades)), ylim=(0, 1), yticks=[])
    axes.set_xticks(range(len(BINS)), [f"{round(100 * edge)}" for edge in BINS], size=LEAST)
    axes.spines[["left", "bottom"]].set_visible(False)
