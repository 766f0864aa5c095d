"""Figures: frames and words, not pixels; no two texts touch, at any size and with any names; the same bytes every time."""

import dataclasses
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import sim
from sim.course import COURSES
from sim.plots import album, border_map, courses, dots, frame, map_view, style, surprise, timeline, timeline_draw, tree
from sim.plots.page import save
from sim.scenario.load import bundle
from sim.scenario.schema import Scenario
from sim.store import Run
from sim.words import CAVEAT, chance

WORLDS = 120
LONG = "The Grand Confederation of the Upper Highlands"
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return sim.load("january_2024")


@pytest.fixture(scope="module")
def run(crisis: Scenario) -> Run:
    return sim.replay(crisis, worlds=WORLDS, seed=3)


@pytest.fixture(scope="module")
def other() -> tuple[Run, Scenario]:
    scenario = sim.load("india_pakistan_2019")
    return sim.replay(scenario, worlds=WORLDS), scenario


@pytest.fixture(scope="module")
def single(crisis: Scenario) -> Run:
    return sim.replay(crisis, worlds=1)


def renamed(scenario: Scenario) -> Scenario:
    """The same crisis, every printed name long."""

    def relabel(part: dict[str, Any]) -> dict[str, Any]:
        return {name: entry.model_copy(update={"label": f"{LONG} {number}"}) for number, (name, entry) in enumerate(part.items())}

    parts = ("states", "third_parties", "groups", "communities", "crossings")
    return scenario.model_copy(update={part: relabel(getattr(scenario, part)) for part in parts})


def frames(run: Run, scenario: Scenario) -> list[tuple[album.Kind, Any]]:
    return [(kind, made) for kind in album.KINDS if (made := kind.frame(run, scenario)) is not None]


def forced(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"date": "2024-01-16", "actor": "iran", "track": "military", "act": "limited_strike", **event} for event in events]


# ── Which figures there are ───────────────────────────────────────────────────────────────────────────────────────


def test_a_replay_has_every_figure_for_which_it_has_the_data(run: Run, crisis: Scenario, other: tuple[Run, Scenario]) -> None:
    assert [made.words.name for _, made in frames(run, crisis)] == ["timeline", "surprise", "courses", "dots", "tree", "border", "timeline_full"]
    assert "border" not in [made.words.name for _, made in frames(*other)]


def test_as_recorded_alone_shows_only_what_happened_and_how_likely_it_was(crisis: Scenario) -> None:
    alone = sim.replay(crisis, mode="forced", worlds=20)
    assert [made.words.name for _, made in frames(alone, crisis)] == ["timeline", "surprise", "timeline_full"]


def test_every_figure_has_words(run: Run, crisis: Scenario, other: tuple[Run, Scenario], single: Run) -> None:
    for made in [*frames(run, crisis), *frames(*other), *frames(single, crisis)]:
        words = made[1].words
        entry = words.entry()
        assert all(entry.values()), entry
        assert len(words.title) <= frame.LONGEST_TITLE
        assert words.caption.endswith(CAVEAT)
        assert words.alt.endswith(f"Data: {words.name}.csv.")
        assert words.title in words.alt or words.mode in words.alt
        assert "nan" not in " ".join(entry.values())


def test_recorded_and_modelled_deaths_never_share_a_sentence(run: Run, crisis: Scenario) -> None:
    for _, made in frames(run, crisis):
        for sentence in f"{made.words.alt} {made.words.caption}".split(". "):
            assert not ("reported killed" in sentence and "model" in sentence)


# ── Titles: the rule holds, or the topic stands there ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("history", "title"),
    [
        ({"strikes": 2, "answer_lag": 2, "agreement_lag": 1}, "Two strikes, three days from the first strike to agreement"),
        ({"strikes": 3, "answer_lag": 1, "agreement_lag": 0}, "Three strikes, one day from the first strike to agreement"),
        ({"strikes": 2, "answer_lag": 2, "agreement_lag": None}, "What happened, day by day"),
        ({"strikes": 0, "answer_lag": None, "agreement_lag": None}, "What happened, day by day"),
    ],
)
def test_title_of_the_timeline(history: dict[str, Any], title: str) -> None:
    assert timeline.title(history) == title


@pytest.mark.parametrize(
    ("probabilities", "title"),
    [
        ((0.02, 0.05, 0.4), "Iran's limited strike was the surprise: 1 in 50"),
        ((0.02, 0.04, 0.4), "How likely each recorded act was"),
        ((0.02,), "How likely each recorded act was"),
        ((0.0, 0.4), "How likely each recorded act was"),
    ],
)
def test_title_of_the_surprise(crisis: Scenario, probabilities: tuple[float, ...], title: str) -> None:
    assert surprise.title(crisis, forced([{"probability": share} for share in probabilities])) == title


@pytest.mark.parametrize(
    ("probability", "words"),
    [(0.5, "50 in 100"), (0.04, "1 in 25"), (0.00002, "1 in 50,000"), (1e-9, "<1 in 100,000"), (0.0, "none")],
)
def test_a_probability_is_told_in_words_that_fit_beside_the_figure(probability: float, words: str) -> None:
    assert chance(probability) == words


def test_a_surprise_reads_as_a_sentence_whatever_the_act(crisis: Scenario) -> None:
    rare = forced([{"probability": 0.001, "act": "downgrade"}, {"probability": 0.4}])
    assert surprise.title(crisis, rare) == "Iran's downgrading of relations was the surprise: 1 in 1,000"
    joint = forced([{"probability": 0.01, "act": "restore", "actor": "both"}, {"probability": 0.4}])
    assert surprise.title(crisis, joint) == "The return of envoys was the surprise: 1 in 100"
    assert surprise.title(renamed(crisis), rare) == "How likely each recorded act was"


@pytest.mark.parametrize(
    ("first", "worlds", "title"),
    [
        (0.56, 1000, "No strike: the likeliest course, 56 of 100 worlds"),
        (0.56, 20, "How the crisis ends, in 100 worlds"),
        (0.51, 1000, "How the crisis ends, in 100 worlds"),
        (1.0, 1, "How the crisis ends, in 100 worlds"),
    ],
)
def test_title_of_the_courses(first: float, worlds: int, title: str) -> None:
    shares = {COURSES[0]: first, COURSES[1]: 1 - first}
    assert courses.title(shares, frame.hundred(shares), {"worlds": worlds, "effective_worlds": worlds}) == title


def answered(worlds: int, lags: list[float], never: int) -> tuple[pd.DataFrame, dots.Panel]:
    return pd.DataFrame({"struck": pd.array([True] * worlds, dtype="boolean")}), dots.Panel("answer_lag", "", "", "days", 1, lags, [], never, None)


def test_title_of_the_outcomes() -> None:
    assert dots.title(*answered(300, [1.0] * 40 + [5.0] * 20, 40)) == "Once struck, a state answers in 60 of 100 worlds, half within a day"
    assert dots.title(*answered(300, [3.0] * 60, 40)) == "Once struck, a state answers in 60 of 100 worlds, half within 3 days"
    assert dots.title(*answered(99, [1.0] * 60, 39)) == "What comes of it, world by world"
    assert dots.title(*answered(300, [], 100)) == "What comes of it, world by world"


def ranking(*q05: float) -> pd.DataFrame:
    return pd.DataFrame({"label": [f"Town {number}" for number in range(len(q05))], "q05": q05, "median": [low + 0.05 for low in q05]})


def test_title_of_the_border() -> None:
    assert border_map.title(ranking(0.6, 0.5, 0.2, 0.1)) == "Town 0 and Town 1 would suffer most"
    assert border_map.title(ranking(0.6, 0.22, 0.2, 0.1)) == "Hardship by community"
    assert border_map.title(ranking(0.06, 0.05, 0.0, 0.0)) == "Hardship by community"
    assert border_map.title(ranking(0.6, 0.5)) == "Hardship by community"


def forks(*shares: float) -> pd.DataFrame:
    rows, of_all = [], 1.0
    for number, share in enumerate(shares):
        of_all *= share
        rows.append({"name": f"way {number}", "first": number, "last": number, "share": of_all, "of_parent": share, "history": True})
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("shares", "worlds", "title"),
    [
        ((0.9, 0.8, 0.7, 0.9), 1000, "History took the likelier way at every fork"),
        ((0.9, 0.2, 0.7, 0.9), 1000, "History took the rarer way at one fork: way 1"),
        ((0.9, 0.2, 0.3, 0.9), 1000, "Which way it goes at each fork"),
        ((0.9, 0.51, 0.7, 0.9), 1000, "Which way it goes at each fork"),
        ((0.9, 0.8, 0.7), 1000, "Which way it goes at each fork"),
        ((1.0, 1.0, 1.0, 1.0), 1, "Which way it goes at each fork"),
    ],
)
def test_title_of_the_tree(shares: tuple[float, ...], worlds: int, title: str) -> None:
    assert tree.title(forks(*shares), {"worlds": worlds, "effective_worlds": worlds}) == title


# ── Frames ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_squares_add_up_to_a_hundred_and_keep_the_shares() -> None:
    shares = {"a": 0.334, "b": 0.333, "c": 0.333, "d": 0.0}
    assert frame.hundred(shares) == {"a": 34, "b": 33, "c": 33, "d": 0}
    assert sum(frame.hundred({str(number): 1 / 7 for number in range(7)}).values()) == 100
    assert frame.count_words(0, 0.002) == "<1"


def test_surprise_has_a_row_an_act_and_one_for_the_quiet_days(run: Run, crisis: Scenario) -> None:
    made = surprise.surprise(run, crisis)
    assert made is not None
    scored = run.manifest["modes"]["forced"]
    assert made.rows["probability"].tolist() == [*(event["probability"] for event in scored["events"]), scored["quiet"]["probability"]]


def test_where_a_row_is_too_long_the_actor_gives_way_and_the_act_stays() -> None:
    row = {"label": f"18 Jan  {LONG}: limited strike", "who": f"18 Jan  {LONG}", "what": ": limited strike"}
    short = surprise.fitting(row, 2.5)
    assert short.startswith("18 Jan  The Grand")
    assert short.endswith("…: limited strike")
    assert style.width_of(short) <= 2.5


def test_dots_are_worlds_of_those_that_a_panel_counts(run: Run, crisis: Scenario) -> None:
    made = dots.dots(run, crisis)
    assert made is not None
    rows = run.outcomes[run.outcomes["mode"] == "assisted"]
    lag = made.panels[0]
    struck = int(rows["struck"].sum())
    assert len(lag.dots) + len(lag.beyond) + lag.never == min(struck, 100)
    assert lag.note.startswith(f"{struck} worlds with a strike")
    war = made.rails[-1]
    assert (war.name, war.note) == ("war", f"of {int(rows['answered'].sum())} with an answer")
    assert war.share == pytest.approx(float(rows.loc[rows["answered"].fillna(False).astype(bool), "war"].mean()))


def test_base_rates_come_with_their_source(run: Run, crisis: Scenario) -> None:
    made = dots.dots(run, crisis)
    assert made is not None
    for name, (low, high, source) in dots.past_crises().items():
        assert 0 <= low < high <= 1
        assert source in made.words.caption
        assert name in dots.RAILS


def test_boxes_of_the_tree_fill_their_parents(run: Run, crisis: Scenario) -> None:
    made = tree.tree(run, crisis)
    assert made is not None
    rows = made.rows
    for column in range(len(tree.FORKS)):
        here = rows[(rows["first"] <= column) & (rows["last"] >= column)].sort_values("top")
        assert here["share"].sum() == pytest.approx(1)
        assert (here["top"] + here["share"]).tolist()[:-1] == pytest.approx(here["top"].tolist()[1:])
    struck = run.manifest["modes"]["assisted"]["outcomes"]["struck"]["mean"]
    assert rows.loc[rows["name"] == "a state strikes", "share"].item() == pytest.approx(struck)


def test_mean_hardship_of_communities_adds_up_to_the_person_days(run: Run, crisis: Scenario) -> None:
    table = run.communities[run.communities["mode"] == "assisted"]
    assert sorted(table["community"]) == sorted(crisis.communities)
    in_all = float((table["mean"] * table["people"]).sum()) * crisis.days
    assert in_all == pytest.approx(run.manifest["modes"]["assisted"]["outcomes"]["hardship_person_days"]["mean"], rel=1e-6)
    assert ((table["q05"] <= table["median"]) & (table["median"] <= table["q95"])).all()


def test_a_border_that_is_closed_in_the_median_world_is_shown_closed(run: Run, crisis: Scenario) -> None:
    made = border_map.border_map(run, crisis)
    assert made is not None
    assert set(made.crossings["policy"]) == {"open"}
    daily = run.daily_table.copy()
    daily.loc[daily["series"] == "iran.policy", "q50"] = 2.0
    closed = border_map.border_map(dataclasses.replace(run, daily_table=daily), crisis)
    assert closed is not None
    assert set(closed.crossings["policy"]) == {"closed"}
    assert [strike.place for strike in made.strikes] == ["panjgur", "saravan"]


def test_numbered_marks_keep_their_distance_and_their_order() -> None:
    places = timeline_draw.spread([1.0, 1.0, 1.5, 9.9], 1.0, 0.0, 10.0)
    assert all(later - sooner >= 1.0 - 1e-9 for sooner, later in itertools.pairwise(places))
    assert places[0] >= 0.5 and places[-1] <= 9.5
    assert timeline_draw.spread([2.0, 5.0], 1.0, 0.0, 10.0) == [2.0, 5.0]


# ── Ground ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_outlines_say_where_they_come_from_and_lie_where_they_say() -> None:
    file = bundle() / "geography" / "natural_earth.json"
    ground = json.loads(file.read_text(encoding="utf-8"))
    assert file.stat().st_size < 100_000
    assert {"origin", "version", "licence", "policy", "caption"} <= set(ground["about"])
    assert "public domain" in ground["about"]["licence"]
    assert "de facto" in ground["about"]["caption"]
    (west, east), (south, north) = ground["extent"]["longitude"], ground["extent"]["latitude"]
    for x, y in itertools.chain.from_iterable(ground["land"]):
        assert west <= x <= east and south <= y <= north
    assert ground["borders"] and ground["coasts"]


def test_a_crisis_elsewhere_is_drawn_without_outlines(crisis: Scenario) -> None:
    assert border_map.outlines(crisis) is not None
    home = crisis.communities["kech"].model_copy(update={"longitude": 10.0})
    assert border_map.outlines(crisis.model_copy(update={"communities": {**crisis.communities, "kech": home}})) is None


def test_the_map_holds_every_place_and_keeps_shapes() -> None:
    seen = map_view.view([(60.0, 25.0), (64.0, 29.0)], 5.0, 4.0)
    for place in ((60.0, 25.0), (64.0, 29.0)):
        x, y = seen.place(*place)
        assert map_view.AROUND <= x <= 5.0 - map_view.AROUND
        assert map_view.AROUND - 1e-9 <= y <= 4.0 - map_view.AROUND + 1e-9
    east = seen.place(61.0, 27.0)[0] - seen.place(60.0, 27.0)[0]
    north = seen.place(60.0, 26.5)[1] - seen.place(60.0, 27.5)[1]
    assert east / north == pytest.approx(0.891, abs=0.001)  # the cosine of 27 degrees


# ── Drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(figure: Figure) -> Iterator[tuple[str, Any]]:
    """Every text that is drawn, with its box in pixels."""
    figure.draw_without_rendering()
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_visible() and text.get_text().strip():
            box = text.get_window_extent()
            yield text.get_text(), box


BESIDE = 2.0
"""Pixels that must lie between two texts in one line."""


def collisions(figure: Figure) -> list[str]:
    """Texts that overlap, leave the canvas, or are too small."""
    texts, canvas, slack = list(shown(figure)), figure.bbox, 0.5
    low, right, top = -slack, canvas.x1 + slack, canvas.y1 + slack
    outside = [f"{words!r} leaves the canvas" for words, box in texts if min(box.x0, box.y0) < low or box.x1 > right or box.y1 > top]
    touching = [
        f"{one!r} and {other!r}"
        for (one, a), (other, b) in itertools.combinations(texts, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > -BESIDE and min(a.y1, b.y1) - max(a.y0, b.y0) > slack
    ]
    sizes = [(text.get_text(), text.get_size()) for text in figure.findobj(Text) if isinstance(text, Text)]
    small = [f"{words!r} is small" for words, size in sizes if words and size < style.LEAST]
    return [*outside, *touching, *small]


SIZES = (0.8, 1.0, 1.3)


@pytest.mark.parametrize("scale", SIZES)
@pytest.mark.parametrize("long", [False, True], ids=["usual names", "long names"])
def test_no_two_texts_touch_and_none_leaves_the_canvas(run: Run, crisis: Scenario, other: tuple[Run, Scenario], scale: float, long: bool) -> None:
    found = {}
    for each, scenario in ((run, crisis), other):
        for kind, made in frames(each, renamed(scenario) if long else scenario):
            found[f"{scenario.name} {made.words.name}"] = collisions(kind.draw(made, style.LIGHT, scale))
    assert {name: words for name, words in found.items() if words} == {}


def test_one_world_is_drawn_too(single: Run, crisis: Scenario) -> None:
    for kind, made in frames(single, crisis):
        assert collisions(kind.draw(made, style.DARK, 1.0)) == [], made.words.name


def test_the_check_finds_texts_that_touch() -> None:
    figure = Figure()
    figure.text(0.5, 0.5, "here")
    figure.text(0.51, 0.5, "there")
    figure.text(0.99, 0.1, "outside")
    assert len(collisions(figure)) == 2


def test_drawing_leaves_no_settings_behind_and_no_window_system(run: Run, crisis: Scenario) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    kind, made = frames(run, crisis)[1]
    kind.draw(made, style.DARK, 1.0)
    assert dict(matplotlib.rcParams) == before
    assert not [path for path in (ROOT / "sim").rglob("*.py") if "pyplot" in path.read_text(encoding="utf-8")]


def test_files_are_the_same_to_the_byte_and_say_what_they_are_of(run: Run, crisis: Scenario, tmp_path: Path) -> None:
    kind, made = frames(run, crisis)[5]
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        for theme in style.THEMES:
            save(kind.draw(made, theme, 1.0), tmp_path / folder, "border", theme, run.manifest)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["border.pdf", "border.png", "border.svg", "border_dark.png", "border_dark.svg"]
    for name in files:
        written = (tmp_path / "one" / name).read_bytes()
        assert written == (tmp_path / "two" / name).read_bytes(), name
        assert run.manifest["hash"].encode() in written or name.endswith(".pdf")


# ── Colour ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("theme", style.THEMES, ids=lambda theme: theme.name)
def test_colours_stand_out_from_the_ground(theme: style.Theme) -> None:
    for ground in (theme.ground, theme.land):
        assert min(style.contrast(ink, ground) for ink in (theme.ink, theme.muted)) >= 4.5
        assert min(style.contrast(mark, ground) for mark in (*theme.states, theme.parent, theme.history)) >= 3.0
    for fill in style.HARM:
        assert style.contrast(style.text_on(fill), fill) >= 4.5
    assert min(style.contrast(theme.ground, state) for state in theme.states) >= 4.5  # numbers in marks


def test_harm_and_shares_stay_apart_in_grey() -> None:
    def lightness(colour: str) -> float:
        return 116 * float(style.luminance(colour)) ** (1 / 3) - 16

    harm = [lightness(colour) for colour in style.HARM]
    assert all(before - after >= 9 for before, after in itertools.pairwise(harm))
    for theme in style.THEMES:
        for number in range(2):
            steps = [lightness(colour) for colour in theme.shades(number)]
            assert all(abs(before - after) >= 2.5 for before, after in itertools.pairwise(steps))
            assert steps == sorted(steps, reverse=theme is style.LIGHT)
