"""The library of branches: every one has a question, a reason, and does something."""

import re
from dataclasses import replace

import pytest

from sim.branches import Branch, read
from sim.design import point_in
from sim.experiments.branch import parting_day
from sim.scenario.branches import branch_names, load_branch
from sim.scenario.load import names
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, Table
from tests.conftest import differing

LIBRARY = branch_names()
WORLDS = 40
Pairs = dict[str, tuple[PointResult, PointResult]]


@pytest.fixture(scope="module")
def branches(january: Scenario) -> dict[str, Branch]:
    return {name: read(january, name, load_branch(name)) for name in LIBRARY}


@pytest.fixture(scope="module")
def pairs(january: Scenario, branches: dict[str, Branch]) -> Pairs:
    """Parent and branch, each in full: all of them in one chunk, since a run costs by days more than by worlds."""
    days = {name: parting_day(january, made, None) for name, made in branches.items()}
    parents = {day: point_in("assisted", day) for day in sorted(set(days.values()))}
    children = [replace(parents[days[name]], name=name, sets=one.sets, pins=one.pins, injects=one.injects) for name, one in branches.items()]
    results = Table(january, (*parents.values(), *children), 1).chunk(0, WORLDS)
    as_it_was = dict(zip(parents, results, strict=False))
    return {name: (as_it_was[days[name]], result) for name, result in zip(branches, results[len(parents) :], strict=True)}


@pytest.mark.parametrize("name", LIBRARY)
def test_a_branch_asks_a_question_and_says_where_the_idea_comes_from(name: str, branches: dict[str, Branch]) -> None:
    entry, made = load_branch(name), branches[name]
    assert entry.scenario in names()
    assert re.fullmatch(r"What if.+\?", made.question)
    assert "{" not in made.title + made.question
    assert len(made.title) <= 45
    assert len(made.source) > 30


def test_there_are_as_many_as_promised_and_six_of_them_are_offered_first() -> None:
    assert len(LIBRARY) >= 24
    assert sum(load_branch(name).card for name in LIBRARY) == 6


@pytest.mark.parametrize("name", LIBRARY)
def test_a_branch_does_not_judge_and_names_no_one_s_dead_lightly(name: str) -> None:
    entry = load_branch(name)
    words = " ".join([entry.title, entry.question, entry.source]).lower()
    assert re.findall(r"would have prevented|surgical|neutrali[sz]|collateral|lives saved|terrorist|regime|\bwill\b", words) == []


def test_every_level_of_a_dose_fits_and_is_one_that_the_model_takes(january: Scenario) -> None:
    points = [point_in("assisted", 33)]
    for name in LIBRARY:
        entry = load_branch(name)
        for dose, known in entry.doses.items():
            assert len(known.levels) >= 2
            assert known.default in known.levels
            for level in known.levels:
                made = read(january, name, entry, {dose: level})
                assert len(made.title) <= 45
                points.append(replace(points[0], name=f"{name} {level:g}", sets=made.sets, pins=made.pins, injects=made.injects))
    assert len(points) > 24
    Table(january, tuple(points)).crisis(0, 1)


def test_every_branch_changes_some_world(branches: dict[str, Branch], pairs: Pairs) -> None:
    assert [name for name in branches if not differing(*(result.series for result in pairs[name]))] == []


def test_before_its_first_day_a_branch_is_its_parent(january: Scenario, branches: dict[str, Branch], pairs: Pairs) -> None:
    for name, made in branches.items():
        # Casualties of a recorded strike count from the day after it, but people die on the day itself.
        days = [parting_day(january, made, None), *(inject.day for inject in made.injects if isinstance(inject.day, int))]
        before = [{key: values[: min(days)] for key, values in result.series.items()} for result in pairs[name]]
        assert differing(*before) == [], name


def test_a_group_that_is_held_back_leaves_out_even_the_attacks_of_the_record(pairs: Pairs) -> None:
    before, after = pairs["no_rask_attack"]
    assert before.series["jaish_al_adl.struck"][0].all()
    assert not after.series["jaish_al_adl.struck"][:32].any()
    assert after.series["jaish_al_adl.struck"][33].all()
