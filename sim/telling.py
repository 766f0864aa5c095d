"""One world told day by day: what happens, what is of the record, what each side felt and how likely each act was.

The world is run alone, from the same named draws, and is the same world to the bit as in a large run.
"""

from dataclasses import dataclass
from typing import Any

from sim.chronicle import Chronicle
from sim.design import Point
from sim.scenario.ladder import THIRD_PARTY_ACTS, acts_of
from sim.simulate import PointResult
from sim.story import of_world

JOINT = ("agree", "restore")


@dataclass(frozen=True)
class Hour:
    """A council about to decide: the chance that it sits, its need to answer, and by track the chances of every act, if it sits and that day."""

    sits: float
    need: float
    if_sitting: dict[str, list[float]]
    today: dict[str, list[float]]


@dataclass(frozen=True)
class World:
    """One world: its series, and every council as it stood on each day."""

    number: int
    result: PointResult
    hours: dict[tuple[int, str], Hour]


def events(world: World) -> list[dict[str, Any]]:
    """Everything that happens in a world, day by day, with whether it is of the record, and how likely each government's act was."""
    result, scenario = world.result, world.result.scenario
    chronicle = Chronicle(scenario)
    rows = [*_shocks(result, chronicle), *of_world(result, 0, str(world.number)), *_war(result)]
    days = {scenario.date_of(day).isoformat(): day for day in range(scenario.days)}
    return [_told(world, chronicle, days[row["date"]], row) for row in sorted(rows, key=lambda row: str(row["date"]))]


def _shocks(result: PointResult, chronicle: Chronicle) -> list[dict[str, Any]]:
    """Outside shocks of the record, where they are followed."""
    followed = [(day, shock) for day, shocks in chronicle.shocks.items() for shock in shocks if day < result.point.attacks_until]
    return [
        {
            "date": result.scenario.date_of(day).isoformat(),
            "actor": "outside",
            "track": "shock",
            "act": "shock",
            "target": shock.target,
            "killed": int(shock.killed),
        }
        for day, shock in followed
    ]


def _war(result: PointResult) -> list[dict[str, Any]]:
    war = result.series["war"][:, 0] > 0
    return [{"date": result.scenario.date_of(int(war.argmax())).isoformat(), "actor": "both", "track": "war", "act": "war"}] if war.any() else []


def _told(world: World, chronicle: Chronicle, day: int, row: dict[str, Any]) -> dict[str, Any]:
    names = ("date", "actor", "track", "act", "target", "place", "killed", "felt", "blamed")
    event = {name: row.get(name) for name in names} | dict.fromkeys(("chance", "chance_if_sitting", "chance_to_sit", "need"))
    return event | _of_record(world.result.point, chronicle, day, row) | _as_it_stood(world, day, row)


def _of_record(point: Point, chronicle: Chronicle, day: int, row: dict[str, Any]) -> dict[str, bool]:
    """Whether an event, its dead and the blame for it are the record's."""
    actor, track, act = row["actor"], row["track"], row["act"]
    attacks, states = day < point.attacks_until, day < point.states_until
    known = {"recorded": False, "dead_recorded": False, "blame_recorded": False}
    if track == "attack":
        here = [attack for attack in chronicle.attacks.get(day, []) if attacks and attack.group == actor]
        blamed = states and any(attack.blamed is not None for attack in here)
        return {"recorded": bool(here), "dead_recorded": bool(here), "blame_recorded": blamed}
    if track == "shock":
        return known | {"recorded": True, "dead_recorded": True}
    if not states or track == "war":
        return known
    if track == "third_party":
        return known | {"recorded": chronicle.stage(day, actor) == 1 + list(THIRD_PARTY_ACTS).index(act)}
    if act in JOINT:
        return known | {"recorded": act in chronicle.joint.get(day, ())}
    strike = chronicle.strikes.get((day, actor))
    return known | {"recorded": chronicle.acts(day, actor, track) == (act,), "dead_recorded": strike is not None and strike.killed is not None}


def _as_it_stood(world: World, day: int, row: dict[str, Any]) -> dict[str, float]:
    """What a government needed when it acted, and how likely its act was; nothing for others."""
    hour = world.hours.get((day, row["actor"]))
    if hour is None:
        return {}
    track = row["track"]
    act = acts_of(track).index(row["act"])
    return {"chance": hour.today[track][act], "chance_if_sitting": hour.if_sitting[track][act], "chance_to_sit": hour.sits, "need": hour.need}
