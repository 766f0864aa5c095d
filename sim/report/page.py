"""The page of a run, and the page of all runs: findings, figures with captions, tables, and how to repeat it."""

import json
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import jinja2
from markupsafe import Markup

from sim.findings import findings
from sim.report.tables import blocks
from sim.scenario.schema import Scenario
from sim.store import runs

TEMPLATES = Path(__file__).parent
PAGE_WORDS = "page.json"
"""Question, findings, tables and command of a run's page, for those who lay them out otherwise."""


def _template(name: str) -> jinja2.Template:
    return jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True).get_template(name)


def _css() -> Markup:
    """The house's own style sheet: trusted, so its quotes are not escaped."""
    return Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))


def write_run(folder: Path, scenario: Scenario, manifest: dict[str, Any], figures: list[dict[str, Any]]) -> Path:
    """Write a replay's index.html and figures.json."""
    question, told = scenario.question or scenario.title, findings(scenario, manifest)
    return render(
        folder, scenario, manifest, question=question, findings=told, figures=figures, blocks=blocks(scenario, manifest), command=command(manifest)
    )


class Titled(Protocol):
    """What a page is about: a crisis, as a rule."""

    @property
    def title(self) -> str:
        """Its title as printed."""


def render(folder: Path, scenario: Titled, manifest: dict[str, Any], *, figures: list[dict[str, Any]], worlds: str = "", **words: Any) -> Path:
    """Write a run's index.html, figures.json and page.json; `words`: question, findings, blocks and command; `worlds`: how much was run, in words."""
    (folder / "figures.json").write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    files = [file.name for file in sorted(folder.iterdir()) if file.suffix in (".csv", ".parquet") and not file.stem.startswith("figure")]
    words = {"about": scenario.title, "worlds": worlds or f"{manifest['asked']['worlds']:,} worlds", **words}
    page = _template("run.html").render(css=_css(), title=scenario.title, scenario=scenario, manifest=manifest, figures=figures, files=files, **words)
    kept = words | {"blocks": [asdict(block) for block in words["blocks"]]}
    (folder / PAGE_WORDS).write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    path = folder / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


def write_index(results: Path) -> Path:
    """Write the page of all runs in a results folder."""
    rows = [
        {"folder": folder.name, "finished": manifest["finished"], "sentence": manifest.get("finding", "")}
        for folder, manifest in runs(results)
    ]  # fmt: skip
    path = results / "index.html"
    path.write_text(_template("runs.html").render(css=_css(), runs=rows), encoding="utf-8")
    return path


def command(manifest: dict[str, Any]) -> str:
    """The command that makes the run again."""
    asked = manifest["asked"]
    words = ["python", "run.py", "replay", str(asked["scenario"])]
    words += ["--mode", asked["modes"][0]] if len(asked["modes"]) == 1 else []
    words += ["--from", asked["from"]] if asked["modes"] != ["forced"] else []
    words += ["--worlds", str(asked["worlds"]), "--seed", str(asked["seed"])]
    for path, value in asked["changes"].items():
        words += ["--set", f"{path}={value}"]
    return shlex.join([*words, "--parameters", asked["parameters"]])
