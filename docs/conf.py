"""How the documentation is built: `make docs`. Nothing is fetched from anywhere."""

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sim import __version__  # noqa: E402

project = "Taftan"
author = "The Taftan authors"
project_copyright = "The Taftan authors; documents CC BY 4.0"
release = version = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc"]
exclude_patterns = ["notebooks/.ipynb_checkpoints"]
# Notebooks are shown as they are kept: the tests run them.
nb_execution_mode = "off"
highlight_language = "none"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_typehints = "description"
autodoc_member_order = "bysource"
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = f"Taftan {__version__}"
html_static_path = ["site"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False

OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./([^)]+)\)")
"""A link to a file of the project that is no page of the site."""


def named_instead(match: re.Match[str]) -> str:
    """Its words, and the file's path; the path alone where that is what the words are."""
    words, path = match.groups()
    return f"`{path}`" if path.endswith(words) else f"{words} (`{path}`)"


def name_files_outside(app: object, page: str, source: list[str]) -> None:
    """In a clone these links lead somewhere, in the site they would not."""
    if "/" not in page:
        source[0] = OUTSIDE.sub(named_instead, source[0])


def setup(app: Any) -> None:
    """What Sphinx calls."""
    app.connect("source-read", name_files_outside)
