"""Figures of a sweep, chosen by themselves or as asked, written to a folder in both themes with their numbers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure

from sim.plots import (
    sweep_dots,
    sweep_dots_draw,
    sweep_heat,
    sweep_heat_draw,
    sweep_line,
    sweep_line_draw,
    sweep_morris,
    sweep_morris_draw,
    sweep_scatter,
    sweep_scatter_draw,
)
from sim.plots.page import save
from sim.plots.style import THEMES
from sim.plots.sweep import Measure, Sweep, opened
from sim.plots.sweep_plan import Asked, Plan, plan
from sim.scenario.errors import refuse
from sim.scenario.schema import Scenario
from sim.store import Study

CHOSEN = Asked()
HEADLINES = (("answered", "second_round"), ("killed",), ("hardship_person_days",))
"""Outcomes with figures of their own where nobody asks for others: of each group the first that moves."""
MOST_FIGURES = 3


class Made(NamedTuple):
    """A figure: frame with words, its renderer, its plotted numbers."""

    frame: Any
    draw: Callable[..., Figure]
    data: Callable[[Any], pd.DataFrame]


def write(study: Study, scenario: Scenario, folder: Path, outcomes: Sequence[str] = (), asked: Asked = CHOSEN) -> list[dict[str, str]]:
    """Write a figure for each outcome, by itself the headline ones that move; gives the entries of figures.json.

    Raises ScenarioError for outcomes, factors and kinds that the sweep has no figure for.
    """
    sweep = opened(study, scenario)
    names = list(outcomes) or headlines(sweep)
    if not names:
        raise refuse("", "has no outcome with a number in any set-up: there is nothing to draw", field="sweep")
    if asked.kind == "history" and not outcomes:
        names = [name for name in names if sweep.measure(name).history is not None] or names[:1]
    # All are made before any is written: a mistake in the last leaves no half of an album.
    made = [figure(sweep, sweep.measure(name), asked) for name in names]
    return [keep(one, folder, study.manifest) for one in made]


def figure(sweep: Sweep, measure: Measure, asked: Asked = CHOSEN) -> Made:
    """The figure of an outcome."""
    found = plan(sweep, measure, asked)
    name = "_".join(part for part in (found.figure, measure.slug, asked.slug) if part)
    return _made(sweep, measure, found, name)


def _made(sweep: Sweep, measure: Measure, found: Plan, name: str) -> Made:
    if found.figure in ("line", "lines"):
        return Made(sweep_line.line(sweep, measure, found, name), sweep_line_draw.draw, sweep_line.data)
    if found.figure == "heat":
        return Made(sweep_heat.heat(sweep, measure, found, name), sweep_heat_draw.draw, sweep_heat.data)
    if found.figure == "scatter":
        return Made(sweep_scatter.scatter(sweep, measure, found, name), sweep_scatter_draw.draw, sweep_scatter.data)
    if found.figure == "morris":
        return Made(sweep_morris.morris(sweep, measure, name), sweep_morris_draw.draw, sweep_morris.data)
    if found.figure == "dots":
        frame = sweep_dots.by_words(sweep, measure, found, name)
    else:
        frame = sweep_dots.history(sweep, measure, name) if found.figure == "history" else sweep_dots.by_rows(sweep, measure, name)
    return Made(frame, sweep_dots_draw.draw, sweep_dots.data)


def keep(made: Made, folder: Path, manifest: dict[str, Any]) -> dict[str, str]:
    """Write a figure in both themes, with its numbers."""
    name = made.frame.words.name
    for theme in THEMES:
        save(made.draw(made.frame, theme), folder, name, theme, manifest)
    made.data(made.frame).to_csv(folder / f"{name}.csv", index=False)
    entry: dict[str, str] = made.frame.words.entry()
    return entry


def headlines(sweep: Sweep) -> list[str]:
    """Outcomes with figures where nobody asks for others: the usual ones that move, else the first of the sweep that does."""
    shown = sweep.shown()
    moving = [name for name in shown if moves(sweep, name)]
    picked = [next(name for name in group if name in moving) for group in HEADLINES if any(name in moving for name in group)]
    return picked[:MOST_FIGURES] or moving[:1] or shown[:1]


def moves(sweep: Sweep, name: str) -> bool:
    """Whether the mean of an outcome differs between set-ups."""
    means = sweep.means(sweep.measure(name))["mean"].dropna()
    return bool(len(means) > 1 and means.max() > means.min())
