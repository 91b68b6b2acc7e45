"""The tables with every role resolved: what each place does with an event of each actor, for other machines to read.

A row speaks of roles: actor, owner, opener. At one place and for one actor these are people, so that a row comes
down to conditions, a place to go to, effects with addressees and signals with senders: a **branch**. Under a profile
the conditions are decided too, and at most one branch is left. Exports and hosts are made of branches.
"""

from __future__ import annotations

from typing import NamedTuple

from fsm.engine.profile import Profile
from fsm.notation import At, Emit, Guard, Lifecycle, Party, Row, parties


class Condition(NamedTuple):
    """A guard and the party it is asked about."""

    guard: Guard
    party: Party

    @property
    def name(self) -> str:
        """Guard and party in one word; the guard alone where both parties have the same answer."""
        return self.guard.name if self.guard.about is None else f"{self.party}_{self.guard.name}"


class Send(NamedTuple):
    """An effect for one addressee, sent where ``when`` holds."""

    effect: str
    to: str
    when: tuple[Condition, ...]


class Raise(NamedTuple):
    """A signal to a sibling lifecycle, in the name of one party."""

    lifecycle: str
    event: str
    by: Party


class Branch(NamedTuple):
    """One row at one place for one actor.

    ``to`` is the place it leads to: None stays, without entering anew. ``refused`` is the rule of a declared refusal.
    """

    row: str
    when: tuple[Condition, ...]
    refused: str
    to: At | None
    does: tuple[Send | Raise, ...]
    cites: tuple[str, ...]


def branches(
    lifecycle: Lifecycle, at: At, event: str, actor: Party, profile: Profile | None = None
) -> tuple[Branch, ...]:
    """What decides an event of ``actor`` at a place: branches in the order they are tried; the first that holds does.

    Args:
        lifecycle: the table.
        at: the place.
        event: an event, or a signal.
        actor: who fires it, or in whose name it is sent.
        profile: decides the conditions; at most one branch is left then, without conditions.
    """
    found = []
    for row in lifecycle.states[at.state].rows_for(event):
        if row.open_to(actor, at):
            branch = _branch(lifecycle, at, row, actor)
            if profile is None:
                found.append(branch)
            elif _hold(branch.when, profile):
                does = (each for each in branch.does if isinstance(each, Raise) or _hold(each.when, profile))
                sent = tuple(each if isinstance(each, Raise) else each._replace(when=()) for each in does)
                return (branch._replace(when=(), does=sent),)
    return tuple(found)


class Wait(NamedTuple):
    """A timer that runs where ``when`` holds."""

    event: str
    seconds: int
    when: tuple[Condition, ...]


def waits(lifecycle: Lifecycle, at: At, profile: Profile | None = None) -> tuple[Wait, ...]:
    """The timers that run at a place; under a profile, those whose conditions hold, without conditions."""
    asked = tuple(
        Wait(timer.event, timer.seconds, _conditions(timer.when, Party.SERVICE, None))
        for timer in lifecycle.states[at.state].timers
    )
    return asked if profile is None else tuple(each._replace(when=()) for each in asked if _hold(each.when, profile))


def _branch(lifecycle: Lifecycle, at: At, row: Row, actor: Party) -> Branch:
    does: list[Send | Raise] = []
    for item in row.does:
        if not isinstance(item, Emit):
            does.append(Raise(item.lifecycle, item.event, parties(item.by, actor, at)[0]))
        elif item.to is None:
            does.append(Send(item.effect.name, item.effect.service, ()))
        else:
            for to in parties(item.to, actor, at):
                only = tuple(Condition(guard, to) for guard in item.effect.only)
                does.append(Send(item.effect.name, to.value, only))
    return Branch(
        row.id,
        _conditions(row.when, actor, at),
        row.refused,
        lifecycle.after(row, at, actor) if row.to else None,
        tuple(does),
        row.cites,
    )


def _conditions(guards: tuple[Guard, ...], actor: Party, here: At | None) -> tuple[Condition, ...]:
    return tuple(Condition(guard, guard.whose(actor, here)) for guard in guards)


def _hold(conditions: tuple[Condition, ...], profile: Profile) -> bool:
    return all(profile.holds(condition.guard, condition.party) for condition in conditions)
