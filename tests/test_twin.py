"""The program and its twin, which was written from docs/model.md alone, live the same days."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, made_up, until
from hypothesis import given, settings
from hypothesis import strategies as st
from twin import Twin

from sim.design import MODES, Inject, Pin, Point, Set, point_in
from sim.model import Crisis
from sim.record import readers
from sim.scenario.ladder import acts_of
from sim.scenario.load import load
from sim.scenario.paths import Leaf, leaves
from sim.scenario.schema import Scenario

WORLDS = 50
TOLERANCE = {"rtol": 1e-9, "atol": 1e-9}

UNSEEN = {
    "states": ("ledger", "mood", "commitment", "just_protested", "just_threatened", "information", "cover", "belief_log_odds", "words"),
    "third_parties": ("attention",),
    "groups": ("notice", "trust_left"),
    "crossings": ("formal", "habit", "smuggled", "food"),
    "communities": ("food_stock", "fuel_stock", "food_price", "fuel_price", "income", "fear", "loss", "hardship", "displaced"),
}
"""What agents carry from day to day and no daily series shows."""


def compare(case: Scenario, points: Sequence[Point], *, seed: int = 1, first: int = 0, worlds: int = WORLDS) -> None:
    """Runs the program and a twin for every point and world side by side, and compares all of every day in full precision."""
    model = Crisis(case, seed=seed, world=first, replicates=worlds, points=points)
    data = case.model_dump()
    twins = [Twin(data, point, seed, first + world) for point in points for world in range(worlds)]
    for day in range(case.days):
        model.step()
        for twin in twins:
            twin.step()
        assert_same(f"day {day}", in_model(model), [in_twin(twin) for twin in twins])
    totals = {**model.record.totals, "log_weight": model.log_weight}
    assert_same("sums over the run", totals, [{**twin.totals(), "log_weight": twin.log_weight} for twin in twins])


def in_model(model: Crisis) -> dict[str, Any]:
    """All of today's numbers of the program: arrays over points and worlds, not rounded as the record rounds them."""
    numbers = {name: read(model) for name, (_, read) in readers(model).items()}
    return numbers | {
        f"{agent.name}: {name}": getattr(agent, name) for section, names in UNSEEN.items() for agent in getattr(model, section) for name in names
    }


def in_twin(twin: Twin) -> dict[str, Any]:
    """All of today's numbers of a twin."""
    numbers = twin.series()
    return numbers | {
        f"{agent.name}: {name}": getattr(agent, name) for section, names in UNSEEN.items() for agent in getattr(twin, section) for name in names
    }


def assert_same(when: str, ours: dict[str, Any], theirs: list[dict[str, Any]]) -> None:
    """Same names, equal whole numbers, close other numbers; says which differ, and in which world first."""
    assert ours.keys() == theirs[0].keys()
    differing = {}
    shape = np.broadcast_shapes(*(np.shape(value) for value in ours.values()))
    for name, value in ours.items():
        one, other = np.broadcast_to(value, shape).ravel(), np.array([numbers[name] for numbers in theirs])
        same = np.isclose(one, other, **TOLERANCE) if np.asarray(value).dtype.kind == "f" else one == other
        if not same.all():
            world = int(np.argmin(same))
            differing[name] = f"number {world}: program {one[world]}, twin {other[world]}"
    assert not differing, f"{when}: {differing}"


# ── The two crises ────────────────────────────────────────────────────────────────────────────────────────────────


JANUARY_FREE_FROM, BALAKOT_FREE_FROM = 33, 11
"""A day or two before the first strike of each record."""


@pytest.mark.parametrize(("number", "mode"), list(enumerate(MODES)))
def test_january_2024(january: Scenario, number: int, mode: Any) -> None:
    compare(until(january, datetime.date(2024, 1, 31)), [point_in(mode, JANUARY_FREE_FROM)], seed=1 + number)


@pytest.mark.parametrize(("number", "mode"), list(enumerate(MODES)))
def test_february_2019(balakot: Scenario, number: int, mode: Any) -> None:
    compare(balakot, [point_in(mode, BALAKOT_FREE_FROM)], seed=11 + number)


def test_some_world_of_a_large_run_to_the_last_day(january: Scenario) -> None:
    compare(january, [point_in("assisted", JANUARY_FREE_FROM), point_in("free")], seed=2**40 + 7, first=4_321, worlds=3)


def test_what_begins_late_in_january(january: Scenario) -> None:
    late = replace(
        point_in("assisted", 34),
        pins=(
            Pin("both", "agree", ("no",), 34, 50),
            Pin("both", "agree", ("yes",), 57, 58),
            Pin("china", "third_party", ("mediate",), 40, 55),
            Pin("turkiye", "third_party", ("silent", "call"), 20, 50),
            Pin("iran", "military", ("limited_strike",), 45, 46),
            Pin("iran", "border", ("close",), 36, 52),
            Pin("pakistan", "border", ("restrict", "open"), 40, 60),
        ),
        sets=(
            Set("groups.*.preventable", 0.9, 5),
            Set("communities.*.relief", 0.2, 40, 60),
            Set("states.*.resolve.median", 5.0, 30, 60),
            Set("states.*.resolve.median", 0.1, 50, 55),
            Set("third_parties.*.leverage", 0.4, 42, 50),
            Set("third_parties.russia.urges.pakistan", -0.5, 35),
            Set("third_parties.russia.bias.pakistan", -0.5, 40),
            Set("dyad.coordination_initial", 0.3, 30, 50),
            Set("crossings.*.limit", 0.6, 55),
            Set("livelihoods.food_after", 9.0, 38),
        ),
        injects=(
            Inject("attack", "jaish_al_adl", 41, 30.0),
            Inject("attack", "baloch_separatists", 43, 12.0),
            Inject("shock", "pakistan", 51, 1.5),
            Inject("casualties", "iran", 45, 60.0),
        ),
    )
    compare(until(january, datetime.date(2024, 2, 15)), [late, replace(late, states_until=0, attacks_until=0)], seed=5, worlds=8)


def test_what_begins_late_in_2019(balakot: Scenario) -> None:
    late = replace(
        point_in("free", 20),
        pins=(Pin("pakistan", "military", ("stand_by", "alert"), 8, 30), Pin("both", "restore", ("yes",), 25, 26)),
        sets=(Set("states.india.audience.base", 2.0, 12, 30), Set("groups.*.salient.rate", 0.5, 22)),
        injects=(Inject("attack", "jaish_e_mohammed", 14, 25.0),),
    )
    compare(balakot, [late], seed=6, worlds=20)


def test_outsiders_who_wait_until_a_conflict_is_ripe(january: Scenario) -> None:
    eager = january.override({"third_parties.*.mediation_rate": 2.0})
    patient = eager.override({"third_parties.*.behaviour": "when_ripe"})
    compare(until(patient, datetime.date(2024, 2, 10)), [point_in("assisted", JANUARY_FREE_FROM)], seed=8, worlds=10)


# ── Other rules of decision ───────────────────────────────────────────────────────────────────────────────────────

RULES = ("look_ahead", "prospect_theory", "tit_for_tat", "markov_chain")


@pytest.mark.parametrize("number", range(len(RULES)))
def test_every_rule_of_decision_beside_another(january: Scenario, balakot: Scenario, number: int) -> None:
    """Each rule decides for one state in one crisis, and for the other state in the other."""
    one, other = RULES[number], RULES[(number + 1) % len(RULES)]
    case = until(january, datetime.date(2024, 1, 31)).override({"states.iran.policy": one, "states.pakistan.policy": other})
    compare(case, [point_in("forced"), point_in("assisted", JANUARY_FREE_FROM)], seed=21 + number, worlds=5)
    case = balakot.override({"states.pakistan.policy": one, "states.*.policies.prospect_theory.adaptation": 0.4})
    compare(case, [point_in("forced"), point_in("free", BALAKOT_FREE_FROM)], seed=31 + number, worlds=8)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_where_there_are_no_envoys_to_recall(rule: str) -> None:
    case = load("iran_israel_april_2024").override({"states.*.policy": rule})
    compare(case, [point_in("forced"), point_in("assisted", 13)], seed=41, worlds=4)


# ── A made-up crisis, with numbers and set-ups drawn ──────────────────────────────────────────────────────────────


DAYS = 24
SMALL = made_up(DAYS, EXCHANGE, changes={**LIVELY, "livelihoods.food_after": 4.0})

BELLICOSE: dict[str, object] = {
    "dyad.war.strikes": 2,
    "dyad.war.days": 3,
    "states.*.attention.initial": 6.0,
    "states.*.attention.agenda": 8.0,
    "states.*.attention.half_life": 30.0,
    "states.*.resolve.median": 6.0,
    "states.*.military.overshoot": 0.6,
    "states.*.military.cost": 0.1,
}
"""Under these numbers it comes to war in many worlds, sooner or later."""


def around(leaf: Leaf) -> st.SearchStrategy[float]:
    """Values within a factor of three of a number; up to 1 for a nought."""
    value, low, high = float(leaf.value), float(leaf.low), float(leaf.high)  # type: ignore[arg-type]
    ends = sorted((value / 3.0, value * 3.0)) if value else (low, 1.0)
    return st.floats(max(ends[0], low, -1.0 if not value else low), min(ends[1], high), allow_subnormal=False)


def drawn_numbers(case: Scenario) -> st.SearchStrategy[dict[str, float]]:
    """Other values for some of a crisis's numbers, by path; not for places on the map."""
    numbers = {path: leaf for path, leaf in leaves(case).items() if leaf.kind == "number" and not path.endswith("itude")}
    return st.lists(st.sampled_from(sorted(numbers)), unique=True, min_size=10, max_size=40).flatmap(
        lambda paths: st.fixed_dictionaries({path: around(numbers[path]) for path in paths})
    )


@st.composite
def drawn_points(draw: st.DrawFn, case: Scenario) -> Point:
    """A mode, and some pins, sets and injects that begin on any day."""

    def window() -> tuple[int, int]:
        start = draw(st.integers(0, case.days - 1))
        return start, draw(st.integers(start + 1, case.days + 5))

    point = point_in(draw(st.sampled_from(MODES)), draw(st.integers(0, 14)))
    changes = draw(drawn_numbers(case))
    tracks = st.sampled_from([(state, track) for state in case.states for track in case.tracks])
    pins = [
        Pin(actor, track, tuple(draw(st.lists(st.sampled_from(acts_of(track)), min_size=1, unique=True))), *window())
        for actor, track in draw(st.lists(tracks, max_size=3))
    ]
    injects = [
        *(
            Inject("attack", group, draw(st.integers(0, case.days - 1)), draw(st.integers(0, 40)))
            for group in draw(st.sets(st.sampled_from(sorted(case.groups))))
        ),
        *(
            Inject("shock", state, draw(st.integers(0, case.days - 1)), draw(st.floats(0, 3)))
            for state in draw(st.sets(st.sampled_from(sorted(case.states))))
        ),
    ]
    sets = tuple(Set(path, value, *window()) for path, value in list(changes.items())[:12])
    return replace(point, pins=tuple(pins), sets=sets, injects=tuple(injects))


def test_a_crisis_that_comes_to_war() -> None:
    compare(SMALL.override(BELLICOSE), [point_in("free"), point_in("assisted", 5)], seed=7, worlds=25)


@given(numbers=drawn_numbers(SMALL), point=drawn_points(SMALL), seed=st.integers(0, 2**63 - 1))
@settings(max_examples=20)
def test_a_made_up_crisis(numbers: dict[str, float], point: Point, seed: int) -> None:
    compare(SMALL.override(dict(numbers)), [point], seed=seed, worlds=4)


@given(numbers=drawn_numbers(SMALL), point=drawn_points(SMALL), rules=st.tuples(*[st.sampled_from(RULES)] * 2), seed=st.integers(0, 2**63 - 1))
@settings(max_examples=8)
def test_a_made_up_crisis_under_other_rules(numbers: dict[str, float], point: Point, rules: tuple[str, str], seed: int) -> None:
    named = dict(zip(("states.north.policy", "states.south.policy"), rules, strict=True)) | {"third_parties.*.behaviour": "when_ripe"}
    compare(SMALL.override({**numbers, **named}), [point], seed=seed, worlds=4)


@pytest.mark.parametrize("name", ["january_2024", "india_pakistan_2019"])
@given(data=st.data(), seed=st.integers(0, 2**32))
@settings(max_examples=5)
def test_the_two_crises_with_other_numbers(name: str, data: st.DataObject, seed: int) -> None:
    case = load(name)
    case = until(case, case.date_of(DAYS - 1))
    compare(case.override(dict(data.draw(drawn_numbers(case)))), [data.draw(drawn_points(case))], seed=seed, worlds=3)
