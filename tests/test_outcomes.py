"""What a run came to: each outcome on a handful of days whose answer is known by counting."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import BARE, EXCHANGE, made_up, row

from sim.course import COURSES, Course, first_day
from sim.design import MODES, point_in
from sim.history import history
from sim.outcomes import KINDS, definitions, outcomes
from sim.scenario.ladder import index_of
from sim.scenario.schema import Scenario
from sim.simulate import simulate
from sim.summary import effective_worlds, mean_interval, quantiles, share_interval, summary

Acts = dict[int, str]


def story(days: int = 120, **happens: Any) -> pd.Series:
    """Every outcome of one made-up course of events: acts by day for a track (`north_military`), days for the rest."""
    return outcomes(course(days, **happens)).iloc[0]


def course(
    days: int = 120,
    *,
    agreement: tuple[int, ...] = (),
    restoration: tuple[int, ...] = (),
    envoys_away: range = range(0),
    war: int | None = None,
    tension: dict[int, float] | None = None,
    north_killed: dict[int, int] | None = None,
    south_killed: dict[int, int] | None = None,
    **acts: Acts,
) -> Course:
    scenario = made_up(days, without=BARE)
    held: dict[str, Any] = {name: np.zeros((days, 1)) for name in ("tension", "agreement", "restoration", "war")}
    for state in scenario.states:
        held |= {f"{state}.{track}": np.zeros((days, 1), dtype=np.int8) for track in scenario.tracks}
        held |= {f"{state}.killed": np.zeros((days, 1)), f"{state}.rung": np.zeros((days, 1)), f"{state}.envoys": np.ones((days, 1))}
    for name, by_day in acts.items():
        state, track = name.split("_")
        for day, act in by_day.items():
            held[f"{state}.{track}"][day] = index_of(track, act)
    held["agreement"][list(agreement)] = 1
    held["restoration"][list(restoration)] = 1
    held["north.envoys"][list(envoys_away)] = 0
    if war is not None:
        held["war"][war:] = 1
    for day, level in (tension or {}).items():
        held["tension"][day] = level
    for state, killed in (("north", north_killed), ("south", south_killed)):
        for day, number in (killed or {}).items():
            held[f"{state}.killed"][day] = number
    return Course(scenario, held, {"recruits": np.zeros(1)}, np.zeros(1))


def limited(*days: int) -> Acts:
    return dict.fromkeys(days, "limited_strike")


LAGS = ("answer_lag", "agreement_lag", "envoys_back_lag")

# ── Single outcomes ───────────────────────────────────────────────────────────────────────────────────────────────


def test_where_nothing_happens_nothing_is_nought_that_should_be_missing() -> None:
    found = story()
    assert not found["struck"]
    for name in (*LAGS, "answered", "second_round", "agreement", "recurrence"):
        assert found[name] is pd.NA, name
    for name in ("strikes", "rounds", "expanded_strikes", "killed", "killed_north", "killed_south", "peak_rung", "peak_tension"):
        assert found[name] == 0, name
    assert found["course"] == "no strike"


def test_a_strike_on_the_first_day_counts() -> None:
    found = story(north_military=limited(0), south_military=limited(0))
    assert found["struck"]
    assert found["answered"]
    assert found["answer_lag"] == 0


def test_a_strike_without_an_answer_has_no_lag() -> None:
    found = story(south_military=limited(5))
    assert found["struck"]
    assert not found["answered"]
    assert found["answer_lag"] is pd.NA
    assert found["second_round"] is pd.NA
    assert found["course"] == "strike not answered"


@pytest.mark.parametrize(("opener", "other"), [("north", "south"), ("south", "north")])
@pytest.mark.parametrize(("day", "answered"), [(6, True), (35, True), (36, False)])
def test_an_answer_comes_from_the_other_state_within_thirty_days(opener: str, other: str, day: int, answered: bool) -> None:
    found = story(**{f"{opener}_military": limited(5, 8), f"{other}_military": limited(day)})
    assert found["answered"] == answered
    assert (found["answer_lag"] is pd.NA) is not answered
    assert not answered or found["answer_lag"] == day - 5


def test_alerts_are_no_strikes() -> None:
    assert not story(north_military={3: "alert"}, south_military={4: "alert"})["struck"]


def test_rounds_are_the_strikes_of_the_side_with_fewer() -> None:
    found = story(north_military=limited(3, 5, 7), south_military={4: "limited_strike", 6: "expanded_strike"})
    assert (found["strikes"], found["rounds"], found["expanded_strikes"]) == (5, 2, 1)


@pytest.mark.parametrize(("day", "second"), [(7, True), (36, True), (37, False)])
def test_a_second_round_is_the_openers_strike_within_thirty_days_of_the_answer(day: int, second: bool) -> None:
    assert story(north_military=limited(5, day), south_military=limited(6))["second_round"] == second


def test_a_second_strike_before_the_answer_is_no_second_round() -> None:
    found = story(north_military=limited(5, 6), south_military=limited(7, 8))
    assert not found["second_round"]


def test_an_agreement_is_dated_from_the_answer() -> None:
    found = story(north_military=limited(5), south_military=limited(7), agreement=(8, 20))
    assert found["agreement"]
    assert found["agreement_lag"] == 1


def test_an_agreement_before_the_first_strike_is_not_one_of_the_crisis() -> None:
    found = story(north_military=limited(5), south_military=limited(7), agreement=(2,))
    assert not found["agreement"]
    assert found["agreement_lag"] is pd.NA


def test_an_agreement_without_an_answer_has_no_lag() -> None:
    found = story(north_military=limited(5), agreement=(8,))
    assert found["agreement"]
    assert found["agreement_lag"] is pd.NA


def test_envoys_come_back_so_many_days_after_the_agreement() -> None:
    found = story(north_military=limited(5), agreement=(8,), envoys_away=range(6, 15), restoration=(15,))
    assert found["envoys_back_lag"] == 7


def test_envoys_that_come_back_on_the_day_of_the_agreement_are_back_after_nought_days() -> None:
    """By the evening of that day, which is what is remembered, they are no longer away."""
    found = story(north_military=limited(5), agreement=(8,), envoys_away=range(6, 8), restoration=(8,))
    assert found["envoys_back_lag"] is not pd.NA
    assert found["envoys_back_lag"] == 0


@pytest.mark.parametrize(
    "happens",
    [
        {"agreement": (8,), "envoys_away": range(6, 120)},
        {"agreement": (8,)},
        {"envoys_away": range(6, 15), "restoration": (15,)},
        {"agreement": (20,), "envoys_away": range(6, 15), "restoration": (15,)},
    ],
    ids=["they never come back", "they never left", "there is no agreement", "they are back before the agreement"],
)
def test_there_is_no_lag_of_envoys_where(happens: dict[str, Any]) -> None:
    assert story(north_military=limited(5), **happens)["envoys_back_lag"] is pd.NA


def test_the_dead_are_counted_by_place() -> None:
    found = story(north_military=limited(5), south_military=limited(7), north_killed={5: 2}, south_killed={7: 9})
    assert (found["killed"], found["killed_south"], found["killed_north"]) == (11, 2, 9)


def test_peaks_are_the_highest_day() -> None:
    one = course(tension={3: 12.5, 4: 30.0, 5: 2.0})
    one.series["south.rung"][9] = 6
    found = outcomes(one).iloc[0]
    assert (found["peak_tension"], found["peak_rung"]) == (30.0, 6)


# ── The end, and what comes after ─────────────────────────────────────────────────────────────────────────────────

CALM = 0.25 * 10.0
"""A quarter of a limited strike, in Goldstein units."""


def test_a_crisis_ends_on_the_first_of_seven_calm_days_in_a_row() -> None:
    tense = dict.fromkeys(range(5, 20), 9.0) | {26: CALM} | {34: CALM - 0.01}
    assert course(north_military=limited(5), tension=tense).end.tolist() == [27.0]


def test_days_before_the_first_strike_do_not_end_a_crisis() -> None:
    assert np.isnan(course().end).all()
    assert course(north_military=limited(50), tension={50: 10.0}).end.tolist() == [51.0]


def test_seven_days_must_have_been_seen() -> None:
    assert course(20, north_military=limited(5), tension=dict.fromkeys(range(5, 13), 9.0)).end.tolist() == [13.0]
    assert np.isnan(course(20, north_military=limited(5), tension=dict.fromkeys(range(5, 14), 9.0)).end).all()
    for days in range(3, 8):
        assert np.isnan(course(days, north_military=limited(0)).end).all(), f"a run of {days} days"


def test_recurrence_is_missing_in_short_runs() -> None:
    assert story(200, north_military=limited(5), tension={5: 10.0})["recurrence"] is pd.NA
    # The end is day 6, so the year after it is over on day 371, and 372 days are needed to have seen it.
    assert story(371, north_military=limited(5), tension={5: 10.0})["recurrence"] is pd.NA
    assert not story(372, north_military=limited(5), tension={5: 10.0})["recurrence"]


@pytest.mark.parametrize(
    ("acts", "recurs"),
    [
        ({"south_military": {100: "alert"}}, True),
        ({"south_public": {371: "threaten"}}, True),
        ({"north_military": {100: "limited_strike"}}, True),
        ({"south_public": {100: "protest"}}, False),
        ({"south_public": {100: "downgrade"}}, False),
        ({"south_military": {372: "alert"}}, False),
        ({"south_military": {5: "alert"}}, False),
    ],
)
def test_recurrence_is_an_alert_threat_or_strike_within_a_year_of_the_end(acts: dict[str, Acts], recurs: bool) -> None:
    military = limited(5) | acts.pop("north_military", {})
    assert story(400, north_military=military, tension={5: 10.0}, **acts)["recurrence"] == recurs


# ── The six courses ───────────────────────────────────────────────────────────────────────────────────────────────

STORIES: list[tuple[str, dict[str, Any]]] = [
    ("no strike", {"north_military": {3: "alert"}, "agreement": (9,)}),
    ("strike not answered", {"north_military": limited(5, 9), "agreement": (12,)}),
    ("one round, then agreement", {"north_military": limited(5), "south_military": limited(7), "agreement": (8,)}),
    ("one round, fades", {"north_military": limited(5), "south_military": limited(7)}),
    ("two rounds or more", {"north_military": limited(5, 9), "south_military": limited(7), "agreement": (12,)}),
    ("two rounds or more", {"north_military": limited(5, 70), "south_military": limited(7, 71)}),
    ("war", {"north_military": limited(*range(5, 10)), "south_military": limited(*range(6, 11)), "war": 10}),
]


@pytest.mark.parametrize(("ends", "happens"), STORIES)
def test_a_crisis_takes_one_of_six_courses(ends: str, happens: dict[str, Any]) -> None:
    assert story(**happens)["course"] == ends


def test_all_six_courses_are_told() -> None:
    assert {ends for ends, _ in STORIES} == set(COURSES)


def test_an_agreement_that_the_answer_broke_is_not_how_the_round_ended() -> None:
    """Agreement after the strike, then the answer, and nothing more: the round was not followed by an agreement."""
    assert story(north_military=limited(5), south_military=limited(9), agreement=(6,))["course"] == "one round, fades"


# ── The table ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_outcome_has_a_label_a_meaning_and_a_kind() -> None:
    named = definitions(made_up(5))
    assert len({outcome.name for outcome in named}) == len(named)
    assert all(outcome.label and outcome.meaning and outcome.kind in KINDS for outcome in named)
    assert {
        "struck", "answered", "answer_lag", "strikes", "rounds", "second_round", "expanded_strikes", "war", "agreement", "agreement_lag",
        "envoys_back_lag", "recurrence", "course", "peak_rung", "peak_tension", "killed", "killed_north", "killed_south", "killed_in_attacks",
        "closed_days", "lost_income_person_days", "hardship_person_days", "displaced_peak", "recruits", "attacks", "attacks_expected", "log_weight",
    } <= {outcome.name for outcome in named}  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_outcomes_agree_with_the_series_that_they_come_from(mode: Any) -> None:
    result = simulate(made_up(40, EXCHANGE), [point_in(mode)], 60, 1)[0]
    table, held = result.outcomes(), result.series
    strikes = sum((held[f"{state}.military"] >= 2).sum(axis=0) for state in ("north", "south"))
    assert table["strikes"].tolist() == strikes.tolist()
    assert table["struck"].tolist() == (strikes > 0).tolist()
    assert table["killed"].tolist() == (held["north.killed"] + held["south.killed"]).sum(axis=0).tolist()
    assert table["killed_in_attacks"].tolist() == (held["bandits.killed"] + held["raiders.killed"]).sum(axis=0).tolist()
    assert table["attacks"].tolist() == (held["bandits.attacks"] + held["raiders.attacks"]).sum(axis=0).tolist()
    assert table["closed_days"].tolist() == held["crossings_closed"].sum(axis=0).tolist()
    assert table["displaced_peak"].tolist() == pytest.approx(held["displaced"].max(axis=0).tolist())
    people = 60_000.0
    assert table["hardship_person_days"].tolist() == pytest.approx((held["hardship"] * people).sum(axis=0, dtype=float).tolist(), rel=1e-4)
    assert table["answer_lag"].isna().tolist() == (~table["answered"].fillna(False)).tolist()
    for outcome in definitions(result.scenario):
        assert outcome.kind == "class" or str(table[outcome.name].dtype) == KINDS[outcome.kind]


def test_a_first_day_is_missing_where_there_is_none() -> None:
    happens = np.array([[False, True, False], [False, True, True]])
    assert np.array_equal(first_day(happens), [np.nan, 0.0, 1.0], equal_nan=True)


# ── The record as if it were a world ──────────────────────────────────────────────────────────────────────────────


def test_january_2024_as_it_was(january: Scenario) -> None:
    found = history(january)
    assert found["struck"]
    assert found["answered"]
    assert (found["answer_lag"], found["agreement_lag"], found["envoys_back_lag"]) == (2, 1, 7)
    assert (found["killed"], found["killed_iran"], found["killed_pakistan"]) == (11, 9, 2)
    assert (found["strikes"], found["rounds"], found["expanded_strikes"]) == (2, 1, 0)
    assert found["course"] == "one round, then agreement"
    assert not found["war"]
    assert not found["second_round"]
    assert found["peak_rung"] == 6
    for name in ("recurrence", "hardship_person_days", "recruits", "attacks", "displaced_peak", "log_weight"):
        assert found[name] is pd.NA, name


def test_february_2019_as_it_was(balakot: Scenario) -> None:
    found = history(balakot)
    assert (found["answer_lag"], found["rounds"]) == (1, 1)
    assert not found["agreement"]
    assert found["agreement_lag"] is pd.NA
    assert found["envoys_back_lag"] is pd.NA
    assert found["course"] == "one round, fades"


def test_the_made_up_record_as_it_was() -> None:
    found = history(made_up(30, EXCHANGE))
    assert (found["answer_lag"], found["agreement_lag"], found["envoys_back_lag"]) == (2, 1, 5)
    assert (found["killed_south"], found["killed_north"]) == (3, 5)


@pytest.mark.parametrize("act", ["stand_by|alert", "alert|stand_by", "unknown"])
def test_a_day_that_the_record_leaves_open_counts_as_routine(act: str) -> None:
    assert history(made_up(30, (row(4, "north", "military", act),)))["peak_rung"] == 0


def test_a_war_in_the_record_is_a_war() -> None:
    rows = [row(day, state, "military", "limited_strike") for day in range(5) for state in ("north", "south")]
    assert history(made_up(30, rows))["course"] == "war"


def test_a_border_closed_in_the_record_stands_until_it_changes() -> None:
    from sim.history import series

    held = series(made_up(20, (row(4, "north", "border", "close"), row(9, "north", "border", "open"))))
    assert held["north.border"][:, 0].tolist() == [0] * 4 + [2] * 5 + [0] * 11


# ── What many worlds amount to ────────────────────────────────────────────────────────────────────────────────────


def summed_up(values: list[float], weights: list[float], history: float) -> dict[str, Any]:
    """The summary of a made-up number over worlds."""
    outcome = next(outcome for outcome in definitions(made_up(5)) if outcome.name == "peak_tension")
    return summary(outcome, pd.Series(values, dtype="Float64"), np.array(weights), history)


@pytest.mark.parametrize(("at", "value"), [(0.25, 1.0), (0.26, 2.0), (0.5, 2.0), (0.75, 3.0), (1.0, 4.0)])
def test_a_quantile_is_the_smallest_value_that_so_much_of_the_weight_does_not_exceed(at: float, value: float) -> None:
    assert quantiles(np.array([4.0, 2.0, 3.0, 1.0]), np.ones(4), (at,)).tolist() == [value]


def test_a_heavy_world_pulls_the_quantiles_and_the_mean_its_way() -> None:
    found = summed_up([1.0, 2.0, 9.0], [1.0, 1.0, 8.0], 9.0)
    assert found["median"] == 9.0
    assert found["mean"] == pytest.approx(7.5)


@pytest.mark.parametrize("scale", [1.0, 0.001, 7.0])
def test_equal_weights_are_worth_their_number_and_one_heavy_world_is_worth_one(scale: float) -> None:
    assert effective_worlds(np.full(20, scale)) == pytest.approx(20.0)
    assert effective_worlds(scale * np.array([1.0, 0.0, 0.0])) == pytest.approx(1.0)


def test_four_times_the_worlds_halve_an_interval() -> None:
    few, many = (mean_interval(np.tile([1.0, 2.0, 6.0], times), np.ones(3 * times)) for times in (10, 40))
    assert (few[0], many[0]) == pytest.approx((3.0, 3.0))
    assert few[2] - few[1] == pytest.approx(2.0 * (many[2] - many[1]))


def test_an_interval_of_a_mean_is_that_of_the_books() -> None:
    mean, low, high = mean_interval(np.array([0.0, 2.0] * 50), np.ones(100))
    assert (mean, low, high) == pytest.approx((1.0, 1.0 - 0.1959964, 1.0 + 0.1959964))


def test_an_interval_of_a_share_is_wilsons() -> None:
    assert share_interval(0.0, 10) == pytest.approx((0.0, 0.2775328), abs=1e-6)
    assert share_interval(0.5, 100) == pytest.approx((0.4038315, 0.5961685), abs=1e-6)


def test_history_stands_above_the_worlds_below_it_and_half_of_those_that_went_alike() -> None:
    assert summed_up([1.0, 2.0, 2.0, 5.0], [1.0] * 4, 2.0)["place"] == 0.5
    assert summed_up([1.0, 2.0, 2.0, 5.0], [1.0] * 4, 9.0)["place"] == 1.0
    assert summed_up([1.0, 2.0, 2.0, 5.0], [5.0, 1.0, 1.0, 1.0], 2.0)["place"] == pytest.approx(0.75)
