"""The explorer in Chromium: ``python benchmarks/explorer.py [--write]``.

Opens the page as a user does and measures in the browser: until the first picture is there, until a click is answered
and drawn, and how long the page is deaf at most while a log of ten thousand events is followed and stepped through.
``--write`` writes ``explorer.md``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright  # the checkout comes first

from fsm.engine.address import address
from fsm.explore import page
from fsm.explore.facts import told
from fsm.explore.stories import SHARING, two

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).resolve().parent
ROUNDS = 15
EVENTS = 10_000
FIRST = """() => new Promise(done => {
    const look = () => document.querySelector('#picture svg') ? requestAnimationFrame(() => done(performance.now()))
        : requestAnimationFrame(look);
    look();
})"""
CLICK = """at => new Promise(done => {
    const begun = performance.now();
    document.querySelector(at).click();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
})"""
DEAF = """() => {
    window.deaf = 0;
    let last = performance.now();
    const beat = () => {
        const now = performance.now();
        window.deaf = Math.max(window.deaf, now - last);
        last = now;
        setTimeout(beat);
    };
    beat();
}"""


def opened(page: Page, where: str) -> float:
    """Milliseconds from the beginning until the first picture is there."""
    page.goto("about:blank")
    page.goto(where, wait_until="commit")
    return float(page.evaluate(FIRST))


def clicks(page: Page, where: str) -> list[float]:
    """Milliseconds of each click of a story, until what comes of it is drawn."""
    opened(page, f"{where}#{address(two(SHARING))}")
    found = []
    for scene in SHARING.scenes:
        found.append(float(page.evaluate(CLICK, f'[data-event="{scene.event}"][data-by="{scene.by}"]')))
    return found


def log(path: Path) -> None:
    """A conversation of many events."""
    rows: list[dict[str, Any]] = [{"event": "open_chat", "by": "originator", **told(two(SHARING))}]
    rows += [{"event": "send_text", "by": ("originator", "recipient")[n % 2]} for n in range(EVENTS - 1)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def followed(page: Page, where: str, path: Path) -> dict[str, float]:
    """Milliseconds to follow the log, the longest that the page was deaf, and each step back through it."""
    opened(page, where)
    page.evaluate(DEAF)
    begun = page.evaluate("performance.now()")
    page.set_input_files("#log input[type=file]", path)
    page.wait_for_selector("#log [role=status]")
    took = page.evaluate("performance.now()") - begun
    deaf = page.evaluate("window.deaf")
    page.locator("#log .found button").first.click()
    page.wait_for_selector(f"text={EVENTS - 59} before these")
    back = "#history header button"
    steps = [float(page.evaluate(CLICK, back)) for _ in range(ROUNDS)]
    return {"follow": took, "deaf": deaf, "step": median(steps)}


def main() -> None:
    """Measure, and tell."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    chromium = shutil.which("chromium") or sys.exit("no chromium: apt-get install chromium")
    text = page()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playing:
        file = Path(folder) / "explorer.html"
        file.write_text(text, encoding="utf-8")
        log(Path(folder) / "log.jsonl")
        browser = playing.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1400, "height": 900})
        where = file.as_uri()
        first = [opened(tab, where) for _ in range(ROUNDS)]
        each = [took for _ in range(3) for took in clicks(tab, where)]
        long = followed(tab, where, Path(folder) / "log.jsonl")
        version = browser.version
        browser.close()
    rows = [
        ("the page, gzipped: at most 500 kB", f"{len(gzip.compress(text.encode())) / 1000:,.0f} kB"),
        ("the first picture: at most 1,000 ms", f"{median(first):,.0f} ms, {max(first):,.0f} at most"),
        ("a click answered and drawn: at most 100 ms", f"{median(each):,.0f} ms, {max(each):,.0f} at most"),
        (f"a log of {EVENTS:,} events, followed", f"{long['follow']:,.0f} ms"),
        ("meanwhile, the longest that the page was deaf", f"{long['deaf']:,.0f} ms"),
        ("a step back at its end, drawn", f"{long['step']:,.0f} ms"),
    ]
    told_ = "\n".join(f"| {name} | {value} |" for name, value in rows)
    print(told_)
    if given.write:
        (HERE / "explorer.md").write_text(
            "# The explorer in a browser\n\nWritten by `python benchmarks/explorer.py --write`; not edited by hand.\n\n"
            f"Chromium {version}, without a screen; Python {platform.python_version()}.\n\n"
            f"| | measured |\n|---|---:|\n{told_}\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
