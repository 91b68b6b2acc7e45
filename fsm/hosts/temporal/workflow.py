"""A conversation as a workflow.

It is deterministic, since the engine is: that reads no clock, draws nothing and does no I/O. So ``fsm`` and ``msgspec``
pass through the workflow sandbox, which would else import both anew for each workflow. The time is the workflow's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NoReturn

import msgspec
from temporalio import workflow
from temporalio.common import RetryPolicy, VersioningBehavior
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.workflow import ContinueAsNewVersioningBehavior

from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import Refused
from fsm.hosts.host import Done, Effect, checked, refusal_json
from fsm.hosts.temporal.kept import Asked, Kept, Undelivered, packed
from fsm.spec.parties import Pairing

QUEUE = "conversations"
"""The task queue, unless a host is told otherwise."""
AFTER = 400
"""Events of a conversation after which its workflow continues as new."""
PATIENCE = 60.0
"""Seconds that the delivery of an effect may take, unless a host is told otherwise."""
ANSWERED, REFUSED = "Answered", "Refused"
"""Types of the errors that reject an update: the key has its answer already, and a refusal."""
SPECIFICATION = "specification"
"""What the patch is called that keeps the histories of one specification from another; the fingerprint follows."""
STUCK = "stuck"
"""The entry of a workflow's memo that says whether its conversation is stuck."""


@dataclass(frozen=True)
class Begun:
    """What the workflow of a conversation begins with.

    Args:
        conversation: the id of the conversation.
        key: under which it is opened.
        pairing: who the two are, as JSON-able data.
        after: after how many lines of history it continues as new.
        patience: seconds that the delivery of an effect may take.
        keeps_refusals: whether refusals are kept under their keys, and so enter history, as every other host has it.
        told: whether the time is told by the update ``advance`` alone, and effects wait for that: for tests.
        left: what an earlier run has left, where it goes on.
    """

    conversation: str
    key: str
    pairing: dict[str, Any]
    after: int = AFTER
    patience: float = PATIENCE
    keeps_refusals: bool = False
    told: bool = False
    left: dict[str, Any] | None = None


@workflow.defn(name="Conversation", versioning_behavior=VersioningBehavior.PINNED)
class Talk:
    """The workflow of a conversation. Who asks it from Python has ``AsyncHost``."""

    @workflow.init
    def __init__(self, begun: Begun) -> None:
        here = fingerprint()
        if not workflow.patched(f"{SPECIFICATION} {here}"):
            raise RuntimeError(
                f"this run is by another specification than that of this worker, {here}; a worker of that one goes on "
                f"with it: its history names it, as a patch"
            )
        self.begun = begun
        self.kept = Kept(begun.conversation, workflow.time, lambda: begun.told or not self._full())
        self.moving = False
        if begun.left is None:
            self.kept.begin(begun.pairing, begun.key)
        elif carried := self.kept.take_up(begun.left):
            workflow.logger.warning("%s", carried)
        self.first = len(self.kept.record.entries)

    @workflow.run
    async def run(self, begun: Begun) -> None:
        """Fire timers and deliver effects, until it is time to continue as new."""
        self._tell()
        jobs = [] if begun.told else [asyncio.create_task(each()) for each in (self._timing, self._delivering)]
        await workflow.wait_condition(lambda: self._full() or any(each.done() for each in jobs))
        with suppress(TimeoutError):  # then it is delivered once more
            await workflow.wait_condition(lambda: all(each.done() for each in jobs), timeout=begun.patience)
        await workflow.wait_condition(workflow.all_handlers_finished)
        for each in jobs:
            if each.done():
                each.result()
        workflow.continue_as_new(
            replace(begun, left=self.kept.put_away()),
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )

    def _full(self) -> bool:
        info = workflow.info()
        more = len(self.kept.record.entries) - self.first
        moves = self.moving or (more and info.is_target_worker_deployment_version_changed())
        return bool(more >= self.begun.after or info.is_continue_as_new_suggested() or moves)

    async def _timing(self) -> None:
        """Fire timers when they are due."""
        while not self._full():
            due = self.kept.due()
            if due is None or due > workflow.time():
                await self._until(lambda due=due: self._full() or self.kept.due() != due, due)  # type: ignore[misc]
            else:
                await self.kept.expire(workflow.time())

    async def _delivering(self) -> None:
        """Deliver effects, one after the other."""
        while True:
            await workflow.wait_condition(lambda: self._full() or self._deliverable())
            if self._full():
                return
            if self.kept.record.attempts and self.kept.record.not_before > workflow.time():
                await self._until(self._delivers_at_once, self.kept.record.not_before)
            else:
                await self.kept.deliver(self._deliver, workflow.time())
                self._tell()

    def _delivers_at_once(self) -> bool:
        return self._full() or not self.kept.record.attempts

    def _deliverable(self) -> bool:
        return self.kept.record.pending() is not None and not self.kept.is_stuck

    def _tell(self) -> None:
        """Let those who list workflows know whether this conversation is stuck."""
        if self.kept.is_stuck != workflow.memo_value(STUCK, False):
            workflow.upsert_memo({STUCK: self.kept.is_stuck})

    async def _until(self, condition: Callable[[], bool], at: float | None) -> None:
        """Wait for a condition, but no longer than to a time."""
        with suppress(TimeoutError):
            await workflow.wait_condition(condition, timeout=None if at is None else max(0.0, at - workflow.time()))

    async def _deliver(self, effects: list[Asked]) -> int:
        """Deliver effects, and those that are asked for meanwhile; how many.

        Raises:
            Undelivered: one of them was not.
        """
        try:
            count: int = await workflow.execute_activity(
                "deliver",
                [asked_json(*each) for each in effects],
                activity_id=effects[0][0].id,
                start_to_close_timeout=timedelta(seconds=self.begun.patience),
                retry_policy=RetryPolicy(maximum_attempts=1),  # the host counts them
                result_type=int,
            )
            return count
        except ActivityError as error:
            details = error.cause.details if isinstance(error.cause, ApplicationError) else ()
            raise Undelivered(str(error.cause), details[0] if details else 0) from None

    # Updates

    @workflow.update
    async def fire(self, asked: Any) -> dict[str, Any]:
        """Fire an event: ``event``, ``by``, ``key``, ``of`` if it is an answer, and ``ask``, which comes back."""
        return await self._answer(asked, self.kept.fired)

    @fire.validator
    def _fire(self, asked: Any) -> None:
        try:
            self._new(asked)
            refused = self.kept.refusal(asked["event"], asked["by"], asked.get("of"))
        except ValueError as error:
            _rejected(error)
        if refused and not self.begun.keeps_refusals:
            raise ApplicationError(str(refused), refusal_json(refused), type=REFUSED, non_retryable=True)

    @workflow.update
    async def change(self, asked: Any) -> dict[str, Any]:
        """Go on under a new pairing: ``pairing``, ``key`` and ``ask``."""
        return await self._answer(asked, self.kept.changed)

    @change.validator
    def _change(self, asked: Any) -> None:
        try:
            self._new(asked)
            self.kept.admits(msgspec.convert(asked["pairing"], Pairing))
        except ValueError as error:
            _rejected(error)

    def _new(self, asked: Mapping[str, Any]) -> None:
        """See that there is a key, and no answer to it yet."""
        checked(self.kept.name, asked["key"])
        if found := self.kept.record.under(asked["key"]):
            raise ApplicationError("answered already", found.line.to_json(), type=ANSWERED, non_retryable=True)

    async def _answer(
        self, asked: Mapping[str, Any], step: Callable[[Mapping[str, Any]], Awaitable[Done]]
    ) -> dict[str, Any]:
        try:
            return {"ask": asked.get("ask"), "done": (await step(asked)).to_json()}
        except Refused as refused:
            return {"ask": asked.get("ask"), "refused": refusal_json(refused.refusal)}

    @workflow.update
    async def retry(self) -> bool:
        """Try what a stuck conversation could not deliver anew; whether it was stuck."""
        was = await self.kept.retry(self.kept.name)
        self._tell()
        return was

    @workflow.update
    async def advance(self, now: float) -> int:
        """Fire what is due at a time and deliver what is pending, where time is told; how much it was."""
        did = await self.kept.expire(now) + await self.kept.deliver(self._deliver, now)
        self._tell()
        return did

    @advance.validator
    def _advance(self, now: float) -> None:
        if not self.begun.told:
            _rejected(ValueError("advance: the time of this conversation is the server's; begin it with told=True"))

    @workflow.signal
    def move(self) -> None:
        """Continue as new now, and so under the version of the specification that is current."""
        self.moving = True

    # Queries

    @workflow.query
    def why_not(self, event: str, by: str) -> dict[str, Any] | None:
        """Why an event would be refused, as JSON-able data; None if it would not."""
        refused = self.kept.record.last.talk.why_not(event, by)
        return refusal_json(refused) if refused else None

    @workflow.query
    def available(self) -> list[dict[str, str]]:
        """Every event that is possible now, with who may fire it."""
        return [{"event": way.event, "by": way.by.value} for way in self.kept.record.last.talk.available()]

    @workflow.query
    def state(self) -> dict[str, str]:
        """The state of each lifecycle."""
        return dict(self.kept.record.last.talk.state)

    @workflow.query
    def snapshot(self) -> dict[str, Any]:
        """The conversation, for ``Conversation.restore``."""
        found: dict[str, Any] = self.kept.record.last.talk.snapshot()
        return found

    @workflow.query
    def awaited(self) -> list[tuple[str, int, float | None]]:
        """What is awaited: event, number of the step that asked, when the timer is due."""
        last = self.kept.record.last
        return [(event, seq, last.due.get(event)) for event, seq in last.awaited.items()]

    @workflow.query
    def more(self, seq: int, n: int) -> list[dict[str, Any]] | None:
        """The effects that follow one, for who delivers them; None where they are for who comes next."""
        return None if self.begun.told or self._full() else [asked_json(*each) for each in self.kept.following(seq, n)]

    @workflow.query
    def history(self) -> str:
        """The lines of history, packed."""
        return packed([each.line for each in self.kept.record.entries])

    @workflow.query
    def under(self, key: str) -> dict[str, Any] | None:
        """The line of history under a key."""
        found = self.kept.record.under(key)
        return found.line.to_json() if found else None

    @workflow.query
    def stuck(self) -> dict[str, Any] | None:
        """What cannot be delivered: the effect, how often it was tried, the last error."""
        if not self.kept.is_stuck:
            return None
        failure = self.kept.record.failure
        assert failure
        return {"effect": effect_json(failure.effect), "attempts": failure.attempts, "error": failure.error}


def effect_json(effect: Effect) -> dict[str, Any]:
    """An effect as JSON-able data."""
    names = ("conversation", "seq", "n", "name", "to")
    return {"id": effect.id, **{each: getattr(effect, each) for each in names}, "answers": list(effect.answers)}


def asked_json(effect: Effect, at: float) -> dict[str, Any]:
    """An effect, and when it was asked for, for the activity."""
    return {**effect_json(effect), "at": at}


def effect_of(given: Mapping[str, Any]) -> Effect:
    """The effect that ``effect_json`` was given."""
    return Effect(given["conversation"], given["seq"], given["n"], given["name"], given["to"])


def _rejected(error: ValueError) -> NoReturn:
    raise ApplicationError(str(error), type=type(error).__name__, non_retryable=True) from None
