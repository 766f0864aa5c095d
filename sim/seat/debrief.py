"""The debrief of a game: what the other side believed, what the model would have done, this course among others, who suffered where.

Nothing is scored and nobody wins. The other courses are worlds of the model from the same day on, in which both governments
decide for themselves.
"""

from dataclasses import replace
from typing import Any

import pandas as pd

from sim.experiments import kept
from sim.experiments.asking import SCHEMA_VERSION
from sim.experiments.replay import Request
from sim.experiments.replay import run as replay
from sim.experiments.tell import course_of
from sim.history import recorded_dead
from sim.narration import narrated
from sim.outcomes import definitions
from sim.scenario.ladder import acts_of
from sim.seat.game import Game
from sim.seat.log import head
from sim.store import Run, Study, identity, now
from sim.words import CAVEAT, day_words, label_of

WORLDS = 500
"""Other courses from the same start."""
SEAT_CAVEAT = (
    f"{CAVEAT} An exercise is one world, and a person is not a government: what somebody decided here says nothing about what a government would "
    "have done. Nothing is scored."
)


def other_worlds(game: Game, worlds: int = WORLDS) -> Run:
    """Other courses from the same start, in which both governments decide for themselves."""
    setup = game.setup
    return replay(Request(setup.scenario, (setup.mode,), setup.start, worlds, setup.seed, (), "point"))


def debrief(game: Game, others: Run) -> Study:
    """Everything that is shown after a game. Tables: `choices` (a row a decision), `other_side` (a row a day), `outcomes`, `communities`."""
    started, setup = now(), game.setup
    tables = {"choices": choices(game), "other_side": other_side(game), "outcomes": outcomes(game, others), "communities": communities(game)}
    asked = head(setup) | {
        "command": "play",
        "subject": f"{setup.scenario.name}_{setup.seat}",
        "worlds": others.manifest["asked"]["worlds"],
        "parameters": "point",
        "changes": {},
        "choices": [None if acts is None else dict(acts) for acts in game.choices],
    }
    report = {
        "schema_version": SCHEMA_VERSION,
        "mode": setup.mode,
        "modes": others.manifest["modes"],
        "history": outcomes_of(game),
        "killed_in_the_model": max((outcomes_of(game)["killed"] or 0.0) - recorded_dead(setup.scenario, setup.point)["killed"], 0.0),
        "caveat": SEAT_CAVEAT,
        "seat": label_of(setup.scenario, setup.seat),
        "rival": label_of(setup.scenario, setup.rival),
        "course": course_of(game.result()),
        "decided": len(game.choices),
        "ended": setup.scenario.date_of(setup.start + len(game.choices) - 1).isoformat(),
        "left": setup.scenario.days - setup.start - len(game.choices),
        "war": bool(game.crisis.dyad.war.any()),
        "whole": not game.crisis.running,
        "sentences": told(game),
    }
    study = Study(identity(asked, started) | report, tables)
    study.manifest["finding"] = findings(study)[0]
    return study


def other_run(game: Game, others: Run) -> Run:
    """The worlds beside which a game is shown, with the game in the place of the record."""
    return replace(others, manifest=others.manifest | {"history": outcomes_of(game)}, communities=communities(game))


def told(game: Game, eve: int = 0) -> list[str]:
    """The course of the game in sentences, from so many days before the first day of choice on."""
    scenario, setup = game.setup.scenario, game.setup
    first = scenario.date_of(max(setup.start - eve, 0)).isoformat()
    events = [event for event in narrated(scenario, game.events()) if event["date"] >= first]
    return [f"{day_words(event['date'])}: {' '.join(event['sentences'])}" for event in events if event["sentences"]]


def choices(game: Game) -> pd.DataFrame:
    """A row for every decision that was more than routine, the person's or the council's: both, and how likely the model thought it."""
    scenario, seat = game.setup.scenario, game.setup.seat
    first = game.recorded().routine(game.setup.start, seat, "border")
    border, rows = first, []
    for number, (acts, advised) in enumerate(zip(game.choices, game.advised, strict=True)):
        day = game.setup.start + number
        hour = game.hours[day, seat]
        for track, model in advised.items():
            done = model if acts is None else acts[track]
            routine = border if track == "border" else acts_of(track)[0]
            if done == routine and model == routine:
                continue
            chance = hour.today[track][acts_of(track).index(done)]
            rows.append(
                {
                    "date": scenario.date_of(day).isoformat(),
                    "track": track,
                    "done": done,
                    "by": "council" if acts is None else "person",
                    "model_would_have": model,
                    "probability": chance,
                }
            )
        border = advised["border"] if acts is None and "border" in advised else (acts or {}).get("border", border)
    return pd.DataFrame(rows, columns=["date", "track", "done", "by", "model_would_have", "probability"])


def other_side(game: Game) -> pd.DataFrame:
    """A row a day from a week before the start: what the other side believed of an answer, how the blows felt to it, what it wanted to answer."""
    setup, series = game.setup, game.result().series
    days = range(max(setup.start - 7, 0), min(game.day, setup.scenario.days))
    rival = setup.rival
    return pd.DataFrame(
        {
            "date": [setup.scenario.date_of(day).isoformat() for day in days],
            "belief": [float(series[f"{rival}.belief"][day, 0]) for day in days],
            "felt": [float(series[f"{rival}.felt"][day, 0]) for day in days],
            "debt": [float(series[f"{rival}.debt"][day, 0]) for day in days],
            "struck_by_you": [bool(series[f"{setup.seat}.military"][day, 0] >= 2) for day in days],
            "strikes": [bool(series[f"{rival}.military"][day, 0] >= 2) for day in days],
        }
    )


def outcomes_of(game: Game) -> dict[str, Any]:
    """Outcomes of the game; None where one is not defined."""
    row = game.result().outcomes().iloc[0]
    return {str(name): None if pd.isna(value) else getattr(value, "item", lambda v=value: v)() for name, value in row.items()}


def outcomes(game: Game, others: Run) -> pd.DataFrame:
    """A row an outcome: this game's, and the other worlds' median with what 90 of 100 lie between (yes or no: the share), weighted as in a replay."""
    mine, rows = outcomes_of(game), []
    told = others.manifest["modes"][game.setup.mode]["outcomes"]
    for outcome in definitions(game.setup.scenario):
        if outcome.kind == "class" or outcome.name == "log_weight":
            continue
        found = told[outcome.name]
        share = found["mean"] if outcome.kind == "yes or no" else None
        row = {
            "outcome": outcome.name,
            "label": outcome.label,
            "unit": outcome.unit,
            "kind": outcome.kind,
            "yours": None if mine[outcome.name] is None else float(mine[outcome.name]),
        }
        rows.append(row | {"share": share, "low": found["q05"], "median": found["median"], "high": found["q95"], "worlds": found["worlds"]})
    return pd.DataFrame(rows).astype(dict.fromkeys(("yours", "share", "low", "median", "high"), "Float64"))


def communities(game: Game) -> pd.DataFrame:
    """A row a community: its hardship in the game."""
    return kept.communities({(game.setup.mode, "unchanged"): game.result()})


def findings(study: Study) -> list[str]:
    """How the game went, in sentences: its course, who was killed, how often the model would have done the same."""
    manifest, table = study.manifest, study.tables["choices"]
    own = table[table["by"] == "person"]
    same = int((own["done"] == own["model_would_have"]).sum())
    killed = manifest["killed_in_the_model"]
    dead = f" In the model {killed:,.0f} {'person is' if killed == 1 else 'people are'} killed by the two states' strikes."
    agreed = f"{len(own)} decisions were more than routine on your side or the model's; in {same} of them its council would have done the same."
    days = f"{manifest['decided']} {'day' if manifest['decided'] == 1 else 'days'}, to {day_words(manifest['ended'])}"
    alone = manifest["left"] if not manifest["war"] else 0
    left = f" On the {alone:,} days that were left its council decided, as in the model." if alone else ""
    return [
        f"{manifest['seat']} was played for {days}: {manifest['course']}.{left}{dead}",
        agreed if len(own) else "No decision was more than routine, on your side or the model's.",
        "The other worlds began on the same day, with both governments deciding for themselves; no course is the right one.",
    ]
