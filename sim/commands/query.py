"""query: ask a run's tables in SQL."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Quiet, RunName, ToFile, Yes, fail, note, run_words

if TYPE_CHECKING:
    import duckdb

    from sim.report.query import Answer


def query(
    run: RunName,
    sql: Annotated[str | None, typer.Argument(metavar="[SQL]", help="A SELECT; without it, what can be asked is listed.")] = None,
    to: ToFile = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Rows to show.", show_default="40; all as JSON")] = None,
    yes: Yes = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Ask a run's tables in SQL, as a table or a file; without SQL, what there is to ask."""
    from sim.run_names import find_run, manifest_of
    from sim.scenario.errors import ScenarioError, refuse

    try:
        folder = find_run(run)
        manifest = manifest_of(folder)
        if sql is None:
            if to is not None:
                raise refuse("", "needs a SELECT to write the answer of", field="--to", value=str(to))
            _list(folder, manifest, as_json)
        else:
            _ask(folder, manifest, sql, to, limit, yes, as_json, quiet)
    except ScenarioError as error:
        fail(error, as_json)


def _list(folder: Path, manifest: dict[str, Any], as_json: bool) -> None:
    from sim.data_dictionary import meanings
    from sim.report.query import example_command, print_views
    from sim.run_tables import count, tables_of, telling_errors, views

    with tables_of(folder) as connection, telling_errors():
        found = views(connection)
        counts = {name: count(connection, name) for name in found}
    known = {name: meanings(folder, manifest, name) for name in found}
    if not as_json:
        print_views(folder, manifest, found, counts, known)
        return
    listed = [
        {"name": name, "rows": counts[name], "columns": [
            {"name": one.name, "type": one.type, **(vars(known[name][one.name]) if one.name in known[name] else {})} for one in columns]}
        for name, columns in found.items()
    ]  # fmt: skip
    print(json.dumps(_head(folder, manifest) | {"views": listed, "example": example_command(folder, manifest, found)}, ensure_ascii=False))


def _ask(folder: Path, manifest: dict[str, Any], sql: str, to: Path | None, limit: int | None, yes: bool, as_json: bool, quiet: bool) -> None:
    from sim.report.query import MOST_ROWS, plain, print_answer
    from sim.run_tables import tables_of
    from sim.table_files import check_table, unfinished

    if to is not None:
        check_table(to, yes)
    with tables_of(folder, None if to is None else unfinished(to)) as connection:
        answer = _answer(connection, sql, limit if limit or as_json else MOST_ROWS, to)
    if as_json:
        names = [column.name for column in answer.columns]
        rows = [] if to else [dict(zip(names, map(plain, row), strict=True)) for row in answer.rows]
        told = {"sql": sql, "columns": [vars(column) for column in answer.columns], "total_rows": answer.total, "rows": rows}
        print(json.dumps(_head(folder, manifest) | told | {"file": str(to) if to else None}, ensure_ascii=False))
    elif to is not None:
        print(f"{answer.total:,} rows")
        print(f"Saved: {to}")
    else:
        print_answer(answer)
        note(f"\nNext: keep it with --to FILE.csv; all tables and columns: python run.py query {run_words(folder)}", quiet)


def _answer(connection: "duckdb.DuckDBPyConnection", sql: str, limit: int | None, to: Path | None) -> "Answer":
    """Columns, rows and number of rows; with a file, the rows go there."""
    from sim.report.query import Answer
    from sim.run_tables import ANSWER, ask, count, telling_errors
    from sim.table_files import copy_out, whole_or_nothing

    columns = ask(connection, sql)
    with telling_errors():
        if to is not None:
            with whole_or_nothing(to):
                return Answer(columns, [], copy_out(connection, ANSWER, to))
        rows = connection.execute(f"FROM {ANSWER}" + (f" LIMIT {limit + 1}" if limit else "")).fetchall()
        cut = limit is not None and len(rows) > limit
        return Answer(columns, rows[:limit], count(connection, ANSWER) if cut else len(rows))


def _head(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    mode = manifest.get("mode") or manifest["asked"].get("modes")
    return {"schema_version": manifest["schema_version"], "command": "query", "run": str(folder), "mode": mode, "caveat": manifest["caveat"]}
