"""The command line: `python run.py --help`. It runs in the project's own .venv, whichever Python it was started with."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

VENV_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def main() -> None:
    # The folder is compared, not the file: a .venv's python is a link to the Python it was made with.
    if VENV_PYTHON.exists() and Path(sys.executable).parent.resolve() != VENV_PYTHON.parent.resolve():
        os.execv(str(VENV_PYTHON), [str(VENV_PYTHON), *sys.argv])

    if sys.version_info < (3, 12) or find_spec("typer") is None or find_spec("mesa") is None:
        state = "The .venv here is unfinished" if VENV_PYTHON.exists() else "No .venv here yet"
        print(f'{state}: run "make setup" first (it makes one), then try again.', file=sys.stderr)
        sys.exit(2)

    from sim.cli import app

    app()


if __name__ == "__main__":
    main()
