"""One dotted path leads to a value in files, in flags and in code."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_crisis import write

from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.scenario.parts.states import Resolve
from sim.scenario.paths import leaves, match, override, parse_assignment
from sim.scenario.schema import Scenario


@pytest.fixture(scope="module")
def crisis(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return load(write(tmp_path_factory.mktemp("crises") / "small"))


def refusal(scenario: Scenario, changes: dict[str, object]) -> str:
    with pytest.raises(ScenarioError) as refused:
        override(scenario, changes)
    return str(refused.value)


def test_an_override_gives_a_changed_copy(crisis: Scenario) -> None:
    changed = crisis.override({"states.south.resolve.median": 0.25, "dyad.war.strikes": 3, "end": "2001-02-15"})
    assert changed.states["south"].resolve.median == 0.25
    assert (changed.dyad.war.strikes, changed.days) == (3, 46)
    assert crisis.states["south"].resolve.median == 0.7


def test_a_wildcard_stands_for_every_name(crisis: Scenario) -> None:
    changed = override(crisis, {"states.*.resolve.median": 0.5, "communities.*.people": 7})
    assert {state.resolve.median for state in changed.states.values()} == {0.5}
    assert {community.people for community in changed.communities.values()} == {7.0}


def test_values_by_state_can_be_set_where_they_are_absent(crisis: Scenario) -> None:
    changed = override(crisis, {"third_parties.*.leverage.south": 0.2})
    assert [party.leverage for party in changed.third_parties.values()] == [{"north": 0.3, "south": 0.2}, {"south": 0.2}]


def test_a_mapping_by_state_can_be_set_for_all_states(crisis: Scenario) -> None:
    assert override(crisis, {"third_parties.*.leverage": 0.1}).third_parties["harbour"].leverage == {"north": 0.1, "south": 0.1}


def test_a_mapping_sets_several_values(crisis: Scenario) -> None:
    resolve = override(crisis, {"states.south.resolve": {"median": 2, "spread": 0.1}}).states["south"].resolve
    assert (resolve.median, resolve.spread) == (2.0, 0.1)


def test_a_later_change_wins(crisis: Scenario) -> None:
    assert override(crisis, {"states.*.resolve.median": 1, "states.north.resolve.median": 2}).states["north"].resolve.median == 2


def test_nothing_changed_is_the_same_scenario(crisis: Scenario) -> None:
    assert override(crisis, {}) == crisis


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "states.south.resolve.medain",
            1,
            "--set  states.south.resolve.medain = 1  is no path of this scenario. Did you mean states.south.resolve.median?",
        ),
        ("states.suoth.reslove.median", 1, "Did you mean states.south.resolve.median?"),
        ("south.resolve.median", 1, "Did you mean states.south.resolve.median?"),
        ("third_parties.*.levrage.north", 1, "Did you mean third_parties.*.leverage.north?"),
        ("third_parties.*.leverage.east", 1, "is no path of this scenario"),
        ("livelihoods.*.median", 1, "is no path of this scenario"),
        ("states.south.resolve", 1, "is not a single value; go on with one of median, spread"),
        (
            "states.south.resolve.median",
            -3,
            "--set  states.south.resolve.median = -3  must be above 0 and at most 50 (unit: logits per squared strike unit)",
        ),
        ("states.south.resolve.median", "much", "unit, above 0"),
        ("states.south.resolve.median", True, "unit, above 0"),
        ("dyad.war.strikes", 2.5, "must be a whole number from 1 to 100 (unit: strikes)"),
        ("history.0.killed", 3, "cannot be set by path: change history in the scenario's files"),
        ("ties.0.weight", 3, "cannot be set by path: change ties in the scenario's files"),
        ("groups.raiders.haven", "north", "groups.raiders.target = north  must be another state"),
        ("communities.mill.state", "nort", "Did you mean north?"),
        ("end", "2001-01-11", "must lie within the run"),
        ("end", "2001-02-30", "must be a date that exists"),
        ("", 1, "is no path"),
        ("*", 1, "title = 1  must be text"),
    ],
)
def test_a_wrong_change_is_refused_in_a_line(crisis: Scenario, path: str, value: object, expected: str) -> None:
    assert expected in refusal(crisis, {path: value})


def test_all_wrong_changes_are_named_at_once(crisis: Scenario) -> None:
    assert len(refusal(crisis, {"states.south.resolve.median": -1, "dyad.clam": 1}).splitlines()) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dyad.calm=0.5", ("dyad.calm", 0.5)),
        (" dyad.calm = 1e-2 ", ("dyad.calm", 0.01)),
        ("fitted=true", ("fitted", True)),
        ("fitted=yes", ("fitted", "yes")),
        ("end=2001-02-15", ("end", "2001-02-15")),
        ("title=a=b", ("title", "a=b")),
        ('title="12"', ("title", "12")),
        ("communities.ford.recruits_for=null", ("communities.ford.recruits_for", None)),
        ("third_parties.*.leverage={north: 0.1}", ("third_parties.*.leverage", {"north": 0.1})),
    ],
)
def test_an_assignment_is_a_path_and_a_value(text: str, expected: tuple[str, object]) -> None:
    assert parse_assignment(text) == expected


@pytest.mark.parametrize("text", ["", "dyad.calm", "=3", "title='open", "a={b: &x 1}"])
def test_a_wrong_assignment_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="--set"):
        parse_assignment(text)


def test_matches_are_single_values(crisis: Scenario) -> None:
    assert match(crisis, "states.*.resolve.median") == [("states", "north", "resolve", "median"), ("states", "south", "resolve", "median")]
    assert match(crisis, "third_parties.harbour.urges") == [
        ("third_parties", "harbour", "urges", "north"),
        ("third_parties", "harbour", "urges", "south"),
    ]
    assert match(crisis, "states.*.resolve") == []
    assert match(crisis, "crossings.*.nothing") == []


def test_leaves_know_what_they_are(crisis: Scenario) -> None:
    known = leaves(crisis)
    assert known["states.north.resolve.median"][:5] == (Resolve().median, "logits per squared strike unit", "median over worlds", 0, 50)
    assert known["states.north.resolve.median"].source == "a study of both"
    assert known["states.south.resolve.median"].source == "a study of South"
    assert known["communities.mill.people"].source == "A"
    assert known["communities.mill.relief"].source == "assumed"
    assert known["third_parties.harbour.urges.north"].value == 1.0
    kinds = {path: known[path].kind for path in ("dyad.calm", "dyad.war.days", "start", "title", "communities.ford.recruits_for")}
    assert kinds == {
        "dyad.calm": "number",
        "dyad.war.days": "structure",
        "start": "structure",
        "title": "metadata",
        "communities.ford.recruits_for": "structure",
    }


def test_every_leaf_can_be_set_to_what_it_is(crisis: Scenario) -> None:
    everything = {path: leaf.value for path, leaf in leaves(crisis).items()}
    assert {path: leaf.value for path, leaf in leaves(override(crisis, everything)).items()} == everything


def test_overrides_are_fast(crisis: Scenario) -> None:
    start = time.perf_counter()
    for number in range(1, 101):
        override(crisis, {"states.*.resolve.median": number / 100})
    assert time.perf_counter() - start < 1


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_set_is_what_is_read(crisis: Scenario, data: st.DataObject) -> None:
    numbers = {path: leaf for path, leaf in leaves(crisis).items() if leaf.kind == "number"}
    path = data.draw(st.sampled_from(sorted(numbers)))
    low, high = numbers[path].low, numbers[path].high
    value = data.draw(st.floats(low, high, exclude_min=path.endswith("resolve.median")))
    changed = leaves(override(crisis, {path: value}))
    assert changed[path].value == value
    assert {other: leaf.value for other, leaf in changed.items() if other != path} == {
        other: leaf.value for other, leaf in leaves(crisis).items() if other != path
    }


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.text(alphabet="abcdy.*states", max_size=30),
    value=st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.lists(st.integers())),
)
def test_no_change_breaks_anything(crisis: Scenario, path: str, value: object) -> None:
    try:
        override(crisis, {path: value})
    except ScenarioError as error:
        assert str(error)


def test_a_changed_scenario_can_be_changed_again(crisis: Scenario, tmp_path: Path) -> None:
    twice = override(override(crisis, {"states.north.debt.cap": 2}), {"states.north.debt.discharge": 0.5})
    assert (twice.states["north"].debt.cap, twice.states["north"].debt.discharge) == (2, 0.5)
    assert twice == override(crisis, {"states.north.debt": {"cap": 2, "discharge": 0.5}})
