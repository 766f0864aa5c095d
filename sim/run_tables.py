"""A run's tables as views of a database that can only be asked: it writes nothing, and reads nothing outside the run's folder.

DuckDB is locked down by its own settings. Two things it leaves open are closed here: a question must be one SELECT that
stands as the body of a view (a view writes nothing), and may call only table functions that read.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from sim.scenario.errors import clipped, nearest, refuse, shown_path

ANSWER = "the_answer"
WEIGHT = "exp(log_weight - max(log_weight) OVER (PARTITION BY point)) AS weight"
"""A sweep keeps the logarithm of a world's weight; the heaviest world of a set-up weighs 1."""
LISTS = ("events.csv", "events_cameo.csv", "crisis_icb.csv")
"""Tables of a replay that are text."""
CODES = "{'EventCode': 'VARCHAR', 'EventBaseCode': 'VARCHAR', 'EventRootCode': 'VARCHAR'}"
"""Columns that look like numbers and begin with noughts."""
LONGEST_ERROR = 400
SETTINGS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET enable_progress_bar = false",
)
READERS = {
    "unnest", "range", "generate_series", "repeat", "repeat_row", "json_each", "json_tree", "histogram", "histogram_values", "summary", "glob",
    "read_text", "read_csv", "read_csv_auto", "read_json", "read_json_auto", "read_json_objects", "read_json_objects_auto", "read_ndjson",
    "read_ndjson_auto", "read_ndjson_objects", "read_ndjson_objects_auto", "read_parquet", "parquet_scan", "parquet_schema", "parquet_metadata",
    "parquet_file_metadata", "parquet_kv_metadata", "duckdb_columns", "duckdb_functions", "duckdb_settings", "duckdb_tables", "duckdb_types",
    "duckdb_views", "pragma_table_info", "pragma_version",
}  # fmt: skip
"""Table functions that a question may call: they read, and what they may read is what DuckDB's settings allow."""


@dataclass(frozen=True)
class Column:
    """A column of a view: its name, and its type as DuckDB calls it."""

    name: str
    type: str


Views = dict[str, list[Column]]


def literal(text: object) -> str:
    """Text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL writes it: quoted where it must be."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'


def sources(folder: Path) -> dict[str, str]:
    """What each view of a run's folder reads, as SQL: flat Parquet tables, tables in parts, and the events of a replay, also as others code them."""
    found = {file.stem: f"read_parquet({literal(file)})" for file in sorted(folder.glob("*.parquet"))}
    for inner in sorted(part.parent for part in folder.glob("*/part-*.parquet")):
        files = ", ".join(literal(file) for file in sorted(inner.glob("part-*.parquet")))
        found[inner.name] = f"read_parquet([{files}])"
    for file in (folder / name for name in LISTS if (folder / name).is_file()):
        types = f", types = {CODES}" if file.stem == "events_cameo" else ""
        found[file.stem] = f"read_csv({literal(file)}, header = true{types})"
    return found


@contextmanager
def tables_of(folder: Path, writable: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked database with a view for every table of a run; it may write to `writable` alone, and to nothing otherwise.

    Raises ScenarioError where a table of the run cannot be read.
    """
    here = folder.resolve()
    with tempfile.TemporaryDirectory(prefix="taftan_") as scratch, duckdb.connect() as connection:
        for setting in (*SETTINGS, f"SET temp_directory = {literal(scratch)}"):
            connection.execute(setting)
        for name, source in sources(here).items():
            _add_view(connection, folder, name, source)
        connection.execute(f"SET allowed_directories = [{literal(here)}]")
        if writable is not None:
            connection.execute(f"SET allowed_paths = [{literal(writable.resolve())}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def _add_view(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, source: str) -> None:
    try:
        columns = {row[0] for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
        weighed = {"point", "log_weight"} <= columns and "weight" not in columns
        connection.execute(f"CREATE VIEW {identifier(name)} AS SELECT *{f', {WEIGHT}' if weighed else ''} FROM {source}")
    except duckdb.Error as error:
        raise refuse(shown_path(folder / name), f"cannot be read: {one_line(error)}") from None


def views(connection: duckdb.DuckDBPyConnection) -> Views:
    """Every view with its columns, the outcomes first."""
    rows = connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' AND table_name <> ? "
        "ORDER BY table_name <> 'outcomes', table_name, column_index",
        [ANSWER],
    ).fetchall()
    found: Views = {}
    for table, column, kind in rows:
        found.setdefault(table, []).append(Column(column, kind))
    return found


def count(connection: duckdb.DuckDBPyConnection, view: str) -> int:
    """Number of rows of a view. Raises duckdb.Error."""
    row = connection.execute(f"SELECT count(*) FROM {identifier(view)}").fetchone()
    return int(row[0]) if row else 0


# Questions


def ask(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Column]:
    """Make a question the view `the_answer`, and give its columns; raises ScenarioError where it is no question, or a wrong one."""
    known = views(connection)
    words = [*known, *(column.name for columns in known.values() for column in columns)]
    with telling_errors(words):
        statements = connection.extract_statements(sql)
        if len(statements) != 1:
            raise refuse("SQL", f"must be one SELECT; these are {len(statements)} statements")
        if statements[0].type != duckdb.StatementType.SELECT:
            raise refuse("SQL", f"must be a SELECT, which reads and changes nothing; this is {statements[0].type.name}")
        question = statements[0].query.strip().rstrip(";")
        _check_functions(connection, question)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {ANSWER} AS {question}")
        return [Column(row[0], row[1]) for row in connection.execute(f"DESCRIBE {ANSWER}").fetchall()]


def _check_functions(connection: duckdb.DuckDBPyConnection, question: str) -> None:
    """Refuse table functions that could do more than read, such as one that runs another statement."""
    row = connection.execute("SELECT json_serialize_sql(?)", [question]).fetchone()
    parsed = json.loads(row[0]) if row else {"error": True}
    if parsed["error"]:
        raise refuse("SQL", f"cannot be read: {parsed.get('error_message', 'no statement')}")
    for name in _table_functions(parsed):
        if name.lower() not in READERS:
            raise refuse("SQL", "is no table function that a question may call", field="function", value=name, nearest=nearest(name, READERS))


def _table_functions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("type") == "TABLE_FUNCTION":
            yield str(node["function"]["function_name"])
        for inner in node.values():
            yield from _table_functions(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _table_functions(inner)


@contextmanager
def telling_errors(words: Sequence[str] = ()) -> Iterator[None]:
    """DuckDB's complaints as ScenarioError in one line, with the nearest of `words` to a name that it does not know."""
    try:
        yield
    except duckdb.Error as error:
        said = one_line(error)
        unknown = re.search(r'column "([^"]+)"', said) or re.search(r"named? \"?([\w.]+)\"? (?:does not|not)", said)
        meant = nearest(unknown[1], words) if unknown and "Did you mean" not in said else ""
        raise refuse("SQL", said, nearest=meant) from None


def one_line(error: Exception) -> str:
    """What DuckDB says, without the picture of the statement and the list of all functions."""
    said = re.split(r"\n\s*\n|\n\s*Candidate functions|\n\nLINE", str(error).strip())[0]
    return clipped(" ".join(said.split()), LONGEST_ERROR)
