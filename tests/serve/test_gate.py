"""Who asks, how often and how much: what is too much is answered, and nothing falls over."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import httpx2
import pytest

from fsm.hosts.memory import MemoryHost
from fsm.serve import gate
from fsm.serve.gate import MOST_BODY, MOST_CALLERS, Rate, local
from fsm.serve.measures import Measures
from fsm.serve.tokens import tokens
from tests.serve.conftest import TWO, Client, listening

READ, WRITE, ADMIN = "r" * 32, "w" * 32, "a" * 32
TOKENS = tokens(f"reader read {READ}\nwriter write {WRITE}\noperator admin {ADMIN}\n", "tokens")


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def guarded() -> Iterator[Client]:
    """A service that takes tokens."""
    with listening(MemoryHost(), tokens=TOKENS) as found:
        yield found


def test_each_scope_admits_to_what_it_is_for(guarded: Client) -> None:
    opening = {"conversation": "c1", "pairing": TWO}
    tried = {
        (method, path, token): guarded.request(
            method, path, headers=bearer(token) | {"idempotency-key": "k"}, json=opening if method == "POST" else None
        ).status_code
        for method, path in [("POST", "/v1/conversations"), ("GET", "/v1/conversations/c1"), ("GET", "/v1/stuck")]
        for token in (WRITE, READ, ADMIN)
    }
    assert [tried["POST", "/v1/conversations", each] for each in (READ, WRITE, ADMIN)] == [403, 201, 403]
    assert [tried["GET", "/v1/conversations/c1", each] for each in (READ, WRITE, ADMIN)] == [200, 403, 403]
    assert [tried["GET", "/v1/stuck", each] for each in (READ, WRITE, ADMIN)] == [403, 403, 200]


def test_a_token_of_the_wrong_scope_is_told_which_is_needed(guarded: Client) -> None:
    said = guarded.get("/metrics", headers=bearer(READ)).json()
    assert (said["status"], said["detail"]) == (403, "the token reader is for read; admin is needed")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("authorization", "Bearer " + "x" * 32)],
        [("authorization", f"Basic {READ}")],
        [("authorization", READ)],
        [("authorization", f"Bearer {READ}"), ("authorization", f"Bearer {ADMIN}")],
        [("authorization", b"Bearer \xff\xfe")],
    ],
)
def test_without_a_token_nothing_is_answered_but_that_it_runs(guarded: Client, headers: Any) -> None:
    answer = guarded.get("/v1/conversations/c1", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["type"].endswith(":no-token")
    assert guarded.get("/nowhere", headers=headers).status_code == 401
    assert guarded.get("/health", headers=headers).status_code == 200
    assert guarded.get("/ready", headers=headers).status_code == 200


def test_with_tokens_any_name_of_the_service_is_good(guarded: Client) -> None:
    assert guarded.get("/health", headers={"host": "talks.example.org"}).status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil.example:80", "[::2]"])
def test_without_tokens_it_answers_to_names_of_this_machine_alone(client: Client, name: str) -> None:
    answer = client.get("/health", headers={"host": name})
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (421, "wrong-host")
    for name in ("localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:80"):
        assert client.get("/health", headers={"host": name}).status_code == 200


def test_what_is_this_machine() -> None:
    assert all(map(local, ("localhost", "127.0.0.1", "::1", "[::1]")))
    assert not any(map(local, ("0.0.0.0", "", "a", "10.0.0.1")))


def test_so_many_requests_a_second_and_as_many_again_after_a_rest() -> None:
    rate = Rate(2)
    assert [rate.admits("a", 0.0) for _ in range(5)] == [True] * 4 + [False]
    assert rate.admits("b", 0.0)
    assert [rate.admits("a", 0.5), rate.admits("a", 0.5)] == [True, False]
    assert [rate.admits("a", 100.0) for _ in range(5)] == [True] * 4 + [False]
    assert all(Rate(0).admits("a", 0.0) for _ in range(100))


def test_callers_that_are_remembered_are_not_too_many() -> None:
    rate = Rate(1)
    for n in range(MOST_CALLERS + 10):
        rate.admits(str(n), 0.0)
    assert len(rate._left) == MOST_CALLERS


def test_who_asks_too_often_is_told_to_wait() -> None:
    with listening(MemoryHost(), rate=1, tokens=TOKENS) as client:
        answers = [client.get("/health", headers=bearer(READ)) for _ in range(40)]
        late = [each for each in answers if each.status_code == 429]
        assert late
        assert (late[0].headers["retry-after"], late[0].json()["type"].rpartition(":")[2]) == ("1", "too-often")
        assert client.get("/health", headers=bearer(ADMIN)).status_code == 200  # each token has its own


def test_a_body_that_is_too_long_is_refused_before_it_is_read(client: Client) -> None:
    answer = client.post("/v1/route", content=b" " * (MOST_BODY + 1), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert answer.json()["detail"] == f"Content-Length: {MOST_BODY + 1} is not accepted; {MOST_BODY} bytes are"
    fits = client.post("/v1/route", content=b" " * MOST_BODY, headers={"content-type": "application/json"})
    assert fits.status_code == 400


def test_a_body_that_does_not_say_how_long_it_is_is_read_up_to_the_limit(client: Client) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    answer = client.post("/v1/route", content=parts(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (413, "too-long")


def test_a_body_that_does_not_come_is_answered(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "LINGER", 0.2)
    monkeypatch.setattr(served(client), "patience", 0.2)
    with closing(socket.create_connection(("127.0.0.1", client.base_url.port))) as slow:
        slow.sendall(b"POST /v1/route HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{")
        slow.settimeout(20)
        said = b"".join(iter(lambda: slow.recv(65_536), b""))
    assert said.startswith(b"HTTP/1.1 408")
    assert b":too-slow" in said


def served(client: Client) -> Any:
    """The gate of a service that listens in a thread."""
    app: Any = client.server._app.middleware_stack  # type: ignore[attr-defined]
    while not isinstance(app, gate.Gate):
        app = app.app
    return app


def test_more_requests_at_once_than_it_answers_are_told_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "MOST_AT_WORK", 0)
    answer = client.get("/health")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    monkeypatch.undo()
    assert client.get("/health").status_code == 200


def test_a_fault_is_answered_without_a_traceback_and_noted(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(client.server._app.state.desk.host, "awaited", broken)  # type: ignore[attr-defined]
    answer = client.get("/v1/conversations/c1/awaited")
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (500, "fault")
    assert "secret" not in answer.text
    assert "secret" in caplog.text
    assert client.get("/health").status_code == 200


def test_a_fault_in_the_middle_of_an_answer_ends_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> AsyncIterator[bytes]:
        yield b"retry: 1\n\n"
        raise RuntimeError("secret")

    monkeypatch.setattr(client.server._app.state.desk.streams, "_events", broken)  # type: ignore[attr-defined]
    with client.stream("GET", "/v1/conversations/c1/stream") as answer:
        parts = answer.iter_bytes()
        assert next(parts) == b"retry: 1\n\n"
        with pytest.raises(httpx2.RemoteProtocolError):
            next(parts)
    assert "secret" in caplog.text
    assert "fsm_streams 0.0" in client.get("/metrics").text


def test_methods_that_somebody_makes_up_are_counted_as_one(client: Client) -> None:
    for method in ("BREW", "WHEN"):
        assert client.request(method, "/health").status_code == 405
    page = client.get("/metrics").text
    assert 'method="other"' in page
    assert "BREW" not in page


def test_what_is_no_request_is_passed_on() -> None:
    passed: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        passed.append(scope["type"])

    asyncio.run(gate.Gate(app, Measures(), (), 0)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert passed == ["lifespan"]
