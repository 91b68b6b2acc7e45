"""The Promela model says what the tables say, and claims say what they say in Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from fsm import CONVERSATION, LIFECYCLES, At, Pairing, Party
from fsm.engine.profile import Profile
from fsm.export.promela import text
from fsm.export.promela.claims import Look, NotData, failing, of_place, of_step, tree
from fsm.export.promela.record import Record
from fsm.export.promela.steps import Steps
from fsm.export.promela.tables import Tables
from fsm.notation import PARTIES, Claim, Guard, Place, Step, at_every_step, guards_of, in_every_place
from fsm.space.table import Completed
from fsm.spec.claims.always import ALWAYS
from fsm.spec.claims.lasting import CLOSED
from fsm.spec.routing import views
from fsm.verify import PROPERTIES
from tests.people import PAIRS
from tests.verify.machines import REFUSING, always, never

PLACES = (At("a"), At("b", Party.ORIGINATOR), At("b", Party.RECIPIENT))
Given = Mapping[Look, Any]


def answers(look: Look, given: Given) -> Sequence[Any]:
    if look.at == "event":
        return [("go", Party.ORIGINATOR), ("go", Party.RECIPIENT), ("stop", Party.RECIPIENT)]
    if look.at == "possible":
        return [False, True]
    return [(), ("originator",), ("recipient", "originator")] if look.at == "sent" else PLACES


def holds(guard: Guard, party: Party) -> bool:
    return guard.test(party)


def claimed(test: Callable[[Step], bool], name: str = "claim") -> Claim:
    return at_every_step(name, "it is so", "RTE-1", test)


def shown(ask: Callable[..., bool]) -> list[str]:
    """On which answers a claim fails."""
    return [
        " and ".join(f"{' '.join((look.at, *look.names))} in {[_one(each) for each in found]}" for look, found in parts)
        for parts in failing(tree(ask, answers))
    ]


def _one(answer: Any) -> str:
    return ">".join(answer) if isinstance(answer, tuple) and not isinstance(answer, At) else str(answer)


FAILS: dict[str, tuple[Callable[[Step], bool], list[str]]] = {
    "never": (lambda step: True, []),
    "always": (lambda step: False, [""]),
    "by the event": (lambda step: step.event != "go", ["event in ['go>originator', 'go>recipient']"]),
    "by who acts": (lambda step: step.by is Party.ORIGINATOR, ["event in ['go>recipient', 'stop>recipient']"]),
    "never, as no change is a step": (lambda step: not step.changes, []),
    "where it stands": (lambda step: step.after["x"].state == "b", ["after x in ['a']"]),
    "by whom it is owned": (
        lambda step: step.after["x"].owner is not Party.ORIGINATOR,
        ["after x in ['b:originator']"],
    ),
    "on the way": (
        lambda step: not step.entered("x", "b"),
        ["before x in ['a'] and after x in ['b:originator', 'b:recipient']"],
    ),
    "by what is sent": (lambda step: not step.sent("f", "e"), ["sent e f in ['originator', 'recipient>originator']"]),
    "by what is sent, in order": (
        lambda step: step.sent("e") != ["recipient", "originator"],
        ["sent e in ['recipient>originator']"],
    ),
    "nowhere, as a guard decides": (lambda step: step.both(always) or step.event == "go", []),
    "as a guard decides": (lambda step: step.both(never) or step.event == "go", ["event in ['stop>recipient']"]),
    "only where it makes a difference": (
        lambda step: step.event in {"go", "stop"} and step.after["x"].state != "a",
        ["after x in ['a']"],
    ),
}


@pytest.mark.parametrize("how", FAILS)
def test_a_claim_fails(how: str) -> None:
    test, fails = FAILS[how]
    assert shown(of_step(claimed(test), holds)) == fails


def test_a_claim_of_some_events_fails_only_by_them() -> None:
    claim = at_every_step("claim", "it is so", "RTE-1", lambda step: False, of="stop")
    assert shown(of_step(claim, holds)) == ["event in ['stop>recipient']"]


CANNOT: dict[str, tuple[Callable[[Place, Party], bool], list[str]]] = {
    "where it stands": (
        lambda here, who: not here.is_in("chat", "b"),
        ["is chat in ['b:originator', 'b:recipient']"],
    ),
    "by what is possible": (lambda here, who: here.may("go", who), ["possible go recipient in ['False']"]),
    "by what is possible for anyone": (
        lambda here, who: not any(here.may(event, who.other) for event in here.events if event == "send_text"),
        ["possible send_text originator in ['True']"],
    ),
    "as a guard decides": (lambda here, who: here.holds(never, who), [""]),
    "nowhere, as a guard decides": (lambda here, who: here.all_hold((always, always), who), []),
}


@pytest.mark.parametrize("how", CANNOT)
def test_a_claim_fails_in_a_place(how: str) -> None:
    test, fails = CANNOT[how]
    claim = in_every_place("claim", "it is so", "RTE-1", test)
    assert shown(of_place(claim, Party.RECIPIENT, CONVERSATION, holds)) == fails


def test_a_claim_of_some_places_fails_only_there() -> None:
    claim = in_every_place("claim", "it is so", "RTE-1", lambda here, who: False, chat="a")
    assert shown(of_place(claim, Party.RECIPIENT, CONVERSATION, holds)) == ["is chat in ['a']"]


def _endless(step: Step) -> bool:
    return all([step.after[str(n)].state == "a" for n in range(20)])  # a list, so that all are asked


@pytest.mark.parametrize(
    ("test", "says"),
    [
        (lambda step: len(step.effects) < 3, "it looks at all effects at once"),
        (lambda step: step.rows == (), "it looks at the rows that fired"),
        (_endless, "it depends on more than 50,000 combinations"),
    ],
)
def test_a_claim_about_what_has_no_end_is_no_data(test: Callable[[Step], bool], says: str) -> None:
    with pytest.raises(NotData, match=says):
        tree(of_step(claimed(test), holds), answers)


def test_only_answers_that_can_be_given_together_are_tried() -> None:
    def together(look: Look, given: Given) -> Sequence[Any]:
        return [at for at in PLACES if at != given.get(Look("before", ("x",)))] if look.at == "after" else PLACES

    tried = []

    def moves(step: Step) -> bool:
        tried.append((step.before["x"], step.after["x"]))
        return step.before["x"] != step.after["x"]

    assert tree(of_step(claimed(moves), holds), together) is True
    assert tried == [(one, other) for one in PLACES for other in PLACES if one != other]


def test_a_claim_about_refusals_is_no_data() -> None:
    claim = in_every_place("claim", "it is so", "RTE-1", lambda here, who: here.refused("go", who) == "RTE-1")
    with pytest.raises(NotData, match="it looks at refusals"):
        tree(of_place(claim, Party.RECIPIENT, CONVERSATION, holds), answers)


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
     :: event == decline_meeting && by == originator && chat == chat_offered_originator_recipient"""
        """ && decline_meeting_by_originator_goes_to_chat ->
        chat = chat_interop_recipient;
        printf("  close_menu to originator\\n");""" in model
    )
    assert (
        """\
        /* chat.escalated.meeting_over.1: ESC-1 */
        :: told == chat_meeting_over && by == recipient && chat == chat_escalated_recipient_originator ->
           chat = chat_interop_originator;
"""
        in model
    )
    assert ":: told == chat_meeting_over && chat_is_native -> skip" in model


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
    waits = "(call_is_ringing || call_is_ringing_draining || call_is_ringing_draining_interop)"
    assert f"  :: atomic {{ {waits} -> turn!no_answer(service) }}\n" in model
    rests = " || ".join(f"chat_is_{state}" for state in ("none", "one_sided", "switch_offered", "switched"))
    rests = f"{rests} || " + " || ".join(
        f"chat_is_{state}" for state in ("text_offered", "locked", "expired", "closed")
    )
    assert f":: atomic {{ !({rests}) -> turn!session_expired(service) }}" in model
    assert "atomic { meeting_is_creating -> turn!meeting_created(service) }" in model


@pytest.fixture(scope="module")
def record() -> Record:
    return Record(Tables(CONVERSATION, PAIRS["teams>sfb"]), PROPERTIES)


def test_every_claim_is_there_in_words_and_asserted(model: str, record: Record) -> None:
    asserted = {each.name for each in (*record.steps, *record.places)}
    assert asserted >= {each.name for each in ALWAYS}
    there = [each for each in PROPERTIES if each.step or each.place]
    assert len(asserted) + len(record.left_out) == len(there)
    assert 4 * len(record.left_out) < len(there), "most can be asserted"
    for each in PROPERTIES:
        if each.step or each.place:
            assert f"/* {each.name}{': ' if each.name in asserted else ' cannot be asserted: '}" in model
    assert (
        """\
     /* superseded-only-by-a-meeting: a call is superseded only by a meeting that exists. DEC-2 TMS-6 */
     assert(!(terminated_call_was_none && terminated_call_is_superseded && (meeting_is_none"""
        """ || meeting_is_creating || meeting_is_ended)));
     assert(!(terminated_call_was_called_back && terminated_call_is_superseded && (meeting_is_none"""
        """ || meeting_is_creating || meeting_is_ended)));
""" in model
    )


def test_what_cannot_be_asserted_is_about_what_the_model_does_not_tell(record: Record) -> None:
    assert set(record.left_out.values()) == {
        "it looks at refusals",
        "it looks at all effects at once",
    }
    assert {claim.name for claim in CLOSED if claim.step} <= {claim.name for claim in record.steps}


def test_a_claim_that_cannot_fail_or_cannot_be_asserted_says_so() -> None:
    claims = [
        claimed(lambda step: len(step.effects) < 3, "few"),
        claimed(lambda step: True, "true"),
        claimed(lambda step: False, "false"),
    ]
    said = text(CONVERSATION, PAIRS["sfb>sfb"], claims)
    assert "/* few cannot be asserted: it looks at all effects at once */" in said
    assert "/* true: it is so. RTE-1 */\n     /* (nothing that these two can do goes against it) */" in said
    assert "/* false: it is so. RTE-1 */\n     assert(!true);" in said


def test_a_signal_that_is_refused_is_a_failed_assertion() -> None:
    said = text(REFUSING, PAIRS["teams>sfb"], ())
    assert "told == right_heed && by == originator && right == right_a ->\n           assert(false);" in said


def test_that_waiting_ends_is_what_the_verifier_proves(model: str) -> None:
    for each in PROPERTIES:
        assert bool(each.ends) == (f"ltl {each.name.replace('-', '_')} " in model)
    for each in filter(lambda each: each.ends, PROPERTIES):
        assert f"ltl {each.name.replace('-', '_')} {{ [] (" in model
    assert "ltl a_superseded_call_is_settled { [] (terminated_call_is_superseded -> <> !terminated" in model


def test_who_is_remembered_is_a_condition_of_its_own(model: str) -> None:
    defined = dict(re.findall(r"^#define (\w+) (.*)$", model, re.MULTILINE))
    for name, lifecycle in CONVERSATION.lifecycles.items():
        for word, called in (("of_the", "owner"), ("opened_by_the", "opener")):
            for party in PARTIES:
                places = [at for at in lifecycle.places if getattr(at, called) is party]
                stands = " || ".join(f"({name} == {name}_{'_'.join((at.state, *at.remembered))})" for at in places)
                assert defined.get(f"{name}_is_{word}_{party}") == (f"({stands})" if places else None)


def test_a_claim_on_who_opened_it_asks_for_that() -> None:
    claim = claimed(lambda step: step.after["chat"].opener is not Party.RECIPIENT)
    said = text(CONVERSATION, PAIRS["teams>sfb"], [claim])
    assert "/* claim: it is so. RTE-1 */\n     assert(!chat_is_opened_by_the_recipient);" in said


def _taken(pairing: Pairing) -> Iterator[tuple[Given, str, str]]:
    """What every step of two people answers, to what it can be asked."""
    table = Completed(CONVERSATION, [Profile(guards_of(CONVERSATION), views(pairing))])
    effects = sorted({sent.name for case in table.cases for sent in case.effects})
    for n, number in enumerate(table.case):
        case = table.cases[number]
        if case.refusal is None:
            before, after = (table.rows[row][1] for row in (n // len(table.symbols), table.to[n]))
            given: dict[Look, Any] = {Look("event"): (case.event, case.by)}
            given |= {Look("before", (name,)): at for name, at in zip(LIFECYCLES, before, strict=True)}
            given |= {Look("after", (name,)): at for name, at in zip(LIFECYCLES, after, strict=True)}
            given |= {Look("sent", (e,)): tuple(sent.to for sent in case.effects if sent.name == e) for e in effects}
            yield given, case.event, case.by


@pytest.mark.parametrize("name", ["no-calls>sfb", "clouds no-meet-now>no-meet-now", "sfb>sfb"])
def test_what_the_engine_does_can_go_together(name: str) -> None:
    """Whatever a step answers is among the answers that are tried for a claim."""
    steps = Steps(Tables(CONVERSATION, PAIRS[name]))
    answered = 0
    for given, event, by in _taken(PAIRS[name]):
        assert steps.beside(Look("event"), given, [(event, by)]) == [(event, by)], given
        answered += 1
    assert answered > 300


def test_what_no_step_does_cannot_go_together() -> None:
    steps = Steps(Tables(CONVERSATION, PAIRS["teams>sfb"]))
    call, chat = Look("after", ("call",)), Look("after", ("chat",))
    hung = {Look("event"): ("hang_up", Party.ORIGINATOR), Look("before", ("call",)): At("connected")}
    assert steps.beside(call, hung, LIFECYCLES["call"].places) == [At("connected"), At("ended")]
    assert steps.beside(Look("sent", ("end_call",)), hung, [(), ("recipient",), ("originator",)]) == [
        (),
        ("recipient",),
    ]
    here = At("interop", opener=Party.RECIPIENT)
    assert steps.beside(chat, {**hung, Look("before", ("chat",)): here}, LIFECYCLES["chat"].places) == [here]
    rung = {Look("sent", ("ring_audio",)): ("recipient",)}
    assert steps.beside(Look("event"), rung, [("call_audio", who) for who in PARTIES]) == [
        ("call_audio", Party.ORIGINATOR)
    ]


def test_names_are_told_apart() -> None:
    """SPIN has one room for names."""
    for pairing in (PAIRS["teams>sfb"], PAIRS["sfb>teams"]):
        listed = re.findall(r"mtype:\w+ = {(.*?)}", text(CONVERSATION, pairing, ()), flags=re.DOTALL)
        names = [name.strip() for each in listed for name in each.split(",")]
        assert len(names) == len(set(names))
