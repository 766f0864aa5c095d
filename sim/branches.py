"""From a branch as people write it to the interventions that it stands for: dates found, doses filled in, names checked."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NoReturn

from sim.chronicle import Chronicle
from sim.design import INJECTS, After, Inject, Pin, Point, Set, When
from sim.interventions import acts_on
from sim.moments import CONDITIONS, EVENTS
from sim.scenario.branches import Library, branch_names, load_branch, plain
from sim.scenario.errors import ScenarioError, nearest, one_of, refuse
from sim.scenario.extensions import INTERVENTION, known
from sim.scenario.ladder import JOINT_ACTS
from sim.scenario.load import names
from sim.scenario.parts.branch import BranchFile, Change
from sim.scenario.schema import Scenario
from sim.worlds import NEVER

AFTER = re.compile(r"(?:(\d+) days?|the day) after (?:the )?(.+)")
SHORT = re.compile(r"\+(\d+)d")
RELIEF = "relief"
"""An inject that is a value set for some days: food brought in."""
WINDOW_KEYS = ("from", "until", "days", "while")
KEYS = {
    "pin": ("pin", "track", "act", *WINDOW_KEYS),
    "set": ("set", "value", *WINDOW_KEYS),
    "inject": ("inject", "actor", "size", "on"),
    "use": ("use", "with"),
    RELIEF: ("inject", "actor", "size", *WINDOW_KEYS),
}
"""What each verb can say."""
DATE_WORDS = "a date as year-month-day, `N days after the first strike`, or +Nd (N may be a dose in braces)"


@dataclass(frozen=True)
class Branch:
    """A what-if as interventions; `first` is the day from which it can differ, None where each world finds it for itself."""

    name: str
    title: str
    question: str
    source: str
    first: int | None
    sets: tuple[Set, ...] = ()
    pins: tuple[Pin, ...] = ()
    injects: tuple[Inject, ...] = ()
    doses: dict[str, float] = field(default_factory=dict)

    def beside(self, parent: Point, name: str = "") -> Point:
        """The set-up of its parent with its changes."""
        return replace(
            parent, name=name or self.name, sets=parent.sets + self.sets, pins=parent.pins + self.pins, injects=parent.injects + self.injects
        )

    def __add__(self, other: "Branch") -> "Branch":
        """Both at once."""
        days = [one.first for one in (self, other)]
        return Branch(
            f"{self.name}+{other.name}",
            f"{self.title}; {other.title}",
            f"{self.question} And with this: {other.question}",
            f"{self.source}; {other.source}",
            None if None in days else min(day for day in days if day is not None),
            self.sets + other.sets,
            self.pins + other.pins,
            self.injects + other.injects,
            self.doses | other.doses,
        )


class Reading:
    """Reads one branch of one crisis; complaints name the branch and the change."""

    def __init__(self, scenario: Scenario, name: str, entry: BranchFile, doses: dict[str, float], at: int | None) -> None:
        self.scenario, self.name, self.entry = scenario, name, entry
        self.place = ""
        self.at = self.date(entry.at, "at") if at is None and entry.at else at
        unknown = [dose for dose in doses if dose not in entry.doses]
        if unknown:
            self.refuse("doses", unknown[0], f"{one_of(entry.doses)}", nearest(unknown[0], entry.doses))
        self.doses = {dose: doses.get(dose, known.default) for dose, known in entry.doses.items()}
        self.place = ""

    def branch(self) -> Branch:
        """The branch; raises ScenarioError."""
        sets: list[Set] = []
        pins: list[Pin] = []
        injects: list[Inject] = []
        for number, change in enumerate(self.entry.changes):
            self.place = f"changes.{number}"
            for one, verb in self.spelt_out(change):
                if verb == "pin":
                    pins.append(self.pin(one))
                elif verb == "set":
                    sets.append(self.set(one))
                elif one.inject == RELIEF:
                    sets += self.relief(one)
                else:
                    injects.append(self.inject(one))
        self.contradictions(pins)
        pins = [*reopenings(pins), *pins]
        self.place = ""
        title, question = (self.filled(key, getattr(self.entry, key)) for key in ("title", "question"))
        first = self.first(sets, pins, injects)
        return Branch(self.name, title, question, self.entry.source, first, tuple(sets), tuple(pins), tuple(injects), self.doses)

    def spelt_out(self, change: Change) -> list[tuple[Change, str]]:
        """A change with its verb; where it names an intervention of an installed package, the changes that this stands for."""
        verb = self.verb(change)
        if verb != "use":
            return [(change, verb)]
        return [(one, self.verb(one, "")) for one in self.used(change)]

    def verb(self, change: Change, also: str = "use") -> str:
        """The one verb that a change holds."""
        known = [verb for verb in ("pin", "set", "inject", also) if verb]
        verbs = [verb for verb in known if getattr(change, verb) is not None]
        if len(verbs) != 1:
            self.refuse("", " and ".join(verbs) or "none of them", f"must hold one of {', '.join(known)}")
        self.fitting(change, verbs[0])
        return verbs[0]

    def used(self, change: Change) -> list[Change]:
        """What an intervention of an installed package stands for here."""
        name = str(change.use)
        intervention = known(INTERVENTION, name, self.name, f"{self.place}.use")
        given = change.numbers or {}
        for key in given:
            self.known(f"with.{key}", key, intervention.numbers)
        numbers = {key: self.number(f"with.{key}", given.get(key, default)) for key, default in intervention.numbers.items()}
        try:
            return [Change.model_validate(plain(one)) for one in intervention.changes(self.scenario, **numbers)]
        except ScenarioError:
            raise
        except Exception as error:  # other people's code: what it does wrong is said under its name
            self.refuse("use", name, f"could not be used: {type(error).__name__}: {' '.join(str(error).split())}")

    def filled(self, key: str, text: str) -> str:
        """Words with the values of doses where their names stand in braces."""
        for dose in re.findall(r"\{(\w*)\}", text):
            self.known(key, dose, self.doses)
            text = text.replace(f"{{{dose}}}", f"{self.doses[dose]:g}")
        return text

    def fitting(self, change: Change, verb: str) -> None:
        """Refuse a key that the verb has no use for: it would move nothing."""
        known = KEYS[RELIEF if change.inject == RELIEF else verb]
        given = [Change.model_fields[name].alias or name for name in sorted(change.model_fields_set) if getattr(change, name) is not None]
        for name in given:
            if name not in known:
                value = getattr(change, {"from": "start", "while": "during", "with": "numbers"}.get(name, name))
                self.refuse(name, str(value), f"goes not with {verb}; {one_of(known)}")

    # Each verb

    def pin(self, change: Change) -> Pin:
        actor = str(change.pin)
        track = change.track or ("third_party" if actor in self.scenario.third_parties else "attack" if actor in self.scenario.groups else "")
        tracks: tuple[str, ...] = tuple(self.scenario.tracks)
        if actor in self.scenario.third_parties:
            tracks = ("third_party",)
        elif actor in self.scenario.groups:
            tracks = ("attack",)
        elif actor == "both":
            tracks = tuple(JOINT_ACTS)
        else:
            self.known("pin", actor, [*self.scenario.states, *self.scenario.third_parties, *self.scenario.groups, "both"])
        self.known("track", track, tracks)
        start, until = self.window(change)
        return Pin(actor, track, self.acts(change.act, acts_on(track)), start, until, self.condition(change))

    def acts(self, said: str | tuple[str, ...] | None, known: tuple[str, ...]) -> tuple[str, ...]:
        """One act, several, or all but one."""
        if said is None:
            self.refuse("act", "", f"is required: {one_of(known)}")
        named = [said] if isinstance(said, str) else list(said)
        allowed = set(known) if named[0].startswith("not ") else set()
        for act in named:
            word = act.removeprefix("not ").strip()
            self.known("act", word, known)
            allowed = allowed - {word} if act.startswith("not ") else allowed | {word}
        return tuple(act for act in known if act in allowed)

    def set(self, change: Change) -> Set:
        start, until = self.window(change)
        return Set(str(change.set), self.number("value", change.value), start, until, self.condition(change))

    def relief(self, change: Change) -> list[Set]:
        """Food brought in to a community, to all communities of a state, or to all."""
        homes = self.scenario.communities
        actor = change.actor or "all"
        self.known("actor", actor, ["all", *self.scenario.states, *homes])
        size, (start, until) = self.number("size", change.size), self.window(change)
        here = [name for name, home in homes.items() if actor in ("all", name, home.state)]
        return [Set(f"communities.{name}.relief", size, start, until, self.condition(change)) for name in here]

    def inject(self, change: Change) -> Inject:
        said = change.inject or ""
        kind = next((kind for kind in INJECTS if kind == said), None)
        if kind is None:
            self.refuse("inject", said, one_of([*INJECTS, RELIEF]), nearest(said, [*INJECTS, RELIEF]))
        self.known("actor", change.actor or "", self.scenario.groups if kind == "attack" else self.scenario.states)
        if change.on is None:
            self.refuse("on", "", f"is required: {DATE_WORDS}")
        return Inject(kind, str(change.actor), self.day(change.on, "on"), self.number("size", change.size))

    # Dates and numbers

    def window(self, change: Change) -> tuple[When, When]:
        """First day and day after the last."""
        start = self.day(change.start, "from") if change.start else self.at
        if start is None:
            self.refuse("from", "", f"is required, or the day of the change with --at: {DATE_WORDS}")
        if change.days is not None:
            length = self.number("days", change.days)
            if not 0 <= length <= self.scenario.days or length != int(length):
                self.refuse("days", f"{length:g}", f"must be a whole number from 0 to {self.scenario.days}, the days of the run")
            until: When = After(start.event, start.days + int(length)) if isinstance(start, After) else start + int(length)
            return start, until
        until = self.day(change.until, "until", last=True) if change.until else NEVER
        if isinstance(start, int) and isinstance(until, int) and until < start:
            self.refuse("until", str(change.until), "must not be before its first day")
        return start, until

    def day(self, said: str, key: str, last: bool = False) -> When:
        """A day of the run, or one that each world finds; a dose in braces may say how many days later."""
        said = self.filled(key, said).strip()
        short, after = SHORT.fullmatch(said), AFTER.fullmatch(said)
        if short:
            return (
                After("first strike", int(short[1]))
                if int(short[1])
                else self.refuse(key, said, "must be at least a day after: nobody knows it before")
            )
        if after:
            event = after[2].strip()
            self.known(key, event, EVENTS)
            days = int(after[1] or 1)
            return After(event, days) if days else self.refuse(key, said, "must be at least a day after: nobody knows it before")
        return self.date(said, key, last)

    def date(self, said: str, key: str, last: bool = False) -> int:
        """A day of the run; with `last`, the day after it, too."""
        try:
            day = self.scenario.day_of(datetime.date.fromisoformat(said))
        except ValueError:
            self.refuse(key, said, "must be a date as year-month-day" if key == "at" else f"must be {DATE_WORDS}")
        if not 0 <= day < self.scenario.days + last:
            self.refuse(key, said, f"must be a day of the run, {self.scenario.start} to {self.scenario.end}")
        return day

    def number(self, key: str, said: float | str | None) -> float:
        """A number, or that of a dose."""
        if isinstance(said, str):
            self.known(key, said, self.doses)
            return self.doses[said]
        if said is None:
            self.refuse(key, "", "is required")
        return float(said)

    def condition(self, change: Change) -> str:
        if not change.during:
            return ""
        words = change.during.strip()
        self.known("while", words, CONDITIONS)
        return words

    # Where it begins

    def first(self, sets: list[Set], pins: list[Pin], injects: list[Inject]) -> int | None:
        """The first day on which a government can act differently; that of an inject into a recorded strike is the next one.

        Where each world finds the day for itself, the day that the branch, or who asks, names.
        """
        strikes = Chronicle(self.scenario).strikes
        days: list[When] = [*(change.start for change in sets), *(pin.start for pin in pins)]
        for inject in injects:
            recorded = inject.kind == "casualties" and (inject.day, inject.actor) in strikes
            days.append(inject.day + 1 if recorded and isinstance(inject.day, int) else inject.day)
        if not days:
            return self.at
        return self.at if any(isinstance(day, After) for day in days) else min(day for day in days if isinstance(day, int))

    def contradictions(self, pins: list[Pin]) -> None:
        """Two pins that leave a track no act on some day."""
        for number, pin in enumerate(pins):
            for other in pins[number + 1 :]:
                if (pin.actor, pin.track) == (other.actor, other.track) and overlap(pin, other) and not set(pin.acts) & set(other.acts):
                    self.place = ""
                    self.refuse(
                        f"{pin.actor} {pin.track}", f"{' or '.join(pin.acts)} and {' or '.join(other.acts)}", "cannot both be on the same day"
                    )

    def known(self, key: str, word: str, names: Iterable[str]) -> None:
        names = list(names)
        if word not in names:
            self.refuse(key, word, one_of(names), nearest(word, names))

    def refuse(self, key: str, value: str, allowed: str, near: str = "") -> NoReturn:
        named = ".".join(part for part in (self.place, key) if part)
        raise refuse(self.name, allowed, field=named or "changes", value=value, nearest=near)


def reopenings(pins: Iterable[Pin]) -> list[Pin]:
    """A closure for some days ends with them: on the day after the last the border is opened, unless a later pin says otherwise.

    A policy stands until a council changes it, so a pin alone would only say how long the border is closed at least.
    """
    harder = tuple(act for act in acts_on("border") if act != "open")
    closures = [pin for pin in pins if pin.track == "border" and set(pin.acts) <= set(harder) and not pin.during and pin.until != NEVER]
    return [replace(pin, acts=("open",), start=pin.until, until=day_after(pin.until)) for pin in closures if pin.start != pin.until]


def day_after(day: When) -> When:
    """The next day."""
    return After(day.event, day.days + 1) if isinstance(day, After) else day + 1


def check_fits(scenario: Scenario, name: str, entry: BranchFile, flag: str) -> None:
    """Refuse a branch that was written for another crisis and names who is not in this one; raises ScenarioError."""
    if entry.scenario in ("", scenario.name):
        return
    named = {actor for change in entry.changes for actor in (change.pin, change.actor) if actor}
    known = {"both", "all", *scenario.states, *scenario.third_parties, *scenario.groups, *scenario.communities}
    if entry.scenario not in (crises := names()):
        raise refuse(
            name, f"must be the name of a crisis: {one_of(crises)}", field="scenario", value=entry.scenario, nearest=nearest(entry.scenario, crises)
        )
    if not named <= known:
        raise refuse("", f"is written for {entry.scenario} and names what {scenario.name} does not have", field=flag, value=name)


def library(scenario: Scenario, kind: Library) -> dict[str, Branch]:
    """The branches of a library that can be asked of a crisis, by name: those written for it, and those of others that can be read for it."""
    found: dict[str, Branch] = {}
    for name in branch_names(kind):
        entry = load_branch(name, kind)
        try:
            check_fits(scenario, name, entry, kind.flag)
            # A branch that names its own day is read with it: where that is no day of this crisis, it cannot be asked.
            found[name] = read(scenario, name, entry, {}, None if entry.at else 0)
        except ScenarioError:
            # That another crisis has other people and dates is no mistake; what is written for this one must be right.
            if entry.scenario == scenario.name:
                raise
    return found


def overlap(one: Pin, other: Pin) -> bool:
    """Whether two pins, both with known days, meet on some day."""
    days = [day for day in (one.start, other.until, other.start, one.until) if isinstance(day, int)]
    if len(days) < 4 or one.during or other.during:
        return False
    return days[0] < days[1] and days[2] < days[3]


def read(scenario: Scenario, name: str, entry: BranchFile, doses: dict[str, float] | None = None, at: int | None = None) -> Branch:
    """A branch of a crisis with doses filled in; `at`: day on which a change begins that names none. Raises ScenarioError."""
    try:
        return Reading(scenario, name, entry, doses or {}, at).branch()
    except ScenarioError as error:
        if entry.scenario in ("", scenario.name):
            raise
        first = str(error).splitlines()[0]
        raise refuse("", f"is written for {entry.scenario}; for {scenario.name} it cannot be read: {first}", field="branch", value=name) from None
