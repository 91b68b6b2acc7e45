"""What is Temporal's own: refusals without history, keys across runs, timers that last, replay, workers, versions."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest

pytest.importorskip("temporalio", reason="no temporalio; pip install 'interop-fsm[temporal]'")

from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import PollWorkflowTaskQueueRequest, RespondWorkflowTaskCompletedRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from fsm import Conversation, Refused
from fsm.engine.fingerprint import fingerprint
from fsm.hosts.conformance import ACROSS, MOVED, TO_THE_MEETING, same
from fsm.hosts.host import AlreadyOpen, Done, Effect, KeyReused, NoConversation, pairing_json, replayed, timer_key
from fsm.hosts.temporal import AsyncHost, Begun, Talk, make_current, worker, working
from fsm.hosts.temporal.host import UNPROCESSED
from fsm.hosts.temporal.kept import packed
from fsm.hosts.temporal.worker import SANDBOX
from tests.engine.test_earlier import taken
from tests.hosts.temporal.conftest import Loop
from tests.hosts.temporal.record import begun
from tests.hosts.temporal.server import Server

pytestmark = pytest.mark.real
SKIPPING = ["--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"]


class Receiver:
    """Whom effects are delivered to."""

    def __init__(self, fails: int = 0, waits: bool = False) -> None:
        self.fails = fails
        self.had: list[str] = []
        self.asked, self.go = asyncio.Event(), asyncio.Event()
        if not waits:
            self.go.set()

    async def __call__(self, effect: Effect) -> None:
        self.asked.set()
        await self.go.wait()
        if self.fails:
            self.fails -= 1
            raise ConnectionError("nobody answers")
        self.had.append(effect.id)


async def until(what: Any, wanted: object) -> None:
    """Wait until something comes to what is wanted."""
    for _ in range(400):
        found = what()
        if asyncio.iscoroutine(found):
            found = await found
        if found == wanted:
            return
        await asyncio.sleep(0.05)
    same("after 20 seconds", found, wanted)


def run(loop: Loop, test: Coroutine[Any, Any, None]) -> None:
    """Run a test on the loop of the client."""

    async def bounded() -> None:
        task = asyncio.create_task(test)
        await asyncio.wait({task}, timeout=60)
        if not task.done():
            task.print_stack()  # where it waits
            task.cancel()
        await task

    loop.run(bounded())


def queue() -> str:
    """A queue at which nobody works."""
    return f"q-{uuid4().hex[:8]}"


async def length(host: AsyncHost) -> int:
    """Events in the history of a conversation, once its workflow has nothing to do: a query waits for that."""
    await host.read("c1")
    return (await host.handle("c1").describe()).history_length


async def run_id(host: AsyncHost) -> str | None:
    """The run that a conversation is in."""
    return (await host.handle("c1").describe()).run_id


def test_a_refusal_leaves_no_history(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at, receiver = queue(), Receiver()
        async with working(client, receiver, queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            done = await host.fire("c1", "open_chat", "originator", key="k")
            await until(lambda: activities(host), (1, 1))
            assert receiver.had == [each.id for each in done.effects]
            before = await length(host)
            for n in range(10):
                with pytest.raises(Refused) as refused:
                    await host.fire("c1", "hold", "originator", key=f"no {n}")
                assert refused.value.refusal == (await host.read("c1")).why_not("hold", "originator")
            with pytest.raises(Refused):
                await host.fire("c1", "no_answer", "service", key="stale", of=0)
            with pytest.raises(ValueError, match="is not who this conversation is with"):
                await host.change("c1", replace(ACROSS, recipient=replace(ACROSS.recipient, address="x@y.z")), key="c")
            with pytest.raises(ValueError, match="begin it with told=True"):
                await host._executed("c1", "advance", 1.0)
            with pytest.raises(WorkflowUpdateFailedError):
                await host._executed("c1", "no such update")
            assert (await host.fire("c1", "open_chat", "originator", key="k")).again
            assert await length(host) == before
            assert len(await host.history("c1")) == 2

    run(loop, test())


def test_a_refusal_says_the_rule_the_guard_and_ways_out_to_clients_in_any_language(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at = queue()
        async with working(client, Receiver(), queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            handle = host.handle("c1")
            with pytest.raises(WorkflowUpdateFailedError) as failed:
                await handle.execute_update("fire", {"event": "hang_up", "by": "originator", "key": "k"})
            assert isinstance(failed.value.cause, ApplicationError)
            [detail] = failed.value.cause.details
            assert {"rule", "guard", "ways"} <= set(detail)
            assert detail == await handle.query("why_not", args=["hang_up", "originator"])
            assert await handle.query("why_not", args=["call_audio", "originator"]) is None
            talk = Conversation(ACROSS)
            ways = [(each["event"], each["by"]) for each in await handle.query("available")]
            assert ways == [tuple(each) for each in talk.available()]
            assert await handle.query("state") == talk.state

    run(loop, test())


NO_REQUESTS: list[tuple[str, Any]] = [
    ("fire", 5),
    ("fire", {}),
    ("fire", {"event": "call_audio", "by": "originator"}),
    ("fire", {"event": "call_audio", "by": "originator", "key": 5}),
    ("fire", {"event": "call_audio", "by": "originator", "key": "timer/1/no_answer"}),
    ("fire", {"event": "call_audio", "by": "nobody", "key": "k"}),
    ("fire", {"event": ["call_audio"], "by": "originator", "key": "k"}),
    ("fire", {"event": "call_audio", "by": "originator", "key": "k", "of": -1}),
    ("fire", {"event": "no such event", "by": "originator", "key": "k", "pairing": pairing_json(MOVED)}),
    ("change", {"key": "k"}),
    ("change", {"key": "k", "pairing": 5}),
    ("change", {"key": "k" * 1000, "pairing": pairing_json(MOVED)}),
    ("advance", "now"),
]
"""What clients in other languages may ask, and is none of a host's business."""


def test_what_is_no_request_is_rejected_and_nothing_comes_of_it(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at = queue()
        async with working(client, Receiver(), queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            handle = host.handle("c1")
            before = await length(host)
            for update, given in NO_REQUESTS:
                with pytest.raises(WorkflowUpdateFailedError):
                    await handle.execute_update(update, given)
            assert await length(host) == before
            assert not (await host.fire("c1", "call_audio", "originator", key="k")).again

    run(loop, test())


def test_a_key_is_known_in_the_next_run(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at, receiver = queue(), Receiver()
        async with working(client, receiver, queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/", after=2)
            await host.open("c1", ACROSS, key="o")
            first = await run_id(host)
            steps = [await host.fire("c1", event, by, key=event) for event, by in TO_THE_MEETING]
            await until(lambda: receiver.had, [each.id for step in steps for each in step.effects])
            assert await run_id(host) != first
            before = await host.history("c1")
            for done, (event, by) in zip(steps, TO_THE_MEETING, strict=True):
                assert await host.fire("c1", event, by, key=event) == replace(done, again=True)
            with pytest.raises(KeyReused, match="'call_audio' was given for call_audio by originator already"):
                await host.fire("c1", "call_audio", "recipient", key="call_audio")
            with pytest.raises(AlreadyOpen):
                await host.open("c1", ACROSS, key="another")
            assert await host.history("c1") == before
            assert replayed(before) == await host.read("c1")

    run(loop, test())


def test_an_update_the_server_knows_is_answered_as_it_was(client: Client, loop: Loop) -> None:
    """The same update id within a run, from whoever asks."""

    async def test() -> None:
        at = queue()
        async with working(client, Receiver(), queue=at):
            one, two = (AsyncHost(client, queue=at, prefix=f"{at}/") for _ in range(2))
            await one.open("c1", ACROSS, key="o")
            many = await asyncio.gather(
                *(host.fire("c1", "call_audio", "originator", key="k") for host in (one, two, one, two))
            )
            assert sorted(each.again for each in many) == [False, True, True, True]
            assert (await two.change("c1", MOVED, key="c")).again is False
            assert (await one.change("c1", MOVED, key="c")).again is True

    run(loop, test())


def test_an_update_that_no_worker_looks_at_is_asked_again_and_is_an_error_then(client: Client, loop: Loop) -> None:
    """The server rejects it, as where a run ends meanwhile: here a worker answers its tasks with nothing."""
    tasks: list[int] = []

    async def answers(at: str) -> None:
        service, space = client.workflow_service, client.namespace
        while True:
            task = await service.poll_workflow_task_queue(
                PollWorkflowTaskQueueRequest(namespace=space, task_queue=TaskQueue(name=at))
            )
            tasks.append(len(task.messages))
            await service.respond_workflow_task_completed(
                RespondWorkflowTaskCompletedRequest(namespace=space, task_token=task.task_token)
            )

    async def test() -> None:
        at = queue()
        answering = asyncio.create_task(answers(at))
        host = AsyncHost(client, queue=at, prefix=f"{at}/")
        await host.open("c1", ACROSS, key="o")
        await until(lambda: len(tasks), 1)
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await host.fire("c1", "call_audio", "originator", key="k")
        assert "it wasn't processed by worker" in str(failed.value.cause)
        assert tasks == [0, *[1] * UNPROCESSED]
        answering.cancel()
        await host.forget("c1")

    run(loop, test())


def test_what_is_forgotten_is_not_there(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at = queue()
        async with working(client, Receiver(), queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            await until(lambda: listed(host), ["c1"])
            await host.forget("c1")
            with pytest.raises(NoConversation):
                await host.read("c1")
            with pytest.raises(NoConversation):
                await host.fire("c1", "call_audio", "originator", key="k")
            with pytest.raises(NoConversation):
                await host.forget("c1")
            with pytest.raises(AlreadyOpen, match="give another id"):
                await host.open("c1", ACROSS, key="o")
            await until(lambda: listed(host), [])

    run(loop, test())


def test_nothing_further_is_delivered_of_what_is_forgotten(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at, receiver = queue(), Receiver(waits=True)
        async with working(client, receiver, queue=at, max_concurrent_activities=1):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            await host.open("c2", ACROSS, key="o")
            first = await host.fire("c1", "call_audio", "originator", key="k")
            await receiver.asked.wait()
            await host.fire("c1", "accept_call", "recipient", key="a", of=1)
            await host.forget("c1")
            other = await host.fire("c2", "call_audio", "originator", key="k")
            receiver.go.set()
            await until(lambda: receiver.had, [each.id for each in (*first.effects, *other.effects)])

    run(loop, test())


def test_many_steps_share_an_activity(client: Client, loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("fsm.hosts.temporal.worker"), "LIFE", 60.0)

    async def test() -> None:
        at, receiver = queue(), Receiver(waits=True)
        async with working(client, receiver, queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            steps = [await host.fire("c1", *TO_THE_MEETING[0], key="0")]
            await receiver.asked.wait()
            steps += [await host.fire("c1", *each, key=f"{n}") for n, each in enumerate(TO_THE_MEETING[1:], 1)]
            assert receiver.had == [], "that it is delivered is not waited for"
            receiver.go.set()
            await until(lambda: receiver.had, [each.id for step in steps for each in step.effects])
            await until(lambda: activities(host), (1, 1))

    run(loop, test())


def test_an_activity_whose_time_is_over_leaves_the_rest_to_the_next(
    client: Client, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("fsm.hosts.temporal.worker"), "LIFE", 0.0)

    async def test() -> None:
        at, receiver = queue(), Receiver()
        async with working(client, receiver, queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            steps = [await host.fire("c1", *each, key=f"{n}") for n, each in enumerate(TO_THE_MEETING)]
            asked = [each.id for step in steps for each in step.effects]
            await until(lambda: receiver.had, asked)
            await until(lambda: activities(host), (len(asked), len(asked)))

    run(loop, test())


async def activities(host: AsyncHost, name: str = "c1") -> tuple[int, int]:
    """How many activities were begun in a run, and how many have delivered."""
    found = await kinds(host, name)
    return found["activity_task_scheduled_event_attributes"], found["activity_task_completed_event_attributes"]


async def kinds(host: AsyncHost, name: str) -> Counter[str | None]:
    """How many events of each kind there are in a run."""
    return Counter(each.WhichOneof("attributes") for each in (await host.handle(name).fetch_history()).events)


def nowhere(client: Client) -> AsyncHost:
    """A host in a namespace that is not there."""
    config = client.config()
    config["namespace"] = "nowhere at all"
    return AsyncHost(Client(**config))


async def listed(host: AsyncHost) -> list[str]:
    return [each async for each in host.conversations()]


def test_an_effect_is_tried_again_and_the_conversation_is_stuck_in_the_end(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at, receiver = queue(), Receiver(fails=1)
        async with working(client, receiver, queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/", after=2)
            await host.open("c1", ACROSS, key="o")
            first = await host.fire("c1", "call_audio", "originator", key="k")
            await until(lambda: receiver.had, [each.id for each in first.effects])  # after a pause of 2 seconds
            receiver.fails = 1
            left = await put_away(host, attempts=11)
            await host.client.start_workflow(Talk.run, replace(left, conversation="c2"), id=f"{at}/c2", task_queue=at)
            await until(lambda: stuck(host), [("c1/1/0", 12, "Undelivered: ConnectionError: nobody answers")])
            assert await host.stuck_at("c1") == ()
            await host.handle("c2").signal(Talk.move)
            await asyncio.sleep(0.5)  # it is in another run
            assert [each.effect.id for each in await host.stuck_at("c2")] == ["c1/1/0"]
            await until(lambda: stuck(host), [("c1/1/0", 12, "Undelivered: ConnectionError: nobody answers")])
            had = len(receiver.had)
            assert await host.retry("c2")
            assert not await host.retry("c2")
            await until(lambda: len(receiver.had), had + len(first.effects))
            await until(lambda: stuck(host), [])

    async def put_away(host: AsyncHost, attempts: int) -> Begun:
        """The conversation as it was before anything was delivered, and tried so often."""
        lines = await host.history("c1")
        left = {
            "snapshot": (await host.read("c1")).snapshot(),
            "lines": packed(lines),
            "awaited": {each.event: each.seq for each in await host.awaited("c1")},
            "due": {},
            "delivered": [1, 0],
            "attempts": attempts,
            "error": "it was tried before",
            "not_before": 0.0,
        }
        return Begun("c1", "o", {}, left=left)

    async def stuck(host: AsyncHost) -> list[tuple[str, int, str]]:
        return [(each.effect.id, each.attempts, each.error) for each in await host.stuck()]

    run(loop, test())


def test_two_workers_share_the_work(client: Client, server: Server, loop: Loop) -> None:
    async def test() -> None:
        at, one, two = queue(), Receiver(), Receiver()
        async with working(client, one, queue=at), working(await server.client(), two, queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            names = [f"c{n}" for n in range(8)]
            await asyncio.gather(*(host.open(name, ACROSS, key="o") for name in names))
            steps: list[Done] = []
            for event, by in TO_THE_MEETING:
                steps += await asyncio.gather(*(host.fire(name, event, by, key=event) for name in names))
            asked = sorted(each.id for step in steps for each in step.effects)
            await until(lambda: sorted(one.had + two.had), asked)
            assert one.had
            assert two.had
            for name in names:
                assert [line.seq for line in await host.history(name)] == list(range(5))

    run(loop, test())


def test_its_history_replays(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at, receiver = queue(), Receiver(fails=1)
        async with working(client, receiver, queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/", after=5)
            await host.open("c1", ACROSS, key="o")
            for event, by in TO_THE_MEETING:
                with pytest.raises(Refused):
                    await host.fire("c1", "open_persistent_chat", "service", key=f"no {event}")
                await host.fire("c1", event, by, key=event)
            handle = host.handle("c1")
            first = (await handle.describe()).run_id
            await host.change("c1", MOVED, key="c")
            await host.read("c1")
            runs = [await client.get_workflow_handle(handle.id, run_id=first).fetch_history()]
            runs.append(await handle.fetch_history())
        for each in runs:
            found = await Replayer(workflows=[Talk], workflow_runner=SANDBOX).replay_workflow(each)
            assert found.replay_failure is None

    run(loop, test())


def test_timers_last(program: str, loop: Loop) -> None:
    """On a server that skips time: a timer that is due while nobody works, one that is cancelled, one that is late."""

    async def test() -> None:
        async with await WorkflowEnvironment.start_time_skipping_v2(
            dev_server_existing_path=program, dev_server_log_level="never", dev_server_extra_args=SKIPPING
        ) as env:
            at, receiver = queue(), Receiver()
            host = AsyncHost(env.client, queue=at)
            async with working(env.client, receiver, queue=at):
                for name in ("c1", "c2"):
                    await host.open(name, ACROSS, key="o")
                    [timer] = (await host.fire(name, "call_audio", "originator", key="k")).timers.start
                with env.with_time_skipping_disabled():
                    await host.open("c3", ACROSS, key="o")
                await host.fire("c3", "call_audio", "originator", key="k")
                await host.fire("c2", "accept_call", "recipient", key="a", of=1)
                await env.fast_forward(host.handle("c1"), timedelta(seconds=timer.seconds - 5))
                assert (await host.read("c1")).state["call"] == "ringing"
                await env.fast_forward(host.handle("c1"), timedelta(seconds=10))
                await until(lambda: fired(host, "c1"), [timer_key(1, "no_answer")])
                await env.fast_forward(host.handle("c2"), timedelta(hours=1))
                assert await fired(host, "c2") == []
                with pytest.raises(Refused, match="stale"):
                    await host.fire("c2", "no_answer", "service", key="late", of=1)
                await until(lambda: activities(host, "c3"), (1, 1))  # no time is skipped while somebody has to do
                assert await fired(host, "c3") == []
            forward = asyncio.create_task(env.fast_forward(host.handle("c3"), timedelta(hours=1)))
            await until(lambda: timers(host, "c3"), 1)  # nobody works
            async with working(env.client, Receiver(), queue=at):
                await until(lambda: fired(host, "c3"), [timer_key(1, "no_answer")])
                with pytest.raises(Refused, match="stale"):
                    await host.fire("c3", "accept_call", "recipient", key="late", of=1)
                assert (await host.history("c3"))[-1].seq == 2
                await forward

    async def timers(host: AsyncHost, name: str) -> int:
        return (await kinds(host, name))["timer_fired_event_attributes"]

    async def fired(host: AsyncHost, name: str) -> list[str]:
        return [line.key for line in await host.history(name) if line.key.startswith("timer/")]

    run(loop, test())


def test_a_conversation_stays_with_its_version_until_it_continues_as_new(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at, old, new = queue(), Receiver(), Receiver()
        async with working(client, old, queue=at, version="old"):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            await host.fire("c1", "call_audio", "originator", key="k")
            await until(lambda: len(old.had), 2)
            await host.open("c4", ACROSS, key="o")
            async with working(client, new, queue=at, version="new"):
                assert not await make_current(client, queue=at, version="new", take=False)
                await host.open("c2", ACROSS, key="o")
                await host.fire("c2", "call_audio", "originator", key="k")
                await until(lambda: old.had[-1], "c2/1/1")
                assert new.had == []
                assert await make_current(client, queue=at, version="new")
                await host.open("c3", ACROSS, key="o")
                await host.fire("c3", "call_audio", "originator", key="k")
                await until(lambda: new.had, ["c3/1/0", "c3/1/1"])
                await host.handle("c1").signal(Talk.move)
                await until(lambda: built(host, "c1"), "new")
                await host.fire("c4", "call_audio", "originator", key="k")  # it goes on, and moves by itself
                await until(lambda: built(host, "c4"), "new")
                assert (await host.fire("c1", "call_audio", "originator", key="k")).again
                await host.fire("c1", "accept_call", "recipient", key="a", of=1)
                await until(lambda: new.had[-1].startswith("c1/2/"), True)

    async def built(host: AsyncHost, name: str) -> str:
        described = (await host.handle(name).describe()).raw_description.workflow_execution_info
        return described.versioning_info.deployment_version.build_id

    run(loop, test())


def test_a_conversation_does_not_wait_for_a_delivery_to_continue_as_new(client: Client, loop: Loop) -> None:
    """It is delivered once more."""

    async def test() -> None:
        at, receiver = queue(), Receiver(waits=True)
        async with working(client, receiver, queue=at, max_concurrent_activities=1):
            patient = AsyncHost(client, queue=at, prefix=f"{at}/")
            host = AsyncHost(client, queue=at, prefix=f"{at}/", after=2, patience=0.5)
            await patient.open("c2", ACROSS, key="o")
            await patient.fire("c2", "call_audio", "originator", key="k")
            await receiver.asked.wait()  # it is being delivered, and nothing else can be
            await host.open("c1", ACROSS, key="o")
            first = await run_id(host)
            done = await host.fire("c1", "call_audio", "originator", key="k")
            await host.fire("c1", "accept_call", "recipient", key="a", of=1)
            for _ in range(400):
                if await run_id(host) != first:
                    break
                await asyncio.sleep(0.05)
            assert (await run_id(host) != first, receiver.had) == (True, [])
            receiver.go.set()
            await until(lambda: {each.id for each in done.effects} <= set(receiver.had), True)

    run(loop, test())


def test_what_an_earlier_release_has_begun_goes_on(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at = queue()
        snapshot = taken("0.2.0")[0]["snapshot"]
        async with working(client, Receiver(), queue=at):
            await client.start_workflow(Talk.run, begun(snapshot), id=f"{at}/c1", task_queue=at)
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            assert await host.read("c1") == Conversation.carry_over(snapshot)[0]

    run(loop, test())


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")  # the SDK's, of a task that fails
def test_what_no_table_covers_waits_for_a_worker_that_can_take_it_up(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at = queue()
        left = begun(taken("0.2.0")[0]["snapshot"]).left
        assert left
        foreign = {**left, "snapshot": {**left["snapshot"], "fingerprint": "0123456789abcdef"}}
        async with working(client, Receiver(), queue=at):
            first = Begun("c1", "o", {}, left=foreign)
            handle = await client.start_workflow(Talk.run, first, id=f"{at}/c1", task_queue=at)
            await until(lambda: refused(handle), True)
            assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
            await handle.terminate()

    async def refused(handle: WorkflowHandle[Any, Any]) -> bool:
        """Whether its task has failed, and says why."""
        failures = [each.workflow_task_failed_event_attributes for each in (await handle.fetch_history()).events]
        return any("SnapshotError" in str(each) and "0123456789abcdef" in str(each) for each in failures)

    run(loop, test())
    gc.collect()  # while it is ignored


def test_conversations_are_found_by_their_specification(client: Client, loop: Loop) -> None:
    async def test() -> None:
        at = queue()
        async with working(client, Receiver(), queue=at):
            host = AsyncHost(client, queue=at, prefix=f"{at}/")
            await host.open("c1", ACROSS, key="o")
            await until(lambda: by(f"specification {fingerprint()}", at), [f"{at}/c1"])
            assert await by("specification 0123456789abcdef", at) == []

    async def by(patch: str, at: str) -> list[str]:
        asked = f"TemporalChangeVersion = '{patch}' AND TaskQueue = '{at}'"
        return [each.id async for each in client.list_workflows(asked)]

    run(loop, test())


@pytest.mark.parametrize("name", ["", "a.b", "a:b", "a/b", "__a"])
def test_a_queue_has_a_name_that_can_be_deployed_at(name: str, client: Client, loop: Loop) -> None:
    async def test() -> None:
        with pytest.raises(ValueError, match=r"queue: .* is not accepted; give a name without"):
            worker(client, print, queue=name)

    run(loop, test())


def test_a_server_that_does_not_answer_is_an_error(client: Client, loop: Loop) -> None:
    async def test() -> None:
        with pytest.raises(RPCError, match="nowhere"):
            await make_current(nowhere(client).client, queue="q")
        with pytest.raises(RPCError, match="nowhere"):
            await nowhere(client).read("c1")
        with pytest.raises(RPCError):
            await make_current(client, queue="q" * 2000)

    run(loop, test())
