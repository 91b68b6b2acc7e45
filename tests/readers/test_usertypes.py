"""What the parts of an InterpretedUserType say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.readers.usertypes import KINDS, LICENCES, PLACES, SOURCES, STATES, user_type
from fsm.spec.parties import Homing, Mode


@pytest.mark.parametrize(
    ("text", "homing", "mode", "teams", "sfb", "cannot"),
    [
        ("PureOnlineTeamsOnlyUser", Homing.ONLINE, Mode.TEAMS_ONLY, True, False, ""),
        ("HybridOnpremSfBUser", Homing.ON_PREM, None, None, True, ""),
        ("HYBRIDONPREMSFBUSERWITHTEAMSLICENSE", Homing.ON_PREM, None, True, True, ""),
        ("EnabledUserWithSfBAndTeamsLicense", None, None, True, True, ""),
        ("PureOnlineFreemiumUser", Homing.ONLINE, None, True, None, ""),
        ("DirSyncTeamsUser", None, None, True, None, ""),
        ("PureOnlineEnabledUserWithNoService", Homing.ONLINE, None, None, None, "without service"),
        ("HybridOnlineTeamsOnlyUserNeedsPublishingToAAD", Homing.ONLINE, Mode.TEAMS_ONLY, True, False, ""),
        ("NeedsProvisioningHybridOnlineSfBUser", Homing.ONLINE, None, None, True, ""),
        ("PendingDeletionFromADPureOnlineTeamsUser", Homing.ONLINE, None, True, None, "being deleted"),
        ("PureOnlineTeamsOnlyUserFailedProvisioningToBVD", Homing.ONLINE, Mode.TEAMS_ONLY, True, False, ""),
    ],
)
def test_the_parts_of_a_type(
    text: str, homing: Homing | None, mode: Mode | None, teams: bool | None, sfb: bool | None, cannot: str
) -> None:
    found = user_type(text)
    assert found is not None
    part = found.part
    assert (part.homing, part.mode, part.teams, part.sfb, part.cannot) == (homing, mode, teams, sfb, cannot)


@pytest.mark.parametrize("text", ["", "Online", "PureOnlineWizard", "SfBUserOnMars", "PureOnlineSfBUserTeamsLicense"])
def test_a_part_that_is_not_known(text: str) -> None:
    assert user_type(text) is None


STATED = st.lists(st.sampled_from(sorted(STATES)), max_size=2).map("".join)


@given(
    STATED,
    st.sampled_from(["", *SOURCES]),
    st.sampled_from(["", *PLACES]),
    st.sampled_from(sorted(KINDS)),
    st.sampled_from(["", *LICENCES]),
    STATED,
    st.sampled_from([str.upper, str.lower, str]),
)
def test_whatever_is_put_together_is_taken_apart(
    before: str, source: str, place: str, kind: str, licence: str, after: str, case: type[str]
) -> None:
    found = user_type(case(f"{before}{source}{place}{kind}{licence}{after}"))
    assert found is not None
    assert found.part.homing is (PLACES[place].homing if place else None)
    assert found.licensed is bool(licence)
    may = not (KINDS[kind].cannot or (licence and LICENCES[licence].cannot))
    assert may or found.part.cannot
    assert "NotLicensed" not in after or found.part.cannot
