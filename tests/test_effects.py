"""Paired differences, and what is left of them when chance is taken off."""

import numpy as np
import pandas as pd
import pytest

from sim.effects import effect, effects, over_draws, told_from_none, widen_together
from sim.experiments.reading import counted_once

DRAWS, WORLDS = 120, 20


def planted(seed: int, mean: float, between: float, within: float) -> tuple[np.ndarray, np.ndarray]:
    """Paired differences of a toy whose effect differs between draws, and the draw of each world."""
    dice = np.random.default_rng(seed)
    draw = np.repeat(np.arange(DRAWS), WORLDS)
    return dice.normal(mean, between, DRAWS)[draw] + dice.normal(0.0, within, DRAWS * WORLDS), draw


@pytest.mark.parametrize(("between", "within"), [(1.0, 4.0), (2.0, 8.0), (1.0, 0.0)])
def test_intervals_over_draws_cover_the_effect_of_a_new_draw(between: float, within: float) -> None:
    covered = 0
    for seed in range(400):
        difference, draw = planted(seed, 0.7, between, within)
        draws = over_draws(difference, np.ones(len(draw)), draw)
        truth = np.random.default_rng(10_000 + seed).normal(0.7, between)
        covered += draws.quantile(0.025) <= truth <= draws.quantile(0.975)
    assert 0.93 <= covered / 400 <= 0.97


@pytest.mark.parametrize(("between", "within"), [(0.3, 5.0), (0.0, 5.0)])
def test_where_noise_hides_what_lies_between_draws_intervals_are_rather_too_wide(between: float, within: float) -> None:
    covered = 0
    for seed in range(200):
        difference, draw = planted(seed, 0.7, between, within)
        draws = over_draws(difference, np.ones(len(draw)), draw)
        truth = np.random.default_rng(10_000 + seed).normal(0.7, between) if between else 0.7
        covered += draws.quantile(0.025) <= truth <= draws.quantile(0.975)
    assert covered / 200 >= 0.93


def test_fixed_parameters_give_simulation_error_that_covers_the_mean_and_no_probability() -> None:
    covered = 0
    for seed in range(400):
        dice = np.random.default_rng(seed)
        before = dice.normal(size=400)
        entry = effect(before, before + dice.normal(0.2, 1.0, 400), np.ones(400), None)
        covered += entry["low"] <= 0.2 <= entry["high"]
        assert "p_positive" not in entry
    assert 0.93 <= covered / 400 <= 0.97


def test_the_spread_between_draws_is_found_without_the_noise_within() -> None:
    found = [over_draws(difference, np.ones(len(draw)), draw).between for difference, draw in (planted(seed, 0.0, 1.5, 6.0) for seed in range(60))]
    assert np.mean(found) == pytest.approx(1.5**2, rel=0.1)


def test_weights_give_the_posterior_mean_of_a_toy_that_can_be_worked_out_by_hand() -> None:
    # Two kinds of world, equally many; the record is three times as likely in the second, and only there the change works.
    kind = np.arange(2000) % 2
    weight = np.where(kind == 1, 0.75, 0.25)
    entry = effect(np.zeros(2000), kind.astype(float), weight, None)
    assert entry["difference"] == pytest.approx(0.75)
    assert entry["higher"] == pytest.approx(0.75)
    assert over_draws(kind.astype(float), weight, np.repeat(np.arange(100), 20)).mean == pytest.approx(0.75)


def test_worlds_in_which_an_outcome_is_not_defined_on_both_sides_do_not_count() -> None:
    before, after = np.array([1.0, np.nan, 0.0, 2.0]), np.array([2.0, 5.0, np.nan, 2.0])
    entry = effect(before, after, np.ones(4), None)
    assert (entry["worlds"], entry["difference"], entry["same"], entry["higher"]) == (2, 0.5, 0.5, 0.5)


def test_no_difference_anywhere_is_nought_with_certainty_and_points_neither_way() -> None:
    entry = effect(np.ones(2000), np.ones(2000), np.ones(2000), np.repeat(np.arange(100), 20))
    assert (entry["difference"], entry["low"], entry["high"], entry["p_positive"]) == (0.0, 0.0, 0.0, 0.5)
    assert not told_from_none(entry)


def test_intervals_that_hold_together_make_few_false_stars() -> None:
    alone, together = 0, 0
    for seed in range(60):
        dice = np.random.default_rng(seed)
        before = pd.DataFrame(dice.normal(size=(1000, 40)))
        found = list(effects(before, before + dice.normal(size=(1000, 40)), np.ones(1000), None).values())
        widen_together(found)
        alone += any(told_from_none(entry) for entry in found)
        together += any(told_from_none(entry, together=True) for entry in found)
    assert alone > 40
    assert together <= 8


def test_a_record_that_parameters_were_fitted_to_does_not_weigh_draws_again() -> None:
    """Two draws of two worlds: within a draw worlds keep their odds, draws count alike."""
    found = counted_once(np.log(np.array([1.0, 3.0, 10.0, 10.0])), np.array([0, 0, 1, 1]))
    assert np.exp(found).tolist() == pytest.approx([0.25, 0.75, 0.5, 0.5])
    assert np.allclose(np.exp(counted_once(np.zeros((2, 4)), np.array([0, 0, 1, 1]))), 0.5)


@pytest.mark.parametrize("worlds", [3, 5, 10])
def test_simulation_error_of_few_worlds_is_drawn_out(worlds: int) -> None:
    """A difference between shares of three in ten in few worlds: its interval holds the truth about 95 times in 100, or more often."""
    luck = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        before, after = np.zeros(worlds), luck.normal(0.3, 1.0, worlds)
        found = effect(before, after, np.full(worlds, 1.0), None)
        held += found["low"] <= 0.3 <= found["high"]
    assert held / 400 > 0.92
