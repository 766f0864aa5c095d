"""An answer as a table that fits the terminal, and the list of what can be asked of a run."""

import math
import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.data_dictionary import Manifest, Meaning
from sim.report.terminal import WIDTH, print_table
from sim.run_tables import Column, Views, identifier
from sim.scenario.errors import clipped, printable

MOST_ROWS = 40
"""Rows that are shown, where nobody asks for more."""
WIDEST_CELL = 60
GAP = 3
FIRST_ASKED = ("second_round", "war", "answered", "struck")
"""Outcomes that an example asks for, the first that there is."""


@dataclass(frozen=True)
class Answer:
    """What came back: columns, rows (all, or the first), and how many rows there are in all."""

    columns: list[Column]
    rows: list[tuple[Any, ...]]
    total: int


def print_answer(answer: Answer) -> None:
    """The answer as a table, and what of it is not shown."""
    header = [column.name for column in answer.columns]
    rows = [[cell(value) for value in row] for row in answer.rows]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
    kept = fitting(header, rows, width)
    print_table("", header[:kept], [row[:kept] for row in rows])
    for line in cut_words(answer, header[kept:]):
        print(line)


def fitting(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int:
    """How many columns fit; at least one."""
    used = 0
    for number, name in enumerate(header):
        used += max([len(name), *(len(row[number]) for row in rows)]) + GAP
        if used > width + GAP and number:
            return number
    return len(header)


def cut_words(answer: Answer, columns: Sequence[str]) -> list[str]:
    """How many rows there are, and what was left out so that the table fits."""
    rows = f"{answer.total:,} row{'' if answer.total == 1 else 's'}"
    lines = [rows if len(answer.rows) == answer.total else f"The first {len(answer.rows):,} of {rows}: --limit shows more, --to FILE keeps all."]
    if columns:
        lines.append(f"Columns not shown, for want of room: {', '.join(columns)}. Name those wanted, or keep all with --to FILE.")
    return lines


def cell(value: Any) -> str:
    """A value in a table: NULL where it is missing, six digits that count."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f"{float(value):.6g}" if isinstance(value, float | Decimal) else str(value)
    return clipped(printable(text), WIDEST_CELL)


def plain(value: Any) -> Any:
    """A value as JSON has it: null for what is no number, text for dates."""
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


# What can be asked


def print_views(folder: Path, manifest: Manifest, views: Views, counts: dict[str, int], known: dict[str, dict[str, Meaning]]) -> None:
    """Every view with its columns, their types and what they mean; then a question to start with."""
    print(f"{folder.name}: {len(views)} table{'' if len(views) == 1 else 's'} to ask")
    for name, columns in views.items():
        rows = [[column.name, column.type, meaning.sentence() if (meaning := known[name].get(column.name)) else ""] for column in columns]
        print_table(f"{name}: {counts[name]:,} rows", ["column", "type", "what it says"], rows)
    print(f"What is missing is NULL, never 0. {manifest['caveat']}")
    print(f"For example: {example_command(folder, manifest, views)}")


def example_command(folder: Path, manifest: Manifest, views: Views) -> str:
    """A command that asks the example."""
    return shlex.join(["python", "run.py", "query", str(folder), example(manifest, views)])


def example(manifest: Manifest, views: Views) -> str:
    """A question that a run like this one answers: a share of worlds by set-up where it keeps worlds, else a few rows."""
    columns = {column.name: column.type for column in views.get("outcomes", [])}
    outcome = next((name for name in FIRST_ASKED if name in columns), None)
    groups = _groups(manifest, columns)
    number = next((name for name in manifest.get("outcomes", {}) if columns.get(name) in ("BIGINT", "DOUBLE")), None)
    if outcome is None and number and "weight" in columns and groups:
        mean = f"round(sum(weight * {number}) / sum(weight) FILTER ({number} IS NOT NULL), 2)"
        return f"SELECT {', '.join(map(identifier, groups))}, {mean} AS {number} FROM outcomes GROUP BY ALL ORDER BY ALL"
    if outcome is None or "weight" not in columns or not groups:
        return f"SELECT * FROM {identifier(next(iter(views)))} LIMIT 10"
    share = f"round(100 * sum(weight * {outcome}::INT) / sum(weight) FILTER ({outcome} IS NOT NULL), 1)"
    return f"SELECT {', '.join(map(identifier, groups))}, {share} AS {outcome} FROM outcomes GROUP BY ALL ORDER BY ALL"


def _groups(manifest: Manifest, columns: dict[str, str]) -> list[str]:
    """Columns that tell set-ups apart."""
    factors = [one["name"] for one in manifest.get("sweep", {}).get("factors", [])]
    return [name for name in factors or ("mode", "setup") if name in columns]
