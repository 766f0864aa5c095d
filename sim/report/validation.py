"""The tables of a validation, as words: what is known, the model's figure beside it, hit or miss."""

from typing import Any

import pandas as pd

from sim.report.tables import Block

PATTERN_NOTE = "Model: the figure with its 95 % simulation error. FREE for base rates and quiet years, ASSISTED and FORCED for the case."
SIGN_NOTE = "A sign fails only where its interval lies wholly on the other side of none."
CLOSURE_NOTE = (
    "Model: the median draw, and between what 90 of 100 draws of the parameters lie. A hit is a median within the reported range. "
    "FREE, governments and armed groups held to do nothing. ≈: the range is assumed around one reported figure. *: a number of the module was set by "
    "hand on this very report, so a hit is no test."
)


def pattern_blocks(found: Any) -> list[Block]:
    """Patterns of past crises and of the case, and signs of mechanisms."""
    rows = [
        [row.label, f"{row.target_low:g} to {row.target_high:g}", _spread(row.model, row.low, row.high), "hit" if row.hit else "MISS", row.source]
        for row in found.table().itertuples()
    ]
    signs = [
        [row.claim, _spread(row.difference, row.low, row.high), f"{100 * row.changed:.0f} in 100", row.verdict]
        for row in found.sign_table().itertuples()
    ]
    return [
        Block("Patterns", PATTERN_NOTE, ["pattern", "target", "model", "", "source"], rows),
        Block("Signs: mean paired difference, world by world", SIGN_NOTE, ["lever", "difference", "worlds changed", "verdict"], signs),
    ]


def closure_blocks(found: Any) -> list[Block]:
    """Closures that happened, what was reported of each, and the model's number that comes nearest."""
    table = found.table()
    header = ["reported", "range", "day", "nearest in the model", "model", "in range", "", "source"]
    blocks = []
    for closure in table["closure"].drop_duplicates():
        rows = table[table["closure"] == closure]
        first = rows.iloc[0]
        about = f"{closure}. Closed: {first['since']}; {first['length']}. By: {first['by']}"
        blocks.append(Block(about, "", header, [_closure_row(row) for _, row in rows.iterrows()]))
    return [*blocks[:-1], Block(blocks[-1].title, CLOSURE_NOTE, header, blocks[-1].rows)]


def _closure_row(row: pd.Series) -> list[str]:
    percent = row["unit"] == "share"
    has_range, has_figure = pd.notna(row["reported_low"]), pd.notna(row["model"])
    span = (
        f"{'≈ ' if row['assumed_range'] else ''}{_number(row['reported_low'], percent)} to {_number(row['reported_high'], percent)}"
        if has_range
        else ""
    )
    figure = f"{_number(row['model'], percent)} ({_number(row['low'], percent)} to {_number(row['high'], percent)})" if has_figure else ""
    nearest = " ".join(str(part) for part in (row["quantity"], f"({row['nearest']})" if pd.notna(row["nearest"]) else None) if pd.notna(part))
    return [
        f"{row['effect']}: {row['reported']}",
        span,
        f"{row['day']:.0f}" if pd.notna(row["day"]) else "",
        nearest,
        figure,
        f"{100 * row['inside']:.0f} in 100" if pd.notna(row["inside"]) else "",
        ("MISS" if row["verdict"] == "miss" else str(row["verdict"])) + (" *" if has_range and pd.notna(row["set_by_hand"]) else ""),
        f"{row['source']} ({row['confidence']})",
    ]


def _number(value: float, percent: bool) -> str:
    """A share in hundredths; other numbers as short as they can be read."""
    if percent:
        return f"{100 * value:.0f} %"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}"


def _spread(value: float, low: float, high: float) -> str:
    return f"{value:.3g} ({low:.3g} to {high:.3g})"
