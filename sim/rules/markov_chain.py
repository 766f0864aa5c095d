"""Base rates: each day an act as often as it followed in other crises, whatever is at stake.

A Markov chain: what is done depends on where things stand and on nothing else. On every track but the border that is who
struck last within a week, on the border the policy that stands (routine and reciprocity as bare frequencies: Goldstein &
Freeman 1991; crises as chains of states: Schrodt 2000). Counts come from the records of other crises,
never from that of the crisis itself. docs/model.md, section 4.15.
"""

from typing import Any

import numpy as np

from sim.rules.public import IMPOSSIBLE
from sim.scenario.ladder import acts_of
from sim.worlds import total

Counts = dict[str, tuple[int, ...]]
"""Days on which each act was done, by where things stood."""

RECENT = 7
"""Days within which a strike counts as recent (assumed: a week)."""
MOMENTS = ("quiet", "struck", "struck_back")
"""Where things stand: neither struck lately; the other side struck last, or both at once; it struck last itself."""


def moments_of(track: str) -> tuple[str, ...]:
    """The names of where things can stand on a track."""
    return acts_of(track) if track == "border" else MOMENTS


def moment(since_strike: Any, since_rival_strike: Any) -> Any:
    """Number of where things stand, from days since each side's last strike."""
    struck = (since_rival_strike <= RECENT) & (since_rival_strike <= since_strike)
    return np.where(struck, 1, np.where(since_strike <= RECENT, 2, 0))


def terms(situation: Any, track: str, settings: Any) -> dict[str, dict[str, Any]]:
    """The logarithm of how often each act of a track followed where things stand [logits]."""
    stands = situation.policy if track == "border" else moment(situation.since_strike, situation.since_rival_strike)
    routine = situation.policy if track == "border" else np.zeros_like(stands)
    counts, own = situation.frequencies.get(track, {}), settings.policies.markov_chain
    named = {act: {"base_rate": log_share(number, stands, routine, counts, moments_of(track), own)} for number, act in enumerate(acts_of(track))}
    if track == "public":
        named["downgrade"]["envoys_gone"] = np.where(situation.envoys, 0.0, IMPOSSIBLE)
    return named


def log_share(number: int, stands: Any, routine: Any, counts: Counts, moments: tuple[str, ...], settings: Any) -> Any:
    """The logarithm of an act's share where things stand; where no other crisis tells, routine is sure."""
    result: Any = np.where(routine == number, 0.0, IMPOSSIBLE)
    overall = share_on_track(number, counts, settings)
    for place, name in enumerate(moments):
        if name in counts:
            seen = counts[name]
            share = (seen[number] + settings.shrinkage * overall) / (float(total(seen)) + settings.shrinkage)
            result = np.where(stands == place, np.log(share), result)
    return result


def share_on_track(number: int, counts: Counts, settings: Any) -> Any:
    """How often an act was done on the track wherever things stood."""
    done, days = total(seen[number] for seen in counts.values()), total(total(seen) for seen in counts.values())
    acts = float(max((len(seen) for seen in counts.values()), default=1))
    return (done + settings.pseudo_count) / (days + acts * settings.pseudo_count)
