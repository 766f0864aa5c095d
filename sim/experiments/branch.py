"""Branch: what one change alone does, and how sure one can be.

Parent and branch follow the record to the day before the change; from then governments decide (ASSISTED) or nothing is
scripted (FREE). Both are points of one table, so they share their luck, and a world counts by how likely it made the
record so far. What is compared is a world with itself.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from sim.branches import Branch, check_fits, read
from sim.design import Mode, Point, point_in
from sim.effects import effects, widen_together
from sim.experiments.asking import (
    FEWEST_DRAWS,
    SCHEMA_VERSION,
    WORLDS_PER_DRAW,
    check_outcomes,
    check_parameters,
    check_seed,
    crisis_of,
    day_of,
    fitted_to,
    mode_of,
    parameters_asked,
    priors_of,
)
from sim.experiments.branch_tables import tables
from sim.experiments.reading import Kept, counted_once, draws_of, join, study
from sim.outcomes import definitions
from sim.scenario.branches import BRANCHES, find_branch, load_branch
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.parts.branch import BranchFile
from sim.scenario.schema import Scenario
from sim.simulate import Table
from sim.store import Study, identity, now, scenario_hash
from sim.summary import summary
from sim.words import CHANGE_CAVEAT, caveat

MOST_WORLDS = 200_000
"""At most so many worlds a set-up are added to meet a precision."""
OWN = "your_change"


@dataclass(frozen=True)
class Request:
    """What is asked of a branch study."""

    scenario: Scenario
    branches: tuple[Branch, ...]
    at: int | None = None
    mode: Mode = "assisted"
    worlds: int = 4000
    seed: int = 1
    parameters: str = "posterior"
    outcomes: tuple[str, ...] = ()
    precision: float | None = None
    workers: int | None = None

    def asked(self) -> dict[str, Any]:
        """What was asked, as plain values: equal for equal runs."""
        return {
            "command": "branch",
            "scenario": self.scenario.name,
            "subject": self.branches[0].name if len(self.branches) == 1 else f"{len(self.branches)}_branches",
            "scenario_hash": scenario_hash(self.scenario),
            "branches": {
                branch.name: {"changes": [repr(change) for change in (*branch.sets, *branch.pins, *branch.injects)]} for branch in self.branches
            },
            "at": None if self.at is None else self.scenario.date_of(self.at).isoformat(),
            "mode": self.mode,
            "worlds": self.worlds,
            "seed": self.seed,
            **parameters_asked(self.parameters),
            "outcomes": list(self.outcomes),
            "precision": self.precision,
        }


def branch(
    scenario: Scenario | str | Path,
    what: Sequence[str] | str | BranchFile,
    *,
    at: datetime.date | str | None = None,
    mode: str = "assisted",
    worlds: int = 4000,
    seed: int = 1,
    parameters: str = "posterior",
    doses: Mapping[str, Sequence[float]] | None = None,
    outcomes: Sequence[str] = (),
    precision: float | None = None,
    workers: int | None = None,
    tell: Callable[[str], None] = lambda words: None,
) -> Study:
    """What changes do, each beside its own parent with the same luck; raises ScenarioError for what cannot be asked.

    `what`: names of the library or paths of files, `A+B` for both at once, or a branch made in code; `at`: the day on
    which parent and branch part (default: the first day of the change); `doses`: values to compare, by the name of the
    dose. `worlds` are worlds per set-up; with `parameters="prior"` or `"posterior"` every 20 of them share a parameter draw. `tell` hears how far it
    is with a precision.
    """
    scenario = crisis_of(scenario)
    day = None if at is None else day_of(scenario, at, "--at")
    decided = deciding(mode)
    check(worlds, seed, parameters)
    check_outcomes(scenario, outcomes)
    if precision is not None and not precision > 0:
        raise refuse("", "must be above 0", field="--precision", value=precision)
    found = tuple(_found(scenario, what, doses or {}, day))
    return run(Request(scenario, found, day, decided, worlds, seed, parameters, tuple(outcomes), precision, workers), tell)


# What is asked


def deciding(mode: str) -> Mode:
    """A mode in which somebody decides."""
    return mode_of(mode, ("assisted", "free"), ": what follows the record throughout has no branches")


def check(worlds: int, seed: int, parameters: str) -> None:
    """Refuse what no study of effects can be asked; raises ScenarioError."""
    check_parameters(parameters)
    check_seed(seed)
    fewest = 2 if parameters == "point" else WORLDS_PER_DRAW * FEWEST_DRAWS
    if worlds < fewest:
        why = f" ({FEWEST_DRAWS} parameter draws of {WORLDS_PER_DRAW} worlds; fewer with --parameters point)" if parameters != "point" else ""
        raise refuse("", f"must be at least {fewest:,}{why}", field="--worlds", value=worlds)


def _found(scenario: Scenario, what: Sequence[str] | str | BranchFile, doses: Mapping[str, Sequence[float]], at: int | None) -> list[Branch]:
    """Every branch that is meant: each dose apart; of a combination the parts, too, since the interaction needs them."""
    if isinstance(what, BranchFile):
        return _dosed(scenario, OWN, what, doses, at)
    names = [what] if isinstance(what, str) else list(what)
    if not names:
        raise refuse("", "must name a branch (`branch --list` shows them), or make one with --set, --pin or --inject", field="--what")
    found: dict[str, Branch] = {}
    used: set[str] = set()
    for name in names:
        parts = name.split("+")
        for part in parts:
            entry = load_branch(part)
            used |= doses.keys() & entry.doses.keys()
            for one in _dosed(scenario, find_branch(part).stem, entry, doses if len(parts) == 1 else {}, at):
                found.setdefault(one.name, one)
        if len(parts) > 1:
            both = found[find_branch(parts[0]).stem]
            for part in parts[1:]:
                both = both + found[find_branch(part).stem]
            found[both.name] = both
            # Their interaction is seen only beside one parent, so the parts, too, part from it on the first day of either.
            for part in parts:
                found[find_branch(part).stem] = replace(found[find_branch(part).stem], first=both.first)
    unknown = [dose for dose in doses if dose not in used]
    if unknown:
        known = sorted({dose for name in names for part in name.split("+") for dose in load_branch(part).doses})
        raise refuse("", f"is no dose of these branches; {one_of(known)}", field="--dose", value=unknown[0], nearest=nearest(unknown[0], known))
    return list(found.values())


def _dosed(scenario: Scenario, name: str, entry: BranchFile, doses: Mapping[str, Sequence[float]], at: int | None) -> list[Branch]:
    """A branch, once for every value of the doses asked for."""
    check_fits(scenario, name, entry, BRANCHES.flag)
    mine = {dose: values for dose, values in doses.items() if dose in entry.doses}
    if not mine:
        return [read(scenario, name, entry, {}, at)]
    settings: list[dict[str, float]] = [{}]
    for dose, values in mine.items():
        settings = [{**one, dose: value} for one in settings for value in values]
    made = [read(scenario, name, entry, one, at) for one in settings]
    return [
        replace(one, name=f"{name} {', '.join(f'{dose}={value:g}' for dose, value in setting.items())}")
        for one, setting in zip(made, settings, strict=True)
    ]


# The run


def parting_day(scenario: Scenario, one: Branch, at: int | None) -> int:
    """The day on which a branch and its parent part; raises ScenarioError where it is not known, or too late."""
    if at is not None:
        if one.first is not None and at > one.first:
            raise refuse(
                "",
                f"must not be after the first day of the change, {scenario.date_of(one.first)}",
                field="--at",
                value=scenario.date_of(at).isoformat(),
            )
        return at
    if one.first is None:
        raise refuse("", "is required: the change begins on a day that each world finds for itself", field="--at", value=one.name)
    return one.first


def run(request: Request, tell: Callable[[str], None] = lambda words: None) -> Study:
    """Simulate parents and branches and put together what is kept of them."""
    started = now()
    scenario = request.scenario
    days = [parting_day(scenario, one, request.at) for one in request.branches]
    parents = {day: number for number, day in enumerate(sorted(set(days)))}
    points = [_parent(request, day) for day in parents]
    points += [one.beside(_parent(request, day)) for one, day in zip(request.branches, days, strict=True)]
    compared = [*range(len(parents)), *(parents[day] for day in days)]
    table = Table(scenario, tuple(points), request.seed, priors_of(request.parameters), WORLDS_PER_DRAW)
    kept = study(table, compared, request.worlds, workers=request.workers)
    kept = _precise(request, table, compared, kept, tell)
    draw = draws_of(table, kept[0].worlds)
    if draw is not None and fitted_to(scenario, request.parameters):
        kept = [replace(one, log_weight=counted_once(one.log_weight, draw)) for one in kept]
    asked = request.asked()
    manifest = identity(asked, started) | _report(request, table, compared, kept, days)
    return Study(manifest, tables(scenario, table, compared, kept))


def _parent(request: Request, day: int) -> Point:
    return point_in(request.mode, day, name=f"as it was, from {request.scenario.date_of(day)}")


def _precise(request: Request, table: Table, compared: list[int], kept: list[Kept], tell: Callable[[str], None]) -> list[Kept]:
    """Worlds are added until simulation error is small enough for every yes-or-no outcome asked for."""
    if request.precision is None:
        return kept
    while True:
        worlds = kept[0].worlds
        worst = max(_error(request, kept, compared, number) for number in range(len(kept)) if compared[number] != number)
        known = f"{worlds:,} worlds a set-up: shares are known to {worst:.2g} by simulation"
        if worst <= request.precision:
            return kept
        if worlds >= MOST_WORLDS:
            tell(f"{known}, not to {request.precision:g}; no more are added")
            return kept
        wanted = int(min(worlds * min((worst / request.precision) ** 2 * 1.1, 4.0), MOST_WORLDS))
        more = max(wanted - worlds, WORLDS_PER_DRAW)
        more += -more % WORLDS_PER_DRAW
        tell(f"{known}; adding {more:,}")
        added = study(table, compared, more, first=worlds, workers=request.workers)
        kept = [join([before, after]) for before, after in zip(kept, added, strict=True)]


def _error(request: Request, kept: list[Kept], compared: list[int], number: int) -> float:
    """Half the 95 % interval by simulation, of the outcome known worst among shares."""
    shares = [outcome.name for outcome in definitions(request.scenario) if outcome.kind == "yes or no"]
    wanted = [name for name in request.outcomes if name in shares] or shares
    before, after = kept[compared[number]], kept[number]
    found = effects(before.values[[n for n in wanted if n in before.values]], after.values, before.weights, None)
    return max((1.96 * entry["error"] for entry in found.values() if entry["error"] is not None), default=0.0)


# What is reported


def _report(request: Request, table: Table, compared: list[int], kept: list[Kept], days: list[int]) -> dict[str, Any]:
    scenario, draw = request.scenario, draws_of(table, kept[0].worlds)
    entries: dict[str, Any] = {}
    offset = len(table.points) - len(request.branches)
    for number, one in enumerate(request.branches):
        entries[one.name] = entry_of(scenario, one, days[number], kept[compared[offset + number]], kept[offset + number], draw)
    widen_together([entry for one in entries.values() for entry in one["effects"].values()])
    draws = None if draw is None else int(draw[-1]) + 1
    return {
        "schema_version": SCHEMA_VERSION,
        "caveat": caveat(scenario, CHANGE_CAVEAT),
        "mode": request.mode,
        "branches": entries,
        "draws": draws,
        "interactions": interactions(request, compared, kept, draw),
    }


def entry_of(scenario: Scenario, one: Branch, day: int, parent: Kept, child: Kept, draw: Any) -> dict[str, Any]:
    """A branch beside its parent: what it asks, outcomes on both sides, every effect, and how many worlds it changes."""
    known = {outcome.name: outcome for outcome in definitions(scenario)}
    found = effects(parent.values, child.values, parent.weights, draw)
    for name, entry in found.items():
        # A lag that never ends is counted to the end of the run: it is told of every world from whose event it counts.
        given = known[name].given if known[name].counted_from is None else "counted to the end of the run where it never comes"
        entry.update(label=known[name].label, kind=known[name].kind, unit=known[name].unit, given=given or None)
    return {
        "title": one.title,
        "question": one.question,
        "source": one.source,
        "doses": one.doses,
        "at": scenario.date_of(day).isoformat(),
        "parent": _outcomes(scenario, parent),
        "branch": _outcomes(scenario, child),
        "effects": found,
        "changed_worlds": int(child.altered.sum()),
        "changed_share": float((child.altered * parent.weights).sum()),
        "worlds": child.worlds,
        "effective_sample_size": parent.effective_worlds,
        "why_unchanged": None if child.altered.any() else why_unchanged(one, parent, scenario),
    }


def _outcomes(scenario: Scenario, kept: Kept) -> dict[str, Any]:
    """Outcomes of one set-up, as a replay reports them; lags as they are compared, counted to the end of the run."""
    entries = {}
    for outcome in definitions(scenario):
        if outcome.name in kept.values:
            column = pd.Series(kept.values[outcome.name], dtype="Float64").mask(kept.values[outcome.name].isna())
        elif outcome.kind == "class":
            column = pd.Series(kept.course, dtype="string")
        else:
            continue
        entries[outcome.name] = summary(outcome, column, kept.weights, pd.NA)
    return entries


def why_unchanged(one: Branch, parent: Kept, scenario: Scenario) -> str:
    """Why a branch altered nothing, as far as one can tell."""
    windows = [(change.start, change.until) for change in one.sets] + [(pin.start, pin.until) for pin in one.pins]
    if windows and not one.injects and all(start == until for start, until in windows):
        return "its change lasts no day"
    if not (one.sets or one.pins or one.injects):
        return "it changes nothing"
    if one.first is None:
        return "the day from which it counts came in no world, or what it asks for was done already"
    return "what it asks for was done already in every world, or nothing that it touches was at work"


def interactions(request: Request, compared: list[int], kept: list[Kept], draw: Any) -> dict[str, Any]:
    """For every combination of two: by how much both together do more than the sum of each alone."""
    offset = len(kept) - len(request.branches)
    place = {one.name: offset + number for number, one in enumerate(request.branches)}
    found = {}
    for name, number in place.items():
        parts = name.split("+")
        if len(parts) != 2 or any(part not in place for part in parts):
            continue
        first, second = (place[part] for part in parts)
        if len({compared[number], compared[first], compared[second]}) > 1:
            continue
        parent = kept[compared[number]]
        apart = kept[first].values + kept[second].values - parent.values
        found[name] = effects(apart, kept[number].values, parent.weights, draw)
    return found
