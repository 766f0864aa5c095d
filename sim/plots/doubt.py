"""F8, doubt: how much of each outcome's variance is chance, parameters, structure: frame and words."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.plots.frame import Words, mode_words, sentence_case, sentences, titled
from sim.sensitivity_words import DOUBT, mostly, outcome_label
from sim.store import Study
from sim.words import CAVEAT, per_100


@dataclass(frozen=True)
class Row:
    """An outcome: the share of each part, and its interval in words."""

    label: str
    shares: tuple[float, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Doubt:
    """All outcomes."""

    words: Words
    manifest: dict[str, Any]
    rows: list[Row]
    table: pd.DataFrame


def doubt(study: Study) -> Doubt:
    """Frame and words."""
    manifest = study.manifest
    rows = [_row(manifest, name, found) for name, found in manifest["split"].items()]
    title = _title(manifest)
    words = Words(
        "doubt", title,
        "Parts of 100 of each outcome's variance, by where it comes from; 95% intervals at the right",
        f"Stacked bars. {title}. Outcomes against parts of 100 of the variance, {mode_words(manifest, manifest['mode'])}. "
        f"{'; '.join(f'{row.label}: {", ".join(row.numbers)}' for row in rows[:3])}. Data: doubt.csv.",
        sentences(
            "Chance: what worlds with the same parameters and rule differ by. Parameters: draws of what is not known. "
            "Structure: the rule by which governments decide, five of them, for both states alike.",
            manifest["caveat"], "" if CAVEAT in manifest["caveat"] else CAVEAT,
        ),
        "parts of 100 of the variance", mode_words(manifest, manifest["mode"]),
    )  # fmt: skip
    return Doubt(words, manifest, rows, study.tables["split"])


def _title(manifest: dict[str, Any]) -> str:
    """The kind of doubt that is most of it for every outcome, or for the first."""
    kinds = {mostly(row) for row in manifest["split"].values()}
    topic = "Where the doubt comes from"
    if len(kinds) == 1 and "" not in kinds and len(manifest["split"]) > 1:
        return titled(f"Doubt about every outcome is mostly {kinds.pop()}", True, topic)
    name, row = next(iter(manifest["split"].items()))
    return titled(f"Doubt about {outcome_label(manifest, name)} is mostly {mostly(row)}", bool(mostly(row)), topic)


def _row(manifest: dict[str, Any], name: str, found: dict[str, Any]) -> Row:
    numbers = tuple(f"{DOUBT[part]} {per_100(found[f'{part}_low'])} to {per_100(found[f'{part}_high'])}" for part in DOUBT)
    return Row(sentence_case(outcome_label(manifest, name)), tuple(found[part] for part in DOUBT), numbers)


def data(frame: Doubt) -> pd.DataFrame:
    """The plotted numbers, a row an outcome."""
    return frame.table
