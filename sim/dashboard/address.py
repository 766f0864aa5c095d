"""The address of a view: its differences, packed. What is not understood is listed, never guessed."""

import base64
import binascii
import json
import zlib
from typing import Any

from sim.dashboard.view import View, differences, from_differences

KEY = "view"
LONGEST = 1800
"""Letters above which a view is offered as a file: some programs cut longer addresses."""
MOST_BYTES = 200_000
"""Bytes that an address may unpack to."""


def packed(said: dict[str, Any]) -> str:
    """Plain values as letters that an address can hold."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def query(view: View, beside: View | None = None) -> str:
    """What stands after the question mark; empty for the default view. `beside`: the set-up that it is compared with."""
    said = differences(view)
    if beside is not None:
        said["beside"] = differences(beside)
    return f"{KEY}={packed(said)}" if said else ""


def read(scenario: str, letters: str) -> tuple[View, View | None, list[str]]:
    """The view of an address, what it is compared with, and what was not understood."""
    if not letters:
        return View(scenario), None, []
    said = unpacked(letters)
    if said is None:
        return View(scenario), None, ["the part after view= is damaged or cut short"]
    other = said.pop("beside", None)
    view, strange = from_differences(scenario, said)
    if other is None:
        return view, None, strange
    if not isinstance(other, dict):
        return view, None, [*strange, "the set-up to compare with"]
    beside, more = from_differences(scenario, other)
    return view, beside, strange + more


def unpacked(letters: str) -> dict[str, Any] | None:
    """The values in an address; None where it is damaged."""
    try:
        raw = base64.urlsafe_b64decode(letters.encode("ascii") + b"=" * (-len(letters) % 4))
        said = json.loads(zlib.decompressobj().decompress(raw, MOST_BYTES))
    except (ValueError, binascii.Error, zlib.error, UnicodeEncodeError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
