"""The outside hand: what the record, and the interventions of a design, fix on a day.

Three verbs (docs/model.md, section 6): pin an act, set a value, inject an event. Replay is pins; a what-if is pins,
sets and injects. Every answer is a column: one row a point, shape (points, 1), or (points, replicates) where each world
finds the day for itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.chronicle import Attack, Chronicle, Strike
from sim.design import Inject, Pin, Point
from sim.moments import Moments
from sim.scenario.errors import nearest, refuse
from sim.scenario.ladder import JOINT_ACTS, acts_of
from sim.scenario.schema import Scenario
from sim.settings import Windows
from sim.worlds import Array, Flags

STAGES = ("silent", "call", "offer", "mediate")


class Allowed(NamedTuple):
    """What a track may do today: flags for each act (None: anything), and where that is the record speaking."""

    acts: list[Flags] | None
    recorded: Flags


def check(points: Sequence[Point], scenario: Scenario) -> None:
    """Refuse pins and injects that name nobody, no track, no act, or less than nothing; raises ScenarioError."""
    for point in points:
        for pin in point.pins:
            _check_pin(pin, scenario)
        for inject in point.injects:
            _known("inject", inject.actor, scenario.groups if inject.kind == "attack" else scenario.states)
            if inject.size < 0:
                raise refuse("inject", "must be at least 0", field=f"{inject.kind} by {inject.actor}", value=inject.size)


def _check_pin(pin: Pin, scenario: Scenario) -> None:
    if pin.actor in scenario.third_parties:
        tracks: dict[str, tuple[str, ...]] = {"third_party": acts_on("third_party")}
    elif pin.actor == "both":
        tracks = {act: acts_on(act) for act in JOINT_ACTS}
    elif pin.actor in scenario.groups:
        tracks = {"attack": acts_on("attack")}
    else:
        _known("pin", pin.actor, [*scenario.states, *scenario.third_parties, *scenario.groups, "both"])
        tracks = {track: acts_of(track) for track in scenario.tracks}
    _known("pin", pin.track, tracks)
    for act in pin.acts:
        _known("pin", act, tracks[pin.track])
    if not pin.acts:
        raise refuse("pin", "must leave at least one act", field=f"{pin.actor} {pin.track}")


def _known(where: str, name: str, names: Iterable[str]) -> None:
    known = list(names)
    if name not in known:
        raise refuse(where, f"one of {', '.join(known)}", value=name, nearest=nearest(name, known))


class Pins:
    """The pins on one track of one actor, in the order of points; of several on a day the last one counts."""

    def __init__(self, rows: list[tuple[int, Pin]], acts: tuple[str, ...]) -> None:
        # Where one pin of a point has to be found, all its pins are looked through in their order.
        finding = {number for number, pin in rows if not (isinstance(pin.start, int) and isinstance(pin.until, int)) or pin.during}
        self._known = [row for row in rows if row[0] not in finding]
        self._found = [row for row in rows if row[0] in finding]
        self._number = np.array([number for number, _ in self._known], dtype=np.int64)
        self._start = np.array([pin.start for _, pin in self._known], dtype=np.float64)
        self._until = np.array([pin.until for _, pin in self._known], dtype=np.float64)
        self._allowed = np.array([[act in pin.acts for act in acts] for _, pin in self._known], dtype=np.bool_).reshape(-1, len(acts))
        self._acts = acts

    def on(self, day: int, moments: Moments) -> tuple[Flags, list[Flags]] | None:
        """Where a pin is at work on `day`, and for each act where it is allowed then; None where none is."""
        today = (self._start <= day) & (day < self._until)
        if not (today.any() or self._found):
            return None
        pinned = moments.nowhere[:, :1].copy()
        allowed = [pinned.copy() for _ in self._acts]
        pinned[self._number[today]] = True
        for act, flags in enumerate(allowed):
            flags[self._number[today]] = self._allowed[today, act, np.newaxis]
        return self._with_found(day, moments, pinned, allowed) if self._found else (pinned, allowed)

    def _with_found(self, day: int, moments: Moments, pinned: Flags, allowed: list[Flags]) -> tuple[Flags, list[Flags]]:
        pinned, allowed = pinned | moments.nowhere, [flags | moments.nowhere for flags in allowed]
        for number, pin in self._found:
            here = moments.within(pin, day, number)
            pinned[number] |= here
            for act, flags in zip(self._acts, allowed, strict=True):
                flags[number] = np.where(here, act in pin.acts, flags[number])
        return pinned, allowed


class Hand:
    """What is fixed from outside, day by day."""

    def __init__(self, points: list[Point], chronicle: Chronicle, windows: list[Windows], moments: Moments) -> None:
        self.chronicle, self._windows, self._moments = chronicle, windows, moments
        self._states_until = column([point.states_until for point in points])
        self._attacks_until = column([point.attacks_until for point in points])
        self._last_recorded_day = int(self._states_until.max())
        rows: dict[tuple[str, str], list[tuple[int, Pin]]] = {}
        self._injects: dict[tuple[str, str], list[tuple[int, Inject]]] = {}
        for number, point in enumerate(points):
            for pin in point.pins:
                rows.setdefault((pin.actor, pin.track), []).append((number, pin))
            for inject in point.injects:
                self._injects.setdefault((inject.kind, inject.actor), []).append((number, inject))
        self._pins = {key: Pins(pins, acts_on(key[1])) for key, pins in rows.items()}
        self._turning_days = {day for window in windows for day in window.days()}
        self._nowhere = column([False] * len(points))

    def set_values(self, day: int) -> bool:
        """Rewrite the numbers whose window opens or closes today, or may do so in some world; whether there are any."""
        turning = self._windows if day in self._turning_days else [window for window in self._windows if window.found]
        for window in turning:
            window.rewrite(day, self._moments)
        return bool(turning)

    def follows(self, day: int) -> Flags:
        """Where governments and outsiders still follow the record."""
        return self._states_until > day

    def attacks_follow(self, day: int) -> Flags:
        """Where attacks and shocks still follow the record."""
        return self._attacks_until > day

    def followed(self, day: int, state: str, track: str) -> Flags:
        """Where a state's track follows the record: what is given does so for as long as attacks and shocks do."""
        given = self.chronicle.is_given(day, state, track)
        return self.follows(day) | (given & self.attacks_follow(day))

    def acts(self, day: int, state: str, track: str) -> Allowed:
        """What a state's track may do today."""
        recorded, pins = self.follows(day), self._pinned(day, state, track)
        given = self.chronicle.is_given(day, state, track)
        if pins is None and day >= self._last_recorded_day and not given:
            return Allowed(None, recorded)
        in_record, followed = self.chronicle.acts(day, state, track), self.followed(day, state, track)
        allowed: list[Flags] = [~followed | (act in in_record) for act in acts_of(track)]
        recorded = recorded & (not given)
        if pins is None:
            return Allowed(allowed, recorded)
        pinned, acts = pins
        return Allowed([np.where(pinned, only, may) for only, may in zip(acts, allowed, strict=True)], recorded & ~pinned)

    def _pinned(self, day: int, actor: str, track: str) -> tuple[Flags, list[Flags]] | None:
        pins = self._pins.get((actor, track))
        return pins.on(day, self._moments) if pins else None

    def joint(self, day: int, act: str) -> tuple[Flags, Flags, Flags]:
        """Whether a joint act is fixed to happen, fixed not to, and where that is the record speaking."""
        recorded, pins = self.follows(day), self._pinned(day, "both", act)
        happens = act in self.chronicle.joint.get(day, ())
        yes, no = recorded & happens, recorded & (not happens)
        if pins is None:
            return yes, no, recorded
        pinned, (may, _) = pins
        return np.where(pinned, may, yes), np.where(pinned, ~may, no), recorded & ~pinned

    def stages(self, day: int, third_party: str) -> tuple[Array, Array]:
        """Lowest and highest stage of an outsider today; where it follows the record it does not advance by itself (highest -1)."""
        recorded, pins = self.follows(day), self._pinned(day, third_party, "third_party")
        lowest = np.where(recorded, float(self.chronicle.stage(day, third_party)), 0.0)
        highest = np.where(recorded, -1.0, len(STAGES) - 1.0)
        if pins is None:
            return lowest, highest
        pinned, stages = pins
        return np.where(pinned, np.argmax(stages, axis=0), lowest), np.where(pinned, len(STAGES) - 1.0 - np.argmax(stages[::-1], axis=0), highest)

    def attacks(self, day: int, group: str) -> list[tuple[Flags, Attack]]:
        """Attacks by a group that are fixed today, each with the points in which it happens."""
        following = self.attacks_follow(day) & ~self.attacks_barred(day, group)
        fixed = [(following, attack) for attack in self.chronicle.attacks.get(day, []) if attack.group == group]
        return fixed + [(where, Attack(group, inject.size, None, None, drawn=True)) for where, inject in self._injected(day, "attack", group)]

    def attacks_barred(self, day: int, group: str) -> Flags:
        """Where a pin holds a group's salient attacks back today, those of the record too; what is injected happens all the same."""
        pins = self._pinned(day, group, "attack")
        return self._nowhere if pins is None else pins[0]

    def shock(self, day: int, state: str) -> Any:
        """Attention that outside events draw today, and people they kill there."""
        following = self.attacks_follow(day)
        attention, killed = self._nowhere * 0.0, self._nowhere * 0.0
        for event in self.chronicle.shocks.get(day, []):
            if event.target == state:
                attention = attention + following * event.attention
                killed = killed + following * event.killed
        for where, inject in self._injected(day, "shock", state):
            attention = attention + where * inject.size
        return attention, killed

    def strike(self, day: int, state: str) -> tuple[Flags, Strike | None, Array]:
        """Where the record says what a state's strike did today; what it says; and casualties injected (NaN: none)."""
        strike = self.chronicle.strikes.get((day, state))
        injected = self._nowhere * np.nan
        for where, inject in self._injected(day, "casualties", state):
            injected = np.where(where, inject.size, injected)
        return self.followed(day, state, "military") & (strike is not None), strike, injected

    def _injected(self, day: int, kind: str, actor: str) -> Iterator[tuple[Flags, Inject]]:
        """What is injected today, and where."""
        for number, inject in self._injects.get((kind, actor), []):
            today = self._moments.is_day(inject.day, day, number)
            if np.any(today):
                where = self._nowhere | np.zeros_like(today)
                where[number] = today
                yield where, inject


def acts_on(track: str) -> tuple[str, ...]:
    """The acts that a pin can name on a track."""
    if track in JOINT_ACTS:
        return ("yes", "no")
    if track == "attack":
        return ("no",)
    return STAGES if track == "third_party" else acts_of(track)


def column(values: list[Any]) -> Any:
    """A column with one row a point, shape (points, 1)."""
    return np.array(values)[:, np.newaxis]
