"""compare: two runs, outcome by outcome."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Quiet, RunName, ToFile, Yes, fail, note, run_words

if TYPE_CHECKING:
    from sim.experiments.compare import Comparison


def compare(
    first: RunName,
    second: RunName,
    outcomes: Annotated[
        list[str] | None, typer.Option("--outcome", metavar="NAME", help="Only this outcome. Repeatable.", show_default="all that both have")
    ] = None,
    to: ToFile = None,
    yes: Yes = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """How two runs differ, outcome by outcome, and whether that can be told from no change."""
    from sim.experiments.compare import compare as run
    from sim.report import compare as report
    from sim.run_names import find_run
    from sim.scenario.errors import ScenarioError
    from sim.table_files import check_table, write_frame

    try:
        if to is not None:
            check_table(to, yes)
        found = run(find_run(first), find_run(second), outcomes or ())
        if to is not None:
            write_frame(report.table(found), to)
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(found, outcomes or [], to), ensure_ascii=False))
        return
    report.print_comparison(found, outcomes or [])
    if to is not None:
        print(f"Saved: {to}")
    names = " ".join(run_words(one.folder) for one in (found.first, found.second))
    note(f"Next: keep every difference: python run.py compare {names} --to differences.csv", quiet or to is not None)


def _json(found: "Comparison", asked: list[str], to: Path | None) -> dict[str, Any]:
    from sim.report.compare import caveat, findings

    manifests = [run.manifest for run in (found.first, found.second)]
    modes = [manifest.get("mode") or manifest["asked"].get("modes") for manifest in manifests]
    return {
        "schema_version": manifests[1]["schema_version"],
        "command": "compare",
        "run": [str(found.first.folder), str(found.second.folder)],
        "mode": modes[0] if modes[0] == modes[1] else modes,
        "caveat": caveat(found),
        "finding": findings(found, asked),
        "paired": found.paired,
        "pairing": found.pairing,
        "interval": "simulation",
        "asked_differently": found.asked,
        "only_in_first": found.only_first,
        "only_in_second": found.only_second,
        "differences": found.rows,
        "file": str(to) if to else None,
    }
