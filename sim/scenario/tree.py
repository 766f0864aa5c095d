"""The shape of a scenario: which fields there are, what each may hold, and how a dotted path leads to them."""

import datetime
import re
import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from sim.scenario.errors import Trail
from sim.scenario.fields import ASSUMED, Section
from sim.scenario.schema import Scenario

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ANY = "*"

WITHOUT_PATHS = ("history", "ties", "references", "sources")
"""Parts of a scenario whose entries have no dotted path: rows without names, and notes about the rest."""


class Spec(NamedTuple):
    """What a field may hold, and what it means."""

    kind: Any
    optional: bool
    meaning: str
    unit: str
    source: str
    low: float | None
    high: float | None
    above: bool
    default: object
    absent: float | None

    @property
    def role(self) -> typing.Literal["number", "structure", "metadata"]:
        """`number`: may differ between worlds; `structure`: one for a run; `metadata`: changes nothing."""
        if self.kind is float and self.source != "structure":
            return "number"
        return "metadata" if self.source == "metadata" else "structure"

    @property
    def choices(self) -> tuple[str, ...]:
        """The words allowed, where only certain words are."""
        return typing.get_args(self.kind) if typing.get_origin(self.kind) is typing.Literal else ()


def bound(info: FieldInfo, *names: str) -> float | None:
    """The first of these limits that a field has."""
    return next((getattr(limit, name) for limit in info.metadata for name in names if getattr(limit, name, None) is not None), None)


def bare(kind: Any) -> tuple[Any, bool]:
    """A type without its annotations and its `| None`, and whether it had the latter."""
    if typing.get_origin(kind) is typing.Annotated:
        return bare(typing.get_args(kind)[0])
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        inner = next(option for option in typing.get_args(kind) if option is not type(None))
        return bare(inner)[0], True
    return kind, False


def spec_of(info: FieldInfo) -> Spec:
    """What a field of a section may hold."""
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    kind, optional = bare(info.annotation)
    default = None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})
    return Spec(
        kind=kind,
        optional=optional,
        meaning=info.description or "",
        unit=str(extra.get("unit", "")),
        source=str(extra.get("source", ASSUMED)),
        low=bound(info, "ge", "gt"),
        high=bound(info, "le"),
        above=bound(info, "gt") is not None,
        default=default,
        absent=typing.cast("float | None", extra.get("absent")),
    )


@cache
def specs(section: type[Section]) -> Mapping[str, Spec]:
    """The fields of a section."""
    return {name: spec_of(info) for name, info in section.model_fields.items()}


@cache
def entry_spec(section: type[Section], name: str) -> Spec:
    """What an entry of a field that is a mapping or a list may hold; it has the field's meaning and unit."""
    whole = specs(section)[name]
    arguments = typing.get_args(whole.kind)
    inner = spec_of(FieldInfo.from_annotation(arguments[0] if typing.get_origin(whole.kind) is tuple else arguments[1]))
    return inner._replace(meaning=whole.meaning, unit=whole.unit, source=whole.source, default=whole.absent)


def is_section(kind: object) -> typing.TypeGuard[type[Section]]:
    return isinstance(kind, type) and issubclass(kind, Section)


def is_mapping(kind: object) -> bool:
    return typing.get_origin(kind) is dict


def is_list(kind: object) -> bool:
    return typing.get_origin(kind) is tuple


def spec_at(trail: Trail, section: type[Section] = Scenario) -> Spec | None:
    """What the schema says about the place to which a trail leads; None where it knows no such place."""
    if not trail or (spec := specs(section).get(str(trail[0]))) is None:
        return None
    rest = trail[1:]
    if rest and (is_mapping(spec.kind) or is_list(spec.kind)):
        spec, rest = entry_spec(section, str(trail[0])), rest[1:]
    if not rest:
        return spec
    return spec_at(rest, spec.kind) if is_section(spec.kind) else None


def keys_at(trail: Trail, section: type[Section] = Scenario) -> tuple[str, ...]:
    """The fields of the section to which a trail leads."""
    kind = section if not trail else getattr(spec_at(trail, section), "kind", None)
    return tuple(specs(kind)) if is_section(kind) else ()


def specs_for(pattern: tuple[str, ...], section: type[Section] = Scenario) -> list[Spec]:
    """All fields of the schema for which a pattern can stand, whatever names a scenario uses."""
    if not pattern:
        return []
    known = specs(section)
    names = list(known) if pattern[0] == ANY else [pattern[0]] if pattern[0] in known else []
    return [spec for name in names for spec in specs_from(section, name, pattern[1:])]


def specs_from(section: type[Section], name: str, rest: tuple[str, ...]) -> list[Spec]:
    """The fields for which the rest of a pattern can stand below a field; a mapping by state stands for its entries."""
    spec = specs(section)[name]
    if is_mapping(spec.kind) and (rest or spec.absent is not None):
        spec, rest = entry_spec(section, name), rest[1:]
    if not rest:
        return [spec]
    return specs_for(rest, spec.kind) if is_section(spec.kind) else []


def typed(kind: Any, value: object) -> object:
    """A value as the schema wants it: ISO dates as dates, lists as tuples; anything else untouched, to be judged by the schema."""
    kind, _ = bare(kind)
    if is_section(kind) and isinstance(value, dict):
        return {key: typed(kind.model_fields[key].annotation, item) if key in kind.model_fields else item for key, item in value.items()}
    if is_mapping(kind) and isinstance(value, dict):
        return {key: typed(typing.get_args(kind)[1], item) for key, item in value.items()}
    if is_list(kind) and isinstance(value, list):
        return tuple(typed(typing.get_args(kind)[0], item) for item in value)
    return date_of(value) if kind is datetime.date and isinstance(value, str) else value


def date_of(text: str) -> object:
    """The date that a text names, or the text where it names none."""
    try:
        return datetime.date.fromisoformat(text) if ISO_DATE.fullmatch(text) else text
    except ValueError:
        return text


def children(node: object, scenario: Scenario) -> dict[str, object]:
    """What lies below a place in a scenario, by name; nothing below a value."""
    if isinstance(node, Scenario):
        return {name: getattr(node, name) for name in specs(Scenario) if name not in WITHOUT_PATHS}
    if isinstance(node, Section):
        return {name: by_state(getattr(node, name), spec, scenario) for name, spec in specs(type(node)).items()}
    return node if isinstance(node, dict) else {}


def by_state(value: object, spec: Spec, scenario: Scenario) -> object:
    """A mapping by state with every state in it: one that is not given has the value that its absence means."""
    if spec.absent is None or not isinstance(value, dict):
        return value
    return {**dict.fromkeys(scenario.states, spec.absent), **value}


def places(node: object, scenario: Scenario, pattern: tuple[str, ...], trail: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """The places in a scenario to which a pattern leads, with what they hold; `*` stands for any one name."""
    if not pattern:
        yield trail, node
        return
    below = children(node, scenario)
    names = list(below) if pattern[0] == ANY else [pattern[0]] if pattern[0] in below else []
    for name in names:
        yield from places(below[name], scenario, pattern[1:], (*trail, name))
