"""Set-ups against the factors that matter most, each with a running mean: frames and words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.plots import sweep_notes as notes
from sim.plots import sweep_words as say
from sim.plots.frame import Words, sentence_case
from sim.plots.sweep import Factor, Measure, Sweep
from sim.plots.sweep_plan import BINS, Plan
from sim.plots.sweep_worlds import influence, influence_interval
from sim.summary import NORMAL_95

MOST_PANELS = 6
FEW_VALUES = 12
"""Up to so many values of a factor the mean is taken at each; above, over the nearest set-ups."""
PLACES = 60
"""Places at which a running mean is taken."""
NEIGHBOURS = 10
"""Set-ups that a running mean is taken over, at least."""
RESAMPLED = 200


@dataclass(frozen=True)
class Panel:
    """A factor: a row a set-up (`place`, mean), the running mean with its 95 % interval, its share of the variance with its own."""

    factor: Factor
    rows: pd.DataFrame
    smooth: pd.DataFrame
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Scatter:
    """Panels, the most influential factor first."""

    words: Words
    manifest: dict[str, Any]
    measure: Measure
    panels: list[Panel]
    enough: str


def scatter(sweep: Sweep, measure: Measure, plan: Plan, name: str) -> Scatter:
    """Frame and words."""
    table, varied = sweep.means(measure), sweep.varied() or list(sweep.factors)
    shares = _shares(sweep, table, varied)
    shown = [plan.x] if plan.x is not None else [next(one for one in varied if one.name == name) for name in list(shares)[:MOST_PANELS]]
    panels = [_panel(factor, table, shares[factor.name]) for factor in shown]
    title = _title(measure, varied, shares) if plan.x is None else say.topic(measure, plan.x)
    left_out = len(varied) - len(shown)
    words = Words(
        name, title,
        say.subtitle(sweep, measure, "dots: set-ups" + ("" if measure.share else ", mean over worlds"), "line: running mean with its interval",
                     "dashed: the scenario's own" if any(one.own and one.kind == "number" for one in shown) else "",
                     "heavy line: history" if measure.history is not None and not measure.share else "",
                     f"the {len(shown)} of {len(varied)} factors that matter most" if left_out and plan.x is None else ""),
        notes.alt(sweep, name, "Scatter of set-ups", title, f"{', '.join(one.label for one in shown)} against {measure.label}", _told(shown, shares)),
        notes.caption(
            sweep, measure, shown,
            f"Line and band: mean over the {_window(len(table))} set-ups nearest in the factor, or at each of its values where they are few, "
            "with its 95 % interval; all other factors differ as the design has them.",
            "Share of the variance over set-ups that a factor explains alone (correlation ratio over its levels or eighths, corrected for their "
            "number), with its 95 % interval over resampled set-ups; part of the rest is simulation error.",
            f"Hollow: fewer than {say.FEW} equally weighted worlds behind the dot.",
        ),
        say.axis_unit(measure), say.mode_box(sweep),
    )  # fmt: skip
    return Scatter(words, sweep.manifest, measure, panels, notes.enough(sweep, measure, table))


def _shares(sweep: Sweep, table: pd.DataFrame, varied: list[Factor]) -> dict[str, tuple[float, float, float]]:
    """Share of the variance that each factor explains alone, and its 95 % interval over resampled set-ups; most first."""
    names = [one.name for one in varied]
    bins = 0 if sweep.design == "grid" else BINS
    found = influence(table, table["mean"], names, bins)
    return {name: (share, *influence_interval(table, table["mean"], name, bins, RESAMPLED)) for name, share in found.items()}


def _title(measure: Measure, varied: list[Factor], shares: dict[str, tuple[float, float, float]]) -> str:
    """The factor that explains most, where the lower end of its interval lies above every other's upper end; else the topic."""
    labels, (first, *others) = {one.name: one.label for one in varied}, list(shares)
    name, (share, low, _) = sentence_case(measure.label), shares[first]
    otherwise = say.first_that_fits(f"{name} over {len(varied)} factors", "An outcome over several factors")
    if not others or low <= max(shares[other][2] for other in others):
        return otherwise
    finding = f"{name}: {labels[first]} matters most"
    return say.first_that_fits(f"{finding}, {100 * share:.0f} in 100 of the variance", finding, otherwise)


def _panel(factor: Factor, table: pd.DataFrame, share: tuple[float, float, float]) -> Panel:
    rows = table.dropna(subset=["mean"])
    few = rows["effective_worlds"].astype(float) < say.FEW
    rows = rows[["point", factor.name, "mean", "low", "high"]].assign(place=[factor.place(one) for one in rows[factor.name]], few=few)
    return Panel(factor, rows.rename(columns={factor.name: "level"}), running(rows["place"].to_numpy(), rows["mean"].to_numpy()), *share)


def running(places: Any, means: Any) -> pd.DataFrame:
    """Mean over the set-ups nearest to each of some places, with its 95 % interval; at every value where these are few."""
    values = np.unique(places)
    if len(values) <= FEW_VALUES:
        groups = [(float(value), means[places == value]) for value in values]
    else:
        order = np.argsort(places, kind="stable")
        places, means, window = places[order], means[order], _window(len(places))
        starts = np.unique(np.linspace(0, len(places) - window, PLACES).round().astype(int))
        groups = [(float(places[start : start + window].mean()), means[start : start + window]) for start in starts]
    rows = [(place, float(here.mean()), float(here.std(ddof=1) / np.sqrt(len(here))) if len(here) > 1 else np.nan) for place, here in groups]
    table = pd.DataFrame(rows, columns=["place", "mean", "error"])
    return table.assign(low=table["mean"] - NORMAL_95 * table["error"], high=table["mean"] + NORMAL_95 * table["error"])


def _window(setups: int) -> int:
    """Set-ups that a running mean is taken over."""
    return min(max(NEIGHBOURS, setups // 6), setups)


def _told(shown: list[Factor], shares: dict[str, tuple[float, float, float]]) -> list[str]:
    return [f"{one.label}: {100 * shares[one.name][0]:.0f} in 100 of the variance" for one in shown[:3]]


def data(frame: Scatter) -> pd.DataFrame:
    """The plotted numbers: set-ups, then running means, by factor."""
    parts = []
    for panel in frame.panels:
        about: dict[str, Any] = {"factor": panel.factor.name, "share_of_variance": panel.share, "share_low": panel.low, "share_high": panel.high}
        parts.append(panel.rows.assign(series="set-up", **about))
        parts.append(panel.smooth.drop(columns="error").assign(series="running mean", **about))
    return pd.concat(parts, ignore_index=True).assign(outcome=frame.measure.name, unit=frame.words.units)
