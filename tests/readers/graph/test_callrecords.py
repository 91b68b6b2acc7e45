"""Call records: what became of calls of two, and what is set aside."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fsm.readers import held
from fsm.readers.graph import callrecords

from ..readings import CASES, accepted, events, is_reading, read, rows, wrong
from .making import SFB, TEAMS, at, failed, identity, lines, record, service, session, time

ADELE, GRADY = at("adele"), at("grady", SFB)
EITHER = "unknown"
ANSWERED = [("call_audio", "originator"), ("accept_call", "recipient")]
OVER = ("hang_up", EITHER)
UNANSWERED = [
    ["decline_call", "recipient"],
    ["cancel_call", "originator"],
    ["no_answer", "service"],
    ["media_failed", "service"],
]


def happened(*sessions: Any, **more: Any) -> list[Any]:
    """The events of a record; the specification accepts at least one reading of them."""
    found = rows(callrecords, lines(record(*sessions, **more)))
    assert accepted(found)
    return events(found)


def notes(*records: Any) -> dict[str, int]:
    """What is noted where nothing is read."""
    found, noted = read(callrecords, lines(*records))
    assert found == []
    return noted


class TestCases:
    @pytest.mark.parametrize("name", ["40-callrecord-interop", "41-callrecord-midcall-failure"])
    def test_the_expectation_is_one_of_the_readings(self, name: str) -> None:
        data = (CASES / "graph" / f"{name}.json").read_bytes()
        assert callrecords.looks(data)
        found = rows(callrecords, data)
        assert is_reading(CASES / "graph" / f"{name}.expected.jsonl", found)
        assert accepted(found)
        assert found[0]["assumed"] == ["originator.mode", "recipient.mode"]

    def test_41_nothing_is_left_open_but_when_it_was_accepted(self) -> None:
        found = rows(callrecords, (CASES / "graph" / "41-callrecord-midcall-failure.json").read_bytes())
        assert events(found) == [*ANSWERED, ("media_failed", "service")]
        assert found[1]["time"] == "2020-03-02T09:10:00.000Z/2020-03-02T09:12:00.000Z"

    def test_43_the_callee_of_voicemail_is_not_told(self) -> None:
        found, noted = read(callrecords, (CASES / "graph" / "43-callrecord-voicemail.json").read_bytes())
        told = [values for _, values in found if not isinstance(values, str)]
        assert events(told) == [
            ("call_audio", "originator"),
            ("voicemail_answered", "service"),
            [["hang_up", "originator"], ["service_hung_up", "service"]],
        ]
        assert "recipient.address" not in told[0]
        assert accepted(told)
        assert sum("does not tell who the other one is" in says for says in noted) == 1


class TestCalls:
    def test_who_hung_up_is_not_told(self) -> None:
        assert happened(session(ADELE, GRADY)) == [*ANSWERED, OVER]

    def test_video_may_have_come_later(self) -> None:
        placed, *_ = happened(session(ADELE, GRADY, modalities=["audio", "video"]))
        assert placed == [["call_video", "originator"], ["call_audio", "originator"]]

    @pytest.mark.parametrize("stage", ["midcall", "midCall"])
    def test_a_failure_in_mid_call(self, stage: str) -> None:
        assert happened(session(ADELE, GRADY, **failed(stage))) == [*ANSWERED, ("media_failed", "service")]

    @pytest.mark.parametrize("last", [0, 20])
    def test_a_failure_of_set_up_may_be_many_things(self, last: float) -> None:
        found = rows(callrecords, lines(record(session(ADELE, GRADY, last=last, **failed("callSetup")))))
        assert events(found) == [("call_audio", "originator"), UNANSWERED]
        assert accepted(found) == 4

    def test_a_call_that_took_no_time_was_not_answered(self) -> None:
        assert happened(session(ADELE, GRADY, last=0)) == [("call_audio", "originator"), UNANSWERED]

    def test_what_a_stage_that_is_not_known_means_is_left_open(self) -> None:
        found, noted = read(callrecords, lines(record(session(ADELE, GRADY, **failed("unknown")))))
        assert len(found) == 1
        assert list(noted) == ["how the call ended cannot be told, as it failed at a stage that is not known"]
        assert read(callrecords, lines(record(session(ADELE, GRADY, failureInfo={})))) == (found, noted)

    def test_without_times_the_end_is_left_open(self) -> None:
        found, noted = read(callrecords, lines(record(session(ADELE, GRADY, None, None), startDateTime="nonsense")))
        ((_, values),) = found
        assert "time" not in values
        assert list(noted) == ["how the call ended cannot be told without startDateTime and endDateTime"]

    def test_who_has_no_address_is_found_by_object_id(self) -> None:
        caller = {"userAgent": TEAMS, "identity": {"user": {"id": "id-adele"}}}
        found = rows(callrecords, lines(record(session(caller, GRADY))))
        assert found[0]["originator.address"] == "id-adele"

    def test_two_tenants_federate(self) -> None:
        found = rows(callrecords, lines(record(session(at("adele", tenantId="a"), at("grady", SFB, tenantId="b")))))
        assert found[0]["scope"] == "federated"

    def test_who_it_is_that_the_sign_does_not_tell_is_noted(self) -> None:
        _, noted = read(callrecords, lines(record(session(ADELE, {"associatedIdentity": identity("grady")}))))
        assert sum("Teams is taken" in says for says in noted) == 1


class TestSessions:
    """Several sessions of one record are one call."""

    def test_endpoints_that_rang_are_one_call(self) -> None:
        rang = [session(ADELE, GRADY, 0, 0, **failed("callSetup")) for _ in "ab"]
        assert happened(*rang, session(ADELE, GRADY, 1, 300)) == [*ANSWERED, OVER]

    def test_in_any_order(self) -> None:
        early, late = session(ADELE, GRADY, 0, 100), session(GRADY, ADELE, 100, 300)
        found = rows(callrecords, lines(record(late, early)))
        assert events(found) == [*ANSWERED, OVER]
        assert (found[0]["originator.address"], found[-1]["time"]) == ("adele@contoso.com", "2020-03-02T09:05:00.000Z")

    def test_a_call_that_goes_on_to_voicemail(self) -> None:
        rang, taken = session(ADELE, GRADY, 0, 0), session(ADELE, service("voicemail"), 20, 60)
        found = rows(callrecords, lines(record(taken, rang)))
        assert events(found)[1] == ("voicemail_answered", "service")
        assert found[0]["recipient.address"] == "grady@contoso.com"

    def test_a_voice_service_that_takes_a_call_to_somebody(self) -> None:
        taken = session(ADELE, service("skypeForBusinessAutoAttendant"), 20, 60)
        assert happened(session(ADELE, GRADY, 0, 0), taken)[1] == ("voice_service_answered", "service")

    def test_voicemail_that_was_not_reached(self) -> None:
        missed = session(ADELE, service("voicemail"), 20, 20)
        assert happened(session(ADELE, GRADY, 0, 0), missed) == [("call_audio", "originator"), UNANSWERED]

    @pytest.mark.parametrize(
        "more",
        [
            {"participants_v2": [{"identity": {"user": identity("adele")}}, {"identity": {"user": identity("grady")}}]},
            {"participants": [{"user": identity("adele")}, {"user": identity("grady")}]},
            {"organizer_v2": {"identity": {"user": identity("grady")}}},
            {"organizer": {"user": identity("grady")}},
        ],
    )
    def test_whom_voicemail_is_of_may_be_told_elsewhere(self, more: Any) -> None:
        found = rows(callrecords, lines(record(session(ADELE, service("voicemail")), **more)))
        assert found[0]["recipient.address"] == "grady@contoso.com"

    def test_who_is_behind_the_gateway_is_on_the_other_platform(self) -> None:
        gateway = service("skypeForBusinessMicrosoftTeamsGateway")
        found = rows(callrecords, lines(record(session(ADELE, gateway))))
        assert (found[0]["originator.mode"], found[0]["recipient.mode"]) == ("TeamsOnly", "SfBOnly")
        found = rows(callrecords, lines(record(session(gateway, ADELE))))
        assert (found[0]["originator.mode"], found[0]["recipient.address"]) == ("SfBOnly", "adele@contoso.com")
        found = rows(callrecords, lines(record(session(ADELE, gateway), session(gateway, GRADY))))
        assert (found[0]["recipient.address"], events(found)) == ("grady@contoso.com", [*ANSWERED, OVER])

    def test_a_gap_between_segments_is_a_hold(self) -> None:
        segments = [{"startDateTime": time(a), "endDateTime": time(b)} for a, b in ((100, 300), (0, 60), (60, 80))]
        assert happened(session(ADELE, GRADY, segments=[*segments, {}])) == [
            *ANSWERED,
            ("hold", EITHER),
            ("resume", EITHER),
            OVER,
        ]


class TestSharing:
    def shared(self, *directions: str | None, callee: Any = None, caller: Any = None) -> list[dict[str, Any]]:
        """The rows of sharing in a call between two on Teams."""
        streams = [{"streamDirection": each, "startDateTime": time(20)} for each in directions]
        media = [{"label": "main-audio", "streams": [{}]}, {"label": "applicationsharing-video", "streams": streams}]
        one = session(caller or ADELE, callee or at("grady"), segments=[{"media": media}, {"media": [{}]}, {}])
        found = rows(callrecords, lines(record(session(ADELE, at("grady"), 0, 0), one)))
        assert accepted(found)
        return [row for row in found if row["event"] == "share_desktop"]

    @pytest.mark.parametrize(
        ("direction", "by", "seen"),
        [("callerToCallee", "originator", "recipient"), ("calleeToCaller", "recipient", "originator")],
    )
    def test_the_direction_tells_by_whom(self, direction: str, by: str, seen: str) -> None:
        (row,) = self.shared(direction, direction)
        assert (row["by"], row["effects"]) == (by, [["show_screen", seen]])
        assert row["time"] == "2020-03-02T09:00:20.000Z/2020-03-02T09:05:00.000Z"

    def test_of_a_session_the_other_way_round_too(self) -> None:
        (row,) = self.shared("callerToCallee", caller=at("grady"), callee=ADELE)
        assert row["by"] == "recipient"

    @pytest.mark.parametrize("directions", [("callerToCallee", "calleeToCaller"), (None,), ("sideways",)])
    def test_where_directions_do_not_tell_it_is_either(self, directions: tuple[str | None, ...]) -> None:
        (row,) = self.shared(*directions)
        assert (row["by"], "effects" in row) == (EITHER, False)

    @pytest.mark.parametrize(("direction", "by"), [("callerToCallee", "originator"), ("calleeToCaller", "recipient")])
    def test_an_end_without_a_name_is_the_other(self, direction: str, by: str) -> None:
        (row,) = self.shared(direction, callee={"userAgent": TEAMS})
        assert row["by"] == by

    def test_where_no_end_has_a_name_it_is_either(self) -> None:
        (row,) = self.shared("callerToCallee", caller={"userAgent": TEAMS}, callee={"userAgent": TEAMS})
        assert row["by"] == EITHER


class TestSetAside:
    """By name, and counted."""

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            (record(), "records without sessions say nothing of the call; ask for"),
            (record(session(ADELE, GRADY, isTest=True)), "test calls"),
            (record(session(ADELE, service("gateway"))), "calls with a telephone number"),
            (record(session(ADELE, {"identity": {"phone": {"id": "+1"}}})), "calls with a telephone number"),
            (record(session(ADELE, service("customBot"))), "calls with a bot"),
            (record(session({"identity": {"application": {"id": "x"}}}, ADELE)), "calls with a bot"),
            (record(session(ADELE, {"identity": {"guest": {"id": "x"}}})), "calls with a guest"),
            (record(session(ADELE, service("mediaController"))), "calls with a conference"),
            (record(session(ADELE, service("somethingNew"))), "calls with a service whose role is not known"),
            (record(session(ADELE, service("responseGroupService"))), "calls to a voice service"),
            (record(session(ADELE, GRADY), session(ADELE, at("megan"))), "calls of more than two people"),
            (record(session(None, None)), "records that do not tell the two people"),
            (record(session(ADELE, None)), "records that do not tell the two people"),
            (record(session(ADELE, service("unknown"))), "records that do not tell the two people"),
            (
                record(session(ADELE, {"associatedIdentity": {"id": "ADELE@contoso.com"}})),
                "records in which one person",
            ),
            (record(session(ADELE, ADELE)), "records that do not tell the two people"),
            (record(session(ADELE, GRADY), type="unknownFutureValue"), "records of another type than"),
            (record(session(ADELE, GRADY), type="groupCall"), "group calls that no call across platforms"),
            (record(session(ADELE, None), type="groupCall"), "group calls of other than two people"),
        ],
    )
    def test_records_of_others(self, given: Any, says: str) -> None:
        noted = notes(given, {**given, "id": "d"})
        assert [each.startswith(says) for each in noted] == [True]
        assert list(noted.values()) == [2]

    def test_sessions_on_another_page_are_told(self) -> None:
        more = record(session(ADELE, GRADY), **{"sessions@odata.nextLink": "https://graph.example/next"})
        _, noted = read(callrecords, lines(more))
        assert sum("sessions go on on another page" in says for says in noted) == 1


class TestVersions:
    def test_a_newer_version_takes_the_place_of_an_older_one(self) -> None:
        old, new = record(session(ADELE, GRADY, last=0)), record(session(ADELE, GRADY), version=2)
        for order in ([old, new], [new, old]):
            found, noted = read(callrecords, lines(*order))
            assert len(found) == 3
            assert noted == {"older versions of records are set aside": 1}

    def test_what_comes_again_too_late_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(held.Held.__init__, "__defaults__", (2,))
        given = [record(session(ADELE, GRADY), name=name) for name in "abcda"]
        found, _ = read(callrecords, lines(*given))
        assert [line for line, values in found if isinstance(values, str)] == [5]
        assert len(found) == 13

    def test_a_record_without_a_name_is_an_error(self) -> None:
        assert wrong(callrecords, lines({"type": "peerToPeer"})) == ["id: missing; a call record has one"]
        assert wrong(callrecords, b"nonsense")[0].startswith("no record that can be read")


class TestShapes:
    @pytest.mark.parametrize(
        ("value", "pointer"),
        [
            ([record(session(ADELE, GRADY))], "#/0/sessions/0"),
            ({"value": [record(session(ADELE, GRADY))]}, "#/value/0/sessions/0"),
        ],
    )
    def test_a_pointer_tells_where_in_a_document_it_is(self, value: Any, pointer: str) -> None:
        data = json.dumps(value, indent=1).encode()
        assert callrecords.looks(data)
        assert {row["source"] for row in rows(callrecords, data)} == {pointer}

    @pytest.mark.parametrize("head", [b"", b"a,b\n", b"{}", b"\xff\xfe{", b'{"messageType": "message"}'])
    def test_what_looks_otherwise(self, head: bytes) -> None:
        assert not callrecords.looks(head)
