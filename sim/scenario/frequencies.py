"""How often each act followed where things stood in the crises that come with the program: the file act_frequencies.csv.

`python tools/act_frequencies.py` counts it from their records. A crisis is never told its own frequencies: what it takes
from the file leaves out every crisis between the same two states at overlapping dates, whatever its name.
"""

import csv
import datetime
import io
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sim.scenario.errors import refuse, shown_path
from sim.scenario.files import TABLE_BYTES, read_text
from sim.scenario.find import bundle
from sim.scenario.ladder import TRACKS, acts_of, index_of
from sim.scenario.schema import Scenario

FILE = "act_frequencies.csv"
COLUMNS = ("crisis", "start", "end", "first", "second", "track", "after", "act", "days")

Frequencies = dict[str, dict[str, tuple[int, ...]]]
"""By track and by where things stood: days on which each act was done, in the order of the track."""


class Count(NamedTuple):
    """Days of a crisis on which an act was done where things stood as in `after`."""

    crisis: str
    start: datetime.date
    end: datetime.date
    first: str
    second: str
    track: str
    after: str
    act: str
    days: int


def frequencies_for(scenario: Scenario) -> Frequencies:
    """The counts of all crises but this one, where a state of it decides by them; nothing where none does."""
    if all(state.policy != "markov_chain" for state in scenario.states.values()):
        return {}
    return added([count for count in counts(bundle() / FILE) if not same_crisis(count, scenario)])


def same_crisis(count: Count, scenario: Scenario) -> bool:
    """Whether a count comes from the crisis itself: the same two states at overlapping dates."""
    return {count.first, count.second} == set(scenario.states) and count.start <= scenario.end and scenario.start <= count.end


def added(rows: list[Count]) -> Frequencies:
    """Counts added up over crises."""
    found: Frequencies = {}
    for row in rows:
        here = found.setdefault(row.track, {})
        before = here.get(row.after, (0,) * len(acts_of(row.track)))
        place = index_of(row.track, row.act)
        here[row.after] = (*before[:place], before[place] + row.days, *before[place + 1 :])
    return found


@cache
def counts(path: Path) -> tuple[Count, ...]:
    """The rows of the file; raises ScenarioError where it is not as the command that counts leaves it."""
    where = shown_path(path)
    reader = csv.DictReader(io.StringIO(read_text(path, TABLE_BYTES)))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise refuse(where, f"must have the columns {', '.join(COLUMNS)}; count it again: python tools/act_frequencies.py")
    return tuple(read_row(row, f"{where}:{reader.line_num}") for row in reader)


def read_row(row: dict[str, str], where: str) -> Count:
    """One row."""
    try:
        start, end, days = datetime.date.fromisoformat(row["start"]), datetime.date.fromisoformat(row["end"]), int(row["days"])
    except (TypeError, ValueError):
        raise refuse(where, "needs two dates as year-month-day and a whole number of days") from None
    if row["track"] not in TRACKS or row["act"] not in acts_of(row["track"]) or days < 0:
        raise refuse(where, "must be a track, one of its acts, and a number of days from 0", field=row["track"], value=row["act"])
    return Count(row["crisis"], start, end, row["first"], row["second"], row["track"], row["after"], row["act"], days)
