"""Shrinkage: every fitted parameter before and after, on the scale of its prior, so that all can stand side by side."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.calibration_words import calibration_findings, interval, label, number
from sim.plots.frame import Words, records, sentence_case, sentences, titled
from sim.store import Study
from sim.words import CAVEAT, per_100

PRIOR_END = 1.96
"""Prior standard deviations between its median and the end of its 95 % interval."""
COLUMNS = ("parameter", "unit", "prior_low", "prior_median", "prior_high", "posterior_low", "posterior_median", "posterior_high")
SCALED = ("z_low", "z_lower_quarter", "z_median", "z_upper_quarter", "z_high", "z_of_zero", "contraction", "verdict")


@dataclass(frozen=True)
class Row:
    """A parameter: where the posterior's middle, quarters and ends lie on the prior's scale; zero where its sign is contested; its value in words."""

    label: str
    middle: float
    quarters: tuple[float, float]
    ends: tuple[float, float]
    zero: float | None
    told: bool
    value: str
    verdict: str


@dataclass(frozen=True)
class Shrinkage:
    """All rows, what is told best first."""

    words: Words
    manifest: dict[str, Any]
    rows: list[Row]
    table: pd.DataFrame


def shrinkage(study: Study) -> Shrinkage:
    """Frame and words of the figure."""
    table = study.tables["parameters"].sort_values("contraction", ascending=False, kind="stable", ignore_index=True)
    rows = [_row(one) for one in records(table)]
    manifest = study.manifest
    words = Words(
        "shrinkage", title(manifest),
        "Each parameter on the scale of its own prior: 0 its median, ±2 the ends of what was thought possible in 95 of 100 draws. "
        "At the right: median and 95% interval after fitting, in its own unit",
        _alt(manifest, rows),
        sentences(
            "Grey: 95% interval of the prior. Bars: the middle half and 95% of the posterior.",
            "Filled: told, or hinted at (variance at most .8 of the prior's, or moved by half a standard deviation); hollow: not identified.",
            "Tick: zero, where the sign of the effect is contested.",
            *calibration_findings(manifest)[2:], manifest["caveat"], "" if CAVEAT in manifest["caveat"] else CAVEAT,
        ),
        "standard deviations of the prior", "FORCED",
    )  # fmt: skip
    return Shrinkage(words, manifest, rows, table)


def title(manifest: dict[str, Any]) -> str:
    """How many parameters the evidence tells."""
    verdicts = list(manifest["verdicts"].values())
    told, none = verdicts.count("told"), verdicts.count("not identified")
    finding = sentence_case(f"{number(none)} of {len(verdicts)} parameters are not identified; {number(told)} {'is' if told == 1 else 'are'} told")
    return titled(finding, True, "What the records tell of the parameters")


def _row(one: dict[str, Any]) -> Row:
    contested = not pd.isna(one["z_of_zero"])
    sign = f"; above 0 in {per_100(one['p_positive'])} of 100" if contested else ""
    return Row(
        label=label(one["parameter"]),
        middle=one["z_median"],
        quarters=(one["z_lower_quarter"], one["z_upper_quarter"]),
        ends=(one["z_low"], one["z_high"]),
        zero=float(one["z_of_zero"]) if contested else None,
        told=one["verdict"] != "not identified",
        value=f"{interval(one['posterior_median'], one['posterior_low'], one['posterior_high'])}{sign}",
        verdict=one["verdict"],
    )


def _alt(manifest: dict[str, Any], rows: list[Row]) -> str:
    named = "; ".join(f"{row.label}, {row.value}" for row in rows if row.told)
    return f"Interval plot. {title(manifest)}. Parameters against standard deviations of the prior. {named or 'None is told'}. Data: shrinkage.csv."


def data(frame: Shrinkage) -> pd.DataFrame:
    """The plotted numbers, a row a parameter."""
    return frame.table[[*COLUMNS, *SCALED]]
