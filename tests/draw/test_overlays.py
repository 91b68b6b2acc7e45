"""What two people can do, runs, coverage and differences: each marks what the engine says, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fsm
from fsm import CONVERSATION, EDITIONS, LIFECYCLES, RULES, Client, IslandsInterop, Mode, Pairing, Participant, Scope
from fsm.draw import Edited, Picture, coverage, difference, editions, for_pairing, matrix, path, render
from fsm.draw.picture import Cell, Line, Mark
from fsm.draw.possible import reach
from fsm.engine import known
from fsm.engine.conversation import PROGRAMS
from fsm.notation import Composition, Lifecycle, Party, on, state
from fsm.spec.routing import views
from tests.draw.reading import Drawing, mermaid

ANNA = Participant("anna@contoso.example", Mode.TEAMS_ONLY)
BEN = Participant("ben@contoso.example", Mode.SFB_ONLY)
CARA = Participant("cara@contoso.example", Mode.TEAMS_ONLY)
INTEROP = Pairing(ANNA, BEN)
STORY = "open_chat originator, send_file recipient, share_desktop originator, accept_meeting originator"


def lines_of(picture: Picture, row: str) -> list[Line]:
    return [line for line in picture.lines() if row in line.rows]


def mark_of(picture: Picture, row: str) -> Mark:
    (mark,) = {line.mark for line in lines_of(picture, row)}
    return mark


def states(picture: Picture) -> dict[str, Mark]:
    return {node.id: node.mark for node in picture.nodes if not node.gathers}


def run(pairing: Pairing, story: str) -> list[fsm.Outcome | fsm.Refusal]:
    conversation = fsm.Conversation(pairing)
    found: list[fsm.Outcome | fsm.Refusal] = []
    for step in story.split(","):
        event, by = step.split()
        way = known.event(event), known.party(by)
        found.append(conversation.why_not(*way) or conversation.fire(*way))
    return found


def test_what_two_people_cannot_do_is_grey_with_the_rule() -> None:
    picture = for_pairing(LIFECYCLES["chat"], replace(INTEROP, originator=replace(ANNA, allow_private_meet_now=False)))
    (line,) = lines_of(picture, "chat.interop.share_desktop.1")
    assert (line.mark, line.note) == (Mark.DIM, "TMS-11")
    (line,) = lines_of(picture, "chat.interop.share_desktop.2")
    assert (line.mark, line.who) == (Mark.PLAIN, "recipient")
    assert "(TMS-11)" in Drawing(render(picture, "svg")).text
    assert states(picture)["interop"] is Mark.PLAIN
    assert states(picture)["native"] is Mark.DIM
    assert "not allow_private_meet_now" in picture.says


def test_a_row_that_an_earlier_one_always_precedes_has_no_rule() -> None:
    assert [
        line.note for line in lines_of(for_pairing(LIFECYCLES["meeting"], INTEROP), "meeting.invited.join_meeting.2")
    ] == [""]


def test_an_owner_is_told_with_the_party_it_can_only_be() -> None:
    (line,) = lines_of(for_pairing(LIFECYCLES["chat"], INTEROP), "chat.offered.accept_meeting.1")
    assert line.who == "initiator, the originator"


@pytest.mark.parametrize(
    "people", [INTEROP, Pairing(ANNA, CARA), Pairing(BEN, ANNA)], ids=["to SfB", "Teams", "from SfB"]
)
def test_rows_that_a_conversation_fires_are_never_grey(people: Pairing) -> None:
    found = reach(people)
    conversation = fsm.Conversation(people)
    for n in range(15):
        ways = conversation.available()
        outcome = conversation.fire(*ways[n * 7 % len(ways)])
        assert set(outcome.rows) <= set(found.fired)
        assert all(place in found.places[name] for name, place in conversation.places.items())


def test_a_profile_is_as_good_as_a_pairing() -> None:
    profile = PROGRAMS.under(views(INTEROP)).profile
    assert reach(profile) is reach(INTEROP)
    picture = difference(profile, PROGRAMS.under(views(Pairing(ANNA, CARA))).profile)
    assert picture.notes[-2] == f"before: profile {profile.bits:x}"


def test_a_run_is_numbered() -> None:
    picture = path(LIFECYCLES["chat"], run(INTEROP, STORY), title="a story")
    assert picture.title == "One-to-one chat: a story"
    numbers = {row: line.note for line in picture.lines() if line.mark is Mark.RUN for row in line.rows}
    assert numbers == {
        "chat.none.open_chat.2": "1",
        "chat.interop.send_file.2": "2",
        "chat.interop.share_desktop.1": "3",
        "chat.offered.accept_meeting.1": "4",
    }
    run_through = {name for name, mark in states(picture).items() if mark is Mark.RUN}
    assert run_through == {"none", "interop", "offered", "escalated"}
    assert {line.mark for line in picture.lines()} == {Mark.RUN, Mark.DIM}
    mermaid(render(picture, "mermaid"))


def test_a_run_can_be_given_as_rows_and_passes_siblings_over() -> None:
    rows = ["chat.none.open_chat.2", "chat.interop.send_text.1", "meeting.none.start.1", "chat.interop.send_text.1"]
    picture = path(LIFECYCLES["chat"], rows, detail="full")
    (line,) = lines_of(picture, "chat.interop.send_text.1")
    assert line.note == "2, 4"
    assert "4 events" in picture.says


def test_a_refusal_without_a_row_is_a_step_all_the_same() -> None:
    picture = path(LIFECYCLES["call"], [*run(INTEROP, "hang_up originator"), "call.none.call_audio.2"])
    assert lines_of(picture, "call.none.call_audio.2")[0].note == "2"


def test_counts_are_shown_and_the_unused_is_grey() -> None:
    picture = coverage(
        LIFECYCLES["terminated_call"], {"terminated_call.none.call_ended.1": 1234, "chat.none.open_chat.1": 9}
    )
    assert [line.note for line in lines_of(picture, "terminated_call.none.call_ended.1")] == ["1,234"]
    assert picture.says == "1 of 20 rows used, 1,234 times in all"
    assert {name for name, mark in states(picture).items() if mark is Mark.PLAIN} == {"none", "ended"}
    nothing = coverage(LIFECYCLES["terminated_call"], {})
    assert {line.mark for line in nothing.lines()} == {Mark.DIM}


@pytest.mark.parametrize(
    "draw", [lambda: path(LIFECYCLES["chat"], ["chat.no"]), lambda: coverage(LIFECYCLES["chat"], {"chat.no": 1})]
)
def test_an_unknown_row_is_named(draw: object) -> None:
    with pytest.raises(
        ValueError, match=r"row: 'chat.no' is no row of the specification; ids read like 'chat.none.open_chat.1'"
    ):
        draw()  # type: ignore[operator]


def test_meet_now_off_takes_the_ways_from_teams_and_no_others() -> None:
    off = Pairing(replace(ANNA, allow_private_meet_now=False), BEN)
    picture = difference(INTEROP, off)
    removed = {row for line in picture.lines() if line.mark is Mark.REMOVED for row in line.rows}
    assert removed == {
        "chat.interop.share_desktop.1",
        "chat.interop.meet_now.1",
        "chat.one_sided.share_desktop.1",
        "chat.one_sided.meet_now.1",
        "chat.one_sided.add_participant.1",
        "chat.offered.accept_meeting.1",
        "chat.offered.close_chat.2",
    }
    assert mark_of(picture, "chat.interop.send_text.1") is Mark.PLAIN
    (line,) = lines_of(picture, "chat.offered.decline_meeting.1")
    assert (line.mark, line.note) == (Mark.CHANGED, "was originator, recipient")
    back = difference(off, INTEROP)
    assert {row for line in back.lines() if line.mark is Mark.ADDED for row in line.rows} == removed
    assert "\u2212" in Drawing(render(picture, "svg")).text


def test_states_come_and_go_with_the_people() -> None:
    emil = Participant("emil@contoso.example", Mode.ISLANDS)
    strict, lax = Pairing(emil, BEN), Pairing(emil, BEN, islands_interop=IslandsInterop.AS_ROUTED)
    assert states(difference(strict, lax))["interop"] is Mark.ADDED
    assert states(difference(lax, strict))["interop"] is Mark.REMOVED
    assert states(difference(lax, strict))["none"] is Mark.PLAIN
    assert states(difference(lax, strict))["native"] is Mark.DIM


def small(*extra: object, cites: str = "NAT-3", drop: bool = False) -> Composition:
    """A composition of one little lifecycle, in a version of its own."""
    waiting = state(
        "idle", "Nothing", on("start", to="busy", cites=cites), on("fall", to="gone", cites="NAT-3"), initial=True
    )
    rows = (on("stop", to="idle", cites="NAT-3"), *([] if drop else [on("poke", refused="NAT-3")]))
    busy = state("busy", "Something", *rows, *extra)  # type: ignore[arg-type]
    states = (waiting, busy, state("gone", "Over", *([] if drop else [on("poke", cites="X-1")])))
    return Composition(Lifecycle("toy", "Toy", *states, rules=RULED), dispatch={}, changes=(), rules=RULED)


RULED = {"NAT-3": RULES["NAT-3"], "NAT-4": RULES["NAT-4"], "X-1": RULES["NAT-4"]}


def test_tables_differ_by_what_is_added_removed_and_changed() -> None:
    picture = difference(small(), small(on("poke", cites="NAT-4"), cites="NAT-4", drop=True), lifecycle="toy")
    assert picture.says == "0 added, 1 removed, 2 changed"
    changed = [line for line in picture.lines() if line.mark is Mark.CHANGED]
    assert {line.note for line in changed} == {"was ► start → busy", "was \u00d7 poke NAT-3"}
    assert [line.rows for line in picture.lines() if line.mark is Mark.REMOVED] == [("toy.gone.poke.1 before",)]
    added = difference(small(drop=True), small(), lifecycle="toy")
    assert added.says == "2 added, 0 removed, 0 changed"
    assert "X-1" in str([tip for _, tip in Drawing(render(added, "svg")).links])


def test_states_of_tables_come_and_go() -> None:
    less = Composition(
        Lifecycle("toy", "Toy", state("idle", "Nothing", on("start", cites="NAT-3"), initial=True), rules=RULED),
        dispatch={},
        changes=(),
        rules=RULED,
    )
    assert states(difference(small(), less, lifecycle="toy")) == {
        "idle": Mark.PLAIN,
        "busy": Mark.REMOVED,
        "gone": Mark.REMOVED,
    }
    assert states(difference(less, small(), lifecycle="toy"))["busy"] is Mark.ADDED
    assert {line.mark for line in difference(CONVERSATION, CONVERSATION).lines()} == {Mark.PLAIN}


def test_only_two_of_a_kind_differ() -> None:
    with pytest.raises(ValueError, match="give two of a kind"):
        difference(INTEROP, CONVERSATION)
    with pytest.raises(ValueError, match="lifecycle: 'talk' is not accepted; use one of chat, call"):
        difference(INTEROP, INTEROP, lifecycle="talk")


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("reading", IslandsInterop)
def test_the_matrix_says_what_the_engine_says(scope: Scope, reading: IslandsInterop) -> None:
    picture = matrix(scope=scope, islands_interop=reading)
    grid = picture.grid
    assert grid is not None
    starts = [
        (mode, on)
        for mode in Mode
        for on in (Client.TEAMS_WINDOWS, Client.SFB_CURRENT)
        if mode.platform in (None, on.platform)
    ]
    assert len(grid.rows) == len(starts) == 6
    for (mode, client), cells in zip(starts, grid.cells, strict=True):
        for other, cell in zip(Mode, cells, strict=True):
            pairing = Pairing(
                Participant("a", mode, client=client), Participant("b", other), scope=scope, islands_interop=reading
            )
            found = fsm.route(pairing)
            if found.refusal is not None:
                assert (cell.kind, cell.text[1]) == ("impossible", found.refusal.rule)
                continue
            conversation = fsm.Conversation(pairing)
            conversation.fire("open_chat", "originator")
            native = conversation.state["chat"] == "native"
            assert cell.kind == ("native" if native else "interop")
            if not native:
                both = all(conversation.may("share_desktop", party) for party in (Party.ORIGINATOR, Party.RECIPIENT))
                assert cell.text[2] == "escalates: both"
                assert both
    drawing = Drawing(render(picture, "svg"))
    assert drawing.text.count("impossible") == sum(cell.kind == "impossible" for cells in grid.cells for cell in cells)
    assert len([arrow for arrow in mermaid(render(picture, "mermaid")).arrows if arrow[2]]) == 30


def test_the_matrix_names_what_it_does_not_accept() -> None:
    with pytest.raises(ValueError, match="scope: 'abroad' is not accepted"):
        matrix(scope="abroad")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="scope: 'abroad' is not accepted"):
        editions(EDITIONS["base"], EDITIONS["2021-08"], scope="abroad")  # type: ignore[arg-type]


def cells(picture: Picture) -> dict[tuple[str, str], Cell]:
    """The cells of a grid, by the names of row and column."""
    grid = picture.grid
    assert grid is not None
    return {
        (row, column): cell
        for row, each in zip(grid.rows, grid.cells, strict=True)
        for column, cell in zip(grid.columns, each, strict=True)
    }


@pytest.mark.rules("ED-2")
def test_the_matrix_of_an_edition_marks_who_does_not_exist() -> None:
    found = cells(matrix(edition=EDITIONS["2022-10"]))
    gone = {row for (row, _), cell in found.items() if cell.kind == "nobody"}
    assert gone == {row for row, _ in found if row.endswith("homed online") and not row.startswith("TeamsOnly")}
    assert found["SfBOnly homed online", "TeamsOnly"] == Cell("nobody", ("\u2013 nobody", "ED-2"), ("ED-2",))
    assert found["SfBOnly homed on-premises", "TeamsOnly"].text == ("↔ interop", "SfB to Teams", "escalates: both")
    assert "nobody" in matrix(edition=EDITIONS["2022-10"]).legend
    assert "nobody" not in matrix(edition=EDITIONS["base"]).legend
    drawn = Drawing(render(matrix(edition=EDITIONS["2022-10"]), "svg"))
    assert drawn.text.count("nobody") == len(gone) * len(Mode) + 1, "and in the legend"


@pytest.mark.rules("ED-2", "ED-4")
@pytest.mark.parametrize("scope", Scope)
def test_editions_differ_in_who_is_there_and_in_nothing_else(scope: Scope) -> None:
    base, retired, now = EDITIONS.values()
    then = cells(matrix(scope=scope, islands_interop=retired.islands, edition=base))
    gone = cells(editions(base, retired, scope=scope))
    for (row, column), cell in gone.items():
        if row.endswith("homed online") and not row.startswith("TeamsOnly"):
            word = then[row, column].text[0].partition(" ")[2]
            assert cell == Cell("removed", ("\u2212 nobody", f"was {word}", "ED-2"), ("ED-2",))
        else:
            assert cell == then[row, column]
    assert {cell.kind for cell in gone.values()} - {"native", "interop", "impossible"} == {"removed"}
    back = cells(editions(retired, base, scope=scope))
    assert [back[each].text[0] for each, cell in gone.items() if cell.kind == "removed"] == ["+ somebody"] * 25
    same = cells(editions(retired, now, scope=scope))
    assert [each for each, cell in same.items() if cell.kind == "nobody"] == [
        each for each, cell in gone.items() if cell.kind == "removed"
    ]


EDITS = [
    Edited("call", "ringing", "missing", "accept_call", "recipient", 1234),
    Edited("call", "ringing", "wrong party", "accept_call", "originator", 3),
    Edited("call", "connected", "extra", "no_answer", "service", 2),
    Edited("chat", "interop", "extra", "send_file", "originator", 5),
]


@pytest.mark.parametrize("detail", ["full", "brief"])
def test_edits_are_drawn_in_the_state_that_they_are_made_in(detail: str) -> None:
    picture = coverage(LIFECYCLES["call"], {"call.none.call_audio.2": 7}, EDITS, detail=detail)
    assert picture.title == "One-to-one call: rows used, and edits"
    assert picture.says.endswith("7 times in all; 1,239 edits")
    boxes = {node.id: node.parts[0].lines for node in picture.nodes if node.mark is Mark.EDITED}
    assert {name: [(line.note, line.who, *line.events) for line in lines] for name, lines in boxes.items()} == {
        "ringing": [("1,234 missing", "recipient", "accept_call"), ("3 wrong party", "originator", "accept_call")],
        "connected": [("2 extra", "", "no_answer")],
    }
    assert (states(picture)["none"], states(picture)["on_hold"]) == (Mark.PLAIN, Mark.DIM)
    drawn = render(picture, "svg")
    assert "1,234 missing" in Drawing(drawn).text
    assert b"TABLE" not in drawn
    assert "2 extra ◊ no_answer" in render(picture, "mermaid").decode()
    mermaid(render(picture, "mermaid"))


def test_a_log_without_edits_has_no_legend_of_them() -> None:
    picture = coverage(LIFECYCLES["meeting"], {}, EDITS)
    assert picture.says.endswith("0 times in all; 0 edits")
    assert "edited" not in picture.legend
    assert "edits" not in coverage(LIFECYCLES["meeting"], {}).says
