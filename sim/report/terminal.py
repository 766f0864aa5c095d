"""What a command prints: findings first, then the table, then where it is kept; the next step goes to stderr."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from sim.findings import findings
from sim.report.tables import Block, blocks
from sim.scenario.schema import Scenario

WIDTH = 150
"""Columns of a table that does not go to a terminal."""


def print_study(findings: Sequence[str], blocks: Sequence[Block], caveat: str, folder: Path, next_step: str = "", command: str = "") -> None:
    """A study: findings, tables with their notes, the caveat, where it is kept; then what to do next, where anybody wants to hear it."""
    print("\n".join(findings))
    for block in blocks:
        print_table(block.title, block.header, block.rows)
        print(block.note)
    print(caveat)
    print(f"Saved: {folder / 'index.html'}")
    if command:
        print(f"Next: open {folder / 'index.html'} in a browser; or {next_step}:\n      {command}", file=sys.stderr)


def print_replay(crisis: Scenario, manifest: dict[str, Any], folder: Path, quiet: bool) -> None:
    """A replay, and what to ask after it."""
    command = "" if quiet else f"python run.py replay {crisis.name} --set states.{list(crisis.states)[1]}.resolve.median=0.2"
    print_study(findings(crisis, manifest), blocks(crisis, manifest), manifest["caveat"], folder, "ask what if", command)


WIDEST_WORD = 12
"""Letters of a head's word up to which it is not broken."""


def print_table(title: str, header: list[str], rows: list[list[str]], *, whole: bool = False) -> None:
    """A table in columns as wide as the terminal allows; `whole`: the first column, which people copy, is not broken."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, name in enumerate(header):
        longest = max(map(len, name.split()), default=0)
        table.add_column(name, overflow="fold", no_wrap=whole and number == 0, min_width=min(longest, WIDEST_WORD))
    for row in rows:
        table.add_row(*row)
    console.print()
    console.print(table)
    console.print()
