"""What messages mean, one sign at a time."""

from __future__ import annotations

from typing import Any

import pytest

from fsm.readers.sip import read as reader
from fsm.readers.sip.signs import SIGNS
from tests.readers.reading import Read, answers, read

from .writing import ANN, BOB, Dialog, Sent, sdp, trace
from .writing import text as wire

FOCUS = "ann@contoso.com;gruu;opaque=app:conf:focus:id:X1"


def said(*sent: Sent) -> Read:
    return read(trace(list(sent)))


def events(*sent: Sent) -> list[Any]:
    return said(*sent).told


def chat(dialog: Dialog) -> list[Sent]:
    invite = dialog.ask(0, "INVITE", body=sdp("chat"))
    return [invite, dialog.answer(invite, 0.1, 200, sdp("chat"))]


def call(dialog: Dialog, status: int = 200, **more: str) -> list[Sent]:
    invite = dialog.ask(0, "INVITE", body=sdp("audio"))
    return [invite, dialog.answer(invite, 5, status, sdp("audio") if status == 200 else "", **more)]


OPEN, CALL, ANSWER = ("open_chat", "originator"), ("call_audio", "originator"), ("accept_call", "recipient")


def message(kind: str, body: str, status: int = 200) -> Any:
    dialog = Dialog("c")
    begun = chat(dialog)
    asked = dialog.ask(9, "MESSAGE", body=body, Content_Type=kind)
    found = said(*begun, asked, dialog.answer(asked, 0.1, status))
    return [(each["event"], each.get("accepted", True)) for each in found.rows[1:]]


BOTH = [["send_rich_text", "originator"], ["send_text", "originator"]]


@pytest.mark.parametrize(
    ("kind", "body", "means"),
    [
        ("text/plain; charset=UTF-8", "hi", "send_text"),
        ("text/html", '<SPAN style="color:#000000">hi</SPAN>', "send_text"),
        ("text/html", "<span><b>hi</b></span>", BOTH),
        ("text/rtf", r"{\rtf1 hi}", BOTH),
        ("text/plain", "join https://meet.contoso.com/ann/X1", "link_delivered"),
        ("text/plain", "https://teams.microsoft.com/l/meetup-join/19%3a", "link_delivered"),
    ],
)
def test_what_a_message_is(kind: str, body: str, means: Any) -> None:
    assert message(kind, body) == [(means, True)]


def test_a_message_that_was_refused_says_so() -> None:
    assert message("text/plain", "hi", 403) == [("send_text", False)]


def test_a_message_of_no_text_is_set_aside() -> None:
    assert message("application/x-ms-ink", "x") == []


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (603, ("decline_call", "recipient")),
        (600, ("decline_call", "recipient")),
        (504, ("no_answer", "service")),
        (487, None),
        (302, None),
    ],
)
def test_how_a_call_was_answered(status: int, means: Any) -> None:
    assert events(*call(Dialog("c"), status)) == [CALL, *([means] if means else [])]


def test_how_a_call_failed_may_be_one_of_several() -> None:
    found = said(*call(Dialog("c"), 500))
    assert [name for name, _ in found.rows[1]["event"]] == ["decline_call", "cancel_call", "no_answer", "media_failed"]
    assert answers(found.rows) == ["follows"]


def test_a_call_that_nobody_answered_yet_is_placed() -> None:
    assert events(call(Dialog("c"))[0]) == [CALL]


def test_voicemail_answers_and_hangs_up_for_the_service() -> None:
    dialog = Dialog("c")
    begun = call(dialog, Server="RTCC/6.0.0.0 ExUM/15.20")
    found = said(*begun, dialog.ask(60, "BYE", BOB))
    assert found.told == [CALL, ("voicemail_answered", "service"), ("service_hung_up", "service")]
    assert answers(found.rows) == ["follows"]
    other = Dialog("c")
    assert events(*call(other, Server="ExUM"), other.ask(60, "BYE"))[2] == ("hang_up", "originator")


def test_cancel_of_what_was_completed_elsewhere_is_none() -> None:
    dialog = Dialog("c")
    invite = dialog.ask(0, "INVITE", body=sdp("audio"))
    elsewhere = dialog.ask(3, "CANCEL", Reason='SIP;cause=200;text="Call completed elsewhere"')
    assert events(invite, elsewhere) == [CALL]
    assert events(invite, dialog.ask(3, "CANCEL"), dialog.ask(4, "CANCEL")) == [CALL, ("cancel_call", "originator")]


def test_what_is_invited_to_anew_and_refused_is_nothing() -> None:
    dialog = Dialog("c")
    begun = call(dialog)
    hold = dialog.ask(9, "INVITE", body=sdp("audio", "a=inactive"))
    assert events(*begun, hold, dialog.answer(hold, 1, 488)) == [CALL, ANSWER]
    assert events(*begun, dialog.ask(20, "INVITE", body=sdp("audio"))) == [CALL, ANSWER]


def meeting(dialog: Dialog, status: int) -> list[Sent]:
    asked = dialog.ask(
        9, "SERVICE", body="<request><addConference/></request>", to=FOCUS, Content_Type="application/cccp+xml"
    )
    return [asked, dialog.answer(asked, 1, status)]


def test_a_meeting_is_set_up_by_one_and_joined_by_the_other() -> None:
    talk, conference, mine, theirs, link = (Dialog(each) for each in "cmjkl")
    theirs.sender, theirs.other = BOB, ANN
    begun = call(talk)
    invitation = link.ask(
        12, "INVITE", body="<Conferencing version='2.0'/>", Content_Type="application/ms-conf-invite+xml"
    )
    found = said(
        *begun,
        *meeting(conference, 200),
        mine.ask(11, "INVITE", to=FOCUS),
        invitation,
        theirs.ask(20, "INVITE", to=FOCUS),
        talk.ask(22, "BYE"),
        Dialog("s").ask(25, "INVITE", to="ann@contoso.com;gruu;opaque=app:conf:applicationsharing:id:X1"),
        theirs.ask(30, "BYE", to=FOCUS),
        mine.ask(31, "BYE", to=FOCUS),
    )
    assert found.told == [
        CALL,
        ANSWER,
        ("meet_now", "originator"),
        ("meeting_created", "service"),
        ("link_delivered", "service"),
        ("join_meeting", "recipient"),
        ("start_sharing", "originator"),
        ("leave_meeting", "recipient"),
    ]


def test_a_meeting_may_fail_and_other_services_are_set_aside() -> None:
    assert events(*call(Dialog("c")), *meeting(Dialog("m"), 500))[2:] == [
        ("meet_now", "originator"),
        ("meeting_failed", "service"),
    ]
    other = Dialog("m").ask(9, "SERVICE", body="<getAvailability/>", to=FOCUS)
    found = said(*call(Dialog("c")), other)
    assert (len(found.rows), "that sets up no conference" in found.notes[0]) == (2, True)
    assert len(events(*call(Dialog("c")), meeting(Dialog("m"), 500)[0])) == 3


def test_a_desktop_shown_between_two_shows_its_effect() -> None:
    for sender, other, shown in ((ANN, BOB, "recipient"), (BOB, ANN, "recipient")):
        dialog = Dialog("d", sender, other)
        invite = dialog.ask(0, "INVITE", body=sdp("desktop"))
        (row,) = said(invite, dialog.answer(invite, 1, 200, sdp("desktop"))).rows
        assert (row["event"], row["effects"]) == ("share_desktop", [["show_screen", shown]])
        assert said(invite, dialog.answer(invite, 1, 488)).rows == []


def test_a_chat_that_was_refused_is_none() -> None:
    dialog = Dialog("c")
    invite = dialog.ask(0, "INVITE", body=sdp("chat"))
    found = said(invite, dialog.answer(invite, 1, 486), dialog.ask(5, "BYE"))
    assert (found.rows, "1 INVITE (486): to a chat, and refused" in found.notes[0]) == ([], True)


def test_what_begins_before_the_trace_is_set_aside() -> None:
    dialog = Dialog("c")
    dialog.count = 4
    assert "of a dialog whose beginning is not there" in said(*chat(Dialog("d")), dialog.ask(5, "BYE")).notes[0]


def test_who_is_no_party_is_set_aside_and_so_is_what_has_no_meaning() -> None:
    other = Dialog("x", "eve@contoso.com", BOB)
    found = said(*chat(Dialog("c")), other.ask(5, "BYE"), Dialog("y").ask(6, "REFER"), Dialog("z").ask(7, "OPTIONS"))
    assert ["of somebody else" in found.notes[0], "of no meaning here" in found.notes[1]] == [True, True]
    assert len(found.rows) == 1


def test_between_fewer_than_two_there_is_no_conversation() -> None:
    alone = Dialog("c", ANN, ANN)
    assert "not between two people, and set aside" in said(*chat(alone)).notes[0]


def test_on_which_side_they_were_seen() -> None:
    first = said(*chat(Dialog("c"))).rows[0]
    assert (first["originator.mode"], first["originator.client"], first["recipient.mode"]) == (
        "SfBOnly",
        "sfb-legacy",
        "TeamsOnly",
    )
    back = Dialog("c", BOB, ANN)
    invite = back.ask(0, "INVITE", body=sdp("chat"), Contact="<sip:gw.lgw.skype.com>;isGateway")
    assert said(invite, back.answer(invite, 1, 200)).rows[0]["originator.mode"] == "TeamsOnly"


def test_a_conversation_that_is_over_is_written_out_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "EVERY", 1)
    old, new = Dialog("c", conversation="old"), Dialog("d", conversation="new")
    later = [each._replace(at=each.at + 9000) for each in chat(new)]
    late = old.ask(9001, "MESSAGE", body="hi", Content_Type="text/plain")
    found = said(*chat(old), *later, late)
    assert [each["conversation"] for each in found.rows] == ["old", "new", "old"]


def test_no_more_messages_are_kept_than_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "OPEN", 2)
    dialog = Dialog("c")
    found = said(*chat(dialog), dialog.ask(9, "BYE"))
    assert ("of a conversation of more than 2" in found.notes[0], len(found.rows)) == (True, 1)


def test_a_message_may_lack_its_conversation_or_its_call() -> None:
    dialog = Dialog("c", conversation="")
    begun = chat(dialog)
    dialog.conversation = "conv"
    bye = dialog.ask(9, "BYE")
    assert [each["conversation"] for each in said(*begun).rows] == ["call c"]
    assert [each["conversation"] for each in said(*begun, bye).rows] == ["conv", "conv"]
    nameless = begun[0]._replace(headers=[each for each in begun[0].headers if each[0] != "Call-ID"])
    assert "without Call-ID, and set aside" in said(nameless).notes[0]


def test_without_times_nothing_is_idle() -> None:
    dialog = Dialog("c")
    text = "".join(f"{each}\r\n" for each in map(wire, [*chat(dialog), dialog.ask(9000, "BYE")]))
    assert events_of(text) == [OPEN, ("close_chat", "originator")]


def events_of(text: str) -> list[Any]:
    return read(text).told


def test_every_sign_is_of_something() -> None:
    assert len({each.name for each in SIGNS}) == len(SIGNS)
