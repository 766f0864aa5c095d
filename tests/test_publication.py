"""What publication asks: the checklists name only what there is, versions agree, the paper cites what it lists, the archive is whole."""

import hashlib
import json
import re
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

import sim
from sim.cli import app

ROOT = Path(__file__).resolve().parents[1]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


CHECKLIST, PAPER, BIB = text("docs/checklists.md"), text("paper/paper.md"), text("paper/paper.bib")
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "paper" / "paper.md"})
TARGETS = set(re.findall(r"^([a-z]+):.*##", text("Makefile"), re.MULTILINE))


needs_a_clone = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone: git knows nothing of these files")

# ── Checklists and pages ──────────────────────────────────────────────────────────────────────────────────────────


def test_every_row_of_the_checklists_is_ticked_or_left_to_the_authors_and_says_where() -> None:
    rows = [line for line in CHECKLIST.splitlines() if line.startswith("| ") and not line.startswith("| asked")]
    assert len(rows) > 15
    for row in rows:
        _, asked_by, criterion, tick, where, _ = re.split(r"\s*\|\s*", row)
        assert asked_by and criterion and where
        assert tick in "✓○"
        assert re.search(r"\]\(|`", where), row


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_and_make_targets_that_a_page_names_exist(page: Path) -> None:
    words = page.read_text(encoding="utf-8")
    links = [target for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", words) if not target.startswith(("http", "mailto"))]
    assert [target for target in links if not (page.parent / target).exists()] == []
    assert set(re.findall(r"`make ([a-z]+)", words)) <= TARGETS


def test_commands_that_the_checklists_name_exist() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    named = re.findall(r"`python run\.py ([a-z]+)", CHECKLIST)
    assert named
    assert set(named) <= set(commands)
    assert all((ROOT / path).is_file() for path in re.findall(r"`python (tools/[a-z_]+\.py)", CHECKLIST))


def test_the_floors_on_the_page_for_contributors_are_those_that_hold() -> None:
    floors = runpy.run_path(str(ROOT / "tests" / "test_floors.py"))["FLOORS"]
    shown = re.search(r"<!-- floors -->\n(.*?)\n<!-- end -->", text("CONTRIBUTING.md"), re.DOTALL)
    assert shown is not None
    said = [tuple(name.replace("/", ".") for name in re.findall(r"`([^`]+)`", line)) for line in shown[1].splitlines()]
    assert said == list(floors)


# ── Metadata ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_version_stands_everywhere() -> None:
    about = YAML(typ="safe").load(text("CITATION.cff"))
    machine = json.loads(text("codemeta.json"))
    newest = re.search(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert {sim.__version__, about["version"], machine["version"], newest[1]} == {sim.__version__}
    assert re.fullmatch(r"\d+\.\d+\.\d+", sim.__version__)
    assert machine["license"].endswith(about["license"])
    assert "**Regression information:**" in text("CHANGELOG.md")


def test_what_the_metadata_point_to_exists() -> None:
    machine = json.loads(text("codemeta.json"))
    assert all((ROOT / machine[name]).is_file() for name in ("readme", "softwareHelp", "releaseNotes", "contIntegration", "referencePublication"))


@needs_a_clone
def test_every_folder_at_the_top_has_a_licence() -> None:
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=True).stdout.split()
    folders = {path.partition("/")[0] for path in listed if "/" in path} - {".github", "results"}
    assert {name for name in folders if f"`{name}/" not in text("LICENSES.md")} == set()


# ── Paper ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_paper_has_the_sections_that_the_journal_asks_for() -> None:
    sections = re.findall(r"^# (.*)$", PAPER, re.MULTILINE)
    wanted = ["Summary", "Statement of need", "State of the field", "Software design", "Research impact statement", "Disclosure statement"]
    assert [name for name in sections if name in wanted] == wanted
    assert 750 <= len(PAPER.split()) <= 1750


def test_what_the_paper_cites_is_listed() -> None:
    cited = set(re.findall(r"@([a-z]+\d{4})", PAPER))
    keys = re.findall(r"^@\w+\{(\w+),$", BIB, re.MULTILINE)
    assert len(cited) > 15
    assert cited <= set(keys)
    assert len(keys) == len(set(keys))


def test_identifiers_of_works_are_well_formed_and_their_own() -> None:
    identifiers = re.findall(r"^  doi = \{(.*)\},$", BIB, re.MULTILINE)
    assert len(identifiers) > 25
    assert all(re.fullmatch(r"10\.\d{4,9}/\S+", name) for name in identifiers)
    assert len(identifiers) == len(set(identifiers))


def test_figures_of_the_paper_are_the_programs_own() -> None:
    shown = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAPER)
    assert shown
    assert all((ROOT / "paper" / path).is_file() for path in shown)


# ── Archive ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    subprocess.run(["git", "clone", "-q", str(ROOT), str(tmp_path / "clone")], check=True)
    return tmp_path / "clone"


@needs_a_clone
def test_the_archive_holds_a_commit_and_what_it_gives(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(clone / "tools"))
    tool = runpy.run_path(str(clone / "tools" / "archive.py"))
    # What is slow in it, the model as a PDF and the first example, is tried by itself.
    monkeypatch.setitem(tool["members"].__globals__, "pdf", lambda: b"%PDF")
    monkeypatch.setitem(tool["members"].__globals__, "replayed", lambda: {"results/index.html": b"runs"})
    assert tool["main"]([str(tmp_path / "out")]) == 0
    folder = f"taftan-{sim.__version__}"
    with zipfile.ZipFile(tmp_path / "out" / f"{folder}.zip") as packed:
        names = [name.partition("/")[2] for name in packed.namelist()]
        sums = dict(reversed(line.split("  ", 1)) for line in packed.read(f"{folder}/SHA256SUMS").decode().splitlines())  # type: ignore[misc]
        assert all(hashlib.sha256(packed.read(f"{folder}/{name}")).hexdigest() == digest for name, digest in sums.items())
    assert {*names} == {*sums, "SHA256SUMS"}
    assert {name.partition("/")[0] for name in names if "/" in name} == {"code", "data", "docs", "results"}
    wanted = {
        "README.md",
        "LICENSE",
        "LICENSES.md",
        "codemeta.json",
        "code/run.py",
        "data/january_2024/history.csv",
        "docs/model.pdf",
        "results/index.html",
    }
    assert wanted <= set(names)
    assert not [name for name in names if re.search(r"__pycache__|\.pyc$|^code/(?:build|dist|\.venv)/|\.egg-info", name)]


@needs_a_clone
def test_no_archive_is_made_of_what_is_not_committed(clone: Path, tmp_path: Path) -> None:
    (clone / "README.md").write_text("changed", encoding="utf-8")
    command = [sys.executable, str(clone / "tools" / "archive.py"), str(tmp_path / "out")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 2
    assert not (tmp_path / "out").exists()


def test_the_model_becomes_a_pdf_with_its_tables_and_its_flow_chart() -> None:
    pytest.importorskip("weasyprint", reason="Pango is not installed", exc_type=OSError)
    tool = runpy.run_path(str(ROOT / "tools" / "model_pdf.py"))
    page = text("docs/model.md")
    assert "<table>" in tool["html"](page) and 'src="images/day.svg"' in tool["html"](page)
    made = tool["pdf"](page.partition("## Design concepts")[0])
    assert made.startswith(b"%PDF") and len(made) > 50_000


def test_what_readme_and_paper_say_of_the_scoreboard_is_what_is_stored() -> None:
    stored = json.loads(text("scenarios/validation.json"))
    new = next(row for row in stored["scoreboard"] if row["crisis"] == "new")
    low, high = (new["decisions"] * new[end] for end in ("low", "high"))
    behind = f"{-new['difference_in_all']:.0f} nats"
    interval = f"({-low:.0f} behind to {high:.0f} ahead)"
    one_rule = next(row for row in stored["tables"]["Against each"][2] if row[0] == "how often elsewhere")
    middle, *ends = (float(number) for number in re.findall(r"[+-][\d.]+", one_rule[5]))
    for page in (text("README.md"), PAPER):
        said = " ".join(page.split())
        assert behind in said and interval in said and f"{new['decisions']} decisions" in said
    assert f"by {-middle:.0f} ({-ends[0]:.0f} behind to {ends[1]:.0f} ahead)" in " ".join(text("README.md").split())
