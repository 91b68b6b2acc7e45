"""The shape of the specification as JSON: what is in the document, by the names and types it has there.

The published JSON Schema is made of these types, so their docstrings are its descriptions.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from fsm.engine.outcome import RefusalKind
from fsm.notation import Party, Role
from fsm.spec.parties import Client, Mode, Pairing, Platform, Scope
from fsm.spec.routing import RouteKind

VERSION: Literal[3] = 3
"""Goes up when a document of the shape before can no longer be read."""
Rules = Annotated[list[str], Meta(description="Ids of rules.")]
Value = str | bool


class Shape(Struct, forbid_unknown_fields=True, kw_only=True):
    """A part of the document; it has no fields but these."""


class Test(Shape):
    """A truth table: it holds if the facts have the values of one of these combinations."""

    facts: list[str]
    holds: list[list[Value]]


class Asked(Shape):
    """A guard, and the party it is asked about; null where both have the same answer."""

    guard: str
    about: Role | None


class Emitted(Shape, tag_field="do", tag="effect"):
    """An effect, and the role or the service it is addressed to. BOTH is the originator first, then the recipient."""

    effect: str
    to: str


class Raised(Shape, tag_field="do", tag="signal"):
    """A signal to a sibling, written lifecycle.event, in the name of the party that plays this role."""

    signal: str
    by: Role


class Row(Shape):
    """What an event comes to, if ``by`` covers whoever fires it and all guards hold. The first such row decides.

    ``to`` is the next state, null stays; ``owner`` and ``opener`` are who these are there, if it has them: null those
    so far, or else the actor. ``refused`` is the rule of a refusal. ``signal`` marks rows for signals and changes,
    which no party can fire.
    """

    id: str
    event: str
    by: Role
    signal: bool
    when: list[Asked]
    to: str | None
    owner: Role | None
    opener: Role | None
    does: list[Emitted | Raised]
    refused: str | None
    instead: list[str]
    rules: Rules


class Timer(Shape):
    """A wait: the service fires the event after so many seconds in the state, while all guards hold."""

    event: str
    seconds: int
    when: list[Asked]
    rules: Rules


class State(Shape):
    """A state; ``owner`` and ``opener`` are what the parties it remembers are called, null where it remembers none.

    ``ignores`` are signals that mean nothing here; any other signal without a row is lost, which is a fault.
    """

    name: str
    label: str
    owner: str | None
    opener: str | None
    group: str
    initial: bool
    final: bool
    routed: bool
    timers: list[Timer]
    ignores: list[str]
    rows: list[Row]


class Lifecycle(Shape):
    """A finite state machine."""

    name: str
    label: str
    states: list[State]


class Dispatch(Shape):
    """The lifecycle that an event by ``by`` goes to while each sibling named is in one of the states given, or null and
    the rule that refuses it. The first row that applies decides.
    """

    id: str
    lifecycle: str | None
    while_: dict[str, list[str]] = field(name="while")
    by: Role
    refused: str | None
    instead: list[str]
    rules: Rules


class Change(Shape):
    """A signal that a change of the pairing sends to every lifecycle that has a row for it or ignores it.

    ``when`` asks for facts of the originator's view: old.NAME before the change, new.NAME after it.
    """

    event: str
    by: Party
    when: Test
    rules: Rules


class Guard(Shape):
    """A predicate on a party's view of the pairing."""

    name: str
    says: str
    otherwise: str
    remedy: str
    test: Test
    rules: Rules


class Effect(Shape):
    """Something asked of the outside. ``service`` is the one it is always addressed to, null where rows say to whom.

    A party for whom one of ``only`` does not hold is left out. One of the events ``answers`` comes back, once.
    """

    name: str
    says: str
    service: str | None
    only: list[Asked]
    rules: Rules
    answers: list[str] = []


class Document(Shape):
    """A document that rules come from, and what of it could be confirmed."""

    id: str
    title: str
    publisher: str
    date: str
    address: str
    confirmed: str


class Rule(Shape):
    """One fact, and where it comes from: the id of a document, and the heading of a section in it."""

    id: str
    says: str
    document: str
    section: str


class Condition(Shape):
    """A condition of the routing table, on facts of the pairing."""

    name: str
    says: str
    remedy: str
    test: Test
    rules: Rules


class Route(Shape):
    """A row of the routing table: where a conversation lands, or the rule by which it is impossible.

    One that ``bars`` lets nothing pass between the two across platforms, wherever they are met.
    """

    kind: RouteKind
    refused: str | None
    bars: bool
    when: list[Condition]
    rules: Rules


class Met(Shape):
    """The platform that a user of ``mode`` is met on by somebody who is on ``other_on``."""

    mode: Mode
    other_on: Platform
    scope: Scope
    on: Platform


class Routing(Shape):
    """Where a conversation lands. The originator is on their client's platform; ``met`` says where the recipient is.

    A party's view, which guards look at, is the facts of the participant, ``kind`` and ``refused`` of the first route
    whose conditions all hold (refused is empty if none is), the platform ``on``, the other's mode and platform,
    ``originator_on``, ``same_cloud``, and two more facts. ``barred`` is the rule of the first route that bars and whose
    conditions all hold, or empty. ``lands_here`` is true for the originator; for the recipient, it is true if somebody
    on their platform meets the originator on the originator's. Whoever is met on another platform than their client's
    has the default client of that platform.
    """

    facts: dict[str, list[Value]]
    rows: list[Route]
    met: list[Met]
    clients: dict[Client, Platform]
    default_clients: dict[Platform, Client]


class Holding(Shape):
    """The guards that hold for each party, by name."""

    originator: list[str]
    recipient: list[str]


class Profile(Shape):
    """Pairings for which the same guards hold: one of them, and how many there are."""

    guards: Holding
    pairing: Pairing
    pairings: int


class Place(Shape):
    """Where each lifecycle stands, and whom its state remembers as owner and as opener, where it does."""

    state: dict[str, str]
    owners: dict[str, Party]
    openers: dict[str, Party]


class Sent(Shape):
    """An effect and whom it is for."""

    effect: str
    to: str


class StartTimer(Shape):
    """A timer to start, afresh if it runs."""

    event: str
    seconds: int


class Timers(Shape):
    """Timers to start, and the events of those to cancel."""

    start: list[StartTimer]
    cancel: list[str]


class Outcome(Shape):
    """What an event comes to: the rows that fire, effects in order, timers; or why it is refused.

    ``kind`` is null where the event is accepted, ``rule`` where no rule refuses it.
    """

    accepted: bool
    kind: RefusalKind | None
    rows: list[str]
    effects: list[Sent]
    timers: Timers
    rule: str | None
    message: str


class Table(Shape):
    """The completed automaton of two users: no guards, signals or dispatch are left.

    At place p, symbol s (an event and its actor) comes to ``outcomes[outcome[p][s]]`` and leads to ``to[p][s]``, which
    is p where it is refused. A conversation begins at place 0.
    """

    pairing: Pairing
    guards: Holding
    symbols: list[tuple[str, Party]]
    places: list[Place]
    outcomes: list[Outcome]
    to: list[list[int]]
    outcome: list[list[int]]


class Tables(Shape):
    """What every document has."""

    format: Literal["interop-fsm specification"]
    version: Literal[3]
    fingerprint: str
    parties: list[Party]
    events: list[str]
    lifecycles: list[Lifecycle]
    dispatch: dict[str, list[Dispatch]]
    changes: list[Change]
    facts: dict[str, list[Value]]
    guards: list[Guard]
    effects: list[Effect]
    documents: list[Document]
    rules: list[Rule]


class Specification(Tables):
    """The whole specification. The fingerprint names what it does: it changes with any table, guard, effect or route.

    ``facts`` are those of a party's view, with the values they can have; guards are truth tables over them.
    """

    routing: Routing
    profiles: list[Profile]
    tables: list[Table]


class OwnProfile(Shape):
    """Pairings for which the same guards hold: one of them, as it is declared, and how many there are."""

    guards: Holding
    pairing: Any
    pairings: int


class OwnTable(Shape):
    """The completed automaton of two parties: no guards, signals or dispatch are left.

    At place p, symbol s (an event and its actor) comes to ``outcomes[outcome[p][s]]`` and leads to ``to[p][s]``, which
    is p where it is refused. A conversation begins at place 0.
    """

    pairing: Any
    guards: Holding
    symbols: list[tuple[str, Party]]
    places: list[Place]
    outcomes: list[Outcome]
    to: list[list[int]]
    outcome: list[list[int]]


class OwnSpecification(Tables):
    """A specification of one's own. The fingerprint names what it does: it changes with any table, guard or effect.

    ``facts`` are those of a party's view, with the values they can have; guards are truth tables over them. Its rules
    come from no document.
    """

    name: str
    label: str
    profiles: list[OwnProfile]
    tables: list[OwnTable]
