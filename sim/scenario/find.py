"""Where scenarios are: a folder a crisis, in the bundle that comes with the program or wherever a person keeps theirs."""

import os
from pathlib import Path

from sim.scenario.errors import Problem, ScenarioError, Trail, nearest, one_of, refuse, shown, shown_path
from sim.scenario.files import YAML_BYTES, kept_within, read_text, resolved
from sim.scenario.yaml_text import read_yaml

MAIN_FILE = "scenario.yaml"
INDEX = "index.yaml"
PACKAGE = Path(__file__).resolve().parent.parent


ELSEWHERE = "TAFTAN_SCENARIOS"
"""Environment variable that names another folder of scenarios, as a bundle brings one along."""


def bundle() -> Path:
    """The folder of the scenarios that come with the program: inside an installed package, else beside it in a checkout."""
    if elsewhere := os.environ.get(ELSEWHERE):
        return Path(elsewhere)
    installed = PACKAGE / "_scenarios"
    return installed if installed.is_dir() else PACKAGE.parent / "scenarios"


def names() -> list[str]:
    """The crises in the bundle."""
    return siblings(bundle())


def default_name() -> str:
    """The crisis that is meant where none is named."""
    return read_index(bundle() / INDEX)


def read_index(index: Path) -> str:
    """The default of an index: a file with the key `default`, and `crises` with a line on each. Raises ScenarioError."""
    where = shown_path(index)
    problems: list[Problem] = []
    data, lines = read_yaml(read_text(index, YAML_BYTES), where, problems)
    if not isinstance(data, dict) or "default" not in data:
        raise refuse(where, "must name a scenario", field="default")
    crises = data.get("crises", {})
    known = siblings(index.parent)
    named: list[tuple[Trail, object]] = [(("default",), data["default"])]
    named += [(("crises", name), name) for name in crises] if isinstance(crises, dict) else [(("crises",), crises)]
    for trail, name in named:
        if name not in known:
            problems.append(Problem(f"{where}:{lines[trail]}", f"is no scenario here; {one_of(known)}", str(trail[0]), name, nearest(name, known)))
    keys = ("default", "crises")
    problems += [Problem(f"{where}:{lines[(key,)]}", "is no key here", key, nearest=nearest(key, keys)) for key in data if key not in keys]
    if problems:
        raise ScenarioError(problems)
    return str(data["default"])


def find(reference: str | Path) -> Path:
    """The folder that a person means by a path or a name; raises ScenarioError where there is none."""
    path = Path(reference)
    target = resolved(path)
    if target.is_file():
        return folder_of(path)
    if is_bare(reference) and not (target / MAIN_FILE).is_file():
        return in_bundle(str(reference), target)
    if not target.is_dir():
        raise not_found(str(reference))
    return path


def folder_of(path: Path) -> Path:
    """The folder of a scenario.yaml."""
    if path.name != MAIN_FILE:
        raise refuse(shown_path(path), f"must be a scenario's folder or its {MAIN_FILE}")
    return path.parent


def is_bare(reference: str | Path) -> bool:
    """Whether it is a name and not a path."""
    return isinstance(reference, str) and reference not in ("", ".", "..") and "/" not in reference and "\\" not in reference


def in_bundle(name: str, here: Path) -> Path:
    """The folder of a named crisis in the bundle."""
    if (bundle() / name / MAIN_FILE).is_file():
        return bundle() / name
    raise refuse(shown_path(here / MAIN_FILE), "is missing") if here.is_dir() else not_found(name)


def not_found(name: str) -> ScenarioError:
    """No such scenario."""
    known = names()
    allowed = f"is no scenario: neither a folder nor one of {', '.join(known) or 'the bundle, which is empty'}"
    return refuse(shown(name), allowed, nearest=nearest(Path(name).name, known))


def parent_of(folder: Path, name: object, where: str) -> Path:
    """The folder of the scenario that another one extends: beside it, else in the bundle."""
    if not isinstance(name, str) or not is_bare(name):
        raise refuse(where, "must be the name of a scenario beside this one or in the bundle", field="extends", value=name)
    beside = resolved(folder).parent
    for place in (beside, bundle()):
        if resolved(place / name / MAIN_FILE).is_file():
            return kept_within(place / name, (beside, resolved(bundle())))
    known = sorted({*names(), *siblings(beside)})
    allowed = f"is no scenario beside this one or in the bundle; {one_of(known)}"
    raise refuse(where, allowed, field="extends", value=name, nearest=nearest(name, known))


def siblings(folder: Path) -> list[str]:
    """The scenarios in a folder."""
    try:
        return sorted(path.name for path in folder.iterdir() if (path / MAIN_FILE).is_file())
    except OSError:
        return []
