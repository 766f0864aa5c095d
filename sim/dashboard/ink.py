"""Colours of the page's figures by role, so that one switch repaints all of them; and the plain ground on which they are drawn."""

from collections.abc import Callable
from typing import Any

from bokeh.models import FixedTicker, Span
from bokeh.plotting import figure

from sim.plots.style import LIGHT, Theme

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif"
SMALL, BODY = "11px", "12px"
"""Sizes of type on a screen; nothing is smaller."""
DASHES = [6, 3]
"""Course of the unchanged worlds."""

Role = str | Callable[[Theme], Any]


class Ink:
    """Remembers which property has which colour's role, and paints them all."""

    def __init__(self) -> None:
        self._painted: list[tuple[Any, str, Role]] = []
        self.theme = LIGHT

    def of(self, model: Any, **roles: Role) -> Any:
        """Give properties of a model the colours of roles; gives the model back."""
        for name, role in roles.items():
            self._painted.append((model, name, role))
            setattr(model, name, self.colour(role))
        return model

    def colour(self, role: Role) -> Any:
        """A role's colour in the theme at work."""
        return getattr(self.theme, role) if isinstance(role, str) else role(self.theme)

    def paint(self, theme: Theme) -> None:
        """Repaint everything."""
        self.theme = theme
        for model, name, role in self._painted:
            setattr(model, name, self.colour(role))

    def plot(self, height: int, alt: str = "", **how: Any) -> figure:
        """An empty plot in the house's style: no frame, no grid, no tools; `alt`: its name for who cannot see it."""
        made = figure(
            height=height, sizing_mode="stretch_width", toolbar_location=None, tools="", min_border=2, output_backend="canvas", **how,
            html_attributes={"role": "img", "aria-label": alt, "tabindex": "0"} if alt else {"aria-hidden": "true"},
        )  # fmt: skip
        made.grid.grid_line_color = None
        made.outline_line_color = None
        made.toolbar.logo = None
        self.of(made, background_fill_color="ground", border_fill_color="ground")
        for axis in made.axis:
            axis.minor_tick_line_color = None
            axis.major_label_text_font = axis.axis_label_text_font = FONT
            axis.major_label_text_font_size = axis.axis_label_text_font_size = SMALL
            axis.axis_label_text_font_style = "normal"
            self.of(axis, axis_line_color="muted", major_tick_line_color="muted", major_label_text_color="muted", axis_label_text_color="muted")
        made.title.text_font, made.title.text_font_size, made.title.text_font_style = FONT, BODY, "normal"
        self.of(made.title, text_color="ink")
        return made

    def cursor(self, plot: Any) -> Span:
        """The upright line at the day on which the page stands."""
        line = Span(location=0, dimension="height", line_width=1.5, line_alpha=0.9)
        self.of(line, line_color="ink")
        plot.add_layout(line)
        return line


def label_rows(axis: Any, labels: list[str]) -> None:
    """Name the rows 0, 1, 2 … of an axis. The ticker is kept: a new one would have Bokeh count all its models again."""
    if not isinstance(axis.ticker, FixedTicker):
        axis.ticker = FixedTicker()
    axis.ticker.ticks = list(range(len(labels)))
    axis.major_label_overrides = dict(enumerate(labels))


def empty(*names: str) -> dict[str, list[Any]]:
    """Columns without rows."""
    return {name: [] for name in names}


def write_days(axis: Any) -> None:
    """Ticks of an axis of days as `16 Jan`."""
    axis.formatter.days = axis.formatter.months = axis.formatter.hours = "%e %b"
    axis.formatter.context = None
