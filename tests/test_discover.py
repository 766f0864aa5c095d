"""Discovery: a planted box is found and tried on what it has not seen, none is made up where there is none, refusals."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.discovery_words import box_words, discovery_findings, restriction
from sim.experiments.discover import MOST_RESTRICTIONS, Sample, discover, inside, measures, read, search
from sim.plots import discovery_draw
from sim.plots.discovery import discovery
from sim.plots.style import THEMES
from sim.report.discover import findings
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario
from sim.store import Study
from tests.test_figures import collisions

PLANTED = {"one": (0.6, np.inf), "two": (-np.inf, 0.5)}


def made(share_inside: float, share_outside: float, seed: int = 1) -> Sample:
    """400 set-ups of five worlds over four numbers; the condition holds mostly in the planted box."""
    dice = np.random.default_rng(seed)
    x = pd.DataFrame(np.repeat(dice.random((400, 4)), 5, axis=0), columns=["one", "two", "three", "four"])
    chance = np.where(inside(PLANTED, x), share_inside, share_outside)
    return Sample(x, np.repeat(np.arange(400), 5), dice.random(len(x)) < chance)


# ── Boxes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_planted_box_is_found() -> None:
    found = search(made(0.9, 0.05), 1)
    box = found.box.set_index("parameter")
    assert set(box.index) == {"one", "two"}
    assert box.loc["one", "low"] == pytest.approx(0.6, abs=0.06)
    assert box.loc["two", "high"] == pytest.approx(0.5, abs=0.06)
    assert found.summary["told"]
    assert found.summary["unseen"]["density"] > 0.8
    assert found.summary["unseen"]["coverage"] > 0.7
    assert (box["raises_low"] > 0).all()


def test_the_tree_finds_the_same() -> None:
    best = search(made(0.9, 0.05), 1).tree.iloc[0]
    assert best["density"] > 0.75
    assert set(best["box"]) == {"one", "two"}


def test_where_nothing_matters_no_box_is_told() -> None:
    told = [search(made(0.3, 0.3, seed), seed).summary["told"] for seed in range(1, 9)]
    assert sum(told) <= 1, "an interval of 95 % is wrong once in twenty"


def test_what_a_box_is_worth_is_less_on_what_it_has_not_seen() -> None:
    """Where the condition hangs on nothing, the way down fits noise: the half that it was found on flatters it."""
    ends = [search(made(0.3, 0.3, seed), seed).tradeoff.iloc[-1] for seed in range(1, 6)]
    assert np.mean([end["density"] - end["unseen_density"] for end in ends]) > 0.01


def test_halves_share_no_set_up() -> None:
    sample = made(0.9, 0.05)
    first, second = sample.half(True, 3), sample.half(False, 3)
    assert not set(first.point) & set(second.point)
    assert len(first.held) + len(second.held) == len(sample.held)


def test_the_same_seed_gives_the_same_box() -> None:
    pd.testing.assert_frame_equal(search(made(0.9, 0.05), 4).box, search(made(0.9, 0.05), 4).box)


def test_density_and_coverage_agree_with_a_hand() -> None:
    x = pd.DataFrame({"one": [0.1, 0.7, 0.8, 0.9]})
    sample = Sample(x, np.arange(4), np.array([True, True, True, False]))
    assert measures({"one": (0.5, np.inf)}, sample) == pytest.approx({"density": 2 / 3, "coverage": 2 / 3, "mass": 0.75})


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_restrictions_read_as_people_say_them() -> None:
    assert restriction("cost", 0.8, np.inf) == "cost above 0.8"
    assert restriction("cost", None, 2.0, "logits") == "cost below 2 logits"
    assert restriction("cost", -0.5, 2.0) == "cost between −0.5 and 2"
    assert box_words({}, {}) == "no restriction"


def test_no_box_is_said_to_be_none() -> None:
    manifest = {"asked": {"when": "war"}, "base_rate": 0.2, "told": False, "unseen": {}, "setups_seen": 5, "setups_unseen": 5, "left_aside": []}
    assert "No box is told from the whole" in discovery_findings(manifest, [])[0]


# ── A run ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def folder(january: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sweep over two numbers, the second of which moves nothing that is asked."""
    place = tmp_path_factory.mktemp("discover") / "sweep"
    vary = {"states.*.military.cost": {"low": 0.2, "high": 3.0}, "communities.*.relief": {"low": 0.0, "high": 1.0}}
    sim.sweep(january, vary, place, design="latin_hypercube", points=120, worlds=10, start="2024-01-17", outcomes=("answered", "killed"), workers=1)
    return place


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return discover(folder, "answered")


def test_a_sweep_is_read_with_a_row_a_world(folder: Path) -> None:
    sample = read(folder, ["states.*.military.cost"], "answered", 1)
    assert len(sample.held) == 1200
    assert len(np.unique(sample.point)) == 120


def test_what_force_costs_is_found_to_matter_and_relief_not(study: Study) -> None:
    assert list(study.tables["box"]["parameter"]) == ["states.*.military.cost"]
    assert study.tables["box"]["high"].iloc[0] < 3.0
    assert len(study.tables["box"]) <= MOST_RESTRICTIONS
    assert "military cost" in findings(study)[0]


def test_the_figure_can_be_read(study: Study) -> None:
    study.manifest["finding"] = findings(study)[0]
    frame = discovery(study)
    assert len(frame.words.title) <= 75
    for theme in THEMES:
        assert collisions(discovery_draw.draw(frame, theme)) == []


def test_the_command_prints_one_object_and_writes_a_page(folder: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["discover", str(folder), "--when", "answered", "--json", "--out", str(tmp_path / "here")])
    assert done.exit_code == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["when"] == "answered"
    assert printed["box"][0]["parameter"] == "states.*.military.cost"
    assert {"index.html", "discovery.png", "box.csv", "tradeoff.csv"} <= {file.name for file in (tmp_path / "here").iterdir()}


@pytest.mark.parametrize(
    ("when", "complaint"),
    [
        ("anwered", "answered"),
        ("killed > 1000000", "nowhere"),
        ("killed >= 0", "everywhere"),
        ("answered) FROM outcomes; DROP TABLE x --", "SQL"),
        ("'a' || 'b'", "SQL"),
    ],
)
def test_conditions_that_cannot_be_looked_for_are_refused(folder: Path, when: str, complaint: str) -> None:
    done = CliRunner().invoke(app, ["discover", str(folder), "--when", when])
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_that_varies_nothing_is_refused(balakot: Scenario, tmp_path: Path) -> None:
    from sim.store import save

    save(sim.replay(balakot, "assisted", worlds=20), tmp_path / "replay")
    with pytest.raises(ScenarioError, match="must be a sweep"):
        discover(tmp_path / "replay", "answered")


def test_too_few_set_ups_are_refused(january: Scenario, tmp_path: Path) -> None:
    sim.sweep(january, {"states.*.military.cost": [0.5, 1.0]}, tmp_path / "few", worlds=20, start="2024-01-17", outcomes=("answered",), workers=1)
    with pytest.raises(ScenarioError, match="50 set-ups"):
        discover(tmp_path / "few", "answered")
