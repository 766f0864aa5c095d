"""A sensitivity analysis in sentences: what decides an outcome, how much hangs on assumptions, whence the doubt comes."""

from typing import Any

from sim.words import per_100

DOUBT = {"chance": "chance", "parameters": "parameters", "structure": "structure"}
MOSTLY = 0.5
"""Share from which doubt is said to be mostly of one kind (its interval must lie above)."""
NOISY = 0.1
"""Share of the variance that may be simulation error before it is said."""


def outcome_label(manifest: dict[str, Any], name: str) -> str:
    """An outcome as people read it."""
    return str(manifest["outcomes"][name]["label"])


def decider(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The number whose index lies above all others', by its interval; None where none does. `rows`: those of one outcome."""
    ranked = sorted(rows, key=lambda row: -row["total"])
    if not ranked or ranked[0]["parameter"] == "others":
        return None
    return ranked[0] if all(ranked[0]["total_low"] > row["total_high"] for row in ranked[1:]) else None


def towards(sign: float) -> str:
    """Which way a number works, by its rank correlation with the outcome."""
    return "the more, the more" if sign > 0 else "the more, the less"


def sensitivity_findings(manifest: dict[str, Any]) -> list[str]:
    """A sentence for every outcome; then what hangs on assumptions."""
    size = f"{manifest['turned']} numbers turned, {manifest['setups']:,} set-ups of {manifest['asked']['worlds']:,} worlds."
    return [*(_about(manifest, name) for name in manifest["told"]), *_assumed_words(manifest), size]


def _about(manifest: dict[str, Any], name: str) -> str:
    rows, label = manifest["told"][name], outcome_label(manifest, name)
    first, measure = decider(rows), manifest["measure"]
    if first is not None:
        return f"{_start(label)} hangs most on {first['label']} ({towards(first['sign'])}): {measure} {_interval(first)}."
    named = [row for row in sorted(rows, key=lambda row: -row["total"]) if row["parameter"] != "others"][:3]
    return f"{_start(label)} hangs on several numbers, none of them told first: {'; '.join(f'{row["label"]} {_interval(row)}' for row in named)}."


def _interval(row: dict[str, Any]) -> str:
    return f"{row['total']:.2f} ({row['total_low']:.2f} to {row['total_high']:.2f})"


def _assumed_words(manifest: dict[str, Any]) -> list[str]:
    found = manifest["assumed"]
    if not found:
        return []
    told = "; ".join(
        f"{outcome_label(manifest, name)} {_of_100(row['share'])} ({_of_100(row['low'])} to {_of_100(row['high'])})" for name, row in found.items()
    )
    return [f"Of 100 parts of variance, numbers marked as assumed have a hand in: {told}."]


def _of_100(share: float) -> str:
    return per_100(min(max(share, 0.0), 1.0))


def split_findings(manifest: dict[str, Any]) -> list[str]:
    """Whence the doubt about every outcome comes."""
    lines = []
    for name, row in manifest["split"].items():
        most = mostly(row)
        parts = ", ".join(f"{DOUBT[part]} {_of_100(row[part])} ({_of_100(row[f'{part}_low'])} to {_of_100(row[f'{part}_high'])})" for part in DOUBT)
        lines.append(f"{_start(outcome_label(manifest, name))}: {f'mostly {most}; ' if most else ''}of 100 parts of variance {parts}.")
    return lines


def mostly(row: dict[str, Any]) -> str:
    """The kind of doubt that is most of it, told by its interval; empty where none is."""
    return next((part for part in DOUBT if row[part] > MOSTLY and row[f"{part}_low"] > MOSTLY), "")


def _start(words: str) -> str:
    return words[:1].upper() + words[1:]
