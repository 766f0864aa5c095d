"""The seat: the model to the bit, logs that replay and are read with suspicion, what a player may know, the debrief."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.text import Text
from typer.testing import CliRunner

from sim.cli import app
from sim.design import Inject
from sim.model import Crisis
from sim.plots import dots_draw, seat_draw
from sim.plots.seat import belief, choices, course
from sim.plots.style import THEMES
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario
from sim.seat import log as logs
from sim.seat.briefing import briefing, sentences
from sim.seat.debrief import debrief, findings, other_run, other_worlds
from sim.seat.game import Game, played, setup, with_inject
from tests.test_figures import collisions

DAYS = 12
CHOICES: list[Any] = [{"public": "protest"}, {"military": "limited_strike", "talks": "seek_talks"}, None, {}, {"border": "close"}, {}]


@pytest.fixture(scope="module")
def short(january: Scenario) -> Scenario:
    """January 2024 without its last three months: a game of two weeks."""
    return january.model_copy(update={"end": january.date_of(33 + DAYS)})


def begun(scenario: Scenario, seat: str = "pakistan", **how: Any) -> Game:
    return Game(setup(scenario, seat, 33, **how))


def series(game: Game) -> dict[str, Any]:
    return {name: values[: game.day] for name, values in game.crisis.record.series.items()}


def same(one: Game, other: Game) -> bool:
    mine, theirs = series(one), series(other)
    return mine.keys() == theirs.keys() and all(np.array_equal(mine[name], theirs[name]) for name in mine)


# ── The model, to the bit ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seat", ["pakistan", "iran"])
@pytest.mark.parametrize("world", [0, 3])
def test_left_to_its_council_or_played_as_it_would_the_game_is_the_model_s_world_to_the_bit(short: Scenario, seat: str, world: int) -> None:
    council, person = begun(short, seat, world=world), begun(short, seat, world=world)
    while not council.over:
        council.decide(None)
    while not person.over:
        person.decide(council.advised[len(person.choices)])
    alone = Crisis(short, 1, world=world, points=[council.setup.point])
    alone.run()
    for game in (council, person):
        for name, values in series(game).items():
            assert np.array_equal(values, alone.record.series[name][: game.day]), name


def test_before_the_first_day_the_record_is_followed(short: Scenario) -> None:
    game = begun(short)
    assert game.day == 33
    assert [event["act"] for event in game.events() if event["track"] == "military"] == ["limited_strike"]


def test_choices_take_effect_and_what_is_left_out_goes_on(short: Scenario) -> None:
    game = played(setup(short, "pakistan", 33), CHOICES)
    acts = game.result().series
    assert acts["pakistan.military"][34, 0] == 2
    assert acts["pakistan.border"][37, 0] == acts["pakistan.border"][38, 0] == 2
    assert game.standing()["border"] == "close"


def test_played_again_or_with_nothing_injected_it_is_the_same(short: Scenario) -> None:
    first = played(setup(short, "pakistan", 33), CHOICES)
    assert same(first, played(setup(short, "pakistan", 33), CHOICES))
    changed = with_inject(first, Inject("shock", "pakistan", first.day, 2.0))
    assert same(first, changed)
    for game in (first, changed):
        game.decide({})
    assert not same(first, changed)
    with pytest.raises(ScenarioError, match="today or a day to come"):
        with_inject(first, Inject("shock", "pakistan", 33, 2.0))


def test_the_two_seats_are_treated_alike(short: Scenario) -> None:
    """What the other side does on the first day does not hang on who is played."""
    council = begun(short)
    council.decide(None)
    iran = begun(short, "iran")
    iran.decide(None)
    assert same(council, iran)


@pytest.mark.parametrize(("acts", "complaint"), [({"militry": "alert"}, "military"), ({"military": "limited_strik"}, "limited_strike")])
def test_what_cannot_be_done_is_refused_with_the_nearest_that_can(short: Scenario, acts: dict[str, str], complaint: str) -> None:
    game = begun(short)
    with pytest.raises(ScenarioError, match=complaint):
        game.decide(acts)
    assert game.day == 33


def test_a_seat_or_mode_that_there_is_not_is_refused(short: Scenario) -> None:
    with pytest.raises(ScenarioError, match="pakistan"):
        setup(short, "pakistn", 33)
    with pytest.raises(ScenarioError, match="assisted"):
        setup(short, "pakistan", 33, mode="asisted")


# ── What a player knows ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_briefing_hangs_on_nothing_that_only_the_other_side_knows(short: Scenario) -> None:
    """Another resolve, account, belief and mood on the other side, and nothing in the briefing changes."""
    game = played(setup(short, "pakistan", 33), CHOICES[:3])
    before = briefing(game)
    rival = game.state.rival
    rival._type = rival._type + 1.0
    rival.debt, rival.belief_log_odds, rival.mood, rival.attention = (
        value + 1.0 for value in (rival.debt, rival.belief_log_odds, rival.mood, rival.attention)
    )
    assert briefing(game) == before


def test_no_chance_of_the_model_is_told_before_the_debrief(short: Scenario) -> None:
    game = played(setup(short, "pakistan", 33), CHOICES[:3])
    told = " ".join(sentences(game, 33))
    assert "Chance" not in told
    assert "feels it" not in told
    assert "protests" in told


def test_a_day_on_which_nothing_happened_is_quiet(short: Scenario) -> None:
    game = begun(short)
    quiet = []
    while not game.over:
        dawn = briefing(game)
        quiet.append(dawn.quiet)
        assert dawn.quiet == (not dawn.happened)
        game.decide({})
    assert any(quiet)


# ── Logs ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def written(path: Path, game: Game) -> logs.Log:
    journal = logs.Log(path, game.setup)
    for number, acts in enumerate(game.choices):
        journal.decided(game.setup.scenario, game.setup.start + number, acts)
    return journal


def test_a_log_replays_to_the_bit_and_an_interrupted_one_goes_on(january: Scenario, tmp_path: Path) -> None:
    game = played(setup(january, "pakistan", 33, injects=[Inject("attack", "jaish_al_adl", 36, 4.0)]), CHOICES)
    written(tmp_path / "log.jsonl", game)
    read = logs.read(tmp_path / "log.jsonl")
    assert read.differs == ()
    assert same(logs.again(read), game)
    # Cut off in the middle of a line, as by a dying machine: the day was not decided.
    with (tmp_path / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"date": "2024-01-2')
    assert len(logs.read(tmp_path / "log.jsonl").choices) == len(CHOICES)


def test_a_log_of_another_program_says_so(january: Scenario, tmp_path: Path) -> None:
    written(tmp_path / "log.jsonl", played(setup(january, "pakistan", 33), CHOICES[:1]))
    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    head = json.loads(lines[0]) | {"scenario_hash": "0", "numerics": "0"}
    (tmp_path / "log.jsonl").write_text("\n".join([json.dumps(head), *lines[1:]]) + "\n", encoding="utf-8")
    assert logs.read(tmp_path / "log.jsonl").differs == ("the crisis", "how numbers are computed")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda lines: [], "at least the line"),
        (lambda lines: [lines[0].replace('"seat_log": 1', '"seat_log": 9'), *lines[1:]], "seat_log"),
        (lambda lines: [lines[0].replace("january_2024", "../../no_such_folder"), *lines[1:]], "no scenario"),
        (lambda lines: [lines[0].replace('"pakistan"', '"pakistn"'), *lines[1:]], "pakistan"),
        (lambda lines: [lines[0].replace('"world": 0', '"world": -1'), *lines[1:]], "world"),
        (lambda lines: [lines[0], "[]", *lines[1:]], "JSON object"),
        (lambda lines: [lines[0], "{", *lines[1:]], "line of JSON"),
        (lambda lines: [lines[0], *lines[2:]], "must be 2024-01-17"),
        (lambda lines: [lines[0], lines[1].replace("protest", "protst"), *lines[2:]], "protest"),
        (lambda lines: [lines[0], json.dumps({**json.loads(lines[1]), "acts": 3}), *lines[2:]], "acts by track"),
        (lambda lines: [*lines, '{"inject": {"kind": "attak", "actor": "x", "date": "2024-02-01", "size": 1}}'], "attack"),
        (lambda lines: [*lines, '{"inject": {"kind": "attack", "actor": "jaish", "date": "2024-02-01", "size": 1}}'], "jaish_al_adl"),
        (lambda lines: [*lines, '{"inject": {"kind": "shock", "actor": "iran", "date": "2024-02-01", "size": -1}}'], "size"),
        (lambda lines: [*lines, '{"inject": {"kind": "shock", "actor": "iran", "date": "2030-02-01", "size": 1}}'], "day of the run"),
    ],
)
def test_a_damaged_log_is_told_by_line_and_field(january: Scenario, tmp_path: Path, change: Any, complaint: str) -> None:
    written(tmp_path / "log.jsonl", played(setup(january, "pakistan", 33), CHOICES[:3]))
    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "log.jsonl").write_text("\n".join(change(lines)) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["play", "--replay", str(tmp_path / "log.jsonl"), "--worlds", "20"])
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


# ── The debrief ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def over(short: Scenario) -> Game:
    game = played(setup(short, "pakistan", 33), CHOICES)
    while not game.over:
        game.decide({})
    game.finish()
    return game


def test_the_debrief_counts_what_was_decided(over: Game) -> None:
    found = debrief(over, other_worlds(over, 60))
    table = found.tables["choices"]
    assert table["probability"].between(0, 1).all()
    assert {"2024-01-17", "2024-01-18", "2024-01-21"} <= set(table.loc[table["by"] == "person", "date"])
    assert (table.loc[table["date"] == "2024-01-19", "by"] == "council").all()
    assert found.tables["other_side"]["struck_by_you"].sum() == 1
    assert "Pakistan was played" in findings(found)[0]
    assert found.manifest["whole"]


def test_the_debrief_s_table_and_its_pictures_weigh_the_other_worlds_alike(over: Game) -> None:
    others = other_worlds(over, 60)
    table = debrief(over, others).tables["outcomes"].set_index("outcome")
    weights = np.exp(others.outcomes["log_weight"].astype(float))
    assert np.ptp(weights) > 0
    struck = others.outcomes["second_round"]
    defined = struck.notna()
    assert table.loc["second_round", "share"] == pytest.approx(np.average(struck[defined].astype(float), weights=weights[defined]))


def test_what_was_stopped_early_is_debriefed_with_its_council_on_the_days_that_were_left(short: Scenario) -> None:
    game = played(setup(short, "pakistan", 33), CHOICES[:2])
    game.finish()
    found = debrief(game, other_worlds(game, 60))
    assert found.manifest["decided"] == 2
    assert f"On the {short.days - 35} days that were left its council decided" in findings(found)[0]


def test_modelled_dead_are_told_without_those_of_the_record(over: Game) -> None:
    found = debrief(over, other_worlds(over, 60)).manifest
    assert found["killed_in_the_model"] == found["history"]["killed"] - 2  # two children on 16 January, in the record


def test_the_pictures_can_be_read(over: Game) -> None:
    others = other_worlds(over, 60)
    study, run = debrief(over, others), other_run(over, others)
    drawn = [(belief(study), seat_draw.draw_belief), (choices(study), seat_draw.draw_choices)]
    for theme in THEMES:
        for frame, draw in drawn:
            assert frame is not None
            assert collisions(draw(frame, theme)) == []  # type: ignore[operator]
    third = course(run, over.setup.scenario, study.manifest)
    assert third is not None
    assert "this exercise" in third.words.subtitle
    drawn = dots_draw.draw(third, THEMES[0])
    said = [text.get_text() for text in drawn.findobj(Text)]
    assert all(rail.note in said for rail in third.rails)  # a share is told with the worlds of which it is one
    assert not any("alone" in words for words in said)
    assert "the record" not in third.words.subtitle


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_game_of_given_choices_runs_to_its_end_and_prints_one_object(tmp_path: Path) -> None:
    (tmp_path / "choices.yaml").write_text("2024-01-17: {public: protest}\n2024-01-18: council\n", encoding="utf-8")
    words = ["--as", "pakistan", "--choices", str(tmp_path / "choices.yaml"), "--log", str(tmp_path / "log.jsonl"), "--worlds", "40"]
    done = CliRunner().invoke(app, ["play", *words, "--json", "--out", str(tmp_path / "here")])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["seat"] == "pakistan"
    assert {"index.html", "seat_belief.png", "seat_choices.png", "seat_course.png", "seat_border.png"} <= {
        file.name for file in (tmp_path / "here").iterdir()
    }
    again = CliRunner().invoke(app, ["play", "--replay", str(tmp_path / "log.jsonl"), "--worlds", "40", "--json", "--out", str(tmp_path / "again")])
    assert again.exit_code == 0, again.stderr
    assert json.loads(again.stdout)["choices"] == json.loads(done.stdout)["choices"]


def test_a_person_is_asked_track_by_track_and_may_stop_and_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed = "?\n3\n9\n2\n\nseek_talks\nnote Think of the vote.\ninject shock pakistan 0.5\ninject shok pakistan 1\nc\nq\n"
    done = CliRunner().invoke(app, ["play", "--as", "pakistan"], input=typed)
    assert done.exit_code == 0, done.stderr
    assert "17 January 2024" in done.stdout
    assert "is none of them" in done.stdout
    assert "shock" in done.stdout
    assert "--resume" in done.stderr
    path = next((tmp_path / "results").glob("play_*.jsonl"))
    read = logs.read(path)
    assert read.choices == ({"military": "limited_strike", "public": "protest", "talks": "seek_talks"}, None)
    assert len(read.setup.injects) == 1
    assert read.notes == {"2024-01-18": ["Think of the vote."]}
    on = CliRunner().invoke(app, ["play", "--resume", str(path)], input="c\nq\n")
    assert on.exit_code == 0, on.stderr
    assert len(logs.read(path).choices) == 3


def test_a_log_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("mine\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["play", "--log", str(tmp_path / "log.jsonl")], input="q\n")
    assert done.exit_code == 2
    assert (tmp_path / "log.jsonl").read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("[1, 2]", "mapping"), ("2030-01-01: council", "day of the run"), ("2024-01-20: {military: alrt}", "alert"), ("2024-01-20: 3", "council")],
)
def test_choices_that_cannot_be_made_are_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "choices.yaml").write_text(text + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["play", "--choices", str(tmp_path / "choices.yaml"), "--log", str(tmp_path / "log.jsonl"), "--worlds", "20"])
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_log_that_was_stopped_is_debriefed_when_played_again(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    words = ["play", "--as", "pakistan", "--log", str(log), "--worlds", "40"]
    stopped = CliRunner().invoke(app, words, input="\n\n\n\nq\n")
    assert stopped.exit_code == 0 and "--replay" in stopped.stderr
    done = CliRunner().invoke(app, ["play", "--replay", str(log), "--worlds", "40", "--out", str(tmp_path / "here")])
    assert done.exit_code == 0, done.stderr
    assert "its council decided" in done.stdout


def test_going_on_with_a_log_that_was_cut_short_loses_that_line_alone(short: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    game = Game(setup(short, "pakistan", 33))
    journal = logs.Log(path, game.setup)
    for day, acts in enumerate(CHOICES[:2], 33):
        journal.decided(short, day, acts)
    path.write_bytes(path.read_bytes()[:-10])
    again = logs.Log(path, game.setup, append=True)
    again.decided(short, 34, CHOICES[1])
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3
    assert all(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("flags", [("--seed", "-1"), ("--world", "-1"), ("--world", "9" * 20), ("--worlds", "0")])
def test_numbers_that_there_are_not_are_refused_before_anything_is_played(tmp_path: Path, flags: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["play", "--log", str(tmp_path / "log.jsonl"), *flags])
    assert done.exit_code == 2 and flags[0] in done.stderr and "Traceback" not in done.output
