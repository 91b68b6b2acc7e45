"""Chat messages: what two people wrote each other, and calls that their chat tells of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fsm.readers.graph import chats
from fsm.readers.graph.markup import kind

from ..readings import accepted, events, read, rows, wrong
from .making import lines, time

EITHER = "unknown"
OPENED, TEXT = ("open_chat", "originator"), ("send_text", "originator")
A, B = ("00000000-0000-4000-8000-00000000000" + each for each in "ab")


def user(name: str, kind: str | None = "aadUser") -> dict[str, Any]:
    """Who sends."""
    return {"user": {"id": name, "userIdentityType": kind}}


def message(name: str, content: str = "hi", sender: Any = "a", after: float = 0, **more: Any) -> dict[str, Any]:
    """A message; html if it looks so."""
    return {
        "id": name,
        "chatId": "19:x@unq.gbl.spaces",
        "messageType": "message",
        "createdDateTime": time(after),
        "from": user(sender) if isinstance(sender, str) else sender,
        "body": {"contentType": "html" if "<" in content else "text", "content": content},
        **more,
    }


def system(name: str, kind: str, after: float, sender: str = "a", **more: Any) -> dict[str, Any]:
    """A system message."""
    detail = {"@odata.type": f"#microsoft.graph.{kind}EventMessageDetail", "initiator": user(sender), **more}
    return message(name, "<systemEventMessage/>", None, after, messageType="systemEventMessage", eventDetail=detail)


def chat(*members: Any, **more: Any) -> dict[str, Any]:
    """A chat with members of kinds, by name."""
    two = [{"@odata.type": f"#microsoft.graph.{kind}", "userId": name, "email": f"{name}@x"} for name, kind in members]
    return {"id": "19:x@unq.gbl.spaces", "chatType": "oneOnOne", "members": two, **more}


TEAMS, SFB = MEMBER_KINDS = ("aadUserConversationMember", "skypeForBusinessUserConversationMember")


def happened(*given: Any) -> list[Any]:
    """The events of a chat; the specification accepts at least one reading of them."""
    found = rows(chats, lines(*given))
    assert accepted(found)
    return events(found)


class TestMessages:
    @pytest.mark.parametrize(
        ("given", "event"),
        [
            (message("m"), "send_text"),
            (message("m", "<p>hi&nbsp;&lt;b&gt;</p><p><br></p>"), "send_text"),
            (message("m", "<p><b>hi</b></p>"), "send_rich_text"),
            (message("m", '<p style="color:red">hi</p>'), "send_rich_text"),
            (message("m", '<p><emoji id="smile" alt="x"></emoji></p>'), "send_emoticon"),
            (message("m", '<p><b>hi</b><emoji id="smile"></emoji></p>'), "send_rich_text"),
            (message("m", '<attachment id="x"></attachment>', attachments=[{"contentType": "reference"}]), "send_file"),
            (
                message("m", "", attachments=[{"contentType": "application/vnd.microsoft.card.adaptive"}]),
                "send_rich_text",
            ),
            (message("m", "<p>a</p>", attachments=[{"contentType": None}]), "send_text"),
            (message("m", messageType=None), "send_text"),
            (message("m", body=None), "send_text"),
            (message("m", deletedDateTime=time(1)), "send_text"),
        ],
    )
    def test_what_a_message_is(self, given: Any, event: str) -> None:
        found = rows(chats, lines(given))
        assert events(found) == [OPENED, (event, "originator")]

    def test_what_a_deleted_message_was_is_not_told(self) -> None:
        found, noted = read(chats, lines(message("m", "", deletedDateTime=time(1))))
        row = found[1][1]
        assert isinstance(row, dict)
        assert [each[0] for each in row["event"]] == ["send_text", "send_rich_text", "send_emoticon", "send_file"]
        assert sum("deleted" in says for says in noted) == 1

    def test_an_edited_message_is_read_as_it_was_left(self) -> None:
        _, noted = read(chats, lines(message("m", lastEditedDateTime=time(1))))
        assert sum("edited" in says for says in noted) == 1

    @pytest.mark.parametrize(
        ("content", "is_"),
        [
            ("a < b", "text"),
            ("<p>" * 3000, "text"),
            ("<![if", "text"),
            ("<![x[", "rich"),
            ("<table>", "rich"),
            ('<span class="x">', "rich"),
        ],
    )
    def test_markup_that_is_odd(self, content: str, is_: str) -> None:
        assert kind(content) == is_


class TestOrder:
    def test_newest_first_and_twice(self) -> None:
        newest = [message("n", sender="b", after=60), message("m"), message("n", sender="b", after=60)]
        found = rows(chats, lines(*newest))
        assert events(found) == [OPENED, TEXT, ("send_text", "recipient")]
        assert (found[0]["originator.address"], found[0]["recipient.address"]) == ("a", "b")
        assert found[0]["time"] == "../2020-03-02T09:00:00.000Z"
        assert accepted(found)

    @pytest.mark.parametrize(("created", "opened"), [(-60, "08:59:00"), (60, "09:00:00")])
    def test_when_the_chat_was_made_it_was_opened(self, created: float, opened: str) -> None:
        found = rows(chats, lines(message("m"), chat(createdDateTime=time(created))))
        assert found[0]["time"] == f"2020-03-02T{opened}.000Z"


class TestPeople:
    def test_members_tell_who_the_two_are(self) -> None:
        found = rows(chats, lines(chat(("A", TEAMS), ("b", SFB)), message("m", sender="b")))
        assert found[0] == {
            "conversation": "19:x@unq.gbl.spaces",
            "time": "../2020-03-02T09:00:00.000Z",
            "event": "open_chat",
            "by": "originator",
            "originator.address": "b@x",
            "originator.mode": "SfBOnly",
            "recipient.address": "A@x",
            "recipient.mode": "TeamsOnly",
            "assumed": ["originator.mode", "recipient.mode"],
        }

    def test_a_chat_may_have_its_messages_with_it(self) -> None:
        nested = chat(("a", TEAMS), ("b", TEAMS), messages=[{**message("m"), "chatId": None}])
        found = rows(chats, json.dumps({"value": [nested]}, indent=1).encode())
        assert (events(found), found[0]["source"]) == ([OPENED, TEXT], "#/value/0/messages/0")

    def test_the_name_of_the_chat_tells_object_ids(self) -> None:
        found = rows(chats, lines(message("m", sender=B, chatId=f"19:{A}_{B}@unq.gbl.spaces")))
        assert (found[0]["originator.address"], found[0]["recipient.address"]) == (B, A)

    def test_who_sends_from_a_server_is_on_skype_for_business(self) -> None:
        found = rows(chats, lines(message("m", sender=user("b", "onPremiseAadUser")), message("n", sender="a")))
        assert found[0]["originator.mode"] == "SfBOnly"

    def test_one_who_is_alone_is_told(self) -> None:
        found, noted = read(chats, lines(message("m", sender=user("a", None))))
        assert "recipient.address" not in found[0][1]
        assert [each for each in noted if each.startswith("only one of the two")]
        assert sum("Teams is taken" in says for says in noted) == 1

    def test_where_no_sender_is_told_it_is_either(self) -> None:
        assert happened(message("m", sender={"device": {}})) == [("open_chat", EITHER), ("send_text", EITHER)]
        nobody = message("m", sender={"user": {"id": None}}, chatId=f"19:{A}_{B}@unq.gbl.spaces")
        assert happened(nobody) == [("open_chat", EITHER), ("send_text", EITHER)]


class TestCalls:
    def test_a_call(self) -> None:
        started = system("s", "callStarted", 0, callId="1", callEventType="call")
        ended = system("e", "callEnded", 90, callId="1", callEventType="call", callDuration="PT1M30S")
        found = rows(chats, lines(ended, started, message("m", sender="b", after=200)))
        assert accepted(found)
        assert events(found) == [
            [["call_video", "originator"], ["call_audio", "originator"]],
            ("accept_call", "recipient"),
            ("hang_up", EITHER),
            ("open_chat", "recipient"),
            ("send_text", "recipient"),
        ]

    @pytest.mark.parametrize("duration", ["PT0S", None])
    def test_one_that_took_no_time_and_of_which_the_start_is_missing(self, duration: str | None) -> None:
        found = rows(chats, lines(system("e", "callEnded", 90, callId="1", callDuration=duration)))
        assert accepted(found) == 4 * 2
        assert [row["time"] for row in found] == ["../2020-03-02T09:01:30.000Z", "2020-03-02T09:01:30.000Z"]


class TestSetAside:
    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ([message("m"), chat(chatType="group")], "chats of groups"),
            ([message("m", sender="A@x"), chat(("a", TEAMS))], "chats with oneself"),
            ([message("m", sender="A@x"), chat(("a", TEAMS), chatType="meeting")], "chats of groups"),
            ([message("m", sender="a"), message("n", sender="b"), message("o", sender="c")], "chats in which more"),
            ([message("m", sender={"application": {"id": "x"}})], "chats with somebody"),
            ([message("m", sender=user("x", "skypeUser"))], "chats with somebody"),
            ([message("m"), chat(("x", "skypeUserConversationMember"))], "chats with somebody"),
            ([system("s", "membersAdded", 0)], "system messages that are not of calls"),
            ([message("m", messageType="systemEventMessage")], "system messages that are not of calls"),
            ([system("s", "callStarted", 0, callEventType="meeting", callId="1")], "system messages of meetings"),
            ([system("s", "callStarted", 0)], "system messages of calls that do not tell which"),
            ([message("m", messageType="unknownFutureValue")], "messages of a type that is not known"),
            ([message("m", createdDateTime=None)], "messages without createdDateTime"),
        ],
    )
    def test_by_name_and_counted(self, given: Any, says: str) -> None:
        found, noted = read(chats, lines(*given))
        assert found == []
        assert [each.startswith(says) for each in noted] == [True]

    def test_a_chat_without_messages_is_nothing(self) -> None:
        assert read(chats, lines(chat(("a", TEAMS), (None, TEAMS)))) == ([], {})

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            (message("m", chatId=None), "chatId: missing"),
            (chat(id=None), "id: missing"),
            (message(""), "id: missing; a message has one"),
        ],
    )
    def test_what_has_no_name_is_an_error(self, given: Any, says: str) -> None:
        (said,) = wrong(chats, lines(given))
        assert said.startswith(says)
        assert wrong(chats, b"{")[0].startswith("the document ends")


def test_what_it_looks_like() -> None:
    assert chats.looks(lines(message("m")))
    assert chats.looks(b"\xef\xbb\xbf" + json.dumps({"value": [chat()]}, indent=1).encode())
    assert not chats.looks(b'{"event": "open_chat"}')
    assert not chats.looks(b'messageType,"chatType": "x"')
