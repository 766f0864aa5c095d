"""The crises that come with the program and have a record: what happened in the world, not the base rates, which stand for no crisis."""

from functools import cache

from sim.experiments.patterns import load_targets
from sim.scenario.load import load, names
from sim.scenario.schema import Scenario


@cache
def recorded_crises() -> tuple[Scenario, ...]:
    """Every crisis with a record, in the order of their first days."""
    drawn_at_random = load_targets().base_rates.name
    crises = [load(name) for name in names() if name != drawn_at_random]
    return tuple(sorted((crisis for crisis in crises if crisis.history), key=lambda crisis: (crisis.start, crisis.name)))
