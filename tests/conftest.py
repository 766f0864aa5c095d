"""What several tests share: the crises that come with the program, and a made-up one built in memory."""

import datetime
from collections.abc import Iterable
from typing import Any

import hypothesis
import numpy as np
import pytest

from sim.model import Crisis
from sim.scenario.load import load
from sim.scenario.parts.record import Event
from sim.scenario.schema import Scenario

# The same examples on every machine, and no failure because one was slow.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, max_examples=40)
hypothesis.settings.load_profile("steady")

START = datetime.date(2001, 1, 1)

SMALL: dict[str, Any] = {
    "name": "made_up",
    "title": "North and South",
    "states": {
        "north": {"label": "North", "elections": {"general": {"date": datetime.date(2001, 2, 20)}}},
        "south": {"label": "South", "resolve": {"median": 0.9}, "strikes": {"ambiguity": 0.8}},
    },
    "third_parties": {
        "harbour": {"label": "Harbour", "leverage": {"north": 0.2, "south": 0.3}, "mediation_rate": 0.3},
        "neighbour": {"label": "Neighbour", "leverage": {"north": 0.3}, "urges": {"south": -0.5}, "bias": {"south": -0.4}},
    },
    "groups": {
        "bandits": {"label": "Bandits", "haven": "north", "target": "south", "fighters": 300.0, "tempo": {"talks": 0.2}},
        "raiders": {"label": "Raiders", "haven": "south", "target": "north", "fighters": 100.0, "salient": {"rate": 0.1}},
    },
    "communities": {
        "farm": {"label": "Farm", "state": "south", "latitude": 49.8, "longitude": 10.2, "people": 10000.0, "recruits_for": "raiders"},
        "ford": {"label": "Ford", "state": "south", "latitude": 49.9, "longitude": 10.0, "people": 30000.0, "recruits_for": "raiders"},
        "mill": {"label": "Mill", "state": "north", "latitude": 50.1, "longitude": 10.0, "people": 20000.0, "recruits_for": "bandits"},
    },
    "crossings": {
        "bridge": {"label": "Bridge", "latitude": 50.0, "longitude": 10.0},
        "ferry": {"label": "Ferry", "latitude": 49.95, "longitude": 10.1, "limit": 0.8},
    },
    "ties": (
        {"first": "bridge", "second": "ford", "kind": "serves", "weight": 2.0},
        {"first": "bridge", "second": "mill", "kind": "serves"},
        {"first": "farm", "second": "ford", "kind": "kin", "weight": 0.7},
        {"first": "farm", "second": "ford", "kind": "trade", "weight": 0.1},
        {"first": "ferry", "second": "farm", "kind": "serves"},
        {"first": "ferry", "second": "mill", "kind": "serves", "weight": 0.3},
        {"first": "ford", "second": "mill", "kind": "kin", "weight": 0.3},
        {"first": "farm", "second": "mill", "kind": "kin", "weight": 0.9},
    ),
}

LIVELY: dict[str, object] = {
    "states.*.attention.initial": 1.5,
    "states.*.border.constant": 0.5,
    "states.*.talks.constant": -1.0,
    "third_parties.*.mediation_rate": 0.3,
}
"""Changes under which everything that can happen does happen within weeks, in some world."""

BARE = ("third_parties", "groups", "communities", "crossings", "ties")


def made_up(
    days: int = 40, history: Iterable[Event] = (), without: Iterable[str] = (), changes: dict[str, object] | None = None, **parts: Any
) -> Scenario:
    """The made-up crisis: some days of it, with a record, without some parts, with values changed by path."""
    data = {**SMALL, "start": START, "end": START + datetime.timedelta(days=days - 1), "history": tuple(history), **parts}
    scenario = Scenario.model_validate({key: value for key, value in data.items() if key not in set(without)})
    return scenario.override(changes) if changes else scenario


def row(day: int, actor: str, track: str, act: str, *, until: int | None = None, **more: Any) -> Event:
    """A row of a record, its dates given as days of the run."""
    last = None if until is None else START + datetime.timedelta(days=until)
    return Event.model_validate({"date": START + datetime.timedelta(days=day), "until": last, "actor": actor, "track": track, "act": act, **more})


EXCHANGE = (
    row(1, "raiders", "attack", "attack", target="north", place="mill", killed=9, blamed="yes"),
    row(2, "north", "public", "protest"),
    row(4, "north", "military", "limited_strike", place="ford", killed=3),
    row(5, "south", "public", "downgrade"),
    row(5, "neighbour", "third_party", "call"),
    row(6, "south", "military", "limited_strike", place="mill", killed=5),
    row(6, "harbour", "third_party", "offer"),
    row(7, "north", "talks", "seek_talks"),
    row(7, "south", "talks", "seek_talks"),
    row(7, "both", "talks", "agree"),
    row(12, "both", "talks", "restore"),
)
"""A strike, an answer, an agreement, and envoys back; nothing is left open."""


def until(scenario: Scenario, date: datetime.date) -> Scenario:
    """The first part of a crisis."""
    rows = tuple(event for event in scenario.history if (event.until or event.date) <= date)
    return scenario.model_copy(update={"end": date, "history": rows})


def same_bits(one: Any, other: Any) -> bool:
    """Whether two arrays hold the same bits, type and shape included."""
    first, second = np.asarray(one), np.asarray(other)
    return first.dtype == second.dtype and first.shape == second.shape and first.tobytes() == second.tobytes()


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Names of the series that do not hold the same bits."""
    return [name for name in sorted(one.keys() | other.keys()) if name not in one or name not in other or not same_bits(one[name], other[name])]


def recorded(model: Crisis) -> dict[str, Any]:
    """Everything that a model remembers, by name."""
    record = model.record
    scored = {f"log p of {key}": value for key, value in record.scored.items()}
    return {**record.series, **{f"total {name}": value for name, value in record.totals.items()}, **scored, "log_weight": record.log_weight}


def ran(scenario: Scenario, **how: Any) -> dict[str, Any]:
    """Everything that is remembered of a run."""
    model = Crisis(scenario, **how)
    model.run()
    return recorded(model)


@pytest.fixture(scope="session")
def january() -> Scenario:
    """The crisis of January 2024."""
    return load("january_2024")


@pytest.fixture(scope="session")
def balakot() -> Scenario:
    """The crisis of February 2019: no communities, no crossings."""
    return load("india_pakistan_2019")
