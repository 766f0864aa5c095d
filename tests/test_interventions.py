"""The three verbs: pin an act, set a value, inject an event."""

import itertools
from typing import Any

import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, differing, made_up, ran, row, same_bits

from sim.design import Inject, Pin, Point, Set, point_in
from sim.model import Crisis
from sim.scenario.errors import ScenarioError
from sim.scenario.ladder import TRACKS, acts_of, index_of
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.simulate import simulate

DAYS = 20
CASE = made_up(DAYS, EXCHANGE, changes=LIVELY)
TENSE: dict[str, object] = {**LIVELY, "states.*.attention.initial": 8.0, "states.*.attention.half_life": 60.0, "states.*.attention.agenda": 5.0}
ATTACKED = Inject("attack", "raiders", 2, 25.0)


def series(point: Point, scenario: Scenario = CASE, worlds: int = 60, beside: tuple[Point, ...] = ()) -> dict[str, Any]:
    """Daily series of a point, (days, worlds)."""
    return simulate(scenario, [point, *beside], worlds, 1)[0].series


# ── Pin ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("track", "act"), [(track, act) for track in TRACKS for act in acts_of(track)])
def test_a_pin_holds_a_track_to_an_act_in_every_world(track: str, act: str) -> None:
    held = series(Point(pins=(Pin("north", track, (act,), 3, 6),)))
    assert (held[f"north.{track}"][3:6] == index_of(track, act)).all()


def test_a_pin_ends_before_the_day_it_names() -> None:
    held = series(Point(pins=(Pin("north", "public", ("protest",), 3, 6),)))
    assert not (held["north.public"][6] == index_of("public", "protest")).all()


def test_not_an_act_leaves_all_others_open() -> None:
    others = tuple(act for act in acts_of("public") if act != "protest")
    tense = made_up(DAYS, changes=TENSE)
    free, without = series(Point(), tense, 300), series(Point(pins=(Pin("north", "public", others),)), tense, 300)
    protest = index_of("public", "protest")
    assert (free["north.public"] == protest).any()
    assert not (without["north.public"] == protest).any()
    assert set(np.unique(without["north.public"])) == set(range(4)) - {protest}


def test_a_pinned_council_may_still_stay_at_home() -> None:
    held = series(Point(pins=(Pin("north", "military", ("stand_by",)), Pin("north", "talks", ("nothing",)))))
    assert 0 < held["north.sits"].mean() < 1


def test_a_pin_holds_in_its_own_point_only() -> None:
    pinned, beside = simulate(CASE, [Point("pinned", pins=(Pin("north", "talks", ("seek_talks",)),)), Point("beside")], 60, 1)
    assert (pinned.series["north.talks"] == 1).all()
    assert differing(beside.series, series(Point("beside"))) == []


def test_a_pin_goes_before_the_record() -> None:
    held = series(Point(states_until=DAYS, pins=(Pin("north", "military", ("stand_by",), 4, 5),)))
    assert not held["north.military"][4].any()
    assert (held["south.military"][6] == index_of("military", "limited_strike")).all()


def test_a_pinned_act_is_not_scored() -> None:
    forced, pinned = (
        simulate(CASE, [point], 20, 1)[0]
        for point in (point_in("forced"), Point(states_until=DAYS, pins=(Pin("north", "military", ("stand_by",), 4, 5),)))
    )
    assert (forced.scored[4, "north", "military"] < 0).all()
    assert not pinned.scored[4, "north", "military"].any()


def test_a_border_can_be_closed_from_outside_and_opens_again_only_by_a_council() -> None:
    held = series(Point(pins=(Pin("north", "border", ("close",), 5, 8), Pin("north", "border", ("open",), 8, 9))))
    assert (held["crossings_closed"][5:8] == 2).all()
    assert not (held["crossings_closed"][8] == 2).all()
    assert (held["north.policy"][5:8] == index_of("border", "close")).all()


@pytest.mark.parametrize(("stage", "number"), [("silent", 0), ("call", 1), ("offer", 2), ("mediate", 3)])
def test_an_outsider_is_held_to_a_stage(stage: str, number: int) -> None:
    struck = Pin("north", "military", ("limited_strike",), 1, 2)
    held = series(Point(attacks_until=0, pins=(struck, Pin("harbour", "third_party", (stage,), 4, 9))))
    assert (held["harbour.stage"][4:9] == number).all()
    assert held["neighbour.stage"][4:].any()


def test_an_outsider_held_silent_throughout_is_as_good_as_absent() -> None:
    alone = made_up(DAYS, changes=TENSE, third_parties={"harbour": CASE.third_parties["harbour"]})
    assert alone.third_parties["harbour"].leverage
    nobody = made_up(DAYS, changes={path: value for path, value in TENSE.items() if "third" not in path}, without=("third_parties",))
    silent = series(Point(pins=(Pin("harbour", "third_party", ("silent",)),)), alone)
    silent.pop("harbour.stage")
    assert differing(silent, series(Point(), nobody)) == []


def test_outsiders_may_be_held_to_a_range_of_stages() -> None:
    struck = Pin("north", "military", ("limited_strike",), 1, 2)
    held = series(Point(attacks_until=0, pins=(struck, Pin("harbour", "third_party", ("silent", "call")))), worlds=200)
    assert set(np.unique(held["harbour.stage"])) == {0, 1}


@pytest.mark.parametrize("happens", ["yes", "no"])
def test_an_agreement_is_pinned_or_ruled_out(happens: str) -> None:
    seek = tuple(Pin(state, "talks", ("seek_talks",)) for state in ("north", "south"))
    held = series(Point(pins=(*seek, Pin("both", "agree", (happens,), 5, 15))))
    assert (held["agreement"][5:15] == (happens == "yes")).all()
    assert held["agreement"][:5].any()


@pytest.mark.parametrize("happens", ["yes", "no"])
def test_a_restoration_is_pinned_or_ruled_out(happens: str) -> None:
    left = Pin("south", "public", ("downgrade",), 2, 3)
    held = series(
        Point(pins=(left, Pin("both", "agree", ("yes",), 4, 5), Pin("both", "restore", ("no",), 2, 8), Pin("both", "restore", (happens,), 8, 9)))
    )
    assert not held["restoration"][2:8].any()
    assert (held["restoration"][8] == (happens == "yes")).all()
    assert (held["south.envoys"][8] == (happens == "yes")).all()


# ── Set ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_value_is_set_within_its_window_and_not_on_the_day_it_ends() -> None:
    model = Crisis(CASE, points=[Point("changed", sets=(Set("dyad.calm", 2.0, 3, 6),)), Point("unchanged")])
    seen = []
    for _ in range(DAYS):
        model.step()
        seen.append(model.dyad.settings.calm[:, 0].tolist())
    assert seen == [[2.0 if 3 <= day < 6 else 0.25, 0.25] for day in range(DAYS)]


def test_a_stock_that_is_made_larger_fills_up_even_where_nothing_was_ever_cut() -> None:
    open_border = tuple(Pin(state, "border", ("open",)) for state in CASE.states)
    case = CASE.override({"communities.*.food_stock": 20.0, "crossings.*.limit": 1.0})
    model = Crisis(case, points=[Point(pins=open_border, sets=(Set("communities.*.food_stock", 40.0, 3),))])
    stocks = []
    for _ in range(10):
        model.step()
        stocks.append(model.communities[0].food_stock.item())
    assert stocks[:3] == [20.0] * 3
    assert all(20.0 < sooner < later <= 40.0 for sooner, later in itertools.pairwise(stocks[3:]))


def test_of_two_windows_that_are_open_the_later_row_counts() -> None:
    model = Crisis(CASE, points=[Point(sets=(Set("dyad.calm", 2.0, 2, 9), Set("dyad.calm", 3.0, 4, 6)))])
    seen = []
    for _ in range(10):
        model.step()
        seen.append(model.dyad.settings.calm.item())
    assert seen == [0.25, 0.25, 2.0, 2.0, 3.0, 3.0, 2.0, 2.0, 2.0, 0.25]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("states.*.resolve.median", 4.0),
        ("states.south.attention.initial", 5.0),
        ("states.*.belief.initial", 0.9),
        ("states.*.military.readiness_initial", 1.0),
        ("dyad.tension_half_life", 40.0),
        ("dyad.coordination_initial", 0.8),
        ("third_parties.*.leverage", 0.9),
        ("third_parties.neighbour.leverage.south", 0.5),
        ("third_parties.harbour.bias.north", -1.0),
        ("groups.*.fighters", 700.0),
        ("groups.raiders.tempo.rate", 2.0),
        ("communities.*.food_stock", 2.0),
        ("communities.ford.people", 500.0),
        ("communities.ford.exposure", 3.0),
        ("communities.farm.sympathy", 4.0),
        ("crossings.*.limit", 0.2),
        ("livelihoods.fear_distance", 5.0),
        ("mediation.formulation", -2.0),
    ],
)
def test_a_set_over_the_whole_run_is_an_override(path: str, value: float) -> None:
    result = simulate(CASE, [Point(), Point("set", sets=(Set(path, value),))], 25, 1)
    override = simulate(CASE.override({path: value}), [Point()], 25, 1)[0]
    assert differing(result[1].series, override.series) == []
    assert differing(result[1].totals, override.totals) == []
    assert differing(result[0].series, result[1].series), "the value moves nothing"
    assert differing(result[0].series, series(Point(), worlds=25)) == [], "the point beside it is changed"


def test_a_set_is_laid_over_what_is_drawn_from_priors() -> None:
    priors = load_priors()
    path = "states.north.perception.gap"
    model = Crisis(CASE, replicates=5, points=[Point(), Point(sets=(Set(path, 1.7, 2, 4),))], priors=priors)
    drawn = model.states[0].settings.perception.gap
    assert drawn.shape == (2, 5)
    assert len(np.unique(drawn[0])) == 5
    for _ in range(3):
        model.step()
    assert (model.states[0].settings.perception.gap[1] == 1.7).all()
    assert same_bits(model.states[0].settings.perception.gap[0], drawn[0])


def test_a_prior_on_a_share_that_a_scenario_leaves_out_is_drawn_all_the_same() -> None:
    """`third_parties.*.leverage` stands for every state; one that is absent means nought, and can be uncertain."""
    prior = load_priors()["crossings.*.leakage"]
    model = Crisis(CASE, replicates=5, priors={"third_parties.neighbour.leverage.south": prior})
    assert len(np.unique(model.third_parties[1].settings.leverage.of("south", 0.0))) == 5


@pytest.mark.parametrize("path", ["third_parties.neighbour.leverage.south", "third_parties.harbour.urges.south", "third_parties.harbour.bias.south"])
def test_a_share_that_a_scenario_leaves_out_means_what_its_absence_means_outside_the_window(path: str) -> None:
    held = simulate(CASE, [Point(), Point("later", sets=(Set(path, -0.5 if "bias" in path else 0.5, 10),))], 20, 1)
    assert differing(held[0].series, series(Point(), worlds=20)) == []
    assert np.isfinite(held[1].series["south.pressure"]).all()
    assert (
        differing({name: values[:10] for name, values in held[0].series.items()}, {name: values[:10] for name, values in held[1].series.items()})
        == []
    )


def test_a_path_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(ScenarioError):
        simulate(CASE, [Point(sets=(Set("states.*.resolv.median", 1.0),))], 1, 1)


# ── Inject ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_injected_attack_happens_with_its_dead() -> None:
    held = series(Point(attacks_until=DAYS, injects=(ATTACKED,)))
    plain = series(Point(attacks_until=DAYS))
    assert (held["raiders.salient"][2] == 25.0).all()
    assert held["raiders.struck"][2].all()
    assert held["north.attention"][2].mean() > plain["north.attention"][2].mean()
    assert (held["raiders.blamed"][2] == 1).mean() == pytest.approx(0.5, abs=0.25)


def test_an_injected_attack_comes_on_top_of_a_recorded_one() -> None:
    held = series(Point(injects=(Inject("attack", "raiders", 1, 25.0),)))
    mill = sorted(CASE.communities).index("mill")
    assert (held["raiders.salient"][1] == 34.0).all()
    assert (held["raiders.place"][1] == mill).all(), "the recorded attack still hits the community that the record names"


def test_an_injected_shock_draws_attention_and_nothing_else() -> None:
    held, plain = series(Point(injects=(Inject("shock", "south", 3, 2.0),))), series(Point())
    # An agreement on the same day would take part of the attention away again.
    awake = (held["agreement"][3] == 0) & (plain["agreement"][3] == 0)
    assert awake.any()
    assert np.allclose(held["south.attention"][3][awake], plain["south.attention"][3][awake] + 2.0)
    assert same_bits(held["north.attention"][3][awake], plain["north.attention"][3][awake])
    assert same_bits(held["south.debt"][:4], plain["south.debt"][:4])


def test_injected_casualties_count_where_the_state_strikes() -> None:
    struck = Pin("north", "military", ("limited_strike",), 3, 4)
    held, plain = (series(Point(pins=(struck,), injects=injects)) for injects in ((Inject("casualties", "north", 3, 50.0),), ()))
    assert (held["north.killed"][3] == 50.0).all()
    assert held["north.harm"][3].mean() > plain["north.harm"][3].mean()
    assert differing(series(Point(injects=(Inject("casualties", "north", 3, 50.0),), pins=(Pin("north", "military", ("stand_by",)),))),
                     series(Point(pins=(Pin("north", "military", ("stand_by",)),)))) == []  # fmt: skip


def test_injected_casualties_go_before_recorded_ones() -> None:
    held = series(Point(states_until=DAYS, injects=(Inject("casualties", "north", 4, 50.0),)))
    assert (held["north.killed"][4] == 50.0).all()


def test_an_injection_happens_in_its_own_point_only() -> None:
    both = simulate(CASE, [Point("hit", injects=(ATTACKED, Inject("shock", "north", 3, 1.0))), Point("spared")], 40, 1)
    assert differing(both[1].series, series(Point(), worlds=40)) == []


# ── Nothing before the day is touched ─────────────────────────────────────────────────────────────────────────────

CHANGES = {
    "pin": Point(pins=(Pin("north", "military", ("limited_strike",), 9, 10),)),
    "pin both": Point(pins=(Pin("both", "agree", ("yes",), 9, 10),)),
    "pin an outsider": Point(pins=(Pin("harbour", "third_party", ("mediate",), 9),)),
    "set": Point(sets=(Set("states.*.resolve.median", 9.0, 9), Set("communities.*.dependence", 1.0, 9), Set("crossings.*.limit", 0.0, 9))),
    "set groups": Point(sets=(Set("groups.*.tempo.rate", 5.0, 9),)),
    "attack": Point(injects=(Inject("attack", "raiders", 9, 40.0),)),
    "shock": Point(injects=(Inject("shock", "south", 9, 3.0),)),
    "freed": Point(attacks_until=9),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_on_a_day_leaves_all_before_it_as_it_was(name: str) -> None:
    unchanged = CASE.model_copy(
        update={
            "history": (
                *EXCHANGE,
                row(9, "bandits", "attack", "attack", killed=8),
                row(9, "outside", "shock", "quake", target="south", attention=1.0),
            )
        }
    )
    held, plain = simulate(unchanged, [CHANGES[name], Point()], 50, 1)
    assert differing({key: values[:9] for key, values in held.series.items()}, {key: values[:9] for key, values in plain.series.items()}) == []
    assert differing({key: values[9:] for key, values in held.series.items()}, {key: values[9:] for key, values in plain.series.items()})


def test_governments_freed_on_a_day_have_lived_the_record_until_then() -> None:
    freed, forced = (ran(CASE, replicates=50, points=[point]) for point in (point_in("assisted", 9), point_in("forced")))
    named = [name for name in forced if np.ndim(forced[name]) == 3]
    assert differing({name: freed[name][:9] for name in named}, {name: forced[name][:9] for name in named}) == []


def test_a_stock_that_no_longer_fits_is_cut_down_to_its_room() -> None:
    point = Point(sets=(Set("communities.*.food_stock", 2.0, 10, 20),))
    model = Crisis(CASE, seed=1, points=[point])
    while model.day < 12:
        model.step()
    assert all((home.food_stock <= 2.0).all() for home in model.communities)
