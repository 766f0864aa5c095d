"""One user's page: what is asked, what is shown, and what happens when something is clicked. Nothing in it is shared."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from sim.dashboard import address, words
from sim.dashboard.answer import Answer, answer
from sim.dashboard.engine import UnwantedError
from sim.dashboard.footer import footer
from sim.dashboard.ground import Ground
from sim.dashboard.ink import Ink
from sim.dashboard.jobs import Jobs
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments, Look, Section
from sim.dashboard.timeline_part import TimelinePart
from sim.dashboard.view import FIRST, View
from sim.dashboard.whatif import Form, rail, words_of
from sim.plots.style import DARK, LIGHT
from sim.scenario.errors import ScenarioError
from sim.words import MODE_WORDS, day_short

MODES = tuple((name, MODE_WORDS[name]) for name in ("assisted", "free"))
PARAMETERS = (("point", "single values"), ("prior", "before fitting"), ("posterior", "fitted"))
MOST_UNDONE = 100
Message = dict[str, Any]


class Session:
    """The state of one page, and its answers to what its user does."""

    def __init__(self, ground: Ground, jobs: Jobs, letters: str = "") -> None:
        self.ground, self.jobs = ground, jobs
        self.view, self.beside, strange = address.read(ground.scenario.name, letters)
        self.notices: list[dict[str, Any]] = []
        if strange:
            self.notices.append({"words": "Not all of this link was understood; the rest is shown.", "lines": strange})
        self.look = Look(Ink(), day=first_day(ground))
        self.sections: list[Section] = [TimelinePart(self.look, ground.scenario)]
        self.form = Form()
        self.undone: list[View] = []
        self.serial = 0
        self.shown: Answer | None = None
        self.send: Callable[[Message], None] = lambda message: None
        self.later: Callable[[Callable[[], None]], None] = lambda call: call()

    # What is shown first

    def begin(self) -> Fragments:
        """The whole page for the address: what is kept is there at once; what an address asks in vain gives way to the default."""
        try:
            self.shown = answer(self.ground, self.view, self.view.worlds, lambda: True, time.perf_counter)
        except ScenarioError as error:
            self.notices.append({"words": "This link asks for what cannot be run; the default is shown.", "lines": str(error).splitlines()})
            self.view, self.beside = View(self.ground.scenario.name), None
            self.shown = answer(self.ground, self.view, self.view.worlds, lambda: True, time.perf_counter)
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
            "tools": part("tools", can_undo=bool(self.undone), comparing=self.beside is not None),
            "notices": part("notices", notices=self.notices),
            "whatif": rail(self.ground, self.view, self.form, self.look.day),
        }

    def told(self, found: Answer) -> Fragments:
        """The question, the answer, the numbers and the footer."""
        changed = len(found.view.assumed)
        note = (
            f"Assumptions differ from the default in {changed} {'place' if changed == 1 else 'places'}; both courses are run with them."
            if changed
            else ""
        )
        table = words.table(found) if "numbers" in self.look.tables else []
        date = self.ground.scenario.date_of(self.look.day)
        header = ["outcome", "as it was", "with the what-if", "the record"] if found.child is not None else ["outcome", "in the model", "the record"]
        return {
            "question": part("question", words=words.question(found)),
            "answer": part("answer", sentences=words.lead(found), note=note, more=words.all_effects(found), caveat=found.manifest["caveat"]),
            "numbers": part("numbers", numbers=words.numbers(found), branch=found.child is not None, table=table, header=header),
            "footer": footer(found),
            "today": f"{day_short(date)} {date.year}",
        }

    # What a user does

    def receive(self, message: Message) -> None:
        """Something was clicked, typed or moved."""
        does = getattr(self, f"do_{str(message.get('do', '')).replace('-', '_')}", None)
        if does is not None:
            does(message)

    def do_hello(self, message: Message) -> None:
        self.do_theme(message)

    def do_theme(self, message: Message) -> None:
        self.look.ink.paint(DARK if message.get("dark") else LIGHT)
        for section in self.sections:
            section.paint()

    def do_what(self, message: Message) -> None:
        self.ask(replace(self.view, what=str(message.get("name", "")), doses=(), own=(), start=""))

    def do_dose(self, message: Message) -> None:
        doses = {**dict(self.view.doses), str(message["name"]): number(message["value"])}
        self.ask(replace(self.view, doses=tuple(sorted(doses.items()))))

    def do_mode(self, message: Message) -> None:
        self.ask(replace(self.view, mode=message["value"]))

    def do_from(self, message: Message) -> None:
        self.ask(replace(self.view, start=str(message["value"])))

    def do_parameters(self, message: Message) -> None:
        self.ask(replace(self.view, parameters=str(message["value"])))

    def do_own_verb(self, message: Message) -> None:
        self.form = Form(verb=str(message["value"]))
        self.send({"put": self.levers()})

    def do_own_actor(self, message: Message) -> None:
        self.form = replace(self.form, actor=str(message["value"]), error="")
        self.send({"put": self.levers()})

    def do_own_kind(self, message: Message) -> None:
        self.form = replace(self.form, kind=str(message["value"]), error="")
        self.send({"put": self.levers()})

    def do_own_add(self, message: Message) -> None:
        self.ask(replace(self.view, what="", doses=(), own=(*self.view.own, words_of(message))), in_form=True)

    def do_own_remove(self, message: Message) -> None:
        kept = [one for place, one in enumerate(self.view.own) if place != int(message["number"])]
        self.ask(replace(self.view, own=tuple(kept)))

    def do_undo(self, message: Message) -> None:
        if self.undone:
            self.ask(self.undone.pop(), undoing=True)

    def do_reset(self, message: Message) -> None:
        self.ask(View(self.ground.scenario.name))

    def do_dismiss(self, message: Message) -> None:
        del self.notices[int(message["number"]) : int(message["number"]) + 1]
        self.send({"put": {"notices": part("notices", notices=self.notices)}})

    def do_day(self, message: Message) -> None:
        self.look.day = max(0, min(int(message["day"]), self.ground.scenario.days - 1))
        self.refresh(lambda section, found: section.day(found, self.look))

    def do_whole(self, message: Message) -> None:
        self.look.whole_run = not self.look.whole_run
        self.refresh(lambda section, found: section.show(found, self.look))

    def do_data(self, message: Message) -> None:
        self.look.tables ^= {str(message["figure"])}
        if self.shown is not None:
            self.send({"put": self.told(self.shown)})
        self.refresh(lambda section, found: section.show(found, self.look))

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

    def ask(self, view: View, *, in_form: bool = False, undoing: bool = False) -> None:
        """Ask for a view; what is refused leaves all as it was, with the reason where it was asked."""
        try:
            self.jobs.check(self.ground, view)
        except ScenarioError as error:
            self.refused(str(error), in_form)
            return
        if not undoing and view != self.view:
            self.undone = [*self.undone, self.view][-MOST_UNDONE:]
        self.view, self.form.error, self.notices = view, "", []
        self.serial += 1
        self.send({"put": self.levers(), "busy": f"computing {view.worlds:,} worlds", "query": address.query(view, self.beside)})
        self.jobs.run(partial(self._work, view, self.serial, time.perf_counter()))

    def refused(self, why: str, in_form: bool) -> None:
        """Say why something cannot be asked; the last good view stays."""
        if in_form:
            self.form.error = why
        else:
            self.notices = [{"words": why, "lines": []}]
        self.send({"put": self.levers()})

    def end(self) -> None:
        """The page is closed: nobody waits for anything any more."""
        self.serial += 1

    def do_stop(self, message: Message) -> None:
        self.serial += 1
        if self.shown is not None:
            self.view = self.shown.view
        self.send({"put": self.levers(), "busy": None, "query": address.query(self.view, self.beside)})

    def _work(self, view: View, serial: int, started: float) -> None:
        """In a thread of its own: the first worlds, then all of them; what nobody waits for any more ends."""
        try:
            for worlds in (FIRST, view.worlds):
                found = answer(self.ground, view, worlds, lambda: serial == self.serial, time.perf_counter, homes=worlds == view.worlds)
                self.later(partial(self._show, found, serial, started))
        except UnwantedError:
            return
        except Exception as error:
            self.later(partial(self._failed, error, serial))
            raise

    def _show(self, found: Answer, serial: int, started: float) -> None:
        """Show an answer, if nobody has asked anything since."""
        if serial != self.serial:
            return
        self.shown = replace(found, seconds=time.perf_counter() - started)
        self.send({"put": self.everything(self.shown), "fresh": True, **({"busy": None} if found.whole else {})})

    def _failed(self, error: Exception, serial: int) -> None:
        """Ours, not the user's: say so, and keep the last good view."""
        if serial == self.serial:
            self.notices = [
                {"words": "The program failed at this; the last good view is kept. Its window has the details.", "lines": [repr(error)[:200]]}
            ]
            self.send({"put": self.levers(), "busy": None})


def first_day(ground: Ground) -> int:
    """The day on which the page opens: that of the record's first strike."""
    days = [ground.scenario.day_of(event.date) for event in ground.scenario.history if event.is_strike]
    return min(days, default=0)


def number(said: Any) -> float:
    """A number as typed; NaN where it is none, which every range refuses."""
    try:
        return float(said)
    except (TypeError, ValueError):
        return float("nan")
