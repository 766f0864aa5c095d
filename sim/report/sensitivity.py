"""A sensitivity analysis, or a split of doubt, as it is printed and as a page."""

from pathlib import Path
from typing import Any

from sim.report.page import render
from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.scenario.schema import Scenario
from sim.sensitivity_words import DOUBT, NOISY, outcome_label, sensitivity_findings, split_findings, towards
from sim.store import Study
from sim.words import per_100

SHOWN = 12
NOTES = {
    "sobol": "Total: share of the variance in which it has a hand, alone or with others; first: alone. 95 % intervals by resampling. Together, "
    "totals may be more than 1.",
    "morris": "Mean absolute change of the outcome's mean from one end of a number's range to the other (Morris 1991), in the outcome's unit; 95 % "
    "intervals by resampling trajectories.",
    "delta": "Delta: how far knowing the number shifts the whole distribution of the outcome's mean, 0 to 1 (Borgonovo 2007); even a number without "
    "any effect has some, from finite samples. First: its share of variance alone.",
}
SPLIT_NOTE = (
    "Parts of 100 of the variance over worlds, draws and rules; 95 % intervals by resampling draws. Chance: worlds with the same parameters and "
    "rule. Structure: the rule by which governments decide."
)


def findings(manifest: dict[str, Any]) -> list[str]:
    """The sentences of either."""
    return split_findings(manifest) if "split" in manifest else sensitivity_findings(manifest)


def blocks(study: Study) -> list[Block]:
    """All tables of either."""
    manifest = study.manifest
    return (
        [_split(manifest), _structures(study)]
        if "split" in manifest
        else [*(_indices(manifest, name) for name in manifest["told"]), _known(manifest)]
    )


def _indices(manifest: dict[str, Any], name: str) -> Block:
    rows, method = manifest["told"][name], manifest["asked"]["method"]
    header = ["number", "", manifest["measure"], "95 % interval", "first", "which way"]
    made = []
    for row in rows[: SHOWN if method != "sobol" else len(rows)]:
        source = "" if row["assumed"] is None else "assumed" if row["assumed"] else "sourced"
        first = "" if row["first"] is None else f"{row['first']:.2f}"
        sign = "" if row["sign"] is None else towards(row["sign"])
        digits = ".2f" if method != "morris" else ",.3g"
        interval = f"{row['total_low']:{digits}} to {row['total_high']:{digits}}"
        made.append([row["label"], source, f"{row['total']:{digits}}", interval, first, sign])
    return Block(outcome_label(manifest, name), NOTES[method], header, made)


def _known(manifest: dict[str, Any]) -> Block:
    """How well the means are known from which it is read."""
    header = ["outcome", "mean", "spread over set-ups", "of which simulation error, of 100 parts of variance at most", "worlds worth"]
    rows = []
    for name, row in manifest["by_outcome"].items():
        error = f"{per_100(row['error_share'])}{' (run more worlds)' if row['error_share'] > NOISY else ''}"
        rows.append([outcome_label(manifest, name), f"{row['mean']:,.3g}", f"{row['sd']:,.3g}", error, f"{row['effective_worlds']:,.0f}"])
    note = "All set-ups share their luck, so that simulation error moves them alike and blurs indices less than this."
    return Block("How well it is known", note, header, rows)


def _split(manifest: dict[str, Any]) -> Block:
    rows = []
    for name, row in manifest["split"].items():
        shares = [f"{per_100(row[part])} ({per_100(row[f'{part}_low'])} to {per_100(row[f'{part}_high'])})" for part in DOUBT]
        rows.append([outcome_label(manifest, name), *shares])
    return Block("Where the doubt comes from", SPLIT_NOTE, ["outcome", *DOUBT.values()], rows)


def _structures(study: Study) -> Block:
    table = study.tables["structures"]
    labels = list(dict.fromkeys(table["label"]))
    wide = table.pivot_table(index="outcome", columns="label", values="mean", sort=False)
    rows = [[outcome_label(study.manifest, str(name)), *(f"{row[label]:,.3g}" for label in labels)] for name, row in wide.iterrows()]
    return Block("Means by rule of decision", "Over draws that count alike; what does not happen counts as nought.", ["outcome", *labels], rows)


def print_sensitivity(study: Study, folder: Path, quiet: bool) -> None:
    """Either, and what to do next."""
    manifest = study.manifest
    scenario = manifest["asked"]["scenario"]
    split = "split" in manifest
    next_command = f"python run.py sensitivity {scenario}{'' if split else ' --split'}"
    why = "see which numbers decide" if split else "see how much of the doubt is chance, parameters, structure"
    print_study(findings(manifest), blocks(study), manifest["caveat"], folder, why, "" if quiet else next_command)


def command(manifest: dict[str, Any]) -> str:
    """The command that makes the run again."""
    asked = manifest["asked"]
    flags: dict[str, Any] = {"outcome": asked["outcomes"], "mode": asked["mode"], "from": asked["from"], "seed": asked["seed"]}
    if asked.get("split"):
        words = "--split"
        flags |= {"draws": asked["draws"], "parameters": asked["parameters"]}
    else:
        words = f"--method {asked['method']}"
        flags |= {"vary": asked["vary"], "points": asked["points"], "trajectories": asked["trajectories"], "worlds": asked["worlds"]}
    more = " ".join(f"--{flag} {one}" for flag, value in flags.items() for one in (value if isinstance(value, list) else [value]))
    return f"python run.py sensitivity {asked['scenario']} {words} {more}"


def write_page(study: Study, crisis: Scenario, folder: Path, figures: list[dict[str, str]]) -> Path:
    """Write the study's index.html and figures.json."""
    manifest = study.manifest
    question = "Where does the doubt come from?" if "split" in manifest else "Which numbers of the model do outcomes hang on?"
    setups = "" if "split" in manifest else f"{manifest['setups']:,} set-ups of {manifest['asked']['worlds']:,} worlds"
    return render(
        folder, crisis, manifest, question=question, findings=findings(manifest), figures=figures, blocks=blocks(study), command=command(manifest),
        worlds=setups,
    )  # fmt: skip
