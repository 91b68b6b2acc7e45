"""Hosts whose conversations are talks: the machines run a step, and its effects are what they call back."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Outcome, Refusal, Sent, StartTimer, Timers
from fsm.hosts.host import ATTEMPTS
from fsm.hosts.memory import AsyncHosting, Hosting
from fsm.hosts.transitions.talk import AsyncTalk, Conversing, Talk
from fsm.notation import Party
from fsm.notation.echo import echo
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import Pairing, exact

if TYPE_CHECKING:
    from fsm.spec.names import Addressee, EffectName, Event, TimerEvent


class Noting(Conversing):
    """Beside a class of talks: what a step calls back is noted before the class is called."""

    asked: list[Sent[EffectName, Addressee]]
    started: list[StartTimer[TimerEvent]]
    cancelled: list[TimerEvent]

    def begin_step(self) -> None:
        """Note afresh."""
        self.asked, self.started, self.cancelled = [], [], []

    def on_effect(self, name: EffectName, to: Addressee) -> object:
        """Called for each effect."""
        self.asked.append(Sent(name, cast("Addressee", exact(to))))
        return super().on_effect(name, to)

    def on_timer_start(self, event: TimerEvent, seconds: int) -> object:
        """Called for each timer to start."""
        self.started.append(StartTimer(event, seconds))
        return super().on_timer_start(event, seconds)

    def on_timer_cancel(self, event: TimerEvent) -> object:
        """Called for each timer to cancel."""
        self.cancelled.append(event)
        return super().on_timer_cancel(event)

    def noted(self, outcome: Outcome) -> Outcome:
        """What a step came to as it was called back, with the rows and rules that the tables have for it."""
        timers = Timers(tuple(self.started), tuple(self.cancelled))
        return replace(outcome, at=tuple(self.places.items()), effects=tuple(self.asked), timers=timers, to=outcome.to)


def _noting(cls: Any, kind: type) -> Any:
    """A class of talks that notes.

    Raises:
        ValueError: it is no class of the kind, or is of another specification.
    """
    if not isinstance(cls, type) or not issubclass(cls, kind):
        raise ValueError(f"talk: {echo(cls)} is not accepted; give {kind.__name__} or a class derived from it")
    if getattr(cls, "composition", None) is not CONVERSATION:
        raise ValueError(f"talk: {cls.__name__} is of a specification of its own; hosts keep conversations of ours")
    return type(cls.__name__, (Noting, cls), {"__module__": __name__})


class Talks:
    """Talks run a step, of a class."""

    def __init__(self, cls: type[Talk]) -> None:
        self._made = _noting(cls, Talk)

    def begin(self, pairing: Pairing) -> Any:
        """A talk that begins."""
        return self._made(pairing)

    def fire(self, talk: Any, event: Event, by: Party) -> tuple[Any, Outcome | Refusal]:
        """The talk after an event, and what came of it."""
        before, after = self._beside(talk)
        if after.trigger(event, by):
            return after, after.noted(before.fire(event, by))
        return talk, talk.why_not(event, by)

    def change(self, talk: Any, pairing: Pairing) -> tuple[Any, Outcome]:
        """The talk after a change of the pairing, and its outcome."""
        before, after = self._beside(talk)
        after.change(pairing)
        return after, after.noted(before.change(pairing))

    def read(self, talk: Any) -> Conversation:
        """A conversation that stands where the talk does."""
        return Conversation.at(talk.pairing, talk.places)

    def _beside(self, talk: Any) -> tuple[Conversation, Any]:
        """A conversation that knows the rows, and a copy of the talk to take the step: this one stays until it has."""
        after = copy(talk)
        after.begin_step()
        return self.read(talk), after


class AsyncTalks(Talks):
    """Talks under asyncio run a step, of a class."""

    def __init__(self, cls: type[AsyncTalk]) -> None:
        self._made = _noting(cls, AsyncTalk)

    async def fire(self, talk: Any, event: Event, by: Party) -> tuple[Any, Outcome | Refusal]:  # type: ignore[override]
        """The talk after an event, and what came of it."""
        before, after = self._beside(talk)
        if await after.trigger(event, by):
            return after, after.noted(before.fire(event, by))
        return talk, talk.why_not(event, by)

    async def change(self, talk: Any, pairing: Pairing) -> tuple[Any, Outcome]:  # type: ignore[override]
        """The talk after a change of the pairing, and its outcome."""
        before, after = self._beside(talk)
        await after.change(pairing)
        return after, after.noted(before.change(pairing))


class TalkHost(Hosting):
    """A host that remembers in memory, and whose conversations are talks. It keeps to ``fsm.hosts.host.Host``.

    A step is taken by a copy of the talk, which stays where the step does. Its callbacks are called within the step:
    where one raises, the step has not happened and nothing is kept, not what they set on the talk either. What has to
    happen outside is for ``work`` to deliver, which tries again.

    Args:
        talk: ``Talk``, or a class derived from it.
        clock: the time, in seconds since the epoch.
        attempts: how often an effect is tried before its conversation is stuck.

    Raises:
        ValueError: it is no class of talks, or is of another specification; ``attempts`` is no number from 1.
    """

    def __init__(
        self, talk: type[Talk] = Talk, *, clock: Callable[[], float] = time.time, attempts: int = ATTEMPTS
    ) -> None:
        super().__init__(Talks(talk), clock, attempts)


class AsyncTalkHost(AsyncHosting):
    """``TalkHost`` under asyncio, of an ``AsyncTalk``. It keeps to ``fsm.hosts.host.AsyncHost``."""

    def __init__(
        self, talk: type[AsyncTalk] = AsyncTalk, *, clock: Callable[[], float] = time.time, attempts: int = ATTEMPTS
    ) -> None:
        super().__init__(AsyncTalks(talk), clock, attempts)
