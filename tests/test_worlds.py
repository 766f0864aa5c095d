"""A draw is known by its name alone, and a run keeps its bits whatever is run beside it."""

import datetime
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, get_args

import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, SMALL, differing, made_up, ran, recorded, row, same_bits, until
from hypothesis import given, settings
from hypothesis import strategies as st

import sim.agents.borderland
import sim.agents.courses
import sim.simulate
from sim.agents.community import Row
from sim.design import Inject, Pin, Point, Set, point_in
from sim.model import Crisis
from sim.scenario.parts.policies import Policy
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.simulate import simulate
from sim.worlds import SMALLEST_UNIFORM, Draw, Worlds, actor_number, kept, logistic, positive, power, total

# ── Draws ─────────────────────────────────────────────────────────────────────────────────────────────────────────

# (seed, site, luck, day, world, number), made without sim.worlds: the 20 numbers come from a Philox4x64-10 written out in
# plain whole numbers, and from a new numpy.random.Philox for each, by the rule key = [seed, site], counter =
# [world // 4, day, actor, 0], skipping world % 4 numbers. The two agreed.
GOLDEN = [
    (1, 2, "north", 0, 0, "0x1.1f4398abac797p-1"),
    (1, 2, "north", 0, 1, "0x1.4a3271a88fd33p-1"),
    (1, 2, "north", 0, 2, "0x1.cad3ebb4b76d8p-1"),
    (1, 2, "north", 0, 3, "0x1.fca4e7565b248p-1"),
    (1, 2, "north", 0, 4, "0x1.04233adb6067cp-1"),
    (1, 2, "south", 0, 0, "0x1.7ff911fb2fb1ap-1"),
    (1, 3, "north", 0, 0, "0x1.fc55dde629d20p-4"),
    (2, 2, "north", 0, 0, "0x1.a86b86c8c06fap-1"),
    (1, 2, "north", 1, 0, "0x1.8a53e7979f1bbp-1"),
    (1, 5, "north", 32, 417, "0x1.3ac0c328bcff0p-2"),
    (1, 5, "south", 32, 417, "0x1.900d6171b48f5p-1"),
    (1, 6, "north", 33, 417, "0x1.4a9f81b8de76cp-1"),
    (7, 8, "both", 100, 999, "0x1.40216ee393724p-2"),
    (7, 11, "both", 100, 1000, "0x1.e67aeca53c2a6p-2"),
    (7, 12, "both", 200, 1001, "0x1.239353df61606p-1"),
    (2024, 13, "harbour", 17, 4095, "0x1.c64280183e47ep-2"),
    (2024, 15, "raiders", 17, 4096, "0x1.51dfdad61d050p-2"),
    (2024, 18, "raiders", 759, 999_999, "0x1.98a6a50fb673ep-1"),
    (123456789, 19, "bandits", 3, 1_000_000_000, "0x1.f7da96183ec60p-4"),
    (2**63, 1, "dyad.tension_half_life", 0, 5, "0x1.430be7e3db32ep-2"),
]


@pytest.mark.parametrize(("seed", "site", "luck", "day", "world", "number"), GOLDEN)
def test_a_draw_is_the_number_that_its_name_says(seed: int, site: int, luck: str, day: int, world: int, number: str) -> None:
    drawn = Worlds(seed, first=world).uniform(Draw(site), actor_number(luck), day)
    assert drawn.shape == (1, 1)
    assert drawn.item() == float.fromhex(number)


def test_sites_keep_their_numbers() -> None:
    assert {site.name: site.value for site in Draw} == {
        "PARAMETER": 1, "RESOLVE": 2, "PERCEPTION": 3, "COUNCIL": 4, "MILITARY": 5, "PUBLIC": 6, "BORDER": 7, "TALKS": 8,
        "STRIKE_KILLED": 9, "STRIKE_PLACE": 10, "AGREEMENT": 11, "RESTORATION": 12, "THIRD_PARTY": 13, "BLAME": 14,
        "SALIENT": 15, "SALIENT_KILLED": 16, "SALIENT_PLACE": 17, "TEMPO": 18, "TEMPO_KILLED": 19,
    }  # fmt: skip


@given(first=st.integers(0, 60), count=st.integers(1, 25), day=st.integers(0, 800), site=st.sampled_from(Draw))
def test_a_slice_of_worlds_holds_the_same_worlds_as_a_longer_draw(first: int, count: int, day: int, site: Draw) -> None:
    actor = actor_number("north")
    longer = Worlds(5, replicates=100).uniform(site, actor, day)
    assert same_bits(Worlds(5, replicates=count, first=first).uniform(site, actor, day), longer[:, first : first + count])


def test_a_draw_does_not_depend_on_the_draws_before_it() -> None:
    worlds = Worlds(1, replicates=7, first=3)
    before = worlds.uniform(Draw.MILITARY, 11, 4)
    worlds.normal(Draw.PUBLIC, 12, 5)
    worlds.uniform(Draw.TALKS, 13, 6)
    assert same_bits(worlds.uniform(Draw.MILITARY, 11, 4), before)


def test_points_share_their_luck() -> None:
    assert same_bits(Worlds(1, points=6, replicates=9).uniform(Draw.MILITARY, 3, 2), Worlds(1, replicates=9).uniform(Draw.MILITARY, 3, 2))


def test_other_names_give_other_numbers() -> None:
    def draw(seed: int = 1, site: Draw = Draw.MILITARY, actor: int = 1, day: int = 1, first: int = 0) -> Any:
        return Worlds(seed, replicates=200, first=first).uniform(site, actor, day)

    there = draw()
    for other in (draw(seed=2), draw(site=Draw.PUBLIC), draw(actor=2), draw(day=2), draw(first=200)):
        assert not np.intersect1d(there, other).size
        assert abs(np.corrcoef(there, other)[0, 1]) < 0.25


def test_uniform_numbers_lie_between_nought_and_one_and_are_even() -> None:
    drawn = Worlds(3, replicates=20_000).uniform(Draw.TEMPO, 5, 9)
    assert drawn.min() > 0.0
    assert drawn.max() < 1.0
    assert np.abs(np.histogram(drawn, bins=10, range=(0, 1))[0] / 2000 - 1).max() < 0.1


def test_a_nought_from_the_generator_is_clipped(monkeypatch: pytest.MonkeyPatch) -> None:
    class Noughts:
        def random(self, count: int) -> Any:
            return np.zeros(count)

    worlds = Worlds(1, replicates=3)
    monkeypatch.setattr(worlds, "_generator", Noughts())
    assert (worlds.uniform(Draw.TEMPO, 1, 1) == SMALLEST_UNIFORM).all()
    assert np.isfinite(worlds.normal(Draw.TEMPO, 1, 1)).all()


def test_normal_numbers_are_standard_normal() -> None:
    drawn = Worlds(3, replicates=20_000).normal(Draw.PERCEPTION, 5, 9)
    assert abs(drawn.mean()) < 0.03
    assert abs(drawn.std() - 1) < 0.03


def test_an_actors_number_hangs_on_its_luck_alone() -> None:
    assert actor_number("north") == 6164347370713582292
    assert len({actor_number(f"actor {number}") for number in range(1000)}) == 1000


# ── The few operations ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_total_is_summed_from_left_to_right() -> None:
    assert total([1e16, 1.0, -1e16]) == 0.0
    assert total([1e16, -1e16, 1.0]) == 1.0
    assert total([]) == 0.0


@given(st.floats(0.01, 100), st.floats(-3, 3))
def test_a_power_is_a_power(base: float, exponent: float) -> None:
    assert power(base, exponent) == pytest.approx(base**exponent)


@given(st.floats(0.1, 1000))
def test_after_a_half_life_half_is_kept(half_life: float) -> None:
    assert np.log(kept(half_life)) * half_life == pytest.approx(np.log(0.5))


@given(st.floats(-800, 800))
def test_the_logistic_function_never_overflows(x: float) -> None:
    assert 0.0 <= logistic(x) <= 1.0
    assert logistic(x) + logistic(-x) == pytest.approx(1.0)
    assert positive(x) - positive(-x) == x


# ── A run keeps its bits ──────────────────────────────────────────────────────────────────────────────────────────

STORY = made_up(30, EXCHANGE, changes=LIVELY)
POINTS = (
    point_in("forced"),
    point_in("assisted", 6),
    point_in("free"),
    Point("closed", sets=(Set("states.*.border.constant", -5.0, 3, 20),), pins=(Pin("north", "military", ("limited_strike",), 2, 3),)),
    Point("struck", attacks_until=0, injects=(Inject("attack", "raiders", 4, 30.0), Inject("shock", "south", 2, 2.0))),
)


def narrowed(run: dict[str, Any], worlds: slice) -> dict[str, Any]:
    """Some worlds of a run."""
    return {name: values[..., worlds] for name, values in run.items()}


@pytest.mark.parametrize("uncertain", [False, True], ids=["parameters known", "parameters from priors"])
def test_one_world_alone_is_that_world_of_a_thousand(uncertain: bool) -> None:
    priors = load_priors() if uncertain else None
    large = ran(STORY, replicates=1000, points=POINTS[1:2], priors=priors)
    assert differing(narrowed(large, slice(417, 418)), ran(STORY, world=417, points=POINTS[1:2], priors=priors)) == []


def test_one_world_of_january_alone_is_that_world_of_a_thousand(january: Scenario) -> None:
    short = until(january, datetime.date(2024, 1, 25))
    large = ran(short, replicates=1000)
    assert differing(narrowed(large, slice(417, 418)), ran(short, world=417)) == []


@pytest.mark.parametrize("cells", [20, 130, 999])
def test_cutting_the_worlds_into_other_chunks_changes_no_bit(monkeypatch: pytest.MonkeyPatch, cells: int) -> None:
    priors = load_priors()
    whole = simulate(STORY, POINTS, 37, 9, priors, first=3)
    monkeypatch.setattr(sim.simulate, "CELLS", cells)
    for one, other in zip(whole, simulate(STORY, POINTS, 37, 9, priors, first=3), strict=True):
        assert differing(one.series, other.series) == []
        assert differing(one.totals, other.totals) == []
        assert list(one.scored) == list(other.scored)
        assert all(same_bits(one.scored[key], other.scored[key]) for key in one.scored)
        assert same_bits(one.log_weight, other.log_weight)


def test_points_are_the_same_together_apart_and_in_another_order() -> None:
    together = simulate(STORY, POINTS, 40, 2)
    backwards = simulate(STORY, POINTS[::-1], 40, 2)[::-1]
    for number, point in enumerate(POINTS):
        for other in (backwards[number], simulate(STORY, [point], 40, 2)[0]):
            assert differing(together[number].series, other.series) == []
            assert differing(together[number].totals, other.totals) == []
            assert together[number].scored.keys() == other.scored.keys()
            assert all(same_bits(together[number].scored[key], other.scored[key]) for key in other.scored)
            assert same_bits(together[number].log_weight, other.log_weight)


def test_an_outsider_held_silent_is_silent_whatever_the_points_beside_it() -> None:
    quiet = made_up(8, changes={"states.*.attention.initial": 0.0})
    held = Point("held", attacks_until=0, pins=(Pin("harbour", "third_party", ("call",), 1, 2), Pin("harbour", "third_party", ("silent",), 3, 8)))
    struck = Point("struck", pins=(Pin("north", "military", ("limited_strike",), 0, 1),))
    alone = simulate(quiet, [held], 8, 1)[0].series["harbour.stage"]
    beside = simulate(quiet, [held, struck], 8, 1)[0].series["harbour.stage"]
    assert same_bits(alone, beside)


BYSTANDER = {
    "label": "Bystander", "call_rate": 0.0, "offer_rate": 0.0, "mediation_rate": 0.0,
    "channels": {"facilitation": 0.0, "formulation": 0.0, "manipulation": 0.0, "cover": 0.0},
}  # fmt: skip


@pytest.mark.parametrize("name", ["aaa", "lll", "zzz"], ids=["first by name", "between", "last by name"])
def test_a_bystander_changes_no_bit(name: str) -> None:
    joined = made_up(30, EXCHANGE, changes=LIVELY, third_parties={**SMALL["third_parties"], name: BYSTANDER})
    for point in (point_in("free"), point_in("forced")):
        with_it = ran(joined, replicates=60, points=[point])
        del with_it[f"{name}.stage"]
        # "LIVELY" gives mediation to every outsider; one that never calls never comes to it.
        assert differing(ran(STORY, replicates=60, points=[point]), with_it) == []


def reordered(value: Any) -> Any:
    """A scenario's data with every mapping and every list backwards; the states keep their order, which is that of the tables."""
    if isinstance(value, dict):
        return {key: reordered(item) for key, item in reversed(value.items())}
    return tuple(reversed(value)) if isinstance(value, tuple) else value


def test_the_order_of_names_and_rows_changes_no_bit() -> None:
    backwards = made_up(30, EXCHANGE[::-1], changes=LIVELY, **{key: reordered(value) for key, value in SMALL.items() if key not in ("name", "title")})
    assert list(backwards.states) == ["south", "north"]
    assert list(backwards.communities) == list(STORY.communities)[::-1]
    for point in POINTS[:3]:
        assert differing(ran(STORY, replicates=60, points=[point]), ran(backwards, replicates=60, points=[point])) == []


def carried(scenario: Scenario) -> dict[str, Any]:
    """Every array that an agent carries after a run, in full precision; most of it is remembered in no series."""
    model = Crisis(scenario, replicates=60)
    model.run()
    values = {(agent, name): getattr(agent, name) for agent in model.agents for name in [*vars(agent), *rows(type(agent))]}
    return {f"{agent.name}.{name}": value for (agent, name), value in values.items() if isinstance(value, np.ndarray)}


def rows(kind: type) -> list[str]:
    """Attributes that agents of a kind see in what the borderland keeps for all of them."""
    return [name for name, value in vars(kind).items() if isinstance(value, Row)]


def test_nor_any_bit_of_what_agents_carry() -> None:
    rows, ties = EXCHANGE[::-1], reordered(SMALL["ties"])
    one, other = carried(STORY), carried(made_up(30, rows, changes=LIVELY, ties=ties))
    assert one["ford.fear"].any()
    assert differing(one, other) == []


@pytest.mark.parametrize("size", [1, 250, 500])
def test_how_many_communities_live_their_day_at_once_changes_no_bit(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    crisis, points = made_up(30, EXCHANGE, changes=LIVELY), [point_in("assisted", 4), point_in("free")]
    together = ran(crisis, replicates=100, points=points)
    monkeypatch.setattr(sim.agents.borderland, "IN_CACHE", size)
    assert differing(together, ran(crisis, replicates=100, points=points)) == []


@pytest.mark.parametrize(("worth", "spare"), [(0.0, 16), (0.3, 16), (9.0, 1), (9.0, 1000)])
def test_how_many_worlds_share_a_course_at_the_border_changes_no_bit(worth: float, spare: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From every world for itself as soon as something happens anywhere, to every course that can be shared."""
    crisis, points = made_up(30, EXCHANGE, changes=LIVELY), [point_in("assisted", 4), point_in("free"), point_in("forced")]
    as_usual = ran(crisis, replicates=100, points=points)
    monkeypatch.setattr(sim.agents.courses, "WORTH_SHARING", worth)
    monkeypatch.setattr(sim.agents.courses, "SPARE", spare)
    assert differing(as_usual, ran(crisis, replicates=100, points=points)) == []


def test_a_community_more_changes_nothing_before_anything_reaches_it() -> None:
    """Acts, words and blows do not hang on who lives where, as long as no border policy and no place is weighed."""
    homes = {**SMALL["communities"], "abbey": {**SMALL["communities"]["farm"], "label": "Abbey", "exposure": 0.0, "recruits_for": None}}
    calm: dict[str, object] = {"states.*.border.unrest": 0.0}
    fewer, more = ran(made_up(30, EXCHANGE, changes=calm), replicates=40), ran(made_up(30, EXCHANGE, changes=calm, communities=homes), replicates=40)
    touched = ("place", "hardship", "displaced")
    untouched = {name for name in fewer if not name.endswith(touched) and "person_days" not in name}
    assert differing({name: fewer[name] for name in untouched}, {name: more[name] for name in untouched}) == []


MIRROR = {"north": "south", "south": "north"}


def mirrored(value: Any) -> Any:
    """Data with the two states' names swapped, as keys and as values."""
    if isinstance(value, dict):
        return {MIRROR.get(key, key): mirrored(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(mirrored(item) for item in value)
    return MIRROR.get(value, value) if isinstance(value, str) else value


@pytest.mark.parametrize("policy", get_args(Policy))
@pytest.mark.parametrize("point", [point_in("free"), point_in("assisted", 5), point_in("forced")], ids=lambda point: point.name)
def test_swapped_states_with_their_luck_give_mirrored_results(point: Point, policy: str) -> None:
    lively = {**LIVELY, "states.*.policy": policy}
    sides = {name: {**state, "luck": f"luck of {name}"} for name, state in SMALL["states"].items()}
    there = {**SMALL, "states": {"north": sides["north"], "south": sides["south"]}}
    # The first-named state stays first-named: a rule that favours the first would show.
    swapped = mirrored(there)
    swapped["states"] = {"north": swapped["states"]["north"], "south": swapped["states"]["south"]}
    other_rows = tuple(
        row_.model_copy(update={key: MIRROR.get(getattr(row_, key), getattr(row_, key)) for key in ("actor", "target")}) for row_ in EXCHANGE
    )
    parts = {key: value for key, value in there.items() if key not in ("name", "title")}
    other_parts = {key: value for key, value in swapped.items() if key not in ("name", "title")}
    one = ran(made_up(40, EXCHANGE, changes=lively, **parts), replicates=200, points=[point])
    other = ran(made_up(40, other_rows, changes=lively, **other_parts), replicates=200, points=[point])
    assert one["north.military"].any()
    renamed = {name.replace("north", "†").replace("south", "north").replace("†", "south"): values for name, values in other.items()}
    assert differing(one, renamed) == []


@settings(max_examples=5)
@given(seed=st.integers(0, 2**63))
def test_the_same_run_twice_gives_the_same_bytes(seed: int) -> None:
    once, again = (simulate(STORY, POINTS[:3], 12, seed) for _ in range(2))
    for one, other in zip(once, again, strict=True):
        assert differing(one.series, other.series) == []
        assert one.outcomes().to_csv() == other.outcomes().to_csv()


def test_another_seed_is_another_run() -> None:
    one, other = (ran(STORY, seed=seed, replicates=20) for seed in (1, 2))
    assert len(differing(one, other)) > 20


def test_a_day_more_changes_nothing_before_it() -> None:
    shorter, longer = ran(STORY, replicates=30), ran(made_up(31, EXCHANGE, changes=LIVELY), replicates=30)
    days = {name: values for name, values in shorter.items() if name in Crisis(STORY).record.series}
    assert differing(days, {name: longer[name][:30] for name in days}) == []


def test_a_model_stepped_by_hand_is_the_model_run() -> None:
    model = Crisis(STORY, replicates=6, points=POINTS)
    for _ in range(STORY.days):
        model.step()
    assert differing(recorded(model), ran(STORY, replicates=6, points=POINTS)) == []


def test_open_rows_do_not_hang_on_how_they_are_written() -> None:
    one, other = (made_up(10, (row(2, "north", "military", act, until=6),)) for act in ("stand_by|alert", "alert|stand_by"))
    assert differing(ran(one, replicates=40, points=[point_in("forced")]), ran(other, replicates=40, points=[point_in("forced")])) == []


def test_worlds_run_by_several_processes_are_the_same_worlds() -> None:
    points = [point_in("assisted"), point_in("free")]
    (whole, _), count = simulate(made_up(20), points, 24, 1), 12
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        parts = [workers.submit(simulate, made_up(20), points, count, 1, first=first) for first in (0, count)]
        for number, part in enumerate(parts):
            here = slice(number * count, (number + 1) * count)
            assert differing({name: series[:, here] for name, series in whole.series.items()}, part.result()[0].series) == []
