"""Whether what was fitted still belongs to the code and the inputs that are here: hashes of what a result hangs on, and of nothing else.

Code counts by its syntax, without comments and docstrings; a crisis by its numbers, structure and record, without words
and sources.
"""

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.experiments.patterns import Pattern
from sim.scenario.parts.priors import Prior
from sim.scenario.paths import leaves
from sim.scenario.schema import Scenario

HOUSE = Path(__file__).resolve().parents[1]
CODE = (
    "rules",
    "agents",
    "worlds.py",
    "settings.py",
    "parameters.py",
    "chronicle.py",
    "interventions.py",
    "moments.py",
    "model.py",
    "course.py",
    "scenario/ladder.py",
    "experiments/nodes.py",
    "experiments/chance_draws.py",
    "experiments/pinned.py",
    "experiments/likelihood.py",
    "experiments/vectors.py",
    "experiments/measures.py",
    "experiments/rates.py",
    "experiments/pilot.py",
    "experiments/density.py",
    "experiments/importance.py",
    "experiments/ensembles.py",
)
"""Files and folders on which a posterior hangs."""
RECORDED = ("date", "until", "order", "actor", "track", "act", "target", "place", "killed", "attention", "blamed", "given")
"""Columns of a history that a run reads."""
NUMBERS_OF_PRIOR = ("distribution", "low", "high", "median", "spread")
LENGTH = 16


def digest(value: Any) -> str:
    """A short hash of plain values."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:LENGTH]


def of_code() -> str:
    """Hash of the code on which a posterior hangs."""
    return digest({str(path.relative_to(HOUSE)): syntax(path.read_text(encoding="utf-8")) for path in _files()})


def _files() -> Iterator[Path]:
    for name in CODE:
        path = HOUSE / name
        yield from sorted(path.glob("*.py")) if path.is_dir() else [path]


def syntax(source: str) -> str:
    """What a file does: its syntax tree without docstrings, comments and places in the text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]  # type: ignore[attr-defined]
    return ast.dump(tree)


def of_scenario(scenario: Scenario) -> str:
    """Hash of a crisis as a run reads it."""
    numbers = {path: leaf.value for path, leaf in leaves(scenario).items() if leaf.kind != "metadata"}
    rows = [{name: getattr(event, name) for name in RECORDED} for event in scenario.history if event.track != "context"]
    return digest([numbers, [tie.model_dump() for tie in scenario.ties], rows])


def of_priors(priors: Mapping[str, Prior]) -> str:
    """Hash of the distributions of the fitted parameters."""
    return digest({path: {name: getattr(prior, name) for name in NUMBERS_OF_PRIOR} for path, prior in priors.items() if prior.calibrated})


def of_patterns(patterns: tuple[Pattern, ...], names: tuple[str, ...]) -> str:
    """Hash of the targets that enter."""
    return digest({pattern.name: [pattern.low, pattern.high] for pattern in patterns if pattern.name in names})
