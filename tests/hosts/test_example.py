"""The asyncio example, run for real: the session in its README, and what goes wrong."""

from __future__ import annotations

import asyncio
import json
import os
import re
import runpy
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "asyncio"
BLOCKS = re.findall(r"```json\n(.*?)```", (EXAMPLE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
ASKED, ANSWERED, LATER = ([json.loads(line) for line in block.splitlines()] for block in BLOCKS)


class Client:
    """One end of a connection."""

    def __init__(self, lines: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self.lines, self.out = lines, out

    async def read(self) -> Any:
        return json.loads(await self.lines.readline())

    async def say(self, line: object) -> list[Any]:
        """What is answered, up to what became of it; a string is sent as it is."""
        self.out.write((line if isinstance(line, str) else json.dumps(line)).encode(errors="surrogatepass") + b"\n")
        found = [await self.read()]
        while "effect" in found[-1]:
            found.append(await self.read())
        return found


@asynccontextmanager
async def service() -> AsyncIterator[Callable[[], Awaitable[Client]]]:
    """The service in a process of its own, in which no timer ever expires; call what this gives to connect."""
    command = (str(EXAMPLE / "service.py"), "--port", "0", "--second", "1e6")
    env = {**os.environ, "PYTHONPATH": str(EXAMPLE.parents[1])}
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE, env=env)
    assert process.stdout
    clients: list[Client] = []
    try:
        port = (await process.stdout.readline()).split()[-1]

        async def connect() -> Client:
            clients.append(Client(*await asyncio.open_connection("127.0.0.1", int(port))))
            return clients[-1]

        yield connect
    finally:
        for each in clients:
            each.out.close()
            await each.out.wait_closed()
        process.terminate()
        await process.wait()


def test_the_session_in_the_readme() -> None:
    async def session() -> None:
        async with service() as connect:
            client = await connect()
            answered = [each for line in ASKED[:2] for each in await client.say(line)]
            assert answered == ANSWERED[:4]
            [refused] = await client.say(ASKED[2])
            assert {**refused, "why": "..."} == ANSWERED[4]

    asyncio.run(session())


class Clock(asyncio.SelectorEventLoop):
    """An event loop on which it is as late as it is told."""

    now = 0.0

    def time(self) -> float:
        return self.now


class Out:
    """What the service writes, when there is no network."""

    def __init__(self) -> None:
        self.written: list[Any] = []

    def write(self, line: bytes) -> None:
        self.written.append(json.loads(line))

    async def drain(self) -> None:
        pass

    def close(self) -> None:
        pass


class Session:
    """The service within the test, on a clock of the test's own."""

    def __init__(self, loop: Clock) -> None:
        self.loop, self.lines, self.out = loop, asyncio.StreamReader(), Out()
        self.faults: list[Any] = []
        loop.set_exception_handler(lambda _, context: self.faults.append(context))
        self.code: Any = runpy.run_path(str(EXAMPLE / "service.py"))
        self.served = loop.create_task(self.code["serve"](self.lines, self.out, 1.0))

    async def say(self, *lines: object, after: float = 0) -> list[Any]:
        """What is written once these lines are read, and then so many seconds have gone by."""
        for line in lines:
            self.lines.feed_data(json.dumps(line).encode() + b"\n")
        await self._settle()
        self.loop.now += after
        await self._settle()
        written, self.out.written = self.out.written, []
        return written

    async def close(self) -> None:
        """The other end goes."""
        self.lines.feed_eof()
        await self.served

    @staticmethod
    async def _settle() -> None:
        for _ in range(1000):
            await asyncio.sleep(0)


def timed(play: Callable[[Session], Awaitable[None]]) -> None:
    """Play a session on a clock of the test's own."""
    with asyncio.Runner(loop_factory=Clock) as runner:

        async def whole() -> None:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, Clock)
            session = Session(loop)
            await play(session)
            await session.close()
            assert session.faults == []

        runner.run(whole())


def test_a_timer_expires_when_it_is_time() -> None:
    async def ring(session: Session) -> None:
        assert await session.say(*ASKED[:2], after=29.9) == ANSWERED[:4]
        assert await session.say(after=0.2) == LATER

    timed(ring)


def test_a_timer_is_cancelled_once_the_call_is_answered() -> None:
    async def answer(session: Session) -> None:
        await session.say(*ASKED[:2], after=29)
        connected = await session.say({"call": "c1", "event": "accept_call", "by": "recipient"}, after=1000)
        assert connected[-1] == {"call": "c1", "accepted": "accept_call", "step": 2, "state": "connected"}
        assert await session.say({"call": "c1", "event": "hang_up", "by": "recipient"}) == [
            {"call": "c1", "effect": "end_call", "to": "originator", "id": "c1/3/0"},
            {"call": "c1", "accepted": "hang_up", "step": 3, "state": "ended"},
        ]

    timed(answer)


def test_a_timer_of_a_call_that_is_over_never_ends_the_next() -> None:
    """Nor does one that is due while the other end takes no more lines."""

    async def again(session: Session) -> None:
        await session.say(*ASKED[:2], after=29.9)
        taking = asyncio.Event()
        session.out.drain = taking.wait  # type: ignore[method-assign,assignment]  # as a writer whose buffer is full
        await session.say({"call": "c1", "event": "cancel_call", "by": "originator"}, ASKED[1], after=0.2)
        taking.set()
        written = await session.say(after=0.2)
        assert [each.get("accepted") or each.get("effect") for each in written][-3:] == [
            "ring_audio",
            "open_interop_window",
            "call_audio",
        ]
        late = {"call": "c1", "event": "no_answer", "by": "service", "of": 1}
        [stale] = await session.say(late, after=29)
        assert stale["refused"] == "no_answer"
        assert "step 3 has asked for it since" in stale["why"]
        assert [each["effect"] for each in await session.say(after=1)] == ["stop_ringing", "stop_ringing"]

    timed(again)


def test_timers_end_with_the_connection() -> None:
    async def leave(session: Session) -> None:
        await session.say(*ASKED[:2])
        await session.close()
        assert await session.say(after=1000) == []

    timed(leave)


def test_calls_of_two_connections_go_on_side_by_side_and_end_with_them() -> None:
    async def session() -> None:
        async with service() as connect:
            first, second = await connect(), await connect()
            for client in (first, second):
                assert [each for line in ASKED[:2] for each in await client.say(line)] == ANSWERED[:4]
            first.out.close()
            [*_, answer] = await second.say({"call": "c1", "event": "decline_call", "by": "recipient"})
            assert answer["state"] == "ended"

    asyncio.run(session())


def test_lines_that_make_no_sense_are_answered_and_change_nothing() -> None:
    mistakes = {
        "{": "Expecting property name",
        '{"call": "c2", "event": "hold", "by": "originator"}': "conversation: there is no 'c2'; open it first",
        json.dumps(ASKED[0]): "conversation: 'c1' is open already",
        '{"call": "c1", "event": "hold"}': "'by': is missing",
        '{"call": "c1", "event": "sing", "by": "originator"}': "event: 'sing' is not known",
        '{"call": "c2", "between": [{"address": "a", "mode": "Alone"}, {}]}': "mode: 'Alone' is not accepted",
        '{"call": "c2", "between": [{"name": "a"}, {}]}': "unexpected keyword argument 'name'",
        "[]": "the line: is no object; give {...}",
        "null": "the line: is no object",
        "[" * 60_000: "the line: goes too deep",
        "{}": "'call': is missing",
        '{"call": ["c1"], "event": "hold"}': "'by': is missing",
        '{"call": "\\u001b[2J", "event": "hold"}': "'by': is missing",
        json.dumps({**ASKED[1], "call": ["c1"]}): "conversation: ['c1'] is not accepted; give 1 to 200 printable",
        json.dumps({**ASKED[1], "call": "\u001b[2J"}): r"conversation: '\x1b[2J' is not accepted",
        json.dumps({**ASKED[1], "call": "c" * 201}): "conversation: 'ccc",
        json.dumps({**ASKED[1], "of": 1}): "of: call_audio answers nothing; leave it out",
        '{"call": "c1", "event": "no_answer", "by": "service"}': "of: no_answer answers",
        '{"call": "c2", "between": null}': "between: None is not accepted; give a list of two users",
        '{"call": "c2", "between": [{}]}': "between: [{}] is not accepted",
        '{"call": "c2", "between": [5, 5]}': "between: [5, 5] is not accepted",
        '{"call": "c2", "between": [{"address": [], "mode": 5}, {}]}': "",
        '{"call": "c1", "event": ["hold"], "by": "originator"}': "",
        '{"call": "c1", "event": null, "by": "originator"}': "event: None is not known",
        '{"call": "c1", "event": "hold", "by": {}}': "by: {} is not accepted",
        "\ud800": "",
        "x" * 70_000: "the line: is too long; give 65536 bytes or less",
        "x" * 1_000_000: "the line: is too long; give 65536 bytes or less",
    }

    async def session() -> None:
        async with service() as connect:
            client = await connect()
            await client.say(ASKED[0])
            for line, error in mistakes.items():
                [answer] = await client.say(line)
                assert error in answer["error"], answer
            assert (await client.say(ASKED[1]))[-1] == ANSWERED[3]

    asyncio.run(session())


def test_a_line_that_is_too_long_ends_with_the_connection_too() -> None:
    async def session() -> None:
        async with service() as connect:
            client = await connect()
            client.out.write(b"x" * 70_000)
            client.out.write_eof()
            assert "too long" in (await client.read())["error"]
            assert await client.lines.readline() == b""

    asyncio.run(session())


def test_what_is_in_the_middle_of_a_line_that_is_too_long_is_not_done() -> None:
    async def session() -> None:
        async with service() as connect:
            client = await connect()
            await client.say(ASKED[0])
            long = json.dumps(ASKED[1])
            [answer] = await client.say("x" * (2 * 65_536 - len(long)) + long)
            assert "too long" in answer["error"]
            assert (await client.say(ASKED[1]))[-1] == ANSWERED[3], "it was not called yet"

    asyncio.run(session())


def test_a_last_line_without_an_end_is_one() -> None:
    async def session() -> None:
        async with service() as connect:
            client = await connect()
            client.out.write(json.dumps(ASKED[0]).encode())
            client.out.write_eof()
            assert await client.read() == ANSWERED[0]

    asyncio.run(session())


def test_two_who_write_at_once_lose_nothing() -> None:
    """A thousand events on calls of their own, each of which is possible only if the one before it was kept."""

    async def session() -> None:
        async with service() as connect:

            async def write(client: Client) -> list[str]:
                await client.say(ASKED[0])
                events = ["call_audio", "cancel_call"] * 250
                for event in events:
                    await asyncio.sleep(0)
                    client.out.write(json.dumps({"call": "c1", "event": event, "by": "originator"}).encode() + b"\n")
                accepted: list[str] = []
                while len(accepted) < len(events):
                    answer = await client.read()
                    accepted += [answer["accepted"]] if "effect" not in answer else []
                return accepted

            found = await asyncio.gather(write(await connect()), write(await connect()))
            assert list(found) == [["call_audio", "cancel_call"] * 250] * 2

    asyncio.run(session())


def test_there_are_only_so_many_calls() -> None:
    async def calls(session: Session) -> None:
        code = session.code
        code["serve"].__globals__["MOST_CALLS"] = 2
        told = await session.say(*({**ASKED[0], "call": f"c{n}"} for n in range(3)))
        assert told[-1] == {"error": "call: 2 calls are open; use one of them, or another connection"}

    timed(calls)


def test_a_timer_that_expires_once_the_other_end_has_gone_harms_nobody() -> None:
    async def gone(session: Session) -> None:
        await session.say(*ASKED[:2])

        async def drain() -> None:
            raise ConnectionResetError

        session.out.drain = drain  # type: ignore[method-assign]  # as a writer does whose connection is lost
        await session.say(after=31)

    timed(gone)
