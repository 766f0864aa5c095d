"""report: a run as two sheets, for those who were not there."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Quiet, RunName, Steps, fail, note

if TYPE_CHECKING:
    from sim.report.tables import Block


def report(
    run: RunName = "latest",
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="A headline; the run's question goes below it.")] = "",
    full: Annotated[bool, typer.Option("--full", help="Every figure and table, the modes, and what is known of every number.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Where to put it.", show_default="the run's folder")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """A run on two sheets, as one HTML file and as PDF: question, finding, figures, limits, how to reproduce it."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    try:
        from sim.report.report import report as made_of
        from sim.report.sheets import WHY_NOT, laid_out
        from sim.run_names import find_run, manifest_of

        folder = find_run(run)
        manifest = manifest_of(folder)
        found = made_of(folder, title, full, _evidence(manifest) if full else ())
        steps.done("Read the run")
        sheets = laid_out(found, manifest["hash"], full)
        files = _write(out or folder, "report_full" if full else "report", sheets.html, sheets.pdf)
        steps.done("Laid out the sheets")
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(folder, manifest, found.words["findings"], files) | {"sheets": sheets.sheets}, ensure_ascii=False))
        return
    print("\n".join(found.words["findings"]))
    print(manifest["caveat"])
    for file in files:
        print(f"Saved: {file}")
    if sheets.pdf is None:
        print(WHY_NOT, file=sys.stderr)
    note(f"Next: open {files[0]} in a browser; or all of it, with tables: python run.py report {folder} --full", quiet or full)


def _evidence(manifest: dict[str, Any]) -> "Sequence[Block]":
    """What is known of every number of the run's crisis, as far as it is one crisis."""
    from sim.experiments.evidence import COLUMNS, cells, ledger, summary
    from sim.experiments.stored_sensitivity import stored
    from sim.report.tables import Block
    from sim.scenario.load import load, names

    if manifest["asked"]["scenario"] not in names():
        return []
    rows = ledger(load(manifest["asked"]["scenario"]))
    note = " ".join(line.removeprefix("- ") for line in summary(rows, stored()).splitlines())
    plain = [[cell.replace("`", "") for cell in cells(row)] for row in rows]
    return [Block("Evidence ledger: what is known of every number", note.replace("`", ""), list(COLUMNS), plain)]


def _write(place: Path, name: str, html: str, pdf: bytes | None) -> list[Path]:
    """The files of a report; raises ScenarioError where they cannot be written."""
    from sim.scenario.errors import refuse

    files = [place / f"{name}.html", *([place / f"{name}.pdf"] if pdf is not None else [])]
    try:
        place.mkdir(parents=True, exist_ok=True)
        files[0].write_text(html, encoding="utf-8")
        if pdf is not None:
            files[1].write_bytes(pdf)
    except OSError as error:
        raise refuse("", f"a folder that can be written ({error.strerror})", field="--out", value=str(place)) from None
    return files


def _json(folder: Path, manifest: dict[str, Any], findings: list[str], files: Sequence[Path]) -> dict[str, Any]:
    return {
        "schema_version": manifest.get("schema_version", 1),
        "command": "report",
        "run": str(folder),
        "mode": manifest.get("mode") or manifest["asked"].get("mode") or manifest["asked"].get("modes"),
        "caveat": manifest["caveat"],
        "of": manifest["asked"]["command"],
        "findings": findings,
        "files": [str(file) for file in files],
    }
