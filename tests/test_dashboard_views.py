"""What stands behind the dashboard's page: views as differences, addresses, files, and an engine that keeps, slices and gives up."""

import dataclasses
import random
from pathlib import Path

import numpy as np
import pytest

from sim.dashboard import address, files
from sim.dashboard.answer import answer, is_kept
from sim.dashboard.assumptions import PLACES, Numbers, Open, place_of, rail, value_at
from sim.dashboard.engine import SEATS, Engine, Ticket, UnwantedError
from sim.dashboard.ground import Ground
from sim.dashboard.view import VERBS, View, command, differences, from_differences, points_of
from sim.dashboard.words import lead, numbers
from sim.experiments.branch import branch
from sim.experiments.replay import replay
from sim.scenario.errors import ScenarioError
from sim.scenario.load import load
from sim.scenario.schema import Scenario

NAME = "january_2024"
CLOSED = View(NAME, what="iran_closes_border", doses=(("days", 7.0),))
OWN = View(NAME, own=(("pin", "iran border close 2024-01-19..2024-02-18"), ("inject", "attack jaish_al_adl 5 2024-01-25")))
ASSUMED = View(NAME, mode="free", start="2024-01-17", assumed=(("states.iran.resolve.median", 0.5),), seed=7, parameters="prior")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(NAME)


@pytest.fixture(scope="module")
def ground(scenario: Scenario) -> Ground:
    return Ground(scenario, Engine())


@pytest.mark.parametrize("view", [View(NAME), CLOSED, OWN, ASSUMED])
def test_a_view_is_the_same_after_its_address(view: View) -> None:
    assert address.read(NAME, address.query(view).removeprefix("view=")) == (view, None, [])
    assert address.query(View(NAME)) == ""


def test_an_address_holds_two_set_ups() -> None:
    assert address.read(NAME, address.query(CLOSED, ASSUMED).removeprefix("view=")) == (CLOSED, ASSUMED, [])


@pytest.mark.parametrize("letters", ["x", "eJw", "%%%", "AAAA" * 50, "eJyrVirOz0tVslIqLkksKQYAJBgEng-broken", "ü"])
def test_a_damaged_address_is_said_to_be_one(letters: str) -> None:
    view, beside, strange = address.read(NAME, letters)
    assert (view, beside) == (View(NAME), None) and len(strange) == 1


def test_any_letters_at_all_open_some_view() -> None:
    dice = random.Random(3)
    for _ in range(300):
        letters = address.query(CLOSED).removeprefix("view=")
        place = dice.randrange(len(letters))
        mangled = letters[:place] + dice.choice("abcXYZ019-_") + letters[place + dice.randrange(3) :]
        view, _, _ = address.read(NAME, mangled)
        assert view.scenario == NAME


def test_what_is_not_understood_is_listed_and_the_rest_holds() -> None:
    said = {"what": "nobody_mediates", "moon": "full", "seed": "seven", "mode": "forced", "assumed": {"x": "y"}}
    view, strange = from_differences(NAME, said)
    assert view == View(NAME, what="nobody_mediates")
    assert len(strange) == 4


def test_an_address_cannot_unpack_to_any_size() -> None:
    huge = address.packed({"what": "x" * (10 * address.MOST_BYTES)})
    assert address.unpacked(huge) is None


def test_only_what_differs_is_kept() -> None:
    assert differences(View(NAME)) == {}
    assert differences(CLOSED) == {"what": "iran_closes_border", "doses": {"days": 7.0}}


def test_the_command_of_a_view_gives_its_numbers(ground: Ground) -> None:
    flags = "--seed 1 --parameters point --worlds 500 --mode assisted --what iran_closes_border --dose days=7"
    assert command(CLOSED) == f"python run.py branch {NAME} {flags}"
    found = answer(ground, CLOSED, 500, Ticket())
    study = branch(ground.scenario, ["iran_closes_border"], worlds=500, parameters="point", doses={"days": [7.0]})
    (entry,) = study.manifest["branches"].values()
    assert found.effect is not None
    assert found.effect["effects"]["agreement"] == entry["effects"]["agreement"]


def test_with_fitted_parameters_too_a_what_if_has_the_numbers_of_its_command(ground: Ground) -> None:
    """The record to which they were fitted is counted once: draws of parameters count alike."""
    view = dataclasses.replace(View(NAME, what="pakistan_closes_border"), parameters="posterior")
    worlds = 2000
    found = answer(ground, view, worlds, Ticket())
    study = branch(ground.scenario, "pakistan_closes_border", worlds=worlds, parameters="posterior", workers=1)
    wanted = next(iter(study.manifest["branches"].values()))
    assert found.effect is not None
    for name in ("second_round", "agreement"):
        assert found.effect["effects"][name]["before"] == pytest.approx(wanted["effects"][name]["before"])
    weights = found.parent.result.weights.reshape(-1, 20).sum(axis=1)
    assert weights == pytest.approx(np.full(worlds // 20, 20 / worlds))


def test_assumptions_alone_are_a_replay_with_set(ground: Ground) -> None:
    view = View(NAME, assumed=(("states.iran.resolve.median", 0.5),))
    assert "--set states.iran.resolve.median=0.5" in command(view)
    found = answer(ground, view, 500, Ticket())
    run = replay(ground.scenario, "assisted", worlds=500, changes={"states.iran.resolve.median": 0.5})
    assert found.before["outcomes"]["struck"]["mean"] == run.manifest["modes"]["assisted"]["changed"]["outcomes"]["struck"]["mean"]


def test_assumptions_hold_in_both_courses(scenario: Scenario) -> None:
    view = dataclasses.replace(CLOSED, assumed=(("dyad.tension_half_life", 9.0),))
    parent, child, _ = points_of(view, scenario)
    assert child is not None
    assert [one.path for one in parent.sets] == ["dyad.tension_half_life"] == [one.path for one in child.sets]


@pytest.mark.parametrize(
    "view",
    [
        View(NAME, what="no_such_branch"),
        View(NAME, start="2031-01-01"),
        View(NAME, start="2024-02-30"),
        dataclasses.replace(CLOSED, start="2024-03-01"),
        dataclasses.replace(CLOSED, doses=(("days", -3.0),)),
        View(NAME, assumed=(("states.iran.resolve.median", -1.0),)),
        View(NAME, assumed=(("states.atlantis.resolve.median", 1.0),)),
        View(NAME, own=(("pin", "iran border explode 2024-01-19"),)),
        View(NAME, seed=-1),
        View(NAME, parameters="posteriors"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_reason(view: View, scenario: Scenario) -> None:
    with pytest.raises(ScenarioError):
        points_of(view, scenario)


def test_few_worlds_are_the_first_of_many(ground: Ground) -> None:
    few, many = (answer(ground, CLOSED, worlds, Ticket(), homes=False).parent.result.series["tension"] for worlds in (40, 120))
    assert np.array_equal(few, many[:, :40])


def test_a_result_is_kept_and_room_is_made_for_new_ones(scenario: Scenario) -> None:
    ground = Ground(scenario, Engine(most=150))
    first, second = View(NAME), View(NAME, seed=2)
    one = answer(ground, first, 100, Ticket())
    assert answer(ground, first, 100, Ticket()).parent is one.parent
    answer(ground, second, 100, Ticket())
    assert answer(ground, first, 100, Ticket()).parent is not one.parent
    assert not is_kept(ground, first)


def test_who_asks_anew_calls_off_what_was_asked_before(scenario: Scenario) -> None:
    engine = Engine()
    ground, seat = Ground(scenario, engine), engine.seat()
    old = engine.ticket(seat)
    new = engine.ticket(seat)
    with pytest.raises(UnwantedError):
        answer(ground, View(NAME, seed=3), 20, old)
    assert answer(ground, View(NAME, seed=3), 20, new).worlds == 20


def test_pages_have_seats_of_their_own_and_give_them_back() -> None:
    engine = Engine()
    seats = [engine.seat() for _ in range(SEATS)]
    assert len(set(seats)) == SEATS and engine.seat() == -1
    engine.leave(seats[0])
    assert engine.seat() == seats[0]


def test_sentences_carry_their_denominator_and_the_record_stands_beside(ground: Ground) -> None:
    found = answer(ground, CLOSED, 100, Ticket())
    assert any("of 100 worlds" in sentence for sentence in lead(found))
    shown = {number.name: number for number in numbers(found)}
    assert len(shown) == 5 and shown["agreement"].record == "yes" and shown["agreement"].was != ""


def test_a_branch_file_that_is_saved_opens_as_the_same_what_if(scenario: Scenario) -> None:
    view, strange = files.opened(View(NAME), scenario, "what_if.yaml", files.branch_yaml(OWN, scenario))
    assert (view.own, strange) == (OWN.own, [])


def test_a_scenario_file_that_is_saved_is_one_and_opens_as_the_same_assumptions(scenario: Scenario, tmp_path: Path) -> None:
    view = View(NAME, assumed=(("states.*.resolve.median", 0.5), ("dyad.tension_half_life", 9.0)))
    text = files.scenario_yaml(view, scenario)
    again, strange = files.opened(View(NAME), scenario, "scenario.yaml", text)
    assert strange == []
    assert dict(again.assumed) == {"states.iran.resolve.median": 0.5, "states.pakistan.resolve.median": 0.5, "dyad.tension_half_life": 9.0}
    folder = tmp_path / f"my_{NAME}"
    folder.mkdir()
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    assert load(folder).dyad.tension_half_life == 9.0


def test_a_saved_view_opens_as_itself(scenario: Scenario) -> None:
    for view in (CLOSED, OWN, ASSUMED):
        assert files.opened(View(NAME), scenario, "view.json", files.view_file(view)) == (view, [])


@pytest.mark.parametrize("text", ["- one\n", "a: [", "kind: taftan view\nscenario: elsewhere\n", "extends: elsewhere\n", "changes: 3\n"])
def test_other_files_are_refused(text: str, scenario: Scenario) -> None:
    with pytest.raises((ScenarioError, ValueError)):
        files.opened(View(NAME), scenario, "x.yaml", text)


def test_every_number_has_a_slider_that_reaches_its_ends(ground: Ground) -> None:
    for path, leaf in Numbers(ground).leaves.items():
        assert leaf.low is not None and leaf.high is not None
        assert value_at(leaf, 0) == leaf.low, path
        assert value_at(leaf, PLACES) == pytest.approx(leaf.high, rel=0.01), path
        value = float(str(leaf.value))
        assert 0 <= place_of(leaf, value) <= PLACES


def test_closed_folds_are_empty_and_open_ones_are_not(ground: Ground) -> None:
    closed, opened = (rail(Numbers(ground), View(NAME), Open(folds=folds)) for folds in (set[str](), {"dyad"}))
    assert "dyad.tension_half_life" not in closed and "dyad.tension_half_life" in opened


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        *OWN.own,
        ("pin", "both agree no 2024-01-19..2024-01-24"),
        ("pin", "china mediate +1d"),
        ("pin", "iran military not limited_strike 2024-01-16..2024-02-16"),
        ("set", "dyad.tension_half_life=9 2024-01-20..2024-02-01"),
    ],
)
def test_changes_read_from_flags_are_written_as_them_again(verb: str, words: str) -> None:
    assert files.flag_of(VERBS[verb](words), {}, "x") == (verb, words)


def test_a_what_if_of_the_library_opens_as_its_acts_with_the_dose_that_was_asked_for(scenario: Scenario) -> None:
    view, _ = files.opened(View(NAME), scenario, "closed.yaml", files.branch_yaml(CLOSED, scenario))
    assert view.own == (("pin", "iran border close 2024-01-19..2024-01-26"),)
