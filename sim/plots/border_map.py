"""F7, border: who suffers where. A map of the communities, and their ranking with how sure it is."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from sim.plots.frame import Words, decided, mode_words, sentences, titled, weight_words, who_decides
from sim.scenario.find import bundle
from sim.scenario.schema import Scenario
from sim.store import Run
from sim.words import CAVEAT, day_short, day_words, label_of

BREAKS = (0.0, 0.1, 0.2, 0.35, 0.5, 1.0)
"""Fixed, so that maps of different runs can be laid side by side."""
POLICIES = ("open", "restricted", "closed")
LEAST_TOLD = BREAKS[1]
"""Below this hardship nobody is said to suffer most."""


@dataclass(frozen=True)
class Strike:
    """A recorded strike on a community, by its number in time."""

    number: int
    place: str
    words: str


@dataclass(frozen=True)
class BorderMap:
    """A row a community, most hardship first; crossings with their policy; strikes; outlines where the ground is known."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame
    crossings: pd.DataFrame
    strikes: list[Strike]
    outlines: dict[str, Any] | None


def border_map(run: Run, scenario: Scenario) -> BorderMap | None:
    """Frame and words of F7; None for a crisis without communities, or where nobody decides anything."""
    mode = decided(run.manifest)
    if mode is None or not scenario.communities:
        return None
    rows, ground = _rows(run, scenario, mode), outlines(scenario)
    words = Words(
        "border", title(rows),
        f"Mean hardship to {day_words(scenario.end)} (0 living as before, 1 nothing left to live on), {who_decides(run.manifest, mode)}",
        _alt(rows, mode_words(run.manifest, mode)),
        sentences(
            "Circles: area is people, colour is the median world's hardship, averaged over the run.",
            "Ranking: marker the median, bar what 90 of 100 worlds lie between; people at the right.",
            f"Squares: crossings on {day_words(scenario.end)} in the median world. Stars: where the record's strikes fell.",
            weight_words(run.manifest, mode), ground["about"]["caption"] if ground else "", CAVEAT,
        ),
        "hardship, 0 to 1", mode_words(run.manifest, mode),
    )  # fmt: skip
    return BorderMap(words, run.manifest, rows, _crossings(run, scenario, mode), _strikes(scenario), ground)


def _rows(run: Run, scenario: Scenario, mode: str) -> pd.DataFrame:
    kept = run.communities[(run.communities["mode"] == mode) & (run.communities["setup"] == "unchanged")]
    kept = placed(kept, scenario)
    kept = kept.astype(dict.fromkeys(("people", "mean", "median", "q05", "q95"), float))
    return kept.sort_values(["median", "mean", "label"], ascending=[False, False, True], kind="stable").reset_index(drop=True)


def placed(rows: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Rows of communities with what the map must know of them."""
    homes = [scenario.communities[name] for name in rows["community"]]
    return rows.assign(
        label=[home.label for home in homes],
        state_label=[label_of(scenario, home.state) for home in homes],
        side=[list(scenario.states).index(home.state) for home in homes],
        latitude=[home.latitude for home in homes],
        longitude=[home.longitude for home in homes],
        label_side=[home.label_side for home in homes],
    )


def _crossings(run: Run, scenario: Scenario, mode: str) -> pd.DataFrame:
    """Each crossing on the last day in the median world: the narrower of two policies, or its own limit."""
    daily = run.daily_table
    last = daily[(daily["mode"] == mode) & (daily["setup"] == "unchanged") & (daily["date"] == scenario.end.isoformat())]
    policies = last.loc[last["series"].isin([f"{state}.policy" for state in scenario.states]), "q50"]
    policy = int(policies.max()) if len(policies) else 0
    rows = [
        (name, one.label, one.latitude, one.longitude, POLICIES[max(policy, 2 if one.limit <= 0 else 1 if one.limit < 1 else 0)])
        for name, one in scenario.crossings.items()
    ]
    return pd.DataFrame(rows, columns=["crossing", "label", "latitude", "longitude", "policy"])


def _strikes(scenario: Scenario) -> list[Strike]:
    events = sorted(scenario.history, key=lambda row: (row.date, row.order))
    struck = [event for event in events if event.act.endswith("_strike") and event.place in scenario.communities]
    return [
        Strike(number, str(event.place), f"{day_short(event.date)}, by {label_of(scenario, event.actor)}")
        for number, event in enumerate(struck, start=1)
    ]


def title(rows: pd.DataFrame) -> str:
    """The two that suffer most, if that is beyond doubt and more than little; else the topic."""
    if len(rows) < 3:
        return "Hardship by community"
    first, second, rest = rows.iloc[0], rows.iloc[1], rows.iloc[2:]
    holds = min(first["q05"], second["q05"]) > max(float(rest["median"].max()), LEAST_TOLD)
    return titled(f"{first['label']} and {second['label']} would suffer most", holds, "Hardship by community")


@lru_cache(maxsize=1)
def _ground() -> dict[str, Any] | None:
    file = bundle() / "geography" / "natural_earth.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def outlines(scenario: Scenario) -> dict[str, Any] | None:
    """Borders, coasts and land, where all communities and crossings lie in what comes with the program."""
    ground = _ground()
    if ground is None:
        return None
    (west, east), (south, north) = ground["extent"]["longitude"], ground["extent"]["latitude"]
    places = [(one.longitude, one.latitude) for one in scenario.communities.values()]
    places += [(one.longitude, one.latitude) for one in scenario.crossings.values()]
    return ground if all(west < longitude < east and south < latitude < north for longitude, latitude in places) else None


def hardship_words(value: float) -> str:
    """0.32; below 0.01 for what is less and not nought."""
    return "below 0.01" if 0 < value < 0.01 else f"{value:.2f}"


def _alt(rows: pd.DataFrame, mode: str) -> str:
    named = "; ".join(f"{row['label']}, {hardship_words(row['median'])}" for _, row in rows.head(3).iterrows())
    return f"Map and ranking. Communities against mean hardship, {mode}. Highest in the median world: {named}. Data: border.csv."


def data(frame: BorderMap) -> pd.DataFrame:
    """The plotted numbers: a row a community, then a row a crossing."""
    homes = frame.rows[["community", "label", "state", "latitude", "longitude", "people", "mean", "median", "q05", "q95"]]
    strikes = [" ".join(str(strike.number) for strike in frame.strikes if strike.place == name) for name in homes["community"]]
    return pd.concat([homes.assign(kind="community", strikes=strikes), frame.crossings.assign(kind="crossing")], ignore_index=True)
