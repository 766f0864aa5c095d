"""The house has floors: a file imports only from below, knows no particular crisis, and uses only arithmetic that keeps bits."""

import ast
import datetime
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.scenario.load import load, names
from sim.scenario.schema import Scenario

HOUSE = Path(__file__).resolve().parents[1] / "sim"
FILES = sorted(HOUSE.rglob("*.py"))

FLOORS: tuple[tuple[str, ...], ...] = (
    ("sim.worlds", "sim.geography"),
    ("sim.scenario",),
    ("sim.rules", "sim.design", "sim.words", "sim.fingerprint", "sim.extend"),
    ("sim.moments", "sim.findings", "sim.effect_words", "sim.narration", "sim.sensitivity_words"),
    ("sim.settings", "sim.tipping_words", "sim.chain_words", "sim.calibration_words", "sim.discovery_words"),
    ("sim.agents", "sim.chronicle", "sim.parameters", "sim.record"),
    ("sim.interventions",),
    ("sim.model", "sim.branches"),
    ("sim.branch_flags", "sim.factors", "sim.sweep_flags", "sim.sweep_words"),
    ("sim.course",),
    ("sim.outcomes",),
    ("sim.simulate", "sim.history"),
    ("sim.score", "sim.story", "sim.summary", "sim.store", "sim.execute"),
    ("sim.effects", "sim.telling", "sim.sampling", "sim.setup_summary", "sim.ledger", "sim.run_names", "sim.run_tables", "sim.data_dictionary"),
    ("sim.table_files", "sim.results_folder", "sim.parts", "sim.interchange"),
    ("sim.archive",),
    ("sim.bundle",),
    ("sim.repeat",),
    ("sim.experiments",),
    ("sim.seat",),
    ("sim.plots", "sim.report"),
    ("sim.dashboard",),
    ("sim.commands",),
    ("sim.cli",),
)
"""From the ground up. Files of one package may import each other; other neighbours on a floor may not."""

ROOT_MAY_IMPORT = ("sim.scenario", "sim.model", "sim.run_names", "sim.experiments")
"""sim/__init__.py names what a notebook uses, and imports it when it is used."""

NARROW = {
    "sim.worlds": (),
    "sim.scenario": ("sim.scenario",),
    "sim.rules": ("sim.rules", "sim.worlds", "sim.scenario.ladder", "sim.scenario.extensions"),
    "sim.agents": ("sim.agents", "sim.rules", "sim.settings", "sim.worlds", "sim.scenario.ladder"),
}
"""Floors that may not even use all that lies below them."""


def module_of(path: Path) -> str:
    """The dotted name of a file's module."""
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in FILES}


def imports(path: Path) -> Iterator[str]:
    """Modules of ours that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "sim")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            if node.module and node.module.split(".")[0] == "sim":
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    yield inner if inner in MODULES else node.module


def within(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


def floor_of(module: str) -> tuple[int, str] | None:
    """The floor on which a module stands, and its name there; None for `sim` itself."""
    return next(((number, place) for number, floor in enumerate(FLOORS) for place in floor if within(module, place)), None)


def shown(path: Path) -> str:
    return str(path.relative_to(HOUSE.parent))


# ── Floors ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("module", [module for module in MODULES if module != "sim"])
def test_every_file_stands_on_a_floor_and_imports_only_from_below(module: str) -> None:
    here = floor_of(module)
    assert here is not None, f"give {module} a floor"
    for imported in imports(MODULES[module]):
        there = floor_of(imported)
        # `from sim import __version__` and the like: the bare package stands below everything.
        assert there is not None or imported == "sim"
        assert there is None or there[1] == here[1] or there[0] < here[0], f"{module} reaches up to {imported}"


@pytest.mark.parametrize(("place", "allowed"), NARROW.items())
def test_some_floors_use_little_of_what_lies_below(place: str, allowed: tuple[str, ...]) -> None:
    used = {(module, imported) for module, path in MODULES.items() if within(module, place) for imported in imports(path)}
    assert {(module, imported) for module, imported in used if not any(within(imported, name) for name in allowed)} == set()


def test_the_package_itself_imports_nothing_until_it_is_asked() -> None:
    tree = ast.parse(MODULES["sim"].read_text(encoding="utf-8"))
    at_once = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)} | {
        name.name for node in tree.body if isinstance(node, ast.Import) for name in node.names
    }
    assert not any(name and name.startswith("sim") for name in at_once)
    assert all(any(within(imported, name) for name in ROOT_MAY_IMPORT) for imported in imports(MODULES["sim"]))


def test_no_two_files_need_each_other() -> None:
    """Within a package too; imports inside a function, made when it is called, do not count."""
    needs = {
        module: {name for node in ast.parse(path.read_text(encoding="utf-8")).body for name in imported_by(node)} - {module}
        for module, path in MODULES.items()
    }
    left = dict(needs)
    while ready := [module for module, wanted in left.items() if not wanted & left.keys()]:
        for module in ready:
            del left[module]
    assert sorted(left) == []


def imported_by(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module:
        for alias in node.names:
            inner = f"{node.module}.{alias.name}"
            yield inner if inner in MODULES else node.module
    elif isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)


# ── No particular crisis ──────────────────────────────────────────────────────────────────────────────────────────

OWN_NAME = "taftan"
"""The laboratory is named after a place; its own name may stand anywhere."""


def names_in(scenario: Scenario) -> set[str]:
    """Countries, outsiders, groups and places of a crisis, as keys, as words and as printed."""
    found: set[str] = {scenario.name}
    for part in (scenario.states, scenario.third_parties, scenario.groups, scenario.communities, scenario.crossings):
        for key, entry in part.items():
            found |= {key, key.replace("_", " "), entry.label, *re.split("[–(),]| and ", entry.label)}
    return {name.strip().lower() for name in found if len(name.strip()) > 3} | {"bla", "blf"}


@pytest.fixture(scope="module")
def crises() -> list[Scenario]:
    # The base rates are no crisis of the world: their states are called what code may call any state.
    return [load(name) for name in names() if name != "base_rates"]


def lines() -> Iterator[tuple[str, int, str]]:
    """All lines under sim/, but for the docstring of the package, which says what the laboratory is for."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        first = 0
        if path == HOUSE / "__init__.py":
            first = ast.parse(text).body[0].end_lineno or 0
        yield from ((shown(path), number, line) for number, line in enumerate(text.splitlines(), start=1) if number > first)


def test_no_code_names_a_country_a_group_or_a_place(crises: list[Scenario]) -> None:
    wanted = set().union(*(names_in(scenario) for scenario in crises)) - {OWN_NAME}
    assert {"iran", "pakistan", "panjgur", "jaish al-adl", "united nations", "january_2024"} <= wanted
    pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(wanted, key=len, reverse=True)), re.IGNORECASE)
    assert [f"{file}:{number}: {found.group()}" for file, number, line in lines() if (found := pattern.search(line))] == []


MONTHS = [datetime.date(2000, month, 1).strftime("%B") for month in range(1, 13)]


def test_no_code_names_a_date_of_a_crisis(crises: list[Scenario]) -> None:
    days = {scenario.date_of(day) for scenario in crises for day in range(scenario.days)}
    written = {
        form
        for day in days
        for form in (day.isoformat(), f"{MONTHS[day.month - 1]} {day.year}", f"datetime.date({day.year}, {day.month}, {day.day})")
    }
    assert {"2024-01-16", "January 2024", "February 2019"} <= written
    assert [f"{file}:{number}: {found}" for file, number, line in lines() for found in written if found in line] == []


# ── Arithmetic that keeps bits ────────────────────────────────────────────────────────────────────────────────────

ROUNDS_BY_SHAPE = {
    "sum", "mean", "average", "nansum", "nanmean", "dot", "vdot", "inner", "outer", "matmul", "tensordot", "einsum", "prod", "std", "var", "trace",
    "power", "float_power", "convolve", "correlate", "linalg", "fft", "flip", "fliplr", "flipud", "add.reduce",
}  # fmt: skip
"""Functions and methods whose last bit hangs on the shape, the chunk or the processor."""


def forbidden(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """What rules and agents may not use: line and name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ROUNDS_BY_SHAPE:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("sum", "pow"):
            yield node.lineno, node.func.id
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow | ast.MatMult):
            yield node.lineno, "**" if isinstance(node.op, ast.Pow) else "@"
        elif isinstance(node, ast.Slice) and isinstance(node.step, ast.UnaryOp) and isinstance(node.step.op, ast.USub):
            yield node.lineno, "a slice that runs backwards"
        elif isinstance(node, ast.Attribute) and node.attr == "reduce":
            yield node.lineno, "reduce"


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name in ("rules", "agents")], ids=shown)
def test_rules_and_agents_use_only_arithmetic_that_keeps_bits(path: Path) -> None:
    found = [f"{shown(path)}:{line}: {what}" for line, what in forbidden(ast.parse(path.read_text(encoding="utf-8")))]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "np.sum(a, axis=0)", "a.sum(0)", "a @ b", "a @= b", "np.einsum('i,i', a, b)", "np.mean(a)", "a.mean()", "a ** 2", "a **= 0.5",
        "np.power(a, p)", "a[::-1]", "a[:, ::-2]", "sum(agents)", "np.dot(a, b)", "np.linalg.norm(a)", "np.add.reduce(a)",
    ],
)  # fmt: skip
def test_the_ban_finds_what_it_bans(code: str) -> None:
    assert list(forbidden(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["{**stand_by, 'more': 1}", "np.maximum(a, b)", "a[::2]", "a[-1]", "f(*a)", "np.cumsum(a)", "@decorated\ndef f(): pass"]
)
def test_the_ban_lets_the_rest_pass(code: str) -> None:
    assert not list(forbidden(ast.parse(code)))
