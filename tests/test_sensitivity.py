"""Sensitivity: indices of functions whose indices are known, a planted number found, variance split as it was made, refusals."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import EXCHANGE, made_up
from SALib.test_functions import Ishigami
from typer.testing import CliRunner

from sim.cli import app
from sim.design import point_in
from sim.experiments import stored_sensitivity
from sim.experiments.doubt import Asked, doubt
from sim.experiments.indices import Sobol, moments, rank_correlation, screen
from sim.experiments.knobs import knobs, pattern_of
from sim.experiments.sensitivity import Request, analyse, first_choice, request
from sim.experiments.setup_runs import Ran, run
from sim.experiments.variance_split import PARTS, Nested, shares
from sim.parameters import ByPoint
from sim.plots import doubt_draw, drivers_draw
from sim.plots.doubt import doubt as doubt_frame
from sim.plots.drivers import drivers
from sim.plots.style import THEMES
from sim.scenario.paths import leaves
from sim.scenario.policies import at_work
from sim.scenario.priors import applicable, load_priors
from sim.scenario.schema import Scenario
from sim.sensitivity_words import decider, mostly
from sim.simulate import simulate
from sim.store import Study
from tests.test_figures import collisions

NAMES = ["one", "two", "three"]
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Sobol' indices of Ishigami's function with a = 7, b = 0.1 (Ishigami & Homma 1990)."""


def ishigami(shares: Any) -> Any:
    return Ishigami.evaluate(np.pi * (2.0 * shares - 1.0), 7.0, 0.1)


# ── Known functions ───────────────────────────────────────────────────────────────────────────────────────────────


def test_sobol_indices_of_ishigamis_function_are_the_known_ones() -> None:
    design = Sobol(NAMES, {name: [number] for number, name in enumerate(NAMES)}, 2048, 1)
    found = design.indices(ishigami(design.shares()), NAMES)
    assert found["first"].tolist() == pytest.approx(FIRST, abs=0.03)
    assert found["total"].tolist() == pytest.approx(TOTAL, abs=0.03)
    assert all(low <= known <= high for low, known, high in zip(found["total_low"], TOTAL, found["total_high"], strict=True))


def test_numbers_taken_together_have_the_index_of_the_group() -> None:
    """One and three interact: together they have all that two has not."""
    design = Sobol(NAMES, {"two": [1], "others": [0, 2]}, 2048, 1)
    found = design.indices(ishigami(design.shares()), ["two", "others"]).set_index("block")
    assert found.loc["others", "total"] == pytest.approx(1.0 - 0.4424, abs=0.03)
    assert found.loc["others", "first"] == pytest.approx(found.loc["others", "total"], abs=0.05)


def test_screening_ranks_a_linear_function_by_its_slopes() -> None:
    found = screen(lambda x: {"sum": x @ np.array([4.0, -2.0, 0.0])}, NAMES, 8, 1).set_index("parameter")
    assert found["mu_star"].to_dict() == pytest.approx({"one": 4.0, "two": 2.0, "three": 0.0})
    assert found.loc["two", "mu"] == pytest.approx(-2.0)


def test_delta_tells_what_matters_from_what_does_not() -> None:
    x = np.random.default_rng(1).random((1500, 3))
    found = moments(x, ishigami(x), NAMES, 1)
    assert found["total"].iloc[1] > found["total"].iloc[2]
    # The library divides each number's range into stretches, which smooths what happens within them.
    assert found["first"].tolist() == pytest.approx(FIRST, abs=0.12)


def test_the_sign_is_that_of_the_slope() -> None:
    x = np.random.default_rng(1).random((400, 2))
    assert np.sign(rank_correlation(x, np.exp(3 * x[:, 0]) - x[:, 1])).tolist() == [1.0, -1.0]


# ── Knobs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_number_at_work_is_turned_by_one_knob(january: Scenario) -> None:
    found = knobs(january, load_priors())
    priors = applicable(dict(load_priors()), january)
    turned = {path for knob in found for path, *_ in knob.leaves} | set(priors)
    for path, leaf in leaves(january).items():
        if leaf.kind == "number" and at_work(january, path):
            assert (path in turned) == bool(leaf.value or path in priors), path
    assert len({knob.path for knob in found}) == len(found)
    assert sum(knob.prior is not None for knob in found) >= len(load_priors())


def test_a_knob_goes_from_half_to_twice_within_what_its_field_allows(january: Scenario) -> None:
    knob = next(one for one in knobs(january, load_priors()) if one.path == "communities.*.dependence")
    ends = knob.columns(np.array([0.0, 0.5, 1.0]))
    for path, value, low, high in knob.leaves:
        assert ends[path].values[:, 0].tolist() == pytest.approx([max(value / 2, low), value, min(value * 2, high)])
    assert pattern_of("communities.quetta.relief") == "communities.*.relief"
    assert pattern_of("dyad.breach") == "dyad.breach"


def test_a_share_of_a_half_is_the_model_as_it_is(january: Scenario) -> None:
    """Numbers without a prior, all in their middle: the same outcomes as an ordinary run, world by world."""
    numbers: dict[str, ByPoint] = {}
    for knob in knobs(january, load_priors()):
        numbers |= knob.columns(np.array([0.5, 0.5])) if knob.prior is None else {}
    found = run(january, point_in("assisted", 33), numbers, ["killed", "agreement"], 20, 1)
    plain = Ran({}, np.exp(simulate(january, [point_in("assisted", 33)], 20, 1)[0].log_weight)[np.newaxis])
    assert np.allclose(found.weight[1] / found.weight[1].sum(), plain.weight[0] / plain.weight[0].sum(), rtol=1e-9)
    assert np.array_equal(found.values["killed"][0], found.values["killed"][1])


# ── The model ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def small() -> Scenario:
    return made_up(14, EXCHANGE[:3], changes={"states.*.attention.initial": 2.0})


@pytest.fixture(scope="module")
def asked(small: Scenario) -> Request:
    paths = ["states.*.military.cost", "states.*.attention.agenda", "states.*.debt.half_life", "dyad.breach"]
    return request(small, outcomes=["strikes"], vary=paths, start=small.start, points=64, worlds=40, workers=1)


@pytest.fixture(scope="module")
def study(asked: Request) -> Study:
    return analyse(asked)


def test_what_an_outcome_does_not_hang_on_has_no_index(study: Study) -> None:
    """Nothing is broken where no truce was made, so its breach moves nothing; what force costs does."""
    found = study.tables["indices"].set_index("parameter")
    assert found.loc["states.*.military.cost", "total"] > 0.2
    assert found.loc["states.*.military.cost", "sign"] < 0
    assert abs(found.loc["dyad.breach", "total"]) < 0.02


def test_shares_of_what_is_assumed_and_what_is_sourced_are_shares(study: Study) -> None:
    row = study.tables["assumed"].iloc[0]
    assert 0.0 <= row["low"] <= row["share"] <= row["high"] <= 1.1 or row["share"] == 0.0


def test_simulation_error_is_said(study: Study) -> None:
    row = study.manifest["by_outcome"]["strikes"]
    assert 0.0 < row["error_share"] < 1.0


def test_the_same_seed_gives_the_same_indices(asked: Request, study: Study) -> None:
    pd.testing.assert_frame_equal(analyse(asked).tables["indices"], study.tables["indices"])


def test_choice_begins_the_day_after_the_first_strike(january: Scenario, small: Scenario) -> None:
    assert january.date_of(first_choice(january)).isoformat() == "2024-01-17"
    assert first_choice(small.model_copy(update={"history": ()})) == 0


def test_the_mean_of_weighted_worlds_and_its_error_agree_with_a_hand() -> None:
    ran = Ran({"x": np.array([[1.0, 3.0]])}, np.array([[1.0, 3.0]]))
    assert ran.means("x").tolist() == [2.5]
    assert ran.worth().tolist() == [pytest.approx(1.6)]
    assert ran.variance_within("x").tolist() == [pytest.approx(0.75 / (1 - 0.625))]


# ── The split ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_variance_is_split_as_it_was_made() -> None:
    """Chance 4, parameters 1, structure 2 (three structures at -1.73…, 0, 1.73…): shares 4/7, 1/7, 2/7."""
    dice = np.random.default_rng(1)
    shift = np.sqrt(3.0) * np.array([-1.0, 0.0, 1.0])
    worlds = shift[:, None, None] + dice.standard_normal((1, 2000, 1)) + 2.0 * dice.standard_normal((3, 2000, 20))
    nested = Nested(worlds.mean(axis=2), worlds.var(axis=2, ddof=1), np.full((3, 2000), 20.0))
    found = shares(nested, 1)
    for part, share in zip(PARTS, (4 / 7, 1 / 7, 2 / 7), strict=True):
        assert found[part] == pytest.approx(share, abs=0.015)
        assert found[f"{part}_low"] - 0.01 < share < found[f"{part}_high"] + 0.01


def test_where_there_is_chance_alone_nothing_else_is_found() -> None:
    worlds = np.random.default_rng(1).standard_normal((5, 200, 20))
    found = shares(Nested(worlds.mean(axis=2), worlds.var(axis=2, ddof=1), np.full((5, 200), 20.0)), 1)
    assert found["chance"] > 0.97


@pytest.fixture(scope="module")
def split_study(asked: Request) -> Study:
    return doubt(Asked(asked, "prior", draws=20, worlds=10))


def test_shares_of_the_split_make_a_whole(split_study: Study) -> None:
    for row in split_study.manifest["split"].values():
        assert sum(row[part] for part in PARTS) == pytest.approx(1.0)
    assert len(split_study.tables["structures"]) == len(split_study.manifest["structures"])


# ── Words and figures ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_number_decides_only_where_its_interval_lies_above_all_others() -> None:
    first = {"parameter": "one", "total": 0.6, "total_low": 0.5, "total_high": 0.7}
    second = {"parameter": "two", "total": 0.3, "total_low": 0.2, "total_high": 0.4}
    assert decider([second, first]) == first
    assert decider([first, {**second, "total_high": 0.55}]) is None
    assert decider([{**first, "parameter": "others"}, second]) is None


def test_doubt_is_mostly_of_a_kind_only_where_the_interval_says_so() -> None:
    row = {"chance": 0.6, "chance_low": 0.55, "parameters": 0.3, "parameters_low": 0.2, "structure": 0.1, "structure_low": 0.0}
    assert mostly(row) == "chance"
    assert mostly({**row, "chance_low": 0.45}) == ""


@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_figures_can_be_read(study: Study, split_study: Study, scale: float) -> None:
    for theme in THEMES:
        assert collisions(drivers_draw.draw(drivers(study, "strikes"), theme, scale)) == []
        assert collisions(doubt_draw.draw(doubt_frame(split_study), theme, scale)) == []
    assert len(drivers(study, "strikes").words.title) <= 75


# ── What is stored, and the command ───────────────────────────────────────────────────────────────────────────────


def test_the_stored_indices_belong_to_the_code_and_inputs_that_are_here() -> None:
    known = stored_sensitivity.stored()
    assert not stored_sensitivity.stale(known), "run python run.py sensitivity --store, and with --split"
    assert {row["outcome"] for row in known["parameters"]} == set(known["analysis"]["asked"]["outcomes"])
    assert known["split"]["outcomes"]


def test_what_is_stored_comes_back(study: Study, split_study: Study, tmp_path: Path) -> None:
    for one in (study, split_study):
        one.manifest["finding"], one.manifest["asked"]["scenario"] = "Something.", "january_2024"
    stored_sensitivity.store(study, tmp_path)
    stored_sensitivity.store(split_study, tmp_path)
    known = stored_sensitivity.stored(tmp_path)
    assert len(known["parameters"]) == len(study.tables["indices"])
    assert known["split"]["outcomes"].keys() == split_study.manifest["split"].keys()
    assert stored_sensitivity.stored(tmp_path / "nowhere") == {}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--method", "sobl"], "sobol"),
        (["--outcome", "anwered"], "answered"),
        (["--vary", "states.*.military.costs"], "states.*.military.cost"),
        (["--vary", "dyad.breach"], "two numbers"),
        (["--points", "100"], "power of two"),
        (["--points", "8"], "--points"),
        (["--worlds", "1"], "--worlds"),
        (["--from", "2030-01-01"], "--from"),
        (["--mode", "forced"], "--mode"),
        (["--split", "--parameters", "point"], "posterior"),
        (["--split", "--draws", "3"], "--draws"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(words: list[str], complaint: str) -> None:
    found = CliRunner().invoke(app, ["sensitivity", *words])
    assert found.exit_code == 2
    assert complaint in found.stderr
    assert "Traceback" not in found.stderr


def test_the_command_prints_one_object_and_writes_a_page(tmp_path: Path) -> None:
    words = ["--method", "morris", "--trajectories", "4", "--worlds", "10", "--outcome", "killed", "--vary", "states.*.military.*", "--workers", "1"]
    found = CliRunner().invoke(app, ["sensitivity", *words, "--json", "--out", str(tmp_path / "here")])
    assert found.exit_code == 0, found.stderr
    printed = json.loads(found.stdout)
    assert printed["command"] == "sensitivity"
    assert {row["parameter"] for row in printed["screening"]} >= {"states.*.military.cost"}
    assert (tmp_path / "here" / "index.html").is_file()
    assert (tmp_path / "here" / "drivers_killed.png").is_file()


def test_a_dry_run_says_how_much_it_would_be() -> None:
    found = CliRunner().invoke(app, ["sensitivity", "--dry-run"])
    assert found.exit_code == 0
    assert "set-ups" in found.stderr
