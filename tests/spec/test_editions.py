"""The product at a date: who exists, what is taken where nothing is said, and that nothing else depends on it."""

from __future__ import annotations

import re
import sys
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fsm
from fsm import EDITIONS, Edition, Homing, IslandsInterop, Mode, Pairing, Participant, Scope, Topology
from fsm.engine.conversation import PROGRAMS
from fsm.space.profiles import consistent
from fsm.spec.editions import NEWEST, named
from fsm.spec.parties import FLAGS
from fsm.spec.routing import views
from tests.people import PAIRS
from tests.spec.tables import parse
from tests.strategies import pairings, participants

BASE, RETIRED, NOW = EDITIONS.values()


@pytest.mark.rules("ED-1")
def test_they_come_in_order_of_time() -> None:
    assert list(EDITIONS) == ["base", "2021-08", "2022-10"]
    assert [edition.name for edition in EDITIONS.values()] == list(EDITIONS)
    assert [edition.since for edition in EDITIONS.values()] == ["2019-07", "2021-08", "2022-10"]
    assert NEWEST is NOW


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
def test_each_says_what_it_is_and_where_that_is_from(edition: Edition) -> None:
    assert edition.says
    assert "Coexistence with Skype for Business" in edition.source
    assert edition.islands is IslandsInterop.AS_ROUTED, "the published tables let Islands users cross platforms"
    assert repr(edition) == f"<Edition {edition}: {edition.says}>"


@pytest.mark.rules("ED-1", "ED-2", "ED-3")
@pytest.mark.parametrize(
    "row",
    parse(
        """
        mode                          | homed   | SfB account | base | 2021-08 | 2022-10
        TeamsOnly                     | online  | yes         | yes  | yes     | ED-3
        TeamsOnly                     | online  | no          | yes  | yes     | yes
        SfBOnly                       | online  | yes         | yes  | ED-2    | ED-2
        SfBOnly                       | on-prem | yes         | yes  | yes     | yes
        SfBWithTeamsCollab            | online  | yes         | yes  | ED-2    | ED-2
        SfBWithTeamsCollab            | on-prem | yes         | yes  | yes     | yes
        SfBWithTeamsCollabAndMeetings | online  | yes         | yes  | ED-2    | ED-2
        SfBWithTeamsCollabAndMeetings | on-prem | yes         | yes  | yes     | yes
        Islands                       | online  | yes         | yes  | ED-2    | ED-2
        Islands                       | on-prem | yes         | yes  | yes     | yes
        """
    ),
    ids=lambda row: "{mode} homed {homed}, SfB account: {SfB account}".format(**row),
)
def test_who_exists(row: dict[str, str]) -> None:
    facts: dict[str, Any] = {"homing": row["homed"], "has_sfb_client": row["SfB account"] == "yes"}
    for name, edition in EDITIONS.items():
        who = edition.participant("ann@contoso.com", Mode(row["mode"]), **facts)
        assert [problem.rule for problem in edition.problems(who)] == [row[name]] * (row[name] != "yes")


@pytest.mark.rules("ED-2")
def test_the_table_above_is_of_everybody() -> None:
    """A TeamsOnly user homed on-premises, and others without SfB, are in no edition: a Participant refuses them."""
    for edition in EDITIONS.values():
        with pytest.raises(ValueError, match="homing: on-prem does not fit mode TeamsOnly, which is homed online"):
            edition.participant("ann@contoso.com", Mode.TEAMS_ONLY, homing="on-prem")
        for mode in set(Mode) - {Mode.TEAMS_ONLY}:
            with pytest.raises(ValueError, match="has_sfb_client: False does not fit"):
                edition.participant("ann@contoso.com", mode, has_sfb_client=False)


@pytest.mark.rules("ED-2")
def test_an_organisation_without_sfb_on_premises_has_teams_only_users_only() -> None:
    for one, two in product(Mode, Mode):
        for homed in product(Homing, Homing):
            try:
                a, b = (Participant(*who, homing=at) for who, at in zip((("a", one), ("b", two)), homed, strict=True))
                pairing = Pairing(a, b, topology=Topology.ONLINE)
            except ValueError:
                continue
            assert (not RETIRED.problems(pairing)) == ({one, two} == {Mode.TEAMS_ONLY})


@pytest.mark.rules("ED-4")
@pytest.mark.parametrize(
    "row",
    parse(
        """
        edition | mode      | homed   | SfB account
        base    | TeamsOnly | online  | yes
        base    | SfBOnly   | online  | yes
        base    | Islands   | online  | yes
        2021-08 | TeamsOnly | online  | yes
        2021-08 | SfBOnly   | on-prem | yes
        2021-08 | Islands   | on-prem | yes
        2022-10 | TeamsOnly | online  | no
        2022-10 | SfBOnly   | on-prem | yes
        2022-10 | Islands   | on-prem | yes
        """
    ),
    ids=lambda row: "{edition}, {mode}".format(**row),
)
def test_what_is_taken_where_nothing_is_said(row: dict[str, str]) -> None:
    edition = named(row["edition"])
    who = edition.participant("ann@contoso.com", row["mode"])  # type: ignore[arg-type]  # a string serves as a mode
    assert (who.homing, who.has_sfb_client) == (row["homed"], row["SfB account"] == "yes")
    assert edition.problems(who) == (), "whom an edition takes for granted exists in it"
    plain = Participant("ann@contoso.com", Mode(row["mode"]), homing=who.homing, has_sfb_client=who.has_sfb_client)
    assert who == plain, "everything else is as a Participant has it"


@pytest.mark.rules("ED-1")
@pytest.mark.parametrize("mode", Mode)
def test_a_participant_of_ones_own_is_as_the_base_takes_them(mode: Mode) -> None:
    assert Participant("ann@contoso.com", mode) == BASE.participant("ann@contoso.com", mode)


def test_what_is_said_stays() -> None:
    facts: dict[str, Any] = {"client": "sfb-legacy", "homing": "online", "has_teams_account": False}
    who = NOW.participant("ann@contoso.com", Mode.SFB_ONLY, **facts)
    assert who == Participant("ann@contoso.com", Mode.SFB_ONLY, **facts)


def test_what_is_not_accepted_is_as_of_a_participant() -> None:
    with pytest.raises(ValueError, match="mode: 'Teams' is not accepted; use one of Islands"):
        NOW.participant("ann@contoso.com", "Teams")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="client: sfb-current does not fit mode TeamsOnly"):
        NOW.participant("ann@contoso.com", Mode.TEAMS_ONLY, client="sfb-current")


@pytest.mark.rules("ED-2", "ED-3")
def test_a_problem_is_a_sentence_with_its_rule_and_what_to_do() -> None:
    [problem] = RETIRED.problems(Participant("ann@contoso.com", Mode.SFB_ONLY))
    assert (problem.edition, problem.field, problem.value, problem.rule) == ("2021-08", "mode", "SfBOnly", "ED-2")
    assert str(problem) == (
        "mode: SfBOnly does not fit edition 2021-08, in which whoever is homed online is TeamsOnly (ED-2); "
        "home the user on-premises, or make them TeamsOnly"
    )
    [problem] = NOW.problems(Participant("ann@contoso.com", Mode.TEAMS_ONLY))
    assert (problem.field, problem.value, problem.rule, problem.remedy) == ("has_sfb_client", True, "ED-3", "use false")


@pytest.mark.rules("ED-2", "ED-3")
def test_a_pairing_has_the_problems_of_both() -> None:
    found = NOW.problems(PAIRS["teams>sfb"])
    assert [(each.field, each.rule) for each in found] == [
        ("originator.has_sfb_client", "ED-3"),
        ("recipient.mode", "ED-2"),
    ]
    assert str(found[1]).startswith("recipient.mode: SfBOnly does not fit edition 2022-10")


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=str)
def test_a_remedy_that_is_followed_leaves_no_problem(edition: Edition) -> None:
    remedies: dict[str, Any] = {
        "mode": ({"homing": "on-prem"}, {"mode": "TeamsOnly", "client": None, "has_sfb_client": False}),
        "has_sfb_client": ({"has_sfb_client": False},),
    }
    seen = 0
    for who in consistent(Participant, address="ann@contoso.com"):
        for problem in edition.problems(who):
            for changed in remedies[problem.field]:
                facts = {name: getattr(who, name) for name in ("mode", "client", "homing", *FLAGS)} | changed
                if facts["mode"] == "TeamsOnly":
                    facts["has_teams_account"] = True
                assert edition.problems(Participant("ann@contoso.com", **facts)) == ()
                seen += 1
    assert bool(seen) == (edition is not BASE)


@given(pairings())
def test_fewer_exist_from_edition_to_edition(pairing: Pairing) -> None:
    problems = [edition.problems(pairing) for edition in EDITIONS.values()]
    assert problems[0] == ()
    for before, after in pairwise(problems):
        assert {(each.field, each.rule) for each in before} <= {(each.field, each.rule) for each in after}


@given(participants("ann@contoso.com"), participants("bob@contoso.com"), st.data())
def test_whoever_exists_behaves_as_in_the_base(one: Participant, two: Participant, data: st.DataObject) -> None:
    """ED-4, of any two that an edition holds: filled in by it, they are who they are in the base when all is said."""
    edition = data.draw(st.sampled_from(list(EDITIONS.values())))
    scope = data.draw(st.sampled_from(Scope))
    reading = data.draw(st.sampled_from(IslandsInterop))
    said = tuple(
        {name: getattr(who, name) for name in data.draw(st.sets(st.sampled_from(("homing", "client", *FLAGS))))}
        for who in (one, two)
    )
    try:
        here = Pairing(
            *(edition.participant(who.address, who.mode, **facts) for who, facts in zip((one, two), said, strict=True)),
            scope=scope,
            islands_interop=reading,
        )
    except ValueError:
        assume(False)
    assume(not edition.problems(here))
    spelled = Pairing(
        *(
            BASE.participant(who.address, who.mode, **{n: getattr(who, n) for n in ("client", "homing", *FLAGS)})
            for who in (here.originator, here.recipient)
        ),
        scope=scope,
        islands_interop=reading,
    )
    assert BASE.problems(spelled) == ()
    assert spelled == here
    assert fsm.route(spelled) == fsm.route(here)
    assert PROGRAMS.under(views(spelled)) is PROGRAMS.under(views(here))


@pytest.mark.rules("ED-4")
def test_neither_routing_nor_a_table_looks_at_editions() -> None:
    """What decides is in the specification's other modules, and none of them knows an edition."""
    others = [module for name, module in sys.modules.items() if name.startswith("fsm.spec.") and "editions" not in name]
    assert {"fsm.spec.routing", "fsm.spec.guards", "fsm.spec.call"} <= {module.__name__ for module in others}
    for module in others:
        assert [n for n, it in vars(module).items() if getattr(it, "__module__", "") == "fsm.spec.editions"] == []


@pytest.mark.parametrize(("asked", "found"), [(None, NOW), ("2021-08", RETIRED), (BASE, BASE)])
def test_an_edition_by_its_name(asked: Edition | str | None, found: Edition) -> None:
    assert named(asked) is found


@pytest.mark.parametrize("asked", ["2031-01", ""])
def test_an_edition_that_there_is_not(asked: str) -> None:
    message = f"edition: {asked!r} is not accepted; use one of base, 2021-08, 2022-10"
    with pytest.raises(ValueError, match=re.escape(message)):
        named(asked)
