"""Every figure of a replay, written to its folder in both themes; a figure for which a run lacks the data is left out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from sim.plots import border_map, courses, dots, dots_draw, map_draw, surprise, timeline, timeline_draw, tree
from sim.plots.page import save
from sim.plots.style import LIGHT, THEMES, Theme
from sim.scenario.schema import Scenario
from sim.store import Run


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


def write(run: Run, scenario: Scenario, folder: Path) -> list[dict[str, str]]:
    """Write every figure that the run has the data for; gives the entries of figures.json."""
    entries = []
    for kind in KINDS:
        frame = kind.frame(run, scenario)
        if frame is not None:
            for theme in kind.themes:
                save(kind.draw(frame, theme), folder, frame.words.name, theme, run.manifest)
            kind.data(frame).to_csv(folder / f"{frame.words.name}.csv", index=False)
            entries.append(frame.words.entry())
    return entries
