"""One user's page: what is asked, what is shown, and the way from one to the other. Nothing in it is shared with other users."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from sim.dashboard import address, assumptions, words
from sim.dashboard.answer import Answer, answer, is_kept
from sim.dashboard.border_part import BorderPart
from sim.dashboard.compare_part import beside
from sim.dashboard.day_part import DayPart
from sim.dashboard.engine import Ticket, UnwantedError
from sim.dashboard.figure_beside import BesideFigure
from sim.dashboard.footer import footer
from sim.dashboard.ground import Ground
from sim.dashboard.ink import Ink
from sim.dashboard.jobs import Jobs
from sim.dashboard.outsiders_part import OutsidersPart
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments, Look, Section
from sim.dashboard.stocks_part import StocksPart
from sim.dashboard.story_part import StoryPart
from sim.dashboard.timeline_part import TimelinePart
from sim.dashboard.view import FIRST, View
from sim.dashboard.whatif import Form, rail
from sim.scenario.errors import ScenarioError
from sim.words import MODE_WORDS

MODES = tuple((name, MODE_WORDS[name]) for name in ("assisted", "free"))
PARAMETERS = (("point", "single values"), ("prior", "before fitting"), ("posterior", "fitted values"))
KEYS = (
    ("Space", "play, pause"), ("← →", "a day earlier, later"), ("Shift ← →", "a week"), ("Home End", "first, last day"),
    ("E", "next recorded step; with Shift the one before"), ("W", "what-ifs"), ("/", "find a parameter"), ("U", "undo"), ("R", "reset"),
    ("D", "data of the timeline"), ("?", "this list"), ("Esc", "close"),
)  # fmt: skip
MOST_UNDONE = 100
Message = dict[str, Any]


class Session:
    """The state of one page. `send` reaches the page; `later` does something when the page may be changed."""

    def __init__(self, ground: Ground, jobs: Jobs, letters: str = "") -> None:
        self.ground, self.jobs = ground, jobs
        self.view, self.beside, strange = address.read(ground.scenario.name, letters)
        self.notices: list[dict[str, Any]] = []
        if strange:
            self.notify("Not all of this link was understood; the rest is shown.", strange)
        self.look = Look(Ink(), day=first_day(ground))
        self.numbers, self.open = assumptions.Numbers(ground), assumptions.Open()
        timeline, self.story = TimelinePart(self.look, ground.scenario), StoryPart()
        x = timeline.figure.x
        self.sections: list[Section] = [
            timeline,
            BorderPart(self.look, ground),
            DayPart(),
            OutsidersPart(self.look, ground.scenario, x),
            StocksPart(self.look, ground.scenario, x),
            self.story,
        ]
        self.figure_beside = BesideFigure(self.look.ink, x)
        self.form = Form()
        self.undone: list[tuple[View, View | None]] = []
        """Set-ups to go back to; with a swap also what stood beside."""
        # Two seats: what is compared with is asked for by itself.
        self.seat, self.seat_beside = ground.engine.seat(), ground.engine.seat()
        self.serial = self.serial_beside = 0
        self.waiting = False
        self.seconds: float | None = None
        self.shown: Answer | None = None
        self.shown_beside: Answer | None = None
        self.send: Callable[[Message], None] = lambda message: None
        self.later: Callable[[Callable[[], None]], None] = lambda call: call()

    def notify(self, said: str, lines: list[str] | None = None) -> None:
        """Say something above the page."""
        self.notices = [{"words": said, "lines": lines or []}]

    # What is shown

    def begin(self) -> Fragments:
        """The whole page: what the address asks for, where it is kept; else the default, until that is run."""
        default = View(self.ground.scenario.name)
        for view, what in ((self.view, "This link asks for"), (self.beside, "This link compares with")):
            try:
                if view is not None:
                    self.jobs.check(self.ground, view)
            except ScenarioError as error:
                self.notify(f"{what} what cannot be run; the default is shown.", str(error).splitlines())
                self.view, self.beside = (default if view is self.view else self.view), None
        self.waiting = not is_kept(self.ground, self.view)
        self.shown = answer(self.ground, default if self.waiting else self.view, default.worlds, Ticket(), here=True)
        return self.everything(self.shown)

    def everything(self, found: Answer) -> Fragments:
        """All words of the page."""
        made = self.levers() | self.told(found)
        for section in self.sections:
            made |= section.show(found, self.look)
        return made

    def levers(self) -> Fragments:
        """The rails, the head and the notices."""
        start = self.shown.start if self.shown is not None else self.ground.scenario.start
        return {
            "clockwork": part("clockwork", view=self.view, start=start, modes=MODES, parameters=PARAMETERS, scenario=self.ground.scenario),
            "tools": part("tools", crisis=self.ground.scenario.name, can_undo=bool(self.undone), comparing=self.beside is not None),
            "notices": part("notices", notices=self.notices),
            "whatif": rail(self.ground, self.view, self.form, self.look.day),
            "world": assumptions.rail(self.numbers, self.view, self.open),
            "files": self.files(),
        }

    def files(self, error: str = "") -> str:
        """What the dialog for files holds."""
        return part("files", can_branch=self.view.changes, can_scenario=bool(self.view.assumed), error=error)

    def told(self, found: Answer) -> Fragments:
        """The question, the answer, the numbers and the footer."""
        changed = len(found.view.assumed)
        note = (
            f"Assumptions differ from the default in {changed} {'place' if changed == 1 else 'places'}; both courses are run with them."
            if changed
            else ""
        )
        table = words.table(found) if "numbers" in self.look.tables else []
        header = ["outcome", "as it was", "with the what-if", "the record"] if found.child is not None else ["outcome", "in the model", "the record"]
        return {
            "question": part("question", words=words.question(found)),
            "answer": part("answer", sentences=words.lead(found), note=note, more=words.all_effects(found), caveat=found.manifest["caveat"]),
            "numbers": part("numbers", numbers=words.numbers(found), branch=found.child is not None, table=table, header=header),
            "beside": self.compared(found),
            "footer": footer(found, self.seconds if self.seconds is not None else found.seconds),
        }

    def compared(self, found: Answer) -> str:
        """The second set-up beside the first, where there is one."""
        if self.beside is None:
            return ""
        if self.shown_beside is not None and self.shown_beside.view == self.beside:
            self.figure_beside.show(found, self.shown_beside)
        return beside(self.ground, self.beside, found, self.shown_beside)

    @property
    def roots(self) -> dict[str, Any]:
        """All figures of the page, by the name of their place."""
        return {place: figure for section in self.sections for place, figure in section.roots.items()} | self.figure_beside.roots

    def refresh(self, renew: Callable[[Section, Answer], Fragments]) -> None:
        """Renew the sections from the answer that is there."""
        made: Fragments = {}
        if self.shown is None:
            return
        for section in self.sections:
            made |= renew(section, self.shown)
        if made:
            self.send({"put": made})

    # Asking

    def ask(self, view: View, *, undoing: bool = False) -> None:
        """Ask for a view; raises ScenarioError for what is refused, and then all stays as it was."""
        self.jobs.check(self.ground, view)
        if not undoing and view != self.view:
            self.undone = [*self.undone, (self.view, None)][-MOST_UNDONE:]
        self.form.error, self.form.said = "", {}
        self.view, self.open.refused, self.notices = view, {}, []
        self.serial += 1
        self.send({"put": self.levers(), "busy": f"computing {view.worlds:,} worlds", "query": self.query()})
        ticket, started = self.ground.engine.ticket(self.seat), time.perf_counter()
        sizes = [view.worlds] if is_kept(self.ground, view) else [FIRST, view.worlds]
        for worlds in sizes:
            self.jobs.run(partial(self._work, view, worlds, ticket, self.serial, started))

    def query(self) -> str:
        """What stands in the address."""
        return address.query(self.view, self.beside)

    def try_to(self, view: View) -> None:
        """Ask for a view; a refusal is said above the page."""
        try:
            self.ask(view)
        except ScenarioError as error:
            self.notify(str(error))
            self.send({"put": self.levers()})

    def end(self) -> None:
        """The page is closed: nobody waits for anything any more."""
        self.serial += 1
        self.serial_beside += 1
        self.ground.engine.leave(self.seat)
        self.ground.engine.leave(self.seat_beside)

    def _work(self, view: View, worlds: int, ticket: Ticket, serial: int, started: float) -> None:
        """In a thread of its own: wait for some worlds and have them shown."""
        try:
            found = answer(self.ground, view, worlds, ticket, homes=worlds == view.worlds)
            found.work_out()
        except UnwantedError:
            return
        except Exception as error:
            self.later(partial(self.failed, error, serial))
            raise
        self.later(partial(self._show, found, serial, started))

    def _show(self, found: Answer, serial: int, started: float) -> None:
        """Show an answer, if nobody has asked anything since, and not the first worlds after all of them."""
        overtaken = not found.whole and self.shown is not None and self.shown.whole and self.shown.view == found.view
        if serial != self.serial or overtaken:
            return
        self.shown, self.seconds = found, time.perf_counter() - started
        self.send({"put": self.everything(self.shown), "fresh": True, **({"busy": None} if found.whole else {})})

    def failed(self, error: Exception, serial: int) -> None:
        """Ours, not the user's: say so, and keep the last good view."""
        if serial == self.serial:
            self.notify("The program failed at this; the last good view is kept. The window in which it runs has the details.", [repr(error)[:200]])
            self.send({"put": self.levers(), "busy": None})

    # The second set-up

    def ask_beside(self, view: View | None) -> None:
        """Compare with another set-up, or (None) with none."""
        if view is not None:
            self.jobs.check(self.ground, view)
        self.beside, self.serial_beside = view, self.serial_beside + 1
        if self.shown is not None:
            self.send({"put": self.levers() | self.told(self.shown), "query": self.query()})
        if view is not None:
            ticket = self.ground.engine.ticket(self.seat_beside)
            self.jobs.run(partial(self._work_beside, view, ticket, self.serial_beside))

    def _work_beside(self, view: View, ticket: Ticket, serial: int) -> None:
        try:
            found = answer(self.ground, view, view.worlds, ticket)
        except UnwantedError:
            return
        except Exception as error:
            self.later(partial(self.failed, error, self.serial))
            raise
        self.later(partial(self._show_beside, found, serial))

    def _show_beside(self, found: Answer, serial: int) -> None:
        if serial == self.serial_beside and self.shown is not None:
            self.shown_beside = found
            self.send({"put": {"beside": self.compared(self.shown)}})


def first_day(ground: Ground) -> int:
    """The day on which the page opens: that of the record's first strike."""
    days = [ground.scenario.day_of(event.date) for event in ground.scenario.history if event.is_strike]
    return min(days, default=0)
