"""What the columns of a run's tables mean: outcomes from the run's own manifest, the rest from here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Manifest = dict[str, Any]
SCHEMA = "outcomes.schema.json"


@dataclass(frozen=True)
class Meaning:
    """What a column says: label, meaning, kind and unit; `given`: on what it is conditional, empty where on nothing."""

    label: str
    meaning: str = ""
    kind: str = ""
    unit: str = ""
    given: str = ""

    def sentence(self) -> str:
        """Label, meaning, condition and unit in a line."""
        unit = f"[{self.unit}]" if self.unit and self.unit not in (self.label, self.kind) else ""
        meaning = f"({self.meaning})" if self.meaning and self.meaning != self.label else ""
        given = f"given: {self.given}" if self.given else ""
        return " ".join(part for part in (self.label, meaning, unit, given) if part)


QUANTILE = "value that {} in 100 of the weight of worlds does not exceed"
LOW, HIGH = "lower end of the 95 % interval", "upper end of the 95 % interval"
COLUMNS = {
    "act": "act on a track",
    "altered": "whether any day differs from the same world of the parent",
    "actor": "who acts",
    "community": "community",
    "date": "day, as year-month-day",
    "difference": "mean difference from the parent, world by world",
    "draw": "number of the parameter draw; worlds of a draw share its parameters",
    "effective_worlds": "how many equally weighted worlds these are worth",
    "failed": "why the numbers of this set-up blew up; empty where they did not",
    "high": HIGH,
    "higher": "share of worlds in which it is higher",
    "lever": "lever that is pulled",
    "log_weight": "log weight: sum of the log probabilities of what the record fixes [nats]",
    "low": LOW,
    "lower": "share of worlds in which it is lower",
    "mean": "weighted mean over worlds",
    "median": QUANTILE.format(50),
    "mode": "forced (as recorded), assisted (governments decide) or free (nothing scripted)",
    "outcome": "name of the outcome",
    "parent": "set-up that this one is compared with",
    "people": "people who live there",
    "point": "number of the set-up",
    "rung": "rung of the ladder",
    "same": "share of worlds in which it is the same",
    "series": "name of the daily series",
    "setup": "set-up",
    "share": "share of worlds",
    "state": "state",
    "tension": "tension [Goldstein units]",
    "track": "military, public, border or talks",
    "weight": "weight of the world within its set-up: how likely it made the record that it follows",
    "world": "number of the world; in set-ups that share their luck, the same number has the same luck",
    "worlds": "in how many worlds it is defined",
    **{f"q{share:02d}": QUANTILE.format(share) for share in (5, 25, 50, 75, 95)},
}
"""Columns that mean the same in every table."""

IN_TABLES = {
    ("communities", "mean"): "hardship, mean over the run [0 to 1]",
    ("tipping", "as_it_was"): "worlds in 100 with the outcome, where no lever is pulled",
    ("tipping", "brought_worlds"): "worlds in 100 that have the outcome only with the lever",
    ("tipping", "date"): "day on which the lever is pulled",
    ("tipping", "prevented"): "worlds in 100 fewer with the outcome",
    ("tipping", "prevented_worlds"): "worlds in 100 that have the outcome only without the lever",
    ("tipping", "settled"): "whether the record has settled the outcome by that day",
    ("tipping", "told"): "whether the interval leaves no change out",
    ("tipping", "worlds"): "worlds of each set-up",
    ("acts", "today"): "probability of the act that day",
    ("acts", "if_sitting"): "probability of the act, given that the council sits",
    ("acts", "recorded"): "whether the record has it that day",
    ("events", "killed"): "people killed",
}
"""Columns that mean something of their own in one table."""


def outcome_meanings(manifest: Manifest) -> dict[str, Meaning]:
    """Every outcome that a run's manifest describes, by name."""
    found: dict[str, Meaning] = {}
    for entries in _described(manifest):
        for name, entry in entries.items():
            words = {key: str(entry.get(key) or "") for key in ("label", "meaning", "kind", "unit", "given")}
            found.setdefault(name, Meaning(**words))
    return found


def _described(manifest: Manifest) -> Iterator[dict[str, dict[str, Any]]]:
    """Where manifests of sweeps, replays and branches keep what their outcomes are."""
    outcomes = manifest.get("outcomes")
    if isinstance(outcomes, dict):
        yield outcomes
    for mode in manifest.get("modes", {}).values():
        yield mode.get("outcomes", {})
    if manifest["asked"]["command"] == "branch":
        for branch in manifest["branches"].values():
            yield branch["parent"]
            yield branch["branch"]


def factor_meanings(manifest: Manifest) -> dict[str, Meaning]:
    """Every factor of a sweep, by the name of its column."""
    factors = manifest.get("sweep", {}).get("factors", [])
    return {one["name"]: Meaning(one.get("label") or one["name"], unit=one.get("unit") or "") for one in factors}


TYPES = {"yes or no": "BOOLEAN", "count": "BIGINT", "days": "BIGINT", "number": "DOUBLE", "class": "VARCHAR", "word": "VARCHAR", "date": "VARCHAR"}
"""Types in Parquet of each kind of outcome and factor."""


def columns_of_worlds(manifest: Manifest) -> dict[str, Any]:
    """The data dictionary of a sweep's worlds: name, type, unit, meaning and condition of every column of `outcomes`, in their order."""
    columns = [{"name": name, "type": "BIGINT", "unit": "", "meaning": COLUMNS[name], "given": None} for name in ("point", "world")]
    for factor in manifest["sweep"]["factors"]:
        columns.append({"name": factor["name"], "type": TYPES[factor["kind"]], "unit": factor["unit"], "meaning": factor["label"], "given": None})
    for name, entry in manifest["outcomes"].items():
        meaning = f"{entry['label']}: {entry['meaning']}" if entry["meaning"] else entry["label"]
        columns.append({"name": name, "type": TYPES[entry["kind"]], "unit": entry["unit"], "meaning": meaning, "given": entry["given"]})
    columns.append({"name": "log_weight", "type": "DOUBLE", "unit": "nats", "meaning": COLUMNS["log_weight"], "given": None})
    return {
        "files": "outcomes/*.parquet",
        "rows": "one a world of a set-up",
        "missing": "NULL: what is not defined, never NaN, never 0",
        "weight": "exp(log_weight - the largest log_weight of the same point)",
        "columns": columns,
    }


def meanings(folder: Path, manifest: Manifest, view: str) -> dict[str, Meaning]:
    """What the columns of one view mean, as far as it is known."""
    named = {name: Meaning(words) for name, words in COLUMNS.items()}
    own = {column: Meaning(words) for (table, column), words in IN_TABLES.items() if table == view}
    outcomes = {**_schema(folder), **outcome_meanings(manifest)} if view == "outcomes" else {}
    return {**named, **outcomes, **own, **factor_meanings(manifest)}


def _schema(folder: Path) -> dict[str, Meaning]:
    """The data dictionary that lies in a run's folder, where one does."""
    path = folder / SCHEMA
    if not path.is_file():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    columns = kept.get("columns", []) if isinstance(kept, dict) else kept
    return {one["name"]: Meaning(str(one.get("label") or one["meaning"]), "", "", str(one.get("unit") or ""), str(one.get("given") or ""))
            for one in columns}  # fmt: skip
