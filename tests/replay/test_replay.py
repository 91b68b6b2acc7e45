"""Which conversations of a log follow the specification, and where others first depart."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import threading
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm import CONVERSATION, LIFECYCLES, Conversation, Outcome, Pairing, Party, Refusal
from fsm.engine import known
from fsm.readers.columns import COLUMNS
from fsm.replay import Departure, LogError, Report, replay
from fsm.spec.facts import facts
from fsm.tenant import contoso
from tests.people import PAIRS, SFB, TEAMS

EXAMPLES = Path(__file__).parents[2] / "examples"
Row = dict[str, Any]
ANN, BOB = "ann@contoso.com", "bob@contoso.com"
PAIR: Row = {"originator.mode": "TeamsOnly", "recipient.mode": "SfBOnly"}


def row(words: str, **seen: Any) -> Row:
    """A row for "event by", and what was seen of it."""
    event, _, by = words.partition(" ")
    return {"conversation": 1, "event": event, **({"by": by} if by else {}), **seen}


def begun(*rows: Row, **around: Any) -> list[Row]:
    """Rows of which the first says who the two are."""
    return [{**PAIR, **around, **rows[0]}, *rows[1:]]


def only(report: Report) -> Departure:
    """The one departure there is."""
    (departure,) = report.departures
    return departure


OPEN, CALL, ANSWER = row("open_chat originator"), row("call_audio originator"), row("accept_call recipient")
RINGING = [["ring_audio", "recipient"], ["open_interop_window", "recipient"]]

FOLLOWS = {
    "what is possible": begun(OPEN, row("send_text recipient")),
    "a refusal of what is refused": begun(OPEN, row("send_file originator", accepted=False)),
    "and by its rule": begun(OPEN, row("send_file originator", accepted=False, rule="LIM-6", chat="interop")),
    "states as they are": begun({**CALL, "call": "ringing", "chat": "none"}, {**ANSWER, "call": "connected"}),
    "effects as they are": begun({**CALL, "effects": RINGING}),
    "no effects where there are none": begun(OPEN, row("send_file originator", accepted=False, effects=[])),
    "or in a word": begun(OPEN, row("send_file originator", accepted=False, effects="none")),
    "an unanswered call": begun(CALL, row("no_answer service", terminated_call="missed")),
    "a change, and what is possible after it": begun(
        OPEN,
        row("change", chat="locked", **{"recipient.mode": "TeamsOnly"}),
        row("send_text originator", accepted=False, rule="THR-1"),
        row("open_chat originator", chat="native"),
    ),
    "a change said of a later event": begun(
        OPEN, row("open_chat originator", chat="native", **{"recipient.mode": TEAMS})
    ),
    "a change of nothing": begun(OPEN, row("change", chat="interop"), row("change service", **PAIR)),
    "who they are, said again": begun(OPEN, row("send_text originator", **PAIR)),
    "nothing": [],
}


@pytest.mark.parametrize("rows", FOLLOWS.values(), ids=FOLLOWS)
def test_it_follows(rows: list[Row]) -> None:
    report = replay(rows)
    assert report.departures == ()
    assert report.ok
    assert [result.events for result in report] == ([len(rows)] if rows else [])
    assert all(result.follows and result.left == 0 for result in report)


DEPARTS: list[tuple[list[Row], int, str, str, str | None, str]] = [
    (begun(OPEN, row("send_file originator")), 2, "accepted", "refused by LIM-6", "LIM-6", "meet_now"),
    (begun(OPEN, row("send_text originator", accepted=False)), 2, "refused", "accepted", "NAT-2", ""),
    (
        begun(OPEN, row("send_file originator", accepted=False, rule="LIM-1")),
        *(2, "refused by LIM-1", "refused by LIM-6", "LIM-6", "meet_now"),
    ),
    (
        begun(OPEN, row("hang_up originator", accepted=False, rule="LIM-1")),
        *(2, "refused by LIM-1", "not applicable here", None, "call_audio"),
    ),
    (begun(row("hang_up originator")), 1, "accepted", "not applicable here", None, "open_chat"),
    (
        begun(OPEN, row("send_file originator", accepted=False, chat="none")),
        2,
        "chat none",
        "chat interop",
        "LIM-6",
        "",
    ),
    (begun({**CALL, "call": "connected"}), 1, "call connected", "call ringing", "INT-5", ""),
    (begun({**OPEN, "call": "ringing"}), 1, "call ringing", "call none", "INT-5", ""),
    (
        begun(CALL, row("no_answer service"), row("call_audio recipient", terminated_call="ended")),
        *(3, "terminated_call ended", "terminated_call called_back", "DEC-28", ""),
    ),
    (
        begun({**CALL, "effects": "ring_audio>recipient"}),
        *(1, "effects ring_audio>recipient", "effects ring_audio>recipient open_interop_window>recipient", "INT-5", ""),
    ),
    (
        begun(OPEN, row("send_file originator", accepted=False, effects="relay>gateway")),
        *(2, "effects relay>gateway", "effects none", "LIM-6", ""),
    ),
    (
        begun(OPEN, row("change", chat="interop", **{"recipient.mode": TEAMS})),
        *(2, "chat interop", "chat locked", "THR-1", ""),
    ),
    (begun(OPEN, row("change", accepted=False)), 2, "refused", "accepted", None, ""),
    (
        begun(
            OPEN,
            row("meet_now recipient"),
            row("meeting_created service"),
            row("change", chat="interop", **{"recipient.mode": TEAMS}),
        ),
        *(4, "chat interop", "chat locked", "THR-1", ""),
    ),
    (
        begun(OPEN, row("meet_now recipient", chat="interop")),
        *(2, "chat interop", "chat escalated", "LIM-8", ""),
    ),
]


@pytest.mark.parametrize(("rows", "line", "observed", "expected", "rule", "instead"), DEPARTS)
def test_it_departs(rows: list[Row], line: int, observed: str, expected: str, rule: str | None, instead: str) -> None:
    report = replay([*rows, row("close_chat originator"), row("hang_up service")])
    departure = only(report)
    assert (departure.line, departure.observed, departure.expected) == (line, observed, expected)
    assert departure.rule == rule
    assert departure.rules[:1] == ((rule,) if rule else ())
    assert instead in departure.instead
    (result,) = report
    assert (result.events, result.agreed, result.left) == (len(rows) + 2, line - 1, 2 + len(rows) - line)
    assert not report.ok
    assert report.by_rule == {rule: 1}


class TestWhoTheTwoAre:
    """The log says who they are, or else an export does, or else the caller."""

    def test_by_is_a_party_or_the_address_of_either(self) -> None:
        rows = begun(OPEN, **{"originator.address": "sip:Ann@contoso.com", "recipient.address": BOB})
        assert replay([*rows, row(f"send_text {ANN}"), row("send_text BOB@contoso.com")]).ok
        assert only(replay([*rows, row(f"resend_link {BOB}")])).by == "recipient"

    def test_what_the_log_does_not_say_is_as_usual(self) -> None:
        assert replay(begun({**CALL, "effects": RINGING})).ok
        legacy = begun(OPEN, row("share_desktop recipient"), **{"recipient.client": "sfb-legacy"})
        assert only(replay(legacy)).rule == "SFB-1"

    def test_an_export_knows_an_address(self) -> None:
        who = {"originator.address": "pradeep.gupta@contoso.com", "recipient.address": "grady.archie@contoso.com"}
        rows: list[Row] = [{**OPEN, **who}, row("share_desktop originator", accepted=False, rule="TMS-11")]
        assert replay(rows, users=contoso()).ok

    def test_what_the_log_says_goes_before_what_the_export_says(self) -> None:
        who = {"originator.address": "pradeep.gupta@contoso.com", "recipient.address": "grady.archie@contoso.com"}
        rows: list[Row] = [{**OPEN, **who, "originator.allow_private_meet_now": True}, row("share_desktop originator")]
        assert replay(rows, users=contoso()).ok

    def test_the_caller_knows_about_all_the_others(self) -> None:
        between = PAIRS["no-meet-now>sfb"]
        refused = row("share_desktop originator", accepted=False, rule="TMS-11")
        assert replay([{**OPEN, "by": ANN}, refused], between=between).ok
        assert replay([{**OPEN, "originator.address": "eve@x"}, refused], between=between, users=contoso()).ok
        assert not replay([{**OPEN, "originator.mode": "TeamsOnly"}, refused], between=between).ok
        assert only(replay([OPEN], between=PAIRS["federation off"])).rule == "RTE-9"

    def test_surroundings_hold_where_the_log_does_not_say(self) -> None:
        off: Row = {"scope": "federated", "federation_allowed": False}
        assert only(replay(begun(OPEN), **off)).rule == "RTE-9"
        assert only(replay(begun(OPEN, **off))).rule == "RTE-9"
        assert replay(begun(OPEN, federation_allowed="true"), **off).ok
        with pytest.raises(ValueError, match="surroundings: \"skope\" is not known; did you mean 'scope'"):
            replay([], skope="federated")  # type: ignore[call-arg]

    def test_a_new_mode_takes_its_usual_client_along(self) -> None:
        mac = {"originator.client": "teams-mac"}
        to_sfb = row("change", **{"originator.mode": "SfBOnly"})
        assert replay(begun(OPEN, to_sfb, **mac)).ok
        rows = begun(OPEN, row("change", **{"originator.mode": "SfBOnly", "originator.client": "sfb-legacy"}), **mac)
        assert only(replay([*rows, row("open_chat originator", chat="interop")])).expected == "chat native"


def test_conversations_are_followed_each_by_itself() -> None:
    other = {**PAIR, "conversation": "two"}
    rows = [
        {**PAIR, **OPEN},
        {**OPEN, **other},
        {**row("send_file originator"), "conversation": "two"},
        row("send_text recipient"),
        {**row("close_chat originator"), "conversation": "two"},
    ]
    report = replay(rows)
    assert [(each.conversation, each.follows, each.left) for each in report] == [(1, True, 0), ("two", False, 1)]
    assert (len(report), report.events, report.follow, report.left) == (2, 5, 1, 1)
    assert only(report)[:4] == ("two", 3, "send_file", "originator")


def test_departures_are_told_by_line_and_counted_by_rule() -> None:
    rows = [{**PAIR, **OPEN, "conversation": n} for n in range(4)]
    asked = ("send_file", "send_rich_text", "send_file", "hang_up")
    rows += [{**row(f"{event} originator"), "conversation": 3 - n} for n, event in enumerate(asked)]
    report = replay(rows)
    assert [(each.line, each.conversation) for each in report.departures] == [(5, 3), (6, 2), (7, 1), (8, 0)]
    assert report.by_rule == {"LIM-6": 2, "LIM-1": 1, None: 1}


def test_rows_are_counted_over_all_that_agrees() -> None:
    rows = begun(OPEN, row("send_file originator", accepted=False), row("send_text originator"))
    rows += [{**PAIR, **OPEN, "conversation": 2}, {**row("send_text originator", chat="closed"), "conversation": 2}]
    rows += [{**row("open_chat originator"), "conversation": 2}]
    rows += [
        row("change", **{"recipient.mode": TEAMS}),
        row("open_chat originator", **{"originator.client": "teams-mac"}),
    ]
    assert replay(rows).rows == {
        "chat.none.open_chat.2": 2,
        "chat.interop.send_file.2": 1,
        "chat.interop.send_text.1": 1,
        "chat.interop.rerouted_across.3": 1,
        "chat.locked.open_chat.1": 1,
    }


class TestTime:
    """Events of a conversation are put in order of time."""

    ROWS = begun(
        OPEN, row("share_desktop originator"), row("decline_meeting originator"), row("share_desktop recipient")
    )

    @pytest.mark.parametrize(
        "times",
        [
            (1, 2, 3, 4),
            (-1, 0.5, 0.75, 1e9),
            ("1700000000.25", "1700000000.5", "1700000001", "1700000002.0"),
            ("1700000000000000001", "1700000000000000002", "1700000000000000003", "1700000000000000004"),
            ("2020-03-02", "2020-03-02T09:00", "2020-03-02T09:00:01Z", "2020-03-02T10:00:02.5+01:00"),
        ],
    )
    def test_on_and_back(self, times: tuple[Any, ...]) -> None:
        rows = [{**each, "time": time} for each, time in zip(self.ROWS, times, strict=True)]
        other = [{**PAIR, **OPEN, "conversation": 2, "time": times[0]}]
        assert replay(iter(rows)).ok
        assert [each.agreed for each in replay([*reversed(rows), *other])] == [4, 1]

    def test_that_stands_still_leaves_the_order_as_it_is(self) -> None:
        rows = [{**each, "time": 5} for each in self.ROWS]
        earlier = {**row("close_chat recipient"), "time": 4, "accepted": False}
        assert replay([*rows, {**earlier, **PAIR}]).ok

    def test_that_stands_still_does_not_go_back(self) -> None:
        rows = [{**each, "time": 5} for each in self.ROWS]
        assert replay(iter(rows)).ok, "one reading is enough"

    def test_that_goes_back_takes_a_second_reading(self) -> None:
        rows = [{**each, "time": -n} for n, each in enumerate(self.ROWS)]
        with pytest.raises(LogError, match="log: time goes back in it, and it can be read once only; give a list"):
            replay(iter(rows))
        assert not replay([{**each, **PAIR} for each in rows]).ok


class TestALog:
    """A log is a file of JSON Lines or CSV, lines of JSON, or rows of values."""

    ROWS = begun(
        OPEN,
        row("send_file originator", accepted=False, rule="LIM-6"),
        {**CALL, "effects": RINGING},
        row("hang_up originator"),
    )

    def lines(self) -> list[str]:
        return [json.dumps(each) for each in self.ROWS]

    def table(self, delimiter: str = ",", mark: str = "") -> str:
        names = list(dict.fromkeys(name for each in self.ROWS for name in each))
        rows = [names, *([self.cell(each.get(name, "")) for name in names] for each in self.ROWS)]
        return "".join(delimiter.join(f"{mark}{cell}{mark}" for cell in cells) + "\r\n" for cells in rows)

    @staticmethod
    def cell(value: Any) -> str:
        return " ".join(">".join(pair) for pair in value) if isinstance(value, list) else str(value)

    def check(self, report: Report, line: int = 4) -> None:
        departure = only(report)
        assert (departure.line, departure.event, departure.rule) == (line, "hang_up", None)
        assert report.rows == {
            "chat.none.open_chat.2": 1,
            "chat.interop.send_file.2": 1,
            "chat.interop.call_audio.1": 1,
            "call.none.placed.1": 1,
        }

    def test_in_memory(self) -> None:
        self.check(replay(self.ROWS))
        self.check(replay(self.lines()))
        self.check(replay(line.encode() for line in self.lines()))
        self.check(replay(csv.DictReader(io.StringIO(self.table()))))

    def test_as_a_file_of_json(self, tmp_path: Path) -> None:
        text, path = "\n".join(["", *self.lines(), "  ", ""]), tmp_path / "log.jsonl"
        for content in (text.encode(), BOM_UTF8 + text.encode(), text.replace("\n", "\r\n").encode("utf-16")):
            path.write_bytes(content)
            self.check(replay(path), 5)
            self.check(replay(str(path), format="jsonl"), 5)

    def test_as_a_file_of_csv(self, tmp_path: Path) -> None:
        path = tmp_path / "log.CSV"
        for number, text in enumerate(
            (self.table(), self.table(";"), self.table("\t", '"'), "#TYPE x\n" + self.table())
        ):
            for encoding in ("utf-8", "utf-8-sig", "utf-16"):
                path.write_bytes(text.encode(encoding))
                self.check(replay(path), 5 + number // 3)
        self.check(replay(path.rename(tmp_path / "log"), format="csv"), 6)

    def test_json_may_nest(self) -> None:
        nested = {"event": "open_chat", "by": "originator", "originator": {"mode": TEAMS}, "recipient": {"mode": SFB}}
        change = {"change": {"recipient": {"mode": TEAMS}}, "chat": "locked"}
        assert replay([nested, change]).ok

    def test_may_be_of_one_conversation_that_has_no_name(self) -> None:
        (result,) = replay([{"event": "open_chat", "by": "originator", **PAIR, "conversation": None}])
        assert result.conversation == ""

    def test_a_conversation_without_a_name_goes_on_without_one(self) -> None:
        for nameless in ({"conversation": None}, {"conversation": ""}, {}):
            lines = [{**PAIR, "event": "open_chat", "by": "originator"}, {"event": "send_text", "by": "recipient"}]
            (result,) = replay([{**line, **nameless} for line in lines])
            assert (result.events, result.agreed) == (2, 2)

    def test_empty_values_are_not_there(self) -> None:
        nothing = {name: "" for name in COLUMNS} | {"rule": None, "time": ""}
        assert replay([{**nothing, **each} for each in FOLLOWS["a change, and what is possible after it"]]).ok

    def test_progress_is_told_in_bytes(self, tmp_path: Path) -> None:
        path, told = tmp_path / "log.jsonl", []
        path.write_text("\n".join(self.lines()))
        replay(path, progress=lambda done, total: told.append((done, total)))
        size = path.stat().st_size
        assert told == [(len(self.lines()[0]) + 1, size), (size, size)]

    @pytest.mark.parametrize("name", ["conversations.jsonl", "conversations.csv"])
    def test_the_examples(self, name: str) -> None:
        report = replay(EXAMPLES / name)
        assert [(each.conversation, each.follows, each.left) for each in report] == [
            ("sharing", True, 0),
            ("files", False, 2),
            ("policy", True, 0),
            ("missed", False, 0),
            ("moved", True, 0),
        ]
        assert report.by_rule == {"LIM-6": 1, "DEC-28": 1}
        assert len(report.rows) == 24

    def test_of_one_run_is_a_log_too(self) -> None:
        tenant = contoso()
        between = Pairing(tenant["adele.vance@contoso.com"], tenant["grady.archie@contoso.com"])
        assert replay(EXAMPLES / "desktop-sharing.jsonl", between=between).ok


def wrong(*rows: Row | str, **around: Any) -> list[str]:
    """What is said of a log that cannot be read, line by line."""
    with pytest.raises(LogError) as caught:
        replay(list(rows), **around)
    return str(caught.value).splitlines()


ADDRESSES = {"originator.address": ANN, "recipient.address": BOB}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ("{", ["not JSON", "give a line such as"]),
        ("5", ["5 is not accepted", "give a line such as"]),
        ("[" * 5000, ["not JSON"]),
        (b"\xff", ["not JSON"]),
        ({"event": None}, ["event: missing; use one of open_chat", "change"]),
        ({"event": "send_txt"}, ['event: "send_txt" is not known; did you mean \'send_text\'?', "hang_up"]),
        ({"event": ["send_text"]}, ['event: ["send_text"] is not accepted; give a name, or pairs such as']),
        ({"by": "eve@contoso.com"}, ['by: "eve@contoso.com" is not accepted', "recipient, service", ANN, BOB]),
        ({"by": 5}, ["by: 5 is not accepted", "the address of either"]),
        ({"by": [ANN, 5]}, ["by: 5 is not accepted"]),
        ({"conversation": ""}, ["conversation: missing; give it on every line, or on none"]),
        ({"conversation": 1.5}, ["conversation: 1.5 is not accepted; give a string or an integer"]),
        ({"conversation": True}, ["conversation: true is not accepted"]),
        ({"conversation": [1]}, ["conversation: [1] is not accepted"]),
        ({"conversation": 2}, ["originator.mode: missing; give it on the first event of the conversation"]),
        ({"conversation": 2, **ADDRESSES}, ["originator.mode: missing for 'ann@contoso.com'; give it"]),
        (
            {"conversation": 2, **PAIR, **dict.fromkeys(ADDRESSES, BOB)},
            ["recipient.address: 'bob@contoso.com' is the originator's too"],
        ),
        ({"recipient.mod": TEAMS}, ["column 'recipient.mod' is not known; did you mean 'recipient.mode'?", "scope"]),
        ({"recipient": {"colour": 1}}, ["column 'recipient.colour' is not known"]),
        ({"recipient": 5}, ['recipient: 5 is not accepted; give facts such as {"mode": "TeamsOnly"}']),
        ({"change": 5}, ['change: 5 is not accepted; give facts such as {"recipient": {"mode": "TeamsOnly"}}']),
        ({"recipint.mode": TEAMS}, ["column 'recipint.mode' is not known; did you mean 'recipient.mode'?"]),
        ({"rule": [], "accepted": False}, ["rule: [] is not known"]),
        ({"chat": {}}, ["chat: {} is not known"]),
        ({"recipient.mode": 5}, ["recipient.mode: 5 is not accepted; use one of Islands"]),
        ({"recipient.mode": "Teams"}, ["recipient.mode: 'Teams' is not accepted; use one of Islands"]),
        ({"recipient.client": "teams-mac"}, ["recipient.client: teams-mac does not fit mode SfBOnly"]),
        ({"recipient.allow_user_chat": "no"}, ["recipient.allow_user_chat: 'no' is not accepted; use true or false"]),
        ({"same_cloud": 1}, ["same_cloud: 1 is not accepted; use true or false"]),
        ({"topology": "cloud"}, ["topology: 'cloud' is not accepted; use one of online"]),
        ({"same_cloud": False}, ["same_cloud: False does not fit scope in-tenant"]),
        ({"recipient.address": "eve@contoso.com"}, ["recipient.address: 'eve@contoso.com' is not who", "give 'bob"]),
        ({"accepted": "yes"}, ["accepted: 'yes' is not accepted; use true or false"]),
        ({"rule": "LIM-6"}, ["rule: 'LIM-6' is of a refusal; give accepted=false with it"]),
        ({"rule": "LIM-66", "accepted": False}, ['rule: "LIM-66" is not known; did you mean \'LIM-6\'?']),
        ({"chat": "interp"}, ['chat: "interp" is not known; did you mean \'interop\'?', "locked"]),
        ({"call": 5}, ["call: 5 is not known; use one of none, ringing"]),
        ({"effects": 5}, ["effects: 5 is not accepted; give pairs such as"]),
        ({"effects": [["relay"]]}, ['effects: [["relay"]] is not accepted']),
        ({"effects": "relay>"}, ['effects: relay: "" is not known; use one of originator, recipient']),
        ({"effects": "rlay>gateway"}, ['effects: "rlay" is not known; did you mean \'relay\'?']),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_says_where_and_what_is_accepted(values: Any, says: list[str]) -> None:
    first = {**PAIR, **ADDRESSES, **OPEN}
    line = {**row("send_text originator"), **values} if isinstance(values, dict) else values
    (told,) = wrong(first, line)
    assert told.startswith("log:2: ")
    assert [words for words in says if words not in told] == []


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ({}, {"time": 1}, "time: earlier events of the conversation have none; give it to the first, or to none"),
        ({"time": 1}, {"time": "2020-03-02/.."}, 'time: "2020-03-02/.." is of another kind than before; use ISO 8601'),
        ({"time": 1}, {"time": "2020-03-02"}, 'time: "2020-03-02" is of another kind than before; use ISO 8601'),
        ({"time": 1}, {"time": "soon"}, 'time: "soon" is not accepted; use ISO 8601 or a number'),
        ({"time": 1}, {"time": True}, "time: true is not accepted"),
        ({"time": 1}, {"time": "nan"}, 'time: "nan" is not accepted'),
        ({"conversation": None}, {"conversation": 7}, "conversation: 7, and earlier lines have none; give it on every"),
    ],
)
def test_a_line_has_to_fit_those_before(first: Row, second: Row, says: str) -> None:
    (told,) = wrong({**PAIR, **OPEN, **first}, {**PAIR, **OPEN, **second})
    assert told.startswith(f"log:2: {says}")


def test_every_line_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    lines = ["event,by,recipient.mode", "hm,originator,SfBOnly", '"', "open_chat", "\xff,,", "hang_p,eve,"]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    between = PAIRS["teams>sfb"]
    assert [line.removeprefix(str(path)) for line in wrong_file(path, between=between)] == [
        ":2: " + wrong({"event": "hm", "by": "originator"}, between=between)[0].removeprefix("log:1: "),
        ":3: row: 'unexpected end of data, up to line 6; a quote opens on line 3' is not accepted; give 3 fields, "
        "and close every quote",
    ]
    path.write_bytes("\n".join(line for line in lines if line != '"').encode("latin-1"))
    told = [line.removeprefix(f"{path}:") for line in wrong_file(path, between=between)]
    assert [line.split(":")[0] for line in told] == ["2", "3", "4", "5"]
    assert told[1:3] == [
        "3: row: '1 fields' is not accepted; give 3 fields, and close every quote",
        "4: row: not all of it is text; save the file as UTF-8",
    ]


def wrong_file(path: Path, **around: Any) -> list[str]:
    """What is said of a file that cannot be read."""
    with pytest.raises(LogError) as caught:
        replay(path, **around)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "1: column event is missing; found ''"),
        ("\n\nby,conversation\n", "3: column event is missing; found 'by,conversation'"),
        ("event,by,recipient.mod\n", "1: column 'recipient.mod' is not known; did you mean 'recipient.mode'?"),
        ("event,by,event\n", "1: column 'event' is there twice; give it once"),
    ],
)
def test_a_table_needs_a_header(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(content)
    (told,) = wrong_file(path)
    assert told.startswith(f"{path}:{says}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with a name here")
def test_a_pipe_can_be_read_once_only(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log")
    rows = [{**each, "time": -n} for n, each in enumerate(begun(OPEN, row("send_text recipient")))]
    text = "\n".join(json.dumps(each) for each in rows)
    writer = threading.Thread(target=lambda: (tmp_path / "log").write_text(text))
    writer.start()
    assert "it can be read once only" in wrong_file(tmp_path / "log", progress=print)[0]
    writer.join()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert wrong_file(tmp_path) == [f"{tmp_path}: there is no file in it; give a file of events"]
    assert wrong_file(tmp_path / "no.csv") == [
        f"{tmp_path / 'no.csv'}: No such file or directory; give a file of events"
    ]


class TestPassingOver:
    """Lines that cannot be read may be passed over; a conversation is not judged after one."""

    BAD = row("send_txt originator")

    def report(self, *rows: Row | str) -> Report:
        return replay(list(rows), skip_bad=True)

    def test_it_is_not_followed_from_there(self) -> None:
        report = self.report(*begun(OPEN, self.BAD, row("send_file originator")), {**PAIR, **OPEN, "conversation": 2})
        first, second = report
        assert (first.events, first.agreed, first.unread, first.left, first.follows) == (2, 1, 2, 1, False)
        assert second.follows
        assert (report.follow, report.unread, report.left, report.ok) == (1, 1, 1, True)
        assert [line for line, _ in report.bad] == [2]

    def test_the_first_of_several_is_told(self) -> None:
        report = self.report(*begun(OPEN, self.BAD, row("send_text recipient"), self.BAD))
        (result,) = report
        assert (result.unread, result.agreed) == (2, 1)
        assert [line for line, _ in report.bad] == [2, 4]

    def test_it_may_have_departed_before(self) -> None:
        report = self.report(*begun(OPEN, row("send_file originator"), self.BAD))
        assert (only(report).line, report.unread, len(report.bad)) == (2, 0, 1)

    def test_its_beginning_may_be_what_cannot_be_read(self) -> None:
        report = self.report({**OPEN, "originator.mode": "x"}, row("hang_up originator"), self.BAD)
        assert (report.events, report.left, report.unread) == (1, 1, 1)
        assert [line for line, _ in report.bad] == [1, 3]

    def test_what_is_of_no_conversation_is_of_none(self) -> None:
        report = self.report(*begun(OPEN), "{", {"event": "hang_up"}, row("close_chat originator"))
        assert (report.follow, len(report.bad)) == (1, 2)

    def test_in_order_of_time(self) -> None:
        early = {**self.BAD, "time": 1}
        rows = [
            {**each, "time": time} for each, time in zip(begun(OPEN, row("send_file originator")), (2, 0), strict=True)
        ]
        report = self.report(*rows, early, {**PAIR, **row("open_chat originator"), "time": -1})
        assert only(report).line == 2
        assert [line for line, _ in report.bad] == [3]


Move = int | tuple[str, Party] | Pairing
moves = st.one_of(
    st.integers(0, 1000),
    st.tuples(st.sampled_from(CONVERSATION.events), st.sampled_from(Party)),
    st.sampled_from(list(PAIRS.values())),
)
"""The n-th event that is possible, any event, or a change of the pairing."""


def written(name: str, pairing: Pairing, walk: list[Move]) -> Iterator[Row]:
    """What a service that follows the specification would log, with all that can be seen of it."""
    conversation = Conversation(pairing)
    yield {"conversation": name, "event": "change", **facts(pairing)}
    for move in walk:
        told: Row = {}
        if isinstance(move, Pairing):
            result: Outcome | Refusal = conversation.change(move)
            told = facts(move)
        else:
            ways = conversation.available() or [("open_chat", Party.ORIGINATOR)]
            event, by = ways[move % len(ways)] if isinstance(move, int) else move
            result = conversation.why_not(known.event(event), by) or conversation.fire(known.event(event), by)
        told |= {"conversation": name, "event": result.event, "by": str(result.by), **conversation.state}
        if isinstance(result, Outcome):
            yield {**told, "effects": [list(sent) for sent in result.effects]}
        else:
            yield {**told, "accepted": False, "rule": result.rule, "effects": []}


walks = st.tuples(st.sampled_from(list(PAIRS.values())), st.lists(moves, max_size=15))
logs = st.lists(walks, min_size=1, max_size=4).map(
    lambda drawn: [list(written(f"c{n}", *each)) for n, each in enumerate(drawn)]
)
"""The lines of some conversations, each by itself."""


def interleaved(conversations: list[list[Row]], chance: random.Random) -> list[Row]:
    """All the lines in one log, in an order that is each conversation's own."""
    turns = [n for n, lines in enumerate(conversations) for _ in lines]
    chance.shuffle(turns)
    each = [iter(lines) for lines in conversations]
    return [next(each[n]) for n in turns]


@given(logs, st.randoms(use_true_random=False))
@settings(max_examples=4)
def test_whatever_the_specification_does_follows_it(conversations: list[list[Row]], chance: random.Random) -> None:
    report = replay(interleaved(conversations, chance))
    assert report.ok
    assert (report.follow, report.events) == (len(conversations), sum(map(len, conversations)))


@given(logs, st.randoms(use_true_random=False), st.sampled_from(("accepted", *LIFECYCLES, "effects")))
@settings(max_examples=4)
def test_one_thing_seen_otherwise_departs_there(
    conversations: list[list[Row]], chance: random.Random, what: str
) -> None:
    log = interleaved(conversations, chance)
    line = chance.randrange(len(log))
    was = log[line]
    if what == "accepted":
        otherwise: Any = not was.get("accepted", True)
    elif what == "effects":
        otherwise = [["relay", "gateway"], *was.get("effects", ())]
    else:
        otherwise = next(state for state in CONVERSATION.lifecycles[what].states if state != was.get(what, "none"))
    log[line] = {name: value for name, value in was.items() if name != "rule"} | {what: otherwise}
    departure = only(replay(log))
    assert (departure.line, departure.conversation) == (line + 1, was["conversation"])


@given(logs, st.randoms(use_true_random=False))
@settings(max_examples=4)
def test_an_order_of_time_is_as_good_as_one_of_lines(conversations: list[list[Row]], chance: random.Random) -> None:
    log = interleaved(conversations, chance)
    del log[chance.randrange(len(log))]
    timed = [{**each, "time": n} for n, each in enumerate(log)]
    plain = replay(log, skip_bad=True)
    chance.shuffle(timed)
    again = replay(timed, skip_bad=True)
    assert {each.conversation: each[1:3] for each in again} == {each.conversation: each[1:3] for each in plain}
    assert again.rows == plain.rows
