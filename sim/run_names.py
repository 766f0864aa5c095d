"""Which run is meant: by path, by a unique beginning of its folder's name, `latest`, or `latest:COMMAND`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.scenario.errors import nearest, one_of, refuse, shown, shown_path
from sim.store import Run, Study, is_run, open_run, runs

LATEST = "latest"
PARTS, ASKED = "parts.jsonl", "asked.json"
MOST_LISTED = 8
"""Runs that a message lists, where several could be meant."""
RESULTS = Path("results")


@dataclass(frozen=True)
class Progress:
    """How far an unfinished sweep is: parts written, parts in all (None where that is not known), and the command that resumes it."""

    done: int
    parts: int | None
    command: str | None


def find_run(reference: str, results: Path = RESULTS) -> Path:
    """The folder of the run that is meant; raises ScenarioError where it is none, one of several, or not finished.

    `reference`: the path of a run's folder or of a file in it, a unique beginning of a name in `results`, `latest`, or
    `latest:COMMAND` such as `latest:sweep`.
    """
    if reference == LATEST or reference.startswith(f"{LATEST}:"):
        return newest(reference, results)
    path = Path(reference)
    if path.is_file() and is_run(path.parent):
        return path.parent
    if path.is_dir() and ("/" in reference or is_run(path) or is_unfinished(path)):
        return finished(path)
    within = path.parent.resolve() == results.resolve()
    return finished(results / named(path.name if within else reference, results))


def open_named(run: str | Path) -> Run | Study:
    """A run made earlier, by path or by name as `find_run` takes it; raises ScenarioError where there is none, or several."""
    return open_run(find_run(str(run)))


def newest(reference: str, results: Path) -> Path:
    """The run that finished last, of one command or of any."""
    found = runs(results)
    command = reference.partition(":")[2]
    if not found:
        raise refuse("", f"there is no finished run in {shown_path(results)} yet: `replay` makes one", field="RUN", value=reference)
    known = sorted({str(manifest["asked"]["command"]) for _, manifest in found})
    chosen = [folder for folder, manifest in found if reference == LATEST or manifest["asked"]["command"] == command]
    if not chosen:
        meant = nearest(command, known)
        allowed = f"there is no such run in {shown_path(results)}; what follows the colon {one_of(known)}"
        raise refuse("", allowed, field="RUN", value=reference, nearest=f"{LATEST}:{meant}" if meant else "")
    return chosen[0]


def names(results: Path) -> list[str]:
    """Names of all runs in a results folder, unfinished sweeps too."""
    return sorted(folder.name for folder in results.iterdir() if is_run(folder) or is_unfinished(folder)) if results.is_dir() else []


def named(reference: str, results: Path) -> str:
    """The one name that is meant, or begins so."""
    known = names(results)
    beginning = reference.rstrip("/")
    found = [name for name in known if name == beginning] or [name for name in known if beginning and name.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(found[:MOST_LISTED]) + (f" and {len(found) - MOST_LISTED} more" if len(found) > MOST_LISTED else "")
        raise refuse("", f"could be any of {len(found)} runs: {listed}", field="RUN", value=reference)
    beginnings = {name[: len(beginning)]: name for name in reversed(known)}
    meant = nearest(beginning, known) or beginnings.get(nearest(beginning, beginnings), "")
    allowed = f"is no run: neither a path, nor the beginning of a name in {shown_path(results)}, nor {LATEST} (`runs` lists what there is)"
    raise refuse("", allowed, field="RUN", value=reference, nearest=meant)


def finished(folder: Path) -> Path:
    """A folder, if it holds a finished run; else raises ScenarioError that says what it holds."""
    if is_run(folder):
        return folder
    if not is_unfinished(folder):
        raise refuse(shown_path(folder), "is no run's folder: it has no manifest.json")
    state = progress(folder)
    how_far = f"{state.done:,} of {state.parts:,} parts" if state.parts is not None else f"{state.done:,} parts"
    resume = f"resume it with: {state.command}" if state.command else "give the command that began it again"
    raise refuse(shown_path(folder), f"is an unfinished sweep ({how_far} are written); {resume}")


# Unfinished sweeps


def is_unfinished(folder: Path) -> bool:
    """Whether a folder holds a sweep that has begun and not ended."""
    return not is_run(folder) and ((folder / PARTS).is_file() or (folder / ASKED).is_file())


def progress(folder: Path) -> Progress:
    """How far an unfinished sweep is; a last line cut short does not count."""
    lines = (folder / PARTS).read_bytes() if (folder / PARTS).is_file() else b""
    asked = read_json(folder / ASKED) if (folder / ASKED).is_file() else {}
    parts, command = asked.get("parts"), asked.get("command_line")
    return Progress(lines.count(b"\n"), parts if isinstance(parts, int) else None, str(command) if command else None)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file; raises ScenarioError where it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refuse(shown_path(path), f"cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise refuse(shown_path(path), f"must hold an object, not {shown(found)}")
    return found


def manifest_of(folder: Path) -> dict[str, Any]:
    """What was asked and found, of a run's folder; raises ScenarioError where its manifest is damaged."""
    manifest = read_json(folder / "manifest.json")
    if not isinstance(manifest.get("asked"), dict) or "command" not in manifest["asked"]:
        raise refuse(shown_path(folder / "manifest.json"), "does not say what was asked")
    return manifest
