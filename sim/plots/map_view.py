"""What part of the ground a map shows, and rectangles on it that names may not share."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

AROUND = 0.42
"""Room between the outermost places and the map's edge, in inches."""


@dataclass(frozen=True)
class Box:
    """A rectangle on the map in inches from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether two rectangles share any ground."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def within(self, width: float, height: float) -> bool:
        """Whether it lies on the map."""
        return self.left >= 0 and self.top >= 0 and self.right <= width and self.bottom <= height


@dataclass(frozen=True)
class View:
    """What part of the ground the map shows, and how large."""

    west: float
    north: float
    stretch: float
    scale: float
    width: float
    height: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Inches from the map's upper left corner."""
        return (longitude - self.west) * self.stretch * self.scale, (self.north - latitude) * self.scale


def view(places: Iterable[tuple[float, float]], width: float, height: float) -> View:
    """The places in the middle of the map, as large as they fit; a degree east is shorter than one north by the cosine."""
    longitudes, latitudes = zip(*places, strict=True)
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    stretch = math.cos(math.radians((south + north) / 2))
    scale = min((width - 2 * AROUND) / max((east - west) * stretch, 0.1), (height - 2 * AROUND) / max(north - south, 0.1))
    return View((west + east) / 2 - width / scale / stretch / 2, (south + north) / 2 + height / scale / 2, stretch, scale, width, height)
