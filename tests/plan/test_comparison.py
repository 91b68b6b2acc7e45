"""What is counted of kinds and fates is what looking at every pair of people one by one comes to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from random import Random
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pytest

from fsm import Pairing, Participant
from fsm.plan import QUESTIONS, Contacts, Crowd, Plan, answers, compare
from fsm.plan.comparison import ISLANDS_RULES, Comparison
from fsm.spec.parties import Mode
from tests.plan.organisations import BASE, crowds, moving, people, talking

Then: TypeAlias = tuple[Participant, Participant]
"""Somebody before and after."""


class Both(NamedTuple):
    """What two people come to before and after: what changes and why, and how it is then."""

    changes: tuple[tuple[str, str, str, str, str], ...]
    worse: bool
    reaches: bool
    barred: bool


@cache
def both(
    first: tuple[Participant, Participant], second: tuple[Participant, Participant], federates: bool | None
) -> Both:
    """The same of two people as they are before and after; ``federates`` is None within one organisation."""
    around: dict[str, Any] = {} if federates is None else {"scope": "federated", "federation_allowed": federates}
    was, now = (
        answers(Pairing(a.called("a@contoso.com"), b.called("b@contoso.com"), **around))
        for a, b in zip(first, second, strict=True)
    )
    changes, lost = [], False
    for each in QUESTIONS:
        old, new = was[each.name], now[each.name]
        if old.value == new.value or "-" in (old.value, new.value):
            continue
        worse = each.ranked and each.values.index(new.value) < each.values.index(old.value)
        why = old if each.ranked and not worse else new
        changes.append((each.name, old.value, new.value, why.rule, why.because))
        lost |= worse
    return Both(tuple(changes), lost, now["chat"].value != "none", now["route"].rule in ISLANDS_RULES)


class One(NamedTuple):
    """Somebody: what they are before and after, of which organisation, and whether that one federates."""

    facts: Then
    partner: str = ""
    federates: bool = True


def everybody(plan: Plan, users: Mapping[str, Participant], others: list[Crowd], wave: int) -> list[One]:
    """Each person by themselves, partners' too, before and after a wave."""
    now = dict(users)
    for each in plan.waves.waves[:wave]:
        before, now = now, {**now, **each.becomes}
    own = [One((before[name].called("?"), who.called("?"))) for name, who in now.items()]
    return own + [
        One((each.who.called("?"),) * 2, each.organisation, each.federates) for each in others for _ in range(each.size)
    ]


def brute(
    plan: Plan, users: Mapping[str, Participant], others: list[Crowd], contacts: Contacts, wave: int
) -> dict[str, Any]:
    """What a wave changes, by looking at every pair."""
    minutes: Counter[tuple[int, int]] = Counter()
    for a, b, length in zip(*(each.tolist() for each in contacts), strict=True):
        minutes[a, b] += length
    size = len(users)
    people = everybody(plan, users, others, wave)
    pairs: Counter[Any] = Counter()
    touched: dict[Any, set[int]] = defaultdict(set)
    lasted: Counter[Any] = Counter()
    lost: dict[int, set[int]] = defaultdict(set)
    reached: Counter[int] = Counter()
    barred = 0
    for n, first in enumerate(people):
        for m, second in enumerate(people):
            if n == m or (first.partner and second.partner):
                continue
            federates = None if first.partner == second.partner else first.federates and second.federates
            found = both(first.facts, second.facts, federates)
            reached[m] += found.reaches
            barred += found.barred
            for key in found.changes:
                pairs[key] += 1
                touched[key] |= {n, m} & set(range(size)) if n >= size or m >= size else {n, m}
                lasted[key] += minutes.get((n, m), 0)
            if found.worse:
                lost[n].add(m)
                lost[m].add(n)
    of: Counter[int] = Counter()
    for (a, b), length in minutes.items():
        if b in lost[a]:
            of[a] += length
            of[b] += length
    return {
        "changes": {key: (pairs[key], len(touched[key]), lasted[key]) for key in pairs},
        "losing": {n: len(lost[n]) for n in range(size)},
        "minutes": {n: of[n] for n in range(size)},
        "unreachable": [n for n in range(size) if not reached[n]],
        "islands": barred,
    }


def counted(step: Comparison) -> dict[str, Any]:
    """The same by kinds."""
    size = step.people.home
    losing, _ = step.others()
    minutes = step.minutes_lost
    assert minutes is not None
    return {
        "changes": {
            (each.question, each.was, each.now, each.rule, each.because): (
                each.count.pairs, each.count.people, each.count.minutes,
            )
            for each in step.changes()
        },
        "losing": {n: int(losing[step.fate[n]]) for n in range(size)},
        "minutes": {n: minutes[n] for n in range(size)},
        "unreachable": list(step.unreachable()),
        "islands": step.islands().pairs,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("size", "seed"), [(40, 1), (60, 2), *(pytest.param(size, size, marks=pytest.mark.slow) for size in (90, 2000))]
)
def test_every_number_is_that_of_looking_at_every_pair(size: int, seed: int) -> None:
    chance = Random(seed)
    users, others = people(chance, size), crowds(chance)
    waves, contacts = moving(chance, users, 3 if size < 1000 else 1), talking(chance, size, 4 * size)
    plan = Plan(users, waves, crowds=others, contacts=contacts, edition=BASE)
    for n, stage in enumerate(plan.stages, 1):
        assert counted(stage.step) == brute(plan, users, others, contacts, n)


def test_nothing_changes_where_nobody_moves() -> None:
    users = people(Random(5), 30)
    step = compare(users, users)
    assert (step.changes(), step.endings()) == ((), ())
    assert not step.moved.any()
    assert not any(each.any() for each in step.others())


def test_two_states_are_compared_as_mappings() -> None:
    adele, grady = (
        Participant(f"{name}@contoso.com", mode) for name, mode in (("a", Mode.TEAMS_ONLY), ("g", Mode.SFB_ONLY))
    )
    moved = Participant("g@contoso.com", Mode.TEAMS_ONLY)
    step = compare({"a@contoso.com": adele, "g@contoso.com": grady}, {"g@contoso.com": moved})
    gained = {(each.question, each.was, each.now): each.count.pairs for each in step.changes() if each.way == "gained"}
    assert gained["chat", "plain text", "full"] == 2
    assert not any(each.way == "lost" for each in step.changes())
    with pytest.raises(ValueError, match=r"^after: 'x@contoso.com' is nobody of before; give the same people$"):
        compare({"a@contoso.com": adele}, {"x@contoso.com": adele})


def test_what_is_lost_comes_first_and_the_most_frequent_of_it() -> None:
    chance = Random(6)
    users = people(chance, 80)
    found = Plan(users, moving(chance, users), edition=BASE).whole.changes()
    assert [each.way for each in found] == sorted(
        (each.way for each in found), key=["lost", "gained", "different"].index
    )
    for way in ("lost", "gained", "different"):
        pairs = [each.count.pairs for each in found if each.way == way]
        assert pairs == sorted(pairs, reverse=True)


def test_a_fix_names_whom_it_is_about_and_what_to_do() -> None:
    lee = Participant("lee@contoso.com", Mode.SFB_ONLY, allow_user_chat=False)
    users = {
        each.address: each for each in (lee, *(Participant(f"t{n}@contoso.com", Mode.TEAMS_ONLY) for n in range(3)))
    }
    moved = Participant("lee@contoso.com", Mode.TEAMS_ONLY, allow_user_chat=False)
    step = compare(users, {"lee@contoso.com": moved})
    fix = step.fixes()[0]
    assert (fix.rule, fix.guard, fix.count.people, fix.count.pairs, fix.new) == ("POL-1", "may_chat", 1, 6, 6)
    assert fix.remedy == "an admin assigns a messaging policy with AllowUserChat true"
    assert fix.questions == ("chat", "files", "sharing", "group")
    assert step.unreachable() == (0,)


def test_islands_are_told_apart_from_what_else_bars() -> None:
    users = {
        "n@contoso.com": Participant("n@contoso.com", Mode.ISLANDS),
        "g@contoso.com": Participant("g@contoso.com", Mode.SFB_ONLY),
    }
    step = compare(users, {})
    assert step.islands().pairs == 1  # from Teams to SfB; the other way both are on SfB
    fix = step.fixes()[0]
    assert (fix.rule, fix.count.people, fix.count.pairs) == ("INT-4", 1, 1)


def test_columns_are_tallied() -> None:
    chance = Random(7)
    users = people(chance, 60)
    where = [chance.choice(["Sales", "IT", ""]) for _ in users]
    contacts = talking(chance, 60, 300)
    plan = Plan(users, moving(chance, users), columns={"Department": where}, contacts=contacts, edition=BASE)
    step = plan.whole
    losing, gaining = ((each > 0)[step.fate] for each in step.others())
    minutes = step.minutes_lost
    assert minutes is not None
    for each in step.tally("Department"):
        some = np.array([value == each.value for value in where])
        assert (each.people, each.moved) == (some.sum(), (some & step.moved).sum())
        assert (each.losing, each.gaining) == ((some & losing).sum(), (some & gaining).sum())
        assert each.minutes == pytest.approx(minutes[some].sum())
    assert sum(each.people for each in step.tally("Department")) == 60


def test_nobody_at_all_is_compared_too() -> None:
    plan = Plan({}, moving(Random(1), {}))
    assert (plan.whole.islands().pairs, plan.whole.unreachable()) == (0, ())
    assert (plan.whole.changes(), plan.whole.fixes(), plan.whole.endings()) == ((), (), ())
    assert plan.degradation == 0


def test_contacts_are_the_same_however_many_pairs_of_courses_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(8)
    users, contacts = people(chance, 60), talking(chance, 60, 200)
    waves = moving(chance, users)
    found = []
    for dense in (1 << 22, 1):
        monkeypatch.setattr("fsm.plan.people.DENSE", dense)
        plan = Plan(users, waves, contacts=contacts, edition=BASE)
        assert len(plan.courses.sizes) ** 2 > 200
        found.append([each.step.changes() for each in plan.stages])
    assert found[0] == found[1]
