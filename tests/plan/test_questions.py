"""What two people can do with each other, asked of the tables."""

from __future__ import annotations

from random import Random

import pytest

from fsm import Conversation, Pairing, Participant, route
from fsm.plan import QUESTIONS, answers
from fsm.plan.questions import GUARDS, NAMES, RANKED
from fsm.spec.parties import Mode
from tests.plan.organisations import KINDS

ADELE = Participant("adele@contoso.com", Mode.TEAMS_ONLY)
GRADY = Participant("grady@contoso.com", Mode.SFB_ONLY)
NESTOR = Participant("nestor@contoso.com", Mode.ISLANDS)


def told(first: Participant, second: Participant) -> dict[str, str]:
    return {name: each.value for name, each in answers(Pairing(first, second)).items()}


def test_one_platform_offers_everything() -> None:
    assert told(ADELE, NESTOR) == {
        "route": "native", "chat": "full", "files": "yes", "voice": "yes", "video": "yes", "sharing": "yes",
        "group": "yes", "joining": "-", "presence": "teams",
    }  # fmt: skip


def test_across_there_is_plain_text_and_a_meeting() -> None:
    assert told(ADELE, GRADY) == {
        "route": "interop", "chat": "plain text", "files": "no", "voice": "yes", "video": "yes",
        "sharing": "by a meeting", "group": "no", "joining": "by name", "presence": "sfb",
    }  # fmt: skip


def test_an_answer_says_by_which_rule_and_what_would_help() -> None:
    found = answers(Pairing(NESTOR, GRADY))
    assert (found["chat"].value, found["chat"].rule, found["chat"].guard) == (
        "none",
        "INT-4",
        "originator_interoperates",
    )
    assert "out of Islands mode" in found["chat"].instead
    nobody = Participant("pradeep@contoso.com", Mode.TEAMS_ONLY, allow_private_meet_now=False)
    found = answers(Pairing(nobody, GRADY))
    assert (found["sharing"].value, found["sharing"].rule, found["sharing"].about) == ("no", "TMS-11", "originator")


def test_who_has_no_account_joins_anonymously() -> None:
    isaiah = Participant("isaiah@contoso.com", Mode.SFB_ONLY, has_teams_account=False)
    joining = answers(Pairing(ADELE, isaiah))["joining"]
    assert (joining.value, joining.rule, joining.guard, joining.about) == (
        "anonymously", "ESC-6", "has_teams_account", "recipient",
    )  # fmt: skip
    across = Pairing(ADELE, Participant("alex@fabrikam.com", Mode.TEAMS_ONLY), scope="federated", same_cloud=False)
    assert answers(across)["joining"][:2] == ("anonymously", "ESC-6")  # in another cloud, with an account or without


def test_names_and_values_are_said_once() -> None:
    assert tuple(each.name for each in QUESTIONS) == NAMES
    assert len(set(NAMES)) == len(NAMES)
    assert set(RANKED) < set(NAMES)


@pytest.mark.parametrize("seed", range(4))
def test_whoever_the_two_are_each_question_has_an_answer_that_the_engine_gives(seed: int) -> None:
    chance = Random(seed)
    for _ in range(150):
        first, second = chance.choice(KINDS).called("a@contoso.com"), chance.choice(KINDS).called("b@contoso.com")
        scope = chance.choice(["in-tenant", "federated"])
        same_cloud = scope == "in-tenant" or chance.random() < 0.7
        pairing = Pairing(first, second, scope=scope, same_cloud=same_cloud, federation_allowed=chance.random() < 0.9)  # type: ignore[arg-type]
        found = answers(pairing)
        assert list(found) == list(NAMES)
        for each in QUESTIONS:
            assert found[each.name].value in each.values
            assert not found[each.name].guard or found[each.name].guard in GUARDS
        talk = Conversation(pairing)
        assert (found["voice"].value == "yes") == talk.may("call_audio", "originator")
        assert (found["video"].value == "yes") == talk.may("call_video", "originator")
        assert found["route"].value == route(pairing).kind
        opens = talk.may("open_chat", "originator")
        assert opens or found["chat"].value == "none"
        if opens:
            talk.fire("open_chat", "originator")
            sends = talk.may("send_text", "originator")
            rich = talk.may("send_rich_text", "originator")
            assert found["chat"].value == ("none" if not sends else "full" if rich else "plain text")
            assert (found["files"].value == "yes") == talk.may("send_file", "originator")
