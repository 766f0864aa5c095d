"""Fields of natural experiments: closures of a border that happened, what was reported of them, and what comes nearest in the model."""

from typing import Any, Literal

from pydantic import Field

from sim.scenario.fields import Section, text, whole
from sim.scenario.parts.kinds import Name

Quantity = Literal["food_price_rise", "fuel_price_rise", "food_shortage", "fuel_shortage", "food_stock", "fuel_stock", "hardship", "lost_income"]
REPORTED: Any = {"unit": "that of the quantity", "source": "record"}
NAMES: Any = {"unit": "names", "source": "structure"}


class Effect(Section):
    """What was reported of a closure, and the number of the model that comes nearest, if there is one."""

    label: str = text(None, "what was seen to change")
    reported: str = text(None, "what the source says, in its own measure")
    day: int = whole(1, "day of the closure for which it was reported; the first closed day is 1", "days", 1, 3650, "record")
    low: float | None = Field(None, description="lower end of what was reported", json_schema_extra=REPORTED)
    high: float | None = Field(None, description="upper end of what was reported", json_schema_extra=REPORTED)
    assumed_range: bool = Field(
        False,
        description="whether the report gives one figure and the range around it is assumed",
        json_schema_extra={"unit": "yes or no", "source": "structure"},
    )
    quantity: Quantity | None = Field(
        None,
        description="the model's number that comes nearest; left out where there is none",
        json_schema_extra={"unit": "name", "source": "structure"},
    )
    compared: bool = Field(
        True,
        description="whether that number can be held against the report, or only be shown beside it",
        json_schema_extra={"unit": "yes or no", "source": "structure"},
    )
    nearest: str = text("", "how near it comes, or why there is none")
    places: tuple[Name, ...] = Field((), description="communities for which it was reported; all, where none is named", json_schema_extra=NAMES)
    set_on: str = text("", "path of a number of the module that was set by hand with this report in view")
    source: str = text(None, "sources, by their names under `references`")
    confidence: Literal["H", "M", "L"] = Field(description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "record"})

    @property
    def range(self) -> tuple[float, float] | None:
        """The reported range, where the model's number is held against it."""
        if not self.compared or self.quantity is None or self.low is None or self.high is None:
            return None
        return self.low, self.high


class Closure(Section):
    """A closure that happened: what was closed, since when, for how long, by whom, and what was reported of it."""

    label: str = text(None, "name as printed")
    since: str = text(None, "first day, as far as it is known")
    length: str = text(None, "how long it lasted, as far as it is known")
    days: int = whole(None, "days for which it is simulated", "days", 1, 3650, "record")
    by: str = text(None, "who closed it")
    crossings: tuple[str, ...] = Field(min_length=1, description="crossings that were closed; `*` for all", json_schema_extra=NAMES)
    source: str = text(None, "sources, by their names under `references`")
    confidence: Literal["H", "M", "L"] = Field(description="how sure: high, medium, low", json_schema_extra={"unit": "grade", "source": "record"})
    effects: dict[Name, Effect] = Field(min_length=1, description="what was reported")


class ClosuresFile(Section):
    """Natural experiments on the borderland of one scenario."""

    scenario: Name = Field(description="the crisis whose communities and crossings stand for the borderland", json_schema_extra=NAMES)
    caveats: tuple[str, ...] = Field(
        (), description="what must be said beside every result", json_schema_extra={"unit": "text", "source": "metadata"}
    )
    closures: dict[Name, Closure] = Field(min_length=1, description="closures by name")
    references: dict[str, str] = Field(default_factory=dict, description="sources by name", json_schema_extra={"unit": "text", "source": "metadata"})
