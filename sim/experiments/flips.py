"""Flips: the smallest change of one parameter that makes another act the likeliest.

Every number of the state and of the dyad that has a range is tried across it, by itself and throughout the run, with the
record followed to the day before. What flips a track in a few worlds is tried again, step by step nearer, in all of them.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sim.design import Set
from sim.experiments.council import mornings
from sim.scenario.paths import Leaf, leaves
from sim.scenario.policies import at_work
from sim.scenario.priors import applicable
from sim.simulate import Table

LEVELS = 14
"""Values of each parameter that are tried across its range."""
FEW_WORLDS = 40
"""Worlds in which flips are looked for at first."""
MOST = 4
"""Parameters of a track that are shown, and values of a track that are tried again in all worlds at a time: those that had to change least."""
ROUNDS = 8
"""Times that more values are tried again where none of those before flips in all worlds."""
WIDE = 20.0
"""A positive range whose ends are further apart than this ratio is walked through in equal ratios."""
LEAST_SHARE = 1e-3
"""Where a range that is walked through in ratios begins, as a share of its end, if it begins at nought."""
HALVINGS = 6
"""Halvings of the way between a value that flips and one that does not."""
COLUMNS = ["track", "parameter", "unit", "meaning", "from", "to", "share_of_range", "likeliest", "instead"]

Level = tuple[str, float]
"""A parameter and a value of it."""
Flip = tuple[str, str]
"""A track and a parameter that flips it."""


@dataclass(frozen=True)
class Council:
    """Whose decision is looked at: a table with one point, the day, the state, and the worlds."""

    table: Table
    day: int
    actor: str
    first: int
    count: int

    def likeliest(self, changes: list[Level], worlds: int) -> list[dict[str, str]]:
        """The likeliest act of every track, with each change made by itself."""
        base = self.table.points[0]
        points = tuple(replace(base, name=f"{path}={level:g}", sets=(Set(path, level),)) for path, level in changes)
        return [morning.likeliest() for morning in mornings(replace(self.table, points=points), self.day, self.actor, self.first, worlds)]


@dataclass(frozen=True)
class Range:
    """A parameter's own value, and the ends of what it may be."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, leaf: Leaf) -> "Range | None":
        """That of a number that has a range; None for anything else."""
        if leaf.kind != "number" or leaf.low is None or leaf.high is None or not isinstance(leaf.value, float):
            return None
        low = min(LEAST_SHARE * leaf.high, leaf.value) if leaf.low == 0.0 and leaf.value > 0 else leaf.low
        return cls(leaf.value, low, leaf.high)

    @property
    def in_ratios(self) -> bool:
        """Whether steps across it are ratios."""
        return self.low > 0 and self.high / self.low > WIDE

    def levels(self) -> list[float]:
        """Values across it."""
        steps = np.geomspace if self.in_ratios else np.linspace
        return [float(value) for value in steps(self.low, self.high, LEVELS)]

    def share(self, level: float) -> float:
        """How far a value is from the parameter's own, as a share of the range."""
        if self.in_ratios and self.value > 0:
            return float(abs(np.log(level / self.value)) / np.log(self.high / self.low))
        return abs(level - self.value) / (self.high - self.low)


def flips_of(council: Council) -> pd.DataFrame:
    """Parameters a change of which alone makes another act the likeliest of a track; a row each, the smallest change first."""
    before = mornings(council.table, council.day, council.actor, council.first, council.count)[0].likeliest()
    ranges = _ranges(council)
    far, acts = _confirmed(council, _looked_for(council, ranges, before), before)
    reached = _nearer(council, far, ranges, before, acts)
    known = leaves(council.table.scenario)
    rows = [
        {
            "track": track,
            "parameter": path,
            "unit": known[path].unit,
            "meaning": known[path].meaning,
            "from": ranges[path].value,
            "to": level,
            "share_of_range": ranges[path].share(level),
            "likeliest": before[track],
            "instead": acts[track, path],
        }
        for (track, path), level in reached.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["track", "share_of_range"], kind="stable", ignore_index=True)


def _ranges(council: Council) -> dict[str, Range]:
    """Those of the state and of the dyad; what is drawn anew in each world has no one value to start from."""
    scenario = council.table.scenario
    drawn, beginnings = applicable(council.table.priors, scenario), (f"states.{council.actor}.", "dyad.")
    found = {
        path: Range.of(leaf)
        for path, leaf in leaves(scenario).items()
        if path.startswith(beginnings) and path not in drawn and at_work(scenario, path)
    }
    return {path: one for path, one in found.items() if one is not None}


def _looked_for(council: Council, ranges: dict[str, Range], before: dict[str, str]) -> dict[str, list[Level]]:
    """By track the values that flip it in a few worlds, those that change least first."""
    tried = [(path, level) for path, one in ranges.items() for level in one.levels()]
    found: dict[str, list[Level]] = {track: [] for track in before}
    for one, likeliest in zip(tried, council.likeliest(tried, min(council.count, FEW_WORLDS)), strict=True):
        for track, act in likeliest.items():
            if act != before[track]:
                found[track].append(one)
    return {track: sorted(levels, key=lambda one: ranges[one[0]].share(one[1])) for track, levels in found.items()}


def _confirmed(council: Council, looked_for: dict[str, list[Level]], before: dict[str, str]) -> tuple[dict[Flip, float], dict[Flip, str]]:
    """Values that flip their track in all worlds, too, and the act that is likeliest instead; tried a few at a time, until one does."""
    far: dict[Flip, float] = {}
    acts: dict[Flip, str] = {}
    left = {track: list(levels) for track, levels in looked_for.items()}
    for _ in range(ROUNDS):
        asked = [(track, one) for track in before if not any(key[0] == track for key in far) for one in _next(left[track])]
        if not asked:
            break
        for (track, (path, level)), likeliest in zip(asked, council.likeliest([one for _, one in asked], council.count), strict=True):
            if likeliest[track] != before[track]:
                far[track, path], acts[track, path] = level, likeliest[track]
    return far, acts


def _next(levels: list[Level]) -> list[Level]:
    """The next few values, a parameter each; they are taken off the list."""
    picked: dict[str, float] = {}
    for path, level in levels:
        if path not in picked and len(picked) < MOST:
            picked[path] = level
    taken = list(picked.items())
    for one in taken:
        levels.remove(one)
    return taken


def _nearer(
    council: Council,
    far: dict[Flip, float],
    ranges: dict[str, Range],
    before: dict[str, str],
    acts: dict[Flip, str],
) -> dict[Flip, float]:
    """Halve the way from a parameter's own value to the one that flips, all at once, in all worlds; notes in `acts` what is likeliest there."""
    near = {key: ranges[key[1]].value for key in far}
    for _ in range(HALVINGS if far else 0):
        middle = {key: 0.5 * (near[key] + far[key]) for key in far}
        found = council.likeliest([(key[1], level) for key, level in middle.items()], council.count)
        for key, likeliest in zip(far, found, strict=True):
            if likeliest[key[0]] == before[key[0]]:
                near[key] = middle[key]
            else:
                far[key], acts[key] = middle[key], likeliest[key[0]]
    return far
