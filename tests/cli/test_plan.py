"""``fsm plan``: what changes for whom when people move."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from .conftest import ADELE, GRADY, Fsm

EXPORT = Path(__file__).parents[2] / "fsm" / "data" / "contoso"
USERS = ("--users", str(EXPORT / "users.csv"))
POLICIES = tuple(
    each
    for name in ("meeting", "messaging", "calling")
    for each in ("--policies", str(EXPORT / f"{name}-policies.json"))
)
NESTOR = "nestor.wilke@contoso.com"


@pytest.fixture
def waves(tmp_path: Path) -> str:
    path = tmp_path / "waves.csv"
    path.write_text(f"address,wave,mode\n{GRADY},1,TeamsOnly\n{NESTOR},2,TeamsOnly\n", encoding="utf-8")
    return str(path)


def test_the_example_in_words(fsm: Fsm) -> None:
    answer = fsm("plan")
    assert answer.status == 1  # some of the example have no Teams account
    for words in (
        "people 398, and 190 of partners contacts 1,928, and 34 with others edition 2022-10 not planned 12 rows",
        "wave move lose gain minutes lost since start cut off",
        "2026-12-04 31 304 397 665 665 1",
        "Lost from start to end", "Gained from start to end", "To fix first",
        "POL-1 24 people: has no chat in Teams (AllowUserChat is false) an admin assigns a messaging policy",
        "Reached by nobody at the end lee.gu@contoso.com",
        "Conversations that are open while people move", "By Department, from start to end",
    ):  # fmt: skip
        assert words in answer.words
    assert [line for line in answer.out.splitlines() if len(line) > 80] == []
    assert "waves.csv:49: mode: 'TeamsOnly' is not accepted; has_teams_account: False does not fit" in answer.err
    assert "Warning: and 6 more rows are not used; --first or --json tells them" in answer.err


def test_in_json_and_its_schema(fsm: Fsm, waves: str) -> None:
    schema = fsm("plan", "--schema").data
    told = fsm("plan", waves, *USERS, *POLICIES, "--json").data
    jsonschema.validate(told, schema)
    assert [(each["name"], each["moved"]) for each in told["waves"]] == [("1", 1), ("2", 1)]
    assert (told["problems"], told["against"], told["proposal"]) == ([], None, None)


def test_an_organisation_of_ones_own(fsm: Fsm, waves: str, tmp_path: Path) -> None:
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(f"a,b,minutes\n{GRADY},{ADELE},30\n", encoding="utf-8")
    partners = tmp_path / "partners.csv"
    partners.write_text("domain,mode,people\nfabrikam.com,TeamsOnly,5\nx,Teams,1\n", encoding="utf-8")
    answer = fsm(
        "plan",
        waves,
        *USERS,
        *POLICIES,
        "--contacts",
        str(contacts),
        "--partners",
        str(partners),
        "--by",
        "UsageLocation",
    )
    assert answer.status == 1
    assert "people 398, and 5 of partners contacts 1 edition" in answer.words
    assert "By UsageLocation, from start to end" in answer.words
    assert "partners.csv:3: mode: 'Teams' is not accepted; use one of" in answer.err


def test_a_list_moves_at_once(fsm: Fsm, tmp_path: Path) -> None:
    who = tmp_path / "who.txt"
    who.write_text(f"{GRADY}\n{NESTOR}\n", encoding="utf-8")
    answer = fsm("plan", "--move", str(who), "--to", "TeamsOnly", *USERS, *POLICIES)
    assert answer.status == 0
    assert "1 2 " in answer.words  # wave 1, two of them


def test_why_between_two(fsm: Fsm) -> None:
    answer = fsm("plan", "--why", GRADY, ADELE, "--wave", "2027-01-01")
    assert answer.status == 0
    for words in (
        "originator.mode SfBOnly to TeamsOnly",
        "chat plain text LIM-1 full RTE-7",
        "play it fsm explore 'from=SfBOnly,",
    ):
        assert words in answer.words
    told = fsm("plan", "--why", GRADY, ADELE, "--wave", "2026-12-04", "--json").data
    assert (told["changes"], told["answers"]["chat"]["was"]["value"]) == ("", "plain text")


def test_messages(fsm: Fsm, waves: str) -> None:
    answer = fsm("plan", waves, *USERS, *POLICIES, "--letters", "--first", "40")
    assert "With wave 1, you move from SfBOnly to TeamsOnly." in answer.words
    assert f"1: to 1 person, {GRADY}" in answer.words


def test_two_plans(fsm: Fsm, waves: str, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(f"address,wave,mode\n{GRADY},1,TeamsOnly\n{NESTOR},1,TeamsOnly\n", encoding="utf-8")
    answer = fsm("plan", waves, "--against", str(other), *USERS, *POLICIES)
    told = fsm("plan", waves, "--against", str(other), *USERS, *POLICIES, "--json").data
    assert f"the other {told['against']['degradation']:,.0f}, " in answer.words
    assert told["against"]["difference"] == told["degradation"] - told["against"]["degradation"]


def test_waves_are_proposed_and_go_on_to_be_planned(fsm: Fsm, tmp_path: Path) -> None:
    saved = tmp_path / "proposed.csv"
    given = ("--propose", "4", "--whole", "Department", "--fixed", "Legal=1", "--cap", "140")
    answer = fsm("plan", *given, "--save", str(saved), "--json")
    told = answer.data["proposal"]
    assert told["cost"] <= told["baseline_cost"]
    assert len(told["waves"]) == 4
    assert max(map(len, told["waves"].values())) <= 140
    with saved.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {each["address"] for each in rows} == {who for some in told["waves"].values() for who in some}
    again = fsm("plan", str(saved), "--json").data
    assert again["degradation"] == pytest.approx(answer.data["degradation"])
    assert "% less on the way than" in fsm("plan", *given).words


def test_files(fsm: Fsm, waves: str, tmp_path: Path) -> None:
    names = {name: str(tmp_path / f"plan.{name}") for name in ("html", "csv", "parquet")}
    picture = str(tmp_path / "plan.svg")
    given = [each for name, path in names.items() for each in (f"--{name}", path)]
    answer = fsm("plan", waves, *USERS, *POLICIES, *given, "--picture", picture, "--json")
    beside = str(tmp_path / "explorer.html")
    assert answer.data["written"] == [names["csv"], names["parquet"], names["html"], beside, picture]
    assert Path(beside).exists()
    assert "SfBOnly to" in Path(picture).read_text(encoding="utf-8")
    assert len(Path(names["csv"]).read_text(encoding="utf-8-sig").splitlines()) == 399


def test_what_does_not_go_together_is_said(fsm: Fsm, waves: str, tmp_path: Path) -> None:
    for given, said in (
        ((waves, "--propose", "3"), "WAVES, --move, --propose: each says who moves when; give one of them"),
        (USERS, "WAVES: say who moves when: give a CSV with address, wave and mode, or --move FILE, or --propose N"),
        (("--wave", "1"), "--wave: is about two people; give --why A B with it"),
        (("--open",), "--open: is about two people; give --why A B with it"),
        (("--cap", "3"), "--cap: is about waves that are proposed; give --propose N with it"),
        (("--by", "Team"), "--by: 'Team' is no column of the export of users; give one that is"),
        (("--policies", "x.json"), "--policies: says what the users of an export may do; give the export with --users"),
        (("--why", GRADY, GRADY), f"--why: '{GRADY}' is both; give two"),
        (("--why", GRADY, ADELE, "--wave", "9"), "--why: wave: '9' is not accepted; use one of 2026-12-04"),
        (("--why", GRADY, "adele.vanc@contoso.com"), "did you mean adele.vance@contoso.com or "),
        (("--contacts", str(tmp_path / "none")), "No such file or directory; give a table of a, b and minutes"),
        (("--propose", "2", *USERS), "--propose: goes by who talks to whom; give --contacts FILE"),
        (("--propose", "2", "--fixed", "Legal"), "--fixed: 'Legal' is not accepted; give who and the number of"),
        (("--propose", "2", "--cap", "1"), "--propose: cap: 1 is not accepted"),
        ((str(tmp_path / "none.csv"),), "No such file or directory; give a CSV with the columns"),
        (("--html", str(tmp_path / "none" / "x.html")), "--html: "),
        (("--html", "explorer.html"), "--html: explorer.html is written by --html too; give another"),
        (("--csv", "x", "--parquet", "./x"), "--parquet: x is written by --csv too; give another"),
        (("--csv", "-"), "--csv: - is not accepted; give a file"),
        (("--picture", "x.foo"), "--picture: '.foo' names no format"),
        (("--why", GRADY, ADELE, "--csv", "x"), "--csv: is of the whole plan, and --why of two people; give one"),
        ((waves, "--to", "Islands"), "--to: is the mode of --move and --propose; WAVES says a mode in every row"),
        (("--scope", "federated"), "--scope: is known here: partners are of another organisation; leave it out"),
        (("--topology", "online"), "topology: online does not fit 'grady.archie@contoso.com', homed on-prem"),
        (("--by", ""), "--by: '' is no column of the export of users; give one that is"),
        (("--propose", "2", "--fixed", "a=1", "--fixed", "a=2"), "--fixed: 'a' is given two waves; give one"),
    ):  # fmt: skip
        answer = fsm("plan", *given)
        assert (answer.status, answer.out) == (2, "")
        assert said in answer.err


def test_the_explorer_opens_at_the_story(fsm: Fsm, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", browse)
    assert fsm("plan", "--why", GRADY, ADELE, "--open").status == 0
    assert len(opened) == 1


def test_nothing_to_move_is_a_plan_too(fsm: Fsm, tmp_path: Path) -> None:
    path = tmp_path / "waves.csv"
    path.write_text("address,wave,mode\n", encoding="utf-8")
    told = json.loads(fsm("plan", str(path), *USERS, "--json").out)
    assert (told["waves"], told["degradation"]) == ([], 0)
    assert "Warning: nobody moves: no row of the waves is planned" in fsm("plan", str(path), *USERS, "--json").err
    assert fsm("plan", str(path), *USERS, "--picture", str(tmp_path / "p.svg")).status == 1


def test_partners_with_whom_nobody_federates_are_not_reached(fsm: Fsm) -> None:
    told = fsm("plan", "--no-federation", "--why", GRADY, "fabrikam.com:TeamsOnly", "--json").data
    rules = {each["now"]["rule"] for name, each in told["answers"].items() if name != "presence"}
    assert rules == {"RTE-9", ""}  # how a meeting is joined is not asked


def test_contacts_that_cannot_be_read_are_told(fsm: Fsm, tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(f"a,b,minutes\n{GRADY},{ADELE},long\n{GRADY},{ADELE},3\n", encoding="utf-8")
    answer = fsm("plan", "--contacts", str(path), "--json")
    assert (answer.data["contacts"], answer.data["unread"]) == (1, 1)
    assert "1 contacts cannot be read, and are left out" in answer.err


def test_an_organisation_without_a_worry(fsm: Fsm, tmp_path: Path) -> None:
    head = "UserPrincipalName,TeamsUpgradeEffectiveMode,InterpretedUserType,HostingProvider,TeamsMeetingPolicy"
    row = "{}@x.com,SfBOnly,HybridOnpremSfBUserWithTeamsLicense,SRV:,,,"
    users, waves = tmp_path / "users.csv", tmp_path / "waves.csv"
    lines = [f"{head},TeamsMessagingPolicy,TeamsCallingPolicy", *map(row.format, "ab")]
    users.write_text("\n".join(lines), encoding="utf-8")
    waves.write_text("address,mode\na@x.com,TeamsOnly\nb@x.com,TeamsOnly\n", encoding="utf-8")
    answer = fsm("plan", str(waves), "--users", str(users))
    assert answer.status == 0
    assert "To fix first" not in answer.words
    assert "Kept apart" not in answer.words


def test_why_says_what_bars_two_and_what_would_help(fsm: Fsm) -> None:
    answer = fsm("plan", "--why", ADELE, "rafael.reyes@contoso.com", "--wave", "2027-01-29")
    assert "POL-1 the recipient has no chat in Teams (AllowUserChat is false)" in answer.words
    assert "instead an admin assigns a messaging policy with AllowUserChat true" in answer.words
