"""Every state and every row of the tables is in the pictures, in the same words, and nothing else."""

from __future__ import annotations

import pytest

from fsm import CONVERSATION, LIFECYCLES, RULES
from fsm.draw import Picture, conversation, lifecycle, phrasing, render
from fsm.draw.picture import Kind, Line
from fsm.notation import Lifecycle, Row
from tests.draw.reading import Drawing, mermaid, squeezed

ALL = pytest.mark.parametrize("table", LIFECYCLES.values(), ids=str)
DETAILS = pytest.mark.parametrize("detail", ["full", "brief"])


def told(picture: Picture) -> dict[str, list[str]]:
    """What the model says of each row."""
    found: dict[str, list[str]] = {}
    for line in picture.lines():
        for row in line.rows:
            found.setdefault(row, []).append(squeezed(phrasing.text(line, brief=picture.brief)))
    return found


def in_order(texts: dict[str, list[str]]) -> dict[str, list[str]]:
    return {row: sorted(each) for row, each in texts.items()}


@DETAILS
@ALL
def test_svg_has_the_states_and_rows_of_the_table_and_nothing_else(table: Lifecycle, detail: str) -> None:
    drawing = Drawing(render(lifecycle(table, detail=detail), "svg"))
    assert drawing.states == {*table.states}
    expected = {row.id for row in table.rows.values() if detail == "full" or row.to not in (None, _state(row))}
    assert set(drawing.rows) == expected
    assert in_order(drawing.rows) == in_order(told(lifecycle(table, detail=detail)))


@DETAILS
@ALL
def test_mermaid_has_the_states_and_rows_of_the_table_and_nothing_else(table: Lifecycle, detail: str) -> None:
    picture = lifecycle(table, detail=detail)
    diagram = mermaid(render(picture, "mermaid"))
    assert {name for name in diagram.states if not name.startswith("to_")} == {*table.states}
    assert in_order(diagram.rows) == in_order(told(picture))
    starts = [target for source, target, _ in diagram.arrows if source == "[*]"]
    ends = [source for source, target, _ in diagram.arrows if target == "[*]"]
    assert starts == [table.initial.state]
    assert ends == [state.name for state in table if state.final]


@ALL
def test_each_row_is_told_in_full_once_and_leads_where_it_leads(table: Lifecycle) -> None:
    picture = lifecycle(table)
    arrows = {row: edge for edge in picture.arrows for line in edge.lines for row in line.rows}
    gathers = {
        row: node
        for node in picture.nodes
        if node.gathers
        for part in node.parts
        for line in part.lines
        for row in line.rows
    }
    boxes = {
        row: (node.id, line)
        for node in picture.nodes
        if not node.gathers
        for part in node.parts
        for line in part.lines
        for row in line.rows
    }
    for row in table.rows.values():
        full = phrasing.line(row, table.states[_state(row)], CONVERSATION)
        telling = [line for line in picture.lines() if row.id in line.rows]
        assert any((line.guards, line.effects) == (full.guards, full.effects) or line.same for line in telling)
        assert all(line.kind is full.kind and line.who == full.who and row.event in line.events for line in telling)
        assert all(set(line.rules) >= set(row.cites) for line in telling)
        if row.to in (None, _state(row)):
            assert boxes[row.id][0] == _state(row)
        elif row.id in gathers:
            assert gathers[row.id].id == f"to_{row.to}"
            assert boxes[row.id][1].to == row.to
        else:
            assert (arrows[row.id].source, arrows[row.id].target) == (_state(row), row.to)


def test_a_row_told_by_another_says_what_that_one_says() -> None:
    picture = lifecycle(LIFECYCLES["call"])
    short = [line for edge in picture.arrows if edge.source == "ended" for line in edge.lines]
    assert {line.same for line in short} == {"none"}
    for line in short:
        for id in line.rows:
            row = LIFECYCLES["call"].rows[id]
            twin = next(r for r in LIFECYCLES["call"].states["none"].rows_for(row.event) if r.when == row.when)
            assert (twin.does, twin.by, twin.to) == (row.does, row.by, row.to)


@ALL
def test_lines_lead_to_their_rule(table: Lifecycle) -> None:
    links = Drawing(render(lifecycle(table), "svg")).links
    assert links
    for href, tip in links:
        page, _, anchor = href.partition("#")
        assert page == "RULES.md"
        assert anchor.upper() in RULES
        assert f"{anchor.upper()}: {RULES[anchor.upper()].says}" in tip
        assert tip.splitlines()[0].split(", ")[0] in table.rows


@ALL
def test_small_print_tells_owners_timers_and_what_is_ignored(table: Lifecycle) -> None:
    text = squeezed(Drawing(render(lifecycle(table), "svg")).text)
    for state in table:
        assert squeezed(state.label) in text
        for told in (
            state.owner and f"remembers: {state.owner}",
            *(f"after {t.seconds} s: {t.event}" for t in state.timers),
        ):
            assert squeezed(told) in text
        if state.ignores:
            assert squeezed(f"ignores: {', '.join(state.ignores)}") in text


def test_the_drawing_can_be_read_without_seeing_it() -> None:
    drawing = Drawing(render(lifecycle(LIFECYCLES["call"]), "svg"))
    svg = "{http://www.w3.org/2000/svg}"
    assert drawing.root.get("role") == "graphics-document"
    assert drawing.root.findtext(f"{svg}title") == "One-to-one call"
    assert "States: none, ringing" in (drawing.root.findtext(f"{svg}desc") or "")
    titles = {g.get("id"): g.findtext(f"{svg}title") for kind in ("node", "edge") for g in drawing.groups(kind)}
    assert titles["state-ringing"] == "ringing: The caller waits for an answer"
    assert titles["edge-on_hold-connected"] == "on_hold → connected"


def test_the_conversation_has_every_event_and_every_signal() -> None:
    picture = conversation()
    drawing = Drawing(render(picture, "svg"))
    assert drawing.states == {*LIFECYCLES, "dispatch"}
    signals = {(row.id.split(".")[0], s.lifecycle, s.event) for row in CONVERSATION.rows.values() for s in row.signals}
    drawn = {
        (edge.source, edge.target, event) for edge in picture.arrows for line in edge.lines for event in line.events
    }
    assert drawn == {(sender, to, event) for sender, to, event in signals if sender != to}
    boxes = [line for node in picture.nodes for part in node.parts for line in part.lines]
    assert {event for line in boxes for event in line.events if line.kind in (Kind.PARTY, Kind.SERVICE)} == {
        *CONVERSATION.events
    }
    refusals = {row for line in boxes for row in line.rows if line.kind is Kind.REFUSAL}
    assert refusals == {f"dispatch {row.id}" for rows in CONVERSATION.dispatch.values() for row in rows if row.refused}
    changes = {event for line in boxes for event in line.events if line.kind is Kind.CHANGE}
    assert changes == {change.event for change in CONVERSATION.changes}
    states = {name for node in picture.nodes for _, names in node.phases for name in names}
    assert states == {state for each in LIFECYCLES.values() for state in each.states}
    mermaid(render(picture, "mermaid"))


def test_lines_that_differ_in_more_than_the_event_are_not_merged() -> None:
    from fsm.draw.picture import merged

    one, two = Line(Kind.PARTY, ("a",), ("r1",), rules=("X-1",)), Line(Kind.PARTY, ("b",), ("r2",), rules=("X-2",))
    assert merged([one, two]) == (Line(Kind.PARTY, ("a", "b"), ("r1", "r2"), rules=("X-1", "X-2")),)
    no, nor = Line(Kind.REFUSAL, ("a",), ("r1",), rules=("X-1",)), Line(Kind.REFUSAL, ("b",), ("r2",), rules=("X-2",))
    assert merged([no, nor]) == (no, nor)


def test_an_unknown_detail_is_named() -> None:
    with pytest.raises(ValueError, match="detail: 'all' is not accepted; use one of full, brief"):
        lifecycle(LIFECYCLES["chat"], detail="all")


def _state(row: Row) -> str:
    return row.id.split(".")[1]
