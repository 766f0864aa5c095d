"""What a package of one's own can add to Taftan: a rule of decision, a behaviour of outsiders, outcomes, an intervention."""

from typing import Any

import numpy as np

from sim.extend import Behaviour, Intervention, Outcome, Rule, Section, acts_of, number

# A rule of decision: what each act is worth to a government today, in logits; what nobody may do is -inf or very low.


class Patience(Section):
    """The numbers of the rule."""

    limit: float = number(1.5, "harm received beyond harm inflicted from which it answers", "strike units", 0.1, 10)
    temper: float = number(4.0, "how sure it is of what to do", "logits", 0, 20)


def terms(situation: Any, track: str, settings: Any) -> dict[str, dict[str, Any]]:
    """Nothing, until what is owed passes a limit; then a strike like the one received, and a word of protest."""
    own = settings.policies.patience
    provoked = situation.ledger >= own.limit
    due = {
        "military": ("limited_strike", "stand_by"),
        "public": ("protest", "nothing"),
        "border": ("open", "open"),
        "talks": ("nothing", "seek_talks"),
    }
    answer, else_ = due[track]
    return {act: {"patience": own.temper * np.where(provoked, act == answer, act == else_)} for act in acts_of(track)}


patience = Rule(terms, label="patience", numbers=Patience, term_words={"patience": "patience at its end"})


# A behaviour of outsiders: with what chance one goes on to a call, an offer, mediation.


def chance_to_advance(stage: Any, attention: Any, settings: Any, seen: Any) -> Any:
    """The tenser the two are, the faster; where there is no tension, not at all."""
    return 1.0 - np.exp(-settings.call_rate * seen.tension)


alarmed = Behaviour(chance_to_advance, label="alarmed by tension")


# Outcomes: a number, a word or yes and no for each world, read off the course of a run.


def outcomes(scenario: Any) -> list[Outcome]:
    """Days on which either state's forces were on alert or striking."""
    return [
        Outcome("tense_days", "days of alarm", "days on which either state is on alert or strikes", "count", "days", _tense_days),
    ]


def _tense_days(course: Any) -> Any:
    return np.any([course.series[f"{state}.military"] > 0 for state in course.states], axis=0).sum(axis=0)


# An intervention: changes as a branch file writes them, under a name and with numbers of their own.


def _winter(scenario: Any, days: float) -> list[dict[str, Any]]:
    return [
        {"pin": state, "track": "border", "act": "close", "from": str(scenario.start), "days": days}
        for state in scenario.states
    ]  # fmt: skip


winter_closure = Intervention(_winter, label="both close the border from the first day on", numbers={"days": 30.0})
