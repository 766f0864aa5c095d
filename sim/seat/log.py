"""The log of a game: a line a decision, written at once; what it holds replays to the bit.

A log is read with suspicion: everything in it is checked before anything runs.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim import __version__
from sim.design import INJECTS, Inject
from sim.fingerprint import numerics
from sim.scenario.errors import nearest, one_of, refuse, shown_path
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.seat.game import Acts, Game, Setup, setup
from sim.store import scenario_hash

FORMAT = 1
LONGEST = 2_000_000
"""Bytes of a log; a year of decisions has some fifty thousand."""


def head(game: Setup) -> dict[str, Any]:
    """The first line: what the game began with, and by what it was run."""
    return {
        "seat_log": FORMAT,
        "scenario": game.scenario.name,
        "scenario_hash": scenario_hash(game.scenario),
        "seat": game.seat,
        "from": game.scenario.date_of(game.start).isoformat(),
        "mode": game.mode,
        "seed": game.seed,
        "world": game.world,
        "version": __version__,
        "numerics": numerics(),
    }


class Log:
    """A log being written; every line is on disk before the day goes on."""

    def __init__(self, path: Path, game: Setup, *, append: bool = False) -> None:
        self.path = path
        try:
            if not append:
                with path.open("x", encoding="utf-8") as file:
                    file.write(json.dumps(head(game)) + "\n")
        except OSError as error:
            raise refuse(shown_path(path), f"a new file that can be written ({error.strerror})", field="--log") from None
        if append:
            self._cut()
        for inject in game.injects if not append else ():
            self.inject(game.scenario, inject)

    def _cut(self) -> None:
        """Take away a last line that was cut short, as `read` passes over it: nothing may be written behind it."""
        text = self.path.read_bytes()
        if not text.endswith(b"\n"):
            whole = text[: text.rfind(b"\n") + 1]
            try:
                json.loads(text[len(whole) :])
            except ValueError:
                self.path.write_bytes(whole)
            else:
                self.path.write_bytes(text + b"\n")

    def decided(self, scenario: Scenario, day: int, acts: Acts | None) -> None:
        """A day's decision: acts by track, or None where it was left to the council."""
        self._add({"date": scenario.date_of(day).isoformat(), "acts": None if acts is None else dict(acts)})

    def inject(self, scenario: Scenario, inject: Inject) -> None:
        """Something that a facilitator has prepared."""
        assert isinstance(inject.day, int)
        told = {"kind": inject.kind, "actor": inject.actor, "date": scenario.date_of(inject.day).isoformat(), "size": inject.size}
        self._add({"inject": told})

    def note(self, date: str, words: str) -> None:
        """Words to whoever plays."""
        self._add({"note": words, "date": date})

    def _add(self, line: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


@dataclass(frozen=True)
class Read:
    """A log that was read: what the game began with, the choices in order, notes by date, and what differs from this program."""

    setup: Setup
    choices: tuple[Acts | None, ...]
    notes: dict[str, list[str]]
    differs: tuple[str, ...]


def read(path: Path, crisis: Scenario | None = None) -> Read:
    """Read a log; raises ScenarioError that names line, field, value and what is allowed. `crisis`: that of the log, where it is one's own."""
    lines = _lines(path)
    first = lines[0][1]
    if first.get("seat_log") != FORMAT:
        raise refuse(f"{shown_path(path)}:1", f"must be {FORMAT}", field="seat_log", value=first.get("seat_log"))
    name = _text(path, 1, first, "scenario")
    if crisis is not None and crisis.name != name:
        raise refuse(f"{shown_path(path)}:1", f"is of another crisis than {crisis.name}", field="scenario", value=name)
    scenario = crisis or load(name)
    begun = _setup(path, first, scenario)
    choices: list[Acts | None] = []
    injects: list[Inject] = []
    notes: dict[str, list[str]] = {}
    for number, line in lines[1:]:
        where = f"{shown_path(path)}:{number}"
        if "inject" in line:
            injects.append(_inject(where, scenario, line["inject"]))
        elif "note" in line:
            notes.setdefault(str(line.get("date")), []).append(str(line["note"])[:500])
        else:
            choices.append(_choice(where, scenario, begun.start + len(choices), line))
    made = setup(scenario, begun.seat, begun.start, mode=begun.mode, seed=begun.seed, world=begun.world, injects=injects)
    return Read(made, tuple(choices), notes, tuple(_differs(first, scenario)))


def _lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        if path.stat().st_size > LONGEST:
            raise refuse(shown_path(path), f"must be at most {LONGEST:,} bytes", value=path.stat().st_size)
        texts = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(shown_path(path), f"cannot be read as a log ({error})") from None
    found = []
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            if number == len(texts):
                # The last line of a game that was cut off: the day was not decided.
                continue
            raise refuse(f"{shown_path(path)}:{number}", "must be a line of JSON", value=text[:60]) from None
        if not isinstance(line, dict):
            raise refuse(f"{shown_path(path)}:{number}", "must be a JSON object", value=text[:60])
        found.append((number, line))
    if not found:
        raise refuse(shown_path(path), "must hold at least the line that an exercise begins with")
    return found


def _text(path: Path, number: int, line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if not isinstance(value, str):
        raise refuse(f"{shown_path(path)}:{number}", "must be words", field=name, value=value)
    return value


def _setup(path: Path, first: Mapping[str, Any], scenario: Scenario) -> Setup:
    where = f"{shown_path(path)}:1"
    for name, least in (("seed", 0), ("world", 0)):
        value = first.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value < 2**63:
            raise refuse(where, "must be a whole number from 0 to 2**63 - 1", field=name, value=value)
    start = _day(where, scenario, first.get("from"), "from")
    return setup(scenario, _text(path, 1, first, "seat"), start, mode=_text(path, 1, first, "mode"), seed=first["seed"], world=first["world"])


def _day(where: str, scenario: Scenario, value: Any, name: str) -> int:
    try:
        day = scenario.day_of(datetime.date.fromisoformat(value))
    except (TypeError, ValueError):
        raise refuse(where, "must be a date that exists, as year-month-day", field=name, value=value) from None
    if not 0 <= day < scenario.days:
        raise refuse(where, f"must be a day of the run, {scenario.start} to {scenario.end}", field=name, value=value)
    return day


def _choice(where: str, scenario: Scenario, day: int, line: Mapping[str, Any]) -> Acts | None:
    if day >= scenario.days:
        raise refuse(where, "comes after the last day of the run", value=line.get("date"))
    expected = scenario.date_of(day).isoformat()
    if line.get("date") != expected:
        raise refuse(where, f"must be {expected}: every day from the first on has its line", field="date", value=line.get("date"))
    acts = line.get("acts", {})
    if acts is not None and not (isinstance(acts, dict) and all(isinstance(value, str) for pair in acts.items() for value in pair)):
        raise refuse(where, "must be acts by track, or null", field="acts", value=str(acts)[:60])
    return acts


def _inject(where: str, scenario: Scenario, told: Any) -> Inject:
    if not isinstance(told, dict) or told.get("kind") not in INJECTS:
        kind = told.get("kind") if isinstance(told, dict) else told
        raise refuse(where, one_of(INJECTS), field="kind", value=kind, nearest=nearest(str(kind), INJECTS))
    size = told.get("size")
    if not isinstance(size, int | float) or isinstance(size, bool) or not 0 <= size < 1e6:
        raise refuse(where, "must be a number, 0 or more", field="size", value=size)
    actors = scenario.groups if told["kind"] == "attack" else scenario.states
    actor = str(told.get("actor"))
    if actor not in actors:
        raise refuse(where, one_of(actors), field="actor", value=actor, nearest=nearest(actor, actors))
    return Inject(told["kind"], actor, _day(where, scenario, told.get("date"), "date"), float(size))


def injects_of(where: str, scenario: Scenario, rows: Any) -> list[Inject]:
    """What a facilitator's file prepares: a list of kind, actor, date and size; raises ScenarioError."""
    if not isinstance(rows, list):
        raise refuse(where, "must be a list, each entry with kind, actor, date and size")
    return [
        _inject(f"{where}, entry {number}", scenario, {**row, "date": str(row.get("date"))} if isinstance(row, dict) else row)
        for number, row in enumerate(rows, 1)
    ]


def _differs(first: Mapping[str, Any], scenario: Scenario) -> list[str]:
    found = []
    for name, here in (("scenario_hash", scenario_hash(scenario)), ("version", __version__), ("numerics", numerics())):
        if first.get(name) != here:
            found.append({"scenario_hash": "the crisis", "version": "the version", "numerics": "how numbers are computed"}[name])
    return found


def again(log: Read) -> Game:
    """Play a log again; raises ScenarioError, with the day, for a choice that cannot be made."""
    game = Game(log.setup)
    for acts in log.choices:
        if game.over:
            break
        game.decide(acts)
    return game
