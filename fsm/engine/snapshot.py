"""A conversation as JSON-able data, and back.

The checksum tells damage, and whoever can write a snapshot can make one that fits. It is believed no more than that:
restoring checks every fact, and that the pairing can come to the place. A host whose store others can write to signs
what it keeps. A signature tells who made a snapshot, not when: an old one of the same conversation is signed as well.

A snapshot is stamped twice: with the behaviour of the specification that took it, which is what it needs to go on, and
with its fingerprint, for the record. Those of earlier releases are restored as far as ``fsm.spec.earlier`` says what
became of their states; 0.1.0 and 0.2.0 stamped them with the fingerprint alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from operator import itemgetter
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from fsm.engine.earlier import known
from fsm.engine.fingerprint import behaviour, fingerprint
from fsm.engine.outcome import SnapshotError
from fsm.engine.people import known as known_two
from fsm.engine.people import shared
from fsm.engine.program import own_places
from fsm.notation import At, Composition, Party
from fsm.notation.echo import LONGEST, echo, plain
from fsm.spec.conversation import CONVERSATION
from fsm.spec.earlier import EARLIER, Earlier
from fsm.spec.parties import Pairing
from fsm.spec.users import whose

P = TypeVar("P")
_BUILDING = Lock()
UNFIT = (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError)
"""What msgspec raises for data that is no JSON, or not of a type."""


@dataclass(frozen=True)
class Snapshot(Generic[P]):
    """What a snapshot holds. The checksum is over everything else."""

    fingerprint: str
    behaviour: str
    pairing: P
    state: dict[str, str]
    owners: dict[str, Party]
    openers: dict[str, Party]
    checksum: str


@dataclass(frozen=True)
class Unopened(Generic[P]):
    """What a snapshot of 0.1.0 or 0.2.0 holds."""

    fingerprint: str
    pairing: P
    state: dict[str, str]
    owners: dict[str, Party]
    checksum: str


class Read(NamedTuple):
    """A pairing and the places that a snapshot was taken of, and the earlier specification that they are of, if any."""

    pairing: Any
    places: dict[str, At]
    earlier: Earlier | None


STAMPS = ("checksum", "signature")
"""What stands beside the content that it is of."""
_PARTS: Callable[[Any], tuple[Any, ...]] = itemgetter(*(each.name for each in fields(Snapshot)))


def take(composition: Composition, pairing: Any, places: Mapping[Any, At], key: bytes | None = None) -> dict[str, Any]:
    """The snapshot of a conversation that stands at ``places``, signed with ``key`` if there is one.

    Raises:
        ValueError: the key is no bytes, or none.
    """
    _check_key(key)
    body = {
        "fingerprint": fingerprint(composition),
        "behaviour": behaviour(composition),
        "pairing": msgspec.to_builtins(pairing),
        "state": {name: at.state for name, at in places.items()},
        "owners": {name: at.owner.value for name, at in places.items() if at.owner},
        "openers": {name: at.opener.value for name, at in places.items() if at.opener},
    }
    found = {**body, "checksum": _checksum(body)}
    return found if key is None else {**found, "signature": _signature(found, key)}


def read(snapshot: Mapping[str, Any], composition: Composition, key: bytes | None = None) -> Read:
    """The pairing and the places a snapshot was taken of.

    Raises:
        SnapshotError: it is damaged, or a specification that is not known took it, or it is not signed with the key;
            the message says which.
        ValueError: the key is no bytes, or none.
    """
    _check_key(key)
    if isinstance(snapshot, Mapping):
        _check_signature(snapshot, key)
    return _quickly(snapshot, composition) or _fully(snapshot, composition)


def _quickly(snapshot: Any, composition: Composition) -> Read | None:
    """The same of one that these tables took, between people who are known; None leaves it, and whatever is wrong with
    it, to a closer look.
    """
    if composition is not CONVERSATION or type(snapshot) is not dict:
        return None
    try:
        made_by, does, two, state, owners, openers, checksum = _PARTS(snapshot)
        pairing, places = known_two(two), _standing(state, owners, openers)
        if pairing is None or does != behaviour() or not type(made_by) is type(does) is str:
            return None
        return Read(pairing, places, None) if places and checksum == _checksum(_body(snapshot)) else None
    except (KeyError, *UNFIT):
        return None


def _standing(state: Any, owners: Any, openers: Any) -> dict[str, At] | None:
    """Where all lifecycles stand, as our tables have it; None where more than that is said.

    Raises:
        KeyError, TypeError: one stands nowhere.
    """
    names = CONVERSATION.lifecycles.keys()
    if not type(state) is type(owners) is type(openers) is dict or len(state) != len(names):
        return None
    if not owners.keys() <= names >= openers.keys():
        return None
    every = zip(names, own_places(CONVERSATION), strict=True)
    return {name: own[At(state[name], owners.get(name), openers.get(name))] for name, own in every}


def _body(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What the checksum is of."""
    body = dict(snapshot)
    for stamp in STAMPS:
        body.pop(stamp, None)
    return body


def _fully(snapshot: Mapping[str, Any], composition: Composition) -> Read:
    earlier = _earlier(snapshot, composition)
    unopened = earlier is not None and not earlier.openers
    try:
        found: Any = msgspec.convert(snapshot, _type(Unopened if unopened else Snapshot, whose(composition).kind))
        body = _body(snapshot)
        checksums = [_checksum(body), *([_checksum_before(body)] if unopened else [])]
    except UNFIT as error:
        raise _unfit(error) from None
    if found.checksum not in checksums:
        raise SnapshotError(f"checksum: {echo(found.checksum)} does not match the content; the snapshot is damaged")
    openers: Mapping[str, Party] = {} if unopened else found.openers
    places = {
        name: At(found.state.get(name, ""), found.owners.get(name), openers.get(name))
        for name in composition.lifecycles
    }
    if earlier is None:
        for (name, at), own in zip(places.items(), own_places(composition), strict=True):
            if at not in own:
                raise no_place(name, at, tuple(own))
            places[name] = own[at]
    pairing = found.pairing if type(found.pairing) is not Pairing else shared(found.pairing)
    return Read(pairing, places, earlier)


def no_place(lifecycle: str, at: At, accepted: tuple[At, ...]) -> SnapshotError:
    """What is raised for a place that a lifecycle does not have."""
    places = ", ".join(map(str, accepted))
    return SnapshotError(f"state.{lifecycle}: {plain(str(at)[:LONGEST])} is not a place of it; places are {places}")


def _earlier(snapshot: object, composition: Composition) -> Earlier | None:
    """The earlier specification that took a snapshot; None if this one did, or it does not say.

    Raises:
        SnapshotError: a specification that is not known did.
    """
    given = snapshot if isinstance(snapshot, Mapping) else {}
    name = "behaviour" if "behaviour" in given else "fingerprint"
    theirs, mine = given.get(name), behaviour(composition)
    if not isinstance(theirs, str) or (name == "behaviour" and theirs == mine):
        return None
    earlier = known(theirs) if composition is CONVERSATION else None
    if earlier is None or earlier.openers != (name == "behaviour"):
        ours = mine if name == "behaviour" else fingerprint(composition)
        those = (
            f"those of {', '.join(each.called for each in EARLIER)} are" if composition is CONVERSATION else "none is"
        )
        raise SnapshotError(
            f"{name}: {echo(theirs)} is another specification's, this one is {ours!r}, and of earlier ones {those} "
            "restored; restore it with the version that took it"
        )
    return earlier


def _type(shape: Any, kind: type) -> Any:
    """The type of a snapshot of a pairing of this kind.

    msgspec makes what it needs of a type when it first meets it, and breaks where two threads have it do so at once.
    """
    with _BUILDING:
        return _built(shape, kind)


@cache
def _built(shape: Any, kind: type) -> Any:
    made = shape[kind]
    msgspec.json.Decoder(made)
    return made


def _unfit(error: BaseException) -> SnapshotError:
    said = str(error) if len(str(error)) <= 3 * LONGEST else f"{str(error)[: 3 * LONGEST]}..."
    return SnapshotError(f"snapshot: {plain(said)}; give what snapshot() returned")


def _checksum(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()[:16]


def _checksum_before(body: Mapping[str, Any]) -> str:
    """The checksum as 0.1.0 made it; 0.2.0 made it as today."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]


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
