"""What people add from packages of their own: rules of decision, behaviours of outsiders, outcomes, interventions.

An installed package names what it adds as entry points, in one group for each kind. That is the only way in: a scenario
can name what is installed, and never brings code along. What cannot be used is left out, and whoever asks for it is told
why. docs/extending.md.
"""

import hashlib
import importlib.util
import re
from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.additions import Behaviour, Intervention, Rule
from sim.scenario.errors import nearest, refuse
from sim.scenario.fields import NAME_PATTERN


class Kind(NamedTuple):
    """A kind of addition: the group of entry points that names it, what an entry point must lead to, and in words."""

    group: str
    type: Any
    words: str


RULE = Kind("taftan.rules", Rule, "a sim.extend.Rule")
BEHAVIOUR = Kind("taftan.behaviours", Behaviour, "a sim.extend.Behaviour")
OUTCOMES = Kind("taftan.outcomes", Callable, "a function from a scenario to a list of sim.extend.Outcome")
INTERVENTION = Kind("taftan.interventions", Intervention, "a sim.extend.Intervention")
KINDS = (RULE, BEHAVIOUR, OUTCOMES, INTERVENTION)


class Added(NamedTuple):
    """An addition as it was found: what it is, from which package and version; or why it cannot be used."""

    kind: Kind
    name: str
    package: str
    version: str
    value: Any
    fault: str = ""


@cache
def everything() -> tuple[Added, ...]:
    """Every addition of every installed package, usable or not, in the order of kinds and names."""
    found = [_read(kind, entry) for kind in KINDS for entry in sorted(entry_points(group=kind.group), key=lambda one: (one.name, one.value))]
    counts = [(one.kind, one.name) for one in found]
    return tuple(
        one._replace(value=None, fault="two packages have it under this name") if counts.count((one.kind, one.name)) > 1 else one for one in found
    )


def _read(kind: Kind, entry: EntryPoint) -> Added:
    package, version = (entry.dist.name, entry.dist.version) if entry.dist is not None else ("unknown", "unknown")
    if not re.fullmatch(NAME_PATTERN, entry.name):
        return Added(kind, entry.name, package, version, None, "its name must be lower-case letters, digits and underscores")
    try:
        value = entry.load()
    except Exception as error:  # whatever other people's code may raise; it is kept, and said where it matters
        return Added(kind, entry.name, package, version, None, f"{type(error).__name__}: {error}")
    if not isinstance(value, kind.type):
        return Added(kind, entry.name, package, version, None, f"{entry.value} must be {kind.words}")
    return Added(kind, entry.name, package, version, value)


def added(kind: Kind) -> dict[str, Any]:
    """The additions of a kind that can be used, by name."""
    return {one.name: one.value for one in everything() if one.kind is kind and not one.fault}


def why_not(kind: Kind, name: object) -> str:
    """Why an addition cannot be used, as the end of a message; empty where nothing is installed under the name."""
    faulty = [one for one in everything() if one.kind is kind and one.name == name and one.fault]
    return "".join(f"; {one.package} {one.version} offers it, but: {one.fault}" for one in faulty)


def known(kind: Kind, name: str, where: str, field_name: str) -> Any:
    """An addition by name; raises ScenarioError."""
    here = added(kind)
    if name in here:
        return here[name]
    allowed = f"one of {', '.join(here)}" if here else "what an installed package adds, and none is installed"
    raise refuse(where, f"must be {allowed}{why_not(kind, name)}", field=field_name, value=name, nearest=nearest(name, here))


def names_of(kind: Kind, built_in: tuple[str, ...]) -> tuple[str, ...]:
    """Names that a scenario may use: the house's own first; what a package calls by one of those is not used."""
    return (*built_in, *(name for name in added(kind) if name not in built_in))


@cache
def stamp() -> tuple[str, ...]:
    """What is installed, package by package with version and a hash of the files: runs are the same only where this is."""
    return tuple(sorted({f"{one.package} {one.version} {_digest(one)}" for one in everything() if not one.fault}))


def _digest(one: Added) -> str:
    entry = next(entry for entry in entry_points(group=one.kind.group) if entry.name == one.name)
    top = importlib.util.find_spec(entry.module.partition(".")[0])
    places = [Path(place) for place in top.submodule_search_locations or ()] if top is not None else []
    files = sorted(file for place in places for file in place.rglob("*.py")) or ([Path(top.origin)] if top is not None and top.origin else [])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]
