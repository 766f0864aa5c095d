"""Chain: a claim in links, each link alone, then the whole, and what would have to be true for the claim to hold.

A link stands alone where the other channels are silenced in the course as it was and in the changed one alike; then
what it moves, it moves by itself. The sign of a link is that of its effect against the effect on the measure before it,
parameter draw by parameter draw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.branches import Branch, read
from sim.design import Mode, Set, point_in
from sim.experiments.asking import SCHEMA_VERSION, WORLDS_PER_DRAW, crisis_of, fitted_to, parameters_asked, priors_of
from sim.experiments.branch import check, deciding, parting_day
from sim.experiments.links import draw_means, effect_on, link_entry
from sim.experiments.reading import Kept, counted_once, draws_of, study
from sim.experiments.splits import parameters_of, splits
from sim.outcomes import definitions
from sim.parameters import Known
from sim.scenario.branches import branch_names, load_branch
from sim.scenario.chains import find_chain, read_chain
from sim.scenario.errors import Fault, ScenarioError, nearest, one_of, refuse, shown_path
from sim.scenario.load import located
from sim.scenario.parts.branch import BranchFile
from sim.scenario.parts.chain import Assumption, ChainFile, Link
from sim.scenario.paths import override
from sim.scenario.schema import Scenario
from sim.scenario.tables import Where
from sim.simulate import Table
from sim.store import Study, identity, now, scenario_hash
from sim.summary import effective_worlds
from sim.words import CHANGE_CAVEAT, caveat

DISPUTED = "The sign of this link is disputed; its prior includes none and the opposite."
WHOLE, WITHOUT = "whole", "without"
"""Keys of the rows for the whole chain, and for the whole chain without the channel that works against it."""

Held = tuple[Assumption, ...]


@dataclass(frozen=True)
class Row:
    """What is measured in one line of the result: a link, under what is switched off for it."""

    key: str
    link: Link
    held: Held


@dataclass(frozen=True)
class Start:
    """One way to begin: a variant with its doses filled in."""

    name: str
    variant: str
    title: str
    doses: dict[str, float]
    change: Branch
    day: int
    assume: Held


@dataclass(frozen=True)
class Request:
    """What is asked of a chain study."""

    scenario: Scenario
    name: str
    chain: ChainFile
    starts: tuple[Start, ...]
    mode: Mode = "assisted"
    worlds: int = 4000
    seed: int = 1
    parameters: str = "posterior"
    workers: int | None = None
    priors: Mapping[str, Known] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        """Every line of the result: links, the whole without its counter channel, the whole."""
        chain = self.chain
        rows = [Row(str(number), link, link.switch_off) for number, link in enumerate(chain.links, start=1)]
        if chain.counter:
            rows.append(Row(WITHOUT, chain.whole, chain.whole.switch_off + chain.counter.switch_off))
        return [*rows, Row(WHOLE, chain.whole, chain.whole.switch_off)]

    def asked(self) -> dict[str, Any]:
        """What was asked, as plain values: equal for equal runs."""
        return {
            "command": "chain",
            "scenario": self.scenario.name,
            "subject": self.name,
            "scenario_hash": scenario_hash(self.scenario),
            "chain": self.chain.model_dump_json(by_alias=True),
            "starts": {one.name: repr((one.change.sets, one.change.pins, one.change.injects, one.assume)) for one in self.starts},
            "from": self.scenario.date_of(self.starts[0].day).isoformat(),
            "mode": self.mode,
            "worlds": self.worlds,
            "seed": self.seed,
            **parameters_asked(self.parameters),
            "changes": {},
        }


def chain(
    scenario: Scenario | str | Path,
    name: str | Path,
    *,
    doses: Mapping[str, Sequence[float]] | None = None,
    mode: str = "assisted",
    worlds: int = 4000,
    seed: int = 1,
    parameters: str = "posterior",
    workers: int | None = None,
    priors: Mapping[str, Known] | None = None,
) -> Study:
    """A claim link by link; raises ScenarioError for what cannot be asked.

    `name`: a chain of the library, or the path of its file; `doses`: values to compare, by the name of the dose (default:
    the levels in the file). `worlds` are worlds per set-up, twenty of them a parameter draw; `priors`: other than those
    that come with the program.
    """
    scenario = crisis_of(scenario)
    decided = deciding(mode)
    check(worlds, seed, parameters)
    file, entry, starts = asked(scenario, name, doses or {})
    drawn = priors_of(parameters) if priors is None or parameters == "point" else priors
    return run(Request(scenario, file.stem, entry, tuple(starts), decided, worlds, seed, parameters, workers, drawn))


# What is asked


def asked(scenario: Scenario, name: str | Path, doses: Mapping[str, Sequence[float]] | None = None) -> tuple[Path, ChainFile, list[Start]]:
    """A chain's file, what it holds, and what it begins with; raises ScenarioError for what does not fit the crisis."""
    file = find_chain(name)
    entry, places = read_chain(file)
    faults = list(_faults(scenario, entry))
    if faults:
        raise ScenarioError(located(fault, places, shown_path(file)) for fault in faults)
    _check_values(scenario, entry, places, shown_path(file))
    return file, entry, _starts(scenario, entry, doses or {}, shown_path(file))


def _faults(scenario: Scenario, entry: ChainFile) -> list[Fault]:
    """Measures and branches that do not exist."""
    known = [outcome.name for outcome in definitions(scenario) if outcome.kind != "class" and outcome.name != "log_weight"]
    links: list[tuple[tuple[str | int, ...], Link]] = [(("links", number), link) for number, link in enumerate(entry.links)]
    named = [((*trail, key), word) for trail, link in [*links, (("whole",), entry.whole)] for key, word in (("from", link.cause), ("to", link.to))]
    named += [(("beside",), word) for word in entry.beside]
    faults = [Fault(trail, word, one_of(known), nearest(word, known)) for trail, word in named if word not in known]
    library = branch_names()
    for name, variant in entry.variants.items():
        if variant.branch is None and not variant.changes:
            faults.append(Fault(("variants", name), name, "must name a branch or hold changes"))
        if variant.branch is not None and variant.branch not in library:
            faults.append(Fault(("variants", name, "branch"), variant.branch, one_of(library), nearest(variant.branch, library)))
    return faults


def _check_values(scenario: Scenario, entry: ChainFile, places: Where, file: str) -> None:
    """Paths that lead nowhere and values out of range, each with its line."""
    held: list[tuple[tuple[str | int, ...], Held]] = [(("variants", name, "assume"), one.assume) for name, one in entry.variants.items()]
    held += [(("links", number, "switch_off"), link.switch_off) for number, link in enumerate(entry.links)]
    held += [(("whole", "switch_off"), entry.whole.switch_off)]
    held += [(("counter", "switch_off"), entry.counter.switch_off)] if entry.counter else []
    for trail, values in held:
        for number, one in enumerate(values):
            override(scenario, {one.set: one.value}, where=places.get((*trail, number, "set"), file))


def _starts(scenario: Scenario, entry: ChainFile, doses: Mapping[str, Sequence[float]], file: str) -> list[Start]:
    """Every variant at every dose; that at the default dose of the first variant leads."""
    unknown = [dose for dose in doses if dose not in entry.doses]
    if unknown:
        raise refuse(
            "", f"is no dose of this chain; {one_of(entry.doses)}", field="--dose", value=unknown[0], nearest=nearest(unknown[0], entry.doses)
        )
    settings: list[dict[str, float]] = [{}]
    for dose, known in entry.doses.items():
        values = doses.get(dose) or known.levels or (known.default,)
        settings = [{**one, dose: value} for one in settings for value in values]
    return [_start(scenario, entry, name, setting, file) for name in entry.variants for setting in settings]


def _start(scenario: Scenario, entry: ChainFile, name: str, setting: dict[str, float], file: str) -> Start:
    variant = entry.variants[name]
    library = load_branch(variant.branch) if variant.branch else None
    base = library or BranchFile.model_validate({"title": variant.title, "question": entry.question, "source": entry.source, "changes": ()})
    whole = base.model_copy(update={"doses": {**entry.doses, **base.doses}, "changes": base.changes + variant.changes})
    words = ", ".join(f"{value:g} {entry.doses[dose].unit}".strip() for dose, value in setting.items())
    change = read(scenario, f"{file}  variants.{name}", whole, setting)
    title = f"{variant.title}, {words}" if words else variant.title
    return Start(f"{name} {words}".strip(), name, title, setting, change, parting_day(scenario, change, None), variant.assume)


def leading(entry: ChainFile, starts: Sequence[Start]) -> Start:
    """The start that is told first: the first variant at the default doses, or what comes first of it."""
    first = [one for one in starts if one.variant == starts[0].variant]
    usual = {dose: known.default for dose, known in entry.doses.items()}
    return next((one for one in first if one.doses == usual), first[0])


# The run


def run(request: Request) -> Study:
    """Simulate every start under everything that a row holds, beside a parent that holds the same."""
    started = now()
    points: list[Any] = []
    place: dict[tuple[str | int, Held], int] = {}
    compared: list[int] = []
    for one in request.starts:
        for row in request.rows:
            held = one.assume + row.held
            if (one.day, held) not in place:
                place[one.day, held] = len(points)
                compared.append(len(points))
                points.append(_point(request, one.day, held, f"as it was {len(points)}"))
    for one in request.starts:
        for row in request.rows:
            held = one.assume + row.held
            if (one.name, held) in place:
                continue
            place[one.name, held] = len(points)
            compared.append(place[one.day, held])
            parent = points[place[one.day, held]]
            points.append(one.change.beside(parent, f"{one.name} {len(points)}"))
    table = Table(request.scenario, tuple(points), request.seed, request.priors, WORLDS_PER_DRAW)
    kept = study(table, compared, request.worlds, workers=request.workers, series=())
    draw = draws_of(table, request.worlds)
    if draw is not None and fitted_to(request.scenario, request.parameters):
        kept = [replace(one, log_weight=counted_once(one.log_weight, draw)) for one in kept]

    def sides(one: Start, row: Row) -> tuple[Kept, Kept]:
        held = one.assume + row.held
        return kept[place[one.day, held]], kept[place[one.name, held]]

    asked = request.asked()
    manifest = identity(asked, started) | report(request, sides, draw)
    return Study(manifest, {"links": _table(manifest), "splits": _splits_table(manifest)})


def _point(request: Request, day: int, held: Held, name: str) -> Any:
    return point_in(request.mode, day, name=name, sets=tuple(Set(one.set, one.value) for one in held))


# What is reported


def report(request: Request, sides: Any, draw: Any) -> dict[str, Any]:
    """Every row of every start; what splits the draws of the leading one; what readers must be told."""
    entry, scenario = request.chain, request.scenario
    lead = leading(entry, request.starts)
    rows = request.rows
    starts = {}
    for one in request.starts:
        found = {}
        for row in rows:
            parent, child = sides(one, row)
            found[row.key] = link_entry(row.link, parent.values, child.values, parent.weights, draw)
        parent, child = sides(one, rows[-1])
        beside = {name: effect_on(name, parent.values, child.values, parent.weights, draw) for name in entry.beside if name in parent.values}
        starts[one.name] = {"variant": one.variant, "title": one.title, "doses": one.doses, "rows": found, "beside": beside}
    weights = sides(lead, rows[-1])[0].weights
    count = None if draw is None else int(draw[-1]) + 1
    known = {outcome.name: outcome for outcome in definitions(scenario)}
    measures = {link.cause for link in (*entry.links, entry.whole)} | {link.to for link in (*entry.links, entry.whole)} | set(entry.beside)
    return {
        "schema_version": SCHEMA_VERSION,
        "caveat": caveat(scenario, CHANGE_CAVEAT, *([DISPUTED] if _disputed(entry) else []), *entry.caveats),
        "mode": request.mode,
        "title": entry.title,
        "question": entry.question,
        "claim": entry.claim,
        "source": entry.source,
        "at": scenario.date_of(lead.day).isoformat(),
        "draws": count,
        "effective_worlds": effective_worlds(weights),
        "effective_draws": None if draw is None else effective_worlds(np.bincount(draw, weights)),
        "leading": lead.name,
        "counter": entry.counter.title if entry.counter else None,
        "counter_fixed": [one.set for one in entry.counter.switch_off if one.set not in request.priors] if entry.counter else [],
        "links": [_link_words(row, known) for row in rows],
        "measures": {name: {"label": known[name].label, "unit": known[name].unit} for name in known if name in measures},
        "starts": starts,
        "splits": {} if draw is None else _splits(request, sides, lead, draw),
    }


def _disputed(entry: ChainFile) -> bool:
    return any(link.disputed for link in (*entry.links, entry.whole))


def _link_words(row: Row, known: dict[str, Any]) -> dict[str, Any]:
    link = row.link
    names = f"{known[link.cause].label} → {known[link.to].label}"
    return {
        "key": row.key,
        "title": link.title or names,
        "from": link.cause,
        "to": link.to,
        "claimed": link.claimed,
        "disputed": link.disputed,
        "for": link.support,
        "against": link.against,
        "switch_off": {one.set: one.value for one in row.held},
    }


# What would have to be true


def _splits(request: Request, sides: Any, lead: Start, draw: Any) -> dict[str, Any]:
    """For every row that ends where the chain ends: the parameters that best part draws by whether the claim holds in them."""
    found = {}
    for row in request.rows:
        if row.link.to != request.chain.whole.to:
            continue
        parent, child = sides(lead, row)
        link, weight = row.link, parent.weights
        sign = 1.0 if request.chain.whole.claimed == "+" else -1.0
        moved = child.values[link.to].to_numpy() - parent.values[link.to].to_numpy()
        holds = (sign * draw_means(moved, weight, draw) > 0).astype(float)
        held = {one.set for one in lead.assume + row.held}
        values = parameters_of(request.scenario, request.priors, request.seed, request.worlds, held)
        found[row.key] = splits(values, holds, np.bincount(draw, weight), request.chain.words)
    return found


def _table(manifest: dict[str, Any]) -> pd.DataFrame:
    """A row per start and link: every number that is reported."""
    words = {one["key"]: one for one in manifest["links"]}
    columns = ("difference", "low", "high", "share", "counted", "moved", "per_unit", "from_difference", "lower", "same", "higher")
    rows = []
    for name, start in manifest["starts"].items():
        for key, entry in start["rows"].items():
            link = words[key]
            doses = {f"dose_{dose}": value for dose, value in start["doses"].items()}
            said = {"start": name, "variant": start["variant"], **doses, "row": key, "link": link["title"], "from": link["from"], "to": link["to"]}
            rows.append(said | {column: entry.get(column) for column in columns})
    table = pd.DataFrame(rows)
    text = ["start", "variant", "row", "link", "from", "to"]
    return table.astype({name: "string" if name in text else "Float64" for name in table.columns})


def _splits_table(manifest: dict[str, Any]) -> pd.DataFrame:
    columns = ["row", "parameter", "words", "threshold", "above", "below", "draws_above", "draws_below", "gain", "by_chance"]
    rows = [{"row": key, **one} for key, found in manifest["splits"].items() for one in found]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({name: "string" if name in ("row", "parameter", "words") else "Float64" for name in columns})
