"""discover: where in what a sweep varied a condition holds."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Out, Quiet, RunName, Seed, Steps, fail

if TYPE_CHECKING:
    from sim.store import Study


def discover(
    run: RunName,
    when: Annotated[str, typer.Option("--when", metavar="SQL", help='A condition over the outcomes, such as "war" or "killed > 20".')],
    seed: Seed = 1,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Where in what a sweep varied a condition mostly holds: a box in words, and what it is worth."""
    from sim.scenario.errors import ScenarioError

    steps = Steps(quiet or as_json)
    try:
        from sim.experiments.discover import discover as search
        from sim.store import check_place

        if out:
            check_place(out)
        study = search(run, when, seed=seed)
        steps.done("Peeled")
        folder = _keep(study, out)
        steps.done("Wrote the figure and tables")
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(study, folder), ensure_ascii=False))
    else:
        from sim.report.discover import print_discovery

        print_discovery(study, folder, quiet)


def _keep(study: "Study", out: Path | None) -> Path:
    from sim.plots import discovery_draw
    from sim.report import page
    from sim.report.discover import findings, write_page
    from sim.store import folder_name, save

    study.manifest["finding"] = findings(study)[0]
    folder = save(study, out or Path("results") / folder_name(study.manifest))
    for name, table in study.tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    write_page(study, folder, discovery_draw.write(study, folder))
    if out is None:
        page.write_index(folder.parent)
    return folder


def _json(study: "Study", folder: Path) -> dict[str, Any]:
    manifest = study.manifest
    head = {"schema_version": manifest["schema_version"], "command": "discover", "run": str(folder)}
    asked = {"of": manifest["asked"]["run"], **{name: manifest["asked"][name] for name in ("scenario", "when", "worlds", "seed", "from")}}
    names = ("mode", "caveat", "finding", "base_rate", "told", "seen", "unseen", "setups_seen", "setups_unseen", "left_aside")
    tables = {name: json.loads(table.to_json(orient="records")) for name, table in study.tables.items()}
    return head | asked | {name: manifest[name] for name in names} | tables
