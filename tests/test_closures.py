"""Natural experiments: the borderland is closed as it was, the model's number stands beside the report, and misses stay visible."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.commands.validate import KINDS
from sim.experiments.closures import MEASURES, ClosureValidation, Finding, point_of, run, validate_closures
from sim.model import Crisis
from sim.report.validation import closure_blocks
from sim.scenario.check import check
from sim.scenario.closures import read_closures
from sim.scenario.errors import ScenarioError
from sim.scenario.find import bundle
from sim.scenario.parts.closures import Effect, Quantity
from sim.scenario.priors import load_priors

DRAWS = 40
FILE = (bundle() / "closures.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found() -> ClosureValidation:
    return validate_closures(DRAWS, 1)


def rows(found: ClosureValidation) -> dict[tuple[str, str], Finding]:
    names = [(name, key) for name, closure in found.file.closures.items() for key in closure.effects]
    return dict(zip(names, found.findings, strict=True))


# ── What is run ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_quantity_that_a_file_can_name_is_measured() -> None:
    assert set(MEASURES) == set(Quantity.__args__)  # type: ignore[attr-defined]


def test_crossings_are_closed_for_as_long_as_they_were_and_nothing_else_happens() -> None:
    file, scenario = read_closures()
    closure = file.closures["june_2025"].model_copy(update={"days": 4, "crossings": ("taftan_mirjaveh",)})
    crisis = Crisis(scenario, 1, replicates=3, points=[point_of(closure, scenario)])
    closed = []
    for _ in range(7):
        crisis.step()
        closed.append([crossing.name for crossing in crisis.crossings if crossing.closed.any()])
    assert closed == [[], *[["taftan_mirjaveh"]] * 4, [], []]
    assert all((state.acts["military"] == 0).all() and (state.acts["border"] == 0).all() for state in crisis.states)
    assert all((group.attacks == 0).all() for group in crisis.groups)


def test_the_first_days_follow_from_the_formulas_of_stocks_and_prices() -> None:
    """Without smuggling: fuel for two days lasts to day 2 but for the share that is made at home, and the price follows what is short."""
    file, scenario = read_closures()
    dry = scenario.override({"crossings.*.leakage": 0.0})
    home = dry.communities["kech"]
    effect = file.closures["june_2025"].effects["petrol_stations"].model_copy(update={"places": ("kech",)})
    price = effect.model_copy(update={"quantity": "fuel_price_rise"})
    closure = file.closures["june_2025"].model_copy(update={"effects": {"short": effect, "price": price}})
    short, rise = (finding.values for finding in run(file.model_copy(update={"closures": {"one": closure}}), dry, 2, 1, {}))
    left = home.fuel_stock - 2 * home.fuel_imports
    assert short == pytest.approx(home.fuel_imports * (1 - left / home.fuel_stock))
    assert rise == pytest.approx(dry.livelihoods.price_fuel * short)


def test_each_draw_of_the_parameters_is_a_figure(found: ClosureValidation) -> None:
    assert found.drawn == ["crossings.*.leakage", "livelihoods.income_weight"]
    for finding in found.findings:
        if finding.values is not None:
            assert finding.values.shape == (DRAWS,)
            assert np.ptp(finding.values) > 0
            assert finding.figure is not None
            assert finding.figure[1] <= finding.figure[0] <= finding.figure[2]


def test_closures_run_together_or_alone_give_the_same_figures(found: ClosureValidation) -> None:
    file, scenario = read_closures()
    alone = file.model_copy(update={"closures": {"may_2004": file.closures["may_2004"]}})
    (flour,) = run(alone, scenario, DRAWS, 1, load_priors())
    np.testing.assert_array_equal(flour.values, rows(found)["may_2004", "flour"].values)


def test_a_longer_closure_leaves_less_food_and_more_hardship() -> None:
    file, scenario = read_closures()
    effect = file.closures["february_2020"].effects["food_in_border_towns"]
    effects = {
        f"{quantity}_{day}": effect.model_copy(update={"quantity": quantity, "day": day})
        for quantity in ("food_stock", "hardship")
        for day in (3, 14)
    }
    closure = file.closures["february_2020"].model_copy(update={"effects": effects})
    values = [finding.values for finding in run(file.model_copy(update={"closures": {"one": closure}}), scenario, 10, 1, load_priors())]
    assert all(value is not None for value in values)
    assert (values[1] < values[0]).all()
    assert (values[3] > values[2]).all()


# ── What is said of it ────────────────────────────────────────────────────────────────────────────────────────────


def effect(**more: object) -> Effect:
    usual = {"label": "bread", "reported": "dearer", "low": 0.2, "high": 0.4, "quantity": "food_price_rise", "source": "A", "confidence": "M"}
    return Effect.model_validate(usual | more)


def finding(values: list[float] | None, **more: object) -> Finding:
    closure = read_closures()[0].closures["may_2004"]
    return Finding(closure, effect(**more), None if values is None else np.array(values))


@pytest.mark.parametrize(
    ("one", "verdict", "inside"),
    [
        (finding([0.3, 0.3, 0.9]), "hit", 2 / 3),
        (finding([0.3, 0.9, 0.9]), "miss", 1 / 3),
        (finding([0.3], compared=False, nearest="near"), "not compared", None),
        (finding([0.3], low=None, high=None, nearest="near"), "not compared", None),
        (finding(None, quantity=None, nearest="nothing"), "no quantity", None),
    ],
)
def test_a_median_within_the_range_is_a_hit(one: Finding, verdict: str, inside: float | None) -> None:
    assert one.verdict == verdict
    assert one.inside == (None if inside is None else pytest.approx(inside))


def test_misses_are_named_and_hits_that_are_no_test_are_told_apart() -> None:
    findings = [finding([0.9], label="flour"), finding([0.3], set_on="livelihoods.price_food"), finding(None, quantity=None, label="protest")]
    first, second, third = ClosureValidation(1, 1, read_closures()[0], [], findings).sentences
    assert first == "1 of 2 reported ranges hold the model's median; missed: flour, May 2004."
    assert second.startswith("On 1 of these reports a number of the module was set by hand, so that a hit there is no test; hits on others: 0 of 1.")
    assert "no quantity: 1 (protest, May 2004)" in third


def test_what_the_model_has_no_number_for_stays_in_the_table(found: ClosureValidation) -> None:
    table = found.table().set_index("effect")
    assert len(table) == len(found.findings)
    assert table.loc["price of Iranian goods in Quetta", "verdict"] == "no quantity"
    assert np.isnan(table.loc["price of Iranian goods in Quetta", "model"])
    assert table.loc["days until a sit-in at Turbat", "verdict"] == "not compared"
    assert "no protests" in table.loc["days until a sit-in at Turbat", "nearest"]


def test_a_miss_is_shown_as_one(found: ClosureValidation) -> None:
    wrong = [Finding(one.closure, one.effect, None if one.values is None else one.values + 9.0) for one in found.findings]
    blocks = closure_blocks(ClosureValidation(DRAWS, 1, found.file, found.drawn, wrong))
    verdicts = [row[6] for block in blocks for row in block.rows]
    assert [verdict.rstrip(" *") for verdict in verdicts if "MISS" in verdict] == ["MISS"] * len(found.named("hit"))
    assert not [verdict for verdict in verdicts if verdict.startswith("hit")]


def test_the_caveat_says_what_was_drawn_and_what_was_not(found: ClosureValidation) -> None:
    assert "crossings.*.leakage, livelihoods.income_weight" in found.caveat
    assert "has no prior" in found.caveat


# ── The file ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_file_of_the_bundle_is_in_order() -> None:
    assert check(bundle() / "closures.yaml").endswith("is in order: 4 natural experiments.")


def test_every_range_around_a_single_figure_is_half_to_one_and_a_half_times_it() -> None:
    effects = [one for closure in read_closures()[0].closures.values() for one in closure.effects.values() if one.assumed_range]
    assert len(effects) == 3
    assert all(one.low is not None and one.high == pytest.approx(3 * one.low) for one in effects)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("places: [gwadar]", "places: [gwader]", "closures.may_2004.effects.flour.places.0 = gwader  is no community"),
        ('crossings: ["*"]', "crossings: [taftan]", "is no crossing"),
        ("day: 14\n        low: 0.6", "day: 15\n        low: 0.6", "must lie within the 14 days"),
        ("high: 1.8", "high: 0.5", "must be above low, 0.6"),
        ("        high: 1.8\n", "", "low and high go together"),
        ("quantity: fuel_shortage", "quantity: fuel_shortag", "Did you mean fuel_shortage?"),
        ("source: S106\n        confidence: M", "source: S999\n        confidence: M", "S999  is no source under references"),
        ("set_on: livelihoods.price_food", "set_on: livelihoods.price_fod", "is no path of the scenario"),
        ("scenario: january_2024", "scenario: january", "is no scenario of the bundle"),
        ('        nearest: "the model has no such decision', '        neares: "the model has no such decision', "Did you mean nearest?"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(tmp_path: Path, old: str, new: str, wanted: str) -> None:
    assert old in FILE
    (tmp_path / "closures.yaml").write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_closures(tmp_path / "closures.yaml")
    assert wanted in str(refused.value)
    assert "closures.yaml:" in str(refused.value)


# ── The command ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_kind_prints_one_object_and_keeps_its_table(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["validate", "--against", "closures", "--worlds", "12", "--json", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["command"], answer["against"], answer["draws"], answer["run"]) == ("validate", "closures", 12, str(tmp_path))
    assert {"effect", "reported", "model", "low", "high", "inside", "verdict", "set_by_hand", "source"} <= answer["closures"][0].keys()
    assert [row["verdict"] for row in answer["closures"] if row["model"] is None] == ["no quantity"] * 3
    assert (tmp_path / "closures.csv").is_file()


def test_the_same_seed_gives_the_same_figures(found: ClosureValidation) -> None:
    assert validate_closures(DRAWS, 1).as_json() == found.as_json()
    assert validate_closures(DRAWS, 2).as_json() != found.as_json()


def test_without_a_kind_all_kinds_are_run_and_another_is_one_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(KINDS) >= {"patterns", "closures", "rules"}
    monkeypatch.setitem(KINDS, "again", KINDS["closures"])
    for other in ("patterns", "crises", "rules"):
        monkeypatch.delitem(KINDS, other)
    done = CliRunner().invoke(app, ["validate", "--worlds", "8", "--json", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["against"] == list(answer["results"]) == list(answer["caveat"]) == list(KINDS)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.csv")} == {f"{name}/closures.csv" for name in KINDS}


def test_a_person_reads_findings_first_then_tables_then_what_to_beware_of(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["validate", "--against", "closures", "--worlds", "12", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    order = ["reported ranges hold the model's median", "May 2004", "A model, not a forecast.", f"Saved: {tmp_path / 'index.html'} and closures.csv"]
    places = [done.stdout.index(words) for words in order]
    assert places == sorted(places)
    assert "Next:" in done.stderr


def test_a_kind_that_there_is_not_is_refused_with_the_nearest() -> None:
    done = CliRunner().invoke(app, ["validate", "--against", "closure"])
    assert done.exit_code == 2
    assert "--against = closure" in done.stderr
    assert "Did you mean closures?" in done.stderr
