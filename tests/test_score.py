"""How likely the model thought the record: by hand on records of a few days, and on January 2024."""

import math
from typing import Any

import numpy as np
import pytest
from conftest import BARE, EXCHANGE, differing, made_up, row

from sim.chronicle import Chronicle
from sim.design import Point, Set, point_in
from sim.scenario.schema import Scenario
from sim.score import Decision, Scored, baselines, decisions, frequencies, log_score, predict
from sim.simulate import PointResult, simulate

FORCED = point_in("forced")
ALERT = "alert"


def result_of(scenario: Scenario, scored: dict[tuple[int, str, str], list[float]]) -> PointResult:
    """Made-up log probabilities of what was fixed, world by world."""
    log_p = {key: np.log(np.array(values)) for key, values in scored.items()}
    return PointResult(scenario, FORCED, {}, {}, log_p, sum(log_p.values(), np.zeros(1)))


# ── Bayes by hand ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_seen_makes_worlds_count_more_or_less() -> None:
    """Two worlds: the first thinks the first act likely (.8) and the second unlikely (.1), the other the reverse (.2, .6)."""
    scenario = made_up(2, without=BARE)
    known = decisions(scenario)
    first, second = known[0], known[1]
    predicted = predict(result_of(scenario, {(0, first.actor, first.track): [0.8, 0.2], (0, second.actor, second.track): [0.1, 0.6]}))
    assert [item.decision for item in predicted] == [first, second]
    # Before anything is seen both count alike: (.8 + .2) / 2. Then they count 4 to 1: (.8 × .1 + .2 × .6) / (.8 + .2).
    assert [item.probability for item in predicted] == pytest.approx([0.5, 0.2])
    assert log_score(predicted) == pytest.approx(math.log(0.5 * 0.2))


def test_the_order_in_which_things_were_kept_does_not_matter() -> None:
    scenario = made_up(3, without=BARE)
    kept = {(day, state, track): [0.5 + 0.1 * day, 0.9 - 0.2 * day] for day in range(3) for state in scenario.states for track in scenario.tracks}
    forwards, backwards = predict(result_of(scenario, kept)), predict(result_of(scenario, dict(reversed(kept.items()))))
    assert forwards == backwards
    assert [item.decision.day for item in forwards] == sorted(item.decision.day for item in forwards)


def test_weights_do_not_underflow_over_a_long_record() -> None:
    scenario = made_up(400, without=BARE)
    kept = {(day, "north", "military"): [1e-9, 1e-12] for day in range(400)}
    assert np.isfinite(log_score(predict(result_of(scenario, kept))))


# ── A model's own record ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def forced() -> PointResult:
    return simulate(made_up(30, EXCHANGE), [FORCED], 200, 1)[0]


def test_surprises_add_up_to_the_log_score(forced: PointResult) -> None:
    predicted = predict(forced)
    assert log_score(predicted) == pytest.approx(-sum(item.surprise for item in predicted))
    assert log_score(predicted) < 0
    assert all(0 < item.probability <= 1 and item.surprise >= 0 for item in predicted)


def test_where_nothing_is_left_open_the_log_score_is_that_of_the_whole_record(forced: PointResult) -> None:
    """The chain of predictions is the mean over worlds of the probability of everything."""
    whole = np.log(np.mean(np.exp(forced.log_weight - forced.log_weight.max()))) + forced.log_weight.max()
    assert log_score(predict(forced)) == pytest.approx(whole, rel=1e-9)


def test_with_one_world_the_score_is_the_plain_sum() -> None:
    result = simulate(made_up(30, EXCHANGE), [FORCED], 1, 1)[0]
    assert log_score(predict(result)) == pytest.approx(result.log_weight.item(), rel=1e-9)


def test_the_log_weight_is_the_sum_of_what_was_fixed(forced: PointResult) -> None:
    assert np.allclose(forced.log_weight, sum(forced.scored.values()))


def test_every_decision_of_the_record_is_predicted(forced: PointResult) -> None:
    assert [item.decision for item in predict(forced)] == decisions(forced.scenario)


def test_quiet_days_are_scored_too() -> None:
    """A model that expects much must pay for a quiet day: more attention, a worse score."""
    calm, tense = (made_up(10, changes={"states.*.attention.initial": size, "states.*.public.protest_constant": -2.0}) for size in (0.5, 3.0))
    scores = [log_score(predict(simulate(case, [FORCED], 60, 1)[0])) for case in (calm, tense)]
    assert scores[1] < scores[0] < 0
    known = decisions(calm)
    assert len(known) == 10 * 2 * 4
    assert not any(item.is_act for item in known)


def test_days_that_the_record_leaves_open_are_not_scored() -> None:
    rows = (row(2, "north", "military", "stand_by|alert", until=4), row(6, "south", "public", "unknown"))
    known = {(item.day, item.actor, item.track) for item in decisions(made_up(10, rows, without=BARE))}
    assert not known & {(day, "north", "military") for day in (2, 3, 4)}
    assert (6, "south", "public") not in known
    assert (5, "north", "military") in known
    # An unknown public act may have been a downgrade, so from then on a restoration could have come.
    assert {key for key in known if key[1] == "both"} <= {(day, "both", "restore") for day in range(6, 10)}


def test_an_open_day_is_evidence_all_the_same() -> None:
    """It says at least that no strike fell, so worlds that expected one count less."""
    rows = (row(2, "north", "military", "stand_by|alert"),)
    result = simulate(made_up(6, rows, changes={"states.*.attention.initial": 4.0}), [FORCED], 60, 1)[0]
    assert (result.scored[2, "north", "military"] < 0).any()
    assert result.weights.sum() == pytest.approx(1.0)


def test_what_an_open_day_shows_makes_worlds_count_more_or_less_afterwards() -> None:
    """The first world thinks it likely (.9) that nothing worse came on the open day, and then an alert (.8); the second neither (.1, .2)."""
    rows = (row(0, "north", "military", "stand_by|alert"), row(1, "north", "military", ALERT))
    found = predict(result_of(made_up(2, rows), {(0, "north", "military"): [0.9, 0.1], (1, "north", "military"): [0.8, 0.2]}))
    assert [item.decision.day for item in found] == [1]
    assert found[0].probability == pytest.approx(0.9 * 0.8 + 0.1 * 0.2)


def test_a_track_that_does_not_exist_is_not_scored() -> None:
    assert {item.track for item in decisions(made_up(3, without=BARE))} == {"military", "public", "talks"}


def test_only_points_that_follow_the_record_are_scored() -> None:
    free, halfway, forced_ = simulate(made_up(13, EXCHANGE), [Point(), Point(states_until=5), FORCED], 10, 1)
    assert free.scored == {}
    assert {key[0] for key in halfway.scored} == set(range(5))
    assert {key[0] for key in forced_.scored} == set(range(13))


def test_each_point_is_scored_by_its_own_probabilities() -> None:
    case, wakeful = made_up(13, EXCHANGE), Point("wakeful", states_until=13, sets=(Set("states.*.attention.agenda", 9.0),))
    (alone,), (first, second) = simulate(case, [wakeful], 10, 1), simulate(case, [Point(states_until=13), wakeful], 10, 1)
    assert differing(alone.scored, second.scored) == []
    assert differing(first.scored, second.scored)


# ── What the record lets us score ─────────────────────────────────────────────────────────────────────────────────


def test_an_agreement_is_scored_on_days_on_which_both_seek_talks() -> None:
    rows = (
        row(3, "north", "talks", "seek_talks"), row(3, "south", "talks", "seek_talks"), row(4, "north", "talks", "seek_talks"),
        row(5, "north", "talks", "seek_talks"), row(5, "south", "talks", "seek_talks"), row(5, "both", "talks", "agree"),
    )  # fmt: skip
    joint = [(item.day, item.act, item.is_act, item.choices) for item in decisions(made_up(8, rows)) if item.track == "agree"]
    assert joint == [(3, "nothing", False, 2), (5, "agree", True, 2)]


def test_a_restoration_is_scored_on_days_on_which_envoys_are_away() -> None:
    rows = (
        row(2, "north", "public", "downgrade"),
        row(4, "south", "public", "downgrade"),
        row(6, "both", "talks", "restore"),
        row(8, "north", "public", "downgrade"),
    )
    joint = [(item.day, item.act) for item in decisions(made_up(10, rows)) if item.track == "restore"]
    assert joint == [(2, "nothing"), (3, "nothing"), (4, "nothing"), (5, "nothing"), (6, "restore"), (8, "nothing"), (9, "nothing")]


def test_a_closed_border_is_an_act_on_the_day_on_which_it_closes() -> None:
    for day in (0, 3):
        acts = [(item.day, item.act) for item in decisions(made_up(6, (row(day, "north", "border", "close"),))) if item.is_act]
        assert acts == [(day, "close")]
        chronicle = Chronicle(made_up(6, (row(day, "north", "border", "close"),)))
        assert chronicle.acts(5, "north", "border") == ("close",)


def test_routine_acts_are_no_acts() -> None:
    assert not any(item.is_act for item in decisions(made_up(6, (row(2, "north", "military", "stand_by"), row(3, "north", "border", "open")))))


# ── Baselines by hand ─────────────────────────────────────────────────────────────────────────────────────────────


def test_both_baselines_by_hand() -> None:
    """Four days, two states, three tracks, one protest and one alert."""
    known = decisions(made_up(4, (row(1, "north", "public", "protest"), row(2, "south", "military", ALERT)), without=BARE))
    assert len(known) == 4 * 2 * 3
    expected = {
        "even_odds": 8 * math.log(1 / 4) + 8 * math.log(1 / 4) + 8 * math.log(1 / 2),
        "frequency": 2 * (7 * math.log(7 / 8) + math.log(1 / 8)) + 8 * math.log(1.0),
    }
    assert baselines(known) == pytest.approx(expected)
    one, seven = 1 / 8, 7 / 8
    assert frequencies(known) == {
        ("military", "stand_by"): seven,
        ("military", "alert"): one,
        ("public", "nothing"): seven,
        ("public", "protest"): one,
        ("talks", "nothing"): 1.0,
    }


def test_a_border_that_stays_closed_is_not_closed_anew() -> None:
    known = [item for item in decisions(made_up(6, (row(2, "north", "border", "close"),))) if item.track == "border"]
    assert [item.act for item in known if item.actor == "north"] == ["open", "open", "close", "close", "close", "close"]
    assert frequencies(known) == {("border", "close"): 1 / 12, ("border", "unchanged"): 11 / 12}


def test_a_surprise_is_minus_the_log_of_the_probability() -> None:
    certain = Decision(0, "north", "public", "nothing", False, 4)
    assert Scored(certain, 1.0).surprise == 0.0
    assert Scored(certain, 0.25).surprise == pytest.approx(math.log(4))


def test_in_january_the_model_beats_both_baselines(january: Scenario) -> None:
    predicted = predict(simulate(january, [FORCED], 400, 1)[0])
    known = decisions(january)
    assert [item.decision for item in predicted] == known
    for name, score in baselines(known).items():
        assert log_score(predicted) > score, name


def test_january_scores_what_it_records_and_nothing_more(january: Scenario) -> None:
    known = decisions(january)
    acts: list[Any] = [(january.date_of(item.day).isoformat(), item.actor, item.act) for item in known if item.is_act]
    assert acts == [
        ("2023-12-17", "iran", "protest"),
        ("2024-01-16", "iran", "limited_strike"),
        ("2024-01-17", "iran", "seek_talks"),
        ("2024-01-17", "pakistan", "downgrade"),
        ("2024-01-18", "iran", "protest"),
        ("2024-01-18", "pakistan", "limited_strike"),
        ("2024-01-19", "iran", "alert"),
        ("2024-01-19", "iran", "seek_talks"),
        ("2024-01-19", "pakistan", "seek_talks"),
        ("2024-01-19", "both", "agree"),
        ("2024-01-26", "both", "restore"),
    ]
    # Eight military track-days are left open: two before each strike, one each after the exchange, two in February.
    scored = {(item.day, item.actor, item.track) for item in known}
    open_days = [(day, state) for day in range(january.days) for state in january.states if (day, state, "military") not in scored]
    assert len(open_days) == 8
