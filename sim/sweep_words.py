"""A sweep in sentences: how far apart its set-ups lie, and by what the furthest differ."""

from typing import Any

import pandas as pd

from sim.effect_words import HEADLINES, rounded
from sim.words import amount, day_words, per_100

MOST_TOLD = 3
"""Outcomes that are told, where nobody asks for others."""


def headlines(manifest: dict[str, Any]) -> list[str]:
    """Outcomes that are told: those asked for, else the usual ones; only what differs between set-ups, if anything does."""
    spans = manifest["spans"]
    asked = [name for name in manifest["asked"]["outcomes"] if name in spans]
    usual = [name for name in HEADLINES if name in spans]
    moving = [name for name in usual if spans[name]["lowest"]["mean"] != spans[name]["highest"]["mean"]]
    return asked or (moving or usual or list(spans))[:MOST_TOLD]


def sweep_findings(manifest: dict[str, Any]) -> list[str]:
    """What was run, then a sentence an outcome; what failed comes last."""
    sweep, asked = manifest["sweep"], manifest["asked"]
    luck = "with the same luck in all" if sweep["luck"] == "shared" else "each with luck of its own"
    since = day_words(asked["from"])
    who = {"assisted": f"governments decide from {since}", "free": f"nothing is scripted from {since}", "forced": "all is as recorded"}[asked["mode"]]
    opening = f"{sweep['question']} {sweep['points']:,} set-ups of {asked['worlds']:,} worlds, {luck}; {who} ({asked['mode'].upper()})."
    return [opening, *span_sentences(manifest), *_failed(manifest)]


def span_sentences(manifest: dict[str, Any]) -> list[str]:
    """A sentence for every outcome that is told."""
    return [span_sentence(manifest, name) for name in headlines(manifest)]


def span_sentence(manifest: dict[str, Any], name: str) -> str:
    """An outcome from the set-up with least of it to the one with most, or that they cannot be told apart."""
    entry, span = manifest["outcomes"][name], manifest["spans"][name]
    label = entry["label"][:1].upper() + entry["label"][1:]
    given = f" (given: {entry['given']})" if entry["given"] else ""
    low, high = span["lowest"], span["highest"]
    if low["mean"] == high["mean"]:
        return f"{label}{given}: {level(entry, low)}, the same in all set-ups."
    if not span["told"]:
        return f"{label}{given}: {_range(entry, low, high)} over all set-ups; the two ends cannot be told apart with so few worlds."
    return f"{label}{given}: {level(entry, low)} at the least ({where(manifest, low)}), {level(entry, high)} at the most ({where(manifest, high)})."


def recorded_words(manifest: dict[str, Any]) -> str:
    """How many of the people killed are of the record that all set-ups follow; nothing where there are none."""
    dead = manifest["sweep"]["recorded_dead"]
    by = [f"{dead[name]:,.0f} {how}" for name, how in (("killed", "by the states' strikes"), ("killed_in_attacks", "in attacks")) if dead.get(name)]
    return f"People killed as recorded are counted in every set-up alike: {' and '.join(by)}; what is beyond them is the model's." if by else ""


def level(entry: dict[str, Any], end: dict[str, Any]) -> str:
    """A mean with its unit."""
    if entry["kind"] == "yes or no":
        return f"in {per_100(end['mean'])} of 100 worlds"
    return f"{amount(rounded(end['mean']))} {entry['unit']} on average"


def _range(entry: dict[str, Any], low: dict[str, Any], high: dict[str, Any]) -> str:
    if entry["kind"] == "yes or no":
        return f"in {per_100(low['mean'])} to {per_100(high['mean'])} of 100 worlds"
    return f"{amount(rounded(low['mean']))} to {amount(rounded(high['mean']))} {entry['unit']} on average"


def where(manifest: dict[str, Any], end: dict[str, Any]) -> str:
    """The values of the factors of a set-up; of many factors, only its number."""
    factors = manifest["sweep"]["factors"]
    if len(factors) > 4:
        return f"set-up {end['point']}"
    return ", ".join(f"{factor['label']} {value(end['factors'][factor['name']])}" for factor in factors)


def value(said: Any) -> str:
    """A value of a factor, as short as it can be told."""
    return f"{said:.4g}" if isinstance(said, float) else str(said)


def _failed(manifest: dict[str, Any]) -> list[str]:
    failures = manifest["failures"]
    if not failures:
        return []
    first, counted = failures[0], f"{len(failures):,} of {manifest['sweep']['points']:,} set-ups failed and are left out"
    return [f"{counted}; the first, set-up {first['point']}: {first['reason']}."]


def spans(summary: pd.DataFrame, factors: list[str], wider: float) -> dict[str, dict[str, Any]]:
    """For every outcome the set-ups with the lowest and the highest mean, and whether their intervals, `wider` by so much, part."""
    found: dict[str, dict[str, Any]] = {}
    for name, rows in summary.dropna(subset=["mean"]).groupby("outcome", sort=False):
        table: list[dict[Any, Any]] = rows.to_dict("records")
        low, high = (pick(table, key=lambda row: float(row["mean"])) for pick in (min, max))
        parted = low["mean"] + wider * (low["high"] - low["mean"]) < high["mean"] - wider * (high["mean"] - high["low"])
        found[str(name)] = {"lowest": _end(low, factors), "highest": _end(high, factors), "told": bool(parted)}
    return found


def _end(row: dict[Any, Any], factors: list[str]) -> dict[str, Any]:
    numbers = {key: float(row[key]) for key in ("mean", "low", "high")}
    return {"point": int(row["point"]), **numbers, "worlds": int(row["worlds"]), "factors": {name: row[name] for name in factors}}
