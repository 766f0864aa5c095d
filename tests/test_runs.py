"""runs: what lies in results/ is listed with its size; pruning takes runs alone, and no sweep that is running; a zip is the same bytes each time."""

import datetime
import fcntl
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sim.cli import app
from sim.report.runs import size_words
from sim.results_folder import Entry, entries, remove, to_prune
from sim.scenario.errors import ScenarioError
from tests.test_run_names import made_run, unfinished_sweep

NAMES = {"replay_mill_1a2b3c": "2020-01-01", "replay_mill_99ffee": "2020-01-03", "branch_ford_77aa00": "2020-01-02"}
SWEEP = "sweep_ford_abc123"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder: three runs of long ago, a sweep stopped just now, and in results/ things that are no runs."""
    results = tmp_path / "results"
    for name, finished in NAMES.items():
        folder = made_run(results / name, finished)
        (folder / "outcomes.parquet").write_bytes(b"x" * 4_000)
    unfinished_sweep(results / SWEEP)
    (results / "README.md").write_text("mine")
    (results / "notes").mkdir()
    (results / "notes" / "thoughts.txt").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    made_run(tmp_path / "elsewhere" / "replay_far_000000", "2020-01-01")
    (results / "replay_linked").symlink_to(tmp_path / "elsewhere" / "replay_far_000000")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(*words: str) -> Result:
    return CliRunner().invoke(app, ["runs", *words])


def listed() -> dict[str, dict[str, Any]]:
    done = said("--json")
    assert done.exit_code == 0, done.stderr
    return {run["name"]: run for run in json.loads(done.stdout)["runs"]}


# ── The list ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_runs_are_listed_newest_first_and_what_is_no_run_is_not(desk: Path) -> None:
    names = list(listed())
    assert names[:4] == [SWEEP, "replay_mill_99ffee", "branch_ford_77aa00", "replay_mill_1a2b3c"]
    assert not {"notes", "README.md"} & set(names)


def test_a_run_is_listed_with_what_it_was_and_its_size(desk: Path) -> None:
    run = listed()["branch_ford_77aa00"]
    size = sum(file.stat().st_size for file in (desk / "results" / "branch_ford_77aa00").iterdir())
    assert (run["command"], run["scenario"], run["worlds"], run["state"], run["bytes"]) == ("branch", "made_up", 10, "finished", size)
    printed = said().stdout
    assert "branch_ford_77aa00" in printed and "2020-01-02" in printed and "4.1 kB" in printed


def test_an_unfinished_sweep_is_listed_with_how_far_it_is_and_how_to_go_on(desk: Path) -> None:
    run = listed()[SWEEP]
    assert (run["state"], run["done"], run["parts"]) == ("unfinished", 2, 5)
    assert "Unfinished: 2 of 5 parts written. Resume: python run.py sweep ford" in " ".join(said().stdout.split())


def test_a_sweep_that_another_process_runs_is_listed_as_running(desk: Path) -> None:
    with (desk / "results" / SWEEP / ".lock").open("w") as lock:
        assert listed()[SWEEP]["state"] == "unfinished"
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert listed()[SWEEP]["state"] == "running"


def test_a_damaged_run_is_listed_as_damaged(desk: Path) -> None:
    (desk / "results" / "replay_mill_1a2b3c" / "manifest.json").write_text("{")
    assert listed()["replay_mill_1a2b3c"]["state"] == "damaged"


def test_an_empty_folder_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert said().stdout == "No run in results yet.\n"
    assert said("--prune", "--keep", "0", "--yes").stdout == "Nothing to remove.\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("size", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (4_812_345, "4.8 MB"), (2.5e11, "250 GB")])
def test_sizes_are_told_in_words(size: float, words: str) -> None:
    assert size_words(size) == words


# ── Pruning ───────────────────────────────────────────────────────────────────────────────────────────────────────


def names_left(desk: Path) -> set[str]:
    return {path.name for path in (desk / "results").iterdir()}


def test_pruning_keeps_the_newest_and_whatever_is_no_run(desk: Path) -> None:
    done = said("--prune", "--keep", "2", "--yes")
    assert done.exit_code == 0, done.stderr
    assert "2 runs to remove" in done.stdout and "Removed 2 runs, 8." in done.stdout
    assert names_left(desk) == {SWEEP, "replay_mill_99ffee", "README.md", "notes", "replay_linked", "index.html"}
    assert (desk / "elsewhere" / "replay_far_000000" / "manifest.json").is_file()
    page = (desk / "results" / "index.html").read_text()
    assert "replay_mill_99ffee" in page and "branch_ford_77aa00" not in page


def test_pruning_by_age_takes_what_ended_earlier(desk: Path) -> None:
    assert said("--prune", "--older-than", "30", "--yes").exit_code == 0
    assert names_left(desk) & ({SWEEP} | NAMES.keys()) == {SWEEP}


def test_both_rules_together_take_only_what_both_take(desk: Path) -> None:
    assert said("--prune", "--older-than", "30", "--keep", "3", "--yes").exit_code == 0
    assert names_left(desk) & ({SWEEP} | NAMES.keys()) == {SWEEP, "replay_mill_99ffee", "branch_ford_77aa00"}


def test_age_counts_from_the_end_of_a_run() -> None:
    run = Entry(Path("results/replay_x"), "finished", "2020-01-01T12:00:00+00:00", 0)
    noon = datetime.datetime(2020, 1, 3, 12, tzinfo=datetime.UTC)
    assert to_prune([run], None, 2.0, noon) == []
    assert to_prune([run], None, 1.9, noon) == [run]


def test_without_yes_nothing_goes_where_nobody_can_be_asked(desk: Path) -> None:
    before = names_left(desk)
    for words in (["--prune", "--keep", "0"], ["--prune", "--keep", "0", "--json"]):
        done = said(*words)
        assert done.exit_code == 2
        assert "needs --yes" in done.stderr
    assert "4 runs to remove" in said("--prune", "--keep", "0").stdout
    assert names_left(desk) == before


@pytest.mark.parametrize(("answer", "left"), [("y\n", set()), ("n\n", {SWEEP, *NAMES}), ("\n", {SWEEP, *NAMES})])
def test_who_sits_at_the_terminal_is_asked(desk: Path, monkeypatch: pytest.MonkeyPatch, answer: str, left: set[str]) -> None:
    monkeypatch.setattr("sim.commands.runs.can_ask", lambda: True)
    done = CliRunner().invoke(app, ["runs", "--prune", "--keep", "0"], input=answer)
    assert done.exit_code == 0
    assert names_left(desk) & {SWEEP, *NAMES} == left


def test_a_sweep_that_another_process_runs_is_left(desk: Path) -> None:
    with (desk / "results" / SWEEP / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = said("--prune", "--keep", "0", "--yes")
        assert SWEEP in done.stdout.partition("Left, since another process works on it:")[2]
        assert (desk / "results" / SWEEP / "parts.jsonl").is_file()
        assert json.loads(said("--prune", "--keep", "0", "--yes", "--json").stdout)["left_running"] == [SWEEP]
    assert said("--prune", "--keep", "0", "--yes").exit_code == 0
    assert SWEEP not in names_left(desk)


def test_a_sweep_that_begins_to_run_after_the_list_was_made_is_left(desk: Path) -> None:
    (entry,) = (one for one in entries(desk / "results") if one.name == SWEEP)
    with (entry.folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not remove(entry, desk / "results")
    assert entry.folder.is_dir()


def test_what_is_no_run_or_lies_elsewhere_is_never_removed(desk: Path) -> None:
    results = desk / "results"
    for folder in (results / "notes", desk / "elsewhere" / "replay_far_000000", results / "replay_linked", results / "notes" / ".."):
        with pytest.raises(ScenarioError, match="so it stays"):
            remove(Entry(folder, "finished", "2020-01-01T00:00:00+00:00", 0), results)
        assert folder.exists()


# ── Archives ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_zip_holds_every_file_with_its_checksum(desk: Path) -> None:
    done = said("--archive", "branch")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "Saved: branch_ford_77aa00.zip")
    with zipfile.ZipFile(desk / "branch_ford_77aa00.zip") as packed:
        sums = packed.read("branch_ford_77aa00/SHA256SUMS").decode()
        kept = {name: packed.read(f"branch_ford_77aa00/{name}") for name in ("manifest.json", "outcomes.parquet")}
        assert len(packed.namelist()) == 3
    assert sums == "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in kept.items())
    assert all((desk / "results" / "branch_ford_77aa00" / name).read_bytes() == content for name, content in kept.items())


def test_the_same_run_gives_the_same_bytes_whenever_it_is_packed(desk: Path) -> None:
    run = desk / "results" / "branch_ford_77aa00"
    assert said("--archive", "branch", "--to", "one.zip").exit_code == 0
    for file in run.iterdir():
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content)
        file.chmod(0o600)
    (run / ".lock").touch()
    assert said("--archive", "branch", "--to", "two.zip").exit_code == 0
    assert (desk / "one.zip").read_bytes() == (desk / "two.zip").read_bytes()


MISTAKES = {
    "pruning by no rule": (["--prune"], "needs --keep N, --older-than DAYS or both"),
    "a rule without pruning": (["--keep", "3"], "--keep = 3  goes with --prune"),
    "both at once": (["--prune", "--keep", "1", "--archive", "branch"], "goes without --prune"),
    "a file without an archive": (["--to", "a.zip"], "goes with --archive"),
    "an archive that is no zip": (["--archive", "branch", "--to", "a.tar"], "must end with .zip"),
    "an archive that is there": (["--archive", "branch", "--to", "there.zip"], "is there already; --yes replaces it"),
    "an archive of several": (["--archive", "replay_mill"], "could be any of 2 runs"),
    "an archive of an unfinished sweep": (["--archive", SWEEP], "unfinished sweep"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_in_one_line_and_nothing_is_lost(desk: Path, mistake: str) -> None:
    (desk / "there.zip").write_text("mine")
    words, wanted = MISTAKES[mistake]
    done = said(*words)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert wanted in done.stderr
    assert NAMES.keys() <= names_left(desk)
    assert (desk / "there.zip").read_text() == "mine"


def test_a_folder_with_a_manifest_of_something_else_is_never_replaced(tmp_path: Path) -> None:
    """A web page's manifest.json is no run: what lies beside it stays."""
    other = tmp_path / "webapp"
    (other / "src").mkdir(parents=True)
    (other / "manifest.json").write_text('{"name": "a page"}', encoding="utf-8")
    (other / "src" / "thesis.txt").write_text("years", encoding="utf-8")
    for words in (["replay", "--worlds", "5", "--mode", "free"], ["validate", "--against", "closures", "--worlds", "5"]):
        done = CliRunner().invoke(app, [*words, "--out", str(other)])
        assert done.exit_code == 2, done.output
        assert "--out" in done.stderr
    assert (other / "src" / "thesis.txt").read_text(encoding="utf-8") == "years"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["webapp"]
