"""A set-up as a user makes it: what differs from the scenario, and nothing else.

One function, `differences`, names what differs; the address, the command line and the files that are saved are made of it.
"""

import json
import math
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sim.branch_flags import change_of_inject, change_of_pin, change_of_set, question_of
from sim.branches import Branch, read
from sim.design import Mode, Point, Set, point_in
from sim.experiments.asking import check_parameters, check_seed, day_of, mode_of
from sim.experiments.branch import OWN
from sim.scenario.branches import load_branch
from sim.scenario.errors import refuse
from sim.scenario.parts.branch import BranchFile, Change
from sim.scenario.paths import override
from sim.scenario.schema import Scenario

MODES: tuple[Mode, ...] = ("assisted", "free")
VERBS: dict[str, Callable[[str], Change]] = {"pin": change_of_pin, "set": change_of_set, "inject": change_of_inject}
"""What a change of one's own can be, as after the flags of `branch`."""
FIRST, ALL, ALL_DRAWN = 100, 500, 2000
"""Worlds that are shown first, and then; where parameters are drawn, intervals over them need a hundred draws of twenty worlds."""
MOST_OWN, MOST_ASSUMED = 12, 200
LONGEST = 200
"""Letters in a change of one's own."""


@dataclass(frozen=True)
class View:
    """What a page shows: a what-if of the library with its doses, or changes of one's own; assumptions; who decides from when."""

    scenario: str
    mode: Mode = "assisted"
    start: str = ""
    """First day on which somebody decides, as a date; empty: the first day of the run, or of the what-if."""
    what: str = ""
    doses: tuple[tuple[str, float], ...] = ()
    own: tuple[tuple[str, str], ...] = ()
    assumed: tuple[tuple[str, float], ...] = ()
    seed: int = 1
    parameters: str = "point"

    @property
    def worlds(self) -> int:
        """Worlds in all."""
        return ALL if self.parameters == "point" else ALL_DRAWN

    @property
    def changes(self) -> bool:
        """Whether there is a what-if."""
        return bool(self.what or self.own)

    def with_assumed(self, path: str, value: float | None) -> "View":
        """With a value assumed, or (None) the default again."""
        kept = tuple(pair for pair in self.assumed if pair[0] != path)
        return replace(self, assumed=kept if value is None else tuple(sorted((*kept, (path, value)))))


def differences(view: View) -> dict[str, Any]:
    """What differs from the scenario as it was, as plain values, in one order."""
    said: dict[str, Any] = {}
    plain = View(view.scenario)
    for name in ("mode", "start", "what", "seed", "parameters"):
        if getattr(view, name) != getattr(plain, name):
            said[name] = getattr(view, name)
    if view.doses:
        said["doses"] = dict(view.doses)
    if view.own:
        said["own"] = [list(pair) for pair in view.own]
    if view.assumed:
        said["assumed"] = dict(view.assumed)
    return said


def command(view: View, folder: str = "") -> str:
    """The command that gives the same numbers; `folder`: of the scenario file that holds the assumptions, where a what-if needs one."""
    said = differences(view)
    scenario = folder or view.scenario
    flags: list[tuple[str, str]] = [("seed", str(view.seed)), ("parameters", view.parameters), ("worlds", str(view.worlds)), ("mode", view.mode)]
    if not view.changes:
        flags += [("from", view.start)] if view.start else []
        flags += [("set", f"{path}={value:.12g}") for path, value in view.assumed]
        return _line("replay", scenario, flags)
    flags += [("at", view.start)] if view.start else []
    flags += [("what", view.what)] if view.what else [(verb, words) for verb, words in view.own]
    flags += [("dose", f"{dose}={value:.12g}") for dose, value in said.get("doses", {}).items()]
    return _line("branch", scenario, flags)


def _line(name: str, scenario: str, flags: list[tuple[str, str]]) -> str:
    return "python run.py " + shlex.join([name, scenario, *(word for flag, value in flags for word in (f"--{flag}", value))])


# What a set-up stands for


def branch_file(view: View, scenario: Scenario) -> BranchFile | None:
    """The what-if as a branch file; None where there is none. Raises ScenarioError."""
    if view.what:
        return load_branch(view.what)
    if not view.own:
        return None
    changes = tuple(VERBS[verb](words) for verb, words in view.own)
    words = {"title": "Your change", "question": question_of(scenario, changes), "source": "made on the dashboard"}
    return BranchFile.model_validate({**words, "scenario": view.scenario, "changes": changes})


def branch_of(view: View, scenario: Scenario) -> Branch | None:
    """The what-if as interventions; None where there is none. Raises ScenarioError."""
    entry = branch_file(view, scenario)
    at = day_of(scenario, view.start, "from") if view.start else None
    if entry is None:
        return None
    return read(scenario, view.what or OWN, entry, dict(view.doses), at)


def parting_day(view: View, scenario: Scenario, branch: Branch | None) -> int:
    """First day on which somebody decides; raises ScenarioError where it comes after the what-if."""
    if view.start:
        day = day_of(scenario, view.start, "from")
        if branch is not None and branch.first is not None and day > branch.first:
            latest = scenario.date_of(branch.first)
            raise refuse("", f"must not be after the first day of the what-if, {latest}", field="from", value=view.start)
        return day
    if branch is None:
        return 0
    return branch.first if branch.first is not None else _first_strike(scenario)


def _first_strike(scenario: Scenario) -> int:
    """The record's first strike: where each world finds the day of a change for itself, the past before it is as recorded."""
    days = [scenario.day_of(event.date) for event in scenario.history if event.is_strike]
    return min(days, default=0)


def points_of(view: View, scenario: Scenario) -> tuple[Point, Point | None, Branch | None]:
    """Parent, branch (None without a what-if), and what the branch does; the assumptions hold in both. Raises ScenarioError."""
    check(view, scenario)
    branch = branch_of(view, scenario)
    day = parting_day(view, scenario, branch)
    parent = point_in(view.mode, day, name="as it was", sets=tuple(Set(path, value) for path, value in view.assumed))
    return parent, None if branch is None else branch.beside(parent, "what if"), branch


def check(view: View, scenario: Scenario) -> None:
    """Refuse what cannot be run; raises ScenarioError with the field, the value and what is allowed."""
    mode_of(view.mode, MODES)
    check_seed(view.seed)
    check_parameters(view.parameters)
    if len(view.own) > MOST_OWN:
        raise refuse("", f"at most {MOST_OWN} changes", field="own", value=len(view.own))
    for name, value in view.doses:
        if not math.isfinite(value):
            raise refuse("", "must be a number", field=name, value=str(value))
    if view.assumed:
        override(scenario, dict(view.assumed), where="assumption")


# Reading differences again


def from_differences(scenario: str, said: Mapping[str, Any]) -> tuple[View, list[str]]:
    """The set-up that differences stand for, and what of them was not understood; the rest holds."""
    view, strange = View(scenario), list[str]()
    for name, value in said.items():
        made = _taken(view, name, value)
        if made is None:
            strange.append(f"{name} = {json.dumps(value, ensure_ascii=False)[:LONGEST]}")
        else:
            view = made
    return view, strange


def _taken(view: View, name: str, value: Any) -> View | None:
    """The set-up with one difference; None where it makes no sense."""
    try:
        return _of_text(view, name, value) if isinstance(value, str) else _of_values(view, name, value)
    except (TypeError, ValueError, AttributeError):
        return None


def _of_text(view: View, name: str, value: str) -> View | None:
    if len(value) > LONGEST:
        return None
    match name:
        case "mode":
            return replace(view, mode=next(mode for mode in MODES if mode == value)) if value in MODES else None
        case "start":
            return replace(view, start=value)
        case "what":
            return replace(view, what=value)
        case "parameters":
            return replace(view, parameters=value)
    return None


def _of_values(view: View, name: str, value: Any) -> View | None:
    match name:
        case "seed" if isinstance(value, int) and not isinstance(value, bool):
            return replace(view, seed=value)
        case "doses" if len(value) <= MOST_ASSUMED:
            return replace(view, doses=_pairs(value))
        case "assumed" if len(value) <= MOST_ASSUMED:
            return replace(view, assumed=_pairs(value))
        case "own" if len(value) <= MOST_OWN and all(verb in VERBS and isinstance(words, str) and len(words) <= LONGEST for verb, words in value):
            return replace(view, own=tuple((verb, words) for verb, words in value))
    return None


def _pairs(value: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted((str(key), float(number)) for key, number in value.items()))
