"""A chain study as it is printed and as a page: sentences, links, variants, how to repeat it."""

from pathlib import Path
from typing import Any

from sim.chain_words import chain_findings, draws_of_100, per_unit, quantity, sentence
from sim.report.page import render
from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import per_100

LINK_NOTE = (
    "Each link alone: the other channels are switched off as it was and with the change alike. Draws: in how many parameter draws of 100 "
    "the measure moves as claimed against the measure before it, noise of single worlds taken off; counted: draws whose own mean does."
)
SPLIT_NOTE = (
    "The threshold of one parameter that best parts the draws in which the claim holds from those in which it does not, draws weighted by how "
    "likely they made the record. Shuffles as good: how often the best of all parameters does as well where they have nothing to do with it."
)
CROSS_NOTE = "Mean effect, and in how many of 100 parameter draws it has the claimed sign."


def print_chain(manifest: dict[str, Any], folder: Path, quiet: bool) -> None:
    """A chain study, and other doses to ask for."""
    command = "" if quiet else f"python run.py branch --chain {manifest['asked']['subject']} --dose {_other_dose(manifest)}"
    tables = [_links(manifest, manifest["leading"]), _across(manifest), *_splits(manifest)]
    print_study(chain_findings(manifest), tables, manifest["caveat"], folder, "other doses", command)


def _other_dose(manifest: dict[str, Any]) -> str:
    doses = manifest["starts"][manifest["leading"]]["doses"]
    return next((f"{name}={value / 2:g},{value * 2:g}" for name, value in doses.items()), "NAME=A,B")


def blocks(manifest: dict[str, Any]) -> list[Block]:
    """The links of the leading start, all starts side by side, then the links of every other start."""
    others = [name for name in manifest["starts"] if name != manifest["leading"]]
    return [_links(manifest, manifest["leading"]), _across(manifest), *_splits(manifest), *(_links(manifest, name) for name in others)]


def _splits(manifest: dict[str, Any]) -> list[Block]:
    """Which parameter parts the draws best, for every reading of the chain."""
    header = ["reading", "parameter", "threshold", "holds above it", "below it", "draws above · below", "shuffles as good"]
    rows = [
        [
            _title(manifest, link),
            one["words"],
            f"{one['threshold']:.2g}",
            draws_of_100(one["above"]),
            draws_of_100(one["below"]),
            f"{one['draws_above']} · {one['draws_below']}",
            f"{per_100(one['by_chance'])} of 100",
        ]
        for link in manifest["links"]
        for one in manifest["splits"].get(link["key"], [])
    ]
    return [Block("What would have to be true", SPLIT_NOTE, header, rows)] if rows else []


def _links(manifest: dict[str, Any], name: str) -> Block:
    """A row a link."""
    start, draws = manifest["starts"][name], manifest["draws"] is not None
    doubt = "95 % interval over parameters" if draws else "simulation error only"
    header = ["link", "effect", doubt, *(["draws as claimed", "counted"] if draws else []), "for every unit before"]
    rows = []
    for link in manifest["links"]:
        entry = start["rows"][link["key"]]
        rows.append(_row(manifest, link, entry, _title(manifest, link), draws))
    for measure, entry in start["beside"].items():
        label = f"whole chain: {manifest['measures'][measure]['label']}"
        interval = f"{quantity(entry['low'])} to {quantity(entry['high'])}"
        rows.append([label, quantity(entry["difference"]), interval, *([f"{draws_of_100(entry['p_positive'])}", ""] if draws else []), ""])
    return Block(sentence(start["title"]), LINK_NOTE, header, rows)


def _title(manifest: dict[str, Any], link: dict[str, Any]) -> str:
    return f"{link['title']}, were it not that {manifest['counter']}" if link["key"] == "without" else str(link["title"])


def _row(manifest: dict[str, Any], link: dict[str, Any], entry: dict[str, Any], title: str, draws: bool) -> list[str]:
    effect = f"{quantity(entry['difference'])} {manifest['measures'][link['to']]['unit']}"
    interval = f"{quantity(entry['low'])} to {quantity(entry['high'])}"
    counted = [draws_of_100(entry["share"]), f"{entry['counted']} of {entry['moved']}"] if draws else []
    return [title, effect, interval, *counted, per_unit(manifest, link, entry)]


def _across(manifest: dict[str, Any]) -> Block:
    """A row a start, a column a link."""
    header = ["", *(_title(manifest, link) for link in manifest["links"])]
    rows = []
    for start in manifest["starts"].values():
        cells = [start["rows"][link["key"]] for link in manifest["links"]]
        rows.append([start["title"], *(_cell(entry) for entry in cells)])
    return Block("Link by link, variant by variant", CROSS_NOTE, header, rows)


def _cell(entry: dict[str, Any]) -> str:
    share = "" if entry["share"] is None else f" · {draws_of_100(entry['share']).removesuffix(' of 100')}"
    return f"{quantity(entry['difference'])}{share}"


def command(manifest: dict[str, Any]) -> str:
    """The command that makes the run again."""
    asked = manifest["asked"]
    words = ["python run.py branch", asked["scenario"], "--chain", asked["subject"]]
    doses: dict[str, list[str]] = {}
    for start in manifest["starts"].values():
        for name, value in start["doses"].items():
            said = doses.setdefault(name, [])
            said += [] if f"{value:g}" in said else [f"{value:g}"]
    words += [f"--dose {name}={','.join(values)}" for name, values in doses.items()]
    words += [f"--mode {manifest['mode']}", f"--worlds {asked['worlds']}", f"--seed {asked['seed']}", f"--parameters {asked['parameters']}"]
    return " ".join(words)


def write_page(study: Study, crisis: Scenario, folder: Path, figures: list[dict[str, Any]]) -> Path:
    """Write the study's index.html, with its figures."""
    return render(
        folder,
        crisis,
        study.manifest,
        question=study.manifest["question"],
        findings=chain_findings(study.manifest),
        figures=figures,
        blocks=blocks(study.manifest),
        command=command(study.manifest),
    )
