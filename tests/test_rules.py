"""The rules are pure functions of arrays, and keep the identities that they promise."""

import itertools
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import EXCHANGE, made_up, ran, same_bits
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from sim.design import Pin, Point, Set, point_in
from sim.model import Crisis
from sim.rules import (
    attention,
    audience,
    border,
    crossings,
    debt,
    harm,
    livelihoods,
    military,
    outsiders,
    public,
    recruitment,
    talks,
    tension,
    violence,
)
from sim.rules.choice import chance_if_not, chance_if_sitting, choose, observe, weights_of
from sim.scenario.parts.border import Livelihoods
from sim.scenario.parts.states import Attention, BorderPolicy, Debt, Military, Public, Talks
from sim.scenario.parts.third_parties import ThirdParty
from sim.simulate import simulate
from sim.worlds import Draw, Worlds, total

share = st.floats(0, 1)
amount = st.floats(0, 20)
signed = st.floats(-20, 20)
people = st.integers(0, 500)

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(120)
"""Where, and with what weight, a function of a standard normal number is to be read to know its mean."""


# ── Harm, debt, audience, attention ───────────────────────────────────────────────────────────────────────────────


@given(noise=st.floats(0, 2), information=share)
def test_error_in_perception_has_mean_one(noise: float, information: float) -> None:
    spread = harm.fog(noise, information)
    mean = (WEIGHTS * harm.felt(1.0, 1.0, 1.0, spread, NODES)).sum() / WEIGHTS.sum()
    assert mean == pytest.approx(1.0, rel=1e-9)


def test_error_has_mean_one_over_worlds_too() -> None:
    z = Worlds(1, replicates=100_000).normal(Draw.PERCEPTION, 1, 1)
    assert harm.felt(2.0, 1.5, 0.5, 0.5, z).mean() == pytest.approx(1.5, rel=0.01)


def test_full_information_takes_all_error_away() -> None:
    assert harm.felt(2.0, 1.2, 0.9, harm.fog(0.5, 1.0), np.array([-3.0, 0.0, 3.0])).tolist() == pytest.approx([2.16] * 3)


@given(size=st.floats(0.1, 10), killed=people, usual=st.floats(0, 100), weight=st.floats(0, 2))
def test_harm_grows_with_the_dead_and_is_the_strikes_size_at_the_usual_number(size: float, killed: int, usual: float, weight: float) -> None:
    assert harm.harm(size, usual, usual, weight) == pytest.approx(size)
    assert harm.harm(size, killed + 1, usual, weight) >= harm.harm(size, killed, usual, weight) > 0


@given(median=st.floats(0, 1000), spread=st.floats(0, 3), u=st.floats(1e-9, 1 - 1e-9))
def test_people_killed_are_whole_and_never_fewer_than_none(median: float, spread: float, u: float) -> None:
    killed = harm.people_killed(median, spread, norm.ppf(u))
    assert killed >= 0
    assert killed == np.floor(killed)


def test_half_of_all_strikes_kill_no_more_than_the_median() -> None:
    z = Worlds(1, replicates=50_000).normal(Draw.STRIKE_KILLED, 1, 1)
    killed = harm.people_killed(4.0, 1.0, z)
    assert np.median(killed) == 4.0


@given(debts=st.lists(signed, min_size=2, max_size=2), militant=amount, cap=st.floats(0.5, 50))
def test_need_grows_with_debt_and_saturates(debts: list[float], militant: float, cap: float) -> None:
    settings = SimpleNamespace(cap=cap)
    low, high = (debt.need(owed, militant, settings) for owed in sorted(debts))
    assert 0.0 <= low <= high <= cap
    assert debt.need(1e6, 0.0, settings) == pytest.approx(cap)
    assert debt.need(-5.0, 0.0, settings) == 0.0
    assert high <= max(*debts, 0.0) + militant + 1e-9


@given(before=signed, felt=amount)
def test_a_blow_paid_back_in_full_leaves_no_more_than_there_was(before: float, felt: float) -> None:
    settings = Debt()
    assert debt.debt(before, felt, felt, settings) == pytest.approx(debt.debt(before, 0.0, 0.0, settings), abs=1e-9)
    assert abs(debt.debt(before, 0.0, 0.0, settings)) <= abs(before)


def test_a_strike_settles_most_of_the_militant_debt() -> None:
    settings = Debt(discharge=0.8)
    assert debt.militant_debt(2.0, 0.0, 1.0, settings) == pytest.approx(0.2 * debt.militant_debt(2.0, 0.0, 0.0, settings))
    assert debt.militant_debt(0.0, 1.0, 1.0, settings) == settings.militant_weight


@given(close=share, mood=st.floats(-5, 5), cover=share, effect=st.floats(-0.9, 5), base=st.floats(0, 5))
def test_an_audience_is_never_negative(close: float, mood: float, cover: float, effect: float, base: float) -> None:
    settings = SimpleNamespace(base=base, election_effect=effect)
    assert audience.audience(close, mood, cover, settings) >= 0.0
    assert audience.audience(close, mood, 1.0, settings) == 0.0


def test_a_vote_is_close_on_its_day_and_past_the_day_after() -> None:
    scale = np.full((1, 1), 30.0)
    assert audience.closeness(0, scale) == 1.0
    assert audience.closeness(30, scale).item() == pytest.approx(math.exp(-1))
    assert audience.closeness(-1, scale) == 0.0


def test_belief_rises_by_the_factor_on_an_answer_and_fades_while_one_waits() -> None:
    settings = SimpleNamespace(answer_factor=3.0, fade=0.03)
    answered, waiting, neither = np.array([True, False, False]), np.array([True, True, False]), 0.0
    assert audience.belief_log_odds(neither, answered, waiting, settings).tolist() == pytest.approx([math.log(3), -0.03, 0.0])


@given(notice=amount, shock=amount, felt=amount, words=amount, before=amount, closure=share)
def test_attention_draws_the_council_together(notice: float, shock: float, felt: float, words: float, before: float, closure: float) -> None:
    settings = Attention()
    now = attention.attention(before, felt, words, notice, shock, closure, settings)
    assert now >= felt + shock
    assert 0.0 <= attention.chance_to_sit(now, settings) <= 1.0
    assert attention.chance_to_sit(now + 1, settings) >= attention.chance_to_sit(now, settings)


def test_without_attention_only_routine_brings_a_council_together() -> None:
    assert attention.chance_to_sit(0.0, Attention(routine=0.0)) == 0.0
    assert 0.0 < attention.chance_to_sit(0.0, Attention()) < 0.01


def test_a_closed_border_keeps_itself_on_the_agenda() -> None:
    settings = Attention(border_weight=0.3)
    assert attention.attention(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, settings) == 0.3


def test_ten_dead_draw_one_unit_of_notice() -> None:
    assert attention.drawn_by_attacks(np.array([0.0, 10.0, 40.0])).tolist() == [0.0, 1.0, 2.0]


# ── Choice ────────────────────────────────────────────────────────────────────────────────────────────────────────

utilities = st.lists(st.floats(-50, 50), min_size=2, max_size=4)


@given(utilities=utilities, u=st.floats(1e-12, 1 - 1e-12), data=st.data())
def test_only_what_is_allowed_is_chosen(utilities: list[float], u: float, data: st.DataObject) -> None:
    count = len(utilities)
    may = data.draw(st.lists(st.booleans(), min_size=count, max_size=count).filter(any))
    weights = weights_of([np.full((1, 1), utility) for utility in utilities])
    chosen = choose(weights, [np.array([[flag]]) for flag in may], np.full((1, 1), u))
    assert may[chosen.item()]


@pytest.mark.parametrize("utilities", [[0.0, -1e9], [-1e9, 0.0], [0.0, -800.0, -1e9]])
def test_what_is_allowed_is_chosen_even_where_a_world_thinks_it_impossible(utilities: list[float]) -> None:
    weights = weights_of([np.full((1, 1), utility) for utility in utilities])
    for number in range(len(utilities)):
        allowed = [np.array([[other == number]]) for other in range(len(utilities))]
        assert choose(weights, allowed, np.array([[0.3, 0.999999]])).tolist() == [[number, number]]


def test_choice_follows_the_weights() -> None:
    weights = weights_of([np.log(np.full((1, 1), weight)) for weight in (1.0, 2.0, 5.0)])
    chosen = choose(weights, None, Worlds(1, replicates=40_000).uniform(Draw.MILITARY, 1, 1))
    assert (np.bincount(chosen.ravel()) / 40_000).tolist() == pytest.approx([0.125, 0.25, 0.625], abs=0.01)


@given(utilities)
def test_weights_do_not_hang_on_the_level_of_utility(utilities: list[float]) -> None:
    lifted = weights_of([utility + 700.0 for utility in utilities])
    assert np.allclose(lifted, weights_of(utilities), atol=1e-12)
    assert max(lifted) == 1.0


@given(sits=share, data=st.data())
def test_what_two_tracks_show_has_the_probability_that_counting_gives(sits: float, data: st.DataObject) -> None:
    """Over "sat" or "did not sit" and the acts of both tracks, counted out one by one."""
    tracks = []
    for count in (4, 3):
        weights = data.draw(st.lists(st.floats(0.01, 1), min_size=count, max_size=count))
        may = data.draw(st.lists(st.booleans(), min_size=count, max_size=count).filter(any))
        tracks.append((weights, may, data.draw(st.integers(0, count - 1))))

    def chance(sat: bool, acts: tuple[int, ...]) -> float:
        if not sat:
            return float(all(act == routine for act, (_, _, routine) in zip(acts, tracks, strict=True)))
        return math.prod(weights[act] / sum(weights) for act, (weights, _, _) in zip(acts, tracks, strict=True))

    def counted(depth: int) -> tuple[float, float]:
        """Probability of what the first `depth` tracks show, and of that and having sat."""
        allowed = [acts for acts in itertools.product(range(4), range(3)) if all(tracks[t][1][acts[t]] for t in range(depth))]
        sat, not_sat = (sum(chance(flag, acts) for acts in allowed) for flag in (True, False))
        return sits * sat + (1 - sits) * not_sat, sits * sat

    seen_before, now = 1.0, np.full((1, 1), sits)
    for depth, (weights, may, routine) in enumerate(tracks, start=1):
        flags = [np.array([[flag]]) for flag in may]
        seen, now = observe(now, chance_if_sitting([np.full((1, 1), w) for w in weights], flags), chance_if_not(np.full((1, 1), routine), flags))
        everything, and_sat = counted(depth)
        assert seen.item() == pytest.approx(everything / seen_before if seen_before else 0.0, abs=1e-12)
        if everything == 0.0:
            return
        assert now.item() == pytest.approx(and_sat / everything, abs=1e-12)
        seen_before = everything


# ── The four tracks ───────────────────────────────────────────────────────────────────────────────────────────────


def situation(**now: Any) -> SimpleNamespace:
    """A quiet day, but for what is given."""
    quiet = dict.fromkeys(
        (
            "need",
            "debt",
            "ledger",
            "commitment",
            "readiness",
            "pressure",
            "just_protested",
            "just_threatened",
            "unrest",
            "intensity",
            "truce",
            "tension",
        ),
        0.0,
    )
    return SimpleNamespace(**{**quiet, "stakes": 2.0, "audience": 1.0, "belief": 0.5, "envoys": True, "policy": 0, **now})


def utility(terms: dict[str, dict[str, Any]], act: str) -> float:
    return float(np.asarray(total(terms[act].values())).item())


def best(terms: dict[str, dict[str, Any]]) -> str:
    return max(terms, key=lambda act: utility(terms, act))


def test_the_best_strike_is_as_large_as_the_need() -> None:
    for need, act in ((0.0, "stand_by"), (1.0, "limited_strike"), (2.5, "expanded_strike")):
        # An alert keeps open most of a strike's advantage while one is not ready; here one is.
        assert best(military.terms(situation(need=need, readiness=1.0), Military(cost=0.2), 2.5)) == act


def test_too_little_and_too_much_have_each_their_own_price() -> None:
    settings = Military(overshoot=0.7)
    little, much = (military.striking(size, situation(need=2.0), settings) for size in (1.0, 5.0))
    assert (little["unanswered"], little["overshoot"]) == (-2.0, 0.0)
    assert (much["unanswered"], much["overshoot"]) == (0.0, pytest.approx(-0.7 * 9.0))


@pytest.mark.parametrize(("what", "more"), [("pressure", 1.0), ("truce", 1.0), ("intensity", 2.0), ("belief", 0.9)])
def test_what_makes_force_dear_lowers_both_strikes_and_nothing_else(what: str, more: float) -> None:
    before, after = (military.terms(situation(need=1.0, readiness=1.0, **now), Military(), 2.5) for now in ({}, {what: more}))
    assert utility(after, "limited_strike") < utility(before, "limited_strike")
    assert utility(after, "expanded_strike") < utility(before, "expanded_strike")
    assert utility(after, "stand_by") == utility(before, "stand_by")


def test_readiness_makes_striking_cheaper_and_a_further_alert_pointless() -> None:
    unready, ready = (military.terms(situation(need=1.5, readiness=now), Military(), 2.5) for now in (0.0, 1.0))
    assert utility(ready, "limited_strike") > utility(unready, "limited_strike")
    assert ready["alert"]["option_value"] == 0.0 < unready["alert"]["option_value"]


def test_a_threat_makes_standing_by_dear() -> None:
    assert utility(military.terms(situation(commitment=1.0), Military(), 2.5), "stand_by") < utility(
        military.terms(situation(), Military(), 2.5), "stand_by"
    )


def test_envoys_leave_once() -> None:
    assert utility(public.terms(situation(debt=3.0, envoys=False), Public()), "downgrade") < -1e8
    assert best(public.terms(situation(debt=3.0), Public())) == "downgrade"


def test_words_answer_debt_only_and_are_not_soon_said_again() -> None:
    quiet, owed, said = (public.terms(now, Public()) for now in (situation(debt=-2.0), situation(debt=1.0), situation(debt=1.0, just_protested=1.0)))
    assert utility(quiet, "protest") == utility(public.terms(situation(), Public()), "protest")
    assert utility(owed, "protest") > utility(quiet, "protest")
    assert utility(said, "protest") == utility(owed, "protest") - Public().repeat_cost
    assert utility(said, "nothing") == 0.0


def test_a_threat_is_stale_after_a_threat_and_a_protest_after_a_protest() -> None:
    fresh = public.terms(situation(debt=1.0), Public())
    for said, act, other in (("just_protested", "protest", "threaten"), ("just_threatened", "threaten", "protest")):
        after = public.terms(situation(debt=1.0, **{said: 1.0}), Public())
        assert utility(after, act) < utility(fresh, act)
        assert utility(after, other) == utility(fresh, other)


@given(ledger=signed, owed=signed, scale=st.floats(0.05, 20))
def test_evenness_lies_between_nought_and_one(ledger: float, owed: float, scale: float) -> None:
    assert 0.0 <= talks.evenness(ledger, owed, scale) <= 1.0
    assert talks.evenness(ledger, owed, scale) == talks.evenness(-ledger, owed, scale)
    assert talks.evenness(0.0, min(owed, 0.0), scale) == 1.0


def test_talks_are_worth_most_when_the_account_is_even_and_tension_high() -> None:
    worth = [
        utility(talks.terms(now, Talks()), "seek_talks")
        for now in (situation(tension=2.0), situation(tension=0.1), situation(tension=2.0, ledger=2.0))
    ]
    assert worth[0] > worth[1]
    assert worth[0] > worth[2]
    face = talks.terms(situation(debt=1.0), Talks())["seek_talks"]["face"]
    assert face == -Talks().face * 2.0


@given(policy=st.integers(0, 2), owed=signed)
def test_only_going_beyond_the_present_policy_costs_the_routine_constant(policy: int, owed: float) -> None:
    terms = border.terms(situation(policy=np.array([[policy]]), debt=owed), BorderPolicy())
    costs = [float(np.asarray(terms[act]["routine"]).item()) for act in ("open", "restrict", "close")]
    assert costs == [-BorderPolicy().constant if number > policy else 0.0 for number in range(3)]
    assert utility(terms, "open") == 0.0


def test_whoever_is_ahead_has_nothing_to_force_with_a_border() -> None:
    ahead, owed = (border.terms(situation(debt=debts, policy=np.zeros((1, 1))), BorderPolicy(coercion=0.5)) for debts in (-2.0, 2.0))
    assert (ahead["close"]["coercion"], owed["close"]["coercion"]) == (0.0, 1.0)


@given(information=share, formulation=st.floats(-20, 20), reach=share, ease=st.floats(-10, 10))
def test_the_chance_of_agreement_is_a_probability_that_never_passes_its_reach(
    information: float, formulation: float, reach: float, ease: float
) -> None:
    chance = talks.chance_of_agreement(information, formulation, SimpleNamespace(reach=reach, ease=ease))
    assert 0.0 <= chance <= reach + (1.0 - reach) * information + 1e-12


@given(truce=share, tension_now=amount, calm=st.floats(0.01, 5), faded=share, rate=st.floats(0, 5))
def test_envoys_return_under_a_truce_or_slowly_as_tension_fades(truce: float, tension_now: float, calm: float, faded: float, rate: float) -> None:
    settings = SimpleNamespace(return_rate=rate, faded=faded)
    chance = talks.chance_of_return(truce, tension_now, calm, settings)
    assert 0.0 <= chance <= 1.0
    assert chance >= talks.chance_of_return(truce, tension_now + 1.0, calm, settings)
    assert chance <= talks.chance_of_return(1.0, tension_now, calm, settings)


# ── Outsiders ─────────────────────────────────────────────────────────────────────────────────────────────────────


@given(stage=st.integers(0, 3), attention_now=amount, bias=st.floats(-1, 0), offer=share, call=share)
def test_an_outsiders_weights_lie_between_nought_and_one(stage: int, attention_now: float, bias: float, offer: float, call: float) -> None:
    mediation = SimpleNamespace(offer_weight=offer, call_weight=call)
    assert 0.0 <= outsiders.chance_to_advance(stage, attention_now, ThirdParty(label="Outsider")) <= 1.0
    assert 0.0 <= outsiders.help_given(stage, attention_now, mediation) <= 1.0
    assert 0.0 <= outsiders.pressure(stage, attention_now, mediation) <= 1.0
    assert 0.0 <= outsiders.credibility(bias) <= 1.0


def test_each_stage_weighs_at_least_as_much_as_the_one_before() -> None:
    for offer, call in itertools.product((0.0, 0.2, 0.9), repeat=2):
        mediation = SimpleNamespace(offer_weight=offer, call_weight=call)
        for weight in (outsiders.help_given, outsiders.pressure):
            by_stage = [float(weight(np.array(stage), 0.7, mediation)) for stage in range(4)]
            assert by_stage == sorted(by_stage)
            assert by_stage[0] == 0.0


def test_each_stage_has_its_own_pace() -> None:
    outsider = ThirdParty(label="Outsider", call_rate=0.9, offer_rate=0.3, mediation_rate=0.1)
    chances = outsiders.chance_to_advance(np.array([0, 1, 2]), 1.0, outsider)
    assert chances.tolist() == pytest.approx([1.0 - math.exp(-rate) for rate in (0.9, 0.3, 0.1)])


def test_a_mediator_goes_no_further() -> None:
    assert outsiders.chance_to_advance(np.array(3), 100.0, ThirdParty(label="Outsider")) == 0.0


# ── Attacks, tension, recruitment ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rate", [0.02, 0.5, 3.0])
def test_daily_attacks_are_geometric(rate: float) -> None:
    """Mean rate and variance rate + rate², integrated over the uniform number."""
    attacks = violence.count(np.full(1, rate), (np.arange(400_000) + 0.5) / 400_000)
    assert attacks.mean() == pytest.approx(rate, rel=0.002)
    assert attacks.var() == pytest.approx(rate + rate * rate, rel=0.01)
    assert (attacks == 0).mean() == pytest.approx(1 / (1 + rate), rel=0.001)


def test_a_group_with_no_tempo_never_attacks() -> None:
    assert not violence.count(np.zeros(1), Worlds(1, replicates=1000).uniform(Draw.TEMPO, 1, 1)).any()
    assert violence.count(np.zeros(1), np.full(1, 2.0**-54)) == 0.0


@given(expected=st.floats(0, 200))
def test_whole_people_have_the_mean_expected(expected: float) -> None:
    drawn = violence.whole_people(expected, (np.arange(1000) + 0.5) / 1000)
    assert drawn.mean() == pytest.approx(expected, abs=1.1e-3)
    assert set(np.unique(drawn)) <= {math.floor(expected), math.floor(expected) + 1.0}


@pytest.mark.parametrize(("what", "sign"), [("truce", 1.0), ("vote", 1.0), ("coordination", -1.0), ("readiness", -1.0)])
def test_circumstances_move_background_attacks_the_way_their_signs_say(what: str, sign: float) -> None:
    settings = SimpleNamespace(talks=0.2, election=0.2, coordination=0.2, readiness=0.2)
    now = {**dict.fromkeys(("truce", "vote", "coordination", "readiness"), 0.0), what: 1.0}
    assert violence.conditions(**now, settings=settings) == pytest.approx(math.exp(0.2 * sign))


@given(prior=share, weight=share, coordination=share, preventable=share, blamed=st.booleans())
def test_blame_and_trust_are_shares(prior: float, weight: float, coordination: float, preventable: float, blamed: bool) -> None:
    assert 0.0 <= violence.chance_of_blame(prior, weight, coordination) <= prior
    assert 0.0 <= violence.trust_left(preventable, blamed) <= 1.0
    assert violence.trust_left(preventable, False) == 1.0


@given(before=amount, hostility=signed, half_life=st.floats(0.5, 1000))
def test_tension_fades_and_never_falls_below_nought(before: float, hostility: float, half_life: float) -> None:
    assert tension.tension(before, hostility, half_life) >= 0.0
    assert tension.tension(before, 0.0, half_life) <= before


@given(hardship=share, loss=amount, growth=st.floats(-0.9, 5), risk=share)
def test_a_contested_effect_at_nought_leaves_joining_as_it_was(hardship: float, loss: float, growth: float, risk: float) -> None:
    settings = SimpleNamespace(base=-6.0, hardship=0.0, harm=0.0, peers=0.0, risk=0.0)
    assert recruitment.readiness_to_join(hardship, loss, growth, risk, settings) == 1.0


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_hardship_makes_people_join_or_keeps_them_from_it_as_its_sign_says(sign: float) -> None:
    settings = SimpleNamespace(base=-6.0, hardship=sign, harm=0.0, peers=0.0, risk=0.0)
    assert sign * (recruitment.readiness_to_join(0.8, 0.0, 0.0, 0.0, settings) - 1.0) > 0


def test_risk_keeps_people_from_joining() -> None:
    settings = SimpleNamespace(base=-6.0, hardship=0.0, harm=0.0, peers=0.0, risk=1.0)
    assert recruitment.readiness_to_join(0.0, 0.0, 0.0, 0.5, settings) < 1.0


def test_in_quiet_times_joining_makes_up_for_leaving() -> None:
    settings = SimpleNamespace(turnover=0.01)
    joined = recruitment.joins(100.0, 0.4, 1.0, settings) + recruitment.joins(100.0, 0.6, 1.0, settings)
    assert recruitment.fighters(100.0, joined, settings) == pytest.approx(100.0)


# ── Crossings and livelihoods ─────────────────────────────────────────────────────────────────────────────────────


@given(before=share, formal=share, days=st.floats(0.1, 365), leakage=share)
def test_trade_stays_a_share(before: float, formal: float, days: float, leakage: float) -> None:
    habit = crossings.habit(before, formal, days)
    assert 0.0 <= habit <= 1.0
    assert 0.0 <= formal + crossings.leaked(formal, habit, leakage) <= 1.0 + 1e-12
    assert crossings.leaked(1.0, habit, leakage) == 0.0


def test_smuggling_finds_its_way_while_trade_is_cut_and_loses_it_again() -> None:
    before = 0.5
    assert crossings.habit(before, 0.9, 10.0) > before > crossings.habit(before, 1.0, 10.0)


def test_policies_let_through_all_part_or_nothing() -> None:
    assert crossings.policy_flow(np.array([0, 1, 2]), 0.4).tolist() == [1.0, 0.4, 0.0]


def test_food_passes_again_after_some_weeks() -> None:
    settings = Livelihoods(food_after=28.0, food_flow=0.5)
    assert crossings.food_supply(np.array([0.1, 0.1, 0.9]), np.array([27.0, 28.0, 28.0]), settings).tolist() == [0.1, 0.5, 0.9]


@given(before=st.floats(0, 365), cut=share, relief=st.floats(0, 2), capacity=st.floats(0.1, 365))
def test_stocks_stay_within_their_capacity_and_shortage_is_a_share(before: float, cut: float, relief: float, capacity: float) -> None:
    left = float(livelihoods.stock(min(before, capacity), cut, relief, 1.0 - cut, capacity, 14.0))
    missing = float(livelihoods.shortage(cut, relief, left, capacity))
    assert 0.0 <= left <= capacity
    assert 0.0 <= missing <= cut
    assert missing == 0.0 or (left < capacity and relief < cut)


def test_stocks_fill_up_again_when_trade_passes() -> None:
    left = 0.0
    for _ in range(60):
        left = float(livelihoods.stock(left, 0.0, 0.0, 1.0, 21.0, 14.0))
    assert left == pytest.approx(21.0, rel=0.02)


SHARES = (
    "income_weight", "shortage_weight", "price_weight", "kin_weight", "food_weight", "fear_spread", "smuggling_danger", "leave_rate",
    "leave_threshold", "return_rate",
)  # fmt: skip
settings_of_living = st.builds(
    Livelihoods, adjustment=st.floats(0.001, 1), price_food=amount, price_fuel=amount, **dict.fromkeys(SHARES, share)
)  # fmt: skip


def lived(days: int, cut: float, relief: float, settings: Any, *, capacity: float = 5.0, dependence: float = 0.5) -> float:
    """Hardship after some days with a share of imports cut."""
    stock_left, hardship = capacity, 0.0
    for _ in range(days):
        stock_left = float(livelihoods.stock(stock_left, cut, relief, 1.0 - cut, capacity, settings.refill_days))
        missing = float(livelihoods.shortage(cut, relief, stock_left, capacity))
        dearness = livelihoods.price(missing, settings.price_food) - 1.0
        hardship = float(livelihoods.hardship(hardship, dependence * cut, missing, dearness, 0.0, settings))
    return hardship


@given(settings=settings_of_living, cut=share, relief=st.lists(st.floats(0, 2), min_size=2, max_size=2), days=st.integers(1, 30))
def test_relief_never_raises_hardship(settings: Any, cut: float, relief: list[float], days: int) -> None:
    less, more = sorted(relief)
    assert lived(days, cut, more, settings) <= lived(days, cut, less, settings) + 1e-12


@given(settings=settings_of_living, leakage=st.lists(share, min_size=2, max_size=2), days=st.integers(1, 30))
def test_leakage_never_raises_hardship(settings: Any, leakage: list[float], days: int) -> None:
    less, more = sorted(leakage)
    assert lived(days, 1 - more, 0.0, settings) <= lived(days, 1 - less, 0.0, settings) + 1e-12


@given(settings=settings_of_living, before=share, fear=share, causes=st.lists(share, min_size=4, max_size=4), displaced=share)
def test_hardship_fear_and_displacement_stay_shares(settings: Any, before: float, fear: float, causes: list[float], displaced: float) -> None:
    hardship = livelihoods.hardship(before, causes[0], causes[1], 20 * causes[2], causes[3], settings)
    fear_now = livelihoods.fear(fear, causes[0], causes[1], causes[2], settings)
    assert 0.0 <= hardship <= 1.0
    assert 0.0 <= fear_now <= 1.0
    assert -1e-12 <= livelihoods.displaced(displaced, hardship, fear_now, settings) <= 1.0 + 1e-12


def test_nobody_leaves_below_the_threshold() -> None:
    assert livelihoods.displaced(0.0, 0.4, 0.5, Livelihoods(leave_threshold=0.5)) == 0.0


# ── Identities of the whole model ─────────────────────────────────────────────────────────────────────────────────

CLOSED = Point("closed", states_until=13, pins=(Pin("north", "border", ("close",), 0), Pin("south", "border", ("open",), 0)))
"""Follows the record, with the border closed from one side throughout."""


@pytest.mark.parametrize("channel", ["facilitation", "formulation", "manipulation", "cover"])
def test_a_channel_switched_off_is_a_channel_with_nothing_to_give(channel: str) -> None:
    nothing: dict[str, object] = {"manipulation": {"third_parties.*.leverage": 0.0}}.get(
        channel, {f"mediation.{'information' if channel == 'facilitation' else channel}": 0.0}
    )
    off = ran(made_up(25, EXCHANGE, changes={f"third_parties.*.channels.{channel}": 0.0}), replicates=80, points=[point_in("assisted", 6)])
    zero = ran(made_up(25, EXCHANGE, changes=nothing), replicates=80, points=[point_in("assisted", 6)])
    assert [name for name in off if not same_bits(np.abs(off[name]), np.abs(zero[name]))] == []


@pytest.mark.parametrize("channel", ["facilitation", "formulation", "manipulation", "cover"])
def test_every_channel_moves_something(channel: str) -> None:
    changes: dict[str, object] = {"third_parties.*.leverage": 0.8, "third_parties.*.interest": 5.0, "mediation.offer_weight": 1.0}
    off, on = ({**changes, f"third_parties.*.channels.{channel}": size} for size in (0.0, 1.0))
    one, other = (ran(made_up(25, EXCHANGE, changes=change), replicates=200, points=[point_in("assisted", 7)]) for change in (off, on))
    assert [name for name in one if not same_bits(one[name], other[name])]


def homes_after(changes: dict[str, object], days: int = 40) -> Crisis:
    model = Crisis(made_up(days, EXCHANGE, changes=changes), replicates=8, points=[CLOSED])
    model.run()
    return model


def test_without_dependence_a_closed_border_takes_no_income() -> None:
    model = homes_after({"communities.*.dependence": 0.0})
    assert all(crossing.closed.all() for crossing in model.crossings)
    assert all((home.income == 1.0).all() for home in model.communities)


def test_without_dependence_and_imports_a_closed_border_does_no_hardship() -> None:
    nothing: dict[str, object] = {f"communities.*.{field}": 0.0 for field in ("dependence", "food_imports", "fuel_imports")}
    model = homes_after({**nothing, "livelihoods.kin_weight": 0.0})
    assert all((home.hardship == 0.0).all() for home in model.communities)
    assert all((home.food_price == 1.0).all() and (home.fuel_price == 1.0).all() for home in model.communities)


def test_with_imports_a_closed_border_does_hardship() -> None:
    assert all((home.hardship > 0.2).all() for home in homes_after({}).communities)


@pytest.mark.parametrize(("field", "section"), [("relief", "communities"), ("leakage", "crossings")])
def test_in_the_model_too_relief_and_leakage_never_raise_hardship(field: str, section: str) -> None:
    # Attacks that nobody fixes are left out: what they do to kin is chance, and a group's means hang on trade.
    scenario = made_up(60, EXCHANGE, changes={"groups.*.salient.rate": 0.0})
    points = [CLOSED] + [Point(f"{size}", 13, pins=CLOSED.pins, sets=(Set(f"{section}.*.{field}", size),)) for size in (0.0, 0.3, 0.6, 1.0)]
    hardship = [result.series["hardship"] for result in simulate(scenario, points, 8, 1)]
    for less, more in itertools.pairwise(hardship[1:]):
        assert (more <= less).all()
    assert (hardship[-1][-1] < hardship[1][-1]).all()
