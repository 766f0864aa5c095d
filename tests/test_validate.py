"""Validation: every pattern is measured, misses stay visible, signs fail only where they are significantly opposite."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.design import Set
from sim.experiments.measures import MEASURES, measure
from sim.experiments.patterns import Figure, Finding, Pattern, Runs, Targets, load_targets, run_all
from sim.experiments.signs import Measured, all_signs
from sim.experiments.validate import Validation

WORLDS = 40


@pytest.fixture(scope="module")
def targets() -> Targets:
    return load_targets()


@pytest.fixture(scope="module")
def runs(targets: Targets) -> list[Runs]:
    return run_all(targets, [(), (Set("states.*.resolve.median", 0.05),)], WORLDS, 1)


def test_every_pattern_of_the_file_has_a_measure_and_every_measure_a_pattern(targets: Targets) -> None:
    assert {pattern.name for pattern in targets.patterns} == set(MEASURES)


def test_every_target_is_a_range_with_a_source(targets: Targets) -> None:
    for pattern in targets.patterns:
        assert pattern.low < pattern.high
        assert pattern.source


def test_every_pattern_is_measured_with_its_interval(runs: list[Runs]) -> None:
    for finding in measure(runs[0]):
        if not np.isnan(finding.figure.value):
            assert finding.figure.low <= finding.figure.value <= finding.figure.high, finding.pattern.name


def test_sets_of_weights_measured_together_or_apart_give_the_same_figures(targets: Targets, runs: list[Runs]) -> None:
    (alone,) = run_all(targets, [()], WORLDS, 1)
    together = [finding.figure for finding in measure(runs[0])]
    np.testing.assert_equal([vars(finding.figure) for finding in measure(alone)], [vars(figure) for figure in together])


def test_governments_that_hardly_care_answer_less_often(runs: list[Runs]) -> None:
    usual, careless = ({finding.pattern.name: finding.figure.value for finding in measure(one)} for one in runs)
    assert careless["answered"] < usual["answered"]


def test_quiet_runs_begin_without_a_strike_and_base_rates_with_one(runs: list[Runs]) -> None:
    assert (np.nan_to_num(runs[0].base.course().first_strike, nan=-1) == 0).all()
    assert not (runs[0].quiet.course().first_strike == 0).any()


@pytest.mark.parametrize(("value", "hit"), [(0.39, False), (0.4, True), (0.6, True), (0.61, False), (float("nan"), False)])
def test_a_figure_is_a_hit_where_it_lies_in_the_range(value: float, hit: bool) -> None:
    assert Finding(Pattern("it", "it", 0.4, 0.6, "made up"), Figure(value, value, value)).hit is hit


@pytest.mark.parametrize(
    ("difference", "low", "high", "verdict"),
    [
        (0.5, 0.1, 0.9, "as claimed"),
        (-0.5, -0.9, -0.1, "opposite"),
        (0.5, -0.1, 1.1, "cannot be told from none"),
        (0.0, 0.0, 0.0, "cannot be told from none"),
    ],
)
def test_a_sign_fails_only_where_its_interval_lies_on_the_other_side(
    targets: Targets, difference: float, low: float, high: float, verdict: str
) -> None:
    rising = next(sign for sign in all_signs(targets) if sign.expected > 0)
    falling = next(sign for sign in all_signs(targets) if sign.expected < 0)
    assert Measured(rising, difference, low, high, 1.0).verdict == verdict
    assert Measured(falling, -difference, -high, -low, 1.0).verdict == verdict


def test_misses_are_named_in_the_first_sentence() -> None:
    missed = Finding(Pattern("a", "cats are answered", 0.4, 0.6, "made up"), Figure(0.9, 0.8, 1.0))
    met = Finding(Pattern("b", "dogs are not", 0.4, 0.6, "made up"), Figure(0.5, 0.4, 0.6))
    assert Validation(10, 1, [missed, met], []).sentences[0] == "1 of 2 patterns are met; missed: cats are answered."


def test_the_command_prints_patterns_and_signs_as_one_json_object(tmp_path: object) -> None:
    done = CliRunner().invoke(app, ["validate", "--against", "patterns", "--worlds", "24", "--json", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert len(answer["patterns"]) == len(MEASURES)
    assert {"pattern", "target_low", "target_high", "model", "low", "high", "hit", "source"} <= answer["patterns"][0].keys()
    assert not [sign for sign in answer["signs"] if sign["verdict"] == "opposite"]


@pytest.mark.parametrize(("words", "wanted"), [(["--against", "tea leaves"], "--against = tea leaves"), (["--worlds", "0"], "--worlds = 0")])
def test_a_mistake_gives_one_line_and_exit_code_2(words: list[str], wanted: str) -> None:
    done = CliRunner().invoke(app, ["validate", *words])
    assert done.exit_code == 2
    assert wanted in done.stderr
