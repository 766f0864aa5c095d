"""An explanation as it is printed: what weighed, how likely each act was, what would have made another the likeliest."""

from pathlib import Path
from typing import Any

import pandas as pd

from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import TERM_WORDS, TRACK_WORDS, chance, day_words, label_of, option_words, possessive

MOST_FLIPS = 3
IMPOSSIBLE = -1e6
"""Logits under which an act is ruled out and not merely unlikely."""


def findings(scenario: Scenario, study: Study) -> list[str]:
    """What the state was likely to do on each track, what weighed most, and the smallest change that flips it."""
    asked, acts = study.manifest["asked"], study.tables["acts"]
    who = label_of(scenario, asked["actor"])
    where = (
        f"in world {asked['world']}"
        if asked["world"] is not None
        else f"over {asked['worlds']:,} worlds, weighted by how likely they made the record"
    )
    if asked.get("changes"):
        where += ", with " + ", ".join(f"{path} = {value}" for path, value in asked["changes"].items())
    sits = chance(study.manifest["sits"])
    lines = [f"On {day_words(asked['at'])} {possessive(who)} council sits with a chance of {sits} in the model ({where})."]
    for track, rows in acts.groupby("track", sort=False):
        lines.append(_track(study, str(track), rows))
    return lines


def _track(study: Study, track: str, rows: pd.DataFrame) -> str:
    likeliest = rows.iloc[int(rows["if_sitting"].argmax())]
    text = f"{TRACK_WORDS[track].capitalize()}: if it sits, {option_words(likeliest['act'])} is likeliest ({chance(likeliest['if_sitting'])})"
    shown = rows[rows["recorded"]]
    if len(shown) and shown.iloc[0]["act"] != likeliest["act"]:
        one = shown.iloc[0]
        text += f"; the record shows {option_words(one['act'])} ({chance(one['if_sitting'])}; {chance(one['today'])} over the day)"
    terms = study.tables["terms"]
    mine = terms[(terms["track"] == track) & (terms["act"] == likeliest["act"]) & (terms["term"] != "utility")]
    if len(mine) and mine["mean"].abs().max() > 0:
        heaviest = mine.iloc[int(mine["mean"].abs().argmax())]
        text += f"; what weighed most on it: {TERM_WORDS[heaviest['term']]} ({heaviest['mean']:+.1f} logits)"
    return f"{text}. {_flip(study, track)}"


def _flip(study: Study, track: str) -> str:
    flips = study.tables["flips"]
    mine = flips[flips["track"] == track] if len(flips) else flips
    if not len(mine):
        return "No change of one parameter within its range makes another act the likeliest."
    one = mine.iloc[0]
    return (
        f"Smallest change that flips it: {one['parameter']} from {one['from']:g} to {one['to']:.3g} "
        f"({100 * one['share_of_range']:.0f} in 100 of its range) makes it {option_words(one['instead'])}."
    )


def blocks(study: Study) -> list[Block]:
    """A table of terms for every track, and one of flips."""
    made = [_terms(study, str(track), rows) for track, rows in study.tables["acts"].groupby("track", sort=False)]
    flips = study.tables["flips"]
    if len(flips):
        rows = [
            [
                row["track"],
                row["parameter"],
                f"{row['from']:g}",
                f"{row['to']:.3g}",
                f"{100 * row['share_of_range']:.0f} in 100",
                option_words(row["instead"]),
            ]
            for _, row in flips.groupby("track", sort=False).head(MOST_FLIPS).iterrows()
        ]
        note = "One parameter changed throughout the run, the record followed to the day before; wide positive ranges are measured in ratios."
        made.append(
            Block("What would make another act the likeliest", note, ["track", "parameter", "from", "to", "of its range", "then likeliest"], rows)
        )
    return made


def _terms(study: Study, track: str, acts: pd.DataFrame) -> Block:
    terms = study.tables["terms"]
    mine = terms[terms["track"] == track]
    names = [name for name in dict.fromkeys(mine["term"]) if name != "utility"]
    rows = []
    for _, act in acts.iterrows():
        here = mine[mine["act"] == act["act"]].set_index("term")
        cells = [_cell(here.loc[name]) if name in here.index else "" for name in names]
        mark = " ◆" if act["recorded"] else ""
        rows.append([option_words(act["act"]) + mark, *cells, _cell(here.loc["utility"]), chance(act["if_sitting"]), chance(act["today"])])
    one_world = study.manifest["asked"]["world"] is not None
    note = "Terms in logits. ◆ what the record shows. " + ("" if one_world else "In brackets what holds 90 of 100 worlds.")
    return Block(
        f"{TRACK_WORDS[track].capitalize()} track", note, ["act", *(TERM_WORDS[name] for name in names), "sum", "if it sits", "that day"], rows
    )


def _cell(row: Any) -> str:
    if row["mean"] < IMPOSSIBLE:
        return "cannot be"
    middle, low, high = (f"{row[name]:.1f}" for name in ("mean", "q05", "q95"))
    return middle if low == high else f"{middle} ({low} to {high})"


def print_explanation(scenario: Scenario, study: Study, folder: Path, quiet: bool) -> None:
    """An explanation, and a world to be told."""
    command = "" if quiet else f"python run.py explain {scenario.name} --world 0"
    print_study(findings(scenario, study), blocks(study), study.manifest["caveat"], folder, "be told one world day by day", command)


def parting_words(scenario: Scenario, name: str, world: int, found: dict[str, Any]) -> list[str]:
    """On which day, and by which decision, a world of a branch leaves its parent's."""
    if found["date"] is None:
        return [f"World {world} of {name} never leaves its parent's: the same on every day."]
    lines = [f"World {world} of {name} leaves its parent's on {day_words(found['date'])}."]
    for one in found["decisions"]:
        who = label_of(scenario, one["actor"])
        lines.append(f"{who}, {one['track']} track: {option_words(one['branch'])} instead of {option_words(one['parent'])}.")
        for act, terms in one["terms_branch"].items():
            before = one["terms_parent"][act]
            moved = [f"{TERM_WORDS[name]} {before[name]:+.2f} → {value:+.2f}" for name, value in terms.items() if value != before[name]]
            if moved:
                lines.append(f"  {option_words(act)}: {', '.join(moved)}")
        if one["terms_branch"] == one["terms_parent"]:
            lines.append("  Its terms are the same: the change itself decided.")
    if not found["decisions"]:
        lines.append(f"No decision differs that day; what does: {', '.join(found['differs'][:8])}.")
    return lines
