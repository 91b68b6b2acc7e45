"""A stream tells every step once and in order, whoever made it, and goes on where its reader was."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fsm.hosts.host import Host
from fsm.hosts.memory import MemoryHost
from fsm.hosts.sql.sync import Host as SqlHost
from fsm.serve import streams
from tests.serve.conftest import Client, listening

PATH = "/v1/conversations/c1/stream"


def steps(answer: httpx2.Response) -> Iterator[dict[str, Any]]:
    """The steps that a stream tells."""
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def numbers(answer: httpx2.Response, how_many: int) -> list[int]:
    return [step["seq"] for step in islice(steps(answer), how_many)]


def test_steps_are_told_as_they_come_and_refusals_are_not(client: Client) -> None:
    client.fire("open_chat", "originator")
    with client.stream("GET", PATH) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        told = steps(answer)
        assert [next(told)["event"] for _ in range(2)] == ["open", "open_chat"]
        client.fire("hang_up", "originator")
        done = client.fire("send_text", "recipient").json()
        line = next(told)
        assert (line["seq"], line["accepted"], line["answer"]) == (2, True, done)


def test_a_reader_goes_on_after_the_step_that_it_had_last(client: Client) -> None:
    for _ in range(3):
        client.fire("open_chat", "originator")
        client.fire("send_text", "originator")
    with client.stream("GET", PATH, headers={"last-event-id": "1"}) as answer:
        assert next(steps(answer))["seq"] == 2
    with client.stream("GET", PATH, headers={"last-event-id": "1000"}) as answer:
        client.fire("send_text", "originator")
        assert answer.status_code == 200  # it waits for the step after
    refused = client.get(PATH, headers={"last-event-id": "last"})
    assert (refused.status_code, refused.json()["faults"][0]["at"]) == (400, "Last-Event-ID")


def test_many_readers_are_told_the_same(client: Client) -> None:
    others = [Client(str(client.base_url)) for _ in range(3)]
    told = [other.stream("GET", PATH) for other in others]
    answers = [each.__enter__() for each in told]
    client.fire("open_chat", "originator")
    assert [numbers(answer, 2) for answer in answers] == [[0, 1]] * 3
    for stream, other in zip(told, others, strict=True):
        stream.__exit__(None, None, None)
        other.close()


def test_a_stream_of_nothing_is_refused(client: Client) -> None:
    assert client.get("/v1/conversations/none/stream").status_code == 404


def test_what_another_process_does_is_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "ROUND", 0.05)
    address = f"sqlite:///{tmp_path}/talks.db"
    with SqlHost(address) as ours, SqlHost(address) as theirs, listening(ours) as client:
        client.open()
        with client.stream("GET", PATH) as answer:
            told = steps(answer)
            assert next(told)["seq"] == 0
            theirs.fire("c1", "open_chat", "originator", key="theirs")
            assert next(told)["key"] == "theirs"


def test_a_stream_lasts_so_long_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BEAT", 0.02)
    with listening(MemoryHost(), life=0.2) as client:
        client.open()
        text = client.get(PATH).text
        assert text.startswith("retry: 2000\n\nid: 0\nevent: step\ndata: {")
        assert "\n\n:\n\n" in text  # it says that it is there
        assert "fsm_streams 0.0" in client.get("/metrics").text


def test_more_streams_than_there_may_be_are_told_to_come_again() -> None:
    with listening(MemoryHost(), streams=1) as client:
        client.open()
        with client.stream("GET", PATH) as first:
            told = steps(first)
            assert next(told)["seq"] == 0
            late = client.get(PATH)
            assert (late.status_code, late.headers["retry-after"]) == (503, "1")
            assert "fsm_streams 1.0" in client.get("/metrics").text
            assert "fsm_requests_at_work 1.0" in client.get("/metrics").text  # this one alone


def test_streams_end_when_the_service_stops(client: Client) -> None:
    with client.stream("GET", PATH) as answer:
        told = answer.iter_lines()
        assert next(told) == "retry: 2000"
        client.server.should_exit = True  # type: ignore[attr-defined]
        assert "event: step" in list(told)  # what it had still to say, and the end


def test_a_database_that_does_not_answer_for_a_while_delays_a_stream(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "ROUND", 0.05)
    with listening(host) as client:
        client.open()
        with client.stream("GET", PATH) as answer:
            told = steps(answer)
            assert next(told)["seq"] == 0
            failures = iter([True])
            history = type(host).history

            def failing(self: Any, conversation: str) -> Any:
                if next(failures, False):
                    raise ValueError("not now")
                return history(self, conversation)

            monkeypatch.setattr(type(host), "history", failing)
            client.fire("open_chat", "originator")
            assert next(told)["seq"] == 1


def test_a_conversation_that_nobody_follows_any_more_is_not_read() -> None:
    async def read(conversation: str) -> Any:
        raise AssertionError(conversation)

    asyncio.run(streams.Streams(read, 1, 1.0)._look("c1"))
