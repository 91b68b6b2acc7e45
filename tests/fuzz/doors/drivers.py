"""What a service answers, what is sent to one, and what somebody's talk is made of."""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import threading
from functools import cache
from importlib import import_module
from io import BytesIO
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fsm import Conversation, Refused
from fsm.hosts.transitions import Talk
from fsm.testing.running.run import check
from tests.fuzz.doors import Door
from tests.people import PAIRS
from tests.testing.faulty import scenario

SERVICES = Path(__file__).parents[3] / "examples" / "services"
TWO = PAIRS["teams>sfb"]
CALL = scenario("call_audio by originator, accept_call by recipient, hang_up by originator", lifecycle="call")
FIRED = [["call_audio", "originator"], ["accept_call", "recipient"], ["hang_up", "originator"]]


def _example(name: str) -> Any:
    """A module of the example services."""
    if str(SERVICES) not in sys.path:
        sys.path.append(str(SERVICES))
    return import_module(name)


@cache
def _fed() -> Any:
    """The driver of a service that has said all that it will ever say, into a pipe, and then died."""
    process = _example("process").Process

    class Said(process):  # type: ignore[misc, valid-type]  # an example has no types
        def __init__(self, said: bytes) -> None:
            out, into = os.pipe()
            threading.Thread(target=self._write, args=(into, said)).start()
            self._asked, self._answers = _example("process").Queue(), _example("process").Queue()
            self.timeout, self._heard, self.killed = 10, True, False
            self.popen = SimpleNamespace(poll=lambda: 0, wait=lambda timeout=None: 0)
            self._speaker = threading.Thread(target=self._speak, args=(BytesIO(), os.fdopen(out, "rb")), daemon=True)
            self._speaker.start()

        @staticmethod
        def _write(into: int, said: bytes) -> None:
            with os.fdopen(into, "wb") as pipe:
                try:
                    pipe.write(said)
                    pipe.flush()
                except BrokenPipeError:
                    return

        def kill(self) -> None:
            if not self.killed:
                self.killed = True
                self._asked.put(None)
            self._speaker.join()

    class Fed(_example("stdio_driver").StdioDriver):  # type: ignore[misc]
        def __init__(self, said: bytes) -> None:
            super().__init__("")
            self.process, self._numbers = Said(said), count(1)

        def start(self, pairing: Any, lifecycle: str | None = None) -> None:
            self._ask({"start": pairing})

    return Fed


def _answers(data: bytes) -> None:
    driver = _fed()(data)
    try:
        verdict = check(driver, CALL)
    finally:
        driver.close()
    text = str(verdict.departure or verdict.unsupported or "passed")
    assert len(text) < 20_000, text[:300]
    assert all(line.isprintable() for line in text.splitlines()), text[:300]


def _answered() -> list[bytes]:
    by_hand = _example("calls_by_hand")
    user = {"client": "teams-windows", "allow_private_calling": True, "allow_user_chat": True, "mode": "TeamsOnly"}
    user["allow_private_meet_now"] = True
    pairing = {"originator": user, "recipient": {**user, "mode": "SfBOnly", "client": "sfb-current"}}
    asked: list[Any] = [{"start": {**pairing, "scope": "in-tenant", "topology": "hybrid"}}]
    asked += [{"event": event, "by": by} for event, by in FIRED]
    call, said = None, []
    for number, line in enumerate(asked, 1):
        call, answer = by_hand.answer(call, line, "")
        said.append(json.dumps({"id": number, **answer}).encode() + b"\n")
    return [b"".join(said), *(b"".join(said[:n]) for n in range(1, len(said)))]


@cache
def _server() -> Any:
    """The service over HTTP, with a conversation in it; what it drops a connection for is noted."""
    server = _example("http_service").serving()
    server.dropped = []
    server.handle_error = lambda *_: server.dropped.append(repr(sys.exc_info()[1]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.RequestHandlerClass.service.store.add(Conversation(TWO))
    return server


def _http(data: bytes) -> None:
    server, said = _server(), b""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=30) as client:
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            while part := client.recv(1 << 16):
                said += part
        except ConnectionError:
            pass  # it may end a connection once it has answered
    dropped, server.dropped = (
        [each for each in server.dropped if "Connection" not in each and "BrokenPipe" not in each],
        [],
    )
    assert not dropped, f"it dropped a connection: {dropped}"
    while said:
        head, _, said = said.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 "), head[:200]
        status, length = int(head[9:12]), re.search(rb"Content-Length: (\d+)", head)
        assert status < 500 or status in (501, 505), head[:200]
        body, said = said[: int(length[1]) if length else 0], said[int(length[1]) if length else 0 :]
        told = json.loads(body or b"{}").get("error", "")
        assert len(told) < 2000, told[:200]
        assert not told or told.isprintable(), told[:200]
    with server.RequestHandlerClass.service.store.taken("1") as talk:
        assert talk.pairing.originator.address == TWO.originator.address


def _requests() -> list[bytes]:
    pairing = {
        "originator": {"address": "ann@contoso.com", "mode": "TeamsOnly"},
        "recipient": {"address": "bob@contoso.com", "mode": "SfBOnly"},
    }
    made = []
    for method, path, body in (
        ("POST", "/conversations", pairing),
        *(("POST", "/conversations/1/events", {"event": event, "by": by}) for event, by in FIRED),
        ("PUT", "/conversations/1/pairing", pairing),
        ("DELETE", "/conversations/77", {}),
    ):
        data = json.dumps(body).encode()
        made.append(f"{method} {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
        made.append(data)
    return [*made, b"".join(made[:4:2])]


class Raised(Exception):
    """What callbacks raise here."""


def _raises(*_: object) -> None:
    raise Raised


async def _waits(*_: object) -> None:
    """A coroutine."""


CALLBACKS = {"nothing": lambda *_: None, "raises": _raises, "waits": _waits, "refuses": lambda *_: False}


def _hooks(data: bytes) -> None:
    try:
        asked = json.loads(data)
        hooks, events = dict(asked["hooks"]), list(asked["events"])
    except (ValueError, RecursionError, KeyError, TypeError):
        return
    members = {name: CALLBACKS.get(does, does) if isinstance(does, str) else does for name, does in hooks.items()}
    if any(name.startswith("__") or "\0" in name or not name.isprintable() for name in members):
        return
    talk: Any = type("Desk", (Talk,), members)(asked.get("pairing", TWO))
    twin, raising = Conversation(TWO), _raises in members.values()
    for each in events:
        before = dict(talk.places)
        event, by = each if isinstance(each, list) and len(each) == 2 else (each, each)
        try:
            accepted = talk.trigger(event, by)
        except Raised:
            assert talk.places == before, "half-done"
            return
        except ValueError:
            assert talk.places == before, "half-done"
            raise
        assert accepted is twin.may(event, by), "not as a conversation does"
        try:
            twin.fire(event, by)
        except Refused:
            assert talk.places == before, "half-done"
        assert raising or talk.places == twin.places


def _talks() -> list[bytes]:
    hooks = {"on_ring_audio": "nothing", "on_enter_call_ringing": "refuses", "on_timer_start": "nothing"}
    return [
        json.dumps({"hooks": some, "events": FIRED}).encode()
        for some in ({}, hooks, {**hooks, "on_connect_media": "raises"}, {"on_exit_call_none": "waits"})
    ]


DOORS = (
    Door("driver", _answers, (), _answered),
    Door("http", _http, (), _requests),
    Door("hooks", _hooks, (ValueError,), _talks),
)
