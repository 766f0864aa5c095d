"""F10, dose: how an outcome differs as more of one change is given."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from sim.plots import study as about
from sim.plots.effects import untold_words
from sim.plots.frame import Words, sentence_case, titled
from sim.plots.page import MARGIN, Page
from sim.plots.style import COLUMN_WIDTH, SMALL, Theme, house, shortened, width_of
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import day_words

FEWEST = 3
"""Values of a dose from which on there is a line."""
HEIGHT, ABOVE, BELOW = 2.6, 0.1, 0.46
"""Height of the plot, and of what is above and below it, in inches."""


@dataclass(frozen=True)
class Dose:
    """A row a value of the dose, the smallest first."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame
    dose: str
    unit: str
    ways: tuple[str, str]

    @property
    def largest(self) -> float:
        """The largest number that the axis must hold."""
        return float(self.rows[["low", "high"]].abs().to_numpy().max())


def dose(study: Study, scenario: Scenario) -> list[Dose]:
    """Frames and words, one an outcome and line of doses."""
    made = []
    for number, (named, members) in enumerate(lines(study.manifest).items(), start=1):
        for outcome in about.outcomes(study.manifest):
            frame = _of(study.manifest, scenario, outcome, named, members, "" if number == 1 else f"_{number}")
            made += [frame] if frame is not None else []
    return made


def lines(manifest: dict[str, Any]) -> dict[str, dict[float, str]]:
    """Branches that differ in one dose alone, by value; under the dose's name and what else is the same."""
    found: dict[tuple[str, ...], dict[float, str]] = {}
    for name, branch in manifest["branches"].items():
        for dose_name, value in branch["doses"].items():
            others = (f"{other}={at:g}" for other, at in branch["doses"].items() if other != dose_name)
            found.setdefault((dose_name, name.partition(" ")[0], branch["at"], *others), {})[value] = name
    kept = {key: dict(sorted(members.items())) for key, members in found.items() if len(members) >= FEWEST}
    return {"\n".join(key): members for key, members in kept.items()}


def _of(manifest: dict[str, Any], scenario: Scenario, outcome: str, named: str, members: dict[float, str], ending: str) -> Dose | None:
    entries = {value: manifest["branches"][branch]["effects"].get(outcome) for value, branch in members.items()}
    found = {value: entry for value, entry in entries.items() if entry is not None and entry["difference"] is not None}
    if len(found) < FEWEST:
        return None
    dose_name, entry = named.partition("\n")[0], next(iter(found.values()))
    only = {**manifest, "branches": {branch: manifest["branches"][branch] for branch in members.values()}}
    scale = about.scale(entry)
    rows = pd.DataFrame(
        [
            {"dose": value, "branch": members[value], **{side: scale * one[side] for side in ("difference", "low", "high")}, "told": about.told(one)}
            for value, one in found.items()
        ]
    )
    title_of, unit, name = sentence_case(entry["label"]), about.unit(entry, 0.0), f"dose_{outcome}{ending}"
    example = about.titles(manifest)[members[max(found)]]
    words = Words(
        name, title(rows, dose_name, entry, manifest["draws"] is not None),
        f"{title_of}: mean paired difference from as it was, in {unit}{about.given(entry)}, to {day_words(scenario.end)}; "
        f"{about.deciding(only)}; {about.doubt(manifest).replace('bars:', 'band:', 1)}. Farthest right: {example}",
        _alt(rows, dose_name, title_of, name, about.mode_box(only)),
        about.caption(
            only, scenario,
            f"Marks: values of the dose ({dose_name.replace('_', ' ')}) that were computed, hollow where the interval includes no difference; "
            "the line between them is drawn straight. Zero: as it was.",
        ),
        unit, about.mode_box(only),
    )  # fmt: skip
    return Dose(words, manifest, rows, dose_name.replace("_", " "), unit, about.ways(entry))


def title(rows: pd.DataFrame, dose_name: str, entry: dict[str, Any], over_parameters: bool = True) -> str:
    """From which value on the outcome differs, one way, at every larger one too; else how many values can be told from none."""
    label, told = entry["label"], [bool(one) for one in rows["told"]]
    topic = untold_words(told, label, "doses")
    if not any(told) or not over_parameters:
        return topic
    first = told.index(True)
    signs = {value > 0 for value in rows["difference"].iloc[first:]}
    named, value = dose_name.replace("_", " "), f"{rows['dose'].iloc[first]:g}"
    words = f"{value} {named}" if named.endswith("s") else f"{named} {value}"
    finding = f"From {words} on, {label} can be told from as it was"
    return titled(finding, first > 0 and all(told[first:]) and len(signs) == 1, topic)


def _alt(rows: pd.DataFrame, dose_name: str, label: str, name: str, mode: str) -> str:
    told = "; ".join(f"{row['dose']:g}, {about.difference(row['difference'])}" for _, row in rows.iterrows())
    return (
        f"Line with band. {dose_name.replace('_', ' ')} against the difference in {label[:1].lower()}{label[1:]}, {mode}. {told}. Data: {name}.csv."
    )


def data(frame: Dose) -> pd.DataFrame:
    """The plotted numbers, a row a value of the dose."""
    return frame.rows.assign(unit=frame.unit)


def draw(frame: Dose, theme: Theme, scale: float = 1.0) -> Figure:
    """F10 as a Matplotlib figure."""
    width, rows = COLUMN_WIDTH * scale, frame.rows
    left, right, height = MARGIN + 0.75, MARGIN + max(width_of(words, SMALL) for words in frame.ways) + 0.35, HEIGHT * scale
    inches = width - left - right
    with house(theme):
        page = Page(theme, width, ABOVE + height + BELOW, frame.words, frame.manifest)
        axes = page.axes(left, ABOVE, inches, height)
        values, ink = rows["dose"].to_numpy(dtype=float), theme.branch
        axes.axhline(0, color=theme.parent, ls=(0, (4, 2)), lw=1.4, zorder=1)
        if frame.manifest["draws"] is None:
            axes.errorbar(values, rows["difference"], [rows["difference"] - rows["low"], rows["high"] - rows["difference"]], fmt="none",
                          ecolor=ink, elinewidth=1.0, capsize=4, capthick=1.0)  # fmt: skip
        else:
            axes.fill_between(values, rows["low"], rows["high"], color=ink, alpha=0.2, lw=0, zorder=2)
        axes.plot(values, rows["difference"], color=ink, lw=1.8, zorder=3)
        for value, difference, told in zip(values, rows["difference"], rows["told"], strict=True):
            axes.scatter(value, difference, s=46, fc=ink if told else theme.ground, ec=ink, lw=1.6, zorder=4, clip_on=False)
        _axes(page, axes, frame, inches, height)
        _ways(page, axes, frame, left + inches, height)
    return page.figure


def _axes(page: Page, axes: Any, frame: Dose, inches: float, height: float) -> None:
    values = [float(value) for value in frame.rows["dose"]]
    span = values[-1] - values[0]
    axes.set_xlim(values[0] - 0.03 * span, values[-1] + 0.03 * span)
    low, high = min(float(frame.rows["low"].min()), 0.0), max(float(frame.rows["high"].max()), 0.0)
    room = max(high - low, 1e-9) / max(height - 0.6, 0.5)
    low, high = min(low - 0.1 * room, -0.3 * room), max(high + 0.1 * room, 0.3 * room)
    axes.set_ylim(low, high)
    across, free = {}, -1.0
    for value in values:
        place, half = (value - values[0]) / (1.06 * span) * inches, width_of(f"{value:g}", SMALL) / 2
        if place - half > free:
            across[value], free = f"{value:g}", place + half + 0.08
    axes.set_xticks(values, [across.get(value, "") for value in values], size=SMALL)
    up = about.ticks(low, high, height * 1.3, lambda value: about.plain(value, frame.largest))
    axes.set_yticks(list(up), list(up.values()), size=SMALL)
    unit = f"million {frame.unit}" if frame.largest >= about.MILLION else frame.unit
    axes.set_xlabel(shortened(frame.dose, inches, SMALL), size=SMALL, color=page.theme.muted, labelpad=2)
    axes.set_ylabel(shortened(f"difference, {unit}", height, SMALL), size=SMALL, color=page.theme.muted, labelpad=3)


def _ways(page: Page, axes: Any, frame: Dose, right: float, height: float) -> None:
    """Right of zero: which way is less, which is more."""
    low, high = axes.get_ylim()
    zero, (less, more) = ABOVE + high / (high - low) * height, frame.ways
    page.text(right + 0.1, zero - 0.14, f"↑ {more}", SMALL, color=page.theme.muted)
    page.text(right + 0.1, zero + 0.14, f"↓ {less}", SMALL, color=page.theme.muted)
