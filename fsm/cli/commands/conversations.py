"""Two users and their conversation: played, routed, explained."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fsm.cli.ask.options import Output, Surroundings, Users, command
from fsm.cli.commands.common import BETWEEN, A, B, talk
from fsm.cli.commands.explore import Open, see
from fsm.cli.ending import InputError
from fsm.cli.play import Played
from fsm.cli.play import play as play_all
from fsm.cli.show import data, values
from fsm.cli.show.values import ON, names
from fsm.engine import known
from fsm.engine.address import BASE, Fires, address
from fsm.engine.address import steps as happened
from fsm.engine.conversation import Conversation
from fsm.engine.matrix import matrix as every_pair
from fsm.engine.outcome import Outcome, UnknownEvent
from fsm.notation import At, Party
from fsm.notation.echo import echo, plain
from fsm.readers.events import Event
from fsm.spec.parties import Client, Pairing, Platform
from fsm.spec.routing import PRESENCE_RULES
from fsm.spec.routing import presence as shown_presence
from fsm.spec.routing import route as routed
from fsm.spec.rules import RULES

if TYPE_CHECKING:
    from fsm.spec.names import LifecycleName


@command
def tour(
    out: Annotated[Path, typer.Option(help="Where the diagrams go.", metavar="DIR")] = Path("fsm-tour"),
    *,
    output: Output,
) -> None:
    """Start here: a story of Teams and SfB, played step by step."""
    from fsm.cli.tour import tour

    tour(output.screen, out)


@command
def run(
    events: Annotated[
        Path, typer.Argument(metavar="EVENTS", help="JSON Lines, or CSV if its name ends so; - is stdin.")
    ],
    between: Annotated[tuple[str, str], BETWEEN],
    open_: Open = False,
    *,
    users: Users,
    output: Output,
) -> bool:
    """Play a log of events: what came of each, or why not.

    A line is {"event": "call_audio", "by": "originator"}, where by may be an address, or a change in mid-conversation
    such as {"change": {"recipient": {"mode": "TeamsOnly", "homing": "online"}}}. A log that fsm replay reads, in JSON
    Lines or CSV, can be played as well, if it is of one conversation; what was seen of the events is passed over.
    """
    pairing, log = talk(events, users.pair(*between), users.asked)
    conversation = Conversation(pairing)
    steps = list(play_all(conversation, log))
    refused = sum(not isinstance(step.result, Outcome) for step in steps)
    screen, called = output.screen, names(pairing)
    shown = [*values.route(screen, pairing, called), values.sides(screen, pairing, called)]
    for step in steps:
        shown += values.step(screen, step, called, _title(step, called))
        if step.event.pairing:
            shown.append(values.sides(screen, step.pairing, called))
    screen.answer(
        {
            **data.between(pairing),
            "steps": [data.played(step) for step in steps],
            "accepted": len(steps) - refused,
            "refused": refused,
            "state": conversation.state,
            "owners": conversation.owners,
            "openers": conversation.openers,
        },
        *shown,
        screen.heading(f"{len(steps) - refused} accepted, {refused} refused. Now:"),
        values.standing(screen, conversation.places, called),
    )
    if open_:
        see(address(pairing, happened(step.event for step in steps), edition=users.asked or BASE))
    return not refused


def _title(step: Played, called: dict[str, str]) -> str:
    event = step.event
    if event.pairing:
        return f"change {plain(event.changes) or 'of nothing'}"
    return f"{plain(event.event)} by {called.get(event.by, 'the service')}"


@command
def route(a: A, b: B, *, users: Users, output: Output) -> bool:
    """Where a conversation lands, or why it is impossible."""
    pairing = users.pair(a, b)
    screen = output.screen
    screen.answer(data.between(pairing), *values.route(screen, pairing, names(pairing)))
    return routed(pairing).refusal is None


@command
def presence(
    a: Annotated[str, typer.Argument(metavar="A", help="Whose presence: an address, or a mode; then ,key=value.")],
    seen_by: Annotated[str, typer.Option(metavar="B", help="Who looks, in the same way.")],
    *,
    users: Users,
    output: Output,
) -> None:
    """Whether A shows Teams presence or SfB presence to B."""
    pairing = users.pair(a, seen_by)
    who, watcher = pairing.originator, pairing.recipient
    shows = shown_presence(who, watcher.client.platform, pairing.scope)
    rule, called, screen = RULES[PRESENCE_RULES[who.mode.platform]], names(pairing), output.screen
    screen.answer(
        {
            "publisher": asdict(who),
            "watcher": asdict(watcher),
            "watcher_on": watcher.client.platform,
            "scope": pairing.scope,
            "presence": shows,
            "rule": rule.id,
        },
        screen.facts(
            (called[Party.ORIGINATOR], f"shows {ON[shows].removeprefix('on ')} presence"),
            ("to", f"{called[Party.RECIPIENT]} {ON[watcher.client.platform]}, {pairing.scope}"),
            ("rule", f"{rule.id}: {rule.says}"),
            indent=0,
        ),
    )


@command
def explain(
    event: Annotated[str, typer.Argument(metavar="EVENT", help="The event, such as share_desktop.")],
    by: Annotated[Party, typer.Option(help="Who fires it.")],
    standing: Annotated[
        list[str] | None,
        typer.Option(
            "--in", metavar="STATE", help="Such as call=connected or call=offered:originator. May be repeated."
        ),
    ] = None,
    between: Annotated[tuple[str, str], BETWEEN] = ("TeamsOnly", "SfBOnly"),
    open_: Open = False,
    *,
    users: Users,
    output: Output,
) -> bool:
    """What an event does in a state, or every reason why not.

    Of a refused event it shows the rows that were tried, the guard that failed in each, and what to do instead.
    """
    pairing = users.pair(*between)
    places = " ".join(standing or ())
    said = [word.partition("=")[0] for word in places.split()]
    twice = [name for name in said if said.count(name) > 1]
    if twice:
        raise InputError(f"--in: {echo(twice[0])} is said twice; say once where it stands")
    try:
        conversation = Conversation.at(pairing, places)
    except ValueError as error:
        raise InputError(f"--in: {error}") from None
    before = conversation.places
    way = _to(pairing, before) if open_ else []
    try:
        word = known.event(event)
        result = conversation.why_not(word, by) or conversation.fire(word, by)
    except UnknownEvent as error:
        raise InputError(str(error)) from None
    played = Played(Event(0, event, by), pairing, before, result)
    screen, called = output.screen, names(pairing)
    screen.answer(
        {**data.between(pairing), **data.result(result)},
        *values.route(screen, pairing, called),
        screen.note(""),
        values.standing(screen, played.before, called),
        values.sides(screen, pairing, called),
        *values.step(screen, played, called, _title(played, called), rows=True),
    )
    if open_:
        see(address(pairing, [*way, Fires(event, by)], edition=users.asked or BASE))
    return isinstance(result, Outcome)


def _to(pairing: Pairing, places: dict[LifecycleName, At]) -> list[Fires]:
    from fsm.explore import way_to

    way = way_to(pairing, places)
    if way is None:
        raise InputError("--open: these two come there by a change of the pairing alone; play it with fsm run --open")
    return way


@command
def matrix(
    client: Annotated[
        list[Client] | None,
        typer.Option(metavar="CLIENT", help="Everybody's on its platform, such as sfb-legacy. May be repeated."),
    ] = None,
    *,
    surroundings: Surroundings,
    output: Output,
) -> None:
    """Every mode against every mode: where it lands, who can share.

    With --edition, users are told apart by where they are homed too, and cells of users who do not exist say so.
    """
    keywords, edition = surroundings.keywords(), surroundings.asked
    on = [each.platform for each in client or ()]
    twice = [each for each in Platform if on.count(each) > 1]
    if twice:
        raise InputError(f"--client: two of {twice[0]} are given; everybody there has one")
    try:
        cells = every_pair(edition, {each.platform: each for each in client or ()}, **keywords)
    except ValueError as error:
        raise InputError(str(error)) from None
    told = [
        {
            "originator": start.mode,
            "originator_on": start.on,
            "originator_homing": start.homing,
            "recipient": mode,
            "route": None if cell.problems else data.routed(cell.route),
            "shares_desktop": list(cell.shares),
            "problems": [data.problem(each) for each in cell.problems],
        }
        for (start, mode), cell in cells.items()
    ]
    screen = output.screen
    screen.answer(
        {**keywords, "edition": edition and edition.name, "cells": told}, *values.matrix(screen, cells, edition)
    )
