"""What admins export, and what becomes of it."""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.spec.editions import EDITIONS, named
from fsm.spec.parties import Homing, Mode, Participant
from fsm.tenant import (
    IMPLIED,
    POLICY_COLUMNS,
    REQUIRED,
    Policies,
    Problem,
    Skipped,
    Tenant,
    TenantError,
    UnknownUser,
    contoso,
    fabrikam,
    load,
    read_policies,
    read_users,
)

ONLINE, ON_PREM = "sipfed.online.lync.com", "SRV:"
GRADY = {
    "UserPrincipalName": "grady.archie@contoso.com",
    "SipAddress": "sip:grady@contoso.com",
    "TeamsUpgradeEffectiveMode": "SfBOnly",
    "InterpretedUserType": "HybridOnpremSfBUserWithTeamsLicense",
    "HostingProvider": ON_PREM,
    "OnPremHostingProvider": ON_PREM,
    "TeamsMeetingPolicy": "",
    "TeamsMessagingPolicy": "",
    "TeamsCallingPolicy": "",
}
ADELE = GRADY | {
    "UserPrincipalName": "adele.vance@contoso.com",
    "SipAddress": "sip:adele.vance@contoso.com",
    "TeamsUpgradeEffectiveMode": "TeamsOnly",
    "InterpretedUserType": "HybridOnlineTeamsOnlyUser",
    "HostingProvider": ONLINE,
    "OnPremHostingProvider": ONLINE,
}
ONLINE_SFB = GRADY | {
    "InterpretedUserType": "HybridOnlineSfBUserWithTeamsLicense",
    "HostingProvider": ONLINE,
    "OnPremHostingProvider": ONLINE,
}
LICENSED = GRADY | {"UserPrincipalName": "lee@contoso.com", "SipAddress": ""}
"""Somebody whose kind names a licence: the export is of a time at which kinds do."""
MEETING = [
    {"Identity": "Global", "AllowPrivateMeetNow": True},
    {"Identity": "Tag:NoMeetNow", "AllowPrivateMeetNow": False},
]
MESSAGING = [{"Identity": "Global", "AllowUserChat": True}, {"Identity": "Tag:NoChat", "AllowUserChat": False}]
CALLING = [
    {"Identity": "Global", "AllowPrivateCalling": True},
    {"Identity": "Tag:NoCalling", "AllowPrivateCalling": False},
]

Cells = dict[str, str]


def export(
    rows: Iterable[Cells],
    columns: Sequence[str] = tuple(GRADY),
    *,
    delimiter: str = ",",
    type_line: bool = True,
    quoting: Any = csv.QUOTE_ALL,
    newline: str = "\r\n",
) -> str:
    """What Export-Csv writes for these users."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=newline)
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return (
        f"#TYPE Selected.System.Management.Automation.PSCustomObject{newline}" if type_line else ""
    ) + text.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(content: str | bytes | list[Any], name: str = "users.csv") -> str:
        path = tmp_path / name
        text = json.dumps(content) if isinstance(content, list) else content
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


@pytest.fixture
def read(file: Any) -> Any:
    """Read users that are given as cells, under policies that are given as JSON; as of the base, unless told."""

    def reading(
        *rows: Cells, policies: Sequence[list[Any]] = (), edition: str | None = "base", **options: Any
    ) -> Tenant:
        columns = tuple(dict.fromkeys(column for row in rows for column in row))
        paths = [file(content, f"{number}.json") for number, content in enumerate(policies)]
        return load(file(export(rows, columns, **options)), paths, edition=edition)

    return reading


def said(tenant: Tenant) -> list[tuple[int, str, str]]:
    """Line, column and value of each problem."""
    return [(problem.line, problem.column, problem.value) for problem in tenant.problems]


class TestTheFile:
    """Any file that Export-Csv writes is read."""

    @pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
    @pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
    @pytest.mark.parametrize("type_line", [True, False])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize(
        ("bom", "encoding"),
        [
            (b"", "utf-8"),
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
        ],
    )
    def test_its_encoding_separator_and_type_line_are_recognised(
        self, file: Any, bom: bytes, encoding: str, delimiter: str, type_line: bool, quoting: int, newline: str
    ) -> None:
        chloe = GRADY | {"UserPrincipalName": "chloé@contoso.com"}
        text = export([ADELE, chloe], delimiter=delimiter, type_line=type_line, quoting=quoting, newline=newline)
        tenant = read_users(file(bom + text.encode(encoding)))
        assert list(tenant) == ["adele.vance@contoso.com", "chloé@contoso.com"]
        assert tenant.problems == ()

    def test_columns_come_in_any_order_and_case_among_others(self, file: Any) -> None:
        columns = ["displayname", *(column.upper() for column in reversed(GRADY)), "AssignedPlan"]
        cells = {column.upper(): cell for column, cell in GRADY.items()}
        tenant = read_users(
            file(export([cells | {"displayname": "Grady, Archie", "AssignedPlan": "{MCO;Teams}"}], columns))
        )
        assert tenant["grady.archie@contoso.com"].mode is Mode.SFB_ONLY

    def test_blank_lines_before_and_between_are_nothing(self, file: Any) -> None:
        tenant = read_users(file("\r\n\r\n" + export([GRADY]).replace("\r\n", "\r\n\r\n")))
        assert (len(tenant), tenant.problems) == (1, ())

    def test_a_header_alone_is_an_organisation_of_nobody(self, file: Any) -> None:
        assert len(read_users(file(export([])))) == 0

    def test_columns_that_may_be_missing(self, file: Any) -> None:
        assert len(read_users(file(export([GRADY], REQUIRED)))) == 1

    @pytest.mark.parametrize(
        "column", [column for column in REQUIRED if not GRADY.keys() & set(IMPLIED.get(column, ()))]
    )
    def test_columns_that_must_be_there(self, file: Any, column: str) -> None:
        path = file(export([GRADY], [name for name in GRADY if name != column]))
        with pytest.raises(TenantError, match=f"users.csv:2: give once each {column}; found '.*OnPremHostingProvider"):
            read_users(path)

    def test_a_header_that_goes_on_and_on_is_told_in_part(self, file: Any) -> None:
        with pytest.raises(TenantError) as told:
            read_users(file(",".join(["x" * 9] * 500)))
        assert str(told.value).endswith(f"; found {', '.join(['x' * 9] * 500)[:1000]!r}")

    @pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
    def test_a_cell_over_several_lines_is_told_as_it_is(self, read: Any, ends: str) -> None:
        tenant = read(GRADY | {"UserPrincipalName": f"gra{ends}dy@contoso.com"}, ADELE | {"SipAddress": "adele"})
        assert said(tenant) == [(3, "UserPrincipalName", f"gra{ends}dy@contoso.com"), (5, "SipAddress", "adele")]

    def test_who_has_no_second_address_is_not_found_by_it(self, read: Any) -> None:
        tenant = read(GRADY | {"SipAddress": ""})
        assert (len(tenant), "" in tenant, "sip:" in tenant) == (1, False, False)

    @pytest.mark.parametrize("column", ["SipAddress", "OnPremHostingProvider"])
    def test_columns_must_not_be_there_twice(self, file: Any, column: str) -> None:
        with pytest.raises(TenantError, match=f"give once each {column}; found"):
            read_users(file(export([GRADY], [*GRADY, column])))

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"", "users.csv: is empty; give what Get-CsOnlineUser | Export-Csv writes"),
            (codecs.BOM_UTF8, "is empty"),
            (codecs.BOM_UTF16_LE, "is empty"),
            (b"#TYPE Something\r\n\r\n", "is empty"),
            (
                b'"UserPrincipalName,SipAddress',
                "users.csv:1: unexpected end of data; give the names of the columns here",
            ),
            (export([GRADY]).encode("utf-16-le"), "NUL bytes hint at UTF-16 without its byte order mark"),
            (b'{"UserPrincipalName": "a@contoso.com"}', "users.csv:1: "),
        ],
    )
    def test_a_file_of_no_use_is_one_error(self, file: Any, content: bytes, message: str) -> None:
        with pytest.raises(TenantError, match=re.escape(message)):
            read_users(file(content))

    def test_a_file_that_is_not_there_is_one_error(self, tmp_path: Path) -> None:
        with pytest.raises(TenantError, match=r"nobody\.csv: No such file or directory; give what Get-CsOnlineUser"):
            read_users(tmp_path / "nobody.csv")
        with pytest.raises(TenantError, match=f"^{re.escape(str(tmp_path))}: "):
            read_users(tmp_path)

    def test_reading_reports_how_far_it_is(self, file: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("fsm.readers.tenant.PROGRESS_EVERY", 3)
        users = [GRADY | {"UserPrincipalName": f"user{n}@contoso.com", "SipAddress": ""} for n in range(500)]
        path, calls = file(export(users)), []
        assert len(load(path, progress=lambda done, total: calls.append((done, total)))) == 500
        total = os.path.getsize(path)
        assert {size for _, size in calls} == {total}
        assert sorted(calls) == calls
        assert calls[-1] == (total, total)
        assert len(calls) == 168, "at every third row from the first on, and at the end"

    def test_importing_brings_neither_msgspec_nor_rich(self) -> None:
        code = "import sys, fsm.tenant; sys.exit(bool({'msgspec', 'rich'} & set(sys.modules)))"
        assert (
            subprocess.run(
                [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
            ).returncode
            == 0
        )


class TestBadRows:
    """A bad row is reported with line, column and what is accepted; the rest is read."""

    @pytest.mark.parametrize(
        ("bad", "column", "value", "accepted"),
        [
            (
                {"TeamsUpgradeEffectiveMode": "Teamsonly?"},
                "TeamsUpgradeEffectiveMode",
                "Teamsonly?",
                "use one of Islands, SfBOnly, ",
            ),
            ({"TeamsUpgradeEffectiveMode": ""}, "TeamsUpgradeEffectiveMode", "", "use one of Islands, "),
            ({"InterpretedUserType": ""}, "InterpretedUserType", "", "the kind: use one of TeamsOnlyUser, "),
            (
                {"InterpretedUserType": "HybridOnpremWizard"},
                "InterpretedUserType",
                "HybridOnpremWizard",
                "use a source, ",
            ),
            (
                {"InterpretedUserType": "HybridOnpremSfBUserOnMars"},
                "InterpretedUserType",
                "HybridOnpremSfBUserOnMars",
                "states",
            ),
            ({"InterpretedUserType": "NoSfBUser"}, "InterpretedUserType", "NoSfBUser", "use a source, "),
            (
                {"HostingProvider": "lync.example.com"},
                "HostingProvider",
                "lync.example.com",
                "sipfed.online.lync.com, ",
            ),
            ({"HostingProvider": ONLINE}, "HostingProvider", ONLINE, "says on-prem; make the two agree"),
            (
                {"InterpretedUserType": "HybridOnlineSfBUser"},
                "HostingProvider",
                ON_PREM,
                "'HybridOnlineSfBUser' says online",
            ),
            (
                {"TeamsMeetingPolicy": "NoMeetNow"},
                "TeamsMeetingPolicy",
                "NoMeetNow",
                "Get-CsTeamsMeetingPolicy | ConvertTo-Json",
            ),
            ({"UserPrincipalName": ""}, "UserPrincipalName", "", "use name@domain"),
            ({"UserPrincipalName": "grady"}, "UserPrincipalName", "grady", "use name@domain"),
            (
                {"UserPrincipalName": "gra\0dy@contoso.com"},
                "UserPrincipalName",
                "gra\0dy@contoso.com",
                "use name@domain",
            ),
            ({"SipAddress": "sip:grady"}, "SipAddress", "sip:grady", "use name@domain"),
            (
                {"SipAddress": "SIP:Adele.Vance@contoso.com"},
                "SipAddress",
                "SIP:Adele.Vance@contoso.com",
                "an earlier row has",
            ),
            (
                {"TeamsUpgradeEffectiveMode": "TeamsOnly"},
                "HostingProvider",
                ON_PREM,
                "homing: on-prem does not fit mode TeamsOnly",
            ),
        ],
    )
    def test_one_bad_cell(self, read: Any, bad: Cells, column: str, value: str, accepted: str) -> None:
        tenant = read(ADELE, GRADY | bad, GRADY)
        assert said(tenant) == [(4, column, value)]
        assert accepted in tenant.problems[0].accepted
        assert list(tenant) == ["adele.vance@contoso.com", "grady.archie@contoso.com"]

    def test_a_problem_is_one_clear_line(self) -> None:
        problem = Problem("users.csv", 17, "TeamsUpgradeEffectiveMode", "Teamsonly?", "use one of Islands, TeamsOnly")
        assert str(problem) == (
            "users.csv:17: TeamsUpgradeEffectiveMode: 'Teamsonly?' is not accepted; use one of Islands, TeamsOnly"
        )

    def test_all_that_is_wrong_with_a_row_is_said(self, read: Any) -> None:
        bad = {"TeamsUpgradeEffectiveMode": "?", "HostingProvider": "?", "TeamsCallingPolicy": "?", "SipAddress": "?"}
        columns = {column for _, column, _ in said(read(GRADY | bad))}
        assert columns == set(bad)

    def test_a_user_given_twice_is_kept_as_first_given(self, read: Any) -> None:
        tenant = read(
            GRADY, GRADY | {"TeamsUpgradeEffectiveMode": "Islands", "UserPrincipalName": "GRADY.ARCHIE@contoso.com"}
        )
        assert said(tenant) == [
            (4, "UserPrincipalName", "GRADY.ARCHIE@contoso.com"),
            (4, "SipAddress", "sip:grady@contoso.com"),
        ]
        assert tenant["grady@contoso.com"].mode is Mode.SFB_ONLY

    @pytest.mark.parametrize(
        ("line", "value"),
        [
            ('"too","few"', "2 fields"),
            (",".join(["x"] * 10), "10 fields"),
            ('"a"b,,,,,,,,', "',' expected after '\"', up to line 4"),
            (f'"{"x" * 200_000}",,,,,,,,', "field larger than field limit (131072), up to line 4"),
        ],
    )
    def test_a_row_that_is_not_one(self, file: Any, line: str, value: str) -> None:
        head, adele, grady = export([ADELE, GRADY], type_line=False).splitlines()
        tenant = read_users(file("\n".join([head, adele, "", line, grady])))
        assert said(tenant) == [(4, "row", value)]
        assert tenant.problems[0].accepted == "give 9 fields, and close every quote"
        assert len(tenant) == 2

    def test_a_quote_that_is_never_closed(self, file: Any) -> None:
        tenant = read_users(file(export([ADELE, GRADY]) + '"grady'))
        assert said(tenant) == [(5, "row", "unexpected end of data, up to line 5")]
        assert len(tenant) == 2

    def test_a_quote_that_is_closed_too_late_costs_only_the_lines_it_names(self, file: Any) -> None:
        lines = export([ADELE, GRADY, GRADY | {"UserPrincipalName": "lee@contoso.com", "SipAddress": ""}]).splitlines()
        lines[2] = lines[2][:-1]
        tenant = read_users(file("\n".join(lines)))
        assert said(tenant) == [(3, "row", "',' expected after '\"', up to line 4; a quote opens on line 3")]
        assert list(tenant) == ["lee@contoso.com"]

    def test_lines_are_counted_as_an_editor_counts_them(self, file: Any) -> None:
        columns = ["Note", *GRADY]
        rows = [ADELE | {"Note": "one\r\ntwo\r\nthree"}, GRADY | {"Note": "four\r\nfive", "HostingProvider": "?"}]
        tenant = read_users(file(export(rows, columns)))
        assert said(tenant) == [(6, "HostingProvider", "?")]

    def test_bytes_of_another_encoding_hurt_only_the_cells_that_count(self, file: Any) -> None:
        columns = ["DisplayName", *GRADY]
        rows = [ADELE | {"DisplayName": "Adèle"}, GRADY | {"DisplayName": "", "UserPrincipalName": "gràdy@contoso.com"}]
        tenant = read_users(file(export(rows, columns).encode("cp1252")))
        assert said(tenant) == [(4, "UserPrincipalName", "gr\ufffddy@contoso.com")]
        assert list(tenant) == ["adele.vance@contoso.com"]


class TestHoming:
    """MODE-2: a user is homed where HostingProvider and InterpretedUserType say."""

    @pytest.mark.parametrize(
        ("hosting", "on_prem_hosting", "user_type", "homing"),
        [
            (ONLINE, "", "PureOnlineSfBUserWithTeamsLicense", Homing.ONLINE),
            ("SipFed.Online.Lync.Com", "", "PureOnlineSfBUserWithTeamsLicense", Homing.ONLINE),
            ("sipfed.online.gov.skypeforbusiness.us", "", "PureOnlineSfBUserWithTeamsLicense", Homing.ONLINE),
            ("srv:", "", "HybridOnPremSfBUserWithTeamsLicense", Homing.ON_PREM),
            (ON_PREM, ON_PREM, "hybridonpremsfbuserwithteamslicense", Homing.ON_PREM),
            (ON_PREM, "", "DirSyncSfBUser", Homing.ON_PREM),
            (ONLINE, "", "DirSyncSfBUser", Homing.ONLINE),
            ("", ON_PREM, "DirSyncSfBUser", Homing.ON_PREM),
            ("", ONLINE, "HybridOnlineSfBUser", Homing.ONLINE),
            ("", "", "HybridOnlineSfBUser", Homing.ONLINE),
            ("", "", "HybridOnpremSfBUser", Homing.ON_PREM),
            ("", "", "DirSyncSfBUser", ("HostingProvider", "")),
            ("", "edge.example.com", "HybridOnlineSfBUser", ("OnPremHostingProvider", "edge.example.com")),
            ("", ON_PREM, "HybridOnlineSfBUser", ("OnPremHostingProvider", ON_PREM)),
            (ONLINE, ON_PREM, "HybridOnpremSfBUser", ("HostingProvider", ONLINE)),
        ],
    )
    def test_where_a_user_is_homed(
        self, read: Any, hosting: str, on_prem_hosting: str, user_type: str, homing: Homing | tuple[str, str]
    ) -> None:
        where = {"HostingProvider": hosting, "OnPremHostingProvider": on_prem_hosting, "InterpretedUserType": user_type}
        tenant = read(GRADY | where)
        if isinstance(homing, Homing):
            assert tenant["grady@contoso.com"].homing is homing
        else:
            assert said(tenant) == [(3, *homing)]

    @pytest.mark.parametrize(("hosting", "column"), [(ON_PREM, "HostingProvider"), ("", "InterpretedUserType")])
    def test_teams_only_on_premises_is_a_problem_of_whatever_says_so(
        self, read: Any, hosting: str, column: str
    ) -> None:
        user_type = {"InterpretedUserType": "HybridOnpremTeamsOnlyUser"}
        tenant = read(ADELE | user_type | {"HostingProvider": hosting, "OnPremHostingProvider": ""})
        assert [problem.column for problem in tenant.problems] == [column]
        assert "which is homed online (MODE-2); use online" in tenant.problems[0].accepted


class TestAccounts:
    """What the kind of user in InterpretedUserType says about accounts, as the module's table has it."""

    @pytest.mark.parametrize(
        ("mode", "user_type", "has_teams_account", "has_sfb_client"),
        [
            ("TeamsOnly", "PureOnlineTeamsOnlyUser", True, False),
            ("TeamsOnly", "PureOnlineTeamsUser", True, False),
            ("TeamsOnly", "PureOnlineEnabledUserWithTeamsLicense", True, False),
            ("TeamsOnly", "PureOnlineSfBUserWithTeamsLicense", True, True),
            ("TeamsOnly", "PureOnlineEnabledUserWithSfBAndTeamsLicense", True, True),
            ("Islands", "PureOnlineSfBUserWithTeamsLicense", True, True),
            ("Islands", "HybridOnpremTeamsUser", True, True),
            ("SfBOnly", "HybridOnpremTeamsUser", True, True),
            ("SfBOnly", "PureOnlineSfBUser", False, True),
            ("SfBWithTeamsCollab", "HybridOnpremSfBUser", False, True),
            ("SfBWithTeamsCollabAndMeetings", "HybridOnpremSfBUserWithTeamsLicense", True, True),
        ],
    )
    def test_accounts(
        self, read: Any, mode: str, user_type: str, has_teams_account: bool, has_sfb_client: bool
    ) -> None:
        cells = {"TeamsUpgradeEffectiveMode": mode, "InterpretedUserType": user_type, "HostingProvider": ""}
        user = read(GRADY | cells | {"OnPremHostingProvider": ""})["grady@contoso.com"]
        assert (user.has_teams_account, user.has_sfb_client) == (has_teams_account, has_sfb_client)

    @pytest.mark.parametrize(
        ("mode", "user_type", "why"),
        [
            ("TeamsOnly", "PureOnlineSfBUser", "has_teams_account: False does not fit mode TeamsOnly"),
            ("Islands", "HybridOnpremSfBUser", "has_teams_account: False does not fit mode Islands"),
            ("Islands", "PureOnlineTeamsUser", "has_sfb_client: False does not fit mode Islands"),
            ("Islands", "PureOnlineTeamsOnlyUser", "has_sfb_client: False does not fit mode Islands"),
            ("SfBOnly", "PureOnlineTeamsUser", "has_sfb_client: False does not fit mode SfBOnly"),
            ("SfBOnly", "HybridOnpremTeamsOnlyUser", "has_sfb_client: False does not fit mode SfBOnly"),
        ],
    )
    def test_a_mode_that_needs_an_account_which_is_ruled_out(
        self, read: Any, mode: str, user_type: str, why: str
    ) -> None:
        cells = {"TeamsUpgradeEffectiveMode": mode, "InterpretedUserType": user_type, "HostingProvider": ""}
        tenant = read(GRADY | cells | {"OnPremHostingProvider": ""}, LICENSED)
        assert said(tenant) == [(3, "InterpretedUserType", user_type)]
        assert why in tenant.problems[0].accepted

    def test_an_account_is_the_user_types_affair_whatever_the_provider_says(self, read: Any) -> None:
        tenant = read(ADELE | {"InterpretedUserType": "PureOnlineSfBUser"}, LICENSED)
        assert said(tenant) == [(3, "InterpretedUserType", "PureOnlineSfBUser")]

    @pytest.mark.parametrize("mode", ["teamsonly", "TEAMSONLY", " TeamsOnly "])
    def test_modes_compare_in_any_case(self, read: Any, mode: str) -> None:
        assert read(ADELE | {"TeamsUpgradeEffectiveMode": mode})["adele.vance@contoso.com"].mode is Mode.TEAMS_ONLY


class TestEditions:
    """An export is of the newest edition, unless it is said to be of another; who does not exist in it is reported."""

    @pytest.mark.rules("ED-2")
    @pytest.mark.rules("ED-2")
    @pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.TEAMS_ONLY])
    @pytest.mark.parametrize("edition", [None, "2021-08", "2022-10"])
    def test_nobody_is_homed_online_and_not_teams_only(self, read: Any, mode: str, edition: str | None) -> None:
        tenant = read(ADELE, ONLINE_SFB | {"TeamsUpgradeEffectiveMode": mode}, edition=edition)
        assert list(tenant) == ["adele.vance@contoso.com"], "nobody is half there"
        [problem] = tenant.problems
        assert (problem.line, problem.column, problem.value) == (4, "TeamsUpgradeEffectiveMode", mode)
        for words in ("(ED-2)", "home the user on-premises, or make them TeamsOnly", "read it as of edition base"):
            assert words in problem.accepted
        assert (edition or "2022-10") in problem.accepted
        with pytest.raises(UnknownUser) as caught:
            tenant["grady.archie@contoso.com"]
        assert str(caught.value) == str(problem)

    @pytest.mark.rules("ED-1")
    def test_an_older_export_is_read_as_of_the_base(self, read: Any) -> None:
        tenant = read(ONLINE_SFB, edition="base")
        assert (tenant.problems, tenant["grady@contoso.com"].homing) == ((), Homing.ONLINE)

    @pytest.mark.rules("ED-2")
    def test_sfb_on_premises_is_there_today(self, read: Any) -> None:
        tenant = read(GRADY, edition=None)
        assert (tenant.problems, tenant["grady@contoso.com"].homing) == ((), Homing.ON_PREM)

    @pytest.mark.rules("MODE-2", "ED-2")
    @pytest.mark.parametrize("edition", [None, *EDITIONS])
    def test_teams_only_on_premises_is_a_problem_in_each(self, read: Any, edition: str | None) -> None:
        where = {"InterpretedUserType": "HybridOnpremTeamsOnlyUser", "HostingProvider": ON_PREM}
        tenant = read(ADELE | where, edition=edition)
        [problem] = tenant.problems
        assert (problem.column, problem.address) == ("HostingProvider", "adele.vance@contoso.com")
        assert "(MODE-2)" in problem.accepted
        assert len(tenant) == 0

    @pytest.mark.rules("ED-3")
    @pytest.mark.rules("ED-3")
    @pytest.mark.parametrize(("edition", "has"), [("base", True), ("2021-08", True), ("2022-10", False), (None, False)])
    @pytest.mark.parametrize("kind", ["SfBUserWithTeamsLicense", "EnabledUserWithSfBAndTeamsLicense"])
    def test_a_licence_is_no_account_any_more(self, read: Any, kind: str, edition: str | None, has: bool) -> None:
        tenant = read(ADELE | {"InterpretedUserType": f"PureOnline{kind}"}, edition=edition)
        assert (tenant.problems, tenant["adele.vance@contoso.com"].has_sfb_client) == ((), has)

    def test_an_edition_that_there_is_not(self, file: Any) -> None:
        with pytest.raises(ValueError, match="edition: '2031-01' is not accepted; use one of base, 2021-08, 2022-10"):
            load(file(export([GRADY])), edition="2031-01")

    def test_whose_row_has_a_problem(self, read: Any) -> None:
        tenant = read(ADELE, GRADY | {"HostingProvider": "?"})
        assert [problem.address for problem in tenant.problems] == ["grady.archie@contoso.com"]
        with pytest.raises(UnknownUser, match="HostingProvider: '\\?' is not accepted"):
            tenant["grady.archie@contoso.com"]


SEEN = {
    None: """
        AADConnectDisabledOnlineTeamsUser AADConnectEnabledOnlineTeamsOnlyUser
        AADConnectEnabledSfBUserWithTeamsLicenseNeedsProvisioningToAD DirSyncEnabledOnlineSfBUser
        DirSyncEnabledOnlineSfBUserWithTeamsLicense DirSyncEnabledOnlineSfBUserWithTeamsLicenseInPDL
        DirSyncEnabledOnlineSfBUserWithTeamsLicenseWithMCOValidationError DirSyncEnabledOnlineTeamsOnlyUser
        DirSyncEnabledOnlineTeamsOnlyUserInPDL DirSyncEnabledOnlineTeamsUser DirSyncEnabledOnlineTeamsUserNotInPDL
        DirSyncEnabledOnlineTeamsUserNeedsProvisioningToAD DirSyncEnabledOnlineTeamsUserWithMCOValidationError
        DirSyncDisabledSfBUser DirSyncSfBUser DirSyncSfBUserNeedsProvisioning DirSyncTeamsUser
        EnabledUserWithTeamsLicense HybridOnlineEnabledUserWithSfBAndTeamsLicense HybridOnlineSfBUser
        HybridOnlineSfBUserWithTeamsLicense HybridOnlineTeamsOnlyUser HybridOnlineTeamsOnlyUserInPDL
        HybridOnlineTeamsOnlyUserNeedsProvisioningToAD HybridOnpremSfBUser HybridOnpremSfBUserFailedPublishingToAAD
        HybridOnpremSfBUserNeedsProvisioning HybridOnpremSfBUserWithMCOValidationError
        HybridOnPremSfBUserWithTeamsLicense HybridOnpremSfBUserWithTeamsLicenseWithMCOValidationError
        HybridOnpremTeamsUserWithMCOValidationError PureOnlineEnabledUserWithSfBAndTeamsLicense
        PureOnlineEnabledUserWithTeamsLicense PureOnlineSfBUser PureOnlineSfBUserWithTeamsLicense
        PureOnlineTeamsOnlyUser PureOnlineTeamsOnlyUserFailedProvisioningToBVD
        PureOnlineTeamsOnlyUserFailedToMailboxEnabled PureOnlineTeamsOnlyUserNeedsProvisioningToAD PureOnlineTeamsUser
        AADConnectEnabledOnlineSfBUserWithTeamsLicenseInPDL AADConnectEnabledOnlineTeamsOnlyUserInPDL
        AADConnectEnabledOnlineTeamsUserNotInPDL HybridOnlineTeamsOnlyUserNeedsPublishingToAAD
        HybridOnpremSfBUserFailedProvisioning PureOnlineFreemiumUser PureOnlineTeamsOnlyUserFailedBvdProvisioning
        """,
    "disabled in Active Directory": """
        AADConnectDisabledOnlineActiveDirectoryDisabledUser DirSyncEnabledOnlineActiveDirectoryDisabledUserInPDL
        AADConnectDisabledOnlineActiveDirectoryDisabledUserPendingDeletionFromAD
        HybridOnlineActiveDirectoryDisabledUserInPDLPendingAttributeRemovalFromAD
        HybridOnpremActiveDirectoryDisabledUserWithMCOValidationError PureOnlineActiveDirectoryDisabledUser
        AADConnectEnabledOnlineActiveDirectoryDisabledUserNotInPDL
        DirSyncEnabledOnlineActiveDirectoryDisabledUserPendingAttributeRemovalFromAD
        PureOnlineActiveDirectoryDisabledUserPendingAttributeRemovalFromAD
        """,
    "disabled": """
        DirSyncDisabledDisabledUser DirSyncDisabledUser HybridOnlineDisabledUser HybridOnpremDisabledUser
        HybridOnlineDisabledUserNeedsProvisioning HybridOnlineDisabledUserWithDeletedLicenses PureOnlineDisabledUser
        """,
    "without service": """
        DirSyncDisabledNoService DirSyncNoService DirSyncNoServiceWithMCOValidationError EnabledUserWithNoService
        PureOnlineEnabledUserWithNoService PureOnlineNoService PureOnlineNoServiceWithDeletedLicenses
        """,
    "not licensed for the service": """
        AADConnectDisabledOnlineUserNotLicensedForService DirSyncEnabledOnlineUserNotLicensedForServiceNotInPDL
        DirSyncEnabledOnlineTeamsOnlyUserNotLicensedForServiceInPDLPendingAttributeRemovalFromAD
        DirSyncEnabledOnlineUserNotLicensedForServiceNeedsProvisioningToAD HybridOnpremUserNotLicensedForService
        HybridOnlineTeamsOnlyUserNotLicensedForServiceNotInPDL PureOnlineTeamsOnlyUserNotLicensedForService
        PureOnlineTeamsOnlyUserNotLicensedForServiceWithMCOValidationError
        PureOnlineUserNotLicensedForServiceFailedPublishingToAAD
        AADConnectDisabledOnlineTeamsOnlyUserNotLicensedForServicePendingDeletionFromAD
        AADConnectDisabledOnlineUserNotLicensedForServicePendingDeletionFromAD
        HybridOnlineTeamsOnlyUserNotLicensedForServicePendingAttributeRemovalFromAD
        HybridOnpremTeamsOnlyUserNotLicensedForService PureOnlineTeamsOnlyUserNotLicensedForServicePendingDeletionFromAD
        PureOnlineUserNotLicensedForServicePendingAttributeRemovalFromAD
        """,
    "an application": """
        PureOnlineAppEndpoint PureOnlineApplicationInstance PureOnlineApplicationInstancePendingDeletionFromAD
        """,
    "licences removed": "HybridOnlineSfBUserWithDeletedLicenses",
    "being deleted": """
        AADConnectDisabledOnlineSfBUserWithTeamsLicensePendingDeletionFromAD
        AADConnectDisabledOnlineTeamsUserPendingDeletionFromAD PureOnlineTeamsOnlyUserPendingDeletionFromAD
        """,
}


class TestSkipped:
    """Who cannot converse is set aside with the reason; that is no problem."""

    @pytest.mark.parametrize(
        ("user_type", "reason"), [(word, why) for why, words in SEEN.items() for word in words.split()]
    )
    def test_user_types_seen_in_the_wild(self, read: Any, user_type: str, reason: str | None) -> None:
        mode = "SfBOnly" if "SfBUser" in user_type or "Onprem" in user_type else "TeamsOnly"
        hosting = ON_PREM if "onprem" in user_type.casefold() else ONLINE
        cells = {"InterpretedUserType": user_type, "TeamsUpgradeEffectiveMode": mode, "HostingProvider": hosting}
        tenant = read(GRADY | cells)
        assert (tenant.problems, [row.reason for row in tenant.skipped]) == ((), [reason] if reason else [])
        assert len(tenant) == (not reason)

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"AccountType": "Guest"}, "a guest"),
            ({"AccountType": "resourceaccount"}, "an application"),
            ({"AccountType": "IneligibleUser"}, "not licensed for the service"),
            ({"SoftDeletionTimestamp": "01/31/2023 09:32:28"}, "deleted"),
            ({"AccountType": "User", "SoftDeletionTimestamp": ""}, None),
        ],
    )
    def test_columns_that_say_so_are_heeded_where_they_are(self, read: Any, cells: Cells, reason: str | None) -> None:
        assert [row.reason for row in read(GRADY | cells).skipped] == ([reason] if reason else [])

    def test_nothing_else_about_them_matters(self, read: Any) -> None:
        gone = {"InterpretedUserType": "PureOnlineNoService", "TeamsUpgradeEffectiveMode": "", "HostingProvider": "?"}
        tenant = read(GRADY, GRADY | gone, GRADY | gone | {"UserPrincipalName": ""})
        assert tenant.problems == ()
        assert [astuple(row)[1:] for row in tenant.skipped] == [
            (4, "grady.archie@contoso.com", "without service"),
            (5, "", "without service"),
        ]

    def test_a_skipped_row_is_one_clear_line(self) -> None:
        assert str(Skipped("users.csv", 4, "a@b.c", "disabled")) == "users.csv:4: 'a@b.c' is skipped: disabled"


class TestLookingUp:
    """A tenant is a mapping from either address of a user."""

    @pytest.mark.parametrize(
        "address",
        [
            "grady.archie@contoso.com",
            "Grady.Archie@CONTOSO.com",
            "sip:grady@contoso.com",
            "SIP:GRADY@contoso.com",
            "grady@contoso.com",
        ],
    )
    def test_by_either_address_in_any_case(self, read: Any, address: str) -> None:
        tenant = read(ADELE, GRADY)
        assert tenant[address].address == "grady.archie@contoso.com"
        assert address in tenant

    def test_as_a_mapping(self, read: Any) -> None:
        tenant = read(ADELE, GRADY | {"SipAddress": ""})
        assert len(tenant) == 2
        assert dict(tenant) == dict(tenant.users)
        assert tenant.get("nobody@contoso.com") is None
        assert 7 not in tenant
        assert repr(tenant) == "<Tenant: 2 users, 0 skipped, 0 problems>"

    @pytest.mark.parametrize(
        ("address", "hint"),
        [
            ("adel@contoso.com", "; did you mean adele.vance@contoso.com?"),
            ("ade@contoso.com", ""),
        ],
    )
    def test_a_near_miss_is_one_letter_in_five(self, read: Any, address: str, hint: str) -> None:
        with pytest.raises(UnknownUser) as caught:
            read(ADELE)[address]
        assert str(caught.value) == f"{address!r} is not the address of a user in this export{hint}"

    @pytest.mark.parametrize(
        ("address", "message"),
        [
            (
                "adele.vanc@contoso.com",
                "'adele.vanc@contoso.com' is not the address of a user in this export; did you mean adele",
            ),
            ("x", "'x' is not the address of a user in this export"),
            ("SIP:LEE@contoso.com", "users.csv:5: 'lee@contoso.com' is skipped: without service"),
        ],
    )
    def test_a_miss_says_why(self, read: Any, address: str, message: str) -> None:
        tenant = read(
            ADELE, GRADY, GRADY | {"UserPrincipalName": "lee@contoso.com", "InterpretedUserType": "NoService"}
        )
        with pytest.raises(UnknownUser) as caught:
            tenant[address]
        assert message in str(caught.value)
        assert isinstance(caught.value, KeyError)
        assert caught.value.args == (address,)


class TestPolicies:
    """POL-1 to POL-3: what a user's policies allow."""

    @pytest.mark.parametrize(
        ("policies", "column", "flag"),
        [
            (MEETING, "TeamsMeetingPolicy", "allow_private_meet_now"),
            (MESSAGING, "TeamsMessagingPolicy", "allow_user_chat"),
            (CALLING, "TeamsCallingPolicy", "allow_private_calling"),
        ],
    )
    def test_each_kind_decides_one_thing(self, read: Any, policies: list[Any], column: str, flag: str) -> None:
        name = policies[1]["Identity"].removeprefix("Tag:")
        user = read(GRADY | {column: name}, policies=[policies])["grady@contoso.com"]
        flags = {name: getattr(user, name) for _, name in POLICY_COLUMNS.values()}
        assert flags == {name: name != flag for name in flags}

    @pytest.mark.parametrize(
        "cell",
        [
            "NoMeetNow",
            "nomeetnow",
            "Tag:NoMeetNow",
            "TAG:nomeetnow",
            "Tenant:NoMeetNow",
            "@{Authority=Tenant; Name=NoMeetNow}",
            "@{Name=NoMeetNow; Authority=Tenant}",
            '{"Authority": "Tenant", "Name": "NoMeetNow"}',
            '{"Name":"NoMeetNow","Authority":"Tenant"}',
            ' {\n  "Authority": "Host",\n  "Name": "Tag:NoMeetNow"\n}',
        ],
    )
    def test_spellings_of_a_name(self, read: Any, cell: str) -> None:
        assert not read(GRADY | {"TeamsMeetingPolicy": cell}, policies=[MEETING])[
            "grady@contoso.com"
        ].allow_private_meet_now

    @pytest.mark.parametrize("name", ["Red Tag: sales", "Host:Tag:sales", "MyTenant:sales"])
    def test_only_what_stands_before_a_name_is_taken_off(self, read: Any, name: str) -> None:
        policies = [[MEETING[0], {"Identity": f"Tag:{name}", "AllowPrivateMeetNow": False}]]
        for cell in (f"Tag:{name}", f" Tenant:{name} ", *([name] if not name.startswith("Host:") else [])):
            user = read(GRADY | {"TeamsMeetingPolicy": cell}, policies=policies)["grady@contoso.com"]
            assert not user.allow_private_meet_now

    @pytest.mark.parametrize("cell", ["", "Global", "global", "Tag:Global", "@{Authority=; Name=}"])
    @pytest.mark.parametrize("allowed", [True, False])
    def test_empty_means_global(self, read: Any, cell: str, allowed: bool) -> None:
        policies = [[{"Identity": "Global", "AllowPrivateMeetNow": allowed}]]
        user = read(GRADY | {"TeamsMeetingPolicy": cell}, policies=policies)["grady@contoso.com"]
        assert user.allow_private_meet_now is allowed

    def test_global_without_a_file_of_its_kind_allows(self, read: Any) -> None:
        user = read(GRADY | {"TeamsCallingPolicy": "Global"}, policies=[MEETING])["grady@contoso.com"]
        assert user.allow_private_calling

    @pytest.mark.parametrize(
        ("cell", "policies", "accepted"),
        [
            ("NoMeetNow", [], "use Global, or give what Get-CsTeamsMeetingPolicy | ConvertTo-Json writes"),
            ("NoMeetNow", [CALLING], "use Global, or give what Get-CsTeamsMeetingPolicy | ConvertTo-Json writes"),
            ("NoMeat", [MEETING], "use one of Global, NoMeetNow"),
            ("Microsoft.Teams.UserPolicyDefinition", [MEETING], "use one of Global, NoMeetNow"),
            ("{Tenant}", [MEETING], "use one of Global, NoMeetNow"),
            ("", [MEETING[1:]], "use one of NoMeetNow"),
        ],
    )
    def test_a_policy_that_is_not_known(self, read: Any, cell: str, policies: list[Any], accepted: str) -> None:
        tenant = read(GRADY | {"TeamsMeetingPolicy": cell}, policies=policies)
        assert [(problem.column, problem.value, problem.accepted) for problem in tenant.problems] == [
            ("TeamsMeetingPolicy", cell, accepted)
        ]

    @pytest.mark.parametrize(
        ("bom", "encoding"),
        [
            (b"", "utf-8"),
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
        ],
    )
    def test_a_file_is_one_policy_or_many_in_any_encoding(self, file: Any, bom: bytes, encoding: str) -> None:
        one = file(bom + json.dumps({"Identity": "Tag:Señal", "AllowUserChat": False}).encode(encoding), "one.json")
        many = file(bom + json.dumps(CALLING, ensure_ascii=False).encode(encoding), "many.json")
        policies = read_policies(one, Path(many))
        chat, calling = policies.find("TeamsMessagingPolicy", "señal"), policies.find("TeamsCallingPolicy", "NoCalling")
        assert chat is not None
        assert calling is not None
        assert (chat.name, chat.allows, calling.name, calling.allows) == ("Señal", False, "NoCalling", False)

    def test_kinds_may_share_files_and_files_a_kind(self, file: Any) -> None:
        policies = read_policies(file([MEETING[0], *CALLING], "1.json"), file([MEETING[1]], "2.json"))
        assert {column: list(names) for column, names in policies.kinds.items()} == {
            "TeamsMeetingPolicy": ["global", "nomeetnow"],
            "TeamsCallingPolicy": ["global", "nocalling"],
        }

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (
                [MEETING[0], {"Identity": "Tag:Odd", "AllowPrivateMeetNow": "yes"}],
                "policies.json: policy 2 ('Tag:Odd'): AllowPrivateMeetNow: \"yes\" is not accepted; use true or false",
            ),
            ([{"Identity": "Global", "AllowUserChat": None}], "AllowUserChat: null is not accepted; use true or false"),
            ([{"Identity": "Global", "AllowUserChat": 1}], "AllowUserChat: 1 is not accepted; use true or false"),
            ([{"AllowUserChat": True}], "policy 1 (None): Identity: null is not accepted; use Global or Tag:Name"),
            (
                [{"Identity": 7, "AllowUserChat": True}],
                "policy 1 (7): Identity: 7 is not accepted; use Global or Tag:Name",
            ),
            ([{"Identity": "Global"}], "policy 1 ('Global'): has none of AllowPrivateMeetNow, AllowUserChat, "),
            ([MEETING[0] | CALLING[0]], "has AllowPrivateMeetNow and AllowPrivateCalling of AllowPrivateMeetNow, "),
            ([], "policies.json: policy 1 (None): has none of "),
            (
                [MEETING[0], MEETING[1], MEETING[1] | {"Identity": "nomeetnow"}],
                "policy 3 ('nomeetnow'): Identity: 'nomeetnow' is in ",
            ),
            ([1], "policies.json: Expected `object`, got `int` - at `$[0]`; give what ConvertTo-Json writes"),
            ("7", "policies.json: Expected `object | array`, got `int`"),
            ("", "policies.json: Input data was truncated"),
            ('{"Identity": ', "policies.json: Input data was truncated"),
            ('{"a":' * 100_000, "policies.json: "),
            ("\ufeff".encode("utf-16-le") + b"x", "policies.json: 'utf-16-le' codec can't decode"),
            (b'{"Identity": "\xe9"}', "policies.json: 'utf-8' codec can't decode byte 0xe9"),
        ],
    )
    def test_a_file_that_is_not_of_policies(self, file: Any, content: Any, message: str) -> None:
        with pytest.raises(TenantError, match=re.escape(message)):
            read_policies(file(content, "policies.json"))

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(TenantError, match=r"none\.json: No such file or directory; give what ConvertTo-Json"):
            load(tmp_path / "users.csv", [tmp_path / "none.json"])


class TestTheBundledExample:
    """contoso.com has somebody of everything; fabrikam.com is who it federates with."""

    @pytest.mark.parametrize("edition", [None, *EDITIONS])
    def test_its_people_exist_in_every_edition(self, edition: str | None) -> None:
        for tenant in (contoso(edition), fabrikam(edition)):
            assert tenant.problems == ()
            assert [user for user in tenant.values() if named(edition).problems(user)] == []

    def test_contoso(self) -> None:
        tenant = contoso()
        assert tenant.problems == ()
        assert (len(tenant), len(tenant.skipped)) == (398, 2)
        users = list(tenant.values())[:14]  # the others are made, in tests/plan/test_example.py
        assert {user.mode for user in users} == set(Mode)
        assert {user.homing for user in users if user.mode is not Mode.TEAMS_ONLY} == {Homing.ON_PREM}
        assert [user.address for user in users if not user.allow_user_chat] == ["lee.gu@contoso.com"]
        assert [user.address for user in users if not user.allow_private_calling] == ["lynne.robbins@contoso.com"]
        assert {user.mode for user in users if not user.allow_private_meet_now} == {Mode.TEAMS_ONLY, Mode.ISLANDS}
        assert [user.address for user in users if not user.has_teams_account] == ["isaiah.langer@contoso.com"]

    def test_the_two_of_the_story(self) -> None:
        adele, grady = contoso()["adele.vance@contoso.com"], contoso()["grady.archie@contoso.com"]
        assert (adele.mode, adele.homing) == (Mode.TEAMS_ONLY, Homing.ONLINE)
        assert (grady.mode, grady.homing) == (Mode.SFB_ONLY, Homing.ON_PREM)

    def test_fabrikam(self) -> None:
        tenant = fabrikam()
        assert [user.mode for user in tenant.values()] == [
            Mode.TEAMS_ONLY,
            Mode.TEAMS_ONLY,
            Mode.SFB_ONLY,
            Mode.ISLANDS,
        ]
        assert tenant.problems == ()


NAME = st.text(
    st.characters(categories=("Ll", "Nd"), include_characters=".-_,;\"'"),
    min_size=1,
    max_size=8,
)


@st.composite
def participants(draw: st.DrawFn, address: str) -> Participant:
    mode = draw(st.sampled_from(Mode))
    teams, sfb = mode in (Mode.TEAMS_ONLY, Mode.ISLANDS), mode is not Mode.TEAMS_ONLY
    flags: dict[str, Any] = {flag: draw(st.booleans()) for _, flag in POLICY_COLUMNS.values()}
    return Participant(
        address,
        mode,
        homing=Homing.ONLINE if not sfb else draw(st.sampled_from(Homing)),
        has_teams_account=teams or draw(st.booleans()),
        has_sfb_client=sfb or draw(st.booleans()),
        **flags,
    )


def cells(user: Participant) -> Cells:
    """What an export says of this user."""
    kinds = {(True, True): "SfBUserWithTeamsLicense", (True, False): "TeamsOnlyUser", (False, True): "SfBUser"}
    location, hosting = ("Online", ONLINE) if user.homing is Homing.ONLINE else ("Onprem", ON_PREM)
    return {
        "UserPrincipalName": user.address,
        "SipAddress": f"sip:{user.address}",
        "TeamsUpgradeEffectiveMode": user.mode,
        "InterpretedUserType": f"Hybrid{location}{kinds[user.has_teams_account, user.has_sfb_client]}",
        "HostingProvider": hosting,
        "OnPremHostingProvider": hosting,
        **{column: "Global" if getattr(user, flag) else "Strict" for column, (_, flag) in POLICY_COLUMNS.items()},
    }


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Policies:
    path = tmp_path_factory.mktemp("policies") / "all.json"
    names = (("Global", True), ("Tag:Strict", False))
    path.write_text(json.dumps([{"Identity": n, field: ok} for field, _ in POLICY_COLUMNS.values() for n, ok in names]))
    return read_policies(path)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch") / "file"


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_is_exported_is_read_back(scratch: Path, strict: Policies, data: st.DataObject) -> None:
    names = data.draw(st.lists(NAME, unique_by=str.casefold, max_size=5))
    users = [data.draw(participants(f"{name}@contoso.com")) for name in names]
    columns = data.draw(st.permutations(tuple(GRADY)))
    text = export(
        map(cells, users),
        columns,
        delimiter=data.draw(st.sampled_from(",;\t")),
        type_line=data.draw(st.booleans()),
        quoting=data.draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
    )
    scratch.write_bytes(text.encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))))
    edition = data.draw(st.sampled_from([None, *EDITIONS.values()]))
    tenant = read_users(scratch, strict, edition=edition)
    at = named(edition)
    there = [replace(user, has_sfb_client=user.has_sfb_client and at.taken(user.mode).has_sfb_client) for user in users]
    assert list(tenant.values()) == [user for user in there if not at.problems(user)]
    assert [problem.address for problem in tenant.problems] == [user.address for user in there if at.problems(user)]


HEADER = export([], type_line=False).encode()
JUNK = st.binary() | st.lists(st.sampled_from([*GRADY.values(), ",", '"', "\r\n", "\n", "\0", "é", "#TYPE"])).map(
    lambda parts: "".join(parts).encode()
)


@settings(max_examples=200, deadline=None)
@given(junk=JUNK, head=st.sampled_from([b"", HEADER, codecs.BOM_UTF16_LE, codecs.BOM_UTF8 + HEADER]))
def test_junk_is_refused_or_reported(scratch: Path, junk: bytes, head: bytes) -> None:
    scratch.write_bytes(head + junk)
    try:
        tenant = read_users(scratch)
    except TenantError:
        assert head in (b"", codecs.BOM_UTF16_LE)
    else:
        assert all(str(problem).startswith(f"{scratch}:") for problem in tenant.problems)
    with pytest.raises(TenantError):
        read_policies(scratch)


class TestWhatIsHostile:
    """An export of whatever kind is read in bounded memory, and what it holds is shown safely."""

    def test_no_more_problems_are_kept_than_are_told(self, file: Any) -> None:
        tenant = read_users(file(export([GRADY | {"SipAddress": "x"}] * 5 + [ADELE]) + "a\n" * 1500))
        assert (len(tenant.problems), tenant.more_problems, len(tenant)) == (1000, 505, 1)
        assert repr(tenant) == "<Tenant: 1 users, 0 skipped, 1505 problems>"

    @pytest.mark.parametrize("address", ["a\x9b2J@contoso.com", "\u202egro.osotnoc@a", "a\u200b@contoso.com"])
    def test_an_address_that_shows_as_another_is_none(self, file: Any, address: str) -> None:
        tenant = read_users(file(export([GRADY | {"UserPrincipalName": address, "SipAddress": ""}])))
        (told,) = map(str, tenant.problems)
        assert told.isprintable()
        assert told.endswith(f"UserPrincipalName: {address!r} is not accepted; use name@domain")

    def test_a_cell_that_goes_on_and_on(self, file: Any) -> None:
        (told,) = read_users(file(export([GRADY | {"TeamsMeetingPolicy": "x" * 5000}]))).problems
        assert (told.column, len(told.value)) == ("TeamsMeetingPolicy", 4096)
        assert told.accepted == "it has 5,000 characters; give at most 4,096"
        assert len(str(told)) < 400

    def test_cells_that_are_long_together_are_fine(self, file: Any) -> None:
        objects = dict.fromkeys(POLICY_COLUMNS, "@{Description=" + "x" * 2000 + "; Name=Global}")
        assert len(read_users(file(export([GRADY | objects])), edition="base")) == 1

    def test_a_header_of_one_endless_line(self, file: Any) -> None:
        with pytest.raises(TenantError, match=r"line 2 is a line of more than 1,048,576 characters; give the names"):
            read_users(file("#TYPE x\n" + "x," * 2**20))

    def test_a_header_with_odd_characters(self, file: Any) -> None:
        with pytest.raises(TenantError) as told:
            read_users(file('"a"x\t\t"b"\n'))
        assert str(told.value).isprintable()

    def test_a_name_that_is_none(self, file: Any) -> None:
        tenant = read_users(file(export([GRADY])))
        for odd in ("\x9b2J" * 1000, "a" * 10**6):
            with pytest.raises(UnknownUser) as told:
                tenant[odd]
            assert str(told.value).isprintable()
            assert len(str(told.value)) < 300

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b'[{"Identity": "Global", "AllowUserChat": true, "AllowUserChat": false}]', "'AllowUserChat' is given"),
            (b'[{"Identity": "a\\u009b", "AllowUserChat": "\\u202e"}]', r"""('a\x9b'): AllowUserChat: "\u202e" is"""),
            (b'[{"Identity": "Global", "AllowUserChat": true}]' + b" " * 2**24, "has more than 16,777,216 bytes; give"),
            (b"[" * 5000, "give what ConvertTo-Json writes"),
            (b'{"a": ' * 900 + b"1" + b"}" * 900, "has none of AllowPrivateMeetNow"),
            (b'[{"Identity": "\\ud800"}]', "give what ConvertTo-Json writes"),
            (b"\xff\xfe[", "give what ConvertTo-Json writes"),
        ],
    )  # fmt: skip
    def test_policies(self, file: Any, content: bytes, says: str) -> None:
        with pytest.raises(TenantError) as told:
            read_policies(file(content, "p\x1b.json"))
        assert says in str(told.value)
        assert str(told.value).isprintable()

    def test_of_many_policies_a_message_names_the_first(self, file: Any) -> None:
        names = ["x" * 500, *map(str, range(30))]
        policies = read_policies(file([{"Identity": name, "AllowUserChat": True} for name in names]))
        told = policies.accepted("TeamsMessagingPolicy")
        assert told.startswith(f"use one of '{'x' * 60}'... (500 characters), 0, 1, ")
        assert told.endswith(", 18 and 11 more")

    @pytest.mark.parametrize("read", [read_users, read_policies])
    @pytest.mark.parametrize("name", ["a\0b", "n" * 300, "\x9b2J"])
    def test_a_name_that_no_file_has(self, tmp_path: Path, read: Any, name: str) -> None:
        with pytest.raises(TenantError) as told:
            read(os.path.join(tmp_path, name))
        assert str(told.value).isprintable()
