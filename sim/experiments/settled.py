"""Whether the record has settled an outcome: then no lever can change it, and nothing need be run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.course import EXPANDED, Course
from sim.scenario.additions import Outcome
from sim.scenario.schema import Scenario

Flags = NDArray[np.bool_]


def settled(scenario: Scenario, outcome: Outcome, names: Sequence[str], record: Mapping[str, Any], day: int) -> bool:
    """Whether the record to the day before leaves no doubt about an outcome: the same with nothing more and with everything from then on.

    Only where the outcome is read off strikes, agreement and war, which the record never leaves open.
    """
    military = {f"{state}.military": EXPANDED for state in scenario.states}
    most = military | {"agreement": 1, "war": 1}
    if not set(names) <= most.keys():
        return False
    found = []
    for level in (0, 1):
        ahead = {name: np.where(np.arange(scenario.days)[:, np.newaxis] < day, record[name], level * most[name]) for name in names}
        found.append(happens_in(outcome, Course(scenario, ahead, {}, None)).item())
    return bool(found[0] == found[1])


def happens_in(outcome: Outcome, course: Course) -> Flags:
    """Whether an outcome happens, per world; not, where it is not defined."""
    return np.asarray(np.asarray(outcome.read(course), dtype=np.float64) == 1.0)
