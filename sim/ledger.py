"""The parts of a long run, kept so that nothing computed is ever lost.

A part's files are written under another name, flushed to the disk, renamed, and then entered with their checksums in a
list that only grows, `parts.jsonl`: what stands in the list is whole. Whatever the moment at which a run is ended, the
same run goes on after its last part. One process at a time works on a folder; its lock goes away with it.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from sim.scenario.errors import refuse

LIST, LOCK = "parts.jsonl", ".lock"
ONE_FOR_ALL = ("asked", "version", "code", "numerics", "parts")
"""What all parts of a run must agree in."""


class Ledger:
    """A folder of parts, held by this process; use it in a `with`."""

    def __init__(self, folder: Path, head: Mapping[str, Any]) -> None:
        """`head`: what all parts of the run must agree in, by name. Raises ScenarioError where the folder cannot be had or is of another run."""
        self.folder, self.head = folder, dict(head)
        self._lock = _locked(folder)
        try:
            self.entries = self._read()
        except BaseException:
            self._lock.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._lock.close()

    @property
    def done(self) -> dict[int, dict[str, Any]]:
        """The entries of the parts that are whole, by their numbers."""
        return {entry["part"]: entry for entry in self.entries}

    def add(self, part: int, files: Mapping[str, bytes], more: Mapping[str, Any]) -> None:
        """Keep a part: its files by their names within the folder. Raises ScenarioError where the disk does not take them."""
        try:
            for name, content in files.items():
                write(self.folder / name, content)
            sums = {name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()}
            self._append({"part": part, "files": sums, **more})
        except OSError as error:
            kept = f"{len(self.entries)} of {self.head['parts']} parts are kept, and the same command goes on from there"
            raise refuse(str(self.folder), f"cannot be written ({error.strerror}); {kept}") from None

    def verify(self) -> None:
        """Compare every part with its checksums; raises ScenarioError that names the first file that was cut short, altered or removed."""
        for entry in self.entries:
            for name, known in entry["files"].items():
                file = self.folder / name
                mend = "move it away and take its line out of parts.jsonl, and the same command makes it again"
                if not file.is_file():
                    raise refuse(str(file), f"is missing, though it was written; put it back, or {mend}")
                if file.stat().st_size != known["bytes"]:
                    raise refuse(
                        str(file), f"must have {known['bytes']:,} bytes as when it was written; {mend}", field="bytes", value=file.stat().st_size
                    )
                if hashlib.sha256(file.read_bytes()).hexdigest() != known["sha256"]:
                    raise refuse(str(file), f"is not what was written: its checksum differs; {mend}")

    def _read(self) -> list[dict[str, Any]]:
        """The entries so far; a list that was cut in the middle of a line loses that line alone."""
        file = self.folder / LIST
        if not file.exists():
            self._append(self.head)
            return []
        text = file.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        if whole != text:
            write(file, whole)
        try:
            head, *entries = [json.loads(line) for line in whole.splitlines()] or [self.head]
            numbers = [entry["part"] for entry in entries]
        except (ValueError, KeyError, TypeError):
            raise refuse(str(file), "is not the list of parts that was written; move the folder away, and the same command begins anew") from None
        if not whole:
            self._append(self.head)
        for name in ONE_FOR_ALL:
            if head.get(name) != self.head[name]:
                allowed = f"must be {self.head[name]}, as here and now, to go on with these parts; use the same machine and version, or another --out"
                raise refuse(str(file), allowed, field=name, value=head.get(name))
        return [entry for number, entry in enumerate(entries) if entry["part"] not in numbers[:number]]

    def _append(self, entry: Mapping[str, Any]) -> None:
        with (self.folder / LIST).open("ab") as file:
            file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            _flush(file)
        if "part" in entry:
            self.entries.append(dict(entry))


def write(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even when the power goes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("wb") as made:
            made.write(content)
            _flush(made)
        unfinished.rename(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _locked(folder: Path) -> IO[bytes]:
    """The folder's lock; raises ScenarioError where another process has it, or the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("a+b")
    except OSError as error:
        raise refuse("", f"a folder that can be written ({error.strerror})", field="--out", value=str(folder)) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        owner = lock.read().decode(errors="replace").strip()
        lock.close()
        raise refuse(str(folder), f"is being worked on by another process ({owner or 'number unknown'}); wait for it, or stop it") from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}".encode())
    lock.flush()
    return lock
