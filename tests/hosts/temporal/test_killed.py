"""Workers and the server are killed in the middle of a conversation: nothing is lost, and nothing happens twice."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

pytest.importorskip("temporalio", reason="no temporalio; pip install 'interop-fsm[temporal]'")

from temporalio.service import RPCError

from fsm.hosts.conformance import ACROSS
from fsm.hosts.host import replayed
from fsm.hosts.temporal import AsyncHost
from tests.hosts.sql.killed import ROUND
from tests.hosts.temporal.conftest import Loop
from tests.hosts.temporal.server import Server

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[3]
QUEUE = "killed"
AFTER = 40
"""Events after which the workflow continues as new, in the middle of it all."""


def started(server: Server, file: Path) -> subprocess.Popen[str]:
    """A worker that works."""
    command = [sys.executable, "-m", "tests.hosts.temporal.killed", server.address, QUEUE, str(file)]
    worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert worker.stdout
    assert worker.stdout.readline() == "working\n"
    return worker


def kill(worker: subprocess.Popen[str]) -> None:
    worker.kill()
    worker.communicate()


async def killing(program: str, at: Path, workers: int, servers: int, seed: int) -> None:
    """Fire round after round, while a worker is killed so often, and the server so often."""
    moments, file = random.Random(seed), at / "delivered"
    server = Server(program, at / "kept.db")
    file.touch()
    client = await server.client()
    host = AsyncHost(client, queue=QUEUE, after=AFTER, patience=2.0)
    worker = await asyncio.to_thread(started, server, file)
    try:
        await host.open("c1", ACROSS, key="o")
        asked: list[str] = []
        ended = asyncio.Event()

        async def fires() -> None:
            n = 0
            while not ended.is_set() or n % len(ROUND):
                try:
                    done = await host.fire("c1", *ROUND[n % len(ROUND)], key=f"k{n}")
                except RPCError:
                    await asyncio.sleep(0.05)
                    continue
                asked.extend(each.id for each in done.effects)
                n += 1

        firing = asyncio.create_task(fires())
        for each in moments.sample(["worker"] * workers + ["server"] * servers, workers + servers):
            so_far = len(asked)
            while len(asked) < so_far + 5:
                await asyncio.sleep(0.01)
                if firing.done():
                    firing.result()
            await asyncio.sleep(moments.random() / 10)
            if each == "worker":
                await asyncio.to_thread(kill, worker)
                worker = await asyncio.to_thread(started, server, file)
            else:
                server.kill()
                server.start()
                await server.client()
        ended.set()
        await firing
        while asked[-1] not in file.read_text().split():  # after many kills in a row it is tried again minutes later
            await asyncio.sleep(0.05)
            assert not await host.stuck_at("c1")
        lines = await host.history("c1")
    finally:
        kill(worker)
        server.kill()
    first = lines[1].seq  # further back than some thousand lines it tells the opening alone
    assert [line.seq for line in lines] == [0, *range(first, first + len(lines) - 1)]
    assert [line.key for line in lines] == ["o", *(f"k{line.seq - 1}" for line in lines[1:])]
    assert all(line.accepted for line in lines)
    if first == 1:
        replayed(lines)
    delivered = file.read_text().split()
    assert list(dict.fromkeys(delivered)) == asked
    places = [asked.index(each) for each in delivered]
    assert all(later <= earlier + 1 for earlier, later in pairwise(places)), "a repeat goes back, and none is left out"


@pytest.mark.parametrize(("workers", "servers"), [(2, 0), (0, 1), pytest.param(8, 4, marks=pytest.mark.slow)])
def test_whoever_is_killed_nothing_is_lost_and_nothing_happens_twice(
    program: str, loop: Loop, tmp_path: Path, workers: int, servers: int
) -> None:
    loop.run(asyncio.wait_for(killing(program, tmp_path, workers, servers, 1), 600))


@pytest.mark.exhaustive
def test_nor_in_a_hundred_kills(program: str, loop: Loop, tmp_path: Path) -> None:
    """Last run on 2026-11-28: 80 kills of the worker and 20 of the server, in a quarter of an hour."""
    loop.run(killing(program, tmp_path, 80, 20, 2))
