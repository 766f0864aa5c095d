"""The table of mistakes that `make mutate` tries out is in step with the code, so that it cannot rot unseen."""

import ast
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

tool = runpy.run_path(str(ROOT / "tools" / "mutate.py"))
MUTATIONS = tool["MUTATIONS"]
BROKEN = {mutation.file for mutation in MUTATIONS}


def text_of(file: str) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


def test_what_is_to_be_replaced_stands_in_its_file_exactly_once() -> None:
    assert [f"{mutation.file}: {mutation.old}" for mutation in MUTATIONS if text_of(mutation.file).count(mutation.old) != 1] == []


def test_every_mistake_is_a_program_and_another_one() -> None:
    for mutation in MUTATIONS:
        mutated = tool["mutated"](mutation, text_of(mutation.file))
        compile(mutated, mutation.file, "exec")
        assert ast.dump(ast.parse(mutated)) != ast.dump(ast.parse(text_of(mutation.file))), mutation.broken


def test_there_are_at_least_thirty_and_each_is_told_in_its_own_words() -> None:
    assert len({mutation.broken for mutation in MUTATIONS}) == len(MUTATIONS) >= 30


def test_every_rule_and_every_agent_is_broken() -> None:
    files = [path.relative_to(ROOT).as_posix() for folder in ("rules", "agents") for path in sorted((ROOT / "sim" / folder).glob("[!_]*.py"))]
    assert [file for file in files if file not in BROKEN and file != "sim/agents/base.py"] == []


@pytest.mark.parametrize(
    "name", ["model", "interventions", "chronicle", "settings", "worlds", "record", "course", "outcomes", "score", "summary", "history", "simulate"]
)
def test_so_is_what_carries_the_rules(name: str) -> None:
    assert f"sim/{name}.py" in BROKEN


def test_the_tests_that_look_for_mistakes_are_there() -> None:
    assert [file for mutation in MUTATIONS for file in tool["order"](mutation.file) if not (ROOT / file).is_file()] == []


@pytest.mark.parametrize(
    ("line", "by"),
    [
        ("FAILED tests/test_rules.py::test_trade_stays_a_share", "test_rules::test_trade_stays_a_share"),
        ("FAILED tests/test_twin.py::test_january_2024[0-forced] - AssertionError: day 3", "test_twin::test_january_2024"),
        ("ERROR tests/test_replay.py::test_a_run_opens_again_as_it_was - KeyError", "test_replay::test_a_run_opens_again_as_it_was"),
    ],
)
def test_a_failure_tells_which_test_noticed(line: str, by: str) -> None:
    verdict = tool["judged"](1, f"....F\n=== short test summary info ===\n{line}\n1 failed, 4 passed in 0.1s\n", 2.0)
    assert (verdict.noticed, verdict.by) == (True, by)


@pytest.mark.parametrize(("code", "output"), [(0, "5 passed in 0.1s"), (2, "ERROR tests/test_rules.py\nInterrupted: 1 error"), (-1, "did not end")])
def test_tests_that_pass_or_do_not_run_have_noticed_nothing(code: int, output: str) -> None:
    assert not tool["judged"](code, output, 2.0).noticed
