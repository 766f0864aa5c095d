"""Simple rules to beat: what they would have said of each decision of a crisis, and of how it went on, knowing only other crises."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sim.score import Decision

EVEN_ODDS, FREQUENCY, PERSISTENCE = "even_odds", "frequency", "persistence"
BASELINE_WORDS = {EVEN_ODDS: "even odds", FREQUENCY: "how often elsewhere", PERSISTENCE: "as the day before"}
ROUTINE = "routine"
"""What a decision is when it is no act: nothing on most tracks, on the border the policy that stands."""
PSEUDO_COUNT = 0.5
"""Added to every count (Krichevsky & Trofimov 1981)."""


@dataclass(frozen=True)
class Elsewhere:
    """What other crises tell: days of each act by track, days of each track, how often a day is one of routine, how often one is like the last."""

    acts: Counter[tuple[str, str]]
    days: Counter[str]
    routine: float
    like_the_last: float

    @classmethod
    def of(cls, crises: Sequence[Sequence[Decision]]) -> "Elsewhere":
        """Counted over the scored decisions of some crises."""
        everything = [item for crisis in crises for item in crisis]
        same = [flag for crisis in crises for flag in like_the_last(crisis)]
        return cls(
            acts=Counter(kind_of(item) for item in everything),
            days=Counter(item.track for item in everything),
            routine=share(sum(not item.is_act for item in everything), len(everything), 2),
            like_the_last=share(sum(same), len(same), 2),
        )


def kind_of(item: Decision) -> tuple[str, str]:
    """The track and act of a decision; what merely goes on is routine."""
    return item.track, item.act if item.is_act else ROUTINE


def share(seen: int, of: int, kinds: int) -> float:
    """How often one of several kinds is seen; never nought."""
    return (seen + PSEUDO_COUNT) / (of + kinds * PSEUDO_COUNT)


def like_the_last(crisis: Sequence[Decision]) -> list[bool]:
    """Of every decision whether it repeats the last one scored on its track; the first of a track repeats routine."""
    place = {item: number for number, item in enumerate(crisis)}
    found = [False] * len(crisis)
    for _, rows in groupby(sorted(crisis, key=lambda item: (item.actor, item.track, item.day)), key=lambda item: (item.actor, item.track)):
        before: Decision | None = None
        for item in rows:
            found[place[item]] = not item.is_act if before is None else item.act == before.act
            before = item
    return found


def probabilities(crisis: Sequence[Decision], elsewhere: Elsewhere) -> dict[str, list[float]]:
    """What each simple rule would have given to every decision of a crisis."""
    return {
        EVEN_ODDS: [1.0 / item.choices for item in crisis],
        FREQUENCY: [frequency(item, elsewhere) for item in crisis],
        PERSISTENCE: [
            elsewhere.like_the_last if same else (1.0 - elsewhere.like_the_last) / (item.choices - 1)
            for item, same in zip(crisis, like_the_last(crisis), strict=True)
        ],
    }


def frequency(item: Decision, elsewhere: Elsewhere) -> float:
    """How often the act occurs on its track in other crises; where none tells of the track, how often a day is one of routine on any."""
    if elsewhere.days[item.track]:
        return share(elsewhere.acts[kind_of(item)], elsewhere.days[item.track], item.choices)
    return (1.0 - elsewhere.routine) / (item.choices - 1) if item.is_act else elsewhere.routine
