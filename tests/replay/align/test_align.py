"""Why a log does not follow: which events are extra, missing, by the wrong party or seen otherwise, and how often."""

from __future__ import annotations

import importlib
import sys
from itertools import chain
from typing import Any

import pytest

import fsm.replay.align
from fsm.readers.log import Log
from fsm.replay import LogError
from fsm.replay.align import Accepted, Edit, Kind, Report, Trend, Where, align
from fsm.spec.rules import RULES

Row = dict[str, Any]
PAIR: Row = {"originator.mode": "TeamsOnly", "recipient.mode": "TeamsOnly"}
NO_CALLS: Row = {"originator.mode": "TeamsOnly", "originator.allow_private_calling": False, "recipient.mode": "SfBOnly"}


def rows(*words: str | Row, name: str | int = 1, pair: Row = PAIR) -> list[Row]:
    """A conversation of "event by"; what else a line says is after them, as a dict of its own."""
    found: list[Row] = []
    for each in words:
        if isinstance(each, str):
            event, _, by = each.partition(" ")
            found.append({"conversation": name, "event": event, **({"by": by} if by else {})})
        else:
            found[-1].update(each)
    found[0] = {**pair, **found[0]}
    return found


def edits(*words: str | Row) -> list[str]:
    """The edits of one conversation, and their rules."""
    return told(align(rows(*words)))


def told(report: Report) -> list[str]:
    return [f"{each.edit}{f' [{each.edit.rule}]' if each.edit.rule else ''}" for each in report.groups]


CALL = ("call_audio originator", "accept_call recipient")
NEVER = {"accepted": False}

EXPLAINED: dict[str, tuple[list[str | Row], list[str]]] = {
    "what follows": ([*CALL, "hang_up originator"], []),
    "an event that cannot be": ([*CALL, "accept_call recipient"], ["extra: accept_call by recipient"]),
    "an event that has to have been": (
        ["call_audio originator", "hold recipient", "resume recipient"],
        ["missing: accept_call by recipient"],
    ),
    "an event for which several would do: the first in the tables": (
        ["call_audio originator", "call_audio recipient", {"terminated_call": "called_back"}],
        ["missing: cancel_call by originator"],
    ),
    "a timer that cannot have": ([*CALL, "no_answer service"], ["extra: no_answer by service"]),
    "somebody else's": (
        ["call_audio originator", "accept_call originator", "hold recipient"],
        ["by the wrong party: accept_call by originator, not recipient [DEC-34]"],
    ),
    "a refusal of what is accepted": (
        [*CALL, NEVER, "accept_call recipient"],
        ["seen otherwise: accept_call by recipient: refused, and by the tables accepted [DEC-34]"],
    ),
    "a refusal of what is refused": ([*CALL, "accept_call recipient", NEVER], []),
    "a refusal by another rule": (
        ["call_audio originator", "accept_call originator", {**NEVER, "rule": "LIM-6"}],
        [
            "seen otherwise: accept_call by originator: refused by LIM-6, "
            "and by the tables not theirs to fire by DEC-34 [DEC-34]"
        ],
    ),
    "another state": (
        [*CALL, {"call": "ringing"}],
        ["seen otherwise: accept_call by recipient: call ringing, and by the tables call connected [DEC-34]"],
    ),
    "by the wrong party, and what was seen is as it should be": (
        ["call_audio originator", "accept_call originator", {"call": "connected"}],
        ["by the wrong party: accept_call by originator, not recipient [DEC-34]"],
    ),
    "by the wrong party, and seen otherwise": (
        ["call_audio originator", "accept_call originator", {"call": "ringing"}],
        ["extra: accept_call by originator [DEC-34]"],
    ),
    "a party that nobody recorded": ([*CALL[:1], "accept_call"], []),
    "one of several events": (
        [
            "call_audio originator",
            {},
            "accept_call>recipient|decline_call>recipient",
            "hold originator",
            "hold originator",
        ],
        ["missing: resume by originator"],
    ),
    "a change of the pairing": (
        [
            "open_chat originator",
            "change",
            {"originator.mode": "SfBOnly", "recipient.mode": "SfBOnly"},
            "send_text originator",
            "change",
            PAIR,
        ],
        [],
    ),
    "one of several events, and none of them by the right party": (
        ["call_audio originator", "accept_call>originator|hold>originator", "hold originator"],
        ["by the wrong party: accept_call by originator, not recipient [DEC-34]"],
    ),
    "an event that has to have been before a change": (
        ["change", {"chat": "native"}, "send_text originator", "send_text recipient"],
        ["missing: open_chat by originator"],
    ),
    "a change that was seen otherwise": (
        ["open_chat originator", "change", {"chat": "none"}],
        ["seen otherwise: change by service: chat none, and by the tables chat native"],
    ),
    "an event that changes the pairing, and is extra": (
        [
            "open_chat originator",
            "accept_call recipient",
            {"originator.mode": "SfBOnly", "recipient.mode": "SfBOnly"},
            "change",
            {"chat": "locked"},
        ],
        ["extra: accept_call by recipient"],
    ),
}


@pytest.mark.parametrize(("words", "wanted"), EXPLAINED.values(), ids=EXPLAINED)
def test_it_is_explained(words: list[str | Row], wanted: list[str]) -> None:
    assert edits(*words) == wanted


PLACED: dict[str, tuple[list[str | Row], list[Where]]] = {
    "where it is refused": (["call_audio originator", "accept_call originator"], [Where("call", "ringing", 1)]),
    "where it does not apply": (["open_chat originator", "resume recipient"], [Where("call", "none", 1)]),
    "where a sibling keeps it from going on": (["open_chat recipient"], [Where("chat", "none", 1)]),
    "where it has to have happened": (
        ["call_audio originator", "hold recipient", "resume recipient"],
        [Where("call", "ringing", 1)],
    ),
    "in several states, the most frequent first": (
        [
            *("accept_call service", "call_audio originator", "accept_call recipient"),
            *("accept_call service", "accept_call service"),
        ],
        [Where("call", "connected", 2), Where("call", "none", 1)],
    ),
    "nowhere, of a change of the pairing": (["open_chat originator", "change", {"chat": "none"}], []),
}


@pytest.mark.parametrize(("words", "wanted"), PLACED.values(), ids=PLACED)
def test_an_edit_is_made_in_a_state(words: list[str | Row], wanted: list[Where]) -> None:
    (group,) = align(rows(*words)).groups
    assert list(group.where) == wanted


PLANTED: dict[str, tuple[int, list[str | Row]]] = {
    "missing: accept_call by recipient": (50, ["call_audio originator", "hold recipient", "resume recipient"]),
    "by the wrong party: accept_call by originator, not recipient [DEC-34]": (
        40,
        ["call_audio originator", "accept_call originator", "hold recipient"],
    ),
    "extra: send_file by originator [LIM-6]": (30, ["open_chat originator", "send_file originator"]),
    "seen otherwise: accept_call by recipient: call ringing, and by the tables call connected [DEC-34]": (
        20,
        [*CALL, {"call": "ringing"}],
    ),
    "extra: no_answer by service": (10, [*CALL, "no_answer service", "hold originator"]),
}
NOISE = ("resume originator", "stop_sharing recipient", "close_chat service", "end_meeting originator")


def planted() -> list[Row]:
    """A log of conversations that follow, of five causes why others do not, and of some that are like no others."""
    talks = [rows(*CALL, "hold recipient", name=f"well {n}") for n in range(200)]
    for cause, (times, words) in PLANTED.items():
        pair = NO_CALLS if "send_file" in cause else PAIR
        talks += [rows(*words, name=f"{cause} {n}", pair=pair) for n in range(times)]
    talks += [rows(*CALL, each, name=each) for each in NOISE]
    return [row for talk in talks for row in talk]


def test_planted_causes_are_the_first_groups() -> None:
    report = align(planted())
    assert told(report)[: len(PLANTED)] == list(PLANTED)
    assert [each.times for each in report.groups[: len(PLANTED)]] == [times for times, _ in PLANTED.values()]
    assert len(report.groups) == len(PLANTED) + len(NOISE)
    assert report.variants == 1 + len(PLANTED) + len(NOISE)
    assert (report.conversations, report.fit, report.cost) == (354, 200, 154)


def test_a_group_has_what_is_the_same_with_one_conversation_for_all() -> None:
    twice = rows("open_chat originator", "hold originator", "hold originator", {"source": "a.log:9"}, name="b")
    report = align([*rows(*CALL, "hold originator", name="c"), *twice, *rows("hold originator", name="a")])
    (group,) = report.groups
    assert (group.times, group.conversations, group.conversation, group.line) == (3, 2, "b", 5)
    assert group.source == ""
    assert group.as_dict() == {
        **{"kind": "extra", "event": "hold", "by": "originator", "instead": "", "observed": "", "rule": None},
        **{"times": 3, "conversations": 2, "conversation": "b", "line": 5, "source": "", "why": None},
        "where": [{"lifecycle": "call", "state": "none", "times": 3}],
    }
    assert report.followed.departures[0].line == 5
    assert not report.ok


def test_a_source_is_told() -> None:
    report = align(rows("open_chat originator", "hold originator", {"source": "a.log:9"}))
    assert report.groups[0].source == "a.log:9"


def test_alike_is_who_is_of_one_kind_and_does_the_same() -> None:
    talks = (rows(*CALL, name=n, pair={**PAIR, "originator.address": f"{n}@a.example"}) for n in range(5))
    report = align(list(chain(*talks, rows(*CALL[:1], name="other"))))
    assert (report.conversations, report.variants) == (6, 2)


def test_fitness_is_of_all_events_and_of_a_conversation() -> None:
    report = align([*rows(*CALL, "no_answer service", name=1), *rows("hold originator", name=2)])
    assert report.fitness == 1 - 2 / 4
    assert report.average_fitness == pytest.approx((2 / 3 + 0) / 2)
    assert (report.fit, report.cost, report.events) == (0, 2, 4)


def test_precision_is_how_much_of_what_is_possible_is_done() -> None:
    # three ways to begin; then seven of one that rings, and open_chat by either
    once = align(rows("call_audio originator"))
    assert once.precision == 1 / 3
    both = align([*rows("call_audio originator"), *rows("open_chat originator", name=2)])
    assert both.precision == 2 / 3
    assert align(rows(*CALL)).precision == 2 / (3 + 9)
    assert align(rows("hold originator")).precision == 1


def test_nothing_is_as_good_as_can_be() -> None:
    report = align([])
    assert (report.fitness, report.average_fitness, report.precision, report.ok) == (1, 1, 1, True)


def test_a_party_may_cost_two() -> None:
    report = align(rows("call_audio originator", "accept_call originator", "hold recipient"), unit_costs=True)
    assert told(report) == ["extra: accept_call by originator [DEC-34]", "missing: accept_call by recipient"]
    assert report.as_dict()["wrong_party_costs"] == 2


def test_a_conversation_is_aligned_up_to_what_cannot_be_read() -> None:
    bad = rows(*CALL, "nonsense originator", "hold nobody", "no_answer service", "accept_call recipient")
    report = align(
        [*bad, {"conversation": 2, "event": "nonsense"}, {"conversation": 2, "event": "hold"}], skip_bad=True
    )
    assert (told(report), report.events, report.conversations) == ([], 2, 1)
    with pytest.raises(LogError, match='log:3: event: "nonsense" is not known'):
        align(bad)


def test_events_are_in_order_of_time() -> None:
    late = [{**row, "time": -n} for n, row in enumerate(rows(*reversed(CALL)))]
    late = [{**late[0], **{name: None for name in PAIR}}, {**late[1], **PAIR}]
    assert told(align(late)) == []
    with pytest.raises(LogError, match="time goes back in it, and it can be read once only"):
        align(iter(late))


def test_events_in_any_order_are_taken_in_that_of_the_log() -> None:
    first, second, third = rows(*CALL, "hold recipient")
    spans = [{**first, "time": 0}, {**third, "time": "1/5"}, {**second, "time": "1/5"}]
    report = align(spans)
    assert report.followed.ok
    assert told(report) == ["extra: hold by recipient"]
    spans[2]["by"] = "nobody"
    assert align(spans, skip_bad=True).events == 2


def test_a_log_may_be_a_log() -> None:
    assert align(Log(rows("hold originator"))).cost == 1


def test_every_rule_told_is_one() -> None:
    assert {each.edit.rule for each in align(planted()).groups} <= {None, *RULES}


HOLD = Edit(Kind.EXTRA, "hold", "originator")
FILE = Edit(Kind.EXTRA, "send_file", "originator", rule="LIM-6")


def test_what_is_accepted_is_set_aside() -> None:
    everywhere = Accepted({"kind": "extra", "event": "hold"}, "the old client")
    never = Accepted({"kind": "missing", "event": "hold"})
    log = [*rows(*CALL, "no_answer service"), *rows("hold originator", name=2)]
    report = align(log, set_aside=[everywhere, never])
    assert [each.edit.event for each in report.groups] == ["no_answer"]
    assert [(each.edit, each.why) for each in report.accepted] == [(HOLD, "the old client")]
    assert report.unused == (never,)
    assert report.as_dict()["unused"] == [{"kind": "missing", "event": "hold"}]
    assert align(rows("hold originator"), set_aside=[everywhere]).ok
    assert everywhere.as_dict() == {"kind": "extra", "event": "hold", "why": "the old client"}


def test_what_has_changed_since_is_told() -> None:
    gone = Edit(Kind.EXTRA, "resume", "originator")
    log = [*rows("hold originator", "end_meeting originator", "hold originator", "stop_sharing originator")]
    more = Edit(Kind.EXTRA, "end_meeting", "originator")
    quiet = Accepted({"kind": "extra", "event": "stop_sharing"})
    report = align(log, since={HOLD: 1, gone: 4}, set_aside=[quiet])
    assert report.since is not None
    assert [(each.trend, each.edit, each.before, each.now) for each in report.since] == [
        (Trend.MORE, HOLD, 1, 2),
        (Trend.NEW, more, 0, 1),
        (Trend.GONE, gone, 4, 0),
    ]
    assert report.as_dict()["since"][0] == {"change": "more", **HOLD.as_dict(), "before": 1, "now": 2}
    fewer = align(rows("hold originator"), since={HOLD: 3}).since
    assert fewer is not None
    assert [each.trend for each in fewer] == [Trend.FEWER]
    assert align(rows("hold originator"), since={HOLD: 1}).since == ()
    assert align(rows("hold originator")).since is None


def test_without_numpy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(ImportError, match="aligning needs numpy; pip install 'interop-fsm\\[bulk\\]'"):
        importlib.reload(fsm.replay.align)
