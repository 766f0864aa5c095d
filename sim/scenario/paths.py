"""One dotted path for files, flags and code: `dyad.tension_half_life`, `third_parties.*.leverage`."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sim.scenario.errors import NO_VALUE, Fault, Problem, ScenarioError, nearest, one_of, refuse
from sim.scenario.fields import Section
from sim.scenario.references import contradictions
from sim.scenario.schema import Scenario
from sim.scenario.tree import ANY, WITHOUT_PATHS, Spec, children, places, spec_at, typed
from sim.scenario.validate import shaped
from sim.scenario.yaml_text import read_yaml, scalar

FLAG = "--set"
Path = tuple[str, ...]


class Leaf(NamedTuple):
    """A single value of a scenario, with what is known about it."""

    value: object
    unit: str
    meaning: str
    low: float | None
    high: float | None
    source: str
    kind: str


def leaves(scenario: Scenario) -> dict[str, Leaf]:
    """Every value that has a path. Kind: `number` may differ between worlds, `structure` is one for a run, `metadata` changes nothing."""
    given = sorted(scenario.sources, key=certainty)
    return {".".join(path): leaf(scenario, path, value, given) for path, value in values_below(scenario, scenario, ())}


def values_below(node: object, scenario: Scenario, path: Path) -> Iterator[tuple[Path, object]]:
    """All values below a place, with their paths."""
    if not isinstance(node, Section | dict):
        yield path, node
        return
    for name, child in children(node, scenario).items():
        yield from values_below(child, scenario, (*path, name))


def leaf(scenario: Scenario, path: Path, value: object, given: list[str]) -> Leaf:
    spec = spec_at(path)
    assert spec is not None  # every place in a scenario has a field in the schema
    return Leaf(value, spec.unit, spec.meaning, spec.low, spec.high, source_of(scenario, path, spec, given), spec.role)


def source_of(scenario: Scenario, path: Path, spec: Spec, given: list[str]) -> str:
    """Where a value comes from: the scenario's own note on its path, else its row's source, else what the field says."""
    named = [pattern for pattern in given if covers(tuple(pattern.split(".")), path)]
    if named:
        return scenario.sources[named[-1]]
    row = getattr(scenario, path[0])[path[1]] if path[0] in ("communities", "crossings") else None
    if row is not None and row.source and path[2] in row.model_fields_set:
        return str(row.source)
    return spec.source


def covers(pattern: Path, path: Path) -> bool:
    """Whether a pattern stands for a path or for something above it."""
    return len(pattern) <= len(path) and all(word in (ANY, name) for word, name in zip(pattern, path, strict=False))


def certainty(pattern: str) -> tuple[int, int]:
    """How much a pattern says: the longer, and the fewer wildcards, the more."""
    words = pattern.split(".")
    return len(words), -words.count(ANY)


def match(scenario: Scenario, pattern: str) -> list[Path]:
    """The paths of the values for which a pattern stands; a mapping by state stands for all its states."""
    found = []
    for path, node in places(scenario, scenario, tuple(pattern.split("."))):
        if isinstance(node, dict) and by_name_of_state(path):
            found += [(*path, state) for state in node]
        elif not isinstance(node, Section | dict):
            found.append(path)
    return found


def by_name_of_state(path: Path) -> bool:
    spec = spec_at(path)
    return spec is not None and spec.absent is not None


# ── Changing values ───────────────────────────────────────────────────────────────────────────────────────────────


def override(scenario: Scenario, changes: dict[str, object], *, where: str = FLAG) -> Scenario:
    """A scenario with values changed by path and checked anew; raises ScenarioError that names `where` they came from."""
    faults: list[Fault] = []
    raw: dict[str, Any] = shallow(scenario)
    for pattern, value in spread(changes):
        for path in targets(scenario, pattern, value, faults):
            put(raw, path, value)
    changed, refused = shaped(raw)
    faults += refused
    if changed is not None and not faults:
        faults = list(contradictions(changed))
    if changed is None or faults:
        raise ScenarioError(problem(fault, where) for fault in faults)
    return changed


def problem(fault: Fault, where: str) -> Problem:
    return Problem(where, fault.allowed, ".".join(map(str, fault.trail)) or "(empty)", fault.value, fault.nearest)


def spread(changes: dict[str, object]) -> Iterator[tuple[str, object]]:
    """Changes of single values; a mapping stands for a change below the path for each of its keys."""
    for pattern, value in changes.items():
        if isinstance(value, dict) and value:
            yield from spread({f"{pattern}.{key}": item for key, item in value.items()})
        else:
            yield pattern, plain(value)


def plain(value: object) -> object:
    """A number of NumPy's as Python's own."""
    return value.item() if hasattr(value, "item") and not isinstance(value, str | float) else value


def targets(scenario: Scenario, pattern: str, value: object, faults: list[Fault]) -> list[Path]:
    """The values that a pattern sets; adds to `faults` where it sets none."""
    found = match(scenario, pattern)
    if not found:
        faults.append(no_such(scenario, pattern, value))
    return found


def no_such(scenario: Scenario, pattern: str, value: object) -> Fault:
    """Why nothing can be set by this path."""
    words = tuple(pattern.split("."))
    if words[0] in WITHOUT_PATHS:
        return Fault(words, value, f"cannot be set by path: change {words[0]} in the scenario's files")
    below = next((children(node, scenario) for _, node in places(scenario, scenario, words)), None)
    if below is not None:
        return Fault(words, NO_VALUE, f"is not a single value; go on with {one_of(below).removeprefix('must be ')}" if below else "is empty here")
    return Fault(words, value, "is no path of this scenario", nearest_path(scenario, words))


def nearest_path(scenario: Scenario, words: Iterable[str]) -> str:
    """The path that is spelt most like this one: word by word, else among all paths."""
    words = tuple(words)
    mended: Path = ()
    for word in words:
        known = {name for _, node in places(scenario, scenario, mended) for name in children(node, scenario)}
        near = word if word == ANY or word in known else nearest(word, known)
        if not near:
            return nearest(".".join(words), leaves(scenario))
        mended = (*mended, near)
    return ".".join(mended)


def shallow(section: Section) -> dict[str, Any]:
    """What was given for a section's fields, so that the rest stays at its defaults; what lies below is kept as it is."""
    return {name: getattr(section, name) for name in type(section).model_fields if name in section.model_fields_set}


def put(raw: dict[str, Any], path: Path, value: object) -> None:
    """Sets a value in data, opening on the way the sections that it changes."""
    spec = spec_at(path)
    node = raw
    for depth, name in enumerate(path[:-1], start=1):
        node[name] = opened(node.get(name), path[:depth])
        node = node[name]
    node[path[-1]] = typed(spec.kind, value) if spec else value


def opened(node: object, path: Path) -> dict[str, Any]:
    """A section as data that can be changed."""
    if isinstance(node, Section):
        return shallow(node)
    return dict(node) if isinstance(node, dict) else {}


def parse_assignment(text: str) -> tuple[str, object]:
    """`path=value` as path and value, by the rules of YAML 1.2; raises ScenarioError where it is nothing of the kind."""
    path, sign, value = (part.strip() for part in text.partition("="))
    if not sign or not path:
        raise refuse(FLAG, "must be written path=value, such as dyad.tension_half_life=20", field=text or "(empty)")
    if value[:1] not in ('"', "'", "{", "["):
        return path, scalar(value)
    problems: list[Problem] = []
    read, _ = read_yaml(value, FLAG, problems)
    if problems:
        raise ScenarioError(problems)
    return path, read


__all__ = ["Leaf", "leaves", "match", "override", "parse_assignment"]
