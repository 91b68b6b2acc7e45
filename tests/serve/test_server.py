"""Connections that come to nothing end, with an answer where one can be heard; and the process as a whole holds."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

import fsm
from fsm import Pairing, Participant
from fsm.hosts.memory import MemoryHost
from fsm.serve.server import LONGEST_HEAD, STOPPING, Connection, bound
from fsm.serve.settings import Settings
from tests.serve.conftest import Client, Process, listening

BODY = json.dumps({"event": "open_chat", "by": "originator"}).encode()
HEAD = b"POST /v1/conversations/c1/events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"


def connected(port: int | None, **options: int) -> socket.socket:
    """A connection of somebody who need not keep to HTTP."""
    found = socket.socket()
    for name, value in options.items():
        found.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    found.settimeout(30)
    found.connect(("127.0.0.1", port or 0))
    return found


def heard(connection: socket.socket) -> bytes:
    """All that is answered, until the connection ends."""
    found = b""
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            found += part
    return found


@pytest.fixture(scope="module")
def there() -> Iterator[Client]:
    with listening(MemoryHost()) as found:
        found.open()
        yield found


@pytest.mark.parametrize(
    "sent",
    [
        b"GARBAGE\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nhost: localhost\r\nx: " + b"x" * (50 * LONGEST_HEAD),
        b"GET /health HTTP/1.1\r\nhost: localhost\r\ncontent-length: x\r\n\r\n",
        HEAD + b"transfer-encoding: chunked\r\n\r\nnot a number\r\n",
    ],
    ids=["garbage", "TLS", "no host", "a long head", "no length", "a bad chunk"],
)
def test_what_is_no_request_is_answered_and_ended(there: Client, sent: bytes) -> None:
    with closing(connected(there.base_url.port)) as connection:
        connection.sendall(sent)
        said = heard(connection)
    assert said.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in said
    assert b"this is no HTTP request" in said
    assert there.get("/health").status_code == 200


def test_whoever_leaves_in_the_middle_is_nobodys_fault(there: Client, caplog: pytest.LogCaptureFixture) -> None:
    for sent in (
        b"",
        b"GET /he",
        HEAD + b"content-length: 1000\r\n\r\n{",
        HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\nab",
    ):
        with closing(connected(there.base_url.port)) as connection:
            connection.sendall(sent)
    assert there.get("/health").status_code == 200
    assert "Traceback" not in caplog.text


def test_answers_in_a_row_on_one_connection(there: Client) -> None:
    with closing(connected(there.base_url.port)) as connection:
        request = b"GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n"
        connection.sendall(request * 2 + request.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
        assert heard(connection).count(b"HTTP/1.1 200") == 3


@pytest.mark.parametrize("sent", [b"", b"GET /health HTTP/1.1\r\nhost: lo"], ids=["nothing", "half a head"])
def test_a_head_that_does_not_come_is_answered(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "patience", 0.2)
    with listening(MemoryHost()) as client, closing(connected(client.base_url.port)) as connection:
        connection.sendall(sent)
        said = heard(connection)
        assert said.startswith(b"HTTP/1.1 408")
        assert b"the head of the request has not come in 0.2 seconds" in said
        assert client.get("/health").status_code == 200


def test_a_bad_end_of_a_body_after_the_answer_ends_the_connection(there: Client) -> None:
    with closing(connected(there.base_url.port)) as connection:
        connection.sendall(b"GET /v1/conversations/c1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert b"200 OK" in connection.recv(65_536)
        connection.sendall(b"\x00\x00 garbage\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
    assert there.get("/health").status_code == 200


def test_an_answer_in_two_parts_waits_for_nobody() -> None:
    """Else the second part would wait until the client acknowledged the first, which takes clients 40 ms."""
    with closing(bound(Settings(port=0))) as socket_, socket.create_connection(socket_.getsockname()):
        accepted, _ = socket_.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def long() -> MemoryHost:
    """A host with a conversation of 6,000 events: more than any buffer holds."""
    host = MemoryHost()
    host.open("c1", Pairing(Participant("a", "TeamsOnly"), Participant("b", "SfBOnly")), key="open")
    for n in range(6_000):
        host.fire("c1", "open_chat" if n == 0 else "send_text", "originator", key=str(n))
    return host


def test_whoever_does_not_read_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "patience", 0.2)
    with listening(long()) as client, closing(connected(client.base_url.port, SO_RCVBUF=4_096)) as connection:
        connection.sendall(b"GET /v1/conversations/c1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n")
        until = time.monotonic() + 120
        while "fsm_streams 1.0" not in client.get("/metrics").text and time.monotonic() < until:
            time.sleep(0.01)
        while "fsm_streams 0.0" not in client.get("/metrics").text and time.monotonic() < until:
            time.sleep(0.01)
        assert "fsm_streams 0.0" in client.get("/metrics").text


def paused(client: Client) -> bool:
    """Whether the service waits for somebody to read."""
    connections = client.server.server_state.connections  # type: ignore[attr-defined]
    return any(each.flow is not None and each.flow.write_paused for each in list(connections))


def test_whoever_reads_late_but_reads_is_told_all() -> None:
    with listening(long()) as client, closing(connected(client.base_url.port, SO_RCVBUF=4_096)) as connection:
        connection.sendall(b"GET /v1/conversations/c1/stream HTTP/1.1\r\nhost: localhost\r\n\r\n")
        until = time.monotonic() + 9  # and not as late as it is waited for
        while not paused(client) and time.monotonic() < until:
            time.sleep(0.01)
        said = b""
        while b"\nid: 6000\n" not in said[-100_000:]:
            said += connection.recv(65_536)
        assert said.count(b"\nid: ") == 6_001


def too_long(process: Process, size: int, head: bytes) -> bytes:
    """What is answered to a body of this size."""
    with closing(connected(process.address[1])) as connection:
        connection.sendall(head)
        part, left = b" " * 1_000_000, size
        with suppress(ConnectionError):
            while left > 0:
                connection.sendall(part)
                left -= len(part)
        return heard(connection)


@pytest.mark.parametrize("size", [10_000_000, pytest.param(1_000_000_000, marks=pytest.mark.slow)])
def test_a_body_of_any_size_is_refused_and_nothing_falls_over(process: Process, size: int) -> None:
    said = too_long(process, size, HEAD + b"content-length: %d\r\n\r\n" % size)
    assert said.startswith(b"HTTP/1.1 413")
    chunk = b"%x\r\n" % size
    said = too_long(process, size, HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunk)
    assert said.startswith(b"HTTP/1.1 413")
    said = too_long(process, size, HEAD.replace(b"POST", b"GET") + b"content-length: %d\r\n\r\n" % size)
    assert said.startswith(b"HTTP/1.1 413")
    with process.client() as client:
        assert client.get("/health").status_code == 200
        peak = int(
            next(
                line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmHWM" in line
            ).split()[1]
        )
        assert peak < 400_000, "kB of memory at most"
    assert process.stop() == 0
    assert process.errors.read_text() == ""


def test_a_service_stops_when_told_and_ends_what_it_is_at(process: Process) -> None:
    with process.client() as client:
        client.open()
        with client.stream("GET", "/v1/conversations/c1/stream") as answer:
            lines = answer.iter_lines()
            assert next(lines) == "retry: 2000"
            client.fire("open_chat", "originator")
            assert process.stop(signal.SIGINT) == 0
            assert "id: 1" in list(lines)  # all that it had to say, and the end
    assert process.errors.read_text() == ""
    assert STOPPING >= 30


def test_what_was_acknowledged_is_there_when_it_starts_again(tmp_path: Path) -> None:
    first = Process(at=tmp_path)
    with first.client() as client:
        client.open()
        done = client.fire("call_audio", "originator", key="called").json()
    first.stop(signal.SIGKILL)
    first.end()
    again = Process(at=tmp_path)
    with again.client() as client:
        assert client.fire("call_audio", "originator", key="called").json() == done | {"again": True}
    again.stop()
    again.end()


async def _followed(process: Process, client: Client, how_many: int, talks: int) -> None:
    """So many streams, each of which is told what happens."""
    streams = []
    for n in range(how_many):
        reader, writer = await asyncio.open_connection(*process.address)
        writer.write(b"GET /v1/conversations/c%d/stream HTTP/1.1\r\nhost: localhost\r\n\r\n" % (n % talks))
        streams.append((reader, writer))
        if n % 100 == 99:
            await asyncio.gather(*(each.readuntil(b"id: 0\n") for each, _ in streams[-100:]))
    assert f"fsm_streams {how_many:.1f}" in (await asyncio.to_thread(client.get, "/metrics")).text.replace(
        "e+04", "0000.0"
    )
    for n in range(talks):
        answer = await asyncio.to_thread(client.fire, "open_chat", "originator", f"c{n}")
        assert answer.status_code == 200
    async with asyncio.timeout(120):
        await asyncio.gather(*(reader.readuntil(b"id: 1\n") for reader, _ in streams))
    assert (await asyncio.to_thread(client.get, "/health")).status_code == 200
    for _, writer in streams:
        writer.close()


@pytest.mark.parametrize("how_many", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_many_streams_at_once_are_told_and_let_go(tmp_path: Path, how_many: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < how_many + 1_000:
        pytest.skip(f"a process may have {hard} open files here; {how_many + 1_000} are needed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    process = Process("--rate", "0", at=tmp_path)
    try:
        with process.client() as client:
            talks = 20
            for n in range(talks):
                client.open(f"c{n}")
            asyncio.run(_followed(process, client, how_many, talks))
            until = time.monotonic() + 240
            while "fsm_streams 0.0" not in (page := client.get("/metrics").text) and time.monotonic() < until:
                time.sleep(0.05)
            assert "fsm_streams 0.0" in page
        assert process.stop() == 0
        assert process.errors.read_text() == ""
    finally:
        process.end()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_it_listens_on_the_other_kind_of_address_too() -> None:
    try:
        with listening(MemoryHost(), host="::1") as client:
            assert client.get("/health").json()["version"] == fsm.__version__
            assert str(client.base_url).startswith("http://[::1]:")
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error.strerror}")


def test_there_is_room_for_ten_thousand_streams() -> None:
    assert Settings().streams >= 10_000
