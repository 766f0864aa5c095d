"""The record by days: what each actor did, as the model's rules need it.

On a track-day without a row nothing happened, and that is known; `unknown` stands for any act short of a strike, and
alternatives (`stand_by|alert`) for one of those named. A border policy stands until the record changes it. What a run
takes as given is followed like the rest of the record, and is evidence of nothing.
"""

from dataclasses import dataclass

from sim.scenario.ladder import THIRD_PARTY_ACTS, TRACKS, acts_of
from sim.scenario.parts.record import ELSEWHERE, STRIKES, Event
from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Attack:
    """A salient attack: by whom, people killed, where (a community, if one of the scenario's), whether the neighbour was blamed.

    Where nobody says where it hits, the place is `drawn`.
    """

    group: str
    killed: float
    place: str | None
    blamed: bool | None
    drawn: bool = False


@dataclass(frozen=True)
class Shock:
    """An outside event: whom it concerns, the attention it draws, people killed."""

    target: str
    attention: float
    killed: float


@dataclass(frozen=True)
class Strike:
    """What a recorded strike did: people killed (None: not known) and where: in a community, or on neither state's soil."""

    killed: float | None
    place: str | None
    elsewhere: bool = False


class Chronicle:
    """A scenario's record, looked up by day."""

    def __init__(self, scenario: Scenario) -> None:
        self.attacks: dict[int, list[Attack]] = {}
        self.shocks: dict[int, list[Shock]] = {}
        self.strikes: dict[tuple[int, str], Strike] = {}
        self.joint: dict[int, set[str]] = {}
        self._acts: dict[tuple[int, str, str], tuple[str, ...]] = {}
        self._given: set[tuple[int, str, str]] = set()
        self._stages: dict[tuple[int, str], int] = {}
        self._policies: dict[str, list[tuple[int, str]]] = {state: [(-1, "open")] for state in scenario.states}
        for event in sorted(scenario.history, key=lambda row: (row.date, row.order, row.actor, row.track, row.act)):
            last = scenario.day_of(event.until or event.date)
            for day in range(scenario.day_of(event.date), last + 1):
                self._note(day, event)

    def _note(self, day: int, event: Event) -> None:
        if event.track == "attack":
            blamed = {"yes": True, "no": False}.get(event.blamed)
            self.attacks.setdefault(day, []).append(Attack(event.actor, float(event.killed or 0), event.place or None, blamed))
        elif event.track == "shock":
            self.shocks.setdefault(day, []).append(Shock(event.target, event.attention or 0.0, float(event.killed or 0)))
        elif event.track == "third_party":
            self._stages[day, event.actor] = 1 + list(THIRD_PARTY_ACTS).index(event.act)
        elif event.actor == "both" and event.track == "talks":
            self.joint.setdefault(day, set()).add(event.act)
        elif event.track in TRACKS:
            self._note_act(day, event)

    def _note_act(self, day: int, event: Event) -> None:
        possible = tuple(act for act in acts_of(event.track) if act not in STRIKES) if event.act == "unknown" else tuple(event.act.split("|"))
        self._acts[day, event.actor, event.track] = possible
        if event.given:
            self._given.add((day, event.actor, event.track))
        if event.track == "border" and len(possible) == 1:
            self._policies[event.actor].append((day, possible[0]))
        if possible[0] in STRIKES:
            killed = None if event.killed is None else float(event.killed)
            self.strikes[day, event.actor] = Strike(killed, event.place or None, event.soil == ELSEWHERE)

    def acts(self, day: int, state: str, track: str) -> tuple[str, ...]:
        """What the record leaves possible for a state's track on a day."""
        return self._acts.get((day, state, track)) or (self.routine(day, state, track),)

    def is_act(self, day: int, state: str, track: str) -> bool:
        """Whether the record shows one act, other than routine, on a state's track on a day."""
        acts = self.acts(day, state, track)
        return len(acts) == 1 and acts[0] != self.routine(day, state, track)

    def is_given(self, day: int, state: str, track: str) -> bool:
        """Whether the run takes a state's act on a track as given: it is followed as attacks are, but neither scored nor evidence."""
        return (day, state, track) in self._given

    @property
    def abroad(self) -> bool:
        """Whether some recorded strike fell on neither state's soil."""
        return any(strike.elsewhere for strike in self.strikes.values())

    def routine(self, day: int, state: str, track: str) -> str:
        """What a state's track does when nothing is decided."""
        if track != "border":
            return acts_of(track)[0]
        return [policy for since, policy in self._policies[state] if since < day][-1]

    def stage(self, day: int, third_party: str) -> int:
        """The stage that the record shows an outsider to take on a day (0: none)."""
        return self._stages.get((day, third_party), 0)

    def joint_is_possible(self, day: int, act: str, states: tuple[str, ...]) -> bool:
        """Whether a joint act could have come on a day: agreement where both seek talks, restoration where an envoy is away."""
        if act == "agree":
            return all("seek_talks" in self.acts(day, state, "talks") for state in states)
        away = [d for (d, _, track), acts in self._acts.items() if track == "public" and acts == ("downgrade",) and d <= day]
        back = [d for d, acts in self.joint.items() if "restore" in acts and d < day]
        return bool(away) and max(away) > max(back, default=-1)
