"""The library of sweeps: a file each, in `scenarios/sweeps/`, or wherever a person keeps theirs."""

import csv
import io
import json
from pathlib import Path

from pydantic import ValidationError

from sim.scenario.branches import plain
from sim.scenario.errors import Problem, ScenarioError, nearest, refuse, shown, shown_path
from sim.scenario.files import TABLE_BYTES, YAML_BYTES, read_text, resolved
from sim.scenario.find import MAIN_FILE, bundle, is_bare, names
from sim.scenario.load import located
from sim.scenario.parts.sweep import Level, SweepFile
from sim.scenario.validate import faults_in
from sim.scenario.yaml_text import read_yaml, scalar

FOLDER = "sweeps"
WHOLE = ("points", "worlds", "seed", "steps")
"""Keys whose values stay whole numbers; all other numbers of a sweep are real."""


def sweep_names() -> list[str]:
    """Names of the sweeps that come with the program."""
    return sorted(path.stem for path in (bundle() / FOLDER).glob("*.yaml"))


def find_sweep(reference: str) -> Path | None:
    """The file of a sweep, by its name in the library or by its path; None where the name is a crisis's; raises ScenarioError for neither."""
    path = Path(reference)
    if resolved(path).is_file():
        return None if path.name == MAIN_FILE else path
    named = bundle() / FOLDER / f"{reference}.yaml"
    if is_bare(reference) and named.is_file():
        return named
    if reference in names() or resolved(path / MAIN_FILE).is_file():
        return None
    known = [*sweep_names(), *names()]
    allowed = "is neither a sweep (a file, or one of the library: `sweep --list`) nor a crisis"
    raise refuse("", allowed, value=shown(reference), field="FILE", nearest=nearest(path.stem, known))


def read_sweep(file: Path) -> SweepFile:
    """The sweep in a file; raises ScenarioError with the line of every mistake."""
    where, problems = shown_path(file), list[Problem]()
    data, lines = read_yaml(read_text(file, YAML_BYTES), where, problems)
    if problems:
        raise ScenarioError(problems)
    try:
        return SweepFile.model_validate(_whole(plain(data), data))
    except ValidationError as error:
        places = {trail: f"{where}:{line}" for trail, line in lines.items()}
        raise ScenarioError(located(fault, places, where) for fault in faults_in(error, SweepFile)) from None


def _whole(converted: object, data: object) -> object:
    """Whole numbers where the schema wants them, as they were written."""
    if isinstance(converted, dict) and isinstance(data, dict):
        return {key: data[key] if key in WHOLE else _whole(value, data[key]) for key, value in converted.items()}
    return converted


def read_rows(sweep: SweepFile, folder: Path) -> dict[str, list[Level]]:
    """The columns of a sweep's CSV, from the folder of its file; raises ScenarioError for what is not a table of values.

    The file must lie in that folder: a sweep cannot reach outside it.
    """
    name = sweep.rows or ""
    file = folder / name
    if not resolved(file).is_relative_to(resolved(folder)):
        raise refuse("", "must lie in the folder of the sweep's file", field="rows", value=name)
    where = shown_path(file)
    header, *lines = list(csv.reader(io.StringIO(read_text(file, TABLE_BYTES)))) or [[]]
    columns: dict[str, list[Level]] = {factor.strip(): [] for factor in header}
    if len(columns) != len(header) or not all(columns):
        raise refuse(f"{where}:1", "must name every factor once")
    for number, line in enumerate(lines, start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(columns):
            raise refuse(f"{where}:{number}", f"must have {len(columns)} cells, one a factor", value=len(line), field="cells")
        for factor, cell in zip(columns, line, strict=True):
            columns[factor].append(_value(cell.strip(), f"{where}:{number}", factor))
    if not any(columns.values()):
        raise refuse(where, "must hold a line of names and at least one of values")
    return columns


def _value(cell: str, where: str, factor: str) -> Level:
    """A number, a date or a name."""
    value = scalar(cell)
    if value is None or isinstance(value, bool):
        raise refuse(where, "must be a number, a date or a name", field=factor, value=cell or "(empty)")
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def write_sweep(name: str, sweep: SweepFile) -> Path:
    """Write a sweep to NAME.yaml here, or to the path given; raises ScenarioError where a file is there already, or it cannot be written."""
    path = Path(name if name.endswith(".yaml") else f"{name}.yaml")
    if path.exists():
        raise refuse("", "must be a new file", field="--save", value=str(path))
    data = sweep.model_dump(exclude_unset=True, by_alias=True)
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items() if value is not None and key != "vary"]
    lines.append("vary:")
    for factor, spec in data.get("vary", {}).items():
        given = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in spec.items() if value is not None)
        lines.append(f"  {json.dumps(factor)}: {{ {given} }}")
    try:
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise refuse("", f"a file that can be written ({error.strerror})", field="--save", value=str(path)) from None
    return path
