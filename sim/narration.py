"""One world in sentences, day by day: past tense for what is of the record, present tense for what is of the model.

People killed as recorded and people killed in the model never share a sentence.
"""

from typing import Any

from sim.scenario.schema import Scenario
from sim.words import day_words, label_of, number_words, odds, possessive

ACTS = {
    "alert": ("put its forces on alert", "puts its forces on alert"),
    "stand_by": ("stood by", "stands by"),
    "nothing": ("did nothing", "does nothing"),
    "protest": ("protested", "protests"),
    "threaten": ("threatened force", "threatens force"),
    "downgrade": ("downgraded relations and called its envoys back", "downgrades relations and calls its envoys back"),
    "open": ("opened its border again", "opens its border again"),
    "restrict": ("restricted its border", "restricts its border"),
    "close": ("closed its border", "closes its border"),
    "seek_talks": ("sought talks", "seeks talks"),
}
"""What a government did, and does."""
OUTSIDERS = {"call": "Public call by", "offer": "Offer of help by", "mediate": "Start of mediation by"}
JOINT = {
    "agree": ("The two agreed to stop.", "The two agree to stop."),
    "restore": ("The envoys of both went back to their posts.", "The envoys of both go back to their posts."),
}
SIZES = {"limited_strike": "limited", "expanded_strike": "expanded"}
WHO = {"assisted": "with governments deciding from {start}", "free": "with nothing scripted from {start}", "forced": "with every act as recorded"}
FROM_RECORD = {
    "assisted": "Attacks and outside shocks, with their dead, are those of the record throughout, and before that day all else is, too.",
    "free": "Before that day everything is as recorded, from it on nothing.",
    "forced": "Everything told here is of the record, but for what it leaves open; felt harm, need and chances are the model's.",
}


def opening(world: int, mode: str, start: str, course: str, events: list[dict[str, Any]]) -> list[str]:
    """What a world comes to, and what in it is of the record."""
    who = WHO[mode].format(start=day_words(start))
    of_record = sum(event["recorded"] for event in events)
    counts = f"{len(events)} {'event' if len(events) == 1 else 'events'} told, {of_record} of the record"
    return [f"World {world:,}, {who}: {course}; {counts}.", FROM_RECORD[mode]]


def days(events: list[dict[str, Any]]) -> list[tuple[str, list[tuple[bool, str]]]]:
    """Every day on which something happens: the date, and for each event whether it is of the record and its sentences."""
    told: dict[str, list[tuple[bool, str]]] = {}
    for event in events:
        if event["sentences"]:
            told.setdefault(event["date"], []).append((event["recorded"], " ".join(event["sentences"])))
    return [(day_words(date), lines) for date, lines in told.items()]


def narrated(scenario: Scenario, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Events with their sentences; outsiders who do the same on a day are told together, with the first of them."""
    seen: set[tuple[str, str]] = set()
    told = []
    for event in events:
        key = (event["date"], f"{event['act']} {event['recorded']}" if event["track"] == "third_party" else event["actor"])
        together = [other for other in events if event["track"] == "third_party" and _alike(event, other)]
        lines = [] if together and key in seen else _outsiders(scenario, together) if together else _sentences(scenario, event, key not in seen)
        seen.add(key)
        told.append(event | {"sentences": [line for line in lines if line]})
    return told


def _alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name] == other[name] for name in ("date", "track", "act", "recorded"))


def _outsiders(scenario: Scenario, events: list[dict[str, Any]]) -> list[str]:
    *others, last = (label_of(scenario, event["actor"]) for event in events)
    names = f"{', '.join(others)} and {last}" if others else last
    return [f"{OUTSIDERS[events[0]['act']]} {names}."]


def _sentences(scenario: Scenario, event: dict[str, Any], first: bool) -> list[str]:
    """An event in sentences; a government's need is told with the first of its acts on a day."""
    act = event["act"]
    if act == "war":
        war = scenario.dyad.war
        return [f"It is war: at least {war.strikes} strikes by each side within {war.days} days. The model's range ends here."]
    if act in JOINT:
        return [JOINT[act][0 if event["recorded"] else 1]]
    if event["track"] in ("attack", "shock"):
        return (_attack if event["track"] == "attack" else _shock)(scenario, event)
    odds_and_need = _odds(event, first)
    return [*_strike(scenario, event, odds_and_need)] if act in SIZES else [_step(scenario, event), odds_and_need]


def _dead(event: dict[str, Any]) -> str:
    """How many were killed, as a main clause; the record's and the model's read differently."""
    killed = event["killed"] or 0
    people = "nobody" if not killed else "one person" if killed == 1 else f"{number_words(killed)} people"
    if event["dead_recorded"]:
        return f"{people} {'was' if killed < 2 else 'were'} reported killed"
    return f"in the model {people} {'is' if killed < 2 else 'are'} killed"


def _attack(scenario: Scenario, event: dict[str, Any]) -> list[str]:
    target, haven = label_of(scenario, event["target"]), label_of(scenario, scenario.groups[event["actor"]].haven)
    first = f"Attack by {label_of(scenario, event['actor'])} {_where(scenario, event)}; {_dead(event)}."
    if event["blamed"] != "yes":
        return [first]
    if event["blame_recorded"]:
        return [first, f"{target} blamed {haven} for it."]
    return [first, f"{'In this world ' if event['recorded'] else ''}{target} blames {haven} for it."]


def _where(scenario: Scenario, event: dict[str, Any]) -> str:
    """Where an attack hit, and whom; not every attack on a state falls on its own soil."""
    target, place = label_of(scenario, event["target"]), event["place"]
    if not place:
        return f"against {target}"
    soil = scenario.communities[place].state
    if soil == event["target"]:
        return f"in {target} at {label_of(scenario, place)}"
    return f"against {target} at {label_of(scenario, place)}, on {possessive(label_of(scenario, soil))} soil"


def _shock(scenario: Scenario, event: dict[str, Any]) -> list[str]:
    first = f"An outside event shook {label_of(scenario, event['target'])}"
    return [f"{first}; {_dead(event)}." if event["killed"] else f"{first}."]


def _strike(scenario: Scenario, event: dict[str, Any], odds_and_need: str) -> list[str]:
    who, rival = label_of(scenario, event["actor"]), label_of(scenario, event["target"])
    place = label_of(scenario, event["place"]) if event["place"] else rival
    what = f"{possessive(who)} forces {'struck' if event['recorded'] else 'strike'} {place} ({SIZES[event['act']]} strike)"
    first = [f"{what}; {_dead(event)}."] if event["dead_recorded"] or not event["recorded"] else [f"{what}.", f"{_dead(event).capitalize()}."]
    felt = "" if event["felt"] is None else f"{rival} feels it the next day as {event['felt']:.1f} strike units."
    return [*first, odds_and_need, felt]


def _step(scenario: Scenario, event: dict[str, Any]) -> str:
    did, does = ACTS[event["act"]]
    return f"{label_of(scenario, event['actor'])} {did if event['recorded'] else does}."


def _odds(event: dict[str, Any], first: bool) -> str:
    """How likely a government's act was, and its need to answer; nothing where that is not to be told."""
    if event["chance"] is None:
        return ""
    need = f"; its need to answer stands at {event['need']:.1f} strike units" if first else ""
    return f"Chance in the model that day: {odds(event['chance'])}{need}."
