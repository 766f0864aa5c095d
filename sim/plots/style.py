"""What all figures share: sizes, colours safe for the colour-blind, title, footer, and how a file is written."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from sim import __version__

PAGE_WIDTH, COLUMN_WIDTH = 10.0, 8.0
"""Widths in inches."""
TITLE, BODY, SMALL = 12.5, 9.0, 7.5
"""Sizes of type in points; nothing smaller than 7."""

INK, MUTED, RULE, HISTORY, PARENT = "#1F2328", "#57606A", "#E5E7EB", "#111111", "#6B7280"
STATE_COLOURS = ("#0072B2", "#B45309")
"""First and second state: equal lightness, so a lane, label or marker always goes with them."""
STATE_SHADES = (
    ("#FFFFFF", "#E0EEF7", "#B3D4E9", "#66AAD0", "#0072B2"),
    ("#FFFFFF", "#F6EAE0", "#E8CBB3", "#D29863", "#B45309"),
)
"""Shades of each state's colour for shares of worlds, light to dark."""

RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": BODY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "svg.hashsalt": "taftan",
    "svg.fonttype": "path",
}


def figure(width: float, height: float) -> Figure:
    """An empty figure in the house's style; no window system is touched."""
    mpl.rcParams.update(RC)
    return Figure(figsize=(width, height), dpi=150)


def head(canvas: Figure, title: str, subtitle: str) -> None:
    """Title and subtitle at the upper left."""
    height = canvas.get_size_inches()[1]
    canvas.text(0.02, 1 - 0.2 / height, title, size=TITLE, weight="bold", va="center")
    canvas.text(0.02, 1 - 0.46 / height, subtitle, size=BODY, color=MUTED, va="center")


def foot(canvas: Figure, mode: str, words: str) -> None:
    """The boxed mode, and what a reader must know to judge the figure, at the lower left."""
    box = canvas.text(
        0.02, 0.022, mode, size=SMALL, weight="bold", va="center", bbox={"boxstyle": "round,pad=0.35", "fc": "none", "ec": INK, "lw": 0.9}
    )
    canvas.draw_without_rendering()
    right = box.get_window_extent().x1 / canvas.bbox.width
    canvas.text(right + 0.025, 0.022, words, size=SMALL, color=MUTED, va="center")


def footer_words(manifest: dict[str, Any]) -> str:
    """Worlds, seed, scenario, parameters, version: what a reader needs to find the numbers again."""
    asked = manifest["asked"]
    parameters = {"point": "single values", "prior": "drawn before fitting"}[asked["parameters"]]
    worlds = f"{asked['worlds']:,} worlds · seed {asked['seed']} · {asked['scenario']} · parameters: {parameters}"
    return f"{worlds} · taftan {__version__} · a model, not a forecast"


def save(canvas: Figure, path: Path, manifest: dict[str, Any]) -> list[Path]:
    """Write PNG and SVG, reproducible to the byte, with the run's identity in their metadata."""
    about = f"run {manifest['hash']}, seed {manifest['asked']['seed']}, taftan {__version__}, commit {manifest['commit']}"
    png, svg = path.with_suffix(".png"), path.with_suffix(".svg")
    canvas.savefig(png, metadata={"Software": "taftan", "Description": about})
    canvas.savefig(svg, metadata={"Date": None, "Creator": "taftan", "Description": about})
    return [png, svg]
