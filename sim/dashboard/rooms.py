"""Rooms: exercises under way, each with its log, its clock, and the windows that look at it. A world that is played is one room's alone."""

import datetime
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.design import Inject
from sim.scenario.errors import refuse
from sim.seat.briefing import Briefing, briefing
from sim.seat.game import Acts, Game, Setup, with_inject
from sim.seat.log import Log, injects_of

MOST = 200
"""Rooms that are kept; the oldest makes room."""


@dataclass
class Room:
    """A game, its log, whether the facilitator has stopped the clock, notes, a guess, and who wants to hear of changes.

    `code` opens a player's window, `key` the facilitator's; nobody can come from the one to the other.
    """

    code: str
    key: str
    game: Game
    log: Log
    guess: int | None = None
    paused: bool = False
    stopped: bool = False
    debriefed: str = ""
    """The debrief as HTML, once it is made; one for all who look."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    windows: list[Callable[[], None]] = field(default_factory=list)

    def dawn(self) -> Briefing:
        """What the government knows today."""
        return briefing(self.game)

    @property
    def over(self) -> bool:
        """Whether nothing is to be decided any more."""
        return self.stopped or self.game.over

    def stop(self) -> None:
        """Decide no more: the debrief follows."""
        self.stopped = True
        self.changed()

    def decide(self, acts: Acts | None) -> None:
        """End the day; raises ScenarioError while the clock stands, or for what cannot be done."""
        if self.paused:
            raise refuse("", "must wait: the facilitator has stopped the clock", field="the day")
        day = self.game.day
        self.game.decide(acts)
        self.log.decided(self.game.setup.scenario, day, acts)
        self.changed()

    def skip(self) -> None:
        """Let days pass, all as it stands, until something happens."""
        self.decide({})
        while not self.game.over and not self.paused and self.dawn().quiet:
            self.decide({})

    def inject(self, row: dict[str, Any]) -> None:
        """Prepare something; raises ScenarioError."""
        if self.over:
            raise refuse("", "must come before the end: nothing is to be decided any more", field="inject")
        inject = injects_of("inject", self.game.setup.scenario, [row])[0]
        self.game = with_inject(self.game, inject)
        self.log.inject(self.game.setup.scenario, inject)
        self.changed()

    def note(self, words: str) -> None:
        """Say something to whoever plays."""
        date = self.date.isoformat()
        self.notes.append((date, words))
        self.log.note(date, words)
        self.changed()

    def pause(self) -> None:
        """Stop the clock, or let it run."""
        self.paused = not self.paused
        self.changed()

    def changed(self) -> None:
        """Tell every window."""
        for window in list(self.windows):
            window()

    @property
    def date(self) -> datetime.date:
        """The day to be decided, or the last one."""
        scenario = self.game.setup.scenario
        return scenario.date_of(min(self.game.day, scenario.days - 1))

    @property
    def queue(self) -> list[Inject]:
        """What is prepared and has not come yet."""
        return [one for one in self.game.setup.injects if isinstance(one.day, int) and one.day >= self.game.day]


class Rooms:
    """All rooms of a server, by code."""

    def __init__(self, folder: Path = Path("results")) -> None:
        self.folder, self._rooms = folder, dict[str, Room]()

    def open(self, setup: Setup, guess: int | None) -> Room:
        """A new room with a code that cannot be guessed."""
        code, key = secrets.token_urlsafe(6), secrets.token_urlsafe(6)
        self.folder.mkdir(parents=True, exist_ok=True)
        room = Room(code, key, Game(setup), Log(self.folder / f"play_{setup.scenario.name}_{setup.seat}_{code}.jsonl", setup), guess)
        while len(self._rooms) >= MOST:
            self._rooms.pop(next(iter(self._rooms)))
        self._rooms[code] = room
        return room

    def find(self, code: str) -> Room | None:
        """The room of a player's code."""
        return self._rooms.get(code)

    def kept_by(self, key: str) -> Room | None:
        """The room of a facilitator's key."""
        return next((room for room in self._rooms.values() if secrets.compare_digest(room.key.encode(), key.encode())), None)
