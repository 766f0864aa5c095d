"""A branch study as it is printed and as a page: sentences, effects, how to repeat it."""

from pathlib import Path
from typing import Any

from sim.effect_words import DUST, branch_findings, moves, signed
from sim.report.page import render
from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import amount, per_100

TOGETHER_NOTE = "An asterisk: told from no change even when all intervals shown are to hold at once, 95 times in 100."


def print_branch(manifest: dict[str, Any], folder: Path, quiet: bool) -> None:
    """A branch study, and what else can be asked."""
    command = "" if quiet else "python run.py branch --list"
    print_study(branch_findings(manifest), blocks(manifest), manifest["caveat"], folder, "see what else can be asked", command)


def blocks(manifest: dict[str, Any]) -> list[Block]:
    """A table of effects for every branch that changed anything."""
    return [_effects(manifest, branch) for branch in manifest["branches"].values() if branch["changed_worlds"]]


def _effects(manifest: dict[str, Any], branch: dict[str, Any]) -> Block:
    draws = manifest["draws"]
    doubt = "95 % interval over parameters" if draws else "simulation error only"
    header = ["outcome", "as it was", "with the change", "difference", doubt, *(["above 0"] if draws else []), "fewer · same · more", "worlds"]
    rows = [_row(name, branch, bool(draws)) for name, entry in branch["effects"].items() if moves(entry)]
    same = [entry["label"] for entry in branch["effects"].values() if entry["difference"] is not None and not moves(entry)]
    worth = (
        f"Worlds are weighted by how likely they made the record before that day: {branch['worlds']:,} are worth "
        f"{branch['effective_sample_size']:,.0f}. Shares: worlds in 100. Lags are counted to the end of the run. "
    )
    unchanged = f"The same in every world: {', '.join(same)}. " if same else ""
    dead = "" if not any(name.startswith("killed") for name in branch["effects"]) else "Of people killed only the difference is shown. "
    return Block(branch["title"], worth + unchanged + dead + TOGETHER_NOTE, header, rows)


def _row(name: str, branch: dict[str, Any], draws: bool) -> list[str]:
    entry = branch["effects"][name]
    scale = 100.0 if entry["kind"] == "yes or no" else 1.0
    star = "*" if entry["low_together"] > 0 or entry["high_together"] < 0 else ""
    label = f"{entry['label']} (given: {entry['given']})" if entry["given"] else entry["label"]
    # Deaths of the record and of the model never share a number, so of people killed only the difference is shown.
    levels = [scale * entry[side] for side in ("before", "after")]
    level = ["–", "–"] if name.startswith("killed") else [amount(_digits(one)) for one in levels]
    interval = f"{signed(scale * entry['low'])} to {signed(scale * entry['high'])}"
    above = [f"{per_100(entry['p_positive'])} of 100"] if draws else []
    worlds = " · ".join(per_100(entry[side]) for side in ("lower", "same", "higher"))
    return [label, *level, signed(scale * entry["difference"]) + star, interval, *above, worlds, f"{entry['worlds']:,}"]


def _digits(value: float) -> float:
    return float(f"{value:.3g}") if abs(value) >= DUST else 0.0


def write_page(study: Study, crisis: Scenario, folder: Path, figures: list[dict[str, str]]) -> Path:
    """Write the study's index.html, with its figures."""
    manifest = study.manifest
    first = next(iter(manifest["branches"].values()))
    question = first["question"] if len(manifest["branches"]) == 1 else f"{len(manifest['branches'])} what-ifs"
    return render(
        folder,
        crisis,
        manifest,
        question=question,
        findings=branch_findings(manifest),
        figures=figures,
        blocks=blocks(manifest),
        command=manifest.get("command", "sim.branch(…)"),
    )
