"""Factors of a sweep as people call them: whose it is and what it is, never a dotted path."""

from collections.abc import Sequence
from typing import Any

from sim.factors import BRANCH, DOSE, NONE, branch_named
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario
from sim.words import day_short, day_words, label_of

OWNERS = {"third_parties": "third parties", "groups": "armed groups", "communities": "communities", "crossings": "crossings"}
SILENT = ("dyad", "livelihoods")
"""Sections whose names add nothing to what their fields are called."""
PHRASES = {
    "resolve.median": "resolve",
    "resolve.spread": "spread of resolve",
    "perception.noise": "misperception",
    "perception.gap": "felt gap",
    "perception.information": "clearness of sight",
    "debt.half_life": "memory of unanswered harm",
    "audience.base": "home audience",
    "audience.election_effect": "election effect on the home audience",
    "audience.election_days": "reach of the election, in days",
    "attention.agenda": "readiness to meet",
    "military.cost": "cost of force",
    "military.overshoot": "cost of hitting harder than hit",
    "military.haste": "cost of striking unready",
    "military.honour": "cost of breaking a truce",
    "military.brink": "fear of losing control",
    "talks.face": "loss of face in talking",
    "talks.gain": "gain of talking",
    "recruitment.hardship": "effect of hardship on joining",
    "recruitment.harm": "effect of deaths on joining",
    "tempo.talks": "change of attacks in a truce",
    "tempo.fuel_income": "share of means from trade",
    "mediation.formulation": "mediators' proposing of terms",
    "mediation.cover": "mediators' political cover",
    "mediation.information": "mediators' carrying of messages",
    "strikes.ambiguity": "share of a strike's harm that counts",
    "tempo.rate": "rate of attacks",
    "salient.rate": "rate of salient attacks",
    "vote_shift": "shift of the vote",
    "leakage": "smuggling that goes on",
}
"""What fields stand for, where their own names do not say it."""


def factor_label(scenario: Scenario, name: str, given: str) -> str:
    """One party's resolve; both states' misperception; `given`: what the sweep itself calls a branch or a dose."""
    if name == BRANCH:
        return given
    if name.startswith(DOSE):
        return f"{plain(given)} of the branch"
    part, *rest = name.split(".")
    if part == "states" or part in OWNERS:
        return whose(scenario, part, rest[0], words(scenario, rest[1:])) if len(rest) > 1 else plain(name)
    return words(scenario, rest if part in SILENT and rest else [part, *rest])


def whose(scenario: Scenario, part: str, name: str, what: str) -> str:
    """A value with its owner: a party's, or at a place."""
    if name == "*":
        label = "both states" if part == "states" else f"all {OWNERS[part]}"
    else:
        label = scenario.crossings[name].label if name in scenario.crossings else label_of(scenario, name)
    if part == "crossings":
        return f"{what} at {label}"
    return f"{label}' {what}" if label.endswith("s") else f"{label}'s {what}"


def words(scenario: Scenario, fields: Sequence[str]) -> str:
    """Fields in words; a party at the end is one towards which something holds."""
    for length in (len(fields), 1):
        if ".".join(fields[-length:]) in PHRASES:
            return PHRASES[".".join(fields[-length:])]
    *head, last = fields
    if head and (last in scenario.states or last == "*"):
        towards = "both states" if last == "*" else label_of(scenario, last)
        return f"{plain(' '.join(head))} on {towards}"
    return plain(" ".join(fields))


def plain(text: str) -> str:
    """Without dots and underscores."""
    return text.replace("_", " ").replace(".", " ").replace("half life", "half-life")


def level_words(scenario: Scenario, kind: str, level: Any) -> str:
    """A level as an axis shows it."""
    if kind == "number":
        return number_words(float(level))
    return day_short(str(level)) if kind == "date" else branch_title(scenario, str(level))


def level_in_full(scenario: Scenario, kind: str, level: Any) -> str:
    """A level as a sentence names it."""
    return day_words(str(level)) if kind == "date" else level_words(scenario, kind, level)


def number_words(value: float) -> str:
    """0.05; 30; 1,000."""
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def branch_title(scenario: Scenario, name: str) -> str:
    """What a branch is called; its name where it cannot be read any more."""
    if name == NONE:
        return "as it was"
    try:
        return branch_named(scenario, name, {}, 0).title
    except ScenarioError:
        return plain(name)
