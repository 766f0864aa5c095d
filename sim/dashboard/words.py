"""The answer in words and the five numbers under it, from what a view came to."""

from dataclasses import dataclass
from typing import Any

from sim.dashboard.answer import Answer
from sim.effect_words import HEADLINES, branch_sentences, moves, sentence_start
from sim.effects import told_from_none
from sim.findings import course_sentence
from sim.outcomes import definitions
from sim.words import amount, day_words, history_words, outcome_words, per_100

FIVE = ("answered", "second_round", "agreement", "killed", "hardship_person_days")
"""The numbers under the answer."""


@dataclass(frozen=True)
class Number:
    """One of the five numbers: as it was, with the what-if, the record's, and what is to be known of it."""

    name: str
    label: str
    was: str
    now: str
    unit: str
    note: str
    record: str
    difference: str
    told: bool


def question(answer: Answer) -> str:
    """What the page asks."""
    if answer.branch is not None:
        return answer.branch.question
    return answer.scenario.question or "What happened, and what else could have?"


def lead(answer: Answer) -> list[str]:
    """The answer: the outcome that moves most, then force; as it was, how it goes on."""
    if answer.effect is None:
        return [course_sentence(answer.scenario, answer.view.mode, answer.start.isoformat(), answer.before)]
    effects, who = answer.effect["effects"], {"assisted": "governments decide", "free": "nothing is scripted"}[answer.view.mode]
    changed = f"changed {answer.effect['changed_worlds']:,} of {answer.worlds:,} worlds"
    opening = f"From {day_words(answer.start)} {who}; {changed}"
    if not answer.altered:
        return [f"{sentence_start(changed)}: {answer.effect['why_unchanged']}."]
    names = [name for name in HEADLINES if name in effects and moves(effects[name])]
    told = sorted((name for name in names if told_from_none(effects[name])), key=lambda name: -_strength(effects[name]))
    force = [name for name in ("second_round", "answered", "war") if name in names]
    chosen = list(dict.fromkeys([*told[:1], *force[:1]])) or names[:1]
    return [*(_sentence(effects[name]) for name in chosen), f"{opening}. {doubt(answer)}"]


def doubt(answer: Answer) -> str:
    """What intervals stand for."""
    if answer.view.parameters == "point":
        return "Brackets: simulation error alone; parameters are fixed."
    if not answer.whole:
        return f"Brackets: simulation error of the first {answer.worlds:,} worlds."
    return "Brackets: 95 in 100, given what we do not know."


def _sentence(entry: dict[str, Any]) -> str:
    """One outcome with the what-if, as it was, and whether they differ."""
    change = _short(entry) if told_from_none(entry) else "cannot be told from no change"
    if entry["kind"] == "yes or no":
        given = f", where {entry['given']}" if entry["given"] else ""
        return (
            f"{sentence_start(entry['label'])} in {per_100(entry['after'])} of 100 worlds{given}; as it was in {per_100(entry['before'])}: {change}."
        )
    after, before = (_amount(entry[side]) for side in ("after", "before"))
    return f"{sentence_start(entry['label'])}: {after} on average; as it was {before}: {change}."


def _strength(entry: dict[str, Any]) -> float:
    return abs(entry["difference"]) / entry["error"] if entry["error"] else float("inf")


def all_effects(answer: Answer) -> list[str]:
    """Every headline outcome that moves, in a sentence each."""
    return [] if answer.effect is None else branch_sentences(answer.manifest, answer.effect)[1:]


def numbers(answer: Answer) -> list[Number]:
    """The five numbers; those that the scenario does not have, or that the record fixes, give way to others."""
    before, after = answer.before["outcomes"], (answer.after or answer.before)["outcomes"]
    known = {outcome.name: outcome for outcome in definitions(answer.scenario)}
    wanted = [name for name in (*FIVE, "struck", "rounds", "war", "strikes", "killed_in_attacks") if name in before and before[name]["worlds"]]
    return [_number(answer, name, known[name].label, before[name], after[name]) for name in wanted[: len(FIVE)]]


def _number(answer: Answer, name: str, label: str, before: dict[str, Any], after: dict[str, Any]) -> Number:
    effect = None if answer.effect is None else answer.effect["effects"].get(name)
    differs = effect is not None and effect.get("difference") is not None and moves(effect)
    told = differs and effect is not None and told_from_none(effect)
    words = "" if effect is None else _difference(effect, differs, told)
    was = _value(before) if answer.child is not None else ""
    return Number(name, sentence_start(label), was, _value(after), _unit(after), _note(after), _record(after), words, told)


def _difference(effect: dict[str, Any], differs: bool, told: bool) -> str:
    """What the what-if changes."""
    if effect.get("difference") is None:
        return "nothing to compare"
    return "the same in every world" if not differs else _short(effect) if told else "cannot be told from no change"


def _record(entry: dict[str, Any]) -> str:
    """The record's figure, counted as the model's beside it."""
    if entry["recorded_part"] and entry["history"] is not None:
        return f"{_amount(entry['history'] - entry['recorded_part'])} from then on"
    return history_words(entry)


def _short(entry: dict[str, Any]) -> str:
    """3 more (1 to 5): what a difference comes to, where it can be told from none."""
    scale = 100.0 if entry["kind"] == "yes or no" else 1.0
    middle, low, high = (scale * entry[name] for name in ("difference", "low", "high"))
    small, large = sorted((abs(low), abs(high)))
    return f"{_amount(abs(middle))} {'more' if middle > 0 else 'fewer'} ({_amount(small)} to {_amount(large)})"


def _amount(value: float) -> str:
    """Three figures that count."""
    value = float(f"{value:.3g}")
    return f"{value / 1000:,.0f} k" if 1e5 <= abs(value) < 1e6 else amount(value)


def _value(entry: dict[str, Any]) -> str:
    """The figure itself: worlds in 100, or the median world's number, or a mean where the range is of millions."""
    if not entry["worlds"]:
        return "–"
    if entry["kind"] == "yes or no":
        return per_100(entry["mean"])
    return _amount(entry["median"] - entry["recorded_part"])


def _unit(entry: dict[str, Any]) -> str:
    return "in 100 worlds" if entry["kind"] == "yes or no" else f"{entry['unit']}, median world"


def _note(entry: dict[str, Any]) -> str:
    """On which worlds it counts, or between what 90 of 100 worlds lie."""
    if not entry["worlds"]:
        return f"not defined: in no world {entry['given']}" if entry["given"] else "in no world"
    if entry["fixed"]:
        return "fixed by the record"
    if entry["kind"] == "yes or no":
        return f"given: {entry['given']}, {entry['worlds']:,} worlds" if entry["given"] else f"of {entry['worlds']:,} worlds"
    low, high = (_amount(entry[side] - entry["recorded_part"]) for side in ("q05", "q95"))
    recorded = ", those of the record not counted" if entry["recorded_part"] else ""
    return f"90 of 100 worlds: {low} to {high}{recorded}"


def table(answer: Answer) -> list[list[str]]:
    """Every outcome as it was, with the what-if, and of the record: what the data button shows."""
    before, after = answer.before["outcomes"], answer.after
    rows = []
    for name, entry in before.items():
        if name == "log_weight":
            continue
        row = [sentence_start(entry["label"]), outcome_words(entry)]
        row += [] if after is None else [outcome_words(after["outcomes"][name])]
        rows.append([*row, history_words(entry)])
    return rows
