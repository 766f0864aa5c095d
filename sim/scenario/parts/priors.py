"""Fields of a prior: what is known of a parameter before any fitting."""

from typing import Literal

from pydantic import Field

from sim.scenario.fields import Section, text


class Prior(Section):
    """What is known of a parameter before any fitting: a distribution cut off at `low` and `high`.

    `normal`: median and standard deviation; `lognormal`: median and standard deviation of the logarithm; `uniform`: low to high.
    """

    distribution: Literal["uniform", "normal", "lognormal"] = Field(description="shape", json_schema_extra={"unit": "word", "source": "structure"})
    low: float = Field(description="lowest value possible", json_schema_extra={"unit": "that of the field", "source": "assumed"})
    high: float = Field(description="highest value possible", json_schema_extra={"unit": "that of the field", "source": "assumed"})
    median: float | None = Field(None, description="median before cutting off", json_schema_extra={"unit": "that of the field", "source": "assumed"})
    spread: float | None = Field(
        None,
        ge=0,
        description="standard deviation (of the logarithm where lognormal)",
        json_schema_extra={"unit": "that of the field", "source": "assumed"},
    )
    shared: bool = Field(
        True, description="whether all fields that the path matches share one draw", json_schema_extra={"unit": "yes or no", "source": "structure"}
    )
    contested: bool = Field(
        False,
        description="whether the sign of the effect is disputed; the range then includes zero and both signs",
        json_schema_extra={"unit": "yes or no", "source": "metadata"},
    )
    calibrated: bool = Field(
        False,
        description="whether calibration fits it to the records of crises and the rates of past ones; the rest stay as drawn here",
        json_schema_extra={"unit": "yes or no", "source": "metadata"},
    )
    unit: str = text("", "unit, as the field has it")
    source: str = text(None, "where the distribution comes from, or the word assumed")
