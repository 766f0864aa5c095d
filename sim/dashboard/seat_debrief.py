"""The debrief on the seat's page: what was found, the guess, the course, the pictures, the tables."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from markupsafe import Markup

from sim.dashboard.parts import seat_part
from sim.dashboard.rooms import Room
from sim.history import history
from sim.plots import seat_draw
from sim.plots.style import LIGHT, house
from sim.report.play import blocks, command
from sim.scenario.schema import Scenario
from sim.seat.debrief import debrief, findings, other_run, other_worlds
from sim.words import per_100

GUESSED = "strikes"
"""The outcome that is guessed: no strike after the first day of choice."""


def debriefed(room: Room) -> str:
    """The debrief of a room as HTML; the days that are left are run first."""
    room.game.finish()
    scenario, others = room.game.setup.scenario, other_worlds(room.game)
    study, run = debrief(room.game, others), other_run(room.game, others)
    return seat_part(
        "debrief",
        sentences=findings(study),
        guess=_guess(room, run, scenario),
        story=study.manifest["sentences"],
        figures=[_figure(frame, draw) for frame, draw in seat_draw.pictures(study, run, scenario)],
        tables=Markup("".join(seat_part("table", caption=one.title, note=one.note, header=one.header, rows=one.rows) for one in blocks(study))),
        caveat=study.manifest["caveat"],
        command=f"python run.py play --replay {room.log.path}" if room.log.path.exists() else command(study.manifest),
    )


def _figure(frame: Any, draw: Callable[..., Any]) -> dict[str, Any]:
    """A picture as SVG that stands in the page, with its words."""
    text = io.StringIO()
    with house(LIGHT):
        draw(frame, LIGHT).savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    return {"svg": Markup(svg[svg.index("<svg") :]), "alt": frame.words.alt, "caption": f"{frame.words.title}. {frame.words.caption}"}


def _guess(room: Room, run: Any, scenario: Scenario) -> dict[str, Any] | None:
    """The guess beside the model and the record: no strike after the first day of choice."""
    if room.guess is None:
        return None
    recorded, before = history(scenario), scenario.date_of(room.game.setup.start)
    earlier = sum(event.date < before and event.act in ("limited_strike", "expanded_strike") for event in scenario.history)
    quiet = float(np.average(run.outcomes[GUESSED].astype(float) <= earlier, weights=np.exp(run.outcomes["log_weight"].astype(float))))
    return {"guess": room.guess, "model": per_100(quiet), "history": "somebody struck" if float(recorded[GUESSED]) > earlier else "nobody struck"}
