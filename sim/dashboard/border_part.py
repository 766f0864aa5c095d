"""Where: who suffers on the day that is shown, with the what-if where there is one, or the difference that it makes."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from sim.dashboard.answer import Answer
from sim.dashboard.engine import Lived
from sim.dashboard.figure_border import BorderFigure
from sim.dashboard.ground import Ground
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments, Look, data_part, date_of
from sim.effects import effect
from sim.plots.border_map import BREAKS, POLICIES, placed, title
from sim.plots.frame import records
from sim.plots.style import DIFFERENCE, HARM
from sim.summary import quantiles
from sim.words import day_short, day_words, label_of

BAND = (0.05, 0.5, 0.95)


class BorderPart:
    """F7 on the page."""

    def __init__(self, look: Look, ground: Ground) -> None:
        self.roots: dict[str, Any] = {}
        if ground.scenario.communities:
            self.figure = BorderFigure(look.ink, ground.scenario, ground.outlines)
            self.roots = {"border": self.figure.map, "ranking": self.figure.ranking}

    def show(self, answer: Answer, look: Look) -> Fragments:
        """What communities live through on the day."""
        if not self.roots or not answer.shown.homes:
            return {}
        change = look.difference and answer.child is not None
        rows, gates = (difference_rows if change else level_rows)(answer, look.day), gates_on(answer, look.day)
        self.figure.show(rows, gates, strikes_until(answer, look.day), change)
        return self._words(answer, look, rows, change)

    def day(self, answer: Answer, look: Look) -> Fragments:
        """Another day is another map."""
        return self.show(answer, look)

    def paint(self) -> None:
        """The ranking has its colours in its data."""
        if self.roots:
            self.figure.paint()

    def _words(self, answer: Answer, look: Look, rows: pd.DataFrame, change: bool) -> Fragments:
        date = date_of(answer, look)
        course = "difference that the what-if makes" if change else "with the what-if" if answer.child is not None else "as it was"
        heading = "Where hardship would differ" if change else title(rows)
        named = "; ".join(f"{row['label']} {row['median']:.2f}" for row in records(rows)[:3])
        alt = f"Map of communities. {heading}, {day_words(date)}, {course}. First in the ranking: {named}."
        self.figure.map.html_attributes = {**self.figure.map.html_attributes, "aria-label": alt}
        buttons = [("Difference", "difference", "border", look.difference)] if answer.child is not None else []
        sub = f"Hardship on {day_words(date)}, {course}. Circles: area is people"
        table = rows[["label", "state_label", "people", "median", "q05", "q95"]].rename(columns={"label": "community", "state_label": "state"})
        return {
            "border-head": part("head", id="border", title=heading, sub=sub, figure="border", open="border" in look.tables, buttons=buttons),
            "border-key": _key(answer, look, change),
            "border-data": data_part(look, "border", "Hardship by community", table),
        }


def _key(answer: Answer, look: Look, change: bool) -> str:
    inks = DIFFERENCE if change else HARM
    labels = ["less", "", "", "≈0", "", "", "more"] if change else [f"{low:g} to {high:g}" for low, high in pairwise(BREAKS)]
    events = sorted((event for event in answer.scenario.history if event.is_strike and event.place), key=lambda event: event.date)
    told = [f"{number} {day_short(event.date)}, by {label_of(answer.scenario, event.actor)}" for number, event in enumerate(events, start=1)]
    sides = [state.label for state in answer.scenario.states.values()]
    caption = answer.ground.outlines["about"]["caption"] if answer.ground.outlines else ""
    return part(
        "border_key",
        steps=list(zip(inks, labels, strict=True)),
        sides=sides,
        strikes="; ".join(told),
        caption=caption,
        was=answer.child is not None,
        change=change,
    )


def level_rows(answer: Answer, day: int) -> pd.DataFrame:
    """A row a community, most hardship first: the median world and 90 of 100 of them; `was`: the parent's median."""
    found = _levels(answer.shown, day)
    found["was"] = _levels(answer.parent, day)["median"] if answer.child is not None else float("nan")
    rows = _placed(answer, found)
    return rows.sort_values(["median", "mean", "label"], ascending=[False, False, True], kind="stable").reset_index(drop=True)


def _levels(lived: Lived, day: int) -> dict[str, Any]:
    hardship, weights = lived.homes["hardship"][day].astype(float), lived.result.weights
    q05, median, q95 = quantiles(hardship, weights, BAND)
    return {"mean": (hardship * weights).sum(axis=1), "median": median, "q05": q05, "q95": q95}


def difference_rows(answer: Answer, day: int) -> pd.DataFrame:
    """The same of paired differences: their mean and its interval, most more first; `told`: whether it leaves out none."""
    assert answer.child is not None
    before, after = (lived.homes["hardship"][day].astype(float) for lived in (answer.parent, answer.child))
    weights = answer.parent.result.weights
    entries = [effect(one, other, weights, answer.draw) for one, other in zip(before, after, strict=True)]
    found = {name: np.array([entry[key] for entry in entries]) for name, key in (("median", "difference"), ("q05", "low"), ("q95", "high"))}
    found |= {"told": (found["q05"] > 0) | (found["q95"] < 0), "mean": found["median"], "was": np.zeros(len(entries))}
    rows = _placed(answer, found)
    return rows.sort_values(["median", "label"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _placed(answer: Answer, found: dict[str, Any]) -> pd.DataFrame:
    homes, names = answer.scenario.communities, answer.shown.names
    rows = pd.DataFrame(
        {"community": names, "state": [homes[name].state for name in names], "people": [float(homes[name].people) for name in names], **found}
    )
    return placed(rows, answer.scenario)


def gates_on(answer: Answer, day: int) -> pd.DataFrame:
    """Each crossing on a day in the median world: the narrower of two policies, or its own limit."""
    result = answer.shown.result
    policies = [quantiles(result.series[f"{state}.policy"][day], result.weights, (0.5,))[0] for state in answer.scenario.states]
    policy = int(max(policies))
    rows = [
        (name, one.label, one.latitude, one.longitude, POLICIES[max(policy, 2 if one.limit <= 0 else 1 if one.limit < 1 else 0)])
        for name, one in answer.scenario.crossings.items()
    ]
    return pd.DataFrame(rows, columns=["crossing", "label", "latitude", "longitude", "policy"])


def strikes_until(answer: Answer, day: int) -> list[tuple[str, int]]:
    """Where the record's strikes fell up to a day, with their numbers in time."""
    events = sorted((event for event in answer.scenario.history if event.is_strike and event.place), key=lambda event: (event.date, event.order))
    return [(str(event.place), number) for number, event in enumerate(events, start=1) if answer.scenario.day_of(event.date) <= day]
