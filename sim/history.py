"""The record as if it were a world: its acts, tension and course, by the same formulas as the model's.

What the record does not count (hardship, joining, background attacks) is missing.
"""

import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.chronicle import Chronicle
from sim.course import Course
from sim.design import Point
from sim.outcomes import outcomes
from sim.record import DOWNGRADED_RUNG, RUNGS
from sim.rules.tension import tension
from sim.scenario.ladder import JOINT_ACTS, TRACKS, index_of
from sim.scenario.parts.record import STRIKES
from sim.scenario.schema import Scenario

DAYS_BEFORE, DAYS_AFTER = 6, 7
"""Days shown before the first strike and after the last step of restoration."""


def window(scenario: Scenario) -> tuple[datetime.date, datetime.date]:
    """Days around the crisis: from before the first strike to after the last step of restoration, within the run."""
    strikes = [event.date for event in scenario.history if event.is_strike]
    if not strikes:
        return scenario.start, scenario.end
    steps = [event.date for event in scenario.history if event.act in ("agree", "restore")] or [max(strikes)]
    first = min(strikes) - datetime.timedelta(days=DAYS_BEFORE)
    last = max(steps) + datetime.timedelta(days=DAYS_AFTER)
    return max(first, scenario.start), min(last, scenario.end)


def series(scenario: Scenario) -> dict[str, NDArray[Any]]:
    """Daily series of the record, each of shape (days, 1)."""
    chronicle, days = Chronicle(scenario), scenario.days
    made: dict[str, NDArray[Any]] = {name: np.zeros((days, 1)) for name in ("tension", "agreement", "restoration", "war")}
    for state in scenario.states:
        made |= _of_state(chronicle, scenario, state)
    for day, acts in chronicle.joint.items():
        made["agreement"][day], made["restoration"][day] = "agree" in acts, "restore" in acts
    _war(made, scenario)
    _envoys(made, scenario)
    _tension(made, scenario)
    return made


def _of_state(chronicle: Chronicle, scenario: Scenario, state: str) -> dict[str, NDArray[Any]]:
    """Acts as numbers; a day that the record leaves open counts as routine. People killed are NaN where the record does not say."""
    made: dict[str, NDArray[Any]] = {}
    for track in scenario.tracks:
        possible = [chronicle.acts(day, state, track) for day in range(scenario.days)]
        acts = [
            routine if routine in acts else acts[0] for routine, acts in zip(_routine(chronicle, state, track, scenario.days), possible, strict=True)
        ]
        made[f"{state}.{track}"] = np.array([[index_of(track, act)] for act in acts])
    strikes = [chronicle.strikes.get((day, state)) for day in range(scenario.days)]
    made[f"{state}.killed"] = np.array([[np.nan if strike.killed is None else strike.killed] if strike else [0.0] for strike in strikes])
    if chronicle.abroad:
        made[f"{state}.killed_elsewhere"] = np.array(
            [killed if strike and strike.elsewhere else [0.0] for killed, strike in zip(made[f"{state}.killed"], strikes, strict=True)]
        )
    return made


def _routine(chronicle: Chronicle, state: str, track: str, days: int) -> list[str]:
    return [chronicle.routine(day, state, track) for day in range(days)]


def _war(made: dict[str, NDArray[Any]], scenario: Scenario) -> None:
    """War, from the day on which each state has struck often enough within the days that count."""
    limits = scenario.dyad.war
    struck = [np.cumsum(made[f"{state}.military"][:, 0] >= index_of("military", STRIKES[0])) for state in scenario.states]
    recent = [count - np.concatenate([np.zeros(limits.days, dtype=int), count])[: len(count)] for count in struck]
    made["war"] = np.logical_or.accumulate((recent[0] >= limits.strikes) & (recent[1] >= limits.strikes))[:, np.newaxis]


def _envoys(made: dict[str, NDArray[Any]], scenario: Scenario) -> None:
    for state in scenario.states:
        envoys, rung = np.ones((scenario.days, 1)), np.zeros((scenario.days, 1))
        present = True
        for day in range(scenario.days):
            downgraded = made[f"{state}.public"][day, 0] == index_of("public", "downgrade")
            present = (present and not downgraded) or bool(made["restoration"][day, 0])
            envoys[day] = present
            standing = 0 if present else DOWNGRADED_RUNG
            rung[day] = max([standing, *(int(RUNGS[track][made[f"{state}.{track}"][day, 0]]) for track in scenario.tracks)])
        made[f"{state}.envoys"], made[f"{state}.rung"] = envoys, rung


def _tension(made: dict[str, NDArray[Any]], scenario: Scenario) -> None:
    """Tension of the recorded acts, in the order of a day: acts, agreement, restoration."""
    kept, level = scenario.dyad.agreement.tension_kept, 0.0
    for day in range(scenario.days):
        hostility = sum(sum(_hostility(made, state, track, day) for track in scenario.tracks) for state in scenario.states)
        level = float(tension(level, hostility, scenario.dyad.tension_half_life))
        if made["agreement"][day, 0]:
            level = level * kept
        if made["restoration"][day, 0]:
            level = max(level + JOINT_ACTS["restore"].hostility, 0.0)
        made["tension"][day] = level


def _hostility(made: dict[str, NDArray[Any]], state: str, track: str, day: int) -> float:
    acts = made[f"{state}.{track}"][:, 0]
    if track == "border" and acts[day] <= (acts[day - 1] if day else 0):
        return 0.0
    return TRACKS[track][int(acts[day])].hostility


def history(scenario: Scenario) -> pd.Series:
    """Every outcome of the record; missing where it does not count."""
    return outcomes(Course(scenario, series(scenario), {}, None)).iloc[0]


def recorded_dead(scenario: Scenario, point: Point) -> dict[str, Any]:
    """People killed in the strikes and attacks of the record that a point follows: told apart from those killed in the model."""
    chronicle = Chronicle(scenario)
    followed = {
        (day, state): strike
        for (day, state), strike in chronicle.strikes.items()
        if day < (point.attacks_until if chronicle.is_given(day, state, "military") else point.states_until)
    }
    dead: dict[str, Any] = {"killed": 0.0, "strike_before": bool(followed)}
    for (_, striker), strike in followed.items():
        soil = "elsewhere" if strike.elsewhere else next(state for state in scenario.states if state != striker)
        dead["killed"] += strike.killed or 0.0
        dead[f"killed_{soil}"] = dead.get(f"killed_{soil}", 0.0) + (strike.killed or 0.0)
    attacks = [attack for day, here in chronicle.attacks.items() if day < point.attacks_until for attack in here]
    return dead | {"killed_in_attacks": float(sum(attack.killed for attack in attacks))}
