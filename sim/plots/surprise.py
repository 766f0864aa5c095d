"""F2, surprise: the probability that the model gave each recorded act, beside two simple rules."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from sim.plots.frame import Words, mode_words, records, sentences, titled
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import COLUMN_WIDTH, SMALL, STATE_MARKERS, Theme, house, shortened, width_of, wrapped
from sim.scenario.schema import Scenario
from sim.store import Run
from sim.words import CAVEAT, act_noun, act_words, chance, day_short, label_of, possessive

ROW, LEGEND, AXIS = 0.33, 0.34, 0.42
"""Heights in inches: a row, the line that explains the marks, the axis."""
RIGHT = 1.12
"""Room for the probabilities in words, in inches."""
LEAST, FLOOR = 0.005, 0.001
"""Left end of the axis, and how far it goes down where something is rarer."""
TICKS = {0.001: "1 in 1,000", 0.003: "1 in 300", 0.01: "1 %", 0.03: "3 %", 0.1: "10 %", 0.3: "30 %", 1.0: "100 %"}
QUIET = "days without an act"


@dataclass(frozen=True)
class Surprise:
    """A row an act: who and what, its probability, the two rules; the last row is the quiet days together."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame
    scores: str


def surprise(run: Run, scenario: Scenario) -> Surprise | None:
    """Frame and words of F2; None where no act was scored."""
    forced = run.manifest["modes"].get("forced")
    if not forced or not forced["events"]:
        return None
    rows = pd.DataFrame([*(_row(scenario, event) for event in forced["events"]), *_quiet(forced["quiet"])])
    scores = _scores(forced)
    words = Words(
        "surprise", title(scenario, forced["events"]), "Probability that the model gave each recorded act, given the record before that day",
        _alt(rows, mode_words(run.manifest, "forced")),
        sentences(
            "Dots: the probability of each recorded act, in the mean over worlds. Black mark: how often that act occurs in this record.",
            "Grey mark: even odds over the acts of its track. The last row is the geometric mean over all decisions to do nothing.", scores, CAVEAT,
        ),
        "probability, logarithmic", "FORCED",
    )  # fmt: skip
    return Surprise(words, run.manifest, rows, scores)


def title(scenario: Scenario, events: list[dict[str, Any]]) -> str:
    """The surprise, if one act was less than half as likely as the next; else the topic."""
    rarest, *rest = sorted(events, key=lambda event: float(event["probability"]))
    holds = bool(rest) and 0 < rarest["probability"] < 0.5 * rest[0]["probability"]
    act = act_noun(rarest["act"])
    who = f"The {act}" if rarest["actor"] == "both" else f"{possessive(label_of(scenario, rarest['actor']))} {act}"
    finding = f"{who} was the surprise: {chance(rarest['probability'])}"
    return titled(finding, holds, "How likely each recorded act was")


def _row(scenario: Scenario, event: dict[str, Any]) -> dict[str, Any]:
    who, what = f"{day_short(event['date'])}  {label_of(scenario, event['actor'])}", f": {act_words(event['act'])}"
    kept = {name: event[name] for name in ("date", "actor", "track", "act", "probability", "frequency", "even_odds", "surprise")}
    states = list(scenario.states)
    return {"label": who + what, "who": who, "what": what, "side": states.index(event["actor"]) if event["actor"] in states else -1, **kept}


def _quiet(quiet: dict[str, Any]) -> list[dict[str, Any]]:
    if quiet["probability"] is None:
        return []
    label = f"{QUIET} ({quiet['decisions']:,}, each)"
    return [
        {"label": label, "who": "", "what": label, "side": -1, "act": "nothing", "probability": quiet["probability"], "surprise": quiet["surprise"]}
    ]


def _scores(forced: dict[str, Any]) -> str:
    rules = forced["baselines"]
    text = (
        f"Log score over {forced['decisions']:,} decisions (nearer 0 is better): model {forced['log_score']:,.1f}, "
        f"how often each act occurs {rules['frequency']:,.1f}, even odds {rules['even_odds']:,.1f}."
    )
    return text.replace("-", "−")


def _alt(rows: pd.DataFrame, mode: str) -> str:
    acts = rows[rows["act"] != "nothing"].sort_values("probability", kind="stable")
    named = "; ".join(f"{' '.join(row['label'].split())}, {chance(row['probability'])}" for _, row in acts.head(3).iterrows())
    return f"Dot plot. Recorded acts against the probability that the model gave them, {mode}. Least expected: {named}. Data: surprise.csv."


# Drawing


def draw(frame: Surprise, theme: Theme, scale: float = 1.0) -> Figure:
    """F2 as a Matplotlib figure."""
    width, rows = COLUMN_WIDTH * scale, frame.rows
    notes = wrapped(frame.scores, width - 2 * MARGIN, SMALL)
    plot = ROW * len(rows)
    with house(theme):
        page = Page(theme, width, LEGEND + plot + AXIS + LINE[SMALL] * len(notes), frame.words, frame.manifest)
        label_width = min(max(width_of(label) for label in rows["label"]), 0.48 * width)
        left, right = MARGIN + label_width + 0.15, RIGHT
        axes = page.axes(left, LEGEND, width - left - right, plot)
        _axis(axes, rows, width - left - right)
        for number, row in enumerate(records(rows)):
            _draw_row(axes, theme, number, row)
            y = LEGEND + ROW * (number + 0.5)
            page.text(MARGIN + label_width, y, fitting(row, label_width), ha="right")
            page.text(width - right + 0.12, y, chance(row["probability"]))
        _draw_legend(page, theme)
        for number, line in enumerate(notes):
            page.text(MARGIN, LEGEND + plot + AXIS + LINE[SMALL] * (number + 0.5), line, SMALL, color=theme.muted)
    return page.figure


def fitting(row: dict[str, Any], inches: float) -> str:
    """A row's label; where it is too wide, the actor's name gives way, not the act."""
    label = str(row["label"])
    if width_of(label) <= inches or not row["who"]:
        return shortened(label, inches)
    return shortened(row["who"], max(inches - width_of(row["what"]), 1.0)) + str(row["what"])


def _axis(axes: Axes, rows: pd.DataFrame, inches: float) -> None:
    numbers = rows[["probability", "frequency", "even_odds"]].astype(float)
    low = max(FLOOR, min(LEAST, 0.85 * float(numbers.min().min())))
    axes.set(xscale="log", xlim=(low, 1.02), ylim=(len(rows) - 0.5, -0.5))
    shown = _ticks(low, inches)
    axes.set_xticks(list(shown), list(shown.values()))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _ticks(low: float, inches: float) -> dict[float, str]:
    """The ticks whose words do not touch, from the right."""
    shown: dict[float, str] = {}
    free = math.inf
    for at, words in sorted(TICKS.items(), reverse=True):
        place, half = inches * (1 - math.log(at) / math.log(low)), width_of(words) / 2
        if at >= low and place + half + 0.06 <= free:
            shown[at], free = words, place - half
    return shown


def _draw_row(axes: Axes, theme: Theme, number: int, row: dict[str, Any]) -> None:
    low = axes.get_xlim()[0]
    side, at = row["side"], max(row["probability"], low)
    colour = theme.states[side] if side >= 0 else theme.muted
    marker = "<" if row["probability"] < low else STATE_MARKERS[side] if side >= 0 else "D"
    axes.hlines(number, low, at, color=colour, lw=1.6, zorder=2)
    axes.scatter(at, number, s=52, marker=marker, color=colour, zorder=4, clip_on=False, linewidths=0)
    for name, ink, half, width in (("even_odds", theme.parent, 0.2, 1.4), ("frequency", theme.history, 0.24, 1.8)):
        if pd.notna(row.get(name)):
            axes.vlines(max(row[name], low), number - half, number + half, color=ink, lw=width, zorder=3, clip_on=False)


def _draw_legend(page: Page, theme: Theme) -> None:
    """One line above the rows: what dots and marks are, as far as there is room."""
    room = page.blank(height=LEGEND)
    x = page.width - RIGHT
    entries = (("even odds", "|", theme.parent), ("how often the act occurs", "|", theme.history), ("in the model", "o", theme.muted))
    for words, marker, colour in entries:
        x -= width_of(words, SMALL)
        page.text(x, 0.14, words, SMALL, color=theme.muted)
        room.scatter(x - 0.1, 0.14, s=36 if marker == "o" else 60, marker=marker, color=colour, linewidths=0 if marker == "o" else 1.6)
        x -= 0.32


def data(frame: Surprise) -> pd.DataFrame:
    """The plotted numbers, a row an act."""
    return frame.rows.drop(columns=["side", "who", "what"]).assign(label=frame.rows["label"].str.replace("  ", " "))
