"""The evidence ledger: what is known of every number of a crisis, one row for all that the schema has under one name.

Its value, where it comes from, what was thought possible before fitting and after, whether the sign of its effect is
disputed, and how much of the variance of outcomes hangs on it, as far as that is stored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.experiments import stored_sensitivity
from sim.experiments.diagnose import ENDS
from sim.experiments.knobs import pattern_of
from sim.experiments.posterior import stored
from sim.parameters import quantile
from sim.scenario.parts.priors import Prior
from sim.scenario.paths import Leaf, leaves
from sim.scenario.policies import at_work
from sim.scenario.priors import applicable, load_priors
from sim.scenario.schema import Scenario

COLUMNS = ("number", "value", "unit", "range", "prior", "posterior", "source", "sign", "share of variance")
MATTERS = 0.05
"""Share of an outcome's variance from which a number is said to matter."""
SEVERAL = 6
"""Values listed; of more, the ends."""


@dataclass(frozen=True)
class Row:
    """A number of the model, or all that the schema has under one name."""

    pattern: str
    leaves: tuple[tuple[str, Leaf], ...]
    prior: Prior | None
    posterior: str
    share: dict[str, Any] | None

    @property
    def assumed(self) -> bool:
        """Whether any of its values is marked as assumed."""
        return any("assumed" in leaf.source.lower() for _, leaf in self.leaves)

    @property
    def contested(self) -> bool:
        """Whether the sign of its effect is disputed."""
        return self.prior is not None and self.prior.contested


def ledger(scenario: Scenario) -> list[Row]:
    """A row for every number, in the order of the scenario."""
    priors = applicable(dict(load_priors()), scenario)
    fitted = {row["parameter"]: row for row in stored().manifest["tables"]["parameters"]}
    known_shares = stored_sensitivity.stored()
    shares = largest_shares(known_shares) if known_shares and known_shares["analysis"]["asked"]["scenario"] == scenario.name else {}
    groups: dict[str, list[tuple[str, Leaf]]] = {}
    for path, leaf in leaves(scenario).items():
        if leaf.kind == "number" and at_work(scenario, path):
            groups.setdefault(pattern_of(path), []).append((path, leaf))
    rows = []
    for pattern, found in groups.items():
        known = next((priors[path] for path, _ in found if path in priors), None)
        names = [pattern, *([known[0]] if known else []), *(path for path, _ in found)]
        share = max((shares[name] for name in names if name in shares), key=lambda one: one["total"], default=None)
        after = fitted.get(known[0]) if known else None
        told = f"{interval(after['posterior_median'], after['posterior_low'], after['posterior_high'])}; {after['verdict']}" if after else ""
        rows.append(Row(pattern, tuple(found), known[1] if known else None, told, share))
    return rows


def largest_shares(known: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By path the index of the outcome on which it has most."""
    found: dict[str, dict[str, Any]] = {}
    for row in known.get("parameters", []):
        if row["parameter"] not in found or row["total"] > found[row["parameter"]]["total"]:
            found[row["parameter"]] = row | {"label": known["analysis"]["outcomes"][row["outcome"]]["label"]}
    return found


def interval(middle: float, low: float, high: float) -> str:
    """A median with its interval."""
    return f"{middle:.2g} ({low:.2g} to {high:.2g})"


def summary(rows: list[Row], known: dict[str, Any]) -> str:
    """How many numbers are sourced, assumed, contested, fitted; which assumed ones matter; what hangs on assumptions."""
    count, assumed, contested = len(rows), sum(row.assumed for row in rows), sum(row.contested for row in rows)
    priors, posterior = sum(row.prior is not None for row in rows), sum(bool(row.posterior) for row in rows)
    matter = sorted((row for row in rows if row.assumed and row.share and row.share["total"] >= MATTERS), key=lambda row: -(row.share or {})["total"])
    lines = [
        f"- {count} numbers ({sum(len(row.leaves) for row in rows)} with every place and party): {assumed} assumed, {count - assumed} with a source "
        "or from the search of the default weights.",
        f"- {priors} have a prior, {posterior} of them are fitted, the sign of {contested} is contested.",
        f"- Assumed numbers with a hand in 5 of 100 parts or more of an outcome's variance: {listed(matter)}.",
    ]
    if known:
        names = known["analysis"]["outcomes"]
        told = "; ".join(
            f"{names[name]['label']} {100 * row['share']:.0f} ({100 * row['low']:.0f} to {100 * row['high']:.0f})"
            for name, row in known["analysis"]["assumed"].items()
        )
        lines.append(
            f"- Of 100 parts of the variance, assumed numbers have a hand in: {told}. Parts overlap where numbers act together, and an "
            "interval may pass 100."
        )
    if known.get("split"):
        split = "; ".join(
            f"{known['analysis']['outcomes'][name]['label']} {100 * row['chance']:.0f}, {100 * row['parameters']:.0f}, {100 * row['structure']:.0f}"
            for name, row in known["split"]["outcomes"].items()
        )
        lines.append(f"- Where the doubt comes from, chance, parameters and structure (rules of decision) of 100 parts: {split}.")
    return "\n".join(lines)


def listed(rows: Iterable[Row]) -> str:
    """Paths with their shares."""
    return ", ".join(f"`{row.pattern}` ({row.share['total']:.2f})" for row in rows if row.share) or "none"


def cells(row: Row) -> list[str]:
    """A row of the page."""
    first = row.leaves[0][1]
    span = f"{number(first.low)} to {number(first.high)}"
    return [
        f"`{row.pattern}`", values(row), "" if first.unit == "none" else first.unit, span, prior_words(row.prior), row.posterior, source(row),
        "contested" if row.contested else "", share_words(row),
    ]  # fmt: skip


def values(row: Row) -> str:
    """All values where they are few, else from where to where."""
    found = sorted({float(leaf.value) for _, leaf in row.leaves})  # type: ignore[arg-type]
    if len(found) > SEVERAL:
        return f"{number(found[0])} to {number(found[-1])}"
    return ", ".join(number(value) for value in found)


def number(value: float | None) -> str:
    """Digits that count; no end where there is none."""
    return "…" if value is None else f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


def prior_words(prior: Prior | None) -> str:
    """Median and 95 % interval."""
    if prior is None:
        return ""
    low, middle, high = quantile(prior, np.array(ENDS))
    return interval(float(middle), float(low), float(high))


def source(row: Row) -> str:
    """Where it comes from; of several sources the first, with how many others."""
    found = list(dict.fromkeys(leaf.source for _, leaf in row.leaves))
    words = found[0] if len(found[0]) <= 160 else f"{found[0][:157].rsplit(' ', 1)[0]} …"
    others = len(found) - 1
    return f"{words}; {others} other {'source' if others == 1 else 'sources'} by place" if others else words


def share_words(row: Row) -> str:
    """The largest total index, and of what."""
    if row.share is None:
        return "nought" if not any(leaf.value for _, leaf in row.leaves) else ""
    share = row.share
    return f"{share['total']:.2f} ({share['total_low']:.2f} to {share['total_high']:.2f}), {share['label']}"
