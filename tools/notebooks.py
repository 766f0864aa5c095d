"""Run the notebooks in docs/notebooks/ and keep what they print: `python tools/notebooks.py [NAME…]`.

Each runs in an empty folder of its own, in the Python that runs this. Only what its cells give is kept: no times, no paths.
"""

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "docs" / "notebooks"
SECONDS = 300
"""How long a cell may take."""
QUIET = ["--IPKernelApp.log_level=40"]


def run(path: Path) -> nbformat.NotebookNode:
    """A notebook with what its cells give now; raises CellExecutionError where one fails."""
    book = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(book, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": folder}}, extra_arguments=QUIET)
        client.execute()
    return cleaned(book)


def cleaned(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook without what differs from one run to the next."""
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}, "language_info": {"name": "python"}}
    for number, cell in enumerate(book.cells, start=1):
        cell.id, cell.metadata = f"cell-{number}", {}
        for output in cell.get("outputs", []):
            output.pop("metadata", None)
            if output.output_type in ("display_data", "execute_result"):
                output.metadata = {}
                output.data.pop("text/html", None)
    return book


def printed(book: nbformat.NotebookNode) -> list[str]:
    """What each cell of code gives, as text."""
    return ["".join(map(text_of, cell.outputs)) for cell in book.cells if cell.cell_type == "code"]


def text_of(output: Any) -> str:
    """What an output says; of a picture, that it is one."""
    if output.output_type == "stream":
        return str(output.text)
    return "a picture" if "image/png" in output.data else re.sub(r"0x[0-9a-f]+", "0x", str(output.data.get("text/plain", "")))


def main(names: list[str]) -> int:
    """Run all notebooks, or those that are named, and write them."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if not names or path.stem in names:
            nbformat.write(run(path), path)
            print(f"Run: {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
