"""How soon a change is on the page: `python tools/dashboard_speed.py [--times 15]` drives one page and measures in the browser."""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
CARD = "iran_closes_border"
AIMS = {"100 worlds": 0.5, "500 worlds": 1.5}
"""Seconds from a change to the first worlds, and to all of them."""

WATCH = """
([path, value, wanted]) => new Promise(done => {
    const begun = performance.now(), seen = {};
    const look = () => {
        const foot = document.querySelector('footer').innerText;
        const now = wanted.find(words => foot.includes(words));
        const fresh = seen.changed || foot !== before;
        if (!fresh || !now || now in seen) return;
        seen.changed = true;
        requestAnimationFrame(() => { seen[now] = (performance.now() - begun) / 1000; check(); });
    };
    const check = () => { if (wanted[wanted.length - 1] in seen) { watcher.disconnect(); done(seen); } };
    const before = document.querySelector('footer').innerText;
    const watcher = new MutationObserver(look);
    watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
    window.taftan.send({ do: 'assume', path, value });
})
"""


def main() -> None:
    from playwright.sync_api import sync_playwright

    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--times", type=int, default=15)
    times = words.parse_args().times
    command = [sys.executable, "run.py", "dashboard", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as driver:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(found[0])
        page.wait_for_selector("html[data-ready=yes]")
        for card in ("", CARD):
            page.click(f'[data-key="card-{card}"]')
            page.wait_for_timeout(3000)
            report(card or "as it was", [changed(page, 0.5 + 0.01 * number) for number in range(times)])
        print(f"load of the machine now: {os.getloadavg()[0]:.1f}")
        browser.close()
        server.terminate()


def changed(page: Any, value: float) -> dict[str, float]:
    """Seconds from one changed number until the page shows the first worlds, and all."""
    taken = dict(page.evaluate(WATCH, ["states.iran.resolve.median", value, list(AIMS)]))
    page.wait_for_timeout(300)
    return taken


def report(card: str, found: list[dict[str, float]]) -> None:
    """Median and range of each, beside its aim."""
    for words, aim in AIMS.items():
        took = [one[words] for one in found if words in one]
        if took:
            print(f"{card:20} {words}: median {statistics.median(took):.2f} s ({min(took):.2f} to {max(took):.2f}), aim {aim} s")


if __name__ == "__main__":
    main()
