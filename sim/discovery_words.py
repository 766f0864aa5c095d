"""A discovered box in words: what is restricted to what, and what that is worth on set-ups that it has not seen."""

import math
from collections.abc import Mapping
from typing import Any

from sim.effect_words import rounded
from sim.words import per_100

NO_BOX = "No box is told from the whole"


def restriction(label: str, low: float | None, high: float | None, unit: str = "") -> str:
    """One restriction: resolve median above 0.8."""
    after = f" {unit}" if unit else ""
    below, above = (value is None or not math.isfinite(value) for value in (low, high))
    if below:
        return f"{label} below {number(high)}{after}"
    if above:
        return f"{label} above {number(low)}{after}"
    return f"{label} between {number(low)} and {number(high)}{after}"


def number(value: float | None) -> str:
    """Three digits that count."""
    assert value is not None
    return str(rounded(value)).removesuffix(".0").replace("-", "−")


def box_words(box: Mapping[str, tuple[float | None, float | None]], factors: Mapping[str, Mapping[str, Any]]) -> str:
    """All restrictions of a box; units stand in the table."""
    told = [restriction(factors[name]["label"], low, high) for name, (low, high) in box.items()]
    return ", and ".join(told) or "no restriction"


def discovery_findings(manifest: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """The box, or that there is none; how it was tried; what was left aside."""
    when, base, unseen = manifest["asked"]["when"], per_100(manifest["base_rate"]), manifest["unseen"]
    tried = f"Found on {manifest['setups_seen']:,} set-ups, tried on {manifest['setups_unseen']:,} others."
    aside = f" Not looked at, because they are no numbers: {', '.join(manifest['left_aside'])}." if manifest["left_aside"] else ""
    if not manifest["told"]:
        no_more = "and in no box that can be kept in mind in more, as far as can be told"
        return [f"{NO_BOX}: “{when}” holds in {base} of 100 worlds, {no_more}.", f"{tried}{aside}"]
    box = {row["parameter"]: (row["low"], row["high"]) for row in rows}
    density = f"{per_100(unseen['density'])} of 100 ({per_100(unseen['density_low'])} to {per_100(unseen['density_high'])})"
    coverage = f"{per_100(unseen['coverage'])} of 100 ({per_100(unseen['coverage_low'])} to {per_100(unseen['coverage_high'])})"
    return [
        f"“{when}” holds in {base} of 100 worlds; restrict to {box_words(box, manifest['factors'])}, and it holds in {density}.",
        f"That box has {coverage} of the worlds in which it holds, and {per_100(unseen['mass'])} of 100 of all worlds. {tried}{aside}",
    ]
