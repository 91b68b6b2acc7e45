"""Between whom a composition is: every pairing there is, and each as its two parties see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from fsm.notation.echo import echo
from fsm.notation.words import PARTIES, DeclarationError

Views = Callable[[Any], tuple[Any, Any]]


class Pairings:
    """Every pairing there is, and what guards look at of each.

    Args:
        every: the pairings, the plainest first: frozen dataclasses, NamedTuples or frozen msgspec.Structs of one class.
        views: a pairing as the originator sees it and as the recipient does, each of such a class too, whose fields are
            the facts; default: what its fields ``originator`` and ``recipient`` hold. What no view has decides nothing,
            such as a name.

    Raises:
        DeclarationError: there is none, they are of several classes, a view does not say which facts it has, or two
            values of a fact are written alike.
    """

    def __init__(self, every: Iterable[Any], views: Views | None = None) -> None:
        self.views: Views = views or attrgetter(*PARTIES)
        self.every: tuple[Any, ...] = tuple(every)
        """All of them; none where they are too many to list, as those of Teams and Skype for Business users are."""
        kinds = {type(each) for each in self.every}
        if len(kinds) != 1:
            names = ", ".join(sorted(kind.__name__ for kind in kinds)) or "none"
            raise DeclarationError(f"pairings: {names} is not accepted; give at least one, all of one class")
        (self.kind,) = kinds
        seen = {self.views(each): None for each in self.every}
        for view in (*self.every, *(view for both in seen for view in both)):
            if not fields_of(view):
                raise DeclarationError(
                    f"pairings: {view!r} does not say which facts it has; "
                    "use a NamedTuple, a frozen dataclass or a frozen msgspec.Struct"
                )
        self.seen: Mapping[tuple[Any, Any], tuple[Any, Any]] = {both: both for both in seen}
        """The two views of each pairing, by whatever equals them."""
        self.originators: tuple[Any, ...] = tuple(dict.fromkeys(mine for mine, _ in seen))
        """What originators see."""
        self.all: tuple[Any, ...] = tuple(dict.fromkeys(view for both in seen for view in both))
        """What either sees."""
        self.facts = self._facts()
        """Every fact of a view, and the values that it has."""

    def _facts(self) -> Mapping[str, tuple[Any, ...]]:
        found: dict[str, dict[Any, None]] = {}
        for view in self.all:
            for name in fields_of(view):
                found.setdefault(name, {})[getattr(view, name)] = None
        for name, values in found.items():
            if len({str(each) for each in values}) < len(values):
                raise DeclarationError(f"pairings: {name} has two values that are written alike: {list(values)}")
        return {name: tuple(values) for name, values in found.items()}

    def admit(self, pairing: Any) -> None:
        """See that a pairing is one of them, as far as guards can tell: true where one has true, and not 1.

        Raises:
            ValueError: it is not; the message says what is accepted.
        """
        if type(pairing) is not self.kind:
            raise ValueError(f"pairing: {echo(pairing)} is not accepted; give a {self.kind.__name__}")
        views = self.views(pairing)
        try:
            declared = self.seen.get(views)
        except TypeError:  # a fact that cannot be looked up is none of those declared
            declared = None
        if declared is None or not same(views, declared):
            raise ValueError(f"pairing: {echo(pairing)} is none of those declared; use one that has the facts of one")

    def names(self, pairing: Any) -> tuple[str, str]:
        """What each of the two is called."""
        mine, theirs = self.views(pairing)
        return self.told(mine), self.told(theirs)

    def kinds(self, pairing: Any) -> tuple[str, str]:
        """What kind of party each of the two is."""
        return self.names(pairing)

    def between(self, pairing: Any, spelled: Callable[[str], str] = str) -> str:
        """The two, each with its kind where that is another word; ``spelled`` makes a name fit to be written."""
        both = zip(self.names(pairing), self.kinds(pairing), strict=True)
        return " and ".join(f"{spelled(name)} ({kind})" if name != kind else spelled(name) for name, kind in both)

    def told(self, view: Any) -> str:
        """What a party is, in words."""
        values = {name: getattr(view, name) for name in fields_of(view)}
        words = {True: "{}", False: "not {}"}
        return ", ".join(
            words[value].format(name) if isinstance(value, bool) else f"{name} {value}"
            for name, value in values.items()
        )

    def facts_of(self, pairing: Any) -> dict[str, str | bool]:
        """Every fact of a pairing by its path, such as originator.has_key."""
        return {
            f"{party}.{name}": plain(getattr(view, name))
            for party, view in zip(PARTIES, self.views(pairing), strict=True)
            for name in fields_of(view)
        }

    def describe(self, pairing: Any) -> str:
        """A pairing in one line."""
        return " to ".join(self.names(pairing))

    def difference(self, old: Any, new: Any) -> str:
        """What a change of the pairing changes."""
        before, after = self.facts_of(old), self.facts_of(new)
        paths = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return ", ".join(f"{name} {before.get(name)} to {after.get(name)}" for name in paths)


def same(given: Any, declared: Any) -> bool:
    """Whether two values that are equal are of the same classes throughout."""
    if type(given) is not type(declared):
        return False
    parts = fields_of(declared)
    if parts:
        return all(same(getattr(given, name), getattr(declared, name)) for name in parts)
    return not isinstance(declared, tuple) or all(map(same, given, declared))


def fields_of(value: Any) -> tuple[str, ...]:
    """The names of the facts that a value holds, if its class declares them."""
    for declared in ("_fields", "__struct_fields__", "__dataclass_fields__"):
        if hasattr(value, declared):
            return tuple(getattr(value, declared))
    return ()


def plain(value: Any) -> str | bool:
    """A fact as data."""
    return value if isinstance(value, bool) else str(value)
