"""One user's page without a browser: the newest request wins, failures keep the last good view, users do not mix."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from sim.dashboard.acts import Page
from sim.dashboard.engine import Engine, Ticket
from sim.dashboard.ground import Ground
from sim.dashboard.jobs import Jobs
from sim.dashboard.view import View
from sim.scenario.load import load

pytest.importorskip("panel", reason="the dashboard's own package, panel, is not installed")


class Waiting(Jobs):
    """Work that is done when the test says so."""

    def __init__(self) -> None:
        self.work: list[Callable[[], None]] = []

    def run(self, work: Callable[[], None]) -> Any:
        self.work.append(work)

    def do(self, *places: int) -> None:
        taken = [self.work[place] for place in places]
        self.work = []
        for work in taken:
            work()


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(load("january_2024"), Engine())


def opened(ground: Ground, letters: str = "") -> tuple[Page, Waiting, list[dict[str, Any]]]:
    jobs = Waiting()
    page, said = Page(ground, jobs, letters), list[dict[str, Any]]()
    page.begin()
    page.send = said.append
    return page, jobs, said


def put(said: list[dict[str, Any]], place: str) -> str:
    """What stands in a place by now."""
    return next((message["put"][place] for message in reversed(said) if place in message.get("put", {})), "")


def test_only_the_newest_request_is_shown(ground: Ground) -> None:
    page, jobs, said = opened(ground)
    page.receive({"do": "what", "name": "nobody_mediates"})
    page.receive({"do": "what", "name": "iran_closes_border"})
    assert len(jobs.work) == 4
    jobs.do(3, 1, 0)
    assert "closed every crossing" in put(said, "question")
    assert not any("mediat" in message.get("put", {}).get("question", "") for message in said)
    assert said[-1]["busy"] is None


def test_the_first_worlds_do_not_replace_all_of_them(ground: Ground) -> None:
    page, jobs, said = opened(ground)
    page.receive({"do": "assume", "path": "dyad.tension_half_life", "value": "8"})
    jobs.do(1, 0)
    assert "500 worlds" in put(said, "footer")


def test_the_first_worlds_are_shown_while_the_others_are_counted(ground: Ground) -> None:
    page, jobs, said = opened(ground)
    page.receive({"do": "assume", "path": "dyad.tension_half_life", "value": "7"})
    assert said[-1]["busy"] == "computing 500 worlds"
    jobs.do(0)
    assert said[-1]["fresh"] and "busy" not in said[-1]
    assert "100 worlds" in put(said, "footer")


def test_a_failure_of_ours_is_said_and_the_last_view_stays(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    page, jobs, said = opened(ground)
    before = page.shown

    def fails(*asked: Any, **how: Any) -> None:
        raise RuntimeError("the roof fell in")

    page.receive({"do": "assume", "path": "dyad.tension_half_life", "value": "6"})
    monkeypatch.setattr(ground.engine, "run", fails)
    with pytest.raises(RuntimeError):
        jobs.do(0)
    assert "the roof fell in" in put(said, "notices") and "last good view is kept" in put(said, "notices")
    assert page.shown is before


def test_stop_keeps_what_was_there(ground: Ground) -> None:
    page, jobs, said = opened(ground)
    page.receive({"do": "what", "name": "nobody_mediates"})
    page.receive({"do": "stop"})
    jobs.do(0, 1)
    assert page.view == View("january_2024") and said[-1]["busy"] is None


def test_a_page_that_is_closed_calls_off_its_work(ground: Ground) -> None:
    page, jobs, said = opened(ground)
    page.receive({"do": "assume", "path": "dyad.tension_half_life", "value": "5"})
    page.end()
    count = len(said)
    jobs.do(0, 1)
    assert len(said) == count


def test_two_pages_do_not_mix(ground: Ground) -> None:
    one, jobs, said_one = opened(ground)
    other, _, said_other = opened(ground)
    one.receive({"do": "what", "name": "iran_closes_border"})
    jobs.do(*range(len(jobs.work)))
    assert "closed every crossing" in put(said_one, "question")
    assert said_other == [] and other.view == View("january_2024")


NONSENSE: list[dict[str, Any]] = [
    {},
    {"do": None},
    {"do": "__init__"},
    {"do": "nonsense"},
    {"do": "day"},
    {"do": "day", "day": "soon"},
    {"do": "dose", "name": "moon", "value": "x"},
    {"do": "assume"},
    {"do": "assume", "path": "states.*.resolve", "value": "1"},
    {"do": "assume-slide", "path": "x", "value": "y"},
    {"do": "own-add"},
    {"do": "own-remove", "number": "first"},
    {"do": "world", "world": "1e99"},
    {"do": "why", "name": "atlantis"},
    {"do": "download", "what": "keys"},
    {"do": "open", "name": "x", "text": "{"},
    {"do": "from", "value": "yesterday"},
    {"do": "mode", "value": 3},
    {"do": "beside-what", "value": "none"},
    {"do": "swap"},
    {"do": "dismiss"},
    {"do": "parameters", "value": "all"},
    {"do": "what", "name": "../x"},
    {"do": "find", "value": "<script>"},
    {"do": "data", "figure": "<b>"},
    {"do": "fold", "name": "states.x", "open": True},
    {"do": "own-actor", "value": "x"},
]


def test_messages_that_make_no_sense_do_no_harm(ground: Ground) -> None:
    page, _, _ = opened(ground)
    for message in NONSENSE:
        page.receive(message)
        assert page.view == View("january_2024"), message


def test_what_users_type_is_never_markup(ground: Ground) -> None:
    page, _, said = opened(ground)
    page.receive({"do": "find", "value": "<img src=x onerror=alert(1)>"})
    page.receive({"do": "own-add", "verb": "pin", "actor": "<script>", "act": "x", "from": ""})
    assert all("<img" not in html and "<script" not in html for message in said for html in message.get("put", {}).values())


def test_an_address_that_is_not_kept_opens_on_the_default_and_is_run_when_the_page_is_there(ground: Ground) -> None:
    from sim.dashboard.address import query

    asked = View("january_2024", assumed=(("dyad.tension_half_life", 11.0),))
    page, jobs, _ = opened(ground, query(asked).removeprefix("view="))
    assert page.shown is not None and page.shown.view == View("january_2024")
    page.receive({"do": "hello", "dark": True, "host": "http://127.0.0.1:1/"})
    jobs.do(1)
    assert page.shown.view == asked


def test_undo_goes_back_step_by_step_and_reset_to_the_start(ground: Ground) -> None:
    page, _, _ = opened(ground)
    for name in ("iran_closes_border", "nobody_mediates"):
        page.receive({"do": "what", "name": name})
    page.receive({"do": "undo"})
    assert page.view.what == "iran_closes_border"
    page.receive({"do": "undo"})
    page.receive({"do": "undo"})
    assert page.view == View("january_2024")
    page.receive({"do": "what", "name": "nobody_mediates"})
    page.receive({"do": "reset"})
    assert page.view == View("january_2024")


def test_a_long_address_is_offered_as_a_file(ground: Ground) -> None:
    page, _, said = opened(ground)
    dice = random.Random(1)
    values = tuple((path, dice.random()) for path in list(page.numbers.leaves)[:180])
    page.view = View("january_2024", assumed=values)
    page.receive({"do": "share"})
    assert "Share a file instead" in put(said, "share-dialog")
    page.view = View("january_2024", what="nobody_mediates")
    page.receive({"do": "share"})
    assert "view=" in put(said, "share-dialog")


def test_the_ticket_of_a_page_is_its_own(ground: Ground) -> None:
    assert Ticket().seat == -1
    one, _, _ = opened(ground)
    other, _, _ = opened(ground)
    assert len({one.seat, one.seat_beside, other.seat, other.seat_beside}) == 4
