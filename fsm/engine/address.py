"""A conversation in one line, as the explorer's address has it behind the #: the two, and what happens.

    from=TeamsOnly,address=adele@contoso.com&to=SfBOnly&play=open_chat:originator;wait:30;send_text:recipient

Of people and surroundings only what is not as usual is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias
from urllib.parse import quote

from fsm.notation import PARTIES, Party
from fsm.spec.editions import EDITIONS, Edition
from fsm.spec.facts import around, facts
from fsm.spec.parties import PERSONAL, Mode, Pairing, Participant

BASE = EDITIONS["base"]
LEFT = "-_.!~*()@"
"""What is left as it is, besides letters and digits; no quote, so that a shell takes an address within quotes."""
CALLED = dict(zip(PARTIES, ("from", "to"), strict=True))
USUAL = around(Pairing(Participant("a", Mode.TEAMS_ONLY), Participant("b", Mode.TEAMS_ONLY)))


class Fires(NamedTuple):
    """An event, and who fires it."""

    event: str
    by: Party | str


Step: TypeAlias = Fires | Pairing | int
"""An event; what the pairing becomes by a change; or how many seconds go by."""


class Happens(Protocol):
    """An event and who fires it, or a change, which has a pairing."""

    @property
    def event(self) -> str: ...
    @property
    def by(self) -> Party: ...
    @property
    def pairing(self) -> Pairing | None: ...


def steps(of: Iterable[Happens]) -> list[Step]:
    """Events and changes of a log, a scenario or a trace, as steps."""
    return [each.pairing or Fires(each.event, each.by) for each in of]


def address(pairing: Pairing, steps: Sequence[Step] = (), *, at: int | None = None, edition: Edition = BASE) -> str:
    """A conversation in one line.

    Args:
        pairing: the two, as it begins.
        steps: what happens.
        at: after how many steps one looks. Default: after all.
        edition: the product at a date, which says what is usual.
    """
    parts = [f"{CALLED[party]}={of_user(getattr(pairing, party), party.value, edition)}" for party in PARTIES]
    parts += [f"{name}={_value(value)}" for name, value in around(pairing).items() if value != USUAL[name]]
    if edition is not BASE:
        parts.append(f"edition={edition.name}")
    told, now = [], pairing
    for step in steps:
        if isinstance(step, Pairing):
            before, after, now = facts(now), facts(step), step
            told.append(f"change:{','.join(f'{n}={_value(after[n])}' for n in after if after[n] != before[n])}")
        else:
            told.append(f"wait:{step}" if isinstance(step, int) else f"{step.event}:{step.by}")
    if told:
        parts.append(f"play={';'.join(told)}")
    if at is not None and at < len(told):
        parts.append(f"at={at}")
    return "&".join(parts)


def of_user(who: Participant, called: str, edition: Edition = BASE) -> str:
    """A user in one line: their mode, and what is not as usual.

    Args:
        who: the user.
        called: the address that need not be said.
        edition: the product at a date, which says what is usual.
    """
    usual: dict[str, Any] = {
        **facts(Participant(called, who.mode)),
        **edition.taken(who.mode)._asdict(),
    }
    odd = [f"{name}={_value(getattr(who, name))}" for name in PERSONAL if getattr(who, name) != usual[name]]
    return ",".join((who.mode, *odd))


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else quote(str(value), safe=LEFT)
