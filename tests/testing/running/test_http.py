"""The service over HTTP, asked through sockets: whatever comes is answered, and nothing that was accepted is lost."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

TWO = {
    "originator": {"address": "ann@contoso.com", "mode": "TeamsOnly"},
    "recipient": {"address": "bob@contoso.com", "mode": "SfBOnly"},
}
UPDATES = 1000


@pytest.fixture
def port(example: Callable[[str], Any]) -> Iterator[int]:
    """Where the service listens."""
    server = example("http_service").serving()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


class Client:
    """A connection that is kept."""

    def __init__(self, port: int) -> None:
        self.server = HTTPConnection("127.0.0.1", port, timeout=600)

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        self.server.request(method, path, json.dumps(body))
        response = self.server.getresponse()
        return response.status, json.loads(response.read() or "null")


@pytest.fixture
def connect(port: int) -> Iterator[Callable[[], Client]]:
    """Connects, and closes in the end."""
    made: list[Client] = []

    def one() -> Client:
        made.append(Client(port))
        return made[-1]

    yield one
    for each in made:
        each.server.close()


def said(port: int, data: bytes) -> bytes:
    """All that is answered to these bytes, after which no more come."""
    with socket.create_connection(("127.0.0.1", port), timeout=600) as one:
        one.sendall(data)
        one.shutdown(socket.SHUT_WR)
        found = b""
        while part := one.recv(1 << 16):
            found += part
    return found


def request(body: bytes, path: str = "/conversations/1/events", length: str | None = None) -> bytes:
    length = str(len(body)) if length is None else length
    return f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {length}\r\n\r\n".encode() + body


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "Input data was truncated"),
        (b"null", "Expected `object`, got `null`"),
        (b"[]", "Expected `object`, got `array`"),
        (b"5", "Expected `object`, got `int`"),
        (b'"call_audio"', "Expected `object`, got `str`"),
        (b"NaN", "JSON is malformed"),
        (b"[" * 100_000, "Expected `object`, got `array`"),
        (b'{"event":' * 100_000, "Expected `str`, got `object` - at `$.event`"),
        (b"\xff", "JSON is malformed"),
        (b'{"event": "\\ud800", "by": "originator"}', "JSON is malformed"),
        (b'{"event": "call_audio"}', "Object missing required field `by`"),
        (b'{"event": ["call_audio"], "by": "originator"}', "Expected `str`, got `array` - at `$.event`"),
        (b'{"event": "call_audio", "by": {}}', "Expected `str`, got `object` - at `$.by`"),
        (b'{"event": "call_audio", "by": "ann"}', "by: 'ann' is not accepted"),
        (b'{"event": "call_audio", "by": "originator", "more": 1}', "Object contains unknown field `more`"),
        (b'{"event": "\\u001b[2J", "by": "originator"}', r"event: '\\x1b[2J' is not known"),
    ],
)
def test_an_odd_body_is_answered_and_the_connection_goes_on(
    connect: Callable[[], Client], body: bytes, says: str
) -> None:
    client = connect()
    assert client("POST", "/conversations", TWO) == (201, {"id": "1"})
    client.server.request("POST", "/conversations/1/events", body)
    response = client.server.getresponse()
    answer = json.loads(response.read())
    assert response.status == 400
    assert says.replace(r"\\", "\\") in answer["error"]
    assert answer["error"].isprintable()
    status, standing = client("POST", "/conversations/1/events", {"event": "call_audio", "by": "originator"})
    assert (status, standing["state"]["call"]) == (200, "ringing")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (request(b"{}", length="-1"), 400),
        (request(b"{}", length="two"), 400),
        (request(b"{}", length="+2"), 400),
        (request(b"{}", length="2\r\nContent-Length: 1"), 400),
        (request(b"{}", length="99999999999999999999"), 400),
        (request(b"{}", length="999999999"), 413),
        (request(b"{}", length="50"), 400),
        (request(b"{}", length="0\r\nTransfer-Encoding: chunked"), 411),
        (request(b"{}", path="/conversations/%2e%2e/events"), 404),
        (request(b"{}", path="/conversations/1\x1b[2J/events"), 404),
        (request(b"{}", path="/" + "a" * 70_000), 414),
        (request(b"{}", path="/ HTTP/9.9 "), 400),
        (b"\x00" * 5000 + b"\r\n\r\n", 400),
        (b"POST / HTTP/9.9\r\n\r\n", 505),
        (b"GET /conversations HTTP/1.1\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431),
    ],
)
def test_a_request_that_cannot_be_read_is_answered(port: int, data: bytes, status: int) -> None:
    head, _, body = said(port, data).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert json.loads(body)["error"].isprintable()
    assert len(body) < 1000


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\0" * 100, b"GET /\r\n", b"POST / HTTP/1.1\r\nContent-Length: 5\r\n"])
def test_what_is_no_request_harms_nobody(port: int, connect: Callable[[], Client], data: bytes) -> None:
    said(port, data)
    assert connect()("POST", "/conversations", TWO) == (201, {"id": "1"})


def test_a_client_that_goes_in_the_middle_harms_nobody(port: int, connect: Callable[[], Client]) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port)) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # it is reset, not closed
            one.sendall(request(json.dumps(TWO).encode(), "/conversations"))
    assert connect()("POST", "/conversations", TWO)[0] == 201


def at_once(*writers: Callable[[], None]) -> None:
    """Run writers at once, taking turns as often as can be."""
    threads = [threading.Thread(target=each) for each in writers]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    finally:
        sys.setswitchinterval(usual)


def test_of_two_writers_neither_loses_an_update(connect: Callable[[], Client]) -> None:
    """Between these two, what becomes of a chat and of a call does not depend on each other."""
    connect()("POST", "/conversations", {"originator": TWO["recipient"], "recipient": TWO["originator"]})
    statuses: list[int] = []

    def writer(*events: str) -> Callable[[], None]:
        client = connect()

        def write() -> None:
            for n in range(UPDATES // 2):
                event = {"event": events[n % len(events)], "by": "originator"}
                statuses.append(client("POST", "/conversations/1/events", event)[0])

        return write

    at_once(writer("open_chat", "close_chat"), writer("call_audio", "cancel_call"))
    assert statuses == [200] * UPDATES


def test_what_can_happen_once_happens_once(connect: Callable[[], Client]) -> None:
    connect()("POST", "/conversations", TWO)
    statuses: list[int] = []

    def writer(by: str) -> Callable[[], None]:
        client = connect()
        return lambda: statuses.append(client("POST", "/conversations/1/events", {"event": "call_audio", "by": by})[0])

    last = connect()
    for _ in range(50):
        at_once(writer("originator"), writer("recipient"))
        assert sorted(statuses) == [200, 409]
        statuses.clear()
        last("POST", "/conversations/1/events", {"event": "media_failed", "by": "service"})


def test_what_is_forgotten_while_somebody_waits_for_it_is_not_there(example: Callable[[str], Any]) -> None:
    service = example("http_service")
    store = service.Store()
    name = store.add(service.Conversation(service.msgspec.convert(TWO, service.Pairing)))
    row, found = store._rows[name], []

    def wait() -> None:
        try:
            with store.taken(name):
                pass
        except service.NoSuch:
            found.append("gone")

    with row.lock:
        waits = threading.Thread(target=wait)
        waits.start()
        dropping = threading.Thread(target=store.drop, args=(name,))
        dropping.start()
        row.text = None  # as the one does that drops it, whoever has the lock first
    waits.join()
    dropping.join()
    assert found == ["gone"]
    with pytest.raises(service.NoSuch):
        store.drop(name)
