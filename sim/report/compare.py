"""A comparison of two runs as sentences and a table."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.effect_words import difference_words, sentence_start, signed
from sim.experiments.compare import Comparison
from sim.experiments.mean_differences import YES
from sim.report.terminal import print_table
from sim.scenario.errors import clipped
from sim.words import FEW_WORLDS, amount, per_100, share_words

DOUBT = "by simulation error alone"
MOST_SENTENCES = 3
MOST_ROWS = 60
LONGEST_VALUE = 60
HEADER = ["outcome", "first", "second", "difference", "95 % simulation error", "fewer · same · more"]
NOTE = (
    "Shares: worlds in 100. Intervals are simulation error: more worlds make them narrower; what is not known about the parameters is not in them. "
    "An asterisk: told from no change even when all intervals are to hold at once, 95 times in 100. n: worlds in which an outcome is defined."
)
LAGS = "Lags are counted to the end of the run."

Row = dict[str, Any]


def findings(found: Comparison, asked: Sequence[str] = ()) -> list[str]:
    """What differs, in sentences: how much can be told from no change, whether worlds are paired, the surest differences."""
    sentences = [_verdict(found), _pairing(found)]
    sure = sorted((row for row in found.rows if row["told"]), key=_sureness, reverse=True)
    told = [row for row in found.rows if row["outcome"].partition(":")[0] in asked] if asked else [row for row in sure if row["told_together"]]
    several = len(found.worth) > 1
    return [*sentences, *(_sentence(row, several) for row in (told or sure)[:MOST_SENTENCES])]


def _verdict(found: Comparison) -> str:
    known = [row for row in found.rows if row["difference"] is not None]
    if not known:
        return f"{found.second.name} beside {found.first.name}: no outcome is defined in both, so there is nothing to compare."
    if not any(map(moved, known)):
        return f"{found.second.name} beside {found.first.name}: the same in every world ({len(known):,} outcomes)."
    told, together = (sum(row[key] for row in known) for key in ("told", "told_together"))
    beside = f"{found.second.name} beside {found.first.name}"
    if not told:
        return f"{beside}: none of {len(known):,} differences can be told from no change ({DOUBT})."
    chance = f", where chance alone would give about {len(known) / 20:.0f}" if len(known) >= 20 else ""
    at_once = f"; {together or 'none'} of them still when all intervals are to hold at once" if len(known) > 1 else ""
    rest = " The others cannot be told from no change." if told < len(known) else ""
    return f"{beside}: {told:,} of {len(known):,} differences {'is' if told == 1 else 'are'} told from no change ({DOUBT}{chance}){at_once}.{rest}"


def _pairing(found: Comparison) -> str:
    if found.paired:
        return f"Worlds are paired ({found.pairing}): world by world with the same luck."
    return f"Worlds are not paired ({found.pairing}), so the intervals are wider than with the same luck."


def _sureness(row: Row) -> float:
    reach = float(row["high"] - row["low"])
    return abs(row["difference"]) / reach if reach > 0 else float("inf")


def _sentence(row: Row, several: bool) -> str:
    """One outcome: where, given what, in how many worlds, and by how much it differs."""
    given = f" (given: {row['given']})" if row["given"] else ""
    where = f"{row['set_up']}: " if several else ""
    head = f"{where}{row['label'] if several else sentence_start(row['label'])}{given}: "
    if row["difference"] is None:
        side = "both runs" if not row["first"]["worlds"] and not row["second"]["worlds"] else "one of the runs"
        return f"{head}defined in no world of {side}, so there is nothing to compare."
    if not moved(row):
        return f"{head}the same in every world."
    return f"{head}{_counted(row)}{difference_words({**row, 'unit': row['unit'] or ''}, DOUBT)}."


def _counted(row: Row) -> str:
    """The levels of a share with their denominators; of people killed only the difference is told."""
    if row["kind"] != YES:
        return ""
    first, second = row["first"], row["second"]
    return f"{share_words(second)} of {second['worlds']:,} worlds, in the first run {share_words(first)} of {first['worlds']:,}; "


def moved(row: Row) -> bool:
    """Whether an outcome differs, or may: not where it is the same in every world, nor where there is nothing to compare."""
    return row["difference"] is not None and not (row["difference"] == 0 and row["low"] == 0 and row["high"] == 0)


def print_comparison(found: Comparison, asked: Sequence[str]) -> None:
    """Findings, what was asked differently, and the differences set-up by set-up."""
    print("\n".join(findings(found, asked)))
    print_asked(found)
    known = [row for row in found.rows if moved(row)]
    shown = known if len(known) <= MOST_ROWS else sorted(known, key=_sureness, reverse=True)[:MOST_ROWS]
    for set_up, worth in found.worth.items():
        rows = [_cells(row) for row in known if row["set_up"] == set_up and any(row is one for one in shown)]
        if rows:
            print_table(f"{set_up}: {_worth_words(worth)}", HEADER, rows)
    if len(shown) < len(known):
        print(f"Shown are the {len(shown)} surest of {len(known):,} differences; --to FILE and --json keep all.")
    print("\n".join(_notes(found)))


def print_asked(found: Comparison) -> None:
    """What was asked differently, a line each."""
    print(f"first:  {found.first.folder}\nsecond: {found.second.folder}")
    if not found.asked:
        print("Asked alike, and run with the same version.")
    for entry in found.asked:
        print(f"  {entry['what']}: {_shown(entry['first'])} → {_shown(entry['second'])}")


def _shown(value: Any) -> str:
    return "none" if value is None else clipped(str(value), LONGEST_VALUE)


def _worth_words(worth: tuple[tuple[int, float], tuple[int, float]]) -> str:
    sides = [f"{worlds:,}" if effective > 0.995 * worlds else f"{worlds:,} (worth {effective:,.0f})" for worlds, effective in worth]
    return f"{sides[0]} worlds" if sides[0] == sides[1] else f"{sides[0]} and {sides[1]} worlds"


def _notes(found: Comparison) -> list[str]:
    lines = _reading(found) if any(map(moved, found.rows)) else []
    for side, labels in (("first", found.only_first), ("second", found.only_second)):
        if labels:
            more = f" and {len(labels) - 4:,} more" if len(labels) > 4 else ""
            lines.append(f"Only in the {side} run: {'; '.join(labels[:4])}{more}.")
    return [*lines, caveat(found)]


def _reading(found: Comparison) -> list[str]:
    """How the table is to be read."""
    same = {row["label"] for row in found.rows if row["difference"] is not None} - {row["label"] for row in found.rows if moved(row)}
    lines = [NOTE, f"The same in every world: {', '.join(sorted(same))}."] if same else [NOTE]
    if found.first.manifest["asked"]["command"] == "branch":
        lines.append(LAGS)
    if any(0 < row[side]["worlds"] < FEW_WORLDS for row in found.rows for side in ("first", "second")):
        lines.append(f"Where n is under {FEW_WORLDS}, the worlds are few: run more.")
    return lines


def caveat(found: Comparison) -> str:
    """The caveats of both runs, each sentence once."""
    both = [run.manifest["caveat"] for run in (found.first, found.second)]
    return str(both[0]) if both[0] == both[1] else " ".join(dict.fromkeys(both))


def _cells(row: Row) -> list[str]:
    scale = 100.0 if row["kind"] == YES else 1.0
    label = f"{row['label']} (given: {row['given']})" if row["given"] else row["label"]
    # Deaths of the record and of the model never share a number, so of people killed only the difference is shown.
    levels = ["", ""] if row["outcome"].startswith("killed") else [_level(row, side) for side in ("first", "second")]
    interval = f"{signed(scale * row['low'])} to {signed(scale * row['high'])}"
    worlds = " · ".join(per_100(row[side]) for side in ("lower", "same", "higher")) if row["paired"] and row["same"] is not None else "not paired"
    return [label, *levels, signed(scale * row["difference"]) + ("*" if row["told_together"] else ""), interval, worlds]


def _level(row: Row, side: str) -> str:
    """A mean with its interval, and in how many worlds it is defined where that is not all."""
    entry = row[side]
    words = share_words(entry) if row["kind"] == YES else f"{_digits(entry['mean'])} ({_digits(entry['low'])} to {_digits(entry['high'])})"
    return f"{words}, n = {entry['worlds']:,}" if row["given"] else words


def _digits(value: float) -> str:
    return amount(float(f"{value:.3g}"))


def table(found: Comparison) -> pd.DataFrame:
    """Every difference, a row per set-up and outcome, as a flat table."""
    rows = []
    for row in found.rows:
        sides = {f"{side}_{key}": value for side in ("first", "second") for key, value in row[side].items()}
        rows.append({key: value for key, value in row.items() if key not in ("first", "second")} | sides)
    words = ["set_up", "outcome", "label", "kind", "unit", "given"]
    flags = ["paired", "told", "told_together"]
    frame = pd.DataFrame(rows)
    numbers = [name for name in frame.columns if name not in (*words, *flags)]
    return frame.astype(dict.fromkeys(words, "string") | dict.fromkeys(flags, "boolean") | dict.fromkeys(numbers, "Float64"))
