"""What must be equal for two processes to give the same bits: how the machine computes, and the code that computes."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

from sim.scenario.extensions import stamp
from sim.worlds import kept, logistic, power

ABOVE = ("cli.py", "commands", "dashboard", "experiments", "plots", "report")
"""Parts of the house in which no number of a world is made."""


@cache
def numerics() -> str:
    """A fingerprint of how this machine computes: the bits of a fixed vector sent through our functions, and versions."""
    x = np.linspace(0.01, 30.0, 4001)
    results = (np.exp(-x), np.log(x), np.sqrt(x), np.exp2(-1.0 / x), np.tanh(x), kept(x), logistic(x), power(x, 0.3 + x))
    digest = hashlib.sha256(b"".join(result.tobytes() for result in results))
    digest.update(f"{np.__version__}".encode())
    return digest.hexdigest()[:16]


@cache
def code() -> str:
    """A hash of the files in which the numbers of a world are made, those of packages that add to them included."""
    house = Path(__file__).parent
    files = [path for path in sorted(house.rglob("*.py")) if path.relative_to(house).parts[0] not in ABOVE]
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(house).as_posix().encode() + b"\0" + path.read_bytes())
    digest.update("\0".join(stamp()).encode())
    return digest.hexdigest()[:16]
