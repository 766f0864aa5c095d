"""How often each act followed where things stood, counted from the record of a crisis (docs/model.md, section 4.15).

Only what the record lets us score is counted: a day that it leaves open tells nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from sim.chronicle import Chronicle
from sim.rules.markov_chain import MOMENTS, moment
from sim.scenario.frequencies import COLUMNS, Count
from sim.scenario.ladder import acts_of, index_of
from sim.scenario.schema import Scenario
from sim.score import Decision, decisions
from sim.worlds import NEVER


def counted(scenario: Scenario) -> list[Count]:
    """Days on which each act of each track followed where things stood, both states taken together; acts never done stand at 0."""
    chronicle, (first, second) = Chronicle(scenario), scenario.states
    found = Counter((item.track, where_things_stood(item, scenario, chronicle), item.act) for item in of_states(scenario))
    seen = dict.fromkeys((track, after) for track, after, _ in sorted(found, key=lambda key: order(scenario, *key)))
    return [
        Count(scenario.name, scenario.start, scenario.end, first, second, track, after, act, found[track, after, act])
        for track, after in seen
        for act in acts_of(track)
    ]


def order(scenario: Scenario, track: str, after: str, act: str) -> tuple[int, int, int]:
    """Tracks as a council works through them, then moments, then acts."""
    places = acts_of(track) if track == "border" else MOMENTS
    return scenario.tracks.index(track), places.index(after), index_of(track, act)


def of_states(scenario: Scenario) -> Iterator[Decision]:
    """What the record lets us score of the two states' own tracks."""
    return (item for item in decisions(scenario) if item.actor in scenario.states)


def where_things_stood(item: Decision, scenario: Scenario, chronicle: Chronicle) -> str:
    """On the border the policy that stood, elsewhere who had struck last within a week, as of the day before."""
    if item.track == "border":
        return chronicle.routine(item.day, item.actor, "border")
    rival = next(state for state in scenario.states if state != item.actor)
    own, other = (item.day - last_strike(chronicle, state, item.day) for state in (item.actor, rival))
    return MOMENTS[int(moment(own, other))]


def last_strike(chronicle: Chronicle, state: str, before: int) -> int:
    """Day of a state's last recorded strike before a day; long ago where there is none."""
    return max((day for day, striker in chronicle.strikes if striker == state and day < before), default=-NEVER)


def as_csv(rows: Iterable[Count]) -> str:
    """The rows as the file has them."""
    return "\n".join([",".join(COLUMNS), *(",".join(map(str, row)) for row in rows), ""])
