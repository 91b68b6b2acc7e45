"""Snapshots of earlier releases: restored where the tables say what became of their places, and told what differs."""

from __future__ import annotations

import json
import lzma
import pickle
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pytest

from fsm import CONVERSATION, Conversation, EarlierSnapshot, Pairing, SnapshotError
from fsm.engine import snapshot as snapshots
from fsm.engine.conversation import PROGRAMS
from fsm.engine.earlier import Carried, known, shipped, successors
from fsm.engine.fingerprint import behaviour
from fsm.engine.profile import Profile
from fsm.engine.program import Answers, Config, Program, Programs
from fsm.engine.snapshot import _checksum_before
from fsm.notation import At, Party, guards_of
from fsm.spec.earlier import EARLIER, Earlier
from fsm.spec.routing import views
from tests.earlier import HERE, SHIPPED, comparison, specification, text
from tests.own import PLAYERS, TOSS, Game
from tests.people import PAIRS

RELEASES = ("0.1.0", "0.2.0")
FIRST = EARLIER[0]
STATES = {"chat": "none", "call": "none", "meeting": "none", "terminated_call": "none"}


def taken(release: str) -> list[dict[str, Any]]:
    """Snapshots that a release took of random conversations, and what came next there."""
    text = lzma.decompress((HERE / f"{release}.jsonl.xz").read_bytes())
    return [json.loads(line) for line in text.splitlines()]


def of(pairing: Pairing, **changes: Any) -> dict[str, Any]:
    """A snapshot as 0.2.0 took it, with parts replaced or, where None, left out."""
    body = {
        "fingerprint": FIRST.stamp,
        "pairing": msgspec.to_builtins(pairing),
        "state": STATES,
        "owners": {},
        **changes,
    }
    body = {name: value for name, value in body.items() if value is not None}
    return {**body, "checksum": _checksum_before(body)}


ANN_AND_BOB = PAIRS["teams>sfb"]


def seen(result: Any) -> dict[str, Any]:
    """What an event came to, as ``tests.earlier.take`` writes it."""
    if result.to is None:
        return {"rule": result.rule}
    return {
        "effects": [[sent.name, sent.to] for sent in result.effects],
        "start": sorted([each.event, each.seconds] for each in result.timers.start),
        "cancel": sorted(result.timers.cancel),
    }


@pytest.mark.parametrize("release", RELEASES)
def test_what_a_release_took_goes_on_as_the_table_says(release: str) -> None:
    for line in taken(release):
        earlier = known(line["snapshot"]["fingerprint"])
        assert earlier is FIRST
        assert release in earlier.releases
        talk, carried = Conversation.carry_over(line["snapshot"])
        assert carried
        assert carried.releases == RELEASES
        assert {name: at.state for name, at in talk.places.items()} == talk.state
        result: Any = talk._at[line["event"], line["by"]]
        if line["event"] not in carried.differs:
            was = {name: line["came"][name] for name in seen(result)}
            assert seen(result) == was


@pytest.mark.parametrize("release", RELEASES)
def test_its_own_code_came_to_what_its_tables_come_to(release: str) -> None:
    """So that what is proven of the tables holds of the release."""
    programs = Programs(specification(FIRST.stamp))
    for line in taken(release):
        pairing, places, _ = snapshots.read(line["snapshot"], CONVERSATION)
        answers = programs.under(views(pairing)).at(tuple(places.values()))
        result: Any = answers[line["event"], line["by"]]
        assert seen(result) == {name: line["came"][name] for name in seen(result)}
        if result.to is not None:
            at = {name: str(each).replace(":", "(") + ")" * bool(each.owner) for name, each in result.at}
            assert at == line["came"]["at"]


def test_restoring_one_warns() -> None:
    snapshot = of(ANN_AND_BOB, state={**STATES, "chat": "interop", "meeting": "open"}, owners={"meeting": "recipient"})
    with pytest.warns(EarlierSnapshot) as told:
        talk = Conversation.restore(json.loads(json.dumps(snapshot)))
    (warning,) = told
    assert warning.filename == __file__
    assert isinstance(warning.message, EarlierSnapshot)
    carried = warning.message.carried
    assert carried.was == "chat=interop call=none meeting=open:recipient terminated_call=none"
    assert carried.now == "chat=interop:originator call=none meeting=sent:recipient terminated_call=none"
    assert talk.openers == {"chat": "originator"}
    assert talk.owners == {"meeting": "recipient"}
    assert str(warning.message).startswith(
        "a conversation of release 0.1.0 or 0.2.0: chat=interop is chat=interop:originator now; "
        "meeting=open:recipient is meeting=sent:recipient now; these may come to something else: add_participant, "
    )
    assert set(carried.differs) > {"change", "close_chat", "link_undelivered", "timers"}
    assert "add_video" not in carried.differs


def test_what_is_restored_is_of_this_release_from_then_on() -> None:
    talk, carried = Conversation.carry_over(of(ANN_AND_BOB))
    assert carried
    again = talk.snapshot()
    assert again["behaviour"] == behaviour()
    assert Conversation.carry_over(again)[1] is None
    assert Conversation.restore(again).snapshot() == again


def test_what_differs_nowhere_is_told_so() -> None:
    assert str(Carried(("0.1.0",), "chat=none", "chat=none", ())) == (
        "a conversation of release 0.1.0: whatever happens next comes to the same"
    )


@pytest.mark.parametrize(
    ("snapshot", "message"),
    [
        (of(ANN_AND_BOB, state=None), "snapshot: Object missing required field `state`"),
        ({**of(ANN_AND_BOB), "state": {**STATES, "chat": "native"}}, "checksum: .* the snapshot is damaged"),
        (of(ANN_AND_BOB, state={"call": "none"}), "state.chat:  is not a place of it; places are none, native"),
        (of(ANN_AND_BOB, state={**STATES, "call": "singing"}), "state.call: singing is not a place of it"),
        (of(ANN_AND_BOB, state={**STATES, "call": "ringing"}), "state.call: ringing is not a place of it"),
        (of(ANN_AND_BOB, owners={"call": "recipient"}), "state.call: none:recipient is not a place of it"),
        (
            of(ANN_AND_BOB, state={**STATES, "call": "ringing"}, owners={"call": "service"}),
            "state.call: ringing:service is not a place of it",
        ),
        (
            of(ANN_AND_BOB, state={**STATES, "chat": "native"}),
            "places: chat=native call=none meeting=none terminated_call=none, where 0.1.0 and 0.2.0 left it, is "
            "succeeded by no place to which this pairing can come; end it with the version that took it",
        ),
        (
            of(ANN_AND_BOB, fingerprint="0123456789abcdef"),
            "fingerprint: '0123456789abcdef' is another specification's, this one is '[0-9a-f]{16}', and of earlier "
            "ones those of 0.1.0 and 0.2.0 are restored; restore it with the version that took it$",
        ),
        (of(ANN_AND_BOB, behaviour=FIRST.stamp), "behaviour: '50fa0df3994e20ca' is another specification's"),
        ({**of(ANN_AND_BOB), "signature": "x"}, "signature: this snapshot is signed"),
    ],
)
def test_one_that_is_not_covered_says_why(snapshot: dict[str, Any], message: str) -> None:
    for restore in (Conversation.restore, Conversation.carry_over):
        with pytest.raises(SnapshotError, match=f"^(?:{message})"):
            restore(snapshot)


def test_ones_own_specification_knows_no_earlier_ones() -> None:
    snapshot = {**TOSS.conversation(Game(PLAYERS[0], PLAYERS[1])).snapshot(), "behaviour": FIRST.stamp}
    with pytest.raises(SnapshotError, match=r"^behaviour: .* and of earlier ones none is restored; restore it with"):
        TOSS.restore(snapshot)


def test_a_pickle_of_an_earlier_release_goes_on_too() -> None:
    old = pickle.dumps((Conversation.restore, of(ANN_AND_BOB)))
    restore, snapshot = pickle.loads(old)
    with pytest.warns(EarlierSnapshot):
        assert restore(snapshot).state == STATES


def test_later_releases_are_known_by_their_behaviour(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those from this one on are, whose snapshots say who opened what."""
    later = Earlier(("0.3.0",), "0123456789abcdef", {"chat": {"talking": ("native",)}})
    monkeypatch.setattr("fsm.engine.earlier.EARLIER", (*EARLIER, later))
    monkeypatch.setattr("fsm.engine.earlier.shipped", lambda: {later.stamp: {name: {} for name in STATES}})
    state = {**STATES, "chat": "talking"}
    body = {**Conversation(PAIRS["teams>teams"]).snapshot(), "behaviour": later.stamp, "state": state}
    del body["checksum"]
    talk, carried = Conversation.carry_over({**body, "checksum": snapshots._checksum(body)})
    assert talk.state["chat"] == "native"
    assert carried == Carried(
        ("0.3.0",),
        "chat=talking call=none meeting=none terminated_call=none",
        "chat=native call=none meeting=none terminated_call=none",
        (),
    )
    body = {**of(ANN_AND_BOB), "fingerprint": later.stamp}
    with pytest.raises(SnapshotError, match=r"^fingerprint: '0123456789abcdef' is another specification's"):
        Conversation.carry_over(body)


def test_successors_keep_whom_a_state_remembered() -> None:
    chat, call = CONVERSATION.lifecycles["chat"], CONVERSATION.lifecycles["call"]
    caller = At("ringing", Party.RECIPIENT)
    assert successors(call, caller, {}) == (caller,)
    assert successors(call, caller, {"call": {"ringing": ("ringing_draining", "ringing")}}) == (
        At("ringing_draining", Party.RECIPIENT),
        caller,
    )
    assert successors(call, caller, {"call": {"ringing": ("connected",)}}) == (At("connected"),)
    assert successors(call, At("connected", Party.RECIPIENT), {}) == ()
    assert successors(call, At("gone"), {}) == ()
    both = (At("interop", None, Party.ORIGINATOR), At("interop", None, Party.RECIPIENT))
    assert successors(chat, At("interop"), {}) == both
    assert successors(chat, both[1], {}) == both[1:]
    assert successors(chat, At("native", None, Party.ORIGINATOR), {}) == ()


def test_every_state_that_something_became_of_is_one_and_so_are_its_successors() -> None:
    for each in EARLIER:
        before = specification(each.stamp)
        for name, states in each.became.items():
            assert states.keys() <= before.lifecycles[name].states.keys()
            assert {to for some in states.values() for to in some} <= CONVERSATION.lifecycles[name].states.keys()


def test_the_table_that_is_shipped_is_of_this_specification() -> None:
    """If not: `python -m tests.earlier`."""
    assert json.loads(SHIPPED.read_text())["behaviour"] == behaviour()
    assert shipped().keys() == {each.stamp for each in EARLIER}
    assert SHIPPED.stat().st_size < 10_000


@pytest.mark.slow
def test_the_table_that_is_shipped_is_fresh() -> None:
    assert SHIPPED.read_text() == text()


class Brief(Program):
    """A program that does not say what to do instead, which takes longest and tells nothing."""

    __slots__ = ()

    def ways(self, config: Config, actor: Party, events: Iterable[str]) -> tuple[Any, ...]:
        return ()


STEPS = 2
"""Events that are tried after each snapshot."""


def drawn(chance: random.Random, many: int) -> Iterator[tuple[int, list[tuple[At, ...]]]]:
    """Profiles, each with random places of 0.2.0 where it can be."""
    found = comparison(FIRST.stamp)
    configs = list(found.space.places.items())
    by_profile: dict[int, list[tuple[At, ...]]] = defaultdict(list)
    for _ in range(many):
        config, who = chance.choice(configs)
        number = chance.randrange(who.bit_length())
        while not who >> number & 1:
            number = chance.randrange(who.bit_length())
        by_profile[number].append(config)
    yield from by_profile.items()


def hold(many: int, seed: int) -> tuple[int, int, int]:
    """Random snapshots of 0.2.0 against what ``fsm compat`` predicts: how many were restored, how many were refused,
    and how many events came to what was predicted.
    """
    chance, found = random.Random(seed), comparison(FIRST.stamp)
    both = found.space.composition, CONVERSATION
    asked = [guards_of(each) for each in both]
    restored = refused = played = 0
    for number, configs in drawn(chance, many):
        pairing = found.profiles.pairing[number]
        seen_by = views(pairing)
        before, after = (Brief(each, Profile(guards, seen_by)) for each, guards in zip(both, asked, strict=True))
        for config in configs:
            future = found.places[config]
            snapshot = as_before(pairing, dict(zip(found.space.names, config, strict=True)))
            if not future.covered >> number & 1:
                with pytest.raises(SnapshotError, match=r"^places: .* is succeeded by no place"):
                    Conversation.carry_over(snapshot)
                refused += 1
                continue
            talk, carried = Conversation.carry_over(snapshot)
            to = next(to for to, mask in future.becomes if mask >> number & 1)
            assert tuple(talk.places.values()) == to
            assert carried
            played += follow(chance, number, before.at(config), after.at(to), carried.differs)
            restored += 1
        for kept in (PROGRAMS._by_views, PROGRAMS._by_profile):  # or a million of them would fill the memory
            kept.clear()
    return restored, refused, played


def follow(chance: random.Random, number: int, old: Answers, new: Answers, differs: tuple[str, ...]) -> int:
    """Fire random events at both, as long as they come to the same: each comes to what is predicted."""
    found, parties = comparison(FIRST.stamp), list(Party)
    for step in range(STEPS):
        event, by = chance.choice(found.space.composition.events), chance.choice(parties)
        mine: Any = old[event, by]
        theirs: Any = new[event, by]
        same = told(mine) == told(theirs) and (mine.to is None or found.succeeds(mine.to.config, theirs.to.config))
        where = (number, old.config, event, by)
        assert same == (not found.differs((old.config, new.config), number, event, by)), where
        assert same or step or event in differs, where
        if not same:
            return step + 1
        if mine.to is not None:
            old, new = mine.to, theirs.to
    return STEPS


def as_before(pairing: Pairing, places: dict[str, At]) -> dict[str, Any]:
    """The snapshot of a conversation that stands at ``places``, as 0.2.0 took it."""
    return of(
        pairing,
        state={name: at.state for name, at in places.items()},
        owners={name: at.owner.value for name, at in places.items() if at.owner},
    )


def told(result: Any) -> object:
    """What tells of what an event came to."""
    if result.to is None:
        return result.kind, result.rule
    return result.effects, sorted(result.timers.start), sorted(result.timers.cancel)


@pytest.mark.slow
def test_random_snapshots_go_on_as_predicted() -> None:
    restored, refused, played = hold(5_000, seed=1)
    assert restored + refused == 5_000
    assert refused < 50
    assert played > 5_000


@pytest.mark.exhaustive
def test_a_million_random_snapshots_go_on_as_predicted() -> None:
    """Last ran on 27 November 2026."""
    restored, refused, played = hold(1_000_000, seed=2)
    assert restored + refused == 1_000_000
    assert refused < 10_000
    assert played > 1_000_000
