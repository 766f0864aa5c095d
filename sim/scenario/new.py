"""Beginning a crisis of one's own: a commented folder, made after a crisis that exists, that loads and runs as it is."""

import datetime
import json
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path

from sim.scenario.errors import refuse, shown_path
from sim.scenario.fields import NAME_PATTERN, Section
from sim.scenario.files import reason
from sim.scenario.find import MAIN_FILE
from sim.scenario.load import load, read
from sim.scenario.schema import Scenario
from sim.scenario.tables import TABLES
from sim.scenario.tree import ANY, Spec, specs
from sim.scenario.validate import NAME_WORDS, limits

KNOBS = (
    "states.*.resolve.median",
    "states.*.audience.election_effect",
    "states.*.attention.agenda",
    "dyad.tension_half_life",
    "dyad.agreement.ease",
    "mediation.formulation",
    "livelihoods.income_weight",
)
"""The numbers that are changed most often: shown, commented out, even where they stand at their defaults."""

WIDTH = 110

ADVICE = (
    "Only what differs from the defaults stands here; to change more, take away the `# ` before a line and before the key above it. "
    "Numbers show what they mean, [their unit] and their range. The record of what happened is in history.csv (copied: replace it); "
    "people, crossings and ties have their own tables. Places, actors and dates there must fit what stands here."
)


def new(name: str, like: str | Path, folder: str | Path) -> Path:
    """The folder of a new crisis, made in `folder` after the crisis `like`; raises ScenarioError, and overwrites nothing."""
    if not re.fullmatch(NAME_PATTERN.strip("^$"), name):
        raise refuse("new", NAME_WORDS, field="NAME", value=name)
    target = Path(folder) / name
    if target.exists() or target.is_symlink():
        raise refuse(shown_path(target), "is there already; choose another name")
    scenario, files = read(like)
    text = written(scenario, name)
    try:
        target.mkdir(parents=True)
        for part, path in files.items():
            shutil.copyfile(path, target / TABLES[part].file)
        (target / MAIN_FILE).write_text(text, encoding="utf-8")
    except OSError as error:
        raise refuse(shown_path(target), f"cannot be written: {reason(error)}") from None
    load(target)
    return target


def written(scenario: Scenario, name: str) -> str:
    """The scenario.yaml of a new crisis: what differs from the defaults, what is changed most often, and what each part means."""
    title = f"{name.replace('_', ' ').capitalize()} (after: {scenario.title})"
    lines = [*opening(scenario, title)]
    for key, spec in specs(Scenario).items():
        if key in TABLES:
            continue
        value = {"name": name, "title": title}.get(key, getattr(scenario, key))
        block = list(entry(key, value, spec, (key,)))
        if block and isinstance(value, Section | dict):
            lines += ["", *comment(heading(spec, value))]
        lines += block
    return "\n".join(lines) + "\n"


def opening(scenario: Scenario, title: str) -> Iterator[str]:
    yield from comment(title)
    yield "#"
    yield from comment(f"Made after {scenario.name}. {ADVICE}")
    yield ""


def comment(text: str, indent: str = "") -> Iterator[str]:
    """Text as lines of comment."""
    for line in textwrap.wrap(text, WIDTH - len(indent)):
        yield f"{indent}# {line}"


def heading(spec: Spec, value: object) -> str:
    """What a part is about: its meaning, and what is said of the kind of thing in it."""
    thing = next(iter(value.values()), None) if isinstance(value, dict) else value
    about = (type(thing).__doc__ or "").split("\n")[0] if isinstance(thing, Section) else ""
    meaning = f"{spec.meaning[:1].upper()}{spec.meaning[1:]}"
    return about if about.startswith(meaning) else f"{meaning}. {about}".strip()


def entry(key: str, value: object, spec: Spec, path: tuple[str, ...]) -> Iterator[str]:
    """The lines of one field; none where it stands at its default and is no knob."""
    indent = "  " * (len(path) - 1)
    if isinstance(value, Section):
        yield from under(indent, key, list(fields(value, path)))
    elif isinstance(value, dict) and any(isinstance(item, Section) for item in value.values()):
        yield from under(indent, key, [line for name, item in value.items() for line in named(name, item, (*path, name))])
    elif isinstance(value, dict) and spec.absent is not None:
        if value:
            yield f"{indent}{key}: {{ {', '.join(f'{name}: {plain(item)}' for name, item in value.items())} }}{note(spec)}"
    elif isinstance(value, dict):
        yield from under(indent, key, [f"{indent}  {plain(name)}: {plain(item)}" for name, item in value.items()])
    elif value != spec.default:
        yield f"{indent}{key}: {plain(value)}{note(spec)}"
    elif is_knob(path):
        yield f"{indent}# {key}: {plain(value)}{note(spec)}"


def named(name: str, section: Section, path: tuple[str, ...]) -> list[str]:
    """The lines of a named part, such as a state."""
    return [f"{'  ' * (len(path) - 1)}{name}:", *fields(section, path)]


def fields(section: Section, path: tuple[str, ...]) -> Iterator[str]:
    for key, spec in specs(type(section)).items():
        yield from entry(key, getattr(section, key), spec, (*path, key))


def under(indent: str, key: str, lines: list[str]) -> Iterator[str]:
    """Lines under a key, which is commented out where all of them are."""
    if lines:
        yield f"{indent}{'# ' if all(line.lstrip().startswith('#') for line in lines) else ''}{key}:"
        yield from lines


def is_knob(path: tuple[str, ...]) -> bool:
    """Whether a value is one of those that are changed most often."""
    patterns = (knob.split(".") for knob in KNOBS)
    return any(len(pattern) == len(path) and all(word in (ANY, name) for word, name in zip(pattern, path, strict=True)) for pattern in patterns)


def note(spec: Spec) -> str:
    """What a value means, its unit and range, as a comment behind it."""
    if spec.role == "number":
        return f"  # {spec.meaning} [{spec.unit}], {limits(spec).removeprefix('from ')}"
    return f"  # {spec.meaning}" if spec.unit in ("date", "yes or no", "name") else ""


def plain(value: object) -> str:
    """A value as YAML: text always in quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=not value.isprintable())
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, datetime.date) else repr(value)
