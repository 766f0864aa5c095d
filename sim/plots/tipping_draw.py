"""F5 drawn: a row a lever, a column a day, events of the record above, and a bar where a lever's window closes."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.plots.frame import records
from sim.plots.page import LINE, MARGIN, Page, save
from sim.plots.style import LEAST, PAGE_WIDTH, SMALL, STRENGTH, THEMES, Theme, house, shortened, text_on, width_of, wrapped
from sim.plots.timeline import MARKERS
from sim.plots.timeline_draw import AREAS, MARK, TEXT_SHIFT, spread
from sim.plots.tipping import BINS, Tipping, data, tipping
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.tipping_words import doubt_short, worlds
from sim.words import day_short

ROW, EVENTS, AXIS, LEGEND = 0.4, 0.36, 0.54, 0.32
"""Heights in inches: a lever, the events above, days and how often the outcome comes as it was, the scale."""
NAMES = 0.31
"""Most that names of levers may take, as a share of the width."""
GAP, BAR, NARROW = 0.035, 0.055, 0.12
"""Room above and below a cell; width of the bar that closes a window, and of columns too narrow for room between them; in inches."""
AS_IT_WAS = "as it was, in 100 worlds"
HATCH = "////"


def write(study: Study, scenario: Scenario, folder: Path) -> list[dict[str, str]]:
    """Write the figure in both themes, with its numbers; gives the entries of figures.json."""
    frame = tipping(study, scenario)
    for theme in THEMES:
        save(draw(frame, theme), folder, frame.words.name, theme, study.manifest)
    data(frame).to_csv(folder / f"{frame.words.name}.csv", index=False)
    return [frame.words.entry()]


def draw(frame: Tipping, theme: Theme, scale: float = 1.0) -> Figure:
    """F5 as a Matplotlib figure."""
    width, levers = PAGE_WIDTH * scale, frame.manifest["levers"]
    labels = [lever["title"] for lever in levers.values()]
    names = min(max(width_of(label) for label in [*labels, AS_IT_WAS]), NAMES * width)
    left, right = MARGIN + names + 0.14, width - MARGIN - 0.05
    key = _flowed(_key(frame), width - 2 * MARGIN) + wrapped(doubt_short(frame.manifest), width - 2 * MARGIN, SMALL)
    below = EVENTS + ROW * len(levers)
    with house(theme):
        page = Page(theme, width, below + AXIS + LEGEND + (LINE[SMALL] + 0.03) * len(key), frame.words, frame.manifest)
        sheet, column = page.blank(), (right - left) / len(frame.dates)
        _draw_events(page, sheet, frame, left, column)
        for number, (name, label) in enumerate(zip(levers, labels, strict=True)):
            top = EVENTS + ROW * number
            page.text(left - 0.12, top + ROW / 2, shortened(label, names), ha="right")
            _draw_cells(page, sheet, frame, name, (left, top, column))
        _draw_days(page, sheet, frame, left, below, column, names)
        _draw_scale(page, sheet, below + AXIS + 0.08)
        for number, line in enumerate(key):
            page.text(MARGIN, below + AXIS + LEGEND + (LINE[SMALL] + 0.03) * (number + 0.5), line, SMALL, color=theme.muted)
    return page.figure


def _numbered(column: float) -> bool:
    """Whether a column is wide enough for numbers."""
    return column >= width_of("00", SMALL) + 0.06


def _draw_cells(page: Page, sheet: Axes, frame: Tipping, name: str, place: tuple[float, float, float]) -> None:
    theme, (left, top, column) = page.theme, place
    middle, room, numbered = top + ROW / 2, 0.01 if column > NARROW else 0.0, _numbered(column)
    sheet.hlines(top + ROW, left, left + column * len(frame.dates), color=theme.rule, lw=0.6, zorder=1)
    for number, cell in enumerate(records(frame.rows[frame.rows["lever"] == name])):
        x, shade = left + column * number, int(cell["shade"])
        box: Any = {"xy": (x + room, top + GAP), "width": column - 2 * room, "height": ROW - 2 * GAP, "lw": 0}
        if cell["settled"]:
            # A little wider, so that no seam shows between days.
            sheet.add_patch(Rectangle((x, top + GAP), column + 0.005, ROW - 2 * GAP, lw=0, facecolor=theme.land))
        elif shade > 0:
            fill = STRENGTH[shade - 1]
            sheet.add_patch(Rectangle(**box, facecolor=fill, zorder=2))
            if numbered:
                page.text(x + column / 2, middle, worlds(cell["prevented"]), SMALL, ha="center", color=text_on(fill))
        elif shade < 0:
            sheet.add_patch(Rectangle(**{**box, "lw": 0.6}, facecolor="none", edgecolor=theme.muted, hatch=HATCH, zorder=2))
            if numbered:
                back = {"boxstyle": "square,pad=0.1", "fc": theme.ground, "ec": "none"}
                page.text(x + column / 2, middle, f"−{worlds(-cell['prevented'])}", SMALL, ha="center", bbox=back)
        elif numbered:
            page.text(x + column / 2, middle, "·", SMALL, ha="center", color=theme.muted)
    if name in frame.closes:
        wide = min(BAR, 0.45 * column)
        x = left + column * (frame.closes[name] + 1) - (wide / 2 if column > NARROW else 0.0)
        sheet.add_patch(Rectangle((x, top), wide, ROW, facecolor=theme.history, lw=0, zorder=4))


def _draw_events(page: Page, sheet: Axes, frame: Tipping, left: float, column: float) -> None:
    """Numbered marks of the record above their days, side by side where there are several."""
    theme, states = page.theme, list(frame.scenario.states)
    y, right = EVENTS / 2 - 0.02, left + column * len(frame.dates)
    places = spread([left + column * (frame.column(mark.date) + 0.5) for mark in frame.marks], MARK + 0.01, left, right)
    for number, (mark, x) in enumerate(zip(frame.marks, places, strict=True), start=1):
        lane, shape = mark.lanes[0], MARKERS[mark.act]
        own = len(mark.lanes) == 1 and lane in states
        colour = theme.states[states.index(lane)] if own else theme.muted if lane == "third parties" else theme.ink
        sheet.scatter(x, y, s=AREAS.get(shape, 118), marker=shape, color=colour, linewidths=0, zorder=3)
        page.text(x, y - TEXT_SHIFT.get(shape, -0.008), str(number), LEAST, color=theme.ground, weight="bold", ha="center")


def _key(frame: Tipping) -> list[str]:
    """What the numbers stand for."""
    return [f"{number} {day_short(mark.date)} {mark.words}" for number, mark in enumerate(frame.marks, start=1)]


def _flowed(parts: list[str], inches: float) -> list[str]:
    """Parts in as few lines as they need; one that is too long for a line is cut."""
    lines: list[str] = []
    for part in (shortened(part, inches, SMALL) for part in parts):
        if lines and width_of(f"{lines[-1]}  ·  {part}", SMALL) <= inches:
            lines[-1] += f"  ·  {part}"
        else:
            lines.append(part)
    return lines


def _draw_days(page: Page, sheet: Axes, frame: Tipping, left: float, top: float, column: float, names: float) -> None:
    """How often the outcome comes as it was, then the days; as many as fit."""
    theme, shown = page.theme, frame.rows.drop_duplicates("date")
    if _numbered(column):
        page.text(left - 0.12, top + 0.14, shortened(AS_IT_WAS, names, SMALL), SMALL, ha="right", color=theme.muted)
    for number, cell in enumerate(records(shown)):
        if _numbered(column) and not cell["settled"]:
            page.text(left + column * (number + 0.5), top + 0.14, worlds(cell["as_it_was"]), SMALL, ha="center", color=theme.muted)
    every = max(1, -int(-(width_of("30 Sep", SMALL) + 0.1) // column))
    for number, date in list(enumerate(frame.dates))[every // 2 :: every]:
        x = left + column * (number + 0.5)
        sheet.vlines(x, top + 0.26, top + 0.31, color=theme.muted, lw=0.8)
        page.text(x, top + 0.41, day_short(date), SMALL, ha="center", color=theme.muted)
    sheet.hlines(top + 0.26, left, left + column * len(frame.dates), color=theme.muted, lw=0.8)


def _draw_scale(page: Page, sheet: Axes, top: float) -> None:
    """Shades and what they stand for, the bar, and what is hatched or grey, as far as there is room."""
    theme, x, y = page.theme, MARGIN, top + 0.08
    edges = [f"{low:.0f}–{high:.0f}" for low, high in pairwise(BINS)] + [f"over {BINS[-1]:.0f}"]
    entries: list[tuple[str, dict[str, Any]]] = [(words, {"facecolor": fill, "lw": 0}) for words, fill in zip(edges, STRENGTH, strict=True)]
    entries += [
        ("window closes", {"facecolor": theme.history, "lw": 0}),
        ("brings more", {"facecolor": "none", "edgecolor": theme.muted, "hatch": HATCH, "lw": 0.6}),
        ("settled by the record", {"facecolor": theme.land, "edgecolor": theme.rule, "lw": 0.6}),
    ]
    head = "worlds in 100:  · below 2, or not told from none"
    page.text(x, y, head, SMALL, color=theme.muted)
    x += width_of(head, SMALL) + 0.2
    for words, look in entries:
        wide = BAR if words == "window closes" else 0.24
        if x + wide + 0.06 + width_of(words, SMALL) > page.width - MARGIN:
            return
        sheet.add_patch(Rectangle((x, top), wide, 0.16, **look))
        page.text(x + wide + 0.06, y, words, SMALL, color=theme.muted)
        x += wide + width_of(words, SMALL) + 0.2
