"""Elementary effects of a Morris design: how much each factor moves an outcome, and how unevenly: frame and words."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from SALib.analyze import morris as salib

from sim.plots import sweep_notes as notes
from sim.plots import sweep_words as say
from sim.plots.frame import Words, sentence_case
from sim.plots.sweep import Factor, Measure, Sweep
from sim.sampling import MORRIS_LEVELS
from sim.scenario.errors import refuse

RESAMPLED = 1000
MOST_ROWS = 20
FEWEST = 2
"""Trajectories from which on effects spread."""


@dataclass(frozen=True)
class Morris:
    """A row a factor, the most influential first: mean absolute elementary effect `mu_star` with its 95 % half-width, `mu`, `sigma`."""

    words: Words
    manifest: dict[str, Any]
    measure: Measure
    rows: pd.DataFrame
    trajectories: int
    enough: str


def morris(sweep: Sweep, measure: Measure, name: str) -> Morris:
    """Frame and words; raises ScenarioError where no two trajectories are whole."""
    table, factors = sweep.means(measure), sweep.varied()
    x, y = trajectories(table, factors, sweep.manifest["sweep"]["points"])
    if len(y) < FEWEST * (len(factors) + 1):
        raise refuse("", f"must be defined along {FEWEST} whole trajectories of the design, or more", field="--outcome", value=measure.name)
    rows = effects(x, y, factors, MORRIS_LEVELS)
    number = len(y) // (len(factors) + 1)
    title = _title(measure, rows)
    words = Words(
        name, title,
        say.subtitle(sweep, measure, "left: mean absolute change from one end of a factor's range to the other",
                     "bars: 95 % interval over trajectories", "right: against the spread of the changes"),
        notes.alt(sweep, name, "Ranking and scatter", title, f"Mean absolute effect against its spread: {measure.label}", _told(measure, rows)),
        notes.caption(
            sweep, measure, factors[:MOST_ROWS],
            f"Elementary effects along {number} trajectories (Morris 1991): a factor is moved alone, and the change of the outcome's mean over "
            "worlds is scaled to its whole range. Left: mean of their absolute values (Campolongo et al. 2007). Right: their standard deviation; "
            "above the line it is larger than that mean: the effect hangs on the other factors, or is simulation error.",
            f"{len(rows) - MOST_ROWS} more factors are in the table." if len(rows) > MOST_ROWS else "",
        ),
        say.axis_unit(measure), say.mode_box(sweep),
    )  # fmt: skip
    return Morris(words, sweep.manifest, measure, rows, number, _enough(sweep, measure, table, rows))


def trajectories(table: pd.DataFrame, factors: list[Factor], points: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Factors and means of the trajectories whose set-ups all ran and are defined, one after the other."""
    size = len(factors) + 1
    places = pd.DataFrame({one.name: [one.place(level) for level in table[one.name]] for one in factors}).assign(
        mean=table["mean"].to_numpy(dtype=float), point=table["point"].to_numpy(dtype=int)
    )
    places = places.set_index("point").reindex(range(points - points % size))
    blocks = places.to_numpy(dtype=float).reshape(-1, size, len(factors) + 1)
    whole = blocks[~np.isnan(blocks).any(axis=(1, 2))]
    moved = (np.abs(np.diff(whole[:, :, :-1], axis=1)) > 0).sum(axis=2)
    whole = whole[(moved == 1).all(axis=1)].reshape(-1, len(factors) + 1)
    return whole[:, :-1], whole[:, -1]


def effects(x: NDArray[np.float64], y: NDArray[np.float64], factors: list[Factor], levels: int) -> pd.DataFrame:
    """Elementary effects by factor, per whole range, from SALib; the most influential first."""
    problem = {"num_vars": len(factors), "names": [one.name for one in factors], "bounds": [[0.0, 1.0]] * len(factors)}
    found = salib.analyze(problem, x, y, num_levels=levels, num_resamples=RESAMPLED, seed=0)
    numbers = {name: np.asarray(found[name], dtype=float) for name in ("mu_star", "mu_star_conf", "mu", "sigma")}
    table = pd.DataFrame({"factor": [one.name for one in factors], "label": [one.label for one in factors], **numbers})
    return table.sort_values("mu_star", ascending=False, kind="stable").reset_index(drop=True)


def _title(measure: Measure, rows: pd.DataFrame) -> str:
    """The factor that moves the outcome most, where the lower end of its interval lies above every other's upper end; else the topic."""
    first, others, name = rows.iloc[0], rows.iloc[1:], sentence_case(measure.label)
    otherwise = say.first_that_fits(f"{name}: what moves it, and how evenly", "What moves an outcome, and how evenly")
    if others.empty or first["mu_star"] - first["mu_star_conf"] <= (others["mu_star"] + others["mu_star_conf"]).max():
        return otherwise
    finding = f"{name}: {first['label']} moves it most"
    return say.first_that_fits(f"{finding}, by {say.quantity(measure, first['mu_star'])}", finding, otherwise)


def _told(measure: Measure, rows: pd.DataFrame) -> list[str]:
    return [f"{row['label']}: {say.quantity(measure, row['mu_star'])}" for row in rows.head(3).to_dict("records")]


def _enough(sweep: Sweep, measure: Measure, table: pd.DataFrame, rows: pd.DataFrame) -> str:
    """The note, its range being that of the effects."""
    there = table.dropna(subset=["mean"])
    half = float(((there["high"] - there["low"]) / 2).max())
    shown = pd.DataFrame({"mean": [0.0, float(rows["mu_star"].max())], "low": [-half, -half], "high": [half, half]})
    return notes.enough(sweep, measure, shown)


def data(frame: Morris) -> pd.DataFrame:
    """The plotted numbers, a row a factor."""
    return frame.rows.assign(trajectories=frame.trajectories, outcome=frame.measure.name, unit=frame.words.units)
