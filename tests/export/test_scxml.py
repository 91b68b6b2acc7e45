"""SCXML: the document says what the tables say. That interpreters run it as the engine does is for the jury."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings

from fsm import CONVERSATION, LIFECYCLES, Pairing, Party
from fsm.export import What, names
from fsm.export.names import event, profile, signal
from fsm.export.possible import Possible
from fsm.export.scxml import direct, text
from fsm.notation import PARTIES, Lifecycle, guards_of
from tests.people import PAIRS
from tests.strategies import pairings

EVERYTHING: dict[str, What] = {**CONVERSATION.lifecycles, "conversation": CONVERSATION}
ACROSS = PAIRS["teams>sfb"]
CASES = [
    pytest.param(what, pairing, id=f"{name} {'by name' if pairing is None else 'resolved'}")
    for name, what in EVERYTHING.items()
    for pairing in (None, ACROSS)
]


def document(what: What, pairing: Pairing | None = None) -> Element:
    """The document, without its namespace."""
    root = ElementTree.fromstring(text(what, pairing))
    for each in root.iter():
        namespace, _, each.tag = each.tag.rpartition("}")
        assert namespace == "{http://www.w3.org/2005/07/scxml"
    return root


def shown(element: Element) -> list[str]:
    """What a transition does, a line for each instruction."""
    lines = []
    for each in element:
        match each.tag:
            case "log":
                lines.append(f"{each.get('label')} {str(each.get('expr')).strip(chr(39))}")
            case "raise":
                lines.append(f"raise {each.get('event')}")
            case _:
                lines += [f"if {each.get('cond')}", *(f"  {line}" for line in shown(each))]
    return lines


def transitions(root: Element, state: str, heard: str) -> list[list[str]]:
    """The transitions of a state on an event: condition and target, then what they do."""
    found = root.findall(f".//state[@id='{state}']/transition[@event='{heard}']")
    return [[f"{each.get('cond', 'always')} -> {each.get('target', 'stays')}", *shown(each)] for each in found]


STEPS = [
    (
        "a transition: effects for those who get them, then signals, then timers",
        ("conversation", ACROSS, "call.ringing_originator", "cancel_call.originator"),
        [
            [
                "always -> call.ended",
                "row call.ringing.cancel_call.1",
                "effect stop_ringing.originator",
                "effect stop_ringing.recipient",
                "raise terminated_call.call_missed.originator",
                "cancel_timer no_answer.service",
            ]
        ],
    ),
    (
        "nobody but those who may fire a row is heard",
        ("conversation", ACROSS, "call.ringing_originator", "cancel_call.recipient"),
        [],
    ),
    (
        "a lifecycle by itself tells its host what it would tell its siblings",
        ("call", ACROSS, "call.ringing_originator", "no_answer.service"),
        [
            [
                "always -> call.ended",
                "row call.ringing.no_answer.1",
                "effect stop_ringing.originator",
                "effect stop_ringing.recipient",
                "signal terminated_call.call_missed.originator",
                "cancel_timer no_answer.service",
            ]
        ],
    ),
    (
        "a lifecycle by itself hears signals by their full name",
        ("call", None, "call.escalating_recipient", "call.meeting_failed.recipient"),
        [["always -> call.connected", "row call.escalating.meeting_failed.1"]],
    ),
    (
        "a place says whom the state remembers, the owner first; who opened it is kept",
        ("chat", None, "chat.offered_originator_recipient", "decline_meeting.originator"),
        [["always -> chat.interop_recipient", "row chat.offered.decline_meeting.1", "effect close_menu.originator"]],
    ),
    (
        "a change in the name of a party is heard by the party that it is about",
        ("chat", None, "chat.offered_originator_recipient", "chat.rerouted_across.recipient"),
        [
            [
                f"{asked}chat.{to}",
                f"row chat.offered.rerouted_across.{row}",
                "effect close_menu.originator",
                *effects,
                "cancel_timer session_expired.service",
            ]
            for row, asked, to, effects in (
                (
                    1,
                    "native_federated -> ",
                    "switch_offered",
                    ("effect offer_native_thread.originator", "effect offer_native_thread.recipient"),
                ),
                (
                    3,
                    "always -> ",
                    "locked",
                    (
                        "effect lock_thread.recipient",
                        "effect end_session.originator",
                        "effect disconnect_gateway.gateway",
                    ),
                ),
            )
        ],
    ),
    (
        "guards by name; the rows are tried in order",
        ("conversation", None, "chat.native", "open_persistent_chat.recipient"),
        [
            [
                "recipient_on_sfb -> stays",
                "row chat.native.open_persistent_chat.1",
                "effect open_persistent_chat.recipient",
            ],
            ["always -> stays", "refused LIM-7"],
        ],
    ),
    (
        "an effect that only some get, and a timer that only some run",
        ("chat", None, "chat.switched", "chat.rerouted_from_teams.service"),
        [
            *(
                [
                    f"{asked} -> chat.interop_{opener}",
                    f"row chat.switched.rerouted_from_teams.{row}",
                    "effect lock_thread.originator",
                    "effect lock_thread.recipient",
                    "effect connect_gateway.gateway",
                    "effect revive_text_thread.originator",
                    "effect revive_text_thread.recipient",
                    "if originator_told_beforehand",
                    "  effect open_interop_window.originator",
                    "if recipient_told_beforehand",
                    "  effect open_interop_window.recipient",
                    "if originator_told_by_bar",
                    "  effect show_business_bar.originator",
                    "if recipient_told_by_bar",
                    "  effect show_business_bar.recipient",
                    "if originator_not_told_beforehand && originator_not_told_by_bar",
                    "  effect show_interop_banner.originator",
                    "if recipient_not_told_beforehand && recipient_not_told_by_bar",
                    "  effect show_interop_banner.recipient",
                    "if has_sfb_side",
                    "  start_timer session_expired.service 600",
                ]
                for row, asked, opener in (
                    (1, "interop_federated && originator_on_teams", "originator"),
                    (2, "interop_federated", "recipient"),
                )
            ),
            [
                "always -> chat.locked",
                "row chat.switched.rerouted_from_teams.3",
                "effect lock_thread.originator",
                "effect lock_thread.recipient",
            ],
        ],
    ),
    (
        "a state that is entered anew starts its timer afresh",
        ("conversation", PAIRS["sfb>sfb"], "chat.native", "send_text.originator"),
        [
            [
                "always -> chat.native",
                "row chat.native.send_text.1",
                "effect deliver_text.recipient",
                "start_timer session_expired.service 600",
            ]
        ],
    ),
    (
        "a timer that the next state runs too goes on",
        ("conversation", ACROSS, "meeting.sent_originator", "link_delivered.service"),
        [
            [
                "always -> meeting.invited_originator",
                "row meeting.sent.link_delivered.2",
                "effect guide_to_join.recipient",
            ]
        ],
    ),
    (
        "and is kept, or started, where the state before ran it on another condition",
        ("conversation", None, "chat.native", "chat.rerouted_from_sfb.service"),
        [["always -> chat.draining", "row chat.native.rerouted_from_sfb.1", "keep_timer session_expired.service 600"]],
    ),
    (
        "a dispatcher refuses for anyone, whoever it is",
        ("conversation", ACROSS, "dispatch", "call_video"),
        [
            [
                " || ".join(
                    f"In('meeting.{state}_{owner}')"
                    for state in (
                        *("creating", "open", "open_sharing", "sent", "sent_sharing", "invited", "invited_sharing"),
                        *("together", "initiator_shares", "peer_shares"),
                    )
                    for owner in PARTIES
                )
                + " -> stays",
                "refused DEC-12",
            ]
        ],
    ),
    (
        "or for the one whom the rule is about",
        ("conversation", ACROSS, "dispatch", "open_chat.recipient"),
        [
            ["(In('chat.none')) && (In('call.none')) -> stays", "refused DEC-6"],
            ["always -> stays", "raise chat.open_chat.recipient"],
        ],
    ),
    (
        "and raises the event again to the lifecycle that the siblings choose",
        ("conversation", ACROSS, "dispatch", "accept_meeting.recipient"),
        [
            [
                "In('call.offered_originator') || In('call.offered_recipient') -> stays",
                "raise call.accept_meeting.recipient",
            ],
            ["always -> stays", "raise chat.accept_meeting.recipient"],
        ],
    ),
    (
        "which hears it there",
        ("conversation", ACROSS, "call.offered_recipient", "call.accept_meeting.recipient"),
        [["always -> call.escalating_recipient", "row call.offered.accept_meeting.2", "raise meeting.start.recipient"]],
    ),
    (
        "while by itself it hears it from the host",
        ("call", ACROSS, "call.offered_recipient", "accept_meeting.recipient"),
        [
            [
                "always -> call.escalating_recipient",
                "row call.offered.accept_meeting.2",
                "signal meeting.start.recipient",
            ]
        ],
    ),
]


@pytest.mark.parametrize(("where", "expected"), [step[1:] for step in STEPS], ids=[step[0] for step in STEPS])
def test_rows_become_transitions(where: tuple[str, Pairing | None, str, str], expected: list[list[str]]) -> None:
    name, pairing, state, heard = where
    assert transitions(document(EVERYTHING[name], pairing), state, heard) == expected


@pytest.mark.parametrize(("what", "pairing"), CASES)
def test_the_document_is_whole(what: What, pairing: Pairing | None) -> None:
    root = document(what, pairing)
    assert root.attrib["version"] == "1.0"
    names = Counter(each.get("id") for each in root.iter() if each.tag in ("state", "parallel", "data"))
    assert max(names.values()) == 1
    lifecycles = [what] if isinstance(what, Lifecycle) else list(what.lifecycles.values())
    there = Possible(what if what is CONVERSATION else None, profile(pairing))
    places = {f"{each.name}.{'_'.join((at.state, *at.remembered))}" for each in lifecycles for at in there.places(each)}
    assert places == {name for name in names if name and "." in name}
    assert {each.attrib["target"] for each in root.iter("transition") if "target" in each.attrib} <= places
    assert {each.attrib["initial"] for each in root.iter() if "initial" in each.attrib} <= {*names}
    conds = " ".join(each.get("cond", "") for each in root.iter())
    assert set(re.findall(r"In\('([^']*)'\)", conds)) <= places
    asked = set(re.findall(r"\w+", re.sub(r"In\('[^']*'\)", "", conds)))
    assert asked == {each.get("id") for each in root.iter("data")}
    assert bool(asked) == (pairing is None and what is not CONVERSATION.lifecycles["terminated_call"])
    assert {each.get("expr") for each in root.iter("data")} <= {"0"}


def test_what_is_raised_is_heard_and_what_is_heard_is_raised_or_comes_from_outside() -> None:
    root = document(CONVERSATION)
    raised = {each.attrib["event"] for each in root.iter("raise")}
    heard = {each.attrib["event"] for each in root.iter("transition")}
    outside = {event(name, party) for name in CONVERSATION.events for party in Party}
    changes = {
        signal(each.name, change.event, change.by)
        for change in CONVERSATION.changes
        for each in LIFECYCLES.values()
        if change.event in each.signals
    }
    ignored = {
        signal(each.name, name, party) for each in LIFECYCLES.values() for name in each.signals for party in Party
    }
    dispatched = {
        signal(row.lifecycle, name, party)
        for name, rows in CONVERSATION.dispatch.items()
        for row in rows
        for party in Party
        if not direct(rows) and not row.refused
    }
    assert raised - heard <= ignored | dispatched
    assert heard - raised <= outside | changes | ignored | {*CONVERSATION.events}


def test_a_descriptor_matches_its_own_event_only_or_that_of_anyone() -> None:
    root = document(CONVERSATION)
    descriptors = {each.attrib["event"] for each in root.iter("transition")}
    events = {event(name, party) for name in CONVERSATION.events for party in Party}
    events |= {each.attrib["event"] for each in root.iter("raise")}
    for each in events:
        tokens = each.split(".")
        matching = {one for one in descriptors if tokens[: one.count(".") + 1] == one.split(".")}
        assert matching <= {each, tokens[0]}
        assert tokens[0] not in matching or tokens[0] in CONVERSATION.events


def holding(pairing: Pairing) -> dict[str, bool]:
    """Every condition that guards by name may ask, decided for a pairing."""
    decided = profile(pairing)
    assert decided is not None
    return {
        guard.name if guard.about is None else f"{party}_{guard.name}": decided.holds(guard, party)
        for guard in guards_of(CONVERSATION)
        for party in PARTIES
    }


def decide(element: Element, holds: dict[str, bool]) -> None:
    """Decide the conditions of a document by name."""
    settled = set()
    for each in list(element):
        cond = each.get("cond", "")
        if cond and "In(" not in cond:
            if not all(holds[name] for name in cond.split(" && ")):
                element.remove(each)
                continue
            del each.attrib["cond"]
        if each.tag == "transition" and not each.get("cond"):
            if each.get("event") in settled:
                element.remove(each)
                continue
            settled.add(each.get("event"))
        decide(each, holds)
        if each.tag == "if":
            at = list(element).index(each)
            element.remove(each)
            element[at:at] = list(each)


def never(root: Element, possible: Possible) -> None:
    """Take out what two people can never bring about."""
    gone = set()
    for name, lifecycle in LIFECYCLES.items():
        region = root.find(f".//state[@id='{name}']")
        assert region is not None
        gone |= {f"In('{name}.{names.place(at)}')" for at in {*lifecycle.places} - {*possible.places(lifecycle)}}
        for at in lifecycle.places:
            here = region.find(f"state[@id='{name}.{names.place(at)}']")
            assert here is not None
            if at not in possible.places(lifecycle):
                region.remove(here)
            for each in here.findall("transition"):
                *_, event, by = str(each.get("event")).split(".")
                if not possible.tried(lifecycle, at, event, Party(by)):
                    here.remove(each)
    dispatch = root.find(".//state[@id='dispatch']")
    assert dispatch is not None
    for each in dispatch.findall("transition"):
        asked = [group.removeprefix("(").split(" || ") for group in each.get("cond", "").split(") && (") if group]
        left = [[f"{place.rstrip(')')})" for place in group if f"{place.rstrip(')')})" not in gone] for group in asked]
        if not all(left):
            dispatch.remove(each)
        elif left:
            groups = [" || ".join(group) for group in left]
            each.set("cond", groups[0] if len(groups) == 1 else " && ".join(f"({group})" for group in groups))


def flat(root: Element) -> list[object]:
    return [(each.tag, each.attrib) for each in root.iter() if each.tag not in ("datamodel", "data")]


BY_NAME = {name: document(what) for name, what in EVERYTHING.items()}


@settings(max_examples=5)
@given(pairings())
def test_a_pairing_decides_what_is_asked_by_name(pairing: Pairing) -> None:
    for name, what in EVERYTHING.items():
        root = deepcopy(BY_NAME[name])
        decide(root, holding(pairing))
        if what is CONVERSATION:
            never(root, Possible(CONVERSATION, names.profile(pairing)))
        assert flat(root) == flat(document(what, pairing))


@pytest.mark.parametrize("name", LIFECYCLES)
def test_a_lifecycle_is_its_region_with_signals_for_the_host(name: str) -> None:
    region = deepcopy(BY_NAME["conversation"].find(f".//state[@id='{name}']"))
    assert region is not None
    for each in region.iter():
        if each.tag == "raise":
            each.tag, each.attrib = "log", {"label": "signal", "expr": f"'{each.attrib['event']}'"}
        if each.tag == "transition":
            lifecycle, _, rest = each.attrib["event"].partition(".")
            fired = rest.partition(".")[0] in CONVERSATION.lifecycles[name].events and lifecycle == name
            each.attrib["event"] = rest if fired else each.attrib["event"]
    assert flat(region)[1:] == flat(BY_NAME[name])[1:]
