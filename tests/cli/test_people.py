"""Naming users on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fsm.tenant import COLUMNS, POLICY_COLUMNS

from .conftest import ADELE, GRADY, Fsm

ROW = {
    "UserPrincipalName": "ann@example.org",
    "TeamsUpgradeEffectiveMode": "TeamsOnly",
    "InterpretedUserType": "PureOnlineTeamsOnlyUser",
    "HostingProvider": "sipfed.online.lync.com",
    **dict.fromkeys(POLICY_COLUMNS, "Global"),
}


def export(path: Path, *rows: dict[str, str]) -> str:
    """A file of users."""
    lines = [",".join(COLUMNS), *(",".join(row.get(column, "") for column in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        ("TeamsOnly", {"address": "a", "mode": "TeamsOnly", "client": "teams-windows"}),
        ("sfbonly , client = sfb-legacy", {"address": "a", "mode": "SfBOnly", "client": "sfb-legacy"}),
        ("TeamsOnly,allow_private_meet_now=False,address=ann@x", {"address": "ann@x", "allow_private_meet_now": False}),
        ("TeamsOnly,allow_user_chat=TRUE", {"allow_user_chat": True}),
        ("ann@x,mode=Islands,client=sfb-current", {"address": "ann@x", "mode": "Islands", "client": "sfb-current"}),
        (ADELE, {"address": ADELE, "mode": "TeamsOnly", "has_sfb_client": False}),
        ("SIP:Adele.Vance@contoso.com,client=teams-mac", {"address": ADELE, "client": "teams-mac"}),
        ("grady.archie@contoso.com,mode=Islands", {"mode": "Islands", "client": "teams-windows", "homing": "on-prem"}),
        ("mona.kane@fabrikam.com", {"mode": "TeamsOnly"}),
    ],
)
def test_a_user_is_an_address_or_a_mode_and_what_differs(fsm: Fsm, described: str, expected: dict[str, object]) -> None:
    told = fsm("route", described, "Islands,address=other", "--json").data["pairing"]["originator"]
    assert {key: told[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("described", "words"),
    [
        ("foo", ["'foo' is neither an address nor a mode", "SfBWithTeamsCollabAndMeetings", "client=teams-mac"]),
        ("TeamsOnly,client", ["'client' is not accepted", "key=value"]),
        ("TeamsOnly,colour=red", ["'colour' is not known of a user", "allow_private_meet_now"]),
        ("TeamsOnly,client=telephone", ["client: 'telephone' is not accepted", "teams-windows"]),
        ("TeamsOnly,client=sfb-legacy", ["client: sfb-legacy does not fit mode TeamsOnly", "teams-web"]),
        ("TeamsOnly,homing=on-prem", ["homing: on-prem does not fit", "use online"]),
        ("SfBOnly,allow_user_chat=maybe", ["allow_user_chat: 'maybe' is not accepted", "true or false"]),
        ("adele.vance@contoso.co", ["did you mean adele.vance@contoso.com?", "--users", "mode=TeamsOnly"]),
        ("miriam.graham@contoso.com", ["disabled in Active Directory"]),
        ("b@x,mode=TeamsOnly", ["'b@x' is the originator too"]),
    ],
)
def test_a_description_of_nobody_is_told_what_is_accepted(fsm: Fsm, described: str, words: list[str]) -> None:
    answer = fsm("route", described, "SfBOnly,address=b@x")
    assert (answer.status, answer.out) == (2, "")
    assert answer.err.startswith("Error: ")
    assert answer.err.count("\n") == 1
    assert [word for word in words if word not in answer.err] == []


class TestAnExport:
    """Users of one's own."""

    def test_is_where_addresses_are_looked_up(self, fsm: Fsm, tmp_path: Path) -> None:
        policies = tmp_path / "meeting.json"
        policies.write_text(json.dumps([{"Identity": "Global", "AllowPrivateMeetNow": False}]), encoding="utf-8")
        users = export(tmp_path / "users.csv", ROW)
        told = fsm("route", "ann@example.org", "SfBOnly", "--users", users, "--policies", str(policies), "--json").data
        assert told["pairing"]["originator"]["allow_private_meet_now"] is False
        missing = fsm("route", ADELE, "SfBOnly", "--users", users)
        assert missing.status == 2
        assert "bundled" not in missing.err

    def test_of_no_use_is_an_error(self, fsm: Fsm) -> None:
        answer = fsm("route", "TeamsOnly", "SfBOnly", "--users", "nowhere.csv")
        assert answer == (2, "", f"Error: nowhere.csv: No such file or directory; {GIVE}\n")

    def test_is_needed_for_policies(self, fsm: Fsm) -> None:
        answer = fsm("route", ADELE, GRADY, "--policies", "meeting.json")
        assert answer.status == 2
        assert "--users" in answer.err

    @pytest.mark.parametrize(
        ("wrong", "more"),
        [
            (1, []),
            (5, []),
            (6, ["Warning: and 1 problem more; rows with problems are left out"]),
            (9, ["Warning: and 4 problems more; rows with problems are left out"]),
        ],
    )
    def test_has_its_problems_told_and_is_used_all_the_same(
        self, fsm: Fsm, tmp_path: Path, wrong: int, more: list[str]
    ) -> None:
        bad = [ROW | {"UserPrincipalName": f"x{n}@example.org", "HostingProvider": "?"} for n in range(wrong)]
        users = export(tmp_path / "users.csv", ROW, *bad)
        answer = fsm("route", "ann@example.org", "SfBOnly", "--users", users, "--json")
        assert answer.status == 0
        assert answer.data["route"]["kind"] == "interop"
        lines = answer.err.splitlines()
        told = [f"Warning: {users}:{line}: HostingProvider: '?' is not accepted; " for line in range(3, 3 + wrong)[:5]]
        assert [line.partition("use ")[0] for line in lines[: len(told)]] == told
        assert lines[len(told) :] == more

    def test_is_read_as_of_the_newest_edition_or_another(self, fsm: Fsm, tmp_path: Path) -> None:
        kind = "HybridOnlineSfBUserWithTeamsLicense"
        bob = ROW | {"UserPrincipalName": "bob@example.org", "TeamsUpgradeEffectiveMode": "SfBOnly"}
        users = export(tmp_path / "users.csv", ROW, bob | {"InterpretedUserType": kind})
        asked = ("route", "ann@example.org", "bob@example.org", "--users", users)
        today = fsm(*asked)
        assert (today.status, today.out) == (2, "")
        warning, error = today.err.splitlines()
        for line in (warning, error):
            assert "users.csv:3: TeamsUpgradeEffectiveMode: 'SfBOnly' is not accepted; in edition 2022-10" in line
            assert "(ED-2)" in line
        then = fsm(*asked, "--edition", "base")
        assert (then.status, then.err) == (0, "")

    def test_of_servers_is_joined_and_has_the_mode_that_is_named(self, fsm: Fsm, tmp_path: Path) -> None:
        servers = tmp_path / "servers.csv"
        servers.write_text("UserPrincipalName,SipAddress,HostingProvider,RegistrarPool\nbob@x.org,,SRV:,pool\n")
        users = export(tmp_path / "users.csv", ROW)
        asked = ("route", "ann@example.org", "bob@x.org", "--users", users, "--on-premises", str(servers))
        answer = fsm(*asked, "--default-mode", "SfBOnly", "--json")
        assert answer.data["pairing"]["recipient"]["homing"] == "on-prem"
        alone = fsm("route", "ann@example.org", "SfBOnly", "--default-mode", "SfBOnly")
        assert (alone.status, alone.err) == (
            2,
            "Error: --default-mode: says how to read an export; give the export with --users\n",
        )

    def test_has_its_notes_told_once(self, fsm: Fsm, tmp_path: Path) -> None:
        empty = dict.fromkeys(POLICY_COLUMNS, "")
        users = export(tmp_path / "users.csv", ROW | empty, ROW | empty | {"UserPrincipalName": "bob@example.org"})
        answer = fsm("route", "ann@example.org", "SfBOnly", "--users", users)
        (note,) = answer.err.splitlines()
        assert note.startswith(f"Note: {users}: 2 users (ann@example.org, bob@example.org): a policy that is empty is ")
        assert answer.status == 0

    @pytest.mark.parametrize(("domain", "kind"), [("fabrikam.com", "native-federated"), ("x.com", "impossible")])
    def test_federates_as_its_configuration_says(self, fsm: Fsm, tmp_path: Path, domain: str, kind: str) -> None:
        configuration = {"Identity": "Global", "AllowFederatedUsers": True, "AllowedDomains": "Domain=fabrikam.com"}
        policies = tmp_path / "federation.json"
        policies.write_text(json.dumps(configuration), encoding="utf-8")
        users = export(tmp_path / "users.csv", ROW)
        asked = ("route", "ann@example.org", f"TeamsOnly,address=bob@{domain}", "--scope", "federated")
        answer = fsm(*asked, "--users", users, "--policies", str(policies), "--json")
        assert answer.data["route"]["kind"] == kind

    def test_that_is_big_shows_progress_on_a_terminal_only(
        self, fsm: Fsm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("fsm.cli.show.screen.BIG", 100)
        users = export(tmp_path / "users.csv", ROW)
        arguments = ("route", "ann@example.org", "SfBOnly", "--users", users)
        assert fsm(*arguments).err == ""
        assert "reading the export" in fsm(*arguments, FORCE_COLOR="1").err


GIVE = "give what Get-CsOnlineUser | Export-Csv writes"


def test_users_of_two_exports_federate_unless_told_otherwise(fsm: Fsm) -> None:
    two = (ADELE, "mona.kane@fabrikam.com")
    assert fsm("route", *two, "--json").data["route"]["kind"] == "native-federated"
    assert fsm("route", *two, "--scope", "in-tenant", "--json").data["route"]["kind"] == "native"
    assert fsm("route", *two, "--other-cloud", "--json").data["route"]["kind"] == "interop-federated"
    for known in two:
        assert fsm("route", "TeamsOnly", known, "--json").data["route"]["kind"] == "native", "one export is no two"
        assert fsm("route", known, "TeamsOnly", "--json").data["route"]["kind"] == "native"
    refused = fsm("route", *two, "--no-federation")
    assert refused.status == 1
    assert "RTE-9" in refused.out
