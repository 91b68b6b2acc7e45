"""A specification of one's own: lifecycles, rules and the parties they are between, as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, ClassVar

from fsm.engine.conversation import Conversation
from fsm.engine.program import Programs
from fsm.notation import Composition, DeclarationError, Dispatch, Lifecycle, Pairings, effects_of, guards_of
from fsm.notation.composition import Change, Fact
from fsm.notation.pairings import Views

if TYPE_CHECKING:
    from fsm.engine.conversation import AnyConversation
    from fsm.engine.reach import Comes
    from fsm.notation import Claim

TAKEN = {"change": "an event", "dispatch": "a lifecycle", "next": "a lifecycle"}
"""Names that mean something already, and what they cannot be a name of."""


class Says:
    """A rule in one sentence."""

    __slots__ = ("says",)

    def __init__(self, says: str) -> None:
        self.says = says


class Specification(Composition):
    """A specification of one's own, complete in itself.

    Declare lifecycles with ``fsm.notation``, and wire them::

        class Visitor(NamedTuple):
            has_key: bool

        class Visit(NamedTuple):
            originator: Visitor
            recipient: Visitor

        HOUSE = fsm.Specification(
            "house", "A house with one door", DOOR, BOLT,
            rules={"H-1": "Whoever has the key turns it."},
            pairings=[Visit(Visitor(a), Visitor(b)) for a in (True, False) for b in (True, False)],
        )

    It is a composition, and whatever takes one takes it, or one of its lifecycles:

    - run: ``HOUSE.conversation(pairing)`` is a ``Conversation``; ``HOUSE.restore`` makes one of a snapshot
    - draw: ``fsm.draw.lifecycle(DOOR)``, ``fsm.draw.conversation(HOUSE)``, ``fsm.draw.for_pairing(DOOR, pairing)``
    - check: ``fsm.verify.check(HOUSE)``, what is claimed of every composition and ``claims``
    - export: ``fsm.export.export("scxml", HOUSE)``, in every format
    - test others: ``fsm.testing.generate("rows", composition=HOUSE)``
    - host: ``fsm.hosts.transitions.Talk``, in a subclass with ``composition = HOUSE``

    Routing, presence, editions, tenants, replays and bulk arrays are of Teams and Skype for Business users alone.

    Args:
        name: what it is called in other tools.
        label: its title.
        lifecycles: the machines.
        rules: ids of rules and what each says, as a sentence or as what has one in ``says``; all that is cited.
        pairings: every pairing that there can be, the plainest first, as ``Pairings`` takes them; every one is proven.
        views: a pairing as the originator and as the recipient see it, which is what guards look at; default: its
            ``originator`` and ``recipient``.
        dispatch: where each event goes that more than one lifecycle knows, as ``Composition`` takes it.
        changes: what a change of the pairing sends, in order.
        claims: what is claimed of it, made by ``fsm.notation.at_every_step`` and the like.

    Raises:
        DeclarationError: it contradicts itself, a name does not fit, or a guard cannot be asked of some pairing.
    """

    __slots__ = ("__dict__",)
    explore: ClassVar[Callable[[Specification], Comes]]
    """Works out who can be where; ``import fsm`` says that ``fsm.space`` does."""

    def __init__(
        self,
        name: str,
        label: str,
        *lifecycles: Lifecycle,
        rules: Mapping[str, str | Fact],
        pairings: Iterable[Any],
        views: Views | None = None,
        dispatch: Mapping[str, tuple[Dispatch, ...]] | None = None,
        changes: tuple[Change, ...] = (),
        claims: Iterable[Claim] = (),
    ) -> None:
        super().__init__(
            *lifecycles,
            dispatch=dispatch or {},
            changes=changes,
            rules={rule: Says(each) if isinstance(each, str) else each for rule, each in rules.items()},
            name=name,
            label=label,
            pairings=Pairings(pairings, views),
            claims=tuple(claims),
        )
        self._check_names()
        self._check_guards()

    @cached_property
    def programs(self) -> Programs:
        """Its programs, one for each profile in use."""
        return Programs(self)

    @cached_property
    def comes(self) -> Comes:
        """Whether a pairing can come to a place; all places are worked out when one is first asked about."""
        return Specification.explore(self)

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that name all that its tables say."""
        from fsm.engine.fingerprint import fingerprint

        return fingerprint(self)

    @property
    def behaviour(self) -> str:
        """Sixteen hexadecimal digits that name what it does, whatever it says of it."""
        from fsm.engine.fingerprint import behaviour

        return behaviour(self)

    def conversation(self, pairing: Any) -> AnyConversation:
        """A conversation by it.

        Raises:
            ValueError: the pairing is none of those declared.
        """
        return Conversation(pairing, self)

    def restore(self, snapshot: Mapping[str, Any], *, key: bytes | None = None) -> AnyConversation:
        """The conversation by it that ``snapshot`` was taken of, signed with ``key`` if there is one.

        Raises:
            SnapshotError: it is damaged, or another specification made it, or its pairing never comes to its places, or
                it is not signed with the key; the message says which.
        """
        return Conversation.restore(snapshot, self, key=key)

    def _check_names(self) -> None:
        guards = (guard.name for guard in guards_of(self))
        states = (state for each in self.lifecycles.values() for state in each.states)
        signals = (signal for each in self.lifecycles.values() for signal in each.signals)
        for each in (self.name, *self.lifecycles, *states, *self.events, *signals, *guards, *effects_of(self)):
            if not (each.isascii() and each.isidentifier()) or iskeyword(each):
                raise DeclarationError(
                    f"{self.name}: {each!r} is no name that every tool takes; use letters, digits, _"
                )
        for each, what in TAKEN.items():
            if each in (self.events if what == "an event" else self.lifecycles):
                raise DeclarationError(f"{self.name}: {each!r} means something already; give {what} another name")
        for each in (self.name, *self.events):
            if each in self.lifecycles:
                raise DeclarationError(f"{self.name}: {each!r} is a lifecycle too; give one of the two another name")

    def _check_guards(self) -> None:
        assert self.pairings is not None
        asked: list[tuple[str, Callable[..., bool], tuple[Any, ...]]] = [
            (f"guard {guard.name}", guard.test, (view,)) for guard in guards_of(self) for view in self.pairings.all
        ]
        first = self.pairings.originators[:1]
        for where, test, seen in (*asked, *((f"change {each.event}", each.when, first * 2) for each in self.changes)):
            try:
                test(*seen)
            except Exception as error:
                raise DeclarationError(f"{self.name}, {where}: {error} when asked of {seen[0]}") from error
