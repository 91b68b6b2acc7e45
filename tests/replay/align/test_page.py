"""Why a log does not follow, as a page: what it tells, whatever a log says; and in a real browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fsm.draw import Edited, coverage, render
from fsm.engine.address import Fires
from fsm.explore import page as explorer
from fsm.replay.align import Accepted, Edit, Kind, Report, align, page
from fsm.replay.align.edits import SAYS
from fsm.replay.align.html import AFTER, BEFORE, MOST_GROUPS
from fsm.spec.conversation import LIFECYCLES
from tests.hostile import WORDS
from tests.plan.links import read_link
from tests.replay.align.test_align import CALL, EXPLAINED, NEVER, Row, rows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

INTEROP: Row = {"originator.mode": "TeamsOnly", "recipient.mode": "SfBOnly"}
WRONG = ("call_audio originator", "accept_call originator", "hold recipient")
FILE = ("open_chat originator", "send_file originator")
TIMES = "\N{MULTIPLICATION SIGN}"
DESKTOP: Row = {"originator.mode": "SfBOnly", "recipient.mode": "SfBOnly"}


class Read(HTMLParser):
    """The words of a page, its elements, its links and its causes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self._words: list[str] = []
        self.feed(text)
        self.close()
        self.words = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]
        self.links += [str(value) for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def between(self, first: str, last: str) -> str:
        """What stands between two headings, the last time that the first is there."""
        return self.words.rpartition(first)[2].partition(last)[0].strip()


def told(report: Report, **pictures: str) -> Read:
    return Read(page(report, pictures))


def log(*some: tuple[int, tuple[str | Row, ...], Row]) -> list[Row]:
    """So many conversations of each."""
    return [
        row
        for n, (times, words, pair) in enumerate(some)
        for m in range(times)
        for row in rows(*words, name=f"{n}-{m}", pair=pair)
    ]


def test_it_has_the_figures_and_the_causes_the_most_frequent_first() -> None:
    read = told(align(log((2, FILE, INTEROP), (3, WRONG, {**INTEROP}), (4, (*CALL, "hang_up originator"), INTEROP))))
    assert "conversations 9 4 of them follow as they are events 25 in all conversations edits 5" in read.words
    assert "fitness 0.8000 " in read.words
    causes = read.between("Causes, the most frequent first", "Since the earlier report")
    first, second = causes.index(f"3 {TIMES} by the wrong party: accept_call"), causes.index(f"2 {TIMES} extra: send_")
    assert first < second
    assert f"The originator answers: {SAYS[Kind.WRONG_PARTY]}. As it is in the log, it is refused. DEC-34 : " in causes
    assert "In 3 conversations; made in call ringing (3)." in causes
    assert "LIM-6 : No file crosses" in causes
    assert "Such as 1-0, log:6 line in the log edit by the tables 5 call_audio" in causes
    assert "6 accept_call by originator ▶ wrong party accept_call by recipient 7 hold" in causes
    assert "extra nothing" in causes
    assert "There is no earlier report to compare with." in read.words
    assert "Nothing is set aside." in read.words
    assert "Nothing is to be edited on any." in read.words
    assert "script" not in read.elements


def test_what_follows_has_nothing_to_tell() -> None:
    read = told(align(rows(*CALL)))
    assert "All of it follows." in read.words
    assert "fitness 1.0000" in read.words


def test_a_rule_says_what_it_refuses() -> None:
    missing = told(align(rows("call_audio originator", "hold recipient", "resume recipient")))
    assert "Without it, what comes next does not apply there, or is not theirs to fire; no rule decides." in (
        missing.words
    )
    seen = told(align(rows(*CALL, NEVER)))
    assert "than the log says of it. DEC-34 : Only the callee" in seen.words
    assert "accept_call by recipient: refused ▶ seen otherwise accept_call by recipient: accepted" in seen.words
    change = told(align(rows("open_chat originator", "change", {"chat": "none"})))
    assert f"A change of the pairing: {SAYS[Kind.SEEN]}." in change.words
    assert "In 1 conversation." in change.words


def test_what_is_refused_in_both_is_told_as_that() -> None:
    words = (*CALL, "accept_call recipient", NEVER, "no_answer service")
    assert "3 accept_call by recipient: refused accept_call by recipient: refused 4" in told(align(rows(*words))).words


def test_all_that_was_seen_is_told() -> None:
    seen = {"call": "ringing", "effects": "show_screen>recipient"}
    read = told(align(rows(*CALL, seen)))
    assert "accept_call by recipient: call ringing, effects show_screen>recipient ▶ seen otherwise" in read.words
    ways = "accept_call>recipient|decline_call>recipient|hold>originator|hold>recipient"
    read = told(align(rows("call_audio originator", ways, "no_answer service")))
    assert "accept_call by recipient or decline_call by recipient or hold by originator or others" in read.words


def test_what_is_accepted_and_what_changed_is_told() -> None:
    both = log((2, FILE, INTEROP), (3, WRONG, INTEROP))
    before = {Edit(Kind.WRONG_PARTY, "accept_call", "originator", "recipient", "", "DEC-34"): 5}
    before[Edit(Kind.EXTRA, "hold", "service")] = 7
    quiet = (Accepted({"event": "send_file"}, "until <b>June</b>"), Accepted({"event": "hold"}), Accepted({}))
    report = align(both, set_aside=quiet[:2], since=before)
    read = told(report)
    accepted = read.words.rpartition("Accepted")[0].rpartition("Accepted")[2]
    assert "times edit why rule 2 extra: send_file by originator until <b>June</b> LIM-6 :" in accepted
    assert read.words.endswith("Accepted, and not found: event hold")
    assert f"3 {TIMES} by the wrong party: accept_call by originator, not recipient fewer: 5 to 3" in read.words
    assert "before now edit fewer 5 3 by the wrong party" in read.words
    assert "gone 7 0 extra: hold by service" in read.words
    assert "As in the earlier report." in told(align(rows(*CALL), since={})).words
    assert told(align(rows(*CALL), set_aside=quiet[2:])).words.endswith("not found: anything")


def test_a_long_example_is_told_around_its_edit() -> None:
    turns = ["hold originator", "resume originator"]
    read = told(align(rows(*CALL, *turns * 10, "no_answer service", *turns * 3)))
    assert f"After {22 - BEFORE} steps:" in read.words
    assert f"And {6 - AFTER} steps more." in read.words
    assert read.elements.count("tr") == 1 + BEFORE + 1 + AFTER


def test_so_many_causes_are_told_and_an_address_is_no_longer_than_browsers_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert MOST_GROUPS > 1
    monkeypatch.setattr("fsm.replay.align.html.MOST_GROUPS", 1)
    monkeypatch.setattr("fsm.replay.align.html.LONGEST", 10)
    read = told(align(log((2, FILE, INTEROP), (3, WRONG, INTEROP))))
    assert "And 1 cause more; --json tells them." in read.words
    assert not [each for each in read.links if each.startswith("explorer.html")]


@pytest.mark.parametrize("words", [words for words, wanted in EXPLAINED.values() if wanted], ids=str)
def test_an_example_is_to_be_played_up_to_its_edit(words: list[str | Row]) -> None:
    report = align(rows(*words))
    for group in report.groups:
        found = report.example(group)
        assert found.steps[found.at].edit == group.edit
        pairing, steps = read_link(found.address)
        assert pairing.originator.mode == "TeamsOnly"
        if group.edit.event != "change" and group.edit.kind is not Kind.MISSING:
            assert steps[-1] == Fires(group.edit.event, group.edit.by)
    assert f"explorer.html#{report.example(report.groups[0]).address}" in told(report).links


def test_an_edit_that_is_made_twice_is_shown_where_it_is_made_first() -> None:
    report = align(rows("send_text originator", *CALL, "no_answer service", "no_answer service"))
    (group,) = (each for each in report.groups if each.edit.event == "no_answer")
    found = report.example(group)
    assert (group.times, found.steps[found.at].line) == (2, 4)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: ascii(word)[:40])
def test_words_of_a_log_are_text(word: str) -> None:
    def of(name: str) -> Read:
        some = [{**row, "source": f"{name}:1"} for row in rows(*WRONG, name=name, pair=INTEROP)]
        return told(align(some, set_aside=(Accepted({"event": name}, name), Accepted({"event": "hold"}, name))))

    hostile, plain = of(word), of("word")
    assert hostile.elements == plain.elements
    assert hostile.links == plain.links


def drawn(report: Report) -> dict[str, str]:
    edits = [
        Edited(where.lifecycle, where.state, each.edit.kind, each.edit.event, each.edit.by, where.times)
        for each in report.groups
        for where in each.where
    ]
    return {
        name: render(coverage(each, {}, edits, detail="brief"), "svg").decode()
        for name, each in LIFECYCLES.items()
        if any(edit.lifecycle == name for edit in edits)
    }


def test_pictures_are_in_it_with_a_table_of_each() -> None:
    report = align(log((2, FILE, INTEROP), (3, WRONG, INTEROP)))
    read = told(report, **drawn(report))
    assert read.elements.count("img") == 2
    assert "One-to-one call state times edit ringing 3 by the wrong party" in read.words
    assert "One-to-one chat state times edit interop 2 extra: send_file by originator" in read.words


@pytest.mark.external
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_for_everybody_and_asks_for_nothing(browser: Browser, tmp_path: Path, scheme: Any) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe: pip install axe-playwright-python"
    )
    both = log((2, FILE, INTEROP), (3, WRONG, INTEROP), (1, ("open_chat originator", "resume recipient"), DESKTOP))
    report = align(both, set_aside=(Accepted({"event": "send_file"}, "</td><script>document.title = 1</script>"),))
    (tmp_path / "why.html").write_text(page(report, drawn(report)), encoding="utf-8")
    (tmp_path / "explorer.html").write_text(explorer(), encoding="utf-8")
    shown = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 700}).new_page()
    complaints: list[str] = []
    asked: list[str] = []
    shown.on("console", lambda message: complaints.append(message.text))
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto((tmp_path / "why.html").as_uri())
    assert shown.title() == "Why the log does not follow"
    assert shown.evaluate("document.documentElement.scrollWidth") <= 360
    assert shown.evaluate("[...document.images].every(each => each.complete && each.naturalWidth)")
    assert axe.Axe().run(shown).response["violations"] == []
    assert [each for each in asked if not each.startswith(("file:", "data:"))] == []
    shown.get_by_role("link", name=re.compile("Play it")).first.click()
    shown.wait_for_selector("#picture svg")
    assert "accept_call by Originator is not theirs to fire" in shown.locator("main").inner_text()
    assert complaints == []
    shown.context.close()
