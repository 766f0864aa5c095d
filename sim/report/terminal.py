"""What a command prints: findings first, then the table, then where it is kept; the next step goes to stderr."""

import sys
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from sim.findings import findings
from sim.report.tables import blocks
from sim.scenario.schema import Scenario

WIDTH = 150
"""Columns of a table that does not go to a terminal."""


def print_replay(crisis: Scenario, manifest: dict[str, Any], folder: Path, quiet: bool) -> None:
    """A replay: findings, tables with their notes, the caveat, where it is kept."""
    for sentence in findings(crisis, manifest):
        print(sentence)
    for block in blocks(crisis, manifest):
        print_table(block.title, block.header, block.rows)
        print(block.note)
    print(manifest["caveat"])
    print(f"Saved: {folder / 'index.html'}")
    if not quiet:
        print(f"Next: open {folder / 'index.html'} in a browser; or ask what if:", file=sys.stderr)
        print(f"      python run.py replay {crisis.name} --set states.{list(crisis.states)[1]}.resolve.median=0.2", file=sys.stderr)


def print_table(title: str, header: list[str], rows: list[list[str]]) -> None:
    """A table in columns as wide as the terminal allows."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print()
    console.print(table)
    console.print()


def print_validation(found: Any) -> None:
    """Patterns and signs, hits and misses."""
    print("\n".join(found.sentences))
    rows = [
        [
            row.label,
            f"{row.target_low:g} to {row.target_high:g}",
            f"{row.model:.3g} ({row.low:.3g} to {row.high:.3g})",
            "hit" if row.hit else "MISS",
            row.source,
        ]
        for row in found.table().itertuples()
    ]
    print_table(
        "Patterns (FREE for base rates and quiet years, ASSISTED and FORCED for the case)", ["pattern", "target", "model", "", "source"], rows
    )
    signs = [
        [row.claim, f"{row.difference:.3g} ({row.low:.3g} to {row.high:.3g})", f"{100 * row.changed:.0f} in 100", row.verdict]
        for row in found.sign_table().itertuples()
    ]
    print_table("Signs: mean paired difference, world by world", ["lever", "difference", "worlds changed", "verdict"], signs)
    print(found.caveat)
