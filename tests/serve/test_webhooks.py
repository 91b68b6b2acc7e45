"""A receiver takes what is genuine, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from fsm.serve.webhooks import (
    ID,
    MOST_SEEN,
    SIGNATURE,
    TIME,
    TOLERANCE,
    Delivery,
    Forged,
    Seen,
    headers,
    key,
    signature,
    verify,
)
from tests.serve.conftest import SECRET

OTHER = "whsec_" + "A" * 32
NOW = 1_700_000_000
BODY = json.dumps({"id": "c1/1/0", "data": {"name": "ring_audio"}}).encode()
SIGNED = headers([key(SECRET)], "c1/1/0", NOW, BODY)


def test_it_signs_as_standard_webhooks_does() -> None:
    published = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    body = b'{"test": 2432232314}'
    assert signature(key(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == published


@pytest.mark.parametrize("off", [0, TOLERANCE, -TOLERANCE])
def test_what_is_genuine_is_taken(off: int) -> None:
    assert verify(BODY, SIGNED, secrets=[SECRET], now=NOW + off) == Delivery("c1/1/0", NOW, json.loads(BODY))


def test_a_secret_can_be_replaced_while_deliveries_are_under_way() -> None:
    both = headers([key(SECRET), key(OTHER)], "c1/1/0", NOW, BODY)
    for known in ([SECRET], [OTHER], [OTHER, SECRET]):
        assert verify(BODY, both, secrets=known, now=NOW).id == "c1/1/0"
    assert verify(BODY, SIGNED, secrets=[OTHER, SECRET], now=NOW).id == "c1/1/0"


FORGED: dict[str, tuple[bytes, dict[str, str], float, str]] = {
    "another body": (BODY + b" ", {}, NOW, "none is of this delivery"),
    "another id": (BODY, {ID: "c1/1/1"}, NOW, "none is of this delivery"),
    "another time": (BODY, {TIME: str(NOW + 1)}, NOW, "none is of this delivery"),
    "sent again later": (BODY, {}, NOW + TOLERANCE + 1, "it may have been sent before"),
    "from the future": (BODY, {}, NOW - TOLERANCE - 1, "it may have been sent before"),
    "no time": (BODY, {TIME: "now"}, NOW, "seconds since the epoch are"),
    "digits of another script": (BODY, {TIME: "\u0661" * 10}, NOW, "seconds since the epoch are"),
    "a huge time": (BODY, {TIME: "9" * 5_000}, NOW, "seconds since the epoch are"),
    "no signature": (BODY, {SIGNATURE: ""}, NOW, "headers: one is missing"),
    "no id": (BODY, {ID: ""}, NOW, "headers: one is missing"),
    "an empty signature": (BODY, {SIGNATURE: "v1,"}, NOW, "none is of this delivery"),
    "a signature of another kind": (BODY, {SIGNATURE: SIGNED[SIGNATURE].replace("v1", "v2")}, NOW, "none is of this"),
    "a signature in no ASCII": (BODY, {SIGNATURE: "v1,\udcffé"}, NOW, "none is of this delivery"),
    "many signatures": (BODY, {SIGNATURE: "v1,x " * 50 + SIGNED[SIGNATURE]}, NOW, "none is of this delivery"),
}


@pytest.mark.parametrize(("body", "changed", "now", "says"), FORGED.values(), ids=FORGED)
def test_what_is_forged_is_refused(body: bytes, changed: dict[str, str], now: float, says: str) -> None:
    with pytest.raises(Forged, match=says):
        verify(body, SIGNED | changed, secrets=[SECRET], now=now)


def test_another_secret_is_not_enough() -> None:
    with pytest.raises(Forged):
        verify(BODY, SIGNED, secrets=[OTHER], now=NOW)
    with pytest.raises(Forged, match="more than 300 seconds"):
        verify(BODY, SIGNED, secrets=[SECRET])  # by this machine's clock


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b"\xff", b'{"a":' * 5_000], ids=["no object", "no JSON", "no text", "deep"]
)
def test_what_is_signed_and_no_event_is_refused(body: bytes) -> None:
    signed = headers([key(SECRET)], "c1/1/0", NOW, body)
    with pytest.raises(Forged, match="it is no JSON object"):
        verify(body, signed, secrets=[SECRET], now=NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_" + "A" * 200, "whsec_é", "whsec_%%%", None])
def test_a_secret_that_is_none_is_not_shown(secret: Any) -> None:
    with pytest.raises(ValueError, match="24 to 64 bytes in base64") as error:
        verify(BODY, SIGNED, secrets=[secret], now=NOW)
    assert not secret or secret.removeprefix("whsec_") == "" or secret not in str(error.value)


@pytest.mark.parametrize("secrets", [[], SECRET])
def test_secrets_are_a_list(secrets: Any) -> None:
    with pytest.raises(ValueError, match="give a list of one secret or more"):
        verify(BODY, SIGNED, secrets=secrets)


def test_an_id_that_no_header_holds_is_escaped() -> None:
    assert headers([key(SECRET)], "Gespräch\u2028/1/0", NOW, BODY)[ID] == "Gespr%C3%A4ch%E2%80%A8/1/0"


def test_what_was_seen_is_known_again_for_as_long_as_there_is_room() -> None:
    seen = Seen(2)
    assert [seen.before(each) for each in ("a", "a", "b", "c", "b", "a")] == [False, True, False, False, True, False]
    assert MOST_SEEN >= 1_000


def test_a_receiver_needs_the_base_alone() -> None:
    check = "import sys, fsm.serve.webhooks; print({'fastapi', 'uvicorn', 'sqlalchemy', 'httpx2'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
