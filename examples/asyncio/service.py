"""A telephone exchange: calls between Teams and SfB users, as a service under asyncio. Lines of JSON in and out.

python examples/asyncio/service.py [--port 8700] [--second 1.0]
"""

from __future__ import annotations

import argparse
import asyncio
import json
from contextlib import suppress
from typing import Any

from fsm import Pairing, Participant, Refused, known
from fsm.hosts.host import Effect
from fsm.hosts.memory import AsyncMemoryHost
from fsm.notation.echo import echo, plain

LONGEST = 1 << 16
"""Bytes that a line may have."""
MOST_CALLS = 10_000
"""Calls that a connection may have open."""
TICK = 0.1
"""How many seconds pass between two looks at what is due."""


class Exchange:
    """One connection and its calls, at a host whose effects go out on it and whose timers run on the loop's clock."""

    def __init__(self, out: asyncio.StreamWriter, second: float) -> None:
        loop = asyncio.get_running_loop()
        self.out = out
        self.host = AsyncMemoryHost(clock=lambda: loop.time() / second)
        self.calls: set[str] = set()
        self.lines = 0
        self.turn = asyncio.Lock()

    async def say(self, **facts: Any) -> None:
        """Write a line."""
        self.out.write(json.dumps(facts).encode() + b"\n")
        await self.out.drain()

    async def deliver(self, effect: Effect) -> None:
        """Carry an effect out: tell the other end. What fails is tried again, until the connection ends."""
        name, to = effect.name, effect.to
        await self.say(call=effect.conversation, effect=name, to=to, id=effect.id)

    async def work(self) -> None:
        """Deliver what is pending and fire what is due, one at a time: who returns has seen it delivered."""
        async with self.turn:
            await self.host.work(self.deliver)

    async def keep_working(self) -> None:
        """Work from time to time, for as long as the connection lasts."""
        while True:
            await asyncio.sleep(TICK)
            await self.work()

    async def answer(self, line: bytes) -> dict[str, Any]:
        """What one line comes to: a new call, or an event of one."""
        asked = understood(line)
        self.lines += 1
        name, key = asked["call"], f"line {self.lines}"
        if "between" in asked:
            return await self.open(name, asked["between"], key)
        event, by = known.event(asked["event"]), known.party(asked["by"])
        try:
            done = await self.host.fire(name, event, by, key=key, of=asked.get("of"))
        except Refused as refused:
            no = refused.refusal
            return {"call": name, "refused": event, "rule": no.rule, "why": no.message, "instead": no.instead}
        await self.work()
        return {"call": name, "accepted": event, "step": done.seq, "state": done.state["call"]}

    async def open(self, name: str, two: Any, key: str) -> dict[str, Any]:
        """Open a call."""
        if not isinstance(two, list) or [type(each) for each in two] != [dict, dict]:
            raise ValueError(f"between: {echo(two)} is not accepted; give a list of two users")
        if len(self.calls) == MOST_CALLS:
            raise ValueError(f"call: {MOST_CALLS} calls are open; use one of them, or another connection")
        originator, recipient = (Participant(**facts) for facts in two)
        await self.host.open(name, Pairing(originator, recipient), key=key)
        self.calls.add(name)
        return {"call": name, "state": "none"}


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
    return asked


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
    """One connection."""
    exchange = Exchange(out, second)
    working = asyncio.create_task(exchange.keep_working())
    try:
        while (line := await heard(lines)) != b"":
            try:
                if line is None:
                    raise ValueError(f"the line: is too long; give {LONGEST} bytes or less")
                await exchange.say(**await exchange.answer(line))
            except KeyError as error:
                await exchange.say(error=f"{error}: is missing")
            except (ValueError, TypeError, LookupError) as error:
                await exchange.say(error=plain(str(error)))
    except ConnectionError:
        pass  # the other end has gone, and its calls with it
    finally:
        working.cancel()
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
