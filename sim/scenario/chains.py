"""The library of chains: a file each, in `scenarios/chains/`, or wherever a person keeps theirs."""

from pathlib import Path

from pydantic import ValidationError

from sim.scenario.branches import plain
from sim.scenario.errors import Problem, ScenarioError, nearest, one_of, refuse, shown, shown_path
from sim.scenario.files import YAML_BYTES, read_text, resolved
from sim.scenario.find import bundle, is_bare
from sim.scenario.load import located
from sim.scenario.parts.chain import ChainFile
from sim.scenario.tables import Where
from sim.scenario.validate import faults_in
from sim.scenario.yaml_text import read_yaml

FOLDER = "chains"


def chain_names() -> list[str]:
    """Names of the chains that come with the program."""
    return sorted(path.stem for path in (bundle() / FOLDER).glob("*.yaml"))


def find_chain(reference: str | Path) -> Path:
    """The file of a chain, by its name in the library or by its path; raises ScenarioError."""
    path = Path(reference)
    if resolved(path).is_file():
        return path
    named = bundle() / FOLDER / f"{reference}.yaml"
    if is_bare(str(reference)) and named.is_file():
        return named
    known = chain_names()
    raise refuse(
        "", f"is no chain, neither a file nor one of the library; {one_of(known)}", field="--chain", value=shown(str(reference)),
        nearest=nearest(path.stem, known),
    )  # fmt: skip


def read_chain(file: Path) -> tuple[ChainFile, Where]:
    """The chain in a file, and where each of its values stands; raises ScenarioError with the line of every mistake."""
    where, problems = shown_path(file), list[Problem]()
    data, lines = read_yaml(read_text(file, YAML_BYTES), where, problems)
    if problems:
        raise ScenarioError(problems)
    places: Where = {trail: f"{where}:{line}" for trail, line in lines.items()}
    try:
        return ChainFile.model_validate(plain(data)), places
    except ValidationError as error:
        raise ScenarioError(located(fault, places, where) for fault in faults_in(error, ChainFile)) from None
