"""A whole conversation as a model of the four machines: dispatch, signals, timers and changes of the pairing.

A step is written once, as a generator that yields whatever a machine or a callback returns; ``Talk`` takes it as it
comes, ``AsyncTalk`` awaits it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cache
from inspect import isawaitable, iscoroutinefunction
from threading import Lock, get_ident
from typing import TYPE_CHECKING, Any, NoReturn, cast
from warnings import warn
from weakref import WeakSet, finalize

from transitions import Machine

from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import LostSignal
from fsm.engine.program import acting, fired
from fsm.export.names import place as named
from fsm.hosts.transitions.lifecycle import E, L, Model, hooks_of, machines, places_of
from fsm.notation import At, Change, Party
from fsm.notation.echo import echo
from fsm.space.resolved import waits
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import same_two
from fsm.spec.parties import Pairing
from fsm.spec.users import whose

if TYPE_CHECKING:
    from fsm.spec.names import PartyName, TimerEvent


Step = Generator[Any, Any, bool]
_shared = cache(machines)
_CHECKED: WeakSet[type] = WeakSet()
"""Classes of talks whose callbacks all fit."""


class Shared:
    """The machines of a talk, which its copies have as well."""

    def __init__(self, machines: Mapping[str, Any]) -> None:
        self.machines = machines

    def __deepcopy__(self, memo: object) -> Shared:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "machines: a talk on machines of its own cannot be pickled, as their callbacks cannot; put away its "
            "pairing and places, or make it on the machines that all talks share"
        )


class Conversing(Model[E, L]):
    """What ``Talk`` and ``AsyncTalk`` have in common.

    ``on_timer_start(event, seconds)`` and ``on_timer_cancel(event)`` are called at the end of a step, after its
    effects; when a timer expires, fire its event by the service.

    A talk can be copied, and pickled where its machines are the shared ones, between its steps; what a subclass adds
    goes along. One that another specification has pickled is refused.

    Args:
        pairing: who the two are.
        machines: what ``machines`` made; default: those that all talks of the kind share.

    Raises:
        ValueError: the pairing or the machines are none, or the machines are queued, or of a class or a composition
            that does not fit; a lifecycle is called as something that the talk has; a method is called as a callback
            and nothing would call it back, or is a coroutine where nobody waits.
    """

    _awaits = False

    def __init__(self, pairing: Pairing | Any, machines: Mapping[str, Any] | None = None) -> None:
        super().__init__(pairing)
        _fitting(type(self))
        for name, lifecycle in self.composition.lifecycles.items():
            if hasattr(type(self), name) or name in vars(self):
                raise ValueError(f"{name}: a talk has this of its own; give the lifecycle another name")
            setattr(self, name, named(lifecycle.initial))
        self._begin(_shared(self._machine(), self.composition) if machines is None else machines)

    def _begin(self, machines: Mapping[str, Any]) -> None:
        """What every talk has of its own, copies too."""
        self.machines = machines
        self._signals: deque[tuple[str, str, Party]] = deque()
        self._reentered: set[str] = set()
        self._taking: set[object] = set()
        if not isinstance(machines, Mapping):
            raise ValueError(f"machines: {echo(machines)} is not accepted; give what machines(...) made")
        for name, places in places_of(self.composition).items():
            each = machines.get(name)
            if not isinstance(each, Machine) or each.model_attribute != name or not places.keys() <= each.states.keys():
                raise ValueError(
                    f"machines: {name} is missing, or is of another lifecycle; give what machines(...) made"
                )
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

    def __getstate__(self) -> dict[str, Any]:
        """All of it but the step that it may be taking, of which there is none.

        Raises:
            RuntimeError: it is taking one.
        """
        if self._taking:
            raise RuntimeError("the talk is taking a step; copy it or put it away once that returns")
        ours = ("machines", "_signals", "_reentered", "_taking", "_lock")
        kept = {name: value for name, value in vars(self).items() if name not in ours}
        own = self.machines is not _shared(self._machine(), self.composition)
        return {**kept, "machines": Shared(self.machines) if own else None, "_of": fingerprint(self.composition)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Go on as another did.

        Raises:
            ValueError: that was a talk of another specification.
        """
        kept = dict(state)
        own, of, mine = kept.pop("machines"), kept.pop("_of"), fingerprint(self.composition)
        if of != mine:
            raise ValueError(f"fingerprint: {echo(of)} is another specification's, this one is {mine!r}; make it anew")
        vars(self).update(kept)
        self._begin(own.machines if own else _shared(self._machine(), self.composition))

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
        event, actor, before = fired(event, self.composition), acting(by), self.places
        rows = self.composition.dispatch[event]
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
    def _step(self, me: object) -> Iterator[Callable[[], None]]:
        """Within it, a step is taken; nothing of it stays where something is raised. Gives what undoes it."""
        before = {name: getattr(self, name) for name in ("pairing", *self.composition.lifecycles)}
        self._taking.add(me)
        try:
            yield lambda: vars(self).update(before)
        except BaseException:
            vars(self).update(before)
            raise
        finally:
            self._taking.clear()
            self._signals.clear()
            self._reentered.clear()


def _fitting(cls: type[Conversing[Any, Any]]) -> None:
    """See that whatever a class of talks has that is called as a callback is one; what is of other classes is theirs.

    Raises:
        ValueError: something is not.
    """
    if cls in _CHECKED:
        return
    own = [each for each in cls.__mro__ if each.__module__.startswith(__package__ or "")]
    theirs = [each for each in cls.__mro__ if not issubclass(each, Model)]
    general = [name for each in own for name in vars(each) if name.startswith("on_")]
    known = {**dict.fromkeys(general, ""), **hooks_of(cls.composition)}
    for name in dict.fromkeys(name for each in cls.__mro__ if each not in own for name in vars(each)):
        if not name.startswith("on_") or any(name in vars(each) for each in theirs):
            continue
        value, where = getattr(cls, name), f"{cls.__name__}.{name if echo(name) == repr(name) else echo(name)}"
        if name not in known:
            close = get_close_matches(name, known, n=1)
            raise ValueError(
                f"{where}: nothing calls this back; {f'did you mean {close[0]}? ' if close else ''}on_EFFECT is, such "
                f"as {next(iter(known.keys() - set(general)), 'on_ring')}, on_enter_LIFECYCLE_STATE, "
                f"on_exit_LIFECYCLE_STATE, and {', '.join(sorted(set(general)))}"
            )
        if not callable(value) and not hasattr(type(value), "__get__"):
            raise ValueError(f"{where}: {echo(value)} cannot be called back; give a method")
        if iscoroutinefunction(value) and not cls._awaits:
            raise ValueError(f"{where}: is a coroutine, and a Talk waits for none; derive from AsyncTalk")
    _CHECKED.add(cls)


class Talk(Conversing[E, L]):
    """A conversation. Threads may share one: their events are taken one at a time."""

    def _begin(self, machines: Mapping[str, Any]) -> None:
        super()._begin(machines)
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
        with self._lock, self._step(me) as undo:
            try:
                answer = next(step)
                while True:
                    answer = step.send(answer)
            except StopIteration as done:
                if not done.value:  # a machine's on_exception may have let a callback's pass
                    undo()
                return bool(done.value)

    def __getstate__(self) -> dict[str, Any]:
        if get_ident() in self._taking:
            return super().__getstate__()  # which says that it is taking a step
        with self._lock:
            return super().__getstate__()


class AsyncTalk(Conversing[E, L]):
    """A conversation under asyncio: callbacks may be coroutines, and are awaited one after the other.

    Tasks may share one: their events are taken one at a time, first come, first served. Different talks run side by
    side. A step that is cancelled or raises leaves the talk where it stood.
    """

    _awaits = True

    def _begin(self, machines: Mapping[str, Any]) -> None:
        super()._begin(machines)
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
                with self._step(me) as undo:
                    accepted = await _awaited(step)
                    if not accepted:
                        undo()
                    return accepted
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
