"""What a replay found, in sentences: the record, how expected it was, how it goes on, what a change altered."""

from typing import Any

from sim.scenario.schema import Scenario
from sim.words import FEW_WORLDS, act_noun, chance, day_words, days_later, label_of, per_100, possessive, worlds_in_100


def findings(scenario: Scenario, manifest: dict[str, Any]) -> list[str]:
    """What a replay found, in one sentence a mode, after one on the record; then what the changes altered."""
    sentences = [record_sentence(scenario, manifest["history"])]
    modes, asked = manifest["modes"], manifest["asked"]
    if "forced" in modes:
        sentences.append(score_sentence(scenario, modes["forced"]))
    for mode in ("assisted", "free"):
        if mode in modes:
            sentences.append(course_sentence(scenario, mode, asked["from"], modes[mode]))
    sentences += change_sentences(manifest)
    if asked["worlds"] < FEW_WORLDS:
        sentences.append("These are few worlds; run more.")
    return [sentence for sentence in sentences if sentence]


def record_sentence(scenario: Scenario, history: dict[str, Any]) -> str:
    """The record in a sentence: who struck, who answered, when they agreed."""
    strikes = [event for event in sorted(scenario.history, key=lambda row: (row.date, row.order)) if event.is_strike]
    if not strikes:
        return "The record holds no strike by either state."
    first = strikes[0]
    text = f"In the record, {possessive(scenario.states[first.actor].label)} forces struck on {day_words(first.date)}"
    if history["answered"]:
        other = next(state.label for name, state in scenario.states.items() if name != first.actor)
        text += f"; {possessive(other)} forces answered {days_later(history['answer_lag'])}"
    if history["agreement_lag"] is not None:
        text += f", and {days_later(history['agreement_lag'])} the two agreed to stop"
    return text + "."


def score_sentence(scenario: Scenario, forced: dict[str, Any]) -> str:
    """How well the model expected the record, beside two simple rules."""
    if not forced["events"]:
        return ""
    rarest = min(forced["events"], key=lambda event: event["probability"])
    score, rules = forced["log_score"], forced["baselines"]
    verdict = "better than both" if score > max(rules.values()) else "worse than one of them" if score > min(rules.values()) else "worse than both"
    made_with = ", on a crisis with which the model was made" if scenario.fitted else ""
    who = "the" if rarest["actor"] == "both" else possessive(label_of(scenario, rarest["actor"]))
    act = f"{who} {act_noun(rarest['act'])} of {day_words(rarest['date'], year=False)}"
    return (
        f"Step by step (FORCED), the model least expected {act} ({chance(rarest['probability'])}); over {forced['decisions']:,} decisions, "
        f"days without an act included, its log score is {score:.1f} against {rules['frequency']:.1f} for how often each act occurs "
        f"and {rules['even_odds']:,.1f} for even odds: {verdict}{made_with}."
    )


def course_sentence(scenario: Scenario, mode: str, start: str, entry: dict[str, Any]) -> str:
    """How it goes on when governments, or all, are free: strikes, answers, the likeliest course."""
    outcomes, worlds = entry["outcomes"], entry["worlds"]
    struck, answered, shares = outcomes["struck"], outcomes["answered"], outcomes["course"]["shares"]
    who = "With governments deciding" if mode == "assisted" else "With nothing scripted"
    worth = entry["effective_worlds"]
    answer = worlds_in_100(answered["mean"], answered["worlds"], worth) if answered["worlds"] else ""
    if any(event.is_strike and (event.date.isoformat() < start or (event.given and mode == "assisted")) for event in scenario.history):
        text = f"{who} from {day_words(start)}, after the recorded strike, the other side answers within 30 days of it in {answer}"
    else:
        text = f"{who} from {day_words(start)}, a state strikes in {worlds_in_100(struck['mean'], worlds, worth)}"
        text += f"; in these, {answered['worlds']:,} of {worlds:,}, the other answers within 30 days in {answer}" if answer else ""
    likeliest = max(shares, key=shares.get)
    weighted = "" if entry["effective_worlds"] > 0.99 * worlds else f" {weight_words(entry)}"
    return f"{text}. Likeliest course: {likeliest}, {worlds_in_100(shares[likeliest], worlds, worth)}.{weighted}"


def weight_words(entry: dict[str, Any]) -> str:
    """How much weighted worlds are worth."""
    return f"(Weighted by how likely they made the record, the {entry['worlds']:,} worlds are worth {entry['effective_worlds']:,.0f}.)"


def change_sentences(manifest: dict[str, Any]) -> list[str]:
    """What the changes altered, mode by mode; that nothing was altered is said, too."""
    changes = ", ".join(f"{path} = {value}" for path, value in manifest["asked"]["changes"].items())
    sentences = []
    for mode, entry in manifest["modes"].items():
        if "changed" in entry and mode != "forced":
            sentences.append(_change_sentence(mode, changes, entry))
    return sentences


def _change_sentence(mode: str, changes: str, entry: dict[str, Any]) -> str:
    changed, worlds = entry["changed"], entry["worlds"]
    altered = changed["altered"]
    start = f"With {changes} ({mode.upper()}), {altered:,} of {worlds:,} worlds change"
    if not altered:
        return f"{start}: nothing that this touches was at work in them."
    before, after = (item["outcomes"] for item in (entry, changed))
    parts = [f"a strike in {in_100(after['struck'])} worlds (before: {in_100(before['struck'])})"]
    if before["answered"]["worlds"] and after["answered"]["worlds"]:
        parts.append(f"answered in {in_100(after['answered'])} of those (before: {in_100(before['answered'])})")
    return f"{start}: {', '.join(parts)}."


def in_100(entry: dict[str, Any]) -> str:
    """A share as so many of 100, or of the few worlds there are."""
    if entry["worlds"] < FEW_WORLDS:
        return f"{round(entry['mean'] * entry['worlds'])} of {entry['worlds']}"
    return f"{per_100(entry['mean'])} of 100"
