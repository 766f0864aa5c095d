"""YAML 1.2, as far as a scenario needs it: mappings, lists and plain values, each with its line.

What makes YAML surprising is refused: anchors and aliases (a few lines can stand for gigabytes), tags, duplicate
keys, several documents. Words are words: `no` is text, not false, and `12:30` is not a number.
"""

import re
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from sim.scenario.errors import Problem, ScenarioError, Trail

DEEPEST = 20
LONGEST_NUMBER = 300

WHOLE = re.compile(r"[-+]?[0-9]+")
OCTAL = re.compile(r"0o[0-7]+")
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
WORDS: dict[str, object] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}

Document = tuple[object, dict[Trail, int]]


def read_yaml(text: str, where: str, problems: list[Problem]) -> Document:
    """The data of a YAML text and the line of every key and item; adds duplicate keys to `problems`, raises at what cannot be read on."""
    try:
        return Reader(text, where, problems).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ScenarioError([Problem(f"{where}:{mark.line + 1}" if mark else where, f"is not YAML: {plain(error.problem)}")]) from None
    except YAMLError as error:
        raise ScenarioError([Problem(where, f"is not YAML: {plain(str(error))}")]) from None
    except ScenarioError:
        raise
    except Exception:  # the parser itself stumbles over some byte salads
        raise ScenarioError([Problem(where, "is not YAML")]) from None


def plain(complaint: str | None) -> str:
    """The parser's complaint in one line."""
    return " ".join((complaint or "it cannot be understood").split())[:200]


def scalar(text: str) -> object:
    """The value of a plain word, by the core schema of YAML 1.2."""
    if text in WORDS:
        return WORDS[text]
    if len(text) > LONGEST_NUMBER:
        return text
    if WHOLE.fullmatch(text):
        return int(text)
    if OCTAL.fullmatch(text) or HEXADECIMAL.fullmatch(text):
        return int(text, 0)
    return float(text) if REAL.fullmatch(text) else text


class Reader:
    """Builds data from the parser's events, one after the other."""

    def __init__(self, text: str, where: str, problems: list[Problem]) -> None:
        self.events: Iterator[Event] = YAML(typ="rt", pure=True).parse(text)
        self.where = where
        self.problems = problems
        self.lines: dict[Trail, int] = {}

    def document(self) -> Document:
        """The one document of the text."""
        data: object = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.error(event, "holds a second document (a line `---`); write one")
            elif isinstance(event, NodeEvent):
                data = self.node(event, ())
        return data, self.lines

    def node(self, event: Event, trail: Trail) -> object:
        """The value that begins with this event."""
        self.check(event, trail)
        if isinstance(event, MappingStartEvent):
            return self.mapping(trail)
        if isinstance(event, SequenceStartEvent):
            return self.sequence(trail)
        if isinstance(event, ScalarEvent):
            return scalar(event.value) if event.style is None else event.value
        raise self.error(event, "is not YAML")

    def check(self, event: Event, trail: Trail) -> None:
        """Refuses what a scenario has no use for."""
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise self.error(event, "anchors (&) and aliases (*) are not allowed; write the value out, or use `extends`", trail)
        if getattr(event, "tag", None):
            raise self.error(event, "tags (!) are not allowed; put text that begins with ! in quotes", trail)
        if len(trail) > DEEPEST:
            raise self.error(event, f"is nested more than {DEEPEST} deep")

    def mapping(self, trail: Trail) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.key(event, trail)
            value = self.node(next(self.events), (*trail, key))
            if key in found:
                first = self.lines[(*trail, key)]
                self.problems.append(self.problem(event, f"stands here twice; it was first given in line {first}", (*trail, key)))
            else:
                self.lines[(*trail, key)] = event.start_mark.line + 1
                found[key] = value
        return found

    def key(self, event: Event, trail: Trail) -> str:
        self.check(event, trail)
        if not isinstance(event, ScalarEvent):
            raise self.error(event, "a key must be a word", trail)
        return str(event.value)

    def sequence(self, trail: Trail) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            self.lines[(*trail, len(items))] = event.start_mark.line + 1
            items.append(self.node(event, (*trail, len(items))))
        return items

    def problem(self, event: Event, allowed: str, trail: Trail = ()) -> Problem:
        return Problem(f"{self.where}:{event.start_mark.line + 1}", allowed, field=".".join(map(str, trail)))

    def error(self, event: Event, allowed: str, trail: Trail = ()) -> ScenarioError:
        return ScenarioError([self.problem(event, allowed, trail)])
