"""The foot of the page: mode, worlds, seed, parameters, seconds, and the command that gives the same numbers."""

from sim import __version__
from sim.dashboard.answer import Answer
from sim.dashboard.parts import part
from sim.dashboard.view import command
from sim.plots.frame import mode_words
from sim.words import PARAMETER_WORDS, parameter_words


def own_name(scenario: str) -> str:
    """What a scenario with assumptions of one's own is called when it is saved."""
    return f"my_{scenario}"


def footer(found: Answer, seconds: float) -> str:
    """The foot as HTML."""
    view, weight = found.view, found.before["effective_worlds"]
    parts = [f"{found.worlds:,} worlds", f"seed {view.seed}", found.scenario.name, f"parameters: {parameter_words(found.asked)}"]
    if view.parameters == "point" and found.child is not None:
        parts[-1] = f"parameters fixed ({PARAMETER_WORDS['point']}); intervals show simulation error only"
    if weight < 0.999 * found.worlds:
        parts.append(f"weighted by how likely they made the record before; worth {weight:,.0f} equal ones")
    parts += [f"taftan {__version__}", f"{seconds:.2f} s"]
    needs_file = bool(view.assumed) and view.changes
    note = f"The command reads {own_name(view.scenario)}/scenario.yaml, which Files gives: assumptions of your own under a what-if need one."
    said = command(view, own_name(view.scenario) if needs_file else "")
    return part("footer", mode=mode_words(found.manifest, view.mode), parts=parts, command=said, note=note if needs_file else "")
