"""A crisis is a folder that a person can write, extend, copy and have explained."""

import datetime
import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_crisis import MAIN, TABLES, changed, complaint, write

import sim.scenario.find
from sim.scenario.check import check
from sim.scenario.describe import json_schema, schema_text, table
from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.load import bundle, default_name, load, names
from sim.scenario.new import new
from sim.scenario.priors import applicable, load_priors

LEAST = "title: Least\nstart: 2001-01-01\nend: 2001-01-02\nstates: {north: {label: North}, south: {label: South}}\n"


@pytest.fixture
def crisis(tmp_path: Path) -> Path:
    return write(tmp_path / "small")


@pytest.fixture
def own_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle with one crisis in it, in place of the program's own."""
    folder = tmp_path / "bundle"
    write(folder / "small")
    monkeypatch.setattr(sim.scenario.find, "PACKAGE", tmp_path / "program" / "sim")
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "scenarios").symlink_to(folder)
    return folder


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_crisis_is_read_from_its_folder(crisis: Path) -> None:
    scenario = load(crisis)
    assert scenario.name == "small"
    assert list(scenario.states) == ["north", "south"]
    assert scenario.days == 59
    assert scenario.communities["ford"].recruits_for == "raiders"
    assert scenario.history[0].killed == 4
    assert scenario.history[1].until == datetime.date(2001, 1, 8)
    assert scenario.states["north"].elections["general"].date == datetime.date(2001, 2, 20)


def test_a_path_may_name_the_file(crisis: Path) -> None:
    assert load(str(crisis / "scenario.yaml")) == load(crisis)


def test_two_states_are_enough(tmp_path: Path) -> None:
    scenario = load(write(tmp_path / "least", dict.fromkeys(TABLES), LEAST))
    assert (scenario.history, scenario.communities, scenario.crossings) == ((), {}, {})
    assert "border" not in scenario.tracks


def test_tables_may_carry_the_mark_and_line_ends_of_a_spreadsheet(tmp_path: Path, crisis: Path) -> None:
    saved = {name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for name, text in TABLES.items()}
    assert load(write(tmp_path / "saved" / "small", saved)) == load(crisis)


def test_empty_rows_and_columns_are_passed_over(tmp_path: Path, crisis: Path) -> None:
    padded = "\n".join(line + ",," for line in TABLES["ties.csv"].splitlines()) + "\n,,,,,\n"
    assert load(write(tmp_path / "padded" / "small", {"ties.csv": padded})) == load(crisis)


def test_the_order_of_communities_does_not_matter(tmp_path: Path, crisis: Path) -> None:
    head, *rows = TABLES["communities.csv"].splitlines()
    turned = "\n".join([head, *reversed(rows)]) + "\n"
    assert load(write(tmp_path / "turned" / "small", {"communities.csv": turned})) == load(crisis)


@pytest.mark.parametrize(("written", "value"), [("7.5e-1", 0.75), ("0x1", 1.0), ("1", 1.0), (".5", 0.5)])
def test_numbers_follow_yaml_1_2(tmp_path: Path, written: str, value: float) -> None:
    assert load(write(tmp_path / "x", changed("scenario.yaml", "0.7", written))).states["south"].resolve.median == value


@pytest.mark.parametrize("written", ["no", "12:30", "on", "1_000"])
def test_words_stay_words(tmp_path: Path, written: str) -> None:
    assert load(write(tmp_path / "x", changed("scenario.yaml", '"North and South"', written))).title == written


def test_a_date_may_stand_in_quotes(tmp_path: Path) -> None:
    assert load(write(tmp_path / "x", changed("scenario.yaml", "2001-01-01", '"2001-01-01"'))).start == datetime.date(2001, 1, 1)


# ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_name_is_looked_up_here_and_then_in_the_bundle(own_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    (here / "small").mkdir(parents=True)
    monkeypatch.chdir(here)
    assert load("small").title == "North and South"  # a folder without scenario.yaml does not count
    write(here / "small", main=MAIN.replace("North and South", "Nearer"))
    assert load("small").title == "Nearer"


def test_the_bundle_lists_its_crises_and_the_default(own_bundle: Path) -> None:
    (own_bundle / "index.yaml").write_text("default: small\n")
    assert names() == ["small"]
    assert default_name() == "small"


def test_an_installed_bundle_goes_before_a_checkout(own_bundle: Path, tmp_path: Path) -> None:
    installed = tmp_path / "program" / "sim" / "_scenarios"
    installed.mkdir(parents=True)
    assert bundle() == installed


def test_every_crisis_of_the_bundle_is_in_order() -> None:
    assert default_name() in names()
    for name in names():
        assert "is in order" in check(name)


# ── Extending ─────────────────────────────────────────────────────────────────────────────────────────────────────


def extending(folder: Path, text: str, tables: dict[str, str | bytes | None] | None = None) -> Path:
    return write(folder, {**dict.fromkeys(TABLES), **(tables or {})}, text)


def test_an_extension_gives_only_what_differs(crisis: Path) -> None:
    scenario = load(extending(crisis.parent / "other", "extends: small\nstates: {south: {resolve: {spread: 0.2}}}\n"))
    assert scenario.name == "other"
    assert (scenario.states["south"].resolve.median, scenario.states["south"].resolve.spread) == (0.7, 0.2)
    assert len(scenario.history) == 13


def test_an_extension_replaces_a_table_as_a_whole(crisis: Path) -> None:
    tables: dict[str, str | bytes | None] = {"history.csv": "date,actor,track,act\n"}
    assert load(extending(crisis.parent / "other", "extends: small\n", tables)).history == ()


def test_null_takes_away_what_is_extended(crisis: Path) -> None:
    assert list(load(extending(crisis.parent / "other", "extends: small\nthird_parties: {harbour: null}\n")).third_parties) == ["neighbour"]


def test_notes_about_what_was_taken_away_go_with_it(crisis: Path) -> None:
    write(crisis, changed("scenario.yaml", "sources:", 'sources:\n  third_parties.harbour.label: "a map"\n  "crossings.*.limit": "a tariff"'))
    tables: dict[str, str | bytes | None] = {"crossings.csv": "name,label,latitude,longitude\n", "ties.csv": "first,second,kind\n"}
    other = load(extending(crisis.parent / "other", "extends: small\nthird_parties: {harbour: null}\n", tables))
    assert list(other.sources) == ["states.*.resolve", "states.south.resolve.median"]


def test_an_extension_may_be_extended(crisis: Path) -> None:
    extending(crisis.parent / "second", "extends: small\ntitle: Second\n")
    assert load(extending(crisis.parent / "third", "extends: second\n")).title == "Second"


def test_what_is_extended_may_lie_in_the_bundle(own_bundle: Path, tmp_path: Path) -> None:
    assert load(extending(tmp_path / "mine" / "other", "extends: small\n")).title == "North and South"


def test_a_fault_in_what_is_extended_is_shown_where_it_stands(crisis: Path) -> None:
    write(crisis, changed("scenario.yaml", "0.7", "-7"))
    assert "small/scenario.yaml:13  states.south.resolve.median = -7" in complaint(extending(crisis.parent / "other", "extends: small\n"))


# ── Describing ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_shows_value_unit_range_and_source(crisis: Path) -> None:
    rows = {row[0]: row[1:] for row in table(load(crisis), sources=True)}
    assert rows["path"] == ["value", "unit", "range", "source"]
    assert rows["states.south.resolve.median"] == ["0.7", "logits per squared strike unit", "0 to 50", "a study of South"]
    assert rows["communities.mill.people"] == ["20000", "people", "1 to 1,000,000,000", "A"]


def test_the_schema_knows_every_key_with_its_unit() -> None:
    schema = json_schema()
    assert json.loads(schema_text()) == schema
    assert {"extends", "states", "dyad"} <= schema["properties"].keys()
    assert not {"history", "communities", "crossings", "ties", "references"} & schema["properties"].keys()
    median = schema["$defs"]["Resolve"]["properties"]["median"]
    assert median["x-unit"] == "logits per squared strike unit"
    assert (median["exclusiveMinimum"], median["maximum"]) == (0, 50)


def test_the_schema_refers_only_to_what_it_defines() -> None:
    referred = {part.split('"')[0] for part in schema_text().split("#/$defs/")[1:]}
    assert referred == json_schema()["$defs"].keys()


# ── Beginning one's own ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_crisis_is_the_old_one_under_another_name(crisis: Path, tmp_path: Path) -> None:
    made = new("mine", crisis, tmp_path / "mine")
    old = load(crisis)
    assert load(made).model_copy(update={"name": old.name, "title": old.title}) == old
    assert "is in order" in check(made)


def test_a_new_crisis_stands_alone(crisis: Path, tmp_path: Path) -> None:
    other = extending(crisis.parent / "other", "extends: small\nstates: {south: {resolve: {spread: 0.2}}}\n")
    made = new("mine", other, tmp_path / "far" / "away")
    assert load(made).states["south"].resolve.spread == 0.2
    assert (made / "history.csv").read_text() == TABLES["history.csv"]


def test_a_new_crisis_explains_itself(crisis: Path, tmp_path: Path) -> None:
    text = (new("mine", crisis, tmp_path / "mine") / "scenario.yaml").read_text()
    assert "median: 0.7  # median over worlds [logits per squared strike unit], above 0 and at most 50" in text
    assert "# tension_half_life: 14.0  # days until tension has halved [days], 0.5 to 1,000" in text


def test_what_is_commented_out_can_be_switched_on(crisis: Path, tmp_path: Path) -> None:
    file = new("mine", crisis, tmp_path / "mine") / "scenario.yaml"
    switched = file.read_text().replace("# dyad:", "dyad:").replace("# tension_half_life: 14.0", "tension_half_life: 21.0")
    file.write_text(switched)
    assert load(file).dyad.tension_half_life == 21


def test_nothing_is_overwritten(crisis: Path) -> None:
    with pytest.raises(ScenarioError, match="is there already"):
        new("small", crisis, crisis.parent)


@pytest.mark.parametrize("name", ["Mine", "../mine", "", "a b", "9", "mine\n"])
def test_a_new_name_must_be_a_name(crisis: Path, name: str) -> None:
    with pytest.raises(ScenarioError, match="must be a name"):
        new(name, crisis, crisis.parent)


# ── Priors and checks ─────────────────────────────────────────────────────────────────────────────────────────────


def priors(folder: Path, entry: str, path: str = "states.*.resolve.median") -> Path:
    file = folder / "priors.yaml"
    file.write_text(f"priors:\n  {path}: {entry}\n")
    return file


def test_the_priors_of_the_bundle_are_in_order() -> None:
    assert load_priors()
    assert "is in order" in check(bundle() / "priors.yaml")
    assert "is in order" in check(bundle() / "index.yaml")


def test_the_most_specific_prior_is_the_one_that_applies(crisis: Path, tmp_path: Path) -> None:
    between = "{{distribution: uniform, low: {}, high: {}, source: assumed}}".format
    file = priors(tmp_path, between(2, 3), "states.north.resolve.median")
    file.write_text(file.read_text() + f"  states.*.resolve.median: {between(1, 9)}\n  groups.*.blame: {between(0, 1)}\n")
    chosen = applicable(load_priors(file), load(crisis))
    assert {path: pattern for path, (pattern, _) in chosen.items()} == {
        "states.north.resolve.median": "states.north.resolve.median",
        "states.south.resolve.median": "states.*.resolve.median",
        "groups.raiders.blame": "groups.*.blame",
    }


def test_a_prior_on_what_a_crisis_has_not_is_dropped(tmp_path: Path) -> None:
    least = load(write(tmp_path / "least", dict.fromkeys(TABLES), LEAST))
    file = priors(tmp_path, "{distribution: uniform, low: 0, high: 1, source: assumed}", "crossings.*.leakage")
    assert applicable(load_priors(file), least) == {}


@pytest.mark.parametrize(
    ("entry", "path", "expected"),
    [
        ("{distribution: uniform, low: 2, high: 1, source: x}", "dyad.calm", "must be above low"),
        ("{distribution: uniform, low: 0.1, high: 1, median: 0.5, source: x}", "dyad.calm", "leave it out"),
        ("{distribution: normal, low: 0.1, high: 1, median: 0.5, source: x}", "dyad.calm", "spread  is required"),
        ("{distribution: normal, low: 0.1, high: 1, spread: 0.5, source: x}", "dyad.calm", "median  is required"),
        ("{distribution: normal, low: 0.1, high: 1, median: 2, spread: 1, source: x}", "dyad.calm", "between low and high"),
        ("{distribution: uniform, low: 0.1, high: 1, contested: true, source: x}", "dyad.calm", "both signs"),
        ("{distribution: uniform, low: 0.1, high: 50, source: x}", "dyad.calm", "must be from 0.01 to 5"),
        ("{distribution: uniform, low: 0.1, high: 1, unit: days, source: x}", "dyad.calm", "must be the field's own"),
        ("{distribution: uniform, low: 0.1, high: 1, source: x}", "dyad.clam", "Did you mean dyad.calm?"),
        ("{distribution: uniform, low: 0.1, high: 1, source: x}", "dyad.war.days", "not a number that worlds can differ in"),
        ("{distribution: unifrom, low: 0.1, high: 1, source: x}", "dyad.calm", "Did you mean uniform?"),
        ("{distribution: lognormal, low: -1, high: 1, median: 0.5, spread: 1, source: x}", "mediation.formulation", "no negative values"),
        ("{distribution: uniform, low: 0.1, hihg: 1, source: x}", "dyad.calm", "Did you mean high?"),
        ("3", "dyad.calm", "must be a mapping"),
    ],
)
def test_a_prior_must_make_sense(tmp_path: Path, entry: str, path: str, expected: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_priors(priors(tmp_path, entry, path))
    assert expected in str(refused.value)
    assert "priors.yaml:2" in str(refused.value)


def test_an_index_names_crises_that_are_there(own_bundle: Path) -> None:
    (own_bundle / "index.yaml").write_text("default: smal\ncrises: {large: a line}\n")
    with pytest.raises(ScenarioError) as refused:
        check(own_bundle / "index.yaml")
    assert "index.yaml:1  default = smal  is no scenario here; must be small. Did you mean small?" in str(refused.value)
    assert "index.yaml:2  crises = large" in str(refused.value)


def test_check_says_what_it_can_check(tmp_path: Path) -> None:
    (tmp_path / "else.yaml").write_text("a: 1\n")
    with pytest.raises(ScenarioError, match="is none of these"):
        check(tmp_path / "else.yaml")


def test_problems_beyond_twenty_are_counted() -> None:
    lines = str(ScenarioError(Problem("here", f"is wrong {number}") for number in range(23))).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 3 more"


def test_scenarios_are_read_without_heavy_libraries() -> None:
    code = "import sys, sim.scenario.check, sim.scenario.new, sim.scenario.describe; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent).stdout.split()
    assert not {"mesa", "pandas", "matplotlib", "scipy", "numpy"} & set(loaded)
