"""A run for strangers: one zip with the run, the inputs that it was made from, checksums, and how to verify and repeat it.

A bundle is made the same way to the byte whenever it is made. One that comes from elsewhere is not trusted: nothing of it
is written outside a temporary folder, and nothing in it is run.
"""

import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from sim.archive import CHECKSUMS, LEFT_OUT, pack
from sim.scenario.errors import Problem, ScenarioError, refuse, shown_path
from sim.scenario.find import bundle as scenarios

ABOUT = "bundle.json"
RUN, INPUTS, FILES = "run", "inputs/scenarios", "inputs/files"
LARGEST = 4 * 2**30
"""Bytes that a bundle may unpack to."""
MOST_FILES = 20_000
README = """# {name}

A run of Taftan {version}, with all that it was made from. A model, not a forecast.

- `run/`: manifest, tables (Parquet, CSV), figures, the page `index.html`; of a replay the events with CAMEO codes as well.
- `inputs/scenarios/`: crises, branches, priors and the posterior as the run found them. `inputs/files/`: files that the command named.
- `{sums}`: checksums, for `sha256sum --check {sums}` in this folder.
- `{about}`: what made it: {command}

Verify it with Taftan: `python run.py check {name}.zip`; run it again and compare: `python run.py check {name}.zip --rerun`.
"""


class Verified(NamedTuple):
    """A bundle that was found whole: its name, what made it, how many files it holds, where it was unpacked."""

    name: str
    about: dict[str, Any]
    files: int
    folder: Path


# Making one


def make(folder: Path, manifest: Mapping[str, Any], arguments: list[str], files: Mapping[str, Path], target: Path) -> int:
    """Write the bundle of a run, and say how many files it holds.

    `arguments`: what was asked on the command line, empty where it was asked in Python; `files`: files that this names, by
    their names in `inputs/files`. Raises ScenarioError where nothing can be written.
    """
    name = folder.resolve().name
    about = {
        "bundle_version": 1,
        "run": name,
        "arguments": arguments,
        **{key: manifest.get(key) for key in ("version", "commit", "numerics", "extensions", "python", "hash")},
        "command": manifest.get("command"),
    }
    command = "python run.py " + " ".join(arguments) if arguments else "asked in Python, so that it cannot be run again from here"
    readme = README.format(name=name, version=manifest["version"], sums=CHECKSUMS, about=ABOUT, command=f"`{command}`")
    members: dict[str, Path | bytes] = {"README.md": readme.encode(), ABOUT: (json.dumps(about, indent=1, ensure_ascii=False) + "\n").encode()}
    members |= {f"{RUN}/{inner}": path for inner, path in _within(folder).items()}
    members |= {f"{INPUTS}/{inner}": path for inner, path in _within(scenarios()).items()}
    members |= {f"{FILES}/{inner}": path for inner, path in files.items()}
    return pack(name, members, target)


def _within(folder: Path) -> dict[str, Path]:
    """Files of a folder by their paths in it; links are not followed."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return {file.relative_to(folder).as_posix(): file for file in files if file.name not in LEFT_OUT and "__pycache__" not in file.parts}


# Looking at one


def verify(path: Path, into: Path) -> Verified:
    """Unpack a bundle into a folder and hold every file against its checksum; raises ScenarioError with all that is wrong."""
    where = shown_path(path)
    try:
        with zipfile.ZipFile(path) as packed:
            members = _members(packed, where)
            top = next(iter(members)).split("/", 1)[0]
            for name, member in members.items():
                _unpack(packed, member, into / name, where)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise refuse(where, f"is no zip that can be read: {error}") from None
    found = {name.partition("/")[2]: into / name for name in members}
    _hold_against(found, where)
    return Verified(top, _about(found, where), len(found) - 1, into / top)


def _members(packed: zipfile.ZipFile, where: str) -> dict[str, zipfile.ZipInfo]:
    """The files in a zip, if all names stay in one folder, and their number and size within bounds."""
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    problems = [Problem(where, "must stay inside the bundle, and be a plain file", "file", entry.filename) for entry in entries if _strays(entry)]
    names = [entry.filename for entry in entries]
    problems += [Problem(where, "must be there once", "file", name) for name in sorted({name for name in names if names.count(name) > 1})]
    if len({PurePosixPath(name).parts[:1] for name in names}) != 1:
        problems.append(Problem(where, "must hold one folder"))
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST:
        problems.append(Problem(where, f"must hold at most {MOST_FILES:,} files and {LARGEST / 2**30:.0f} GB"))
    if problems:
        raise ScenarioError(problems)
    return {entry.filename: entry for entry in entries}


def _strays(entry: zipfile.ZipInfo) -> bool:
    """Whether a name leads out of the folder, or to something that is no plain file."""
    path, kind = PurePosixPath(entry.filename), stat.S_IFMT(entry.external_attr >> 16)
    odd = len(path.parts) < 2 or path.is_absolute() or ".." in path.parts or "\\" in entry.filename or ":" in path.parts[0]
    return odd or "\0" in entry.filename or kind not in (0, stat.S_IFREG)


def _unpack(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, where: str) -> None:
    """Write one file; one that holds more than it says is refused."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with packed.open(member) as source, target.open("wb") as file:
        while block := source.read(min(left + 1, 1 << 20)):
            left -= len(block)
            if left < 0:
                raise refuse(where, "holds more than it says", field="file", value=member.filename)
            file.write(block)


def _hold_against(found: Mapping[str, Path], where: str) -> None:
    """Every file against its checksum; raises ScenarioError that names what is missing, changed, or not listed."""
    if CHECKSUMS not in found:
        raise refuse(where, f"has no {CHECKSUMS}: it is no bundle, or not whole")
    lines = found[CHECKSUMS].read_text(encoding="utf-8", errors="replace").splitlines()
    listed = {name: digest for digest, _, name in (line.partition("  ") for line in lines if line)}
    problems = [Problem(where, "is missing", "file", name) for name in sorted(set(listed) - set(found))]
    problems += [Problem(where, f"is not listed in {CHECKSUMS}", "file", name) for name in sorted(set(found) - set(listed) - {CHECKSUMS})]
    for name in sorted(set(found) & set(listed)):
        with found[name].open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != listed[name]:
                problems.append(Problem(where, "is not what it was when the bundle was made", "file", name))
    if problems:
        raise ScenarioError(problems)


def _about(found: Mapping[str, Path], where: str) -> dict[str, Any]:
    try:
        about = json.loads(found[ABOUT].read_text(encoding="utf-8"))
    except (KeyError, ValueError):
        raise refuse(where, f"has no {ABOUT} that can be read: it is no bundle") from None
    if not isinstance(about, dict) or not isinstance(about.get("arguments"), list) or f"{RUN}/manifest.json" not in found:
        raise refuse(where, f"does not say in {ABOUT} what was asked, or holds no run")
    return about
