"""The four pictures after a game, frames and words: the other side's belief, what the model would have done, other courses, who suffered."""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sim.plots import border_map, dots
from sim.plots.frame import Words, mode_words, records, sentences, titled
from sim.scenario.schema import Scenario
from sim.store import Run, Study
from sim.words import chance, day_short, option_words

MOST = 24
"""Decisions shown; the rest is in the table."""


@dataclass(frozen=True)
class Belief:
    """A row a day: what the other side believed and wanted to answer."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame
    seat: str
    rival: str


@dataclass(frozen=True)
class Choices:
    """A row a decision: what was done, how likely the model thought it, what it would have done."""

    words: Words
    manifest: dict[str, Any]
    rows: list[dict[str, Any]]


def belief(study: Study) -> Belief:
    """Frame and words of the first picture."""
    manifest, rows = study.manifest, study.tables["other_side"]
    seat, rival = manifest["seat"], manifest["rival"]
    first, last = float(rows["belief"].iloc[0]), float(rows["belief"].iloc[-1])
    words = Words(
        "seat_belief", titled(f"What {rival} believed, day by day", True, "What the other side believed"),
        f"Above: how likely {rival} thought it that {seat} answers a strike, of 100. Below: harm that {rival} felt and had not answered",
        f"Two lines. What {rival} believed. Belief from {100 * first:.0f} to {100 * last:.0f} of 100. Data: seat_belief.csv.",
        sentences("The player did not see this.", f"Squares: strikes by {rival}; dots: strikes by {seat}.", manifest["caveat"]),
        "of 100; limited strikes", mode_words(manifest, manifest["mode"]),
    )  # fmt: skip
    return Belief(words, manifest, rows, seat, rival)


def choices(study: Study) -> Choices | None:
    """Frame and words of the second picture; None where nothing but routine was decided."""
    rows = [_choice(row) for row in records(study.tables["choices"]) if row["by"] == "person"]
    if not rows:
        return None
    manifest, shown = study.manifest, rows[:MOST]
    more = f"{len(rows) - MOST} more decisions are in the table." if len(rows) > MOST else ""
    words = Words(
        "seat_choices", titled(f"What the model thought of {manifest['seat']}'s decisions", True, "What the model thought of each decision"),
        "Probability that the model gave each decision that day, with what its council would have done where that differs",
        f"Dot plot. Decisions against their probability in the model. {'; '.join(f'{row["label"]}, {row["chance"]}' for row in shown[:3])}. "
        "Data: seat_choices.csv.",
        sentences("Filled: the model's council would have done the same. A low probability is no mistake: the model is not the measure.", more,
                  manifest["caveat"]),
        "probability", mode_words(manifest, manifest["mode"]),
    )  # fmt: skip
    return Choices(words, manifest, shown)


def _choice(row: dict[str, Any]) -> dict[str, Any]:
    same = row["done"] == row["model_would_have"]
    instead = "" if same else f"; model: {option_words(row['model_would_have'])}"
    label = f"{day_short(row['date'])}  {row['track']}: {option_words(row['done'])}"
    return {**row, "label": label, "same": same, "chance": f"{chance(row['probability'])}{instead}"}


def course(run: Run, scenario: Scenario, manifest: dict[str, Any]) -> dots.Dots | None:
    """The third picture: the dots of a replay from the same day, with the game where the record stands otherwise."""
    frame = dots.dots(run, scenario)
    if frame is None:
        return None
    # The dots are the other worlds': no single one.
    others = manifest | {"asked": {key: value for key, value in manifest["asked"].items() if key != "world"}}
    return replace(frame, words=_as_game(frame.words, "seat_course", "This course among others"), manifest=others)


def border(run: Run, scenario: Scenario, manifest: dict[str, Any]) -> border_map.BorderMap | None:
    """The fourth picture: who suffered where, in the game alone."""
    frame = border_map.border_map(run, scenario)
    if frame is None:
        return None
    words = replace(
        frame.words, name="seat_border", title="Who suffered where",
        caption=sentences("Circles: area is people, colour is mean hardship in this exercise. Squares: crossings in the median of the "
                          "other worlds on the last day.", manifest["caveat"]),
    )  # fmt: skip
    # The record's strikes are not the game's.
    return replace(frame, words=words, manifest=manifest, strikes=[])


def _as_game(words: Words, name: str, title: str) -> Words:
    said = {part: getattr(words, part).replace("Diamond: the record", "Diamond: this exercise") for part in ("subtitle", "caption", "alt")}
    caption = said["caption"].replace(
        "Diamond, on the axis or beside the rail: the record.", "Diamond, on the axis or beside the rail: this exercise."
    )
    return replace(words, name=name, title=title, subtitle=said["subtitle"], alt=said["alt"], caption=caption)
