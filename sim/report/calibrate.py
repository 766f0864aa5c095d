"""A calibration as it is printed and as a page: sentences, a row a parameter, a rate, a crisis, how far to trust it, how to repeat it."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibration_words import calibration_findings, interval, label, listed
from sim.report.page import render
from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.store import Study
from sim.words import per_100

QUESTION = "What do the records of crises say about the parameters that are not known?"
PARAMETER_NOTE = (
    "Median and 95 % interval. Narrower by: 1 less the posterior's variance over the prior's, on the scale on which the prior is normal; told from "
    ".5, hinted at from .2, or where the middle moved by half a prior standard deviation. One number stands for all states of all crises."
)
RATE_NOTE = (
    "FREE, two states drawn at random. Median and 95 % interval of the model's rate, as fitted by a quadratic of the parameters. Error: how far it "
    "is off at parameters left out of the fit, on the scale of log odds or log days; it is added to what is not known of the rate."
)
CRISIS_NOTE = (
    "FORCED. Log likelihood of the whole record (nats), nearer 0 is better: at the middle of the prior, and over the posterior, mean and standard "
    "deviation. Chance draws: how many equal ones they are worth at the median vector."
)
WITHOUT_NOTE = (
    "The same vectors, weighed without what one crisis says, and drawn anew where that leads. What each posterior then says of the crisis that it "
    "has not seen is what `validate --against crises` scores."
)
TRUST_NOTE = (
    "Other weights of the rates are found by weighing the vectors anew, which fails where few remain; a shift is that of the parameter that "
    "moves most, in standard deviations of its prior."
)


ENOUGH = 50
"""Times its autocorrelation that a chain must be long to show it."""


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """A table's rows by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


@dataclass(frozen=True)
class Titled:
    """What a page is about, where it is not one crisis."""

    title: str


def print_calibration(study: Study, folder: Path, quiet: bool, *, stored: bool) -> None:
    """A calibration, and what to do with it."""
    then = "python run.py replay --parameters posterior" if stored else f"{command(study.manifest)} --store"
    manifest = study.manifest
    print_study(calibration_findings(manifest), blocks(study), manifest["caveat"], folder, next_words(stored), "" if quiet else then)


def next_words(stored: bool) -> str:
    """What a reader may do next, in words."""
    return "use it where intervals are asked for" if stored else "store it for --parameters posterior"


def blocks(study: Study) -> list[Block]:
    """All tables."""
    manifest = study.manifest
    found = [Block("What is told of each parameter", PARAMETER_NOTE, list(PARAMETER_HEADER), [_parameter(row) for row in records(_sorted(study))])]
    if manifest["rates"]:
        weight = manifest["asked"]["rates_weight"]
        rows = [_rate(row) for row in records(study.tables["rates"])]
        found.append(Block(f"Rates of past crises, weight {weight:g}", RATE_NOTE, ["rate", "target", "before", "after", "error"], rows))
    header = ["crisis", "decisions", "left open", "at the prior's middle", "after fitting", "chance draws worth"]
    found.append(Block("The records", CRISIS_NOTE, header, [_crisis(manifest, row) for row in records(study.tables["crises"])]))
    if manifest["without"]:
        found.append(Block("Each crisis left out", WITHOUT_NOTE, ["without", "draws worth", "k-hat"], _without(manifest)))
    return [*found, Block("How far to trust it", TRUST_NOTE, ["", ""], _trust(manifest["diagnostics"]))]


PARAMETER_HEADER = ("parameter", "before", "after", "narrower by", "moved by", "", "R-hat")


def _sorted(study: Study) -> pd.DataFrame:
    return study.tables["parameters"].sort_values("contraction", ascending=False, kind="stable")


def _interval(row: dict[str, Any], when: str) -> str:
    return interval(row[f"{when}_median"], row[f"{when}_low"], row[f"{when}_high"])


def _parameter(row: dict[str, Any]) -> list[str]:
    sign = "" if pd.isna(row["p_positive"]) else f"; above 0 in {per_100(row['p_positive'])} of 100 (before: {per_100(row['prior_p_positive'])})"
    numbers = [f"{row['contraction']:.2f}", f"{row['shift']:+.2f}", f"{row['verdict']}{sign}", f"{row['r_hat']:.3f}"]
    return [label(row["parameter"]), _interval(row, "prior"), _interval(row, "posterior"), *numbers]


def _rate(row: dict[str, Any]) -> list[str]:
    return [row["label"], *(_interval(row, when) for when in ("target", "prior", "posterior")), f"{row['error']:.2f}"]


def _crisis(manifest: dict[str, Any], row: dict[str, Any]) -> list[str]:
    known = manifest["crises"][row["crisis"]]
    after = f"{row['posterior_mean']:.1f} (± {row['posterior_sd']:.1f})"
    return [known["title"], f"{known['decisions']:,}", str(known["open"]), f"{row['at_prior_middle']:.1f}", after, f"{row['chance_draws_worth']:.0f}"]


def _trust(found: dict[str, Any]) -> list[list[str]]:
    chance, rates = found["chance"], found["rates"]
    rows = [
        [f"draws that count alike which {found['vectors']:,.0f} weighted vectors are worth", f"{found['effective_draws']:,.0f}"],
        ["tail of their weights (k-hat; not to be trusted above .7)", f"{found['k_hat']:.2f}"],
        ["walkers from wider places: R-hat across ensembles, largest", f"{found['r_hat']:.3f}"],
        ["how far their means lie from the draws', largest (posterior standard deviations)", f"{found['walkers_apart']:.2f}"],
        ["independent draws that the walkers are worth", f"{found['walkers_worth']:,.0f}"],
        ["their autocorrelation, longest (steps)", _autocorrelation(found)],
        [f"log likelihood over {chance['sets']:.0f} other sets of chance draws, standard deviation (nats)", f"{chance['sd']:.2f}"],
        ["the same, of differences between parameters, which is all that counts (nats)", f"{chance['differences']:.2f}"],
        ["by how much that would move the mean of a parameter (prior standard deviations)", f"{chance['moved']:.2f}"],
    ]
    if rates:
        off = f"{rates['mean']:+.2f} ± {rates['sd']:.2f}"
        rows.append([f"term of the rates, fitted less simulated at {rates['vectors']:.0f} draws, with its weight (nats)", off])
    for row in found["other_weights"]:
        worth = f"draws worth {row['effective_draws']:,.0f}, k-hat {row['k_hat']:.2f}, largest shift {row['largest_shift']:.2f}"
        rows.append([f"weight of the rates {row['weight']:g} instead", worth])
    pairs = [f"{listed([label(path) for path in row['parameters']])} ({row['correlation']:+.2f})" for row in found["together"]]
    return [*rows, ["pairs that stand for each other (correlation .5 or more)", "; ".join(pairs) or "none"]]


def _without(manifest: dict[str, Any]) -> list[list[str]]:
    return [
        [manifest["crises"][name]["title"], f"{found['effective_draws']:,.0f}", f"{found['k_hat']:.2f}"]
        for name, found in manifest["without"].items()
    ]


def _autocorrelation(found: dict[str, Any]) -> str:
    """With a warning where the chains are too short to show it (fewer than fifty times as many steps: emcee's rule)."""
    short = found["steps_kept"] < ENOUGH * found["autocorrelation"]
    return f"{found['autocorrelation']:.0f}{f'; a lower bound, {found["steps_kept"]:.0f} steps are too few to show it' if short else ''}"


def command(manifest: dict[str, Any]) -> str:
    """The command that makes the run again."""
    asked = manifest["asked"]
    words = ["calibrate", *asked["crises"]]
    for name in ("drawn", "steps", "walkers", "ensembles", "chance_draws", "rates_weight", "seed"):
        words += [f"--{name.replace('_', '-')}", str(asked[name])]
    return f"python run.py {shlex.join(words)}"


def write_page(study: Study, folder: Path, figures: list[dict[str, str]]) -> Path:
    """Write the study's index.html and figures.json."""
    return render(
        folder,
        Titled("Calibration"),
        study.manifest,
        question=QUESTION,
        findings=calibration_findings(study.manifest),
        figures=figures,
        blocks=blocks(study),
        command=command(study.manifest),
        worlds=f"{study.manifest['likelihoods']:,} likelihoods",
    )
