"""What is wrong with a scenario: where, which field, what it holds, what is allowed, and what was probably meant."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

SHOWN_PROBLEMS = 20
SHOWN_CHARACTERS = 60
LONGEST_FIELD = 120

Trail = tuple[str | int, ...]
"""The way to a value: keys of mappings and numbers of rows."""


class NoValue:
    """Stands for a value that is not there, where None would be a value."""


NO_VALUE = NoValue()


class Fault(NamedTuple):
    """Something wrong at a place in the data, before anybody knows which file it came from."""

    trail: Trail
    value: object
    allowed: str
    nearest: str = ""


@dataclass(frozen=True)
class Problem:
    """Something wrong at a place that a person can open: a line of a file, a row of a table, a flag."""

    where: str
    allowed: str
    field: str = ""
    value: object = NO_VALUE
    nearest: str = ""

    def __str__(self) -> str:
        name = clipped(self.field, LONGEST_FIELD)
        what = name if isinstance(self.value, NoValue) else f"{name} = {shown(self.value)}"
        meant = f". Did you mean {shown(self.nearest)}?" if self.nearest else ""
        return printable("  ".join(part for part in (self.where, what, self.allowed + meant) if part))


class ScenarioError(Exception):
    """A scenario that cannot be used; holds every problem found and prints one line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        return ScenarioError, (self.problems,)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        hidden = len(self.problems) - SHOWN_PROBLEMS
        return "\n".join([*lines, f"… and {hidden} more"] if hidden > 0 else lines)


def refuse(where: str, allowed: str, *, field: str = "", value: object = NO_VALUE, nearest: str = "") -> ScenarioError:
    """An error with one problem, to be raised."""
    return ScenarioError([Problem(where, allowed, field, value, nearest)])


def needs(extra: str, package: str, field: str, value: object = NO_VALUE) -> ScenarioError:
    """An error for what needs packages that are not installed, saying how to install them: in a checkout with its pins."""
    checkout = Path(__file__).resolve().parents[2]
    pinned = f'.venv/bin/pip install --constraint constraints.txt --editable ".[{extra}]"'
    how = pinned if (checkout / "constraints.txt").is_file() else f'pip install "taftan[{extra}]"'
    return refuse("", f"needs {package}, which is not installed: {how}", field=field, value=value)


def nearest(word: object, known: Iterable[str]) -> str:
    """The known word that is spelt most like this one; empty where none is close."""
    folded = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(str(word).casefold()[:200], folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def one_of(known: Iterable[str]) -> str:
    """What is allowed, where only certain words are."""
    words = [word or "empty" for word in known]
    return "must be " + (words[0] if len(words) == 1 else "one of " + ", ".join(words)) if words else "cannot be given here: there is none to name"


def shown(value: object) -> str:
    """A value as a message shows it: in a line, without control characters, not too long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return f"{value:.12g}"
    if isinstance(value, dict | list | tuple):
        return f"({len(value)} entries)"
    return clipped(value if isinstance(value, str) and value and value.isprintable() else as_written(value))


def as_written(value: object) -> str:
    """Text in quotes with its control characters spelt out; other things as they print."""
    if isinstance(value, int) and value.bit_length() > 400:
        return "a number of more than a hundred digits"  # Python refuses to print the very long ones
    return repr(value) if isinstance(value, str) else str(value)


def clipped(text: str, longest: int = SHOWN_CHARACTERS) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def printable(text: str) -> str:
    """Text in one line that a terminal shows as it is, with control characters spelt out."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def shown_path(path: Path) -> str:
    """A path as a message shows it: from the current folder where it lies under it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)
