"""A conversation as JSON-able data, and back.

The checksum tells damage, and whoever can write a snapshot can make one that fits. It is believed no more than that:
restoring checks every fact, and that the pairing can come to the place. A host whose store others can write to signs
what it keeps. A signature tells who made a snapshot, not when: an old one of the same conversation is signed as well.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any, Generic, TypeVar

import msgspec

from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import SnapshotError
from fsm.notation import At, Composition, Party
from fsm.notation.echo import LONGEST, echo, plain
from fsm.spec.users import whose

P = TypeVar("P")
_BUILDING = Lock()
UNFIT = (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError)
"""What msgspec raises for data that is no JSON, or not of a type."""


@dataclass(frozen=True)
class Snapshot(Generic[P]):
    """What a snapshot holds. The checksum is over everything else."""

    fingerprint: str
    pairing: P
    state: dict[str, str]
    owners: dict[str, Party]
    openers: dict[str, Party]
    checksum: str


STAMPS = ("checksum", "signature")
"""What stands beside the content that it is of."""


def take(composition: Composition, pairing: Any, places: Mapping[Any, At], key: bytes | None = None) -> dict[str, Any]:
    """The snapshot of a conversation that stands at ``places``, signed with ``key`` if there is one.

    Raises:
        ValueError: the key is no bytes, or none.
    """
    _check_key(key)
    body = {
        "fingerprint": fingerprint(composition),
        "pairing": msgspec.to_builtins(pairing),
        "state": {name: at.state for name, at in places.items()},
        "owners": {name: at.owner.value for name, at in places.items() if at.owner},
        "openers": {name: at.opener.value for name, at in places.items() if at.opener},
    }
    found = {**body, "checksum": _checksum(body)}
    return found if key is None else {**found, "signature": _signature(found, key)}


def read(snapshot: Mapping[str, Any], composition: Composition, key: bytes | None = None) -> tuple[Any, dict[str, At]]:
    """The pairing and the places a snapshot was taken of.

    Raises:
        SnapshotError: it is damaged, or another specification made it, or it is not signed with the key; the message
            says which.
        ValueError: the key is no bytes, or none.
    """
    _check_key(key)
    if isinstance(snapshot, Mapping):
        _check_signature(snapshot, key)
    mine, theirs = fingerprint(composition), snapshot.get("fingerprint") if isinstance(snapshot, Mapping) else None
    if isinstance(theirs, str) and theirs != mine:
        raise SnapshotError(
            f"fingerprint: {echo(theirs)} is another specification's, this one is {mine!r}; "
            "restore it with the version that took it"
        )
    try:
        found: Snapshot[Any] = msgspec.convert(snapshot, _type(whose(composition).kind))
        checksum = _checksum({name: value for name, value in snapshot.items() if name not in STAMPS})
    except UNFIT as error:
        raise _unfit(error) from None
    if found.checksum != checksum:
        raise SnapshotError(f"checksum: {echo(found.checksum)} does not match the content; the snapshot is damaged")
    lifecycles = composition.lifecycles
    places = {
        name: At(found.state.get(name, ""), found.owners.get(name), found.openers.get(name)) for name in lifecycles
    }
    for name, at in places.items():
        if at not in lifecycles[name].places:
            accepted = ", ".join(map(str, lifecycles[name].places))
            raise SnapshotError(f"state.{name}: {plain(str(at)[:LONGEST])} is not a place of it; places are {accepted}")
    return found.pairing, places


def _type(kind: type) -> Any:
    """The type of a snapshot of a pairing of this kind.

    msgspec makes what it needs of a type when it first meets it, and breaks where two threads have it do so at once.
    """
    with _BUILDING:
        return _built(kind)


@cache
def _built(kind: type) -> Any:
    made = Snapshot[kind]  # type: ignore[valid-type]  # it is known at run time alone
    msgspec.json.Decoder(made)
    return made


def _unfit(error: BaseException) -> SnapshotError:
    said = str(error) if len(str(error)) <= 3 * LONGEST else f"{str(error)[: 3 * LONGEST]}..."
    return SnapshotError(f"snapshot: {plain(said)}; give what snapshot() returned")


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()[:16]


def _signature(snapshot: Mapping[str, Any], key: bytes) -> str:
    """The signature of everything else, the checksum included."""
    body = {name: value for name, value in snapshot.items() if name != "signature"}
    return hmac.new(key, msgspec.json.encode(body, order="sorted"), hashlib.sha256).hexdigest()


def _check_key(key: object) -> None:
    if key is not None and not (isinstance(key, bytes) and key):
        raise ValueError("key: it is not accepted; give bytes, 32 random ones or more, or leave it out")


def _check_signature(snapshot: Mapping[str, Any], key: bytes | None) -> None:
    given = snapshot.get("signature")
    if key is None:
        if "signature" in snapshot:
            raise SnapshotError("signature: this snapshot is signed; give the key that it was signed with")
        return
    if "signature" not in snapshot:
        raise SnapshotError("signature: this snapshot is not signed; restore it without a key if you trust its store")
    try:
        mine = _signature(snapshot, key)
    except UNFIT as error:
        raise _unfit(error) from None
    if not (isinstance(given, str) and hmac.compare_digest(mine.encode(), given.encode(errors="replace"))):
        raise SnapshotError("signature: it does not match; the snapshot was altered, or another key signed it")
