"""Every figure of a replay or of a branch study, written to its folder in both themes; a figure for which a run lacks the data is left out."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from sim.plots import (
    border_change,
    border_map,
    chain,
    chain_draw,
    courses,
    dose,
    dots,
    dots_draw,
    effects,
    effects_draw,
    fans,
    map_draw,
    overview,
    reasons,
    reasons_draw,
    surprise,
    timeline,
    timeline_draw,
    tree,
)
from sim.plots.page import save
from sim.plots.style import LIGHT, THEMES, Theme
from sim.scenario.schema import Scenario
from sim.store import Run, Study


class Kind(NamedTuple):
    """A kind of figure: what makes its frame and words, its renderer, its plotted numbers, its themes."""

    frame: Callable[[Run, Scenario], Any]
    draw: Callable[[Any, Theme], Figure]
    data: Callable[[Any], pd.DataFrame]
    themes: tuple[Theme, ...] = THEMES


KINDS = (
    Kind(timeline.timeline, timeline_draw.draw, timeline.data),
    Kind(surprise.surprise, surprise.draw, surprise.data),
    Kind(courses.courses, courses.draw, courses.data),
    Kind(dots.dots, dots_draw.draw, dots.data),
    Kind(tree.tree, tree.draw, tree.data),
    Kind(border_map.border_map, map_draw.draw, border_map.data),
    Kind(lambda run, scenario: timeline.timeline(run, scenario, full=True), timeline_draw.draw, timeline.data, (LIGHT,)),
)
"""In the order in which a page shows them."""


class StudyKind(NamedTuple):
    """A kind of figure of a branch study: what makes its frames and words, one or many; its renderer, its plotted numbers."""

    frames: Callable[[Study, Scenario], Sequence[Any]]
    draw: Callable[..., Figure]
    data: Callable[[Any], pd.DataFrame]


STUDY_KINDS = (
    StudyKind(effects.effects, effects_draw.draw, effects.data),
    StudyKind(dose.dose, dose.draw, dose.data),
    StudyKind(overview.overview, overview.draw, overview.data),
    StudyKind(fans.fans, fans.draw, fans.data),
    StudyKind(border_change.border_change, border_change.draw, border_change.data),
)
"""In the order in which a page shows them."""


def write(run: Run, scenario: Scenario, folder: Path) -> list[dict[str, str]]:
    """Write every figure that the run has the data for; gives the entries of figures.json."""
    made = [(kind, kind.frame(run, scenario)) for kind in KINDS]
    return [_keep(frame, kind.draw, kind.data, kind.themes, folder, run.manifest) for kind, frame in made if frame is not None]


def write_outcomes(run: Run, scenario: Scenario, folder: Path, names: Sequence[str]) -> list[dict[str, str]]:
    """Write the dot plots of some outcomes of a replay; gives their entry of figures.json."""
    return [_keep(dots.chosen(run, scenario, names), dots_draw.draw, dots.data, THEMES, folder, run.manifest)]


def write_branch(study: Study, scenario: Scenario, folder: Path) -> list[dict[str, str]]:
    """Write every figure that a branch study has the data for; gives the entries of figures.json."""
    made = [(kind, frame) for kind in STUDY_KINDS for frame in kind.frames(study, scenario)]
    return [_keep(frame, kind.draw, kind.data, THEMES, folder, study.manifest) for kind, frame in made]


def write_chain(study: Study, folder: Path) -> list[dict[str, str]]:
    """Write the figure of a chain study; gives its entry of figures.json."""
    return [_keep(chain.chain(study), chain_draw.draw, chain.data, THEMES, folder, study.manifest)]


def write_explanation(study: Study, scenario: Scenario, folder: Path) -> list[dict[str, str]]:
    """Write the figure of an explanation; gives its entry of figures.json."""
    return [_keep(reasons.reasons(study, scenario), reasons_draw.draw, reasons.data, THEMES, folder, study.manifest)]


def _keep(
    frame: Any, draw: Callable[..., Figure], data: Callable[[Any], pd.DataFrame], themes: tuple[Theme, ...], folder: Path, manifest: dict[str, Any]
) -> dict[str, str]:
    """Write a figure in its themes, with its numbers."""
    for theme in themes:
        save(draw(frame, theme), folder, frame.words.name, theme, manifest)
    data(frame).to_csv(folder / f"{frame.words.name}.csv", index=False)
    entry: dict[str, str] = frame.words.entry()
    return entry
