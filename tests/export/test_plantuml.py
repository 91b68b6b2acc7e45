"""PlantUML: every place and every row of the tables is in the diagram, and PlantUML's own parser reads it."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fsm import CONVERSATION, LIFECYCLES, Mode, Pairing, Participant
from fsm.draw.possible import reach
from fsm.export import What, export, names
from fsm.export.possible import steps
from tests.people import PAIRS

WHATS: dict[str, What] = {"conversation": CONVERSATION, **CONVERSATION.lifecycles}
ARROW = re.compile(r"^(\w+) --> (\w+) : (.*)$")


def places(text: str) -> set[str]:
    """The ids of the states that are declared, regions aside."""
    return set(re.findall(r'^state ".*" as (\w+)$', text, re.MULTILINE))


def rows(text: str) -> set[str]:
    """The ids of the rows that comments name."""
    return {row for line in re.findall(r"^' rows (.*)$", text, re.MULTILINE) for row in line.split()}


def arrows(text: str) -> dict[tuple[str, str], list[str]]:
    """The lines of each arrow, by source and target."""
    found = (ARROW.match(line) for line in text.splitlines())
    return {(arrow[1], arrow[2]): arrow[3].split("\\n") for arrow in found if arrow}


@dataclass
class Block:
    """A diagram, or a state with a diagram in it: what is written in it, by what it is about, and what is in it."""

    label: str = ""
    states: dict[str, str] = field(default_factory=dict)
    says: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)
    """The rows that a comment names, and then: a state, and what it says; an arrow; a note, and on which state."""
    regions: list[dict[str, Block]] = field(default_factory=lambda: [{}])
    ends: list[str] = field(default_factory=list)
    begins: list[str] = field(default_factory=list)


def read(text: str) -> Block:
    """A diagram, by a strict reader of the part of PlantUML that is written; anything else is an error."""
    first, version, title, compact, *lines, last = text.rstrip("\n").splitlines()
    assert (first, last, compact) == ("@startuml", "@enduml", "hide empty description")
    assert version.startswith("' specification ")
    assert title.startswith("title ")
    stack, rows = [Block()], tuple[str, ...]()
    following = iter(lines)
    for line in following:
        here = stack[-1]
        if line == "legend":
            assert "endlegend" in following, "the legend ends"
            continue
        if line == "--":
            here.regions.append({})
        elif line == "}":
            assert len(stack) > 1
            stack.pop()
        elif found := re.fullmatch(r'state (?:"([^"]*)" as )?(\w+) \{', line):
            stack.append(here.regions[-1].setdefault(found[2], Block(found[1] or "")))
        elif found := re.fullmatch(r'state "([^"]*)" as (\w+)', line):
            here.states[found[2]] = found[1]
        elif found := re.fullmatch(r"\[\*\] --> (\w+)", line):
            here.begins.append(found[1])
        elif found := re.fullmatch(r"(\w+) --> \[\*\]", line):
            here.ends.append(found[1])
        elif found := re.fullmatch(r"(\w+ --> \w+|\w+) : (.+)", line):
            if here.says and here.says[-1][:2] == (rows, found[1]):
                *_, before = here.says.pop()
                here.says.append((rows, found[1], f"{before}\n{found[2]}"))
            else:
                here.says.append((rows, found[1], found[2]))
        elif found := re.fullmatch(r"note left of (\w+)", line):
            told = []
            for said in following:
                if said == "end note":
                    break
                told.append(said)
            else:
                raise AssertionError("a note that does not end")
            here.says.append((rows, f"note {found[1]}", "\n".join(told)))
        else:
            found = re.fullmatch("' rows (.+)", line)
            assert found, line
            rows = tuple(found[1].split())
            continue
        if not re.match(r"\w+ : ", line):
            rows = ()
    assert len(stack) == 1, "every state that is opened is closed"
    return stack[0]


@pytest.mark.parametrize("name", LIFECYCLES)
def test_it_is_read_back_as_the_table_it_is_made_of(name: str) -> None:
    lifecycle, diagram = CONVERSATION.lifecycles[name], read(export("plantuml", CONVERSATION.lifecycles[name]))
    assert diagram.regions == [{}]
    for at in lifecycle.places:
        state = lifecycle.states[at.state]
        head, _, label = diagram.states[f"{name}_{names.place(at)}"].partition("\\n")
        who = ", ".join(f"{called}: {party}" for called, party in zip(state.remembers, at.remembered, strict=True))
        assert head == (f"{at.state} ({who})" if who else at.state)
        assert label.replace("\\n", " ") == state.label
    for cited, what, said in diagram.says:
        found = [lifecycle.rows[row] for row in cited]
        source, _, target = what.removeprefix("note ").partition(" --> ")
        states = {f"{name}_{names.place(at)}": at.state for at in lifecycle.places}
        if not cited:
            assert re.match(r"after \d+ s: ", said), said
        assert {row.id.split(".")[1] for row in found} <= {states[source]}
        for row in found:
            assert bool(row.refused) is what.startswith("note ")
            assert row.event in said
            assert bool(row.to) is bool(target)
            assert row.to in (None, states.get(target))


def test_the_conversation_is_one_state_with_a_region_for_each_lifecycle() -> None:
    whole = read(export("plantuml", CONVERSATION))
    [outer] = whole.regions
    assert list(outer) == ["conversation"]
    assert (whole.states, whole.says, whole.begins, whole.ends) == ({}, [], [], [])
    assert [list(region) for region in outer["conversation"].regions] == [[name] for name in LIFECYCLES]
    for region, (name, lifecycle) in zip(outer["conversation"].regions, LIFECYCLES.items(), strict=True):
        assert region[name].label == lifecycle.label
        assert set(region[name].states) == {f"{name}_{names.place(at)}" for at in lifecycle.places}


@pytest.mark.parametrize("name", LIFECYCLES)
def test_every_place_and_every_row_of_a_lifecycle_is_there(name: str) -> None:
    lifecycle = CONVERSATION.lifecycles[name]
    text = export("plantuml", lifecycle)
    assert places(text) == {f"{name}_{names.place(at)}" for at in lifecycle.places}
    assert rows(text) == set(lifecycle.rows)


@pytest.mark.parametrize("name", LIFECYCLES)
def test_it_begins_and_ends_where_the_lifecycle_does(name: str) -> None:
    lifecycle = CONVERSATION.lifecycles[name]
    ends = {at for at in lifecycle.places if lifecycle.states[at.state].final}
    text = export("plantuml", lifecycle)
    assert re.findall(r"^\[\*\] --> (.*)$", text, re.MULTILINE) == [f"{name}_{names.place(lifecycle.initial)}"]
    assert sorted(re.findall(r"^(.*) --> \[\*\]$", text, re.MULTILINE)) == sorted(
        f"{name}_{names.place(at)}" for at in ends
    )


@pytest.mark.parametrize("pairing", [None, "teams>sfb", "sfb>teams", "teams>teams"])
def test_an_arrow_is_where_a_step_leads_and_says_what_it_does(pairing: str | None) -> None:
    between = PAIRS[pairing] if pairing else None
    text = export("plantuml", CONVERSATION, between)
    expected: dict[tuple[str, str], set[str]] = {}
    for name, happens in steps(CONVERSATION, names.profile(between)).items():
        for at, found in happens.items():
            for step in found:
                if step.branch.to:
                    ends = f"{name}_{names.place(at)}", f"{name}_{names.place(step.branch.to)}"
                    expected.setdefault(ends, set()).add(step.event)
    drawn = arrows(text)
    assert drawn.keys() == expected.keys()
    for ends, events in expected.items():
        assert events <= set(" ".join(drawn[ends]).split())


@pytest.mark.parametrize("name", PAIRS)
def test_for_two_people_there_are_the_places_they_can_come_to(name: str) -> None:
    found, reached = steps(CONVERSATION, names.profile(PAIRS[name])), reach(PAIRS[name])
    assert {lifecycle: set(places) for lifecycle, places in found.items()} == reached.places
    fired = {step.branch.row for places in found.values() for each in places.values() for step in each}
    assert fired == set(reached.fired)


def test_the_conversation_is_four_regions_and_says_where_events_go() -> None:
    text = export("plantuml", CONVERSATION)
    assert text.splitlines().count("--") == 3
    assert [f'state "{each.label}" as {name} {{' in text for name, each in LIFECYCLES.items()] == [True] * 4
    legend = text[text.index("legend\n") :]
    assert "share_desktop, meet_now:\n  refused by ESC-8 while meeting is together" in legend
    assert "  to call while call is offered\n  to chat\n" in legend
    assert "refused by DEC-6 by recipient while chat is none and call is none" in legend
    assert "send_text" not in legend


def test_lines_read_event_actor_guards_effects() -> None:
    text = export("plantuml", CONVERSATION.lifecycles["call"])
    answered = " ".join(arrows(text)["call_ringing_originator", "call_connected"])
    assert (
        "accept_call by recipient [recipient_may_call, originator_may_call, same_platform] / "
        "stop_ringing to originator and recipient, connect_media to originator and recipient" in answered
    )
    assert "show_business_bar to originator if originator_told_by_bar" in answered
    assert "call_connected : add_video by originator / show_video to recipient" in text
    assert "call_ringing_originator : after 30 s: no_answer" in text
    assert "signal meeting_failed by originator or recipient" in " ".join(
        arrows(text)["call_escalating_originator", "call_connected"]
    )


def test_a_place_says_whom_it_remembers_and_as_what() -> None:
    lines = export("plantuml", CONVERSATION.lifecycles["chat"]).splitlines()
    for place, says in (
        ("native", "native"),
        ("interop_recipient", "interop (who opened it: recipient)"),
        ("escalated_recipient_originator", "escalated (initiator: recipient, who opened it: originator)"),
    ):
        label = CONVERSATION.lifecycles["chat"].states[says.partition(" ")[0]].label
        assert f'state "{says}\\n{label}" as chat_{place}' in lines


def test_refusals_are_notes() -> None:
    text = export("plantuml", CONVERSATION.lifecycles["call"])
    assert (
        "note left of call_on_hold_originator\nrefused by DEC-14: share_desktop, add_participant, meet_now, add_video\n"
        "end note" in text
    )


def test_for_two_people_only_what_is_possible_is_left() -> None:
    native = export("plantuml", CONVERSATION, PAIRS["teams>teams"])
    for two, left in (("teams>teams", {"none", "native"}), ("sfb>sfb", {"none", "native", "expired", "closed"})):
        assert places(export("plantuml", CONVERSATION.lifecycles["chat"], PAIRS[two])) == {
            f"chat_{state}" for state in left
        }
    assert "[" not in "".join(line for lines in arrows(native).values() for line in lines)
    assert "meeting_none" in places(native)
    assert "meeting_creating_originator" not in places(native)


def test_names_of_users_are_no_syntax() -> None:
    pairing = Pairing(Participant("a@enduml !include <x> **", Mode.TEAMS_ONLY), Participant("b__b", Mode.SFB_ONLY))
    text = export("plantuml", CONVERSATION.lifecycles["call"], pairing)
    assert text.count("@enduml") == 2
    assert (
        "title One-to-one call between a@enduml <U+0021>include <U+003C>x<U+003E> <U+002A><U+002A> "
        "(TeamsOnly) and b<U+005F><U+005F>b (SfBOnly)\n" in text
    )


@pytest.mark.external
def test_plantuml_reads_every_diagram(tmp_path: Path) -> None:
    if not shutil.which("plantuml"):
        pytest.skip("no plantuml: apt-get install --no-install-recommends plantuml")
    files = []
    for name, what in WHATS.items():
        for n, pairing in enumerate((None, *PAIRS.values())):
            files.append(tmp_path / f"{name}-{n}.puml")
            files[-1].write_text(export("plantuml", what, pairing))
    broken = tmp_path / "broken.puml"
    broken.write_text("@startuml\n[*] --> a\nnote left of nowhere to be seen ((\n@enduml\n")
    done = [
        subprocess.run(["plantuml", "-checkonly", *some], capture_output=True, text=True, check=False)
        for some in (files, [broken])
    ]
    assert done[1].returncode != 0
    assert done[0].returncode == 0, done[0].stderr
