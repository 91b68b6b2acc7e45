"""Traces and records of others: each format by name, any of them by how it begins, and packed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fsm.readers.faults import LogError
from fsm.readers.formats import FORMATS
from tests.fuzz.doors import Door
from tests.fuzz.doors.logs import followed
from tests.readers.sip.writing import KINDS, conversation, trace

CASES = Path(__file__).parents[2] / "readers" / "cases"
XES = b"""<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/"><global scope="event">
<string key="org:resource" value="originator"/></global><trace><string key="concept:name" value="c1"/>
<string key="originator.mode" value="TeamsOnly"/><string key="recipient.mode" value="SfBOnly"/>
<event><string key="concept:name" value="open_chat"/><date key="time:timestamp" value="2026-11-27T09:00:00Z"/></event>
<event><string key="concept:name" value="send_file"/><boolean key="accepted" value="false"/></event></trace></log>"""
SAMPLES = {"callrecords": "graph/4[0-3]*.json", "notifications": "graph/*.jsonl", "cdr": "cdr/*.csv"}


def _good(format: str) -> Sequence[bytes]:
    if format == "xes":
        return [XES]
    if format == "sip":
        return [trace(conversation(random.Random(n))[0], kind).encode() for n, kind in enumerate(KINDS)]
    if format == "chats":
        from tests.readers.graph.making import lines
        from tests.readers.test_mutants import MESSAGES

        return [lines(*MESSAGES)]
    if format == "ocel":
        return [(CASES / "logs/62-ocel2.json").read_bytes()]
    return [each.read_bytes() for each in sorted(CASES.glob(SAMPLES[format])) if "expected" not in each.name]


def _packed() -> Sequence[bytes]:
    text = b'{"event": "open_chat", "by": "originator"}\n'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", text)
        archive.writestr("b/c.xes", XES)
    return [made.getvalue(), *(pack(text) for pack in (gzip.compress, bz2.compress, lzma.compress))]


def _any() -> Sequence[bytes]:
    return [each for format in FORMATS for each in _good(format)]


DOORS = (
    *(Door(f"log.{name}", partial(followed, format=name), (LogError,), partial(_good, name)) for name in FORMATS),
    Door("log", followed, (LogError,), _any),
    Door("log.packed", followed, (LogError,), _packed),
)
