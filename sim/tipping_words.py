"""When each lever still matters, in sentences: its best day with interval, and by when half of that is gone."""

from typing import Any

from sim.effect_words import rounded
from sim.words import FEW_WORLDS, amount, day_words

NOUNS = {
    "struck": ("a first strike", "first strikes"),
    "answered": ("an answer with force", "answers with force"),
    "second_round": ("a second round", "second rounds"),
    "war": ("a war", "wars"),
    "agreement": ("an agreement", "agreements"),
    "recurrence": ("a return to threat or force", "returns to threat or force"),
}
"""Outcomes as what is prevented, one and many."""


def noun(manifest: dict[str, Any], *, many: bool = False) -> str:
    """a second round; second rounds."""
    outcome = manifest["outcome"]
    return NOUNS.get(outcome["name"], (outcome["label"], outcome["label"]))[many]


def tipping_findings(manifest: dict[str, Any]) -> list[str]:
    """Every lever in a sentence, the strongest first; then what it is compared with."""
    levers = list(manifest["levers"].values())
    sure = [lever_sentence(manifest, lever) for lever in levers if lever["best"]]
    return [*sure, *_rest([lever for lever in levers if not lever["best"]], manifest), *_worse(levers), compared(manifest)]


def lever_sentence(manifest: dict[str, Any], lever: dict[str, Any]) -> str:
    """A lever's best day and effect, and when it has lost half of that."""
    best = lever["best"]
    return (
        f"{lever['title']}: best on {day_words(best['date'])}, when it would have prevented {noun(manifest)} in {worlds(best['prevented'])} of "
        f"100 worlds (between {worlds(best['low'])} and {worlds(best['high'])}, {doubt(manifest)}); {closing_words(manifest, lever)}."
    )


def closing_words(manifest: dict[str, Any], lever: dict[str, Any]) -> str:
    """half of its best effect is gone by a day; or still there on the last one."""
    threshold = manifest["asked"]["threshold"]
    if lever["gone_by"] is None:
        share = "half" if threshold == 0.5 else f"{100 * threshold:.0f} in 100"
        return f"on {day_words(lever['last'])}, the last day asked about, at least {share} of its best effect is left"
    return f"{lost(threshold)} of its best effect is gone by {day_words(lever['gone_by'])}"


def lost(threshold: float) -> str:
    """half; more than 20 in 100: how much of its best effect a lever has lost when its window closes."""
    return "half" if threshold == 0.5 else f"more than {100 * (1 - threshold):.0f} in 100"


def worlds(count: float) -> str:
    """Worlds of 100 as a number; under one in a hundred <1."""
    return "<1" if 0 < count < 0.5 else amount(round(count))


def doubt(manifest: dict[str, Any]) -> str:
    """What an interval holds."""
    return "given what we do not know" if manifest["interval"] == "parameters" else "simulation error only"


def doubt_note(manifest: dict[str, Any]) -> str:
    """What an interval holds, as a sentence."""
    if manifest["interval"] == "parameters":
        return f"Intervals: 95 in 100, over {manifest['draws']:,} draws of the parameters."
    if manifest["draws"]:
        return (
            f"Intervals: 95 in 100, simulation error only: {manifest['draws']:,} draws of the parameters are too few to show what we do not know, "
            "so worlds that share a draw count as one group (2,000 worlds or more give intervals over parameters)."
        )
    return "Intervals: 95 in 100, simulation error only; parameters fixed."


def doubt_short(manifest: dict[str, Any]) -> str:
    """What an interval holds, in a few words."""
    if manifest["interval"] == "parameters":
        return f"Told from none: by intervals over {manifest['draws']:,} draws of the parameters"
    return f"Told from none: by simulation error only{', too few parameter draws for more' if manifest['draws'] else ', parameters fixed'}"


def compared(manifest: dict[str, Any]) -> str:
    """What the levers are compared with, and how often the outcome came there."""
    least, most = (manifest["as_it_was"][side] for side in ("least", "most"))
    span = f"between {worlds(least)} and {worlds(most)}" if worlds(least) != worlds(most) else worlds(least)
    return (
        f"As it was, the record to the day before each day and governments deciding from then on (ASSISTED from each day), {noun(manifest)} "
        f"comes in {span} of 100 worlds. All numbers are of all worlds."
    )


def _rest(levers: list[dict[str, Any]], manifest: dict[str, Any]) -> list[str]:
    still = [lever["title"] for lever in levers if not lever["moves"]]
    unsure = [lever["title"] for lever in levers if lever["moves"]]
    lines = [f"Cannot be told from none on any day: {'; '.join(unsure)}."] if unsure else []
    few = "" if manifest["asked"]["worlds"] >= FEW_WORLDS else " (few worlds; run more)"
    return [*lines, f"In no world of any day did these prevent {noun(manifest)}: {'; '.join(still)}{few}."] if still else lines


def _worse(levers: list[dict[str, Any]]) -> list[str]:
    return [
        f"{lever['title']}: on {lever['worse_days']} {'day' if lever['worse_days'] == 1 else 'days'} it brings more than it prevents, at worst "
        f"{amount(rounded(-lever['worst']['prevented']))} more in 100 on {day_words(lever['worst']['date'])}."
        for lever in levers
        if lever["worst"]
    ]
