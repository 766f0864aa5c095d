"""Screenshots of the dashboard's main views, in docs/images/: `python tools/screenshots.py` (needs Chromium and playwright)."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update")


class Shot(NamedTuple):
    """A view to be taken: its name, window, theme, and what is done first."""

    name: str
    width: int
    height: int
    theme: str = "light"
    act: Callable[[Any], None] = lambda page: None


def closed(page: Any) -> None:
    """A what-if of the library."""
    page.click('[data-key="card-iran_closes_border"]')
    page.wait_for_selector('[data-key="card-iran_closes_border"][aria-checked=true]')
    page.wait_for_function("!document.getElementById('main').hasAttribute('aria-busy')")


def closed_later(page: Any) -> None:
    """The same on its last day, further down."""
    closed(page)
    page.fill("#day", "64")
    page.wait_for_function("document.getElementById('thatday').textContent.includes('17 February')")
    page.evaluate("document.querySelector('.player').scrollIntoView({ block: 'start' })")


def assumptions(page: Any) -> None:
    """The rail of assumptions."""
    page.click("#world-fold > summary")
    page.evaluate("document.querySelector('.rail').scrollTo(0, 330)")


def compared(page: Any) -> None:
    """Two set-ups beside each other."""
    closed(page)
    page.click('[data-key="compare"]')
    page.wait_for_selector(".compare")
    page.evaluate("document.querySelector('.beside').scrollIntoView()")


SHOTS = (
    Shot("dashboard", 1280, 720, act=closed),
    Shot("dashboard_border_dark", 1920, 1080, "dark", act=closed_later),
    Shot("dashboard_assumptions", 1280, 720, act=assumptions),
    Shot("dashboard_compare", 1280, 720, act=compared),
)


def main() -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("needs Chromium (Debian: apt-get install chromium)")
    command = [sys.executable, "run.py", "dashboard", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as driver:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for shot in SHOTS:
            take(browser, found[0], shot)
        browser.close()
        server.terminate()


def take(browser: Any, url: str, shot: Shot) -> None:
    """Open the page, do what the view needs, and keep a picture of the window."""
    size = {"width": shot.width, "height": shot.height}
    context = browser.new_context(viewport=size, color_scheme=shot.theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html[data-ready=yes]")
    shot.act(page)
    page.wait_for_timeout(800)
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    print(f"Saved: docs/images/{shot.name}.png")
    context.close()


if __name__ == "__main__":
    main()
