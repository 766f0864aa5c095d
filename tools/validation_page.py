"""Score the crises left out, and write docs/validation.md from what is stored of it.

python tools/validation_page.py --measure    score again (a minute), store scenarios/validation.json, write page and figure
python tools/validation_page.py              write the page from what is stored
python tools/validation_page.py --check      exit with 1 if the page is not what is stored, or if that is stale
"""

import json
import sys
from pathlib import Path
from typing import Any

from sim.experiments.crises import recorded_crises
from sim.experiments.left_out import LeftOut, score_crises
from sim.experiments.posterior import stored
from sim.plots import scoreboard_draw
from sim.plots.scoreboard import scoreboard
from sim.report.left_out import blocks
from sim.report.tables import Block
from sim.scenario.find import bundle
from sim.store import identity, now
from sim.words import option_words

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation.md"
FILE = bundle() / "validation.json"
WORLDS, SEED = 4000, 1
SURPRISES = 12
"""Recorded acts listed that the model thought least likely."""

HEAD = """# Validation

What the model says of crises that it was not fitted to. Each of the six crises with a record is left out once; the
parameters are fitted to the other five and to the rates of past crises ([calibration.md](calibration.md)), and the crisis
left out is scored decision by decision (FORCED, given the record so far) and by how it went on (ASSISTED, from the day after
its first strike). This page is made from what is stored (`scenarios/validation.json`); `make evidence` makes all of it again.

![Scoreboard of the crises left out](images/scoreboard.png)
"""
LIMITS = """## What this does not allow to conclude

- All six crises saw strikes between states: they were chosen because they did. A model that expects force too often is
  not punished here. How often a provocation is followed by no force at all is not tested by any of them.
- Six crises are few, each has Iran or Pakistan on one side, and their records differ in what they leave open:
  those of Iran and Israel leave most of the public track open, so little of it is scored.
- One crisis (January 2024) was in view when the model's form, its fixed numbers and the medians of the priors were chosen.
  Leaving it out of the fit does not undo that; the scoreboard has a row without it.
- The best simple rule is picked after the event, crisis by crisis. That favours the simple rules.
- Days of one crisis hang together. Intervals count each day as one observation, so they are too narrow.
- Six forecasts of an outcome tell calibration of probabilities from nothing: no reliability diagram is drawn.

## Other tests

`python run.py validate --against patterns` holds rates and shapes of past crises against the model (they were used to
choose its numbers, so they are no independent test); `--against closures` the border module against earlier closures;
`--against rules` other rules of decision, at default numbers, against the same crises.
"""
REPEAT = """## How to repeat it

```
python run.py calibrate --store
python run.py validate --against crises --worlds {worlds} --seed {seed}
python tools/validation_page.py --measure
```
"""


def measured() -> dict[str, Any]:
    """Score every crisis left out; what is stored of it."""
    posterior = stored()
    found = score_crises(recorded_crises(), posterior.without(), WORLDS, SEED)
    draw(found)
    tables = {block.title: [block.note, block.header, block.rows] for block in blocks(found)[:-1]}
    return {
        "posterior": posterior.manifest["hash"],
        "hashes": posterior.manifest["hashes"],
        "worlds": WORLDS,
        "seed": SEED,
        "finding": found.sentences,
        "caveat": found.caveat,
        "scoreboard": json.loads(found.scoreboard.to_json(orient="records", double_precision=6)),
        "tables": tables,
        "surprises": surprises(found),
    }


def draw(found: LeftOut) -> None:
    """The page's figure."""
    folder = PAGE.parent / "images"
    folder.mkdir(exist_ok=True)
    asked = {"command": "validate", "scenario": "against crises", "worlds": WORLDS, "seed": SEED, "parameters": "left_out"}
    scoreboard_draw.write_light(scoreboard(found, identity(asked, now()) | {"commit": None}), folder)


def surprises(found: LeftOut) -> list[list[str]]:
    """The recorded acts that the model thought least likely, with what the simplest rule gave."""
    table = found.acts().pivot_table(index=["crisis", "date", "who", "act"], columns="rule", values="probability", sort=False).reset_index()
    rows = table.sort_values("fitted_to_the_others").head(SURPRISES)
    return [
        [found.crises[row["crisis"]], row["date"], row["who"], option_words(row["act"]), *(_share(row[rule]) for rule in SHOWN)]
        for _, row in rows.iterrows()
    ]


SHOWN = ("fitted_to_the_others", "default_numbers", "frequency")


def _share(probability: float) -> str:
    return f"{probability:.2g}" if probability >= 1e-5 else "under 0.00001"


def page(known: dict[str, Any]) -> str:
    """The page as text."""
    parts = [HEAD, "\n\n".join(known["finding"]), known["caveat"]]
    parts += [as_text(Block(title, note, header, rows)) for title, (note, header, rows) in known["tables"].items()]
    header = ["crisis", "date", "who", "act", "fitted to the others", "default numbers", "how often elsewhere"]
    parts.append(as_text(Block("Recorded acts that it thought least likely", "Probability given to each, FORCED.", header, known["surprises"])))
    parts += [LIMITS, REPEAT.format(worlds=known["worlds"], seed=known["seed"])]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def as_text(block: Block) -> str:
    """A table in Markdown with its note."""
    rows = ["| " + " | ".join(map(str, row)) + " |" for row in (block.header, *block.rows)]
    return f"## {block.title}\n\n{block.note}\n\n" + "\n".join([rows[0], "|---" * len(block.header) + "|", *rows[1:]])


def stale(known: dict[str, Any]) -> bool:
    """Whether it was scored under another posterior than the one that is stored."""
    return bool(known["posterior"] != stored().manifest["hash"] or known["hashes"] != stored().manifest["hashes"])


def main(arguments: list[str]) -> int:
    """Measure, write the page, or say that it is stale."""
    if "--measure" in arguments:
        FILE.write_text(json.dumps(measured(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    known = json.loads(FILE.read_text(encoding="utf-8"))
    text = page(known)
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text and not stale(known)
    print("" if fresh else "Stale: docs/validation.md", end="" if fresh else "\n")
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
