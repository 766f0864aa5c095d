"""Why: what each side saw, believed and chose on the day that is shown, over the worlds; and on request what weighed."""

from typing import Any

from sim.dashboard.answer import Answer
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments, Look, date_of
from sim.scenario.ladder import acts_of
from sim.scenario.schema import Scenario
from sim.summary import quantiles
from sim.words import TRACK_WORDS, act_words, day_words, option_words, per_100

BAND = (0.05, 0.5, 0.95)
SEEN = (
    ("saw", "harm felt from the other's strike", "felt", "strike units"),
    ("saw", "unanswered harm, from the other state", "debt", "strike units"),
    ("saw", "unanswered harm, from armed groups blamed on it", "militant_debt", "strike units"),
    ("saw", "pressure from outside to hold back", "pressure", "0 to 1"),
    ("believed", "the other side would answer a strike", "belief", "chance"),
    ("at home", "attention of the council", "attention", "units"),
    ("at home", "home audience: what backing down costs", "audience", "factor"),
)
"""What is known of a government on a day: when it is told, its words, its series, its unit."""
LEAST = 0.005
"""Share of worlds under which an act is not listed."""


class DayPart:
    """That day."""

    roots: dict[str, Any] = {}  # noqa: RUF012 # no figure

    def show(self, answer: Answer, look: Look) -> Fragments:
        """Every government on the day, in the worlds of the course that is shown."""
        date, course = date_of(answer, look), "with the what-if" if answer.child is not None else "as it was"
        decided = look.day >= answer.day
        note = "" if decided else f"Before {day_words(answer.start)} every act is as recorded."
        states = [(name, state.label) for name, state in answer.scenario.states.items()]
        return {
            "thatday": part(
                "thatday", date=day_words(date), course=course, note=note, states=states, groups=_groups(answer, look.day), worlds=answer.worlds
            )
        }

    def day(self, answer: Answer, look: Look) -> Fragments:
        """Another day, other reasons: what was asked about the last one goes."""
        return self.show(answer, look) | {"why": ""}

    def paint(self) -> None:
        """Nothing is drawn."""


def _groups(answer: Answer, day: int) -> list[dict[str, Any]]:
    """Rows by what they tell: words, unit, and a cell a state."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for when, words, name, unit in SEEN:
        cells = [_number(answer, f"{state}.{name}", day) for state in answer.scenario.states]
        groups.setdefault(when, []).append({"words": words, "unit": unit, "cells": cells})
    for track in answer.scenario.tracks:
        cells = [_acts(answer, state, track, day) for state in answer.scenario.states]
        groups.setdefault("chose", []).append({"words": TRACK_WORDS.get(track, track), "unit": "worlds in 100", "cells": cells})
    groups["the record"] = [{"words": "that day", "unit": "", "cells": [_recorded(answer.scenario, state, day) for state in answer.scenario.states]}]
    return [{"when": when, "rows": rows} for when, rows in groups.items()]


def _number(answer: Answer, series: str, day: int) -> str:
    result = answer.shown.result
    low, middle, high = quantiles(result.series[series][day].astype(float), result.weights, BAND)
    return f"{middle:.2f}" if f"{low:.2f}" == f"{high:.2f}" else f"{middle:.2f} ({low:.2f} to {high:.2f})"


def _acts(answer: Answer, state: str, track: str, day: int) -> str:
    """Acts by how many worlds in 100 choose them."""
    result = answer.shown.result
    chosen, acts = result.series[f"{state}.{track}"][day], acts_of(track)
    shares = [(float(result.weights[chosen == number].sum()), act) for number, act in enumerate(acts)]
    told = sorted(((share, act) for share, act in shares if share >= LEAST), reverse=True)
    return ", ".join(f"{option_words(act)} {per_100(share)}" for share, act in told)


def _recorded(scenario: Scenario, state: str, day: int) -> str:
    date = scenario.date_of(day)
    found = [event for event in scenario.history if event.date == date and event.actor in (state, "both") and event.track != "context"]
    return ", ".join(act_words(event.act) for event in sorted(found, key=lambda event: event.order)) or "no step"
