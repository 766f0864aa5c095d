"""F1, the timeline: what happened, beside the tension and rungs of many worlds.

Four rows share the days: who did what in the record; tension, with the bands that hold 50 and 90 of 100 worlds; the
share of worlds on each rung, one row a state. Numbered markers point to the key at the right.
"""

import datetime
import textwrap
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.history import window
from sim.plots.frame import Words, decided, mode_words, sentences, titled, weight_words, who_decides
from sim.scenario.parts.record import Event
from sim.scenario.schema import Scenario
from sim.store import Run
from sim.words import CAVEAT, act_words, day_words, label_of, number_words

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
PRIORITY = (
    "strike", "agree", "restore", "downgrade", "close", "attack", "mediate", "offer",
    "seek_talks", "threaten", "restrict", "alert", "shock", "call", "protest",
)  # fmt: skip
"""What stays in the key when there is more than fits, most important first."""
ELSEWHERE = "elsewhere"
"""The lane of what happened outside the quarrel and bears on it."""


@dataclass(frozen=True)
class Mark:
    """A numbered marker: its day, lanes, shape, and what the key says."""

    date: datetime.date
    lanes: tuple[str, ...]
    act: str
    words: str
    killed: int | None

    @property
    def deaths(self) -> list[str]:
        """A line on people reported killed, where there were any."""
        return [f"{self.killed:,} reported killed"] if self.killed else []


@dataclass(frozen=True)
class Timeline:
    """Everything that the figure shows, as data and words."""

    words: Words
    scenario: Scenario
    manifest: dict[str, Any]
    first: datetime.date
    last: datetime.date
    marks: list[Mark]
    left_out: list[Mark]
    tension: pd.DataFrame
    rungs: pd.DataFrame
    record: pd.DataFrame

    @property
    def lanes(self) -> list[str]:
        """Who acts, from above."""
        shown = {lane for mark in (*self.marks, *self.left_out) for lane in mark.lanes}
        return [*self.scenario.states, *(lane for lane in ("third parties", "armed groups", ELSEWHERE) if lane in shown)]


def timeline(run: Run, scenario: Scenario, *, full: bool = False) -> Timeline:
    """Frame and words of F1 from a run; `full` shows every day of the run."""
    mode = decided(run.manifest) or "forced"
    first, last = (scenario.start, scenario.end) if full else window(scenario)
    marks, left_out = _fitting([mark for mark in recorded_marks(scenario) if first <= mark.date <= last])
    tension, record = _tension(run, mode, first, last), _between(run.record, first, last)
    name, head = "timeline_full" if full else "timeline", title(run.manifest["history"])
    words = Words(
        name, head,
        f"Recorded events; tension and rung in the model. {day_words(first, year=first.year != last.year)} to {day_words(last)}",
        _alt(name, head, tension, mode_words(run.manifest, mode)),
        sentences(
            "Rows from above: recorded steps (numbers refer to the key, which has the days; marks that would overlap stand side by side, with a "
            "line to their day); "
            "tension, recent hostile and friendly acts summed and fading, "
            "the record's by the same formula; and for each state the share of worlds on every rung of the ladder, the record as a line.",
            f"Model: {who_decides(run.manifest, mode)}.", weight_words(run.manifest, mode), CAVEAT,
        ),
        "Goldstein units; rungs; worlds in 100", mode_words(run.manifest, mode),
    )  # fmt: skip
    return Timeline(words, scenario, run.manifest, first, last, marks, left_out, tension, _rungs(run, mode, first, last), record)


def title(history: dict[str, Any]) -> str:
    """A finding from the record alone, where there were strikes, an answer and an agreement; else the topic."""
    holds = bool(history["strikes"]) and history["answer_lag"] is not None and history["agreement_lag"] is not None
    days = int(history["answer_lag"] + history["agreement_lag"]) if holds else 0
    length = f"{number_words(days)} {'day' if days == 1 else 'days'}"
    finding = f"{number_words(int(history['strikes'] or 0)).capitalize()} strikes, {length} from the first strike to agreement"
    return titled(finding, holds, "What happened, day by day")


def recorded_marks(scenario: Scenario) -> list[Mark]:
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
    shared = {"third_party": "third parties", "attack": "armed groups", "shock": ELSEWHERE}
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


def _fitting(marks: list[Mark]) -> tuple[list[Mark], list[Mark]]:
    """The marks that fit into the key, in the order of the record, and those that do not."""
    kept, lines = [], 0
    for mark in sorted(marks, key=rank):
        lines += len(textwrap.wrap(mark.words, KEY_WIDTH)) + len(mark.deaths) + 1
        if lines <= KEY_LINES:
            kept.append(mark)
    return [mark for mark in marks if mark in kept], [mark for mark in marks if mark not in kept]


def rank(mark: Mark) -> tuple[int, datetime.date]:
    """What stays when there is more than fits: the smaller, the sooner."""
    return next(number for number, word in enumerate(PRIORITY) if word in mark.act), mark.date


def _tension(run: Run, mode: str, first: datetime.date, last: datetime.date) -> pd.DataFrame:
    rows = run.daily_table
    rows = rows[(rows["mode"] == mode) & (rows["setup"] == "unchanged") & (rows["series"] == "tension")]
    joined = rows.merge(run.record[["date", "tension"]].rename(columns={"tension": "record"}), on="date")
    return _between(joined, first, last).drop(columns=["setup", "series"])


def _rungs(run: Run, mode: str, first: datetime.date, last: datetime.date) -> pd.DataFrame:
    rows = run.rungs
    rows = rows[(rows["mode"] == mode) & (rows["setup"] == "unchanged")]
    return _between(rows, first, last).drop(columns=["setup"])


def _between(rows: pd.DataFrame, first: datetime.date, last: datetime.date) -> pd.DataFrame:
    return rows[(rows["date"] >= first.isoformat()) & (rows["date"] <= last.isoformat())]


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


def _alt(name: str, title: str, tension: pd.DataFrame, mode: str) -> str:
    peak = tension.sort_values("record", ascending=False, kind="stable").iloc[0]
    return (
        f"Timeline. {title}. Days against recorded acts, tension and rungs, {mode}. The record's tension peaks at "
        f"{float(peak['record']):.0f} Goldstein units on {day_words(peak['date'])}; 90 of 100 worlds lie between {float(peak['q05']):.0f} and "
        f"{float(peak['q95']):.0f} that day. Data: {name}.csv."
    )
