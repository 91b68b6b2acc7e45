"""Suites of sneak and of profiles for everyone, held against what is found by trying everything out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm import CONVERSATION
from fsm.engine.outcome import Outcome, Refusal
from fsm.engine.profile import Profile
from fsm.engine.program import Config
from fsm.notation import PARTIES, Change, Composition, Party, guards_of
from fsm.space.cases import Case, These
from fsm.space.profiles import Profiles
from fsm.space.reachable import Space
from fsm.spec.parties import Pairing
from fsm.spec.routing import views
from fsm.testing import Scenario, Suite, generate
from fsm.testing.making.asking import LONGEST, Asking
from fsm.testing.making.goals import Goals
from fsm.testing.making.play import Player
from fsm.testing.making.thorough import Thorough
from fsm.testing.making.votes import Votes
from fsm.verify.equivalence import Comparison
from fsm.verify.faults import Fault, faults
from tests.people import PAIRS
from tests.testing.conftest import for_everyone
from tests.testing.machines import CALM, LAMP, PHONE
from tests.testing.making.test_suites import replayed
from tests.verify.machines import few

if TYPE_CHECKING:
    from fsm.engine.outcome import AnyOutcome, AnyRefusal


Came = tuple[Config, Pairing, str, Party, "AnyOutcome | AnyRefusal"]
"""Where an event is fired, under which pairing, by whom, and what it comes to."""


@pytest.fixture(scope="module")
def people() -> list[Pairing]:
    """One pairing for each profile of few people."""
    return list(Profiles(PHONE, few(24)).pairing)


@pytest.fixture(scope="module")
def everything(people: list[Pairing]) -> list[Came]:
    """Every event by everyone in every place that they come to by events and by changes, tried out one by one."""
    player, found = Player(PHONE), []
    open_ = [(player.under(each).initial.config, each) for each in people]
    seen = set(open_)
    while open_:
        config, pairing = open_.pop()
        here = player.under(pairing).at(config)
        came = [(event, by, here[event, by]) for event in PHONE.events for by in Party]
        found += [(config, pairing, *each) for each in came]
        then = {(result.to.config, pairing) for _, _, result in came if result.to is not None}
        then |= {(player.changed(here, pairing, new).to.config, new) for new in people}
        open_ += then - seen
        seen |= then
    return found


def asked(suite: Suite) -> list[Came]:
    """Every event that a suite fires, and where."""
    player, found = Player(PHONE), []
    for scenario in suite.scenarios:
        now, here = scenario.pairing, player.under(scenario.pairing).initial
        for step in scenario.steps:
            if step.pairing:
                here, now = player.changed(here, now, step.pairing).to, step.pairing
            else:
                result = here[step.event, step.by]
                found.append((here.config, now, step.event, step.by, result))
                here = here if result.to is None else result.to
    return found


def reached(composition: Composition, suite: Suite) -> set[str]:
    """The goals of profiles that a suite reaches, found by playing it again."""
    pairings = list({each: None for scenario in suite.scenarios for each in pairings_of(scenario)})
    guards = guards_of(composition)
    seen = {each: dict(zip(PARTIES, views(each), strict=True)) for each in pairings}
    engine = Thorough(composition, These([Profile(guards, tuple(seen[each].values())) for each in pairings]))
    number = {each: n for n, each in enumerate(pairings)}
    goals, player = Goals(composition, "profiles"), Player(composition)
    found: set[str] = set()

    def otherwise(config: Config, case: Case, pairing: Pairing) -> str:
        for row, here in goals.after(config, case):
            if all(guard.test(seen[pairing][guard.whose(case.by, here)]) for guard in row.when):
                return str(row.id)
        return ""

    def add(config: Config, case: Case, pairing: Pairing) -> None:
        then = otherwise(config, case, pairing)
        found.update(goals.reached(config, case, (), then))
        with_guards = [
            f", {guard.name}{f' of the {party}' * (guard.about is not None)} {'holding' if holds else 'failing'}"
            for guard in guards
            for party, view in seen[pairing].items()
            if guard.about is not None or party is PARTIES[0]
            for holds in [guard.test(view)]
        ]
        standing = dict(zip(composition.lifecycles, config, strict=True))
        for name, row in goals.decisions(config, case, then):
            found.update(f"{name}{each}" for each in with_guards if row)
            for lifecycle, at in standing.items():
                if lifecycle != row.partition(".")[0] and (not row or row in case.rows):
                    found.add(f"{name}, while {lifecycle} is {at.state}")

    for scenario in suite.scenarios:
        now, here = scenario.pairing, player.under(scenario.pairing).initial
        for step in scenario.steps:
            config, old = here.config, now
            if step.pairing:
                here, now = player.changed(here, now, step.pairing).to, step.pairing
                old_view, new_view = views(old)[0], views(now)[0]
                sends = tuple(change.when(old_view, new_view) for change in composition.changes)
                cases = engine.changed(config, sends)
            else:
                result = here[step.event, step.by]
                here = here if result.to is None else result.to
                cases = tuple(case for case in engine.cases(config, step.event) if case.by is step.by)
            add(config, next(case for case in cases if case.mask >> number[now] & 1), now)
    return found


def pairings_of(scenario: Scenario) -> list[Pairing]:
    """Those that a scenario is under, one after the other."""
    return [scenario.pairing, *(step.pairing for step in scenario.steps if step.pairing)]


@pytest.mark.usefixtures("few_people")
def test_profiles_reach_what_they_say() -> None:
    made = generate("profiles", composition=PHONE)
    assert reached(PHONE, made) == set(made.goals)


@pytest.mark.exhaustive
def test_profiles_of_everyone_reach_what_they_say() -> None:
    """It has yet to run to the end."""
    made = for_everyone("profiles")
    assert reached(CONVERSATION, made) == set(made.goals)


def place(came: Came) -> tuple[object, ...]:
    """Where an event is asked, as far as it goes: the lifecycle it goes to, and what dispatch looks at on the way."""
    config, _, event, by, _ = came
    standing = dict(zip(PHONE.lifecycles, config, strict=True))
    row = next(row for row in PHONE.dispatch[event] if row.applies(standing, by))
    looked = tuple(standing[name].state for row in PHONE.dispatch[event] for name in row.while_)
    return standing.get(row.lifecycle), looked, (row.id, event, by)


def answer(came: Came) -> tuple[object, ...]:
    """All that is seen of it."""
    result = came[-1]
    if isinstance(result, Refusal):
        return "refused", result.rule
    return result.rows, result.effects, result.timers


def answers(all_: Iterable[Came]) -> dict[object, set[object]]:
    """The answers there are in each place."""
    found: dict[object, set[object]] = defaultdict(set)
    for came in all_:
        found[place(came)].add(answer(came))
    return found


@pytest.mark.usefixtures("few_people")
def test_sneak_fires_everything_that_must_be_refused_everywhere_by_everyone(everything: list[Came]) -> None:
    def refused(all_: Iterable[Came]) -> set[object]:
        return {(place(each)[::2], answer(each)) for each in all_ if isinstance(each[-1], Refusal)}

    made = generate("sneak", composition=PHONE)
    assert refused(asked(made)) == refused(everything)


@pytest.mark.usefixtures("few_people")
def test_sneak_names_place_event_actor_and_rule() -> None:
    goals = generate("sneak", composition=PHONE).goals
    assert {
        "call=ringing:originator hang_up by recipient refused by RTE-1",
        "call=ringing:recipient hang_up by service refused by no rule",
        "call=ringing:originator answer by recipient refused by LIM-1",
        "call=up timeout by service refused by no rule",
        "dispatch say.1 by service",
    } <= set(goals)
    assert not [goal for goal in goals if "call.up hang_up by originator" in goal]


@pytest.mark.usefixtures("few_people")
def test_profiles_ask_wherever_two_are_answered_differently_under_both(everything: list[Came]) -> None:
    made = generate("profiles", composition=PHONE)
    assert answers(asked(made)) == answers(everything)


@pytest.mark.usefixtures("few_people")
def test_profiles_fire_every_row_with_every_guard_holding_and_failing(everything: list[Came]) -> None:
    def met(all_: Iterable[Came]) -> set[object]:
        return {
            (row, by, guard.name, party, guard.test(view))
            for _, pairing, _, by, result in all_
            if isinstance(result, Outcome)
            for row in result.rows
            for guard in guards_of(PHONE)
            for party, view in zip(PARTIES, views(pairing), strict=True)
        }

    assert met(asked(generate("profiles", composition=PHONE))) == met(everything)


@pytest.mark.usefixtures("few_people")
def test_profiles_fire_every_row_while_every_sibling_stands_everywhere(everything: list[Came]) -> None:
    def met(all_: Iterable[Came]) -> set[object]:
        return {
            (row, by, at.state)
            for config, _, _, by, result in all_
            if isinstance(result, Outcome)
            for row in result.rows
            for at in config
        }

    assert met(asked(generate("profiles", composition=PHONE))) == met(everything)


@pytest.mark.usefixtures("few_people")
def test_profiles_name_a_guard_that_decides_alone() -> None:
    goals = generate("profiles", composition=PHONE).goals
    assert {
        "call.ringing.answer.1 guard 1, on_teams, fails alone for recipient",
        "call.ringing.answer.1 guard 1, on_teams, fails alone for recipient, on_teams of the originator holding",
        "call.ringing.answer.1 guard 1, on_teams, fails alone for recipient, on_teams of the originator failing",
        "call.none.dial.1 by recipient, while chat is away",
        "dispatch say.2 by originator, while call is up",
        "chat.open.moved.1 by service",
    } <= set(goals)


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize("strength", ["sneak", "profiles"])
def test_sequences_can_still_be_read(strength: str) -> None:
    made = generate(strength, composition=PHONE)
    most = max(len(each.steps) for each in made.scenarios)
    assert most < LONGEST + 2 * len(PHONE.events) * len(Party)


@pytest.mark.usefixtures("few_people")
@pytest.mark.parametrize(
    ("composition", "alike"), [(PHONE, 0.2), (LAMP, 0.2), (CALM, 0.4)], ids=["phone", "lamp", "calm"]
)
def test_profiles_find_every_fault_of_small_tables_of_any_kind(composition: Composition, alike: float) -> None:
    """What they do not find is proven to be none; only so large a share of what is put in is that."""
    negated = [~guard for guard in guards_of(composition)]
    comparison = Comparison(Space(composition, Profiles(composition, few(24), guards=negated)))
    suite = generate("profiles", composition=composition)
    missed = [each for each in faults(composition, one_in={}) if not found(suite, each)]
    told_alike = "change's sender mistaken: moved by originator: recipient"
    assert [each.name for each in missed if each.name != told_alike and different(comparison, each)] == []
    assert len(missed) < alike * len(list(faults(composition, one_in={})))


def different(comparison: Comparison, fault: Fault) -> bool:
    """Whether a fault is one."""
    return comparison.difference(fault.composition) is not None


def found(suite: Suite, fault: Fault) -> bool:
    """Whether a suite finds a fault."""
    try:
        return any(replayed(fault.composition, each) for each in suite.scenarios)
    except Exception:  # some faulty tables cannot go on
        return True


def test_a_change_that_is_told_of_nothing_cannot_be_asked_around() -> None:
    always = PHONE.changes[0]._replace(when=lambda old, new: True)
    with pytest.raises(ValueError, match="change moved: is sent where nothing changed; let it look at what did"):
        telling(always)


def telling(change: Change) -> Asking:
    composition = Composition(*PHONE.lifecycles.values(), dispatch=PHONE.dispatch, changes=(change,), rules=PHONE.rules)
    return Asking(Goals(composition, "sneak"), Profiles(composition, few(200)))


PROFILES = st.integers(0, 2**9 - 1)


@given(st.lists(PROFILES), PROFILES.filter(bool), PROFILES)
def test_votes_are_counted_for_all_at_once(masks: list[int], among: int, rather: int) -> None:
    votes = Votes()
    for mask in masks:
        votes.add(mask)
    counts = {n: sum(mask >> n & 1 for mask in masks) for n in range(9) if among >> n & 1}
    count, chosen = Votes(votes).most(among, rather)
    having = {n for n in counts if counts[n] == max(counts.values())}
    assert chosen in having
    assert count == counts[chosen]
    assert rather >> chosen & 1 or not any(rather >> n & 1 for n in having)


def test_two_people_have_one_profile_and_every_answer_it_gets() -> None:
    made = generate("profiles", PAIRS["teams>sfb"], composition=PHONE)
    assert made.covered == made.goals
    assert "call.none.dial.1 by originator" in made.goals
    assert not [goal for goal in made.goals if "holding" in goal]
