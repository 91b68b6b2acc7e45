"""The built site: everything in the tables has one address, and no link on it is dead."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from fsm.notation import guards_of
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.editions import EDITIONS
from fsm.spec.rules import RULES
from fsm.spec.statements import STATEMENTS
from fsm.verify import PROPERTIES

pytest.importorskip("sphinx", reason="pip install 'interop-fsm[docs]'")
pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
BUILD = ("-EqnW", "--keep-going")


class Page(HTMLParser):
    """The addresses on a page, and what it links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            elif name in ("href", "src") and value:
                self.links.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *BUILD, str(ROOT / "docs"), str(out)], cwd=ROOT, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    """Every page and picture, by its path on the site."""
    files = (file for kind in ("*.html", "_pictures/*.svg") for file in site.rglob(kind))
    return {str(file.relative_to(site)): Page(file.read_text(encoding="utf-8")) for file in files}


def addresses() -> Iterator[str]:
    """Where everything in the tables should be."""
    for rule in RULES:
        yield f"standard/rules.html#{rule.lower()}"
    for name, lifecycle in LIFECYCLES.items():
        yield f"standard/{name}.html#{name}"
        for state in lifecycle:
            yield f"standard/{name}.html#{name}.{state.name}"
            yield from (f"standard/{name}.html#{row.id}" for row in state.rows)
            yield from (f"standard/{name}.html#{name}.{state.name}.{timer.event}" for timer in state.timers)
    for row in CONVERSATION.rows.values():
        yield from (f"standard/effects.html#{emit.effect.name}" for emit in row.effects)
        yield f"standard/events.html#{row.event}"
    for dispatches in CONVERSATION.dispatch.values():
        yield from (f"standard/events.html#{row.id}" for row in dispatches)
    yield from (f"standard/guards.html#{guard.name}" for guard in guards_of(CONVERSATION))
    yield from (f"standard/editions.html#{name}" for name in EDITIONS)
    yield from (f"standard/claims.html#{claim.name}" for claim in PROPERTIES)
    yield from (f"standard/source.html#statement-{n}" for n in range(1, len(STATEMENTS) + 1))


def test_everything_in_the_tables_has_one_address(pages: dict[str, Page]) -> None:
    found = Counter(f"{path}#{each}" for path, page in pages.items() for each in page.ids)
    assert {address: found[address] for address in addresses() if found[address] != 1} == {}


def test_no_address_is_used_twice_on_a_page(pages: dict[str, Page]) -> None:
    twice = {path: [each for each, n in Counter(page.ids).items() if n > 1] for path, page in pages.items()}
    assert {path: ids for path, ids in twice.items() if ids} == {}


def test_no_link_on_the_site_is_dead(site: Path, pages: dict[str, Page]) -> None:
    dead = []
    for path, page in pages.items():
        for link in page.links:
            to = urlsplit(link)
            if to.scheme or to.netloc:
                continue
            file = ((site / path).parent / unquote(to.path)).resolve() if to.path else site / path
            there = str(file.relative_to(site)) if file.is_relative_to(site) else ""
            if not file.is_file() or (to.fragment and there in pages and unquote(to.fragment) not in pages[there].ids):
                dead.append(f"{path}: {link}")
    assert dead == []


def test_no_page_needs_the_network(pages: dict[str, Page]) -> None:
    """A reader's browser loads nothing from elsewhere; what is linked to elsewhere is for people to follow."""
    loaded = [link for page in pages.values() for link in page.links if link.endswith((".js", ".css", ".woff2"))]
    assert [link for link in loaded if urlsplit(link).netloc] == []


def test_a_wrong_rule_or_name_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text(
        f"import sys; sys.path.insert(0, {str(ROOT / 'docs')!r})\n"
        "extensions = ['myst_parser', 'generator']\nprimary_domain = 'fsm'\n",
        encoding="utf-8",
    )
    (tmp_path / "index.md").write_text("# A page\n\nBy LIM-99 and {row}`chat.none.fly.1`.\n", encoding="utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "sphinx", *BUILD, str(tmp_path), str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 1
    assert "LIM-99 is not a rule" in built.stderr
    assert "chat.none.fly.1" in built.stderr
