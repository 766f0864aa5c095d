"""What is saved, downloaded and opened: scenario files, branch files, whole views, and a folder of figures with their data."""

import base64
import datetime
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from sim.branches import check_fits
from sim.dashboard import words
from sim.dashboard.answer import Answer
from sim.dashboard.footer import own_name
from sim.dashboard.view import View, branch_file, command, differences, from_differences
from sim.plots import border_map, map_draw, timeline, timeline_draw
from sim.plots.page import save
from sim.plots.style import THEMES
from sim.scenario.branches import BRANCHES, as_yaml, plain
from sim.scenario.errors import Problem, ScenarioError, refuse
from sim.scenario.parts.branch import BranchFile
from sim.scenario.paths import leaves, match
from sim.scenario.schema import Scenario
from sim.scenario.yaml_text import read_yaml

VIEW_KIND = "taftan view"
Download = dict[str, str]


def scenario_yaml(view: View, scenario: Scenario) -> str:
    """The assumptions as a scenario that extends the crisis, each with a note on its source."""
    tree: dict[str, Any] = {}
    for pattern, value in view.assumed:
        for path in match(scenario, pattern):
            _put(tree, path, value)
    lines = [f"# {scenario.title}, with assumptions made on the dashboard.", f"name: {own_name(scenario.name)}", f"extends: {scenario.name}"]
    lines += list(_lines(tree, 0))
    lines += ["sources:", *(f"  {json.dumps(path)}: assumed, on the dashboard" for path, _ in view.assumed)] if view.assumed else []
    return "\n".join(lines) + "\n"


def _put(tree: dict[str, Any], path: tuple[str, ...], value: float) -> None:
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    tree[path[-1]] = value


def _lines(tree: dict[str, Any], depth: int) -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield f"{'  ' * depth}{key}:"
            yield from _lines(value, depth + 1)
        else:
            yield f"{'  ' * depth}{key}: {float(value)!r}"


def branch_yaml(view: View, scenario: Scenario) -> str:
    """The what-if as a branch file, its doses at the values that were asked for."""
    entry = branch_file(view, scenario)
    assert entry is not None
    asked = dict(view.doses)
    doses = {name: dose.model_copy(update={"default": asked[name]}) if name in asked else dose for name, dose in entry.doses.items()}
    return as_yaml(entry.model_copy(update={"doses": doses}) if asked else entry)


def view_file(view: View) -> str:
    """The whole view as a file that this page opens."""
    said = {"kind": VIEW_KIND, "scenario": view.scenario, "command": command(view), "differences": differences(view)}
    return json.dumps(said, indent=1, ensure_ascii=False) + "\n"


# Opening


def opened(view: View, scenario: Scenario, name: str, text: str) -> tuple[View, list[str]]:
    """The view with what a file says, and what of it was not understood; raises ScenarioError for what is none of these files."""
    problems: list[Problem] = []
    data, _ = read_yaml(text, name, problems)
    if problems:
        raise ScenarioError(problems)
    if not isinstance(data, dict):
        raise refuse(name, "must be a scenario, a branch, or a view that was saved here")
    if data.get("kind") == VIEW_KIND:
        if data.get("scenario") != scenario.name:
            raise refuse(name, f"is a view of {data.get('scenario')}; open that crisis first", field="scenario", value=str(data.get("scenario")))
        differs = data.get("differences") or {}
        if not isinstance(differs, dict):
            raise refuse(name, "must be a mapping", field="differences", value=str(differs)[:60])
        return from_differences(scenario.name, differs)
    if "changes" in data:
        return _with_branch(view, scenario, name, data), []
    return _with_scenario(view, scenario, name, data)


def _with_branch(view: View, scenario: Scenario, name: str, data: dict[str, Any]) -> View:
    entry = BranchFile.model_validate(plain(data))
    check_fits(scenario, name, entry, BRANCHES.flag)
    own = tuple(flag for change in entry.changes for flag in [flag_of(change, {key: dose.default for key, dose in entry.doses.items()}, name)])
    return replace(view, what="", doses=(), own=own, start=entry.at or "")


def flag_of(change: Any, doses: dict[str, float], name: str) -> tuple[str, str]:
    """A change as its flag writes it; raises ScenarioError where flags cannot say it."""

    def filled(value: Any) -> str:
        number = doses[value] if isinstance(value, str) and value in doses else value
        return repr(number).removesuffix(".0") if isinstance(number, float) else str(number)

    until = change.until if change.days is None else _day_after(change.start, filled(change.days), name)
    span = f"while {change.during}" if change.during else "..".join(part for part in (change.start or "", until) if part is not None)
    if change.pin is not None:
        act = "|".join(change.act) if isinstance(change.act, tuple) else str(change.act)
        return "pin", " ".join(word for word in (change.pin, change.track or "", act, span) if word)
    if change.set is not None:
        return "set", f"{change.set}={filled(change.value)} {span}".strip()
    return "inject", f"{change.inject} {change.actor or 'all'} {filled(change.size)} {change.on or span}".strip()


def _day_after(start: str | None, days: str, name: str) -> str:
    """The day after the last of so many days: flags know dates, no lengths."""
    try:
        return (datetime.date.fromisoformat(str(start)) + datetime.timedelta(days=int(float(days)))).isoformat()
    except ValueError:
        raise refuse(name, "is counted from no date: choose this what-if from the library, or write `until`", field="days", value=days) from None


def _with_scenario(view: View, scenario: Scenario, name: str, data: dict[str, Any]) -> tuple[View, list[str]]:
    if data.get("extends") != scenario.name:
        raise refuse(
            name, f"must extend {scenario.name} (or open it with: python run.py dashboard FOLDER)", field="extends", value=str(data.get("extends"))
        )
    known, assumed, strange = leaves(scenario), dict(view.assumed), list[str]()
    for path, value in _flat({key: part for key, part in data.items() if key not in ("extends", "name", "title", "question", "sources")}):
        leaf = known.get(path)
        if leaf is None or leaf.kind != "number" or not isinstance(value, int | float) or isinstance(value, bool):
            strange.append(f"{path} = {value}")
        elif value != leaf.value:
            assumed[path] = float(value)
    return replace(view, assumed=tuple(sorted(assumed.items()))), strange


def _flat(data: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in data.items():
        path = f"{above}.{key}" if above else str(key)
        if isinstance(value, dict):
            yield from _flat(value, path)
        else:
            yield path, value


# Downloading


def outcomes_csv(answer: Answer) -> str:
    """A row per set-up and world."""
    frames = [answer.parent.result.outcomes().assign(setup="as it was", weight=answer.parent.result.weights)]
    if answer.child is not None:
        frames.append(answer.child.result.outcomes().assign(setup="what if", weight=answer.child.result.weights))
    rows = pd.concat([frame.rename_axis("world").reset_index() for frame in frames])
    return str(rows[["setup", *(name for name in rows.columns if name != "setup")]].to_csv(index=False))


def bundle_of(answer: Answer, folder: Any) -> bytes:
    """A zip: the answer in words, the command, files, outcomes, and figures in every form with their numbers; `folder` is a scratch folder."""
    view, scenario, run = (
        answer.view,
        answer.scenario,
        answer.run(answer.shown, ("tension", *(f"{state}.policy" for state in answer.scenario.states))),
    )
    entries = []
    drawn: list[tuple[Any, Callable[..., Any], Callable[[Any], pd.DataFrame]]] = [
        (timeline.timeline(run, scenario), timeline_draw.draw, timeline.data),
        (border_map.border_map(run, scenario), map_draw.draw, border_map.data),
    ]
    for frame, draw, data in drawn:
        if frame is not None:
            for theme in THEMES:
                save(draw(frame, theme), folder, frame.words.name, theme, run.manifest)
            data(frame).to_csv(folder / f"{frame.words.name}.csv", index=False)
            entries.append(frame.words.entry())
    needs_file = bool(view.assumed) and view.changes
    said = [words.question(answer), *words.lead(answer), answer.manifest["caveat"], "", command(view, own_name(view.scenario) if needs_file else "")]
    files = {"answer.txt": "\n".join(said) + "\n", "outcomes.csv": outcomes_csv(answer), "view.json": view_file(view)}
    files["figures.json"] = json.dumps(entries, indent=1, ensure_ascii=False) + "\n"
    files |= {f"{own_name(view.scenario)}/scenario.yaml": scenario_yaml(view, scenario)} if view.assumed else {}
    files |= {"what_if.yaml": branch_yaml(view, scenario)} if view.changes else {}
    with io.BytesIO() as room:
        with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in files.items():
                packed.writestr(name, text)
            for path in sorted(folder.iterdir()):
                packed.write(path, path.name)
        return room.getvalue()


def text_file(name: str, text: str, kind: str = "text/plain") -> Download:
    """A text to be downloaded."""
    return {"name": name, "text": text, "type": kind}


def binary_file(name: str, raw: bytes, kind: str) -> Download:
    """Bytes to be downloaded."""
    return {"name": name, "base64": base64.b64encode(raw).decode(), "type": kind}
