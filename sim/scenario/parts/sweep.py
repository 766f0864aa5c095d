"""Fields of a sweep: which numbers vary, over what, by which design, and what is kept of every world."""

from typing import Any, Literal

from pydantic import Field

from sim.scenario.fields import Section, text

STRUCTURE: Any = {"unit": "text", "source": "structure"}
ASSUMED: Any = {"unit": "that of the factor", "source": "assumed"}
Level = float | str
DesignName = Literal["grid", "latin_hypercube", "sobol", "morris", "random", "rows"]
DESIGNS: tuple[DesignName, ...] = ("grid", "latin_hypercube", "sobol", "morris", "random", "rows")


class FactorSpec(Section):
    """What a factor takes: levels, a range from `low` to `high`, or its prior; with none of these, what a CSV's column holds."""

    levels: tuple[Level, ...] | None = Field(None, description="values, one after the other: numbers, dates or names", json_schema_extra=ASSUMED)
    low: float | None = Field(None, description="lowest value", json_schema_extra=ASSUMED)
    high: float | None = Field(None, description="highest value", json_schema_extra=ASSUMED)
    steps: int | None = Field(
        None,
        ge=2,
        le=10_000,
        description="number of levels from low to high, both included",
        json_schema_extra={"unit": "levels", "source": "structure"},
    )
    scale: Literal["linear", "log"] = Field("linear", description="how values lie between low and high", json_schema_extra=STRUCTURE)
    step: float | None = Field(None, gt=0, description="values are rounded to multiples of this", json_schema_extra=ASSUMED)
    prior: bool = Field(
        False, description="whether values are those of the parameter's prior", json_schema_extra={"unit": "yes or no", "source": "structure"}
    )


class SweepFile(Section):
    """A sweep: a question, a design over factors, and how its worlds are run.

    A factor is a dotted path of a scenario (wildcards allowed), `branch` (names of branches, `none` for as it was) or
    `dose.NAME`, a dose of the branch that all set-ups have.
    """

    title: str = text(None, "what is varied, in a few words")
    question: str = text(None, "the question, in one sentence")
    source: str = text(None, "where the idea and the ranges come from")
    scenario: str = text("", "the crisis for which it is written")
    design: DesignName = Field("grid", description="how set-ups are laid over the factors", json_schema_extra=STRUCTURE)
    vary: dict[str, FactorSpec] = Field({}, description="the factors, by path")
    points: int | None = Field(
        None,
        ge=1,
        le=10_000_000,
        description="set-ups of a sampled design; trajectories of Morris",
        json_schema_extra={"unit": "set-ups", "source": "structure"},
    )
    rows: str | None = Field(
        None, description="with design rows: a CSV beside this file, a column a factor, a line a set-up", json_schema_extra=STRUCTURE
    )
    branch: str | None = Field(None, description="a branch of the library, or A+B, that every set-up has", json_schema_extra=STRUCTURE)
    mode: Literal["forced", "assisted", "free"] = Field("assisted", description="who decides", json_schema_extra=STRUCTURE)
    start: str | None = Field(
        None, alias="from", description="first day on which governments, or all, choose; by default the first day of the branch, else of the run",
        json_schema_extra=STRUCTURE,
    )  # fmt: skip
    worlds: int = Field(200, ge=1, le=100_000_000, description="worlds of every set-up", json_schema_extra={"unit": "worlds", "source": "structure"})
    seed: int = Field(1, ge=0, lt=2**64, description="seed of all chance draws", json_schema_extra={"unit": "none", "source": "structure"})
    luck: Literal["shared", "independent"] | None = Field(
        None, description="whether set-ups share their worlds (the default) or each has its own (the default of random)", json_schema_extra=STRUCTURE
    )
    parameters: str = text("point", "single values, or drawn: prior, posterior")
    outcomes: tuple[str, ...] = Field((), description="outcomes that are kept; by default all", json_schema_extra=STRUCTURE)
    series: tuple[str, ...] = Field((), description="daily series of which quantiles are kept", json_schema_extra=STRUCTURE)
