"""Figures of branch studies: frames and words; what cannot be told from none looks so; no two texts touch."""

import copy
import dataclasses
import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import EXCHANGE, made_up
from matplotlib.colors import same_color
from test_figures import LONG, collisions, renamed

from sim.branches import Branch
from sim.design import Pin, Set
from sim.experiments.branch import Request, run
from sim.plots import album, border_change, dose, effects, effects_draw, fans, frame, overview, style
from sim.plots import study as about
from sim.plots.page import save
from sim.scenario.schema import Scenario
from sim.store import Study
from sim.words import CAVEAT, CHANGE_CAVEAT

WORLDS = 60
CHANGE = 8
"""Day on which the branches begin."""


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return made_up(history=EXCHANGE)


def closure(days: int) -> Branch:
    pins = (Pin("north", "border", ("close",), CHANGE, CHANGE + days),) if days else ()
    return Branch(f"closure days={days}", f"North closes for {days} days", "What if?", "made up", CHANGE, pins=pins, doses={"days": float(days)})


@pytest.fixture(scope="module")
def study(crisis: Scenario) -> Study:
    strike = Branch("strike", "North strikes again", "What if?", "made up", CHANGE, pins=(Pin("north", "military", ("limited_strike",), 8, 10),))
    resolve = Branch("resolve", "South bolder", "What if?", "made up", CHANGE + 1, sets=(Set("states.south.resolve.median", 2.0, CHANGE + 1),))
    return run(Request(crisis, (closure(0), closure(7), closure(21), strike, resolve), worlds=WORLDS, workers=1))


@pytest.fixture(scope="module")
def single(crisis: Scenario) -> Study:
    return run(Request(crisis, (closure(21),), worlds=WORLDS, parameters="point", workers=1))


def long(study: Study) -> Study:
    manifest = copy.deepcopy(study.manifest)
    for number, branch in enumerate(manifest["branches"].values()):
        branch["title"] = f"{LONG} does what nobody would have thought of before, number {number}"
        for entry in branch["effects"].values():
            entry["label"] = f"{entry['label']} as counted by the Grand Confederation of the Upper Highlands"
    return dataclasses.replace(study, manifest=manifest)


def frames(study: Study, scenario: Scenario) -> list[tuple[album.StudyKind, Any]]:
    return [(kind, made) for kind in album.STUDY_KINDS for made in kind.frames(study, scenario)]


# ── Which figures there are, and their words ──────────────────────────────────────────────────────────────────────


def test_a_study_has_every_figure_for_which_it_has_the_data(study: Study, single: Study, crisis: Scenario) -> None:
    names = [made.words.name for _, made in frames(study, crisis)]
    assert {"effects_hardship_person_days", "dose_hardship_person_days", "overview", "fans_tension", "fans_hardship", "border_difference"} <= {*names}
    assert len(names) == len({*names})
    alone = [made.words.name for _, made in frames(single, crisis)]
    assert "effects_hardship_person_days" in alone
    assert not [name for name in alone if name.startswith(("dose", "overview"))]


def test_a_change_that_alters_nothing_has_no_figures(crisis: Scenario) -> None:
    assert frames(run(Request(crisis, (closure(0),), worlds=20, parameters="point", workers=1)), crisis) == []


def test_a_crisis_without_communities_has_neither_map_nor_hardship() -> None:
    bare = made_up(history=(), without=("third_parties", "groups", "communities", "crossings", "ties"))
    bolder = Branch("bolder", "South bolder", "What if?", "made up", 5, sets=(Set("states.south.resolve.median", 2.0, 5),))
    names = [made.words.name for _, made in frames(run(Request(bare, (bolder,), worlds=40, parameters="point", workers=1)), bare)]
    assert not [name for name in names if "border" in name or "hardship" in name]


def test_every_figure_has_words(study: Study, single: Study, crisis: Scenario) -> None:
    for made in [*frames(study, crisis), *frames(single, crisis), *frames(long(study), crisis)]:
        words = made[1].words
        entry = words.entry()
        assert all(entry.values()), entry
        assert len(words.title) <= frame.LONGEST_TITLE
        assert words.caption.endswith(f"{CHANGE_CAVEAT} {CAVEAT}")
        assert words.alt.endswith(f"Data: {words.name}.csv.")
        assert words.mode in words.alt
        assert "nan" not in " ".join(entry.values())


def test_the_mode_names_the_day_or_that_there_are_several(study: Study, single: Study) -> None:
    assert about.mode_box(single.manifest) == "ASSISTED from 9 Jan 2001"
    assert about.mode_box(study.manifest) == "ASSISTED from the day of each change"


def test_fixed_parameters_are_said_to_be_so(study: Study, single: Study) -> None:
    said = "parameters fixed; bars show simulation error only"
    assert said in frame.footer_words(single.manifest)
    assert said not in frame.footer_words(study.manifest)
    assert "interval over what is not known" in about.doubt(study.manifest)


def test_a_closure_that_the_record_never_saw_is_said_to_be_one(study: Study, crisis: Scenario) -> None:
    assert about.closes(study.manifest, crisis)
    strike = {**study.manifest, "asked": {"branches": {"strike": study.manifest["asked"]["branches"]["strike"]}}}
    assert not about.closes(strike, crisis)


# ── Titles: the rule holds, or the topic stands there ─────────────────────────────────────────────────────────────


def ranked(*intervals: tuple[float, float]) -> pd.DataFrame:
    rows = [(f"Change {number}", (low + high) / 2, low, high, low > 0 or high < 0) for number, (low, high) in enumerate(intervals)]
    return pd.DataFrame(rows, columns=["label", "difference", "low", "high", "told"])


ROUND = {"label": "a second round", "kind": "yes or no", "unit": ""}


@pytest.mark.parametrize(
    ("intervals", "title"),
    [
        (((2.0, 4.0), (8.0, 12.0)), "Change 1 changes a second round most, +10 in 100 worlds"),
        (((2.0, 4.0), (-12.0, -8.0)), "Change 1 changes a second round most, −10 in 100 worlds"),
        (((2.0, 9.0), (8.0, 12.0)), "All 2 changes can be told from none: a second round"),
        (((2.0, 9.0), (-12.0, -8.0)), "All 2 changes can be told from none: a second round"),
        (((-1.0, 9.0), (-1.0, 1.0), (8.0, 12.0)), "2 of 3 changes cannot be told from none: a second round"),
        (((8.0, 12.0),), "Change 0: a second round, +10 in 100 worlds"),
        (((-8.0, 12.0),), "The change cannot be told from none: a second round"),
    ],
)
def test_title_of_the_effects(intervals: tuple[tuple[float, float], ...], title: str) -> None:
    assert effects.title(ranked(*intervals), ROUND) == title


def doses(*intervals: tuple[float, float]) -> pd.DataFrame:
    return ranked(*intervals).assign(dose=[10.0 * number for number in range(len(intervals))])


@pytest.mark.parametrize(
    ("intervals", "title"),
    [
        (((0.0, 0.0), (-1.0, 1.0), (1.0, 2.0), (2.0, 3.0)), "From 20 days on, a second round can be told from as it was"),
        (((0.0, 0.0), (-2.0, -1.0), (1.0, 2.0), (2.0, 3.0)), "1 of 4 doses cannot be told from none: a second round"),
        (((0.0, 0.0), (1.0, 2.0), (-1.0, 2.0)), "2 of 3 doses cannot be told from none: a second round"),
        (((1.0, 2.0), (1.0, 2.0), (2.0, 3.0)), "All 3 doses can be told from none: a second round"),
    ],
)
def test_title_of_the_doses(intervals: tuple[tuple[float, float], ...], title: str) -> None:
    assert dose.title(doses(*intervals), "days", ROUND) == title


@pytest.mark.parametrize(
    ("intervals", "title"),
    [
        (((0.4, 0.6), (0.3, 0.5), (0.0, 0.2)), "Hardship would rise most in Change 0 and Change 1"),
        (((0.4, 0.6), (0.05, 0.5), (0.1, 0.2)), "Hardship would differ in 3 of 3 communities"),
        (((0.4, 0.6), (-0.1, 0.5)), "Hardship would differ in 1 of 2 communities"),
        (((-0.4, 0.6), (-0.3, 0.5), (0.0, 0.2)), "In no community is a difference in hardship told from none"),
    ],
)
def test_title_of_the_map(intervals: tuple[tuple[float, float], ...], title: str) -> None:
    assert border_change.title(ranked(*intervals)) == title


def test_with_fixed_parameters_no_title_says_what_matters_most() -> None:
    assert effects.title(ranked((2.0, 4.0), (8.0, 12.0)), ROUND, False) == "All 2 changes can be told from none: a second round"
    assert dose.title(doses((0.0, 0.0), (1.0, 2.0), (2.0, 3.0)), "days", ROUND, False).startswith("1 of 3 doses")
    assert border_change.title(ranked((0.4, 0.6), (0.3, 0.5), (0.0, 0.2)), False) == "Hardship would differ in 2 of 3 communities"


def test_title_of_the_fans(study: Study, crisis: Scenario) -> None:
    panel = next(made for made in fans.fans(study, crisis) if made.series == "hardship").panels[-1]
    days = panel.before.assign(**dict.fromkeys(fans.QUANTILES, 0.1))
    high = days.assign(q50=0.4)
    alone = dataclasses.replace(panel, before=days, after=high)
    assert fans.title([alone], "hardship") == "Median hardship would have peaked at 0.40, as it was 0.10"
    assert fans.title([dataclasses.replace(alone, before=days.assign(q95=0.5))], "hardship").startswith("Hardship day by day")
    assert fans.title([alone, alone], "hardship") == "Hardship day by day, as it was and with the changes"


# ── Frames: the numbers of the study ──────────────────────────────────────────────────────────────────────────────


def test_effects_are_those_of_the_study_the_largest_first(study: Study, crisis: Scenario) -> None:
    for made in effects.effects(study, crisis):
        outcome = made.words.name.removeprefix("effects_")
        written = effects.data(made)
        assert written["difference"].tolist() == sorted(written["difference"], reverse=True)
        for row in written.to_dict("records"):
            entry = study.manifest["branches"][row["branch"]]["effects"][outcome]
            scale = about.scale(entry)
            assert [row["difference"], row["low"], row["high"]] == [scale * entry[name] for name in ("difference", "low", "high")]
            assert row["lower"] + row["same"] + row["higher"] == pytest.approx(100)


def test_doses_are_in_order_and_only_of_one_change(study: Study, crisis: Scenario) -> None:
    for made in dose.dose(study, crisis):
        assert dose.data(made)["dose"].tolist() == [0, 7, 21]
        assert [name.partition(" ")[0] for name in made.rows["branch"]] == ["closure"] * 3


def test_a_cell_of_the_overview_is_blank_unless_told_from_none_with_all_others(study: Study, crisis: Scenario) -> None:
    (made,) = overview.overview(study, crisis)
    for row in overview.data(made).to_dict("records"):
        entry = study.manifest["branches"][row["branch"]]["effects"][row["outcome"]]
        assert row["told"] == (entry["difference"] is not None and (entry["low_together"] > 0 or entry["high_together"] < 0))
    figure = overview.draw(made, style.LIGHT)
    numbers = [text.get_text() for text in figure.texts if text.get_text().lstrip("+−≈")[:1].isdigit() and text.get_text()[0] in "+−≈"]
    assert len(numbers) == int(made.rows["told"].sum())


def test_shades_are_symmetric_and_their_numbers_can_be_read() -> None:
    middle = len(style.DIFFERENCE) // 2
    for share in (0.1, 0.5, 1.0):
        up, down = (style.DIFFERENCE.index(overview.shade(one)) for one in (share, -share))
        assert up - middle == middle - down > 0
        assert min(style.contrast(style.text_on(fill), fill) for fill in (overview.shade(share), overview.shade(-share))) >= 4.5
    assert [-edge for edge in reversed(border_change.EDGES)] == list(border_change.EDGES)
    assert border_change.colour(0.0) == style.DIFFERENCE[middle]
    for theme in style.THEMES:
        assert style.contrast(theme.branch, theme.ground) >= 4.0


def test_the_map_shows_the_change_that_moves_hardship_most_of_its_doses(study: Study, crisis: Scenario) -> None:
    made = border_change.border_change(study, crisis)
    assert 1 <= len(made) <= border_change.MAPS
    assert "North closes for 21 days" in made[0].words.subtitle
    table = study.tables["communities"]
    kept = table[table["setup"] == "closure days=21"].set_index("community")
    for row in border_change.data(made[0]).to_dict("records"):
        assert row["difference"] == kept.loc[row["community"], "difference"]
        assert row["told"] == bool(kept.loc[row["community"], "low"] > 0 or kept.loc[row["community"], "high"] < 0)
    assert "hatch" in border_change.fill({"difference": 0.2, "told": False})
    assert "hatch" not in border_change.fill({"difference": 0.2, "told": True})


def test_fans_begin_a_week_before_the_change_and_hold_what_was_kept(study: Study, crisis: Scenario) -> None:
    made = fans.fans(study, crisis)
    assert len(made[0].panels) <= fans.MOST
    daily = study.tables["daily"]
    for one in made:
        written = fans.data(one)
        assert "closure days=0" not in set(written["branch"])  # it changes nothing
        for panel in one.panels:
            first = datetime.date.fromisoformat(str(panel.after["date"].iloc[0]))
            assert (panel.at - first).days == fans.BEFORE
            kept = daily[(daily["setup"] == panel.branch) & (daily["series"] == one.series) & (daily["date"] >= first.isoformat())]
            drawn = written[(written["branch"] == panel.branch) & (written["course"] == "with the change")]
            assert drawn["q50"].tolist() == kept["q50"].tolist()


# ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_marker_is_hollow_where_the_interval_includes_none(study: Study, crisis: Scenario) -> None:
    made = next(one for one in effects.effects(study, crisis) if one.words.name.endswith("person_days"))
    for theme in style.THEMES:
        marks = effects_draw.draw(made, theme).axes[0].collections
        dots = [one for one in marks if len(one.get_facecolor()) and len(one.get_offsets()) == 1]
        told = [not same_color(one.get_facecolor()[0], theme.ground) for one in dots]
        assert told == made.rows["told"].tolist()
        assert made.rows["told"].tolist() == [low > 0 or high < 0 for low, high in zip(made.rows["low"], made.rows["high"], strict=True)]


@pytest.mark.parametrize("scale", [0.8, 1.2])
@pytest.mark.parametrize("names", ["usual", "long"])
def test_no_two_texts_touch_and_none_leaves_the_canvas(study: Study, single: Study, crisis: Scenario, scale: float, names: str) -> None:
    found = {}
    for each in (study, single):
        for kind, made in frames(long(each) if names == "long" else each, renamed(crisis) if names == "long" else crisis):
            found[f"{made.words.name} of {len(each.manifest['branches'])}"] = collisions(kind.draw(made, style.LIGHT, scale))
    assert {name: words for name, words in found.items() if words} == {}


def test_figures_are_written_with_their_numbers_the_same_to_the_byte(single: Study, crisis: Scenario, tmp_path: Path) -> None:
    entries = album.write_branch(single, crisis, tmp_path)
    for entry in entries:
        name = entry["name"]
        assert all((tmp_path / f"{name}{ending}").is_file() for ending in (".png", ".svg", ".pdf", "_dark.png", "_dark.svg", ".csv"))
    kind, made = frames(single, crisis)[0]
    (tmp_path / "again").mkdir()
    save(kind.draw(made, style.LIGHT), tmp_path / "again", made.words.name, style.LIGHT, single.manifest)
    for ending in (".png", ".svg", ".pdf"):
        assert (tmp_path / f"{made.words.name}{ending}").read_bytes() == (tmp_path / "again" / f"{made.words.name}{ending}").read_bytes()
    written = pd.read_csv(tmp_path / f"{made.words.name}.csv")
    assert written["difference"].tolist() == made.rows["difference"].tolist()
