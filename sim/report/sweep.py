"""A sweep as it is printed and as a page: sentences, a row a set-up, how to repeat it and what to ask next."""

from pathlib import Path
from typing import Any

from sim.report.page import render
from sim.report.query import example_command
from sim.report.tables import Block
from sim.report.terminal import print_study
from sim.run_tables import tables_of, views
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.sweep_words import headlines, recorded_words, sweep_findings, value
from sim.words import amount, per_100

Means = dict[tuple[int, str], dict[Any, Any]]

MOST_ROWS = 24
"""Set-ups that are all listed; of more, those at either end."""
ENDS = 6
NOTE = (
    "In brackets the 95 % simulation error: it shrinks with more worlds; what is not known about the parameters does not. "
    "Outcomes with a condition count only the n worlds in which it holds."
)


def print_sweep(study: Study, folder: Path, quiet: bool) -> None:
    """A sweep, and a query that is ready to be asked."""
    manifest = study.manifest
    command = "" if quiet else query_command(folder, manifest)
    print_study(sweep_findings(manifest), [block(study)], manifest["caveat"], folder, "ask its tables", command)


def query_command(folder: Path, manifest: dict[str, Any]) -> str:
    """A query of this sweep's worlds."""
    with tables_of(folder) as connection:
        return example_command(folder, manifest, views(connection))


def block(study: Study) -> Block:
    """A row a set-up with the outcomes that are told; of many set-ups those with least and most of the first outcome."""
    manifest, summary = study.manifest, study.tables["summary"]
    names, factors = headlines(manifest), manifest["sweep"]["factors"]
    told = summary[summary["outcome"].isin(names)].dropna(subset=["mean"]).to_dict("records")
    means: Means = {(row["point"], row["outcome"]): row for row in told}
    points = list(dict.fromkeys(summary["point"]))
    title = f"Each of {len(points):,} set-ups"
    if len(points) > MOST_ROWS and names:
        order = summary[summary["outcome"] == names[0]].dropna(subset=["mean"]).sort_values("mean", kind="stable")["point"].tolist()
        points = [*order[:ENDS], *order[-ENDS:]]
        title = f"The {ENDS} set-ups with least, and the {ENDS} with most, of {len(order):,}: {manifest['outcomes'][names[0]]['label']}"
    values = study.tables["points"].set_index("point")
    rows = [
        [str(point), *(value(values.at[point, factor["name"]]) for factor in factors), *(_cell(manifest, means, point, name) for name in names)]
        for point in points
    ]
    return Block(title, _note(manifest), ["set-up", *map(_header, factors), *(_name(manifest["outcomes"][name]) for name in names)], rows)


def _note(manifest: dict[str, Any]) -> str:
    worth, worlds = manifest["sweep"]["fewest_effective_worlds"], manifest["asked"]["worlds"]
    weighted = f"Worlds are weighted by how likely they made the record so far; those of a set-up are worth {worth:,.0f} or more." if worth else ""
    told = any(name.startswith("killed") for name in headlines(manifest))
    parts = (NOTE, weighted if worth and worth < 0.999 * worlds else "", recorded_words(manifest) if told else "")
    return " ".join(part for part in parts if part)


def _header(factor: dict[str, Any]) -> str:
    return f"{factor['label']} [{factor['unit']}]" if factor["unit"] else str(factor["label"])


def _name(entry: dict[str, Any]) -> str:
    unit = "worlds in 100" if entry["kind"] == "yes or no" else entry["unit"]
    given = f", given: {entry['given']}" if entry["given"] else ""
    return f"{entry['label']} [{unit}{given}]"


def _cell(manifest: dict[str, Any], means: Means, point: int, name: str) -> str:
    if (point, name) not in means:
        return "not defined"
    tell = per_100 if manifest["outcomes"][name]["kind"] == "yes or no" else amount
    mean, low, high = (float(means[point, name][key]) for key in ("mean", "low", "high"))
    counted = f", n = {means[point, name]['worlds']:,}" if manifest["outcomes"][name]["given"] else ""
    return f"{tell(mean)} ({tell(low)} to {tell(high)}){counted}"


def write_page(study: Study, crisis: Scenario, folder: Path, figures: list[dict[str, str]]) -> Path:
    """Write the sweep's index.html and figures.json."""
    manifest = study.manifest
    return render(
        folder,
        crisis,
        manifest,
        question=manifest["sweep"]["question"],
        findings=sweep_findings(manifest),
        figures=figures,
        blocks=[block(study)],
        command=manifest["command"],
    )
