"""One live conversation: a pairing, and a row of its profile's program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, cast

from fsm.engine import known
from fsm.engine.outcome import Outcome, Refusal, Refused, Way
from fsm.engine.program import Programs, Row
from fsm.notation import PARTIES, At, Party, stands
from fsm.notation.shown import Shown
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import same_two
from fsm.spec.parties import Pairing, Platform
from fsm.spec.routing import presence, views

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # with defaults, for type checkers

    from fsm.engine.outcome import AnyOutcome, AnyRefusal
    from fsm.spec.names import Event, LifecycleName, PartyName, Places, States

    # events, lifecycles, the state of each, what is accepted, what is refused
    E = TypeVar("E", bound=str, default=Event)
    L = TypeVar("L", bound=str, default=LifecycleName)
    S = TypeVar("S", default=States)
    A = TypeVar("A", default=Outcome)
    R = TypeVar("R", default=Refusal)
else:
    from typing import TypeVar

    E, L, S, A, R = map(TypeVar, "ELSAR")

PROGRAMS = Programs(CONVERSATION)


class Conversation(Shown, Generic[E, L, S, A, R]):
    """A conversation between two people.

    Events have a name and an actor, and carry no payload. Nothing here reads a clock or does I/O: outcomes say which
    effects to carry out and which timers to start, and whoever embeds this does so.

    One conversation is for one thread at a time; any number of conversations may be used from any number of threads.
    What they share is only ever added to: two threads may work out the same step at once, and find the same, with the
    global interpreter lock or without it.

    For type checkers, it knows the words of the specification; one of another machine, whose words are any strings, is
    an ``AnyConversation``.

    Args:
        pairing: who the two are.
    """

    __slots__ = ("_at", "pairing")

    def __init__(self: Conversation, pairing: Pairing) -> None:
        self.pairing = pairing
        self._at: Row = PROGRAMS.under(views(pairing)).initial

    def __repr__(self) -> str:
        two = f"{self.pairing.originator.address} - {self.pairing.recipient.address}"
        return f"<Conversation {two}: {stands(self.places.items())}>"

    def fire(self, event: E, by: Party | PartyName) -> A:
        """Let ``by`` fire ``event``.

        Raises:
            Refused: the event is refused; nothing has changed.
            UnknownEvent: there is no such event or party.
        """
        outcome = self._at[event, by]
        if outcome.to is None:
            raise Refused(outcome)
        self._at = outcome.to
        return outcome  # type: ignore[return-value]  # its tables speak in its words

    def may(self, event: E, by: Party | PartyName) -> bool:
        """Whether ``fire`` would accept the event.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        return self._at[event, by].to is not None

    def why_not(self, event: E, by: Party | PartyName) -> R | None:
        """Why ``fire`` would refuse the event; None if it would not.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        found = self._at[event, by]
        return found if found.to is None else None  # type: ignore[return-value]  # likewise

    def available(self) -> tuple[Way[E], ...]:
        """Every event that is possible now, with who may fire it."""
        return self._at.available  # type: ignore[return-value]  # likewise

    @property
    def state(self) -> S:
        """The state of each lifecycle, by its name."""
        here = self._at
        return cast("S", {name: at.state for name, at in zip(here.program.names, here.config, strict=True)})

    @property
    def owners(self) -> dict[L, Party]:
        """The caller, holder or initiator that a lifecycle remembers, by its name."""
        return {name: at.owner for name, at in self.places.items() if at.owner}

    @property
    def openers(self) -> dict[L, Party]:
        """Who opened what a lifecycle goes on with, such as a thread, by its name."""
        return {name: at.opener for name, at in self.places.items() if at.opener}

    @property
    def places(self) -> dict[L, At]:
        """State, owner and opener of each lifecycle, by its name."""
        return cast("dict[L, At]", dict(zip(self._at.program.names, self._at.config, strict=True)))

    def change(self, pairing: Pairing) -> A:
        """Go on under a new pairing: a mode, a policy or a client has changed (THR-1, THR-2, THR-3, DEC-8 to DEC-11).

        Raises:
            ValueError: the pairing is between other people.
        """
        same_two(self.pairing, pairing)
        program = PROGRAMS.under(views(pairing))
        outcome = program.change(self._at.config, self._at.program, views(self.pairing)[0], views(pairing)[0])
        self.pairing = pairing
        self._at = outcome.to
        return outcome  # type: ignore[return-value]  # likewise

    def presence(self, of: Party | PartyName) -> Platform:
        """The platform whose presence ``of`` shows to the other party (PRS-4, else PRS-1 to PRS-3).

        Raises:
            ValueError: the party is neither originator nor recipient.
        """
        if of not in PARTIES:
            raise ValueError(f"of: {of!r} is not accepted; use one of {', '.join(PARTIES)}")
        side = PARTIES.index(Party(of))
        view = views(self.pairing)[side]
        if any(CONVERSATION.lifecycles[name].states[at.state].routed for name, at in self.places.items()):
            return view.on
        who = self.pairing.recipient if side else self.pairing.originator
        return presence(who, view.other_on, self.pairing.scope)

    @classmethod
    def at(cls, pairing: Pairing, places: Places | Mapping[LifecycleName, At] | str) -> Conversation:
        """A conversation that stands at ``places``; a lifecycle not named stands where it begins.

        Args:
            pairing: who the two are.
            places: by lifecycle, an ``At`` or the text of one, such as ``ringing:originator``; or all in one text,
                "call=ringing:originator chat=native".

        Raises:
            ValueError: there is no such lifecycle, or no such place of it.
        """
        conversation = cls(pairing)
        standing = {name: each.initial for name, each in CONVERSATION.lifecycles.items()}
        if isinstance(places, str):
            places = cast("Mapping[LifecycleName, At]", CONVERSATION.standing(places))
        for name, place in places.items():
            accepted = CONVERSATION.lifecycles[known.lifecycle(name)].places
            found = tuple(map(str, accepted)) if isinstance(place, str) else accepted
            if place not in found:
                raise ValueError(f"{name}: {place} is not a place of it; use one of {', '.join(map(str, accepted))}")
            standing[name] = accepted[found.index(place)]
        conversation._at = conversation._at.program.row(tuple(standing.values()))
        return conversation

    def snapshot(self) -> dict[str, Any]:
        """The conversation as JSON-able data, stamped with the specification's fingerprint."""
        from fsm.engine.snapshot import take

        return take(self.pairing, self.places)

    @classmethod
    def restore(cls, snapshot: Mapping[str, Any]) -> Conversation:
        """The conversation that ``snapshot`` was taken of.

        Raises:
            SnapshotError: it is damaged, or another specification made it; the message says which.
        """
        from fsm.engine.snapshot import read

        return cls.at(*read(snapshot))


if TYPE_CHECKING:
    AnyConversation = Conversation[str, str, dict[str, str], AnyOutcome, AnyRefusal]
