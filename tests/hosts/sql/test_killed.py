"""Writers and workers that are killed at any moment, in small: nothing acknowledged is lost, nothing happens twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import URL

from fsm.hosts.sql import Host
from tests.hosts.sql.conftest import PAIRING

ROOT = Path(__file__).parents[3]
KILLS = 3


def started(what: str, database: URL, argument: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.hosts.sql.killed", what, database.render_as_string(False), argument]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("seed", [1])
def test_a_writer_that_is_killed_loses_nothing_and_does_nothing_twice(database: URL, seed: int) -> None:
    moments, acknowledged = random.Random(seed), -1
    with Host(database) as host:
        host.open("c1", PAIRING, key="o")
        for _ in range(KILLS):
            writer = started("fires", database, "c1")
            assert writer.stdout
            seen = [int(writer.stdout.readline()) for _ in range(moments.randrange(1, acknowledged + 8))]
            writer.send_signal(signal.SIGKILL)
            rest, _ = writer.communicate()
            acknowledged = max(acknowledged, *seen, *(int(line) for line in rest.split("\n")[:-1]))
        lines = host.history("c1")
        keys = [line.key for line in lines[1:]]
        assert keys == [f"k{n}" for n in range(len(keys))]
        assert acknowledged < len(keys) <= acknowledged + 2
        assert [line.seq for line in lines] == list(range(len(lines)))
        assert all(line.accepted for line in lines)
        host.check("c1")


@pytest.mark.parametrize("seed", [1])
def test_a_worker_that_is_killed_delivers_all_in_order_and_repeats_ids_alone(
    database: URL, tmp_path: Path, seed: int
) -> None:
    moments, file = random.Random(seed), tmp_path / "delivered"
    file.touch()
    with Host(database) as host:
        host.open("c1", PAIRING, key="o")
        asked: list[str] = []
        for n in range(KILLS):
            for event, by in (("call_audio", "originator"), ("accept_call", "recipient"), ("hang_up", "recipient")):
                done = host.fire("c1", event, by, key=f"{event} {n}")  # type: ignore[arg-type]
                asked += [effect.id for effect in done.effects]
            before = len(file.read_text().splitlines())
            worker = started("works", database, str(file))
            while len(file.read_text().splitlines()) == before:
                time.sleep(moments.random() / 50)
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
        worker = started("works", database, str(file))
        while asked[-1] not in file.read_text().splitlines():
            time.sleep(0.01)
        worker.kill()
        worker.communicate()
    delivered = file.read_text().splitlines()
    first = list(dict.fromkeys(delivered))
    assert first == asked
    places = [asked.index(each) for each in delivered]
    assert all(later <= earlier + 1 for earlier, later in pairwise(places)), "a repeat goes back, and none is left out"
