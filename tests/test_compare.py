"""compare: known intervals come out, the same luck is used where there is any, and what is not shared or asked alike is said."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import sim
from sim.cli import app
from sim.effects import effect
from sim.experiments.compare import compare, pairs
from sim.experiments.mean_differences import YES, difference, estimate
from sim.scenario.errors import ScenarioError
from sim.scenario.parts.branch import BranchFile
from sim.store import save
from tests.sweep_folder import LEAKAGE, RESOLVE, lively, write_sweep

RNG = np.random.default_rng(7)


def each(worlds: int) -> np.ndarray[Any, Any]:
    """Every world a cluster by itself."""
    return np.arange(worlds)


def share(yes: int, worlds: int) -> np.ndarray[Any, Any]:
    return (np.arange(worlds) < yes).astype(float)


# ── Intervals ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_shares_have_the_interval_of_newcombe() -> None:
    """56 of 70 beside 48 of 80: 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""
    first, second = (estimate(share(*counts), np.ones(counts[1]), each(counts[1]), YES) for counts in ((48, 80), (56, 70)))
    found = difference(first, second, paired=False)
    assert (round(found["low"], 4), round(found["high"], 4)) == (0.0524, 0.3339)


def test_paired_means_have_the_interval_of_their_differences() -> None:
    before = RNG.normal(size=400)
    after, weight = before + RNG.normal(0.1, 0.5, size=400), RNG.uniform(0.2, 1.0, size=400)
    first, second = (estimate(values, weight, each(400), "number") for values in (before, after))
    wanted = effect(before, after, weight, None)
    found = difference(first, second, paired=True)
    # A branch draws its interval out by Student's t, which hardly matters in 400 worlds.
    assert found == pytest.approx({key: wanted[key] for key in ("difference", "low", "high")}, abs=5e-4)
    apart = difference(first, second, paired=False)
    assert apart["high"] - apart["low"] > 1.5 * (found["high"] - found["low"])


@pytest.mark.parametrize("kind", [YES, "number"])
@pytest.mark.parametrize("paired", [True, False])
def test_intervals_hold_the_truth_about_95_times_in_100(kind: str, paired: bool) -> None:
    """Weighted worlds, an outcome defined in some of them only; the true difference is 0.15 for shares and 0.5 for numbers."""
    held, tries, worlds = 0, 400, 150
    for _ in range(tries):
        luck = RNG.uniform(size=worlds)
        other = luck if paired else RNG.uniform(size=worlds)
        values = (luck < 0.3, other < 0.45) if kind == YES else (np.exp(luck), np.exp(other) + 0.5)
        defined = [RNG.uniform(size=worlds) < 0.8 for _ in values]
        weight = RNG.uniform(0.3, 1.0, size=worlds)
        first, second = (estimate(np.where(there, value, np.nan), weight, each(worlds), kind) for value, there in zip(values, defined, strict=True))
        found = difference(first, second, paired)
        held += found["low"] <= (0.15 if kind == YES else 0.5) <= found["high"]
    assert 0.92 <= held / tries <= 0.985


def test_worlds_of_one_draw_count_as_one_where_they_are_alike() -> None:
    draws = np.repeat(RNG.normal(size=30), 20)
    alike, apart = (estimate(draws, np.ones(600), cluster, "number") for cluster in (np.arange(600) // 20, each(600)))
    assert alike is not None and apart is not None
    assert (alike.high - alike.low) / (apart.high - apart.low) == pytest.approx(20**0.5)


def test_a_value_that_never_changes_has_no_error_from_rounding() -> None:
    weight = RNG.uniform(size=301)
    one = estimate(np.full(301, 0.1), weight, each(301), "number")
    assert one is not None and (one.low, one.mean, one.high) == (0.1, 0.1, 0.1)
    sure = estimate(np.ones(301), weight, each(301), YES)
    assert sure is not None and sure.mean == 1.0 and 0.9 < sure.low < 1.0


def test_what_is_defined_nowhere_has_no_difference() -> None:
    nowhere = estimate(np.full(5, np.nan), np.ones(5), each(5), YES)
    assert nowhere is None
    assert difference(nowhere, estimate(np.ones(5), np.ones(5), each(5), YES), True) == {"difference": None, "low": None, "high": None}


# ── Luck ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [({}, (True, "same scenario, same seed")), ({"seed": 2}, (False, "their seeds are 1 and 2")),
     ({"scenario": "other"}, (False, "they are of two scenarios, made_up and other")),
     ({"luck": "independent"}, (False, "the luck of their set-ups is shared and independent"))],
)  # fmt: skip
def test_worlds_are_paired_only_where_their_luck_is_the_same(changed: dict[str, Any], wanted: tuple[bool, str]) -> None:
    asked = {"scenario": "made_up", "seed": 1, "luck": "shared", "worlds": 10}
    assert pairs({"asked": asked}, {"asked": asked | changed | {"worlds": 20}}) == wanted


# ── Runs ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def peace(day: int) -> BranchFile:
    pin = {"pin": "north", "track": "military", "act": ("not limited_strike", "not expanded_strike"), "from": f"2001-01-{day:02d}"}
    return BranchFile.model_validate({"title": "Peace", "question": "What if?", "source": "made up", "changes": (pin,)})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    results, crisis = folder / "results", lively()
    write_sweep(results / "sweep_one")
    write_sweep(results / "sweep_longer", worlds=90)
    write_sweep(results / "sweep_other_seed", seed=2)
    write_sweep(results / "sweep_partly", levels={RESOLVE: (0.9, 0.2), LEAKAGE: (0.6,)})
    write_sweep(results / "sweep_one_factor", levels={RESOLVE: (0.9, 0.2)}, worlds=10)
    changes = {"states.south.resolve.median": 0.05}
    for name, run in {
        "replay_one": sim.replay(crisis, "free", worlds=80, changes=changes),
        "replay_stronger": sim.replay(crisis, "free", worlds=80, changes={"states.south.resolve.median": 3.0}),
        "branch_early": sim.branch(crisis, peace(10), at="2001-01-05", worlds=60, parameters="point", workers=1),
        "branch_late": sim.branch(crisis, peace(20), at="2001-01-05", worlds=60, parameters="point", workers=1),
    }.items():
        save(run, results / name)
    return folder


@pytest.fixture
def results(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(desk)
    return desk / "results"


def said(*words: str) -> Result:
    return CliRunner().invoke(app, ["compare", *words])


def as_json(*words: str) -> dict[str, Any]:
    done = said(*words, "--json")
    assert (done.exit_code, done.stderr) == (0, ""), done.stderr
    return dict(json.loads(done.stdout))


def test_a_run_is_the_same_as_itself_in_every_world(results: Path) -> None:
    found = as_json("replay_one", "replay_one")
    assert found["finding"][0].startswith("replay_one beside replay_one: the same in every world")
    assert {row["difference"] for row in found["differences"]} <= {0.0, None}
    assert found["asked_differently"] == []


def test_replays_are_matched_by_mode_and_set_up_and_paired(results: Path) -> None:
    found = as_json("replay_one", "replay_stronger")
    rows = {(row["set_up"], row["outcome"]): row for row in found["differences"]}
    assert found["paired"]
    assert rows["free, unchanged", "killed"]["same"] == 1.0
    changed = rows["free, changed", "answered"]
    kept = [sim.open(results / name).outcomes.query("setup == 'changed'") for name in ("replay_one", "replay_stronger")]
    means = [float(frame["answered"].mean()) for frame in kept]
    assert [changed[side]["mean"] for side in ("first", "second")] == pytest.approx(means)
    assert changed["difference"] == pytest.approx(means[1] - means[0])
    assert [changed[side]["worlds"] for side in ("first", "second")] == [int(frame["answered"].notna().sum()) for frame in kept]
    assert changed["given"] == "struck"
    asked = {entry["what"]: (entry["first"], entry["second"]) for entry in found["asked_differently"]}
    assert asked == {"changes.states.south.resolve.median": ("0.05", "3.0")}


def test_branches_are_matched_by_name_and_their_parent_is_the_same(results: Path) -> None:
    found = as_json("branch_early", "branch_late")
    parents = [row for row in found["differences"] if row["set_up"].startswith("as it was")]
    assert parents and all(row["difference"] in (0.0, None) for row in parents)
    assert any(row["difference"] for row in found["differences"] if row["set_up"] == "your_change")


def test_sweeps_are_matched_by_the_values_of_their_factors(results: Path) -> None:
    found = as_json("sweep_one", "sweep_partly", "--outcome", "strikes")
    assert [row["set_up"] for row in found["differences"]] == [f"{RESOLVE} in words = 0.9, {LEAKAGE} in words = 0.6"]
    assert found["differences"][0]["same"] == 1.0
    assert (len(found["only_in_first"]), len(found["only_in_second"])) == (5, 1)


def test_more_worlds_of_the_same_seed_are_paired_as_far_as_both_have_them(results: Path) -> None:
    found = as_json("sweep_one", "sweep_longer", "--outcome", "strikes")
    row = found["differences"][0]
    assert (row["first"]["worlds"], row["second"]["worlds"], row["worlds"], row["same"]) == (60, 90, 60, 1.0)
    apart = as_json("sweep_one", "sweep_other_seed", "--outcome", "strikes")
    assert (found["paired"], apart["paired"]) == (True, False)
    assert "their seeds are 1 and 2" in apart["finding"][1]


def test_weights_are_respected(results: Path) -> None:
    found = as_json("sweep_one", "sweep_other_seed", "--outcome", "war", "--outcome", "course")
    wanted = pd.read_parquet(results / "sweep_one" / "summary.parquet").query("outcome == 'war'").sort_values("point")
    rows = [row for row in found["differences"] if row["outcome"] == "war"]
    assert [row["first"]["mean"] for row in rows] == pytest.approx(wanted["mean"].tolist())
    assert [row["first"]["effective_worlds"] for row in rows] == pytest.approx(wanted["effective_worlds"].tolist())
    assert min(row["first"]["effective_worlds"] for row in rows) < 59
    courses = [row for row in found["differences"] if row["outcome"].startswith("course: ") and row["set_up"] == rows[0]["set_up"]]
    assert sum(row["first"]["mean"] for row in courses) == pytest.approx(1.0)


def test_a_sentence_comes_first_and_says_what_cannot_be_told(results: Path) -> None:
    printed = said("sweep_one", "sweep_other_seed", "--outcome", "war").stdout
    assert printed.startswith("sweep_other_seed beside sweep_one: none of 6 differences can be told from no change (by simulation error alone).")
    assert "cannot be told from no change" in printed.splitlines()[2]
    told = said("replay_one", "replay_stronger", "--outcome", "answered").stdout
    assert "are told from no change" in told.splitlines()[0] or "is told from no change" in told.splitlines()[0]
    assert "more in 100 worlds (between" in told
    assert "changes.states.south.resolve.median: 0.05 → 3.0" in told
    assert "A model, not a forecast." in told


def test_of_people_killed_only_the_difference_is_printed(results: Path) -> None:
    printed = said("replay_one", "replay_stronger", "--outcome", "killed").stdout
    (line,) = [line for line in printed.splitlines() if line.startswith("people killed by the two")]
    assert len([part for part in line.split("   ") if part.strip()]) == 4


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json"])
def test_the_table_can_be_kept(results: Path, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"differences.{suffix}"
    assert said("replay_one", "replay_stronger", "--to", str(file)).stdout.endswith(f"Saved: {file}\n")
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "json": pd.read_json}[suffix](file)  # type: ignore[operator]
    wanted = as_json("replay_one", "replay_stronger")["differences"]
    assert read["outcome"].tolist() == [row["outcome"] for row in wanted]
    assert read["first_mean"].notna().tolist() == [row["first"]["mean"] is not None for row in wanted]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert "is there already" in said("replay_one", "replay_stronger", "--to", str(file)).stderr


MISTAKES = {
    "two commands": (["replay_one", "branch_early"], "must be two runs of one command, not replay and branch"),
    "other factors": (
        ["sweep_one", "sweep_one_factor"],
        f"has other factors, so no set-up of one is in the other: {RESOLVE}, {LEAKAGE} and {RESOLVE}",
    ),
    "an unknown outcome": (["replay_one", "replay_stronger", "--outcome", "kiled"], "Did you mean killed?"),
    "an unknown run": (["replay_one", "replay_two"], "is no run"),
    "a table of another kind": (["replay_one", "replay_stronger", "--to", "a.xlsx"], "must end with one of"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_cannot_be_compared_is_refused_in_one_line(results: Path, mistake: str) -> None:
    words, wanted = MISTAKES[mistake]
    done = said(*words)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert wanted in done.stderr


def test_runs_that_share_no_set_up_are_refused(results: Path, tmp_path: Path) -> None:
    elsewhere = write_sweep(tmp_path / "sweep_far", levels={RESOLVE: (0.5,), LEAKAGE: (0.5, 0.55)}, worlds=10)
    with pytest.raises(ScenarioError, match="no set-up in common"):
        compare(results / "sweep_one", elsewhere)


def test_a_study_without_worlds_is_refused(results: Path, tmp_path: Path) -> None:
    (tmp_path / "explain_x").mkdir()
    (tmp_path / "explain_x" / "manifest.json").write_text(json.dumps({"asked": {"command": "explain"}}))
    with pytest.raises(ScenarioError, match=r"keeps no worlds to compare \(explain\); must be one of replay, branch, sweep"):
        compare(tmp_path / "explain_x", tmp_path / "explain_x")
