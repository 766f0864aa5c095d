"""Draw the flow chart of a day, docs/images/day.svg, from the phases that docs/model.md lists in section 3.

    python tools/day_chart.py            draw it again
    python tools/day_chart.py --check    exit with 1 if what is there is not what would be drawn

Phases and those who act in them are read from the table; what each does in a few words, and what is felt only the next day,
stands here. A phase of the table without words here, or words without a phase, is an error.
"""

import io
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from sim.plots.style import BODY, LIGHT, PAGE_WIDTH, SMALL, TITLE, house, wrapped

DOCS = Path(__file__).resolve().parents[1] / "docs"
CHART = DOCS / "images" / "day.svg"
ROW = re.compile(r"^\| (?P<phase>\d+[ab]?) (?P<name>[a-z]+)(?: \([^)]*\))? \| (?P<agents>[^|]+) \|", re.MULTILINE)
LANES = ("groups", "dyad", "states", "third parties", "crossings", "communities")
"""Those who act, from left to right; phases of nobody's span all lanes."""
NOBODY = "–"
LINE, GAP, PAD, TOP, SIDE = 0.15, 0.2, 0.09, 1.05, 0.55
"""Heights and margins, in inches."""


class Step(NamedTuple):
    """What happens in a phase, and what of it is felt only the next day."""

    does: str
    tomorrow: str = ""


STEPS = {
    "1": Step("Interventions begin or end: pins, sets, injects"),
    "2a": Step("Attacks, from the record or at a hazard; blamed on the haven or not"),
    "2b": Step("The truce fades; blame lowers it"),
    "3": Step("Each feels what the other did yesterday: harm with an error, debt, attention, belief, mood"),
    "4": Step("Does the council sit? If so it chooses an act on each of four tracks; if not, routine"),
    "5a": Step("Strikes hit, words are out, border policies stand", "felt by the other, and by itself, in 3"),
    "5b": Step("Tension rises; war if both have struck often", "weighs in 4"),
    "6a": Step("Agreement, if both want one; it settles debts"),
    "6b": Step("Envoys return"),
    "7a": Step("They notice harm; call, offer, mediate"),
    "7b": Step("Pressure, information, cover from outside", "weigh in 3 and 4"),
    "8": Step("What passes: trade, food, smuggling"),
    "9a": Step("What reaches them; what neighbours tell", "supply weighs in 2a"),
    "9b": Step("Stocks, prices, income, hardship, fear, flight", "fear is told in 9a, unrest weighs in 4"),
    "10": Step("Who joins, who leaves", "strength weighs in 2a"),
    "11": Step("Daily series and outcomes"),
}


def phases(page: str) -> list[tuple[str, str, str]]:
    """Phase, name and agents of each row of the table of a day."""
    section = page.split("\n## 3.", 1)[1].split("\n### ", 1)[0]
    found = [(row["phase"], row["name"], row["agents"].strip()) for row in ROW.finditer(section)]
    unknown = {phase for phase, *_ in found} ^ set(STEPS)
    if unknown:
        raise SystemExit(f"phases without words, or words without a phase: {', '.join(sorted(unknown))}")
    return found


class Box(NamedTuple):
    """A phase as it stands on the chart, in inches from the upper left corner."""

    title: str
    left: float
    top: float
    width: float
    height: float
    words: list[str]
    tomorrow: list[str]

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def spans_all(self) -> bool:
        return self.width > PAGE_WIDTH / 2


def placed(rows: list[tuple[str, str, str]]) -> list[Box]:
    """A box for each phase: under the one before it in the same lane, else beside it and half its height further down."""
    lane = (PAGE_WIDTH - 2 * SIDE) / len(LANES)
    boxes: list[Box] = []
    for phase, name, agents in rows:
        alone = agents != NOBODY
        left = SIDE + (LANES.index(agents) * lane if alone else 0) + PAD
        width = (lane if alone else len(LANES) * lane) - 2 * PAD
        words = wrapped(STEPS[phase].does, width - 2 * PAD, SMALL)
        tomorrow = wrapped(f"Tomorrow: {STEPS[phase].tomorrow}", width - 2 * PAD, SMALL) if STEPS[phase].tomorrow else []
        top = TOP
        if boxes:
            last = boxes[-1]
            beside = alone and not last.spans_all and left != last.left
            top = last.middle[1] + GAP if beside else max(box.top + box.height for box in boxes) + GAP
        boxes.append(Box(f"{phase}  {name}", left, top, width, LINE * (1.3 + len(words) + len(tomorrow)) + 2 * PAD, words, tomorrow))
    return boxes


def drawn(page: str) -> str:
    """The chart as SVG; the same page gives the same bytes."""
    boxes = placed(phases(page))
    height = boxes[-1].top + boxes[-1].height + PAD
    with house(LIGHT):
        figure = Figure(figsize=(PAGE_WIDTH, height))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, PAGE_WIDTH), ylim=(height, 0))
        axes.axis("off")
        axes.text(SIDE + PAD, 0.35, "A day of the model", size=TITLE, weight="bold", va="center")
        draw_lanes(axes, height)
        for box in boxes:
            draw_box(axes, box)
        for one, other in pairwise(boxes):
            draw_step(axes, one, other)
        draw_return(axes, boxes[0], boxes[-1])
        out = io.StringIO()
        FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Title": "A day of the model, phase by phase"})
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def draw_lanes(axes: Any, height: float) -> None:
    lane = (PAGE_WIDTH - 2 * SIDE) / len(LANES)
    for number, title in enumerate(LANES):
        left = SIDE + number * lane
        axes.text(left + lane / 2, 0.78, title, size=BODY, ha="center", va="center", color=LIGHT.muted)
        if number:
            axes.plot([left, left], [0.92, height - PAD], color=LIGHT.rule, lw=0.8, zorder=0)


def draw_box(axes: Any, box: Box) -> None:
    frame = FancyBboxPatch(
        (box.left, box.top), box.width, box.height, boxstyle="round,pad=0,rounding_size=0.05", fc=LIGHT.land, ec=LIGHT.muted, lw=0.8
    )
    axes.add_patch(frame)
    line = box.top + PAD + LINE * 0.65
    axes.text(box.left + PAD, line, box.title, size=BODY, weight="bold", va="center")
    for number, text in enumerate([*box.words, *box.tomorrow], start=1):
        later = number > len(box.words)
        style, colour = ("italic", LIGHT.states[0]) if later else ("normal", LIGHT.ink)
        axes.text(box.left + PAD, line + LINE * (number + 0.15), text, size=SMALL, va="center", style=style, color=colour)


def draw_step(axes: Any, one: Box, other: Box) -> None:
    """From a phase to the next: straight down, or out at the side and down."""
    if one.left == other.left or one.spans_all or other.spans_all:
        x = (other if one.spans_all else one).middle[0]
        draw_arrow(axes, x, one.top + one.height, x, other.top)
        return
    x, y = other.middle[0], one.middle[1]
    axes.plot([one.left + one.width if x > one.left else one.left, x], [y, y], color=LIGHT.ink, lw=1.0, zorder=0.5)
    draw_arrow(axes, x, y, x, other.top)


def draw_return(axes: Any, first: Box, last: Box) -> None:
    """From the last phase back to the first."""
    edge = PAGE_WIDTH - SIDE * 0.45
    right, low, high = last.left + last.width, last.middle[1], first.middle[1]
    axes.plot([right, edge, edge], [low, low, high], color=LIGHT.ink, lw=1.0)
    draw_arrow(axes, edge, high, right, high)
    axes.text(edge + 0.11, (low + high) / 2, "the next day", size=SMALL, rotation=90, ha="center", va="center", color=LIGHT.muted)


def draw_arrow(axes: Any, x: float, y: float, to_x: float, to_y: float) -> None:
    axes.add_patch(FancyArrowPatch((x, y), (to_x, to_y), arrowstyle="-|>", mutation_scale=8, color=LIGHT.ink, lw=1.0, shrinkA=0, shrinkB=0))


def main(arguments: list[str]) -> int:
    """Draw the chart, or with `--check` only say whether it is stale."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    chart = drawn((DOCS / "model.md").read_text(encoding="utf-8"))
    if CHART.is_file() and CHART.read_text(encoding="utf-8") == chart:
        return 0
    if arguments:
        print("Stale: docs/images/day.svg")
        return 1
    CHART.write_text(chart, encoding="utf-8")
    print(f"Drawn: {CHART.relative_to(DOCS.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
