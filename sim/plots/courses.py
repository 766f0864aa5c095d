"""F3a, courses: how the crisis goes, as one hundred squares, the class that happened outlined."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.course import COURSES
from sim.outcomes import definitions
from sim.plots.frame import Words, count_words, decided, hundred, mode_words, records, sentences, titled, weight_words, who_decides
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import BODY, COLUMN_WIDTH, HARM, HISTORY_WIDTH, SMALL, Theme, house, wrapped
from sim.scenario.schema import Scenario
from sim.store import Run
from sim.summary import share_interval
from sim.words import CAVEAT, FEW_WORLDS, day_words

HEIGHT = 3.2
"""Room for the squares, in inches."""
SIDE, GAP = 10, 0.08
"""Squares in a row, and the gap between them as a share of a square."""


@dataclass(frozen=True)
class Courses:
    """A row a class of course: its share, its squares, whether it is what happened."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame


def courses(run: Run, scenario: Scenario) -> Courses | None:
    """Frame and words of F3a; None where nobody decides anything."""
    mode = decided(run.manifest)
    if mode is None:
        return None
    entry = run.manifest["modes"][mode]
    shares = {name: float(entry["outcomes"]["course"]["shares"][name]) for name in COURSES}
    counts = hundred(shares)
    rows = pd.DataFrame(
        {"course": name, "share": shares[name], "worlds_in_100": counts[name], "history": name == run.manifest["history"]["course"]}
        for name in COURSES
    )
    until = day_words(scenario.end)
    war = next(outcome.meaning for outcome in definitions(scenario) if outcome.name == "war")
    words = Words(
        "courses", title(shares, counts, entry),
        f"How the crisis goes by {until}, {who_decides(run.manifest, mode)}. Each square is 1 world in 100",
        _alt(rows, mode_words(run.manifest, mode)),
        sentences(
            "Each square is one world in 100, by how the crisis goes, in order of severity from above left; rounded so that they add up to 100.",
            "Outlined: the class of what happened. An answer comes within 30 days of the first strike, a second round within 30 days of the answer.",
            f"War: {war}.", weight_words(run.manifest, mode), CAVEAT,
        ),
        "worlds in 100", mode_words(run.manifest, mode),
    )  # fmt: skip
    return Courses(words, run.manifest, rows)


def title(shares: dict[str, float], counts: dict[str, int], entry: dict[str, Any]) -> str:
    """The likeliest course, if its lead is more than chance; else the topic."""
    first, second = sorted(shares, key=lambda name: -shares[name])[:2]
    worlds = entry["effective_worlds"]
    leads = share_interval(shares[first], worlds)[0] > share_interval(shares[second], worlds)[1]
    finding = f"{first.capitalize()}: the likeliest course, {counts[first]} of 100 worlds"
    return titled(finding, leads and entry["worlds"] >= FEW_WORLDS, "How the crisis ends, in 100 worlds")


def _alt(rows: pd.DataFrame, mode: str) -> str:
    largest = rows.sort_values("share", ascending=False, kind="stable").head(3)
    named = "; ".join(f"{row['course']}, {count_words(row['worlds_in_100'], row['share'])}" for _, row in largest.iterrows())
    happened = next(iter(rows.loc[rows["history"], "course"]), "none of these")
    return f"One hundred squares. Worlds in 100 by course, {mode}. Largest: {named}. What happened: {happened}. Data: courses.csv."


# Drawing


def fills(theme: Theme) -> dict[str, str]:
    """Colour of each class: land where no state strikes, then harm by severity."""
    return dict(zip(COURSES, (theme.land, *HARM), strict=True))


def draw(frame: Courses, theme: Theme, scale: float = 1.0) -> Figure:
    """F3a as a Matplotlib figure."""
    width = COLUMN_WIDTH * scale
    size = min(HEIGHT * scale, 0.42 * width)
    key_left = MARGIN + 0.25 + size + 0.5
    lines = {name: wrapped(name, width - key_left - 0.9 - MARGIN, BODY, bold=True) for name in frame.rows["course"]}
    step = max(0.17 + LINE[BODY] * max(map(len, lines.values())) + LINE[SMALL], size / len(lines))
    with house(theme):
        page = Page(theme, width, 0.2 + max(size, step * len(lines)), frame.words, frame.manifest)
        _draw_squares(page.blank(MARGIN + 0.25, 0.1, size + 0.04, size + 0.04), frame, theme, size)
        key = page.blank()
        for number, row in enumerate(records(frame.rows)):
            _draw_key(page, key, theme, row, key_left, 0.1 + step * number, lines[row["course"]])
    return page.figure


def _draw_squares(axes: Axes, frame: Courses, theme: Theme, size: float) -> None:
    """Column by column, from above; the class that happened with one outline round all its squares."""
    cell = size / SIDE
    classes = [row for row in records(frame.rows) for _ in range(row["worlds_in_100"])]
    happened = {divmod(number, SIDE) for number, row in enumerate(classes) if row["history"]}
    for number, row in enumerate(classes):
        column, line = divmod(number, SIDE)
        place = (0.02 + cell * (column + GAP / 2), 0.02 + cell * (line + GAP / 2))
        axes.add_patch(Rectangle(place, cell * (1 - GAP), cell * (1 - GAP), fc=fills(theme)[row["course"]], ec=theme.outline, lw=0.5))
    for column, line in happened:
        left, top = 0.02 + cell * column, 0.02 + cell * line
        sides = {(-1, 0): (0, 0, 0, 1), (1, 0): (1, 0, 1, 1), (0, -1): (0, 0, 1, 0), (0, 1): (0, 1, 1, 1)}
        for (right, down), (x0, y0, x1, y1) in sides.items():
            if (column + right, line + down) not in happened:
                ends = [left + cell * x0, left + cell * x1], [top + cell * y0, top + cell * y1]
                axes.plot(*ends, color=theme.history, lw=HISTORY_WIDTH, solid_capstyle="projecting", zorder=3)


def _draw_key(page: Page, axes: Axes, theme: Theme, row: dict[str, Any], left: float, top: float, lines: list[str]) -> None:
    weight = "bold" if row["history"] else "normal"
    edge: dict[str, Any] = {"ec": theme.history, "lw": 1.9} if row["history"] else {"ec": theme.outline, "lw": 0.5}
    axes.add_patch(Rectangle((left, top), 0.19, 0.19, fc=fills(theme)[row["course"]], **edge))
    page.text(left + 0.62, top + 0.1, count_words(row["worlds_in_100"], row["share"]), weight=weight, ha="right")
    for number, line in enumerate(lines):
        page.text(left + 0.74, top + 0.1 + LINE[BODY] * number, line, weight=weight)
    if row["history"]:
        note = "what happened"
        page.text(left + 0.74, top + 0.1 + LINE[BODY] * len(lines), note, SMALL, color=theme.muted)


def data(frame: Courses) -> pd.DataFrame:
    """The plotted numbers, a row a class."""
    return frame.rows
