"""The library of branches: a file each, in `scenarios/branches/`, or wherever a person keeps theirs.

Levers stand in a folder of their own: branches whose changes name no dates, so that they can be pulled on any day.
"""

import json
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from sim.scenario.errors import Problem, ScenarioError, nearest, refuse, shown, shown_path
from sim.scenario.files import YAML_BYTES, read_text, resolved
from sim.scenario.find import bundle, is_bare
from sim.scenario.load import located
from sim.scenario.parts.branch import BranchFile
from sim.scenario.validate import faults_in
from sim.scenario.yaml_text import read_yaml


class Library(NamedTuple):
    """A folder of branches: what one of them is called, the flag that names one, and how all are shown."""

    folder: str
    kind: str
    flag: str
    shown_by: str


BRANCHES = Library("branches", "branch", "--what", "branch --list")
LEVERS = Library("levers", "lever", "--levers", "tipping --list")


def branch_names(library: Library = BRANCHES) -> list[str]:
    """Names of the branches that come with the program."""
    return sorted(path.stem for path in (bundle() / library.folder).glob("*.yaml"))


def load_branch(reference: str | Path, library: Library = BRANCHES) -> BranchFile:
    """A branch by its name in the library, or by the path of its file; raises ScenarioError."""
    return read_branch(find_branch(reference, library))


def find_branch(reference: str | Path, library: Library = BRANCHES) -> Path:
    """The file of a branch."""
    path = Path(reference)
    if resolved(path).is_file():
        return path
    if is_bare(str(reference)):
        named = bundle() / library.folder / f"{reference}.yaml"
        if named.is_file():
            return named
    known = branch_names(library)
    allowed = f"is no {library.kind}: neither a file nor one of the library (`{library.shown_by}` shows them)"
    raise refuse("", allowed, field=library.flag, value=shown(str(reference)), nearest=nearest(path.stem, known))


def read_branch(file: Path) -> BranchFile:
    """The branch in a file; raises ScenarioError with the line of every mistake."""
    where, problems = shown_path(file), list[Problem]()
    data, lines = read_yaml(read_text(file, YAML_BYTES), where, problems)
    if problems:
        raise ScenarioError(problems)
    try:
        return BranchFile.model_validate(plain(data))
    except ValidationError as error:
        places = {trail: f"{where}:{line}" for trail, line in lines.items()}
        raise ScenarioError(located(fault, places, where) for fault in faults_in(error, BranchFile)) from None


def plain(data: object) -> object:
    """Lists as tuples, which frozen fields take."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return tuple(plain(value) for value in data)
    return float(data) if isinstance(data, int) and not isinstance(data, bool) else data


def write_branch(name: str, entry: BranchFile) -> Path:
    """Write a branch to NAME.yaml here, or to the path given; raises ScenarioError where a file is there already, or it cannot be written."""
    path = Path(name if name.endswith(".yaml") else f"{name}.yaml")
    if path.exists():
        raise refuse("", "must be a new file", field="--save", value=str(path))
    try:
        path.write_text(as_yaml(entry), encoding="utf-8")
    except OSError as error:
        raise refuse("", f"a file that can be written ({error.strerror})", field="--save", value=str(path)) from None
    return path


def as_yaml(entry: BranchFile) -> str:
    """A branch as people write it; text in quotes, so that dates stay text."""
    data = entry.model_dump(exclude_unset=True, by_alias=True)
    changes = data.pop("changes")
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items() if value is not None]
    lines.append("changes:")
    for change in changes:
        given = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in change.items() if value is not None]
        lines += [f"  - {given[0]}", *(f"    {line}" for line in given[1:])]
    return "\n".join(lines) + "\n"
