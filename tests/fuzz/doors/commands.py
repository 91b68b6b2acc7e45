"""The command line, on a terminal that is very narrow, with words and logs that are no good."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import re
import struct
import sys
import tempfile
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from unittest.mock import patch

from typer.main import get_command

from fsm.cli.app import app
from tests.fuzz.doors import Door

COLUMNS = 24
STYLES = re.compile(r"\x1b\[[0-9;]*m")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What does more on a terminal than to begin a line, to leave room in it or to style it."""
HEARD = "that is all"
"""What ends all that a command shows."""
ADELE, GRADY = "adele.vance@contoso.com", "grady.archie@contoso.com"
WHO = "TeamsOnly,client=teams-web,address=ann@contoso.com"
LOG = (
    '{"event": "call_audio", "by": "originator", "conversation": "ann"}\n'
    '{"event": "accept_call", "by": "recipient", "conversation": "ann"}\n'
    '{"change": {"recipient": {"mode": "TeamsOnly"}}, "conversation": "ann"}\n'
    '{"event": "share_desktop", "by": "recipient", "conversation": "ann"}\n'
)
GOOD = (
    ["route", WHO, "SfBOnly"],
    ["route", ADELE, GRADY, "--scope", "federated", "--islands", "as-routed", "--edition", "2022-10"],
    ["presence", "TeamsOnly", "--seen-by", WHO, "--json"],
    ["explain", "share_desktop", "--by", "originator", "--in", "call=connected", "--in", "chat=interop:originator"],
    ["explain", "call_audio", "--by", "service", "--between", "Islands", WHO, "--json"],
    ["run", "-", "--between", WHO, "SfBOnly"],
    ["replay", "-", "--between", "TeamsOnly", WHO, "--first", "3", "--skip-bad"],
    ["replay", "-", "--format", "csv", "--json"],
    ["rules", "LIM-6", "TMS"],
    ["table", "call", "ringing"],
    ["matrix", "--client", "sfb-legacy", "--topology", "on-prem"],
    ["draw", "call", "--format", "mermaid", "--between", WHO, "SfBOnly"],
    ["draw", "chat", "--format", "dot", "--path", "-", "--between", "TeamsOnly", "SfBOnly"],
    ["draw", "matrix", "--format", "mermaid", "--out", "matrix.mmd"],
    ["export", "plantuml", "call", "--between", WHO, "SfBOnly", "--out", "call.puml"],
    ["export", "scxml", "chat", "--between", WHO, "SfBOnly"],
    ["suite", "states", "--lifecycle", "terminated_call", "--between", "TeamsOnly", "SfBOnly", "--out", "suite.jsonl"],
    ["--version"],
)
PLAIN = {"TERM": "xterm", "COLUMNS": str(COLUMNS), "LINES": "10"}
NOT_HERE = {"check", "diagrams", "tour", "source"}
"""Commands that take long, or write where the house is."""


class Terminal:
    """A terminal, and somebody who reads it."""

    def __init__(self) -> None:
        self._there, here = pty.openpty()
        fcntl.ioctl(here, termios.TIOCSWINSZ, struct.pack("HHHH", 10, COLUMNS, 0, 0))
        self.stream = open(here, "w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  # kept
        self._read = ""
        self._all = threading.Condition()
        threading.Thread(target=self._reads, daemon=True).start()

    def _reads(self) -> None:
        while True:
            some = os.read(self._there, 65536).decode(errors="replace")
            with self._all:
                self._read += some
                self._all.notify()

    def shown(self) -> str:
        """All that was shown since this was last asked."""
        self.stream.write(HEARD)
        self.stream.flush()
        with self._all:
            assert self._all.wait_for(lambda: self._read.endswith(HEARD), timeout=60)
            read, self._read = self._read.removesuffix(HEARD), ""
        return read.replace("\r\n", "\n")


@cache
def terminal() -> Terminal:
    """The one there is."""
    return Terminal()


@cache
def commands() -> Any:
    """The command line, put together once."""
    return get_command(app)


@contextmanager
def _somewhere() -> Iterator[None]:
    """In an empty directory, deep enough that nothing above it is reached by going up."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as directory:
        deep = os.path.join(directory, *"abcdefgh")
        os.makedirs(deep)
        os.chdir(deep)
        try:
            yield
        finally:
            os.chdir(before)


def _command(data: bytes) -> None:
    try:
        given = json.loads(data)
        words, stdin = given["argv"], given["stdin"]
    except (ValueError, RecursionError, TypeError, KeyError, IndexError):
        words, stdin = data.decode(errors="surrogateescape").split(), ""
    words = [str(each).replace("\0", " ").replace("/", " ") for each in (words if isinstance(words, list) else [words])]
    if NOT_HERE & {each.strip() for each in words}:
        return
    typed = io.TextIOWrapper(io.BytesIO(str(stdin).encode(errors="surrogatepass")), encoding="utf-8")
    out, err = terminal().stream, io.StringIO()  # a terminal would have a progress bar on it
    with _somewhere(), patch.multiple(sys, stdin=typed, stdout=out, stderr=err), patch.dict(os.environ, PLAIN):
        try:
            commands().main(args=words, prog_name="fsm")
        except SystemExit as ended:
            status = ended.code
    shown = STYLES.sub("", terminal().shown()) + err.getvalue()
    assert status in (0, 1, 2), f"status {status}"
    assert not CONTROLS.search(shown), f"shows {CONTROLS.findall(shown)[:5]}"
    assert "Traceback" not in shown
    if status == 2:
        assert "Error: " in shown or "Usage: " in shown, "no error is told"


def _commands() -> list[bytes]:
    return [json.dumps({"argv": each, "stdin": LOG}).encode() for each in GOOD]


DOORS = (Door("commands", _command, (), _commands),)
