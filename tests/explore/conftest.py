"""A real browser, and the page in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fsm.explore import page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def where(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("explorer") / "explorer.html"
    file.write_text(page(), encoding="utf-8")
    return file.as_uri()


class Opened:
    """The page, open in a browser of its own; whatever it complains of is kept."""

    def __init__(self, browser: Browser, where: str, **how: Any) -> None:
        self.where = where
        self.context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **how})
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.go("")

    def go(self, address: str) -> None:
        """Open it anew, at an address."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.where}#{address}" if address else self.where)
        self.page.wait_for_selector("#picture svg")

    @property
    def address(self) -> str:
        return self.page.url.partition("#")[2]

    def places(self) -> list[str]:
        """Where each lifecycle stands, as its tab says."""
        return [each.strip() for each in self.page.locator("[role=tab] small").all_text_contents()]


@pytest.fixture
def opened(browser: Browser, where: str) -> Iterator[Opened]:
    found = Opened(browser, where)
    yield found
    assert found.complaints == []
    assert [each for each in found.asked if not each.startswith(("file:", "about:", "blob:", "data:"))] == []
    found.context.close()


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
