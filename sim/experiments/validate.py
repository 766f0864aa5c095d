"""Validate: the model against what it did not choose. Hits and misses are both shown; a bad result is a result."""

from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from sim.experiments.asking import json_rows
from sim.experiments.measures import measure
from sim.experiments.patterns import Finding, load_targets, run_all
from sim.experiments.signs import Measured, measure_signs

SCHEMA_VERSION = 1
CAVEAT = (
    "A model, not a forecast. The default weights were chosen with these patterns in view: hits show that one set of weights can meet "
    "them all, not that it is right."
)


class Found(Protocol):
    """What any kind of validation gives: sentences with the misses named, a caveat, tables to keep, one object for `--json`."""

    @property
    def sentences(self) -> list[str]: ...

    @property
    def caveat(self) -> str: ...

    def tables(self) -> dict[str, pd.DataFrame]: ...

    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class Validation:
    """Patterns with the model's figures, and signs with paired differences."""

    worlds: int
    seed: int
    patterns: list[Finding]
    signs: list[Measured]
    caveat: str = CAVEAT

    @property
    def sentences(self) -> list[str]:
        """What was found, misses named."""
        missed = [finding.pattern.label for finding in self.patterns if not finding.hit]
        hits = f"{len(self.patterns) - len(missed)} of {len(self.patterns)} patterns are met"
        opposite = [item.sign.claim for item in self.signs if item.verdict == "opposite"]
        told = sum(item.verdict == "as claimed" for item in self.signs)
        return [
            f"{hits}; missed: {'; '.join(missed)}." if missed else f"{hits}.",
            f"{told} of {len(self.signs)} levers push as their theory says"
            + (f"; against it: {'; '.join(opposite)}." if opposite else "; none pushes the other way."),
        ]

    def table(self) -> pd.DataFrame:
        """A row per pattern."""
        rows = [
            {
                "pattern": finding.pattern.name,
                "label": finding.pattern.label,
                "target_low": finding.pattern.low,
                "target_high": finding.pattern.high,
                "model": finding.figure.value,
                "low": finding.figure.low,
                "high": finding.figure.high,
                "hit": finding.hit,
                "source": finding.pattern.source,
            }
            for finding in self.patterns
        ]
        return pd.DataFrame(rows)

    def sign_table(self) -> pd.DataFrame:
        """A row per sign."""
        rows = [
            {
                "sign": item.sign.name,
                "claim": item.sign.claim,
                "expected": "more" if item.sign.expected > 0 else "fewer",
                "difference": item.difference,
                "low": item.low,
                "high": item.high,
                "changed": item.changed,
                "verdict": item.verdict,
            }
            for item in self.signs
        ]
        return pd.DataFrame(rows)

    def tables(self) -> dict[str, pd.DataFrame]:
        """What is kept, by name of file."""
        return {"patterns": self.table(), "signs": self.sign_table()}

    def as_json(self) -> dict[str, Any]:
        """One object, as `validate --json` prints it."""
        return {
            "schema_version": SCHEMA_VERSION,
            "command": "validate",
            "against": "patterns",
            "caveat": self.caveat,
            "worlds": self.worlds,
            "seed": self.seed,
            "hits": sum(finding.hit for finding in self.patterns),
            "patterns": json_rows(self.table()),
            "signs": json_rows(self.sign_table()),
        }


def validate_patterns(worlds: int, seed: int) -> Validation:
    """Measure every pattern in `worlds` worlds, and every sign in a quarter as many pairs."""
    targets = load_targets()
    (runs,) = run_all(targets, [()], worlds, seed)
    return Validation(worlds, seed, measure(runs), measure_signs(targets, max(worlds // 4, 1), seed))
