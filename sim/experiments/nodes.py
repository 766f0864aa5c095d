"""The axis of nodes: values of resolve at which one decision is weighed, between points and chance draws.

Quantities that do not hang on resolve have one node; those on which all chance draws agree have one draw. NumPy
stretches both where they meet what has many.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.settings import Settings
from sim.worlds import total

Kind = type[np.float32] | type[np.float64]
"""Precision in which decisions are weighed."""


def lifted(settings: Settings, kind: Kind) -> Settings:
    """A section with an axis of nodes in all its numbers: (points, 1, 1)."""
    result = Settings()
    for name, value in vars(settings).items():
        setattr(result, name, lifted(value, kind) if isinstance(value, Settings) else with_nodes(value, kind))
    return result


def with_nodes(value: Any, kind: Kind) -> Any:
    """A quantity with an axis of nodes; what is no array stays as it is."""
    if not isinstance(value, np.ndarray):
        return value
    return value[:, np.newaxis].astype(kind) if value.dtype == np.float64 else value[:, np.newaxis]


def narrowed(value: Any) -> Any:
    """A quantity of shape (points, chance draws), or (points, 1) where all chance draws agree."""
    agree = isinstance(value, np.ndarray) and value.shape[1] > 1 and (value == value[:, :1]).all()
    return value[:, :1] if agree else value


def rows(value: Any, block: slice) -> Any:
    """Some points of a quantity."""
    return value[block] if isinstance(value, np.ndarray) and len(value) > 1 else value


def rows_of(settings: Settings, block: slice) -> Settings:
    """Some points of a section."""
    result = Settings()
    for name, value in vars(settings).items():
        setattr(result, name, rows_of(value, block) if isinstance(value, Settings) else rows(value, block))
    return result


def small_first(terms: Iterable[Any]) -> Any:
    """Sum of the terms of a utility, those without nodes first: their arrays are smaller."""
    return total(sorted(terms, key=lambda term: term.size if isinstance(term, np.ndarray) else 0))
