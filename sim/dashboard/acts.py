"""What a user does on the page: one method for every button, field and key."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.dashboard import address, files
from sim.dashboard.assumptions import Open, value_at
from sim.dashboard.assumptions import rail as assumptions_rail
from sim.dashboard.border_part import BorderPart
from sim.dashboard.footer import own_name
from sim.dashboard.parts import part
from sim.dashboard.section import Fragments
from sim.dashboard.session import Message, Session, first_day
from sim.dashboard.story_part import tell
from sim.dashboard.view import View, points_of
from sim.dashboard.whatif import Form, options_of, words_of
from sim.dashboard.why import why
from sim.design import Mode
from sim.history import window
from sim.plots.style import DARK, LIGHT
from sim.scenario.errors import ScenarioError

MOST_LETTERS = 400_000
"""Letters of a file that is opened."""


class Page(Session):
    """A session with hands."""

    host = ""
    """Where the page is served, for the addresses that are shared."""

    def receive(self, message: Message) -> None:
        """Something was clicked, typed or moved; what makes no sense is passed over."""
        does: Callable[[Message], None] | None = getattr(self, f"do_{str(message.get('do', '')).replace('-', '_')}", None)
        if does is not None:
            does(message)

    # The look

    def do_hello(self, message: Message) -> None:
        self.host = str(message.get("host", ""))[:200]
        self.do_theme(message)
        if self.waiting:
            self.waiting = False
            said = self.notices
            self.ask(self.view, undoing=True)
            self.notices = said
            self.send({"put": {"notices": part("notices", notices=said)}})
        if self.beside is not None:
            self.ask_beside(self.beside)

    def do_theme(self, message: Message) -> None:
        self.look.ink.paint(DARK if message.get("dark") else LIGHT)
        for section in self.sections:
            section.paint()

    def do_dismiss(self, message: Message) -> None:
        self.notices = []
        self.send({"put": {"notices": ""}})

    def do_day(self, message: Message) -> None:
        self.look.day = max(0, min(int(number(message.get("day"), 0)), self.ground.scenario.days - 1))
        self.refresh(lambda section, found: section.day(found, self.look))

    def do_whole(self, message: Message) -> None:
        """The whole run, or the weeks around the strikes: then the day goes to one of them."""
        self.look.whole_run = not self.look.whole_run
        first, last = (self.ground.scenario.day_of(date) for date in window(self.ground.scenario))
        if not self.look.whole_run and not first <= self.look.day <= last:
            self.look.day = min(max(self.look.day, first), last)
            self.send({"day": self.look.day})
        self._show_again()

    def do_data(self, message: Message) -> None:
        self.look.tables ^= {str(message.get("figure"))}
        if self.shown is not None:
            self.send({"put": self.told(self.shown)})
        self._show_again()

    def _show_again(self) -> None:
        self.refresh(lambda section, found: {} if section is self.story else section.show(found, self.look))

    def do_difference(self, message: Message) -> None:
        self.look.difference = not self.look.difference
        self.refresh(lambda section, found: section.show(found, self.look) if isinstance(section, BorderPart) else {})

    # What if

    def do_what(self, message: Message) -> None:
        self.form = Form()
        self.try_to(replace(self.view, what=str(message.get("name", "")), doses=(), own=(), start=""))
        self._go_to_the_change()

    def _go_to_the_change(self) -> None:
        """Days before a what-if are the same in both courses: the page goes to its first day."""
        _, child, branch = points_of(self.view, self.ground.scenario)
        if child is not None and branch is not None and branch.first is not None and self.look.day < branch.first:
            self.look.day = branch.first
            self.send({"day": self.look.day})

    def do_dose(self, message: Message) -> None:
        if str(message.get("name")) not in {dose for name in [self.view.what] if name in self.ground.files for dose in self.ground.files[name].doses}:
            return
        doses = {**dict(self.view.doses), str(message.get("name")): number(message.get("value"))}
        self.try_to(replace(self.view, doses=tuple(sorted(doses.items()))))

    def do_mode(self, message: Message) -> None:
        mode: Mode = "free" if message.get("value") == "free" else "assisted"
        self.try_to(replace(self.view, mode=mode))

    def do_from(self, message: Message) -> None:
        self.try_to(replace(self.view, start=str(message.get("value", ""))))

    def do_parameters(self, message: Message) -> None:
        self.try_to(replace(self.view, parameters=str(message.get("value"))))

    def do_own_verb(self, message: Message) -> None:
        self.form = Form(verb=str(message.get("value")))
        self.send({"put": self.levers()})

    def do_own_actor(self, message: Message) -> None:
        """Only the acts change: what is typed into the rest of the form stays."""
        self.form.actor = str(message.get("value"))
        self.send({"put": {"own-act": options_of(self.ground.scenario, self.form)}})

    def do_own_kind(self, message: Message) -> None:
        self.form = replace(self.form, kind=str(message.get("value")), error="")
        self.send({"put": self.levers()})

    def do_own_add(self, message: Message) -> None:
        try:
            self.ask(replace(self.view, what="", doses=(), own=(*self.view.own, words_of(message))))
            self._go_to_the_change()
        except ScenarioError as error:
            self.form.error, self.form.said = str(error), {key: str(value) for key, value in message.items()}
            self.send({"put": self.levers()})

    def do_own_remove(self, message: Message) -> None:
        gone = int(number(message.get("number"), -1))
        self.try_to(replace(self.view, own=tuple(one for place, one in enumerate(self.view.own) if place != gone)))

    # How the world works

    def do_fold(self, message: Message) -> None:
        name, is_open = str(message.get("name")), bool(message.get("open"))
        if (name in self.open.folds) != is_open:
            self.open.folds ^= {name}
            self._renew_world()

    def do_find(self, message: Message) -> None:
        self.open.search = str(message.get("value", ""))[:80]
        self._renew_world()

    def _renew_world(self) -> None:
        self.send({"put": {"world": assumptions_rail(self.numbers, self.view, self.open)}})

    def do_assume(self, message: Message) -> None:
        path, said = str(message.get("path")), message.get("value")
        self._assume(path, number(said), str(said))

    def do_assume_slide(self, message: Message) -> None:
        path = str(message.get("path"))
        matched = self.numbers.matched(path)
        if matched:
            self._assume(path, value_at(self.numbers.leaves[matched[0]], number(message.get("value"), 0)), "")

    def _assume(self, path: str, value: float, said: str) -> None:
        """Assume a value; one that is the default of all that it stands for is no difference."""
        defaults = {self.numbers.leaves[one].value for one in self.numbers.matched(path)}
        try:
            self.ask(self.view.with_assumed(path, None if defaults == {value} else value))
        except ScenarioError as error:
            self.open.refused = {path: f"{error}" if value == value else f"{said} is no number" if said else "a number is needed"}
            self._renew_world()

    def do_assume_reset(self, message: Message) -> None:
        """Back to the default: one number, all of an actor (a path with a dot at its end), or all (no path)."""
        path = str(message.get("path", ""))
        kept = tuple(pair for pair in self.view.assumed if not (pair[0] == path or path == "" or (path.endswith(".") and pair[0].startswith(path))))
        self.try_to(replace(self.view, assumed=kept))

    # Back, and back to the start

    def do_undo(self, message: Message) -> None:
        if self.undone:
            last, beside = self.undone.pop()
            if beside is not None and self.beside is not None:
                self.ask_beside(beside)
            self.ask(last, undoing=True)

    def do_reset(self, message: Message) -> None:
        """All as it was when the page was opened; the set-up can be had back with undo."""
        self.look.day, self.look.whole_run, self.look.difference, self.look.world = first_day(self.ground), False, False, None
        self.look.tables.clear()
        self.form, self.open = Form(), Open()
        self.beside = None
        self.send({"day": self.look.day, "put": {"why": ""}})
        self.try_to(View(self.ground.scenario.name))

    def do_stop(self, message: Message) -> None:
        self.serial += 1
        self.ground.engine.ticket(self.seat)
        if self.shown is not None:
            self.view = self.shown.view
        self.send({"put": self.levers(), "busy": None, "query": self.query()})

    # Two set-ups

    def do_compare(self, message: Message) -> None:
        """With the next card under the same assumptions; a second time with none any more."""
        other = next((name for name in self.ground.cards if name != self.view.what), "")
        self.ask_beside(replace(self.view, what=other, doses=(), own=(), start="") if self.beside is None else None)

    def do_beside_what(self, message: Message) -> None:
        if self.beside is not None:
            try:
                self.ask_beside(replace(self.beside, what=str(message.get("value", "")), doses=(), own=(), start=""))
            except ScenarioError as error:
                self.notify(str(error))
                self.send({"put": self.levers()})

    def do_swap(self, message: Message) -> None:
        if self.beside is not None:
            mine, other = self.view, self.beside
            self.beside, self.shown_beside = mine, self.shown
            self.try_to(other)
            if self.undone and self.view == other != mine:
                self.undone[-1] = (mine, other)

    # Files and addresses

    def do_share(self, message: Message) -> None:
        query = self.query()
        url = f"{self.host}{'?' if query else ''}{query}"
        too_long = len(url) > address.LONGEST
        self.send({"put": {"share-dialog": part("share", url=url, too_long=too_long, letters=len(url))}, "open": "share-dialog"})

    def do_download(self, message: Message) -> None:
        found, name = self.shown, self.ground.scenario.name
        if found is None:
            return
        match message.get("what"):
            case "scenario" if self.view.assumed:
                self.send({"download": files.text_file("scenario.yaml", files.scenario_yaml(self.view, self.ground.scenario))})
            case "branch" if self.view.changes:
                self.send({"download": files.text_file(f"{self.view.what or 'what_if'}.yaml", files.branch_yaml(self.view, self.ground.scenario))})
            case "view":
                self.send({"download": files.text_file(f"{own_name(name)}_view.json", files.view_file(self.view), "application/json")})
            case "table":
                self.send({"download": files.text_file("outcomes.csv", files.outcomes_csv(found), "text/csv")})
            case "all":
                self.send({"put": {"files": self.files("drawing the figures …")}})
                self.jobs.run(partial(self._aside, partial(self._packed, found)))

    def _packed(self, found: Any) -> Message:
        with tempfile.TemporaryDirectory() as folder:
            raw = files.bundle_of(found, Path(folder))
        return {"download": files.binary_file(f"{found.scenario.name}.zip", raw, "application/zip"), "put": {"files": self.files()}}

    def do_open(self, message: Message) -> None:
        name, text = str(message.get("name", "file"))[:100], str(message.get("text", ""))[:MOST_LETTERS]
        try:
            view, strange = files.opened(self.view, self.ground.scenario, name, text)
            self.ask(view)
        except (ScenarioError, ValidationError) as error:
            self.send({"put": {"files": self.files(str(error))}})
            return
        self.notify(f"{name} is open." if not strange else f"{name} is open; not all of it was understood.", strange)
        self.send({"put": self.levers(), "close": "files"})

    # Why, and one world

    def do_why(self, message: Message) -> None:
        found, day, actor = self.shown, self.look.day, str(message.get("name"))
        if found is None or actor not in found.scenario.states:
            return
        self.send({"put": {"why": '<p class="small">weighing every act …</p>'}})

        def work() -> Message:
            made = why(found, day, actor)
            return {"put": {"why": made}} if day == self.look.day else {}

        self.jobs.run(partial(self._aside, work))

    def do_world(self, message: Message) -> None:
        found, world = self.shown, number(message.get("world"))
        if found is None:
            return
        if not 0 <= world < found.worlds or world != int(world):
            self.notify(f"A world is a whole number from 0 to {found.worlds - 1:,}.")
            self.send({"put": self.levers()})
            return
        self.look.world, self.story.told = int(world), None
        self.send({"put": {"story": self.story.page(found, self.look)}})

        def work() -> Message:
            told = tell(found, int(world))
            if self.look.world != world or self.shown is not found:
                return {}
            self.story.told = told
            made: Fragments = {"story": self.story.page(found, self.look)}
            return {"put": made}

        self.jobs.run(partial(self._aside, work))

    def _aside(self, work: Callable[[], Message]) -> None:
        """In a thread of its own: something beside the answer that takes a moment."""
        try:
            made = work()
        except Exception as error:
            self.later(partial(self.failed, error, self.serial))
            raise
        if made:
            self.later(lambda: self.send(made))


def number(said: Any, otherwise: float = float("nan")) -> float:
    """A number as typed; where it is none, NaN, which every range refuses."""
    try:
        return float(said)
    except (TypeError, ValueError):
        return otherwise
