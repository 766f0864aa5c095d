"""What every figure says beside what it shows: title, subtitle, words for those who cannot see it, mode and footer."""

import datetime
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim import __version__
from sim.words import FEW_WORLDS, day_words, parameter_words

LONGEST_TITLE = 75
"""Letters in a title; a finding that needs more gives way to the topic."""
EFFECTIVE = 0.999
"""From this share of worlds on that weights leave effective, they are worth no word."""


@dataclass(frozen=True)
class Words:
    """A figure in words; `name` is that of its files."""

    name: str
    title: str
    subtitle: str
    alt: str
    caption: str
    units: str
    mode: str

    def entry(self) -> dict[str, str]:
        """Its entry in figures.json."""
        return {key: getattr(self, key) for key in ("name", "title", "subtitle", "alt", "caption", "units", "mode")}


def titled(finding: str, holds: bool, otherwise: str) -> str:
    """A finding where its rule holds and it is short enough; else the topic."""
    return finding if holds and len(finding) <= LONGEST_TITLE else otherwise


def decided(manifest: dict[str, Any]) -> str | None:
    """The mode in which somebody decides: governments before nothing scripted; None where all is as recorded."""
    return next((mode for mode in ("assisted", "free") if mode in manifest["modes"]), None)


def mode_words(manifest: dict[str, Any], mode: str) -> str:
    """FORCED; ASSISTED or FREE from a day on."""
    start = datetime.date.fromisoformat(manifest["asked"]["from"])
    return "FORCED" if mode == "forced" else f"{mode.upper()} from {start.day} {start:%b %Y}"


def who_decides(manifest: dict[str, Any], mode: str) -> str:
    """As a clause: governments deciding, or nothing scripted, from a day on."""
    who = {"assisted": "governments deciding", "free": "nothing scripted", "forced": "every act as recorded"}[mode]
    return who if mode == "forced" else f"{who} from {day_words(manifest['asked']['from'])}"


def weight_words(manifest: dict[str, Any], mode: str) -> str:
    """How worlds count, as a sentence; nothing where all count the same."""
    entry = manifest["modes"][mode]
    if entry["effective_worlds"] >= EFFECTIVE * entry["worlds"]:
        return ""
    return f"Worlds are weighted by how likely they made the record before that day; they are worth {entry['effective_worlds']:,.0f} equal ones."


def footer_words(manifest: dict[str, Any]) -> list[str]:
    """Worlds, seed, scenario, parameters, version: what a reader needs to find the numbers again."""
    asked = manifest["asked"]
    if asked["command"] == "calibrate":
        return _footer_of_fit(manifest)
    count = max([asked["worlds"], *(one["worlds"] for one in manifest.get("branches", {}).values())])
    worlds = f"{count:,} {'world' if count == 1 else 'worlds'}{'' if count >= FEW_WORLDS else ': few, run more'}"
    worlds = worlds if asked.get("world") is None else f"world {asked['world']:,} alone"
    unchanged = ["without the changes asked for"] if asked.get("changes") else []
    if "sweep" in manifest:
        setups = manifest["sweep"]["points"]
        worlds = f"{setups:,} {'set-up' if setups == 1 else 'set-ups'} of {worlds}"
        unchanged = ["; ".join(f"{path} = {value}" for path, value in asked["changes"].items())] if asked.get("changes") else []
    if "setups" in manifest:
        worlds, unchanged = f"{manifest['setups']:,} set-ups of {worlds}", [f"{manifest['turned']} numbers turned"]
    if asked.get("split"):
        worlds = f"{len(manifest['structures'])} rules × {asked['draws']} draws of the parameters × {asked['worlds_per_draw']} worlds"
    parameters = "parameters varied" if asked["command"] == "discover" else f"parameters: {parameter_words(asked)}"
    if "branches" in manifest and manifest["draws"] is None:
        parameters = "parameters fixed; bars show simulation error only"
    return [worlds, f"seed {asked['seed']}", asked["scenario"], *unchanged, parameters, f"taftan {__version__}", "a model, not a forecast"]


def _footer_of_fit(manifest: dict[str, Any]) -> list[str]:
    """The same of what was fitted to crises."""
    asked, crises = manifest["asked"], list(manifest["crises"])
    fitted = f"fitted on {crises[0] if len(crises) == 1 else f'{len(crises)} crises'}"
    seen = f"{manifest['likelihoods']:,} likelihoods"
    return [seen, f"seed {asked['seed']}", fitted, "parameters: prior and posterior", f"taftan {__version__}", "a model, not a forecast"]


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """A table's rows by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def hundred(shares: dict[str, float]) -> dict[str, int]:
    """Shares as whole numbers that add up to 100: rounded down, the rest to the largest remainders."""
    down = {name: int(100 * share + 1e-9) for name, share in shares.items()}
    by_rest = sorted(shares, key=lambda name: down[name] - 100 * shares[name])
    for name in by_rest[: 100 - sum(down.values())]:
        down[name] += 1
    return down


def count_words(count: int, share: float) -> str:
    """56; <1 for what is rarer than one in a hundred and not nought."""
    return "<1" if count == 0 and share > 0 else str(count)


def sentence_case(words: str) -> str:
    """With a capital at the beginning, the rest as it is."""
    return words[:1].upper() + words[1:]


def sentences(*parts: str) -> str:
    """Sentences in a row; empty ones are left out."""
    return " ".join(part for part in parts if part)
