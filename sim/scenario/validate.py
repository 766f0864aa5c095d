"""From plain data to a scenario, or to what the schema refuses, in plain words."""

from typing import Any

from pydantic import ValidationError

from sim.scenario.errors import NO_VALUE, Fault, Trail, nearest, one_of
from sim.scenario.extensions import BEHAVIOUR, RULE, why_not
from sim.scenario.fields import Section
from sim.scenario.schema import Scenario
from sim.scenario.tree import Spec, keys_at, spec_at

WORDS = {
    "string": "must be text (put a number or date in quotes)",
    "float": "must be a number",
    "int": "must be a whole number",
    "date": "must be a date that exists, written as YYYY-MM-DD",
    "bool": "must be true or false",
    "dict": "must be a mapping of names to entries",
    "model": "must be a mapping of keys to values",
    "tuple": "must be a list",
    "finite": "must be a finite number",
    "number": "must be a number",
}
NAME_WORDS = "must be a name: small letters, digits and _, a letter first"


def shaped(data: dict[str, Any]) -> tuple[Scenario | None, list[Fault]]:
    """The scenario that the data make, not yet checked for contradictions, or what the schema refuses."""
    try:
        return Scenario.model_validate(data), []
    except ValidationError as error:
        return None, faults_in(error)


def faults_in(error: ValidationError, root: type[Section] = Scenario) -> list[Fault]:
    """The schema's complaints, as ours; `root` is what was validated."""
    return [fault_of(dict(complaint), root) for complaint in error.errors(include_url=False)]


def fault_of(complaint: dict[str, Any], root: type[Section]) -> Fault:
    """One complaint of the schema, as ours."""
    kind, trail, value = complaint["type"], complaint["loc"], complaint["input"]
    if trail and trail[-1] == "[key]":
        return Fault(trail[:-1], NO_VALUE, f"its name {NAME_WORDS}")
    if kind == "extra_forbidden":
        return unknown_key(trail, value, root)
    spec = spec_at(trail, root)
    if kind == "missing":
        return Fault(trail, NO_VALUE, "is required" + (f": {spec.meaning}" if spec else ""))
    if kind == "literal_error" and spec:
        return Fault(trail, value, one_of(spec.choices) + why_not_of(trail, value), nearest(value, spec.choices))
    return Fault(trail, value, allowed(kind, spec, complaint))


def why_not_of(trail: Trail, value: object) -> str:
    """Where an installed package offers a word but cannot be used, what is wrong with it."""
    kind = {"policy": RULE, "behaviour": BEHAVIOUR}.get(str(trail[-1]))
    return why_not(kind, value) if kind else ""


def unknown_key(trail: Trail, value: object, root: type[Section]) -> Fault:
    """A key that the schema does not know."""
    known = keys_at(trail[:-1], root)
    near = nearest(trail[-1], known)
    return Fault(trail, value, "is no key here" if near else f"is no key here; {one_of(known)}", near)


def allowed(kind: str, spec: Spec | None, complaint: dict[str, Any]) -> str:
    """What a field allows, for a value of the wrong type or size."""
    if kind == "string_pattern_mismatch":
        return NAME_WORDS
    if kind in ("too_short", "too_long"):
        size = complaint["ctx"].get("min_length") if kind == "too_short" else complaint["ctx"].get("max_length")
        return f"must have {'at least' if kind == 'too_short' else 'at most'} {size} entries"
    if spec and (spec.low is not None or spec.high is not None):
        written = "must be a number without commas, quotes or unit," if kind.endswith(("_type", "_parsing")) else "must be"
        return f"{WORDS['int'] if spec.kind is int else written} {limits(spec)} (unit: {spec.unit or 'none'})"
    return WORDS.get(kind.split("_")[0], str(complaint["msg"]))


def limits(spec: Spec) -> str:
    """The range of a field in words."""
    if spec.high is None or spec.low is None:
        return f"at least {spec.low:,.12g}" if spec.high is None else f"at most {spec.high:,.12g}"
    if spec.above:
        return f"above {spec.low:g} and at most {spec.high:,.12g}"
    return f"from {spec.low:g} to {spec.high:,.12g}"
