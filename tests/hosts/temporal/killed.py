"""What the tests kill: ``python -m tests.hosts.temporal.killed ADDRESS QUEUE FILE``, a worker that delivers to a file,
whose lines are there once they are written."""

from __future__ import annotations

import asyncio
import os
import sys

from temporalio.client import Client

from fsm.hosts.host import Effect
from fsm.hosts.temporal import working


async def main(address: str, queue: str, file: str) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def deliver(effect: Effect) -> None:
        os.write(descriptor, f"{effect.id}\n".encode())

    async with working(await Client.connect(address), deliver, queue=queue):
        print("working", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
