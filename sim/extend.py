"""What a package of one's own is made with: docs/extending.md."""

from sim.scenario.additions import Behaviour, Intervention, Outcome, Rule
from sim.scenario.fields import Section, number
from sim.scenario.ladder import acts_of

__all__ = ["Behaviour", "Intervention", "Outcome", "Rule", "Section", "acts_of", "number"]
