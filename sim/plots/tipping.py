"""F5, tipping: on which days each lever still prevents the outcome."""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.plots.frame import Words, sentences, titled
from sim.plots.timeline import Mark, rank, recorded_marks
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.tipping_words import closing_words, doubt_note, lost, noun, worlds
from sim.words import CAVEAT, CHANGE_CAVEAT, day_words

BINS = (2.0, 5.0, 10.0, 20.0)
"""Worlds in 100 at which the shade changes; below the first a lever counts as none."""
ENOUGH = 5.0
"""Worlds in 100 that the best effect must reach for a finding."""
MOST_MARKS = 10
"""Events of the record above the cells."""
MODE = "ASSISTED from each day"


@dataclass(frozen=True)
class Tipping:
    """Everything that the figure shows, as data and words; `closes` is the number of the column in which a lever's window closes."""

    words: Words
    scenario: Scenario
    manifest: dict[str, Any]
    dates: list[datetime.date]
    rows: pd.DataFrame
    closes: dict[str, int]
    marks: list[Mark]

    def column(self, date: datetime.date) -> int:
        """The column in which a day lies."""
        return max(number for number, first in enumerate(self.dates) if first <= date)


def tipping(study: Study, scenario: Scenario) -> Tipping:
    """Frame and words of F5 from a tipping study."""
    manifest = study.manifest
    rows = study.table().astype({"low": float, "high": float, "prevented": float}).assign(shade=lambda cells: shades(cells))
    dates = [datetime.date.fromisoformat(date) for date in dict.fromkeys(rows["date"])]
    named = [date.isoformat() for date in dates]
    closes = {name: named.index(lever["last"]) for name, lever in manifest["levers"].items() if lever["gone_by"]}
    last = dates[-1] + datetime.timedelta(days=manifest["asked"]["every"] - 1)
    marks = sorted((mark for mark in recorded_marks(scenario) if dates[0] <= mark.date <= last), key=rank)[:MOST_MARKS]
    head = title(manifest, scenario)
    words = Words(
        "tipping", head,
        f"Worlds in 100 in which a lever, pulled that day, prevents {noun(manifest)}; {_span(dates)}, governments deciding from that day",
        _alt(manifest, head), _caption(manifest), "worlds in 100", MODE,
    )  # fmt: skip
    return Tipping(words, scenario, manifest, dates, rows, closes, sorted(marks, key=lambda mark: mark.date))


def title(manifest: dict[str, Any], scenario: Scenario) -> str:
    """The day on which the strongest lever's window closes, where it closes and the lever is strong enough; else the topic."""
    lever = next(iter(manifest["levers"].values()))
    holds = bool(lever["best"]) and lever["best"]["prevented"] >= ENOUGH and lever["gone_by"] is not None
    name = in_a_sentence(lever["title"], scenario)
    finding = f"After {day_words(lever['last'], year=False)} {name} prevents few {noun(manifest, many=True)}" if holds else ""
    return titled(finding, holds, "When each lever still matters")


def in_a_sentence(words: str, scenario: Scenario) -> str:
    """A title within a sentence: small at the beginning, unless it begins with a name."""
    labels = (entry.label for part in (scenario.states, scenario.third_parties, scenario.groups, scenario.communities) for entry in part.values())
    return words if words.startswith(tuple(labels)) else words[:1].lower() + words[1:]


def shades(cells: pd.DataFrame) -> Any:
    """Which bin a cell falls in: 0 for none, or not told from none; -1 where the lever brings more than it prevents."""
    told = cells["told"].to_numpy(dtype=bool)
    prevented = cells["prevented"].to_numpy(dtype=float)
    return np.where(told & (prevented <= -BINS[0]), -1, np.where(told, np.digitize(prevented, BINS), 0))


def data(frame: Tipping) -> pd.DataFrame:
    """The plotted numbers, a row a day and lever."""
    return frame.rows


def _span(dates: list[datetime.date]) -> str:
    if len(dates) == 1:
        return day_words(dates[0])
    return f"{day_words(dates[0], year=dates[0].year != dates[-1].year)} to {day_words(dates[-1])}"


def _caption(manifest: dict[str, Any]) -> str:
    fewest = manifest["fewest_effective_worlds"]
    settled = manifest["settled_from"]
    return sentences(
        "Each column compares worlds that follow the record to the day before and then let governments decide, without and with the lever, with "
        "the same luck: worlds that have the outcome only without it, less those that have it only with it, of all worlds.",
        "A dot: below 2, or not told from none. Hatched: the lever brings more than it prevents.",
        f"Heavy bar: the last day with at least {100 * manifest['asked']['threshold']:.0f} in 100 of a lever's best effect, told from none; "
        f"{lost(manifest['asked']['threshold'])} of its best effect is gone by the next.",
        "The best day is picked from many, which flatters it somewhat.",
        doubt_note(manifest),
        f"Worlds are weighted by how likely they made the record before that day; they are worth {fewest:,.0f} equal ones or more." if fewest else "",
        f"From {day_words(settled)} on the record has settled the outcome (grey): nothing is run." if settled else "",
        CHANGE_CAVEAT, CAVEAT,
    )  # fmt: skip


def _alt(manifest: dict[str, Any], title: str) -> str:
    told = [lever for lever in manifest["levers"].values() if lever["best"]]
    best = "; ".join(
        f"{lever['title']}, {worlds(lever['best']['prevented'])} on {day_words(lever['best']['date'])}, {closing_words(manifest, lever)}"
        for lever in told[:3]
    )
    strongest = f"Strongest: {best}." if best else "No lever can be told from none on any day."
    return f"Heat map. {title}. Days against levers, {MODE}: worlds in 100 in which each prevents {noun(manifest)}. {strongest} Data: tipping.csv."
