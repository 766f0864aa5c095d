"""From scenario to arrays: every number that a run can vary becomes an array over points and worlds.

A number has shape (1, 1); (points, 1) if the design varies it; (1, replicates) if it is drawn from a prior. Names,
dates and whole numbers stay as they are. A value that is set for some days only is rewritten on the days on which a
window opens or closes.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.design import After, Point, Set
from sim.moments import Moments
from sim.worlds import Array, Flags, Whole, among

Path = tuple[str, ...]


class Settings:
    """A section of the scenario, its numbers arrays of two dimensions."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def of(self, name: str, otherwise: float) -> Any:
        """The number of a name, or `otherwise` where it has none."""
        return self.__dict__.get(name, otherwise)

    def among(self, cells: Whole, shape: tuple[int, ...]) -> "Settings":
        """The section in some worlds of some points only; the section itself where nothing in it differs."""
        here: dict[str, Any] = {}
        for name, value in vars(self).items():
            if isinstance(value, Settings):
                here[name] = value.among(cells, shape)
            elif isinstance(value, np.ndarray) and value.size > 1:
                here[name] = among(value, cells, shape)
        if all(value is vars(self)[name] for name, value in here.items()):
            return self
        result = Settings()
        vars(result).update(vars(self) | here)
        return result


class Layer:
    """At most one window a point, all on one number: values, first days and days after the last as columns, shape (points, 1).

    Windows whose days each world finds for itself are kept apart.
    """

    def __init__(self, windows: dict[int, Set], points: int) -> None:
        """`windows`: by number of the point."""
        self.value, self.start, self.until = (np.full((points, 1), fill) for fill in (np.nan, np.inf, np.inf))
        known = {
            number: change
            for number, change in windows.items()
            if not (isinstance(change.start, After) or isinstance(change.until, After) or change.during)
        }
        self.found = {number: change for number, change in windows.items() if number not in known}
        self.value[list(windows), 0] = [change.value for change in windows.values()]
        self.start[list(known), 0] = [change.start for change in known.values()]
        self.until[list(known), 0] = [change.until for change in known.values()]

    def open(self, day: int, moments: Moments) -> Flags:
        """Where a window is open on `day`."""
        known = (self.start <= day) & (day < self.until)
        if not self.found:
            return known
        flags = known | moments.nowhere
        for number, change in self.found.items():
            flags[number] = moments.within(change, day, number)
        return flags


class Windows:
    """A number that some points set: its base value, and layer upon layer of windows; of several that are open the last one counts."""

    def __init__(self, owner: Settings, name: str, base: Array, layers: list[Layer]) -> None:
        self._owner, self._name, self._base, self._layers = owner, name, base, layers

    def at_first(self) -> Array:
        """The number on the first day, before anything has happened; shape (points, 1) or that of the base."""
        value = self._base
        for layer in self._layers:
            value = np.where((layer.start <= 0) & (layer.until > 0), layer.value, value)
        return value

    def rewrite(self, day: int, moments: Moments) -> None:
        """Rewrite the number as it stands on `day`."""
        value = self._base
        for layer in self._layers:
            value = np.where(layer.open(day, moments), layer.value, value)
        setattr(self._owner, self._name, value)

    @property
    def found(self) -> list[Set]:
        """The windows whose days each world finds for itself."""
        return [change for layer in self._layers for change in layer.found.values()]

    def days(self) -> set[int]:
        """Known days on which a window opens or closes."""
        columns = [column for layer in self._layers for column in (layer.start, layer.until)]
        return {int(day) for column in columns for day in np.unique(column) if np.isfinite(day)}


def absent(field: FieldInfo) -> float | None:
    """What a mapping from names to numbers holds for a name that is not in it; None for any other field."""
    extra = field.json_schema_extra
    return extra.get("absent") if isinstance(extra, dict) else None  # type: ignore[return-value]


class Columns:
    """The scenario's numbers as the design and the priors have them."""

    def __init__(self, points: list[Point], matches: Mapping[str, list[Path]], drawn: Mapping[Path, Array]) -> None:
        """`matches`: leaf paths of every path that a point sets; `drawn`: arrays (1, replicates) of numbers drawn from priors."""
        self._drawn = drawn
        self._layers = _layers_by_path(points, matches)
        self.windows: list[Windows] = []

    def settings(self, section: BaseModel, path: Path) -> Settings:
        """A section of the scenario as arrays."""
        result = Settings()
        for name, field in type(section).model_fields.items():
            setattr(result, name, self._value(getattr(section, name), (*path, name), result, absent(field)))
        return result

    def _value(self, value: Any, path: Path, owner: Settings, otherwise: float | None) -> Any:
        if isinstance(value, BaseModel):
            return self.settings(value, path)
        if isinstance(value, float):
            return self._number(value, path, owner)
        if otherwise is not None:
            return self._by_name(value, path, otherwise)
        return value

    def _by_name(self, values: dict[str, float], path: Path, otherwise: float) -> Settings:
        """Numbers by name; one that the scenario does not give stands at `otherwise`, and can be set or drawn all the same."""
        result = Settings()
        for name in dict.fromkeys([*values, *(known[-1] for known in (*self._layers, *self._drawn) if known[:-1] == path)]):
            setattr(result, name, self._number(values.get(name, otherwise), (*path, name), result))
        return result

    def _number(self, value: float, path: Path, owner: Settings) -> Array:
        base = self._drawn.get(path, np.full((1, 1), value))
        if path not in self._layers:
            return base
        window = Windows(owner, path[-1], base, self._layers[path])
        self.windows.append(window)
        return window.at_first()


def _layers_by_path(points: list[Point], matches: Mapping[str, list[Path]]) -> dict[Path, list[Layer]]:
    """The windows on every number that some point sets; numbers that are set by the same changes share their layers."""
    rows: dict[str, list[tuple[int, int, Set]]] = {}
    for number, point in enumerate(points):
        for place, change in enumerate(point.sets):
            rows.setdefault(change.path, []).append((number, place, change))
    patterns: dict[Path, tuple[str, ...]] = {}
    for pattern in rows:
        patterns |= {path: (*patterns.get(path, ()), pattern) for path in matches[pattern]}
    layers = {}
    for several in set(patterns.values()):
        in_order = sorted([row for pattern in several for row in rows[pattern]], key=itemgetter(0, 1))
        layers[several] = _layers_of([(number, change) for number, _, change in in_order], len(points))
    return {path: layers[several] for path, several in patterns.items()}


def _layers_of(rows: list[tuple[int, Set]], points: int) -> list[Layer]:
    """Windows on one number, by number of the point and in the order in which they count, in as few layers as there is room in."""
    layers: list[dict[int, Set]] = []
    for number, change in rows:
        layer = next((layer for layer in layers if number not in layer), None)
        if layer is None:
            layers.append(layer := {})
        layer[number] = change
    return [Layer(windows, points) for windows in layers]
