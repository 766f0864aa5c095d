"""Parameters that are not known: drawn from their priors or a posterior, one value a world, and laid beside what the design sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from sim.design import Point, Set
from sim.scenario.errors import refuse
from sim.scenario.parts.priors import Prior
from sim.scenario.paths import leaves, match, override
from sim.scenario.priors import applicable
from sim.scenario.schema import Scenario
from sim.settings import Columns, Path
from sim.worlds import Array, Draw, Whole, Worlds, actor_number


@dataclass(frozen=True, eq=False)
class Joint:
    """One parameter of a joint sample, shape (rows,): draw r has row r of it, and of every other parameter of the sample."""

    values: Array


@dataclass(frozen=True, eq=False)
class ByPoint:
    """A parameter that each point has to itself, shape (points, 1)."""

    values: Array


Known = Prior | Joint | ByPoint
"""What a parameter's values are taken from."""


def alone(known: Known) -> bool:
    """Whether each of the numbers that a path matches has a value of its own."""
    return isinstance(known, Prior) and not known.shared


def columns(scenario: Scenario, points: Sequence[Point], priors: Mapping[str, Known], worlds: Worlds, worlds_per_draw: int = 1) -> Columns:
    """The scenario's numbers as points and priors have them; raises ScenarioError where a point's path matches nothing."""
    changes = [change for point in points for change in point.sets]
    _check(scenario, changes)
    matches = {path: match(scenario, path) for path in dict.fromkeys(change.path for change in changes)}
    return Columns(list(points), matches, draw_all(scenario, priors, worlds, worlds_per_draw))


def _check(scenario: Scenario, changes: list[Set]) -> None:
    """Refuse what cannot be a column: unknown paths, values out of range, names, dates and whole numbers."""
    values: dict[str, list[float]] = {}
    for change in changes:
        values.setdefault(change.path, []).append(change.value)
    kinds = leaves(scenario) if values else {}
    for path, given in values.items():
        for value in {min(given), max(given)}:
            override(scenario, {path: value}, where="set")
        fixed = [".".join(leaf) for leaf in match(scenario, path) if kinds[".".join(leaf)].kind != "number"]
        if fixed:
            raise refuse("set", "is part of the structure of a run; override the scenario instead", field=fixed[0])


def draw_all(scenario: Scenario, priors: Mapping[str, Known], worlds: Worlds, worlds_per_draw: int = 1) -> dict[Path, Array]:
    """A value a world for every parameter that is not known, in the shape of a draw; a world keeps its values in every point.

    Worlds 0 to `worlds_per_draw` - 1 share draw 0, the next ones draw 1, and so on: parameters apart, they differ by chance alone.
    """
    number = draw_of(worlds.numbers(), worlds_per_draw)
    first = int(number.item(0))
    draws = Worlds(worlds.seed, replicates=int(number.item(-1)) - first + 1, first=first)
    drawn: dict[Path, Array] = {}
    for leaf, (pattern, known) in applicable(priors, scenario).items():
        path = tuple(leaf.split("."))
        if isinstance(known, ByPoint):
            drawn[path] = known.values
        elif isinstance(known, Joint):
            drawn[path] = known.values[number % len(known.values)]
        else:
            luck = leaf if alone(known) else pattern
            drawn[path] = quantile(known, draws.uniform(Draw.PARAMETER, actor_number(luck), 0)).ravel().take(number - first)
    return drawn


def draw_of(world: Whole, worlds_per_draw: int) -> Whole:
    """Number of the parameter draw that a world has."""
    return world // worlds_per_draw


def quantile(prior: Prior, u: Array) -> Array:
    """The value below which a share `u` of the prior lies, cut off at its ends."""
    if prior.distribution == "uniform":
        return prior.low + u * (prior.high - prior.low)
    logarithmic = prior.distribution == "lognormal"
    median, spread = float(prior.median or 0.0), float(prior.spread or 0.0)
    low, high, centre = (np.log((prior.low, prior.high, median))) if logarithmic else np.array([prior.low, prior.high, median])
    bottom, top = ndtr((low - centre) / spread), ndtr((high - centre) / spread)
    value = centre + spread * ndtri(bottom + u * (top - bottom))
    return np.clip(np.exp(value) if logarithmic else value, prior.low, prior.high)
