"""A field of a scenario: what it means, its unit, its range, its default and where the number comes from."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

ASSUMED = "assumed"
TRIAL = "trial fit: searched together against base rates of past crises and this case (docs/model.md, section 10); not yet estimated"
SEARCHED = "searched on base rates of past crises and the default case together, and on nothing else (make defaults; docs/model.md, section 10)"

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"


class Section(BaseModel):
    """A part of a scenario: frozen, and closed to keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True, allow_inf_nan=False)

    # Mesa's batch_run spreads every iterable argument into levels, and a pydantic model is one.
    __iter__ = None  # type: ignore[assignment]


def number(
    default: float | None,
    meaning: str,
    unit: str,
    low: float,
    high: float,
    source: str = ASSUMED,
    *,
    above: bool = False,
) -> Any:
    """A real number in [low, high], or in (low, high] when `above`; without a default where `default` is None."""
    bounds: dict[str, Any] = {"gt" if above else "ge": low, "le": high}
    extra: dict[str, Any] = {"unit": unit, "source": source}
    value = ... if default is None else default
    return Field(value, description=meaning, json_schema_extra=extra, **bounds)


def whole(default: int | None, meaning: str, unit: str, low: int, high: int, source: str = ASSUMED) -> Any:
    """A whole number in [low, high]; part of the structure of a run, never a column of a design."""
    value = ... if default is None else default
    return Field(value, description=meaning, ge=low, le=high, json_schema_extra={"unit": unit, "source": source})


def coordinate(meaning: str, unit: str, limit: float) -> Any:
    """A place on the map; part of the structure of a run, since distances are measured once."""
    return Field(description=meaning, ge=-limit, le=limit, json_schema_extra={"unit": unit, "source": "structure"})


def text(default: str | None, meaning: str, *, pattern: str | None = None) -> Any:
    """A word or sentence; without a default where `default` is None."""
    value = ... if default is None else default
    return Field(value, description=meaning, pattern=pattern, json_schema_extra={"unit": "text", "source": "metadata"})


def name_of(meaning: str, default: str | None = None) -> Any:
    """The name of another part of the scenario."""
    value = ... if default is None else default
    return Field(value, description=meaning, json_schema_extra={"unit": "name", "source": "structure"})


def part(factory: Any, meaning: str) -> Any:
    """A nested section, at its own defaults unless the scenario says otherwise."""
    return Field(default_factory=factory, description=meaning)
