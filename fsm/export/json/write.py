"""The whole specification as JSON, for programs that are not written in Python."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any, cast

import msgspec

from fsm.engine.fingerprint import fingerprint, of_change, of_guard, truth_table
from fsm.engine.profile import Profile
from fsm.export import What
from fsm.export.json import shape
from fsm.notation import At, Composition, Emit, Guard, Lifecycle, Party, Row, State, effects_of, guards_of
from fsm.notation.pairings import plain
from fsm.notation.text import quoted
from fsm.space.cases import Case
from fsm.space.profiles import Profiles
from fsm.space.table import Completed
from fsm.spec.conversation import CONVERSATION
from fsm.spec.parties import DEFAULT_CLIENT, Client, Mode, Pairing, Platform, Scope
from fsm.spec.routing import FACTS, LANDING_FACTS, PLATFORMS_ASIDE, ROUTES, shown_on
from fsm.spec.rules import Rule
from fsm.spec.users import USERS, whose

WIDTH = 120
Facts = Mapping[str, Sequence[Any]]


def text(what: What, pairing: Pairing | None = None) -> str:
    """The specification as a JSON document, with every profile there is.

    Args:
        what: the conversation.
        pairing: adds the completed table of these two.
    """
    assert isinstance(what, Composition)
    pairings = [pairing] if pairing else []
    return written(document(what, pairings, everyone()) if whose(what) is USERS else own(what, pairings))


@cache
def everyone(composition: Composition = CONVERSATION) -> tuple[tuple[Pairing, int], ...]:
    """A pairing for each way two people can be told apart, and how many there are like it."""
    found = Profiles(composition)
    return tuple((pairing, found.counts[key]) for key, pairing in zip(found.keys, found.pairing, strict=True))


def written(found: shape.Tables) -> str:
    """A document as JSON that people can read too: what fits in a line, and lists of numbers, are not broken up."""
    return "".join(_lines(msgspec.to_builtins(found), "")) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    flat = quoted(value)
    numbers = isinstance(value, list) and all(isinstance(each, int) for each in value)
    if not isinstance(value, dict | list) or numbers or len(indent) + len(flat) <= WIDTH:
        yield flat
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    yield "{" if isinstance(value, dict) else "["
    for n, (key, each) in enumerate(pairs):
        yield f"{',' if n else ''}\n{indent} " + (f"{json.dumps(key)}: " if isinstance(value, dict) else "")
        yield from _lines(each, f"{indent} ")
    yield f"\n{indent}{'}' if isinstance(value, dict) else ']'}"


def schema(what: What | None = None, pairing: Pairing | None = None) -> str:
    """The JSON Schema that every document is valid by, whatever is in it; one of somebody's own, by that for those."""
    users = not isinstance(what, Composition) or whose(what) is USERS
    two = "Teams and Skype for Business users"
    described: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:interop-fsm:{'' if users else 'own-'}specification:{shape.VERSION}",
        "title": f"Specification of one-to-one conversations between {two}" if users else "Specification of one's own",
        **msgspec.json.schema(shape.Specification if users else shape.OwnSpecification),
    }
    for each in described["$defs"].values():
        each["description"] = " ".join(each["description"].split())
    return json.dumps(described, indent=1) + "\n"


def document(
    composition: Composition, pairings: Iterable[Pairing] = (), profiles: Iterable[tuple[Pairing, int]] = ()
) -> shape.Specification:
    """The specification as data.

    Args:
        composition: the tables.
        pairings: whose completed tables are wanted.
        profiles: pairings and how many there are like each.
    """
    rules = cast(Mapping[str, Rule], composition.rules).values()
    return shape.Specification(
        **_tables(composition),
        documents=[shape.Document(**each._asdict()) for each in dict.fromkeys(rule.document for rule in rules)],
        rules=[
            shape.Rule(id=each.id, says=each.says, document=each.document.id, section=each.section) for each in rules
        ],
        routing=routing(),
        profiles=[
            shape.Profile(guards=guards, pairing=pairing, pairings=many)
            for guards, pairing, many in _profiles(composition, profiles)
        ],
        tables=[table(composition, pairing) for pairing in pairings],
    )


def own(composition: Composition, pairings: Iterable[Any] = ()) -> shape.OwnSpecification:
    """A specification of one's own as data, with every profile there is.

    Args:
        composition: the tables.
        pairings: whose completed tables are wanted.
    """
    return shape.OwnSpecification(
        **_tables(composition),
        documents=[],
        rules=[shape.Rule(id=id, says=each.says, document="", section="") for id, each in composition.rules.items()],
        name=composition.name,
        label=composition.label,
        profiles=[
            shape.OwnProfile(guards=guards, pairing=pairing, pairings=many)
            for guards, pairing, many in _profiles(composition, everyone(composition))
        ],
        tables=[shape.OwnTable(**_table(composition, pairing)) for pairing in pairings],
    )


def _tables(composition: Composition) -> dict[str, Any]:
    """What every document has, rules aside."""
    emitted = effects_of(composition)
    return dict(
        format="interop-fsm specification",
        version=shape.VERSION,
        fingerprint=fingerprint(composition),
        parties=list(Party),
        events=list(composition.events),
        lifecycles=[lifecycle(each) for each in composition.lifecycles.values()],
        dispatch={
            event: [
                shape.Dispatch(
                    id=row.id,
                    lifecycle=row.lifecycle or None,
                    while_={name: list(states) for name, states in row.while_.items()},
                    by=row.by,
                    refused=row.refused or None,
                    instead=list(row.instead),
                    rules=list(row.cites),
                )
                for row in rows
            ]
            for event, rows in composition.dispatch.items()
        },
        changes=[
            shape.Change(
                event=each.event,
                by=each.by,
                when=_test(composition, of_change(composition, each), ("old", "new")),
                rules=list(each.cites),
            )
            for each in composition.changes
        ],
        facts={name: [plain(each) for each in values] for name, values in whose(composition).facts.items()},
        guards=[
            shape.Guard(
                name=each.name,
                says=each.says,
                otherwise=each.otherwise,
                remedy=each.remedy.says,
                test=_test(composition, of_guard(composition, each), ("",)),
                rules=list(each.cites),
            )
            for each in guards_of(composition)
        ],
        effects=[
            shape.Effect(
                name=each.name,
                says=each.says,
                service=each.service or None,
                only=_asked(each.only),
                rules=list(each.cites),
                answers=list(each.answers),
            )
            for each in sorted(emitted.values(), key=lambda each: each.name)
        ],
    )


def facts(given: Facts = FACTS) -> dict[str, list[shape.Value]]:
    """Facts, and the values that they can have."""
    return {name: list(values) for name, values in given.items()}


def lifecycle(each: Lifecycle) -> shape.Lifecycle:
    """A lifecycle and its states."""
    return shape.Lifecycle(name=each.name, label=each.label, states=[state(one) for one in each])


def state(each: State) -> shape.State:
    """A state and its rows."""
    return shape.State(
        name=each.name,
        label=each.label,
        owner=each.owner or None,
        opener=each.opener or None,
        group=each.group,
        initial=each.initial,
        final=each.final,
        routed=each.routed,
        timers=[
            shape.Timer(event=t.event, seconds=t.seconds, when=_asked(t.when), rules=list(t.cites)) for t in each.timers
        ],
        ignores=list(each.ignores),
        rows=[row(one) for one in each.rows],
    )


def row(each: Row) -> shape.Row:
    """A row of a table."""
    return shape.Row(
        id=each.id,
        event=each.event,
        by=each.by,
        signal=each.internal,
        when=_asked(each.when),
        to=each.to,
        owner=each.owner,
        opener=each.opener,
        does=[
            shape.Emitted(effect=item.effect.name, to=item.to or item.effect.service)
            if isinstance(item, Emit)
            else shape.Raised(signal=str(item), by=item.by)
            for item in each.does
        ],
        refused=each.refused or None,
        instead=list(each.instead),
        rules=list(each.cites),
    )


def _asked(guards: Iterable[Guard]) -> list[shape.Asked]:
    return [shape.Asked(guard=each.name, about=each.about) for each in guards]


def test(predicate: Callable[..., bool], views: Mapping[str, Facts]) -> shape.Test:
    """A predicate of one or more views as a truth table.

    Args:
        predicate: the predicate.
        views: what each view is called, and the values that its facts can have.
    """
    return table_of(truth_table(predicate, *views.values()), views)


def _test(composition: Composition, found: Sequence[object], called: Sequence[str]) -> shape.Test:
    return table_of(found, dict.fromkeys(called, whose(composition).facts))


def table_of(found: Sequence[object], views: Mapping[str, Facts]) -> shape.Test:
    """A truth table of the facts of views, as ``truth_table`` gives it."""
    called = list(views)
    names, holding = found
    assert isinstance(names, list)
    assert isinstance(holding, list)
    paths = [(called[int(n)], fact) for n, _, fact in (name.partition(".") for name in names)]
    values = [{str(value): plain(value) for value in views[view][fact]} for view, fact in paths]
    return shape.Test(
        facts=[f"{view}.{fact}".lstrip(".") for view, fact in paths],
        holds=[[words[each] for words, each in zip(values, combination, strict=True)] for combination in holding],
    )


def routing() -> shape.Routing:
    """The routing table and what it takes to use it."""
    return shape.Routing(
        facts=facts(LANDING_FACTS),
        rows=[
            shape.Route(
                kind=each.kind,
                refused=each.refused or None,
                bars=each in PLATFORMS_ASIDE,
                when=[
                    shape.Condition(
                        name=guard.name,
                        says=guard.says,
                        remedy=guard.remedy.says,
                        test=test(guard.test, {"": LANDING_FACTS}),
                        rules=list(guard.cites),
                    )
                    for guard in each.when
                ],
                rules=list(each.cites),
            )
            for each in ROUTES
        ],
        met=[
            shape.Met(mode=mode, other_on=on, scope=scope, on=shown_on(mode, on, scope))
            for mode, on, scope in product(Mode, Platform, Scope)
        ],
        clients={client: client.platform for client in Client},
        default_clients=DEFAULT_CLIENT,
    )


def _profiles(
    composition: Composition, pairings: Iterable[tuple[Any, int]]
) -> Iterator[tuple[shape.Holding, Any, int]]:
    guards, views = guards_of(composition), whose(composition).views
    first: dict[Profile, Any] = {}
    many: Counter[Profile] = Counter()
    for pairing, number in pairings:
        found = Profile(guards, views(pairing))
        first.setdefault(found, pairing)
        many[found] += number
    return ((_holding(found), pairing, many[found]) for found, pairing in first.items())


def _holding(profile: Profile) -> shape.Holding:
    originator, recipient = map(sorted, profile.holding)
    return shape.Holding(originator=originator, recipient=recipient)


def table(composition: Composition, pairing: Pairing) -> shape.Table:
    """The completed table of two users."""
    return shape.Table(**_table(composition, pairing))


def _table(composition: Composition, pairing: Any) -> dict[str, Any]:
    profile = Profile(guards_of(composition), whose(composition).views(pairing))
    found = Completed(composition, [profile])
    wide = len(found.symbols)
    outcomes = [_outcome(each) for each in found.cases]
    keys = [repr(each) for each in outcomes]
    different = dict(zip(keys, outcomes, strict=True))
    numbers = {key: n for n, key in enumerate(different)}
    return dict(
        pairing=pairing,
        guards=_holding(profile),
        symbols=list(found.symbols),
        places=[_place(dict(zip(composition.lifecycles, config, strict=True))) for _, config in found.rows],
        outcomes=list(different.values()),
        to=[list(found.to[n : n + wide]) for n in range(0, len(found.to), wide)],
        outcome=[[numbers[keys[case]] for case in found.case[n : n + wide]] for n in range(0, len(found.case), wide)],
    )


def _place(places: Mapping[str, At]) -> shape.Place:
    return shape.Place(
        state={name: at.state for name, at in places.items()},
        owners={name: at.owner for name, at in places.items() if at.owner},
        openers={name: at.opener for name, at in places.items() if at.opener},
    )


def _outcome(case: Case) -> shape.Outcome:
    return shape.Outcome(
        accepted=case.refusal is None,
        kind=case.refusal.kind if case.refusal else None,
        rows=list(case.rows),
        effects=[shape.Sent(effect=each.name, to=each.to) for each in case.effects],
        timers=shape.Timers(
            start=[shape.StartTimer(event=each.event, seconds=each.seconds) for each in case.timers.start],
            cancel=list(case.timers.cancel),
        ),
        rule=case.refusal.rule if case.refusal else None,
        message=case.refusal.message if case.refusal else "",
    )
