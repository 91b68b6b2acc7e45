"""The Promela model says what the tables say, and claims say what they say in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from fsm import CONVERSATION, At, Party
from fsm.export import export
from fsm.export.promela import text
from fsm.export.promela.claims import Look, NotData, failing, tree
from fsm.export.promela.model import ENDINGS
from fsm.export.promela.tables import Tables
from fsm.notation import Guard
from fsm.spec.invariants import INVARIANTS, Invariant, Moment
from fsm.verify.properties.liveness import LIVENESS
from tests.people import PAIRS
from tests.verify.machines import REFUSING, always, never

PLACES = (At("a"), At("b", Party.ORIGINATOR), At("b", Party.RECIPIENT))


def answers(look: Look) -> Sequence[Any]:
    if look.at == "event":
        return ("go", "stop")
    return [(), ("originator",), ("recipient", "originator")] if look.at == "sent" else PLACES


def holds(guard: Guard, party: Party) -> bool:
    return guard.test(party)


def claimed(test: Callable[[Moment], bool]) -> Invariant:
    return Invariant("claim", "it is so", "RTE-1", test)


def shown(test: Callable[[Moment], bool]) -> list[str]:
    """On which answers a claim fails."""
    return [
        " and ".join(f"{' '.join((look.at, *look.names))} in {[_one(each) for each in found]}" for look, found in parts)
        for parts in failing(tree(claimed(test), holds, answers))
    ]


def _one(answer: Any) -> str:
    return ">".join(answer) if isinstance(answer, tuple) and not isinstance(answer, At) else str(answer)


FAILS: dict[str, tuple[Callable[[Moment], bool], list[str]]] = {
    "never": (lambda step: True, []),
    "always": (lambda step: False, [""]),
    "by the event": (lambda step: step.event != "go", ["event in ['go']"]),
    "where it stands": (lambda step: step.after["x"].state == "b", ["after x in ['a']"]),
    "by whom it is owned": (
        lambda step: step.after["x"].owner is not Party.ORIGINATOR,
        ["after x in ['b(originator)']"],
    ),
    "on the way": (
        lambda step: not step.entered("x", "b"),
        ["before x in ['a'] and after x in ['b(originator)', 'b(recipient)']"],
    ),
    "by what is sent": (lambda step: not step.sent("f", "e"), ["sent e f in ['originator', 'recipient>originator']"]),
    "by what is sent, in order": (
        lambda step: step.sent("e") != ["recipient", "originator"],
        ["sent e in ['recipient>originator']"],
    ),
    "nowhere, as a guard decides": (lambda step: step.both(always) or step.event == "go", []),
    "as a guard decides": (lambda step: step.both(never) or step.event == "go", ["event in ['stop']"]),
    "only where it makes a difference": (
        lambda step: step.event in {"go", "stop"} and step.after["x"].state != "a",
        ["after x in ['a']"],
    ),
}


@pytest.mark.parametrize("how", FAILS)
def test_a_claim_fails(how: str) -> None:
    test, fails = FAILS[how]
    assert shown(test) == fails


def test_a_claim_about_all_effects_at_once_is_no_data() -> None:
    with pytest.raises(NotData):
        tree(claimed(lambda step: len(step.effects) < 3), holds, answers)


@pytest.fixture(scope="module")
def model() -> str:
    return text(CONVERSATION, PAIRS["teams>sfb"])


def test_every_row_that_two_can_take_is_in_the_model_with_its_rules(model: str) -> None:
    taken = {branch.row: branch for *_, branch in Tables(CONVERSATION, PAIRS["teams>sfb"]).taken if not branch.refused}
    found = dict(re.findall(r"/\* ([a-z_]+\.[a-z_]+\.[a-z_]+\.\d+): (.*?) \*/", model))
    assert found == {row: " ".join(branch.cites) for row, branch in taken.items()}
    assert "chat.interop.share_desktop.2" in CONVERSATION.rows
    assert "chat.native.open_persistent_chat.2" not in found, "a refused event is no step"


def test_a_row_reads_as_it_does_in_the_table(model: str) -> None:
    assert (
        """\
     /* chat.offered.decline_meeting.1: DEC-26 DEC-1 */
     :: event == decline_meeting && by == originator && chat == chat_offered_originator"""
        """ && decline_meeting_by_originator_goes_to_chat ->
        chat = chat_interop;
        printf("  close_menu to originator\\n");
""" in model
    )
    assert (
        """\
        /* chat.escalated.meeting_over.1: ESC-1 */
        :: told == chat_meeting_over && by == recipient && chat == chat_escalated_recipient ->
           chat = chat_interop;
"""
        in model
    )
    assert ":: told == chat_call_placed && chat_is_native -> skip" in model


def test_dispatch_is_a_condition_on_the_siblings(model: str) -> None:
    assert "#define decline_meeting_by_originator_goes_to_chat !call_is_offered\n" in model
    assert "#define decline_meeting_by_originator_goes_to_call call_is_offered\n" in model
    assert "#define open_chat_by_recipient_goes_to_chat !(chat_is_none && call_is_none)\n" in model
    assert "open_chat_by_originator_goes_to" not in model


def test_timers_that_run_are_processes(model: str) -> None:
    processes = re.findall(r"active proctype (\w+)\(\) {", model)
    assert processes == [
        "conversation",
        "people_and_services",
        "timer_session_expired",
        "timer_no_answer",
        "timer_meeting_failed",
        "timer_join_timed_out",
    ]
    assert "  :: atomic { (meeting_is_open || meeting_is_invited) -> turn!join_timed_out(service) }\n" in model
    assert ":: atomic { (chat_is_draining || chat_is_draining_interop) -> turn!session_expired(service) }" in model
    assert "atomic { meeting_is_creating -> turn!meeting_created(service) }" in model


def test_every_claim_is_there_in_words_and_asserted(model: str) -> None:
    for each in INVARIANTS:
        assert f"/* {each.name}" in model
    assert (
        """\
     /* superseded-only-by-a-meeting: a call is superseded only by a meeting that exists. DEC-2 TMS-6 */
     assert(!(!terminated_call_was_superseded && terminated_call_is_superseded && (meeting_is_none"""
        """ || meeting_is_creating || meeting_is_ended)));
""" in model
    )


def test_a_claim_that_cannot_fail_or_cannot_be_asserted_says_so() -> None:
    claims = [
        claimed(lambda step: len(step.effects) < 3)._replace(name="few"),
        claimed(lambda step: True)._replace(name="true"),
        claimed(lambda step: False)._replace(name="false"),
    ]
    said = text(CONVERSATION, PAIRS["sfb>sfb"], claims)
    assert "/* few cannot be asserted: it looks at all effects at once */" in said
    assert "/* true: it is so. RTE-1 */\n     /* (nothing that these two can do goes against it) */" in said
    assert "/* false: it is so. RTE-1 */\n     assert(!true);" in said


def test_a_signal_that_is_refused_is_a_failed_assertion() -> None:
    said = text(REFUSING, PAIRS["teams>sfb"], (), ())
    assert "told == right_heed && by == originator && right == right_a ->\n           assert(false);" in said


def test_that_waiting_ends_is_what_the_verifier_proves(model: str) -> None:
    proven = {each.name: each for each in LIVENESS}
    for each in ENDINGS:
        assert proven[each.name].cites == each.cites
        assert proven[each.name].says.startswith(each.says)
        assert f"ltl {each.name.replace('-', '_')} {{ [] (" in model
    assert "ltl ringing_ends { [] (call_is_ringing -> <> !call_is_ringing) }" in model


def test_names_are_told_apart() -> None:
    """SPIN has one room for names."""
    for pairing in (PAIRS["teams>sfb"], PAIRS["sfb>teams"]):
        listed = re.findall(r"mtype:\w+ = {(.*?)}", text(CONVERSATION, pairing), flags=re.DOTALL)
        names = [name.strip() for each in listed for name in each.split(",")]
        assert len(names) == len(set(names))


def test_it_is_the_same_bytes_every_time(model: str) -> None:
    assert export("promela", CONVERSATION, PAIRS["teams>sfb"]) == model
