"""The ladder: what a government can do on each track, how far up it stands, and what it adds to tension.

Rungs and CAMEO codes follow docs/model.md, section 8; Goldstein weights are those of the CAMEO scale
(positive here means hostile, so that tension is a positive number).
"""

from typing import NamedTuple


class Act(NamedTuple):
    """One act of a track: its name, rung, CAMEO code and hostility [Goldstein units, hostile positive]."""

    name: str
    rung: int
    cameo: str
    hostility: float


TRACKS: dict[str, tuple[Act, ...]] = {
    "military": (
        Act("stand_by", 0, "", 0.0),
        Act("alert", 5, "150", 7.2),
        Act("limited_strike", 6, "195", 10.0),
        Act("expanded_strike", 7, "190", 10.0),
    ),
    "public": (
        Act("nothing", 0, "", 0.0),
        Act("protest", 1, "111", 2.0),
        Act("threaten", 4, "138", 7.0),
        Act("downgrade", 2, "161", 4.0),
    ),
    "border": (
        Act("open", 0, "", 0.0),
        Act("restrict", 3, "172", 5.0),
        Act("close", 4, "191", 9.5),
    ),
    "talks": (
        Act("nothing", 0, "", 0.0),
        Act("seek_talks", -1, "036", -4.0),
    ),
}
"""What a state decides on, in the order in which a council works through it."""

JOINT_ACTS: dict[str, Act] = {
    "agree": Act("agree", -2, "057", -8.0),
    "restore": Act("restore", -2, "050", -3.5),
}
"""What only both states together can do."""

THIRD_PARTY_ACTS: dict[str, Act] = {
    "call": Act("call", 0, "027", 0.0),
    "offer": Act("offer", 0, "039", 0.0),
    "mediate": Act("mediate", 0, "045", 0.0),
}
"""What an outsider does, in the order of its stages."""

WAR_RUNG = 8


def acts_of(track: str) -> tuple[str, ...]:
    """The names of a state track's acts, in the order in which code counts them."""
    return tuple(act.name for act in TRACKS[track])


def index_of(track: str, act: str) -> int:
    """The number by which code knows an act of a state track."""
    return acts_of(track).index(act)
