"""Distances on the ground."""

import math
from typing import Any

EARTH_RADIUS_KM = 6371.0


def distance(one: Any, other: Any) -> float:
    """Great-circle distance between two places with latitude and longitude in degrees [km]; the first point's values count."""
    south, north = math.radians(one.latitude.item(0)), math.radians(other.latitude.item(0))
    east = math.radians(other.longitude.item(0) - one.longitude.item(0))
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half))
