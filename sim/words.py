"""How the project speaks of what it found: worlds in 100, plain dates, sober sentences.

Shares are given in whole worlds of 100 with their denominator; under one in a hundred, of 1,000; none and all with what
that allows to say. Names of acts and courses are put into words here and nowhere else.
"""

import datetime
from typing import Any

from sim.scenario.extensions import RULE, added
from sim.scenario.schema import Scenario

ACT_WORDS = {
    "stand_by": "stand by",
    "alert": "alert",
    "limited_strike": "limited strike",
    "expanded_strike": "expanded strike",
    "nothing": "nothing",
    "protest": "protest",
    "threaten": "threat of force",
    "downgrade": "relations downgraded",
    "open": "border opened",
    "restrict": "border restricted",
    "close": "border closed",
    "seek_talks": "talks sought",
    "agree": "agreement to stop",
    "restore": "envoys back",
    "call": "public word",
    "offer": "offer to help",
    "mediate": "mediation",
    "attack": "attack",
    "shock": "outside shock",
}
ACT_NOUNS = {
    "threaten": "threat of force",
    "downgrade": "downgrading of relations",
    "open": "opening of the border",
    "restrict": "restriction of the border",
    "close": "closure of the border",
    "seek_talks": "search for talks",
    "restore": "return of envoys",
}
"""Acts as things that somebody does, where the words above do not read so."""
MODE_WORDS = {"forced": "as recorded", "assisted": "governments decide", "free": "nothing scripted"}
NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

TRACK_WORDS = {"military": "military", "public": "diplomatic", "border": "border", "talks": "talks"}
TERM_WORDS = {
    **{term: words for rule in added(RULE).values() for term, words in rule.term_words.items()},
    "unanswered": "unanswered harm",
    "inconsistency": "threat not kept",
    "alert_cost": "cost of an alert",
    "option_value": "strike kept open",
    "overshoot": "hitting too hard",
    "cost": "cost of force",
    "pressure": "outside pressure",
    "honour": "breaking the truce",
    "haste": "striking unready",
    "grievance": "unanswered harm",
    "routine": "reluctance",
    "repetition": "said just before",
    "envoys_gone": "envoys gone already",
    "gain": "even account, high tension",
    "face": "loss of face",
    "coercion": "hurting the other side",
    "stake": "own trade",
    "unrest": "hardship at home",
    "reply": "the other side's reply",
    "reciprocity": "answer in kind",
    "generosity": "letting go",
    "base_rate": "how often in other crises",
}
"""What the terms of a utility stand for, by their names in the rules."""

POLICY_WORDS = {
    **{name: rule.label for name, rule in added(RULE).items()},
    "quantal_response": "quantal response",
    "look_ahead": "one step ahead",
    "prospect_theory": "prospect theory",
    "tit_for_tat": "tit-for-tat",
    "markov_chain": "base rates",
}
"""The rules by which a state may decide: the house's own, and those of installed packages."""

PARAMETER_WORDS = {"point": "single values", "prior": "drawn before fitting", "left_out": "posterior, fitted on the other crises"}
"""What parameters are drawn from, where it is not a posterior fitted to named crises."""

CAVEAT = "A model, not a forecast."
CHANGE_CAVEAT = "What would have changed in the model, under these assumptions."
CLOSURE_CAVEAT = "The record saw no closure: what one does rests on assumptions that this crisis cannot check."
FITTED_CAVEAT = "Fitted on this crisis: closeness to history is no proof. See the crises it was not fitted to."

FEW_WORLDS = 10
"""Under this many worlds shares are given as counts."""


def caveat(scenario: Scenario, *more: str) -> str:
    """What must stand beside every finding, and that the crisis was fitted where it was."""
    return " ".join([CAVEAT, *more, *([FITTED_CAVEAT] if scenario.fitted else [])])


def day_words(date: datetime.date | str, *, year: bool = True) -> str:
    """Day, month and year in words."""
    date = datetime.date.fromisoformat(date) if isinstance(date, str) else date
    return f"{date.day} {date:%B %Y}" if year else f"{date.day} {date:%B}"


def day_short(date: datetime.date | str) -> str:
    """Day and month, short."""
    date = datetime.date.fromisoformat(date) if isinstance(date, str) else date
    return f"{date.day} {date:%b}"


def days_later(days: float) -> str:
    """on the same day; a day later; two days later."""
    if days < 1:
        return "on the same day"
    return "a day later" if days < 2 else f"{number_words(int(days))} days later"


def number_words(number: int) -> str:
    """two; 13."""
    return NUMBER_WORDS[number] if number < len(NUMBER_WORDS) else f"{number:,}"


def worlds_in_100(share: float, worlds: int, worth: float | None = None) -> str:
    """68 of 100 worlds; 5 of 1,000 worlds; none of 1,000 worlds (so at most 3 in 1,000 in the model).

    `worth`: how many equally weighted worlds they are worth, where they are weighted.
    """
    if worlds < FEW_WORLDS:
        return f"{round(share * worlds)} of {worlds} worlds"
    bound = min(max(round(3000 / min(worlds, worth or worlds)), 1), 1000)
    if share <= 0:
        return f"none of {worlds:,} worlds (so at most {bound:,} in 1,000 in the model)"
    if share >= 1:
        return f"all of {worlds:,} worlds (so at least {1000 - bound:,} in 1,000 in the model)"
    if share < 0.01:
        return f"{max(round(1000 * share), 1)} of 1,000 worlds"
    return f"{min(hundredths(share), 99)} of 100 worlds"


def hundredths(share: float) -> int:
    """A share in hundredths; what lies half way but for a last bit is rounded as if it lay there."""
    return round(round(100 * share, 6))


def chance(probability: float) -> str:
    """1 in 25 below one fifth; 52 in 100 above; how much rarer than one in a hundred thousand no number of worlds can tell."""
    if probability <= 0:
        return "none"
    if probability < 0.00001:
        return "<1 in 100,000"
    return f"1 in {round(1 / probability):,}" if probability < 0.2 else f"{hundredths(probability)} in 100"


def possessive(name: str) -> str:
    """Norway's; the Netherlands'."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def odds(probability: float) -> str:
    """As `chance`, without more figures than anybody needs: <1 in 1,000; >99 in 100."""
    if 0.0 < probability < 0.001:
        return "<1 in 1,000"
    return ">99 in 100" if 0.995 <= probability < 1.0 else chance(probability)


def option_words(act: str) -> str:
    """As `act_words`, for what a council can choose: a border that is open stays so."""
    return " or ".join("border open" if one == "open" else act_words(one) for one in act.split("|"))


def label_of(scenario: Scenario, actor: str) -> str:
    """The printed name of an actor."""
    if actor == "both":
        return " and ".join(state.label for state in scenario.states.values())
    for section in (scenario.states, scenario.third_parties, scenario.groups, scenario.communities):
        if actor in section:
            return str(section[actor].label)
    return actor.replace("_", " ")


def act_words(act: str) -> str:
    """limited strike; stand by or alert."""
    return " or ".join(ACT_WORDS.get(one, one.replace("_", " ")) for one in act.split("|"))


def act_noun(act: str) -> str:
    """limited strike; downgrading of relations: what can follow a possessive or "the"."""
    return ACT_NOUNS.get(act) or act_words(act)


def outcome_words(entry: dict[str, Any]) -> str:
    """An outcome in a table's cell: worlds in 100 with simulation error, or median with what holds 90 of 100 worlds."""
    if entry["kind"] == "class":
        likeliest = max(entry["shares"], key=entry["shares"].get)
        return f"{likeliest} ({hundredths(entry['shares'][likeliest])} in 100)"
    if not entry["worlds"]:
        return "never"
    if entry["fixed"]:
        return "fixed by the record"
    if entry["kind"] == "yes or no":
        return share_words(entry)
    recorded = entry["recorded_part"]
    low, middle, high = (amount(entry[name] - recorded) for name in ("q05", "median", "q95"))
    modelled = middle if low == high else f"{middle} ({low}-{high})"
    return f"{amount(recorded)} as recorded, and {modelled}" if recorded else modelled


def share_words(entry: dict[str, Any]) -> str:
    """68 in 100 (64-72); 5 in 1,000 (2-11) where it is rarer than one in a hundred; a count where worlds are few."""
    if entry["worlds"] < FEW_WORLDS:
        return f"{round(entry['mean'] * entry['worlds'])} of {entry['worlds']}"
    scale = 1000 if 0 < entry["mean"] < 0.01 else 100
    share, low, high = (hundredths(scale / 100 * entry[name]) for name in ("mean", "low", "high"))
    return f"{share} in {scale:,} ({low}-{high})"


def place_words(entry: dict[str, Any]) -> str:
    """Where the recorded value lies among the worlds."""
    place = entry.get("place")
    return "" if place is None or entry["fixed"] or entry["kind"] == "yes or no" else f"above {hundredths(place)} of 100"


def per_100(share: float) -> str:
    """68; <1 for what is rarer than one in a hundred and not nought."""
    return "<1" if 0 < share < 0.005 else f"{hundredths(share)}"


def amount(value: float) -> str:
    """Whole numbers with separators; millions rounded; what is small and not nought keeps a digit that counts."""
    if 0 < abs(value) < 0.05:
        return f"{value:.1g}"
    if abs(value) >= 1e6:
        return f"{value / 1e6:.1f} m"
    return f"{value:,.1f}" if abs(value) < 100 and value != round(value) else f"{value:,.0f}"


def history_words(entry: dict[str, Any]) -> str:
    """History's value in a table's cell; empty where the record does not count it."""
    value = entry["history"]
    if value is None:
        return ""
    if entry["kind"] == "yes or no":
        return "yes" if value else "no"
    return value if isinstance(value, str) else amount(value)


def parameter_words(asked: dict[str, Any]) -> str:
    """What parameters were drawn from; of a posterior what it was fitted to."""
    if asked["parameters"] != "posterior":
        return PARAMETER_WORDS[asked["parameters"]]
    crises = asked["posterior"]["crises"]
    others = [name for name in crises if name != asked["scenario"]]
    noun = ("crisis", "crises") if len(others) == len(crises) else ("other", "others")
    rest = f"{len(others)} {noun[len(others) != 1]}"
    if len(others) == len(crises):
        return f"posterior, fitted on {rest}, not on this one"
    return f"posterior, fitted on this crisis{f' and {rest}' if others else ''}"
