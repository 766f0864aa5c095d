"""The tables of a replay, as words: scored acts, and outcomes beside the record. The terminal and the page show the same."""

from dataclasses import dataclass
from typing import Any

from sim.scenario.schema import Scenario
from sim.words import MODE_WORDS, act_words, chance, day_short, history_words, label_of, outcome_words, place_words

QUIET = "days without an act"
SHARES_NOTE = "Shares: worlds in 100, with 95 % simulation error. Numbers: the median world, and between what 90 of 100 worlds lie."
PLACE_NOTE = "Its place: in how many worlds the value is lower than what happened, ties counted half."
DEATHS_NOTE = "People killed as recorded and people killed in the model are told apart."
JOINING_NOTE = (
    "Joined armed groups: nearly all replace those who leave; the sign of hardship's effect is disputed, its prior includes none and the opposite."
)
CLOSURE_NOTE = "Closure: where the record saw none, its effects rest on other closures (scenarios/closures.yaml)."


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
        surprises = " / ".join(f"{entry['events'][number]['surprise']:.1f}" for entry in entries)
        what = f"{label_of(scenario, event['actor'])}: {act_words(event['act'])}"
        rows.append([day_short(event["date"]), what, *shares, surprises, chance(event["frequency"]), chance(event["even_odds"])])
    quiet = [entry["quiet"] for entry in entries]
    surprises = " / ".join(f"{entry['surprise']:.1f}" for entry in quiet)
    rows.append(["", f"{QUIET} ({quiet[0]['decisions']:,} decisions)", *(_quiet_chance(entry) for entry in quiet), f"{surprises} in all", "", ""])
    rows.append(["", "log score (nearer 0 is better)", *(f"{entry['log_score']:.1f}" for entry in entries), "", *_scores(forced)])
    note = (
        "FORCED: the chance that the model gave each recorded act, given the record before it; beside it two simple rules: how often the act "
        "occurs on its track in this very record (on days on which it could occur), and even odds over the acts of the track."
    )
    return Block("How likely each recorded act was", note, ["day", "act", *names, "surprise", "how often it occurs", "even odds"], rows)


def _quiet_chance(quiet: dict[str, Any]) -> str:
    """On how many such decisions the model expected an act."""
    missed = 1.0 - (quiet["probability"] or 1.0)
    return f"an act at 1 in {round(1 / missed):,}" if missed > 0 else ""


def _scores(forced: dict[str, Any]) -> list[str]:
    rules = forced["baselines"]
    return [f"{rules['frequency']:.1f}", f"{rules['even_odds']:,.1f}"]


def _outcomes(manifest: dict[str, Any], modes: list[str]) -> Block:
    """Every outcome beside the record, by mode; beside the unchanged scenario what is changed."""
    columns = [(mode, setup) for mode in modes for setup in ("unchanged", "changed") if setup == "unchanged" or "changed" in manifest["modes"][mode]]
    entries = {key: _entries(manifest, *key) for key in columns}
    header = ["outcome", "record", f"its place ({columns[0][0].upper()})", *(_column_words(manifest, *key) for key in columns)]
    first = entries[columns[0]]
    shown = [
        name
        for name in first
        if name != "log_weight" and (any(entries[key][name]["worlds"] for key in columns) or first[name]["history"] is not None)
    ]
    rows = [
        [_name(first[name]), history_words(first[name]), place_words(first[name]), *(_cell(entries[key][name]) for key in columns)] for name in shown
    ]
    note = " ".join(
        ["Outcomes with a condition count only the n worlds in which it holds.", SHARES_NOTE, PLACE_NOTE, DEATHS_NOTE, *_caveats(manifest)]
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
    label = f"{entry['label']} ({entry['meaning']})" if entry["label"] == "war" else str(entry["label"])
    return f"{label} (given: {entry['given']})" if entry["given"] else label


def _cell(entry: dict[str, Any]) -> str:
    words = outcome_words(entry)
    words += f", n = {entry['worlds']:,}" if entry["given"] and entry["worlds"] else ""
    return words


def _caveats(manifest: dict[str, Any]) -> list[str]:
    """What must stand beside joining and closure."""
    return [JOINING_NOTE, CLOSURE_NOTE] if manifest["modes"] and any(_has_border(entry) for entry in manifest["modes"].values()) else []


def _has_border(entry: dict[str, Any]) -> bool:
    return entry["outcomes"]["closed_days"]["worlds"] > 0
