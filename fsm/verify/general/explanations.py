"""Properties of refusals: they name a rule or say what applies, and a limit has a way out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, partial, reduce
from operator import and_, or_

from fsm.notation import Party, of_the_space
from fsm.space.cases import Case
from fsm.space.places import low, numbers
from fsm.space.reachable import Space
from fsm.space.spreads import Crowds, Spread, by_place
from fsm.spec.groups import TOGETHER
from fsm.verify.broken import Broken
from fsm.verify.liveness import can_reach

NO_WAY_OUT = "LIM-7"
TO_A_MEETING = frozenset({"share_desktop", "add_participant", "meet_now", "accept_meeting", "resend_link"})


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


def _no_way_out(space: Space) -> Iterator[Broken]:
    unable = cache(partial(_unable, space))
    stuck = [(unable(_instead(space, each.case)), each) for each in space.refuses if _is_limit(each.case)]
    for n, spread in by_place(crowd.of(spread) for crowd, spread in stuck):
        case = spread.case
        assert case.refusal is not None
        says = f"{case.event} by the {case.by} is refused by {case.refusal.rule}, and none of the ways out is possible"
        yield Broken(says, space.numbered.configs[n], case.mask & unable(_instead(space, case)).at[n])


def _is_limit(case: Case) -> bool:
    assert case.refusal is not None
    rule = case.refusal.rule or ""
    return rule.startswith("LIM-") and rule != NO_WAY_OUT


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


def _never_completed(space: Space) -> Iterator[Broken]:
    if "meeting" not in space.names:
        return
    n = space.names.index("meeting")
    able = can_reach(space, lambda config: config[n].state in TOGETHER.split())
    stuck = {way: _stuck(space, way, list(able.values())) for way in sorted(TO_A_MEETING)}
    named: dict[str, list[Spread]] = defaultdict(list)
    for spread in space.refuses:
        for way in TO_A_MEETING.intersection(_instead(space, spread.case)):
            named[way].append(stuck[way].of(spread))
    for way, spreads in named.items():
        for n, (case, _, _) in by_place(spreads):
            says = f"{case.event} by the {case.by} is refused, and {way}, its way out, leads to no meeting"
            yield Broken(says, space.numbered.configs[n], case.mask & stuck[way].at[n])


def _stuck(space: Space, way: str, able: Sequence[int]) -> Crowds:
    """Who is where, and a way to a meeting leads them where they cannot come to be in it."""
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
        "every-limit-has-a-way-out",
        "every refusal by a limit but that of Persistent Chat names a way out that is possible from there",
        "LIM-8",
        _no_way_out,
    ),
    of_the_space(
        "every-way-out-can-be-completed",
        "wherever a refusal names a meeting as the way out and the way is possible, it leads to the two together in it",
        "LIM-8 ESC-4 ESC-8",
        _never_completed,
    ),
    of_the_space(
        "every-way-out-leads-on",
        "every declared refusal that names ways out names one that is possible for somebody it refuses",
        "",
        _ways_lead_nowhere,
    ),
)
