"""Rules compared out of sample: scores known by hand, paired differences, baselines that know only other crises, and the command."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import EXCHANGE, made_up, row
from typer.testing import CliRunner

import sim.experiments.crises
from sim.cli import app
from sim.course import Course
from sim.experiments import rule_outcomes
from sim.experiments.crises import recorded_crises
from sim.experiments.rival_rules import RivalRules, compare_rules, paired_by_crisis, paired_by_day, verdict
from sim.experiments.rule_baselines import Elsewhere, like_the_last, probabilities
from sim.experiments.rule_outcomes import CLASSES, NOTHING_MORE, classes, recorded_classes, score, simple_forecasts
from sim.experiments.rule_runs import BATCHES, POLICIES
from sim.history import series
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario
from sim.score import decisions
from sim.summary import NORMAL_95

ROUND = tuple(event.model_copy(update={"place": ""}) for event in EXCHANGE)
"""The exchange, where there are no communities."""
ONE_SIDED = (row(3, "south", "military", "limited_strike"), row(4, "north", "public", "protest"))


def crisis(name: str, rows: tuple[object, ...], *, fitted: bool = False, days: int = 20) -> Scenario:
    return made_up(days, rows, without=("communities", "crossings", "ties"), name=name, fitted=fitted)  # type: ignore[arg-type]


THREE = (crisis("one", ROUND), crisis("two", ONE_SIDED), crisis("three", ROUND[:5], fitted=True))


@pytest.fixture(scope="module")
def found() -> RivalRules:
    return compare_rules(THREE, 25, 1)


# ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_two_classes_the_score_is_briers() -> None:
    assert score(np.array([0.3, 0.7]), 1) == pytest.approx(0.3**2)
    assert score(np.array([0.3, 0.7]), 0) == pytest.approx(0.7**2)


def test_of_ranked_classes_a_near_miss_costs_less_than_a_far_one() -> None:
    sure = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    assert [score(sure, happened) for happened in range(5)] == pytest.approx([0.0, 0.25, 0.5, 0.75, 1.0])
    assert score(np.full(5, 0.2), 2) == pytest.approx((0.04 + 0.16 + 0.16 + 0.04) / 4)


def test_a_record_falls_into_its_classes() -> None:
    assert recorded_classes(crisis("one", ROUND, days=60)) == {
        "answered": 1, "answer_lag": 1, "second_round": 0, "stopped_7": 1, "stopped_30": 1, "war": 0,
    }  # fmt: skip
    assert recorded_classes(crisis("two", ONE_SIDED, days=60)) == {**NOTHING_MORE}


def test_strikes_after_a_week_and_what_a_short_run_cannot_tell() -> None:
    late = crisis("late", (*ONE_SIDED, row(12, "south", "military", "expanded_strike")))
    known = recorded_classes(late)
    assert known["stopped_7"] == 0
    assert "stopped_30" not in known
    assert rule_outcomes.first_strike(late) == 3
    assert rule_outcomes.first_strike(crisis("calm", ONE_SIDED[1:])) is None


def test_classes_agree_with_the_outcomes_of_the_record() -> None:
    case = crisis("one", ROUND, days=60)
    course = Course(case, series(case), {}, None)
    assert {name: value.shape for name, value in classes(course).items()} == dict.fromkeys(CLASSES, (1,))


# ── Simple rules ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_simple_rules_give_chances_that_know_only_other_crises() -> None:
    mine, other = decisions(THREE[0]), decisions(THREE[1])
    elsewhere = Elsewhere.of([other])
    given = probabilities(mine, elsewhere)
    assert all(0.0 < chance < 1.0 for chances in given.values() for chance in chances)
    strike = next(number for number, item in enumerate(mine) if item.act == "limited_strike")
    assert given["even_odds"][strike] == 0.25
    assert given["frequency"][strike] == pytest.approx(1.5 / (40 + 2.0))  # one strike in 40 days of two states
    # A strike is not like the day before; what is left is shared out among the three other acts.
    assert given["persistence"][strike] == pytest.approx((1.0 - elsewhere.like_the_last) / 3)


def test_on_a_track_that_no_other_crisis_has_a_day_is_as_often_routine_as_on_any() -> None:
    mine = decisions(made_up(10, EXCHANGE[:3]))
    given = probabilities(mine, Elsewhere.of([decisions(THREE[1])]))["frequency"]
    at_the_border = {chance for item, chance in zip(mine, given, strict=True) if item.track == "border"}
    assert at_the_border == {Elsewhere.of([decisions(THREE[1])]).routine}


def test_the_first_day_is_like_the_last_where_nothing_is_done_and_a_second_strike_repeats_the_first() -> None:
    case = crisis("two", (row(0, "south", "military", "limited_strike"), row(1, "south", "military", "limited_strike")))
    mine = decisions(case)
    same = {item.day: flag for item, flag in zip(mine, like_the_last(mine), strict=True) if (item.actor, item.track) == ("south", "military")}
    assert [same[day] for day in range(4)] == [False, True, False, True]


@pytest.mark.parametrize("name", CLASSES)
def test_simple_forecasts_add_up(name: str) -> None:
    for chances in simple_forecasts(name, [0, 1, 1]).values():
        assert chances.sum() == pytest.approx(1.0)
    assert simple_forecasts(name, [1, 1, 1])["frequency"][1] == pytest.approx((3 + 1 / CLASSES[name]) / 4)


# ── Differences ───────────────────────────────────────────────────────────────────────────────────────────────────


def rows(log_p: list[float], dates: list[str], in_batches: float = 0.0) -> pd.DataFrame:
    batches = [np.full(BATCHES, in_batches) for _ in log_p]
    return pd.DataFrame({"crisis": "one", "date": dates, "log_p": log_p, "in_batches": batches})


def test_decisions_of_a_day_are_one_observation() -> None:
    dates = ["a", "a", "b", "c"]
    found = paired_by_day(rows([-1.0, -1.0, -3.0, 0.0], dates), rows([-2.0, -3.0, -2.0, 0.0], dates))
    assert found["difference"] == pytest.approx(2.0)  # by days: +3, -1, 0
    half = NORMAL_95 * math.sqrt(3 / 2 * sum((each - 2 / 3) ** 2 for each in (3, -1, 0)))
    assert (found["low"], found["high"]) == pytest.approx((2.0 - half, 2.0 + half))
    assert found["simulation_error"] == 0.0


def test_few_crises_give_a_difference_and_no_interval() -> None:
    mine, default = (pd.DataFrame({"crisis": ["a", "b"], "score": score}) for score in ([0.1, 0.3], [0.2, 0.2]))
    found = paired_by_crisis(mine, default)
    assert found["outcome_difference"] == pytest.approx(0.0)
    assert math.isnan(found["outcome_low"])


@pytest.mark.parametrize(("low", "high", "word"), [(0.1, 2.0, "better"), (-2.0, -0.1, "worse"), (-1.0, 1.0, "undecided")])
def test_a_rule_is_better_only_where_the_whole_interval_is(low: float, high: float, word: str) -> None:
    assert verdict(low, high) == word


# ── The comparison ────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_is_scored_on_the_same_decisions_and_outcomes(found: RivalRules) -> None:
    table = found.table()
    assert list(table["fitted"]) == [False] * 8 + [True] * 8
    for fitted, size in ((False, 2), (True, 1)):
        mine = table[table["fitted"] == fitted]
        assert mine["decisions"].nunique() == mine["outcomes"].nunique() == 1
        assert set(mine["crises"]) == {size}
        assert (mine.iloc[0][["difference", "low", "high", "simulation_error", "outcome_difference"]] == 0.0).all()
        assert (mine.iloc[1:]["low"] < mine.iloc[1:]["difference"]).all()


def test_the_default_is_scored_as_a_replay_scores_it(found: RivalRules) -> None:
    from sim.experiments.replay import replay

    mine = found.by_crisis().set_index(["crisis", "rule"])["log_score"]["two", "quantal_response"]
    forced = replay(THREE[1], "forced", worlds=25, seed=1).manifest["modes"]["forced"]
    assert mine == pytest.approx(forced["log_score"])


def test_better_and_worse_are_said_as_they_are(found: RivalRules) -> None:
    better = found.decisions.copy()
    better.loc[better["rule"] == "tit_for_tat", "log_p"] = 0.0
    better.loc[better["rule"] == "look_ahead", "log_p"] = -20.0
    told = RivalRules(found.worlds, found.seed, better, found.outcomes).sentences
    assert len(told) == 2
    assert "better: tit-for-tat (+" in told[0]
    assert "worse: one step ahead (-" in told[0]
    assert told[0].startswith("2 crises to which no weight was fitted")


def test_an_object_for_programs_has_no_number_that_is_none(found: RivalRules) -> None:
    answer = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert {entry["rule"] for entry in answer["rules"]} >= set(POLICIES)
    assert answer["acts"][0].keys() >= {"crisis", "date", "actor", "act", "rule", "probability"}
    assert answer["modes"] == {"decisions": "forced", "outcomes": "assisted"}


def test_without_a_strike_in_any_record_there_is_nothing_to_compare() -> None:
    with pytest.raises(ScenarioError, match="a crisis whose record has a strike"):
        compare_rules([crisis("calm", ONE_SIDED[1:])], 5, 1)


def test_the_crises_with_a_record_are_those_of_the_world() -> None:
    named = [crisis.name for crisis in recorded_crises()]
    assert {"january_2024", "india_pakistan_2019"} <= set(named)
    assert "base_rates" not in named


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_prints_the_comparison(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, as_json: bool) -> None:
    monkeypatch.setattr(sim.experiments.crises, "recorded_crises", lambda: THREE[:2])
    done = CliRunner().invoke(app, ["validate", "--against", "rules", "--worlds", "10", "--out", str(tmp_path), *(["--json"] if as_json else [])])
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} == {
        "rules.csv", "crises.csv", "acts.csv", "outcomes.csv", "figures.json", "index.html", "page.json", "manifest.json"
    }  # fmt: skip
    if as_json:
        assert json.loads(done.stdout)["against"] == "rules"
    else:
        assert "no weight was fitted" in done.stdout
        assert "prospect theory" in done.stdout
