"""Recovery: does calibration find parameters that are known because the records were made with them?

Simulation-based calibration (Talts et al. 2018): parameters drawn from the prior make records, the records are
calibrated on, and the rank of the true value among draws of the posterior is noted. If likelihood and weights are right,
ranks are even: the true value lies below a tenth of the draws in a tenth of the tries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kstest

from sim.design import Point
from sim.execute import over_jobs
from sim.experiments.density import Density
from sim.experiments.importance import weighed
from sim.experiments.likelihood import evidence
from sim.experiments.pilot import VECTORS, reference_of, rough_vectors
from sim.experiments.vectors import Space
from sim.model import Crisis
from sim.parameters import ByPoint
from sim.scenario.ladder import THIRD_PARTY_ACTS, acts_of
from sim.scenario.parts.record import Event
from sim.scenario.schema import Scenario
from sim.worlds import Array

ROUNDS, SIZE = 8, 256
"""Rounds in which vectors are drawn and weighed, and vectors of each."""
COVERED = (0.5, 0.9)
"""Intervals whose coverage is reported."""


def made_record(scenario: Scenario, values: dict[str, float], seed: int, world: int = 0) -> Scenario:
    """The crisis with a record made by the model at given values: attacks and shocks as recorded, governments and outsiders free."""
    known = {path: ByPoint(np.array([[value]])) for path, value in values.items()}
    crisis = Crisis(scenario, seed, world=world, points=[Point()], priors=known)
    rows: list[Event] = [event for event in scenario.history if event.track == "shock"]
    stages = {outsider.name: 0 for outsider in crisis.third_parties}
    while crisis.day < scenario.days:
        day = crisis.day
        policies = {state.name: int(state.policy.item()) for state in crisis.states}
        crisis.step()
        rows += [*_acts(crisis, day, policies), *_attacks(crisis, scenario, day), *_outsiders(crisis, day, stages)]
    return scenario.model_copy(update={"history": tuple(rows)})


def _row(crisis: Crisis, day: int, actor: str, track: str, act: str, **more: Any) -> Event:
    return Event.model_validate({"date": crisis.case.date_of(day), "actor": actor, "track": track, "act": act, **more})


def _acts(crisis: Crisis, day: int, policies: dict[str, int]) -> list[Event]:
    """What the governments did beyond routine, each alone and both together."""
    rows = []
    for state in crisis.states:
        for track, chosen in state.acts.items():
            routine, number = policies[state.name] if track == "border" else 0, int(chosen.item())
            if number != routine:
                struck = track == "military" and bool(state.struck.item())
                more = {"killed": int(state.killed.item()), "place": _place(crisis, state.place)} if struck else {}
                rows.append(_row(crisis, day, state.name, track, acts_of(track)[number], **more))
    together = {"agree": crisis.dyad.agreed, "restore": crisis.dyad.restored}
    return rows + [_row(crisis, day, "both", "talks", act) for act, happens in together.items() if happens.item()]


def _place(crisis: Crisis, place: Any) -> str:
    number = int(np.asarray(place).item())
    return crisis.communities[number].name if number >= 0 else ""


def _attacks(crisis: Crisis, scenario: Scenario, day: int) -> list[Event]:
    """The attacks of the record, with the blame that was drawn."""
    blamed = {group.name: "yes" if group.blamed.item() else "no" for group in crisis.groups}
    here = [event for event in scenario.history if event.track == "attack" and scenario.day_of(event.date) == day]
    return [event.model_copy(update={"blamed": blamed[event.actor]}) for event in here]


def _outsiders(crisis: Crisis, day: int, stages: dict[str, int]) -> list[Event]:
    rows = []
    for outsider in crisis.third_parties:
        stage = int(outsider.stage.item())
        if stage > stages[outsider.name]:
            rows.append(_row(crisis, day, outsider.name, "third_party", list(THIRD_PARTY_ACTS)[stage - 1]))
        stages[outsider.name] = stage
    return rows


@dataclass(frozen=True)
class _Try:
    """One set of records made at known parameters, and how to find them again."""

    scenarios: tuple[Scenario, ...]
    space: Space
    truth: Array
    number: int
    seed: int
    rounds: int
    size: int
    rough: int


def recovery(
    scenarios: Sequence[Scenario],
    space: Space,
    tries: int,
    seed: int,
    *,
    rounds: int = ROUNDS,
    size: int = SIZE,
    rough: int = VECTORS,
    workers: int = 1,
) -> pd.DataFrame:
    """A row a try and parameter: the true value's rank among the posterior's draws [share below], on records made from the prior."""
    truths = np.random.default_rng(seed).standard_normal((tries, len(space.paths)))
    jobs = [_Try(tuple(scenarios), space, truth, number, seed, rounds, size, rough) for number, truth in enumerate(truths)]
    found = [pd.DataFrame(rows) for rows in over_jobs(_find, jobs, workers)]
    return pd.concat(found, ignore_index=True)


def _find(one: _Try) -> list[dict[str, Any]]:
    """One try: make the records, calibrate on them, rank the truth."""
    values = {path: float(column[0]) for path, column in one.space.values(one.truth[np.newaxis]).items()}
    made = [made_record(scenario, values, one.seed, one.number) for scenario in one.scenarios]
    seed = one.seed + one.number
    rough = rough_vectors(one.space, made, None, seed, vectors=one.rough)
    reference = reference_of(one.space, rough)
    density = Density(one.space, tuple(evidence(scenario, reference, seed=seed) for scenario in made), None)
    seen = weighed(density.parts, rough, [density.counts] * one.rounds, size=one.size, seed=seed)
    weights, _ = seen.weights(density.counts)
    below = weights @ (seen.vectors < one.truth)
    return [
        {"try": one.number, "parameter": path, "truth": float(one.truth[number]), "rank": float(below[number])}
        for number, path in enumerate(one.space.paths)
    ]


def evenness(ranks: pd.DataFrame) -> dict[str, float]:
    """Whether ranks are even: coverage of central intervals, and the least p value over parameters that they are (Kolmogorov-Smirnov)."""
    share = ranks["rank"].to_numpy(dtype=float)
    inside = {f"covered_{round(100 * width)}": float((np.abs(share - 0.5) <= width / 2).mean()) for width in COVERED}
    p_values = [float(kstest(one["rank"].to_numpy(dtype=float), "uniform").pvalue) for _, one in ranks.groupby("parameter")]
    return {**inside, "tries": float(ranks["try"].nunique()), "parameters": float(len(p_values)), "least_p": min(p_values)}
