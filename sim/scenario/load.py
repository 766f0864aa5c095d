"""Reading a crisis: its scenario.yaml and its tables, on top of the crisis that it extends, checked as one."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.scenario.errors import Fault, Problem, ScenarioError, nearest, refuse, shown_path
from sim.scenario.files import TABLE_BYTES, YAML_BYTES, kept_within, read_text, resolved
from sim.scenario.find import MAIN_FILE, bundle, default_name, find, names, parent_of
from sim.scenario.references import contradictions, leads_somewhere
from sim.scenario.schema import Scenario
from sim.scenario.tables import TABLES, Where, read_table
from sim.scenario.tree import specs, typed
from sim.scenario.validate import shaped
from sim.scenario.yaml_text import read_yaml

__all__ = ["bundle", "default_name", "load", "names", "read"]


@dataclass
class Layer:
    """What a folder says, on top of what it extends: data, where each value stands, the tables' files, what is wrong."""

    data: dict[str, Any] = field(default_factory=dict)
    where: Where = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    inherited: set[str] = field(default_factory=set)
    """Paths on which what it extends has notes about sources."""


def load(reference: str | Path) -> Scenario:
    """The scenario in a folder, of a scenario.yaml, or of a name; raises ScenarioError with all that is wrong."""
    return read(reference)[0]


def read(reference: str | Path) -> tuple[Scenario, dict[str, Path]]:
    """The scenario, and the files of its tables by part (some may lie in what it extends)."""
    folder = find(reference)
    layer = stacked(folder)
    layer.data.setdefault("name", resolved(folder).name)
    scenario, faults = shaped(layer.data)
    if scenario is not None and not layer.problems:
        scenario = without_idle_notes(scenario, layer.inherited)
        faults = list(contradictions(scenario))
    problems = [*layer.problems, *(located(fault, layer.where, shown_path(folder / MAIN_FILE)) for fault in faults)]
    if scenario is None or problems:
        raise ScenarioError(problems)
    return scenario, layer.files


def without_idle_notes(scenario: Scenario, inherited: set[str]) -> Scenario:
    """The scenario without those notes of the extended one that are about parts which were taken away."""
    kept = {path: text for path, text in scenario.sources.items() if path not in inherited or leads_somewhere(scenario, path)}
    return scenario if len(kept) == len(scenario.sources) else scenario.model_copy(update={"sources": kept})


def located(fault: Fault, where: Where, otherwise: str) -> Problem:
    """A fault with the line or cell where it stands, or the entry in which something is missing."""
    trail = fault.trail
    ways = (where[trail[:length]] for length in range(len(trail), 0, -1) if trail[:length] in where)
    numbered = len(trail) > 1 and isinstance(trail[1], int)
    shown = ".".join(map(str, trail[2:] if numbered else trail))
    return Problem(next(ways, otherwise), fault.allowed, shown, fault.value, fault.nearest)


def stacked(folder: Path, above: tuple[Path, ...] = ()) -> Layer:
    """A folder's layer on top of that of the scenario that it extends; `above` are the folders that extend it."""
    own = read_folder(folder)
    if "extends" not in own.data:
        return own
    name, where = own.data.pop("extends"), own.where[("extends",)]
    parent = parent_of(folder, name, where)
    passed = (*above, resolved(folder))
    if resolved(parent) in passed:
        raise refuse(where, "goes round in a circle: " + " → ".join(path.name for path in (*passed, parent)), field="extends", value=name)
    return on_top(own, stacked(parent, passed))


def on_top(own: Layer, parent: Layer) -> Layer:
    """Mappings merged key by key; a table replaced as a whole; the name never inherited."""
    parent.data.pop("name", None)
    kept = {trail: place for trail, place in parent.where.items() if trail[0] not in own.files and trail != ("name",)}
    data = merged({key: value for key, value in parent.data.items() if key not in own.files}, own.data)
    notes = parent.data.get("sources")
    inherited = set(notes) if isinstance(notes, dict) else set()
    return Layer(data, kept | own.where, parent.files | own.files, parent.problems + own.problems, inherited)


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Two mappings as one; the upper one wins, and its `null` takes away what the lower one has."""
    both = dict(below)
    for key, value in above.items():
        if value is None and key in below:
            del both[key]
        elif isinstance(value, dict) and isinstance(below.get(key), dict):
            both[key] = merged(below[key], value)
        else:
            both[key] = value
    return both


def read_folder(folder: Path) -> Layer:
    """What the files of one folder say."""
    layer = Layer()
    roots = (resolved(folder).parent, resolved(bundle()))
    read_main_file(kept_within(folder / MAIN_FILE, roots), layer)
    for part, table in TABLES.items():
        path = folder / table.file
        if path.exists() or path.is_symlink():
            read_part(part, kept_within(path, roots), layer)
    layer.problems.extend(misspelt_tables(folder))
    return layer


def misspelt_tables(folder: Path) -> list[Problem]:
    """Tables that would silently be passed over, though their names come close to one that is read."""
    known = [table.file for table in TABLES.values()]
    strange = sorted(path for path in folder.glob("*.csv") if path.name not in known)
    return [Problem(shown_path(path), "is not read", nearest=near) for path in strange if (near := nearest(path.name, known))]


def read_main_file(path: Path, layer: Layer) -> None:
    """The scenario.yaml: one mapping, without what belongs in tables."""
    where = shown_path(path)
    data, lines = read_yaml(read_text(path, YAML_BYTES), where, layer.problems)
    if not isinstance(data, dict):
        raise refuse(where, "must be a mapping of keys to values" if data is not None else "is empty")
    layer.where.update({trail: f"{where}:{line}" for trail, line in lines.items()})
    for part in TABLES:
        if part in data:
            layer.problems.append(Problem(layer.where[(part,)], f"belongs in {TABLES[part].file}, not here", part))
    layer.data.update({key: value for key, value in data.items() if key not in TABLES})
    typed_in_place(layer.data)


def typed_in_place(data: dict[str, Any]) -> None:
    """Dates as dates, wherever the schema wants one."""
    for key, spec in specs(Scenario).items():
        if key in data:
            data[key] = typed(spec.kind, data[key])


def read_part(part: str, path: Path, layer: Layer) -> None:
    """One table."""
    where = shown_path(path)
    rows, places = read_table(part, read_text(path, TABLE_BYTES), where, layer.problems)
    layer.data[part] = rows if TABLES[part].named else tuple(rows)
    layer.where.update(places)
    layer.files[part] = path
