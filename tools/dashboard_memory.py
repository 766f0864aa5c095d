"""Whether the dashboard's memory stays flat: `python tools/dashboard_memory.py [--times 500]` drives one page and reads the server's memory."""

import argparse
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
CARDS = ("", "iran_closes_border", "nobody_mediates", "pakistan_holds_back", "iran_strikes_again", "strike_that_kills_many", "call_five_days_later")
EVERY = 50


def main() -> None:
    from playwright.sync_api import sync_playwright

    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--times", type=int, default=500)
    times = words.parse_args().times
    command = [sys.executable, "run.py", "dashboard", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as driver:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page()
        page.goto(found[0])
        page.wait_for_selector("html[data-ready=yes]")
        dice = random.Random(1)
        print(f"{'interactions':>12}  {'server, MB':>10}  {'page, MB':>8}")
        for number in range(times + 1):
            if number % EVERY == 0:
                heap = page.evaluate("performance.memory ? performance.memory.usedJSHeapSize : 0")
                print(f"{number:>12}  {resident(server.pid):>10.0f}  {heap / 1e6:>8.0f}", flush=True)
            interact(page, dice)
        browser.close()
        server.terminate()


def interact(page: Any, dice: random.Random) -> None:
    """One of the things that people do: a card, a day, or a new number, each of which is run."""
    kind = dice.randrange(3)
    if kind == 0:
        page.evaluate("card => document.querySelector(`[data-key='card-${card}']`).click()", dice.choice(CARDS))
    elif kind == 1:
        page.evaluate("day => window.taftan.send({ do: 'day', day })", dice.randrange(138))
    else:
        value = round(dice.uniform(0.2, 3.0), 3)
        page.evaluate("value => window.taftan.send({ do: 'assume', path: 'states.iran.resolve.median', value })", value)
    page.wait_for_timeout(50)
    page.wait_for_function("!document.getElementById('main').hasAttribute('aria-busy')", timeout=60_000)


def resident(process: int) -> float:
    """Memory of a process that lies in the machine's [MB]."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
