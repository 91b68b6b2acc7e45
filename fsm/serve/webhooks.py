"""Effects on their way out: CloudEvents in JSON, signed as Standard Webhooks has it; and how a receiver checks them.

A receiver needs this file alone::

    delivery = verify(body, headers, secrets=[SECRET])
    if not seen.before(delivery.id):
        ...  # act on delivery.event

What is signed is the id, the time and the body as it was sent. The id is the effect's and never changes, so that one
delivered again is known; the time is that of the attempt, so that one caught and sent again later is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from fsm.notation.echo import echo

ID, TIME, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
MEDIA_TYPE = "application/cloudevents+json"
PREFIX = "whsec_"
SHORTEST_SECRET = 24
"""Bytes that a secret has, at least."""
LONGEST_SECRET = 64
"""Bytes that a secret has, at most."""
TOLERANCE = 300
"""Seconds that the time of a delivery may be off, either way."""
MOST_SEEN = 100_000
"""Ids of deliveries that are remembered."""
MOST_SIGNATURES = 16
"""Signatures that are looked at."""


class Forged(ValueError):
    """A delivery that is not what it says: altered, not signed with the secret, too old, or no delivery at all."""


class Delivery(NamedTuple):
    """A delivery that is genuine.

    Args:
        id: the effect's id; the same in every attempt to deliver it.
        at: when it was sent, in seconds since the epoch.
        event: the CloudEvent: what is in ``data`` is the effect.
    """

    id: str
    at: int
    event: dict[str, Any]


class Seen:
    """The ids of the last deliveries that were acted on, so that none is acted on twice. Many threads may ask at once.

    It is as old as the process: whoever must not act twice ever, keeps the id with what the effect did.

    Args:
        most: how many are remembered.
    """

    def __init__(self, most: int = MOST_SEEN) -> None:
        self._most = most
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def before(self, id: str) -> bool:
        """Whether this id was asked about before; it is remembered from now on."""
        with self._lock:
            if id in self._ids:
                return True
            self._ids[id] = None
            if len(self._ids) > self._most:
                self._ids.popitem(last=False)
            return False


def key(secret: str) -> bytes:
    """The key that a secret stands for: what is after ``whsec_``, in base64.

    Raises:
        ValueError: it is no secret. The message does not show it.
    """
    try:
        found = base64.b64decode(secret.removeprefix(PREFIX).encode("ascii"), validate=True)
    except (AttributeError, UnicodeEncodeError, binascii.Error):
        found = b""
    if not SHORTEST_SECRET <= len(found) <= LONGEST_SECRET:
        raise ValueError(
            f"secret: it is not accepted; give {PREFIX} and {SHORTEST_SECRET} to {LONGEST_SECRET} bytes in base64"
        )
    return found


def signature(key: bytes, id: str, at: int, body: bytes) -> str:
    """How a delivery is signed: HMAC-SHA256 over its id, its time and its body."""
    text = b".".join((id.encode(), str(at).encode(), body))
    return f"v1,{base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()}"


def headers(keys: Sequence[bytes], id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers of a delivery, signed with each key: two while a secret is being replaced by another."""
    safe = quote(id, safe="/")
    return {
        "content-type": MEDIA_TYPE,
        ID: safe,
        TIME: str(at),
        SIGNATURE: " ".join(signature(each, safe, at, body) for each in keys),
    }


def verify(body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], now: float | None = None) -> Delivery:
    """A delivery that came in, if it is genuine.

    Args:
        body: the body as it came, byte for byte.
        headers: the headers; their names in lower case, or in a mapping that does not care, as frameworks give them.
        secrets: the secret; two while it is being replaced by another.
        now: seconds since the epoch; default: this machine's clock.

    Raises:
        Forged: it is not; the message says what is wrong with it. Answer 401, and do nothing.
        ValueError: a secret is none.
    """
    if isinstance(secrets, str) or not secrets:
        raise ValueError("secrets: give a list of one secret or more")
    keys = [key(secret) for secret in secrets]
    id, said, signatures = (headers.get(name) for name in (ID, TIME, SIGNATURE))
    if not (id and said and signatures):
        raise Forged(f"headers: one is missing; {ID}, {TIME} and {SIGNATURE} are needed")
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise Forged(f"{TIME}: {echo(said)} is not accepted; seconds since the epoch are")
    at, clock = int(said), time.time() if now is None else now
    if abs(clock - at) > TOLERANCE:
        raise Forged(f"{TIME}: {at} is more than {TOLERANCE} seconds from now; it may have been sent before")
    given = [each.encode(errors="replace") for each in signatures.split(" ", MOST_SIGNATURES)[:MOST_SIGNATURES]]
    mine = [signature(each, id, at, body).encode() for each in keys]
    if not any([hmac.compare_digest(one, other) for one in mine for other in given]):  # all of them, whichever fits
        raise Forged(f"{SIGNATURE}: none is of this delivery with this secret")
    try:
        event = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Forged("body: it is no JSON object, though it is signed") from None
    return Delivery(id, at, event)
