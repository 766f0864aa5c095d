"""A small crisis that tests write to a folder of their own, change in one place, and read."""

from pathlib import Path

from sim.scenario.errors import ScenarioError
from sim.scenario.load import load

MAIN = """\
title: "North and South"
start: 2001-01-01
end: 2001-02-28
states:
  north:
    label: North
    elections:
      general:
        date: 2001-02-20
  south:
    label: South
    resolve:
      median: 0.7
third_parties:
  neighbour:
    label: Neighbour
    leverage: { north: 0.3 }
  harbour:
    label: Harbour
groups:
  raiders:
    label: Raiders
    haven: south
    target: north
    fighters: 100
sources:
  "states.*.resolve": "a study of both"
  "states.south.resolve.median": "a study of South"
"""

TABLES = {
    "history.csv": """\
date,until,order,actor,track,act,target,place,killed,soil,attention,source,words
2001-01-05,,1,raiders,attack,attack,north,mill,4,north,,A,"They came by night, and left."
2001-01-06,2001-01-08,1,north,public,protest,south,,,,,A; B,
2001-01-09,,1,north,military,stand_by|alert,,,,,,A,
2001-01-10,,1,north,military,limited_strike,south,ford,3,south,,A,
2001-01-10,,2,south,public,downgrade,north,,,,,A,
2001-01-11,,1,neighbour,third_party,call,both,,,,,B,
2001-01-12,,1,outside,shock,earthquake,south,,,,0.5,B,
2001-01-14,,1,north,talks,seek_talks,,,,,,A,
2001-01-14,,1,south,talks,seek_talks,,,,,,A,
2001-01-14,,2,both,talks,agree,,,,,,A,
2001-01-20,,1,both,talks,restore,,,,,,A,
2001-01-21,2001-01-31,1,south,military,unknown,,,,,,A,
2001-02-01,,1,outside,context,visit,both,,,,,A,
""",
    "communities.csv": """\
name,label,state,latitude,longitude,people,recruits_for,source
mill,Mill,north,50.1,10,20000,,A
ford,Ford,south,49.9,10,30000,raiders,
""",
    "crossings.csv": "name,label,latitude,longitude\nbridge,Bridge,50,10\n",
    "ties.csv": "first,second,kind,weight\nbridge,mill,serves,1\nbridge,ford,serves,2\nmill,ford,kin,1\n",
    "sources.csv": "name,reference\nA,A newspaper\nB,Another newspaper\n",
}


def write(folder: Path, changes: dict[str, str | bytes | None] | None = None, main: str = MAIN) -> Path:
    """The small crisis in a folder, some files replaced, or left out where they are None."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {"scenario.yaml": main, **TABLES, **(changes or {})}.items():
        if content is not None:
            (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def changed(file: str, old: str, new: str) -> dict[str, str | bytes | None]:
    """One file of the small crisis with a piece of its text replaced."""
    text = {"scenario.yaml": MAIN, **TABLES}[file]
    assert text.count(old) >= 1, f"{old!r} is not in {file}"
    return {file: text.replace(old, new, 1)}


def with_row(file: str, row: str) -> dict[str, str | bytes | None]:
    """One table of the small crisis with a row more."""
    return {file: TABLES[file] + row + "\n"}


def complaint(folder: Path | str) -> str:
    """What loading complains of."""
    try:
        load(folder)
    except ScenarioError as error:
        return str(error)
    raise AssertionError(f"{folder} was accepted")
