"""The scoreboard: on each crisis left out of the fit, the model's log score per decision less that of the best simple rule."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.experiments.left_out import ALL, BEST_WORDS, NEW, LeftOut
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
    """All rows; the last are those of crises together."""

    words: Words
    manifest: dict[str, Any]
    rows: list[Row]
    table: pd.DataFrame


def scoreboard(found: LeftOut, manifest: dict[str, Any]) -> Scoreboard:
    """Frame and words of the figure."""
    table = found.scoreboard
    rows = [_row(one) for one in records(table)]
    title = _title(table)
    words = Words(
        "scoreboard", title,
        "Log score per decision less that of the best simple rule (nats), on each crisis left out of the fit; bars: 95 in 100, over days and luck",
        f"Interval plot. {title}. Crises left out against the difference of log scores per decision, FORCED. "
        f"{'; '.join(f'{row.label}, {row.difference:+.3f}' for row in rows)}. Data: scoreboard.csv.",
        sentences(
            "Right of 0 the model, fitted to the other crises, gives the recorded decisions more probability than the best of the simple rules.",
            "Hollow: cannot be told from none. The best simple rule is picked after the event, crisis by crisis, which favours it.",
            found.caveat, "" if CAVEAT in found.caveat else CAVEAT,
        ),
        "nats per decision", "FORCED",
    )  # fmt: skip
    return Scoreboard(words, manifest, rows, table)


def _title(table: pd.DataFrame) -> str:
    """Whether the model is told better or worse on the crises with which nothing of it was made (else on all)."""
    rows = table.set_index("crisis")
    verdict = str(rows.loc[NEW if NEW in rows.index else ALL, "verdict"])
    findings = {
        "better": "The model tells crises left out better than simple rules",
        "worse": "Simple rules tell crises left out better than the model",
    }
    return titled(findings.get(verdict, ""), verdict in findings, "Crises left out: the model against simple rules")


def _row(one: dict[str, Any]) -> Row:
    numbers = f"{one['difference']:+.3f} ({one['low']:+.3f} to {one['high']:+.3f})".replace("-", "−")
    value = f"{numbers}, {BEST_WORDS[one['best_simple_rule']]}"
    told = one["verdict"] != "undecided"
    return Row(one["title"], one["difference"], one["low"], one["high"], told, value, one["crisis"] in (ALL, NEW))


def data(frame: Scoreboard) -> pd.DataFrame:
    """The plotted numbers, a row a crisis."""
    return frame.table[list(COLUMNS)]
