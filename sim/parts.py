"""A part of a sweep: worlds of some set-ups, run and turned into tables. A pure function of what is asked and which worlds.

A part holds whole set-ups, as many as fit the processor's cache together; a set-up with more worlds than that is cut into
several. Which parts there are depends on the design alone, never on who runs them, so every file has the same bytes
wherever it is made.
"""

import gc
import os
import socket
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.course import Course
from sim.factors import Factor, built, setups
from sim.fingerprint import numerics
from sim.outcomes import definitions, needs, typed
from sim.parameters import Known
from sim.scenario.additions import Outcome
from sim.scenario.parts.sweep import SweepFile
from sim.scenario.schema import Scenario
from sim.setup_summary import QUANTILE_NAMES, summarize, weights_of
from sim.simulate import CELLS, Table
from sim.store import write_parquet
from sim.summary import QUANTILES, quantiles
from sim.worlds import NUMBERS_PER_COUNT, Luck

OUTCOMES, DAILY, SUMMARY = "outcomes", "daily", ".summary"
"""Folders of a sweep's parts; the last is merged into one table at the end."""
LOG_WEIGHT = "log_weight"


class Part(NamedTuple):
    """Set-ups `points` (from, until), and `worlds_each` of their worlds from world `first` of each on."""

    number: int
    points: tuple[int, int]
    first: int
    worlds_each: int

    @property
    def worlds(self) -> int:
        """Worlds in it."""
        return (self.points[1] - self.points[0]) * self.worlds_each


@dataclass(frozen=True)
class Case:
    """All that a part's run depends on, besides its rows of the design; `start` is the first day on which anybody chooses."""

    scenario: Scenario
    sweep: SweepFile
    factors: tuple[Factor, ...]
    start: int
    luck: Luck
    priors: Mapping[str, Known] = field(default_factory=dict)
    worlds_per_draw: int = 1

    def first_day(self, scenario: Scenario) -> int:
        """The first day on which anybody chooses, counted from the first day of a set-up's own scenario, which a design may vary."""
        return max(scenario.day_of(self.scenario.date_of(self.start)), 0)

    @property
    def kept(self) -> list[Outcome]:
        """The outcomes that are kept of every world; always the log weight, last."""
        known = definitions(self.scenario)
        wanted = {*(self.sweep.outcomes or [one.name for one in known]), LOG_WEIGHT}
        return [one for one in known if one.name in wanted]

    @property
    def series(self) -> tuple[str, ...]:
        """Daily series that must be remembered while it runs."""
        return tuple(sorted({*needs(self.scenario, self.kept), *self.sweep.series}))


@dataclass(frozen=True)
class Made:
    """What a part came to: its files by name, set-ups that failed with the reason, how the process that made it computes, and where it was."""

    part: int
    files: dict[str, bytes]
    failed: dict[int, str]
    numerics: str
    where: str


def parts_of(groups: Sequence[int], worlds: int) -> list[Part]:
    """The parts of a design; `groups`: number of set-ups of each structure, in order."""
    room = CELLS - CELLS % NUMBERS_PER_COUNT
    parts: list[Part] = []
    begin = 0
    for size in groups:
        end, together = begin + size, max(room // worlds, 1)
        for first in range(begin, end, together):
            for world in range(0, worlds, room):
                parts.append(Part(len(parts), (first, min(first + together, end)), world, min(room, worlds - world)))
        begin = end
    return parts


def run_part(case: Case, rows: pd.DataFrame, part: Part) -> Made:
    """Run a part; `rows` are its rows of the design. A set-up whose numbers blow up is set apart, and the others go on."""
    made, failed = _attempt(case, rows, part)
    # Agents refer to one another, so a model is freed late; over many parts that would be gigabytes.
    gc.collect()
    whole = part.worlds_each == case.sweep.worlds
    return Made(part.number, _files(case, made, part, whole), failed, numerics(), f"{socket.gethostname()}, process {os.getpid()}")


class Cells(NamedTuple):
    """The worlds of a row of set-ups: numbers of the set-ups, outcomes of shape (set-ups, worlds) by name, daily series (days, set-ups, worlds)."""

    rows: pd.DataFrame
    points: NDArray[np.int64]
    dates: list[str]
    values: dict[str, NDArray[Any]]
    series: dict[str, NDArray[Any]]


def _attempt(case: Case, rows: pd.DataFrame, part: Part) -> tuple[list[Cells], dict[int, str]]:
    """Run set-ups together; where that raises, halves apart, down to the one that is at fault."""
    try:
        with np.errstate(all="ignore"):
            cells, reasons = _run(case, rows, part)
    except (ArithmeticError, ValueError, MemoryError) as error:
        low, high = part.points
        if high - low == 1:
            return [], {low: f"{type(error).__name__}: {error}"}
        middle = (low + high) // 2
        halves = [_attempt(case, rows.iloc[a - low : b - low], part._replace(points=(a, b))) for a, b in ((low, middle), (middle, high))]
        return [*halves[0][0], *halves[1][0]], halves[0][1] | halves[1][1]
    sound = np.array([point not in reasons for point in cells.points])
    if sound.all():
        return [cells], reasons
    kept = Cells(
        rows[sound],
        cells.points[sound],
        cells.dates,
        {name: values[sound] for name, values in cells.values.items()},
        {name: values[:, sound] for name, values in cells.series.items()},
    )
    return [kept] if sound.any() else [], reasons


def _run(case: Case, rows: pd.DataFrame, part: Part) -> tuple[Cells, dict[int, str]]:
    """The worlds of a part, and set-ups whose numbers are none."""
    scenario = built(case.scenario, case.factors, {str(name): value for name, value in rows.iloc[0].items()})
    points = setups(scenario, case.factors, case.sweep, case.first_day(scenario), rows)
    table = Table(scenario, tuple(points), case.sweep.seed, case.priors, case.worlds_per_draw, case.series, case.luck)
    course = table.course(_first_world(case, part), part.worlds_each)
    shape = (len(points), part.worlds_each)
    numbers = np.arange(*part.points)
    values = {one.name: _array(one.read(course), shape) for one in case.kept}
    series = {name: course.series[name].reshape(scenario.days, *shape) for name in case.sweep.series}
    dates = [scenario.date_of(day).isoformat() for day in range(scenario.days)]
    return Cells(rows, numbers, dates, values, series), _blown(course, numbers, shape, scenario)


def _first_world(case: Case, part: Part) -> int:
    """The number of the first world for which chance is drawn."""
    return part.first + (part.points[0] * case.sweep.worlds if case.luck == "independent" else 0)


def _array(values: Any, shape: tuple[int, int]) -> NDArray[Any]:
    if values is None:
        return np.full(shape, np.nan)
    array = np.asarray(values)
    return np.broadcast_to(array if array.dtype == object else array.astype(np.float64), shape[0] * shape[1]).reshape(shape)


def _blown(course: Course, numbers: NDArray[np.int64], shape: tuple[int, int], scenario: Scenario) -> dict[int, str]:
    """Set-ups with a number that is none, with the series and first day of it."""
    reasons: dict[int, str] = {}
    for name, values in {**course.series, **course.totals, LOG_WEIGHT: course.log_weight}.items():
        if values is None or values.dtype.kind != "f":
            continue
        wrong = np.isnan(values) if name == LOG_WEIGHT else ~np.isfinite(values)
        if not wrong.any():
            continue
        cells = wrong.reshape(-1, *shape)
        for place in np.flatnonzero(cells.any(axis=(0, 2))):
            days = cells[:, place].any(axis=1)
            since = f" from {scenario.date_of(int(days.argmax()))} on" if len(days) > 1 else ""
            reasons.setdefault(
                int(numbers[place]), f"{name} is no finite number{since}, in {int(cells[:, place].any(axis=0).sum()):,} of {shape[1]:,} worlds"
            )
    return reasons


# ── Tables of a part ──────────────────────────────────────────────────────────────────────────────────────────────


def _files(case: Case, made: Sequence[Cells], part: Part, whole: bool) -> dict[str, bytes]:
    """The part's tables as Parquet: a row a world; quantiles a day of set-ups whose first worlds are here; summaries of whole set-ups."""
    if not made:
        return {}
    name = f"part-{part.number:06d}.parquet"
    tables = {f"{OUTCOMES}/{name}": pd.concat([_outcomes(case, cells, part) for cells in made], ignore_index=True)}
    if case.sweep.series and part.first == 0:
        tables[f"{DAILY}/{name}"] = pd.concat([_daily(case, cells) for cells in made], ignore_index=True)
    if whole:
        tables[f"{SUMMARY}/{name}"] = pd.concat([summary_of(case.kept, cells.rows, cells.points, cells.values) for cells in made], ignore_index=True)
    return {file: as_parquet(table) for file, table in tables.items()}


def _outcomes(case: Case, cells: Cells, part: Part) -> pd.DataFrame:
    count = part.worlds_each
    world = np.arange(part.first, part.first + count) + (cells.points[:, np.newaxis] * case.sweep.worlds if case.luck == "independent" else 0)
    columns: dict[str, Any] = {"point": np.repeat(cells.points, count), "world": np.broadcast_to(world, (len(cells.points), count)).ravel()}
    columns |= {str(name): np.repeat(column.to_numpy(), count) for name, column in cells.rows.items()}
    columns |= {one.name: typed(one, cells.values[one.name].ravel(), len(cells.points) * count) for one in case.kept}
    return pd.DataFrame(columns)


def _daily(case: Case, cells: Cells) -> pd.DataFrame:
    """Weighted quantiles of daily series: a row a set-up, series and day."""
    weight = weights_of(cells.values[LOG_WEIGHT])
    tables = []
    for place, point in enumerate(cells.points):
        for name, values in cells.series.items():
            numbers = values[:, place].astype(np.float64)
            at = quantiles(numbers, weight[place], QUANTILES)
            mean = np.cumsum(numbers * (weight[place] / np.cumsum(weight[place])[-1]), axis=1)[:, -1]
            columns = {"point": point, "series": name, "date": cells.dates, "mean": mean, **dict(zip(QUANTILE_NAMES, at, strict=True))}
            tables.append(pd.DataFrame({**columns, "worlds": values.shape[2]}))
    return pd.concat(tables, ignore_index=True)


def summary_of(kept: Sequence[Outcome], rows: pd.DataFrame, points: NDArray[np.int64], values: Mapping[str, NDArray[Any]]) -> pd.DataFrame:
    """Summaries of set-ups, their factors beside them; a row a set-up and outcome, set-ups in order."""
    weight = weights_of(values[LOG_WEIGHT])
    tables = [table for one in kept if one.name != LOG_WEIGHT for table in summarize(one, values[one.name], weight)]
    head = rows.reset_index(drop=True)
    head.insert(0, "point", points)
    found = pd.concat([pd.concat([head, table], axis=1) for table in tables])
    return found.sort_index(kind="stable").reset_index(drop=True)


def as_parquet(table: pd.DataFrame) -> bytes:
    """A table as the bytes of a Parquet file."""
    with tempfile.TemporaryDirectory(prefix="taftan-") as folder:
        file = Path(folder) / "table.parquet"
        write_parquet(table, file)
        return file.read_bytes()
