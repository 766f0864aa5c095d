"""Home audience and belief: what backing down costs at home, and whether the other side is thought to answer.

Backing down before an audience is dear (Fearon 1994; Tomz 2007; Kertzer & Brutger 2016), dearer perhaps before a vote
and while people mourn, cheaper behind an outsider's call. docs/model.md, section 4.4.
"""

from typing import Any

import numpy as np

from sim.worlds import kept


def closeness(days_to_vote: Any, scale: Any) -> Any:
    """How close a vote is: 1 on its day, 37 in 100 `scale` days before, 0 once it is past (days below 0)."""
    return np.where(days_to_vote >= 0.0, np.exp(-np.maximum(days_to_vote, 0.0) / scale), 0.0)


def mood(before: Any, notice_of_own_dead: Any, settings: Any) -> Any:
    """The home audience's mood after a day [share]: people of one's own killed move it, time calms it."""
    return kept(settings.mood_half_life) * before + settings.mood_gain * notice_of_own_dead


def audience(close: Any, mood_now: Any, cover: Any, settings: Any) -> Any:
    """What backing down costs at home [1 = ordinary times], never below zero."""
    size = settings.base * (1.0 + settings.election_effect * close) * (1.0 + mood_now) * (1.0 - cover)
    return np.maximum(size, 0.0)


def belief_log_odds(before: Any, answered: Any, waiting: Any, settings: Any) -> Any:
    """Log odds that the other side answers: up when it did, slowly down while it does not."""
    return before + np.where(answered, np.log(settings.answer_factor), 0.0) - np.where(waiting & ~answered, settings.fade, 0.0)
