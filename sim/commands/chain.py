"""branch --chain: a claim link by link."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.common import Steps

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.store import Study


def run_chain(crisis: "Scenario", name: str, doses: dict[str, list[float]], steps: Steps, out: Path | None, as_json: bool, **how: Any) -> None:
    """Run a chain study, keep it, and print it; raises ScenarioError for what cannot be asked."""
    from sim.experiments.chain import chain
    from sim.store import check_place

    if out:
        check_place(out)
    steps.done("Loaded the scenario and the model; a chain has many set-ups and may take some minutes")
    study = chain(crisis, name, doses=doses, **how)
    steps.done(f"Ran {len(study.manifest['starts'])} variants of {how['worlds']:,} worlds, each with every link alone")
    folder = keep(study, crisis, out)
    steps.done("Wrote figures and tables")
    if as_json:
        print(json.dumps(as_object(study.manifest, folder), ensure_ascii=False))
        return
    from sim.report.chain import print_chain

    print_chain(study.manifest, folder, steps.quiet)


def keep(study: "Study", crisis: "Scenario", out: Path | None) -> Path:
    """Write a chain study to its folder, with its page."""
    from sim.chain_words import whole_sentence
    from sim.plots.album import write_chain
    from sim.report import page
    from sim.report.chain import write_page
    from sim.store import folder_name, save

    study.manifest["finding"] = whole_sentence(study.manifest)
    folder = save(study, out or Path("results") / folder_name(study.manifest))
    for table in ("links", "splits"):
        study.tables[table].to_csv(folder / f"{table}.csv", index=False)
    write_page(study, crisis, folder, write_chain(study, folder))
    if out is None:
        page.write_index(folder.parent)
    return folder


def as_object(manifest: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What --json prints."""
    asked = manifest["asked"]
    head = {"schema_version": manifest["schema_version"], "command": "branch --chain", "run": str(folder)}
    head |= {name: manifest[name] for name in ("mode", "caveat", "question", "claim", "source", "draws", "effective_draws", "leading")}
    head |= {name: asked[name] for name in ("scenario", "seed", "worlds", "parameters")}
    return head | {name: manifest[name] for name in ("links", "measures", "starts", "splits")}
