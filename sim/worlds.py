"""The axis of worlds: named draws, and the few operations that give the same bits whatever the chunk.

Every changing quantity is an array of shape (points, replicates). A draw has shape (1, replicates) and broadcasts over
points, so that all points share their luck; where a design integrates over what is not known, shared luck would be a
lie, and every point has worlds of its own: then a draw has shape (points, replicates). A draw's name is (seed, site,
actor, day, world): any world, or slice of worlds, can be drawn alone, and adding an actor, a site, worlds or points
changes no existing draw (Salmon et al. 2011; Klein et al. 2024).
"""

from collections.abc import Iterable
from enum import IntEnum
from hashlib import blake2b
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]

Luck = Literal["shared", "independent"]
"""Whether all points have the same worlds, or each has its own."""

NEVER = 1 << 30
"""A day that does not come."""

SMALLEST_UNIFORM = 2.0**-54
"""Uniforms are clipped here, so that no inverse distribution function meets 0."""

NUMBERS_PER_COUNT = 4
"""Philox gives four 64-bit numbers for each value of its counter."""


class Draw(IntEnum):
    """Where in the model a draw is made. Numbers are never used again for something else."""

    PARAMETER = 1
    RESOLVE = 2
    PERCEPTION = 3
    COUNCIL = 4
    MILITARY = 5
    PUBLIC = 6
    BORDER = 7
    TALKS = 8
    STRIKE_KILLED = 9
    STRIKE_PLACE = 10
    AGREEMENT = 11
    RESTORATION = 12
    THIRD_PARTY = 13
    BLAME = 14
    SALIENT = 15
    SALIENT_KILLED = 16
    SALIENT_PLACE = 17
    TEMPO = 18
    TEMPO_KILLED = 19


def actor_number(luck: str) -> int:
    """The 64-bit number of an actor in the names of its draws."""
    return int.from_bytes(blake2b(luck.encode(), digest_size=8).digest(), "little")


class Worlds:
    """A slice of the worlds of a seed, seen from a number of points.

    `luck`: `shared`, world `first` + r is replicate r of every point; `independent`, the points have the worlds from `first` on
    one after another, `replicates` each.
    """

    def __init__(self, seed: int, points: int = 1, replicates: int = 1, first: int = 0, luck: Luck = "shared") -> None:
        self.seed, self.points, self.replicates, self.first, self.luck = seed, points, replicates, first, luck
        self.shape = (points, replicates)
        self.drawn = (points if luck == "independent" else 1, replicates)
        self._philox = np.random.Philox(key=[seed, 0])
        self._generator = np.random.Generator(self._philox)
        self._state: Any = self._philox.state

    def uniform(self, site: Draw, actor: int, day: int) -> Array:
        """One number in (0, 1) per world, shape (1, replicates), or (points, replicates) where luck is independent."""
        skipped = self.first % NUMBERS_PER_COUNT
        place = self._state["state"]
        place["key"][1] = site
        place["counter"][:] = (self.first // NUMBERS_PER_COUNT, day, actor, 0)
        self._philox.state = self._state
        numbers = self._generator.random(skipped + self.drawn[0] * self.replicates)
        return np.maximum(numbers, SMALLEST_UNIFORM, out=numbers)[skipped:].reshape(self.drawn)

    def normal(self, site: Draw, actor: int, day: int, where: Flags | None = None) -> Array:
        """One standard normal number per world, in the shape of a uniform one; the inverse is dear, so where it is wanted nowhere it is 0."""
        u = self.uniform(site, actor, day)
        wanted: Any = True if where is None else where if self.luck == "independent" else where.any(axis=0, keepdims=True)
        return np.asarray(ndtri(u, where=wanted, out=np.zeros_like(u)), dtype=np.float64)

    def numbers(self) -> Whole:
        """The number of every world, in the shape of a draw."""
        return (self.first + np.arange(self.drawn[0] * self.replicates)).reshape(self.drawn)

    def zeros(self) -> Array:
        """A quantity that is nought in every world, shape (points, replicates)."""
        return np.zeros(self.shape)

    def full(self, value: Any) -> Array:
        """A quantity that begins at `value` in every world, shape (points, replicates)."""
        return np.zeros(self.shape) + value

    def flags(self, value: bool = False) -> Flags:
        """A yes or no in every world, shape (points, replicates)."""
        return np.full(self.shape, value)


def among(value: Any, cells: Whole, shape: tuple[int, ...]) -> Any:
    """A quantity in some worlds of some points only, shape (1, count); a single number stays as it is.

    `cells` are places in an array of `shape` (points, replicates) read row by row, as `np.flatnonzero` gives them.
    """
    if not isinstance(value, np.ndarray) or value.size == 1:
        return value
    everywhere = value if value.shape == shape else np.broadcast_to(value, shape)
    return everywhere.take(cells)[np.newaxis]


def total(terms: Iterable[Any]) -> Any:
    """Sum over agents or terms, one after another: the order, and so the last bit, never depends on the chunk."""
    result: Any = 0.0
    for term in terms:
        result = result + term
    return result


def power(base: Any, exponent: Any) -> Any:
    """base to the exponent, for base > 0, by the same elementwise functions whatever the shapes."""
    return np.exp(exponent * np.log(base))


def kept(half_life: Any) -> Any:
    """Share of a decaying quantity that is left after a day."""
    return np.exp2(-1.0 / half_life)


def logistic(x: Any) -> Any:
    """1 / (1 + exp(-x)), without overflow."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))


def positive(x: Any) -> Any:
    """x where it is above zero, else zero."""
    return np.maximum(x, 0.0)
