"""XState 5: a configuration takes the rows that the engine takes, and XState runs it as the engine runs."""

from __future__ import annotations

import json
import random
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

from fsm import CONVERSATION, LIFECYCLES, Conversation, Pairing, Party
from fsm.engine.conversation import PROGRAMS
from fsm.export import export, names
from fsm.export.possible import Possible
from fsm.export.xstate import config
from fsm.notation import At
from fsm.space.resolved import Raise, waits
from fsm.spec.routing import views
from tests.export import jury
from tests.export.xstate import holding, machine, steps, verdict
from tests.people import PAIRS

if TYPE_CHECKING:
    from fsm.spec.names import Event


SAMPLED = 30
"""Of so many profiles, one is exported by itself."""
SOME = ("teams>sfb", "sfb>teams", "teams>teams")
BY_NAME = cache(lambda: config(CONVERSATION))


def taken(exported: Any, places: dict[str, str], holds: frozenset[str], event: str) -> list[Any]:
    """What XState selects: in each region the first whose guard holds, or else the first at the root."""

    def held(guard: str | None) -> bool:
        if guard in exported["meta"]["guards"]:
            return all(map(held, exported["meta"]["guards"][guard]))
        if guard in exported["meta"]["siblings"]:
            return any(place.items() <= places.items() for place in exported["meta"]["siblings"][guard])
        return guard is None or guard in holds

    def first(node: Any) -> list[Any]:
        return [row for row in node["on"].get(event, ()) if held(row.get("guard"))][:1]

    regions = [exported["states"][name]["states"][place] for name, place in places.items()]
    return [row for region in regions for row in first(region)] or first(exported)


def heard(exported: Any) -> set[str]:
    """Every event that some state knows."""
    return {event for each in exported["states"].values() for state in each["states"].values() for event in state["on"]}


def written(talk: Conversation) -> dict[str, str]:
    return {name: names.place(at) for name, at in talk.places.items()}


def walked(pairing: Pairing, length: int = 5) -> list[Conversation]:
    """A conversation at every step of a random walk."""
    chance, talk, found = random.Random(1), Conversation(pairing), []
    for _ in range(length):
        found.append(Conversation.at(pairing, talk.places))
        if way := possible(talk, chance):
            talk.fire(*way)
    return found


def possible(talk: Conversation, chance: random.Random) -> tuple[Event, Party] | None:
    """Any event that is possible now."""
    return next((way for way in chance.sample(jury.ANYTHING, len(jury.ANYTHING)) if talk.may(*way)), None)


def selects_what_decides(exported: Any, name: str, holds: frozenset[str]) -> None:
    """In each place of a walk, for each event by those who may ever fire it: the same row, or none."""
    program, known = PROGRAMS.under(views(PAIRS[name])), heard(exported)
    for talk in walked(PAIRS[name]):
        for event in CONVERSATION.events:
            for by in Party:
                _, row = program.decide(tuple(talk.places.values()), event, by)
                found = taken(exported, written(talk), holds, names.event(event, by))
                accepted = [each["meta"]["row"] for each in found if "target" in each or "actions" in each]
                refused = {each["meta"]["row"] for each in found if "refused" in each["meta"]}
                if row is None or names.event(event, by) not in known:
                    assert (accepted, refused) == ([], set())
                else:
                    assert (accepted, refused) == (([], {row.id}) if row.refused else ([row.id], set()))


@pytest.mark.parametrize("name", PAIRS)
def test_the_transition_that_is_selected_is_the_row_that_decides(name: str) -> None:
    selects_what_decides(BY_NAME(), name, frozenset(holding(PAIRS[name])))


DISPATCHED = [event for event, rows in CONVERSATION.dispatch.items() if len(rows) > 1]
"""Events of which the siblings decide where they go, or that they are refused."""


@pytest.mark.parametrize("name", SOME)
def test_where_siblings_decide_it_is_what_the_dispatch_says_wherever_they_stand(name: str) -> None:
    exported, program = BY_NAME(), PROGRAMS.under(views(PAIRS[name]))
    known, holds, decided = heard(exported), frozenset(holding(PAIRS[name])), set[str]()
    for talk in walked(PAIRS[name], 200):
        for event, by in product(DISPATCHED, Party):
            _, row = program.decide(tuple(talk.places.values()), event, by)
            found = taken(exported, written(talk), holds, names.event(event, by))
            told = {each["meta"]["row"] for each in found if "goes" not in each["meta"]}
            assert told == ({row.id} if row and names.event(event, by) in known else set())
            decided |= told
    assert {event.partition(".")[0] for event in decided} & set(DISPATCHED), "some are refused by the dispatch"


@pytest.mark.parametrize("name", SOME)
def test_for_a_pairing_it_is_selected_without_guards(name: str) -> None:
    selects_what_decides(config(CONVERSATION, PAIRS[name]), name, frozenset())


@pytest.mark.parametrize("name", SOME)
def test_a_transition_leads_where_its_row_leads_and_does_what_it_does(name: str) -> None:
    anything = Possible(None, names.profile(PAIRS[name]))
    for lifecycle in LIFECYCLES.values():
        states = config(lifecycle, PAIRS[name])["states"]
        for at in lifecycle.places:
            for event in (*lifecycle.events, *lifecycle.signals):
                for by in Party:
                    signal = event in lifecycle.signals
                    type = names.signal(lifecycle.name, event, by) if signal else names.event(event, by)
                    rows = states[names.place(at)]["on"].get(type, ())
                    branches = anything.tried(lifecycle, at, event, by)
                    assert [each["meta"]["row"] for each in rows] == [each.row for each in branches]
                    for row, branch in zip(rows, branches, strict=True):
                        assert row["meta"].get("refused", "") == branch.refused
                        assert row.get("target") == (names.place(branch.to) if branch.to else None)
                        assert row.get("reenter", False) == (branch.to == at)
                        does: list[tuple[str, ...]] = [
                            ("signal", names.signal(*each)) if isinstance(each, Raise) else (each.effect, each.to)
                            for each in branch.does
                        ]
                        asked: list[tuple[str, ...]] = [
                            (a["type"], *a.get("params", {}).values()) for a in row.get("actions", ())
                        ]
                        accepted = not branch.refused
                        assert [each for each in asked if each[0] != "restart_timer"] == (
                            does or [("nothing",)] * (accepted and not branch.to)
                        )


def test_timers_are_those_that_run_in_a_state() -> None:
    for lifecycle in LIFECYCLES.values():
        states = config(lifecycle)["states"]
        for at in lifecycle.places:
            timers = states[names.place(at)]["meta"]["timers"]
            assert [(each["event"], each["seconds"], each.get("guards", [])) for each in timers] == [
                (f"{each.event}.service", each.seconds, [asked.name for asked in each.when])
                for each in waits(lifecycle, at)
            ]


def test_a_row_that_names_its_own_state_restarts_its_timers() -> None:
    (sent,) = config(LIFECYCLES["chat"])["states"]["native"]["on"]["send_text.originator"]
    assert sent["reenter"]
    assert sent["actions"][-1] == {
        "type": "where",
        "params": {
            "guards": ["has_sfb_side"],
            "action": {"type": "restart_timer", "params": {"event": "session_expired.service", "seconds": 600}},
        },
    }


def test_what_is_accepted_and_changes_nothing_is_not_taken_for_refused() -> None:
    states = config(LIFECYCLES["chat"])["states"]
    (accepted,) = states["one_sided_originator"]["on"]["close_chat.recipient"]
    assert accepted["actions"] == [{"type": "nothing"}]
    assert CONVERSATION.rows[accepted["meta"]["row"]].to is None
    (refused,) = states["one_sided_originator"]["on"]["open_persistent_chat.recipient"]
    assert "actions" not in refused


def test_a_place_is_named_by_whom_its_state_remembers_the_owner_first() -> None:
    on = config(LIFECYCLES["chat"])["states"]["offered_originator_recipient"]["on"]
    (declined,) = on["decline_meeting.originator"]
    assert declined["target"] == "interop_recipient", "the opener is kept, and there is no owner any more"
    assert "decline_meeting.recipient" not in on
    assert [(each["guard"], each["target"]) for each in on["session_expired.service"]] == [
        ("recipient_on_sfb", "one_sided_originator"),
        ("originator_on_sfb", "one_sided_recipient"),
    ]


def test_an_effect_for_some_is_done_where_its_guards_hold() -> None:
    (_, interop) = config(LIFECYCLES["call"])["states"]["ringing_originator"]["on"]["accept_call.recipient"]
    assert interop["guard"] == "recipient_may_call & originator_may_call & interop"
    assert {
        "type": "where",
        "params": {
            "guards": ["recipient_told_by_bar"],
            "action": {"type": "show_business_bar", "params": {"to": "recipient"}},
        },
    } in interop["actions"]


def test_a_change_brings_the_new_context_and_then_what_it_sends() -> None:
    exported = config(CONVERSATION)
    assert exported["on"]["change"] == [{"actions": [{"type": "adopt"}]}]
    assert [each["type"] for each in exported["meta"]["changes"]] == [
        names.signal(lifecycle.name, change.event, change.by)
        for change in CONVERSATION.changes
        for lifecycle in LIFECYCLES.values()
        if change.event in lifecycle.signals
    ]
    assert "change" not in config(CONVERSATION, PAIRS["teams>sfb"])["on"]


def test_two_people_are_told_and_no_guard_of_theirs_is_left() -> None:
    exported = config(LIFECYCLES["call"], PAIRS["teams>sfb"])
    assert exported["description"] == (
        "One-to-one call between ann@contoso.com (TeamsOnly) and bob@contoso.com (SfBOnly)"
    )
    assert '"guard' not in json.dumps(exported["states"])


@pytest.mark.parametrize("what", [CONVERSATION, *LIFECYCLES.values()])
def test_the_text_is_the_configuration_and_only_the_name_of_a_guard_is_longer_than_a_line(what: Any) -> None:
    text = export("xstate", what)
    assert json.loads(text) == config(what)
    assert [line for line in text.splitlines() if len(line) > 120 and " & " not in line] == []


def test_only_what_a_place_can_hear_is_in_it() -> None:
    states = config(LIFECYCLES["call"])["states"]
    assert {
        at.state for at in LIFECYCLES["call"].places if "accept_call.recipient" in states[names.place(at)]["on"]
    } == {"ringing", "ringing_draining", "ringing_draining_interop"}
    assert "accept_call.originator" not in states[names.place(At("ringing", Party.ORIGINATOR))]["on"]


@pytest.mark.external
def test_xstate_runs_the_conversation_as_the_engine_does(sequences: list[jury.Sequence]) -> None:
    found = verdict([machine(CONVERSATION), *map(steps, sequences)])
    jury.record("xstate, guards by name", "XState", found["version"], found["sequences"], len(found["disagreements"]))
    assert found["disagreements"] == []


@pytest.mark.external
@pytest.mark.parametrize(
    ("place", "event", "wrong"),
    [
        ("connected", "hold.originator", {"target": "on_hold_recipient"}),
        ("connected", "hold.originator", {"actions": []}),
        ("ringing_originator", "share_desktop.originator", {"target": "connected"}),
    ],
)
def test_a_fault_in_the_configuration_is_found(
    sequences: list[jury.Sequence], place: str, event: str, wrong: dict[str, object]
) -> None:
    faulty = machine(CONVERSATION)
    faulty["config"]["states"]["call"]["states"][place]["on"][event][-1].update(wrong)
    assert verdict([faulty, *map(steps, sequences)])["disagreements"] != []


@pytest.mark.external
def test_xstate_runs_what_two_people_can_do_as_the_engine_does(sequences: list[jury.Sequence]) -> None:
    found = verdict(
        line
        for n in range(0, len(sequences), SAMPLED * jury.PER_PROFILE)
        for line in (machine(CONVERSATION, sequences[n].pairing), *map(steps, sequences[n : n + jury.PER_PROFILE]))
    )
    jury.record("xstate, for a pairing", "XState", found["version"], found["sequences"], len(found["disagreements"]))
    assert found["disagreements"] == []
    assert found["sequences"] * SAMPLED >= len(sequences)


def changing(number: int, before: Pairing, after: Pairing) -> Any:
    """A line that tells a walk under one pairing that goes on under another."""
    chance, talk = random.Random(number), Conversation(before)
    trace: list[Any] = []
    for n in range(12):
        if n == 6:
            old, new = views(before)[0], views(after)[0]
            sent = (each for each in CONVERSATION.changes if each.when(old, new))
            heard = [
                {"type": names.signal(lifecycle.name, each.event, each.by)}
                for each in sent
                for lifecycle in LIFECYCLES.values()
                if each.event in lifecycle.signals
            ]
            effects = talk.change(after).effects
            trace.append(
                ([{"type": "change", "context": {"holds": holding(after)}}, *heard], True, written(talk), effects)
            )
        elif way := possible(talk, chance):
            effects = talk.fire(*way).effects
            trace.append((names.event(*way), True, written(talk), effects))
    return {"number": number, "holds": holding(before), "trace": trace}


@pytest.mark.external
def test_xstate_goes_on_under_a_new_pairing_as_the_engine_does() -> None:
    two = list(product(PAIRS.values(), PAIRS.values()))[::5]
    lines = [changing(n, *each) for n, each in enumerate(two)]
    found = verdict([machine(CONVERSATION), *lines])
    jury.record("xstate, changes of the pairing", "XState", found["version"], len(lines), len(found["disagreements"]))
    assert found["disagreements"] == []
