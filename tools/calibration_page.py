"""Write docs/calibration.md from the stored posterior and the recovery test.

python tools/calibration_page.py            write the page
python tools/calibration_page.py --check    exit with 1 if it is stale
"""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from sim.calibration_words import calibration_findings, strains
from sim.experiments.posterior import stored
from sim.report.calibrate import blocks, command
from sim.report.tables import Block
from sim.scenario.priors import load_priors
from sim.scenario.tree import specs_for
from sim.store import Study

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, RECOVERY = DOCS / "calibration.md", DOCS / "recovery.json"

HEAD = """# Calibration

What the records of crises, and the rates of past ones, say about the parameters that are not known. This page is made
from what is stored beside the scenarios (`scenarios/posterior.parquet`, `scenarios/posterior.json`); `make evidence` makes
all of it again. How the likelihood is taken stands in [model.md](model.md), section 12.
"""
LIMITS = """## What it does not show

- The crises that were fitted all saw force between states. They are a selection: how often a provocation is followed by
  no force at all is told by the rates alone, as far as it is told.
- The medians of the priors were searched with the rates, and with January 2024, in view. Prior and evidence are not
  independent, so intervals are too narrow rather than too wide; the rates count with less than their full weight for it.
- One number stands for all states of all crises. That governments differ in more than their resolve is not modelled.
- A parameter that is not identified keeps the width of its prior, and everything that hangs on it keeps that doubt.
"""


def page() -> str:
    """The page as text."""
    posterior = stored()
    tables = {name: pd.DataFrame(rows) for name, rows in posterior.manifest["tables"].items()}
    study = Study(posterior.manifest, tables)
    parts = [HEAD, "\n\n".join(calibration_findings(posterior.manifest)), posterior.manifest["caveat"]]
    defaults: dict[str, Any] = {path: specs_for(tuple(path.split(".")))[0].default for path in tables["parameters"]["parameter"]}
    strained = strains(tables["parameters"], tables["rates"], posterior.draws, load_priors(), defaults)
    parts += ["## Where it strains\n\n" + "\n\n".join(strained)]
    parts += [as_text(block) for block in blocks(study)]
    parts += [recovered(json.loads(RECOVERY.read_text(encoding="utf-8")))] if RECOVERY.is_file() else []
    return "\n\n".join(part.strip() for part in [*parts, LIMITS, f"## How to repeat it\n\n```\n{command(posterior.manifest)} --store\n```"]) + "\n"


def as_text(block: Block) -> str:
    """A table in Markdown with its note."""
    rows = ["| " + " | ".join(row) + " |" for row in (block.header, *block.rows)]
    return f"## {block.title}\n\n{block.note}\n\n" + "\n".join([rows[0], "|---" * len(block.header) + "|", *rows[1:]])


def recovered(found: dict[str, Any]) -> str:
    """The recovery test in words."""
    tries, names, count = int(found["tries"]), ", ".join(found["crises"]), int(found["parameters"])
    half, most = (f"{100 * found[key]:.0f}" for key in ("covered_50", "covered_90"))
    return (
        "## Are known parameters found again?\n\n"
        f"Simulation-based calibration (Talts et al. 2018) on {tries} sets of records, each made by the model with parameters drawn from the "
        f"priors (crises: {names}; attacks and shocks as recorded, governments free), and calibrated on with "
        f"{found['rounds'] * found['size']:,} vectors drawn and weighed, without the rates. The true value lay within the central half of the "
        f"draws in {half} of 100 cases (expected: 50), within nine tenths in {most} (expected: 90). Of {count} parameters the least even has a "
        f"p value of {found['least_p']:.2g} that its ranks are even; among so many one of {1 / count:.2g} is expected."
    )


def main(arguments: list[str]) -> int:
    """Write the page, or say that it is stale."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
    print("" if fresh else "Stale: docs/calibration.md", end="" if fresh else "\n")
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
