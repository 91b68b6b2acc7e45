"""Snapshots: there and back, and every way one can be wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fsm import Conversation, SnapshotError
from fsm.engine.fingerprint import fingerprint
from fsm.engine.snapshot import _checksum
from tests.people import PAIRS, standing


@pytest.mark.parametrize("pairing", PAIRS)
@pytest.mark.parametrize("given", ["", "chat=escalated:recipient meeting=together:recipient terminated_call=continued"])
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
            spoiled(fingerprint="0123456789abcdef"),
            "fingerprint: '0123456789abcdef' is another specification's, this one is '[0-9a-f]{16}'; "
            "restore it with the version that took it$",
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
