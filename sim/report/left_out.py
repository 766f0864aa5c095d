"""The crises left out, as they are printed: the scoreboard, every rule, outcomes, and which acts surprised whom."""

from typing import Any

import pandas as pd

from sim.experiments.left_out import BEST_WORDS, COURSES, FITTED, POINT, PRIOR, WORDS
from sim.experiments.rule_outcomes import OUTCOME_WORDS
from sim.report.tables import Block
from sim.words import day_short, odds, option_words

SCOREBOARD_NOTE = (
    "FORCED. Log scores per decision in nats: nearer 0 is better. Difference to the simple rule that does best on the crisis (together: each "
    "crisis's own), 95 in 100 in brackets; above 0 is better. By luck: simulation error. Undecided: the interval holds 0. Draws worth: of the "
    "parameters fitted to the others."
)
AGAINST_NOTE = (
    "What the model fitted to the others scores more than each, in all, in nats: with an interval over days, and in how many crises it is better; "
    "then on those crises alone with which nothing of the model was made. Outcomes: Brier and ranked probability scores, ASSISTED from the day "
    "after the first strike, from 0, the best, to 1."
)
OUTCOME_NOTE = "ASSISTED from the day after the first strike. Mean score over crises: Brier, of the lag ranked; nearer 0 is better."
ACT_COLUMNS = (FITTED, POINT, PRIOR, "frequency", "tit_for_tat")


def blocks(found: Any) -> list[Block]:
    """All tables."""
    return [
        Block("Scoreboard", SCOREBOARD_NOTE, SCOREBOARD, [_board(row) for row in _rows(found.scoreboard)]),
        Block("Against each", AGAINST_NOTE, AGAINST, [_against(row) for row in _rows(found.against)]),
        Block("How the crises went on", OUTCOME_NOTE, ["", "crises", *WORDS.values()], [_outcome(row) for row in _rows(found.by_outcome())]),
        Block("Chance that each recorded act was given (FORCED)", "", ["crisis", "day", "who", "act", *_heads()], _acts(found)),
    ]


SCOREBOARD = ["crisis left out", "decisions", "acts", "model", "best simple rule", "difference per decision", "in all", "by luck", "draws worth", ""]
AGAINST = ["", "log score", "of its acts", "difference", "better in", "on crises it was not made with", "outcomes", "verdict"]


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _heads() -> list[str]:
    return [WORDS[name] for name in ACT_COLUMNS]


def _board(row: dict[str, Any]) -> list[str]:
    return [
        row["title"],
        f"{row['decisions']:,}",
        str(row["acts"]),
        f"{row[f'{FITTED}_per_decision']:.3f}",
        f"{row['best_simple_rule_per_decision']:.3f} ({BEST_WORDS[row['best_simple_rule']]})",
        f"{row['difference']:+.3f} ({row['low']:+.3f} to {row['high']:+.3f})",
        f"{row['difference_in_all']:+,.1f}",
        f"± {row['simulation_error']:.3f}",
        "" if pd.isna(row["draws_worth"]) else f"{row['draws_worth']:,.0f}",
        row["verdict"],
    ]


def _against(row: dict[str, Any]) -> list[str]:
    itself = row["rule"] == FITTED
    difference = "" if itself else f"{row['difference']:+,.1f} ({row['low']:+,.1f} to {row['high']:+,.1f})"
    won = "" if itself else f"{row['crises_better']:.0f}"
    verdict = "" if itself else row["verdict"]
    head = f"{row['label']} (the model)" if row["rule"] in COURSES else row["label"]
    new = "" if itself else f"{row['new_difference']:+,.1f} ({row['new_low']:+,.1f} to {row['new_high']:+,.1f})"
    return [head, f"{row['log_score']:,.1f}", f"{row['log_score_acts']:,.1f}", difference, won, new, f"{row['outcome_score']:.2f}", verdict]


def _outcome(row: dict[str, Any]) -> list[str]:
    return [OUTCOME_WORDS[row["outcome"]], str(row["crises"]), *(f"{row[name]:.2f}" for name in WORDS)]


def _acts(found: Any) -> list[list[str]]:
    """A row per recorded act."""
    made = []
    for (crisis, date, who, _, act), given in found.acts().groupby(["crisis", "date", "who", "track", "act"], sort=True):
        chance = given.groupby("rule")["probability"].first()
        made.append([found.crises[crisis], day_short(str(date)), str(who), option_words(str(act)), *(odds(chance[name]) for name in ACT_COLUMNS)])
    return made
