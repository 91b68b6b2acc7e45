"""Who works: workers, each of the version of the specification that it has.

A worker's build id is the fingerprint of its specification, and workflows are pinned: what has begun under one is run
by workers of that one alone, until it continues as new under the one that is current then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from inspect import isawaitable, iscoroutinefunction
from itertools import chain, repeat
from typing import Any

from temporalio import activity
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.common import QueryRejectCondition, VersioningBehavior, WorkerDeploymentVersion
from temporalio.exceptions import ApplicationError, TemporalError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from fsm.engine.fingerprint import behaviour, fingerprint
from fsm.hosts.cloudevents import cloudevent, sourced
from fsm.hosts.host import Effect
from fsm.hosts.temporal.workflow import PATIENCE, QUEUE, Talk, effect_of
from fsm.notation.echo import echo

SANDBOX = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules("fsm", "msgspec"),
)
"""Runs workflows. The engine is pure, so that it need not be imported anew for each."""

Deliver = Callable[[Any], Awaitable[object] | object]
"""Carries out an ``Effect``, or a CloudEvent where the worker was given a source."""

LIFE = 5.0
"""Seconds after which an activity begins no further effect: what is repeated, at most, where its worker is lost."""
PAUSES = (0.1, 0.2, 0.4)
"""Seconds after which it is asked whether there is more, each time; where there is none after the last, it is quiet."""
ASKING = timedelta(seconds=1)
"""How long an answer is waited for: where no worker works any more, nobody gives it."""
BUSY = 4
"""A pause is so many times as long as it took to ask, at least: where all are busy, less often is asked."""


class Delivering:
    """The activity that delivers effects: what is pending of a conversation, in order, and what follows while it lasts.

    An activity costs the server six events and several writes, and asking whether there is more costs none. Only who
    asks after a step is kept is told of its effects.

    Args:
        deliver: carries an effect out: a coroutine function, or a function, which is called in a thread.
        source: the service that asks, as a URI, where ``deliver`` takes CloudEvents.

    Raises:
        ValueError: the source is no text, or none.
    """

    def __init__(self, deliver: Deliver, source: str | None) -> None:
        self._deliver = deliver
        self._source = source if source is None else sourced(source)

    @activity.defn(name="deliver")
    async def deliver(self, given: list[dict[str, Any]]) -> int:
        """Deliver effects in order, and those that follow meanwhile; how many.

        Raises:
            ApplicationError: what was raised instead; its details are how many were delivered before.
        """
        did, info, pauses = 0, activity.info(), chain(PAUSES, repeat(PAUSES[-1]))
        over = time.monotonic() + min(LIFE, (info.start_to_close_timeout or timedelta()).total_seconds() / 2)
        while given:
            for each in given:
                if did and time.monotonic() > over:
                    return did
                try:
                    await self._one(each)
                except Exception as error:
                    raise ApplicationError(str(error), did, type=type(error).__name__) from error
                did += 1
            given = await self._more(given[-1], pauses, over)
        return did

    async def _more(self, last: Mapping[str, Any], pauses: Iterator[float], over: float) -> list[dict[str, Any]]:
        """The effects that follow one; none once the conversation is quiet, or another activity is to go on."""
        info, took = activity.info(), 0.0
        here = activity.client().get_workflow_handle(info.workflow_id or "", run_id=info.workflow_run_id)
        while True:
            pause = next(pauses)
            await asyncio.sleep(max(pause, BUSY * took))
            began = time.monotonic()
            if began > over or activity.is_worker_shutdown():
                return []
            try:
                found = await here.query(
                    "more",
                    args=[last["seq"], last["n"]],
                    reject_condition=QueryRejectCondition.NOT_OPEN,
                    rpc_timeout=ASKING,
                )
            except TemporalError:  # nobody works, or the conversation is forgotten
                return []
            if found or found is None or pause == PAUSES[-1]:
                return found or []
            took = time.monotonic() - began

    async def _one(self, given: dict[str, Any]) -> None:
        """Deliver an effect."""
        effect = effect_of(given)
        what: Effect | Mapping[str, Any] = (
            effect if self._source is None else cloudevent(effect, given["at"], self._source)
        )
        if iscoroutinefunction(self._deliver):
            await self._deliver(what)
        elif isawaitable(found := await asyncio.to_thread(self._deliver, what)):
            await found


def worker(
    client: Client,
    deliver: Deliver,
    *,
    queue: str = QUEUE,
    source: str | None = None,
    version: str | None = None,
    **options: Any,
) -> Worker:
    """A worker, of which any number may work at one queue.

    It gets nothing to do before its version is current for the queue, as ``make_current`` has it.

    Args:
        client: a client of the server, in the namespace of the conversations.
        deliver: carries an effect out, at least once; receivers drop what they have had, by its id.
        queue: the task queue; what is deployed at it has its name.
        source: the service that asks, as a URI, where ``deliver`` takes CloudEvents.
        version: the build id; default: the fingerprint of the specification. Give another where code that runs in
            workflows differs, and the specification does not.
        options: more that a ``Worker`` takes.

    Raises:
        ValueError: the source is no text, or none, or the queue's name is not accepted.
    """
    behaviour()  # it is worked out once, and a workflow has no time for that
    return Worker(
        client,
        task_queue=_named(queue),
        workflows=[Talk],
        activities=[Delivering(deliver, source).deliver],
        workflow_runner=SANDBOX,
        deployment_config=WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(queue, version or fingerprint()),
            use_worker_versioning=True,
            default_versioning_behavior=VersioningBehavior.PINNED,
        ),
        **{"graceful_shutdown_timeout": timedelta(seconds=PATIENCE), **options},
    )


def _named(queue: str) -> str:
    if not queue or set(queue) & set(".:/") or queue.startswith("__"):
        raise ValueError(f"queue: {echo(queue)} is not accepted; give a name without . : / that does not begin with __")
    return queue


async def make_current(client: Client, *, queue: str = QUEUE, version: str | None = None, take: bool = True) -> bool:
    """Let a version be the one under which conversations begin, and continue as new.

    Args:
        client: a client of the server.
        queue: the task queue.
        version: the build id; default: the fingerprint of the specification.
        take: whether it becomes so where another is; one that has come up again must not take it back.

    Returns:
        whether it is current now.
    """
    service, build = client.workflow_service, version or fingerprint()
    describe = DescribeWorkerDeploymentRequest(namespace=client.namespace, deployment_name=_named(queue))
    try:
        found = await service.describe_worker_deployment(describe)
        now = found.worker_deployment_info.routing_config.current_deployment_version.build_id
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        now = ""
    if now and not take:
        return now == build
    await service.set_worker_deployment_current_version(
        SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace,
            deployment_name=queue,
            build_id=build,
            allow_no_pollers=True,
            ignore_missing_task_queues=True,
        )
    )
    return True


@asynccontextmanager
async def working(
    client: Client,
    deliver: Deliver,
    *,
    queue: str = QUEUE,
    source: str | None = None,
    version: str | None = None,
    take: bool = False,
    **options: Any,
) -> AsyncIterator[Worker]:
    """A worker that works for as long as the block lasts, and whose version is current if no other is.

    Args:
        client, deliver, queue, source, version, options: as ``worker`` takes them.
        take: whether its version becomes current where another is.

    Raises:
        ValueError: as ``worker`` does.
    """
    await make_current(client, queue=queue, version=version, take=take)  # first: a worker that never ran hangs
    async with worker(client, deliver, queue=queue, source=source, version=version, **options) as one:
        yield one
