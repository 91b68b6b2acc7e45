"""People of partner organisations, as a table tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fsm.plan import Plan, Waves, read_partners, read_waves
from fsm.spec.editions import EDITIONS
from fsm.tenant import TenantError, contoso

USERS = contoso()


def partners(tmp_path: Path, *lines: str, head: str = "domain,address,mode,people") -> Path:
    path = tmp_path / "partners.csv"
    path.write_text("\n".join((head, *lines)), encoding="utf-8")
    return path


def test_a_row_is_of_a_person_or_of_so_many(tmp_path: Path) -> None:
    found = read_partners(
        partners(tmp_path, "fabrikam.com,,TeamsOnly,12", ",mona@adatum.com,SfBOnly,", "fabrikam.com,,Islands,3")
    )
    assert found.problems == ()
    assert [(each.organisation, each.address, each.size, each.who.mode, each.who.homing) for each in found.crowds] == [
        ("fabrikam.com", "", 12, "TeamsOnly", "online"),
        ("adatum.com", "mona@adatum.com", 1, "SfBOnly", "on-prem"),
        ("fabrikam.com", "", 3, "Islands", "on-prem"),
    ]


def test_what_is_no_partner_is_told_by_line(tmp_path: Path) -> None:
    path = partners(
        tmp_path, "fabrikam,com,TeamsOnly,2", "fabrikam.com,,Teams,2", "fabrikam.com,,,2",
        "fabrikam.com,,TeamsOnly,none", "two words,,TeamsOnly,1", ",a@b.com,TeamsOnly,", ",A@b.com,SfBOnly,", "b.com",
    )  # fmt: skip
    found = read_partners(path)
    assert [(each.line, each.column) for each in found.problems] == [
        (9, "row"), (2, "address"), (3, "mode"), (4, "mode"), (5, "people"), (6, "domain"), (8, "address"),
    ]  # fmt: skip
    assert [each.address for each in found.crowds] == ["a@b.com"]


def test_who_contradicts_themselves_or_the_edition_is_left_out(tmp_path: Path) -> None:
    path = partners(tmp_path, "b.com,SfBOnly,online", "b.com,TeamsOnly,on-prem", head="domain,mode,homing")
    assert [each.line for each in read_partners(path).problems] == [2, 3]
    assert [each.line for each in read_partners(path, edition=EDITIONS["base"]).problems] == [3]


def test_a_file_of_no_use_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(
        TenantError, match="has no column mode; found 'domain'; give a CSV with the columns domain and mode"
    ):
        read_partners(partners(tmp_path, head="domain"))


def test_partners_are_compared_with_the_organisation_and_not_with_each_other(tmp_path: Path) -> None:
    waves = tmp_path / "waves.csv"
    waves.write_text("address,wave,mode\ngrady.archie@contoso.com,1,TeamsOnly\n", encoding="utf-8")
    crowds = read_partners(partners(tmp_path, "fabrikam.com,,TeamsOnly,12", "adatum.com,,TeamsOnly,3")).crowds
    plan = Plan(USERS, read_waves(waves, USERS), crowds=crowds)
    people = len(USERS)
    assert plan.whole.pairs.sum() == people * (people - 1) + 2 * people * 15
    assert plan.why("grady.archie@contoso.com", "fabrikam.com").before.scope == "federated"
    with pytest.raises(ValueError, match="are of partners; give somebody of the organisation"):
        plan.why("fabrikam.com", "adatum.com")


def test_nobody_is_a_partner_of_themselves(tmp_path: Path) -> None:
    lines = (
        ",grady.archie@contoso.com,TeamsOnly,",
        "contoso.com,,TeamsOnly,5",
        "x.com,a@x.com,TeamsOnly,",
        ",a@x.com,TeamsOnly,2",
    )
    found = read_partners(partners(tmp_path, *lines), tenant=USERS)
    assert [(each.line, each.column, each.accepted) for each in found.problems] == [
        (2, "address", "it is this organisation's own"),
        (3, "domain", "it is this organisation's own"),
        (4, "domain", "give a domain or an address"),
        (5, "people", "an address is of one"),
    ]
    assert found.crowds == ()


def test_a_partner_is_called_by_the_domain_or_by_that_and_a_mode(tmp_path: Path) -> None:
    crowds = read_partners(
        partners(tmp_path, "fabrikam.com,,TeamsOnly,12", "fabrikam.com,,SfBOnly,3", "x.com,,SfBOnly,3")
    ).crowds
    plan = Plan(USERS, Waves(()), crowds=crowds)
    grady = "grady.archie@contoso.com"
    assert plan.why(grady, "fabrikam.com:SfBOnly").after.recipient.mode == "SfBOnly"
    assert plan.why(grady, "somebody@x.com").after.recipient.mode == "SfBOnly"
    said = r"^'fabrikam.com' has people of several kinds; give one of fabrikam.com:TeamsOnly, fabrikam.com:SfBOnly$"
    with pytest.raises(ValueError, match=said):
        plan.why(grady, "fabrikam.com")
