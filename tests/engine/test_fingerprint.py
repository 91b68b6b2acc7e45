"""The behaviour changes with whatever a specification does, the fingerprint with all that its tables say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fsm import CONVERSATION, DeclarationError
from fsm.engine.fingerprint import behaviour, fingerprint, truth_table
from fsm.notation import Change, Composition, Dispatch, Emit, Lifecycle, Party, Row, State
from fsm.spec.routing import ROUTES
from fsm.spec.rules import RULES


def copied(
    row: Callable[[Row], Row | None] = lambda row: row,
    state: Callable[[State], State] = lambda state: state,
    dispatch: Callable[[Dispatch], Dispatch] = lambda row: row,
    change: Callable[[Change], Change] = lambda change: change,
) -> Composition:
    """The conversation once more, with each row, state, dispatch row and change passed through a function."""
    lifecycles = []
    for lifecycle in CONVERSATION.lifecycles.values():
        states = (
            state(each._replace(rows=tuple(new for old in each.rows if (new := row(old)) is not None)))
            for each in lifecycle
        )
        lifecycles.append(Lifecycle(lifecycle.name, lifecycle.label, *states, rules=RULES))
    return Composition(
        *lifecycles,
        dispatch={event: tuple(map(dispatch, rows)) for event, rows in CONVERSATION.dispatch.items()},
        changes=tuple(map(change, CONVERSATION.changes)),
        rules=RULES,
    )


def on_row(id: str, **changes: Any) -> Callable[[Row], Row]:
    """Replace parts of one row."""
    return lambda row: row._replace(**changes) if row.id == id else row


def test_it_is_the_same_for_the_same_specification() -> None:
    for stamp in (behaviour, fingerprint):
        assert stamp() == stamp(CONVERSATION) == stamp(copied())
        assert len(stamp()) == 16
        int(stamp(), 16)
    assert behaviour() != fingerprint()


SHARE = CONVERSATION.rows["chat.interop.share_desktop.1"]
SENDING = CONVERSATION.rows["chat.interop.send_text.1"]
RELAY = SENDING.effects[0].effect

CHANGES: dict[str, Callable[[], Composition]] = {
    "a row gone": lambda: copied(row=lambda row: None if row.id == "chat.interop.open_persistent_chat.1" else row),
    "another target": lambda: copied(row=on_row("chat.closed.open_chat.1", to="interop")),
    "another actor": lambda: copied(row=on_row("chat.interop.close_chat.1", by="originator")),
    "a guard dropped": lambda: copied(row=on_row(SHARE.id, when=SHARE.when[:-1])),
    "a guard turned around": lambda: copied(row=on_row(SHARE.id, when=(*SHARE.when[:-1], ~SHARE.when[-1]))),
    "a guard redefined under its name": lambda: copied(
        row=lambda row: row._replace(
            when=tuple(g._replace(test=lambda v: True) if g.name == "may_meet_now" else g for g in row.when)
        )
    ),
    "an effect dropped": lambda: copied(row=on_row(SENDING.id, does=SENDING.does[1:])),
    "an effect to another service": lambda: copied(
        row=on_row(SENDING.id, does=(Emit(RELAY._replace(service="moon"), None), SENDING.does[1]))
    ),
    "another rule": lambda: copied(row=on_row("chat.interop.send_file.1", refused="LIM-2", cites=("LIM-2",))),
    "another rule that keeps a row to one party": lambda: copied(
        row=on_row("call.ringing.cancel_call.1", cites=("DEC-27", "DEC-34"))
    ),
    "another rule that a guard is refused by": lambda: copied(
        row=lambda row: row._replace(
            when=tuple(g._replace(cites=g.cites[::-1]) if g.name == "may_meet_now" else g for g in row.when)
        )
    ),
    "a signal that means nothing": lambda: copied(
        state=lambda s: s._replace(ignores=(*s.ignores, "link_sent")) if s.name == "together" else s
    ),
    "a longer timer": lambda: copied(
        state=lambda s: s._replace(timers=tuple(t._replace(seconds=t.seconds + 1) for t in s.timers))
    ),
    "a state marked otherwise": lambda: copied(state=lambda s: s._replace(routed=False)),
    "dispatch": lambda: copied(dispatch=lambda row: row._replace(refused="ESC-9") if row.refused else row),
    "what a change sends": lambda: copied(
        change=lambda c: c._replace(when=lambda old, new: False) if c.by is Party.RECIPIENT else c
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_changes_with(what: str) -> None:
    assert behaviour(CHANGES[what]()) != behaviour()
    assert fingerprint(CHANGES[what]()) != fingerprint()


WORDS: dict[str, Callable[[], Composition]] = {
    "another way out": lambda: copied(row=on_row("chat.interop.send_file.1", instead=("send_text",))),
    "what to do instead of what the dispatch refuses": lambda: copied(dispatch=lambda row: row._replace(instead=())),
    "a citation": lambda: copied(row=on_row("call.ringing.cancel_call.1", cites=("DEC-34", "DEC-27", "NAT-2"))),
    "the citations of who fires what anybody may": lambda: copied(row=on_row(SENDING.id, cites=SENDING.cites[::-1])),
    "a guard's other citations": lambda: copied(
        row=lambda row: row._replace(
            when=tuple(g._replace(cites=g.cites[:1]) if g.name == "may_meet_now" else g for g in row.when)
        )
    ),
    "an effect's citations": lambda: copied(
        row=lambda row: row._replace(
            does=tuple(
                Emit(RELAY._replace(cites=("NAT-1",)), None) if each == Emit(RELAY, None) else each for each in row.does
            )
        )
    ),
    "a timer's citations": lambda: copied(
        state=lambda s: s._replace(timers=tuple(t._replace(cites=("DEC-1",)) for t in s.timers))
    ),
    "a change's citations": lambda: copied(change=lambda c: c._replace(cites=("THR-1",))),
    "which states are final": lambda: copied(state=lambda s: s._replace(final=not s.final)),
}


@pytest.mark.parametrize("what", WORDS)
def test_words_are_no_behaviour(what: str) -> None:
    assert behaviour(WORDS[what]()) == behaviour()
    assert fingerprint(WORDS[what]()) != fingerprint()


ROUTING: dict[str, dict[str, object]] = {
    "a route gone": {"ROUTES": ROUTES[1:]},
    "a condition of a route dropped": {"ROUTES": (ROUTES[0]._replace(when=ROUTES[0].when[:1]), *ROUTES[1:])},
    "another order of routes": {"ROUTES": (ROUTES[1], ROUTES[0], *ROUTES[2:])},
    "another platform that a meeting is shown on": {"shown_on": lambda mode, on, scope: on},
    "another client by default": {"DEFAULT_CLIENT": {}},
}


@pytest.mark.parametrize("what", ROUTING)
def test_it_changes_with_routing(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    for name, value in ROUTING[what].items():
        monkeypatch.setattr(f"fsm.engine.fingerprint.{name}", value)
    assert behaviour.__wrapped__(CONVERSATION) != behaviour()


def test_words_of_routing_are_no_behaviour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsm.engine.fingerprint.ROUTES", (*ROUTES[:-1], ROUTES[-1]._replace(cites=("RTE-1",))))
    assert behaviour.__wrapped__(CONVERSATION) == behaviour()
    assert fingerprint.__wrapped__(CONVERSATION) != fingerprint()


SAME: dict[str, Callable[[], Composition]] = {
    "a guard reworded": lambda: copied(
        row=lambda row: row._replace(
            when=tuple(
                g._replace(test=lambda v: not (v.on == "teams" and not v.allow_private_meet_now))
                if g.name == "may_meet_now"
                else g
                for g in row.when
            ),
        )
    ),
    "a label": lambda: copied(state=lambda s: s._replace(label="Other words", group="other")),
}


@pytest.mark.parametrize("what", SAME)
def test_it_does_not_change_with(what: str) -> None:
    assert behaviour(SAME[what]()) == behaviour()
    assert fingerprint(SAME[what]()) == fingerprint()


def test_a_copy_with_a_mistake_is_refused() -> None:
    with pytest.raises(DeclarationError, match="is not a state"):
        copied(row=on_row("chat.closed.open_chat.1", to="nowhere"))


def test_a_truth_table_lists_the_facts_that_matter() -> None:
    facts: dict[str, tuple[object, ...]] = {"a": (0, 1), "b.c": (0, 1), "d": (0, 1)}
    assert truth_table(lambda view: view.a and view.b.c, facts) == [["0.a", "0.b.c"], [["1", "1"]]]
    assert truth_table(lambda view: (view.a and view.b.c) or view.b.c, facts) == [["0.b.c"], [["1"]]]
    assert truth_table(lambda view: True, facts) == [[], [[]]]
    assert truth_table(lambda old, new: old.d != new.d, facts, facts) == [["0.d", "1.d"], [["0", "1"], ["1", "0"]]]
