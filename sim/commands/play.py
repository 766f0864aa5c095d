"""play: take the seat of one government."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Out, Quiet, ScenarioName, Seed, date_of, fail, scenario_named

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.seat.briefing import Briefing
    from sim.seat.game import Acts, Game
    from sim.seat.log import Log
    from sim.store import Study

HELP = """  a number     choose that act on the track; Enter keeps what stands
  c            leave this day to your council (the model decides)
  s            let days pass, all as it stands, until something happens
  q            stop; the log keeps everything, and --resume goes on
  inject KIND ACTOR SIZE [DATE]   facilitator: attack, shock or casualties, today or later
  note WORDS   facilitator: words to whoever plays"""


class Stopped(Exception):  # noqa: N818 - no error: somebody has had enough
    """The player stops."""


def play(
    scenario: ScenarioName = None,
    seat: Annotated[str | None, typer.Option("--as", metavar="STATE", help="The government to play.", show_default="the one struck first")] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day of choice.", show_default="the day after the first strike")
    ] = None,
    mode: Annotated[str, typer.Option(help="assisted (attacks and shocks as recorded) or free.")] = "assisted",
    seed: Seed = 1,
    world: Annotated[int, typer.Option(help="World whose luck the exercise has.")] = 0,
    choices: Annotated[Path | None, typer.Option(metavar="FILE", help="YAML: acts by track by date, or council; no questions asked.")] = None,
    injects: Annotated[Path | None, typer.Option(metavar="FILE", help="YAML: what a facilitator has prepared.")] = None,
    log: Annotated[Path | None, typer.Option(metavar="FILE", help="Where the log goes.", show_default="results/play_….jsonl")] = None,
    resume: Annotated[Path | None, typer.Option(metavar="LOG", help="Go on with an exercise.")] = None,
    replay: Annotated[Path | None, typer.Option(metavar="LOG", help="Play a log again, to the bit, and debrief.")] = None,
    worlds: Annotated[int, typer.Option(help="Worlds of the debrief.")] = 500,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Take a seat: play one government day by day; the model plays the rest. No points, no rank."""
    from sim.experiments.asking import check_worlds
    from sim.scenario.errors import ScenarioError

    try:
        check_worlds(worlds)
        game, journal, given = _begin(scenario, seat, start, mode, seed, world, choices, injects, log, resume, replay, quiet or as_json)
        if replay is None:
            _decide_all(game, journal, given, quiet or as_json)
        if replay is None and not game.over:
            return
        study, folder = _debrief(game, worlds, out)
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(study, folder), ensure_ascii=False))
    else:
        from sim.report.play import print_debrief

        print_debrief(study, folder, journal.path if journal else replay, quiet)


def _begin(
    scenario: str | None,
    seat: str | None,
    start: str | None,
    mode: str,
    seed: int,
    world: int,
    choices: Path | None,
    injects: Path | None,
    log: Path | None,
    resume: Path | None,
    replay: Path | None,
    quiet: bool,
) -> "tuple[Game, Log | None, dict[str, Acts | None] | None]":
    """A new game, one to go on with, or one to see again; its log; choices given beforehand."""
    from sim.experiments.asking import check_seed, check_world
    from sim.scenario.errors import refuse
    from sim.seat import log as logs
    from sim.seat.game import Game, setup

    if resume and replay:
        raise refuse("", "goes without --resume", field="--replay", value=str(replay))
    if known := resume or replay:
        read = logs.read(known, scenario_named(scenario) if scenario else None)
        if read.differs and not quiet:
            print(f"Note: since this log was written, {' and '.join(read.differs)} changed: the exercise may go another way.", file=sys.stderr)
        return logs.again(read), logs.Log(known, read.setup, append=True) if resume else None, None
    check_seed(seed)
    check_world(world)
    crisis = scenario_named(scenario)
    first = _first(crisis, start)
    prepared = logs.injects_of(str(injects), crisis, _yaml(injects)) if injects else []
    begun = setup(crisis, seat or _struck_first(crisis), first, mode=mode, seed=seed, world=world, injects=prepared)
    given = _given(crisis, choices) if choices else None
    journal = logs.Log(log or _new_log(begun.scenario.name, begun.seat), begun)
    return Game(begun), journal, given


def _first(crisis: "Scenario", start: str | None) -> int:
    from sim.experiments.asking import day_of
    from sim.experiments.sensitivity import first_choice

    date = date_of(start, "--from")
    return first_choice(crisis) if date is None else day_of(crisis, date, "--from")


def _struck_first(crisis: "Scenario") -> str:
    """The government that the record's first strike hit; the second one where there is none."""
    from sim.scenario.parts.record import STRIKES

    names = list(crisis.states)
    striker = next((event.actor for event in crisis.history if event.act in STRIKES and event.actor in names), names[0])
    return next(name for name in names if name != striker)


def _yaml(path: Path) -> Any:
    from sim.scenario.errors import Problem, ScenarioError, shown_path
    from sim.scenario.files import YAML_BYTES, read_text
    from sim.scenario.yaml_text import read_yaml

    problems: list[Problem] = []
    data, _ = read_yaml(read_text(path, YAML_BYTES), shown_path(path), problems)
    if problems:
        raise ScenarioError(problems)
    return data


def _given(crisis: "Scenario", path: Path) -> "dict[str, Acts | None]":
    """Choices by date from a file: acts by track, or the word council."""
    from sim.scenario.errors import refuse

    data = _yaml(path)
    if not isinstance(data, dict):
        raise refuse(str(path), "must be a mapping from dates to acts by track, or to `council`")
    found: dict[str, Acts | None] = {}
    for date, acts in data.items():
        told = date_of(str(date), str(path))
        if told is None or not crisis.start <= told <= crisis.end:
            raise refuse(str(path), f"must be a day of the run, {crisis.start} to {crisis.end}", field="date", value=str(date))
        if acts != "council" and not isinstance(acts, dict):
            raise refuse(str(path), "must be acts by track, or `council`", field=str(date), value=str(acts))
        found[told.isoformat()] = None if acts == "council" else {str(track): str(act) for track, act in acts.items()}
    return found


def _new_log(scenario: str, seat: str) -> Path:
    folder = Path("results")
    folder.mkdir(exist_ok=True)
    return next(path for number in range(1, 10_000) if not (path := folder / f"play_{scenario}_{seat}_{number}.jsonl").exists())


# ── Day by day ────────────────────────────────────────────────────────────────────────────────────────────────────


def _decide_all(game: "Game", journal: "Log | None", given: "dict[str, Acts | None] | None", quiet: bool) -> None:
    """Every day to the end, or until the player stops; each decision is in the log before the next day dawns."""
    from sim.seat.briefing import briefing

    assert journal is not None
    scenario = game.setup.scenario
    if given is None and not quiet:
        print(f"You decide for {scenario.states[game.setup.seat].label}. ? for help. The log: {journal.path}", file=sys.stderr)
    skipping = False
    try:
        while not game.over:
            dawn = briefing(game)
            if given is not None:
                acts: Acts | None = given.get(dawn.date, {})
            elif skipping and dawn.quiet:
                acts = {}
            else:
                acts, skipping = _ask(game, dawn, journal)
            day = game.day
            game.decide(acts)
            journal.decided(scenario, day, acts)
    except (Stopped, EOFError, KeyboardInterrupt):
        print(f"Stopped; go on with: python run.py play --resume {journal.path}\nor see what came of it: --replay {journal.path}", file=sys.stderr)


def _ask(game: "Game", dawn: "Briefing", journal: "Log") -> "tuple[Acts | None, bool]":
    """One day: what is known, a choice a track; gives the acts, and whether days are to pass until something happens."""
    from sim.words import day_words

    print(f"\n{day_words(dawn.date)}")
    for line in dawn.happened:
        print(f"  {line}")
    width = max(len(label) for label, _ in dawn.known)
    for label, words in dawn.known:
        print(f"  {label:{width}}  {words}")
    chosen: dict[str, str] = {}
    for track, options in dawn.options.items():
        for said in _lines(track, options, dawn.standing[track]):
            if said in ("c", "council"):
                return None, False
            if said in ("s", "skip"):
                return {}, True
            if _facilitated(game, journal, said):
                continue
            if said == "":
                break
            if said.isdigit() and 1 <= int(said) <= len(options):
                chosen[track] = options[int(said) - 1]
                break
            if said in options:
                chosen[track] = said
                break
            print(f"  {said!r} is none of them: a number from 1 to {len(options)}, or ? for help")
    return chosen, False


def _lines(track: str, options: tuple[str, ...], standing: str) -> Iterator[str]:
    """What is typed for a track, until the caller has enough; help and stopping are dealt with here."""
    from sim.words import option_words

    shown = "  ".join(f"{number} {option_words(act)}{'*' if act == standing else ''}" for number, act in enumerate(options, 1))
    while True:
        said = input(f"  {track}: {shown} > ").strip()
        if said in ("q", "quit"):
            raise Stopped
        if said == "?":
            print(HELP)
            continue
        yield said


def _facilitated(game: "Game", journal: "Log", said: str) -> bool:
    """Whether it was a facilitator's line: an inject is in the world from now on, a note is shown and kept."""
    from sim.scenario.errors import ScenarioError
    from sim.seat.game import with_inject
    from sim.seat.log import injects_of

    words, today = said.split(), game.setup.scenario.date_of(game.day).isoformat()
    if words[:1] == ["note"]:
        journal.note(today, " ".join(words[1:]))
        print(f"  Note: {' '.join(words[1:])}")
        return True
    if words[:1] != ["inject"]:
        return False
    try:
        if len(words) not in (4, 5):
            print("  inject KIND ACTOR SIZE [DATE]")
            return True
        row = {"kind": words[1], "actor": words[2], "size": float(words[3]), "date": words[4] if len(words) == 5 else today}
        inject = injects_of("inject", game.setup.scenario, [row])[0]
        changed = with_inject(game, inject)
    except (ScenarioError, ValueError) as error:
        print(f"  {error}")
        return True
    game.__dict__.update(changed.__dict__)
    journal.inject(game.setup.scenario, inject)
    print("  It will happen.")
    return True


# ── Afterwards ────────────────────────────────────────────────────────────────────────────────────────────────────


def _debrief(game: "Game", worlds: int, out: Path | None) -> "tuple[Study, Path]":
    from sim.plots import seat_draw
    from sim.report import page
    from sim.report.play import write_page
    from sim.seat.debrief import debrief, other_run, other_worlds
    from sim.store import check_place, folder_name, save

    if out:
        check_place(out)
    game.finish()
    others = other_worlds(game, worlds)
    study = debrief(game, others)
    folder = save(study, out or Path("results") / folder_name(study.manifest))
    drawn = seat_draw.write(study, other_run(game, others), game.setup.scenario, folder)
    write_page(study, game.setup.scenario, folder, drawn)
    if out is None:
        page.write_index(folder.parent)
    return study, folder


def _json(study: "Study", folder: Path) -> dict[str, Any]:
    manifest = study.manifest
    head = {"schema_version": manifest["schema_version"], "command": "play", "run": str(folder), "mode": manifest["mode"]}
    asked = {name: manifest["asked"][name] for name in ("scenario", "seat", "from", "seed", "world", "worlds")}
    tables = {name: json.loads(table.to_json(orient="records")) for name, table in study.tables.items()}
    return head | asked | {name: manifest[name] for name in ("caveat", "finding", "course", "ended", "sentences")} | tables
