"""Suites of every strength, for two people and for everyone: complete, reproducible, and right by the engine."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

import fsm.testing
from fsm import CONVERSATION, Conversation, Refused
from fsm.engine import known
from fsm.engine.outcome import Refusal
from fsm.engine.profile import Profile
from fsm.engine.program import Program
from fsm.notation import At, Composition, Party, guards_of
from fsm.space.profiles import Profiles
from fsm.space.reachable import Space
from fsm.spec.routing import views
from fsm.testing import STRENGTHS, Expected, Scenario, Step, Suite, generate
from fsm.testing.making.goals import Goals
from fsm.testing.making.play import Player
from fsm.testing.making.reach import Reach, chosen
from fsm.testing.making.single import alone, inputs
from fsm.testing.making.suites import everything
from fsm.testing.making.tours import LONGEST, Graph, tours
from tests.people import PAIRS, pair
from tests.testing.conftest import for_everyone
from tests.testing.machines import LAMP, PHONE
from tests.verify.machines import IDLE, LOSING, REFUSING, WAITING, few

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal


COVERING = STRENGTHS[:6]
TWO = PAIRS["teams>sfb"]


@pytest.fixture(scope="module")
def rows() -> Suite:
    """The suite of rows for everyone."""
    return for_everyone("rows")


def played(scenario: Scenario) -> list[Step]:
    """The steps that do not come to what is expected of them, on a conversation of its own."""
    talk, wrong = Conversation(scenario.pairing), []
    for step in scenario.steps:
        refusal, outcome = None, None
        try:
            outcome = talk.change(step.pairing) if step.pairing else talk.fire(known.event(step.event), step.by)
        except Refused as refused:
            refusal = refused.refusal
        expected = step.expected
        how = (refusal.kind, refusal.rule) if refusal else (None, None)
        came = (talk.places, *how, outcome.effects if outcome else (), outcome and outcome.timers)
        told = (dict(expected.at), expected.refused, expected.rule, expected.effects)
        if came != (*told, None if expected.refused else expected.timers):
            wrong.append(step)
    return wrong


def replayed(composition: Composition, scenario: Scenario) -> list[Step]:
    """The steps that do not come to what is expected of them, on the tables as they are."""
    tables = alone(composition, scenario.lifecycle) if scenario.lifecycle else composition
    people, wrong = scenario.pairing, []
    program = Program(tables, Profile(guards_of(tables), views(people)))
    here = program.initial
    for step in scenario.steps:
        result: AnyOutcome | AnyRefusal
        if step.pairing:
            new = Program(tables, Profile(guards_of(tables), views(step.pairing)))
            result = new.change(here.config, here.program, views(people)[0], views(step.pairing)[0])
            people = step.pairing
        else:
            result = here[step.event, step.by]
        here = here if result.to is None else result.to
        at: tuple[tuple[str, At], ...] = tuple(zip(tables.lifecycles, here.config, strict=True))
        if isinstance(result, Refusal):
            came = Expected(at, refused=result.kind, rule=result.rule)
        else:
            came = Expected(at, result.effects, result.timers)
        if step.expected != came:
            wrong.append(step)
    return wrong


@pytest.mark.slow
def test_rows_for_everyone_cover_every_goal_in_few_scenarios(rows: Suite) -> None:
    assert rows.covered == rows.goals
    assert len(rows.scenarios) < len(rows.goals) / 15
    assert max(len(each.steps) for each in rows.scenarios) < LONGEST + 100


@pytest.mark.slow
def test_rows_for_everyone_change_the_pairing_on_the_way(rows: Suite) -> None:
    assert any(step.pairing for each in rows.scenarios for step in each.steps)


@pytest.mark.slow
def test_rows_for_everyone_ask_for_every_row_there_is(rows: Suite) -> None:
    reached = {goal.partition(" by ")[0] for goal in rows.goals}
    assert [row for row in CONVERSATION.rows if row not in reached] == []


@pytest.mark.slow
def test_rows_for_everyone_pass_on_the_engine(rows: Suite) -> None:
    assert [step for scenario in rows.scenarios for step in played(scenario)] == []


@pytest.mark.parametrize(
    ("strength", "people"),
    [
        ("states", "sfb>sfb"),
        ("rows", "no-calls>sfb"),
        ("guards", "sfb>sfb"),
        ("walks", "islands on sfb>teams as routed"),
    ],
)
def test_a_suite_for_two_covers_every_goal_and_passes_on_the_engine(strength: str, people: str) -> None:
    made = generate(strength, PAIRS[people], count=10)
    assert made.covered == made.goals
    assert {each.pairing for each in made.scenarios} == {PAIRS[people]}
    assert [step for scenario in made.scenarios for step in played(scenario)] == []


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize("lifecycle", [None, "call", "chat"])
@pytest.mark.parametrize("people", [None, TWO])
@pytest.mark.parametrize("strength", STRENGTHS)
def test_suites_of_any_tables_cover_every_goal_and_pass_when_played_again(
    strength: str, people: Any, lifecycle: str | None
) -> None:
    made = generate(strength, people, lifecycle, count=10, composition=PHONE)
    assert (made.strength, made.covered) == (strength, made.goals)
    assert [step for scenario in made.scenarios for step in replayed(PHONE, scenario)] == []
    assert {each.lifecycle for each in made.scenarios} <= {lifecycle, "call", "chat"}


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize("composition", [IDLE, LOSING, REFUSING, WAITING, LAMP])
@pytest.mark.parametrize("strength", COVERING)
def test_odd_tables_are_covered_as_far_as_they_can_be(strength: str, composition: Composition) -> None:
    made = generate(strength, composition=composition)
    assert made.goals
    assert made.covered == made.goals


@pytest.mark.usefixtures("few_people")
def test_a_place_that_only_a_change_leads_to_takes_people_who_change() -> None:
    everyone, two = (generate("states", people, composition=PHONE) for people in (None, TWO))
    assert set(everyone.covered) - set(two.goals) == {"chat=away"}


@pytest.mark.usefixtures("few_people")
def test_walks_are_the_same_for_a_seed() -> None:
    def walks(seed: int) -> Suite:
        return generate("walks", seed=seed, count=5, length=20, composition=PHONE)

    assert walks(1) == walks(1)
    assert walks(1).scenarios[0].steps != walks(2).scenarios[0].steps
    assert [len(each.steps) for each in walks(1).scenarios] == [20] * 5


@pytest.mark.usefixtures("few_people")
def test_more_walks_begin_with_the_same_ones() -> None:
    some, more = (generate("walks", count=count, composition=PHONE).scenarios for count in (3, 6))
    assert more[:3] == some


@pytest.mark.usefixtures("few_people")
def test_walks_of_everyone_change_the_pairing_and_those_of_two_do_not() -> None:
    everyone, two = (generate("walks", people, composition=PHONE) for people in (None, TWO))
    assert any(step.pairing for each in everyone.scenarios for step in each.steps)
    assert not any(step.pairing for each in two.scenarios for step in each.steps)


def test_complete_for_two_is_one_machine_of_the_whole_conversation() -> None:
    made = generate("complete", TWO, composition=PHONE)
    assert [each.lifecycle for each in made.scenarios[:1]] == [None]
    assert made.goals == ("conversation, behaviour 1: 8 states, 15 inputs",)


def test_complete_for_two_who_may_change_fires_the_changes_too() -> None:
    two, changed = (generate("complete", TWO, becomes=to, composition=PHONE) for to in ([], [PAIRS["sfb>sfb"]]))
    assert [step.pairing for each in two.scenarios for step in each.steps if step.pairing] == []
    pairings = [step.pairing for each in changed.scenarios for step in each.steps if step.pairing]
    assert set(pairings) == {TWO, PAIRS["sfb>sfb"]}
    assert [step for scenario in changed.scenarios for step in replayed(PHONE, scenario)] == []


def test_with_extra_states_there_are_more_tests() -> None:
    bare, extra = (generate("complete", TWO, "chat", extra=n, composition=PHONE) for n in (0, 1))
    assert len(bare.scenarios) < len(extra.scenarios)


def behaviours(lifecycle: str) -> set[tuple[object, ...]]:
    """Every way that a lifecycle alone answers everybody, in every place, to everything."""
    player = Player(CONVERSATION, lifecycle)
    programs = {player.under(each) for each in Profiles(player.composition).pairing}
    asked = list(product(CONVERSATION.lifecycles[lifecycle].places, inputs(CONVERSATION, lifecycle)))
    return {tuple(answer(program.at((at,))[fired]) for at, fired in asked) for program in programs}


def answer(result: AnyOutcome | AnyRefusal) -> object:
    """All that is seen of it."""
    if isinstance(result, Refusal):
        return result.rule
    return result.at, result.effects, result.timers


@pytest.mark.parametrize("lifecycle", ["terminated_call", pytest.param("meeting", marks=pytest.mark.slow)])
def test_complete_suites_of_the_shorter_lifecycles_pass_when_played_again(lifecycle: str) -> None:
    made = generate("complete", lifecycle=lifecycle)
    assert len([goal for goal in made.goals if ", behaviour " in goal]) == len(behaviours(lifecycle))
    places = {at for each in made.scenarios for step in each.steps for at in step.expected.at}
    assert places == {(lifecycle, at) for at in CONVERSATION.lifecycles[lifecycle].places}
    player = Player(CONVERSATION, lifecycle)
    for each in made.scenarios[::200]:
        assert replayed(CONVERSATION, each) == []
        assert player.scenario(each.name, each.pairing, [s.pairing or (s.event, s.by) for s in each.steps]) == each


@pytest.mark.parametrize(
    "lifecycle",
    [pytest.param("call", marks=pytest.mark.slow), pytest.param("chat", marks=pytest.mark.exhaustive)],
)
def test_complete_suites_of_the_longer_lifecycles_pass_when_played_again(lifecycle: str) -> None:
    """The exhaustive one last ran on 26 November 2026."""
    made = generate("complete", lifecycle=lifecycle)
    assert made.covered == made.goals
    for each in made.scenarios[::500]:
        assert replayed(CONVERSATION, each) == []


EXHAUSTIVE = ("guards", "pairs", "profiles")


@pytest.mark.parametrize(
    "strength",
    [
        pytest.param(each, marks=pytest.mark.exhaustive if each in EXHAUSTIVE else pytest.mark.slow)
        for each in COVERING
        if each != "rows"
    ],
)
def test_suites_for_everyone_cover_every_goal_and_pass_on_the_engine(strength: str) -> None:
    """Of the exhaustive ones, guards last ran on 26 November 2026; pairs and profiles have yet to run to the end."""
    made = for_everyone(strength)
    assert made.covered == made.goals
    assert [step for scenario in made.scenarios for step in played(scenario)] == []


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize("people", [None, TWO])
@pytest.mark.parametrize("strength", STRENGTHS)
def test_progress_only_grows_and_ends_no_further_than_the_whole(strength: str, people: Any) -> None:
    told: list[tuple[int, int]] = []
    generate(strength, people, count=5, composition=PHONE, progress=lambda *now: told.append(now))
    shares = [done / of for done, of in told]
    assert shares == sorted(shares)
    assert shares[-1] <= 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            {"strength": "all"},
            "strength: 'all' is not one; use one of states, rows, guards, sneak, pairs, profiles, walks, complete",
        ),
        ({"lifecycle": "talk"}, "lifecycle: 'talk' is not one; use one of call, chat"),
        ({"length": 0}, "length: 0 is not accepted; use 1 or more"),
        ({"count": 0}, "count: 0 is not accepted; use 1 or more"),
        ({"extra": -1}, "extra: -1 is not accepted; use 0 or more"),
        ({"becomes": [TWO]}, "becomes: changes are inputs of the complete suite of a whole conversation only"),
        ({"strength": None}, "strength: None is not one; use one of states"),
        ({"strength": ["rows"]}, r"strength: \['rows'\] is not one; use one of states"),
        ({"strength": "a" * 5000}, r"strength: 'a{60}'\.\.\. \(5,000 characters\) is not one; use one of states"),
        (
            {"lifecycle": "a\n" * 2500},
            r"lifecycle: '(a\\n){30}'\.\.\. \(5,000 characters\) is not one; use one of call",
        ),
        ({"lifecycle": []}, r"lifecycle: \[\] is not one; use one of call, chat"),
        ({"lifecycle": ""}, "lifecycle: '' is not one; use one of call, chat"),
        ({"pairing": 5}, "pairing: 5 is not accepted; give a Pairing of users"),
        ({"becomes": 5}, "becomes: 5 is not accepted; give a list of pairings"),
        ({"becomes": "ab"}, "becomes: 'ab' is not accepted; give a list of pairings"),
        ({"becomes": [None]}, "pairing: None is not accepted; give a Pairing of users"),
        ({"length": True}, "length: True is not accepted; use 1 or more"),
        ({"length": 2.5}, "length: 2.5 is not accepted; use 1 or more"),
        ({"count": "7"}, "count: '7' is not accepted; use 1 or more"),
        ({"count": None}, "count: None is not accepted; use 1 or more"),
        ({"count": 10**12}, "count: 1000000000000 walks of 30 steps are too many; 10,000,000 steps are accepted"),
        ({"length": 10**5000}, "count: 100 walks of a number of 16,610 bits steps are too many"),
        ({"extra": 10**12, "strength": "complete", "pairing": TWO}, "extra: 1000000000000 is not accepted; use 8 or"),
        ({"seed": 0.5}, "seed: 0.5 is not accepted; use a whole number"),
        ({"seed": True}, "seed: True is not accepted; use a whole number"),
        ({"seed": None}, "seed: None is not accepted; use a whole number"),
        ({"seed": 1 << 64}, "seed: 18446744073709551616 is not accepted; use a number of 64 bits"),
        ({"composition": 5}, "composition: 5 is not accepted; give a Composition or a Specification"),
        ({"progress": 5}, "progress: 5 cannot be called; give a function of two numbers"),
    ],
)
def test_what_cannot_be_made_says_why(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        generate(**{"strength": "rows", "composition": PHONE, **arguments})


@pytest.mark.usefixtures("few_people")
def test_a_complete_suite_names_the_places_that_nobody_can_come_to() -> None:
    with pytest.raises(ValueError, match="lifecycle: nobody can come to left=c; take it out of the tables"):
        generate("complete", composition=IDLE)


def test_inputs_of_the_whole_conversation_are_every_event_by_everyone() -> None:
    assert everything(LAMP) == tuple(("press", party) for party in Party)


def test_two_pairings_of_one_profile_share_a_program() -> None:
    player = Player(PHONE)
    one, other = TWO, pair(TWO.originator.mode, TWO.recipient.mode, {"allow_user_chat": False})
    assert player.under(one) is player.under(other)
    assert len(player.programs) == 1


def test_the_package_has_only_what_it_says() -> None:
    assert [name for name in fsm.testing.__all__ if not hasattr(fsm.testing, name)] == []
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        fsm.testing.nothing  # noqa: B018  # asking is the test


def test_profiles_are_chosen_that_reach_goals_and_then_those_on_the_way_to_what_is_left() -> None:
    """Each goal by itself, as if the first ones chosen never reached it."""
    profiles = Profiles(PHONE, few(200))
    reach = Reach(Space(PHONE, profiles))
    goals = Goals(PHONE, "pairs")
    wanted = reach.goals(goals)
    assert len(wanted) > 30
    for goal in wanted:
        first, second = chosen({goal: wanted[goal]}, reach, goals)
        assert sum(1 << n for n in first) & wanted[goal]
        graph = Graph(goals, reach.space.program, {n: profiles.pairing[n] for n in second})
        assert tours(graph, [goal], lambda done, of: None), goal


def test_no_profile_is_on_the_way_to_what_nobody_comes_to() -> None:
    reach = Reach(Space(PHONE, Profiles(PHONE, few(200))))
    first, second = chosen({("nobody", "never"): 1}, reach, Goals(PHONE, "rows"))
    assert first
    assert second == []
