"""The public track: protest, threaten, downgrade relations.

Words answer unanswered harm; a threat before an audience makes a commitment that costs when it is not kept (Fearon
1994). The constants are the track's routine. docs/model.md, section 4.6.
"""

from typing import Any

import numpy as np

from sim.worlds import positive

IMPOSSIBLE = -1e9
"""A utility that no other can be below: what cannot be done twice is not chosen."""


def terms(situation: Any, settings: Any) -> dict[str, dict[str, Any]]:
    """Named utility terms of every act of the public track [logits]."""
    grievance = positive(situation.debt)
    before_audience = situation.audience * grievance
    return {
        "nothing": {},
        "protest": {
            "grievance": settings.weight * grievance,
            "routine": -settings.protest_constant,
            "repetition": -settings.repeat_cost * situation.just_protested,
        },
        "threaten": {
            "grievance": settings.weight * before_audience,
            "routine": -settings.threat_constant,
            "repetition": -settings.repeat_cost * situation.just_threatened,
        },
        "downgrade": {
            "grievance": settings.downgrade_gain * before_audience,
            "routine": -settings.downgrade_constant,
            "envoys_gone": np.where(situation.envoys, 0.0, IMPOSSIBLE),
        },
    }
