"""Fans: a daily series as it was and with each change, side by side."""

import datetime
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from sim.experiments.kept import record_by_day
from sim.plots import study as about
from sim.plots.border_map import hardship_words
from sim.plots.frame import Words, sentence_case, titled
from sim.plots.page import LINE, MARGIN, Page
from sim.plots.style import BODY, DASHES, HISTORY_WIDTH, PAGE_WIDTH, SMALL, Theme, house, shortened, width_of, wrapped
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import day_short, day_words

SERIES = {
    "tension": ("tension", "Goldstein units: recent hostile and friendly acts, summed and fading"),
    "hardship": ("hardship", "mean over all people of the border, 0 living as before, 1 nothing left to live on"),
}
BEFORE = 7
"""Days before the change from which on days are shown."""
MOST = 6
"""Branches in a figure."""
COLUMNS, GAP, LEFT = 3, 0.5, 0.62
"""Panels in a row; room between them and left of the first, in inches."""
PLOT, UNDER, KEY = 1.5, 0.34, 0.26
"""Heights of a panel, of its dates, and of the key, in inches."""
BANDS = ((("q05", "q95"), 0.18), (("q25", "q75"), 0.35))
QUANTILES = ["q05", "q25", "q50", "q75", "q95"]


@dataclass(frozen=True)
class Panel:
    """A branch: its days as it was and with the change, and the record's where there is one."""

    branch: str
    label: str
    at: datetime.date
    before: pd.DataFrame
    after: pd.DataFrame
    record: pd.DataFrame | None


@dataclass(frozen=True)
class Fans:
    """One series, a panel a branch."""

    words: Words
    manifest: dict[str, Any]
    series: str
    panels: list[Panel]


def fans(study: Study, scenario: Scenario) -> list[Fans]:
    """Frames and words, one a series in which any branch differs from its parent."""
    return [made for name in SERIES if (made := _of(study, scenario, name)) is not None]


def _of(study: Study, scenario: Scenario, name: str) -> Fans | None:
    record = record_by_day(scenario)[["date", "tension"]] if name == "tension" and scenario.history else None
    panels = [panel for branch in about.changed(study.manifest) if (panel := _panel(study, scenario, name, branch, record)) is not None]
    if not panels:
        return None
    shown = sorted(panels, key=_gap, reverse=True)[:MOST]
    panels, others = [panel for panel in panels if panel in shown], len(panels) - len(shown)
    label, unit = SERIES[name]
    recorded = " Thick line: the record, by the same formula." if panels[0].record is not None else ""
    words = Words(
        f"fans_{name}", title(panels, label),
        f"{sentence_case(label)} ({unit}) from {BEFORE} days before the change to {day_words(scenario.end)}; {about.deciding(study.manifest)}",
        _alt(panels, label, name, about.mode_box(study.manifest)),
        about.caption(
            study.manifest, scenario,
            f"Dashed: the median world as it was; solid: with the change. Bands hold 50 and 90 of 100 worlds, over chance and parameters.{recorded}",
            f"Left out: {others} changes that move it less." if others else "",
        ),
        unit.partition(":")[0], about.mode_box(study.manifest),
    )  # fmt: skip
    return Fans(words, study.manifest, name, panels)


def _panel(study: Study, scenario: Scenario, name: str, branch: str, record: pd.DataFrame | None) -> Panel | None:
    at = datetime.date.fromisoformat(study.manifest["branches"][branch]["at"])
    first = max(at - datetime.timedelta(days=BEFORE), scenario.start)
    daily = study.tables["daily"]
    daily = daily[(daily["series"] == name) & (daily["date"] >= first.isoformat())]
    before, after = (daily[daily["setup"] == setup][["date", "mean", *QUANTILES]] for setup in (f"as it was, from {at}", branch))
    before, after = before.reset_index(drop=True), after.reset_index(drop=True)
    if before.empty or before.equals(after):
        return None
    if record is not None:
        record = record[record["date"] >= first.isoformat()].reset_index(drop=True)
    return Panel(branch, about.titles(study.manifest)[branch], at, before, after, record)


def _gap(panel: Panel) -> float:
    return float((panel.after["mean"] - panel.before["mean"]).abs().sum())


def title(panels: list[Panel], label: str) -> str:
    """How high the median world would have come, where that lies beyond 90 of 100 worlds as it was; else the topic."""
    topic = f"{sentence_case(label)} day by day, as it was and with the change{'s' if len(panels) > 1 else ''}"
    first = panels[0]
    high, was = float(first.after["q50"].max()), float(first.before["q50"].max())
    finding = f"Median {label} would have peaked at {_level(high)}, as it was {_level(was)}"
    return titled(finding, len(panels) == 1 and high > float(first.before["q95"].max()), topic)


def _level(value: float) -> str:
    """21; 0.27; below 0.01 for what is less and not nought."""
    return f"{value:.0f}" if value >= 1 else hardship_words(value)


def _alt(panels: list[Panel], label: str, name: str, mode: str) -> str:
    def peak(rows: pd.DataFrame) -> str:
        return _level(float(rows["q50"].max()))

    told = "; ".join(f"{panel.label}, {peak(panel.after)}, as it was {peak(panel.before)}" for panel in panels[:3])
    return f"Fans. Days against {label}, {mode}. Highest median: {told}. Data: fans_{name}.csv."


def data(frame: Fans) -> pd.DataFrame:
    """The plotted numbers: branch, course, date and quantiles."""
    parts = []
    for panel in frame.panels:
        courses = {"as it was": panel.before, "with the change": panel.after}
        parts += [rows.assign(branch=panel.branch, course=course) for course, rows in courses.items()]
        if panel.record is not None:
            parts.append(panel.record.rename(columns={"tension": "q50"}).assign(branch=panel.branch, course="record"))
    columns = ["branch", "course", "date", *QUANTILES]
    return pd.concat([part.astype({"q50": "Float64"}) for part in parts], ignore_index=True)[columns]


# Drawing


def draw(frame: Fans, theme: Theme, scale: float = 1.0) -> Figure:
    """Fans as a Matplotlib figure: small multiples that share their height."""
    width, count = PAGE_WIDTH * scale, len(frame.panels)
    columns = min(count, 2 if count == 4 else COLUMNS)
    room = (width - LEFT - MARGIN - GAP * (columns - 1)) / columns
    plot = PLOT * scale * (1.5 if count == 1 else 1.2 if columns == 2 else 1.0)
    heads = [] if count == 1 else [_head(panel.label, room) for panel in frame.panels]
    head = LINE[BODY] * max(map(len, heads), default=0) + 0.06
    each = head + plot + UNDER
    high = 1.06 * max(_highest(panel) for panel in frame.panels)
    low = min(0.0, min(float(rows["q05"].min()) for panel in frame.panels for rows in (panel.before, panel.after)))
    ticks = [round(float(tick), 9) for tick in MaxNLocator(nbins=4).tick_values(low, high) if low <= tick <= high - 0.08 * (high - low)]
    with house(theme):
        page = Page(theme, width, KEY + each * -(-count // columns), frame.words, frame.manifest)
        _key(page, frame.panels[0].record is not None)
        for number, panel in enumerate(frame.panels):
            left, top = LEFT + (room + GAP) * (number % columns), KEY + each * (number // columns)
            for line, words in enumerate(heads[number] if heads else []):
                page.text(left, top + LINE[BODY] * (line + 0.5), words, weight="bold")
            axes = page.axes(left, top + head, room, plot)
            axes.set_ylim(low, high)
            _draw_panel(axes, panel, theme)
            _dates(axes, panel, room)
            axes.tick_params(labelsize=SMALL)
            axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    return page.figure


def _head(label: str, room: float) -> list[str]:
    """A name in one line or two."""
    first, *rest = wrapped(label, room, BODY, bold=True)
    return [first, shortened(" ".join(rest), room, BODY, bold=True)] if rest else [first]


def _highest(panel: Panel) -> float:
    high = max(float(rows["q95"].max()) for rows in (panel.before, panel.after))
    return high if panel.record is None else max(high, float(panel.record["tension"].max()))


def _draw_panel(axes: Axes, panel: Panel, theme: Theme) -> None:
    for rows, colour, how, above in ((panel.before, theme.parent, DASHES, 4), (panel.after, theme.branch, "-", 3)):
        days = mdates.date2num(pd.to_datetime(rows["date"]))
        for (low, high), alpha in BANDS:
            axes.fill_between(days, rows[low].astype(float), rows[high].astype(float), color=colour, alpha=alpha, lw=0)
        axes.plot(days, rows["q50"].astype(float), color=colour, ls=how, lw=1.6, zorder=above)
    if panel.record is not None:
        axes.plot(mdates.date2num(pd.to_datetime(panel.record["date"])), panel.record["tension"], color=theme.history, lw=HISTORY_WIDTH, zorder=2)
    axes.axvline(float(mdates.date2num(panel.at)), color=theme.muted, lw=0.8, ls=":", zorder=1)


def _dates(axes: Axes, panel: Panel, inches: float) -> None:
    """The day of the change, and as many others, evenly apart, as there is room for."""
    last = datetime.date.fromisoformat(str(panel.after["date"].iloc[-1]))
    first = datetime.date.fromisoformat(str(panel.after["date"].iloc[0]))
    span = max((last - first).days, 1)
    axes.set_xlim(float(mdates.date2num(first)), float(mdates.date2num(last)))
    widest = width_of("30 May", SMALL) + 0.15
    step = next((step for step in (7, 14, 28, 56, 84, 182, 364) if step / span * inches >= widest), 2 * span)
    shown = [panel.at + datetime.timedelta(days=days) for days in range(0, (last - panel.at).days + 1, step)]
    shown = [day for day in shown if (last - day).days / span * inches >= widest / 2 - 0.25]
    axes.set_xticks([float(mdates.date2num(day)) for day in shown], [day_short(day) for day in shown])


def _key(page: Page, record: bool) -> None:
    """In one line: what each line and band is."""
    theme, axes, x, y = page.theme, page.blank(height=KEY), LEFT, 0.09
    for words, colour, how in (("as it was", theme.parent, DASHES), ("with the change", theme.branch, "-")):
        for height, alpha in ((0.14, 0.18), (0.07, 0.35)):
            axes.add_patch(Rectangle((x, y - height / 2), 0.3, height, fc=colour, alpha=alpha, lw=0))
        axes.add_line(Line2D([x, x + 0.3], [y, y], color=colour, ls=how, lw=1.6))
        page.text(x + 0.37, y, words, SMALL)
        x += 0.37 + width_of(words, SMALL) + 0.25
    if record:
        axes.add_line(Line2D([x, x + 0.3], [y, y], color=theme.history, lw=HISTORY_WIDTH))
        page.text(x + 0.37, y, "history", SMALL)
        x += 0.37 + width_of("history", SMALL) + 0.25
    words = "bands: 50 and 90 of 100 worlds · dotted: the change"
    page.text(x, y, shortened(words, page.width - MARGIN - x, SMALL), SMALL, color=theme.muted)
