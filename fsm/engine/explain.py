"""Why an event is refused: the rule, every row that was tried, and what is possible instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fsm.engine.outcome import Reason, Refusal, RefusalKind
from fsm.notation import At, Dispatch, Lifecycle, Party, Role, Row, State, parties

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyReason, AnyRefusal, AnyWay
    from fsm.engine.program import Config, Program

NARROW = (Role.OWNER, Role.PEER, Role.OPENER, Role.ANSWERER, Role.ORIGINATOR, Role.RECIPIENT)
"""Roles that a row is kept to by a rule: the first that the row cites."""


def explain(program: Program, config: Config, event: str, actor: Party) -> AnyRefusal:
    """The refusal of an event that no transition accepts.

    A declared refusal decides by its own rule, a dispatch row's even where it is declared for one party only. Otherwise
    the row that came closest to holding does: the one whose failing guard stands furthest back, and before any row that
    is not for the actor. Where no row is for them, the event is not theirs; where the state has none at all, it does
    not apply. The refusal then lists what does.
    """
    lifecycle, row = program.decide(config, event, actor)
    if isinstance(row, Dispatch):
        return _declared(program, config, event, actor, row, ())
    machine = program.composition.lifecycles[lifecycle]
    here = config[program.names.index(lifecycle)]
    tried = list(_tried(program, machine, here, event, actor))
    if row is not None:
        return _declared(program, config, event, actor, row, tuple(reason for _, reason, _ in tried))
    if not tried:
        message = f"the {lifecycle.replace('_', ' ')} is in state {here.state}."
        return _no_rule(program, config, event, actor, RefusalKind.NOT_APPLICABLE, message, ())
    reasons = tuple(dict.fromkeys(reason for _, reason, _ in tried))
    held, best, closest = max(tried, key=lambda each: each[0])
    kind = RefusalKind.REFUSED if held >= 0 else RefusalKind.NOT_YOURS
    if not best.rule:
        return _no_rule(program, config, event, actor, kind, f"{best.message}.", reasons)
    ways = program.ways(config, actor, closest.instead if held >= 0 else (event,))
    instead = "; or ".join(filter(None, (_in_words(ways, actor), best.remedy)))
    rules = tuple(dict.fromkeys(reason.rule for reason in (best, *reasons) if reason.rule))
    guard = best.guard or None
    return Refusal(event, actor, kind, best.rule, guard, f"{best.message}.", instead, ways, reasons, None, rules)


def _tried(
    program: Program, machine: Lifecycle, here: At, event: str, actor: Party
) -> Iterator[tuple[int, AnyReason, Row]]:
    """The rows tried, in order, up to the one that decides: how many guards held, why it did not hold, the row."""
    declared = machine.states[here.state]
    for row in declared.rows_for(event):
        if not row.open_to(actor, here):
            rule = row.cites[0] if row.by in NARROW and actor is not Party.SERVICE else ""
            message = f"only {_who(row.by, here, declared)} may fire it"
            yield -1, Reason(row.id, "", actor.value, rule, message, ""), row
            continue
        failing = program.failing(row, here, actor)
        if failing is None:
            return
        depth, about = failing
        guard = row.when[depth]
        message = guard.otherwise if guard.about is None else f"the {about} {guard.otherwise}"
        label = "" if guard.about is None else about.value
        yield depth, Reason(row.id, guard.name, label, guard.cites[0], message, guard.remedy.says), row


def _declared(
    program: Program, config: Config, event: str, actor: Party, row: Row | Dispatch, reasons: tuple[AnyReason, ...]
) -> AnyRefusal:
    ways = program.ways(config, actor, row.instead)
    says = program.composition.rules[row.refused].says
    words = _in_words(ways, actor)
    kind = RefusalKind.REFUSED
    return Refusal(event, actor, kind, row.refused, None, says, words, ways, reasons, row.id, row.cites)


def _no_rule(
    program: Program,
    config: Config,
    event: str,
    actor: Party,
    kind: RefusalKind,
    message: str,
    reasons: tuple[AnyReason, ...],
) -> AnyRefusal:
    own = program.own_ways(config, actor)
    return Refusal(event, actor, kind, None, None, message, _in_words(own, actor), own, reasons, None, ())


def _who(by: Role, here: At, declared: State) -> str:
    if by in (Role.OWNER, Role.OPENER):
        called = declared.owner if by is Role.OWNER else declared.opener
        return f"the {called.removeprefix('the ')} ({parties(by, Party.SERVICE, here)[0]})"
    if by in (Role.PEER, Role.ANSWERER):
        return f"the other party ({parties(by, Party.SERVICE, here)[0]})"
    return "a party" if by is Role.BOTH else f"the {by.value}"


def _in_words(ways: Sequence[AnyWay], actor: Party) -> str:
    return " or ".join(way.event if way.by is actor else f"{way.event} by the {way.by}" for way in ways)
