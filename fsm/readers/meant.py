"""Rows of a log out of signs: the columns that tell an event, and those that tell who the two are."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from fsm.notation import Party
from fsm.readers.mapping import Values
from fsm.readers.signs import Sign, Who
from fsm.readers.unsure import UNKNOWN
from fsm.spec.parties import Client, Mode, Platform, bare

EITHER = (Party.ORIGINATOR.value, Party.RECIPIENT.value)
OTHER = {Party.ORIGINATOR: Party.RECIPIENT, Party.RECIPIENT: Party.ORIGINATOR}
MODES = {Platform.TEAMS: Mode.TEAMS_ONLY.value, Platform.SFB: Mode.SFB_ONLY.value}
"""The mode that somebody seen on a platform is taken to have."""
OF_WHOM = "nothing tells which platform they use; {platform} is taken: give who they are with --users or between"


class Side(NamedTuple):
    """What a record tells of one of the two.

    Args:
        address: their address, or the identifier that a tenant's users are found by; empty where it is not told.
        platform: the platform they used.
        client: the client they used.
        sure: whether the client is told, not only taken.
        tenant: the organisation they are of; empty where it is not told.
    """

    address: str = ""
    platform: Platform | None = None
    client: Client | None = None
    sure: bool = True
    tenant: str = ""


def alike(ours: Side, theirs: Side) -> bool:
    """Whether two are one, by their address."""
    return bool(ours.address) and bare(ours.address) == bare(theirs.address)


def two(originator: Side, recipient: Side, usual: Platform = Platform.TEAMS) -> Values:
    """The facts of the two; modes are assumed, from the platform, or from the ``usual`` one where it is not told."""
    found: Values = {}
    assumed: list[str] = []
    for party, side in zip(EITHER, (originator, recipient), strict=True):
        if side.address:
            found[f"{party}.address"] = side.address
        found[f"{party}.mode"] = MODES[side.platform or usual]
        assumed.append(f"{party}.mode")
        if side.client:
            found[f"{party}.client"] = side.client.value
            if not side.sure:
                assumed.append(f"{party}.client")
    if originator.tenant and recipient.tenant and originator.tenant.casefold() != recipient.tenant.casefold():
        found["scope"] = "federated"
    found["assumed"] = assumed
    return found


def event(sign: Sign, sender: Party | None = Party.ORIGINATOR, time: str = "") -> Values:
    """The columns of what a sign means: ``event``, ``by``, and ``time`` where it is known.

    Args:
        sign: the sign.
        sender: whom the record names as its own; None where it does not tell which of the two.
        time: when, or between when and when.
    """
    return {"time": time, **_event(sign, sender)} if time else dict(_event(sign, sender))


@cache
def _event(sign: Sign, sender: Party | None) -> Values:
    by: dict[Who, Any] = {
        Who.SENDER: sender.value if sender else UNKNOWN,
        Who.OTHER: OTHER[sender].value if sender else UNKNOWN,
        Who.EITHER: UNKNOWN,
        Who.SERVICE: Party.SERVICE.value,
    }
    ways = [[each.event, by[each.by]] for each in sign.means]
    found: Values = dict(zip(("event", "by"), ways[0], strict=True)) if len(ways) == 1 else {"event": ways}
    return found if sign.accepted else {**found, "accepted": False}


@lru_cache(256)
def at(text: str | None) -> datetime | None:
    """A time as records write it, in UTC; None where there is none that can be read. Without an offset it is UTC."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@lru_cache(256)
def written(time: datetime | None) -> str:
    """A time as logs have it; empty where there is none."""
    return time.isoformat(timespec="milliseconds")[:-6] + "Z" if time else ""


def between(first: datetime | None, last: datetime | None) -> str:
    """Some time from one time to another, either of which may not be known; empty where neither is."""
    if first is None and last is None:
        return ""
    if first is not None and last is not None and last <= first:
        return written(first)
    return f"{written(first) or '..'}/{written(last) or '..'}"
