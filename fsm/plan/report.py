"""What a plan comes to, as data: for the whole, wave by wave, by column, and person by person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from fsm.engine.fingerprint import fingerprint
from fsm.plan.comparison import Comparison, Count, Difference, Ending, Fix, Tally
from fsm.plan.letters import Letter, letters
from fsm.plan.plan import Plan, degraded
from fsm.readers.csvfile import Progress

WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Stage:
    """What changes with a wave, or from the start to the end.

    Args:
        name: the wave, or WHOLE.
        weeks: how long it stays so.
        since: minutes of contacts in which something is lost against the start, a week, as long as it stays so; pairs
            of people for minutes where nobody said who talks to whom.
        moved: how many of the organisation's people are not as before.
        lost: between how many anything is lost that one can do with another, whoever begins.
        gained: between how many anything is gained.
        changes: every answer that becomes another, and why.
        fixes: what bars people from something then, and what to do about it.
        endings: what becomes of conversations that are open meanwhile.
        islands: between how many no conversation is possible then, as one is in Islands mode (INT-3, INT-4).
        unreachable: whom nobody can reach by a chat then.
        by: what people see, by columns of the export.
        letters: a message to everybody who sees the same change.
    """

    name: str
    weeks: float
    since: float
    moved: int
    lost: Count
    gained: Count
    changes: tuple[Difference, ...]
    fixes: tuple[Fix, ...]
    endings: tuple[Ending, ...]
    islands: Count
    unreachable: tuple[str, ...]
    by: dict[str, tuple[Tally, ...]]
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the organisation, at the start and at the end, and what the way costs them.

    Args:
        address: theirs.
        waves: the waves in which they move.
        was: their mode at the start.
        now: their mode at the end.
        losing: with how many others they lose something from the start to the end.
        gaining: with how many others they gain something.
        minutes: a week, of their contacts in which something is lost at the end; None where nobody said who talks to
            whom.
        meanwhile: the same summed over the weeks of all waves.
    """

    address: str
    waves: tuple[str, ...]
    was: str
    now: str
    losing: int
    gaining: int
    minutes: float | None
    meanwhile: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What a plan comes to.

    Args:
        specification: the fingerprint of the tables that it was worked out of.
        edition: the product then.
        people: how many people the organisation has.
        partners: how many people of partners there are.
        kinds: how many different facts they have, at any time.
        contacts: between how many of them it was said who talks to whom; None where nobody said.
        outside: contacts with others, which are left out.
        unread: contacts that cannot be read.
        problems: what is not planned, and why, by line; of very many the first.
        more_problems: how many there are besides.
        aside: columns of the waves that are not read.
        degradation: minutes of contacts in which something is lost against the start, a week, summed over all weeks;
            pairs of people for minutes where nobody said who talks to whom.
        whole: from the start to the end.
        waves: each wave.
    """

    specification: str
    edition: str
    people: int
    partners: int
    kinds: int
    contacts: int | None
    outside: int
    unread: int
    problems: tuple[str, ...]
    more_problems: int
    aside: tuple[str, ...]
    degradation: float
    whole: Stage
    waves: tuple[Stage, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as data for JSON; ``schema`` describes it."""
        made: dict[str, Any] = msgspec.to_builtins(self)
        return made


def report(plan: Plan, progress: Progress | None = None) -> Report:
    """What a plan comes to.

    Args:
        plan: the plan.
        progress: called with how many waves are compared, and how many there are.
    """
    waves = []
    for n, each in enumerate(plan.stages):
        if progress:
            progress(n, len(plan.stages))
        waves.append(_stage(plan, each.name, each.weeks, each.step, each.since))
    return Report(
        fingerprint(),
        plan.edition.name,
        plan.people.home,
        int(plan.people.sizes[plan.people.home :].sum()),
        len(plan.kinds.kinds),
        None if plan.courses.contacts is None else len(plan.courses.contacts.first),
        plan.read.outside if plan.read else 0,
        plan.read.bad if plan.read else 0,
        tuple(map(str, plan.waves.problems)),
        plan.waves.more,
        plan.waves.aside,
        plan.degradation,
        _stage(plan, WHOLE, sum(each.weeks for each in plan.stages), plan.whole, plan.whole),
        tuple(waves),
    )


def _stage(plan: Plan, name: str, weeks: float, step: Comparison, since: Comparison) -> Stage:
    return Stage(
        name,
        weeks,
        degraded(since),
        int(step.moved[: plan.people.home].sum()),
        step.count(step.lost),
        step.count(step.gained),
        step.changes(),
        step.fixes(),
        step.endings(),
        step.islands(),
        tuple(plan.people.addresses[n] for n in step.unreachable()),
        {column: step.tally(column) for column in plan.people.columns},
        letters(step, name) if name != WHOLE else (),
    )


def persons(plan: Plan, numbers: Iterable[int] | None = None) -> Iterator[Person]:
    """What becomes of each of the organisation's people.

    Args:
        plan: the plan.
        numbers: of whom; default: of everybody.
    """
    whole, home = plan.whole, plan.people.home
    losing, gaining = (each[whole.fate] for each in whole.others())
    minutes = whole.minutes_lost
    meanwhile = None
    if minutes is not None:
        meanwhile = np.zeros(len(whole.fate))
        for each in plan.stages:
            meanwhile += each.weeks * np.asarray(each.since.minutes_lost)
    moved = [(each.name, each.step.moved) for each in plan.stages]
    for n in range(home) if numbers is None else numbers:
        was, now = (whole.kinds.kinds[int(state[n])].who for state in (plan.states[0], plan.states[-1]))
        yield Person(
            plan.people.addresses[n],
            tuple(name for name, who in moved if who[n]),
            was.mode.value,
            now.mode.value,
            int(losing[n]),
            int(gaining[n]),
            None if minutes is None else float(minutes[n]),
            None if meanwhile is None else float(meanwhile[n]),
        )


def schema() -> dict[str, Any]:
    """The JSON schema of what ``fsm plan --json`` writes: a report, and beside it what a command alone knows."""
    made: dict[str, Any] = msgspec.json.schema(Report)
    made["$defs"]["Report"]["properties"] |= {
        "partner_problems": {
            "type": "array",
            "items": {"type": "string"},
            "description": "rows of partners that are left out, and why",
        },
        "written": {"type": "array", "items": {"type": "string"}, "description": "the files that were written"},
        "against": {"type": ["object", "null"], "description": "the other plan, with --against"},
        "proposal": {"type": ["object", "null"], "description": "what was proposed, with --propose"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan, as fsm plan --json has it",
        **made,
    }
