"""Waves as an admin writes them: what is planned, and what is told by line instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsm import Participant
from fsm.plan import move, read_waves
from fsm.plan.waves import granted, sorted_names
from fsm.readers.policies import read_policies
from fsm.spec.editions import EDITIONS, NEWEST
from fsm.spec.parties import Mode
from fsm.tenant import TenantError, contoso

USERS = contoso()
GRADY, ADELE, NESTOR = (f"{name}@contoso.com" for name in ("grady.archie", "adele.vance", "nestor.wilke"))

NO_SFB = (
    "has_sfb_client: False does not fit mode {}, which uses SfB (MODE-1); "
    "give them the account first, and then a column has_sfb_client that says true"
)
NO_TEAMS = (
    "has_teams_account: False does not fit mode TeamsOnly, which uses Teams (MODE-1); "
    "give them the account first, and then a column has_teams_account that says true"
)
ONLINE = (
    "in edition 2022-10 whoever is homed online is TeamsOnly (ED-2): home the user on-premises, or make them TeamsOnly"
)


def waves(tmp_path: Path, *lines: str, head: str = "address,wave,mode") -> Path:
    path = tmp_path / "waves.csv"
    path.write_text("\n".join((head, *lines)), encoding="utf-8")
    return path


def test_who_moves_keeps_what_is_not_said_and_takes_what_goes_with_the_mode(tmp_path: Path) -> None:
    found = read_waves(waves(tmp_path, f"{GRADY},1,TeamsOnly"), USERS)
    assert found.problems == ()
    grady = found.waves[0].becomes[GRADY]
    assert (grady.mode, grady.homing, grady.client, grady.has_sfb_client) == (
        "TeamsOnly",
        "online",
        "teams-windows",
        False,
    )
    assert USERS[GRADY].homing == "on-prem"


def test_a_row_may_say_more_than_the_mode(tmp_path: Path) -> None:
    policies = read_policies("fsm/data/contoso/meeting-policies.json")
    path = waves(
        tmp_path,
        f"{GRADY};1;UpgradeToTeams;teams-mac;NoMeetNow;x",
        head="Address;Wave;MODE;client;teamsmeetingpolicy;Note",
    )
    found = read_waves(path, USERS, policies=policies)
    grady = found.waves[0].becomes[GRADY]
    assert (grady.client, grady.allow_private_meet_now, found.aside) == ("teams-mac", False, ("Note",))
    unknown = read_waves(waves(tmp_path, f"{GRADY},TeamsOnly,None", head="address,mode,TeamsMeetingPolicy"), USERS)
    assert [(each.column, each.accepted) for each in unknown.problems] == [
        ("TeamsMeetingPolicy", "use Global, or give what Get-CsTeamsMeetingPolicy | ConvertTo-Json writes")
    ]


def test_what_cannot_be_planned_is_told_by_line_and_the_rest_is_planned(tmp_path: Path) -> None:
    path = waves(
        tmp_path,
        "nobody@contoso.com,1,TeamsOnly",
        f"{GRADY},1,TeamsOnly",
        f"sip:{GRADY.upper()},1,Islands",
        f"{ADELE},1,TeamsOnly",
        f"{ADELE},1,SfBOnly",
        "isaiah.langer@contoso.com,1,TeamsOnly",
        f"{NESTOR},1,Teams",
        "miriam.graham@contoso.com,1,TeamsOnly",
        f"{NESTOR},1",
        f"{GRADY},2,SfBOnly",
        f"{NESTOR},2,",
        f"{NESTOR},2,TeamsOnly",
    )
    found = read_waves(path, USERS)
    assert [(each.name, list(each.becomes)) for each in found.waves] == [("1", [GRADY]), ("2", [NESTOR])]
    assert [(each.line, each.column, each.accepted) for each in found.problems] == [
        (2, "address", "'nobody@contoso.com' is not the address of a user in this export"),
        (4, "address", "line 3 moves them in this wave; give one move a wave"),
        (5, "mode", "they are so already; leave the row out"),
        (6, "mode", NO_SFB.format("SfBOnly")),
        (7, "mode", NO_TEAMS),
        (8, "mode", "use one of Islands, SfBOnly, SfBWithTeamsCollab, SfBWithTeamsCollabAndMeetings, TeamsOnly"),
        (9, "address", f"{USERS.left_out['miriam.graham@contoso.com']}"),
        (10, "row", "give 3 fields, and close every quote"),
        (11, "mode", NO_SFB.format("SfBOnly")),
        (12, "mode", "use one of Islands, SfBOnly, SfBWithTeamsCollab, SfBWithTeamsCollabAndMeetings, TeamsOnly"),
    ]  # fmt: skip


def test_nobody_is_planned_back_nor_to_what_the_edition_or_their_homing_does_not_admit(tmp_path: Path) -> None:
    head = "address,wave,mode,homing,has_sfb_client"
    path = waves(
        tmp_path,
        f"{ADELE},1,SfBOnly,on-prem,true",
        f"{GRADY},1,Islands,online,",
        f"{NESTOR},1,TeamsOnly,on-prem,",
        head=head,
    )
    found = read_waves(path, USERS)
    assert [(each.line, each.accepted) for each in found.problems] == [
        (2, "TeamsOnly is where everybody is going to; nobody is planned back from it"),
        (3, ONLINE),
        (4, "homing: on-prem does not fit mode TeamsOnly, which is homed online (MODE-2); use online"),
    ]  # fmt: skip
    base = read_waves(path, USERS, edition=EDITIONS["base"])
    assert [each.line for each in base.problems] == [2, 4]


def test_waves_go_by_number_or_date_and_else_as_they_come(tmp_path: Path) -> None:
    assert sorted_names(["10", "9", "1"]) == ["1", "9", "10"]
    assert sorted_names(["2026-12-18", "2026-12-04"]) == ["2026-12-04", "2026-12-18"]
    assert sorted_names(["10", "1.5", "-1"]) == ["-1", "1.5", "10"]
    for mixed in (["pilot", "10", "9"], ["2026-12-04", "04/12/2026"], ["2026-12-04", "20261101"], ["2026-13-01"]):
        assert sorted_names(mixed) == mixed
    path = waves(tmp_path, f"{NESTOR},2026-12-18,TeamsOnly", f"{GRADY},2026-12-04,TeamsOnly")
    found = read_waves(path, USERS).waves
    assert [(each.name, each.weeks) for each in found] == [("2026-12-04", 2.0), ("2026-12-18", 1.0)]
    assert [each.weeks for each in read_waves(waves(tmp_path, f"{GRADY},pilot,TeamsOnly"), USERS).waves] == [1.0]


def test_without_waves_all_move_at_once(tmp_path: Path) -> None:
    found = read_waves(waves(tmp_path, f"{GRADY},TeamsOnly", head="address,mode"), USERS)
    assert [(each.name, list(each.becomes)) for each in found.waves] == [("1", [GRADY])]


@pytest.mark.parametrize(
    ("text", "moved", "lines"),
    [
        (f"{GRADY}\n\n{NESTOR}\n", [GRADY, NESTOR], []),
        (f"address\n{GRADY}\n", [GRADY], []),
        (f"Name,Address\nGrady,{GRADY}\nx,who\n", [GRADY], [3]),
    ],
)
def test_a_list_of_addresses_moves_at_once(tmp_path: Path, text: str, moved: list[str], lines: list[int]) -> None:
    path = tmp_path / "who.txt"
    path.write_text(text, encoding="utf-8")
    found = move(path, USERS, Mode.TEAMS_ONLY)
    assert [list(each.becomes) for each in found.waves] == [moved]
    assert [each.line for each in found.problems] == lines
    with pytest.raises(ValueError, match=r"^mode: 'Teams' is not accepted; use one of Islands, "):
        move(path, USERS, "Teams")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ":0: has no column address and mode; found ''; give a CSV with the columns address, wave and mode"),
        (b"who,when\n", ":1: has no column address and mode; found 'who, when'; give a CSV with the columns"),
        (b"address,mode,mode\n", ":1: has mode twice; give it once"),
        (b'address,"mode\n', "unexpected end of data; give a CSV with the columns address, wave and mode"),
    ],
)
def test_a_file_of_no_use_is_an_error(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "waves.csv"
    path.write_bytes(content)
    with pytest.raises(TenantError, match=said):
        read_waves(path, USERS)
    with pytest.raises(TenantError, match="No such file or directory; give a CSV with the columns"):
        read_waves(tmp_path / "none.csv", USERS)


def test_a_mapping_serves_as_users(tmp_path: Path) -> None:
    users = {GRADY: Participant(GRADY, Mode.SFB_ONLY)}
    found = read_waves(waves(tmp_path, f"{GRADY},1,TeamsOnly", f"{ADELE},1,TeamsOnly"), users)
    assert [each.accepted for each in found.problems] == ["nobody has this address"]


def test_what_is_granted_is_what_an_edition_takes() -> None:
    grady = Participant(GRADY, Mode.SFB_ONLY)
    assert granted(grady, {"mode": Mode.TEAMS_ONLY}, EDITIONS["base"]).has_sfb_client
    assert not granted(grady, {"mode": Mode.TEAMS_ONLY}, NEWEST).has_sfb_client
    assert granted(grady, {"allow_user_chat": False}, NEWEST) == Participant(
        GRADY, Mode.SFB_ONLY, allow_user_chat=False
    )


def test_one_wave_has_one_name_and_one_in_which_nobody_moves_is_none(tmp_path: Path) -> None:
    lines = (f"{GRADY},02,TeamsOnly", f"{NESTOR},2,TeamsOnly", "who@contoso.com,3,TeamsOnly")
    found = read_waves(waves(tmp_path, *lines), USERS)
    assert [(each.name, list(each.becomes)) for each in found.waves] == [("2", [GRADY, NESTOR])]
    mixed = read_waves(waves(tmp_path, f"{GRADY},pilot,TeamsOnly", f"{NESTOR},2,TeamsOnly"), USERS)
    assert ([each.name for each in mixed.waves], mixed.as_they_come) == (["pilot", "2"], True)
    for name in ("x" * 101, "\x1b[31m"):
        wrong = read_waves(waves(tmp_path, f"{GRADY},{name},TeamsOnly"), USERS)
        assert [(each.column, each.accepted) for each in wrong.problems] == [
            ("wave", "give at most 100 printable characters")
        ]


def test_of_many_unknown_people_the_first_are_told_and_all_are_counted(tmp_path: Path) -> None:
    path = waves(tmp_path, *(f"who{n}@contoso.com,{n},TeamsOnly" for n in range(3000)), f"{GRADY},1,TeamsOnly")
    found = read_waves(path, USERS)
    assert (len(found.problems), found.more, len(found.waves)) == (1000, 2000, 1)
    assert found.problems[-1].accepted == "it is not the address of a user in this export"


def test_what_was_quoted_for_a_spreadsheet_is_read_as_it_was(tmp_path: Path) -> None:
    name = "-a@contoso.com"
    found = read_waves(waves(tmp_path, f"'{name},1,TeamsOnly"), {name: Participant(name, Mode.SFB_ONLY)})
    assert list(found.waves[0].becomes) == [name]
