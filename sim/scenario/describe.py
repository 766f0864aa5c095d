"""A scenario explained: its JSON Schema, so that editors complete and check, and the table of its values with units, ranges and sources."""

import json
from typing import Any

from sim.scenario.errors import shown
from sim.scenario.paths import Leaf, leaves
from sim.scenario.schema import Scenario
from sim.scenario.tables import TABLES

COLUMNS = ("path", "value", "unit", "range")
DEFINITIONS = "$defs"
EXTENDS = {"type": "string", "description": "name of a scenario, beside this one or in the bundle, from which all that is not given here is taken"}
FOREIGN_KEYS = {"unit": "x-unit", "source": "x-source", "absent": "x-absent"}


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario.yaml. Units and sources stand under `x-unit` and `x-source`.

    Keys required inside an entry stand under `x-required`: a file that extends another need not repeat them, and a schema
    cannot see what the other holds. `check` can, and does.
    """
    schema: dict[str, Any] = renamed(Scenario.model_json_schema())
    properties = {"extends": EXTENDS, **{name: entry for name, entry in schema["properties"].items() if name not in TABLES}}
    schema |= {"$schema": "https://json-schema.org/draft/2020-12/schema", "properties": properties}
    alone = [name for name in schema.pop("x-required") if name != "name"]
    properties["states"].pop("minProperties")  # one may stand in what the file extends
    schema |= {"anyOf": [{"required": ["extends"]}, {"required": alone}], DEFINITIONS: used_definitions(schema)}
    return schema


def renamed(node: Any) -> Any:
    """A schema with our own notes under names that a validator passes over."""
    if isinstance(node, list):
        return [renamed(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "properties" in node:
        node = {("x-required" if key == "required" else key): value for key, value in node.items()}
        properties = {name: renamed(entry) for name, entry in node["properties"].items()}
        return {key: properties if key == "properties" else renamed(value) for key, value in node.items()}
    if "patternProperties" in node:
        node = {**node, "additionalProperties": False}
    return {FOREIGN_KEYS.get(key, key) if not isinstance(value, dict) else key: renamed(value) for key, value in node.items()}


def used_definitions(schema: dict[str, Any]) -> dict[str, Any]:
    """The definitions that something refers to, by way of others or not."""
    known = schema[DEFINITIONS]
    used: set[str] = set()
    waiting = referred(schema["properties"])
    while waiting:
        used |= waiting
        waiting = referred([known[name] for name in waiting]) - used
    return {name: entry for name, entry in known.items() if name in used}


def referred(node: Any) -> set[str]:
    """The definitions that a part of a schema refers to itself."""
    if isinstance(node, dict):
        here = {str(node["$ref"]).rsplit("/", 1)[-1]} if "$ref" in node else set()
        return here.union(*(referred(value) for value in node.values()))
    return set().union(*(referred(item) for item in node)) if isinstance(node, list) else set()


def schema_text() -> str:
    """The JSON Schema as a file for an editor."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def table(scenario: Scenario, sources: bool = False) -> list[list[str]]:
    """A row a value: path, value, unit, range, and with `sources` where it comes from; the first row is the header."""
    header = [*COLUMNS, *(["source"] if sources else [])]
    return [header, *(row(path, leaf, sources) for path, leaf in leaves(scenario).items())]


def row(path: str, leaf: Leaf, sources: bool) -> list[str]:
    value = "" if leaf.value in (None, "") else shown(leaf.value)
    return [path, value, leaf.unit, span(leaf), *([leaf.source] if sources else [])]


def span(leaf: Leaf) -> str:
    """The range of a value in words."""
    if leaf.low is None or leaf.high is None:
        return ""
    return f"{leaf.low:g} to {leaf.high:,.12g}"
