"""A tipping study as it is printed and as a page: sentences, a row a lever, how to repeat it."""

import shlex
from pathlib import Path
from typing import Any

from sim.report.page import render
from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.tipping_words import doubt_note, lost, noun, tipping_findings, worlds
from sim.words import day_words


def print_tipping(manifest: dict[str, Any], folder: Path, quiet: bool) -> None:
    """A tipping study, and what else can be pulled."""
    command = "" if quiet else "python run.py tipping --list"
    print_study(tipping_findings(manifest), [block(manifest)], manifest["caveat"], folder, "see what else can be pulled, and when", command)


def block(manifest: dict[str, Any]) -> Block:
    """A row a lever: its best day, its effect then, and when it has lost half of that."""
    gone = f"{lost(manifest['asked']['threshold'])} gone by"
    header = ["lever", "best day", "prevents, of 100 worlds", "95 % interval", gone]
    rows = []
    for lever in manifest["levers"].values():
        best = lever["best"]
        if best is None:
            why = "cannot be told from none on any day" if lever["moves"] else "none on any day"
            rows.append([lever["title"], "", why, "", ""])
            continue
        gone_by = day_words(lever["gone_by"]) if lever["gone_by"] else "still there on the last day"
        interval = f"{worlds(best['low'])} to {worlds(best['high'])}"
        rows.append([lever["title"], day_words(best["date"]), worlds(best["prevented"]), interval, gone_by])
    fewest = manifest["fewest_effective_worlds"]
    worth = (
        f"Worlds are weighted by how likely they made the record before that day; they are worth {fewest:,.0f} equal ones or more. " if fewest else ""
    )
    note = f"{doubt_note(manifest)} {worth}The best day is picked from {manifest['days']}, which flatters it somewhat."
    return Block(f"When each lever still prevents {noun(manifest)}", note, header, rows)


def command(manifest: dict[str, Any]) -> str:
    """The command that makes the run again."""
    asked = manifest["asked"]
    words = ["tipping", asked["scenario"], *(word for name in asked["levers"] for word in ("--levers", name)), "--outcome", asked["outcome"]]
    for name in ("threshold", "from", "until", "every", "worlds", "seed", "parameters"):
        words += [f"--{name}", str(asked[name])]
    return f"python run.py {shlex.join(words)}"


def write_page(study: Study, crisis: Scenario, folder: Path, figures: list[dict[str, str]]) -> Path:
    """Write the study's index.html and figures.json."""
    return render(
        folder,
        crisis,
        study.manifest,
        question=f"On which days could {noun(study.manifest)} still have been prevented?",
        findings=tipping_findings(study.manifest),
        figures=figures,
        blocks=[block(study.manifest)],
        command=command(study.manifest),
    )
