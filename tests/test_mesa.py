"""A crisis in one world is a Mesa model like any other."""

import copy
import multiprocessing
import pickle
import warnings
from collections.abc import Iterator
from typing import Any

import mesa
import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, differing, made_up, ran, recorded

from sim.agents.armed_group import ArmedGroup
from sim.agents.community import Community
from sim.agents.crossing import Crossing
from sim.agents.dyad import Dyad
from sim.agents.state import State
from sim.agents.third_party import ThirdParty
from sim.design import point_in
from sim.model import Crisis
from sim.scenario.schema import Scenario

CASE = made_up(16, EXCHANGE, changes=LIVELY)


@pytest.fixture
def own_start_method() -> Iterator[None]:
    """Mesa's batch_run sets how new processes start, for good; this puts it back."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


def test_it_is_a_mesa_model_whose_step_is_a_day() -> None:
    model = Crisis(CASE, seed=1)
    assert isinstance(model, mesa.Model)
    assert (model.day, model.running) == (0, True)
    model.step()
    assert (model.day, model.running, model.time) == (1, True, 1)


def test_it_runs_until_its_last_day() -> None:
    model = Crisis(CASE)
    model.run_model()
    assert (model.day, model.running) == (CASE.days, False)


def test_its_agents_are_those_of_the_scenario() -> None:
    model = Crisis(CASE)
    kinds = {kind: sorted(agent.name for agent in model.agents_by_type[kind]) for kind in model.agents_by_type}
    assert kinds == {
        State: ["north", "south"],
        Dyad: ["both"],
        ThirdParty: ["harbour", "neighbour"],
        ArmedGroup: ["bandits", "raiders"],
        Crossing: ["bridge", "ferry"],
        Community: ["farm", "ford", "mill"],
    }
    assert len(model.agents) == 12
    assert all(isinstance(agent, mesa.Agent) and agent.model is model for agent in model.agents)


def test_its_agents_can_be_selected_and_asked() -> None:
    model = Crisis(CASE)
    model.run_model()
    homes = model.agents.select(agent_type=Community)
    assert homes.agg("hardship", max).shape == (1, 1)
    assert sorted(homes.get("name")) == ["farm", "ford", "mill"]


def test_what_a_community_carries_can_be_kept_and_set() -> None:
    model = Crisis(CASE, replicates=5)
    for _ in range(6):
        model.step()
    home = model.communities[0]
    yesterday, kept = model.communities[1].fear, model.communities[1].fear.copy()
    home.fear = 1.0
    model.step()
    assert (yesterday == kept).all()
    assert (home.fear > 0.8).all()


def test_what_follows_from_crossings_cannot_be_set() -> None:
    model = Crisis(CASE)
    with pytest.raises(AttributeError, match="supply follows"):
        model.communities[0].supply = 0.5


def test_its_datacollector_gives_ordinary_numbers() -> None:
    model = Crisis(CASE)
    model.run_model()
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == CASE.days
    assert sorted(table.columns) == sorted(model.record.names)
    assert all(isinstance(value, int | float) for values in model.datacollector.model_vars.values() for value in values)
    assert table["tension"].tolist() == model.record.series["tension"].ravel().tolist()
    assert all(kind.kind in "if" for kind in table.dtypes)


def test_many_worlds_collect_nothing_there() -> None:
    model = Crisis(CASE, replicates=3)
    model.step()
    assert model.datacollector.model_vars == {}


def test_its_places_lie_in_a_network_of_mesas() -> None:
    model = Crisis(CASE)
    assert sorted(model.space.G.nodes) == ["bridge", "farm", "ferry", "ford", "mill"]
    assert model.space.G.has_edge("bridge", "ford")
    assert not model.space.G.has_edge("bridge", "farm")
    assert Crisis(made_up(2, without=("communities", "crossings", "ties"))).space is None


def test_rng_is_mesas_word_for_seed() -> None:
    assert differing(ran(CASE, seed=7), ran(CASE, rng=7)) == []
    assert differing(ran(CASE, seed=7), ran(CASE, seed=8))


@pytest.mark.parametrize("how", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))], ids=["copied", "pickled"])
@pytest.mark.parametrize("worlds", [1, 6], ids=["one world", "six worlds"])
def test_a_model_kept_halfway_goes_on_to_the_same_bits(how: Any, worlds: int) -> None:
    model = Crisis(CASE, replicates=worlds, world=3, points=[point_in("assisted", 4)])
    for _ in range(7):
        model.step()
    kept = how(model)
    model.run_model()
    assert kept.day == 7
    kept.run_model()
    assert differing(recorded(model), recorded(kept)) == []
    assert model.datacollector.model_vars == kept.datacollector.model_vars


def test_a_kept_model_and_the_first_do_not_share_what_they_remember() -> None:
    model = Crisis(CASE)
    model.step()
    kept = copy.deepcopy(model)
    model.run_model()
    assert not kept.record.series["tension"][1:].any()
    assert kept.states[0].model is kept


def ours(caught: list[warnings.WarningMessage]) -> list[str]:
    """Warnings that are not Mesa's own about its future."""
    return [str(one.message) for one in caught if not (issubclass(one.category, FutureWarning | DeprecationWarning) and "/mesa/" in one.filename)]


def batch(parameters: dict[str, Any], **how: Any) -> list[dict[str, Any]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        results = mesa.batch_run(Crisis, parameters=parameters, number_processes=1, display_progress=False, **how)
    assert ours(caught) == []
    return results


@pytest.mark.usefixtures("own_start_method")
def test_it_runs_under_batch_run_for_two_scenarios() -> None:
    other = CASE.override({"states.*.resolve.median": 5.0})
    results = batch({"case": [CASE, other]}, rng=[1, 2])
    assert len(results) == 4
    assert {id(result["case"]) for result in results} == {id(CASE), id(other)}
    first = next(result for result in results if result["case"] is CASE and result["seed"] == 1)
    alone = Crisis(CASE, seed=1)
    alone.run_model()
    assert first["tension"] == alone.record.series["tension"][-1].item()
    assert all(isinstance(result["tension"], float) for result in results)


@pytest.mark.usefixtures("own_start_method")
def test_batch_run_takes_one_scenario_that_is_not_in_a_list() -> None:
    results = batch({"case": CASE}, rng=3, data_collection_period=1)
    # Mesa's own count begins at 1 with the first day collected.
    assert len(results) == CASE.days


@pytest.mark.usefixtures("own_start_method")
def test_batch_run_without_seeds_runs_the_default_seed() -> None:
    (result,) = batch({"case": [CASE]})
    alone = Crisis(CASE)
    alone.run_model()
    assert result["tension"] == alone.record.series["tension"][-1].item()


@pytest.mark.usefixtures("own_start_method")
def test_batch_run_takes_names() -> None:
    results = batch({"case": ["january_2024", "india_pakistan_2019"]}, rng=1, max_steps=3)
    assert len(results) == 2
    assert all(np.isfinite(result["tension"]) for result in results)


def test_without_a_case_it_is_the_default_crisis(january: Scenario) -> None:
    assert Crisis().case == january
    assert Crisis("india_pakistan_2019").case.name == "india_pakistan_2019"


def test_a_model_makes_no_warnings_of_ours() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        Crisis(CASE, seed=1).run_model()
    assert ours(caught) == []
