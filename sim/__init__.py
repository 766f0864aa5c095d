"""Taftan: a crisis laboratory.

    import sim
    scenario = sim.load(sim.default_name())
    run = sim.replay(scenario, mode="assisted", worlds=1000, seed=1)

Names are imported when they are first used, so that `import sim` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiments.branch import branch
    from sim.experiments.calibrate import calibrate
    from sim.experiments.chain import chain
    from sim.experiments.discover import discover
    from sim.experiments.explain import explain
    from sim.experiments.replay import replay
    from sim.experiments.sensitivity import sensitivity
    from sim.experiments.sweep import sweep
    from sim.experiments.tipping import tipping
    from sim.model import Crisis
    from sim.run_names import open_named as open
    from sim.scenario.errors import ScenarioError
    from sim.scenario.load import default_name, load

__version__ = "0.1.0"

_HOME = {
    "load": "sim.scenario.load",
    "default_name": "sim.scenario.load",
    "replay": "sim.experiments.replay",
    "branch": "sim.experiments.branch",
    "calibrate": "sim.experiments.calibrate",
    "discover": "sim.experiments.discover",
    "explain": "sim.experiments.explain",
    "sensitivity": "sim.experiments.sensitivity",
    "tipping": "sim.experiments.tipping",
    "sweep": "sim.experiments.sweep",
    "chain": "sim.experiments.chain",
    "Crisis": "sim.model",
    "ScenarioError": "sim.scenario.errors",
    "open": "sim.run_names",
}
_NAME_THERE = {"open": "open_named"}

__all__ = [
    "Crisis",
    "ScenarioError",
    "__version__",
    "branch",
    "calibrate",
    "chain",
    "default_name",
    "discover",
    "explain",
    "load",
    "open",
    "replay",
    "sensitivity",
    "sweep",
    "tipping",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"sim has no {name}; it has {', '.join(sorted(_HOME))}")
    return getattr(import_module(_HOME[name]), _NAME_THERE.get(name, name))


def __dir__() -> list[str]:
    return __all__
