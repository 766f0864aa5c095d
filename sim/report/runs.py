"""The list of runs, and what goes when it is pruned."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.report.terminal import print_table
from sim.results_folder import FINISHED, RUNNING, Entry
from sim.scenario.errors import clipped

STEP = 1000.0
UNITS = ("kB", "MB", "GB", "TB")
LONGEST_FINDING = 120
HEADER = ["name", "command", "scenario", "when (UTC)", "worlds per set-up", "size", "found"]


def print_runs(found: Sequence[Entry], results: Path) -> None:
    """Every run in a table, newest first."""
    if not found:
        print(f"No run in {results} yet.")
        return
    print(f"{runs_words(found)} in {results}, {size_words(sum(entry.bytes for entry in found))}.")
    print_table("", HEADER, [_row(entry) for entry in found], whole=True)


def _row(entry: Entry) -> list[str]:
    worlds = "" if entry.worlds is None else f"{entry.worlds:,}" + (f" ({entry.total_worlds:,} in all)" if entry.total_worlds else "")
    when = entry.when[:16].replace("T", " ")
    return [entry.name, entry.command, entry.scenario, when, worlds, size_words(entry.bytes), clipped(found_words(entry), LONGEST_FINDING)]


def found_words(entry: Entry) -> str:
    """What a run found; of a sweep that has not ended, how far it is."""
    if entry.state == FINISHED or entry.done is None:
        return entry.finding
    of = f" of {entry.parts:,}" if entry.parts is not None else ""
    how = "Running" if entry.state == RUNNING else "Unfinished"
    return f"{how}: {entry.done:,}{of} parts written. {entry.finding}".strip()


def print_pruning(going: Sequence[Entry]) -> None:
    """What would go, and how much space that gives."""
    print(f"{runs_words(going)} to remove, {size_words(sum(entry.bytes for entry in going))}:")
    for entry in going:
        print(f"  {entry.name}  {size_words(entry.bytes)}  {entry.when[:10]}{'' if entry.state == FINISHED else '  unfinished'}")


def runs_words(found: Sequence[Entry]) -> str:
    """1 run; 12 runs."""
    return f"{len(found):,} run{'' if len(found) == 1 else 's'}"


def size_words(size: float) -> str:
    """512 bytes; 4.8 MB."""
    if size < STEP:
        return f"{size:.0f} bytes"
    power = min(int(math.log(size, STEP)), len(UNITS))
    scaled = size / STEP**power
    return f"{scaled:.1f} {UNITS[power - 1]}" if scaled < 100 else f"{scaled:,.0f} {UNITS[power - 1]}"


def as_json(entry: Entry) -> dict[str, Any]:
    """A run of the list as JSON."""
    return {"name": entry.name, **{name: str(value) if name == "folder" else value for name, value in vars(entry).items()}}
