"""Whether calibration finds parameters again that records were made with; writes docs/recovery.json.

    python tools/recovery.py [--tries 16] [--seed 1] [--workers 2]

Each try draws all fitted parameters from their priors, makes a record of every crisis with them (attacks and shocks as
recorded, governments free), calibrates on these records alone, and notes the rank of the true values.
"""

import argparse
import json
from pathlib import Path

from sim.execute import available_workers
from sim.experiments.calibrate import with_record
from sim.experiments.freshness import of_code
from sim.experiments.recovery import ROUNDS, SIZE, evenness, recovery
from sim.experiments.vectors import fitted
from sim.scenario.priors import load_priors

FILE = Path(__file__).resolve().parents[1] / "docs" / "recovery.json"
TRIES = 16


def main() -> None:
    """Run all tries and write what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=TRIES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=available_workers())
    asked = parser.parse_args()
    crises = with_record()
    ranks = recovery(crises, fitted(load_priors()), asked.tries, asked.seed, workers=asked.workers)
    by_parameter = {path: [round(rank, 3) for rank in one["rank"]] for path, one in ranks.groupby("parameter", sort=False)}
    found = {
        "code": of_code(),
        "crises": [scenario.name for scenario in crises],
        "seed": asked.seed,
        "size": SIZE,
        "rounds": ROUNDS,
        **evenness(ranks),
        "ranks": by_parameter,
    }
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"Saved: {FILE.relative_to(FILE.parents[1])}")


if __name__ == "__main__":
    main()
