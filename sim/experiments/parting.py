"""Parting: where a world of a branch leaves its parent's, and by which decision."""

import datetime
from typing import Any

from sim.branches import read
from sim.design import point_in
from sim.experiments.asking import check_world, day_of
from sim.experiments.branch import deciding, parting_day
from sim.experiments.council import Morning, mornings_of
from sim.model import Crisis
from sim.scenario.branches import find_branch, load_branch
from sim.scenario.ladder import acts_of
from sim.scenario.schema import Scenario
from sim.simulate import Table

Rows = list[dict[str, Any]]


def parting(
    scenario: Scenario, what: str, world: int, *, mode: str = "assisted", seed: int = 1, at: datetime.date | str | None = None
) -> dict[str, Any]:
    """The first day on which a world of a branch leaves its parent's, what differs then, and the terms of the first decision that does.

    Gives day, differs (series that differ), and decisions: per state and track on which the acts differ, both acts and terms.
    """
    check_world(world)
    day = None if at is None else day_of(scenario, at, "--at")
    one = read(scenario, find_branch(what).stem, load_branch(what), {}, day)
    parent = point_in(deciding(mode), parting_day(scenario, one, day), name="as it was")
    child = one.beside(parent)
    crisis = Table(scenario, (parent, child), seed).crisis(world, 1)
    while crisis.running:
        today = crisis.day
        crisis.dawn()
        before = {state.name: mornings_of(crisis, state.name) for state in crisis.states}
        crisis.dusk()
        differs = [name for name, values in crisis.record.series.items() if values[today, 0, 0] != values[today, 1, 0]]
        if differs:
            return {"date": scenario.date_of(today).isoformat(), "differs": differs, "decisions": _decisions(crisis, before)}
    return {"date": None, "differs": [], "decisions": []}


def _decisions(crisis: Crisis, before: dict[str, list[Morning]]) -> Rows:
    rows: Rows = []
    for state in crisis.states:
        for track, chosen in state.acts.items():
            acts = [acts_of(track)[int(chosen[number, 0])] for number in (0, 1)]
            if acts[0] != acts[1]:
                terms = [
                    {act: {name: float(value[0]) for name, value in named.items()} for act, named in one.terms[track].items()}
                    for one in before[state.name]
                ]
                rows.append(
                    {"actor": state.name, "track": track, "parent": acts[0], "branch": acts[1], "terms_parent": terms[0], "terms_branch": terms[1]}
                )
    return rows
