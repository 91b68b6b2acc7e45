"""A conversation as JSON-able data, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import SnapshotError
from fsm.notation import At, Composition, Party
from fsm.spec.users import whose

P = TypeVar("P")


@dataclass(frozen=True)
class Snapshot(Generic[P]):
    """What a snapshot holds. The checksum is over everything else."""

    fingerprint: str
    pairing: P
    state: dict[str, str]
    owners: dict[str, Party]
    openers: dict[str, Party]
    checksum: str


def take(composition: Composition, pairing: Any, places: Mapping[Any, At]) -> dict[str, Any]:
    """The snapshot of a conversation that stands at ``places``."""
    body = {
        "fingerprint": fingerprint(composition),
        "pairing": msgspec.to_builtins(pairing),
        "state": {name: at.state for name, at in places.items()},
        "owners": {name: at.owner.value for name, at in places.items() if at.owner},
        "openers": {name: at.opener.value for name, at in places.items() if at.opener},
    }
    return {**body, "checksum": _checksum(body)}


def read(snapshot: Mapping[str, Any], composition: Composition) -> tuple[Any, dict[str, At]]:
    """The pairing and the places a snapshot was taken of.

    Raises:
        SnapshotError: it is damaged, or another specification made it; the message says which.
    """
    mine, theirs = fingerprint(composition), snapshot.get("fingerprint") if isinstance(snapshot, Mapping) else None
    if isinstance(theirs, str) and theirs != mine:
        raise SnapshotError(
            f"fingerprint: {theirs!r} is another specification's, this one is {mine!r}; "
            "restore it with the version that took it"
        )
    try:
        found: Snapshot[Any] = msgspec.convert(snapshot, Snapshot[whose(composition).kind])  # type: ignore[misc]
        body = {name: value for name, value in snapshot.items() if name != "checksum"}
        checksum = _checksum(body)
    except (msgspec.ValidationError, TypeError) as error:
        raise SnapshotError(f"snapshot: {error}; give what snapshot() returned") from None
    if found.checksum != checksum:
        raise SnapshotError(f"checksum: {found.checksum!r} does not match the content; the snapshot is damaged")
    lifecycles = composition.lifecycles
    places = {
        name: At(found.state.get(name, ""), found.owners.get(name), found.openers.get(name)) for name in lifecycles
    }
    for name, at in places.items():
        if at not in lifecycles[name].places:
            accepted = ", ".join(map(str, lifecycles[name].places))
            raise SnapshotError(f"state.{name}: {at} is not a place of it; places are {accepted}")
    return found.pairing, places


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()[:16]
