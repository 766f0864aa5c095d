"""Other rules of decision: known answers, identities that tie them to the default, and frequencies that never come from the crisis itself."""

import datetime
import math
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, differing, made_up, ran, row
from hypothesis import given
from hypothesis import strategies as st

from sim.design import point_in
from sim.experiments.act_frequencies import counted
from sim.experiments.council import mornings
from sim.rules import look_ahead, markov_chain, policies, prospect_theory, quantal_response
from sim.rules.choice import weights_of
from sim.scenario.errors import ScenarioError
from sim.scenario.frequencies import FILE, Count, added, counts, frequencies_for
from sim.scenario.ladder import acts_of
from sim.scenario.load import load
from sim.scenario.parts.policies import Policies, Policy
from sim.scenario.parts.states import State
from sim.scenario.policies import at_work
from sim.scenario.schema import Scenario
from sim.simulate import Table, simulate
from sim.words import POLICY_WORDS, TERM_WORDS
from sim.worlds import total

RULES = get_args(Policy)
ROOT = Path(__file__).resolve().parents[1]
TRACKS = ("military", "public", "border", "talks")


QUIET = (
    "need", "debt", "ledger", "militant_debt", "commitment", "readiness", "pressure", "just_protested", "just_threatened", "unrest", "intensity",
    "truce", "tension", "belief_log_odds", "rival_readiness", "rival_commitment", "rival_protested", "rival_threatened",
)  # fmt: skip
"""What is nought on a quiet day."""


def settings(policy: str = "quantal_response", **numbers: float) -> State:
    """A government with a rule, and numbers of that rule."""
    return State.model_validate({"label": "North", "policy": policy, "policies": {policy: numbers} if numbers else {}})


def situation(**now: Any) -> SimpleNamespace:
    """A quiet day, but for what is given; all numbers as arrays of one world."""
    quiet = dict.fromkeys(QUIET, 0.0)
    usual = {"stakes": 1.0, "audience": 1.0, "belief": 0.5, "envoys": True, "rival_envoys": True, "policy": 0, "rival_policy": 0}
    days = {"since_strike": 1000, "since_rival_strike": 1000}
    numbers = {name: np.array([[value]]) for name, value in {**quiet, **usual, **days, **now}.items() if name != "frequencies"}
    return SimpleNamespace(**numbers, frequencies=now.get("frequencies", {}))


def chances(terms: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Probability of each act, if the council sits."""
    weights = weights_of([np.asarray(total(named.values()), dtype=float) for named in terms.values()])
    return {act: float(np.asarray(weight / total(weights)).item()) for act, weight in zip(terms, weights, strict=True)}


def done(rule: str, track: str, numbers: dict[str, float] | None = None, **now: Any) -> dict[str, float]:
    """Probability of each act of a track under a rule."""
    return chances(policies.terms(situation(**now), track, settings(rule, **(numbers or {}))))


# ── All rules ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_has_a_file_numbers_and_words() -> None:
    assert set(policies.RULES) == set(RULES) == set(POLICY_WORDS)
    assert policies.DEFAULT == State.model_fields["policy"].default == RULES[0]
    assert set(Policies.model_fields) == set(RULES) - {policies.DEFAULT}


@pytest.mark.parametrize("policy", RULES)
def test_every_term_of_every_act_has_words_and_chances_add_up(policy: str) -> None:
    case = made_up(6, EXCHANGE[:3], changes={"states.*.policy": policy})
    (morning,) = mornings(Table(case, (point_in("assisted", 4),)), 5, "south", 0, 8)
    assert set(morning.terms) == set(TRACKS)
    for track, acts in morning.terms.items():
        assert tuple(acts) == acts_of(track)
        assert {name for named in acts.values() for name in named} <= set(TERM_WORDS)
        assert np.allclose(morning.if_sitting(track).sum(axis=0), 1.0)


@pytest.mark.parametrize("policy", RULES)
def test_worlds_apart_are_the_worlds_together_under_every_rule(policy: str) -> None:
    case = made_up(30, EXCHANGE, changes={**LIVELY, "states.north.policy": policy})
    together = ran(case, replicates=40, points=[point_in("assisted", 5)])
    alone = ran(case, replicates=3, world=20, points=[point_in("assisted", 5)])
    assert differing({name: values[..., 20:23] for name, values in together.items()}, alone) == []


@pytest.mark.parametrize("policy", RULES)
def test_what_is_chosen_comes_as_often_as_it_is_scored(policy: str) -> None:
    """What follows the record is scored by the very probabilities by which what is free is chosen."""
    case = made_up(7, EXCHANGE[:3], changes={"states.*.policy": policy, "states.*.attention.initial": 3.0})
    answer = row(5, "south", "military", "limited_strike")
    recorded = case.model_copy(update={"history": (*case.history, answer)})
    free, forced = simulate(case, [point_in("assisted", 5)], 4000, 3)[0], simulate(recorded, [point_in("forced")], 4000, 3)[0]
    before = free.weights
    seen = float((before * (free.series["south.military"][5] == 2)).sum())
    scored = float((before * np.exp(forced.scored[5, "south", "military"])).sum())
    assert seen == pytest.approx(scored, abs=4 * math.sqrt(scored / 4000) + 1e-3)


def test_a_rule_that_there_is_not_is_refused_with_the_nearest(january: Scenario) -> None:
    with pytest.raises(ScenarioError, match="Did you mean look_ahead"):
        january.override({"states.iran.policy": "lookahead"})


def test_numbers_of_other_rules_are_not_at_work(january: Scenario) -> None:
    ruled = january.override({"states.iran.policy": "tit_for_tat"})
    assert at_work(ruled, "states.iran.policies.tit_for_tat.noise")
    assert not at_work(ruled, "states.iran.policies.look_ahead.foresight")
    assert not at_work(ruled, "states.pakistan.policies.tit_for_tat.noise")
    assert at_work(ruled, "states.pakistan.military.cost")
    assert at_work(ruled, "dyad.calm")


# ── One step ahead ────────────────────────────────────────────────────────────────────────────────────────────────


@given(need=st.floats(0, 3), ledger=st.floats(-3, 3), size=st.sampled_from([0.0, 1.0, 2.5]))
def test_a_reply_never_makes_anything_better(need: float, ledger: float, size: float) -> None:
    own, now = settings("look_ahead"), situation(need=need, ledger=ledger)
    replies = look_ahead.replies(size, now, own)
    assert all(0.0 <= float(np.asarray(chance).item()) <= 1.0 for chance in replies)
    assert float(np.asarray(look_ahead.worth_of_replies(size, replies, now, own)).item()) <= 0.0


def reply_to(size: float, **now: float) -> float:
    return float(np.asarray(total(look_ahead.replies(size, situation(**now), settings("look_ahead")))).item())


def test_an_answer_in_kind_is_less_likely_answered_than_a_first_strike() -> None:
    assert reply_to(1.0, ledger=1.0) < reply_to(1.0, ledger=0.0) < reply_to(2.5, ledger=0.0)


def test_who_has_answered_before_is_taken_to_answer_again_and_a_truce_broken_binds_nobody() -> None:
    assert reply_to(1.0, belief_log_odds=2.0) > reply_to(1.0)
    assert reply_to(1.0, truce=1.0) == reply_to(1.0)
    assert reply_to(0.0, ledger=-2.0, truce=1.0) < reply_to(0.0, ledger=-2.0)


def test_foresight_holds_back_the_first_strike() -> None:
    blind, seeing = (done("look_ahead", "military", {"foresight": much}, need=1.0)["limited_strike"] for much in (0.0, 1.0))
    assert seeing < blind


def test_without_foresight_only_the_belief_differs_from_the_default() -> None:
    now, own = situation(need=1.5, ledger=0.5, readiness=0.3), settings("look_ahead", foresight=0.0)
    ahead = look_ahead.terms(now, "military", own)["limited_strike"]
    now.belief = total(look_ahead.replies(1.0, now, own))
    assert ahead == {**quantal_response.terms(now, "military", own)["limited_strike"], "reply": 0.0}


@pytest.mark.parametrize("track", ["public", "border", "talks"])
def test_only_force_looks_ahead(track: str) -> None:
    assert done("look_ahead", track, debt=1.0, tension=1.0) == done("quantal_response", track, debt=1.0, tension=1.0)


# ── Prospect theory ───────────────────────────────────────────────────────────────────────────────────────────────

PLAIN = {"loss_aversion": 1.0, "curvature": 1.0, "probability_weight": 1.0}


@pytest.mark.parametrize("track", TRACKS)
def test_without_loss_aversion_and_curvature_it_is_the_default(track: str) -> None:
    now: dict[str, Any] = {"need": 1.2, "debt": 0.8, "ledger": 0.3, "tension": 0.9, "pressure": 0.2, "truce": 0.1, "commitment": 0.4, "envoys": False}
    assert done("prospect_theory", track, PLAIN, **now) == pytest.approx(done("quantal_response", track, **now), rel=1e-9)


def test_the_reference_point_does_not_matter_to_who_weighs_gains_and_losses_alike() -> None:
    now = {"need": 1.2, "commitment": 0.4}
    assert done("prospect_theory", "military", {**PLAIN, "adaptation": 1.0}, **now) == pytest.approx(done("quantal_response", "military", **now))


def test_value_and_decision_weight_have_their_published_shape() -> None:
    own = Policies().prospect_theory
    gain, loss = (float(prospect_theory.value(np.array(amount), own)) for amount in (100.0, -100.0))
    assert (gain, loss) == (pytest.approx(100.0**0.88), pytest.approx(-2.25 * 100.0**0.88))
    weights = [float(prospect_theory.decision_weight(np.array(p), 0.69)) for p in (0.0, 0.01, 0.5, 0.99, 1.0)]
    assert weights == [pytest.approx(0.0, abs=1e-12), pytest.approx(0.0398, abs=1e-3), pytest.approx(0.454, abs=1e-3),
                       pytest.approx(0.938, abs=1e-2), pytest.approx(1.0)]  # fmt: skip


def test_used_to_its_loss_a_government_fears_the_costs_of_striking_more() -> None:
    before, used = (done("prospect_theory", "military", {"adaptation": much}, need=1.5)["limited_strike"] for much in (0.0, 1.0))
    assert used < before


# ── Tit-for-tat ───────────────────────────────────────────────────────────────────────────────────────────────────

SURE = {"noise": 0.0001, "generosity": 0.0}


def test_a_strike_is_answered_in_kind_and_an_answer_is_accepted() -> None:
    assert done("tit_for_tat", "military", SURE, ledger=1.0)["limited_strike"] > 0.999
    assert done("tit_for_tat", "military", SURE, ledger=2.5)["expanded_strike"] > 0.999
    assert done("tit_for_tat", "military", SURE, ledger=0.1)["stand_by"] > 0.999
    assert done("tit_for_tat", "military", SURE, ledger=-1.0, militant_debt=0.6)["stand_by"] > 0.999


def test_generosity_and_noise_are_shares_of_what_is_done() -> None:
    acts = done("tit_for_tat", "military", {"noise": 0.04, "generosity": 0.25}, ledger=1.0)
    assert acts == pytest.approx({"stand_by": 0.96 * 0.25 + 0.01, "alert": 0.01, "limited_strike": 0.96 * 0.75 + 0.01, "expanded_strike": 0.01})


@pytest.mark.parametrize(
    ("track", "now", "due"),
    [
        ("military", {"rival_readiness": 0.9}, "alert"),
        ("military", {"rival_readiness": 0.9, "readiness": 0.9}, "stand_by"),
        ("public", {"rival_envoys": False}, "downgrade"),
        ("public", {"rival_envoys": False, "envoys": False}, "nothing"),
        ("public", {"rival_threatened": 1.0}, "threaten"),
        ("public", {"rival_threatened": 1.0, "just_threatened": 0.8}, "nothing"),
        ("public", {"ledger": 1.0}, "protest"),
        ("public", {"rival_protested": 0.6, "just_protested": 0.6}, "nothing"),
        ("border", {"rival_policy": 2}, "close"),
        ("border", {"policy": 2}, "open"),
        ("talks", {"tension": 1.0}, "seek_talks"),
        ("talks", {"tension": 1.0, "ledger": 1.0}, "nothing"),
        ("talks", {"tension": 0.1}, "nothing"),
    ],
)
def test_words_alerts_and_closures_are_answered_in_kind(track: str, now: dict[str, Any], due: str) -> None:
    assert done("tit_for_tat", track, SURE, **now)[due] > 0.999


def test_a_generous_side_offers_talks_while_something_is_owed() -> None:
    assert done("tit_for_tat", "talks", {"noise": 0.0002, "generosity": 1.0}, tension=1.0, ledger=1.0)["seek_talks"] > 0.999


# ── Base rates of other crises ────────────────────────────────────────────────────────────────────────────────────

SEEN = {"military": {"quiet": (90, 6, 3, 1), "struck": (2, 0, 2, 0)}}


def test_shares_are_counts_shrunk_to_those_of_the_track() -> None:
    overall = [(done + 0.5) / (104 + 2.0) for done in (92, 6, 5, 1)]
    expected = [(done + share) / 5.0 for done, share in zip((2, 0, 2, 0), overall, strict=True)]
    assert list(done("markov_chain", "military", since_rival_strike=3, frequencies=SEEN).values()) == pytest.approx(expected)


@pytest.mark.parametrize(("own", "rival", "where"), [(8, 8, "quiet"), (7, 7, "struck"), (9, 2, "struck"), (3, 2, "struck"), (2, 3, "struck_back")])
def test_where_things_stand_is_who_struck_last_within_a_week(own: int, rival: int, where: str) -> None:
    assert markov_chain.MOMENTS[int(markov_chain.moment(np.array(own), np.array(rival)))] == where


def test_where_no_other_crisis_tells_routine_goes_on() -> None:
    assert done("markov_chain", "military", since_strike=2, frequencies=SEEN)["stand_by"] == 1.0
    assert done("markov_chain", "border", policy=1, frequencies=SEEN)["restrict"] == 1.0


def test_every_day_is_a_day_of_decision() -> None:
    free = ran(made_up(10, changes={"states.*.policy": "markov_chain"}), replicates=20)
    assert (free["north.sits"] == 1).all()


def test_the_file_of_frequencies_is_up_to_date() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "act_frequencies.py"))
    assert (ROOT / "scenarios" / FILE).read_text(encoding="utf-8") == tool["made"](), "run python tools/act_frequencies.py"


def test_what_the_record_shows_is_counted_by_where_things_stood() -> None:
    found = {(count.track, count.after, count.act): count.days for count in counted(made_up(16, EXCHANGE))}
    # The north strikes on day 4 and is answered on day 6; the week after that ends on day 13.
    assert found["military", "quiet", "limited_strike"] == 1
    assert found["military", "struck", "limited_strike"] == 1
    assert found["military", "struck", "stand_by"] == 1 + 7
    assert found["military", "struck_back", "stand_by"] == 2 + 7
    assert found["talks", "struck", "seek_talks"] == found["talks", "struck_back", "seek_talks"] == 1
    assert sum(days for (track, _, _), days in found.items() if track == "public") == 2 * 16


def test_a_crisis_is_never_told_its_own_frequencies(january: Scenario) -> None:
    ruled = january.override({"states.iran.policy": "markov_chain"})
    other = added([count for count in counts(ROOT / "scenarios" / FILE) if count.crisis != "january_2024"])
    variant = ruled.model_copy(update={"name": "another_name", "start": january.start + datetime.timedelta(days=30)})
    assert frequencies_for(ruled) == frequencies_for(variant) == other
    assert frequencies_for(january) == {}


def test_two_states_in_another_year_are_another_crisis(january: Scenario) -> None:
    ruled = january.override({"states.*.policy": "markov_chain"})
    later = ruled.model_copy(update={"start": datetime.date(2031, 1, 1), "end": datetime.date(2031, 3, 1), "history": ()})
    assert sum(map(sum, frequencies_for(later)["military"].values())) > sum(map(sum, frequencies_for(ruled)["military"].values()))


@pytest.mark.parametrize(
    ("line", "wanted"), [("a,2001-01-01,2001-02-01,n,s,military,quiet,tea,3", "tea"), ("a,yesterday,2001-02-01,n,s,military,quiet,alert,3", "dates")]
)
def test_a_damaged_file_of_frequencies_is_refused(tmp_path: Path, line: str, wanted: str) -> None:
    file = tmp_path / FILE
    file.write_text(",".join(Count._fields) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=wanted):
        counts(file)


def test_the_two_crises_ship_with_the_default_rule() -> None:
    assert {state.policy for name in ("january_2024", "india_pakistan_2019") for state in load(name).states.values()} == {policies.DEFAULT}


def test_noise_is_there_whatever_is_due() -> None:
    assert min(done("tit_for_tat", "public", {"noise": 0.2}).values()) == pytest.approx(0.05)
