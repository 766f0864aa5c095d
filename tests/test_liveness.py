"""A lever that moves nothing is a defect: every number of the schema changes some outcome of some world.

One design holds a point for every field: the case with governments free after the first strike, attacks free later, and
the border restricted and then closed, so that everything the schema can say has something to work on.
"""

import datetime

import numpy as np
import pytest

import sim
from sim.design import Pin, Point, Set
from sim.scenario.parts.policies import Policies
from sim.scenario.paths import leaves
from sim.scenario.policies import at_work
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, simulate

WORLDS = 48
FIRST_FREE_DAY, ATTACKS_FREE, RESTRICTED, CLOSED, REOPENED = 33, 50, 36, 45, 100
NAMED = ("states", "third_parties", "groups", "communities", "crossings")


def patterns(scenario: Scenario) -> dict[str, str]:
    """Every field that holds a number, as a path with a wildcard for the names, and one leaf that it stands for."""
    found: dict[str, str] = {}
    for path, leaf in leaves(scenario).items():
        words = path.split(".")
        if leaf.kind == "number" and at_work(scenario, path):
            found.setdefault(".".join([words[0], "*", *words[2:]] if words[0] in NAMED else words), path)
    return found


def other_value(value: float, low: float, high: float) -> float:
    """A value well away from this one and within the field's range."""
    if value > 0.5 * (low + high) or high - value < 0.1 * (high - low):
        return low + 0.1 * (value - low)
    return min(value * 1.7 + 0.2, high)


def everything_live(name: str, change: Set | None = None) -> Point:
    pins = (
        Pin("iran", "border", ("restrict",), RESTRICTED, CLOSED),
        Pin("iran", "border", ("close",), CLOSED, REOPENED),
        Pin("china", "third_party", ("mediate",), FIRST_FREE_DAY + 3, FIRST_FREE_DAY + 40),
        Pin("united_states", "third_party", ("mediate",), FIRST_FREE_DAY + 3, FIRST_FREE_DAY + 40),
    )
    relief = (Set("communities.*.relief", 0.1, CLOSED, CLOSED + 30),)
    return Point(name, FIRST_FREE_DAY, ATTACKS_FREE, sets=relief + ((change,) if change else ()), pins=pins)


def same(one: PointResult, other: PointResult) -> bool:
    return all(np.array_equal(series, other.series[name]) for name, series in one.series.items()) and all(
        np.array_equal(total, other.totals[name]) for name, total in one.totals.items()
    )


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return sim.load("january_2024")


def dead(crisis: Scenario, fields: dict[str, str]) -> list[str]:
    """Of these fields those that move nothing."""
    known = leaves(crisis)
    changes = []
    for pattern, leaf in fields.items():
        value = other_value(float(known[leaf].value), float(known[leaf].low), float(known[leaf].high))  # type: ignore[arg-type]
        changes.append(Set(pattern, value))
    points = [everything_live("as it is"), *(everything_live(change.path, change) for change in changes)]
    unchanged, *changed = simulate(crisis, points, WORLDS, seed=1)
    return [result.point.name for result in changed if same(unchanged, result)]


def test_every_number_of_the_schema_moves_something(crisis: Scenario) -> None:
    assert dead(crisis, patterns(crisis)) == []


@pytest.mark.parametrize("policy", Policies.model_fields)
def test_every_number_of_another_rule_moves_something_where_it_decides(crisis: Scenario, policy: str) -> None:
    ruled = crisis.override({"states.*.policy": policy})
    fields = {pattern: leaf for pattern, leaf in patterns(ruled).items() if ".policies." in pattern}
    assert len(fields) == len(Policies.model_fields[policy].default_factory().model_dump())  # type: ignore[call-arg, misc, union-attr]
    assert dead(ruled, fields) == []


def test_numbers_of_rules_that_do_not_decide_move_nothing(crisis: Scenario) -> None:
    idle = {f"states.*.policies.{path}": path for path in ("look_ahead.foresight", "tit_for_tat.noise", "prospect_theory.loss_aversion")}
    points = [everything_live("as it is"), *(everything_live(path, Set(path, 0.3)) for path in idle)]
    unchanged, *changed = simulate(crisis, points, WORLDS, seed=1)
    assert all(same(unchanged, result) for result in changed)


STRUCTURE: dict[str, dict[str, object]] = {
    "strikes that make a war": {"dyad.war.strikes": 1},
    "days within which they count": {"dyad.war.strikes": 2, "dyad.war.days": 3},
    "the day of a vote": {"states.pakistan.elections.general.date": datetime.date(2024, 1, 25)},
    "one state's rule: a step ahead": {"states.iran.policy": "look_ahead"},
    "one state's rule: gains and losses": {"states.pakistan.policy": "prospect_theory"},
    "one state's rule: tit-for-tat": {"states.iran.policy": "tit_for_tat"},
    "one state's rule: base rates": {"states.pakistan.policy": "markov_chain"},
    "how outsiders come to mediate": {"third_parties.*.behaviour": "when_ripe"},
    "the luck of a state": {"states.iran.luck": "somebody_else"},
    "the luck of an outsider": {"third_parties.china.luck": "somebody_else"},
    "the luck of a group": {"groups.jaish_al_adl.luck": "somebody_else"},
    "where a community lies": {"communities.panjgur.latitude": 29.9, "communities.panjgur.longitude": 61.1},
    "where people join": {"communities.kech.recruits_for": "jaish_al_adl"},
    "to which state a community belongs": {"communities.saravan.state": "pakistan"},
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_every_part_of_the_structure_moves_something(crisis: Scenario, name: str) -> None:
    changes = dict(STRUCTURE[name])
    fewer = {"dyad.war.strikes": changes["dyad.war.strikes"]} if "dyad.war.days" in changes else {}
    before = simulate(crisis.override(fewer) if fewer else crisis, [everything_live("before")], WORLDS, seed=1)
    after = simulate(crisis.override(changes), [everything_live("after")], WORLDS, seed=1)
    assert not same(before[0], after[0])


@pytest.mark.parametrize("kind", ["serves", "kin", "trade"])
def test_every_kind_of_tie_moves_something(crisis: Scenario, kind: str) -> None:
    # Something has to go on serving the communities, so only one of them loses its crossings.
    ties = tuple(tie for tie in crisis.ties if tie.kind != kind or (kind == "serves" and tie.second != "panjgur"))
    assert len(ties) < len(crisis.ties)
    before = simulate(crisis, [everything_live("before")], WORLDS, seed=1)
    after = simulate(crisis.model_copy(update={"ties": ties}), [everything_live("after")], WORLDS, seed=1)
    assert not same(before[0], after[0])
