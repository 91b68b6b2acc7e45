"""One live conversation: a pairing, and a row of its profile's program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, overload

from fsm.engine.outcome import Outcome, Refusal, Refused, Way
from fsm.engine.program import Program, Programs, Row
from fsm.notation import PARTIES, At, Composition, Party
from fsm.notation.shown import Shown
from fsm.spec.conversation import CONVERSATION, LIFECYCLES
from fsm.spec.parties import Pairing, Platform
from fsm.spec.routing import presence, views
from fsm.spec.users import whose

if TYPE_CHECKING:
    from fsm.engine.specification import Specification

PROGRAMS = Programs(CONVERSATION)


class Conversation(Shown):
    """A conversation between two people.

    Events have a name and an actor, and carry no payload. Nothing here reads a clock or does I/O: outcomes say which
    effects to carry out and which timers to start, and whoever embeds this does so.

    One conversation is for one thread at a time; any number of conversations may be used from any number of threads.
    What they share is only ever added to: two threads may work out the same step at once, and find the same, with the
    global interpreter lock or without it.

    Args:
        pairing: who the two are.
        of: by which specification; default: that of Teams and Skype for Business users.

    Raises:
        ValueError: the pairing is none of those of a specification of one's own.
    """

    __slots__ = ("_at", "pairing")

    @overload
    def __init__(self, pairing: Pairing) -> None: ...
    @overload
    def __init__(self, pairing: Any, of: Specification | None) -> None: ...
    def __init__(self, pairing: Any, of: Specification | None = None) -> None:
        self.pairing = pairing
        self._at: Row = (PROGRAMS.under(views(pairing)) if of is None else _own(of, pairing)).initial

    def __repr__(self) -> str:
        places = ", ".join(f"{name}={at}" for name, at in self.places.items())
        return f"<Conversation {' - '.join(whose(self.composition).names(self.pairing))}: {places}>"

    @property
    def composition(self) -> Composition:
        """The tables that it goes by."""
        return self._at.program.composition

    def fire(self, event: str, by: Party | str) -> Outcome:
        """Let ``by`` fire ``event``.

        Raises:
            Refused: the event is refused; nothing has changed.
            UnknownEvent: there is no such event or party.
        """
        outcome = self._at[event, by]
        if outcome.to is None:
            raise Refused(outcome)
        self._at = outcome.to
        return outcome

    def may(self, event: str, by: Party | str) -> bool:
        """Whether ``fire`` would accept the event.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        return self._at[event, by].to is not None

    def why_not(self, event: str, by: Party | str) -> Refusal | None:
        """Why ``fire`` would refuse the event; None if it would not.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        found = self._at[event, by]
        return found if found.to is None else None

    def available(self) -> tuple[Way, ...]:
        """Every event that is possible now, with who may fire it."""
        return self._at.available

    @property
    def state(self) -> dict[str, str]:
        """The state of each lifecycle, by its name."""
        return {name: at.state for name, at in self.places.items()}

    @property
    def owners(self) -> dict[str, Party]:
        """The caller, holder or initiator that a lifecycle remembers, by its name."""
        return {name: at.owner for name, at in self.places.items() if at.owner}

    @property
    def openers(self) -> dict[str, Party]:
        """Who opened what a lifecycle goes on with, such as a thread, by its name."""
        return {name: at.opener for name, at in self.places.items() if at.opener}

    @property
    def places(self) -> dict[str, At]:
        """State, owner and opener of each lifecycle, by its name."""
        return dict(zip(self._at.program.names, self._at.config, strict=True))

    def change(self, pairing: Pairing | Any) -> Outcome:
        """Go on under a new pairing: a mode, a policy or a client has changed (THR-1, THR-2, THR-3, DEC-8 to DEC-11).

        Raises:
            ValueError: the pairing is between other people, or none of those of a specification of one's own.
        """
        if self.composition is not CONVERSATION:
            return self._changed(pairing)
        for name in ("originator", "recipient"):
            old, new = getattr(self.pairing, name).address, getattr(pairing, name).address
            if old != new:
                raise ValueError(f"{name}: {new!r} is not who this conversation is with; give {old!r}")
        return self._changed(pairing)

    def _changed(self, pairing: Pairing) -> Outcome:
        program = _under(self.composition, pairing)
        seen = whose(self.composition).views
        outcome = program.change(self._at.config, self._at.program, seen(self.pairing)[0], seen(pairing)[0])
        self.pairing = pairing
        self._at = outcome.to
        return outcome

    def presence(self, of: Party | str) -> Platform:
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
        if any(LIFECYCLES[name].states[at.state].routed for name, at in self.places.items()):
            return view.on
        who = self.pairing.recipient if side else self.pairing.originator
        return presence(who, view.other_on, self.pairing.scope)

    @classmethod
    def at(cls, pairing: Pairing | Any, places: Mapping[str, At], of: Specification | None = None) -> Conversation:
        """A conversation that stands at ``places``; a lifecycle not named stands where it begins.

        Raises:
            ValueError: there is no such lifecycle, or no such place of it.
        """
        conversation = cls(pairing, of)
        lifecycles = conversation.composition.lifecycles
        for name, at in places.items():
            if name not in lifecycles:
                raise ValueError(f"{name!r} is not a lifecycle; use one of {', '.join(lifecycles)}")
            if at not in lifecycles[name].places:
                accepted = ", ".join(map(str, lifecycles[name].places))
                raise ValueError(f"{name}: {at} is not a place of it; use one of {accepted}")
        config = tuple(places.get(name, each.initial) for name, each in lifecycles.items())
        conversation._at = conversation._at.program.row(config)
        return conversation

    def snapshot(self) -> dict[str, Any]:
        """The conversation as JSON-able data, stamped with the specification's fingerprint."""
        from fsm.engine.snapshot import take

        return take(self.composition, self.pairing, self.places)

    @classmethod
    def restore(cls, snapshot: Mapping[str, Any], of: Specification | None = None) -> Conversation:
        """The conversation that ``snapshot`` was taken of.

        Raises:
            SnapshotError: it is damaged, or another specification made it; the message says which.
        """
        from fsm.engine.snapshot import read

        return cls.at(*read(snapshot, of or CONVERSATION), of)


def _under(composition: Composition, pairing: Pairing) -> Program:
    return PROGRAMS.under(views(pairing)) if composition is CONVERSATION else _own(composition, pairing)


def _own(of: Composition, pairing: Any) -> Program:
    """The program of a specification of one's own."""
    pairings = whose(of)
    pairings.admit(pairing)
    programs: Programs = of.programs  # type: ignore[attr-defined]  # it is a Specification
    return programs.under(pairings.views(pairing))
