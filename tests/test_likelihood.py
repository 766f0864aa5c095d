"""The likelihood of a record along its pinned acts is that of the model: the same number as worlds give, only sooner."""

from typing import Any

import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, made_up, row, same_bits
from scipy.special import logsumexp

from sim.chronicle import Chronicle
from sim.design import point_in
from sim.experiments.chance_draws import found, worth
from sim.experiments.likelihood import Evidence, bare, chosen, columns_of, evidence, log_mean
from sim.experiments.pinned import Pinned, SplicedWorlds, open_days
from sim.scenario.schema import Scenario
from sim.simulate import simulate
from sim.worlds import Draw, Worlds

OPEN = (
    row(3, "north", "military", "stand_by|alert"),
    row(8, "south", "public", "unknown"),
    row(9, "south", "border", "open|restrict"),
)
VALUES = {
    "states.*.resolve.spread": np.array([1.0, 0.6]),
    "states.*.military.cost": np.array([1.28, 0.7]),
    "mediation.formulation": np.array([1.3, -0.5]),
}


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return made_up(20, (*EXCHANGE, *OPEN), changes=LIVELY)


THIRTY_TWO = np.tile(np.arange(32), (30, 1))
"""Thirty-two worlds, each with its own luck for thirty days."""


def run(scenario: Scenario, whole: Scenario, **how: Any) -> Any:
    """Log probabilities by chance draw, along acts and unrest that a run of the whole model met."""
    met = Pinned(whole, 3, columns_of({path: column[:1] for path, column in VALUES.items()}), nodes=16, worlds=THIRTY_TWO, kind=np.float64)
    met.run_to_end()
    return Pinned(scenario, 3, columns_of(VALUES), luck=met.drawn_luck(np.zeros(32)), **{"nodes": 16, "kind": np.float64, **how}).run_to_end()


def test_it_is_the_mean_over_worlds_of_the_probability_of_the_record(crisis: Scenario) -> None:
    """Twenty thousand worlds of the model, each with its resolve, luck and acts on open days drawn; within four standard errors."""
    log_weight = simulate(crisis, [point_in("forced")], 20_000, 5)[0].log_weight
    weight = np.exp(log_weight - log_weight.max())
    drawn, error = float(logsumexp(log_weight)) - np.log(20_000), weight.std() / weight.mean() / np.sqrt(20_000)
    at = {path: np.array([value]) for path, value in (("states.*.military.cost", crisis.states["north"].military.cost),)}
    found = [evidence(crisis, at, seed=seed, draws=256).log_likelihood(at)[0] for seed in range(4)]
    spread = float(np.std(found, ddof=1)) / 2
    assert np.mean(found) == pytest.approx(drawn, abs=4 * float(np.hypot(error, spread)))
    assert spread < 0.1


def test_what_is_left_out_changes_nothing(crisis: Scenario) -> None:
    """Communities, crossings, recruitment and background attacks left out, or not: the same numbers but for the order of sums."""
    assert crisis.communities and not bare(crisis).communities
    assert np.allclose(run(bare(crisis), crisis), run(crisis, crisis), rtol=0, atol=1e-11)


def test_unrest_along_the_record_is_kept_and_not_lost() -> None:
    closed = made_up(30, (*EXCHANGE, row(8, "north", "border", "close")), changes={**LIVELY, "states.*.border.unrest": 20.0})
    met = Pinned(closed, 3, columns_of({path: column[:1] for path, column in VALUES.items()}), nodes=16, worlds=THIRTY_TWO)
    met.run_to_end()
    assert max(days.max() for days in met.drawn_luck(np.zeros(32)).unrest.values()) > 0
    calm = closed.override({"states.*.border.unrest": 0.0})
    assert np.abs(run(bare(closed), closed) - run(bare(calm), calm)).max() > 1e-3


def test_single_precision_costs_a_millionth(crisis: Scenario) -> None:
    assert np.abs(run(bare(crisis), crisis, kind=np.float32) - run(bare(crisis), crisis)).max() < 1e-4


def test_sixteen_nodes_are_enough(crisis: Scenario) -> None:
    """Against sixty-four, chance draw by chance draw; their mean is nearer still."""
    few, many = run(bare(crisis), crisis), run(bare(crisis), crisis, nodes=64)
    assert np.abs(few - many).max() < 0.3
    assert np.abs(log_mean(few) - log_mean(many)).max() < 0.02


def test_a_parameter_vector_does_not_know_its_neighbours(crisis: Scenario) -> None:
    prepared = evidence(crisis, VALUES, draws=64, candidates=128)
    together = prepared.log_likelihood(VALUES)
    alone = [prepared.log_likelihood({path: column[number : number + 1] for path, column in VALUES.items()})[0] for number in range(2)]
    assert np.allclose(together, alone, rtol=0, atol=1e-5)


def test_any_number_of_vectors_at_once_gives_the_same(crisis: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    many = {path: np.resize(column, 7) for path, column in VALUES.items()}
    prepared = evidence(crisis, VALUES, draws=64, candidates=128)
    at_once = prepared.by_draw(many)
    monkeypatch.setattr("sim.experiments.likelihood.POINTS", 2)
    assert np.allclose(prepared.by_draw(many), at_once, rtol=0, atol=1e-5)


def test_chance_draws_are_chosen_where_the_record_is_likely_and_pay_for_it() -> None:
    """The mean over chosen draws, each divided by how likely it was chosen, is the mean over all."""
    by_draw = np.log(np.random.default_rng(1).lognormal(0.0, 1.5, (1, 4000)))
    which, log_chosen = chosen(by_draw, 512, 1)
    assert len(which) == 512
    assert log_mean(by_draw[:, which] - log_chosen)[0] == pytest.approx(log_mean(by_draw)[0], abs=0.01)
    assert worth(by_draw[:, which] - log_chosen)[0] > 0.8 * 512
    assert worth(by_draw)[0] < 0.3 * 4000


def test_luck_is_put_together_day_by_day_from_that_of_worlds() -> None:
    which = np.array([[7, 2, 7], [0, 2, 3]])
    spliced, every = SplicedWorlds(1, 2, which, {}), Worlds(1, 2, 8)
    assert spliced.shape == (2, 3)
    for day in range(2):
        assert same_bits(spliced.uniform(Draw.BLAME, 5, day), every.uniform(Draw.BLAME, 5, day)[:, which[day]])
        assert same_bits(spliced.normal(Draw.PERCEPTION, 5, day), every.normal(Draw.PERCEPTION, 5, day)[:, which[day]])


def test_luck_that_suits_a_record_pays_for_it(crisis: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found day by day, with many places taken over, the mean is that of plain worlds; and more of the draws are worth something."""
    at = columns_of({path: column[:1] for path, column in VALUES.items()})
    means, worths = [], []
    for few in (0.0, 0.9):
        monkeypatch.setattr("sim.experiments.chance_draws.FEW", few)
        by_draw = Pinned(bare(crisis), 3, at, nodes=16, luck=found(crisis, 3, at, nodes=16, candidates=4000)).run_to_end()
        means.append(log_mean(by_draw)[0])
        worths.append(worth(by_draw)[0])
    assert means[1] == pytest.approx(means[0], abs=0.1)
    assert worths[1] > 1.5 * worths[0]


def test_what_a_record_marks_as_given_is_followed_and_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the military track given throughout, the costs that only it weighs tell nothing; its strikes are felt all the same."""
    scenario = made_up(20, EXCHANGE, changes=LIVELY)
    costs = {"states.*.military.cost": np.array([0.5, 2.0]), "states.*.perception.gap": np.array([1.5, 1.5])}
    gaps = {"states.*.military.cost": np.array([1.0, 1.0]), "states.*.perception.gap": np.array([0.9, 2.5])}
    monkeypatch.setattr(Chronicle, "is_given", lambda _, day, state, track: track == "military", raising=False)
    by_cost = evidence(scenario, costs, candidates=64).log_likelihood(costs)
    by_gap = evidence(scenario, gaps, candidates=64).log_likelihood(gaps)
    assert by_cost[0] == pytest.approx(by_cost[1], abs=1e-4)
    assert abs(by_gap[0] - by_gap[1]) > 0.1


def test_open_days_are_counted(crisis: Scenario, january: Scenario) -> None:
    assert open_days(crisis) == len(OPEN)
    assert open_days(january) > 0


def test_a_record_that_no_parameter_makes_likely_is_told_from_one_that_some_do(january: Scenario) -> None:
    """January 2024 with force that costs nothing, or more than any government would pay."""
    costs = {"states.*.military.cost": np.array([1.28, 15.0])}
    prepared: Evidence = evidence(january, costs, draws=64, candidates=64)
    likely, unlikely = prepared.log_likelihood(costs)
    assert likely - unlikely > 5
