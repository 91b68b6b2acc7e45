"""What else an organisation allows: modes and their policies; guests told from users; answers set aside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fsm.readers.policies import MODES, UNREAD, assigned, policy_name
from fsm.spec.parties import Mode
from fsm.tenant import Policies, TenantError, read_policies

Read = Callable[..., Policies]
CALLING = {"Identity": "Global", "AllowPrivateCalling": True}
NAMED = {"Identity": "Tag:NoCalling", "AllowPrivateCalling": False}
BARRED = {"Identity": "Global", "AllowPrivateCalling": False}
WHOLE = CALLING | {"AllowWebPSTNCalling": True}
GUESTS = {"Identity": "Global", "AllowUserChat": False, "AllowGiphy": True, "AllowImmersiveReader": True}
MESSAGING = {"Identity": "Global", "AllowUserChat": True, "ReadReceiptsEnabledType": "UserPreference"}
UPGRADE = {"Identity": "Tag:Ours", "Mode": "TeamsOnly", "NotifySfbUsers": False}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read policies that are given as JSON, each in a file of its own."""

    def reading(*contents: Any) -> Policies:
        paths = [tmp_path / f"{number}.json" for number, _ in enumerate(contents)]
        for path, content in zip(paths, contents, strict=True):
            path.write_text(json.dumps(content))
        return read_policies(*paths)

    return reading


class TestGuests:
    """A configuration of guests bars guests and nobody else."""

    @pytest.mark.parametrize(
        ("content", "cmdlet"),
        [
            (BARRED, "Get-CsTeamsGuestCallingConfiguration"),
            ([BARRED], "Get-CsTeamsGuestCallingConfiguration"),
            ([WHOLE, NAMED, BARRED], "Get-CsTeamsGuestCallingConfiguration"),
            (GUESTS, "Get-CsTeamsGuestMessagingConfiguration"),
            ({"guests": GUESTS}, "Get-CsTeamsGuestMessagingConfiguration"),
        ],
    )
    def test_it_is_refused_by_name(self, read: Read, content: Any, cmdlet: str) -> None:
        with pytest.raises(TenantError, match=f"so reads {cmdlet}, which is of guests.*with all its properties"):
            read(content)

    @pytest.mark.parametrize("content", [WHOLE, [CALLING, NAMED], [NAMED], [WHOLE, NAMED], MESSAGING])
    def test_a_policy_is_none(self, read: Read, content: Any) -> None:
        assert len(read(content).kinds) == 1

    def test_beside_other_answers_it_is_set_aside_by_name(self, read: Read) -> None:
        policies = read({"calling": [WHOLE, NAMED], "guest_calling": BARRED, "guest_messaging": [GUESTS]})
        assert list(policies.kinds) == ["TeamsCallingPolicy"]
        calling = policies.find("TeamsCallingPolicy", "")
        assert calling is not None
        assert calling.allows
        assert [(note.count, note.which) for note in policies.notes] == [
            (1, ("guest_calling",)),
            (1, ("guest_messaging",)),
        ]
        assert "which is of guests" in str(policies.notes[0])


class TestModes:
    """Modes go by their own names and by those of the policies that give them."""

    @pytest.mark.parametrize(("name", "mode"), MODES.items())
    def test_those_of_teams_are_known(self, name: str, mode: Mode) -> None:
        assert Policies().modes[name.casefold()] is mode

    def test_those_of_an_export_too(self, read: Read) -> None:
        policies = read([UPGRADE, {"Identity": "Global", "Mode": "IslandsWithNotify", "NotifySfbUsers": True}])
        assert (policies.modes["ours"], policies.modes["upgradetoteams"]) == (Mode.TEAMS_ONLY, Mode.TEAMS_ONLY)
        assert policies.mode is Mode.ISLANDS

    def test_the_organisation_s_own_is_what_get_cs_tenant_says(self, read: Read) -> None:
        tenant = {"TenantId": "x", "DisplayName": "Contoso", "TeamsUpgradeEffectiveMode": "SfBOnly"}
        assert read([UPGRADE | {"Identity": "Global"}], tenant).mode is Mode.SFB_ONLY

    @pytest.mark.parametrize(
        ("contents", "says"),
        [
            (([UPGRADE | {"Mode": "Both"}],), 'Mode: "Both" is not accepted; use one of Islands, SfBOnly, '),
            (({"DisplayName": "x", "TeamsUpgradeEffectiveMode": 7},), "TeamsUpgradeEffectiveMode: 7 is not accepted"),
            (([UPGRADE], [UPGRADE | {"Mode": "Islands"}]), "Mode: Islands is said, and TeamsOnly before; give it once"),
            (([{"Identity": "Global", "NotifySfbUsers": True}],), "it has no Mode, as on the servers of SfB"),
            (([{"TeamsUpgradeEffectiveMode": "Islands"}] * 2,), "0.json already; give it once"),
        ],
    )
    def test_what_is_none_is_told(self, read: Read, contents: Any, says: str) -> None:
        with pytest.raises(TenantError, match=re.escape(says)):
            read(*contents)


class TestAnswersByName:
    """A file of several answers is taken apart by what they are, and told by their names."""

    def test_what_is_not_read_is_said(self, read: Read) -> None:
        users = [{"UserPrincipalName": "a@contoso.com"}]
        policies = read(
            {"calling": [WHOLE], "users": users, "apps": {"Identity": "Global"}, "clients": [{"Identity": "x"}]}
        )
        assert [(note.count, note.which) for note in policies.notes] == [(1, ("users",)), (2, ("apps", "clients"))]
        assert str(policies.notes[0]).endswith("1 answer (users): not read: it is of users; give the file as users")

    def test_part_of_an_answer_is_not_read_in_silence(self, read: Read) -> None:
        (note,) = read({"calling": [WHOLE, BARRED, NAMED]}).notes
        assert "which is of guests" in note.says
        with pytest.raises(TenantError, match=r"policy 2 \('Global'\): so reads"):
            read({"value": [WHOLE, BARRED], "Count": 2})

    def test_a_file_of_nothing_else_is_an_error(self, read: Read) -> None:
        with pytest.raises(TenantError, match="it is of users; give the file as users"):
            read([{"UserPrincipalName": "a@contoso.com"}])
        with pytest.raises(TenantError, match=r"policy 1 \('Global'\): has none of AllowPrivateMeetNow"):
            read({"apps": {"Identity": "Global"}})


def effective(inner: Any, kind: Any = "TeamsMeetingPolicy") -> str:
    """A cell of EffectivePolicyAssignments."""
    return json.dumps([{"PolicyType": kind, "PolicyAssignment": inner}])


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", ""),
        ("[]", "{}"),
        (effective({"DisplayName": "X"}), '{"TeamsMeetingPolicy": "X"}'),
        (effective({"displayName": "X", "groupId": "g"}, "teamsmeetingpolicy"), '{"TeamsMeetingPolicy": "X"}'),
        (effective("@{displayName=X; Y; assignmentType=group}"), '{"TeamsMeetingPolicy": "X; Y"}'),
        (effective({"DisplayName": "X"}, "TeamsAppSetupPolicy"), "{}"),
        (effective("Microsoft.Teams.PolicyAssignment"), UNREAD),
        (effective(None), UNREAD),
        (effective({"DisplayName": "X"}, 7), UNREAD),
        ("[1]", UNREAD),
        (
            '{"PolicyType": "TeamsMeetingPolicy", "PolicyAssignment": {"DisplayName": "X"}}',
            '{"TeamsMeetingPolicy": "X"}',
        ),
        ("System.Object[]", UNREAD),
        ("[" * 100_000, UNREAD),
    ],
)
def test_assignments_in_effect(cell: str, found: str) -> None:
    assert assigned(cell) == found


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("@{Authority=Tenant; Name=No; Meet {Now}}", "No; Meet {Now}"),
        ("@{DisplayName=No; Name=Yes}", "Yes"),
        ("@{Authority=Tenant}", "@{Authority=Tenant}"),
        ('{"name": "Tag:X"}', "X"),
        ('{"Name": null}', ""),
        ('{"Name": "a\\"b"}', 'a"b'),
        ('{"Authority": "Host"}', '{"Authority": "Host"}'),
        ("{X}", "{X}"),
        ("@X", "@X"),
    ],
)
def test_the_name_in_a_cell(cell: str, name: str) -> None:
    assert policy_name(cell) == name
