"""Properties of the tables themselves: nothing in them is idle, and no signal goes astray."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from fsm.notation import At, Claim, Party, Row, of_the_space, stands
from fsm.space.cases import Asked, Ignored
from fsm.space.reachable import Space
from fsm.verify.broken import Broken

Otherwise = Mapping[str, str]
"""Guards that may say in words what is left when an earlier row asked the guard they are mapped to."""


@dataclass
class Seen:
    """What happens to somebody somewhere."""

    rows: set[str] = field(default_factory=set)
    effects: set[tuple[str, str]] = field(default_factory=set)
    asked: set[Asked] = field(default_factory=set)
    ignored: set[Ignored] = field(default_factory=set)


def seen(space: Space) -> Seen:
    """Everything that happens in a space."""
    found: Seen | None = space.kept.get("seen")
    if found is None:
        found = space.kept["seen"] = Seen()
        for case in (spread.case for spread in (*space.happens, *space.refuses)):
            found.asked |= case.asked
            found.ignored |= case.ignored
            found.rows.update(case.rows)
            found.effects |= {(row, name) for row in case.rows for name, _ in case.effects}
            if case.refusal is not None and case.refusal.row:
                found.rows.add(case.refusal.row)
    return found


def _idle_states(space: Space) -> Iterator[Broken]:
    for n, (name, lifecycle) in enumerate(space.composition.lifecycles.items()):
        stood = {config[n] for config in space.places}
        for place in lifecycle.places:
            if place not in stood:
                yield Broken(f"{stands([(name, place)])} is never reached")


def _idle_rows(space: Space) -> Iterator[Broken]:
    for row in space.composition.rows.values():
        if row.id not in seen(space).rows:
            yield Broken(f"row {row.id} never {'refuses' if row.refused else 'fires'}")


def _idle_dispatch(space: Space) -> Iterator[Broken]:
    decided = seen(space).rows | _sent_on(space)
    for rows in space.composition.dispatch.values():
        for row in rows:
            if row.id not in decided:
                yield Broken(f"dispatch row {row.id} never decides")


def _sent_on(space: Space) -> set[str]:
    found = set()
    for rows in space.composition.dispatch.values():
        looks = sorted({space.names.index(name) for row in rows for name in row.while_})
        for states in {tuple([config[n].state for n in looks]) for config in space.places}:
            at = {space.names[n]: At(state) for n, state in zip(looks, states, strict=True)}
            found |= {next(row.id for row in rows if row.applies(at, by)) for by in Party}
    return found


def _idle_guards(otherwise: Otherwise, space: Space) -> Iterator[Broken]:
    asked = seen(space).asked
    for lifecycle in space.composition.lifecycles.values():
        for state in lifecycle:
            for row in state.rows:
                for n, guard in enumerate(row.when):
                    if Asked(row.id, n, True) not in asked:
                        yield Broken(f"guard {guard} of row {row.id} never holds")
                    if Asked(row.id, n, False) not in asked and not _says_otherwise(
                        row, (guard.name.removeprefix("not_"), otherwise.get(guard.name)), state.rows
                    ):
                        yield Broken(f"guard {guard} of row {row.id} never fails where it is asked")


def _says_otherwise(row: Row, opposites: tuple[str | None, ...], rows: tuple[Row, ...]) -> bool:
    """Whether an earlier row for the event asks the opposite of a guard, so that it says what is left."""
    earlier = rows[: rows.index(row)]
    return any(each.name in opposites for other in earlier if other.event == row.event for each in other.when)


def _idle_effects(space: Space) -> Iterator[Broken]:
    for row in space.composition.rows.values():
        for emit in row.effects:
            if (row.id, emit.effect.name) not in seen(space).effects:
                yield Broken(f"effect {emit.effect.name} of row {row.id} reaches nobody")


def _idle_ignores(space: Space) -> Iterator[Broken]:
    for name, lifecycle in space.composition.lifecycles.items():
        for state in lifecycle:
            for event in state.ignores:
                if Ignored(name, state.name, event) not in seen(space).ignored:
                    yield Broken(f"{name}.{state.name} ignores {event}, which never arrives there")


def _lost_signals(space: Space) -> Iterator[Broken]:
    for edge in space.steps(spread for spread in space.happens if spread.case.lost):
        yield Broken(edge.case.lost, edge.source, edge.mask, edge)


def _refused_signals(space: Space) -> Iterator[Broken]:
    refused = {row.id for row in space.composition.rows.values() if row.refused}
    for edge in space.steps(spread for spread in space.happens if not refused.isdisjoint(spread.case.rows)):
        for row in edge.case.rows:
            if row in refused:
                yield Broken(f"a signal is refused by row {row}", edge.source, edge.mask, edge)


def structure(otherwise: Otherwise = MappingProxyType({})) -> tuple[Claim, ...]:
    """What is claimed of any tables.

    Args:
        otherwise: guards that may say in words what is left when an earlier row asked the guard they are mapped to,
            beside those that are the very opposite.
    """
    return (
        of_the_space("every-state-is-reached", "every state is reached, by every owner it can have", "", _idle_states),
        of_the_space("every-row-fires", "every row fires or refuses for some pairing", "", _idle_rows),
        of_the_space("every-dispatch-row-decides", "every dispatch row decides for some event", "", _idle_dispatch),
        of_the_space(
            "every-guard-decides",
            "every guard of every row both holds and fails where it is asked, unless it says in words what is left",
            "",
            partial(_idle_guards, otherwise),
        ),
        of_the_space("every-effect-reaches-somebody", "every effect of every row reaches somebody", "", _idle_effects),
        of_the_space(
            "every-ignored-signal-arrives", "every signal that a state ignores arrives there", "", _idle_ignores
        ),
        of_the_space(
            "no-signal-is-lost", "every signal is heard where it arrives, and every cascade ends", "", _lost_signals
        ),
        of_the_space("no-signal-is-refused", "no signal is refused", "", _refused_signals),
    )


STRUCTURE = structure()
