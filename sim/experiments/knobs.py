"""Knobs: every number of the model that a sensitivity analysis turns, each over what it might be.

A number with a prior is turned over its prior. One without goes from half to twice what it is, within what its field
allows, all places at once (that range is assumed); a number that is nought has no half, and stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.factors import label
from sim.parameters import ByPoint, quantile
from sim.scenario.errors import refuse
from sim.scenario.parts.priors import Prior
from sim.scenario.paths import Leaf, leaves, match, nearest_path
from sim.scenario.policies import at_work
from sim.scenario.priors import applicable
from sim.scenario.schema import Scenario
from sim.worlds import Array

FOLD = 2.0
"""From a fold below to a fold above the value that is there."""
KEYED = ("states", "groups", "third_parties", "crossings", "communities")
"""Parts of a scenario that hold several of a kind."""
INSIDE = 1e-6
"""Share of a prior that is left out at either end: a normal one has none."""


@dataclass(frozen=True)
class Knob:
    """One number, or all that move together: its path, words, unit, source, whether that is an assumption; prior, or the leaves with their limits."""

    path: str
    label: str
    unit: str
    source: str
    assumed: bool
    prior: Prior | None
    leaves: tuple[tuple[str, float, float, float], ...] = ()

    def columns(self, shares: Array) -> dict[str, ByPoint]:
        """Its values at shares of its range [0 to 1], a row a set-up, by path."""
        if self.prior is not None:
            return {self.path: ByPoint(quantile(self.prior, np.clip(shares, INSIDE, 1.0 - INSIDE))[:, np.newaxis])}
        factor = FOLD ** (2.0 * shares - 1.0)
        return {path: ByPoint(np.clip(value * factor, low, high)[:, np.newaxis]) for path, value, low, high in self.leaves}

    @property
    def range_words(self) -> str:
        """Over what it is turned."""
        return "its prior" if self.prior is not None else "half to twice its value"


def knobs(scenario: Scenario, priors: Mapping[str, Prior], chosen: Sequence[str] = ()) -> list[Knob]:
    """All knobs in the order of the scenario, or those chosen by path; raises ScenarioError for a path that is none."""
    known = {path: leaf for path, leaf in leaves(scenario).items() if leaf.kind == "number" and at_work(scenario, path)}
    found: dict[str, Knob] = {}
    by_prior = {leaf: (pattern if prior.shared else leaf, prior) for leaf, (pattern, prior) in applicable(dict(priors), scenario).items()}
    for path, leaf in known.items():
        if path in by_prior:
            name, prior = by_prior[path]
            found.setdefault(name, _knob(scenario, name, leaf, prior, ()))
    together: dict[str, list[str]] = {}
    for path in known:
        if path not in by_prior:
            together.setdefault(pattern_of(path), []).append(path)
    for pattern, paths in together.items():
        limits = tuple(_limits(path, known[path]) for path in paths if known[path].value)
        if limits:
            found[pattern] = _knob(scenario, pattern, known[limits[0][0]], None, limits)
    everything = sorted(found.values(), key=lambda knob: _place(knob, list(known)))
    return _chosen(scenario, everything, chosen) if chosen else everything


def pattern_of(path: str) -> str:
    """A path with the name of one of several kept open: `communities.*.relief`."""
    section, *rest = path.split(".")
    return ".".join([section, "*", *rest[1:]]) if section in KEYED else path


def _knob(scenario: Scenario, path: str, leaf: Leaf, prior: Prior | None, limits: tuple[tuple[str, float, float, float], ...]) -> Knob:
    unit = "" if leaf.unit == "none" else leaf.unit
    return Knob(path, label(scenario, path), unit, leaf.source, "assumed" in leaf.source.lower(), prior, limits)


def _limits(path: str, leaf: Leaf) -> tuple[str, float, float, float]:
    low, high = (end if end is not None else edge for end, edge in ((leaf.low, -np.inf), (leaf.high, np.inf)))
    value: Any = leaf.value
    return path, float(value), float(low), float(high)


def _place(knob: Knob, order: list[str]) -> int:
    """Where a knob's first number stands in the scenario."""
    path = knob.leaves[0][0] if knob.leaves else next((one for one in order if _matches(knob.path, one)), order[-1])
    return order.index(path)


def _matches(pattern: str, path: str) -> bool:
    words, other = pattern.split("."), path.split(".")
    return len(words) == len(other) and all(one in ("*", two) for one, two in zip(words, other, strict=True))


def _chosen(scenario: Scenario, everything: Iterable[Knob], chosen: Sequence[str]) -> list[Knob]:
    by_path = {knob.path: knob for knob in everything}
    picked = []
    for path in chosen:
        inside = {".".join(leaf) for leaf in match(scenario, path)}
        found = [knob for knob in by_path.values() if knob.path == path or inside & _covered(knob, scenario)]
        if not found:
            raise refuse(
                "", "is no number of this scenario that can be turned", field="--vary", value=path, nearest=nearest_path(scenario, path.split("."))
            )
        picked += found
    return list({knob.path: knob for knob in picked}.values())


def _covered(knob: Knob, scenario: Scenario) -> set[str]:
    """The numbers that a knob turns."""
    return {path for path, *_ in knob.leaves} or {".".join(leaf) for leaf in match(scenario, knob.path)}
