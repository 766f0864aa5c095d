"""What every study asks alike, and refuses alike: dates, modes, numbers of worlds, seeds, parameters."""

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sim.design import Mode
from sim.outcomes import definitions
from sim.parameters import Known
from sim.scenario.errors import nearest, one_of, refuse
from sim.scenario.load import load
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario

SCHEMA_VERSION = 1
"""Of what a command prints as JSON and keeps in a manifest."""
PARAMETERS = ("point", "prior", "posterior")
WORLDS_PER_DRAW = 20
"""Worlds that share a draw of the parameters, where intervals are to run over draws."""
FEWEST_DRAWS = 100
"""Draws from which such intervals are shown."""


def json_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table's rows as a command prints them in JSON, which does not know NaN."""
    return [
        {str(key): None if pd.api.types.is_scalar(value) and pd.isna(value) else value for key, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def day_of(scenario: Scenario, said: datetime.date | str, flag: str) -> int:
    """A day of the run from a date; raises ScenarioError that names the flag."""
    try:
        day = scenario.day_of(said if isinstance(said, datetime.date) else datetime.date.fromisoformat(said))
    except ValueError:
        raise refuse("", "must be a date that exists, as year-month-day", field=flag, value=str(said)) from None
    if not 0 <= day < scenario.days:
        raise refuse("", f"must be a day of the run, {scenario.start} to {scenario.end}", field=flag, value=str(said))
    return day


def mode_of(said: str, modes: Sequence[Mode], why: str = "") -> Mode:
    """A mode by its name; raises ScenarioError."""
    found = next((mode for mode in modes if mode == said), None)
    if found is None:
        raise refuse("", f"{one_of(modes)}{why}", field="--mode", value=said, nearest=nearest(said, modes))
    return found


def crisis_of(scenario: Scenario | str | Path) -> Scenario:
    """A crisis, or that of a name or folder; raises ScenarioError where there is none."""
    return load(scenario) if isinstance(scenario, str | Path) else scenario


def check_seed(seed: int) -> None:
    """Refuse a seed that there is not."""
    if not 0 <= seed < 2**64:
        raise refuse("", "must be a whole number from 0 to 2^64 - 1", field="--seed", value=seed)


def check_worlds(worlds: int) -> None:
    """Refuse to run no world."""
    if worlds < 1:
        raise refuse("", "must be a whole number above 0", field="--worlds", value=worlds)


def check_world(world: int) -> None:
    """Refuse the number of no world."""
    if not 0 <= world < 2**53:
        raise refuse("", "must be a whole number from 0 to 2^53 - 1", field="--world", value=world)


def check_parameters(parameters: str) -> None:
    """Refuse a word for no kind of parameters."""
    if parameters not in PARAMETERS:
        raise refuse("", one_of(PARAMETERS), field="--parameters", value=parameters, nearest=nearest(parameters, PARAMETERS))


def priors_of(parameters: str) -> dict[str, Known]:
    """What parameters are drawn from; nothing where they are single values. A stale posterior is said to be so on stderr."""
    if parameters == "posterior":
        from sim.experiments.posterior import note_on, stored

        found = stored()
        if note := note_on(found):
            print(note, file=sys.stderr)
        return found.known()
    return dict(load_priors()) if parameters == "prior" else {}


def parameters_asked(parameters: str) -> dict[str, Any]:
    """What was asked about parameters, as plain values: of a posterior also which one, and what it was fitted to."""
    if parameters != "posterior":
        return {"parameters": parameters}
    from sim.experiments.posterior import stored

    found = stored()
    return {"parameters": parameters, "posterior": {"hash": found.manifest["hash"], "crises": found.crises}}


def fitted_to(scenario: Scenario, parameters: str) -> bool:
    """Whether parameters come from a posterior to which the crisis' own record was fitted."""
    if parameters != "posterior":
        return False
    from sim.experiments.posterior import stored

    return scenario.name in stored().crises


def check_outcomes(scenario: Scenario, names: Sequence[str]) -> None:
    """Refuse names of no outcome that has a number."""
    known = [outcome.name for outcome in definitions(scenario) if outcome.kind != "class" and outcome.name != "log_weight"]
    for name in names:
        if name not in known:
            raise refuse("", one_of(known), field="--outcome", value=name, nearest=nearest(name, known))
