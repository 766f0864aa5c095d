"""Why, as a figure: for every track the terms that a council weighed, act by act, and how likely each act was."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.plots.frame import Words, mode_words, sentence_case, sentences, titled
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import CAVEAT, TERM_WORDS, TRACK_WORDS, day_words, odds, option_words, possessive

LIKELY = 0.001
"""Acts likelier than this, if the council sits, set the scale of their track."""
IMPOSSIBLE = -1e6
"""Logits under which an act is ruled out and not merely unlikely."""
CLEAR = 1.5
"""How much heavier than the next a term must be to be named in the title."""
NOUGHT = 0.005
"""A term whose numbers are nearer to 0 than this for every act is not shown."""
ROOM = 1.15
"""How far the scale goes beyond their largest number."""


@dataclass(frozen=True)
class Cell:
    """A number of a row: its mean, and between what 90 of 100 worlds lie."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Row:
    """An act: its terms and total, whether it is the likeliest and what the record shows, its chances."""

    act: str
    label: str
    cells: dict[str, Cell]
    total: Cell | None
    likeliest: bool
    recorded: bool
    if_sitting: float
    that_day: float


@dataclass(frozen=True)
class Panel:
    """A track: its terms as columns, its acts as rows, and the ends of the scale that all its columns share."""

    track: str
    terms: list[str]
    rows: list[Row]
    low: float
    high: float


@dataclass(frozen=True)
class Reasons:
    """All tracks of a council, with words."""

    words: Words
    manifest: dict[str, Any]
    side: int
    panels: list[Panel]


def reasons(study: Study, scenario: Scenario) -> Reasons:
    """Frame and words of the figure."""
    manifest, asked = study.manifest, study.manifest["asked"]
    label, day = scenario.states[asked["actor"]].label, day_words(asked["at"])
    panels = [_panel(study, str(track)) for track in dict.fromkeys(study.tables["acts"]["track"])]
    finding = _finding(panels)
    several = asked["world"] is None
    sample = (
        f"weighted over {asked['worlds']:,} worlds, worth {manifest['effective_worlds']:,.0f} equal ones" if several else f"world {asked['world']}"
    )
    mode = mode_words({"asked": {"from": asked["at"] if asked["from"] is None else asked["from"]}}, asked["mode"])
    words = Words(
        "explain", titled(finding, bool(finding), f"What weighed on {day}"),
        f"Utility terms of every act before {possessive(label)} council on {day} [logits]; "
        f"the council sits at {odds(manifest['sits'])} in the model; {sample}",
        _alt(panels[0], label, day, mode),
        sentences(
            "A bar to the right speaks for an act, to the left against it; all bars of a track share one scale, and an open end runs on.",
            "Thin line: what 90 of 100 worlds hold." if several else "",
            "Bold: the likeliest act of a sitting council. Diamond: the record. Terms that are nought for every act are left out.", CAVEAT,
        ),
        "logits; probability", mode,
    )  # fmt: skip
    return Reasons(words, manifest, list(scenario.states).index(asked["actor"]), panels)


def _panel(study: Study, track: str) -> Panel:
    terms, acts = (table[table["track"] == track] for table in (study.tables["terms"], study.tables["acts"]))
    likeliest = str(acts.iloc[int(acts["if_sitting"].argmax())]["act"])
    rows = [_row(terms[terms["act"] == act["act"]], act, act["act"] == likeliest) for _, act in acts.iterrows()]
    names = [name for name in dict.fromkeys(terms["term"]) if name != "utility"]
    shown = [name for name in names if any(_weighs(row.cells.get(name)) for row in rows)]
    likely = [row for row in rows if row.if_sitting >= LIKELY]
    numbers = [number for row in likely for cell in (*row.cells.values(), row.total) if cell for number in (cell.mean, cell.low, cell.high)]
    return Panel(track, shown, rows, ROOM * min([*numbers, -0.5]), ROOM * max([*numbers, 0.5]))


def _row(terms: pd.DataFrame, act: pd.Series, likeliest: bool) -> Row:
    cells = {str(row["term"]): Cell(float(row["mean"]), float(row["q05"]), float(row["q95"])) for _, row in terms.iterrows()}
    total = cells.pop("utility")
    possible = total.mean > IMPOSSIBLE
    name = str(act["act"])
    chances = float(act["if_sitting"]), float(act["today"])
    return Row(name, option_words(name), cells if possible else {}, total if possible else None, likeliest, bool(act["recorded"]), *chances)


def _weighs(cell: Cell | None) -> bool:
    return cell is not None and max(abs(cell.mean), abs(cell.low), abs(cell.high)) >= NOUGHT


def _finding(panels: list[Panel]) -> str:
    """What weighed most on the act that the record shows on the first track, else on the likeliest; empty where no term leads clearly."""
    rows = panels[0].rows
    row = next((row for row in rows if row.recorded), next(row for row in rows if row.likeliest))
    heavy = sorted(row.cells.items(), key=lambda item: -abs(item[1].mean))
    if not heavy or (len(heavy) > 1 and abs(heavy[0][1].mean) < CLEAR * abs(heavy[1][1].mean)) or heavy[0][1].low < 0 < heavy[0][1].high:
        return ""
    side = "for" if heavy[0][1].mean > 0 else "against"
    return f"{sentence_case(row.label)}, {odds(row.if_sitting)}: {TERM_WORDS[heavy[0][0]]} weighed most {side} it"


def _alt(panel: Panel, label: str, day: str, mode: str) -> str:
    acts = "; ".join(f"{row.label}, {odds(row.if_sitting)}" for row in sorted(panel.rows, key=lambda row: -row.if_sitting)[:3])
    largest = [(abs(cell.mean), f"{TERM_WORDS[term]} {cell.mean:.1f}, {row.label}") for row in panel.rows for term, cell in row.cells.items()]
    named = "; ".join(words for _, words in sorted(largest, reverse=True)[:3])
    return (
        f"Bars in a table. Acts against the terms of their utility, {label}, {day}, {mode}. {sentence_case(TRACK_WORDS[panel.track])} track, if the "
        f"council sits: {acts}. Largest terms: {named}. Data: explain.csv."
    )


def data(frame: Reasons) -> pd.DataFrame:
    """The plotted numbers, a row a bar, and the chances of every act."""
    rows: list[tuple[str, str, str, float, float | None, float | None]] = []
    for panel in frame.panels:
        for row in panel.rows:
            shown = {term: row.cells[term] for term in panel.terms if term in row.cells} | ({"total": row.total} if row.total else {})
            rows += [(panel.track, row.act, name, cell.mean, cell.low, cell.high) for name, cell in shown.items()]
            rows += [
                (panel.track, row.act, "if the council sits", row.if_sitting, None, None),
                (panel.track, row.act, "that day", row.that_day, None, None),
            ]
    columns = ["track", "act", "series", "value", "q05", "q95"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(("value", "q05", "q95"), "Float64"))
