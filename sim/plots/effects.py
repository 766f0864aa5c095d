"""F4, effects: what each change does to one outcome, on average and world by world."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.plots import study as about
from sim.plots.frame import Words, sentence_case, titled
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import day_words, per_100

COLUMNS = ["branch", "label", "difference", "low", "high", "lower", "same", "higher", "worlds", "told"]


@dataclass(frozen=True)
class Effects:
    """A row a branch, the largest difference first; numbers are in the unit of the figure, shares in worlds of 100."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame
    ways: tuple[str, str]
    unit: str
    simulation_only: bool

    @property
    def largest(self) -> float:
        """The largest number that the axis must hold."""
        return float(self.rows[["low", "high"]].abs().to_numpy().max())


def effects(study: Study, scenario: Scenario) -> list[Effects]:
    """Frames and words of F4, one an outcome."""
    return [_of(study.manifest, scenario, name) for name in about.outcomes(study.manifest)]


def _of(manifest: dict[str, Any], scenario: Scenario, name: str) -> Effects:
    branches = {branch: entry["effects"][name] for branch, entry in manifest["branches"].items() if name in entry["effects"]}
    found = {branch: entry for branch, entry in branches.items() if entry["difference"] is not None}
    labels = about.titles(manifest)
    rows = pd.DataFrame([_row(branch, labels[branch], entry) for branch, entry in found.items()], columns=COLUMNS)
    rows = rows.sort_values("difference", ascending=False, kind="stable").reset_index(drop=True)
    entry = next(iter(found.values()))
    unit = about.unit(entry, 0.0)
    label = sentence_case(entry["label"])
    nowhere = [labels[branch] for branch in branches if branch not in found]
    words = Words(
        f"effects_{name}", title(rows, entry, manifest["draws"] is not None),
        f"{label}: mean paired difference from as it was, in {unit}{about.given(entry)}, to {day_words(scenario.end)}; "
        f"{about.deciding(manifest)}; {about.doubt(manifest)}",
        _alt(name, rows, label, about.mode_box(manifest)),
        about.caption(
            manifest, scenario,
            "Left: the mean difference between each world with the change and the same world without it, with its 95 % interval; "
            "hollow where the interval includes no difference.",
            f"Right: of 100 worlds, those with {about.ways(entry)[0]}, the same and {about.ways(entry)[1]}.",
            f"Left out, since no world has it defined on both sides: {'; '.join(nowhere)}." if nowhere else "",
        ),
        unit, about.mode_box(manifest),
    )  # fmt: skip
    return Effects(words, manifest, rows, about.ways(entry), unit, manifest["draws"] is None)


def _row(branch: str, label: str, entry: dict[str, Any]) -> dict[str, Any]:
    scale = about.scale(entry)
    numbers = {side: scale * entry[side] for side in ("difference", "low", "high")}
    shares = {side: 100 * entry[side] for side in ("lower", "same", "higher")}
    return {"branch": branch, "label": label, **numbers, **shares, "worlds": entry["worlds"], "told": about.told(entry)}


def title(rows: pd.DataFrame, entry: dict[str, Any], over_parameters: bool = True) -> str:
    """What changes the outcome most, if that is beyond doubt and beyond the second; else how many changes cannot be told from none.

    With fixed parameters, intervals are simulation error alone: then no change is said to do most.
    """
    topic = untold_words(list(rows["told"]), entry["label"])
    ends = rows[["low", "high"]].abs()
    order = ends.max(axis=1).sort_values(ascending=False, kind="stable").index
    first = rows.loc[order[0]]
    least, most = float(ends.loc[order[0]].min()), float(ends.loc[order[1:]].max(axis=1).max()) if len(rows) > 1 else 0.0
    unit = "in 100 worlds" if entry["kind"] == "yes or no" else ""
    by = f"{about.difference(first['difference'])} {unit}".strip()
    finding = f"{first['label']} changes {entry['label']} most, {by}" if len(rows) > 1 else f"{first['label']}: {entry['label']}, {by}"
    return titled(finding, bool(first["told"]) and least > most and (over_parameters or len(rows) == 1), topic)


def untold_words(told: list[bool], label: str, noun: str = "changes") -> str:
    """How many changes cannot be told from none; for which outcome, where there is room."""
    untold = len(told) - sum(told)
    if len(told) == 1:
        words = f"The change {'cannot' if untold else 'can'} be told from none"
    else:
        words = f"{untold} of {len(told)} {noun} cannot be told from none" if untold else f"All {len(told)} {noun} can be told from none"
    return titled(f"{words}: {label}", True, words)


def _alt(name: str, rows: pd.DataFrame, label: str, mode: str) -> str:
    told = [
        f"{row['label']}, {about.difference(row['difference'])} ({about.difference(row['low'])} to {about.difference(row['high'])}), "
        f"higher in {per_100(row['higher'] / 100)} and lower in {per_100(row['lower'] / 100)} of 100 worlds"
        for _, row in rows.loc[rows["difference"].abs().sort_values(ascending=False, kind="stable").index[:3]].iterrows()
    ]
    what = f"Changes against {label[:1].lower()}{label[1:]}"
    return f"Dots with intervals, and bars of worlds. {what}, {mode}. {'; '.join(told)}. Data: effects_{name}.csv."


def data(frame: Effects) -> pd.DataFrame:
    """The plotted numbers, a row a branch, in the order of the figure."""
    return frame.rows.assign(unit=frame.unit)
