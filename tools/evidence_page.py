"""Write docs/evidence.md, the evidence ledger: what is known of every number of the model.

python tools/evidence_page.py            write the page
python tools/evidence_page.py --check    exit with 1 if it is stale
"""

import sys
from pathlib import Path

from sim.experiments import stored_sensitivity
from sim.experiments.evidence import COLUMNS, Row, cells, ledger, summary
from sim.scenario.load import load

PAGE = Path(__file__).resolve().parents[1] / "docs" / "evidence.md"
SCENARIO = "january_2024"
CHAPTERS = {
    "states": "States",
    "dyad": "The two states together",
    "mediation": "Mediation",
    "third_parties": "Third parties",
    "groups": "Armed groups",
    "livelihoods": "Livelihoods",
    "communities": "Communities",
    "crossings": "Crossings",
}
HEAD = """# Evidence ledger

What is known of every number of January 2024, as the model reads it: its value, where it comes from, what was thought
possible before fitting and after, whether the sign of its effect is disputed, and how much of the variance of outcomes
hangs on it. Made by `python tools/evidence_page.py` from the scenario, `scenarios/priors.yaml`, the stored posterior
([calibration.md](calibration.md)) and the stored sensitivity indices ([sensitivity.md](sensitivity.md)); `make evidence` makes
all of it again, and a test fails when this page is not what they say.

"""
NOTES = """How to read it. Value: as in the scenario; several where places or parties differ. Prior, posterior: median and 95 % interval;
numbers without a prior are fixed. Source: the first words of it; *assumed* marks a number that no source measures. Share:
total Sobol' index, the largest over five headline outcomes with its 95 % interval and that outcome; ASSISTED from the day
after the first strike. A number whose share is not shown was among those that were measured together, because
screening found that others move every one of these outcomes more; *nought* is not turned.

People are counted in different years, since no census covers both sides of the border at once: 2016 in Iran; in Pakistan 2023, but 2017 for Chagai
and Washuk, whose later counts could not be verified (that of Washuk would be larger by 72 in 100). `communities.csv` says so row by row.
"""


def page() -> str:
    """The page as text."""
    rows, known = ledger(load(SCENARIO)), stored_sensitivity.stored()
    parts = [HEAD + summary(rows, known), NOTES]
    for section, title in CHAPTERS.items():
        inside = [row for row in rows if row.pattern.split(".")[0] == section]
        if inside:
            parts.append(f"## {title}\n\n{table(inside)}")
    return "\n\n".join(part.strip() for part in parts) + "\n"


def table(rows: list[Row]) -> str:
    """A chapter in Markdown."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(cell.replace("|", "\\|") for cell in cells(row)) + " |" for row in rows)])


def main(arguments: list[str]) -> int:
    """Write the page, or say that it is stale."""
    text = page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text and not stored_sensitivity.stale(stored_sensitivity.stored())
    print("" if fresh else "Stale: docs/evidence.md", end="" if fresh else "\n")
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
