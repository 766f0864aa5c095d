"""Fields of outsiders: what mediation can do, and who notices, speaks, offers and mediates."""

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from sim.scenario.extensions import BEHAVIOUR, names_of
from sim.scenario.fields import TRIAL, Section, number, part, text
from sim.scenario.parts.kinds import Distrust, Name, Share, Signed

BUILT_IN = ("at_once", "when_ripe")
"""The house's own behaviours; docs/model.md, section 4.7."""

if TYPE_CHECKING:
    Behaviour = str
else:
    Behaviour = Literal[names_of(BEHAVIOUR, BUILT_IN)]
"""The behaviours there are: the house's own, and those of installed packages."""


class Mediation(Section):
    """What outsiders can do, by channel (Beardsley, Quinn, Biswas & Wilkenfeld 2006)."""

    information: float = number(0.4, "facilitation: share of remaining misperception removed by full mediation", "share", 0, 1, TRIAL)
    formulation: float = number(
        1.35, "formulation: ease of agreement added by full mediation (contested: may be zero or negative)", "logits", -5, 10, TRIAL
    )
    cover: float = number(0.4, "cover: share of the home audience's cost of stopping removed by full mediation", "share", 0, 1, TRIAL)
    call_weight: float = number(0.3, "pressure of a call for restraint, against mediation", "share", 0, 1)
    offer_weight: float = number(0.3, "weight of an offer, against mediation", "share", 0, 1, TRIAL)


class Channels(Section):
    """Which of the four channels an outsider can use; 0 switches one off."""

    facilitation: float = number(1.0, "carrying messages", "share", 0, 1)
    formulation: float = number(1.0, "proposing terms", "share", 0, 1)
    manipulation: float = number(1.0, "applying pressure", "share", 0, 1)
    cover: float = number(1.0, "giving political cover", "share", 0, 1)


class ThirdParty(Section):
    """An outsider: it notices harm, and may call for restraint, offer help, mediate."""

    label: str = text(None, "name as printed")
    luck: str | None = Field(
        None, description="name of its chance draws (default: its own name)", json_schema_extra={"unit": "name", "source": "structure"}
    )
    behaviour: Behaviour = Field(
        "at_once", description="what carries it from stage to stage", json_schema_extra={"unit": "word", "source": "structure"}
    )
    interest: float = number(1.0, "attention drawn by one strike unit of harm", "attention units", 0, 10)
    attention_half_life: float = number(10.0, "days until its attention has halved", "days", 0.5, 365)
    call_rate: float = number(1.2, "hazard of a call for restraint (or another public word)", "per day and unit of attention", 0, 20, TRIAL)
    offer_rate: float = number(0.4, "hazard of an offer of good offices after a call", "per day and unit of attention", 0, 20, TRIAL)
    mediation_rate: float = number(0.004, "hazard of mediation proper after an offer", "per day and unit of attention", 0, 5, TRIAL)
    leverage: dict[Name, Share] = Field(
        default_factory=dict,
        description="how dear it can make escalation, by state (0: not at all; absent: 0)",
        json_schema_extra={"unit": "share", "source": "assumed", "absent": 0.0},
    )
    urges: dict[Name, Signed] = Field(
        default_factory=dict,
        description="what its word asks of each state: 1 hold back, 0 nothing, -1 condones force (absent: 1)",
        json_schema_extra={"unit": "share", "source": "assumed", "absent": 1.0},
    )
    bias: dict[Name, Distrust] = Field(
        default_factory=dict,
        description="how far a state thinks it is on the other side: -1 wholly (its messages do not count there), 0 not at all (absent: 0)",
        json_schema_extra={"unit": "share", "source": "assumed", "absent": 0.0},
    )
    channels: Channels = part(Channels, "channels")
