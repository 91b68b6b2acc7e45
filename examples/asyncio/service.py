"""A telephone exchange: calls between Teams and SfB users, as a service under asyncio. Lines of JSON in and out.

python examples/asyncio/service.py [--port 8700] [--second 1.0]
"""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fsm import Pairing, Participant, Party, known
from fsm.hosts.transitions import AsyncTalk
from fsm.notation.echo import echo, plain

if TYPE_CHECKING:
    from fsm.spec.names import TimerEvent


LONGEST = 1 << 16
"""Bytes that a line may have."""
LONGEST_NAME = 200
"""Characters that the name of a call may have."""
MOST_CALLS = 10_000
"""Calls that a connection may have open."""


class Call(AsyncTalk):
    """A conversation whose effects go out on a connection and whose timers run on the event loop's clock."""

    def __init__(self, name: str, pairing: Pairing, out: asyncio.StreamWriter, second: float) -> None:
        super().__init__(pairing)
        self.name, self.out, self.second = name, out, second
        self.timers: dict[str, asyncio.TimerHandle] = {}
        self.expired: set[asyncio.Task[None]] = set()

    async def on_effect(self, name: str, to: str) -> None:
        await say(self.out, call=self.name, effect=name, to=to)

    def on_timer_start(self, event: TimerEvent, seconds: int) -> None:
        self.on_timer_cancel(event)
        loop = asyncio.get_running_loop()
        self.timers[event] = loop.call_later(seconds * self.second, self.expire, event)

    def on_timer_cancel(self, event: str) -> None:
        if event in self.timers:
            self.timers.pop(event).cancel()

    def expire(self, event: TimerEvent) -> None:
        """Trigger the timer's event. The task is kept, as the loop does not keep it."""
        del self.timers[event]
        task = asyncio.create_task(self.run_out(event))
        self.expired.add(task)
        task.add_done_callback(self.expired.discard)

    async def run_out(self, event: TimerEvent) -> None:
        with suppress(ConnectionError):  # the other end has gone, and the call with it
            await self.trigger(event, Party.SERVICE)

    def close(self) -> None:
        for timer in self.timers.values():
            timer.cancel()
        for task in self.expired:
            task.cancel()


async def say(out: asyncio.StreamWriter, **facts: Any) -> None:
    out.write(json.dumps(facts).encode() + b"\n")
    await out.drain()


def understood(line: bytes) -> dict[str, Any]:
    """What a line asks.

    Raises:
        ValueError: it asks nothing.
    """
    try:
        asked = json.loads(line)
    except RecursionError:
        raise ValueError("the line: goes too deep") from None
    if not isinstance(asked, dict):
        raise ValueError("the line: is no object; give {...}")
    if not isinstance(asked["call"], str) or len(asked["call"]) > LONGEST_NAME:
        raise ValueError(f"call: {echo(asked['call'])} is not accepted; give text of {LONGEST_NAME} characters or less")
    return asked


async def answer(line: bytes, calls: dict[str, Call], out: asyncio.StreamWriter, second: float) -> dict[str, Any]:
    """What one line comes to: a new call, or an event of one."""
    asked = understood(line)
    name = asked["call"]
    if (name in calls) is ("between" in asked):
        raise ValueError(f"call: {echo(name)} is {'taken' if name in calls else 'not there; open it with between'}")
    if "between" in asked:
        two = asked["between"]
        if not isinstance(two, list) or [type(each) for each in two] != [dict, dict]:
            raise ValueError(f"between: {echo(two)} is not accepted; give a list of two users")
        if len(calls) == MOST_CALLS:
            raise ValueError(f"call: {MOST_CALLS} calls are open; use one of them, or another connection")
        originator, recipient = (Participant(**facts) for facts in two)
        calls[name] = Call(name, Pairing(originator, recipient), out, second)
        return {"call": name, "state": "none"}
    call, event, by = calls[name], known.event(asked["event"]), known.party(asked["by"])
    refusal = None if await call.trigger(event, by) else call.why_not(event, by)
    if refusal is None:
        return {"call": name, "accepted": event, "state": call.places["call"].state}
    return {"call": name, "refused": event, "rule": refusal.rule, "why": refusal.message, "instead": refusal.instead}


async def heard(lines: asyncio.StreamReader) -> bytes | None:
    """The next line; None for one that is too long, all of which is passed over; empty where no more come."""
    try:
        return await lines.readuntil(b"\n")
    except asyncio.IncompleteReadError as end:
        return end.partial
    except asyncio.LimitOverrunError as over:
        while True:
            try:
                await lines.readexactly(over.consumed)
                await lines.readuntil(b"\n")
                return None
            except asyncio.IncompleteReadError:
                return None
            except asyncio.LimitOverrunError as more:
                over = more


async def serve(lines: asyncio.StreamReader, out: asyncio.StreamWriter, second: float) -> None:
    """One connection and its calls."""
    calls: dict[str, Call] = {}
    try:
        while (line := await heard(lines)) != b"":
            try:
                if line is None:
                    raise ValueError(f"the line: is too long; give {LONGEST} bytes or less")
                await say(out, **await answer(line, calls, out, second))
            except KeyError as error:
                await say(out, error=f"{error}: is missing")
            except (ValueError, TypeError) as error:
                await say(out, error=plain(str(error)))
    except ConnectionError:
        pass  # the other end has gone, and its calls with it
    finally:
        for call in calls.values():
            call.close()
        out.close()


async def main(port: int, second: float) -> None:
    """Serve until interrupted."""
    server = await asyncio.start_server(lambda lines, out: serve(lines, out, second), "127.0.0.1", port, limit=LONGEST)
    print(f"listening on {server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Calls between Teams and SfB users, over lines of JSON.")
    parser.add_argument("--port", type=int, default=8700, help="0 takes any that is free")
    parser.add_argument("--second", type=float, default=1.0, help="how long a second of a timer lasts")
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(main(given.port, given.second))
