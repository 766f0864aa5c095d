"""How likely the model thought what happened: predictive probabilities, surprises, log scores beside baselines.

Each decision of the record is scored given the history so far: worlds in which that history was unlikely count less, so
the surprises add up to the log score. Days without an act are scored too; a model that expected a strike every day
must pay for the days without. Days that the record leaves open are not scored.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.chronicle import Chronicle
from sim.scenario.ladder import acts_of
from sim.scenario.schema import Scenario
from sim.simulate import PointResult

JOINT_CHOICES = 2
"""A joint act happens or not."""
UNCHANGED = "unchanged"
"""A border policy that stands as it stood."""


@dataclass(frozen=True)
class Decision:
    """A scored track-day: who, when, on which track, what was done, and whether it was more than routine."""

    day: int
    actor: str
    track: str
    act: str
    is_act: bool
    choices: int


@dataclass(frozen=True)
class Scored:
    """A decision with the probability that the model gave it, given the history so far."""

    decision: Decision
    probability: float

    @property
    def surprise(self) -> float:
        """-log of the probability [nats]."""
        return -float(np.log(self.probability))


def decisions(scenario: Scenario) -> list[Decision]:
    """What the record lets us score, day by day, states in the order of the scenario, tracks in the order of a council."""
    chronicle = Chronicle(scenario)
    found: list[Decision] = []
    for day in range(scenario.days):
        for state in scenario.states:
            found += [_of_state(scenario, chronicle, day, state, track) for track in scenario.tracks if _is_scored(chronicle, day, state, track)]
        found += [_joint(chronicle, day, act) for act in ("agree", "restore") if chronicle.joint_is_possible(day, act, tuple(scenario.states))]
    return found


def _is_scored(chronicle: Chronicle, day: int, state: str, track: str) -> bool:
    return len(chronicle.acts(day, state, track)) == 1 and not chronicle.is_given(day, state, track)


def _of_state(scenario: Scenario, chronicle: Chronicle, day: int, state: str, track: str) -> Decision:
    nothing_to_lower = track == "public" and not scenario.dyad.relations
    choices = len(acts_of(track)) - nothing_to_lower
    return Decision(day, state, track, chronicle.acts(day, state, track)[0], chronicle.is_act(day, state, track), choices)


def _joint(chronicle: Chronicle, day: int, act: str) -> Decision:
    happens = act in chronicle.joint.get(day, ())
    return Decision(day, "both", act, act if happens else "nothing", happens, JOINT_CHOICES)


def predict(result: PointResult) -> list[Scored]:
    """The probability of every scored decision given the history so far, from the worlds of a point that follows the record."""
    log_weight = np.zeros(result.worlds)
    predicted: list[Scored] = []
    known = {(item.day, item.actor, item.track): item for item in decisions(result.scenario)}
    for key in sorted(result.scored, key=lambda key: _order(key, result.scenario)):
        log_p = result.scored[key]
        if key in known:
            predicted.append(Scored(known[key], _mean(log_p, log_weight)))
        log_weight = log_weight + log_p
    return predicted


def _order(key: tuple[int, str, str], scenario: Scenario) -> tuple[int, int, int]:
    day, actor, track = key
    actors, tracks = [*scenario.states, "both"], [*scenario.tracks, "agree", "restore"]
    return day, actors.index(actor), tracks.index(track)


def _mean(log_p: NDArray[Any], log_weight: NDArray[Any]) -> float:
    """Mean of exp(log_p) over worlds weighted by exp(log_weight)."""
    weights = np.exp(log_weight - log_weight.max())
    return float((weights * np.exp(log_p)).sum() / weights.sum())


def log_score(predicted: list[Scored]) -> float:
    """Sum of the log probabilities [nats]; nearer to zero is better."""
    return -sum(item.surprise for item in predicted)


def baselines(scored: list[Decision]) -> dict[str, float]:
    """Log scores of two rules that know nothing of the crisis: even odds over the acts of a track; how often each act occurs in this record."""
    even = sum(-float(np.log(item.choices)) for item in scored)
    share = frequencies(scored)
    return {"even_odds": even, "frequency": sum(float(np.log(share[kind_of(item)])) for item in scored)}


def kind_of(item: Decision) -> tuple[str, str]:
    """The track and act of a decision; a border policy that merely goes on is not the act that made it."""
    return item.track, UNCHANGED if item.track == "border" and not item.is_act else item.act


def frequencies(scored: list[Decision]) -> dict[tuple[str, str], float]:
    """How often each act occurs on its track (as `kind_of` has it), both states taken together."""
    counts: dict[tuple[str, str], int] = {}
    days: dict[str, int] = {}
    for item in scored:
        counts[kind_of(item)] = counts.get(kind_of(item), 0) + 1
        days[item.track] = days.get(item.track, 0) + 1
    return {(track, act): count / days[track] for (track, act), count in counts.items()}
