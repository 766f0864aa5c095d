"""The peers that the model's speed is measured against run the same rules: same luck, same days, same numbers."""

import importlib.util
import json
from typing import Any

import numpy as np
import pytest

from benchmarks import bench
from benchmarks.scalar_mesa import ScalarCrisis
from sim.design import point_in
from sim.model import Crisis

CLOSE = {"rtol": 1e-9, "atol": 1e-9}
SEED, FIRST = 11, 6
needs_numba = pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not installed")


def array_model(worlds: int) -> dict[str, Any]:
    """Daily series of the array model in full precision, each (days, worlds)."""
    model = Crisis(bench.CASE, SEED, world=FIRST, replicates=worlds, points=[point_in("assisted")])
    days: list[dict[str, Any]] = []
    while model.running:
        model.step()
        today: dict[str, Any] = {"tension": model.dyad.tension, "hardship": model.hardship()}
        for name, state in zip(("first", "second"), model.states, strict=True):
            today |= {f"{name}.debt": state.debt, f"{name}.militant_debt": state.militant_debt}
            today |= {f"{name}.{track}": acts for track, acts in state.acts.items()}
        days.append({series: np.broadcast_to(value, (1, worlds))[0].copy() for series, value in today.items()})
    return {series: np.array([today[series] for today in days]) for series in days[0]}


def scalar_model(world: int) -> dict[str, Any]:
    """The same series of one world of the scalar Mesa model."""
    model = ScalarCrisis(bench.CASE, world=world, exact=True, rng=SEED)
    days: list[dict[str, Any]] = []
    while model.running:
        model.step()
        today: dict[str, Any] = {"tension": model.tension, "hardship": model.hardship()}
        for name, state in zip(("first", "second"), model.states, strict=True):
            today |= {f"{name}.debt": state.debt, f"{name}.militant_debt": state.militant_debt}
            today |= {f"{name}.{track}": act for track, act in zip(model.case.tracks, state.acts, strict=True)}
        days.append(today)
    return {series: np.array([today[series] for today in days]) for series in days[0]}


def test_scalar_mesa_agents_live_through_the_same_days() -> None:
    ours = array_model(12)
    assert ours["first.military"].max() >= 2  # some strike
    for world in range(12):
        for series, theirs in scalar_model(FIRST + world).items():
            np.testing.assert_allclose(theirs, ours[series][:, world], err_msg=f"{series}, world {world}", **CLOSE)


@needs_numba
def test_the_compiled_loop_lives_through_the_same_days() -> None:
    from benchmarks.compiled import run

    ours = array_model(300)
    assert max(ours[f"{state}.border"].max() for state in ("first", "second")) == 2  # some closed border
    for series, theirs in run(bench.CASE, 300, SEED, FIRST).items():
        np.testing.assert_allclose(theirs, ours[series], err_msg=series, **CLOSE)


@needs_numba
def test_the_compiled_normal_numbers_are_normal() -> None:
    from scipy.special import ndtri

    from benchmarks.compiled import normal

    shares = [2.0**-54, 1e-12, 0.01, 0.0749, 0.0751, 0.3, 0.5, 0.7, 0.9251, 1.0 - 2.0**-53]
    np.testing.assert_allclose([normal(share) for share in shares], ndtri(shares), rtol=1e-12, atol=1e-15)


def test_the_benchmark_measures_and_reports(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bench, "SCALAR_WORLDS", 2)
    monkeypatch.setattr(bench, "PHASE_WORLDS", 4)
    monkeypatch.setattr(bench, "MEMORY_WORLDS", 4)
    bench.main(["--json", "--repetitions", "1", "--sizes", "4", "8"])
    found = json.loads(capsys.readouterr().out)
    assert found["sizes"] == [4, 8]
    assert len(found["worlds_a_second"]["array_simulated"]) == len(found["times_batch_run"]) == 2
    assert set(found["phases"]) == set(bench.PHASES)
    assert all(spent > 0.0 for phase, spent in found["phases"].items() if phase != "1 calendar")
    text = bench.report(found)
    assert "simulate against batch_run" in text
    assert "10 recruitment" in text


def test_a_missing_numba_is_said() -> None:
    found = {
        "case": bench.CASE, "repetitions": 1, "sizes": [8], "worlds_a_second": {"array_bare": [2.0], "array_simulated": [2.0]},
        "batch_run_worlds_a_second": 1.0, "single_world": 1.0, "help": 1.0, "peak_memory_mb": 1.0, "phases": {"4 decision": 1.0},
    }  # fmt: skip
    assert "skipped: numba is not installed" in bench.report(found)
    assert "against compiled" not in bench.report(found)
