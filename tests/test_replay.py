"""The replay as a study: three modes, changes beside the unchanged scenario, and a run that opens again as it was."""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.scenario.schema import Scenario
from sim.store import Run, open_run, save
from sim.words import outcome_words, per_100, share_words, worlds_in_100

WORLDS = 48


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return sim.load("january_2024")


@pytest.fixture(scope="module")
def run(crisis: Scenario) -> Run:
    return sim.replay(crisis, worlds=WORLDS, seed=3)


def rows(run: Run, mode: str, setup: str = "unchanged") -> pd.DataFrame:
    return run.outcomes[(run.outcomes["mode"] == mode) & (run.outcomes["setup"] == setup)].reset_index(drop=True)


def test_without_a_mode_all_three_are_run(run: Run) -> None:
    assert run.outcomes["mode"].unique().tolist() == ["forced", "assisted", "free"]
    assert len(run.outcomes) == 3 * WORLDS


def test_one_mode_can_be_asked_for(crisis: Scenario) -> None:
    alone = sim.replay(crisis, mode="free", worlds=WORLDS, seed=3)
    assert list(alone.manifest["modes"]) == ["free"]


def test_modes_run_together_or_apart_give_the_same_worlds(crisis: Scenario, run: Run) -> None:
    alone = sim.replay(crisis, mode="assisted", worlds=WORLDS, seed=3)
    pd.testing.assert_frame_equal(rows(alone, "assisted"), rows(run, "assisted"))


def test_as_recorded_every_world_takes_the_record_s_course(run: Run) -> None:
    forced = rows(run, "forced")
    assert forced["course"].unique().tolist() == ["one round, then agreement"]
    assert (forced["killed"] == 11).all()
    assert (forced["closed_days"] == 0).all()


def test_followed_to_the_last_day_assisted_is_forced(crisis: Scenario, run: Run) -> None:
    late = sim.replay(crisis, mode="assisted", start=crisis.end, worlds=WORLDS, seed=3)
    same = ["answer_lag", "agreement_lag", "killed", "course", "hardship_person_days"]
    pd.testing.assert_frame_equal(rows(late, "assisted")[same], rows(run, "forced")[same])


def test_after_a_recorded_past_worlds_are_weighted_by_how_likely_they_made_it(crisis: Scenario) -> None:
    late = sim.replay(crisis, mode="assisted", start=datetime.date(2024, 1, 17), worlds=WORLDS, seed=3)
    frame = rows(late, "assisted")
    expected = np.exp(frame["log_weight"].to_numpy(dtype=float))
    np.testing.assert_allclose(frame["weight"].to_numpy(dtype=float), expected / expected.sum())
    assert late.manifest["modes"]["assisted"]["effective_worlds"] < WORLDS


def test_a_change_is_run_beside_the_unchanged_scenario_with_the_same_luck(crisis: Scenario, run: Run) -> None:
    changed = sim.replay(crisis, mode="assisted", worlds=WORLDS, seed=3, changes={"states.pakistan.resolve.median": 0.05})
    pd.testing.assert_frame_equal(rows(changed, "assisted"), rows(run, "assisted"))
    assert not rows(changed, "assisted", "changed")["strikes"].equals(rows(changed, "assisted")["strikes"])


def test_a_change_to_the_value_that_holds_changes_nothing(crisis: Scenario) -> None:
    same = sim.replay(crisis, mode="free", worlds=WORLDS, seed=3, changes={"states.*.resolve.median": crisis.states["iran"].resolve.median})
    columns = [name for name in same.outcomes if name != "setup"]
    pd.testing.assert_frame_equal(rows(same, "free")[columns], rows(same, "free", "changed")[columns])


def test_a_change_of_a_date_is_a_run_of_its_own_structure(crisis: Scenario) -> None:
    moved = sim.replay(crisis, mode="assisted", worlds=WORLDS, seed=3, changes={"states.pakistan.elections.general.date": datetime.date(2024, 1, 20)})
    assert not rows(moved, "assisted", "changed")["attacks"].equals(rows(moved, "assisted")["attacks"])


def test_parameters_drawn_from_priors_differ_between_worlds_and_keep_the_seed_s_luck(crisis: Scenario, run: Run) -> None:
    drawn = sim.replay(crisis, mode="free", worlds=WORLDS, seed=3, parameters="prior")
    again = sim.replay(crisis, mode="free", worlds=WORLDS, seed=3, parameters="prior")
    pd.testing.assert_frame_equal(drawn.outcomes, again.outcomes)
    assert not rows(drawn, "free")["attacks"].equals(rows(run, "free")["attacks"])


def test_another_seed_is_another_set_of_worlds(crisis: Scenario, run: Run) -> None:
    other = sim.replay(crisis, mode="free", worlds=WORLDS, seed=4)
    assert not rows(other, "free")["attacks"].equals(rows(run, "free")["attacks"])


def test_a_run_opens_again_as_it_was(run: Run, tmp_path: Path) -> None:
    opened = open_run(save(run, tmp_path / "kept"))
    pd.testing.assert_frame_equal(opened.outcomes, run.outcomes)
    pd.testing.assert_frame_equal(opened.daily("tension").quantiles(), run.daily("tension").quantiles(), check_dtype=False)
    assert opened.manifest == run.manifest


def test_daily_quantiles_come_in_order_and_day_by_day(crisis: Scenario, run: Run) -> None:
    table = run.daily("tension").quantiles().xs("assisted")
    assert len(table) == crisis.days
    ordered = table[["q05", "q25", "q50", "q75", "q95"]].to_numpy(dtype=float)
    assert (np.diff(ordered, axis=1) >= 0).all()
    with pytest.raises(KeyError, match="tension"):
        run.daily("tensoin")


def test_events_tell_the_record_and_three_named_worlds(run: Run) -> None:
    worlds = run.events["world"].unique().tolist()
    assert worlds[0] == "record"
    assert len(worlds) == 4
    told = run.events[run.events["world"] != "record"]
    strikes = told[told["act"].str.contains("strike")]
    assert strikes["killed"].notna().all()
    assert strikes["felt"].notna().sum() >= len(strikes) - 1
    attacks = told[told["act"] == "attack"]
    assert set(attacks["blamed"]) <= {"yes", "no"}


def test_every_outcome_says_in_how_many_worlds_it_is_defined(run: Run) -> None:
    frame = rows(run, "assisted")
    for name, entry in run.manifest["modes"]["assisted"]["outcomes"].items():
        assert entry["worlds"] + entry["never"] == WORLDS
        assert entry["worlds"] == int(frame[name].notna().sum())


def test_a_second_crisis_runs_in_every_mode_without_border_or_people() -> None:
    other = sim.replay(sim.load("india_pakistan_2019"), worlds=WORLDS)
    assert other.outcomes["hardship_person_days"].isna().all()
    assert other.outcomes["closed_days"].isna().all()
    assert {item["track"] for item in other.manifest["modes"]["forced"]["events"]} <= {"military", "public", "talks", "agree", "restore"}


def test_hardship_is_a_share_also_where_a_change_sets_how_many_live_there(january: Scenario) -> None:
    found = sim.replay(january, "assisted", worlds=20, changes={"communities.chagai.people": 2_265_170.0}).communities
    shares = found[found["community"] == "chagai"].set_index("setup")["mean"]
    assert shares["changed"] == pytest.approx(shares["unchanged"])


def test_a_crisis_may_be_named(january: Scenario) -> None:
    named, loaded = (sim.replay(crisis, "forced", worlds=5) for crisis in ("january_2024", january))
    assert named.outcomes.equals(loaded.outcomes)
    with pytest.raises(sim.ScenarioError, match="Did you mean january_2024"):
        sim.replay("january_2025")


@pytest.mark.parametrize("changes", [{"end": "2024-06-30"}, {"states.pakistan.resolve": {"median": 0.2}}])
def test_changes_that_cannot_stand_beside_the_unchanged_run_are_refused(january: Scenario, changes: dict[str, object]) -> None:
    with pytest.raises(sim.ScenarioError, match=next(iter(changes))):
        sim.replay(january, worlds=5, changes=changes)


def test_a_share_is_rounded_alike_wherever_it_stands() -> None:
    """695 worlds of 1,000, but for a last bit."""
    share = 0.695 - 1e-12
    assert worlds_in_100(share, 1000) == "70 of 100 worlds"
    assert outcome_words({"kind": "class", "shares": {"no strike": share}}) == "no strike (70 in 100)"
    assert share_words({"worlds": 1000, "mean": share, "low": share, "high": share}) == "70 in 100 (70-70)"
    assert per_100(share) == "70"
