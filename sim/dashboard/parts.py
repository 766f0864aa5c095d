"""The page's templates, styles and script, read once from the files beside this one."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

ASSETS = Path(__file__).parent / "assets"


@cache
def environment() -> Environment:
    """Templates in which everything is escaped that is not said to be markup."""
    return Environment(loader=FileSystemLoader(ASSETS), autoescape=select_autoescape(default=True), trim_blocks=True, lstrip_blocks=True)


def part(name: str, /, **words: Any) -> str:
    """A piece of the page as HTML."""
    return str(getattr(environment().get_template("parts.html").module, name)(**words)).strip()


@cache
def _of_the_seat() -> Any:
    return environment().get_template("seat_parts.html").module


def seat_part(name: str, /, **words: Any) -> str:
    """A piece of the seat's pages as HTML."""
    return str(getattr(_of_the_seat(), name)(**words)).strip()


@cache
def asset(name: str) -> Markup:
    """A style sheet or script as it is."""
    return Markup((ASSETS / name).read_text(encoding="utf-8"))
