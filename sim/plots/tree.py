"""F9, tree: which way at each fork. An icicle: columns are decision points, heights are worlds in 100."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.plots.frame import Words, decided, mode_words, records, sentence_case, sentences, titled, weight_words, who_decides
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import BODY, PAGE_WIDTH, SMALL, Theme, house, width_of, wrapped
from sim.scenario.schema import Scenario
from sim.store import Run
from sim.summary import share_interval
from sim.words import CAVEAT, FEW_WORLDS, day_short, per_100

HEIGHT, RIGHT = 3.55, 1.5
"""Height of the boxes, and room at the right for the names of small boxes, in inches."""
SMALL_BOX = 4.0
"""Boxes of fewer worlds in 100 are labelled outside."""
HISTORY_EDGE = 2.4
FORKS = ("first strike", "answer", "second round", "end")


@dataclass(frozen=True)
class Tree:
    """A row a box: its columns (first, last), name, share of all worlds and of its parent box, where it lies, whether history took it."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame
    heads: list[tuple[str, str]]


def tree(run: Run, scenario: Scenario) -> Tree | None:
    """Frame and words of F9; None where nobody decides anything."""
    mode = decided(run.manifest)
    if mode is None:
        return None
    frame = run.outcomes[(run.outcomes["mode"] == mode) & (run.outcomes["setup"] == "unchanged")]
    weights = frame["weight"].to_numpy(dtype=float)
    weights, ways = weights / weights.sum(), np.array([way(row) for row in records(frame)])
    rows = pd.DataFrame(_boxes(ways, weights, way(run.manifest["history"]), (), 0.0))
    until = f"by {day_short(scenario.end)}"
    heads = list(zip(FORKS, (until, "within 30 days", "within 30 days of the answer", until), strict=True))
    entry = run.manifest["modes"][mode]
    words = Words(
        "tree", title(rows, entry),
        f"{sentence_case(who_decides(run.manifest, mode))}. Height: worlds in 100. Outlined: the path of history",
        _alt(rows, mode_words(run.manifest, mode)),
        sentences(
            "From left to right: whether a state strikes, whether the other answers within 30 days, whether the opener strikes again "
            "within 30 days of the answer, and how it ends. Numbers are worlds in 100 of all worlds, rounded.",
            "A box that goes on to the right has no further fork.",
            weight_words(run.manifest, mode), CAVEAT,
        ),
        "worlds in 100", mode_words(run.manifest, mode),
    )  # fmt: skip
    return Tree(words, run.manifest, rows, heads)


def way(outcome: dict[str, Any]) -> tuple[str, ...]:
    """The names of the boxes that a world passes through; a name may stand for several columns in a row."""
    held = {name: not pd.isna(outcome[name]) and bool(outcome[name]) for name in ("struck", "answered", "second_round", "agreement", "war")}
    if not held["struck"]:
        return ("no strike",) * len(FORKS)
    end = "war" if held["war"] else "agreement" if held["agreement"] else "fades"
    if not held["answered"]:
        return "a state strikes", "not answered", "not answered", end
    return "a state strikes", "answered with force", "a second round" if held["second_round"] else "no second round", end


ORDER = ("a state strikes", "no strike", "answered with force", "not answered", "no second round", "a second round", "agreement", "fades", "war")


def _boxes(ways: Any, weights: Any, history: tuple[str, ...], path: tuple[str, ...], top: float) -> list[dict[str, Any]]:
    """Boxes below a path, depth first, one under the other from `top` [share of all worlds]."""
    depth, found = len(path), []
    inside = (ways[:, :depth] == np.array(path, dtype=str)).all(axis=1)
    for name in ORDER if depth < len(FORKS) else ():
        here = inside & (ways[:, depth] == name)
        if not here.any():
            continue
        last = depth + int((ways[here][0, depth:] == name).sum()) - 1
        longer = (*path, *(name,) * (last - depth + 1))
        share = float(weights[here].sum())
        taken = {"history": history[: len(longer)] == longer, "on_history": history[:depth] == path}
        box = {"first": depth, "last": last, "name": name, "share": share, "of_parent": share / float(weights[inside].sum()), "top": top, **taken}
        found += [box, *_boxes(ways, weights, history, longer, top)]
        top += share
    return found


def title(rows: pd.DataFrame, entry: dict[str, Any]) -> str:
    """Whether history took the likelier way at each fork, if every fork is beyond chance; else the topic."""
    forks = rows[rows["history"] & (rows["of_parent"] < 1)]
    complete = bool((rows["history"] & (rows["last"] == len(FORKS) - 1)).any())
    parents = entry["effective_worlds"] * forks["share"] / forks["of_parent"]
    ranges = [share_interval(share, worlds) for share, worlds in zip(forks["of_parent"], parents, strict=True)]
    rarer = [name for name, (_, high) in zip(forks["name"], ranges, strict=True) if high < 0.5]
    clear = complete and bool(ranges) and all(high < 0.5 or low > 0.5 for low, high in ranges) and entry["worlds"] >= FEW_WORLDS
    finding = "History took the likelier way at every fork" if not rarer else f"History took the rarer way at one fork: {rarer[0]}"
    return titled(finding, clear and len(rarer) <= 1, "Which way it goes at each fork")


def _alt(rows: pd.DataFrame, mode: str) -> str:
    taken = rows[rows["history"]]
    named = "; ".join(f"{row['name']}, {per_100(row['share'])}" for _, row in taken.iterrows()) or "in no world to the end"
    return f"Tree of forks. Decision points against worlds in 100, {mode}. The path of history: {named}. Data: tree.csv."


# Drawing


def draw(frame: Tree, theme: Theme, scale: float = 1.0) -> Figure:
    """F9 as a Matplotlib figure."""
    width = PAGE_WIDTH * scale
    each = (width - 2 * MARGIN - RIGHT) / len(FORKS)
    heads = [(wrapped(name, each - 0.1, BODY, bold=True), wrapped(when, each - 0.1, SMALL)) for name, when in frame.heads]
    head = 0.1 + max(LINE[BODY] * len(name) + LINE[SMALL] * len(when) for name, when in heads)
    height = HEIGHT * scale
    with house(theme):
        page = Page(theme, width, head + height + 0.08, frame.words, frame.manifest)
        for number, (name, when) in enumerate(heads):
            for line, words in enumerate([*name, *when]):
                title = line < len(name)
                y = LINE[BODY] * (line + 0.5) if title else LINE[BODY] * len(name) + LINE[SMALL] * (line - len(name) + 0.5)
                how = {"weight": "bold"} if title else {"color": theme.muted}
                page.text(MARGIN + each * number, y, words, BODY if title else SMALL, **how)
        axes = page.blank(0, head, width, height)
        axes.set_clip_on(False)
        outside = [(row, _draw_box(page, axes, row, each, head, height)) for row in records(frame.rows)]
        _draw_outside(page, axes, [row for row, inside in outside if not inside], head, height, width - RIGHT - MARGIN)
    return page.figure


def _draw_box(page: Page, axes: Axes, row: dict[str, Any], each: float, head: float, height: float) -> bool:
    """A box; gives whether its name stands inside."""
    theme, left, gap = page.theme, MARGIN + each * row["first"], 0.07
    wide = each * (row["last"] - row["first"] + 1) - gap
    top, high = height * row["top"], height * row["share"]
    edge: dict[str, Any] = {"ec": theme.history, "lw": HISTORY_EDGE, "zorder": 3} if row["history"] else {"ec": theme.muted, "lw": 0.5}
    inset = min(0.015, high / 4)
    axes.add_patch(Rectangle((left, top + inset), wide, max(high - 2 * inset, 0.005), fc=theme.land, clip_on=False, **edge))
    count = per_100(row["share"])
    lines = wrapped(row["name"], wide - 0.3 - width_of(count, BODY, bold=True), BODY)
    if 100 * row["share"] < SMALL_BOX or high < LINE[BODY] * len(lines) + 0.02:
        return False
    middle = head + top + high / 2
    for number, line in enumerate(lines):
        page.text(left + 0.1, middle + LINE[BODY] * (number - (len(lines) - 1) / 2), line)
    page.text(left + wide - 0.1, middle, count, weight="bold", ha="right")
    return True


def _draw_outside(page: Page, axes: Axes, rows: list[dict[str, Any]], head: float, height: float, left: float) -> None:
    """Names of small boxes at the right, at the height of their box, pushed apart where they would touch."""
    wanted = sorted(rows, key=lambda row: (row["top"] + row["share"] / 2, row["first"]))
    places = [max(height * (row["top"] + row["share"] / 2), LINE[SMALL] / 2) for row in wanted]
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + LINE[SMALL])
    over = max(places[-1] - (height - LINE[SMALL] / 2), 0.0) if places else 0.0
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], height - LINE[SMALL] / 2 - LINE[SMALL] * (len(places) - 1 - number)) if over else places[number]
    for row, y in zip(wanted, places, strict=True):
        if row["last"] == len(FORKS) - 1:
            at = height * (row["top"] + row["share"] / 2)
            axes.plot([left - 0.06, left + 0.05, left + 0.12], [at, y, y], color=page.theme.muted, lw=0.6, clip_on=False)
        words = row["name"] if row["last"] == len(FORKS) - 1 else f"({row['name']}"
        words = f"{words} {per_100(row['share'])}" + ("" if row["last"] == len(FORKS) - 1 else ")")
        page.text(left + 0.16, head + y, words, SMALL, weight="bold" if row["history"] else "normal")


def data(frame: Tree) -> pd.DataFrame:
    """The plotted numbers, a row a box."""
    ends = {name: [FORKS[number] for number in frame.rows[name]] for name in ("first", "last")}
    return frame.rows.drop(columns="on_history").assign(**ends)
