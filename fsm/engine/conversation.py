"""One live conversation: a pairing, and a row of its profile's program."""

from __future__ import annotations

import copyreg
from collections import deque
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, cast, overload

from fsm.engine.outcome import Outcome, Refusal, Refused, SnapshotError, StartTimer, Way
from fsm.engine.program import Answers, Config, Program, Programs, unacting, unknown
from fsm.engine.reach import comes, nearest
from fsm.notation import PARTIES, At, Composition, Party, stands
from fsm.notation.echo import LONGEST, echo, plain
from fsm.notation.shown import Shown
from fsm.spec.conversation import CONVERSATION
from fsm.spec.facts import same_two
from fsm.spec.parties import Pairing, Platform
from fsm.spec.routing import presence, views
from fsm.spec.users import whose

if TYPE_CHECKING:
    from typing import Self

    from typing_extensions import TypeVar  # with defaults, for type checkers

    from fsm.engine.earlier import Carried
    from fsm.engine.outcome import AnyOutcome, AnyRefusal
    from fsm.engine.snapshot import Read
    from fsm.engine.specification import Specification
    from fsm.spec.names import Event, LifecycleName, PartyName, Places, States, TimerEvent

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

    A copy is another conversation of the same two at the same place, and equal to it until one of them goes on; so is
    what pickle makes again, by way of a snapshot, of one that is by our specification.

    Raises:
        ValueError: it is no pairing of two users, or none of those of a specification of one's own.
    """

    __slots__ = ("_at", "pairing")

    @overload
    def __init__(self: Conversation, pairing: Pairing) -> None: ...
    @overload
    def __init__(self: AnyConversation, pairing: Any, of: Specification | None) -> None: ...
    def __init__(self, pairing: Any, of: Specification | None = None) -> None:
        self._at: Answers = (PROGRAMS.under(views(pairing)) if of is None else _own(of, pairing)).initial
        self.pairing = pairing

    def __repr__(self) -> str:
        two = " - ".join(whose(self.composition).names(self.pairing))
        return f"<Conversation {plain(two)}: {stands(self.places.items())}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Conversation):
            return NotImplemented
        same = self.composition is other.composition and self._at.config == other._at.config
        return same and bool(self.pairing == other.pairing)

    __hash__ = None  # type: ignore[assignment]  # it goes on, so it is no key of anything

    def __copy__(self) -> Any:
        copy = object.__new__(type(self))
        added, slots = _parts(self)
        for name, value in {**(added or {}), **slots}.items():
            setattr(copy, name, value)
        return copy

    def __deepcopy__(self, memo: object) -> Any:
        return self.__copy__()

    def __reduce__(self) -> tuple[Any, ...]:
        _ours(self.composition, "its snapshot()")
        added, slots = _parts(self)
        more = {name: value for name, value in slots.items() if name not in Conversation.__slots__}
        return type(self).restore, (self.snapshot(),), (added, more)

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
        try:
            outcome = self._at[event, by]
            to = outcome.to
            if to is None:
                raise Refused(outcome)  # type: ignore[arg-type]  # what leads nowhere is a refusal
            self._at = to
            return outcome  # type: ignore[return-value]  # its tables speak in its words
        except TypeError:
            self._check_asked(event, by)
            raise

    def may(self, event: E, by: Party | PartyName) -> bool:
        """Whether ``fire`` would accept the event.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        try:
            return self._at[event, by].to is not None
        except TypeError:
            self._check_asked(event, by)
            raise

    def why_not(self, event: E, by: Party | PartyName) -> R | None:
        """Why ``fire`` would refuse the event; None if it would not.

        Raises:
            UnknownEvent: there is no such event or party.
        """
        try:
            found = self._at[event, by]
            return found if found.to is None else None  # type: ignore[return-value]  # likewise
        except TypeError:
            self._check_asked(event, by)
            raise

    def _check_asked(self, event: object, by: object) -> None:
        """See that event and party can be looked up, as a list cannot.

        Raises:
            UnknownEvent: one cannot.
        """
        for asked, wrong in ((by, unacting(by)), (event, unknown(event, self.composition))):
            try:
                hash(asked)
            except TypeError:
                raise wrong from None

    def available(self) -> tuple[Way[E], ...]:
        """Every event that is possible now, with who may fire it."""
        return self._at.available  # type: ignore[return-value]  # likewise

    def timers(self) -> tuple[StartTimer, ...]:
        """The timers that run now, with the whole time of each: what a host arms again that has lost its own."""
        here = self._at
        running = here.program.running(here.config)
        return tuple(StartTimer(cast("TimerEvent", event), seconds) for event, seconds in running.items())

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
            ValueError: the pairing is none, or between other people, or none of those of a specification of one's own.
        """
        program = _under(self.composition, pairing)
        if self.composition is CONVERSATION:
            same_two(self.pairing, pairing)
        seen = whose(self.composition).views
        outcome = program.change(self._at.config, self._at.program, seen(self.pairing)[0], seen(pairing)[0])
        # both in one call that nothing interrupts: there is no conversation of the new pairing in the old one's place
        deque(map(setattr, (self, self), ("pairing", "_at"), (pairing, outcome.to)), 0)
        return outcome

    def presence(self, of: Party | PartyName) -> Platform:
        """The platform whose presence ``of`` shows to the other party (PRS-4, else PRS-1 to PRS-3).

        Raises:
            ValueError: the party is neither originator nor recipient, or the conversation is not one of such users.
        """
        if self.composition is not CONVERSATION:
            raise ValueError(f"presence: {self.composition.name} has none; only users of Teams and Skype do")
        if of not in PARTIES:
            raise ValueError(f"of: {echo(of)} is not accepted; use one of {', '.join(PARTIES)}")
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
            ValueError: there is no such lifecycle, or no such place of it, or these two never come there, neither by
                events nor by changes of the pairing.
        """
        conversation: Any = cls(pairing, of)
        made: Conversation | AnyConversation = conversation._put(_config(conversation.composition, places))
        return made

    def _put(self, config: Config) -> Self:
        """Itself, at a place of its tables.

        Raises:
            ValueError: these two never come there.
        """
        composition, pairing = self.composition, self.pairing
        if not comes(composition, pairing, config):
            near = nearest(composition, pairing, config)
            names = composition.lifecycles
            instead = f"; the nearest where it can is {stands(zip(names, near, strict=True))}" if near else ""
            raise ValueError(
                f"places: {stands(zip(names, config, strict=True))} is not where this pairing can come, "
                f"by events or by changes of the pairing{instead}"
            )
        self._at = self._at.program.at(config)
        return self

    def snapshot(self, *, key: bytes | None = None) -> dict[str, Any]:
        """The conversation as JSON-able data, stamped with the specification's behaviour and fingerprint.

        Args:
            key: signs it, for ``restore`` with the same key, where others can write to what keeps it: HMAC-SHA256.

        Raises:
            ValueError: the key is no bytes, or none.
        """
        from fsm.engine.snapshot import take

        return take(self.composition, self.pairing, self.places, key)

    @classmethod
    @overload
    def restore(cls, snapshot: Mapping[str, Any], *, key: bytes | None = None) -> Conversation: ...
    @classmethod
    @overload
    def restore(
        cls, snapshot: Mapping[str, Any], of: Specification | None, *, key: bytes | None = None
    ) -> AnyConversation: ...
    @classmethod
    def restore(
        cls, snapshot: Mapping[str, Any], of: Specification | None = None, *, key: bytes | None = None
    ) -> Conversation | AnyConversation:
        """The conversation that ``snapshot`` was taken of.

        One that an earlier release took, by other tables than today's, goes on from the place that succeeds its own,
        and an ``EarlierSnapshot`` warning tells what differs; ``carry_over`` gives the same without a warning.

        Args:
            snapshot: what ``snapshot()`` gave.
            of: the specification that it was by; default: that of Teams and Skype for Business users.
            key: what it was signed with. A signed snapshot is restored with its key alone, one that is not without.

        Raises:
            SnapshotError: it is damaged, or another specification made it, or its pairing never comes to its places, or
                it is not signed with the key; the message says which.
            ValueError: the key is no bytes, or none.
        """
        conversation: Conversation
        conversation, carried = cls._restored(snapshot, of, key)
        if carried is not None:
            from warnings import warn

            from fsm.engine.earlier import EarlierSnapshot

            warn(EarlierSnapshot(carried), stacklevel=2)
        return conversation

    @classmethod
    def carry_over(
        cls, snapshot: Mapping[str, Any], *, key: bytes | None = None
    ) -> tuple[Conversation, Carried | None]:
        """The same as ``restore``, and beside the conversation what differs from the release that took the snapshot;
        None where that went by the same tables.

        Raises:
            SnapshotError, ValueError: as ``restore`` does.
        """
        return cls._restored(snapshot, None, key)

    @classmethod
    def _restored(
        cls, snapshot: Mapping[str, Any], of: Specification | None, key: bytes | None
    ) -> tuple[Any, Carried | None]:
        pairing, places, earlier = _reader()(snapshot, CONVERSATION if of is None else of, key)
        if earlier is None:
            try:
                return cls(pairing, of)._put(tuple(places.values())), None
            except ValueError as error:
                raise SnapshotError(str(error)) from None
        from fsm.engine.earlier import carried, succeeding, successors
        from fsm.engine.snapshot import no_place

        for name, each in CONVERSATION.lifecycles.items():
            if not successors(each, places[name], earlier.became):
                raise no_place(name, places[name], each.places)
        for now in succeeding(CONVERSATION, places, earlier.became):
            if comes(CONVERSATION, pairing, tuple(now.values())):
                return cls.at(pairing, cast("Places", now)), carried(earlier, places, now)
        raise SnapshotError(
            f"places: {stands(places.items())}, where {earlier.called} left it, is succeeded by no place to which this "
            "pairing can come; end it with the version that took it"
        )


if TYPE_CHECKING:
    AnyConversation = Conversation[str, str, dict[str, str], AnyOutcome, AnyRefusal]


def _config(composition: Composition, places: Any) -> Config:
    """Where all lifecycles stand, given where some do; as the tables have it, whatever equals it is given."""
    if isinstance(places, str):
        places = composition.standing(places)
    if not isinstance(places, Mapping):
        raise ValueError(f"places: {echo(places)} is not accepted; give places by lifecycle, or a text")
    found = {name: each.initial for name, each in composition.lifecycles.items()}
    for name, place in places.items():
        if name not in found:
            raise ValueError(f"{echo(name)} is not a lifecycle; use one of {', '.join(found)}")
        accepted = composition.lifecycles[name].places
        given = tuple(map(str, accepted)) if isinstance(place, str) else accepted
        if place not in given:
            said = plain(str(place)[:LONGEST]) if isinstance(place, (str, At)) else echo(place)
            raise ValueError(f"{name}: {said} is not a place of it; use one of {', '.join(map(str, accepted))}")
        found[name] = accepted[given.index(place)]
    return tuple(found.values())


def _under(composition: Composition, pairing: Any) -> Program:
    return PROGRAMS.under(views(pairing)) if composition is CONVERSATION else _own(composition, pairing)


def _own(of: Composition, pairing: Any) -> Program:
    """The program of a specification of one's own."""
    programs: Programs | None = getattr(of, "programs", None)
    if programs is None:
        raise ValueError(f"of: {echo(of)} is not accepted; give a Specification")
    pairings = whose(of)
    pairings.admit(pairing)
    return programs.under(pairings.views(pairing))


@cache
def _reader() -> Callable[..., Read]:
    from fsm.engine.snapshot import read  # when it is needed, once: it is asked for every time

    return read


def _pickled(answers: Answers) -> tuple[Any, ...]:
    """How pickle makes the answers at a place again, to which an outcome leads: of the profile and the place."""
    from fsm.engine.fingerprint import fingerprint

    program = answers.program
    _ours(program.composition, "what you need of the outcome, such as its effects")
    return _answers, (fingerprint(), program.profile.bits, stands(zip(program.names, answers.config, strict=True)))


def _answers(made_by: str, profile: int, places: str) -> Answers:
    from fsm.engine.fingerprint import fingerprint

    if made_by != fingerprint():
        raise SnapshotError(
            f"fingerprint: {echo(made_by)} is another specification's, this one is {fingerprint()!r}; "
            "unpickle it with the version that pickled it"
        )
    return PROGRAMS.having(profile).at(_config(CONVERSATION, places))


def _ours(composition: Composition, instead: str) -> None:
    if composition is not CONVERSATION:
        raise TypeError(f"{composition.name}: what a specification of one's own runs is not pickled; keep {instead}")


def _parts(talk: Any) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What a class of somebody's own adds to a conversation, and what is in slots."""
    parts: tuple[dict[str, Any] | None, dict[str, Any]] = talk.__getstate__()
    return parts


copyreg.pickle(Answers, _pickled)
