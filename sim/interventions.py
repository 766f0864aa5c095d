"""The outside hand: what the record, and the interventions of a design, fix on a day.

Three verbs (docs/model.md, section 6): pin an act, set a value, inject an event. Replay is pins; a what-if is pins,
sets and injects. Every answer is a column: one row a point, shape (points, 1).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.chronicle import Attack, Chronicle, Strike
from sim.design import Pin, Point
from sim.scenario.errors import nearest, refuse
from sim.scenario.ladder import JOINT_ACTS, acts_of
from sim.scenario.schema import Scenario
from sim.settings import Windows
from sim.worlds import Array, Flags

STAGES = ("silent", "call", "offer", "mediate")


class Allowed(NamedTuple):
    """What a track may do today: a flag (points, 1) for each act (None: anything), and where that is the record speaking."""

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
        tracks: dict[str, tuple[str, ...]] = {"third_party": STAGES}
    elif pin.actor == "both":
        tracks = dict.fromkeys(JOINT_ACTS, ("yes", "no"))
    else:
        _known("pin", pin.actor, [*scenario.states, *scenario.third_parties, "both"])
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


class Hand:
    """What is fixed from outside, day by day."""

    def __init__(self, points: list[Point], chronicle: Chronicle, windows: list[Windows]) -> None:
        self._points, self.chronicle, self._windows = points, chronicle, windows
        self._states_until = column([point.states_until for point in points])
        self._attacks_until = column([point.attacks_until for point in points])
        self._last_recorded_day = int(self._states_until.max())
        self._pins: dict[tuple[str, str], list[tuple[int, Pin]]] = {}
        for number, point in enumerate(points):
            for pin in point.pins:
                self._pins.setdefault((pin.actor, pin.track), []).append((number, pin))
        self._turning_days = {day for window in windows for day in window.days()}
        self._nowhere = column([False] * len(points))

    def set_values(self, day: int) -> bool:
        """Rewrite the numbers whose window opens or closes today; whether there are any."""
        if day in self._turning_days:
            for window in self._windows:
                window.rewrite(day)
        return day in self._turning_days

    def follows(self, day: int) -> Flags:
        """Where governments and outsiders still follow the record."""
        return self._states_until > day

    def attacks_follow(self, day: int) -> Flags:
        """Where attacks and shocks still follow the record."""
        return self._attacks_until > day

    def acts(self, day: int, state: str, track: str) -> Allowed:
        """What a state's track may do today."""
        recorded = self.follows(day)
        pins = [(number, pin) for number, pin in self._pins.get((state, track), []) if pin.start <= day < pin.until]
        if not pins and day >= self._last_recorded_day:
            return Allowed(None, recorded)
        in_record = self.chronicle.acts(day, state, track)
        allowed = [~recorded | (act in in_record) for act in acts_of(track)]
        for number, pin in pins:
            recorded[number] = False
            for flags, act in zip(allowed, acts_of(track), strict=True):
                flags[number] = act in pin.acts
        return Allowed(allowed, recorded)

    def joint(self, day: int, act: str) -> tuple[Flags, Flags, Flags]:
        """Whether a joint act is fixed to happen, fixed not to, and where that is the record speaking."""
        recorded = self.follows(day)
        happens = act in self.chronicle.joint.get(day, ())
        yes, no = recorded & happens, recorded & (not happens)
        for number, pin in self._pins.get(("both", act), []):
            if pin.start <= day < pin.until:
                yes[number], no[number], recorded[number] = "yes" in pin.acts, "yes" not in pin.acts, False
        return yes, no, recorded

    def stages(self, day: int, third_party: str) -> tuple[Array, Array]:
        """Lowest and highest stage of an outsider today; where it follows the record it does not advance by itself (highest -1)."""
        recorded = self.follows(day)
        lowest = np.where(recorded, float(self.chronicle.stage(day, third_party)), 0.0)
        highest = np.where(recorded, -1.0, len(STAGES) - 1.0)
        for number, pin in self._pins.get((third_party, "third_party"), []):
            if pin.start <= day < pin.until:
                stages = [STAGES.index(act) for act in pin.acts]
                lowest[number], highest[number] = min(stages), max(stages)
        return lowest, highest

    def attacks(self, day: int, group: str) -> list[tuple[Flags, Attack]]:
        """Attacks by a group that are fixed today, each with the points in which it happens."""
        following = self.attacks_follow(day)
        fixed = [(following, attack) for attack in self.chronicle.attacks.get(day, []) if attack.group == group]
        for number, point in enumerate(self._points):
            for inject in point.injects:
                if inject.kind == "attack" and (inject.actor, inject.day) == (group, day):
                    fixed.append((self._only(number), Attack(group, inject.size, None, None, drawn=True)))
        return fixed

    def shock(self, day: int, state: str) -> Any:
        """Attention that outside events draw today, and people they kill there: two columns."""
        following = self.attacks_follow(day)
        attention, killed = self._nowhere * 0.0, self._nowhere * 0.0
        for event in self.chronicle.shocks.get(day, []):
            if event.target == state:
                attention = attention + following * event.attention
                killed = killed + following * event.killed
        for number, point in enumerate(self._points):
            for inject in point.injects:
                if inject.kind == "shock" and (inject.actor, inject.day) == (state, day):
                    attention = attention + self._only(number) * inject.size
        return attention, killed

    def strike(self, day: int, state: str) -> tuple[Flags, Strike | None, Array]:
        """Where the record says what a state's strike did today; what it says; and casualties injected (NaN: none)."""
        strike = self.chronicle.strikes.get((day, state))
        injected = self._nowhere * np.nan
        for number, point in enumerate(self._points):
            for inject in point.injects:
                if inject.kind == "casualties" and (inject.actor, inject.day) == (state, day):
                    injected[number] = inject.size
        return self.follows(day) & (strike is not None), strike, injected

    def _only(self, number: int) -> Flags:
        return column([other == number for other in range(len(self._points))])


def column(values: list[Any]) -> Any:
    """A column with one row a point, shape (points, 1)."""
    return np.array(values)[:, np.newaxis]
