"""What the service is asked and what it answers, on each host."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

import fsm
from fsm.hosts.memory import MemoryHost
from fsm.serve.app import GRACE, description
from fsm.serve.bodies import LARGEST
from tests.serve.conftest import ADELE, GRADY, TWO, Client, listening

ONE = "/v1/conversations/c1"


@pytest.fixture(scope="module")
def there() -> Iterator[Client]:
    """A service for requests that change nothing, with a conversation that is open."""
    with listening(MemoryHost()) as found:
        found.open(key="opening")
        yield found


def test_a_conversation_is_opened_fired_at_and_read(client: Client) -> None:
    called = client.fire("call_audio", "originator")
    assert called.status_code == 200
    step = called.json()
    assert (step["seq"], step["state"]["call"], step["again"]) == (1, "ringing", False)
    assert step["timers"]["start"] == [{"event": "no_answer", "seconds": 30}]
    ring = step["effects"][0]
    assert (ring["id"], ring["name"], ring["to"]) == ("c1/1/0", "ring_audio", "recipient")
    assert "accept_call" in ring["answers"]
    read = client.get(ONE).json()
    assert read["state"] == step["state"]
    assert read["owners"]["call"] == "originator"
    assert read["pairing"]["originator"]["client"] == "teams-windows"


def test_an_opening_says_where_the_conversation_is(client: Client) -> None:
    name = "Gespräch 1?#%&"
    opened = client.open(name)
    assert opened.status_code == 201
    assert opened.headers["location"] == f"/v1/conversations/{quote(name, safe='')}"
    assert client.get(opened.headers["location"]).json()["conversation"] == name


def test_the_same_key_gives_the_first_answer(client: Client) -> None:
    first, again = (client.fire("call_audio", "originator", key="once").json() for _ in range(2))
    assert again == first | {"again": True}
    assert client.open(key="mine").status_code == 409
    assert client.open("c2", key="mine").json()["again"] is False
    assert client.open("c2", key="mine").json()["again"] is True


def test_a_refusal_is_a_problem_with_rule_and_ways_out_and_is_kept(client: Client) -> None:
    client.fire("call_audio", "originator")
    client.fire("accept_call", "recipient", of=1)
    first, again = (client.fire("add_participant", "originator", key="refused") for _ in range(2))
    assert first.status_code == 409
    assert first.headers["content-type"] == "application/problem+json"
    problem = first.json()
    assert problem["type"] == "urn:interop-fsm:problem:refused"
    assert (problem["status"], problem["kind"], problem["rule"]) == (409, "refused", "LIM-5")
    assert problem["instead"] == "share_desktop or meet_now"
    assert {way["event"] for way in problem["ways"]} == {"share_desktop", "meet_now"}
    assert problem["message"] in problem["detail"]
    assert again.json() == problem


def test_a_late_answer_is_stale(client: Client) -> None:
    client.fire("call_audio", "originator")
    client.fire("cancel_call", "originator")
    client.fire("call_audio", "originator")
    late = client.fire("accept_call", "recipient", of=1)
    assert late.status_code == 409
    assert late.json()["kind"] == "stale"
    assert client.fire("accept_call", "recipient", of=3).json()["state"]["call"] == "connected"


def test_a_change_goes_on_under_the_new_pairing(client: Client) -> None:
    client.fire("open_chat", "originator")
    moved = {"originator": ADELE, "recipient": {**GRADY, "mode": "TeamsOnly"}}
    changed = client.write(f"{ONE}/pairing", moved, method="PUT")
    assert (changed.status_code, changed.json()["event"]) == (200, "change")
    assert client.get(ONE).json()["pairing"]["recipient"]["mode"] == "TeamsOnly"
    others = {"originator": ADELE, "recipient": {**GRADY, "address": "else@contoso.com"}}
    refused = client.write(f"{ONE}/pairing", others, method="PUT")
    assert refused.status_code == 422
    assert "else@contoso.com" in refused.json()["detail"]


def test_what_is_possible_and_why_not(client: Client) -> None:
    ways = client.get(f"{ONE}/available").json()["ways"]
    assert {"event": "call_audio", "by": "originator"} in ways
    assert client.get(f"{ONE}/why-not", params={"event": "call_audio", "by": "originator"}).json() == {
        "possible": True,
        "refusal": None,
    }
    why = client.get(f"{ONE}/why-not", params={"event": "hang_up", "by": "recipient"}).json()
    assert (why["possible"], why["refusal"]["kind"]) == (False, "not-applicable")
    assert len(client.get(f"{ONE}/history").json()["lines"]) == 1  # it fires nothing


def test_what_is_awaited(client: Client) -> None:
    client.fire("call_audio", "originator")
    awaited = {each["event"]: each for each in client.get(f"{ONE}/awaited").json()["awaited"]}
    assert awaited["accept_call"] == {"event": "accept_call", "seq": 1, "due": None}
    assert awaited["no_answer"]["due"] > 1_700_000_000


def test_history_tells_refusals_too_and_comes_in_parts(client: Client) -> None:
    client.fire("call_audio", "originator", key="called")
    client.fire("call_audio", "originator", key="called-again")
    lines = client.get(f"{ONE}/history").json()
    assert [(line["seq"], line["event"], line["accepted"]) for line in lines["lines"]] == [
        (0, "open", True),
        (1, "call_audio", True),
        (1, "call_audio", False),
    ]
    assert lines["next"] is None
    first = client.get(f"{ONE}/history", params={"most": 2}).json()
    assert (len(first["lines"]), first["next"]) == (2, 2)
    rest = client.get(f"{ONE}/history", params={"start": first["next"]}).json()
    assert first["lines"] + rest["lines"] == lines["lines"]
    assert client.get(f"{ONE}/history", params={"start": LARGEST}).json() == {"lines": [], "next": None}


def test_where_a_conversation_lands_and_whose_presence_is_shown(client: Client) -> None:
    landed = client.post("/v1/route", json=TWO).json()
    assert (landed["kind"], landed["recipient_on"], landed["refusal"]) == ("interop", "sfb", None)
    islands = {"originator": {**ADELE, "mode": "Islands"}, "recipient": GRADY}
    nowhere = client.post("/v1/route", json=islands).json()
    assert (nowhere["kind"], nowhere["recipient_on"]) == ("impossible", None)
    assert nowhere["refusal"]["rule"] in nowhere["rules"]
    asked = {"publisher": {**ADELE, "mode": "Islands"}, "watcher_on": "sfb"}
    assert client.post("/v1/presence", json=asked).json() == {"platform": "sfb"}
    assert client.get(f"{ONE}/presence", params={"of": "originator"}).json() == {"platform": "teams"}


def test_how_the_service_is(client: Client) -> None:
    for path in ("/health", "/ready"):
        said = client.get(path).json()
        assert (said["status"], said["version"]) == ("ok", fsm.__version__)


def test_metrics_count_requests_steps_and_refusals_by_rule(client: Client) -> None:
    client.fire("call_audio", "originator")
    client.fire("hang_up", "recipient")
    page = client.get("/metrics").text
    assert 'fsm_steps_total{event="call_audio"} 1.0' in page
    assert 'fsm_refusals_total{kind="not-applicable",rule=""} 1.0' in page
    assert 'method="POST",path="/v1/conversations/{conversation}/events",status="200"' in page


BAD: dict[str, tuple[Any, int, str]] = {
    "no JSON": (b"{", 400, "body: "),
    "nothing": (b"", 400, "body: "),
    "no UTF-8": (b'{"event": "\xff"}', 400, "body: "),
    "a lone surrogate": (b'{"event": "\\ud800", "by": "originator"}', 400, "body: "),
    "two values": (b"{} {}", 400, "body: "),
    "NaN": (b'{"event": "call_audio", "by": "originator", "of": NaN}', 400, "body: "),
    "a key twice": (b'{"event": "call_audio", "event": "hold", "by": "originator"}', 400, "'event' is given twice"),
    "much nesting": (b"[" * 60_000, 400, "body: it is nested too deeply"),
    "no object": (b"[]", 400, "[]"),
    "an unknown field": (b'{"event": "call_audio", "by": "originator", "at": 1}', 400, "at: there is no such field"),
    "a missing field": (b'{"event": "call_audio"}', 400, "by: it is missing"),
    "a number for a word": (b'{"event": 1, "by": "originator"}', 400, "event: 1 is not accepted"),
    "an unknown event": (b'{"event": "call_audi", "by": "originator"}', 422, "did you mean 'call_audio'?"),
    "an unknown party": (b'{"event": "call_audio", "by": "nobody"}', 422, "by: 'nobody' is not accepted"),
    "a word for a number": (b'{"event": "hold", "by": "service", "of": "1"}', 400, "of: '1' is not accepted"),
    "a fraction for a number": (b'{"event": "hold", "by": "service", "of": 1.5}', 400, "of: 1.5 is not accepted"),
    "true for a number": (b'{"event": "hold", "by": "service", "of": true}', 400, "of: True is not accepted"),
    "a number below nothing": (b'{"event": "hold", "by": "service", "of": -1}', 400, "of: -1 is not accepted"),
    "a huge number": (b'{"event": "hold", "by": "service", "of": 1%s}' % (b"0" * 400), 400, "of: "),
    "an answer that names nothing": (b'{"event": "meeting_created", "by": "service"}', 422, "of"),
}


@pytest.mark.parametrize(("body", "status", "says"), BAD.values(), ids=BAD)
def test_an_event_that_makes_no_sense_is_told_what_is_wrong(there: Client, body: Any, status: int, says: str) -> None:
    headers = {"idempotency-key": "bad", "content-type": "application/json"}
    answer = there.post(f"{ONE}/events", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert says in answer.json()["detail"]
    assert len(there.get(f"{ONE}/history").json()["lines"]) == 1


PAIRINGS: dict[str, tuple[Any, int, str]] = {
    "an unknown mode": ({**TWO, "originator": {**ADELE, "mode": "Teams"}}, 422, "originator.mode: 'Teams'"),
    "a mode in other letters": ({**TWO, "originator": {**ADELE, "mode": "teamsonly"}}, 422, "originator.mode"),
    "no mode": ({**TWO, "originator": {"address": "a"}}, 400, "originator.mode: it is missing"),
    "null": ({**TWO, "originator": {**ADELE, "client": None}}, 422, "originator.client: None is not accepted"),
    "a word for true": ({**TWO, "same_cloud": "true"}, 422, "same_cloud: 'true' is not accepted"),
    "a line break": ({**TWO, "originator": {**ADELE, "address": "a\nb"}}, 422, "originator.address"),
    "a contradiction": ({**TWO, "originator": {**ADELE, "homing": "on-prem"}}, 422, "originator.homing: on-prem"),
    "two of one address": ({**TWO, "recipient": {**GRADY, "address": ADELE["address"]}}, 422, "recipient: "),
    "two that do not fit": ({**TWO, "same_cloud": False}, 422, "same_cloud: False"),
    "an unknown fact": ({**TWO, "originator": {**ADELE, "phone": "1"}}, 400, "originator.phone: there is no such"),
}


@pytest.mark.parametrize(("pairing", "status", "says"), PAIRINGS.values(), ids=PAIRINGS)
def test_a_pairing_that_is_none_is_told_what_is_wrong(there: Client, pairing: Any, status: int, says: str) -> None:
    for answer in (there.open("c2", pairing), there.write(f"{ONE}/pairing", pairing, method="PUT")):
        assert answer.status_code == status, answer.text
        assert says in answer.json()["detail"]
    assert there.get("/v1/conversations/c2").status_code == 404


def test_a_request_with_many_faults_is_told_some_of_them(there: Client) -> None:
    body = {"event": "call_audio", "by": "originator"} | {f"more{n}": n for n in range(30)}
    problem = there.write(f"{ONE}/events", body).json()
    assert len(problem["faults"]) == 20
    assert problem["detail"].endswith("; and 10 more")


def test_keys_are_needed_and_are_ones_own(client: Client) -> None:
    body = {"event": "call_audio", "by": "originator"}
    path = f"{ONE}/events"
    missing = client.post(path, json=body)
    assert (missing.status_code, missing.json()["detail"]) == (400, "Idempotency-Key: it is missing; give it")
    twice = client.post(path, json=body, headers=[("idempotency-key", "a"), ("idempotency-key", "b")])
    assert "given twice" in twice.json()["detail"]
    assert client.write(path, body, key="k" * 201).status_code == 400
    theirs = client.write(path, body, key="timer/1/no_answer")
    assert (theirs.status_code, theirs.json()["type"].rpartition(":")[2]) == (422, "not-accepted")
    assert client.write(path, body, key="mine").status_code == 200
    reused = client.write(path, {"event": "cancel_call", "by": "originator"}, key="mine")
    assert (reused.status_code, reused.json()["type"].rpartition(":")[2]) == (422, "key-reused")


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/v1/conversations/none", 404, "there is no 'none'"),
        ("/v1/nothing", 404, "see /openapi.json"),
        (f"{ONE}/", 404, "see /openapi.json"),
        (f"{ONE}%2Fx", 404, "see /openapi.json"),
        (f"/v1/conversations/{'x' * 201}", 400, "conversation: "),
        ("/v1/conversations/%00", 422, "conversation: '\\x00' is not accepted"),
        (f"{ONE}/history?most=0", 400, "most: '0' is not accepted"),
        (f"{ONE}/history?start=x", 400, "start: 'x' is not accepted"),
        (f"{ONE}/history?first=1", 400, "query: 'first' is not known; use"),
        (f"{ONE}?x=1", 400, "query: 'x' is not known; use none"),
        (f"{ONE}/history?start=1&start=2", 400, "query: 'start' is given twice"),
        (f"{ONE}/why-not?event=hold", 400, "by: it is missing"),
        (f"{ONE}/why-not?event=hol&by=originator", 422, "did you mean 'hold'?"),
        (f"{ONE}/presence?of=service", 422, "of: 'service' is not accepted"),
        (f"{ONE}/events", 405, "use POST"),
    ],
)
def test_a_path_that_makes_no_sense_is_told_what_is_wrong(there: Client, path: str, status: int, says: str) -> None:
    answer = there.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert says in answer.json()["detail"]


def test_a_body_has_to_be_said_to_be_json(there: Client) -> None:
    for said in ({}, {"content-type": "text/plain"}, {"content-type": "application/xml"}):
        answer = there.post("/v1/route", content=b"{}", headers=said)
        assert answer.status_code == 415
    assert (
        there.post("/v1/route", content=b"{}", headers={"content-type": "application/json; charset=utf-8"}).status_code
        == 400
    )


def test_the_description_is_the_same_wherever_it_is_made(there: Client) -> None:
    import json

    for _ in range(2):
        assert there.get("/openapi.json").json() == json.loads(description())
    assert GRACE < 30


def test_examples_are_as_described() -> None:
    import json

    from fsm.serve import bodies
    from fsm.serve.examples import examples

    for name, example in examples().items():
        model = getattr(bodies, name)
        model.model_validate_json(json.dumps(example))
    described = json.loads(description())["components"]["schemas"]
    assert set(examples()) <= set(described)
