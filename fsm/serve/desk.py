"""Between requests and the host: each is asked in a thread, within a time, and what comes of it is counted and told."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from sqlalchemy.exc import SQLAlchemyError

from fsm.engine.outcome import Refused
from fsm.hosts.host import AlreadyOpen, Done, Host, KeyReused, NoConversation
from fsm.serve.measures import Measures, span
from fsm.serve.problems import Trouble
from fsm.serve.streams import Streams

log = logging.getLogger("fsm.serve")
P = ParamSpec("P")
T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that the host has to answer."""
RECOUNT = 60.0
"""Seconds after which conversations are counted anew."""
THREADS = 32
"""How many are asked at once."""


class Desk:
    """What requests are answered from.

    Args:
        host: what keeps the conversations.
        streams: how many streams there may be.
        life: seconds that a stream lasts.
        most: conversations there may be.
        count: how many there are.
        patience: seconds that the host has to answer.
    """

    def __init__(
        self,
        host: Host,
        *,
        streams: int,
        life: float,
        most: int,
        count: Callable[[], int] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.host = host
        self._gone = _gone(host)
        self.measures = Measures()
        self.streams = Streams(lambda conversation: self.ask(host.history, conversation), streams, life)
        self.measures.streams.set_function(lambda: self.streams.open)
        self.wake: Callable[[], None] = lambda: None
        self._patience = patience
        self._most = most
        self._count = count
        self._counted = 0
        self._recount = 0.0
        self._threads = CapacityLimiter(THREADS)

    async def ask(self, call: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What the host answers.

        Raises:
            Trouble: it does not, in time, or what is asked is not accepted.
        """
        try:
            with anyio.fail_after(self._patience):
                return await to_thread.run_sync(
                    partial(call, *args, **named), abandon_on_cancel=True, limiter=self._threads
                )
        except (AlreadyOpen, KeyReused):
            raise
        except TimeoutError:
            raise Trouble("busy", "the answer takes too long; ask again, with the same key") from None
        except self._gone:
            log.warning("the database does not answer", exc_info=True)
            raise Trouble("no-store", "ask again, with the same key: what was done is not done twice") from None
        except ValueError as error:
            raise Trouble("not-accepted", str(error)) from None

    async def room(self, conversation: str) -> None:
        """See that there is room for a conversation, or that it is there. They are counted from time to time.

        Raises:
            Trouble: there is none, or the host does not answer.
        """
        if self._count is None:
            return
        if time.monotonic() >= self._recount or self._counted >= self._most:
            self._counted = await self.ask(self._count)
            self._recount = time.monotonic() + RECOUNT
        if self._counted >= self._most:
            with suppress(NoConversation):
                await self.ask(self.host.awaited, conversation)
                return  # whoever opens it once more is given the first answer
            raise Trouble(
                "full", f"there are {self._counted:,} conversations, and {self._most:,} there may be; purge old ones"
            )
        self._counted += 1

    async def step(
        self, call: Callable[..., Done], conversation: str, *args: Any, headers: Iterable[tuple[str, str]], **named: Any
    ) -> Done:
        """A step that is asked for.

        Raises:
            Refused: it is refused.
            Trouble: as for ``ask``.
        """
        with span(call.__name__, {"fsm.conversation": conversation}, headers) as note:
            try:
                done: Done | Refused = await self.ask(call, conversation, *args, **named)
            except Refused as refused:
                done = refused  # which is no error: it is raised outside the span
            note(self._noted(done))
        if isinstance(done, Refused):
            raise done
        if not done.again:
            self.measures.steps.labels(done.event).inc()
            self.streams.told(conversation)
            self.wake()
        return done

    def _noted(self, done: Done | Refused) -> dict[str, Any]:
        """What is noted of a step or a refusal on its span."""
        if isinstance(done, Done):
            return {
                "fsm.event": done.event,
                "fsm.by": done.by,
                "fsm.seq": done.seq,
                "fsm.rules": done.rules,
                "fsm.again": done.again,
            }
        refusal = done.refusal
        self.measures.refusals.labels(refusal.kind.value, refusal.rule or "").inc()
        return {
            "fsm.event": refusal.event,
            "fsm.by": refusal.by.value,
            "fsm.refused": refusal.kind.value,
            "fsm.rules": refusal.rules,
        }


def _gone(host: Host) -> tuple[type[Exception], ...]:
    """What a host raises whose database is gone: the errors of its driver, and of what pools its connections."""
    engine = getattr(host, "engine", None)
    return (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) if engine is not None else ()
