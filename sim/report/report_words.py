"""Words of a report that no other page has: what was changed, what limits it, and which run it is."""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sim.scenario.find import bundle
from sim.scenario.load import names
from sim.words import CAVEAT, CHANGE_CAVEAT, CLOSURE_CAVEAT, FITTED_CAVEAT, MODE_WORDS, day_words

COMMANDS = {
    "replay": "replay",
    "branch": "what if",
    "tipping": "when it was too late",
    "chain": "a chain taken apart",
    "sweep": "sweep",
    "sensitivity": "sensitivity",
    "discover": "discovery",
    "calibrate": "calibration",
    "validate": "validation",
    "explain": "explanation",
    "play": "a seat played",
}
BOUNDARIES = "Boundaries: Natural Earth, de facto; no position is taken."
ETHICS = "Not for targeting, not for judging any group of people, not a basis for action on its own."
OF_CAPTIONS = (CLOSURE_CAVEAT, FITTED_CAVEAT)
"""What captions say that limits a whole run."""
MOST_NAMED = 6
"""Changes that are named one by one; of more, how many others."""


def about(manifest: dict[str, Any], title: str) -> str:
    """Crisis, kind of run, day on which it was made."""
    command = manifest["asked"]["command"]
    return " · ".join([title, COMMANDS.get(command, command), day_words(date.fromisoformat(manifest["finished"][:10]))])


def mode_box(manifest: dict[str, Any], of_figures: Sequence[str]) -> str:
    """The mode, where the whole run has one: in the words of its figures, which have the day."""
    modes = set(of_figures) if len(asked_modes(manifest)) == 1 else set()
    return modes.pop() if len(modes) == 1 else ""


def asked_modes(manifest: dict[str, Any]) -> list[str]:
    """The modes that a run has, by name."""
    mode = manifest.get("mode") or manifest["asked"].get("mode")
    return [mode] if mode else list(manifest["asked"].get("modes", []))


def changed(manifest: dict[str, Any], parameters: str) -> list[tuple[str, str]]:
    """What differs from the crisis as it was, and how it was run."""
    asked = manifest["asked"]
    rows = [*_values(asked), *_branches(manifest), *_factors(manifest), *_levers(manifest)]
    rows = rows or [("nothing", "the scenario's own values, its record, its rules")]
    modes = ", ".join(f"{mode.upper()} ({MODE_WORDS[mode]})" for mode in asked_modes(manifest) if mode in MODE_WORDS)
    start = asked.get("from")
    return [
        *rows,
        *([("mode", modes + (f", from {day_words(start)}" if start else ""))] if modes else []),
        ("parameters", parameters),
    ]


def _values(asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for path, value in list((asked.get("changes") or {}).items())[:MOST_NAMED]:
        yield path, f"{value} (beside the unchanged scenario)" if asked["command"] == "replay" else str(value)


def _branches(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    branches = list(manifest.get("branches", {}).values())
    for branch in branches[:MOST_NAMED]:
        yield f"from {day_words(branch['at'])}", f"{branch['title']} (the idea: {branch['source']})"
    if len(branches) > MOST_NAMED:
        yield "and", f"{len(branches) - MOST_NAMED} more what-ifs"


def _factors(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    factors = (manifest.get("sweep") or {}).get("factors", [])
    for factor in factors[:MOST_NAMED]:
        levels = factor.get("levels") or []
        words = (
            ", ".join(f"{level:g}" if isinstance(level, float) else str(level) for level in levels)
            if 0 < len(levels) <= MOST_NAMED * 2
            else f"{len(levels)} values"
            if levels
            else "varied"
        )
        yield factor["name"], f"{factor['label']}: {words}" if factor.get("label") not in (None, factor["name"]) else words
    if len(factors) > MOST_NAMED:
        yield "and", f"{len(factors) - MOST_NAMED} more factors"


def _levers(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    asked = manifest["asked"]
    if asked["command"] == "tipping":
        yield "levers", f"{', '.join(asked['levers'])}: each pulled on each day from {asked['from']} to {asked['until']}"


def limits(manifest: dict[str, Any], captions: Sequence[str]) -> list[str]:
    """What a reader must know before anything is concluded; what captions say of it is said here, once."""
    own = [one for one in sentences(manifest["caveat"]) if one != CAVEAT]
    changes = [CHANGE_CAVEAT] if manifest["asked"]["command"] in ("branch", "tipping", "sweep", "chain") else []
    spoken = [one for caption in captions for one in sentences(caption) if one in OF_CAPTIONS]
    maps = [BOUNDARIES] if any(BOUNDARIES in caption for caption in captions) else []
    return list(dict.fromkeys([*own, *changes, *spoken, *_standing(manifest), *maps, ETHICS]))


def _standing(manifest: dict[str, Any]) -> Iterator[str]:
    """How the model did on crises that it was not fitted to, as stored with the program."""
    file = bundle() / "validation.json"
    if manifest["asked"]["command"] in ("validate", "calibrate") or not file.is_file():
        return
    rows = [row for row in json.loads(file.read_text(encoding="utf-8"))["scoreboard"] if row["crisis"] in names()]
    better, worse = (sum(row["verdict"] == verdict for row in rows) for verdict in ("better", "worse"))
    yield (
        f"Fitted to the other crises, the model tells {better} of {len(rows)} crises better than the best simple rule and {worse} worse; "
        f"{len(rows) - better - worse} cannot be told apart."
    )


def sentences(text: str) -> list[str]:
    """A text in sentences."""
    return [one for one in re.split(r"(?<=[.!?]) (?=[A-Z])(?!See )", text.strip()) if one]


def without(caption: str, told: Collection[str]) -> str:
    """A caption without the sentences that are said elsewhere, or at the top."""
    return " ".join(one for one in sentences(caption) if one not in told and one not in (CAVEAT, CHANGE_CAVEAT, BOUNDARIES))


def identity(manifest: dict[str, Any], worlds: str) -> list[str]:
    """Which run it is: what somebody else needs to get the same numbers."""
    asked = manifest["asked"]
    parts = [
        worlds,
        f"seed {asked['seed']}",
        f"run {manifest['hash']}",
        f"scenario {asked['scenario_hash']}" if "scenario_hash" in asked else "",
        f"taftan {manifest['version']}",
        f"commit {manifest['commit']}" if manifest.get("commit") else "",
        f"numerics {manifest['numerics']}",
        f"Python {manifest['python']}",
        *manifest.get("extensions", []),
    ]
    return [part for part in parts if part]
