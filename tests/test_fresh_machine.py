"""A fresh clone sets itself up, or says in one clear line what is missing."""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAMPS = [".ready", ".ready-for-tests"]

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def script(path: Path, body: str) -> Path:
    """An executable shell script that stands in for a Python."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run with this environment and nothing else, so that neither an outer make nor the user's own settings are seen."""
    return subprocess.run([str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=30, check=False)


def make(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run(shutil.which("make") or "make", *arguments, cwd=clone, **{"PATH": str(clone / "bin"), **environment})


def complaint(result: subprocess.CompletedProcess[str]) -> str:
    """The one line of ours on stderr; make adds a line of its own."""
    (line,) = [line for line in result.stderr.splitlines() if not line.startswith("make")]
    return line


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {bare(name): version for name, _, version in (line.partition("==") for line in lines if not line.startswith("#"))}


def bare(requirement: str) -> str:
    """A requirement's name as registries compare it: no extras, no version, one spelling."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", requirement)[0]).lower()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What set-up reads, and a PATH that holds the core utilities and no Python."""
    for name in ["Makefile", "pyproject.toml", "constraints.txt", "run.py"]:
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    (tmp_path / "bin").mkdir()
    for name in ["sh", "echo", "rm", "touch"]:
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or name)
    return tmp_path


@needs_make
def test_a_python_that_is_too_old_is_refused_by_name(clone: Path) -> None:
    old = script(clone / "old" / "python", 'case "$2" in *version.split*) echo 3.11.7;; *) exit 1;; esac')
    result = make(clone, "setup", PYTHON=str(old))
    assert result.returncode != 0
    assert complaint(result) == f"PYTHON={old} is Python 3.11.7, too old: name a Python 3.12 or newer, or leave PYTHON out and one is looked for."
    assert not (clone / ".venv").exists()


@needs_make
def test_a_python_that_does_not_run_is_refused_by_name(clone: Path) -> None:
    result = make(clone, "setup", PYTHON="python-that-is-not-there")
    assert result.returncode != 0
    assert complaint(result).startswith("PYTHON=python-that-is-not-there does not run:")


@needs_make
def test_without_any_python_it_says_what_to_install(clone: Path) -> None:
    result = make(clone, "replay")
    assert result.returncode != 0
    assert complaint(result).startswith("No Python 3.12 or newer found: install one")


@needs_make
def test_a_python_that_cannot_make_a_virtual_environment_names_the_package_that_lets_it(clone: Path) -> None:
    script(clone / "bin" / "python3", 'case "$2" in *ensurepip*) exit 1;; esac')
    result = make(clone, "setup")
    assert result.returncode != 0
    assert "install python3-venv" in complaint(result)


def test_a_command_that_is_on_the_path_but_fails_is_passed_over(clone: Path) -> None:
    script(clone / "bin" / "python3", "exit 127")
    script(clone / "bin" / "python3.13", 'case "$2" in *executable*) echo /the/one/that/runs;; esac')
    result = run("/bin/sh", "tools/find_python.sh", cwd=clone, PATH=str(clone / "bin"))
    assert (result.returncode, result.stdout, result.stderr) == (0, "/the/one/that/runs\n", "")


def test_where_no_python_is_new_enough_uv_fetches_one(clone: Path) -> None:
    script(clone / "bin" / "python3", "exit 1")
    script(clone / "bin" / "uv", 'case "$2" in install) echo fetching;; find) echo /the/one/that/was/fetched;; esac')
    result = run("/bin/sh", "tools/find_python.sh", cwd=clone, PATH=str(clone / "bin"))
    assert (result.returncode, result.stdout) == (0, "/the/one/that/was/fetched\n")


@needs_make
@pytest.mark.parametrize("stamp", STAMPS)
def test_nothing_is_installed_again_until_what_is_declared_changes(clone: Path, stamp: str) -> None:
    script(clone / ".venv" / "bin" / "python", "exit 0")
    assert make(clone, f".venv/{stamp}").returncode == 0
    assert make(clone, "--question", f".venv/{stamp}").returncode == 0
    later = time.time() + 60
    os.utime(clone / "constraints.txt", (later, later))
    assert make(clone, "--question", f".venv/{stamp}").returncode == 1


@needs_make
def test_a_venv_whose_python_is_gone_is_made_again(clone: Path) -> None:
    venv = clone / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").symlink_to("/a/python/that/was/upgraded/away")
    for stamp in STAMPS:
        (venv / stamp).touch()
    assert make(clone, "--question", "setup").returncode == 1


def test_the_command_line_without_a_venv_says_which_command_makes_it(clone: Path) -> None:
    result = run(sys.executable, "-I", "-S", "run.py", "replay", cwd=clone)
    assert result.returncode == 2
    assert result.stderr == 'No .venv here yet: run "make setup" first (it makes one), then try again.\n'
    assert result.stdout == ""


def test_the_command_line_restarts_itself_in_the_venv_with_its_arguments(clone: Path) -> None:
    script(clone / ".venv" / "bin" / "python", 'for word; do echo "<$word>"; done')
    result = run(sys.executable, "-I", "-S", "run.py", "show", "two words", cwd=clone)
    assert result.stdout.splitlines() == ["<run.py>", "<show>", "<two words>"]


def test_constraints_are_names_and_versions_and_never_addresses() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"#[^/]*|[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_constraints_pin_all_that_a_run_and_the_tests_ask_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *(name for extra in project["optional-dependencies"].values() for name in extra)]
    assert sorted({bare(requirement) for requirement in asked} - {*pins(), bare(project["name"])}) == []


def test_the_citation_and_the_changelog_name_the_version_of_the_package() -> None:
    import sim

    assert f"version: {sim.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {sim.__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# ── Packages that not everybody needs ─────────────────────────────────────────────────────────────────────────────

OPTIONAL = ("panel", "arviz", "emcee", "ema_workbench", "distributed")
WITHOUT = f"import sys; sys.modules.update(dict.fromkeys({OPTIONAL})); from sim.cli import app; app()"


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        ("dashboard --no-browser", "dashboard"),
        ("calibrate", "analysis"),
        ("discover latest --when war", "analysis"),
        ("sweep --vary states.*.resolve.median=1,2 --worlds 20 --cluster tcp://127.0.0.1:1", "cluster"),
    ],
)
def test_what_needs_a_package_that_is_not_there_says_how_to_install_it(tmp_path: Path, words: str, extra: str) -> None:
    command = [sys.executable, "-c", WITHOUT, *words.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f'.venv/bin/pip install --constraint constraints.txt --editable ".[{extra}]"' in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", ["--help", "show january_2024", "branch --list", "explain --world 0 --from 2024-04-20"])
def test_what_needs_no_such_package_does_without(tmp_path: Path, words: str) -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT, *words.split()], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_fitted_parameters_need_no_such_package() -> None:
    run = "import sim; print(sim.replay(sim.load('january_2024'), mode='assisted', worlds=40, parameters='posterior').outcomes.shape[0])"
    command = [sys.executable, "-c", WITHOUT.replace("from sim.cli import app; app()", run)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "40\n"
