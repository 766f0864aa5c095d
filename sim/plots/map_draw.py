"""F7 drawn: the map says where, the ranking beside it how sure."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from sim.plots.border_map import BREAKS, POLICIES, BorderMap
from sim.plots.frame import records
from sim.plots.map_view import Box, View, view
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import BODY, HARM, LEAST, PAGE_WIDTH, SMALL, STATE_MARKERS, Theme, house, shortened, text_on, width_of

HEIGHT, KEY = 4.3, 0.62
"""Heights of map and ranking, and of the key below the map, in inches."""
MAP = 0.52
"""Width of the map as a share of the sheet's."""
LARGEST = 0.19
"""Radius of the largest circle, in inches; area is people."""
CROSSING_MARKS = {"open": (), "restricted": (".",), "closed": ("x",)}
MOST = 24
"""Rows in the ranking."""


def draw(frame: BorderMap, theme: Theme, scale: float = 1.0) -> Figure:
    """F7 as a Matplotlib figure."""
    width, rows = PAGE_WIDTH * scale, frame.rows
    ranked = min(len(rows), MOST)
    height = max(HEIGHT * scale, 0.185 * ranked + 0.6)
    with house(theme):
        page = Page(theme, width, height + KEY, frame.words, frame.manifest)
        draw_map(page, frame, height, [{"color": colour(value)} for value in rows["median"]])
        _draw_key(page, frame, height)
        _draw_ranking(page, frame, ranked, height)
    return page.figure


def draw_map(page: Page, frame: BorderMap, height: float, fills: Sequence[dict[str, Any]]) -> None:
    """The ground with crossings, strikes and communities, filled as asked for in the order of the rows."""
    theme, rows, width = page.theme, frame.rows, MAP * page.width - MARGIN
    axes = page.blank(MARGIN, 0, width, height)
    homes, crossings = list(zip(rows["longitude"], rows["latitude"], strict=True)), frame.crossings
    seen = view([*homes, *zip(crossings["longitude"], crossings["latitude"], strict=True)], width, height)
    if frame.outlines:
        _draw_ground(axes, frame.outlines, seen, theme)
    at = [seen.place(*home) for home in homes]
    radii = LARGEST * np.sqrt(rows["people"].to_numpy() / rows["people"].max())
    for (x, y), radius, fill in sorted(zip(at, radii, fills, strict=True), key=lambda item: -item[1]):
        axes.scatter(x, y, s=(2 * 72 * radius) ** 2, **{"ec": theme.outline, "lw": 0.8, "zorder": 3, **fill})
    gates = [seen.place(*gate) for gate in zip(crossings["longitude"], crossings["latitude"], strict=True)]
    for (x, y), policy in zip(gates, crossings["policy"], strict=True):
        draw_crossing(axes, x, y, policy, theme)
    taken = [Box(x - 0.06, y - 0.06, x + 0.06, y + 0.06) for x, y in gates]
    stars = list(_draw_strikes(page, axes, frame, dict(zip(rows["community"], zip(at, radii, strict=True), strict=True))))
    circles = [Box(x - radius, y - radius, x + radius, y + radius) for (x, y), radius in zip(at, radii, strict=True)]
    _draw_names(page, frame, circles, [*taken, *stars], seen)


def colour(value: float) -> str:
    """The colour of a hardship, by the fixed breaks."""
    return HARM[min(int(np.digitize(value, BREAKS[1:-1])), len(HARM) - 1)]


def _draw_ground(axes: Axes, outlines: dict[str, Any], seen: View, theme: Theme) -> None:
    def placed(lines: list[list[list[float]]]) -> list[list[tuple[float, float]]]:
        return [[seen.place(x, y) for x, y in line] for line in lines]

    axes.add_collection(PolyCollection(placed(outlines["land"]), facecolors=theme.land, edgecolors="none", zorder=0))
    axes.add_collection(LineCollection(placed(outlines["coasts"]), colors=theme.muted, lw=0.8, zorder=1))
    axes.add_collection(LineCollection(placed(outlines["borders"]), colors=theme.ink, lw=0.8, zorder=1))


def draw_crossing(axes: Axes, x: float, y: float, policy: str, theme: Theme) -> None:
    """A square; with a dot where trade is restricted, crossed out where it is closed."""
    axes.scatter(x, y, s=44, marker="s", fc=theme.ground, ec=theme.ink, lw=1.0, zorder=4)
    for mark in CROSSING_MARKS[policy]:
        axes.scatter(x, y, s=30, marker=mark, color=theme.ink, lw=1.0, zorder=5)


def _draw_strikes(page: Page, axes: Axes, frame: BorderMap, homes: dict[str, Any]) -> Iterator[Box]:
    """A numbered star at the lower right of each community that was struck; gives the room that it takes."""
    for place in dict.fromkeys(strike.place for strike in frame.strikes):
        (x, y), radius = homes[place]
        numbers = " ".join(str(strike.number) for strike in frame.strikes if strike.place == place)
        x, y = x + 0.75 * radius + 0.06, y + 0.75 * radius + 0.09
        axes.scatter(x, y, s=75, marker="*", color=page.theme.history, lw=0, zorder=6)
        page.text(MARGIN + x + 0.07, y + 0.02, numbers, LEAST, weight="bold")
        yield Box(x - 0.06, y - 0.06, x + 0.1 + width_of(numbers, LEAST, bold=True), y + 0.09)


def _draw_names(page: Page, frame: BorderMap, circles: list[Box], taken: list[Box], seen: View) -> None:
    """Names beside their circles, on the side that the scenario asks for if there is room; larger places first."""
    names: list[Box] = []
    halo = withStroke(linewidth=2.5, foreground=page.theme.land)
    order = sorted(range(len(circles)), key=lambda number: -frame.rows["people"][number])
    for number in order:
        row, own = frame.rows.iloc[number], circles[number]
        for label, box in _tries(str(row["label"]), str(row["label_side"]), own):
            others = [circle for other, circle in enumerate(circles) if other != number]
            if box.within(seen.width, seen.height) and not any(box.meets(other) for other in [*names, *taken, *others]):
                page.text(MARGIN + box.left, (box.top + box.bottom) / 2, label, SMALL, path_effects=[halo])
                names.append(box)
                break


def _tries(label: str, side: str, circle: Box) -> Iterator[tuple[str, Box]]:
    """Where a name may stand, the best place first: whole on any side, then cut short."""
    high, middle_x, middle_y = LINE[SMALL] * 0.9, (circle.left + circle.right) / 2, (circle.top + circle.bottom) / 2
    for words in (label, shortened(label, 1.0, SMALL), shortened(label, 0.5, SMALL)):
        wide = width_of(words, SMALL)
        sides = {
            "right": Box(circle.right + 0.05, middle_y - high / 2, circle.right + 0.05 + wide, middle_y + high / 2),
            "left": Box(circle.left - 0.05 - wide, middle_y - high / 2, circle.left - 0.05, middle_y + high / 2),
            "below": Box(middle_x - wide / 2, circle.bottom + 0.03, middle_x + wide / 2, circle.bottom + 0.03 + high),
            "above": Box(middle_x - wide / 2, circle.top - 0.03 - high, middle_x + wide / 2, circle.top - 0.03),
        }
        yield words, sides[side]
        yield from ((words, box) for name, box in sides.items() if name != side)


def _draw_key(page: Page, frame: BorderMap, top: float) -> None:
    """Below the map: the colours with their breaks, and what the other marks are."""
    theme, axes = page.theme, page.blank()
    step = min(0.62, (MAP * page.width - MARGIN) / (len(HARM) + 1.6))
    for number, fill in enumerate(HARM):
        x = MARGIN + step * number
        axes.add_patch(Rectangle((x, top + 0.12), step, 0.18, fc=fill, ec=theme.outline, lw=0.5))
        words = f"{BREAKS[number]:g}–{BREAKS[number + 1]:g}"
        page.text(x + step / 2, top + 0.21, words, LEAST, color=text_on(fill), ha="center")
    page.text(MARGIN + step * len(HARM) + 0.1, top + 0.21, "hardship", SMALL, color=theme.muted)
    x = MARGIN + 0.06
    for policy in POLICIES:
        draw_crossing(axes, x, top + 0.45, policy, theme)
        page.text(x + 0.1, top + 0.45, f"crossing {policy}" if policy == POLICIES[0] else policy, SMALL, color=theme.muted)
        x += width_of(f"crossing {policy}" if policy == POLICIES[0] else policy, SMALL) + 0.3
    if frame.strikes:
        axes.scatter(x, top + 0.45, s=75, marker="*", color=theme.history, lw=0)
        told = "; ".join(f"{strike.number} {strike.words}" for strike in frame.strikes)
        page.text(x + 0.1, top + 0.45, shortened(f"strike in the record: {told}", page.width - MARGIN - x - 0.1, SMALL), SMALL, color=theme.muted)


def _draw_ranking(page: Page, frame: BorderMap, ranked: int, height: float) -> None:
    """Most hardship first: median and what 90 of 100 worlds lie between; people at the right margin."""
    theme, left, rows = page.theme, MAP * page.width + 0.15, frame.rows.head(ranked)
    people = [f"{value:,.0f}" for value in rows["people"]]
    right = max(map(width_of, people)) + 0.15 + MARGIN
    names = min(max(map(width_of, rows["label"])), 0.17 * page.width)
    top, step = 0.3, (height - 0.3 - 0.35) / ranked
    axes = page.axes(left + names + 0.1, top, page.width - left - names - 0.1 - right, step * ranked)
    axes.set(ylim=(ranked - 0.5, -0.5), yticks=[], xlim=(0, max(BREAKS[1], min(1.0, 1.08 * float(rows["q95"].max())))))
    axes.vlines([edge for edge in BREAKS[1:] if edge <= axes.get_xlim()[1]], -0.5, ranked - 0.5, color=theme.rule, lw=1, zorder=1)
    for number, row in enumerate(records(rows)):
        ink, y = theme.states[row["side"]], top + step * (number + 0.5)
        axes.hlines(number, row["q05"], row["q95"], color=ink, lw=2.2, zorder=2)
        axes.scatter(row["median"], number, s=30, marker=STATE_MARKERS[row["side"]], color=ink, zorder=3, clip_on=False, lw=0)
        page.text(left + names, y, shortened(row["label"], names), BODY, ha="right")
        page.text(page.width - MARGIN, y, people[number], SMALL, color=theme.muted, ha="right")
    page.text(page.width - MARGIN, top - 0.12, "people", SMALL, color=theme.muted, ha="right")
    draw_sides(page, frame, left)
    ticks = MaxNLocator(nbins=max(2, min(5, int((page.width - left - names - right) / 0.55)))).tick_values(*axes.get_xlim())
    axes.set_xticks([tick for tick in ticks if 0 <= tick <= axes.get_xlim()[1]])
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.set_xlabel("hardship: median, and 90 of 100 worlds", size=SMALL, color=theme.muted, labelpad=2)


def draw_sides(page: Page, frame: BorderMap, left: float) -> None:
    """Above the ranking: which marker is which state."""
    axes, x = page.blank(), left
    sides = dict(zip(frame.rows["side"], frame.rows["state_label"], strict=True))
    room = (page.width - left - 1.0) / max(len(sides), 1)
    for side, label in sorted(sides.items()):
        axes.scatter(x + 0.05, 0.14, s=30, marker=STATE_MARKERS[side], color=page.theme.states[side], lw=0)
        words = shortened(label, room - 0.3, SMALL)
        page.text(x + 0.15, 0.14, words, SMALL)
        x += 0.35 + width_of(words, SMALL)
