"""The rail of what-ifs: cards of the library, doses of the one that is chosen, and a form for acts of one's own."""

from dataclasses import dataclass, field
from typing import Any

from sim.branches import RELIEF
from sim.dashboard.ground import Ground
from sim.dashboard.parts import part
from sim.dashboard.view import View
from sim.design import INJECTS
from sim.interventions import acts_on
from sim.scenario.ladder import JOINT_ACTS
from sim.scenario.schema import Scenario
from sim.words import TRACK_WORDS, act_words

VERBS = (("pin", "decide: an act is fixed"), ("set", "assume: a value, from a day on"), ("inject", "let happen: an event"))
KINDS = {"attack": "an attack", "shock": "an outside shock", "casualties": "people killed by a strike", RELIEF: "relief, food brought in"}
SIZES = {"attack": ("People killed", 5), "shock": ("Units of attention", 1), "casualties": ("People killed", 10), RELIEF: ("Days of food a day", 0.3)}
STEPS = 12
"""Steps of a dose's slider where its unit is not days."""


@dataclass
class Form:
    """What stands in the form for an act of one's own."""

    verb: str = "pin"
    actor: str = ""
    kind: str = "attack"
    error: str = ""
    said: dict[str, str] = field(default_factory=dict)
    """What was filled in and refused, so that it need not be typed again."""


def rail(ground: Ground, view: View, form: Form, day: int) -> str:
    """The rail as HTML."""
    first = [{"name": "", "title": "As it was"}, *(_card(ground, name) for name in ground.cards)]
    if view.what and view.what not in ground.cards:
        first.append(_card(ground, view.what))
    shown = {one["name"] for one in first}
    rest = sorted((_card(ground, name) for name in ground.library if name not in shown), key=lambda one: one["title"])
    chosen = "own" if view.own else view.what
    return part(
        "whatif", cards=first, rest=rest, chosen=chosen, dosed=_title(ground, view.what), doses=_doses(ground, view), own=view.own,
        form=fields(ground, form, day), form_error=form.error, count=len(ground.library),
    )  # fmt: skip


def _card(ground: Ground, name: str) -> dict[str, str]:
    return {"name": name, "title": _title(ground, name)}


def _title(ground: Ground, name: str) -> str:
    return ground.library[name].title if name in ground.library else ""


def _doses(ground: Ground, view: View) -> list[dict[str, Any]]:
    """Sliders for the doses of the what-if that is chosen."""
    if view.what not in ground.files:
        return []
    asked = dict(view.doses)
    return [_dose(name, dose, asked.get(name, dose.default)) for name, dose in ground.files[view.what].doses.items()]


def _dose(name: str, dose: Any, value: float) -> dict[str, Any]:
    levels = [*dose.levels, dose.default, value]
    low, high = min(*levels, 0 if min(levels) >= 0 else min(levels)), max(levels)
    whole = all(level == int(level) for level in levels)
    step = 1 if whole else (high - low) / STEPS
    return {
        "name": name,
        "label": name.replace("_", " "),
        "unit": dose.unit,
        "low": f"{low:g}",
        "high": f"{high:g}",
        "step": f"{step:g}",
        "value": f"{value:g}",
    }


# The form


def fields(ground: Ground, form: Form, day: int) -> dict[str, Any]:
    """What the form offers, given what stands in it already."""
    scenario = ground.scenario
    dates = {"day": scenario.date_of(day), "first": scenario.start, "last": scenario.end, "after": scenario.date_of(scenario.days)}
    base = {"verbs": VERBS, "verb": form.verb, "said": form.said, **dates}
    if form.verb == "set":
        return base | {"paths": sorted(path for path, leaf in ground.leaves.items() if leaf.kind == "number")}
    if form.verb == "inject":
        kinds = [(name, KINDS[name]) for name in (*INJECTS, RELIEF) if _whose(scenario, name)]
        kind = form.kind if form.kind in dict(kinds) else kinds[0][0]
        label, size = SIZES[kind]
        return base | {"kinds": kinds, "kind": kind, "actors": _whose(scenario, kind), "size_label": label, "size": size}
    actors = who(scenario)
    actor = form.actor if form.actor in dict(actors) else actors[0][0]
    return base | {"actors": actors, "actor": actor, "acts": acts(scenario, actor)}


def who(scenario: Scenario) -> list[tuple[str, str]]:
    """Whose acts can be fixed."""
    named = [(name, one.label) for part in (scenario.states, scenario.third_parties, scenario.groups) for name, one in part.items()]
    return [*named[: len(scenario.states)], ("both", "both states"), *named[len(scenario.states) :]]


def acts(scenario: Scenario, actor: str) -> list[tuple[str, str]]:
    """Acts that can be fixed, as written after the actor's name, and in words."""
    if actor in scenario.third_parties:
        return [(act, act_words(act)) for act in acts_on("third_party")]
    if actor in scenario.groups:
        return [("attack no", "no attack that can be blamed on a state")]
    if actor == "both":
        return [(f"{act} {choice}", f"{act_words(act)}: {choice}") for act in JOINT_ACTS for choice in acts_on(act)]
    found = []
    for track in scenario.tracks:
        named = TRACK_WORDS.get(track, track)
        found += [(f"{track} {act}", f"{named}: {act_words(act)}") for act in acts_on(track)]
        found += [(f"{track} not {act}", f"{named}: not {act_words(act)}") for act in acts_on(track)[1:]]
    return found


def _whose(scenario: Scenario, kind: str) -> list[tuple[str, str]]:
    states = [(name, state.label) for name, state in scenario.states.items()]
    if kind == "attack":
        return [(name, group.label) for name, group in scenario.groups.items()]
    if kind == RELIEF:
        homes = [(name, home.label) for name, home in scenario.communities.items()]
        return [("all", "all communities"), *states, *homes] if homes else []
    return states


def words_of(message: dict[str, Any]) -> tuple[str, str]:
    """The verb and the words after its flag that a filled form stands for."""
    verb, day, until = (str(message.get(name, "")).strip() for name in ("verb", "from", "until"))
    span = f"{day}..{until}" if until else day
    if verb == "pin":
        return verb, f"{message.get('actor', '')} {message.get('act', '')} {span}".strip()
    if verb == "set":
        return verb, f"{message.get('path', '')}={message.get('value', '')} {span}".strip()
    return "inject", f"{message.get('kind', '')} {message.get('actor', '')} {message.get('size', '')} {day}".strip()


def options_of(scenario: Scenario, form: Form) -> str:
    """The acts of the actor that is chosen, as options."""
    return part("act_options", acts=acts(scenario, form.actor), said=form.said)
