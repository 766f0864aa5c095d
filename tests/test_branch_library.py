"""The library of branches: every one has a question, a reason, and does something."""

import re
from dataclasses import replace

import numpy as np
import pytest

from sim.branches import Branch, read
from sim.design import point_in
from sim.experiments.branch import parting_day
from sim.scenario.branches import branch_names, load_branch
from sim.scenario.load import names
from sim.scenario.schema import Scenario
from sim.simulate import simulate

LIBRARY = branch_names()
WORLDS = 60


@pytest.fixture(scope="module")
def branches(january: Scenario) -> dict[str, Branch]:
    return {name: read(january, name, load_branch(name)) for name in LIBRARY}


@pytest.mark.parametrize("name", LIBRARY)
def test_a_branch_asks_a_question_and_says_where_the_idea_comes_from(name: str, branches: dict[str, Branch]) -> None:
    entry, made = load_branch(name), branches[name]
    assert entry.scenario in names()
    assert re.fullmatch(r"What if.+\?", made.question)
    assert "{" not in made.title + made.question
    assert len(made.title) <= 45
    assert len(made.source) > 30


def test_there_are_as_many_as_promised_and_six_of_them_are_offered_first() -> None:
    assert len(LIBRARY) >= 20
    assert sum(load_branch(name).card for name in LIBRARY) == 6


def test_every_branch_changes_some_world(january: Scenario, branches: dict[str, Branch]) -> None:
    days = {name: parting_day(january, made, None) for name, made in branches.items()}
    idle = []
    for day in sorted(set(days.values())):
        here = [made for name, made in branches.items() if days[name] == day]
        parent = point_in("assisted", day)
        points = [parent, *(replace(parent, name=one.name, sets=one.sets, pins=one.pins, injects=one.injects) for one in here)]
        before, *after = simulate(january, points, WORLDS, 1)
        for one, result in zip(here, after, strict=True):
            if not any(np.any(before.series[name] != result.series[name]) for name in before.series):
                idle.append(one.name)
    assert idle == []


def test_a_group_that_is_held_back_leaves_out_even_the_attacks_of_the_record(january: Scenario, branches: dict[str, Branch]) -> None:
    parent = point_in("assisted", 0)
    before, after = simulate(january, [parent, replace(parent, name="none", pins=branches["no_rask_attack"].pins)], WORLDS, 1)
    assert before.series["jaish_al_adl.struck"][0].all()
    assert not after.series["jaish_al_adl.struck"][:32].any()
    assert after.series["jaish_al_adl.struck"][33].all()
