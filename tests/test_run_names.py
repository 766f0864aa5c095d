"""Which run is meant: a path, a unique beginning, `latest`, `latest:COMMAND`; and what is said where none or several could be."""

import json
from pathlib import Path

import pytest

import sim
from sim.run_names import find_run, progress
from sim.scenario.errors import ScenarioError
from sim.store import runs

NAMES = {"replay_mill_1a2b3c": "2030-01-01", "replay_mill_99ffee": "2030-01-03", "branch_ford_77aa00": "2030-01-02"}


def made_run(folder: Path, finished: str) -> Path:
    """A folder that says of itself that it holds a run."""
    folder.mkdir(parents=True)
    asked = {"command": folder.name.partition("_")[0], "scenario": "made_up", "worlds": 10}
    (folder / "manifest.json").write_text(json.dumps({"asked": asked, "finished": f"{finished}T00:00:00+00:00"}))
    return folder


def unfinished_sweep(folder: Path, parts: int = 5, done: int = 2) -> Path:
    """A sweep that was stopped, its last line cut short."""
    folder.mkdir(parents=True)
    (folder / "asked.json").write_text(json.dumps({"command": "sweep", "parts": parts, "command_line": "python run.py sweep ford"}))
    (folder / "parts.jsonl").write_text('{"part": 0}\n' * done + '{"par')
    return folder


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A results folder with three runs, a sweep that was stopped, and things that are no runs; the working folder is beside it."""
    folder = tmp_path / "results"
    for name, finished in NAMES.items():
        made_run(folder / name, finished)
    unfinished_sweep(folder / "sweep_ford_abc123")
    (folder / "notes").mkdir()
    (folder / "index.html").write_text("all runs")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("latest", "replay_mill_99ffee"),
        ("latest:branch", "branch_ford_77aa00"),
        ("branch", "branch_ford_77aa00"),
        ("replay_mill_1", "replay_mill_1a2b3c"),
        ("replay_mill_1a2b3c", "replay_mill_1a2b3c"),
        ("results/replay_mill_1a2b3c", "replay_mill_1a2b3c"),
        ("results/replay_mill_1a2b3c/", "replay_mill_1a2b3c"),
        ("results/replay_mill_1a2b3c/manifest.json", "replay_mill_1a2b3c"),
        ("results/bran", "branch_ford_77aa00"),
    ],
)
def test_a_run_is_found_by_path_by_a_unique_beginning_and_as_the_latest(results: Path, reference: str, name: str) -> None:
    assert find_run(reference).resolve() == results / name


def test_a_run_is_opened_in_python_by_the_names_that_commands_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made_run(tmp_path / "results" / "branch_mill_1a2b3c", "2030-01-01")
    for reference in ("latest", "latest:branch", "branch_mill", "results/branch_mill_1a2b3c", tmp_path / "results" / "branch_mill_1a2b3c"):
        assert sim.open(reference).manifest["asked"]["scenario"] == "made_up"
    with pytest.raises(sim.ScenarioError, match="branch_mill_1a2b3c"):
        sim.open("branch_mil_1a2b3c")


def test_a_run_elsewhere_is_found_by_its_path(results: Path, tmp_path: Path) -> None:
    elsewhere = made_run(tmp_path / "kept" / "replay_x_000000", "2020-01-01")
    assert find_run(str(elsewhere)) == elsewhere
    assert find_run("kept/replay_x_000000").resolve() == elsewhere


MISTAKES = {
    "several": ("replay_mill", "could be any of 2 runs: replay_mill_1a2b3c, replay_mill_99ffee"),
    "a misspelt name": ("replay_mil_1a2b3c", "Did you mean replay_mill_1a2b3c?"),
    "a misspelt beginning": ("brench", "Did you mean branch_ford_77aa00?"),
    "nothing like it": ("zzz", "is no run: neither a path, nor the beginning of a name in results, nor latest"),
    "an empty word": ("", "is no run"),
    "a command without runs": ("latest:tipping", "what follows the colon must be one of branch, replay"),
    "a misspelt command": ("latest:repaly", "Did you mean latest:replay?"),
    "a sweep that was stopped": ("sweep", "unfinished sweep (2 of 5 parts are written); resume it with: python run.py sweep ford"),
    "a folder that is no run": ("results/notes", "results/notes  is no run's folder: it has no manifest.json"),
    "a path that is not there": ("kept/replay", "is no run"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_reference_to_no_run_is_refused_in_one_line(results: Path, mistake: str) -> None:
    reference, wanted = MISTAKES[mistake]
    with pytest.raises(ScenarioError) as error:
        find_run(reference)
    assert wanted in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_the_latest_of_nothing_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="no finished run"):
        find_run("latest", tmp_path / "none")


def test_a_line_cut_short_is_no_part(results: Path) -> None:
    state = progress(results / "sweep_ford_abc123")
    assert (state.done, state.parts) == (2, 5)


def test_one_damaged_manifest_does_not_hide_the_other_runs(results: Path) -> None:
    (results / "replay_mill_99ffee" / "manifest.json").write_text('{"asked": {"comm')
    assert [folder.name for folder, _ in runs(results)] == ["branch_ford_77aa00", "replay_mill_1a2b3c"]
    assert find_run("latest").name == "branch_ford_77aa00"
