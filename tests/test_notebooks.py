"""The notebooks in docs/ run, and give what is kept in them."""

import runpy
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
tool = runpy.run_path(str(ROOT / "tools" / "notebooks.py"))
BOOKS = sorted(tool["NOTEBOOKS"].glob("*.ipynb"))


def test_there_is_one_for_each_thing_that_people_begin_with() -> None:
    assert [path.stem for path in BOOKS] == ["own_crisis", "own_rule", "replay", "sweep", "tweak_an_agent", "what_if"]
    page = (ROOT / "docs" / "notebooks.md").read_text(encoding="utf-8")
    assert all(f"notebooks/{path.stem}\n" in page for path in BOOKS)


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_what_is_kept_in_it(path: Path) -> None:
    kept = tool["printed"](nbformat.read(path, as_version=4))
    assert tool["printed"](tool["run"](path)) == kept, f"python tools/notebooks.py {path.stem}"
    assert any(kept)
    assert not any("Error" in text and "is no key" not in text for text in kept)
