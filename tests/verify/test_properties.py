"""Each way to state a property finds what breaks it, and says so when it says nothing."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import replace
from typing import Any

import pytest

from fsm import Mode, Pairing, Refusal, RefusalKind, Timers
from fsm.notation import BOTH, ORIGINATOR, OTHER, Claim, Composition, Party, Remedy, Step, on, state
from fsm.space.cases import Case
from fsm.space.profiles import Profiles
from fsm.space.spreads import Spread
from fsm.spec.claims.lasting import CLOSED
from fsm.spec.claims.routing import ROUTING
from fsm.spec.guards import on_teams
from fsm.spec.remedies import MOVE_ORIGINATOR, USE_SFB, USE_TEAMS
from fsm.spec.routing import Cure
from fsm.verify import (
    Broken,
    Space,
    at_every_step,
    breaches,
    check,
    in_every_place,
    kept_by,
    of_every_pairing,
    of_the_space,
    tells,
)
from fsm.verify.general.explanations import EXPLANATIONS
from fsm.verify.general.kinds import KINDS
from fsm.verify.general.liveness import LIVENESS
from fsm.verify.general.remedies import REMEDIES
from fsm.verify.general.structure import STRUCTURE
from fsm.verify.liveness import must_reach
from fsm.verify.properties import WAYS_OUT
from tests.verify.machines import ENDLESS, IDLE, LOSING, REFUSING, WAITING, always, compose, explored, few, lifecycle


def said(checked: Claim, space: Space) -> list[str]:
    return list(dict.fromkeys(each.says for each in breaches(checked, space)))


def named(name: str) -> Claim:
    return next(each for each in (*STRUCTURE, *EXPLANATIONS, *WAYS_OUT, *LIVENESS, *CLOSED) if each.name == name)


def refusing(space: Space, *cases: Case) -> Space:
    """The same space, in which all that is refused is this, at the start."""
    other = copy(space)
    vars(other)["refuses"] = tuple(Spread(case, None, 1) for case in cases)
    return other


def test_a_step_that_breaks_a_property_is_found(space: Space) -> None:
    broken = list(breaches(at_every_step("x", "no", "", lambda step: not step.now("chat", "locked")), space))
    assert {each.edge.to[0].state for each in broken if each.edge} == {"locked"}


def test_a_step_tells_the_lifecycles_and_the_changes(space: Space) -> None:
    def stays(step: Step) -> bool:
        moved = [name for name, _ in step.changes]
        return not step.was("chat", "locked") or step.event != "change" or (not moved and step.stays("chat"))

    broken = list(breaches(at_every_step("x", "no", "", stays, of="change"), space))
    assert broken
    assert all(each.edge and any(each.edge.sends or ()) for each in broken)


def test_a_lifecycle_that_does_not_exist_is_an_error(space: Space) -> None:
    with pytest.raises(ValueError, match="'chatt' is not a lifecycle; use one of chat, call"):
        list(breaches(at_every_step("x", "no", "", lambda step: step.was("chatt", "none")), space))
    with pytest.raises(ValueError, match="'chatt' is not a lifecycle; use one of chat, call"):
        list(breaches(in_every_place("x", "no", "", lambda here, who: True, chatt="none"), space))


@pytest.mark.parametrize(
    "look",
    [lambda step: "chat" in list(step.before), lambda step: len(step.before) == 4, lambda step: dict(step.after) == {}],
)
def test_lifecycles_are_asked_by_name(space: Space, look: object) -> None:
    with pytest.raises(TypeError, match="asked by name"):
        list(breaches(at_every_step("x", "no", "", look), space))  # type: ignore[arg-type]


def test_whether_there_is_a_lifecycle_is_asked_by_name(space: Space) -> None:
    assert not said(at_every_step("x", "no", "", lambda step: "chat" in step.before), space)
    assert said(at_every_step("x", "no", "", lambda step: "chat" not in step.before), space) == ["no"]


def test_a_place_that_breaks_a_property_is_found(space: Space) -> None:
    broken = list(
        breaches(in_every_place("x", "no", "", lambda here, who: here.may("close_chat", who), chat="native"), space)
    )
    assert not broken
    broken = list(
        breaches(in_every_place("x", "no", "", lambda here, who: here.may("send_text", who), chat="native"), space)
    )
    assert {each.says for each in broken} == {"no: not so of the originator", "no: not so of the recipient"}


def test_a_refusal_is_told_by_its_rule(space: Space) -> None:
    def other_than(rule: str) -> Claim:
        return in_every_place(
            "x", "no", "", lambda here, who: here.refused("send_rich_text", who) != rule, chat="interop none"
        )

    assert all(said(other_than(rule), space) for rule in ("LIM-1", "POL-1", ""))
    assert not said(other_than("LIM-6"), space)
    assert said(in_every_place("x", "no", "", lambda here, who: bool(here.refused("close_chat", who))), space)


def test_a_property_about_nothing_says_so(space: Space) -> None:
    assert said(in_every_place("x", "no", "", lambda here, who: False, chat="open"), space) == [
        "there is no place where chat is open"
    ]
    assert said(at_every_step("x", "no", "", lambda step: True, of="send_txt"), space) == ["send_txt is never possible"]


def test_who_is_told(space: Space) -> None:
    assert not said(tells("x", "no", "", {"resume": ("resume_media", OTHER)}), space)
    assert said(tells("x", "no", "", {"resume": ("resume_media", BOTH)}), space) == ["no"]


def test_a_pairing_that_breaks_a_property_is_found(space: Space) -> None:
    broken = list(breaches(of_every_pairing("x", "no", "", lambda pairing, at: at.refusal is None), space))
    assert broken
    assert all(each.pairing for each in broken)


def test_a_property_may_ask_guards_of_its_own() -> None:
    holds = in_every_place("x", "no", "", lambda here, who: here.holds(always, who))
    report = check(WAITING, [holds.asking(always)])
    assert report.ok
    with pytest.raises(ValueError, match="name it in the property's guards"):
        check(WAITING, [holds])


def test_tables_that_are_idle_are_found() -> None:
    space = explored(IDLE)
    assert said(named("every-state-is-reached"), space) == ["left=c is never reached"]
    assert said(named("every-row-fires"), space) == [
        "row left.a.go.2 never fires",
        "row left.a.stop.1 never refuses",
        "row left.a.leap.1 never fires",
        "row left.c.go.1 never fires",
    ]
    assert said(named("every-dispatch-row-decides"), space) == ["dispatch row go.1 never decides"]
    assert said(named("every-guard-decides"), space) == [
        "guard always of row left.a.go.1 never fails where it is asked",
        "guard never of row left.a.go.2 never holds",
        "guard never of row left.a.go.2 never fails where it is asked",
        "guard never of row left.a.stop.1 never holds",
        "guard limited of row left.a.leap.1 never holds",
    ]
    assert said(named("every-effect-reaches-somebody"), space) == ["effect ring of row left.b.go.1 reaches nobody"]
    assert said(named("every-ignored-signal-arrives"), space) == ["left.b ignores told, which never arrives there"]
    assert said(named("there-is-a-way-on"), space) == ["no events bring the left to rest"]
    assert said(named("can-be-closed"), space) == ["no events close it from here"]


@pytest.mark.parametrize(
    ("composition", "name", "says", "event"),
    [
        (LOSING, "no-signal-is-lost", "right.b has no row for signal 'go' by originator", "go"),
        (ENDLESS, "no-signal-is-lost", "signals set off by 'go' in left do not come to an end", "go"),
        (REFUSING, "no-signal-is-refused", "a signal is refused by row right.a.heed.1", "go"),
    ],
)
def test_signals_that_go_astray_are_found(composition: Composition, name: str, says: str, event: str) -> None:
    [result] = check(composition, [named(name)]).results
    assert result.counterexample
    assert result.counterexample.says == says
    assert result.counterexample.trace
    assert result.counterexample.trace.moves[-1].event == event
    assert result.counterexample.trace.confirmed


def test_what_can_be_put_off_for_ever_is_found() -> None:
    space = explored(WAITING)

    def surely_to(*states: str) -> dict[str, int]:
        goal = {config: mask for config, mask in space.places.items() if config[0].state in states}
        return {config[0].state: mask for config, mask in must_reach(space, goal).items()}

    everyone = space.profiles.everyone
    assert surely_to("d") == {"d": everyone}, "b is put off by again, and c by going away"
    assert set(surely_to("d", "a")) == {"d", "a"}, "whoever changes to SfB in c has no timer any more"
    assert surely_to("c") == {"c": everyone}


def test_limits_without_a_way_out_are_found(space: Space) -> None:
    assert not said(named("every-limit-has-a-way-out"), space)
    idle = explored(IDLE)
    assert said(named("every-limit-has-a-way-out"), idle) == [
        "stop by the originator is refused by LIM-1, and none of the ways out is possible"
    ]
    assert said(named("every-way-out-leads-on"), idle) == [
        "left.a.stop.2 names ways out, and none of them is ever possible where it refuses"
    ]


def test_a_way_out_that_leads_to_no_meeting_is_found() -> None:
    completed = named("every-way-out-can-be-completed")
    refused, goes = on("share_desktop", refused="LIM-1", instead="meet_now"), on("meet_now", to="alone", cites="RTE-1")
    for room, doomed in (("together", False), ("lonely", True)):
        joins = on("join", to=room, cites="RTE-1")
        states = state("none", "", refused, goes, initial=True), state("alone", "", joins), state(room, "")
        assert said(completed, explored(compose(lifecycle("meeting", *states)), 100)) == [
            f"share_desktop by the {by} is refused, and meet_now, its way out, leads to no meeting"
            for by in Party
            if doomed
        ]
    assert not said(completed, explored(IDLE))


def test_an_effect_of_which_nobody_says_whether_it_lasts_is_found() -> None:
    assert said(named("every-effect-lasts-or-is-over"), explored(IDLE)) == [
        "effect ring of row left.b.go.1 neither lasts nor is over at once"
    ]


def test_a_refusal_that_says_nothing_is_found(space: Space) -> None:
    mute = Refusal("go", Party.SERVICE, RefusalKind.NOT_YOURS, None, None, "", "", (), (), None, ())
    barred = replace(mute, message="no", row="left.a.go.1")
    none: Any = frozenset()
    cases = [Case(1, "go", Party.SERVICE, (), (), Timers(), (), each, "", none, none) for each in (mute, barred)]
    stub = refusing(space, *cases)
    says = "go by the service is refused and no rule is named"
    assert [each.says for each in breaches(named("every-refusal-explains-itself"), stub)] == [says, says]


@pytest.mark.parametrize(
    ("event", "by", "kind"),
    [
        ("send_text", Party.ORIGINATOR, RefusalKind.NOT_APPLICABLE),
        ("open_chat", Party.SERVICE, RefusalKind.NOT_YOURS),
        ("open_chat", Party.RECIPIENT, RefusalKind.REFUSED),
    ],
)
def test_a_refusal_of_another_kind_is_found(space: Space, event: str, by: Party, kind: RefusalKind) -> None:
    [of_its_kind, behind_a_rule] = KINDS
    case = space.refusals(space.start, event, by)[0]
    assert case.refusal
    assert case.refusal.kind is kind

    def told(rule: str | None, kind: RefusalKind) -> Space:
        assert case.refusal
        wrong = case._replace(refusal=replace(case.refusal, kind=kind, rule=rule))
        return refusing(space, wrong)

    for other in RefusalKind:
        found = [] if other is kind else [f"{event} by the {by} is called {other}, and is {kind}"]
        assert said(of_its_kind, told(case.refusal.rule, other)) == found
    named, unnamed = told("LIM-1", kind), told(None, kind)
    assert bool(said(behind_a_rule, named)) is (kind is RefusalKind.NOT_APPLICABLE)
    assert bool(said(behind_a_rule, unnamed)) is (kind is RefusalKind.REFUSED)


def test_changes_that_send_nothing_are_found() -> None:
    [reroutes] = [each for each in ROUTING if each.name == "another-client-is-another-route"]
    assert said(reroutes, explored(WAITING)) == [reroutes.says]


def test_rules_are_kept_by_name() -> None:
    mine = of_the_space("x", "no", "RTE-1", lambda space: [Broken("no")])
    assert kept_by([mine])["RTE-1"] == ("x",)
    report = check(WAITING, [mine])
    assert str(report.results[0].counterexample) == "no"
    assert Profiles(WAITING, few(100)).pairings


def test_a_remedy_that_does_not_help_is_found() -> None:
    def nothing(pairing: Pairing, party: Party) -> Iterable[Pairing]:
        return ()

    def same(pairing: Pairing, party: Party) -> Iterable[Pairing]:
        return (pairing,)

    [helps] = REMEDIES
    for apply in (nothing, same, None):
        keyless = on_teams._replace(remedy=Remedy("ask somebody", apply))
        row = on("go", by=ORIGINATOR, when=[keyless], cites="RTE-1")
        where = compose(lifecycle("left", state("a", "", row, initial=True)))
        broken = list(breaches(helps, explored(where, 100)))
        assert {each.says for each in broken} == {"ask somebody: said where on_teams fails, and it still does then"}
        assert all(each.pairing and Mode.TEAMS_ONLY is not each.pairing.originator.mode for each in broken)


def test_a_remedy_that_nobody_is_told_is_found() -> None:
    row = on("go", when=[always._replace(remedy=Remedy("never mind"))], cites="RTE-1")
    where = compose(lifecycle("left", state("a", "", row, initial=True)))
    assert said(REMEDIES[0], explored(where)) == ["never mind: the remedy of always is never named"]


def test_a_cure_that_does_not_help_is_found(monkeypatch: pytest.MonkeyPatch, space: Space) -> None:
    [cured] = [each for each in ROUTING if each.name == "every-impossible-route-has-a-cure"]
    assert not said(cured, space)
    for cure in (Cure((), (USE_TEAMS,)), Cure((), ()), Cure((USE_SFB,), (MOVE_ORIGINATOR,))):
        monkeypatch.setattr("fsm.spec.claims.routing.cure", lambda pairing, found=cure: found)
        assert said(cured, space) == [cured.says]
