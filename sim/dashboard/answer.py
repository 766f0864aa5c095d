"""What a view comes to: parent and what-if side by side, in words, numbers, and the tables that figures are made of."""

import datetime
import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.branches import Branch
from sim.dashboard.engine import Asked, Lived, Ticket
from sim.dashboard.ground import Ground
from sim.dashboard.view import View, points_of
from sim.effects import widen_together
from sim.experiments.asking import SCHEMA_VERSION, fitted_to, parameters_asked
from sim.experiments.branch import entry_of
from sim.experiments.kept import UNCHANGED, communities, quantiles_by_day, rungs
from sim.experiments.reading import counted_once, of_point
from sim.experiments.replay import plain, summaries
from sim.parameters import draw_of
from sim.scenario.schema import Scenario
from sim.store import Run, asked_hash, commit
from sim.words import CHANGE_CAVEAT, caveat


@dataclass(frozen=True)
class Answer:
    """A view, its worlds without and with the what-if, and how long they took [seconds]."""

    ground: Ground
    view: View
    day: int
    branch: Branch | None
    parent: Lived
    child: Lived | None
    seconds: float
    whole: bool
    """Whether all worlds are in it, or only the first."""

    @property
    def scenario(self) -> Scenario:
        """The crisis."""
        return self.ground.scenario

    @property
    def shown(self) -> Lived:
        """The worlds that the page is about: with the what-if, where there is one."""
        return self.parent if self.child is None else self.child

    @property
    def worlds(self) -> int:
        """Worlds of each set-up."""
        return self.parent.result.worlds

    @property
    def start(self) -> datetime.date:
        """First day on which somebody decides."""
        return self.scenario.date_of(self.day)

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What was asked, as plain values."""
        view = self.view
        base = {"command": "dashboard", "scenario": self.scenario.name, "from": self.start.isoformat(), "worlds": self.worlds, "seed": view.seed}
        return base | {"changes": {path: f"{value:g}" for path, value in view.assumed}, "outcomes": [], **parameters_asked(view.parameters)}

    def summaries(self, lived: Lived) -> dict[str, Any]:
        """Every outcome over the worlds of one set-up."""
        return summaries(lived.result, self.ground.history, self.view.mode)

    @cached_property
    def before(self) -> dict[str, Any]:
        """Outcomes as it was."""
        return self.summaries(self.parent)

    @cached_property
    def after(self) -> dict[str, Any] | None:
        """Outcomes with the what-if."""
        return None if self.child is None else self.summaries(self.child)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """As that of a replay of what the page shows, so that its figures can be made of it."""
        shown = self.before if self.after is None else self.after
        more = [CHANGE_CAVEAT] if self.child is not None else []
        return {
            "asked": self.asked,
            "hash": asked_hash(self.asked),
            "commit": commit_once(),
            "schema_version": SCHEMA_VERSION,
            "caveat": caveat(self.scenario, *more),
            "mode": self.view.mode,
            "history": plain(self.ground.history),
            "modes": {self.view.mode: shown},
        }

    def run(self, lived: Lived, series: tuple[str, ...] = ("tension",)) -> Run:
        """One set-up as a replay of one mode, with the daily series that are named."""
        mode, result = self.view.mode, lived.result
        names = [name for name in series if name in result.series]
        daily = [
            quantiles_by_day(self.scenario, result.series[name], result.weights, {"mode": mode, "setup": UNCHANGED, "series": name}) for name in names
        ]
        results = {(mode, UNCHANGED): result}
        return Run(self.manifest, pd.DataFrame(), pd.concat(daily), rungs(results), pd.DataFrame(), self.ground.record, communities(results))

    @cached_property
    def draw(self) -> NDArray[Any] | None:
        """The parameter draw of every world; None where parameters are fixed, or too few worlds are there yet."""
        per_draw = self.ground.asked(self.view, self.parent.result.point, 1).worlds_per_draw
        return draw_of(np.arange(self.worlds), per_draw) if self.view.parameters != "point" and self.whole else None

    @cached_property
    def effect(self) -> dict[str, Any] | None:
        """The what-if beside as it was, as a branch study reports it; None without one."""
        if self.child is None or self.branch is None:
            return None
        before = of_point(self.parent.result, self.parent.result)
        entry = entry_of(self.scenario, self.branch, self.day, before, of_point(self.child.result, self.parent.result), self.draw)
        widen_together(list(entry["effects"].values()))
        return entry

    def work_out(self) -> None:
        """Work out what takes a moment, in the thread that ran the worlds and not in the one that serves pages."""
        assert self.before and (self.after is None or self.effect)

    @cached_property
    def altered(self) -> bool:
        """Whether the what-if alters anything."""
        return self.effect is None or self.effect["changed_worlds"] > 0


_COMMIT: list[str | None] = []


def commit_once() -> str | None:
    """The commit that runs; asked of git once, not at every change of a slider."""
    if not _COMMIT:
        _COMMIT.append(commit())
    return _COMMIT[0]


def answer(ground: Ground, view: View, worlds: int, ticket: Ticket, *, homes: bool = True, here: bool = False) -> Answer:
    """Run what a view asks, or take it from what is kept; raises ScenarioError, or UnwantedError."""
    started = time.perf_counter()
    parent, child, branch = points_of(view, ground.scenario)
    asked = wanted(ground, view, worlds, homes)
    lived = [_weighed(one, view, asked[0]) for one in ground.engine.run(asked, ticket, here=here)]
    seconds = time.perf_counter() - started
    return Answer(ground, view, parent.states_until, branch, lived[0], None if child is None else lived[1], seconds, worlds == view.worlds)


def _weighed(lived: Lived, view: View, asked: Asked) -> Lived:
    """Worlds as they count: a record to which the parameters were fitted does not say again what it says of them, as in the commands.

    Where every world has a draw of its own, nothing would be left of what the record says of its luck: then all counts.
    """
    if asked.worlds_per_draw == 1 or not fitted_to(asked.scenario, view.parameters):
        return lived
    result = lived.result
    draw = draw_of(np.arange(result.worlds), asked.worlds_per_draw)
    return replace(lived, result=replace(result, log_weight=counted_once(result.log_weight, draw)))


def wanted(ground: Ground, view: View, worlds: int, homes: bool = True) -> list[Asked]:
    """The set-ups that a view needs: parent and, with a what-if, branch."""
    parent, child, _ = points_of(view, ground.scenario)
    return [ground.asked(view, point, worlds, homes) for point in (parent, child) if point is not None]


def is_kept(ground: Ground, view: View) -> bool:
    """Whether a view can be shown at once."""
    return all(ground.engine.kept(asked) is not None for asked in wanted(ground, view, view.worlds))
