"""Bundles: the same to the byte, whole or refused by name, harmless whoever made them, and run again to the bit."""

import hashlib
import json
import os
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from sim.bundle import ABOUT, CHECKSUMS, RUN, Verified, verify
from sim.cli import app
from sim.repeat import Repeated, check, compare
from sim.scenario.errors import ScenarioError

ROOT = Path(__file__).resolve().parents[1]
KINDS = {
    "replay": ("replay", "--worlds", "20", "--set", "states.*.resolve.median=0.4"),
    "branch": ("branch", "--what", "mine.yaml", "--worlds", "20", "--parameters", "point"),
    "sweep": ("sweep", "--vary", "crossings.*.leakage=0,.6", "--from", "2024-01-17", "--worlds", "20", "--yes"),
    "tipping": ("tipping", "--from", "2024-01-17", "--until", "2024-01-18", "--worlds", "20", "--parameters", "point", "--levers", "hotline"),
}
MINE = """title: a pause
question: What if nobody had spoken?
source: mine
changes:
  - set: third_parties.*.interest
    value: 0
    from: '2024-01-18'
"""


def ran(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*words])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder to work in, with a branch of one's own."""
    place, before = tmp_path_factory.mktemp("house"), Path.cwd()
    (place / "mine.yaml").write_text(MINE, encoding="utf-8")
    os.chdir(place)
    yield place
    os.chdir(before)


@pytest.fixture(scope="module")
def bundle(house: Path) -> Path:
    """The bundle of a small what-if."""
    ran(*KINDS["branch"], "--quiet")
    ran("bundle", "latest:branch", "--to", "branch.zip", "--quiet")
    return house / "branch.zip"


def rewritten(bundle: Path, target: Path, change: dict[str, bytes | None], extra: tuple[zipfile.ZipInfo, ...] = ()) -> Path:
    """A bundle with files of other content (None: without them), by their names in it, and entries besides."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            inner = entry.filename.partition("/")[2]
            content = change.get(inner, old.read(entry))
            if content is not None:
                new.writestr(entry, content)
        for entry in extra:
            new.writestr(entry, b"x")
    return target


# ── Whole, and again ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_is_verified_and_run_again_to_the_bit(house: Path, kind: str) -> None:
    # A sweep keeps the command line that it came from, so there has to be one.
    subprocess.run([sys.executable, str(ROOT / "run.py"), *KINDS[kind], "--quiet"], check=True, capture_output=True)
    ran("bundle", f"latest:{kind}", "--to", f"{kind}_again.zip", "--quiet")
    said = ran("check", f"{kind}_again.zip", "--rerun")
    assert "is whole" in said and "every number the same to the bit" in said


def test_the_same_run_gives_the_same_bytes(house: Path, bundle: Path) -> None:
    ran("bundle", "latest:branch", "--to", "other.zip", "--quiet")
    assert (house / "other.zip").read_bytes() == bundle.read_bytes()
    assert "is there already" in ran("bundle", "latest:branch", "--to", "other.zip", code=2)


def test_it_holds_the_run_its_inputs_and_how_to_check_them_without_taftan(bundle: Path, tmp_path: Path) -> None:
    found = verify(bundle, tmp_path)
    names = {path.relative_to(found.folder).as_posix() for path in found.folder.rglob("*") if path.is_file()}
    assert {"README.md", ABOUT, "SHA256SUMS", "run/manifest.json", "inputs/files/mine.yaml", "inputs/scenarios/january_2024/scenario.yaml"} <= names
    assert "inputs/files/mine.yaml" in found.about["arguments"]
    assert len((found.folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()) == found.files == len(names) - 1


def test_where_a_run_was_kept_and_by_how_many_workers_is_no_part_of_what_is_run_again(house: Path) -> None:
    words = [*KINDS["sweep"], "--out", "swept[1]", "--workers", "1", "--quiet"]
    subprocess.run([sys.executable, ROOT / "run.py", *words], check=True, capture_output=True)
    ran("bundle", "swept[1]", "--to", "swept.zip", "--quiet")
    assert "to the bit" in ran("check", "swept.zip", "--rerun")


def test_a_forced_run_with_words_of_several_parts_is_run_again(house: Path) -> None:
    ran("replay", "--mode", "forced", "--worlds", "20", "--set", "question=what's up?", "--out", "forced", "--quiet")
    ran("bundle", "forced", "--to", "forced.zip", "--quiet")
    assert "to the bit" in ran("check", "forced.zip", "--rerun")


def test_a_crisis_of_ones_own_comes_along(house: Path) -> None:
    ran("new", "border_tale", "--like", "january_2024", "--folder", str(house))
    ran("replay", "border_tale", "--worlds", "10", "--mode", "assisted", "--quiet")
    assert "--scenario names its folder" in ran("bundle", "latest:replay", "--to", "tale.zip", code=2)
    ran("bundle", "latest:replay", "--to", "tale.zip", "--scenario", "border_tale", "--quiet")
    assert "to the bit" in ran("check", "tale.zip", "--rerun")


# ── Damaged, or meant to harm ─────────────────────────────────────────────────────────────────────────────────────


def test_every_changed_missing_or_added_file_is_named(bundle: Path, tmp_path: Path) -> None:
    top = json.loads(zipfile.ZipFile(bundle).read(zipfile.ZipFile(bundle).namelist()[0].split("/")[0] + f"/{ABOUT}"))["run"]
    change: dict[str, bytes | None] = {"run/outcomes.parquet": b"none", "run/manifest.json": None}
    path = rewritten(bundle, tmp_path / "changed.zip", change, (zipfile.ZipInfo(f"{top}/run/added.txt"),))
    said = ran("check", str(path), code=2)
    for words in ("run/outcomes.parquet", "is not what it was", "run/manifest.json", "is missing", "run/added.txt", "is not listed"):
        assert words in said


def test_code_in_a_bundle_is_never_run(bundle: Path, tmp_path: Path) -> None:
    """Files that look like the program's own, or like a module that it imports, lie in the folder in which it is run again."""
    done = tmp_path / "done"
    trap = f"import pathlib; pathlib.Path({str(done)!r}).touch()\n".encode()
    traps = {"sim/__init__.py": trap, "sim/cli.py": trap, "json.py": trap, "sitecustomize.py": trap}
    with zipfile.ZipFile(bundle) as old:
        top = old.namelist()[0].partition("/")[0]
        files = {entry.filename.partition("/")[2]: old.read(entry) for entry in old.infolist()}
    files = {name: content for name, content in files.items() if name != CHECKSUMS} | traps
    files[CHECKSUMS] = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())).encode()
    with zipfile.ZipFile(tmp_path / "trap.zip", "w") as new:
        for name, content in files.items():
            new.writestr(f"{top}/{name}", content)
    assert "to the bit" in ran("check", str(tmp_path / "trap.zip"), "--rerun")
    assert not done.exists()


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    "entry", [zipfile.ZipInfo("../outside.txt"), zipfile.ZipInfo("/tmp/outside.txt"), zipfile.ZipInfo("top/../../outside.txt"), link("top/link")]
)
def test_a_name_that_leads_out_is_refused_before_anything_is_written(bundle: Path, tmp_path: Path, entry: zipfile.ZipInfo) -> None:
    path = rewritten(bundle, tmp_path / "hostile.zip", {}, (entry,))
    into = tmp_path / "into"
    with pytest.raises(ScenarioError, match="must stay inside the bundle"):
        verify(path, into)
    assert not into.exists()


def test_too_large_a_bundle_is_refused(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.bundle.LARGEST", 1000)
    with pytest.raises(ScenarioError, match="must hold at most"):
        verify(bundle, tmp_path / "into")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and then nothing", b"no zip at all"])
def test_what_is_no_zip_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "no.zip").write_bytes(content)
    assert "is no zip that can be read" in ran("check", str(tmp_path / "no.zip"), code=2)


def test_a_zip_that_is_no_bundle_is_refused_in_words(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as packed:
        packed.writestr("top/file.txt", "x")
    assert "SHA256SUMS" in ran("check", str(tmp_path / "other.zip"), code=2)
    assert "goes with a bundle" in ran("check", "january_2024", "--rerun", code=2)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "asked in Python"),
        (["calibrate"], "cannot be run again"),
        (["new", "x", "--folder", "/tmp"], "cannot be run again"),
        (["sweep", "closure", "--cluster", "tcp"], "reach outside"),
        (["sensitivity", "--store"], "reach outside"),
        (["sensitivity", "--sto"], "reach outside"),
        (["replay", "/etc"], "inside the bundle"),
        (["replay", "../else"], "inside the bundle"),
        (["branch", "--what", "tcp://else"], "inside the bundle"),
    ],
)
def test_only_studies_that_stay_inside_are_run_again(arguments: list[str], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        check(arguments)


# ── Comparing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def compared(place: Path, one: pd.DataFrame, other: pd.DataFrame, exactly: bool) -> Repeated:
    old, new = place / "old" / RUN, place / "new"
    for folder, table in ((old, one), (new, other)):
        folder.mkdir(parents=True, exist_ok=True)
        table.to_csv(folder / "table.csv", index=False)
    return compare(Verified("made_up", {}, 1, place / "old"), new, exactly)


def test_the_last_bit_counts_here_and_not_elsewhere(tmp_path: Path) -> None:
    one, other = pd.DataFrame({"a": [1.0, 2.0], "b": [1, 2]}), pd.DataFrame({"a": [1.0, 2.0 + 1e-15], "b": [1, 2]})
    with pytest.raises(ScenarioError, match=r"a: differs in 1 of 2 numbers"):
        compared(tmp_path, one, other, exactly=True)
    found = compared(tmp_path, one, other, exactly=False)
    assert found.tables == 1 and 0 < found.difference < 1e-9


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"a": [1.0, 2.1], "b": [1, 2]}, "a: differs in 1 of 2"),
        ({"a": [1.0, 2.0], "b": [1, 3]}, "b: differs in 1 of 2"),
        ({"a": [1.0, None], "b": [1, 2]}, "a: what is missing differs"),
        ({"a": [1.0], "b": [1]}, "has 1 rows of 2 columns, and had 2"),
    ],
)
def test_what_differs_is_named_on_any_machine(tmp_path: Path, other: dict[str, list[float]], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        compared(tmp_path, pd.DataFrame({"a": [1.0, 2.0], "b": [1, 2]}), pd.DataFrame(other), exactly=False)
