"""docs/start.md: its commands run in their order, in a new folder, and print what the page says that they print; so do README's examples."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STEPS, EXAMPLES = (
    re.findall(r"^```\n\$ taftan ([^\n]*)\n(.*?)^```", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for page in ("docs/start.md", "README.md")
)


def as_pattern(line: str) -> str:
    """A line of the page as a pattern: … is whatever stands there, and so is blank space at the end."""
    return "^" + ".*".join(re.escape(part) for part in line.rstrip().split("…"))


def test_the_page_goes_from_replay_to_report() -> None:
    assert [words.split()[0] for words, _ in STEPS] == ["replay", "branch", "branch", "replay", "replay", "sweep", "explain", "report"]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the page's commands print, one after the other in one new folder."""
    folder, found = tmp_path_factory.mktemp("start"), {}
    for words, shown in STEPS:
        done = subprocess.run([sys.executable, str(ROOT / "run.py"), *words.split()], cwd=folder, capture_output=True, text=True, check=False)
        found[words] = done.stdout + done.stderr
        assert done.returncode == (2 if "Did you mean" in shown else 0), found[words]
        assert "Traceback" not in found[words]
    return found


def missing(shown: str, printed: str) -> list[str]:
    """Lines of a page that a command does not print."""
    return [line for line in shown.splitlines() if line.strip() and not re.search(as_pattern(line), printed, re.MULTILINE)]


@pytest.mark.parametrize(("words", "shown"), STEPS, ids=[words for words, _ in STEPS])
def test_a_command_of_the_page_prints_what_it_shows(printed: dict[str, str], words: str, shown: str) -> None:
    assert missing(shown, printed[words]) == [], printed[words]


def test_the_examples_of_the_readme_print_what_it_shows(printed: dict[str, str]) -> None:
    assert len(EXAMPLES) == 5
    for words, shown in EXAMPLES:
        assert missing(shown, printed[words]) == [], printed[words]
