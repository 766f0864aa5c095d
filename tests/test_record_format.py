"""What a record can say beyond acts on days: a step taken as given, a strike on a third country's soil, states without relations."""

import numpy as np
import pytest
from conftest import BARE, EXCHANGE, made_up, row

from sim.design import Point, point_in
from sim.experiments.replay import replay
from sim.findings import findings
from sim.history import history, recorded_dead
from sim.scenario.parts.dyad import Dyad
from sim.scenario.parts.record import Event
from sim.scenario.record import contradictions_in_the_record
from sim.scenario.schema import Scenario
from sim.score import decisions, log_score, predict
from sim.simulate import simulate

FORCED = point_in("forced")
BUSY: dict[str, object] = {"states.*.attention.initial": 3.0}
OPENING = row(0, "north", "military", "limited_strike", killed=16)
ANSWER = row(3, "south", "military", "limited_strike", killed=2)


def faults(scenario: Scenario) -> list[str]:
    return [fault.allowed for fault in contradictions_in_the_record(scenario)]


def given(event: Event) -> Event:
    return event.model_copy(update={"given": "yes"})


def elsewhere(event: Event) -> Event:
    return event.model_copy(update={"soil": "elsewhere"})


# ── Given ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_given_step_is_followed_in_every_world() -> None:
    result = simulate(made_up(8, (given(OPENING), ANSWER), without=BARE), [FORCED], 12, 1)[0]
    assert (result.series["north.military"][0] == 2).all()
    assert (result.series["north.killed"][0] == 16).all()


def test_a_given_step_is_not_scored_and_says_nothing_about_the_worlds() -> None:
    cases = [made_up(1, rows, without=BARE) for rows in ((OPENING,), (given(OPENING),))]
    scored, open_ = (simulate(case, [FORCED], 12, 1)[0] for case in cases)
    assert (scored.scored[0, "north", "military"] < -1).all()
    assert (open_.scored[0, "north", "military"] == 0).all()
    known, others = ({(item.actor, item.track) for item in decisions(case)} for case in cases)
    assert known - others == {("north", "military")}


def test_what_follows_a_given_step_is_scored_as_ever() -> None:
    result = simulate(made_up(8, (given(OPENING), ANSWER), without=BARE), [FORCED], 40, 1)[0]
    predicted = predict(result)
    assert [item.decision for item in predicted] == decisions(result.scenario)
    assert (3, "south", "military") in {(item.decision.day, item.decision.actor, item.decision.track) for item in predicted}
    whole = np.log(np.mean(np.exp(result.log_weight - result.log_weight.max()))) + result.log_weight.max()
    assert log_score(predicted) == pytest.approx(whole, rel=1e-9)


def test_a_given_step_happens_where_attacks_of_the_record_do() -> None:
    """So also where governments are free from the first day on, but not where nothing is scripted."""
    assisted, free = simulate(made_up(4, (given(OPENING),), without=BARE), [Point(), Point(attacks_until=0)], 40, 1)
    assert (assisted.series["north.military"][0] == 2).all()
    assert (assisted.series["north.killed"][0] == 16).all()
    assert (assisted.log_weight == 0).all()
    assert (free.series["north.military"][0] == 0).any()
    assert recorded_dead(assisted.scenario, assisted.point) == {"killed": 16, "killed_south": 16, "strike_before": True, "killed_in_attacks": 0}
    assert recorded_dead(free.scenario, free.point)["killed"] == 0


@pytest.mark.parametrize(
    "event",
    [row(1, "raiders", "attack", "attack", target="north"), row(1, "neighbour", "third_party", "call"), row(7, "both", "talks", "agree")],
    ids=lambda event: event.track,
)
def test_only_what_one_government_decides_can_be_given(event: Event) -> None:
    others = tuple(other for other in EXCHANGE if (other.date, other.actor, other.act) != (event.date, event.actor, event.act))
    assert any("military, public, border or talks" in fault for fault in faults(made_up(20, (*others, given(event)))))


def test_a_given_strike_is_told_as_recorded_and_not_as_chosen() -> None:
    case = made_up(12, (given(OPENING), ANSWER), without=BARE)
    told = findings(case, replay(case, worlds=20).manifest)
    assert any(sentence.startswith("With governments deciding from 1 January 2001, after the recorded strike") for sentence in told)
    assert any(sentence.startswith("With nothing scripted from 1 January 2001, a state strikes in") for sentence in told)


# ── Elsewhere ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_dead_on_a_third_country_s_soil_count_on_neither_state_s() -> None:
    case = made_up(8, (elsewhere(OPENING), ANSWER), without=BARE)
    result = simulate(case, [FORCED], 12, 1)[0]
    table, record = result.outcomes(), history(case)
    wanted = {"killed": 18, "killed_south": 0, "killed_north": 2, "killed_elsewhere": 16}
    for name, number in wanted.items():
        assert (table[name] == number).all(), name
        assert record[name] == number, name
    dead = recorded_dead(result.scenario, result.point)
    assert (dead["killed"], dead["killed_elsewhere"], dead["killed_north"]) == (18, 16, 2)
    assert "killed_south" not in dead


def test_a_strike_that_a_free_government_chooses_falls_on_the_other_s_soil() -> None:
    case = made_up(12, (elsewhere(OPENING),), without=BARE, changes=BUSY)
    table = simulate(case, [Point(attacks_until=0)], 200, 1)[0].outcomes()
    assert (table["killed"] > 0).any()
    assert (table["killed_elsewhere"] == 0).all()
    assert (table["killed_north"] + table["killed_south"] == table["killed"]).all()


def test_where_no_strike_fell_elsewhere_nothing_is_counted_there() -> None:
    result = simulate(made_up(12, EXCHANGE), [FORCED], 4, 1)[0]
    assert "killed_elsewhere" not in result.outcomes()
    assert not [name for name in result.series if name.endswith("killed_elsewhere")]


def test_a_place_of_the_scenario_is_not_elsewhere() -> None:
    both = elsewhere(row(4, "north", "military", "limited_strike", place="ford"))
    assert any("cannot be where the place" in fault for fault in faults(made_up(12, (both,))))


# ── Without relations ─────────────────────────────────────────────────────────────────────────────────────────────

WITHOUT = Dyad(relations=False)


def test_states_without_relations_have_nothing_to_downgrade_or_restore() -> None:
    cases = (made_up(20, (given(OPENING),), without=BARE, changes=BUSY, dyad=dyad) for dyad in (Dyad(), WITHOUT))
    usual, without = (simulate(case, [point_in("assisted", 1)], 200, 1)[0] for case in cases)
    lowered = [sum((result.series[f"{state}.public"] == 3).sum() for state in ("north", "south")) for result in (usual, without)]
    assert lowered[0] > 0
    assert lowered[1] == 0
    assert (without.series["restoration"] == 0).all()
    assert without.outcomes()["envoys_back_lag"].isna().all()


def test_without_relations_even_odds_leave_the_downgrade_out() -> None:
    choices = {item.track: item.choices for item in decisions(made_up(1, without=BARE, dyad=WITHOUT))}
    assert choices == {"military": 4, "public": 3, "talks": 2}


def test_without_relations_the_record_can_hold_neither() -> None:
    found = faults(made_up(20, EXCHANGE, dyad=WITHOUT))
    assert found.count("needs diplomatic relations, and dyad.relations is false") == 2
