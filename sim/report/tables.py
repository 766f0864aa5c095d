"""The tables of a replay, as words: scored acts, and outcomes beside the record. The terminal and the page show the same."""

from dataclasses import dataclass
from typing import Any

from sim.scenario.schema import Scenario
from sim.words import MODE_WORDS, act_words, chance, day_short, history_words, label_of, outcome_words

QUIET = "days without an act"


@dataclass(frozen=True)
class Block:
    """A table with its title and a note on how to read it."""

    title: str
    note: str
    header: list[str]
    rows: list[list[str]]


def blocks(scenario: Scenario, manifest: dict[str, Any]) -> list[Block]:
    """Every table of a replay."""
    modes = manifest["modes"]
    made = [_acts(scenario, modes["forced"])] if "forced" in modes else []
    decided = [mode for mode in ("assisted", "free") if mode in modes] or ["forced"]
    return [*made, _outcomes(manifest, decided)]


def _acts(scenario: Scenario, forced: dict[str, Any]) -> Block:
    """How likely the model thought each recorded act, given the record before it."""
    entries = [entry for entry in (forced, forced.get("changed")) if entry]
    names = ["in the model", "in the model, changed"] if len(entries) > 1 else ["in the model"]
    rows = []
    for number, event in enumerate(forced["events"]):
        shares = [chance(entry["events"][number]["probability"]) for entry in entries]
        what = f"{label_of(scenario, event['actor'])}: {act_words(event['act'])}"
        rows.append([day_short(event["date"]), what, *shares, f"{event['surprise']:.1f}", chance(event["frequency"]), chance(event["even_odds"])])
    quiet = [entry["quiet"] for entry in entries]
    rows.append(
        ["", f"{QUIET} ({quiet[0]['decisions']:,}, each)", *(_quiet_chance(entry) for entry in quiet), f"{quiet[0]['surprise']:.1f} in all", "", ""]
    )
    rows.append(["", "log score (nearer 0 is better)", *(f"{entry['log_score']:.1f}" for entry in entries), "", *_scores(forced)])
    note = "FORCED: the chance that the model gave each recorded act, given the record before it; beside it two simple rules."
    return Block("How likely each recorded act was", note, ["day", "act", *names, "surprise", "how often it occurs", "even odds"], rows)


def _quiet_chance(quiet: dict[str, Any]) -> str:
    return "" if quiet["probability"] is None else f"{100 * quiet['probability']:.1f} in 100"


def _scores(forced: dict[str, Any]) -> list[str]:
    rules = forced["baselines"]
    return [f"{rules['frequency']:.1f}", f"{rules['even_odds']:,.1f}"]


def _outcomes(manifest: dict[str, Any], modes: list[str]) -> Block:
    """Every outcome beside the record, by mode; beside the unchanged scenario what is changed."""
    columns = [(mode, setup) for mode in modes for setup in ("unchanged", "changed") if setup == "unchanged" or "changed" in manifest["modes"][mode]]
    entries = {key: _entries(manifest, *key) for key in columns}
    header = ["outcome", "record", *(_column_words(manifest, *key) for key in columns)]
    first = entries[columns[0]]
    shown = [
        name
        for name in first
        if name != "log_weight" and (any(entries[key][name]["worlds"] for key in columns) or first[name]["history"] is not None)
    ]
    rows = [[_name(first[name]), history_words(first[name]), *(_cell(entries[key][name]) for key in columns)] for name in shown]
    note = (
        "Shares: worlds in 100, with 95 % simulation error. Numbers: the median world, and between what 90 of 100 worlds lie. "
        "Outcomes with a condition count only the worlds in which it holds. Recorded values are what happened, not what the model makes of it."
    )
    return Block("What might have been", note, header, rows)


def _entries(manifest: dict[str, Any], mode: str, setup: str) -> dict[str, Any]:
    entry = manifest["modes"][mode]
    return (entry if setup == "unchanged" else entry["changed"])["outcomes"]


def _column_words(manifest: dict[str, Any], mode: str, setup: str) -> str:
    words = f"{MODE_WORDS[mode]} ({mode.upper()})"
    several = "changed" in manifest["modes"][mode]
    return f"{words}, {setup}" if several else words


def _name(entry: dict[str, Any]) -> str:
    return f"{entry['label']} (given: {entry['given']})" if entry["given"] else str(entry["label"])


def _cell(entry: dict[str, Any]) -> str:
    words = outcome_words(entry)
    return f"{words}, n = {entry['worlds']:,}" if entry["given"] and entry["worlds"] else words
