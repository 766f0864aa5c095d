"""What lies in a results folder: runs, unfinished sweeps, their size; and how some of them go."""

import datetime
import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.run_names import ASKED, PARTS, is_unfinished, progress, read_json
from sim.scenario.errors import ScenarioError, refuse, shown_path
from sim.store import is_run, whole_manifest

LOCK = ".lock"
FINISHED, UNFINISHED, RUNNING, DAMAGED = "finished", "unfinished", "running", "damaged"


@dataclass(frozen=True)
class Entry:
    """A run's folder: its state, what was asked, when it ended (or was last written to), its size in bytes, what it found.

    `worlds` are worlds per set-up, `total_worlds` those of a whole sweep; `done` of `parts` tell how far an unfinished sweep is.
    """

    folder: Path
    state: str
    when: str
    bytes: int
    command: str = ""
    scenario: str = ""
    worlds: int | None = None
    total_worlds: int | None = None
    finding: str = ""
    done: int | None = None
    parts: int | None = None

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name


def entries(results: Path) -> list[Entry]:
    """Every run in a results folder, newest first, unfinished sweeps and damaged runs too."""
    folders = [folder for folder in results.iterdir() if not folder.name.startswith(".")] if results.is_dir() else []
    found = [_entry(folder) for folder in folders if is_run(folder) or is_unfinished(folder)]
    return sorted(found, key=lambda entry: (datetime.datetime.fromisoformat(entry.when), entry.name), reverse=True)


def _entry(folder: Path) -> Entry:
    if is_unfinished(folder):
        return _sweep(folder)
    manifest, size = whole_manifest(folder), size_of(folder)
    if manifest is None:
        return Entry(folder, DAMAGED, _last_written(folder / "manifest.json"), size, finding="Its manifest.json cannot be read.")
    total = manifest.get("sweep", {}).get("total_worlds")
    asked, finding = _asked(manifest["asked"]), str(manifest.get("finding", ""))
    return Entry(folder, FINISHED, manifest["finished"], size, **asked, total_worlds=total, finding=finding)


def _sweep(folder: Path) -> Entry:
    """A sweep that has begun and not ended."""
    state, size = RUNNING if is_locked(folder) else UNFINISHED, size_of(folder)
    when = _last_written(folder / PARTS if (folder / PARTS).is_file() else folder / ASKED)
    try:
        asked = read_json(folder / ASKED) if (folder / ASKED).is_file() else {}
        how_far = progress(folder)
    except ScenarioError:
        return Entry(folder, DAMAGED, when, size, finding=f"Its {ASKED} cannot be read.")
    finding = "" if state == RUNNING or not how_far.command else f"Resume: {how_far.command}"
    return Entry(folder, state, when, size, **_asked(asked), finding=finding, done=how_far.done, parts=how_far.parts)


def _asked(asked: dict[str, Any]) -> dict[str, Any]:
    return {"command": str(asked.get("command", "")), "scenario": str(asked.get("scenario", "")), "worlds": asked.get("worlds")}


def _last_written(path: Path) -> str:
    return datetime.datetime.fromtimestamp(int(path.stat().st_mtime), datetime.UTC).isoformat()


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder; links count as themselves."""
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_symlink() or file.is_file())


# Locks


def is_locked(folder: Path) -> bool:
    """Whether another process works on a folder."""
    with held(folder) as mine:
        return not mine


@contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Holds a folder's lock, where it has one; gives whether it could be had."""
    if not (folder / LOCK).is_file():
        yield True
        return
    with (folder / LOCK).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


# Pruning


def to_prune(found: Sequence[Entry], keep: int | None, older_than: float | None, now: datetime.datetime) -> list[Entry]:
    """Runs that go: not among the `keep` newest, and ended more than `older_than` days ago; damaged, running and linked ones stay."""
    runs = [entry for entry in found if entry.state in (FINISHED, UNFINISHED) and not entry.folder.is_symlink()]
    beyond = runs[keep or 0 :]
    if older_than is None:
        return beyond
    return [entry for entry in beyond if (now - datetime.datetime.fromisoformat(entry.when)).total_seconds() > older_than * 86_400]


def remove(entry: Entry, results: Path) -> bool:
    """Remove a run's folder from a results folder; False where another process works on it. Raises ScenarioError where it cannot be removed.

    It is renamed first, so that a removal cut short leaves no half of a run.
    """
    folder = entry.folder
    if folder.is_symlink() or folder.resolve().parent != results.resolve() or not (is_run(folder) or is_unfinished(folder)):
        raise refuse(shown_path(folder), f"is no run in {shown_path(results)}, so it stays")
    with held(folder) as mine:
        if not mine:
            return False
        try:
            shutil.rmtree(folder.rename(folder.with_name(f".{folder.name}.removed")))
        except OSError as error:
            raise refuse(shown_path(folder), f"cannot be removed ({error.strerror})") from None
    return True
