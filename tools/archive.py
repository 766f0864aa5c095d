"""The project as one zip for a model archive: `python tools/archive.py [FOLDER]` (`make archive`), by default into dist/.

    code/       the whole project as it is committed, ready to run
    data/       what goes into it: crises with their records and sources, priors, outlines of the map
    docs/       the pages, the model as a PDF, metadata
    results/    what the first command of the README gives
    README.md, CITATION.cff, codemeta.json, LICENSE, LICENSES.md

What is not committed is not in it, so it refuses a changed checkout.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from model_pdf import pdf

import sim
from sim.archive import pack
from sim.scenario.errors import ScenarioError

ROOT = Path(__file__).resolve().parents[1]
TOP = ("CITATION.cff", "codemeta.json", "LICENSE", "LICENSES.md")
ABOUT = """# Taftan {version}

{description}

| folder | what it holds |
|---|---|
| `code/` | the whole project, commit {commit}; in it `make replay` runs the first example and `make test` all tests |
| `data/` | what goes into a run: crises with records and sources, priors, the map's outlines (the same as `code/scenarios`) |
| `docs/` | the documentation (the same pages as in `code/docs`), and the model as a PDF, `model.pdf` |
| `results/` | what `make replay` gives: open `index.html` |

Needs: Python 3.12 or newer, git and make, on Linux or macOS; `code/constraints.txt` names every package to the version.
Setting up takes about half a minute, `make replay` some ten seconds after that, `make test` about ten minutes on two cores.
What it prints stands in `code/README.md`.
"""


def git(*words: str) -> bytes:
    """What git says."""
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=True).stdout


def committed() -> dict[str, bytes]:
    """The files of the last commit by path."""
    with tarfile.open(fileobj=io.BytesIO(git("archive", "HEAD"))) as files:
        return {member.name: source.read() for member in files if member.isfile() and (source := files.extractfile(member))}


def replayed() -> dict[str, bytes]:
    """What the first command of the README writes, by path."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, str(ROOT / "run.py"), "replay"], cwd=folder, check=True, capture_output=True)
        results = Path(folder) / "results"
        return {f"results/{file.relative_to(results).as_posix()}": file.read_bytes() for file in sorted(results.rglob("*")) if file.is_file()}


def members() -> dict[str, bytes]:
    """Every file of the archive by path."""
    code = committed()
    found = {f"code/{name}": content for name, content in code.items()}
    found |= {f"data/{PurePosixPath(name).relative_to('scenarios')}": content for name, content in code.items() if name.startswith("scenarios/")}
    found |= {name: content for name, content in code.items() if name.startswith("docs/")}
    found |= {name: code[name] for name in TOP}
    found["docs/model.pdf"] = pdf()
    found["docs/paper.md"] = code["paper/paper.md"]
    about = ABOUT.format(
        version=sim.__version__, description=sim.__doc__.splitlines()[0], commit=git("rev-parse", "--short", "HEAD").decode().strip()
    )
    found["README.md"] = about.encode()
    return found | replayed()


def main(arguments: list[str]) -> int:
    """Write the archive; 2 where the checkout has changes that are not committed."""
    if git("status", "--porcelain", "--untracked-files=no").strip():
        print("There are changes that are not committed; an archive holds a commit.", file=sys.stderr)
        return 2
    folder = Path(arguments[0]) if arguments else ROOT / "dist"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"taftan-{sim.__version__}"
    try:
        count = pack(name, members(), folder / f"{name}.zip")
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Saved: {folder / name}.zip ({count} files)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
