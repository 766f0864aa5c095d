"""Tipping: a lever that changes nothing prevents nothing, one that decides prevents all, and a column does not know its neighbours."""

import datetime
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.branches import library
from sim.cli import app
from sim.effects import effect_in_clusters
from sim.experiments.tipping import closing
from sim.plots import style, tipping_draw
from sim.plots import tipping as figure
from sim.scenario.branches import LEVERS
from sim.scenario.errors import ScenarioError
from sim.scenario.parts.branch import BranchFile
from sim.scenario.schema import Scenario
from sim.store import Study, open_run
from sim.store import save as save_study
from sim.tipping_words import tipping_findings
from tests.conftest import EXCHANGE, LIVELY, START, made_up
from tests.test_figures import collisions

HOW: dict[str, Any] = {"worlds": 60, "parameters": "point", "workers": 1}


def lever(*changes: dict[str, Any], title: str = "A lever") -> BranchFile:
    return BranchFile.model_validate({"title": title, "question": "What if?", "source": "made up", "changes": changes})


def peace(state: str) -> dict[str, Any]:
    return {"pin": state, "track": "military", "act": ("not limited_strike", "not expanded_strike")}


NO_STRIKE = lever(peace("north"), peace("south"), title="No strike at all")
WORDS = lever({"pin": "north", "track": "public", "act": "protest", "days": 1}, title="A word of protest")


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return made_up(30, EXCHANGE, changes=LIVELY)


@pytest.fixture(scope="module")
def study(crisis: Scenario) -> Study:
    return sim.tipping(crisis, {"peace": NO_STRIKE, "words": WORDS}, outcome="struck", start=day(0), until=day(8), **HOW)


def day(number: int) -> datetime.date:
    return START + datetime.timedelta(days=number)


def column(study: Study, number: int, name: str = "peace") -> pd.Series:
    rows = study.table()
    return rows[(rows["date"] == day(number).isoformat()) & (rows["lever"] == name)].iloc[0]


# ── What it computes ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_lever_that_holds_what_is_so_anyway_prevents_nothing(crisis: Scenario) -> None:
    same = lever({"set": "dyad.tension_half_life", "value": crisis.dyad.tension_half_life})
    found = sim.tipping(crisis, {"same": same}, outcome="struck", start=day(0), until=day(2), **HOW)
    assert (found.table()[["prevented", "prevented_worlds", "brought_worlds"]] == 0).all(axis=None)
    assert not found.table()["told"].any()
    assert "In no world of any day" in " ".join(tipping_findings(found.manifest))


def test_no_strike_from_the_first_day_prevents_every_first_strike(study: Study) -> None:
    row = column(study, 0)
    assert row["as_it_was"] > 10
    assert row["prevented"] == pytest.approx(row["as_it_was"])
    assert row["prevented_worlds"] == pytest.approx(row["as_it_was"])
    assert row["brought_worlds"] == 0
    assert row["told"]


def test_what_the_record_has_settled_is_not_run(study: Study) -> None:
    assert not column(study, 4)["settled"]  # the first strike falls on that day
    row = column(study, 5)
    assert (row["settled"], row["as_it_was"], row["prevented"], row["told"]) == (True, 100.0, 0.0, False)
    assert study.manifest["settled_from"] == day(5).isoformat()


def test_a_day_alone_is_the_same_as_among_others(study: Study, crisis: Scenario) -> None:
    alone = sim.tipping(crisis, {"peace": NO_STRIKE}, outcome="struck", start=day(2), until=day(2), **HOW)
    pd.testing.assert_series_equal(column(alone, 2), column(study, 2), check_names=False)


def test_steps_of_several_days_give_the_same_columns(study: Study, crisis: Scenario) -> None:
    again = sim.tipping(crisis, {"peace": NO_STRIKE, "words": WORDS}, outcome="struck", start=day(0), until=day(8), every=4, **HOW)
    assert again.table()["date"].unique().tolist() == [day(0).isoformat(), day(4).isoformat(), day(8).isoformat()]
    kept = study.table()[study.table()["date"].isin(again.table()["date"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(again.table(), kept)


def test_a_conditional_outcome_is_counted_of_all_worlds(crisis: Scenario) -> None:
    found = sim.tipping(crisis, {"peace": NO_STRIKE}, outcome="answered", start=day(0), until=day(0), **HOW)
    row = column(found, 0)
    assert row["worlds"] == HOW["worlds"]
    assert row["prevented"] == pytest.approx(row["as_it_was"])  # no strike, so no answer: not missing but not happening
    assert "of all worlds" in " ".join(tipping_findings(found.manifest))


def test_the_window_closes_on_the_last_day_with_half_of_the_best() -> None:
    assert closing([1.0, 8.0, 10.0, 5.0, 4.9], [True] * 5, 0.5) == (2, 3)
    assert closing([1.0, 8.0, 10.0, 5.0, 4.9], [True, True, True, False, True], 0.5) == (2, 2)
    assert closing([1.0, 8.0, 10.0, 5.0, 4.9], [True] * 5, 0.1) == (2, 4)
    assert closing([8.0, 30.0, 8.0], [True, False, True], 0.5) == (0, 2)
    assert closing([-8.0, 0.0], [True, True], 0.5) is None
    assert closing([8.0, 9.0], [False, False], 0.5) is None


def test_worlds_of_a_cluster_count_as_one_group() -> None:
    import numpy as np

    before, after = np.ones(40), np.repeat([0.0, 1.0], 20)
    weight, alone = np.ones(40), np.arange(40)
    apart = effect_in_clusters(before, after, weight, alone)
    together = effect_in_clusters(before, after, weight, np.arange(40) // 10)
    assert apart["difference"] == together["difference"] == -0.5
    assert apart["error"] == pytest.approx(float(np.std(after, ddof=1)) / 40**0.5)
    assert together["error"] > 3 * apart["error"]


# ── Figure, words, folder ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_figure_says_when_the_window_closes_and_no_texts_touch(study: Study, crisis: Scenario) -> None:
    frame = figure.tipping(study, crisis)
    assert frame.words.title == f"After {day(4).day} January no strike at all prevents few first strikes"
    assert frame.closes["peace"] == 4
    assert frame.words.caption.endswith("A model, not a forecast.")
    assert "point of no return" not in " ".join(frame.words.entry().values())
    for theme in style.THEMES:
        for scale in (0.8, 1.0, 1.3):
            assert collisions(tipping_draw.draw(frame, theme, scale)) == []


def test_a_weak_lever_gets_the_topic(study: Study, crisis: Scenario) -> None:
    name, entry = next(iter(study.manifest["levers"].items()))
    weak = {**study.manifest, "levers": {name: {**entry, "best": {**entry["best"], "prevented": 4.9}}}}
    assert figure.title(weak, crisis) == "When each lever still matters"
    still = {**study.manifest, "levers": {name: {**entry, "gone_by": None}}}
    assert figure.title(still, crisis) == "When each lever still matters"


def test_colours_of_levers_can_be_read() -> None:
    assert all(style.contrast(style.text_on(fill), fill) >= 4.5 for fill in style.STRENGTH)


def test_a_study_is_found_again_in_its_folder(study: Study, tmp_path: Path) -> None:
    folder = save_study(study, tmp_path / "run")
    again = open_run(folder)
    assert isinstance(again, Study)
    pd.testing.assert_frame_equal(again.table(), study.table())


def test_every_lever_of_the_library_can_be_pulled(january: Scenario, balakot: Scenario) -> None:
    assert len(library(january, LEVERS)) == 8
    for scenario in (january, balakot):
        found = sim.tipping(scenario, start=scenario.start, until=scenario.start, **{**HOW, "worlds": 4})
        assert set(found.table()["lever"]) == set(library(scenario, LEVERS))
    assert all(lever.source for lever in library(january, LEVERS).values())


# ── What cannot be asked ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"outcome": "second_rond"}, ["--outcome", "second_rond", "second_round"]),
        ({"outcome": "strikes"}, ["--outcome", "strikes"]),
        ({"threshold": 0}, ["--threshold", "above 0"]),
        ({"every": 0}, ["--every", "1 or more"]),
        ({"worlds": 1}, ["--worlds", "at least 2"]),
        ({"parameters": "pior"}, ["--parameters", "prior"]),
        ({"seed": -1}, ["--seed"]),
        ({"start": "2001-02-30"}, ["--from", "a date that exists"]),
        ({"start": "1999-01-01"}, ["--from", "a day of the run"]),
        ({"start": day(5), "until": day(4)}, ["--until", "before the first day"]),
    ],
)
def test_errors_name_flag_value_and_what_is_allowed(crisis: Scenario, how: dict[str, Any], said: list[str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        sim.tipping(crisis, {"peace": NO_STRIKE}, **{**HOW, **how})
    assert all(words in str(caught.value) for words in said)


def test_a_lever_names_no_date(crisis: Scenario) -> None:
    dated = lever({**peace("north"), "from": "2001-01-03"})
    with pytest.raises(ScenarioError, match=r"must name no date.*2001-01-03"):
        sim.tipping(crisis, {"dated": dated}, **HOW)


def test_the_command_exits_with_2_and_the_nearest_name() -> None:
    found = CliRunner().invoke(app, ["tipping", "--levers", "mediaton"])
    assert found.exit_code == 2
    assert "--levers" in found.stderr and "mediation" in found.stderr


def test_the_command_writes_a_folder(tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ["tipping", "--from", "2024-01-18", "--until", "2024-01-19", "--levers", "agreement", "--worlds", "40", "--workers", "1", "--json"]
    found = CliRunner().invoke(app, [*words, "--out", str(out)])
    assert found.exit_code == 0, found.output
    told = json.loads(found.stdout)
    assert told["command"] == "tipping" and len(told["days"]) == 2
    names = {file.name for file in out.iterdir()}
    assert {"manifest.json", "index.html", "figures.json", "tipping.csv", "tipping.parquet", "tipping.png", "tipping.svg", "tipping.pdf"} <= names
