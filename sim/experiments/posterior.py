"""The posterior that is stored with the scenarios: draws of the fitted parameters, what they were fitted to, and whether that still holds."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.freshness import of_code, of_patterns, of_priors, of_scenario
from sim.experiments.patterns import load_targets
from sim.experiments.rates import RATES
from sim.parameters import Joint, Known
from sim.scenario.errors import ScenarioError, refuse
from sim.scenario.find import bundle
from sim.scenario.load import load
from sim.scenario.priors import load_priors
from sim.store import read_parquet, write_parquet

NAME = "posterior"
LEFT_OUT = "left_out"
DRAWS, DRAWS_WITHOUT = 1000, 500
"""Draws that are stored; of the posteriors without one crisis, each."""
PARTS = ("records", "rates")
"""Columns beside the parameters: log likelihood of the records, log density of the rates before their weight [nats]."""


@dataclass(frozen=True)
class Posterior:
    """Joint draws (a row a draw, a column a path, then the parts of their density), what they come from, and the same without each crisis."""

    draws: pd.DataFrame
    manifest: dict[str, Any]
    left_out: pd.DataFrame | None = None

    def without(self) -> dict[str, "Posterior"]:
        """By name of a crisis, the posterior of all the others; empty where too few crises were fitted. What each is worth: `manifest["without"]`."""
        groups = [] if self.left_out is None else list(self.left_out.groupby("left_out", sort=False))
        return {str(name): self._of_others(str(name), rows) for name, rows in groups}

    def _of_others(self, name: str, rows: pd.DataFrame) -> "Posterior":
        others = {other: known for other, known in self.manifest["crises"].items() if other != name}
        return Posterior(rows[self.paths].reset_index(drop=True), {**self.manifest, "crises": others, **self.manifest["without"][name]})

    @property
    def crises(self) -> list[str]:
        """The crises that it was fitted to."""
        return list(self.manifest["crises"])

    @property
    def paths(self) -> list[str]:
        """The fitted parameters."""
        return [name for name in self.draws.columns if name not in PARTS]

    def known(self) -> dict[str, Known]:
        """What a run draws its parameters from: fitted ones jointly, a row a draw; the others from their priors."""
        rest: dict[str, Known] = {path: prior for path, prior in load_priors().items() if path not in self.paths}
        return rest | {path: Joint(self.draws[path].to_numpy(dtype=np.float64)) for path in self.paths}

    @cached_property
    def stale(self) -> list[str]:
        """What has changed since it was fitted; empty where nothing has."""
        stored, reasons = self.manifest["hashes"], []
        if stored["code"] != of_code():
            reasons.append("the model's code")
        if stored["priors"] != of_priors(load_priors()):
            reasons.append("the priors")
        if stored["patterns"] != of_patterns(load_targets().patterns, RATES) or stored["base_rates"] != of_scenario(load_targets().base_rates):
            reasons.append("the rates of past crises")
        return reasons + [f"the crisis {name}" for name, known in self.manifest["crises"].items() if known["hash"] != _hash_of(name)]


def _hash_of(name: str) -> str:
    """Hash of a crisis as it is now; empty where it is gone."""
    try:
        return of_scenario(load(name))
    except ScenarioError:
        return ""


def store(posterior: Posterior, folder: Path | None = None) -> Path:
    """Write the posterior beside the scenarios; its files take their places together, when all of them are written."""
    folder = bundle() if folder is None else folder
    tables = {NAME: posterior.draws} | ({} if posterior.left_out is None else {LEFT_OUT: posterior.left_out})
    places = [folder / f"{NAME}.json", *(folder / f"{name}.parquet" for name in tables)]
    unfinished = [place.with_name(f".{place.name}.unfinished") for place in places]
    unfinished[0].write_text(json.dumps(posterior.manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for table, file in zip(tables.values(), unfinished[1:], strict=True):
        write_parquet(table, file)
    for file, place in zip(unfinished, places, strict=True):
        file.replace(place)
    return folder / f"{NAME}.parquet"


def stored(folder: Path | None = None) -> Posterior:
    """The posterior that comes with the program; raises ScenarioError where there is none."""
    folder = bundle() if folder is None else folder
    if not (folder / f"{NAME}.parquet").is_file():
        raise refuse("", "needs a stored posterior; make one with: python run.py calibrate --store", field="--parameters", value=NAME)
    manifest = json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))
    left_out = read_parquet(folder / f"{LEFT_OUT}.parquet") if manifest["without"] else None
    return Posterior(read_parquet(folder / f"{NAME}.parquet"), manifest, left_out)


def note_on(posterior: Posterior) -> str:
    """That it no longer belongs to the code and inputs that are here; empty where it does."""
    if not posterior.stale:
        return ""
    return (
        f"Note: the stored posterior is stale: since it was fitted, {' and '.join(posterior.stale)} changed. "
        "Fit it again with: python run.py calibrate --store"
    )
