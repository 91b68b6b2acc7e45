"""What an export leaves out: what implies it, what is assumed and said, and what is a problem."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fsm.readers.notes import Noted
from fsm.spec.parties import Homing, Mode
from fsm.tenant import POLICY_COLUMNS, Tenant, TenantError, load

from .test_tenant import ADELE, CALLING, GRADY, LICENSED, MEETING, MESSAGING, ON_PREM, ONLINE, Cells

Read = Callable[..., Tenant]
BOTH = {"UserPrincipalName", "SipAddress"}
SERVER = {
    "Identity": "CN=Grady,DC=contoso,DC=com",
    "UserPrincipalName": "grady.archie@contoso.com",
    "SipAddress": "sip:grady@contoso.com",
    "Enabled": "True",
    "HostingProvider": ON_PREM,
    "RegistrarPool": "pool1.contoso.com",
    "TeamsUpgradePolicy": "UpgradeToTeams",
}
"""What Get-CsUser says of somebody; its TeamsUpgradePolicy has no mode."""
ALL = [MEETING, MESSAGING, CALLING]


def written(rows: tuple[Cells, ...]) -> str:
    """Rows as CSV, with the columns of the first."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read users that are given as cells, as of the base."""

    def reading(*rows: Cells, policies: Any = (), servers: tuple[Cells, ...] = (), **how: Any) -> Tenant:
        users = tmp_path / "users.csv"
        users.write_text(written(rows))
        paths = [tmp_path / f"{number}.json" for number, _ in enumerate(policies)]
        for path, content in zip(paths, policies, strict=True):
            path.write_text(json.dumps(content))
        if servers:
            (tmp_path / "servers.csv").write_text(written(servers))
            how["on_premises"] = tmp_path / "servers.csv"
        return load(users, paths, **{"edition": "base"} | how)

    return reading


def without(row: Cells, *columns: str) -> Cells:
    """A row that lacks columns."""
    return {name: cell for name, cell in row.items() if name not in columns}


def said(tenant: Tenant) -> list[str]:
    """What is noted."""
    return [note.says for note in tenant.notes]


def problems(tenant: Tenant) -> list[tuple[str, str, str]]:
    """What is wrong."""
    return [(problem.column, problem.value, problem.accepted) for problem in tenant.problems]


class TestColumnsThatOthersImply:
    """They may be left out."""

    @pytest.mark.parametrize(
        ("column", "address"), [("SipAddress", "grady.archie@contoso.com"), ("UserPrincipalName", "grady@contoso.com")]
    )
    def test_either_address(self, read: Read, column: str, address: str) -> None:
        tenant = read(without(GRADY, column))
        assert (list(tenant), tenant[f"SIP:{address}"].address) == ([address], address)

    def test_an_address_without_sip(self, read: Read) -> None:
        assert list(read(without(GRADY, "UserPrincipalName") | {"SipAddress": "grady@contoso.com"})) == [
            "grady@contoso.com"
        ]

    def test_where_a_user_is_homed(self, read: Read) -> None:
        assert read(without(GRADY, "HostingProvider"))["grady@contoso.com"].homing is Homing.ON_PREM
        assert (
            read(without(ADELE, "HostingProvider", "OnPremHostingProvider"))[ADELE["SipAddress"]].homing
            is Homing.ONLINE
        )

    def test_an_account_type_tells_too(self, read: Read) -> None:
        nowhere = {
            "HostingProvider": "",
            "OnPremHostingProvider": "",
            "InterpretedUserType": "DirSyncSfBUserWithTeamsLicense",
        }
        assert read(GRADY | nowhere | {"AccountType": "SfBOnPremUser"})["grady@contoso.com"].homing is Homing.ON_PREM
        tenant = read(ADELE | {"AccountType": "SfBOnPremUser"})
        assert problems(tenant) == [
            ("AccountType", "SfBOnPremUser", "a user homed online has another; make the two agree")
        ]

    @pytest.mark.parametrize(
        ("policy", "mode"),
        [
            ("SfBOnlyWithNotify", Mode.SFB_ONLY),
            ("Tag:islandswithnotify", Mode.ISLANDS),
            ('{"Name": "SfBWithTeamsCollabWithNotify"}', Mode.SFB_WITH_TEAMS_COLLAB),
        ],
    )
    def test_a_policy_gives_a_mode(self, read: Read, policy: str, mode: Mode) -> None:
        row = without(GRADY, "TeamsUpgradeEffectiveMode") | {"TeamsUpgradePolicy": policy}
        assert read(row)["grady@contoso.com"].mode is mode

    def test_a_mode_is_told_by_its_policy_in_its_own_column_too(self, read: Read) -> None:
        assert (
            read(ADELE | {"TeamsUpgradeEffectiveMode": "UpgradeToTeams"})[ADELE["SipAddress"]].mode is Mode.TEAMS_ONLY
        )

    def test_a_policy_that_gives_none(self, read: Read) -> None:
        tenant = read(without(GRADY, "TeamsUpgradeEffectiveMode") | {"TeamsUpgradePolicy": "Ours"})
        ((column, value, accepted),) = problems(tenant)
        assert (column, value) == ("TeamsUpgradePolicy", "Ours")
        assert "UpgradeToTeams" in accepted

    def test_a_kind_of_user_that_has_one_mode(self, read: Read) -> None:
        tenant = read(ADELE | {"TeamsUpgradeEffectiveMode": ""})
        assert tenant[ADELE["SipAddress"]].mode is Mode.TEAMS_ONLY

    def test_assignments_in_effect_stand_for_the_columns_of_policies(self, read: Read) -> None:
        inner = [{"PolicyType": "TeamsCallingPolicy", "PolicyAssignment": {"DisplayName": "NoCalling", "GroupId": "g"}}]
        row = without(GRADY, *POLICY_COLUMNS) | {"EffectivePolicyAssignments": json.dumps(inner)}
        tenant = read(row, policies=ALL)
        user = tenant["grady@contoso.com"]
        assert (user.allow_private_calling, user.allow_user_chat, said(tenant)) == (False, True, [])


class TestModes:
    """Where nothing says a mode, it is that of the organisation, or the one that is named; and that is said."""

    NONE = without(GRADY, "TeamsUpgradeEffectiveMode")

    def test_that_of_the_organisation(self, read: Read) -> None:
        tenant = read(
            self.NONE, policies=[[{"DisplayName": "x", "TeamsUpgradeEffectiveMode": "Islands"}]], default_mode="SfBOnly"
        )
        assert tenant["grady@contoso.com"].mode is Mode.ISLANDS
        assert "nothing says their mode; that of the organisation, Islands, is taken" in said(tenant)

    @pytest.mark.parametrize("name", ["SfBOnlyWithNotify", "sfbonly", Mode.SFB_ONLY])
    def test_the_one_that_is_named(self, read: Read, name: str) -> None:
        tenant = read(self.NONE, GRADY | {"UserPrincipalName": "x@y.z", "SipAddress": ""}, default_mode=name)
        assert {user.mode for user in tenant.values()} == {Mode.SFB_ONLY}
        assert "nothing says their mode; SfBOnly is taken, as asked for" in said(tenant)

    def test_of_whom_no_place_is_known_nothing_follows_from_it(self, read: Read) -> None:
        tenant = read(self.NONE | {"HostingProvider": "?"}, default_mode="SfBOnly")
        assert [column for column, _, _ in problems(tenant)] == ["HostingProvider"]

    @pytest.mark.parametrize("name", ["Both", 7, None.__class__])
    def test_one_that_there_is_not(self, read: Read, name: Any) -> None:
        with pytest.raises(ValueError, match=r"default_mode: .* is not accepted; use one of Islands, "):
            read(GRADY, default_mode=name)


class TestServers:
    """Get-CsUser knows where people are homed."""

    def test_what_both_say_agrees_or_is_a_problem(self, read: Read) -> None:
        assert problems(read(GRADY, servers=(SERVER,))) == []
        tenant = read(GRADY, servers=(SERVER | {"HostingProvider": ONLINE},))
        (problem,) = tenant.problems
        assert str(problem).endswith(
            "users.csv:2: HostingProvider of Get-CsUser: 'sipfed.online.lync.com' is not accepted; "
            "what Get-CsOnlineUser writes says on-prem; make the two agree"
        )

    def test_one_tells_what_the_other_does_not(self, read: Read) -> None:
        nowhere = {
            "HostingProvider": "",
            "OnPremHostingProvider": "",
            "InterpretedUserType": "DirSyncSfBUserWithTeamsLicense",
        }
        assert read(GRADY | nowhere, servers=(SERVER,))["grady@contoso.com"].homing is Homing.ON_PREM

    def test_a_provider_that_is_not_known(self, read: Read) -> None:
        ((column, value, accepted),) = problems(read(GRADY, servers=(SERVER | {"HostingProvider": "edge.x.com"},)))
        assert (column, value) == ("HostingProvider of Get-CsUser", "edge.x.com")
        assert "SRV:" in accepted

    def test_whoever_is_there_alone_needs_a_mode_and_their_own_policy_gives_none(self, read: Read) -> None:
        tenant = read(ADELE, servers=(SERVER,), default_mode="SfBOnly")
        assert tenant["grady@contoso.com"].mode is Mode.SFB_ONLY
        assert tenant["CN=Grady,DC=contoso,DC=com"].address == "grady.archie@contoso.com"

    def test_whoever_is_not_enabled_has_no_service(self, read: Read) -> None:
        tenant = read(ADELE, servers=(SERVER | {"Enabled": "False"},), default_mode="SfBOnly")
        assert [(row.address, row.reason) for row in tenant.skipped] == [
            ("grady.archie@contoso.com", "without SIP service")
        ]

    def test_it_may_have_bad_rows(self, read: Read, tmp_path: Path) -> None:
        (tmp_path / "servers.csv").write_text(written((SERVER,)) + "one,two\n")
        tenant = read(GRADY, on_premises=tmp_path / "servers.csv")
        assert [(problem.line, problem.value) for problem in tenant.problems] == [(3, "2 fields")]

    def test_another_export_is_none(self, read: Read) -> None:
        with pytest.raises(TenantError, match=r"servers\.csv: is no export of Get-CsUser; give what Get-CsUser"):
            read(GRADY, servers=(GRADY,))


class TestSkipped:
    """Who cannot converse, counted by reason."""

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"AccountEnabled": "False"}, "cannot sign in"),
            ({"IsSipEnabled": "false"}, "without SIP service"),
            ({"Enabled": "FALSE"}, "without SIP service"),
            ({"AccountType": "unknown"}, "not licensed for the service"),
            ({"AccountType": "Guest", "AccountEnabled": "False"}, "a guest"),
        ],
    )
    def test_they_are_counted(self, read: Read, cells: Cells, reason: str) -> None:
        tenant = read(GRADY | cells, GRADY | cells | {"UserPrincipalName": "x@y.z"}, GRADY | dict.fromkeys(cells, ""))
        assert (tenant.reasons, len(tenant)) == ({reason: 2}, 1)

    @pytest.mark.parametrize(
        ("cells", "accepted"),
        [
            ({"AccountEnabled": "no"}, "use True or False"),
            ({"AccountType": "Robot"}, "use one of User, SfBOnPremUser, "),
        ],
    )
    def test_what_is_not_understood_is_a_problem(self, read: Read, cells: Cells, accepted: str) -> None:
        (problem,) = read(GRADY | cells).problems
        assert problem.accepted.startswith(accepted)

    @pytest.mark.parametrize("name", ["sip:grady@contoso.com", "grady.archie@contoso.com", "0a"])
    def test_any_of_their_names_says_why(self, read: Read, name: str) -> None:
        tenant = read(GRADY | {"AccountEnabled": "False", "Identity": "0A"})
        with pytest.raises(KeyError, match=r"'grady\.archie@contoso\.com' is skipped: cannot sign in"):
            tenant[name]


class TestPolicies:
    """What is not there may be another policy than it seems."""

    def test_an_empty_one_is_noted_once_with_the_remedy(self, read: Read) -> None:
        tenant = read(GRADY, ADELE, policies=ALL)
        (note,) = tenant.notes
        assert (note.count, note.which) == (2, ("grady.archie@contoso.com", "adele.vance@contoso.com"))
        assert "export EffectivePolicyAssignments too" in note.says

    @pytest.mark.parametrize("policies", [[[MEETING[0]], [MESSAGING[0] | {"Description": ""}], CALLING]])
    def test_unless_it_makes_no_difference(self, read: Read, policies: Any) -> None:
        named = dict.fromkeys(POLICY_COLUMNS, "") | {"TeamsCallingPolicy": "Global"}
        assert said(read(GRADY | named, policies=policies)) == []

    def test_kinds_of_which_no_file_is_given_are_noted(self, read: Read) -> None:
        (note,) = read(GRADY | dict.fromkeys(POLICY_COLUMNS, "Global"), policies=[MEETING]).notes
        assert note.says.startswith("Global of TeamsMessagingPolicy, TeamsCallingPolicy is taken to allow everything")

    def test_assignments_that_are_not_there_in_full(self, read: Read) -> None:
        tenant = read(
            GRADY | {"EffectivePolicyAssignments": "System.Object[]", "TeamsCallingPolicy": "NoCalling"}, policies=ALL
        )
        assert not tenant["grady@contoso.com"].allow_private_calling
        assert said(tenant)[0].startswith("EffectivePolicyAssignments is not there in full")

    @pytest.mark.parametrize(
        ("assigned", "column", "wrong"),
        [
            ("NoCalling", "NoCalling", []),
            ("NoCalling", "Tag:nocalling", []),
            ("Global", "Global", []),
            (
                "NoCalling",
                "Global",
                [("TeamsCallingPolicy", "Global", "EffectivePolicyAssignments says 'NoCalling'; make the two agree")],
            ),
            ("Odd", "", [("TeamsCallingPolicy", "Odd", "use one of Global, NoCalling")]),
        ],
    )
    def test_both_agree_or_it_is_a_problem(self, read: Read, assigned: str, column: str, wrong: list[Any]) -> None:
        inner = [{"PolicyType": "TeamsCallingPolicy", "PolicyAssignment": {"DisplayName": assigned}}]
        cells = {"EffectivePolicyAssignments": json.dumps(inner), "TeamsCallingPolicy": column}
        assert problems(read(GRADY | cells, policies=ALL)) == wrong

    def test_an_upgrade_policy_in_effect_gives_the_mode(self, read: Read) -> None:
        inner = [{"PolicyType": "TeamsUpgradePolicy", "PolicyAssignment": {"DisplayName": "Islands"}}]
        row = GRADY | {"TeamsUpgradeEffectiveMode": "", "EffectivePolicyAssignments": json.dumps(inner)}
        assert read(row)["grady@contoso.com"].mode is Mode.ISLANDS


class TestFiles:
    """JSON and lists are read whole."""

    def test_two_answers_of_users(self, tmp_path: Path) -> None:
        path = tmp_path / "users.json"
        path.write_text(json.dumps({"a": [GRADY], "b": ADELE}))
        with pytest.raises(TenantError, match="has users under 'a' and 'b'; give one of them"):
            load(path)

    def test_what_holds_no_users_is_noted(self, tmp_path: Path) -> None:
        path = tmp_path / "all.json"
        path.write_text(json.dumps({"users": [GRADY], "meeting": MEETING}))
        tenant = load(path, edition="base")
        assert next((note.of, note.which) for note in tenant.notes) == ("answer", ("meeting",))

    @pytest.mark.parametrize("text", ["[]", '{"value": [], "Count": 0}'])
    def test_nobody(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "users.json"
        path.write_text(text)
        with pytest.raises(TenantError, match=r"users\.json:1: give once each UserPrincipalName, "):
            load(path)

    def test_a_name_that_somebody_has(self, read: Read) -> None:
        tenant = read(GRADY | {"Identity": "1", "ObjectId": "sip:grady@contoso.com"}, LICENSED | {"Identity": "1"})
        assert problems(tenant) == [("Identity", "1", "an earlier row has this name, and is kept")]

    def test_values_that_are_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "users.json"
        path.write_text(json.dumps(GRADY | {"AccountEnabled": True, "IsSipEnabled": False, "SoftDeletionTimestamp": 7}))
        assert [row.reason for row in load(path).skipped] == ["deleted"]


def test_a_note_tells_the_first_and_how_many_more() -> None:
    noted = Noted("users\n.csv", "user")
    for number in range(1200):
        noted.add("so it is", f"{number}@x" if number else "x" * 200)
    (note,) = noted
    assert str(note) == (
        f"users\\n.csv: 1,200 users ('{'x' * 60}'... (200 characters), 1@x, 2@x, 3@x, 4@x and 1,195 more): so it is"
    )
    assert re.fullmatch(r"[ -~]+", str(note))
