"""Whatever a person writes, the answer is a scenario or a line that says where, what, and what is allowed: never a traceback."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_crisis import MAIN, TABLES, changed, complaint, with_row, write
from typer.testing import CliRunner

from sim.cli import app
from sim.scenario.errors import ScenarioError
from sim.scenario.find import bundle
from sim.scenario.load import load

Changes = dict[str, str | bytes | None]


def yaml(old: str, new: str) -> Changes:
    return changed("scenario.yaml", old, new)


def history(row: str) -> Changes:
    """The record with one row more, given by its first seven columns: date, until, order, actor, track, act, target."""
    return with_row("history.csv", row)


WRONG: dict[str, tuple[Changes, str]] = {
    # scenario.yaml
    "unknown key": (yaml("median: 0.7", "medain: 0.7"), "scenario.yaml:13  states.south.resolve.medain = 0.7  is no key here. Did you mean median?"),
    "unknown top key": (yaml("title:", "titel: x\ntitle:"), "scenario.yaml:1  titel = x  is no key here. Did you mean title?"),
    "wrong type": (
        yaml("0.7", "plenty"),
        "scenario.yaml:13  states.south.resolve.median = plenty  must be a number without commas, quotes or unit, above 0 and at most 50",
    ),
    "number for text": (yaml("label: Raiders", "label: 7"), "groups.raiders.label = 7  must be text"),
    "list for mapping": (yaml("{ north: 0.3 }", "[1, 2]"), "third_parties.neighbour.leverage = (2 entries)  must be a mapping"),
    "out of range": (yaml("0.7", "-3"), "scenario.yaml:13  states.south.resolve.median = -3  must be above 0"),
    "infinite": (yaml("0.7", ".inf"), "states.south.resolve.median = inf  must be above 0"),
    "not a number": (yaml("0.7", ".nan"), "states.south.resolve.median = nan  must be above 0"),
    "missing key": (yaml("    label: South\n", ""), "scenario.yaml:10  states.south.label  is required: name as printed"),
    "duplicate key": (yaml("end:", "start: 2001-01-02\nend:"), "scenario.yaml:3  start  stands here twice; it was first given in line 2"),
    "impossible date": (yaml("2001-02-28", "2001-02-30"), "end = 2001-02-30  must be a date that exists"),
    "a date in numbers": (yaml("2001-02-28", "20010228"), "must be a date that exists"),
    "end before start": (yaml("2001-02-28", "2000-02-28"), "scenario.yaml:3  end = 2000-02-28  must be after the start, 2001-01-01"),
    "eleven years": (yaml("2001-02-28", "2011-02-28"), "makes a run of 3,711 days; at most 3,650"),
    "three states": (yaml("third_parties:", "  east: {label: East}\nthird_parties:"), "states = (3 entries)  must have at most 2 entries"),
    "a bad name": (yaml("  harbour:", "  Harbour Town:"), "third_parties.Harbour Town  its name must be a name: small letters"),
    "null for a part": (yaml("\n    label: Harbour", ""), "third_parties.harbour = null  must be a mapping"),
    "unknown state in leverage": (yaml("north: 0.3", "nroth: 0.3"), "leverage.nroth  is no state; must be one of north, south. Did you mean north?"),
    "haven is target": (yaml("target: north", "target: south"), "groups.raiders.target = south  must be another state than the group's haven"),
    "unknown haven": (yaml("haven: south", "haven: suoth"), "Did you mean south?"),
    "two actors of a name": (yaml("  harbour:", "  raiders:"), "groups.raiders  is the name of another actor too"),
    "a reserved name": (yaml("  harbour:", "  both:"), "third_parties.both  `both` has a meaning of its own"),
    "source of nothing": (yaml('"states.*.resolve"', '"states.*.reslove"'), "is no path of this scenario"),
    "table in the yaml": (yaml("groups:", "communities: {}\ngroups:"), "communities  belongs in communities.csv, not here"),
    "alias": (
        yaml("{ north: 0.3 }", "&a { north: 0.3 }"),
        "scenario.yaml:17  third_parties.neighbour.leverage  anchors (&) and aliases (*) are not allowed",
    ),
    "tag": (yaml("label: North", "label: !!str North"), "tags (!) are not allowed"),
    "python tag": (yaml("label: North", "label: !!python/object:os.system x"), "tags (!) are not allowed"),
    "second document": (yaml("states:", "---\nstates:"), "holds a second document"),
    "tab": (yaml("  north:", "\tnorth:"), "is not YAML"),
    "unclosed bracket": (yaml("{ north: 0.3 }", "{ north: 0.3"), "is not YAML"),
    "a list": ({"scenario.yaml": "- 1\n"}, "must be a mapping of keys to values"),
    "a deep nest": ({"scenario.yaml": "a: " + "[" * 500}, "is nested more than 20 deep"),
    "a mapping as key": ({"scenario.yaml": "{a: 1}: 2\n"}, "a key must be a word"),
    "comments only": ({"scenario.yaml": "# nothing\n"}, "is empty"),
    "extends nothing known": (yaml("title:", "extends: smal\ntitle:"), "extends = smal  is no scenario beside this one"),
    "extends a path": (yaml("title:", "extends: ../x\ntitle:"), "extends = ../x  must be the name of a scenario"),
    "extends a number": (yaml("title:", "extends: 3\ntitle:"), "extends = 3  must be the name of a scenario"),
    # tables
    "unknown column": (
        changed("communities.csv", "latitude", "lattitude"),
        "communities.csv row 1  lattitude  is no column here. Did you mean latitude?",
    ),
    "missing column": (changed("ties.csv", "first,second", "first,"), "ties.csv row 1  second  column is missing"),
    "column twice": (changed("crossings.csv", "label", "name"), "crossings.csv row 1  name  stands here twice"),
    "duplicate row": (with_row("communities.csv", "mill,Mill,north,1,1,1,,"), "row 4, column name  name = mill  is already the name of"),
    "row without name": (with_row("communities.csv", ",Mill,north,1,1,1,,"), "communities.csv row 4, column name  name  is required"),
    "too many cells": (with_row("ties.csv", "bridge,mill,serves,1,7"), "ties.csv row 5  has 5 cells for 4 columns"),
    "too few cells": (with_row("communities.csv", "hut,Hut"), "communities.csv row 4, column state  communities.hut.state  is required"),
    "negative population": (
        changed("communities.csv", "20000", "-5"),
        "communities.csv row 2, column people  communities.mill.people = -5  must be from 1",
    ),
    "number with commas": (
        changed("communities.csv", "20000", '"20,000"'),
        "communities.mill.people = 20,000  must be a number without commas, quotes or unit, from 1",
    ),
    "half a person": (history("2001-02-05,,1,raiders,attack,attack,north,,1.5"), "row 15, column killed  killed = 1.5  must be a whole number"),
    "semicolons": ({"ties.csv": TABLES["ties.csv"].replace(",", ";")}, "ties.csv row 1  columns must be separated by commas"),
    "open quote": (with_row("ties.csv", '"bridge,mill'), "ties.csv row 5  is not CSV"),
    "unknown state": (
        changed("communities.csv", "north", "nort"),
        "communities.mill.state = nort  is no state; must be one of north, south. Did you mean north?",
    ),
    "unknown group": (
        changed("communities.csv", "raiders", "riders"),
        "recruits_for = riders  is no armed group; must be raiders. Did you mean raiders?",
    ),
    "tie to nowhere": (
        with_row("ties.csv", "bridge,fort,serves,1"),
        "ties.csv row 5, column second  second = fort  is no community; must be one of mill, ford. Did you mean ford?",
    ),
    "tie from nowhere": (with_row("ties.csv", "brigde,ford,serves,1"), "first = brigde  is no crossing; must be bridge. Did you mean bridge?"),
    "tie the wrong way": (with_row("ties.csv", "mill,bridge,serves,1"), "first = mill  is no crossing"),
    "tie to itself": (with_row("ties.csv", "mill,mill,trade,1"), "must be another community than the first"),
    "tie twice": (with_row("ties.csv", "ford,mill,kin,1"), "ties.csv row 5  the tie ford, mill, kin stands here twice"),
    "unknown kind": (with_row("ties.csv", "mill,ford,tarde,1"), "kind = tarde  must be one of serves, kin, trade. Did you mean trade?"),
    "served by nothing": (
        changed("ties.csv", "mill,serves,1", "mill,serves,0"),
        "ties.csv row 2, column weight  weight = 0  must be above 0 for at least one crossing that serves mill",
    ),
    "source twice": (with_row("sources.csv", "A,Again"), "sources.csv row 2, column name  name = A  is the name of another source too"),
    "unknown source": (changed("history.csv", "A; B", "A; C"), "history.csv row 3, column source  source = C  is no source in sources.csv"),
    "misspelt table": ({"histroy.csv": "date\n"}, "histroy.csv  is not read. Did you mean history.csv?"),
    # the record
    "date outside the run": (
        history("2001-03-01,,1,north,public,protest,"),
        "history.csv row 15, column date  date = 2001-03-01  must lie within the run, 2001-01-01 to 2001-02-28",
    ),
    "impossible day": (history("2001-02-30,,1,north,public,protest,"), "row 15, column date  date = 2001-02-30  must be a date that exists"),
    "date of a spreadsheet": (history("3/2/2001,,1,north,public,protest,"), "date = 3/2/2001  must be a date that exists, written as"),
    "until before date": (history("2001-02-05,2001-02-04,1,north,public,protest,"), "until = 2001-02-04  must not be before the row's date"),
    "unknown actor": (history("2001-02-05,,1,nroth,public,protest,"), "actor = nroth  is no actor; must be one of north, south. Did you mean north?"),
    "actor of another kind": (history("2001-02-05,,1,raiders,public,protest,"), "actor = raiders  cannot be the actor of public protest"),
    "both alone": (history("2001-02-05,,1,both,talks,seek_talks,"), "actor = both  cannot be the actor of talks seek_talks"),
    "one alone restores": (history("2001-02-05,,1,north,talks,restore,"), "actor = north  cannot be the actor of talks restore; must be both"),
    "unknown track": (history("2001-02-05,,1,north,pubic,protest,"), "track = pubic  must be one of military, public, border"),
    "unknown act": (history("2001-02-05,,1,north,public,protset,"), "act = protset  is no act of the track public; must be one of nothing, protest"),
    "act of another track": (history("2001-02-05,,1,north,military,protest,"), "act = protest  is no act of the track military"),
    "unknown alternative": (history("2001-02-05,,1,north,military,alert|attack,"), "act = alert|attack  is no act of the track military"),
    "same alternative": (history("2001-02-05,,1,north,military,alert|alert,"), "alternatives must be different acts"),
    "agreement as alternative": (history("2001-02-05,,1,north,talks,agree|nothing,"), "alternatives must be different acts of one state"),
    "alternative of an outsider": (
        history("2001-02-05,,1,neighbour,third_party,call|offer,"),
        "act = call|offer  is no act of the track third_party",
    ),
    "unknown target": (history("2001-02-05,,1,north,public,protest,suoth"), "target = suoth  cannot be the target here"),
    "target oneself": (history("2001-02-05,,1,north,public,protest,north"), "target = north  cannot be the target here"),
    "an attack on the haven": (history("2001-02-05,,1,raiders,attack,attack,south"), "target = south  cannot be the target here"),
    "shock to nobody": (history("2001-02-05,,1,outside,shock,flood,"), "cannot be the target here; must be one of north, south"),
    "unknown place": (
        history("2001-02-05,,1,raiders,attack,attack,north,mlil"),
        "place = mlil  is no community of communities.csv; leave it empty and say where in `words`. Did you mean mill?",
    ),
    "unknown soil": (
        history("2001-02-05,,1,raiders,attack,attack,north,,1,nort"),
        "soil = nort  is no state; must be one of north, south, elsewhere. Did you mean north?",
    ),
    "attention of an attack": (
        history("2001-02-05,,1,raiders,attack,attack,north,,1,,0.5"),
        "attention = 0.5  can be given for the track shock only",
    ),
    "two acts a day": (
        history("2001-01-07,,2,north,public,threaten,"),
        "history.csv row 15, column date  date = 2001-01-07  north already has the act protest on this track that day",
    ),
    "two overlapping spans": (history("2001-01-25,2001-02-02,1,south,military,alert,"), "south already has the act unknown"),
    "two attacks a day": (history("2001-01-05,,2,raiders,attack,attack,"), "raiders already has the act attack on this track that day"),
    "two calls a day": (history("2001-01-11,,2,neighbour,third_party,offer,"), "neighbour already has the act call"),
    "lowered twice": (history("2001-01-12,,1,south,public,downgrade,"), "south has downgraded relations already"),
    "restored twice": (history("2001-02-05,,1,both,talks,restore,"), "act = restore  needs a downgrade before it"),
    "agreed without talks": (history("2001-02-05,,1,both,talks,agree,"), "act = agree  needs a row seek_talks that day for north and south"),
}


@pytest.mark.parametrize("case", WRONG, ids=str)
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, case: str) -> None:
    changes, expected = WRONG[case]
    assert expected in complaint(write(tmp_path / "small", changes))


RIGHT: dict[str, Changes] = {
    "a downgrade after a restoration": history("2001-02-05,,1,south,public,downgrade,"),
    "two shocks a day": history("2001-01-12,,2,outside,shock,flood,south"),
    "an unknown day": history("2001-02-05,,1,north,military,unknown,"),
    "context in any words": history("2001-02-05,,1,outside,context,a visit,"),
    "no sources.csv": {"sources.csv": None},
}


@pytest.mark.parametrize("case", RIGHT, ids=str)
def test_what_can_be_is_accepted(tmp_path: Path, case: str) -> None:
    load(write(tmp_path / "small", RIGHT[case]))


def test_all_problems_are_found_at_once(tmp_path: Path) -> None:
    changes = (
        yaml("0.7", "-7")
        | changed("communities.csv", "20000", "-5")
        | changed("ties.csv", ",kin,", ",kni,")
        | changed("history.csv", "attention", "attenton")
    )
    assert len(complaint(write(tmp_path / "small", changes)).splitlines()) == 4


# ── Files ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["scenario.yaml", *TABLES])
def test_a_file_must_be_text_in_utf_8(tmp_path: Path, name: str) -> None:
    assert f"{name}:2  must be text in UTF-8" in complaint(write(tmp_path / "small", {name: b"name\n\xff\xfe"}))


@pytest.mark.parametrize("name", ["scenario.yaml", *TABLES])
@pytest.mark.parametrize("content", ["", " \n", "\ufeff"])
def test_a_file_must_not_be_empty(tmp_path: Path, name: str, content: str) -> None:
    assert complaint(write(tmp_path / "small", {name: content})).endswith(f"{name}  is empty")


@pytest.mark.parametrize("name", ["scenario.yaml", *TABLES])
def test_a_file_must_not_be_a_folder(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "small", {name: None})
    (folder / name).mkdir()
    assert complaint(folder).endswith(f"{name}  must be a file, and is a folder")


@pytest.mark.parametrize("name", ["scenario.yaml", *TABLES])
def test_a_file_must_not_be_a_pipe(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "small", {name: None})
    os.mkfifo(folder / name)
    assert complaint(folder).endswith(f"{name}  must be an ordinary file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_must_be_readable(tmp_path: Path) -> None:
    folder = write(tmp_path / "small")
    (folder / "ties.csv").chmod(0)
    assert complaint(folder).endswith("ties.csv  cannot be read: permission denied")


def test_a_file_must_be_of_a_size_that_a_person_can_write(tmp_path: Path) -> None:
    assert "is larger than 5 MB" in complaint(write(tmp_path / "small", {"ties.csv": b"a" * 5_000_001}))
    assert "is larger than 1 MB" in complaint(write(tmp_path / "small", {"scenario.yaml": b"a" * 1_000_001}))


def test_a_link_to_nothing_is_a_missing_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "small", {"ties.csv": None})
    (folder / "ties.csv").symlink_to(folder / "nowhere.csv")
    assert complaint(folder).endswith("ties.csv  is missing")


def test_an_alias_bomb_is_refused_at_once(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    assert "anchors (&) and aliases (*) are not allowed" in complaint(write(tmp_path / "small", {"scenario.yaml": bomb}))


# ── References ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_scenario_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert complaint("somewhere/else").startswith("somewhere/else  is no scenario")
    assert complaint("").startswith("''  is no scenario") or "is missing" in complaint("")
    (tmp_path / "bare").mkdir()
    assert complaint("bare") == "bare/scenario.yaml  is missing"
    assert complaint(tmp_path / "bare") == "bare/scenario.yaml  is missing"


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "\udcff", "no/where\0"])
def test_an_impossible_name_is_no_scenario(name: str) -> None:
    assert len(complaint(name).splitlines()) == 1


def test_another_file_is_no_scenario(tmp_path: Path) -> None:
    assert complaint(write(tmp_path / "small") / "ties.csv").endswith("must be a scenario's folder or its scenario.yaml")


def test_extensions_must_not_go_round_in_a_circle(tmp_path: Path) -> None:
    for name, other in (("one", "two"), ("two", "three"), ("three", "one")):
        write(tmp_path / name, main=f"extends: {other}\n")
    assert complaint(tmp_path / "one").endswith("three/scenario.yaml:1  extends = one  goes round in a circle: one → two → three → one")


def test_a_scenario_must_not_extend_itself(tmp_path: Path) -> None:
    assert "goes round in a circle: self → self" in complaint(write(tmp_path / "self", main="extends: self\n"))


@pytest.mark.parametrize("name", ["scenario.yaml", *TABLES])
def test_a_link_must_not_lead_out(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "crises" / "small")
    secret = tmp_path / "secret"
    (folder / name).rename(secret)
    (folder / name).symlink_to(secret)
    assert f"{name}  leads out of " in complaint(folder)


def test_a_link_may_lead_to_a_neighbour(tmp_path: Path) -> None:
    write(tmp_path / "first")
    second = write(tmp_path / "second", {"ties.csv": None})
    (second / "ties.csv").symlink_to(Path("..") / "first" / "ties.csv")
    assert load(second).ties == load(tmp_path / "first").ties


def test_an_extension_must_not_lead_out(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "far")
    write(tmp_path / "crises" / "small", main="extends: near\n")
    (tmp_path / "crises" / "near").symlink_to(tmp_path / "elsewhere" / "far")
    assert "leads out of" in complaint(tmp_path / "crises" / "small")


# ── Anything at all ───────────────────────────────────────────────────────────────────────────────────────────────

quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def only_our_complaints(folder: Path) -> None:
    """Loads, or says in printable lines what is wrong."""
    try:
        load(folder)
    except ScenarioError as error:
        assert all(line.isprintable() and line for line in str(error).splitlines())


yamlish = st.text(alphabet="ab:-{}[]&*!|>'\"%@`#,? \n\t~0123.<", max_size=80)


@quick
@given(content=st.one_of(st.binary(max_size=200), yamlish.map(str.encode), yamlish.map(lambda text: (MAIN + text).encode())))
def test_no_bytes_break_the_reading_of_a_scenario(tmp_path: Path, content: bytes) -> None:
    only_our_complaints(write(tmp_path / "small", {"scenario.yaml": content}))


tabular = st.text(alphabet="ab,;\"'\n\r\t0.-|é\0", max_size=80)


@quick
@given(name=st.sampled_from(sorted(TABLES)), content=st.one_of(st.binary(max_size=200), tabular.map(str.encode)), keep=st.booleans())
def test_no_bytes_break_the_reading_of_a_table(tmp_path: Path, name: str, content: bytes, keep: bool) -> None:
    only_our_complaints(write(tmp_path / "small", {name: (TABLES[name].encode() if keep else b"") + content}))


@quick
@given(
    name=st.sampled_from(["scenario.yaml", *TABLES]),
    seed=st.integers(0, 10**6),
    word=st.sampled_from(["", "-1", "x", "1e400", "null", "2001-13-01", "[", "é", "north", "9" * 5000]),
)
def test_no_changed_word_breaks_the_reading(tmp_path: Path, name: str, seed: int, word: str) -> None:
    text = {"scenario.yaml": MAIN, **TABLES}[name]
    chance = random.Random(seed)
    start = chance.randrange(len(text))
    only_our_complaints(write(tmp_path / "small", {name: text[:start] + word + text[start + chance.randrange(12) :]}))


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("branches/iran_closes_border", ("pin: iran", "pin: irann"), "Did you mean iran?"),
        ("branches/iran_closes_border", ("act: close", "act: closed"), "Did you mean close?"),
        ("branches/iran_closes_border", ("scenario: january_2024", "scenario: january_2042"), "january_2024"),
        ("sweeps/closure_leakage_relief", ("scenario: january_2024", "scenario: ../../x"), "../../x"),
        ("chains/villager", ("branch: iran_closes_border", "branch: iran_closes_boarder"), "Did you mean iran_closes_border?"),
    ],
)
def test_check_reads_a_file_as_its_command_would(tmp_path: Path, file: str, text: tuple[str, str], expected: str) -> None:
    whole = (bundle() / f"{file}.yaml").read_text(encoding="utf-8")
    assert text[0] in whole
    (tmp_path / "mine.yaml").write_text(whole.replace(*text), encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(tmp_path / "mine.yaml")])
    assert done.exit_code == 2, done.output
    assert expected in done.stderr and "Traceback" not in done.output


def test_every_file_that_comes_with_the_program_is_in_order() -> None:
    for file in sorted(bundle().glob("*/*.yaml")):
        if file.name not in ("scenario.yaml", "priors.yaml"):
            done = CliRunner().invoke(app, ["check", str(file)])
            assert done.exit_code == 0, done.stderr
