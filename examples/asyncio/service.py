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

if TYPE_CHECKING:
    from fsm.spec.names import TimerEvent


class Call(AsyncTalk):
    """A conversation whose effects go out on a connection and whose timers run on the event loop's clock."""

    def __init__(self, name: str, pairing: Pairing, out: asyncio.StreamWriter, second: float) -> None:
        super().__init__(pairing)
        self.name, self.out, self.second = name, out, second
        self.timers: dict[str, asyncio.TimerHandle] = {}
        self.expired: set[asyncio.Task[bool]] = set()

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
        task = asyncio.create_task(self.trigger(event, Party.SERVICE))
        self.expired.add(task)
        task.add_done_callback(self.expired.discard)

    def close(self) -> None:
        for timer in self.timers.values():
            timer.cancel()
        for task in self.expired:
            task.cancel()


async def say(out: asyncio.StreamWriter, **facts: Any) -> None:
    out.write(json.dumps(facts).encode() + b"\n")
    await out.drain()


async def answer(line: bytes, calls: dict[str, Call], out: asyncio.StreamWriter, second: float) -> dict[str, Any]:
    """What one line comes to: a new call, or an event of one."""
    asked = json.loads(line)
    name = asked["call"]
    if (name in calls) is ("between" in asked):
        raise ValueError(f"call: {name!r} is {'taken' if name in calls else 'not there; open it with between'}")
    if "between" in asked:
        originator, recipient = (Participant(**facts) for facts in asked["between"])
        calls[name] = Call(name, Pairing(originator, recipient), out, second)
        return {"call": name, "state": "none"}
    call, event, by = calls[name], known.event(asked["event"]), known.party(asked["by"])
    refusal = None if await call.trigger(event, by) else call.why_not(event, by)
    if refusal is None:
        return {"call": name, "accepted": event, "state": call.places["call"].state}
    return {"call": name, "refused": event, "rule": refusal.rule, "why": refusal.message, "instead": refusal.instead}


async def serve(lines: asyncio.StreamReader, out: asyncio.StreamWriter, second: float) -> None:
    """One connection and its calls."""
    calls: dict[str, Call] = {}
    try:
        async for line in lines:
            try:
                await say(out, **await answer(line, calls, out, second))
            except KeyError as error:
                await say(out, error=f"{error}: is missing")
            except (ValueError, TypeError) as error:
                await say(out, error=str(error))
    except ConnectionError:
        pass  # the other end has gone, and its calls with it
    finally:
        for call in calls.values():
            call.close()
        out.close()


async def main(port: int, second: float) -> None:
    """Serve until interrupted."""
    server = await asyncio.start_server(lambda lines, out: serve(lines, out, second), "127.0.0.1", port)
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
