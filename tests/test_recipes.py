"""docs/recipes.md: each recipe runs as it stands on the page, in an empty folder, and gives what it promises."""

import multiprocessing
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "recipes.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^## ([^\n]*)\n.*?^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture(autouse=True)
def own_start_method() -> Iterator[None]:
    """Mesa's batch_run sets how new processes start, for good; this puts it back."""
    before = multiprocessing.get_start_method(allow_none=True)
    yield
    multiprocessing.set_start_method(before, force=True)


def cooked(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a recipe leaves behind."""
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {"__name__": "recipe"}
    exec(compile(RECIPES[name], name, "exec"), names)
    return names


def test_there_is_a_recipe_for_each_tool() -> None:
    assert list(RECIPES) == ["Mesa: `batch_run`", "Mesa: SolaraViz", "EMA workbench", "SALib", "xarray"]


def test_batch_run_gives_the_worlds_of_a_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cooked("Mesa: `batch_run`", tmp_path, monkeypatch)
    model = sim.Crisis("january_2024", seed=1, replicates=20)
    model.run_model()
    assert made["tensions"] == model.record.series["tension"][-1, 0].tolist()


def test_solara_shows_a_world_and_lets_it_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solara = pytest.importorskip("solara")
    made = cooked("Mesa: SolaraViz", tmp_path, monkeypatch)
    box, rendered = solara.render(made["page"], handle_error=False)
    assert box.children
    assert {"tension", "truce", "iran.rung"} <= set(made["model"].datacollector.model_reporters)
    rendered.close()


def test_the_workbench_runs_the_crisis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ema_workbench")
    made = cooked("EMA workbench", tmp_path, monkeypatch)
    assert len(made["experiments"]) == 4
    resolve, answered = made["experiments"]["resolve"].to_numpy(), made["outcomes"]["answered"]
    assert ((answered >= 0) & (answered <= 1)).all()
    assert answered[resolve.argmax()] > answered[resolve.argmin()], "a state with more resolve answers more often"


def test_salib_reads_a_design_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cooked("SALib", tmp_path, monkeypatch)
    assert len(made["answered"]) == 16 * (2 * 2 + 2)
    assert np.isfinite(made["indices"]["ST"]).all()
    assert made["indices"]["ST"][0] > 0.2


def test_xarray_has_days_by_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = cooked("xarray", tmp_path, monkeypatch)
    assert dict(made["bands"].sizes) == {"mode": 3, "date": 138}
    assert made["peak"] > made["bands"]["q50"].sel(mode="assisted").max()
