"""``fsm worker``: what it runs, how it ends, and what stands in its way."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("temporalio", reason="no temporalio; pip install 'interop-fsm[temporal]'")

from temporalio.client import Client

from fsm.hosts.conformance import ACROSS
from fsm.hosts.temporal import AsyncHost, make_current
from tests.hosts.temporal.conftest import Loop
from tests.hosts.temporal.server import Server, free_port

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[3]
MISSING = "import sys; sys.modules['temporalio'] = None; from fsm.cli import main; main()"
LEAVES = """
import atexit

atexit.register(print, "and left")


def deliver(event):
    print(event["id"])
"""


def started(*options: str, at: Path = ROOT) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "fsm", "worker", *options]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{at}"}
    return subprocess.Popen(command, cwd=at, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_works_until_it_is_told_to_stop(client: Client, server: Server, loop: Loop) -> None:
    process = started("--address", server.address, "--queue", "told-to-stop")
    assert process.stderr
    assert process.stdout
    assert "is current" in process.stderr.readline()
    host = AsyncHost(client, queue="told-to-stop", prefix="told-to-stop/")
    loop.run(host.open("c1", ACROSS, key="o"))
    done = loop.run(host.fire("c1", "call_audio", "originator", key="k"))
    events = [json.loads(process.stdout.readline()) for _ in done.effects]
    assert [event["id"] for event in events] == [each.id for each in done.effects]
    assert events[0]["type"] == "interop-fsm.effect.ring_audio"
    assert "time" in events[0]
    process.send_signal(signal.SIGTERM)
    assert (process.wait(20), process.stderr.read()) == (0, "")
    process.stdout.close()
    process.stderr.close()


def test_it_says_what_it_waits_for(client: Client, server: Server, loop: Loop) -> None:
    loop.run(make_current(client, queue="waits", version="another"))
    process = started("--address", server.address, "--queue", "waits")
    assert process.stderr
    assert "is not current, and waits for fsm worker --current" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "Interrupted\n")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)])
def test_however_it_is_ended_all_is_done_that_is_to_be_done_then(
    number: int, status: int, client: Client, server: Server, loop: Loop, tmp_path: Path
) -> None:
    (tmp_path / "leaves.py").write_text(LEAVES)
    at = tmp_path.name
    process = started("--address", server.address, "--queue", at, "--deliver", "leaves:deliver", at=tmp_path)
    assert process.stderr
    assert "is current" in process.stderr.readline()
    host = AsyncHost(client, queue=at, prefix=f"{at}/")
    loop.run(host.open("c1", ACROSS, key="o"))
    done = loop.run(host.fire("c1", "call_audio", "originator", key="k"))
    loop.run(delivered(host))
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out.split("\n")) == (status, [*(each.id for each in done.effects), "and left", ""])
    assert err == ("Interrupted\n" if number == signal.SIGINT else "")


async def delivered(host: AsyncHost) -> None:
    """Wait until an activity has delivered."""
    for _ in range(400):
        history = await host.handle("c1").fetch_history()
        if any(each.HasField("activity_task_completed_event_attributes") for each in history.events):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nothing is delivered in 20 seconds")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--deliver", "nothing_of_the_kind:f"), "--deliver: 'nothing_of_the_kind:f': No module named"),
        (("--deliver", "json"), "give MODULE:FUNCTION"),
        (("--deliver", "json:nothing"), "has no attribute 'nothing'; give MODULE:FUNCTION"),
        (("--deliver", "json:__name__"), "'json:__name__' is no function; give MODULE:FUNCTION"),
        (("--queue", "a.b"), "queue: 'a.b' is not accepted; give a name without"),
        (("--namespace", "nowhere"), "amespace nowhere is not found"),
    ],
)
def test_what_stands_in_its_way_is_told(options: tuple[str, ...], says: str, server: Server) -> None:
    process = started("--address", server.address, *options)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_so_is_a_server_that_is_not_there() -> None:
    address = f"127.0.0.1:{free_port()}"
    process = started("--address", address)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert f"worker: at '{address}', namespace 'default': " in err


def test_so_is_a_library_that_is_missing() -> None:
    run = subprocess.run([sys.executable, "-c", MISSING, "worker"], capture_output=True, text=True, cwd=ROOT)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.strip().endswith("pip install 'interop-fsm[temporal]'")


def test_the_package_says_what_it_needs() -> None:
    without = (
        "import importlib.util as util; found = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'temporalio' else found(name, *more)\n"
        "import fsm.hosts.temporal"
    )
    run = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, cwd=ROOT)
    says = "ImportError: a host on Temporal needs temporalio; pip install 'interop-fsm[temporal]'"
    assert run.stderr.strip().splitlines()[-1] == says


def test_a_coroutine_function_and_a_function_both_deliver(client: Client, loop: Loop) -> None:
    from fsm.hosts.temporal import working

    had: list[str] = []

    async def test(queue: str, deliver: object) -> None:
        async with working(client, deliver, queue=queue, source="urn:x"):  # type: ignore[arg-type]
            host = AsyncHost(client, queue=queue, prefix=f"{queue}/")
            await host.open("c1", ACROSS, key="o")
            done = await host.fire("c1", "call_audio", "originator", key="k")
            for _ in range(400):
                if len(had) == len(done.effects):
                    break
                await asyncio.sleep(0.05)
        assert had == [each.id for each in done.effects]
        had.clear()

    async def coroutine(event: dict[str, str]) -> None:
        had.append(event["id"])

    loop.run(test("coroutine", coroutine))
    loop.run(test("function", lambda event: had.append(event["id"])))
