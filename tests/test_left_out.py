"""Crises left out of the fit: scores known by hand, wrong models that score worse, the page and what is stored of it."""

import json
import math
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import EXCHANGE, made_up, row
from typer.testing import CliRunner

from sim.cli import app
from sim.design import point_in
from sim.experiments.crises import recorded_crises
from sim.experiments.left_out import ALL, EACH, FITTED, NEW, RIVALS, WORDS, LeftOut, score_crises
from sim.experiments.posterior import Posterior, stored
from sim.experiments.rule_runs import BATCHES
from sim.plots import scoreboard_draw
from sim.plots.scoreboard import scoreboard
from sim.plots.style import THEMES
from sim.rules import military
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario
from sim.score import predict
from sim.simulate import simulate
from tests.test_figures import collisions

TOOL = Path(__file__).resolve().parents[1] / "tools" / "validation_page.py"


def crisis(name: str, rows: tuple[Any, ...], *, fitted: bool = False) -> Scenario:
    plain = tuple(event.model_copy(update={"place": ""}) for event in rows)
    return made_up(20, plain, without=("communities", "crossings", "ties"), name=name, fitted=fitted)


CRISES = (crisis("one", EXCHANGE), crisis("two", (row(3, "south", "military", "limited_strike"),)), crisis("three", EXCHANGE[:5], fitted=True))


def posterior_of_others() -> dict[str, Posterior]:
    draws = pd.DataFrame({"states.*.military.cost": [0.5, 1.0, 2.0]})
    return {one.name: Posterior(draws, {"crises": {}, "effective_draws": 3.0}) for one in CRISES}


@pytest.fixture(scope="module")
def found() -> LeftOut:
    return score_crises(CRISES, posterior_of_others(), 40, 1)


def made(log_p: dict[str, list[float]], dates: list[str], crises: list[str], *, fitted: str = "") -> LeftOut:
    """Scores given by hand, a number a decision."""
    rows = [
        {"crisis": name, "fitted": name == fitted, "rule": rule, "date": date, "is_act": False, "log_p": value, "in_batches": np.full(BATCHES, value)}
        for rule in WORDS
        for value, date, name in zip(log_p.get(rule, [-9.0] * len(dates)), dates, crises, strict=True)
    ]
    outcomes = [{"crisis": name, "fitted": False, "rule": rule, "outcome": "war", "score": 0.1} for rule in WORDS for name in dict.fromkeys(crises)]
    return LeftOut(1, 1, {name: name.title() for name in crises}, {}, pd.DataFrame(rows), pd.DataFrame(outcomes))


# ── Scores ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_scoreboard_agrees_with_a_hand() -> None:
    """Two days a crisis: the model is better on the first crisis by 2 and 0, worse on the second by 1 and 1."""
    dates, crises = ["a", "b", "a", "b"], ["one", "one", "two", "two"]
    board = made({FITTED: [-1.0, -1.0, -2.0, -2.0], "frequency": [-3.0, -1.0, -1.0, -1.0]}, dates, crises).scoreboard.set_index("crisis")
    assert board["best_simple_rule"].tolist() == ["frequency", "frequency", EACH]
    assert board["difference"].tolist() == pytest.approx([1.0, -1.0, 0.0])
    assert board["decisions"].tolist() == [2, 2, 4]
    half = 1.96 * math.sqrt(2 / 1 * ((2 - 1) ** 2 + (0 - 1) ** 2)) / 2
    assert board.loc["one", ["low", "high"]].tolist() == pytest.approx([1.0 - half, 1.0 + half], abs=1e-3)
    assert board.loc["two", ["low", "high"]].tolist() == pytest.approx([-1.0, -1.0])
    assert board["verdict"].tolist() == ["undecided", "worse", "undecided"]


def test_the_best_simple_rule_is_picked_crisis_by_crisis() -> None:
    board = made({"persistence": [-1.0, -9.0], "even_odds": [-9.0, -1.0]}, ["a", "a"], ["one", "two"]).scoreboard.set_index("crisis")
    assert board.loc[["one", "two"], "best_simple_rule"].tolist() == ["persistence", "even_odds"]
    assert board.loc[ALL, "best_simple_rule_per_decision"] == -1.0
    assert board.loc[ALL, "difference_in_all"] == board.loc[["one", "two"], "difference_in_all"].sum()


def test_against_one_rule_for_all_it_is_said_on_which_crisis_the_gain_rests() -> None:
    scores = {FITTED: [-1.0, -3.0, -1.0], "frequency": [-5.0, -2.0, -2.0], "tit_for_tat": [-9.0, -1.0, -9.0]}
    found = made(scores, ["a", "a", "b"], ["one", "two", "two"], fitted="one")
    assert "which does best (how often elsewhere), the difference is +4.0 nats" in found.sentences[1]
    assert "on 1 of them +0.0 (" in found.sentences[1]
    assert found.sentences[1].endswith("most of it on One, with which the model was made: +4.0.")


def test_outcomes_told_worse_than_by_even_odds_are_named() -> None:
    assert "Worse than even odds" not in made({}, ["a", "a"], ["one", "two"]).sentences[-1]
    found = made({}, ["a", "a"], ["one", "two"])
    found.outcomes.loc[found.outcomes["rule"] == FITTED, "score"] = 0.4
    assert found.sentences[-1].endswith("Worse than even odds: war (0.40 against 0.10).")


def test_a_crisis_with_which_the_model_was_made_is_also_left_aside() -> None:
    board = made({FITTED: [-1.0, -1.0]}, ["a", "a"], ["one", "two"], fitted="two").scoreboard.set_index("crisis")
    assert list(board.index) == ["one", "two", NEW, ALL]
    assert board.loc[NEW, "decisions"] == 1


def test_every_course_and_rule_is_scored_on_the_same_decisions(found: LeftOut) -> None:
    counts = found.decisions.groupby(["crisis", "rule"]).size().unstack()
    assert set(counts.columns) == set(WORDS)
    assert (counts.nunique(axis=1) == 1).all()
    assert np.isfinite(found.decisions["log_p"]).all()
    assert found.outcomes["score"].between(0, 1).all()


def test_each_crisis_is_scored_under_the_posterior_that_has_not_seen_it() -> None:
    """Where the others say that force costs nothing, strikes are told better and quiet days worse."""
    dear, cheap = (
        {one.name: Posterior(pd.DataFrame({"states.*.military.cost": [cost] * 3}), {"crises": {}, "effective_draws": 3.0}) for one in CRISES}
        for cost in (14.0, 0.05)
    )
    acts = [score_crises(CRISES, known, 40, 1).acts().query("rule == @FITTED and act == 'limited_strike'")["log_p"].sum() for known in (dear, cheap)]
    assert acts[1] > acts[0] + 1


def test_everything_is_named_in_the_sentences_and_in_json(found: LeftOut) -> None:
    assert "3 crises" in found.sentences[0]
    assert any(f"which does best ({label})" in found.sentences[1] for label in RIVALS.values())
    as_json = json.dumps(found.as_json(), allow_nan=False)
    assert '"scoreboard"' in as_json


def test_too_few_crises_are_refused() -> None:
    with pytest.raises(ScenarioError, match="calibrate --store"):
        score_crises(CRISES, {}, 40, 1)


# ── Wrong models ──────────────────────────────────────────────────────────────────────────────────────────────────


def log_score(**changes: float) -> float:
    """Over all recorded crises, at default numbers."""
    crises = [one.override({f"states.*.resolve.{name}": value for name, value in changes.items()}) for one in recorded_crises()]
    return -sum(item.surprise for one in crises for item in predict(simulate(one, [point_in("forced")], 200, 1)[0]))


def test_models_that_are_wrong_on_purpose_score_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody's resolve known and the same; and a government that likes to see harm unanswered."""
    as_it_is = log_score()
    assert log_score(spread=0.0) < as_it_is - 5
    right = military.standing_by

    def wrong(situation: Any, settings: Any) -> dict[str, Any]:
        found = right(situation, settings)
        return found | {"unanswered": -found["unanswered"]}

    monkeypatch.setattr(military, "standing_by", wrong)
    assert log_score() < as_it_is - 20


# ── What is stored, and the command ───────────────────────────────────────────────────────────────────────────────


def test_the_page_belongs_to_the_posterior_that_is_here() -> None:
    tool = runpy.run_path(str(TOOL))
    known = json.loads(tool["FILE"].read_text(encoding="utf-8"))
    assert not tool["stale"](known), "run python tools/validation_page.py --measure"
    assert tool["PAGE"].read_text(encoding="utf-8") == tool["page"](known), "run python tools/validation_page.py"


def test_what_is_stored_is_found_again_with_fewer_worlds_and_other_luck() -> None:
    known = json.loads(runpy.run_path(str(TOOL))["FILE"].read_text(encoding="utf-8"))
    again = score_crises(recorded_crises(), stored().without(), 300, 7).scoreboard
    for before, after in zip(known["scoreboard"], again.to_dict("records"), strict=True):
        assert before["crisis"] == after["crisis"]
        allowed = 5 * math.hypot(before["simulation_error"], after["simulation_error"]) + 0.02
        assert after[f"{FITTED}_per_decision"] == pytest.approx(before[f"{FITTED}_per_decision"], abs=allowed)


def test_the_scoreboard_can_be_read(found: LeftOut) -> None:
    asked = {"command": "validate", "scenario": "against crises", "worlds": 40, "seed": 1, "parameters": "left_out"}
    frame = scoreboard(found, {"asked": asked, "hash": "0", "commit": None})
    assert len(frame.words.title) <= 75
    for theme in THEMES:
        assert collisions(scoreboard_draw.draw(frame, theme)) == []


def test_the_command_writes_tables_figure_and_page(found: LeftOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.experiments.left_out.score_crises", lambda *_: found)
    run = CliRunner().invoke(app, ["validate", "--against", "crises", "--worlds", "40", "--out", str(tmp_path / "here")])
    assert run.exit_code == 0, run.stderr
    assert "Scoreboard" in run.stdout
    files = {file.name for file in (tmp_path / "here").iterdir()}
    assert {"index.html", "scoreboard.png", "scoreboard_dark.svg", "scoreboard.csv", "acts.csv", "figures.json"} <= files
