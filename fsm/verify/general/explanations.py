"""Properties of refusals: they name a rule or say what applies, and what they name as a way out is one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from functools import cache, partial, reduce
from operator import and_, or_

from fsm.notation import Claim, Party, of_the_space
from fsm.space.cases import Case
from fsm.space.places import low, numbers
from fsm.space.reachable import Space
from fsm.space.spreads import Crowds, Spread, by_place
from fsm.verify.broken import Broken
from fsm.verify.liveness import can_reach


def _instead(space: Space, case: Case) -> tuple[str, ...]:
    """The events that a refusal may name as ways out."""
    assert case.refusal is not None
    declared = case.refusal.row
    if declared is None:
        rows = (space.composition.rows[reason.row] for reason in case.refusal.reasons)
        return tuple(event for row in rows for event in row.instead)
    if declared in space.composition.rows:
        return space.composition.rows[declared].instead
    return next(row for row in space.composition.dispatch[case.event] if row.id == declared).instead


def _able(space: Space, ways: tuple[str, ...]) -> Crowds:
    """Who is where, and one of these events is possible for them there, by whomever."""
    able = (space.able(event, by) for event in dict.fromkeys(ways) for by in Party)
    return reduce(partial(Crowds.join, how=or_), able, Crowds({0: space.numbered.all})).join(space.crowds, and_)


def _unable(space: Space, ways: tuple[str, ...]) -> Crowds:
    """Who is where, and none of these events is possible for them there, by anybody."""
    return space.crowds.join(_able(space, ways), lambda who, able: who & ~able)


def _unexplained(space: Space) -> Iterator[Broken]:
    for config, mask, case in space.refusals_of(spread for spread in space.refuses if _is_mute(spread.case)):
        yield Broken(f"{case.event} by the {case.by} is refused and no rule is named", config, mask)


def _is_mute(case: Case) -> bool:
    refusal = case.refusal
    assert refusal is not None
    guarded = refusal.row or any(why.guard for why in refusal.reasons)
    return not refusal.message or (refusal.rule is None and bool(guarded))


def has_a_way_out(name: str, says: str, cites: str, limits: Callable[[str], bool]) -> Claim:
    """A claim that every refusal by a rule among the ``limits`` names a way out that is possible from there."""

    def broken(space: Space) -> Iterator[Broken]:
        unable = cache(partial(_unable, space))
        refuses = [each for each in space.refuses if limits(_rule(each.case))]
        stuck = [(unable(_instead(space, each.case)), each) for each in refuses]
        for n, spread in by_place(crowd.of(spread) for crowd, spread in stuck):
            case = spread.case
            says = f"{case.event} by the {case.by} is refused by {_rule(case)}, and none of the ways out is possible"
            yield Broken(says, space.numbered.configs[n], case.mask & unable(_instead(space, case)).at[n])

    return of_the_space(name, says, cites, broken)


def _rule(case: Case) -> str:
    assert case.refusal is not None
    return case.refusal.rule or ""


def _ways_lead_nowhere(space: Space) -> Iterator[Broken]:
    hopeful: dict[str, bool] = {}
    able = cache(partial(_able, space))
    for spread in sorted(space.refuses, key=lambda each: low(each.places)):
        row = spread.case.refusal.row if spread.case.refusal else None
        if row and not hopeful.get(row):
            ways = _instead(space, spread.case)
            hopeful[row] = not ways or bool(able(ways).of(spread).places)
    for row, found in hopeful.items():
        if not found:
            yield Broken(f"{row} names ways out, and none of them is ever possible where it refuses")


def can_be_completed(
    name: str, says: str, cites: str, ways: Set[str], lifecycle: str, states: Sequence[str], where: str
) -> Claim:
    """A claim that wherever a refusal names one of these events as the way out and it is possible, it leads to where a
    lifecycle is in one of these states.

    Args:
        name: what it is called on the command line.
        says: what holds, in words.
        cites: the rules it keeps.
        ways: the events.
        lifecycle: the lifecycle.
        states: its states.
        where: what they are, to follow "leads to no".
    """

    def broken(space: Space) -> Iterator[Broken]:
        if lifecycle not in space.names:
            return
        n = space.names.index(lifecycle)
        able = can_reach(space, lambda config: config[n].state in states)
        stuck = {way: _stuck(space, way, list(able.values())) for way in sorted(ways)}
        named: dict[str, list[Spread]] = defaultdict(list)
        for spread in space.refuses:
            for way in ways & set(_instead(space, spread.case)):
                named[way].append(stuck[way].of(spread))
        for way, spreads in named.items():
            for at, (case, _, _) in by_place(spreads):
                says = f"{case.event} by the {case.by} is refused, and {way}, its way out, leads to no {where}"
                yield Broken(says, space.numbered.configs[at], case.mask & stuck[way].at[at])

    return of_the_space(name, says, cites, broken)


def _stuck(space: Space, way: str, able: Sequence[int]) -> Crowds:
    """Who is where, and a way leads them where they are not able to go on."""
    stuck = [0] * len(space.numbered)
    for spread in space.happens:
        if spread.case.event == way and spread.case.moves:
            for n in numbers(spread.places):
                stuck[n] |= space.at(spread, n) & ~able[space.leads(spread.case, n)]
    return Crowds.by_place(stuck)


EXPLANATIONS = (
    of_the_space(
        "every-refusal-explains-itself",
        "every refusal names the rule that refuses, or says that the event does not apply and what does",
        "",
        _unexplained,
    ),
    of_the_space(
        "every-way-out-leads-on",
        "every declared refusal that names ways out names one that is possible for somebody it refuses",
        "",
        _ways_lead_nowhere,
    ),
)
