"""A claim in links: signs follow the parameter that carries them, silenced channels are silent, the parting parameter is found."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim import words
from sim.chain_words import chain_findings, counter_sentence, draws_of_100, per_unit, share_words
from sim.experiments.chain import chain, leading
from sim.experiments.splits import splits
from sim.plots import chain as figure
from sim.plots import chain_draw, frame, style
from sim.report.chain import blocks, command
from sim.scenario.chains import chain_names, find_chain, read_chain
from sim.scenario.errors import ScenarioError
from sim.scenario.parts.priors import Prior
from sim.scenario.schema import Scenario
from sim.store import Study, open_run
from tests.conftest import made_up
from tests.test_figures import collisions

CHAIN = """\
title: "The miller's chain"
question: "Does a closed bridge bring more attacks?"
claim: "Closure means more attacks"
source: "made up"
caveats: ["Nothing was closed."]
doses:
  days: { default: 20, levels: [20], unit: days }
variants:
  north:
    title: "North closes"
    changes:
      - { pin: north, track: border, act: close, from: "2001-01-05", days: days }
links:
  - { from: closed_days, to: hardship_person_days }
  - title: "hardship → joining"
    from: hardship_person_days
    to: recruits
    disputed: true
    switch_off:
      - { set: "groups.*.recruitment.harm", value: 0 }
      - { set: "groups.*.recruitment.risk", value: 0 }
    for: "one"
    against: "another"
  - title: "joining, silenced"
    from: hardship_person_days
    to: recruits
    switch_off:
      - { set: "groups.*.recruitment.hardship", value: 0 }
      - { set: "groups.*.recruitment.harm", value: 0 }
      - { set: "groups.*.recruitment.risk", value: 0 }
  - title: "joining → attacks"
    from: recruits
    to: attacks_expected
    switch_off:
      - { set: "groups.*.tempo.fuel_income", value: 0 }
      - { set: "groups.*.tempo.talks", value: 0 }
      - { set: "groups.*.tempo.coordination", value: 0 }
whole: { title: "closure → attacks", from: closed_days, to: attacks_expected }
counter:
  title: "closure also cuts the groups' own means"
  switch_off: [{ set: "groups.*.tempo.fuel_income", value: 0 }]
beside: [attacks]
words: { "groups.*.recruitment.hardship": "hardship's weight on joining" }
"""
WEIGHT = "groups.*.recruitment.hardship"


def weight(low: float, high: float) -> dict[str, Prior]:
    """Hardship's weight on joining somewhere in a range, and one parameter that has nothing to do with it."""
    common: dict[str, Any] = {"distribution": "uniform", "source": "made up"}
    return {
        WEIGHT: Prior(low=low, high=high, unit="logits", **common),
        "livelihoods.kin_weight": Prior(low=0.1, high=0.2, unit="share", **common),
        "livelihoods.income_weight": Prior(low=0.4, high=0.6, unit="share", **common),
    }


def written(folder: Path, text: str = CHAIN) -> Path:
    path = folder / "miller.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def crisis() -> Scenario:
    return made_up(40, changes={"livelihoods.adjustment": 0.3, "groups.*.recruitment.turnover": 0.01})


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("chain"))


def ran(crisis: Scenario, file: Path, low: float, high: float) -> Study:
    return chain(crisis, file, worlds=2000, workers=1, priors=weight(low, high))


@pytest.fixture(scope="module")
def contested(crisis: Scenario, file: Path) -> Study:
    return ran(crisis, file, -1.0, 1.0)


def rows(study: Study) -> dict[str, Any]:
    return dict(study.manifest["starts"][study.manifest["leading"]]["rows"])


# ── Signs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("low", "high", "share", "counted"), [(0.4, 0.6, 1.0, 100), (-0.6, -0.4, 0.0, 0)])
def test_the_link_has_the_sign_of_the_weight_that_carries_it(
    crisis: Scenario, file: Path, low: float, high: float, share: float, counted: int
) -> None:
    found = rows(ran(crisis, file, low, high))
    assert found["2"]["share"] == pytest.approx(share, abs=1e-3)
    assert (found["2"]["counted"], found["2"]["moved"]) == (counted, 100)
    assert np.sign(found["2"]["per_unit"]) == np.sign(low)
    # More fighters attack more and fewer less: against the measure before it, the last link keeps its sign.
    assert found["4"]["share"] > 0.99
    assert np.sign(found["4"]["difference"]) == np.sign(low)


def test_a_contested_weight_gives_both_signs(contested: Study) -> None:
    found = rows(contested)
    assert 0.3 < found["2"]["share"] < 0.7
    assert found["1"]["share"] > 0.99


def test_a_link_whose_channel_is_switched_off_moves_nothing(contested: Study) -> None:
    silenced = rows(contested)["3"]
    assert (silenced["difference"], silenced["lower"], silenced["higher"], silenced["counted"], silenced["share"]) == (0.0, 0.0, 0.0, 0, 0.0)
    assert share_words(silenced) == "it moves nothing"


def test_without_what_works_against_it_the_claim_fares_better(contested: Study) -> None:
    found = rows(contested)
    assert found["whole"]["difference"] < found["without"]["difference"]
    said = counter_sentence(contested.manifest, contested.manifest["starts"][contested.manifest["leading"]])
    assert "closure also cuts the groups' own means" in said


# ── What would have to be true ────────────────────────────────────────────────────────────────────────────────────


def test_the_planted_parameter_parts_the_draws(contested: Study) -> None:
    best = contested.manifest["splits"]["4"][0]
    assert best["parameter"] == WEIGHT
    assert abs(best["threshold"]) < 0.1
    assert best["above"] > 0.9 > 0.1 > best["below"]
    assert best["by_chance"] == 0.0
    assert any("with hardship's weight on joining above" in line for line in chain_findings(contested.manifest))


def test_a_split_finds_what_is_planted_and_says_what_chance_makes() -> None:
    luck = np.random.Generator(np.random.Philox(1))
    values = {name: luck.random(200) for name in ("planted", "other", "third", "fourth")}
    told = splits(values, (values["planted"] < 0.3).astype(float), np.ones(200), {"planted": "what was planted"})
    assert (told[0]["parameter"], told[0]["words"], told[0]["below"], told[0]["above"]) == ("planted", "what was planted", 1.0, 0.0)
    assert told[0]["threshold"] == pytest.approx(0.3, abs=0.02)
    assert len(told) == 3
    assert told[0]["by_chance"] == 0.0
    assert told[1]["by_chance"] > 0.05
    assert splits(values, np.ones(200), np.ones(200), {}) == []
    assert splits({}, values["other"], np.ones(200), {}) == []


# ── Mistakes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("to: attacks_expected\n    switch", "to: atacks\n    switch", "to = atacks  must be one of struck"),
        ("beside: [attacks]", "beside: [atack]", "beside = atack  must be one of struck"),
        ("    changes:\n", "    branch: iran_close_border\n    changes:\n", "variants.north.branch = iran_close_border  must be"),
        ("recruitment.harm", "recruitment.harms", "Did you mean groups.*.recruitment.harm?"),
        ("disputed: true", "dispute: true", "miller.yaml:18  dispute = true  is no key here. Did you mean disputed?"),
        ("track: border", "track: boarder", "miller.yaml  variants.north  changes.0.track = boarder  must be one of"),
    ],
)
def test_mistakes_are_named_with_place_value_and_what_is_allowed(crisis: Scenario, tmp_path: Path, old: str, new: str, message: str) -> None:
    path = written(tmp_path, CHAIN.replace(old, new, 1))
    with pytest.raises(ScenarioError) as caught:
        chain(crisis, path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    if "one of struck" in message:
        assert "Did you mean attacks?" in str(caught.value)


def test_unknown_chains_and_doses_are_named(crisis: Scenario, file: Path) -> None:
    with pytest.raises(ScenarioError, match=r"--chain = vilager .* Did you mean villager\?"):
        chain(crisis, "vilager")
    with pytest.raises(ScenarioError, match=r"--dose = day .* must be days. Did you mean days\?"):
        chain(crisis, file, doses={"day": [3]})


# ── Words, tables, figure ─────────────────────────────────────────────────────────────────────────────────────────


def test_findings_give_every_link_its_share_and_effect(contested: Study) -> None:
    lines = chain_findings(contested.manifest)
    assert lines[0].startswith("Does a closed bridge bring more attacks? From 5 January 2001 governments decide (ASSISTED); 2,000 worlds in 100")
    assert any(line.startswith("Hardship → joining: in ") and "draws it has the claimed sign" in line for line in lines)
    assert "nan" not in " ".join(lines)
    assert contested.manifest["caveat"].endswith("its prior includes none and the opposite. Nothing was closed.")
    assert [row[0] for row in blocks(contested.manifest)[1].rows] == ["North closes, 20 days"]
    assert command(contested.manifest).startswith("python run.py branch made_up --chain miller --dose days=20 --mode assisted --worlds 2000")


def test_small_words() -> None:
    assert [draws_of_100(share) for share in (0.0, 0.003, 0.58, 1.0)] == ["none of 100", "<1 of 100", "58 of 100", "100 of 100"]
    link, manifest = {"from": "a", "to": "b"}, {"measures": {"a": {"unit": "person-days"}, "b": {"unit": "people"}}}
    assert per_unit(manifest, link, {"per_unit": 0.00000096}) == "1.0 people for every 1,000,000 person-days"
    assert per_unit(manifest, link, {"per_unit": -0.5}) == "−50 people for every 100 person-days"
    assert per_unit(manifest, link, {"per_unit": None}) == ""


@pytest.mark.parametrize(
    ("share", "low", "high", "title"),
    [
        (0.02, -6.0, -5.0, "“Closure means more attacks” holds in 2 of 100 draws"),
        (0.97, 1.0, 2.0, "“Closure means more attacks” holds in 97 of 100 draws"),
        (0.5, 1.0, 2.0, "The miller's chain, link by link"),
        (0.02, -6.0, 1.0, "The miller's chain, link by link"),
        (None, 1.0, 2.0, "The miller's chain, link by link"),
    ],
)
def test_title_of_the_chain(contested: Study, share: float | None, low: float, high: float, title: str) -> None:
    assert figure.title(contested.manifest, {"share": share, "low": low, "high": high}) == title
    assert figure.title({**contested.manifest, "title": "T" * 80, "claim": "C" * 80}, {"share": share, "low": low, "high": high}) == (
        "A claim, link by link"
    )


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.3])
def test_the_figure_has_words_and_no_two_texts_touch(contested: Study, scale: float) -> None:
    made = figure.chain(contested)
    assert all(made.words.entry().values())
    assert len(made.words.title) <= frame.LONGEST_TITLE
    assert made.words.caption.endswith(words.CAVEAT)
    assert made.words.alt.endswith("Data: chain.csv.")
    assert list(made.rows["key"]) == ["1", "2", "3", "4", "without", "whole"]
    for theme in style.THEMES:
        assert collisions(chain_draw.draw(made, theme, scale)) == []


def test_fixed_parameters_give_no_shares(crisis: Scenario, file: Path, tmp_path: Path) -> None:
    study = sim.chain(crisis, file, worlds=40, parameters="point", workers=1)
    assert study.manifest["splits"] == {}
    assert rows(study)["2"]["share"] is None
    assert "by simulation error alone" in " ".join(chain_findings(study.manifest))
    assert collisions(chain_draw.draw(figure.chain(study), style.LIGHT)) == []
    from sim.commands.chain import as_object, keep

    kept = keep(study, crisis, tmp_path / "run")
    assert {path.name for path in kept.iterdir()} >= {
        "index.html",
        "manifest.json",
        "links.csv",
        "chain.png",
        "chain_dark.svg",
        "chain.pdf",
        "chain.csv",
    }
    assert open_run(kept).manifest["finding"] == study.manifest["finding"]
    assert json.loads(json.dumps(as_object(study.manifest, kept)))["command"] == "branch --chain"


# ── The library ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_chain_of_the_library_can_be_read_and_names_what_there_is() -> None:
    from sim.experiments.chain import _faults, _starts

    for name in chain_names():
        entry, _ = read_chain(find_chain(name))
        crisis = sim.load(entry.scenario)
        assert _faults(crisis, entry) == []
        starts = _starts(crisis, entry, {}, name)
        assert leading(entry, starts).doses == {dose: known.default for dose, known in entry.doses.items()}
        assert all(dataclasses.is_dataclass(one.change) for one in starts)
        assert all(link.support and link.against for link in (*entry.links, entry.whole))
