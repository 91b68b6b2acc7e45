"""A conversation as JSON-able data, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from fsm.engine.fingerprint import fingerprint
from fsm.engine.outcome import SnapshotError
from fsm.notation import At, Party
from fsm.spec.conversation import LIFECYCLES
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from fsm.spec.names import LifecycleName


@dataclass(frozen=True)
class Snapshot:
    """What a snapshot holds. The checksum is over everything else."""

    fingerprint: str
    pairing: Pairing
    state: dict[str, str]
    owners: dict[str, Party]
    openers: dict[str, Party]
    checksum: str


def take(pairing: Pairing, places: Mapping[Any, At]) -> dict[str, Any]:
    """The snapshot of a conversation that stands at ``places``."""
    body = {
        "fingerprint": fingerprint(),
        "pairing": msgspec.to_builtins(pairing),
        "state": {name: at.state for name, at in places.items()},
        "owners": {name: at.owner.value for name, at in places.items() if at.owner},
        "openers": {name: at.opener.value for name, at in places.items() if at.opener},
    }
    return {**body, "checksum": _checksum(body)}


def read(snapshot: Mapping[str, Any]) -> tuple[Pairing, dict[LifecycleName, At]]:
    """The pairing and the places a snapshot was taken of.

    Raises:
        SnapshotError: it is damaged, or another specification made it; the message says which.
    """
    try:
        found = msgspec.convert(snapshot, Snapshot)
        body = {name: value for name, value in snapshot.items() if name != "checksum"}
        checksum = _checksum(body)
    except (msgspec.ValidationError, TypeError) as error:
        raise SnapshotError(f"snapshot: {error}; give what snapshot() returned") from None
    if found.fingerprint != fingerprint():
        raise SnapshotError(
            f"fingerprint: {found.fingerprint!r} is another specification's, this one is {fingerprint()!r}; "
            "restore it with the version that took it"
        )
    if found.checksum != checksum:
        raise SnapshotError(f"checksum: {found.checksum!r} does not match the content; the snapshot is damaged")
    places = {
        name: At(found.state.get(name, ""), found.owners.get(name), found.openers.get(name)) for name in LIFECYCLES
    }
    for name, at in places.items():
        if at not in LIFECYCLES[name].places:
            accepted = ", ".join(map(str, LIFECYCLES[name].places))
            raise SnapshotError(f"state.{name}: {at} is not a place of it; places are {accepted}")
    return found.pairing, places


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()[:16]
