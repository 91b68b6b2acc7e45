"""The words of a table: parties and roles, guards, effects, signals, timers, rows, states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class DeclarationError(ValueError):
    """A table contradicts itself. The message names lifecycle, state, event and row."""


class Party(StrEnum):
    """Who acts in a conversation of two: either party, or the services around them."""

    ORIGINATOR = "originator"
    RECIPIENT = "recipient"
    SERVICE = "service"

    @property
    def other(self) -> Party:
        """The party on the other end.

        Raises:
            DeclarationError: a service has no other end.
        """
        if self is Party.SERVICE:
            raise DeclarationError("the service has no other party; name originator, recipient, owner or peer")
        return Party.RECIPIENT if self is Party.ORIGINATOR else Party.ORIGINATOR


PARTIES = (Party.ORIGINATOR, Party.RECIPIENT)


class Role(StrEnum):
    """A party by the part it plays in a row."""

    ORIGINATOR = "originator"
    RECIPIENT = "recipient"
    SERVICE = "service"
    ACTOR = "actor"
    OTHER = "other"
    OWNER = "owner"
    PEER = "peer"
    OPENER = "opener"
    ANSWERER = "answerer"
    BOTH = "both"


ORIGINATOR, RECIPIENT, SERVICE = Role.ORIGINATOR, Role.RECIPIENT, Role.SERVICE
ACTOR, OTHER, OWNER, PEER, BOTH = Role.ACTOR, Role.OTHER, Role.OWNER, Role.PEER, Role.BOTH
OPENER, ANSWERER = Role.OPENER, Role.ANSWERER

FIRES: Mapping[Role, frozenset[Role]] = {
    BOTH: frozenset({BOTH, ORIGINATOR, RECIPIENT, OWNER, PEER, OPENER, ANSWERER}),
    **{role: frozenset({role}) for role in (ORIGINATOR, RECIPIENT, OWNER, PEER, OPENER, ANSWERER, SERVICE)},
}
"""Who may fire a row, and which other choices each one covers."""


class At(NamedTuple):
    """Where one lifecycle stands: a state and, where the state remembers them, its owner and its opener."""

    state: str
    owner: Party | None = None
    opener: Party | None = None

    @property
    def remembered(self) -> tuple[Party, ...]:
        """The parties that are remembered, the owner first."""
        return tuple(party for party in (self.owner, self.opener) if party)

    def __str__(self) -> str:
        """How it is written everywhere: the state, and after colons those it remembers, the owner first."""
        return ":".join((self.state, *self.remembered))


def parties(role: Role, actor: Party, here: At | None) -> tuple[Party, ...]:
    """The parties that ``role`` stands for when ``actor`` fires at ``here``.

    Raises:
        DeclarationError: the role has no meaning here.
    """
    match role:
        case Role.BOTH:
            return PARTIES
        case Role.ACTOR:
            return (actor,)
        case Role.OTHER:
            return (actor.other,)
        case Role.OWNER | Role.PEER | Role.OPENER | Role.ANSWERER:
            known = here and (here.owner if role in (OWNER, PEER) else here.opener)
            if not known:
                raise DeclarationError(f"{role}: the state does not remember one")
            return (known if role in (OWNER, OPENER) else known.other,)
        case _:
            return (Party(role.value),)


class Remedy(NamedTuple):
    """What would help where a guard fails.

    Args:
        says: in words, for a refusal to say; empty where nothing would.
        apply: given what the views are taken of and the party that the guard is about, everything that the words may
            make of it; nothing where they do not apply. None where only the words are known.
    """

    says: str = ""
    apply: Callable[[Any, Party], Iterable[Any]] | None = None


class Guard(NamedTuple):
    """A named predicate on a party's view of the pairing. Its name is what it is: one name, one predicate.

    Args:
        name: what it is called in tables, pictures and exports.
        test: the predicate; takes the view of the party it is about.
        says: what is so when it holds, to follow the party's name.
        otherwise: what is so when it does not.
        cites: the rules it enforces.
        remedy: what would make it hold.
        about: whose view is tested; None where both have the same.
    """

    name: str
    test: Callable[[Any], bool]
    says: str
    otherwise: str
    cites: tuple[str, ...]
    remedy: Remedy = Remedy()
    about: Role | None = ACTOR

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and (self.name, self.about) == (other.name, other.about)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.name, self.about))

    def of(self, role: Role) -> Guard:
        """The same guard about another party."""
        return self._replace(about=role)

    def whose(self, actor: Party, here: At | None) -> Party:
        """The party whose view is tested when ``actor`` fires at ``here``."""
        return PARTIES[0] if self.about is None else parties(self.about, actor, here)[0]

    def __invert__(self) -> Guard:
        test = self.test
        return self._replace(
            name=f"not_{self.name}",
            test=lambda view: not test(view),
            says=self.otherwise,
            otherwise=self.says,
            remedy=Remedy(),
        )

    def __str__(self) -> str:
        return self.name if self.about in (None, ACTOR) else f"{self.about} {self.name}"


def guard(
    name: str,
    test: Callable[[Any], bool],
    says: str,
    otherwise: str,
    cites: str,
    remedy: Remedy = Remedy(),  # noqa: B008  # a value
    about: Role | None = ACTOR,
) -> Guard:
    """A guard; ``cites`` names the rules it enforces, separated by spaces."""
    return Guard(name, test, says, otherwise, tuple(cites.split()), remedy, about)


class Effect(NamedTuple):
    """Something a transition asks the outside to do. Carries no payload.

    Args:
        name: what the host switches on.
        says: what happens, to follow the addressee's name.
        cites: the rules it keeps.
        service: the service it is always addressed to, if any.
        only: guards on the addressee; a party for whom one fails is left out.
        answers: the events that answer it, of which one comes, once.
    """

    name: str
    says: str
    cites: tuple[str, ...]
    service: str = ""
    only: tuple[Guard, ...] = ()
    answers: tuple[str, ...] = ()

    def __call__(self, role: Role) -> Emit:
        """This effect, addressed to the parties that ``role`` stands for."""
        return Emit(self, role)


def effect(
    name: str, says: str, cites: str, service: str = "", only: tuple[Guard, ...] = (), answers: str = ""
) -> Effect:
    """An effect; ``cites`` names the rules it keeps and ``answers`` the events that answer it, separated by spaces."""
    return Effect(name, says, tuple(cites.split()), service, only, tuple(answers.split()))


class Emit(NamedTuple):
    """An effect and whom it is addressed to; None is the effect's own service."""

    effect: Effect
    to: Role | None


class Signal(NamedTuple):
    """An event for a sibling lifecycle, in the name of the party that ``by`` stands for."""

    lifecycle: str
    event: str
    by: Role

    def __str__(self) -> str:
        return f"{self.lifecycle}.{self.event}"


def signal(target: str, by: Role = ACTOR) -> Signal:
    """A signal; ``target`` reads "lifecycle.event"."""
    lifecycle, _, event = target.partition(".")
    return Signal(lifecycle, event, by)


class Timer(NamedTuple):
    """A wait: ``event`` comes back by the service after ``seconds`` in the state that declares it.

    It runs only while ``when`` holds; the guards must be about both parties, the originator or the recipient.
    """

    event: str
    seconds: int
    cites: tuple[str, ...]
    when: tuple[Guard, ...] = ()


def timer(event: str, seconds: int, cites: str, when: tuple[Guard, ...] = ()) -> Timer:
    """A timer; ``cites`` names the rules it keeps, separated by spaces."""
    return Timer(event, seconds, tuple(cites.split()), when)


class Row(NamedTuple):
    """One row of a table: a transition, or a declared refusal where ``refused`` names a rule.

    Its ``id``, and the ``lifecycle`` and the ``state`` that it is in, are known once it is in one.
    """

    event: str
    by: Role
    to: str | None
    owner: Role | None
    when: tuple[Guard, ...]
    does: tuple[Emit | Signal, ...]
    refused: str
    instead: tuple[str, ...]
    cites: tuple[str, ...]
    internal: bool
    opener: Role | None = None
    lifecycle: str = ""
    state: str = ""
    id: str = ""

    def open_to(self, actor: Party, here: At) -> bool:
        """Whether ``actor`` may fire it at ``here``, guards aside."""
        roles = {Role(actor.value)}
        if actor is not Party.SERVICE:
            roles |= {OWNER if actor is here.owner else PEER} if here.owner else set()
            roles |= {OPENER if actor is here.opener else ANSWERER} if here.opener else set()
        return not roles.isdisjoint(FIRES[self.by])

    @property
    def effects(self) -> tuple[Emit, ...]:
        """What it asks the outside to do."""
        return tuple(item for item in self.does if isinstance(item, Emit))

    @property
    def signals(self) -> tuple[Signal, ...]:
        """What it tells its siblings."""
        return tuple(item for item in self.does if isinstance(item, Signal))


def on(
    event: str,
    *,
    by: Role = BOTH,
    to: str | None = None,
    owner: Role | None = None,
    opener: Role | None = None,
    when: tuple[Guard, ...] | list[Guard] = (),
    effects: tuple[Effect | Emit | Signal, ...] | list[Effect | Emit | Signal] = (),
    refused: str = "",
    instead: str = "",
    cites: str = "",
    internal: bool = False,
) -> Row:
    """A row for an event.

    Args:
        event: the event's name.
        by: who may fire it; BOTH is either party.
        to: the next state; None stays.
        owner: who owns the next state; default: the owner goes on, or the actor where there was none.
        opener: who the next state remembers as opener; default: as for the owner.
        when: guards, all of which must hold.
        effects: effects and signals, in order.
        refused: the rule that refuses the event; the row is then a refusal.
        instead: events that lead on where the row refuses or its guards fail, separated by spaces.
        cites: the rules the row keeps, separated by spaces.
        internal: the event is a signal from a sibling or a change of the pairing, not for users to fire.
    """
    does = tuple(Emit(item, None) if isinstance(item, Effect) else item for item in effects)
    rules = tuple(dict.fromkeys(((refused,) if refused else ()) + tuple(cites.split())))
    return Row(event, by, to, owner, tuple(when), does, refused, tuple(instead.split()), rules, internal, opener)


def on_signal(
    event: str,
    *,
    by: Role = BOTH,
    to: str | None = None,
    owner: Role | None = None,
    opener: Role | None = None,
    when: tuple[Guard, ...] | list[Guard] = (),
    effects: tuple[Effect | Emit | Signal, ...] | list[Effect | Emit | Signal] = (),
    cites: str = "",
) -> Row:
    """A row for a signal from a sibling lifecycle, or for a change of the pairing. A signal is never refused."""
    return on(event, by=by, to=to, owner=owner, opener=opener, when=when, effects=effects, cites=cites, internal=True)


class State(NamedTuple):
    """One state: its rows, and what is said and drawn of it."""

    name: str
    label: str
    rows: tuple[Row, ...]
    owner: str
    group: str
    initial: bool
    final: bool
    routed: bool
    timers: tuple[Timer, ...]
    ignores: tuple[str, ...]
    opener: str = ""

    @property
    def remembers(self) -> tuple[str, ...]:
        """What the parties it remembers are called, the owner first."""
        return tuple(called for called in (self.owner, self.opener) if called)

    def rows_for(self, event: str) -> tuple[Row, ...]:
        """The rows for ``event``, in the order they are tried."""
        return tuple(row for row in self.rows if row.event == event)

    @property
    def places(self) -> tuple[At, ...]:
        """Where a lifecycle can stand in this state: once, or once for each party that it can remember."""
        owners = PARTIES if self.owner else (None,)
        openers = PARTIES if self.opener else (None,)
        return tuple(At(self.name, owner, opener) for owner in owners for opener in openers)


def state(
    name: str,
    label: str,
    *rows: Row,
    owner: str = "",
    opener: str = "",
    group: str = "",
    initial: bool = False,
    final: bool = False,
    routed: bool = False,
    timers: tuple[Timer, ...] | list[Timer] = (),
    ignores: str = "",
) -> State:
    """A state.

    Args:
        name: its name.
        label: what is so while in it.
        rows: its table, tried from the top.
        owner: what the party it remembers is called (caller, initiator); empty for a state without an owner.
        opener: what the other party it remembers is called, who began what goes on; empty where there is none.
        group: the phase it is drawn in.
        initial: the lifecycle starts here.
        final: the lifecycle may rest here.
        routed: the two are shown to each other as routed, for as long as a lifecycle is in such a state.
        timers: started on entry, cancelled on leaving.
        ignores: signals that mean nothing here, separated by spaces.
    """
    return State(name, label, rows, owner, group, initial, final, routed, tuple(timers), tuple(ignores.split()), opener)
