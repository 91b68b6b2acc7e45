"""Pictures of the explorer for the README and the site: ``python explorer/stills.py``."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from fsm.engine.address import Fires, address
from fsm.explore import page  # the checkout comes first
from fsm.explore.stories import POLICY, SHARING, Story, two

STILLS = (
    ("explorer", SHARING, 7, 1500, 900, "light"),
    ("explorer-refused", POLICY, 2, 1100, 780, "dark"),
    ("explorer-phone", SHARING, 3, 360, 720, "light"),
)


def at(story: Story, number: int) -> str:
    """Where a story is after so many scenes."""
    return address(two(story), [Fires(scene.event, scene.by) for scene in story.scenes], at=number)


def main() -> None:
    """Take them."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playing:
        file = Path(folder) / "explorer.html"
        file.write_text(page(), encoding="utf-8")
        chromium = shutil.which("chromium") or sys.exit("no chromium: apt-get install chromium")
        browser = playing.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, story, number, width, height, scheme in STILLS:
            tab = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
            tab.goto(f"{file.as_uri()}#{at(story, number)}")
            tab.wait_for_selector("#picture .lit")
            tab.screenshot(path=ROOT / "docs" / "static" / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
