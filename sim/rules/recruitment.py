"""Recruitment: who joins an armed group.

Grievance against risk (Epstein 2002), with a logit for the threshold. Whether hardship and harm make people join is
contested: Dube & Vargas 2013 for, Berman, Callen, Felter & Shapiro 2011 against; both weights may be zero or negative.
In quiet times joining makes up for those who leave, so a group's size only moves when circumstances do.
docs/model.md, section 4.11.
"""

from typing import Any

from sim.worlds import logistic


def readiness_to_join(hardship: Any, harm: Any, growth: Any, risk: Any, settings: Any) -> Any:
    """Readiness to join against that of quiet times [1 = quiet times]."""
    push = settings.hardship * hardship + settings.harm * harm + settings.peers * growth - settings.risk * risk
    return logistic(settings.base + push) / logistic(settings.base)


def joins(fighters_first: Any, share: Any, readiness: Any, settings: Any) -> Any:
    """People who join in a day from one community, expected; `share` is its share of all who would join in quiet times."""
    return fighters_first * settings.turnover * share * readiness


def fighters(before: Any, joined: Any, settings: Any) -> Any:
    """Fighters after a day."""
    return before * (1.0 - settings.turnover) + joined
