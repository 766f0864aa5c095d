"""What every rule of decision, and every simple rule, gave to each decision of a crisis and to how it went on."""

import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.design import point_in
from sim.experiments import rule_outcomes
from sim.experiments.rule_baselines import Elsewhere, probabilities
from sim.parameters import Known
from sim.scenario.parts.policies import Policy
from sim.scenario.schema import Scenario
from sim.score import Decision, decisions, predict
from sim.simulate import PointResult, simulate
from sim.words import label_of

POLICIES: tuple[str, ...] = typing.get_args(Policy)
BATCHES = 5
"""Parts into which the worlds are cut to see how much a score hangs on their luck."""

Rows = list[dict[str, Any]]


def everything(crises: Sequence[Scenario], worlds: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row per rule and decision, and a row per rule and outcome; other crises are all of these but the one that is scored."""
    scored = {crisis.name: decisions(crisis) for crisis in crises}
    happened = {crisis.name: rule_outcomes.recorded_classes(crisis) for crisis in crises}
    of_decisions: Rows = []
    of_outcomes: Rows = []
    for crisis in crises:
        others = [name for name in scored if name != crisis.name]
        elsewhere = Elsewhere.of([scored[name] for name in others])
        of_decisions += simple_decisions(crisis, scored[crisis.name], elsewhere)
        of_outcomes += simple_outcomes(crisis, happened[crisis.name], [happened[name] for name in others])
        for rule in POLICIES:
            forced, assisted = run(crisis, rule, worlds, seed)
            of_decisions += decisions_by(crisis, rule, forced)
            of_outcomes += outcomes_by(crisis, rule, assisted, happened[crisis.name])
    return pd.DataFrame(of_decisions), pd.DataFrame(of_outcomes)


def run(crisis: Scenario, rule: str, worlds: int, seed: int, known: Mapping[str, Known] | None = None) -> list[PointResult]:
    """FORCED, and ASSISTED from the day after the first strike, with both states deciding by a rule; `known`: what parameters are drawn from."""
    start = rule_outcomes.first_strike(crisis)
    assert start is not None  # crises without a strike are not compared
    ruled = crisis.override({"states.*.policy": rule})
    return simulate(ruled, [point_in("forced"), point_in("assisted", start + 1)], worlds, seed, known)


def decisions_by(crisis: Scenario, rule: str, forced: PointResult) -> Rows:
    """What a rule gave to every scored decision, and what it gave in parts of the worlds alone."""
    whole = predict(forced)
    batches = np.array([[-item.surprise for item in predict(part)] for part in parts(forced)])
    return decision_rows(crisis, rule, [item.decision for item in whole], [-item.surprise for item in whole], batches.T)


def parts(result: PointResult) -> list[PointResult]:
    """The worlds in batches, each as a result of its own; where there are fewer worlds than batches, some worlds stand for several."""
    cuts = np.array_split(np.arange(max(result.worlds, BATCHES)) % result.worlds, BATCHES)
    return [replace(result, scored={key: log_p[cut] for key, log_p in result.scored.items()}, log_weight=result.log_weight[cut]) for cut in cuts]


def simple_decisions(crisis: Scenario, scored: list[Decision], elsewhere: Elsewhere) -> Rows:
    """What the simple rules gave; no luck is in it."""
    rows: Rows = []
    for rule, chances in probabilities(scored, elsewhere).items():
        log_p = np.log(chances)
        rows += decision_rows(crisis, rule, scored, log_p, np.repeat(log_p[:, np.newaxis], BATCHES, axis=1))
    return rows


def decision_rows(crisis: Scenario, rule: str, scored: list[Decision], log_p: Iterable[float], batches: NDArray[np.float64]) -> Rows:
    """A row per decision."""
    return [
        {
            "crisis": crisis.name,
            "fitted": crisis.fitted,
            "rule": rule,
            "date": crisis.date_of(item.day).isoformat(),
            "actor": item.actor,
            "who": label_of(crisis, item.actor),
            "track": item.track,
            "act": item.act,
            "is_act": item.is_act,
            "log_p": float(value),
            "in_batches": in_batches,
        }
        for item, value, in_batches in zip(scored, log_p, batches, strict=True)
    ]


def outcomes_by(crisis: Scenario, rule: str, assisted: PointResult, happened: dict[str, int]) -> Rows:
    """What a rule said of how the crisis went on."""
    found = rule_outcomes.classes(assisted.course())
    forecasts = {name: rule_outcomes.forecast(name, found[name], assisted.weights) for name in happened}
    return [outcome_row(crisis, rule, name, forecasts[name], happened[name]) for name in happened]


def simple_outcomes(crisis: Scenario, happened: dict[str, int], others: list[dict[str, int]]) -> Rows:
    """What the simple rules said of it."""
    rows: Rows = []
    for name, what in happened.items():
        elsewhere = [other[name] for other in others if name in other]
        rows += [outcome_row(crisis, rule, name, chances, what) for rule, chances in rule_outcomes.simple_forecasts(name, elsewhere).items()]
    return rows


def outcome_row(crisis: Scenario, rule: str, name: str, chances: NDArray[np.float64], what: int) -> dict[str, Any]:
    """A row per outcome: the probability given to what happened, and the score."""
    return {
        "crisis": crisis.name,
        "fitted": crisis.fitted,
        "rule": rule,
        "outcome": name,
        "happened": what,
        "probability": float(chances[what]),
        "score": rule_outcomes.score(chances, what),
    }
