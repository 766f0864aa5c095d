"""What is known of the uncertain numbers before any fitting: a distribution for each, by the path of the number."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from sim.scenario.errors import NO_VALUE, Fault, Problem, ScenarioError, nearest, refuse, shown_path
from sim.scenario.files import YAML_BYTES, read_text
from sim.scenario.find import bundle
from sim.scenario.load import located
from sim.scenario.parts.priors import Prior
from sim.scenario.paths import certainty, match
from sim.scenario.schema import Scenario
from sim.scenario.tables import Where
from sim.scenario.tree import Spec, keys_at, specs_for
from sim.scenario.validate import faults_in, limits
from sim.scenario.yaml_text import read_yaml

ROOT = "priors"


def load_priors(path: str | Path | None = None) -> dict[str, Prior]:
    """The priors of a file, by path pattern; those that come with the program where no file is named. Raises ScenarioError."""
    file = bundle() / "priors.yaml" if path is None else Path(path)
    shown = shown_path(file)
    problems: list[Problem] = []
    data, lines = read_yaml(read_text(file, YAML_BYTES), shown, problems)
    if not isinstance(data, dict) or set(data) != {ROOT} or not isinstance(data[ROOT], dict):
        raise refuse(shown, f"must hold one key, `{ROOT}`, with a mapping of paths to distributions")
    where: Where = {trail: f"{shown}:{line}" for trail, line in lines.items()}
    priors: dict[str, Prior] = {}
    for pattern, entry in data[ROOT].items():
        faults = read_prior(pattern, entry, priors)
        problems += [located(fault._replace(trail=(ROOT, pattern, *fault.trail)), where, shown) for fault in faults]
    if problems:
        raise ScenarioError(problems)
    return priors


def read_prior(pattern: str, entry: object, priors: dict[str, Prior]) -> list[Fault]:
    """Adds one prior to `priors`, or says what is wrong with it."""
    try:
        prior = Prior.model_validate(entry)
    except ValidationError as error:
        return faults_in(error, Prior)
    priors[pattern] = prior
    return [*wrong_shape(prior), *wrong_path(pattern, prior)]


def wrong_shape(prior: Prior) -> Iterator[Fault]:
    """What does not fit together within a prior."""
    if prior.low >= prior.high:
        yield Fault(("high",), prior.high, f"must be above low, {prior.low:g}")
    if prior.median is not None and not prior.low <= prior.median <= prior.high:
        yield Fault(("median",), prior.median, f"must lie between low and high, {prior.low:g} and {prior.high:g}")
    if prior.contested and not prior.low < 0 < prior.high:
        yield Fault(("contested",), True, "needs a range with zero and both signs in it")
    yield from (wrong_uniform if prior.distribution == "uniform" else wrong_bell)(prior)


def wrong_uniform(prior: Prior) -> Iterator[Fault]:
    for name in ("median", "spread"):
        if getattr(prior, name) is not None:
            yield Fault((name,), getattr(prior, name), "means nothing for a uniform distribution; leave it out")


def wrong_bell(prior: Prior) -> Iterator[Fault]:
    """A normal or lognormal distribution needs a middle and a width."""
    if prior.median is None:
        yield Fault(("median",), NO_VALUE, f"is required for {prior.distribution}")
    if prior.spread is None or prior.spread == 0:
        yield Fault(("spread",), NO_VALUE if prior.spread is None else 0, f"is required for {prior.distribution}, and must be above 0")
    if prior.distribution == "lognormal" and (prior.low < 0 or prior.high <= 0 or (prior.median is not None and prior.median <= 0)):
        yield Fault(("distribution",), "lognormal", "has no negative values: low must be at least 0, median and high above 0")


def wrong_path(pattern: str, prior: Prior) -> Iterator[Fault]:
    """A prior's path must lead to numbers that can take every value of its range."""
    found = specs_for(tuple(pattern.split(".")))
    if not found:
        yield Fault((), NO_VALUE, "is no path of a scenario", nearest_pattern(pattern))
    for spec in found:
        yield from wrong_field(spec, prior)


def wrong_field(spec: Spec, prior: Prior) -> Iterator[Fault]:
    if spec.role != "number":
        yield Fault((), NO_VALUE, "leads to something that is not a number that worlds can differ in")
        return
    for name in ("low", "high"):
        value = getattr(prior, name)
        if not allowed(spec, value) and not (name == "low" and spec.above and value == spec.low):
            yield Fault((name,), value, f"the field itself must be {limits(spec)} (unit: {spec.unit})")
    if prior.unit and prior.unit != spec.unit:
        yield Fault(("unit",), prior.unit, f"must be the field's own, {spec.unit}")


def allowed(spec: Spec, value: float) -> bool:
    """Whether a field can have this value."""
    return (spec.low is None or value > spec.low or (value == spec.low and not spec.above)) and (spec.high is None or value <= spec.high)


def nearest_pattern(pattern: str) -> str:
    """The pattern that is spelt most like this one, word by word; empty where a word is close to nothing."""
    mended: list[str] = []
    for word in pattern.split("."):
        if specs_for((*mended, word)):
            mended.append(word)
        elif near := nearest(word, keys_at(tuple(mended))):
            mended.append(near)
        else:
            return ""
    return ".".join(mended)


def applicable[Known](priors: Mapping[str, Known], scenario: Scenario) -> dict[str, tuple[str, Known]]:
    """For each value of a scenario that a prior (or a sample) covers, the pattern and the prior; where several do, the most specific one."""
    chosen: dict[str, tuple[str, Known]] = {}
    for pattern in sorted(priors, key=certainty):
        chosen |= {".".join(path): (pattern, priors[pattern]) for path in match(scenario, pattern)}
    return chosen
