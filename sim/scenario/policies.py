"""Which numbers of a scenario are at work: those of a rule by which a state does not decide change nothing."""

from sim.scenario.schema import Scenario

PART = "policies"


def at_work(scenario: Scenario, path: str) -> bool:
    """Whether a value can change anything, as far as the rules by which states decide go; `path` is that of one value."""
    words = path.split(".")
    if len(words) < 4 or words[0] != "states" or words[2] != PART:
        return True
    return scenario.states[words[1]].policy == words[3]
