"""Checking what a person has written, without running it: a crisis or their index, priors, a branch, lever, chain, sweep, natural experiments."""

from pathlib import Path

from sim.scenario.branches import read_branch
from sim.scenario.chains import read_chain
from sim.scenario.closures import ROOT as CLOSURES
from sim.scenario.closures import read_closures
from sim.scenario.errors import Problem, refuse, shown_path
from sim.scenario.files import YAML_BYTES, read_text, resolved
from sim.scenario.find import MAIN_FILE, read_index
from sim.scenario.load import load
from sim.scenario.priors import ROOT, load_priors
from sim.scenario.schema import Scenario
from sim.scenario.sweeps import read_rows, read_sweep
from sim.scenario.yaml_text import read_yaml


def check(reference: str | Path) -> str:
    """A sentence on what was found to be in order; raises ScenarioError with all that is not."""
    path = Path(reference)
    if resolved(path).is_file() and path.name != MAIN_FILE:
        return check_file(path)
    return summary(load(reference))


def keys_of(path: Path) -> set[str]:
    """The first keys of a YAML file; none where it is no file."""
    if not resolved(path).is_file() or path.name == MAIN_FILE or path.suffix.lower() not in (".yaml", ".yml"):
        return set()
    data, _ = read_yaml(read_text(path, YAML_BYTES), shown_path(path), list[Problem]())
    return set(data) if isinstance(data, dict) else set()


def check_file(path: Path) -> str:
    """A file that is no scenario says by its first key what it is."""
    keys = keys_of(path)
    if ROOT in keys:
        return f"{shown_path(path)} is in order: {counted(len(load_priors(path)), 'prior')}."
    if "links" in keys:
        chain, _ = read_chain(path)
        return f"{shown_path(path)} is in order: {chain.title} ({counted(len(chain.links), 'link')})."
    if keys & {"vary", "design"}:
        sweep = read_sweep(path)
        columns = read_rows(sweep, path.parent) if sweep.rows else sweep.vary
        return f"{shown_path(path)} is in order: {sweep.title} ({counted(len(columns), 'factor')}, design {sweep.design})."
    if CLOSURES in keys:
        return f"{shown_path(path)} is in order: {counted(len(read_closures(path)[0].closures), 'natural experiment')}."
    if "changes" in keys:
        entry = read_branch(path)
        return f"{shown_path(path)} is in order: {entry.title} ({counted(len(entry.changes), 'change')})."
    if "default" in keys:
        return f"{shown_path(path)} is in order: the default is {read_index(path)}."
    others = f"priors (key `{ROOT}`), a branch or lever (key `changes`), a chain (key `links`), a sweep (key `vary`), "
    others += f"natural experiments (key `{CLOSURES}`), an index (key `default`)"
    raise refuse(shown_path(path), f"is none of these: a scenario's folder or its {MAIN_FILE}, {others}")


def summary(scenario: Scenario) -> str:
    """What a crisis holds, in a sentence."""
    parts = (
        (scenario.days, "day", "days"),
        (len(scenario.third_parties), "third party", "third parties"),
        (len(scenario.groups), "armed group", "armed groups"),
        (len(scenario.communities), "community", "communities"),
        (len(scenario.crossings), "crossing", "crossings"),
        (len(scenario.history), "row of history", "rows of history"),
    )
    states = " and ".join(state.label for state in scenario.states.values())
    return f"{scenario.name} is in order: {states}, " + ", ".join(counted(*part) for part in parts) + "."


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
