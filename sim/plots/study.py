"""What the figures of a branch study share: which outcomes and branches they show, units, mode, doubt, and what must be said."""

import datetime
from typing import Any

from matplotlib.ticker import MaxNLocator

from sim.effect_words import HEADLINES, moves, signed
from sim.effects import told_from_none
from sim.plots.frame import sentences
from sim.plots.style import SMALL, width_of
from sim.scenario.schema import Scenario
from sim.words import CAVEAT, CHANGE_CAVEAT, CLOSURE_CAVEAT, day_words

SHOWN = ("second_round", "hardship_person_days")
"""Outcomes with figures of their own where nobody asks for others."""
MILLION = 1e6
LEAST_SHOWN = 0.05


def outcomes(manifest: dict[str, Any]) -> list[str]:
    """Outcomes with figures of their own: those asked for, else the usual ones; only what differs in some world of some branch."""
    return [name for name in manifest["asked"]["outcomes"] or SHOWN if _moved(manifest, name)]


def headlines(manifest: dict[str, Any]) -> list[str]:
    """Outcomes of the overview, under the same conditions."""
    return [name for name in manifest["asked"]["outcomes"] or HEADLINES if _moved(manifest, name)]


def _moved(manifest: dict[str, Any], name: str) -> bool:
    return any(name in branch["effects"] and moves(branch["effects"][name]) for branch in manifest["branches"].values())


def changed(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The branches that alter any world."""
    return {name: branch for name, branch in manifest["branches"].items() if branch["changed_worlds"]}


def titles(manifest: dict[str, Any]) -> dict[str, str]:
    """What each branch is called; with its doses where several would have one name."""
    entries = manifest["branches"]
    plain = [branch["title"] for branch in entries.values()]
    doses = {name: ", ".join(f"{dose} {value:g}" for dose, value in branch["doses"].items()) for name, branch in entries.items()}
    return {
        name: f"{branch['title']} ({doses[name]})" if plain.count(branch["title"]) > 1 and doses[name] else branch["title"]
        for name, branch in entries.items()
    }


def days(manifest: dict[str, Any]) -> list[datetime.date]:
    """Days on which branches and parents part."""
    return sorted({datetime.date.fromisoformat(branch["at"]) for branch in manifest["branches"].values()})


def mode_box(manifest: dict[str, Any]) -> str:
    """ASSISTED from a day on, or from the day of each change."""
    first, *others = days(manifest)
    return f"{manifest['mode'].upper()} from {'the day of each change' if others else f'{first.day} {first:%b %Y}'}"


def deciding(manifest: dict[str, Any]) -> str:
    """As a clause: governments deciding, or nothing scripted, from a day on."""
    who = "governments deciding" if manifest["mode"] == "assisted" else "nothing scripted"
    first, *others = days(manifest)
    return f"{who} from {'the day of each change' if others else day_words(first)}"


def given(entry: dict[str, Any]) -> str:
    """The condition of an outcome as a clause; nothing where there is none."""
    return f", in worlds {entry['given']} with and without the change" if entry["given"] else ""


def doubt(manifest: dict[str, Any]) -> str:
    """What intervals hold."""
    return "bars: 95% interval over what is not known of the parameters" if manifest["draws"] else "bars: simulation error only, parameters fixed"


def scale(entry: dict[str, Any]) -> float:
    """Shares are told in worlds per 100."""
    return 100.0 if entry["kind"] == "yes or no" else 1.0


def unit(entry: dict[str, Any], largest: float) -> str:
    """The unit of a difference as an axis shows it: millions where numbers are that large."""
    words = "worlds per 100" if entry["kind"] == "yes or no" else str(entry["unit"])
    return f"million {words}" if largest >= MILLION else words


def ways(entry: dict[str, Any]) -> tuple[str, str]:
    """Less and more of an outcome, in a word each."""
    if entry["kind"] == "days":
        return "sooner", "later"
    return ("lower", "higher") if entry["unit"] in ("rung", "Goldstein units") else ("fewer", "more")


def difference(value: float) -> str:
    """+3; −0.4; +49.7 m; ≈0 for what a digit after the point does not show, and is not none."""
    return "≈0" if 0 < abs(value) < LEAST_SHOWN else signed(value).replace("-", "−")


def told(entry: dict[str, Any], together: bool = False) -> bool:
    """Whether an outcome differs in any world, and the difference can be told from none."""
    return moves(entry) and told_from_none(entry, together)


def closes(manifest: dict[str, Any], scenario: Scenario) -> bool:
    """Whether a change acts on a border that the record never closed."""
    recorded = any(event.track == "border" and event.act == "close" for event in scenario.history)
    acts = [change for branch in manifest["asked"]["branches"].values() for change in branch["changes"]]
    return not recorded and any("'border'" in change and "'close'" in change for change in acts)


def caption(manifest: dict[str, Any], scenario: Scenario, *parts: str) -> str:
    """A caption, and after it what every figure of effects must say."""
    worth = [branch["effective_sample_size"] for branch in manifest["branches"].values()]
    worlds = max(branch["worlds"] for branch in manifest["branches"].values())
    weighted = (
        f"Worlds are weighted by how likely they made the record before that day; they are worth {min(worth):,.0f} equal ones"
        f"{' or more' if len({round(one) for one in worth}) > 1 else ''}."
    )
    closure = CLOSURE_CAVEAT if closes(manifest, scenario) else ""
    return sentences(*parts, weighted if min(worth) < 0.999 * worlds else "", closure, CHANGE_CAVEAT, CAVEAT)


def ticks(low: float, high: float, inches: float, words: Any = difference) -> dict[float, str]:
    """As many round numbers of an axis as there is room for, and how they read."""
    for most in range(max(2, int(inches / 0.5)), 0, -1):
        places = [float(tick) for tick in MaxNLocator(nbins=most).tick_values(low, high)]
        shown = {place: words(place) for place in places if low <= place <= high}
        widest = max((width_of(word, SMALL) for word in shown.values()), default=0.0)
        ends = [min(place - low, high - place) / (high - low) * inches for place in shown]
        step = (places[1] - places[0]) / (high - low) * inches if len(places) > 1 else inches
        if len(set(shown.values())) == len(shown) and widest + 0.12 <= step and min(ends, default=0.0) >= 0:
            return shown
    return {0.0: words(0.0)} if low <= 0 <= high else {}


def plain(value: float, largest: float) -> str:
    """A tick of a difference, with its sign, in the unit of the axis."""
    return f"{value / MILLION if largest >= MILLION else value:+,.6g}".replace("-", "−") if value else "0"
