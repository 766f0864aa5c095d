"""F1, the timeline: what happened, beside the tension and rungs of many worlds.

Four rows share the days: who did what in the record; tension, with the bands that hold 50 and 90 of 100 worlds; the
share of worlds on each rung, one row a state. Numbered markers point to the key at the right.
"""

import datetime
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure

from sim.plots import style
from sim.scenario.schema import Event, Scenario
from sim.store import Run
from sim.words import act_words, day_short, day_words, label_of, number_words

DAYS_BEFORE, DAYS_AFTER = 6, 7
"""Days shown before the first strike and after the last step of restoration."""
KEY_WIDTH = 33
"""Letters in a line of the key."""
KEY_LINES = 42
"""Lines that fit into the key."""
BINS = (0.0, 0.01, 0.05, 0.2, 0.5, 1.0)
"""Shares of worlds at which the shade of a rung changes; a linear ramp would hide everything below 20 in 100."""
RUNG_NAMES = {
    0: "calm",
    1: "protest",
    2: "downgraded",
    3: "border restricted",
    4: "threat, closure",
    5: "alert",
    6: "limited strike",
    7: "expanded strike",
    8: "war",
}
MARKERS = {
    "limited_strike": "s", "expanded_strike": "s", "alert": "8", "downgrade": "v", "protest": "v", "threaten": "v", "restrict": "v", "close": "v",
    "seek_talks": "D", "agree": "D", "restore": "^", "call": "h", "offer": "h", "mediate": "h", "attack": "o", "shock": "p",
}  # fmt: skip
TEXT_SHIFT = {"^": -0.1, "v": 0.06}
"""How far a number is moved to sit in the middle of its marker's area [lanes]."""
MARK_WIDTH = 0.031
"""Width of a marker, as a share of the days shown."""
PRIORITY = (
    "strike",
    "agree",
    "restore",
    "downgrade",
    "close",
    "attack",
    "mediate",
    "offer",
    "seek_talks",
    "threaten",
    "restrict",
    "alert",
    "shock",
    "call",
    "protest",
)
"""What stays in the key when there is more than fits, most important first."""


@dataclass(frozen=True)
class Mark:
    """A numbered marker: its day, lanes, shape, and what the key says."""

    date: datetime.date
    lanes: tuple[str, ...]
    act: str
    words: str
    killed: int | None


@dataclass(frozen=True)
class Timeline:
    """Everything that the figure shows, as data and words."""

    scenario: Scenario
    manifest: dict[str, Any]
    mode: str
    first: datetime.date
    last: datetime.date
    marks: list[Mark]
    left_out: list[Mark]
    tension: pd.DataFrame
    rungs: pd.DataFrame
    title: str
    subtitle: str


def timeline(run: Run, scenario: Scenario, *, full: bool = False) -> Timeline:
    """Frame and words of F1 from a run; `full` shows every day of the run."""
    mode = next(mode for mode in ("assisted", "free", "forced") if mode in run.manifest["modes"])
    first, last = (scenario.start, scenario.end) if full else window(scenario)
    marks, left_out = _fitting([mark for mark in _marks(scenario) if first <= mark.date <= last])
    return Timeline(
        scenario, run.manifest, mode, first, last, marks, left_out, _tension(run, mode, first, last), _rungs(run, mode, first, last),
        title(scenario, run.manifest["history"]),
        f"Recorded events; tension and rung in the model. {day_words(first, year=first.year != last.year)} to {day_words(last)}",
    )  # fmt: skip


def title(scenario: Scenario, history: dict[str, Any]) -> str:
    """A finding from the record alone, or the topic."""
    if history["strikes"] and history["agreement_lag"] is not None:
        days = int(history["answer_lag"] + history["agreement_lag"])
        return f"{number_words(int(history['strikes'])).capitalize()} strikes, {number_words(days)} days from the first strike to agreement"
    return "What happened, day by day"


def window(scenario: Scenario) -> tuple[datetime.date, datetime.date]:
    """Days around the crisis: from before the first strike to after the last step of restoration, within the run."""
    strikes = [event.date for event in scenario.history if "strike" in event.act]
    if not strikes:
        return scenario.start, scenario.end
    steps = [event.date for event in scenario.history if event.act in ("agree", "restore")] or [max(strikes)]
    first = min(strikes) - datetime.timedelta(days=DAYS_BEFORE)
    last = max(steps) + datetime.timedelta(days=DAYS_AFTER)
    return max(first, scenario.start), min(last, scenario.end)


def _marks(scenario: Scenario) -> list[Mark]:
    """One mark for each recorded step that the model knows; outsiders that do the same on a day share one."""
    together: dict[tuple[Any, ...], list[Event]] = {}
    for event in sorted(scenario.history, key=lambda row: (row.date, row.order)):
        if event.track != "context" and event.act in MARKERS:
            who = "outsiders" if event.track == "third_party" else event.actor
            together.setdefault((event.date, who, event.act), []).append(event)
    agreed = {event.date for event in scenario.history if event.act == "agree"}
    return [_mark(scenario, events) for (date, _, act), events in together.items() if not (act == "seek_talks" and date in agreed)]


def _mark(scenario: Scenario, events: list[Event]) -> Mark:
    event = events[0]
    shared = {"third_party": "third parties", "attack": "armed groups", "shock": "armed groups"}
    lanes = tuple(scenario.states) if event.actor == "both" else (shared.get(event.track, event.actor),)
    killed = sum(row.killed or 0 for row in events) or None
    return Mark(event.date, lanes, event.act, _words(scenario, events), killed)


def _words(scenario: Scenario, events: list[Event]) -> str:
    event = events[0]
    place = f", {label_of(scenario, event.place)}" if event.place else ""
    if event.track == "shock":
        return f"outside shock to {label_of(scenario, event.target)}"
    if event.actor == "both":
        return act_words(event.act)
    return f"{', '.join(label_of(scenario, row.actor) for row in events)}: {act_words(event.act)}{place}"


def _lines(mark: Mark) -> list[str]:
    lines = textwrap.wrap(mark.words, KEY_WIDTH)
    return [*lines, f"{mark.killed:,} reported killed"] if mark.killed else lines


def _fitting(marks: list[Mark]) -> tuple[list[Mark], list[Mark]]:
    """The marks that fit into the key, in the order of the record, and those that do not."""
    kept, lines = [], 0
    for mark in sorted(marks, key=_rank):
        lines += len(_lines(mark)) + 1
        if lines <= KEY_LINES:
            kept.append(mark)
    return [mark for mark in marks if mark in kept], [mark for mark in marks if mark not in kept]


def _rank(mark: Mark) -> tuple[int, datetime.date]:
    return next(number for number, word in enumerate(PRIORITY) if word in mark.act), mark.date


def _tension(run: Run, mode: str, first: datetime.date, last: datetime.date) -> pd.DataFrame:
    rows = run.daily_table
    rows = rows[(rows["mode"] == mode) & (rows["setup"] == "unchanged") & (rows["series"] == "tension")]
    joined = rows.merge(run.record[["date", "tension"]].rename(columns={"tension": "record"}), on="date")
    return joined[(joined["date"] >= first.isoformat()) & (joined["date"] <= last.isoformat())].drop(columns=["setup", "series"])


def _rungs(run: Run, mode: str, first: datetime.date, last: datetime.date) -> pd.DataFrame:
    rows = run.rungs
    rows = rows[(rows["mode"] == mode) & (rows["setup"] == "unchanged")]
    return rows[(rows["date"] >= first.isoformat()) & (rows["date"] <= last.isoformat())].drop(columns=["setup"])


# Drawing


def draw(frame: Timeline, record: pd.DataFrame) -> Figure:
    """F1 as a Matplotlib figure; `record` holds the record's daily rungs."""
    canvas = style.figure(style.PAGE_WIDTH, 6.6)
    grid = canvas.add_gridspec(4, 1, left=0.125, right=0.69, top=0.885, bottom=0.09, height_ratios=(1.15, 1.2, 0.85, 0.85), hspace=0.28)
    rows = [canvas.add_subplot(grid[0])]
    rows += [canvas.add_subplot(grid[number], sharex=rows[0]) for number in (1, 2, 3)]
    _draw_lanes(rows[0], frame)
    _draw_tension(rows[1], frame)
    for number, state in enumerate(frame.scenario.states):
        _draw_rungs(rows[2 + number], frame, record, state, number)
    _dates(rows, frame)
    _draw_key(canvas, frame)
    _draw_scale(canvas)
    style.head(canvas, frame.title, frame.subtitle)
    style.foot(canvas, _mode_words(frame), style.footer_words(frame.manifest))
    return canvas


def _mode_words(frame: Timeline) -> str:
    start = datetime.date.fromisoformat(frame.manifest["asked"]["from"])
    return "FORCED" if frame.mode == "forced" else f"{frame.mode.upper()} from {start.day} {start:%b %Y}"


def _colour(frame: Timeline, lane: str) -> str:
    states = list(frame.scenario.states)
    return style.STATE_COLOURS[states.index(lane)] if lane in states else style.MUTED if lane == "third parties" else style.INK


def _draw_lanes(axes: Axes, frame: Timeline) -> None:
    lanes = [*frame.scenario.states, "third parties", "armed groups"]
    for lane, number, mark, x in _places(frame, lanes):
        y, colour = len(lanes) - 1 - lanes.index(lane), _colour(frame, lane)
        axes.scatter(
            x, y, s=(150 if MARKERS[mark.act] in "^v" else 105) if number else 18, marker=MARKERS[mark.act], color=colour, zorder=3, linewidths=0
        )
        if number:
            axes.text(
                x, y + TEXT_SHIFT.get(MARKERS[mark.act], -0.02), str(number), color="white", size=7, weight="bold", ha="center", va="center", zorder=4
            )
    axes.set_yticks(range(len(lanes)), [label_of(frame.scenario, lane) for lane in reversed(lanes)])
    axes.set_ylim(-0.6, len(lanes) - 0.4)
    axes.hlines(range(len(lanes)), *_limits(frame), color=style.RULE, lw=1, zorder=1)
    axes.tick_params(axis="y", length=0, labelcolor=style.INK)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _places(frame: Timeline, lanes: list[str]) -> list[tuple[str, int, Mark, float]]:
    """Lane, number (0: not in the key), mark and day on the axis; marks of one day and lane stand side by side about the day."""
    width = MARK_WIDTH * ((frame.last - frame.first).days + 1)
    numbered = [*enumerate(frame.marks, start=1), *((0, mark) for mark in frame.left_out)]
    placed = []
    for lane in lanes:
        here = [(number, mark) for number, mark in numbered if lane in mark.lanes]
        for number, mark in here:
            same = [other for other, one in here if one.date == mark.date]
            shift = width * (same.index(number) - (len(same) - 1) / 2)
            placed.append((lane, number, mark, float(mdates.date2num(mark.date)) + shift))
    return placed


def _limits(frame: Timeline) -> tuple[float, float]:
    return float(mdates.date2num(frame.first)) - 0.5, float(mdates.date2num(frame.last)) + 0.5


def _draw_tension(axes: Axes, frame: Timeline) -> None:
    rows = frame.tension
    days = mdates.date2num(pd.to_datetime(rows["date"]))
    columns = {name: rows[name].to_numpy(dtype=float) for name in ("q05", "q25", "q50", "q75", "q95", "record")}
    axes.fill_between(days, columns["q05"], columns["q95"], color=style.PARENT, alpha=0.18, lw=0)
    axes.fill_between(days, columns["q25"], columns["q75"], color=style.PARENT, alpha=0.35, lw=0)
    axes.plot(days, columns["q50"], color=style.PARENT, lw=1.4, ls=(0, (4, 2)))
    axes.plot(days, columns["record"], color=style.HISTORY, lw=2.2)
    top = max(float(columns["q95"].max()), float(columns["record"].max()), 1.0) * 1.12
    axes.set_ylim(0, top)
    axes.set_title("tension (Goldstein units)", loc="left", size=style.BODY, pad=3)
    note = "thick: the record · dashed: median world · bands: 50 and 90 of 100 worlds"
    axes.text(1.0, 1.03, note, transform=axes.transAxes, size=7, color=style.MUTED, ha="right", va="bottom")


def _draw_rungs(axes: Axes, frame: Timeline, record: pd.DataFrame, state: str, number: int) -> None:
    days = pd.date_range(frame.first, frame.last)
    rows = frame.rungs[frame.rungs["state"] == state]
    own = record[(record["date"] >= frame.first.isoformat()) & (record["date"] <= frame.last.isoformat())]
    levels = sorted({*rows["rung"].astype(int), *own[f"{state}.rung"].astype(int), 0, 6})
    shares = rows.pivot_table(index="rung", columns="date", values="share", aggfunc="sum")
    shares = shares.reindex(index=levels, columns=[day.date().isoformat() for day in days]).fillna(0.0)
    colours = ListedColormap(style.STATE_SHADES[number])
    x = mdates.date2num(days)
    axes.pcolormesh(
        x,
        range(len(levels)),
        shares.to_numpy(dtype=float),
        cmap=colours,
        norm=BoundaryNorm(BINS, colours.N),
        shading="nearest",
        edgecolors="face",
        lw=0.2,
    )
    axes.step(x, [levels.index(int(rung)) for rung in own[f"{state}.rung"]], where="mid", color=style.HISTORY, lw=1.8)
    axes.set_yticks(range(len(levels)), [RUNG_NAMES[level] for level in levels], size=7)
    axes.tick_params(axis="y", length=2)
    axes.set_title(f"{label_of(frame.scenario, state)}: rung", loc="left", size=style.BODY, pad=3)


def _dates(rows: list[Axes], frame: Timeline) -> None:
    span = (frame.last - frame.first).days
    every = max(1, round(span / 6))
    ticks = [frame.first + datetime.timedelta(days=day) for day in range(every // 2, span + 1, every)]
    for axes in rows:
        axes.set_xlim(*_limits(frame))
        axes.set_xticks([float(mdates.date2num(tick)) for tick in ticks], [day_short(tick) for tick in ticks])
        axes.tick_params(axis="x", length=3, labelbottom=axes is rows[-1], labelcolor=style.INK)
    rows[0].tick_params(axis="x", length=0)


def _draw_key(canvas: Figure, frame: Timeline) -> None:
    """The key at the right: number, day, words, people reported killed."""
    line, y = 0.0176, 0.872
    for number, mark in enumerate(frame.marks, start=1):
        canvas.text(0.715, y, str(number), size=style.SMALL, weight="bold", color=_colour(frame, mark.lanes[0]), ha="right", va="top")
        canvas.text(0.723, y, day_short(mark.date), size=style.SMALL, color=style.MUTED, va="top")
        lines = _lines(mark)
        canvas.text(0.768, y, "\n".join(lines), size=style.SMALL, va="top", linespacing=1.15)
        y -= line * (len(lines) + 0.55)
    if frame.left_out:
        canvas.text(0.723, y, f"small: {number_words(len(frame.left_out))} more, in events.csv", size=style.SMALL, color=style.MUTED, va="top")


def _draw_scale(canvas: Figure) -> None:
    """The scale of shades, in both states' colours."""
    axes = canvas.add_axes((0.725, 0.085, 0.2, 0.03))
    shades = np.arange(len(BINS) - 1)
    for row, colours in enumerate(style.STATE_SHADES):
        axes.bar(shades + 0.5, 0.5, width=1, bottom=0.5 * (1 - row), color=colours, edgecolor=style.MUTED, linewidth=0.4)
    axes.set_xlim(0, len(shades))
    axes.set_xticks(range(len(BINS)), [f"{round(100 * edge)}" for edge in BINS], size=7)
    axes.set_yticks([])
    axes.set_ylim(0, 1)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title("worlds in 100 on that rung", loc="left", size=style.SMALL, pad=3)


# Files


def write(run: Run, scenario: Scenario, folder: Path, *, full: bool = False) -> dict[str, Any]:
    """Write F1 into a run's folder as PNG, SVG and CSV; gives its entry for figures.json."""
    frame = timeline(run, scenario, full=full)
    name = "timeline_full" if full else "timeline"
    style.save(draw(frame, run.record), folder / name, run.manifest)
    data(frame).to_csv(folder / f"{name}.csv", index=False)
    return {
        "name": name,
        "title": frame.title,
        "subtitle": frame.subtitle,
        "alt": alt(frame),
        "caption": caption(frame),
        "units": "Goldstein units; rungs; worlds",
    }


def data(frame: Timeline) -> pd.DataFrame:
    """The plotted numbers, one a row: panel, date, series, value."""
    parts = [_melt(frame.tension, "tension", ["record", "q05", "q25", "q50", "q75", "q95"])]
    rungs = frame.rungs.assign(panel="rung", series=frame.rungs["state"] + " rung " + frame.rungs["rung"].astype(str), value=frame.rungs["share"])
    parts.append(rungs[["panel", "date", "series", "value"]])
    marks = [("event", mark.date.isoformat(), f"{number}: {mark.words}", mark.killed) for number, mark in enumerate(frame.marks, start=1)]
    parts.append(pd.DataFrame(marks, columns=["panel", "date", "series", "value"]))
    return pd.concat([part.astype({"value": "Float64"}) for part in parts], ignore_index=True)


def _melt(rows: pd.DataFrame, panel: str, columns: list[str]) -> pd.DataFrame:
    melted = rows.melt(id_vars="date", value_vars=columns, var_name="series", value_name="value")
    return melted.assign(panel=panel)[["panel", "date", "series", "value"]]


def alt(frame: Timeline) -> str:
    """What somebody who cannot see the figure should know."""
    peak = frame.tension.sort_values("record", ascending=False).iloc[0]
    return (
        f"Timeline. {frame.title}. Days against recorded acts, tension and rungs, {_mode_words(frame)}. The record's tension peaks at "
        f"{float(peak['record']):.0f} Goldstein units on {day_words(peak['date'])}; 90 of 100 worlds lie between {float(peak['q05']):.0f} and "
        f"{float(peak['q95']):.0f} that day. Data: timeline.csv."
    )


def caption(frame: Timeline) -> str:
    """What the figure shows and how to read it."""
    return (
        "Rows from above: recorded steps (numbers refer to the key); tension, recent hostile and friendly acts summed and fading, the record's "
        "by the same formula; and for each state the share of worlds on every rung of the ladder, the record as a line. "
        f"Model: {_mode_words(frame)}, worlds weighted by how likely they made the record before that day. A model, not a forecast."
    )
