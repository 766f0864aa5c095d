"""Reports: two sheets made of what lies in a run's folder, for every kind of run, with nothing from elsewhere."""

import html.parser
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.report.report_words import identity, limits, sentences, without
from sim.report.sheets import SHEETS, _press
from sim.words import CHANGE_CAVEAT, CLOSURE_CAVEAT, parameter_words

PRESS = _press()
NEEDS_PANGO = pytest.mark.skipif(PRESS is None, reason="no Pango here, which WeasyPrint needs for PDFs (Debian: apt-get install libpangoft2-1.0-0)")

KINDS = {
    "replay": ("replay", "--worlds", "30"),
    "branch": ("branch", "--what", "iran_closes_border", "--worlds", "30", "--parameters", "point"),
    "tipping": ("tipping", "--from", "2024-01-17", "--until", "2024-01-19", "--worlds", "30", "--parameters", "point", "--levers", "hotline"),
    "sweep": ("sweep", "--vary", "crossings.*.leakage=0,.6", "--from", "2024-01-17", "--worlds", "20", "--yes"),
    "sensitivity": ("sensitivity", "--method", "morris", "--trajectories", "4", "--worlds", "10", "--vary", "states.*.resolve.median", "--yes"),
    "validate": ("validate", "--against", "closures", "--worlds", "50"),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder to work in, as a user has one."""
    place, before = tmp_path_factory.mktemp("house"), Path.cwd()
    os.chdir(place)
    yield place
    os.chdir(before)


def ran(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*words])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(scope="module")
def runs(house: Path) -> "Runs":
    """The folder of a run of each kind, made when it is first asked for."""
    return Runs(house)


class Runs(dict[str, Path]):
    """Runs by kind."""

    def __init__(self, house: Path) -> None:
        super().__init__()
        self.house = house

    def __missing__(self, kind: str) -> Path:
        ran(*KINDS[kind], "--quiet")
        self[kind] = max((self.house / "results").glob(f"{kind}*"), key=lambda folder: folder.stat().st_mtime)
        return self[kind]


@pytest.fixture(scope="module", params=KINDS)
def reported(request: pytest.FixtureRequest, runs: Runs) -> tuple[Path, dict[str, object]]:
    """A run of a kind and what its report printed as JSON."""
    folder = runs[request.param]
    return folder, json.loads(ran("report", str(folder), "--json"))


class Outline(html.parser.HTMLParser):
    """What a page asks for from elsewhere, its headings, and names that stand in it twice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.names: list[str] = []
        self.labels: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.asked += [value for name, value in attrs if name in ("src", "href", "xlink:href") and value and not value.startswith(("#", "data:"))]
        self.names += [value for name, value in attrs if name == "id" and value]
        self.labels += [known.get("aria-label") or ""] if known.get("role") == "img" else []


def test_a_report_of_every_kind_of_run_stands_by_itself(reported: tuple[Path, dict[str, object]]) -> None:
    folder, told = reported
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = Outline(text)
    assert page.asked == [] and not re.search(r"url\((?!#|&quot;#)", text.replace("'", ""))
    assert len(page.names) == len(set(page.names))
    assert all(page.labels)
    for heading in ("Finding", "What was changed", "Limits", "How to reproduce it"):
        assert f"<h2>{heading}</h2>" in text
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for needed in (manifest["version"], manifest["hash"], manifest["numerics"], "A model, not a forecast", "not a basis for action on its own"):
        assert needed in text
    assert told["caveat"] == manifest["caveat"] and told["findings"]


@NEEDS_PANGO
def test_it_fits_on_two_sheets_and_is_the_same_to_the_byte(reported: tuple[Path, dict[str, object]]) -> None:
    folder, told = reported
    printed = (folder / "report.pdf").read_bytes()
    assert printed.startswith(b"%PDF") and told["sheets"] in range(1, SHEETS + 1)
    if told["of"] in ("branch", "validate"):
        ran("report", str(folder), "--quiet")
        assert (folder / "report.pdf").read_bytes() == printed


def test_a_title_of_ones_own_heads_it_and_the_question_goes_below(runs: Runs, tmp_path: Path) -> None:
    folder = str(runs["replay"])
    ran("report", folder, "--title", "Quiet & <loud>", "--out", str(tmp_path), "--quiet")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<h1>Quiet &amp; &lt;loud&gt;</h1>" in text and 'class="question"' in text


def test_a_full_one_has_every_figure_table_mode_and_number(runs: Runs, tmp_path: Path) -> None:
    folder = str(runs["branch"])
    ran("report", folder, "--full", "--out", str(tmp_path), "--quiet")
    text = (tmp_path / "report_full.html").read_text(encoding="utf-8")
    figures = json.loads((Path(folder) / "figures.json").read_text(encoding="utf-8"))
    assert text.count("<figcaption>") == len(figures)
    for words in ("The three modes", "Evidence ledger", "states.*.resolve.median", "with the change"):
        assert words in text


def test_without_a_press_the_page_is_written_and_the_missing_library_named(runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(runs["replay"])
    monkeypatch.setattr("sim.report.sheets._press", lambda: None)
    said = ran("report", folder, "--out", str(tmp_path))
    assert "Pango" in said and (tmp_path / "report.html").is_file() and not (tmp_path / "report.pdf").exists()


def test_a_run_without_words_of_its_own_is_refused_with_what_to_do(runs: Runs, tmp_path: Path) -> None:
    folder = str(runs["branch"])
    shutil.copytree(folder, tmp_path / "old")
    (tmp_path / "old" / "page.json").unlink()
    said = ran("report", str(tmp_path / "old"), code=2)
    assert "page.json" in said and "python run.py branch" in said
    assert "is no run" in ran("report", "nowhere", code=2)


def test_what_the_limits_say_is_not_said_again_in_captions() -> None:
    caption = f"Bars: intervals. {CLOSURE_CAVEAT} {CHANGE_CAVEAT} A model, not a forecast."
    manifest = {"asked": {"command": "branch"}, "caveat": "A model, not a forecast."}
    told = limits(manifest, [caption])
    assert CLOSURE_CAVEAT in told and CHANGE_CAVEAT in told
    assert without(caption, told) == "Bars: intervals."
    assert sentences("One. Two! Three? four.") == ["One.", "Two!", "Three? four."]


def test_the_identity_leaves_out_what_a_run_does_not_have() -> None:
    manifest = {"asked": {"seed": 3}, "hash": "abc", "version": "0.1.0", "numerics": "n", "python": "3.12", "commit": None}
    assert identity(manifest, "10 worlds") == ["10 worlds", "seed 3", "run abc", "taftan 0.1.0", "numerics n", "Python 3.12"]


def test_other_crises_are_counted_in_the_right_number() -> None:
    def words(*crises: str) -> str:
        return parameter_words({"parameters": "posterior", "scenario": "here", "posterior": {"crises": crises}})

    assert words("here", "a", "b").endswith("this crisis and 2 others")
    assert words("here", "a").endswith("this crisis and 1 other")
    assert words("a", "b").endswith("fitted on 2 crises, not on this one")
