"""A sweep runs a design in parts, wherever there is room; nothing computed is lost, and no bit depends on who ran what when."""

import errno
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import EXCHANGE, LIVELY, made_up
from typer.testing import CliRunner

from sim import ledger
from sim.cli import app
from sim.design import Set, point_in
from sim.execute import local
from sim.experiments import sweep as study
from sim.experiments.sweep_plan import Plan, plan
from sim.experiments.sweep_size import size
from sim.outcomes import definitions
from sim.parts import Made, Part, parts_of, run_part
from sim.scenario.errors import ScenarioError
from sim.scenario.find import bundle
from sim.scenario.load import load
from sim.scenario.parts.sweep import SweepFile
from sim.scenario.schema import Scenario
from sim.scenario.sweeps import read_sweep, sweep_names, write_sweep
from sim.simulate import CELLS, simulate
from sim.summary import summary as summary_of_one
from sim.sweep_flags import factor_of, sweep_of

run = partial(study.run, workers=1)

WORDS = {"title": "t", "question": "What if?", "source": "assumed"}
RESOLVE, LEAKAGE, NOISE = "states.north.resolve.median", "crossings.*.leakage", "states.*.perception.noise"


def asked(vary: dict[str, Any], **more: Any) -> SweepFile:
    return SweepFile.model_validate({**WORDS, "worlds": 12, "from": "2001-01-06", "vary": vary, **more})


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return made_up(16, EXCHANGE, changes=LIVELY)


STRUCTURES = {"states.north.elections.general.date": {"levels": tuple(f"2001-02-{day:02d}" for day in range(1, 13))}, RESOLVE: {"levels": (0.2, 0.9)}}
"""Twelve structures, and so twelve parts."""


def files(folder: Path) -> dict[str, bytes]:
    """What a finished sweep comes to; when and by which process it was made is left out."""
    found = {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
    return {name: content for name, content in found.items() if name.endswith((".parquet", "schema.json"))}


@pytest.fixture(scope="module")
def twelve(crisis: Scenario) -> Plan:
    return plan(crisis, asked(STRUCTURES, series=("tension",)))


@pytest.fixture(scope="module")
def whole(twelve: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "run"
    run(twelve, folder)
    return folder


# ── Designs ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_day_of_choice_is_a_date_also_where_the_first_day_of_the_run_is_varied(tmp_path: Path) -> None:
    """With every day but the last days recorded, nothing a government decides can come before that date."""
    crisis = load("january_2024")
    vary = {"start": ["2023-12-01", "2023-12-15"]}
    found = study.sweep(crisis, vary, tmp_path / "run", worlds=20, start="2024-01-17", outcomes=["struck"])
    assert found.tables["outcomes"]["struck"].all()  # the record's first strike, on 16 January, lies before it in both


def test_series_have_the_dates_of_their_own_run_where_its_length_is_varied(tmp_path: Path) -> None:
    crisis = load("january_2024")
    found = study.sweep(
        crisis, {"end": ["2024-05-20", "2024-04-30"]}, tmp_path / "run", worlds=10, start="2024-01-17", series=["tension"], outcomes=["struck"]
    )
    last = found.tables["daily"].groupby("point")["date"].max()
    assert sorted(last) == ["2024-04-30", "2024-05-20"]


def test_a_grid_has_every_combination_and_the_last_factor_runs_fastest(crisis: Scenario) -> None:
    rows = plan(crisis, asked({RESOLVE: {"low": 1.0, "high": 3.0, "steps": 3}, LEAKAGE: {"levels": (0.0, 0.5)}})).rows
    assert rows.to_numpy().tolist() == [[1.0, 0.0], [1.0, 0.5], [2.0, 0.0], [2.0, 0.5], [3.0, 0.0], [3.0, 0.5]]


def test_a_latin_hypercube_has_one_set_up_in_every_stretch_of_every_factor(crisis: Scenario) -> None:
    rows = plan(crisis, asked({RESOLVE: {"low": 1.0, "high": 3.0}, LEAKAGE: {"low": 0.0, "high": 0.5}}, design="latin_hypercube", points=20)).rows
    for name, low, high in ((RESOLVE, 1.0, 3.0), (LEAKAGE, 0.0, 0.5)):
        stretch = np.floor((rows[name] - low) / (high - low) * 20).astype(int)
        assert sorted(stretch) == list(range(20))


def test_a_sobol_design_has_a_power_of_two_and_halves_every_factor(crisis: Scenario) -> None:
    rows = plan(crisis, asked({RESOLVE: {"low": 1.0, "high": 3.0}, LEAKAGE: {"low": 0.0, "high": 0.5}}, design="sobol", points=20)).rows
    assert len(rows) == 32
    assert (rows[RESOLVE] < 2.0).sum() == (rows[LEAKAGE] < 0.25).sum() == 16


def test_trajectories_of_morris_change_one_factor_at_a_time(crisis: Scenario) -> None:
    rows = plan(crisis, asked({RESOLVE: {"low": 1.0, "high": 3.0}, LEAKAGE: {"low": 0.0, "high": 0.5}}, design="morris", points=5)).rows
    assert len(rows) == 15
    changed = (rows.diff().abs() > 0).sum(axis=1).to_numpy().reshape(5, 3)
    assert (changed[:, 1:] == 1).all()


def test_a_random_design_draws_from_priors_and_gives_each_set_up_luck_of_its_own() -> None:
    thought = plan(load("january_2024"), SweepFile.model_validate({**WORDS, "design": "random", "points": 400, "worlds": 1}))
    assert thought.case.luck == "independent"
    assert len(thought.rows.columns) > 10
    # Half of all draws lie below a prior's median, but for what is cut off at its ends.
    assert abs((thought.rows["states.*.perception.noise"] < 0.5).mean() - 0.5) < 0.1


def test_logarithmic_ranges_and_steps_are_kept(crisis: Scenario) -> None:
    rows = plan(crisis, asked({RESOLVE: {"low": 0.25, "high": 4.0, "steps": 5, "scale": "log"}})).rows
    assert rows[RESOLVE].tolist() == pytest.approx([0.25, 0.5, 1.0, 2.0, 4.0])
    stepped = plan(crisis, asked({LEAKAGE: {"low": 0.0, "high": 1.0, "step": 0.25}}, design="latin_hypercube", points=30)).rows
    assert set(stepped[LEAKAGE]) <= {0.0, 0.25, 0.5, 0.75, 1.0}


# ── Parts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("groups", "worlds"), [([7], 3), ([5, 4], 5000), ([3], CELLS), ([2], 3 * CELLS + 5), ([40000], 1), ([1, 1, 1], 10)])
def test_every_world_of_every_set_up_is_in_exactly_one_part(groups: list[int], worlds: int) -> None:
    seen = np.zeros((sum(groups), worlds), dtype=int)
    for number, part in enumerate(parts_of(groups, worlds)):
        assert part.number == number
        assert part.worlds <= CELLS
        seen[part.points[0] : part.points[1], part.first : part.first + part.worlds_each] += 1
    assert (seen == 1).all()


def test_parts_hold_one_structure_and_whole_set_ups_where_they_fit(twelve: Plan) -> None:
    assert [part.points for part in twelve.parts] == [(2 * number, 2 * number + 2) for number in range(12)]
    for part in twelve.parts:
        assert twelve.of(part)["states.north.elections.general.date"].nunique() == 1


def test_a_set_up_of_a_sweep_is_the_same_as_one_run_alone(crisis: Scenario, tmp_path: Path) -> None:
    found = run(plan(crisis, asked({RESOLVE: {"levels": (0.2, 0.9)}, LEAKAGE: {"levels": (0.0, 0.6)}})), tmp_path / "run")
    point = point_in("assisted", 5, sets=(Set(RESOLVE, 0.9), Set(LEAKAGE, 0.0)))
    alone = simulate(crisis, [point], 12, 1)[0]
    rows = found.outcomes[found.outcomes["point"] == 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows[alone.outcomes().columns], alone.outcomes(), check_dtype=False)
    for outcome in definitions(crisis):
        if outcome.kind in ("class",) or outcome.name == "log_weight":
            continue
        entry = summary_of_one(outcome, alone.outcomes()[outcome.name], alone.weights, None)
        told = found.table().set_index(["point", "outcome"]).loc[(2, outcome.name)]
        assert told["worlds"] == entry["worlds"]
        if entry["worlds"]:
            assert (told["mean"], told["low"], told["high"]) == pytest.approx((entry["mean"], entry["low"], entry["high"]))
            assert outcome.kind == "yes or no" or told["q50"] == entry["median"]


def test_worlds_of_a_set_up_that_is_cut_into_parts_are_those_of_one_piece(crisis: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = asked({RESOLVE: {"levels": (0.2, 0.9)}}, worlds=40)
    together = run(plan(crisis, small), tmp_path / "together")
    monkeypatch.setattr("sim.parts.CELLS", 16)
    cut = plan(crisis, small)
    assert len(cut.parts) == 6
    apart = run(cut, tmp_path / "apart")
    pd.testing.assert_frame_equal(apart.outcomes, together.outcomes)
    pd.testing.assert_frame_equal(apart.table(), together.table())


def test_independent_luck_gives_no_world_to_two_set_ups(crisis: Scenario, tmp_path: Path) -> None:
    vary = {RESOLVE: {"levels": (0.5, 0.5000001)}}
    shared = run(plan(crisis, asked(vary)), tmp_path / "shared").outcomes
    own = run(plan(crisis, asked(vary, luck="independent")), tmp_path / "own").outcomes
    assert own["world"].tolist() == list(range(24))
    assert shared["world"].tolist() == 2 * list(range(12))
    first, second = (own[own["point"] == point]["attacks_expected"].tolist() for point in (0, 1))
    assert first != second


def test_any_number_of_processes_writes_the_same_bytes(twelve: Plan, whole: Path, tmp_path: Path) -> None:
    run(twelve, tmp_path / "two", workers=2)
    assert files(tmp_path / "two") == files(whole)


def test_a_dask_cluster_writes_the_same_bytes(twelve: Plan, whole: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, local_directory=str(tmp_path / "scratch")
    ) as cluster:
        run(twelve, tmp_path / "cluster", address=cluster.scheduler_address)
    assert files(tmp_path / "cluster") == files(whole)


def test_a_worker_that_computes_otherwise_is_refused_by_name(twelve: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(*task: Any) -> Made:
        made = run_part(*task)
        return Made(made.part, made.files, made.failed, "0123456789abcdef", "node17, process 4")

    monkeypatch.setattr(study, "run_part", elsewhere)
    with pytest.raises(ScenarioError, match=r"node17, process 4 .*0123456789abcdef.*must compute as this process does"):
        run(twelve, tmp_path / "run")


# ── Never lost ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_killed_at_twenty_moments_it_ends_with_the_table_of_an_uninterrupted_run(twelve: Plan, whole: Path, tmp_path: Path) -> None:
    dice, folder = random.Random(1), tmp_path / "run"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sim.experiments.sweep"])
    reached = []
    for _ in range(20):
        process = context.Process(target=run, args=(twelve, folder))
        process.start()
        process.join(dice.uniform(0.05, 0.6))
        process.kill()
        process.join()
        reached.append(len((folder / ledger.LIST).read_bytes().splitlines()) if (folder / ledger.LIST).exists() else 0)
    assert reached == sorted(reached)
    run(twelve, folder)
    assert files(folder) == files(whole)


def test_a_run_goes_on_after_its_last_part(twelve: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(whole, tmp_path / "run")
    (tmp_path / "run" / "manifest.json").unlink()
    lines = (tmp_path / "run" / ledger.LIST).read_text().splitlines(keepends=True)
    # The last line was being written when the power went.
    (tmp_path / "run" / ledger.LIST).write_text("".join(lines[:9]) + lines[9][:20])
    ran: list[int] = []

    def noting(case: Any, rows: Any, part: Part) -> Made:
        ran.append(part.number)
        return run_part(case, rows, part)

    monkeypatch.setattr(study, "run_part", noting)
    told: list[tuple[int, int]] = []
    run(twelve, tmp_path / "run", workers=1, resumed=lambda *worlds: told.append(worlds))
    assert ran == [8, 9, 10, 11]
    assert told == [(8 * 24, 12 * 24)]
    assert files(tmp_path / "run") == files(whole)


def test_a_finished_sweep_is_read_and_not_run_again(twelve: Plan, whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*task: Any) -> Made:
        raise AssertionError("it was run again")

    monkeypatch.setattr(study, "run_part", never)
    assert len(run(twelve, whole).table()) > 0


def test_two_processes_cannot_work_on_one_folder(twelve: Plan, tmp_path: Path) -> None:
    with ledger.Ledger(tmp_path, dict.fromkeys(ledger.ONE_FOR_ALL, "x")), pytest.raises(ScenarioError, match=f"another process .*{os.getpid()}"):
        run(twelve, tmp_path)
    run(twelve, tmp_path / "elsewhere")


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda file: file.write_bytes(file.read_bytes()[:-7]), "must have .* bytes"),
        (lambda file: file.write_bytes(file.read_bytes()[:-7] + b"altered"), "its checksum differs"),
        (lambda file: file.unlink(), "is missing"),
    ],
    ids=["cut short", "altered", "removed"],
)
def test_a_part_that_is_not_what_was_written_is_named_and_nothing_is_deleted(
    twelve: Plan, whole: Path, tmp_path: Path, harm: Any, complaint: str
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(whole, folder)
    harm(folder / "outcomes" / "part-000003.parquet")
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name != ledger.LOCK}
    with pytest.raises(ScenarioError, match=f"part-000003.parquet .*{complaint}"):
        run(twelve, folder)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name != ledger.LOCK} == before


def test_parts_of_another_version_or_machine_are_not_mixed(twelve: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "numerics", lambda: "another")
    with pytest.raises(ScenarioError, match=r"numerics = .* must be another"):
        run(twelve, whole)


def test_a_full_disk_is_said_and_what_is_there_stays(twelve: Plan, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, written = tmp_path / "run", ledger._flush
    room = [12]

    def filling(file: Any) -> None:
        room[0] -= 1
        if room[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written(file)

    monkeypatch.setattr(ledger, "_flush", filling)
    with pytest.raises(ScenarioError, match=r"No space left on device.*2 of 12 parts are kept"):
        run(twelve, folder, workers=1)
    monkeypatch.setattr(ledger, "_flush", written)
    assert not list(folder.rglob("*.unfinished"))
    run(twelve, folder)
    assert files(folder) == files(whole)


def test_a_folder_of_something_else_is_left_alone(twelve: Plan, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(ScenarioError, match="a new or empty folder"):
        run(twelve, tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_set_up_whose_numbers_blow_up_is_set_apart_and_the_others_go_on(crisis: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sim import parts

    true = parts._run

    def breaking(case: Any, rows: pd.DataFrame, part: Part) -> Any:
        if (rows[RESOLVE] == 0.9).any():
            raise FloatingPointError("overflow")
        return true(case, rows, part)

    monkeypatch.setattr(parts, "_run", breaking)
    found = run(plan(crisis, asked({RESOLVE: {"levels": (0.2, 0.5, 0.9, 1.1, 1.3)}})), tmp_path / "run", workers=1)
    assert found.tables["points"]["failed"].dropna().to_dict() == {2: "FloatingPointError: overflow"}
    assert sorted(found.outcomes["point"].unique()) == [0, 1, 3, 4]
    assert found.manifest["failures"] == [{"point": 2, "reason": "FloatingPointError: overflow"}]
    monkeypatch.setattr(parts, "_run", true)
    sound = run(plan(crisis, asked({RESOLVE: {"levels": (0.2, 0.5, 1.1, 1.3)}})), tmp_path / "sound").table()
    numbers = ["mean", "low", "high", "q50"]
    pd.testing.assert_frame_equal(found.table()[numbers], sound[numbers])


def test_numbers_without_end_are_told_by_series_and_day(tmp_path: Path) -> None:
    sweep = {**WORDS, "branch": "strike_that_kills_many", "worlds": 6, "vary": {"dose.people": {"levels": (10.0, 1e308)}}}
    found = run(plan(load("january_2024"), SweepFile.model_validate(sweep)), tmp_path / "run")
    assert [entry["point"] for entry in found.manifest["failures"]] == [1]
    assert "is no finite number from 2024-01-" in found.manifest["failures"][0]["reason"]
    assert set(found.outcomes["point"]) == {0}


def test_ctrl_c_saves_says_how_to_go_on_and_exits_with_130(tmp_path: Path) -> None:
    levels = ",".join(f"2024-02-{day:02d}" for day in range(1, 25))
    words = [
        "sweep",
        "--vary",
        f"states.pakistan.elections.general.date={levels}",
        "--worlds",
        "40",
        "--workers",
        "2",
        "--out",
        str(tmp_path / "run"),
    ]
    process = subprocess.Popen(
        [sys.executable, "run.py", *words], cwd=Path(__file__).parents[1], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "run" / ledger.LIST).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.5)
    # As a terminal does, to every process of the group.
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130, told
    assert "go on with the same command" in told
    assert "Traceback" not in told


def test_workers_end_with_the_process_that_started_them() -> None:
    code = (
        "import os, time\nfrom sim.execute import local\nwith local(1) as pool:\n print(pool.submit(os.getpid).result(), flush=True)\n time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{worker}").exists() and "Z" not in Path(f"/proc/{worker}/stat").read_text().split()[2] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{worker}").exists() or "Z" in Path(f"/proc/{worker}/stat").read_text().split()[2]


def test_a_worker_s_error_comes_through() -> None:
    with pytest.raises(ZeroDivisionError), local(1) as pool:
        pool.submit(divmod, 1, 0).result()


# ── What is typed ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a.b=1,2.5", {"levels": (1.0, 2.5)}),
        ("a.b=0.1:1:10", {"low": 0.1, "high": 1.0, "steps": 10}),
        ("a.b=0.1:1", {"low": 0.1, "high": 1.0}),
        ("a.b=prior", {"prior": True}),
        ("a.b=2024-02-08,2024-03-01", {"levels": ("2024-02-08", "2024-03-01")}),
        ("a.b=none,one+two", {"levels": ("none", "one+two")}),
    ],
)
def test_factors_can_be_typed(typed: str, meant: dict[str, Any]) -> None:
    assert factor_of(typed) == ("a.b", meant)


@pytest.mark.parametrize("typed", ["a.b", "=1", "a.b=", "a.b=1:x:3", "a.b=1:2:2.5", "a.b=true"])
def test_what_is_no_factor_is_refused(typed: str) -> None:
    with pytest.raises(ScenarioError, match="must be PATH=a,b,c"):
        factor_of(typed)


@pytest.mark.parametrize(
    ("sweep", "complaint"),
    [
        ({"vary": {"states.north.resolve.medan": {"levels": (1.0,)}}}, "no path of this scenario.*Did you mean states.north.resolve.median"),
        ({"vary": {RESOLVE: {"low": 1.0, "high": 2.0}}}, "needs `levels`, or `low`, `high` and `steps`, in a grid"),
        ({"vary": {RESOLVE: {"levels": (-1.0,)}}}, "states.north.resolve.median = -1  must be above 0"),
        ({"vary": {RESOLVE: {"low": 2.0, "high": 1.0, "steps": 3}}}, "must lie below high"),
        ({"vary": {RESOLVE: {"levels": ("much",)}}}, "must be a number"),
        ({"vary": {"states.north.elections.general.date": {"levels": ("2001-02-30",)}}}, "must be a date that exists"),
        ({"vary": {"states.north.label": {"levels": ("x",)}}}, "changes nothing in a run"),
        ({"vary": {"dose.days": {"levels": (1.0,)}}}, "needs a branch that every set-up has"),
        ({"vary": {"branch": {"levels": ("pakistan_holds_bck",)}}}, "Did you mean pakistan_holds_back"),
        ({"vary": {RESOLVE: {"levels": (1.0,)}}, "outcomes": ("answerd",)}, "Did you mean answered"),
        ({"vary": {RESOLVE: {"levels": (1.0,)}}, "series": ("tensions",)}, "Did you mean tension"),
        ({"vary": {RESOLVE: {"levels": (1.0,)}}, "from": "2001-13-01"}, "must be a date that exists"),
        ({"vary": {}}, "must name at least one factor"),
        ({"vary": {RESOLVE: {"levels": (1.0,)}}, "points": 5}, "goes with a sampled design"),
        ({"vary": {RESOLVE: {"levels": (1.0,)}}, "scenario": "january_2024"}, "is written for january_2024"),
    ],
)
def test_what_no_sweep_can_be_is_refused_by_name(crisis: Scenario, sweep: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ScenarioError, match=complaint):
        plan(crisis, SweepFile.model_validate({**WORDS, **sweep}))


def test_flags_count_before_the_file() -> None:
    file = read_sweep(bundle() / "sweeps" / "election_and_audience.yaml")
    both = sweep_of(file, ["states.*.perception.noise=0.1,0.5"], {"worlds": 7, "outcomes": (), "mode": None})
    assert (both.worlds, both.mode, both.outcomes, len(both.vary)) == (7, "assisted", file.outcomes, 3)
    with pytest.raises(ScenarioError, match=r"design = gird .*Did you mean grid"):
        sweep_of(None, ["a=1"], {"design": "gird"})


@pytest.mark.parametrize("name", sweep_names())
def test_every_sweep_that_ships_can_be_asked_and_has_reasons(name: str) -> None:
    file = read_sweep(bundle() / "sweeps" / f"{name}.yaml")
    thought = plan(load(file.scenario), file, subject=name)
    assert file.question.endswith("?")
    assert len(file.source) > 40
    assert len(thought.rows) >= 10
    assert thought.worlds <= 20_000


def test_a_sweep_kept_as_a_file_is_the_same_sweep(tmp_path: Path) -> None:
    typed = sweep_of(None, [f"{RESOLVE}=0.1:1:10", "branch=none,pakistan_holds_back"], {"worlds": 9, "outcomes": ("answered",)})
    assert read_sweep(write_sweep(str(tmp_path / "mine.yaml"), typed)) == typed


def test_rows_come_from_a_csv_beside_the_file_and_from_nowhere_else(tmp_path: Path) -> None:
    head = 'title: "t"\nquestion: "q?"\nsource: "assumed"\ndesign: rows\nworlds: 4\nfrom: "2024-01-17"\noutcomes: [answered]\n'
    (tmp_path / "mine.yaml").write_text(head + "rows: mine.csv\n")
    (tmp_path / "mine.csv").write_text("states.iran.resolve.median,branch\n0.3,none\n2.5,pakistan_holds_back\n0.3,pakistan_holds_back\n")
    told = CliRunner().invoke(app, ["sweep", str(tmp_path / "mine.yaml"), "--out", str(tmp_path / "run"), "--json"])
    assert told.exit_code == 0, told.output
    assert [factor["levels"] for factor in json.loads(told.stdout)["sweep"]["factors"]] == [[0.3, 2.5], ["none", "pakistan_holds_back"]]
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "mine.yaml").write_text(head + "rows: ../mine.csv\n")
    refused = CliRunner().invoke(app, ["sweep", str(tmp_path / "inner" / "mine.yaml")])
    assert refused.exit_code == 2
    assert "must lie in the folder of the sweep's file" in refused.output


# ── What is said ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_size_is_said_before_and_estimates_come_near(crisis: Scenario, tmp_path: Path) -> None:
    thought = plan(crisis, asked({RESOLVE: {"low": 0.1, "high": 2.0, "steps": 20}}, worlds=200))
    before = size(thought, 1)
    since = time.perf_counter()
    run(thought, tmp_path / "run")
    spent = time.perf_counter() - since
    disk = sum(file.stat().st_size for file in (tmp_path / "run").rglob("*.parquet"))
    assert (before.setups, before.worlds, before.parts) == (20, 4000, 1)
    assert 0.1 < before.seconds / spent < 10
    assert 0.2 < before.disk / disk < 5


def test_the_command_ends_with_a_sentence_a_picture_and_a_query_that_works(tmp_path: Path) -> None:
    words = ["sweep", "--vary", "states.pakistan.resolve.median=0.2,2", "--from", "2024-01-17", "--worlds", "60", "--outcome", "answered"]
    told = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "run")])
    assert told.exit_code == 0, told.output
    assert "2 set-ups of 60 worlds" in told.stdout
    assert "Answered with force" in told.stdout
    assert "Saved: " in told.stdout
    assert (tmp_path / "run" / "line_answered.png").is_file()
    assert (tmp_path / "run" / "index.html").is_file()
    ready = told.stderr.split("python run.py query ")[1].strip().split(" ", 1)
    asked_for = CliRunner().invoke(app, ["query", ready[0], ready[1].strip("'")])
    assert asked_for.exit_code == 0, asked_for.output
    again = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "run"), "--quiet"])
    assert again.exit_code == 0
    assert again.stdout == told.stdout


def test_a_notebook_gets_the_same_sweep_as_the_command(crisis: Scenario, tmp_path: Path) -> None:
    vary = {RESOLVE: [0.2, 0.9], LEAKAGE: {"levels": (0.0, 0.5)}}
    found = study.sweep(crisis, vary, tmp_path / "run", worlds=12, start="2001-01-06", outcomes=["answered", "killed"])
    thought = plan(crisis, asked({RESOLVE: {"levels": (0.2, 0.9)}, LEAKAGE: {"levels": (0.0, 0.5)}}, outcomes=("answered", "killed")))
    pd.testing.assert_frame_equal(found.outcomes, run(thought, tmp_path / "typed").outcomes)
    assert list(found.outcomes.columns) == ["point", "world", RESOLVE, LEAKAGE, "answered", "killed", "log_weight"]
    with pytest.raises(ScenarioError, match=r"wrlds .*Did you mean worlds"):
        study.sweep(crisis, vary, tmp_path / "wrong", wrlds=12)


def test_a_sweep_can_be_tried_without_running_it(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["sweep", "election_and_audience", "--dry-run", "--out", str(tmp_path / "run")])
    assert told.exit_code == 0
    assert "30 set-ups × 300 worlds = 9,000 worlds" in told.stdout
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["sweep"], "name a sweep"),
        (["sweep", "closure_leakage_relif"], "Did you mean closure_leakage_relief"),
        (["sweep", "--vary", "states.iran.resolve.median=1", "--cluster", "tcp://127.0.0.1:1", "--out", "OUT"], "--cluster"),
        (["sweep", "--vary", "states.iran.resolve.median=1", "--out", "/proc/nowhere"], "a folder that can be written"),
        (["sweep", "--vary", "states.iran.resolve.median=1", "--parameters", "prir"], "Did you mean prior"),
    ],
)
def test_mistakes_end_with_2_and_a_sentence(words: list[str], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.execute.CLUSTER_WAIT", 1.0)
    told = CliRunner().invoke(app, [str(tmp_path / "run") if word == "OUT" else word for word in words])
    assert told.exit_code == 2, told.output
    assert complaint in told.output
    assert "Traceback" not in told.output


def test_check_knows_sweeps(tmp_path: Path) -> None:
    told = CliRunner().invoke(app, ["check", str(bundle() / "sweeps" / "closure_leakage_relief.yaml")])
    assert "is in order: Days of closure, smuggling and relief (3 factors, design grid)" in told.output
    (tmp_path / "bad.yaml").write_text("vary:\n  a: { lvels: [1] }\n")
    bad = CliRunner().invoke(app, ["check", str(tmp_path / "bad.yaml")])
    assert bad.exit_code == 2
    assert "Did you mean levels" in bad.output
