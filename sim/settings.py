"""From scenario to arrays: every number that a run can vary becomes an array over points and worlds.

A number has shape (1, 1); (points, 1) if the design varies it; (1, replicates) if it is drawn from a prior. Names,
dates and whole numbers stay as they are. A value that is set for some days only is rewritten on the days on which a
window opens or closes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.design import Point
from sim.worlds import Array, Whole, among

Path = tuple[str, ...]


class Settings:
    """A section of the scenario, its numbers arrays of two dimensions."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def of(self, name: str, otherwise: float) -> Any:
        """The number of a name, or `otherwise` where it has none."""
        return self.__dict__.get(name, otherwise)

    def among(self, cells: Whole, shape: tuple[int, ...]) -> "Settings":
        """The section in some worlds of some points only."""
        result = Settings()
        for name, value in self.__dict__.items():
            setattr(result, name, value.among(cells, shape) if isinstance(value, Settings) else among(value, cells, shape))
        return result


@dataclass
class Windows:
    """A number that some points set: base value and, point by point, value, first day and day after the last."""

    owner: Settings
    name: str
    base: Array
    rows: list[tuple[Array, Array, Array]]

    def on(self, day: int) -> Array:
        """The number as it stands on `day`; of several windows that are open the last one counts."""
        value = self.base
        for new, start, until in self.rows:
            value = np.where((start <= day) & (day < until), new, value)
        return value

    def rewrite(self, day: int) -> None:
        """Rewrite the number as it stands on `day`."""
        setattr(self.owner, self.name, self.on(day))

    def days(self) -> set[int]:
        """Days on which a window opens or closes."""
        return {int(day) for _, start, until in self.rows for day in np.concatenate([start, until]).ravel() if np.isfinite(day)}


def absent(field: FieldInfo) -> float | None:
    """What a mapping from names to numbers holds for a name that is not in it; None for any other field."""
    extra = field.json_schema_extra
    return extra.get("absent") if isinstance(extra, dict) else None  # type: ignore[return-value]


class Columns:
    """The scenario's numbers as the design and the priors have them."""

    def __init__(self, points: list[Point], matches: Mapping[str, list[Path]], drawn: Mapping[Path, Array]) -> None:
        """`matches`: leaf paths of every path that a point sets; `drawn`: arrays (1, replicates) of numbers drawn from priors."""
        self._points, self._drawn = points, drawn
        self._rows: dict[Path, list[tuple[int, float, int, int]]] = {}
        for number, point in enumerate(points):
            for change in point.sets:
                for path in matches[change.path]:
                    self._rows.setdefault(path, []).append((number, change.value, change.start, change.until))
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
        for name in dict.fromkeys([*values, *(known[-1] for known in (*self._rows, *self._drawn) if known[:-1] == path)]):
            setattr(result, name, self._number(values.get(name, otherwise), (*path, name), result))
        return result

    def _number(self, value: float, path: Path, owner: Settings) -> Array:
        base = self._drawn.get(path, np.full((1, 1), value))
        if path not in self._rows:
            return base
        window = Windows(owner, path[-1], base, [self._row(row) for row in self._rows[path]])
        self.windows.append(window)
        return window.on(0)

    def _row(self, row: tuple[int, float, int, int]) -> tuple[Array, Array, Array]:
        number, value, start, until = row
        here = np.arange(len(self._points))[:, np.newaxis] == number
        return np.where(here, value, np.nan), np.where(here, float(start), np.inf), np.where(here, float(until), np.inf)
