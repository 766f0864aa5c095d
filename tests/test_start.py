"""docs/start.md: its commands run in their order, in a new folder, and print what the page says that they print."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^```\n\$ taftan ([^\n]*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def as_pattern(line: str) -> str:
    """A line of the page as a pattern: … is whatever stands there, and so is blank space at the end."""
    return "^" + ".*".join(re.escape(part) for part in line.rstrip().split("…"))


def test_the_page_goes_from_replay_to_report() -> None:
    assert [words.split()[0] for words, _ in STEPS] == ["replay", "branch", "branch", "replay", "replay", "sweep", "explain", "report"]


@pytest.mark.xdist_group("start")
def test_its_commands_print_what_it_shows(tmp_path: Path) -> None:
    for words, shown in STEPS:
        done = subprocess.run([sys.executable, str(ROOT / "run.py"), *words.split()], cwd=tmp_path, capture_output=True, text=True, check=False)
        printed = done.stdout + done.stderr
        missing = [line for line in shown.splitlines() if line.strip() and not re.search(as_pattern(line), printed, re.MULTILINE)]
        assert missing == [], f"{words}\n{printed}"
        mistaken = "Did you mean" in shown
        assert done.returncode == (2 if mistaken else 0)
        assert "Traceback" not in printed
