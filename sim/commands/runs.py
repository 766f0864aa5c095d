"""runs: what lies in results/; fewer of them; one as a zip."""

import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Quiet, Yes, fail, note

if TYPE_CHECKING:
    from sim.results_folder import Entry

CAVEAT = "A model, not a forecast."


def runs(
    prune: Annotated[bool, typer.Option("--prune", help="Remove runs: --keep and --older-than say which.")] = False,
    keep: Annotated[int | None, typer.Option(min=0, metavar="N", help="Of the runs, the N newest stay.")] = None,
    older_than: Annotated[float | None, typer.Option(min=0, metavar="DAYS", help="Only what ended more than so many days ago goes.")] = None,
    archive: Annotated[str | None, typer.Option("--archive", metavar="RUN", help="Make one zip of a run, with checksums.")] = None,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.zip", help="Name of the zip.", show_default="NAME.zip, here")] = None,
    yes: Yes = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """What lies in results/, newest first; with --prune fewer, with --archive one of them as a zip."""
    from sim.run_names import RESULTS
    from sim.scenario.errors import ScenarioError

    try:
        _check(prune, keep, older_than, archive, to)
        if archive is not None:
            _archive(archive, to, yes, as_json, quiet)
        elif prune:
            _prune(RESULTS, keep, older_than, yes, as_json)
        else:
            _list(RESULTS, as_json, quiet)
    except ScenarioError as error:
        fail(error, as_json)


def _check(prune: bool, keep: int | None, older_than: float | None, archive: str | None, to: Path | None) -> None:
    """Refuse flags that do not go together."""
    from sim.scenario.errors import refuse

    if prune and archive is not None:
        raise refuse("", "goes without --prune: one at a time", field="--archive", value=archive)
    if to is not None and archive is None:
        raise refuse("", "goes with --archive", field="--to", value=str(to))
    if prune and keep is None and older_than is None:
        raise refuse("", "needs --keep N, --older-than DAYS or both, to say what goes (--keep 0: all of them)", field="--prune")
    for flag, value in (("--keep", keep), ("--older-than", older_than)):
        if value is not None and not prune:
            raise refuse("", "goes with --prune", field=flag, value=value)


def _list(results: Path, as_json: bool, quiet: bool) -> None:
    from sim.report import runs as report
    from sim.results_folder import entries

    found = entries(results)
    if as_json:
        print(json.dumps(_head(results) | {"runs": [report.as_json(entry) for entry in found]}, ensure_ascii=False))
        return
    report.print_runs(found, results)
    following = f"open {results / 'index.html'} in a browser; or ask one: python run.py query latest" if found else "python run.py replay"
    note(f"Next: {following}", quiet)


def _prune(results: Path, keep: int | None, older_than: float | None, yes: bool, as_json: bool) -> None:
    from sim.report import runs as report
    from sim.results_folder import RUNNING, entries, to_prune
    from sim.scenario.errors import refuse

    found = entries(results)
    going = to_prune(found, keep, older_than, datetime.datetime.now(datetime.UTC))
    running = [entry.name for entry in found if entry.state == RUNNING]
    if going and not as_json:
        report.print_pruning(going)
    if going and not yes:
        if as_json or not can_ask():
            raise refuse("", "needs --yes where nobody can be asked; nothing was removed", field="--prune")
        if not typer.confirm("Remove them?", err=True):
            print("Nothing was removed.")
            return
    gone = _remove(going, results)
    left = running + [entry.name for entry in going if entry not in gone]
    freed = sum(entry.bytes for entry in gone)
    if as_json:
        print(json.dumps(_head(results) | {"removed": [entry.name for entry in gone], "left_running": left, "bytes": freed}, ensure_ascii=False))
        return
    print(f"Removed {report.runs_words(gone)}, {report.size_words(freed)}." if gone else "Nothing to remove.")
    if left:
        print(f"Left, since another process works on it: {', '.join(left)}.")


def can_ask() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdin.isatty()


def _remove(going: "list[Entry]", results: Path) -> "list[Entry]":
    """Remove runs, and renew the page of all runs, also where a removal fails half-way."""
    from sim.report.page import write_index
    from sim.results_folder import remove

    try:
        return [entry for entry in going if remove(entry, results)]
    finally:
        if going:
            write_index(results)


def _archive(run: str, to: Path | None, yes: bool, as_json: bool, quiet: bool) -> None:
    from sim.archive import CHECKSUMS
    from sim.archive import archive as pack
    from sim.report.runs import size_words
    from sim.run_names import find_run
    from sim.table_files import check_file

    folder = find_run(run)
    target = to or Path(f"{folder.resolve().name}.zip")
    check_file(target, (".zip",), yes)
    files = pack(folder, target)
    if as_json:
        told = {"run": str(folder), "file": str(target), "files": files, "bytes": target.stat().st_size}
        print(json.dumps(_head(folder.parent) | told, ensure_ascii=False))
        return
    print(f"{folder.name}: {files:,} files, {size_words(target.stat().st_size)}")
    print(f"Saved: {target}")
    note(f"Next: whoever unpacks it can check every file: cd {folder.resolve().name} && sha256sum --check {CHECKSUMS}", quiet)


def _head(results: Path) -> dict[str, Any]:
    return {"schema_version": 1, "command": "runs", "results": str(results), "caveat": CAVEAT}
