"""The lifecycles as `transitions` machines, for those who live in that ecosystem.

One machine serves any number of models. ``machine`` makes one of a lifecycle, of whichever class of that package;
``Talk`` is a model of a whole conversation, whose four lifecycles are four machines that signal each other:

    from fsm.hosts.transitions import Talk

    class MyTalk(Talk):
        def on_effect(self, name, to):          # every effect, in order
            print(name, "->", to)

        def on_enter_call_ringing_originator(self, event):
            print("ringing")                    # states and transitions call back as usual

    talk = MyTalk(pairing)
    talk.fire("call_audio", by="originator")    # True; False where the event is refused
    talk.why_not("share_desktop", by="originator")

States are named state, or state_owner where a state has an owner.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from transitions import Machine

from fsm.engine.conversation import PROGRAMS
from fsm.engine.outcome import LostSignal, Refusal
from fsm.notation import PARTIES, At, Emit, Guard, Lifecycle, Party, Role, Row, Signal, parties
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.parties import Pairing
from fsm.spec.routing import views

Condition = Callable[[Any], bool]
Callback = Callable[[Any], object]


def named(place: At) -> str:
    """The name of a place as a state of a `transitions` machine."""
    return f"{place.state}_{place.owner}" if place.owner else place.state


def machine(lifecycle: Lifecycle, cls: Callable[..., Any] = Machine, **options: Any) -> Any:
    """A `transitions` machine of one lifecycle.

    Its models have a ``pairing``, are triggered with ``by=``, keep their state in an attribute named after the
    lifecycle, and may have ``on_effect(name, to)`` and ``on_signal(signal, by)``. A declared refusal and an event whose
    conditions fail both return False.

    Args:
        lifecycle: the lifecycle.
        cls: Machine, LockedMachine, GraphMachine, AsyncMachine or another class of that package.
        options: passed on to it.
    """
    return cls(
        **{
            "model": None,
            "states": [
                {"name": named(at), "on_enter": _hook(lifecycle, "enter", at), "on_exit": _hook(lifecycle, "exit", at)}
                for at in lifecycle.places
            ],
            "transitions": [each for at in lifecycle.places for each in _transitions(lifecycle, at)],
            "initial": named(lifecycle.initial),
            "model_attribute": lifecycle.name,
            "auto_transitions": False,
            "send_event": True,
            "ignore_invalid_triggers": True,
            **options,
        }
    )


def _hook(lifecycle: Lifecycle, when: str, at: At) -> Callback:
    name = f"on_{when}_{lifecycle.name}_{named(at)}"
    return lambda event: getattr(event.model, name, lambda _: None)(event)


def _transitions(lifecycle: Lifecycle, at: At) -> Iterator[dict[str, Any]]:
    """The rows of a place, once for each actor. A refusal is no transition, and keeps the rows after it from firing."""
    declared = lifecycle.states[at.state]
    for actor in Party:
        refused: dict[str, list[Condition]] = {}
        for row in declared.rows:
            if not row.open_to(actor, at.owner):
                continue
            conditions = [_by(actor), *(_holds(guard, actor, at.owner) for guard in row.when)]
            if row.refused:
                refused.setdefault(row.event, []).append(_all(row.refused, conditions))
                continue
            yield {
                "trigger": row.event,
                "source": named(at),
                "dest": named(lifecycle.after(row, at, actor)) if row.to else None,
                "conditions": conditions,
                "unless": list(refused.get(row.event, ())),
                "after": _does(row, actor, at.owner),
            }
    for event in declared.ignores:
        yield {"trigger": event, "source": named(at), "dest": None}


def _by(actor: Party) -> Condition:
    def by(event: Any) -> bool:
        return bool(event.kwargs["by"] == actor)

    by.__name__ = f"by_{actor}"
    return by


def _holds(guard: Guard, actor: Party, owner: Party | None) -> Condition:
    party = guard.whose(actor, owner)

    def holds(event: Any) -> bool:
        return guard.test(views(event.model.pairing)[PARTIES.index(party)])

    holds.__name__ = guard.name if guard.about is None else f"{party}_{guard.name}"
    return holds


def _all(name: str, conditions: list[Condition]) -> Condition:
    def refused(event: Any) -> bool:
        return all(condition(event) for condition in conditions)

    refused.__name__ = f"refused_by_{name}"
    return refused


def _does(row: Row, actor: Party, owner: Party | None) -> list[Callback]:
    return [_sends(item, actor, owner) if isinstance(item, Signal) else _asks(item, actor, owner) for item in row.does]


def _sends(item: Signal, actor: Party, owner: Party | None) -> Callback:
    by = parties(item.by, actor, owner)[0]

    def send(event: Any) -> None:
        event.model.on_signal(item, by)

    send.__name__ = f"signal_{item.lifecycle}_{item.event}"
    return send


def _asks(item: Emit, actor: Party, owner: Party | None) -> Callback:
    effect, role = item

    def ask(event: Any) -> None:
        if role is None:
            event.model.on_effect(effect.name, effect.service)
            return
        for party in parties(role, actor, owner):
            if all(guard.test(views(event.model.pairing)[PARTIES.index(party)]) for guard in effect.only):
                event.model.on_effect(effect.name, party.value)

    ask.__name__ = effect.name
    return ask


@cache
def machines() -> dict[str, Any]:
    """The four lifecycles as machines, made once; any number of models share them."""
    return {name: machine(lifecycle) for name, lifecycle in LIFECYCLES.items()}


class Talk:
    """A whole conversation as a model of the four machines.

    Args:
        pairing: who the two are.

    Override ``on_effect``, and add ``on_enter_LIFECYCLE_STATE`` and ``on_exit_LIFECYCLE_STATE``, to be called back.
    """

    def __init__(self, pairing: Pairing) -> None:
        self.pairing = pairing
        self._signals: deque[tuple[Signal, Party]] = deque()
        for name, lifecycle in LIFECYCLES.items():
            setattr(self, name, named(lifecycle.initial))

    def on_effect(self, name: str, to: str) -> None:
        """Called for each effect: its name, and the party or service it is addressed to."""

    def on_signal(self, item: Signal, by: Party) -> None:
        """Called for each signal; it is passed on once the transition is complete."""
        self._signals.append((item, by))

    @property
    def places(self) -> dict[str, At]:
        """State and owner of each lifecycle, by its name."""
        return {
            name: next(at for at in lifecycle.places if named(at) == getattr(self, name))
            for name, lifecycle in LIFECYCLES.items()
        }

    def fire(self, event: str, by: Party | str) -> bool:
        """Trigger ``event``; False, and nothing has changed, where it is refused.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        if event not in CONVERSATION.dispatch or by not in tuple(Party):
            self.why_not(event, by)
        actor = Party(by)
        row = next(row for row in CONVERSATION.dispatch[event] if row.applies(self.places, actor))
        if row.refused or not self._trigger(row.lifecycle, event, actor):
            return False
        self._settle()
        return True

    def change(self, pairing: Pairing) -> None:
        """Go on under a new pairing: a mode, a policy or a client has changed."""
        before, after = views(self.pairing)[0], views(pairing)[0]
        self.pairing = pairing
        for change in CONVERSATION.changes:
            if change.when(before, after):
                for name, lifecycle in LIFECYCLES.items():
                    if change.event in lifecycle.signals:
                        self._signals.append((Signal(name, change.event, Role.ACTOR), change.by))
                        self._settle()

    def why_not(self, event: str, by: Party | str) -> Refusal | None:
        """Why the event would be refused, from the engine; None if it would not.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        found = PROGRAMS.under(views(self.pairing)).row(tuple(self.places.values()))[event, by]
        return found if isinstance(found, Refusal) else None

    def _settle(self) -> None:
        while self._signals:
            item, by = self._signals.popleft()
            if not self._trigger(item.lifecycle, item.event, by):
                raise LostSignal(f"{item.lifecycle} in {getattr(self, item.lifecycle)} has no row for {item.event!r}")

    def _trigger(self, lifecycle: str, event: str, by: Party) -> bool:
        return bool(machines()[lifecycle].events[event].trigger(self, by=by))
