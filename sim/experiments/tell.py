"""Tell: one world of a run, run again alone and told day by day. It is the same world to the bit as in a large run."""

import datetime
from typing import Any

from sim.design import MODES, point_in
from sim.experiments.asking import check_world, day_of, mode_of, priors_of
from sim.experiments.council import mornings_of
from sim.experiments.replay import check
from sim.narration import narrated, opening
from sim.scenario.paths import override
from sim.scenario.schema import Scenario
from sim.simulate import PointResult, Table
from sim.telling import Hour, World, events


def tell_world(
    scenario: Scenario,
    world: int,
    mode: str = "assisted",
    start: datetime.date | str | None = None,
    seed: int = 1,
    *,
    changes: dict[str, Any] | None = None,
    parameters: str = "point",
) -> tuple[list[str], list[dict[str, Any]]]:
    """What one world comes to, and its events with their sentences; raises ScenarioError for what cannot be asked."""
    check_world(world)
    first = 0 if start is None else day_of(scenario, start, "--from")
    check(scenario, mode, None if start is None else scenario.date_of(first), 1, seed, parameters)
    changed = override(scenario, changes) if changes else scenario
    lived = live(Table(changed, (point_in(mode_of(mode, MODES), first),), seed, priors_of(parameters)), world)
    told = narrated(changed, events(lived))
    return opening(world, mode, changed.date_of(first).isoformat(), course_of(lived.result), told), told


def live(table: Table, world: int) -> World:
    """Run one world of a table's first point alone, and keep how every council stood."""
    crisis = table.crisis(world, 1)
    hours: dict[tuple[int, str], Hour] = {}
    while crisis.running:
        crisis.dawn()
        hours |= {(crisis.day, state.name): hour_of(crisis, state) for state in crisis.states}
        crisis.dusk()
    record = crisis.record
    series = {name: values[:, 0, :] for name, values in record.series.items()}
    totals = {name: values[0] for name, values in record.totals.items()}
    return World(world, PointResult(table.scenario, table.points[0], series, totals, {}, record.log_weight[0]), hours)


def hour_of(crisis: Any, state: Any) -> Hour:
    """How a council stands at dawn: whether it sits, what it needs, how likely every act is."""
    morning = mornings_of(crisis, state.name)[0]
    return Hour(
        sits=float(morning.sits[0]),
        need=float(state.need[0, 0]),
        if_sitting={track: morning.if_sitting(track)[:, 0].tolist() for track in morning.terms},
        today={track: morning.today(track)[:, 0].tolist() for track in morning.terms},
    )


def course_of(result: PointResult) -> str:
    """How a run of one world went, as a class in words."""
    return str(result.outcomes()["course"].iloc[0])
