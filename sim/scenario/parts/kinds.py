"""Kinds of values that several parts of a scenario share."""

from typing import Annotated

from pydantic import Field, StringConstraints

from sim.scenario.fields import NAME_PATTERN

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Share = Annotated[float, Field(ge=0, le=1)]
Signed = Annotated[float, Field(ge=-1, le=1)]
Distrust = Annotated[float, Field(ge=-1, le=0)]
