"""Figures of sweeps: which one a sweep gets, titles whose rule holds, what cannot be told looks so, no two texts touch, the command."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import EXCHANGE, made_up
from SALib.sample import morris as salib
from small_sweeps import shortened, sweep
from test_figures import LONG, SIZES, collisions, renamed
from typer.testing import CliRunner

import sim
from sim.branches import Branch
from sim.cli import app
from sim.commands import plot
from sim.design import Pin
from sim.experiments.branch import Request, run
from sim.plots import (
    album,
    dots,
    dots_draw,
    frame,
    style,
    sweep_album,
    sweep_labels,
    sweep_morris,
    sweep_notes,
    sweep_scatter,
    sweep_words,
)
from sim.plots.sweep import Factor, Measure, opened
from sim.plots.sweep_plan import Asked, plan
from sim.plots.sweep_worlds import Sample, influence
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario
from sim.store import Study, save, write_parquet
from sim.summary import mean_interval
from sim.words import CAVEAT

RESOLVE, OPENER, NOISE, LEAKAGE = "states.pakistan.resolve.median", "states.iran.resolve.median", "states.*.perception.noise", "crossings.*.leakage"
COST = "states.*.military.cost"
NAMES = (RESOLVE, OPENER, NOISE, COST, "mediation.cover")
LOW, HIGH = (0.05, 0.05, 0.1, 0.5, 0.0), (3.0, 3.0, 2.0, 2.5, 1.0)


RANGES = dict(zip(NAMES, zip(LOW, HIGH, strict=True), strict=True))


@pytest.fixture(scope="module")
def crisis(january: Scenario) -> Scenario:
    return shortened(january)


@pytest.fixture(scope="module")
def line(crisis: Scenario) -> Study:
    return sweep(crisis, {RESOLVE: (0.05, 0.2, 0.8, 3.2)}, worlds=200)


@pytest.fixture(scope="module")
def grid(crisis: Scenario) -> Study:
    return sweep(crisis, {RESOLVE: (0.05, 0.4, 1.06, 3.2), OPENER: (0.1, 1.06, 3.2)}, worlds=100, failed=[1])


@pytest.fixture(scope="module")
def closure(crisis: Scenario) -> Study:
    return sweep(crisis, {"dose.days": (0, 14, 30, 60), LEAKAGE: (0.0, 0.3, 0.6)}, branch="iran_closes_border")


@pytest.fixture(scope="module")
def three(crisis: Scenario) -> Study:
    return sweep(crisis, {RESOLVE: (0.1, 1.0, 2.0, 4.0), NOISE: (0.2, 0.5, 1.0), OPENER: (0.1, 3.0)}, worlds=30)


@pytest.fixture(scope="module")
def three_wide(crisis: Scenario) -> Study:
    five = (0.1, 0.5, 1.0, 2.0, 4.0)
    return sweep(crisis, {RESOLVE: five, OPENER: five, NOISE: (0.2, 0.5, 1.0)}, worlds=20)


@pytest.fixture(scope="module")
def four(crisis: Scenario) -> Study:
    return sweep(crisis, {NOISE: (0.2, 1.0), RESOLVE: (0.1, 3.0), LEAKAGE: (0.0, 0.6), COST: (0.6, 2.4)})


@pytest.fixture(scope="module")
def branches(crisis: Scenario) -> Study:
    return sweep(crisis, {"branch": ("none", "iran_strikes_again", "pakistan_holds_back", "iran_closes_border")}, worlds=100)


@pytest.fixture(scope="module")
def mixed(crisis: Scenario) -> Study:
    return sweep(crisis, {"branch": ("none", "iran_strikes_again"), RESOLVE: (0.2, 1.0, 3.0)})


@pytest.fixture(scope="module")
def days(crisis: Scenario) -> Study:
    return sweep(crisis, {"states.pakistan.elections.general.date": ("2024-01-20", "2024-02-08", "2024-03-20")})


@pytest.fixture(scope="module")
def hypercube(crisis: Scenario) -> Study:
    return sweep(crisis, RANGES, design="latin_hypercube", points=40, worlds=40)


@pytest.fixture(scope="module")
def prior(crisis: Scenario) -> Study:
    return sweep(crisis, {}, design="random", points=30, worlds=20)


@pytest.fixture(scope="module")
def screening(crisis: Scenario) -> Study:
    return sweep(crisis, RANGES, design="morris", points=6, failed=[3])


@pytest.fixture(scope="module")
def table(crisis: Scenario) -> Study:
    values = np.random.default_rng(1).uniform(LOW, HIGH, (6, len(NAMES))).round(2)
    return sweep(crisis, {}, rows=dict(zip(NAMES, values.T.tolist(), strict=True)), design="rows")


@pytest.fixture(scope="module")
def sweeps(
    line: Study, grid: Study, closure: Study, three: Study, three_wide: Study, four: Study, branches: Study, mixed: Study, days: Study,
    hypercube: Study, prior: Study, screening: Study, table: Study,
) -> dict[str, Study]:  # fmt: skip
    return {name: study for name, study in locals().items() if isinstance(study, Study)}


def made(study: Study, scenario: Scenario, outcome: str, **asked: str) -> Any:
    seen = opened(study, scenario)
    return sweep_album.figure(seen, seen.measure(outcome), Asked(**asked))


def figures(sweeps: dict[str, Study], scenario: Scenario) -> dict[str, sweep_album.Made]:
    """A share and a number of every sweep, and how near they come to the record."""
    found = {}
    for name, study in sweeps.items():
        seen = opened(study, scenario)
        for outcome in ("struck", "killed"):
            found[f"{name} {outcome}"] = sweep_album.figure(seen, seen.measure(outcome))
    for outcome in ("struck", "killed"):
        found[f"{outcome} history"] = made(sweeps["grid"], scenario, outcome, kind="history")
    return found


def long(study: Study) -> Study:
    """The same sweep, every outcome with a long name."""
    outcomes = {name: {**entry, "label": f"{entry['label']} as counted by {LONG}"} for name, entry in study.manifest["outcomes"].items()}
    return dataclasses.replace(study, manifest={**study.manifest, "outcomes": outcomes})


# ── Which figure a sweep gets ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("line", "line"), ("grid", "heat"), ("closure", "heat"), ("three", "lines"), ("three_wide", "heat"), ("four", "heat"), ("branches", "dots"),
        ("mixed", "heat"), ("days", "line"), ("hypercube", "scatter"), ("prior", "scatter"), ("screening", "morris"), ("table", "rows"),
    ],
)  # fmt: skip
def test_a_sweep_chooses_its_figure_by_its_design_and_factors(sweeps: dict[str, Study], crisis: Scenario, name: str, figure: str) -> None:
    seen = opened(sweeps[name], crisis)
    assert plan(seen, seen.measure("struck"), Asked()).figure == figure


def test_three_factors_make_a_map_for_each_level_of_the_one_with_fewest(three_wide: Study, crisis: Scenario) -> None:
    frame = made(three_wide, crisis, "struck").frame
    assert frame.facet.name == NOISE
    assert len(frame.levels) == 3
    assert len(frame.rows) == 75


def test_of_four_factors_the_two_that_matter_most_are_on_the_axes(four: Study, crisis: Scenario) -> None:
    heat = made(four, crisis, "struck").frame
    assert COST in (heat.x.name, heat.y.name)
    assert "averaged over the levels of" in heat.words.subtitle
    assert (heat.rows["setups"] == 4).all()


def test_a_word_goes_on_the_upright_axis(mixed: Study, crisis: Scenario) -> None:
    heat = made(mixed, crisis, "struck").frame
    assert (heat.x.name, heat.y.name) == (RESOLVE, "branch")


def test_axes_and_panels_are_as_asked(grid: Study, three: Study, crisis: Scenario) -> None:
    heat = made(grid, crisis, "struck", x=OPENER).frame
    assert (heat.x.name, heat.y.name) == (OPENER, RESOLVE)
    panels = made(three, crisis, "struck", kind="line", x=RESOLVE, facet=NOISE).frame
    assert [panel.column for panel in panels.panels] == ["0.2", "0.5", "1"]
    assert "averaged over the levels of Iran's resolve" in panels.words.subtitle


@pytest.mark.parametrize(
    ("name", "asked", "complaint"),
    [
        ("line", {"kind": "heat"}, "--kind = heat  must be one of line, scatter, history: this sweep is a grid over 1 factor"),
        ("hypercube", {"kind": "heat"}, "must be one of scatter, history: this sweep is a latin hypercube over 5 factors"),
        ("grid", {"kind": "pie"}, "must be one of line, heat, multiples, scatter, history"),
        ("grid", {"x": "states.pakistan.resolve.medium"}, "Did you mean states.pakistan.resolve.median?"),
        ("grid", {"x": RESOLVE, "y": RESOLVE}, "another factor than"),
        ("grid", {"kind": "line", "x": RESOLVE, "y": OPENER}, "a line has one factor on its axis"),
        ("screening", {"x": RESOLVE}, "can be given no factor"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_is_possible(
    sweeps: dict[str, Study], crisis: Scenario, name: str, asked: dict[str, str], complaint: str
) -> None:
    with pytest.raises(ScenarioError) as error:
        made(sweeps[name], crisis, "struck", **asked)
    assert complaint in str(error.value)


def test_an_outcome_that_the_record_does_not_count_cannot_be_near_it(grid: Study, crisis: Scenario) -> None:
    with pytest.raises(ScenarioError, match="the record does not count this one"):
        made(grid, crisis, "hardship_person_days", kind="history")


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (RESOLVE, "Pakistan's resolve"),
        ("states.*.resolve.median", "both states' resolve"),
        ("third_parties.china.leverage.pakistan", "China's leverage on Pakistan"),
        ("third_parties.*.mediation_rate", "all third parties' mediation rate"),
        (LEAKAGE, "smuggling that goes on at all crossings"),
        ("dyad.tension_half_life", "tension half-life"),
        ("mediation.cover", "mediators' political cover"),
        ("dose.days", "days of the branch"),
    ],
)
def test_factors_have_names_that_people_use(crisis: Scenario, name: str, label: str) -> None:
    assert sweep_labels.factor_label(crisis, name, name.removeprefix("dose.")) == label


def test_every_figure_has_words_and_says_whether_its_worlds_are_enough(sweeps: dict[str, Study], crisis: Scenario) -> None:
    for name, one in figures(sweeps, crisis).items():
        entry = one.frame.words.entry()
        assert all(entry.values()), name
        assert len(entry["title"]) <= frame.LONGEST_TITLE
        assert entry["caption"].endswith(CAVEAT)
        assert entry["alt"].endswith(f"Data: {entry['name']}.csv.")
        assert entry["mode"].startswith("ASSISTED from")
        assert one.frame.enough.startswith("Enough worlds? Largest simulation error")
        assert not re.search(r"\bnan\b", " ".join(entry.values()) + one.frame.enough)
        assert not [word for word in " ".join(entry[key] for key in ("title", "subtitle", "caption")).split() if "states." in word or "*" in word]


def test_a_conditional_outcome_names_its_worlds(line: Study, crisis: Scenario) -> None:
    assert "of worlds with a strike" in made(line, crisis, "answered").frame.words.subtitle


def test_a_closure_that_the_record_never_saw_is_said_to_rest_on_assumptions(closure: Study, branches: Study, line: Study, crisis: Scenario) -> None:
    captions = {name: made(study, crisis, "killed").frame.words.caption for name, study in (("days", closure), ("words", branches), ("line", line))}
    assert "The record saw no closure" in captions["days"] and "The record saw no closure" in captions["words"]
    assert "The record saw no closure" not in captions["line"]


def along(*numbers: tuple[float, float, float], told: bool = True, low: float = 0.1) -> str:
    factor = Factor(RESOLVE, "resolve", "", "number", tuple(low * (place + 1) for place in range(len(numbers))), 0, 1, (), None)  # type: ignore[arg-type]
    rows = pd.DataFrame([{"mean": mean, "low": under, "high": over} for mean, under, over in numbers]).assign(level=factor.levels)
    return sweep_words.along(Measure("answered", "answered", "yes or no", "", "", None), factor, rows, told)


def test_a_line_is_said_to_rise_only_where_its_ends_do_not_overlap() -> None:
    assert along((20, 15, 25), (30, 25, 35), (60, 55, 65)) == "Answered: from 20 to 60 in 100 worlds as resolve goes from 0.1 to 0.3"
    assert along((60, 55, 65), (30, 25, 35), (20, 15, 25)) == "Answered: from 60 to 20 in 100 worlds as resolve goes from 0.1 to 0.3"
    assert along((20, 10, 30), (60, 55, 65), (25, 15, 35)) == "Answered: highest at resolve 0.2, 60 in 100 worlds"
    assert along((60, 55, 65), (20, 15, 25), (60, 55, 65)) == "Answered: lowest at resolve 0.2, 20 in 100 worlds"
    assert along((20, 10, 30), (22, 12, 32), (25, 15, 35), told=False) == "Answered cannot be told from flat as resolve rises"


def test_a_line_whose_bars_overlap_but_whose_worlds_differ_in_pairs_is_not_called_flat() -> None:
    assert along((20, 10, 30), (22, 12, 32), (25, 15, 35), told=True) == "Answered against resolve"


def note(line: Study, scenario: Scenario, half: float, span: float, share: bool = True) -> str:
    seen = opened(line, scenario)
    means = np.array([0.0, span]) + 50
    return sweep_notes.enough(
        seen, seen.measure("answered" if share else "killed"), pd.DataFrame({"mean": means, "low": means - half, "high": means + half})
    )


def test_the_note_on_worlds_says_what_more_would_bring(line: Study, crisis: Scenario) -> None:
    assert note(line, crisis, 2, 40) == "Enough worlds? Largest simulation error: ±2 in 100, small against the range shown (40)."
    large = "large against the range shown (20); 800 worlds a set-up would halve it"
    assert note(line, crisis, 10, 20).endswith(f"{large}, about 5,000 would bring it to ±2.")
    assert note(line, crisis, 10, 20, share=False).endswith(f"{large}.")


# ── Frames ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_numbers_are_those_of_the_sweeps_own_summary(line: Study, crisis: Scenario) -> None:
    rows = made(line, crisis, "answered").frame.table
    expected = line.tables["summary"].query("outcome == 'answered'")
    for name in ("mean", "low", "high"):
        assert rows[name].to_numpy() / 100 == pytest.approx(expected[name].to_numpy(dtype=float))
    killed = made(line, crisis, "killed").frame.table
    expected = line.tables["summary"].query("outcome == 'killed'")
    for name in ("mean", "low", "high", "q05", "q50", "q95"):
        assert killed[name].to_numpy() == pytest.approx(expected[name].to_numpy(dtype=float))


def test_a_class_of_an_outcome_is_the_share_of_its_worlds(line: Study, crisis: Scenario) -> None:
    frame = made(line, crisis, "course: no strike").frame
    worlds = line.outcomes[line.outcomes["point"] == 0]["course"]
    assert frame.table["mean"].iloc[0] == pytest.approx(100 * float((worlds == "no strike").mean()))


def two_groups(paired: bool = True) -> Sample:
    luck = np.random.default_rng(3).normal(size=400)
    values = np.array([luck, luck + 0.1, luck + 0.1])
    return Sample({0: 0, 1: 1, 2: 2}, values, np.full((3, 400), 1 / 400), share=False, paired=paired)


def test_worlds_with_the_same_luck_count_as_pairs() -> None:
    assert two_groups().told([0], [1])
    assert not two_groups(paired=False).told([0], [1])
    assert not two_groups().told([1], [2])


def test_the_error_of_one_set_up_is_that_of_its_summary_and_luck_of_ones_own_averages_out() -> None:
    sample = two_groups()
    alone = sample.estimate([0])
    assert (alone["mean"], alone["low"], alone["high"]) == pytest.approx(mean_interval(sample.values[0], sample.weights[0]))
    shared, own = (two_groups(paired).estimate([0, 1]) for paired in (True, False))
    assert (own["high"] - own["low"]) * np.sqrt(2) == pytest.approx(shared["high"] - shared["low"])


def test_a_handful_of_worlds_is_no_difference() -> None:
    values = np.zeros((2, 200))
    values[1, :4] = 1.0
    assert not Sample({0: 0, 1: 1}, values, np.full((2, 200), 1 / 200), share=True).told([0], [1])
    values[1, :12] = 1.0
    assert Sample({0: 0, 1: 1}, values, np.full((2, 200), 1 / 200), share=True).told([0], [1])


def test_influence_is_near_none_for_chance_and_all_for_the_only_factor() -> None:
    points = pd.DataFrame({"a": np.tile([1, 2, 3, 4], 50), "b": np.random.default_rng(0).permutation(np.repeat([1, 2], 100))})
    shares = influence(points, points["a"] * 2.0, ["a", "b"])
    assert list(shares) == ["a", "b"]
    assert shares["a"] == pytest.approx(1.0)
    assert shares["b"] < 0.02


def test_cells_like_the_scenarios_own_are_marked_and_failed_ones_empty(grid: Study, crisis: Scenario) -> None:
    rows = made(grid, crisis, "answered").frame.rows
    own = rows[rows["own"]]
    assert own[["x", "y"]].to_numpy().tolist() == [[1.06, 1.06]]
    assert own["told"].all()
    assert not rows["told"].all() and rows["told"].sum() > 1
    missing = rows[rows["mean"].isna()]
    assert missing[["x", "y"]].to_numpy().tolist() == [[0.05, 1.06]]
    assert "1 of 12 set-ups failed" in made(grid, crisis, "answered").frame.words.caption


def test_set_ups_are_sorted_by_how_near_they_come_to_the_record(grid: Study, crisis: Scenario) -> None:
    frame = made(grid, crisis, "killed", kind="history").frame
    assert frame.rows["away"].is_monotonic_increasing
    answered = made(grid, crisis, "answered", kind="history").frame
    assert answered.rows["mean"].is_monotonic_decreasing  # the record was answered


def test_a_running_mean_finds_a_line_again() -> None:
    places = np.linspace(0, 1, 200)
    found = sweep_scatter.running(places, 3 * places)
    assert found["mean"].to_numpy() == pytest.approx(3 * found["place"].to_numpy())
    few = sweep_scatter.running(np.repeat([1.0, 2.0], 5), np.repeat([4.0, 6.0], 5))
    assert few[["place", "mean", "low"]].to_numpy().tolist() == [[1, 4, 4], [2, 6, 6]]


def test_elementary_effects_of_a_straight_line_are_its_slopes() -> None:
    factors = [Factor(name, name, "", "number", (), 0, 1, (), None) for name in "ab"]  # type: ignore[arg-type]
    x = salib.sample({"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1], [0, 1]]}, 8, num_levels=4, seed=2)
    found = sweep_morris.effects(x, 5 * x[:, 0] - 2 * x[:, 1], factors, 4)
    assert found["factor"].tolist() == ["a", "b"]
    assert found["mu_star"].tolist() == pytest.approx([5, 2])
    assert found["mu"].tolist() == pytest.approx([5, -2])
    assert found["sigma"].tolist() == pytest.approx([0, 0], abs=1e-12)


def test_a_failed_set_up_takes_its_trajectory_with_it(screening: Study, crisis: Scenario) -> None:
    assert made(screening, crisis, "struck").frame.trajectories == 5


def test_worlds_that_no_set_up_shares_are_no_pairs(line: Study, crisis: Scenario) -> None:
    outcomes = line.outcomes.assign(world=line.outcomes["world"] + 1000 * line.outcomes["point"])
    own = opened(dataclasses.replace(line, tables={**line.tables, "outcomes": outcomes}), crisis)
    sample = own.sample(own.measure("killed"))
    assert not sample.paired and sample.values.shape == (4, 200)
    assert sample.means == pytest.approx(opened(line, crisis).sample(own.measure("killed")).means)


# ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("scale", "wordy"), [(0.8, True), (1.0, False), (1.3, True)])
def test_no_two_texts_touch_and_none_leaves_the_canvas(sweeps: dict[str, Study], crisis: Scenario, scale: float, wordy: bool) -> None:
    assert scale in SIZES
    shown = {name: long(study) for name, study in sweeps.items()} if wordy else sweeps
    scenario = renamed(crisis) if wordy else crisis
    theme = style.DARK if wordy else style.LIGHT
    found = {name: collisions(one.draw(one.frame, theme, scale)) for name, one in figures(shown, scenario).items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_labels_on_contours_touch_nothing(crisis: Scenario) -> None:
    many = tuple(round(0.1 * number, 1) for number in range(2, 26, 2))
    study = sweep(crisis, {RESOLVE: many, COST: many}, worlds=8)
    one = made(study, crisis, "killed")
    assert collisions(one.draw(one.frame, style.LIGHT)) == []


def test_an_outcome_that_no_world_has_is_drawn_empty(crisis: Scenario) -> None:
    study = sweep(crisis, {RESOLVE: (0.1, 3.0), OPENER: (0.0001, 0.001)}, worlds=8)
    for outcome in opened(study, crisis).shown():
        one = made(study, crisis, outcome)
        assert collisions(one.draw(one.frame, style.LIGHT)) == [], outcome


# ── Files and the command ─────────────────────────────────────────────────────────────────────────────────────────


def kept(study: Study, folder: Path) -> Path:
    """A sweep's folder as it lies on a disk."""
    (folder / "outcomes").mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(study.manifest), encoding="utf-8")
    for name in ("points", "summary"):
        write_parquet(study.tables[name], folder / f"{name}.parquet")
    write_parquet(study.outcomes, folder / "outcomes" / "part-000000.parquet")
    return folder


def test_by_itself_a_sweep_draws_the_headline_outcomes_that_move(line: Study, crisis: Scenario, tmp_path: Path) -> None:
    entries = sweep_album.write(line, crisis, tmp_path)
    assert [entry["name"] for entry in entries] == ["line_answered", "line_killed", "line_hardship_person_days"]
    for entry in entries:
        for ending in (".png", ".svg", ".pdf", "_dark.png", "_dark.svg"):
            assert (tmp_path / f"{entry['name']}{ending}").is_file()
        written = pd.read_csv(tmp_path / f"{entry['name']}.csv")
        assert {RESOLVE, "mean", "low", "high", "outcome", "unit"} <= {*written.columns}
        assert len(written) == 4


def test_files_are_the_same_to_the_byte(grid: Study, crisis: Scenario, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        sweep_album.write(grid, crisis, tmp_path / folder, ["answered"])
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert [name.removeprefix("heat_answered") for name in names] == [".csv", ".pdf", ".png", ".svg", "_dark.png", "_dark.svg"]
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)


def test_the_command_draws_a_sweep_and_keeps_the_list_of_figures(grid: Study, tmp_path: Path) -> None:
    folder = kept(grid, tmp_path / "sweep_made_up_abc")
    first = CliRunner().invoke(app, ["plot", str(folder), "--outcome", "struck", "--outcome", "course: no strike", "--json"])
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert {"schema_version", "command", "run", "mode", "caveat"} <= set(told)
    assert [figure["name"] for figure in told["figures"]] == ["heat_struck", "heat_course_no_strike"]
    assert all(Path(file).is_file() for figure in told["figures"] for file in figure["files"])
    again = CliRunner().invoke(app, ["plot", str(folder), "--outcome", "struck", "--kind", "history", "--quiet"])
    assert again.exit_code == 0, again.output
    assert "Saved: " in again.output
    names = [entry["name"] for entry in json.loads((folder / "figures.json").read_text(encoding="utf-8"))]
    assert names == ["heat_struck", "heat_course_no_strike", "history_struck"]


def test_the_command_refuses_what_is_no_run_or_not_finished(grid: Study, tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "asked.json").write_text("{}", encoding="utf-8")
    assert "is an unfinished sweep" in CliRunner().invoke(app, ["plot", str(tmp_path / "half")]).output
    folder = kept(grid, tmp_path / "whole")
    wrong = CliRunner().invoke(app, ["plot", str(folder), "--outcome", "kiled"])
    assert wrong.exit_code == 2
    assert "Did you mean killed?" in wrong.output


def test_other_runs_draw_their_own_figures_again(january: Scenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder, runner = save(sim.replay(january, mode="forced", worlds=20), tmp_path / "run"), CliRunner()
    monkeypatch.setattr(album, "save", lambda *anything: None)
    again = runner.invoke(app, ["plot", str(folder), "--json"])
    assert [figure["name"] for figure in json.loads(again.stdout)["figures"]] == ["timeline", "surprise", "timeline_full"]
    refused = runner.invoke(app, ["plot", str(folder), "--kind", "heat"])
    assert refused.exit_code == 2
    assert "goes with a sweep; a replay draws its own figures" in refused.output
    forced = runner.invoke(app, ["plot", str(folder), "--outcome", "killed"])
    assert forced.exit_code == 2
    assert "goes with a run in which somebody decides" in forced.output


def test_a_branch_draws_the_outcome_that_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scenario = made_up(history=EXCHANGE)
    strike = Branch("strike", "North strikes again", "What if?", "made up", 8, pins=(Pin("north", "military", ("limited_strike",), 8, 10),))
    study = run(Request(scenario, (strike,), worlds=20, parameters="point", workers=1))
    monkeypatch.setattr(album, "save", lambda *anything: None)
    entries = plot.draw(study, scenario, tmp_path, ["killed"], Asked())
    assert "effects_killed" in [entry["name"] for entry in entries]
    assert "effects_second_round" not in [entry["name"] for entry in entries]


def test_dots_of_an_outcome_of_a_replay_touch_nothing(crisis: Scenario) -> None:
    made_run = sim.replay(crisis, mode="assisted", worlds=80)
    for names in (["killed"], ["agreement"], ["hardship_person_days", "second_round"]):
        one = dots.chosen(made_run, crisis, names)
        assert collisions(dots_draw.draw(one, style.LIGHT, 0.8)) == []
        assert one.words.name == f"dots_{'_'.join(names)}"
