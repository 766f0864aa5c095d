"""Natural experiments: closures that happened, read from a file and checked against the borderland on which they are run."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from sim.scenario.errors import NO_VALUE, Fault, Problem, ScenarioError, nearest, one_of, shown_path
from sim.scenario.files import YAML_BYTES, read_text
from sim.scenario.find import bundle, names
from sim.scenario.load import load, located
from sim.scenario.parts.closures import Closure, ClosuresFile, Effect
from sim.scenario.paths import match
from sim.scenario.schema import Scenario
from sim.scenario.tables import Where
from sim.scenario.tree import ANY, typed
from sim.scenario.validate import faults_in
from sim.scenario.yaml_text import read_yaml

ROOT = "closures"


def read_closures(path: str | Path | None = None) -> tuple[ClosuresFile, Scenario]:
    """The natural experiments in a file (by default those that come with the program), and their scenario; raises ScenarioError."""
    file = bundle() / "closures.yaml" if path is None else Path(path)
    where, problems = shown_path(file), list[Problem]()
    data, lines = read_yaml(read_text(file, YAML_BYTES), where, problems)
    if problems:
        raise ScenarioError(problems)
    places: Where = {trail: f"{where}:{line}" for trail, line in lines.items()}
    try:
        found = ClosuresFile.model_validate(typed(ClosuresFile, data))
    except ValidationError as error:
        raise ScenarioError(located(fault, places, where) for fault in faults_in(error, ClosuresFile)) from None
    if found.scenario not in names():
        raise ScenarioError([located(unknown(("scenario",), found.scenario, names(), "scenario of the bundle"), places, where)])
    scenario = load(found.scenario)
    faults = [fault for name, closure in found.closures.items() for fault in contradictions(name, closure, found, scenario)]
    if faults:
        raise ScenarioError(located(fault, places, where) for fault in faults)
    return found, scenario


def unknown(trail: tuple[str | int, ...], value: str, known: list[str], what: str) -> Fault:
    return Fault(trail, value, f"is no {what}; {one_of(known)}", nearest(value, known))


def contradictions(name: str, closure: Closure, file: ClosuresFile, scenario: Scenario) -> Iterator[Fault]:
    """What does not fit the borderland, or leads to no source."""
    trail = (ROOT, name)
    for number, crossing in enumerate(closure.crossings):
        if crossing != ANY and crossing not in scenario.crossings:
            yield unknown((*trail, "crossings", number), crossing, list(scenario.crossings), "crossing")
    yield from without_source(trail, closure.source, file)
    for key, effect in closure.effects.items():
        yield from wrong_effect((*trail, "effects", key), effect, closure, scenario)
        yield from without_source((*trail, "effects", key), effect.source, file)


def without_source(trail: tuple[str, ...], text: str, file: ClosuresFile) -> Iterator[Fault]:
    for tag in text.split():
        if tag not in file.references:
            yield unknown((*trail, "source"), tag, list(file.references), "source under references")


def wrong_effect(trail: tuple[str, ...], effect: Effect, closure: Closure, scenario: Scenario) -> Iterator[Fault]:
    """What is contradictory in one effect."""
    for number, place in enumerate(effect.places):
        if place not in scenario.communities:
            yield unknown((*trail, "places", number), place, list(scenario.communities), "community")
    if effect.day > closure.days:
        yield Fault((*trail, "day"), effect.day, f"must lie within the {closure.days} days for which the closure is simulated")
    if (effect.low is None) != (effect.high is None):
        yield Fault((*trail, "high"), NO_VALUE, "low and high go together")
    if effect.low is not None and effect.high is not None and effect.low >= effect.high:
        yield Fault((*trail, "high"), effect.high, f"must be above low, {effect.low:g}")
    if effect.range is None and not effect.nearest:
        yield Fault((*trail, "nearest"), NO_VALUE, "must say why the model's number is not held against the report, or that there is none")
    if effect.set_on and not match(scenario, effect.set_on):
        yield Fault((*trail, "set_on"), effect.set_on, "is no path of the scenario")
