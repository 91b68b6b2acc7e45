"""Call detail records that Skype for Business Server keeps of sessions of two, exported as a table: SessionDetails.

A row is a session, known by SessionIdTime and SessionIdSeq; where media were joined to it there is a row a medium, and
they are put together, HELD sessions apart at most. Cells without a value are empty or ``NULL``. Of messages there are
counts and no times, so they are somewhere between the answer and the end.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from fsm.notation import Party
from fsm.notation.echo import LONGEST, echo, plain
from fsm.readers.cdrtable import ALIASES, COLUMNS, MEDIA, NEEDED, SIGN, SIGNS
from fsm.readers.clients import client, platform
from fsm.readers.codes import CODES
from fsm.readers.csvfile import encoding, header, rows
from fsm.readers.held import LATE, Held
from fsm.readers.mapping import Values
from fsm.readers.meant import OF_WHOM, Side, alike, at, between, event, two, written
from fsm.readers.notes import Noted
from fsm.readers.opening import Line
from fsm.spec.parties import Client, Platform, bare

__all__ = ["SIGNS", "looks", "read"]

WORD = re.compile(r"[^,;+|/]+")
VOICEMAIL = re.compile(r"ExUM|Exchange UM|Exchange Unified", re.IGNORECASE)
OF_NOBODY = (
    (re.compile(r"opaque=app:|;gruu.*app:conf|@conf", re.IGNORECASE), "sessions with a conference are set aside"),
    (
        re.compile(r"^tel:|user=phone|^(?:sip:)?\+?[0-9]+(?:[@;]|$)", re.IGNORECASE),
        "calls with a telephone are set aside",
    ),
)
"""Addresses that are of none of two users, and what is said of them."""
MOST_MESSAGES = 10_000
"""Messages of one side of a session that are written out one by one."""
OTHER_MEDIA = "sessions whose media tell no call and no chat are set aside; join the Media table as MediaList"
IM_REFUSED = "chats that were not answered are set aside"
NO_END = "nothing tells when the session ended"
NO_CODE = "nothing tells what became of the call"
NAMES = re.compile(rb"SessionIdTime", re.IGNORECASE)


@dataclass(slots=True)
class _Session:
    """A session as its rows tell it."""

    name: str
    line: int
    cells: Mapping[str, str]
    media: set[str] = field(default_factory=set)


def looks(head: bytes) -> bool:
    """Whether the beginning of a file is of such a table."""
    first = head.replace(b"\0", b"")[:4096]
    return first.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] not in (b"{", b"[", b"<") and bool(NAMES.search(first))


def read(file: BinaryIO, noted: Noted) -> Iterator[Line]:
    """The events of sessions.

    Args:
        file: the table, separated by commas, semicolons or tabs; UTF-8 or UTF-16.
        noted: what is set aside or assumed.
    """
    binary = file if isinstance(file, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, file))
    text = io.TextIOWrapper(binary, encoding(binary), "replace", newline="")
    held: Held[_Session] = Held()
    try:
        for line, found in _sessions(text):
            wrong = found if isinstance(found, str) else _take(held, found)
            if wrong:
                yield line, wrong
            for each in held.over():
                yield from _told(each, noted)
        for each in held.rest():
            yield from _told(each, noted)
    finally:
        text.detach()


def _sessions(text: io.TextIOWrapper) -> Iterator[tuple[int, _Session | str]]:
    try:
        above = header(text)
        names = next(csv.reader([above.text.strip()], delimiter=above.delimiter, strict=True), [])
    except csv.Error as error:
        yield 1, f"{plain(str(error))}; give the names of the columns there"
        return
    known = {name.casefold(): name for name in COLUMNS} | ALIASES
    columns = [known.get(name.strip().lstrip("\ufeff").casefold(), "") for name in names]
    if missing := [name for name in NEEDED if name not in columns]:
        yield above.line or 1, f"column {missing[0]} is missing; export the view SessionDetails with its columns"
        return
    for line, row in rows(text, above, len(names)):
        if isinstance(row, str):
            yield line, f"row: {plain(row)} is not accepted; give {len(names)} fields, and close every quote"
            continue
        if "\ufffd" in "".join(row):
            yield line, "row: not all of it is text; save the file as UTF-8"
            continue
        cells: dict[str, str] = {}
        for name, cell in zip(columns, row, strict=False):
            if name and (value := cell.strip()) and value.upper() != "NULL":
                cells.setdefault(name, value)
        yield line, _session(line, cells)


def _session(line: int, cells: dict[str, str]) -> _Session | str:
    for name in NEEDED:
        if name not in cells:
            return f"{name}: missing; a session has one"
    for name in ("SessionIdTime", "InviteTime", "ResponseTime", "EndTime"):
        if name in cells and at(cells[name]) is None:
            return f"{name}: {echo(cells[name])} is not accepted; export times as 2020-03-02 09:00:00.100, in UTC"
    for name in ("ResponseCode", "FromMessageCount", "ToMessageCount"):
        value = cells.get(name, "0")
        if not (value.isascii() and value.isdigit() and int(value[:9]) <= MOST_MESSAGES and len(value) < 9):
            return f"{name}: {echo(value)} is not accepted; use a number up to {MOST_MESSAGES:,}"
    if len(cells["SessionIdSeq"]) > LONGEST:
        return f"SessionIdSeq: {echo(cells['SessionIdSeq'])} is not accepted; use a number"
    name = f"{written(at(cells['SessionIdTime']))}/{cells['SessionIdSeq']}"
    media = {"".join(each.split()).casefold() for each in WORD.findall(cells.get("MediaList", ""))}
    return _Session(name, line, cells, media)


def _take(held: Held[_Session], found: _Session) -> str:
    if held.gone(found.name):
        return f"SessionIdTime: {echo(found.name)}: {LATE}"
    if found.name not in held:
        held[found.name] = found
        return ""
    before = held[found.name]
    for name in ("FromUri", "ToUri"):
        if bare(before.cells[name]) != bare(found.cells[name]):
            return f"{name}: {echo(found.cells[name])} is another one than in line {before.line} of this session"
    before.media |= found.media
    before.cells = {**found.cells, **before.cells}
    return ""


def _told(of: _Session, noted: Noted) -> Iterator[Line]:
    """What happened in a session."""
    cells = of.cells
    for name in ("FromUri", "ToUri"):
        for pattern, says in OF_NOBODY:
            if pattern.search(cells[name][:1000]):
                noted.add(says, of.name)
                return
    if alike(Side(cells["FromUri"]), Side(cells["ToUri"])):
        noted.add("sessions with oneself are set aside", of.name)
        return
    kinds = [MEDIA[each] for each in of.media if each in MEDIA]
    if not kinds and any(int(cells.get(name, "0")) for name in ("FromMessageCount", "ToMessageCount")):
        kinds = ["IM"]
    code = int(cells.get("ResponseCode", "0"))
    if not kinds:
        noted.add(OTHER_MEDIA, of.name)
    elif kinds == ["IM"]:
        if code == 200 or not code:
            yield from _with_facts(of, _chat(of, noted), noted)
        else:
            noted.add(IM_REFUSED, of.name)
    else:
        yield from _with_facts(of, _call(of, "Video" if "Video" in kinds else "Audio", code, noted), noted)


def _with_facts(of: _Session, told: Iterator[Values], noted: Noted) -> Iterator[Line]:
    sides = _side(of.cells, "From"), _side(of.cells, "To")
    for side in sides:
        if not side.platform:
            noted.add(OF_WHOM.format(platform="Skype for Business"), side.address)
    facts = two(*sides, usual=Platform.SFB)
    for values in told:
        yield of.line, {"conversation": of.name, **values, **facts}
        facts = {}


def _side(cells: Mapping[str, str], end: str) -> Side:
    agent = cells.get(f"{end}ClientVersion", "")
    on = None if VOICEMAIL.search(agent) else platform(agent)
    named = client(agent) if on is Platform.SFB else None
    return Side(bare(cells[f"{end}Uri"]), on, Client(named) if named else None, tenant=cells.get(f"{end}Tenant", ""))


def _call(of: _Session, placed: str, code: int, noted: Noted) -> Iterator[Values]:
    cells = of.cells
    begins, answer, ends = (at(cells.get(name)) for name in ("InviteTime", "ResponseTime", "EndTime"))
    begins = begins or at(cells["SessionIdTime"])
    yield event(SIGN[placed], time=written(begins))
    if code == 200:
        taken = any(VOICEMAIL.search(cells.get(name, "")) for name in ("ToClientVersion", "ToClientType"))
        time = written(answer) or between(begins, ends)
        yield event(SIGN["voicemail" if taken else "answered"], time=time)
        if ends:
            yield event(SIGN["voicemail over" if taken else "over"], time=written(ends))
        else:
            noted.add(NO_END, of.name)
    elif code >= 300:
        yield event(SIGN[CODES.get(code, "not taken")], time=written(answer or ends) or between(begins, None))
    else:
        noted.add(NO_CODE, of.name)


def _chat(of: _Session, noted: Noted) -> Iterator[Values]:
    cells = of.cells
    begins, answer, ends = (at(cells.get(name)) for name in ("InviteTime", "ResponseTime", "EndTime"))
    begins = begins or at(cells["SessionIdTime"])
    yield event(SIGN["IM"], time=written(begins))
    for name, party in (("FromMessageCount", Party.ORIGINATOR), ("ToMessageCount", Party.RECIPIENT)):
        for _ in range(int(cells.get(name, "0"))):
            yield event(SIGN["message"], party, between(answer or begins, ends))
    if ends:
        yield event(SIGN["chat over"], time=written(ends))
    else:
        noted.add(NO_END, of.name)
