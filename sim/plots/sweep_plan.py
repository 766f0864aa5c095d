"""What figure a sweep gets: by its design, the number of its factors and their kinds, or as asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sim.plots.sweep import Factor, Measure, Sweep
from sim.plots.sweep_worlds import influence
from sim.scenario.errors import nearest, one_of, refuse

KINDS = ("line", "heat", "multiples", "scatter", "history")
FEW_LEVELS = 4
"""Levels up to which factors make rows and columns of lines."""
MOST_PANELS = 9
BINS = 8
"""Bins over which a factor without levels is judged."""


@dataclass(frozen=True)
class Asked:
    """What a person asks for; empty: the figure chooses."""

    kind: str | None = None
    x: str | None = None
    y: str | None = None
    facet: str | None = None

    @property
    def slug(self) -> str:
        """The part of a file's name that keeps figures apart that were asked for differently."""
        said = [self.x and f"x_{self.x}", self.y and f"y_{self.y}", self.facet and f"by_{self.facet}"]
        words = "_".join(part for part in said if part)
        return "".join(letter if letter.isalnum() else "_" for letter in words).strip("_")


@dataclass(frozen=True)
class Plan:
    """The figure: `line`, `dots`, `lines`, `heat`, `scatter`, `rows`, `morris` or `history`; its axes, its panels, what is averaged over."""

    figure: str
    x: Factor | None = None
    y: Factor | None = None
    columns: Factor | None = None
    rows: Factor | None = None
    averaged: tuple[Factor, ...] = ()


def plan(sweep: Sweep, measure: Measure, asked: Asked) -> Plan:
    """The figure of an outcome; raises ScenarioError where a kind makes no sense, with what is possible."""
    check(sweep, asked)
    if asked.kind == "history":
        return Plan("history")
    if asked.kind == "scatter" or (asked.kind is None and sweep.continuous):
        return Plan("scatter", sweep.factor(asked.x, "--x") if asked.x else None)
    if sweep.design == "morris":
        return Plan("morris")
    if sweep.design == "rows" and not asked.x:
        return Plan("rows")
    return _of_levels(sweep, measure, asked)


def possible(sweep: Sweep) -> list[str]:
    """Kinds that make sense of a sweep."""
    if sweep.continuous or sweep.design in ("morris", "rows"):
        return ["scatter", "history"]
    several = len(sweep.varied())
    return ["line", *(["heat"] if several > 1 else []), *(["multiples"] if several > 2 else []), "scatter", "history"]


def check(sweep: Sweep, asked: Asked) -> None:
    """Refuse kinds and factors that the sweep has no figure for."""
    if asked.kind is not None and asked.kind not in KINDS:
        raise refuse("", one_of(KINDS), field="--kind", value=asked.kind, nearest=nearest(asked.kind, KINDS))
    can = possible(sweep)
    if asked.kind is not None and asked.kind not in can:
        varied = len(sweep.varied())
        why = f"this sweep is a {sweep.design.replace('_', ' ')} over {varied} factor{'' if varied == 1 else 's'}"
        raise refuse("", f"{one_of(can)}: {why}", field="--kind", value=asked.kind)
    flags = {"--x": asked.x, "--y": asked.y, "--facet": asked.facet}
    named = {flag: sweep.factor(said, flag).name for flag, said in flags.items() if said}
    for flag, name in named.items():
        twice = [other for other, same in named.items() if same == name and other != flag]
        if twice:
            raise refuse("", f"another factor than {twice[0]}", field=flag, value=name)
    figure_by_levels = not (sweep.continuous or sweep.design == "morris" or asked.kind in ("scatter", "history"))
    allowed = {"--x", "--y", "--facet"} if figure_by_levels else set() if asked.kind == "history" or sweep.design == "morris" else {"--x"}
    for flag in named:
        if flag not in allowed:
            raise refuse("", f"goes with figures over levels; this one can be given {' and '.join(sorted(allowed)) or 'no factor'}", field=flag)


def _of_levels(sweep: Sweep, measure: Measure, asked: Asked) -> Plan:
    """A sweep whose set-ups share levels: on the axes what is asked for, then what matters most; one factor more makes panels."""
    varied = sweep.varied() or list(sweep.factors)
    x, y, facet = (sweep.factor(said, flag) if said else None for said, flag in ((asked.x, "--x"), (asked.y, "--y"), (asked.facet, "--facet")))
    free = [one for one in ranked(sweep, measure, varied) if one not in (x, y, facet)]
    if asked.kind == "line" or len(varied) == 1 or (x is not None and y is None and asked.facet and not free):
        if y is not None:
            raise refuse("", "goes with a heat map: a line has one factor on its axis; --facet makes panels", field="--y", value=y.name)
        x = x or next((one for one in free if one.kind != "word"), free[0])
        return Plan("dots" if x.kind == "word" else "line", x, columns=facet, averaged=_rest(varied, x, facet))
    if facet is None and not asked.x and not asked.y and len(varied) == 3:
        return _of_three(ranked(sweep, measure, varied), varied)
    x = x or _axis(free, varied)
    free = [one for one in free if one is not x]
    y = y or _axis(free, varied)
    free = [one for one in free if one is not y]
    facet = facet or (free[0] if asked.kind == "multiples" and free else free[0] if len(varied) == 3 and free else None)
    if asked.x is None and asked.y is None and x.kind == "word" and y.kind != "word":
        x, y = y, x
    return Plan("heat", x, y, columns=facet, averaged=_rest(varied, x, y, facet))


def _of_three(by_weight: Sequence[Factor], varied: Sequence[Factor]) -> Plan:
    """Lines in rows and columns where two factors have few levels; else a heat map for each level of the factor with fewest, or least weight."""
    x = max((one for one in varied if one.kind != "word"), key=lambda one: len(one.levels), default=varied[0])
    others = [one for one in varied if one is not x]
    if x.kind != "word" and all(len(one.levels) <= FEW_LEVELS for one in others):
        rows, columns = sorted(others, key=lambda one: len(one.levels))
        return Plan("lines", x, columns=columns, rows=rows)
    facet = min(reversed(by_weight), key=lambda one: len(one.levels))
    first, second = (one for one in varied if one is not facet)
    x, y = (second, first) if first.kind == "word" else (first, second)
    return Plan("heat", x, y, columns=facet)


def _axis(free: Sequence[Factor], varied: Sequence[Factor]) -> Factor:
    """Of two factors the one that the sweep names first; of more the one that matters most."""
    return next(one for one in varied if one in free) if len(varied) <= 3 else free[0]


def _rest(varied: Sequence[Factor], *shown: Factor | None) -> tuple[Factor, ...]:
    return tuple(one for one in varied if one not in shown)


def ranked(sweep: Sweep, measure: Measure, factors: Sequence[Factor]) -> list[Factor]:
    """Factors by the share of the variance over set-ups that each explains alone, most first."""
    shares = influence(sweep.points, sweep.means(measure)["mean"], [one.name for one in factors], BINS if sweep.continuous else 0)
    by_name = {one.name: one for one in factors}
    return [by_name[name] for name in shares]
