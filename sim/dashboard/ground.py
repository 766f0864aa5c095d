"""What all users of one crisis share and none can change: the scenario, its record, its what-ifs, its numbers."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from sim.branches import Branch, library
from sim.dashboard.engine import Asked, Engine
from sim.dashboard.view import View
from sim.design import Point
from sim.experiments.asking import WORLDS_PER_DRAW
from sim.experiments.kept import record_by_day
from sim.history import history
from sim.plots.border_map import outlines
from sim.scenario.branches import BRANCHES, load_branch
from sim.scenario.parts.branch import BranchFile
from sim.scenario.paths import Leaf, leaves
from sim.scenario.schema import Scenario
from sim.store import scenario_hash


@dataclass(frozen=True)
class Ground:
    """One crisis, and the engine that runs it."""

    scenario: Scenario
    engine: Engine

    @cached_property
    def hash(self) -> str:
        """A hash of everything that the scenario says."""
        return scenario_hash(self.scenario)

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """Every value by its path."""
        return leaves(self.scenario)

    @cached_property
    def library(self) -> dict[str, Branch]:
        """What-ifs that can be asked of this crisis."""
        return library(self.scenario, BRANCHES)

    @cached_property
    def files(self) -> dict[str, BranchFile]:
        """The same as files: with their doses, and whether they are among the first on offer."""
        return {name: load_branch(name) for name in self.library}

    @cached_property
    def cards(self) -> list[str]:
        """The what-ifs that are offered first."""
        return [name for name, file in self.files.items() if file.card]

    @cached_property
    def record(self) -> pd.DataFrame:
        """The record's daily tension and rungs."""
        return record_by_day(self.scenario)

    @cached_property
    def history(self) -> pd.Series:
        """Every outcome of the record."""
        return history(self.scenario)

    @cached_property
    def outlines(self) -> dict[str, Any] | None:
        """Coasts and borders, where they are known."""
        return outlines(self.scenario)

    def asked(self, view: View, point: Point, worlds: int, homes: bool = True) -> Asked:
        """A set-up to be run; as the commands do, a what-if draws parameters for twenty worlds at a time."""
        per_draw = WORLDS_PER_DRAW if view.changes and view.parameters != "point" else 1
        return Asked(self.scenario, self.hash, point, worlds, view.seed, view.parameters, per_draw, homes)
