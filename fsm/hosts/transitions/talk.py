"""A whole conversation as a model of the four machines: dispatch, signals, timers and changes of the pairing.

A step is written once, as a generator that yields whatever a machine or a callback returns; ``Talk`` takes it as it
comes, ``AsyncTalk`` awaits it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from inspect import isawaitable
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any, cast
from warnings import warn
from weakref import finalize

from transitions import Machine

from fsm.engine.outcome import LostSignal
from fsm.engine.program import acting, unknown
from fsm.export.names import place as named
from fsm.hosts.transitions.lifecycle import E, L, Model, machines
from fsm.notation import At, Change, Party
from fsm.space.resolved import waits
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import same_two
from fsm.spec.parties import Pairing
from fsm.spec.users import whose

if TYPE_CHECKING:
    from fsm.spec.names import PartyName, TimerEvent


Step = Generator[Any, Any, bool]
_shared = cache(machines)


class Conversing(Model[E, L]):
    """What ``Talk`` and ``AsyncTalk`` have in common.

    ``on_timer_start(event, seconds)`` and ``on_timer_cancel(event)`` are called at the end of a step, after its
    effects; when a timer expires, fire its event by the service.

    Args:
        pairing: who the two are.
        machines: what ``machines`` made; default: those that all talks of the kind share.

    Raises:
        ValueError: the machines are queued, or of a class that does not fit, or a lifecycle is called as something that
            talks have.
    """

    _awaits = False

    def __init__(self, pairing: Pairing | Any, machines: Mapping[str, Any] | None = None) -> None:
        super().__init__(pairing)
        self.machines = _shared(self._machine(), self.composition) if machines is None else machines
        self._signals: deque[tuple[str, str, Party]] = deque()
        self._reentered: set[str] = set()
        self._taking: set[object] = set()
        for name, lifecycle in self.composition.lifecycles.items():
            if hasattr(Talk, name) or name in vars(self):
                raise ValueError(f"{name}: a talk has this of its own; give the lifecycle another name")
            setattr(self, name, named(lifecycle.initial))
        for each in self.machines.values():
            if hasattr(each, "await_all") is not self._awaits:
                raise ValueError(
                    f"machines: {type(each).__name__} does not fit; AsyncTalk, and it alone, takes AsyncMachine"
                )
            if each.has_queue:
                raise ValueError("queued: a queued machine does not say whether it refused a trigger; leave it out")
            if hasattr(each, "model_graphs"):  # a GraphMachine looks for a graph of every model that it moves
                each._get_graph(self, force_new=True)
                finalize(self, each.model_graphs.pop, id(self), None)

    @staticmethod
    def _machine() -> Any:
        return Machine

    def get_graph(self, lifecycle: str, **options: Any) -> Any:
        """The graph of a lifecycle as it stands, of a talk whose machines are GraphMachines.

        Raises:
            TypeError: they are not.
        """
        graphs = self.machines[lifecycle]
        if not hasattr(graphs, "model_graphs"):
            raise TypeError(
                f"get_graph: {type(graphs).__name__} draws nothing; make the talk with machines(GraphMachine)"
            )
        return graphs._get_graph(self, force_new=True, **options)

    def on_timer_start(self, event: TimerEvent, seconds: int) -> object:
        """Called for each timer to start, or to start afresh."""

    def on_timer_cancel(self, event: TimerEvent) -> object:
        """Called for each timer to cancel."""

    def on_signal(self, lifecycle: str, event: str, by: Party) -> object:
        """Called for each signal; it is passed on once the transition is complete."""
        self._signals.append((lifecycle, event, by))
        return None

    def on_reenter(self, lifecycle: str) -> object:
        """Called when a state is entered anew from itself: its timers start afresh."""
        self._reentered.add(lifecycle)
        return None

    def _triggering(self, event: str, by: str) -> Step:
        if event not in self.composition.dispatch:
            raise unknown(event, self.composition)
        actor, rows, before = acting(by), self.composition.dispatch[event], self.places
        row = next(row for row in rows if row.applies(dict(before.items()), actor))
        if row.refused or not (yield self._trigger(row.lifecycle, event, actor)):
            return False
        yield from self._settling()
        return (yield from self._timing(self._running(before)))

    def _changing(self, pairing: Pairing) -> Step:
        whose(self.composition).admit(pairing)
        if self.composition is CONVERSATION:
            same_two(self.pairing, pairing)
        before, ran = self.views[0], self._running(self.places)
        self.pairing = pairing
        after = self.views[0]
        yield from self._telling(change for change in self.composition.changes if change.when(before, after))
        return (yield from self._timing(ran))

    def _telling(self, changes: Iterable[Change]) -> Step:
        for change in changes:
            for name, lifecycle in self.composition.lifecycles.items():
                if change.event in lifecycle.signals:
                    self.on_signal(name, change.event, change.by)
                    yield from self._settling()
        return True

    def _settling(self) -> Step:
        while self._signals:
            lifecycle, event, by = self._signals.popleft()
            if not (yield self._trigger(lifecycle, event, by)):
                raise LostSignal(f"{lifecycle} in {getattr(self, lifecycle)} has no row for {event!r} by {by}")
        return True

    def _timing(self, ran: Mapping[TimerEvent, int]) -> Step:
        places = self.places
        running = self._running(places)
        again = {name: at for name, at in places.items() if name in self._reentered}
        afresh = {wait.event for name, at in again.items() for wait in waits(self.composition.lifecycles[name], at)}
        for event in ran:
            if event not in running:
                yield self.on_timer_cancel(event)
        for event, seconds in running.items():
            if event not in ran or event in afresh:
                yield self.on_timer_start(event, seconds)
        return True

    def _running(self, places: Mapping[L, At]) -> dict[TimerEvent, int]:
        return {
            cast("TimerEvent", wait.event): wait.seconds
            for name, at in places.items()
            for wait in waits(self.composition.lifecycles[name], at)
            if all(self.holds(*each) for each in wait.when)
        }

    def _trigger(self, lifecycle: str, event: str, by: Party) -> Any:
        return self.machines[lifecycle].events[event].trigger(self, by=by)

    def _not_within(self, me: object) -> None:
        if me in self._taking:
            raise RuntimeError("a callback fires at its own talk, which is still taking a step; fire once that returns")

    @contextmanager
    def _step(self, me: object) -> Iterator[None]:
        before = {name: getattr(self, name) for name in ("pairing", *self.composition.lifecycles)}
        self._taking.add(me)
        try:
            yield
        except BaseException:
            vars(self).update(before)
            raise
        finally:
            self._taking.clear()
            self._signals.clear()
            self._reentered.clear()


class Talk(Conversing[E, L]):
    """A conversation. Threads may share one: their events are taken one at a time."""

    def __init__(self, pairing: Pairing | Any, machines: Mapping[str, Any] | None = None) -> None:
        super().__init__(pairing, machines)
        self._lock = Lock()

    def trigger(self, event: E, by: Party | PartyName) -> bool:
        """Trigger ``event``; False, and nothing has changed, where it is refused.

        Raises:
            UnknownEvent: there is no such event or party.
            RuntimeError: called by a callback of this talk, within a step.
            Exception: what a callback raises; the talk stands where it stood before.
        """
        return self._take(self._triggering(event, by))

    def fire(self, event: E, by: Party | PartyName) -> bool:
        """What ``trigger`` was called; where a ``Conversation`` fires it gives an outcome, or raises."""
        _renamed()
        return self.trigger(event, by)

    def change(self, pairing: Pairing | Any) -> None:
        """Go on under a new pairing: a mode, a policy or a client has changed. Raises what ``trigger`` raises.

        Raises:
            ValueError: the pairing is between other people.
        """
        self._take(self._changing(pairing))

    def _take(self, step: Step) -> bool:
        me = get_ident()
        self._not_within(me)
        with self._lock, self._step(me):
            try:
                answer = next(step)
                while True:
                    answer = step.send(answer)
            except StopIteration as done:
                return bool(done.value)


class AsyncTalk(Conversing[E, L]):
    """A conversation under asyncio: callbacks may be coroutines, and are awaited one after the other.

    Tasks may share one: their events are taken one at a time, first come, first served. Different talks run side by
    side. A step that is cancelled or raises leaves the talk where it stood.
    """

    _awaits = True

    def __init__(self, pairing: Pairing | Any, machines: Mapping[str, Any] | None = None) -> None:
        super().__init__(pairing, machines)
        self._lock = asyncio.Lock()

    @staticmethod
    def _machine() -> Any:
        from transitions.extensions.asyncio import AsyncMachine

        return AsyncMachine

    async def trigger(self, event: E, by: Party | PartyName) -> bool:
        """As ``Talk.trigger``."""
        return await self._take(self._triggering(event, by))

    async def fire(self, event: E, by: Party | PartyName) -> bool:
        """As ``Talk.fire``."""
        _renamed()
        return await self.trigger(event, by)

    async def change(self, pairing: Pairing | Any) -> None:
        """As ``Talk.change``."""
        await self._take(self._changing(pairing))

    async def _take(self, step: Step) -> bool:
        from transitions.extensions.asyncio import AsyncMachine

        me = asyncio.current_task()
        self._not_within(me)
        async with self._lock:
            within = AsyncMachine.current_context.set(me)  # else it takes a cancellation for a refusal
            try:
                with self._step(me):
                    return await _awaited(step)
            finally:
                AsyncMachine.current_context.reset(within)


def _renamed() -> None:
    warn("fire of a talk is called trigger now, as it is in transitions", DeprecationWarning, stacklevel=3)


async def _awaited(step: Step) -> bool:
    try:
        answer = next(step)
        while True:
            answer = step.send(await answer if isawaitable(answer) else answer)
    except StopIteration as done:
        return bool(done.value)
