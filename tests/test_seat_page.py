"""The seat in a real browser: begin, decide, a facilitator's window, the debrief; two players do not mix."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("panel", reason="the dashboard's own package, panel, is not installed")

from sim.seat import log as logs
from tests.test_dashboard import CHROMIUM, ROOT, Visit, browser, running, server

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")
__all__ = ["browser", "running", "server"]


@pytest.fixture
def new_logs() -> Iterator[set[Path]]:
    """The logs that a test makes; they go away with it."""
    before = set((ROOT / "results").glob("play_*.jsonl"))
    made: set[Path] = set()
    yield made
    for path in set((ROOT / "results").glob("play_*.jsonl")) - before:
        path.unlink()


def begun(browser: Any, server: str, **fields: str) -> Visit:
    visit = Visit(browser).open(f"{server}play")
    for name, value in fields.items():
        visit.page.fill(f"[name={name}]", value)
    visit.page.click("#begin button.main")
    visit.page.wait_for_selector("#choices")
    return visit


def prepared(browser: Any, server: str) -> tuple[Visit, Visit]:
    """A facilitator's window, and the player's that it leads to."""
    window = Visit(browser).open(f"{server}play")
    window.page.click("#begin button[value=facilitator]")
    window.page.wait_for_selector("#inject")
    address = str(window.page.get_attribute("#seat-dawn a", "href"))
    player = Visit(browser).open(server.rstrip("/") + address)
    player.page.wait_for_selector("#choices")
    assert "16 January 2024: " in window.page.inner_text("#seat-dawn")  # what led to the first day of choice
    return window, player


def path_of(visit: Visit) -> Path:
    words = str(visit.page.inner_text("#seat-notes"))
    return Path(ROOT, next(word for word in words.split() if word.endswith(".jsonl")))


def grave_faults(visit: Visit) -> list[Any]:
    """What axe-core finds serious or critical on a page."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(visit.page).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found if one["impact"] in ("serious", "critical")]


def test_no_serious_fault_of_accessibility_is_found_at_the_door(browser: Any, server: str) -> None:
    door = Visit(browser).open(f"{server}play")
    assert grave_faults(door) == []
    door.page.close()


def test_a_game_from_the_first_day_to_the_debrief(browser: Any, server: str, new_logs: set[Path]) -> None:
    visit = begun(browser, server, **{"from": "2024-04-22", "guess": "40"})
    page, log = visit.page, path_of(visit)
    assert "22 April 2024" in page.inner_text("#seat-dawn")
    assert grave_faults(visit) == []
    page.check("input[name=public][value=protest]")
    page.click("#choices button.main")
    page.wait_for_function("document.querySelector('#seat-dawn').innerText.includes('23 April 2024')")
    assert "Pakistan protests" in page.inner_text("#seat-dawn")
    assert logs.read(log).choices[0]["public"] == "protest"  # type: ignore[index]
    while page.query_selector("#choices"):
        page.click("[data-do=skip]")
        page.wait_for_timeout(250)
    page.wait_for_selector("#seat-dawn figure")
    assert grave_faults(visit) == []
    told = page.inner_text("#seat-dawn")
    assert "40 of 100" in told
    assert page.locator("#seat-dawn figure").count() == 4
    assert page.locator("#seat-dawn figure[aria-label]").count() == 4
    assert visit.complaints == []
    assert all("127.0.0.1" in url or url.startswith("data:") for url in visit.asked)
    page.close()


def test_the_facilitator_stops_the_clock_prepares_and_speaks(browser: Any, server: str, new_logs: set[Path]) -> None:
    window, player = prepared(browser, server)
    player.page.check("input[name=public][value=protest]")
    window.page.fill("#inject [name=size]", "7")
    window.page.fill("#note [name=words]", "Think of the vote.")
    window.page.click("#note button")
    player.page.wait_for_selector("text=Think of the vote.")
    assert player.page.is_checked("input[name=public][value=protest]")  # a word from outside undoes no choice
    window.page.wait_for_function("document.querySelector('#note [name=words]').value === ''")
    assert window.page.input_value("#inject [name=size]") == "7"
    assert "facilitator" not in player.page.content().replace("Facilitator,", "")  # no way from the one to the other
    window.page.click("[data-do=pause]")
    player.page.wait_for_selector("#choices button.main:disabled")
    window.page.fill("#inject [name=date]", "2024-01-20")
    window.page.fill("#inject [name=size]", "4")
    window.page.click("#inject button.main")
    window.page.wait_for_selector("text=20 January 2024: attack")
    window.page.click("[data-do=pause]")
    player.page.wait_for_selector("#choices button.main:not(:disabled)")
    assert len(logs.read(path_of(player)).setup.injects) == 1
    assert player.complaints == window.complaints == []
    player.page.close()
    window.page.close()


def test_a_reload_comes_back_to_the_same_day(browser: Any, server: str, new_logs: set[Path]) -> None:
    visit = begun(browser, server)
    visit.page.click("[data-do=council]")
    visit.page.wait_for_function("document.querySelector('#seat-dawn').innerText.includes('18 January 2024')")
    visit.page.reload()
    visit.page.wait_for_selector("html[data-ready=yes]")
    assert "18 January 2024" in visit.page.inner_text("#seat-dawn")
    visit.page.close()


def test_two_clicks_in_a_hurry_end_one_day(browser: Any, server: str, new_logs: set[Path]) -> None:
    visit = begun(browser, server)
    visit.page.dblclick("#choices button.main")
    visit.page.wait_for_function("document.querySelector('#seat-dawn').innerText.includes('18 January 2024')")
    visit.page.wait_for_timeout(400)
    assert len(logs.read(path_of(visit)).choices) == 1
    visit.page.close()


def test_stopping_early_leads_to_the_debrief(browser: Any, server: str, new_logs: set[Path]) -> None:
    visit = begun(browser, server)
    visit.page.click("[data-do=council]")
    visit.page.wait_for_function("document.querySelector('#seat-dawn').innerText.includes('18 January 2024')")
    visit.page.click("[data-do=stop]")
    visit.page.wait_for_selector("#seat-dawn figure")
    assert "was played for 1 day, to 17 January 2024" in visit.page.inner_text("#seat-dawn")
    visit.page.close()


def test_the_door_opens_on_the_crisis_that_was_looked_at(browser: Any, server: str) -> None:
    visit = Visit(browser).open(f"{server}play?crisis=india_pakistan_2019&as=india")
    assert "India" in visit.page.inner_text("header")
    assert visit.page.input_value("[name=seat]") == "india"
    visit.page.fill("[name=guess]", "40")
    visit.page.fill("[name=seed]", "")
    visit.page.click("#begin button.main")
    visit.page.wait_for_selector("text=must be a whole number")
    assert visit.page.input_value("[name=guess]") == "40"  # what was filled in stays
    visit.page.close()


def test_two_players_do_not_mix(browser: Any, server: str, new_logs: set[Path]) -> None:
    one, other = begun(browser, server), begun(browser, server)
    one.page.click("[data-do=council]")
    one.page.wait_for_function("document.querySelector('#seat-dawn').innerText.includes('18 January 2024')")
    assert "17 January 2024" in other.page.inner_text("#seat-dawn")
    assert path_of(one) != path_of(other)
    one.page.close()
    other.page.close()


def test_what_cannot_be_begun_is_said_on_the_page(browser: Any, server: str) -> None:
    visit = Visit(browser).open(f"{server}play")
    visit.page.fill("[name=seed]", "")
    visit.page.click("#begin button.main")
    visit.page.wait_for_selector("text=must be a whole number")
    lost = Visit(browser).open(f"{server}play?facilitator=nobody")
    assert "nothing under this address" in lost.page.inner_text("#seat-notes")
    visit.page.close()
    lost.page.close()
