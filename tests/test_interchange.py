"""Events as others code them: every act has its code or is left out for a reason, and known stories give known rows."""

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim.interchange import CAMEO_COLUMNS, ICB_COLUMNS, act_of, cameo, codes, icb, quad_class, write
from sim.run_tables import tables_of
from sim.scenario.ladder import JOINT_ACTS, THIRD_PARTY_ACTS, TRACKS
from sim.scenario.load import load, names
from sim.scenario.schema import Scenario
from sim.story import COLUMNS, of_history

QUIET = {("military", "stand_by"), ("public", "nothing"), ("border", "open"), ("talks", "nothing")}


@pytest.fixture(scope="module")
def january() -> Scenario:
    return load("january_2024")


def story(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Events of a world: date, actor, track, act."""
    blank = dict.fromkeys(COLUMNS) | {"world": "one"}
    return pd.DataFrame([blank | dict(zip(("date", "actor", "track", "act"), row, strict=True)) for row in rows])


def test_every_act_of_the_ladder_has_a_code_but_those_that_are_none() -> None:
    acts = {(track, act.name) for track, several in TRACKS.items() for act in several}
    acts |= {("talks", name) for name in JOINT_ACTS} | {("third_party", name) for name in THIRD_PARTY_ACTS} | {("attack", "attack")}
    assert {pair for pair in acts if act_of(*pair) is None} == QUIET
    assert all(code.isdigit() for pair in acts - QUIET if (act := act_of(*pair)) for code in [act.cameo])


def test_every_state_and_outsider_of_a_real_crisis_has_a_code() -> None:
    known = codes()
    for name in set(names()) - {"base_rates"}:
        crisis = load(name)
        assert set(crisis.states) | set(crisis.third_parties) <= set(known), name
        assert all(known[state].cameo and known[state].number for state in crisis.states)


def test_four_classes_follow_the_root_of_the_code() -> None:
    assert [quad_class(code) for code in ("010", "057", "061", "111", "138", "150", "195")] == [1, 1, 2, 3, 3, 4, 4]


def test_the_record_of_january_in_cameo(january: Scenario) -> None:
    events = cameo(pd.DataFrame(of_history(january)), january)
    assert tuple(events.columns) == CAMEO_COLUMNS
    strikes = events[events["EventCode"] == "195"]
    assert strikes[["SQLDATE", "Actor1CountryCode", "Actor2CountryCode", "Killed"]].to_numpy().tolist() == [
        ["20240116", "IRN", "PAK", 2], ["20240118", "PAK", "IRN", 9],
    ]  # fmt: skip
    assert set(strikes["GoldsteinScale"]) == {-10.0} and set(strikes["QuadClass"]) == {4}
    assert len(events[events["EventCode"] == "057"]) == 2  # a joint act has a row for each side
    assert set(events.loc[events["Actor1Name"] == "Jaish al-Adl", "Actor1Type1Code"]) == {"UAF"}


def test_a_word_that_asks_nothing_of_a_state_is_a_statement_and_no_appeal(january: Scenario) -> None:
    events = cameo(pd.DataFrame(of_history(january)), january)
    words = events[events["SQLDATE"] == "20240117"].set_index(["Actor1Name", "Actor2Name"])["EventCode"]
    assert words["China"].tolist() == words["United States"].tolist() == ["027", "027"]
    assert words["India"].tolist() == ["010", "010"]


def test_the_record_of_january_in_the_manner_of_icb(january: Scenario) -> None:
    rows = icb(pd.DataFrame(of_history(january)), january).set_index("ACTOR")
    assert (*rows.columns[:2], "ACTOR", *rows.columns[2:]) == ICB_COLUMNS
    assert rows.loc["PAK", ["TRIGDATE", "TRIGGR", "TRIGENT", "MAJRES", "TRGRESRA", "TERMDATE"]].tolist() == [
        "2024-01-16", "violent act", "Iran", "violent military act", 2, "2024-01-19",
    ]  # fmt: skip
    assert rows.loc["IRN", "TRIGGR"] == "indirect violent act" and rows.loc["IRN", "TRIGENT"] == "Jaish al-Adl"
    assert set(rows["SEVVIO"]) == {"minor clashes"} and set(rows["CRISMG"]) == {"multiple, including violence"}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([("2024-01-16", "iran", "military", "limited_strike")], {"MAJRES": "no response", "OUTFOR": "faded", "CRISMG": "violence"}),
        (
            [("2024-01-16", "iran", "military", "limited_strike"), ("2024-04-20", "pakistan", "public", "protest")],
            {"MAJRES": "verbal act", "OUTFOR": "not ended within the run"},
        ),
        (
            [
                ("2024-01-16", "iran", "military", "expanded_strike"),
                ("2024-01-17", "pakistan", "border", "close"),
                ("2024-01-20", "both", "talks", "agree"),
            ],
            {"MAJRES": "economic act", "OUTFOR": "semi-formal agreement", "SEVVIO": "serious clashes", "BREXRA": 4},
        ),
    ],
)
def test_how_a_crisis_went_and_ended(january: Scenario, rows: list[tuple[str, str, str, str]], expected: dict[str, Any] | None) -> None:
    if expected is None:
        quiet = story(("2024-01-16", "iran", "public", "protest"))
        assert icb(quiet, january).empty
        return
    found = icb(story(*rows), january).set_index("ACTOR").loc["PAK"]
    assert {name: found[name] for name in expected} == expected


def test_both_files_can_be_read_anywhere(january: Scenario, tmp_path: Path) -> None:
    for path in write(tmp_path, pd.DataFrame(of_history(january)), january):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert len({len(row) for row in rows}) == 1 and len(rows) > 1
        assert "nan" not in path.read_text(encoding="utf-8").lower().replace("nanga", "")


def test_these_tables_answer_sql_and_codes_keep_their_noughts(january: Scenario, tmp_path: Path) -> None:
    write(tmp_path, pd.DataFrame(of_history(january)), january)
    with tables_of(tmp_path) as connection:
        codes_there = {row[0] for row in connection.execute("SELECT EventCode FROM events_cameo").fetchall()}
        icb_rows = connection.execute("SELECT ACTOR, TRGRESRA FROM crisis_icb ORDER BY ACTOR").fetchall()
    assert "027" in codes_there
    assert [row[0] for row in icb_rows] == ["IRN", "PAK"]
    text = (tmp_path / "events_cameo.csv").read_text(encoding="utf-8")
    assert ",11\n" in text and ",11.0\n" not in text
