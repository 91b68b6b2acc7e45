"""``fsm check``."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fsm.cli.show.proof import _replayed
from fsm.engine.outcome import LostSignal
from fsm.verify import Move, Trace
from tests.cli.conftest import Fsm
from tests.people import PAIRS

OWN = """
from fsm.verify import at_every_step

PROPERTIES = [
    at_every_step("no-voicemail", "nobody is put through", "", lambda step: not step.sent("connect_voicemail")),
]
"""


pytestmark = pytest.mark.usefixtures("explored_before")


@pytest.fixture
def own(tmp_path: Path) -> str:
    """A file with a property that does not hold."""
    file = tmp_path / "own.py"
    file.write_text(OWN, encoding="utf-8")
    return str(file)


def test_a_property_that_holds(fsm: Fsm) -> None:
    answer = fsm("check", "--property", "never-in-two-places", "--json")
    assert answer.status == 0
    assert answer.data["ok"]
    assert answer.data["pairings"] == 4933888
    assert answer.data["editions"] == {"base": 4933888, "2021-08": 1747968, "2022-10": 1186048}
    assert [each["name"] for each in answer.data["properties"]] == ["never-in-two-places"]


def test_a_property_of_ones_own_that_does_not_hold_shows_how_to_break_it(fsm: Fsm, own: str) -> None:
    answer = fsm("check", "--against", own, "--pictures", "broken")
    assert answer.status == 1
    for words in (
        "pairings 4,933,888 by edition 4,933,888 in base, 1,747,968 in 2021-08, 1,186,048 in 2022-10",
        "1: 0 hold, 1 do not",
        "✗ no-voicemail nobody is put through",
        "1 call_audio by originator -> call=ringing:originator",
        "2 voicemail_answered by service",
        "broken/no-voicemail-call.svg",
    ):
        assert words in answer.words
    assert sorted(file.name for file in Path("broken").iterdir()) == [
        "no-voicemail-call.svg",
    ]


def test_what_breaks_it_is_opened_in_the_explorer(fsm: Fsm, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(webbrowser, "open", seen.append)
    assert fsm("check", "--against", own, "--open").status == 1
    page = Path(urlsplit(seen[0]).path).read_text(encoding="utf-8")
    assert "play=call_audio:originator;voicemail_answered:service" in page


def test_nothing_is_opened_where_all_hold(fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(webbrowser, "open", seen.append)
    assert fsm("check", "--property", "never-in-two-places", "--open").status == 0
    assert seen == []


def test_what_holds_needs_no_picture(fsm: Fsm) -> None:
    answer = fsm("check", "--property", "never-in-two-places", "--pictures", "broken", "--json")
    assert answer.data["pictures"] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--property", "nonsense"), ["--property: 'nonsense' is not known", "never-in-two-places"]),
        (("--against", "nowhere.py"), ["--against: nowhere.py", "declares PROPERTIES"]),
    ],
)
def test_what_cannot_be_checked_says_why(fsm: Fsm, arguments: tuple[str, ...], says: list[str]) -> None:
    answer = fsm("check", *arguments)
    assert (answer.status, answer.out) == (2, "")
    assert [words for words in says if words not in answer.err] == []


def test_a_way_to_lose_a_signal_is_replayed_up_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        raise LostSignal("gone")

    monkeypatch.setattr("fsm.engine.conversation.Conversation.change", lost)
    moves = (
        Move("open_chat", "originator", None, "", "", ()),  # type: ignore[arg-type]  # a string serves as a party
        Move("change", "service", PAIRS["teams>teams"], "mode", "", ()),  # type: ignore[arg-type]
    )
    assert [step.event for step in _replayed(Trace(PAIRS["teams>sfb"], moves, True))] == ["open_chat"]
