"""F11, chain: each link of a claim alone, its effect and in how many parameter draws it has the claimed sign; last the whole."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.chain_words import WHOLE, WITHOUT, draws_of_100, per_unit, quantity, sentence
from sim.plots.frame import Words, records, sentences, titled
from sim.store import Study
from sim.words import CAVEAT, day_words

CLEAR = 0.1
"""A claim that holds in so few draws, or fails in so few, is a finding."""


@dataclass(frozen=True)
class Chain:
    """A row a link: its words, effect with interval, share of draws with the claimed sign, who is for and against."""

    words: Words
    manifest: dict[str, Any]
    rows: pd.DataFrame


def chain(study: Study) -> Chain:
    """Frame and words of F11, for the leading start."""
    manifest = study.manifest
    start = manifest["starts"][manifest["leading"]]
    rows = pd.DataFrame([_row(manifest, link, start["rows"][link["key"]]) for link in manifest["links"]])
    worlds = f"{manifest['asked']['worlds']:,} worlds"
    drawn = f"{worlds} in {manifest['draws']} parameter draws" if manifest["draws"] else f"{worlds}, parameters fixed"
    who = "governments deciding" if manifest["mode"] == "assisted" else "nothing scripted"
    mode = f"{manifest['mode'].upper()} from {day_words(manifest['at'])}"
    heading = title(manifest, start["rows"][WHOLE])
    doubt = "95 % interval over parameters" if manifest["draws"] else "simulation error only"
    words = Words(
        name="chain",
        title=heading,
        subtitle=f"{sentence(start['title'])}, {who} from {day_words(manifest['at'])}: mean effect with {doubt}, each link alone, {drawn}",
        alt=_alt(heading, rows, mode),
        caption=_caption(manifest),
        units="effect in the unit of the measure that is moved; share of parameter draws, 0 to 100",
        mode=mode,
    )
    return Chain(words, manifest, rows)


def title(manifest: dict[str, Any], whole: dict[str, Any]) -> str:
    """In how many draws the claim holds, where that is nearly all or hardly any and the interval leaves none out; else the topic."""
    share = whole["share"]
    clear = share is not None and (share <= CLEAR or share >= 1 - CLEAR) and (whole["low"] > 0 or whole["high"] < 0)
    finding = "" if share is None else f"“{manifest['claim']}” holds in {draws_of_100(share)} draws"
    return titled(finding, clear, f"{manifest['title']}, link by link" if len(manifest["title"]) <= 55 else "A claim, link by link")


def _row(manifest: dict[str, Any], link: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    moves = bool(entry["lower"] or entry["higher"])
    label = f"{link['title']}, were it not that {manifest['counter']}" if link["key"] == WITHOUT else link["title"]
    which = "chain" if link["key"] in (WHOLE, WITHOUT) else "link"
    share = entry["share"]
    return {
        "key": link["key"],
        "label": sentence(label),
        "from": link["from"],
        "to": link["to"],
        "claimed": link["claimed"],
        "effect": entry["difference"],
        "low": entry["low"],
        "high": entry["high"],
        "unit": manifest["measures"][link["to"]]["unit"],
        "share": share,
        "counted": entry["counted"],
        "draws": entry["moved"],
        "told": moves and (entry["low"] > 0 or entry["high"] < 0),
        "share_words": "moves nothing" if not moves else "" if share is None else f"in {draws_of_100(share)} draws the {which} has the claimed sign",
        "per_unit": per_unit(manifest, link, entry),
        "disputed": "Sign disputed: its prior includes none and the opposite." if link["disputed"] and link["key"] != WITHOUT else "",
        "for": "" if link["key"] == WITHOUT else link["for"],
        "against": "" if link["key"] == WITHOUT else link["against"],
    }


def _alt(heading: str, rows: pd.DataFrame, mode: str) -> str:
    told = [row for row in records(rows) if row["key"] != WITHOUT]
    named = "; ".join(f"{row['label']}, {row['share_words'] or quantity(row['effect']) + ' ' + row['unit']}" for row in told)
    return f"Dots with intervals and bars. {heading}. Links against effect and share of draws, {mode}. {named}. Data: chain.csv."


def _caption(manifest: dict[str, Any]) -> str:
    return sentences(
        f"{manifest['question']}",
        "Every row has its own scale; the line is nought. A hollow mark: the interval includes nought.",
        "A link has the claimed sign in a draw where its measure moves as claimed against the measure before it.",
        *[text for text in str(manifest["caveat"]).split(CAVEAT)[-1:] if text.strip()],
        CAVEAT,
    ).replace("  ", " ")


def data(frame: Chain) -> pd.DataFrame:
    """The plotted numbers, a row a link."""
    return frame.rows.drop(columns=["told"])
