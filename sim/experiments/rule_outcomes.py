"""How a crisis went on after its first strike, as a few events that can be scored: Brier and ranked probability scores."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.course import ANSWER_WINDOW, Course
from sim.experiments.rule_baselines import EVEN_ODDS, FREQUENCY, PERSISTENCE
from sim.history import series
from sim.scenario.schema import Scenario

LAGS = (1, 3, 7, ANSWER_WINDOW)
"""Last days of the classes of the answer's lag; the class after them is no answer."""
STOPPED = (7, 30)
"""Days after the first strike within which the last one fell."""
CLASSES = {"answered": 2, "answer_lag": len(LAGS) + 1, "second_round": 2, **{f"stopped_{days}": 2 for days in STOPPED}, "war": 2}
"""Events, and into how many classes each falls; of two, 1 is yes."""
OUTCOME_WORDS = {
    "answered": "answered within 30 days",
    "answer_lag": "lag of the answer",
    "second_round": "a second round",
    "stopped_7": "no strike after 7 days",
    "stopped_30": "no strike after 30 days",
    "war": "war",
}
NOTHING_MORE = {"answered": 0, "answer_lag": len(LAGS), "second_round": 0, **{f"stopped_{days}": 1 for days in STOPPED}, "war": 0}
"""As the day before the first strike: nobody strikes."""

Classes = dict[str, NDArray[np.int64]]
"""Class of every event in every world."""


def classes(course: Course) -> Classes:
    """The class into which each event falls, per world; events that the run is too short to tell are left out."""
    answered = ~np.isnan(course.answer)
    lag = np.where(answered, course.answer - course.first_strike, ANSWER_WINDOW + 1)
    struck = course.strikes_by(course.states[0]) | course.strikes_by(course.states[1])
    last = np.where(struck, course.calendar, -1).max(axis=0)
    told = [days for days in STOPPED if (course.first_strike + days < course.scenario.days - 1).all()]
    return {
        "answered": answered.astype(int),
        "answer_lag": np.searchsorted(LAGS, lag),
        "second_round": (answered & course.second).astype(int),
        **{f"stopped_{days}": (last <= course.first_strike + days).astype(int) for days in told},
        "war": np.asarray(course.war).astype(int),
    }


def recorded_classes(scenario: Scenario) -> dict[str, int]:
    """The class of each event in the record."""
    return {name: int(value[0]) for name, value in classes(Course(scenario, series(scenario), {}, None)).items()}


def first_strike(scenario: Scenario) -> int | None:
    """Day of the first strike of the record; None where it has none."""
    day = Course(scenario, series(scenario), {}, None).first_strike[0]
    return None if np.isnan(day) else int(day)


def forecast(name: str, found: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each class of an event, over weighted worlds."""
    return np.bincount(found, weights=weights, minlength=CLASSES[name]) / weights.sum()


def score(probabilities: NDArray[np.float64], happened: int) -> float:
    """Ranked probability score from 0 (best) to 1; of two classes the Brier score (Epstein 1969; Brier 1950)."""
    missed = np.cumsum(probabilities)[:-1] - (np.arange(len(probabilities) - 1) >= happened)
    return float((missed**2).sum() / len(missed))


def simple_forecasts(name: str, elsewhere: Sequence[int]) -> dict[str, NDArray[np.float64]]:
    """What simple rules would have said of an event, knowing only its classes in other crises."""
    kinds = CLASSES[name]
    counts = np.bincount(np.array(elsewhere, dtype=int), minlength=kinds)
    return {
        EVEN_ODDS: np.full(kinds, 1.0 / kinds),
        FREQUENCY: (counts + 1.0 / kinds) / (len(elsewhere) + 1.0),
        PERSISTENCE: np.eye(kinds)[NOTHING_MORE[name]],
    }
