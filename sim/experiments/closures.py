"""Natural experiments: the closure module against closures that happened: prices, stocks and hardship beside what was reported.

Crossings are closed for as long as they were, governments do nothing and armed groups do not attack, so that nothing but
the closure moves the borderland. Numbers that have a prior are drawn from it; the rest stand at their defaults.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.design import Pin, Point, Set
from sim.model import Crisis
from sim.scenario.closures import read_closures
from sim.scenario.parts.closures import Closure, ClosuresFile, Effect
from sim.scenario.parts.priors import Prior
from sim.scenario.priors import applicable, load_priors
from sim.scenario.schema import Scenario
from sim.scenario.tree import ANY
from sim.summary import QUANTILES, quantiles
from sim.worlds import Array, total

SCHEMA_VERSION = 1
MODE = "FREE, governments and armed groups held to do nothing"
FIRST_CLOSED = 1
"""Day of the run on which a closure begins: the day before shows the borderland at rest."""
MODULE = ("livelihoods", "communities", "crossings")
"""Parts of a scenario that the closure module reads."""

Homes = Sequence[Any]


def _mean(homes: Homes, read: Callable[[Any], Array]) -> Array:
    """Mean over communities, weighted by people."""
    people = total(home.settings.people for home in homes)
    return np.asarray(total(home.settings.people * read(home) for home in homes) / people)


def _food_shortage(crisis: Crisis, homes: Homes) -> Array:
    return _mean(homes, lambda home: (home.food_price - 1.0) / crisis.livelihoods.price_food)


def _fuel_shortage(crisis: Crisis, homes: Homes) -> Array:
    return _mean(homes, lambda home: (home.fuel_price - 1.0) / crisis.livelihoods.price_fuel)


def _lost_income(crisis: Crisis, homes: Homes) -> Array:
    return np.asarray(total(home.settings.people * (1.0 - home.income) for home in homes))


@dataclass(frozen=True)
class Measure:
    """A number of the model: what it is, its unit, and how it is read off a day; gives shape (points, replicates)."""

    label: str
    unit: str
    read: Callable[[Crisis, Homes], Array]


MEASURES = {
    "food_price_rise": Measure("rise of the food price", "share", lambda crisis, homes: _mean(homes, lambda home: home.food_price - 1.0)),
    "fuel_price_rise": Measure("rise of the fuel price", "share", lambda crisis, homes: _mean(homes, lambda home: home.fuel_price - 1.0)),
    "food_shortage": Measure("share of a day's food that people go without", "share", _food_shortage),
    "fuel_shortage": Measure("share of a day's fuel that people go without", "share", _fuel_shortage),
    "food_stock": Measure("days of food left", "days", lambda crisis, homes: _mean(homes, lambda home: home.food_stock)),
    "fuel_stock": Measure("days of fuel left", "days", lambda crisis, homes: _mean(homes, lambda home: home.fuel_stock)),
    "hardship": Measure("hardship", "0 to 1", lambda crisis, homes: _mean(homes, lambda home: home.hardship)),
    "lost_income": Measure("people, as if so many had lost all income", "people", _lost_income),
}
"""Every quantity that a closure's file can name."""


@dataclass(frozen=True)
class Finding:
    """A reported effect beside the model's number over draws of the parameters; `values` is None where the model has no such number."""

    closure: Closure
    effect: Effect
    values: NDArray[np.float64] | None

    @property
    def figure(self) -> tuple[float, float, float] | None:
        """Median, and between what 90 of 100 draws lie."""
        if self.values is None:
            return None
        low, _, median, _, high = quantiles(self.values, np.ones_like(self.values), QUANTILES)
        return float(median), float(low), float(high)

    @property
    def inside(self) -> float | None:
        """Share of draws within the reported range."""
        if self.values is None or self.effect.range is None:
            return None
        low, high = self.effect.range
        return float(((self.values >= low) & (self.values <= high)).mean())

    @property
    def verdict(self) -> str:
        """`hit` or `miss` by the median; or why there is neither."""
        if self.figure is None:
            return "no quantity"
        if self.effect.range is None:
            return "not compared"
        low, high = self.effect.range
        return "hit" if low <= self.figure[0] <= high else "miss"


@dataclass(frozen=True)
class ClosureValidation:
    """Every reported effect with the model's number, and which numbers were drawn."""

    draws: int
    seed: int
    file: ClosuresFile
    drawn: list[str]
    findings: list[Finding]

    @property
    def caveat(self) -> str:
        """What must stand beside the figures."""
        drawn = ", ".join(self.drawn) or "no number"
        return " ".join(
            [
                "A model, not a forecast.", *self.file.caveats,
                f"Drawn from priors: {drawn}; every other number of the module, stocks and the rise of prices among them, has no prior and stands at "
                "its default, so the intervals are too narrow.",
            ]
        )  # fmt: skip

    def named(self, verdict: str, *, by_hand: bool | None = None) -> list[Finding]:
        """The findings with a verdict, all or only those on which a number of the module was set by hand or was not."""
        return [found for found in self.findings if found.verdict == verdict and by_hand in (None, bool(found.effect.set_on))]

    @property
    def sentences(self) -> list[str]:
        """What was found: misses named, hits that are no test told apart, reports for which the model has nothing."""
        hits, misses = self.named("hit"), self.named("miss")
        missed = f"; missed: {'; '.join(map(_name, misses))}." if misses else "."
        tested = [*self.named("hit", by_hand=False), *self.named("miss", by_hand=False)]
        nothing, beside = self.named("no quantity"), self.named("not compared")
        assumed = sum(found.effect.assumed_range for found in (*hits, *misses))
        return [
            f"{len(hits)} of {len(hits) + len(misses)} reported ranges hold the model's median{missed}",
            f"On {len(hits) + len(misses) - len(tested)} of these reports a number of the module was set by hand, so that a hit there is no test; "
            f"hits on others: {len(self.named('hit', by_hand=False))} of {len(tested)}. Ranges assumed around a single figure: {assumed}.",
            f"Reports for which the model has no quantity: {len(nothing)} ({'; '.join(map(_name, nothing)) or 'none'}); reports beside which it can "
            f"show a number and no more: {len(beside)} ({'; '.join(map(_name, beside)) or 'none'}).",
        ]

    def table(self) -> pd.DataFrame:
        """A row per reported effect; empty where the model has no number or the source no range."""
        return pd.DataFrame([_row(found) for found in self.findings])

    def tables(self) -> dict[str, pd.DataFrame]:
        """What is kept, by name of file."""
        return {"closures": self.table()}

    def as_json(self) -> dict[str, Any]:
        """One object, as `validate --against closures --json` prints it."""
        rows = self.table().astype(object)
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "validate",
            "against": "closures",
            "mode": MODE,
            "caveat": self.caveat,
            "draws": self.draws,
            "seed": self.seed,
            "hits": len(self.named("hit")),
            "compared": len(self.named("hit")) + len(self.named("miss")),
            "closures": rows.where(rows.notna(), None).to_dict(orient="records"),
        }


def _name(found: Finding) -> str:
    return f"{found.effect.label}, {found.closure.label.split(',')[0]}"


def _row(found: Finding) -> dict[str, Any]:
    effect, closure = found.effect, found.closure
    measure = MEASURES[effect.quantity] if effect.quantity else None
    median, low, high = found.figure or (None, None, None)
    return {
        "closure": closure.label,
        "since": closure.since,
        "length": closure.length,
        "by": closure.by,
        "effect": effect.label,
        "reported": effect.reported,
        "day": effect.day if measure else None,
        "reported_low": effect.low,
        "reported_high": effect.high,
        "assumed_range": effect.assumed_range if effect.low is not None else None,
        "quantity": measure.label if measure else None,
        "unit": measure.unit if measure else None,
        "nearest": effect.nearest or None,
        "model": median,
        "low": low,
        "high": high,
        "inside": found.inside,
        "verdict": found.verdict,
        "set_by_hand": effect.set_on or None,
        "source": effect.source,
        "confidence": effect.confidence,
    }


def validate_closures(draws: int, seed: int) -> ClosureValidation:
    """Run every closure in `draws` worlds, a draw of the parameters each, and measure every reported effect."""
    file, scenario = read_closures()
    priors = load_priors()
    drawn = sorted({pattern for pattern, _ in applicable(priors, scenario).values() if pattern.split(".")[0] in MODULE})
    return ClosureValidation(draws, seed, file, drawn, run(file, scenario, draws, seed, priors))


def run(file: ClosuresFile, scenario: Scenario, draws: int, seed: int, priors: dict[str, Prior]) -> list[Finding]:
    """Every closure is a point of one table; the same draws meet all of them."""
    closures = list(file.closures.values())
    crisis = Crisis(scenario, seed, replicates=draws, points=[point_of(closure, scenario) for closure in closures], priors=priors)
    crisis.record.keep_only(())
    values: dict[tuple[int, int], NDArray[np.float64]] = {}
    for day in range(FIRST_CLOSED + max(closure.days for closure in closures)):
        crisis.step()
        for number, closure in enumerate(closures):
            values |= {(number, place): read for place, read in _reported_on(day, crisis, number, closure)}
    return [
        Finding(closure, effect, values.get((number, place)))
        for number, closure in enumerate(closures)
        for place, effect in enumerate(closure.effects.values())
    ]


def _reported_on(day: int, crisis: Crisis, number: int, closure: Closure) -> list[tuple[int, NDArray[np.float64]]]:
    """The model's numbers for what was reported of a day, by the place of the effect in its closure."""
    homes = {home.name: home for home in crisis.communities}
    found = []
    for place, effect in enumerate(closure.effects.values()):
        if effect.quantity and day == FIRST_CLOSED + effect.day - 1:
            read = MEASURES[effect.quantity].read(crisis, [homes[name] for name in effect.places or homes])
            found.append((place, np.broadcast_to(read, crisis.worlds.shape)[number].astype(float)))
    return found


def point_of(closure: Closure, scenario: Scenario) -> Point:
    """A closure as a set-up: its crossings let nothing through, and nobody does anything else."""
    until = FIRST_CLOSED + closure.days
    crossings = [name for name in scenario.crossings if ANY in closure.crossings or name in closure.crossings]
    calm = tuple(Set(f"groups.*.{process}.rate", 0.0) for process in ("salient", "tempo")) if scenario.groups else ()
    still = {"military": "stand_by", "public": "nothing", "border": "open", "talks": "nothing"}
    return Point(
        name=closure.label,
        attacks_until=0,
        sets=(*calm, *(Set(f"crossings.{name}.limit", 0.0, FIRST_CLOSED, until) for name in crossings)),
        pins=tuple(Pin(state, track, (act,)) for state in scenario.states for track, act in still.items()),
    )
