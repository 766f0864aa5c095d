"""Draws F11: a row a link with its own scale, a bar for the share of draws, and who speaks for and against."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.chain_words import WHOLE, WITHOUT, quantity
from sim.plots.chain import Chain
from sim.plots.frame import records
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import BODY, PAGE_WIDTH, SMALL, Theme, house, mixed, shortened, wrapped

HEAD, GAP, PAD = 0.3, 0.24, 0.1
"""Heights and gaps in inches: the line of column heads, between columns, above and below a row."""
EDGE = 0.08
"""By how much rules and the ground of the last row reach beyond the text."""
LABEL, EFFECT, SHARE = 0.2, 0.24, 0.2
"""Widths of the first three columns, as shares of the sheet; the rest is for and against."""
MARK, STRIP, BAR = 0.26, 0.15, 0.17
"""Heights in inches: a dot with its interval, the numbers under it, a bar."""


class Columns:
    """Left ends and widths of the four columns, in inches."""

    def __init__(self, width: float) -> None:
        inner = width - 2 * MARGIN - 3 * GAP
        self.widths = [LABEL * inner, EFFECT * inner, SHARE * inner]
        self.widths.append(inner - sum(self.widths))
        self.lefts = [MARGIN + sum(self.widths[:number]) + GAP * number for number in range(4)]


class Texts:
    """The words of one row in lines, and how tall it is."""

    def __init__(self, row: dict[str, Any], columns: Columns) -> None:
        whole = row["key"] == WHOLE
        label, effect, share, sources = columns.widths
        self.label = wrapped(row["label"], label, BODY, bold=whole)
        self.notes = [*wrapped(row["per_unit"], label, SMALL), *wrapped(row["disputed"], label, SMALL)]
        self.span = wrapped(f"{quantity(row['low'])} to {quantity(row['high'])} {row['unit']}", effect, SMALL)
        self.share = wrapped(row["share_words"], share, SMALL)
        self.sides = [wrapped(f"{word}: {row[key]}", sources, SMALL) for word, key in (("For", "for"), ("Against", "against")) if row[key]]
        tall = [
            LINE[BODY] * len(self.label) + LINE[SMALL] * len(self.notes),
            MARK + LINE[BODY] + LINE[SMALL] * len(self.span),
            BAR + 0.1 + LINE[SMALL] * len(self.share),
            sum(LINE[SMALL] * len(side) + 0.04 for side in self.sides),
        ]
        self.height = max(tall) + 2 * PAD


def draw(frame: Chain, theme: Theme, scale: float = 1.0) -> Figure:
    """F11 as a Matplotlib figure."""
    width, rows = PAGE_WIDTH * scale, records(frame.rows)
    columns = Columns(width)
    texts = [Texts(row, columns) for row in rows]
    with house(theme):
        page = Page(theme, width, HEAD + sum(one.height for one in texts), frame.words, frame.manifest)
        room = page.blank()
        _heads(page, columns, theme, bool(frame.manifest["draws"]))
        top = HEAD
        for row, one in zip(rows, texts, strict=True):
            if row["key"] == WHOLE:
                sides = [MARGIN - EDGE, width - MARGIN + EDGE]
                room.fill_between(sides, top, top + one.height, color=mixed(theme.parent, theme.ground, 0.12), lw=0, zorder=0)
            room.plot([MARGIN - EDGE, width - MARGIN + EDGE], [top, top], color=theme.ink if row["key"] == WHOLE else theme.rule, lw=0.9, zorder=1)
            _row(page, room, row, one, columns, top, theme)
            top += one.height
    return page.figure


def _heads(page: Page, columns: Columns, theme: Theme, draws: bool) -> None:
    share = "Of 100 parameter draws" if draws else ""
    heads = ("Link", "Effect, own scale a row", share, "What is said for and against it")
    for left, width, words in zip(columns.lefts, columns.widths, heads, strict=True):
        for line in wrapped(words, width, SMALL)[:1]:
            page.text(left, HEAD / 2, line, SMALL, color=theme.muted)


def _row(page: Page, room: Axes, row: dict[str, Any], texts: Texts, columns: Columns, top: float, theme: Theme) -> None:
    bold = {"weight": "bold"} if row["key"] == WHOLE else {}
    y = top + PAD
    for line in texts.label:
        page.text(columns.lefts[0], y + LINE[BODY] / 2, line, BODY, color=theme.muted if row["key"] == WITHOUT else theme.ink, **bold)
        y += LINE[BODY]
    _lines(page, columns.lefts[0], y, texts.notes, theme.muted)
    _effect(page, room, row, texts, columns, top + PAD, theme)
    if row["share"] is not None:
        _share(page, room, row, texts, columns, top + PAD, theme)
    y = top + PAD
    for number, side in enumerate(texts.sides):
        y = _lines(page, columns.lefts[3], y, side, theme.ink if number == 0 else theme.muted) + 0.04


def _lines(page: Page, x: float, y: float, lines: list[str], colour: str) -> float:
    for line in lines:
        page.text(x, y + LINE[SMALL] / 2, line, SMALL, color=colour)
        y += LINE[SMALL]
    return y


def _effect(page: Page, room: Axes, row: dict[str, Any], texts: Texts, columns: Columns, top: float, theme: Theme) -> None:
    """The mean effect and its interval on a scale of the row's own, with the nought line; the numbers under it."""
    left, width = columns.lefts[1], columns.widths[1]
    low, high = min(row["low"], 0.0), max(row["high"], 0.0)
    span = (high - low) or 1.0

    def at(value: float) -> float:
        return left + 0.06 + (width - 0.12) * (value - low) / span

    y = top + MARK / 2
    room.plot([at(0.0)] * 2, [top, top + MARK], color=theme.muted, lw=1.0, zorder=2)
    room.plot([left, left + width], [y, y], color=theme.rule, lw=0.8, zorder=1)
    room.plot([at(row["low"]), at(row["high"])], [y, y], color=BRANCH[theme.name], lw=2.4, solid_capstyle="butt", zorder=3)
    face = BRANCH[theme.name] if row["told"] else theme.ground
    room.scatter(at(row["effect"]), y, s=46, color=face, edgecolors=BRANCH[theme.name], linewidths=1.6, zorder=4)
    words = f"{quantity(row['effect'])} {row['unit']}"
    page.text(left, top + MARK + LINE[BODY] / 2, shortened(words, width, BODY), BODY)
    _lines(page, left, top + MARK + LINE[BODY], texts.span, theme.muted)


def _share(page: Page, room: Axes, row: dict[str, Any], texts: Texts, columns: Columns, top: float, theme: Theme) -> None:
    """A bar to 100 with a tick at 50, and the share in words."""
    left, width = columns.lefts[2], columns.widths[2]
    y = top + 0.04
    colour = BRANCH[theme.name]
    room.fill([left, left + width, left + width, left], [y, y, y + BAR, y + BAR], color=mixed(theme.parent, theme.ground, 0.2), lw=0, zorder=1)
    end = left + width * row["share"]
    room.fill([left, end, end, left], [y, y, y + BAR, y + BAR], color=colour, lw=0, zorder=2)
    room.plot([left + width / 2] * 2, [y - 0.03, y + BAR + 0.03], color=theme.ink, lw=0.9, zorder=3)
    _lines(page, left, y + BAR + 0.06, texts.share, theme.ink)


BRANCH = {"light": "#7A00CC", "dark": "#B84DFF"}
"""The branch's colour on either ground."""
