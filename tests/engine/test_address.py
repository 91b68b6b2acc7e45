"""A conversation in one line."""

from __future__ import annotations

from fsm import Pairing, Participant
from fsm.engine.address import Fires, Step, address
from fsm.spec.editions import EDITIONS
from fsm.spec.facts import changed

ANN, BOB = Participant("ann@contoso.com", "TeamsOnly"), Participant("bob@contoso.com", "SfBOnly")
PAIRING = Pairing(ANN, BOB)
TWO = "from=TeamsOnly,address=ann@contoso.com&to=SfBOnly,address=bob@contoso.com"


def test_the_two_and_what_happens() -> None:
    assert address(PAIRING) == TWO
    steps: list[Step] = [Fires("open_chat", "originator"), 30, changed(PAIRING, {"recipient.mode": "TeamsOnly"})]
    play = "open_chat:originator;wait:30;change:recipient.mode=TeamsOnly,recipient.client=teams-windows"
    assert address(PAIRING, steps) == f"{TWO}&play={play}"
    assert address(PAIRING, steps, at=1) == f"{TWO}&play={play}&at=1"
    assert address(PAIRING, steps, at=3) == f"{TWO}&play={play}"


def test_only_what_is_not_as_usual_is_said() -> None:
    odd = Pairing(Participant("a", "TeamsOnly", allow_user_chat=False), BOB, scope="federated", same_cloud=False)
    two = "from=TeamsOnly,address=a,allow_user_chat=false&to=SfBOnly,address=bob@contoso.com"
    assert address(odd) == f"{two}&scope=federated&same_cloud=false"


def test_what_is_usual_is_as_the_edition_has_it() -> None:
    edition = EDITIONS["2022-10"]
    two = Pairing(edition.participant("originator", "TeamsOnly"), edition.participant("recipient", "SfBOnly"))
    assert address(two, edition=edition) == "from=TeamsOnly&to=SfBOnly&edition=2022-10"


def test_what_would_be_mistaken_is_quoted() -> None:
    assert "address=a%2Cb%3Bc%26d%3D%23%25@x" in address(Pairing(Participant("a,b;c&d=#%@x", "TeamsOnly"), BOB))
