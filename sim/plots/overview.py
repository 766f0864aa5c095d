"""Overview: every change against every headline outcome, with only what can be told from none."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.effect_words import moves
from sim.effects import told_from_none
from sim.plots import study as about
from sim.plots.effects_draw import draw_name
from sim.plots.frame import Words, sentence_case, titled
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import DIFFERENCE, PAGE_WIDTH, SMALL, Theme, house, shortened, text_on, width_of, wrapped
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import day_words

FEWEST = 3
"""Branches from which on there is an overview."""
ROW, NAMES = 0.32, 0.27
"""Height of a row in inches; width of the names, at most, as a share of the sheet's."""
STEPS = (1 / 3, 2 / 3)
"""Shares of a column's largest difference at which its shade changes."""


@dataclass(frozen=True)
class Overview:
    """A row a cell; `columns`: label and unit of each outcome."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame
    branches: dict[str, str]
    columns: dict[str, tuple[str, str]]


def overview(study: Study, scenario: Scenario) -> list[Overview]:
    """Frame and words, where there are enough branches and outcomes that move."""
    manifest = study.manifest
    names, branches = about.headlines(manifest), about.titles(manifest)
    if len(branches) < FEWEST or not names:
        return []
    rows = pd.DataFrame([_cell(manifest, branch, name) for branch in branches for name in names])
    entries = {name: next(one["effects"][name] for one in manifest["branches"].values() if name in one["effects"]) for name in names}
    columns = {name: (sentence_case(entry["label"]), about.unit(entry, 0.0)) for name, entry in entries.items()}
    conditions = "; ".join(f"{columns[name][0].lower()}: {entry['given']}" for name, entry in entries.items() if entry["given"])
    words = Words(
        "overview", title(rows),
        f"Mean paired difference from as it was, each in the unit of its column, to {day_words(scenario.end)}; {about.deciding(manifest)}. "
        "Blank: cannot be told from none",
        _alt(rows, branches, columns, about.mode_box(manifest)),
        about.caption(
            manifest, scenario,
            "A number only where its interval excludes none even when all intervals of this study are to hold at once, 95 times in 100. "
            "Shade: as a share of the largest in its column; violet fewer, orange more.",
            "Simulation error only, parameters fixed." if manifest["draws"] is None else "",
            f"Counted in worlds that are so with and without the change ({conditions})." if conditions else "",
        ),
        "; ".join(dict.fromkeys(unit for _, unit in columns.values())), about.mode_box(manifest),
    )  # fmt: skip
    return [Overview(words, manifest, rows, branches, columns)]


def _cell(manifest: dict[str, Any], branch: str, name: str) -> dict[str, Any]:
    entry = manifest["branches"][branch]["effects"].get(name)
    if entry is None or entry["difference"] is None:
        return {"branch": branch, "outcome": name, "difference": None, "low": None, "high": None, "told": False}
    scale = about.scale(entry)
    numbers = {side: scale * entry[key] for side, key in (("difference", "difference"), ("low", "low_together"), ("high", "high_together"))}
    return {"branch": branch, "outcome": name, **numbers, "told": moves(entry) and told_from_none(entry, together=True)}


def title(rows: pd.DataFrame) -> str:
    """How many differences can be told from none, all together."""
    told = int(rows["told"].sum())
    return titled(f"{told or 'None'} of {len(rows)} differences can be told from none, taken together", True, "What each change does to each outcome")


def _alt(rows: pd.DataFrame, branches: dict[str, str], columns: dict[str, tuple[str, str]], mode: str) -> str:
    parts = []
    for branch, label in branches.items():
        here = rows[(rows["branch"] == branch) & rows["told"]]
        if len(here):
            parts.append(f"{label}: " + ", ".join(f"{columns[one['outcome']][0].lower()} {_words(one)}" for _, one in here.iterrows()))
    return f"Table. Changes against outcomes, {mode}. {'; '.join(parts) or 'Nothing can be told from none'}. Data: overview.csv."


def _words(row: Any) -> str:
    return about.difference(float(row["difference"]))


def data(frame: Overview) -> pd.DataFrame:
    """The plotted numbers, a row a cell; intervals are those that all hold at once."""
    return frame.rows.assign(unit=[frame.columns[name][1] for name in frame.rows["outcome"]])


# Drawing


def draw(frame: Overview, theme: Theme, scale: float = 1.0) -> Figure:
    """The overview as a Matplotlib figure."""
    width, names = PAGE_WIDTH * scale, min(max(map(width_of, frame.branches.values())), NAMES * PAGE_WIDTH * scale)
    left = MARGIN + names + 0.12
    room = min((width - left - MARGIN) / len(frame.columns), 1.6)
    heads = {name: _label(label, room - 0.12) for name, (label, _) in frame.columns.items()}
    units = {name: wrapped(unit, room - 0.12, SMALL) for name, (_, unit) in frame.columns.items()}
    above = LINE[SMALL] * max(len(heads[name]) + len(units[name]) for name in heads) + 0.08
    with house(theme):
        page = Page(theme, width, above + ROW * len(frame.branches), frame.words, frame.manifest)
        axes = page.blank()
        for number, name in enumerate(frame.columns):
            x = left + room * (number + 0.5)
            _head(page, heads[name], units[name], x, above)
            column = frame.rows[frame.rows["outcome"] == name]
            largest = float(column.loc[column["told"], "difference"].abs().max())
            for line, row in enumerate(column.to_dict("records")):
                y = above + ROW * line
                fill = shade(float(row["difference"]) / largest) if row["told"] else theme.ground
                axes.add_patch(Rectangle((x - room / 2, y), room, ROW, fc=fill, ec=theme.rule, lw=0.8))
                if row["told"]:
                    page.text(x, y + ROW / 2, shortened(_words(row), room - 0.06, SMALL), ha="center", color=text_on(fill))
        for line, label in enumerate(frame.branches.values()):
            draw_name(page, label, MARGIN + names, above + ROW * (line + 0.5), names)
    return page.figure


def _label(label: str, inches: float) -> list[str]:
    """A label in lines; words that are too wide are parted at their hyphens."""
    words = [word if width_of(word, SMALL, bold=True) <= inches else word.replace("-", "- ") for word in label.split()]
    return wrapped(" ".join(words), inches, SMALL, bold=True)


def _head(page: Page, label: list[str], unit: list[str], x: float, above: float) -> None:
    lines = [*((words, "bold", page.theme.ink) for words in label), *((words, "normal", page.theme.muted) for words in unit)]
    for number, (words, weight, colour) in enumerate(lines):
        y = above - 0.06 - LINE[SMALL] * (len(lines) - number - 0.5)
        page.text(x, y, words, SMALL, ha="center", weight=weight, color=colour)


def shade(share: float) -> str:
    """The colour of a difference as a share of the largest in its column."""
    step = 1 + sum(abs(share) > edge for edge in STEPS)
    middle = len(DIFFERENCE) // 2
    return DIFFERENCE[middle + step if share > 0 else middle - step]
