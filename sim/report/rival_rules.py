"""The comparison of rules as it is printed: what was found, the scores, which acts surprised whom."""

from typing import Any

import pandas as pd

from sim.report.tables import Block
from sim.words import day_short, odds, option_words

ACT_COLUMNS = ("quantal_response", "look_ahead", "prospect_theory", "tit_for_tat", "markov_chain", "frequency")
HEADER = [
    "rule",
    "log score",
    "of its acts",
    "against the default",
    "by luck",
    "outcomes",
    "against the default",
    "verdict on decisions",
]


NOTE = (
    "The first rule is the default. Log scores in nats, FORCED: nearer 0 is better, above 0 against the default is better; in brackets 95 in 100. "
    "By luck: simulation error. Undecided: that interval holds 0. Outcomes, ASSISTED from the day after the first strike: Brier and ranked "
    "probability scores from 0, the best, to 1; below 0 against the default is better. Simple rules know only the other crises."
)


def blocks(found: Any) -> list[Block]:
    """A table for crises to which no weight was fitted and one for the others, and the chance that each recorded act was given."""
    table = found.table()
    made = [_scores(rows, bool(fitted)) for fitted, rows in table.groupby("fitted", sort=False)]
    labels = dict(zip(table["rule"], table["label"], strict=True))
    header = ["crisis", "day", "who", "act", *(labels[rule] for rule in ACT_COLUMNS)]
    return [*made, Block("Chance that each recorded act was given (FORCED)", "", header, _acts(found.acts()))]


def _scores(rows: pd.DataFrame, fitted: bool) -> Block:
    first = rows.iloc[0]
    crises = f"{first['crises']} {'crisis' if first['crises'] == 1 else 'crises'}"
    kind = "to which the weights were fitted" if fitted else "to which no weight was fitted"
    title = f"{crises} {kind}: {first['decisions']:,} decisions, {first['outcomes']} outcomes"
    return Block(title, "" if fitted else NOTE, HEADER, [_row(row) for row in rows.itertuples()])


def _row(row: Any) -> list[str]:
    outcomes = "" if pd.isna(row.outcome_low) else f" ({row.outcome_low:+.2f} to {row.outcome_high:+.2f})"
    against = "" if not row.verdict else f"{row.difference:+,.1f} ({row.low:+,.1f} to {row.high:+,.1f})"
    luck = "" if not row.verdict else f"± {row.simulation_error:.1f}"
    difference = "" if not row.verdict else f"{row.outcome_difference:+.2f}{outcomes}"
    return [row.label, f"{row.log_score:,.1f}", f"{row.log_score_acts:,.1f}", against, luck, f"{row.outcome_score:.2f}", difference, row.verdict]


def _acts(acts: pd.DataFrame) -> list[list[str]]:
    """A row per recorded act."""
    rows = []
    for (crisis, date, who, _, act), given in acts.groupby(["crisis", "date", "who", "track", "act"], sort=True):
        by_rule = given.set_index("rule")["probability"]
        rows.append(
            [
                str(crisis),
                day_short(str(date)),
                str(who),
                option_words(str(act)),
                *(odds(by_rule[rule]) for rule in ACT_COLUMNS),
            ]
        )
    return rows
