"""What a lifecycle is. Knows no domain.

Two parties and the services around them fire **events** at a set of **lifecycles**. A lifecycle is a finite state
machine written as a table: each state lists **rows**, and for an event the first row whose ``by`` and guards hold
decides. A row is a transition, or a declared refusal.

A state may be **owned**: it then remembers one party, such as the caller of a ringing call. Rows speak of parties by
role: ACTOR and OTHER relative to the event, OWNER and PEER relative to the state.

Transitions ask for **effects**, addressed to a party or a service, and send **signals** to sibling lifecycles.
``to=None`` stays in the state; naming the state one is in re-enters it, which starts its timers afresh. A timer that
the next state runs as well goes on.

A **composition** wires lifecycles into one machine: dispatch rows say which lifecycle an event goes to, or refuse it.

Everything is checked when it is declared; a mistake raises DeclarationError naming lifecycle, state, event and row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple, Protocol


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
    BOTH = "both"


ORIGINATOR, RECIPIENT, SERVICE = Role.ORIGINATOR, Role.RECIPIENT, Role.SERVICE
ACTOR, OTHER, OWNER, PEER, BOTH = Role.ACTOR, Role.OTHER, Role.OWNER, Role.PEER, Role.BOTH

FIRES: Mapping[Role, frozenset[Role]] = {
    BOTH: frozenset({BOTH, ORIGINATOR, RECIPIENT, OWNER, PEER}),
    **{role: frozenset({role}) for role in (ORIGINATOR, RECIPIENT, OWNER, PEER, SERVICE)},
}
"""Who may fire a row, and which other choices each one covers."""


class At(NamedTuple):
    """Where one lifecycle stands: a state and, where the state is owned, its owner."""

    state: str
    owner: Party | None = None

    def __str__(self) -> str:
        return f"{self.state}({self.owner})" if self.owner else self.state


def parties(role: Role, actor: Party, owner: Party | None) -> tuple[Party, ...]:
    """The parties that ``role`` stands for when ``actor`` fires in a state owned by ``owner``.

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
        case Role.OWNER | Role.PEER:
            if owner is None:
                raise DeclarationError(f"{role}: the state has no owner")
            return (owner if role is OWNER else owner.other,)
        case _:
            return (Party(role.value),)


class Guard(NamedTuple):
    """A named predicate on a party's view of the pairing. Its name is what it is: one name, one predicate.

    Args:
        name: what it is called in tables, pictures and exports.
        test: the predicate; takes the view of the party it is about.
        says: what is so when it holds, to follow the party's name.
        otherwise: what is so when it does not.
        cites: the rules it enforces, separated by spaces.
        remedy: what would make it hold, for a refusal to say.
        about: whose view is tested; None where both have the same.
    """

    name: str
    test: Callable[[Any], bool]
    says: str
    otherwise: str
    cites: str
    remedy: str = ""
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

    def __invert__(self) -> Guard:
        test = self.test
        return self._replace(
            name=f"not_{self.name}", test=lambda view: not test(view), says=self.otherwise, otherwise=self.says
        )

    def __str__(self) -> str:
        return self.name if self.about in (None, ACTOR) else f"{self.about} {self.name}"


class Effect(NamedTuple):
    """Something a transition asks the outside to do. Carries no payload.

    Args:
        name: what the host switches on.
        says: what happens, to follow the addressee's name.
        cites: the rules it keeps, separated by spaces.
        service: the service it is always addressed to, if any.
        only: guards on the addressee; a party for whom one fails is left out.
    """

    name: str
    says: str
    cites: str
    service: str = ""
    only: tuple[Guard, ...] = ()

    def __call__(self, role: Role) -> Emit:
        """This effect, addressed to the parties that ``role`` stands for."""
        return Emit(self, role)


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
    cites: str
    when: tuple[Guard, ...] = ()


class Row(NamedTuple):
    """One row of a table: a transition, or a declared refusal where ``refused`` names a rule."""

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
    id: str = ""

    def open_to(self, actor: Party, owner: Party | None) -> bool:
        """Whether ``actor`` may fire it in a state owned by ``owner``, guards aside."""
        covered = FIRES[self.by]
        if owner is not None and actor is not Party.SERVICE and (OWNER if actor is owner else PEER) in covered:
            return True
        return Role(actor.value) in covered

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
        when: guards, all of which must hold.
        effects: effects and signals, in order.
        refused: the rule that refuses the event; the row is then a refusal.
        instead: events that lead on where the row refuses or its guards fail, separated by spaces.
        cites: the rules the row keeps, separated by spaces.
        internal: the event is a signal from a sibling or a change of the pairing, not for users to fire.
    """
    does = tuple(Emit(item, None) if isinstance(item, Effect) else item for item in effects)
    rules = tuple(dict.fromkeys(((refused,) if refused else ()) + tuple(cites.split())))
    return Row(event, by, to, owner, tuple(when), does, refused, tuple(instead.split()), rules, internal)


def on_signal(
    event: str,
    *,
    by: Role = BOTH,
    to: str | None = None,
    owner: Role | None = None,
    when: tuple[Guard, ...] | list[Guard] = (),
    effects: tuple[Effect | Emit | Signal, ...] | list[Effect | Emit | Signal] = (),
    cites: str = "",
) -> Row:
    """A row for a signal from a sibling lifecycle, or for a change of the pairing. A signal is never refused."""
    return on(event, by=by, to=to, owner=owner, when=when, effects=effects, cites=cites, internal=True)


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

    def rows_for(self, event: str) -> tuple[Row, ...]:
        """The rows for ``event``, in the order they are tried."""
        return tuple(row for row in self.rows if row.event == event)

    @property
    def places(self) -> tuple[At, ...]:
        """Where a lifecycle can stand in this state: once, or once for each owner."""
        return tuple(At(self.name, party) for party in PARTIES) if self.owner else (At(self.name),)


def state(
    name: str,
    label: str,
    *rows: Row,
    owner: str = "",
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
        owner: what the party it remembers is called (caller, initiator); empty for a state that remembers nobody.
        group: the phase it is drawn in.
        initial: the lifecycle starts here.
        final: the lifecycle may rest here.
        routed: the two are shown to each other as routed, for as long as a lifecycle is in such a state.
        timers: started on entry, cancelled on leaving.
        ignores: signals that mean nothing here, separated by spaces.
    """
    return State(name, label, rows, owner, group, initial, final, routed, tuple(timers), tuple(ignores.split()))


class Lifecycle:
    """A finite state machine declared as a table of states.

    Args:
        name: its name.
        label: its title.
        states: its states.
        rules: the catalogue that citations must be in.

    Raises:
        DeclarationError: an unknown target or rule, a row that can never be reached, a state nothing leads to, an
            owner where there is none, a timer that nothing waits for, a citation missing.
    """

    __slots__ = ("events", "initial", "label", "name", "rows", "signals", "states")

    def __init__(self, name: str, label: str, *states: State, rules: Mapping[str, object]) -> None:
        self.name = name
        self.label = label
        self.states: dict[str, State] = {}
        for each in states:
            if each.name in self.states:
                raise DeclarationError(f"{name}.{each.name}: declared twice")
            self.states[each.name] = self._identified(each)
        self.rows = {row.id: row for each in self.states.values() for row in each.rows}
        self.events = tuple(dict.fromkeys(row.event for row in self.rows.values() if not row.internal))
        ignored = [event for each in self.states.values() for event in each.ignores]
        heard = [row.event for row in self.rows.values() if row.internal]
        self.signals = tuple(dict.fromkeys(heard + ignored))
        starts = [each.name for each in self.states.values() if each.initial]
        if len(starts) != 1:
            raise DeclarationError(f"{name}: {len(starts)} initial states {starts}; declare exactly one")
        self.initial = At(starts[0])
        self._check(rules)

    def __repr__(self) -> str:
        return f"<Lifecycle {self.name}: {len(self.states)} states, {len(self.rows)} rows>"

    def __iter__(self) -> Iterator[State]:
        return iter(self.states.values())

    def _repr_svg_(self) -> str:
        from fsm.draw.notebook import svg_of

        return svg_of(self)

    @property
    def places(self) -> tuple[At, ...]:
        """Every place the lifecycle can stand in."""
        return tuple(place for each in self for place in each.places)

    def after(self, row: Row, here: At, actor: Party) -> At:
        """Where the lifecycle stands once ``actor`` has fired ``row`` at ``here``."""
        if row.to is None:
            return here
        if not self.states[row.to].owner:
            return At(row.to)
        return At(row.to, parties(row.owner, actor, here.owner)[0] if row.owner else here.owner or actor)

    def _identified(self, declared: State) -> State:
        seen: dict[str, int] = {}
        rows = []
        for row in declared.rows:
            seen[row.event] = n = seen.get(row.event, 0) + 1
            rows.append(row._replace(id=f"{self.name}.{declared.name}.{row.event}.{n}"))
        return declared._replace(rows=tuple(rows))

    def _check(self, rules: Mapping[str, object]) -> None:
        for each in self:
            here = f"{self.name}.{each.name}"
            if each.initial and each.owner:
                raise DeclarationError(f"{here}: an initial state has no owner")
            for row in each.rows:
                self._check_row(each, row, rules)
            for timer in each.timers:
                _known(f"{here}, timer {timer.event}", timer.cites.split(), rules)
                if not any(row.by is SERVICE for row in each.rows_for(timer.event)):
                    raise DeclarationError(f"{here}, timer {timer.event}: the state has no row for it by the service")
                for guard in timer.when:
                    if guard.about not in (None, ORIGINATOR, RECIPIENT):
                        raise DeclarationError(f"{here}, timer {timer.event}: guard {guard} depends on who acts")
            for event in each.ignores:
                if each.rows_for(event):
                    raise DeclarationError(f"{here}: ignores {event!r} and has a row for it")
        targets = {row.to for row in self.rows.values() if row.to}
        for each in self:
            if not each.initial and each.name not in targets:
                raise DeclarationError(f"{self.name}.{each.name}: no row leads to this state")

    def _check_row(self, here: State, row: Row, rules: Mapping[str, object]) -> None:
        where = f"{self.name}.{here.name}, row {row.id.rpartition('.')[2]} on {row.event!r}"
        if row.by not in FIRES:
            raise DeclarationError(f"{where}: by={row.by} is not accepted; use one of {', '.join(FIRES)}")
        if row.to is not None and row.to not in self.states:
            raise DeclarationError(f"{where}: target {row.to!r} is not a state; states are {', '.join(self.states)}")
        if row.refused and (row.to or row.does):
            raise DeclarationError(f"{where}: a refusal changes nothing; take away its target and effects")
        if not row.cites:
            raise DeclarationError(f"{where}: cites no rule")
        _known(where, row.cites, rules)
        for guard in row.when:
            _known(f"{where}, guard {guard}", guard.cites.split(), rules)
        for emit in row.effects:
            _known(f"{where}, effect {emit.effect.name}", emit.effect.cites.split(), rules)
            if (emit.to is None) != bool(emit.effect.service):
                raise DeclarationError(f"{where}: effect {emit.effect.name} needs exactly one addressee")
            for guard in emit.effect.only:
                _known(f"{where}, effect {emit.effect.name}, guard {guard}", guard.cites.split(), rules)
        roles = {guard.about for guard in row.when} | {item.by for item in row.signals}
        roles |= {row.owner, row.by, *(emit.to for emit in row.effects)}
        if not here.owner and roles & {OWNER, PEER}:
            raise DeclarationError(f"{where}: speaks of an owner, and {here.name} has none")
        if row.by is SERVICE and roles & {ACTOR, OTHER}:
            raise DeclarationError(f"{where}: speaks of the acting party, and the service acts")
        if row.to is not None:
            target = self.states[row.to]
            if row.owner and not target.owner:
                raise DeclarationError(f"{where}: names an owner for {row.to}, which has none")
            if target.owner and not here.owner and row.by is SERVICE and not row.owner:
                raise DeclarationError(f"{where}: {row.to} needs an owner, and the service cannot be it")
        tried = here.rows_for(row.event)
        for earlier in tried[: tried.index(row)]:
            if row.by in FIRES[earlier.by] and set(earlier.when) <= set(row.when):
                raise DeclarationError(
                    f"{where}: never reached, row {earlier.id.rpartition('.')[2]} always comes first"
                )


def _known(where: str, cited: tuple[str, ...] | list[str], rules: Mapping[str, object]) -> None:
    for rule in cited:
        if rule not in rules:
            raise DeclarationError(f"{where}: rule {rule!r} is not in the catalogue")


class Dispatch(NamedTuple):
    """One row of the dispatch table: where an event goes, or the rule that refuses it, while siblings stand so."""

    lifecycle: str
    while_: Mapping[str, tuple[str, ...]]
    by: Role
    refused: str
    instead: tuple[str, ...]
    cites: tuple[str, ...]
    id: str = ""

    def applies(self, standing: Mapping[str, At], by: Party) -> bool:
        """Whether this row decides for an event by ``by`` while the lifecycles stand as given."""
        return self.by in (BOTH, by.value) and all(standing[name].state in names for name, names in self.while_.items())


def to(lifecycle: str, cites: str = "", **while_: str) -> Dispatch:
    """The event goes to ``lifecycle`` while each named sibling is in one of the states given."""
    return Dispatch(lifecycle, _states(while_), BOTH, "", (), tuple(cites.split()))


def refuse(rule: str, instead: str = "", by: Role = BOTH, **while_: str) -> Dispatch:
    """The event is refused by ``rule`` while each named sibling is in one of the states given."""
    return Dispatch("", _states(while_), by, rule, tuple(instead.split()), (rule,))


def _states(while_: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(states.split()) for name, states in while_.items()}


class Change(NamedTuple):
    """A signal that a change of the pairing sends to every lifecycle that hears it.

    ``when`` takes the originator's view before and after.
    """

    event: str
    by: Party
    when: Callable[[Any, Any], bool]
    cites: str


class Fact(Protocol):
    """What a catalogue holds of a rule."""

    @property
    def says(self) -> str:
        """The rule in one sentence."""
        ...


class Composition:
    """Lifecycles wired into one machine.

    Args:
        lifecycles: the machines.
        dispatch: event names, separated by spaces, to the rows that say where they go, tried from the top. An event
            that only one lifecycle knows goes there and needs no row.
        changes: what a change of the pairing sends, in order.
        rules: the catalogue that citations must be in.

    Raises:
        DeclarationError: an event goes nowhere or to a lifecycle that does not know it, a signal that nobody hears or
            sends, a way out that is no event, an unknown state or rule.
    """

    __slots__ = ("changes", "dispatch", "events", "lifecycles", "rows", "rules")

    def __init__(
        self,
        *lifecycles: Lifecycle,
        dispatch: Mapping[str, tuple[Dispatch, ...]],
        changes: tuple[Change, ...],
        rules: Mapping[str, Fact],
    ) -> None:
        self.lifecycles = {each.name: each for each in lifecycles}
        self.rows = {row.id: row for each in lifecycles for row in each.rows.values()}
        self.changes = changes
        self.rules = rules
        self.events = tuple(dict.fromkeys(event for each in lifecycles for event in each.events))
        self.dispatch: dict[str, tuple[Dispatch, ...]] = {}
        for names, rows in dispatch.items():
            for event in names.split():
                self.dispatch[event] = tuple(row._replace(id=f"{event}.{n}") for n, row in enumerate(rows, 1))
        for event in self.events:
            if event not in self.dispatch:
                knowing = [each.name for each in lifecycles if event in each.events]
                if len(knowing) > 1:
                    raise DeclarationError(f"dispatch: {event!r} is known to {', '.join(knowing)}; say where it goes")
                self.dispatch[event] = (to(knowing[0])._replace(id=f"{event}.1"),)
        self._check_dispatch(rules)
        self._check_signals(rules)

    def _check_dispatch(self, rules: Mapping[str, object]) -> None:
        for event, rows in self.dispatch.items():
            for row in rows:
                where = f"dispatch, row {row.id.rpartition('.')[2]} on {event!r}"
                if event not in self.events:
                    raise DeclarationError(f"{where}: no lifecycle knows this event")
                _known(where, row.cites, rules)
                if not row.refused and event not in self._named(where, row.lifecycle).events:
                    raise DeclarationError(f"{where}: {row.lifecycle} has no row for it")
                for name, states in row.while_.items():
                    for each in states:
                        if each not in self._named(where, name).states:
                            raise DeclarationError(f"{where}: {each!r} is not a state of {name}")
                self._check_instead(where, row.instead)
            if rows[-1].refused or rows[-1].while_:
                raise DeclarationError(f"dispatch on {event!r}: the last row must say where it goes otherwise")
        for declared in self.rows.values():
            self._check_instead(declared.id, declared.instead)

    def _named(self, where: str, name: str) -> Lifecycle:
        if name not in self.lifecycles:
            raise DeclarationError(f"{where}: {name!r} is not a lifecycle; use one of {', '.join(self.lifecycles)}")
        return self.lifecycles[name]

    def _check_instead(self, where: str, instead: tuple[str, ...]) -> None:
        for event in instead:
            if event not in self.events:
                raise DeclarationError(f"{where}: way out {event!r} is not an event")

    def _check_signals(self, rules: Mapping[str, object]) -> None:
        sent = {(item.lifecycle, item.event) for row in self.rows.values() for item in row.signals}
        for change in self.changes:
            _known(f"change {change.event}", change.cites.split(), rules)
            hearing = {(each.name, change.event) for each in self.lifecycles.values() if change.event in each.signals}
            if not hearing:
                raise DeclarationError(f"change {change.event}: no lifecycle hears it")
            sent |= hearing
        heard = {(each.name, event) for each in self.lifecycles.values() for event in each.signals}
        for lifecycle, event in sorted(sent - heard):
            raise DeclarationError(f"signal {lifecycle}.{event}: nobody hears it")
        for lifecycle, event in sorted(heard - sent):
            raise DeclarationError(f"signal {lifecycle}.{event}: nobody sends it")
