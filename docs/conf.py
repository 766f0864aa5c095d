"""How the documentation is built: `make docs`. Nothing is fetched from anywhere."""

import sys
from pathlib import Path

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
html_show_sourcelink = False
html_copy_source = False
