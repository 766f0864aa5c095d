"""What a run came to, defined once: event, start, end, unit, and when it is missing.

Every outcome is a number or a word per world. What did not happen is missing, never 0 and never the run's length.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.course import COURSES, EXPANDED, RECURRENCE_WINDOW, Course, first_day
from sim.design import Point
from sim.model import Crisis
from sim.record import room, totals
from sim.scenario.additions import Outcome
from sim.scenario.errors import refuse
from sim.scenario.extensions import OUTCOMES, everything
from sim.scenario.parts.record import ELSEWHERE, STRIKES
from sim.scenario.schema import Scenario
from sim.words import possessive


def _course(course: Course) -> NDArray[Any]:
    agreed = ~np.isnan(course.agreement_from(course.answer))
    number = np.where(agreed, 2, 3)
    number = np.where(np.isnan(course.answer), 1, number)
    number = np.where(course.second | (course.rounds >= 2), 4, number)
    number = np.where(np.isnan(course.first_strike), 0, number)
    return np.array(COURSES, dtype=object)[np.where(course.war, 5, number)]


def _given(flags: NDArray[Any], condition: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.where(condition, flags.astype(float), np.nan)


def _recurrence(course: Course) -> NDArray[np.float64]:
    watched = course.end + RECURRENCE_WINDOW <= course.scenario.days - 1
    return _given(~np.isnan(course.hostile_again), watched)


def _agreed_with_envoys_away(course: Course) -> NDArray[np.float64]:
    """Day of the agreement, where envoys were away on it."""
    agreed = course.agreement_from(course.first_strike)
    away = np.zeros(len(agreed), dtype=bool)
    for state in course.states:
        gone = (course.series[f"{state}.envoys"] == 0) | (course.series["restoration"] > 0)
        away |= (gone & (course.calendar == agreed)).any(axis=0)
    return np.where(away, agreed, np.nan)


def _envoys_back(course: Course) -> NDArray[np.float64]:
    agreed = _agreed_with_envoys_away(course)
    return first_day((course.series["restoration"] > 0) & (course.calendar >= agreed)) - agreed


def _answered(course: Course) -> Any:
    return _given(~np.isnan(course.answer), ~np.isnan(course.first_strike))


def _answer_lag(course: Course) -> Any:
    return course.answer - course.first_strike


def _strikes(course: Course) -> Any:
    return sum(course.strikes_by(state).sum(axis=0) for state in course.states)


def _second_round(course: Course) -> Any:
    return _given(course.second, ~np.isnan(course.answer))


def _expanded_strikes(course: Course) -> Any:
    return sum((course.series[f"{state}.military"] == EXPANDED).sum(axis=0) for state in course.states)


def _agreement(course: Course) -> Any:
    return _given(~np.isnan(course.agreement_from(course.first_strike)), ~np.isnan(course.first_strike))


def _agreement_lag(course: Course) -> Any:
    return course.agreement_from(course.answer) - course.answer


def _peak_rung(course: Course) -> Any:
    return np.maximum(*(course.series[f"{state}.rung"].max(axis=0) for state in course.states))


def _peak(name: str) -> Callable[[Course], Any]:
    return lambda course: course.series[name].max(axis=0).astype(float) if name in course.series else None


def _deaths(course: Course, soil: str | None = None) -> Any:
    """People killed by strikes: all, or those on a state's soil, which are the other's dead less those that it killed elsewhere."""
    if soil is None:
        return sum(course.series[f"{state}.killed"].sum(axis=0, dtype=np.float64) for state in course.states)
    striker = next(state for state in course.states if state != soil)
    elsewhere = course.series.get(f"{striker}.killed_elsewhere", np.zeros(1))
    return (course.series[f"{striker}.killed"] - elsewhere).sum(axis=0, dtype=np.float64)


def _abroad(scenario: Scenario) -> bool:
    """Whether some recorded strike fell on neither state's soil."""
    return any(event.soil == ELSEWHERE and event.act in STRIKES for event in scenario.history)


def _deaths_elsewhere(course: Course) -> Any:
    return sum(course.series[f"{state}.killed_elsewhere"].sum(axis=0, dtype=np.float64) for state in course.states)


def _by_groups(ending: str) -> Callable[[Course], Any]:
    """Sum of a series over armed groups and days; the record counts only some attacks, so it has none."""

    def read(course: Course) -> Any:
        groups = sorted(course.scenario.groups) if course.totals else []
        return sum(course.series[f"{group}{ending}"].sum(axis=0, dtype=np.float64) for group in groups) if groups else None

    return read


def _over_days(name: str) -> Callable[[Course], Any]:
    return lambda course: course.series[name].sum(axis=0, dtype=np.float64) if name in course.series else None


def _of_homes(ending: str) -> Callable[[Course], Any]:
    """Sum of a total over communities."""

    def read(course: Course) -> Any:
        sums = [value for name, value in course.totals.items() if name.endswith(ending)]
        return sum(sums) if sums else None

    return read


def _attacks_expected(course: Course) -> Any:
    return course.totals.get("attacks_expected") if course.scenario.groups else None


def definitions(scenario: Scenario) -> list[Outcome]:
    """Every outcome of a scenario, in the order in which tables show them."""
    own = [*_of_course(scenario), *_of_people(scenario)]
    return [*own, *_added(scenario, {outcome.name for outcome in own})]


def _added(scenario: Scenario, taken: set[str]) -> list[Outcome]:
    """Outcomes of installed packages; raises ScenarioError for one that is called as another is."""
    found = []
    for one in everything():
        if one.kind is OUTCOMES and not one.fault:
            for outcome in one.value(scenario):
                if outcome.name in taken:
                    raise refuse(f"{one.package} {one.version}", "must be a name that no other outcome has", field="outcome", value=outcome.name)
                taken.add(outcome.name)
                found.append(outcome)
    return found


def _of_course(scenario: Scenario) -> list[Outcome]:
    """How the crisis goes: strikes, answers, rounds, agreement, end."""
    yes, days, count = "yes or no", "days", "count"
    return [
        Outcome("struck", "first strike", "a state strikes", yes, "", lambda c: ~np.isnan(c.first_strike)),
        Outcome("answered", "answered with force", "the other state strikes within 30 days of the first strike", yes, "", _answered, "struck"),
        Outcome("answer_lag", "days until the answer", "from the first strike to the answer", days, "days", _answer_lag, "answered",
                lambda c: c.first_strike),
        Outcome("strikes", "strikes", "strikes by both states", count, "strikes", _strikes),
        Outcome("rounds", "rounds", "strikes of the side with fewer: a round is a strike and an answer", count, "rounds", lambda c: c.rounds),
        Outcome("second_round", "a second round", "the opener strikes again within 30 days of the answer", yes, "", _second_round, "answered"),
        Outcome("expanded_strikes", "large strikes", "expanded strikes by both states", count, "strikes", _expanded_strikes),
        Outcome("war", "war", _war_sentence(scenario), yes, "", lambda c: c.war),
        Outcome("agreement", "agreement", "the two agree to stop, on or after the first strike, within the run", yes, "", _agreement, "struck"),
        Outcome("agreement_lag", "days until agreement", "from the answer to the first agreement on or after it", days, "days", _agreement_lag,
                "answered and agreed", lambda c: c.answer),
        Outcome("envoys_back_lag", "days until envoys are back", "from the agreement to the return of envoys that were away", days, "days",
                _envoys_back, "agreed, envoys away, and back", _agreed_with_envoys_away),
        Outcome("recurrence", "back to threat or force", "alert, threat or strike within 365 days after the end; missing where the run is shorter",
                yes, "", _recurrence, "ended a year before the run does"),
        Outcome("course", "how it ends", " · ".join(COURSES), "class", "", _course),
        Outcome("peak_rung", "highest rung", "highest rung of the ladder that either state reaches", count, "rung", _peak_rung),
        Outcome("peak_tension", "highest tension", "highest daily tension", "number", "Goldstein units", _peak("tension")),
    ]  # fmt: skip


def _of_people(scenario: Scenario) -> list[Outcome]:
    """What it does to people; those killed by states and by armed groups are kept apart."""
    count, number = "count", "number"
    on_soil = [
        Outcome(
            f"killed_{name}",
            f"people killed on {possessive(state.label)} soil by strikes",
            "by place, not nationality",
            count,
            "people",
            partial(_deaths, soil=name),
        )
        for name, state in scenario.states.items()
    ]
    meaning = "strikes of the record on neither state's soil, by place, not nationality"
    elsewhere = [Outcome("killed_elsewhere", "people killed elsewhere by strikes", meaning, count, "people", _deaths_elsewhere)] * _abroad(scenario)
    return [
        Outcome("killed", "people killed by the two states' strikes", "by strikes, on either side's soil", count, "people", _deaths),
        *on_soil,
        *elsewhere,
        Outcome("killed_in_attacks", "people killed in attacks by armed groups", "kept apart from those killed by strikes", count, "people",
                _by_groups(".killed")),
        Outcome("closed_days", "crossing-days closed", "one crossing, one day, nothing passing formally", count, "crossing-days",
                _over_days("crossings_closed")),
        Outcome("closed_person_days", "person-days behind closed crossings", "crossing-days closed, weighted by people served", number, "person-days",
                _over_days("people_cut_off")),
        Outcome("lost_income_person_days", "person-days of income lost", "share of income lost times people, added over days", number, "person-days",
                _of_homes(".lost_income_person_days")),
        Outcome("hardship_person_days", "person-days of hardship", "hardship times people, added over days", number, "person-days",
                _of_homes(".person_days")),
        Outcome("displaced_peak", "people displaced at the peak", "highest number on one day", number, "people", _peak("displaced")),
        Outcome("recruits", "joined armed groups", "people who joined, expected", number, "people", lambda c: c.totals.get("recruits")),
        Outcome("attacks", "attacks", "attacks by armed groups, background and salient", count, "attacks", _by_groups(".attacks")),
        Outcome("attacks_expected", "attacks expected", "background attacks by armed groups, expected given their strength and what moves them: the "
                "number without its chance draw", number, "attacks", _attacks_expected),
        Outcome("log_weight", "log weight", "sum of the log probabilities of what the record fixes", number, "nats", lambda c: c.log_weight),
    ]  # fmt: skip


def _war_sentence(scenario: Scenario) -> str:
    war = scenario.dyad.war
    return f"at least {war.strikes} strikes by each state within {war.days} days; the model's range ends there"


KINDS: dict[str, Any] = {"yes or no": "boolean", "count": "Int64", "days": "Int64", "number": "Float64", "class": "string"}
"""pandas type of each kind of outcome; all can be missing."""


def outcomes(course: Course) -> pd.DataFrame:
    """A row per world: every outcome, typed, missing where it is not defined."""
    table: dict[str, Any] = {}
    for outcome in definitions(course.scenario):
        table[outcome.name] = typed(outcome, outcome.read(course), len(course.first_strike))
    return pd.DataFrame(table)


def typed(outcome: Outcome, values: Any, worlds: int) -> Any:
    """An outcome as a pandas array of its kind; NaN becomes missing."""
    if values is None:
        values = np.full(worlds, np.nan)
    if outcome.kind == "class":
        return pd.array(list(values), dtype="string")
    numbers = np.asarray(values, dtype=float)
    column = pd.Series(np.nan_to_num(numbers), dtype="Float64").astype(KINDS[outcome.kind])
    return column.mask(np.isnan(numbers))


def comparable(course: Course) -> pd.DataFrame:
    """Outcomes as numbers that can be subtracted world by world, NaN where not defined; a lag that never ends is counted to the end of the run."""
    last = course.scenario.days - 1
    table: dict[str, NDArray[np.float64]] = {}
    for outcome in definitions(course.scenario):
        values = None if outcome.kind == "class" or outcome.name == "log_weight" else outcome.read(course)
        if values is None:
            continue
        values = np.asarray(values, dtype=np.float64)
        if outcome.counted_from is not None:
            values = np.where(np.isnan(values), last - outcome.counted_from(course), values)
        if not np.isnan(values).all() or outcome.given:
            table[outcome.name] = values
    return pd.DataFrame(table)


class _Noting(dict[str, Any]):
    """Series that remember which of them were read."""

    def __init__(self, series: Mapping[str, Any]) -> None:
        super().__init__(series)
        self.used: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.used.add(name)
        return super().__getitem__(name)


def needs(scenario: Scenario, wanted: Iterable[Outcome]) -> tuple[str, ...]:
    """Names of the daily series that outcomes are read off."""
    crisis = Crisis(scenario, points=[Point()])
    noting = _Noting(room(crisis.record.kinds, (scenario.days, 1)))
    sums = {name: values.ravel() for name, values in totals(crisis).items()}
    for outcome in wanted:
        outcome.read(Course(scenario, noting, sums, None))
    return tuple(sorted(noting.used))
