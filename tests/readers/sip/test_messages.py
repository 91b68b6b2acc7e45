"""Messages are found whatever stands around them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.readers.opening import Part
from fsm.readers.sip import messages as module
from fsm.readers.sip.messages import Message, messages
from fsm.readers.sip.read import looks

from .writing import KINDS, Dialog, Sent, sdp, trace


def found(text: str | bytes) -> list[Message]:
    raw = text.encode() if isinstance(text, str) else text
    return list(messages(Part("a", io.BufferedReader(io.BytesIO(raw)), int, len(raw))))


def some() -> list[Sent]:
    dialog = Dialog("c")
    invite = dialog.ask(0, "INVITE", body=sdp("chat"))
    return [invite, dialog.answer(invite, 0.1, 200, sdp("chat")), dialog.ask(5, "ACK"), dialog.ask(9, "BYE")]


def brief(some: list[Message]) -> list[tuple[str, int, str, str]]:
    return [(each.method, each.status, each.time, each.headers["call-id"]) for each in some]


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize("folds", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_they_are_found_in_every_kind_of_trace(kind: str, folds: bool, bare: bool) -> None:
    text = trace(some(), kind, folds, bare)
    assert looks(text.encode())
    assert brief(found(text)) == [
        ("INVITE", 0, "2026-11-27T09:00:00.000Z", "c"),
        ("INVITE", 200, "2026-11-27T09:00:00.100Z", "c"),
        ("ACK", 0, "2026-11-27T09:00:05.000Z", "c"),
        ("BYE", 0, "2026-11-27T09:00:09.000Z", "c"),
    ]
    assert found(text)[1].headers["from"].endswith("tag=a")
    assert "m=message" in found(text)[0].body
    assert found(text.encode("utf-16")) == found(text)


def test_a_body_is_as_long_as_it_says() -> None:
    inner = "SIP/2.0 200 OK\r\n\r\nBYE sip:x@y SIP/2.0\r\n"
    dialog = Dialog("c")
    refer = dialog.ask(0, "NOTIFY", body=inner, Content_Type="message/sipfrag")
    assert [each.method for each in found(trace([refer, *some()], "uccapi"))][:2] == ["NOTIFY", "INVITE"]


def test_without_a_length_it_goes_up_to_the_next_one() -> None:
    invite = "INVITE sip:a@b SIP/2.0\r\ni: c\r\nf: <sip:x@y>\r\n\r\nv=0\r\nm=audio 1 x\r\n\r\n"
    text = f"{invite}BYE sip:a@b SIP/2.0\r\nCall-ID: c\r\n\r\n"
    first, second = found(text)
    assert (first.headers["call-id"], first.headers["from"], first.body.split()[-2:]) == ("c", "<sip:x@y>", ["1", "x"])
    assert (second.method, second.time) == ("BYE", "")


def test_of_headers_that_are_there_twice_the_first_counts() -> None:
    (one,) = found("BYE sip:a@b SIP/2.0\r\nVia: 1\r\nVia: 2\r\n folded\r\nX: a\r\n b\r\nnonsense\r\nCall-ID: c\r\n\r\n")
    assert (one.headers["via"], one.headers["x"], one.headers["call-id"]) == ("1", "a b", "c")


def test_lines_and_headers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_HEADERS", 2)
    monkeypatch.setattr(module, "LONGEST", 50)
    (one,) = found("BYE sip:a@b SIP/2.0\r\nA: 1\r\nB: " + "x" * 500 + "\r\nC: 3\r\n\r\n")
    assert (sorted(one.headers), len(one.headers["b"])) == (["a", "b"], 47)


def test_a_body_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 640)
    (one,) = found("BYE sip:a@b SIP/2.0\r\nCall-ID: c\r\n\r\n" + "x\r\n" * 200)
    assert one.body == "\n".join("x" * 10)


@pytest.mark.parametrize("head", [b"<log>SIP/2.0", b'{"a": "SIP/2.0"}', b"nothing"])
def test_what_is_none(head: bytes) -> None:
    assert not looks(head)


@given(st.text(max_size=300))
def test_in_nonsense_nothing_is_found_that_is_not_there(text: str) -> None:
    assert all(each.line >= 1 for each in found(text.encode("utf-8", "replace")))
