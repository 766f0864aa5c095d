"""A chain of claims in sentences: each link, the whole, what works against it, and what would have to be true."""

from typing import Any

from sim.effect_words import rounded, signed
from sim.words import amount, day_words, per_100

WHOLE, WITHOUT = "whole", "without"
BY_CHANCE = 0.05
"""Splits as good as this one, or better, in more than this share of shuffles are what chance makes, too."""
SMALL_PART = 0.5
"""Below this part of the whole effect left, the channel switched off carried most of it."""


def chain_findings(manifest: dict[str, Any]) -> list[str]:
    """The question with its setting, every link of the leading start, the whole, and what would have to be true."""
    start = manifest["starts"][manifest["leading"]]
    lines = [f"{manifest['question']} {setting(manifest)}", f"{sentence(start['title'])}; each link stands alone, the other channels switched off."]
    lines += [link_sentence(manifest, link, start["rows"][link["key"]]) for link in manifest["links"] if link["key"] != WITHOUT]
    lines += [line for line in (counter_sentence(manifest, start), *split_sentences(manifest)) if line]
    return lines


def whole_sentence(manifest: dict[str, Any]) -> str:
    """The whole chain of the leading start in a sentence: what a list of runs shows."""
    entry = manifest["starts"][manifest["leading"]]["rows"][WHOLE]
    return link_sentence(manifest, manifest["links"][-1], entry)


def setting(manifest: dict[str, Any]) -> str:
    """Who decides, and how many worlds in how many draws."""
    who = "governments decide" if manifest["mode"] == "assisted" else "nothing is scripted"
    worlds = f"{manifest['asked']['worlds']:,} worlds"
    if manifest["draws"] is None:
        return f"From {day_words(manifest['at'])} {who} ({manifest['mode'].upper()}); {worlds}, parameters fixed."
    return (
        f"From {day_words(manifest['at'])} {who} ({manifest['mode'].upper()}); {worlds} in {manifest['draws']} parameter draws, "
        f"worth {manifest['effective_draws']:,.0f} equal ones given the record so far."
    )


def link_sentence(manifest: dict[str, Any], link: dict[str, Any], entry: dict[str, Any]) -> str:
    """One link: in how many draws it has the claimed sign, its effect, and how much for each unit of what comes before."""
    per = per_unit(manifest, link, entry)
    return f"{sentence(link['title'])}: {share_words(entry)}; {effect_words(manifest, link, entry)}{f'; {per}' if per else ''}."


def share_words(entry: dict[str, Any]) -> str:
    """In 58 of 100 draws the link has the claimed sign."""
    if not (entry["lower"] or entry["higher"]):
        return "it moves nothing"
    if entry["share"] is None:
        return "parameters fixed, so no share of draws"
    return f"in {draws_of_100(entry['share'])} draws it has the claimed sign"


def draws_of_100(share: float) -> str:
    """58 of 100; none of 100."""
    return "none of 100" if share < 0.0005 else f"{per_100(share)} of 100"


def effect_words(manifest: dict[str, Any], link: dict[str, Any], entry: dict[str, Any]) -> str:
    """+39.0 m person-days of income lost (between … and …, given what we do not know)."""
    doubt = "given what we do not know" if "p_positive" in entry else "by simulation error alone"
    unit = manifest["measures"][link["to"]]["unit"]
    return f"{quantity(entry['difference'])} {unit} on average (between {quantity(entry['low'])} and {quantity(entry['high'])}, {doubt})"


def quantity(value: float) -> str:
    """+39.0 m; −5.9; 0: signs as they are printed, not typed."""
    return signed(value).replace("-", "−")


def per_unit(manifest: dict[str, Any], link: dict[str, Any], entry: dict[str, Any]) -> str:
    """0.5 for every one; 0.96 people for every 1,000,000 person-days; nothing where it was not worked out."""
    if not entry["per_unit"]:
        return ""
    units = [manifest["measures"][link[side]]["unit"] for side in ("to", "from")]
    factor = next((factor for factor in (100, 1000, 10**6, 10**9) if abs(entry["per_unit"]) * factor >= 0.1), 10**9)
    value = amount(rounded(entry["per_unit"] * factor)).replace("-", "−")
    return f"{value} {units[0]} for every {factor:,} {units[1]}"


def counter_sentence(manifest: dict[str, Any], start: dict[str, Any]) -> str:
    """What works against the claim, where most of the effect goes with it."""
    if not manifest["counter"]:
        return ""
    whole, without = start["rows"][WHOLE], start["rows"][WITHOUT]
    falls = whole["share"] is not None and whole["share"] <= 0.1 and whole["high"] < 0
    rest = f"With that switched off, {quantity(without['difference'])} instead of {quantity(whole['difference'])}"
    if without["share"] is not None:
        rest += f"; as counted, {without['counted']} of {without['moved']} draws then have the claimed sign, with it {whole['counted']}"
    if manifest["draws"] is not None and manifest["counter_fixed"]:
        rest += f". No prior covers {', '.join(manifest['counter_fixed'])}: how strong that channel is was assumed, not varied"
    if falls and abs(without["difference"]) < SMALL_PART * abs(whole["difference"]):
        label = manifest["measures"][manifest["links"][-1]["to"]]["label"]
        return f"Fewer {label} in nearly all draws, for the most part because {manifest['counter']}. {rest}."
    return f"Against the claim: {manifest['counter']}. {rest}."


def split_sentences(manifest: dict[str, Any]) -> list[str]:
    """What would have to be true for the claim to hold: thresholds of single parameters, three at most for each reading of the chain.

    Splits no better than shuffled draws give are left to the table.
    """
    if manifest["draws"] is None:
        return []
    lines = []
    for link in manifest["links"]:
        if link["key"] in manifest["splits"]:
            found = manifest["splits"][link["key"]]
            told = [split_words(manifest, one) for one in found if one["by_chance"] <= BY_CHANCE]
            lines.append(f"What would have to be true ({reading(manifest, link)}): {' '.join(told) or nothing_splits(manifest, link)}")
    return lines


def reading(manifest: dict[str, Any], link: dict[str, Any]) -> str:
    """Which channels are open."""
    if link["key"] == WHOLE:
        return "all channels open"
    if link["key"] == WITHOUT:
        return f"were it not that {manifest['counter']}"
    return f"{link['title']} alone"


def nothing_splits(manifest: dict[str, Any], link: dict[str, Any]) -> str:
    """Where draws agree, or differ by no single parameter."""
    entry = manifest["starts"][manifest["leading"]]["rows"][link["key"]]
    return f"no single parameter parts the draws better than chance would; the claim holds in {entry['counted']} of {entry['moved']}, as counted."


def split_words(manifest: dict[str, Any], one: dict[str, Any]) -> str:
    """“…” holds in 71 of 100 draws with hardship's weight on joining above 0.6, in 4 of 100 below."""
    sides = ("above", "below") if one["above"] >= one["below"] else ("below", "above")
    first, second = (draws_of_100(one[side]) for side in sides)
    return f"“{manifest['claim']}” holds in {first} draws with {one['words']} {sides[0]} {one['threshold']:.2g}, in {second} {sides[1]}."


def sentence(words: str) -> str:
    """With a capital at the beginning."""
    return words[:1].upper() + words[1:]
