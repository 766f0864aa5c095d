"""A change as people type it after a flag: an act pinned, a value set, an event injected, with dates after it."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from sim.branches import RELIEF
from sim.interventions import STAGES
from sim.scenario.errors import Problem, ScenarioError, refuse
from sim.scenario.parts.branch import Change
from sim.scenario.schema import Scenario
from sim.scenario.validate import faults_in
from sim.words import TRACK_WORDS, act_words, day_words, label_of

WINDOW = re.compile(r"(?P<start>.*?)\.\.(?P<until>.*)")


def question_of(scenario: Scenario, changes: Iterable[Change]) -> str:
    """What changes of one's own ask, in a sentence."""
    return f"What if: {'; and '.join(spoken(scenario, one) for one in changes)}?"


def spoken(scenario: Scenario, change: Change) -> str:
    """A change in words: who, on which track, what, from when to when."""
    until = f" until {_when(change.until)} (that day not included)" if change.until else f" for {change.days} days" if change.days is not None else ""
    while_ = f", while {change.during}" if change.during else ""
    since = f", from {_when(change.start)}{until or ' on'}{while_}" if change.start else f"{until}{while_}"
    who = label_of(scenario, str(change.pin or change.actor or ""))
    if change.pin:
        said = [change.act] if isinstance(change.act, str) else list(change.act or ())
        acts = " or ".join(f"not {act_words(act.removeprefix('not ').strip())}" if act.startswith("not ") else act_words(act) for act in said)
        track = f", {TRACK_WORDS.get(change.track, change.track)}" if change.track else ""
        return f"{who}{track}: {acts}{since}"
    if change.set:
        return f"{change.set} = {change.value}{since}"
    if change.inject:
        number = f"{change.size:g}" if isinstance(change.size, int | float) else str(change.size)
        return f"{change.inject}, {who}, {number}{f', on {_when(change.on)}' if change.on else since}"
    return str(change.use)


def _when(said: str | None) -> str:
    """A date in words; what is none stays as it is."""
    try:
        return day_words(str(said))
    except ValueError:
        return str(said)


def change_of_pin(text: str) -> Change:
    """`STATE border close FROM..UNTIL` as a change; a third party needs no track, and dates may be left out."""
    form = "actor track act from..until, such as `STATE border close FROM..UNTIL`"
    words = text.split()
    if len(words) < 2:
        raise refuse("", f"must be {form}", field="--pin", value=text)
    # A third party's acts follow its name; a state's track stands between.
    head = 2 if words[1] in STAGES or (words[1] == "not" and len(words) > 2 and words[2] in STAGES) else 3
    if len(words) < head:
        raise refuse("", f"must be {form}", field="--pin", value=text)
    negated = words[head - 1] == "not"
    act = " ".join(words[head - 1 : head + negated])
    rest = " ".join(words[head + negated :])
    track = words[1] if head == 3 else None
    return _change("--pin", {"pin": words[0], "track": track, "act": _several(act), **_dates(rest)})


def change_of_inject(text: str) -> Change:
    """`attack GROUP KILLED DATE` as a change: what, whose, how much, when."""
    words = text.split(maxsplit=3)
    if len(words) != 4:
        raise refuse("", "must be what, whose, how much and when, such as `attack GROUP KILLED DATE`", field="--inject", value=text)
    kind, actor, size, when = words
    try:
        amount = float(size)
    except ValueError:
        raise refuse("", "must be a number", field="--inject", value=size) from None
    dates = _dates(when) if kind == RELIEF else {"on": when}
    return _change("--inject", {"inject": kind, "actor": actor, "size": amount, **dates})


def _several(act: str) -> Any:
    return tuple(act.split("|")) if "|" in act else act


def change_of_set(text: str) -> Change:
    """`path=value`, or `path=value from..until`, as a change."""
    pair, _, rest = text.partition(" ")
    path, sign, value = pair.partition("=")
    try:
        number = float(value)
    except ValueError:
        sign = ""
    if not sign or not path:
        raise refuse("", "must be path=number, with dates after it if need be, such as `dyad.tension_half_life=20`", field="--set", value=text)
    return _change("--set", {"set": path, "value": number, **_dates(rest)})


def _dates(words: str) -> dict[str, str]:
    """`A..B` as first day and day after the last; `while C` as a condition; one date alone as the first day."""
    words = words.strip()
    if not words:
        return {}
    if words.startswith("while "):
        return {"while": words.removeprefix("while ").strip()}
    window = WINDOW.fullmatch(words)
    if not window:
        return {"from": words}
    return {key: value.strip() for key, value in (("from", window["start"]), ("until", window["until"])) if value.strip()}


def _change(flag: str, said: dict[str, Any]) -> Change:
    """The change, or what the schema refuses of it."""
    try:
        return Change.model_validate(said)
    except ValidationError as error:
        raise ScenarioError(
            Problem(flag, one.allowed, ".".join(map(str, one.trail)), one.value, one.nearest) for one in faults_in(error, Change)
        ) from None
