"""A game as a page: how it went, the four pictures, every decision, this course beside the others."""

from pathlib import Path
from typing import Any

import pandas as pd

from sim.report.page import render
from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.scenario.schema import Scenario
from sim.seat.debrief import findings
from sim.store import Study
from sim.words import amount, chance, day_words, option_words

OUTCOME_NOTE = (
    "The other worlds began on the same day, with both governments deciding for themselves, and count by how likely they made the record before it. "
    "Yes or no: in how many of 100 worlds. The record before the first day of choice is part of every course."
)


def blocks(study: Study) -> list[Block]:
    """Decisions, and outcomes beside the other worlds'."""
    return [_choices(study), _outcomes(study)]


def _choices(study: Study) -> Block:
    rows = [
        [
            day_words(row["date"]),
            str(row["track"]),
            option_words(row["done"]),
            str(row["by"]),
            option_words(row["model_would_have"]),
            chance(row["probability"]),
        ]
        for row in _records(study.tables["choices"])
    ]
    note = "Decisions that were more than routine on your side or the model's. A low probability is no mistake."
    return Block("Decisions", note, ["day", "track", "done", "by", "the model would have", "probability it gave"], rows)


def _outcomes(study: Study) -> Block:
    rows = []
    for row in _records(study.tables["outcomes"]):
        yes_or_no = row["kind"] == "yes or no"
        mine = "not defined" if pd.isna(row["yours"]) else ("yes" if row["yours"] else "no") if yes_or_no else amount(row["yours"])
        others = f"{100 * row['share']:.0f} of 100" if yes_or_no and row["worlds"] else ""
        if not yes_or_no and row["worlds"]:
            others = f"{amount(row['median'])} (90 of 100: {amount(row['low'])} to {amount(row['high'])})"
        rows.append([row["label"], row["unit"], mine, others, f"{row['worlds']:,}"])
    return Block("This course and the others", OUTCOME_NOTE, ["outcome", "unit", "this exercise", "other worlds", "in so many worlds"], rows)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def print_debrief(study: Study, folder: Path, log: Path | None, quiet: bool) -> None:
    """A game, and how to play it again."""
    again = "" if quiet or log is None else f"python run.py play --replay {log}"
    print_study(findings(study), blocks(study), study.manifest["caveat"], folder, "see it again from its log", again)


def command(manifest: dict[str, Any]) -> str:
    """The command that begins the same game."""
    asked = manifest["asked"]
    words = f"python run.py play {asked['scenario']} --as {asked['seat']} --from {asked['from']} --mode {asked['mode']}"
    return f"{words} --seed {asked['seed']} --world {asked['world']}"


def write_page(study: Study, crisis: Scenario, folder: Path, figures: list[dict[str, str]]) -> Path:
    """Write the study's index.html and figures.json."""
    seat = study.manifest["seat"]
    return render(
        folder,
        crisis,
        study.manifest,
        question=f"What came of it when {seat} was played?",
        findings=[*findings(study), *study.manifest["sentences"]],
        figures=figures,
        blocks=blocks(study),
        command=command(study.manifest),
        worlds=f"one exercise beside {study.manifest['asked']['worlds']:,} worlds",
    )
