"""The scoreboard: on each crisis left out of the fit, the model's log score per decision less that of the best simple rule."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.experiments.left_out import ALL, RIVALS, LeftOut
from sim.plots.frame import Words, records, sentences, titled
from sim.words import CAVEAT

COLUMNS = ("crisis", "decisions", "best_simple_rule", "difference", "low", "high", "simulation_error", "verdict")


@dataclass(frozen=True)
class Row:
    """A crisis left out: the difference with its interval, and in words what it was held against."""

    label: str
    difference: float
    low: float
    high: float
    told: bool
    value: str
    whole: bool


@dataclass(frozen=True)
class Scoreboard:
    """All rows; the last is that of all crises together."""

    words: Words
    manifest: dict[str, Any]
    rows: list[Row]
    table: pd.DataFrame


def scoreboard(found: LeftOut, manifest: dict[str, Any]) -> Scoreboard:
    """Frame and words of the figure."""
    table = found.scoreboard
    rows = [_row(one) for one in records(table)]
    crises = rows[:-1]
    better, worse = (sum(row.told and sign * row.difference > 0 for row in crises) for sign in (1, -1))
    finding = f"On {_out_of(worse, len(crises))} a simple rule tells more than the model" if worse > better else ""
    finding = f"On {_out_of(better, len(crises))} the model tells more than any simple rule" if better > worse else finding
    title = titled(finding, bool(finding), "Crises left out: the model against simple rules")
    words = Words(
        "scoreboard", title,
        "Log score per decision less that of the best simple rule (nats), on each crisis left out of the fit; bars: 95 in 100, over days and luck",
        f"Interval plot. {title}. Crises left out against the difference of log scores per decision, FORCED. "
        f"{'; '.join(f'{row.label}, {row.difference:+.3f}' for row in rows)}. Data: scoreboard.csv.",
        sentences(
            "Right of 0 the model, fitted to the other crises, gives the recorded decisions more probability than the best of the simple rules.",
            "Hollow: cannot be told from none. The best simple rule is picked after the event, which favours it.",
            found.caveat, "" if CAVEAT in found.caveat else CAVEAT,
        ),
        "nats per decision", "FORCED",
    )  # fmt: skip
    return Scoreboard(words, manifest, rows, table)


def _out_of(count: int, of: int) -> str:
    return f"{count} of {of} crises left out"


def _row(one: dict[str, Any]) -> Row:
    value = f"{one['difference']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f}), {RIVALS[one['best_simple_rule']]}".replace("-", "−")
    told = one["verdict"] != "undecided"
    return Row(one["title"], one["difference"], one["low"], one["high"], told, value, one["crisis"] == ALL)


def data(frame: Scoreboard) -> pd.DataFrame:
    """The plotted numbers, a row a crisis."""
    return frame.table[list(COLUMNS)]
