"""How each pattern is measured on the runs: shares and quantiles over weighted worlds, with their simulation error."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.course import Course, first_day
from sim.experiments.patterns import Figure, Finding, Runs
from sim.rules.outsiders import MEDIATING
from sim.scenario.ladder import index_of
from sim.score import baselines, log_score, predict
from sim.simulate import PointResult
from sim.summary import effective_worlds, quantile_interval, share_interval
from sim.worlds import NEVER

AGREEMENT_WITHIN, WAR_WITHIN, YEAR, WEEK, SPOILER_WITHIN = 180, 180, 365, 7, 30
"""Days within which an event counts."""
DOWNGRADE = index_of("public", "downgrade")


class View:
    """A point's worlds with their weights, and shares and quantiles over them."""

    def __init__(self, result: PointResult) -> None:
        self.result, self.weights = result, result.weights
        self.course: Course = result.course()

    @cached_property
    def struck(self) -> NDArray[np.bool_]:
        """Worlds with a strike."""
        return ~np.isnan(self.course.first_strike)

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Worlds in which it is answered."""
        return ~np.isnan(self.course.answer)

    def share(self, flags: Any, given: Any = None) -> Figure:
        """Share of worlds, among those given."""
        given = np.ones_like(self.struck) if given is None else given
        if not given.any():
            return Figure(np.nan, np.nan, np.nan)
        weights = self.weights[given]
        share = float((weights * np.asarray(flags)[given]).sum() / weights.sum())
        return Figure(share, *share_interval(share, effective_worlds(weights)))

    def quantile(self, values: Any, at: float = 0.5) -> Figure:
        """A quantile over the worlds in which the value exists."""
        given = ~np.isnan(values)
        return Figure(*quantile_interval(values[given], self.weights[given], at)) if given.any() else Figure(np.nan, np.nan, np.nan)

    def strikes(self, first: int = 0, until: int | None = None) -> NDArray[np.int64]:
        """Strikes by both states from a day until before another."""
        first_state, second_state = self.course.states
        return np.add(*(self.course.strikes_by(state)[first:until].sum(axis=0) for state in (first_state, second_state)))

    def acts(self, state: str, number: int) -> NDArray[np.float64]:
        """First day of a public act of a state."""
        return first_day(self.course.series[f"{state}.public"] == number)


def _within(lag: NDArray[np.float64], days: float) -> NDArray[np.bool_]:
    return np.nan_to_num(lag, nan=np.inf) <= days


def _answered_within(days: int, runs: Runs) -> Figure:
    view = View(runs.base)
    return view.share(_within(view.course.answer - view.course.first_strike, days), view.answered)


def _war(runs: Runs) -> Figure:
    view = View(runs.base)
    return view.share(view.course.series["war"][:WAR_WITHIN].any(axis=0), view.answered)


def _recurrence(runs: Runs) -> Figure:
    view = View(runs.base)
    watched = view.course.end + YEAR <= view.course.scenario.days - 1
    return view.share(~np.isnan(view.course.hostile_again), watched)


def _agreed(view: View) -> NDArray[np.bool_]:
    return _within(view.course.agreement_from(view.course.first_strike) - view.course.first_strike, AGREEMENT_WITHIN)


def _mediated(view: View) -> NDArray[np.bool_]:
    stages = [view.course.series[f"{name}.stage"] for name in view.course.scenario.third_parties]
    return np.any([(stage == MEDIATING).any(axis=0) for stage in stages], axis=0)


def _mediation_gap(runs: Runs) -> Figure:
    """Difference of two shares, with the interval of independent samples (Newcombe 1998)."""
    view = View(runs.base)
    one, other = view.share(_agreed(view), _mediated(view)), view.share(_agreed(view), ~_mediated(view))
    gap = one.value - other.value
    down = np.hypot(one.value - one.low, other.high - other.value)
    return Figure(gap, gap - float(down), gap + float(np.hypot(one.high - one.value, other.value - other.low)))


def _duration(at: float, runs: Runs) -> Figure:
    """Crises that outlast the run count as longer than all others."""
    view = View(runs.base)
    return view.quantile(np.nan_to_num(view.course.end - view.course.first_strike, nan=view.course.scenario.days), at)


def _year_of_strikes(result: PointResult) -> Figure:
    view = View(result)
    return view.share(view.strikes(until=YEAR) > 0)


def _large_against_small(runs: Runs) -> Figure:
    """Ratio of two shares, with the interval of its logarithm; where no small attack leads to a strike, of half a world."""
    large, small = _year_of_strikes(runs.large), _year_of_strikes(runs.small)
    least = 0.5 / runs.small.worlds
    ratio, error = large.value / max(small.value, least), 0.0
    for share, worlds in ((large.value, runs.large.worlds), (small.value, runs.small.worlds)):
        error += (1.0 - share) / (max(share, least) * worlds)
    return Figure(ratio, ratio * float(np.exp(-1.96 * np.sqrt(error))), ratio * float(np.exp(1.96 * np.sqrt(error))))


def _roles(runs: Runs) -> tuple[int, int]:
    """Numbers of the state that struck first in the record, and of the other."""
    first = min((event for event in runs.targets.case.history if event.is_strike), key=lambda event: event.date)
    opener = list(runs.targets.case.states).index(first.actor)
    return opener, 1 - opener


def _first_strike(runs: Runs) -> Figure:
    view, (opener, other) = View(runs.free), _roles(runs)
    day, rival = view.course.first_strikes[opener], np.nan_to_num(view.course.first_strikes[other], nan=np.inf)
    first, last = runs.targets.first_strike
    return view.share((day >= first) & (day <= last) & (rival >= day))


def _other_first(runs: Runs) -> Figure:
    view, (opener, other) = View(runs.free), _roles(runs)
    day = np.nan_to_num(view.course.first_strikes[opener], nan=np.inf)
    return view.share((view.course.first_strikes[other] < day) & (view.course.first_strikes[other] <= runs.targets.first_strike[1]))


def _early_downgrade(runs: Runs) -> Figure:
    view, (opener, _) = View(runs.free), _roles(runs)
    before = np.fmin(view.course.first_strike, runs.targets.first_strike[1])
    return view.share(view.acts(view.course.states[opener], DOWNGRADE) < before)


def _case_agreement_lag(view: View) -> NDArray[np.float64]:
    return view.course.agreement_from(view.course.answer) - view.course.answer


def _case_downgrade(days: float, runs: Runs) -> Figure:
    view, (_, other) = View(runs.answer), _roles(runs)
    return view.share(_within(view.acts(view.course.states[other], DOWNGRADE) - view.course.first_strike, days))


def _case_one_round(runs: Runs) -> Figure:
    view = View(runs.answer)
    return view.share((view.course.rounds == 1) & ~view.course.second, view.answered)


def _envoys_back(runs: Runs) -> Figure:
    frame = runs.answer.outcomes()["envoys_back_lag"]
    return View(runs.answer).quantile(frame.to_numpy(dtype=float, na_value=np.nan))


def _spoiler(runs: Runs) -> Figure:
    view = View(runs.spoiler)
    day = runs.targets.case.day_of(runs.targets.spoiler)
    return view.share(view.strikes(day, day + SPOILER_WITHIN) > 0)


def _border(runs: Runs) -> Figure:
    view = View(runs.answer)
    policies = [view.course.series[f"{state}.policy"] > 0 for state in view.course.states]
    return view.share(np.any([policy.any(axis=0) for policy in policies], axis=0))


def _score_against(rule: str, runs: Runs) -> Figure:
    """The log score has no simulation interval of its own here: worlds only fix how well it is integrated."""
    predicted = predict(runs.forced)
    gain = log_score(predicted) - baselines([item.decision for item in predicted])[rule]
    return Figure(gain, gain, gain)


def _with(measure: Callable[[View], Any], run: str) -> Callable[[Runs], Any]:
    return lambda runs: measure(View(getattr(runs, run)))


MEASURES: dict[str, Callable[[Runs], Figure]] = {
    "answered": _with(lambda view: view.share(view.answered, view.struck), "base"),
    "answer_within_1_day": partial(_answered_within, 1),
    "answer_within_3_days": partial(_answered_within, 3),
    "answer_within_7_days": partial(_answered_within, 7),
    "second_round": _with(lambda view: view.share(view.course.second, view.answered), "base"),
    "war": _war,
    "recurrence": _recurrence,
    "agreement": _with(lambda view: view.share(_agreed(view), view.struck), "base"),
    "agreement_mediated": _mediation_gap,
    "mediation": _with(lambda view: view.share(_mediated(view)), "base"),
    "duration_quarter": partial(_duration, 0.25),
    "duration_median": partial(_duration, 0.5),
    "duration_three_quarters": partial(_duration, 0.75),
    "strikes_high": _with(lambda view: view.quantile(view.strikes().astype(float), 0.99), "base"),
    "strikes_highest": _with(lambda view: view.quantile(view.strikes().astype(float), 1.0), "base"),
    "quiet_strike": lambda runs: _year_of_strikes(runs.quiet),
    "quiet_strike_after_attack": lambda runs: _year_of_strikes(runs.large),
    "quiet_large_against_small": _large_against_small,
    "case_first_strike": _first_strike,
    "case_other_first": _other_first,
    "case_early_downgrade": _early_downgrade,
    "case_answered": _with(lambda view: view.share(view.answered, view.struck), "answer"),
    "case_answer_lag": _with(lambda view: view.quantile(view.course.answer - view.course.first_strike), "answer"),
    "case_one_round": _case_one_round,
    "case_second_round": _with(lambda view: view.share(view.course.second, view.answered), "answer"),
    "case_agreement": _with(lambda view: view.share(_within(_case_agreement_lag(view), WEEK), view.answered), "answer"),
    "case_agreement_lag": _with(lambda view: view.quantile(_case_agreement_lag(view)), "answer"),
    "case_downgrade": partial(_case_downgrade, NEVER),
    "case_downgrade_soon": partial(_case_downgrade, 1),
    "case_envoys_back": _envoys_back,
    "case_spoiler": _spoiler,
    "case_border": _border,
    "case_score_frequency": partial(_score_against, "frequency"),
    "case_score_even": partial(_score_against, "even_odds"),
}
"""How each pattern is measured."""


def measure(runs: Runs) -> list[Finding]:
    """Every pattern with the model's figure."""
    return [Finding(pattern, MEASURES[pattern.name](runs)) for pattern in runs.targets.patterns]
