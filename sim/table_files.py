"""A table as a file that others read: CSV, Parquet or JSON by its suffix, written under another name and renamed when it is whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd

from sim.run_tables import identifier, literal, one_line
from sim.scenario.errors import one_of, refuse, shown_path

FORMATS = {
    ".csv": "FORMAT csv, HEADER true",
    ".parquet": "FORMAT parquet",
    ".json": "FORMAT json, ARRAY true",
}


def check_file(path: Path, suffixes: tuple[str, ...], replace: bool, flag: str = "--to") -> None:
    """Refuse a file that cannot be written, or would replace another unasked; raises ScenarioError."""
    if path.suffix.lower() not in suffixes:
        raise refuse("", f"must end with {one_of(suffixes).removeprefix('must be ')}", field=flag, value=str(path))
    if path.is_dir() or not path.parent.is_dir():
        raise refuse("", "must be a file in a folder that there is", field=flag, value=str(path))
    if path.exists() and not replace:
        raise refuse("", "is there already; --yes replaces it", field=flag, value=str(path))


def check_table(path: Path, replace: bool) -> None:
    """Refuse a file that no table can be written to; raises ScenarioError."""
    check_file(path, tuple(FORMATS), replace)


def unfinished(path: Path) -> Path:
    """The name under which a file is written."""
    return path.with_name(f".{path.name}.unfinished")


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[Path]:
    """The name to write a file under; it takes its own name when all is written, and is gone where that fails."""
    part = unfinished(path)
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise refuse("", f"cannot be written ({error.strerror or error})", field="--to", value=shown_path(path)) from None
    except duckdb.IOException as error:
        raise refuse("", f"cannot be written: {one_line(error)}", field="--to", value=shown_path(path)) from None
    finally:
        part.unlink(missing_ok=True)


def copy_out(connection: duckdb.DuckDBPyConnection, view: str, path: Path) -> int:
    """Write a view's rows, and say how many; JSON has no word for what is not finite: there it becomes null. Raises duckdb.Error."""
    chosen = "*"
    if path.suffix.lower() == ".json":
        rows = connection.execute(f"DESCRIBE {view}").fetchall()
        numbers = [identifier(row[0]) for row in rows if row[1] in ("DOUBLE", "FLOAT")]
        chosen += f" REPLACE ({', '.join(f'CASE WHEN isfinite({name}) THEN {name} END AS {name}' for name in numbers)})" if numbers else ""
    where, how = literal(unfinished(path).resolve()), FORMATS[path.suffix.lower()]
    written = connection.execute(f"COPY (SELECT {chosen} FROM {view}) TO {where} ({how})").fetchone()
    return int(written[0]) if written else 0


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame; what is missing becomes NULL."""
    with duckdb.connect() as connection, whole_or_nothing(path):
        connection.register("rows", frame)
        copy_out(connection, "rows", path)
