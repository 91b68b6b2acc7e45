"""Who asks: the methods of ``fsm.hosts.host.AsyncHost``, each an update or a query of one workflow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle, WorkflowQueryRejectedError, WorkflowUpdateFailedError
from temporalio.common import QueryRejectCondition, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Refused
from fsm.export.json import values
from fsm.hosts.host import (
    CHANGE,
    OPEN,
    Awaited,
    Done,
    Line,
    NoConversation,
    Stuck,
    admitted,
    already_open,
    asked,
    checked,
    checked_id,
    no_conversation,
    pairing_json,
)
from fsm.hosts.temporal.kept import unpacked
from fsm.hosts.temporal.workflow import AFTER, PATIENCE, QUEUE, STUCK, Begun, Talk, effect_of
from fsm.notation import Party

if TYPE_CHECKING:
    from fsm.spec.names import Event, PartyName
    from fsm.spec.parties import Pairing

SERVICE = Party.SERVICE.value
UNPROCESSED = 10
"""How often an update is asked that the server rejects, since the run that it came to has ended without an answer."""


class AsyncHost:
    """A host whose conversations are workflows. It keeps to ``fsm.hosts.host.AsyncHost``, but for two things: workers
    do the work, so that there is no ``work``, and a refusal is not kept under its key, unless ``keeps_refusals`` is
    given.

    Args:
        client: a client of the server, in the namespace of the conversations.
        queue: the task queue of the workers.
        prefix: what the ids of workflows begin with; the id of the conversation follows.
        after: events of a conversation after which its workflow continues as new.
        patience: seconds that the delivery of an effect may take.
        keeps_refusals: whether refusals are kept under their keys. Then each is a part of history, as an event is.
    """

    told = False
    """Whether the time is told, for tests."""

    def __init__(
        self,
        client: Client,
        *,
        queue: str = QUEUE,
        prefix: str = "",
        after: int = AFTER,
        patience: float = PATIENCE,
        keeps_refusals: bool = False,
    ) -> None:
        self.client = client
        self.queue = queue
        self.prefix = prefix
        self._after, self._patience, self._keeps = after, patience, keeps_refusals

    def handle(self, conversation: str) -> WorkflowHandle[Any, Any]:
        """The workflow of a conversation: of its latest run.

        Raises:
            ValueError: the id is not accepted.
        """
        return self.client.get_workflow_handle(self.prefix + checked_id(conversation))

    async def open(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.open``."""
        name, key = checked(conversation, key)
        done = Done.opening(name, key, admitted(pairing))
        facts = pairing_json(pairing)
        try:
            await self.client.start_workflow(
                Talk.run,
                Begun(name, key, facts, self._after, self._patience, self._keeps, self.told),
                id=self.prefix + name,
                task_queue=self.queue,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
            return done
        except WorkflowAlreadyStartedError:
            pass
        try:
            line = await self._query(name, "under", key)
        except NoConversation:  # it was forgotten
            line = None
        if line is None:
            raise already_open(name)
        return Line.from_json(line).again(OPEN, SERVICE, None, pairing)

    async def fire(
        self, conversation: str, event: Event, by: Party | PartyName, *, key: str, of: int | None = None
    ) -> Done:
        """As ``Host.fire``."""
        name, key = checked(conversation, key)
        event, by = asked(event, by, of)
        given = {"event": event, "by": by.value, "key": key, **({} if of is None else {"of": of})}
        try:
            return await self._update(name, "fire", given)
        except _Answered as answered:
            return answered.line.again(event, by.value, of)

    async def change(self, conversation: str, pairing: Pairing, *, key: str) -> Done:
        """As ``Host.change``."""
        name, key = checked(conversation, key)
        try:
            return await self._update(name, "change", {"pairing": pairing_json(admitted(pairing)), "key": key})
        except _Answered as answered:
            return answered.line.again(CHANGE, SERVICE, None, pairing)

    async def read(self, conversation: str) -> Conversation:
        """As ``Host.read``."""
        return Conversation.restore(await self._query(checked_id(conversation), "snapshot"))

    async def awaited(self, conversation: str) -> tuple[Awaited, ...]:
        """As ``Host.awaited``."""
        return tuple(Awaited(*each) for each in await self._query(checked_id(conversation), "awaited"))

    async def history(self, conversation: str) -> tuple[Line, ...]:
        """As ``Host.history``, but of what lies further back than the last 1000 lines before its run, the opening."""
        return unpacked(await self._query(checked_id(conversation), "history"))

    async def conversations(self) -> AsyncIterator[str]:
        """The ids of the conversations that are open, in no order, as the server lists workflows: some moments late."""
        async for each in self.client.list_workflows("WorkflowType = 'Conversation' AND ExecutionStatus = 'Running'"):
            if each.id.startswith(self.prefix) and each.task_queue == self.queue:
                yield each.id.removeprefix(self.prefix)

    async def stuck(self) -> tuple[Stuck, ...]:
        """As ``Host.stuck``, as the server lists workflows: some moments late."""
        found: list[Stuck] = []
        async for each in self.client.list_workflows("WorkflowType = 'Conversation' AND ExecutionStatus = 'Running'"):
            ours = each.id.startswith(self.prefix) and each.task_queue == self.queue
            if ours and await each.memo_value(STUCK, False):
                found += await self.stuck_at(each.id.removeprefix(self.prefix))
        return tuple(found)

    async def stuck_at(self, conversation: str) -> tuple[Stuck, ...]:
        """What a conversation cannot deliver, if it is stuck, as of now.

        Raises:
            NoConversation: there is none of this id.
        """
        found = await self._query(checked_id(conversation), "stuck")
        return (Stuck(effect_of(found["effect"]), found["attempts"], found["error"]),) if found else ()

    async def retry(self, conversation: str) -> bool:
        """As ``Host.retry``."""
        found: bool = await self._executed(checked_id(conversation), "retry")
        return found

    async def forget(self, conversation: str) -> None:
        """End a conversation and what is still to be delivered of it. Give a new one a new id.

        Raises:
            NoConversation: there is none of this id.
        """
        name = checked_id(conversation)
        try:
            await self.handle(name).terminate("forgotten")
        except RPCError as error:
            _missing(name, error)

    async def _query(self, name: str, query: str, *given: Any) -> Any:
        try:
            return await self.handle(name).query(
                query, args=given, reject_condition=QueryRejectCondition.NOT_OPEN, result_type=None
            )
        except WorkflowQueryRejectedError:
            raise no_conversation(name) from None
        except RPCError as error:
            _missing(name, error)

    async def _update(self, name: str, update: str, given: Mapping[str, Any]) -> Done:
        """What an update comes to.

        The server knows an update by its id: the key, and a digest of what is asked, so that another request under the
        same key is one of its own. What it has answered it answers again, and then ``ask`` is that of the first.

        Raises:
            Refused: it is refused.
            _Answered: the key has its answer from before.
        """
        ask = uuid4().hex
        digest = hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:16]
        found = await self._executed(name, update, {**given, "ask": ask}, id=f"{given['key']}/{digest}")
        if "refused" in found:
            raise Refused(values.refusal(found["refused"]))
        done = Done.from_json(found["done"])
        return done if found["ask"] == ask else replace(done, again=True)

    async def _executed(self, name: str, update: str, *given: Any, id: str | None = None) -> Any:
        left = UNPROCESSED
        while True:
            left -= 1
            try:
                return await self.handle(name).execute_update(update, args=given, id=id)
            except WorkflowUpdateFailedError as error:
                match error.cause:
                    case ApplicationError(type="Answered", details=[line]):
                        raise _Answered(Line.from_json(line)) from None
                    case ApplicationError(type="Refused", details=[refusal]):
                        raise Refused(values.refusal(refusal)) from None
                    case ApplicationError(type="ValueError", message=says):
                        raise ValueError(says) from None
                    case ApplicationError(type="UnprocessedUpdate") if left:
                        continue
                raise
            except RPCError as error:
                _missing(name, error)


class _Answered(Exception):
    """The key has its answer."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.line = line


def _missing(name: str, error: RPCError) -> NoReturn:
    nowhere = any("NamespaceNotFound" in each.type_url for each in error.grpc_status.details)
    if error.status is RPCStatusCode.NOT_FOUND and not nowhere:
        raise no_conversation(name) from None
    raise error
