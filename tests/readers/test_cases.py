"""Exports in the shape of public samples, each read as it has to be; and an organisation, the same in every shape."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.spec.parties import Homing, Mode, Topology
from fsm.tenant import POLICY_COLUMNS, Policies, Policy, Tenant, TenantError, UnknownUser, read_policies, read_users

from .test_tenant import NAME, cells, participants

CASES = Path(__file__).parent / "cases"
TENANT, POLICIES = CASES / "tenant", CASES / "policies"
SERVERS = TENANT / "11-get-csuser-on-premises.csv"


def meeting() -> Policies:
    """The meeting policies of the cases."""
    return read_policies(POLICIES / "meeting-policies.json")


def modes(tenant: Tenant) -> dict[str, tuple[Mode, Homing]]:
    """Who is there, by the part before @."""
    return {address.partition("@")[0]: (user.mode, user.homing) for address, user in tenant.items()}


ONLINE, SERVER = (Mode.TEAMS_ONLY, Homing.ONLINE), (Mode.SFB_ONLY, Homing.ON_PREM)


class TestUsers:
    """tenant/"""

    def test_01_who_waits_to_be_published_is_there(self) -> None:
        tenant = read_users(TENANT / "01-needs-publishing.csv")
        assert (modes(tenant), tenant.problems) == ({"adele": ONLINE}, ())

    def test_03_an_export_from_before_licences_says_nothing_of_them(self) -> None:
        tenant = read_users(TENANT / "03-no-licence-suffix-2019.csv", edition="base")
        assert tenant.problems == ()
        assert modes(tenant) == {
            "adele": ONLINE,
            "grady": (Mode.ISLANDS, Homing.ON_PREM),
            "megan": (Mode.ISLANDS, Homing.ONLINE),
            "lee": SERVER,
            "pradeep": (Mode.ISLANDS, Homing.ONLINE),
        }
        (note,) = (note for note in tenant.notes if "names no licence" in note.says)
        assert (note.count, [each.partition("@")[0] for each in note.which]) == (
            4,
            ["adele", "grady", "megan", "pradeep"],
        )

    def test_03_where_another_row_names_a_licence_it_says_that_there_is_none(self, tmp_path: Path) -> None:
        old = (TENANT / "03-no-licence-suffix-2019.csv").read_text()
        lines = [old, '"z","z@contoso.com","","SfBOnly","HybridOnpremSfBUserWithTeamsLicense","SRV:","SRV:","","",""\n']
        path = tmp_path / "users.csv"
        path.write_text("".join(lines))
        tenant = read_users(path, edition="base")
        assert list(modes(tenant)) == ["lee", "z"]
        assert [(problem.line, problem.column) for problem in tenant.problems] == [
            (line, "InterpretedUserType") for line in (3, 4, 5, 7)
        ]
        with pytest.raises(UnknownUser, match="has_teams_account: False does not fit mode TeamsOnly"):
            tenant["sip:adele@contoso.com"]
        assert not [note for note in tenant.notes if "names no licence" in note.says]

    def test_04_unknown_is_who_has_no_licence(self) -> None:
        tenant = read_users(TENANT / "04-accounttype-unknown.csv")
        assert modes(tenant) == {"grady": SERVER, "adele": ONLINE}
        assert [row.address for row in tenant.skipped] == ["alex@contoso.com", "megan@contoso.com"]
        assert tenant.reasons == {"not licensed for the service": 2}

    def test_07_json(self) -> None:
        tenant = read_users(TENANT / "07-get-csonlineuser.json", meeting())
        assert (modes(tenant), tenant.problems) == ({"adele": ONLINE, "grady": SERVER}, ())
        assert [user.allow_private_meet_now for user in tenant.values()] == [False, True]
        assert tenant["00000000-0000-4000-8000-00000000000A"].address == "adele@contoso.com"

    def test_09_policies_in_every_spelling(self) -> None:
        tenant = read_users(TENANT / "09-policy-shapes.csv", meeting())
        assert {name for name in modes(tenant)} == set("abcdefhi")
        assert not any(user.allow_private_meet_now for user in tenant.values())
        assert [(problem.address, problem.column) for problem in tenant.problems] == [
            ("g@contoso.com", "TeamsMeetingPolicy")
        ]
        (note,) = (note for note in tenant.notes if "the name of its type" in note.says)
        assert (note.count, note.which) == (1, ("g@contoso.com",))

    def test_11_servers_say_where_people_are_homed_and_not_which_mode_they_have(self) -> None:
        with pytest.raises(
            TenantError, match=r"which has no modes; name one for all, as in default_mode=.*on_premises"
        ):
            read_users(SERVERS)
        tenant = read_users(SERVERS, default_mode="sfbonly", edition="base")
        assert modes(tenant) == {"grady": SERVER, "adele": (Mode.SFB_ONLY, Homing.ONLINE)}
        said = {note.says: note.count for note in tenant.notes}
        assert said["nothing says their mode; SfBOnly is taken, as asked for"] == 2

    def test_11_who_is_homed_where_there_is_one_mode_has_it(self) -> None:
        tenant = read_users(SERVERS, default_mode="SfBOnly")
        assert modes(tenant) == {"grady": SERVER, "adele": ONLINE}
        said = {note.says: note.which for note in tenant.notes}
        assert said["nothing says their mode; SfBOnly is taken, as asked for"] == ("grady@contoso.com",)
        only = "nothing says their mode; TeamsOnly is taken, as nobody homed online has another in edition 2022-10"
        assert said[only] == ("adele@contoso.com",)

    def test_11_both_exports_are_joined_by_address(self) -> None:
        cloud = TENANT / "01-needs-publishing.csv"
        tenant = read_users(cloud, on_premises=SERVERS, default_mode=Mode.SFB_ONLY)
        assert (modes(tenant), tenant.problems) == ({"adele": ONLINE, "grady": SERVER}, ())
        (problem,) = read_users(cloud, on_premises=SERVERS).problems
        assert str(problem).startswith(
            f"{SERVERS}:2: TeamsUpgradeEffectiveMode: '' is not accepted; use one of Islands"
        )
        assert problem.address == "grady@contoso.com"

    def test_12_teams_only_on_a_server_is_a_problem_with_a_remedy(self) -> None:
        tenant = read_users(TENANT / "12-teamsonly-on-premises.csv")
        (problem,) = tenant.problems
        assert problem.address == "john@contoso.com"
        assert "(MODE-2)" in problem.accepted
        assert "Move-CsUser" in problem.accepted
        with pytest.raises(UnknownUser, match="Move-CsUser"):
            tenant["sip:john@contoso.com"]

    @pytest.mark.parametrize("name", ["00000000-0000-4000-8000-00000000000b", "GRADY.ARCHIE@contoso.com"])
    def test_13_object_ids(self, name: str) -> None:
        tenant = read_users(TENANT / "13-object-ids.csv")
        assert tenant[name].address == "grady.archie@contoso.com"
        assert name.upper() in tenant


class TestPolicies:
    """policies/"""

    @pytest.mark.parametrize(
        ("file", "column", "allows"),
        [
            ("20-value-count.json", "TeamsMeetingPolicy", {"Global": True, "NoMeetNow": False}),
            ("21-calling-policy-format-list.txt", "TeamsCallingPolicy", {"Global": True, "NoCalling": False}),
            ("22-one-file-of-everything.json", "TeamsMeetingPolicy", {"Global": True, "AllOff": False}),
        ],
    )
    def test_20_to_22_shapes(self, file: str, column: str, allows: Mapping[str, bool]) -> None:
        (kind,) = read_policies(POLICIES / file).kinds.items()
        assert (kind[0], {policy.name: policy.allows for policy in kind[1].values()}) == (column, allows)

    def test_22_and_what_else_is_in_it(self) -> None:
        policies = read_policies(POLICIES / "22-one-file-of-everything.json")
        assert policies.mode is Mode.ISLANDS
        assert policies.federation is not None
        assert policies.notes == ()

    def test_23_federation(self) -> None:
        tenant = read_users(TENANT / "13-object-ids.csv", read_policies(POLICIES / "23-tenant-federation.json"))
        assert tenant.federates("ann@fabrikam.com") is False
        assert tenant.topology is Topology.HYBRID

    def test_24_the_configuration_of_guests_is_refused_by_name(self) -> None:
        with pytest.raises(TenantError, match="so reads Get-CsTeamsGuestCallingConfiguration, which is of guests"):
            read_policies(POLICIES / "24-guest-calling-configuration.json")


Rows = Sequence[Mapping[str, str]]


def as_csv(rows: Rows) -> str:
    """What Export-Csv writes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def objects(rows: Rows) -> list[dict[str, Any]]:
    """Rows as today's module answers them: policies are objects, what is empty is null."""
    return [
        {
            name: ({"Name": value, "Authority": "Tenant"} if name in POLICY_COLUMNS else value) if value else None
            for name, value in row.items()
        }
        for row in rows
    ]


def effective(rows: Rows) -> list[dict[str, Any]]:
    """Rows whose policies are told by EffectivePolicyAssignments alone."""
    return [
        {name: value for name, value in row.items() if name not in POLICY_COLUMNS}
        | {
            "EffectivePolicyAssignments": [
                {"PolicyType": column, "PolicyAssignment": {"DisplayName": row[column], "AssignmentType": "group"}}
                for column in POLICY_COLUMNS
            ]
        }
        for row in rows
    ]


def as_list(rows: Rows) -> str:
    """What Format-List writes."""
    width = max(map(len, rows[0]))
    paragraphs = ("\n".join(f"{name:{width}} : {value}" for name, value in row.items()) for row in rows)
    return "\n\n" + "\n\n".join(paragraphs) + "\n\n\n"


SHAPES: Mapping[str, Callable[[Rows], str]] = {
    "csv": as_csv,
    "array": lambda rows: json.dumps(list(rows)),
    "indented": lambda rows: json.dumps(objects(rows), indent=4),
    "value": lambda rows: json.dumps({"value": objects(rows), "Count": len(rows)}),
    "by name": lambda rows: json.dumps({"meeting_policies": [{"Identity": "Global"}], "users": objects(rows)}),
    "effective": lambda rows: json.dumps(effective(rows)),
    "list": as_list,
}


def test_one_object_is_an_organisation_of_one(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps(json.loads((TENANT / "07-get-csonlineuser.json").read_text())[0]))
    assert modes(read_users(path, meeting())) == {"adele": ONLINE}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_organisation_is_the_same_in_every_shape(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    names = data.draw(st.lists(NAME, unique_by=str.casefold, min_size=1, max_size=4))
    people = [data.draw(participants(f"{name}@contoso.com")) for name in names]
    rows = [cells(user) for user in people]
    two = [("Global", True), ("Strict", False)]
    kinds = {
        column: {name.casefold(): Policy(name, allows, "p.json") for name, allows in two} for column in POLICY_COLUMNS
    }
    path = tmp_path_factory.getbasetemp() / "organisation"
    found = {}
    for shape, write in SHAPES.items():
        encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
        path.write_bytes(write(rows).encode(encoding))
        tenant = read_users(path, Policies(kinds), edition="base")
        found[shape] = dict(tenant), [(problem.address, problem.column) for problem in tenant.problems]
    assert all(each == found["csv"] for each in found.values()), found
    assert len(found["csv"][0]) == len(people)
