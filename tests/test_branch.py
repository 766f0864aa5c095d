"""A branch beside its parent: the same luck, the same past, and nothing but the change between them."""

import datetime
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, differing, made_up
from typer.testing import CliRunner

import sim
from sim.branch_flags import change_of_inject, change_of_pin, change_of_set
from sim.branches import read
from sim.cli import app
from sim.design import After, Inject, Pin, Point, Set, point_in
from sim.effect_words import branch_findings
from sim.experiments.branch import branch
from sim.experiments.reading import study
from sim.scenario.branches import as_yaml, load_branch, read_branch
from sim.scenario.errors import ScenarioError
from sim.scenario.parts.branch import BranchFile
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, Table, simulate

DAY = 8
"""The day on which the branches of these tests part from their parents."""


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    """The made-up crisis, lively, with an exchange of strikes in its record."""
    return made_up(days=40, history=EXCHANGE, changes=LIVELY)


def branch_of(*changes: dict[str, Any], doses: dict[str, Any] | None = None, **more: Any) -> BranchFile:
    """A branch written in code."""
    words = {"title": "A change", "question": "What if?", "source": "assumed"}
    return BranchFile.model_validate({**words, **more, "doses": doses or {}, "changes": tuple(changes)})


def day(number: int) -> str:
    """A day of the made-up crisis as people write it."""
    return (datetime.date(2001, 1, 1) + datetime.timedelta(days=number)).isoformat()


CLOSURE = {"pin": "north", "track": "border", "act": "close", "from": day(DAY), "days": 10.0}


def pair(crisis: Scenario, entry: BranchFile, mode: Any = "assisted", worlds: int = 200, **more: Any) -> tuple[PointResult, PointResult]:
    """Parent and branch in full."""
    made = read(crisis, "a", entry, more.get("doses"), DAY)
    parent = point_in(mode, DAY, name="parent")
    child = replace(parent, name="a", sets=made.sets, pins=made.pins, injects=made.injects)
    first, second = simulate(crisis, [parent, child], worlds, 3)
    return first, second


def series_of(result: PointResult) -> dict[str, Any]:
    return {**result.series, **result.totals, "log_weight": result.log_weight}


@pytest.mark.parametrize("mode", ["assisted", "free"])
def test_a_branch_whose_change_lasts_no_day_is_its_parent_to_the_bit(crisis: Scenario, mode: str) -> None:
    changes = ({**CLOSURE, "days": "length"}, {"set": "states.*.resolve.median", "value": 0.1, "from": day(DAY), "until": day(DAY)})
    parent, child = pair(crisis, branch_of(*changes, doses={"length": {"default": 0.0}}), mode)
    assert differing(series_of(parent), series_of(child)) == []


def test_an_empty_branch_is_its_parent_and_says_so(crisis: Scenario) -> None:
    found = branch(crisis, branch_of(), at=day(DAY), worlds=60, parameters="point").manifest["branches"]["your_change"]
    assert found["changed_worlds"] == 0
    assert found["why_unchanged"] == "it changes nothing"


CHANGES: tuple[dict[str, Any], ...] = (
    CLOSURE,
    {"pin": "south", "track": "military", "act": ("stand_by", "alert"), "from": day(DAY)},
    {"pin": "harbour", "act": "not mediate", "from": day(DAY)},
    {"pin": "both", "track": "agree", "act": "no", "from": day(DAY)},
    {"set": "states.*.perception.noise", "value": 1.2, "from": day(DAY)},
    {"set": "communities.*.relief", "value": 0.5, "from": day(DAY), "while": "the border is closed"},
    {"inject": "attack", "actor": "raiders", "size": 12.0, "on": day(DAY)},
    {"inject": "relief", "actor": "south", "size": 0.3, "from": day(DAY), "days": 5.0},
    {"pin": "north", "track": "border", "act": "close", "from": "the day after the agreement", "days": 6.0},
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: " ".join(str(value) for value in change.values())[:40])
def test_before_its_change_a_branch_is_its_parent_to_the_bit(crisis: Scenario, change: dict[str, Any]) -> None:
    parent, child = pair(crisis, branch_of(change))
    before = [{name: values[:DAY] for name, values in result.series.items()} for result in (parent, child)]
    assert differing(*before) == []
    assert parent.log_weight.tobytes() == child.log_weight.tobytes()


def test_a_branch_is_the_same_alone_and_among_others_and_whatever_the_chunk(crisis: Scenario) -> None:
    parent = point_in("assisted", DAY, name="parent")
    made = [read(crisis, str(number), branch_of(change), {}, DAY) for number, change in enumerate(CHANGES)]
    points = [parent, *(replace(parent, name=one.name, sets=one.sets, pins=one.pins, injects=one.injects) for one in made)]
    together = simulate(crisis, points, 60, 3)
    for number in (1, 4, 6, 9):
        alone = simulate(crisis, [parent, points[number]], 60, 3)[1]
        assert differing(series_of(together[number]), series_of(alone)) == []
    table = Table(crisis, tuple(points), 3)
    parts = [table.chunk(0, 13), table.chunk(13, 47)]
    cut = np.concatenate([part[9].series["tension"] for part in parts], axis=1)
    assert cut.tobytes() == together[9].series["tension"].tobytes()


def test_a_day_counted_from_an_event_is_another_one_in_every_world(crisis: Scenario) -> None:
    parent = Point("parent", states_until=2)
    pin = Pin("north", "border", ("close",), After("first strike", 2), After("first strike", 5))
    before, after = simulate(crisis, [parent, replace(parent, name="closed", pins=(pin,))], 300, 3)
    struck = before.course().first_strike
    assert len(np.unique(struck[~np.isnan(struck)])) > 5
    closed = after.series["north.border"] == 2
    for world in np.flatnonzero(~np.isnan(struck) & (struck < 33)):
        start = int(struck[world]) + 2
        assert closed[start : start + 3, world].all()
        assert (before.series["tension"][:start, world] == after.series["tension"][:start, world]).all()
    never = np.isnan(struck)
    assert never.any()
    assert all((before.series[name][:, never] == after.series[name][:, never]).all() for name in before.series)


def test_a_condition_opens_and_closes_with_what_held_on_the_eve(crisis: Scenario) -> None:
    open_but_for_ten_days = (Pin("north", "border", ("open",), 2), Pin("north", "border", ("close",), 5, 15), Pin("south", "border", ("open",), 2))
    parent = Point("parent", states_until=2, pins=open_but_for_ten_days)
    change = Set("communities.*.relief", 0.2, 0, during="the border is closed")
    both = [parent, replace(parent, name="relief", sets=(change,))]
    always = replace(parent, name="always", sets=(Set("communities.*.relief", 0.2, 6, 16),))
    _, relieved, dated = simulate(crisis, [*both, always], 40, 3)
    assert (relieved.series["hardship"] == dated.series["hardship"]).all()


def test_a_closure_for_some_days_ends_with_them(crisis: Scenario) -> None:
    _, closed = pair(crisis, branch_of(CLOSURE, {"set": "states.*.border.constant", "value": 20.0, "from": day(2)}))
    assert (closed.series["north.border"][DAY : DAY + 10] == 2).all()
    assert (closed.series["north.border"][DAY + 10] == 0).all()


def test_of_several_pins_on_a_day_the_last_one_counts_whatever_their_kind(crisis: Scenario) -> None:
    found = Pin("north", "border", ("close",), After("first strike", 1), After("first strike", 20))
    dated = Pin("north", "border", ("open",), DAY, DAY + 5)
    parent = point_in("assisted", DAY, name="parent")
    first, last = simulate(crisis, [replace(parent, pins=(found, dated)), replace(parent, pins=(dated, found))], 20, 3)
    assert (first.series["north.border"][DAY : DAY + 5] == 0).all()
    assert (last.series["north.border"][DAY : DAY + 5] == 2).all()


def test_an_inject_on_a_day_that_each_world_finds_happens_once_in_it(crisis: Scenario) -> None:
    parent = Point("parent", states_until=2)
    inject = Inject("attack", "raiders", After("answer", 1), 12.0)
    before, after = simulate(crisis, [parent, replace(parent, name="spoiler", injects=(inject,))], 200, 3)
    more = after.series["raiders.killed"].astype(float).sum(axis=0) - before.series["raiders.killed"].astype(float).sum(axis=0)
    answered = ~np.isnan(before.course().answer)
    assert answered.any()
    assert (more[answered & (before.course().answer < 38)] >= 12 - 1e-3).mean() > 0.5


def test_an_outsider_held_to_silence_is_one_whose_every_channel_is_nought(crisis: Scenario) -> None:
    parent = point_in("free", 0, name="parent")
    silent = replace(parent, pins=tuple(Pin(name, "third_party", ("silent",)) for name in crisis.third_parties))
    events = [event for event in EXCHANGE if event.track != "third_party"]
    changes = {path: value for path, value in LIVELY.items() if not path.startswith("third_parties")}
    gone = made_up(days=40, history=events, changes=changes, without=["third_parties"])
    pinned = simulate(crisis, [silent], 80, 3)[0]
    removed = simulate(gone, [parent], 80, 3)[0]
    shared = {name: values for name, values in pinned.series.items() if name in removed.series}
    assert differing(shared, {name: removed.series[name] for name in shared}) == []


def test_worlds_of_a_parameter_draw_share_their_parameters_and_nothing_else(january: Scenario) -> None:
    from sim.scenario.priors import load_priors

    point = (point_in("assisted", 0),)
    model = Table(january, point, 1, load_priors(), 20).crisis(10, 50)
    median = model.states[0].settings.resolve.median[0]
    assert [len(set(part)) for part in np.split(median, [10, 30])] == [1, 1, 1]
    assert len(set(median)) == 3
    alone = Table(january, point, 1, load_priors(), 20).crisis(25, 4)
    assert alone.states[0].settings.resolve.median[0].tobytes() == median[15:19].tobytes()
    assert len(set(model.states[0]._type[0])) == 50


def test_a_study_is_the_same_in_one_process_and_in_two(crisis: Scenario) -> None:
    made = read(crisis, "a", branch_of(CLOSURE), {}, DAY)
    parent = point_in("assisted", DAY, name="parent")
    table = Table(crisis, (parent, replace(parent, name="a", pins=made.pins)), 3)
    one, two = (study(table, [0, 0], 9000, workers=workers) for workers in (1, 2))
    assert one[1].values.equals(two[1].values)
    assert one[1].series["tension"].tobytes() == two[1].series["tension"].tobytes()


def test_a_closure_makes_hardship_and_the_study_says_how_much_and_how_sure(crisis: Scenario) -> None:
    found = branch(crisis, branch_of(CLOSURE), worlds=2000).manifest
    entry = found["branches"]["your_change"]
    hardship = entry["effects"]["hardship_person_days"]
    assert set(hardship) >= {"difference", "low", "high", "p_positive", "lower", "same", "higher", "given", "worlds"}
    assert 0 < hardship["low"] < hardship["difference"] < hardship["high"]
    assert hardship["p_positive"] > 0.95
    assert hardship["low_together"] <= hardship["low"]
    assert hardship["lower"] + hardship["same"] + hardship["higher"] == pytest.approx(1)
    assert 0 < entry["effective_sample_size"] <= 2000
    json.dumps(found)


def test_lags_that_never_end_are_counted_to_the_end_of_the_run(crisis: Scenario) -> None:
    no_agreement = {"pin": "both", "track": "agree", "act": "no", "from": day(DAY - 1)}
    found = branch(crisis, branch_of(no_agreement), worlds=200, parameters="point")
    rows = found.outcomes[found.outcomes["setup"] == "your_change"]
    answered = rows["answered"] == 1
    assert (rows["agreement_lag"][answered].dropna() == crisis.days - 1 - 6).all()


def test_two_changes_at_once_come_with_their_interaction(crisis: Scenario, tmp_path: Path) -> None:
    files = []
    later = {**CLOSURE, "from": day(DAY + 3)}
    for name, change in (("closed", later), ("calm", {"set": "states.*.resolve.median", "value": 0.05, "from": day(DAY)})):
        files.append(tmp_path / f"{name}.yaml")
        files[-1].write_text(as_yaml(branch_of(change)), encoding="utf-8")
    found = branch(crisis, [f"{files[0]}+{files[1]}"], worlds=400, parameters="point")
    both = found.manifest["interactions"]["closed+calm"]["peak_tension"]
    rows = found.outcomes.assign(part=found.outcomes["peak_tension"] * found.outcomes["weight"])
    means = rows.groupby("setup")["part"].sum()
    parent = next(name for name in means.index if name.startswith("as it was"))
    assert both["difference"] == pytest.approx(means["closed+calm"] - means["closed"] - means["calm"] + means[parent])


def test_worlds_are_added_until_the_precision_asked_for_is_met(crisis: Scenario) -> None:
    """A change that keeps a strike from coming in some worlds and not in others, so that a few worlds do not tell by how much."""
    told: list[str] = []
    calm = branch_of({"set": "states.*.resolve.median", "value": 0.05, "from": day(2)})
    found = branch(crisis, calm, worlds=100, parameters="point", precision=0.02, outcomes=["struck"], tell=told.append)
    assert told[0].startswith("100 worlds a set-up: shares are known to 0.")
    entry = found.manifest["branches"]["your_change"]["effects"]["struck"]
    assert entry["worlds"] > 100
    assert entry["high"] - entry["low"] <= 0.0401
    again = branch(crisis, calm, worlds=entry["worlds"], parameters="point", outcomes=["struck"])
    assert again.manifest["branches"]["your_change"]["effects"]["struck"]["difference"] == entry["difference"]


def test_branches_of_different_days_have_parents_of_their_own(crisis: Scenario) -> None:
    later = {**CLOSURE, "from": day(DAY + 5)}
    made = [read(crisis, name, branch_of(change)) for name, change in (("early", CLOSURE), ("late", later))]
    from sim.experiments.branch import Request, run

    found = run(Request(crisis, tuple(made), worlds=100, parameters="point"))
    assert {entry["at"] for entry in found.manifest["branches"].values()} == {day(DAY), day(DAY + 5)}
    assert found.outcomes["parent"].nunique() == 2


# Written on the command line, and kept as a file


def test_flags_and_files_say_the_same(crisis: Scenario, tmp_path: Path) -> None:
    window = f"{day(DAY)}..{day(DAY + 10)}"
    changes = [
        change_of_pin(f"north border close {window}"),
        change_of_pin("harbour not mediate +3d.."),
        change_of_pin("south military stand_by|alert while envoys are away"),
        change_of_set(f"states.north.resolve.median=0.2 {window}"),
        change_of_inject(f"attack raiders 9 {day(DAY)}"),
    ]
    words = {"title": "x", "question": "What if?", "source": "assumed"}
    entry = BranchFile.model_validate({**words, "changes": tuple(changes)})
    made = read(crisis, "a", entry, {}, DAY)
    assert made.pins[0] == Pin("north", "border", ("open",), DAY + 10, DAY + 11)
    assert made.pins[1] == Pin("north", "border", ("close",), DAY, DAY + 10)
    assert made.pins[2] == Pin("harbour", "third_party", ("silent", "call", "offer"), After("first strike", 3))
    assert made.pins[3] == Pin("south", "military", ("stand_by", "alert"), DAY, during="envoys are away")
    assert made.sets == (Set("states.north.resolve.median", 0.2, DAY, DAY + 10),)
    file = tmp_path / "kept.yaml"
    file.write_text(as_yaml(entry), encoding="utf-8")
    assert read(crisis, "a", read_branch(file), {}, DAY) == made


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({**CLOSURE, "pin": "nroth"}, "nroth.*did you mean north"),
        ({**CLOSURE, "act": "shut"}, "shut.*must be one of open, restrict, close"),
        ({**CLOSURE, "track": "militry"}, "militry.*did you mean military"),
        ({**CLOSURE, "from": "2003-01-01"}, "2003-01-01.*must be a day of the run"),
        ({**CLOSURE, "from": "soon"}, "soon.*must be a date"),
        ({**CLOSURE, "from": "2 days after the first strik"}, "first strik.*did you mean first strike"),
        ({**CLOSURE, "from": "0 days after the answer"}, "at least a day after"),
        ({**CLOSURE, "while": "it rains"}, "it rains.*must be one of"),
        ({**CLOSURE, "days": -2.0}, "must be a whole number from 0 to 40, the days of the run"),
        ({**CLOSURE, "days": "dayz"}, "dayz"),
        ({"pin": "north", "set": "dyad.calm", "track": "border", "act": "close"}, "must hold one of pin, set, inject"),
        ({"inject": "attack", "actor": "pirates", "size": 3.0, "on": day(9)}, "pirates.*must be one of bandits, raiders"),
        ({"inject": "attack", "actor": "raiders", "size": 3.0}, "on.*is required"),
        ({"inject": "relief", "actor": "south", "size": 0.3, "on": day(9)}, "on.*goes not with inject.*while"),
        ({**CLOSURE, "value": 3.0}, "value.*goes not with pin"),
        ({"inject": "rain", "actor": "raiders", "size": 3.0, "on": day(9)}, "rain.*must be one of attack, shock, casualties, relief"),
        ({**CLOSURE, "from": "+0d"}, "at least a day after"),
    ],
)
def test_what_cannot_be_is_refused_with_the_nearest_that_can(crisis: Scenario, change: dict[str, Any], complaint: str) -> None:
    import re

    with pytest.raises(ScenarioError) as caught:
        read(crisis, "a", branch_of(change), {}, DAY)
    assert re.search(complaint, str(caught.value), re.IGNORECASE), str(caught.value)


def test_words_may_name_only_doses_that_there_are(crisis: Scenario) -> None:
    for title in ("{weeks} weeks", "{0}", "{}"):
        with pytest.raises(ScenarioError, match="title"):
            read(crisis, "a", branch_of(CLOSURE, title=title), {}, DAY)
    assert read(crisis, "a", branch_of(CLOSURE, title="a { b"), {}, DAY).title == "a { b"


def test_the_day_on_which_a_branch_parts_is_a_date(crisis: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"at = .*must be a date"):
        read(crisis, "a", branch_of(CLOSURE, at="2 days after the answer"))


@pytest.mark.parametrize("typed", ["states.north.resolve.median=nan", "states.north.resolve.median=inf 2001-01-09.."])
def test_numbers_that_are_none_are_refused_as_typed(typed: str) -> None:
    with pytest.raises(ScenarioError, match="--set"):
        change_of_set(typed)


def test_pins_that_contradict_each_other_are_refused(crisis: Scenario) -> None:
    other = {**CLOSURE, "act": "open", "from": day(DAY + 3)}
    with pytest.raises(ScenarioError, match="cannot both be on the same day"):
        read(crisis, "a", branch_of(CLOSURE, other), {}, DAY)
    read(crisis, "a", branch_of(CLOSURE, {**other, "from": day(DAY + 10)}), {}, DAY)


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"at": day(DAY + 1)}, "--at.*must not be after the first day of the change"),
        ({"at": "2003-01-01"}, "--at.*must be a day of the run"),
        ({"mode": "forced"}, "--mode.*must be one of assisted, free"),
        ({"parameters": "guess"}, "--parameters.*must be one of point, prior"),
        ({"worlds": 100}, "--worlds.*at least 2,000"),
        ({"outcomes": ["agrement"]}, "agrement.*agreement"),
        ({"precision": 0.0}, "--precision.*must be above 0"),
    ],
)
def test_what_cannot_be_asked_is_refused(crisis: Scenario, asked: dict[str, Any], complaint: str) -> None:
    import re

    with pytest.raises(ScenarioError) as caught:
        branch(crisis, branch_of(CLOSURE), **asked)
    assert re.search(complaint, str(caught.value)), str(caught.value)


def test_an_unknown_branch_is_answered_with_the_nearest() -> None:
    with pytest.raises(ScenarioError, match="Did you mean iran_closes_border"):
        sim.branch(sim.load("january_2024"), "iran_close_border")


def test_an_unknown_dose_is_refused() -> None:
    with pytest.raises(ScenarioError, match="--dose"):
        sim.branch(sim.load("january_2024"), "iran_closes_border", doses={"weeks": [1.0]})


def test_a_branch_file_with_mistakes_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(as_yaml(branch_of(CLOSURE)).replace("track:", "trakc:"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.yaml:\d+.*trakc.*track"):
        load_branch(file)


def test_what_is_kept_of_flags_can_be_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    asked = ["--parameters", "point", "--worlds", "40", "--quiet", "--json"]
    own = ["--at", "2024-01-17", "--set", "states.pakistan.resolve.median=0.2", "--save", "mine"]
    first, second = (CliRunner().invoke(app, ["branch", "january_2024", *flags, *asked]) for flags in (own, ["--what", "mine.yaml"]))
    assert (first.exit_code, second.exit_code) == (0, 0), second.output
    effects = [next(iter(json.loads(run.stdout.splitlines()[-1])["branches"].values()))["effects"] for run in (first, second)]
    assert effects[0] == effects[1]


def test_an_outcome_that_a_change_leaves_undefined_everywhere_is_said_not_hidden(crisis: Scenario) -> None:
    hold_back = {"pin": "south", "track": "military", "act": ("stand_by", "alert"), "from": day(5)}
    found = branch(crisis, branch_of(hold_back), worlds=80, parameters="point").manifest
    assert found["branches"]["your_change"]["parent"]["second_round"]["worlds"] > 0
    assert any("A second round" in line and "nothing to compare" in line for line in branch_findings(found))
