"""F7 of differences: where a change would have made hardship greater or smaller, and how sure that is."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sim.plots import study as about
from sim.plots.border_map import BorderMap, outlines, placed
from sim.plots.effects_draw import limits
from sim.plots.frame import Words, records, titled
from sim.plots.map_draw import HEIGHT, KEY, MAP, MOST, draw_crossing, draw_map, draw_sides
from sim.plots.page import MARGIN, Page
from sim.plots.style import BODY, DIFFERENCE, HATCH, LEAST, PAGE_WIDTH, SMALL, STATE_MARKERS, Theme, house, shortened, text_on, width_of
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import day_words

EDGES = (-0.15, -0.05, -0.01, 0.01, 0.05, 0.15)
"""Fixed and symmetric about none, so that maps of different changes can be laid side by side."""
MAPS = 3
"""Maps of a study, at most: the changes that move hardship most, of doses of one change only one."""
SMALLEST = 0.001
"""Differences in hardship nearer to none than this are told as such."""


def border_change(study: Study, scenario: Scenario) -> list[BorderMap]:
    """Frames and words, one a change; none for a crisis without communities, or where no change moves hardship."""
    if not scenario.communities:
        return []
    table = study.tables["communities"]
    moved: dict[str, tuple[float, str]] = {}
    for branch in about.changed(study.manifest):
        here = table[table["setup"] == branch].astype({"people": float, "difference": float})
        size = float((here["people"] * here["difference"].abs()).sum())
        base = branch.partition(" ")[0]
        if size > moved.get(base, (0.0, ""))[0]:
            moved[base] = (size, branch)
    largest = sorted(moved.values(), key=lambda item: -item[0])[:MAPS]
    return [_of(study, scenario, branch, number) for number, (_, branch) in enumerate(largest, start=1)]


def _of(study: Study, scenario: Scenario, branch: str, number: int) -> BorderMap:
    manifest, ground = study.manifest, outlines(scenario)
    only = {**manifest, "branches": {branch: manifest["branches"][branch]}}
    rows, label = _rows(study, scenario, branch), about.titles(manifest)[branch]
    name = "border_difference" if number == 1 else f"border_difference_{number}"
    words = Words(
        name, title(rows, manifest["draws"] is not None),
        f"{label}: difference in mean hardship to {day_words(scenario.end)} (0 living as before, 1 nothing left to live on) from as it was, "
        f"{about.deciding(only)}; {about.doubt(manifest)}",
        _alt(rows, label, name, about.mode_box(only)),
        about.caption(
            only, scenario,
            "Circles: area is people, colour is the mean difference in hardship, averaged over the run; violet less, orange more, hatched where "
            "it cannot be told from none. Ranking: the mean difference with its 95 % interval, hollow where it includes none; people at the right.",
            ground["about"]["caption"] if ground else "",
        ),
        "difference in hardship, 0 to 1", about.mode_box(only),
    )  # fmt: skip
    gates = [(name, one.label, one.latitude, one.longitude, "open") for name, one in scenario.crossings.items()]
    crossings = pd.DataFrame(gates, columns=["crossing", "label", "latitude", "longitude", "policy"])
    return BorderMap(words, manifest, rows, crossings, [], ground)


def _rows(study: Study, scenario: Scenario, branch: str) -> pd.DataFrame:
    table = study.tables["communities"]
    rows = placed(table[table["setup"] == branch], scenario).astype(dict.fromkeys(("people", "mean", "difference", "low", "high"), float))
    rows["told"] = (rows["low"] > 0) | (rows["high"] < 0)
    return rows.sort_values(["difference", "label"], ascending=[False, True], kind="stable").reset_index(drop=True)


def title(rows: pd.DataFrame, over_parameters: bool = True) -> str:
    """The two where hardship would rise most, if that is beyond doubt; else in how many communities it would differ."""
    told = int(rows["told"].sum())
    topic = f"Hardship would differ in {told} of {len(rows)} communities" if told else "In no community is a difference in hardship told from none"
    if len(rows) < 3 or not over_parameters:
        return topic
    first, second, rest = rows.iloc[0], rows.iloc[1], rows.iloc[2:]
    holds = min(first["low"], second["low"]) > max(float(rest["difference"].max()), EDGES[-3])
    return titled(f"Hardship would rise most in {first['label']} and {second['label']}", holds, topic)


def words_of(value: float) -> str:
    """+0.14; ≈0 for what is nearer to none than can be told, and not none."""
    return "≈0" if 0 < abs(value) < SMALLEST else f"{value:+.2g}".replace("-", "−") if value else "0"


def _alt(rows: pd.DataFrame, label: str, name: str, mode: str) -> str:
    order = rows["difference"].abs().sort_values(ascending=False, kind="stable").index[:3]
    largest = "; ".join(f"{row['label']}, {words_of(row['difference'])}" for _, row in rows.loc[order].iterrows())
    return f"Map and ranking. Communities against the difference in hardship, {label}, {mode}. Largest: {largest}. Data: {name}.csv."


def data(frame: BorderMap) -> pd.DataFrame:
    """The plotted numbers, a row a community."""
    return frame.rows[["community", "label", "state", "latitude", "longitude", "people", "mean", "difference", "low", "high", "told"]]


# Drawing


def draw(frame: BorderMap, theme: Theme, scale: float = 1.0) -> Figure:
    """The map and the ranking of differences as a Matplotlib figure."""
    width, ranked = PAGE_WIDTH * scale, min(len(frame.rows), MOST)
    height = max(HEIGHT * scale, 0.185 * ranked + 0.6)
    with house(theme):
        page = Page(theme, width, height + KEY, frame.words, frame.manifest)
        draw_map(page, frame, height, [fill(row) for row in records(frame.rows)])
        _draw_key(page, height, bool(len(frame.crossings)))
        _draw_ranking(page, frame, ranked, height)
    return page.figure


def colour(value: float) -> str:
    """The colour of a difference in hardship, by the fixed breaks."""
    return DIFFERENCE[int(np.digitize(value, EDGES))]


def fill(row: dict[str, Any]) -> dict[str, Any]:
    """A community's circle; hatched where the difference cannot be told from none."""
    inks = {"fc": colour(row["difference"])}
    return inks if row["told"] else inks | {"hatch": HATCH, "ec": text_on(inks["fc"])}


def _draw_key(page: Page, top: float, crossings: bool) -> None:
    """Below the map: the colours with their breaks, the hatch, and what the squares are."""
    theme, axes = page.theme, page.blank()
    step = min(0.66, (MAP * page.width - MARGIN) / (len(DIFFERENCE) + 0.2))
    for number, ink in enumerate(DIFFERENCE):
        x = MARGIN + step * number
        axes.add_patch(Rectangle((x, top + 0.12), step, 0.18, fc=ink, ec=theme.outline, lw=0.5))
    for number, edge in enumerate(EDGES, start=1):
        words = f"{edge:+g}".replace("-", "−")
        page.text(MARGIN + step * number, top + 0.37, words, LEAST, color=theme.muted, ha="center")
    y = top + 0.55
    page.text(MARGIN, y, "less ← difference in hardship → more", SMALL, color=theme.muted)
    x = MARGIN + width_of("less ← difference in hardship → more", SMALL) + 0.25
    axes.add_patch(Rectangle((x, y - 0.06), 0.2, 0.12, fc=theme.ground, ec=theme.muted, hatch=HATCH, lw=0.6))
    page.text(x + 0.26, y, "cannot be told from none", SMALL, color=theme.muted)
    x += 0.26 + width_of("cannot be told from none", SMALL) + 0.3
    if crossings:
        draw_crossing(axes, x, y, "open", theme)
        page.text(x + 0.12, y, "crossing", SMALL, color=theme.muted)


def _draw_ranking(page: Page, frame: BorderMap, ranked: int, height: float) -> None:
    """The largest rise first: mean difference with its interval; people at the right margin."""
    theme, left, rows = page.theme, MAP * page.width + 0.15, frame.rows
    if len(rows) > ranked:
        kept = rows["difference"].abs().sort_values(ascending=False, kind="stable").index[:ranked]
        rows = rows.loc[sorted(kept)]
    people = [f"{value:,.0f}" for value in rows["people"]]
    right = max(map(width_of, people)) + 0.15 + MARGIN
    names = min(max(map(width_of, rows["label"])), 0.17 * page.width)
    top, step = 0.3, (height - 0.3 - 0.35) / ranked
    inches = page.width - left - names - 0.1 - right
    axes = page.axes(left + names + 0.1, top, inches, step * ranked)
    low, high = float(rows["low"].min()), float(rows["high"].max())
    axes.set(ylim=(ranked - 0.5, -0.5), yticks=[], xlim=limits(low, high, inches, 0.15))
    axes.axvline(0, color=theme.parent, lw=1.1, zorder=1)
    thin = frame.manifest["draws"] is None
    for number, row in enumerate(records(rows)):
        ink, y = theme.states[row["side"]], top + step * (number + 0.5)
        axes.hlines(number, row["low"], row["high"], color=ink, lw=1.0 if thin else 2.2, zorder=2)
        if thin:
            axes.vlines([row["low"], row["high"]], number - 0.2, number + 0.2, color=ink, lw=1.0, zorder=2)
        face = ink if row["told"] else theme.ground
        axes.scatter(row["difference"], number, s=30, marker=STATE_MARKERS[row["side"]], fc=face, ec=ink, lw=1.2, zorder=3, clip_on=False)
        page.text(left + names, y, shortened(row["label"], names), BODY, ha="right")
        page.text(page.width - MARGIN, y, people[number], SMALL, color=theme.muted, ha="right")
    page.text(page.width - MARGIN, top - 0.12, "people", SMALL, color=theme.muted, ha="right")
    draw_sides(page, frame, left)
    shown = about.ticks(*axes.get_xlim(), inches, lambda value: about.plain(value, 0.0))
    axes.set_xticks(list(shown), list(shown.values()), size=SMALL)
    axes.spines["left"].set_visible(False)
    words = shortened("difference: mean, and 95% interval", inches + right - MARGIN, SMALL)
    axes.set_xlabel(words, size=SMALL, color=theme.muted, labelpad=2)
