"""Why a government did what it did on the day that is shown: the terms that weighed, by the function that decides."""

from typing import Any

from sim.dashboard.answer import Answer
from sim.dashboard.parts import part
from sim.experiments.explain import explain
from sim.report.explain import findings
from sim.scenario.paths import override
from sim.words import TERM_WORDS, TRACK_WORDS, day_words, option_words

WORLDS = 200
IMPOSSIBLE = -1e6
LEAST = 0.05
"""Logits under which a term is not listed."""


def why(answer: Answer, day: int, actor: str) -> str:
    """The explanation as HTML; the record is followed to the day before, under the assumptions of the view."""
    scenario = override(answer.scenario, dict(answer.view.assumed)) if answer.view.assumed else answer.scenario
    study = explain(scenario, at=scenario.date_of(day), actor=actor, worlds=WORLDS, seed=answer.view.seed, parameters=answer.view.parameters)
    title = f"{scenario.states[actor].label} on {day_words(scenario.date_of(day))}"
    note = f"The record is followed to the day before, in {WORLDS} worlds; what the what-if changes is not in it." if answer.child is not None else ""
    note = note or f"The record is followed to the day before, in {WORLDS} worlds."
    return part("why", title=title, sentences=findings(scenario, study), terms=_terms(study.tables["terms"]), note=note)


def _terms(table: Any) -> list[dict[str, str]]:
    rows = table[(table["term"] != "utility") & (table["mean"].abs() >= LEAST) & (table["mean"] > IMPOSSIBLE)]
    return [
        {
            "track": TRACK_WORDS.get(row["track"], row["track"]),
            "act": option_words(row["act"]),
            "term": TERM_WORDS.get(row["term"], row["term"]),
            "mean": f"{row['mean']:+.2f}",
        }
        for row in rows.to_dict("records")
    ]
