"""The figure of reasons drawn: a table of bars for every track."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.plots.frame import sentence_case
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.reasons import Cell, Panel, Reasons, Row
from sim.plots.style import BODY, PAGE_WIDTH, SMALL, Theme, house, mixed, shortened, width_of, wrapped
from sim.words import TERM_WORDS, TRACK_WORDS, odds

ROW, GAP, BAR = 0.37, 0.2, 0.085
"""Heights in inches: a row, the room between tracks, a bar."""
CHANCE, WIDEST, EDGE = 0.84, 1.0, 0.07
"""Widths in inches: a column of chances, the widest column of a term, the room beside its bars."""
HEAD = 0.1
"""Room between headings and rows, in inches."""
FADED = 0.55
"""How much of its state's colour the bars of an unlikelier act hold."""


def draw(frame: Reasons, theme: Theme, scale: float = 1.0) -> Figure:
    """The figure of reasons as a Matplotlib figure."""
    width = PAGE_WIDTH * scale
    names = min(max(width_of(row.label, BODY, bold=True) for panel in frame.panels for row in panel.rows), 0.2 * width)
    left = MARGIN + 0.24 + names + 0.1
    columns = max(len(panel.terms) for panel in frame.panels) + 1
    each = min((width - left - MARGIN - 2 * CHANCE - 0.12) / columns, WIDEST)
    heads = [_heads(panel, each) for panel in frame.panels]
    heights = [LINE[SMALL] * max(map(len, head)) + HEAD + ROW * len(panel.rows) for panel, head in zip(frame.panels, heads, strict=True)]
    with house(theme):
        page = Page(theme, width, sum(heights) + GAP * (len(heights) - 1), frame.words, frame.manifest)
        top = 0.0
        for panel, head, height in zip(frame.panels, heads, heights, strict=True):
            _draw_panel(page, frame, panel, head, (left, top, each, names))
            top += height + GAP
    return page.figure


def _heads(panel: Panel, width: float) -> list[list[str]]:
    """Headings of the columns in lines: terms, total, the two chances."""
    terms = [wrapped(TERM_WORDS[term], width - 0.06, SMALL) for term in panel.terms]
    return [*terms, ["total"], wrapped("if the council sits", CHANCE - 0.06, SMALL), ["that day"]]


def _draw_panel(page: Page, frame: Reasons, panel: Panel, head: list[list[str]], place: tuple[float, float, float, float]) -> None:
    left, top, each, names = place
    theme, lines = page.theme, max(map(len, head))
    body = top + LINE[SMALL] * lines + HEAD
    page.text(MARGIN, body - 0.06 - LINE[SMALL] / 2, f"{sentence_case(TRACK_WORDS[panel.track])} track", weight="bold")
    chances = [page.width - MARGIN - CHANCE * number for number in (2, 1)]
    starts = [*(left + each * number for number in range(len(panel.terms))), chances[0] - 0.12 - each]
    for start, words in zip([start + each / 2 for start in starts] + chances, head, strict=True):
        for number, line in enumerate(words):
            y = body - 0.06 - LINE[SMALL] * (len(words) - number - 0.5)
            page.text(start, y, line, SMALL, color=theme.muted, ha="left" if start in chances else "center")
    room = page.blank(0.0, body, page.width, ROW * len(panel.rows))
    for number, row in enumerate(panel.rows):
        room.plot([MARGIN, page.width - MARGIN], [ROW * number] * 2, color=theme.rule, lw=0.7, zorder=0)
        _draw_row(page, room, frame, panel, row, (starts, body, each, names), number)
        for start, share in zip(chances, (row.if_sitting, row.that_day), strict=True):
            weight = "bold" if row.likeliest and start == chances[0] else "normal"
            page.text(start, body + ROW * (number + 0.5), odds(share), weight=weight)


def _draw_row(page: Page, room: Axes, frame: Reasons, panel: Panel, row: Row, place: tuple[list[float], float, float, float], number: int) -> None:
    starts, body, each, names = place
    theme, middle = page.theme, ROW * (number + 0.5)
    if row.recorded:
        room.scatter(MARGIN + 0.08, middle, marker="D", s=30, color=theme.history, linewidths=0, zorder=4)
    weight = "bold" if row.likeliest else "normal"
    page.text(MARGIN + 0.24, body + middle, shortened(row.label, names, BODY, row.likeliest), weight=weight)
    if row.total is None:
        page.text(starts[0] + 0.1, body + middle, "cannot be done twice", SMALL, color=theme.muted)
        return
    colour = theme.states[frame.side] if row.likeliest else mixed(theme.states[frame.side], theme.ground, FADED)
    cells = [row.cells.get(term) for term in panel.terms]
    for column, cell in enumerate([*cells, row.total]):
        if cell is not None:
            fill = theme.parent if column == len(cells) else colour
            _draw_cell(page, room, panel, cell, (starts[column], body, middle, each), fill)


def _draw_cell(page: Page, room: Axes, panel: Panel, cell: Cell, place: tuple[float, float, float, float], colour: str) -> None:
    """A number, its bar below it, and a thin line over what 90 of 100 worlds hold."""
    start, body, middle, each = place
    page.text(start + each / 2, body + middle - 0.08, number_words(cell.mean), SMALL)
    zero, end = start + _x(panel, 0.0, each), start + _x(panel, cell.mean, each)
    y = middle + 0.09
    room.plot([zero, zero], [y - 0.08, y + 0.08], color=page.theme.muted, lw=0.7, zorder=1)
    room.add_patch(Rectangle((min(zero, end), y - BAR / 2), abs(end - zero), BAR, fc=colour, ec="none", zorder=2))
    if not panel.low <= cell.mean <= panel.high:
        marker = "<" if cell.mean < panel.low else ">"
        room.scatter(end, y, marker=marker, s=26, color=colour, linewidths=0, zorder=3)
    low, high = start + _x(panel, cell.low, each), start + _x(panel, cell.high, each)
    if high - low > 0.01:
        room.plot([low, high], [y, y], color=page.theme.ink, lw=0.9, zorder=3, solid_capstyle="butt")


def _x(panel: Panel, value: float, each: float) -> float:
    """Where a number lies in its column, in inches; beyond the scale, at its end."""
    held = min(max(value, panel.low), panel.high)
    return EDGE + (each - 2 * EDGE) * (held - panel.low) / (panel.high - panel.low)


def number_words(value: float) -> str:
    """One decimal, with a true minus; no minus nought."""
    words = f"{value:.1f}"
    return "0" if float(words) == 0.0 else words.replace("-", "−")
