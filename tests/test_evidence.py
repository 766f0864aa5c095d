"""The evidence ledger: a row for every number, made from what is stored, current."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from sim.experiments.evidence import largest_shares, ledger
from sim.experiments.posterior import stored
from sim.scenario.load import load
from sim.scenario.paths import leaves
from sim.scenario.policies import at_work
from sim.scenario.priors import load_priors

TOOL = Path(__file__).resolve().parents[1] / "tools" / "evidence_page.py"


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    return runpy.run_path(str(TOOL))


@pytest.fixture(scope="module")
def rows(tool: dict[str, Any]) -> list[Any]:
    return list(ledger(load(tool["SCENARIO"])))


def test_every_number_at_work_has_its_row(rows: list[Any], tool: dict[str, Any]) -> None:
    scenario = load(tool["SCENARIO"])
    numbers = {path for path, leaf in leaves(scenario).items() if leaf.kind == "number" and at_work(scenario, path)}
    assert {path for row in rows for path, _ in row.leaves} == numbers
    assert {row.pattern.split(".")[0] for row in rows} <= set(tool["CHAPTERS"])
    assert all(leaf.source for row in rows for _, leaf in row.leaves)


def test_priors_and_posterior_stand_where_they_belong(rows: list[Any]) -> None:
    assert sum(row.prior is not None for row in rows) == len(load_priors())
    assert sum(bool(row.posterior) for row in rows) == len(stored().paths)
    assert sum(row.contested for row in rows) == sum(prior.contested for prior in load_priors().values())


def test_a_number_without_a_source_is_called_assumed(rows: list[Any]) -> None:
    by_pattern = {row.pattern: row for row in rows}
    assert by_pattern["states.*.strikes.ambiguity"].assumed
    assert not by_pattern["states.*.perception.gap"].assumed


def test_the_share_is_the_largest_over_outcomes() -> None:
    known = {
        "parameters": [{"parameter": "a", "outcome": one, "total": total} for one, total in (("x", 0.1), ("y", 0.4), ("z", 0.2))],
        "analysis": {"outcomes": {one: {"label": f"words for {one}"} for one in "xyz"}},
    }
    assert largest_shares(known)["a"]["label"] == "words for y"
    assert largest_shares({}) == {}


def test_the_page_is_up_to_date(tool: dict[str, Any]) -> None:
    assert tool["PAGE"].read_text(encoding="utf-8") == tool["page"](), "run python tools/evidence_page.py"
