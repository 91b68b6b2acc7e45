"""All that can happen between two people, held against the engine played through, event by event."""

from __future__ import annotations

import pytest

from fsm import CONVERSATION, Pairing, Party
from fsm.engine.outcome import Outcome
from fsm.engine.profile import Profile
from fsm.engine.program import Program
from fsm.notation import Composition, guards_of
from fsm.space.profiles import Profiles
from fsm.space.table import Completed
from fsm.space.two import Happening, happening
from fsm.spec.routing import views
from tests.people import PAIRS
from tests.testing.machines import LAMP, PHONE

GUARDS = guards_of(CONVERSATION)
FEW_PLACES = ("no-chat>sfb", "no-calls>sfb", "teams>teams", "sfb>sfb", "clouds no-meet-now>no-meet-now", "islands>sfb")


def between(pairing: Pairing) -> Happening:
    return happening(CONVERSATION, Profile(GUARDS, views(pairing)))


@pytest.mark.parametrize(
    "name", [FEW_PLACES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in FEW_PLACES[1:])]
)
def test_what_can_happen_is_what_happens_when_everything_is_tried(name: str) -> None:
    program = Program(CONVERSATION, Profile(GUARDS, views(PAIRS[name])))
    rows: set[str | None] = set()
    open_, places = [program.initial], {program.initial.config}
    while open_:
        here = open_.pop()
        for event in CONVERSATION.events:
            for by in Party:
                result = here[event, by]
                if isinstance(result, Outcome):
                    rows.update(result.rows)
                    if result.to.config not in places:
                        places.add(result.to.config)
                        open_.append(result.to)
                elif result.row in CONVERSATION.rows:
                    rows.add(result.row)
    possible = between(PAIRS[name])
    assert possible.places == places
    assert {decision.row for decision in possible.decisions} == rows


@pytest.mark.parametrize(
    "share", [pytest.param(80, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.exhaustive)]
)
def test_of_every_profile_it_is_what_the_completed_automaton_has(profiles: Profiles, share: int) -> None:
    """The exhaustive one last ran on 27 November 2026."""
    for pairing in profiles.pairing[::share]:
        profile = Profile(GUARDS, views(pairing))
        table, possible = Completed(CONVERSATION, [profile]), happening(CONVERSATION, profile)
        cases = [table.cases[number] for number in set(table.case)]
        declared = {case.refusal.row for case in cases if case.refusal and case.refusal.row in CONVERSATION.rows}
        assert possible.places == {config for _, config in table.rows}
        assert {each.row for each in possible.decisions} == declared.union(*(case.rows for case in cases))


def test_who_and_where_is_told() -> None:
    possible = between(PAIRS["teams>sfb"])
    answers = {each for each in possible.decisions if each.row.startswith("call.ringing.accept_call.")}
    assert {(each.at.owner, each.by) for each in answers} == {
        (Party.ORIGINATOR, Party.RECIPIENT),
        (Party.RECIPIENT, Party.ORIGINATOR),
    }


def test_no_link_is_carried_into_a_chat_that_no_call_can_open() -> None:
    """Neither may call, so no call can begin a meeting, whatever the chat by itself would do with its link."""
    assert "chat.none.carry_link.2" not in {each.row for each in between(PAIRS["no-calls>sfb"]).decisions}
    assert "meeting.open.resend_link.1" not in {each.row for each in between(PAIRS["clouds teams>teams"]).decisions}


@pytest.mark.parametrize("composition", [LAMP, PHONE], ids=["lamp", "phone"])
def test_it_is_of_any_tables(composition: Composition) -> None:
    possible = happening(composition, Profile(guards_of(composition), views(PAIRS["sfb>teams"])))
    assert set(possible.standing) == set(composition.lifecycles)
    assert {each.row for each in possible.decisions} <= set(composition.rows)
