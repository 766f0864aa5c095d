"""What a user types, and what comes back: findings, tables, folders, JSON; mistakes in one line, with exit code 2."""

import json
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("mesa", "pandas", "matplotlib", "scipy", "networkx", "duckdb")
LIGHT_COMMANDS = (["--help"], ["show", "january_2024"], ["show", "--schema"], ["check", "january_2024"])


def taftan(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a user would, in a folder of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "150"}
    return subprocess.run([sys.executable, "-m", "sim.cli", *words], cwd=cwd, capture_output=True, text=True, env=environment, check=False)


@pytest.mark.parametrize("words", LIGHT_COMMANDS, ids=" ".join)
def test_help_show_and_check_import_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    script = f"import sys; from sim.cli import app; app({words!r}, standalone_mode=False); print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_help_comes_within_four_tenths_of_a_second(tmp_path: Path) -> None:
    seconds = []
    for _ in range(6):
        since = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert taftan("--help", cwd=tmp_path).returncode == 0
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(now.ru_utime - since.ru_utime + now.ru_stime - since.ru_stime)
    # Seconds of work, not of waiting: the other tests keep all cores busy meanwhile. The first run warms the caches.
    assert statistics.median(seconds[1:]) < 0.4


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("user")
    return folder, taftan("replay", "--worlds", "60", cwd=folder)


def test_a_replay_ends_with_findings_tables_a_path_and_a_next_step(replayed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = replayed
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("In the record, Iran's forces struck on 16 January 2024; Pakistan's forces answered two days later")
    for words in ("How likely each recorded act was", "What might have been", "A model, not a forecast", "Saved: results/replay_january_2024_"):
        assert words in done.stdout
    assert "Next:" in done.stderr
    assert "Next:" not in done.stdout


def test_a_replay_writes_its_folder_and_the_page_of_all_runs(replayed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = replayed
    (run,) = (folder / "results").glob("replay_*")
    names = {path.name for path in run.iterdir()}
    wanted = {
        "manifest.json",
        "outcomes.parquet",
        "daily.parquet",
        "events.csv",
        "timeline.png",
        "timeline.svg",
        "timeline.csv",
        "figures.json",
        "index.html",
    }
    assert wanted <= names
    assert run.name in (folder / "results" / "index.html").read_text()
    assert not [path for path in (folder / "results").iterdir() if path.name.startswith(".")]


def test_the_same_command_finds_its_folder_again_and_writes_the_same_bytes(replayed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = replayed
    (run,) = (folder / "results").glob("replay_*")
    kept = ("outcomes.parquet", "daily.parquet", "rungs.parquet", "events.csv", "timeline.csv", "timeline.svg", "timeline.png")
    before = {name: (run / name).read_bytes() for name in kept}
    assert taftan("replay", "--worlds", "60", "--quiet", cwd=folder).returncode == 0
    assert [path.name for path in (folder / "results").glob("replay_*")] == [run.name]
    assert {name: (run / name).read_bytes() for name in kept} == before


def test_pages_ask_nothing_of_the_network(replayed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = replayed
    for page in (folder / "results").rglob("index.html"):
        text = page.read_text()
        assert "http" not in text
        assert "not a forecast" in text.casefold()


def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    done = taftan("replay", "--worlds", "40", "--json", "--set", "states.pakistan.resolve.median=0.2", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert {"schema_version", "command", "run", "caveat", "scenario", "seed", "worlds", "modes"} <= answer.keys()
    forced, assisted = answer["modes"]["forced"], answer["modes"]["assisted"]
    assert {"events", "log_score", "decisions", "baselines"} <= forced.keys()
    assert {"date", "actor", "track", "act", "probability", "surprise"} <= forced["events"][0].keys()
    assert {"given", "worlds", "never", "mean", "median", "q05", "q95", "history"} <= assisted["outcomes"]["answer_lag"].keys()
    assert assisted["outcomes"].keys() == assisted["changed"]["outcomes"].keys()
    assert sum(event["surprise"] for event in forced["events"]) + forced["quiet"]["surprise"] == pytest.approx(-forced["log_score"])


MISTAKES = {
    "no worlds": (["replay", "--worlds", "0"], "--worlds = 0  must be a whole number above 0"),
    "fewer than no worlds": (["replay", "--worlds", "-5"], "--worlds = -5"),
    "a date that does not exist": (["replay", "--from", "2024-02-31"], "--from = 2024-02-31  must be a date that exists"),
    "a date outside the run": (["replay", "--from", "2025-01-01"], "2023-12-15 to 2024-04-30"),
    "forced has no first day of its own": (["replay", "--mode", "forced", "--from", "2024-01-18"], "goes with assisted or free"),
    "more worlds than fit": (["replay", "--worlds", "2000000000"], "GB of memory"),
    "an unknown mode": (["replay", "--mode", "assited"], "must be one of forced, assisted, free"),
    "an unknown kind of parameters": (["replay", "--parameters", "best"], "one of point, prior"),
    "a seed below nought": (["replay", "--seed", "-1"], "--seed = -1"),
    "an unknown crisis": (["replay", "january_2042"], "Did you mean january_2024?"),
    "a misspelt path": (["replay", "--set", "states.pakistan.resolv.median=1"], "Did you mean states.pakistan.resolve.median?"),
    "a value out of range": (["replay", "--set", "states.pakistan.resolve.median=-3"], "must be above 0"),
    "a value of the wrong kind": (["replay", "--set", "states.pakistan.resolve.median=strong"], "states.pakistan.resolve.median"),
    "no assignment": (["replay", "--set", "resolve"], "path=value"),
    "a folder without a scenario": (["replay", "."], "scenario.yaml  is missing"),
    "a folder that holds something else": (["replay", "--out", "."], "--out = ."),
    "a check of nothing": (["check", "nowhere"], "is no scenario"),
    "a new crisis with a bad name": (["new", "Bad Name"], "must be a name"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gives_one_line_and_exit_code_2(mistake: str, tmp_path: Path) -> None:
    (tmp_path / "something_else.txt").write_text("kept")
    words, wanted = MISTAKES[mistake]
    done = taftan(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert wanted in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert (tmp_path / "something_else.txt").read_text() == "kept"


def test_a_mistake_is_json_too_where_json_was_asked_for(tmp_path: Path) -> None:
    done = taftan("replay", "--json", "--worlds", "0", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert json.loads(done.stderr)["error"] == ["--worlds = 0  must be a whole number above 0"]


def test_a_new_crisis_passes_its_check_and_runs(tmp_path: Path) -> None:
    assert taftan("new", "my_crisis", "--like", "january_2024", cwd=tmp_path).returncode == 0
    assert taftan("check", "scenarios/my_crisis", cwd=tmp_path).returncode == 0
    done = taftan("replay", "scenarios/my_crisis", "--worlds", "20", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert taftan("new", "my_crisis", cwd=tmp_path).returncode == 2


def test_the_installed_package_needs_no_checkout(tmp_path: Path) -> None:
    """A wheel ships the scenarios: unpacked elsewhere, it finds them."""
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(tmp_path / "site")], check=True)
    script = "import sim; from sim.scenario.load import bundle; print(sim.load('january_2024').days, bundle())"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["138", str(tmp_path / "site" / "sim" / "_scenarios")], done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("sweep", "--vary", "crossings.*.leakage=0,1", "--seed", "-1", "--worlds", "5", "--yes"),
        ("sweep", "--vary", "crossings.*.leakage=0,1", "--vary", "crossings.*.leakage=0.5", "--worlds", "5", "--yes"),
        ("replay", "--set", "dyad.calm=2", "--set", "dyad.calm=3", "--worlds", "5"),
        ("replay", "--out", "."),
        ("replay", "--out", "/dev/null"),
    ],
)
def test_what_nobody_can_have_meant_is_refused_in_a_line(words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, [*words])
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output and len(done.stderr.strip().splitlines()) <= 2
