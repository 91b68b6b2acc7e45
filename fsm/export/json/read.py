"""The specification read back from JSON: the same tables, with guards that look up their truth tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from fsm.engine.fingerprint import fingerprint
from fsm.export.json import older, shape
from fsm.export.json import write as specification
from fsm.notation import (
    Change,
    Composition,
    DeclarationError,
    Dispatch,
    Effect,
    Emit,
    Guard,
    Lifecycle,
    Remedy,
    Role,
    Row,
    Signal,
    State,
    Timer,
    signal,
)
from fsm.notation.echo import echo, plain
from fsm.notation.text import short
from fsm.spec.conversation import CONVERSATION
from fsm.spec.routing import FACTS
from fsm.spec.rules import Rule
from fsm.spec.sources import Document
from fsm.spec.users import USERS

T = TypeVar("T")


class SpecificationError(ValueError):
    """A document that is no specification, or not the one it says it is; the message says where and why."""


def read(text: str | bytes) -> Composition:
    """The composition that a JSON document describes.

    Routing has to be that of this version. Profiles and completed tables follow from the rest and are not looked at.

    Raises:
        SpecificationError: it is damaged, edited, of another version, or contradicts itself.
    """
    return composition(document(text))


def document(text: str | bytes) -> shape.Specification:
    """The document in a text, valid by the schema.

    Raises:
        SpecificationError: it is not JSON, not a specification, or of another version.
    """
    _of_users(_head(text))
    try:
        return msgspec.json.decode(text, type=shape.Specification)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unfit(error) from None


def _head(text: str | bytes) -> dict[str, Any]:
    try:
        head = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unfit(error) from None
    if head.get("format") != "interop-fsm specification":
        raise SpecificationError(f"format: {echo(head.get('format'))} is not accepted; give what fsm export json wrote")
    return head


def _of_users(head: Mapping[str, Any]) -> None:
    """See that a document is of this version and of users.

    Raises:
        SpecificationError: it is not.
    """
    if head.get("version") != shape.VERSION:
        raise SpecificationError(
            f"version: {echo(head.get('version'))} is not accepted; this version of fsm reads {shape.VERSION}"
        )
    if "routing" not in head and "name" in head:
        raise SpecificationError(
            f"name: {echo(head['name'])} is a specification of somebody's own; only that of Teams "
            "and Skype for Business users is read back"
        )


def _unfit(error: BaseException) -> SpecificationError:
    return SpecificationError(f"specification: {short(str(error))}; give what fsm export json wrote")


def composition(found: shape.Specification) -> Composition:
    """The composition in a document, which has the fingerprint that the document says.

    Raises:
        SpecificationError: it contradicts itself, or is not what its fingerprint says.
    """
    for name, ours in (("facts", specification.facts()), ("routing", specification.routing())):
        if getattr(found, name) != ours:
            raise SpecificationError(f"{name}: not those of this version; read it with the version that wrote it")
    made = _made(found)
    if found.fingerprint != fingerprint(made):
        raise SpecificationError(
            f"fingerprint: the document says {echo(found.fingerprint)} and its content has {echo(fingerprint(made))}; "
            "it has been edited, give it as fsm export wrote it"
        )
    again = specification.document(made)
    for name in ("parties", "events", "lifecycles", "dispatch", "changes", "guards", "effects", "documents", "rules"):
        if getattr(found, name) != getattr(again, name):
            raise SpecificationError(f"{name}: not as fsm export writes them; the document has been edited")
    return made


def _made(found: shape.Specification) -> Composition:
    """The composition in a document.

    Raises:
        SpecificationError: it contradicts itself.
    """
    for event, rows in found.dispatch.items():
        if not rows:
            raise SpecificationError(f"dispatch on {echo(event)}: says nothing; it says where the event goes")
    reader = _Reader(found)
    try:
        return Composition(
            *map(reader.lifecycle, found.lifecycles),
            dispatch={event: tuple(map(reader.dispatch, rows)) for event, rows in found.dispatch.items()},
            changes=tuple(map(reader.change, found.changes)),
            rules=reader.rules,
            label=CONVERSATION.label,
            pairings=USERS,
        )
    except DeclarationError as error:
        raise SpecificationError(short(str(error))) from None


def tables(text: str | bytes) -> tuple[Composition, str]:
    """What the document of this or an earlier release does, and the fingerprint that it says.

    For comparing: what is only words may be anything, and nothing shows whether it was edited. Routing has to come to
    the same as in this version, and guards to ask for facts that it knows.

    Raises:
        SpecificationError: it is damaged, of a version that is not read, or contradicts itself.
    """
    head = _head(text)
    try:
        if head.get("version") == older.VERSION:
            head = {**older.raised(head), "version": shape.VERSION}
        _of_users(head)
        found = msgspec.convert(head, shape.Specification)
    except (msgspec.ValidationError, LookupError, TypeError, AttributeError) as error:
        raise _unfit(error) from None
    if _routes(found.routing) != _routes(specification.routing()):
        raise SpecificationError(
            "routing: it comes to something else than in this version; compare it with the version that wrote it"
        )
    return _made(found), found.fingerprint


def _routes(routing: shape.Routing) -> list[object]:
    """What routing does, without words."""
    rows = [[row.kind, row.refused, [each.test for each in row.when]] for row in routing.rows]
    return [rows, routing.met, routing.clients, routing.default_clients]


class _Reader:
    """Makes declarations of what a document says."""

    def __init__(self, found: shape.Specification) -> None:
        documents = {each.id: Document(**msgspec.structs.asdict(each)) for each in found.documents}
        self.rules = {
            each.id: Rule(each.id, each.says, _named(each.id, "source", each.document, documents), each.section)
            for each in found.rules
        }
        self.guards = {each.name: _guard(each) for each in found.guards}
        self.effects = {
            each.name: Effect(
                each.name,
                each.says,
                tuple(each.rules),
                each.service or "",
                self.asked(f"effect {each.name}", each.only),
                tuple(each.answers),
            )
            for each in found.effects
        }

    def asked(self, where: str, guards: Iterable[shape.Asked]) -> tuple[Guard, ...]:
        return tuple(_named(where, "guard", each.guard, self.guards)._replace(about=each.about) for each in guards)

    def lifecycle(self, each: shape.Lifecycle) -> Lifecycle:
        states = (self.state(each.name, one) for one in each.states)
        return Lifecycle(each.name, each.label, *states, rules=self.rules)

    def state(self, lifecycle: str, each: shape.State) -> State:
        here = f"{lifecycle}.{each.name}"
        return State(
            each.name,
            each.label,
            tuple(map(self.row, each.rows)),
            each.owner or "",
            each.group,
            each.initial,
            each.final,
            each.routed,
            tuple(
                Timer(timer.event, timer.seconds, tuple(timer.rules), self.asked(here, timer.when))
                for timer in each.timers
            ),
            tuple(each.ignores),
            each.opener or "",
        )

    def row(self, each: shape.Row) -> Row:
        return Row(
            each.event,
            each.by,
            each.to,
            each.owner,
            self.asked(each.id, each.when),
            tuple(self.does(each.id, item) for item in each.does),
            each.refused or "",
            tuple(each.instead),
            tuple(each.rules),
            each.signal,
            each.opener,
        )

    def does(self, where: str, item: shape.Emitted | shape.Raised) -> Emit | Signal:
        if isinstance(item, shape.Raised):
            return signal(item.signal, item.by)
        effect = _named(where, "effect", item.effect, self.effects)
        if item.to == effect.service:
            return Emit(effect, None)
        if item.to not in list(Role):
            raise SpecificationError(
                f"{where}: effect {effect.name} goes to {echo(item.to)}; use one of {', '.join(Role)}"
            )
        return Emit(effect, Role(item.to))

    def dispatch(self, each: shape.Dispatch) -> Dispatch:
        while_ = {name: tuple(states) for name, states in each.while_.items()}
        return Dispatch(
            each.lifecycle or "", while_, each.by, each.refused or "", tuple(each.instead), tuple(each.rules)
        )

    def change(self, each: shape.Change) -> Change:
        paths = [f"{view}.{fact}" for view in ("old", "new") for fact in FACTS]
        _check(f"change {each.event}", each.when, paths)

        def when(old: Any, new: Any) -> bool:
            return _holds(each.when, {"old": old, "new": new})

        return Change(each.event, each.by, when, tuple(each.rules))


def _guard(each: shape.Guard) -> Guard:
    _check(f"guard {each.name}", each.test, list(FACTS))

    def test(view: Any) -> bool:
        return _holds(each.test, {"": view})

    return Guard(each.name, test, each.says, each.otherwise, tuple(each.rules), Remedy(each.remedy))


def _check(where: str, test: shape.Test, facts: Sequence[str]) -> None:
    for name in test.facts:
        if name not in facts:
            raise SpecificationError(f"{plain(where)}: {echo(name)} is not a fact; facts are {', '.join(facts)}")


def _holds(test: shape.Test, views: Mapping[str, Any]) -> bool:
    paths = (name.rpartition(".") for name in test.facts)
    return [getattr(views[which], fact) for which, _, fact in paths] in test.holds


def _named(where: str, what: str, name: str, among: Mapping[str, T]) -> T:
    if name not in among:
        raise SpecificationError(
            f"{plain(where)}: {what} {echo(name)} is not in the document; it has {short(', '.join(among))}"
        )
    return among[name]
