"""Properties of the kinds of refusal: each is what the tables say of the event there, of this party and others."""

from __future__ import annotations

from collections.abc import Iterator

from fsm.engine.outcome import RefusalKind
from fsm.engine.program import Config
from fsm.notation import Party, of_the_space
from fsm.space.cases import Case
from fsm.space.places import low
from fsm.space.reachable import Space
from fsm.space.resolved import branches
from fsm.verify.broken import Broken


def _for(space: Space, config: Config, case: Case) -> set[Party] | None:
    """Who has a row for a refused event there, guards aside; None where the dispatch refuses it."""
    at = dict(zip(space.names, config, strict=True))
    sent = next(row for row in space.composition.dispatch[case.event] if row.applies(at, case.by))
    if sent.refused:
        return None
    lifecycle, here = space.composition.lifecycles[sent.lifecycle], at[sent.lifecycle]
    return {party for party in Party if branches(lifecycle, here, case.event, party)}


def _kind(space: Space, config: Config, case: Case) -> RefusalKind:
    who = _for(space, config, case)
    if who is None or case.by in who:
        return RefusalKind.REFUSED
    return RefusalKind.NOT_YOURS if who else RefusalKind.NOT_APPLICABLE


def _of_another_kind(space: Space) -> Iterator[Broken]:
    kinds = [_kind(space, space.numbered.configs[low(each.places)], each.case) for each in space.refuses]
    wrong = {
        id(each.case): kind
        for each, kind in zip(space.refuses, kinds, strict=True)
        if each.case.refusal and each.case.refusal.kind is not kind
    }
    for config, mask, case in space.refusals_of(each for each in space.refuses if id(each.case) in wrong):
        assert case.refusal is not None
        says = f"{case.event} by the {case.by} is called {case.refusal.kind}, and is {wrong[id(case)]}"
        yield Broken(says, config, mask)


def _without_rule(space: Space) -> Iterator[Broken]:
    for config, mask, case in space.refusals_of(each for each in space.refuses if _lacks(each.case)):
        assert case.refusal is not None
        says = f"{case.event} by the {case.by} is {case.refusal.kind.by(case.refusal.rule or 'no rule')}"
        yield Broken(says, config, mask)


def _lacks(case: Case) -> bool:
    """Whether a refusal has no rule and should, or has one and should not."""
    assert case.refusal is not None
    kind, rule = case.refusal.kind, case.refusal.rule
    return kind is (RefusalKind.NOT_APPLICABLE if rule else RefusalKind.REFUSED)


KINDS = (
    of_the_space(
        "every-refusal-is-of-its-kind",
        "an event is not applicable where there is no row for it, not yours where its rows are others', else refused",
        "",
        _of_another_kind,
    ),
    of_the_space(
        "a-rule-stands-behind-what-is-refused",
        "an event that is refused names its rule, and one that is not applicable has none",
        "",
        _without_rule,
    ),
)
