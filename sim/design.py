"""The table of points: each point is one set-up, run in every world with the same luck.

A point says until when the record is followed, and lists the three interventions: pin an act, set a value, inject an
event (docs/model.md, sections 6 and 7).
"""

from dataclasses import dataclass, replace
from typing import Literal

from sim.worlds import NEVER

Mode = Literal["forced", "assisted", "free"]
InjectKind = Literal["attack", "shock", "casualties"]
INJECTS: tuple[InjectKind, ...] = ("attack", "shock", "casualties")
MODES: tuple[Mode, ...] = ("forced", "assisted", "free")


@dataclass(frozen=True)
class After:
    """The day that comes `days` days after something first happens: in each world its own, and none where it never happens."""

    event: str
    days: int


When = int | After
"""A day of the run, or one that each world finds for itself."""


@dataclass(frozen=True)
class Set:
    """A parameter takes `value` from day `start` until (not including) day `until`; `path` is dotted, wildcards allowed.

    Where `during` names a condition, only on days on whose eve it held.
    """

    path: str
    value: float
    start: When = 0
    until: When = NEVER
    during: str = ""


@dataclass(frozen=True)
class Pin:
    """An actor's track is held to `acts` from day `start` until (not including) day `until`.

    For the two states together the actor is `both` and the track `agree` or `restore`, with acts `yes` or `no`. For a third party
    the track is `third_party` and the acts are the stages allowed: `silent`, `call`, `offer`, `mediate`. For an armed
    group the track is `attack` and the act `no`: its salient attacks do not come, whether the record has them or not. Where
    `during` names a condition, only on days on whose eve it held.
    """

    actor: str
    track: str
    acts: tuple[str, ...]
    start: When = 0
    until: When = NEVER
    during: str = ""


@dataclass(frozen=True)
class Inject:
    """Something happens on `day`: an `attack` by a group, a `shock` to a state's attention, `casualties` of a state's strike.

    `actor` is the group, the state shocked, or the state that strikes; `size` is people killed, or units of attention.
    """

    kind: InjectKind
    actor: str
    day: When
    size: float


@dataclass(frozen=True)
class Point:
    """A set-up: how long governments and outsiders follow the record, how long attacks and shocks do, and what is changed."""

    name: str = "unchanged"
    states_until: int = 0
    attacks_until: int = NEVER
    sets: tuple[Set, ...] = ()
    pins: tuple[Pin, ...] = ()
    injects: tuple[Inject, ...] = ()


def point_in(mode: Mode, start: int = 0, *, name: str | None = None, sets: tuple[Set, ...] = ()) -> Point:
    """A point in a mode: FORCED follows the record throughout, ASSISTED frees governments from day `start`, FREE everybody."""
    base = Point(name=name or mode, sets=sets)
    if mode == "forced":
        return replace(base, states_until=NEVER)
    return replace(base, states_until=start, attacks_until=NEVER if mode == "assisted" else start)
