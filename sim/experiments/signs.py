"""Signs: does each mechanism push the way that its theory says?

Every sign compares two points that differ in one lever and share their luck, world by world. A sign holds where the
mean paired difference has it and its interval excludes zero; it fails only where the interval lies on the other side.
Which way a lever pushes is emergent: nothing in the rules fixes it (docs/model.md, section 9).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.design import Inject, Pin, Point, Set
from sim.experiments.patterns import Targets
from sim.scenario.find import bundle
from sim.scenario.priors import load_priors
from sim.simulate import PointResult, simulate
from sim.summary import mean_interval

LONG_CLOSURE, SHORT_CLOSURE = 60, 7
"""Days for which the border is closed in the two closure signs."""


@dataclass(frozen=True)
class Sign:
    """A lever at two settings, what should change, and which way (1: more at the second setting, -1: less)."""

    name: str
    claim: str
    expected: int
    low: Point
    high: Point
    read: Callable[[PointResult], NDArray[np.float64]]
    on_case: bool = False


@dataclass(frozen=True)
class Measured:
    """A sign with the mean paired difference, its 95 % simulation error, and how many worlds changed."""

    sign: Sign
    difference: float
    low: float
    high: float
    changed: float

    @property
    def verdict(self) -> str:
        """as claimed; opposite; cannot be told from none."""
        if self.low <= 0.0 <= self.high:
            return "cannot be told from none"
        return "as claimed" if self.difference * self.sign.expected > 0 else "opposite"


def _column(name: str) -> Callable[[PointResult], NDArray[np.float64]]:
    return lambda result: result.outcomes()[name].to_numpy(dtype=float, na_value=0.0)


def _blamed(result: PointResult) -> NDArray[np.float64]:
    return sum((result.series[f"{group}.blamed"].sum(axis=0) for group in result.scenario.groups), np.zeros(result.worlds))


def _pair(path: str, low: float, high: float) -> tuple[Point, Point]:
    return _after_strike((Set(path, low),)), _after_strike((Set(path, high),))


def _after_strike(sets: tuple[Set, ...] = (), injects: tuple[Inject, ...] = ()) -> Point:
    return Point(states_until=1, attacks_until=1, sets=sets, injects=injects)


def all_signs(targets: Targets) -> list[Sign]:
    """Every emergent sign of the model."""
    opener, closer = next(iter(targets.base_rates.states)), next(iter(targets.case.states))
    few, many = (_after_strike(injects=(Inject("casualties", opener, 0, killed),)) for killed in (1.0, 30.0))
    short, long = (_closure(closer, days) for days in (SHORT_CLOSURE, LONG_CLOSURE))
    unmoved, kept_away = (_closure(closer, LONG_CLOSURE, effect) for effect in (0.0, -1.0))
    return [
        Sign("gap", "own wounds weigh more: more rounds", 1, *_pair("states.*.perception.gap", 1.0, 1.6), _column("rounds")),
        Sign("audience", "larger home audience: more answers", 1, *_pair("states.*.audience.base", 0.6, 1.4), _column("answered")),
        Sign("vote", "nearer vote: more answers", 1, *_pair("states.*.vote_shift", 1000.0, 10.0), _column("answered")),
        Sign("manipulation", "outside pressure: fewer strikes", -1, *_pair("third_parties.*.leverage", 0.0, 0.4), _column("strikes")),
        Sign("manipulation_expanded", "outside pressure: fewer large strikes", -1, *_pair("third_parties.*.leverage", 0.0, 0.4),
             _column("expanded_strikes")),
        Sign("formulation", "proposals: more agreement", 1, *_pair("mediation.formulation", 0.0, 3.0), _column("agreement")),
        Sign("facilitation", "carried messages: fewer rounds", -1, *_pair("mediation.information", 0.0, 0.9), _column("rounds")),
        Sign("cover", "political cover: fewer strikes", -1, *_pair("mediation.cover", 0.0, 0.9), _column("strikes")),
        Sign("coordination", "joint security work: fewer attacks blamed on the neighbour", -1, *_pair("dyad.coordination_initial", 0.0, 0.8),
             _blamed),
        Sign("casualties", "more people killed by the first strike: more answers", 1, few, many, _column("answered")),
        Sign("closure", "longer closure: more hardship", 1, short, long, _column("hardship_person_days"), on_case=True),
        Sign("closure_recruits", "under closure, hardship that keeps people from joining (its contested sign below zero): fewer join", -1,
             unmoved, kept_away, _column("recruits"), on_case=True),
    ]  # fmt: skip


def _closure(state: str, days: int, effect: float = 0.0) -> Point:
    """The border closed for some days from the first day on, and then open, whatever else happens."""
    pins = (Pin(state, "border", ("close",), 0, days), Pin(state, "border", ("open",), days))
    return Point(pins=pins, sets=(Set("groups.*.recruitment.hardship", effect),))


def measure_signs(targets: Targets, worlds: int, seed: int) -> list[Measured]:
    """Every sign, each pair of points in the same worlds; two tables in all."""
    signs = all_signs(targets)
    priors = load_priors(bundle() / targets.base_rates.name / "priors.yaml")
    measured: dict[str, Measured] = {}
    for on_case, scenario, drawn in ((False, targets.base_rates, priors), (True, targets.case, {})):
        here = [sign for sign in signs if sign.on_case is on_case]
        results = simulate(scenario, [point for sign in here for point in (sign.low, sign.high)], worlds, seed, drawn)
        for number, sign in enumerate(here):
            measured[sign.name] = _measured(sign, results[2 * number], results[2 * number + 1])
    return [measured[sign.name] for sign in signs]


def _measured(sign: Sign, low: PointResult, high: PointResult) -> Measured:
    difference: Any = sign.read(high) - sign.read(low)
    mean, bottom, top = mean_interval(difference, np.ones(len(difference)))
    return Measured(sign, mean, bottom, top, float((difference != 0.0).mean()))
