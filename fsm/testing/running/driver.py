"""What the kit asks of a service: a driver, which its team writes in Python, in front of a service in any language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from fsm.engine.conversation import Conversation
from fsm.engine.outcome import Refused, Sent, Timers
from fsm.engine.specification import Specification
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # with a default, for type checkers

    from fsm.engine.conversation import AnyConversation
    from fsm.engine.outcome import AnyOutcome
    from fsm.spec.names import Event, PartyName

    E = TypeVar("E", bound=str, default=Event, contravariant=True)
else:
    from typing import TypeVar

    E = TypeVar("E", contravariant=True)


class Observation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be seen of a service after one event. What is None was not observed, and is not compared.

    ``msgspec.convert(data, Observation)`` makes one of the JSON that a service answers with.

    Args:
        accepted: whether the event was accepted.
        rule: the rule that a refusal named; "" where it named none.
        state: the state of each lifecycle, by its name; those left out were not observed.
        owners: the caller, holder or initiator of each lifecycle that has one, by its name. Lifecycles whose state was
            not observed are left out of the comparison, unless they are named here.
        openers: likewise, who opened what a lifecycle goes on with, such as a thread.
        effects: what the service did, in order; or, where that is seen for some addressees only or without an order
            between them, the names of the effects by addressee. Addressees left out were not observed.
        timers: the timers it started and cancelled.
    """

    accepted: bool | None = None
    rule: str | None = None
    state: dict[str, str] | None = None
    owners: dict[str, str] | None = None
    openers: dict[str, str] | None = None
    effects: tuple[Sent[str, str], ...] | dict[str, tuple[str, ...]] | None = None
    timers: Timers[str] | None = None


class Driver(Protocol[E]):
    """How a suite gets at a service.

    Whatever a method raises is reported as what the service did, SystemExit and a cancellation too. Exceptions are:
    NotImplementedError says that the service does not do this, and the scenario is skipped with that reason;
    KeyboardInterrupt, and what pytest raises to end a test, go through. A method must come back: wait for the service
    with a time limit, and raise TimeoutError. One answer is to one question: what comes after its time is up must not
    be taken for the answer to the next, so number them, or end the service and begin anew.

    A driver may have ``close()`` as well, which is called when it is no longer needed.

    For type checkers: ``E`` is what it takes as events, ``Driver[str]`` where it takes any.
    """

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        """Begin anew: a conversation between these two, or one lifecycle of it alone."""
        ...

    def apply(self, event: E, by: PartyName) -> Observation:
        """Let ``by``, the originator, the recipient or the service, fire ``event``."""
        ...

    def change(self, pairing: Pairing) -> Observation:
        """Let a mode, a policy or a client change: the same two go on under ``pairing``."""
        ...


METHODS = ("start", "apply", "change")
"""What a driver has to have."""


def driving(driver: object) -> str:
    """What a driver is called.

    Raises:
        TypeError: it is none.
    """
    name = type(driver).__name__
    missing = [each for each in METHODS if not callable(getattr(driver, each, None))]
    if isinstance(driver, type):
        raise TypeError(f"driver: {driver.__name__} is a class; give one of it, {driver.__name__}(...)")
    if missing:
        methods = "start(pairing, lifecycle), apply(event, by) and change(pairing)"
        raise TypeError(f"driver: {name} has no {' and no '.join(missing)}; a driver has {methods}")
    return name


class Reference:
    """The driver of the specification itself.

    Args:
        of: which; default: that of Teams and Skype for Business users.
    """

    talk: AnyConversation
    of: Specification | None = None

    def __init__(self, of: Specification | None = None) -> None:
        self.of = of

    def start(self, pairing: Pairing, lifecycle: str | None = None) -> None:
        """Begin a conversation."""
        if lifecycle:
            raise NotImplementedError("the reference runs whole conversations")
        self.talk = Conversation(pairing, self.of)

    def apply(self, event: Event, by: PartyName) -> Observation:
        """Fire an event."""
        try:
            return self._seen(self.talk.fire(event, by))
        except Refused as refused:
            return self._seen(None, refused.refusal.rule or "")

    def change(self, pairing: Pairing) -> Observation:
        """Change the pairing."""
        return self._seen(self.talk.change(pairing))

    def _seen(self, outcome: AnyOutcome | None, rule: str | None = None) -> Observation:
        return Observation(
            accepted=outcome is not None,
            rule=rule,
            state={name: at.state for name, at in self.talk.places.items()},
            owners={name: party.value for name, party in self.talk.owners.items()},
            openers={name: party.value for name, party in self.talk.openers.items()},
            effects=outcome.effects if outcome else (),
            timers=outcome.timers if outcome else Timers(),
        )
