"""Fields of the rules by which a government may decide, and of the numbers that each rule has for itself."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import create_model

from sim.scenario.extensions import RULE, added, names_of
from sim.scenario.fields import Section, number, part

BUILT_IN = ("quantal_response", "look_ahead", "prospect_theory", "tit_for_tat", "markov_chain")
"""The house's own rules; docs/model.md, section 4.15."""

if TYPE_CHECKING:
    Policy = str
else:
    Policy = Literal[names_of(RULE, BUILT_IN)]
"""The rules there are: the house's own, and those of installed packages."""

TVERSKY_KAHNEMAN = "Tversky & Kahneman 1992, median of their subjects"
WU_AXELROD = "Wu & Axelrod 1995"


class LookAhead(Section):
    """One step ahead: what the other side would do next (Signorino 1999)."""

    foresight: float = number(1.0, "how far it judges an act by where the other side's reply leaves it, and not by where the act does", "share", 0, 1)


class ProspectTheory(Section):
    """Gains and losses against a reference point (Kahneman & Tversky 1979; Levy 1997)."""

    loss_aversion: float = number(2.25, "weight of a loss against an equal gain", "ratio", 0.2, 10, TVERSKY_KAHNEMAN)
    curvature: float = number(0.88, "exponent by which gains and losses count less the larger they are", "exponent", 0.1, 2, TVERSKY_KAHNEMAN)
    probability_weight: float = number(
        0.69, "exponent by which small probabilities of an answer count for more and large ones for less", "exponent", 0.3, 2,
        f"{TVERSKY_KAHNEMAN}, losses",
    )  # fmt: skip
    adaptation: float = number(
        0.0, "share of the way that its reference point has moved from how things were before to how they stand (contested: Levy 1997)", "share", 0, 1
    )
    sensitivity: float = number(1.0, "rationality: scale of all values in the choice", "ratio", 0.01, 10)


class TitForTat(Section):
    """Generous and contrite tit-for-tat (Axelrod 1984; Wu & Axelrod 1995)."""

    generosity: float = number(0.1, "probability of letting go what it would answer", "probability", 0, 1, WU_AXELROD)
    noise: float = number(0.01, "probability of doing anything at all instead", "probability", 0.0001, 0.5, WU_AXELROD)
    provocation: float = number(0.5, "what must be owed to be answered; tension from which there is something to talk about", "strike units", 0.01, 5)


class MarkovChain(Section):
    """How often each act followed in other crises (Goldstein & Freeman 1991 on routine)."""

    pseudo_count: float = number(
        0.5, "days added to each act's count on the track, so that what was never seen is not impossible", "days", 0.001, 100,
        "Krichevsky & Trofimov 1981",
    )  # fmt: skip
    shrinkage: float = number(
        1.0, "days for which an act's share on the whole track counts beside the days on which things stood so", "days", 0.001, 1000,
        "the weight of one day: Kass & Wasserman 1995",
    )  # fmt: skip


class OwnPolicies(Section):
    """The numbers of the rules; those of rules by which a state does not decide change nothing."""

    look_ahead: LookAhead = part(LookAhead, "one step ahead")
    prospect_theory: ProspectTheory = part(ProspectTheory, "prospect theory")
    tit_for_tat: TitForTat = part(TitForTat, "generous tit-for-tat")
    markov_chain: MarkovChain = part(MarkovChain, "base rates of other crises")


_ADDED: dict[str, Any] = {
    name: (rule.numbers, part(rule.numbers, rule.label)) for name, rule in added(RULE).items() if rule.numbers and name not in BUILT_IN
}

if TYPE_CHECKING:
    Policies = OwnPolicies
else:
    Policies = create_model("Policies", __base__=OwnPolicies, __doc__=OwnPolicies.__doc__, __module__=__name__, **_ADDED) if _ADDED else OwnPolicies
