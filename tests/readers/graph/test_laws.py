"""A conversation written out as records, and read back: the same events, but for what the format cannot tell."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fsm.readers import cdr
from fsm.readers.graph import callrecords, chats, notifications

from ..readings import conversations, options, rows, within
from ..test_cdr import table
from .making import SFB, TEAMS, at, failed, lines, record, service, session, time
from .test_chats import MEMBER_KINDS, chat, message, system
from .test_notifications import call, delivered, ended
from .test_notifications import people as ends_of

NAMES = ("adele", "grady", "megan", "pradeep")
Told = list[tuple[str, str, float]]
"""An event, by whom, and when."""
two = st.permutations(NAMES).map(lambda each: each[:2])
start = st.integers(0, 10_000)
UNANSWERED = [("decline_call", "recipient"), ("cancel_call", "originator"), ("no_answer", "service")]
shape = st.sampled_from(["lines", "array", "page", "pages"])


@st.composite
def calls(draw: st.DrawFn) -> tuple[list[str], bool, Told]:
    """A call: of whom, whether with video, and what happened."""
    people, begins, video = draw(two), draw(start), draw(st.booleans())
    told: Told = [("call_video" if video else "call_audio", "originator", begins)]
    how = draw(st.sampled_from(["answered", "unanswered", "voicemail"]))
    ends = begins + draw(st.integers(10, 1000))
    if how == "unanswered":
        event, by = draw(st.sampled_from(UNANSWERED))
        told.append((event, by, ends))
    elif how == "voicemail":
        told.append(("voicemail_answered", "service", begins + 5))
        told.append((*draw(st.sampled_from([("hang_up", "originator"), ("service_hung_up", "service")])), ends))
    else:
        told.append(("accept_call", "recipient", begins + 5))
        if draw(st.booleans()):
            holder = draw(st.sampled_from(["originator", "recipient"]))
            told += [("hold", holder, begins + 6), ("resume", holder, begins + 8)]
        told.append((*draw(st.sampled_from([("hang_up", "originator"), ("hang_up", "recipient")])), ends))
        if draw(st.booleans()):
            told[-1] = ("media_failed", "service", ends)
    return list(people), video, told


def document(records: list[Any], how: str) -> bytes:
    """Records in a file of a shape."""
    if how == "lines":
        return lines(*records)
    if how == "pages":
        return lines(*({"value": [each], "@odata.nextLink": "x"} for each in records))
    return json.dumps(records if how == "array" else {"@odata.count": 1, "value": records}, indent=1).encode()


def same(told: Told, found: list[Any], people: list[str]) -> None:
    """What was read is what happened, up to what it leaves open."""
    for party, name in zip(("originator", "recipient"), people, strict=True):
        assert found[0].get(f"{party}.address", name).startswith(name)
    assert [(event, by) in options(row) for (event, by, _), row in zip(told, found, strict=True)] == [True] * len(told)
    for (_, _, when), row in zip(told, found, strict=True):
        assert "time" not in row or within(time(when), row["time"]), (when, row)


def as_record(name: str, people: list[str], video: bool, told: Told) -> list[Any]:
    """The versions of its call record."""
    caller, callee = at(people[0], TEAMS), at(people[1], SFB)
    begins, ends = told[0][2], told[-1][2]
    media = {"modalities": ["audio", *["video"] * video]}
    if told[1][0] == "voicemail_answered":
        sessions = [
            session(caller, service("voicemail"), begins, ends, **media),
            session(caller, callee, begins, begins),
        ]
    elif told[1][0] == "accept_call":
        cuts = [begins, *(when for event, _, when in told if event in ("hold", "resume")), ends]
        segments = [
            {"startDateTime": time(a), "endDateTime": time(b)} for a, b in zip(cuts[::2], cuts[1::2], strict=True)
        ]
        broken = failed("midcall") if told[-1][0] == "media_failed" else {}
        sessions = [session(caller, callee, begins, ends, segments=segments, **media, **broken)]
    else:
        sessions = [session(caller, callee, begins, ends, **media, **failed("callSetup"))]
    older = record(session(caller, callee, begins, begins), name=name, version=1)
    return [older, record(*sessions, name=name, version=2)]


@given(given=st.lists(calls(), min_size=1, max_size=6), how=shape, seed=st.integers())
def test_call_records_in_any_order_and_shape(given: list[Any], how: str, seed: int) -> None:
    records = [each for n, one in enumerate(given) for each in as_record(f"c{n}", *one)]
    random.Random(seed).shuffle(records)
    found = conversations(rows(callrecords, document(records, how)))
    assert len(found) == len(given)
    for n, (people, _, told) in enumerate(given):
        same(told, list(found[f"c{n}"]), people)


CODES = {"decline_call": 603, "cancel_call": 487, "no_answer": 480, "media_failed": 500, "hang_up": 200}
STATES = {"accept_call": "established", "resume": "established", "hold": "hold"}


def as_notifications(name: str, people: list[str], video: bool, told: Told) -> list[Any]:
    """The notifications of a call, each with when."""
    ends = [{"identity": {"user": {"id": each}}} for each in people]
    media = {"requestedModalities": ["audio", *["video"] * video]}
    found = [(told[0][2], call("incoming", name, **ends_of(source=ends[0], targets=ends[1:], **media)))]
    for event, _, when in told[1:]:
        state = STATES.get(event)
        found.append((when, call(state, name) if state else ended(CODES[event], name=name)))
    return found


@given(
    given=st.lists(calls().filter(lambda each: each[2][1][0] != "voicemail_answered"), min_size=1, max_size=6),
    batch=st.integers(1, 4),
    timed=st.booleans(),
    seed=st.integers(),
)
def test_notifications_in_batches_and_mixed(given: list[Any], batch: int, timed: bool, seed: int) -> None:
    each = [as_notifications(f"c{n}", *one) for n, one in enumerate(given)]
    mixed = sorted((each for one in each for each in one), key=lambda pair: pair[0])
    if timed:
        random.Random(seed).shuffle(mixed)
        data = lines(*(delivered(one, after=when) for when, one in mixed))
    else:
        data = lines(*(delivered(*(one for _, one in mixed[n : n + batch])) for n in range(0, len(mixed), batch)))
    found = conversations(rows(notifications, data))
    for n, (people, _, told) in enumerate(given):
        same(told, list(found[f"c{n}"]), people)


BODIES = {
    "send_text": "<p>hi</p>",
    "send_rich_text": "<p><i>hi</i></p>",
    "send_emoticon": '<p><emoji alt="x"></emoji></p>',
    "send_file": '<attachment id="1"></attachment>',
}


@st.composite
def talks(draw: st.DrawFn) -> tuple[list[str], Told]:
    """A chat: of whom, and what happened."""
    people, when = list(draw(two)), draw(start)
    told: Told = [("open_chat", "originator", when)]
    for n in range(draw(st.integers(1, 6))):
        by = "originator" if n == 0 else draw(st.sampled_from(["originator", "recipient"]))
        told.append((draw(st.sampled_from(sorted(BODIES))), by, when + n * 10))
    if draw(st.booleans()):
        told += [
            ("call_audio", "recipient", when + 100),
            ("accept_call", "originator", when + 105),
            ("hang_up", "originator", when + 200),
        ]
    return people, told


def as_messages(name: str, people: list[str], told: Told) -> list[Any]:
    """The chat and its messages."""
    by = dict(zip(("originator", "recipient"), people, strict=True))
    found: list[Any] = [chat(*zip(people, MEMBER_KINDS, strict=True), id=name, createdDateTime=time(told[0][2]))]
    for n, (event, party, when) in enumerate(told):
        if event in BODIES:
            files = [{"contentType": "reference"}] if event == "send_file" else []
            found.append(message(f"m{n}", BODIES[event], by[party], when, attachments=files))
        elif event in ("call_audio", "hang_up"):
            kind = "callStarted" if event == "call_audio" else "callEnded"
            found.append(system(f"m{n}", kind, when, by[party], callId="1", callDuration="PT1M35S"))
        if found[-1].get("chatId"):
            found[-1]["chatId"] = name
    return found


@given(given=st.lists(talks(), min_size=1, max_size=4), how=shape, seed=st.integers())
def test_chats_in_any_order_and_shape(given: list[Any], how: str, seed: int) -> None:
    records = [each for n, one in enumerate(given) for each in as_messages(f"19:{n}", *one)]
    random.Random(seed).shuffle(records)
    found = conversations(rows(chats, document(records, how)))
    for n, (people, told) in enumerate(given):
        same(told, list(found[f"19:{n}"]), people)


def as_row(n: int, people: list[str], video: bool, told: Told) -> dict[str, str]:
    """A row of SessionDetails."""
    begins, ends = (time(told[at_][2]).replace("T", " ")[:19] for at_ in (0, -1))
    cells = {"SessionIdTime": begins, "SessionIdSeq": str(n), "InviteTime": begins, "EndTime": ends}
    cells |= {"FromUri": f"sip:{people[0]}@contoso.com", "ToUri": f"{people[1]}@contoso.com"}
    taken = told[1][0] in ("accept_call", "voicemail_answered")
    cells["ResponseCode"] = "200" if taken else str(CODES[told[1][0]])
    cells["ResponseTime"] = time(told[1][2]).replace("T", " ")[:19]
    cells["ToClientType"] = "ExUM" if told[1][0] == "voicemail_answered" else "NULL"
    return cells | {"MediaList": "Audio;Video" if video else "Audio", "Note": "two\nlines"}


@given(
    given=st.lists(calls().filter(lambda each: each[2][-1][0] != "media_failed"), min_size=1, max_size=6),
    separator=st.sampled_from(",;\t"),
    written=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    seed=st.integers(),
)
def test_rows_of_sessions_in_any_order(given: list[Any], separator: str, written: str, seed: int) -> None:
    given = [
        (people, video, [each for each in told if each[0] not in ("hold", "resume")]) for people, video, told in given
    ]
    cells = [as_row(n, *one) for n, one in enumerate(given)]
    random.Random(seed).shuffle(cells)
    data = table(*cells, separator=separator).decode().encode(written)
    found = conversations(rows(cdr, data))
    assert len(found) == len(given)
    for name, each in found.items():
        people, _, told = given[int(name.rpartition("/")[2])]
        same(told, list(each), people)
