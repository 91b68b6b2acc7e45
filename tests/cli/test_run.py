"""Playing a log of events."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from pathlib import Path
from typing import Any

import pytest

from .conftest import ADELE, GRADY, Answer, Fsm

BETWEEN = ("--between", ADELE, GRADY)


def log(*lines: dict[str, Any] | str) -> str:
    """A log of events."""
    return "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)


def fire(event: str, by: str) -> dict[str, Any]:
    """A line for an event."""
    return {"event": event, "by": by}


def play(fsm: Fsm, *lines: dict[str, Any] | str, between: tuple[str, ...] = BETWEEN, **env: str) -> Answer:
    """What is said of a log in JSON."""
    return fsm("run", "-", *between, "--json", stdin=log(*lines), **env)


class TestEachLine:
    """It is said of each line what came of it."""

    def test_names_a_party_or_an_address(self, fsm: Fsm) -> None:
        lines = [fire("open_chat", ADELE), fire("send_text", f"SIP:{GRADY.upper()}"), fire("send_text", "originator")]
        told = play(fsm, *lines)
        assert told.status == 0
        assert [step["by"] for step in told.data["steps"]] == ["originator", "recipient", "originator"]
        assert (told.data["accepted"], told.data["refused"]) == (3, 0)

    def test_that_is_refused_changes_nothing_and_the_play_goes_on(self, fsm: Fsm) -> None:
        told = play(fsm, fire("open_chat", ADELE), fire("send_file", GRADY), fire("send_text", GRADY))
        assert told.status == 1
        assert [step["accepted"] for step in told.data["steps"]] == [True, False, True]
        assert told.data["steps"][1]["rule"] == "LIM-6"
        assert told.data["state"]["chat"] == "interop"
        assert (told.data["accepted"], told.data["refused"]) == (2, 1)

    def test_may_change_a_user_in_mid_conversation(self, fsm: Fsm) -> None:
        change = {"change": {"recipient": {"mode": "TeamsOnly", "homing": "online"}, "originator": {}}}
        told = play(fsm, fire("open_chat", ADELE), change, fire("send_text", ADELE), fire("open_chat", ADELE))
        first, changed, refused, anew = told.data["steps"]
        assert first["state"]["chat"] == "interop"
        assert (changed["event"], changed["state"]["chat"]) == ("change", "locked")
        assert changed["pairing"]["recipient"]["mode"] == "TeamsOnly"
        assert changed["route"]["kind"] == "native"
        assert refused["rule"] == "THR-1"
        assert anew["state"]["chat"] == "native"

    def test_changes_what_earlier_changes_left(self, fsm: Fsm) -> None:
        changes: list[dict[str, Any] | str] = [
            {"change": {"originator": {"client": "teams-mac"}}},
            {"change": {"originator": {"allow_private_meet_now": False}}},
            {"change": {}},
        ]
        told = play(fsm, *changes).data["steps"][-1]["pairing"]["originator"]
        assert (told["client"], told["allow_private_meet_now"]) == ("teams-mac", False)

    def test_keeps_its_number_among_blank_ones(self, fsm: Fsm) -> None:
        told = play(fsm, "", fire("open_chat", ADELE), "  ", fire("close_chat", GRADY)).data
        assert [step["line"] for step in told["steps"]] == [2, 4]

    def test_says_who_owns_a_state(self, fsm: Fsm) -> None:
        told = play(fsm, fire("call_audio", ADELE)).data
        assert told["owners"] == told["steps"][0]["owners"] == {"call": "originator"}
        assert told["steps"][0]["timers"] == {"start": [{"event": "no_answer", "seconds": 30}], "cancel": []}


def test_a_log_may_be_a_file_as_windows_writes_it(fsm: Fsm, tmp_path: Path) -> None:
    text = log(fire("open_chat", ADELE), fire("send_text", ADELE)).replace("\n", "\r\n")
    (tmp_path / "log.jsonl").write_bytes(BOM_UTF8 + text.encode())
    assert fsm("run", "log.jsonl", *BETWEEN).status == 0


def test_a_log_may_be_one_that_is_replayed(fsm: Fsm, tmp_path: Path) -> None:
    lines = ["conversation,event,by,recipient.mode,recipient.homing,chat", "7,open_chat,originator,,,interop"]
    (tmp_path / "log.csv").write_text("\n".join([*lines, "7,open_chat,originator,TeamsOnly,online,native"]))
    told = fsm("run", "log.csv", *BETWEEN, "--json")
    assert [(step["line"], step["event"]) for step in told.data["steps"]] == [
        (2, "open_chat"),
        (3, "change"),
        (3, "open_chat"),
    ]
    assert told.data["state"]["chat"] == "native"
    assert fsm("replay", "log.csv", "--between", ADELE, GRADY).status == 0


def test_of_more_conversations_than_one_it_is_said_where_the_second_begins(fsm: Fsm) -> None:
    lines = [{**fire("open_chat", ADELE), "conversation": name} for name in ("a", "b")]
    answer = play(fsm, *lines)
    assert answer.err == "Error: stdin:2: conversation: 'b', and earlier lines are of 'a'; give those of one\n"


def test_no_log_is_nothing_done(fsm: Fsm) -> None:
    assert play(fsm).data["state"]["chat"] == "none"


def test_in_words(fsm: Fsm) -> None:
    lines = [
        fire("open_chat", ADELE),
        fire("send_emoticon", ADELE),
        {"change": {"recipient": {"mode": "TeamsOnly", "homing": "online"}}},
        fire("voicemail_answered", "service"),
    ]
    answer = fsm("run", "-", *BETWEEN, stdin=log(*lines))
    assert answer.status == 1
    for words in (
        "✓ interop: adele.vance → grady.archie",
        "adele.vance (on Teams) grady.archie (on SfB)",
        "1 ✓ open_chat by adele.vance",
        "2 ✗ send_emoticon by adele.vance",
        "3 ✓ change recipient.mode SfBOnly to TeamsOnly, recipient.client sfb-current to teams-windows, "
        "recipient.homing on-prem to online",
        "adele.vance (on Teams) grady.archie (on Teams)",
        "4 ✗ voicemail_answered by the service",
        "kind not applicable: there is no row for it here",
        "2 accepted, 2 refused. Now: chat locked: To read only",
    ):
        assert words in answer.words


def test_two_who_share_a_name_are_told_apart(fsm: Fsm) -> None:
    between = ("--between", "ann@x,mode=TeamsOnly", "ann@y,mode=SfBOnly")
    answer = fsm("run", "-", *between, stdin=log(fire("open_chat", "ann@x")))
    assert "open_chat by ann@x" in answer.words


GIVE = 'give a line such as {"conversation": "a", "event": "open_chat", "by": "originator"}'


def test_a_column_that_is_not_ours_is_set_aside_and_said(fsm: Fsm) -> None:
    answer = play(fsm, {**fire("open_chat", ADELE), "trace": 7})
    assert answer.status == 0
    assert "1 column (trace): none of ours, and set aside" in answer.err


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", ["not JSON", GIVE]),
        ("5", ["5 is not accepted", GIVE]),
        ("[" * 5000, ["not JSON", GIVE]),
        ({"event": 5, "by": ADELE}, ["event: 5 is not known; use one of open_chat"]),
        ({"event": "hold"}, ["event: may be hold by originator or hold by recipient; give what it was"]),
        ({"event": "hold", "by": ADELE, "bye": 1, "acepted": 1}, ["column 'acepted' is not known; ", "event"]),
        ({"event": "hold", "change": {}}, ['event: "hold" stands beside a change; give each its own line']),
        (fire("open_cht", ADELE), ["event: \"open_cht\" is not known; did you mean 'open_chat'?", "hang_up"]),
        (fire("hold", "zed"), ['by: "zed" is not accepted; use one of originator, recipient, service, or', "address"]),
        ({"change": 5}, ['change: 5 is not accepted; give facts such as {"recipient": {"mode": "TeamsOnly"}}']),
        ({"change": {"service": {}}}, ["change: 'service' is no fact of a pairing; "]),
        ({"change": {"recipient": 5}}, ['recipient: 5 is not accepted; give facts such as {"mode": "TeamsOnly"}']),
        ({"change": {"recipient": {"colour": 1}}}, ["column 'recipient.colour' is not known", "recipient.client"]),
        ({"change": {"recipient": {"address": "x"}}}, ["recipient.address: 'x' is not who", f"give {GRADY!r}"]),
        ({"change": {"recipient": {"mode": [1]}}}, ["recipient.mode: [1] is not accepted", "SfBOnly"]),
        ({"change": {"recipient": {"mode": "TeamsOnly"}}}, ["recipient.homing: on-prem", "use online"]),
        ({"change": {"originator": {"allow_user_chat": "no"}}}, ["allow_user_chat: 'no' is not accepted", "false"]),
    ],
)
def test_a_line_that_cannot_be_read_says_where_and_what_is_accepted(
    fsm: Fsm, line: dict[str, Any] | str, says: list[str]
) -> None:
    answer = play(fsm, fire("open_chat", ADELE), line)
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("Error: stdin:2: ")
    assert [words for words in says if words not in answer.err] == []


def test_all_lines_that_cannot_be_read_are_told_before_any_is_played(fsm: Fsm, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_bytes(b'{"event": "open_chat", "by": "originator"}\n\xff\n\n{}\n{"event": "x"}')
    answer = fsm("run", "log.jsonl", *BETWEEN)
    assert (answer.status, answer.out) == (2, "")
    assert [line.split()[1] for line in answer.err.splitlines()] == [f"log.jsonl:{n}:" for n in (2, 4, 5)]


def test_a_log_that_is_not_there(fsm: Fsm) -> None:
    answer = fsm("run", "nowhere.jsonl", *BETWEEN)
    assert answer == (2, "", "Error: nowhere.jsonl: No such file or directory; give a file of events\n")
