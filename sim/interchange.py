"""A run's events as others code them: dyadic events in the manner of GDELT with CAMEO codes, and a row a crisis actor in the manner of ICB.

CAMEO codes and Goldstein weights are those of the ladder (Gerner, Schrodt, Yilmaz & Abu-Jabr 2002; Goldstein 1992). What
has no code there (context, outside shocks, a border opened, acts that are only guessed) is left out of the event table.
ICB's fields keep their names and hold its categories in words; what a model of two states cannot know is not there
(Brecher, Wilkenfeld, Beardsley, James & Quinn 2017). docs/interchange.md.
"""

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sim.scenario.find import bundle
from sim.scenario.ladder import JOINT_ACTS, THIRD_PARTY_ACTS, TRACKS, Act
from sim.scenario.parts.record import STRIKES
from sim.scenario.schema import Scenario

CODES_FILE = "actor_codes.csv"
CAMEO_FILE, ICB_FILE = "events_cameo.csv", "crisis_icb.csv"
ATTACK = Act("attack", 0, "180", 9.0)
"""An armed group's attack: CAMEO 180, unconventional violence, not specified; Goldstein -9.0."""
ARMED_GROUP = "UAF"
"""CAMEO's role of unaligned armed forces."""
STATEMENT = "010"
"""CAMEO of an outsider's public word to a state that it does not ask for restraint: a statement, not specified."""
CAMEO_COLUMNS = (
    "World", "SQLDATE", "Actor1Name", "Actor1CountryCode", "Actor1Type1Code", "Actor2Name", "Actor2CountryCode", "Actor2Type1Code", "EventCode",
    "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "ActionGeo_FullName", "ActionGeo_Lat", "ActionGeo_Long", "Killed",
)  # fmt: skip
ICB_COLUMNS = (
    "World", "CRISNAME", "ACTOR", "CRACID", "TRIGDATE", "TRIGGR", "TRIGENT", "MAJRES", "RESPDATE", "TRGRESRA", "TERMDATE", "BREXRA", "CRISMG",
    "SEVVIO", "OUTFOR",
)  # fmt: skip
FADED_AFTER = 60
"""Days without a hostile act after which a crisis that nobody ended counts as faded. Source: assumed, as in `validate`."""


class Code(NamedTuple):
    """How others call an actor: CAMEO country and role, Gleditsch and Ward's country number; empty where it has none."""

    cameo: str = ""
    role: str = ""
    number: str = ""


def codes(folder: Path | None = None) -> dict[str, Code]:
    """The codes of actors by their names in scenarios."""
    with ((folder or bundle()) / CODES_FILE).open(encoding="utf-8", newline="") as file:
        return {row["name"]: Code(row["cameo"], row["role"], row["country_number"]) for row in csv.DictReader(file)}


def act_of(track: str, act: str) -> Act | None:
    """An act of any actor on the ladder; None for what is not an act there, or has no code."""
    known = {one.name: one for one in TRACKS.get(track, ())}
    if track == "talks":
        known |= JOINT_ACTS
    if track == "third_party":
        known = THIRD_PARTY_ACTS
    if track == "attack":
        known = {"attack": ATTACK}
    found = known.get(act)
    return found if found is not None and found.cameo else None


def cameo(events: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Events as dyadic CAMEO events: a row an actor and a target, with GDELT's names of columns; a joint act has a row for each state."""
    rows = [row for event in events.to_dict("records") for row in _dyads(_plain(event), scenario)]
    return _whole(pd.DataFrame(rows, columns=list(CAMEO_COLUMNS)), "Killed")


def _plain(event: dict[Any, Any]) -> dict[str, Any]:
    """A row without NaN: what is missing is empty."""
    return {str(key): "" if pd.isna(value) else value for key, value in event.items()}


def _dyads(event: dict[str, Any], scenario: Scenario) -> Iterator[dict[str, Any]]:
    act = act_of(event["track"], event["act"])
    if act is None:
        return
    first, second = scenario.states
    if event["actor"] == "both":
        pairs = [(first, second), (second, first)]
    elif event["actor"] in scenario.states:
        pairs = [(event["actor"], second if event["actor"] == first else first)]
    elif event["track"] == "third_party":
        pairs = [(event["actor"], state) for state in scenario.states]
    else:
        pairs = [(event["actor"], event["target"])]
    place = scenario.communities.get(event["place"])
    for actor, target in pairs:
        code = STATEMENT if event["act"] == "call" and not _asks(scenario, actor, target) else act.cameo
        yield {
            "World": event["world"],
            "SQLDATE": str(event["date"]).replace("-", ""),
            **_actor("Actor1", actor, scenario),
            **_actor("Actor2", target, scenario),
            "EventCode": code,
            "EventBaseCode": code[:3],
            "EventRootCode": code[:2],
            "QuadClass": quad_class(code),
            "GoldsteinScale": -act.hostility if act.hostility else None,
            "ActionGeo_FullName": place.label if place else "",
            "ActionGeo_Lat": place.latitude if place else None,
            "ActionGeo_Long": place.longitude if place else None,
            "Killed": event["killed"] if event["killed"] != "" else None,
        }


def _asks(scenario: Scenario, outsider: str, state: str) -> bool:
    """Whether an outsider's word asks a state to hold back."""
    return outsider not in scenario.third_parties or scenario.third_parties[outsider].urges.get(state, 1.0) > 0.0


def _actor(prefix: str, name: str, scenario: Scenario) -> dict[str, str]:
    known = codes().get(name, Code("", ARMED_GROUP if name in scenario.groups else ""))
    parts = {**scenario.states, **scenario.third_parties, **scenario.groups}
    label = getattr(parts.get(name), "label", name)
    return {f"{prefix}Name": label, f"{prefix}CountryCode": known.cameo, f"{prefix}Type1Code": known.role}


def quad_class(code: str) -> int:
    """GDELT's four classes: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict."""
    root = int(code[:2])
    return 1 if root <= 5 else 2 if root <= 9 else 3 if root <= 14 else 4


def icb(events: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """A row a state and world in which it was in a crisis: its trigger, its major response, how the crisis was managed and ended."""
    rows = []
    for world, own in events.groupby("world", sort=False):
        story = [_plain(event) for event in own.to_dict("records")]
        rows += [row for state in scenario.states if (row := _crisis_of(str(world), state, story, scenario)) is not None]
    return _whole(pd.DataFrame(rows, columns=list(ICB_COLUMNS)), "TRGRESRA", "BREXRA")


def _whole(table: pd.DataFrame, *counts: str) -> pd.DataFrame:
    """A table whose counts are whole numbers, or missing."""
    return table.assign(**{name: pd.to_numeric(table[name]).astype("Int64") for name in counts})


def _crisis_of(world: str, state: str, story: list[dict[str, Any]], scenario: Scenario) -> dict[str, Any] | None:
    other = next(name for name in scenario.states if name != state)
    trigger = _trigger(state, other, story)
    if trigger is None:
        return None
    after = [event for event in story if event["date"] >= trigger["date"]]
    response = max((event for event in after if event["actor"] == state and _hostile(event)), key=_hostility, default=None)
    respond = response["date"] if response else None
    ended, how = _end(after, scenario)
    return {
        "World": world,
        "CRISNAME": scenario.title,
        "ACTOR": codes().get(state, Code()).cameo or scenario.states[state].label,
        "CRACID": codes().get(state, Code()).number,
        "TRIGDATE": trigger["date"],
        "TRIGGR": "violent act" if trigger["act"] in STRIKES else "indirect violent act",
        "TRIGENT": scenario.states[other].label if trigger["actor"] == other else scenario.groups[trigger["actor"]].label,
        "MAJRES": _response_words(response),
        "RESPDATE": respond,
        "TRGRESRA": _days(trigger["date"], respond),
        "TERMDATE": ended,
        "BREXRA": _days(trigger["date"], ended),
        "CRISMG": _management(after),
        "SEVVIO": _violence(after, scenario),
        "OUTFOR": how,
    }


def _trigger(state: str, other: str, story: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What began it for a state: the other's first strike; for the state that struck first, the last attack that it blamed before."""
    strikes = [event for event in story if event["act"] in STRIKES and event["track"] == "military"]
    if not strikes:
        return None
    struck = [event for event in strikes if event["actor"] == other]
    first = min(strikes, key=lambda event: event["date"])
    if first["actor"] == other:
        return first
    blamed = [event for event in story if event["track"] == "attack" and event["target"] == state and event["blamed"] == "yes"]
    before = [event for event in blamed if event["date"] <= first["date"]]
    return before[-1] if before else (struck[0] if struck else None)


def _hostile(event: dict[str, Any]) -> bool:
    return _hostility(event) > 0


def _hostility(event: dict[str, Any]) -> float:
    act = act_of(event["track"], event["act"])
    return act.hostility if act else 0.0


def _response_words(response: dict[str, Any] | None) -> str:
    """ICB's class of the most hostile thing that a state did."""
    if response is None:
        return "no response"
    if response["act"] in STRIKES:
        return "violent military act"
    by_track = {"military": "non-violent military act", "border": "economic act"}
    return by_track.get(response["track"], "political act" if response["act"] == "downgrade" else "verbal act")


def _end(after: list[dict[str, Any]], scenario: Scenario) -> tuple[str | None, str]:
    """The last agreement after the last strike; else the day of the last hostile act, if the run goes on long enough after it."""
    strikes = [event["date"] for event in after if event["act"] in STRIKES and event["track"] == "military"]
    agreed = [event["date"] for event in after if event["act"] == "agree" and (not strikes or event["date"] >= max(strikes))]
    if agreed:
        return min(agreed), "semi-formal agreement"
    hostile = [event["date"] for event in after if _hostile(event) and event["actor"] in scenario.states]
    last = max(hostile, default=None)
    if last is not None and (scenario.end - datetime.date.fromisoformat(str(last))).days >= FADED_AFTER:
        return last, "faded"
    return None, "not ended within the run"


def _management(after: list[dict[str, Any]]) -> str:
    """How the two dealt with it, in ICB's words."""
    violent = any(event["act"] in STRIKES and event["track"] == "military" for event in after)
    talked = any(event["act"] in ("seek_talks", "agree") for event in after)
    mediated = any(event["act"] == "mediate" for event in after)
    if violent:
        return "multiple, including violence" if talked or mediated else "violence"
    return "multiple, not including violence" if talked and mediated else "mediation" if mediated else "negotiation" if talked else "none seen"


def _violence(after: list[dict[str, Any]], scenario: Scenario) -> str:
    """ICB's intensity: minor or serious clashes, or war by the model's own definition."""
    strikes = {state: sum(event["actor"] == state and event["act"] in STRIKES for event in after) for state in scenario.states}
    if min(strikes.values()) >= scenario.dyad.war.strikes:
        return "full-scale war"
    large = any(event["act"] == "expanded_strike" for event in after)
    return "no violence" if not any(strikes.values()) else "serious clashes" if large or min(strikes.values()) > 1 else "minor clashes"


def _days(first: str, last: str | None) -> int | None:
    return None if last is None else (datetime.date.fromisoformat(str(last)) - datetime.date.fromisoformat(str(first))).days


def write(folder: Path, events: pd.DataFrame, scenario: Scenario) -> list[Path]:
    """Write both tables into a run's folder; a crisis actor whose crisis had not begun has no row."""
    made = [(folder / CAMEO_FILE, cameo(events, scenario)), (folder / ICB_FILE, icb(events, scenario))]
    for path, rows in made:
        rows.to_csv(path, index=False)
    return [path for path, _ in made]
