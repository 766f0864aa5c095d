"""The pages of the seat: the player's, and the facilitator's window."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import panel as pn
from bokeh.io import curdoc
from markupsafe import Markup
from panel.custom import JSComponent

from sim.dashboard.parts import ASSETS, asset, seat_part
from sim.dashboard.rooms import Room
from sim.dashboard.seat_debrief import debriefed
from sim.design import INJECTS, Inject
from sim.experiments.asking import check_seed, check_world, day_of
from sim.experiments.sensitivity import first_choice
from sim.scenario.errors import ScenarioError, refuse
from sim.scenario.schema import Scenario
from sim.seat.debrief import told
from sim.seat.game import setup
from sim.words import day_words, label_of, option_words

if TYPE_CHECKING:
    from sim.dashboard.serve import House

TRACKS = {"military": "Forces", "public": "In public", "border": "Border", "talks": "Talks"}
WAITING = "<p role='status'>It is over. Computing the other worlds for the debrief …</p>"
FAILED = "<p class='error' role='alert'>The program failed at the debrief; the window in which it runs has the details. The log is whole.</p>"
Fragments = dict[str, str]


class SeatBridge(JSComponent):  # type: ignore[misc] # Panel's annotations are left out
    """The line between page and program."""

    _esm = "export function render({ model }) { window.taftan.connect(model); }"

    window: "Window | None" = None

    def _handle_msg(self, data: Any) -> None:
        window = self.window
        if window is not None and isinstance(data, dict):
            window.later(lambda: window.receive(data))


class Window:
    """What one browser window shows, and what it may do. `send` reaches the page; `later` does something when it may be changed."""

    role, heading = "", ""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.room: Room | None = None
        self.send: Callable[[dict[str, Any]], None] = lambda message: None
        self.later: Callable[[Callable[[], None]], None] = lambda call: call()

    def fragments(self, error: str = "") -> Fragments:
        """All that changes on the page."""
        raise NotImplementedError

    def receive(self, message: dict[str, Any]) -> None:
        """Do what the page asks; what cannot be done is said on it."""
        given = message.get("values")
        values = {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
        try:
            self.do(str(message.get("do")), values)
            self.show(top=True)
        except ScenarioError as error:
            self.show(str(error))

    def do(self, what: str, values: dict[str, str]) -> None:
        """One thing that the page asks for; raises ScenarioError."""
        raise NotImplementedError

    def show(self, error: str = "", *, top: bool = False) -> None:
        """Send the page what it shows."""
        self.send({"fragments": self.fragments(error), "top": top})

    def join(self, room: Room) -> None:
        """Look at a room from now on."""
        self.room = room
        room.windows.append(self._changed)

    def leave(self) -> None:
        """Look no more."""
        if self.room is not None and self._changed in self.room.windows:
            self.room.windows.remove(self._changed)

    def _changed(self) -> None:
        self.later(self.show)


class Player(Window):
    """The player's page."""

    role, heading = "a seat", "Take a seat"

    def __init__(self, scenario: Scenario, home: "House") -> None:
        super().__init__(scenario)
        self.home = home
        self.seat = ""
        """The government that the address asks for."""
        self.lost = False
        """Whether the address names a room that is not there any more."""

    def fragments(self, error: str = "") -> Fragments:
        """Before, during and after the game."""
        room, scenario = self.room, self.scenario
        if room is None:
            seats = [(name, state.label) for name, state in reversed(scenario.states.items())]
            start = scenario.date_of(first_choice(scenario))
            asked = {"scenario": scenario, "crises": self.home.titles, "seats": seats, "seat": self.seat, "start": start, "error": error}
            return {"notes": seat_part("nobody") if self.lost else "", "dawn": "", "choices": seat_part("begin", **asked)}
        notes = seat_part("notes", notes=room.notes, log=room.log.path)
        if room.over:
            if not room.debriefed:
                room.debriefed = WAITING
                self.home.jobs.run(self._debrief)
            return {"notes": notes, "dawn": room.debriefed, "choices": ""}
        dawn = room.dawn()
        tracks = [
            (track, TRACKS.get(track, track), [(act, option_words(act)) for act in options], dawn.standing[track])
            for track, options in dawn.options.items()
        ]
        shown = seat_part("dawn", date=day_words(dawn.date), happened=dawn.happened, known=dawn.known, paused=room.paused)
        return {"notes": notes, "dawn": shown, "choices": seat_part("choices", tracks=tracks, day=room.game.day, paused=room.paused, error=error)}

    def do(self, what: str, values: dict[str, str]) -> None:
        """Begin; end the day; leave it to the council; let days pass; stop. What was asked of a day that is over is not done again."""
        if self.room is None:
            if what == "begin":
                self._begin(values)
        elif what == "stop":
            self.room.stop()
        elif not self.room.over and values.pop("day", "") == str(self.room.game.day):
            if what == "choices":
                self.room.decide(values)
            elif what == "council":
                self.room.decide(None)
            elif what == "skip":
                self.room.skip()

    def _begin(self, values: dict[str, str]) -> None:
        seed, world = _whole(values, "seed"), _whole(values, "world")
        check_seed(seed)
        check_world(world)
        guess = _whole(values, "guess") if values.get("guess", "").strip() else None
        if guess is not None and not 0 <= guess <= 100:
            raise refuse("", "must be from 0 to 100", field="guess", value=guess)
        start = day_of(self.scenario, values.get("from", ""), "first day of choice")
        begun = setup(self.scenario, values.get("seat", ""), start, seed=seed, world=world)
        room = self.home.rooms.open(begun, guess)
        if values.get("as") == "facilitator":
            self.send({"go": f"/play?facilitator={room.key}"})
        else:
            self.join(room)
            self.send({"address": f"/play?room={room.code}"})

    def _debrief(self) -> None:
        room = self.room
        assert room is not None
        try:
            room.debriefed = debriefed(room)
        except Exception:
            room.debriefed = FAILED
            raise
        finally:
            room.changed()


class Facilitator(Window):
    """The facilitator's window: queue of injects, clock, pause, note."""

    role, heading = "facilitator", "Facilitator"

    def __init__(self, scenario: Scenario, room: Room | None) -> None:
        super().__init__(scenario)
        if room is not None:
            self.scenario = room.game.setup.scenario
            self.join(room)

    def fragments(self, error: str = "") -> Fragments:
        """The clock, what is prepared, what has happened."""
        room = self.room
        if room is None:
            return {"notes": seat_part("nobody"), "dawn": "", "choices": ""}
        scenario, game = self.scenario, room.game
        queue = [f"{day_words(date_of(scenario, one))}: {one.kind}, {label_of(scenario, one.actor)}, {one.size:g}" for one in room.queue]
        actors = [(name, part.label) for parts in (scenario.groups, scenario.states) for name, part in parts.items()]
        shown = seat_part(
            "facilitator",
            date=day_words(room.date),
            day=min(game.day, scenario.days - 1) - game.setup.start + 1,
            of=scenario.days - game.setup.start,
            paused=room.paused,
            over=room.over,
            code=room.code,
            happened=list(reversed(told(game, eve=1))),
            queue=queue,
            kinds=INJECTS,
            actors=actors,
            start=room.date.isoformat(),
            end=scenario.end.isoformat(),
            error=error,
            log=room.log.path,
        )
        return {"notes": "", "dawn": shown, "choices": ""}

    def do(self, what: str, values: dict[str, str]) -> None:
        """Prepare something, say something, stop the clock or let it run."""
        if self.room is None:
            return
        if what == "pause":
            self.room.pause()
        elif what == "note" and values.get("words", "").strip():
            self.room.note(values["words"].strip()[:300])
        elif what == "inject":
            try:
                size = float(values.get("size", ""))
            except ValueError:
                raise refuse("", "must be a number", field="size", value=values.get("size")) from None
            self.room.inject({**values, "size": size})


def date_of(scenario: Scenario, inject: Inject) -> str:
    """The day of something prepared."""
    return str(scenario.date_of(inject.day)) if isinstance(inject.day, int) else ""


def _whole(values: dict[str, str], name: str) -> int:
    try:
        return int(values.get(name, ""))
    except ValueError:
        raise refuse("", "must be a whole number", field=name, value=values.get(name)) from None


def _asked(name: str) -> str:
    """A word of the address."""
    return str(pn.state.session_args.get(name, [b""])[0].decode("ascii", "replace"))


def _player(scenario: Scenario, home: "House") -> Player:
    """A player's window: at the door of a crisis, or in the room that the address names."""
    room, crisis = home.rooms.find(_asked("room")), _asked("crisis")
    if room is None and crisis in home.crises:
        scenario = home.ground(crisis).scenario
    player = Player(scenario if room is None else room.game.setup.scenario, home)
    player.seat = _asked("as")
    if room is not None:
        player.join(room)
    elif _asked("room"):
        player.lost = True
    return player


def seat_page(home: "House", scenario: Scenario) -> pn.Template:
    """A new window on the seat: the facilitator's where the address has a key, else a player's."""
    code = _asked("facilitator")
    window: Window = Facilitator(scenario, home.rooms.kept_by(code)) if code else _player(scenario, home)
    template = pn.Template((ASSETS / "seat.html").read_text(encoding="utf-8"))
    bridge = SeatBridge()
    bridge.window = window
    template.add_panel("bridge", bridge)
    fragments = {name: Markup(html) for name, html in window.fragments().items()}
    words = {"scenario": window.scenario, "role": window.role, "heading": window.heading, "fragments": fragments}
    for key, value in (words | {"css": asset("app.css"), "js": asset("seat.js")}).items():
        template.add_variable(key, value)
    document = curdoc()
    window.send = lambda message: bridge._send_msg(message)
    window.later = lambda call: document.add_next_tick_callback(call)
    document.on_session_destroyed(lambda context: window.leave())
    return template
