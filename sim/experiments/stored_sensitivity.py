"""The sensitivity indices that come with the program: what the evidence ledger and the dashboard order parameters by."""

import json
from pathlib import Path
from typing import Any

from sim.experiments.freshness import of_code, of_priors, of_scenario
from sim.scenario.errors import refuse
from sim.scenario.find import bundle
from sim.scenario.load import load
from sim.scenario.priors import load_priors
from sim.store import Study

NAME = "sensitivity.json"
COLUMNS = ("parameter", "outcome", "method", "total", "total_low", "total_high", "first", "sign")
KEPT = (
    "asked",
    "version",
    "numerics",
    "finding",
    "caveat",
    "turned",
    "setups",
    "told",
    "assumed",
    "by_outcome",
    "outcomes",
    "measure",
    "mode",
    "modes",
)
DIGITS = 4


def store(study: Study, folder: Path | None = None) -> Path:
    """Write an analysis by Sobol' indices, or a split beside it, into the file; what the other wrote stays."""
    file = (folder or bundle()) / NAME
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if "split" in study.manifest:
        known["split"] = {
            "asked": study.manifest["asked"],
            "hashes": hashes(study.manifest["asked"]["scenario"]),
            "outcomes": study.manifest["split"],
        }
    elif "indices" in study.tables:
        rows = study.tables["indices"][list(COLUMNS)].to_dict("records")
        known["parameters"] = rows
        known["analysis"] = {name: study.manifest[name] for name in KEPT}
        known["hashes"] = hashes(study.manifest["asked"]["scenario"])
    else:
        raise refuse("", "goes with --method sobol or delta, or with --split: a screening has no shares of variance", field="--store")
    file.write_text(json.dumps(_rounded(known), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def stored(folder: Path | None = None) -> dict[str, Any]:
    """What is stored; empty where there is none."""
    file = (folder or bundle()) / NAME
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def hashes(scenario: str) -> dict[str, str]:
    """What the indices hang on."""
    return {"code": of_code(), "priors": of_priors(load_priors()), "scenario": of_scenario(load(scenario))}


def stale(known: dict[str, Any]) -> bool:
    """Whether something that the indices hang on has changed since."""
    return bool(known) and known["hashes"] != hashes(known["analysis"]["asked"]["scenario"])


def _rounded(value: Any) -> Any:
    """Numbers to four digits that count: more would be noise."""
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    if isinstance(value, float):
        return None if value != value else float(f"{value:.{DIGITS}g}")
    return value
