"""Calibration: a known posterior is found, ranks of the truth are even, the stored posterior belongs to the code that is here."""

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import EXCHANGE, made_up, row
from scipy.special import ndtr
from scipy.stats import kstest
from typer.testing import CliRunner

import sim
from sim.calibration_words import calibration_findings, strains
from sim.cli import app
from sim.experiments import asking
from sim.experiments.agreement import autocorrelation, effective_draws, r_hat
from sim.experiments.calibrate import posterior_of, with_record
from sim.experiments.diagnose import verdict
from sim.experiments.ensembles import Chains, ensembles
from sim.experiments.freshness import of_code, of_scenario, syntax
from sim.experiments.importance import Weighed, flattened, weighed, worth_of
from sim.experiments.likelihood import evidence
from sim.experiments.patterns import Pattern
from sim.experiments.posterior import DRAWS_WITHOUT, PARTS, Posterior, note_on, store, stored
from sim.experiments.rates import RATES, fit, quadratic, scaled, terms
from sim.experiments.recovery import made_record
from sim.experiments.vectors import Space, fitted, log_prior
from sim.parameters import Joint, draw_all, quantile
from sim.plots import shrinkage_draw
from sim.plots.shrinkage import shrinkage
from sim.plots.style import THEMES
from sim.report.calibrate import write_page
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load, names
from sim.scenario.parts.priors import Prior
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.store import Study, save
from sim.worlds import Worlds
from tests.test_figures import collisions

COST = Prior(distribution="lognormal", median=1.0, spread=0.8, low=0.05, high=10.0, calibrated=True, source="made up")


# ── Walkers ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Bell:
    """A normal density with known means and standard deviations."""

    def __init__(self, mean: Any, spread: Any) -> None:
        self.mean, self.spread = np.asarray(mean), np.asarray(spread)

    def __call__(self, vectors: Any) -> Any:
        return -0.5 * (((vectors - self.mean) / self.spread) ** 2).sum(axis=1)

    def parts(self, vectors: Any) -> Any:
        """A prior that is standard normal, and two parts of evidence that are bells."""
        others = [Bell(self.mean + shift, self.spread)(vectors) for shift in (-1.0, 1.0)]
        return np.stack([log_prior(vectors), *others], axis=1)


def starts(ensembles: int, walkers: int, parameters: int) -> list[Any]:
    return list(np.random.default_rng(3).standard_normal((ensembles, walkers, parameters)))


@pytest.fixture(scope="module")
def walked() -> Chains:
    return ensembles(Bell([0.5, -1.0], [0.3, 2.0]), starts(4, 24, 2), 600, 7).after_burn_in()


def test_ensembles_find_a_density_that_is_known(walked: Chains) -> None:
    vectors = walked.flat()
    assert vectors.mean(axis=0) == pytest.approx([0.5, -1.0], abs=0.12)
    assert vectors.std(axis=0) == pytest.approx([0.3, 2.0], rel=0.08)


def test_independent_ensembles_agree_and_one_astray_is_noticed(walked: Chains) -> None:
    assert r_hat(walked.vectors).max() < 1.03
    astray = walked.vectors.copy()
    astray[0] += 1.0
    assert r_hat(astray)[0] > 1.2


def test_what_the_chains_are_worth_is_less_than_their_length(walked: Chains) -> None:
    assert (autocorrelation(walked.vectors) > 2).all()
    assert 50 < effective_draws(r_hat(walked.vectors), 4) < np.prod(walked.vectors.shape[:3])
    stuck = np.repeat(walked.vectors[:, :1], 50, axis=1)
    assert (autocorrelation(stuck) == 50).all()


def test_the_same_seed_gives_the_same_chains_however_many_workers() -> None:
    bell = Bell([0.0, 0.0], [1.0, 1.0])
    alone, together = (ensembles(bell, starts(2, 8, 2), 20, 5, workers=workers) for workers in (1, 2))
    assert alone.vectors.tobytes() == together.vectors.tobytes()
    assert ensembles(bell, starts(2, 8, 2), 20, 6).vectors.tobytes() != alone.vectors.tobytes()


# ── Weighted draws ────────────────────────────────────────────────────────────────────────────────────────────────

EVERYTHING, WITHOUT_THE_LAST = np.array([1.0, 1.0, 1.0]), np.array([1.0, 1.0, 0.0])


def product(*bells: tuple[float, float]) -> tuple[float, float]:
    """Mean and standard deviation of a product of normal densities (mean, standard deviation)."""
    weight = [1.0 / spread**2 for _, spread in bells]
    return sum(mean * one for (mean, _), one in zip(bells, weight, strict=True)) / sum(weight), sum(weight) ** -0.5


def test_weighted_draws_find_a_posterior_that_is_known_and_the_one_without_a_part() -> None:
    """From a start that is far off and too narrow."""
    bell, start = Bell([0.5, -1.0, 0.0], [0.3, 2.0, 1.0]), 1.0 + 0.5 * np.random.default_rng(1).standard_normal((200, 3))
    seen = weighed(bell.parts, start, [EVERYTHING] * 6 + [WITHOUT_THE_LAST], size=512, seed=3)
    for counts, shifts in ((EVERYTHING, (-1.0, 1.0)), (WITHOUT_THE_LAST, (-1.0,))):
        weights, k_hat = seen.weights(counts)
        drawn = seen.vectors[seen.draws(weights, 2000, 1)]
        assert k_hat < 0.7
        assert worth_of(weights) > 500
        for number in range(3):
            mean, spread = product((0.0, 1.0), *((bell.mean[number] + shift, bell.spread[number]) for shift in shifts))
            assert drawn[:, number].mean() == pytest.approx(mean, abs=0.12 * spread)
            assert drawn[:, number].std() == pytest.approx(spread, rel=0.12)


def test_weights_that_hang_on_a_few_vectors_are_told_by_their_tail() -> None:
    vectors = np.random.default_rng(1).standard_normal((2000, 3))
    narrow = Weighed(vectors, Bell([0.0] * 3, [1.0] * 3)(vectors)[:, np.newaxis], Bell([0.0] * 3, [0.5] * 3)(vectors))
    wide = Weighed(vectors, Bell([0.0] * 3, [0.5] * 3)(vectors)[:, np.newaxis], Bell([0.0] * 3, [1.0] * 3)(vectors))
    assert narrow.weights(np.ones(1))[1] > 0.7 > wide.weights(np.ones(1))[1]


def test_weights_are_flattened_until_they_are_worth_enough() -> None:
    log_weights = 5.0 * np.random.default_rng(1).standard_normal(400)
    assert worth_of(np.exp(log_weights)) < 10
    assert 60 <= worth_of(flattened(log_weights, 60)) < 90
    assert flattened(np.zeros(400), 60) == pytest.approx(np.full(400, 1 / 400))


def test_the_same_seed_gives_the_same_vectors_however_many_workers() -> None:
    bell, start = Bell([0.0, 0.0], [1.0, 1.0]), np.random.default_rng(1).standard_normal((40, 2))
    alone, together = (weighed(bell.parts, start, [EVERYTHING] * 2, size=128, seed=4, workers=workers) for workers in (1, 2))
    assert alone.vectors.tobytes() == together.vectors.tobytes()
    assert alone.parts.tobytes() == together.parts.tobytes()


# ── Parameters ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_about_a_dozen_parameters_are_calibrated_and_contested_signs_stay_open() -> None:
    space = fitted(load_priors())
    assert 10 <= len(space.paths) <= 16
    contested = [prior for prior in space.priors.values() if prior.contested]
    assert len(contested) >= 2
    for prior in contested:
        below = (quantile(prior, (np.arange(1000) + 0.5) / 1000) < 0).mean()
        assert 0.05 < below < 0.95


def test_a_vector_is_a_place_in_the_prior() -> None:
    space = Space({"states.*.military.cost": COST})
    found = space.values(np.array([[0.0], [1.0], [-9.0], [9.0]]))["states.*.military.cost"]
    assert found[:2] == pytest.approx([1.0, np.exp(0.8)], rel=0.01)
    assert found[2:] == pytest.approx([COST.low, COST.high])
    assert log_prior(np.array([[0.0, 1.0], [0.0, 9.0]])).tolist() == [-0.5, -np.inf]


@pytest.mark.parametrize("path", ["groups.*.recruitment.hardship", "crossings.*.leakage", "states.*.strikes.expanded_harm"])
def test_what_bears_on_no_recorded_decision_cannot_be_calibrated(path: str) -> None:
    prior = COST.model_copy(update={"low": 0.1, "high": 0.9, "median": 0.5})
    with pytest.raises(ScenarioError, match="bears on no recorded decision"):
        fitted({path: prior})


def test_verdicts() -> None:
    assert [verdict(*one) for one in ((0.7, 0.0), (0.3, 0.0), (0.0, -0.8), (0.1, 0.3))] == ["told", "hinted at", "hinted at", "not identified"]


# ── Rates ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_a_fit_strains_is_said_by_name() -> None:
    path = "states.*.military.cost"
    parameters = pd.DataFrame({"parameter": [path], "posterior_median": [0.06], "posterior_low": [0.05], "posterior_high": [0.5]})
    rates = pd.DataFrame(
        {
            "label": ["war", "peace"], "target_low": [0.1, 0.1], "target_high": [0.2, 0.2],
            "posterior_median": [0.3, 0.15], "posterior_low": [0.2, 0.1], "posterior_high": [0.4, 0.2],
        }
    )  # fmt: skip
    heaped = pd.DataFrame({path: [0.051, 0.052, 0.3, 0.4]})
    missed, cut, outside = strains(parameters, rates, heaped, {path: COST}, {path: 1.0})
    assert "1 of 2: war (0.3 (0.2 to 0.4) against 0.1 to 0.2)" in missed
    assert "military: cost (50 of 100 draws at its lower bound)" in cut
    assert "military: cost (1.0; " in outside
    met = strains(parameters, rates[1:], heaped + 0.1, {path: COST}, {path: 0.1})
    assert [sentence.rsplit(": ", 1)[1] for sentence in met] == ["none."] * 3


def test_a_quadratic_is_fitted_exactly_and_its_error_is_that_of_the_noise() -> None:
    dice = np.random.default_rng(2)
    vectors = dice.standard_normal((400, 3))
    truth = dice.standard_normal(terms(vectors).shape[1])
    assert quadratic(vectors, terms(vectors) @ truth, np.ones(400)) == pytest.approx(truth)
    seen = {name: terms(vectors) @ truth + 0.2 * dice.standard_normal(400) for name in RATES}
    patterns = [Pattern(name, name, 0.3, 0.6, "made up") for name in RATES]
    found = fit(patterns, vectors, seen, np.ones(400, dtype=bool), 0.5)
    assert all(0.18 < rate.error < 0.23 for rate in found.rates)
    best = found.rates[0].target
    assert found.log_density(vectors).shape == (400,)
    assert found.rates[0].spread == pytest.approx((scaled(RATES[0], 0.6) - scaled(RATES[0], 0.3)) / 3.92)
    assert best == pytest.approx((scaled(RATES[0], 0.6) + scaled(RATES[0], 0.3)) / 2)


def test_no_share_is_so_small_that_its_log_odds_are_infinite() -> None:
    assert np.isfinite([scaled("answered", share, 256) for share in (0.0, 1.0, float("nan"))]).all()
    assert scaled("duration_median", 44.0) == pytest.approx(np.log(44.0))


# ── Recovery ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_made_record_is_one_that_can_be_read_again() -> None:
    scenario = made_up(30, EXCHANGE)
    made = made_record(scenario, {"states.*.military.cost": 0.1, "states.*.attention.initial": 3.0}, 4)
    assert made.history != scenario.history
    assert {event.track for event in made.history} >= {"military", "attack"}
    assert made.override({"states.*.military.cost": 0.2}).history == made.history


def test_the_true_value_lies_anywhere_among_the_posterior_s_draws() -> None:
    """Simulation-based calibration of one parameter on a grid, two dozen records: ranks of the truth are even, and it is known better than before."""
    space = Space({"states.*.military.cost": COST})
    grid = np.linspace(-3.5, 3.5, 57)[:, np.newaxis]
    blamed = row(1, "raiders", "attack", "attack", target="north", killed=9, blamed="yes")
    bare = made_up(16, (blamed,), without=("communities", "crossings", "ties"), changes={"states.*.attention.initial": 2.0})
    truths = np.random.default_rng(8).standard_normal(24)
    ranks, widths = [], []
    for number, truth in enumerate(truths):
        value = float(space.values(np.array([[truth]]))["states.*.military.cost"][0])
        made = made_record(bare, {"states.*.military.cost": value}, 11, number)
        reference = {path: column[::14] for path, column in space.values(grid).items()}
        scores = log_prior(grid) + evidence(made, reference, seed=number, candidates=64).log_likelihood(space.values(grid))
        share = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
        ranks.append(float(np.interp(truth, grid[:, 0], np.cumsum(share) - share / 2)))
        mean = (share * grid[:, 0]).sum()
        widths.append(float(np.sqrt((share * (grid[:, 0] - mean) ** 2).sum())))
    assert kstest(ranks, "uniform").pvalue > 0.02
    assert np.mean(widths) < 0.95


def test_a_whole_calibration_is_kept_and_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few days of a made-up crisis, a short walk: records alone; every part of it is written and read again."""
    monkeypatch.setattr("sim.experiments.calibrate.load_priors", lambda: {"states.*.military.cost": COST})
    monkeypatch.setattr("sim.experiments.pilot.STEPS", 300)
    blamed = row(1, "raiders", "attack", "attack", target="north", killed=9, blamed="yes")
    crisis = made_up(10, (blamed, row(3, "north", "military", "limited_strike", killed=3)), without=("communities", "crossings", "ties"))
    study = sim.calibrate([crisis], drawn=768, steps=30, walkers=8, rates_weight=0, workers=1)
    study.manifest["finding"] = calibration_findings(study.manifest)[0]
    assert study.manifest["diagnostics"]["rates"] is None
    row_of_cost = study.tables["parameters"].iloc[0]
    assert row_of_cost["shift"] < -0.1, "force that was used cannot be dear"
    folder = save(study, tmp_path / "run")
    write_page(study, folder, shrinkage_draw.write(study, folder))
    assert "military: cost" in (folder / "index.html").read_text(encoding="utf-8")
    store(posterior_of(study), tmp_path)
    assert stored(tmp_path).draws["states.*.military.cost"].median() < 1.0


# ── The stored posterior ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def posterior() -> Posterior:
    return stored()


def test_the_stored_posterior_belongs_to_the_code_and_inputs_that_are_here(posterior: Posterior) -> None:
    assert posterior.stale == [], "fit it again: make evidence"


def test_the_stored_draws_score_as_they_did(posterior: Posterior) -> None:
    """Likelihoods over other chance draws differ by a constant and by the noise that the posterior itself states."""
    few = posterior.draws.iloc[:24]
    values = {path: few[path].to_numpy(dtype=float) for path in posterior.paths}
    near = {path: column[:4] for path, column in values.items()}
    found = sum(evidence(load(name), near, seed=5).log_likelihood(values) for name in posterior.crises)
    apart = found - few["records"].to_numpy(dtype=float)
    stated = posterior.manifest["diagnostics"]["chance"]["differences"]
    # Two sets of chance draws lie apart by the square root of two; with 24 draws a standard deviation is known to some 15 in 100.
    assert apart.std() < 1.5 * np.sqrt(2.0) * stated + 0.1


def test_the_stored_draws_are_small_whole_and_within_their_priors(posterior: Posterior) -> None:
    assert len(posterior.draws) == 1000
    assert not posterior.draws.isna().any(axis=None)
    assert set(posterior.draws.columns) == {*fitted(load_priors()).paths, *PARTS}
    for path in posterior.paths:
        prior = load_priors()[path]
        assert posterior.draws[path].between(prior.low, prior.high).all()
    found = posterior.manifest["diagnostics"]
    assert found["r_hat"] < 1.1
    assert found["k_hat"] < 0.7
    assert found["effective_draws"] > 400


def test_the_posteriors_without_a_crisis_are_stored_beside_it(posterior: Posterior) -> None:
    others = posterior.without()
    assert list(others) == posterior.crises
    for name, one in others.items():
        assert name not in one.crises
        assert len(one.draws) == DRAWS_WITHOUT
        assert list(one.draws.columns) == posterior.paths
        assert one.manifest["k_hat"] < 0.7, name
        assert one.stale == []


def test_a_stale_posterior_is_named_with_what_changed(
    posterior: Posterior, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = json.loads(json.dumps(posterior.manifest))
    changed["hashes"]["code"] = "0" * 16
    changed["crises"][posterior.crises[0]]["hash"] = "0" * 16
    other = Posterior(posterior.draws, changed)
    assert {"the model's code", f"the crisis {posterior.crises[0]}"} <= set(other.stale)
    assert "is stale" in note_on(other)
    monkeypatch.setattr("sim.experiments.posterior.stored", lambda: other)
    assert asking.priors_of("posterior")
    assert "stale" in capsys.readouterr().err


def test_draw_r_goes_with_row_r_of_every_parameter(posterior: Posterior, january: Scenario) -> None:
    known = posterior.known()
    drawn = draw_all(january, known, Worlds(1, replicates=60, first=20), 20)
    first, second = posterior.paths[:2]
    for path in (first, second):
        leaf = tuple(path.replace("*", "iran").split("."))
        assert drawn[leaf][0, ::20].tolist() == posterior.draws[path].iloc[1:4].tolist()
    # Beyond the last row they begin again; what is not fitted comes from its prior.
    assert isinstance(known[first], Joint)
    assert any(path[0] == "crossings" for path in drawn)


def test_a_replay_with_the_posterior_says_what_it_was_fitted_to(posterior: Posterior, balakot: Scenario) -> None:
    run = sim.replay(balakot, "assisted", worlds=20, parameters="posterior")
    assert run.manifest["asked"]["posterior"]["crises"] == posterior.crises
    from sim.plots.frame import footer_words

    assert any("posterior, fitted on" in words for words in footer_words(run.manifest))


def test_the_page_of_the_posterior_is_up_to_date() -> None:
    tool = runpy.run_path(str(Path(__file__).resolve().parents[1] / "tools" / "calibration_page.py"))
    assert tool["PAGE"].read_text(encoding="utf-8") == tool["page"](), "run python tools/calibration_page.py"


def test_the_figure_of_a_calibration_can_be_read(posterior: Posterior) -> None:
    tables = {name: pd.DataFrame(rows) for name, rows in posterior.manifest["tables"].items()}
    frame = shrinkage(Study({**posterior.manifest, "commit": None}, tables))
    assert len(frame.rows) == len(posterior.paths)
    assert len(frame.words.title) <= 75
    assert f"{sum(not row.told for row in frame.rows)}" in frame.words.title or "not identified" in frame.words.title
    for theme in THEMES:
        assert collisions(shrinkage_draw.draw(frame, theme)) == []


def test_what_is_stored_comes_back(posterior: Posterior, tmp_path: Path) -> None:
    store(posterior, tmp_path)
    again = stored(tmp_path)
    pd.testing.assert_frame_equal(again.draws, posterior.draws)
    assert again.manifest == posterior.manifest
    with pytest.raises(ScenarioError, match="needs a stored posterior"):
        stored(tmp_path / "nowhere")


# ── Hashes, words, command ────────────────────────────────────────────────────────────────────────────────────────


def test_words_do_not_make_a_posterior_stale_and_numbers_do(january: Scenario) -> None:
    event = january.history[0]
    reworded = january.model_copy(update={"history": (event.model_copy(update={"words": "Otherwise."}), *january.history[1:]), "title": "Otherwise"})
    assert of_scenario(reworded) == of_scenario(january)
    assert of_scenario(january.override({"states.iran.strikes.ambiguity": 0.5})) != of_scenario(january)
    killed = january.model_copy(update={"history": (event.model_copy(update={"killed": 12}), *january.history[1:])})
    assert of_scenario(killed) != of_scenario(january)
    assert of_code() == of_code()


def test_comments_and_docstrings_are_no_code() -> None:
    plain = "def twice(x):\n    return 2 * x\n"
    said = '"""A file."""\n\n\ndef twice(x):\n    """Two of it."""\n    return 2 * x  # so\n'
    assert syntax(plain) == syntax(said)
    assert syntax(plain) != syntax(plain.replace("2", "3"))


def test_by_default_every_crisis_with_a_record_is_fitted() -> None:
    assert {scenario.name for scenario in with_record()} == {name for name in names() if name != "base_rates"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["january_2023"], "january_2024"),
        (["base_rates", "base_rates"], "once"),
        (["--drawn", "3"], "--drawn"),
        (["--steps", "3"], "--steps"),
        (["--walkers", "8"], "--walkers"),
        (["--ensembles", "2"], "--ensembles"),
        (["--chance-draws", "8"], "--chance-draws"),
        (["--rates-weight", "2"], "--rates-weight"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(words: list[str], complaint: str) -> None:
    found = CliRunner().invoke(app, ["calibrate", *words])
    assert found.exit_code == 2
    assert complaint in found.stderr
    assert "Traceback" not in found.stderr


def test_ranks_of_a_posterior_too_narrow_are_not_even() -> None:
    """The test of recovery itself can fail: half the width, and the truth lies too often outside."""
    truth = np.random.default_rng(4).standard_normal(200)
    right, narrow = ndtr(truth), ndtr(2 * truth)
    assert kstest(right, "uniform").pvalue > 0.02 > kstest(narrow, "uniform").pvalue
