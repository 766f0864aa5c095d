"""A run made again from a bundle's own inputs, and both held against each other, table by table."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import duckdb
import numpy as np
import pandas as pd

from sim.bundle import INPUTS, RUN, Verified
from sim.scenario.errors import Problem, ScenarioError, refuse
from sim.scenario.find import ELSEWHERE
from sim.store import read_parquet

STUDIES = ("replay", "branch", "tipping", "sweep", "sensitivity", "validate", "explain")
"""Commands that make all of a run from the inputs that a bundle brings along."""
OUTWARD = ("--out", "--to", "--store", "--save", "--cluster", "--workers", "--json")
"""Flags that write elsewhere, or ask others."""
VALUED = ("--out", "--to", "--save", "--cluster", "--workers")
"""Those of them that are followed by a word."""
CLOSE = 1e-9
"""How near numbers must be where another machine computes: relative, and absolute for those near nought."""
PROGRAM = Path(__file__).resolve().parents[1]


class Repeated(NamedTuple):
    """How many tables and rows were compared, and the largest relative difference of a number."""

    tables: int
    rows: int
    difference: float


def again(found: Verified, into: Path) -> Path:
    """Run what a bundle says was asked, with its own inputs; the folder of the new run. Raises ScenarioError where that fails."""
    arguments = [str(word) for word in found.about["arguments"]]
    check(arguments)
    # The folder in which it runs is a stranger's: nothing may be imported from there.
    inherited = [str(Path(path).resolve()) for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    paths = os.pathsep.join([str(PROGRAM), *inherited])
    environment = {**os.environ, ELSEWHERE: str(found.folder / INPUTS), "PYTHONPATH": paths}
    command = [sys.executable, "-P", "-m", "sim.cli", *arguments, "--out", str(into), "--quiet"]
    done = subprocess.run(command, cwd=found.folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or not into.is_dir():
        said = " ".join((done.stderr or done.stdout).split())
        raise refuse(found.name, f"could not be run again: {said[-600:]}", field="python run.py " + " ".join(arguments))
    return into


def inward(arguments: list[str]) -> list[str]:
    """What was asked, without flags that say where a run is kept or who computes it: they change no number."""
    kept: list[str] = []
    words = iter(arguments)
    for word in words:
        flag, equals, _ = word.partition("=")
        if flag not in OUTWARD:
            kept.append(word)
        elif flag in VALUED and not equals:
            next(words, None)
    return kept


def check(arguments: list[str]) -> None:
    """Refuse to run what is no study, what would write somewhere or ask another machine, and files outside the bundle; raises ScenarioError."""
    if not arguments:
        raise refuse("", "was asked in Python, not on the command line, so it cannot be run again from here", field="--rerun")
    if arguments[0] not in STUDIES:
        raise refuse("", f"cannot be run again from a bundle; only {', '.join(STUDIES)} can", field="--rerun", value=arguments[0])
    for word in arguments[1:]:
        flag, _, value = word.partition("=")
        paths = [PurePosixPath(word), PurePosixPath(value)]
        if flag in OUTWARD or (len(flag) > 3 and flag.startswith("--") and any(known.startswith(flag) for known in OUTWARD)):
            raise refuse("", "would reach outside the bundle", field="--rerun", value=word)
        if any(path.is_absolute() or ".." in path.parts for path in paths) or "\\" in word or "://" in word:
            raise refuse("", "must be a file inside the bundle", field="--rerun", value=word)


def compare(found: Verified, new: Path, exactly: bool) -> Repeated:
    """Hold the tables of a bundle's run against those of the new one; raises ScenarioError that names every difference.

    `exactly`: to the bit; else words and whole numbers exactly, real numbers to 1e-9.
    """
    old = found.folder / RUN
    names = sorted({*_tables(old), *_tables(new)})
    problems: list[Problem] = []
    rows, largest = 0, 0.0
    for name in names:
        if name not in _tables(old) or name not in _tables(new):
            problems.append(Problem(name, "is only in the run that was made again" if name in _tables(new) else "was not made again"))
            continue
        one, other = _read(old, name), _read(new, name)
        rows += len(one)
        for complaint, difference in _differences(one, other, exactly):
            largest = max(largest, difference)
            if complaint:
                problems.append(Problem(name, complaint))
    if problems:
        raise ScenarioError(problems)
    return Repeated(len(names), rows, largest)


def _tables(folder: Path) -> dict[str, list[Path]]:
    """A run's tables by name; one in parts is a folder of files."""
    found = {path.name: [path] for path in sorted(folder.iterdir()) if path.suffix in (".parquet", ".csv")}
    for part in sorted(folder.glob("[!.]*/*.parquet")):
        found.setdefault(part.parent.name, []).append(part)
    return found


def _read(folder: Path, name: str) -> pd.DataFrame:
    files = _tables(folder)[name]
    if files[0].suffix == ".csv":
        return pd.read_csv(files[0])
    try:
        table = read_parquet(*files)
    except (duckdb.Error, KeyError) as error:
        raise refuse(str(files[0]), f"cannot be read as a table: {error}") from None
    # Into how many parts a sweep is cut hangs on the machine.
    keys = [column for column in ("point", "world") if column in table] if len(files) > 1 else []
    return table.sort_values(keys, ignore_index=True) if keys else table


def _differences(one: pd.DataFrame, other: pd.DataFrame, exactly: bool) -> Iterator[tuple[str, float]]:
    """What differs in each column, empty where nothing does, and how far its numbers are apart."""
    if list(one.columns) != list(other.columns) or len(one) != len(other):
        yield f"has {len(other):,} rows of {len(other.columns)} columns, and had {len(one):,} of {len(one.columns)}", 0.0
        return
    for column in one.columns:
        missing = one[column].isna()
        if not missing.equals(other[column].isna()):
            yield f"{column}: what is missing differs", 0.0
        elif pd.api.types.is_float_dtype(one[column]) and pd.api.types.is_float_dtype(other[column]):
            yield _of_numbers(column, one[column].dropna().to_numpy(float), other[column].dropna().to_numpy(float), exactly)
        else:
            count = int((one[column][~missing].astype(str) != other[column][~missing].astype(str)).sum())
            yield (f"{column}: differs in {count:,} of {len(one):,} rows" if count else ""), 0.0


def _of_numbers(column: str, one: np.ndarray, other: np.ndarray, exactly: bool) -> tuple[str, float]:
    apart = np.abs(one - other) / np.maximum(np.maximum(np.abs(one), np.abs(other)), 1.0)
    largest = float(apart.max(initial=0.0))
    wrong = one != other if exactly else apart > CLOSE
    count = int(wrong.sum())
    return (f"{column}: differs in {count:,} of {len(one):,} numbers, by at most {largest:.2g}" if count else ""), largest
