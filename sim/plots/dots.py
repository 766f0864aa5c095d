"""F3b, outcomes: quantile dot plots of when and how much, and rails for what happens or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sim.outcomes import definitions
from sim.plots.frame import Words, decided, mode_words, sentence_case, sentences, titled, weight_words, who_decides
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.files import YAML_BYTES, read_text
from sim.scenario.find import bundle
from sim.scenario.schema import Scenario
from sim.scenario.yaml_text import read_yaml
from sim.store import Run
from sim.summary import effective_worlds, quantiles, share_interval
from sim.words import CAVEAT, day_words, per_100

DOTS = 100
"""Dots in a panel, if there are as many worlds."""
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
MOST_BINS = 30
FAR, NEAR = 2.0, 10.0
"""Dots farther out than this many times the 95th of 100, and than that value, are told in words instead of drawn."""
PANELS = {"answer_lag": "struck", "rounds": "struck", "agreement_lag": "answered", "envoys_back_lag": "envoys_back_lag", "killed": "struck"}
"""Outcome of each panel, and the outcome that must hold for its worlds to be counted."""
RAILS = {"answered": "struck", "second_round": "answered", "agreement": "struck", "war": "answered"}
"""Outcome of each rail, and the outcome that must hold."""
GIVEN_WORDS = {"": "", "struck": "with a strike", "answered": "with an answer", "envoys_back_lag": "with envoys back after agreement"}
ENOUGH = 100
"""Worlds with a strike from which on the title is a finding."""


@dataclass(frozen=True)
class Panel:
    """A quantile dot plot: `dots` are values, `beyond` those far off at the right, `never` counts worlds in which it does not happen."""

    name: str
    label: str
    note: str
    unit: str
    step: int
    dots: list[float]
    beyond: list[float]
    never: int
    history: float | None


@dataclass(frozen=True)
class Rail:
    """A yes or no: share of worlds with its simulation error, what happened, the range in past crises."""

    name: str
    label: str
    note: str
    share: float | None
    low: float
    high: float
    history: bool | None
    past: tuple[float, float] | None


@dataclass(frozen=True)
class Dots:
    """Five panels and the rails."""

    words: Words
    manifest: dict[str, Any]
    panels: list[Panel]
    rails: list[Rail]


def dots(run: Run, scenario: Scenario) -> Dots | None:
    """Frame and words of F3b; None where nobody decides anything."""
    mode = decided(run.manifest)
    if mode is None:
        return None
    rows = run.outcomes[(run.outcomes["mode"] == mode) & (run.outcomes["setup"] == "unchanged")]
    about = {outcome.name: outcome for outcome in definitions(scenario)}
    past = past_crises()
    panels = [_panel(rows, about[name], given, run.manifest["history"][name]) for name, given in PANELS.items()]
    rails = [_rail(rows, about[name], given, run.manifest["history"][name], past) for name, given in RAILS.items()]
    sources = "; ".join(f"{rail.label}: {past[rail.name][2]}" for rail in rails if rail.past)
    words = Words(
        "dots", title(rows, panels[0]),
        f"{sentence_case(who_decides(run.manifest, mode))}, to {day_words(scenario.end)}. "
        "Dots: worlds. Diamond: the record. Hollow: it never happens",
        _alt(panels[0], rails, mode_words(run.manifest, mode)),
        sentences(
            "Each panel counts only the worlds that its note names, as up to 100 dots (quantiles).",
            "Yes or no: dot and thin line, the share of worlds and its simulation error; wide grey bar, the range in past crises.",
            "Diamond, on the axis or beside the rail: the record.",
            f"Past crises: {sources}." if sources else "", weight_words(run.manifest, mode), CAVEAT,
        ),
        "days; rounds; people; worlds in 100", mode_words(run.manifest, mode),
    )  # fmt: skip
    return Dots(words, run.manifest, panels, rails)


def chosen(run: Run, scenario: Scenario, names: Sequence[str]) -> Dots:
    """Frame and words for some outcomes alone; raises ScenarioError where one has no worlds of its own to show."""
    mode = decided(run.manifest)
    known = {one.name: one for one in definitions(scenario) if one.kind != "class" and one.name != "log_weight"}
    for name in names:
        if name not in known:
            raise refuse("", one_of(known), field="--outcome", value=name, nearest=nearest(name, known))
    if mode is None:
        raise refuse("", "goes with a run in which somebody decides (assisted or free); here every act is as recorded", field="--outcome")
    rows = run.outcomes[(run.outcomes["mode"] == mode) & (run.outcomes["setup"] == "unchanged")]
    happened, past = run.manifest["history"], past_crises()
    shares = [name for name in names if known[name].kind == "yes or no"]
    panels = [_panel(rows, known[name], _condition(known[name]), happened.get(name)) for name in names if name not in shares]
    rails = [_rail(rows, known[name], _condition(known[name]), happened.get(name), past) for name in shares]
    labels = "; ".join(sentence_case(known[name].label) for name in names)
    shown = [f"{rail.label}: {per_100(rail.share)} in 100" for rail in rails if rail.share is not None]
    shown += [f"{panel.label}: median {_median(panel)}" for panel in panels if panel.dots or panel.beyond]
    name, units = f"dots_{'_'.join(names)}", "; ".join(dict.fromkeys(known[one].unit or "worlds in 100" for one in names))
    words = Words(
        name, titled(labels, True, "What comes of it, world by world"),
        f"{sentence_case(who_decides(run.manifest, mode))}, to {day_words(scenario.end)}. Dots: worlds. Diamond: the record"
        + (". Hollow: it never happens" if any(panel.never for panel in panels) else ""),
        f"Dot plots and rails. Worlds against {labels.lower()}, {mode_words(run.manifest, mode)}. {'; '.join(shown) or 'No such world'}. "
        f"Data: {name}.csv.",
        sentences(
            "Each panel counts only the worlds that its note names, as up to 100 dots (quantiles)." if panels else "",
            "Yes or no: dot and thin line, the share of worlds and its simulation error; wide grey bar, the range in past crises." if rails else "",
            weight_words(run.manifest, mode), CAVEAT,
        ),
        units, mode_words(run.manifest, mode),
    )  # fmt: skip
    return Dots(words, run.manifest, panels, rails)


def _condition(outcome: Any) -> str:
    """The outcome that must hold: its own condition where that is an outcome; for what happens after a strike only, the strike."""
    if outcome.name in PANELS or outcome.name in RAILS:
        return (PANELS | RAILS)[outcome.name]
    return outcome.given if outcome.given in GIVEN_WORDS else ""


def _median(panel: Panel) -> str:
    values = sorted([*panel.dots, *panel.beyond])
    return f"{values[(len(values) - 1) // 2]:,.0f} {panel.unit}"


def past_crises() -> dict[str, tuple[float, float, str]]:
    """Ranges of past crises by outcome, with their source, from the patterns that the model is judged by."""
    file = bundle() / "patterns.yaml"
    if not file.is_file():
        return {}
    data: Any = read_yaml(read_text(file, YAML_BYTES), str(file), [])[0]
    entries = data.get("patterns", {})
    return {name: (float(entry["low"]), float(entry["high"]), str(entry["source"])) for name, entry in entries.items() if name in RAILS}


def title(rows: pd.DataFrame, answer: Panel) -> str:
    """How often and how soon a first strike is answered, if enough worlds see one; else the topic."""
    struck = int(_holds(rows, "struck").sum())
    answered = len(answer.dots) + len(answer.beyond)
    finding = f"Once struck, a state answers in {answered} of 100 worlds, half {_within(answer)}"
    return titled(finding, struck >= ENOUGH and answered > 1, "What comes of it, world by world")


def _within(answer: Panel) -> str:
    """Until when half of the answers have come."""
    values = sorted([*answer.dots, *answer.beyond])
    middle = values[(len(values) - 1) // 2] if values else 0.0
    return "on the same day" if middle < 1 else "within a day" if middle < 2 else f"within {middle:.0f} days"


def _holds(rows: pd.DataFrame, given: str) -> Any:
    """Worlds in which an outcome is true, or defined where it is a number; all, where none is named."""
    if not given:
        return np.ones(len(rows), dtype=bool)
    column = rows[given]
    return (column.fillna(False) if column.dtype == "boolean" else column.notna()).to_numpy(dtype=bool)


def _panel(rows: pd.DataFrame, outcome: Any, given: str, history: Any) -> Panel:
    held = rows[_holds(rows, given)]
    count = min(len(held), DOTS)
    values = held[outcome.name].to_numpy(dtype=float, na_value=np.nan)
    weights = held["weight"].to_numpy(dtype=float)
    never = 0 if not count else round(count * float(weights[np.isnan(values)].sum() / weights.sum()))
    happens = ~np.isnan(values)
    number = count - never
    at = tuple((np.arange(number) + 0.5) / number) if number and happens.any() else ()
    drawn = [float(value) for value in quantiles(values[happens], weights[happens], at)] if at else []
    far = max(FAR * drawn[int(0.95 * len(drawn))], NEAR) if drawn else NEAR
    near, beyond = [value for value in drawn if value <= far], [value for value in drawn if value > far]
    step = next(step for step in STEPS if max([*near, 0.0]) / step <= MOST_BINS or step == STEPS[-1])
    near = [step * float(np.floor(value / step + 0.5)) for value in near]
    note = f"{len(held):,} {'world' if len(held) == 1 else 'worlds'} {GIVEN_WORDS[given]}".rstrip()
    if count:
        note += f"; 1 dot: {'1 world' if len(held) == count else f'1 in {count} of them'}"
    unit = outcome.unit + (f", in steps of {step:,}" if step > 1 else "")
    happened = None if history is None else float(history)
    return Panel(outcome.name, outcome.label, note, unit, step, near, beyond, never, happened)


def _rail(rows: pd.DataFrame, outcome: Any, given: str, history: Any, past: dict[str, tuple[float, float, str]]) -> Rail:
    held = rows[_holds(rows, given)]
    note = f"of {len(held):,} {GIVEN_WORDS[given] or 'worlds'}"
    seen = (past[outcome.name][0], past[outcome.name][1]) if outcome.name in past else None
    happened = None if history is None else bool(history)
    if held.empty:
        return Rail(outcome.name, outcome.label, note, None, 0.0, 1.0, happened, seen)
    weights = held["weight"].to_numpy(dtype=float)
    share = float((weights * held[outcome.name].to_numpy(dtype=float)).sum() / weights.sum())
    low, high = share_interval(share, effective_worlds(weights))
    return Rail(outcome.name, outcome.label, note, share, low, high, happened, seen)


def _alt(answer: Panel, rails: list[Rail], mode: str) -> str:
    named = "; ".join(f"{rail.label}, {per_100(rail.share)} in 100" for rail in rails if rail.share is not None)
    lag = f"Half of the answers come {_within(answer)}. " if answer.dots else ""
    return f"Dot plots and rails. Worlds against days, rounds and people, {mode}. {lag}{named or 'No world with a strike'}. Data: dots.csv."


def data(frame: Dots) -> pd.DataFrame:
    """The plotted numbers: panel, series, value, and how many dots stand there."""
    rows: list[tuple[str, str, float | None, int | None]] = []
    for panel in frame.panels:
        values, counts = np.unique([*panel.dots, *panel.beyond], return_counts=True)
        rows += [(panel.name, "worlds", float(value), int(count)) for value, count in zip(values, counts, strict=True)]
        rows += [(panel.name, "never", None, panel.never), (panel.name, "record", panel.history, None)]
    for rail in frame.rails:
        numbers = {"share": rail.share, "low": rail.low, "high": rail.high, "record": None if rail.history is None else float(rail.history)}
        numbers |= dict(zip(("past crises, low", "past crises, high"), rail.past or (None, None), strict=True))
        rows += [(rail.name, series, value, None) for series, value in numbers.items()]
    return pd.DataFrame(rows, columns=["panel", "series", "value", "dots"]).astype({"value": "Float64", "dots": "Int64"})
