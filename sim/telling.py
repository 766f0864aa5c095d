"""One world told day by day: who attacked, who struck, what was said and closed, who spoke to both, who agreed.

What the record fixes and what happened in the model never share a sentence.
"""

import datetime
from typing import Any

from sim.scenario.schema import Scenario
from sim.words import act_noun, day_words, label_of

RECORDED, MODELLED = "In the record", "In this world"
VERBS = {
    "protest": "protested",
    "threaten": "threatened force",
    "downgrade": "downgraded relations",
    "open": "opened the border",
    "restrict": "restricted the border",
    "close": "closed the border",
    "seek_talks": "sought talks",
    "alert": "put its forces on alert",
    "call": "called on both publicly",
    "offer": "offered to help",
    "mediate": "mediated",
    "agree": "agreed to stop",
    "restore": "sent their envoys back",
}


def telling(scenario: Scenario, rows: list[dict[str, Any]], states_until: int, attacks_until: int) -> list[tuple[str, list[str]]]:
    """Days and their sentences.

    `rows` are the events of one world; governments follow the record before day `states_until`, attacks before
    `attacks_until`.
    """
    days: dict[str, list[str]] = {}
    for row in rows:
        day = scenario.day_of(datetime.date.fromisoformat(str(row["date"])))
        fixed = day < (attacks_until if row["track"] == "attack" else states_until)
        told = days.setdefault(str(row["date"]), [])
        told.append(f"{RECORDED if fixed else MODELLED}, {sentence(scenario, row)}.")
        if row.get("felt") is not None:
            told.append(f"{MODELLED}, {label_of(scenario, row['target'])} felt it as {row['felt']:.1f} of a limited strike.")
    return [(day_words(date), sentences) for date, sentences in days.items()]


def sentence(scenario: Scenario, row: dict[str, Any]) -> str:
    """What happened, without its day."""
    who, act = label_of(scenario, row["actor"]), row["act"]
    if row["track"] == "attack":
        blamed = f"; {label_of(scenario, scenario.groups[row['actor']].haven)} was blamed" if row["blamed"] == "yes" else ""
        return f"an attack by {who}{_where(scenario, row)}{_killed(row)}{blamed}"
    if act.endswith("_strike"):
        kind = "struck" if act.startswith("limited") else "struck on a large scale"
        return f"{who}'s forces {kind}{_where(scenario, row)}{_killed(row)}"
    return f"{who} {VERBS.get(act) or f'chose {act_noun(act)}'}"


def _where(scenario: Scenario, row: dict[str, Any]) -> str:
    return f" in {label_of(scenario, row['place'])}" if row.get("place") else ""


def _killed(row: dict[str, Any]) -> str:
    number = row.get("killed")
    if number is None:
        return ""
    return f"; {'nobody was' if number == 0 else 'one person was' if number == 1 else f'{number:,} people were'} killed"
