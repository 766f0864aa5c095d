"""F6 with a condition: the box as bars over what was varied, and what peeling trades: frame and words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.discovery_words import NO_BOX, box_words, discovery_findings, restriction
from sim.plots.frame import Words, mode_words, records, sentences, titled
from sim.store import Study
from sim.words import CAVEAT, per_100


@dataclass(frozen=True)
class Row:
    """A restriction: where it begins and ends, as shares of what was varied."""

    label: str
    low: float
    high: float
    value: str


@dataclass(frozen=True)
class Discovery:
    """Restrictions; and the way to the box, a row a step, with what each step is worth on either half."""

    words: Words
    manifest: dict[str, Any]
    rows: list[Row]
    steps: pd.DataFrame


def discovery(study: Study) -> Discovery:
    """Frame and words."""
    manifest, box = study.manifest, records(study.tables["box"])
    rows = [_row(one, manifest["factors"][one["parameter"]]["unit"]) for one in box]
    when, unseen = manifest["asked"]["when"], manifest["unseen"]
    finding = f"“{when}” in {per_100(unseen['density'])} of 100 worlds of a box, {per_100(manifest['base_rate'])} of 100 of all"
    title = titled(finding, manifest["told"], NO_BOX if not manifest["told"] else f"Where “{when}” holds")
    title = titled(title, True, "Where the condition holds")
    told = discovery_findings(manifest, box)
    restricted = box_words({one["parameter"]: (one["low"], one["high"]) for one in box}, manifest["factors"])
    words = Words(
        "discovery", title,
        "Left: the box, over what was varied (grey). Right: what peeling trades; filled: set-ups that it was found on, hollow: the others",
        f"Range bars and scatter. {title}. Restrict to {restricted}, "
        f"{mode_words(manifest, manifest['mode'])}. Data: discovery.csv.",
        sentences(*told, "Diamond: the step that was chosen. Grey line: how often it holds in all worlds.", manifest["caveat"],
                  "" if CAVEAT in manifest["caveat"] else CAVEAT),
        "share of what was varied", mode_words(manifest, manifest["mode"]),
    )  # fmt: skip
    return Discovery(words, manifest, rows, study.tables["tradeoff"])


def _row(one: dict[str, Any], unit: str) -> Row:
    span = one["highest"] - one["lowest"]
    ends = [(value - one["lowest"]) / span if np.isfinite(value) else edge for value, edge in ((one["low"], 0.0), (one["high"], 1.0))]
    return Row(one["label"], float(ends[0]), float(ends[1]), restriction("", one["low"], one["high"], unit).strip())


def data(frame: Discovery) -> pd.DataFrame:
    """The plotted numbers: the steps of peeling."""
    return frame.steps
