"""What a change does, in sentences: how many worlds change, and what becomes of the outcomes that people ask for first."""

from typing import Any

from sim.words import amount, day_words, per_100

HEADLINES = ("answered", "second_round", "agreement", "war", "killed", "hardship_person_days", "recruits", "killed_in_attacks")
"""Outcomes that are told first, where nobody asks for others."""


DUST = 1e-6
"""Under this a difference is rounding, and told as 0."""


def branch_findings(manifest: dict[str, Any]) -> list[str]:
    """Every branch in sentences; then how two together differ from the sum of each."""
    sentences: list[str] = []
    for branch in manifest["branches"].values():
        sentences += branch_sentences(manifest, branch)
    for name, found in manifest["interactions"].items():
        sentences.append(_interaction(name, found, manifest["asked"]["outcomes"]))
    return sentences


def leading_finding(manifest: dict[str, Any]) -> str:
    """What a branch study found, for a list of runs: of several the first that changes anything, with the outcome that is told first."""
    branches = list(manifest["branches"].values())
    first = next((branch for branch in branches if branch["changed_worlds"]), branches[0])
    return " ".join(branch_sentences(manifest, first)[:2])


def branch_sentences(manifest: dict[str, Any], branch: dict[str, Any]) -> list[str]:
    """The question, how many worlds change, and one sentence for every headline outcome."""
    who = "governments decide" if manifest["mode"] == "assisted" else "nothing is scripted"
    opening = (
        f"{branch['question']} From {day_words(branch['at'])} {who} ({manifest['mode'].upper()}); "
        f"changed {branch['changed_worlds']:,} of {branch['worlds']:,} worlds"
    )
    if branch["why_unchanged"]:
        return [f"{opening}: {branch['why_unchanged']}."]
    asked = manifest["asked"]["outcomes"]
    names = [name for name in asked or HEADLINES if name in branch["effects"]]
    told = [name for name in names if asked or moves(branch["effects"][name]) or gone(branch, name)]
    return [f"{opening}.", *(effect_sentence(branch, name) for name in told)]


def moves(entry: dict[str, Any]) -> bool:
    """Whether an outcome differs in any world."""
    return bool(entry["difference"] is not None and (entry["lower"] or entry["higher"]))


def gone(branch: dict[str, Any], name: str) -> bool:
    """Whether an outcome was defined in some world as it was, and is not in any with the change."""
    return bool(branch["parent"][name]["worlds"] and not branch["effects"][name]["worlds"])


def effect_sentence(branch: dict[str, Any], name: str) -> str:
    """One outcome: as it was, with the change, the mean difference with what we do not know, and worlds in which it differs."""
    entry = branch["effects"][name]
    label = sentence_start(entry["label"])
    given = f" (given: {entry['given']})" if entry["given"] else ""
    if entry["difference"] is None:
        return f"{label}{given}: no world has it defined both as it was and with the change, so there is nothing to compare."
    if name.startswith("killed"):
        # Deaths of the record and of the model never share a number, so only the difference is told.
        return f"{label}{given}, beside as it was: {difference_words(entry)}; {world_words(entry)}."
    if entry["kind"] == "yes or no":
        levels = f"in {per_100(entry['after'])} of 100 worlds, as it was in {per_100(entry['before'])}"
    else:
        levels = f"{amount(rounded(entry['after']))} {entry['unit']} on average, as it was {amount(rounded(entry['before']))}"
    return f"{label}{given}: {levels}; {difference_words(entry)}; {world_words(entry)}."


def difference_words(entry: dict[str, Any], doubt: str = "") -> str:
    """7 more in 100 worlds, between 3 and 9 more given what we do not know; or that it cannot be told from no change.

    `doubt`: what the interval stands for, where the entry itself does not say.
    """
    scale, unit = (100.0, " in 100 worlds") if entry["kind"] == "yes or no" else (1.0, f" {entry['unit']}".rstrip())
    middle, low, high = (scale * entry[name] for name in ("difference", "low", "high"))
    doubt = doubt or ("given what we do not know" if "p_positive" in entry else "by simulation error alone, parameters fixed")
    if low <= 0 <= high:
        return f"a difference of {signed(middle)}{unit} (between {signed(low)} and {signed(high)}, {doubt}) cannot be told from no change"
    more = "more" if middle > 0 else "fewer"
    small, large = sorted((abs(low), abs(high)))
    return f"{amount(rounded(abs(middle)))} {more}{unit} (between {amount(rounded(small))} and {amount(rounded(large))}, {doubt})"


def world_words(entry: dict[str, Any]) -> str:
    """What happens world by world."""
    lower, higher = per_100(entry["lower"]), per_100(entry["higher"])
    return f"world by world, higher in {higher} and lower in {lower} of 100"


def _interaction(name: str, found: dict[str, Any], asked: list[str]) -> str:
    first, second = name.split("+")
    words = [
        f"{key.replace('_', ' ')} {difference_words({**found[key], **_kind(key)})}"
        for key in asked or HEADLINES[:4]
        if key in found and moves(found[key])
    ]
    return f"{first} and {second} together, beside the sum of each alone: {'; '.join(words) or 'no difference'}."


def _kind(name: str) -> dict[str, str]:
    share = name in ("answered", "second_round", "agreement", "war", "struck", "recurrence")
    return {"kind": "yes or no" if share else "number", "unit": ""}


def signed(value: float) -> str:
    """+3; -0.4; 0."""
    value = rounded(value) if abs(value) >= DUST else 0.0
    return f"{'+' if value > 0 else ''}{amount(value)}" if value else "0"


def rounded(value: float) -> float:
    """Two digits that count, and whole numbers from 100 on."""
    return float(f"{value:.2g}") if abs(value) < 100 else float(f"{value:.3g}")


def sentence_start(words: str) -> str:
    """With a capital at the beginning."""
    return words[:1].upper() + words[1:]
