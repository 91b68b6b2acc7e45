"""Effects are posted as CloudEvents, signed, again until they are taken, and what answers them comes back as events."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest

from fsm.hosts.host import Effect, Host
from fsm.hosts.memory import MemoryHost
from fsm.serve import delivery
from fsm.serve.delivery import SOURCE, Undelivered, Webhook
from fsm.serve.webhooks import Delivery, Seen, key, verify
from tests.serve.conftest import SECRET, Client, listening

EFFECT = Effect("c1", 1, 0, "ring_audio", "recipient")


class Receiver(ThreadingHTTPServer):
    """A receiver of deliveries, that answers with what it is told to."""

    daemon_threads = True

    def __init__(self) -> None:
        self.came: Queue[Delivery] = Queue()
        self.answers: list[int] = []
        self.hangs = Flag()
        super().__init__(("127.0.0.1", 0), Receive)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/effects"


class Receive(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.server.answers.pop(0) if self.server.answers else 204
        if status == 0:
            self.server.hangs.wait(20)
            return
        self.server.came.put(verify(body, self.headers, secrets=[SECRET]))  # type: ignore[arg-type]  # a mapping of its own
        self.send_response(status)
        self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.hangs.set()
        receiver.shutdown()
        thread.join()
        receiver.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def posting(host: Host, receiver: Receiver) -> Iterator[Client]:
    """A service that posts effects to the receiver."""
    with listening(host, webhook=receiver.url, secrets=[SECRET]) as found:
        found.open()
        yield found


def test_effects_are_posted_in_order_and_answered_by_events(posting: Client, receiver: Receiver) -> None:
    done = posting.fire("call_audio", "originator").json()
    came = [receiver.came.get(timeout=120) for _ in done["effects"]]
    assert [each.id for each in came] == [each["id"] for each in done["effects"]]
    event = came[0].event
    assert (event["specversion"], event["type"], event["subject"]) == ("1.0", "interop-fsm.effect.ring_audio", "c1")
    assert (event["id"], event["source"]) == (came[0].id, SOURCE)
    assert event["data"] | {"id": event["id"]} == done["effects"][0] | {"conversation": "c1", "seq": 1}
    answered = posting.fire("accept_call", "recipient", of=event["data"]["seq"])
    assert answered.json()["state"]["call"] == "connected"


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_is_not_taken_is_posted_again_under_the_same_id(
    posting: Client, receiver: Receiver, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [status]
    seen = Seen()
    posting.fire("call_audio", "originator")
    ids = [receiver.came.get(timeout=120).id for _ in range(3)]
    assert ids == ["c1/1/0", "c1/1/0", "c1/1/1"]
    assert [seen.before(each) for each in ids] == [False, True, False]
    page = posting.get("/metrics").text
    assert "fsm_effects_undelivered_total 1.0" in page


def test_what_cannot_be_delivered_is_stuck_until_somebody_retries_it(receiver: Receiver) -> None:
    receiver.answers = [500]
    with listening(MemoryHost(attempts=1), webhook=receiver.url, secrets=[SECRET]) as client:
        client.open()
        client.fire("call_audio", "originator")
        receiver.came.get(timeout=120)
        until = time.monotonic() + 120
        while not (stuck := client.get("/v1/stuck").json()["stuck"]) and time.monotonic() < until:
            time.sleep(0.01)
        assert [(each["conversation"], each["attempts"], each["effect"]["name"]) for each in stuck] == [
            ("c1", 1, "ring_audio")
        ]
        assert "the receiver answered 500" in stuck[0]["error"]
        assert client.post("/v1/conversations/c1/retry").json() == {"retried": True}
        assert receiver.came.get(timeout=120).id == "c1/1/0"
        assert client.post("/v1/conversations/c1/retry").json() == {"retried": False}


def test_timers_are_fired_without_a_webhook() -> None:
    now = [1_000.0]
    with listening(MemoryHost(clock=lambda: now[0])) as client:
        client.open()
        client.fire("call_audio", "originator")
        with client.stream("GET", "/v1/conversations/c1/stream") as answer:
            told = (line for line in answer.iter_lines() if line.startswith("data: "))
            assert [json.loads(next(told)[6:])["event"] for _ in range(2)] == ["open", "call_audio"]
            now[0] += 31
            line = json.loads(next(told)[6:])
            assert (line["event"], line["by"], line["key"]) == ("no_answer", "service", "timer/1/no_answer")


def posted(webhook: Webhook) -> None:
    async def post() -> None:
        try:
            await webhook.post(EFFECT)
        finally:
            await webhook.close()

    asyncio.run(post())


def test_a_receiver_that_hangs_is_given_up(receiver: Receiver) -> None:
    receiver.answers = [0]
    with pytest.raises(Undelivered, match=r"has not answered in 0\.1 seconds"):
        posted(Webhook(receiver.url, [key(SECRET)], patience=0.1))


def test_a_receiver_that_is_not_there_is_told() -> None:
    with receiving() as gone:
        url = gone.url
    with pytest.raises(Undelivered, match="the receiver cannot be reached: ConnectError"):
        posted(Webhook(url, [key(SECRET)]))


class Failing(MemoryHost):
    """A host whose database is gone at first."""

    failures = 1

    def work(self, *args: Any, **named: Any) -> int:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("gone")
        return super().work(*args, **named)


def test_a_worker_whose_host_fails_says_so_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, receiver: Receiver
) -> None:
    monkeypatch.setattr(delivery, "AFTER_A_FAULT", 0.01)
    host = Failing()
    with caplog.at_level(logging.ERROR), listening(host, workers=1, webhook=receiver.url, secrets=[SECRET]) as client:
        client.open()
        client.fire("call_audio", "originator")
        assert receiver.came.get(timeout=120).id == "c1/1/0"
    assert "work: the host failed" in caplog.text
