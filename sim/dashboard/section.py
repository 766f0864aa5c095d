"""What a part of the page is: it shows an answer, follows the day, follows the theme; and what parts share."""

import datetime
from dataclasses import dataclass, field
from typing import Any, Protocol

import pandas as pd

from sim.dashboard.answer import Answer
from sim.dashboard.ink import Ink
from sim.dashboard.parts import part

Fragments = dict[str, str]
MOST_ROWS = 400
"""Rows of a data table on the page; the download has them all."""


@dataclass
class Look:
    """How a user looks at an answer: nothing of it changes a number."""

    ink: Ink
    day: int = 0
    whole_run: bool = False
    difference: bool = False
    world: int | None = None
    tables: set[str] = field(default_factory=set)
    """Figures whose data stand open."""


class Section(Protocol):
    """A part of the page."""

    roots: dict[str, Any]
    """Its Bokeh figures, by the name of their place."""

    def show(self, answer: Answer, look: Look) -> Fragments:
        """Show an answer; gives the words that change with it."""

    def day(self, answer: Answer, look: Look) -> Fragments:
        """Follow the day; gives the words that change with it."""

    def paint(self) -> None:
        """Repaint what the theme changes beyond roles."""


def date_of(answer: Answer, look: Look) -> datetime.date:
    """The day on which the page stands."""
    return answer.scenario.date_of(look.day)


def data_part(look: Look, figure: str, name: str, table: pd.DataFrame) -> str:
    """The data of a figure as a table, where they stand open."""
    if figure not in look.tables:
        return ""
    rows = [[_cell(value) for value in row] for row in table.head(MOST_ROWS).itertuples(index=False)]
    return part("data", header=[str(column).replace("_", " ") for column in table.columns], rows=rows, name=name)


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    return f"{value:,.3g}" if isinstance(value, float) and abs(value) < 1000 else f"{value:,.0f}" if isinstance(value, float) else str(value)
