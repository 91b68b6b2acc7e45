"""Call detail records of Skype for Business Server: sessions of two, a row each."""

from __future__ import annotations

import io
from typing import Any

import pytest

from fsm.readers import cdr, held

from .readings import CASES, accepted, conversations, events, is_reading, read, rows, wrong

CASE = CASES / "cdr" / "50-session-details.csv"
EITHER = "unknown"
PLACED, ACCEPTED, OVER = ("call_audio", "originator"), ("accept_call", "recipient"), ("hang_up", EITHER)
USUAL = {
    "SessionIdTime": "2020-03-02 09:00:00.100",
    "SessionIdSeq": "1",
    "InviteTime": "2020-03-02 09:00:00.100",
    "FromUri": "sip:adele@contoso.com",
    "ToUri": "grady@contoso.com",
    "ResponseTime": "2020-03-02 09:00:05",
    "ResponseCode": "200",
    "EndTime": "2020-03-02 09:05:00",
    "FromMessageCount": "0",
    "ToMessageCount": "0",
    "FromClientVersion": "UCCAPI/16.0.4849.1 OC/16.0.4849.1 (Skype for Business)",
    "ToClientVersion": "RTCC/7.0.0.0",
    "ToClientType": "NULL",
    "MediaList": "Audio",
}


def table(*given: dict[str, Any], separator: str = ",") -> bytes:
    """A table of sessions that differ from the usual one so."""
    every = [{**USUAL, **each} for each in given]
    names = list(dict.fromkeys(name for each in every for name in each))
    cells = [names, *([each.get(name, "") for name in names] for each in every)]
    quoted = [
        '"' + cell.replace('"', '""') + '"' if set(cell) & set(',;\n"') else cell for row in cells for cell in row
    ]
    width = len(names)
    return "\r\n".join(separator.join(quoted[n : n + width]) for n in range(0, len(quoted), width)).encode()


def happened(**cells: str) -> list[Any]:
    """The events of a session; the specification accepts at least one reading of them."""
    found = rows(cdr, table(cells))
    assert accepted(found)
    return events(found)


def test_50_the_expectation_is_one_of_the_readings(tmp_path: Any) -> None:
    found = conversations(rows(cdr, CASE.read_bytes()))
    assert all(map(accepted, found.values()))
    assert cdr.looks(CASE.read_bytes())
    wanted = (CASES / "cdr" / "50-session-details.expected.jsonl").read_text().splitlines()
    for name, told in zip(("a1", "a2", "a3"), found.values(), strict=True):
        path = tmp_path / name
        path.write_text("\n".join(line for line in wanted if f'"{name}"' in line))
        assert is_reading(path, told)


class TestCalls:
    def test_who_hung_up_is_not_told(self) -> None:
        found = rows(cdr, table({}))
        assert events(found) == [PLACED, ACCEPTED, OVER]
        assert found[0] == {
            "conversation": "2020-03-02T09:00:00.100Z/1",
            "time": "2020-03-02T09:00:00.100Z",
            "event": "call_audio",
            "by": "originator",
            "originator.address": "adele@contoso.com",
            "originator.mode": "SfBOnly",
            "originator.client": "sfb-legacy",
            "recipient.address": "grady@contoso.com",
            "recipient.mode": "TeamsOnly",
            "assumed": ["originator.mode", "recipient.mode"],
        }

    def test_video(self) -> None:
        assert happened(MediaList="Audio;Video")[0] == [["call_video", "originator"], ["call_audio", "originator"]]

    @pytest.mark.parametrize(
        ("code", "what"),
        [
            ("603", ("decline_call", "recipient")),
            ("486", ("decline_call", "recipient")),
            ("487", ("cancel_call", "originator")),
            ("480", ("no_answer", "service")),
            ("504", ("no_answer", "service")),
        ],
    )
    def test_a_code_tells_what_became_of_it(self, code: str, what: Any) -> None:
        assert happened(ResponseCode=code) == [PLACED, what]

    def test_another_code_may_be_many_things(self) -> None:
        assert accepted(rows(cdr, table({"ResponseCode": "500"}))) == 4

    @pytest.mark.parametrize("column", ["ToClientType", "ToClientVersion", "ToUAType"])
    def test_voicemail(self, column: str) -> None:
        found = happened(**{"ToClientType": "", column: "ExUM"})
        assert found[1:] == [
            ("voicemail_answered", "service"),
            [["hang_up", "originator"], ["service_hung_up", "service"]],
        ]

    @pytest.mark.parametrize(
        ("cells", "says", "count"),
        [
            ({"EndTime": "NULL"}, cdr.NO_END, 2),
            ({"ResponseCode": "NULL"}, cdr.NO_CODE, 1),
            ({"EndTime": "", "MediaList": "IM"}, cdr.NO_END, 1),
        ],
    )
    def test_what_is_missing_is_told(self, cells: Any, says: str, count: int) -> None:
        found, noted = read(cdr, table(cells))
        assert (len(found), noted) == (count, {says: 1})

    def test_without_a_time_of_the_answer_it_is_somewhere(self) -> None:
        found = rows(cdr, table({"ResponseTime": "NULL", "InviteTime": "NULL"}))
        assert found[1]["time"] == "2020-03-02T09:00:00.100Z/2020-03-02T09:05:00.000Z"
        found = rows(cdr, table({"ResponseTime": "", "EndTime": "", "ResponseCode": "603"}))
        assert found[1]["time"] == "2020-03-02T09:00:00.100Z/.."

    def test_two_tenants_federate(self) -> None:
        assert rows(cdr, table({"FromTenant": "a", "ToTenant": "b"}))[0]["scope"] == "federated"

    def test_a_platform_that_is_not_told_is_noted(self) -> None:
        found, noted = read(cdr, table({"FromClientVersion": "Polycom/5"}))
        assert "originator.client" not in found[0][1]
        assert [says for says in noted if "Skype for Business is taken" in says]


class TestChats:
    def test_messages_have_no_times(self) -> None:
        found = rows(cdr, table({"MediaList": "IM", "FromMessageCount": "2", "ToMessageCount": "1"}))
        assert events(found) == [
            ("open_chat", "originator"),
            ("send_text", "originator"),
            ("send_text", "originator"),
            ("send_text", "recipient"),
            [["session_expired", "service"], ["close_chat", EITHER]],
        ]
        assert found[1]["time"] == "2020-03-02T09:00:05.000Z/2020-03-02T09:05:00.000Z"
        assert accepted(found)

    def test_counts_tell_a_chat_where_media_do_not(self) -> None:
        assert happened(MediaList="NULL", ToMessageCount="1")[0] == ("open_chat", "originator")


class TestSetAside:
    @pytest.mark.parametrize(
        ("cells", "says"),
        [
            ({"MediaList": "NULL"}, cdr.OTHER_MEDIA),
            ({"MediaList": "ApplicationSharing"}, cdr.OTHER_MEDIA),
            ({"MediaList": "IM", "ResponseCode": "486"}, cdr.IM_REFUSED),
            ({"ToUri": "+14255550100@contoso.com"}, "calls with a telephone are set aside"),
            ({"FromUri": "sip:+14255550100@contoso.com;user=phone"}, "calls with a telephone are set aside"),
            ({"ToUri": "SIP:Adele@contoso.com"}, "sessions with oneself are set aside"),
            ({"ToUri": "a@contoso.com;gruu;opaque=app:conf:focus:id:x"}, "sessions with a conference are set aside"),
        ],
    )
    def test_by_name_and_counted(self, cells: Any, says: str) -> None:
        assert read(cdr, table(cells)) == ([], {says: 1})


class TestTables:
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    @pytest.mark.parametrize("written", ["utf-8", "utf-8-sig", "utf-16"])
    def test_separators_and_encodings(self, separator: str, written: str) -> None:
        data = table({"Note": 'two\nlines, with "quotes"; and more'}, separator=separator)
        data = data.decode().encode(written)
        assert cdr.looks(data)
        assert events(rows(cdr, data)) == [PLACED, ACCEPTED, OVER]

    def test_a_buffered_file_too(self) -> None:
        data = io.BufferedReader(io.BytesIO(table({})))
        assert len(list(cdr.read(data, held_notes()))) == 3
        assert not data.closed

    def test_rows_of_one_session_are_put_together(self) -> None:
        one, other = {"MediaList": "Audio"}, {"MediaList": "Video", "ToUri": "SIP:Grady@contoso.com"}
        found = rows(cdr, table(one, {"SessionIdSeq": "2"}, other))
        assert events(found)[0] == [["call_video", "originator"], ["call_audio", "originator"]]
        assert len(found) == 6

    def test_rows_of_one_session_are_of_the_same_two(self) -> None:
        (said,) = wrong(cdr, table({}, {"ToUri": "megan@contoso.com"}))
        assert said == "ToUri: 'megan@contoso.com' is another one than in line 2 of this session"

    def test_a_session_that_comes_again_too_late_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(held.Held.__init__, "__defaults__", (1,))
        found, _ = read(cdr, table({}, {"SessionIdSeq": "2"}, {}))
        assert [line for line, values in found if isinstance(values, str)] == [4]

    @pytest.mark.parametrize(
        ("cells", "says"),
        [
            ({"FromUri": "NULL"}, "FromUri: missing"),
            ({"EndTime": "3/2/2020 9:00 AM"}, "EndTime: '3/2/2020 9:00 AM' is not accepted; export times as"),
            ({"ResponseCode": "ok"}, "ResponseCode: 'ok' is not accepted; use a number"),
            ({"FromMessageCount": "10001"}, "FromMessageCount: '10001' is not accepted"),
            ({"ToMessageCount": "9" * 5000}, "ToMessageCount: '999"),
            ({"SessionIdSeq": "9" * 500}, "SessionIdSeq: '999"),
        ],
    )
    def test_a_cell_that_is_not_accepted(self, cells: Any, says: str) -> None:
        assert wrong(cdr, table(cells))[0].startswith(says)

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"SessionIdTime,SessionIdSeq\r\n", "column FromUri is missing; export the view SessionDetails"),
            (b"", "column SessionIdTime is missing"),
            (b"x" * (1 << 21), "line 1 is a line of more than"),
            (b'SessionIdTime,"Session\n', "unexpected end of data"),
            (table({}) + b"\r\n1,2", "row: 2 fields is not accepted"),
            (table({}).decode().encode("utf-16")[:-1], "row: not all of it is text"),
        ],
    )
    def test_a_table_that_is_none(self, data: bytes, says: str) -> None:
        assert wrong(cdr, data)[-1].startswith(says)

    @pytest.mark.parametrize("head", [b"", b"event,by\n", b'{"SessionIdTime": 1}'])
    def test_what_looks_otherwise(self, head: bytes) -> None:
        assert not cdr.looks(head)


def held_notes() -> Any:
    """Somewhere to note."""
    from fsm.readers.notes import Noted

    return Noted("file", "session")
