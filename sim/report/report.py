"""A run as two sheets that can be handed on: question, finding, figures, what was changed, limits, how to reproduce it.

The words are those of the run's own page, the figures those in its folder; nothing is computed again.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from sim.report.page import PAGE_WORDS
from sim.report.report_words import about, changed, identity, limits, mode_box, sentences, without
from sim.report.tables import Block
from sim.scenario.errors import refuse, shown_path
from sim.words import parameter_words

TEMPLATES = Path(__file__).parent
WANTED = {"replay": ("timeline", "dots", "border"), "branch": ("effects", "fans", "border"), "chain": ("chain",)}
"""Figures of the two sheets, by the beginnings of their names; of other runs the first ones."""
MOST_FIGURES = 3
WIDTH = 188.0
"""Width of the text on a sheet of A4, in mm."""
FULL_SUFFIX = "_full"
"""End of the names of figures that show a whole run: they stand in full reports only."""
MODES = (
    ("FORCED", "as recorded", "every recorded act and attack: how likely the model thought each step, a test"),
    ("ASSISTED from a day", "governments decide", "the record before that day; after it recorded attacks and outside shocks"),
    ("FREE from a day", "nothing scripted", "the record before that day"),
)


@dataclass(frozen=True)
class Report:
    """What a report holds; `html` lays it out for a browser and for paper."""

    words: dict[str, Any]
    figures: tuple[dict[str, Any], ...]

    def widths(self, heights: Sequence[float]) -> list[float]:
        """How wide figures are that are no taller than these heights [mm]."""
        return [min(WIDTH, height / figure["ratio"]) for figure, height in zip(self.figures, heights, strict=False)]

    def html(self, heights: Sequence[float], *, blank: bool = False) -> str:
        """One page that needs nothing from elsewhere, with as many figures as there are heights, none taller than its own [mm].

        `blank`: without the drawings, but with room for them, to see how much fits.
        """
        house = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True)
        css = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))
        figures = [
            {**figure, "width": width, "svg": figure["room"] if blank else figure["svg"]}
            for figure, width in zip(self.figures, self.widths(heights), strict=False)
        ]
        return house.get_template("report.html").render(css=css, figures=figures, **self.words)


def report(folder: Path, title: str = "", full: bool = False, blocks: Sequence[Block] = ()) -> Report:
    """The report of a finished run; `blocks`: tables that a full one has besides the run's own. Raises ScenarioError."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    page = _page(folder, manifest)
    chosen = list(_chosen(folder, manifest, full))
    told = limits(manifest, [figure["caption"] for figure in chosen])
    figures = [
        _inlined(folder, figure, number, {*told, *(one for earlier in chosen[:number] for one in sentences(earlier["caption"]))})
        for number, figure in enumerate(chosen)
    ]
    own = [Block(**block) for block in page["blocks"]]
    words = {
        "title": title or page["question"],
        "subtitle": page["question"] if title else "",
        "about": about(manifest, page["about"]),
        "mode": mode_box(manifest, [figure["mode"] for figure in chosen]),
        "findings": [finding.removeprefix(page["question"]).strip() for finding in page["findings"]],
        "changed": changed(manifest, parameter_words(manifest["asked"])),
        "limits": told,
        "command": page["command"],
        "identity": identity(manifest, page["worlds"]),
        "manifest": manifest,
        "full": full,
        "modes": MODES,
        "blocks": [*own, *blocks],
    }
    return Report(words, tuple(figures))


def _page(folder: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    file = folder / PAGE_WORDS
    if not file.is_file():
        again = f": {manifest['command']}" if manifest.get("command") else ""
        raise refuse(
            shown_path(file),
            f"is not there: the run was made in Python or by an older version, which keep no page; remove its folder and make it again{again}",
        )
    words: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return words


def _chosen(folder: Path, manifest: dict[str, Any], full: bool) -> Iterator[dict[str, Any]]:
    """The run's figures: all, or those of the two sheets; what is no longer there is left out."""
    listed = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    there = [figure for figure in listed if (folder / f"{figure['name']}.svg").is_file()]
    if full:
        yield from there
        return
    short = [figure for figure in there if not figure["name"].endswith(FULL_SUFFIX)]
    wanted = WANTED.get(manifest["asked"]["command"])
    if wanted is None:
        yield from short[:MOST_FIGURES]
        return
    for beginning in wanted:
        yield from [figure for figure in short if figure["name"].startswith(beginning)][:1]


def _inlined(folder: Path, figure: dict[str, Any], number: int, told: Collection[str]) -> dict[str, Any]:
    """A figure with its drawing as part of the page; names in the drawing get a prefix, so that no two figures share one."""
    text = (folder / f"{figure['name']}.svg").read_text(encoding="utf-8")
    drawing = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], count=1, flags=re.DOTALL)
    drawing = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>f{number}-", drawing)
    width, height = (float(side) for side in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing).groups())  # type: ignore[union-attr]
    room = Markup(f'<svg viewBox="0 0 {width} {height}"></svg>')
    return {**figure, "svg": Markup(drawing), "room": room, "ratio": height / width, "caption": without(figure["caption"], told)}
