"""The rail of assumptions: every number of the scenario with meaning, unit, range, source and default, by whose it is."""

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sim.dashboard.ground import Ground
from sim.dashboard.parts import part
from sim.dashboard.view import View
from sim.plots.frame import sentence_case
from sim.scenario.find import bundle
from sim.scenario.paths import Leaf, match
from sim.scenario.priors import load_priors
from sim.words import label_of

FIRST, MOST_FOUND = 6, 30
PLACES = 1000
"""Places of a slider."""
WIDE = 20.0
"""A positive range whose ends are further apart than this ratio is slid through in equal ratios."""
LEAST_SHARE = 1e-3
OF_ONE = ("states", "third_parties", "groups", "communities", "crossings")
"""Parts of a scenario that hold several actors by name."""
OTHERS = {"dyad": "The two together", "mediation": "Mediation", "livelihoods": "Livelihoods at the border"}


@dataclass
class Open:
    """What of the rail stands open: folds, what is looked for, and what was refused, by path."""

    folds: set[str] = field(default_factory=set)
    search: str = ""
    refused: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Numbers:
    """The numbers of a crisis that can be assumed otherwise."""

    ground: Ground

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """Those that have a range and may differ between worlds."""
        return {path: leaf for path, leaf in self.ground.leaves.items() if leaf.kind == "number" and leaf.low is not None and leaf.high is not None}

    @cached_property
    def folds(self) -> dict[str, list[str]]:
        """Paths by whose number it is."""
        found: dict[str, list[str]] = {}
        for path in self.leaves:
            words = path.split(".")
            found.setdefault(".".join(words[:2]) if words[0] in OF_ONE else words[0], []).append(path)
        return found

    @cached_property
    def first(self) -> tuple[list[str], str]:
        """Patterns of the numbers that matter most, and on what that rests."""
        stored = bundle() / "sensitivity.json"
        if stored.is_file():
            rows = json.loads(stored.read_text(encoding="utf-8"))["parameters"]
            order = list(dict.fromkeys(row["parameter"] for row in sorted(rows, key=lambda row: -row["total"])))
            return [path for path in order if match(self.ground.scenario, path)][:FIRST], "By how much outcomes hang on them (total index)."
        fitted = [path for path, prior in load_priors().items() if prior.calibrated and match(self.ground.scenario, path)]
        return fitted[:FIRST], "Of those that are fitted to the records of crises."

    def matched(self, pattern: str) -> list[str]:
        """The paths of the numbers for which a pattern stands."""
        return [path for path in (".".join(words) for words in match(self.ground.scenario, pattern)) if path in self.leaves]


def rail(numbers: Numbers, view: View, look: Open) -> str:
    """The rail as HTML; only folds that stand open are filled."""
    first, why = numbers.first
    shown = [_parameter(numbers, view, look, pattern) for pattern in first if numbers.matched(pattern)]
    found = [_parameter(numbers, view, look, path) for path in _found(numbers, look.search)] if look.search else []
    folds = [_fold(numbers, view, look, key, paths) for key, paths in numbers.folds.items()]
    general = look.refused.get("", "")
    return part("world", folds=folds, first=shown, found=found, search=look.search, changed=len(view.assumed), error=general, why_first=why)


def _found(numbers: Numbers, search: str) -> list[str]:
    """Paths in which, or in whose meaning, every word occurs."""
    words = search.lower().split()
    texts = {path: f"{path} {path.replace('_', ' ').replace('.', ' ')} {leaf.meaning}".lower() for path, leaf in numbers.leaves.items()}
    return [path for path, text in texts.items() if all(word in text for word in words)][:MOST_FOUND]


def _fold(numbers: Numbers, view: View, look: Open, key: str, paths: list[str]) -> dict[str, Any]:
    words = key.split(".")
    label = label_in(numbers.ground, words) if len(words) > 1 else OTHERS.get(key, key.replace("_", " ").capitalize())
    changed = sum(path == key or path.startswith(f"{key}.") for path, _ in view.assumed)
    shown = [_parameter(numbers, view, look, path) for path in paths] if key in look.folds else []
    return {"key": key, "label": label, "count": len(paths), "changed": changed, "open": key in look.folds, "items_": shown}


def label_in(ground: Ground, words: list[str]) -> str:
    """The printed name of whoever has some numbers."""
    if words[0] == "crossings":
        return f"Crossing: {ground.scenario.crossings[words[1]].label}"
    return label_of(ground.scenario, words[1])


def _parameter(numbers: Numbers, view: View, look: Open, pattern: str) -> dict[str, Any]:
    """A number with all that is to be known of it; a pattern stands for all that it matches."""
    paths = numbers.matched(pattern)
    leaf = numbers.leaves[paths[0]]
    defaults = sorted({_float(numbers.leaves[path].value) for path in paths})
    assumed = dict(view.assumed)
    value = assumed.get(pattern, defaults[0])
    words = pattern.split(".")
    about = [word.replace("_", " ") for word in words[2 if words[0] in OF_ONE else 1 : -1]]
    meaning = ": ".join([*about, leaf.meaning]) + (f" (all {len(paths)})" if len(paths) > 1 else "")
    return {
        "path": pattern, "meaning": sentence_case(meaning), "unit": leaf.unit,
        "low": f"{leaf.low:g}", "high": f"{leaf.high:g}", "value": f"{value:.6g}",
        "default": " / ".join(f"{one:.6g}" for one in defaults), "source": leaf.source, "changed": pattern in assumed,
        "place": place_of(leaf, value), "error": look.refused.get(pattern, ""),
    }  # fmt: skip


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


# Sliders


def _in_ratios(leaf: Leaf) -> bool:
    assert leaf.low is not None and leaf.high is not None
    return leaf.low >= 0 and leaf.high > WIDE * max(leaf.low, leaf.high * LEAST_SHARE / WIDE)


def _ends(leaf: Leaf) -> tuple[float, float]:
    assert leaf.low is not None and leaf.high is not None
    return (math.log(max(leaf.low, leaf.high * LEAST_SHARE)), math.log(leaf.high)) if _in_ratios(leaf) else (leaf.low, leaf.high)


def place_of(leaf: Leaf, value: float) -> int:
    """Where a value stands on its slider, 0 to PLACES."""
    low, high = _ends(leaf)
    if _in_ratios(leaf):
        value = math.log(max(value, math.exp(low)))
    return round(PLACES * min(max((value - low) / (high - low), 0.0), 1.0))


def value_at(leaf: Leaf, place: float) -> float:
    """The value at a place of its slider, with three figures that count."""
    assert leaf.low is not None
    if place <= 0:
        return leaf.low
    low, high = _ends(leaf)
    value = low + (high - low) * place / PLACES
    return float(f"{math.exp(value) if _in_ratios(leaf) else value:.3g}")
