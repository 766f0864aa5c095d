"""A sweep as people type it: factors after --vary, and flags that say what a file would."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from sim.scenario.errors import Problem, ScenarioError, refuse
from sim.scenario.parts.sweep import SweepFile
from sim.scenario.validate import faults_in
from sim.scenario.yaml_text import scalar

RANGE = re.compile(r"(?P<low>[^:,]+):(?P<high>[^:,]+)(?::(?P<steps>[^:,]+))?")
FORM = "must be PATH=a,b,c or PATH=low:high:steps, or PATH=low:high or PATH=prior in a sampled design"
FLAG = "--vary"


def factor_of(text: str) -> tuple[str, dict[str, Any]]:
    """`PATH=LEVELS` as a factor's name and what it takes; raises ScenarioError."""
    name, sign, said = (part.strip() for part in text.partition("="))
    if not sign or not name or not said:
        raise refuse("", FORM, field=FLAG, value=text)
    if said == "prior":
        return name, {"prior": True}
    ranged = RANGE.fullmatch(said)
    if ranged and not re.fullmatch(r"\d\d?:\d\d.*", said):
        numbers = {key: _number(value, text) for key, value in ranged.groupdict().items() if value is not None}
        if "steps" in numbers:
            numbers["steps"] = int(numbers["steps"]) if numbers["steps"].is_integer() else _number("", text)
        return name, numbers
    return name, {"levels": tuple(_level(part.strip(), text) for part in said.split(","))}


def _number(said: str, text: str) -> float:
    value = scalar(said.strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse("", FORM, field=FLAG, value=text)
    return float(value)


def _level(said: str, text: str) -> float | str:
    value = scalar(said)
    if value is None or isinstance(value, bool):
        raise refuse("", FORM, field=FLAG, value=text)
    return value if isinstance(value, str) else float(value)  # type: ignore[arg-type]


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sweep_of(
    file: SweepFile | None, varied: Sequence[str], flags: Mapping[str, Any], more: Mapping[str, Mapping[str, Any]] | None = None
) -> SweepFile:
    """The sweep that a file, flags and factors by name (`more`) make together; a flag counts before the file. Raises ScenarioError."""
    given: dict[str, Any] = file.model_dump(exclude_unset=True, by_alias=True) if file else {}
    given |= {key: value for key, value in flags.items() if value not in (None, (), [])}
    named = [factor_of(text) for text in varied]
    for name, _ in named:
        if sum(other == name for other, _ in named) > 1:
            raise refuse("", "is varied twice; give all its values once, with commas", field="--vary", value=name)
    factors = {**dict(named), **(more or {})}
    if factors:
        given["vary"] = {**given.get("vary", {}), **factors}
    if file is None:
        words = _listed(list(factors)) or "every parameter with a prior"
        what = f", with {given['branch']}" if given.get("branch") else ""
        given = {
            "title": f"Over {words}{what}",
            "question": f"What becomes of the crisis over {words}{what}?",
            "source": "asked for on the command line",
        } | given
    try:
        return SweepFile.model_validate(given)
    except ValidationError as error:
        problems = [
            Problem("", fault.allowed, ".".join(map(str, fault.trail)).removeprefix("vary."), fault.value, fault.nearest)
            for fault in faults_in(error, SweepFile)
        ]
        raise ScenarioError(problems) from None
