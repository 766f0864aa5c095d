"""A discovery as it is printed and as a page: the box in words, what each restriction is worth, the tree."""

import json
import shlex
from pathlib import Path
from typing import Any

from sim.discovery_words import box_words, discovery_findings, restriction
from sim.report.page import render
from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.store import Study
from sim.words import per_100

BOX_NOTE = (
    "On set-ups that the box was not found on. Without it: density of the box without this restriction. Raises: by how much the restriction raises "
    "the density, in worlds of 100, 95 % interval by resampling set-ups."
)
TREE_NOTE = (
    "A second opinion: a classification tree of depth three on the same half of the set-ups; numbers from the other half, in brackets the density "
    "where it was grown."
)
LEAVES = 4


def records(study: Study) -> list[dict[str, Any]]:
    """The restrictions of the box."""
    return [{str(name): value for name, value in row.items()} for row in study.tables["box"].to_dict("records")]


def findings(study: Study) -> list[str]:
    """The sentences."""
    return discovery_findings(study.manifest, records(study))


def blocks(study: Study) -> list[Block]:
    """The box and the tree."""
    return [*([_box(study)] if len(study.tables["box"]) else []), _tree(study)]


def _box(study: Study) -> Block:
    units = {name: factor["unit"] for name, factor in study.manifest["factors"].items()}
    rows = []
    for row in records(study):
        gain = f"{100 * row['raises_density']:+.0f} ({100 * row['raises_low']:+.0f} to {100 * row['raises_high']:+.0f})"
        words = restriction(row["label"], row["low"], row["high"], units[row["parameter"]])
        rows.append([words, f"{row['lowest']:.3g} to {row['highest']:.3g}", per_100(row["density_without"]), gain])
    return Block("The box", BOX_NOTE, ["restrict to", "varied over", "without it, of 100", "raises by"], rows)


def _tree(study: Study) -> Block:
    rows = []
    for leaf in study.tables["tree"].head(LEAVES).to_dict("records"):
        box = {name: tuple(ends) for name, ends in json.loads(leaf["box"]).items()}
        density = f"{per_100(leaf['density'])} ({per_100(leaf['density_seen'])})"
        rows.append([box_words(box, study.manifest["factors"]), density, per_100(leaf["coverage"]), per_100(leaf["mass"])])
    return Block("The densest leaves of a tree", TREE_NOTE, ["where", "density, of 100", "coverage, of 100", "of 100 of all worlds"], rows)


def print_discovery(study: Study, folder: Path, quiet: bool) -> None:
    """A discovery, and what to do next."""
    asked = study.manifest["asked"]
    then = "" if quiet else f"python run.py discover {asked['run']} --when {shlex.quote(asked['when'])} --seed {asked['seed'] + 1}"
    print_study(findings(study), blocks(study), study.manifest["caveat"], folder, "see whether other halves give the same box", then)


def command(manifest: dict[str, Any]) -> str:
    """The command that makes it again."""
    asked = manifest["asked"]
    return f"python run.py discover {asked['run']} --when {shlex.quote(asked['when'])} --seed {asked['seed']}"


class _Titled:
    title = "Discovery"


def write_page(study: Study, folder: Path, figures: list[dict[str, str]]) -> Path:
    """Write the study's index.html and figures.json."""
    manifest = study.manifest
    return render(
        folder,
        _Titled(),
        manifest,
        question=f"Where in what was varied does “{manifest['asked']['when']}” hold?",
        findings=findings(study),
        figures=figures,
        blocks=blocks(study),
        command=command(manifest),
        worlds=f"{manifest['of_setups']:,} set-ups, {manifest['asked']['worlds']:,} worlds",
    )
