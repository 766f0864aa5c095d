"""docs/model.md says what the code says: its tables are up to date, and what it names exists."""

import ast
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.outcomes import definitions
from sim.scenario.fields import Section
from sim.scenario.ladder import JOINT_ACTS, THIRD_PARTY_ACTS, TRACKS, Act
from sim.scenario.schema import Scenario
from sim.scenario.tree import ANY, is_list, is_mapping, is_section, specs
from sim.worlds import Draw

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
RULES = sorted((ROOT / "sim" / "rules").glob("[!_]*.py"))
NOT_PARAMETERS = ("history", "references", "start", "end")
"""Dates and rows, which the page explains in words."""

tool = runpy.run_path(str(ROOT / "tools" / "model_tables.py"))


def test_the_tables_are_up_to_date() -> None:
    assert tool["stale"](PAGE) == [], "run python tools/model_tables.py"


def test_a_stale_table_is_named_and_mended() -> None:
    old = PAGE.replace("| `dyad.war.days` | 30 |", "| `dyad.war.days` | 31 |")
    assert tool["stale"](old) == ["parameters: dyad.war"]
    assert tool["rewritten"](old) == PAGE


def test_every_mark_has_its_end() -> None:
    assert len(tool["BLOCK"].findall(PAGE)) == PAGE.count("<!-- end -->") == len(re.findall(r"<!-- (?!end)", PAGE))


ELEMENTS = (
    "1. Purpose and patterns", "2. Entities, state variables and scales", "3. Process overview and scheduling: the order of a day",
    "Design concepts", "i. Theoretical and empirical background", "ii. Individual decision making", "iii. Learning", "iv. Individual sensing",
    "v. Individual prediction", "vi. Interaction", "vii. Collectives", "viii. Heterogeneity", "ix. Stochasticity", "x. Observation",
    "Details", "4. Submodels: rules and parameters",
)  # fmt: skip
"""The elements of ODD+D in their order (Müller et al. 2013)."""


def test_the_elements_of_the_protocol_stand_in_their_order() -> None:
    headings = re.findall(r"^##+ (.*)$", PAGE, re.MULTILINE)
    assert [heading for heading in headings if heading in ELEMENTS] == list(ELEMENTS)
    assert [word for word in ("Implementation", "Initialisation", "Input data", "Submodels") if f". {word}" not in PAGE] == []


def test_the_flow_chart_shows_the_phases_of_the_page_and_is_up_to_date() -> None:
    chart = runpy.run_path(str(ROOT / "tools" / "day_chart.py"))
    assert chart["CHART"].read_text(encoding="utf-8") == chart["drawn"](PAGE), "run python tools/day_chart.py"
    with pytest.raises(SystemExit, match="12"):
        chart["phases"](PAGE.replace("| 11 record |", "| 12 record |"))


CITATION = re.compile(r"\b([A-Z][A-Za-z'’-]+)(?: et al\.|(?:, [A-Z][A-Za-z]+)*,? & [A-Z][A-Za-z]+)? ((?:19|20)\d\d)\b")
MONTHS = {"January", "February", "March", "April", "May", "June", "October", "December"}


def test_every_work_that_is_cited_is_in_the_list_of_references() -> None:
    text, _, listed = PAGE.partition("\n## 13. References")
    cited = {(name, year) for name, year in CITATION.findall(text) if name not in MONTHS}
    known = {
        (name, year) for names, year in re.findall(r"^- (.*?) \((\d{4})\)\.", listed, re.MULTILINE) for name in re.split(r", | & | et al\.", names)
    }
    assert len(cited) > 30
    assert cited - known == set()


# ── Parameters ────────────────────────────────────────────────────────────────────────────────────────────────────


def parameter_paths(section: type[Section] = Scenario, path: tuple[str, ...] = ()) -> Iterator[str]:
    """The dotted path of every field that a run reads; `*` stands for any name."""
    for name, spec in specs(section).items():
        if name in NOT_PARAMETERS or spec.role == "metadata":
            continue
        below = (*path, name) if not is_mapping(spec.kind) else (*path, name, ANY)
        inner = [kind for kind in (spec.kind, *getattr(spec.kind, "__args__", ())) if is_section(kind)]
        if inner and (is_section(spec.kind) or is_mapping(spec.kind) or is_list(spec.kind)):
            yield from parameter_paths(inner[0], below)
        else:
            yield ".".join(below)


def test_every_parameter_stands_in_a_table() -> None:
    paths = list(parameter_paths())
    assert len(paths) > 150
    assert [path for path in paths if f"\n| `{path}` |" not in PAGE] == []


@pytest.mark.parametrize("path", sorted(set(re.findall(r"^\| `([a-z_]+(?:\.[a-z_*]+)+)` \|", PAGE, re.MULTILINE))))
def test_every_path_in_a_table_leads_somewhere(path: str) -> None:
    words = tuple(path.split("."))
    assert words[0] in Scenario.model_fields
    assert [known for known in parameter_paths() if stands_for(words, tuple(known.split(".")))]


def stands_for(words: tuple[str, ...], known: tuple[str, ...]) -> bool:
    """Whether a path, perhaps of one scenario, is of a kind that the schema knows."""
    return len(words) == len(known) and all(ANY in (word, other) or word == other for word, other in zip(words, known, strict=True))


# ── Functions ─────────────────────────────────────────────────────────────────────────────────────────────────────

NAMED = re.compile(r"(sim/[a-z_/]+\.py): ([A-Za-z_.]+(?:, `?[A-Za-z_.]+`?)*)|`(sim/[a-z_/]+\.py)`|(?<![/\w])([a-z_]+\.py): ([a-z_]+)")
"""How the page names code: `file: function`, `file: one, another`, a file alone, or in formulas the file without its folder."""


def functions(path: Path) -> set[str]:
    """Functions and classes of a file; methods, and what an object holds, both alone and as `Class.name`."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {name for member in members(node) for name in (member, f"{node.name}.{member}")}
    return found


def members(kind: ast.ClassDef) -> set[str]:
    """Methods of a class, names that its body sets, and attributes that its methods set."""
    methods = {node.name for node in kind.body if isinstance(node, ast.FunctionDef)}
    names = {
        node.id
        for line in kind.body
        if isinstance(line, ast.Assign)
        for target in line.targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name)
    }
    return methods | names | {node.attr for node in ast.walk(kind) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}


def named_in_page() -> Iterator[tuple[str, str | None]]:
    """Every file that the page names, with each function that it names in it."""
    for full, names, alone, short, name in NAMED.findall(PAGE):
        if full:
            yield from ((full, other.strip(" `").rstrip(".")) for other in names.split(","))
        elif alone:
            yield alone, None
        else:
            path = next((ROOT / "sim").glob(f"*/{short}"))
            yield str(path.relative_to(ROOT)), name


def test_what_the_page_names_exists() -> None:
    named = set(named_in_page())
    assert len(named) > 40
    missing = [f"{path}: {name}" for path, name in named if not (ROOT / path).is_file() or (name and name not in functions(ROOT / path))]
    assert missing == []


def test_members_that_the_page_names_exist() -> None:
    known = set().union(*map(functions, (ROOT / "sim").rglob("*.py")))
    named = set(re.findall(r"`([A-Z][a-z][A-Za-z]*\.[a-z_]+)", PAGE))
    assert len(named) > 50
    assert named - known <= {"Generator.random"}, "NumPy's, and no member of the program"


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_rule_is_named(path: Path) -> None:
    public = {name for name in functions(path) if name.islower() and not name.startswith("_")}
    assert {name for name in public if not re.search(rf"\b{name}\b", PAGE)} == set()
    assert f"sim/rules/{path.name}" in PAGE


# ── Tables written by hand ────────────────────────────────────────────────────────────────────────────────────────


def test_every_act_stands_in_the_ladder() -> None:
    rows = [(track, str(number), act) for track, acts in TRACKS.items() for number, act in enumerate(acts)]
    rows += [("both", "–", act) for act in JOINT_ACTS.values()]
    rows += [("third_party", str(number), act) for number, act in enumerate(THIRD_PARTY_ACTS.values(), start=1)]
    assert [row for track, number, act in rows if (row := ladder_row(track, number, act)) not in PAGE] == []


def ladder_row(track: str, number: str, act: Act) -> str:
    """The beginning of an act's row in the ladder."""
    cells = (track, number, act.name, act.rung, act.cameo or "–", act.hostility)
    return "| " + " | ".join(str(cell).replace("-", "−") for cell in cells) + " |"


def test_every_draw_has_its_number() -> None:
    assert [site.name for site in Draw if f"\n| {site.value} | {site.name} |" not in PAGE] == []


def test_every_outcome_is_defined(january: Scenario) -> None:
    names = {re.sub("^killed_(iran|pakistan)$", "killed_<state>", outcome.name) for outcome in definitions(january)}
    assert {name for name in names if f"\n| `{name}` |" not in PAGE} == set()
