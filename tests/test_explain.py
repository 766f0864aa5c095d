"""Why a government did what it did, by the very function that decides; one world told day by day."""

import re
from pathlib import Path

import numpy as np
import pytest
from conftest import EXCHANGE, LIVELY, made_up
from test_branch import CLOSURE, branch_of, day
from test_figures import collisions

from sim.design import Set, point_in
from sim.experiments.council import mornings
from sim.experiments.explain import explain
from sim.experiments.parting import parting
from sim.plots import reasons, reasons_draw, style
from sim.report.explain import findings
from sim.scenario.branches import as_yaml
from sim.scenario.errors import ScenarioError
from sim.scenario.priors import applicable, load_priors
from sim.scenario.schema import Scenario
from sim.score import predict
from sim.simulate import Table, simulate
from sim.store import Study


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return made_up(days=20, history=EXCHANGE, changes=LIVELY)


@pytest.fixture(scope="module")
def study(crisis: Scenario) -> Study:
    """South on the morning of the day on which it struck back."""
    return explain(crisis, at=day(6), actor="south", worlds=60)


def test_terms_add_up_to_utilities_and_these_to_probabilities(crisis: Scenario) -> None:
    alone = explain(crisis, at=day(6), actor="south", world=11, flips=False)
    terms, acts = alone.tables["terms"], alone.tables["acts"]
    for track, rows in acts.groupby("track"):
        mine = terms[terms["track"] == track]
        parts = mine[mine["term"] != "utility"].groupby("act")["mean"].sum()
        utility = mine[mine["term"] == "utility"].set_index("act")["mean"]
        assert all(parts.get(act, 0.0) == pytest.approx(value) for act, value in utility.items())
        weight = np.exp(utility - utility.max())
        expected = (weight / weight.sum()).reindex(rows["act"]).to_numpy()
        assert rows["if_sitting"].to_numpy() == pytest.approx(expected)
        assert rows["if_sitting"].sum() == pytest.approx(1)
        assert rows["today"].sum() == pytest.approx(1)


def test_the_chance_of_what_was_done_is_the_one_that_scores_it(crisis: Scenario, study: Study) -> None:
    forced = simulate(crisis, [point_in("forced")], 60, 1)[0]
    scored = {(item.decision.day, item.decision.actor, item.decision.track): item.probability for item in predict(forced)}
    acts = study.tables["acts"]
    military = acts[(acts["track"] == "military") & acts["recorded"]]["today"].item()
    assert military == pytest.approx(scored[6, "south", "military"])


def test_the_chance_of_an_act_that_day_is_that_of_sitting_times_that_if_it_sits(study: Study) -> None:
    """Worlds count by how likely the council is to sit in them: else the chances of a day and of a sitting council would not go together."""
    acts = study.tables["acts"].set_index(["track", "act"])
    strike = acts.loc[("military", "limited_strike")]
    assert strike["today"] == pytest.approx(study.manifest["sits"] * strike["if_sitting"])
    assert 0 < study.manifest["sits"] < 1


def test_a_changed_value_is_weighed_named_and_kept_apart(crisis: Scenario, study: Study) -> None:
    calmer = explain(crisis, at=day(6), actor="south", worlds=60, changes={"states.south.resolve.median": 0.05}, flips=False)
    acts = [each.tables["acts"].set_index(["track", "act"])["today"] for each in (study, calmer)]
    assert acts[1].loc[("military", "limited_strike")] < acts[0].loc[("military", "limited_strike")]
    assert "with states.south.resolve.median = 0.05" in findings(crisis, calmer)[0]
    assert calmer.manifest["hash"] != study.manifest["hash"]
    assert calmer.manifest["asked"]["scenario_hash"] == study.manifest["asked"]["scenario_hash"]


def test_what_is_drawn_in_each_world_has_no_value_to_flip_from(crisis: Scenario) -> None:
    flips = explain(crisis, at=day(6), actor="south", worlds=20, parameters="prior").tables["flips"]
    assert not set(flips["parameter"]) & set(applicable(load_priors(), crisis))


def test_one_world_is_the_same_alone_and_among_others(crisis: Scenario) -> None:
    table = Table(crisis, (point_in("assisted", 6),), 1)
    many = mornings(table, 6, "south", 0, 30)[0]
    one = mornings(table, 6, "south", 17, 1)[0]
    for track, acts in one.terms.items():
        for act, named in acts.items():
            for name, value in named.items():
                assert value[0].tobytes() == many.terms[track][act][name][17].tobytes()


def test_a_parameter_that_flips_the_likeliest_act_does_so_when_it_is_set(crisis: Scenario, study: Study) -> None:
    flips = study.tables["flips"]
    assert len(flips) > 3
    assert (flips["share_of_range"] > 0).all()
    assert not flips["parameter"].str.contains("strikes.ambiguity|relief").any()
    for _, row in flips.groupby("track").head(2).iterrows():
        point = point_in("assisted", 6, sets=(Set(row["parameter"], row["to"]),))
        morning = mornings(Table(crisis, (point,), 1), 6, "south", 0, 60)[0]
        likeliest = list(morning.terms[row["track"]])[int(np.argmax((morning.if_sitting(row["track"]) * morning.sitting).sum(axis=1)))]
        assert likeliest == row["instead"] != row["likeliest"]


def test_a_branch_parts_from_its_parent_on_the_day_of_its_change_by_the_decision_that_it_pins(crisis: Scenario, tmp_path: Path) -> None:
    file = tmp_path / "closure.yaml"
    file.write_text(as_yaml(branch_of(CLOSURE)), encoding="utf-8")
    found = [parting(crisis, str(file), world) for world in range(6)]
    dated = [one for one in found if one["decisions"]]
    assert dated
    for one in dated:
        assert one["date"] >= day(8)
    first = next(one for one in dated if one["date"] == day(8))
    assert {(row["actor"], row["track"], row["branch"]) for row in first["decisions"]} == {("north", "border", "close")}


@pytest.mark.parametrize("scale", [0.75, 1.0, 1.4])
@pytest.mark.parametrize("theme", style.THEMES, ids=lambda theme: theme.name)
def test_no_two_texts_of_the_figure_meet_or_leave_it(study: Study, crisis: Scenario, theme: style.Theme, scale: float) -> None:
    figure = reasons_draw.draw(reasons.reasons(study, crisis), theme, scale)
    assert collisions(figure) == []


def test_the_figure_names_what_weighed_most_only_where_one_term_leads_clearly(study: Study, crisis: Scenario) -> None:
    frame = reasons.reasons(study, crisis)
    assert len(frame.words.title) <= 75
    rows = frame.panels[0].rows
    row = next(row for row in rows if row.recorded)
    heaviest = sorted((abs(cell.mean) for cell in row.cells.values()), reverse=True)
    assert ("weighed most" in frame.words.title) == (heaviest[0] >= 1.5 * heaviest[1])
    table = reasons.data(frame)
    likeliest = table[(table["track"] == "military") & (table["series"] == "if the council sits")]["value"].sum()
    assert float(likeliest) == pytest.approx(1)


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"at": day(6), "actor": "suoth"}, "--actor = suoth.*Did you mean south"),
        ({"at": "2003-01-01", "actor": "south"}, "--at = 2003-01-01.*must be a day of the run"),
        ({"at": "soon", "actor": "south"}, "--at = soon.*must be a date"),
        ({"at": day(6), "actor": "south", "world": -1}, "--world = -1.*from 0 to"),
        ({"at": day(6), "actor": "south", "worlds": 0}, "--worlds = 0.*above 0"),
    ],
)
def test_what_cannot_be_explained_is_refused(crisis: Scenario, asked: dict[str, object], complaint: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        explain(crisis, **asked)  # type: ignore[arg-type]
    assert re.search(complaint, str(caught.value)), str(caught.value)


def test_a_flip_is_found_though_the_nearest_values_flip_only_in_a_few_worlds(january: Scenario) -> None:
    """Without the change military.cost 0.709 flips it: from 0.8 on there must be a flip, too."""
    found = explain(january, at="2024-01-18", actor="pakistan", worlds=200, changes={"states.pakistan.military.cost": 0.8})
    assert "military" in set(found.tables["flips"]["track"])
