"""The fingerprint changes when, and only when, a table, a guard or an effect changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fsm import CONVERSATION, DeclarationError
from fsm.engine.fingerprint import fingerprint, truth_table
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
    assert fingerprint() == fingerprint(CONVERSATION) == fingerprint(copied())
    assert len(fingerprint()) == 16
    int(fingerprint(), 16)


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
    "another way out": lambda: copied(row=on_row("chat.interop.send_file.1", instead=("send_text",))),
    "a longer timer": lambda: copied(
        state=lambda s: s._replace(timers=tuple(t._replace(seconds=t.seconds + 1) for t in s.timers))
    ),
    "a state marked otherwise": lambda: copied(state=lambda s: s._replace(routed=False)),
    "dispatch": lambda: copied(dispatch=lambda row: row._replace(instead=())),
    "what a change sends": lambda: copied(
        change=lambda c: c._replace(when=lambda old, new: False) if c.by is Party.RECIPIENT else c
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_changes_with(what: str) -> None:
    assert fingerprint(CHANGES[what]()) != fingerprint()


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
