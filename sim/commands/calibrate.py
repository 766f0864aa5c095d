"""calibrate: what the records of crises say about the parameters that are not known."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.common import Json, Out, Quiet, Seed, Steps, Workers, fail

if TYPE_CHECKING:
    from sim.store import Study


def calibrate(
    scenarios: Annotated[
        list[str] | None, typer.Argument(metavar="[SCENARIO]…", help="Crises with a record.", show_default="all that come with the program")
    ] = None,
    drawn: Annotated[int, typer.Option(help="Vectors drawn and weighed; as many again look where leaving a crisis out leads.")] = 6144,
    steps: Annotated[int, typer.Option(help="Steps of every walker that checks them; the first third is thrown away.")] = 40,
    walkers: Annotated[int, typer.Option(help="Walkers of an ensemble.")] = 64,
    ensembles: Annotated[int, typer.Option(help="Independent ensembles.")] = 4,
    chance_draws: Annotated[int, typer.Option("--chance-draws", help="Worlds over whose luck the likelihood is taken.")] = 64,
    rates_weight: Annotated[float, typer.Option("--rates-weight", help="Weight of the rates of past crises; 0: records alone.")] = 0.5,
    seed: Seed = 1,
    workers: Workers = None,
    keep: Annotated[bool, typer.Option("--store", help="Store the posterior with the scenarios, for --parameters posterior.")] = False,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fit the parameters that are not known to the records of crises; say which of them the records tell."""
    from sim.scenario.errors import ScenarioError, needs

    told = Steps(quiet or as_json)
    try:
        try:
            from sim.experiments.calibrate import calibrate as fit
            from sim.experiments.calibrate import posterior_of
        except ModuleNotFoundError as error:
            raise needs("analysis", str(error.name), "calibrate") from None
        from sim.scenario.load import load
        from sim.store import check_place

        crises = [load(name) for name in scenarios or []]
        if out:
            check_place(out)
        told.done("Loaded the crises and the model; fitting takes some minutes")
        study = fit(
            crises,
            drawn=drawn,
            steps=steps,
            walkers=walkers,
            ensembles=ensembles,
            draws=chance_draws,
            rates_weight=rates_weight,
            seed=seed,
            workers=workers,
        )
        told.done(f"Took {study.manifest['likelihoods']:,} likelihoods of {len(study.manifest['crises'])} records")
        folder = _keep(study, out)
        if keep:
            from sim.experiments.posterior import store

            store(posterior_of(study))
        told.done("Wrote the figure and tables")
    except ScenarioError as error:
        fail(error, as_json)
    if as_json:
        print(json.dumps(_json(study, folder), ensure_ascii=False))
    else:
        from sim.report.calibrate import print_calibration

        print_calibration(study, folder, quiet, stored=keep)


def _keep(study: "Study", out: Path | None) -> Path:
    from sim.calibration_words import calibration_findings
    from sim.experiments.calibrate import TABLES
    from sim.plots import shrinkage_draw
    from sim.report import page
    from sim.report.calibrate import write_page
    from sim.store import folder_name, save

    study.manifest["finding"] = calibration_findings(study.manifest)[0]
    folder = save(study, out or Path("results") / folder_name(study.manifest))
    for name, table in study.tables.items():
        if name in TABLES:
            table.to_csv(folder / f"{name}.csv", index=False)
    write_page(study, folder, shrinkage_draw.write(study, folder))
    if out is None:
        page.write_index(folder.parent)
    return folder


def _json(study: "Study", folder: Path) -> dict[str, Any]:
    from sim.experiments.calibrate import TABLES

    manifest = study.manifest
    head = {"schema_version": manifest["schema_version"], "command": "calibrate", "run": str(folder), "mode": manifest["mode"]}
    asked = {name: manifest["asked"][name] for name in ("drawn", "steps", "walkers", "ensembles", "chance_draws", "rates_weight", "seed")}
    fields = {name: manifest[name] for name in ("caveat", "finding", "crises", "hashes", "likelihoods", "without", "diagnostics")}
    tables = {name: json.loads(study.tables[name].to_json(orient="records")) for name in TABLES if name in study.tables}
    return head | asked | fields | {"by_crisis": tables.pop("crises")} | tables
