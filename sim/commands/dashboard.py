"""dashboard: the crisis on one page in the browser, on this machine alone."""

from importlib.util import find_spec
from typing import Annotated

import typer

from sim.commands.common import ScenarioName, fail, scenario_named

PORT = 5006


def dashboard(
    scenario: ScenarioName = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")] = PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Look at the crisis and change it, on one page in the browser."""
    from sim.scenario.errors import ScenarioError, needs

    try:
        crisis = scenario_named(scenario)
        if find_spec("panel") is None:
            raise needs("dashboard", "panel", "dashboard")
        from sim.dashboard.serve import serve

        serve(crisis, port, not no_browser)
    except ScenarioError as error:
        fail(error)
