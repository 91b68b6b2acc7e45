"""Snapshots: there and back, and every way one can be wrong."""

from __future__ import annotations

import hmac
import json
import subprocess
import sys
from typing import Any

import msgspec
import pytest

from fsm import Conversation, SnapshotError
from fsm.engine.fingerprint import behaviour, fingerprint
from fsm.engine.snapshot import _checksum
from tests.own import PLAYERS, TOSS, Game
from tests.people import PAIRS, standing


@pytest.mark.parametrize("pairing", PAIRS)
@pytest.mark.parametrize("given", ["", "chat=closed terminated_call=none"])
def test_there_and_back_through_json(pairing: str, given: str) -> None:
    conversation = standing(pairing, given)
    restored = Conversation.restore(json.loads(json.dumps(conversation.snapshot())))
    assert restored.pairing == conversation.pairing
    assert restored.places == conversation.places
    assert restored.snapshot() == conversation.snapshot()


def test_the_order_of_its_keys_does_not_matter() -> None:
    snapshot = standing("teams>sfb", "call=ringing:originator").snapshot()
    stored = json.loads(json.dumps(snapshot, sort_keys=True))
    assert list(stored) != list(snapshot)
    assert Conversation.restore(stored).snapshot() == snapshot


def test_a_snapshot_is_stamped() -> None:
    snapshot = standing("teams>sfb").snapshot()
    assert snapshot["fingerprint"] == fingerprint()
    assert snapshot["behaviour"] == behaviour()
    assert len(snapshot["checksum"]) == 16


def spoiled(**changes: Any) -> dict[str, Any]:
    """A snapshot with parts replaced or, where None, left out; its checksum is made to fit unless given."""
    snapshot = {**standing("teams>sfb", "call=ringing:originator").snapshot(), **changes}
    snapshot = {name: value for name, value in snapshot.items() if value is not None}
    if "checksum" not in changes:
        snapshot["checksum"] = _checksum({name: value for name, value in snapshot.items() if name != "checksum"})
    return snapshot


GOOD = standing("teams>sfb", "call=ringing:originator").snapshot()


@pytest.mark.parametrize(
    ("snapshot", "message"),
    [
        ([], "snapshot: Expected `object`, got `array`; give what snapshot\\(\\) returned"),
        ({}, "snapshot: Object missing required field `fingerprint`"),
        (spoiled(pairing=None), "snapshot: Object missing required field `pairing`"),
        (spoiled(state="none"), r"snapshot: Expected `object`, got `str` - at `\$.state`"),
        (spoiled(owners={"call": "nobody"}), r"snapshot: Invalid enum value 'nobody' - at `\$.owners\[...\]`"),
        (
            spoiled(pairing={**GOOD["pairing"], "originator": {**GOOD["pairing"]["originator"], "homing": "on-prem"}}),
            r"snapshot: homing: on-prem does not fit mode TeamsOnly",
        ),
        (
            spoiled(behaviour="0123456789abcdef"),
            "behaviour: '0123456789abcdef' is another specification's, this one is '[0-9a-f]{16}', and of earlier ones "
            "those of 0.1.0 and 0.2.0 are restored; restore it with the version that took it$",
        ),
        (
            spoiled(behaviour=None),
            "fingerprint: '[0-9a-f]{16}' is another specification's, this one is '[0-9a-f]{16}', and of earlier ones",
        ),
        (spoiled(checksum="0123456789abcdef"), "checksum: '0123456789abcdef' does not match the content"),
        ({**GOOD, "state": {**GOOD["state"], "call": "connected"}}, "checksum: .* the snapshot is damaged"),
        ({**GOOD, "extra": object()}, "snapshot: Encoding objects of type object is unsupported"),
        (
            spoiled(state={**GOOD["state"], "call": "singing"}),
            r"state.call: singing:originator is not a place of it",
        ),
        (spoiled(state={"call": "none"}, owners={}), r"state.chat:  is not a place of it; places are none, native"),
        (spoiled(owners={}), "state.call: ringing is not a place of it"),
        (spoiled(owners={"call": "service"}), r"state.call: ringing:service is not a place of it"),
    ],
)
def test_a_snapshot_that_cannot_be_restored_says_why(snapshot: Any, message: str) -> None:
    with pytest.raises(SnapshotError, match=f"^(?:{message})"):
        Conversation.restore(snapshot)


def test_text_that_is_no_text_is_no_snapshot() -> None:
    for odd in ("\ud800", "a" * 5000, "\x1b[2J"):
        for name in ("fingerprint", "behaviour", "checksum", "extra"):
            with pytest.raises(SnapshotError) as said:
                Conversation.restore({**GOOD, name: odd})
            assert str(said.value).isprintable()
            assert len(str(said.value)) < 600


KEY = b"k" * 32
SIGNED = standing("teams>sfb", "call=ringing:originator").snapshot(key=KEY)


def test_a_signed_snapshot_is_restored_with_its_key() -> None:
    assert {**GOOD, "signature": SIGNED["signature"]} == SIGNED
    restored = Conversation.restore(json.loads(json.dumps(SIGNED)), key=KEY)
    assert restored.snapshot() == GOOD
    assert restored.snapshot(key=KEY) == SIGNED
    mine = hmac.new(KEY, msgspec.json.encode(GOOD, order="sorted"), "sha256").hexdigest()
    assert SIGNED["signature"] == mine


@pytest.mark.parametrize(
    ("snapshot", "key", "message"),
    [
        (SIGNED, None, "signature: this snapshot is signed; give the key that it was signed with"),
        (GOOD, KEY, "signature: this snapshot is not signed; restore it without a key if you trust its store"),
        (SIGNED, b"other", "signature: it does not match; the snapshot was altered, or another key signed it"),
        ({**SIGNED, "signature": "\xe9\ud800"}, KEY, "signature: it does not match"),
        ({**SIGNED, "signature": None}, KEY, "signature: it does not match"),
        ({**SIGNED, "signature": None}, None, "signature: this snapshot is signed"),
        ({**SIGNED, "owners": {"call": "recipient"}}, KEY, "signature: it does not match"),
        ({**SIGNED, "extra": "\ud800"}, KEY, "snapshot: .*; give what snapshot\\(\\) returned"),
        ([], KEY, "snapshot: Expected `object`, got `array`"),
    ],
)
def test_what_is_signed_otherwise_is_not_restored(snapshot: Any, key: bytes | None, message: str) -> None:
    with pytest.raises(SnapshotError, match=f"^{message}"):
        Conversation.restore(snapshot, key=key)


@pytest.mark.parametrize("key", [b"", "secret", 7])
def test_a_key_is_bytes(key: Any) -> None:
    for ask in (lambda: standing("teams>sfb").snapshot(key=key), lambda: Conversation.restore(SIGNED, key=key)):
        with pytest.raises(ValueError, match=r"^key: it is not accepted; give bytes"):
            ask()


def test_ones_own_specification_signs_as_well() -> None:
    talk = TOSS.conversation(Game(PLAYERS[0], PLAYERS[1]))
    assert TOSS.restore(talk.snapshot(key=KEY), key=KEY).state == talk.state
    with pytest.raises(SnapshotError, match=r"^signature: this snapshot is signed"):
        TOSS.restore(talk.snapshot(key=KEY))


FIRST = """
import json, sys, threading
sys.setswitchinterval(1e-6)
import fsm
snapshot, barrier, restored = json.loads(sys.argv[1]), threading.Barrier(12), []
def run():
    barrier.wait()
    restored.append(fsm.Conversation.restore(snapshot).state)
threads = [threading.Thread(target=run) for _ in range(12)]
for each in threads: each.start()
for each in threads: each.join()
print(len(restored))
"""


def first_in_many_threads(processes: int) -> set[tuple[int, str]]:
    """What processes come to in which threads restore for the first time, all at once."""
    run = [sys.executable, "-c", FIRST, json.dumps(GOOD)]
    done = (subprocess.run(run, capture_output=True, text=True, check=False) for _ in range(processes))
    return {(each.returncode, each.stdout or each.stderr) for each in done}


def test_many_threads_may_restore_first() -> None:
    assert first_in_many_threads(2) == {(0, "12\n")}


@pytest.mark.parametrize(
    "processes", [pytest.param(10, marks=pytest.mark.slow), pytest.param(40, marks=pytest.mark.exhaustive)]
)
def test_many_threads_may_restore_first_in_many_processes(processes: int) -> None:
    """So did 40 of them on 2026-11-28."""
    assert first_in_many_threads(processes) == {(0, "12\n")}
