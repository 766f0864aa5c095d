"""What is kept of a run, in a folder of its own: manifest, outcomes and daily quantiles as Parquet, events as CSV.

A folder is written under another name and renamed when it is whole: what exists is complete. Its name is command,
subject and a short hash of what was asked, so the same question finds its folder again.
"""

import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from sim import __version__
from sim.fingerprint import numerics
from sim.scenario.errors import nearest, refuse
from sim.scenario.extensions import stamp
from sim.scenario.schema import Scenario

TABLES = ("outcomes", "daily", "rungs", "record", "communities")
"""Parts of a run that are Parquet tables."""


@dataclass(frozen=True)
class Daily:
    """One daily series of a run."""

    rows: pd.DataFrame

    def quantiles(self) -> pd.DataFrame:
        """Date by quantiles over worlds; with the mode and set-up as outer levels where there are several."""
        levels = [name for name in ("mode", "setup") if self.rows[name].nunique() > 1]
        table = self.rows.set_index([*levels, "date"]).sort_index()
        return table.drop(columns=[name for name in ("mode", "setup", "series") if name not in levels])


@dataclass(frozen=True)
class Run:
    """A run: what was asked and found (`manifest`), a row per world (`outcomes`), daily quantiles, rungs, events, the record, communities."""

    manifest: dict[str, Any]
    outcomes: pd.DataFrame
    daily_table: pd.DataFrame
    rungs: pd.DataFrame
    events: pd.DataFrame
    record: pd.DataFrame
    communities: pd.DataFrame

    def daily(self, name: str) -> Daily:
        """A daily series by name; raises KeyError with the nearest spelling where there is none."""
        rows = self.daily_table[self.daily_table["series"] == name]
        if rows.empty:
            known = sorted(set(self.daily_table["series"]))
            raise KeyError(f"no daily series {name!r}; nearest: {nearest(name, known)}")
        return Daily(rows)


class Tables(Mapping[str, pd.DataFrame]):
    """The Parquet tables of a run's folder by name, each read when it is first asked for; one in parts is a folder of files."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.stem: [file] for file in sorted(folder.glob("*.parquet"))}
        for part in sorted(folder.glob("[!.]*/*.parquet")):
            self._files.setdefault(part.parent.name, []).append(part)
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            self._read[name] = read_parquet(*self._files[name])
        return self._read[name]

    def some(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """A few columns of a table; one of many millions of worlds does not fit into memory whole."""
        return self._read[name][list(columns)] if name in self._read else read_parquet(*self._files[name], columns=columns)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@dataclass(frozen=True)
class Study:
    """A study other than a replay: what was asked and found (`manifest`), and its tables by name."""

    manifest: dict[str, Any]
    tables: Mapping[str, pd.DataFrame]

    @property
    def outcomes(self) -> pd.DataFrame:
        """A row per set-up and world."""
        return self.tables["outcomes"]

    def worlds(self, *columns: str) -> pd.DataFrame:
        """Some columns of the table with a row per set-up and world."""
        return self.tables.some("outcomes", columns) if isinstance(self.tables, Tables) else self.tables["outcomes"][list(columns)]

    def table(self) -> pd.DataFrame:
        """Every effect, a row per branch and outcome; where the study has a table of its command's name, that one; a sweep's summary."""
        if "summary" in self.tables:
            return self.tables["summary"]
        if self.manifest["asked"]["command"] in self.tables:
            return self.tables[self.manifest["asked"]["command"]]
        rows = [
            {"branch": name, "outcome": outcome, **entry}
            for name, branch in self.manifest["branches"].items()
            for outcome, entry in branch["effects"].items()
        ]
        return pd.DataFrame(rows)


# Where a run comes from


def now() -> datetime.datetime:
    """The present time, with its zone."""
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def scenario_hash(scenario: Scenario) -> str:
    """A hash of everything that a scenario says."""
    return hashlib.sha256(scenario.model_dump_json().encode()).hexdigest()[:16]


def asked_hash(asked: dict[str, Any]) -> str:
    """A short hash of what was asked, of this version and of the packages that add to it."""
    program = {"version": __version__, **({"extensions": stamp()} if stamp() else {})}
    return hashlib.sha256(json.dumps({**asked, **program}, sort_keys=True).encode()).hexdigest()[:6]


def commit() -> str | None:
    """The commit of the checkout that runs, marked where files differ from it; None for an installed package."""
    root = Path(__file__).resolve().parents[1]
    if not (root / ".git").exists() or shutil.which("git") is None:
        return None
    head = _git(root, "rev-parse", "--verify", "--quiet", "HEAD")
    return f"{head} with changes" if head and _git(root, "status", "--porcelain") else head or None


def _git(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False).stdout.strip()


def identity(asked: dict[str, Any], started: datetime.datetime) -> dict[str, Any]:
    """The part of a manifest that says what ran, when and on what."""
    return {
        "asked": asked,
        "hash": asked_hash(asked),
        "version": __version__,
        "commit": commit(),
        "numerics": numerics(),
        "extensions": list(stamp()),
        "python": sys.version.split()[0],
        "started": started.isoformat(),
        "finished": now().isoformat(),
        "failures": [],
    }


# Folders


def folder_name(manifest: dict[str, Any]) -> str:
    """command_subject_hash."""
    asked = manifest["asked"]
    subject = re.sub(r"[^\w.-]+", "_", asked.get("subject", asked["scenario"]))
    return f"{asked['command']}_{subject}_{manifest['hash']}"


def is_run(folder: Path) -> bool:
    """Whether a folder holds a run."""
    return (folder / "manifest.json").is_file()


def prepare(folder: Path) -> Path:
    """The unfinished twin of a run's folder, empty; raises ScenarioError where a run cannot be written, or would replace something else.

    Its name holds the number of the process, so that two that write one run do not write into each other's files.
    """
    taken = folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or _is_ours(folder)))
    if taken or not folder.name:
        raise refuse("", "must be a new or empty folder, or that of an earlier run", field="--out", value=str(folder))
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
    except OSError as error:
        raise refuse("", f"must be a folder that can be written ({error.strerror})", field="--out", value=str(folder)) from None
    return unfinished


def check_place(folder: Path) -> None:
    """Refuse, before anything is run, a folder in which a run cannot be kept; raises ScenarioError."""
    prepare(folder).rmdir()


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds a run of this program, or what is left of one, so that another run may take its place."""
    manifest = whole_manifest(folder)
    return manifest is not None and {"hash", "version", "numerics"} <= manifest.keys()


def save(run: Run | Study, folder: Path) -> Path:
    """Write a run; replaces an earlier run of that name."""
    unfinished = prepare(folder)
    if isinstance(run, Run):
        tables: Mapping[str, pd.DataFrame] = {
            "outcomes": run.outcomes,
            "daily": run.daily_table,
            "rungs": run.rungs,
            "record": run.record,
            "communities": run.communities,
        }
        run.events.to_csv(unfinished / "events.csv", index=False)
    else:
        tables = run.tables
    for name, table in tables.items():
        write_parquet(table, unfinished / f"{name}.parquet")
    (unfinished / "manifest.json").write_text(json.dumps(run.manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if folder.exists():
        # The earlier run goes only when the new one stands in its place.
        earlier = folder.with_name(f".{folder.name}.{os.getpid()}.earlier")
        folder.rename(earlier)
        unfinished.rename(folder)
        shutil.rmtree(earlier)
        return folder
    return unfinished.rename(folder)


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table, with the same bytes every time; what is missing becomes NULL, never NaN."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", table)
        connection.execute(f"COPY rows TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)")


PANDAS_TYPES = {"BIGINT": "Int64", "DOUBLE": "Float64", "BOOLEAN": "boolean", "VARCHAR": "string"}
"""How the types of a Parquet table are read, so that what is missing stays missing."""


def read_parquet(*paths: Path, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Read a table, in one file or in several one after the other, or some of its columns; NULL is missing."""
    wanted = ", ".join('"' + name.replace('"', '""') + '"' for name in columns) or "*"
    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(f"SELECT {wanted} FROM read_parquet(?)", [[str(path) for path in paths]])
        types = {column[0]: PANDAS_TYPES[str(column[1])] for column in rows.description}
        return rows.df().astype(types)


def open_run(path: str | Path) -> Run | Study:
    """A run made earlier, from its folder; raises ScenarioError where there is none."""
    folder = Path(path)
    if not is_run(folder):
        raise refuse(str(folder), "the folder of a run, with a manifest.json")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if manifest["asked"]["command"] != "replay":
        return Study(manifest, Tables(folder))
    tables = {name: read_parquet(folder / f"{name}.parquet") for name in TABLES}
    events = pd.read_csv(folder / "events.csv", dtype={"killed": "Int64", "felt": "Float64"})
    return Run(manifest, tables["outcomes"], tables["daily"], tables["rungs"], events, tables["record"], tables["communities"])


def runs(results: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Every run in a results folder, newest first, with its manifest; what is no run, or has a damaged manifest, is left out."""
    folders = [folder for folder in results.iterdir() if is_run(folder)] if results.is_dir() else []
    found = [(folder, manifest) for folder in folders if (manifest := whole_manifest(folder))]
    return sorted(found, key=lambda item: (item[1]["finished"], item[0].name), reverse=True)


def whole_manifest(folder: Path) -> dict[str, Any] | None:
    """A run's manifest; None where it is damaged or no run's: one bad folder must not hide all others."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_whole = isinstance(manifest, dict) and _is_moment(manifest.get("finished")) and isinstance(manifest.get("asked"), dict)
    return manifest if is_whole and "command" in manifest["asked"] else None


def _is_moment(said: Any) -> bool:
    """Whether something is a time with its zone, as a manifest holds it."""
    try:
        return datetime.datetime.fromisoformat(said).tzinfo is not None
    except (TypeError, ValueError):
        return False
