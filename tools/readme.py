"""Renew what README.md shows of the replay: its findings, its picture and the picture's numbers.

python tools/readme.py
"""

import re
import shutil
import tempfile
from pathlib import Path

import sim
from sim.findings import findings
from sim.plots import album
from sim.scenario.load import default_name
from sim.store import Run

ROOT = Path(__file__).resolve().parents[1]
README, PICTURES = ROOT / "README.md", ROOT / "docs" / "images"
BLOCK = re.compile(r"<!-- findings -->\n.*?<!-- end -->", re.DOTALL)
SHOWN = ("timeline.png", "timeline.csv")


def default_run() -> Run:
    """What `make replay` runs."""
    return sim.replay(sim.load(default_name()))


def block(run: Run) -> str:
    """The findings as README.md shows them."""
    sentences = findings(sim.load(default_name()), run.manifest)
    return "<!-- findings -->\n" + "\n".join(f"> {sentence}\n>" for sentence in sentences).removesuffix("\n>") + "\n<!-- end -->"


def main() -> None:
    """Rewrite the block and the pictures."""
    run = default_run()
    README.write_text(BLOCK.sub(lambda _: block(run), README.read_text(encoding="utf-8")), encoding="utf-8")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        album.write(run, sim.load(default_name()), Path(folder))
        for name in SHOWN:
            shutil.copy(Path(folder) / name, PICTURES / name)


if __name__ == "__main__":
    main()
