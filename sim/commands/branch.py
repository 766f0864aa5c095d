"""branch: what if this had been different that day."""

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Out, Parameters, Quiet, ScenarioName, Seed, Steps, Workers, Worlds, as_command, fail, note, scenario_named

if TYPE_CHECKING:
    from sim.scenario.parts.branch import BranchFile
    from sim.scenario.schema import Scenario
    from sim.store import Study


def branch(
    scenario: ScenarioName = None,
    what: Annotated[
        list[str] | None, typer.Option("--what", metavar="NAME|FILE", help="A branch of the library or a file; A+B for both at once. Repeatable.")
    ] = None,
    chain: Annotated[str | None, typer.Option("--chain", metavar="NAME|FILE", help="A claim link by link, such as a file of chains.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE", help="Day on which parent and branch part.", show_default="first day of the change"),
    ] = None,
    mode: Annotated[str, typer.Option(help="assisted (governments decide) or free (nothing scripted).")] = "assisted",
    worlds: Worlds = 4000,
    seed: Seed = 1,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE [FROM..UNTIL]", help="Set a value from a day on; UNTIL itself is not included. Repeatable."),
    ] = None,
    pins: Annotated[
        list[str] | None,
        typer.Option(
            "--pin", metavar="'ACTOR TRACK ACT [FROM..UNTIL]'", help="Fix an act, or `not` an act; UNTIL itself is not included. Repeatable."
        ),
    ] = None,
    injects: Annotated[
        list[str] | None, typer.Option("--inject", metavar="'KIND ACTOR SIZE DATE'", help="attack, shock, casualties or relief. Repeatable.")
    ] = None,
    doses: Annotated[list[str] | None, typer.Option("--dose", metavar="NAME=A,B,C", help="Values of a dose to compare. Repeatable.")] = None,
    outcomes: Annotated[list[str] | None, typer.Option("--outcome", metavar="NAME", help="Outcomes to tell first. Repeatable.")] = None,
    parameters: Parameters = "posterior",
    precision: Annotated[float | None, typer.Option(help="Add worlds until shares are known to this by simulation, such as 0.01.")] = None,
    workers: Workers = None,
    keep_as: Annotated[str | None, typer.Option("--save", metavar="NAME", help="Keep the change as a file, NAME.yaml.")] = None,
    show_list: Annotated[bool, typer.Option("--list", help="Show the library and stop.")] = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """What one change alone would have done in the model, and how sure one can be."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    try:
        crisis = scenario_named(scenario or _written_for(what))
        if show_list:
            _print_library(crisis, as_json)
            return
        if chain:
            from sim.commands.chain import run_chain

            how = {"mode": mode, "worlds": worlds, "seed": seed, "parameters": parameters, "workers": workers}
            run_chain(crisis, chain, _doses(doses), steps, out, as_json, **how)
            return
        meant = _own_branch(crisis, at, what, sets, pins, injects)
        if keep_as:
            _keep_file(keep_as, meant)
        from sim.experiments.branch import branch as simulate
        from sim.store import check_place

        if out:
            check_place(out)
        steps.done("Loaded the scenario and the model")
        study = simulate(
            crisis,
            meant,
            at=at,
            mode=mode,
            worlds=worlds,
            seed=seed,
            parameters=parameters,
            doses=_doses(doses),
            outcomes=outcomes or (),
            precision=precision,
            workers=workers,
            tell=lambda words: note(words, quiet or as_json),
        )
        steps.done(f"Ran {len(study.outcomes):,} worlds")
        asked: dict[str, Any] = {"what": what, "set": sets, "pin": pins, "inject": injects, "dose": doses, "outcome": outcomes}
        asked |= {"at": at, "mode": mode, "worlds": worlds, "seed": seed, "parameters": parameters, "precision": precision}
        study.manifest["command"] = as_command("branch", crisis.name, asked)
        folder = _keep(study, crisis, out)
        steps.done("Wrote figures and tables")
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(study.manifest, folder), ensure_ascii=False))
    else:
        from sim.report.branch import print_branch

        print_branch(study.manifest, folder, quiet)


def _written_for(what: list[str] | None) -> str | None:
    """The crisis for which a single branch file is written, where none is named; a name that is none is refused later, with the nearest one."""
    from sim.scenario.branches import load_branch
    from sim.scenario.load import names

    if not what or len(what) != 1 or "+" in what[0]:
        return None
    crisis = load_branch(what[0]).scenario
    return crisis if crisis in names() else None


def _own_branch(
    crisis: "Scenario", at: str | None, what: list[str] | None, sets: list[str] | None, pins: list[str] | None, injects: list[str] | None
) -> "list[str] | BranchFile":
    """The branches of the library that are named, or the one that the flags make."""
    from sim.branch_flags import change_of_inject, change_of_pin, change_of_set, question_of
    from sim.scenario.errors import refuse
    from sim.scenario.parts.branch import BranchFile

    changes = [change_of_pin(text) for text in pins or []] + [change_of_set(text) for text in sets or []]
    changes += [change_of_inject(text) for text in injects or []]
    if not changes:
        return what or []
    if what:
        raise refuse("", "goes without --set, --pin and --inject: keep them with --save, then name both as A+B", field="--what", value=what[0])
    words = {"title": "Your change", "question": question_of(crisis, changes), "source": "asked for on the command line"}
    return BranchFile.model_validate({**words, "scenario": crisis.name, "at": at, "changes": tuple(changes)})


def _doses(pairs: list[str] | None) -> dict[str, list[float]]:
    from sim.scenario.errors import refuse

    found: dict[str, list[float]] = {}
    for pair in pairs or []:
        name, sign, values = pair.partition("=")
        try:
            found[name.strip()] = [float(value) for value in values.split(",")]
        except ValueError:
            sign = ""
        if not sign or not all(map(math.isfinite, found[name.strip()])):
            raise refuse("", "must be name=numbers with commas, such as days=0,7,30", field="--dose", value=pair)
    return found


def _keep_file(name: str, meant: Any) -> None:
    """Write the change of the flags as a branch file."""
    from sim.scenario.branches import write_branch
    from sim.scenario.errors import refuse

    if isinstance(meant, list):
        raise refuse("", "keeps what --set, --pin and --inject make; there is none", field="--save", value=name)
    print(f"Kept as {write_branch(name, meant)}", file=sys.stderr)


def _print_library(crisis: "Scenario", as_json: bool) -> None:
    from sim.branches import library
    from sim.report.terminal import print_table
    from sim.scenario.branches import BRANCHES

    found = library(crisis, BRANCHES)
    if as_json:
        listed = [{"name": name, "question": one.question, "doses": one.doses, "source": one.source} for name, one in found.items()]
        print(json.dumps({"schema_version": 1, "command": "branch --list", "branches": listed}, ensure_ascii=False))
        return
    rows = [[name, one.question, ", ".join(f"{dose}={value:g}" for dose, value in one.doses.items())] for name, one in found.items()]
    if rows:
        print_table(f"What if: {len(rows)} branches of {crisis.name}", ["name", "question", "doses"], rows)
    else:
        print(f"The library has no branch for {crisis.name}. Make your own with --pin, --set and --inject, and keep it with --save.")


def _keep(study: "Study", crisis: "Scenario", out: Path | None) -> Path:
    from sim.effect_words import leading_finding
    from sim.plots.album import write_branch
    from sim.report import page
    from sim.report.branch import write_page
    from sim.store import folder_name, save

    study.manifest["finding"] = leading_finding(study.manifest)
    folder = save(study, out or Path("results") / folder_name(study.manifest))
    study.table().to_csv(folder / "effects.csv", index=False)
    write_page(study, crisis, folder, write_branch(study, crisis, folder))
    if out is None:
        page.write_index(folder.parent)
    return folder


def _json(manifest: dict[str, Any], folder: Path) -> dict[str, Any]:
    asked = manifest["asked"]
    fields = ("scenario", "seed", "worlds", "parameters")
    head = {
        "schema_version": manifest["schema_version"],
        "command": "branch",
        "run": str(folder),
        "mode": manifest["mode"],
        "caveat": manifest["caveat"],
    }
    return head | {name: asked[name] for name in fields} | {"branches": manifest["branches"], "interactions": manifest["interactions"]}
