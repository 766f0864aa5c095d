"""Two set-ups beside each other: the same outcomes of both, and what each asks."""

from dataclasses import dataclass

from sim.dashboard import words
from sim.dashboard.answer import Answer
from sim.dashboard.ground import Ground
from sim.dashboard.parts import part
from sim.dashboard.view import View, command
from sim.effect_words import sentence_start
from sim.words import day_words, history_words, outcome_words

SHOWN = ("course", "answered", "second_round", "war", "agreement", "killed", "killed_in_attacks", "hardship_person_days", "recruits")


@dataclass(frozen=True)
class Row:
    """An outcome of both set-ups and of the record."""

    label: str
    mine: str
    other: str
    record: str


def rows(mine: Answer, other: Answer) -> list[Row]:
    """Outcomes of both, with the what-if where there is one."""
    one, two = (found.after or found.before for found in (mine, other))
    return [
        Row(sentence_start(entry["label"]), outcome_words(entry), outcome_words(two["outcomes"][name]), history_words(entry))
        for name, entry in one["outcomes"].items()
        if name in SHOWN
    ]


def beside(ground: Ground, view: View, mine: Answer | None, other: Answer | None) -> str:
    """The second set-up as HTML; while it is computed, that."""
    options = [("", "As it was"), *sorted(((name, one.title) for name, one in ground.library.items()), key=lambda pair: pair[1])]
    ready = mine is not None and other is not None and other.view == view
    return part(
        "beside", question=words.question(other) if ready and other else "…", sentences=words.lead(other) if ready and other else [],
        numbers=rows(mine, other) if ready and mine and other else [], branch=view.changes, options=options, chosen=view.what, waiting=not ready,
        assumed=len(view.assumed), command=command(view), starts=[day_words(one.start) for one in (mine, other)] if ready and mine and other else [],
    )  # fmt: skip
