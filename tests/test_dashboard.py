"""The dashboard in a real browser: it loads, changes, shares and fails as it should, and asks nobody but its own server for anything."""

import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pandas as pd
import pytest

pytest.importorskip("panel", reason="the dashboard's own package, panel, is not installed")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright, which drives the browser, is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here (Debian: apt-get install chromium)")

ROOT = Path(__file__).resolve().parents[1]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
PATIENCE = 20_000
"""Milliseconds after which something that should happen has not."""
CARD = "iran_closes_border"


def started() -> tuple[subprocess.Popen[str], str]:
    """The dashboard as people start it, and its address."""
    command = [sys.executable, "run.py", "dashboard", "--no-browser", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/", line)
    assert found, line
    return process, found[0]


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[subprocess.Popen[str], str]]:
    process, url = started()
    yield process, url
    process.terminate()
    said = process.communicate(timeout=20)[0]
    # What a page asks while the server goes down is its own affair.
    assert "Traceback" not in said.partition("Received signal")[0], said


@pytest.fixture(scope="module")
def server(running: tuple[subprocess.Popen[str], str]) -> str:
    return running[1]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        # One context, so that the scripts are fetched once and not for every page.
        yield running.new_context(viewport={"width": 1280, "height": 720}, accept_downloads=True, reduced_motion="reduce")
        running.close()


class Visit:
    """A page with all that it asks for and complains of."""

    def __init__(self, browser: Any) -> None:
        self.page = browser.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, url: str) -> "Visit":
        self.page.goto(url)
        self.page.wait_for_selector("html[data-ready=yes]")
        return self

    def settled(self) -> "Visit":
        """Wait until nothing is being computed."""
        self.page.wait_for_function("!document.getElementById('main').hasAttribute('aria-busy')")
        return self

    def start_again(self) -> None:
        """Back to how the page was opened."""
        self.page.evaluate("document.querySelectorAll('dialog[open]').forEach(one => one.close())")
        self.page.evaluate("document.querySelectorAll('details[open]').forEach(one => { one.open = false; })")
        self.page.evaluate("document.documentElement.dataset.theme === 'dark' && document.querySelector('[data-key=theme]').click()")
        # Until the program has answered, the page looks as if nothing were being computed.
        heard = self.page.evaluate("Number(document.documentElement.dataset.heard || 0)")
        self.page.evaluate("window.taftan.send({ do: 'reset' })")
        self.page.wait_for_function(f"Number(document.documentElement.dataset.heard) > {heard}")
        self.page.wait_for_selector('[data-key="card-"][aria-checked=true]')
        self.page.wait_for_function("document.getElementById('today').textContent === '16 Jan 2024' && !document.querySelector('.beside, .scroll')")
        self.settled()

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    def choose(self, card: str = CARD) -> "Visit":
        self.page.click(f'[data-key="card-{card}"]')
        self.page.wait_for_selector(f'[data-key="card-{card}"][aria-checked=true]')
        return self.settled()


@pytest.fixture(scope="module")
def visitor(browser: Any, server: str) -> Visit:
    return Visit(browser).open(server)


@pytest.fixture
def visit(visitor: Visit, server: str) -> Iterator[Visit]:
    """A visitor on the default page; at the end nobody else was asked for anything, and nothing went wrong."""
    yield visitor
    host = server.split("/")[2]
    assert [url for url in visitor.asked if not re.match(rf"(https?|wss?)://{host}/|blob:|data:", url)] == []
    assert visitor.complaints == []
    visitor.start_again()


def test_the_page_opens_with_an_answer_in_words_five_numbers_and_a_timeline(visit: Visit) -> None:
    assert visit.text("h1").startswith("Why did one strike")
    assert re.search(r"strikes in \d+ of 100 worlds", visit.text("#answer"))
    assert len(visit.page.query_selector_all(".number")) == 5
    assert "not a forecast" in visit.text("header")
    assert "500 worlds" in visit.text("footer")
    assert visit.page.locator("#timeline-plot canvas").count() >= 4


def test_an_address_at_which_there_is_nothing_leads_back(server: str) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{server}nope")
    assert caught.value.code == 404
    assert 'href="/"' in caught.value.read().decode()


def test_the_head_takes_one_row_at_1280_pixels(visit: Visit) -> None:
    assert visit.page.evaluate("innerWidth") == 1280
    assert visit.page.evaluate("document.querySelector('header').offsetHeight") < 60


def test_arrow_keys_move_the_slider_that_has_the_focus_and_not_the_day(visit: Visit) -> None:
    visit.choose()
    day, before = visit.page.input_value("#day"), visit.page.input_value(".dose input")
    visit.page.focus(".dose input")
    visit.page.keyboard.press("ArrowRight")
    assert visit.page.input_value("#day") == day
    assert visit.page.input_value(".dose input") != before
    visit.settled()


def test_the_library_is_reached_with_the_keyboard(visit: Visit) -> None:
    visit.page.click("#all-whatifs > summary")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.closest('[data-scroll=library]') !== null")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_the_form_for_an_act_of_ones_own_fits_where_it_stands(visit: Visit, width: int, height: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.page.click("#own-fold > summary")
    assert visit.page.evaluate("[...document.querySelectorAll('#own-form, .rail')].every((one) => one.scrollWidth <= one.clientWidth + 1)")
    visit.page.set_viewport_size({"width": 1280, "height": 720})


def test_a_date_that_is_refused_does_not_stay_in_the_head(visit: Visit) -> None:
    visit.choose()
    visit.page.fill("#from", "2024-02-10")
    visit.page.wait_for_selector("#notices .notice")
    visit.page.wait_for_function("document.querySelector('#from').value !== '2024-02-10'")
    assert visit.page.input_value("#from") == "2024-01-19"


def test_a_card_asks_its_question_and_shows_both_courses(visit: Visit) -> None:
    visit.choose()
    assert visit.text("h1").startswith("What if Iran had closed every crossing")
    assert "as it was" in visit.text("#answer")
    assert "→" in visit.text("[data-number=agreement]")
    assert f"--what {CARD}" in visit.text("#command")
    visit.page.click('[data-key="card-"]')
    visit.page.wait_for_function("document.querySelector('h1').textContent.startsWith('Why did')")


def test_an_address_opens_the_same_view_again(visit: Visit, browser: Any) -> None:
    visit.choose()
    assert "?view=" in visit.page.url
    other = Visit(browser).open(visit.page.url)
    assert other.text("h1") == visit.text("h1")
    assert other.text("#numbers") == visit.text("#numbers")
    other.page.close()


def test_undo_takes_back_the_last_step(visit: Visit) -> None:
    visit.choose()
    visit.page.keyboard.press("u")
    visit.page.wait_for_selector('[data-key="card-"][aria-checked=true]')
    visit.settled()
    assert "?view=" not in visit.page.url


def test_a_link_that_is_damaged_opens_the_default_and_says_so(browser: Any, server: str) -> None:
    made = Visit(browser).open(server + "?view=eJyrVirOz0tVslIqLkksKQYAJBgEng-broken")
    assert "not" in made.text("#notices").lower()
    assert made.text("h1").startswith("Why did one strike")
    made.page.close()


def test_the_day_moves_with_the_slider_and_with_the_arrow_keys(visit: Visit) -> None:
    assert visit.text("#today") == "16 Jan 2024"
    visit.page.focus("#day")
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_function("document.getElementById('today').textContent === '17 Jan 2024'")
    visit.page.fill("#day", "100")
    visit.page.wait_for_function("document.getElementById('today').textContent === '24 Mar 2024'")
    visit.page.wait_for_selector('[data-key="whole-run"][aria-pressed=true]')


def test_days_pass_by_themselves_only_when_asked_and_stop_again(visit: Visit) -> None:
    assert visit.page.get_attribute("#play", "aria-pressed") == "false"
    visit.page.select_option("#speed", "4")
    visit.page.click("h1")
    visit.page.keyboard.press(" ")
    visit.page.wait_for_function("document.getElementById('today').textContent === '18 Jan 2024'")
    visit.page.keyboard.press(" ")
    assert visit.page.get_attribute("#play", "aria-pressed") == "false"
    visit.page.keyboard.press("e")
    visit.page.wait_for_function("document.getElementById('today').textContent !== '18 Jan 2024'")


def test_the_list_of_keys_opens_and_keys_can_be_switched_off(visit: Visit) -> None:
    visit.page.click("h1")
    visit.page.keyboard.press("?")
    visit.page.wait_for_selector("#help[open]")
    visit.page.uncheck("#keys")
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("ArrowRight")
    assert visit.text("#today") == "16 Jan 2024"
    visit.page.click('[data-key="help"]')
    visit.page.check("#keys")


def test_an_assumption_is_run_in_both_courses_and_marked_as_changed(visit: Visit) -> None:
    visit.choose()
    before = visit.text("#numbers")
    visit.page.click("#world-fold > summary")
    visit.page.fill("#find", "resolve median")
    field = '[id="p-states.pakistan.resolve.median"]'
    visit.page.wait_for_selector(field)
    visit.page.fill(field, "0.2")
    visit.page.press(field, "Enter")
    visit.page.wait_for_selector(".parameter.changed")
    visit.settled()
    assert "1 changed" in visit.text("#world summary")
    assert "Assumptions differ from the default in 1 place; both courses" in visit.text("#answer")
    assert visit.text("#numbers") != before
    assert "my_january_2024" in visit.text("#command")
    visit.page.click('[data-key="reset-all"]')
    visit.page.wait_for_function("!document.querySelector('.parameter.changed')")
    visit.settled()
    assert visit.text("#numbers") == before


def test_a_number_out_of_range_is_refused_beside_its_field_and_the_view_stays(visit: Visit) -> None:
    before = visit.text("#numbers")
    visit.page.click("#world-fold > summary")
    visit.page.fill("#find", "resolve median")
    field = '[id="p-states.iran.resolve.median"]'
    visit.page.wait_for_selector(field)
    visit.page.fill(field, "-3")
    visit.page.press(field, "Enter")
    assert "must be" in visit.text(".parameter .error")
    assert visit.text("#numbers") == before


def test_an_act_of_ones_own_on_a_date_is_a_what_if(visit: Visit) -> None:
    visit.page.click("#own-fold > summary")
    visit.page.select_option("#own-actor", "iran")
    visit.page.select_option("#own-act", "border close")
    visit.page.fill("#own-from", "2024-01-19")
    visit.page.fill("#own-until", "2024-02-18")
    visit.page.click("#own-form button[type=submit]")
    visit.page.wait_for_selector('[data-key="card-own"]')
    visit.settled()
    assert visit.text("h1") == "What if: Iran, border: border closed, from 19 January 2024 until 18 February 2024 (that day not included)?"
    assert "--pin 'iran border close 2024-01-19..2024-02-18'" in visit.text("#command")


def test_an_act_that_cannot_be_is_refused_in_the_form(visit: Visit) -> None:
    visit.page.click("#own-fold > summary")
    visit.page.select_option("#own-actor", "iran")
    visit.page.select_option("#own-act", "border close")
    visit.page.fill("#own-until", "2023-12-20")
    visit.page.click("#own-form button[type=submit]")
    assert "must not be before" in visit.text("#own-form .error")
    assert visit.text("h1").startswith("Why did one strike")


def test_what_changes_nothing_says_so_and_why(visit: Visit) -> None:
    visit.choose()
    visit.page.fill("#dose-days", "0")
    visit.page.wait_for_function("document.getElementById('answer').textContent.includes('Changed 0 of 500 worlds')")
    visit.settled()
    assert "its change lasts no day" in visit.text("#answer")


def test_two_set_ups_stand_beside_each_other_and_change_places(visit: Visit) -> None:
    visit.choose()
    visit.page.click('[data-key="compare"]')
    visit.page.wait_for_selector(".compare")
    visit.page.select_option("#beside-what", "nobody_mediates")
    visit.page.wait_for_function("document.getElementById('beside-title').textContent.includes('What if')")
    assert "Agreement" in visit.text(".compare")
    visit.page.click('[data-key="swap"]')
    visit.page.wait_for_selector('[data-key="card-nobody_mediates"][aria-checked=true]')
    visit.settled()
    visit.page.click('[data-key="compare-end"]')
    visit.page.wait_for_function("!document.querySelector('.beside')")


def downloaded(visit: Visit, what: str) -> Path:
    with visit.page.expect_download() as waiting:
        visit.page.click(f'#files [data-what="{what}"]')
    return Path(waiting.value.path())


def test_what_is_downloaded_reproduces_the_view(visit: Visit, tmp_path: Path) -> None:
    visit.choose()
    visit.page.click('[data-key="files"]')
    kept = downloaded(visit, "view")
    with zipfile.ZipFile(downloaded(visit, "all")) as packed:
        names = packed.namelist()
        outcomes = pd.read_csv(packed.open("outcomes.csv"))
    assert {"answer.txt", "figures.json", "timeline.png", "timeline.csv", "border.svg", "what_if.yaml", "view.json"} <= set(names)
    assert len(outcomes) == 1000 and set(outcomes["setup"]) == {"as it was", "what if"}
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("r")
    visit.page.wait_for_selector('[data-key="card-"][aria-checked=true]')
    visit.settled()
    file = tmp_path / "view.json"
    file.write_text(kept.read_text(encoding="utf-8"), encoding="utf-8")
    visit.page.click('[data-key="files"]')
    visit.page.set_input_files("#open-file", str(file))
    visit.page.wait_for_selector(f'[data-key="card-{CARD}"][aria-checked=true]')
    visit.settled()


def test_a_file_that_is_none_of_ours_is_refused(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "list.yaml"
    file.write_text("- one\n- two\n", encoding="utf-8")
    visit.page.click('[data-key="files"]')
    visit.page.set_input_files("#open-file", str(file))
    assert "must be a scenario, a branch, or a view" in visit.text("#files .error")


def test_the_data_of_every_figure_can_be_shown_as_a_table(visit: Visit) -> None:
    for figure in ("numbers", "timeline", "border", "outsiders", "stocks"):
        visit.page.click(f'[data-key="data-{figure}"]')
        visit.page.wait_for_selector(f'[data-key="data-{figure}"][aria-expanded=true]')
    visit.page.wait_for_function("document.querySelectorAll('.scroll table').length === 5")


def test_that_day_is_explained_and_one_world_is_told(visit: Visit) -> None:
    assert "limited strike" in visit.text("#thatday")
    visit.page.click('[data-key="why-iran"]')
    visit.page.wait_for_selector("#why .why")
    assert "council sits with a chance of" in visit.text("#why")
    visit.page.fill("#world-number", "7")
    visit.page.click('[data-key="follow"]')
    visit.page.wait_for_selector("#story .story, #story p")
    visit.page.wait_for_function("document.getElementById('story').textContent.includes('World 7, with governments deciding')")


def test_users_do_not_mix(visit: Visit, browser: Any, server: str) -> None:
    other = Visit(browser).open(server)
    visit.choose()
    assert other.text("h1").startswith("Why did one strike")
    other.choose("nobody_mediates")
    assert visit.text("h1").startswith("What if Iran had closed")
    other.page.close()


def test_each_crisis_has_its_page_even_one_without_a_border(browser: Any, server: str) -> None:
    made = Visit(browser).open(server + "india_pakistan_2019")
    assert "India" in made.page.title()
    assert made.complaints == []
    made.page.close()


def test_no_serious_fault_of_accessibility_is_found(visit: Visit) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for dark in (False, True):
        if dark:
            visit.page.click('[data-key="theme"]')
            visit.choose()
        found = Axe().run(visit.page).response["violations"]
        grave = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found if one["impact"] in ("serious", "critical")]
        assert grave == []


def test_a_change_is_shown_soon(visit: Visit) -> None:
    """The aim is half a second for the first worlds and one and a half for all; a busy machine gets four times as long."""
    visit.choose("nobody_mediates")
    begun = time.perf_counter()
    visit.choose("strike_that_kills_many")
    assert time.perf_counter() - begun < 6.0


def test_a_guess_comes_before_the_answer_and_stands_beside_it(visit: Visit) -> None:
    visit.page.click("#guess-first")
    assert not visit.page.is_visible("#answer p >> nth=0")
    visit.page.locator("#guess-rail").fill("40")
    visit.page.click("#guess button.main")
    assert visit.page.is_visible("#answer p >> nth=0")
    assert re.search(r"Your guess: 40 of 100\. The model: \d+ of 100\. The record: yes", visit.text("#guess-shown"))


def test_a_lost_connection_is_said_and_the_page_stays(running: tuple[subprocess.Popen[str], str], browser: Any) -> None:
    """The last test of all: it ends the server."""
    process, url = running
    made = Visit(browser).open(url)
    process.terminate()
    made.page.wait_for_selector("#lost:not([hidden])")
    assert made.text("h1").startswith("Why did one strike")
    made.page.close()
