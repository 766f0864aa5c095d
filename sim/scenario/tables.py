"""The tables of a crisis: CSV files that an analyst edits in a spreadsheet, one row an event, a place, a tie, a source."""

import csv
import io
from typing import Any, NamedTuple

from sim.scenario.errors import NO_VALUE, Problem, Trail, nearest
from sim.scenario.fields import Section
from sim.scenario.parts.border import Community, Crossing, Tie
from sim.scenario.parts.record import Event, Reference
from sim.scenario.tree import specs, typed
from sim.scenario.yaml_text import REAL, WHOLE

Where = dict[Trail, str]
"""From the way to a value to the place in a file where it stands."""


class Table(NamedTuple):
    """A CSV file: its name, what a row is, and whether rows have names (then they make a mapping, else a list)."""

    file: str
    row: type[Section]
    named: bool


TABLES = {
    "history": Table("history.csv", Event, False),
    "communities": Table("communities.csv", Community, True),
    "crossings": Table("crossings.csv", Crossing, True),
    "ties": Table("ties.csv", Tie, False),
    "references": Table("sources.csv", Reference, False),
}

Row = tuple[int, list[str]]
"""A row's number and its cells."""

Entry = dict[str, object]
"""A row as data: filled cells by column."""


def read_table(part: str, text: str, file: str, problems: list[Problem]) -> tuple[Any, Where]:
    """The rows of a table as data, and where each cell stands; adds what is wrong to `problems`."""
    table = TABLES[part]
    rows = spreadsheet_rows(text, file, problems)
    columns = header(table, rows[0][1], file, problems) if rows else None
    if columns is None:
        return {} if table.named else [], {}
    filled = [fitted(row, columns, file, problems) for row in rows[1:]]
    return named_rows(part, columns, filled, file, problems) if table.named else numbered_rows(part, columns, filled, file)


def spreadsheet_rows(text: str, file: str, problems: list[Problem]) -> list[Row]:
    """The rows that hold anything, with the number that a spreadsheet gives them; the header is row 1."""
    rows: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if number == 1 or any(cell.strip() for cell in cells):
                rows.append((number, [cell.strip() for cell in cells]))
    except csv.Error as error:
        problems.append(Problem(f"{file} row {number + 1}", f"is not CSV: {error}"))
    return rows


def header(table: Table, cells: list[str], file: str, problems: list[Problem]) -> list[str] | None:
    """The columns, unknown ones left empty; None where rows would make no sense without what is missing."""
    known = (*(("name",) if table.named else ()), *specs(table.row))
    where = f"{file} row 1"
    if len(cells) == 1 and (";" in cells[0] or "\t" in cells[0]):
        problems.append(Problem(where, "columns must be separated by commas"))
        return None
    problems.extend(Problem(where, "is no column here", cell, nearest=nearest(cell, known)) for cell in cells if cell and cell not in known)
    problems.extend(Problem(where, "stands here twice", cell) for cell in dict.fromkeys(cells) if cell in known and cells.count(cell) > 1)
    missing = [name for name in known if name not in cells and (name == "name" or is_required(table.row, name))]
    problems.extend(Problem(where, "column is missing", name) for name in missing)
    return None if missing else [cell if cell in known else "" for cell in cells]


def is_required(row: type[Section], name: str) -> bool:
    return row.model_fields[name].is_required()


def fitted(row: Row, columns: list[str], file: str, problems: list[Problem]) -> Row:
    """A row with one cell a column; a short row is filled up with empty cells, as spreadsheets save them."""
    number, cells = row
    if any(cells[len(columns) :]):
        problems.append(Problem(f"{file} row {number}", f"has {len(cells)} cells for {len(columns)} columns; put text with commas in quotes"))
    return number, (cells + [""] * len(columns))[: len(columns)]


def numbered_rows(part: str, columns: list[str], rows: list[Row], file: str) -> tuple[list[Entry], Where]:
    """Rows without names, in their order."""
    where: Where = {}
    for index, (number, _) in enumerate(rows):
        note_places(where, (part, index), columns, f"{file} row {number}")
    return [values(TABLES[part].row, columns, cells) for _, cells in rows], where


def named_rows(part: str, columns: list[str], rows: list[Row], file: str, problems: list[Problem]) -> tuple[dict[str, Entry], Where]:
    """Rows by name; their order does not matter."""
    where: Where = {}
    found: dict[str, Entry] = {}
    for number, cells in rows:
        place = f"{file} row {number}"
        name = cells[columns.index("name")]
        if not name or name in found:
            allowed = f"is already the name of {where[(part, name)]}" if name else "is required"
            problems.append(Problem(f"{place}, column name", allowed, "name", name or NO_VALUE))
            continue
        found[name] = values(TABLES[part].row, columns, cells)
        note_places(where, (part, name), columns, place)
    return found, where


def note_places(where: Where, trail: Trail, columns: list[str], place: str) -> None:
    """Remembers in which row and columns an entry stands."""
    where[trail] = place
    where.update({(*trail, column): f"{place}, column {column}" for column in columns if column})


def values(row: type[Section], columns: list[str], cells: list[str]) -> Entry:
    """A row's filled cells by column; what is empty has the field's default."""
    fields = specs(row)
    return {column: converted(fields[column].kind, cell) for column, cell in zip(columns, cells, strict=True) if cell and column in fields}


def converted(kind: Any, cell: str) -> object:
    """A cell as its field wants it, or as it stands where it cannot be read so."""
    if kind is float and REAL.fullmatch(cell):
        return float(cell)
    if kind is int and WHOLE.fullmatch(cell) and len(cell) < 20:
        return int(cell)
    return typed(kind, cell)
