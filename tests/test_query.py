"""query: a run's tables answer SELECTs, say what their columns mean, and let nothing be written, or read outside the folder."""

import json
import math
import re
import shlex
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars
import pytest
from typer.testing import CliRunner, Result

import sim
from sim.cli import app
from sim.commands import common
from sim.run_tables import ANSWER, ask, tables_of
from sim.scenario.parts.branch import BranchFile
from sim.store import folder_name, save
from tests.sweep_folder import LEAKAGE, RESOLVE, lively, write_sweep

PEACE = {"pin": "north", "track": "military", "act": ("not limited_strike", "not expanded_strike"), "from": "2001-01-10"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with a sweep, a replay and a branch study in results/, and a secret beside it."""
    folder = tmp_path_factory.mktemp("desk")
    crisis = lively()
    write_sweep(folder / "results" / "sweep_vary_abc123")
    lever = BranchFile.model_validate({"title": "Peace", "question": "What if?", "source": "made up", "changes": (PEACE,)})
    for run in (sim.replay(crisis, worlds=30), sim.branch(crisis, lever, worlds=40, parameters="point", workers=1)):
        run.manifest["finding"] = "found"
        save(run, folder / "results" / folder_name(run.manifest))
    (folder / "secret.csv").write_text("word\nhush\n")
    return folder


@pytest.fixture
def at_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(desk)
    return desk


def asked(*words: str) -> Result:
    return CliRunner().invoke(app, ["query", *words])


def rows(*words: str) -> list[dict[str, Any]]:
    done = asked(*words, "--json")
    assert done.exit_code == 0, done.stderr
    return list(json.loads(done.stdout)["rows"])


# ── Answers ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_a_table_with_its_number_of_rows(at_desk: Path) -> None:
    done = asked("sweep", "SELECT point, count(*) AS worlds FROM outcomes GROUP BY point ORDER BY point")
    assert done.exit_code == 0
    assert "point   worlds" in done.stdout
    assert "6 rows" in done.stdout
    assert "Next:" in done.stderr


def test_what_is_cut_is_said(at_desk: Path) -> None:
    done = asked("sweep", "FROM outcomes", "--limit", "2")
    assert "The first 2 of 360 rows" in done.stdout
    assert "Columns not shown, for want of room:" in done.stdout
    assert "log_weight" in done.stdout
    assert "360" not in asked("sweep", "FROM outcomes LIMIT 7").stdout


def test_what_is_missing_is_null_in_table_json_and_files(at_desk: Path, tmp_path: Path) -> None:
    question = "SELECT agreement_lag FROM outcomes ORDER BY agreement_lag NULLS FIRST LIMIT 1"
    assert "NULL" in asked("sweep", question).stdout
    assert rows("sweep", question) == [{"agreement_lag": None}]
    for suffix, read in (("csv", pd.read_csv), ("parquet", pd.read_parquet)):
        file = tmp_path / f"answer.{suffix}"
        assert asked("sweep", question, "--to", str(file)).exit_code == 0
        assert read(file)["agreement_lag"].isna().all()  # type: ignore[operator]


def test_a_number_that_is_not_finite_is_null_as_json(at_desk: Path, tmp_path: Path) -> None:
    assert rows("sweep", "SELECT 1 / 0 AS endless, 2 AS two") == [{"endless": None, "two": 2}]
    assert asked("sweep", "SELECT 1 / 0 AS endless, 2 AS two", "--to", str(tmp_path / "a.json")).exit_code == 0
    assert json.loads((tmp_path / "a.json").read_text()) == [{"endless": None, "two": 2}]


def test_worlds_of_a_sweep_have_the_weight_that_their_record_gives_them(at_desk: Path) -> None:
    kept = pd.read_parquet(at_desk / "results" / "sweep_vary_abc123" / "outcomes")
    weight = np.exp(kept["log_weight"] - kept.groupby("point")["log_weight"].transform("max"))
    assert weight.nunique() > 10
    found = rows("sweep", "SELECT point, sum(weight * war::INT) / sum(weight) AS war, max(weight) AS top FROM outcomes GROUP BY point ORDER BY point")
    wanted = (weight * kept["war"]).groupby(kept["point"]).sum() / weight.groupby(kept["point"]).sum()
    assert [row["war"] for row in found] == pytest.approx(wanted.tolist())
    assert {row["top"] for row in found} == {1.0}
    means = rows("sweep", "SELECT mean FROM summary WHERE outcome = 'war' ORDER BY point")
    assert [row["mean"] for row in means] == pytest.approx(wanted.tolist())


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json"])
def test_a_file_holds_the_same_answer_and_nothing_is_left_beside_it(at_desk: Path, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"answer.{suffix}"
    question = f'SELECT point, "{RESOLVE}" AS resolve, killed, second_round, course FROM outcomes ORDER BY point, world'
    done = asked("sweep", question, "--to", str(file))
    assert (done.exit_code, done.stdout) == (0, f"360 rows\nSaved: {file}\n")
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "json": pd.read_json}[suffix](file)  # type: ignore[operator]
    wanted = rows("sweep", question)
    assert read["killed"].tolist() == [row["killed"] for row in wanted]
    assert read["course"].tolist() == [row["course"] for row in wanted]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_file_that_is_there_is_replaced_only_when_told(at_desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept.csv"
    file.write_text("mine")
    assert "is there already; --yes replaces it" in asked("sweep", "SELECT 1 AS one", "--to", str(file)).stderr
    assert asked("sweep", "SELECT error('late') FROM outcomes", "--to", str(file), "--yes").exit_code == 2
    assert file.read_text() == "mine"
    assert asked("sweep", "SELECT 1 AS one", "--to", str(file), "--yes").exit_code == 0
    assert file.read_text() == "one\n1\n"


# ── What can be asked ─────────────────────────────────────────────────────────────────────────────────────────────


def test_without_sql_every_table_is_listed_with_types_meanings_and_an_example(at_desk: Path) -> None:
    listed = json.loads(asked("sweep", "--json").stdout)
    tables = {view["name"]: {column["name"]: column for column in view["columns"]} for view in listed["views"]}
    assert list(tables) == ["outcomes", "daily", "points", "summary"]
    assert tables["outcomes"]["weight"]["type"] == "DOUBLE"
    assert tables["outcomes"]["second_round"]["given"] == "answered"
    assert "the opener strikes again" in tables["outcomes"]["second_round"]["meaning"]
    assert tables["outcomes"][LEAKAGE]["label"] == f"{LEAKAGE} in words"
    unknown = [(view, name) for view, columns in tables.items() for name, column in columns.items() if not column.get("label")]
    assert unknown == []
    printed = asked("sweep").stdout
    assert "second_round" in printed and "For example: python run.py query results/sweep_vary_abc123 'SELECT" in printed


@pytest.mark.parametrize("run", ["sweep", "replay", "branch"])
def test_the_example_can_be_asked_and_gives_shares(at_desk: Path, run: str) -> None:
    example = shlex.split(json.loads(asked(run, "--json").stdout)["example"])
    assert example[:3] == ["python", "run.py", "query"]
    found = rows(*example[3:])
    assert len(found) > 1
    shares = [row["second_round"] for row in found if row["second_round"] is not None]
    assert shares and all(0 <= share <= 100 for share in shares)


def test_a_replay_has_its_events_to_ask_too(at_desk: Path) -> None:
    listed = {view["name"] for view in json.loads(asked("replay", "--json").stdout)["views"]}
    assert {"outcomes", "daily", "rungs", "record", "communities", "events"} == listed
    assert rows("replay", "SELECT count(*) AS n FROM events")[0]["n"] > 0


# ── What a question may not do ────────────────────────────────────────────────────────────────────────────────────

HERE = "results/sweep_vary_abc123"
COPY_INSIDE = f"WITH x AS (COPY (SELECT 1) TO '{HERE}/evil.csv') SELECT * FROM x"


def nested() -> str:
    """A table function that runs the copy from its parsed form."""
    with duckdb.connect() as connection:
        parsed = connection.execute("SELECT json_serialize_sql(?)", [COPY_INSIDE]).fetchall()[0][0]
    return "json_execute_serialized_sql('" + parsed.replace("'", "''") + "')"


FORBIDDEN = {
    "a copy to the run's folder": f"COPY (SELECT 1) TO '{HERE}/evil.csv'",
    "a copy elsewhere": "COPY (SELECT 1) TO 'evil.csv'",
    "a copy inside a WITH": COPY_INSIDE,
    "a copy inside a WITH inside another question": f"SELECT * FROM query('{COPY_INSIDE.replace("'", "''")}')",
    "a statement in another's clothes": f"SELECT * FROM {nested()}",
    "the same below another SELECT": f"SELECT (SELECT max(a) FROM {nested()} AS t(a))",
    "the same by its full name": f"FROM system.main.{nested()}",
    "an export": f"EXPORT DATABASE '{HERE}/evil'",
    "a new table": "CREATE TABLE t (a INT)",
    "a row more": "INSERT INTO outcomes VALUES (1)",
    "a row more inside a WITH": "WITH x AS (INSERT INTO outcomes VALUES (1) RETURNING *) SELECT * FROM x",
    "a table less": "DROP VIEW outcomes",
    "a file outside": "SELECT * FROM 'secret.csv'",
    "a file outside by a function": "SELECT * FROM read_csv('secret.csv')",
    "a file outside by way of the folder": f"SELECT * FROM read_text('{HERE}/../../secret.csv')",
    "names of files outside": "SELECT * FROM glob('/etc/*')",
    "a file of the system": "SELECT * FROM read_text('/etc/hostname')",
    "another run": "SELECT * FROM 'results/*/outcomes.parquet'",
    "a page of the network": "SELECT * FROM read_csv('https://example.org/a.csv')",
    "a table of the network": "SELECT * FROM 's3://bucket/a.parquet'",
    "another database": "ATTACH 'other.db'",
    "an extension installed": "INSTALL httpfs",
    "an extension loaded": "LOAD httpfs",
    "a function of an extension": "SELECT * FROM st_read('secret.csv')",
    "a setting": "SET enable_external_access = true",
    "a setting reset": "RESET enable_external_access",
    "a pragma": "PRAGMA enable_profiling",
    "a variable of the program": "SELECT * FROM connection",
    "two statements": "SELECT 1; SELECT 2",
    "none": "  ",
}  # fmt: skip


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_question_changes_nothing_and_reads_nothing_outside_the_run(at_desk: Path, what: str) -> None:
    before = sorted(path.relative_to(at_desk) for path in at_desk.rglob("*"))
    done = asked("sweep", FORBIDDEN[what].replace(HERE, str(at_desk / HERE)))
    assert done.exit_code == 2, done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "hush" not in done.stdout + done.stderr
    assert sorted(path.relative_to(at_desk) for path in at_desk.rglob("*")) == before


def test_the_database_itself_is_closed_whatever_the_checks_of_the_text_let_through(at_desk: Path, tmp_path: Path) -> None:
    """The second fence: DuckDB's own settings, without our reading of the statement."""
    with tables_of(at_desk / HERE) as connection:
        for statement in (
            f"COPY (SELECT 1) TO '{tmp_path}/evil.csv'", f"SELECT * FROM read_text('{at_desk}/secret.csv')", f"ATTACH '{tmp_path}/x.db'",
            "LOAD httpfs", "INSTALL httpfs", "SET threads = 1", "SET enable_external_access = true", "SELECT * FROM read_csv('https://example.org/a.csv')",
        ):  # fmt: skip
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert list(tmp_path.iterdir()) == []


def test_a_file_to_write_opens_no_other_door(at_desk: Path, tmp_path: Path) -> None:
    target = tmp_path / "answer.csv"
    with tables_of(at_desk / HERE, target) as connection, pytest.raises(duckdb.PermissionException):
        connection.execute(f"COPY (SELECT 1) TO '{tmp_path}/other.csv'")


def test_what_lies_in_the_runs_folder_may_be_read(at_desk: Path) -> None:
    with tables_of(at_desk / HERE) as connection:
        ask(connection, f"SELECT hash FROM read_json('{at_desk / HERE}/manifest.json')")
        assert connection.execute(f"FROM {ANSWER}").fetchone() is not None


WRONG = {
    "a misspelt column": ("SELECT secnd_round FROM outcomes", 'Referenced column "secnd_round" not found', "Did you mean second_round?"),
    "a misspelt table": ("SELECT * FROM outcome", "Table with name outcome does not exist!", 'Did you mean "outcomes"?'),
    "no SQL": ("SELEC 1", "Parser Error: syntax error at or near", "SELEC"),
    "a sum of words": ("SELECT sum(course) FROM outcomes", "No function matches", "sum(VARCHAR)"),
    "a wrong cast": ("SELECT course::INT FROM outcomes", "Conversion Error", "Could not convert"),
    "a question with a gap": ("SELECT * FROM outcomes WHERE point = ?", "parameters", ""),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_question_gets_duckdbs_own_words_in_one_line(at_desk: Path, mistake: str) -> None:
    question, *wanted = WRONG[mistake]
    done = asked("sweep", question)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert all(words in done.stderr for words in wanted), done.stderr


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("sweep", "SELECT 1", "--to", "answer.xlsx"), "must end with one of .csv, .parquet, .json"),
        (("sweep", "SELECT 1", "--to", "nowhere/answer.csv"), "a folder that there is"),
        (("sweep", "--to", "answer.csv"), "needs a SELECT"),
        (("sweap", "SELECT 1"), "Did you mean sweep_vary_abc123?"),
    ],
)  # fmt: skip
def test_a_mistake_beside_the_question_is_refused_too(at_desk: Path, words: tuple[str, ...], wanted: str) -> None:
    done = asked(*words)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert wanted in done.stderr
    assert json.loads(asked(*words, "--json").stderr)["error"]


def test_a_part_cut_short_is_named(tmp_path: Path) -> None:
    folder = write_sweep(tmp_path / "sweep_x_000000", worlds=10)
    for number, words in ((1, ()), (1, ("SELECT sum(killed) FROM outcomes",)), (0, ())):
        (folder / "outcomes" / f"part-{number:06d}.parquet").write_bytes(b"PAR1 and no more")
        done = asked(str(folder), *words)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
        assert f"part-{number:06d}.parquet" in done.stderr


# ── Without us ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_duckdb_pandas_and_polars_read_the_same_numbers_from_a_sweeps_folder(at_desk: Path) -> None:
    parts = f"{HERE}/outcomes/*.parquet"
    columns = ["point", "world", RESOLVE, LEAKAGE, "killed", "hardship_person_days", "log_weight"]
    with duckdb.connect() as connection:
        in_duckdb = connection.execute(f"SELECT * FROM read_parquet('{parts}') ORDER BY point, world").df()
    in_pandas = pd.read_parquet(f"{HERE}/outcomes").sort_values(["point", "world"], ignore_index=True)
    in_polars = polars.read_parquet(parts).sort("point", "world")
    ours = rows("sweep", f"SELECT {', '.join(chr(34) + name + chr(34) for name in columns)} FROM outcomes ORDER BY point, world")
    assert len(ours) == 360
    for name in columns:
        wanted = [row[name] for row in ours]
        assert in_duckdb[name].tolist() == wanted
        assert in_pandas[name].tolist() == wanted
        assert in_polars[name].to_list() == wanted
    missing = sum(value is None for value in in_polars["agreement_lag"].to_list())
    assert 0 < missing < 360
    assert missing == int(in_pandas["agreement_lag"].isna().sum()) == int(in_duckdb["agreement_lag"].isna().sum())
    assert not any(isinstance(value, float) and math.isnan(value) for value in in_polars["hardship_person_days"].to_list())


PAGE = (Path(__file__).resolve().parents[1] / "docs" / "results.md").read_text(encoding="utf-8")


def test_the_examples_of_the_page_on_results_run_and_agree(at_desk: Path) -> None:
    page = PAGE.replace("results/sweep_NAME", HERE)
    (sql,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    in_pandas, in_polars = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    with duckdb.connect() as connection:
        wanted = [row[1] for row in connection.execute(sql).fetchall()]
    assert len(set(wanted)) > 1
    for block in (in_pandas, in_polars):
        names: dict[str, Any] = {}
        exec(block, names)
        share = names["share"] if isinstance(names["share"], pd.Series) else names["share"]["second_round"]
        assert list(share) == pytest.approx(wanted)
    means = rows("sweep", "SELECT mean FROM summary WHERE outcome = 'second_round' ORDER BY point")
    assert [row["mean"] for row in means] == pytest.approx(wanted)


def test_every_command_of_the_page_exists() -> None:
    for words in re.findall(r"python run\.py (\w+)((?: --\w+)*)", PAGE):
        assert CliRunner().invoke(app, [words[0], "--help"]).exit_code == 0
        assert all(flag in CliRunner().invoke(app, [words[0], "--help"]).stdout for flag in words[1].split())


def test_a_run_in_results_is_named_by_its_name_alone() -> None:
    assert common.run_words(Path("results/replay_x")) == "replay_x"
    assert common.run_words(Path("kept/replay_x")) == "kept/replay_x"
