"""Properties of refusals: they name a rule or say what applies, and a limit has a way out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fsm.engine.program import Config
from fsm.engine.together import Case
from fsm.notation import Party
from fsm.verify.properties.liveness import can_reach
from fsm.verify.property import Broken, Property
from fsm.verify.space import Space

NO_WAY_OUT = "LIM-7"
TO_A_MEETING = frozenset({"share_desktop", "add_participant", "meet_now", "accept_meeting", "resend_link"})
TOGETHER = ("together", "initiator_shares", "peer_shares")


def _instead(space: Space, config: Config, case: Case) -> tuple[str, ...]:
    """The events that a refusal may name as ways out."""
    assert case.refusal is not None
    declared = case.refusal.row
    if declared is None:
        rows = (space.composition.rows[reason.row] for reason in case.refusal.reasons)
        return tuple(event for row in rows for event in row.instead)
    if declared in space.composition.rows:
        return space.composition.rows[declared].instead
    return next(row for row in space.composition.dispatch[case.event] if row.id == declared).instead


def _without(space: Space, config: Config, mask: int, ways: tuple[str, ...]) -> int:
    """Those of ``mask`` for whom none of these events is possible at a place, by anybody."""
    possible = space.possible(config)
    for event in ways:
        for by in Party:
            mask &= ~possible.get((event, by), 0)
    return mask


def _unexplained(space: Space) -> Iterator[Broken]:
    for config, mask, case in space.refused:
        refusal = case.refusal
        assert refusal is not None
        if not refusal.message or (refusal.rule is None and (refusal.row or any(why.guard for why in refusal.reasons))):
            yield Broken(f"{case.event} by the {case.by} is refused and no rule is named", config, mask)


def _no_way_out(space: Space) -> Iterator[Broken]:
    for config, mask, case in space.refused:
        refusal = case.refusal
        assert refusal is not None
        rule = refusal.rule or ""
        if rule.startswith("LIM-") and rule != NO_WAY_OUT:
            stuck = _without(space, config, mask, _instead(space, config, case))
            if stuck:
                says = f"{case.event} by the {case.by} is refused by {rule}, and none of the ways out is possible"
                yield Broken(says, config, stuck)


def _ways_lead_nowhere(space: Space) -> Iterator[Broken]:
    hopeful: dict[str, bool] = {}
    for config, mask, case in space.refused:
        row = case.refusal.row if case.refusal else None
        if row and not hopeful.get(row):
            ways = _instead(space, config, case)
            hopeful[row] = not ways or _without(space, config, mask, ways) != mask
    for row, found in hopeful.items():
        if not found:
            yield Broken(f"{row} names ways out, and none of them is ever possible where it refuses")


def _never_completed(space: Space) -> Iterator[Broken]:
    n = space.names.index("meeting") if "meeting" in space.names else None
    if n is None:
        return
    able = can_reach(space, lambda config: config[n].state in TOGETHER)
    stuck: dict[tuple[Config, str], int] = defaultdict(int)
    for edge in space.edges:
        if edge.sends is None and edge.case.event in TO_A_MEETING and edge.to != edge.source:
            stuck[edge.source, edge.case.event] |= edge.mask & ~able.get(edge.to, 0)
    for config, mask, case in space.refused:
        for way in TO_A_MEETING.intersection(_instead(space, config, case)):
            caught = mask & stuck[config, way]
            if caught:
                says = f"{case.event} by the {case.by} is refused, and {way}, its way out, leads to no meeting"
                yield Broken(says, config, caught)


EXPLANATIONS = (
    Property(
        "every-refusal-explains-itself",
        "every refusal names the rule that refuses, or says that the event does not apply and what does",
        "",
        _unexplained,
    ),
    Property(
        "every-limit-has-a-way-out",
        "every refusal by a limit but that of Persistent Chat names a way out that is possible from there",
        "LIM-8",
        _no_way_out,
    ),
    Property(
        "every-way-out-can-be-completed",
        "wherever a refusal names a meeting as the way out and the way is possible, it leads to the two together in it",
        "LIM-8 ESC-4 ESC-8",
        _never_completed,
    ),
    Property(
        "every-way-out-leads-on",
        "every declared refusal that names ways out names one that is possible for somebody it refuses",
        "",
        _ways_lead_nowhere,
    ),
)
