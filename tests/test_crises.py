"""The crises of the bundle: each is sourced and in order, replays in every mode, and says what its record says."""

import re

import pandas as pd
import pytest
from test_twin import compare

import sim
from sim.design import MODES, point_in
from sim.history import history
from sim.plots import courses, dots, surprise, timeline
from sim.scenario.load import load, names
from sim.scenario.paths import leaves
from sim.scenario.schema import Scenario
from sim.scenario.tree import places

WORLDS = 24
CRISES = [name for name in names() if name != "base_rates"]
UNFITTED = [name for name in CRISES if name != "january_2024"]
TAG = re.compile(r"\b(?:S\d+|R\d+|GK|A1|CALC-[a-z]+)\b")

ELSEWHERE_SAID = ("the row's source", "fitted together with", "standard deviation of log (dead + 1) over the same")
"""Notes that point to the note on another value."""

RECORDS = {
    "january_2024": {"answer_lag": 2, "agreement_lag": 1, "strikes": 2, "killed": 11, "course": "one round, then agreement"},
    "india_pakistan_2019": {"answer_lag": 1, "strikes": 2, "killed": 0, "course": "one round, fades"},
    "iran_israel_april_2024": {"answer_lag": 12, "strikes": 3, "killed": 16, "killed_elsewhere": 16, "course": "two rounds or more"},
    "iran_israel_october_2024": {"answer_lag": 25, "strikes": 2, "killed_iran": 4, "killed_elsewhere": 1, "course": "one round, fades"},
    "united_states_iran_2020": {"answer_lag": 5, "strikes": 2, "killed_iran": 0, "killed_elsewhere": 7, "course": "one round, fades"},
    "pakistan_afghanistan_2025": {"answer_lag": 2, "agreement_lag": 4, "strikes": 6, "killed": None, "course": "two rounds or more"},
}
"""Lags and tolls as the sources give them; None: the record does not say, because it does not say how many some strike killed."""


@pytest.fixture(scope="module", params=CRISES)
def crisis(request: pytest.FixtureRequest) -> Scenario:
    return load(request.param)


def test_every_crisis_of_the_bundle_is_tested_here() -> None:
    assert set(CRISES) == set(RECORDS)


def test_a_record_says_what_its_sources_say(crisis: Scenario) -> None:
    found = history(crisis)
    for name, wanted in RECORDS[crisis.name].items():
        assert (None if pd.isna(found[name]) else found[name]) == wanted, name


@pytest.mark.parametrize("name", UNFITTED)
def test_only_the_default_crisis_was_in_view_when_weights_were_chosen(name: str) -> None:
    assert not load(name).fitted


WEIGHTS = ("resolve", "attention", "perception", "debt", "audience", "belief", "military", "public", "talks", "border")


@pytest.mark.parametrize("name", UNFITTED)
def test_no_weight_of_the_model_is_changed_for_a_crisis(name: str) -> None:
    scenario = load(name)
    for state in scenario.states.values():
        assert not set(WEIGHTS) & state.model_fields_set
    assert scenario.dyad.model_fields_set <= {"relations"}
    assert not {"mediation", "livelihoods"} & scenario.model_fields_set


def test_every_row_of_a_record_has_a_source_and_a_grade(crisis: Scenario) -> None:
    assert [event.words for event in crisis.history if not (event.source and event.confidence and event.words)] == []


def test_every_number_of_a_crisis_has_a_source_or_is_said_to_be_assumed(crisis: Scenario) -> None:
    tags = {reference.name for reference in crisis.references}
    for path, text in crisis.sources.items():
        assert text.startswith("assumed:") or set(TAG.findall(text)) & tags or text.startswith(ELSEWHERE_SAID), path
    noted = {".".join(place) for pattern in crisis.sources for place, _ in places(crisis, crisis, tuple(pattern.split(".")))}
    parts = ("states.", "dyad.", "third_parties.", "groups.")
    given = [path for path, leaf in leaves(crisis).items() if leaf.kind == "number" and path.startswith(parts) and is_given(crisis, path)]
    assert [path for path in given if not any(path == other or path.startswith(f"{other}.") for other in noted)] == []


def is_given(crisis: Scenario, path: str) -> bool:
    """Whether the crisis itself gives a value, and not the default."""
    node: object = crisis
    for word in path.split(".")[:-1]:
        node = node.get(word) if isinstance(node, dict) else getattr(node, word)
    last = path.split(".")[-1]
    return last in node if isinstance(node, dict) else last in getattr(node, "model_fields_set", ())


def test_tags_in_notes_are_sources_of_the_crisis(crisis: Scenario) -> None:
    tags = {reference.name for reference in crisis.references}
    used = {tag for text in crisis.sources.values() for tag in TAG.findall(text)} | {
        tag.strip() for event in crisis.history for tag in event.source.split(";")
    }
    assert used - tags - {""} == set()


def test_a_crisis_replays_in_every_mode_with_its_figures(crisis: Scenario) -> None:
    run = sim.replay(crisis, worlds=WORLDS)
    assert list(run.manifest["modes"]) == ["forced", "assisted", "free"]
    forced = run.outcomes[run.outcomes["mode"] == "forced"]
    assert forced["course"].unique().tolist() == [RECORDS[crisis.name]["course"]]
    assert run.manifest["modes"]["forced"]["log_score"] < 0
    frames = (timeline.timeline(run, crisis), surprise.surprise(run, crisis), courses.courses(run, crisis), dots.dots(run, crisis))
    assert all(frame is not None and frame.words.title for frame in frames)


@pytest.mark.parametrize("name", ["iran_israel_april_2024", "iran_israel_october_2024", "united_states_iran_2020", "pakistan_afghanistan_2025"])
@pytest.mark.parametrize("mode", MODES)
def test_the_twin_gives_the_same_numbers(name: str, mode: str) -> None:
    compare(load(name), [point_in(mode, 5)], seed=21, worlds=4)  # type: ignore[arg-type]
