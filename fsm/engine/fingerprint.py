"""Two short words for a specification: for what it does, and for all that its tables say.

The **behaviour** changes with whatever can make an event come to something else: states and whom they remember, rows,
guards, effects, timers, signals, dispatch, what a change of the pairing sends, and routing. A snapshot needs no more
than that to go on. The **fingerprint** changes with that and with what the tables say besides: every citation, what to
do instead, which states are final. Suites, exports and pickled outcomes, which say all of it, are of one fingerprint.

Neither changes with labels and sentences. Tables go in as data, and a guard as its truth table over the facts it looks
at, so that rewording or reformatting it is no change and redefining it always is.

Of citations, those that decide a refusal are behaviour: ``refused``, the first of a guard, and the first of a row that
is kept to one party. Programs act on the rule of a refusal, and suites and replays compare it; the other citations say
why, and nothing acts on them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

from fsm.engine.explain import NARROW
from fsm.notation import Change, Composition, Emit, Guard, Row, effects_of, guards_of
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import DEFAULT_CLIENT, Mode, Platform, Scope
from fsm.spec.routing import LANDING_FACTS, PLATFORMS_ASIDE, ROUTES, shown_on
from fsm.spec.users import USERS, whose

Facts = Mapping[str, Sequence[object]]


class _Probe:
    """Stands in for a view: answers each fact from ``given``, and notes the first one it has no answer for."""

    def __init__(self, facts: Facts, given: Mapping[str, object], prefix: str) -> None:
        self._facts, self._given, self._prefix = facts, given, prefix

    def __getattr__(self, name: str) -> Any:
        path = self._prefix + name
        if path in self._given:
            return self._given[path]
        if path in self._facts:
            raise _Unanswered(path)
        return _Probe(self._facts, self._given, f"{path}.")


class _Unanswered(Exception):
    """A fact was looked at."""


def truth_table(test: Callable[..., bool], *facts: Facts) -> list[object]:
    """The facts that ``test`` depends on and its value for each combination of them, in an order of its own.

    Args:
        test: a predicate of one or more views.
        facts: for each view, its facts and the values they can have.
    """
    domain = {f"{n}.{name}": values for n, each in enumerate(facts) for name, values in each.items()}
    looked_at: set[str] = set()

    def explore(given: dict[str, object]) -> None:
        try:
            test(*(_Probe(domain, given, f"{n}.") for n in range(len(facts))))
        except _Unanswered as unanswered:
            path = str(unanswered)
            looked_at.add(path)
            for value in domain[path]:
                explore({**given, path: value})

    explore({})
    names = sorted(looked_at)
    table = {
        values: test(*(_Probe(domain, dict(zip(names, values, strict=True)), f"{n}.") for n in range(len(facts))))
        for values in product(*(domain[name] for name in names))
    }
    return reduced(names, table)


def asked(composition: Composition, test: Callable[..., bool], *seen: Sequence[Any]) -> list[object]:
    """The facts that a predicate of a composition depends on, and its value for each combination of them, as in
    ``truth_table``.

    Args:
        composition: whose pairings they are.
        test: the predicate.
        seen: for each view that it takes, which there are. Facts whose values are known are taken from there instead.
    """
    pairings = whose(composition)
    if pairings is USERS:
        return truth_table(test, *(pairings.facts,) * len(seen))
    paths = sorted((f"{n}.{name}", n, name) for n in range(len(seen)) for name in pairings.facts)
    table: dict[tuple[object, ...], bool] = {}
    for views in product(*seen):
        table[tuple(getattr(views[n], name, None) for _, n, name in paths)] = test(*views)
    return reduced([path for path, _, _ in paths], table)


def reduced(names: list[str], table: dict[tuple[object, ...], bool]) -> list[object]:
    """A truth table without the facts that make no difference."""
    for name in list(names):
        at = names.index(name)
        smaller: dict[tuple[object, ...], set[bool]] = {}
        for values, result in table.items():
            smaller.setdefault(values[:at] + values[at + 1 :], set()).add(result)
        if all(len(results) == 1 for results in smaller.values()):
            names.remove(name)
            table = {values: results.pop() for values, results in smaller.items()}
    return [names, sorted([str(value) for value in values] for values, result in table.items() if result)]


def of_guard(composition: Composition, guard: Guard) -> list[object]:
    """A guard as a truth table."""
    return asked(composition, guard.test, whose(composition).all)


def of_change(composition: Composition, change: Change) -> list[object]:
    """Whether a change of the pairing is one, as a truth table of what the originator sees before and after."""
    seen = whose(composition).originators
    return asked(composition, change.when, seen, seen)


def looked_at(composition: Composition) -> tuple[str, ...]:
    """The facts of a view that change rows look at."""
    names: set[str] = set()
    for change in composition.changes:
        paths: Any = of_change(composition, change)[0]
        names |= {path.partition(".")[2] for path in paths}
    return tuple(sorted(names))


def _guards(guards: Sequence[Guard]) -> list[object]:
    return [[guard.name, guard.about] for guard in guards]


def _row(row: Row) -> list[object]:
    does = [
        [item.effect.name, item.to, item.effect.service, _guards(item.effect.only), item.effect.answers]
        if isinstance(item, Emit)
        else list(item)
        for item in row.does
    ]
    keeps = row.cites[0] if row.by in NARROW else ""
    return [row.event, row.by, keeps, row.to, row.owner, row.opener, _guards(row.when), does, row.refused, row.internal]


def describe(composition: Composition) -> list[object]:
    """Everything that a composition does, as data."""
    states, sent = [], composition.dispatch.items()
    for lifecycle in composition.lifecycles.values():
        for each in lifecycle:
            timers = [[timer.event, timer.seconds, _guards(timer.when)] for timer in each.timers]
            flags = [bool(each.owner), bool(each.opener), each.initial, each.routed]
            rows = [_row(row) for row in each.rows]
            states.append([lifecycle.name, each.name, flags, timers, sorted(each.ignores), rows])
    return [
        states,
        {guard.name: [of_guard(composition, guard), guard.cites[0]] for guard in guards_of(composition)},
        {event: [[row.lifecycle, row.while_, row.by, row.refused] for row in rows] for event, rows in sent},
        [[each.event, each.by, of_change(composition, each)] for each in composition.changes],
    ]


def words(composition: Composition) -> list[object]:
    """What the tables of a composition say besides, as data: citations, what to do instead, final states."""
    states = [each for lifecycle in composition.lifecycles.values() for each in lifecycle]
    effects = effects_of(composition)
    return [
        [[each.final, [timer.cites for timer in each.timers]] for each in states],
        [[row.id, row.instead, row.cites] for row in composition.rows.values()],
        {guard.name: guard.cites for guard in guards_of(composition)},
        {name: effects[name].cites for name in sorted(effects)},
        {event: [[row.instead, row.cites] for row in rows] for event, rows in composition.dispatch.items()},
        [each.cites for each in composition.changes],
    ]


def _routing() -> list[object]:
    rows = [
        [row.kind, row.refused, row in PLATFORMS_ASIDE, [truth_table(guard.test, LANDING_FACTS) for guard in row.when]]
        for row in ROUTES
    ]
    met = [shown_on(mode, on, scope) for mode, on, scope in product(Mode, Platform, Scope)]
    return [rows, met, DEFAULT_CLIENT]


@cache
def behaviour(composition: Composition = CONVERSATION) -> str:
    """Sixteen hexadecimal digits that name what ``composition`` does; with that of users, where it routes them."""
    return _named(describe(composition), *([_routing()] if whose(composition) is USERS else []))


@cache
def fingerprint(composition: Composition = CONVERSATION) -> str:
    """Sixteen hexadecimal digits that name all that the tables of ``composition`` say, and with that what it does."""
    cited = [row.cites for row in ROUTES] if whose(composition) is USERS else []
    return _named(behaviour(composition), words(composition), cited)


def _named(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()[:16]
