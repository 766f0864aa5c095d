"""README.md shows what the commands print, and names only what there is."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from typer.main import get_command

import sim
from sim.cli import app
from sim.plots import timeline
from sim.scenario.load import default_name
from sim.store import Run

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme", ROOT / "tools" / "readme.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def run(tool: ModuleType) -> Run:
    return tool.default_run()


def test_the_findings_shown_are_those_of_the_command(tool: ModuleType, run: Run) -> None:
    assert tool.block(run) in README, "python tools/readme.py renews them"


def test_the_picture_shown_was_drawn_from_the_same_numbers(run: Run) -> None:
    kept = pd.read_csv(ROOT / "docs" / "images" / "timeline.csv")
    now = timeline.data(timeline.timeline(run, sim.load(default_name())))
    assert kept["series"].tolist() == now["series"].tolist(), "python tools/readme.py renews it"
    pd.testing.assert_series_equal(kept["value"], now["value"].astype(float).reset_index(drop=True), rtol=1e-6, check_dtype=False)
    assert (ROOT / "docs" / "images" / "timeline.png").stat().st_size > 10_000


def test_every_command_and_flag_that_it_names_exists() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    for line in re.findall(r"^python run\.py (.*?)(?:\s{2,}#.*)?$", README, re.MULTILINE):
        name, *words = line.split("|")[0].split()
        flags = {option for parameter in commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= flags, line


def test_every_file_that_it_links_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
