"""People out of snapshots are shared while somebody has them, and nobody is taken for somebody else."""

from __future__ import annotations

import gc
import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

import fsm
from fsm import Conversation, Mode, Pairing, Participant, SnapshotError
from fsm.engine import people
from fsm.engine.snapshot import _checksum
from tests.own import PLAYERS, TOSS, Game
from tests.people import PAIRS, standing


@pytest.fixture(autouse=True)
def _nobody_is_known() -> Iterator[None]:
    people._PEOPLE.clear()
    people._between.cache_clear()
    yield
    people._between.cache_clear()


def kept(talk: Any) -> dict[str, Any]:
    """Its snapshot, as JSON has it."""
    read: dict[str, Any] = json.loads(json.dumps(talk.snapshot()))
    return read


def between(first: str, second: str, **more: Any) -> Conversation:
    return Conversation(Pairing(Participant(first, Mode.TEAMS_ONLY, **more), Participant(second, Mode.SFB_ONLY)))


def test_conversations_that_are_restored_share_people() -> None:
    one, other = (Conversation.restore(kept(between("amy@x.example", to))) for to in ("bob@x.example", "eve@x.example"))
    assert one.pairing.originator is other.pairing.originator
    assert one.pairing.recipient is not other.pairing.recipient
    assert Conversation.restore(kept(one)).pairing is one.pairing, "and pairings, of late"
    assert pickle.loads(pickle.dumps(other)).pairing is other.pairing


@pytest.mark.parametrize("pairing", PAIRS)
def test_whoever_is_known_is_restored_as_whoever_is_not(pairing: str) -> None:
    first = Conversation.restore(kept(standing(pairing)))
    again = Conversation.restore(kept(standing(pairing)))
    assert again == first == standing(pairing)
    assert again.pairing is first.pairing
    assert again.available() == standing(pairing).available()


def test_somebody_with_other_facts_is_somebody_else() -> None:
    before = Conversation.restore(kept(between("amy@x.example", "bob@x.example")))
    after = Conversation.restore(kept(between("amy@x.example", "bob@x.example", allow_user_chat=False)))
    assert (before.pairing.originator.allow_user_chat, after.pairing.originator.allow_user_chat) == (True, False)
    assert after.pairing.recipient is before.pairing.recipient
    assert Conversation.restore(kept(before)) == before
    assert Conversation.restore(kept(after)) == after


def test_so_are_other_surroundings() -> None:
    amy, bob = between("amy@x.example", "bob@x.example").pairing.originator, Participant("bob@x.example", "SfBOnly")
    talks = [Conversation(Pairing(amy, bob, federation_allowed=allowed)) for allowed in (True, False)]
    assert [Conversation.restore(kept(each)).pairing.federation_allowed for each in talks] == [True, False]
    assert [Conversation.restore(kept(each)) for each in talks] == talks


GOOD = kept(standing("teams>sfb", "call=ringing:originator"))
TWO = GOOD["pairing"]
AMY = TWO["originator"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pairing": [TWO]}, r"snapshot: Expected `object`, got `array` - at `\$.pairing`"),
        ({"pairing": {**TWO, "originator": [AMY]}}, r"snapshot: Expected `object`, got `array` - at `\$.pairing.orig"),
        ({"pairing": {**TWO, "originator": {**AMY, "has_sfb_client": 1}}}, r"snapshot: Expected `bool`, got `int`"),
        ({"pairing": {**TWO, "originator": {**AMY, "address": 7}}}, r"snapshot: Expected `str`, got `int`"),
        ({"pairing": {**TWO, "federation_allowed": 1}}, r"snapshot: Expected `bool`, got `int`"),
        ({"pairing": {**TWO, "scope": "galaxy"}}, r"snapshot: Invalid enum value 'galaxy' - at `\$.pairing.scope`"),
        ({"pairing": {**TWO, "recipient": AMY}}, r"snapshot: recipient: '.*' is the originator too"),
        ({"fingerprint": 7}, r"snapshot: Expected `str`, got `int` - at `\$.fingerprint`"),
        ({"state": []}, r"snapshot: Expected `object`, got `array` - at `\$.state`"),
        ({"state": {**GOOD["state"], "call": ["ringing"]}}, r"snapshot: Expected `str`, got `array` - at `\$.state"),
        ({"state": {**GOOD["state"], "door": 7}}, r"snapshot: Expected `str`, got `int` - at `\$.state"),
        ({"owners": {**GOOD["owners"], "door": "amy"}}, r"snapshot: Invalid enum value 'amy' - at `\$.owners"),
        ({"state": {**GOOD["state"], "call": "singing"}}, r"state.call: singing:originator is not a place of it"),
        ({"extra": object()}, r"snapshot: Encoding objects of type object is unsupported"),
        ({"checksum": "0123456789abcdef"}, r"checksum: '0123456789abcdef' does not match the content"),
        ({"behaviour": "0123456789abcdef"}, r"behaviour: '0123456789abcdef' is another specification's"),
        ({"state": {**GOOD["state"], "chat": "native"}}, r"places: .* is not where this pairing can come"),
    ],
)
def test_what_is_wrong_is_found_though_all_people_are_known(changes: dict[str, Any], message: str) -> None:
    known = Conversation.restore(GOOD)
    odd = {**GOOD, **changes}
    if not {"checksum", "extra"} & changes.keys():
        odd["checksum"] = _checksum({name: value for name, value in odd.items() if name != "checksum"})
    with pytest.raises(SnapshotError, match=f"^{message}"):
        Conversation.restore(odd)
    assert Conversation.restore(GOOD) == known


def test_what_says_more_than_it_needs_is_restored_as_ever() -> None:
    more = {**GOOD, "owners": {**GOOD["owners"], "door": "originator"}, "note": "of no meaning"}
    more["checksum"] = _checksum({name: value for name, value in more.items() if name != "checksum"})
    assert Conversation.restore(more) == Conversation.restore(GOOD) == Conversation.restore(more)


def test_a_specification_of_ones_own_has_people_of_its_own() -> None:
    talk = TOSS.conversation(Game(PLAYERS[0], PLAYERS[1]))
    assert TOSS.restore(kept(talk)) == talk
    assert not people._PEOPLE


def strangers(number: int) -> None:
    """Restore conversations of people whom nobody meets again."""
    talk = kept(between("amy@x.example", "bob@x.example"))
    for n in range(number):
        for party in "originator", "recipient":
            talk["pairing"][party]["address"] = f"{party}-{n}@x.example"
        talk["checksum"] = _checksum({name: value for name, value in talk.items() if name != "checksum"})
        Conversation.restore(talk)
    gc.collect()
    assert len(people._PEOPLE) <= 2 * people._between.cache_info().currsize <= 2 * people.LATEST


def test_people_who_are_gone_are_forgotten() -> None:
    strangers(3 * people.LATEST)


@pytest.mark.slow
def test_so_are_a_million() -> None:
    strangers(500_000)


def test_nobody_gets_into_the_table_by_being_made() -> None:
    fsm.Participant("amy@x.example", "TeamsOnly")
    assert not people._PEOPLE
