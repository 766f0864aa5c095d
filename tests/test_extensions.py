"""What packages of one's own add: found by their entry points, used by name in YAML, refused by name where they cannot be used."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = Path(__file__).parent / "example_package"
ENTRY_POINTS = """[taftan.rules]
patience = taftan_example:patience
[taftan.behaviours]
alarmed = taftan_example:alarmed
[taftan.outcomes]
taftan_example = taftan_example:outcomes
[taftan.interventions]
winter_closure = taftan_example:winter_closure
"""


def installed(place: Path, entry_points: str = ENTRY_POINTS, name: str = "taftan_example") -> Path:
    """A folder as an installer leaves it: the example package and what is known of it."""
    if not (place / "taftan_example").exists():
        shutil.copytree(EXAMPLE / "taftan_example", place / "taftan_example", ignore=shutil.ignore_patterns("__pycache__"))
    about = place / f"{name}-0.1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 0.1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(entry_points, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("site"))


def run(place: Path, *words: str, folder: Path | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
    """A command of the program where the packages in `place` are installed."""
    paths = {"PYTHONPATH": os.pathsep.join([str(place), str(ROOT)])}
    command = [sys.executable, str(ROOT / "run.py"), *words]
    done = subprocess.run(command, cwd=folder or place, capture_output=True, text=True, env={**os.environ, **paths}, check=False)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


def python(place: Path, text: str) -> str:
    """What a Python program prints where the packages in `place` are installed."""
    paths = {"PYTHONPATH": os.pathsep.join([str(place), str(ROOT)])}
    done = subprocess.run([sys.executable, "-W", "error", "-c", text], capture_output=True, text=True, env={**os.environ, **paths}, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def replayed(place: Path, folder: Path, *flags: str) -> dict[str, object]:
    words = ("replay", "--mode", "assisted", "--from", "2024-01-17", "--worlds", "60", "--json", *flags)
    return json.loads(run(place, *words, folder=folder).stdout)


def test_a_rule_of_ones_own_decides_where_a_scenario_names_it(place: Path) -> None:
    program = (
        "import sim\n"
        "case = sim.load('january_2024').override({'states.*.policy': 'patience'})\n"
        "print(*sim.replay(case, mode='assisted', start='2024-01-17', worlds=60).manifest['extensions'])"
    )
    assert python(place, program).startswith("taftan-example ")
    words = "from sim.words import POLICY_WORDS, TERM_WORDS\nprint(POLICY_WORDS['patience'], TERM_WORDS['patience'])"
    assert python(place, words) == "patience patience at its end"


def test_numbers_of_a_rule_of_ones_own_can_be_set_and_are_checked(place: Path, tmp_path: Path) -> None:
    own = ("--set", "states.*.policy=patience")
    shown = run(place, "show", "january_2024", "--schema", folder=tmp_path).stdout
    assert "limit" in shown and "strike units" in shown
    done = run(place, "replay", *own, "--set", "states.iran.policies.patience.limit=99", folder=tmp_path, code=2)
    assert "states.iran.policies.patience.limit" in done.stderr and "from 0.1 to 10" in done.stderr
    program = (
        "import sim\n"
        "case = sim.load('january_2024').override({'states.*.policy': 'patience'})\n"
        "def strikes(limit):\n"
        "    ruled = case.override({'states.*.policies.patience.limit': limit})\n"
        "    return sim.replay(ruled, mode='assisted', start='2024-01-17', worlds=200).outcomes['strikes'].sum()\n"
        "print(strikes(0.2) > strikes(9.0))"
    )
    assert python(place, program) == "True"


def test_a_behaviour_of_outsiders_of_ones_own_moves_them(place: Path) -> None:
    program = (
        "import sim\n"
        "case = sim.load('january_2024')\n"
        "def calls(behaviour):\n"
        "    run = sim.replay(case.override({'third_parties.*.behaviour': behaviour}), mode='assisted', start='2024-01-17', worlds=200)\n"
        "    return run.outcomes\n"
        "print(calls('at_once').equals(calls('alarmed')))"
    )
    assert python(place, program) == "False"


def test_an_outcome_of_ones_own_stands_in_every_table_with_its_meaning(place: Path, tmp_path: Path) -> None:
    told = replayed(place, tmp_path)
    folder = tmp_path / str(told["run"])
    answer = run(place, "query", str(folder), "SELECT max(tense_days) AS most FROM outcomes", "--json", folder=tmp_path).stdout
    assert json.loads(answer)["rows"][0]["most"] > 0
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert "days on which either state is on alert or strikes" in json.dumps(manifest)


def test_an_intervention_of_ones_own_is_used_by_name_in_a_branch_file(place: Path, tmp_path: Path) -> None:
    (tmp_path / "winter.yaml").write_text(
        "title: a closed winter\nquestion: What if both had closed the border for {days} days?\nsource: an example\n"
        "doses:\n  days: {default: 20}\nchanges:\n  - use: winter_closure\n    with: {days: days}\n",
        encoding="utf-8",
    )
    told = json.loads(run(place, "branch", "--what", "winter.yaml", "--worlds", "40", "--parameters", "point", "--json", folder=tmp_path).stdout)
    assert told["branches"]["winter"]["effects"]["closed_days"]["difference"] > 0
    (tmp_path / "typo.yaml").write_text((tmp_path / "winter.yaml").read_text().replace("winter_closure", "winter_closing"), encoding="utf-8")
    done = run(place, "branch", "--what", "typo.yaml", folder=tmp_path, code=2)
    assert "winter_closing" in done.stderr and "Did you mean winter_closure?" in done.stderr


def test_without_the_package_its_words_are_refused_by_name(tmp_path: Path) -> None:
    done = run(tmp_path, "replay", "--set", "states.*.policy=patience", folder=tmp_path, code=2)
    assert "policy" in done.stderr and "quantal_response" in done.stderr


def test_a_package_that_cannot_be_used_harms_nobody_and_is_named_when_it_is_asked_for(tmp_path: Path) -> None:
    site = installed(tmp_path / "broken", "[taftan.rules]\nhasty = taftan_example.nowhere:rule\npatience = taftan_example:outcomes\n")
    assert python(site, "import sim; print(len(sim.replay(sim.load('january_2024'), mode='assisted', worlds=60).outcomes))") == "60"
    done = run(site, "replay", "--set", "states.iran.policy=hasty", folder=tmp_path, code=2)
    assert "taftan-example 0.1.0 offers it, but: ModuleNotFoundError" in done.stderr
    done = run(site, "replay", "--set", "states.iran.policy=patience", folder=tmp_path, code=2)
    assert "must be a sim.extend.Rule" in done.stderr


def test_what_is_installed_can_be_listed(place: Path, tmp_path: Path) -> None:
    shown = run(place, "show", "--extensions").stdout
    for word in ("taftan.rules", "patience", "taftan-example 0.1.0", "alarmed by tension", "winter_closure"):
        assert word in shown
    assert "No installed package adds anything" in run(tmp_path, "show", "--extensions").stdout


def test_two_packages_with_one_name_are_told_apart_by_using_neither(tmp_path: Path) -> None:
    site = installed(installed(tmp_path / "both"), name="taftan_other")
    done = run(site, "replay", "--set", "states.iran.policy=patience", folder=tmp_path, code=2)
    assert "two packages have it under this name" in done.stderr


def test_a_run_with_other_packages_is_another_run(place: Path, tmp_path: Path) -> None:
    program = "from sim.store import asked_hash\nfrom sim.fingerprint import code\nprint(asked_hash({}), code())"
    assert python(place, program) != python(tmp_path, program)


def test_the_example_says_what_the_tests_install() -> None:
    text = (EXAMPLE / "pyproject.toml").read_text(encoding="utf-8")
    for line in ENTRY_POINTS.splitlines():
        assert line.strip("[]") in text.replace('"', "").replace("project.entry-points.", "")
