"""What is said of a plan holds of the two people it is said of; data, files and pages say the same."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from random import Random
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import numpy as np
import pytest
from pyarrow import parquet  # type: ignore[import-untyped]

from fsm import Conversation, Participant, route
from fsm.engine.address import Fires
from fsm.engine.reach import standings
from fsm.plan import (
    QUESTIONS,
    Plan,
    Wave,
    Waves,
    answers,
    page,
    persons,
    read_waves,
    report,
    schema,
    waves_csv,
    write_csv,
    write_parquet,
)
from fsm.plan.groups import groups
from fsm.plan.letters import letters
from fsm.readers.tenant import UnknownUser, contoso
from fsm.spec.conversation import LIFECYCLES
from fsm.spec.parties import Mode
from tests.plan.links import read_link
from tests.plan.organisations import BASE, crowds, moving, people, talking


def organisation(seed: int, size: int = 120) -> Plan:
    chance = Random(seed)
    users = people(chance, size)
    where = [chance.choice(["Sales", "IT"]) for _ in users]
    return Plan(
        users,
        moving(chance, users),
        crowds=crowds(chance),
        columns={"Department": where},
        contacts=talking(chance, size, 400),
        edition=BASE,
    )


PLAN = organisation(1)
FOUND = report(PLAN)


def two(chance: Random, plan: Plan) -> tuple[str, str]:
    first, second = chance.sample(plan.people.addresses[: plan.people.home], 2)
    return first, second


def test_a_thousand_statements_are_what_route_and_the_engine_say() -> None:
    chance = Random(2)
    names = [each.name for each in PLAN.waves.waves]
    for _ in range(1000):
        first, second = two(chance, PLAN)
        wave = chance.choice(names)
        found = PLAN.why(first, second, wave)
        for pairing, side in ((found.before, "was"), (found.after, "now")):
            said = {each.question.name: getattr(each, side) for each in found.reasons}
            assert said["route"].value == route(pairing).kind
            assert said == answers(pairing)
            talk = Conversation(pairing)
            refusal = talk.why_not("call_audio", "originator")
            assert (said["voice"].value == "no", said["voice"].because) == (
                refusal is not None, refusal.message if refusal else "",
            )  # fmt: skip
        assert (found.before == found.after) == (found.changes == "")


def test_what_is_said_of_open_conversations_is_what_change_does() -> None:
    chance, checked = Random(3), 0
    step = PLAN.stages[0].step
    while checked < 20:
        first, second = two(chance, PLAN)
        found = PLAN.why(first, second, "1")
        if found.before == found.after:
            continue
        checked += 1
        said = {(each.turn.lifecycle, each.turn.was, each.turn.now) for each in step.endings()}
        for config in chance.sample([*standings(found.before)], 12):
            talk = Conversation.at(found.before, dict(zip(LIFECYCLES, config, strict=True)))
            for at, (name, to) in zip(config, talk.change(found.after).at, strict=True):
                assert at.state == to.state or (name, at.state, to.state) in said


def test_a_story_plays_the_change_in_the_explorer_as_it_is_told() -> None:
    chance = Random(4)
    for _ in range(200):
        found = PLAN.why(*two(chance, PLAN))
        pairing, steps = read_link(found.story)
        assert pairing == found.before
        assert [each for each in steps if not isinstance(each, Fires)] == [found.after] * (found.before != found.after)


def test_why_says_what_is_wrong_with_what_is_asked() -> None:
    first = PLAN.people.addresses[0]
    with pytest.raises(ValueError, match=r"^'p0@contoso.com' is both; give two$"):
        PLAN.why(first, "P0@contoso.com")
    with pytest.raises(ValueError, match=r"^wave: '9' is not accepted; use one of 1, 2, 3$"):
        PLAN.why(first, "p1@contoso.com", "9")
    with pytest.raises(KeyError):
        PLAN.why(first, "nobody@contoso.com")
    users = contoso()
    plan = Plan(users, Waves(()))
    assert plan.why("sip:jlorenz@contoso.com", "adele.vance@contoso.com").before.originator.mode == "SfBOnly"
    with pytest.raises(UnknownUser, match=r"did you mean adele.vance@contoso.com"):
        plan.why("adele.vanc@contoso.com", "grady.archie@contoso.com")


def test_the_report_is_data_of_its_schema() -> None:
    data = json.loads(json.dumps(FOUND.as_dict()))
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(data, schema())
    assert [each["name"] for each in data["waves"]] == ["1", "2", "3"]
    assert data["degradation"] == PLAN.degradation == sum(each.weeks * each.since for each in FOUND.waves)
    assert (data["people"], data["partners"], data["contacts"]) == (120, 11, 400)


def test_progress_is_told() -> None:
    seen: list[tuple[int, int]] = []
    report(PLAN, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 3), (1, 3), (2, 3)]


def test_without_contacts_pairs_stand_for_minutes() -> None:
    chance = Random(5)
    users = people(chance, 30)
    plan = Plan(users, moving(chance, users), edition=BASE)
    found = report(plan)
    assert found.contacts is None
    assert all(each.count.minutes is None for each in found.whole.changes)
    assert found.degradation == sum(each.weeks * each.since.count(each.since.lost).pairs for each in plan.stages)
    assert next(iter(persons(plan))).minutes is None


def test_persons_are_what_the_comparison_says() -> None:
    losing, gaining = PLAN.whole.others()
    minutes = PLAN.whole.minutes_lost
    assert minutes is not None
    for n, each in enumerate(persons(PLAN)):
        fate = PLAN.whole.fate[n]
        assert (each.losing, each.gaining, each.minutes) == (losing[fate], gaining[fate], minutes[n])
        assert each.waves == tuple(wave.name for wave in PLAN.waves.waves if each.address in wave.becomes)
    assert [each.address for each in persons(PLAN, [3])] == [PLAN.people.addresses[3]]


def test_letters_tell_each_of_a_group_the_same_and_everybody_who_sees_something() -> None:
    step = PLAN.stages[0].step
    found = letters(step, "1")
    losing, gaining = step.others()
    seeing = (losing + gaining)[step.fate[: step.people.home]] > 0
    moved = step.moved[: step.people.home]
    assert sum(each.people for each in found) == int((seeing | moved).sum())
    for each in found:
        assert each.text.startswith("With wave 1, ")
        for others in each.others:
            for line in others.lines:
                assert line.rule in each.text or line.way == "gained"


def test_what_a_letter_says_is_so() -> None:
    users = {
        "g@contoso.com": Participant("g@contoso.com", Mode.SFB_ONLY),
        "h@contoso.com": Participant("h@contoso.com", Mode.SFB_ONLY),
        "t@contoso.com": Participant("t@contoso.com", Mode.TEAMS_ONLY),
    }
    moved = Participant("g@contoso.com", Mode.TEAMS_ONLY)
    plan = Plan(users, _waves({"g@contoso.com": moved}), edition=BASE)
    to_g = next(each for each in letters(plan.whole, "Friday") if each.addresses == ("g@contoso.com",))
    assert to_g.text.splitlines()[:4] == [
        "With wave Friday, you move from SfBOnly to TeamsOnly.",
        "",
        "With 1 person in SfBOnly:",
        "- chat in plain text only, until now chat with formatted text. Markdown, rich text, the full set of "
        "emoticons and Teams' compose features do not cross, either way. (LIM-1)",
    ]
    assert "With 1 person in TeamsOnly:\n- chat with formatted text, until now chat in plain text only." in to_g.text


def test_a_letter_says_what_changes_besides_modes() -> None:
    users = {f"{name}@contoso.com": Participant(f"{name}@contoso.com", Mode.TEAMS_ONLY) for name in "ab"}
    quiet = Participant("a@contoso.com", Mode.TEAMS_ONLY, allow_user_chat=False)
    to_b, to_a = sorted(
        letters(Plan(users, _waves({"a@contoso.com": quiet}), edition=BASE).whole, "1"), key=str, reverse=True
    )
    texts = {each.addresses[0]: each.text.splitlines() for each in (to_a, to_b)}
    assert texts["a@contoso.com"][0] == "With wave 1, your allow user chat becomes false."
    assert texts["b@contoso.com"][0] == "With wave 1, others change, and you stay in TeamsOnly."
    assert texts["b@contoso.com"][2] == "With 1 person in TeamsOnly, whose client, policies or accounts change:"


def _waves(becomes: dict[str, Participant]) -> Waves:
    return Waves((Wave("1", 1.0, becomes),))


def test_groups_hold_everybody_and_every_pair_once() -> None:
    for state in range(4):
        step = PLAN.between(max(0, state - 1), state)
        found, between = groups(step)
        assert sum(each.people for each in found) == PLAN.people.sizes.sum()
        assert sum(each.pairs for each in between.values()) == step.pairs.sum()


def test_waves_are_written_as_they_are_read(tmp_path: Path) -> None:
    users = contoso()
    path = tmp_path / "waves.csv"
    path.write_text("address,wave,mode\ngrady.archie@contoso.com,2,TeamsOnly\nnestor.wilke@contoso.com,1,TeamsOnly\n")
    found = read_waves(path, users)
    path.write_text(waves_csv(found))
    assert read_waves(path, users).waves == found.waves


def test_a_row_for_each_person_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    name = "=cmd|' /C calc'!A0@contoso.com"
    users = {name: Participant(name, Mode.SFB_ONLY), "b@contoso.com": Participant("b@contoso.com", Mode.SFB_ONLY)}
    plan = Plan(users, _waves({}), columns={"Department": ["+1", "Sales"]}, edition=BASE)
    write_csv(plan, tmp_path / "plan.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "plan.csv").read_text("utf-8-sig"))))
    assert rows[0][:3] == ["Department", "address", "waves"]
    assert rows[1][:2] == ["'+1", f"'{name}"]
    assert len(rows) == 3
    write_parquet(plan, tmp_path / "plan.parquet")
    table = parquet.read_table(tmp_path / "plan.parquet").to_pylist()
    assert [each["address"] for each in table] == list(users)
    assert table[0]["Department"] == "+1"  # nothing runs there


def test_the_page_is_one_file_that_lets_nothing_in() -> None:
    name = "</script><script>alert(1)</script>@contoso.com"
    users = {name: Participant(name, Mode.SFB_ONLY), "b@contoso.com": Participant("b@contoso.com", Mode.SFB_ONLY)}
    plan = Plan(users, _waves({}), columns={"{js}": ["{data}", "<b>"]}, edition=BASE)
    found = page(plan, report(plan))
    assert found.count("<script>") == 1
    assert "alert(1)</script>" not in found
    assert "default-src 'none'" in found
    assert not re.search(r"""(?:src|href)=["'](?!#)""", found.partition("<script")[0])


def test_the_page_has_every_answer() -> None:
    found = page(PLAN, FOUND)
    data = json.loads(re.search(r'<script type="application/json" id="plan">(.*?)</script>', found, re.S)[1])  # type: ignore[index]
    size = len(data["kinds"])
    table = np.array(data["table"]).reshape(size, size)
    chance = Random(9)
    rows = {each[0]: each for each in data["people"]}
    for _ in range(300):
        pair = two(chance, PLAN)
        state = chance.randrange(data["states"])
        kinds = [_kind(rows[each], state) for each in pair]
        case = data["cases"][table[kinds[0], kinds[1]]]
        n, m = (PLAN.people.index[each] for each in pair)
        wanted = PLAN.kinds.cases[PLAN.kinds.table(PLAN.states[state][[n]], PLAN.states[state][[m]])[0, 0]].answers
        assert {each.name: case[each.name]["value"] for each in QUESTIONS} == {
            name: each.value for name, each in wanted.items()
        }


def _kind(row: list[Any], state: int) -> int:
    kind: int = row[2]
    for at, then in zip(row[3::2], row[4::2], strict=True):
        if at <= state:
            kind = then
    return kind


def test_what_surrounds_people_is_checked_against_them() -> None:
    users = {"g@contoso.com": Participant("g@contoso.com", Mode.SFB_ONLY, homing="on-prem")}
    with pytest.raises(ValueError, match=r"^topology: online does not fit 'g@contoso.com', homed on-prem; use hybrid"):
        Plan(users, _waves({}), topology="online")
