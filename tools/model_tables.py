"""Rewrite the tables of docs/model.md from the schema, the scenarios and the priors.

    python tools/model_tables.py            rewrite the tables that are stale
    python tools/model_tables.py --check    name them, and exit with 1 if there are any

A table stands between two marks, which are comments and do not show on the page. What lies between them is made here;
everything else on the page is written by hand.

    <!-- parameters: dyad.war -->       parameters of a part of a scenario: default, unit, range, meaning, source
    <!-- case: january_2024 -->         what a scenario changes against these defaults
    <!-- priors -->                     distributions of the parameters that are not known
    <!-- patterns -->                   what the model is judged by: target and source
    <!-- outcomes: january_2024 -->     what a run of a scenario comes to: words, kind, unit, condition
    <!-- search -->                     what the search of the default weights began with and found
    <!-- references -->                 works that are cited, from paper/paper.bib
    <!-- end -->
"""

import json
import re
import sys
import typing
from collections.abc import Iterator
from pathlib import Path

from sim.experiments.patterns import load_targets
from sim.outcomes import definitions
from sim.scenario.fields import SEARCHED, TRIAL, Section
from sim.scenario.load import load
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.scenario.tree import Spec, entry_spec, is_list, is_mapping, is_section, specs

PAGE = Path(__file__).resolve().parents[1] / "docs" / "model.md"
BLOCK = re.compile(r"<!-- (?P<title>(?:parameters|case|outcomes): \S+|priors|patterns|search|references) -->\n.*?<!-- end -->", re.DOTALL)
WORKS = PAGE.parents[1] / "paper" / "paper.bib"
WORK = re.compile(r"@\w+\{(?P<key>\w+),\n(?P<fields>.*?)\n\}", re.DOTALL)
FIELD = re.compile(r"^  (\w+) = \{(.*)\},$", re.MULTILINE)
SEARCH = PAGE.with_name("defaults_search.json")
NONE = "–"

PARTS = ("states", "dyad", "mediation", "third_parties", "groups", "livelihoods")
"""Parts of a scenario whose changes a case table lists; communities and crossings have tables of their own."""

PARAMETER_COLUMNS = ("path", "default", "unit", "range", "meaning", "source")
CASE_COLUMNS = ("path", "value", "unit")
PRIOR_COLUMNS = ("path", "distribution", "median", "spread", "low", "high", "one draw for all", "sign contested", "calibrated", "source")


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown; the first column in code type."""
    lines = [" | ".join([f"`{path}`", *(cell.replace("|", "\\|") for cell in cells)]) for path, *cells in rows]
    return "\n".join(["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|", *(f"| {line} |" for line in lines)])


def shown(value: object) -> str:
    """A value as the page has it: the shortest number that is not rounded, a word as it is."""
    if value is None:
        return NONE
    return f"{value:.15g}" if isinstance(value, int | float) else str(value)


# ── Parameters ────────────────────────────────────────────────────────────────────────────────────────────────────


def parameters(pattern: str) -> str:
    """The table of the parameters of one section of the schema, those of the sections within it left out."""
    return table(PARAMETER_COLUMNS, [parameter(pattern, name, spec) for name, spec in fields(section_at(pattern))])


def fields(section: type[Section]) -> Iterator[tuple[str, Spec]]:
    """The fields of a section that a run reads; a mapping from names to numbers stands as one, under `name.*`."""
    for name, spec in specs(section).items():
        if is_mapping(spec.kind) and spec.absent is not None:
            yield f"{name}.*", entry_spec(section, name)
        elif spec.role != "metadata" and not any(map(is_section, (spec.kind, *typing.get_args(spec.kind)))):
            yield name, spec


def parameter(pattern: str, name: str, spec: Spec) -> tuple[str, ...]:
    """A row for a parameter."""
    source = {TRIAL: "trial fit", SEARCHED: "searched"}.get(spec.source, spec.source)
    return f"{pattern}.{name}", shown(spec.default), spec.unit or NONE, bounds(spec), spec.meaning, source


def bounds(spec: Spec) -> str:
    """What a file may give, in words."""
    if spec.low is None:
        return NONE
    return f"above {shown(spec.low)}, to {shown(spec.high)}" if spec.above else f"{shown(spec.low)} to {shown(spec.high)}"


def section_at(pattern: str) -> type[Section]:
    """The section of the schema for which a dotted path stands; `*` stands for any name."""
    section: type[Section] = Scenario
    for word in pattern.split("."):
        if word != "*":
            section = section_of(specs(section)[word].kind)
    return section


def section_of(kind: object) -> type[Section]:
    """The section that a field holds, or of which it holds a mapping or a list."""
    if is_mapping(kind) or is_list(kind):
        kind = next(option for option in typing.get_args(kind) if is_section(option))
    assert is_section(kind), f"{kind} is no section"
    return kind


# ── Cases and priors ──────────────────────────────────────────────────────────────────────────────────────────────


def case(name: str) -> str:
    """When a scenario runs, its states in order, and the table of what it changes."""
    scenario = load(name)
    rows = [row for part in PARTS if part in scenario.model_fields_set for row in changes(getattr(scenario, part), part, "")]
    span = f"`{name}`: {scenario.start} to {scenario.end}, {scenario.days} days; states in order: {', '.join(scenario.states)}."
    return f"{span}\n\n{table(CASE_COLUMNS, rows)}"


def changes(node: object, path: str, unit: str) -> Iterator[tuple[str, ...]]:
    """A row for every value that the scenario gives at or below a path; words that change nothing are left out."""
    if isinstance(node, Section):
        known = specs(type(node))
        for name in (name for name in known if name in node.model_fields_set and known[name].role != "metadata"):
            yield from changes(getattr(node, name), f"{path}.{name}", known[name].unit)
    elif isinstance(node, dict):
        for name, below in node.items():
            yield from changes(below, f"{path}.{name}", unit)
    else:
        yield path, shown(node), unit or NONE


def priors() -> str:
    """The table of the priors that come with the program."""
    return table(
        PRIOR_COLUMNS,
        [
            (
                path,
                prior.distribution,
                *map(shown, (prior.median, prior.spread, prior.low, prior.high)),
                *("yes" if flag else "no" for flag in (prior.shared, prior.contested, prior.calibrated)),
                prior.source,
            )
            for path, prior in load_priors().items()
        ],
    )


def patterns() -> str:
    """The table of the patterns that the model is judged by."""
    rows = [(pattern.name, pattern.label, f"{pattern.low:g} to {pattern.high:g}", pattern.source) for pattern in load_targets().patterns]
    return table(("pattern", "says", "target", "source"), rows)


def outcomes(name: str) -> str:
    """The table of what a run of a scenario comes to."""
    rows = [(each.name, each.label, each.meaning, each.kind, each.unit or NONE, each.given or NONE) for each in definitions(load(name))]
    return table(("outcome", "label", "meaning", "kind", "unit", "given"), rows)


def search() -> str:
    """The table of the searched weights: where each round began, and what the last one found."""
    rounds = json.loads(SEARCH.read_text(encoding="utf-8"))["rounds"]
    names = tuple(f"start of round {number}" for number in range(1, len(rounds) + 1))
    rows = [(path, *(shown(each["start"][path]) for each in rounds), shown(value)) for path, value in rounds[-1]["best"].items()]
    return table(("path", *names, "found"), rows)


def references() -> str:
    """The list of works, by author and year."""
    works = [dict(FIELD.findall(work["fields"].replace("\\&", "&"))) for work in WORK.finditer(WORKS.read_text(encoding="utf-8"))]
    return "\n".join(f"- {reference(work)}" for work in sorted(works, key=lambda work: (authors(work).casefold(), work["year"])))


def reference(work: dict[str, str]) -> str:
    """A work as one line."""
    inside = work.get("journal") or work.get("booktitle")
    where = ", ".join(filter(None, (f"*{inside}*" if inside else "", work.get("publisher", ""))))
    volume = " ".join(filter(None, (work.get("volume", ""), f"({work['number']})" if "number" in work else "")))
    pages = work.get("pages", "").replace("--", "–")
    place = ", ".join(filter(None, (where, ": ".join(filter(None, (volume, pages))))))
    doi = f" [doi:{work['doi']}](https://doi.org/{work['doi']})" if "doi" in work else ""
    return f"{authors(work)} ({work['year']}). {work['title']}. {place}.{doi}"


def authors(work: dict[str, str]) -> str:
    """Surnames of a work's authors."""
    *others, last = (name.partition(",")[0] for name in work["author"].split(" and "))
    if last == "others":
        return f"{', '.join(others)} et al."
    return f"{', '.join(others)} & {last}" if others else last


# ── The page ──────────────────────────────────────────────────────────────────────────────────────────────────────


def made(title: str) -> str:
    """A table with its marks, by the title in the first of them."""
    kind, _, name = title.partition(": ")
    content = (
        {"parameters": parameters, "case": case, "outcomes": outcomes}[kind](name)
        if name
        else {"priors": priors, "patterns": patterns, "search": search, "references": references}[title]()
    )
    return f"<!-- {title} -->\n{content}\n<!-- end -->"


def stale(page: str) -> list[str]:
    """Titles of the tables on a page that are not what they would be if they were made now."""
    return [block["title"] for block in BLOCK.finditer(page) if block[0] != made(block["title"])]


def rewritten(page: str) -> str:
    """A page with its tables made anew."""
    return BLOCK.sub(lambda block: made(block["title"]), page)


def main(arguments: list[str]) -> int:
    """Rewrite the tables, or with `--check` only say which are stale."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    page = PAGE.read_text(encoding="utf-8")
    names = stale(page)
    if not arguments and names:
        PAGE.write_text(rewritten(page), encoding="utf-8")
    for name in names:
        print(f"{'Stale' if arguments else 'Rewritten'}: {name}")
    return 1 if arguments and names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
