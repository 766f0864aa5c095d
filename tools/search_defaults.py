"""Search the default weights: `make defaults`.

The weights are searched on past crises' base rates and on the case together (scenarios/patterns.yaml), and on nothing
else: other crises stay out, so that they can test the result. CMA-ES (Hansen 2016) moves the logarithms of the weights;
every generation is two array runs, its candidates being points that share their luck. What was tried and found is
written to docs/defaults_search.json; the search changes no code: the defaults in sim/scenario/parts are set by hand
from what it prints.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from cmaes import CMA

from sim.design import Set
from sim.experiments.measures import measure
from sim.experiments.patterns import Finding, load_targets, run_all

RECORD = Path(__file__).resolve().parents[1] / "docs" / "defaults_search.json"

WEIGHTS = {
    "states.*.resolve.median": 1.94,
    "states.*.attention.agenda": 1.3,
    "states.*.perception.gap": 1.18,
    "states.*.debt.half_life": 15.0,
    "states.*.military.overshoot": 3.54,
    "states.*.military.cost": 0.61,
    "states.*.military.brink": 0.27,
    "states.*.military.honour": 2.19,
    "states.*.military.haste": 0.21,
    "states.*.military.alert_cost": 0.61,
    "states.*.audience.election_effect": 0.92,
    "states.*.public.downgrade_gain": 4.03,
    "states.*.public.downgrade_constant": 3.33,
    "states.*.talks.gain": 2.99,
    "states.*.talks.constant": 0.83,
    "states.*.talks.face": 1.04,
    "dyad.agreement.reach": 0.8,
    "dyad.agreement.ease": 1.04,
    "dyad.envoys.return_rate": 0.12,
}
"""What is searched, and where the first round begins: a trial fit of the same rules. A further round begins at the last one's best."""
LIMITS = {"dyad.agreement.reach": 0.98, "states.*.perception.gap": 3.0}
"""Highest values, where a field's range ends near by."""
STEP = 0.12
"""First standard deviation of the logarithms."""
MARGIN = 0.1
"""How far inside its range a figure must lie to cost nothing, as a share of the range: a figure at the edge may be luck."""
ANCHOR = 0.02
"""Cost of a squared log unit away from the start: of two sets that do the same, the nearer one."""


def cost(findings: list[Finding], logs: np.ndarray) -> float:
    """Squared distances outside the targets (in units of their widths, logs where they span decades), and of the weights from their start."""
    total = ANCHOR * float((logs**2).sum())
    for finding in findings:
        low, high, value = finding.pattern.low, finding.pattern.high, finding.figure.value
        if not np.isfinite(value):
            total += 10.0
            continue
        if low > 0 and high / low >= 4:
            low, high, value = np.log(low), np.log(high), np.log(max(value, 1e-9))
        width = high - low
        inside = MARGIN * width if finding.pattern.low > 0 else 0.0
        outside = max(low + inside - value, value - (high - MARGIN * width), 0.0) / width
        total += outside**2 + (0.1 if not finding.hit else 0.0)
    return total


def weights_at(logs: np.ndarray, start: dict[str, float]) -> dict[str, float]:
    """Weights at a place of the search."""
    values = {path: value * float(np.exp(step)) for (path, value), step in zip(start.items(), logs, strict=True)}
    return {path: round(min(value, LIMITS.get(path, value)), 4) for path, value in values.items()}


def rounds() -> list[dict[str, Any]]:
    """What was searched before."""
    return json.loads(RECORD.read_text(encoding="utf-8"))["rounds"] if RECORD.exists() else []


def options() -> argparse.Namespace:
    """What is asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--generations", type=int, default=40)
    parser.add_argument("--candidates", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--anew", action="store_true", help="forget what was searched before")
    return parser.parse_args()


def main() -> None:
    """Search one round, writing its record after every generation."""
    asked = options()
    before = [] if asked.anew else rounds()
    start = before[-1]["best"] if before else WEIGHTS
    targets, since = load_targets(), time.perf_counter()
    search = CMA(mean=np.zeros(len(start)), sigma=STEP, population_size=asked.candidates, seed=asked.seed)
    best_cost, best, trail = np.inf, start, []
    for generation in range(asked.generations):
        places = [search.ask() for _ in range(search.population_size)]
        if generation == 0:
            places[0] = np.zeros(len(start))
        candidates = [weights_at(logs, start) for logs in places]
        found = [measure(runs) for runs in run_all(targets, [_sets(weights) for weights in candidates], asked.worlds, asked.seed)]
        costs = [cost(findings, logs) for findings, logs in zip(found, places, strict=True)]
        search.tell(list(zip(places, costs, strict=True)))
        lowest = int(np.argmin(costs))
        if costs[lowest] < best_cost:
            best_cost, best = costs[lowest], candidates[lowest]
        hits = sum(finding.hit for finding in found[lowest])
        trail.append({"generation": generation, "cost": round(costs[lowest], 4), "hits": hits})
        print(
            f"generation {generation}: cost {costs[lowest]:.3f}, {hits} of {len(found[lowest])} hit ({time.perf_counter() - since:.0f} s)", flush=True
        )
        this = {"asked": vars(asked), "start": start, "best": best, "cost": round(best_cost, 4), "trail": trail}
        RECORD.write_text(json.dumps({"rounds": [*before, this]}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(best, indent=1))


def _sets(weights: dict[str, float]) -> tuple[Set, ...]:
    return tuple(Set(path, value) for path, value in weights.items())


if __name__ == "__main__":
    main()
