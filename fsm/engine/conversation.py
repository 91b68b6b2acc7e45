"""One live conversation: a pairing, and a row of its profile's program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, cast, overload

from fsm.engine.outcome import Outcome, Refusal, Refused, Way
from fsm.engine.program import Answers, Program, Programs
from fsm.notation import PARTIES, At, Composition, Party, stands
from fsm.notation.shown import Shown
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import same_two
from fsm.spec.parties import Pairing, Platform
from fsm.spec.routing import presence, views
from fsm.spec.users import whose

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # with defaults, for type checkers

    from fsm.engine.outcome import AnyOutcome, AnyRefusal
    from fsm.engine.specification import Specification
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
        of: by which specification; default: that of Teams and Skype for Business users.

    Raises:
        ValueError: the pairing is none of those of a specification of one's own.
    """

    __slots__ = ("_at", "pairing")

    @overload
    def __init__(self: Conversation, pairing: Pairing) -> None: ...
    @overload
    def __init__(self: AnyConversation, pairing: Any, of: Specification | None) -> None: ...
    def __init__(self, pairing: Any, of: Specification | None = None) -> None:
        self.pairing = pairing
        self._at: Answers = (PROGRAMS.under(views(pairing)) if of is None else _own(of, pairing)).initial

    def __repr__(self) -> str:
        two = " - ".join(whose(self.composition).names(self.pairing))
        return f"<Conversation {two}: {stands(self.places.items())}>"

    @property
    def composition(self) -> Composition:
        """The tables that it goes by."""
        return self._at.program.composition

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

    @overload
    def change(self: Conversation, pairing: Pairing) -> Outcome: ...
    @overload
    def change(self: AnyConversation, pairing: Any) -> AnyOutcome: ...
    def change(self, pairing: Any) -> Any:
        """Go on under a new pairing: a mode, a policy or a client has changed (THR-1, THR-2, THR-3, DEC-8 to DEC-11).

        Raises:
            ValueError: the pairing is between other people, or none of those of a specification of one's own.
        """
        if self.composition is CONVERSATION:
            same_two(self.pairing, pairing)
        program = _under(self.composition, pairing)
        seen = whose(self.composition).views
        outcome = program.change(self._at.config, self._at.program, seen(self.pairing)[0], seen(pairing)[0])
        self.pairing = pairing
        self._at = outcome.to
        return outcome

    def presence(self, of: Party | PartyName) -> Platform:
        """The platform whose presence ``of`` shows to the other party (PRS-4, else PRS-1 to PRS-3).

        Raises:
            ValueError: the party is neither originator nor recipient, or the conversation is not one of such users.
        """
        if self.composition is not CONVERSATION:
            raise ValueError(f"presence: {self.composition.name} has none; only users of Teams and Skype do")
        if of not in PARTIES:
            raise ValueError(f"of: {of!r} is not accepted; use one of {', '.join(PARTIES)}")
        side = PARTIES.index(Party(of))
        view = views(self.pairing)[side]
        if any(CONVERSATION.lifecycles[name].states[at.state].routed for name, at in self.places.items()):
            return view.on
        who = self.pairing.recipient if side else self.pairing.originator
        return presence(who, view.other_on, self.pairing.scope)

    @classmethod
    @overload
    def at(cls, pairing: Pairing, places: Places | Mapping[LifecycleName, At] | str) -> Conversation: ...
    @classmethod
    @overload
    def at(cls, pairing: Any, places: Mapping[str, At | str] | str, of: Specification | None) -> AnyConversation: ...
    @classmethod
    def at(cls, pairing: Any, places: Any, of: Specification | None = None) -> Conversation | AnyConversation:
        """A conversation that stands at ``places``; a lifecycle not named stands where it begins.

        Args:
            pairing: who the two are.
            places: by lifecycle, an ``At`` or the text of one, such as ``ringing:originator``; or all in one text,
                "call=ringing:originator chat=native".
            of: by which specification; default: that of Teams and Skype for Business users.

        Raises:
            ValueError: there is no such lifecycle, or no such place of it.
        """
        conversation = cls(pairing, of)
        composition = conversation.composition
        standing = {name: each.initial for name, each in composition.lifecycles.items()}
        for name, place in (composition.standing(places) if isinstance(places, str) else places).items():
            if name not in standing:
                raise ValueError(f"{name!r} is not a lifecycle; use one of {', '.join(standing)}")
            accepted = composition.lifecycles[name].places
            found = tuple(map(str, accepted)) if isinstance(place, str) else accepted
            if place not in found:
                raise ValueError(f"{name}: {place} is not a place of it; use one of {', '.join(map(str, accepted))}")
            standing[name] = accepted[found.index(place)]
        conversation._at = conversation._at.program.at(tuple(standing.values()))
        return conversation

    def snapshot(self) -> dict[str, Any]:
        """The conversation as JSON-able data, stamped with the specification's fingerprint."""
        from fsm.engine.snapshot import take

        return take(self.composition, self.pairing, self.places)

    @classmethod
    @overload
    def restore(cls, snapshot: Mapping[str, Any]) -> Conversation: ...
    @classmethod
    @overload
    def restore(cls, snapshot: Mapping[str, Any], of: Specification | None) -> AnyConversation: ...
    @classmethod
    def restore(cls, snapshot: Mapping[str, Any], of: Specification | None = None) -> Conversation | AnyConversation:
        """The conversation that ``snapshot`` was taken of.

        Args:
            snapshot: what ``snapshot()`` gave.
            of: the specification that it was by; default: that of Teams and Skype for Business users.

        Raises:
            SnapshotError: it is damaged, or another specification made it; the message says which.
        """
        from fsm.engine.snapshot import read

        return cls.at(*read(snapshot, of or CONVERSATION), of)


if TYPE_CHECKING:
    AnyConversation = Conversation[str, str, dict[str, str], AnyOutcome, AnyRefusal]


def _under(composition: Composition, pairing: Any) -> Program:
    return PROGRAMS.under(views(pairing)) if composition is CONVERSATION else _own(composition, pairing)


def _own(of: Composition, pairing: Any) -> Program:
    """The program of a specification of one's own."""
    pairings = whose(of)
    pairings.admit(pairing)
    programs: Programs = of.programs  # type: ignore[attr-defined]  # it is a Specification
    return programs.under(pairings.views(pairing))
