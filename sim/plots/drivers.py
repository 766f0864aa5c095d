"""F6, drivers: which numbers of the model an outcome hangs on: frame and words."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.plots.frame import Words, mode_words, sentence_case, sentences, titled
from sim.sensitivity_words import decider, outcome_label, towards
from sim.store import Study
from sim.words import CAVEAT, per_100

MOST = 12
"""Numbers shown; the others stand together where they were measured together."""
AXES = {
    "sobol": "share of the outcome's variance in which it has a hand",
    "morris": "mean absolute change of the outcome over the whole range",
    "delta": "delta: how far it shifts the outcome's distribution",
}
LONG = "Which numbers an outcome hangs on"


@dataclass(frozen=True)
class Row:
    """A number: its index with interval, the first-order one, whether its value is sourced, and which way it works."""

    label: str
    total: float
    low: float
    high: float
    first: float | None
    assumed: bool | None
    value: str
    way: str


@dataclass(frozen=True)
class Drivers:
    """An outcome's numbers, the largest first; those measured together come last."""

    words: Words
    manifest: dict[str, Any]
    rows: list[Row]
    axis: str
    table: pd.DataFrame


def drivers(study: Study, name: str) -> Drivers:
    """Frame and words of one outcome."""
    manifest = study.manifest
    told, method, label = manifest["told"][name], manifest["asked"]["method"], outcome_label(manifest, name)
    single = [row for row in told if row["parameter"] != "others"][:MOST]
    shown = single + [row for row in told if row["parameter"] == "others"]
    first = decider(told)
    finding = f"{sentence_case(first['label'])} decides {label}" if first else ""
    title = titled(finding, first is not None, titled(f"Several parameters share {label}", True, LONG))
    rows = [_row(row, method) for row in shown]
    words = Words(
        f"drivers_{name}", title,
        f"{sentence_case(label)}, mean over worlds: {AXES[method]}; bars: 95% interval. All set-ups share their luck",
        f"Interval plot. {title}. Numbers of the model against {AXES[method]}, {mode_words(manifest, manifest['mode'])}. "
        f"{'; '.join(f'{row.label}, {row.value}' for row in rows[:3])}. Data: drivers_{name}.csv.",
        sentences(
            "Filled: the value has a source; hollow: it is assumed. Tick: alone (first-order index)." if method != "morris" else
            "Filled: the value has a source; hollow: it is assumed.",
            f"{manifest['turned']} numbers were turned, each over its prior or from half to twice its value.",
            _assumed(manifest, name), manifest["caveat"], "" if CAVEAT in manifest["caveat"] else CAVEAT,
        ),
        "share of variance" if method == "sobol" else "delta" if method == "delta" else manifest["outcomes"][name]["unit"],
        mode_words(manifest, manifest["mode"]),
    )  # fmt: skip
    return Drivers(words, manifest, rows, AXES[method], pd.DataFrame(shown))


def _row(row: dict[str, Any], method: str) -> Row:
    digits = ",.3g" if method == "morris" else ".2f"
    value = f"{row['total']:{digits}} ({row['total_low']:{digits}} to {row['total_high']:{digits}})".replace("-", "−")
    way = "" if row["sign"] is None else f"{'↑' if row['sign'] > 0 else '↓'} {towards(row['sign'])}"
    return Row(row["label"], row["total"], row["total_low"], row["total_high"], row["first"], row["assumed"], value, way)


def _assumed(manifest: dict[str, Any], name: str) -> str:
    found = manifest["assumed"].get(name)
    if not found:
        return ""
    share, low, high = (per_100(min(max(found[key], 0.0), 1.0)) for key in ("share", "low", "high"))
    return f"Numbers marked as assumed have a hand in {share} of 100 parts of the variance ({low} to {high})."


def data(frame: Drivers) -> pd.DataFrame:
    """The plotted numbers, a row a number."""
    return frame.table
