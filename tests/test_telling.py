"""One world told: the same world as in a large run, day by day, with the record's dead and the model's kept apart."""

import datetime
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, differing, made_up
from test_command_line import taftan

from sim.design import Point, point_in
from sim.experiments.tell import live, tell_world
from sim.narration import days, narrated
from sim.scenario.errors import ScenarioError
from sim.scenario.ladder import acts_of
from sim.scenario.schema import Scenario
from sim.simulate import Table, simulate
from sim.telling import World, events

WORLDS = 40


@pytest.fixture(scope="module")
def small() -> Scenario:
    return made_up(30, EXCHANGE, changes=LIVELY)


def told_events(scenario: Scenario, world: int, **how: Any) -> list[dict[str, Any]]:
    return tell_world(scenario, world, **how)[1]


def lines(scenario: Scenario, world: int, **how: Any) -> list[tuple[str, list[tuple[bool, str]]]]:
    return days(told_events(scenario, world, **how))


def alone(scenario: Scenario, point: Point, number: int) -> World:
    return live(Table(scenario, (point,), 1), number)


# ── The same world ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", ["forced", "assisted", "free"])
@pytest.mark.parametrize("number", [0, 17, WORLDS - 1])
def test_a_world_told_is_that_world_of_a_large_run_to_the_bit(small: Scenario, mode: Any, number: int) -> None:
    (many,) = simulate(small, [point_in(mode, 5)], WORLDS, 1)
    again = alone(small, point_in(mode, 5), number).result
    there = {name: np.ascontiguousarray(values[:, number : number + 1]) for name, values in many.series.items()}
    assert differing({name: np.ascontiguousarray(values) for name, values in again.series.items()}, there) == []
    assert again.log_weight[0] == many.log_weight[number]


def test_every_act_of_the_world_is_told_with_its_chance(small: Scenario) -> None:
    world = alone(small, point_in("assisted"), 3)
    told = {(event["date"], event["actor"], event["track"]): event for event in events(world)}
    series = world.result.series
    acted = 0
    for number in range(small.days):
        for state in small.states:
            for track in ("military", "public", "talks"):
                act = acts_of(track)[int(series[f"{state}.{track}"][number, 0])]
                if act not in ("stand_by", "nothing"):
                    event = told[small.date_of(number).isoformat(), state, track]
                    assert event["act"] == act
                    assert 0 < event["chance"] <= event["chance_if_sitting"] <= 1
                    acted += 1
    assert acted > 10


# ── Sentences ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_record_is_told_in_the_past(small: Scenario) -> None:
    told = dict(lines(small, world=0, mode="forced"))
    assert [words for _, words in told["2 January 2001"]] == [
        "Attack by Raiders in North at Mill; nine people were reported killed. North blamed South for it."
    ]
    ((of_record, strike),) = told["5 January 2001"]
    assert of_record
    assert strike.startswith("North's forces struck Ford (limited strike); three people were reported killed. Chance in the model that day: ")
    assert strike.endswith(" strike units.")
    assert [words.split(". ")[0] for _, words in told["6 January 2001"]] == [
        "South downgraded relations and called its envoys back",
        "Public call by Neighbour.",
    ]
    assert (True, "The two agreed to stop.") in told["8 January 2001"]
    assert told["13 January 2001"] == [(True, "The envoys of both went back to their posts.")]
    assert list(told) == sorted(told, key=lambda date: datetime.datetime.strptime(date, "%d %B %Y"))


def test_days_without_an_event_are_not_told(small: Scenario) -> None:
    told = lines(small, world=0, mode="forced")
    assert "1 January 2001" not in dict(told)
    assert len(told) < small.days


def test_as_recorded_everything_is_of_the_record_and_free_from_the_first_day_nothing_is(small: Scenario) -> None:
    assert all(event["recorded"] for event in told_events(small, 2, mode="forced"))
    assert not any(event["recorded"] for event in told_events(small, 2, mode="free"))


def test_with_governments_deciding_attacks_stay_the_record_s_and_acts_are_the_model_s(small: Scenario) -> None:
    for event in told_events(small, 2, mode="assisted"):
        assert event["recorded"] == (event["track"] == "attack")


def test_before_the_first_free_day_everything_is_of_the_record(small: Scenario) -> None:
    start = small.date_of(6)
    for event in told_events(small, 2, mode="free", start=start):
        assert event["recorded"] == (event["date"] < start.isoformat())


def test_recorded_dead_and_modelled_dead_never_share_a_sentence(january: Scenario, small: Scenario) -> None:
    for scenario in (january, small):
        for world in range(6):
            for event in told_events(scenario, world, start=scenario.date_of(10)):
                for sentence in event["sentences"]:
                    assert not ("reported killed" in sentence and "model" in sentence)
                    assert ("reported killed" in sentence) <= event["dead_recorded"]
                    assert (" killed" in sentence) <= (event["dead_recorded"] or "in the model" in sentence.lower())
                    assert not any(word in sentence for word in (" will ", "predict", "forecast", "prove"))


def test_blame_that_the_record_leaves_open_is_not_told_as_recorded(january: Scenario) -> None:
    """Whether Pakistan was blamed for the attack of 10 January is not recorded."""
    told = [event for event in told_events(january, 4, mode="forced") if event["track"] == "attack"]
    open_to_doubt = next(event for event in told if event["date"] == "2024-01-10")
    assert not open_to_doubt["blame_recorded"]
    assert open_to_doubt["sentences"][1:] in ([], ["In this world Iran blames Pakistan for it."])
    assert "Iran blamed Pakistan for it." in told[0]["sentences"]


def event(**more: Any) -> dict[str, Any]:
    known = dict.fromkeys(("place", "killed", "felt", "blamed", "target"))
    flags = {"recorded": False, "dead_recorded": False, "blame_recorded": False, "chance": 0.4, "need": 1.25}
    return {"date": "2001-01-03", "actor": "north", "track": "military", "act": "alert", **known, **flags, **more}


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({}, "North puts its forces on alert. Chance in the model that day: 40 in 100; its need to answer stands at 1.2 strike units."),
        (
            {"act": "expanded_strike", "target": "south", "place": "ford", "killed": 1, "felt": 2.04},
            "North's forces strike Ford (expanded strike); in the model one person is killed. Chance in the model that day: 40 in 100; "
            "its need to answer stands at 1.2 strike units. South feels it the next day as 2.0 strike units.",
        ),
        (
            {"act": "limited_strike", "target": "south", "killed": 7, "recorded": True},
            "North's forces struck South (limited strike). In the model seven people are killed. Chance in the model that day: 40 in 100; "
            "its need to answer stands at 1.2 strike units.",
        ),
        (
            {"track": "attack", "act": "attack", "actor": "raiders", "target": "north", "place": "ford", "killed": 0},
            "Attack by Raiders against North at Ford, on South's soil; in the model nobody is killed.",
        ),
        ({"track": "shock", "act": "shock", "actor": "outside", "target": "north", "killed": 0}, "An outside event shook North."),
        ({"act": "war", "track": "war", "actor": "both"}, "It is war: at least 5 strikes by each side within 30 days. The model's range ends here."),
    ],
)
def test_an_event_in_sentences(what: dict[str, Any], sentence: str) -> None:
    (told,) = narrated(made_up(30), [event(**what)])
    assert " ".join(told["sentences"]) == sentence


def test_need_is_told_once_a_day_and_outsiders_are_told_together() -> None:
    acts = [event(), event(track="public", act="protest")]
    calls = [event(actor=actor, track="third_party", act="call", chance=None) for actor in ("harbour", "neighbour")]
    told = [" ".join(one["sentences"]) for one in narrated(made_up(30), [*acts, *calls])]
    assert ["its need" in words for words in told] == [True, False, False, False]
    assert told[2:] == ["Public call by Harbour and Neighbour.", ""]
    assert len(days(narrated(made_up(30), calls))[0][1]) == 1


# ── Asked for and refused ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_value_changes_the_world(small: Scenario) -> None:
    assert told_events(small, 2, changes={"states.north.resolve.median": 0.05}) != told_events(small, 2)


@pytest.mark.parametrize("how", [{"world": -1}, {"world": 0, "mode": "fred"}, {"world": 0, "start": datetime.date(1999, 1, 1)}])
def test_what_cannot_be_asked_is_refused(small: Scenario, how: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError):
        tell_world(small, **how)


def test_the_command_tells_the_world_and_replay_tells_the_same(tmp_path: Path) -> None:
    explained = taftan("explain", "--world", "4", "--from", "2024-01-17", cwd=tmp_path)
    replayed = taftan("replay", "--world", "4", "--from", "2024-01-17", "--quiet", cwd=tmp_path)
    assert explained.returncode == 0, explained.stderr
    assert explained.stdout == replayed.stdout
    assert explained.stdout.startswith("World 4, with governments deciding from 17 January 2024: ")
    assert "\n16 January 2024\n  record  Iran's forces struck Panjgur" in explained.stdout


def test_json_gives_the_events(tmp_path: Path) -> None:
    done = taftan("explain", "--world", "0", "--mode", "forced", "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert {"schema_version", "command", "caveat", "world", "mode", "opening", "events"} <= answer.keys()
    assert {"date", "actor", "track", "act", "killed", "recorded", "chance", "need", "sentences"} <= answer["events"][0].keys()
    assert taftan("replay", "--world", "-3", "--quiet", cwd=tmp_path).returncode == 2
