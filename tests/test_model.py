"""A run keeps within bounds, conserves what it should, and follows the record where it is told to."""

import copy
import datetime
from typing import Any

import numpy as np
import pytest
from conftest import BARE, EXCHANGE, LIVELY, START, differing, made_up, ran, row

from sim.chronicle import Chronicle
from sim.design import MODES, Pin, Point, Set, point_in
from sim.history import series
from sim.model import Crisis
from sim.scenario.ladder import index_of
from sim.scenario.load import load
from sim.scenario.parts.priors import Prior
from sim.scenario.priors import load_priors
from sim.scenario.schema import Scenario
from sim.simulate import Table, simulate

WILD: dict[str, object] = {
    **LIVELY,
    "states.*.attention.initial": 6.0,
    "states.*.attention.agenda": 8.0,
    "states.*.attention.half_life": 30.0,
    "states.*.debt.half_life": 60.0,
    "states.*.resolve.median": 6.0,
    "states.*.perception.gap": 1.6,
    "states.*.military.overshoot": 0.6,
    "states.*.military.cost": 0.1,
    "groups.*.salient.rate": 0.2,
}
"""A crisis in which councils sit daily and care too much."""

RUNGS_OF_STRIKES = index_of("military", "limited_strike")


# ── Bounds, whatever happens ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module", params=[LIVELY, WILD], ids=["a lively crisis", "a wild crisis"])
def daily(request: pytest.FixtureRequest) -> tuple[Crisis, list[dict[str, Any]]]:
    """A run, and what its agents carried at the end of every day."""
    model = Crisis(made_up(60, EXCHANGE, changes=request.param), replicates=150, points=[point_in("assisted", 3)])
    days = []
    for _ in range(model.case.days):
        model.step()
        days.append(
            {
                "stocks": [(home.food_stock, home.settings.food_stock) for home in model.communities]
                + [(home.fuel_stock, home.settings.fuel_stock) for home in model.communities],
                "shares": [
                    value
                    for home in model.communities
                    for value in (home.supply, home.smuggled, home.food, home.income, home.hardship, home.fear, home.displaced)
                ]
                + [
                    value
                    for crossing in model.crossings
                    for value in (crossing.formal, crossing.supply, crossing.food, crossing.habit, crossing.smuggled)
                ]
                + [value for state in model.states for value in (state.readiness, state.commitment, state.information, state.cover)]
                + [value for state in model.states for value in (state.just_protested, state.just_threatened)]
                + [model.dyad.truce, model.dyad.coordination]
                + [group.trust_left for group in model.groups],
                "never below nought": [
                    value
                    for state in model.states
                    for value in (
                        state.need,
                        state.militant_debt,
                        state.attention,
                        state.audience,
                        state.felt,
                        state.harm,
                        state.killed,
                        state.resolve,
                    )
                ]
                + [value for group in model.groups for value in (group.fighters, group.attacks, group.killed, group.joined, group.notice)]
                + [model.dyad.tension, model.dyad.intensity]
                + [price - 1.0 for home in model.communities for price in (home.food_price, home.fuel_price)],
                "beliefs": [state.belief for state in model.states],
                "needs": [(state.need, state.settings.debt.cap) for state in model.states],
            }
        )
    return model, days


def test_the_lively_and_the_wild_crisis_are_what_they_are_called(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    held = daily[0].record.series
    for name in ("north.military", "south.military", "agreement", "restoration", "north.border", "south.border", "crossings_closed", "displaced"):
        assert held[name].any(), name
    assert 0 in held["north.envoys"]


def test_stocks_stay_within_their_capacity(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    assert all((level >= 0).all() and (level <= capacity).all() for day in daily[1] for level, capacity in day["stocks"])


def test_shares_stay_between_nought_and_one(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    for day in daily[1]:
        for value in day["shares"]:
            assert value.min() >= -1e-12
            assert value.max() <= 1.0 + 1e-12


def test_what_cannot_be_negative_is_not(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    assert all(value.min() >= 0.0 for day in daily[1] for value in day["never below nought"])


def test_beliefs_are_never_certain(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    assert all((value > 0).all() and (value < 1).all() for day in daily[1] for value in day["beliefs"])


def test_need_never_passes_its_cap(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    assert all((need <= cap).all() for day in daily[1] for need, cap in day["needs"])


def test_no_more_people_are_displaced_than_there_are(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    model, _ = daily
    assert (model.record.series["displaced"] <= sum(home.settings.people.item() for home in model.communities)).all()


def test_every_series_is_finite_and_of_the_runs_shape(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    for name, values in daily[0].record.series.items():
        assert values.shape == (60, 1, 150), name
        assert np.isfinite(values).all(), name


def test_envoys_leave_by_a_downgrade_and_come_back_by_restoration_only(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    held = daily[0].record.series
    restored = held["restoration"] > 0
    for state in ("north", "south"):
        downgraded = held[f"{state}.public"] == index_of("public", "downgrade")
        present = np.ones(restored.shape[1:], dtype=bool)
        for day in range(60):
            present = (present & ~downgraded[day]) | restored[day]
            assert (held[f"{state}.envoys"][day] == present).all()


def test_relations_are_downgraded_only_while_envoys_are_there(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    held = daily[0].record.series
    for state in ("north", "south"):
        downgraded = held[f"{state}.public"] == index_of("public", "downgrade")
        assert held[f"{state}.envoys"][:-1][downgraded[1:]].all()


def test_nothing_is_restored_while_all_envoys_are_there(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    held = daily[0].record.series
    away = np.zeros(held["restoration"].shape[1:], dtype=bool)
    for day in range(60):
        away |= (held["north.public"][day] == index_of("public", "downgrade")) | (held["south.public"][day] == index_of("public", "downgrade"))
        assert away[held["restoration"][day] > 0].all()
        away &= held["restoration"][day] == 0


def test_they_agree_only_on_a_day_on_which_both_seek_talks(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    held = daily[0].record.series
    agreed = held["agreement"] > 0
    assert (held["north.talks"][agreed] == 1).all()
    assert (held["south.talks"][agreed] == 1).all()


def test_a_council_that_does_not_sit_does_nothing(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    held = daily[0].record.series
    for state in ("north", "south"):
        idle = held[f"{state}.sits"][3:] == 0
        for track in ("military", "public", "talks"):
            assert not held[f"{state}.{track}"][3:][idle].any()
        moved = np.diff(held[f"{state}.border"][2:], axis=0) != 0
        assert not moved[idle].any()


def test_only_strikes_do_harm_and_kill(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    held = daily[0].record.series
    for state in ("north", "south"):
        struck = held[f"{state}.military"] >= RUNGS_OF_STRIKES
        assert ((held[f"{state}.harm"] > 0) == struck).all()
        assert not held[f"{state}.killed"][~struck].any()
        assert (held[f"{state}.place"][~struck] == -1).all()


def test_strikes_fall_on_the_other_states_soil(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    model, _ = daily
    owner = np.array([home.state for home in model.communities])
    for state, rival in (("north", "south"), ("south", "north")):
        hit = model.record.series[f"{state}.place"]
        assert set(owner[hit[hit >= 0]]) == {rival}


def test_stages_of_outsiders_never_fall_of_themselves(daily: tuple[Crisis, list[dict[str, Any]]]) -> None:
    for outsider in ("harbour", "neighbour"):
        assert (np.diff(daily[0].record.series[f"{outsider}.stage"], axis=0) >= 0).all()


def test_belief_stays_between_nought_and_one_over_years_of_waiting() -> None:
    """A strike that is never answered, in a state that learns fast: the schema allows both."""
    model = Crisis(made_up(2, changes={"states.north.belief.fade": 1.0}))
    model.states[0].belief_log_odds = model.worlds.full(-760.0)
    assert 0.0 <= model.states[0].belief.item() <= 1.0


# ── War ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_war_is_where_the_models_range_ends() -> None:
    held = ran(made_up(60, changes=WILD), replicates=200, points=[point_in("free")])
    war = held["war"] > 0
    assert war[-1].any()
    assert not war[-1].all()
    assert (np.diff(held["war"], axis=0) >= 0).all()
    after = war[:-1]
    for name in ("north.military", "south.military", "north.public", "south.public", "north.talks", "south.talks", "agreement", "restoration"):
        assert not held[name][1:][after].any(), name
    assert (held["north.rung"][war] == 8).all()


def test_war_comes_on_the_fifth_strike_of_the_slower_side_within_thirty_days() -> None:
    def days_of_war(strikes: dict[str, tuple[int, ...]]) -> list[int]:
        pins = []
        for state, days in strikes.items():
            pins += [Pin(state, "military", ("limited_strike",) if day in days else ("stand_by",), day, day + 1) for day in range(50)]
        held = ran(made_up(50), points=[Point("pinned", attacks_until=0, pins=tuple(pins))])
        return [int(day) for day in np.flatnonzero(held["war"][:, 0, 0])]

    assert days_of_war({"north": (0, 1, 2, 3, 4), "south": (1, 2, 3, 4, 29)})[0] == 29
    assert days_of_war({"north": (0, 1, 2, 3, 4), "south": (1, 2, 3, 4, 30)}) == []
    assert days_of_war({"north": (0, 1, 2, 3, 4), "south": (1, 2, 3, 4)}) == []


# ── The record is followed ────────────────────────────────────────────────────────────────────────────────────────


def follows_the_record(scenario: Scenario, worlds: int) -> None:
    held = ran(scenario, replicates=worlds, points=[point_in("forced")])
    chronicle = Chronicle(scenario)
    for day in range(scenario.days):
        for state in scenario.states:
            for track in scenario.tracks:
                allowed = [index_of(track, act) for act in chronicle.acts(day, state, track)]
                assert np.isin(held[f"{state}.{track}"][day], allowed).all(), (day, state, track)
            strike = chronicle.strikes.get((day, state))
            if strike and strike.killed is not None:
                assert (held[f"{state}.killed"][day] == strike.killed).all()
        for act, name in (("agree", "agreement"), ("restore", "restoration")):
            assert (held[name][day] == (act in chronicle.joint.get(day, ()))).all()
        for group in scenario.groups:
            attacks = [attack for attack in chronicle.attacks.get(day, []) if attack.group == group]
            assert (held[f"{group}.struck"][day] == bool(attacks)).all()
            assert (held[f"{group}.salient"][day] == sum(attack.killed for attack in attacks)).all()
            if attacks and attacks[0].blamed is not None:
                assert (held[f"{group}.blamed"][day] == attacks[0].blamed).all()
    for outsider in scenario.third_parties:
        stages = [chronicle.stage(day, outsider) for day in range(scenario.days)]
        assert (held[f"{outsider}.stage"][:, 0] == np.maximum.accumulate(stages)[:, np.newaxis]).all()


def test_forced_follows_january(january: Scenario) -> None:
    follows_the_record(january, 30)


def test_forced_follows_february(balakot: Scenario) -> None:
    follows_the_record(balakot, 30)


def test_forced_follows_a_made_up_record() -> None:
    closing = row(9, "south", "border", "close"), row(15, "south", "border", "restrict"), row(16, "north", "military", "unknown", until=19)
    follows_the_record(made_up(30, EXCHANGE + closing, changes=WILD), 60)


def test_in_january_the_border_stays_open(january: Scenario) -> None:
    held = ran(january, replicates=30, points=[point_in("forced")])
    assert not held["crossings_closed"].any()
    assert not held["people_cut_off"].any()
    assert (held["trade"] == 1.0).all()


def test_recorded_strikes_and_attacks_hit_the_communities_that_the_record_names(january: Scenario) -> None:
    model = Crisis(january, replicates=5, points=[point_in("forced")])
    held = model.run().series
    names = [home.name for home in model.communities]
    for event in january.history:
        if event.place and (event.track == "attack" or event.act == "limited_strike"):
            hit = held[f"{event.actor}.place"][january.day_of(event.date), 0]
            assert [names[number] if number >= 0 else None for number in hit] == [event.place] * 5, (event.date, event.actor, event.place)


def test_a_forced_world_has_the_tension_of_the_record() -> None:
    scenario = made_up(30, (*EXCHANGE, row(9, "south", "border", "close"), row(20, "north", "public", "threaten")))
    held = ran(scenario, replicates=3, points=[point_in("forced")])
    recorded = series(scenario)
    for name in ("tension", "north.envoys", "south.envoys", "north.rung", "south.rung", "agreement", "north.killed", "south.military"):
        assert np.allclose(held[name][:, 0], recorded[name], rtol=1e-6), name


def test_assisted_follows_the_record_up_to_its_day_and_attacks_after_it() -> None:
    scenario = made_up(30, (*EXCHANGE, row(20, "raiders", "attack", "attack", killed=7)), changes=LIVELY)
    assisted, forced = (ran(scenario, replicates=60, points=[point]) for point in (point_in("assisted", 6), point_in("forced")))
    named = [name for name in forced if np.ndim(forced[name]) == 3]
    assert differing({name: forced[name][:6] for name in named}, {name: assisted[name][:6] for name in named}) == []
    assert (assisted["raiders.salient"] == forced["raiders.salient"]).all()
    assert differing({"acts": forced["south.military"]}, {"acts": assisted["south.military"]})


def test_free_follows_nothing_after_its_day() -> None:
    scenario = made_up(30, EXCHANGE, changes={"groups.*.salient.rate": 0.0})
    held = ran(scenario, replicates=60, points=[point_in("free")])
    assert not held["raiders.struck"].any()
    assert (held["north.military"][4] < RUNGS_OF_STRIKES).any()
    assert not held["log_weight"].any()


# ── What acts leave behind ────────────────────────────────────────────────────────────────────────────────────────


def day_by_day(days: int, *pins: Pin) -> list[Crisis]:
    """Two states alone, one world, their acts fixed: the model as it stands at the end of each day."""
    still = [
        Pin(state, track, (act,))
        for state in ("north", "south")
        for track, act in (("military", "stand_by"), ("public", "nothing"), ("talks", "nothing"))
    ]
    model = Crisis(
        made_up(days, without=BARE), points=[Point("fixed", pins=(*still, Pin("both", "agree", ("no",)), Pin("both", "restore", ("no",)), *pins))]
    )
    kept = []
    for _ in range(days):
        model.step()
        kept.append(copy.deepcopy(model))
    return kept


STRUCK = Pin("north", "military", ("limited_strike",), 1, 2)
AGREED = Pin("both", "agree", ("yes",), 3, 4)


def test_an_agreement_settles_accounts_and_makes_a_truce() -> None:
    without, with_it = day_by_day(4, STRUCK)[-1], day_by_day(4, STRUCK, AGREED)[-1]
    terms = with_it.case.dyad.agreement
    for before, after in zip(without.states, with_it.states, strict=True):
        assert after.debt.item() == pytest.approx(terms.debt_kept * before.debt.item())
        assert after.ledger.item() == pytest.approx(terms.debt_kept * before.ledger.item())
        assert after.attention.item() == pytest.approx(terms.attention_kept * before.attention.item())
    assert (without.dyad.truce.item(), with_it.dyad.truce.item()) == (0.0, 1.0)
    assert with_it.dyad.coordination.item() == pytest.approx(without.dyad.coordination.item() + with_it.case.dyad.coordination_gain)
    assert with_it.dyad.tension.item() == pytest.approx(terms.tension_kept * without.dyad.tension.item())


def test_a_truce_fades_and_a_strike_breaks_it() -> None:
    again = Pin("south", "military", ("limited_strike",), 5, 6)
    quiet, broken = day_by_day(6, STRUCK, AGREED), day_by_day(6, STRUCK, AGREED, again)
    dyad = quiet[0].case.dyad
    assert quiet[-1].dyad.truce.item() == pytest.approx(0.5 ** (2 / dyad.truce_half_life))
    assert broken[-1].dyad.truce.item() == pytest.approx(dyad.breach * quiet[-1].dyad.truce.item())


def test_a_blow_is_felt_the_day_after_and_owed_until_it_is_paid_back() -> None:
    answer = Pin("south", "military", ("limited_strike",), 3, 4)
    days = day_by_day(6, STRUCK, answer)
    north, south = ([model.states[number] for model in days] for number in (0, 1))
    assert [state.felt.item() > 0 for state in south] == [False, False, True, False, False, False]
    assert [state.debt.item() > 0 for state in south[:4]] == [False, False, True, True]
    assert south[4].debt.item() < south[3].debt.item() - 0.5
    assert north[2].debt.item() < 0 < north[4].felt.item()
    # The true ledger is the same account from both sides.
    assert all(one.ledger.item() == pytest.approx(-other.ledger.item()) for one, other in zip(north, south, strict=True))


def test_an_answer_teaches_the_one_who_was_answered() -> None:
    answer = Pin("south", "military", ("limited_strike",), 3, 4)
    days, unanswered = day_by_day(6, STRUCK, answer), day_by_day(6, STRUCK)
    odds = [model.states[0].belief_log_odds.item() for model in days]
    fade, factor = (getattr(days[0].case.states["north"].belief, name) for name in ("fade", "answer_factor"))
    # One waits from the day on which the blow is felt; who has been answered waits no longer.
    assert odds == pytest.approx([0.0, 0.0, 0.0, -fade, -fade + np.log(factor), -fade + np.log(factor)])
    assert unanswered[-1].states[0].belief_log_odds.item() == pytest.approx(-3 * fade)


def test_a_threat_binds_until_one_strikes() -> None:
    threat = Pin("north", "public", ("threaten",), 0, 1)
    bound, struck = day_by_day(3, threat), day_by_day(3, threat, STRUCK)
    fading = bound[0].case.states["north"].public.commitment_half_life
    assert [model.states[0].commitment.item() for model in bound] == pytest.approx([0.5 ** (day / fading) for day in range(3)])
    assert struck[-1].states[0].commitment.item() == 0.0


def test_an_alert_makes_ready() -> None:
    days = day_by_day(4, Pin("north", "military", ("alert",), 1, 2))
    fading = days[0].case.states["north"].military.readiness_half_life
    assert [model.states[0].readiness.item() for model in days] == pytest.approx([0.0, 1.0, 0.5 ** (1 / fading), 0.5 ** (2 / fading)])


def test_mediation_helps_from_the_day_after() -> None:
    scenario = made_up(6, without=("groups", "communities", "crossings", "ties"))
    pins = (STRUCK, Pin("harbour", "third_party", ("mediate",), 2))
    model = Crisis(scenario, points=[Point("mediated", pins=pins)])
    for _ in range(3):
        model.step()
    north = model.states[0]
    heed = min(model.third_parties[0].attention.item(), 1.0)
    assert heed > 0.0
    assert north.cover.item() == pytest.approx(scenario.mediation.cover * heed)
    assert north.information.item() == pytest.approx(scenario.mediation.information * heed)
    assert north.pressure.item() == pytest.approx(0.2 * heed + 0.3 * model.third_parties[1]._pressure.item())


# ── Crises with less in them ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mode", MODES)
def test_two_states_alone_make_a_crisis(mode: Any) -> None:
    scenario = made_up(12, without=BARE, history=(row(3, "north", "military", "limited_strike", killed=2), row(4, "south", "public", "downgrade")))
    model = Crisis(scenario, replicates=20, points=[point_in(mode)])
    held = model.run().series
    assert "north.border" not in held
    assert "hardship" not in held
    assert not [key for key in model.record.scored if key[2] == "border"]
    table = simulate(scenario, [point_in(mode)], 20, 1)[0].outcomes()
    assert table[["closed_days", "hardship_person_days", "displaced_peak"]].isna().all(axis=None)
    assert len(table) == 20


@pytest.mark.parametrize("missing", BARE)
def test_any_one_kind_of_agent_may_be_missing(missing: str) -> None:
    needs = {"communities": ("communities", "ties"), "crossings": ("crossings", "ties"), "groups": ("groups", "communities", "ties")}
    history = tuple(event for event in EXCHANGE if event.track not in ("attack", "third_party") and not event.place)
    held = ran(made_up(12, history, without=needs.get(missing, (missing,))), replicates=8)
    assert ("north.border" in held) is (missing != "crossings")
    assert np.isfinite(held["tension"]).all()


@pytest.mark.parametrize("mode", MODES)
def test_february_2019_runs(balakot: Scenario, mode: Any) -> None:
    result = simulate(balakot, [point_in(mode)], 40, 1)[0]
    assert "india.border" not in result.series
    assert len(result.outcomes()) == 40
    assert np.isfinite(result.log_weight).all()
    assert (result.log_weight < 0).all() == (mode == "forced")


def test_a_crisis_of_one_day_runs() -> None:
    assert ran(made_up(1))["tension"].shape == (1, 1, 1)


def test_a_run_begins_and_ends_on_the_scenarios_days() -> None:
    model = Crisis(made_up(10))
    model.run()
    assert model.case.date_of(0) == START
    assert model.case.date_of(model.day - 1) == model.case.end == START + datetime.timedelta(days=9)
    assert not model.running


def test_many_communities_keep_their_numbers() -> None:
    """Places are remembered as small whole numbers: they must hold as many communities as a scenario may have."""
    homes = {f"home{number:03}": {"label": "Home", "state": "south", "latitude": 50.0, "longitude": 10.0, "people": 100.0} for number in range(140)}
    homes["mill"] = {"label": "Mill", "state": "north", "latitude": 50.0, "longitude": 10.0, "people": 100.0}
    scenario = made_up(
        4, (row(1, "north", "military", "limited_strike", place="home139", killed=1),), without=("ties", "crossings"), communities=homes
    )
    held = ran(scenario, points=[point_in("forced")])
    assert held["north.place"][1].item() == 139


# ── Luck of one's own ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("priors", [{}, load_priors()], ids=["fixed", "drawn"])
def test_a_point_with_independent_luck_is_the_same_point_run_alone_from_its_first_world(priors: dict[str, Prior]) -> None:
    scenario = load("january_2024")
    points = tuple(Point(name=str(number), states_until=33, sets=(Set("states.*.resolve.median", 0.5 + 0.2 * number),)) for number in range(3))
    together = Table(scenario, points, 3, priors, 2, luck="independent").chunk(8, 5)
    for number, point in enumerate(points):
        alone = Table(scenario, (point,), 3, priors, 2).chunk(8 + 5 * number, 5)[0]
        assert np.array_equal(alone.log_weight, together[number].log_weight)
        for name, values in {**alone.series, **alone.totals}.items():
            assert np.array_equal(values, {**together[number].series, **together[number].totals}[name]), name
